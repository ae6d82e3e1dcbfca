"""Simulated interest rates, spreads and projections, and the steps of the target range.

The target range has the steps that it had. Yields and spreads are led through round levels and lean
on what small caps did against large caps; volatility is that of the simulated indexes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.providers._sample_build import Simulated, random_of
from generator.providers._sample_pair import Array, pin

FIRST = date(2015, 1, 1)
"""Daily series begin here."""
STEPS: Mapping[str, tuple[float, float]] = {
    **{"2015-01-01": (0.25, 0.12), "2015-12-17": (0.50, 0.37), "2016-12-15": (0.75, 0.66)},
    **{"2017-03-16": (1.00, 0.91), "2017-06-15": (1.25, 1.16), "2017-12-14": (1.50, 1.42)},
    **{"2018-03-22": (1.75, 1.68), "2018-06-14": (2.00, 1.91), "2018-09-27": (2.25, 2.19)},
    **{"2018-12-20": (2.50, 2.40), "2019-08-01": (2.25, 2.13), "2019-09-19": (2.00, 1.87)},
    **{"2019-10-31": (1.75, 1.57), "2020-03-04": (1.25, 1.09), "2020-03-16": (0.25, 0.08)},
    **{"2022-03-17": (0.50, 0.33), "2022-05-05": (1.00, 0.83), "2022-06-16": (1.75, 1.58)},
    **{"2022-07-28": (2.50, 2.33), "2022-09-22": (3.25, 3.08), "2022-11-03": (4.00, 3.83)},
    **{"2022-12-15": (4.50, 4.33), "2023-02-02": (4.75, 4.58), "2023-03-23": (5.00, 4.83)},
    **{"2023-05-04": (5.25, 5.08), "2023-07-27": (5.50, 5.33), "2024-09-19": (5.00, 4.83)},
    **{"2024-11-08": (4.75, 4.58), "2024-12-19": (4.50, 4.33), "2025-09-18": (4.25, 4.09)},
    **{"2025-10-30": (4.00, 3.87), "2025-12-11": (3.75, 3.64)},
}
"""Upper limit of the target range and effective rate, by the first day they held."""
WIDTH = 0.25
"""Of the target range."""

PROJECTIONS: Mapping[str, tuple[int, tuple[tuple[float, ...], ...], float]] = {
    "2023-12-13": (2023, ((5.4, 5.4, 5.4, 5.4, 5.4), (4.6, 4.4, 4.9, 3.9, 5.4)), 2.5),
    "2024-03-20": (2024, ((4.6, 4.6, 5.1, 4.4, 5.4), (3.9, 3.4, 4.1, 2.6, 5.4)), 2.6),
    "2024-06-12": (2024, ((5.1, 4.9, 5.4, 4.9, 5.4), (4.1, 3.9, 4.4, 2.9, 5.4)), 2.8),
    "2024-09-18": (2024, ((4.4, 4.4, 4.6, 4.1, 4.9), (3.4, 3.1, 3.6, 2.9, 4.1)), 2.9),
    "2024-12-18": (2024, ((4.4, 4.4, 4.6, 4.4, 4.6), (3.9, 3.6, 4.1, 3.1, 4.4)), 3.0),
    "2025-03-19": (2025, ((3.9, 3.9, 4.4, 3.6, 4.4), (3.4, 3.1, 3.9, 2.9, 4.1)), 3.0),
    "2025-06-18": (2025, ((3.9, 3.9, 4.4, 3.6, 4.4), (3.6, 3.1, 3.9, 2.6, 4.1)), 3.0),
    "2025-09-17": (
        2025,
        (
            *((3.6, 3.6, 4.1, 2.9, 4.4), (3.4, 2.9, 3.6, 2.6, 3.9)),
            *((3.1, 2.9, 3.6, 2.4, 3.9), (3.1, 2.8, 3.6, 2.6, 3.9)),
        ),
        3.0,
    ),
    "2025-12-10": (
        2025,
        (
            *((3.6, 3.6, 3.9, 3.4, 3.9), (3.4, 2.9, 3.6, 2.1, 3.9)),
            *((3.1, 2.9, 3.6, 2.4, 3.9), (3.1, 2.8, 3.6, 2.6, 3.9)),
        ),
        3.0,
    ),
}
"""By the day of the decision: the first year, by year the median, the low and high end of the
central tendency and of the range; the median for the longer run. Those of 2025 are led by the ones
that were published."""
PROJECTED = ("FEDTARMD", "FEDTARCTL", "FEDTARCTH", "FEDTARRL", "FEDTARRH")
LONGER_RUN = "FEDTARMDLR"


@dataclass(frozen=True, slots=True)
class _Market:
    """How a daily yield or spread is made."""

    levels: Mapping[str, float]
    """Levels it is led through; the first begins it."""
    noise: float
    """Standard deviation of a day's change, in percentage points."""
    lean: float
    """Points it moves when small caps gain one percent on large caps."""
    floor: float
    """It is never lower."""


