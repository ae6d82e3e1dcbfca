"""Realised and implied volatility, beta and correlation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._tools import MAIN, close_on, day, last_close, main_but, per_subject

SESSIONS_IN_A_YEAR = 252
STUDENT_T_975 = {58: 2.001717, 50: 2.008559}
"""97.5% points of Student's t by degrees of freedom, for 60 and 52 observations."""
NORMAL_975 = 1.959964


def log_returns(closes: pd.DataFrame) -> pd.DataFrame:
    """Natural logarithm of close over the close before; NaN where either is missing."""
    return np.log(closes / closes.shift(1))


def realised_volatilities(log_returns: pd.DataFrame) -> pd.DataFrame:
    """Sample standard deviation of 21 log returns times the square root of 252, at each session."""
    return log_returns.rolling(21).std() * math.sqrt(SESSIONS_IN_A_YEAR)


@tag(unit="share", title="Realised volatility", section="Volatility")
def realised_volatility_21(
    realised_volatilities: pd.DataFrame, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Sample standard deviation of the last 21 daily log returns, times the square root of 252.

    All 21 returns must be there. With the share of the history's sessions on which it was lower.
    """

    def latest(_: str, series: pd.Series) -> Figure:
        value = float(series.iloc[-1])
        if np.isnan(value):
            return Withheld("one of its last 22 closes is missing")
        lower = float((series.dropna() < value).mean())
        return Value(value, parts={"share_lower": Part(lower, "share")})

    return per_subject(universe.subjects(segment=MAIN), realised_volatilities, exclusions, latest)


def _last_pairs(
    returns: pd.DataFrame, subject: str, large: str, count: int, what: str
) -> tuple[np.ndarray, np.ndarray] | Withheld:
    own = returns[subject].to_numpy()[-count:]
    against = returns[large].to_numpy()[-count:]
    if len(own) < count or np.isnan(own).any() or np.isnan(against).any():
        return Withheld(f"one of the last {count} {what} is missing in it or in the benchmark")
    return own, against


def _correlations(
    returns: pd.DataFrame,
    large: str,
    count: int,
    what: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    def correlation(subject: str, _: pd.Series) -> Figure:
        pairs = _last_pairs(returns, subject, large, count, what)
        if isinstance(pairs, Withheld):
            return pairs
        with np.errstate(invalid="ignore", divide="ignore"):
            r = float(np.corrcoef(*pairs)[0, 1])
        if not abs(r) < 1:
            return Withheld("its returns do not vary, or repeat the benchmark's")
        half = NORMAL_975 / math.sqrt(count - 3)
        return Value(
            r,
            parts={
                "low": Part(math.tanh(math.atanh(r) - half), "beta"),
                "high": Part(math.tanh(math.atanh(r) + half), "beta"),
            },
        )

    return per_subject(main_but(universe, large), returns, exclusions, correlation)


def _betas(
    returns: pd.DataFrame,
    large: str,
    count: int,
    what: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    def beta(subject: str, _: pd.Series) -> Figure:
        pairs = _last_pairs(returns, subject, large, count, what)
        if isinstance(pairs, Withheld):
            return pairs
        own, against = pairs
        spread = against - against.mean()
        total = float(spread @ spread)
        if total == 0:
            return Withheld("the benchmark's returns do not vary")
        slope = float(spread @ own) / total
        residual = own - own.mean() - slope * spread
        error = math.sqrt(float(residual @ residual) / (count - 2) / total)
        half = STUDENT_T_975[count - 2] * error
        return Value(
            slope,
            parts={"low": Part(slope - half, "beta"), "high": Part(slope + half, "beta")},
        )

    return per_subject(main_but(universe, large), returns, exclusions, beta)


@tag(unit="beta", title="Beta, 60 sessions", section="Volatility")
def beta_60(
    simple_returns: pd.DataFrame, large_cap: str, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Slope of the ordinary least-squares line of the last 60 daily returns on the S&P 500's.

    With its 95% confidence interval from Student's t with 58 degrees of freedom.
    """
    return _betas(simple_returns, large_cap, 60, "daily returns", universe, exclusions)


@tag(unit="beta", title="Beta, 52 weeks", section="Volatility")
def beta_52w(
    weekly_returns: pd.DataFrame, large_cap: str, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Slope of the ordinary least-squares line of the last 52 weekly returns on the S&P 500's.

    With its 95% confidence interval from Student's t with 50 degrees of freedom.
    """
    return _betas(weekly_returns, large_cap, 52, "weekly returns", universe, exclusions)


@tag(unit="beta", title="Correlation, 60 sessions", section="Volatility")
def correlation_60(
    simple_returns: pd.DataFrame, large_cap: str, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Pearson correlation of the last 60 daily returns with the S&P 500's.

    With its 95% confidence interval by Fisher's transformation.
    """
    return _correlations(simple_returns, large_cap, 60, "daily returns", universe, exclusions)


@tag(unit="beta", title="Correlation, 52 weeks", section="Volatility")
def correlation_52w(
    weekly_returns: pd.DataFrame, large_cap: str, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Pearson correlation of the last 52 weekly returns with the S&P 500's.

    With its 95% confidence interval by Fisher's transformation.
    """
    return _correlations(weekly_returns, large_cap, 52, "weekly returns", universe, exclusions)


def rolling_beta(simple_returns: pd.DataFrame, large_cap: str, small_cap: str) -> pd.DataFrame:
    """Beta of the small-cap benchmark over 60 sessions with its interval, at each session.

    Columns beta, low, high; NaN unless all 60 returns of both benchmarks are there, empty where the
    snapshot lacks one of them.
    """
    if small_cap not in simple_returns or large_cap not in simple_returns:
        return pd.DataFrame(columns=["beta", "low", "high"], index=simple_returns.index[:0])
    count = 60
    pair = simple_returns[[small_cap, large_cap]]
    own, against = pair[small_cap], pair[large_cap]
    covariance = own.rolling(count).cov(against)
    variance = against.rolling(count).var()
    beta = covariance / variance
    unexplained = (own.rolling(count).var() - beta * covariance).clip(lower=0)
    error = np.sqrt(unexplained / variance * (count - 1) / (count - 2) / (count - 1))
    half = STUDENT_T_975[count - 2] * error
    return pd.DataFrame({"beta": beta, "low": beta - half, "high": beta + half})


def _implied(
    closes: pd.DataFrame,
    week: pd.Timestamp | None,
    exclusions: dict[str, str],
    source: str | None,
) -> Figure:
    if source is None:
        return Withheld("the universe has no volatility index for it")

    def level(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        parts = {"share_lower": Part(float((series.dropna() < end).mean()), "share")}
        before = close_on(series, week, "base") if week is not None else Withheld("no base")
        if not isinstance(before, Withheld):
            parts["change_1w"] = Part(end - before, "change")
        return Value(end, base=day(week) if week is not None else None, parts=parts)

    return per_subject([source], closes, exclusions, level)[source]


def small_cap_volatility_index(universe: Universe, small_cap: str) -> str | None:
    """The volatility index of the small-cap benchmark."""
    return _index_for(universe, small_cap)


def large_cap_volatility_index(universe: Universe, large_cap: str) -> str | None:
    """The volatility index of the large-cap benchmark."""
    return _index_for(universe, large_cap)


def _index_for(universe: Universe, subject: str) -> str | None:
    return next((s for s, v in universe.series.items() if v.implied_for == subject), None)


@tag(unit="points", title="VIX", section="Volatility")
def vix(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    exclusions: dict[str, str],
    large_cap_volatility_index: str | None,
    large_cap: str,
) -> Figures:
    """Close of the Cboe Volatility Index: the volatility of the S&P 500 over the next 30 days that
    option prices imply, in annualised percentage points.

    With its change on the week and the share of the history's sessions on which it was lower.
    """
    week = period_bases["1w"]
    return {large_cap: _implied(closes, week, exclusions, large_cap_volatility_index)}


@tag(unit="points", title="RVX", section="Volatility")
def rvx(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    exclusions: dict[str, str],
    small_cap_volatility_index: str | None,
    small_cap: str,
) -> Figures:
    """Close of the Cboe Russell 2000 Volatility Index: the volatility of the Russell 2000 over the
    next 30 days that option prices imply, in annualised percentage points.

    With its change on the week and the share of the history's sessions on which it was lower.
    """
    week = period_bases["1w"]
    return {small_cap: _implied(closes, week, exclusions, small_cap_volatility_index)}


@tag(unit="multiple", title="RVX over VIX", section="Volatility")
def rvx_vix_ratio(rvx: Figures, vix: Figures, small_cap: str, large_cap: str) -> Figures:
    """RVX divided by VIX: how much more volatility options imply for small caps than for large."""
    small, large = rvx[small_cap], vix[large_cap]
    if isinstance(small, Withheld):
        return {small_cap: Withheld(f"RVX: {small.reason}")}
    if isinstance(large, Withheld):
        return {small_cap: Withheld(f"VIX: {large.reason}")}
    return {small_cap: Value(float(small.value) / float(large.value))}  # type: ignore[arg-type]
