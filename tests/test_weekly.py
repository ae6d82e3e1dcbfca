"""The weekly workflow, step by step as written, against sources and a GitHub on this machine."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from live import LiveServer, World, faults
from support_github import NAME, PRIVATE_NAME, GitHub, git
from support_project import tree
from support_workflows import Job, Trigger, run

FETCH = "Fetch"
FREEZE = "Push snapshots"
PUBLISH = "Build and publish"
FRIDAY = "2025-04-18T22:40:00"
SATURDAY = "2025-04-19T12:40:00"
NEXT_FRIDAY = "2025-04-25T22:40:00"
NEXT_SATURDAY = "2025-04-26T12:40:00"
LATER = "2025-04-26T18:00:00"
IMPATIENT = {
    "requests_per_second": 1000,
    "first_wait_seconds": 0.01,
    "longest_wait_seconds": 0.05,
}
"""Other values for content/live.yml: the sources are on this machine and need no sparing."""
KEY = "0a1b" * 8
"""A key for FRED that stands in no file."""
ROWS_TOKEN = "2c3d" * 8
"""Lets in where the rows are."""
CORRECTION = """
- edition: 2025-W16
  revision: 2
  date: 2025-04-19
  reason: The close of Thursday was the preliminary one.
"""
Jobs = dict[str, Job]


@dataclass
class Scene:
    """A GitHub and the sources that its runs ask."""

    github: GitHub
    server: LiveServer
    world: World

    def run(self, now: str, **arranged: Any) -> Jobs:
        """Run the workflow at a time."""
        self.world.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
        trigger = Trigger(now, environment=self.server.environment, **arranged)
        return run(self.github, trigger)

    def manifest(self, edition: str) -> dict[str, Any]:
        """Return the manifest of an edition that was kept."""
        rows = self.github.bare(PRIVATE_NAME)
        found: dict[str, Any] = json.loads(git(rows, "show", f"snapshots:{edition}.json"))
        return found

    def editions(self) -> list[str]:
        """Return the editions that readers have, newest first."""
        listed = json.loads((self.github.deployed / "versions.json").read_text())
        return [version["version"] for version in listed]

    def state(self) -> tuple[dict[str, str], dict[str, str], int]:
        """Return all that must stay as it is when a run fails."""
        branches = self.github.branches() | self.github.branches(PRIVATE_NAME)
        return branches, tree(self.github.deployed), self.github.deployments


First = tuple[Scene, Jobs]
Trouble = tuple[Scene, list[Jobs], list[int]]


def results(jobs: Jobs) -> list[str]:
    """Return how report, deploy and trace ended."""
    return [jobs[name].result for name in ("report", "deploy", "trace")]


def begun(folder: Path) -> GitHub:
    """Return a GitHub with this repository, whose program asks without sparing the sources.

    The report is public; the rows are kept in a private repository.
    """
    github = GitHub.begun(folder)
    seed = folder / "seed"
    path = seed / "content/live.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    for source in ("yahoo", "fred", "ishares"):
        settings[source] |= IMPATIENT
    # Long histories take long to make, and one shows as much as five.
    for ticker, fund in settings["ishares"]["funds"].items():
        fund["history"] = ticker == "IWM"
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    git(seed, "commit", "--quiet", "--all", "-m", "Be impatient")
    git(seed, "push", "--quiet", str(github.bare(NAME)), "main")
    github.secrets |= {"FRED_API_KEY": KEY, "SNAPSHOTS_TOKEN": ROWS_TOKEN}
    github.variables["SNAPSHOTS_REPOSITORY"] = PRIVATE_NAME
    visibility = {NAME: "public", PRIVATE_NAME: "private"}
    github.service.write(visibility=visibility, tokens={ROWS_TOKEN: {"contents": "write"}})
    return github


def sources(now: str) -> World:
    """Return a world with a few companies in its funds."""
    world = World.sample(datetime.fromisoformat(now).replace(tzinfo=UTC))
    world.fred_keys.add(KEY)
    world.add_members(4, "IWM")
    world.add_members(3, "IVV")
    return world


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[First]:
    """The first run of all, where neither branch exists yet: on Good Friday."""
    world = sources(NEXT_FRIDAY)
    with LiveServer(world) as server:
        scene = Scene(begun(tmp_path_factory.mktemp("first") / "github"), server, world)
        jobs = scene.run(FRIDAY)
        assert results(jobs) == ["success"] * 3, jobs["report"].outputs["words"]
        yield scene, jobs
        assert not server.unexpected
    shutil.rmtree(scene.github.folder)


@pytest.fixture
def scene(first: First, tmp_path: Path) -> Iterator[Scene]:
    """What the first run left, to go on from."""
    before, _ = first
    scene = Scene(before.github.copy(tmp_path / "github"), before.server, before.world)
    yield scene
    before.server.heal()
    shutil.rmtree(scene.github.folder)


def test_the_first_run_publishes(first: First) -> None:
    """The week is frozen, kept on one branch, published on the other, deployed, and no issue."""
    scene, jobs = first
    assert set(scene.github.branches()) == {"main", "site"}
    assert set(scene.github.branches(PRIVATE_NAME)) == {"snapshots"}
    assert scene.manifest("2025-W16")["simulated"] is False
    assert scene.editions() == ["2025-W16"]
    assert scene.github.tree("site").keys() == {
        name for name, kind in tree(scene.github.deployed).items() if kind != "folder"
    } | {".nojekyll"}
    assert jobs["trace"].summary == "### 2025-W16: published\n"
    assert scene.github.service.issues == {}


def test_a_holiday_week(first: First) -> None:
    """The exchange is closed on Good Friday: the edition ends with Thursday."""
    scene, _ = first
    assert date.fromisoformat(FRIDAY[:10]).strftime("%A") == "Friday"
    assert scene.manifest("2025-W16")["as_of"] == "2025-04-17"


def test_what_commits_say(first: First) -> None:
    """A commit names edition, source and day, and is nobody's in person; one names the program."""
    scene, _ = first
    main = scene.github.branches()["main"]

    def said(name: str, branch: str) -> str:
        return git(scene.github.bare(name), "log", "-1", "--format=%cn|%s|%b", branch).rstrip()

    assert said(PRIVATE_NAME, "snapshots") == (
        f"github-actions[bot]|Freeze 2025-W16 from live, as of 2025-04-17|Made by commit {main}"
    )
    assert said(NAME, "site") == (
        "github-actions[bot]|Publish 2025-W16|Week to 17 April 2025, from live, as of 2025-04-17"
    )


