"""A published release, by this program and by another, for tests of what verifies, rebuilds and
exports it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from support_project import Project, make_project

from generator import inspecting, program
from generator.config import load_settings
from generator.exporting import export
from generator.findings import Finding
from generator.folders import Folder
from generator.listing import RECORD, read_listing
from generator.workshop import Workshop

EDITION = "2026-W03"
COMMENTARY = f"content/editions/{EDITION}.md"
_WORDS = """---
title: A week of records
author: An editor
date: 2026-01-17
simulated: true
---

# index

{{ fact('return_1w.russell_2000') }} on the week.
"""
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def _scratch() -> Path:
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="smallcaps-rebuild-"))
    return Path(_FOLDERS[-1].name)


@dataclass(frozen=True)
class Kept:
    """A project whose site has one release."""

    project: Project
    folder: str

    @property
    def site(self) -> Path:
        """The published tree."""
        return self.project.site

    @property
    def release(self) -> Path:
        """The release's folder."""
        return self.site / self.folder

    def record(self) -> dict[str, Any]:
        """Return the release's record."""
        return json.loads((self.release / RECORD).read_text())

    def rewrite(self, **changed: object) -> None:
        """Change the release's record."""
        (self.release / RECORD).write_text(json.dumps(self.record() | changed))

    def program(self) -> Path:
        """Return the program that made it."""
        return self.site / program.program_name(self.record()["program"])

    def copy(self, folder: Path) -> Kept:
        """Return a copy that may be changed, without what was built."""
        left_out = shutil.ignore_patterns("build")
        shutil.copytree(self.project.folder, folder, symlinks=True, ignore=left_out)
        return Kept(Project(folder), self.folder)

    def inspect(self, target: str | None = None, *, again: bool = False) -> list[Finding]:
        """Look at a target, by default all there is, with this project."""
        with self.workshop() as shop:
            every = target is None
            return list(inspecting.inspect(shop, target, every, again, lambda _: Folder(self.site)))

    @contextmanager
    def workshop(self) -> Iterator[Workshop]:
        """Open the project."""
        with Workshop(load_settings(self.project.folder), lambda *_: None) as shop:
            yield shop


@cache
def kept() -> Kept:
    """Return a release with words of its own, made by this program; to be read, not changed."""
    project = make_project(_scratch() / "own", (EDITION,))
    project.write(COMMENTARY, _WORDS)
    ran = project.run("run", EDITION)
    assert ran.code == 0, ran.err
    return Kept(project, EDITION)


@cache
def kept_by_another() -> Kept:
    """Return the same release corrected once, by a program whose templates and code differ from
    those of the first; to be read, not changed."""
    folder = _scratch()
    project = kept().copy(folder / "project").project
    about = project.folder / "templates/pages/about.md"
    about.write_text(f"{about.read_text()}\nMade by another program.\n")
    other = folder / "other"
    program.unpack(program.archive(project.folder), other, "the program")
    code = other / "generator/ledger.py"
    text = code.read_text()
    assert 'separators=(",", ":")' in text
    code.write_text(text.replace('separators=(",", ":")', "indent=1"))
    command = project.command("run", EDITION, "--revision", "A close was wrong.")
    done = subprocess.run(
        command,
        cwd=other,
        env={**os.environ, "PYTHONPATH": str(other)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Kept(project, f"{EDITION}-r2")


def exported(release: Kept) -> bytes:
    """Return a release as one archive."""
    tree = Folder(release.site)
    with release.workshop() as shop:
        settings = shop.settings
        entry = read_listing(tree).find(EDITION)
        return export(tree, entry, shop.snapshots, settings.site_name, settings.site_url)
