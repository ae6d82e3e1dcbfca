"""The levels the simulation is led through: published figures, and turning points of our own.

Published are single closes of the Russell 2000 and the S&P 500 (November 2025 to January 2026),
their calendar-year returns since 2016 and the daily changes of January 2026 as they were printed.
Everything else here is chosen by us: round levels, of about the size that markets had when they
turned, that give the simulated past its bear markets, cycles and records.
"""

from __future__ import annotations

import itertools
from datetime import date

Levels = dict[date, tuple[float, float]]
"""By session: a close of the Russell 2000 and one of the S&P 500."""

YEARS = {
    2016: (19.48, 9.54),
    2017: (13.14, 19.42),
    2018: (-12.18, -6.24),
    2019: (23.72, 28.88),
    2020: (18.36, 16.26),
    2021: (13.69, 26.89),
    2022: (-21.56, -19.44),
    2023: (15.09, 24.23),
    2024: (10.02, 23.31),
}
"""Published calendar-year price returns in percent; 2025 lies between two closes below."""

YEAR_END_2024 = (2230.16, 5881.63)
YEAR_END_2025 = (2481.91, 6845.50)
CHRISTMAS_2025 = (2534.35, 6929.95)
"""26 December; the S&P 500's is chosen, its cents are found by `_even_week`."""

JANUARY = (
    (1.06, 0.19), (1.58, 0.64), (1.37, 0.62), (-0.29, -0.34), (1.11, 0.01),
    (0.78, 0.65), (0.44, 0.16), (-0.10, -0.19), (0.70, -0.53), (0.86, 0.26),
    (0.12, -0.06), (-1.21, -2.06), (2.00, 1.16), (0.76, 0.55), (-1.82, 0.03),
)  # fmt: skip
"""Published changes in percent of the first 15 sessions of 2026, rounded as they were printed."""

AFTER_TEN = (7.76, 1.4465)
AFTER_ELEVEN = (7.89, 1.3820)
"""Year to date in percent; the S&P 500's unprinted digits keep the 11th change at -0.06%."""

LAST_CLOSE = 6915.61
LAST_WEEK_AHEAD = 0.03
"""S&P 500 on 23 January 2026, and the points the Russell 2000 was ahead on that week."""

RECORDS = {
    date(2021, 11, 8): (2440.0, 4700.0),
    date(2025, 9, 18): (2455.0, 6630.0),
    date(2025, 10, 3): (2472.0, 6715.0),
    date(2025, 10, 6): (2484.0, 6740.0),
    date(2025, 10, 15): (2495.0, 6670.0),
    date(2025, 10, 24): (2504.0, 6790.0),
    date(2025, 10, 27): (2520.0, 6870.0),
    date(2025, 12, 4): (2532.0, 6855.0),
    date(2025, 12, 10): (2562.0, 6882.0),
    date(2025, 12, 11): (2590.0, 6900.0),
}
"""Record closes of the Russell 2000 from November 2021 to the end of 2025. The dates of the first
two and the number in 2025 are published, the levels are chosen."""

