"""FRED's answers: observations as they were known, and what a series is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from live.economy import EconomicSeries, Observation
from live.messages import Answer, Request, json_answer, unknown

if TYPE_CHECKING:
    from live.world import World

CHICAGO = ZoneInfo("America/Chicago")
FOREVER = date(9999, 12, 31)
FIRST_DAY = date(1776, 7, 4)
LIMIT = 100_000
RELEASES = {
    10: ("Consumer Price Index", ("CPIAUCSL",)),
    13: ("G.17 Industrial Production and Capacity Utilization", ("INDPRO",)),
    50: ("Employment Situation", ("PAYEMS", "UNRATE")),
    53: ("Gross Domestic Product", ("GDPC1", "A191RL1Q225SBEA")),
    54: ("Personal Income and Outlays", ("PCEPI", "PCEPILFE", "PCEC96")),
}
"""Number, name and series of the releases that are simulated; other series are alone in theirs."""
READ = "Read https://fred.stlouisfed.org/docs/api/api_key.html for more information."


def refused(status: int, words: str) -> Answer:
    """Return an error as FRED tells of it."""
    return json_answer({"error_code": status, "error_message": words}, status)


def bad_request(words: str) -> Answer:
    """Return FRED's answer to a request that it does not take."""
    return refused(400, f"Bad Request.  {words}")


@dataclass(frozen=True, slots=True)
class _Window:
    """The period in which values were known."""

    start: date
    end: date
    today: date

    def vintages(self, observation: Observation) -> Iterator[tuple[date, date, str]]:
        """Yield first and last day and value of what was known in the window, clipped to it."""
        known = [release for release in observation.vintages if release[0] <= self.today]
        ends = [*(day - timedelta(days=1) for day, _ in known[1:]), FOREVER]
        for (start, text), end in zip(known, ends, strict=False):
            if start <= self.end and end >= self.start:
                yield max(start, self.start), min(end, self.end), text

    def first_release(self, observation: Observation) -> Iterator[tuple[date, date, str]]:
        """Yield the first release, where it lies in the window."""
        start, _ = observation.vintages[0]
        if self.start <= start <= min(self.end, self.today):
            yield next(self.vintages(observation))


def answer(world: World, request: Request) -> Answer:
    """Answer for api.stlouisfed.org."""
    parts: dict[str, Callable[[World, EconomicSeries, _Window, Mapping[str, str]], Answer]] = {
        "/fred/series/observations": _observations,
        "/fred/series/vintagedates": _vintage_dates,
        "/fred/series": _series,
        "/fred/series/release": _release,
    }
    query, part = request.query, parts.get(request.path)
    dates = request.path == "/fred/release/dates"
    if (part is None and not dates) or query.get("file_type") != "json":
        return unknown()
    if (wrong := _wrong_key(world, query.get("api_key"))) is not None:
        return wrong
    if part is None:
        return _release_dates(world, query)
    series = world.economy.get(query.get("series_id", ""))
    if series is None:
        return bad_request("The series does not exist.")
    window = _window(world, query)
    return window if isinstance(window, Answer) else part(world, series, window, query)


HOSTS = {"api.stlouisfed.org": answer}
"""Who answers for which host."""


def _wrong_key(world: World, key: str | None) -> Answer | None:
    if key is None:
        return bad_request(f"Variable api_key is not set.  {READ}")
    if len(key) != 32 or not key.isalnum() or key != key.lower():
        words = "is not a 32 character alpha-numeric lower-cased string."
        return bad_request(f"The value for variable api_key {words}  {READ}")
    if key not in world.fred_keys:
        return bad_request("The value for variable api_key is not registered.")
    return None


def _window(world: World, query: Mapping[str, str]) -> _Window | Answer:
    today = world.now.astimezone(CHICAGO).date()
    try:
        start = date.fromisoformat(query.get("realtime_start", today.isoformat()))
        end = date.fromisoformat(query.get("realtime_end", today.isoformat()))
    except ValueError:
        return bad_request("The value for variable realtime_start is not a valid date string.")
    if start < FIRST_DAY or end < start:
        return bad_request(
            f"Variable realtime_start can not be before {FIRST_DAY} or after realtime_end."
        )
    return _Window(start, end, today)


