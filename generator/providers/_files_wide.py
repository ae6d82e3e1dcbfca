"""Closes of many symbols in one file with a column each, as a frame of closes is saved."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.providers._dates import Days, read_dates
from generator.providers._files_folder import Source
from generator.providers._files_sheet import Text, letters, parquet_table, read_text
from generator.providers._numbers import Floats, bare, decimal_comma, number
from generator.providers._rows import Span
from generator.providers._sheet import COLUMN_OF, Unreadable, decode, delimiter_of, shown

_DAYS = ("date", "datetime", "session", "day")
_NAMELESS = ("", "index", "indexlevel0", "unnamed0")
_REPEATED = re.compile(r"(.+)[.]\d+")
"""How pandas renames the second of two columns of one name."""


@dataclass(frozen=True, slots=True)
class Wide:
    """A file of closes, sessions by symbols."""

    file: str
    """What messages call it."""
    days: Days
    """Of each row, in the order of the file."""
    lines: Sequence[int]
    """Line of each row in the file."""
    headings: Sequence[str]
    """The symbol of each column, as the file writes it."""
    closes: Floats
    """Rows x columns, NaN where there is none."""
    wrong: Mapping[tuple[int, int], str]
    """By row and column: what stands there that is no close."""

    def fault(self, rows: Any, at: int) -> str | None:
        """Return what is wrong in these rows of a column; None where nothing is."""
        for row, place in sorted(self.wrong):
            if place == at and row in rows:
                close = shown(self.wrong[row, place])
                what = f"the close {close} of {self.headings[at]} is not a number above zero"
                return f"{self.file}:{self.lines[row]}: {what}"
        return None

    def rows(self, span: Span, calendar: Days) -> Any:
        """Return the places of the rows of a span with any close, oldest first.

        Raises:
            Unreadable: one is dated on no session of the calendar, or as another is.
        """
        rows = np.flatnonzero(span.holds(self.days))
        filled = ~np.isnan(self.closes[rows]).all(axis=1)
        rows = rows[filled | np.isin(rows, [row for row, _ in self.wrong])]
        rows = rows[np.argsort(self.days[rows], kind="stable")]
        days = self.days[rows]
        self._refuse(rows[~np.isin(days, calendar)], "a row of {}, when the exchange was closed")
        self._refuse(rows[1:][days[1:] == days[:-1]], "a second row for {}")
        return rows

    def _refuse(self, rows: Any, what: str) -> None:
        if len(rows):
            where = f"{self.file}:{self.lines[rows[0]]}"
            raise Unreadable(f"{where}: {what.format(self.days[rows[0]])}")


def is_wide(header: Sequence[str]) -> bool:
    """Whether a header names symbols rather than prices."""
    named = {COLUMN_OF.get(letters(heading)) for heading in header}
    return not named & {"symbol", "close", "adjusted"}


def header_of(source: Source) -> Sequence[str]:
    """Return the headings of a CSV or Parquet file.

    Raises:
        Unreadable: it has none.
    """
    content = source.read()
    if source.is_parquet:
        return parquet_table(source.name, content).column_names  # type: ignore[no-any-return]
    first = decode(content).lstrip().split("\n", 1)[0].rstrip("\r")
    return [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter_of(first)), [])]


def read_wide(source: Source) -> Wide:
    """Read a file of closes.

    Raises:
        Unreadable: it cannot be used as a whole.
    """
    content = source.read()
    if source.is_parquet:
        return _from_arrow(source.name, parquet_table(source.name, content))
    table = _plain(source.name, content)
    wide = _from_arrow(source.name, table) if table is not None else None
    # Arrow does not say in which line a cell stands, so that a file with faults is read as text.
    return wide if wide and not wide.wrong else _from_text(read_text(source.name, content))


def repeated(headings: Sequence[str]) -> dict[str, str]:
    """Return, by heading that pandas has renamed because it stood twice, what it was.

    >>> repeated(["AA", "AA.1", "BRK.1"])
    {'AA.1': 'AA'}
    """
    found = {}
    for heading in headings:
        match = _REPEATED.fullmatch(heading)
        if match and match[1] in headings:
            found[heading] = match[1]
    return found


def _plain(file: str, content: bytes) -> Any:
    """Return a file of ISO days and plain numbers as an Arrow table; None where it is not plain."""
    import pyarrow as pa
    import pyarrow.csv as pc

    try:
        first = content.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
        delimiter = delimiter_of(first)
        header = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
        at = _day_column(file, header)
        types = {f"#{n}": pa.date32() if n == at else pa.float64() for n in range(len(header))}
        table = pc.read_csv(
            io.BytesIO(content),
            read_options=pc.ReadOptions(skip_rows=1, column_names=list(types)),
            parse_options=pc.ParseOptions(delimiter=delimiter),
            convert_options=pc.ConvertOptions(column_types=types, null_values=["", "NaN", "nan"]),
        )
    except (UnicodeDecodeError, csv.Error, Unreadable, pa.ArrowInvalid):
        return None
    return None if table.column(at).null_count else table.rename_columns(header)


def _day_column(file: str, header: Sequence[str]) -> int:
    named = [letters(heading) for heading in header]
    places = [at for at, heading in enumerate(named) if heading in _DAYS]
    if not places:
        places = [at for at, heading in enumerate(named[:1]) if heading in _NAMELESS]
        places += [n for n, name in enumerate(header) if n and letters(name) == "indexlevel0"]
    if len(places) == 1:
        return places[0]
    what = "no column holds" if not places else "two columns hold"
    raise Unreadable(f"{file}: {what} the date; its headings are {shown(','.join(header))}")


def _from_arrow(file: str, table: Any) -> Wide:
    import pyarrow as pa

    header = table.column_names
    at = _day_column(file, header)
    days = _days_of(file, table.column(at))
    places = [n for n in range(len(header)) if n != at]
    closes = np.full((len(days), len(places)), np.nan)
    wrong: dict[tuple[int, int], str] = {}
    for column, place in enumerate(places):
        cells = table.column(place)
        if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
            closes[:, column] = cells.cast(pa.float64()).to_numpy()
        elif cells.null_count < len(cells):
            wrong |= {(row, column): str(cell) for row, cell in enumerate(cells.to_pylist())}
    amiss = ~((closes > 0) & np.isfinite(closes)) & ~np.isnan(closes)
    for row, column in zip(*np.nonzero(amiss), strict=True):
        wrong[int(row), int(column)] = f"{closes[row, column]:g}"
    closes[amiss] = np.nan
    return Wide(
        file, days, range(2, len(days) + 2), [header[n].strip() for n in places], closes, wrong
    )


def _days_of(file: str, cells: Any) -> Days:
    import pyarrow as pa

    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        texts = [cell or "" for cell in cells.to_pylist()]
        return _read_days(file, texts, range(2, len(texts) + 2))
    if not pa.types.is_temporal(cells.type) or cells.null_count:
        raise Unreadable(f"{file}: its column of dates holds something else")
    if getattr(cells.type, "tz", None):
        raise Unreadable(f"{file}: its dates have a time zone; save them as days")
    days: Days = cells.cast(pa.date32(), safe=False).to_numpy().astype("datetime64[D]")
    return days


def _read_days(file: str, cells: Sequence[str], lines: Sequence[int]) -> Days:
    days, note = read_dates(file, cells, lines)
    if note is not None:
        raise Unreadable(f"{file}: whether days or months come first cannot be told")
    return days


def _from_text(text: Text) -> Wide:
    at = _day_column(text.file, text.header)
    days = _read_days(text.file, [row[at] for row in text.rows], text.lines)
    places = [n for n in range(len(text.header)) if n != at]
    cells = {text.header[n]: [row[n] for row in text.rows] for n in places}
    comma = decimal_comma(text.file, text.delimiter, text.lines, cells)
    closes = np.full((len(days), len(places)), np.nan)
    wrong: dict[tuple[int, int], str] = {}
    for row, line in enumerate(text.rows):
        for column, place in enumerate(places):
            value = number(bare(line[place]), comma=comma)
            if value is None or value <= 0:
                wrong[row, column] = line[place]
            else:
                closes[row, column] = value
    return Wide(text.file, days, text.lines, [text.header[n] for n in places], closes, wrong)
