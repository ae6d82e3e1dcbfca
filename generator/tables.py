"""The frozen tables: their forms, laying chains of them over each other, and what is new in one.

A table has key columns and value columns. A chain holds only rows that are new or differ; a row
that is `gone` takes an earlier one back. In price tables a row without a close is gone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

VALUES = ("close", "volume", "dividend", "split")


@dataclass(frozen=True, slots=True)
class Form:
    """The columns of a table. A frame of it has them in this order, with these kinds:
    text (str), day (datetime64[us], midnight), number (float64, NaN where missing),
    whole (int64)."""

    keys: Mapping[str, str]
    """Name to kind of the columns that name a row."""
    values: Mapping[str, str]
    """Name to kind of the others."""
    name: str | None
    """The key that names series, funds or files, listed with each object."""
    day: str | None
    """The key that holds the row's day."""
    complete: Literal["span", "day"] = "span"
    """What a new frame tells in full of each name: everything from its first day on, or only the
    days it has. A row it lacks there is gone."""
    chained: bool = True
    """Whether an edition continues the chain of the one before; else it holds its own rows only."""
    marker: str = "gone"
    """The value column whose absence means that a row is gone; `gone`: a flag of its own."""
    dated: str | None = None
    """The column that says when a row was known; none later than the as-of date is frozen."""

    @property
    def columns(self) -> dict[str, str]:
        """Name to kind of every column."""
        return {**self.keys, **self.values}


_PRICES = Form(
    keys={"symbol": "text", "session": "day"},
    values=dict.fromkeys(VALUES, "number"),
    name="symbol",
    day="session",
    marker="close",
    dated="session",
)

FORMS: Mapping[str, Form] = {
    "prices": _PRICES,
    "member_prices": _PRICES,
    "futures": _PRICES,
    "sessions": Form(keys={"session": "day"}, values={}, name=None, day="session"),
    "holdings": Form(
        keys={"fund": "text", "day": "day", "line": "whole"},
        values={
            "ticker": "text",
            "symbol": "text",
            "name": "text",
            "sector": "text",
            "asset_class": "text",
            "exchange": "text",
            "location": "text",
            "currency": "text",
            "weight": "number",
            "quantity": "number",
            "price": "number",
            "market_value": "number",
        },
        name="fund",
        day="day",
        complete="day",
        dated="day",
    ),
    "fund_history": Form(
        keys={"fund": "text", "day": "day"},
        values={
            "net_asset_value": "number",
            "distribution": "number",
            "shares_outstanding": "number",
        },
        name="fund",
        day="day",
        dated="day",
    ),
    "macro": Form(
        keys={"series": "text", "observed": "day"},
        values={"value": "number"},
        name="series",
        day="observed",
    ),
    "macro_vintages": Form(
        keys={"series": "text", "observed": "day", "released": "day"},
        values={"value": "number"},
        name="series",
        day="observed",
        dated="released",
    ),
    "releases": Form(
        keys={"series": "text", "day": "day"},
        values={"release": "text"},
        name="series",
        day="day",
        chained=False,
    ),
    "answers": Form(
        keys={"table": "text", "name": "text", "number": "whole"},
        values={
            "address": "text",
            "retrieved_at": "text",
            "status": "whole",
            "bytes": "whole",
            "sha256": "text",
        },
        name="name",
        day=None,
        chained=False,
    ),
}
"""By table. Weights are fractions, prices and values US dollars."""


def empty(table: str) -> pd.DataFrame:
    """Return a frame of a table without rows."""
    return frame(table, {})


