"""What was known of an economic series on a day: its values by period, and how they came about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from generator.config import MacroSeries
from generator.facts import Figure, Figures, Part, Value, Withheld, show_period
from generator.metrics._tools import day

LISTED = 3
"""Periods without a value that a warning names; it counts the rest."""
_REGULAR = {"month": "MS", "quarter": "QS"}
"""Periods that begin on fixed days, as pandas calls them."""
FEWEST = 24
"""Observations below which a history is too short for a place in it."""


@dataclass(frozen=True)
class Known:
    """An economic series as known on a day."""

    series: MacroSeries
    """What it is."""
    values: pd.Series
    """By period, oldest first, of those that had begun; NaN where there is none."""
    releases: pd.DataFrame
    """Columns observed, released, value: every release up to the day, in order of release."""

    @property
    def valued(self) -> pd.Series:
        """Values by period without those that have none."""
        return self.values.dropna()

    def on(self, stamp: pd.Timestamp) -> pd.Series:
        """Return values by period as they stood on an earlier day, as far as releases tell."""
        return newest(self.releases.loc[self.releases["released"] <= stamp])

    def first(self, observed: pd.Timestamp) -> tuple[pd.Timestamp, float] | None:
        """Return when a period's first value was released and what it was, where that is known."""
        own = self.releases.loc[self.releases["observed"] == observed].dropna(subset="value")
        return (own["released"].iloc[0], float(own["value"].iloc[0])) if len(own) else None

    def period(self, observed: pd.Timestamp) -> str:
        """Return a period as it is printed."""
        return show_period(day(observed), self.series.frequency)


def newest(releases: pd.DataFrame) -> pd.Series:
    """Return, of releases in their order, the last value of every period, oldest period first."""
    last = releases.drop_duplicates("observed", keep="last")
    return last.set_index("observed")["value"].sort_index()


def for_each(
    known: Mapping[str, Known | Withheld],
    subjects: Iterable[str],
    compute: Callable[[Known], Figure],
) -> Figures:
    """Compute a figure of each of these series; what is not known is withheld with its reason."""
    figures: Figures = {}
    for subject in subjects:
        one = known_of(known, subject)
        figures[subject] = one if isinstance(one, Withheld) else compute(one)
    return figures


def known_of(known: Mapping[str, Known | Withheld], subject: str) -> Known | Withheld:
    """Return what is known of a series, or why nothing is."""
    return known.get(subject, Withheld("the settings name no such series"))


def earlier(observed: pd.Timestamp, months: int) -> pd.Timestamp:
    """Return the period so many months before one that is dated by its first day."""
    return observed - pd.DateOffset(months=months)


def pair(known: Known, values: pd.Series, months: int) -> tuple[float, float] | Withheld:
    """Return the last value of a series and the one so many months before it.

    Withheld where there is none for exactly that period.
    """
    valued = values.dropna()
    if valued.empty:
        return Withheld("none of its observations has a value")
    base = earlier(valued.index[-1], months)
    if base not in valued.index:
        return Withheld(f"it has no value for {known.period(base)}, from which it is measured")
    return float(valued.iloc[-1]), float(valued.loc[base])


def changes(values: pd.Series, months: int) -> pd.Series:
    """Return the ratio of each value of a monthly series to the one so many months before.

    NaN where either is missing; a month that is left out of the series counts as missing.
    """
    whole = values.asfreq("MS") if len(values) else values
    return whole / whole.shift(months)


def place(history: pd.Series) -> Mapping[str, Part]:
    """Return which share of a history's values is lower than its last, and where it begins.

    There is no share of fewer than 24 values.
    """
    known = history.dropna()
    start = day(known.index[0]) if len(known) else None
    lower = float(np.mean(known < known.iloc[-1])) if len(known) >= FEWEST else None
    return {"share_lower": Part(lower, "share"), "history_start": Part(start, "date")}


def gaps_since(known: Known, since: pd.Timestamp) -> tuple[str, ...]:
    """Return a warning that names the periods since one that have no value, or not even a row.

    Of daily series these are holidays, and nothing is said.
    """
    frequency = _REGULAR.get(known.series.frequency)
    whole = known.values.asfreq(frequency) if frequency else known.values
    window = whole.loc[since:]
    gaps = [known.period(stamp) for stamp in window.index[window.isna()]]
    if known.series.frequency == "day" or not gaps:
        return ()
    more = f" and {len(gaps) - LISTED} more" if len(gaps) > LISTED else ""
    return (f"it has no value for {', '.join(gaps[:LISTED])}{more}",)


def first_figure(
    known: Known, compute: Callable[[pd.Series], float | Withheld]
) -> tuple[float | None, date | None]:
    """Return a figure of the latest period as it was on the day of that period's first release.

    With the day; None where releases do not reach back as far as the figure needs.
    """
    released = known.first(known.valued.index[-1])
    if released is None:
        return None, None
    value = compute(known.on(released[0]))
    return (None if isinstance(value, Withheld) else value), day(released[0])


def figure_of_change(
    known: Known,
    unit: str,
    difference: str,
    compute: Callable[[pd.Series], float | Withheld],
    history: Callable[[pd.Series], pd.Series],
    months: int,
) -> Figure:
    """Return a figure of the latest period with what a change is always shown with.

    The period and the one it is measured from, the figure first released, when, and what it was
    revised by since, and its place in its own history. `unit` is the figure's, `difference` that
    of two of them.
    """
    value = compute(known.values)
    if isinstance(value, Withheld):
        return value
    observed = known.valued.index[-1]
    first, released = first_figure(known, compute)
    scale = 100.0 if unit == "fraction" else 1.0
    return Value(
        value,
        parts={
            "period": Part(known.period(observed), "text"),
            "from": Part(known.period(earlier(observed, months)), "text"),
            "first_release": Part(first, unit),
            "released": Part(released, "date"),
            "revision": Part(None if first is None else scale * (value - first), difference),
            **place(history(known.values)),
        },
        warnings=gaps_since(known, earlier(observed, months)),
    )
