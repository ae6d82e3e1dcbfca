"""Simulated releases of the economic series that come by months, quarters and weeks.

Each series wanders around a line through round levels of our choosing, which follow the business
cycles of the time. Its first releases of the last years are some way off, and corrected with the
next ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from generator.providers._sample_build import random_of
from generator.providers._sample_pair import Array
from generator.providers._sample_release_dates import RELEASES, months_after

Event = tuple[date, date, float]
"""Period, day of release, value; NaN where it was never collected."""

REVISED_SINCE = date(2022, 1, 1)
"""From this period on there are first releases and corrections."""
LAST_MONTH = date(2026, 3, 1)
"""Nothing is simulated beyond it; releases after the sample's end are never shown."""
NEVER_COLLECTED = {"CPIAUCSL": date(2025, 10, 1), "UNRATE": date(2025, 10, 1)}
"""What the government did not collect while it was closed."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """How a series by months or quarters is made."""

    levels: Mapping[str, float]
    """Round levels it is led through, by period as `2020-04`; the first begins it."""
    digits: int
    """Decimals of what is published."""
    noise: float
    """Standard deviation of what it wanders from the line."""
    persistence: float = 0.6
    """How much of that is left a period later."""
    correction: float = 0.0
    """Standard deviation of each of two corrections; 0 for what is not corrected."""
    months: int = 1
    """In a period."""


INDICATORS: Mapping[str, Indicator] = {
    "PAYEMS": Indicator(
        {
            **{"1995-01": 116000, "2000-12": 132700, "2003-08": 130000, "2007-12": 138400},
            **{"2010-02": 129700, "2015-12": 143100, "2020-02": 152300, "2020-04": 130400},
            **{"2020-08": 141000, "2021-12": 149200, "2023-12": 157000, "2025-04": 159300},
            "2026-01": 159500,
        },
        *(0, 45.0, 0.8, 28.0),
    ),
    "UNRATE": Indicator(
        {
            **{"1995-01": 5.6, "2000-04": 3.9, "2003-06": 6.2, "2007-05": 4.5, "2009-10": 9.9},
            **{"2015-12": 5.0, "2020-02": 3.6, "2020-04": 14.7, "2020-12": 6.7, "2022-07": 3.6},
            **{"2023-04": 3.5, "2024-07": 4.2, "2025-11": 4.5, "2026-01": 4.4},
        },
        *(1, 0.05, 0.6),
    ),
    "PCEPI": Indicator(
        {
            **{"1995-01": 74.0, "2008-07": 95.0, "2009-03": 93.0, "2020-02": 104.8},
            **{"2020-04": 104.1, "2022-06": 116.5, "2024-11": 124.7, "2026-01": 128.6},
        },
        *(3, 0.06, 0.5, 0.02),
    ),
    "PCEPILFE": Indicator(
        {
            **{"1995-01": 76.0, "2008-07": 94.4, "2020-02": 105.2, "2020-04": 104.9},
            **{"2022-06": 115.2, "2024-11": 123.9, "2026-01": 127.9},
        },
        *(3, 0.04, 0.5, 0.02),
    ),
    "CPIAUCSL": Indicator(
        {
            **{"1995-01": 150.5, "2008-07": 219.0, "2009-03": 212.5, "2020-02": 259.2},
            **{"2020-05": 256.0, "2022-06": 295.0, "2024-12": 317.6, "2026-01": 326.6},
        },
        *(3, 0.16, 0.5),
    ),
    "PCEC96": Indicator(
        {
            **{"2007-01": 10450, "2007-12": 10620, "2009-03": 10400, "2020-02": 13400},
            **{"2020-04": 11050, "2021-03": 13900, "2024-12": 16400, "2026-01": 16700},
        },
        *(1, 18.0, 0.5, 9.0),
    ),
    "RSAFS": Indicator(
        {
            **{"1995-01": 183000, "2007-12": 380000, "2009-03": 336000, "2020-02": 525000},
            **{"2020-04": 410000, "2021-04": 620000, "2024-12": 722000, "2026-01": 737000},
        },
        *(0, 2600.0, 0.4, 1300.0),
    ),
    "INDPRO": Indicator(
        {
            **{"1995-01": 70.0, "2000-06": 93.0, "2001-12": 88.0, "2007-12": 102.0},
            **{"2009-06": 84.5, "2014-11": 103.4, "2020-02": 101.4, "2020-04": 84.6},
            **{"2022-09": 102.9, "2024-12": 101.6, "2026-01": 102.4},
        },
        *(4, 0.3, 0.6, 0.12),
    ),
    "GACDISA066MSFRBNY": Indicator(
        {
            **{"2001-07": -9, "2004-01": 32, "2009-02": -35, "2018-06": 23, "2020-04": -76},
            **{"2021-07": 38, "2023-01": -26, "2025-01": -4, "2026-01": 5},
        },
        *(1, 9.0, 0.2),
    ),
    "GACDFSA066MSFRBPHI": Indicator(
        {
            **{"1995-01": 12, "2001-01": -32, "2004-01": 30, "2009-02": -38, "2018-05": 28},
            **{"2020-04": -55, "2021-04": 42, "2023-04": -28, "2025-01": 8, "2026-01": 6},
        },
        *(1, 8.0, 0.2),
    ),
    "DRTSCIS": Indicator(
        {
            **{"1995-01": -1, "2001-01": 45, "2005-04": -22, "2008-10": 73, "2014-04": -8},
            **{"2020-07": 69, "2021-10": -16, "2023-07": 48, "2025-10": 7, "2026-01": 8},
        },
        *(1, 4.0, 0.3, 0.0, 3),
    ),
}
"""By FRED's id."""

