"""A publish that is killed: at each of its writes in a folder, at each of its steps on a branch."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support_releases import BRANCH, contents, git, publish, release, repository

from generator import archive
from generator.editions import Edition
from generator.folders import Folder
from generator.git_branch import GitBranch
from generator.listing import read_listing

W02, W03, W04 = (Edition(2026, week) for week in (2, 3, 4))
WRITES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")
CASES = ("new", "corrected", "replaced")


def _built(tmp_path: Path, case: str) -> Path:
    """What is published while the kill falls."""
    if case == "new":
        return release(tmp_path, W04)
    if case == "corrected":
        return release(tmp_path, W03, revision=2)
    return release(tmp_path, W03, simulated=False)


def _ended(work: Callable[[], None]) -> int:
    """Do some work in a process of its own and return the signal that ended it, or 0."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(process, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) * 1000


def _killed_at(number: int, counts: Callable[[str, tuple], bool], work: Callable[[], None]) -> bool:
    """Do some work in a process of its own that is killed at the n-th event; return if it was."""

    def counted() -> None:
        left = number

        def hook(event: str, arguments: tuple) -> None:
            nonlocal left
            if counts(event, arguments):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()

    ended = _ended(counted)
    assert ended in (0, signal.SIGKILL)
    return ended == signal.SIGKILL


def _is_write(site: Path) -> Callable[[str, tuple], bool]:
    def counts(event: str, arguments: tuple) -> bool:
        if event not in WRITES or not str(arguments[0]).startswith(str(site)):
            return False
        reads = event == "open" and not (arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return not reads

    return counts


@pytest.mark.parametrize("case", CASES)
def test_a_folder_survives_a_kill_at_every_write(tmp_path: Path, case: str) -> None:
    """At each, every release that is there is whole and every list can be read; the next run ends
    with the very files of one that was not killed."""
    before, done, site = tmp_path / "before", tmp_path / "done", tmp_path / "site"
    publish(Folder(before), release(tmp_path, W02), release(tmp_path, W03))
    shutil.copytree(before, done)
    built = _built(tmp_path, case)
    publish(Folder(done), built)
    expected = contents(Folder(done))
    kills = 0
    while True:
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(before, site)

        def work() -> None:
            publish(Folder(site), built)

        if not _killed_at(kills, _is_write(site), work):
            break
        kills += 1
        seen = Folder(site)
        listing = read_listing(seen)
        assert len(listing.newest) in (2, 3)
        for folder in seen.folders():
            if folder.startswith("20") and seen.exists(f"{folder}/edition.json"):
                assert archive.differences(seen, folder) == []
        work()
        assert contents(Folder(site)) == expected
    assert kills >= 20


@pytest.mark.parametrize("case", CASES)
def test_a_branch_survives_a_kill_at_every_step(tmp_path: Path, case: str) -> None:
    """It is as it was or as it should be, never between; the next run ends with the same files."""
    before, home = tmp_path / "before", tmp_path / "home"
    repository(before)
    with GitBranch(before, BRANCH, None) as site:
        publish(site, release(tmp_path, W02), release(tmp_path, W03))
    built = _built(tmp_path, case)
    old = git(before, "rev-parse", f"{BRANCH}^{{tree}}")
    with GitBranch(shutil.copytree(before, tmp_path / "done"), BRANCH, None) as site:
        publish(site, built)
    new = git(tmp_path / "done", "rev-parse", f"{BRANCH}^{{tree}}")
    seen, kills = set(), 0
    while True:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(before, home)

        def work() -> None:
            with GitBranch(home, BRANCH, None) as site:
                publish(site, built)

        if not _killed_at(kills, lambda event, _: event == "subprocess.Popen", work):
            break
        kills += 1
        seen.add(git(home, "rev-parse", f"{BRANCH}^{{tree}}"))
        work()
        assert git(home, "rev-parse", f"{BRANCH}^{{tree}}") == new
        assert git(home, "for-each-ref", "refs/heads/publishing") == ""
    assert kills > 10
    assert seen == {old, new}
