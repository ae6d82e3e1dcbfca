"""Sectors of the members: returns, weights, contributions and breadth.

Sectors are those of GICS as the holdings files write them. Members of any other sector are in none
of these figures, and are named in a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._breadth import Comparison
from generator.metrics._panel import Members
from generator.metrics._periods import (
    HORIZONS,
    NO_WEIGHTS,
    SPANS,
    Period,
    Periods,
    too_few,
    within,
)
from generator.metrics._tools import day, values_of
from generator.metrics.concentration import coverage_on_last, left_of, weights_at
from generator.metrics.inside import Contributions
from generator.metrics.returns import IN_WORDS

NAMED = 3
"""Other sectors that a warning names."""

_SIZES = {
    "": ("small_cap", "the small-cap index", "Sector"),
    "large_": ("large_cap", "the S&P 500", "Large-cap sector"),
}
"""By the beginning of a figure's name: the node that names the index, its name, the title's
beginning."""
_RETURNS = {f"{size}sector_return_{h}": (size, h) for size in _SIZES for h in HORIZONS}
_Known = TypeVar("_Known", Period, Contributions, Members)

_SECTOR = (
    "Sectors are those of GICS as the holdings files write them. Members are the lines of the list "
    "in force at the base that have a close there, by their weight at that close, and are held to "
    "their last close. Withheld where the sector has no member, and where fewer than the floor of "
    "its members, by count or by weight, have closes."
)


def _each_sector(
    universe: Universe,
    found: Period | Contributions | Members | Withheld,
    compute: Callable[[str], Figure],
) -> Figures:
    """Compute one figure a sector, by the name that the files write."""
    if isinstance(found, Withheld):
        return dict.fromkeys(universe.sectors, found)
    return {subject: compute(written) for subject, written in universe.sectors.items()}


def _followed(found: Mapping[str, _Known | Withheld], subject: str) -> _Known | Withheld:
    return found.get(subject, Withheld("the members of the index are not followed"))


def _of(members: Members, written: str) -> np.ndarray:
    """M bool: whether a line is of the sector."""
    return np.array([sector == written for sector in members.sectors], dtype=bool)


def _by_weight(period: Period | Withheld) -> Period | Withheld:
    if isinstance(period, Period) and not period.members.weighted:
        return Withheld(NO_WEIGHTS)
    return period


@tag_outputs(
    **{
        n: {"title": f"{_SIZES[size][2]} return, {IN_WORDS[h]}"}
        for n, (size, h) in _RETURNS.items()
    }
)
@tag(unit="fraction", section="Sectors")
@parameterize(
    **{
        name: (
            {"index": source(_SIZES[size][0]), "horizon": value(h)},
            f"Price return of the sector's members of {_SIZES[size][1]}, bought by weight at the "
            f"base and held: {IN_WORDS[h]}, base as for returns.\n\n" + _SECTOR,
        )
        for name, (size, h) in _RETURNS.items()
    }
)
def sector_return(member_spans: Periods, index: str, universe: Universe, horizon: str) -> Figures:
    """Return of each sector of an index."""
    found = _by_weight(_followed(member_spans[horizon], index))

    def returned(written: str) -> Figure:
        assert isinstance(found, Period)
        chosen = _of(found.members, written)
        part = within(found, chosen, universe.coverage_floor, f"of {written}")
        if isinstance(part, Withheld):
            return part
        weight = Part(float(found.members.weights[found.row][part.listed].sum()), "share")
        return part.figure(part.weighted_return, {"weight": weight})

    return _each_sector(universe, found, returned)


@tag(unit="pp", title="Sector, small minus large, year to date", section="Sectors")
def sector_spread_ytd(
    sector_return_ytd: Figures,
    large_sector_return_ytd: Figures,
    universe: Universe,
    small_cap: str,
    large_cap: str,
) -> Figures:
    """Price return of the sector's members of the small-cap index minus that of its members of the
    S&P 500, year to date.

    In percentage points. Withheld where either is.
    """
    funds = tuple(universe.members[s].fund for s in (small_cap, large_cap) if s in universe.members)
    figures: Figures = {}
    for subject, figure in sector_return_ytd.items():
        small = values_of(sector_return_ytd, subject)
        large = values_of(large_sector_return_ytd, subject)
        if isinstance(figure, Withheld) or isinstance(small, Withheld):
            figures[subject] = figure
        elif isinstance(large, Withheld):
            figures[subject] = Withheld(f"the large-cap sector: {large.reason}")
        else:
            parts = {"small": Part(small, "fraction"), "large": Part(large, "fraction")}
            figures[subject] = Value(
                100 * (small - large), base=figure.base, parts=parts, inputs=funds
            )
    return figures


@tag_outputs(
    **{f"{size}sector_weight": {"title": f"{title} weight"} for size, (*_, title) in _SIZES.items()}
)
@tag(unit="share", section="Sectors")
@parameterize(
    **{
        f"{size}sector_weight": (
            {"index": source(node)},
            f"Sum of the weights of the sector's members in {name}.\n\n"
            "Weights are those of the list in force on the last session, grown by closes since its "
            "day. With the change since the last session of the previous year where a list of that "
            "day is known. Sectors are those of GICS as the holdings files write them; members of "
            "no such sector are counted in a warning. Withheld where the sector has no member, "
            "where the lists have no weights, and where fewer than the floor of all members, by "
            "count or by weight, have a close on the last session.",
        )
        for size, (node, name, _) in _SIZES.items()
    }
)
def sector_weight(
    index_members: dict[str, Members | Withheld],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    index: str,
    universe: Universe,
) -> Figures:
    """Weight of each sector of an index on the last session."""
    members = _followed(index_members, index)
    if isinstance(members, Withheld):
        return dict.fromkeys(universe.sectors, members)
    coverage = coverage_on_last(members, as_of, universe.coverage_floor)
    if isinstance(coverage, Withheld):
        return dict.fromkeys(universe.sectors, coverage)
    then = weights_at(members, period_bases["ytd"])
    warnings = _others(members, members.weights[-1], universe)

    def weight(written: str) -> Figure:
        own = _of(members, written)
        if not (own & members.listed[-1]).any():
            return Withheld(_empty(members, written))
        now = float(members.weights[-1][own].sum())
        change = None if then is None else 100 * (now - float(then[1][own].sum()))
        parts = {
            "change_ytd": Part(change, "pp"),
            "members": Part(int((own & members.counted[-1]).sum()), "count"),
        }
        base = None if then is None else then[0]
        return Value(now, base, parts | coverage, warnings=warnings, inputs=(members.fund,))

    return _each_sector(universe, members, weight)


def _listed(found: Members | Withheld, as_of: pd.Timestamp) -> Members | Withheld:
    """Members with a list on the last session, or why there is none."""
    if isinstance(found, Withheld):
        return found
    if found.base(as_of) is None:
        return Withheld(f"there are no closes of its members on the last session {day(as_of)}")
    if found.lists[-1] is None:
        return Withheld(f"no list of its members is in force on {day(as_of)}")
    return found


def _empty(members: Members, written: str) -> str:
    return f"no member is of {written} on the list in force on {day(members.sessions[-1])}"


def _others(members: Members, weights: np.ndarray, universe: Universe) -> tuple[str, ...]:
    """What is said of members of no sector that is followed."""
    followed = set(universe.sectors.values())
    outside = np.array([sector not in followed for sector in members.sectors], dtype=bool)
    outside &= members.listed[-1]
    count = int(outside.sum())
    if not count:
        return ()
    written = sorted({members.sectors[place] or "none" for place in np.flatnonzero(outside)})
    names = ", ".join(written[:NAMED]) + (" and others" if len(written) > NAMED else "")
    lines = "line is" if count == 1 else "lines are"
    share = 100 * float(weights[outside].sum())
    return (f"{count} {lines} of no sector followed ({names}) and left out: {share:.2f}% of all",)


@tag(unit="count", title="Members of the sector", section="Sectors")
def sector_members(
    index_members: dict[str, Members | Withheld],
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
) -> Figures:
    """Companies of the sector on the list of the small-cap index in force on the last session.

    Share classes of a company count once. Members of no sector that is followed are counted in a
    warning. Withheld where there is no such company, and where a list of members is not known.
    """
    members = _listed(_followed(index_members, small_cap), as_of)

    def count(written: str) -> Figure:
        assert isinstance(members, Members)
        number = int((_of(members, written) & members.counted[-1]).sum())
        if not number:
            return Withheld(_empty(members, written))
        return Value(
            number,
            parts={"list_day": members.list_day()},
            warnings=_others(members, members.weights[-1], universe),
            inputs=(members.fund,),
        )

    return _each_sector(universe, members, count)


@tag_outputs(
    **{f"sector_contribution_{h}": {"title": f"Sector contribution, {IN_WORDS[h]}"} for h in SPANS}
)
@tag(unit="pp", section="Sectors")
@parameterize(
    **{
        f"sector_contribution_{h}": (
            {"horizon": value(h)},
            "Sum of what the sector's members contributed to the return of the small-cap index's "
            f"members, in percentage points: {IN_WORDS[h]}.\n\n"
            "Contributions are weight at the close before times return, session by session, linked "
            "by Cariño's method so that those of all members add up to their compounded return. "
            "Withheld where the contributions are, and where the sector has no member.",
        )
        for h in SPANS
    }
)
def sector_contribution(
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    small_cap: str,
    universe: Universe,
    horizon: str,
) -> Figures:
    """What each sector contributed."""
    found = _followed(member_contributions[horizon], small_cap)

    def contributed(written: str) -> Figure:
        assert isinstance(found, Contributions)
        period = found.period
        own = _of(period.members, written)
        if not (own & period.members.listed[period.row :].any(axis=0)).any():
            return Withheld(f"no member is of {written} on a list in force since {period.base}")
        parts = {
            "weight": Part(float(period.weights[own].sum()), "share"),
            "members_return": Part(found.total, "fraction"),
        }
        return period.figure(100 * float(found.shares[own].sum()), parts)

    return _each_sector(universe, found, contributed)


@tag(unit="share", title="Sector above its 200-day averages", section="Sectors")
def sector_share_above_sma_200(
    index_members: dict[str, Members | Withheld],
    sma_200_comparisons: dict[str, Comparison],
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
) -> Figures:
    """Share of the sector's companies in the small-cap index whose last close is above the mean of
    their last 200 closes. A close equal to the mean is not above it.

    Counted are companies, by the heaviest share class of each, that have all 200 closes. Withheld
    where those are fewer than the floor of the sector's companies, by count or by weight.
    """
    members = _listed(_followed(index_members, small_cap), as_of)
    if isinstance(members, Withheld):
        return dict.fromkeys(universe.sectors, members)
    comparison = sma_200_comparisons[small_cap]
    known, above = comparison.known[-1], comparison.above[-1]

    def share(written: str) -> Figure:
        sector = _of(members, written)
        own, weights = sector & members.counted[-1], np.where(sector, members.weights[-1], 0.0)
        if not own.any():
            return Withheld(_empty(members, written))
        by_count = float((own & known).sum() / own.sum())
        by_weight = float(weights[known].sum() / weights.sum()) if members.weighted else None
        scarce = too_few(by_count, by_weight, universe.coverage_floor)
        if scarce is not None:
            return scarce
        return Value(
            float((own & above).sum() / (own & known).sum()),
            parts={
                "members": Part(int((own & known).sum()), "count"),
                "above": Part(int((own & above).sum()), "count"),
                "coverage_members": Part(by_count, "share"),
                "coverage_weight": Part(by_weight, "share"),
                "list_day": members.list_day(),
            },
            inputs=(members.fund,),
        )

    return _each_sector(universe, members, share)


@tag(unit="fraction", title="Index without the sector, year to date", section="Sectors")
def return_without_sector_ytd(
    member_periods: Periods, small_cap: str, universe: Universe
) -> Figures:
    """Price return of the small-cap index's members without those of the sector, the others bought
    at their weights over the sum of those at the base and held, year to date.

    Beside it the return of all members by weight, and the difference. Withheld where the sector has
    no member, and where fewer than the floor of the members left, by count or by weight, have
    closes.
    """
    found = _by_weight(_followed(member_periods["ytd"], small_cap))

    def without(written: str) -> Figure:
        assert isinstance(found, Period)
        own = _of(found.members, written)
        if not (own & found.listed).any():
            return Withheld(f"no member is of {written} on the list in force on {found.base}")
        return left_of(found, ~own, universe.coverage_floor, f"left without {written}")

    return _each_sector(universe, found, without)
