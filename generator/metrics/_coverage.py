"""Figures counted over the members of an index: when enough is known of them, and the telling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._breadth import Tally
from generator.metrics._panel import Members
from generator.metrics._periods import too_few
from generator.metrics._tools import day


def per_list(
    index_members: Mapping[str, Members | Withheld],
    as_of: pd.Timestamp,
    compute: Callable[[Members], Figure],
) -> Figures:
    """Compute one figure an index; one without a list in force is withheld with the reason."""
    figures: Figures = {}
    for subject, members in index_members.items():
        if isinstance(members, Withheld):
            figures[subject] = members
        else:
            figures[subject] = _not_listed(members, as_of) or compute(members)
    return figures


def _not_listed(members: Members, as_of: pd.Timestamp) -> Withheld | None:
    """Why there are no members on the last session."""
    if not len(members.sessions) or members.sessions[-1] != as_of:
        return Withheld(f"there are no closes of its members on the last session {day(as_of)}")
    if members.counted[-1].any():
        return None
    if members.lists[-1] is not None:
        return Withheld(f"none of its members has a close on the last session {day(as_of)}")
    return Withheld(f"no list of its members was in force on the last session {day(as_of)}")


def per_tally(
    index_members: Mapping[str, Members | Withheld],
    tallies: Mapping[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
    compute: Callable[[Members, Tally], Value],
) -> Figures:
    """Compute one figure an index from what was counted of its members on each session.

    The coverage on the last session becomes parts of it; where that is too small it is withheld.
    """

    def figure(members: Members) -> Figure:
        counts = tallies[members.subject]
        scarce = scarcity(counts, universe.coverage_floor)
        return scarce or with_coverage(members, counts, compute(members, counts))

    return per_list(index_members, as_of, figure)


def scarcity(counts: Tally, floor: float) -> Withheld | None:
    """Return why too few members are known on the last session, or None where enough are."""
    if counts.covered[-1]:
        return None
    members, weight = _coverage(counts)
    return too_few(members, weight, floor)


def with_coverage(members: Members, counts: Tally, value: Value) -> Value:
    """Return a value with the coverage on the last session and its list among its parts."""
    by_count, by_weight = _coverage(counts)
    parts = {
        "members": Part(int(counts.members[-1]), "count"),
        "with_data": Part(int(counts.known[-1]), "count"),
        "coverage_members": Part(by_count, "share"),
        "coverage_weight": Part(by_weight, "share"),
        "list_day": members.list_day(),
    }
    warnings = (*value.warnings, *members.caveats)
    return replace(value, parts={**value.parts, **parts}, warnings=warnings)


def _coverage(counts: Tally) -> tuple[float, float | None]:
    weight = None if counts.weight is None else float(counts.weight[-1])
    return float(counts.known[-1] / counts.members[-1]), weight
