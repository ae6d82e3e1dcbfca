"""The manifest of a snapshot: what was frozen, from where, and the hashes of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from generator.editions import Edition, parse_edition

FORMAT = 1
LISTED_REVISIONS = 100
"""Revised rows that a manifest lists; it counts them all."""


@dataclass(frozen=True, slots=True)
class SymbolStatus:
    """How a symbol stands in one snapshot."""

    symbol: str
    """The provider's symbol."""
    subject: str
    """Its name in the universe."""
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
    """ISO date of the earliest row."""
    last_session: str
    """ISO date of the latest row."""
    symbols: tuple[str, ...]
    """Symbols with a row in it."""

    @property
    def name(self) -> str:
        """Path inside the store."""
        return f"objects/{self.sha256}.parquet"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `<edition>.json` says."""

    edition: Edition
    """The ISO week."""
    as_of: date
    """Its last session."""
    previous: str | None
    """The edition whose chain this one continues."""
    provider: str
    """Where the data came from."""
    simulated: bool
    """Whether they are made up."""
    publish: str
    """`raw` or `derived`."""
    retrieved_at: datetime
    """When they came."""
    versions: Mapping[str, str]
    """Of the software that froze them."""
    tables: Mapping[str, tuple[Object, ...]]
    """`prices` and `sessions`: their chains, base first."""
    symbols: Mapping[str, SymbolStatus]
    """By symbol."""
    revisions: tuple[Mapping[str, Any], ...]
    """Rows that differ from what the previous edition had frozen: symbol, session, closes."""
    revised_rows: int
    """How many rows were revised; `revisions` lists the first hundred."""
    sha256: str = ""
    """Of the manifest's bytes; empty until they are written."""

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
        "as_of": manifest.as_of.isoformat(),
        "previous": manifest.previous,
        "provider": manifest.provider,
        "simulated": manifest.simulated,
        "publish": manifest.publish,
        "retrieved_at": manifest.retrieved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versions": dict(manifest.versions),
        "tables": {
            table: [_object_record(item, manifest.symbols) for item in chain]
            for table, chain in manifest.tables.items()
        },
        "symbols": {status.symbol: _status_record(status) for status in manifest.symbols.values()},
        "revised_rows": manifest.revised_rows,
        "revisions": list(manifest.revisions),
    }
    record["digest"] = hashlib.sha256(_canonical(record)).hexdigest()
    return _canonical(record)


def _object_record(item: Object, symbols: Iterable[str]) -> dict[str, Any]:
    """Most objects hold every symbol, so those it does not hold are named."""
    record = {slot: getattr(item, slot) for slot in Object.__slots__}
    held = set(record.pop("symbols"))
    return record | {"without": sorted(set(symbols) - held) if held else None}


def _status_record(status: SymbolStatus) -> dict[str, Any]:
    record: dict[str, Any] = {
        "subject": status.subject,
        "distributions": status.distributions,
        "rows": status.rows,
        "first_session": status.first_session and status.first_session.isoformat(),
        "last_session": status.last_session and status.last_session.isoformat(),
    }
    if not status.used:
        record["left_out"] = status.reason
    return record | ({"notes": list(status.notes)} if status.notes else {})


def _status(symbol: str, record: dict[str, Any]) -> SymbolStatus:
    return SymbolStatus(
        symbol=symbol,
        subject=record["subject"],
        used="left_out" not in record,
        reason=record.get("left_out"),
        notes=tuple(record.get("notes", ())),
        distributions=record["distributions"],
        rows=record["rows"],
        first_session=_day(record["first_session"]),
        last_session=_day(record["last_session"]),
    )


def _object(record: dict[str, Any], symbols: Iterable[str]) -> Object:
    without = record.pop("without")
    held = () if without is None else tuple(sorted(set(symbols) - set(without)))
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
        as_of=date.fromisoformat(record["as_of"]),
        previous=record["previous"],
        provider=record["provider"],
        simulated=record["simulated"],
        publish=record["publish"],
        retrieved_at=datetime.fromisoformat(record["retrieved_at"]),
        versions=record["versions"],
        tables={
            table: tuple(_object(item, record["symbols"]) for item in chain)
            for table, chain in record["tables"].items()
        },
        symbols={symbol: _status(symbol, status) for symbol, status in record["symbols"].items()},
        revisions=tuple(record["revisions"]),
        revised_rows=record["revised_rows"],
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
