"""FRED is asked for what was known on the edition's date, and for nothing it need not be asked."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from live import FRED_KEY, LiveServer, World, faults
from support import ask, project_settings, sessions, universe

from generator import tables
from generator.config import MacroSeries
from generator.errors import ProviderError, ReportError
from generator.providers import _fred
from generator.providers._web import OutOfTime

AS_OF = date(2026, 1, 16)
NOW = datetime(2026, 1, 17, 9, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
SERIES = {
    "unemployment_rate": ("UNRATE", "month", True),
    "treasury_10y": ("DGS10", "day", False),
    "federal_funds_projection": ("FEDTARMD", "year", True),
}
DAY = timedelta(days=1)
Release = tuple[str, str, str]
"""Period, day of release, value."""
WORLD: dict[str, list[Release]] = {
    "UNRATE": [
        ("2021-01-01", "2021-02-05", "6.3"),
        ("2025-08-01", "2025-09-05", "4.3"),
        ("2025-09-01", "2025-11-20", "4.4"),
        ("2025-10-01", "2025-12-16", "."),
        ("2025-11-01", "2025-12-16", "4.6"),
        ("2025-11-01", "2026-01-09", "4.5"),
        ("2025-12-01", "2026-01-09", "4.4"),
        ("2025-12-01", "2026-02-06", "4.3"),
        ("2026-01-01", "2026-02-06", "4.3"),
    ],
    "DGS10": [
        ("2025-10-01", "2025-10-02", "4.10"),
        ("2025-12-31", "2026-01-02", "4.18"),
        ("2026-01-14", "2026-01-15", "4.15"),
        ("2026-01-15", "2026-01-16", "4.17"),
        ("2026-01-16", "2026-01-20", "4.24"),
    ],
    "FEDTARMD": [
        ("2026-01-01", "2022-12-14", "2.9"),
        ("2026-01-01", "2025-09-17", "3.4"),
        ("2027-01-01", "2025-09-17", "3.1"),
        ("2028-01-01", "2025-09-17", "3.1"),
    ],
}
RELEASE = {"id": 50, "name": "Employment Situation", "press_release": True}
"""What the series that do not come daily are published in."""
DATES = ("2025-12-16", "2026-01-09", "2026-01-16", "2026-02-06", "2026-03-06")
"""Its days, those to come included."""
Fault = Callable[[dict[str, str]], tuple[int, bytes, dict[str, str]] | None]


def _valid_until(release: Release, releases: list[Release]) -> str:
    """Until when a release stood: the day before the next of its period."""
    later = [day for period, day, _ in releases if period == release[0] and day > release[1]]
    if not later:
        return "9999-12-31"
    return (date.fromisoformat(min(later)) - timedelta(days=1)).isoformat()


@dataclass
class Fred:
    """A FRED on this machine: answers by real-time period, cut to the window asked for."""

    world: dict[str, list[Release]]
    address: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    page: int = 100_000
    fault: Fault = lambda _: None
    date: datetime = NOW

    def answer(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers."""
        self.asked.append(query)
        broken = self.fault(query)
        if broken is not None:
            return broken
        if query["api_key"] != KEY:
            return refused("The value for variable api_key is not registered.")
        if query["part"] == "release/dates":
            return self._dates(query)
        if query["series_id"] not in self.world:
            return refused("The series does not exist.")
        if query["part"] == "series/release":
            return self._release(query)
        rows = self._rows(query)
        offset, limit = int(query.get("offset", 0)), min(int(query["limit"]), self.page)
        record = {
            **{name: query[name] for name in ("realtime_start", "realtime_end")},
            "units": "lin",
            "count": len(rows),
            "observations": rows[offset : offset + limit],
        }
        return 200, json.dumps(record).encode(), {}

    def _release(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        return 200, json.dumps({"releases": [RELEASE]}).encode(), {}

    def _dates(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        assert query["release_id"] == "50" and query["sort_order"] == "asc"
        assert query["include_release_dates_with_no_data"] == "true"
        return 200, _days(*(day for day in DATES if day >= query["realtime_start"])), {}

    def _rows(self, query: dict[str, str]) -> list[dict[str, str]]:
        start, end = query["realtime_start"], query["realtime_end"]
        first = query.get("observation_start", "0000")
        releases = self.world[query["series_id"]]
        spans = [(r, _valid_until(r, releases)) for r in releases]
        return [
            {
                "realtime_start": max(released, start),
                "realtime_end": min(until, end),
                "date": period,
                "value": value,
            }
            for (period, released, value), until in spans
            if released <= end and until >= start and period >= first
        ]


def refused(message: str) -> tuple[int, bytes, dict[str, str]]:
    """Return FRED's answer to a bad request."""
    body = {"error_code": 400, "error_message": f"Bad Request.  {message}"}
    return 400, json.dumps(body).encode(), {}


@pytest.fixture
def fred(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fred]:
    """A FRED that answers on 127.0.0.1."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    desk = Fred(WORLD)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            part = parts.path.removeprefix("/fred/")
            assert part in ("series/observations", "series/release", "release/dates")
            query = dict(parse_qsl(parts.query))
            status, body, headers = desk.answer({**query, "part": part})
            self.send_response_only(status)
            headers = {"Date": format_datetime(desk.date, usegmt=True), **headers}
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    desk.address = f"http://127.0.0.1:{server.server_port}/fred"
    yield desk
    server.shutdown()
    server.server_close()


def request(fred: Fred, *names: str, known: pd.DataFrame | None = None, key: str | None = KEY):
    """Return a request for some of the series, to be answered without waiting."""
    live = project_settings().live
    hasty = {"requests_per_second": 1e6, "attempts": 2, "first_wait_seconds": 0.0}
    quick = live.fred.model_copy(
        update={"address": fred.address, "longest_wait_seconds": 0.0, **hasty}
    )
    wanted = {
        name: MacroSeries(
            series=SERIES[name][0],
            name=name,
            unit="percent",
            frequency=SERIES[name][1],  # type: ignore[arg-type]
            vintages=SERIES[name][2],
        )
        for name in names or SERIES
    }
    return ask(
        AS_OF,
        wanted=universe().model_copy(update={"macro": wanted}),
        now=NOW,
        days=sessions("2026-01-02", "2026-01-16"),
        environment={} if key is None else {"FRED_API_KEY": key},
        known=lambda table: tables.empty(table) if known is None else known,
        live=live.model_copy(update={"fred": quick}),
    )


def rows(frame: pd.DataFrame, series: str) -> list[tuple[object, ...]]:
    """Return a series' rows as plain values, a missing number as None."""
    own = frame.loc[frame["series"] == series].drop(columns="series")
    return [
        tuple(str(v.date()) if isinstance(v, pd.Timestamp) else None if v != v else v for v in row)
        for row in own.itertuples(index=False)
    ]


def about(fred: Fred, series: str) -> list[dict[str, str]]:
    """Return the requests for observations of a series."""
    asked = [query for query in fred.asked if query["part"] == "series/observations"]
    return [query for query in asked if query["series_id"] == series]


def test_series_are_brought_as_known_on_the_day(fred: Fred) -> None:
    """No value and no revision released later is in the table; a missing value is a row."""
    piece = _fred.bring(request(fred))
    assert rows(piece.tables["macro"], "UNRATE") == [
        ("2021-01-01", 6.3),
        ("2025-08-01", 4.3),
        ("2025-09-01", 4.4),
        ("2025-10-01", None),
        ("2025-11-01", 4.5),
        ("2025-12-01", 4.4),
    ]
    assert rows(piece.tables["macro"], "DGS10")[-1] == ("2026-01-15", 4.17)
    assert rows(piece.tables["macro"], "FEDTARMD")[-1] == ("2028-01-01", 3.1)
    assert not piece.missing and not piece.faults
    for table in ("macro", "macro_vintages"):
        kinds = tables.empty(table).dtypes
        assert piece.tables[table].dtypes.equals(kinds)


def test_releases_are_brought_with_their_day(fred: Fred) -> None:
    """First releases and revisions of the last years' periods, none of them after the day."""
    piece = _fred.bring(request(fred))
    assert rows(piece.tables["macro_vintages"], "UNRATE") == [
        ("2025-08-01", "2025-09-05", 4.3),
        ("2025-09-01", "2025-11-20", 4.4),
        ("2025-10-01", "2025-12-16", None),
        ("2025-11-01", "2025-12-16", 4.6),
        ("2025-11-01", "2026-01-09", 4.5),
        ("2025-12-01", "2026-01-09", 4.4),
    ]
    assert not rows(piece.tables["macro_vintages"], "DGS10")


def test_a_projection_has_its_first_release(fred: Fred) -> None:
    """A value released years before its period has its true first day, not the window's."""
    piece = _fred.bring(request(fred, "federal_funds_projection"))
    assert rows(piece.tables["macro_vintages"], "FEDTARMD")[:2] == [
        ("2026-01-01", "2022-12-14", 2.9),
        ("2026-01-01", "2025-09-17", 3.4),
    ]


def test_requests_name_the_day(fred: Fred) -> None:
    """Current values are asked for on one day, releases of three years in a longer window."""
    _fred.bring(request(fred, "unemployment_rate"))
    current, released = about(fred, "UNRATE")
    assert (current["realtime_start"], current["realtime_end"]) == ("2026-01-16", "2026-01-16")
    assert "observation_start" not in current
    assert (released["realtime_start"], released["realtime_end"]) == ("2018-01-16", "2026-01-16")
    assert released["observation_start"] == "2023-01-16"
    assert {query["output_type"] for query in (current, released)} == {"1"}


def test_what_is_not_revised_is_read_from_the_last_weeks_on(fred: Fred) -> None:
    """A daily series is read again from 60 days before its last known observation, others whole."""
    known = tables.frame(
        "macro",
        {
            "series": ["DGS10", "DGS10", "UNRATE"],
            "observed": ["2025-10-01", "2026-01-08", "2025-11-01"],
            "value": [4.1, 4.2, 4.6],
        },
    )
    piece = _fred.bring(request(fred, known=known))
    assert about(fred, "DGS10")[0]["observation_start"] == "2025-11-09"
    assert "observation_start" not in about(fred, "UNRATE")[0]
    assert [row[0] for row in rows(piece.tables["macro"], "DGS10")] == [
        "2025-12-31",
        "2026-01-14",
        "2026-01-15",
    ]
    whole = tables.continued("macro", known, piece.tables["macro"])
    assert rows(whole, "DGS10")[0] == ("2025-10-01", 4.1)


def test_pages_are_joined(fred: Fred) -> None:
    """A series of more observations than FRED gives at once is read page by page."""
    fred.page = 2
    paged = _fred.bring(request(fred, "unemployment_rate"))
    assert [query["offset"] for query in about(fred, "UNRATE")][:3] == ["0", "2", "4"]
    fred.page = 100_000
    whole = _fred.bring(request(fred, "unemployment_rate"))
    assert paged.tables["macro"].equals(whole.tables["macro"])
    assert len([one for one in paged.kept if one.table == "macro"]) == 3


def test_the_answers_are_kept_as_fingerprints(fred: Fred) -> None:
    """Each answer that a row stems from is kept with address, time, size and hash."""
    piece = _fred.bring(request(fred, "treasury_10y"))
    (one,) = piece.kept
    assert (one.table, one.name, one.status) == ("macro", "DGS10", 200)
    assert one.retrieved_at == NOW
    assert one.bytes > 100 and len(one.sha256) == 64
    assert "series_id=DGS10" in one.address


def test_without_a_key_nothing_is_asked(fred: Fred) -> None:
    """All tables are missing, with how to get a key; a blank one counts as none."""
    for key in (None, "  "):
        piece = _fred.bring(request(fred, key=key))
        for table in ("macro", "macro_vintages", "releases"):
            assert "FRED_API_KEY" in piece.missing[table]
            assert "docs/api/api_key.html" in piece.missing[table]
        assert not piece.tables and not piece.faults
        assert [check.outcome for check in piece.checks] == ["not done"]
    assert fred.asked == []


def test_the_calendar_has_the_days_to_come(fred: Fred) -> None:
    """Days after the edition's date with the release's name, of series that do not come daily."""
    piece = _fred.bring(request(fred))
    assert rows(piece.tables["releases"], "UNRATE") == [
        ("2026-02-06", "Employment Situation"),
        ("2026-03-06", "Employment Situation"),
    ]
    assert set(piece.tables["releases"]["series"]) == {"UNRATE"}
    assert piece.tables["releases"].dtypes.equals(tables.empty("releases").dtypes)
    asked = {query["part"]: query for query in fred.asked}
    assert asked["series/release"]["realtime_end"] == "2026-01-16"
    assert asked["release/dates"]["realtime_start"] == "2026-01-16"
    assert "realtime_end" not in asked["release/dates"]
    kept_of = [one.address for one in piece.kept if one.table == "releases"]
    assert len(kept_of) == 2 and not any(KEY in address for address in kept_of)


def test_a_release_of_several_series_is_asked_about_once(fred: Fred) -> None:
    """Series of one release have the same days, and each the fingerprints of what it stems from."""
    fred.world = {**WORLD, "PAYEMS": WORLD["UNRATE"]}
    asked = request(fred, "unemployment_rate")
    known = asked.universe.macro["unemployment_rate"]
    both = {"unemployment_rate": known, "payrolls": known.model_copy(update={"series": "PAYEMS"})}
    both_wanted = asked.universe.model_copy(update={"macro": both})
    piece = _fred.bring(replace(asked, universe=both_wanted))
    frame = piece.tables["releases"]
    assert rows(frame, "PAYEMS") == rows(frame, "UNRATE") != []
    assert len([query for query in fred.asked if query["part"] == "release/dates"]) == 1
    names = sorted(one.name for one in piece.kept if one.table == "releases")
    assert names == ["PAYEMS", "PAYEMS", "UNRATE", "UNRATE"]


def _days(*days: str, count: int | None = None, number: int = 50) -> bytes:
    """Return an answer with days of a release."""
    found = [{"release_id": number, "date": day} for day in days]
    return json.dumps({"count": count or len(days), "release_dates": found}).encode()


@pytest.mark.parametrize(
    ("part", "body", "reason"),
    [
        ("series/release", refused("The series does not exist.")[1], "does not exist"),
        ("series/release", b'{"releases": []}', "in 0 releases"),
        ("series/release", b'{"releases": [{"id": 1}]}', "does not have FRED's form"),
        ("release/dates", b"<html>", "HTML, not FRED's JSON"),
        ("release/dates", b'{"count": 0}', "does not have FRED's form"),
        ("release/dates", _days("2026-02-06", count=2), "FRED gives 1 days of 2"),
        ("release/dates", _days("2026-02-06", number=51), "another release than 50"),
        ("release/dates", _days("2026-02-06", "2026-02-06"), "twice or out of order"),
        ("release/dates", _days("2026-02-06", "2026-01-30"), "twice or out of order"),
        ("release/dates", _days("soon"), "does not have FRED's form"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_a_fault_of_its_own(
    fred: Fred, part: str, body: bytes, reason: str
) -> None:
    """The series stays, its days are missing with the reason."""
    fred.fault = lambda query: (200, body, {}) if query["part"] == part else None
    piece = _fred.bring(request(fred))
    assert reason in piece.faults["releases"]["UNRATE"]
    assert list(piece.faults) == ["releases"]
    assert len(rows(piece.tables["macro"], "UNRATE")) == 6
    assert piece.tables["releases"].empty
    assert "releases" not in {one.table for one in piece.kept}


@pytest.mark.parametrize(("days", "asked"), [(7, True), (8, False), (400, False)])
def test_the_calendar_is_asked_for_soon_or_not_at_all(fred: Fred, days: int, asked: bool) -> None:
    """Later FRED's calendar is another one: the table is missing and says so."""
    late = replace(request(fred), clock=lambda: datetime(2026, 1, 16, 23, tzinfo=UTC) + days * DAY)
    piece = _fred.bring(late)
    assert ("releases" in piece.tables) == asked
    assert ("releases" in piece.missing) != asked
    assert any(query["part"] == "release/dates" for query in fred.asked) == asked
    assert any("days after" in line for line in _fred.plan(late)) == asked
    if not asked:
        assert f"asked {days} days after 2026-01-16" in piece.missing["releases"]


def test_no_answer_about_the_calendar_freezes_nothing(fred: Fred) -> None:
    """A calendar that FRED does not tell now ends the run: later it will."""
    fred.fault = lambda query: (503, b"", {}) if query["part"] == "release/dates" else None
    with pytest.raises(ProviderError) as raised:
        _fred.bring(request(fred))
    assert raised.value.where == "Employment Situation" and "503" in raised.value.what


def test_a_refused_key_ends_the_run(fred: Fred) -> None:
    """One request, exit code 1, the variable named and the key not."""
    with pytest.raises(ReportError) as raised:
        _fred.bring(request(fred, key="f" * 32))
    assert raised.value.exit_code == 1
    assert "FRED_API_KEY" in str(raised.value)
    assert "f" * 32 not in str(raised.value)
    assert len(fred.asked) == 1


def only(series: str, status: int, body: bytes, times: int = 99, **headers: str) -> Fault:
    """Return a fault that concerns one series so many times."""
    left = [times]

    def broken(query: dict[str, str]) -> tuple[int, bytes, dict[str, str]] | None:
        if query["part"] != "series/observations" or query["series_id"] != series or not left[0]:
            return None
        left[0] -= 1
        return status, body, headers

    return broken


NAMED = [
    (refused("The series does not exist.")[1], 400, "The series does not exist"),
    (refused("The series does not exist in ALFRED but may exist in FRED.")[1], 400, "ALFRED does"),
    (b"<html>maintenance</html>", 200, "HTML, not FRED's JSON"),
    (b"<html>not here</html>", 404, "HTML, not FRED's JSON"),
    (b'{"realtime_start": "2026-01-16", "obs', 200, "not FRED's JSON"),
]


@pytest.mark.parametrize(("body", "status", "reason"), NAMED)
def test_what_is_said_of_one_series_is_its_fault(
    fred: Fred, body: bytes, status: int, reason: str
) -> None:
    """One series is left out with the reason in both tables, the others are brought."""
    fred.fault = only("UNRATE", status, body)
    piece = _fred.bring(request(fred))
    for table in ("macro", "macro_vintages"):
        assert list(piece.faults[table]) == ["UNRATE"]
        assert reason in piece.faults[table]["UNRATE"]
    assert set(piece.tables["macro"]["series"]) == {"DGS10", "FEDTARMD"}
    assert "UNRATE" not in {one.name for one in piece.kept}
    assert len(about(fred, "UNRATE")) == 1


def test_without_releases_the_current_values_stay(fred: Fred) -> None:
    """Where only the releases cannot be had the fault stands with them alone."""
    message = "There are 2004 vintage dates. This exceeds the maximum number of vintage dates."
    too_many = refused(message)

    def broken(query: dict[str, str]) -> tuple[int, bytes, dict[str, str]] | None:
        return too_many if query["realtime_start"] < "2020" else None

    fred.fault = broken
    piece = _fred.bring(request(fred, "unemployment_rate"))
    assert "vintage_years" in piece.faults["macro_vintages"]["UNRATE"]
    assert "macro" not in piece.faults
    assert len(rows(piece.tables["macro"], "UNRATE")) == 6


def test_fewer_observations_than_counted_are_a_fault(fred: Fred) -> None:
    """Where FRED counts more than it gives the series is left out."""
    short = {
        "realtime_start": "2026-01-16",
        "realtime_end": "2026-01-16",
        "units": "lin",
        "count": 9,
        "observations": [],
    }
    fred.fault = only("DGS10", 200, json.dumps(short).encode())
    piece = _fred.bring(request(fred, "treasury_10y"))
    assert piece.faults["macro"]["DGS10"] == "FRED gives 0 observations of 9"


def test_what_was_released_later_is_found(fred: Fred) -> None:
    """A FRED that tells today's values instead is caught by the check, and nothing of it used."""

    def today(query: dict[str, str]) -> tuple[int, bytes, dict[str, str]] | None:
        observations = query["part"] == "series/observations"
        if not observations or query["series_id"] != "UNRATE":
            return None
        if query["realtime_end"] == "2026-02-10":
            return None
        later = {**query, "realtime_start": "2026-02-10", "realtime_end": "2026-02-10"}
        return fred.answer(later)

    fred.fault = today
    piece = _fred.bring(request(fred))
    (check,) = piece.checks
    assert check.name == "point_in_time"
    assert check.outcome == "left out"
    assert check.examined == 3
    assert [line.partition(":")[0] for line in check.found] == ["UNRATE"]
    assert "2026-02-10" in piece.faults["macro"]["UNRATE"]
    assert "UNRATE" not in set(piece.tables["macro"]["series"])


def test_all_well_passes_the_check(fred: Fred) -> None:
    """The check says how many series it looked at."""
    (check,) = _fred.bring(request(fred)).checks
    assert (check.outcome, check.examined) == ("passed", 3)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_trouble_passes(fred: Fred, status: int) -> None:
    """What fails once is asked again, and nothing is lost."""
    fred.fault = only("UNRATE", status, b"", times=1)
    piece = _fred.bring(request(fred))
    assert len(rows(piece.tables["macro"], "UNRATE")) == 6
    assert not piece.faults


@pytest.mark.parametrize("status", [429, 500, 503])
def test_no_answer_freezes_nothing(fred: Fred, status: int) -> None:
    """A trouble that does not pass ends the run with exit code 4: later FRED will have it."""
    fred.fault = only("UNRATE", status, b"")
    with pytest.raises(ProviderError) as raised:
        _fred.bring(request(fred))
    assert raised.value.exit_code == 4
    assert raised.value.where == "UNRATE"
    assert str(status) in raised.value.what and "again later" in (raised.value.hint or "")
    assert KEY not in str(raised.value)


def test_a_locked_door_freezes_nothing(fred: Fred) -> None:
    """A refusal that has nothing to do with the series is no fault of the series."""
    fred.fault = only("UNRATE", 403, b"<html>Access denied</html>")
    with pytest.raises(ProviderError, match="HTTP 403"):
        _fred.bring(request(fred))


def test_a_day_to_come_freezes_nothing(fred: Fred) -> None:
    """Where FRED has not come to the edition's date the run is to be made later."""
    message = "Variable realtime_end can not be after today's date (2026-01-15)."
    fred.fault = only("UNRATE", 400, refused(message)[1])
    with pytest.raises(ProviderError, match="has not come to 2026-01-16"):
        _fred.bring(request(fred))


def test_time_used_up_passes_through(fred: Fred) -> None:
    """A run that may not take longer says so, and how to go on."""
    asked = request(fred)
    hurried = asked.live.fred.model_copy(update={"total_minutes": 1e-12})
    with pytest.raises(OutOfTime):
        _fred.bring(replace(asked, live=asked.live.model_copy(update={"fred": hurried})))


def test_the_clock_of_fred_is_compared(fred: Fred) -> None:
    """The difference between FRED's clock and ours is told, ahead or behind."""
    fred.date = NOW - timedelta(hours=3)
    assert _fred.bring(request(fred)).skews == {"FRED": pytest.approx(-3 * 3600, abs=2)}


def _told(piece: object) -> str:
    frames = getattr(piece, "tables", {}).values()
    return repr(piece) + "".join(frame.to_csv() for frame in frames)


def test_the_key_is_told_to_fred_alone(fred: Fred, caplog: pytest.LogCaptureFixture) -> None:
    """The key is in no table, record, address, fault, line of progress or log, at any level."""
    caplog.set_level(logging.DEBUG)
    said: list[object] = []
    asked = replace(request(fred), say=lambda *line: said.append(line))
    echo = refused(f"The key {KEY} may not see this.")
    fred.fault = only("DGS10", *echo[:2])
    piece = _fred.bring(asked)
    assert "may not see this" in piece.faults["macro"]["DGS10"]
    probed, planned = _fred.probe(asked), _fred.plan(asked)
    assert all(query["api_key"] == KEY for query in fred.asked)
    for told in (_told(piece), repr(said), repr(probed), repr(planned)):
        assert told
        assert KEY not in told + caplog.text


def test_the_key_is_in_no_error(fred: Fred, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a cut connection nor a name that is not found tells the key."""
    caplog.set_level(logging.DEBUG)
    nowhere = replace(fred, address="http://127.0.0.1:9/fred")
    with pytest.raises(ProviderError) as raised:
        _fred.bring(request(nowhere))
    assert "the connection failed" in raised.value.what
    assert KEY not in str(raised.value) + caplog.text


def test_progress_is_one_line(fred: Fred) -> None:
    """What was read is said once, with how much it was."""
    said: list[tuple[str, str, str, float]] = []
    _fred.bring(replace(request(fred), say=lambda *line: said.append(line)))
    ((verb, name, detail, seconds),) = said
    assert (verb, name) == ("read", "FRED")
    assert detail == "3 of 3 series, 23 rows"
    assert seconds >= 0


def test_probe_asks_once(fred: Fred) -> None:
    """One small request tells whether FRED answers."""
    found = _fred.probe(request(fred))
    assert found.ok and found.seconds is not None
    assert "UNRATE" in found.detail
    assert [query["limit"] for query in fred.asked] == ["1"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (only("UNRATE", 503, b""), "HTTP 503"),
        (only("UNRATE", 403, b""), "HTTP 403"),
        (only("UNRATE", 200, b"<html>"), "HTML"),
        (only("UNRATE", 400, refused("The value for variable api_key is bad.")[1]), "FRED_API_KEY"),
    ],
)
def test_probe_says_what_is_wrong(fred: Fred, fault: Fault, words: str) -> None:
    """A FRED that does not answer as it should raises nothing, and is asked once only."""
    fred.fault = fault
    found = _fred.probe(request(fred))
    assert not found.ok and found.seconds is None
    assert words in found.detail
    assert len(fred.asked) == 1


def test_probe_without_a_key_asks_nothing(fred: Fred) -> None:
    """It says how to get a key."""
    found = _fred.probe(request(fred, key=None))
    assert not found.ok and found.seconds is None
    assert "api_key.html" in found.detail
    assert fred.asked == []


def test_without_series_nothing_is_asked(fred: Fred) -> None:
    """Where the settings name no economic series neither key nor answer is wanted."""
    asked = request(fred)
    nothing = replace(asked, universe=asked.universe.model_copy(update={"macro": {}}))
    assert _fred.probe(nothing).ok
    assert _fred.plan(nothing) == []
    piece = _fred.bring(nothing)
    assert [len(frame) for frame in piece.tables.values()] == [0, 0, 0]
    assert fred.asked == []


def test_plan_says_what_would_be_asked(fred: Fred) -> None:
    """A line a series, without a request; without a key the one line says why nothing."""
    known = tables.frame("macro", {"series": ["DGS10"], "observed": ["2026-01-08"], "value": [4.2]})
    assert _fred.plan(request(fred, known=known)) == [
        "FRED: UNRATE as known on 2026-01-16, in full, and its releases since 2023-01-16",
        "FRED: DGS10 as known on 2026-01-16, from 2025-11-09 on",
        "FRED: FEDTARMD as known on 2026-01-16, in full, and its releases since 2023-01-16",
        "FRED: the days after 2026-01-16 on which 1 series come",
    ]
    (line,) = _fred.plan(request(fred, key=None))
    assert line.startswith("FRED: nothing") and "FRED_API_KEY" in line
    assert fred.asked == []


def test_the_next_week_takes_nothing_back(fred: Fred) -> None:
    """Read a week later, the releases lose none that was known before and add the new ones."""
    asked = request(fred)
    later = replace(asked, as_of=AS_OF + timedelta(days=7))
    pieces = [_fred.bring(one) for one in (asked, later)]
    for old, new in pairwise(pieces):
        rows_of = (old.tables["macro_vintages"], new.tables["macro_vintages"])
        fresh, revised = tables.changed("macro_vintages", *rows_of)
        assert revised.empty
        assert len(fresh) == len(rows_of[1]) - len(rows_of[0])
    with_release = replace(asked, as_of=date(2026, 2, 6))
    newest = _fred.bring(with_release).tables["macro_vintages"]
    assert ("2025-12-01", "2026-02-06", 4.3) in rows(newest, "UNRATE")


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """A FRED behind TLS, with every series of the settings and a simulated history."""
    with LiveServer(World.sample(NOW)) as found:
        yield found


def whole_request(as_of: date = AS_OF):
    """Return a request for every series of the settings, of FRED's own address."""
    live = project_settings().live
    hasty = {"requests_per_second": 1e6, "first_wait_seconds": 0.0, "longest_wait_seconds": 0.0}
    return ask(
        as_of,
        now=NOW,
        days=sessions("2026-01-02", "2026-01-16"),
        environment={"FRED_API_KEY": FRED_KEY},
        live=live.model_copy(update={"fred": live.fred.model_copy(update=hasty)}),
    )


def test_every_series_is_brought_from_its_own_address(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS, each series has exactly the values and the releases known on the day."""
    with server.serving(monkeypatch):
        piece = _fred.bring(whole_request())
    assert not piece.faults and not server.unexpected
    since = date(2023, 1, 16)
    for one in universe().macro.values():
        known, released = [], []
        for observation in server.world.economy[one.series].observations:
            period = str(observation.day)
            told = [(day, v) for day, v in observation.vintages if day <= AS_OF]
            values = [(str(day), None if v == "." else float(v)) for day, v in told]
            known += [(period, value) for _, value in values[-1:]]
            if one.vintages and observation.day >= since:
                released += [(period, day, value) for day, value in values]
        assert rows(piece.tables["macro"], one.series) == known, one.series
        assert rows(piece.tables["macro_vintages"], one.series) == released, one.series
    assert abs(piece.skews["FRED"]) < 60


def test_the_calendar_is_brought_from_its_own_address(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS, each series has the days after the edition's date on which its release comes."""
    with server.serving(monkeypatch):
        piece = _fred.bring(whole_request())
    frame = piece.tables["releases"]
    listed = [one for one in universe().macro.values() if one.frequency not in ("day", "year")]
    assert set(frame["series"]) == {one.series for one in listed}
    assert (frame["day"] > pd.Timestamp(AS_OF)).all()
    jobs = server.world.economy["PAYEMS"].observations
    days = [str(one.vintages[0][0]) for one in jobs if one.vintages[0][0] > AS_OF]
    assert [row[0] for row in rows(frame, "PAYEMS")] == days
    assert rows(frame, "PAYEMS") == rows(frame, "UNRATE")
    assert {row[1] for row in rows(frame, "PAYEMS")} == {"Employment Situation"}


def test_what_goes_wrong_on_the_way_passes_or_stops(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection cut once is asked again; a wait that FRED names is kept to its limit."""
    server.fault(faults.cut(), faults.series("UNRATE"), times=1)
    server.fault(faults.status(429, retry_after=3600), faults.series("DGS10"), times=1)
    with server.serving(monkeypatch):
        piece = _fred.bring(whole_request())
    server.heal()
    assert not piece.faults
    server.fault(faults.cut(), faults.series("UNRATE"))
    with server.serving(monkeypatch), pytest.raises(ProviderError, match="the connection failed"):
        _fred.bring(whole_request())
    server.heal()
