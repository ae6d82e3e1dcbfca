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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from generator import tables
from generator.editions import Edition, parse_edition
from generator.errors import ReportError, UsageError
from generator.manifest import (
    LISTED_REVISIONS,
    Manifest,
    Object,
    SymbolStatus,
    manifest_bytes,
    parse_manifest,
)
from generator.store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FAN_OUT = 2


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
            manifest = parse_manifest(content)
            if manifest.edition != edition:
                raise ValueError(f"it is that of {manifest.edition}")
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
        shape = (len(ordinals), len(used))
        grids = {
            "close": np.full(shape, np.nan),
            "dividend": np.zeros(shape),
            "split": np.ones(shape),
        }
        for table in self._chain(manifest.tables["prices"]):
            rows, targets, keep = tables.positions(table, ordinals, columns)
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
        return tables.lay_over(self._chain(manifest.tables["prices"])).dropna(subset="close")

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
                "prices": (self._put(tables.prices_table(prices), None),),
                "sessions": (self._put(tables.sessions_table(sessions), None),),
            }
            revisions: list[Mapping[str, Any]] = []
        else:
            changed, revisions = tables.changed(self.rows(before), prices)
            known = tables.index_of(self._chain(before.tables["sessions"]))
            fresh = sessions[~sessions.isin(known)]
            chains = {
                "prices": self._extend(before.tables["prices"], tables.prices_table(changed)),
                "sessions": self._extend(before.tables["sessions"], tables.sessions_table(fresh)),
            }
        manifest = Manifest(
            edition=edition,
            as_of=as_of,
            previous=str(before.edition) if before else None,
            provider=fetched.provider,
            simulated=fetched.simulated,
            publish=fetched.publish,
            retrieved_at=fetched.retrieved_at,
            versions=versions,
            tables=chains,
            symbols={status.symbol: status for status in statuses},
            revisions=tuple(revisions[:LISTED_REVISIONS]),
            revised_rows=len(revisions),
        )
        content = manifest_bytes(manifest)
        self.store.write(name, content)
        return parse_manifest(content)

    def _before(self, edition: Edition, fetched: Fetched) -> Manifest | None:
        """The nearest earlier snapshot of the same provider."""
        for earlier in reversed([e for e in self.editions() if e < edition]):
            manifest = self.manifest(earlier)
            if (manifest.provider, manifest.simulated) == (fetched.provider, fetched.simulated):
                return manifest
        return None

    def _put(self, table: pa.Table, level: int | None) -> Object:
        content = tables.parquet(table)
        days = tables.days(table)
        named = "symbol" in table.column_names
        item = Object(
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            rows=table.num_rows,
            level=level,
            first_session=tables.iso(days.min()),
            last_session=tables.iso(days.max()),
            symbols=tuple(sorted(set(table.column("symbol").to_pylist()))) if named else (),
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
            parts = self._chain(tail)
            if "symbol" in fresh.column_names:
                merged = tables.prices_table(tables.lay_over(parts))
            else:
                merged = tables.sessions_table(tables.index_of(parts))
            chain = (*(item for item in chain if item.level != level), self._put(merged, level + 1))


def _stamp(day: date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)
