"""The doctor says what works, asks each source once, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from live import faults
from support_live import EVENING, Live, fresh_client, serving
from support_project import tree

from generator.config import load_settings
from generator.doctor import Finding, examine
from generator.workshop import Workshop

pytestmark = pytest.mark.filterwarnings("ignore:::yfinance", "ignore:::pandas")


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A project that wants live data, and the sources, two hours after the last close."""
    with serving(tmp_path / "project", monkeypatch) as found:
        found.project.replace("mkdocs.yml", "provider: sample", "provider: live")
        yield found


def findings(live: Live, now: datetime = EVENING) -> list[Finding]:
    shop = Workshop(load_settings(live.project.folder), lambda *_: None)
    with fresh_client(), live.server.serving(live.monkeypatch):
        return examine(shop, lambda: now)


def sources(rows: list[Finding]) -> dict[str, bool | None]:
    """What is said of each source of each provider."""
    start = "provider "
    return {r.what.removeprefix(start): r.ok for r in rows if r.what.startswith(start)}


def said(rows: list[Finding], what: str) -> list[str]:
    return [row.detail for row in rows if row.what == what]


def test_every_part_of_a_weekly_run_has_its_line(live: Live) -> None:
    """Tools, folders, sources, the session and the week that is due, in this order."""
    rows = findings(live)
    here = ["Python", "settings", "snapshots", "address", "Chromium", "site", "build"]
    due = ["last session", "last finished week"]
    names = [row.what for row in rows if not row.what.startswith("provider ")]
    assert [name for name in names if name != "would be fetched"] == here + due
    assert said(rows, "settings") == ["6 series"]
    assert said(rows, "last session") == ["2026-01-16, closed 2026-01-16 21:00 UTC"]
    assert said(rows, "last finished week") == ["2026-W03, not frozen"]


def test_sources_that_answer_are_well(live: Live) -> None:
    """Of the provider that is wanted; the folder that nobody named is no fault."""
    found = sources(findings(live))
    assert {name: ok for name, ok in found.items() if name.startswith("live: ")} == {
        "live: Yahoo": True,
        "live: iShares": True,
        "live: FRED": True,
    }
    assert False not in found.values()


def test_each_source_is_asked_once(live: Live) -> None:
    """A look may not cost what a fetch costs."""
    findings(live)
    asked = [record.host for record in live.server.requests]
    assert len(asked) == len(set(asked)) == 3
    assert not live.server.unexpected


def test_looking_changes_no_file(live: Live, tmp_path: Path) -> None:
    """Neither in the project nor beside it."""
    before = tree(tmp_path)
    findings(live)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("host", "source"),
    [("finance.yahoo.com", "Yahoo"), ("blackrock.com", "iShares"), ("stlouisfed.org", "FRED")],
)
def test_a_source_that_is_down_is_a_fault_of_the_wanted_provider(
    live: Live, host: str, source: str
) -> None:
    """That one alone, after one request."""
    rule = live.server.fault(faults.status(503), faults.host(host))
    found = sources(findings(live))
    assert found[f"live: {source}"] is False
    assert [name for name, ok in found.items() if ok is False] == [f"live: {source}"]
    assert rule.fired == 1


def test_a_source_that_is_down_is_no_fault_where_nobody_wants_it(live: Live) -> None:
    """The sample needs no network."""
    live.project.replace("mkdocs.yml", "provider: live", "provider: sample")
    live.server.fault(faults.status(503))
    found = sources(findings(live))
    assert [found[f"live: {name}"] for name in ("Yahoo", "iShares", "FRED")] == [None] * 3
    assert False not in found.values()


def test_a_source_that_cannot_be_reached_is_said(live: Live) -> None:
    """No connection at all is an answer for the doctor, not a crash."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        live.monkeypatch.setenv(name, "http://127.0.0.1:9")
    shop = Workshop(load_settings(live.project.folder), lambda *_: None)
    with fresh_client():
        rows = examine(shop, lambda: EVENING)
    assert [sources(rows)[f"live: {name}"] for name in ("Yahoo", "iShares", "FRED")] == [False] * 3


def test_a_missing_key_is_said_without_asking(live: Live) -> None:
    """With the variable that would hold it."""
    live.monkeypatch.delenv("FRED_API_KEY")
    (detail,) = said(findings(live), "provider live: FRED")
    assert "FRED_API_KEY" in detail
    assert live.server.count("api.stlouisfed.org") == 0


def test_a_key_is_never_shown(live: Live) -> None:
    rows = findings(live)
    assert "0123456789abcdef" not in "".join(row.detail for row in rows)


def test_what_would_be_fetched_is_said_by_source(live: Live) -> None:
    """Nothing is known yet, so everything is read in full."""
    lines = said(findings(live), "would be fetched")
    assert lines[0] == "Yahoo: 6 symbols from 2023-01-03 on of the universe"
    assert [line.split(":")[0] for line in lines].count("Yahoo") == 3
    assert {line.split(":")[0] for line in lines} == {"Yahoo", "iShares", "FRED"}


def test_after_a_fetch_nothing_is_due_until_the_next_week(live: Live) -> None:
    """Then what follows the known rows is, and the ten sessions before their end."""
    ran = live.fetch()
    assert ran.code == 0, ran.err
    assert said(findings(live), "would be fetched") == ["nothing: the week is frozen"]
    assert said(findings(live), "snapshots") == ["1 in content/snapshots"]
    rows = findings(live, datetime(2026, 1, 23, 23, 0, tzinfo=UTC))
    assert said(rows, "last finished week") == ["2026-W04, not frozen"]
    assert said(rows, "would be fetched")[0].startswith("Yahoo: 6 symbols from 2026-01-05 on ")


def test_the_command_fails_where_something_is_wrong(live: Live) -> None:
    """A project without a snapshot is not ready; the same rows come as JSON."""
    ran = live.run("doctor", "--json")
    assert ran.code == 1
    rows = json.loads(ran.out)
    assert [row["what"] for row in rows if row["ok"] is False] == ["snapshots"]
    plain = live.run("doctor")
    assert plain.code == 1 and plain.out.count("\n") == len(rows)
    assert "\nNO  snapshots" in plain.out


def test_the_command_ends_well_once_there_is_a_snapshot(live: Live) -> None:
    assert live.fetch().code == 0
    assert live.run("doctor").code == 0
    live.server.fault(faults.status(503), faults.host("finance.yahoo.com"))
    assert live.run("doctor").code == 1
