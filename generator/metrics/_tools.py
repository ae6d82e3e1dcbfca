"""What the metrics share: loops over subjects, dates, runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from generator.config import Universe
from generator.facts import Figure, Figures, Value, Withheld

SMALL = ("small", "micro")
"""Segments of small caps."""
MAIN = (*SMALL, "large", "broad", "mega", "style")
"""Segments whose history is followed in depth; sectors are followed by their returns alone."""
TIE = 1e-9
"""Returns closer than this are equal."""


def main_but(universe: Universe, large_cap: str) -> list[str]:
    """Return the subjects followed in depth but the benchmark they are measured against."""
    return [subject for subject in universe.subjects(segment=MAIN) if subject != large_cap]


def day(stamp: pd.Timestamp) -> date:
    """Return a session as a plain date."""
    plain: date = stamp.date()
    return plain


def per_subject(
    subjects: Iterable[str],
    frame: pd.DataFrame,
    exclusions: Mapping[str, str],
    compute: Callable[[str, pd.Series], Figure],
) -> Figures:
    """Compute one figure a subject; one without a usable series is withheld with its reason."""
    figures: Figures = {}
    for subject in subjects:
        if subject in frame.columns:
            figures[subject] = compute(subject, frame[subject])
        else:
            figures[subject] = Withheld(
                exclusions.get(subject, "the snapshot holds no data for it")
            )
    return figures


def close_on(closes: pd.Series, session: pd.Timestamp, role: str) -> float | Withheld:
    """Return the close on exactly this session, or why there is none."""
    if session in closes.index:
        close = float(closes.loc[session])
        if not np.isnan(close):
            return close
    first = closes.first_valid_index()
    if first is None or session < first:
        started = "never started" if first is None else f"starts on {day(first)}"
        return Withheld(f"its history {started}, after the {role} {day(session)}")
    return Withheld(f"it has no close on the {role} {day(session)}")


def last_close(closes: pd.Series) -> float | Withheld:
    """Return the close of the last session, or why there is none."""
    return close_on(closes, closes.index[-1], "last session")


def months_later(
    sessions: pd.DatetimeIndex, start: pd.Timestamp, months: int
) -> pd.Timestamp | None:
    """Return the same day some months later, else the session before it.

    Negative months look back. None if that day lies outside the sessions.
    """
    target = start + pd.DateOffset(months=months)
    if target < sessions[0] or target > sessions[-1]:
        return None
    return sessions[sessions.searchsorted(target, side="right") - 1]


def outcomes(
    closes: pd.Series, starts: np.ndarray, months: Iterable[int]
) -> list[tuple[float | None, ...]]:
    """Return, for each starting position, the change of the close so many months later.

    The end is the same day some months later, else the session before it; None where that day has
    not come or a close is missing.
    """
    index, values = closes.index, closes.to_numpy()
    columns = []
    for count in months:
        targets = index[starts] + pd.DateOffset(months=count)
        ends = index.searchsorted(targets, side="right") - 1
        changes = values[ends] / values[starts] - 1
        unknown = np.isnan(changes) | np.asarray(targets > index[-1])
        pairs = zip(changes, unknown, strict=True)
        columns.append([None if gone else float(change) for change, gone in pairs])
    return list(zip(*columns, strict=True))


def runs(wins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last positions of every run of True.

    >>> [list(map(int, positions)) for positions in runs(np.array([True, True, False, True]))]
    [[0, 3], [1, 3]]
    """
    edges = np.diff(np.concatenate(([0], wins.astype(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1


def values_of(figures: Figures, subject: str) -> float | Withheld:
    """Return the number behind a figure, or why it is withheld."""
    figure = figures.get(subject, Withheld("it is not computed"))
    if isinstance(figure, Value):
        assert isinstance(figure.value, (int, float))
        return float(figure.value)
    return figure


def relative_strength_index(closes: np.ndarray, bars: int = 14) -> np.ndarray:
    """Wilder's RSI of closes without gaps; same length, NaN for the first `bars` values.

    The seed is the simple mean of the first `bars` gains and losses, then each average is
    ((bars - 1) * previous + latest) / bars. Without losses RSI is 100; without gains or losses it
    is missing. Source: J. Welles Wilder, New Concepts in Technical Trading Systems, 1978.

    >>> relative_strength_index(np.arange(16.0))[-1]
    np.float64(100.0)
    """
    result = np.full(len(closes), np.nan)
    if len(closes) <= bars:
        return result
    changes = np.diff(closes)
    averages = []
    for moves in (np.clip(changes, 0, None), np.clip(-changes, 0, None)):
        seeded = np.concatenate(([moves[:bars].mean()], moves[bars:]))
        smoothed = pd.Series(seeded).ewm(alpha=1 / bars, adjust=False).mean()
        averages.append(smoothed.to_numpy())
    gain, loss = averages
    with np.errstate(divide="ignore", invalid="ignore"):
        result[bars:] = 100 - 100 / (1 + gain / loss)
    return result
