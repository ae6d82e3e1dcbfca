"""Funds of iShares: what they hold, their net asset values and their shares outstanding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from live.listings import Days, Listing, Values

Layout = Literal["older", "newer"]


@dataclass(frozen=True, slots=True)
class Holding:
    """One company in a fund."""

    ticker: str
    """As the file writes it."""
    symbol: str
    """Yahoo's; its listing gives the price."""
    name: str
    """In capitals, as the file has it."""
    sector: str
    """As the file names it."""
    exchange: str
    """As the file names it."""
    quantity: int
    """Shares."""


@dataclass(slots=True, eq=False)
class FundFile:
    """One fund."""

    ticker: str
    """Its own."""
    product: int
    """Its number at the source."""
    slug: str
    """Its name in addresses."""
    name: str
    """In full."""
    inception: date
    """Its first day."""
    layout: Layout
    """How its holdings file is laid out."""
    days: Days
    """Sessions of its history."""
    values: Values
    """Net asset value a share, by session."""
    dividends: Values
    """Cash a share on the ex-date, else 0."""
    shares: Values
    """Shares outstanding; missing where the file says nothing."""
    holdings: list[Holding] = field(default_factory=list)
    """The companies, largest first."""


@dataclass(frozen=True, slots=True)
class _Facts:
    product: int
    slug: str
    name: str
    inception: date
    layout: Layout
    source: str
    scale: float


FACTS = {
    "IWM": _Facts(
        239710,
        "ishares-russell-2000-etf",
        "iShares Russell 2000 ETF",
        date(2000, 5, 22),
        "older",
        "IWM",
        1.0,
    ),
    "IWC": _Facts(
        239716,
        "ishares-microcap-etf",
        "iShares Micro-Cap ETF",
        date(2005, 8, 12),
        "older",
        "IWC",
        1.0,
    ),
    "IJR": _Facts(
        239774,
        "ishares-core-sp-smallcap-etf",
        "iShares Core S&P Small-Cap ETF",
        date(2000, 5, 22),
        "newer",
        "^SP600",
        0.08,
    ),
    "IVV": _Facts(
        239726,
        "ishares-core-sp-500-etf",
        "iShares Core S&P 500 ETF",
        date(2000, 5, 15),
        "newer",
        "^GSPC",
        0.1,
    ),
    "IWN": _Facts(
        239712,
        "ishares-russell-2000-value-etf",
        "iShares Russell 2000 Value ETF",
        date(2000, 7, 24),
        "older",
        "IWN",
        1.0,
    ),
    "IWO": _Facts(
        239709,
        "ishares-russell-2000-growth-etf",
        "iShares Russell 2000 Growth ETF",
        date(2000, 7, 24),
        "older",
        "IWO",
        1.0,
    ),
}
"""What each fund is, and which listing times what gives its net asset value."""


def sample_funds(listings: Mapping[str, Listing]) -> dict[int, FundFile]:
    """Return the funds by product, their values close to their listings' closes."""
    return {
        facts.product: _fund(ticker, facts, listings[facts.source])
        for ticker, facts in FACTS.items()
        if facts.source in listings
    }


def _fund(ticker: str, facts: _Facts, source: Listing) -> FundFile:
    random = np.random.default_rng(facts.product)
    count = len(source.days)
    steps = random.choice([-1, 0, 0, 0, 1], count).cumsum()
    shares = 250_000_000.0 + 50_000.0 * np.clip(steps, -4000, 4000)
    shares[random.random(count) < 0.002] = np.nan
    distance = random.normal(0.0, 0.0001, count)
    return FundFile(
        ticker=ticker,
        product=facts.product,
        slug=facts.slug,
        name=facts.name,
        inception=facts.inception,
        layout=facts.layout,
        days=source.days,
        values=np.round(source.closes * facts.scale * (1 + distance), 4),
        dividends=source.dividends * facts.scale,
        shares=shares,
    )
