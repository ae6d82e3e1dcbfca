"""What Yahoo knows of one symbol, and where the universe's listings come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from generator.config import Universe
from generator.editions import closing_time
from generator.providers.sample import simulate

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
FUTURE_FROM, FUTURE_TO = time(0), time(23, 59)
"""The day of a futures contract, as Yahoo has it."""
MONTH_CODES = "FGHJKMNQUVXZ"
"""Of futures: January to December."""

Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Venue:
    """Where something is listed, in Yahoo's words."""

    exchange: str
    """Its code."""
    full_exchange: str
    """Its name."""
    instrument: str
    """INDEX, ETF, EQUITY or FUTURE."""
    time_zone: str = NEW_YORK
    """Of the exchange."""
    opens: time = time(9, 30)
    """The time of day that a daily bar bears."""


FUND = Venue("PCX", "NYSEArca", "ETF")
SHARE = Venue("NMS", "NasdaqGS", "EQUITY")
FUTURE = Venue("CBT", "Chicago Board of Trade", "FUTURE", opens=FUTURE_FROM)
VOLATILITY = Venue("CXI", "Cboe Indices", "INDEX", CHICAGO, time(8, 30))
INDEX = Venue("SNP", "SNP", "INDEX")
INDEXES = {
    "^RUT": Venue("WCB", "Chicago Options", "INDEX"),
    "^RUI": Venue("WCB", "Chicago Options", "INDEX"),
    "^IXIC": Venue("NIM", "Nasdaq GIDS", "INDEX"),
    "^DJI": Venue("DJI", "DJI", "INDEX"),
}
"""Those that are not at Standard & Poor's."""


@dataclass(slots=False, eq=False)
class Listing:
    """One symbol. Closes and dividends are in today's shares: after every split in `splits`."""

    symbol: str
    """Yahoo's."""
    name: str
    """In full."""
    days: Days
    """Its sessions, past and to come; answers stop at the world's `now`."""
    closes: Values
    """By session."""
    dividends: Values
    """Cash a share on the ex-date, else 0."""
    venue: Venue = FUND
    """Where it is listed."""
    splits: dict[date, float] = field(default_factory=dict)
    """New shares for one old, by the first session in new shares."""
    currency: str = "USD"
    """Of its prices."""

    @cached_property
    def opens(self) -> npt.NDArray[np.int64]:
        """The second, of the time since 1970 in UTC, at which each session opened."""
        return opening_seconds(self.days.tobytes(), self.venue.time_zone, self.venue.opens)

    @cached_property
    def volumes(self) -> npt.NDArray[np.int64]:
        """Shares traded: none of a volatility, the same of every index, as Yahoo has it."""
        if self.venue is VOLATILITY:
            return np.zeros(len(self.days), dtype=np.int64)
        seed = 0 if self.venue.instrument == "INDEX" else len(self.symbol) * ord(self.symbol[0])
        return 100_000 + (self.opens // 86400 * 7919 + seed) % 4096 * 100

    def factor(self, seen: date) -> float:
        """Return how many of today's shares one share of a day was."""
        later = [ratio for day, ratio in self.splits.items() if day > seen]
        return float(np.prod(later)) if later else 1.0

    def price(self, day: date) -> float | None:
        """Return a session's close in the shares of that day; None without a session."""
        at = int(np.searchsorted(self.days, np.datetime64(day)))
        if at == len(self.days) or self.days[at] != np.datetime64(day):
            return None
        return round(float(self.closes[at]) * self.factor(day), 4)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """Return when a session opens and closes, early closes included (UTC)."""
        zone = ZoneInfo(self.venue.time_zone)
        opens = datetime.combine(day, self.venue.opens, zone).astimezone(UTC)
        if self.venue is FUTURE:
            return opens, datetime.combine(day, FUTURE_TO, zone).astimezone(UTC)
        return opens, closing_time(day)


@lru_cache(maxsize=64)
def opening_seconds(days: bytes, zone: str, opens: time) -> npt.NDArray[np.int64]:
    """Return when sessions, given as the bytes of their days, open at a time of day of a zone."""
    index = pd.DatetimeIndex(np.frombuffer(days, dtype="datetime64[D]"))
    clock = index + pd.Timedelta(hours=opens.hour, minutes=opens.minute)
    return clock.tz_localize(zone).tz_convert("UTC").as_unit("s").asi8


def sample_listings(universe: Universe) -> dict[str, Listing]:
    """Return the universe's listings, with the simulated history."""
    found = {}
    history = simulate()
    for series in universe.series.values():
        item = history[series.symbol]
        venue = {"fund": FUND, "volatility": VOLATILITY, "index": INDEX}[series.kind]
        venue = INDEXES.get(series.symbol, venue)
        days, closes, paid = item.days.astype("datetime64[D]"), item.closes, item.dividends
        found[series.symbol] = Listing(series.symbol, series.name, days, closes, paid, venue)
    return found


def futures(now: datetime, months: int, days: Days) -> dict[str, Listing]:
    """Return contracts on federal funds from the month before `now` on, two years of each."""
    first = now.year * 12 + now.month - 2
    return {
        listing.symbol: listing
        for month in range(first, first + months)
        for listing in [_contract(month // 12, month % 12 + 1, days[-600:])]
    }


def _contract(year: int, month: int, days: Days) -> Listing:
    """Return one contract: its rate falls by a step a quarter from 4.33 percent to 3 percent."""
    ends = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    days = days[days <= np.datetime64(ends)]
    quarters = max(0, (year - 2025) * 4 + (month - 1) // 3 - 1)
    shocks = np.random.default_rng(year * 100 + month).normal(0, 0.02, len(days))
    path = np.cumsum(shocks)
    rates = max(4.33 - 0.22 * quarters, 3.0) + path - (path[-1] if len(path) else 0)
    closes = np.round((100 - rates) / 0.005) * 0.005
    symbol = f"ZQ{MONTH_CODES[month - 1]}{year % 100:02d}.CBT"
    name = f"30-Day Federal Funds Futures,{date(year, month, 1):%b-%Y}"
    return Listing(symbol, name, days, closes, np.zeros(len(days)), FUTURE)


def simulated_days() -> Days:
    """Return the sessions from the start of 2020 to the end of the simulation."""
    days = simulate()["^GSPC"].days.astype("datetime64[D]")
    return days[days >= np.datetime64("2020-01-01")]
