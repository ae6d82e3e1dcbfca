"""The frozen tables as Parquet: laying chains of them over each other, and what is new in one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

VALUES = ("close", "volume", "dividend", "split")


def index_of(tables: Iterable[pa.Table]) -> pd.DatetimeIndex:
    """Return the sessions of these tables as one sorted index without duplicates."""
    import numpy as np
    import pandas as pd

    found = np.unique(np.concatenate([days(table) for table in tables]))
    return pd.DatetimeIndex(found.astype("datetime64[D]").astype("datetime64[us]"), name="session")


def days(table: pa.Table) -> Any:
    """Days since 1970 as int32."""
    return table.column("session").cast("int32").to_numpy()


def iso(day: int) -> str:
    """Return a count of days since 1970 as an ISO date."""
    return date.fromordinal(int(day) + date(1970, 1, 1).toordinal()).isoformat()


def positions(table: pa.Table, ordinals: Any, columns: Mapping[str, int]) -> tuple[Any, Any, Any]:
    """Row and column of each known (session, symbol), and which rows of the table those are."""
    import numpy as np

    symbols = table.column("symbol").combine_chunks().dictionary_encode()
    codes = symbols.indices.to_numpy()
    names = symbols.dictionary.to_pylist()
    targets = np.array([columns.get(name, -1) for name in names])[codes]
    wanted = days(table)
    rows = np.searchsorted(ordinals, wanted)
    rows[rows == len(ordinals)] = 0
    keep = (targets >= 0) & (ordinals[rows] == wanted)
    return rows[keep], targets[keep], keep


def prices_table(rows: pd.DataFrame) -> pa.Table:
    """Return price rows as they are frozen."""
    import pyarrow as pa

    arrays = {
        "symbol": pa.array(rows["symbol"].astype(object), pa.string()),
        "session": pa.array(rows["session"].to_numpy().astype("datetime64[D]"), pa.date32()),
    }
    arrays |= {name: pa.array(rows[name].to_numpy(), pa.float64()) for name in VALUES}
    return pa.table(arrays)


def sessions_table(sessions: pd.DatetimeIndex) -> pa.Table:
    """Return sessions as they are frozen."""
    import pyarrow as pa

    return pa.table({"session": pa.array(sessions.to_numpy().astype("datetime64[D]"), pa.date32())})


def lay_over(tables: Iterable[pa.Table]) -> pd.DataFrame:
    """Later rows win; rows without a close stay, they take earlier ones back."""
    import pandas as pd

    frames = []
    for table in tables:
        frame = pd.DataFrame({name: table.column(name).to_numpy() for name in VALUES})
        frame.insert(0, "session", days(table).astype("datetime64[D]").astype("datetime64[us]"))
        frame.insert(0, "symbol", pd.array(table.column("symbol").to_pylist(), dtype="str"))
        frames.append(frame)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.drop_duplicates(["symbol", "session"], keep="last")
    return rows.sort_values(["symbol", "session"], ignore_index=True)


def changed(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, list[Mapping[str, Any]]]:
    """Rows that are new, differ, or are gone from the span their symbol was fetched for."""
    keys = ["symbol", "session"]
    both = new.merge(old, on=keys, how="outer", suffixes=("", "_old"), indicator=True)
    same = both["_merge"] == "both"
    for name in VALUES:
        a, b = both[name], both[f"{name}_old"]
        same &= (a == b) | (a.isna() & b.isna())
    first = new.groupby("symbol")["session"].min()
    start = both["symbol"].map(first)
    gone = (both["_merge"] == "right_only") & (both["session"] >= start)
    take = ((both["_merge"] != "right_only") & ~same) | gone
    rows = both.loc[take].sort_values(keys)
    revised = rows[rows["_merge"] != "left_only"]
    listed: list[Mapping[str, Any]] = []
    for row in revised.to_dict("records"):
        # A row that is gone has no close; nothing else of it is worth a line.
        names = VALUES if row["close"] == row["close"] else ("close",)
        pairs = {name: (row[f"{name}_old"], row[name]) for name in names}
        known = {name: [None if v != v else v for v in pair] for name, pair in pairs.items()}
        before, after = ({n: p[i] for n, p in known.items() if p[0] != p[1]} for i in (0, 1))
        session = row["session"].date().isoformat()
        listed.append(
            {"symbol": row["symbol"], "session": session, "before": before, "after": after}
        )
    return rows[[*keys, *VALUES]], listed


def parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet, small and the same bytes each time."""
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    split = [name for name in VALUES if name in table.column_names]
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=["symbol"] if "symbol" in table.column_names else False,
        column_encoding={"session": "DELTA_BINARY_PACKED"}
        | dict.fromkeys(split, "BYTE_STREAM_SPLIT"),
        write_statistics=False,
        store_schema=False,
    )
    return buffer.getvalue()


def read_parquet(content: bytes) -> pa.Table:
    """Return the table behind an object's bytes."""
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(content))
