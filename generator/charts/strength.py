"""Relative strength: the ratio of small to large caps."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import day_of, distance_title, part, short, unavailable, year_of
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date

_YEARS = 3


def ratio_with_averages(
    ratios: pd.DataFrame,
    ratio_averages_50: pd.DataFrame,
    ratio_averages_200: pd.DataFrame,
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
    missing = (
        " 200-session average not shown: " + average.reason + "."
        if isinstance(average, Withheld)
        else ""
    )
    return Chart(
        title=distance_title(f"Ratio of {small} to {large}", average),
        subtitle=f"{small} divided by {large}, price, with its 50- and 200-session averages, "
        f"week-ends, {show_date(first)} to {show_date(as_of.date())}.{missing}",
        source=chart_source,
        description=f"The ratio goes from {show(float(known.iloc[0]), 'ratio')} to "
        f"{show(float(known.iloc[-1]), 'ratio')}, between {show(float(known.min()), 'ratio')} "
        f"and {show(float(known.max()), 'ratio')}.",
        spec=marks.with_averages(frame, "ratio", "Ratio", "f"),
        data=frame,
    )


def ratio_history(
    ratios: pd.DataFrame,
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
    started, share = day_of(figure, "history_start"), part(figure, "share_lower")
    assert started is not None
    small, large = short(universe, small_cap), short(universe, large_cap)
    highest, lowest = (
        f"{show(float(known.loc[day]), 'ratio')} on {show_date(day.date())}"
        for day in extremes.values()
    )
    return Chart(
        title=f"{small} to {large} ratio higher than on {show(share, 'share')} of sessions since "
        f"{year_of(started)}",
        subtitle=f"{small} divided by {large}, price, month-ends, log scale, "
        f"{show_date(started)} to {show_date(as_of.date())}.",
        source=chart_source,
        description=f"The ratio goes from {show(float(known.iloc[0]), 'ratio')} to "
        f"{show(float(known.iloc[-1]), 'ratio')}; highest {highest}, lowest {lowest}.",
        spec=_history(frame, known, extremes),
        data=frame,
    )


def _history(
    frame: pd.DataFrame, known: pd.Series, extremes: dict[str, pd.Timestamp]
) -> dict[str, Any]:
    plot = marks.Plot(
        x=marks.dates(known.index[0], known.index[-1]),
        y=marks.amounts(float(known.min()), float(known.max()), "f"),
        right=64,
        top=16,
    )
    plot.y["scale"]["type"] = "log"
    last = float(known.iloc[-1])
    points = [
        {
            "date": marks.iso(day),
            "y": marks.significant(float(known.loc[day])),
            "text": f"{name.capitalize()} {show(float(known.loc[day]), 'ratio')}",
            "colour": theme.INK,
        }
        for name, day in extremes.items()
    ]
    top, bottom = points[:1], points[1:]
    # Below the point there may be no room; beside it there is, on the side with more history.
    right = extremes["lowest"] < known.index[len(known) // 2]
    layers = [
        plot.line("ratio", theme.SMALL, strokeWidth=1.5),
        plot.layer(
            "point", "date", "y", data=points, filled=True, size=36, opacity=1, color=theme.INK
        ),
        plot.texts(top, "date", "y", dy=-11),
        plot.texts(bottom, "date", "y", dx=8 if right else -8, align="left" if right else "right"),
        plot.end_labels([(show(last, "ratio"), last, theme.SMALL)]),
    ]
    return plot.spec(layers, marks.rows(frame))
