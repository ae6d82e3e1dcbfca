"""What one more edition costs: `make bench-publish`.

Eight real editions are published, one command each, into a made-up archive of ten editions and into
one of two thousand; into a folder, and onto a branch. Then the root pages are made anew, all of
them. The made-up editions have figures and records but no pages, which publishing never reads.
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


def measure(editions: int, branch: bool, folder: Path) -> float:
    """Tell what publishing costs at a size, and return the middle of it."""
    project = copy_project(folder)
    repository(project)
    for name in real(project):
        smallcaps(project, "build", name)
    root = fill(project, editions, branch)
    options = ("--branch", BRANCH) if branch else ()
    took = [smallcaps(project, "publish", name, *options) for name in real(project)]
    middle = statistics.median(took)
    where = "branch" if branch else "folder"
    print(
        f"{where}, {editions:>5} editions: one more {middle:.2f} s ({min(took):.2f} to "
        f"{max(took):.2f}), all root pages {root:.1f} s",
        flush=True,
    )
    if branch:
        for commit in git(project, "rev-list", "--max-count=1", BRANCH).split():
            changed = git(project, "diff-tree", "-r", "--name-only", f"{commit}^", commit)
            print(f"  files changed by the last: {len(changed.splitlines())}")
    else:
        for kind, suffix in (("page", ".html"), ("list", ".json")):
            size, name = largest(project / "site", suffix)
            print(f"  heaviest {kind} compressed: {size / 1000:.0f} kB, {name}")
    return middle


def main() -> None:
    """Measure both sizes in both places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=2000)
    sizes = parser.parse_args()
    for branch in (False, True):
        found = []
        for editions in (sizes.few, sizes.many):
            with tempfile.TemporaryDirectory() as folder:
                found.append(measure(editions, branch, Path(folder)))
        print(f"  ratio {found[1] / found[0]:.2f}   aim 1.50", flush=True)


if __name__ == "__main__":
    main()
