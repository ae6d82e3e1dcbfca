"""Outlook and risks: conditions at, above and below their threshold, or of what is not known."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support_conditions import KNOWN, HandMade, asserted, called, condition, past, risk
from support_project import REPOSITORY

from generator.facts import Figure, Part, Value
from generator.outlook import (
    Condition,
    ConditionState,
    Risk,
    conditions,
    metrics_of,
    read_outlook,
    read_risks,
)


def _states(*entries: Condition | Risk, seen: HandMade) -> tuple[ConditionState, ...]:
    return conditions(entries, seen, as_of=seen.last, name=called)


def _rsi(value: float, **relation: Any) -> ConditionState:
    entry = condition(asserts=(asserted("rsi_14_daily.russell_2000", **relation),), weekly_move=4)
    (state,) = _states(entry, seen=past(rsi_14_daily__russell_2000=value))
    return state


@pytest.mark.parametrize(
    ("value", "relation", "standing", "distance"),
    [
        (70.0, {"at_least": "70"}, "holds, at the threshold", ""),
        (70.0, {"over": "70"}, "does not hold, at the threshold", ""),
        (70.0, {"at_most": "70"}, "holds, at the threshold", ""),
        (70.0, {"under": "70"}, "does not hold, at the threshold", ""),
        (69.98, {"at_least": "70"}, "does not hold, at the threshold", ""),
        (71.26, {"at_least": "70"}, "holds, by 1.3", "+1.3"),
        (62.0, {"at_least": "70"}, "does not hold, by 8.0", "−8.0"),
        (62.0, {"under": "70"}, "holds, by 8.0", "−8.0"),
    ],
)
def test_a_condition_at_above_and_below_its_threshold(
    value: float, relation: dict[str, str], standing: str, distance: str
) -> None:
    """`over` and `under` leave the threshold out; what no digit shows is said to be at it."""
    state = _rsi(value, **relation)
    assert (state.told(), state.distance) == (standing, distance)
    assert state.mark == ("holds" if standing.startswith("holds") else "fails")
    assert state.weeks == pytest.approx(abs(value - 70) / 4)
    assert state.told("show").startswith("shows" if state.holds else "does not show")


@pytest.mark.parametrize(
    ("figure", "part", "value", "relation", "distance", "weeks"),
    [
        ("sma_200", "distance", 0.0831, {"over": "0%"}, "+8.31 pp", 4.155),
        ("relative_return_3m", None, -1.5, {"over": "0 pp"}, "−1.50 pp", 0.75),
        ("realised_volatility_21", None, 0.184, {"over": "25%"}, "−6.6 pp", 3.3),
        ("rvx_vix_ratio", None, 1.52, {"over": "1.40×"}, "+0.12×", 0.06),
        ("outperformance_streak_weeks", None, 5, {"at_least": "3"}, "+2", 1.0),
    ],
)
def test_the_distance_is_in_the_figure_s_unit(
    figure: str,
    part: str | None,
    value: float,
    relation: dict[str, str],
    distance: str,
    weeks: float,
) -> None:
    """Returns differ by percentage points; a week's move is counted in what is printed."""
    whole: Figure = Value(value)
    if part:
        whole = Value(2400.0, parts={part: Part(value, "fraction")})
    entry = condition(
        asserts=(asserted(f"{figure}.russell_2000", part=part, **relation),), weekly_move=2
    )
    (state,) = _states(entry, seen=past(**{f"{figure}__russell_2000": whole}))
    assert state.distance == distance
    assert state.weeks == pytest.approx(weeks)


def test_two_figures_are_held_against_each_other() -> None:
    """The distance is how far apart they are; a tie is not ahead."""
    entry = condition(
        asserts=(asserted("sma_50.russell_2000", ahead_of="sma_200.russell_2000"),), weekly_move=8
    )
    for fast, standing in (
        (2410.5, "holds, by 10.50"),
        (2400.0, "does not hold, at the threshold"),
    ):
        seen = past(sma_50__russell_2000=fast, sma_200__russell_2000=2400.0)
        (state,) = _states(entry, seen=seen)
        assert state.told() == standing
        assert state.outcome.other is not None and state.outcome.other.value == 2400.0


def test_words_hold_or_do_not_and_have_no_distance() -> None:
    """A state is not near to another."""
    entry = condition(
        asserts=(asserted("base_breakout.russell_2000", **{"is": "confirmed"}),), weekly_move=1
    )
    for word, standing in (("confirmed", "holds"), ("testing", "does not hold")):
        (state,) = _states(entry, seen=past(base_breakout__russell_2000=word))
        assert (state.told(), state.distance, state.weeks) == (standing, "", None)


def test_a_withheld_figure_cannot_be_told_and_says_why() -> None:
    """Neither side gains from what is missing."""
    gone = condition(asserts=(asserted("latest_observation.gdp_nowcast", at_least="2%"),))
    pair = condition(asserts=(asserted("close.russell_2000", ahead_of="close.sp_500"),))
    for state in _states(gone, pair, seen=past(close__russell_2000=2600.0)):
        assert (state.holds, state.told(), state.mark) == (None, "cannot be told", "unknown")
        assert (state.distance, state.weeks) == ("", None)
        assert str(state.outcome.reason).endswith(": it is not there")
        assert state.parts == () or state.condition is pair


