"""Months by years."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _titles as titles
from generator.charts._grid import Grid
from generator.charts._words import (
    counted,
    lacks,
    month_of,
    number,
    short,
    unavailable,
    year_of,
)
from generator.config import Universe
from generator.editions import following_weekday
from generator.facts import Figures, Withheld, show

HEAT_YEARS = 15


def monthly_heat_map(
    closes: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    relative_return_mtd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps by month and year over the last 15 years."""
    for subject in (small_cap, large_cap):
        reason = lacks(closes, subject, exclusions, as_of)
        if reason:
            return unavailable(universe, subject, reason)
    monthly = closes.loc[month_ends, [small_cap, large_cap]].pct_change(fill_method=None)
    difference = (monthly[small_cap] - monthly[large_cap]) * 100
    difference = difference.loc[f"{as_of.year - HEAT_YEARS + 1}" :].dropna()
    months = pd.DatetimeIndex(difference.index)
    frame = pd.DataFrame(
        {
            "year": months.year,
            "month": months.month,
            "difference": difference.to_numpy(),
        }
    )
    small, large = short(universe, small_cap), short(universe, large_cap)
    this_month = number(relative_return_mtd, small_cap)
    running = following_weekday(as_of.date()).month == as_of.month
    ahead = int((frame["difference"] > 0).sum())
    worst, best = months[int(difference.argmin())], months[int(difference.argmax())]
    return Chart(
        title=titles.month(small, large, this_month, as_of.date()),
        subtitle=f"{small} minus {large}, monthly price return, percentage points, "
        f"{year_of(months[0].date())} to {year_of(as_of.date())}."
        + (" The hatched month is to date." if running else ""),
        source=chart_source,
        description=f"A grid of months by years: ahead in {show(ahead, 'count')} of "
        f"{counted(len(frame), 'month')}; lowest {show(float(difference.min()), 'pp')} in "
        f"{month_of(worst.date())}, highest {show(float(difference.max()), 'pp')} in "
        f"{month_of(best.date())}.",
        specs=marks.both(Grid(frame, running).at),
        data=frame,
    )
