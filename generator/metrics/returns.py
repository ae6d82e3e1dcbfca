"""Levels and returns over fixed periods."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Value, Withheld
from generator.metrics._tools import close_on, day, last_close, per_subject, values_of
from generator.metrics.inputs import HORIZONS

IN_WORDS = {
    "1d": "one session",
    "1w": "week",
    "mtd": "month to date",
    "1m": "one month",
    "qtd": "quarter to date",
    "3m": "three months",
    "6m": "six months",
    "ytd": "year to date",
    "1y": "one year",
    "3y": "three years",
    "5y": "five years",
    "10y": "ten years",
}
ANNUALISED = ("3y", "5y", "10y")
DAYS_IN_A_YEAR = 365.25


def _names(prefix: str) -> dict[str, str]:
    """Figure name by horizon: `return_3y_annualised` and the like."""
    ending = {h: f"{h}_annualised" if h in ANNUALISED else h for h in HORIZONS}
    return {h: f"{prefix}_{ending[h]}" for h in HORIZONS}


PRICE = _names("return")
TOTAL = _names("total_return")
RELATIVE = _names("relative_return")

_BASE = {
    "1d": "the session before",
    "1w": "the last session of an earlier ISO week",
    "mtd": "the last session of the previous month",
    "qtd": "the last session of the previous quarter",
    "ytd": "the last session of the previous year",
    "1m": "the same day a month earlier, else the session before it",
    "3m": "the same day three months earlier, else the session before it",
    "6m": "the same day six months earlier, else the session before it",
    "1y": "the same day a year earlier, else the session before it",
    "3y": "the same day three years earlier, else the session before it",
    "5y": "the same day five years earlier, else the session before it",
    "10y": "the same day ten years earlier, else the session before it",
}


def _formula(kind: str, horizon: str) -> str:
    ratio = f"last {kind} / base {kind}"
    if horizon in ANNUALISED:
        ratio = f"({ratio})^(365.25 / days between)"
    return f"{ratio} − 1; base: {_BASE[horizon]}."


def _grown(series: pd.Series, base: pd.Timestamp | None, horizon: str) -> Figure:
    """Growth of one series from the base to its last session."""
    end = last_close(series)
    if isinstance(end, Withheld):
        return end
    if base is None:
        return Withheld("the base lies before the history of sessions")
    start = close_on(series, base, "base")
    if isinstance(start, Withheld):
        return start
    growth = end / start
    if horizon in ANNUALISED:
        growth **= DAYS_IN_A_YEAR / (series.index[-1] - base).days
    return Value(growth - 1, base=day(base), only=(day(base), day(series.index[-1])))


@tag(unit="level", title="Close", section="Levels")
def close(closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]) -> Figures:
    """Close of the last session, adjusted for splits, not for dividends."""

    def level(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        return end if isinstance(end, Withheld) else Value(end, only=(day(series.index[-1]),))

    return per_subject(universe.series, closes, exclusions, level)


def _change(
    closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str], base: pd.Timestamp | None
) -> Figures:
    def change(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        if base is None:
            return Withheld("the base lies before the history of sessions")
        start = close_on(series, base, "base")
        if isinstance(start, Withheld):
            return start
        return Value(end - start, base=day(base), only=(day(base), day(series.index[-1])))

    return per_subject(universe.series, closes, exclusions, change)


@tag(unit="change", title="Change on the week", section="Levels")
def point_change_1w(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Last close minus the close of the last session of an earlier ISO week, points or dollars."""
    return _change(closes, universe, exclusions, period_bases["1w"])


