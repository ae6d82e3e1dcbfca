"""FRED and ALFRED: economic series as they were known on the edition's date, and their releases.

Every series is asked for with the edition's date as real-time period, so that no later revision is
seen. Series that are revised are read in full each week; others from some time before the last
known observation on. Of the former every release is kept too, for observations of the last years.
The calendar of releases to come is read as FRED has it, soon after the edition's date.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generator import quality, tables
from generator.errors import ReportError
from generator.providers import Probe, Request
from generator.providers._fred_answers import (
    LookAhead,
    Observation,
    Unusable,
    Window,
    as_known,
    releases,
)
from generator.providers._fred_calendar import TABLE as CALENDAR
from generator.providers._fred_calendar import Calendar, bring_calendar, listed, too_late
from generator.providers._fred_desk import SOURCE, Desk
from generator.providers._piece import Kept, Piece, kept

if TYPE_CHECKING:
    import pandas as pd

CURRENT, RELEASES = "macro", "macro_vintages"
PAGE = 100_000
"""Observations that FRED gives at once."""
OVERLAP_DAYS = 60
"""How much is read again each week of series that are not revised."""
AHEAD_YEARS = 5
"""How long before its period a value may be released first, as projections are."""
PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked about one series."""

    series: str
    """FRED's id."""
    since: date | None
    """From which observation on; None for all."""
    releases_since: date | None
    """From which observation on releases are read too; None for none."""


@dataclass
class _Found:
    """What has been brought so far."""

    rows: dict[str, dict[str, list[Observation]]] = field(
        default_factory=lambda: {CURRENT: {}, RELEASES: {}}
    )
    """By table and series."""
    faults: dict[str, dict[str, str]] = field(default_factory=lambda: {CURRENT: {}, RELEASES: {}})
    """By table and series: why it is not there."""
    look_ahead: list[str] = field(default_factory=list)
    """What was not known yet on the edition's date."""
    kept: list[Kept] = field(default_factory=list)
    """The fingerprint of every answer."""
    skews: list[float] = field(default_factory=list)
    """Of every answer that has one."""

    def note(self, table: str, name: str, error: Unusable) -> None:
        """Keep why a series is not there."""
        self.faults[table][name] = str(error)
        line = f"{name}: {error}"
        if isinstance(error, LookAhead) and line not in self.look_ahead:
            self.look_ahead.append(line)


def bring(request: Request) -> Piece:
    """Bring every economic series as known on the edition's date, and the releases.

    Raises:
        ReportError: FRED does not accept the key.
        ProviderError: FRED says nothing for certain.
    """
    key = _key(request)
    if key is None:
        undone = quality.checked(request.checks, "point_in_time", 0, ())
        missing = dict.fromkeys((CURRENT, RELEASES, CALENDAR), _without_key(request))
        return Piece(tables={}, kept=(), checks=(undone,), missing=missing)
    started = time.perf_counter()
    desk, found = Desk(request, key, request.live.fred), _Found()
    plans = _plans(request)
    for asked in plans:
        _bring_one(desk, found, asked, request.as_of)
    late = too_late(request)
    calendar = Calendar() if late else bring_calendar(desk, request, found.rows[CURRENT])
    count = sum(len(rows) for of in found.rows.values() for rows in of.values())
    detail = f"{len(found.rows[CURRENT])} of {len(plans)} series, {count:,} rows"
    request.say("read", SOURCE, detail, time.perf_counter() - started)
    return _piece(request, found, calendar, late)


def _bring_one(desk: Desk, found: _Found, asked: _Plan, day: date) -> None:
    name, released = asked.series, asked.releases_since
    try:
        rows = _all(desk, found, CURRENT, name, Window(day, day), asked.since)
        found.rows[CURRENT][name] = as_known(rows, day)
    except Unusable as error:
        found.note(CURRENT, name, error)
        if released is not None:
            found.note(RELEASES, name, error)
        return
    if released is None:
        return
    window = Window(_years_before(released, AHEAD_YEARS), day)
    try:
        rows = _all(desk, found, RELEASES, name, window, released)
        found.rows[RELEASES][name] = releases(rows, window)
    except Unusable as error:
        found.note(RELEASES, name, error)


def _all(
    desk: Desk, found: _Found, table: str, series: str, window: Window, since: date | None
) -> list[Observation]:
    """Every observation of a series in a window, page after page."""
    first = {} if since is None else {"observation_start": since.isoformat()}
    rows: list[Observation] = []
    while True:
        answer, page = desk.page(series, window, **first, limit=str(PAGE), offset=str(len(rows)))
        found.kept.append(kept(table, series, answer))
        found.skews += [] if answer.skew is None else [answer.skew]
        rows += page.observations
        if len(rows) == page.count:
            return rows
        if len(rows) > page.count or not page.observations:
            raise Unusable(f"FRED gives {len(rows)} observations of {page.count}")


