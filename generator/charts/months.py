"""Months by years."""

from __future__ import annotations

from bisect import bisect
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._scales import Channel, amounts
from generator.charts._theme import NARROW, Size
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
_CELL = 20
"""Height of one year."""
_BOUNDS = (-5.0, -2.5, -0.5, 0.5, 2.5, 5.0)


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
        specs=marks.both(lambda size: _heat_map(size, frame, running)),
        data=frame,
    )


def _heat_map(size: Size, frame: pd.DataFrame, running: bool) -> dict[str, Any]:
    """The grid as short thick lines, one path a colour: a rectangle a month is thrice the size."""
    years = [*range(int(frame["year"].min()), int(frame["year"].max()) + 1)]
    above = 62 if size is NARROW else 44
    plot = marks.Plot(
        size,
        x=_places([*range(1, 13)], _month_label(size)),
        y=_places(years, "format(datum.value, 'd')"),
        left=theme.width_of("2026") + 8,
        top=above,
        bottom=24,
        height=_CELL * len(years) + above + 24,
    )
    plot.y["scale"]["reverse"] = True
    cells = [
        plot.layer(
            "line",
            "x",
            "y",
            data=_segments(frame, place),
            channels={"order": marks.ORDER},
            color=colour,
            strokeWidth=_CELL - 2,
            strokeCap="butt",
        )
        for place, colour in enumerate(theme.DIVERGING)
    ]
    hatched = [_hatching(plot, *frame.iloc[-1].tolist())] if running else []
    data = marks.rows(frame.assign(text=[show(float(v), "pp") for v in frame["difference"]]))
    return plot.spec([*cells, *hatched, *_heat_key(plot)], data, hover=[_pointed(plot)])


def _places(values: list[int], label: str) -> Channel:
    """An axis of whole numbers, half a step wider on both sides."""
    axis = amounts(values[0], values[-1], "f", whole_pixels=True)
    axis["scale"] |= {"domain": [values[0] - 0.5, values[-1] + 0.5]}
    axis["axis"] = {
        "values": values,
        "labelExpr": label,
        "domain": False,
        "ticks": False,
        "grid": False,
    }
    return axis


def _month_label(size: Size) -> str:
    """The month's name, on a narrow picture its first letter."""
    name = "utcFormat(utc(2000, datum.value - 1), '%b')"
    return f"slice({name}, 0, 1)" if size is NARROW else name


def _segments(frame: pd.DataFrame, place: int) -> list[marks.Row]:
    """From left to right edge of every month of one colour, with a gap after each."""
    rows: list[marks.Row] = []
    for year, month, value in frame.itertuples(index=False):
        if bisect(_BOUNDS, value) == place:
            left, right = month - 0.48, month + 0.48
            for x, y in ((left, year), (right, year), (right, None)):
                rows.append({"x": x, "y": y, "order": len(rows)})
    return rows


def _hatching(plot: marks.Plot, year: float, month: float, value: float) -> alt.UnitSpec:
    """Lines across the running month, which keeps the colour of its value."""
    strong = bisect(_BOUNDS, value) in (0, 1, 5, 6)
    unit = plot.across / 12
    wide, high = round(0.96 * unit), _CELL - 2
    rows: list[marks.Row] = []
    for start in range(6 - high, wide, 6):
        low, top = max(0, -start), min(high, wide - start)
        for up in (low, top, None):
            x = month - 0.48 + (start + (up or 0)) / unit
            y = None if up is None else year + (high / 2 - up) / _CELL
            rows.append({"x": x, "y": y, "order": len(rows)})
    return plot.layer(
        "line",
        "x",
        "y",
        data=rows,
        channels={"order": marks.ORDER},
        color=theme.PAPER if strong else theme.QUIET,
        strokeWidth=1.5,
    )


def _pointed(plot: marks.Plot) -> alt.UnitSpec:
    """What is said of a month to whoever points at it."""
    said = [
        marks.told("year", "Year"),
        marks.told("month", "Month"),
        marks.told("text", "Difference"),
    ]
    return plot.layer(
        "square",
        "month",
        "year",
        channels={"tooltip": said},
        opacity=0,
        size=(_CELL - 2) ** 2,
    )


def _heat_key(plot: marks.Plot) -> list[alt.UnitSpec]:
    """Seven boxes above the grid with their bounds, and what the ends mean."""
    narrow = plot.size is NARROW
    wide = 40 if narrow else 44
    left = (plot.across - 7 * wide) / 2
    layers = [
        plot.layer(
            "square",
            {"value": left + wide * (place + 0.5)},
            {"value": -31},
            data=[{}],
            size=196,
            color=colour,
            opacity=1,
        )
        for place, colour in enumerate(theme.DIVERGING)
    ]
    ends = {"Large caps ahead": (left, "right"), "Small caps ahead": (left + 7 * wide, "left")}
    for text, (at, align) in ends.items():
        entry = {"text": text, "colour": theme.QUIET}
        if narrow:
            align = "left" if align == "right" else "right"
        layers.append(
            plot.texts([entry], {"value": at}, {"value": -50 if narrow else -31}, align=align)
        )
    for place, bound in enumerate(_BOUNDS, 1):
        entry = {"text": show(bound, "rsi"), "colour": theme.QUIET}
        layers.append(plot.texts([entry], {"value": left + wide * place}, {"value": -13}))
    return layers
