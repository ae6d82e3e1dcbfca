"""The price with its averages, momentum, and the base with its breakout."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._lines import Level, Line, LineChart, in_view, with_averages
from generator.charts._scales import Spans
from generator.charts._words import (
    day_at,
    day_of,
    lacks,
    part,
    shading,
    short,
    unavailable,
)
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_MONTHS = 18
_PLAIN_YEARS = 5


def price_with_averages(
    closes: pd.DataFrame,
    averages_50: pd.DataFrame,
    averages_200: pd.DataFrame,
    sma_200: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """The close of the small-cap benchmark with its 50- and 200-session averages, 18 months."""
    start = as_of - pd.DateOffset(months=_MONTHS)
    reason = lacks(closes, small_cap, exclusions, start)
    if reason:
        return unavailable(universe, small_cap, reason)
    # Every second session, the last one included, is finer than the picture can show.
    window = closes[small_cap].loc[start:].iloc[::-1].iloc[::2].iloc[::-1]
    frame = marks.plotted(
        pd.DataFrame(
            {
                "close": window,
                "average_50": averages_50[small_cap].reindex(window.index),
                "average_200": averages_200[small_cap].reindex(window.index),
            }
        )
    )
    known = window.dropna()
    average = sma_200.get(small_cap, Withheld("it is not computed"))
    small = short(universe, small_cap)
    missing = (
        f" 200-session average not shown: {average.reason}."
        if isinstance(average, Withheld)
        else ""
    )
    return Chart(
        title=titles.distance(f"The {small}", average),
        subtitle="Close with its 50- and 200-session averages, price, index points, every second "
        f"session, {show_date(window.index[0].date())} to {show_date(as_of.date())}.{missing}",
        source=chart_source,
        description=f"{small} goes from {show(float(known.iloc[0]), 'points')} to "
        f"{show(float(known.iloc[-1]), 'points')}, between {show(float(known.min()), 'points')} "
        f"and {show(float(known.max()), 'points')}.",
        specs=marks.both(with_averages(frame, "close", small, ",f", ",.2f").at),
        data=frame,
    )


def rsi_chart(
    small_cap_rsi: pd.Series,
    rsi_14_daily: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Wilder's relative strength index of the small-cap benchmark over one year, with 70 and 30."""
    figure = rsi_14_daily.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    start = as_of - pd.DateOffset(years=1)
    index = small_cap_rsi.loc[start:]
    frame = marks.plotted(index.to_frame("rsi"))
    small = short(universe, small_cap)
    return Chart(
        title=titles.strength_index(small, figure),
        subtitle="Wilder's RSI over 14 sessions, 0 to 100, daily, "
        f"{show_date(index.index[0].date())} to {show_date(as_of.date())}; 70 and above is called "
        "overbought, 30 and below oversold.",
        source=chart_source,
        description=f"The index goes from {show(float(index.dropna().iloc[0]), 'rsi')} to "
        f"{show(figure.value, 'rsi')}, between {show(float(index.min()), 'rsi')} on "
        f"{show_date(day_at(index, int(index.argmin())))} and {show(float(index.max()), 'rsi')} on "
        f"{show_date(day_at(index, int(index.argmax())))}.",
        specs=marks.both(_rsi(frame, figure).at),
        data=frame,
    )


def _rsi(frame: pd.DataFrame, figure: Value) -> LineChart:
    return LineChart(
        frame=frame,
        lines=[Line("rsi", "RSI", theme.SMALL, label=show(figure.value, "rsi"))],
        low=0,
        high=100,
        form="f",
        precise=".1f",
        ticks=(0, 30, 50, 70, 100),
        levels=[Level(30, theme.AXIS), Level(70, theme.AXIS)],
    )


def breakout_chart(
    closes: pd.DataFrame,
    bear_markets: Spans,
    base_breakout: Figures,
    week_ends: pd.DatetimeIndex,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The small-cap benchmark since the resistance of its base, with resistance and low."""
    figure = base_breakout.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    start = pd.Timestamp(figure.base) if figure.base else as_of - pd.DateOffset(years=_PLAIN_YEARS)
    window = closes[small_cap].loc[start:].dropna()
    thin = week_ends if (as_of - start).days < 6 * 366 else month_ends
    key = [day_of(figure, name) for name in ("resistance_date", "low_date", "triggered", "decided")]
    kept = window.index.isin(thin) | window.index.isin([pd.Timestamp(day) for day in key if day])
    kept[-1] = True
    frame = marks.plotted(window[kept].to_frame("close"))
    small = short(universe, small_cap)
    bears = in_view(bear_markets, window.index[0], as_of)
    points = "week-ends" if thin is week_ends else "month-ends"
    return Chart(
        title=titles.breakout(small, figure, float(window.iloc[-1])),
        subtitle=f"Close, price, index points, {points} and key dates, "
        f"{show_date(window.index[0].date())} to {show_date(as_of.date())}. "
        "The reading follows fixed rules; it is no forecast." + shading(universe, large_cap, bears),
        source=chart_source,
        description=f"{small} goes from {show(float(window.iloc[0]), 'points')} to "
        f"{show(float(window.iloc[-1]), 'points')}; lowest {_dated(window, int(window.argmin()))}, "
        f"highest {_dated(window, int(window.argmax()))}.",
        specs=marks.both(_breakout(frame, figure, bears).at),
        data=frame,
    )


def _dated(closes: pd.Series, place: int) -> str:
    level = show(float(closes.iloc[place]), "points")
    return f"{level} on {show_date(day_at(closes, place))}"


def _breakout(frame: pd.DataFrame, figure: Value, bears: Spans) -> LineChart:
    known = {name: part(figure, name) for name in ("resistance", "low")}
    levels = [
        Level(value, theme.AXIS, f"{name.capitalize()}\n{show(value, 'points')}")
        for name, value in known.items()
        if isinstance(value, float)
    ]
    latest = show(float(frame["close"].iloc[-1]), "points")
    values = [*frame["close"], *(level.value for level in levels)]
    return LineChart(
        frame=frame,
        lines=[Line("close", "Close", theme.SMALL, width=2, label=f"Close\n{latest}")],
        low=min(values),
        high=max(values),
        form=",f",
        precise=",.2f",
        levels=levels,
        shaded=bears,
        before=lambda plot: _breakout_point(plot, frame, day_of(figure, "triggered")),
    )


def _breakout_point(
    plot: marks.Plot, frame: pd.DataFrame, triggered: date | None
) -> list[alt.UnitSpec]:
    """The session of the breakout, named."""
    if triggered is None:
        return []
    day = pd.Timestamp(triggered)
    close = float(frame.loc[frame["date"] == day, "close"].iloc[0])
    point = {"date": marks.iso(day), "y": close, "text": "Breakout", "colour": theme.INK}
    style: dict[str, Any] = {"filled": True, "size": 50, "opacity": 1, "color": theme.INK}
    return [
        plot.layer("point", "date", "y", data=[point], **style),
        plot.texts([point], "date", "y", dx=-8, dy=-10, align="right"),
    ]
