"""What the sources know, and what time it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from generator.config import Universe, load_settings
from generator.editions import closing_time
from live.economy import EconomicSeries, sample_economy
from live.funds import FundFile, sample_funds
from live.listings import Listing, futures, sample_listings, simulated_days
from live.members import members

FRED_KEY = "0123456789abcdef0123456789abcdef"
"""A key that FRED takes."""
MARKETS = {"IWM": "IWM", "IVV": "SPY"}
"""By fund: the listing that its members follow."""
FUTURES = 20
"""Contracts on federal funds."""
REPOSITORY = Path(__file__).parents[2]


@dataclass(slots=True, eq=False)
class World:
    """Everything that the sources know; what lies after `now` they do not say."""

    now: datetime
    """In UTC; a test may move it."""
    listings: dict[str, Listing] = field(default_factory=dict)
    """By Yahoo's symbol."""
    funds: dict[int, FundFile] = field(default_factory=dict)
    """By product."""
    economy: dict[str, EconomicSeries] = field(default_factory=dict)
    """By FRED's id."""
    fred_keys: set[str] = field(default_factory=lambda: {FRED_KEY})
    """Keys that FRED takes."""
    fund_delay: timedelta = timedelta(hours=10)
    """From a session's close until the funds' files of that session are out."""

    @classmethod
    def sample(cls, now: datetime, universe: Universe | None = None) -> World:
        """Return the world of the simulated history, as it is at a time (UTC).

        It has the universe's series, contracts on federal funds, funds without holdings, and
        economic series.
        """
        universe = universe or load_settings(REPOSITORY).universe
        listings = sample_listings(universe)
        return cls(
            now=now,
            listings=listings | futures(now, FUTURES, simulated_days()),
            funds=sample_funds(listings),
            economy=dict(sample_economy()),
        )

    def add_members(self, count: int, fund: str = "IWM") -> list[str]:
        """Add simulated companies, and put them into a fund; return their symbols at Yahoo."""
        market = self.listings[MARKETS[fund]]
        listings, holdings = members(count, fund, self.listings, market, self.now)
        self.listings |= listings
        self.fund(fund).holdings += holdings
        return list(listings)

    def fund(self, ticker: str) -> FundFile:
        """Return a fund by its ticker."""
        return next(fund for fund in self.funds.values() if fund.ticker == ticker)

    def split(self, symbol: str, day: date, ratio: float) -> None:
        """Split a symbol's shares, `ratio` new ones for one old, from a session on.

        Until then its prices are shown higher by that ratio, so that no return changes.
        """
        self.listings[symbol].splits[day] = ratio

    def last_fund_day(self, fund: FundFile) -> date | None:
        """Return the newest session whose fund files are out."""
        count = int(np.searchsorted(fund.days, np.datetime64(self.now.date()), side="right"))
        newest: list[date] = fund.days[:count][:-6:-1].tolist()
        out = (day for day in newest if closing_time(day) + self.fund_delay <= self.now)
        return next(out, None)

    def closes(self, fund: FundFile, day: date) -> Mapping[str, float]:
        """Return the closes of a fund's companies on a session, in the shares of that day."""
        found = {
            holding.symbol: self.listings[holding.symbol].price(day)
            for holding in fund.holdings
            if holding.symbol in self.listings
        }
        return {symbol: price for symbol, price in found.items() if price is not None}
