"""Volatility, beta and correlation against empyrical and scipy."""

from __future__ import annotations

import math

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support import last_sessions, path, random_closes, reason, sessions, shown, snapshot, value

from generator.metrics import inputs, volatility

INDEX = last_sessions(420, "2026-01-16")
SEEDS = st.integers(0, 10_000)


def pair(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Closes of a small and a large series that move together, but not alike."""
    generator = np.random.default_rng(seed)
    large = generator.normal(0.0003, 0.01, len(INDEX))
    small = 1.1 * large + generator.normal(0, 0.006, len(INDEX))
    return 2000 * np.cumprod(1 + small), 6000 * np.cumprod(1 + large)


def weekly(closes: np.ndarray) -> np.ndarray:
    weeks = INDEX.isocalendar()
    return pd.Series(closes, INDEX).groupby([weeks.year, weeks.week]).last().to_numpy()


def changes(closes: np.ndarray, count: int) -> np.ndarray:
    return (closes[1:] / closes[:-1] - 1)[-count:]


@given(SEEDS)
def test_realised_volatility_equals_empyrical(seed: int) -> None:
    """The annualised deviation of 21 log returns is empyrical's annual volatility of them."""
    closes = random_closes(300, seed)
    frozen = snapshot(INDEX[-300:], {"russell_2000": closes})
    expected = empyrical.annual_volatility(np.diff(np.log(closes))[-21:])
    found = value(frozen, "realised_volatility_21", "russell_2000").value
    assert found == pytest.approx(expected, rel=1e-9)


def test_realised_volatility_after_a_crash_forgets_it() -> None:
    """Twenty-two closes after a crash the figure equals that of the quiet closes alone."""
    closes = random_closes(300, 8, spread=0.002)
    closes[:270] *= 50
    frozen = snapshot(INDEX[-300:], {"russell_2000": closes})
    expected = empyrical.annual_volatility(np.diff(np.log(closes))[-21:])
    found = value(frozen, "realised_volatility_21", "russell_2000").value
    assert found == pytest.approx(expected, rel=1e-9)


def test_realised_volatility_needs_22_closes() -> None:
    """A close missing among the last 22 withholds it, one before does not."""
    for back, known in ((22, False), (23, True)):
        closes = random_closes(300, 8)
        closes[-back] = np.nan
        frozen = snapshot(INDEX[-300:], {"russell_2000": closes})
        if known:
            assert value(frozen, "realised_volatility_21", "russell_2000")
        else:
            assert "22 closes" in reason(frozen, "realised_volatility_21", "russell_2000")


@pytest.mark.parametrize(("name", "count"), [("beta_60", 60), ("beta_52w", 52)])
@given(seed=SEEDS)
def test_beta_and_its_interval_equal_scipy(name: str, count: int, seed: int) -> None:
    """Slope and 95% interval equal those of scipy's line through daily and weekly returns."""
    small, large = pair(seed)
    frozen = snapshot(INDEX, {"russell_2000": small, "sp_500": large})
    if name == "beta_52w":
        small, large = weekly(small), weekly(large)
    line = stats.linregress(changes(large, count), changes(small, count))
    half = stats.t.ppf(0.975, count - 2) * line.stderr
    found = value(frozen, name, "russell_2000")
    assert found.value == pytest.approx(line.slope, rel=1e-9)
    assert found.parts["low"].value == pytest.approx(line.slope - half, rel=1e-6)
    assert found.parts["high"].value == pytest.approx(line.slope + half, rel=1e-6)


@pytest.mark.parametrize(("name", "count"), [("correlation_60", 60), ("correlation_52w", 52)])
@given(seed=SEEDS)
def test_correlation_and_its_interval_equal_scipy(name: str, count: int, seed: int) -> None:
    """Pearson's correlation and Fisher's 95% interval equal scipy's."""
    small, large = pair(seed)
    frozen = snapshot(INDEX, {"russell_2000": small, "sp_500": large})
    if name == "correlation_52w":
        small, large = weekly(small), weekly(large)
    expected = stats.pearsonr(changes(large, count), changes(small, count))
    interval = expected.confidence_interval(0.95)
    found = value(frozen, name, "russell_2000")
    assert found.value == pytest.approx(expected.statistic, rel=1e-9)
    assert found.parts["low"].value == pytest.approx(interval.low, rel=1e-6)
    assert found.parts["high"].value == pytest.approx(interval.high, rel=1e-6)


def test_constants_equal_scipy() -> None:
    """The written points of Student's t and of the normal distribution are right to six digits."""
    for degrees, point in volatility.STUDENT_T_975.items():
        assert point == pytest.approx(stats.t.ppf(0.975, degrees), abs=5e-7)
    assert pytest.approx(stats.norm.ppf(0.975), abs=5e-7) == volatility.NORMAL_975


def test_rolling_beta_ends_at_the_figure() -> None:
    """The drawn line of betas ends at the printed beta and interval, and is right on the way."""
    small, large = pair(3)
    frozen = snapshot(INDEX, {"russell_2000": small, "sp_500": large})
    found = value(frozen, "beta_60", "russell_2000")
    returns = inputs.simple_returns(frozen.closes)
    line = volatility.rolling_beta(returns, "sp_500", "russell_2000")
    assert line["beta"].iloc[-1] == pytest.approx(found.value, rel=1e-9)
    assert line["low"].iloc[-1] == pytest.approx(found.parts["low"].value, rel=1e-8)
    assert line["high"].iloc[-1] == pytest.approx(found.parts["high"].value, rel=1e-8)
    middle = stats.linregress(changes(large[:200], 60), changes(small[:200], 60))
    assert line["beta"].iloc[199] == pytest.approx(middle.slope, rel=1e-9)
    assert line["beta"].isna().sum() == 60


def test_beta_of_twice_the_benchmark_is_two() -> None:
    """A series that moves twice as far each session has a beta of two without uncertainty."""
    large = changes(random_closes(421, 5), 420)
    frozen = snapshot(
        INDEX,
        {"russell_2000": 2000 * np.cumprod(1 + 2 * large), "sp_500": 6000 * np.cumprod(1 + large)},
    )
    found = value(frozen, "beta_60", "russell_2000")
    assert found.value == pytest.approx(2, rel=1e-9)
    assert found.parts["high"].value - found.parts["low"].value == pytest.approx(0, abs=1e-9)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_beta_and_correlation_of_what_does_not_vary_are_withheld() -> None:
    """Against a flat benchmark there is neither; a flat series has a beta of zero only."""
    moving, flat = random_closes(len(INDEX), 2), np.full(len(INDEX), 100.0)
    against_flat = snapshot(INDEX, {"russell_2000": moving, "sp_500": flat})
    assert "do not vary" in reason(against_flat, "beta_60", "russell_2000")
    assert "do not vary" in reason(against_flat, "correlation_60", "russell_2000")
    own_flat = snapshot(INDEX, {"russell_2000": flat, "sp_500": moving})
    assert value(own_flat, "beta_60", "russell_2000").value == 0
    assert "do not vary" in reason(own_flat, "correlation_60", "russell_2000")


@pytest.mark.parametrize("name", ["beta_60", "correlation_60"])
@pytest.mark.parametrize("holed", ["russell_2000", "sp_500"])
def test_a_return_missing_in_either_series_withholds(name: str, holed: str) -> None:
    """Sixty pairs need 61 closes of both; the 62nd from the end may be missing."""
    for back, known in ((61, False), (62, True)):
        columns = dict(zip(("russell_2000", "sp_500"), pair(1), strict=True))
        columns[holed][-back] = np.nan
        frozen = snapshot(INDEX, columns)
        if known:
            assert value(frozen, name, "russell_2000")
        else:
            assert "60 daily returns" in reason(frozen, name, "russell_2000")


def test_implied_volatilities_and_their_ratio() -> None:
    """RVX and VIX are the last closes with the week's change; the ratio divides them."""
    index = sessions("2026-01-02", "2026-01-16")
    rvx = path(index, {"2026-01-02": 19.0, "2026-01-09": 21.5, "2026-01-16": 20.3})
    vix = path(index, {"2026-01-02": 15.5, "2026-01-09": 14.49, "2026-01-16": 15.86})
    frozen = snapshot(index, {"rvx": rvx, "vix": vix})
    found = value(frozen, "vix", "sp_500")
    assert found.value == 15.86
    assert found.parts["change_1w"].value == pytest.approx(1.37)
    assert shown(frozen, "rvx", "russell_2000") == "20.30"
    ratio = value(frozen, "rvx_vix_ratio", "russell_2000").value
    assert math.isclose(ratio, 20.3 / 15.86)
    assert shown(frozen, "rvx_vix_ratio", "russell_2000") == "1.28×"
