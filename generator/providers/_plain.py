"""The fast way through files that need no tolerance: ISO dates, plain numbers, nothing amiss.

Anything else is left to the tolerant way, which gives the same answer for plain files too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from generator.providers._numbers import Floats
from generator.providers._rows import ONLY, Rows, Span
from generator.providers._sheet import Unreadable, columns_of, delimiter_of


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A plain file, read whole."""

    file: str
    """Name without its folder."""
    columns: dict[str, Any]
    """By column: one value a line."""
    symbols: Any
    """Of each line, as an Arrow dictionary; None for a file of one symbol."""

    def rows(self, span: Span, wanted: Collection[str] | None = None) -> dict[str, Rows] | None:
        """Return the rows of a span as `TolerantFile` does, or None where they are not plain."""
        inside = span.holds(self.columns["date"])
        if wanted is None:
            groups = {ONLY: np.flatnonzero(inside)}
        else:
            groups = _by_symbol(self.symbols, inside, wanted)
        found: dict[str, Rows] = {}
        for symbol, group in groups.items():
            rows = _arrange(
                self.file, {name: values[group] for name, values in self.columns.items()}
            )
            if rows is None:
                return None
            found[symbol] = rows
        return found


def plain_file(file: str, content: bytes, *, grouped: bool) -> PlainFile | None:
    """Read a plain file, or return None where it is not plain."""
    table = _read(file, content, grouped=grouped)
    if table is None:
        return None
    columns = {
        name: table.column(name).to_numpy() for name in table.column_names if name != "symbol"
    }
    if not _clean(columns):
        return None
    symbols = table.column("symbol").combine_chunks().dictionary_encode() if grouped else None
    return PlainFile(file, columns, symbols)


def _read(file: str, content: bytes, *, grouped: bool) -> Any:
    """Return the known columns as an Arrow table with typed columns, or None."""
    import pyarrow as pa
    import pyarrow.csv as pc

    try:
        first = content[:4096].split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
        delimiter = delimiter_of(first)
        header = next(csv.reader(io.StringIO(first), delimiter=delimiter))
        columns = columns_of(file, [heading.strip() for heading in header])
    except (UnicodeDecodeError, StopIteration, csv.Error, Unreadable):
        return None
    if not grouped:
        columns.pop("symbol", None)
    elif "symbol" not in columns:
        return None
    names = {position: name for name, position in columns.items()}
    types = {"date": pa.date32(), "symbol": pa.string()}
    try:
        return pc.read_csv(
            io.BytesIO(content),
            read_options=pc.ReadOptions(
                skip_rows=1, column_names=[names.get(n, f"#{n}") for n in range(len(header))]
            ),
            parse_options=pc.ParseOptions(delimiter=delimiter),
            convert_options=pc.ConvertOptions(
                include_columns=list(columns),
                column_types={name: types.get(name, pa.float64()) for name in columns},
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None


def _clean(columns: dict[str, Any]) -> bool:
    """Whether every cell is what a plain file has; blanks are plain but for days and closes."""
    if np.isnat(columns["date"]).any() or np.isnan(columns["close"]).any():
        return False
    if any(np.isinf(values).any() for name, values in columns.items() if name != "date"):
        return False
    # Comparisons with a blank, NaN, are false.
    return not (
        any((columns[name] <= 0).any() for name in ("close", "adjusted") if name in columns)
        or any((columns[name] < 0).any() for name in ("dividend", "split") if name in columns)
    )


def _by_symbol(encoded: Any, inside: Any, wanted: Collection[str]) -> dict[str, Any]:
    by_folded = {symbol.casefold(): symbol for symbol in wanted}
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    names = [
        by_folded.get((name or "").strip().casefold()) for name in encoded.dictionary.to_pylist()
    ]
    positions = {name: n for n, name in enumerate(sorted({name for name in names if name}))}
    owners = np.array([positions[name] if name else -1 for name in names] or [-1])[codes]
    return {
        name: np.flatnonzero(inside & (owners == position)) for name, position in positions.items()
    }


def _arrange(file: str, columns: dict[str, Any]) -> Rows | None:
    """Sort, or return None where a day stands twice."""
    days = columns.pop("date")
    steps = np.diff(days).astype("int64")
    if (steps <= 0).any():
        order = np.argsort(days, kind="stable")
        days = days[order]
        columns = {name: values[order] for name, values in columns.items()}
        if (np.diff(days).astype("int64") == 0).any():
            return None
    cash = _said(columns.get("dividend"))
    split = np.nan_to_num(columns.get("split", np.ones(len(days))), nan=1.0)
    return Rows(
        file=file,
        days=days,
        close=columns["close"],
        adjusted=_said(columns.get("adjusted")),
        volume=columns.get("volume", np.full(len(days), np.nan)),
        dividend=None if cash is None else np.nan_to_num(cash),
        split=np.where(split > 0, split, 1.0),
        complete=True,
        notes=(),
    )


def _said(values: Floats | None) -> Floats | None:
    """A column that is blank all the way says nothing."""
    return None if values is None or np.isnan(values).all() else values
