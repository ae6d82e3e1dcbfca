"""Derive every other simulated series from the pair of indexes."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
from numpy.random import PCG64, Generator

from generator.providers._sample_pair import (
    Array,
    Bounds,
    Pair,
    clustered_returns,
    pin,
    reflect,
    regime_volatility,
    to_cents,
)
from generator.providers._sample_series import FACTORS, TRACKERS, Recipe

SEED = 2
"""Of everything; a series' own chance depends on this and its name alone. Not every seed will do:
with some the runs cannot be shaped, or the two ways of counting dividends print differently."""

TRACKING = 0.00005
"""A fund's distance from its index, as a fraction a session."""

FUNDS = {
    "IWM": (0.0992, date(2000, 5, 26), 0.0125),
    "SPY": (0.0997, date(1993, 1, 29), 0.0150),
}
"""The funds of the pair: dollars a point, first session, yield a year."""

TOTAL_RETURNS_2025 = {"IWM": 12.66, "SPY": 17.72}
"""Published total returns of 2025 in percent."""

FUND_WEEKS = {
    (date(2025, 12, 26), date(2026, 1, 2)): -0.016,
    (date(2026, 1, 16), date(2026, 1, 23)): -0.006,
}
"""Published differences of IWM's and SPY's price returns over two weeks, in points."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """One series."""

    days: npt.NDArray[np.datetime64]
    """Its sessions."""
    closes: Array
    """To the cent."""
    dividends: Array
    """Cash a share on the ex-date, else 0."""


def random_of(name: str) -> Generator:
    """Return the generator of one name, so that an added series changes no other."""
    return Generator(PCG64([SEED, zlib.crc32(name.encode())]))


def simulate_series(symbol: str, recipe: Recipe, pair: Pair) -> Simulated:
    """Return a series from its recipe."""
    start = int(np.searchsorted(pair.days, np.datetime64(min(recipe.levels))))
    days = pair.days[start:]
    volatility = regime_volatility(pair.days)
    shape = 0.5 + 0.5 * volatility / volatility.mean()
    random = random_of(symbol)
    returns = recipe.small * np.diff(pair.small, prepend=pair.small[0])
    returns = returns + recipe.large * np.diff(pair.large, prepend=pair.large[0])
    returns += clustered_returns(recipe.noise / np.sqrt(252) * shape, random)
    for name, loading in recipe.factors.items():
        returns += loading * _factor(name, len(pair.days)) * shape
    pins = np.searchsorted(days, np.array(list(recipe.levels), dtype=days.dtype))
    targets = np.log(np.array(list(recipe.levels.values())))
    clock = np.cumsum(volatility[start:] ** 2)
    path = pin(np.cumsum(returns[start:]), pins, targets, clock)
    closes = to_cents(np.exp(reflect(path, _bounds(days, recipe))))
    return Simulated(days, closes, quarterly(days, closes, recipe.dividend_yield, random))


@cache
def _factor(name: str, length: int) -> Array:
    """Return a factor's returns: shocks, and a slow drift that gives it its cycles."""
    random = random_of(name)
    daily = FACTORS[name] / np.sqrt(252)
    steps = random.normal(0.0, 0.006, length).tolist()
    drift = itertools.accumulate(steps, lambda state, step: 0.995 * state + step)
    cycles = daily * np.array(list(drift))
    return np.asarray(clustered_returns(np.full(length, daily), random) + cycles)


def _bounds(days: npt.NDArray[np.datetime64], recipe: Recipe) -> Bounds:
    upper = np.full(len(days), np.inf)
    if recipe.ceiling:
        start, end, level = recipe.ceiling
        upper[(days > np.datetime64(start)) & (days < np.datetime64(end))] = np.log(level)
    return Bounds(upper, np.full(len(days), -np.inf))


