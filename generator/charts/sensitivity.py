"""How small minus large has gone with yields and spreads, window by window."""

from __future__ import annotations

import altair as alt
import pandas as pd

from generator.charts import Chart, _rate_titles
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._lines import Level, Line, LineChart
from generator.charts._words import part
from generator.facts import Figure, Figures, Withheld, show, show_date

_RISE = "0.1 points"


def rolling_yield_sensitivity(
    sensitivity_histories: dict[str, pd.DataFrame],
    sensitivity_to_treasury_10y: Figures,
    small_cap: str,
    chart_source: str,
) -> Chart | Withheld:
    """Slope of small minus large on changes of the 10-year yield over 52 weeks."""
    figure, found = (
        sensitivity_to_treasury_10y[small_cap],
        sensitivity_histories.get("treasury_10y"),
    )
    return _chart(figure, found, "10-year Treasury yield", chart_source)


def rolling_spread_sensitivity(
    sensitivity_histories: dict[str, pd.DataFrame],
    sensitivity_to_high_yield_spread: Figures,
    small_cap: str,
    chart_source: str,
) -> Chart | Withheld:
    """Slope of small minus large on changes of the high-yield spread over 52 weeks."""
    figure, found = (
        sensitivity_to_high_yield_spread[small_cap],
        sensitivity_histories.get("high_yield_spread"),
    )
    return _chart(figure, found, "high-yield spread", chart_source)


def _chart(figure: Figure, whole: pd.DataFrame | None, what: str, source: str) -> Chart | Withheld:
    if isinstance(figure, Withheld):
        return figure
    assert whole is not None
    weeks = show(part(figure, "window"), "weeks")
    frame = marks.plotted(whole.loc[whole.first_valid_index() :])
    value, low, high = (float(frame[name].iloc[-1]) for name in ("slope", "low", "high"))
    first, last = (frame["date"].iloc[place].date() for place in (0, -1))
    known = frame["slope"].dropna()
    return Chart(
        title=_rate_titles.association(what, _RISE, value, low, high),
        subtitle=f"Slope of {weeks} weekly price returns, small minus large, on the "
        f"weekly change of the {what}, percentage points for {_RISE}, with 95% interval, windows "
        f"ending {show_date(first)} to {show_date(last)}. An association, not an effect.",
        source=source,
        description=f"The slope goes from {show(float(known.iloc[0]), 'pp')} to "
        f"{show(value, 'pp')}, between {show(float(known.min()), 'pp')} and "
        f"{show(float(known.max()), 'pp')}. The interval at the end is {show(low, 'pp')} to "
        f"{show(high, 'pp')}.",
        specs=marks.both(_slopes(frame, value).at),
        data=frame,
    )


def _slopes(frame: pd.DataFrame, value: float) -> LineChart:
    def interval(plot: marks.Plot) -> list[alt.UnitSpec]:
        upper = {"y2": {"field": "high"}}
        return [plot.layer("area", "date", "low", channels=upper, color=theme.BAND)]

    return LineChart(
        frame=frame,
        lines=[Line("slope", "Slope", theme.SMALL, width=2, label=show(value, "pp"))],
        low=float(min(frame["low"].min(), 0.0)),
        high=float(max(frame["high"].max(), 0.0)),
        form="+f",
        precise="+.2f",
        whole_pixels=True,
        levels=[Level(0.0)],
        behind=interval,
    )
