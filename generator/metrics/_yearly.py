"""Windows of fixed days around the turn of the year, and what they are compared with.

They were fixed before any of them was looked at. All differences are of price returns, small minus
large, in percentage points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.editions import is_last_of_year
from generator.facts import Scalar, Table, Withheld
from generator.metrics._statistics import (
    LEVEL,
    Summary,
    as_large_by_chance,
    holm,
    p_value,
    picked_by_chance,
    summarise,
    welch,
)
from generator.metrics._tools import TIE

FEWEST = 10
"""Whole years without which nothing is tested."""
IN_POINTS = 100 * TIE
"""Differences closer than this, in percentage points, are ties."""
SUBPERIODS = ((None, 1982), (1983, 1999), (2000, None))
"""First and last year of each: before and after the January effect was published, and lately."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

Spans = Sequence[tuple[int, int]]
"""Positions of base and end of a year's window, and then of those it is compared with."""


@dataclass(frozen=True, slots=True)
class YearlyWindow:
    """A window of fixed days around the turn of the year."""

    title: str
    """As a heading."""
    days: str
    """Which days, in words."""
    compared: str
    """With what it is compared, in words."""
    spans: Callable[[pd.DatetimeIndex, int], Spans]
    """Its place in a year, and those of what it is compared with."""


def _until(sessions: pd.DatetimeIndex, year: int, month: int, day: int = 1) -> int:
    """Position of the last session before a day."""
    return int(sessions.searchsorted(pd.Timestamp(year, month, day))) - 1


def _months(sessions: pd.DatetimeIndex, year: int) -> Spans:
    ends = [_until(sessions, year, month) for month in range(1, 13)]
    ends.append(_until(sessions, year + 1, 1))
    return list(itertools.pairwise(ends))


def _middles(sessions: pd.DatetimeIndex, year: int) -> Spans:
    cuts = [_until(sessions, year - 1, 12, 15)]
    cuts += [_until(sessions, year, month, 16) for month in range(1, 12)]
    cuts.append(_until(sessions, year, 12, 15))
    return list(itertools.pairwise(cuts))


def _around(before: int, after: int) -> Callable[[pd.DatetimeIndex, int], Spans]:
    """So many sessions of December and January, against blocks of as many from February on."""

    def spans(sessions: pd.DatetimeIndex, year: int) -> Spans:
        turn, length = _until(sessions, year, 1), before + after
        starts = range(_until(sessions, year, 2), _until(sessions, year, 12) - length + 1, length)
        return [(turn - before, turn + after), *((start, start + length) for start in starts)]

    return spans


WINDOWS: Mapping[str, YearlyWindow] = {
    "january_effect": YearlyWindow(
        "January, small minus large caps",
        "calendar January, from the last close of December to the last close of January",
        "the other eleven calendar months of the same year",
        _months,
    ),
    "january_effect_mid_december_to_mid_january": YearlyWindow(
        "15 December to 15 January, small minus large caps",
        "15 December to 15 January, from the last close before 15 December to the last close up to "
        "15 January",
        "the eleven spans from the middle of one month to the middle of the next that follow it, "
        "up to the last close before 15 December",
        _middles,
    ),
    "january_effect_last_session_and_first_four": YearlyWindow(
        "Last session of December and first four of January, small minus large caps",
        "the last session of December and the first four of January",
        "the blocks of five sessions, one after the other and none overlapping, from the first "
        "session of February to the last whole block of November of the same year",
        _around(1, 4),
    ),
    "january_effect_last_five_and_first_two": YearlyWindow(
        "Last five sessions of December and first two of January, small minus large caps",
        "the last five sessions of December and the first two of January",
        "the blocks of seven sessions, one after the other and none overlapping, from the first "
        "session of February to the last whole block of November of the same year",
        _around(5, 2),
    ),
}
"""By the name of the figure."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Small minus large by window, of every year that has all of them."""

    years: tuple[int, ...]
    """The whole years, in order."""
    groups: tuple[np.ndarray, ...]
    """By year: that of the window, and those it is compared with."""
    unknown: tuple[int, ...]
    """Years that are left out for want of a close."""
    running: tuple[int, float] | None
    """The year that is not over, and its window up to the last session."""

    @property
    def own(self) -> np.ndarray:
        """Those of the window."""
        return np.array([group[0] for group in self.groups])

    @property
    def others(self) -> np.ndarray:
        """Those it is compared with, all years together."""
        return np.concatenate([group[1:] for group in self.groups])


