"""Economic series in the folder of the files provider.

`macro_vintages.csv` or `.parquet` has a row for each release of each period, so that what was known
on a day can be told. A file of one series in `macro`, named after it, has a row for each day: of a
series that is never revised that is enough, of others nothing can be told from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from generator import quality, tables
from generator.config import MacroSeries
from generator.providers import Request
from generator.providers._dates import Days
from generator.providers._files_folder import Folder, Kept, Source
from generator.providers._files_sheet import DatedFile, Rows, letters
from generator.providers._numbers import Floats
from generator.providers._piece import Piece
from generator.providers._sheet import Unreadable

CURRENT, RELEASES = "macro", "macro_vintages"
_TOGETHER = ("macro_vintages.csv", "macro_vintages.parquet")
_HEADINGS = {
    "series": ("series", "seriesid"),
    "day": ("observed", "observationdate", "date", "period"),
    "released": ("released", "releasedate", "realtimestart"),
    "value": ("value",),
}
_DAILY = ("date", "observationdate", "observed")


@dataclass(frozen=True, slots=True)
class _Values:
    """Values of one series by period and, where it is known, by day of release."""

    observed: Days
    released: Days | None
    value: Floats


@dataclass(slots=True)
class _Found:
    """What an edition may see."""

    current: dict[str, _Values] = field(default_factory=dict)
    releases: dict[str, _Values] = field(default_factory=dict)
    faults: dict[str, dict[str, str]] = field(default_factory=lambda: {CURRENT: {}, RELEASES: {}})
    """By table and series."""


class EconomyFolder:
    """Every file of economic series of a folder, each read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files."""
        self._together = [folder.files[name] for name in _TOGETHER if name in folder.files]
        self._apart = {s.path.stem.upper(): s for s in folder.inside("macro", ".csv")}
        self._read = Kept[DatedFile]()

    def bring(self, request: Request) -> Piece:
        """Return what was known of each economic series on the edition's date."""
        found = _Found()
        wanted = {one.series: one for one in request.universe.macro.values()}
        broken = self._add_releases(found, request, wanted)
        for series, rules in wanted.items() if self._apart or self._together else ():
            if series not in found.current and series not in found.faults[CURRENT]:
                self._add_apart(found, request, series, rules, broken)
        for name in sorted(set(self._apart) - set(wanted)):
            why = "it is named after no series in content/universe.yml"
            found.faults[CURRENT][self._apart[name].name] = why
        return self._piece(found, request, broken)

    def _add_releases(
        self, found: _Found, request: Request, wanted: Mapping[str, MacroSeries]
    ) -> str | None:
        """Add what the file of releases says; return why it cannot be used as a whole."""
        if not self._together:
            return "the folder has no macro_vintages.csv"
        if len(self._together) > 1:
            return f"{' and '.join(_TOGETHER)} are both there; keep the one that counts"
        try:
            file = self._file(self._together[0], _HEADINGS)
            released = file.read_days("released")
        except Unreadable as error:
            return str(error)
        known = released <= np.datetime64(request.as_of)
        names = np.array(file.texts("series"), dtype=object)
        for series, rules in wanted.items():
            rows = np.flatnonzero(known & (names == series))
            if len(rows):
                _add_series(found, request, rules, file, rows, released)
        return None

    def _add_apart(
        self,
        found: _Found,
        request: Request,
        series: str,
        rules: MacroSeries,
        broken: str | None,
    ) -> None:
        """Add what a file of one series says, or why nothing is known of the series."""
        source = self._apart.get(series)
        reason = None
        if source is None:
            reason = "the folder has no file of it"
            if self._together:
                reason = broken or f"{self._together[0].name} has no release of it up to then"
        elif rules.vintages:
            reason = (
                f"{source.name} has its latest values: what was known of them on {request.as_of} "
                "cannot be told; a file macro_vintages.csv with series, observed, released and "
                "value could say"
            )
        else:
            try:
                found.current[series] = self._daily(source, series, request)
            except Unreadable as error:
                reason = str(error)
        for table in (CURRENT, RELEASES) if rules.vintages else (CURRENT,):
            if reason is not None:
                found.faults[table][series] = reason

    def _daily(self, source: Source, series: str, request: Request) -> _Values:
        file = self._file(source, {"day": _DAILY, "value": ("value", letters(series))})
        rows = np.flatnonzero(file.days <= np.datetime64(request.as_of))
        if not len(rows):
            raise Unreadable(f"{source.name}: it has no value up to {request.as_of}")
        values = file.numbers(["value"], rows)
        kept = file.once(rows, [file.days[rows]], values)
        return _Values(file.days[rows][kept], None, values["value"][kept])

    def _file(self, source: Source, headings: Mapping[str, tuple[str, ...]]) -> DatedFile:
        return self._read.get(source, lambda: DatedFile(source, headings))

    def _piece(self, found: _Found, request: Request, broken: str | None) -> Piece:
        both = {CURRENT: found.current, RELEASES: found.releases}
        examined = sum(values.released is not None for values in found.current.values())
        return Piece(
            tables={table: _table(table, rows) for table, rows in both.items() if rows},
            kept=(),
            checks=(quality.checked(request.checks, "point_in_time", examined, ()),),
            missing=self._missing(found, broken),
            faults={table: faults for table, faults in found.faults.items() if faults},
            sources=_said(found, request),
        )

    def _missing(self, found: _Found, broken: str | None) -> dict[str, str]:
        """Why there is nothing of a table."""
        missing = {}
        if not found.current and not self._apart and not self._together:
            missing[CURRENT] = "the folder has no economic series"
        elif not found.current:
            unusable = "no economic series of the folder can be used"
            missing[CURRENT] = broken if self._together and broken else unusable
        if not found.releases:
            missing[RELEASES] = broken or "no release of an economic series can be used"
        return missing