def test_a_risk_gives_a_state_for_each_of_its_figures() -> None:
    """In the order of the file, each with the parts that its figure has."""
    two = (
        asserted("rvx.russell_2000", over="30"),
        asserted("rvx_vix_ratio.russell_2000", over="2"),
    )
    rvx = Value(31.5, parts={"share_lower": Part(0.9, "share")})
    seen = past(rvx__russell_2000=rvx, rvx_vix_ratio__russell_2000=1.1)
    states = _states(risk("a"), risk("b", asserts=two), seen=seen)
    assert [state.condition.id for state in states] == ["a", "b", "b"]
    assert [state.holds for state in states] == [True, True, False]
    assert [state.parts for state in states] == [("share_lower",), ("share_lower",), ()]
    assert {state.weeks for state in states} == {None}
    assert seen.asked == {seen.last}


def test_pages_of_conditions_print_what_both_sides_of_a_relation_name() -> None:
    """Templates do not name these figures, so that they are asked for here."""
    pair = asserted("sma_50.russell_2000", ahead_of="sma_200.russell_2000")
    assert metrics_of([condition(), risk(), condition(asserts=(pair,))]) == {
        "rsi_14_daily",
        "rvx",
        "sma_50",
        "sma_200",
    }


OUTLOOK = """\
- id: above
  side: bull
  statement: It is above
  asserts:
    - {figure: rsi_14_daily.russell_2000, at_least: "70"}
  weekly_move: 4
  why: People look at it.
"""
RISKS = """\
- id: thin
  title: Thin markets
  statement: Shares are hard to sell.
  asserts:
    - {figure: rvx.russell_2000, over: "30"}
    - {figure: rvx_vix_ratio.russell_2000, over: "1.4"}
  why: Traders look at it.
  unseen: Spreads are not known.
"""


def _mistakes(folder: Path, name: str, text: str) -> list[str]:
    (folder / "content").mkdir(exist_ok=True)
    (folder / f"content/{name}.yml").write_text(text, encoding="utf-8")
    read = read_outlook if name == "outlook" else read_risks
    return [str(one).removeprefix(f"content/{name}.yml:") for one in read(folder, KNOWN)[1]]


def test_every_mistake_in_the_outlook_is_told_at_once(tmp_path: Path) -> None:
    """Sides, thresholds, days, names and ids, each with its line."""
    other = OUTLOOK.replace("id: above", "id: other")
    text = (
        OUTLOOK
        + OUTLOOK.replace("bull", "bul").replace("weekly_move: 4", "weekly_move: 0")
        + other.replace('"70"}', '"70", ever_since: 2026-01-02}').replace("daily", "dayly")
        + other.replace("other", "fourth").replace('"70"', "70%")
        + other.replace("other", "fifth").replace("at_least", "atleast").replace("why", "because")
    )
    assert _mistakes(tmp_path, "outlook", text) == [
        "8: the id 'above' stands twice, first on line 1",
        "9: '1.side' is 'bul': Input should be 'bull' or 'bear'",
        "13: '1.weekly_move' is 0: Input should be greater than 0",
        "29: '4.why' is missing",
        "33: '4.asserts.0.atleast' is not known; did you mean 'at_least'?",
        "35: '4.because' is not known",
        "19: a condition is about the edition's own day: leave out 'ever_since'",
        "19: there is no figure 'rsi_14_dayly'; did you mean 'rsi_14_daily'?",
        "26: '70%' is in %, the figure wants no unit",
    ]


def test_every_mistake_in_the_risks_is_told_at_once(tmp_path: Path) -> None:
    """The second of two figures has its own line; a risk without figures is none."""
    empty = RISKS.replace("id: thin", "id: none")
    lines = empty.splitlines(keepends=True)
    text = RISKS.replace("rvx_vix_ratio.russell_2000", "rvx_vix_ratio.russell_200")
    text += "".join([*lines[:3], "  asserts: []\n", lines[6], "  unseen: ' '\n"])
    assert _mistakes(tmp_path, "risks", text) == [
        "12: '1.asserts' is []: Value error, a risk shows in at least one figure",
        "14: '1.unseen' is ' ': Value error, it must be words on one line",
        "6: there is no series 'russell_200'; did you mean 'russell_2000'?",
    ]


def test_the_project_s_own_outlook_is_balanced() -> None:
    """As many conditions on both sides, at least four, and no figure that stands on both."""
    found, mistakes = read_outlook(REPOSITORY, KNOWN)
    assert mistakes == []
    count = Counter(one.side for one in found)
    assert count["bull"] == count["bear"] >= 4
    by_side = {
        side: {(a.figure, a.part) for one in found if one.side == side for a in one.asserts}
        for side in count
    }
    assert by_side["bull"].isdisjoint(by_side["bear"])


def test_the_project_s_own_risks_are_those_that_the_report_promises() -> None:
    """Each with its figures, and with what is not seen of it."""
    found, mistakes = read_risks(REPOSITORY, KNOWN)
    assert mistakes == []
    assert [one.id for one in found] == [
        "overbought",
        "policy-surprise",
        "liquidity",
        "concentration",
        "refinancing",
    ]
    outlook, _ = read_outlook(REPOSITORY)
    assert not {one.id for one in outlook} & {one.id for one in found}


def test_a_project_without_the_files_has_no_conditions(tmp_path: Path) -> None:
    """There is nothing to hold figures against."""
    assert read_outlook(tmp_path) == ((), []) == read_risks(tmp_path)
    assert _states(seen=past(date(2026, 1, 16))) == ()
