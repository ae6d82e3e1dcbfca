"""Printed values, their tolerance, and assertions of figures as seen on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import yaml
from pydantic import ValidationError
from support import path, sessions, snapshot, universe
from support_checking import claim, past_of, stepped, told, verdict

from generator.assertions import Assertion, complaints, evaluate, needs
from generator.errors import ReportError
from generator.past import SnapshotPast
from generator.printed import compare, misfit, read_printed, show_difference, show_precisely


@pytest.mark.parametrize(
    ("text", "number", "digits", "unit"),
    [
        ("7.9%", "7.9", 1, "%"),
        ("-1.32%", "-1.32", 2, "%"),
        ("−1.32%", "-1.32", 2, "%"),
        ("+236.16", "236.16", 2, ""),
        ("2,624.22", "2624.22", 2, ""),
        ("12,345,678", "12345678", 0, ""),
        ("0.5 pp", "0.5", 1, "pp"),
        ("10 sessions", "10", 0, "sessions"),
        ("$61.20", "61.20", 2, "$"),
        ("1.4×", "1.4", 1, "×"),
    ],
)
def test_numbers_are_read_as_printed(text: str, number: str, digits: int, unit: str) -> None:
    """Signs, separators of thousands, decimals and units are read as people write them."""
    found = read_printed(text)
    assert (found.number, found.digits, found.unit) == (Decimal(number), digits, unit)


@pytest.mark.parametrize("text", ["Nasdaq", "1,23", "12,34.5", "7.9.1%", "", "%"])
def test_what_is_no_number_is_words(text: str) -> None:
    """A misplaced separator does not make another number."""
    assert read_printed(text).number is None


@pytest.mark.parametrize(
    ("relation", "printed", "value", "holds"),
    [
        ("is", "7.9%", 0.0785, True),
        ("is", "7.9%", 0.0795, True),
        ("is", "7.9%", 0.07849, False),
        ("is", "7.9%", 0.07951, False),
        ("is", "-1.3%", -0.0132, True),
        ("is", "1.3%", -0.0132, False),
        ("about", "7.9%", 0.078, True),
        ("about", "7.9%", 0.080, True),
        ("about", "7.9%", 0.0801, False),
        ("about", "0%", -0.01, True),
        ("about", "0%", -0.0132, False),
        ("over", "7%", 0.0701, True),
        ("over", "7%", 1.07 - 1, False),
        ("under", "7%", 1.07 - 1, False),
        ("under", "7%", 0.0699, True),
        ("at_least", "7%", 1.07 - 1, True),
        ("at_least", "7%", 0.0699, False),
        ("at_most", "7%", 1.07 - 1, True),
        ("at_most", "7%", 0.0701, False),
    ],
)
def test_tolerance_follows_from_the_digits(
    relation: str, printed: str, value: float, holds: bool
) -> None:
    """Half a unit of the last digit, a whole one, or one side, to the very edge of each."""
    assert compare(value, "fraction", relation, read_printed(printed)).holds is holds


@pytest.mark.parametrize(
    ("printed", "relation", "day", "holds"),
    [
        ("2008-06", "is", date(2008, 6, 6), True),
        ("2008-06", "is", date(2008, 7, 1), False),
        ("2008-06", "about", date(2008, 7, 1), True),
        ("2021-11-08", "is", date(2021, 11, 8), True),
        ("2021-11-08", "is", date(2021, 11, 9), False),
        ("2020", "is", date(2020, 12, 31), True),
        ("2020", "at_most", date(2020, 12, 31), True),
        ("2020", "over", date(2020, 12, 31), False),
        ("2023-12", "at_least", date(2023, 12, 1), True),
        ("2023-12", "under", date(2023, 11, 30), True),
    ],
)
def test_days_hold_to_what_was_printed_of_them(
    printed: str, relation: str, day: date, holds: bool
) -> None:
    """A month holds for all its days, a year for all of its."""
    assert compare(day, "date", relation, read_printed(printed)).holds is holds


def test_months_and_days_are_shown_in_words() -> None:
    """What was asserted reads as a sentence would have it."""
    shown = [read_printed(text).shown for text in ("2008-06", "2021-11-08", "-0.3%", "2020")]
    assert shown == ["June 2008", "8 November 2021", "−0.3%", "2020"]


def test_words_are_compared_without_case() -> None:
    """A name is the same name in capitals; another is not."""
    assert compare("Russell 2000", "text", "is", read_printed("russell 2000")).holds
    assert not compare("S&P 500", "text", "is", read_printed("Russell 2000")).holds


def test_enough_digits_to_see_that_it_differs() -> None:
    """1.4458% printed as 1.5% would read 1.45%, which rounds to it: it is shown with one more."""
    found = compare(0.014458, "fraction", "is", read_printed("1.5%"))
    assert (found.holds, found.computed, found.gap) == (False, "+1.446%", "−0.054 pp")
    barely = compare(0.070004, "fraction", "over", read_printed("7%"))
    assert (barely.holds, barely.computed, barely.gap) == (True, "+7.0004%", "")


def test_numbers_are_shown_with_more_digits_than_usual() -> None:
    """Sign and unit stay where they are; a rounded zero has no sign."""
    assert show_precisely(0.0003, "pp", 4) == "+0.0003 pp"
    assert show_precisely(-1234.5678, "points", 3) == "−1,234.568"
    assert show_precisely(0.0, "fraction", 3) == "0.000%"
    assert show_precisely(10, "sessions", 0) == "10"
    assert show_difference(-0.00054, "fraction", 3) == "−0.054 pp"
    assert show_difference(0.0, "points", 2) == ""


@pytest.mark.parametrize(
    ("printed", "unit", "relation", "what"),
    [
        ("about half", "fraction", "is", "'about half' has no digits"),
        ("7.9", "fraction", "is", "the figure wants '%'"),
        ("7.9%", "points", "is", "the figure wants no unit"),
        ("7.9%", "pp", "is", "the figure wants 'pp'"),
        ("June", "date", "is", "no day, month or year"),
        ("Nasdaq", "text", "over", "words can only be"),
    ],
)
def test_values_that_fit_no_unit(printed: str, unit: str, relation: str, what: str) -> None:
    """A value in another unit than its figure's is a mistake, and says which is wanted."""
    assert what in (misfit(read_printed(printed), unit, relation) or "")


