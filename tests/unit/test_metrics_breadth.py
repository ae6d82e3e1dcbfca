"""Breadth worked by hand, and what it must not fall for."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from support import last_sessions, universe
from support_members import END, figures, members, node

from generator.facts import Value, Withheld

NAN = math.nan
SMALL, LARGE = "russell_2000", "sp_500"


def value(name: str, *panels, subject: str = SMALL, **more) -> Value:
    found = figures(name, *panels, **more)[subject]
    assert isinstance(found, Value), found
    return found


def reason(name: str, *panels, subject: str = SMALL, **more) -> str:
    found = figures(name, *panels, **more)[subject]
    assert isinstance(found, Withheld), found
    return found.reason


def parts(found: Value) -> dict[str, object]:
    return {name: part.value for name, part in found.parts.items()}


# Above the average


def fifty() -> dict[str, list[float]]:
    """Five members over 51 sessions, of which the last 50 count.

    FLAT closes at 10 throughout: on its mean. RISES at 10 and then 11: mean 10.02. FALLS at 10 and
    then 9: mean 9.98. CLIMBS from 0.5 by 0.5 a session to 25.5: mean of the last fifty 13.25. HOLE
    rises too, but has no close on one of the last fifty sessions.
    """
    hole = [10.0] * 50 + [12.0]
    hole[20] = NAN
    return {
        "FLAT": [10.0] * 51,
        "RISES": [10.0] * 50 + [11.0],
        "FALLS": [10.0] * 50 + [9.0],
        "CLIMBS": [0.5 * (n + 1) for n in range(51)],
        "HOLE": hole,
    }


def test_share_above_the_average_by_hand() -> None:
    """Of four members with fifty closes two are above their mean; the fifth is not counted."""
    found = value("share_above_sma_50", members(fifty(), weights=[4, 1, 1, 1, 1]), floor=0.8)
    assert found.value == 0.5
    assert parts(found) == {
        "members": 5,
        "with_data": 4,
        "coverage_members": 0.8,
        "coverage_weight": 7 / 8,
        "list_day": date(2026, 1, 16),
        "change_1w": None,
        "share_lower": 1.0,
        "history_sessions": 1,
        "history_start": last_sessions(2, END)[0].date(),
    }


def test_a_member_needs_every_one_of_its_closes() -> None:
    """One missing close in fifty takes a member out, one missing close before them does not."""
    closes = fifty()
    closes["HOLE"] = [NAN] + [10.0] * 49 + [12.0]
    found = value("share_above_sma_50", members(closes))
    assert (found.value, parts(found)["with_data"]) == (3 / 5, 5)


@pytest.mark.parametrize("level", [0.1, 0.7, 1 / 3, 1234567.89])
def test_a_close_that_never_moved_is_not_above_its_average(level: float) -> None:
    """No rounding error decides about a member whose closes are all the same."""
    found = value("share_above_sma_200", members(np.full((230, 3), level)))
    assert found.value == 0.0
    assert parts(found)["with_data"] == 3


def test_an_average_knows_nothing_of_what_came_before_its_window() -> None:
    """Closes in the millions before reverse splits leave no trace in later averages."""
    closes = np.full((260, 1), 1.0)
    closes[:55, 0] = np.linspace(9e9, 3.3, 55)
    assert value("share_above_sma_200", members(closes)).value == 0.0
    closes[-1] += 1e-6
    assert value("share_above_sma_200", members(closes)).value == 1.0


def test_place_in_the_history_and_change_on_the_week_by_hand() -> None:
    """Four sessions have an average. Shares of members above it: 1, 1/2, 0, then 1/2.

    All closes before are 10, so that the means stay within 0.1 of it. The last session is a
    Tuesday, so the week's base is the Friday, the second of the four.
    """
    closes = np.full((53, 2), 10.0)
    closes[49:] = [[11.0, 11.0], [12.0, 9.0], [9.0, 9.0], [12.0, 9.0]]
    found = value("share_above_sma_50", members(closes, end="2026-01-13"))
    assert found.value == 0.5
    assert (parts(found)["share_lower"], parts(found)["history_sessions"]) == (1 / 3, 3)
    assert parts(found)["change_1w"] == 0.0
    assert parts(found)["history_start"] == date(2026, 1, 8)
    later = value("share_above_sma_50", members(closes[:52], end="2026-01-12"))
    assert (later.value, parts(later)["change_1w"], parts(later)["share_lower"]) == (0, -50, 0)


def test_the_base_of_the_week_has_its_own_members() -> None:
    """On the base a list of fallers was in force, now one of risers: from none above to all.

    Today's list on the base would have said that nothing changed.
    """
    falls, rises = np.linspace(80, 20, 60), np.linspace(20, 80, 60)
    closes = np.column_stack([falls, rises])
    listed = np.column_stack([np.arange(60) < 57, np.arange(60) >= 57])
    found = value("share_above_sma_50", members(closes, listed=listed))
    assert (found.value, parts(found)["change_1w"]) == (1.0, 100.0)
    history = node("breadth_history", members(closes, listed=listed))[SMALL]
    assert history["share_above_sma_50"].iloc[-4:].tolist() == [0.0, 1.0, 1.0, 1.0]


# Advances and declines


def test_advances_and_declines_by_hand() -> None:
    """Two rose, one fell, one stood still, one has no close today and one had none yesterday."""
    closes = [[10, 10, 10, 10, 10, NAN], [11, 10.01, 9, 10, NAN, 10]]
    panel = members(closes, weights=[1, 2, 3, 4, 5, 5])
    up, down = value("advances", panel, floor=0.5), value("declines", panel, floor=0.5)
    assert (up.value, down.value) == (2, 1)
    assert up.parts == down.parts
    assert parts(up) == {
        "unchanged": 1,
        "without_data": 2,
        "members": 6,
        "with_data": 4,
        "coverage_members": 4 / 6,
        "coverage_weight": 0.5,
        "list_day": date(2026, 1, 16),
    }


def test_a_second_share_class_is_not_counted_but_weighs() -> None:
    """Two classes of one company that both rose are one advance; their weight is both's."""
    panel = members([[10, 10, 10], [11, 11, NAN]], weights=[5, 4, 1], counted=[[True, False, True]])
    found = value("advances", panel, floor=0.5)
    assert (found.value, parts(found)["members"], parts(found)["with_data"]) == (1, 2, 1)
    assert parts(found)["coverage_weight"] == pytest.approx(0.9)


