"""Properties that hold for any prices: scale, the future, splits, dividends, symmetry."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import computed, last_sessions, random_closes, sessions, snapshot, value

from generator import graph
from generator.facts import Value

INDEX = last_sessions(620, "2026-01-16")
SEEDS = st.integers(0, 10_000)
SUBJECTS = ("russell_2000", "sp_500", "iwm", "spy", "vix", "rvx")


def market(seed: int, count: int = len(INDEX)) -> dict[str, np.ndarray]:
    """Random closes of the benchmarks, the fund pair and the volatility indexes."""
    return {name: random_closes(count, 100 * seed + n) for n, name in enumerate(SUBJECTS)}


def same(one: object, other: object) -> bool:
    """Whether two values are equal up to rounding errors."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-10)
    return one == other


SCALE_FREE = [
    *(f"return_{h}" for h in ("1d", "1w", "mtd", "1m", "3m", "ytd", "1y")),
    *(f"total_return_{h}" for h in ("1w", "ytd", "1y")),
    *(f"relative_return_{h}" for h in ("1w", "ytd", "1y")),
    "outperformance_streak_sessions",
    "outperformance_streak_weeks",
    "rsi_14_daily",
    "sma_cross",
    "relative_strength_cross",
    "record_closes_ytd",
    "sessions_since_record",
    "record_gap",
    "drawdown",
    "maximum_drawdown",
    "calendar_year_relative",
    "realised_volatility_21",
    "beta_60",
    "beta_52w",
    "correlation_60",
    "correlation_52w",
    "base_breakout",
]


@settings(max_examples=6)
@given(SEEDS, st.sampled_from([0.25, 1000.0, 1 / 3, 7.3]))
def test_scale_changes_no_return(seed: int, factor: float) -> None:
    """Prices in other units leave every return, run, index, drawdown and beta as they were."""
    closes = market(seed)
    scaled = {name: series * factor for name, series in closes.items()}
    before = computed(snapshot(INDEX, closes), *SCALE_FREE).facts()
    after = computed(snapshot(INDEX, scaled), *SCALE_FREE).facts()
    for name in SCALE_FREE:
        for subject, fact in before.of(name).items():
            other = after.get(name, subject)
            assert same(fact.value, other.value), (fact.id, fact.value, other.value)
            assert fact.base == other.base


def poisoned(closes: dict[str, np.ndarray], keep: int, seed: int):
    """The same closes to a session, and rubbish after it: jumps, holes, dividends and splits."""
    generator = np.random.default_rng(seed)
    rubbish, dividends, splits = {}, {}, {}
    for name, series in closes.items():
        wild = series * np.exp(generator.normal(0, 3, len(series)))
        wild[generator.random(len(series)) < 0.3] = math.nan
        rubbish[name] = np.where(np.arange(len(series)) < keep, series, wild)
        later = np.arange(len(series)) >= keep
        dividends[name] = np.where(later, 50.0, 0.0)
        splits[name] = np.where(later & (generator.random(len(series)) < 0.2), 3.0, 1.0)
    return snapshot(INDEX, rubbish, dividends=dividends, splits=splits)


@settings(max_examples=6)
@given(SEEDS, st.integers(540, 615))
def test_nothing_after_the_as_of_date_changes_a_figure(seed: int, keep: int) -> None:
    """Every figure as of a session is equal whether what follows is absent or rubbish."""
    closes = market(seed)
    cut = snapshot(INDEX[:keep], {name: series[:keep] for name, series in closes.items()})
    as_of = str(INDEX[keep - 1].date())
    names = list(graph.metrics())
    clean = computed(cut, *names).facts()
    seen_back = computed(poisoned(closes, keep, seed), *names, as_of=as_of).facts()
    for name in names:
        for subject, fact in clean.of(name).items():
            other = seen_back.get(name, subject)
            assert fact.figure == other.figure, fact.id
            assert fact.as_of == other.as_of == date.fromisoformat(as_of)


@given(SEEDS)
def test_relative_return_is_the_difference_of_unrounded_returns(seed: int) -> None:
    """A relative return is 100 times the difference, and changes sign when the two swap places."""
    closes = market(seed)
    swapped = closes | {"russell_2000": closes["sp_500"], "sp_500": closes["russell_2000"]}
    for horizon in ("1d", "1w", "ytd", "1y"):
        names = (f"relative_return_{horizon}", f"return_{horizon}")
        facts = computed(snapshot(INDEX, closes), *names).facts()
        own = facts.get(names[1], "russell_2000").value
        large = facts.get(names[1], "sp_500").value
        difference = facts.get(names[0], "russell_2000").value
        assert difference == pytest.approx(100 * (own - large), abs=1e-12)
        mirrored = value(snapshot(INDEX, swapped), names[0], "russell_2000").value
        assert mirrored == -difference


@given(SEEDS)
def test_no_session_is_both_ahead_and_behind(seed: int) -> None:
    """Of the two runs at most one is going on, and swapping the series swaps them."""
    closes = market(seed, 60)
    swapped = closes | {"russell_2000": closes["sp_500"], "sp_500": closes["russell_2000"]}
    index = INDEX[-60:]
    names = ("outperformance_streak_sessions", "underperformance_streak_sessions")
    facts = computed(snapshot(index, closes), *names).facts()
    mirrored = computed(snapshot(index, swapped), *names).facts()
    ahead, behind = (facts.get(name, "russell_2000").value for name in names)
    assert min(ahead, behind) == 0
    assert mirrored.get(names[1], "russell_2000").value == ahead
    assert mirrored.get(names[0], "russell_2000").value == behind


# Splits and dividends


