"""The range of a year's first ten sessions, and where the year ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.editions import is_last_of_year
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._statistics import wilson
from generator.metrics._tools import day, per_subject
from generator.metrics.first_ten import FIRST

ABOVE, INSIDE, BELOW = "above", "inside", "below"


@dataclass(frozen=True, slots=True)
class _Year:
    """One calendar year with ten sessions."""

    year: int
    high: float
    """The highest close of the first ten sessions."""
    low: float
    """The lowest."""
    first: tuple[str, pd.Timestamp] | None
    """On which side, and when, the range was left first."""
    last: float
    """The last close of the year, or the last so far."""

    def side(self, close: float) -> str:
        return ABOVE if close > self.high else BELOW if close < self.low else INSIDE

    def row(self, state: str) -> tuple[Scalar, ...]:
        side, left = (self.first[0], day(self.first[1])) if self.first else (None, None)
        return self.year, self.low, self.high, side, left, self.last, self.side(self.last), state


def _years(series: pd.Series) -> tuple[list[_Year], list[int]]:
    """Every year with ten sessions of the history, and those that lack a close."""
    sessions, closes = series.index, series.to_numpy()
    calendar = sessions.year.to_numpy()
    starts = np.flatnonzero(calendar[1:] != calendar[:-1]) + 1
    found, unknown = [], []
    for start, end in zip(starts, np.append(starts, len(sessions))[1:], strict=True):
        if end - start < FIRST:
            continue
        span = closes[start:end]
        if np.isnan(span).any():
            unknown.append(int(calendar[start]))
            continue
        high, low = float(span[:FIRST].max()), float(span[:FIRST].min())
        outside = np.flatnonzero((span > high) | (span < low))
        first = None
        if len(outside):
            place = int(outside[0])
            first = (ABOVE if span[place] > high else BELOW, sessions[start + place])
        found.append(_Year(int(calendar[start]), high, low, first, float(span[-1])))
    return found, unknown


@tag(unit="share", title="Years above their first ten sessions", section="Calendar years")
def first_ten_range(
    closes: pd.DataFrame,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    exclusions: dict[str, str],
) -> Figures:
    """Of the whole calendar years, the share whose last close was above the highest close of the
    year's first ten sessions.

    Beside it stand the shares that ended inside the range of the first ten closes and below it,
    which is what to expect without any rule; and the rule: of the years that left the range first
    on its upper side, how many ended above it, and likewise below. Intervals are Wilson's, 95%. The
    running year is shown with the side on which its last close lies, and is not counted. The range
    is that of closes, not of prices within the day. Years without a close are left out and named.
    """

    def rule(_: str, series: pd.Series) -> Figure:
        known = series.dropna()
        if known.empty:
            return Withheld("it has no close")
        years, unknown = _years(series.loc[known.index[0] :])
        return _figure(years, unknown, None if is_last_of_year(as_of) else as_of.year)

    return per_subject([small_cap, large_cap], closes, exclusions, rule)


def _figure(years: list[_Year], unknown: list[int], running: int | None) -> Figure:
    whole = [year for year in years if year.year != running]
    if not whole:
        return Withheld("it has no whole calendar year")
    ended = {side: [y for y in whole if y.side(y.last) == side] for side in (ABOVE, INSIDE, BELOW)}
    low, high = wilson(len(ended[ABOVE]), len(whole))
    gaps = ", ".join(str(year) for year in unknown if year != running)
    columns = {"year": "year", "low": "points", "high": "points", "first": "text", "left": "date"}
    columns |= {"last": "points", "ended": "text", "state": "text"}
    states = ("to date" if year.year == running else "complete" for year in years)
    return Value(
        len(ended[ABOVE]) / len(whole),
        parts={
            "years": Part(len(whole), "years"),
            "first_year": Part(whole[0].year, "year"),
            "share_low": Part(low, "share"),
            "share_high": Part(high, "share"),
            **{f"ended_{side}": Part(len(found), "years") for side, found in ended.items()},
            "share_below": Part(len(ended[BELOW]) / len(whole), "share"),
            **_after(whole, ABOVE),
            **_after(whole, BELOW),
            **_running([year for year in years if year.year == running]),
        },
        tables={"years": Table(columns, tuple(map(_Year.row, years, states)))},
        warnings=(f"left out, for want of a close: {gaps}",) if gaps else (),
    )


def _after(years: list[_Year], side: str) -> dict[str, Part]:
    """Of the years that left the range first on this side, those that ended beyond it."""
    left = [year for year in years if year.first is not None and year.first[0] == side]
    held = sum(year.side(year.last) == side for year in left)
    low, high = wilson(held, len(left)) if left else (None, None)
    return {
        f"left_{side}": Part(len(left), "years"),
        f"left_and_ended_{side}": Part(held, "years"),
        f"left_{side}_share": Part(held / len(left) if left else None, "share"),
        f"left_{side}_share_low": Part(low, "share"),
        f"left_{side}_share_high": Part(high, "share"),
    }


def _running(years: list[_Year]) -> dict[str, Part]:
    """Where the running year stands, once it has had ten sessions."""
    return {
        name: part
        for year in years
        for name, part in (
            ("this_year", Part(year.side(year.last), "text")),
            ("this_year_low", Part(year.low, "points")),
            ("this_year_high", Part(year.high, "points")),
        )
    }