def test_one_relation_is_wanted() -> None:
    """An assertion with two relations, or with none, is refused."""
    with pytest.raises(ValidationError, match="2 relations, is and over"):
        Assertion(figure="close.sp_500", is_="1", over="2")
    with pytest.raises(ValidationError, match="no relation"):
        Assertion(figure="close.sp_500")
    with pytest.raises(ValidationError, match="than_on"):
        Assertion(figure="close.sp_500", is_="1", than_on=date(2026, 1, 2))


def test_on_is_read_as_a_key() -> None:
    """YAML takes a bare `on` for a yes; in an assertion it is the day."""
    entry = yaml.safe_load("{figure: close.sp_500, on: 2026-01-15, is: '6,944.47'}")
    found = Assertion.model_validate(entry)
    assert found.on == date(2026, 1, 15)
    assert (found.relation, found.value) == ("is", "6,944.47")


def week() -> SnapshotPast:
    index = sessions("2025-12-31", "2026-01-16")
    known = {"2025-12-31": 2500.0, "2026-01-09": 2550.0, "2026-01-16": 2600.0}
    large = {"2025-12-31": 6800.0, "2026-01-16": 6868.0}
    closes = {"russell_2000": path(index, known), "sp_500": path(index, large)}
    return past_of(snapshot(index, closes))


