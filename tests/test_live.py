"""A week from live sources: what is frozen, what is left out, what is said, and the exit code.

The clients are the real ones; the sources are on 127.0.0.1 and speak as the real ones do.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from live import FRED_KEY, faults
from live.faults import What
from support_live import EDITION, EVENING, FUNDS, MACRO, Live, serving
from support_project import REPOSITORY

from generator.editions import parse_edition
from generator.snapshot import Snapshot

SYMBOLS = ("^RUT", "^GSPC", "IWC", "IWM", "SPY", "^VIX")
YAHOO = "query2.finance.yahoo.com"
IWM_PRODUCT, IVV_PRODUCT = 239710, 239726


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A project and the sources, on the evening of the edition's last session."""
    with serving(tmp_path / "project", monkeypatch) as found:
        yield found


def opened(live: Live, edition: str = EDITION) -> Snapshot:
    """The edition's snapshot, every hash checked."""
    assert live.snapshots.verify(parse_edition(edition)) == []
    return live.snapshots.open(parse_edition(edition))


def outcomes(live: Live, edition: str = EDITION) -> dict[str, str]:
    """What became of each check."""
    return {check.name: check.outcome for check in live.manifest(edition).checks}


def left_out(live: Live, edition: str = EDITION) -> dict[str, str | None]:
    """The series of the universe that are not used, and why."""
    statuses = live.manifest(edition).symbols.values()
    return {status.symbol: status.reason for status in statuses if not status.used}


def charts_asked(live: Live) -> Counter[str]:
    """How often each symbol's chart was asked for."""
    return Counter(
        record.request.symbol for record in live.server.requests if record.request.symbol
    )


# A week without trouble


def test_a_week_is_frozen(live: Live) -> None:
    """Every table is there, every close is the source's, every check that applies is passed."""
    ran = live.fetch()
    assert (ran.code, ran.out) == (0, f"{EDITION}\n"), ran.err
    assert live.server.unexpected == []
    manifest, snapshot = live.manifest(), opened(live)
    assert (manifest.provider, manifest.simulated, manifest.revision) == ("live", False, 1)
    assert left_out(live) == {}
    assert {name: sum(o.rows for o in chain) > 0 for name, chain in manifest.tables.items()} == (
        dict.fromkeys(
            [
                "answers",
                "fund_history",
                "futures",
                "holdings",
                "macro",
                "macro_vintages",
                "releases",
                "member_prices",
                "prices",
                "sessions",
            ],
            True,
        )
    )
    found = outcomes(live)
    assert {name: found[name] for name in found if found[name] != "passed"} == {
        "renamed": "not done",
        "revised": "not done",
        "member_price_files": "not done",
        "member_split_files": "not done",
    }
    listing = live.world.listings["^RUT"]
    closes = snapshot.closes["russell_2000"].dropna()
    known = pd.Series(listing.closes, pd.DatetimeIndex(listing.days)).reindex(closes.index)
    assert len(closes) == len(snapshot.sessions) == 763
    assert np.allclose(closes, known, rtol=1e-7, atol=0)
    assert closes.iloc[-1] == 2677.73
    assert manifest.symbols["IWM"].distributions == "reported"
    assert snapshot.dividends["iwm"].to_numpy().sum() > 0


def test_the_client_gets_a_cookie_and_a_crumb_first(live: Live) -> None:
    """The order of calls is that of the real client; charts carry cookie and crumb."""
    assert live.fetch().code == 0
    asked = [(record.host, record.path) for record in live.server.requests]
    assert asked[:2] == [("fc.yahoo.com", "/"), ("query1.finance.yahoo.com", "/v1/test/getcrumb")]
    charts = [record for record in live.server.requests if record.request.symbol]
    assert all(record.query["crumb"] and record.request.cookies["A3"] for record in charts)
    assert {record.query["interval"] for record in charts} == {"1d"}


