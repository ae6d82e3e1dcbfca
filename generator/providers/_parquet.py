"""Parquet files as delimited text, so that there is one reader of dialects."""

from __future__ import annotations

import io
from typing import Any

from generator.providers._sheet import COLUMN_OF, Unreadable


def as_delimited(file: str, content: bytes) -> bytes:
    """Return the known columns of a Parquet file as CSV; numbers keep every digit.

    Raises:
        Unreadable: the file is not Parquet.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"{file}: it is not Parquet: {error}") from None
    known = [
        name
        for name in table.column_names
        if "".join(filter(str.isalnum, name.lower())) in COLUMN_OF
    ]
    if not known:
        raise Unreadable(f"{file}: no column holds the date")
    buffer = io.BytesIO()
    columns = [_textual(table.column(name)) for name in known]
    pc.write_csv(pa.table(columns, names=known), buffer)
    return buffer.getvalue()


def _textual(column: Any) -> Any:
    """Return a column in a type that CSV holds: days as days, instants with their zone."""
    import pyarrow as pa
    import pyarrow.compute as compute

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _textual(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            return column.cast(pa.date32(), safe=False)
        return compute.strftime(column.cast(pa.timestamp("s", kind.tz)), "%Y-%m-%dT%H:%M:%S%z")
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    return column