def test_line_adds_advances_minus_declines_from_the_first_list() -> None:
    """Net advances of 1, −2, 2 since the list: 1. What came before the list is not in it."""
    closes = [[10, 10], [11, 11], [12, 11], [11, 10], [12, 11]]
    listed = [[False] * 2] * 2 + [[True] * 2] * 3
    found = value("advance_decline_line", members(closes, listed=listed))
    assert found.value == 1
    assert parts(found)["history_start"] == last_sessions(3, END)[0].date()
    assert parts(found)["change_1w"] is None
    assert found.warnings == ()


def test_change_of_the_line_is_that_since_the_week_before() -> None:
    """The week to 16 January 2026 has five sessions; what was before is in the line alone."""
    closes = np.array([[10.0], [11.0], [12.0], [13.0], [12.0], [13.0], [14.0], [15.0]])
    found = value("advance_decline_line", members(closes))
    assert (found.value, parts(found)["change_1w"]) == (5, 3)


def test_a_session_without_closes_is_withheld_and_not_nought() -> None:
    """All members missing on the last session: no figure of that day, and the reason says so."""
    closes = np.linspace(10, 20, 300)[:, None] * np.ones(4)
    closes[-1] = NAN
    why = "closes are known of 0.0% of its members and 0.0% of their weight, and 90.0% are needed"
    for name in ("advances", "declines", "advance_decline_line", "new_highs_52w"):
        assert reason(name, members(closes)) == why
    for name in ("share_above_sma_50", "share_above_sma_200", "share_up_ytd", "breadth_thrust"):
        assert reason(name, members(closes)) == why
    assert value("coverage_members", members(closes)).value == 0.0


def test_a_session_without_closes_in_the_past_is_told() -> None:
    """It and the one after it, which has nothing to compare with, add nothing to the line."""
    closes = np.linspace(10, 20, 12)[:, None] * np.ones(4)
    closes[8] = NAN
    found = value("advance_decline_line", members(closes))
    days = last_sessions(4, END)
    assert found.value == 4 * (12 - 1 - 2)
    assert parts(found)["change_1w"] is None
    assert found.warnings == (
        f"2 sessions, the last of them {days[1].date()}, add nothing: closes of too few members "
        "are known",
    )
    history = node("breadth_history", members(closes))[SMALL]
    assert history["advance_decline_line"].isna().tolist()[-4:] == [True, True, False, False]
    assert history["net_advances"].tolist()[-2:] == [4.0, 4.0]


