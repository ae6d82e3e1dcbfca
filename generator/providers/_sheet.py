"""Delimited text as people have it: encodings, delimiters, headings and cells with their lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A heading is compared by its letters and digits only: "Adj. Close**" is "adjclose".
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "datetime", "session"),
    "symbol": ("symbol", "ticker"),
    "close": ("close", "closelast"),
    "adjusted": ("adjclose", "adjustedclose", "closeadj", "closeadjusted"),
    "volume": ("volume", "vol"),
    "dividend": ("dividend", "dividends"),
    "split": ("split", "splits", "stocksplit", "stocksplits"),
}
COLUMN_OF = {heading: column for column, names in _HEADINGS.items() for heading in names}


class Unreadable(Exception):
    """A file, or one symbol of it, cannot be used; the message names file, line and cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of the columns that are known, as text."""

    file: str
    """Name without its folder."""
    delimiter: str
    """Between two cells."""
    lines: Sequence[int]
    """Line of each row in the file."""
    cells: Mapping[str, Sequence[str]]
    """By column: date and close always, the others where the file has them."""


def shown(text: str, limit: int = 60) -> str:
    """Return a text from a file in quotes, cut to a length that a message can hold.

    >>> shown("one" * 30, limit=6)
    "'oneone…'"
    """
    text = " ".join(text.split())
    return f"'{text[:limit]}…'" if len(text) > limit else f"'{text}'"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or Latin-1, without its byte order mark."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content[:64]:
        # Without a mark, the zero byte of the first (ASCII) letter tells which half comes first.
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def delimiter_of(header: str) -> str:
    """Return what separates the headings: tab, semicolon or comma."""
    return max("\t;,", key=header.count)


def columns_of(file: str, header: Sequence[str]) -> dict[str, int]:
    """Return the position of each known column.

    Raises:
        Unreadable: a column is missing, or stands twice.
    """
    found: dict[str, int] = {}
    for position, heading in enumerate(header):
        column = COLUMN_OF.get(_letters(heading))
        if column is None:
            continue
        if column in found:
            raise Unreadable(
                f"{file}: two columns hold the {column}: {shown(header[found[column]])} "
                f"and {shown(heading)}"
            )
        found[column] = position
    if "date" not in found and _letters(header[0]) in ("", "index", "unnamed0"):
        found["date"] = 0  # the index of a frame, written without its name
    _require(file, header, found)
    return found


def _require(file: str, header: Sequence[str], found: Mapping[str, int]) -> None:
    if "close" not in found and "adjusted" in found:
        raise Unreadable(
            f"{file}: it has adjusted closes ({shown(header[found['adjusted']])}) and no closes; "
            "adjusted closes are total-return material"
        )
    for column in ("date", "close"):
        if column not in found:
            raise Unreadable(
                f"{file}: no column holds the {column}; its headings are {shown(','.join(header))}"
            )


def _letters(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def read_sheet(file: str, content: bytes) -> Sheet:
    """Read the cells of a delimited file.

    Raises:
        Unreadable: the headings are not those of prices, or a row does not fit them.
    """
    text = decode(content)
    if not text.strip():
        raise Unreadable(f"{file}: the file is empty")
    delimiter = delimiter_of(text.lstrip().split("\n", 1)[0])
    rows, lines = _rows(file, text, delimiter)
    if not rows:
        raise Unreadable(f"{file}: the file is empty")
    header = [heading.strip() for heading in rows[0]]
    body = 1
    if _written_by_yfinance(rows):
        header[0], body = "Date", 3
    columns = columns_of(file, header)
    for row, line in zip(rows[body:], lines[body:], strict=True):
        if len(row) != len(header) and any(cell.strip() for cell in row[len(header) :]):
            _misfit(file, line, row, header, delimiter)
        if len(row) < len(header):
            _misfit(file, line, row, header, delimiter)
    cells = {
        column: [row[position].strip() for row in rows[body:]]
        for column, position in columns.items()
    }
    return Sheet(file, delimiter, lines[body:], cells)


def _rows(file: str, text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise Unreadable(f"{file}:{reader.line_num}: not delimited text: {error}") from None
    return rows, lines


def _written_by_yfinance(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the headings take three lines: Price, Ticker, Date."""
    starts = [row[0].strip().lower() for row in rows[:3]]
    return starts == ["price", "ticker", "date"]


def _misfit(
    file: str, line: int, row: Sequence[str], header: Sequence[str], delimiter: str
) -> None:
    raise Unreadable(
        f"{file}:{line}: {counted(len(row), 'cell')} where there are {len(header)} headings: "
        f"{shown(delimiter.join(row))}"
    )
