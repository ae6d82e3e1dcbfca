"""What FRED says of releases: which one a series is published in, and the days of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from generator.providers._fred_answers import Unusable, Window, answered, in_form


@dataclass(frozen=True, slots=True)
class Release:
    """What several series are published in together."""

    number: int
    """FRED's."""
    name: str
    """As FRED has it."""


def read_release(content: bytes, window: Window) -> Release:
    """Read the answer to a request for the release that a series is published in.

    Raises:
        Unusable: it is not what was asked for, or FRED says that it has no such thing.
        KeyRefused: FRED does not accept the key.
        TooEarly: the window ends on a day that has not come where FRED is.
    """
    answer = answered(content, window)
    with in_form():
        found = [Release(int(one["id"]), str(one["name"])) for one in answer["releases"]]
    if len(found) != 1:
        raise Unusable(f"FRED has it in {len(found)} releases")
    return found[0]


def read_dates(content: bytes, release: Release, since: date) -> list[date]:
    """Read the answer to a request for the days of a release from one day on.

    Raises:
        Unusable: it is not what was asked for, not all of it, or FRED says that it has no such
            thing.
        KeyRefused: FRED does not accept the key.
        TooEarly: that day has not come where FRED is.
    """
    answer = answered(content, Window(since, since))
    with in_form():
        rows, count = answer["release_dates"], int(answer["count"])
        numbers = {int(row["release_id"]) for row in rows} - {release.number}
        days = [date.fromisoformat(row["date"]) for row in rows]
    if numbers:
        raise Unusable(f"the answer has days of another release than {release.number}")
    if len(days) != count:
        raise Unusable(f"FRED gives {len(days)} days of {count}")
    for before, after in pairwise(days):
        if after <= before:
            raise Unusable(f"the day {after} of its release stands twice or out of order")
    return days
