"""Fund files as iShares writes them, with values that are made up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

FUND = "iShares Russell 2000 ETF"
OLD = (
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,Location,"
    "Exchange,Currency,FX Rate,Market Currency,Accrual Date"
)
NEW = (
    "Ticker,Name,Type,Sector,Asset Class,Market Value,Notional Value,Quantity,Price,Location,"
    "Exchange,Currency,FX Rate,Market Currency,Accrual Date,Market Weight,Notional Weight"
)
Layout = Literal["old", "new"]


@dataclass(frozen=True)
class Line:
    """One row of a holdings file."""

    ticker: str
    name: str = "A COMPANY INC"
    weight: str = "10.00"
    price: str = "25.00"
    quantity: str = "1,000.00"
    market_value: str = "25,000.00"
    sector: str = "Industrials"
    asset_class: str = "Equity"
    kind: str = "EQUITY"
    exchange: str = "NASDAQ"
    location: str = "United States"

    def cells(self, layout: Layout) -> list[str]:
        """Return the row's cells in the order of a layout."""
        named = {
            "Ticker": self.ticker,
            "Name": self.name,
            "Type": self.kind,
            "Sector": self.sector,
            "Asset Class": self.asset_class,
            "Market Value": self.market_value,
            "Weight (%)": self.weight,
            "Market Weight": self.weight,
            "Notional Value": self.market_value,
            "Notional Weight": "0.00",
            "Quantity": self.quantity,
            "Price": self.price,
            "Location": self.location,
            "Exchange": self.exchange,
            "Currency": "USD",
            "FX Rate": "1.00",
            "Market Currency": "USD",
            "Accrual Date": "-",
        }
        return [named[title] for title in (OLD if layout == "old" else NEW).split(",")]


CASH = Line(
    "USD",
    "USD CASH",
    weight="-0.30",
    price="100.00",
    quantity="-7,500.00",
    market_value="-7,500.00",
    sector="Cash and/or Derivatives",
    asset_class="Cash",
    kind="CASH",
    exchange="-",
)
FUTURE = Line(
    "RTYZ9",
    "SMALL INDEX EMINI DEC 29",
    weight="0.00",
    market_value="0.00",
    sector="Cash and/or Derivatives",
    asset_class="Futures",
    kind="INDEX",
    exchange="Chicago Mercantile Exchange",
    location="-",
)
SWAP = Line("AAA", weight="-", market_value="0.00", kind="SWAP")
LINES = (
    Line("AAA", 'ALPHA "A" & SONS, INC', weight="60.25", price="1,234.50", quantity="488.00"),
    Line("MOGA", "MODEL CLASS A", weight="30.00", price="50.00", exchange="NYSE"),
    CASH,
    Line("NA", "NOT ABSENT CORP", weight="10.00", price="0.17", exchange="Nyse Mkt Llc"),
    Line("-", "GONE INC RIGHTS", weight="0.00", price="1.50"),
    Line("ESC", "ESCROW LINE", weight="0.00", price="0.17", exchange="NO MARKET (E.G. UNLISTED)"),
    Line("ESC", "ESCROW LINE TWO", weight="0.00", price="0.00", sector="Other"),
    Line("XX.B", "SHARES OF CLASS B", weight="0.05", price="-", quantity="-", exchange="NYSE"),
    Line("YY.B", "MORE OF CLASS B", weight="-", price="8.00", exchange="NYSE"),
    FUTURE,
)
"""Every trap at once; the weights sum to 100."""


def holdings(
    lines: Iterable[Line] = LINES,
    *,
    fund: str = FUND,
    day: str = "Jan 16, 2026",
    layout: Layout = "old",
    footer: bool = True,
) -> bytes:
    """Return a holdings file: the older layout with a mark of its encoding and a hard space."""
    gap = "\u00a0" if layout == "old" else ""
    head = [fund, f'Fund Holdings as of,"{day}"', 'Inception Date,"May 22, 2000"']
    head += ['Shares Outstanding,"291,350,000.00"', 'Stock,"-"', gap]
    text = io.StringIO()
    rows = [line.cells(layout) for line in lines]
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    tail = [gap, '"The content is made up “for tests”.', "It may not be relied upon.", '©"']
    head.append(OLD if layout == "old" else NEW)
    body = "\n".join(head) + "\n" + text.getvalue() + ("\n".join(tail) if footer else "")
    return body.encode("utf-8-sig" if layout == "old" else "utf-8")


def no_holdings(fund: str = FUND) -> bytes:
    """Return what the service says of a day that it has no holdings of."""
    return holdings((), fund=fund, day="-")


Row = Sequence[str]


def workbook(
    rows: Iterable[Row], *, fund: str = FUND, header: Row | None = None, note: str = ""
) -> bytes:
    """Return a fund's workbook with these rows of history, newest first; `note` is as it stands."""
    titles = header or ("As Of", "NAV per Share", "Ex-Dividends", "Shares Outstanding")
    top = [("16-Jan-2026",), (fund,), ("Inception Date", "May 22, 2000")]
    top += [("Fund Holdings as of", "Jan 16, 2026"), ("",), ("Ticker", "Name")]
    top += [("JNJ", f"JOHNSON & JOHNSON {note}")]
    sheets = {"Holdings": top, "Historical": [titles, *rows], "Performance": [(fund, ""), ("",)]}
    body = "".join(_sheet(name, content) for name, content in sheets.items())
    space = 'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    text = f'<?xml version="1.0"?>\n<ss:Workbook {space}>\n<ss:Styles/>\n{body}</ss:Workbook>\n'
    return text.encode("utf-8-sig")


def _sheet(name: str, rows: Iterable[Row]) -> str:
    lines = "".join(f"<ss:Row>\n{''.join(map(_cell, row))}</ss:Row>\n" for row in rows)
    return (
        f'<ss:Worksheet ss:Name="{name}">\n<ss:Table>\n<ss:Row/>\n{lines}</ss:Table>\n'
        "</ss:Worksheet>\n"
    )


def _cell(text: str) -> str:
    return f'<ss:Cell>\n<ss:Data ss:Type="String">{text}</ss:Data>\n</ss:Cell>\n'
