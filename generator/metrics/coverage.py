"""Coverage: of how many members of an index there is a close on the last session."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._coverage import per_list
from generator.metrics._panel import Members
from generator.metrics._periods import NO_WEIGHTS
from generator.metrics._tools import day


def _of_list(members: Members, share: float) -> Value:
    """A share of the list in force, with what the list has."""
    known = np.isfinite(members.closes[-1])
    first = members.sessions[members.listed.any(axis=1)][0]
    return Value(
        share,
        parts={
            "listed": Part(int(members.listed[-1].sum()), "count"),
            "companies": Part(int(members.counted[-1].sum()), "count"),
            "with_close": Part(int((members.counted[-1] & known).sum()), "count"),
            "list_day": members.list_day(),
            "history_start": Part(day(first), "date"),
        },
        warnings=members.caveats,
    )


@tag(unit="share", title="Members with a close, by count", section="Breadth")
def coverage_members(index_members: dict[str, Members | Withheld], as_of: pd.Timestamp) -> Figures:
    """Of the companies on the list of members in force on the last session, the share with a close
    on it.

    With the list's lines and its day, and the first session of the history with a list in force.
    """

    def share(members: Members) -> Figure:
        counted = members.counted[-1]
        known = counted & np.isfinite(members.closes[-1])
        return _of_list(members, float(known.sum() / counted.sum()))

    return per_list(index_members, as_of, share)


@tag(unit="share", title="Members with a close, by weight", section="Breadth")
def coverage_weight(index_members: dict[str, Members | Withheld], as_of: pd.Timestamp) -> Figures:
    """Of the weight of the list of members in force on the last session, every share class
    included, the share of lines with a close on it.

    With the list's lines and its day, and the first session of the history with a list in force.
    Withheld where the list has no weights.
    """

    def share(members: Members) -> Figure:
        if not members.weighted:
            return Withheld(NO_WEIGHTS)
        weights = members.weights[-1]
        known = np.where(np.isfinite(members.closes[-1]), weights, 0.0)
        return _of_list(members, float(known.sum() / weights.sum()))

    return per_list(index_members, as_of, share)
