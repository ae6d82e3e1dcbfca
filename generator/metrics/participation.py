"""How many members of an index rose over a period, and how many did better than the index."""

from __future__ import annotations

import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._breadth import tally_last
from generator.metrics._coverage import per_list, scarcity, with_coverage
from generator.metrics._panel import Members
from generator.metrics._periods import SPANS
from generator.metrics._tools import day, values_of
from generator.metrics.returns import IN_WORDS, PRICE

UP = {horizon: f"share_up_{horizon}" for horizon in SPANS}
BEATING = {horizon: f"share_beating_index_{horizon}" for horizon in SPANS}

_MEMBERS = (
    "Members are those of the list in force on the last session that have a close on it and at the "
    "base, one share class a company; those that left before are not among them. Withheld where "
    "fewer of the members than the floor, by count or by weight, have both closes."
)


@tag_outputs(**{name: {"title": f"Members up, {IN_WORDS[h]}"} for h, name in UP.items()})
@tag(unit="share", section="Breadth")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Share of the index's members whose price return is above zero: {IN_WORDS[h]}, base "
            f"as for returns.\n\n{_MEMBERS}",
        )
        for h, name in UP.items()
    }
)
def share_up(
    index_members: dict[str, Members | Withheld],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    universe: Universe,
    horizon: str,
) -> Figures:
    """Share of the members that rose."""
    base, floor = period_bases[horizon], universe.coverage_floor
    return per_list(index_members, as_of, lambda members: _beyond(members, base, floor, 0.0))


@tag_outputs(
    **{name: {"title": f"Members ahead of the index, {IN_WORDS[h]}"} for h, name in BEATING.items()}
)
@tag(unit="share", section="Breadth")
@parameterize(
    **{
        name: (
            {"horizon": value(h), "returns": source(PRICE[h])},
            "Share of the index's members whose price return is above that of the index itself: "
            f"{IN_WORDS[h]}, base as for returns.\n\n{_MEMBERS}",
        )
        for h, name in BEATING.items()
    }
)
def share_beating_index(
    index_members: dict[str, Members | Withheld],
    period_bases: dict[str, pd.Timestamp | None],
    returns: Figures,
    as_of: pd.Timestamp,
    universe: Universe,
    horizon: str,
) -> Figures:
    """Share of the members that did better than the index."""
    base, floor = period_bases[horizon], universe.coverage_floor

    def ahead(members: Members) -> Figure:
        index = values_of(returns, members.subject)
        if isinstance(index, Withheld):
            return Withheld(f"the index: {index.reason}")
        return _beyond(members, base, floor, index, {"index_return": Part(index, "fraction")})

    return per_list(index_members, as_of, ahead)


def _beyond(
    members: Members,
    base: pd.Timestamp | None,
    floor: float,
    growth: float,
    parts: dict[str, Part] | None = None,
) -> Figure:
    """Share of the last list whose closes have grown by more than a fraction since the base."""
    if base is None:
        return Withheld("the base lies before the history of sessions")
    row = members.base(base)
    if row is None:
        return Withheld(f"there are no closes of its members on the base {day(base)}")
    counts = tally_last(members, members.closes[row] * (1 + growth), floor)
    scarce = scarcity(counts, floor)
    share = Value(float(counts.share_above[-1]), base=day(base), parts=parts or {})
    return scarce or with_coverage(members, counts, share)
