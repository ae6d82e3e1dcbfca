"""Breadth thrusts: jumps of an exponential average from a low to a high."""

from __future__ import annotations

import numpy as np

AVERAGED = 10
"""Sessions of the exponential average."""
LOW, HIGH = 0.40, 0.615
"""Below the one a thrust begins, above the other it is complete."""
WITHIN = 10
"""Sessions from the last one below to the first one above, at most."""


def exponential_averages(values: np.ndarray, sessions: int) -> np.ndarray:
    """Exponential average with weight 2 / (sessions + 1) for the latest value, seeded with the mean
    of the first so many; NaN before. It begins anew after a missing value.

    >>> exponential_averages(np.array([1.0, 2.0, 3.0, np.nan, 1.0]), 2).round(9).tolist()
    [nan, 1.5, 2.5, nan, nan]
    """
    result = np.full(len(values), np.nan)
    weight, begun = 2 / (sessions + 1), 0
    for row, latest in enumerate(values):
        if np.isnan(latest):
            begun = row + 1
        elif row - begun == sessions - 1:
            result[row] = values[begun : row + 1].mean()
        elif row - begun >= sessions:
            result[row] = weight * latest + (1 - weight) * result[row - 1]
    return result


def thrusts(averages: np.ndarray) -> tuple[list[tuple[int, int]], int | None]:
    """Return, for each thrust, the last row below LOW and the first one above HIGH after it; and
    the last row below LOW from which one can still come.

    A row below LOW makes one thrust at most; a missing average ends what had begun.

    >>> thrusts(np.array([0.39, 0.5, 0.62, 0.6, 0.62, 0.3, 0.5]))
    ([(0, 2)], 5)
    """
    found: list[tuple[int, int]] = []
    low: int | None = None
    for row, average in enumerate(averages):
        if average < LOW:
            low = row
        elif low is not None and average > HIGH:
            found.append((low, row))
            low = None
        elif low is not None and (np.isnan(average) or row - low >= WITHIN):
            low = None
    return found, low
