"""A run that was killed goes on with what it had read, and with nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.providers._bars import Bars
from generator.providers._journal import Entry, Journal, key_of
from generator.providers._piece import Kept

KEY = key_of("2026-W03", date(2026, 1, 16), anew=False, final=True, depth="2 years")
MOMENT = datetime(2026, 1, 16, 22, 40, 1, 250_000, tzinfo=UTC)


def bars(days: int = 3, **other: object) -> Bars:
    usual = {
        "days": np.datetime64("2026-01-12") + np.arange(days),
        "close": np.linspace(682.85, 690.1, days),
        "volume": np.array([np.nan, *range(1, days)][:days], dtype=float),
        "dividend": np.zeros(days),
        "split": np.ones(days),
        "named": "iShares Russell 2000 ETF",
        "running": False,
        "notes": ("a note",),
    }
    return Bars(**(usual | other))  # type: ignore[arg-type]


def entry(symbol: str = "IWM", table: str = "prices", **other: object) -> Entry:
    kept = Kept(table, symbol, "https://x/?a=1", MOMENT, 200, 9, "f" * 64)
    usual = {
        "bars": bars(),
        "fault": None,
        "check": None,
        "continues": True,
        "revised": None,
        "kept": (kept,),
        "skew": -1.5,
    }
    return Entry(table=table, symbol=symbol, **(usual | other))  # type: ignore[arg-type]


def same(a: Entry, b: Entry) -> bool:
    """Whether two entries agree to the last bit, missing volumes included."""
    if (a.bars is None) != (b.bars is None):
        return False
    for name in Entry.__slots__:
        if name != "bars" and getattr(a, name) != getattr(b, name):
            return False
    for name in Bars.__slots__ if a.bars is not None else ():
        one, other = getattr(a.bars, name), getattr(b.bars, name)
        if isinstance(one, np.ndarray):
            if one.dtype != other.dtype or not np.array_equal(one, other, equal_nan=name != "days"):
                return False
        elif one != other:
            return False
    return True


def symbols(journal: Journal, table: str | None = None) -> list[str]:
    return [found.symbol for found in journal.entries(table)]


PRICE = st.floats(1e-6, 1e12)
VOLUME = st.floats(0, 1e12) | st.just(np.nan)
TEXT = st.text(max_size=12)


@given(data=st.data())
def test_what_is_written_is_read_back(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bit for bit: any prices, cash, splits, names and reasons, in the order of writing."""
    size = data.draw(st.integers(0, 5))
    values = {
        name: np.array(data.draw(st.lists(kind, min_size=size, max_size=size)), dtype=float)
        for name, kind in {
            "close": PRICE,
            "volume": VOLUME,
            "dividend": st.just(0.0) | PRICE,
            "split": st.just(1.0) | PRICE,
        }.items()
    }
    notes = tuple(data.draw(st.lists(TEXT, max_size=2)))
    found = bars(size, **values, named=data.draw(TEXT), notes=notes)
    whole = entry(bars=found, continues=data.draw(st.booleans()), revised=data.draw(TEXT))
    refused = entry("GONE", bars=None, fault=data.draw(TEXT), check="read", kept=())
    path = tmp_path_factory.mktemp("journal") / "journal"
    journal = Journal(path, KEY)
    journal.add(whole)
    journal.add(refused)
    for reader in (journal, Journal(path, KEY)):
        first, second = reader.entries()
        assert same(first, whole) and same(second, refused)


def test_entries_are_known_by_table_and_symbol(tmp_path: Path) -> None:
    """A symbol of two tables has two entries; each table's are read apart."""
    journal = Journal(tmp_path / "deep/journal", KEY)
    assert len(journal) == 0 and ("prices", "IWM") not in journal
    for table, symbol in (("prices", "IWM"), ("member_prices", "AAA"), ("member_prices", "IWM")):
        journal.add(entry(symbol, table))
    again = Journal(tmp_path / "deep/journal", KEY)
    for found in (journal, again):
        assert len(found) == 3
        assert ("prices", "IWM") in found and ("prices", "AAA") not in found
        assert symbols(found, "prices") == ["IWM"]
        assert symbols(found, "member_prices") == ["AAA", "IWM"]
        assert symbols(found, "futures") == []


def test_a_last_line_torn_at_any_byte_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    """The entries before it stay; what comes next is a line of its own."""
    path = tmp_path / "journal"
    journal = Journal(path, KEY)
    journal.add(entry("AAA"))
    kept = path.read_bytes()
    journal.add(entry("BBB", bars=bars(1)))
    whole = path.read_bytes()
    for length in range(len(kept), len(whole)):
        path.write_bytes(whole[:length])
        torn = Journal(path, KEY)
        assert ("prices", "BBB") not in torn
        torn.cut()
        assert path.read_bytes() == kept
        torn.add(entry("CCC"))
        assert symbols(Journal(path, KEY)) == ["AAA", "CCC"]


def test_a_first_line_torn_at_any_byte_begins_anew(tmp_path: Path) -> None:
    """Also where only its end is missing."""
    path = tmp_path / "journal"
    Journal(path, KEY).add(entry("AAA"))
    head = path.read_bytes().partition(b"\n")[0]
    for length in range(len(head) + 1):
        path.write_bytes(head[:length])
        torn = Journal(path, KEY)
        torn.cut()
        assert len(torn) == 0
        torn.add(entry("CCC"))
        assert symbols(Journal(path, KEY)) == ["CCC"]


def test_cutting_changes_no_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, KEY)
    journal.cut()
    assert not path.exists()
    journal.add(entry())
    before = path.read_bytes()
    Journal(path, KEY).cut()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        key_of("2026-W02", date(2026, 1, 16), anew=False, final=True, depth="2 years"),
        key_of("2026-W03", date(2026, 1, 15), anew=False, final=True, depth="2 years"),
        key_of("2026-W03", date(2026, 1, 16), anew=True, final=True, depth="2 years"),
        key_of("2026-W03", date(2026, 1, 16), anew=False, final=False, depth="2 years"),
        key_of("2026-W03", date(2026, 1, 16), anew=False, final=True, depth="3 years"),
    ],
    ids=["edition", "last session", "read in full", "read too early", "history"],
)
def test_what_was_kept_for_something_else_is_not_used(
    tmp_path: Path, other: dict[str, str]
) -> None:
    """The first new entry takes the place of all of it."""
    path = tmp_path / "journal"
    Journal(path, other).add(entry("OLD"))
    journal = Journal(path, KEY)
    assert len(journal) == 0 and symbols(journal) == []
    journal.add(entry("NEW"))
    assert symbols(Journal(path, KEY)) == ["NEW"]
    assert symbols(Journal(path, other)) == []
