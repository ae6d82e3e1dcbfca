"""The manifest of a snapshot: what was frozen, from where, and the hashes of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from generator.editions import Edition, parse_edition

FORMAT = 2
LISTED_REVISIONS = 100
"""Revised rows that a manifest lists; it counts them all."""


@dataclass(frozen=True, slots=True)
class SymbolStatus:
    """How a symbol stands in one snapshot."""

    symbol: str
    """The provider's symbol."""
    subject: str
    """Its name in the universe."""
    named: str | None
    """What the source calls it."""
    used: bool
    """Whether figures are computed from it."""
    reason: str | None
    """Why not."""
    notes: tuple[str, ...]
    """What else a reader must know."""
    distributions: str
    """`reported`, `implied` or `none`."""
    rows: int
    """Sessions with a close up to the as-of date."""
    first_session: date | None
    """Of those."""
    last_session: date | None
    """Of those."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check of the data found."""

    name: str
    """As in content/checks.yml."""
    means: str
    """What it looks at."""
    threshold: float
    """What lies beyond it fails."""
    unit: str
    """Of the threshold."""
    failing: str
    """What follows: stop, leave out, note."""
    examined: int
    """How many series, files or pairs were looked at; none where there was nothing to look at."""
    found: tuple[str, ...]
    """What failed, one line each; empty where all is well."""

    @property
    def outcome(self) -> str:
        """In a word or two: `passed`, `not done`, or what followed."""
        if self.found:
            return {"stop": "stopped", "leave out": "left out", "note": "noted"}[self.failing]
        return "passed" if self.examined else "not done"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table of a snapshot: what it is, from whom, and what of it may be published."""

    title: str
    """What it holds."""
    source: str
    """Whom it is from."""
    licence: str
    """On what terms."""
    publish: str
    """`raw`, `derived` or `none`."""
    missing: str | None
    """Why there is nothing of it in this edition."""
    faults: Mapping[str, str]
    """By series, fund or member: why it is not there. The prices of the universe have theirs with
    the symbols."""
    revised_rows: int
    """Rows that differ from what the previous edition had frozen."""


@dataclass(frozen=True, slots=True)
class Object:
    """One Parquet file of a table's chain."""

    sha256: str
    """Of its bytes, and its name."""
    bytes: int
    """Size."""
    rows: int
    """Rows, taken-back ones included."""
    level: int | None
    """None for the base, else how often it was written together from smaller ones."""
    first_session: str
    """ISO date of the earliest row; empty for tables without days."""
    last_session: str
    """ISO date of the latest row."""
    symbols: tuple[str, ...]
    """The symbols with a row in it; for other tables than prices, their names: funds, series."""

    @property
    def name(self) -> str:
        """Path inside the store."""
        return f"objects/{self.sha256}.parquet"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `<edition>.json` says."""

    edition: Edition
    """The ISO week."""
    revision: int
    """1, or more where the edition was frozen again."""
    as_of: date
    """Its last session."""
    previous: str | None
    """The edition whose chain this one continues."""
    provider: str
    """Where the data came from."""
    simulated: bool
    """Whether they are made up."""
    retrieved_at: datetime
    """When they came; where that took long, when the last came."""
    versions: Mapping[str, str]
    """Of the software that froze them."""
    tables: Mapping[str, tuple[Object, ...]]
    """By table, `prices` and `sessions` always: its chain, base first."""
    datasets: Mapping[str, Dataset]
    """By table, also those that are missing."""
    checks: tuple[Checked, ...]
    """What was checked before freezing, and what was found."""
    symbols: Mapping[str, SymbolStatus]
    """By symbol."""
    revisions: tuple[Mapping[str, Any], ...]
    """Prices that differ from what the previous edition had frozen: symbol, session, values."""
    sha256: str = ""
    """Of the manifest's bytes; empty until they are written."""

    @property
    def revised_rows(self) -> int:
        """How many prices were revised; `revisions` lists the first hundred."""
        return self.datasets["prices"].revised_rows

    def may_publish(self, table: str) -> bool:
        """Whether the rows of a table may be published."""
        return self.datasets[table].publish == "raw"

    def objects_of(self, symbols: Iterable[str], only: Iterable[date] = ()) -> tuple[str, ...]:
        """Return the hashes of the price objects that hold rows of these symbols, base first.

        With sessions, only of the objects whose span covers one of them.
        """
        wanted, days = set(symbols), [day.isoformat() for day in only]
        return tuple(
            o.sha256
            for o in self.tables["prices"]
            if wanted.intersection(o.symbols)
            and (not days or any(o.first_session <= day <= o.last_session for day in days))
        )


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the bytes of `<edition>.json`, with a digest of their own content."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "edition": str(manifest.edition),
        "revision": manifest.revision,
        "as_of": manifest.as_of.isoformat(),
        "previous": manifest.previous,
        "provider": manifest.provider,
        "simulated": manifest.simulated,
        "retrieved_at": manifest.retrieved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versions": dict(manifest.versions),
        "tables": {
            table: [_object_record(item, _names(table, manifest.symbols)) for item in chain]
            for table, chain in manifest.tables.items()
        },
        "datasets": {table: asdict(dataset) for table, dataset in manifest.datasets.items()},
        "checks": {check.name: _check_record(check) for check in manifest.checks},
        "symbols": {status.symbol: _status_record(status) for status in manifest.symbols.values()},
        "revisions": list(manifest.revisions),
    }
    record["digest"] = hashlib.sha256(_canonical(record)).hexdigest()
    return _canonical(record)