GROWTH = {
    **{"2001-07": -1.6, "2008-01": -1.7, "2008-07": -2.1, "2008-10": -8.5, "2009-01": -4.5},
    **{"2011-01": -0.9, "2014-01": -1.4, "2014-07": 5.0, "2020-01": -5.5, "2020-04": -28.1},
    **{"2020-07": 35.2, "2020-10": 4.4, "2021-01": 5.6, "2021-04": 6.4, "2021-07": 3.5},
    **{"2021-10": 7.4, "2022-01": -1.0, "2022-04": 0.3, "2025-01": -0.6, "2025-04": 3.8},
    **{"2025-07": 4.4, "2025-10": 1.4},
}
"""Growth of some quarters, in percent a year; the others are drawn."""
DELAYED_PRODUCT = {date(2025, 7, 1): [date(2025, 12, 23), date(2026, 1, 22)]}
"""By quarter: the releases there were instead of three."""
_FIRST_QUARTER = date(1995, 1, 1)
_FIRST_GDP = 10600.0
"""Of the quarter before, in billions of dollars."""


def periods(first: date, months: int) -> list[date]:
    """Return the first days of the periods from one on."""
    found = [first]
    while months_after(found[-1], months) <= LAST_MONTH:
        found.append(months_after(found[-1], months))
    return found


def month_of(text: str) -> date:
    """Return the month written as `2020-04`."""
    return date.fromisoformat(f"{text}-01")


def wander(random: np.random.Generator, count: int, spread: float, persistence: float) -> Array:
    """Return what strays around zero with this standard deviation, and comes back."""
    shocks = random.normal(0.0, spread * np.sqrt(1 - persistence**2), count)
    state, found = 0.0, np.empty(count)
    for place, shock in enumerate(shocks.tolist()):
        state = persistence * state + shock
        found[place] = state
    return found


def by_period(series: str, made: Indicator) -> list[Event]:
    """Return every release of a series by months or quarters."""
    random = random_of(series)
    known = periods(month_of(next(iter(made.levels))), made.months)
    at = np.array([month_of(text).toordinal() for text in made.levels])
    days = np.array([period.toordinal() for period in known])
    line = np.interp(days, at, np.array(list(made.levels.values()), dtype=float))
    values = line + wander(random, len(known), made.noise, made.persistence)
    errors = random.normal(0.0, 1.0, (len(known), 2)) * made.correction
    found: dict[tuple[date, date], float] = {}
    for period, value, error in zip(known, values.tolist(), errors, strict=True):
        if NEVER_COLLECTED.get(series) == period:
            found[period, RELEASES[series].of(period)] = float("nan")
            continue
        corrected = made.correction > 0 and period >= REVISED_SINCE
        off = [float(error.sum()), float(error[1]), 0.0] if corrected else [0.0]
        for place, excess in enumerate(off):
            # Where a delay made two releases one, the later correction is what is published.
            day = RELEASES[series].of(months_after(period, place * made.months))
            found[period, day] = round(value - excess, made.digits)
    return [(period, day, value) for (period, day), value in found.items()]


