"""How fast the figures of two thousand members are: `python tools/bench_members.py`.

The members are made up: as many small caps and large caps as the sample has, over two years, with
gaps, late comers and lists that change. The clock starts when they are there. Beside it stand three
of the figures of small caps alone, with their histories, and the same three by polars; both must
say the same.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from generator import graph
from generator.config import load_settings
from generator.facts import Withheld

ROOT = Path(__file__).resolve().parents[1]
SESSIONS = 504
SECTIONS = ("Breadth", "Inside the index", "Sectors", "Size and style")
THREE = ("share_above_sma_200", "advances", "declines", "new_highs_52w", "new_lows_52w")


def made_up(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the graph's inputs and, by index, its members."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support import last_sessions, random_closes
    from support_members import END, random_members

    universe = load_settings(ROOT).universe
    index, rng = last_sessions(SESSIONS, END), np.random.default_rng(seed)
    odd = {"gaps": 1e-5, "late": 0.02, "ties": 0.02, "turnover": 0.02, "second_classes": 0.005}
    members = {
        subject: random_members(
            rng, index, rules.simulated, subject=subject, fund=rules.fund, **odd
        )
        for subject, rules in universe.members.items()
    }
    levels = {name: random_closes(SESSIONS, n) for n, name in enumerate(universe.series)}
    closes = pd.DataFrame(levels, index)
    inputs = {
        "snapshot_closes": closes,
        "snapshot_dividends": closes * 0.0,
        "snapshot_splits": closes * 0.0 + 1.0,
        "as_of": index[-1],
        "universe": universe,
        "exclusions": {},
        "without_distributions": frozenset(),
        "missing_tables": {},
        "publishes": {"holdings": "raw", "member_prices": "raw"},
    }
    return inputs, members


def by_graph(
    names: tuple[str, ...], inputs: Mapping[str, Any], members: Mapping[str, Any]
) -> dict[str, Any]:
    """Compute figures of these members."""
    found: dict[str, Any] = graph._driver().execute(
        names, inputs=dict(inputs), overrides={"index_members": dict(members)}
    )
    return found


def long_frame(members: Any) -> pl.DataFrame:
    """Return members as rows of session, symbol, close and whether it counts."""
    rows, columns = members.closes.shape
    return pl.DataFrame(
        {
            "session": np.tile(np.arange(rows), columns),
            "symbol": np.repeat(np.arange(columns), rows),
            "close": members.closes.T.ravel(),
            "counted": members.counted.T.ravel(),
        }
    ).with_columns(pl.col("close").fill_nan(None))


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    """Count the three figures on each session."""
    close = pl.col("close")
    before = close.shift(1)
    columns = {
        "average": close.rolling_mean(200).over("symbol"),
        "before": before.over("symbol"),
        "highest": before.rolling_max(251).over("symbol"),
        "lowest": before.rolling_min(251).over("symbol"),
    }
    counts = {
        "share_above_sma_200": (close > pl.col("average")).mean(),
        "advances": (close > pl.col("before")).sum(),
        "declines": (close < pl.col("before")).sum(),
        "new_highs_52w": (close > pl.col("highest")).sum(),
        "new_lows_52w": (close < pl.col("lowest")).sum(),
    }
    compared = frame.lazy().with_columns(**columns).filter("counted")
    return compared.group_by("session").agg(**counts).sort("session").collect()


def seconds(compute: Callable[[], object], runs: int) -> list[float]:
    """Time some runs after one that warms up."""
    took = []
    for _ in range(runs + 1):
        gc.collect()
        started = time.perf_counter()
        compute()
        took.append(time.perf_counter() - started)
    return sorted(took[1:])


def line(name: str, took: list[float], aim: str) -> None:
    """Print the median of some runs beside the fastest and the slowest."""
    middle = statistics.median(took)
    print(f"{name:<34} {middle:6.3f} s   {took[0]:.3f} to {took[-1]:.3f}   {aim}", flush=True)


def same(figures: Mapping[str, Any], counted: pl.DataFrame, subject: str) -> None:
    """Stop where both ways do not say the same of the last session."""
    last = counted.row(-1, named=True)
    for name in THREE:
        own = figures[name][subject].value
        if not np.isclose(own, last[name], rtol=1e-9, atol=1 / 1000):
            raise SystemExit(f"{name} is {own}, and {last[name]} by polars")


def withheld(figures: Mapping[str, Any]) -> int:
    """Return how many figures there are not."""
    return sum(isinstance(one, Withheld) for found in figures.values() for one in found.values())


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs a line")
    runs = parser.parse_args().runs
    inputs, members = made_up(1)
    known = graph.metrics()
    for section in SECTIONS:
        names = tuple(name for name, info in known.items() if info.section == section)
        took = seconds(lambda names=names: by_graph(names, inputs, members), runs)
        line(f"{section}, {len(names)} figures", took, "")
    names = tuple(name for name, info in known.items() if info.section in SECTIONS)
    every = seconds(lambda: by_graph(names, inputs, members), runs)
    line(f"all {len(names)} figures of members", every, "aim 0.500")
    tracemalloc.start()
    figures = by_graph(names, inputs, members)
    print(f"{'memory of these':<34} {tracemalloc.get_traced_memory()[1] / 1e6:6.0f} MB  aim 400")
    tracemalloc.stop()
    values = sum(len(found) for found in figures.values())
    print(f"{'of their subjects':<34} {values:6} and {withheld(figures)} of these withheld")
    subject = next(iter(members))
    alone = {subject: members[subject]}
    frame = long_frame(members[subject])
    same(by_graph(THREE, inputs, alone), by_polars(frame), subject)
    line("three of them, small caps", seconds(lambda: by_graph(THREE, inputs, alone), runs), "")
    line("the same by polars", seconds(lambda: by_polars(frame), runs), "")


if __name__ == "__main__":
    main()
