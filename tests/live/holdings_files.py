"""A fund's holdings file, in the older and the newer layout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from live.funds import FundFile
    from live.world import World

OLDER = (
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,"
    "Location,Exchange,Currency,FX Rate,Market Currency,Accrual Date"
)
NEWER = (
    "Ticker,Name,Type,Sector,Asset Class,Market Value,Notional Value,Quantity,Price,Location,"
    "Exchange,Currency,FX Rate,Market Currency,Accrual Date,Market Weight,Notional Weight"
)
NO_BREAK = "\u00a0"
FOOTER = (
    '"The content of this file is simulated.\n'
    "Holdings subject to change.\n"
    "The values for “price” shown herein are those of no vendor, and\n"
    '©2026 belong to nobody."'
)
DERIVATIVES = "Cash and/or Derivatives"
MARGIN = "Cash Collateral and Margins"


@dataclass(frozen=True, slots=True)
class _Line:
    ticker: str
    name: str
    kind: str
    sector: str
    asset_class: str
    value: float
    notional: float
    quantity: float
    price: float
    exchange: str
    location: str = "United States"


def holdings_file(world: World, fund: FundFile, day: date | None) -> bytes:
    """Return a fund's file of a session; without one, a file that says so and has no rows."""
    lines = [] if day is None else _lines(world, fund, day)
    as_of = "-" if day is None or not lines else f"{day:%b %d, %Y}"
    older = fund.layout == "older"
    shares = _shares(fund, day) if older and lines else "-"
    preamble = [
        fund.name,
        f'Fund Holdings as of,"{as_of}"',
        f'Inception Date,"{fund.inception:%b %d, %Y}"',
        f'Shares Outstanding,"{shares}"',
        *(f'{name},"-"' for name in ("Stock", "Bond", "Cash", "Other")),
        NO_BREAK if older else "",
        OLDER if older else NEWER,
    ]
    total = sum(line.value for line in lines)
    rows = [_row(line, total, older) for line in lines]
    text = "\n".join([*preamble, *rows, NO_BREAK if older else "", FOOTER]) + "\n"
    return text.encode("utf-8-sig" if older else "utf-8")


def _shares(fund: FundFile, day: date | None) -> str:
    at = fund.days.tolist().index(day)
    found = fund.shares[max(0, at - 5) : at + 1]
    return f"{found[found == found][-1]:,.2f}"


def _row(line: _Line, total: float, older: bool) -> str:
    """Return one line with every field quoted, as both layouts have it."""
    weight = f"{100 * line.value / total:.2f}"
    notional = f"{100 * line.notional / total:.2f}"
    amounts = [f"{amount:,.2f}" for amount in (line.notional, line.quantity, line.price)]
    value = f"{line.value:,.2f}"
    place = [line.location, line.exchange, "USD", "1.00", "USD", "-"]
    if older:
        first = [line.ticker, line.name, line.sector, line.asset_class, value, weight]
        fields = [*first, *amounts, *place]
    else:
        first = [line.ticker, line.name, line.kind, line.sector, line.asset_class, value]
        small = "-" if line.kind in ("SWAP", "INDEX") or weight == "0.00" else weight
        fields = [*first, *amounts, *place, small, "-" if notional == "0.00" else notional]
    return ",".join(f'"{field}"' for field in fields)


def _lines(world: World, fund: FundFile, day: date) -> list[_Line]:
    """Return companies, largest first, and what a file has beside them."""
    closes = world.closes(fund, day)
    companies = [
        _Line(
            one.ticker,
            one.name,
            "EQUITY",
            one.sector,
            "Equity",
            round(closes[one.symbol] * one.quantity, 2),
            round(closes[one.symbol] * one.quantity, 2),
            one.quantity,
            closes[one.symbol],
            one.exchange,
        )
        for one in fund.holdings
        if one.symbol in closes
    ]
    total = sum(line.value for line in companies)
    beside = _beside(total, day) if fund.layout == "older" else _beside_newer(total, companies)
    return sorted(companies + beside, key=lambda line: -line.value) if companies else []


def _cash(ticker: str, name: str, kind: str, asset_class: str, value: float) -> _Line:
    price = 1.0 if ticker == "XTSLA" else 100.0
    return _Line(ticker, name, kind, DERIVATIVES, asset_class, value, value, value, price, "-")


def _future(ticker: str, name: str, notional: float) -> _Line:
    exchange = "Chicago Mercantile Exchange"
    return _Line(
        ticker, name, "INDEX", DERIVATIVES, "Futures", 0.0, notional, 1692, 2710.8, exchange, "-"
    )


def _unlisted(ticker: str, name: str, kind: str, value: float, quantity: float) -> _Line:
    """Return a line of what a company once gave its holders; nobody trades it."""
    price, sector = round(value / quantity, 2), "Health Care"
    place = "NO MARKET (E.G. UNLISTED)"
    return _Line(ticker, name, kind, sector, "Equity", value, value, quantity, price, place)


def _beside(total: float, day: date) -> list[_Line]:
    """Return money, a future on the index, and lines of companies that are not traded."""
    fund, held, owed = (round(total * share, 2) for share in (0.002, 0.0004, 0.0003))
    month = "HMUZ"[(day.month - 1) // 3] + str(day.year % 10)
    return [
        _cash("XTSLA", "SIMULATED MONEY FUND", "STIF", "Money Market", fund),
        _cash("MSFUT", "SIMULATED COLLATERAL", "COLLATERAL", MARGIN, held),
        _cash("USD", "USD CASH", "CASH", "Cash", -owed),
        _unlisted("P5X994", "Simulated Escrow", "EQUITY", 0.26, 26106),
        _unlisted("-", "SIMULATED $12.50 VESTING", "EQUITY", 1.31, 130676),
        _unlisted("-", "SIMULATED WARRANTS", "EQUITY", 379.68, 226),
        _future(f"RTY{month}", "SIMULATED SMALL CAP FUTURE", total * 0.003),
    ]


def _beside_newer(total: float, companies: list[_Line]) -> list[_Line]:
    """Return money, swaps that repeat companies' tickers, a warrant and a future."""
    fund, owed = round(total * 0.015, 2), round(total * 0.006, 2)
    swaps = [
        replace(one, kind="SWAP", value=0.0, notional=round(one.notional * 0.4, 2))
        for one in companies[1::5]
    ]
    return [
        _cash("XTSLA", "SIMULATED MONEY FUND", "STIF", "Money Market", fund),
        _cash("USD", "USD CASH", "CASH", "Cash", -owed),
        _cash("GSISW", "SIMULATED COLLATERAL", "COLLATERAL", MARGIN, 10_000.0),
        _unlisted("-", "SIMULATED WARRANTS", "WARRANT", 0.0, 512),
        _future("ESH6", "SIMULATED LARGE CAP FUTURE", total * 0.004),
        *swaps,
    ]
