"""A fund's workbook, as the service sends it: SpreadsheetML of 2003 that is not quite XML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from live.funds import FundFile

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
HISTORY = ("As Of", "NAV per Share", "Ex-Dividends", "Shares Outstanding")
Cells = Iterable[str | float]


def workbook(fund: FundFile, last: date | None) -> bytes:
    """Return a fund's workbook up to a session, newest first, with one ampersand left as it is."""
    return _workbook(fund, last, len(fund.holdings))


@lru_cache(maxsize=16)
def _workbook(fund: FundFile, last: date | None, companies: int) -> bytes:
    shown = "-" if last is None else f"{last:%d-%b-%Y}"
    sheets = {
        "Holdings": [
            (shown,),
            (fund.name,),
            ("Inception Date", f"{fund.inception:%b %d, %Y}"),
            ("Fund Holdings as of", shown),
            (f"{companies} companies & cash",),
        ],
        "Historical": [HISTORY, *_history(fund, last)],
        "Performance": [("Month End Date", "Monthly Total"), ("Dec 31, 2025", "--")],
        "Distributions": [
            ("Record Date", "Ex-Date", "Payable Date", "Total Distribution"),
            *_distributions(fund, last),
        ],
    }
    body = "".join(_sheet(name, rows) for name, rows in sheets.items())
    text = f'<?xml version="1.0"?>\n<ss:Workbook xmlns:ss="{NAMESPACE}">\n{body}</ss:Workbook>\n'
    return text.encode("utf-8-sig")


def _history(fund: FundFile, last: date | None) -> Iterable[Cells]:
    """Yield a row for every session, newest first; what is missing is two dashes."""
    count = 0 if last is None else int(np.searchsorted(fund.days, np.datetime64(last), "right"))
    for at in range(count - 1, -1, -1):
        paid, shares = float(fund.dividends[at]), float(fund.shares[at])
        yield (
            f"{fund.days[at].astype(object):%b %d, %Y}",
            float(fund.values[at]),
            round(paid, 6) if paid else "--",
            "--" if np.isnan(shares) else shares,
        )


def _distributions(fund: FundFile, last: date | None) -> Iterable[Cells]:
    for at in np.flatnonzero(fund.dividends)[::-1].tolist():
        day: date = fund.days[at].astype(object)
        if last is not None and day <= last:
            yield (*(f"{day:%b %d, %Y}",) * 3, round(float(fund.dividends[at]), 6))


def _sheet(name: str, rows: Iterable[Cells]) -> str:
    body = "".join(f"<ss:Row>{''.join(map(_cell, row))}</ss:Row>\n" for row in rows)
    return f'<ss:Worksheet ss:Name="{name}">\n<ss:Table>\n{body}</ss:Table>\n</ss:Worksheet>\n'


def _cell(value: str | float) -> str:
    kind = "String" if isinstance(value, str) else "Number"
    shown = value if isinstance(value, str) else f"{value:.10g}"
    data = f'<ss:Data ss:Type="{kind}">{shown}</ss:Data>'
    return f'<ss:Cell ss:StyleID="Default">{data}</ss:Cell>'