# Highs and lows


def test_new_highs_and_lows_are_strict() -> None:
    """Above all of 251 closes, equal to one of them, below all, equal to the lowest."""
    closes = np.full((253, 5), 10.0)
    closes[100] = [12.0, 12.0, 8.0, 8.0, 10.0]
    closes[-1] = [12.01, 12.0, 7.99, 8.0, 10.0]
    panel = members(closes)
    assert value("new_highs_52w", panel).value == 1
    assert value("new_lows_52w", panel).value == 1
    assert value("new_highs_minus_lows_52w", panel).value == 0


def test_a_high_of_more_than_252_sessions_ago_does_not_count() -> None:
    """The window is the last close and the 251 before it, no more and no less."""
    closes = np.full((253, 2), 10.0)
    closes[0, 0], closes[1, 1] = 99.0, 99.0
    closes[-1] = 11.0
    assert value("new_highs_52w", members(closes)).value == 1


def test_a_member_without_252_closes_has_no_high() -> None:
    """A young member and one with a hole are not counted, however high they are."""
    closes = np.full((253, 20), 10.0)
    closes[:2, 0], closes[77, 1] = NAN, NAN
    closes[-1] = 11.0
    found = value("new_highs_52w", members(closes))
    assert (found.value, parts(found)["with_data"], parts(found)["members"]) == (18, 18, 20)
    assert reason("new_highs_52w", members(closes[2:])).startswith("closes are known of 0.0%")


# Up, and ahead of the index


def test_members_up_and_ahead_of_the_index_by_hand() -> None:
    """The index rose from 100 to 104, of five members two rose by more and one as much.

    The week's base is 9 January 2026, five sessions back.
    """
    closes = np.full((6, 5), 50.0)
    closes[-1] = [55.0, 52.0, 51.0, 52.5, 49.0]
    levels = {SMALL: [100, 99, 98, 97, 96, 104]}
    panel = members(closes)
    up = value("share_up_1w", panel, closes=levels)
    ahead = value("share_beating_index_1w", panel, closes=levels)
    assert (up.value, ahead.value) == (0.8, 0.4)
    assert up.base == ahead.base == date(2026, 1, 9)
    assert parts(ahead)["index_return"] == pytest.approx(0.04)


def test_only_members_with_both_closes_are_up_or_not() -> None:
    """One that came to market within the period is in neither count; one that stood still in one.

    A company that left the list before the last session is not among the members.
    """
    closes = [[10, 10, NAN, 10]] * 5 + [[11, 10, 30, 99]]
    listed = [[True, True, True, True]] * 5 + [[True, True, True, False]]
    panel = members(closes, listed=listed, weights=[1, 1, 1, 1])
    found = value("share_up_1w", panel, floor=0.5)
    assert (found.value, parts(found)["with_data"], parts(found)["members"]) == (0.5, 2, 3)


def test_without_the_index_nobody_is_ahead_of_it() -> None:
    """The reason for the index being absent is the figure's; members up do not need it."""
    closes = np.full((6, 5), 50.0)
    closes[-1] = 51.0
    panel = members(closes)
    assert reason("share_beating_index_1w", panel, closes={LARGE: [1] * 6}).startswith(
        "the index: "
    )
    assert value("share_up_1w", panel, closes={LARGE: [1] * 6}).value == 1.0


def test_a_base_without_closes_of_members_is_said() -> None:
    """Members whose closes begin within the year have no share up on the year."""
    panel = members(np.full((4, 2), 10.0))
    assert reason("share_up_ytd", panel) == "the base lies before the history of sessions"


# Coverage


def test_coverage_is_by_companies_and_by_weight() -> None:
    """Three companies, one with two classes; the second class and one company have no close."""
    closes = [[10, 10, 10, 10], [11, NAN, 11, NAN]]
    panel = members(closes, weights=[40, 10, 30, 20], counted=[[True, False, True, True]])
    by_count, by_weight = value("coverage_members", panel), value("coverage_weight", panel)
    assert by_count.value == 2 / 3
    assert by_weight.value == pytest.approx(0.7)
    assert by_count.parts == by_weight.parts
    assert parts(by_count) == {
        "listed": 4,
        "companies": 3,
        "with_close": 2,
        "list_day": date(2026, 1, 16),
        "history_start": date(2026, 1, 15),
    }