def test_a_day_without_a_session_means_the_one_before() -> None:
    """A Sunday is seen as the Friday before it."""
    found = told(week(), "2026-01-11", figure="close.russell_2000", is_="2,550.00")
    assert (found.holds, found.as_of) == (True, date(2026, 1, 9))


def test_another_day_than_that_of_the_claim() -> None:
    """`on` takes the place of the day of the claim."""
    found = told(
        week(), "2026-01-16", figure="return_ytd.russell_2000", on=date(2026, 1, 9), is_="2.0%"
    )
    assert (found.holds, found.computed, found.as_of) == (True, "+2.00%", date(2026, 1, 9))


def test_ahead_of_another_figure() -> None:
    """Both figures are shown, and by how much they are apart where it does not hold."""
    figure, other = "return_ytd.russell_2000", "return_ytd.sp_500"
    ahead = told(week(), "2026-01-16", figure=figure, ahead_of=other)
    behind = told(week(), "2026-01-16", figure=figure, behind=other)
    assert (ahead.holds, ahead.computed) == (True, "+4.00% against +1.00%")
    assert (ahead.asserted, ahead.gap) == ("ahead of S&P 500", "")
    assert (behind.holds, behind.gap) == (False, "+3.00 pp")
    assert ahead.difference == pytest.approx(0.03)
    assert ahead.other is not None and ahead.other.id == other


def test_ahead_of_itself_on_an_earlier_day() -> None:
    """A figure can be held against what it was."""
    figure = "close.russell_2000"
    day = date(2026, 1, 9)
    found = told(week(), "2026-01-16", figure=figure, ahead_of=figure, than_on=day)
    assert found.holds
    assert found.asserted == "ahead of its value of 9 January 2026"
    assert found.computed == "2,600.00 against 2,550.00"


def test_equal_figures_are_not_ahead() -> None:
    """A figure is neither ahead of itself nor behind it."""
    figure = "close.russell_2000"
    for words in ({"ahead_of": figure}, {"behind": figure}):
        assert told(week(), "2026-01-16", figure=figure, **words).holds is False


def test_it_is_enough_that_it_held_once() -> None:
    """With `ever_since` the first session on which it held is named; else the nearest."""
    figure, since = "close.russell_2000", date(2026, 1, 5)
    once = told(week(), "2026-01-16", figure=figure, at_least="2,550", ever_since=since)
    never = told(week(), "2026-01-16", figure=figure, at_least="2,700", ever_since=since)
    assert (once.holds, once.as_of) == (True, date(2026, 1, 9))
    assert (never.holds, never.as_of) == (False, date(2026, 1, 16))
    assert once.asserted == "at least 2,550, on a session since 5 January 2026"


def test_what_only_stands_in_decides_nothing_against() -> None:
    """A fund in place of what was meant can agree; that it does not is told, and no verdict."""
    figure, meant = "close.russell_2000", "another index"
    agrees = told(week(), "2026-01-16", figure=figure, over="2,000", stands_in=meant)
    differs = told(week(), "2026-01-16", figure=figure, over="9,000", stands_in=meant)
    assert (agrees.holds, differs.holds, differs.gap) == (True, None, "")
    assert differs.reason is not None
    assert f"which stands in for another index, shows {differs.computed}" in differs.reason


def test_a_day_to_come_cannot_be_told() -> None:
    """What lies after the edition's week has no outcome; the Sunday after it has."""
    figure = {"figure": "close.russell_2000", "over": "1"}
    assert told(week(), "2026-01-19", **figure).reason == "19 January 2026 has not come"
    assert told(week(), "2026-01-18", **figure).holds


def test_a_day_before_the_history_cannot_be_told() -> None:
    """There is no figure before the first session."""
    found = told(week(), "2025-12-30", figure="close.russell_2000", over="1")
    assert (found.holds, found.reason) == (None, "there is no session up to 30 December 2025")