def _observations(
    world: World, series: EconomicSeries, window: _Window, query: Mapping[str, str]
) -> Answer:
    output, limit = query.get("output_type", "1"), int(query.get("limit", LIMIT))
    if output not in ("1", "4"):
        return unknown("output types 2 and 3 are not simulated")
    if not 1 <= limit <= LIMIT:
        return bad_request(f"The value for variable limit is not between 1 and {LIMIT}.")
    first = date.fromisoformat(query.get("observation_start", FIRST_DAY.isoformat()))
    last = date.fromisoformat(query.get("observation_end", FOREVER.isoformat()))
    rows = [
        {
            "realtime_start": str(start),
            "realtime_end": str(end),
            "date": str(one.day),
            "value": text,
        }
        for one in series.observations
        if first <= one.day <= last
        for start, end, text in (
            window.vintages(one) if output == "1" else window.first_release(one)
        )
    ]
    if query.get("sort_order") == "desc":
        rows.reverse()
    offset = int(query.get("offset", 0))
    return json_answer(
        {
            **_known(window),
            "observation_start": query.get("observation_start", "1600-01-01"),
            "observation_end": query.get("observation_end", "9999-12-31"),
            "units": "lin",
            "output_type": int(output),
            "file_type": "json",
            "order_by": "observation_date",
            "sort_order": query.get("sort_order", "asc"),
            "count": len(rows),
            "offset": offset,
            "limit": limit,
            "observations": rows[offset : offset + limit],
        }
    )


def _known(window: _Window) -> dict[str, str]:
    return {"realtime_start": str(window.start), "realtime_end": str(window.end)}


def _vintage_dates(
    world: World, series: EconomicSeries, window: _Window, query: Mapping[str, str]
) -> Answer:
    limit = min(window.end, window.today)
    found = {day for one in series.observations for day, _ in one.vintages if day <= limit}
    dates = sorted(str(day) for day in found)
    return json_answer(
        {
            **_known(window),
            "order_by": "vintage_date",
            "sort_order": "asc",
            "count": len(dates),
            "offset": 0,
            "limit": 10_000,
            "vintage_dates": dates,
        }
    )


def _series(
    world: World, series: EconomicSeries, window: _Window, query: Mapping[str, str]
) -> Answer:
    days = [one.day for one in series.observations if one.vintages[0][0] <= window.today]
    told: dict[str, Any] = {
        "id": series.name,
        **_known(window),
        "title": series.title,
        "observation_start": str(days[0]),
        "observation_end": str(days[-1]),
        "frequency": series.frequency,
        "frequency_short": series.frequency[0],
        "units": series.units,
        "units_short": series.units,
        "seasonal_adjustment": "Not Seasonally Adjusted",
        "seasonal_adjustment_short": "NSA",
        "last_updated": f"{window.today} 07:31:02-06",
        "popularity": 50,
        "notes": "Simulated.",
    }
    return json_answer({**_known(window), "seriess": [told]})


def _releases(world: World) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Every release: those above, and one of its own for each other series."""
    shared = {name for _, names in RELEASES.values() for name in names}
    alone = [name for name in world.economy if name not in shared]
    own = {1000 + at: (world.economy[name].title, (name,)) for at, name in enumerate(alone)}
    return RELEASES | own


def _release(
    world: World, series: EconomicSeries, window: _Window, query: Mapping[str, str]
) -> Answer:
    found = [
        {"id": number, **_known(window), "name": name, "press_release": True}
        for number, (name, names) in _releases(world).items()
        if series.name in names
    ]
    return json_answer({**_known(window), "releases": found})


def _release_dates(world: World, query: Mapping[str, str]) -> Answer:
    """The days of a release, those to come only where they are asked for."""
    number = int(query.get("release_id", 0))
    release = _releases(world).get(number)
    if release is None:
        return bad_request("The release does not exist.")
    since = query.get("realtime_start", FIRST_DAY.isoformat())
    until = query.get("realtime_end", FOREVER.isoformat())
    if query.get("include_release_dates_with_no_data", "false") != "true":
        until = min(until, world.now.astimezone(CHICAGO).date().isoformat())
    several = (world.economy[name].observations for name in release[1])
    days = {str(one.vintages[0][0]) for of in several for one in of}
    found = sorted(day for day in days if since <= day <= until)
    if query.get("sort_order") == "desc":
        found.reverse()
    return json_answer(
        {
            "realtime_start": since,
            "realtime_end": until,
            "order_by": "release_date",
            "sort_order": query.get("sort_order", "asc"),
            "count": len(found),
            "offset": 0,
            "limit": 10_000,
            "release_dates": [{"release_id": number, "date": day} for day in found],
        }
    )
