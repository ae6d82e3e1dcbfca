"""Charts of index members and funds, drawn from what a test lays down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from support import last_sessions, random_closes, universe
from support_inside import RAW
from support_members import random_members

from generator import graph
from generator.charts import Chart
from generator.facts import Figures, Value, Withheld
from generator.metrics._panel import Members

END = "2026-01-16"
SMALL, LARGE = "russell_2000", "sp_500"
INDEX = last_sessions(480, END)
SECTORS = tuple(universe().sectors.values())
SHARES = ("net_creations_share_1w", "net_creations_share_4w", "net_creations_share_ytd")
CHARTS = (
    *("members_above_200", "members_above_50", "new_highs_minus_lows", "net_advances_by_session"),
    *("broad_or_narrow_ytd", "largest_contributions_ytd", "member_return_histogram"),
    *("members_by_sector", "member_sector_heat_map", "member_sectors_small_and_large"),
    *("member_sector_contributions", "net_creations_by_fund"),
)


def made_up(subject: str, fund: str, lines: int, seed: int, **given: Any) -> Members:
    """Return members that walk at random, with long names and all sectors."""
    rng = np.random.default_rng(seed)
    found = random_members(rng, INDEX, lines, subject=subject, fund=fund, **given)
    names = tuple(f"NAME {symbol} HOLDINGS GROUP INCORPORATED" for symbol in found.symbols)
    sectors = tuple(SECTORS[place] for place in rng.integers(0, len(SECTORS), lines))
    return replace(found, names=names, sectors=sectors)


@cache
def both() -> dict[str, Members | Withheld]:
    """Return the members of the small and of the large index."""
    return {SMALL: made_up(SMALL, "IWM", 300, 1), LARGE: made_up(LARGE, "IVV", 120, 2)}


def creations(seed: int = 3) -> dict[str, Figures]:
    """Return net creations of every fund over each period, as a share of assets."""
    rng = np.random.default_rng(seed)
    return {
        name: {fund: Value(float(rng.normal(0, 0.03))) for fund in universe().funds}
        for name in SHARES
    }


def charts(
    *names: str,
    members: Mapping[str, Members | Withheld] | None = None,
    publishes: Mapping[str, str] = RAW,
    **overrides: Any,
) -> dict[str, Chart | Withheld]:
    """Return charts by name; `overrides` are other nodes that are given, not computed."""
    closes = pd.DataFrame({s: random_closes(len(INDEX), seed) for seed, s in enumerate(_kinds())})
    closes.index = INDEX
    inputs = {
        "snapshot_closes": closes,
        "snapshot_dividends": closes * 0.0,
        "snapshot_splits": closes * 0.0 + 1.0,
        "as_of": INDEX[-1],
        "universe": universe(),
        "exclusions": {},
        "simulated": True,
        "provider": "sample",
        "publishes": dict(publishes),
    }
    given = {"index_members": dict(both() if members is None else members), **creations()}
    found: dict[str, Chart | Withheld] = graph._driver().execute(
        list(names or CHARTS), inputs=inputs, overrides={**given, **overrides}
    )
    return found


def _kinds() -> list[str]:
    return [s for s, series in universe().series.items() if series.kind != "volatility"]


@cache
def everything() -> dict[str, Chart | Withheld]:
    """Return all of these charts, made up once."""
    return charts()


def drawn(name: str, found: Mapping[str, Chart | Withheld] | None = None) -> Chart:
    """Return a chart that must not be withheld."""
    chart = (everything() if found is None else found)[name]
    assert isinstance(chart, Chart), f"{name} is withheld: {chart.reason}"
    return chart
