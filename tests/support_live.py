"""A throw-away project with few series, and the command line run on it against the loopback
sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from live import FRED_KEY, LiveServer, World
from support_entries import keep_known
from support_project import Project, Ran, make_project

from generator.editions import parse_edition
from generator.manifest import Manifest
from generator.snapshot import Snapshots
from generator.store import Store

EDITION = "2026-W03"
EVENING = datetime(2026, 1, 16, 23, 0, tzinfo=UTC)
"""Two hours after the last session of the edition."""
SERIES = ("russell_2000", "sp_500", "iwm", "spy", "vix", "micro_caps")
FUNDS = ("IWM", "IVV")
MACRO = ("payrolls", "unemployment_rate", "treasury_10y")


@dataclass(frozen=True)
class Live:
    """A project and the sources."""

    project: Project
    server: LiveServer
    world: World
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str, now: datetime | None = None) -> Ran:
        """Run a command in this process, at the sources' time unless told otherwise."""
        at = (now or self.world.now).replace(tzinfo=None).isoformat()
        with fresh_client(), self.server.serving(self.monkeypatch):
            return self.project.run(*arguments, now=at)

    def fetch(self, edition: str = EDITION, **more: datetime) -> Ran:
        """Fetch an edition."""
        return self.run("fetch", edition, "--provider", "live", **more)

    def set(self, name: str, value: str) -> None:
        """Change a setting of every source that has it."""
        _change(
            self.project, "live.yml", re.compile(rf"^(  {name}:) [0-9.]+", re.M), rf"\1 {value}"
        )

    @property
    def snapshots(self) -> Snapshots:
        """What is frozen."""
        return Snapshots(Store(str(self.project.snapshots)))

    def manifest(self, edition: str = EDITION) -> Manifest:
        """What is frozen of an edition."""
        return self.snapshots.manifest(parse_edition(edition))

    def files(self) -> dict[str, bytes]:
        """Every file of the snapshots."""
        folder = self.project.snapshots
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@contextmanager
def fresh_client() -> Iterator[None]:
    """Let yfinance begin as in a new process: no session, cookie, crumb or remembered answer."""
    from yfinance import cache
    from yfinance.data import SingletonMeta

    from generator.providers import _yahoo_client

    SingletonMeta._instances.clear()
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    _yahoo_client._notes.cache_clear()
    yield
    SingletonMeta._instances.clear()


SLOW_PAGES = ("cycles", "inside", "members", "seasonality", "sectors")
"""Pages that take long to make and say nothing of live sources that others do not."""


def live_project(folder: Path) -> Project:
    """Return a project with few series from 2023 on and quick, impatient sources."""
    project = make_project(folder, ())
    _keep(project, "universe.yml", (*SERIES, *MACRO))
    _keep(project, "live.yml", FUNDS)
    project.replace(
        "content/universe.yml", "history_start: 1987-01-01", "history_start: 2023-01-03"
    )
    majors = re.compile(r"^major_indexes:.*$", re.M)
    _change(project, "universe.yml", majors, "major_indexes: [russell_2000, sp_500]")
    for name, value in (
        ("requests_per_second", "5000"),
        ("first_wait_seconds", "0.01"),
        ("longest_wait_seconds", "0.05"),
        ("attempts", "3"),
        ("timeout_seconds", "2"),
        ("futures_months", "3"),
    ):
        _change(project, "live.yml", re.compile(rf"^(  {name}:) [0-9.]+", re.M), rf"\1 {value}")
    keep_known(project.folder)
    for name in SLOW_PAGES:
        (project.folder / f"templates/pages/{name}.md").unlink()
    return project


def _change(project: Project, name: str, pattern: re.Pattern[str], new: str) -> None:
    path = project.folder / "content" / name
    text, count = pattern.subn(new, path.read_text(encoding="utf-8"))
    assert count, f"{name} has no {pattern.pattern}"
    path.write_text(text, encoding="utf-8")


def _keep(project: Project, name: str, entries: tuple[str, ...]) -> None:
    """Leave these of the one-line entries that describe a series or a fund."""
    path = project.folder / "content" / name
    lines = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not re.match(r" +\w+: \{.*name:", line) or line.split(":")[0].strip() in entries
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def serving(
    folder: Path, monkeypatch: pytest.MonkeyPatch, now: datetime = EVENING
) -> Iterator[Live]:
    """Serve a world of six members a fund to a new project."""
    project = live_project(folder)
    world = World.sample(now)
    for fund in FUNDS:
        world.add_members(6, fund)
    monkeypatch.setenv("FRED_API_KEY", FRED_KEY)
    with LiveServer(world) as server:
        yield Live(project, server, world, monkeypatch)