def test_each_series_keeps_the_fingerprint_of_its_answers(live: Live) -> None:
    """By series: when it was retrieved, from where, and the hash of what was said."""
    assert live.fetch().code == 0
    rows = opened(live).tables("answers")
    names = rows.groupby("table")["name"].agg(set).to_dict()
    assert names["prices"] == set(SYMBOLS)
    assert names["holdings"] == names["fund_history"] == set(FUNDS)
    assert len(names["member_prices"]) == 12 and len(names["futures"]) == 3
    assert rows["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert set(rows["status"]) == {200} and (rows["bytes"] > 0).all()
    assert set(rows["retrieved_at"]) == {"2026-01-16T23:00:00Z"}


def test_a_frozen_week_is_not_asked_for_again(live: Live) -> None:
    """The second run of a frozen edition makes no request, and nothing changes."""
    assert live.fetch().code == 0
    files, count = live.files(), len(live.server.requests)
    again = live.run("fetch", "--provider", "live")
    assert again.code == 0 and "kept" in again.err
    assert len(live.server.requests) == count and live.files() == files
    assert not (live.project.build / "fetch" / EDITION).exists()


def test_a_week_is_published_with_what_was_checked(live: Live) -> None:
    """The Data page shows sources, every check, and each series' fingerprint; no row leaves."""
    ran = live.run("run", EDITION, "--provider", "live")
    assert ran.code == 0, ran.err
    page = (live.project.site / EDITION / "data.html").read_text(encoding="utf-8")
    for check in live.manifest().checks:
        assert f'id="check-{check.name}"' in page
    answers = opened(live).tables("answers")
    prints = answers.loc[answers["table"] == "prices", "sha256"]
    assert all(value in page for value in prints)
    assert "Yahoo Finance, yfinance 1.7" in page and "iShares" in page and "ALFRED" in page
    assert "simulated" not in page.casefold()
    assert not list(live.project.site.glob("snapshots/**/*.*"))


def test_rows_that_may_be_published_are(live: Live) -> None:
    """With `raw` a table's rows stand beside the edition, and no other table's do."""
    for old in ("live:\n  prices: {", "  futures: {title: Futures on federal funds, "):
        live.project.replace("content/datasets.yml", old, f"{old}publish: raw, ")
    assert live.run("run", EDITION, "--provider", "live").code == 0
    public = {
        item.name
        for table in ("prices", "futures", "sessions", "answers")
        for item in live.manifest().tables[table]
    }
    found = {
        path.relative_to(live.project.site / "snapshots").as_posix()
        for path in live.project.site.glob("snapshots/**/*")
        if path.is_file()
    }
    assert found == {f"{EDITION}.json", *public}


# Trouble that passes, and trouble that stays


PASSING: dict[str, What] = {
    "429": faults.status(429),
    "429 with Retry-After": faults.status(429, retry_after=0),
    "500": faults.status(500),
    "503": faults.status(503),
    "a cut connection": faults.cut(),
    "silence": faults.silence(3),
    "HTML instead of JSON": faults.html(),
}
SAID = {
    "429": "HTTP 429",
    "429 with Retry-After": "HTTP 429",
    "500": "HTTP 500",
    "503": "HTTP 503",
    "a cut connection": "the connection failed",
    "silence": "no answer in time",
    "HTML instead of JSON": "HTML instead of JSON",
}


@pytest.mark.parametrize("name", PASSING)
def test_trouble_that_passes_is_waited_out(live: Live, name: str) -> None:
    """Asked again, the source answers, and nothing is missing."""
    live.set("timeout_seconds", "0.5")
    rule = live.server.fault(PASSING[name], faults.symbol("IWC", "^GSPC"), times=2)
    ran = live.fetch()
    assert ran.code == 0, ran.err
    assert rule.fired == 2 and left_out(live) == {}


@pytest.mark.parametrize("name", PASSING)
def test_trouble_that_stays_stops_the_week(live: Live, name: str) -> None:
    """Exit code 4, the symbol and the reason named, nothing frozen; later the run goes on."""
    live.set("timeout_seconds", "0.5")
    live.server.fault(PASSING[name], faults.symbol("IWC"))
    ran = live.fetch()
    assert ran.code == 4, ran.err
    assert f"Yahoo does not answer for IWC: {SAID[name]}" in ran.err
    assert "Run the same command again" in ran.err.replace("run the", "Run the")
    assert live.files() == {}
    before = charts_asked(live)
    live.server.heal()
    assert live.fetch().code == 0 and left_out(live) == {}
    after = charts_asked(live)
    assert after["^RUT"] == before["^RUT"] == 1
    assert after["IWC"] == before["IWC"] + 1


def test_a_source_that_is_down_stops_at_the_first_benchmark(live: Live) -> None:
    """Nothing else is worth a request when the benchmarks are not to be had."""
    live.server.fault(faults.status(503), faults.charts)
    ran = live.fetch()
    assert (ran.code, live.files()) == (4, {})
    assert "^RUT" in ran.err or "^GSPC" in ran.err
    assert not live.server.asked("www.blackrock.com")


def test_other_sources_that_are_down_stop_the_week(live: Live) -> None:
    """So do iShares and FRED; what Yahoo gave is kept for the next run."""
    for where, said in (
        (faults.fund(IVV_PRODUCT), "iShares"),
        (faults.series("UNRATE"), "FRED"),
    ):
        rule = live.server.fault(faults.status(500), where)
        ran = live.fetch()
        assert (ran.code, live.files()) == (4, {}), ran.err
        assert said in ran.err and rule.fired
        live.server.heal()
    assert live.fetch().code == 0
    assert set(charts_asked(live).values()) == {1}


def test_the_time_for_a_source_is_limited(live: Live) -> None:
    """A source that would take longer than allowed stops the week with exit code 4."""
    live.set("total_minutes", "0.0001")
    live.server.latency = 0.02
    ran = live.fetch()
    assert (ran.code, live.files()) == (4, {})
    assert "Yahoo took longer than 0.0001 minutes" in ran.err


# What is said for certain


@dataclass(frozen=True)
class Certain:
    """Something wrong with a series that will be wrong tomorrow too."""

    what: What
    """Is wrong."""
    said: str
    """Of it."""
    check: str
    """Names it."""


CERTAIN = {
    "a delisted symbol": Certain(
        faults.status(404),
        "missing: the source has no such symbol (HTTP 404: No data found, symbol may be delisted)",
        "read",
    ),
    "an empty result": Certain(
        faults.empty(), "missing: the source has no bars in this span: its answer is empty", "read"
    ),
    "no result": Certain(faults.null(), "missing: the source gives no result", "read"),
    "another currency": Certain(
        faults.currency("EUR"), "missing: its answer says currency EUR, not USD", "identity"
    ),
    "another symbol": Certain(
        faults.renamed("XXX", "Another"), "missing: its answer says symbol XXX, not {}", "identity"
    ),
    "another time zone": Certain(
        faults.time_zone("Asia/Tokyo"),
        "missing: its answer says time zone Asia/Tokyo, not America/New_York or America/Chicago",
        "identity",
    ),
    "days moved": Certain(faults.moved(24), "not a session: ", "sessions_only"),
    "two closes of a day": Certain(
        faults.duplicated(-1, 1.01), "missing: two closes of 2026-01-16: ", "read"
    ),
    "no close on the last day": Certain(
        faults.without_close(), "stale: its last close is of 2026-01-15, 1 session", "stale"
    ),
    "no last day": Certain(
        faults.without_row(), "stale: its last close is of 2026-01-15, 1 session", "stale"
    ),
    "a stale series": Certain(
        faults.stale(3), "stale: its last close is of 2026-01-13, 3 sessions", "stale"
    ),
    "a flat series": Certain(faults.flat(6), "flat: its last 5 closes, ", "flat"),
    "little history": Certain(
        faults.truncated(100), "short: 100 sessions with a close, fewer than 252", "short_history"
    ),
    "a split nobody told": Certain(
        faults.split_on_last_day(2.0, adjusted=False, told=False), "implausible: a move of −", ""
    ),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_a_series_that_is_wrong_is_left_out(live: Live, name: str) -> None:
    """The week is frozen without it; its reason and the check that it failed are frozen too."""
    case = CERTAIN[name]
    live.server.fault(case.what, faults.symbol("IWC"))
    ran = live.fetch()
    assert ran.code == 0, ran.err
    reasons = left_out(live)
    assert list(reasons) == ["IWC"]
    assert (reasons["IWC"] or "").startswith(case.said.format("IWC")), reasons
    assert f"left out  IWC  {reasons['IWC']}" in ran.err
    if case.check:
        assert outcomes(live)[case.check] == "left out"


@pytest.mark.parametrize("name", [name for name in CERTAIN if name != "a stale series"])
def test_a_benchmark_that_is_wrong_stops_the_week(live: Live, name: str) -> None:
    """Exit code 3, the benchmark and the reason named, and nothing is frozen."""
    live.server.fault(CERTAIN[name].what, faults.symbol("^RUT"))
    ran = live.fetch()
    assert (ran.code, live.files()) == (3, {}), ran.err
    assert "a benchmark is not usable: Russell 2000 (^RUT): " in ran.err
    assert CERTAIN[name].said.format("^RUT") in ran.err


def test_a_benchmark_that_is_stale_is_not_over(live: Live) -> None:
    """The source's own time is that of its last trade: it has not seen the session end."""
    live.server.fault(faults.stale(3), faults.symbol("^RUT"))
    ran = live.fetch()
    assert (ran.code, live.files()) == (3, {})
    assert "session_final: ^RUT: the source says that its session is not over" in ran.err


@pytest.mark.parametrize(
    "what",
    [faults.unordered(), faults.duplicated(), faults.duplicated(-5)],
    ids=["unordered", "the last row twice", "another row twice"],
)
def test_order_and_repetition_change_nothing(live: Live, what: What) -> None:
    """Rows in any order, or said twice alike, are the same rows."""
    live.server.fault(what, faults.charts)
    assert live.fetch().code == 0 and left_out(live) == {}
    closes = opened(live).closes
    assert closes["russell_2000"].iloc[-1] == 2677.73 and not closes["iwm"].isna().any()


def test_a_hole_is_named(live: Live) -> None:
    """A single session without a close is a note, and no close is made up."""
    live.server.fault(faults.without_close(-10), faults.symbol("IWC"))
    assert live.fetch().code == 0
    assert live.manifest().symbols["IWC"].notes == ("no close on 1 session: 2026-01-05",)
    assert np.isnan(opened(live).closes["micro_caps"].loc["2026-01-05"])


@pytest.mark.parametrize("adjusted", [True, False])
def test_a_split_on_the_last_day(live: Live, adjusted: bool) -> None:
    """In the history already or not yet: returns are the same, and nothing is left out."""
    if adjusted:
        live.world.split("IWC", date(2026, 1, 16), 2.0)
    else:
        live.server.fault(faults.split_on_last_day(2.0, adjusted=False), faults.symbol("IWC"))
    ran = live.fetch()
    assert ran.code == 0, ran.err
    assert left_out(live) == {}
    snapshot = opened(live)
    assert snapshot.splits["micro_caps"].iloc[-1] == (1.0 if adjusted else 2.0)
    moves = (snapshot.closes * snapshot.splits / snapshot.closes.shift(1))["micro_caps"]
    assert abs(moves.iloc[-1] - 1) < 0.03


def test_dividends_that_adjusted_closes_do_not_bear_out(live: Live) -> None:
    """A fund whose dividends are missing from the events is left out, not taken for one without."""
    live.server.fault(faults.without_dividends(), faults.symbol("IWC"))
    assert live.fetch().code == 0
    reason = left_out(live)["IWC"] or ""
    assert "with dividends and splits it returned" in reason
    assert outcomes(live)["adjusted_closes"] == "left out"


def test_a_new_name_is_noted(live: Live) -> None:
    """A series that the source calls otherwise than the week before is used, and it is said."""
    assert live.fetch("2026-W02").code == 0
    live.server.fault(faults.edit_meta(longName="New Name ETF"), faults.symbol("IWC"))
    assert live.fetch().code == 0
    (check,) = [check for check in live.manifest().checks if check.name == "renamed"]
    assert check.outcome == "noted" and check.examined == len(SYMBOLS)
    assert len(check.found) == 1 and check.found[0].endswith("is now called New Name ETF")


# The session, the clock, the calendar


def test_a_running_session_is_refused(live: Live) -> None:
    """The source says that its session goes on, whatever our clock says: exit code 3."""
    live.server.fault(faults.running(), faults.symbol("^RUT", "^GSPC"))
    ran = live.fetch()
    assert (ran.code, live.files()) == (3, {})
    assert "session_final: ^RUT: the source says that its session is not over" in ran.err


@pytest.mark.parametrize(("minutes", "code"), [(-30, 1), (30, 3), (60, 0)])
def test_a_session_must_have_settled(live: Live, minutes: int, code: int) -> None:
    """Before the close there is no edition; within the hour after it is refused."""
    live.world.now = datetime(2026, 1, 16, 21, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    ran = live.fetch()
    assert ran.code == code, ran.err
    assert bool(live.files()) == (code == 0)
    if code == 3:
        assert "read 30 minutes after the close of 2026-01-16" in ran.err


@pytest.mark.parametrize("hours", [-3, 3])
def test_clocks_that_differ_stop_the_week(live: Live, hours: int) -> None:
    """A machine that is hours off the sources' time freezes nothing."""
    live.world.now = EVENING + timedelta(hours=2)
    ran = live.fetch(now=live.world.now + timedelta(hours=hours * 0.5))
    assert (ran.code, live.files()) == (3, {})
    assert "clock: Yahoo's clock is 90 minutes" in ran.err


def test_weeks_with_holidays(live: Live) -> None:
    """An early close and New Year: the last session is the calendar's, and so are its times."""
    live.world.now = datetime(2025, 11, 28, 19, 15, tzinfo=UTC)
    early = live.run("fetch", "--provider", "live")
    assert (early.code, early.out) == (0, "2025-W48\n"), early.err
    assert live.manifest("2025-W48").as_of == date(2025, 11, 28)
    live.world.now = datetime(2026, 1, 2, 23, 0, tzinfo=UTC)
    assert live.run("fetch", "--provider", "live").out == "2026-W01\n"
    days = opened(live, "2026-W01").sessions
    assert pd.Timestamp("2026-01-01") not in days and days[-1] == pd.Timestamp("2026-01-02")
    assert left_out(live, "2026-W01") == {}


def test_a_fund_that_disagrees_with_its_index_stops_the_week(live: Live) -> None:
    """The Russell 2000 and IWM more than two points apart on the week: one of them lies."""
    live.server.fault(faults.prices_times(1.03, -1), faults.symbol("IWM"))
    ran = live.fetch()
    assert (ran.code, live.files()) == (3, {})
    assert "index_against_fund: ^RUT +2.04%, IWM +5." in ran.err


# Week after week


def test_the_next_week_reads_only_what_is_new(live: Live) -> None:
    """Ten sessions are read again; what is frozen together is what one reading would give."""
    assert live.fetch("2026-W02").code == 0
    count = len(live.server.requests)
    ran = live.fetch()
    assert ran.code == 0, ran.err
    starts = {
        record.request.symbol: datetime.fromtimestamp(int(record.query["period1"]), UTC).date()
        for record in live.server.requests[count:]
        if record.request.symbol
    }
    assert {starts[symbol] for symbol in SYMBOLS} == {date(2025, 12, 26)}
    assert outcomes(live)["revised"] == "passed"
    assert live.manifest().previous == "2026-W02" and live.manifest().revised_rows == 0
    snapshot = opened(live)
    listing = live.world.listings["SPY"]
    known = pd.Series(listing.closes, pd.DatetimeIndex(listing.days)).reindex(snapshot.sessions)
    assert np.allclose(snapshot.closes["spy"], known, rtol=1e-7, atol=0)


def test_a_revision_is_found_and_read_again_in_full(live: Live) -> None:
    """A close that differs in the sessions read twice makes the whole series be read again."""
    live.server.fault(faults.prices_times(1.01, -3), faults.symbol("IWC"))
    assert live.fetch("2026-W02").code == 0
    live.server.heal()
    ran = live.fetch()
    assert ran.code == 0, ran.err
    manifest = live.manifest()
    assert [row["symbol"] for row in manifest.revisions] == ["IWC"]
    assert manifest.revisions[0]["session"] == "2026-01-07" and manifest.revised_rows == 1
    (check,) = [check for check in manifest.checks if check.name == "revised"]
    assert check.outcome == "noted"
    assert check.found[0].startswith("IWC: 1 of 10 known sessions differ, the first 2026-01-07: ")


def test_a_series_that_was_left_out_is_read_again_in_full(live: Live) -> None:
    """What was wrong longer ago than the sessions that are read twice, and is mended since."""
    live.server.fault(faults.prices_times(3.0, -60), faults.symbol("IWC"))
    assert live.fetch("2026-W02").code == 0
    assert (left_out(live, "2026-W02")["IWC"] or "").startswith("implausible: ")
    live.server.heal()
    ran = live.fetch()
    assert ran.code == 0, ran.err
    assert left_out(live) == {}
    (row,) = live.manifest().revisions
    assert (row["symbol"], live.manifest().revised_rows) == ("IWC", 1)


def test_a_split_makes_the_history_be_read_again(live: Live) -> None:
    """After a split Yahoo's whole history is in new shares; so is what is frozen then."""
    live.world.split("IWC", date(2026, 1, 14), 4.0)
    live.world.now = EVENING - timedelta(days=7)
    assert live.fetch("2026-W02").code == 0
    before = opened(live, "2026-W02").closes["micro_caps"]
    paid = opened(live, "2026-W02").dividends["micro_caps"]
    live.world.now = EVENING
    assert live.fetch().code == 0
    snapshot = opened(live)
    assert left_out(live) == {} and (snapshot.splits["micro_caps"] == 1).all()
    after = snapshot.closes["micro_caps"].reindex(before.index)
    assert np.allclose(after, before / 4, rtol=1e-5)
    assert np.allclose(snapshot.dividends["micro_caps"].reindex(paid.index), paid / 4)
    assert live.manifest().revised_rows == before.notna().sum()


def test_refreezing_makes_a_revision_beside_the_first(live: Live) -> None:
    """Everything is read anew; the first stays as it was; the edition opens as its newest."""
    live.server.fault(faults.prices_times(1.01, -3), faults.symbol("IWC"))
    assert live.fetch().code == 0
    first = live.files()
    live.server.heal()
    count = len(live.server.requests)
    ran = live.run("fetch", EDITION, "--provider", "live", "--refreeze")
    assert ran.code == 0 and "revision 2" in ran.err, ran.err
    assert len(live.server.requests) > count
    files = live.files()
    assert {name: files[name] for name in first} == first
    assert f"{EDITION}-r2.json" in files
    manifest = live.manifest()
    assert (manifest.revision, manifest.previous, manifest.revised_rows) == (2, EDITION, 1)
    assert live.run("build", EDITION).code == 0
    assert live.fetch().code == 0 and live.files() == files


def test_every_revision_is_verified(live: Live) -> None:
    """Damage to the first revision of an edition is found after a second one was frozen."""
    assert live.fetch().code == 0
    assert live.run("fetch", EDITION, "--provider", "live", "--refreeze").code == 0
    path = live.project.snapshots / f"{EDITION}.json"
    path.write_bytes(path.read_bytes().replace(b"Yahoo", b"Yahuu"))
    (found,) = live.snapshots.verify(parse_edition(EDITION))
    assert found.startswith(f"{path}: the manifest is damaged")


# Funds and the economy


def test_a_file_of_another_fund_is_left_out(live: Live) -> None:
    """A product number that leads to another fund is found by the name in its file."""
    other = faults.edit_text(lambda text: text.replace("iShares Core S&P 500 ETF", "iShares X"))
    live.server.fault(other, faults.fund(IVV_PRODUCT))
    ran = live.fetch()
    assert ran.code == 0, ran.err
    reason = live.manifest().datasets["holdings"].faults["IVV"]
    assert "iShares X" in reason and "iShares Core S&P 500 ETF" in reason
    assert outcomes(live)["fund_identity"] == "left out"
    assert set(opened(live).tables("holdings")["fund"]) == {"IWM"}


def test_pages_instead_of_fund_files_stop_the_week(live: Live) -> None:
    """When no holdings file can be read at all the fault is the source's: exit code 3."""
    live.server.fault(faults.html(), faults.host("www.blackrock.com"))
    ran = live.fetch()
    assert (ran.code, live.files()) == (3, {})
    assert "no holdings file is usable: IWM: " in ran.err and "HTML" in ran.err


def test_a_member_with_another_company_s_prices_is_left_out(live: Live) -> None:
    """A close that is not the price in the holdings file is of another share."""
    members = [s for s in live.world.listings if s in _held(live)]
    members = [s for s in members if not live.world.listings[s].dividends.any()]
    live.server.fault(faults.prices_times(3.0), faults.symbol(members[0]))
    assert live.fetch().code == 0
    faults_found = live.manifest().datasets["member_prices"].faults
    assert list(faults_found) == [members[0]]
    assert "is not the price of" in faults_found[members[0]]
    assert members[0] not in set(opened(live).tables("member_prices")["symbol"])


def _held(live: Live) -> set[str]:
    return {holding.symbol for fund in live.world.funds.values() for holding in fund.holdings}


def test_without_a_key_the_economy_is_withheld(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The week is frozen and published; every economic figure says how to get a key."""
    monkeypatch.delenv("FRED_API_KEY")
    ran = live.run("run", EDITION, "--provider", "live")
    assert ran.code == 0, ran.err
    missing = live.manifest().datasets["macro"].missing or ""
    assert (
        "FRED_API_KEY" in missing and "https://fred.stlouisfed.org/docs/api/api_key.html" in missing
    )
    assert not live.server.asked("api.stlouisfed.org")
    page = (live.project.site / EDITION / "economy.html").read_text(encoding="utf-8")
    assert "FRED_API_KEY" in page and "api_key.html" in page


def test_a_licence_that_forbids_figures_withholds_them(live: Live) -> None:
    """With `none` nothing computed from the table is published; the reason is."""
    old = '  macro: {title: "Economic series, as known'
    live.project.replace("content/datasets.yml", old, old.replace("{", "{publish: none, "))
    ran = live.run("run", EDITION, "--provider", "live")
    assert ran.code == 0, ran.err
    page = (live.project.site / EDITION / "economy.html").read_text(encoding="utf-8")
    assert "does not allow it to be published" in page
    facts = json.loads((live.project.site / EDITION / "facts.json").read_text(encoding="utf-8"))
    own = [fact for fact in facts["facts"] if fact["id"].split(".")[-1] in MACRO]
    assert own and all(fact["value"] is None and fact["reason"] for fact in own)


def test_a_key_that_is_refused_is_named_not_shown(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 with the variable's name; the key itself is nowhere."""
    wrong = "f" * 32
    monkeypatch.setenv("FRED_API_KEY", wrong)
    ran = live.fetch()
    assert (ran.code, live.files()) == (1, {})
    assert "FRED_API_KEY" in ran.err and wrong not in ran.err


def test_economic_series_are_those_of_the_day(live: Live) -> None:
    """Both ends of the real-time period are the edition's date; releases come with their dates."""
    assert live.fetch().code == 0
    spans = {
        (record.query["realtime_start"], record.query["realtime_end"])
        for record in live.server.asked("api.stlouisfed.org", "/fred/series/observations")
    }
    assert ("2026-01-16", "2026-01-16") in spans
    assert all(end == "2026-01-16" for _, end in spans)
    vintages = opened(live).tables("macro_vintages")
    assert vintages["released"].max() <= pd.Timestamp("2026-01-16")
    assert (vintages["released"] >= vintages["observed"]).all()
    assert outcomes(live)["point_in_time"] == "passed"


# Secrets


def test_no_secret_is_in_any_output(live: Live) -> None:
    """Neither the key nor the crumb is in a snapshot, the site, kept answers or what is said."""
    runs = [live.run("doctor"), live.run("--debug", "run", EDITION, "--provider", "live")]
    live.server.fault(faults.status(500), faults.host("api.stlouisfed.org"))
    runs.append(live.run("fetch", "2026-W02", "--provider", "live"))
    assert [ran.code for ran in runs[1:]] == [0, 4]
    crumbs = {record.query["crumb"] for record in live.server.requests if "crumb" in record.query}
    assert crumbs
    secrets = [FRED_KEY, *crumbs]
    folders = (live.project.site, live.project.snapshots, live.project.build)
    texts = [ran.out + ran.err for ran in runs]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    own = live.project.build / "fetch" / "yahoo"
    texts += [path.read_bytes().decode("latin-1") for path in files if own not in path.parents]
    assert len(texts) > 100
    for secret in secrets:
        assert not any(secret in text for text in texts)


# Two thousand members


def test_a_killed_run_of_two_thousand_members_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed half way, the next run asks for nobody again but those on their way at the kill."""
    with serving(tmp_path / "project", monkeypatch) as live:
        live.world.add_members(1988)
        live.set("member_sessions", "30")
        environment = {**os.environ, **live.server.environment}
        command = live.project.command(
            "fetch", EDITION, "--provider", "live", now="2026-01-16T23:00:00"
        )
        first = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL
        )
        while len(live.server.requests) < 1000 and first.poll() is None:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
        assert live.files() == {}
        second = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        assert second.returncode == 0, second.stderr
        asked = charts_asked(live)
        twice = [symbol for symbol, count in asked.items() if count > 1]
        assert len(twice) <= 8 and max(asked.values()) <= 2
        members = opened(live).tables("member_prices")
        assert members["symbol"].nunique() == 2000
        assert members.groupby("symbol")["session"].count().min() == 30