def _add_series(
    found: _Found,
    request: Request,
    rules: MacroSeries,
    file: DatedFile,
    rows: Rows,
    released: Days,
) -> None:
    """Add the releases of one series, and of each period the last of them."""
    series = rules.series
    try:
        values = file.numbers(["value"], rows)
        kept = file.once(rows, [file.days[rows], released[rows]], values)
    except Unreadable as error:
        for table in (CURRENT, RELEASES) if rules.vintages else (CURRENT,):
            found.faults[table][series] = str(error)
        return
    told = _Values(file.days[rows][kept], released[rows][kept], values["value"][kept])
    found.current[series] = _take(told, _last_of_period(told))
    if not rules.vintages:
        return
    firsts = _take(told, _since(told, request) & ~_state_of_knowledge(told))
    if len(firsts.observed):
        found.releases[series] = firsts
    else:
        found.faults[RELEASES][series] = f"{file.file} has no period whose first release is known"


def _take(values: _Values, kept: np.ndarray) -> _Values:
    assert values.released is not None
    return _Values(values.observed[kept], values.released[kept], values.value[kept])


def _last_of_period(values: _Values) -> np.ndarray:
    last = np.ones(len(values.observed), dtype=bool)
    last[:-1] = values.observed[1:] != values.observed[:-1]
    return last


def _since(values: _Values, request: Request) -> np.ndarray:
    years = pd.DateOffset(years=request.live.fred.vintage_years)
    since = (pd.Timestamp(request.as_of) - years).to_datetime64().astype("datetime64[D]")
    recent: np.ndarray = values.observed >= since
    return recent


def _state_of_knowledge(values: _Values) -> np.ndarray:
    """Which rows are of periods that the file begins with: where its first day of release tells of
    several periods, it is what was known by then, and when each was released first is not known."""
    assert values.released is not None
    begun = values.observed[values.released == values.released.min()]
    if len(begun) == 1:
        begun = begun[:0]
    older: np.ndarray = np.isin(values.observed, begun)
    return older


def _table(table: str, found: Mapping[str, _Values]) -> pd.DataFrame:
    """Values by series as a table."""
    ordered = sorted(found.items())
    columns = {
        "series": [series for series, values in ordered for _ in values.observed],
        "observed": _joined([values.observed for _, values in ordered]),
        "value": np.concatenate([values.value for _, values in ordered]),
    }
    if table == RELEASES:
        released = [values.released for _, values in ordered if values.released is not None]
        columns["released"] = _joined(released)
    return tables.frame(table, columns)


def _joined(days: list[Days]) -> np.ndarray:
    return np.concatenate(days).astype("datetime64[us]")


def _said(found: _Found, request: Request) -> dict[str, str]:
    """What is to be said of where values are from."""
    daily = [values for values in found.current.values() if values.released is None]
    known = len(found.current) - len(daily)
    said = [f"{known} series as known on {request.as_of}"]
    said *= bool(known)
    if daily:
        said.append(f"{len(daily)} that are not revised, with values dated up to {request.as_of}")
    sources = {CURRENT: "; ".join(said)} if said else {}
    if found.releases:
        sources[RELEASES] = "periods whose first release is known"
    return sources
