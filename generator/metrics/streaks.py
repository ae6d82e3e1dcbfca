"""Runs of sessions and weeks in which small caps beat the large-cap benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._tools import SMALL, TIE, day, per_subject, runs


def session_differences(simple_returns: pd.DataFrame, large_cap: str) -> pd.DataFrame:
    """Return of each session minus that of the large-cap benchmark; NaN where either is unknown."""
    return simple_returns.sub(simple_returns[large_cap], axis=0)


def week_differences(weekly_returns: pd.DataFrame, large_cap: str) -> pd.DataFrame:
    """Return of each week minus that of the large-cap benchmark; NaN where either is unknown."""
    return weekly_returns.sub(weekly_returns[large_cap], axis=0)


def _run(
    differences: pd.Series, ratio: pd.Series, unit: str, listed_from: int, sign: int
) -> Figure:
    """The run that reaches the last row, and every run before it.

    `ratio` is small over large on the same rows plus the row before, so that a run's gain is the
    change of the ratio over it.
    """
    first = differences.first_valid_index()
    if first is None:
        return Withheld("it has no common history with the benchmark")
    start = differences.index.get_loc(first)
    known = differences.iloc[start:]
    gaps = known.isna().to_numpy()
    if gaps[-1]:
        return Withheld(f"a close is missing on or just before {day(known.index[-1])}")
    wins = sign * known.to_numpy() > TIE
    firsts, lasts = runs(wins)
    lengths = lasts - firsts + 1
    current = bool(len(lasts)) and lasts[-1] == len(wins) - 1
    length = int(lengths[-1]) if current else 0
    past = slice(0, len(lengths) - 1 if current else len(lengths))
    history = Part(day(first), "date")
    warnings = []
    if current and firsts[-1] and gaps[firsts[-1] - 1]:
        unknown = day(known.index[firsts[-1] - 1])
        warnings.append(f"the run may be longer: {unknown} is unknown and ends the count")

    def gain(position: int) -> float:
        before, end = start + firsts[position] - 1, start + lasts[position]
        return float(ratio.iloc[end] / ratio.iloc[before] - 1)

    listed = np.flatnonzero(lengths[past] >= listed_from)
    order = sorted(map(int, listed), key=lambda i: (-lengths[i], -lasts[i]))
    ladder = Table(
        {"length": unit, "start": "date", "end": "date", "gain": "fraction"},
        tuple(
            (int(lengths[i]), day(known.index[firsts[i]]), day(known.index[lasts[i]]), gain(i))
            for i in order
        ),
    )
    counts = np.bincount(lengths[past]) if past.stop else np.zeros(1, dtype=int)
    distribution = Table(
        {"length": unit, "runs": "count"},
        tuple((n, int(count)) for n, count in enumerate(counts) if n and count),
    )
    parts = {"history_start": history, "unknown": Part(int(gaps.sum()), unit)}
    if current:
        parts["start"] = Part(day(known.index[firsts[-1]]), "date")
        parts["gain"] = Part(gain(len(lengths) - 1), "fraction")
        parts |= _longest_since(known.index, lengths[past], lasts[past], length, unit)
    return Value(
        length,
        base=day(differences.index[start + firsts[-1] - 1]) if current else None,
        parts=parts,
        tables={"ladder": ladder, "distribution": distribution},
        warnings=tuple(warnings),
    )


def _longest_since(
    index: pd.Index, lengths: np.ndarray, lasts: np.ndarray, length: int, unit: str
) -> dict[str, Part]:
    """The most recent earlier run that was at least as long."""
    as_long = np.flatnonzero(lengths >= length)
    if not len(as_long):
        return {
            "relation": Part("the longest in the history", "text"),
            "longest_since": Part(None, "date"),
            "longest_since_length": Part(None, unit),
        }
    found = as_long[-1]
    relation = "matches the run to" if lengths[found] == length else "the longest since the run to"
    return {
        "relation": Part(relation, "text"),
        "longest_since": Part(day(index[lasts[found]]), "date"),
        "longest_since_length": Part(int(lengths[found]), unit),
    }


def _streaks(
    closes: pd.DataFrame,
    differences: pd.DataFrame,
    large: str,
    universe: Universe,
    exclusions: dict[str, str],
    unit: str,
    listed_from: int,
    sign: int,
) -> Figures:
    def streak(subject: str, series: pd.Series) -> Figure:
        ratio = closes[subject] / closes[large]
        return _run(series, ratio, unit, listed_from, sign)

    return per_subject(universe.subjects(segment=SMALL), differences, exclusions, streak)


@tag(unit="sessions", title="Sessions ahead in a row", section="Streaks")
def outperformance_streak_sessions(
    closes: pd.DataFrame,
    session_differences: pd.DataFrame,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Sessions in a row, up to the last one, on which the series returned more than the S&P 500.

    A session counts when the difference of unrounded price returns exceeds 1e-9; a tie ends the
    run. A session on which either close is unknown ends the run with a warning. "The longest since"
    names the end of the most recent earlier run that was at least as long; one of the same length
    is "matched". `gain` is the change of the ratio of the two closes over the run. Listed are all
    past runs of six sessions or more, and how often each length occurred.
    """
    return _streaks(closes, session_differences, large_cap, universe, exclusions, "sessions", 6, 1)


@tag(unit="weeks", title="Weeks ahead in a row", section="Streaks")
def outperformance_streak_weeks(
    weekly_closes: pd.DataFrame,
    week_differences: pd.DataFrame,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Weeks in a row, up to the last one, in which the series returned more than the S&P 500.

    A week is an ISO week, from the last session of an earlier week to its own last session. Ties,
    unknown closes and "the longest since" as for sessions. Listed are all past runs of four weeks
    or more, and how often each length occurred.
    """
    return _streaks(weekly_closes, week_differences, large_cap, universe, exclusions, "weeks", 4, 1)


@tag(unit="sessions", title="Sessions behind in a row", section="Streaks")
def underperformance_streak_sessions(
    closes: pd.DataFrame,
    session_differences: pd.DataFrame,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Sessions in a row, up to the last one, on which the series returned less than the S&P 500.

    The mirror of sessions ahead in a row: the difference is below −1e-9, a tie ends the run.
    """
    return _streaks(closes, session_differences, large_cap, universe, exclusions, "sessions", 6, -1)


@tag(unit="weeks", title="Weeks behind in a row", section="Streaks")
def underperformance_streak_weeks(
    weekly_closes: pd.DataFrame,
    week_differences: pd.DataFrame,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Weeks in a row, up to the last one, in which the series returned less than the S&P 500.

    The mirror of weeks ahead in a row: the difference is below −1e-9, a tie ends the run.
    """
    return _streaks(
        weekly_closes, week_differences, large_cap, universe, exclusions, "weeks", 4, -1
    )