TURNING_POINTS = {
    date(1987, 12, 31): (120.0, 247.0),
    date(1989, 10, 9): (180.0, 358.0),
    date(1990, 7, 16): (169.0, 367.0),
    date(1990, 10, 30): (119.0, 304.0),
    date(1991, 12, 31): (190.0, 416.0),
    date(1994, 3, 18): (271.0, 471.0),
    date(1994, 12, 9): (235.0, 447.0),
    date(1995, 12, 29): (314.0, 615.0),
    date(1996, 5, 22): (364.0, 678.0),
    date(1997, 10, 13): (464.0, 968.0),
    date(1997, 12, 31): (436.0, 970.0),
    date(1998, 4, 21): (490.0, 1126.0),
    date(1998, 10, 8): (312.0, 960.0),
    date(1998, 12, 31): (420.0, 1228.0),
    date(1999, 10, 15): (416.0, 1248.0),
    date(2000, 3, 9): (605.0, 1400.0),
    date(2000, 12, 29): (483.0, 1320.0),
    date(2001, 9, 21): (380.0, 966.0),
    date(2001, 12, 31): (488.0, 1148.0),
    date(2002, 4, 16): (520.0, 1128.0),
    date(2002, 10, 9): (328.0, 778.0),
    date(2002, 12, 31): (382.0, 880.0),
    date(2003, 3, 11): (346.0, 802.0),
    date(2003, 12, 31): (556.0, 1110.0),
    date(2004, 4, 5): (605.0, 1150.0),
    date(2004, 8, 12): (518.0, 1064.0),
    date(2004, 12, 31): (650.0, 1210.0),
    date(2006, 5, 5): (780.0, 1325.0),
    date(2006, 12, 29): (788.0, 1418.0),
    date(2007, 7, 13): (855.0, 1550.0),
    date(2007, 12, 31): (766.0, 1468.0),
    date(2008, 3, 10): (645.0, 1275.0),
    date(2008, 7, 15): (652.0, 1216.0),
    date(2008, 9, 12): (720.0, 1250.0),
    date(2008, 11, 20): (386.0, 754.0),
    date(2008, 12, 31): (498.0, 904.0),
    date(2009, 3, 9): (344.0, 678.0),
    date(2009, 12, 31): (625.0, 1115.0),
    date(2010, 4, 23): (740.0, 1216.0),
    date(2010, 8, 26): (592.0, 1048.0),
    date(2010, 12, 31): (782.0, 1256.0),
    date(2011, 4, 29): (864.0, 1362.0),
    date(2011, 10, 3): (610.0, 1100.0),
    date(2011, 12, 30): (740.0, 1258.0),
    date(2012, 12, 31): (850.0, 1426.0),
    date(2013, 12, 31): (1162.0, 1848.0),
    date(2014, 3, 4): (1208.0, 1874.0),
    date(2014, 10, 13): (1050.0, 1876.0),
    date(2014, 12, 31): (1204.0, 2058.0),
    date(2015, 6, 23): (1294.0, 2124.0),
    date(2016, 2, 11): (955.0, 1830.0),
    date(2018, 8, 31): (1738.0, 2900.0),
    date(2018, 12, 24): (1268.0, 2352.0),
    date(2020, 2, 19): (1696.0, 3385.0),
    date(2020, 3, 23): (1000.0, 2240.0),
    date(2020, 6, 8): (1530.0, 3230.0),
    date(2020, 10, 30): (1540.0, 3270.0),
    date(2021, 3, 15): (2350.0, 3968.0),
    date(2022, 6, 16): (1665.0, 3668.0),
    date(2022, 8, 16): (2015.0, 4304.0),
    date(2022, 10, 12): (1700.0, 3580.0),
    date(2023, 7, 31): (2000.0, 4588.0),
    date(2023, 10, 27): (1655.0, 4118.0),
    date(2024, 7, 16): (2260.0, 5666.0),
    date(2024, 8, 7): (2040.0, 5200.0),
    date(2024, 11, 11): (2428.0, 6000.0),
    date(2025, 1, 30): (2380.0, 6070.0),
    date(2025, 4, 8): (1770.0, 4984.0),
    date(2025, 8, 22): (2392.0, 6466.0),
    date(2025, 10, 28): (2505.0, 6890.0),
    date(2025, 11, 7): (2434.0, 6730.0),
    date(2025, 11, 12): (2453.3, 6848.0),
    date(2025, 11, 14): (2390.0, 6735.0),
    date(2025, 11, 28): (2500.0, 6850.0),
    date(2025, 12, 5): (2521.0, 6870.0),
}
"""Chosen levels, round on purpose; those of autumn 2025 fix who was ahead in which week."""

