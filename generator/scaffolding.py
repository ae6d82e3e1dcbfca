"""Beginning an edition's commentary: the draft, from what moved most in the edition's snapshot.

How unusual a week was is told by the weeks before, which are seen in the same snapshot, each with
nothing that came later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from generator.config import Universe
from generator.draft import Material, plain, scaffold
from generator.editions import Edition, edition_of
from generator.errors import ReportError
from generator.facts import Facts
from generator.forecasts import LISTED_FOR, Forecast, horizon_reached
from generator.movements import METRICS, RANKED, WEEKS, rank, turned
from generator.prompts import METRICS as TOLD
from generator.snapshot import Snapshot
from generator.store import write_whole
from generator.workshop import Workshop
from generator.written import entries_of

PAGES = (
    *("index", "performance", "relative-strength", "technical", "records", "volatility"),
    *("economy", "outlook", "risks", "claims", "forecasts"),
)
"""The pages that get a section, where they are."""


def begin(shop: Workshop, edition: Edition, now: datetime) -> Path:
    """Write the beginnings of an edition's commentary and return its path.

    Raises:
        ReportError: there is one already.
        ContentError: claims or forecasts have mistakes.
    """
    shown_as = f"content/editions/{edition}.md"
    path = shop.settings.root / shown_as
    if path.exists():
        raise ReportError(f"{edition} has a commentary already", where=shown_as)
    universe = shop.settings.universe
    if edition in shop.snapshots.editions():
        there = [p for p in PAGES if (shop.templates / f"pages/{p}.md").is_file()]
        material = _material(shop, edition)
        text = scaffold(edition, now.date(), material, universe, there)
    else:
        text = plain(edition, now.date(), universe)
    write_whole(path, text.encode())
    return path


def _material(shop: Workshop, edition: Edition) -> Material:
    """What the edition's snapshot, the claims and the forecasts offer."""
    snapshot, universe = shop.snapshots.open(edition), shop.settings.universe
    entries = entries_of(shop, snapshot.manifest)
    ends = _week_ends(snapshot)
    weeks = _weeks(snapshot, universe, ends)
    before, as_of = ends[-2:]
    forecasts = [one for one in entries.forecasts if as_of - one.horizon <= LISTED_FOR]
    return Material(
        now=weeks[-1],
        movements=rank(weeks, universe),
        turns=turned(weeks[-1], weeks[-2], universe),
        claims=entries.claims,
        forecasts=forecasts,
        resolving=frozenset(f.id for f in forecasts if _resolves(f, before, as_of)),
        simulated=snapshot.manifest.simulated,
    )


def _resolves(forecast: Forecast, before: date, as_of: date) -> bool:
    """Whether the week brought the session on which a forecast is decided."""
    reached = [horizon_reached(forecast.horizon, day) for day in (before, as_of)]
    return reached == [False, True]


def _week_ends(snapshot: Snapshot) -> list[date]:
    """The last session of each of the latest weeks, this one last."""
    recent = [stamp.date() for stamp in snapshot.sessions[-7 * (WEEKS + 3) :]]
    ends = {edition_of(day): day for day in recent}
    return list(ends.values())[-(WEEKS + 2) :]


def _weeks(snapshot: Snapshot, universe: Universe, ends: Sequence[date]) -> list[Facts]:
    """The figures as seen on each of those sessions: of the last two weeks all that are told."""
    import pandas as pd

    from generator import graph

    followed = {kind.metric for kind in RANKED}
    told = {*METRICS, *TOLD}

    def seen(day: date) -> Facts:
        asked = told if day in ends[-2:] else followed
        names = [name for name in graph.metrics() if name in asked]
        return graph.compute(snapshot, universe, pd.Timestamp(day), names).facts()

    return [seen(day) for day in ends]
