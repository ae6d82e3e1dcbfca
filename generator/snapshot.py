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
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from generator import tables
from generator.editions import Edition, parse_edition
from generator.errors import ReportError, UsageError
from generator.manifest import (
    LISTED_REVISIONS,
    Checked,
    Dataset,
    Manifest,
    Object,
    SymbolStatus,
    manifest_bytes,
    parse_manifest,
)
from generator.store import Store
from generator.tables import FORMS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

FAN_OUT = 2
UNNAMED = frozenset({"member_prices", "answers"})
"""Tables whose objects do not list their names: there are thousands."""
_NAME = re.compile(r"(?P<edition>.+?)(?:-r(?P<revision>[0-9]+))?[.]json")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a provider brought, before it is examined and frozen."""

    provider: str
    """The provider's name."""
    retrieved_at: datetime
    """When the last of it came, in UTC."""
    simulated: bool
    """Whether the data are made up; said everywhere they show."""
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
    names: Mapping[str, str]
    """By symbol: what the source calls it, where it calls it anything."""
    distributions: Mapping[str, str]
    """By symbol: `reported`, `implied` from adjusted closes, or `none` where the source says
    nothing of distributions, which withholds total returns."""
    continued: frozenset[str] = frozenset()
    """Symbols, of whichever table, that were read from some day on only: their earlier rows are
    those of the snapshot before."""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Other tables by name, in the forms of tables.py. A table without rows was looked for."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """By table: why there is nothing of it at all."""
    table_faults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By table and name: why a member, fund or series is not in it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By table: what is to be said of its source in this edition, for example a client's version;
    it follows the source named in content/datasets.yml."""
    checks: tuple[Checked, ...] = ()
    """What the provider itself checked."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A table of prices as sessions x symbols, from the first session that has any."""

    sessions: pd.DatetimeIndex
    """XNYS sessions up to the as-of date."""
    symbols: tuple[str, ...]
    """In order of their letters."""
    closes: np.ndarray
    """float64, as the source gave them, NaN where there is none."""
    splits: np.ndarray
    """Same shape: factor still to be applied, else 1."""


def _no_panel(table: str) -> Panel | None:
    return None


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
    tables: Callable[[str], pd.DataFrame] = tables.empty
    """The rows of another table, read when asked for; none where the snapshot lacks it."""
    panel: Callable[[str], Panel | None] = _no_panel
    """Another table of prices, read when asked for; None where the snapshot lacks it."""