_MARKETS: Mapping[str, _Market] = {
    "DGS2": _Market(
        {
            **{"2015-01-02": 0.66, "2018-11-08": 2.95, "2020-03-09": 0.40, "2021-02-05": 0.14},
            **{"2022-10-20": 4.55, "2023-10-18": 5.15, "2024-09-24": 3.55, "2025-01-13": 4.38},
            **{"2025-11-28": 3.49, "2026-01-16": 3.59, "2026-01-23": 3.60},
        },
        *(0.042, -0.006, 0.09),
    ),
    "DGS10": _Market(
        {
            **{"2015-01-02": 2.12, "2016-07-08": 1.40, "2018-11-08": 3.22, "2020-08-04": 0.54},
            **{"2021-03-31": 1.72, "2022-10-24": 4.23, "2023-10-19": 4.96, "2024-09-16": 3.64},
            **{"2025-01-13": 4.78, "2025-11-28": 4.02, "2026-01-16": 4.24, "2026-01-23": 4.24},
        },
        *(0.050, -0.012, 0.40),
    ),
    "BAA10Y": _Market(
        {
            **{"2015-01-02": 2.60, "2016-02-11": 3.55, "2018-01-26": 1.65, "2020-03-23": 4.25},
            **{"2021-06-30": 1.90, "2022-07-05": 2.40, "2024-11-12": 1.48, "2025-04-08": 2.05},
            "2026-01-23": 1.70,
        },
        *(0.022, -0.010, 1.0),
    ),
    "BAMLH0A0HYM2": _Market(
        {
            **{"2015-01-02": 5.04, "2016-02-11": 8.70, "2018-01-26": 3.25, "2020-03-23": 10.80},
            **{"2021-06-30": 3.05, "2022-07-05": 5.85, "2024-11-12": 2.60, "2025-04-08": 4.55},
            "2026-01-23": 2.75,
        },
        *(0.055, -0.040, 2.0),
    ),
}
_VOLATILITY = {"VIXCLS": "^VIX", "RVXCLS": "^RVX"}
Days = npt.NDArray[np.datetime64]


def daily_rates(history: Mapping[str, Simulated], as_of: date) -> dict[str, tuple[Days, Array]]:
    """Return days and values of every daily series as known on a day, by FRED's id.

    The target range has every day, the others every weekday, without a value on holidays; what
    markets paid is known a session later.
    """
    sessions = _since(history["^GSPC"].days, as_of)
    every = np.arange(np.datetime64(FIRST), np.datetime64(as_of) + 1)
    upper = np.array([step[0] for step in STEPS.values()])[_step_of(every)]
    found = {"DFEDTARU": (every, upper), "DFEDTARL": (every, upper - WIDTH)}
    weekdays = every[np.is_busday(every)]
    weekdays = weekdays[weekdays < sessions[-1]]
    found["EFFR"] = (weekdays, effective_rates(weekdays))
    markets = _markets(history)
    for series, (days, values) in markets.items():
        found[series] = (weekdays, _on(weekdays, days, values))
    # Holidays have no effective rate either.
    known = np.isin(weekdays, sessions)
    return {
        series: (days, np.where(known, values, np.nan) if days is weekdays else values)
        for series, (days, values) in found.items()
    }


def _since(days: Days, as_of: date) -> Days:
    inside: Days = days[(days >= np.datetime64(FIRST)) & (days <= np.datetime64(as_of))]
    return inside


def _step_of(days: Days) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.array(list(STEPS), dtype="datetime64[D]"), days, side="right") - 1


def effective_rates(days: Days) -> Array:
    """Return the effective federal funds rate of each day."""
    return np.array([step[1] for step in STEPS.values()])[_step_of(days)]


def _on(wanted: Days, days: Days, values: Array) -> Array:
    """Values by day; NaN on days that have none."""
    places = np.searchsorted(days, wanted)
    places[places == len(days)] = 0
    return np.where(days[places] == wanted, values[places], np.nan)


def _markets(history: Mapping[str, Simulated]) -> dict[str, tuple[Days, Array]]:
    small, large = history["^RUT"], history["^GSPC"]
    start = int(np.searchsorted(large.days, np.datetime64(FIRST)))
    days = large.days[start:]
    gained = 100 * (_returns(small.closes) - _returns(large.closes))[start:]
    found = {}
    for series, made in _MARKETS.items():
        random = random_of(series)
        steps = made.lean * gained + random.normal(0.0, made.noise, len(days))
        pins = np.searchsorted(days, np.array(list(made.levels), dtype="datetime64[D]"))
        path = pin(
            np.cumsum(steps),
            pins,
            np.array(list(made.levels.values())),
            np.arange(len(days), dtype="float64"),
        )
        # What would go below the floor comes back above it.
        values = made.floor + np.abs(path - made.floor)
        found[series] = (days, np.round(values, 2))
    for series, symbol in _VOLATILITY.items():
        found[series] = (history[symbol].days, history[symbol].closes)
    return found


def _returns(closes: Array) -> Array:
    return np.asarray(np.diff(closes, prepend=closes[0]) / closes)


def projections() -> dict[str, list[tuple[date, date, float]]]:
    """Return period, day of release and value of every projection, by FRED's id.

    Projections by year are dated by its first day, that for the longer run by the decision.
    """
    found: dict[str, list[tuple[date, date, float]]] = {name: [] for name in PROJECTED}
    found[LONGER_RUN] = []
    before: dict[tuple[str, int], Any] = {}
    for text, (first, years, longer) in PROJECTIONS.items():
        decided = date.fromisoformat(text)
        found[LONGER_RUN].append((decided, decided, longer))
        for year, values in enumerate(years, first):
            for series, value in zip(PROJECTED, values, strict=True):
                # A projection that stays is no new release.
                if before.get((series, year)) != value:
                    found[series].append((date(year, 1, 1), decided, value))
                before[series, year] = value
    return found
