"""How fast two thousand members are fetched: `make bench-live`.

The sources are served on this machine by the tests' own server, in a process of its own. The time
of the server is that of a bare client that asks for the same charts, as many at once, and throws
the answers away. A second run of the frozen edition does not ask for anything.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import ROOT, copy_project

from generator.config import load_settings

EDITION, NOW = "2026-W03", "2026-01-17T14:00:00"
FIRST, LAST = 1705356000, 1768608000
"""The two years that a member's chart spans."""
_READ = re.compile(r"read  member_prices  (\d+) of \1 symbols in ([0-9.]+) s")


@contextmanager
def served(members: int, latency: float) -> Iterator[Mapping[str, str]]:
    """Serve the sources and yield the environment in which clients find them."""
    command = [sys.executable, "-m", "live", "--now", f"{NOW}+00:00"]
    command += ["--members", str(members), "--latency", str(latency)]
    process = subprocess.Popen(
        command,
        cwd=ROOT / "tests",
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["environment"]
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def impatient(project: Path) -> int:
    """Let the project ask as fast as it can, and return how many symbols it asks for at once."""
    path = project / "content/live.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(requests_per_second:) [0-9.]+", r"\1 100000", text), encoding="utf-8")
    return load_settings(project).live.yahoo.parallel


@dataclass(frozen=True)
class Fetch:
    """One run of the command."""

    seconds: float
    """How long it took."""
    said: str
    """What it said."""
    memory: list[float]
    """Megabytes it held each time it said how many members it had read."""


def fetch(project: Path, environment: Mapping[str, str]) -> Fetch:
    """Fetch the edition."""
    command = [sys.executable, "-m", "generator.cli", "--project", str(project), "--now", NOW]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "fetch", EDITION, "--provider", "live"],
        env={**os.environ, **environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said, memory = [], []
    for line in process.stderr:
        said.append(line)
        if "read  member_prices" in line:
            memory.append(held(process.pid))
    assert process.wait() == 0, "".join(said)
    return Fetch(time.perf_counter() - started, "".join(said), memory)


def held(process: int) -> float:
    """The memory that a process holds, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def bare(symbols: list[str], parallel: int) -> float:
    """Ask for the same charts and throw the answers away; return the seconds it took."""
    from curl_cffi import requests

    session: requests.Session = requests.Session(impersonate="chrome")  # type: ignore[type-arg]
    asked = {"period1": FIRST, "period2": LAST, "interval": "1d", "events": "div,splits"}

    def ask(symbol: str) -> None:
        address = f"https://query2.finance.yahoo.com/v8/finance/chart/{quote(symbol)}"
        answer = session.get(address, params=asked)
        assert answer.status_code == 200, (symbol, answer.status_code)

    started = time.perf_counter()
    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(ask, symbols))
    return time.perf_counter() - started


def members_of(project: Path) -> list[str]:
    """The members whose prices were frozen."""
    from generator.editions import parse_edition
    from generator.snapshot import Snapshots
    from generator.store import Store

    snapshots = Snapshots(Store(str(project / "content/snapshots")))
    rows = snapshots.table(snapshots.manifest(parse_edition(EDITION)), "member_prices")
    return sorted(set(rows["symbol"]))


def measure(members: int, latency: float) -> None:
    """Fetch so many members, and say what it took."""
    with tempfile.TemporaryDirectory(prefix="smallcaps-bench-") as folder:
        project = copy_project(Path(folder))
        parallel = impatient(project)
        with served(members, latency) as environment:
            first = fetch(project, environment)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            again = fetch(project, environment)
            assert "kept" in again.said, again.said
            os.environ.update(environment)
            server = bare(members_of(project), parallel)
        found = _READ.findall(first.said)
        own = float(found[-1][1])
        print(f"{members:>6,} members, {latency * 1000:.0f} ms an answer, {parallel} at once")
        print(f"{'  a bare client':<34} {server:6.1f} s")
        print(
            f"{'  smallcaps, the same charts':<34} {own:6.1f} s   {own / server:.2f} times, aim 1.2"
        )
        print(f"{'  the whole fetch':<34} {first.seconds:6.1f} s")
        print(f"{'  again, frozen':<34} {again.seconds:6.2f} s")
        begun, ended = first.memory[0], first.memory[-1]
        print(f"{'  memory while reading':<34} {begun:6.0f} MB at first, {ended:.0f} MB at last")
        print(f"{'  peak memory, freezing':<34} {peak:6.0f} MB", flush=True)


def main() -> None:
    """Measure with the number of members and the wait that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds before every answer")
    given = parser.parse_args()
    measure(given.members, given.latency)


if __name__ == "__main__":
    main()