@dataclass(frozen=True, slots=True)
class WindowTest:
    """What came of a window in all whole years."""

    differences: Differences
    own: Summary
    """Of the window."""
    others: Summary
    """Of what it is compared with."""
    welch_t: float | None
    """Welch's t of the window against the others."""
    as_large: int
    """Reshuffled histories with a gap at least as large."""
    p: float
    """Of the permutation test by year."""
    p_holm: float
    """The same, adjusted for the number of windows."""


def differences_in(pair: pd.DataFrame, as_of: pd.Timestamp, window: YearlyWindow) -> Differences:
    """Return small minus large of a window and of what it is compared with, year by year.

    `pair` has the closes of small and of large caps. A year counts once it is over and if all of
    it lies in the history.
    """
    sessions, levels = pair.index, pair.to_numpy()
    last = as_of.year if is_last_of_year(as_of) else as_of.year - 1
    years, groups, unknown = [], [], []
    for year in range(sessions[0].year, last + 1):
        spans = np.array(window.spans(sessions, year))
        if spans.min() < 0:
            continue
        group = _gaps(levels, spans)
        if np.isnan(group).any():
            unknown.append(year)
        else:
            years.append(year)
            groups.append(group)
    running = _running(levels, sessions, last + 1, window) if as_of.year > last else None
    return Differences(tuple(years), tuple(groups), tuple(unknown), running)


def _gaps(levels: np.ndarray, spans: np.ndarray) -> np.ndarray:
    returns = levels[spans[:, 1]] / levels[spans[:, 0]] - 1
    gaps: np.ndarray = 100 * (returns[:, 0] - returns[:, 1])
    return gaps


def _running(
    levels: np.ndarray, sessions: pd.DatetimeIndex, year: int, window: YearlyWindow
) -> tuple[int, float] | None:
    base, end = window.spans(sessions, year)[0]
    end = min(end, len(sessions) - 1)
    if not 0 <= base < end:
        return None
    gap = float(_gaps(levels, np.array([(base, end)]))[0])
    return None if np.isnan(gap) else (year, gap)


def too_few(found: Differences) -> Withheld:
    """Return why nothing is tested of so few years."""
    counted = f"{len(found.years)} whole calendar year{'s' if len(found.years) != 1 else ''}"
    return Withheld(f"its common history with the benchmark has {counted}, {FEWEST} are needed")


def tested(found: Mapping[str, Differences], seed: int) -> dict[str, WindowTest]:
    """Return what came of several windows, their p adjusted for their number."""
    as_large = {}
    for name, each in found.items():
        chance = picked_by_chance(each.groups, seed)
        as_large[name] = as_large_by_chance(each.groups, 0, chance)
    adjusted = holm([p_value(count) for count in as_large.values()])
    return {
        name: WindowTest(
            differences=each,
            own=summarise(each.own, IN_POINTS),
            others=summarise(each.others, IN_POINTS),
            welch_t=welch(each.own, each.others),
            as_large=as_large[name],
            p=p_value(as_large[name]),
            p_holm=p,
        )
        for (name, each), p in zip(found.items(), adjusted, strict=True)
    }


def verdict(p: float) -> str:
    """Return what an adjusted p says, in words."""
    return "told from chance" if p < LEVEL else "not told from chance"


def subperiods(years: Sequence[int], values: np.ndarray) -> Table:
    """Return what the years of each subperiod have in common; one without data says so."""
    rows: list[tuple[Scalar, ...]] = []
    for first, last in SUBPERIODS:
        name = f"to {last}" if first is None else f"{first} to {last or years[-1]}"
        inside = [n for n, y in enumerate(years) if (first or y) <= y <= (last or y)]
        if not inside:
            rows.append((name, 0, *(None,) * 10))
            continue
        found = summarise(values[inside], IN_POINTS)
        span = (years[inside[0]], years[inside[-1]])
        interval = (found.mean_low, found.mean_high)
        hits = (found.positive, found.share, found.share_low, found.share_high)
        rows.append((name, found.count, *span, found.mean, found.median, *interval, *hits))
    pp = dict.fromkeys(("mean", "median", "mean_low", "mean_high"), "pp")
    hits_units = {"positive": "years"} | dict.fromkeys(
        ("share", "share_low", "share_high"), "share"
    )
    columns = {"period": "text", "years": "years", "first": "year", "last": "year"}
    return Table({**columns, **pp, **hits_units}, tuple(rows))
