"""The simulated Russell 2000 and S&P 500: simulate, pin to given closes, keep within bounds.

The market's daily log returns have fat tails and clustered volatility; the Russell 2000 moves
with them by its beta, plus a spread of its own. Both paths are then bent, by a Brownian bridge
between given closes, so that they pass through them to the cent.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from generator.providers._sample_published import RECORDS, pinned_levels

Array = npt.NDArray[np.float64]

BETA = 1.12
"""Of the Russell 2000 to the market."""

SPREAD = (0.06 / 252**0.5, 0.22)
"""Volatility a day of the spread: a floor, and a share of the market's."""

REGIMES = {
    "1988-01": 0.17, "1989-01": 0.12, "1990-06": 0.12, "1990-09": 0.21, "1991-06": 0.14,
    "1993-01": 0.09, "1995-06": 0.08, "1997-06": 0.14, "1998-06": 0.15, "1998-09": 0.29,
    "1999-03": 0.18, "2000-04": 0.23, "2001-03": 0.22, "2001-09": 0.29, "2002-03": 0.17,
    "2002-09": 0.31, "2003-06": 0.16, "2004-06": 0.11, "2006-01": 0.10, "2007-02": 0.10,
    "2007-10": 0.18, "2008-08": 0.22, "2008-10": 0.58, "2009-03": 0.40, "2009-10": 0.18,
    "2010-05": 0.23, "2010-12": 0.12, "2011-07": 0.14, "2011-09": 0.34, "2012-06": 0.13,
    "2014-08": 0.09, "2015-08": 0.18, "2016-02": 0.18, "2016-11": 0.09, "2017-09": 0.07,
    "2018-02": 0.18, "2018-08": 0.10, "2018-12": 0.26, "2019-06": 0.12, "2020-02": 0.12,
    "2020-03": 0.52, "2020-05": 0.32, "2020-10": 0.20, "2021-06": 0.12, "2022-01": 0.17,
    "2022-06": 0.26, "2022-10": 0.24, "2023-06": 0.12, "2024-07": 0.11, "2024-08": 0.18,
    "2024-11": 0.12, "2025-03": 0.18, "2025-04": 0.36, "2025-06": 0.16, "2025-08": 0.12,
    "2026-02": 0.13,
}  # fmt: skip
"""Volatility of the market a year, by the month in which it is reached."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Logarithmic levels a path stays strictly between, session by session."""

    upper: Array
    """Infinite where there is no bound."""
    lower: Array
    """Minus infinity where there is no bound."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Logarithmic levels of both indexes, and what leads them."""

    days: npt.NDArray[np.datetime64]
    """Sessions, datetime64[D]."""
    small: Array
    """Russell 2000."""
    large: Array
    """S&P 500."""
    pins: npt.NDArray[np.int64]
    """Positions of the given closes."""
    bounds: Bounds
    """Of the Russell 2000: its records, and the depth of its bear market."""

    @property
    def closes(self) -> tuple[Array, Array]:
        """Both in points, to the cent."""
        return to_cents(np.exp(self.small)), to_cents(np.exp(self.large))


def to_cents(levels: Array) -> Array:
    """Return levels rounded to two decimals."""
    return np.asarray(np.round(levels, 2), dtype=np.float64)


def simulate_pair(days: npt.NDArray[np.datetime64], random: Generator) -> Pair:
    """Return both indexes, led through the given closes and within their bounds."""
    given = pinned_levels(days.astype(object).tolist())
    pins = np.searchsorted(days, np.array(list(given), dtype=days.dtype))
    targets = np.log(np.array(list(given.values())))
    volatility = regime_volatility(days)
    market = clustered_returns(volatility, random)
    spread = (BETA - 1) * market + clustered_returns(SPREAD[0] + SPREAD[1] * volatility, random)
    clock = np.cumsum(volatility**2)
    large = pin(np.cumsum(market), pins, targets[:, 1], clock)
    large = reflect(large, large_bounds(days))
    small = large + pin(np.cumsum(spread), pins, targets[:, 0] - targets[:, 1], clock)
    bounds = small_bounds(days)
    return Pair(days, reflect(small, bounds), large, pins, bounds)


def regime_volatility(days: npt.NDArray[np.datetime64]) -> Array:
    """Return the market's volatility a day, interpolated between the regimes."""
    months = np.array(list(REGIMES), dtype="datetime64[M]").astype("datetime64[D]")
    levels = np.array(list(REGIMES.values()))
    yearly = np.interp(days.astype(np.int64), months.astype(np.int64), levels)
    return np.asarray(yearly / np.sqrt(252))


def clustered_returns(volatility: Array, random: Generator) -> Array:
    """Return GARCH(1,1) returns with Student t shocks (5 degrees) around a given volatility."""
    shocks = np.clip(random.standard_t(5, len(volatility)) * np.sqrt(3 / 5), -5, 5)
    factors = np.empty_like(shocks)
    variance = 1.0
    for position, shock in enumerate(shocks):
        factors[position] = variance
        variance = 0.03 + variance * (0.89 + 0.08 * min(shock * shock, 9.0))
    return np.asarray(np.clip(volatility * np.sqrt(factors) * shocks, -0.085, 0.085))


def pin(path: Array, pins: npt.NDArray[np.int64], targets: Array, clock: Array) -> Array:
    """Bend a path so that it passes through targets, most where the clock runs fastest."""
    return np.asarray(path + np.interp(clock, clock[pins], targets - path[pins]))


def reflect(path: Array, bounds: Bounds) -> Array:
    """Mirror what lies beyond a bound back inside, at six tenths of its distance."""
    inside = np.where(path > bounds.upper, bounds.upper - 0.6 * (path - bounds.upper), path)
    below = inside < bounds.lower
    return np.where(below, bounds.lower + 0.6 * (bounds.lower - inside), inside)


def between(days: npt.NDArray[np.datetime64], start: date, end: date) -> npt.NDArray[np.bool_]:
    """Return which sessions lie after start and before end."""
    return np.asarray((days > np.datetime64(start)) & (days < np.datetime64(end)))


def small_bounds(days: npt.NDArray[np.datetime64]) -> Bounds:
    """Return bounds that leave the Russell 2000 no record but the given ones, and a base.

    From a record to the next the path stays below it, before the first record too. After the
    close of 8 November 2021 it falls by a fifth to a third, and no further; once it has broken
    out in October 2025 it stays for a month above 1% below the high of 2021.
    """
    upper = np.full(len(days), np.inf)
    lower = np.full(len(days), -np.inf)
    records = [*RECORDS, date(2026, 1, 1)]
    high = RECORDS[records[0]][0]
    upper[days < np.datetime64(records[0])] = np.log(high * 0.999)
    for record, following in itertools.pairwise(records):
        upper[between(days, record, following)] = np.log(RECORDS[record][0] * 0.9992)
    lower[between(days, date(2022, 1, 1), date(2024, 1, 1))] = np.log(high * 0.675)
    lower[between(days, date(2025, 10, 3), date(2025, 11, 4))] = np.log(high * 0.992)
    return Bounds(upper, lower)


def large_bounds(days: npt.NDArray[np.datetime64]) -> Bounds:
    """Return bounds that leave the S&P 500 no record from November to 10 December 2025.

    So the Russell 2000 is the first of the major indexes back at a record in that December.
    """
    upper = np.full(len(days), np.inf)
    upper[between(days, date(2025, 10, 28), date(2025, 12, 11))] = np.log(6889.0)
    return Bounds(upper, np.full(len(days), -np.inf))
