"""Intervals and tests: published examples, January's small-cap premium since 1926, histories by
chance."""

from __future__ import annotations

import gc
import itertools
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from arch.data import frenchdata
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.metrics import _statistics
from generator.metrics._phases import phases
from generator.metrics._statistics import (
    as_large_by_chance,
    at_least_by_chance,
    holm,
    p_value,
    picked_by_chance,
    summarise,
    welch,
    wilson,
)


@pytest.fixture(autouse=True, scope="module")
def nothing_to_collect() -> Iterator[None]:
    """statsmodels collects garbage on every call, which takes long where there are many objects."""
    gc.freeze()
    yield
    gc.unfreeze()


@cache
def small_minus_big() -> pd.DataFrame:
    """Small minus big since July 1926, percent; years x months."""
    file = Path(frenchdata.__file__).parent / "frenchdata.csv.gz"
    rows = pd.read_csv(file)
    month = rows.iloc[:, 0].astype(int)
    flat = pd.DataFrame({"year": month // 100, "month": month % 100, "gap": rows["SMB"]})
    return flat.pivot(index="year", columns="month", values="gap")


@pytest.mark.parametrize(
    "first, last, mean, t, positive, years",
    [
        (1927, 1982, 3.03, 7.06, 48, 56),
        (1983, 2018, 0.57, 1.24, 19, 36),
        (2000, 2018, 0.70, 1.12, 11, 19),
    ],
)
def test_januaries_of_small_minus_big_are_the_published_ones(
    first: int, last: int, mean: float, t: float, positive: int, years: int
) -> None:
    """Mean, t of one sample against zero, and the Januaries above zero, before and after 1982."""
    found = summarise(small_minus_big().loc[first:last, 1].to_numpy())
    assert (round(found.mean, 2), round(found.t, 2)) == (mean, t)
    assert (found.positive, found.count) == (positive, years)


@pytest.mark.parametrize("first, last, told", [(1927, 1982, True), (1983, 2017, False)])
def test_january_is_told_from_other_months_before_it_was_known_and_not_after(
    first: int, last: int, told: bool
) -> None:
    """Permutation by year and Welch's t agree: a clear effect to 1982, none since."""
    years = small_minus_big().loc[first:last].to_numpy()
    assert not np.isnan(years).any()
    chance = picked_by_chance(list(years), 2026)
    p = p_value(as_large_by_chance(list(years), 0, chance))
    t = welch(years[:, 0], years[:, 1:].ravel())
    assert (p < 0.001) == told == (t > 6)
    assert told or (p > 0.1 and t < 1.5)


def test_the_phases_of_small_minus_big_are_those_in_the_books() -> None:
    """By the rule of the report's ratio, small caps led from the end of 1974 to the middle of 1983,
    as histories of the size premium say."""
    returns = small_minus_big().stack().dropna()
    past, running = phases(100 * np.cumprod(1 + returns.to_numpy() / 100), 0.15)
    spans = [(returns.index[p.start], returns.index[p.end], p.upwards) for p in past]
    assert ((1974, 12), (1983, 7), True) in spans
    assert running is not None and running.months > 0
    assert len(past) > 8 and min(abs(phase.size) for phase in past) >= 0.15


@pytest.mark.parametrize(
    "hits, count, low, high",
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_of_newcombe(
    hits: int, count: int, low: float, high: float
) -> None:
    """R. G. Newcombe, Statistics in Medicine 17, 1998, table I, the score method."""
    assert [round(limit, 4) for limit in wilson(hits, count)] == [low, high]


def test_holm_by_hand() -> None:
    """Of 0.01, 0.04, 0.03 and 0.005 the first and the last stay below 5%, the others do not."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@settings(max_examples=10)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_the_step_down_of_its_definition(values: list[float]) -> None:
    """The i-th smallest of n times n − i + 1, never below one before it, never above one."""
    wanted, highest = {}, 0.0
    for place, n in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, values[n] * (len(values) - place)))
        wanted[n] = highest
    assert holm(values) == pytest.approx([wanted[n] for n in range(len(values))])


SAMPLES = st.lists(st.floats(-50, 50).map(lambda x: round(x, 3)), min_size=2, max_size=20)


@settings(max_examples=50)
@given(SAMPLES, SAMPLES)
def test_welch_is_the_difference_over_its_error(one: list[float], other: list[float]) -> None:
    """(mean − mean) / sqrt(s² / n + s² / n)."""
    a, b = np.array(one), np.array(other)
    squared = a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)
    assume(squared > 1e-9)
    assert welch(a, b) == pytest.approx((a.mean() - b.mean()) / math.sqrt(squared), abs=1e-9)


def test_the_lady_tasting_tea() -> None:
    """R. A. Fisher, 1935: three or four of four cups right by chance in 17 of 70 cases."""
    assert at_least_by_chance(3, 4, 4, 8) == pytest.approx(17 / 70)
    assert at_least_by_chance(0, 4, 4, 8) == 1.0


def test_chance_gives_what_all_picks_give() -> None:
    """Of three years with two, three and four windows, p is near that of all 24 picks."""
    groups = [np.array([3.0, -1.0]), np.array([2.0, 0.5, -2.0]), np.array([1.5, 0.0, 0.2, -0.7])]
    total, rest = sum(group.sum() for group in groups), 9 - 3

    def gap(picked: float) -> float:
        return picked / 3 - (total - picked) / rest

    every = [abs(gap(sum(picks))) for picks in itertools.product(*groups)]
    observed = abs(gap(6.5))
    exact = sum(value >= observed - 1e-12 for value in every) / len(every)
    p = p_value(as_large_by_chance(groups, 0, picked_by_chance(groups, 1)))
    assert exact == 1 / 24
    assert p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 10_000))


def test_the_same_year_draws_the_same_histories() -> None:
    """And another year others."""
    groups = [np.arange(12.0) + year for year in range(20)]
    first, again, other = (picked_by_chance(groups, seed) for seed in (2026, 2026, 2027))
    assert (first == again).all()
    assert (first != other).any()


def test_without_an_effect_one_test_in_twenty_finds_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 600 made-up histories without any season about 5% have a p below 5%, whatever the tails;
    of the smallest of four adjusted p at most about as many."""
    monkeypatch.setattr(_statistics, "RESHUFFLED", 399)
    rng = np.random.default_rng(7)
    single, smallest = [], []
    for seed in range(600):
        years = list(rng.standard_t(4, (30, 12)))
        chance = picked_by_chance(years, seed)
        p = [p_value(as_large_by_chance(years, place, chance)) for place in (0, 3, 6, 9)]
        single.append(p[0])
        smallest.append(min(p) * 4)
    assert 0.03 <= np.mean(np.array(single) < 0.05) <= 0.07
    assert np.mean(np.array(smallest) < 0.05) <= 0.07


def test_one_value_has_no_interval() -> None:
    """A mean of one value, or of equal ones, has no t."""
    assert summarise(np.array([2.0])).mean_low is None
    assert summarise(np.array([2.0])).t is None
    assert summarise(np.array([2.0, 2.0])).t is None
    assert welch(np.array([1.0, 1.0]), np.array([1.0, 1.0])) is None
