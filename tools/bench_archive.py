"""What an archive costs: `make bench-archive`.

A throw-away copy of the project is backfilled with ten years of editions, from the folder of real
prices where there is one, else from the simulated history. Told are editions a second, memory,
bytes and where the time goes: by process first, then, for a few editions made one after the other,
by stage. Seconds of a core are what the machine's other work changes least.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import ROOT, copy_project

sys.path.insert(0, str(ROOT))

PRICES = ROOT.parent / "shared/data/prices"
LAST = "2026-W03"
NOW = "2026-02-01T12:00:00"
TICKS = 100
ROLES = {
    "popen_loky": "workers",
    "drawing_worker drawing": "drawing",
    "drawing_worker picture": "pictures",
    "resource_tracker": "trackers",
}
STAGES = {
    "freeze": ("freezing.py", "freeze"),
    "  cut the history": ("files.py", "fetch"),
    "  check": ("quality.py", "examine"),
    "  write the snapshot": ("snapshot.py", "freeze"),
    "build": ("pipeline.py", "build"),
    "  open the snapshot": ("snapshot.py", "open"),
    "  compute figures and charts": ("graph.py", "compute"),
    "  dress and wait for drawings": ("illustrating.py", "illustrations"),
    "  write pages": ("writing.py", "_write_pages"),
    "  MkDocs": ("site.py", "build_site"),
    "  mail": ("digest.py", "write"),
    "publish": ("pipeline.py", "publish"),
    "  root": ("publishing.py", "_add_root"),
    "  search": ("searching.py", "update"),
    "  write": ("trees.py", "apply"),
}
"""By title: file and function whose time it is, with everything that is called from there."""


def source() -> list[str]:
    """Where the history comes from."""
    if PRICES.is_dir():
        return ["--provider", "files", "--data", str(PRICES)]
    return ["--provider", "sample"]


def empty_project(folder: Path) -> Path:
    """Return a copy of the project without snapshots."""
    project = copy_project(folder)
    for path in sorted((project / "content/snapshots").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return project


def span(count: int) -> list[str]:
    """The oldest and the newest of so many editions."""
    from generator.editions import parse_edition

    last = parse_edition(LAST)
    return [str(last.shift(1 - count)), str(last)]


class Watch:
    """Adds up what the processes of a command use."""

    def __init__(self, root: int) -> None:
        self._root = root
        self.seconds: dict[int, tuple[str, float]] = {}
        self.peak: Counter[str] = Counter()
        self.whole = 0

    def look(self) -> None:
        """Look once."""
        memory: Counter[str] = Counter()
        for number, role, ticks in self._processes():
            if role == "command" and number in self.seconds:
                # A process that is ending has lost its name.
                role = self.seconds[number][0]
            self.seconds[number] = role, ticks / TICKS
            memory[role] += _memory(number)
        for role, size in memory.items():
            self.peak[role] = max(self.peak[role], size)
        self.whole = max(self.whole, sum(memory.values()))

    def _processes(self) -> Iterator[tuple[int, str, int]]:
        for path in Path("/proc").glob("[0-9]*"):
            try:
                fields = (path / "stat").read_text().rsplit(")", 1)[1].split()
                words = (path / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if int(fields[3]) == self._root:
                role = next((role for key, role in ROLES.items() if key in words), "command")
                yield int(path.name), role, int(fields[11]) + int(fields[12])

    def by_role(self) -> dict[str, float]:
        """Seconds of processor time."""
        found: defaultdict[str, float] = defaultdict(float)
        for role, seconds in self.seconds.values():
            found[role] += seconds
        return dict(found)


def _memory(number: int) -> int:
    """The proportional share of memory of a process, in kB."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def size(folder: Path) -> int:
    """Bytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def backfilled(project: Path, count: int, jobs: int) -> None:
    """Backfill in a process of its own and say what it took."""
    command = [sys.executable, "-m", "generator.cli", "--quiet", "--project", str(project)]
    command += ["--now", NOW, "backfill", *span(count), *source(), "--jobs", str(jobs)]
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        watch = Watch(process.pid)
        while process.poll() is None:
            watch.look()
            time.sleep(0.5)
    took = time.perf_counter() - started
    if process.returncode not in (0, 3):
        raise SystemExit(f"it ended with {process.returncode}")
    print(f"{count} editions, {jobs} jobs: {took:.1f} s, {count / took:.2f} editions/s")
    cores = watch.by_role()
    for role, seconds in sorted(cores.items(), key=lambda item: -item[1]):
        share = f"{seconds / count:6.2f} s of a core an edition"
        print(f"  {role:<10} {share}   at most {watch.peak[role] / 1024:5.0f} MB together")
    print(
        f"  {'all':<10} {sum(cores.values()) / count:6.2f} s, {watch.whole / 1024:.0f} MB at once"
    )
    editions = [path for path in (project / "site").iterdir() if (path / "edition.json").is_file()]
    print(f"  an edition {sum(map(size, editions)) / len(editions) / 1000:.0f} kB")
    print(f"  the site   {size(project / 'site') / count / 1000:.0f} kB an edition")
    print(f"  snapshots  {size(project / 'content/snapshots') / count / 1000:.1f} kB an edition")
    print(f"  scratch    {size(project / 'build') / 1000:.0f} kB in all")


def staged(project: Path, count: int) -> None:
    """Make a few editions in this process and say which stage took how long."""
    from generator import backfilling
    from generator.config import load_settings
    from generator.editions import parse_edition
    from generator.parallel import Team
    from generator.workshop import Workshop

    first, last = (parse_edition(name) for name in span(count))
    data = PRICES if PRICES.is_dir() else None
    wanted = backfilling.Span(first, last, source()[1], data, Team(1))
    clock = datetime.fromisoformat(NOW).replace(tzinfo=UTC)
    profile = cProfile.Profile()
    with Workshop(load_settings(project), lambda *_: None) as shop:
        profile.runcall(backfilling.backfill, shop, wanted, lambda: clock)
    times = {
        (Path(file).name, name): entry[3]
        for (file, _, name), entry in pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
        if "generator" in file
    }
    print(f"by stage, {count} editions one by one under a profile (which takes as long again)")
    for title, key in STAGES.items():
        if key in times:
            print(f"  {title:<30} {times[key] / count * 1000:7.0f} ms an edition")


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=520, help="how many")
    parser.add_argument("--jobs", type=int, default=2, help="processes that build")
    parser.add_argument("--staged", type=int, default=8, help="editions made under a profile")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        backfilled(empty_project(Path(folder)), wanted.editions, wanted.jobs)
    with tempfile.TemporaryDirectory() as folder:
        staged(empty_project(Path(folder)), wanted.staged)


if __name__ == "__main__":
    main()
