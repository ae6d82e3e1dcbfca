"""Small made-up releases, and a site of them in a folder or on a branch."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generator import archive
from generator.archive import Publication
from generator.editions import Edition
from generator.folders import Folder
from generator.foresight import After
from generator.git_branch import GitBranch
from generator.listing import RECORD
from generator.trees import Keeper

BRANCH = "gh-pages"


def release(
    folder: Path,
    edition: Edition,
    *,
    revision: int = 1,
    simulated: bool = True,
    text: str = "",
) -> Path:
    """Write a small built release as the stages before leave it, and return its folder."""
    folder = folder / f"{edition}-{revision}-{simulated}-{text}"
    (folder / "charts").mkdir(parents=True)
    (folder / "index.html").write_text(f"<p>{edition} {revision} {text}</p>")
    (folder / "charts/one.html").write_text("<p>One</p>")
    (folder / "charts/one.csv").write_text("a,b\n")
    record = {
        "edition": str(edition),
        "revision": revision,
        "corrected": "2026-02-10" if revision > 1 else None,
        "reason": "A close was wrong." if revision > 1 else None,
        "as_of": edition.sunday.isoformat(),
        "title": f"Week {edition.week}" + ("" if simulated else ", real"),
        "simulated": simulated,
        "provider": "sample" if simulated else "files",
        "snapshot": "0" * 64,
        "version": "0.1.0",
        "headlines": [],
        "files": archive.file_hashes(folder),
    }
    (folder / RECORD).write_text(json.dumps(record))
    return folder


def publish(tree: Keeper, *built: Path, anew: bool = False) -> Publication:
    """Publish releases with aliases and lists, and without root pages."""
    publication = archive.begin(tree, anew=anew)
    for folder in built:
        archive.add(publication, folder)
    archive.lay_aliases(publication, After(tree, publication.change))
    publication.change.files |= archive.lists(publication)
    tree.apply(publication.change, "Publish")
    return publication


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it says."""
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def repository(folder: Path, *, bare: bool = False) -> Path:
    """Make a repository with one commit, or a bare one without any."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *(["--bare"] if bare else []))
    git(folder, "config", "user.name", "An Editor")
    git(folder, "config", "user.email", "editor@small-caps.example")
    if not bare:
        (folder / "README").write_text("A project.\n")
        git(folder, "add", "README")
        git(folder, "commit", "--quiet", "--message", "Begin")
    return folder


def keeper(folder: Path, kind: str) -> Keeper:
    """Return an empty site: a `folder`, or a `branch` of a new repository."""
    if kind == "branch":
        return GitBranch(repository(folder / "repository"), BRANCH, None)
    return Folder(folder / "site")


def contents(tree: Keeper) -> Mapping[str, bytes]:
    """Return every file of a site by name."""
    return {name: tree.read(name) for name in tree.names()}