@tag(unit="change", title="Change on the year", section="Levels")
def point_change_ytd(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Last close minus the last close of the previous year, in points or dollars."""
    return _change(closes, universe, exclusions, period_bases["ytd"])


@tag(unit="sessions", title="Sessions in the week", section="Levels")
def sessions_1w(
    closes: pd.DataFrame, period_bases: dict[str, pd.Timestamp | None], small_cap: str
) -> Figures:
    """Sessions of the exchange in the ISO week up to the last one: five, but for holidays."""
    base = period_bases["1w"]
    if base is None:
        return {small_cap: Withheld("the base lies before the history of sessions")}
    return {small_cap: Value(int((closes.index > base).sum()), base=day(base))}


@tag_outputs(**{name: {"title": f"Return, {IN_WORDS[h]}"} for h, name in PRICE.items()})
@tag(unit="fraction", section="Returns")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Price return: {_formula('close', h)}\n\n"
            "Dividends are not in it. Withheld without a close on either day.",
        )
        for h, name in PRICE.items()
    }
)
def price_return(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    universe: Universe,
    exclusions: dict[str, str],
    horizon: str,
) -> Figures:
    """Price return over the period."""
    return per_subject(
        universe.subjects(),
        closes,
        exclusions,
        lambda _, series: _grown(series, period_bases[horizon], horizon),
    )


@tag_outputs(**{name: {"title": f"Total return, {IN_WORDS[h]}"} for h, name in TOTAL.items()})
@tag(unit="fraction", section="Total returns")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Total return: {_formula('value', h)}\n\n"
            "The value is that of one unit whose dividends are reinvested at the close of their "
            "ex-date. Withheld where the source says nothing of dividends.",
        )
        for h, name in TOTAL.items()
    }
)
def total_return(
    total_return_index: pd.DataFrame,
    without_distributions: frozenset[str],
    period_bases: dict[str, pd.Timestamp | None],
    universe: Universe,
    exclusions: dict[str, str],
    horizon: str,
) -> Figures:
    """Total return over the period."""
    reasons = dict.fromkeys(without_distributions, "its source says nothing of dividends")
    return per_subject(
        universe.subjects(kind=("fund",)),
        total_return_index,
        reasons | exclusions,
        lambda _, series: _all_between(_grown(series, period_bases[horizon], horizon)),
    )


def _all_between(figure: Figure) -> Figure:
    """A total return needs every dividend in its period, not its two ends alone."""
    return replace(figure, only=()) if isinstance(figure, Value) else figure


@tag_outputs(**{name: {"title": f"Relative return, {IN_WORDS[h]}"} for h, name in RELATIVE.items()})
@tag(unit="pp", section="Relative returns")
@parameterize(
    **{
        name: (
            {"horizon": value(h), "returns": source(PRICE[h])},
            f"Price return minus the S&P 500's over the same period: {IN_WORDS[h]}"
            + (", a year" if h in ANNUALISED else "")
            + ".\n\nIn percentage points, the difference of unrounded returns.",
        )
        for h, name in RELATIVE.items()
    }
)
def relative_return(returns: Figures, large_cap: str, horizon: str) -> Figures:
    """Price return minus that of the large-cap benchmark."""
    against = values_of(returns, large_cap)
    figures: Figures = {}
    for subject, figure in returns.items():
        if subject == large_cap:
            continue
        own = values_of(returns, subject)
        if isinstance(own, Withheld):
            figures[subject] = own
        elif isinstance(against, Withheld):
            figures[subject] = Withheld(f"the large-cap benchmark: {against.reason}")
        else:
            assert isinstance(figure, Value)
            figures[subject] = Value(100 * (own - against), base=figure.base, only=figure.only)
    return figures


_PAIRS = {"fund_pair_relative_return_1w": "1w", "fund_pair_relative_return_ytd": "ytd"}


@tag_outputs(**{name: {"title": f"Fund pair, {IN_WORDS[h]}"} for name, h in _PAIRS.items()})
@tag(unit="pp", section="Relative returns")
@parameterize(
    **{
        name: (
            {"returns": source(PRICE[h])},
            f"Price return of the small-cap fund minus that of the large-cap fund: {IN_WORDS[h]}."
            "\n\nIn percentage points. Funds and indexes can disagree: a fund's close is a trade, "
            "an index's is a calculation, and dividends leave a fund's price on the ex-date.",
        )
        for name, h in _PAIRS.items()
    }
)
def fund_pair_relative_return(returns: Figures, small_fund: str, large_fund: str) -> Figures:
    """Price return of the small-cap fund minus that of the large-cap fund."""
    small, large = values_of(returns, small_fund), values_of(returns, large_fund)
    if isinstance(small, Withheld):
        return {small_fund: small}
    if isinstance(large, Withheld):
        return {small_fund: Withheld(f"the large-cap fund: {large.reason}")}
    figure = returns[small_fund]
    assert isinstance(figure, Value)
    return {small_fund: Value(100 * (small - large), base=figure.base, only=figure.only)}