_CLOSES_2025 = {
    date(2024, 12, 31): YEAR_END_2024,
    date(2025, 11, 21): (2369.59, 6604.0),
    date(2025, 11, 25): (2465.98, 6766.0),
    date(2025, 12, 12): (2551.46, 6827.41),
    date(2025, 12, 19): (2529.42, 6834.50),
    date(2025, 12, 31): YEAR_END_2025,
}
"""Published closes (the S&P 500's of November are chosen)."""


def pinned_levels(sessions: list[date]) -> Levels:
    """Return every session whose closes are given, in order."""
    january = january_levels([day for day in sessions if day.year == 2026])
    first, new_year = next(iter(january.items()))
    small, large = _even_week(new_year)
    january[first] = (small, new_year[1])
    christmas = {date(2025, 12, 26): (CHRISTMAS_2025[0], large)}
    levels = TURNING_POINTS | RECORDS | year_ends(sessions) | _CLOSES_2025 | christmas | january
    return dict(sorted(levels.items()))


def year_ends(sessions: list[date]) -> Levels:
    """Return the closes of the last sessions of 2015 to 2023 that the yearly returns imply."""
    last = {day.year: day for day in sessions}
    small, large = YEAR_END_2024
    levels = {}
    for year in sorted(YEARS, reverse=True):
        small = round(small / (1 + YEARS[year][0] / 100), 2)
        large = round(large / (1 + YEARS[year][1] / 100), 2)
        levels[last[year - 1]] = (small, large)
    return levels


def january_levels(sessions: list[date]) -> Levels:
    """Return the first 15 closes of 2026 from the printed changes and years to date.

    Compounding printed changes misses the printed year to date, so the difference is spread over
    the sessions between; each change stays within its rounding.
    """
    week = LAST_CLOSE / (YEAR_END_2025[1] * (1 + AFTER_ELEVEN[1] / 100)) - 1
    ends = (
        YEAR_END_2025[0] * (1 + AFTER_ELEVEN[0] / 100) * (1 + week + LAST_WEEK_AHEAD / 100),
        LAST_CLOSE,
    )
    both = []
    for which in (0, 1):
        base = YEAR_END_2025[which]
        marks = {
            10: base * (1 + AFTER_TEN[which] / 100),
            11: base * (1 + AFTER_ELEVEN[which] / 100),
            15: ends[which],
        }
        both.append(_through_marks(base, [change[which] for change in JANUARY], marks))
    return dict(zip(sessions, zip(*both, strict=True), strict=False))


def _through_marks(base: float, changes: list[float], marks: dict[int, float]) -> list[float]:
    """Compound the changes, bent evenly so that the levels meet the marks."""
    levels, start, level = [], 0, base
    for end, target in marks.items():
        stretch = [1 + change / 100 for change in changes[start:end]]
        reached = level
        for factor in stretch:
            reached *= factor
        bend = (target / reached) ** (1 / len(stretch))
        levels += [level * f * bend**k for k, f in enumerate(_products(stretch), start=1)]
        start, level = end, target
    return [round(value, 2) for value in levels]


def _products(factors: list[float]) -> list[float]:
    return list(itertools.accumulate(factors, lambda a, b: a * b))


def _even_week(new_year: tuple[float, float]) -> tuple[float, float]:
    """Return the Russell 2000 of 2 January and the S&P 500 of 26 December, moved by cents.

    Between the two days both indexes fall alike: the published difference, +0.0003 points, is
    about two cents of the S&P 500. Of the cents around both levels those are taken that come
    nearest to it.
    """
    choices = itertools.product(range(-3, 4), range(-100, 101))
    levels = [
        (round(new_year[0] + a / 100, 2), round(CHRISTMAS_2025[1] + b / 100, 2)) for a, b in choices
    ]
    return min(levels, key=lambda pair: abs(_week_ahead(pair, new_year[1]) - 0.0003))


def _week_ahead(levels: tuple[float, float], large: float) -> float:
    return 100 * (levels[0] / CHRISTMAS_2025[0] - large / levels[1])