def _piece(request: Request, found: _Found, calendar: Calendar, late: str | None) -> Piece:
    day = request.as_of
    since = _years_before(day, request.live.fred.vintage_years)
    named = {*found.rows[CURRENT], *(line.partition(":")[0] for line in found.look_ahead)}
    check = quality.checked(request.checks, "point_in_time", len(named), found.look_ahead)
    faults = {**found.faults, CALENDAR: calendar.faults}
    brought = {table: _table(table, rows) for table, rows in found.rows.items()}
    used = [one for one in found.kept if one.name in found.rows[one.table]]
    return Piece(
        tables=brought if late else {**brought, CALENDAR: calendar.frame},
        kept=(*used, *calendar.kept),
        checks=(check,),
        missing={CALENDAR: late} if late else {},
        faults={table: reasons for table, reasons in faults.items() if reasons},
        sources={
            CURRENT: f"as known on {day}",
            RELEASES: f"for periods from {since} on whose first release is known",
            **({} if late else {CALENDAR: f"as FRED had it on {request.clock().date()}"}),
        },
        skews={SOURCE: max(found.skews, key=abs)} if found.skews else {},
    )


def _table(table: str, rows: Mapping[str, list[Observation]]) -> pd.DataFrame:
    pairs = [(name, row) for name, of in sorted(rows.items()) for row in of]
    columns: dict[str, list[object]] = {
        "series": [name for name, _ in pairs],
        "observed": [row.observed for _, row in pairs],
        "value": [row.value for _, row in pairs],
    }
    if table == RELEASES:
        columns["released"] = [row.known_from for _, row in pairs]
    return tables.frame(table, columns)


def _plans(request: Request) -> list[_Plan]:
    """What is asked about each series, in the order of the settings."""
    last = request.known(CURRENT).groupby("series")["observed"].max()
    released = _years_before(request.as_of, request.live.fred.vintage_years)
    found = []
    for one in request.universe.macro.values():
        since = None
        if not one.vintages and one.series in last.index:
            since = last[one.series].date() - timedelta(days=OVERLAP_DAYS)
        found.append(_Plan(one.series, since, released if one.vintages else None))
    return found


def _years_before(day: date, years: int) -> date:
    import pandas as pd

    before: date = (pd.Timestamp(day) - pd.DateOffset(years=years)).date()
    return before


def _key(request: Request) -> str | None:
    return request.environment.get(request.live.fred.key_from, "").strip() or None


def _without_key(request: Request) -> str:
    return (
        "FRED answers with a key only; get one at no cost at "
        "https://fred.stlouisfed.org/docs/api/api_key.html and put it into the environment "
        f"variable {request.live.fred.key_from}"
    )


def probe(request: Request) -> Probe:
    """Ask FRED for one observation of one series; an unreachable FRED raises nothing."""
    key = _key(request)
    series = next((one.series for one in request.universe.macro.values()), None)
    if series is None:
        return Probe(SOURCE, True, None, "no series is asked of it")
    if key is None:
        return Probe(SOURCE, False, None, _without_key(request))
    hasty = request.live.fred.model_copy(update={"attempts": 1, "timeout_seconds": PROBE_SECONDS})
    started = time.perf_counter()
    try:
        window = Window(request.as_of, request.as_of)
        Desk(request, key, hasty).page(series, window, limit="1")
    except ReportError as error:
        return Probe(SOURCE, False, None, error.what)
    except Unusable as error:
        return Probe(SOURCE, False, None, f"{series}: {error}")
    return Probe(SOURCE, True, time.perf_counter() - started, f"answers about {series}")


def plan(request: Request) -> list[str]:
    """Say what would be asked of FRED, a line each series."""
    if _key(request) is None:
        return [f"{SOURCE}: nothing; {_without_key(request)}"]
    plans = _plans(request)
    dates = listed(request.universe.macro.values()) if not too_late(request) else []
    calendar = [f"{SOURCE}: the days after {request.as_of} on which {len(dates)} series come"]
    return [*(_said(asked, request.as_of) for asked in plans), *(calendar if dates else [])]


def _said(asked: _Plan, day: date) -> str:
    span = f"from {asked.since} on" if asked.since else "in full"
    more = f", and its releases since {asked.releases_since}" if asked.releases_since else ""
    return f"{SOURCE}: {asked.series} as known on {day}, {span}{more}"
