"""Releases to come: when each economic series is released next, and the week ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import MacroSeries, Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.meetings import Meeting, known_on
from generator.metrics._tools import day
from generator.release_calendar import COLUMNS, UNLISTED, Event

WEEK, MONTH = 7, 28
"""Days ahead that are listed."""
DECISION = "14:00"
"""When the Federal Open Market Committee says what it decided, New York time."""


@tag(unit="date", title="Next release", section="Economy")
def next_release(
    releases: pd.DataFrame,
    missing_tables: dict[str, str],
    universe: Universe,
    snapshot_closes: pd.DataFrame,
    as_of: pd.Timestamp,
) -> Figures:
    """First day after the as-of date on which an economic series is to be released, by the calendar
    as known when the data were frozen; the source may move it.

    With the time in New York where one is set, and the release's name. Withheld where no calendar
    was frozen or it has no such day, and when seen from an earlier date than the edition's, whose
    calendar is not known. Series that come every working day have none. Source: FRED.
    """
    reason = _no_calendar(missing_tables, snapshot_closes, as_of)
    return {
        subject: Withheld(reason) if reason else _next(releases, series, as_of)
        for subject, series in universe.macro.items()
        if series.frequency not in UNLISTED
    }


def _no_calendar(
    missing: Mapping[str, str], snapshot_closes: pd.DataFrame, as_of: pd.Timestamp
) -> str | None:
    if "releases" in missing:
        return missing["releases"]
    if as_of < snapshot_closes.index[-1]:
        return f"the snapshot does not say which releases were planned on {day(as_of)}"
    return None


def _next(releases: pd.DataFrame, series: MacroSeries, as_of: pd.Timestamp) -> Figure:
    own = releases.loc[(releases["series"] == series.series) & (releases["day"] > as_of)]
    if own.empty:
        return Withheld(f"the calendar has no day after {day(as_of)} for it")
    first = own.sort_values("day").iloc[0]
    return Value(
        day(first["day"]),
        parts={
            "release": Part(str(first["release"]), "text"),
            "time_new_york": Part(series.released_at, "text"),
        },
    )


@tag(unit="count", title="Releases in the next seven days", section="Economy")
def releases_ahead(
    releases: pd.DataFrame,
    missing_tables: dict[str, str],
    universe: Universe,
    snapshot_closes: pd.DataFrame,
    as_of: pd.Timestamp,
) -> Figures:
    """Number of releases of the followed economic series, and of decisions of the Federal Open
    Market Committee, in the seven days after the as-of date, by the calendar as known when the data
    were frozen; the sources may move them.

    With each of them, and those of the next 28 days: day, time in New York and in UTC where one is
    set, release, series. Series that come every working day are not among them. Withheld where no
    calendar was frozen, and when seen from an earlier date than the edition's. Source: FRED and the
    Federal Reserve Board.
    """
    reason = _no_calendar(missing_tables, snapshot_closes, as_of)
    if reason:
        return {"united_states": Withheld(reason)}
    events = _events(releases, universe, day(as_of))
    last = day(as_of) + timedelta(days=WEEK)
    week = [event for event in events if event.day <= last]
    rows = tuple(event.row for event in events)
    ahead = {"week": Table(COLUMNS, rows[: len(week)]), "month": Table(COLUMNS, rows)}
    named = tuple(sorted(set(releases["series"])))
    return {"united_states": Value(len(week), tables=ahead, inputs=named)}


def _events(releases: pd.DataFrame, universe: Universe, as_of: date) -> list[Event]:
    """Everything of the next 28 days, in order; series of one release at one time are one event."""
    last = as_of + timedelta(days=MONTH)
    together: dict[tuple[date, str | None, str], list[str]] = {}
    for series in universe.macro.values():
        if series.frequency in UNLISTED:
            continue
        for stamp, release in _days(releases, series.series):
            if as_of < stamp <= last:
                together.setdefault((stamp, series.released_at, release), []).append(series.name)
    events = [Event(*key, ", ".join(named)) for key, named in together.items()]
    known = known_on(universe.meetings, as_of)
    events += [_decision(meeting) for meeting in known if as_of < meeting.decision <= last]
    return sorted(events, key=lambda event: (event.day, event.at or "", event.release))


def _days(releases: pd.DataFrame, name: str) -> list[tuple[date, str]]:
    own = releases.loc[releases["series"] == name]
    pairs = zip(own["day"], own["release"], strict=True)
    return [(day(stamp), str(release)) for stamp, release in pairs]


def _decision(meeting: Meeting) -> Event:
    series = "Federal funds target" + (" and projections" if meeting.projections else "")
    return Event(meeting.decision, DECISION, "FOMC decision", series)
