"""Contributions to a compounded return that add up to it.

Source: David Cariño, Combining attribution effects over time, Journal of Performance Measurement,
1999: each period's contributions are multiplied by ln(1 + r) / r of the period, over the same of
the whole.
"""

from __future__ import annotations

import numpy as np


def linked(weights: np.ndarray, returns: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what each column contributes to the compounded return, and that return.

    `weights` are those before each period and add up to one, periods x columns; `returns` have the
    same shape.

    >>> shares, total = linked(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[0.2, 0], [0, 0.1]]))
    >>> round(total, 6), round(float(shares.sum()), 6)
    (0.155, 0.155)
    """
    parts = weights * returns
    steps = parts.sum(axis=1)
    total = float(np.expm1(np.log1p(steps).sum()))
    scale = _logarithmic(steps) / _logarithmic(np.array([total]))
    return (parts * scale[:, None]).sum(axis=0), total


def _logarithmic(returns: np.ndarray) -> np.ndarray:
    """ln(1 + r) / r, which is 1 at zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(returns == 0.0, 1.0, np.log1p(returns) / returns)
    return found
