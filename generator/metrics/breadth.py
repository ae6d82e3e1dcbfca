"""Breadth: how many members of an index take part in what it does.

Counts are of companies: of each, the heaviest share class on the list counts. The list is the one
in force on the session that is counted, so that today's members are not looked for in the past.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs

from generator.config import Universe
from generator.facts import Figures, Part, Value, Withheld
from generator.metrics._breadth import (
    Comparison,
    Tally,
    tally,
    with_average,
    with_range,
    with_session_before,
)
from generator.metrics._coverage import per_tally
from generator.metrics._panel import Members
from generator.metrics._tools import day

HISTORY = 504
"""Sessions of the histories that charts draw."""


def _known(index_members: dict[str, Members | Withheld]) -> dict[str, Members]:
    return {name: one for name, one in index_members.items() if isinstance(one, Members)}


def sma_200_comparisons(index_members: dict[str, Members | Withheld]) -> dict[str, Comparison]:
    """By index: how its members' closes compare with the mean of their last 200."""
    return {name: with_average(members, 200) for name, members in _known(index_members).items()}


def sma_200_tallies(
    index_members: dict[str, Members | Withheld],
    sma_200_comparisons: dict[str, Comparison],
    universe: Universe,
) -> dict[str, Tally]:
    """By index: members above and below the mean of their last 200 closes, on each session."""
    return {
        name: tally(members, sma_200_comparisons[name], universe.coverage_floor)
        for name, members in _known(index_members).items()
    }


def sma_50_tallies(
    index_members: dict[str, Members | Withheld], universe: Universe
) -> dict[str, Tally]:
    """By index: members above and below the mean of their last 50 closes, on each session."""
    return _tallies(index_members, universe, lambda members: with_average(members, 50))


def move_tallies(
    index_members: dict[str, Members | Withheld], universe: Universe
) -> dict[str, Tally]:
    """By index: members above and below their close of the session before, on each session."""
    return _tallies(index_members, universe, with_session_before)


def range_52w_tallies(
    index_members: dict[str, Members | Withheld], universe: Universe
) -> dict[str, Tally]:
    """By index: members above and below all of their 251 closes before, on each session."""
    return _tallies(index_members, universe, lambda members: with_range(members, 252))


def _tallies(
    index_members: dict[str, Members | Withheld],
    universe: Universe,
    compare: Callable[[Members], Comparison],
) -> dict[str, Tally]:
    return {
        name: tally(members, compare(members), universe.coverage_floor)
        for name, members in _known(index_members).items()
    }


_FLOOR = "Withheld where fewer of the members than the floor, by count or by weight, have"
_SHARES = {50: "sma_50_tallies", 200: "sma_200_tallies"}


