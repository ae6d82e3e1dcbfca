"""Breadth of random members with gaps against a plain version that looks at one at a time."""

from __future__ import annotations

import doctest
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_members import figures, node, random_members

from generator.facts import Value, Withheld
from generator.metrics import _breadth, _thrust
from generator.metrics._breadth import (
    Comparison,
    over_windows,
    tally,
    with_average,
    with_range,
    with_session_before,
)
from generator.metrics._panel import Members

SEEDS = st.integers(0, 10_000)
SMALL = "russell_2000"
UP, DOWN, SAME, UNKNOWN = "up", "down", "same", "unknown"


def panel(seed: int, rows: int = 40, lines: int = 9, **more) -> Members:
    """Members with every irregularity."""
    rng = np.random.default_rng(seed)
    odd = {"gaps": 0.02, "late": 0.2, "ties": 0.2, "turnover": 0.2, "second_classes": 0.2}
    return random_members(rng, rows, lines, **{"every": 7, "unlisted_rows": 3, **odd, **more})


def exactly(window: list[float]) -> bool:
    return not any(math.isnan(close) for close in window)


def against_average(window: list[float]) -> str:
    """The last close against the mean, in the cents that closes are."""
    if not exactly(window):
        return UNKNOWN
    cents = [round(100 * close) for close in window]
    mean = sum(cents)
    own = cents[-1] * len(cents)
    return UP if own > mean else DOWN if own < mean else SAME


def against_others(window: list[float]) -> str:
    """The last close against the highest and the lowest of the others."""
    if not exactly(window):
        return UNKNOWN
    *others, last = window
    return UP if last > max(others) else DOWN if last < min(others) else SAME


def plain_counts(members: Members, length: int, judge) -> list[dict[str, float]]:
    """Counts and weights by session, one member at a time."""
    counts = []
    for row in range(len(members.sessions)):
        found = {"members": 0, UP: 0, DOWN: 0, "known": 0, "weight": 0.0}
        for line in range(len(members.symbols)):
            window = members.closes[max(0, row + 1 - length) : row + 1, line].tolist()
            verdict = judge(window) if len(window) == length else UNKNOWN
            if verdict != UNKNOWN and members.listed[row, line]:
                found["weight"] += members.weights[row, line]
            if members.counted[row, line]:
                found["members"] += 1
                found["known"] += verdict != UNKNOWN
                if verdict in (UP, DOWN):
                    found[verdict] += 1
        counts.append(found)
    return counts


def assert_counts(members: Members, comparison: Comparison, length: int, judge) -> None:
    counted, expected = tally(members, comparison, 0.7), plain_counts(members, length, judge)
    assert counted.members.tolist() == [one["members"] for one in expected]
    assert counted.known.tolist() == [one["known"] for one in expected]
    assert counted.above.tolist() == [one[UP] for one in expected]
    assert counted.below.tolist() == [one[DOWN] for one in expected]
    assert counted.weight == pytest.approx([one["weight"] for one in expected], abs=1e-12)
    for covered, one in zip(counted.covered, expected, strict=True):
        enough = one["members"] and one["known"] / one["members"] >= 0.7 and one["weight"] >= 0.7
        assert covered == bool(enough)


@given(SEEDS, st.sampled_from([2, 3, 7, 20, 39, 40]))
def test_above_the_average_as_one_at_a_time(seed: int, length: int) -> None:
    """Counts, weights and coverage of the average are those of whole cents added up."""
    members = panel(seed)
    assert_counts(members, with_average(members, length), length, against_average)


@given(SEEDS)
def test_advances_and_declines_as_one_at_a_time(seed: int) -> None:
    """Counts against the session before are those of two closes compared."""
    members = panel(seed)
    assert_counts(members, with_session_before(members), 2, against_others)


@given(SEEDS, st.sampled_from([2, 3, 8, 21, 40]))
def test_highs_and_lows_as_one_at_a_time(seed: int, length: int) -> None:
    """Counts of highs and lows are those of the greatest and the least of a list."""
    members = panel(seed)
    assert_counts(members, with_range(members, length), length, against_others)


