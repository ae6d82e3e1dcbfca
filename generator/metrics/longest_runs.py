"""The longest run of weeks ahead within recent years."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._tools import SMALL, TIE, day, per_subject, runs

YEARS = 2
"""How far back is looked."""


@tag(unit="weeks", title="Longest run of weeks ahead in two years", section="Streaks")
def longest_outperformance_weeks_2y(
    week_differences: pd.DataFrame,
    as_of: pd.Timestamp,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Length of the longest run of weeks in which the series returned more than the S&P 500, among
    the runs that ended in the two years up to the last session or still last.

    Weeks, ties and unknown closes as for weeks ahead in a row; a run counts whole, also where it
    began earlier. Listed are all runs of that length, the one that still lasts included. Withheld
    where the common history does not reach back two years.
    """
    start = as_of - pd.DateOffset(years=YEARS)

    def longest(_: str, differences: pd.Series) -> Figure:
        first = differences.first_valid_index()
        if first is None or first > start:
            return Withheld("its common history with the benchmark is shorter than two years")
        known = differences.loc[first:]
        firsts, lasts = runs(known.to_numpy() > TIE)
        recent = known.index[lasts] > start
        firsts, lasts = firsts[recent], lasts[recent]
        lengths = lasts - firsts + 1
        longest = int(lengths.max(initial=0))
        places = [int(place) for place in np.flatnonzero(lengths == longest)]
        gaps = [day(week) for week in known.index[known.isna()] if week > start]
        rows = tuple((day(known.index[firsts[n]]), day(known.index[lasts[n]])) for n in places)
        return Value(
            longest,
            parts={"runs": Part(len(places), "count"), "since": Part(day(start), "date")},
            tables={"runs": Table({"start": "date", "end": "date"}, rows)},
            warnings=tuple(f"the week to {week} is unknown and ends a run" for week in gaps),
        )

    return per_subject(universe.subjects(segment=SMALL), week_differences, exclusions, longest)
