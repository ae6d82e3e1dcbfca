"""How long a thousand claims take: `python tools/bench_claims.py [PROJECT]`.

Twenty-five claims for each of the last forty sessions of the newest snapshot, a third of them
wrong, so that every other convention is tried. The snapshot is open when the clock starts, and the
graph has been built, as when an edition has been computed.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from generator import graph
from generator.checking import check
from generator.claims import Claim
from generator.config import Settings, load_settings
from generator.past import SnapshotPast
from generator.snapshot import Snapshot, Snapshots
from generator.store import Store

DAYS, A_DAY = 40, 25
FIGURES = (
    *(f"return_{horizon}" for horizon in ("1d", "1w", "mtd", "1m", "qtd", "3m", "ytd", "1y")),
    *("relative_return_1w", "relative_return_ytd", "point_change_1w"),
    *("outperformance_streak_sessions", "outperformance_streak_weeks", "record_closes_ytd"),
    *("rsi_14_daily", "drawdown", "sessions_since_record"),
)
SUBJECTS = ("russell_2000", "iwm")
WRONG, RIGHT = {"is": "77.77"}, {"at_least": "-1,000,000"}
SUFFIXES = {"fraction": "%", "share": "%", "pp": " pp"}


def claims(days: list[date]) -> list[Claim]:
    """Return claims about each of these days, every third of them wrong."""
    pairs = [(figure, subject) for subject in SUBJECTS for figure in FIGURES][:A_DAY]
    return [
        claim(day, n, figure, subject, WRONG if n % 3 == 0 else RIGHT)
        for day in days
        for n, (figure, subject) in enumerate(pairs)
    ]


def claim(day: date, number: int, figure: str, subject: str, relation: dict[str, str]) -> Claim:
    """Return one claim about one figure."""
    suffix = SUFFIXES.get(graph.metrics()[figure].unit, "")
    printed = {key: value + suffix for key, value in relation.items()}
    return Claim.model_validate(
        {
            "id": f"{day}-{number}",
            "edition": "2026-W01",
            "as_of": day,
            "source": "bench",
            "statement": "A number.",
            "class": "P",
            "asserts": [{"figure": f"{figure}.{subject}", **printed}],
        }
    )


def measured(settings: Settings, snapshot: Snapshot) -> str:
    """Check the claims of the last forty sessions and say how long it took."""
    graph.compute(snapshot, settings.universe, snapshot.sessions[-1], FIGURES)
    days = [stamp.date() for stamp in snapshot.sessions[-DAYS:]]
    wanted = claims(days)
    started = time.perf_counter()
    past = SnapshotPast(snapshot, settings.universe, settings.checks.index_against_fund.pairs)
    found = check(
        wanted, past, as_of=days[-1], simulated=False, ledger={}, name=settings.universe.called
    )
    seconds = time.perf_counter() - started
    wrong = sum(one.verdict != "confirmed" for one in found)
    return f"{len(found)} claims, {wrong} of them not confirmed: {seconds:.2f} s"


def main() -> None:
    """Read the project's newest snapshot, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?", default=".", type=Path)
    settings = load_settings(parser.parse_args().project.resolve())
    snapshots = Snapshots(Store(settings.snapshots))
    print(measured(settings, snapshots.open(snapshots.resolve("latest"))))


if __name__ == "__main__":
    main()
