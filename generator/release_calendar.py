"""The calendar of releases ahead: when each is out in New York and in UTC, and as a file of
appointments that calendar programs read (iCalendar, RFC 5545).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from generator.facts import Scalar

NEW_YORK = ZoneInfo("America/New_York")
COLUMNS = {
    "day": "date",
    "time_new_york": "text",
    "time_utc": "text",
    "release": "text",
    "series": "text",
}
"""Columns of a table of events, with their units."""
UNLISTED = ("day", "year")
"""How often series come that are not in the calendar: on every working day, and with a decision."""


@dataclass(frozen=True, slots=True)
class Event:
    """A release, or a decision, that is to come."""

    day: date
    """New York's."""
    at: str | None
    """When on that day in New York, as 08:30; None where no time is set."""
    release: str
    """What it is called."""
    series: str
    """What comes with it, as readers know it."""

    @property
    def moment(self) -> datetime | None:
        """The moment in UTC; None where no time is set."""
        if self.at is None:
            return None
        return datetime.combine(self.day, time.fromisoformat(self.at), NEW_YORK).astimezone(UTC)

    @property
    def row(self) -> tuple[Scalar, ...]:
        """The event as a row of a table with the columns above."""
        moment = self.moment
        utc = None if moment is None else f"{moment:%H:%M}"
        return self.day, self.at, utc, self.release, self.series


def events_of(rows: Iterable[Sequence[Scalar]]) -> list[Event]:
    """Return the events behind rows of a table with the columns above."""
    found = []
    for day, at, _, release, series in rows:
        assert isinstance(day, date)
        found.append(Event(day, None if at is None else str(at), str(release), str(series)))
    return found


def calendar_file(
    events: Iterable[Event], as_of: date, simulated: bool, site_name: str, address: str
) -> bytes:
    """Return events as an iCalendar file, the same bytes each time.

    An event keeps its name from edition to edition, so that a program that reads both has it once.
    `address` is that of the edition's page of the calendar.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{site_name}//Release calendar//EN")
    calendar.add("version", "2.0")
    known = f"{site_name}: release calendar as known on {as_of.isoformat()}"
    calendar.add("x-wr-calname", _marked(known, simulated))
    for event in sorted(events, key=lambda one: (one.day, one.at or "", one.release)):
        calendar.add_component(_entry(event, as_of, simulated, address))
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Event, as_of: date, simulated: bool, address: str) -> Any:
    from icalendar import Event as Entry

    entry, host = Entry(), urlsplit(address).hostname
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{host}/{event.day.isoformat()}/{event.release}")
    entry.add("uid", f"{name}@{host}")
    entry.add("dtstamp", datetime.combine(as_of, time(), UTC))
    entry.add("dtstart", event.moment or event.day)
    entry.add("summary", _marked(event.release, simulated))
    entry.add("description", _marked(event.series, simulated))
    entry.add("transp", "TRANSPARENT")
    entry.add("url", address)
    return entry


def _marked(text: str, simulated: bool) -> str:
    return f"Simulated: {text}" if simulated else text