def test_rows_are_in_the_private_repository_only(first: First) -> None:
    """No object of a table that may not be published is anywhere in the public one."""
    scene, _ = first
    manifest, kept = scene.manifest("2025-W16"), scene.github.tree("snapshots", PRIVATE_NAME)
    rows = {
        kept[f"objects/{item['sha256']}.parquet"]
        for table, chain in manifest["tables"].items()
        for item in chain
        if manifest["datasets"][table]["publish"] != "raw"
    }
    listed = git(
        scene.github.bare(NAME), "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"
    )
    assert len(rows) > 3
    assert rows.isdisjoint(listed.split())


def test_secrets_are_not_said(first: First) -> None:
    """Neither the key nor a token is in what any step prints or in what is kept."""
    scene, jobs = first
    said = "".join(step.said for job in jobs.values() for step in job.steps)
    tokens = [ROWS_TOKEN, *scene.github.service.read()["tokens"]]
    headers = [b64encode(f"x-access-token:{token}".encode()).decode() for token in tokens]
    secrets = [KEY, *tokens, *headers]
    files = [p for p in scene.github.folder.rglob("*") if p.is_file() and p.name != "service.json"]
    found = [said.encode(), *(path.read_bytes() for path in files)]
    assert said and not any(secret.encode() in text for secret in secrets for text in found)


def test_a_second_run_has_nothing_to_do(scene: Scene) -> None:
    """Nothing is asked, made, pushed or deployed, and the run succeeds."""
    before, asked = scene.state(), len(scene.server.requests)
    jobs = scene.run(SATURDAY)
    assert results(jobs) == ["success", "skipped", "success"]
    assert not any(jobs["report"].ran(step) for step in (FETCH, FREEZE, PUBLISH))
    assert (scene.state(), len(scene.server.requests)) == (before, asked)
    assert jobs["trace"].summary == "### 2025-W16: there was nothing new\n"