def ex_dates(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Return the positions of the third Fridays of each quarter's last month.

    Where the exchange is closed on that day it is the session before.
    """
    first, last = days[0].astype(object), days[-1].astype(object)
    months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in (3, 6, 9, 12)]
    fridays = [month + timedelta((4 - month.weekday()) % 7 + 14) for month in months]
    inside = np.array([day for day in fridays if first < day <= last], dtype=days.dtype)
    return np.searchsorted(days, inside, side="right") - 1


def quarterly(
    days: npt.NDArray[np.datetime64], closes: Array, yearly: float, random: Generator
) -> Array:
    """Return dividends around a quarter of the yield, in tenths of a cent."""
    paid = np.zeros(len(days))
    if yearly:
        at = ex_dates(days)
        amounts = closes[at - 1] * yearly / 4 * random.uniform(0.85, 1.15, len(at))
        paid[at] = np.round(amounts, 3)
    return paid


def simulate_funds(pair: Pair) -> dict[str, Simulated]:
    """Return IWM and SPY: their index, closely tracked, and dividends."""
    funds = {}
    for (symbol, (scale, first, yearly)), points in zip(FUNDS.items(), pair.closes, strict=True):
        funds[symbol] = _tracking(symbol, pair.days, points * scale, first, yearly)
    for (base, end), difference in FUND_WEEKS.items():
        _settle_week(funds["IWM"], funds["SPY"], np.array([base, end], "datetime64[D]"), difference)
    for symbol, wanted in TOTAL_RETURNS_2025.items():
        _settle_year(funds[symbol], wanted)
    return funds


def simulate_tracker(symbol: str, series: Mapping[str, Simulated]) -> Simulated:
    """Return a fund that tracks an index of the sample."""
    index, scale, first, yearly = TRACKERS[symbol]
    return _tracking(symbol, series[index].days, series[index].closes * scale, first, yearly)


def _tracking(
    symbol: str, days: npt.NDArray[np.datetime64], levels: Array, first: date, yearly: float
) -> Simulated:
    random = random_of(symbol)
    start = int(np.searchsorted(days, np.datetime64(first)))
    days = days[start:]
    distance = np.clip(random.normal(0.0, TRACKING, len(days)), -3e-4, 3e-4)
    closes = to_cents(levels[start:] * np.exp(distance))
    return Simulated(days, closes, quarterly(days, closes, yearly, random))


def _settle_week(
    small: Simulated, large: Simulated, ends: npt.NDArray[np.datetime64], difference: float
) -> None:
    """Move the four closes of a week by a few cents, so that its difference is as published.

    Of the moves that come within a tenth of the last printed digit, the smallest is taken.
    """
    one = small.closes[np.searchsorted(small.days, ends)]
    other = large.closes[np.searchsorted(large.days, ends)]

    cents = np.indices((11, 11, 25, 25)).reshape(4, -1).T - (5, 5, 12, 12)
    ones, others = one + cents[:, :2] / 100, other + cents[:, 2:] / 100
    found = (ones[:, 1] / ones[:, 0] - others[:, 1] / others[:, 0]) * 100
    size = ((ones / one - 1) ** 2).sum(axis=1) + ((others / other - 1) ** 2).sum(axis=1)
    cost = np.where(np.abs(found - difference) < 0.0001, size, np.inf)
    best = int(np.argmin(cost))
    if not np.isfinite(cost[best]):
        raise AssertionError(f"no cents give the difference of the week to {ends[1]}")
    small.closes[np.searchsorted(small.days, ends)] = to_cents(ones[best])
    large.closes[np.searchsorted(large.days, ends)] = to_cents(others[best])


def _settle_year(fund: Simulated, wanted: float) -> None:
    """Scale the dividends of 2025 so that its total return is as published."""
    year = np.flatnonzero(fund.days.astype("datetime64[Y]") == np.datetime64("2025"))
    for _ in range(4):
        found = np.mean(total_returns(fund, year))
        price = fund.closes[year[-1]] / fund.closes[year[0] - 1]
        scale = np.log((1 + wanted / 100) / price) / np.log((1 + found) / price)
        fund.dividends[year] *= scale
    fund.dividends[year] = np.round(fund.dividends[year], 3)


def total_returns(fund: Simulated, year: Iterable[int]) -> tuple[float, float]:
    """Return a total return both ways: dividends added to the close, or taken off the base."""
    at = np.array(list(year))
    close, base, paid = fund.closes[at], fund.closes[at - 1], fund.dividends[at]
    return (
        float(np.prod((close + paid) / base) - 1),
        float(np.prod(close / (base - paid)) - 1),
    )


def simulate_volatility(symbol: str, pair: Pair) -> Simulated:
    """Return an implied volatility that follows the realised one and leaps as the market falls."""
    path, first, premium = {
        "^VIX": (pair.large, date(1990, 1, 2), 4.8),
        "^RVX": (0.6 * pair.small + 0.45 * pair.large, date(2004, 1, 2), 6.0),
    }[symbol]
    returns = np.diff(path, prepend=path[0])
    own, shared = random_of(symbol), random_of("volatility")
    chance = shared.normal(0.0, 0.028, len(returns)) + own.normal(0.0, 0.015, len(returns))
    chance += np.where(shared.random(len(returns)) < 0.004, 0.25, 0.0)
    variance, mood, levels = 0.0001, 0.0, np.empty(len(returns))
    for position, (move, luck) in enumerate(zip(returns.tolist(), chance.tolist(), strict=True)):
        variance = 0.94 * variance + 0.06 * move * move
        mood = 0.92 * mood - 4.5 * move + luck
        realised = 100 * np.sqrt(252 * variance)
        levels[position] = (premium + 0.95 * realised) * np.exp(max(min(mood, 0.7), -0.35))
    start = int(np.searchsorted(pair.days, np.datetime64(first)))
    closes = to_cents(_compress(levels[start:]))
    return Simulated(pair.days[start:], closes, np.zeros(len(closes)))


def _compress(levels: Array) -> Array:
    """Bend what is above 45 or below 12 gently towards 85 and 9."""
    high = 45 + 40 * (1 - np.exp(-(levels - 45) / 40))
    low = 9 + 3 * np.exp((levels - 12) / 3)
    return np.where(levels > 45, high, np.where(levels < 12, low, levels))
