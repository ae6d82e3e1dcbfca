"""The same snapshot gives the same bytes, whoever builds it, where and when."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from support_project import REPOSITORY, Project, make_project, tree

SURROUNDINGS = (
    {"TZ": "UTC", "PYTHONHASHSEED": "0", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    {
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "1",
        "LC_ALL": "de_DE.UTF-8",
        "LANG": "de_DE.UTF-8",
        "PYTHONUTF8": "1",
    },
)


def _start(project: Project, surroundings: dict[str, str], now: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        project.command("run", "2026-W03", now=now),
        cwd=REPOSITORY,
        env={**os.environ, **surroundings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_two_folders_two_places(tmp_path: Path) -> None:
    """Time zone, hash seed, locale, folder and clock leave no trace in any published byte."""
    folders = (tmp_path / "here", tmp_path / "a longer name" / "there")
    projects = [make_project(folder, ("2026-W03",)) for folder in folders]
    times = ("2026-01-20", "2026-06-30T23:30:00")
    started = [
        _start(project, surroundings, now)
        for project, surroundings, now in zip(projects, SURROUNDINGS, times, strict=True)
    ]
    for process in started:
        _, talk = process.communicate(timeout=120)
        assert process.returncode == 0, talk
    first, second = (tree(project.site) for project in projects)
    assert len(first) > 40
    assert first == second
    docs = [tree(project.build / "2026-W03/docs") for project in projects]
    assert docs[0] == docs[1]


def test_this_process_builds_the_same_as_another(tmp_path: Path) -> None:
    """A build after others in one process does not differ from one in a fresh process."""
    project = make_project(tmp_path / "project", ("2026-W02", "2026-W03"))
    assert project.run("build", "2026-W03").code == 0
    here = tree(project.build / "2026-W03/site")
    (project.build / "2026-W03/computed.pickle").unlink()
    (project.build / "2026-W03/stamp").unlink()
    script = (
        "from generator import cli; cli.main(['--project', PROJECT, 'build', '--all'])  # W02 first"
    )
    ran = project.spawn_script(script)
    assert ran.code == 0, ran.err
    assert tree(project.build / "2026-W03/site") == here
