"""What each simulated series is made of: loadings, noise, levels, yield."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LAST = date(2026, 1, 23)
"""The last session of the simulation."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a series is made from the Russell 2000, the S&P 500, factors and noise."""

    small: float
    """Loading on the Russell 2000's returns."""
    large: float
    """Loading on the S&P 500's returns."""
    noise: float
    """Volatility a year of what is its own."""
    levels: Mapping[date, float]
    """Round levels it is led through, chosen by us; the first begins the series."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """Loadings on factors."""
    dividend_yield: float = 0.0
    """A year; paid in quarters."""
    ceiling: tuple[date, date, float] | None = None
    """Between these sessions the series stays below this level."""


FACTORS = {
    "value": 0.07,
    "growth": 0.08,
    "consumer discretionary": 0.07,
    "consumer staples": 0.09,
    "energy": 0.19,
    "financials": 0.09,
    "health care": 0.09,
    "industrials": 0.06,
    "materials": 0.09,
    "technology": 0.11,
    "utilities": 0.12,
}
"""Volatility a year of each factor."""

_INDEX_START = date(1987, 12, 31)
_SMALL_START = date(2010, 4, 7)
_LARGE_START = date(1998, 12, 22)


def _sector(
    start: date, levels: tuple[float, float, float], between: dict[str, float]
) -> dict[date, float]:
    """Return first level, level at the end of 2024, last level, and those between by day."""
    inside = {date.fromisoformat(day): level for day, level in between.items()}
    first, year_end, last = levels
    return dict(sorted((inside | {start: first, date(2024, 12, 31): year_end, LAST: last}).items()))


def _small(
    sector: str,
    beta: float,
    levels: tuple[float, float, float],
    dividend_yield: float,
    between: dict[str, float] | None = None,
) -> Recipe:
    led_through = _sector(_SMALL_START, levels, between or {})
    return Recipe(beta, 0.0, 0.08, led_through, {sector: 1.1}, dividend_yield)


def _large(
    sector: str,
    beta: float,
    levels: tuple[float, float, float],
    dividend_yield: float,
    between: dict[str, float] | None = None,
) -> Recipe:
    led_through = _sector(_LARGE_START, levels, between or {})
    return Recipe(0.0, beta, 0.05, led_through, {sector: 1.0}, dividend_yield)


RECIPES: dict[str, Recipe] = {
    "^IXIC": Recipe(
        0.22,
        0.88,
        0.045,
        {
            _INDEX_START: 330.0,
            date(1998, 10, 8): 1420.0,
            date(2000, 3, 10): 5050.0,
            date(2002, 10, 9): 1115.0,
            date(2007, 10, 31): 2860.0,
            date(2009, 3, 9): 1270.0,
            date(2019, 12, 31): 8970.0,
            date(2021, 11, 19): 16050.0,
            date(2022, 12, 28): 10210.0,
            date(2024, 12, 31): 19310.0,
            date(2025, 10, 29): 23960.0,
            date(2025, 12, 31): 23240.0,
            LAST: 23500.0,
        },
        {"technology": 0.45},
        ceiling=(date(2025, 10, 29), date(2025, 12, 31), 23940.0),
    ),
    "^DJI": Recipe(
        0.05,
        0.88,
        0.04,
        {
            _INDEX_START: 1940.0,
            date(1999, 12, 31): 11500.0,
            date(2009, 3, 9): 6550.0,
            date(2019, 12, 31): 28540.0,
            date(2024, 12, 31): 42540.0,
            date(2025, 11, 12): 48260.0,
            date(2025, 12, 11): 48700.0,
            LAST: 49100.0,
        },
        {"technology": -0.15},
        ceiling=(date(2025, 11, 12), date(2025, 12, 11), 48240.0),
    ),
    "^SP600": Recipe(
        0.93,
        0.06,
        0.03,
        {
            date(1994, 1, 3): 118.0,
            date(2003, 3, 11): 170.0,
            date(2013, 12, 31): 666.0,
            date(2024, 12, 31): 1408.0,
            date(2025, 11, 12): 1434.0,
            date(2025, 12, 12): 1491.0,
            LAST: 1550.0,
        },
        {"value": 0.15},
    ),
    "^RUI": Recipe(
        0.05, 0.955, 0.008, {_INDEX_START: 130.0, date(2010, 12, 31): 695.0, LAST: 3780.0}
    ),
    "IWC": Recipe(
        1.0,
        0.0,
        0.05,
        {date(2005, 8, 16): 51.0, date(2024, 12, 31): 130.0, LAST: 168.0},
        dividend_yield=0.010,
    ),
    "MAGS": Recipe(
        0.0,
        1.25,
        0.09,
        {
            date(2023, 4, 11): 25.0,
            date(2024, 12, 31): 54.5,
            date(2025, 11, 12): 65.9,
            date(2025, 12, 12): 66.1,
            date(2025, 12, 31): 66.0,
            date(2026, 1, 15): 65.13,
            LAST: 65.6,
        },
        {"technology": 0.8},
    ),
    "RSP": Recipe(
        0.2,
        0.78,
        0.025,
        {date(2003, 5, 1): 25.0, date(2024, 12, 31): 175.5, LAST: 200.0},
        {"value": 0.2},
        dividend_yield=0.015,
    ),
    "IWN": Recipe(
        0.98,
        0.0,
        0.015,
        {date(2000, 7, 28): 39.0, date(2024, 12, 31): 164.5, LAST: 195.0},
        {"value": 0.8},
        dividend_yield=0.018,
    ),
    "IWO": Recipe(
        1.02,
        0.0,
        0.015,
        {date(2000, 7, 28): 76.0, date(2024, 12, 31): 288.0, LAST: 345.0},
        {"value": -0.8},
        dividend_yield=0.007,
    ),
    "PSCD": _small("consumer discretionary", 1.02, (24.0, 106.0, 114.0), 0.010),
    "PSCC": _small("consumer staples", 0.75, (12.5, 37.8, 37.0), 0.015),
    "PSCE": _small(
        "energy",
        1.15,
        (62.0, 50.0, 48.0),
        0.014,
        {"2014-06-23": 112.0, "2016-02-11": 42.0, "2020-03-18": 11.0, "2022-06-08": 56.0},
    ),
    "PSCF": _small("financials", 0.92, (25.0, 55.5, 59.0), 0.022),
    "PSCH": _small("health care", 0.85, (8.5, 44.0, 46.0), 0.002),
    "PSCI": _small("industrials", 1.02, (25.0, 137.0, 160.0), 0.008),
    "PSCM": _small("materials", 1.05, (25.0, 75.0, 88.0), 0.010),
    "PSCT": _small("technology", 1.02, (8.5, 48.0, 57.0), 0.002),
    "PSCU": _small("utilities", 0.55, (23.0, 57.0, 59.0), 0.020),
    "XLY": _large("consumer discretionary", 1.08, (12.5, 112.0, 121.0), 0.009),
    "XLP": _large("consumer staples", 0.60, (26.0, 79.0, 83.0), 0.025),
    "XLE": _large(
        "energy",
        0.95,
        (11.5, 43.0, 48.0),
        0.031,
        {"2008-06-30": 44.0, "2016-01-20": 26.0, "2020-03-18": 12.5, "2022-06-08": 45.0},
    ),
    "XLF": _large(
        "financials",
        1.15,
        (19.0, 48.5, 54.0),
        0.017,
        {"2007-06-01": 30.0, "2009-03-06": 5.6, "2019-12-31": 30.5},
    ),
    "XLV": _large("health care", 0.75, (27.0, 138.0, 156.0), 0.016),
    "XLI": _large("industrials", 1.05, (24.0, 132.0, 165.0), 0.016),
    "XLB": _large("materials", 1.02, (10.5, 42.5, 50.0), 0.019),
    "XLK": _large(
        "technology",
        1.12,
        (16.0, 116.0, 147.0),
        0.008,
        {"2000-03-27": 33.0, "2002-10-09": 6.4},
    ),
    "XLU": _large("utilities", 0.60, (15.0, 38.0, 43.0), 0.031),
}
"""By symbol: every series that is neither the index pair, a fund on an index nor a volatility
index."""

TRACKERS = {"IJR": ("^SP600", 0.0818, date(2000, 5, 26), 0.0140)}
"""Funds that follow one of these: the index, dollars a point, first session, yield a year."""
