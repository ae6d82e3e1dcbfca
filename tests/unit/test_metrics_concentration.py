"""Concentration: weights by company, effective number, and what the largest made of the move."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import last_sessions, sessions
from support_inside import number, reason, results, value
from support_members import members, random_members

from generator.facts import Value, Withheld
from generator.metrics._panel import Members, company

DAYS = sessions("2025-12-31", "2026-01-06")
FIVE = {
    "A": [100.0, 110.0, 110.0, 121.0],
    "B": [50.0, 50.0, 45.0, 45.0],
    "C": [20.0, 20.0, 20.0, 22.0],
    "D": [20.0, 25.0, 25.0, 25.0],
    "E": [10.0, 5.0, 5.0, 10.0],
}
"""One share of each: worth 200 at the base of the year and 223 on 6 January."""


def five() -> Members:
    return members(FIVE, sessions=DAYS)


def twelve(last: float = 2.0) -> Members:
    """Ten large companies of weight 9 each that double or as said, two small ones of 5 that rise by
    a tenth."""
    closes = {f"L{n}": [9.0, 9, 9, 9 * last] for n in range(10)}
    closes |= {f"S{n}": [5.0, 5, 5, 5.5] for n in range(2)}
    return members(closes, sessions=DAYS)


def test_herfindahl_and_effective_number_worked_by_hand() -> None:
    """(121² + 45² + 22² + 25² + 10²) / 223² = 17,875 / 49,729; 2.78 companies of one size; 52,500 /
    200² less at the year's base."""
    found = value(five(), "herfindahl")
    assert found.value == pytest.approx(17_875 / 49_729)
    assert found.parts["points"].value == pytest.approx(10_000 * 17_875 / 49_729)
    then = (100**2 + 50**2 + 2 * 20**2 + 10**2) / 200**2
    moved = 10_000 * (17_875 / 49_729 - then)
    assert found.parts["change_ytd"].value == pytest.approx(moved), "in points"
    assert found.base == date(2025, 12, 31)
    effective = value(five(), "effective_members")
    assert effective.value == pytest.approx(49_729 / 17_875)
    assert effective.parts["change_ytd"].value == pytest.approx(49_729 / 17_875 - 1 / then)


def test_equal_companies_are_as_many_as_they_are() -> None:
    """Of forty of one size the effective number is forty and the top ten are a quarter."""
    alike = members(np.full((4, 40), 7.0), sessions=DAYS)
    assert number(alike, "effective_members") == pytest.approx(40)
    assert number(alike, "top_10_weight") == pytest.approx(0.25)
    assert number(alike, "top_50_weight") == pytest.approx(1.0)
    assert value(alike, "top_10_weight").parts["change_ytd"].value == pytest.approx(0.0)


def test_weights_are_those_of_the_last_session() -> None:
    """The ten weighed 90 of 100 at the base and weigh 180 of 191 since they doubled."""
    found = value(twelve(), "top_10_weight")
    assert found.value == pytest.approx(180 / 191)
    assert found.parts["change_ytd"].value == pytest.approx(100 * (180 / 191 - 0.9))


def test_the_largest_is_named_where_rows_may_be_published() -> None:
    """A weighs 121 of 223; whose weight it is is said only where both tables are free."""
    found = value(five(), "largest_weight")
    assert found.value == pytest.approx(121 / 223)
    assert found.parts["name"].value == "Company A"
    bound = value(five(), "largest_weight", publishes={"holdings": "derived"})
    assert bound.value == found.value
    assert "name" not in bound.parts


def test_share_classes_of_a_company_are_added_up() -> None:
    """Two classes of 3 and 2 beside one company of 4: the largest weighs 5 of 9."""
    panel = members(
        np.full((4, 3), 1.0),
        sessions=DAYS,
        quantities=[3.0, 2.0, 4.0],
        counted=[1, 0, 1],
        names=["TWO INC CLASS A", "TWO INC CLASS B", "ONE CORP"],
        symbols=["TWO-A", "TWO-B", "ONE"],
    )
    found = value(panel, "largest_weight")
    assert found.value == pytest.approx(5 / 9)
    assert found.parts["name"].value == "TWO INC CLASS A"
    assert found.parts["companies"].value == 2
    assert number(panel, "herfindahl") == pytest.approx((25 + 16) / 81)


def test_without_a_list_at_the_base_of_the_year_the_change_is_not_known() -> None:
    """The weights of today are said, the change since a day without list is missing."""
    panel = members(FIVE, sessions=DAYS, listed=[[0] * 5, [1] * 5, [1] * 5, [1] * 5])
    found = value(panel, "top_10_weight")
    assert found.parts["change_ytd"].value is None
    assert found.base is None


