"""Realised and implied volatility, and beta."""

from __future__ import annotations

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._lines import Level, Line, LineChart, in_view
from generator.charts._scales import Spans
from generator.charts._words import (
    day_at,
    lacks,
    not_shown,
    number,
    part,
    shading,
    short,
    unavailable,
)
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_YEARS = 5
_IMPLIED_YEARS = 2


def volatility_history(
    realised_volatilities: pd.DataFrame,
    bear_markets: Spans,
    realised_volatility_21: Figures,
    week_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """Realised volatility of small and large caps over 21 sessions, five years."""
    own = number(realised_volatility_21, small_cap)
    if isinstance(own, Withheld):
        return unavailable(universe, small_cap, own.reason)
    weeks = week_ends[week_ends >= as_of - pd.DateOffset(years=_YEARS)]
    reason = lacks(realised_volatilities, large_cap, exclusions, weeks[0])
    subjects = [small_cap] if reason else [small_cap, large_cap]
    frame = realised_volatilities[subjects].reindex(weeks)
    bears = in_view(bear_markets, weeks[0], as_of)
    small, large = short(universe, small_cap), short(universe, large_cap)
    other = number(realised_volatility_21, large_cap)
    return Chart(
        title=titles.volatility(small, large, own, other),
        subtitle="Standard deviation of 21 daily log price returns, annualised, %, week-ends, "
        f"{show_date(weeks[0].date())} to {show_date(as_of.date())}."
        + not_shown(universe, {large_cap: reason} if reason else {})
        + shading(universe, large_cap, bears),
        source=chart_source,
        description=_between(universe, frame, "share"),
        specs=marks.both(_pair_of_lines(frame, universe, "%", ".1%", shaded=bears).at),
        data=marks.plotted(frame),
    )


def _between(universe: Universe, frame: pd.DataFrame, unit: str) -> str:
    texts = []
    for subject in frame.columns:
        known = frame[subject].dropna()
        texts.append(
            f"{short(universe, subject)} from {show(float(known.iloc[0]), unit)} to "
            f"{show(float(known.iloc[-1]), unit)}, between {show(float(known.min()), unit)} and "
            f"{show(float(known.max()), unit)} on {show_date(day_at(known, int(known.argmax())))}"
        )
    return "; ".join(texts) + "."


def _pair_of_lines(
    frame: pd.DataFrame,
    universe: Universe,
    form: str,
    precise: str,
    *,
    colours: dict[str, str] | None = None,
    shaded: Spans = (),
) -> LineChart:
    """Lines above zero, the first in front."""
    chosen = colours or dict(zip(frame.columns, (theme.SMALL, theme.LARGE), strict=False))
    return LineChart(
        frame=marks.plotted(frame),
        lines=[Line(s, short(universe, s), chosen[s]) for s in frame.columns],
        low=0.0,
        high=float(frame.max().max()),
        form=form,
        precise=precise,
        whole_pixels=len(frame) > 300,
        levels=[Level(0.0)],
        shaded=shaded,
    )


def implied_volatility(
    closes: pd.DataFrame,
    rvx: Figures,
    vix: Figures,
    small_cap_volatility_index: str | None,
    large_cap_volatility_index: str | None,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The volatility that options imply for small and for large caps, two years."""
    indexes = {
        small_cap_volatility_index: rvx.get(small_cap, Withheld("it is not computed")),
        large_cap_volatility_index: vix.get(large_cap, Withheld("it is not computed")),
    }
    known = {s: f for s, f in indexes.items() if s is not None and isinstance(f, Value)}
    missing = {s: f.reason for s, f in indexes.items() if s is not None and isinstance(f, Withheld)}
    if not known:
        reasons = "; ".join(f"{short(universe, s)}: {reason}" for s, reason in missing.items())
        return Withheld(reasons or "the universe has no volatility index")
    window = closes[list(known)].loc[as_of - pd.DateOffset(years=_IMPLIED_YEARS) :]
    levels = {s: (short(universe, s), figure) for s, figure in known.items()}
    blue = {small_cap_volatility_index}
    colours = {s: theme.SMALL if s in blue else theme.LARGE for s in known}
    return Chart(
        title=titles.implied(
            levels.get(small_cap_volatility_index or ""),
            levels.get(large_cap_volatility_index or ""),
        ),
        subtitle="Implied volatility over the next 30 days, annualised percentage points, daily "
        f"closes, {show_date(window.index[0].date())} to {show_date(as_of.date())}."
        + not_shown(universe, missing),
        source=chart_source,
        description=_between(universe, window, "points"),
        specs=marks.both(_pair_of_lines(window, universe, "f", ".2f", colours=colours).at),
        data=marks.plotted(window),
    )


def rolling_beta_chart(
    rolling_beta: pd.DataFrame,
    bear_markets: Spans,
    beta_60: Figures,
    week_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Beta of small caps over 60 sessions with its 95% confidence interval, five years."""
    figure = beta_60.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    weeks = week_ends[week_ends >= as_of - pd.DateOffset(years=_YEARS)]
    frame = marks.plotted(rolling_beta.reindex(weeks))
    bears = in_view(bear_markets, weeks[0], as_of)
    known = frame["beta"].dropna()
    small, large = short(universe, small_cap), short(universe, large_cap)
    low, high = part(figure, "low"), part(figure, "high")
    return Chart(
        title=titles.beta(small, large, figure),
        subtitle="Slope of 60 daily price returns on the benchmark's, with 95% confidence "
        f"interval, week-ends, {show_date(weeks[0].date())} to {show_date(as_of.date())}."
        + shading(universe, large_cap, bears),
        source=chart_source,
        description=f"Beta goes from {show(float(known.iloc[0]), 'beta')} to "
        f"{show(float(known.iloc[-1]), 'beta')}, between {show(float(known.min()), 'beta')} and "
        f"{show(float(known.max()), 'beta')}. The interval at the end is {show(low, 'beta')} to "
        f"{show(high, 'beta')}.",
        specs=marks.both(_beta(frame, figure, bears).at),
        data=frame,
    )


def _beta(frame: pd.DataFrame, figure: Value, bears: Spans) -> LineChart:
    def interval(plot: marks.Plot) -> list[alt.UnitSpec]:
        upper = {"y2": {"field": "high"}}
        return [plot.layer("area", "date", "low", channels=upper, color=theme.BAND)]

    return LineChart(
        frame=frame,
        lines=[Line("beta", "Beta", theme.SMALL, width=2, label=show(figure.value, "beta"))],
        low=float(min(frame["low"].min(), 1.0)),
        high=float(max(frame["high"].max(), 1.0)),
        form="f",
        precise=".2f",
        whole_pixels=True,
        levels=[Level(1.0)],
        shaded=bears,
        behind=interval,
    )
