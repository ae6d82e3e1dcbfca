"""Snapshots: the frozen inputs of an edition, content-addressed and hashed.

A snapshot is a manifest, `<edition>.json`, that names Parquet objects, `objects/<sha256>.parquet`.
A table is the objects of its chain laid over each other, later rows winning. A weekly object holds
only rows that are new or were revised; a row without a close takes an earlier one back. Once
`FAN_OUT` objects of one level stand at the end of a chain they are written again as one of the
next level, so a chain stays short and a year of weeks costs little more than its rows.

Nothing here imports pandas or pyarrow until a table is read or written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.editions import Edition, parse_edition
from generator.errors import ReportError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = 1
FAN_OUT = 4
VALUES = ("close", "volume", "dividend", "split")


class Store:
    """Files by relative name, in a local folder or behind an fsspec address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._folder = None if "://" in address else Path(address)

    @cached_property
    def _remote(self) -> tuple[Any, str]:
        import fsspec

        return fsspec.core.url_to_fs(self.address)  # type: ignore[no-any-return]

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        if self._folder is not None:
            return (self._folder / name).read_bytes()
        system, base = self._remote
        return system.cat_file(f"{base}/{name}")  # type: ignore[no-any-return]

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        if self._folder is not None:
            write_whole(self._folder / name, content)
            return
        system, base = self._remote
        system.makedirs(f"{base}/{name}".rsplit("/", 1)[0], exist_ok=True)
        system.pipe_file(f"{base}/{name}", content)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        if self._folder is not None:
            return (self._folder / name).is_file()
        system, base = self._remote
        return bool(system.exists(f"{base}/{name}"))

    def names(self) -> list[str]:
        """Return the names of the files directly in the store, sorted."""
        if self._folder is not None:
            if not self._folder.is_dir():
                return []
            return sorted(path.name for path in self._folder.iterdir() if path.is_file())
        system, base = self._remote
        if not system.exists(base):
            return []
        return sorted(str(path).rsplit("/", 1)[-1] for path in system.ls(base, detail=False))

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.address.rstrip('/')}/{name}"


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, then rename: the file is there whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a provider brought, before it is examined and frozen."""

    provider: str
    """The provider's name."""
    retrieved_at: datetime
    """When, in UTC."""
    simulated: bool
    """Whether the data are made up; said everywhere they show."""
    publish: str
    """`raw` if the rows themselves may be published, else `derived`."""
    prices: pd.DataFrame
    """Columns symbol (str), session (datetime64[us], midnight), close, volume, dividend, split
    (float64). `close` and `dividend` as the source gave them. `split` is the factor still to be
    applied on that session: 2.0 if the close halved for a 2:1 split, 1.0 where the source had
    adjusted its closes already. A missing volume is NaN. One row a symbol and session, no row
    without a close."""
    notes: Mapping[str, tuple[str, ...]]
    """By symbol: what was mended while reading, for example duplicate rows."""
    faults: Mapping[str, str]
    """By symbol: why nothing usable could be read."""
    distributions: Mapping[str, str]
    """By symbol: `reported`, `implied` from adjusted closes, or `none` where the source says
    nothing of distributions, which withholds total returns."""


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
    sha256: str
    """Of the manifest's bytes."""

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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot: every input of the figures."""

    manifest: Manifest
    """What it holds."""
    sessions: pd.DatetimeIndex
    """XNYS sessions from the start of the history to the as-of date."""
    closes: pd.DataFrame
    """Sessions x subjects, float64, as the source gave them, NaN where there is none."""
    dividends: pd.DataFrame
    """Same shape: cash a share on the ex-date, else 0."""
    splits: pd.DataFrame
    """Same shape: factor still to be applied, else 1."""


class Snapshots:
    """The snapshots in one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def editions(self) -> list[Edition]:
        """Return the editions that have a manifest, oldest first."""
        found = []
        for name in self.store.names():
            if name.endswith(".json") and not name.startswith("."):
                try:
                    found.append(parse_edition(name.removesuffix(".json")))
                except UsageError:
                    continue
        return sorted(found)

    def resolve(self, text: str) -> Edition:
        """Return the edition meant by an id or `latest`.

        Raises:
            ReportError: it has no snapshot.
            UsageError: it is not an edition.
        """
        known = self.editions()
        if text == "latest":
            if not known:
                raise ReportError(
                    "there is no snapshot yet", hint="Run `smallcaps fetch` to freeze one."
                )
            return known[-1]
        edition = parse_edition(text)
        if edition not in known:
            nearest = ", ".join(str(e) for e in known[-8:]) or "none"
            raise ReportError(
                f"{edition} has no snapshot (there are: {nearest})",
                hint=f"Run `smallcaps fetch {edition}` to freeze one.",
            )
        return edition

    def manifest(self, edition: Edition) -> Manifest:
        """Read a manifest.

        Raises:
            ReportError: it is missing, half-written or changed.
        """
        name = f"{edition}.json"
        mend = f"Delete it and run `smallcaps fetch {edition}`, or restore it from version control."
        try:
            content = self.store.read(name)
        except FileNotFoundError:
            raise ReportError(
                f"{edition} has no snapshot",
                where=self.store.where(name),
                hint=f"Run `smallcaps fetch {edition}` to freeze one.",
            ) from None
        try:
            return _parse_manifest(content)
        except (ValueError, KeyError, TypeError) as error:
            raise ReportError(
                f"the manifest is damaged ({type(error).__name__}: {error})",
                where=self.store.where(name),
                hint=mend,
            ) from None

    def read_object(self, item: Object) -> bytes:
        """Return an object's bytes after checking their hash.

        Raises:
            ReportError: the object is missing or changed.
        """
        mend = "Restore it from version control, or freeze the edition again."
        try:
            content = self.store.read(item.name)
        except FileNotFoundError:
            raise ReportError(
                "an object of the snapshot is missing", where=self.store.where(item.name), hint=mend
            ) from None
        found = hashlib.sha256(content).hexdigest()
        if found != item.sha256:
            raise ReportError(
                f"an object of the snapshot has changed: its hash is {found[:12]}…",
                where=self.store.where(item.name),
                hint=mend,
            )
        return content

    def verify(self, edition: Edition) -> list[str]:
        """Recompute every hash of a snapshot and return what is wrong, one line each."""
        try:
            manifest = self.manifest(edition)
        except ReportError as error:
            return [str(error).splitlines()[0]]
        wrong = []
        for chain in manifest.tables.values():
            for item in chain:
                try:
                    self.read_object(item)
                except ReportError as error:
                    wrong.append(str(error).splitlines()[0])
        return wrong

    def _chain(self, chain: Iterable[Object]) -> list[pa.Table]:
        import io

        import pyarrow.parquet as pq

        return [pq.read_table(io.BytesIO(self.read_object(item))) for item in chain]

    def open(self, edition: Edition) -> Snapshot:
        """Open a snapshot, checking every hash on the way.

        Raises:
            ReportError: something is missing, half-written or changed.
        """
        import numpy as np
        import pandas as pd

        manifest = self.manifest(edition)
        days = [_days(table) for table in self._chain(manifest.tables["sessions"])]
        ordinals = np.unique(np.concatenate(days))
        used = [status for status in manifest.symbols.values() if status.used]
        columns = {status.symbol: position for position, status in enumerate(used)}
        shape = (len(ordinals), len(used))
        grids = {
            "close": np.full(shape, np.nan),
            "dividend": np.zeros(shape),
            "split": np.ones(shape),
        }
        for table in self._chain(manifest.tables["prices"]):
            rows, targets, keep = _positions(table, ordinals, columns)
            for name, grid in grids.items():
                grid[rows, targets] = table.column(name).to_numpy()[keep]
        gone = np.isnan(grids["close"])
        grids["dividend"][gone] = 0.0
        grids["split"][gone] = 1.0
        index = pd.DatetimeIndex(ordinals.astype("datetime64[D]").astype("datetime64[us]"))
        index.name = "session"
        frames = {
            name: pd.DataFrame(grid, index=index, columns=[s.subject for s in used])
            for name, grid in grids.items()
        }
        return Snapshot(manifest, index, frames["close"], frames["dividend"], frames["split"])

    def rows(self, manifest: Manifest) -> pd.DataFrame:
        """Return a snapshot's price rows as one long frame, in the form of `Fetched.prices`."""
        return _lay_over(self._chain(manifest.tables["prices"])).dropna(subset="close")

    def freeze(
        self,
        edition: Edition,
        as_of: date,
        sessions: pd.DatetimeIndex,
        fetched: Fetched,
        statuses: Iterable[SymbolStatus],
        versions: Mapping[str, str],
    ) -> Manifest:
        """Freeze what was fetched, up to the as-of date, and return its manifest.

        Objects are written first and the manifest last, each whole or not at all, so a run that is
        killed leaves no snapshot rather than half of one.

        Raises:
            ReportError: the edition is frozen already (real data may replace simulated data).
        """
        name = f"{edition}.json"
        if self.store.exists(name):
            old = self.manifest(edition)
            if not (old.simulated and not fetched.simulated):
                raise ReportError(
                    f"{edition} is frozen already, from the provider '{old.provider}'",
                    where=self.store.where(name),
                    hint="A frozen edition is evidence and is not fetched again.",
                )
        prices = fetched.prices.loc[fetched.prices["session"] <= _stamp(as_of)]
        prices = prices.sort_values(["symbol", "session"], ignore_index=True)
        before = self._before(edition, fetched)
        if before is None:
            chains: dict[str, tuple[Object, ...]] = {
                "prices": (self._put(_prices_table(prices), None),),
                "sessions": (self._put(_sessions_table(sessions), None),),
            }
            revisions: list[Mapping[str, Any]] = []
        else:
            changed, revisions = _changed(self.rows(before), prices)
            known = _index_of(self._chain(before.tables["sessions"]))
            fresh = sessions[~sessions.isin(known)]
            chains = {
                "prices": self._extend(before.tables["prices"], _prices_table(changed)),
                "sessions": self._extend(before.tables["sessions"], _sessions_table(fresh)),
            }
        content = _manifest_bytes(
            edition=edition,
            as_of=as_of,
            previous=str(before.edition) if before else None,
            fetched=fetched,
            versions=versions,
            chains=chains,
            statuses=statuses,
            revisions=revisions,
        )
        self.store.write(name, content)
        return _parse_manifest(content)

    def _before(self, edition: Edition, fetched: Fetched) -> Manifest | None:
        """The nearest earlier snapshot of the same provider."""
        for earlier in reversed([e for e in self.editions() if e < edition]):
            manifest = self.manifest(earlier)
            if (manifest.provider, manifest.simulated) == (fetched.provider, fetched.simulated):
                return manifest
        return None

    def _put(self, table: pa.Table, level: int | None) -> Object:
        import io

        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        texts = [n for n in ("symbol",) if n in table.column_names]
        split = [n for n in VALUES if n in table.column_names]
        pq.write_table(
            table,
            buffer,
            compression="zstd",
            compression_level=19,
            use_dictionary=texts,
            column_encoding={"session": "DELTA_BINARY_PACKED"}
            | dict.fromkeys(split, "BYTE_STREAM_SPLIT"),
            write_statistics=False,
            store_schema=False,
        )
        content = buffer.getvalue()
        days = _days(table)
        item = Object(
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            rows=table.num_rows,
            level=level,
            first_session=_iso(days.min()),
            last_session=_iso(days.max()),
            symbols=tuple(sorted(set(table.column("symbol").to_pylist()))) if texts else (),
        )
        if not self.store.exists(item.name):
            self.store.write(item.name, content)
        return item

    def _extend(self, chain: tuple[Object, ...], fresh: pa.Table) -> tuple[Object, ...]:
        """Add rows to a chain and merge its end while it is due."""
        if not fresh.num_rows:
            return chain
        chain = (*chain, self._put(fresh, 0))
        while True:
            level = chain[-1].level
            tail = [item for item in chain if item.level == level]
            if level is None or len(tail) < FAN_OUT:
                return chain
            tables = self._chain(tail)
            if "symbol" in fresh.column_names:
                merged = _prices_table(_lay_over(tables))
            else:
                merged = _sessions_table(_index_of(tables))
            chain = (*(item for item in chain if item.level != level), self._put(merged, level + 1))


