"""Members point in time: whose list is in force, what a line weighs, who is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import sessions, universe

from generator import tables
from generator.facts import Withheld
from generator.metrics._panel import Members, carried, company, prices_until
from generator.metrics.members import index_members
from generator.snapshot import Panel

CALENDAR = sessions("2025-01-02", "2026-01-16")
DAYS = sessions("2025-12-29", "2026-01-16")
NAN = float("nan")


def panel(closes: Mapping[str, object], splits: Mapping[str, Mapping[str, float]] | None = None):
    """Prices of December and January; a number stands for all sessions."""
    symbols = tuple(sorted(closes))
    grid = np.empty((len(DAYS), len(symbols)))
    factors = np.ones(grid.shape)
    for place, symbol in enumerate(symbols):
        grid[:, place] = np.asarray(closes[symbol], dtype=float)
        for day, factor in (splits or {}).get(symbol, {}).items():
            factors[DAYS.get_loc(pd.Timestamp(day)), place] = factor
    return Panel(DAYS, symbols, grid, factors)


def holdings(*lists: tuple[str, Mapping[str, float]], fund: str = "IWM", **of: str) -> pd.DataFrame:
    """Lists of a fund: a day, and market values by symbol; `of` names companies by symbol."""
    rows = [
        {"fund": fund, "day": day, "line": n, "ticker": s, "symbol": "" if s[0] == "-" else s}
        | {"name": of.get(s, f"COMPANY {s}"), "sector": "Energy", "market_value": value}
        for day, values in lists
        for n, (s, value) in enumerate(values.items())
    ]
    frame = pd.DataFrame(rows)
    for name, kind in tables.FORMS["holdings"].columns.items():
        if name not in frame:
            frame[name] = "" if kind == "text" else NAN
    return tables.frame("holdings", {str(name): column for name, column in frame.items()})


NO_LISTS = tables.empty("holdings")


def members(lines: pd.DataFrame, prices: Panel | None, as_of: str = "2026-01-16", **more: object):
    """The members of the Russell 2000 as of a session."""
    stamp = pd.Timestamp(as_of)
    return index_members(
        lines.loc[lines["day"] <= stamp],
        None if prices is None else prices_until(prices, stamp),
        pd.DataFrame(index=CALENDAR[stamp >= CALENDAR]),
        universe(),
        {"provider": "sample", "missing_tables": {}, **more}["missing_tables"],
        {"provider": "sample", **more}["provider"],
    )["russell_2000"]


def listed_on(found: Members, day: str) -> set[str]:
    row = found.base(pd.Timestamp(day))
    assert row is not None
    return {s for s, on in zip(found.symbols, found.listed[row], strict=True) if on}


def test_on_each_session_the_members_are_those_of_a_list_of_its_time() -> None:
    """A joiner is none before the list that names it, a leaver is one until a list drops it."""
    lists = holdings(
        ("2025-12-31", {"OLD": 1.0, "STAYS": 3.0}), ("2026-01-09", {"NEW": 1.0, "STAYS": 3.0})
    )
    found = members(lists, panel({"OLD": 10, "NEW": 10, "STAYS": 10}))
    assert listed_on(found, "2025-12-30") == set()
    assert listed_on(found, "2025-12-31") == listed_on(found, "2026-01-08") == {"OLD", "STAYS"}
    assert listed_on(found, "2026-01-09") == listed_on(found, "2026-01-16") == {"NEW", "STAYS"}
    assert found.lists[0] is None and found.lists[-1] == date(2026, 1, 9)


def test_a_list_of_later_changes_nothing_before_its_day() -> None:
    """Seen as of the eighth, the list of the ninth does not exist."""
    first, second = ("2025-12-31", {"A": 1.0, "B": 3.0}), ("2026-01-09", {"C": 9.0})
    prices = panel({"A": 10, "B": 10, "C": 10})
    both = members(holdings(first, second), prices, "2026-01-08")
    alone = members(holdings(first), prices, "2026-01-08")
    assert both.symbols == alone.symbols == ("A", "B")
    assert np.array_equal(both.weights, alone.weights)


def test_a_list_is_used_for_a_quarter_and_no_longer() -> None:
    """After 63 sessions a list says nothing of the members, and no figure is made of it."""
    last = CALENDAR[-1 - universe().oldest_list]
    before = CALENDAR[-2 - universe().oldest_list]
    prices = panel({"A": 10})
    assert isinstance(members(holdings((str(last.date()), {"A": 1.0})), prices), Members)
    too_old = members(holdings((str(before.date()), {"A": 1.0})), prices)
    assert too_old == Withheld("no list of the holdings of IWM is of the last 63 sessions")


def test_weights_are_market_values_of_the_list_grown_by_closes() -> None:
    """Three to one at the list, then the smaller doubles: three to two."""
    rises = [10.0] * 8 + [20.0] * (len(DAYS) - 8)
    found = members(
        holdings(("2025-12-31", {"BIG": 300.0, "UP": 100.0})), panel({"BIG": 50, "UP": rises})
    )
    row = found.base(pd.Timestamp("2025-12-31"))
    assert found.weights[row] == pytest.approx([0.75, 0.25])
    assert found.weights[-1] == pytest.approx([0.6, 0.4])
    assert (found.weights[0] == 0).all()


def test_a_line_without_closes_keeps_its_value_and_a_missing_day_its_close() -> None:
    """Unpriced lines weigh what they weighed; a suspended name weighs by its last close."""
    gap = np.full(len(DAYS), 10.0)
    gap[5:] = 20.0
    gap[8:] = NAN
    lists = holdings(("2025-12-31", {"GAP": 100.0, "-RIGHTS": 50.0, "NIL": 50.0}))
    found = members(lists, panel({"GAP": gap}))
    weights = dict(zip(found.symbols, found.weights[-1], strict=True))
    assert weights == pytest.approx({"GAP": 2 / 3, "-COMPANY -RIGHTS": 1 / 6, "NIL": 1 / 6})
    assert np.isnan(found.closes[-1]).all()


def test_a_split_moves_neither_closes_nor_weights() -> None:
    """A close that halves for a 2:1 split is the same close; so on the first session of a year."""
    halves = np.full(len(DAYS), 30.0)
    halves[DAYS >= "2026-01-02"] = 15.0
    lists = holdings(("2025-12-31", {"SPLIT": 50.0, "OTHER": 50.0}))
    found = members(lists, panel({"SPLIT": halves, "OTHER": 7}, {"SPLIT": {"2026-01-02": 2.0}}))
    assert (found.closes[:, found.symbols.index("SPLIT")] == 15.0).all()
    assert found.weights[-1] == pytest.approx([0.5, 0.5])


def test_a_split_after_the_day_is_not_known_yet() -> None:
    """As of a day before it, closes are as they were traded."""
    halves = np.where(DAYS >= "2026-01-14", 15.0, 30.0)
    prices = panel({"SPLIT": halves}, {"SPLIT": {"2026-01-14": 2.0}})
    assert (prices_until(prices, pd.Timestamp("2026-01-13")).closes == 30.0).all()


def test_a_company_is_counted_once_by_its_heaviest_share_class() -> None:
    """Two classes of one company are two lines and one company; two companies may share a name."""
    lists = holdings(
        ("2025-12-31", {"MOG-A": 9.0, "MOG-B": 1.0, "FBNC": 2.0, "FBP": 3.0}),
        **{"MOG-A": "MOOG INC CLASS A", "MOG-B": "MOOG INC CLASS B"},
        **{"FBNC": "FIRST BANCORP", "FBP": "FIRST BANCORP"},
    )
    found = members(lists, panel(dict.fromkeys(("MOG-A", "MOG-B", "FBNC", "FBP"), 10)))
    counted = {s for s, on in zip(found.symbols, found.counted[-1], strict=True) if on}
    assert counted == {"MOG-A", "FBNC", "FBP"}
    assert found.listed[-1].all()


def test_names_lose_their_class_wherever_it_stands() -> None:
    """At the end or within, and nothing else is lost."""
    assert company("BLOOM ENERGY CLASS A CORP") == "BLOOM ENERGY CORP"
    assert company("Liberty Broadband Corp Series C") == "LIBERTY BROADBAND CORP"
    assert company("WORLD CLASS ACTIVITIES") == "WORLD CLASS ACTIVITIES"


def test_rights_and_escrow_lines_are_no_members() -> None:
    """A line without symbol, value and weight is not listed."""
    found = members(holdings(("2025-12-31", {"A": 5.0, "-ESCROW": 0.0})), panel({"A": 10}))
    assert found.symbols == ("A",)


def test_where_values_are_missing_weights_are_taken_and_without_both_there_are_none() -> None:
    """The rounded weights of a list serve where market values do not."""
    lists = holdings(("2025-12-31", {"A": NAN, "B": 5.0}))
    without = members(lists, panel({"A": 10, "B": 10}))
    assert not without.weighted and (without.weights == 0).all() and without.listed[-1].all()
    rounded = members(lists.assign(weight=[0.4, 0.6]), panel({"A": 10, "B": 10}))
    assert rounded.weights[-1] == pytest.approx([0.4, 0.6])


def test_a_folder_of_prices_without_lists_has_the_members_it_has_closes_of() -> None:
    """On a session those with a close; without weights, and for the small-cap index alone."""
    late = np.where(DAYS < "2026-01-05", NAN, 10.0)
    missing = {"holdings": "the folder has no holdings file"}
    prices = panel({"ALL": 10, "LATE": late})
    found = members(NO_LISTS, prices, provider="files", missing_tables=missing)
    assert listed_on(found, "2025-12-31") == {"ALL"}
    assert listed_on(found, "2026-01-05") == {"ALL", "LATE"}
    assert not found.weighted
    assert members(NO_LISTS, prices, missing_tables=missing) == Withheld(
        "the folder has no holdings file"
    )


def test_without_prices_of_members_the_reason_is_said() -> None:
    """The snapshot's reason is the figure's."""
    lists = holdings(("2025-12-31", {"A": 5.0}))
    why = "the licence of Yahoo does not allow it to be published"
    assert members(lists, None, missing_tables={"member_prices": why}) == Withheld(why)


@given(st.lists(st.one_of(st.none(), st.floats(1, 100)), min_size=1, max_size=12))
def test_closes_are_carried_as_by_hand(closes: list[float | None]) -> None:
    """Each missing close is the one known last; before the first there is none."""
    known, expected = NAN, []
    for close in closes:
        known = known if close is None else close
        expected.append(known)
    column = np.array([NAN if close is None else close for close in closes])[:, None]
    assert np.array_equal(carried(column).ravel(), expected, equal_nan=True)
