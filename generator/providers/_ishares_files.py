"""The holdings files of iShares: bytes in, rows out, and nothing else.

A holdings file is a CSV with the fund's name and day above its table and a disclaimer below it, in
one of two layouts. Whatever is not plainly whole is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from generator.providers._dates import read_dates
from generator.providers._numbers import Floats, column
from generator.providers._sheet import Unreadable, shown

_TEXTS = {
    "ticker": "Ticker",
    "name": "Name",
    "sector": "Sector",
    "asset_class": "Asset Class",
    "exchange": "Exchange",
    "location": "Location",
    "currency": "Currency",
}
_NUMBERS = {"quantity": "Quantity", "price": "Price", "market_value": "Market Value"}
_WEIGHTS = ("Weight (%)", "Market Weight")
DAY = "Fund Holdings as of"
"""What stands beside the day of the holdings."""
_HEADER = re.compile(r'"?Ticker"?,')

# Named are exchanges that are none: a listed company whose exchange the source calls by a new name
# keeps its symbol, and a symbol of somebody else shows when its price is compared.
_UNLISTED = frozenset({"", "no market (e.g. unlisted)", "non-nms quotation service (nnqs)"})


@dataclass(frozen=True, slots=True)
class HoldingsFile:
    """What a holdings file says."""

    fund: str
    """The fund's name."""
    day: date | None
    """The day of the holdings; None where the service has no file of the day asked for."""
    weight: float
    """The sum of all weights, cash and derivatives included, as a fraction."""
    columns: Mapping[str, Any]
    """The rows of shares, by column of the table `holdings`, fund and day left out."""


def read_holdings(content: bytes, symbols: Mapping[str, str]) -> HoldingsFile:
    """Read a holdings file; `symbols` are the tickers that Yahoo writes in a way of their own.

    Raises:
        Unreadable: it is not a holdings file, or not the whole of one.
    """
    lines = decoded(content, "holdings file").split("\n")
    fund = lines[0].strip()
    if fund.startswith(("<", "{")):
        raise Unreadable(f"the answer begins with {shown(fund, 20)}, it is not the holdings file")
    day = _day(lines)
    if day is None:
        return HoldingsFile(fund, None, 0.0, {})
    header, numbers, rows = _table(lines)
    cells = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    weights = floats(cells, _weight_column(header), numbers) / 100
    shares = [n for n in range(len(rows)) if _is_share(cells, n)]
    if not shares:
        raise Unreadable("the file has no row of shares")
    found: dict[str, Any] = {"line": [numbers[n] for n in shares]}
    for name, title in _TEXTS.items():
        found[name] = ["" if cells[title][n] == "-" else cells[title][n] for n in shares]
    for name, title in _NUMBERS.items():
        found[name] = floats(cells, title, numbers)[shares]
    traded = zip(found["ticker"], found["exchange"], found["price"], strict=True)
    found["symbol"] = [_symbol(*share, symbols) for share in traded]
    found["weight"] = weights[shares]
    return HoldingsFile(fund, day, float(np.nansum(weights)), found)


def decoded(content: bytes, what: str) -> str:
    """Return an answer as text.

    Raises:
        Unreadable: it is empty, no text, or a page of HTML.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the {what} is not UTF-8 at byte {error.start}") from None
    if not text.strip():
        raise Unreadable("the answer is empty")
    if text.lstrip()[:14].lower().startswith(("<!doctype html", "<html")):
        raise Unreadable(f"the answer is HTML, not the {what}")
    return text.replace("\r\n", "\n")


def _day(lines: Sequence[str]) -> date | None:
    """The day the file names; None where it says that it has none."""
    for number, line in enumerate(lines, start=1):
        title, _, cell = line.partition(",")
        if title.strip().strip('"') == DAY:
            cell = cell.strip().strip('"').strip()
            if cell == "-":
                return None
            days, _ = read_dates("holdings file", [cell], [number])
            day: date = days[0].item()
            return day
    raise Unreadable("the holdings file does not say of which day it is")


def _table(lines: Sequence[str]) -> tuple[list[str], list[int], list[list[str]]]:
    """The table's header, and the line and the cells of each row, up to the empty line after it.

    A file that ends without an empty line may have lost any number of rows.
    """
    start = next((n for n, line in enumerate(lines) if _HEADER.match(line)), None)
    if start is None:
        raise Unreadable("the holdings file has no table: no line begins with 'Ticker'")
    header = _cells(lines[start], start + 1)
    require_titles([*_TEXTS.values(), *_NUMBERS.values()], header, "holdings file")
    whole = lines if lines[-1] else lines[:-1]
    rows: list[list[str]] = []
    for place in range(start + 1, len(whole)):
        if not whole[place].strip():
            return header, list(range(start + 2, place + 1)), rows
        rows.append(_cells(whole[place], place + 1))
        if len(rows[-1]) != len(header):
            raise Unreadable(
                f"line {place + 1} has {len(rows[-1])} cells, the header {len(header)}"
            )
    raise Unreadable(f"the table breaks off: nothing follows line {len(whole)}")


def _cells(line: str, number: int) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error:
        raise Unreadable(f"line {number} breaks off within a cell") from None


def require_titles(titles: Sequence[str], header: Sequence[str], what: str) -> None:
    """Check that a header has these titles.

    Raises:
        Unreadable: it lacks one.
    """
    lost = [title for title in titles if title not in header]
    if lost:
        raise Unreadable(f"the {what} has no column {', '.join(map(shown, lost))}")


def _weight_column(header: Sequence[str]) -> str:
    for title in _WEIGHTS:
        if title in header:
            return title
    raise Unreadable(f"the holdings file has no column {' or '.join(map(shown, _WEIGHTS))}")


def _is_share(cells: Mapping[str, Sequence[str]], row: int) -> bool:
    """Whether a row is a share; the newer layout has swaps and warrants under the same class."""
    kind = cells["Type"][row] if "Type" in cells else "EQUITY"
    return cells["Asset Class"][row] == "Equity" and kind == "EQUITY"


def floats(cells: Mapping[str, Sequence[str]], title: str, lines: Sequence[int]) -> Floats:
    """Return the numbers of a column, NaN where there is none.

    Raises:
        Unreadable: a cell is no number; `lines` say where each row stands.
    """
    values, wrong = column(cells.get(title, ()), comma=False)
    if wrong:
        what = shown(cells[title][wrong[0]])
        raise Unreadable(f"line {lines[wrong[0]]} has {what} under '{title}', which is no number")
    return values


def _symbol(ticker: str, exchange: str, price: float, symbols: Mapping[str, str]) -> str:
    """Yahoo's symbol; empty for what is not traded: rights, escrow lines, delisted companies."""
    if not ticker or exchange.lower() in _UNLISTED or not price > 0:
        return ""
    return symbols.get(ticker, ticker.replace(".", "-").replace(" ", "-"))