def gross_domestic_product() -> tuple[list[Event], list[Event]]:
    """Return every release of real GDP and of its growth, which belong together."""
    random = random_of("GDPC1")
    release = RELEASES["GDPC1"]
    levels, growths = [], []
    level = _FIRST_GDP
    for quarter in periods(_FIRST_QUARTER, 3):
        drawn = 2.5 + 1.3 * float(random.normal())
        final = round(GROWTH.get(f"{quarter:%Y-%m}", drawn), 1)
        errors = np.cumsum(random.normal(0.0, 0.2, 2))[::-1].tolist()
        stages = [*errors, 0.0] if quarter >= REVISED_SINCE else [0.0]
        usual = [release.of(quarter), *(release.day(months_after(quarter, n)) for n in (1, 2))]
        days = DELAYED_PRODUCT.get(quarter, usual)[: len(stages)]
        for day, error in zip(days, stages[-len(days) :], strict=True):
            growth = round(final - error, 1)
            levels.append((quarter, day, round(level * (1 + growth / 100) ** 0.25, 3)))
            growths.append((quarter, day, growth))
        level *= (1 + final / 100) ** 0.25
    return levels, growths


NOWCASTS = {
    **{"2025-12-23": 3.0, "2026-01-05": 2.7, "2026-01-08": 5.4, "2026-01-09": 5.1},
    **{"2026-01-14": 5.3, "2026-01-21": 5.4},
}
"""Of the last quarter of 2025; those of 5 to 14 January are as they were published."""
_NOWCAST_QUARTER = date(2025, 10, 1)
_FIRST_NOWCAST = date(2014, 4, 1)


def nowcast(growths: list[Event]) -> list[Event]:
    """Return every estimate of a quarter's growth, from its second month to the first release.

    Of quarters before the last years there is the last estimate alone.
    """
    random = random_of("GDPNOW")
    first: dict[date, tuple[date, float]] = {}
    for quarter, day, growth in growths:
        first.setdefault(quarter, (day, growth))
    found = []
    for quarter, (day, growth) in first.items():
        if not _FIRST_NOWCAST <= quarter < _NOWCAST_QUARTER:
            continue
        days = list(_estimated(quarter, day))
        steps = random.normal(0.0, 0.45, len(days))
        path = growth + 0.7 * float(random.normal()) + np.cumsum(steps[::-1])[::-1] - steps[-1]
        pairs = list(zip(days, path.tolist(), strict=True))
        kept = pairs if quarter >= REVISED_SINCE else pairs[-1:]
        found += [(quarter, at, round(value, 4)) for at, value in kept]
    made = [(_NOWCAST_QUARTER, date.fromisoformat(day), v) for day, v in NOWCASTS.items()]
    return [*found, *made]


def _estimated(quarter: date, first_release: date) -> Iterator[date]:
    """The days of a quarter's estimates: about one a week until the last before the release."""
    day = months_after(quarter, 1)
    while day < first_release - timedelta(2):
        yield day + timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        day += timedelta(7)


_CONDITIONS = {
    **{"1995-01-06": -0.6, "1998-10-09": 0.1, "2000-12-15": 0.3, "2004-06-04": -0.7},
    **{"2007-07-06": -0.7, "2008-11-28": 2.6, "2010-01-08": -0.3, "2016-02-12": -0.3},
    **{"2018-01-05": -0.8, "2020-04-03": 0.2, "2021-06-04": -0.7, "2022-10-14": -0.1},
    **{"2025-04-11": -0.4, "2026-01-23": -0.57},
}


def financial_conditions() -> list[Event]:
    """Return the weekly index: out on the Wednesday after its Friday, corrected a week later."""
    random = random_of("NFCI")
    at = np.array([date.fromisoformat(day).toordinal() for day in _CONDITIONS])
    fridays = np.arange(at[0], at[-1] + 1, 7)
    line = np.interp(fridays, at, np.array(list(_CONDITIONS.values())))
    values = line + wander(random, len(fridays), 0.03, 0.9)
    errors = random.normal(0.0, 0.004, len(fridays))
    found: list[Event] = []
    for ordinal, value, error in zip(fridays.tolist(), values.tolist(), errors, strict=True):
        friday = date.fromordinal(ordinal)
        off = [float(error), 0.0] if friday >= REVISED_SINCE else [0.0]
        for place, excess in enumerate(off):
            day = friday + timedelta(5 + 7 * place)
            found.append((friday, day, round(value - excess, 4)))
    return found


def every_release() -> dict[str, list[Event]]:
    """Return all releases by FRED's id."""
    levels, growths = gross_domestic_product()
    return {
        **{series: by_period(series, made) for series, made in INDICATORS.items()},
        "GDPC1": levels,
        "A191RL1Q225SBEA": growths,
        "GDPNOW": nowcast(growths),
        "NFCI": financial_conditions(),
    }