def test_the_floor_is_of_both_count_and_weight() -> None:
    """Nine of ten are enough; nine of ten with half the weight are not; eight of ten are not."""
    closes = np.full((2, 10), 10.0)
    closes[1, 0] = NAN
    assert value("advances", members(closes)).value == 0
    heavy = members(closes, weights=[9, *[1] * 9])
    assert reason("advances", heavy) == (
        "closes are known of 90.0% of its members and 50.0% of their weight, and 90.0% are needed"
    )
    closes[1, 1] = NAN
    light = members(closes, weights=[0.01, 0.01, *[1] * 8])
    assert reason("advances", light).startswith("closes are known of 80.0% of its members and 99.8")


def test_without_weights_counts_go_on_with_a_warning() -> None:
    """What needs weights is withheld, the others say what they are counted over."""
    closes = np.full((60, 4), 10.0)
    panel = members(closes, weighted=False)
    assert reason("coverage_weight", panel) == "the lists of its members have no weights"
    for name in ("advances", "share_above_sma_50", "share_up_1w", "coverage_members"):
        found = value(name, panel)
        assert any("those that a file has a close of" in w for w in found.warnings)
    assert parts(value("advances", panel))["coverage_weight"] is None
    for name in ("advances", "coverage_members"):
        assert parts(value(name, panel))["list_day"] is None
    assert value("advances", members(closes)).warnings == ()


def test_without_a_list_the_reason_is_that_of_the_members() -> None:
    """One index can be known where the other is not."""
    known = members(np.full((260, 3), 10.0))
    unknown = Withheld("the snapshot holds no holdings of funds")
    for name in ("share_above_sma_50", "advances", "share_up_1w", "breadth_thrust"):
        found = figures(name, known, unknown)
        assert found[LARGE] == unknown
    assert isinstance(found[SMALL], Withheld) and isinstance(value("advances", known), Value)
    assert node("breadth_history", known, unknown)[LARGE] == unknown


def test_no_list_in_force_on_the_last_session_is_said() -> None:
    """A list that ended, closes that end a day early, and closes of nobody today."""
    closes = np.full((3, 2), 10.0)
    ended = members(closes, listed=[[True] * 2] * 2 + [[False] * 2])
    assert reason("advances", ended) == (
        "no list of its members was in force on the last session 2026-01-16"
    )
    early = members(closes, end="2026-01-15")
    assert reason("advances", early, as_of="2026-01-16") == (
        "there are no closes of its members on the last session 2026-01-16"
    )
    days = [date(2026, 1, 14), date(2026, 1, 15), date(2026, 1, 16)]
    nobody = members(closes, listed=ended.listed, lists=days, weighted=False)
    assert reason("coverage_members", nobody) == (
        "none of its members has a close on the last session 2026-01-16"
    )


# The histories


def test_history_ends_with_the_figures_and_has_two_years() -> None:
    """The last row is what the figures say; sessions without a list or an average are empty."""
    rng = np.random.default_rng(5)
    closes = 50 * np.exp(rng.normal(0, 0.02, (600, 30)).cumsum(axis=0))
    listed = np.arange(600)[:, None] >= 150
    panel = members(closes, listed=np.broadcast_to(listed, closes.shape))
    history = node("breadth_history", panel)[SMALL]
    assert len(history) == 504 and history.index[-1] == panel.sessions[-1]
    last = history.iloc[-1]
    assert last["share_above_sma_50"] == value("share_above_sma_50", panel).value
    assert last["share_above_sma_200"] == value("share_above_sma_200", panel).value
    assert last["advance_decline_line"] == value("advance_decline_line", panel).value
    assert last["highs_minus_lows"] == value("new_highs_minus_lows_52w", panel).value
    assert last["coverage"] == 1.0
    net = value("advances", panel).value - value("declines", panel).value
    assert last["net_advances"] == net
    first = 600 - 504
    empty = history.isna().sum()
    assert empty["coverage"] == empty["advance_decline_line"] == 150 - first
    assert empty["share_above_sma_200"] == 199 - first
    assert empty["highs_minus_lows"] == 251 - first


def test_both_indexes_are_told() -> None:
    """Every figure has the indexes whose members the universe follows."""
    panels = [members(np.full((2, 3), 10.0), subject=s) for s in universe().members]
    assert list(figures("advances", *panels)) == list(universe().members) == [SMALL, LARGE]
