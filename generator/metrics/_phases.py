"""Phases of a ratio between turns, each known once a later level confirms it, and then for good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UP, DOWN = "small caps ahead", "small caps behind"


@dataclass(frozen=True, slots=True)
class Turn:
    """An extreme from which a series has moved by the threshold."""

    place: int
    """Position of the extreme."""
    confirmed: int
    """Position at which the move from it first reached the threshold."""
    upwards: bool
    """Whether it is a low, from which the series rose."""


def turns(levels: np.ndarray, threshold: float) -> list[Turn]:
    """Return the turns of a series of positive levels, in order; lows and highs alternate.

    A low is confirmed once the series has risen from it by the threshold, a high once it has fallen
    by it. Between two turns the extreme is the first of equal ones. The first level is no turn, for
    what came before it is not known; what lies before the first turn belongs to no phase.

    >>> [(turn.place, turn.confirmed, turn.upwards) for turn in turns(
    ...     np.array([100.0, 90.0, 105.0, 120.0, 110.0, 99.0]), 0.15)]
    [(1, 2, True), (3, 5, False)]
    """
    found: list[Turn] = []
    high = low = 0
    direction = 0
    for place, level in enumerate(levels):
        if direction >= 0 and level > levels[high]:
            high = place
        if direction <= 0 and level < levels[low]:
            low = place
        if direction >= 0 and level <= levels[high] * (1 - threshold):
            found += [Turn(high, place, upwards=False)] if high else []
            direction, low = -1, place
        elif direction <= 0 and level >= levels[low] * (1 + threshold):
            found += [Turn(low, place, upwards=True)] if low else []
            direction, high = 1, place
    return found


@dataclass(frozen=True, slots=True)
class Phase:
    """What lies between two turns, or between the latest turn and now."""

    start: int
    """Position of the turn it begins with."""
    end: int
    """Position of the turn it ends with, or of the last level."""
    known: int
    """Position at which its beginning was confirmed."""
    upwards: bool
    """Whether the series rose."""
    size: float
    """Change of the level from start to end, a fraction."""

    @property
    def months(self) -> int:
        """Months from start to end."""
        return self.end - self.start

    @property
    def annualised(self) -> float:
        """Its size a year."""
        return float((1 + self.size) ** (12 / self.months) - 1)

    @property
    def direction(self) -> str:
        """Who was ahead."""
        return UP if self.upwards else DOWN


def phases(levels: np.ndarray, threshold: float) -> tuple[list[Phase], Phase | None]:
    """Return the phases between turns, and the one from the latest turn to the last level.

    There is no running phase where no turn is confirmed.
    """
    found = turns(levels, threshold)
    ends = [turn.place for turn in found[1:]] + [len(levels) - 1]
    every = [
        Phase(turn.place, end, turn.confirmed, turn.upwards, _change(levels, turn.place, end))
        for turn, end in zip(found, ends, strict=False)
    ]
    return every[:-1], every[-1] if every else None


def _change(levels: np.ndarray, start: int, end: int) -> float:
    return float(levels[end] / levels[start] - 1)
