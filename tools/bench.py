"""How fast the report is made: `make bench`.

Everything runs in a throw-away copy of the project. Each line is the median of several runs with
the fastest and the slowest beside it; the aim stands behind it.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEWEST, BEFORE = "2026-W04", "2026-W03"


def copy_project(folder: Path) -> Path:
    """Copy what a project consists of."""
    project = folder / "project"
    project.mkdir()
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, project / name)
    shutil.copy(ROOT / "mkdocs.yml", project)
    return project


def smallcaps(project: Path, *arguments: str) -> float:
    """Run a command and return the seconds it took."""
    command = [sys.executable, "-m", "generator.cli", "--quiet", "--project", str(project)]
    started = time.perf_counter()
    subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def forget(project: Path) -> None:
    """Remove everything that was built or published."""
    for name in ("build", "site"):
        shutil.rmtree(project / name, ignore_errors=True)


def cold(project: Path) -> float:
    """One edition from its snapshot to the site, nothing there before."""
    forget(project)
    return smallcaps(project, "run", NEWEST)


def unchanged(project: Path) -> float:
    """The same again."""
    return smallcaps(project, "run", NEWEST)


def commentary(project: Path) -> float:
    """Build again after a word of commentary changed."""
    path = project / f"content/editions/{NEWEST}.md"
    if not path.exists():
        path.write_text("---\ntitle: T\nauthor: A\ndate: 2026-01-24\n---\n# index\n")
    with path.open("a") as file:
        file.write("\nAnother sentence.\n")
    return smallcaps(project, "build", NEWEST)


def further(project: Path) -> float:
    """Seconds each further edition adds in one process: all eight less one, by seven."""
    forget(project)
    every = smallcaps(project, "run", "--all")
    return (every - cold(project)) / 7


def line(name: str, measure: Callable[[], float], runs: int, aim: str) -> None:
    """Measure and report."""
    took = sorted(measure() for _ in range(runs))
    middle = statistics.median(took)
    print(f"{name:<34} {middle:6.2f} s   {took[0]:.2f} to {took[-1]:.2f}   aim {aim}", flush=True)


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs a line")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder))
        cold(project)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        line("one edition, cold", lambda: cold(project), runs, "2.50")
        line("nothing changed", lambda: unchanged(project), runs, "0.25")
        line("commentary changed", lambda: commentary(project), runs, "0.80")
        line("each further edition", lambda: further(project), max(1, runs // 2), "0.50")
        print(f"{'memory of the largest process':<34} {memory:6.0f} MB             aim 350")
        published = project / "site" / BEFORE
        smallcaps(project, "run", BEFORE)
        size = sum(path.stat().st_size for path in published.rglob("*") if path.is_file())
        print(f"{'an archived edition':<34} {size / 1000:6.0f} kB             aim 700")
        for path in sorted(published.rglob("*"), key=lambda p: -p.stat().st_size)[:4]:
            print(
                f"  {path.relative_to(published).as_posix():<32} {path.stat().st_size / 1000:6.0f}"
            )
        snapshots = project / "content/snapshots"
        frozen = [path.stat().st_size for path in snapshots.rglob("*") if path.is_file()]
        print(
            f"{'eight snapshots':<34} {sum(frozen) / 1000:6.0f} kB, base {max(frozen) / 1000:.0f}"
        )


if __name__ == "__main__":
    main()
