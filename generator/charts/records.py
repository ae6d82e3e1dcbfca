"""Record closes and drawdowns."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._bars import standing_bars
from generator.charts._lines import Level, Line, LineChart, in_view
from generator.charts._scales import Spans
from generator.charts._words import (
    counted,
    day_of,
    few,
    in_year,
    lacks,
    not_shown,
    percent,
    shading,
    short,
    unavailable,
    year_of,
)
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_RECENT_YEARS = 5


def drawdown_history(
    drawdowns: pd.DataFrame,
    bear_markets: Spans,
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
    bears = in_view(bear_markets, lowest.index[0], as_of)
    small, large = short(universe, small_cap), short(universe, large_cap)
    other = maximum_drawdown.get(large_cap, Withheld("it is not computed"))
    both = isinstance(other, Value) and large_cap in subjects
    deepest = float(window[large_cap].min()) if both else None
    return Chart(
        title=titles.worst(small, large, year_of(started), float(str(figure.value)), deepest),
        subtitle="Close below the highest close so far, price, %, lowest close of each month, "
        f"{show_date(started)} to {show_date(as_of.date())}.{missing}"
        + shading(universe, large_cap, bears),
        source=chart_source,
        description=_depths(universe, window)
        + (f" The {small}'s low was on {show_date(trough)}." if trough else ""),
        specs=marks.both(_drawdowns(lowest, universe, bears).at),
        data=marks.plotted(lowest),
    )


def drawdown_recent(
    drawdowns: pd.DataFrame,
    bear_markets: Spans,
    drawdown: Figures,
    sessions_since_record: Figures,
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
    bears = in_view(bear_markets, weekly.index[0], as_of)
    peak = day_of(figure, "peak")
    depth, since_record = float(str(figure.value)), sessions_since_record.get(small_cap)
    return Chart(
        title=titles.below_record(short(universe, small_cap), depth, since_record, peak),
        subtitle="Close below the highest close so far, price, %, week-ends, "
        f"{show_date(weekly.index[0].date())} to {show_date(as_of.date())}.{missing}"
        + shading(universe, large_cap, bears),
        source=chart_source,
        description=_depths(universe, weekly),
        specs=marks.both(_drawdowns(weekly, universe, bears).at),
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
        f"{short(universe, s)} {percent(float(frame[s].iloc[-1]))} below its highest close at the "
        f"end, {percent(float(frame[s].min()))} at worst"
        for s in frame.columns
    ]
    return "; ".join(texts) + "."


def _drawdowns(frame: pd.DataFrame, universe: Universe, bears: Spans) -> LineChart:
    colours = (theme.SMALL, theme.LARGE)
    return LineChart(
        frame=marks.plotted(frame),
        lines=[
            Line(subject, short(universe, subject), colour)
            for subject, colour in zip(frame.columns, colours, strict=False)
        ],
        low=float(frame.min().min()),
        high=0.0,
        form="%",
        precise=".2%",
        whole_pixels=len(frame) > 300,
        levels=[Level(0.0)],
        shaded=bears,
    )


def records_by_year(
    record_closes_ytd: Figures,
    sessions_since_record: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Record closes of the small-cap benchmark in every calendar year, the running year hatched."""
    figure = record_closes_ytd.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    frame = pd.DataFrame(list(figure.tables["years"].rows), columns=["year", "records"])
    running, _ = in_year(as_of.date())
    bars = [
        {
            "period": year,
            "value": records,
            "text": show(records, "count"),
            "colour": theme.SMALL_PALE if running and year == as_of.year else theme.SMALL,
        }
        for year, records in frame.itertuples(index=False)
    ]
    history = day_of(figure, "history_start")
    assert history is not None
    best = frame.iloc[int(frame["records"].argmax())]
    return Chart(
        title=titles.records(
            short(universe, small_cap),
            figure,
            sessions_since_record.get(small_cap),
            as_of.date(),
        ),
        subtitle="Closes above every earlier close, number by calendar year, price, since "
        f"{show_date(history)}."
        + (f" The hatched bar is {year_of(as_of.date())} to date." if running else ""),
        source=chart_source,
        description=f"One bar a year from {year_of(history)} to {year_of(as_of.date())}, which has "
        f"{few(int(str(figure.value)))}; most in {show(int(best['year']), 'year')} with "
        f"{show(int(best['records']), 'count')}, and "
        f"{counted(int((frame['records'] == 0).sum()), 'year')} without any.",
        specs=marks.both(lambda size: standing_bars(size, bars, "f", "Year", "Record closes")),
        data=frame,
    )
