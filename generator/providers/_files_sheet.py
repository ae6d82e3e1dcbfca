"""Delimited files whose rows have a day and other things than prices: text first, numbers later.

Columns are found by their headings, compared by letters and digits only. Text and days are read for
the whole file; numbers only for the rows that are wanted, so that what is dated later than an
edition cannot be a fault of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.providers._dates import Days, read_dates
from generator.providers._files_folder import Source
from generator.providers._numbers import Floats, column, decimal_comma
from generator.providers._sheet import Unreadable, counted, decode, delimiter_of, shown

Rows = npt.NDArray[np.intp]
Headings = Mapping[str, Sequence[str]]
"""By column: how its heading may be written, in small letters and digits."""


@dataclass(frozen=True, slots=True)
class Text:
    """A delimited file as text."""

    file: str
    """What messages call it."""
    delimiter: str
    """Between two cells."""
    header: Sequence[str]
    """Its headings."""
    lines: Sequence[int]
    """Line of each row in the file."""
    rows: Sequence[Sequence[str]]
    """The cells of each row, as many as there are headings."""


def letters(heading: str) -> str:
    """Return what of a heading is compared.

    >>> letters("NAV per Share")
    'navpershare'
    """
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def read_text(file: str, content: bytes) -> Text:
    """Split a delimited file into cells.

    Raises:
        Unreadable: it is empty, HTML or no delimited text, or a row does not fit its headings.
    """
    text = decode(content)
    if not text.strip():
        raise Unreadable(f"{file}: the file is empty")
    if text.lstrip().startswith("<"):
        raise Unreadable(f"{file}: it begins with {shown(text.lstrip()[:20])}: no delimited text")
    delimiter = delimiter_of(text.lstrip().split("\n", 1)[0])
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=delimiter, skipinitialspace=True, strict=True)
    found: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                found.append(cells)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise Unreadable(f"{file}:{reader.line_num}: not delimited text: {error}") from None
    for line, row in zip(lines, found, strict=True):
        if len(row) != len(found[0]):
            what = f"{counted(len(row), 'cell')} where there are {len(found[0])} headings"
            raise Unreadable(f"{file}:{line}: {what}: {shown(delimiter.join(row))}")
    return Text(file, delimiter, found[0], lines[1:], found[1:])


class DatedFile:
    """A file of one row a day, or a row a day and something else, with columns of numbers."""

    def __init__(self, source: Source, headings: Headings, optional: Sequence[str] = ()) -> None:
        """Read its text and its days.

        `headings` must have `day`; each column is wanted but for those that are `optional`.

        Raises:
            Unreadable: it cannot be used as a whole.
        """
        content = source.read()
        if source.is_parquet:
            content = _parquet_text(source.name, content)
        text = read_text(source.name, content)
        self.file, self._delimiter, self._lines = text.file, text.delimiter, text.lines
        places = _places(text, headings, optional)
        self._cells = {name: [row[at] for row in text.rows] for name, at in places.items()}
        self.days = self.read_days("day")

    def texts(self, name: str) -> Sequence[str]:
        """Return the cells of a column as they are written."""
        return self._cells[name]

    def read_days(self, name: str) -> Days:
        """Return a column of days.

        Raises:
            Unreadable: a cell is no day, or the order of its day and month cannot be told.
        """
        days, note = read_dates(self.file, self._cells[name], self._lines)
        if note is not None:
            raise Unreadable(f"{self.file}: whether days or months come first cannot be told")
        return days

    def numbers(self, names: Sequence[str], rows: Rows) -> dict[str, Floats]:
        """Return columns of numbers for these rows, NaN where there is none; a column that the
        file has not is left out.

        Raises:
            Unreadable: a cell is no number.
        """
        lines = [self._lines[row] for row in rows]
        cells = {n: [self._cells[n][row] for row in rows] for n in names if n in self._cells}
        comma = decimal_comma(self.file, self._delimiter, lines, cells)
        found = {}
        for name, own in cells.items():
            found[name], wrong = column(own, comma=comma)
            if wrong:
                raise self.wrong(name, int(rows[wrong[0]]), "is not a number")
        return found

    def wrong(self, name: str, row: int, what: str) -> Unreadable:
        """Return the fault of a cell, which says where it stands and what it is."""
        cell = f"the {name.replace('_', ' ')} {shown(self._cells[name][row])}"
        return Unreadable(f"{self.file}:{self._lines[row]}: {cell} {what}")

    def once(self, rows: Rows, keys: Sequence[Days], values: Mapping[str, Floats]) -> Rows:
        """Return the places among `rows` of each row that does not repeat another, in the order
        of their keys; keys and values are those of `rows`.

        Raises:
            Unreadable: two rows have the same keys and other values.
        """
        order = np.lexsort([np.arange(len(rows)), *(key.astype("int64") for key in keys[::-1])])
        again = np.ones(len(order) - 1 if len(order) else 0, dtype=bool)
        for key in keys:
            again &= key[order][1:] == key[order][:-1]
        for place in np.flatnonzero(again) + 1:
            late, early = order[place], order[place - 1]
            for name, numbers in values.items():
                if not np.array_equal(numbers[late], numbers[early], equal_nan=True):
                    lines = [self._lines[rows[at]] for at in (late, early)]
                    raise Unreadable(
                        f"{self.file}:{lines[0]}: a second row for {keys[0][late]} has another "
                        f"{name.replace('_', ' ')} than line {lines[1]}"
                    )
        kept: Rows = np.delete(order, np.flatnonzero(again) + 1)
        return kept


def _places(text: Text, headings: Headings, optional: Sequence[str]) -> dict[str, int]:
    """The place of each column."""
    named = [letters(heading) for heading in text.header]
    found = {}
    for name, ways in headings.items():
        places = [at for at, heading in enumerate(named) if heading in ways]
        if len(places) > 1:
            which = " and ".join(shown(text.header[at]) for at in places[:2])
            raise Unreadable(f"{text.file}: two columns hold the {name.replace('_', ' ')}: {which}")
        if places:
            found[name] = places[0]
        elif name not in optional:
            said = shown(",".join(text.header))
            what = f"no column holds the {name.replace('_', ' ')}; its headings are {said}"
            raise Unreadable(f"{text.file}: {what}")
    return found


def parquet_table(file: str, content: bytes) -> Any:
    """Return a Parquet file as an Arrow table.

    Raises:
        Unreadable: it is none, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"{file}: it is not Parquet: {error}") from None


def _parquet_text(file: str, content: bytes) -> bytes:
    """Return a Parquet file as CSV; numbers keep every digit."""
    import pyarrow as pa
    import pyarrow.csv as pc

    table = parquet_table(file, content)
    stamps = [n for n, field in enumerate(table.schema) if pa.types.is_timestamp(field.type)]
    for at in stamps:
        column = table.column(at).cast(pa.date32(), safe=False)
        table = table.set_column(at, table.column_names[at], column)
    buffer = io.BytesIO()
    pc.write_csv(table, buffer)
    return buffer.getvalue()