def test_a_withheld_figure_cannot_be_told() -> None:
    """The reason names the series, and there is no value."""
    found = told(week(), "2026-01-16", figure="return_ytd.sp_600", over="1%")
    assert (found.holds, found.computed, found.value) == (None, "", None)
    assert found.reason == "S&P 600: not in this test"


def test_a_part_that_the_figure_does_not_have_cannot_be_told() -> None:
    """Without a run there is nothing that it is the longest since; nor in a first run."""
    streak = "outperformance_streak_sessions.russell_2000"
    index = sessions("2025-12-31", "2026-01-09")
    moves = {"2026-01-08": 1.0, "2026-01-09": -1.0}
    closes = {"russell_2000": stepped(index, moves, 2500), "sp_500": stepped(index, {}, 6800)}
    past = past_of(snapshot(index, closes))
    since = {"figure": streak, "part": "longest_since", "is_": "2008-06"}
    none, first = told(past, "2026-01-09", **since), told(past, "2026-01-08", **since)
    assert none.reason == "sessions ahead in a row of Russell 2000 has no longest since"
    assert first.reason == "there is no longest since in the history at hand"
    assert (none.holds, first.holds) == (None, None)


def test_an_unknown_figure_cannot_be_told() -> None:
    """A figure that a later program may know is no reason to fail."""
    found = told(week(), "2026-01-16", figure="breadth.russell_2000", over="50%")
    assert found.reason == "this report has no figure 'breadth'"


def test_an_unknown_subject_is_a_mistake() -> None:
    """A subject that a figure does not have is named, with the nearest that it has."""
    with pytest.raises(ReportError, match="did you mean 'russell_2000'"):
        told(week(), "2026-01-16", figure="close.russel_2000", over="1")


def test_complaints_name_the_key() -> None:
    """A value in the wrong unit, and two figures of different units, are told by their key."""
    units = {"return_ytd": "fraction", "close": "points", "base_breakout": "text"}

    def unit_of(metric: str, _: str) -> str:
        return units[metric]

    wrong = Assertion(figure="return_ytd.sp_500", over="7")
    apart = Assertion(figure="return_ytd.sp_500", ahead_of="close.sp_500")
    words = Assertion(figure="base_breakout.russell_2000", behind="base_breakout.sp_600")
    right = Assertion(figure="return_ytd.sp_500", over="7%")
    assert complaints(wrong, unit_of)[0][0] == "over"
    assert "in points" in complaints(apart, unit_of)[0][1]
    assert complaints(words, unit_of) == [("behind", "text has no order")]
    assert complaints(right, unit_of) == []


def test_needs_name_every_day_and_figure() -> None:
    """What is announced beforehand is all that is asked for later."""
    past = week()
    one = Assertion(
        figure="close.russell_2000",
        ahead_of="return_ytd.sp_500",
        than_on=date(2026, 1, 11),
        ever_since=date(2026, 1, 15),
    )
    assert needs(one, past, date(2026, 1, 18)) == [
        (date(2026, 1, 15), "close.russell_2000"),
        (date(2026, 1, 16), "close.russell_2000"),
        (date(2026, 1, 9), "return_ytd.sp_500"),
    ]


def test_evaluating_changes_nothing() -> None:
    """The same assertion has the same outcome again."""
    past, one = week(), Assertion(figure="return_ytd.russell_2000", is_="4%")
    first = evaluate(one, past, past.last, universe().called)
    assert evaluate(one, past, past.last, universe().called) == first


def test_numbers_of_numpy_are_compared_like_any_other() -> None:
    """A value that a figure took from an array is compared at full precision."""
    assert compare(np.float64(0.0785), "fraction", "is", read_printed("7.9%")).holds


def test_a_claim_about_a_level_in_points() -> None:
    """A level printed with its separator is confirmed."""
    one = claim({"figure": "close.russell_2000", "is": "2,600.00 points"})
    assert verdict(one, week()).verdict == "confirmed"
