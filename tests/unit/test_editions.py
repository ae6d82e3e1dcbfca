"""Edition ids and the sessions they stand for, on the real calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.editions import (
    Edition,
    edition_of,
    last_finished,
    last_session,
    parse_edition,
    require_finished,
    sessions_between,
)
from generator.errors import ReportError, UsageError


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_id_and_day_are_inverse(day: date) -> None:
    """Every day lies in its edition's week, and the id read back is the same edition."""
    edition = edition_of(day)
    assert edition.monday <= day <= edition.sunday
    assert parse_edition(str(edition)) == edition
    assert edition.shift(1).monday == edition.monday + timedelta(weeks=1)
    assert edition.shift(5).shift(-5) == edition


@given(st.dates(date(1950, 1, 8)), st.dates(date(1950, 1, 8)))
def test_editions_sort_as_their_weeks_and_their_ids(one: date, other: date) -> None:
    """Editions, their Mondays and their ids stand in the same order."""
    first, second = edition_of(one), edition_of(other)
    assert (first < second) == (str(first) < str(second)) == (first.monday < second.monday)


@pytest.mark.parametrize(
    "text",
    ["", "latest", "2026", "2026-03", "2026-W3", "2026-w03", "2026-W03 ", "2026W03", "26-W03"],
)
def test_what_is_no_id_is_a_usage_error(text: str) -> None:
    """Anything but year, W and two digits is refused with an example, exit code 2."""
    with pytest.raises(UsageError, match="is not an edition") as caught:
        parse_edition(text)
    assert caught.value.exit_code == 2
    assert "2026-W03" in str(caught.value.hint)


@pytest.mark.parametrize("text", ["2026-W00", "2026-W54", "2025-W53", "2021-W53", "0000-W01"])
def test_week_that_does_not_exist_is_a_usage_error(text: str) -> None:
    """A year has 52 weeks, or 53, and no others."""
    with pytest.raises(UsageError, match="has no ISO week"):
        parse_edition(text)


@pytest.mark.parametrize("text", ["2020-W53", "2026-W53", "2015-W53"])
def test_long_years_have_week_53(text: str) -> None:
    """The years that have a week 53 are read."""
    assert str(parse_edition(text)) == text


def test_first_week_of_2026_starts_in_2025() -> None:
    """ISO years are not calendar years: 2026-W01 starts on 29 December 2025."""
    edition = parse_edition("2026-W01")
    assert (edition.monday, edition.sunday) == (date(2025, 12, 29), date(2026, 1, 4))
    assert edition_of(date(2025, 12, 31)) == edition
    assert edition.shift(-1) == Edition(2025, 52)
    assert edition_of(date(2021, 1, 3)) == parse_edition("2020-W53")
    assert parse_edition("2020-W53").shift(1) == Edition(2021, 1)


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("2026-W03", "2026-01-16"),
        ("2026-W01", "2026-01-02"),
        ("2025-W16", "2025-04-17"),
        ("2025-W27", "2025-07-03"),
        ("2025-W48", "2025-11-28"),
        ("2026-W53", "2026-12-31"),
        ("2012-W44", "2012-11-02"),
        ("2001-W37", "2001-09-10"),
    ],
)
def test_last_session_of_a_week(edition: str, expected: str) -> None:
    """The as-of date is the week's last session, also when Friday is closed or most of the week."""
    assert last_session(parse_edition(edition)) == date.fromisoformat(expected)


def test_every_week_since_1950_has_a_session() -> None:
    """No week was ever closed as a whole, so each has an edition."""
    days = sessions_between(date(1950, 1, 3), date(2026, 12, 31))
    weeks = {edition_of(day.date()) for day in days}
    edition, count = edition_of(date(1950, 1, 3)), 0
    while edition <= edition_of(date(2026, 12, 31)):
        assert edition in weeks, edition
        edition, count = edition.shift(1), count + 1
    assert len(weeks) == count


def test_week_before_the_calendar_is_an_error() -> None:
    """Weeks before 1950 are refused, not guessed."""
    with pytest.raises(ReportError, match="no sessions can be listed") as caught:
        last_session(parse_edition("1949-W10"))
    assert caught.value.exit_code == 1
    with pytest.raises(ReportError):
        sessions_between(date(2026, 1, 2), date(2026, 1, 1))


def test_sessions_of_a_span_without_one() -> None:
    """A weekend has no session, and asking for it is not an error."""
    assert len(sessions_between(date(2026, 1, 17), date(2026, 1, 19))) == 0
    assert len(sessions_between(date(2026, 1, 16), date(2026, 1, 16))) == 1


CLOSES = [
    ("2026-W03", "2026-01-16T21:00"),
    ("2025-W30", "2025-07-25T20:00"),
    ("2025-W48", "2025-11-28T18:00"),
    ("2025-W27", "2025-07-03T17:00"),
    ("2026-W52", "2026-12-24T18:00"),
    ("2025-W10", "2025-03-07T21:00"),
    ("2025-W11", "2025-03-14T20:00"),
    ("2025-W44", "2025-10-31T20:00"),
    ("2025-W45", "2025-11-07T21:00"),
]
"""Closes in UTC: winter, summer, early closes, and around the changes of the clock."""


@pytest.mark.parametrize(("text", "close"), CLOSES)
def test_week_is_finished_with_its_last_close(text: str, close: str) -> None:
    """A second before the last close the week is not finished, at the close it is."""
    edition, now = parse_edition(text), utc(close)
    with pytest.raises(ReportError, match="is not finished") as caught:
        require_finished(edition, now - timedelta(seconds=1))
    assert caught.value.exit_code == 1
    assert f"{now:%Y-%m-%d %H:%M} UTC" in caught.value.what
    assert require_finished(edition, now) == now.date()
    assert last_finished(now) == edition


def test_early_close_inside_a_week_does_not_finish_it() -> None:
    """24 December 2025 closed early, but the week went on to the 26th."""
    edition = parse_edition("2025-W52")
    with pytest.raises(ReportError, match="2025-12-26"):
        require_finished(edition, utc("2025-12-24T22:00"))
    assert require_finished(edition, utc("2025-12-26T21:00")) == date(2025, 12, 26)


def test_future_week_is_an_error() -> None:
    """A week that has not begun is refused, however far away it lies."""
    now = utc("2026-01-16T12:00")
    for text in ("2026-W05", "2027-W20", "2099-W01", "9999-W52"):
        with pytest.raises(ReportError, match="lies in the future"):
            require_finished(parse_edition(text), now)


def test_next_week_seen_on_sunday_is_not_finished() -> None:
    """On a Sunday the next week is still to come, whichever words say so."""
    with pytest.raises(ReportError, match=r"not finished|in the future"):
        require_finished(parse_edition("2026-W04"), utc("2026-01-18T12:00"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-16T20:59", "2026-W02"),
        ("2026-01-17T08:00", "2026-W03"),
        ("2026-01-18T23:59", "2026-W03"),
        ("2026-01-19T00:00", "2026-W03"),
        ("2026-01-19T22:00", "2026-W03"),
        ("2026-01-22T12:00", "2026-W03"),
        ("2025-04-18T12:00", "2025-W16"),
        ("2025-07-04T12:00", "2025-W27"),
        ("2026-01-01T12:00", "2025-W52"),
        ("2026-01-02T22:00", "2026-W01"),
        ("2027-01-01T12:00", "2026-W53"),
    ],
)
def test_last_finished_week(now: str, expected: str) -> None:
    """On weekends, Mondays and holidays the newest finished week is the one before or at hand."""
    assert str(last_finished(utc(now))) == expected
