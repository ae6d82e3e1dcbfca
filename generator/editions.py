"""Edition ids (ISO weeks) and the exchange sessions they stand for.

An edition is named after an ISO week, `2026-W03`. Its as-of date is the last session of the New
York Stock Exchange in that week, which is often not a Friday; its base is the last session of any
earlier ISO week. People are shown session dates, never week numbers alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from generator.errors import ReportError, UsageError

if TYPE_CHECKING:
    import pandas as pd

_FORM = re.compile(r"([0-9]{4})-W([0-9]{2})")
_FIRST_SESSION = date(1950, 1, 3)


@dataclass(frozen=True, slots=True, order=True)
class Edition:
    """One ISO week."""

    year: int
    """ISO year, which is not always the calendar year of its days."""
    week: int
    """ISO week, 1 to 53."""

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"

    @property
    def monday(self) -> date:
        """First calendar day of the week."""
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> date:
        """Last calendar day of the week."""
        return date.fromisocalendar(self.year, self.week, 7)

    def shift(self, weeks: int) -> Edition:
        """Return the edition so many weeks later (earlier if negative)."""
        return edition_of(self.monday + timedelta(weeks=weeks))


def edition_of(day: date) -> Edition:
    """Return the edition whose ISO week holds the day."""
    iso = day.isocalendar()
    return Edition(iso.year, iso.week)


def following_weekday(day: date) -> date:
    """Return the next day that is neither a Saturday nor a Sunday."""
    return day + timedelta(days=8 - day.isoweekday() if day.isoweekday() >= 5 else 1)


def is_last_of_year(session: date) -> bool:
    """Return whether no weekday is left in the session's calendar year.

    >>> is_last_of_year(date(2021, 12, 31)), is_last_of_year(date(2021, 12, 30))
    (True, False)
    """
    return following_weekday(session).year > session.year


def parse_edition(text: str) -> Edition:
    """Read an edition id such as `2026-W03`.

    Raises:
        UsageError: the text is not an ISO week that exists.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise UsageError(
            f"{text!r} is not an edition", hint="Editions are ISO weeks, for example 2026-W03."
        )
    year, week = int(match[1]), int(match[2])
    try:
        date.fromisocalendar(year, week, 1)
    except ValueError:
        raise UsageError(
            f"{text!r} is not an edition: {year} has no ISO week {week}",
            hint="Editions are ISO weeks, for example 2026-W03.",
        ) from None
    return Edition(year, week)


_CALENDARS: dict[tuple[date, date], Any] = {}
"""By the span they cover; one takes a while to make."""


def _calendar(start: date, end: date) -> Any:
    """A calendar that covers a span: one that is known already, or a new one."""
    for (first, last), known in _CALENDARS.items():
        if first <= start and end <= last:
            return known
    import exchange_calendars

    made = exchange_calendars.get_calendar("XNYS", start=start.isoformat(), end=end.isoformat())
    _CALENDARS[start, end] = made
    return made


def sessions_between(start: date, end: date) -> pd.DatetimeIndex:
    """Return the XNYS sessions from start to end, both included (datetime64, no time zone).

    Raises:
        ReportError: the span begins before 1950, or ends before it begins.
    """
    if start < _FIRST_SESSION or end < start:
        raise ReportError(f"no sessions can be listed from {start} to {end}")
    # The calendar wants a span with at least one session: widen it, then cut.
    wide = _calendar(start - timedelta(days=10), end + timedelta(days=10)).sessions
    return wide[(wide >= start.isoformat()) & (wide <= end.isoformat())]


def last_session(edition: Edition) -> date:
    """Return the edition's as-of date: the last XNYS session of its week.

    Raises:
        ReportError: the exchange was closed all week.
    """
    sessions = sessions_between(edition.monday, edition.sunday)
    if not len(sessions):
        raise ReportError(f"the exchange had no session in {edition}, so it has no edition")
    last: date = sessions[-1].date()
    return last


def closing_time(session: date) -> datetime:
    """Return when a session closed or will close, early closes included (UTC)."""
    close = _calendar(session, session + timedelta(days=7)).session_close(session.isoformat())
    closed_at: datetime = close.to_pydatetime().astimezone(UTC)
    return closed_at


def require_finished(edition: Edition, now: datetime) -> date:
    """Return the edition's as-of date if its last session has closed by `now` (UTC).

    Raises:
        ReportError: the week lies in the future, or its last session is not over.
    """
    if edition.monday > now.date() + timedelta(days=1):
        raise ReportError(
            f"{edition} lies in the future: it begins on {edition.monday}",
            hint="Run `smallcaps list` to see the editions there are.",
        )
    as_of = last_session(edition)
    closed_at = closing_time(as_of)
    if now < closed_at:
        raise ReportError(
            f"{edition} is not finished: its last session, {as_of}, closes at "
            f"{closed_at:%Y-%m-%d %H:%M} UTC",
            hint="Run the command again after that close.",
        )
    return as_of


def last_finished(now: datetime) -> Edition:
    """Return the newest edition whose last session has closed by `now` (UTC)."""
    edition = edition_of(now.date())
    for _ in range(3):
        try:
            require_finished(edition, now)
        except ReportError:
            edition = edition.shift(-1)
        else:
            return edition
    raise ReportError(f"no finished week was found before {now:%Y-%m-%d}")