@pytest.fixture(scope="module")
def trouble(first: First, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trouble]:
    """The week after: FRED is down on Friday and on Saturday morning, and then it is not.

    With it, how often Yahoo had been asked for charts after each of the three runs.
    """
    before, _ = first
    copied = before.github.copy(tmp_path_factory.mktemp("trouble") / "github")
    scene, runs, asked = Scene(copied, before.server, before.world), [], []
    # Everything is private here, so that a fetch that was cut off may be kept in the cache.
    scene.github.service.write(visibility=dict.fromkeys((NAME, PRIVATE_NAME), "private"))
    scene.server.fault(faults.status(503), faults.host("api.stlouisfed.org"))
    for now in (NEXT_FRIDAY, NEXT_SATURDAY, LATER):
        if now == LATER:
            scene.server.heal()
        state = scene.state()
        runs.append(scene.run(now))
        asked.append(scene.server.count("query2.finance.yahoo.com", "/v8/finance/chart/"))
        assert now == LATER or scene.state() == state
    yield scene, runs, asked
    shutil.rmtree(scene.github.folder)


def test_a_source_is_down(trouble: Trouble) -> None:
    """The run ends with 4 and pushes nothing; branches and site are as they were."""
    _, runs, _ = trouble
    for jobs in runs[:2]:
        assert results(jobs) == ["failure", "skipped", "success"]
        assert jobs["report"].step(FETCH).code == 4
        assert not jobs["report"].ran(FREEZE) and not jobs["report"].ran(PUBLISH)


def test_the_trace_of_trouble(trouble: Trouble) -> None:
    """One issue for the edition: opened, added to, closed by the run that succeeds."""
    scene, runs, _ = trouble
    (issue,) = scene.github.service.read()["issues"]
    assert issue["title"] == "The report for 2025-W17 failed"
    assert (issue["state"], len(issue["said"])) == ("closed", 3)
    assert "FRED did not answer" in issue["said"][0]
    assert [f"runs/{number})" in said for number, said in enumerate(issue["said"], 2)] == [True] * 3
    assert issue["title"] in runs[0]["trace"].summary


def test_a_fetch_that_was_cut_off_goes_on(trouble: Trouble) -> None:
    """What Yahoo answered before FRED failed is not asked for again by the next runs."""
    _, runs, asked = trouble
    assert results(runs[2]) == ["success"] * 3
    assert asked[0] == asked[1] == asked[2] > 0


def test_the_next_week(first: First, trouble: Trouble) -> None:
    """The new edition stands beside the old one, of which no byte changes."""
    (before, _), (scene, _, _) = first, trouble
    assert scene.editions() == ["2025-W17", "2025-W16"]
    assert tree(scene.github.deployed / "2025-W16") == tree(before.github.deployed / "2025-W16")
    assert scene.manifest("2025-W17")["previous"] == "2025-W16"


def test_two_runs_at_once(scene: Scene) -> None:
    """One freezes and publishes while the other computes; readers have both editions in the end.

    Everything is private here, and both branches are in one repository. The site's branch moves
    between being read and being pushed to.
    """
    mine, rows = scene.github.bare(NAME), scene.github.bare(PRIVATE_NAME)
    git(rows, "push", "--quiet", str(mine), "snapshots")
    scene.github.service.write(visibility={NAME: "private"})
    del scene.github.variables["SNAPSHOTS_REPOSITORY"], scene.github.secrets["SNAPSHOTS_TOKEN"]
    before = scene.github.branches()["site"]

    def freezes_and_publishes(work: Path) -> None:
        other = scene.run(LATER, inputs={"edition": "2025-W15"})
        assert results(other) == ["success"] * 3, other["report"].outputs["words"]
        theirs = scene.github.branches()["site"]
        git(mine, "update-ref", "refs/heads/site", before, theirs)
        hook = work / ".git/hooks/pre-push"
        hook.write_text(f"#!/bin/sh\nrm $0\ngit -C {mine} update-ref refs/heads/site {theirs}\n")
        hook.chmod(0o755)

    jobs = scene.run(NEXT_FRIDAY, before={FREEZE: freezes_and_publishes})
    assert results(jobs) == ["success"] * 3, jobs["report"].outputs["words"]
    assert "has moved meanwhile" in jobs["report"].step(FREEZE).said
    assert "it was changed meanwhile" in jobs["report"].step(PUBLISH).said
    assert scene.editions() == ["2025-W17", "2025-W16", "2025-W15"]
    assert {f"{week}.json" for week in scene.editions()} <= scene.github.tree("snapshots").keys()