@tag_outputs(
    **{
        f"share_above_sma_{count}": {"title": f"Members above their {count}-session average"}
        for count in _SHARES
    }
)
@tag(unit="share", section="Breadth")
@parameterize(
    **{
        f"share_above_sma_{count}": (
            {"tallies": source(tallies)},
            f"Of the index's members with a close on each of the last {count} sessions, the share "
            f"whose last close is above the mean of those {count}. A close equal to the mean is "
            "not above it.\n\n"
            "With the change on the week, whose base is counted over the members of then, and the "
            "share of the history's earlier sessions on which it was lower, with the history's "
            "start and how many sessions those are. "
            f"{_FLOOR} the {count} closes.",
        )
        for count, tallies in _SHARES.items()
    }
)
def share_above_average(
    index_members: dict[str, Members | Withheld],
    tallies: dict[str, Tally],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Share of the members above the mean of their last closes."""
    week = period_bases["1w"]

    def share(members: Members, counts: Tally) -> Value:
        history = counts.share_above
        found = ~np.isnan(history)
        *earlier, now = history[found].tolist()
        base = None if week is None else members.base(week)
        changed = base is not None and found[base]
        lower = sum(one < now for one in earlier) / len(earlier) if earlier else None
        return Value(
            now,
            parts={
                "change_1w": Part(100 * (now - float(history[base])) if changed else None, "pp"),
                "share_lower": Part(lower, "share"),
                "history_sessions": Part(len(earlier), "sessions"),
                "history_start": Part(day(members.sessions[found][0]), "date"),
            },
        )

    return per_tally(index_members, tallies, as_of, universe, share)


@tag(unit="count", title="New 52-week highs", section="Breadth")
def new_highs_52w(
    index_members: dict[str, Members | Withheld],
    range_52w_tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Members of the index whose last close is above all of their 251 closes before, adjusted for
    splits. A close equal to an earlier one is no new high.

    A member needs a close on each of the 252 sessions. Withheld where fewer of the members than the
    floor, by count or by weight, have them.
    """

    def count(_: Members, counts: Tally) -> Value:
        return Value(int(counts.above[-1]))

    return per_tally(index_members, range_52w_tallies, as_of, universe, count)


@tag(unit="count", title="New 52-week lows", section="Breadth")
def new_lows_52w(
    index_members: dict[str, Members | Withheld],
    range_52w_tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Members of the index whose last close is below all of their 251 closes before, adjusted for
    splits. A close equal to an earlier one is no new low.

    A member needs a close on each of the 252 sessions. Withheld where fewer of the members than the
    floor, by count or by weight, have them.
    """

    def count(_: Members, counts: Tally) -> Value:
        return Value(int(counts.below[-1]))

    return per_tally(index_members, range_52w_tallies, as_of, universe, count)


@tag(unit="count", title="New highs minus new lows, 52 weeks", section="Breadth")
def new_highs_minus_lows_52w(
    index_members: dict[str, Members | Withheld],
    range_52w_tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Members of the index whose last close is above all of their 251 closes before, minus those
    whose last close is below all of them, adjusted for splits.

    A member needs a close on each of the 252 sessions. Withheld where fewer of the members than the
    floor, by count or by weight, have them. Source: John J. Murphy, Technical Analysis of the
    Financial Markets, 1999.
    """

    def count(_: Members, counts: Tally) -> Value:
        return Value(int(counts.above[-1]) - int(counts.below[-1]))

    return per_tally(index_members, range_52w_tallies, as_of, universe, count)


def breadth_history(
    index_members: dict[str, Members | Withheld],
    sma_50_tallies: dict[str, Tally],
    sma_200_tallies: dict[str, Tally],
    move_tallies: dict[str, Tally],
    range_52w_tallies: dict[str, Tally],
    advance_decline_lines: dict[str, np.ndarray],
) -> dict[str, pd.DataFrame | Withheld]:
    """By index: sessions x share_above_sma_50, share_above_sma_200, net_advances,
    advance_decline_line, highs_minus_lows and coverage, up to two years.

    Each session is counted over the list in force on it; NaN where there is none, or less is known
    of its members than the floor. Coverage is by count, of members with a close.
    """
    histories: dict[str, pd.DataFrame | Withheld] = {}
    for name, members in index_members.items():
        if isinstance(members, Withheld):
            histories[name] = members
            continue
        columns = {
            "share_above_sma_50": sma_50_tallies[name].share_above,
            "share_above_sma_200": sma_200_tallies[name].share_above,
            "net_advances": move_tallies[name].net,
            "advance_decline_line": advance_decline_lines[name],
            "highs_minus_lows": range_52w_tallies[name].net,
            "coverage": _with_close(members),
        }
        histories[name] = pd.DataFrame(columns, index=members.sessions).iloc[-HISTORY:]
    return histories


def _with_close(members: Members) -> np.ndarray:
    """By session: share of the companies with a close; NaN where there are none."""
    counted = np.count_nonzero(members.counted, axis=1)
    known = np.count_nonzero(members.counted & np.isfinite(members.closes), axis=1)
    shares: np.ndarray = np.divide(
        known, counted, out=np.full(len(counted), np.nan), where=counted > 0
    )
    return shares
