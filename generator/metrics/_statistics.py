"""Statistics that the figures share: intervals, tests and what chance alone gives.

scipy and statsmodels are imported where they are used: an unchanged run needs neither.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.metrics._tools import TIE

LEVEL = 0.05
"""From what p on a difference is not told from chance."""
CONFIDENCE = 1 - LEVEL
RESHUFFLED = 10_000
"""Reshuffled histories: where p is 5%, they tell it to about 0.2 percentage points."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a few values have in common."""

    count: int
    """How many there are."""
    mean: float
    median: float
    mean_low: float | None
    """Lower end of Student's 95% interval of the mean; None of a single value."""
    mean_high: float | None
    """Its upper end."""
    t: float | None
    """Mean over its standard error; None where they do not vary."""
    positive: int
    """How many are above zero."""
    share: float
    """Their share."""
    share_low: float
    """Lower end of Wilson's 95% interval of that share."""
    share_high: float
    """Its upper end."""


def summarise(values: np.ndarray, tie: float = TIE) -> Summary:
    """Return what some values have in common; at least one is needed.

    `t` is that of one sample against zero. Positive is what exceeds the tie.

    >>> found = summarise(np.array([1.0, 2.0, 3.0, -2.0]))
    >>> found.mean, found.median, found.positive
    (1.0, 1.5, 3)
    """
    from scipy import stats

    count, mean = len(values), float(values.mean())
    positive = int((values > tie).sum())
    low, high = wilson(positive, count)
    error = float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else None
    reach = error * float(stats.t.ppf(1 - LEVEL / 2, count - 1)) if error is not None else None
    return Summary(
        count=count,
        mean=mean,
        median=float(np.median(values)),
        mean_low=None if reach is None else mean - reach,
        mean_high=None if reach is None else mean + reach,
        t=mean / error if error else None,
        positive=positive,
        share=positive / count,
        share_low=low,
        share_high=high,
    )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share. Source: E. B. Wilson, 1927.

    >>> [round(limit, 4) for limit in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    from scipy import stats

    found = stats.binomtest(hits, count).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def welch(own: np.ndarray, others: np.ndarray) -> float | None:
    """Return Welch's t of two samples, None where neither varies. Source: B. L. Welch, 1947.

    >>> round(welch(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 5.0, 2.0])), 4)
    0.0
    """
    from scipy import stats

    if len(own) < 2 or len(others) < 2 or own.var() + others.var() == 0:
        return None
    return float(stats.ttest_ind(own, others, equal_var=False).statistic)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Return p values adjusted for their number by Holm's method. Source: S. Holm, 1979.

    >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests

    return tuple(float(p) for p in multipletests(list(values), method="holm")[1])


def at_least_by_chance(found: int, drawn: int, hits: int, total: int) -> float:
    """Return how likely so many hits or more are among those drawn from all without looking.

    >>> round(at_least_by_chance(2, 2, 5, 10), 4)
    0.2222
    """
    from scipy import stats

    return float(stats.hypergeom.sf(found - 1, total, hits, drawn))


def seed_of(as_of: pd.Timestamp) -> int:
    """Return the seed of all that is drawn for an edition: its year.

    What is drawn from are whole years: as long as they are the same, so is what chance gives.

    >>> seed_of(pd.Timestamp("2026-01-16"))
    2026
    """
    return int(as_of.year)


def picked_by_chance(groups: Sequence[np.ndarray], seed: int) -> np.ndarray:
    """Return what is left when chance picks one value of each group, again and again.

    Each row is one reshuffled history, and each value the mean of the picked less the mean of the
    rest; there are `RESHUFFLED`. Every value of a group is as likely as every other.
    """
    counts = np.array([len(group) for group in groups])
    padded = np.full((len(groups), counts.max()), np.nan)
    for place, group in enumerate(groups):
        padded[place, : len(group)] = group
    draws = np.random.default_rng(seed).random((RESHUFFLED, len(groups)))
    picked = padded[np.arange(len(groups)), (draws * counts).astype(int)].sum(axis=1)
    return _gap(picked, padded, counts)


def as_large_by_chance(groups: Sequence[np.ndarray], place: int, chance: np.ndarray) -> int:
    """Return in how many reshuffled histories the gap is at least as large as the one observed.

    The observed gap is that of the value at this place of every group; either sign counts.
    """
    counts = np.array([len(group) for group in groups])
    own = np.array([sum(group[place] for group in groups)])
    observed = float(_gap(own, np.concatenate(groups), counts)[0])
    # Sums in another order differ in their last digits.
    return int((np.abs(chance) >= abs(observed) * (1 - 1e-12) - 1e-12).sum())


def p_value(as_large: int) -> float:
    """Return the p of a permutation test: the observed history is one of those that are possible.

    Source: B. Phipson and G. K. Smyth, 2010.

    >>> p_value(0) == 1 / 10_001
    True
    """
    return (as_large + 1) / (RESHUFFLED + 1)


def _gap(picked: np.ndarray, values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean of the picked less the mean of the rest, from the sum of the picked."""
    rest = float(np.nansum(values)) - picked
    return np.asarray(picked / len(counts) - rest / (counts.sum() - len(counts)))
