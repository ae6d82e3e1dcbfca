"""Where the dots of a swarm stand: each at its value, beside its neighbours and never on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_ROOM = 60
"""Pixels above and below the middle of a row within which dots find a place."""


@dataclass(frozen=True)
class Row:
    """The dots of one row."""

    places: tuple[tuple[int, int], ...]
    """Of each dot: pixels from the left, and down from the row's middle."""
    reach: int
    """Pixels from the middle to the outermost edge of a dot."""


def placed(lefts: Sequence[int], widths: Sequence[int], across: int) -> Row:
    """Return places of dots from the pixel of their value and their width, the first nearest to
    the middle.

    A dot moves up or down until it touches no other; where the row is full it stays in the middle.

    >>> placed([10, 10, 30], [4, 4, 4], 40).places
    ((10, 0), (10, 4), (30, 0))
    """
    taken = np.zeros((2 * _ROOM, across + 2 * _ROOM), dtype=bool)
    places, reach = [], 0
    for left, width in zip(lefts, widths, strict=True):
        start = left + _ROOM - width // 2
        down = _free(np.asarray(taken[:, start : start + width].any(axis=1)), width)
        top = _ROOM + down - width // 2
        taken[top : top + width, start : start + width] = True
        places.append((left, down))
        reach = max(reach, abs(down) + (width + 1) // 2)
    return Row(tuple(places), reach)


def _free(full: np.ndarray, width: int) -> int:
    """The step from the middle nearest to it at which so many pixels below each other are free."""
    half = width // 2
    occupied = np.concatenate(([0], np.cumsum(full)))
    tops = np.arange(len(full) - width + 1)
    free = tops[occupied[tops + width] == occupied[tops]] + half - len(full) // 2
    if not len(free):
        return 0
    # The nearest, below rather than above where both are as near.
    return int(free[np.lexsort((-free, np.abs(free)))[0]])