def _names(table: str, symbols: Iterable[str]) -> frozenset[str]:
    """The names an object of a table is expected to hold all of."""
    return frozenset(symbols) if table == "prices" else frozenset()


def _object_record(item: Object, expected: frozenset[str]) -> dict[str, Any]:
    """Most objects of prices hold every symbol, so those they lack are named."""
    record = {slot: getattr(item, slot) for slot in Object.__slots__}
    held = record.pop("symbols")
    if not expected:
        return record | {"names": list(held)}
    return record | {"without": sorted(expected.difference(held))}


def _check_record(check: Checked) -> dict[str, Any]:
    record = asdict(check)
    del record["name"]
    return record


def _status_record(status: SymbolStatus) -> dict[str, Any]:
    record: dict[str, Any] = {
        "subject": status.subject,
        "distributions": status.distributions,
        "rows": status.rows,
        "first_session": status.first_session and status.first_session.isoformat(),
        "last_session": status.last_session and status.last_session.isoformat(),
    }
    if status.named is not None:
        record["named"] = status.named
    if not status.used:
        record["left_out"] = status.reason
    return record | ({"notes": list(status.notes)} if status.notes else {})


def _status(symbol: str, record: dict[str, Any]) -> SymbolStatus:
    return SymbolStatus(
        symbol=symbol,
        subject=record["subject"],
        named=record.get("named"),
        used="left_out" not in record,
        reason=record.get("left_out"),
        notes=tuple(record.get("notes", ())),
        distributions=record["distributions"],
        rows=record["rows"],
        first_session=_day(record["first_session"]),
        last_session=_day(record["last_session"]),
    )


def _object(record: dict[str, Any], expected: frozenset[str]) -> Object:
    if "names" in record:
        held = tuple(record.pop("names"))
    else:
        held = tuple(sorted(expected.difference(record.pop("without"))))
    return Object(**record, symbols=held)


def _canonical(record: Mapping[str, Any]) -> bytes:
    """One line an entry, and one for each entry of a table of entries."""

    def compact(value: Any) -> str:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    lines = []
    for key in sorted(record):
        value = record[key]
        if isinstance(value, dict):
            inner = ",\n".join(
                f"  {compact(name)}: {compact(value[name])}" for name in sorted(value)
            )
            lines.append(f"{compact(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f"{compact(key)}: {compact(value)}")
    return ("{\n " + ",\n ".join(lines) + "\n}\n").encode()


def parse_manifest(content: bytes) -> Manifest:
    """Read a manifest's bytes. Raises ValueError, KeyError or TypeError where they are damaged."""
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    digest = record.pop("digest")
    if hashlib.sha256(_canonical(record)).hexdigest() != digest:
        raise ValueError("its content does not match its digest")
    if record["format"] != FORMAT:
        raise ValueError(f"format {record['format']} is not known, this version reads {FORMAT}")
    return Manifest(
        edition=parse_edition(record["edition"]),
        revision=record["revision"],
        as_of=date.fromisoformat(record["as_of"]),
        previous=record["previous"],
        provider=record["provider"],
        simulated=record["simulated"],
        retrieved_at=datetime.fromisoformat(record["retrieved_at"]),
        versions=record["versions"],
        tables={
            table: tuple(_object(item, _names(table, record["symbols"])) for item in chain)
            for table, chain in record["tables"].items()
        },
        datasets={table: Dataset(**entry) for table, entry in record["datasets"].items()},
        checks=tuple(
            Checked(name=name, **{**entry, "found": tuple(entry["found"])})
            for name, entry in record["checks"].items()
        ),
        symbols={symbol: _status(symbol, status) for symbol, status in record["symbols"].items()},
        revisions=tuple(record["revisions"]),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
