"""Relative strength: the ratio of small to large caps."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._lines import Line, LineChart, in_view, with_averages
from generator.charts._scales import Spans
from generator.charts._words import (
    day_of,
    shading,
    short,
    unavailable,
)
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date

_YEARS = 3


def ratio_with_averages(
    ratios: pd.DataFrame,
    ratio_averages_50: pd.DataFrame,
    ratio_averages_200: pd.DataFrame,
    bear_markets: Spans,
    relative_strength: Figures,
    relative_strength_sma_200: Figures,
    week_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The ratio of small to large caps with its 50- and 200-session averages, three years."""
    ratio = relative_strength.get(small_cap, Withheld("it is not computed"))
    if isinstance(ratio, Withheld):
        return unavailable(universe, small_cap, ratio.reason)
    start = as_of - pd.DateOffset(years=_YEARS)
    weeks = week_ends[week_ends >= start]
    frame = marks.plotted(
        pd.DataFrame(
            {
                "ratio": ratios[small_cap].reindex(weeks),
                "average_50": ratio_averages_50[small_cap].reindex(weeks),
                "average_200": ratio_averages_200[small_cap].reindex(weeks),
            }
        )
    )
    small, large = short(universe, small_cap), short(universe, large_cap)
    average = relative_strength_sma_200.get(small_cap, Withheld("it is not computed"))
    known = ratios[small_cap].reindex(weeks).dropna()
    first = known.index[0].date()
    bears = in_view(bear_markets, frame["date"].iloc[0], as_of)
    missing = (
        " 200-session average not shown: " + average.reason + "."
        if isinstance(average, Withheld)
        else ""
    )
    return Chart(
        title=titles.distance(f"The {small}'s ratio to the {large}", average),
        subtitle=f"{small} divided by {large}, price, with its 50- and 200-session averages, "
        f"week-ends, {show_date(first)} to {show_date(as_of.date())}.{missing}"
        + shading(universe, large_cap, bears),
        source=chart_source,
        description=f"The ratio goes from {show(float(known.iloc[0]), 'ratio')} to "
        f"{show(float(known.iloc[-1]), 'ratio')}, between {show(float(known.min()), 'ratio')} "
        f"and {show(float(known.max()), 'ratio')}.",
        specs=marks.both(with_averages(frame, "ratio", "Ratio", "f", ".4f", bears).at),
        data=frame,
    )


def ratio_history(
    ratios: pd.DataFrame,
    bear_markets: Spans,
    relative_strength: Figures,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The ratio of small to large caps since the history begins, on a log scale."""
    figure = relative_strength.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    known = ratios[small_cap].dropna()
    days = {name: day_of(figure, name) for name in ("highest", "lowest")}
    extremes = {name: pd.Timestamp(day) for name, day in days.items() if day is not None}
    shown = known.index.isin(month_ends) | known.index.isin([known.index[0], *extremes.values()])
    frame = marks.plotted(known[shown].to_frame("ratio"))
    bears = in_view(bear_markets, known.index[0], as_of)
    started = day_of(figure, "history_start")
    assert started is not None
    small, large = short(universe, small_cap), short(universe, large_cap)
    highest, lowest = (
        f"{show(float(known.loc[day]), 'ratio')} on {show_date(day.date())}"
        for day in extremes.values()
    )
    return Chart(
        title=titles.ratio_history(small, large, figure, as_of.date()),
        subtitle=f"{small} divided by {large}, price, month-ends, log scale, "
        f"{show_date(started)} to {show_date(as_of.date())}." + shading(universe, large_cap, bears),
        source=chart_source,
        description=f"The ratio goes from {show(float(known.iloc[0]), 'ratio')} to "
        f"{show(float(known.iloc[-1]), 'ratio')}; highest {highest}, lowest {lowest}.",
        specs=marks.both(_history(frame, known, extremes, bears).at),
        data=frame,
    )


def _history(
    frame: pd.DataFrame, known: pd.Series, extremes: dict[str, pd.Timestamp], bears: Spans
) -> LineChart:
    last = float(known.iloc[-1])

    def named(plot: marks.Plot) -> list[alt.UnitSpec]:
        points = [
            {
                "date": marks.iso(day),
                "y": float(known.loc[day]),
                "text": f"{name.capitalize()} {show(float(known.loc[day]), 'ratio')}",
                "colour": theme.INK,
            }
            for name, day in extremes.items()
        ]
        style: dict[str, Any] = {"filled": True, "size": 36, "opacity": 1, "color": theme.INK}
        # Below the lowest point may be no room; beside it there is.
        early = extremes["lowest"] < known.index[len(known) // 2]
        beside: dict[str, Any] = {"dx": 8 if early else -8, "align": "left" if early else "right"}
        return [
            plot.layer("point", "date", "y", data=points, **style),
            plot.texts(points[:1], "date", "y", dy=-11, align=_side(known, extremes["highest"])),
            plot.texts(points[1:], "date", "y", **beside),
        ]

    return LineChart(
        frame=frame,
        lines=[Line("ratio", "Ratio", theme.SMALL, label=show(last, "ratio"))],
        low=float(known.min()),
        # Room for a word above the highest point, inside the axes.
        high=float(known.max()) * (float(known.max()) / float(known.min())) ** 0.07,
        form="f",
        precise=".4f",
        log=True,
        shaded=bears,
        before=named,
    )


def _side(known: pd.Series, day: pd.Timestamp) -> str:
    """How a text above a point is aligned, so that it does not leave the picture."""
    share = known.index.searchsorted(day) / len(known)
    return "left" if share < 0.25 else "right" if share > 0.75 else "center"
