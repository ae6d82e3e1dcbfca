"""Realised and implied volatility, and beta."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import day_at, lacks, not_shown, number, part, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_YEARS = 5
_IMPLIED_YEARS = 2


def volatility_history(
    realised_volatilities: pd.DataFrame,
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
    small, large = short(universe, small_cap), short(universe, large_cap)
    other = number(realised_volatility_21, large_cap)
    title = f"Realised volatility of the {small} at {show(own, 'share')}"
    if not isinstance(other, Withheld):
        title += f", of the {large} at {show(other, 'share')}"
    return Chart(
        title=title,
        subtitle="Standard deviation of 21 daily log price returns, annualised, week-ends, "
        f"{show_date(weeks[0].date())} to {show_date(as_of.date())}."
        + not_shown(universe, {large_cap: reason} if reason else {}),
        source=chart_source,
        description=_between(universe, frame, "share"),
        spec=_pair_of_lines(frame, universe, "%"),
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
    frame: pd.DataFrame, universe: Universe, form: str, colours: dict[str, str] | None = None
) -> dict[str, Any]:
    """Lines above zero with their names at the end, the first in front."""
    data = marks.plotted(frame)
    dense = len(data) > 300
    plot = marks.Plot(
        x=marks.dates(frame.index[0], frame.index[-1], whole_pixels=dense),
        y=marks.amounts(0.0, float(frame.max().max()), form, whole_pixels=dense),
        right=100,
    )
    chosen = colours or dict(zip(frame.columns, (theme.SMALL, theme.LARGE), strict=False))
    ends = [(short(universe, s), float(frame[s].iloc[-1]), chosen[s]) for s in frame.columns]
    layers = [
        *(plot.line(s, chosen[s], strokeWidth=1.5) for s in reversed(list(frame.columns))),
        plot.level(0, color=theme.INK),
        plot.end_labels(ends),
    ]
    return plot.spec(layers, marks.rows(data))


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
    levels = [f"{short(universe, s)} at {show(f.value, 'points')}" for s, f in known.items()]
    colours = {large_cap_volatility_index: theme.LARGE, small_cap_volatility_index: theme.SMALL}
    return Chart(
        title=", ".join(levels),
        subtitle="Implied volatility over the next 30 days, annualised percentage points, daily "
        f"closes, {show_date(window.index[0].date())} to {show_date(as_of.date())}."
        + not_shown(universe, missing),
        source=chart_source,
        description=_between(universe, window, "points"),
        spec=_pair_of_lines(window, universe, "f", {s: colours[s] for s in known}),
        data=marks.plotted(window),
    )


def rolling_beta_chart(
    rolling_beta: pd.DataFrame,
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
    known = frame["beta"].dropna()
    small, large = short(universe, small_cap), short(universe, large_cap)
    low, high = part(figure, "low"), part(figure, "high")
    return Chart(
        title=f"Beta of the {small} to the {large} at {show(figure.value, 'beta')}, "
        f"95% interval {show(low, 'beta')} to {show(high, 'beta')}",
        subtitle="Slope of 60 daily price returns on the benchmark's, with 95% confidence "
        f"interval, week-ends, {show_date(weeks[0].date())} to {show_date(as_of.date())}.",
        source=chart_source,
        description=f"Beta goes from {show(float(known.iloc[0]), 'beta')} to "
        f"{show(float(known.iloc[-1]), 'beta')}, between {show(float(known.min()), 'beta')} and "
        f"{show(float(known.max()), 'beta')}.",
        spec=_beta_spec(frame, figure),
        data=frame,
    )


def _beta_spec(frame: pd.DataFrame, figure: Value) -> dict[str, Any]:
    plot = marks.Plot(
        x=marks.dates(frame["date"].iloc[0], frame["date"].iloc[-1], whole_pixels=True),
        y=marks.amounts(
            float(min(frame["low"].min(), 1.0)),
            float(max(frame["high"].max(), 1.0)),
            "f",
            whole_pixels=True,
        ),
        right=40,
    )
    last = float(frame["beta"].iloc[-1])
    layers = [
        plot.layer("area", "date", "low", channels={"y2": {"field": "high"}}, color=theme.BAND),
        plot.level(1, color=theme.INK),
        plot.line("beta", theme.SMALL),
        plot.end_labels([(show(figure.value, "beta"), last, theme.SMALL)]),
    ]
    return plot.spec(layers, marks.rows(frame))
