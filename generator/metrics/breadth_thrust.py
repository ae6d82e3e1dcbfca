"""The breadth thrust: a sudden change from few members that rise to many."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._breadth import Tally
from generator.metrics._coverage import per_list, scarcity, with_coverage
from generator.metrics._panel import Members
from generator.metrics._thrust import AVERAGED, WITHIN, exponential_averages, thrusts
from generator.metrics._tools import day, outcomes
from generator.metrics.trend import OUTCOMES

_COLUMNS = {"below": "date", "date": "date", "sessions": "sessions", "average": "share"}


def advance_averages(move_tallies: dict[str, Tally]) -> dict[str, np.ndarray]:
    """By index: exponential average over ten sessions of advances over advances and declines; NaN
    until ten sessions in a row are known.
    """
    averages = {}
    for name, counts in move_tallies.items():
        moved = counts.above + counts.below
        shares = np.divide(counts.above, moved, out=np.full(len(moved), np.nan), where=moved > 0)
        averages[name] = exponential_averages(counts.where_covered(shares), AVERAGED)
    return averages


@tag(unit="count", title="Breadth thrusts (adapted)", section="Breadth")
def breadth_thrust(
    index_members: dict[str, Members | Withheld],
    move_tallies: dict[str, Tally],
    advance_averages: dict[str, np.ndarray],
    closes: pd.DataFrame,
    as_of: pd.Timestamp,
    universe: Universe,
) -> Figures:
    """How often since the history's start the ten-session exponential average of the share of
    advances, advances / (advances + declines), went from below 40% to above 61.5% in at most ten
    sessions. Adapted: Zweig's is of all stocks of the New York Stock Exchange, this one of the
    index's members.

    The average's weight is 2/11, its seed the mean of the first ten shares, and it begins anew
    after a session on which too few members are known; withheld until it has ten in a row. A fall
    below 40% makes one thrust at most. The state is "thrust" from the session that completes one to
    the ninth after it, else "possible" where the next session can complete one, else "none". Listed
    are all thrusts with the index's price return three, six and twelve months later. Source: Martin
    Zweig, Winning on Wall Street, 1986.
    """

    def thrust(members: Members) -> Figure:
        counts, averages = move_tallies[members.subject], advance_averages[members.subject]
        scarce = scarcity(counts, universe.coverage_floor)
        if scarce is not None:
            return scarce
        if np.isnan(averages[-1]):
            return Withheld(
                f"its average needs {AVERAGED} sessions in a row on which enough members are known"
            )
        levels = closes.get(members.subject, pd.Series(np.nan, closes.index))
        events = _events(averages, levels.reindex(members.sessions))
        return with_coverage(members, counts, events)

    return per_list(index_members, as_of, thrust)


def _events(averages: np.ndarray, levels: pd.Series) -> Value:
    """Every thrust, the latest first, and how things stand."""
    found, low = thrusts(averages)
    found = found[::-1]
    sessions = levels.index
    after = outcomes(levels, np.array([row for _, row in found], dtype=int), OUTCOMES.values())
    rows = tuple(
        (day(sessions[start]), day(sessions[row]), row - start, float(averages[row]), *later)
        for (start, row), later in zip(found, after, strict=True)
    )
    first = sessions[~np.isnan(averages)][0]
    return Value(
        len(found),
        parts={
            "average": Part(float(averages[-1]), "share"),
            "state": Part(_state(len(averages), found, low), "text"),
            "latest_date": Part(rows[0][1] if rows else None, "date"),
            "history_start": Part(day(first), "date"),
        },
        tables={"events": Table(_COLUMNS | dict.fromkeys(OUTCOMES, "fraction"), rows)},
    )


def _state(rows: int, found: list[tuple[int, int]], low: int | None) -> str:
    if found and rows - 1 - found[0][1] < WITHIN:
        return "thrust"
    return "none" if low is None else "possible"
