"""The calendar of FRED: the days on which followed series are to be released.

FRED tells its calendar as it is today only. It is asked for soon after the edition's date or not at
all: later it would know of dates that were set, or moved, since.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from generator import tables
from generator.config import MacroSeries
from generator.providers import Request
from generator.providers._fred_answers import Unusable
from generator.providers._fred_dates import Release
from generator.providers._fred_desk import Desk
from generator.providers._piece import Kept, kept
from generator.release_calendar import UNLISTED

if TYPE_CHECKING:
    import pandas as pd

TABLE = "releases"
LATEST_DAYS = 7
"""Days after the edition's date until which the calendar is asked for."""


@dataclass
class Calendar:
    """What has been brought so far."""

    rows: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    """By series: day and name of each release after the edition's date."""
    faults: dict[str, str] = field(default_factory=dict)
    """By series: why it has none."""
    kept: list[Kept] = field(default_factory=list)
    """The fingerprint of every answer that a row stems from."""

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a table."""
        rows = [(name, day, what) for name, of in sorted(self.rows.items()) for day, what in of]
        return tables.frame(
            TABLE,
            {
                "series": [name for name, _, _ in rows],
                "day": [day for _, day, _ in rows],
                "release": [what for _, _, what in rows],
            },
        )


def too_late(request: Request) -> str | None:
    """Return why the calendar of the edition's date cannot be had any more, or None."""
    late = (request.clock().date() - request.as_of).days
    if late <= LATEST_DAYS:
        return None
    return f"FRED tells today's calendar only, and was asked {late} days after {request.as_of}"


def listed(series: Iterable[MacroSeries]) -> list[str]:
    """Return FRED's ids of the series that have days of release worth a calendar."""
    return [one.series for one in series if one.frequency not in UNLISTED]


def bring_calendar(desk: Desk, request: Request, brought: Container[str]) -> Calendar:
    """Bring the days after the edition's date on which the series that were brought are released.

    Raises:
        ReportError: FRED does not accept the key.
        ProviderError: FRED says nothing for certain.
    """
    found, known = Calendar(), dict[Release, tuple[Kept, list[date]] | Unusable]()
    for name in listed(request.universe.macro.values()):
        if name not in brought:
            continue
        try:
            answer, release = desk.release(name, request.as_of)
            fingerprint, days = _days(desk, request, known, name, release)
        except Unusable as error:
            found.faults[name] = str(error)
            continue
        found.rows[name] = [(day, release.name) for day in days if day > request.as_of]
        found.kept += [kept(TABLE, name, answer), fingerprint]
    return found


def _days(
    desk: Desk,
    request: Request,
    known: dict[Release, tuple[Kept, list[date]] | Unusable],
    name: str,
    release: Release,
) -> tuple[Kept, list[date]]:
    """The days of a release, which is asked about once for all series in it."""
    if release not in known:
        try:
            answer, days = desk.dates(release, request.as_of)
            known[release] = kept(TABLE, name, answer), days
        except Unusable as error:
            known[release] = error
    found = known[release]
    if isinstance(found, Unusable):
        raise found
    return replace(found[0], name=name), found[1]
