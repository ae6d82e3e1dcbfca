"""Shape who is ahead on which session and in which week, without moving a given close.

What the Russell 2000 gains on the S&P 500 on one session changes places with what it gains on
another between the same two given closes, so both ends stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from generator.providers._sample_pair import Array, Pair, reflect

Flags = npt.NDArray[np.bool_]
Run = tuple[int, int]
"""First and last position of a run of sessions (or weeks) ahead."""

RUNS = {
    date(1991, 2, 5): 12,
    date(1996, 5, 7): 16,
    date(2001, 12, 18): 12,
    date(2008, 6, 6): 13,
    date(2026, 1, 22): 14,
}
"""Published runs of sessions ahead, by their last session. No other is longer than `LONGEST`."""

LONGEST = 11
LONGEST_SINCE_2008 = 9
LONGEST_WEEKS = 3
TWO_YEARS = (date(2023, 12, 1), date(2025, 12, 1))
"""No run of more weeks than `LONGEST_WEEKS` ends in these two years."""

CLEAR = 0.0004
"""A difference of returns that rounding to cents cannot turn."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is wanted, by session."""

    wanted: npt.NDArray[np.int64]
    """1 must be ahead, -1 must not, 0 free."""
    stretch: npt.NDArray[np.int64]
    """Number of the stretch between two given closes."""
    allowed: npt.NDArray[np.int64]
    """Longest run that may end here."""


def shape_runs(pair: Pair) -> Pair:
    """Return the pair with the published runs, and with no longer ones.

    Mending one rule can break another, so all are mended in turn until none is broken.
    """
    rules = rules_of(pair)
    for _ in range(200):
        gains = np.diff(pair.small - pair.large, prepend=np.nan)
        swaps = _wanted_swaps(pair, gains, rules) or _long_run_swaps(pair, gains, rules)
        swaps = swaps or _week_swaps(pair, gains, rules)
        if not swaps:
            return pair
        for one, other in swaps:
            gains[one], gains[other] = gains[other], gains[one]
        small = pair.large + (pair.small - pair.large)[0] + np.cumsum(np.nan_to_num(gains))
        pair = replace(pair, small=reflect(small, pair.bounds))
    raise AssertionError("the runs cannot be shaped with this seed")


def rules_of(pair: Pair) -> Rules:
    """Return what the published runs ask of each session."""
    wanted = np.zeros(len(pair.days), dtype=np.int64)
    allowed = np.where(pair.days <= np.datetime64("2008-06-06"), LONGEST, LONGEST_SINCE_2008)
    for end, length in RUNS.items():
        last = int(np.searchsorted(pair.days, np.datetime64(end)))
        wanted[last - length + 1 : last + 1] = 1
        wanted[[last - length, last + 1]] = -1
        allowed[last] = length
    stretch = np.searchsorted(pair.pins, np.arange(len(pair.days)))
    return Rules(wanted, stretch, allowed)


def ahead(small: Array, large: Array) -> Flags:
    """Return where the small one's simple return is the larger, the first place never."""
    flags = np.zeros(len(small), dtype=np.bool_)
    flags[1:] = small[1:] / small[:-1] - large[1:] / large[:-1] > 1e-9
    return flags


def runs(flags: Flags) -> list[Run]:
    """Return first and last position of each run, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]


def week_ends(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Return the position of the last session of each ISO week."""
    # 1970-01-01 was a Thursday: shifted by three days, weeks begin on Monday.
    weeks = (days.astype(np.int64) + 3) // 7
    return np.flatnonzero(np.diff(weeks, append=weeks[-1] + 1))


def _nearest(position: int, choices: npt.NDArray[np.int64]) -> int | None:
    return int(choices[np.argmin(np.abs(choices - position))]) if len(choices) else None


def _partner(position: int, sign: int, gains: Array, rules: Rules) -> int | None:
    """Return the nearest free session of the same stretch that was clearly ahead (or behind)."""
    fits = (rules.stretch == rules.stretch[position]) & (rules.wanted == 0)
    fits &= np.nan_to_num(gains) * sign > CLEAR
    fits[position] = False
    return _nearest(position, np.flatnonzero(fits))


def _wanted_swaps(pair: Pair, gains: Array, rules: Rules) -> list[Run]:
    """Swap the first session that is not as wanted."""
    wrong = (rules.wanted != 0) & (ahead(*pair.closes) != (rules.wanted > 0))
    for position in np.flatnonzero(wrong).tolist():
        partner = _partner(position, int(rules.wanted[position]), gains, rules)
        if partner is not None:
            return [(position, partner)]
        raise AssertionError(f"nothing can be swapped with {pair.days[position]}")
    return []


def _long_run_swaps(pair: Pair, gains: Array, rules: Rules) -> list[Run]:
    """Break the first run that is too long, near its middle."""
    for first, last in runs(ahead(*pair.closes)):
        if last - first + 1 <= rules.allowed[last]:
            continue
        middle = (first + last) / 2
        for position in sorted(range(first, last + 1), key=lambda p: abs(p - middle)):
            partner = _partner(position, -1, gains, rules)
            if rules.wanted[position] == 0 and partner is not None:
                return [(position, partner)]
        raise AssertionError(f"the run to {pair.days[last]} cannot be broken")
    return []


def _week_swaps(pair: Pair, gains: Array, rules: Rules) -> list[Run]:
    """Break the first run of weeks that is too long: swap its best day with one outside."""
    ends = week_ends(pair.days)
    small, large = pair.closes
    start, stop = (np.datetime64(day) for day in TWO_YEARS)
    for first, last in runs(ahead(small[ends], large[ends])):
        if last - first + 1 <= LONGEST_WEEKS or not start <= pair.days[ends[last]] <= stop:
            continue
        inside = np.arange(ends[first - 1] + 1, ends[last] + 1)
        for week in (last - 1, last, first + 1, first):
            position = int(max(range(ends[week - 1] + 1, ends[week] + 1), key=gains.__getitem__))
            fits = (rules.stretch == rules.stretch[position]) & (rules.wanted == 0)
            fits[inside] = False
            total = gains[ends[week - 1] + 1 : ends[week] + 1].sum()
            fits &= gains < gains[position] - total - CLEAR
            partner = _nearest(position, np.flatnonzero(fits))
            if partner is not None:
                return [(position, partner)]
        raise AssertionError(f"the weeks to {pair.days[ends[last]]} cannot be broken")
    return []
