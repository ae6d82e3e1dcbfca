"""When each simulated economic series is released: its rule, and the delays of autumn 2025.

The delays are those of the real calendar after the government had been closed from 1 October to
12 November 2025; every other day follows from a simple rule.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Release:
    """How a series comes out."""

    name: str
    """Of the publication it is part of."""
    day: Callable[[date], date]
    """By the first day of a period: when its first value comes."""
    late: Mapping[date, date]
    """By period: when it came instead."""

    def of(self, period: date) -> date:
        """Return the day on which a period's first value comes."""
        return self.late.get(period) or self.day(period)


def months_after(month: date, count: int) -> date:
    """Return the first day of the month so many months later.

    >>> months_after(date(2025, 11, 1), 3)
    datetime.date(2026, 2, 1)
    """
    place = month.year * 12 + month.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def _weekday(day: date) -> date:
    """The day itself, or the next on which offices are open."""
    day += timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    # In January and February the third Monday is a holiday.
    holiday = day.month < 3 and day.weekday() == 0 and 14 < day.day < 22
    return day + timedelta(1) if holiday else day


def _on(count: int, number: int) -> Callable[[date], date]:
    """The so-many-th day, so many months after a period's first."""
    return lambda period: _weekday(months_after(period, count) + timedelta(number - 1))


def _nth(weekday: int, place: int, count: int) -> Callable[[date], date]:
    """A month's so-many-th weekday, so many months after a period's first."""

    def day(period: date) -> date:
        first = months_after(period, count)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (place - 1))

    return day


def last_day(month: date) -> date:
    """Return the last day of the month that begins on a day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _late(**days: str) -> dict[date, date]:
    """Periods by `m2025_10`, and the day on which they came."""
    months = {date(int(name[1:5]), int(name[6:]), 1): day for name, day in days.items()}
    return {month: date.fromisoformat(day) for month, day in months.items()}


_INCOME = _late(
    m2025_09="2025-12-05", m2025_10="2026-01-22", m2025_11="2026-01-22", m2025_12="2026-02-20"
)
_JOBS = _late(
    m2025_09="2025-11-20", m2025_10="2025-12-16", m2025_11="2025-12-16", m2025_12="2026-01-09"
)
_PRICES = _late(m2025_09="2025-10-24", m2025_10="2025-12-18", m2025_11="2025-12-18")
_SALES = _late(m2025_09="2025-11-25", m2025_10="2025-12-16", m2025_11="2026-01-14")
_OUTPUT = _late(m2025_09="2025-12-03", m2025_10="2025-12-23", m2025_11="2025-12-23")
_PRODUCT = _late(m2025_07="2025-12-23", m2025_10="2026-02-20")

_GDP = Release("Gross Domestic Product", _on(3, 28), _PRODUCT)
_OUTLAYS = Release("Personal Income and Outlays", _on(1, 28), _INCOME)
_EMPLOYMENT = Release("Employment Situation", _nth(4, 1, 1), _JOBS)
RELEASES: Mapping[str, Release] = {
    "GDPC1": _GDP,
    "A191RL1Q225SBEA": _GDP,
    "PAYEMS": _EMPLOYMENT,
    "UNRATE": _EMPLOYMENT,
    "PCEPI": _OUTLAYS,
    "PCEPILFE": _OUTLAYS,
    "PCEC96": _OUTLAYS,
    "CPIAUCSL": Release("Consumer Price Index", _on(1, 13), _PRICES),
    "RSAFS": Release("Advance Monthly Sales for Retail and Food Services", _on(1, 16), _SALES),
    "INDPRO": Release("G.17 Industrial Production and Capacity Utilization", _on(1, 16), _OUTPUT),
    "GACDISA066MSFRBNY": Release("Empire State Manufacturing Survey", _on(0, 15), {}),
    "GACDFSA066MSFRBPHI": Release("Manufacturing Business Outlook Survey", _nth(3, 3, 0), {}),
    "DRTSCIS": Release("Senior Loan Officer Opinion Survey", _nth(0, 1, 1), {}),
}
"""By FRED's id: what comes out by months or quarters."""
WEEKLY = {"NFCI": "Chicago Fed National Financial Conditions Index"}
"""What comes out every Wednesday."""
PROJECTIONS = "Summary of Economic Projections"
NOWCAST = "GDPNow"