def _index_of(tables: Iterable[pa.Table]) -> pd.DatetimeIndex:
    """Return the sessions of these tables as one sorted index without duplicates."""
    import numpy as np
    import pandas as pd

    days = np.unique(np.concatenate([_days(table) for table in tables]))
    return pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[us]"), name="session")


def _stamp(day: date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)


def _days(table: pa.Table) -> Any:
    """Days since 1970 as int32."""
    return table.column("session").cast("int32").to_numpy()


def _iso(day: int) -> str:
    return date.fromordinal(int(day) + date(1970, 1, 1).toordinal()).isoformat()


def _positions(table: pa.Table, ordinals: Any, columns: Mapping[str, int]) -> tuple[Any, Any, Any]:
    """Row and column of each known (session, symbol), and which rows of the table those are."""
    import numpy as np

    symbols = table.column("symbol").combine_chunks().dictionary_encode()
    codes = symbols.indices.to_numpy()
    names = symbols.dictionary.to_pylist()
    targets = np.array([columns.get(name, -1) for name in names])[codes]
    days = _days(table)
    rows = np.searchsorted(ordinals, days)
    rows[rows == len(ordinals)] = 0
    keep = (targets >= 0) & (ordinals[rows] == days)
    return rows[keep], targets[keep], keep


def _prices_table(rows: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    arrays = {
        "symbol": pa.array(rows["symbol"].astype(object), pa.string()),
        "session": pa.array(rows["session"].to_numpy().astype("datetime64[D]"), pa.date32()),
    }
    arrays |= {name: pa.array(rows[name].to_numpy(), pa.float64()) for name in VALUES}
    return pa.table(arrays)


def _sessions_table(sessions: pd.DatetimeIndex) -> pa.Table:
    import pyarrow as pa

    return pa.table({"session": pa.array(sessions.to_numpy().astype("datetime64[D]"), pa.date32())})


def _lay_over(tables: Iterable[pa.Table]) -> pd.DataFrame:
    """Later rows win; rows without a close stay, they take earlier ones back."""
    import pandas as pd

    frames = []
    for table in tables:
        frame = pd.DataFrame({name: table.column(name).to_numpy() for name in VALUES})
        frame.insert(0, "session", _days(table).astype("datetime64[D]").astype("datetime64[us]"))
        frame.insert(0, "symbol", pd.array(table.column("symbol").to_pylist(), dtype="str"))
        frames.append(frame)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.drop_duplicates(["symbol", "session"], keep="last")
    return rows.sort_values(["symbol", "session"], ignore_index=True)


def _changed(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, list[Mapping[str, Any]]]:
    """Rows that are new, differ, or are gone from the span their symbol was fetched for."""
    keys = ["symbol", "session"]
    both = new.merge(old, on=keys, how="outer", suffixes=("", "_old"), indicator=True)
    same = both["_merge"] == "both"
    for name in VALUES:
        a, b = both[name], both[f"{name}_old"]
        same &= (a == b) | (a.isna() & b.isna())
    first = new.groupby("symbol")["session"].min()
    start = both["symbol"].map(first)
    gone = (both["_merge"] == "right_only") & (both["session"] >= start)
    take = ((both["_merge"] != "right_only") & ~same) | gone
    rows = both.loc[take].sort_values(keys)
    revised = rows[rows["_merge"] != "left_only"]
    listed: list[Mapping[str, Any]] = [
        {
            "symbol": row.symbol,
            "session": row.session.date().isoformat(),
            "before": row.close_old,
            "after": None if row.close != row.close else row.close,
        }
        for row in revised.itertuples()
    ]
    return rows[[*keys, *VALUES]], listed


def _canonical(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _manifest_bytes(
    *,
    edition: Edition,
    as_of: date,
    previous: str | None,
    fetched: Fetched,
    versions: Mapping[str, str],
    chains: Mapping[str, tuple[Object, ...]],
    statuses: Iterable[SymbolStatus],
    revisions: list[Mapping[str, Any]],
) -> bytes:
    record: dict[str, Any] = {
        "format": FORMAT,
        "edition": str(edition),
        "as_of": as_of.isoformat(),
        "previous": previous,
        "provider": fetched.provider,
        "simulated": fetched.simulated,
        "publish": fetched.publish,
        "retrieved_at": fetched.retrieved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versions": dict(versions),
        "tables": {
            table: [{slot: getattr(item, slot) for slot in Object.__slots__} for item in chain]
            for table, chain in chains.items()
        },
        "symbols": {
            status.symbol: {
                "subject": status.subject,
                "used": status.used,
                "reason": status.reason,
                "notes": list(status.notes),
                "distributions": status.distributions,
                "rows": status.rows,
                "first_session": status.first_session and status.first_session.isoformat(),
                "last_session": status.last_session and status.last_session.isoformat(),
            }
            for status in statuses
        },
        "revised_rows": len(revisions),
        "revisions": revisions[:100],
    }
    record["digest"] = hashlib.sha256(_canonical(record)).hexdigest()
    return _canonical(record)


def _parse_manifest(content: bytes) -> Manifest:
    """Read a manifest's bytes. Raises ValueError, KeyError or TypeError where they are damaged."""
    record = json.loads(content)
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
            table: tuple(Object(**{**item, "symbols": tuple(item["symbols"])}) for item in chain)
            for table, chain in record["tables"].items()
        },
        symbols={
            symbol: SymbolStatus(
                symbol=symbol,
                **{
                    **status,
                    "notes": tuple(status["notes"]),
                    "first_session": _day(status["first_session"]),
                    "last_session": _day(status["last_session"]),
                },
            )
            for symbol, status in record["symbols"].items()
        },
        revisions=tuple(record["revisions"]),
        revised_rows=record["revised_rows"],
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