@given(SEEDS, st.integers(1, 30), st.integers(1, 70))
def test_windows_are_those_of_pandas(seed: int, length: int, rows: int) -> None:
    """Sums, maxima and minima of windows, gaps included, at any length."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(3, 4, (rows, 4))
    values[rng.random(values.shape) < 0.03] = math.nan
    rolling = pd.DataFrame(values).rolling(length)
    exact = rolling.apply(math.fsum, raw=True).to_numpy()
    assert over_windows(values, length, np.add) == pytest.approx(exact, rel=1e-13, nan_ok=True)
    for combine, expected in ((np.maximum, rolling.max()), (np.minimum, rolling.min())):
        found = over_windows(values, length, combine)
        assert np.array_equal(found, expected.to_numpy(), equal_nan=True)


@given(SEEDS, st.booleans(), st.sampled_from([0.3, 0.7, 0.9]))
def test_members_up_and_ahead_as_one_at_a_time(seed: int, weighted: bool, floor: float) -> None:
    """Shares up and ahead of the index are those of members looked at one after the other."""
    members = panel(seed, weighted=weighted)
    levels = np.linspace(100, 103, 40)
    base = 40 - 6
    starts, ends = members.closes[base].tolist(), members.closes[-1].tolist()
    told = [not math.isnan(start + end) for start, end in zip(starts, ends, strict=True)]
    counted, weights = members.counted[-1], members.weights[-1]
    chosen = [n for n, known in enumerate(told) if known and counted[n]]
    enough = len(chosen) >= floor * counted.sum()
    enough &= not weighted or weights[told].sum() >= floor
    for name, growth in (("share_up_1w", 1.0), ("share_beating_index_1w", 103 / levels[base])):
        found = figures(name, members, closes={SMALL: levels}, floor=floor)[SMALL]
        assert isinstance(found, Value) == enough
        if isinstance(found, Value):
            up = [ends[n] > starts[n] * growth for n in chosen]
            assert found.value == sum(up) / len(up)


@given(SEEDS)
def test_the_order_of_members_and_their_prices_in_other_units_change_nothing(seed: int) -> None:
    """Lines in another order, and closes of each line times a power of two."""
    members, rng = panel(seed, 60, 12), np.random.default_rng(seed)
    order = rng.permutation(12)
    other = replace(
        members,
        symbols=tuple(members.symbols[n] for n in order),
        closes=(members.closes * 2.0 ** rng.integers(-8, 8, 12))[:, order],
        listed=members.listed[:, order],
        counted=members.counted[:, order],
        weights=members.weights[:, order],
    )
    one, two = (node("breadth_history", each, floor=0.5)[SMALL] for each in (members, other))
    pd.testing.assert_frame_equal(one, two)


@given(SEEDS, st.integers(20, 59))
def test_histories_do_not_look_ahead(seed: int, keep: int) -> None:
    """What a history says of a session is equal whether or not later ones are known."""
    whole = panel(seed, 60)
    head = replace(
        whole,
        sessions=whole.sessions[:keep],
        closes=whole.closes[:keep],
        listed=whole.listed[:keep],
        counted=whole.counted[:keep],
        weights=whole.weights[:keep],
        lists=whole.lists[:keep],
    )
    expected = node("breadth_history", whole, floor=0.5)[SMALL].iloc[:keep]
    pd.testing.assert_frame_equal(node("breadth_history", head, floor=0.5)[SMALL], expected)


@given(SEEDS)
def test_advances_declines_and_the_rest_are_all_members(seed: int) -> None:
    """Every member is in exactly one of advances, declines, unchanged and without data."""
    members = panel(seed)
    up, down = (figures(name, members, floor=0.3)[SMALL] for name in ("advances", "declines"))
    if isinstance(up, Withheld):
        assert up == down
        return
    assert isinstance(down, Value)
    told = {name: part.value for name, part in up.parts.items()}
    whole = up.value + down.value + told["unchanged"] + told["without_data"]
    assert whole == told["members"] == int(members.counted[-1].sum())


def test_the_examples_in_the_docstrings_hold() -> None:
    """Windows, exponential averages and thrusts are what their examples say."""
    for module in (_breadth, _thrust):
        result = doctest.testmod(module)
        assert result.attempted > 0 and result.failed == 0
