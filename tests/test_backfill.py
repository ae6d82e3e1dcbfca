"""Past editions made in parallel: the same bytes as one by one, on this machine and on a cluster,
and whoever stops it at any point loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support_project import REPOSITORY, Project, make_project, tree, two_benchmarks

FIRST, LAST = "2025-W52", "2026-W02"
EDITIONS = ["2025-W52", "2026-W01", "2026-W02"]
END = "2026-01-09"
"""The last session of the last edition."""
LATER = 20
"""Seconds after which nobody waits any more."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backfill")


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    """A history that is sound to the end of the last edition, and absurd after it."""
    found = two_benchmarks(folder / "later/data", "2026-01-16")
    for path in found.iterdir():
        rows = path.read_text().splitlines()
        spoilt = [row if row[:10] <= END or row[0] == "D" else row.replace(".", "") for row in rows]
        path.write_text("\n".join([*spoilt, "2026-01-20,-5", "2026-01-21,"]))
    return found


@pytest.fixture(scope="module")
def one_by_one(folder: Path, data: Path) -> Project:
    """The same editions, each by a command of its own, from a history that ends with the last."""
    project = make_project(folder / "one by one", ())
    sound = folder / "data"
    sound.mkdir()
    for path in data.iterdir():
        rows = [row for row in path.read_text().splitlines() if row[:10] <= END or row[0] == "D"]
        (sound / path.name).write_text("\n".join(rows))
    for edition in EDITIONS:
        ran = project.run("run", edition, "--provider", "files", "--data", str(sound))
        assert ran.code == 0, ran.err
    return project


def arguments(data: Path, *more: str, last: str = LAST) -> list[str]:
    return ["backfill", FIRST, last, "--provider", "files", "--data", str(data), *more]


def same(project: Project, other: Project) -> None:
    """Every snapshot and every published file has the same bytes."""
    assert tree(project.snapshots) == tree(other.snapshots)
    assert tree(project.site) == tree(other.site)


@pytest.fixture(scope="module")
def parallel(folder: Path, data: Path) -> Project:
    """Made by two processes of this machine."""
    project = make_project(folder / "parallel", ())
    ran = project.spawn(*arguments(data, "--jobs", "2"))
    assert ran.code == 0, ran.err
    assert ran.err.count("editions/s, ") == len(EDITIONS)
    return project


def test_two_processes_give_the_same_bytes(parallel: Project, one_by_one: Project) -> None:
    """Snapshots, editions and root pages; and nothing of later days is in any of them."""
    same(parallel, one_by_one)


def test_what_was_built_in_is_removed(parallel: Project) -> None:
    """So that hundreds of editions need no more room than a few."""
    left = [path.name for path in parallel.build.iterdir() if path.name in EDITIONS]
    assert left == []
    assert not (parallel.build / "docs").is_symlink()


def test_a_second_run_keeps_everything(parallel: Project, data: Path) -> None:
    """What is there is kept; weeks that the history does not reach are named: exit code 3."""
    before = tree(parallel.site)
    ran = parallel.run(*arguments(data, "--jobs", "1", "--json", last="2026-W03"))
    assert ran.code == 3, ran.err
    found = {row["edition"]: row for row in json.loads(ran.out)}
    assert [found[edition]["state"] for edition in EDITIONS] == ["kept"] * len(EDITIONS)
    assert found["2026-W03"]["state"] == "left out"
    assert "implausible" in found["2026-W03"]["detail"]
    assert "left out  2026-W03" in ran.err
    assert tree(parallel.site) == before


def test_an_edition_that_cannot_be_built_is_named(folder: Path, data: Path) -> None:
    """With the mistake, and nothing is published."""
    project = make_project(folder / "mistaken", ())
    project.write("content/editions/2025-W52.md", "---\ntitle: T\n---\n# index\n\n{{ oops }}\n")
    ran = project.run(*arguments(data, "--jobs", "1", last="2025-W52"))
    assert ran.code == 1
    assert "2025-W52 could not be built" in ran.err
    assert not (project.site / "2025-W52").exists()


@pytest.fixture
def scheduler() -> Iterator[str]:
    """A Dask cluster in processes of its own on this machine."""
    pytest.importorskip("distributed")
    script = (
        "import sys\n"
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None,\n"
        "                      host='127.0.0.1') as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


def test_a_cluster_gives_the_same_bytes(
    folder: Path, data: Path, one_by_one: Project, scheduler: str
) -> None:
    """Workers that others started, with a scheduler in a process of its own."""
    project = make_project(folder / "cluster", ())
    ran = project.spawn(*arguments(data, "--backend", "dask", "--scheduler", scheduler))
    assert ran.code == 0, ran.err
    same(project, one_by_one)


# Stopped at any point


def start(project: Project, data: Path) -> subprocess.Popen[str]:
    """Begin to backfill in a session of its own."""
    return subprocess.Popen(
        project.command(*arguments(data, "--jobs", "2")),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def members(session: int) -> dict[int, str]:
    """The command of each process of a session by its number, but for those that have ended."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rsplit(")", 1)[1].split()
            command = (path / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found[int(path.name)] = command
    return found


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + LATER
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def building(project: Project, session: int) -> list[int]:
    """Wait until both processes build, and return their numbers."""
    found: list[int] = []

    def begun() -> bool:
        commands = members(session)
        found[:] = [number for number, words in commands.items() if "popen_loky" in words]
        drawing = [words for words in commands.values() if "drawing_worker drawing" in words]
        return len(found) == 2 and len(drawing) == 2

    until(begun)
    return found


def gone(session: int) -> None:
    """Wait until no process of a session is left."""
    until(lambda: not members(session))


def kill_worker(process: subprocess.Popen[str], workers: list[int]) -> None:
    os.kill(workers[0], signal.SIGKILL)


def interrupt(process: subprocess.Popen[str], workers: list[int]) -> None:
    """As Ctrl-C does, which every process of the terminal is told of."""
    os.killpg(process.pid, signal.SIGINT)


def kill_main(process: subprocess.Popen[str], workers: list[int]) -> None:
    process.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are found in /proc")
def test_whatever_stops_it_the_next_run_goes_on(
    folder: Path, data: Path, one_by_one: Project
) -> None:
    """A process that is killed, Ctrl-C, the command killed: no process stays, nothing is half
    written, and in the end everything is there, the same."""
    project = make_project(folder / "stopped", ())
    ended = {}
    for stop in (kill_worker, interrupt, kill_main):
        with start(project, data) as process:
            stop(process, building(project, process.pid))
            _, said = process.communicate(timeout=LATER)
            gone(process.pid)
        ended[stop] = process.returncode, said
        assert "Traceback" not in said, said
    code, said = ended[kill_worker]
    assert code == 1
    assert "error: a process died while it built 2025-W52" in said
    assert ended[interrupt][0] == 130
    assert ended[kill_main][0] == -signal.SIGKILL
    ran = project.spawn(*arguments(data, "--jobs", "2"))
    assert ran.code == 0, ran.err
    same(project, one_by_one)
