"""Verbs by size, and the words of comparison."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import wording
from generator.facts import Reference, show
from generator.wording import direction, filled, long_beside, week_beside, week_verb, year_beside

UP = ["edged up", "rose", "climbed", "jumped", "soared"]
DOWN = ["slipped", "fell", "dropped", "tumbled", "plunged"]
moves = st.floats(-0.3, 0.3)


@pytest.mark.parametrize(
    ("change", "verbs"),
    [
        (0.0001, ("edged up", "slipped")),
        (0.00499, ("edged up", "slipped")),
        (0.005, ("rose", "fell")),
        (0.0199, ("rose", "fell")),
        (0.02, ("climbed", "dropped")),
        (0.04, ("jumped", "tumbled")),
        (0.0699, ("jumped", "tumbled")),
        (0.07, ("soared", "plunged")),
        (0.2, ("soared", "plunged")),
    ],
)
def test_a_verb_of_its_own_for_each_size(change: float, verbs: tuple[str, str]) -> None:
    """The scale has fixed bounds and is the same up and down."""
    assert (week_verb(change), week_verb(-change)) == verbs


@given(moves.filter(bool), moves.filter(bool))
def test_a_larger_move_has_no_weaker_verb(one: float, other: float) -> None:
    """The scale only goes up."""
    for scale, sign in ((UP, 1), (DOWN, -1)):
        small, large = sorted((abs(one), abs(other)))
        assert scale.index(week_verb(sign * small)) <= scale.index(week_verb(sign * large))


@given(moves, st.sampled_from(["fraction", "pp"]))
def test_what_prints_as_zero_has_no_direction(value: float, unit: str) -> None:
    """Direction is that of the print."""
    shown = show(value, unit)
    assert direction(value, unit) == (1 if shown[0] == "+" else -1 if shown[0] == "−" else 0)


@given(moves, moves, st.booleans())
def test_every_week_can_be_told(own: float, other: float, record: bool) -> None:
    """The template names who did better, and its fields are those that are promised."""
    told = week_beside(own, other, 100 * (own - other), record=record).format(
        own="OWN", other="OTHER", gap="GAP", benchmark="IT", when="", week="the week "
    )
    assert "IT" in told and "  " not in told
    assert ("OWN" in told) == (direction(own, "fraction") != 0)
    if "GAP more" in told or "beating" in told:
        assert abs(own) > abs(other)
    if "GAP less" in told or "lagged" in told or "held up" in told:
        assert abs(own) < abs(other)


@given(moves, moves)
def test_a_long_time_is_told_with_plain_verbs(own: float, other: float) -> None:
    """More and less are those of the sizes, whichever way both went."""
    told = long_beside(own, other, 100 * (own - other))
    if " more than" in told or " less than" in told:
        assert own * other > 0
        assert (abs(own) > abs(other)) == (" more than" in told)
    assert not any(verb in told for verb in (*UP, *DOWN) if verb not in ("rose", "fell"))


@given(moves, moves, st.booleans(), st.booleans())
def test_the_year_says_who_is_ahead(own: float, other: float, over: bool, brief: bool) -> None:
    """Ahead and behind follow the sign of the difference; a brief year has one number."""
    told = year_beside(own, other, 100 * (own - other), over=over, brief=brief)
    if "ahead of" in told:
        assert own > other
    if "behind" in told or "trail" in told:
        assert own < other
    if brief:
        assert "{gap}" not in told and "{other}" not in told
    assert told.startswith("ended" if over else "are")


def test_fields_may_be_sentences() -> None:
    """A field can hold several pieces, and an empty one leaves nothing."""
    year = Reference("return_ytd", "russell_2000")
    assert filled("up {own}{when}{rest}", own=(year, " or so"), when="", rest=()) == (
        "up ",
        year,
        " or so",
    )


def test_the_examples_are_true() -> None:
    """The examples in the docstrings run and give what they say."""
    result = doctest.testmod(wording)
    assert result.attempted >= 3 and result.failed == 0
