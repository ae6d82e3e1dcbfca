"""Record closes and drawdowns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import (
    capital,
    counted,
    day_of,
    lacks,
    not_shown,
    short,
    unavailable,
    year_of,
)
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_RECENT_YEARS = 5


def drawdown_history(
    drawdowns: pd.DataFrame,
    maximum_drawdown: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """How far small and large caps were below their highest close, since the history begins."""
    figure = maximum_drawdown.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    started, trough = day_of(figure, "history_start"), day_of(figure, "trough")
    assert started is not None
    since = pd.Timestamp(started)
    subjects, missing = _pair(drawdowns, small_cap, large_cap, exclusions, since, universe)
    window = drawdowns[subjects].loc[since:]
    # The lowest close of a month, so that thinning never hides the depth of a fall.
    months = pd.DatetimeIndex(window.index).to_period("M")
    lowest = window.groupby(months).min()
    lowest.index = window.index[~months.duplicated(keep="last")]
    small, large = short(universe, small_cap), short(universe, large_cap)
    other = maximum_drawdown.get(large_cap, Withheld("it is not computed"))
    title = (
        f"Deepest fall of the {small} since {year_of(started)}: {show(figure.value, 'fraction')}"
    )
    if isinstance(other, Value) and large_cap in subjects:
        deepest = float(window[large_cap].min())
        title += f", of the {large} {show(deepest, 'fraction')}"
    return Chart(
        title=title,
        subtitle="Close below the highest close so far, price, lowest close of each month, "
        f"{show_date(started)} to {show_date(as_of.date())}.{missing}",
        source=chart_source,
        description=_depths(universe, window)
        + (f" The {small}'s low was on {show_date(trough)}." if trough else ""),
        spec=_drawdowns(lowest, subjects, universe),
        data=marks.plotted(lowest),
    )


def drawdown_recent(
    drawdowns: pd.DataFrame,
    drawdown: Figures,
    week_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """How far small and large caps were below their highest close, in the last five years."""
    figure = drawdown.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    since = as_of - pd.DateOffset(years=_RECENT_YEARS)
    subjects, missing = _pair(drawdowns, small_cap, large_cap, exclusions, since, universe)
    weekly = drawdowns[subjects].reindex(week_ends[week_ends >= since])
    peak = day_of(figure, "peak")
    small = short(universe, small_cap)
    if figure.value == 0 or peak is None:
        title = f"{small} at a record close"
    else:
        title = f"{small} {show(figure.value, 'fraction')} from its record of {show_date(peak)}"
    return Chart(
        title=title,
        subtitle="Close below the highest close so far, price, week-ends, "
        f"{show_date(weekly.index[0].date())} to {show_date(as_of.date())}.{missing}",
        source=chart_source,
        description=_depths(universe, weekly),
        spec=_drawdowns(weekly, subjects, universe),
        data=marks.plotted(weekly),
    )


def _pair(
    drawdowns: pd.DataFrame,
    small_cap: str,
    large_cap: str,
    exclusions: dict[str, str],
    since: pd.Timestamp,
    universe: Universe,
) -> tuple[list[str], str]:
    """The subjects that can be drawn, and a note on the one that cannot."""
    reason = lacks(drawdowns, large_cap, exclusions, since)
    if reason:
        return [small_cap], not_shown(universe, {large_cap: reason})
    return [small_cap, large_cap], ""


def _depths(universe: Universe, frame: pd.DataFrame) -> str:
    texts = [
        f"{short(universe, s)} {show(float(frame[s].iloc[-1]), 'fraction')} from its highest close "
        f"at the end, at worst {show(float(frame[s].min()), 'fraction')} in the period"
        for s in frame.columns
    ]
    return "; ".join(texts) + "."


def _drawdowns(frame: pd.DataFrame, subjects: list[str], universe: Universe) -> dict[str, Any]:
    data = marks.plotted(frame)
    dense = len(data) > 300
    plot = marks.Plot(
        x=marks.dates(frame.index[0], frame.index[-1], whole_pixels=dense),
        y=marks.amounts(float(frame.min().min()), 0.0, "%", whole_pixels=dense),
        right=100,
    )
    colours = dict(zip(subjects, (theme.SMALL, theme.LARGE), strict=False))
    ends = [(short(universe, s), float(frame[s].iloc[-1]), colours[s]) for s in subjects]
    layers = [
        *(plot.line(s, colours[s], strokeWidth=1.5) for s in reversed(subjects)),
        plot.level(0, color=theme.INK),
        plot.end_labels(ends),
    ]
    return plot.spec(layers, marks.rows(data))


def records_by_year(
    record_closes_ytd: Figures,
    sessions_since_record: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Record closes of the small-cap benchmark in every calendar year, the running year paler."""
    figure = record_closes_ytd.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    frame = pd.DataFrame(list(figure.tables["years"].rows), columns=["year", "records"])
    bars = [
        {
            "period": year,
            "value": records,
            "colour": theme.SMALL_PALE if year == as_of.year else theme.SMALL,
        }
        for year, records in frame.itertuples(index=False)
    ]
    history = day_of(figure, "history_start")
    assert history is not None
    best = frame.iloc[int(frame["records"].argmax())]
    return Chart(
        title=_records_title(
            short(universe, small_cap), figure, sessions_since_record.get(small_cap), as_of
        ),
        subtitle="Closes above every earlier close, number by calendar year, price, since "
        f"{show_date(history)}. The paler bar is {year_of(as_of.date())} to date.",
        source=chart_source,
        description=f"One bar a year from {year_of(history)} to {year_of(as_of.date())}, which has "
        f"{show(figure.value, 'count')}; most in {show(int(best['year']), 'year')} with "
        f"{show(int(best['records']), 'count')}, and "
        f"{counted(int((frame['records'] == 0).sum()), 'year')} without any.",
        spec=marks.year_bars(bars, "f"),
        data=frame,
    )


def _records_title(
    small: str, figure: Value, since: Value | Withheld | None, as_of: pd.Timestamp
) -> str:
    assert isinstance(figure.value, int)
    year = year_of(as_of.date())
    if figure.value:
        return f"{capital(counted(figure.value, 'record close'))} of the {small} in {year} to date"
    latest = day_of(since, "record_date") if isinstance(since, Value) else None
    tail = f"; the latest was on {show_date(latest)}" if latest else ""
    return f"No record close of the {small} in {year} to date{tail}"
