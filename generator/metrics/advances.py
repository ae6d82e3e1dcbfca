"""Advances and declines: how many members of an index rose on a session, and how many fell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figures, Part, Value, Withheld
from generator.metrics._breadth import Tally
from generator.metrics._coverage import per_tally
from generator.metrics._panel import Members
from generator.metrics._tools import day


@tag(unit="count", title="Advances", section="Breadth")
def advances(
    index_members: dict[str, Members | Withheld],
    move_tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Members of the index whose last close is above that of the session before, both adjusted for
    splits.

    With the members unchanged, and those that lack one of the two closes, which are not counted as
    unchanged. Withheld where fewer of the members than the floor, by count or by weight, have both.
    """
    return _moved(index_members, move_tallies, as_of, universe, lambda counts: counts.above)


@tag(unit="count", title="Declines", section="Breadth")
def declines(
    index_members: dict[str, Members | Withheld],
    move_tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Members of the index whose last close is below that of the session before, both adjusted for
    splits.

    With the members unchanged, and those that lack one of the two closes, which are not counted as
    unchanged. Withheld where fewer of the members than the floor, by count or by weight, have both.
    """
    return _moved(index_members, move_tallies, as_of, universe, lambda counts: counts.below)


def _moved(
    index_members: dict[str, Members | Withheld],
    tallies: dict[str, Tally],
    as_of: pd.Timestamp,
    universe: Universe,
    chosen: Callable[[Tally], np.ndarray],
) -> Figures:
    def count(_: Members, counts: Tally) -> Value:
        members, known, above, below = (
            int(one[-1]) for one in (counts.members, counts.known, counts.above, counts.below)
        )
        return Value(
            int(chosen(counts)[-1]),
            parts={
                "unchanged": Part(known - above - below, "count"),
                "without_data": Part(members - known, "count"),
            },
        )

    return per_tally(index_members, tallies, as_of, universe, count)


def advance_decline_lines(move_tallies: dict[str, Tally]) -> dict[str, np.ndarray]:
    """By index: advances minus declines, added up from the first session on which enough members
    have both closes; NaN on a session on which too few have, which adds nothing.
    """
    return {
        name: counts.where_covered(np.nancumsum(counts.net))
        for name, counts in move_tallies.items()
    }


@tag(unit="count", title="Advance-decline line", section="Breadth")
def advance_decline_line(
    index_members: dict[str, Members | Withheld],
    move_tallies: dict[str, Tally],
    advance_decline_lines: dict[str, np.ndarray],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """Advances minus declines, added up over the sessions since the history's start, the first on
    which a list of the members is in force and enough of them have the closes. Its level has no
    meaning, its direction has.

    With the change on the week. A session on which too few members have both closes adds nothing
    and is told in a warning; a week that has one has no change. Withheld where the last session is
    such a one. Source: John J. Murphy, Technical Analysis of the Financial Markets, 1999.
    """
    week = period_bases["1w"]

    def line(members: Members, counts: Tally) -> Value:
        start = int(np.flatnonzero(counts.covered)[0])
        base = None if week is None else members.base(week)
        whole = base is not None and counts.covered[base + 1 :].all()
        change = int(counts.net[base + 1 :].sum()) if base is not None and whole else None
        return Value(
            int(advance_decline_lines[members.subject][-1]),
            parts={
                "change_1w": Part(change, "count"),
                "history_start": Part(day(members.sessions[start]), "date"),
            },
            warnings=_left_out(members.sessions[start:][~counts.covered[start:]]),
        )

    return per_tally(index_members, move_tallies, as_of, universe, line)


def _left_out(sessions: pd.DatetimeIndex) -> tuple[str, ...]:
    if not len(sessions):
        return ()
    which = f"1 session, {day(sessions[0])}, adds"
    if len(sessions) > 1:
        which = f"{len(sessions)} sessions, the last of them {day(sessions[-1])}, add"
    return (f"{which} nothing: closes of too few members are known",)
