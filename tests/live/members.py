"""Simulated members of an index: their bars at Yahoo, and their lines in a fund's holdings."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime
from itertools import islice, product

import numpy as np

from live.funds import Holding
from live.listings import SHARE, Days, Listing, Values

SESSIONS = 520
"""Of bars, before the world's `now`."""
SPECIAL = {"IWM": {"MOGA": "MOG-A", "NA": "NA"}, "IVV": {"BRKB": "BRK-B", "BFB": "BF-B"}}
"""By fund: tickers of its file that mislead, and Yahoo's symbols for them."""
SECTORS = (
    "Information Technology",
    "Financials",
    "Health Care",
    "Industrials",
    "Consumer Discretionary",
    "Energy",
    "Materials",
    "Real Estate",
    "Communication",
    "Consumer Staples",
    "Utilities",
    "Other",
)
"""As the files name them."""
EXCHANGES = ("NASDAQ", "New York Stock Exchange Inc.")


def members(
    count: int, fund: str, known: Container[str], market: Listing, now: datetime
) -> tuple[dict[str, Listing], list[Holding]]:
    """Return so many listings that move with a market, and their holdings, largest first."""
    random = np.random.default_rng([count, *fund.encode()])
    days = _days(market, now)
    moves = _moves(market, days)
    sizes = np.sort(random.lognormal(0.0, 1.0, count))[::-1]
    listings, holdings = {}, []
    for size, (ticker, symbol) in zip(sizes, islice(_tickers(fund, known), count), strict=True):
        name = f"{ticker} simulated company"
        closes = _closes(moves, random)
        paid = _dividends(closes, random)
        listings[symbol] = Listing(symbol, name.title(), days, closes, paid, SHARE)
        position = len(holdings)
        holdings.append(
            Holding(
                ticker=ticker,
                symbol=symbol,
                name=name.upper(),
                sector=SECTORS[position % len(SECTORS)],
                exchange=EXCHANGES[position % len(EXCHANGES)],
                quantity=int(size * 5e7 / closes[-1]) + 1000,
            )
        )
    return listings, holdings


def _days(market: Listing, now: datetime) -> Days:
    """Return the market's sessions from two years before `now` to its last."""
    seen = int(np.searchsorted(market.days, np.datetime64(now.date())))
    return market.days[max(0, seen - SESSIONS) :]


def _moves(market: Listing, days: Days) -> Values:
    start = len(market.days) - len(days)
    moves = np.diff(np.log(market.closes), prepend=np.log(market.closes[0]))
    return np.asarray(moves[start:])


def _closes(moves: Values, random: np.random.Generator) -> Values:
    """Return closes that follow the market and have chance of their own."""
    own = random.normal(0.0, 0.018, len(moves))
    path = np.cumsum(random.uniform(0.6, 1.5) * moves + own)
    return np.maximum(np.round(random.uniform(12.0, 240.0) * np.exp(path), 2), 1.0)


def _dividends(closes: Values, random: np.random.Generator) -> Values:
    """Return four dividends a year for every third company."""
    paid = np.zeros(len(closes))
    if random.random() < 1 / 3:
        at = np.arange(int(random.integers(1, 63)), len(closes), 63)
        paid[at] = np.round(closes[at - 1] * 0.006, 2)
    return paid


def _tickers(fund: str, known: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield tickers as the file writes them with Yahoo's symbols, none of them known."""
    for ticker, symbol in SPECIAL.get(fund, {}).items():
        if symbol not in known:
            yield ticker, symbol
    for letters in product("ABCDEFGHJKLMNPRSTUVWXYZ", repeat=3):
        ticker = f"Q{''.join(letters)}"
        if ticker not in known:
            yield ticker, ticker