def test_no_weights_are_said_of_a_last_session_without_list_or_closes() -> None:
    """A list too old, or members without closes on the last session, withhold concentration."""
    old = members(FIVE, sessions=DAYS, listed=[[1] * 5, [1] * 5, [1] * 5, [0] * 5])
    assert reason(old, "herfindahl") == "no list of its members is in force on 2026-01-06"
    closes = {name: [*path[:3], math.nan] for name, path in FIVE.items()}
    silent = members(closes, sessions=DAYS)
    assert reason(silent, "herfindahl").startswith("closes are known of 0.0% of its members")
    assert reason(silent, "sector_weight", "energy") == reason(silent, "herfindahl")
    assert value(members(FIVE, sessions=DAYS), "herfindahl").parts["coverage_weight"].value == 1.0


def test_contribution_of_the_ten_largest_worked_by_hand() -> None:
    """On one session the ten add 90 of 100 and the two others 1: 90 points of 91."""
    found = value(twelve(), "contribution_top_10_ytd")
    assert found.value == pytest.approx(90.0)
    assert found.parts["share_of_move"].value == pytest.approx(90 / 91)
    assert found.parts["weight"].value == pytest.approx(0.9)
    assert value(twelve(), "contribution_top_50_ytd").value == pytest.approx(91.0)


def test_of_a_move_close_to_nothing_no_shares_are_said() -> None:
    """With -0.1 point from the ten and +1 from the others there is a move to share; with -0.9 there
    is hardly one."""
    some = value(twelve(1 - 0.001 / 0.9), "contribution_top_10_ytd")
    assert some.parts["share_of_move"].value == pytest.approx(-0.1 / 0.9)
    none = value(twelve(1 - 0.009 / 0.9), "contribution_top_10_ytd")
    assert none.value == pytest.approx(-0.9)
    assert none.parts["share_of_move"].value is None


def test_return_without_the_ten_largest_worked_by_hand() -> None:
    """The two others rose by a tenth, all of them by 91%."""
    found = value(twelve(), "return_without_top_10_ytd")
    assert found.value == pytest.approx(0.1)
    assert found.parts["all_members"].value == pytest.approx(0.91)
    assert found.parts["difference"].value == pytest.approx(-81.0)
    assert found.parts["weight_left_out"].value == pytest.approx(0.9)


def test_an_index_of_ten_has_no_return_without_its_ten_largest() -> None:
    """Where nobody is left the figure says so."""
    told = reason(five(), "return_without_top_10_ytd")
    assert told.startswith("no member is left without the ten largest")


def test_the_largest_are_those_of_the_base_and_not_of_today() -> None:
    """A small company that grew a hundredfold is not left out: it was not among the ten then."""
    closes = {f"L{n}": [9.0, 9, 9, 9] for n in range(10)}
    closes |= {"S0": [5.0, 5, 5, 500], "S1": [5.0, 5, 5, 5]}
    found = value(members(closes, sessions=DAYS), "return_without_top_10_ytd")
    assert found.value == pytest.approx(49.5)


@given(st.integers(0, 10_000))
def test_concentration_is_that_of_plain_loops(seed: int) -> None:
    """Weights of companies by a dictionary; contributions of the largest by looking them up."""
    rng = np.random.default_rng(seed)
    panel = random_members(rng, last_sessions(14, "2026-01-16"), 60, gaps=0.005, turnover=0.02)
    classes = rng.integers(0, 3, 60)
    names = [f"CO {n // 2} CLASS A" if classes[n] else f"LINE {n}" for n in range(60)]
    symbols = tuple(f"{n // 2:03}-{n % 2}" for n in range(60))
    panel = replace(panel, names=tuple(names), symbols=symbols)
    names = ("top_10_weight", "herfindahl", "contribution_top_10_ytd", "member_contributions")
    found = results(*names, as_of="2026-01-16", members={"russell_2000": panel})
    sizes: dict[str, float] = {}
    for name, weight in zip(panel.names, panel.weights[-1], strict=True):
        sizes[company(name)] = sizes.get(company(name), 0.0) + weight
    top, squares = found["top_10_weight"]["russell_2000"], found["herfindahl"]["russell_2000"]
    if isinstance(top, Value):
        assert top.value == pytest.approx(sum(sorted(sizes.values())[-10:]))
        assert squares.value == pytest.approx(sum(size**2 for size in sizes.values()))
    one = found["member_contributions"]["ytd"]["russell_2000"]
    if isinstance(one, Withheld):
        return
    base: dict[str, float] = {}
    added: dict[str, float] = {}
    for line, name in enumerate(panel.names):
        known = one.period.known[line]
        base[company(name)] = base.get(company(name), 0.0) + known * one.period.sized[line]
        added[company(name)] = added.get(company(name), 0.0) + known * one.shares[line]
    largest = sorted(base, key=lambda name: -base[name])[:10]
    made = found["contribution_top_10_ytd"]["russell_2000"]
    assert made.value == pytest.approx(100 * sum(added[name] for name in largest))