def test_a_correction(scene: Scene, tmp_path: Path) -> None:
    """An editor lists one and starts the run: the edition is published again, beside the first."""
    old, asked = tree(scene.github.deployed / "2025-W16"), len(scene.server.requests)
    desk, main = tmp_path / "desk", str(scene.github.bare(NAME))
    git(tmp_path, "clone", "--quiet", main, str(desk))
    with (desk / "content/corrections.yml").open("a") as file:
        file.write(CORRECTION)
    git(desk, "commit", "--quiet", "--all", "-m", "Correct 2025-W16")
    git(desk, "push", "--quiet", "origin", "main")
    again = {"edition": "2025-W16"}
    jobs = scene.run(SATURDAY, inputs=again)
    assert results(jobs) == ["success"] * 3, jobs["report"].outputs["words"]
    assert scene.editions() == ["2025-W16-r2", "2025-W16-r1"]
    assert tree(scene.github.deployed / "2025-W16-r1") == old
    assert results(scene.run(SATURDAY, inputs=again)) == ["success", "skipped", "success"]
    assert len(scene.server.requests) == asked


def test_a_run_that_ended_between_the_two_pushes(scene: Scene) -> None:
    """The next run publishes from the snapshot that was pushed, and asks no source."""
    asked, kept = len(scene.server.requests), scene.github.branches(PRIVATE_NAME)
    git(scene.github.bare(NAME), "update-ref", "-d", "refs/heads/site")
    jobs = scene.run(SATURDAY)
    assert results(jobs) == ["success"] * 3, jobs["report"].outputs["words"]
    assert scene.editions() == ["2025-W16"]
    assert (len(scene.server.requests), scene.github.branches(PRIVATE_NAME)) == (asked, kept)


def test_the_data_lie(scene: Scene) -> None:
    """A benchmark that fails a check ends the run with 3; the site stays, the issue says why."""
    before = scene.state()
    scene.server.fault(faults.stale(5), faults.symbol("^RUT"))
    jobs = scene.run(NEXT_FRIDAY)
    assert results(jobs) == ["failure", "skipped", "success"]
    assert jobs["report"].step(FETCH).code == 3
    assert scene.state() == before
    (issue,) = scene.github.service.read()["issues"]
    assert "^RUT" in issue["said"][0]


def test_a_run_that_is_stopped_leaves_a_trace(scene: Scene) -> None:
    """Somebody, or the time limit, stops it: nothing is pushed, and an issue says so."""
    before = scene.state()
    jobs = scene.run(NEXT_FRIDAY, cancelled_before=FETCH)
    assert results(jobs) == ["cancelled", "skipped", "success"]
    assert scene.state() == before
    assert scene.github.service.issues == {"The report for 2025-W17 failed": "open"}


def test_a_deployment_that_failed_is_made_up_for(scene: Scene) -> None:
    """Later runs deploy what was pushed though there is nothing new, until one succeeds."""
    scene.github.service.write(conclusions=["success", "failure"])
    shutil.rmtree(scene.github.deployed)
    jobs = scene.run(SATURDAY, failing=("actions/deploy-pages",))
    assert results(jobs) == ["success", "failure", "success"]
    assert scene.github.service.issues == {"The report for 2025-W16 failed": "open"}
    jobs = scene.run(SATURDAY)
    assert (results(jobs), jobs["report"].ran(FETCH)) == (["success"] * 3, False)
    assert scene.editions() == ["2025-W16"]
    assert scene.github.service.issues == {"The report for 2025-W16 failed": "closed"}
    assert results(scene.run(SATURDAY)) == ["success", "skipped", "success"]


@pytest.mark.parametrize("text", ["2025-W16; touch taken $(touch taken)", "2025-W16\ntaken=1"])
def test_an_edition_that_is_none(scene: Scene, text: str) -> None:
    """What a person gives is data: it is refused by name and runs nothing."""
    before = scene.state()
    jobs = scene.run(SATURDAY, inputs={"edition": text})
    assert results(jobs) == ["failure", "skipped", "success"]
    assert jobs["report"].steps[-2].code == 2
    assert "is not an edition" in jobs["report"].outputs["words"]
    assert scene.state() == before
    assert list(scene.github.folder.rglob("taken")) == []
    assert scene.github.service.issues == {"The report for an unknown edition failed": "open"}
    scene.run(SATURDAY)
    assert set(scene.github.service.issues.values()) == {"closed"}


def test_a_public_repository(scene: Scene) -> None:
    """Rows that may not be published could not be kept in it, so none are even asked for."""
    before, asked = scene.state(), len(scene.server.requests)
    del scene.github.variables["SNAPSHOTS_REPOSITORY"]
    jobs = scene.run(NEXT_FRIDAY)
    assert results(jobs) == ["failure", "skipped", "success"]
    assert jobs["report"].step("Ask who can read").code == 3
    assert "may not be published" in jobs["report"].outputs["words"]
    assert (scene.state(), len(scene.server.requests)) == (before, asked)