def frame(table: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return columns as a frame of a table; columns that are not named must not exist in its form.

    Raises:
        KeyError: a column is missing (a frame without any column has no rows).
    """
    import pandas as pd

    kinds = FORMS[table].columns
    dtypes = {"text": "str", "day": "datetime64[us]", "number": "float64", "whole": "int64"}
    found = {
        name: pd.Series(columns[name] if columns else [], dtype=dtypes[kind]).reset_index(drop=True)
        for name, kind in kinds.items()
    }
    return pd.DataFrame(found)


def index_of(tables: Iterable[pa.Table]) -> pd.DatetimeIndex:
    """Return the sessions of these tables as one sorted index without duplicates."""
    import numpy as np
    import pandas as pd

    found = np.unique(np.concatenate([days(table) for table in tables]))
    return pd.DatetimeIndex(found.astype("datetime64[D]").astype("datetime64[us]"), name="session")


def days(table: pa.Table, column: str = "session") -> Any:
    """Days since 1970 as int32."""
    return _days(table.column(column))


def _days(column: Any) -> Any:
    return column.cast("int32").to_numpy()


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


def as_arrow(table: str, rows: pd.DataFrame) -> pa.Table:
    """Return rows as they are frozen; rows flagged `gone` keep their flag."""
    import pyarrow as pa

    kinds = dict(FORMS[table].columns)
    if "gone" in rows.columns:
        kinds["gone"] = "flag"
    makers = {
        "text": lambda column: pa.array(column.astype(object), pa.string(), from_pandas=True),
        "day": lambda column: pa.array(column.to_numpy().astype("datetime64[D]"), pa.date32()),
        "number": lambda column: pa.array(column.to_numpy(), pa.float64()),
        "whole": lambda column: pa.array(column.to_numpy(), pa.int64()),
        "flag": lambda column: pa.array(column.to_numpy(dtype=bool), pa.bool_()),
    }
    return pa.table({name: makers[kind](rows[name]) for name, kind in kinds.items()})


def sessions_table(sessions: pd.DatetimeIndex) -> pa.Table:
    """Return sessions as they are frozen."""
    import pyarrow as pa

    return pa.table({"session": pa.array(sessions.to_numpy().astype("datetime64[D]"), pa.date32())})


def _as_frame(table: str, part: pa.Table) -> pd.DataFrame:
    import pandas as pd

    makers = {
        "text": lambda column: pd.array(column, dtype="str"),
        "day": lambda column: _days(column).astype("datetime64[D]").astype("datetime64[us]"),
        "number": lambda column: column.to_numpy(),
        "whole": lambda column: column.to_numpy(),
    }
    form = FORMS[table]
    found = {name: makers[kind](part.column(name)) for name, kind in form.columns.items()}
    if form.marker == "gone":
        flags = part.column("gone").to_numpy() if "gone" in part.column_names else False
        found["gone"] = flags
    return pd.DataFrame(found)


def lay_over(table: str, parts: Iterable[pa.Table]) -> pd.DataFrame:
    """Later rows win; rows that are gone stay, they take earlier ones back."""
    import pandas as pd

    keys = list(FORMS[table].keys)
    rows = pd.concat([_as_frame(table, part) for part in parts], ignore_index=True)
    rows = rows.drop_duplicates(keys, keep="last")
    return rows.sort_values(keys, ignore_index=True)


def present(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a laid-over chain that are not gone, in the form of the table."""
    form = FORMS[table]
    if form.marker == "gone":
        kept = rows.loc[~rows["gone"]] if "gone" in rows.columns else rows
    else:
        kept = rows.loc[rows[form.marker].notna()]
    return kept[list(form.columns)].reset_index(drop=True)


def continued(table: str, known: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return what was read after what was known before it: of each name that was read, the known
    rows before the first day read stay."""
    import pandas as pd

    form = FORMS[table]
    before = known[form.day] < _first_days(form, known, read)
    rows = pd.concat([known.loc[before], read], ignore_index=True)
    return rows.sort_values(list(form.keys), ignore_index=True)


def changed(table: str, old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that are new, differ or are gone, and of these the ones that revise a row:
    with every value twice, `<name>_old` the earlier."""
    form = FORMS[table]
    keys = list(form.keys)
    both = new.merge(
        present(table, old), on=keys, how="outer", suffixes=("", "_old"), indicator=True
    )
    same = both["_merge"] == "both"
    for name in form.values:
        a, b = both[name], both[f"{name}_old"]
        same &= (a == b) | (a.isna() & b.isna())
    gone = both["_merge"] == "right_only"
    gone[gone] = _told(form, both.loc[gone], new)
    take = ((both["_merge"] != "right_only") & ~same) | gone
    rows = both.loc[take].sort_values(keys)
    revised = rows[rows["_merge"] != "left_only"]
    fresh = rows[list(form.columns)]
    if form.marker == "gone" and gone.any():
        flags = rows["_merge"] == "right_only"
        fresh = fresh.assign(gone=flags)
        for name, kind in form.values.items():
            if kind == "whole":
                fresh[name] = fresh[name].fillna(0).astype("int64")
    else:
        whole = [name for name, kind in form.columns.items() if kind == "whole"]
        fresh = fresh.astype(dict.fromkeys(whole, "int64"))
    return fresh, revised


def _told(form: Form, both: pd.DataFrame, new: pd.DataFrame) -> Any:
    """Of which rows the new frame says everything, so that one it lacks is gone."""
    assert form.name is not None and form.day is not None
    if form.complete == "day":
        pairs = new[[form.name, form.day]].drop_duplicates().assign(told=True)
        return both.merge(pairs, on=[form.name, form.day], how="left")["told"].notna().to_numpy()
    return both[form.day] >= _first_days(form, both, new)


def _first_days(form: Form, rows: pd.DataFrame, new: pd.DataFrame) -> pd.Series:
    """By row: the first day that the new frame has of its name, NaT where it has none."""
    found: pd.Series = new.groupby(form.name)[form.day].min().reindex(rows[form.name])
    return found.set_axis(rows.index)


def listed(revised: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Return revised price rows as the manifest lists them: symbol, session, before, after."""
    found: list[Mapping[str, Any]] = []
    for row in revised.to_dict("records"):
        # A row that is gone has no close; nothing else of it is worth a line.
        names = VALUES if row["close"] == row["close"] else ("close",)
        pairs = {name: (row[f"{name}_old"], row[name]) for name in names}
        known = {name: [None if v != v else v for v in pair] for name, pair in pairs.items()}
        before, after = ({n: p[i] for n, p in known.items() if p[0] != p[1]} for i in (0, 1))
        session = row["session"].date().isoformat()
        found.append(
            {"symbol": row["symbol"], "session": session, "before": before, "after": after}
        )
    return found


def parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet, small and the same bytes each time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    encodings = {}
    for field in table.schema:
        if pa.types.is_date(field.type) or pa.types.is_integer(field.type):
            encodings[field.name] = "DELTA_BINARY_PACKED"
        elif pa.types.is_floating(field.type):
            encodings[field.name] = "BYTE_STREAM_SPLIT"
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=[f.name for f in table.schema if pa.types.is_string(f.type)] or False,
        column_encoding=encodings,
        write_statistics=False,
        store_schema=False,
    )
    return buffer.getvalue()


def read_parquet(content: bytes) -> pa.Table:
    """Return the table behind an object's bytes."""
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(content))
