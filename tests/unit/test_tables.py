"""A chain of tables says what the last frame said of everything it told, and keeps the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import sessions

from generator import tables
from generator.tables import FORMS, as_arrow, changed, continued, frame, lay_over, present

CHAINED = [name for name, form in FORMS.items() if form.chained and form.name is not None]
WITH_FLAG = [name for name in CHAINED if FORMS[name].marker == "gone"]
DAYS = [day.date().isoformat() for day in sessions("2026-01-12", "2026-01-16")]
MISSING = "missing"
"""Stands for a value that is not there: NaN is not equal to itself."""
Key = tuple[Any, ...]
Content = dict[Key, tuple[Any, ...]]
"""Rows by key, as Python has them."""
KEYS = {
    "text": st.sampled_from(["A", "B", "C"]),
    "day": st.sampled_from(DAYS),
    "whole": st.integers(1, 2),
}
VALUES = {
    "text": st.sampled_from(["x", "y", None]),
    "number": st.sampled_from([1.0, 0.1, np.nan]),
}


def rows_of(table: str) -> st.SearchStrategy[dict[Key, tuple[Any, ...]]]:
    """Rows of a table with few names, days and values, so that they meet often."""
    form = FORMS[table]
    keys = st.tuples(*(KEYS[kind] for kind in form.keys.values()))
    kinds = [
        st.sampled_from([1.0, 2.0]) if name == form.marker else VALUES[kind]
        for name, kind in form.values.items()
    ]
    return st.dictionaries(keys, st.tuples(*kinds), max_size=8)


def as_frame(table: str, rows: Mapping[Key, tuple[Any, ...]]) -> pd.DataFrame:
    names = list(FORMS[table].columns)
    whole = [(*key, *values) for key, values in rows.items()]
    columns = {name: [row[n] for row in whole] for n, name in enumerate(names)}
    return frame(table, columns if whole else {})


def content(table: str, rows: pd.DataFrame) -> Content:
    """What a frame of a table holds."""
    form = FORMS[table]
    found: Content = {}
    for row in rows.to_dict("records"):
        key = tuple(
            v.date().isoformat() if isinstance(v, pd.Timestamp) else v
            for v in (row[name] for name in form.keys)
        )
        assert key not in found
        found[key] = tuple(MISSING if row[name] != row[name] else row[name] for name in form.values)
    return found


def told(table: str, key: Key, new: Content) -> bool:
    """Whether a frame says everything about the row of a key."""
    form = FORMS[table]
    places = list(form.keys)
    name, day = places.index(str(form.name)), places.index(str(form.day))
    of_name = [other[day] for other in new if other[name] == key[name]]
    return key[day] in of_name if form.complete == "day" else any(d <= key[day] for d in of_name)


def chain_of(
    table: str, frames: Sequence[pd.DataFrame]
) -> tuple[list[pa.Table], list[pd.DataFrame]]:
    """What is frozen of one frame after the other, and the rows of each that revise others."""
    parts, revisions = [as_arrow(table, frames[0])], []
    for new in frames[1:]:
        fresh, revised = changed(table, lay_over(table, parts), new)
        parts.append(as_arrow(table, fresh))
        revisions.append(revised)
    return parts, revisions


@pytest.mark.parametrize("table", CHAINED)
@settings(max_examples=8)
@given(data=st.data())
def test_a_chain_holds_what_the_frames_said(table: str, data: st.DataObject) -> None:
    """Of what a frame told the chain holds the frame's rows and no other, of the rest what it held
    before; the revisions are the rows that were there and are now different or gone."""
    sequence = data.draw(st.lists(rows_of(table), min_size=2, max_size=4))
    frames = [as_frame(table, rows) for rows in sequence]
    parts, revisions = chain_of(table, frames)
    model: Content = {}
    for number, new in enumerate(content(table, one) for one in frames):
        after = {key: row for key, row in model.items() if not told(table, key, new)} | new
        if number:
            lost = {key for key, row in model.items() if after.get(key) != row}
            names = list(FORMS[table].keys)
            found = revisions[number - 1][names].to_dict("records")
            assert len(found) == len(lost)
        model = after
        held = present(table, lay_over(table, parts[: number + 1]))
        assert content(table, held) == model
        assert held.dtypes.equals(tables.empty(table).dtypes)


@pytest.mark.parametrize("table", CHAINED)
@settings(max_examples=5)
@given(data=st.data())
def test_written_together_objects_say_the_same(table: str, data: st.DataObject) -> None:
    """Whichever neighbours of a chain are written as one, what is laid over stays, row for row;
    the order of rows within a frame is nothing."""
    sequence = data.draw(st.lists(rows_of(table), min_size=3, max_size=5))
    frames = [as_frame(table, rows) for rows in sequence]
    parts, _ = chain_of(table, frames)
    whole = lay_over(table, parts)
    start = data.draw(st.integers(0, len(parts) - 2))
    end = data.draw(st.integers(start + 2, len(parts)))
    together = as_arrow(table, lay_over(table, parts[start:end]))
    assert lay_over(table, [*parts[:start], together, *parts[end:]]).equals(whole)
    mixed, _ = chain_of(table, [one.sample(frac=1, random_state=3) for one in frames])
    assert present(table, lay_over(table, mixed)).equals(present(table, whole))


@pytest.mark.parametrize("table", CHAINED)
@settings(max_examples=8)
@given(data=st.data())
def test_the_same_frame_again_adds_nothing(table: str, data: st.DataObject) -> None:
    """Missing values equal missing values, also after a way through Parquet."""
    rows = as_frame(table, data.draw(rows_of(table)))
    stored = tables.read_parquet(tables.parquet(as_arrow(table, rows)))
    fresh, revised = changed(table, lay_over(table, [stored]), rows)
    assert len(fresh) == 0 and len(revised) == 0


@pytest.mark.parametrize("table", CHAINED)
def test_a_frame_without_rows_tells_nothing(table: str) -> None:
    """A week in which nothing of a table could be read takes nothing back."""
    key = tuple({"text": "A", "day": DAYS[0], "whole": 1}[k] for k in FORMS[table].keys.values())
    value = tuple({"text": "x", "number": 1.0}[k] for k in FORMS[table].values.values())
    held = as_frame(table, {key: value})
    fresh, revised = changed(table, lay_over(table, [as_arrow(table, held)]), tables.empty(table))
    assert len(fresh) == 0 and len(revised) == 0


def holdings(*lines: tuple[str, str, int, str]) -> pd.DataFrame:
    """Lines of funds: fund, day, number, ticker; the rest is the same of all."""
    columns: dict[str, Any] = {
        name: ["x" if kind == "text" else 1.0] * len(lines)
        for name, kind in FORMS["holdings"].values.items()
    }
    funds, days, numbers, tickers = zip(*lines, strict=True)
    return frame(
        "holdings", columns | {"fund": funds, "day": days, "line": numbers, "ticker": tickers}
    )


def test_a_line_that_is_gone_has_a_flag_and_comes_back() -> None:
    """A holdings file of the same day with a line less, then with it again: each week's object
    holds the one row that differs."""
    two = holdings(("IWM", DAYS[0], 1, "AAA"), ("IWM", DAYS[0], 2, "BBB"))
    parts, revisions = chain_of("holdings", [two, two.iloc[:1], two])
    assert [part.num_rows for part in parts] == [2, 1, 1]
    assert parts[1].column("gone").to_pylist() == [True]
    assert parts[1].column("line").to_pylist() == [2]
    assert "gone" not in parts[0].column_names
    shown = [
        present("holdings", lay_over("holdings", parts[:n]))["ticker"].tolist() for n in (1, 2, 3)
    ]
    assert shown == [["AAA", "BBB"], ["AAA"], ["AAA", "BBB"]]
    assert [len(revised) for revised in revisions] == [1, 0]


def test_a_holdings_file_of_another_day_or_fund_takes_nothing_back() -> None:
    """It tells its own day of its own fund in full, and nothing else."""
    first = holdings(("IWM", DAYS[0], 1, "AAA"), ("IVV", DAYS[0], 1, "CCC"))
    second = holdings(("IWM", DAYS[1], 1, "BBB"))
    parts, _ = chain_of("holdings", [first, second])
    held = present("holdings", lay_over("holdings", parts))
    assert held[["fund", "ticker"]].to_numpy().tolist() == [
        ["IVV", "CCC"],
        ["IWM", "AAA"],
        ["IWM", "BBB"],
    ]


def prices(rows: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    return as_frame("prices", {key: (close, np.nan, 0.0, 1.0) for key, close in rows.items()})


def test_a_price_that_is_gone_has_no_close() -> None:
    """Price tables need no flag; the row stays in its object as a row without a close."""
    both = prices({("A", DAYS[0]): 1.0, ("A", DAYS[1]): 2.0})
    parts, _ = chain_of("prices", [both, both.iloc[:1]])
    assert parts[1].column_names == list(FORMS["prices"].columns)
    assert (
        parts[1].column("close").null_count + np.isnan(parts[1].column("close").to_numpy()).sum()
        == 1
    )
    assert content("prices", present("prices", lay_over("prices", parts))) == {
        ("A", DAYS[0]): (1.0, MISSING, 0.0, 1.0)
    }


def test_what_was_read_continues_what_was_known() -> None:
    """Of each symbol the known rows before the first day read stay; a symbol that was not read
    keeps none, for nobody says that it continues."""
    known = prices(
        {("A", DAYS[0]): 1.0, ("A", DAYS[1]): 2.0, ("A", DAYS[2]): 3.0, ("B", DAYS[0]): 9.0}
    )
    read = prices({("A", DAYS[1]): 2.5, ("A", DAYS[3]): 4.0, ("C", DAYS[3]): 7.0})
    closes = {
        key: row[0] for key, row in content("prices", continued("prices", known, read)).items()
    }
    assert closes == {
        ("A", DAYS[0]): 1.0,
        ("A", DAYS[1]): 2.5,
        ("A", DAYS[3]): 4.0,
        ("C", DAYS[3]): 7.0,
    }


def test_nothing_read_continues_nothing() -> None:
    known = prices({("A", DAYS[0]): 1.0})
    assert len(continued("prices", known, tables.empty("prices"))) == 0
    whole = continued("prices", tables.empty("prices"), known)
    assert whole.equals(known)


@pytest.mark.parametrize("table", list(FORMS))
def test_a_frame_has_the_kinds_of_its_form(table: str) -> None:
    """Text, days, numbers and whole numbers, in the order of the form; with or without rows."""
    kinds = {"text": "str", "day": "datetime64[us]", "number": "float64", "whole": "int64"}
    expected = {name: kinds[kind] for name, kind in FORMS[table].columns.items()}
    examples = {"text": "a", "day": "2026-01-16", "number": 1, "whole": 1}
    one = frame(table, {name: [examples[kind]] for name, kind in FORMS[table].columns.items()})
    for rows in (tables.empty(table), one):
        assert {name: str(kind) for name, kind in rows.dtypes.items()} == expected
        assert list(rows.columns) == list(expected)
    assert len(tables.empty(table)) == 0


def test_a_frame_without_one_of_its_columns_is_an_error() -> None:
    """A column that is missing is a mistake, not empty."""
    with pytest.raises(KeyError, match="value"):
        frame("macro", {"series": ["A"], "observed": [DAYS[0]]})


@pytest.mark.parametrize("table", WITH_FLAG)
def test_every_form_with_a_flag_has_a_name_and_a_day(table: str) -> None:
    """Else nobody could say what a frame tells in full."""
    form = FORMS[table]
    assert form.name in form.keys and form.day in form.keys
    assert "gone" not in form.columns
