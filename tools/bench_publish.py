"""What one more edition costs: `make bench-publish`.

Eight real editions are published, one command each, into made-up archives of ten editions, of two
years and of two thousand, in turn; into a folder, and onto a branch. The made-up editions have
figures, claims and records but no pages, which publishing never reads. Pages of figures show the
two newest years, so that the cost grows with the weeks there are of these, and no further.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import ROOT, copy_project

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

BRANCH = "gh-pages"


def smallcaps(project: Path, *arguments: str) -> float:
    """Run a command in a process of its own and return the seconds it took."""
    command = [sys.executable, "-m", "generator.cli", "--quiet", "--project", str(project)]
    started = time.perf_counter()
    subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def git(folder: Path, *words: str) -> str:
    """Run git and return what it says."""
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def repository(project: Path) -> None:
    """Make the project a repository with one commit."""
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "config", "user.name", "An Editor")
    git(project, "config", "user.email", "editor@small-caps.example")
    git(project, "config", "gc.auto", "0")
    git(project, "add", "mkdocs.yml")
    git(project, "commit", "--quiet", "--message", "Begin")


def real(project: Path) -> list[str]:
    """The editions of the sample, oldest first."""
    return sorted(path.stem for path in (project / "content/snapshots").glob("*.json"))


def fill(project: Path, editions: int, branch: bool) -> float:
    """Make an archive of made-up editions, all older than the real ones; return the seconds that
    its root pages took."""
    from support_archive import fake_archive

    from generator.folders import Folder
    from generator.git_branch import GitBranch
    from generator.trees import Change

    site = project / "site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    newest = real(project)
    fake_archive(site, editions=editions + len(newest))
    for name in newest:
        shutil.rmtree(site / name, ignore_errors=True)
    (site / "editions.json").unlink(missing_ok=True)
    if not branch:
        return smallcaps(project, "publish", "--rebuild")
    with GitBranch(project, BRANCH, None) as tree:
        tree.begin()
        folders = Folder(site).folders()
        tree.apply(Change(copies={name: site / name for name in folders}), "Fill")
    shutil.rmtree(site)
    return smallcaps(project, "publish", "--rebuild", "--branch", BRANCH)


def largest(site: Path, suffix: str) -> tuple[int, str]:
    """The heaviest root file of a kind, compressed as a host sends it."""
    folders = [path for path in site.iterdir() if not path.name[:2].isdigit()]
    found = [
        path
        for folder in folders
        if folder.name not in ("assets", "search", "snapshots", "programs")
        for path in ([folder] if folder.is_file() else folder.rglob("*"))
        if path.suffix == suffix
    ]
    sizes = [(len(gzip.compress(path.read_bytes())), path) for path in found]
    size, path = max(sizes)
    return size, path.relative_to(site).as_posix()


def prepare(editions: int, branch: bool, folder: Path) -> Path:
    """Make a project whose archive has so many editions, and tell what its root pages took."""
    project = copy_project(folder)
    repository(project)
    for name in real(project):
        smallcaps(project, "build", name)
    root = fill(project, editions, branch)
    where = "branch" if branch else "folder"
    print(f"{where}, {editions:>5} editions: all root pages {root:.1f} s", flush=True)
    return project


def publish_in_turn(projects: list[Path], branch: bool) -> list[list[float]]:
    """Publish each edition in one project after the other, so that a machine that is now faster,
    now slower is so for all; return the seconds by project."""
    options = ("--branch", BRANCH) if branch else ()
    names = real(projects[0])
    took = [[smallcaps(p, "publish", name, *options) for p in projects] for name in names]
    return [list(column) for column in zip(*took, strict=True)]


def tell(editions: int, project: Path, branch: bool, took: list[float]) -> float:
    """Tell what publishing costs at a size, and return the middle of it."""
    middle = statistics.median(took)
    print(
        f"  after {editions:>5}: one more {middle:.2f} s ({min(took):.2f} to {max(took):.2f})",
        flush=True,
    )
    if branch:
        commit = git(project, "rev-list", "--max-count=1", BRANCH).strip()
        changed = git(project, "diff-tree", "-r", "--name-only", f"{commit}^", commit)
        print(f"    files changed by the last: {len(changed.splitlines())}")
    else:
        for kind, suffix in (("page", ".html"), ("list", ".json")):
            size, name = largest(project / "site", suffix)
            print(f"    heaviest {kind} compressed: {size / 1000:.0f} kB, {name}")
    return middle


def main() -> None:
    """Measure the sizes in both places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--some", type=int, default=104)
    parser.add_argument("--many", type=int, default=2000)
    given = parser.parse_args()
    sizes = (given.few, given.some, given.many)
    for branch in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            places = [Path(folder) / str(editions) for editions in sizes]
            for place in places:
                place.mkdir()
            pairs = zip(sizes, places, strict=True)
            projects = [prepare(editions, branch, place) for editions, place in pairs]
            times = publish_in_turn(projects, branch)
            triples = zip(sizes, projects, times, strict=True)
            middles = [tell(editions, p, branch, took) for editions, p, took in triples]
        few, some, many = middles
        print(f"  ratio {many / few:.2f}   aim 1.50   ({many / some:.2f} against {given.some})")


if __name__ == "__main__":
    main()
