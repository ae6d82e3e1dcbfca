"""The workbooks of iShares funds: bytes in, rows out, and nothing else.

A workbook is SpreadsheetML, an XML that is not always well formed: its sheets are cut out of it and
read row by row, so that a stray sign in one sheet spoils no other. Whatever is not plainly whole is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import numpy as np

from generator.providers._dates import read_dates
from generator.providers._ishares_files import DAY, decoded, floats, require_titles
from generator.providers._sheet import Unreadable

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_END = re.compile(r"</(?:\w+:)?Workbook>\s*\Z")
_ROW = re.compile(r"<(?:\w+:)?Row\b[^>]*(?<!/)>.*?</(?:\w+:)?Row>", re.DOTALL)
_LONE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_HISTORY = {
    "net_asset_value": "NAV per Share",
    "distribution": "Ex-Dividends",
    "shares_outstanding": "Shares Outstanding",
}


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a fund's workbook says."""

    titles: tuple[str, ...]
    """What stands above its table of holdings; the fund's name is among it."""
    columns: Mapping[str, Any]
    """The rows of its history, by column of the table `fund_history`, fund left out."""


def read_workbook(content: bytes) -> Workbook:
    """Read a fund's workbook.

    Raises:
        Unreadable: it is not a workbook, not the whole of one, or has a day twice.
    """
    text = decoded(content, "workbook")
    if not _END.search(text):
        raise Unreadable("the answer does not end as a workbook does: it is none, or breaks off")
    return Workbook(titles=_titles(text), columns=_history(text))


def _titles(text: str) -> tuple[str, ...]:
    """The single cells above the table of holdings."""
    found: list[str] = []
    for cells in _sheet_rows(text, "Holdings"):
        if cells[:1] == [DAY]:
            return tuple(found)
        found += [cell for cell in cells if len(cells) == 1 and cell]
    raise Unreadable("the workbook's sheet 'Holdings' does not say of which day it is")


def _history(text: str) -> dict[str, Any]:
    rows = list(_sheet_rows(text, "Historical"))
    header = rows.pop(0) if rows else []
    require_titles(["As Of", *_HISTORY.values()], header, "workbook's sheet 'Historical'")
    if not rows:
        raise Unreadable("the workbook's sheet 'Historical' has no rows")
    lines = range(2, len(rows) + 2)
    for line, row in zip(lines, rows, strict=True):
        if len(row) > len(header):
            raise Unreadable(f"row {line} of the workbook's sheet 'Historical' is too long")
    padded = [row + [""] * (len(header) - len(row)) for row in rows]
    cells = dict(zip(header, zip(*padded, strict=True), strict=True))
    days, _ = read_dates("Historical", cells["As Of"], lines)
    once, counts = np.unique(days, return_counts=True)
    if (counts > 1).any():
        raise Unreadable(f"the workbook's sheet 'Historical' has {once[counts > 1][0]} twice")
    found: dict[str, Any] = {"day": days}
    for name, title in _HISTORY.items():
        found[name] = floats(cells, title, lines)
    # A sign for nothing under distributions says that there was none, elsewhere that it is unknown.
    found["distribution"] = np.nan_to_num(found["distribution"], nan=0.0)
    return found


def _sheet_rows(text: str, name: str) -> Iterator[list[str]]:
    """The rows of one sheet as text, read when they are asked for."""
    begin = re.search(rf"<(?:\w+:)?Worksheet\b[^>]*\bName=[\"']{name}[\"'][^>]*>", text)
    end = begin and re.compile(r"</(?:\w+:)?Worksheet>").search(text, begin.end())
    if not begin or not end:
        raise Unreadable(f"the workbook has no whole sheet '{name}'")
    for number, match in enumerate(_ROW.finditer(text, begin.end(), end.start()), start=1):
        yield _row_cells(match[0], f"row {number} of the workbook's sheet '{name}'")


def _row_cells(markup: str, where: str) -> list[str]:
    mended = _LONE_AMPERSAND.sub("&amp;", markup)
    try:
        row = ElementTree.fromstring(f'<a xmlns="{_SPACE}" xmlns:ss="{_SPACE}">{mended}</a>')[0]
    except ElementTree.ParseError:
        raise Unreadable(f"{where} cannot be read") from None
    cells = list(row.iter(f"{{{_SPACE}}}Cell"))
    if any(f"{{{_SPACE}}}Index" in cell.attrib for cell in cells):
        raise Unreadable(f"{where} leaves cells out")
    return ["".join(cell.itertext()).strip() for cell in cells]