@given(SEEDS, st.integers(5, 55), st.sampled_from([2.0, 3.0, 0.1, 1.5]))
def test_recorded_split_equals_adjusted_closes(seed: int, at: int, factor: float) -> None:
    """Unadjusted closes with a recorded split give the figures that adjusted closes give."""
    index = INDEX[-60:]
    later = np.arange(60) >= at
    adjusted = random_closes(60, seed)
    recorded = np.where(later, adjusted, adjusted * factor)
    split = np.where(np.arange(60) == at, factor, 1.0)
    paid = np.where(np.arange(60) % 20 == 10, 3.0, 0.0)
    as_paid = np.where(later, paid, paid * factor)
    names = ("return_1d", "return_1w", "return_1m", "total_return_1m", "realised_volatility_21")
    names += ("close", "drawdown", "maximum_drawdown", "record_closes_ytd")
    plain = snapshot(index, {"iwm": adjusted}, dividends={"iwm": paid})
    raw = snapshot(index, {"iwm": recorded}, dividends={"iwm": as_paid}, splits={"iwm": split})
    for name in names:
        one, other = value(plain, name, "iwm"), value(raw, name, "iwm")
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-12), name
        assert one.base == other.base


def test_two_splits_multiply() -> None:
    """A 2:1 and a later 3:1 split divide the closes before both by six."""
    index = INDEX[-6:]
    closes = [600.0, 606.0, 303.0, 306.0, 102.0, 103.0]
    frozen = snapshot(index, {"iwm": closes}, splits={"iwm": [1, 1, 2, 1, 3, 1]})
    before = value(frozen, "return_1d", "iwm", str(index[2].date()))
    assert before.value == pytest.approx(0.0)
    assert value(frozen, "maximum_drawdown", "iwm").value == 0.0
    assert value(frozen, "close", "iwm", str(index[1].date())).value == 606.0


def adjusted_closes(closes: np.ndarray, paid: np.ndarray) -> np.ndarray:
    """Closes times, for each later payment, one minus payment over the close before it.

    Growing by 1 / (1 - d / p) reinvests at the ex-dividend price p - d, which is how vendors
    adjust; to reinvest at the close of the ex-date the factor is close / (close + dividend).
    """
    factors = closes / (closes + paid)
    later = np.concatenate([np.cumprod(factors[::-1])[::-1][1:], [1.0]])
    return closes * later


@given(SEEDS, st.sets(st.integers(1, 59), max_size=6))
def test_total_return_equals_return_of_adjusted_closes(seed: int, days: set[int]) -> None:
    """Total return over any period is the price return of closes adjusted for dividends."""
    index = INDEX[-60:]
    closes = random_closes(60, seed)
    paid = np.zeros(60)
    paid[list(days)] = 4.2
    frozen = snapshot(index, {"iwm": closes}, dividends={"iwm": paid})
    adjusted = snapshot(index, {"iwm": adjusted_closes(closes, paid)})
    for horizon in ("1d", "1w", "mtd", "1m", "ytd"):
        total = value(frozen, f"total_return_{horizon}", "iwm").value
        assert total == pytest.approx(
            value(adjusted, f"return_{horizon}", "iwm").value, rel=1e-9, abs=1e-12
        )


def test_dividend_counts_on_its_ex_date_and_not_before() -> None:
    """A base on the ex-date is after the payment, a base on the session before it is not."""
    index = sessions("2026-01-12", "2026-01-16")
    frozen = snapshot(index, {"iwm": [100.0] * 5}, dividends={"iwm": [0.0, 0.0, 0.0, 1.0, 0.0]})
    assert value(frozen, "total_return_1d", "iwm").value == 0.0
    on_the_day = value(frozen, "total_return_1d", "iwm", "2026-01-15").value
    assert on_the_day == pytest.approx(0.01)


def test_dividend_on_a_session_without_a_close_counts_at_the_next() -> None:
    """Cash paid where the close is missing is not lost."""
    index = sessions("2026-01-02", "2026-01-16")
    closes, paid = np.full(len(index), 100.0), np.zeros(len(index))
    closes[-3], paid[-3] = math.nan, 2.0
    frozen = snapshot(index, {"iwm": closes}, dividends={"iwm": paid})
    assert value(frozen, "total_return_1w", "iwm").value == pytest.approx(0.02)


def test_dividend_before_the_first_close_does_not_count() -> None:
    """What was paid before a history begins, or on its first session, is no return."""
    index = sessions("2026-01-02", "2026-01-16")
    closes, paid = np.full(len(index), 100.0), np.zeros(len(index))
    closes[:3] = math.nan
    paid[:4] = 5.0
    frozen = snapshot(index, {"iwm": closes}, dividends={"iwm": paid})
    assert value(frozen, "total_return_1w", "iwm").value == 0.0


def test_seen_earlier_equals_frozen_earlier() -> None:
    """The view of a later snapshot as of a session equals the snapshot frozen on that session."""
    closes = {name: pd.Series(series, INDEX) for name, series in market(3).items()}
    late = snapshot(INDEX, closes)
    early = replace(
        late,
        sessions=INDEX[:-7],
        closes=late.closes.iloc[:-7],
        dividends=late.dividends.iloc[:-7],
        splits=late.splits.iloc[:-7],
    )
    as_of = str(INDEX[-8].date())
    for name in ("return_ytd", "beta_52w", "rsi_14_weekly", "maximum_drawdown"):
        one = computed(early, name).facts().get(name, "russell_2000").figure
        other = computed(late, name, as_of=as_of).facts().get(name, "russell_2000").figure
        assert one == other
        assert isinstance(one, Value) or name == "rsi_14_weekly"
