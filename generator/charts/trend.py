"""The price with its averages, momentum, and the base with its breakout."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import day_at, day_of, distance_title, lacks, part, short, unavailable
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
        title=distance_title(small, average),
        subtitle="Close with its 50- and 200-session averages, index points, every second session, "
        f"{show_date(window.index[0].date())} to {show_date(as_of.date())}.{missing}",
        source=chart_source,
        description=f"{small} goes from {show(float(known.iloc[0]), 'points')} to "
        f"{show(float(known.iloc[-1]), 'points')}, between {show(float(known.min()), 'points')} "
        f"and {show(float(known.max()), 'points')}.",
        spec=marks.with_averages(frame, "close", small, ",f"),
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
        title=_rsi_title(small, figure),
        subtitle="Wilder's RSI over 14 sessions, 0 to 100, daily, "
        f"{show_date(index.index[0].date())} to {show_date(as_of.date())}; 70 and above is called "
        "overbought, 30 and below oversold.",
        source=chart_source,
        description=f"The index goes from {show(float(index.dropna().iloc[0]), 'rsi')} to "
        f"{show(figure.value, 'rsi')}, between {show(float(index.min()), 'rsi')} on "
        f"{show_date(day_at(index, int(index.argmin())))} and {show(float(index.max()), 'rsi')} on "
        f"{show_date(day_at(index, int(index.argmax())))}.",
        spec=_rsi_spec(frame, figure),
        data=frame,
    )


def _rsi_title(small: str, figure: Value) -> str:
    zone, since = part(figure, "zone"), day_of(figure, "zone_since")
    text = f"RSI of the {small} at {show(figure.value, 'rsi')}"
    if zone == "neutral":
        return f"{text}, between 30 and 70"
    place = "above 70" if zone == "overbought" else "below 30"
    if isinstance(figure.value, float) and show(figure.value, "rsi") in ("70.0", "30.0"):
        place = "at the threshold"
    return f"{text}, {place}" + (f" since {show_date(since)}" if since else "")


def _rsi_spec(frame: pd.DataFrame, figure: Value) -> dict[str, Any]:
    plot = marks.Plot(
        x=marks.dates(frame["date"].iloc[0], frame["date"].iloc[-1]),
        y=marks.amounts(0, 100, "f"),
        right=48,
    )
    plot.y["axis"]["values"] = [0, 30, 50, 70, 100]
    layers = [
        *(plot.level(value, color=theme.QUIET, strokeDash=[4, 3]) for value in (30, 70)),
        plot.line("rsi", theme.SMALL, strokeWidth=1.5),
        plot.end_labels([(show(figure.value, "rsi"), float(str(figure.value)), theme.SMALL)]),
    ]
    return plot.spec(layers, marks.rows(frame))


def breakout_chart(
    closes: pd.DataFrame,
    base_breakout: Figures,
    week_ends: pd.DatetimeIndex,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
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
    points = "week-ends" if thin is week_ends else "month-ends"
    return Chart(
        title=_breakout_title(small, figure, float(window.iloc[-1])),
        subtitle=f"Close, index points, {points} and key dates, "
        f"{show_date(window.index[0].date())} to {show_date(as_of.date())}. "
        "The reading follows fixed rules; it is no forecast.",
        source=chart_source,
        description=f"{small} goes from {show(float(window.iloc[0]), 'points')} to "
        f"{show(float(window.iloc[-1]), 'points')}; lowest {_dated(window, int(window.argmin()))}, "
        f"highest {_dated(window, int(window.argmax()))}.",
        spec=_breakout_spec(frame, figure),
        data=frame,
    )


def _dated(closes: pd.Series, place: int) -> str:
    level = show(float(closes.iloc[place]), "points")
    return f"{level} on {show_date(day_at(closes, place))}"


def _breakout_title(small: str, figure: Value, last: float) -> str:
    level, since = part(figure, "resistance"), day_of(figure, "resistance_date")
    triggered, decided = day_of(figure, "triggered"), day_of(figure, "decided")
    if not isinstance(level, float) or since is None:
        return f"{small} in no multi-year base"
    if triggered is None or decided is None:
        side = "below" if last < level else "at or above"
        return (
            f"{small} in a base, {side} its resistance of {show(level, 'points')} from "
            f"{show_date(since)}"
        )
    text = f"{small} breakout of {show_date(triggered)}"
    outcome = {
        "triggered": " not yet confirmed",
        "confirmed": f" confirmed on {show_date(decided)}",
        "failed": f" failed by the rule on {show_date(decided)}",
    }[str(figure.value)]
    return f"{text}{outcome}; close {show(last / level - 1, 'fraction')} from the resistance"


def _breakout_spec(frame: pd.DataFrame, figure: Value) -> dict[str, Any]:
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    levels = {name: part(figure, name) for name in ("resistance", "low")}
    known = {name: value for name, value in levels.items() if isinstance(value, float)}
    values = [*frame["close"], *known.values()]
    plot = marks.Plot(
        x=marks.dates(first, last),
        y=marks.amounts(min(values), max(values), ",f"),
        right=122,
    )
    latest = float(frame["close"].iloc[-1])
    labels = [(f"Close {show(latest, 'points')}", latest, theme.SMALL)]
    labels += [
        (f"{name.capitalize()} {show(value, 'points')}", value, theme.QUIET)
        for name, value in known.items()
    ]
    layers = [
        *(plot.level(value, color=theme.QUIET, strokeDash=[4, 3]) for value in known.values()),
        plot.line("close", theme.SMALL),
        plot.end_labels(labels),
    ]
    triggered = day_of(figure, "triggered")
    if triggered is not None:
        day = marks.iso(pd.Timestamp(triggered))
        at = frame.loc[frame["date"] == pd.Timestamp(triggered), "close"].tolist()
        point = [{"date": day, "y": at[0]}]
        layers.append(
            plot.layer(
                "point", "date", "y", data=point, filled=True, size=50, opacity=1, color=theme.INK
            )
        )
        note = [{"date": day, "y": at[0], "text": "Breakout", "colour": theme.INK}]
        layers.append(plot.texts(note, "date", "y", dx=-8, dy=-10, align="right"))
    return plot.spec(layers, marks.rows(frame))
