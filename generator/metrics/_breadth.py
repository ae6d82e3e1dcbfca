"""Comparing every member's close with something on every session, and counting the outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.metrics._panel import Members
from generator.metrics._tools import TIE


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the closes of members compare with something, session by session and line by line."""

    known: np.ndarray
    """N x M bool: whether all is there that it takes to tell."""
    above: np.ndarray
    """N x M bool: the close is higher by more than a rounding error."""
    below: np.ndarray
    """N x M bool: the close is lower by more than a rounding error."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A comparison counted over the companies on the list in force, on each of N sessions."""

    members: np.ndarray
    """Companies on the list; 0 where none is in force."""
    known: np.ndarray
    """Of these, the ones that can be told."""
    above: np.ndarray
    """Of those, the ones above."""
    below: np.ndarray
    """Of those, the ones below."""
    weight: np.ndarray | None
    """Share of the list's weight that can be told, second share classes included, 0 where no list
    is in force; None where lists have no weights."""
    covered: np.ndarray
    """Whether enough can be told, by count and by weight, to speak for all."""

    def where_covered(self, values: np.ndarray) -> np.ndarray:
        """Return values by session, NaN where too little can be told."""
        return np.where(self.covered, values, np.nan)

    @property
    def share_above(self) -> np.ndarray:
        """Share above of those that can be told; NaN where these are too few."""
        with np.errstate(invalid="ignore"):
            return self.where_covered(self.above / self.known)

    @property
    def net(self) -> np.ndarray:
        """How many more are above than below; NaN where too few can be told."""
        return self.where_covered(self.above - self.below)


def over_windows(values: np.ndarray, length: int, combine: np.ufunc) -> np.ndarray:
    """Combine the last `length` rows at each row, by column; NaN where one of them is missing.

    Rows are combined from the edges of blocks of `length` rows towards both sides, so that each
    window is the end of one block and the beginning of the next: two passes whatever the length,
    and nothing is ever subtracted, so that a sum is as good as one of the window alone. Source:
    M. van Herk, Pattern Recognition Letters 13, 1992.

    >>> over_windows(np.array([[1.0], [5.0], [2.0], [3.0]]), 2, np.maximum)[:, 0].tolist()
    [nan, 5.0, 5.0, 3.0]
    """
    rows, columns = values.shape
    result = np.full(values.shape, np.nan)
    if rows < length:
        return result
    starts = np.full((-(-rows // length), length, columns), np.nan)
    starts.reshape(-1, columns)[:rows] = values
    ends = starts.copy()
    for place in range(1, length):
        combine(starts[:, place - 1], starts[:, place], out=starts[:, place])
        combine(ends[:, -place], ends[:, -place - 1], out=ends[:, -place - 1])
    starts, ends = starts.reshape(-1, columns), ends.reshape(-1, columns)
    last = slice(length - 1, rows)
    combine(ends[: rows - length + 1], starts[last], out=result[last])
    # A window that is a whole block is not two parts.
    result[length - 1 :: length] = starts[length - 1 : rows : length]
    return result


def compare(closes: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> Comparison:
    """Compare closes with an upper and a lower bound, which are missing together."""
    known = ~(np.isnan(closes) | np.isnan(upper))
    return Comparison(known, closes > upper * (1 + TIE), closes < lower * (1 - TIE))


def with_average(members: Members, sessions: int) -> Comparison:
    """Compare closes with the mean of the last so many, today's included."""
    average = over_windows(members.closes, sessions, np.add)
    average /= sessions
    return compare(members.closes, average, average)


def with_session_before(members: Members) -> Comparison:
    """Compare closes with those of the session before."""
    before = _earlier(members.closes)
    return compare(members.closes, before, before)


def with_range(members: Members, sessions: int) -> Comparison:
    """Compare closes with the highest and the lowest of all earlier ones of the last so many."""
    highest = _earlier(over_windows(members.closes, sessions - 1, np.maximum))
    lowest = _earlier(over_windows(members.closes, sessions - 1, np.minimum))
    return compare(members.closes, highest, lowest)


def _earlier(values: np.ndarray) -> np.ndarray:
    """Values of the session before; NaN at the first."""
    shifted = np.empty_like(values)
    shifted[:1], shifted[1:] = np.nan, values[:-1]
    return shifted


def tally(members: Members, comparison: Comparison, floor: float) -> Tally:
    """Count a comparison over the companies on the list in force on each session."""
    weights = members.weights if members.weighted else None
    return _counted(members.counted, weights, comparison, floor)


def tally_last(members: Members, bounds: np.ndarray, floor: float) -> Tally:
    """Count how the last closes compare with one bound a line, over the last list alone."""
    last = slice(-1, None)
    comparison = compare(members.closes[last], bounds[np.newaxis], bounds[np.newaxis])
    weights = members.weights[last] if members.weighted else None
    return _counted(members.counted[last], weights, comparison, floor)


def _counted(
    counted: np.ndarray, weights: np.ndarray | None, comparison: Comparison, floor: float
) -> Tally:
    told = counted & comparison.known
    members, known = np.count_nonzero(counted, axis=1), np.count_nonzero(told, axis=1)
    covered = (members > 0) & (known >= (floor - TIE) * members)
    weight = None
    if weights is not None:
        weight = _share_of_weight(weights, comparison.known)
        covered &= weight >= floor - TIE
    return Tally(
        members=members,
        known=known,
        above=np.count_nonzero(told & comparison.above, axis=1),
        below=np.count_nonzero(told & comparison.below, axis=1),
        weight=weight,
        covered=covered,
    )


def _share_of_weight(weights: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Share of each row's weight; added up as the whole is, so that all of it is exactly 1."""
    part = np.einsum("ij,ij->i", weights, known)
    whole = np.einsum("ij,ij->i", weights, np.ones_like(known))
    shares: np.ndarray = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return shares