class Snapshots:
    """The snapshots in one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def revisions(self) -> dict[Edition, int]:
        """Return the newest revision of each edition that has a manifest, oldest edition first."""
        found: dict[Edition, int] = {}
        for name in self.store.names():
            match = _NAME.fullmatch(name)
            if match is None or name.startswith("."):
                continue
            try:
                edition = parse_edition(match["edition"])
            except UsageError:
                continue
            found[edition] = max(found.get(edition, 0), int(match["revision"] or 1))
        return dict(sorted(found.items()))

    def editions(self) -> list[Edition]:
        """Return the editions that have a manifest, oldest first."""
        return list(self.revisions())

    def has(self, edition: Edition) -> bool:
        """Whether an edition is frozen; it costs the same however many there are."""
        return self.store.exists(self.name(edition))

    def name(self, edition: Edition) -> str:
        """Return the name of the newest manifest of an edition; that of a first one if none is."""
        return file_name(edition, self._newest(edition))

    def _newest(self, edition: Edition) -> int:
        """The newest revision of an edition; 1 if there is none."""
        revision = 1
        while self.store.exists(file_name(edition, revision + 1)):
            revision += 1
        return revision

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
        """Read an edition's newest manifest.

        Raises:
            ReportError: it is missing, half-written or changed.
        """
        return self._read(edition, self._newest(edition))

    def _read(self, edition: Edition, revision: int) -> Manifest:
        name = file_name(edition, revision)
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
            manifest = parse_manifest(content)
            if file_name(manifest.edition, manifest.revision) != name:
                raise ValueError(f"it is that of {manifest.edition}, {manifest.revision}")
            return manifest
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
        """Recompute every hash of an edition's snapshots, each revision's, and return what is
        wrong, one line each."""
        wrong: list[str] = []
        for revision in range(1, self._newest(edition) + 1):
            try:
                manifest = self._read(edition, revision)
            except ReportError as error:
                wrong.append(str(error).splitlines()[0])
                continue
            for item in dict.fromkeys(i for chain in manifest.tables.values() for i in chain):
                try:
                    self.read_object(item)
                except ReportError as error:
                    wrong.append(str(error).splitlines()[0])
        return list(dict.fromkeys(wrong))

    def _chain(self, chain: Iterable[Object]) -> list[pa.Table]:
        return [tables.read_parquet(self.read_object(item)) for item in chain]

    def open(self, edition: Edition) -> Snapshot:
        """Open a snapshot, checking every hash on the way.

        Raises:
            ReportError: something is missing, half-written or changed.
        """
        import numpy as np
        import pandas as pd

        manifest = self.manifest(edition)
        days = [tables.days(table) for table in self._chain(manifest.tables["sessions"])]
        ordinals = np.unique(np.concatenate(days))
        used = [status for status in manifest.symbols.values() if status.used]
        columns = {status.symbol: position for position, status in enumerate(used)}
        names = ("close", "dividend", "split")
        grids = _grids(self._chain(manifest.tables["prices"]), ordinals, columns, names)
        index = _sessions(ordinals)
        frames = {
            name: pd.DataFrame(grid, index=index, columns=[s.subject for s in used])
            for name, grid in grids.items()
        }
        return Snapshot(
            manifest,
            index,
            frames["close"],
            frames["dividend"],
            frames["split"],
            cache(partial(self.table, manifest)),
            cache(partial(self.panel, manifest, ordinals)),
        )

    def panel(self, manifest: Manifest, ordinals: np.ndarray, table: str) -> Panel | None:
        """Return a table of prices as sessions x symbols; None where the snapshot has none.

        `ordinals` are the sessions as days since 1970; a row dated on any other day is not read.

        Raises:
            ReportError: an object is missing or changed.
        """
        import numpy as np

        chain = self._chain(manifest.tables.get(table, ()))
        if not chain:
            return None
        found = {name for part in chain for name in part.column("symbol").unique().to_pylist()}
        symbols = sorted(found)
        first = min(int(tables.days(part).min()) for part in chain)
        kept = ordinals[int(np.searchsorted(ordinals, first)) :]
        places = {symbol: place for place, symbol in enumerate(symbols)}
        grids = _grids(chain, kept, places, ("close", "split"))
        return Panel(_sessions(kept), tuple(symbols), grids["close"], grids["split"])

    def table(self, manifest: Manifest, table: str) -> pd.DataFrame:
        """Return a snapshot's rows of one table in its form; no rows where it has none.

        Raises:
            ReportError: an object is missing or changed.
        """
        chain = manifest.tables.get(table, ())
        if not chain:
            return tables.empty(table)
        return tables.present(table, tables.lay_over(table, self._chain(chain)))

    def freeze(
        self,
        edition: Edition,
        as_of: date,
        sessions: pd.DatetimeIndex,
        fetched: Fetched,
        statuses: Iterable[SymbolStatus],
        versions: Mapping[str, str],
        *,
        datasets: Mapping[str, Dataset],
        checks: Iterable[Checked],
        again: bool = False,
    ) -> Manifest:
        """Freeze what was fetched, up to the as-of date, and return its manifest.

        Objects are written first and the manifest last, each whole or not at all, so a run that is
        killed leaves no snapshot rather than half of one. `again` freezes an edition that is frozen
        already as a new revision beside the old one.

        Raises:
            ReportError: the edition is frozen already (real data may replace simulated data).
        """
        revision = self._next_revision(edition, fetched, again)
        before = self.before(edition, fetched.provider, fetched.simulated, again=again)
        rows = {"prices": fetched.prices, **fetched.tables}
        chains = {"sessions": self._sessions(before, sessions)}
        found = dict(datasets)
        revisions: list[Mapping[str, Any]] = []
        for table, frame in rows.items():
            chains[table], revised = self._rows(before, table, frame, as_of)
            found[table] = replace(found[table], revised_rows=len(revised))
            if table == "prices":
                revisions = tables.listed(revised.head(LISTED_REVISIONS))
        for table, chain in before.tables.items() if before else ():
            if FORMS[table].chained:
                chains.setdefault(table, chain)
        manifest = Manifest(
            edition=edition,
            revision=revision,
            as_of=as_of,
            previous=str(before.edition) if before else None,
            provider=fetched.provider,
            simulated=fetched.simulated,
            retrieved_at=fetched.retrieved_at,
            versions=versions,
            tables={table: chains[table] for table in sorted(chains)},
            datasets=found,
            checks=tuple(checks),
            symbols={status.symbol: status for status in statuses},
            revisions=tuple(revisions),
        )
        content = manifest_bytes(manifest)
        self.store.write(file_name(edition, revision), content)
        return parse_manifest(content)

    def _next_revision(self, edition: Edition, fetched: Fetched, again: bool) -> int:
        newest = self._newest(edition)
        if not self.has(edition):
            return 1
        old = self.manifest(edition)
        if old.simulated and not fetched.simulated:
            return newest
        if again:
            return newest + 1
        raise ReportError(
            f"{edition} is frozen already, from the provider '{old.provider}'",
            where=self.store.where(self.name(edition)),
            hint="A frozen edition is evidence and is not fetched again; --refreeze freezes a new "
            "revision beside it.",
        )

    def before(
        self, edition: Edition, provider: str, simulated: bool, *, again: bool = False
    ) -> Manifest | None:
        """Return the manifest whose chains a new one continues: the nearest earlier edition's of
        the same provider, or, for a revision, that of the same edition."""
        for earlier in reversed(
            [e for e in self.editions() if e < edition or (again and e == edition)]
        ):
            manifest = self.manifest(earlier)
            if (manifest.provider, manifest.simulated) == (provider, simulated):
                return manifest
        return None

    def _sessions(self, before: Manifest | None, sessions: pd.DatetimeIndex) -> tuple[Object, ...]:
        if before is None:
            return (self._put("sessions", tables.sessions_table(sessions), None),)
        known = tables.index_of(self._chain(before.tables["sessions"]))
        fresh = sessions[~sessions.isin(known)]
        return self._extend("sessions", before.tables["sessions"], tables.sessions_table(fresh))

    def _rows(
        self, before: Manifest | None, table: str, rows: pd.DataFrame, as_of: date
    ) -> tuple[tuple[Object, ...], pd.DataFrame]:
        """The chain of a table with new rows, and the rows among them that revise others."""
        form = FORMS[table]
        if form.dated is not None:
            rows = rows.loc[rows[form.dated] <= _stamp(as_of)]
        rows = rows.sort_values(list(form.keys), ignore_index=True)
        chain = before.tables.get(table, ()) if before and form.chained else ()
        if not chain:
            whole = (self._put(table, tables.as_arrow(table, rows), None),) if len(rows) else ()
            return whole, rows.head(0)
        old = tables.lay_over(table, self._chain(chain))
        fresh, revised = tables.changed(table, old, rows)
        return self._extend(table, chain, tables.as_arrow(table, fresh)), revised

    def _put(self, name: str, table: pa.Table, level: int | None) -> Object:
        content = tables.parquet(table)
        form = FORMS[name]
        days = tables.days(table, form.day) if form.day else None
        named = form.name is not None and name not in UNNAMED
        item = Object(
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            rows=table.num_rows,
            level=level,
            first_session="" if days is None else tables.iso(days.min()),
            last_session="" if days is None else tables.iso(days.max()),
            symbols=tuple(sorted(set(table.column(form.name).to_pylist()))) if named else (),
        )
        if not self.store.exists(item.name):
            self.store.write(item.name, content)
        return item

    def _extend(self, name: str, chain: tuple[Object, ...], fresh: pa.Table) -> tuple[Object, ...]:
        """Add rows to a chain and merge its end while it is due."""
        if not fresh.num_rows:
            return chain
        chain = (*chain, self._put(name, fresh, 0))
        while True:
            level = chain[-1].level
            tail = [item for item in chain if item.level == level]
            if level is None or len(tail) < FAN_OUT:
                return chain
            parts = self._chain(tail)
            if name == "sessions":
                merged = tables.sessions_table(tables.index_of(parts))
            else:
                merged = tables.as_arrow(name, tables.lay_over(name, parts))
            rest = [item for item in chain if item.level != level]
            chain = (*rest, self._put(name, merged, level + 1))


def _grids(
    chain: Iterable[pa.Table],
    ordinals: np.ndarray,
    columns: Mapping[str, int],
    names: Iterable[str],
) -> dict[str, np.ndarray]:
    """Lay price tables over each other as sessions x columns, by name of what they hold."""
    import numpy as np

    empty = {"close": np.nan, "dividend": 0.0, "split": 1.0}
    grids = {name: np.full((len(ordinals), len(columns)), empty[name]) for name in names}
    for table in chain:
        rows, targets, keep = tables.positions(table, ordinals, columns)
        for name, grid in grids.items():
            grid[rows, targets] = table.column(name).to_numpy()[keep]
    gone = np.isnan(grids["close"])
    for name, grid in grids.items():
        grid[gone] = empty[name]
    return grids


def _sessions(ordinals: np.ndarray) -> pd.DatetimeIndex:
    import pandas as pd

    index = pd.DatetimeIndex(ordinals.astype("datetime64[D]").astype("datetime64[us]"))
    return index.rename("session")


def file_name(edition: Edition, revision: int) -> str:
    """Return the name of a manifest.

    >>> file_name(Edition(2026, 3), 1), file_name(Edition(2026, 3), 2)
    ('2026-W03.json', '2026-W03-r2.json')
    """
    return f"{edition}.json" if revision == 1 else f"{edition}-r{revision}.json"


def _stamp(day: date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)
