"""Runs of sessions and weeks against a plain loop: ties, gaps, records of length."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import last_sessions, reason, sessions, snapshot, value

from generator.metrics._tools import TIE

AHEAD = "outperformance_streak_sessions"
BEHIND = "underperformance_streak_sessions"
WEEKS_AHEAD = "outperformance_streak_weeks"

WIN, LOSS, DRAW, GAP = 0.01, -0.01, 0.0, math.nan


def against_flat(moves: list[float], end: str = "2026-01-16"):
    """A snapshot in which the large benchmark stands still and the small one moves like this.

    A move that is not a number makes the small benchmark's close of that session unknown.
    """
    closes = [100.0]
    level = 100.0
    for move in moves:
        level = level * (1 + (0.0 if math.isnan(move) else move))
        closes.append(math.nan if math.isnan(move) else level)
    index = last_sessions(len(closes), end)
    return snapshot(index, {"russell_2000": closes, "sp_500": [6000.0] * len(closes)})


def plain_runs(closes: np.ndarray, large: np.ndarray, sign: int) -> list[tuple[int, int]]:
    """First and last position of each run, one session after the other."""
    found, start = [], None
    for now in range(1, len(closes)):
        known = not any(
            math.isnan(level)
            for level in (closes[now], closes[now - 1], large[now], large[now - 1])
        )
        difference = (
            (closes[now] / closes[now - 1] - 1) - (large[now] / large[now - 1] - 1) if known else 0
        )
        if known and sign * difference > TIE:
            start = now if start is None else start
        else:
            if start is not None:
                found.append((start, now - 1))
            start = None
    if start is not None:
        found.append((start, len(closes) - 1))
    return found


@given(
    st.lists(st.sampled_from([WIN, WIN, WIN, LOSS, DRAW, GAP]), min_size=3, max_size=120),
    st.sampled_from([1, -1]),
)
def test_runs_equal_a_plain_loop(moves: list[float], sign: int) -> None:
    """Length, ladder, distribution and "longest since" equal those of a plain loop."""
    name = AHEAD if sign > 0 else BEHIND
    frozen = against_flat([*moves, WIN])
    days = [stamp.date() for stamp in frozen.sessions]
    closes = frozen.closes["russell_2000"].to_numpy()
    expected = plain_runs(closes, frozen.closes["sp_500"].to_numpy(), sign)
    if math.isnan(moves[-1]):
        assert "missing" in reason(frozen, name, "russell_2000")
        return
    found = value(frozen, name, "russell_2000")
    current = bool(expected) and expected[-1][1] == len(closes) - 1
    past = expected[:-1] if current else expected
    length = expected[-1][1] - expected[-1][0] + 1 if current else 0
    assert found.value == length
    lengths = [last - first + 1 for first, last in past]
    table = {row[0]: row[1] for row in found.tables["distribution"].rows}
    assert table == {n: lengths.count(n) for n in set(lengths)}
    listed = {(row[0], row[1], row[2]) for row in found.tables["ladder"].rows}
    assert listed == {
        (last - first + 1, days[first], days[last]) for first, last in past if last - first >= 5
    }
    if current:
        as_long = [(last, n) for (_, last), n in zip(past, lengths, strict=True) if n >= length]
        since = days[as_long[-1][0]] if as_long else None
        assert found.parts["longest_since"].value == since
        first = expected[-1][0]
        assert found.parts["start"].value == days[first]
        assert found.base == days[first - 1]
        gain = (closes[-1] / closes[first - 1]) - 1
        assert found.parts["gain"].value == pytest.approx(gain)


def test_tie_ends_the_run() -> None:
    """A session with equal returns is no session ahead: the count starts again after it."""
    found = value(against_flat([WIN, WIN, WIN, DRAW, WIN, WIN]), AHEAD, "russell_2000")
    assert found.value == 2
    assert found.warnings == ()


@pytest.mark.parametrize(("difference", "length"), [(2e-9, 1), (0.5e-9, 0), (-2e-9, 0)])
def test_tie_is_a_difference_of_up_to_a_billionth(difference: float, length: int) -> None:
    """Two billionths ahead count, half a billionth is a tie, two billionths behind are behind."""
    frozen = against_flat([LOSS, difference])
    assert value(frozen, AHEAD, "russell_2000").value == length
    assert value(frozen, BEHIND, "russell_2000").value == (2 if difference < -TIE else 0)


def test_unknown_session_ends_the_run_with_a_warning() -> None:
    """A close missing before a run ends the count and says so; the session after is unknown too."""
    frozen = against_flat([WIN, WIN, WIN, GAP, WIN, WIN, WIN])
    found = value(frozen, AHEAD, "russell_2000")
    assert found.value == 2
    unknown = frozen.sessions[-3].date()
    assert found.warnings == (f"the run may be longer: {unknown} is unknown and ends the count",)
    assert found.parts["unknown"].value == 2


def test_unknown_session_of_the_benchmark_counts_as_much() -> None:
    """It makes no difference which of the two closes is missing."""
    closes = {"russell_2000": 100 * 1.01 ** np.arange(8), "sp_500": np.full(8, 6000.0)}
    closes["sp_500"][4] = math.nan
    found = value(snapshot(last_sessions(8, "2026-01-16"), closes), AHEAD, "russell_2000")
    assert found.value == 2
    assert len(found.warnings) == 1


def test_unknown_last_session_withholds() -> None:
    """Whether a run goes on is not known where the last close is missing, nor on the day after."""
    assert "missing" in reason(against_flat([WIN, WIN, GAP]), AHEAD, "russell_2000")
    assert "missing" in reason(against_flat([WIN, GAP, WIN]), AHEAD, "russell_2000")


def test_run_from_the_first_session_has_no_warning() -> None:
    """A run that fills the whole history is the longest in it."""
    found = value(against_flat([WIN] * 9), AHEAD, "russell_2000")
    assert found.value == 9
    assert found.parts["relation"].value == "the longest in the history"
    assert found.parts["longest_since"].value is None
    assert found.warnings == ()


def test_equal_run_is_matched_not_beaten() -> None:
    """An earlier run of the same length is matched; a longer one further back is not named."""
    moves = [WIN] * 5 + [LOSS] + [WIN] * 3 + [LOSS] + [WIN] * 2 + [LOSS] + [WIN] * 3
    frozen = against_flat(moves)
    found = value(frozen, AHEAD, "russell_2000")
    assert found.parts["relation"].value == "matches the run to"
    assert found.parts["longest_since"].value == frozen.sessions[9].date()
    assert found.parts["longest_since_length"].value == 3


def test_history_before_a_series_began_is_not_unknown() -> None:
    """A fund that started later is counted from its second close, without gaps."""
    index = last_sessions(12, "2026-01-16")
    small = np.concatenate([np.full(6, math.nan), 100 * 1.01 ** np.arange(6)])
    found = value(snapshot(index, {"iwm": small, "sp_500": np.full(12, 1.0)}), AHEAD, "iwm")
    assert found.value == 5
    assert found.parts["unknown"].value == 0
    assert found.parts["history_start"].value == index[7].date()
    assert found.warnings == ()


def test_weeks_are_measured_between_last_sessions() -> None:
    """A week is won over the whole week, though more of its sessions were lost."""
    index = sessions("2026-01-02", "2026-01-23")
    ends = {"2026-01-02": 100, "2026-01-09": 101, "2026-01-16": 102, "2026-01-23": 103}
    moves = pd.Series(math.nan, index)
    for day, level in ends.items():
        moves[day] = level
    # Between week ends the level sags, so most sessions are lost.
    moves = moves.fillna(95.0)
    frozen = snapshot(index, {"russell_2000": moves, "sp_500": np.full(len(index), 50.0)})
    found = value(frozen, WEEKS_AHEAD, "russell_2000")
    assert found.value == 3
    assert found.parts["start"].value == date(2026, 1, 9)
    assert found.base == date(2026, 1, 2)
    assert found.parts["gain"].value == pytest.approx(0.03)
    assert value(frozen, AHEAD, "russell_2000").value == 1


def test_missing_close_inside_a_week_does_not_matter_to_weeks() -> None:
    """Only the closes on week ends count for weeks."""
    index = sessions("2026-01-02", "2026-01-23")
    closes = np.linspace(100, 110, len(index))
    closes[index.get_loc(pd.Timestamp("2026-01-13"))] = math.nan
    frozen = snapshot(index, {"russell_2000": closes, "sp_500": np.full(len(index), 50.0)})
    found = value(frozen, WEEKS_AHEAD, "russell_2000")
    assert (found.value, found.warnings) == (3, ())


def test_missing_week_end_makes_two_weeks_unknown() -> None:
    """A close missing on a week end makes its week and the next one unknown."""
    index = sessions("2025-12-19", "2026-01-23")
    closes = np.linspace(100, 110, len(index))
    closes[index.get_loc(pd.Timestamp("2026-01-02"))] = math.nan
    frozen = snapshot(index, {"russell_2000": closes, "sp_500": np.full(len(index), 50.0)})
    found = value(frozen, WEEKS_AHEAD, "russell_2000")
    assert found.value == 2
    assert found.parts["unknown"].value == 2
    assert "2026-01-09 is unknown" in found.warnings[0]
