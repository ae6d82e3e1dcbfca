"""The calendar file is read by others as it is meant, and is the same bytes each time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.release_calendar import Event, calendar_file, events_of

AS_OF = date(2026, 1, 16)
ADDRESS = "https://small-caps-weekly.example/2026-W03/economy.html"
EVENTS = [
    Event(date(2026, 2, 6), "08:30", "Employment Situation", "Nonfarm payrolls, Unemployment rate"),
    Event(date(2026, 1, 21), None, "GDPNow", "GDPNow, model estimate of growth"),
    Event(date(2026, 3, 18), "14:00", "FOMC decision", "Federal funds target; and projections"),
]


def made(events: list[Event] = EVENTS, *, simulated: bool = False, as_of: date = AS_OF) -> bytes:
    """Return a calendar file."""
    return calendar_file(events, as_of, simulated, "Small Caps Weekly", ADDRESS)


def entries(content: bytes) -> list[icalendar.Event]:
    """Return the entries of a file as a calendar program reads them."""
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_entries_stand_at_their_moment() -> None:
    """In order, in UTC, through daylight saving; one without a time is of the whole day."""
    found = entries(made())
    assert [str(entry["summary"]) for entry in found] == [
        "GDPNow",
        "Employment Situation",
        "FOMC decision",
    ]
    assert [entry["dtstart"].dt for entry in found] == [
        date(2026, 1, 21),
        datetime(2026, 2, 6, 13, 30, tzinfo=UTC),
        datetime(2026, 3, 18, 18, 0, tzinfo=UTC),
    ]
    assert str(found[2]["description"]) == "Federal funds target; and projections"
    assert {entry["dtstamp"].dt for entry in found} == {datetime(2026, 1, 16, tzinfo=UTC)}
    assert {str(entry["url"]) for entry in found} == {ADDRESS}


def test_the_file_is_what_the_standard_wants() -> None:
    """Lines end with CR LF, none is longer than 75 bytes, and each entry has what it must."""
    content = made([Event(AS_OF, None, "Ä" * 90, "series, " * 30)])
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    text = content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
    for wanted in (
        "VERSION:2.0",
        "PRODID:",
        "UID:",
        "DTSTAMP:20260116T000000Z",
        "DTSTART;VALUE=DATE",
    ):
        assert wanted in text
    (entry,) = entries(content)
    assert str(entry["summary"]) == "Ä" * 90


def test_simulated_data_are_labelled_on_every_entry() -> None:
    """Name and every summary begin with it; real ones do not."""
    simulated = icalendar.Calendar.from_ical(made(simulated=True))
    assert str(simulated["x-wr-calname"]).startswith("Simulated: ")
    summaries = [str(entry["summary"]) for entry in entries(made(simulated=True))]
    assert all(text.startswith("Simulated: ") for text in summaries) and len(summaries) == 3
    assert b"Simulated" not in made()


def test_an_event_keeps_its_name_from_edition_to_edition() -> None:
    """The next week's file renews it instead of adding another; other events have other names."""
    first, second = (made(as_of=day) for day in (AS_OF, date(2026, 1, 23)))
    names = [str(entry["uid"]) for entry in entries(first)]
    assert names == [str(entry["uid"]) for entry in entries(second)]
    assert len(set(names)) == 3 and first != second
    assert all(name.endswith("@small-caps-weekly.example") for name in names)


@given(st.permutations(EVENTS))
def test_the_order_of_events_does_not_matter(events: list[Event]) -> None:
    """The bytes are the same whatever order they come in."""
    assert made(events) == made()


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 3, 6), "08:30", "13:30"),
        (date(2026, 3, 9), "08:30", "12:30"),
        (date(2026, 10, 30), "09:15", "13:15"),
        (date(2026, 11, 2), "09:15", "14:15"),
        (date(2026, 7, 1), None, None),
    ],
)
def test_new_york_and_utc(day: date, at: str | None, utc: str | None) -> None:
    """Clocks go forward on 8 March 2026 and back on 1 November."""
    assert Event(day, at, "x", "y").row == (day, at, utc, "x", "y")


def test_rows_are_read_back_as_events() -> None:
    """A figure's table has all that the file needs."""
    assert events_of([event.row for event in EVENTS]) == EVENTS


def test_no_events_make_an_empty_calendar() -> None:
    """A file without entries is a calendar still."""
    assert entries(made([])) == []
