"""Bases and breakouts: each state on a path built for it, every breakout against a plain loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import last_sessions, random_closes, reason, snapshot, value

from generator.metrics.breakout import _breakouts, _now

BASE = ((0, 90.0), (20, 100.0), (120, 80.0), (220, 98.0), (300, 85.0), (400, 99.0), (480, 90.0))
"""Resistance 100, low 80, tests at 98 and 99 with pullbacks between."""
QUIET = (*BASE, (600, 95.0))
INDEX = last_sessions(1500, "2026-01-16")


def along(*points: tuple[int, float]) -> list[float]:
    """Closes through these positions and levels, running evenly in between."""
    places, levels = zip(*points, strict=True)
    return list(np.round(np.interp(np.arange(places[-1] + 1), places, levels), 6))


def found(closes: list[float], first: int = 0):
    """The figure of these closes on real sessions, from the so-manieth session on."""
    index = INDEX[first : first + len(closes)]
    return index, value(snapshot(index, {"russell_2000": closes}), "base_breakout", "russell_2000")


def week_ends_from(index: pd.DatetimeIndex) -> np.ndarray:
    weeks = [tuple(day.isocalendar())[:2] for day in index]
    return np.array([now != after for now, after in pairwise(weeks)] + [True])


def test_testing() -> None:
    """A resistance 504 sessions old, tested twice over a base 20% deep, is being tested."""
    index, figure = found(along(*QUIET))
    assert figure.value == "testing"
    assert figure.base == index[20].date()
    parts = {name: part.value for name, part in figure.parts.items()}
    assert parts["resistance"] == 100.0
    assert (parts["low"], parts["low_date"]) == (80.0, index[120].date())
    assert parts["depth"] == pytest.approx(0.20)
    assert parts["tests"] == 2
    assert "triggered" not in parts


def test_targets_are_the_technicians_arithmetic() -> None:
    """From 100 and 80 the targets are 2 × 100 − 80 = 120 and 100² / 80 = 125."""
    _, figure = found(along(*QUIET))
    assert figure.parts["target_added"].value == pytest.approx(120.0)
    assert figure.parts["target_scaled"].value == pytest.approx(125.0)


@pytest.mark.parametrize(
    ("low", "state"), [(86.0, "none"), (85.0, "testing"), (50.0, "testing"), (49.9, "none")]
)
def test_depth_must_be_15_to_50_percent(low: float, state: str) -> None:
    """A base 14% deep is too shallow, one of more than 50% too deep; both bounds belong to it."""
    points = [(place, low if place == 120 else max(level, low)) for place, level in QUIET]
    assert found(along(*points))[1].value == state


def test_one_test_is_not_enough() -> None:
    """A resistance that was neared only once makes no base."""
    one = [(place, 85.0 if place == 400 else level) for place, level in QUIET]
    assert found(along(*one))[1].value == "none"


def test_peak_beyond_three_percent_is_no_test() -> None:
    """A second peak at 96.9 stays more than 3% below 100; one at 97 is a test."""
    for level, state in ((96.9, "none"), (97.0, "testing")):
        points = [(place, level if place == 400 else close) for place, close in QUIET]
        assert found(along(*points))[1].value == state


def test_tests_without_a_pullback_are_one() -> None:
    """Two peaks with a dip of 6% between them are one test, with a dip of 8% two."""
    for share, state in ((0.94, "none"), (0.92, "testing")):
        points = [(place, 98 * share if place == 300 else level) for place, level in QUIET]
        assert found(along(*points))[1].value == state


def test_pullback_of_exactly_seven_percent_counts() -> None:
    """From a first test at 100 to 93 is a pullback of 7%, which is enough."""
    points = [(place, {220: 100.0, 300: 93.0}.get(place, level)) for place, level in QUIET]
    assert found(along(*points))[1].value == "testing"


def test_tests_must_lie_sixty_sessions_apart() -> None:
    """A second peak 59 sessions after the first is not another test, one of 60 is."""
    for gap, state in ((59, "none"), (60, "testing")):
        points = (*BASE[:4], (220 + gap // 2, 85.0), (220 + gap, 99.0), (480, 82.0), (600, 95.0))
        assert found(along(*points))[1].value == state


def test_trigger_is_strictly_above_one_percent() -> None:
    """A close of exactly 101 on a resistance of 100 triggers nothing, a cent more does."""
    closes = along(*QUIET)
    assert found([*closes, 100.0 * 1.01])[1].value == "testing"
    index, figure = found([*closes, 101.01])
    assert figure.value == "triggered"
    assert figure.parts["triggered"].value == index[-1].date()
    assert figure.base == index[20].date()


def test_triggered_until_twenty_sessions_have_passed() -> None:
    """Nineteen sessions after the trigger it is open, with the twentieth it is confirmed."""
    closes = [*along(*QUIET), 102.0]
    assert found([*closes, *[101.5] * 19])[1].value == "triggered"
    index, figure = found([*closes, *[101.5] * 20])
    assert figure.value == "confirmed"
    assert figure.parts["decided"].value == index[-1].date()


def test_close_below_the_fail_line_fails() -> None:
    """A close below 99 within twenty sessions fails; exactly 99, or later, does not."""
    closes = [*along(*QUIET), 102.0]
    index, figure = found([*closes, 101.5, 98.99, *[101.5] * 18])
    assert figure.value == "failed"
    assert figure.parts["decided"].value == index[len(closes) + 1].date()
    assert found([*closes, 101.5, 99.0, *[101.5] * 18])[1].value == "confirmed"
    assert found([*closes, *[101.5] * 19, 98.99])[1].value == "failed"
    assert found([*closes, *[101.5] * 20, 98.99])[1].value == "confirmed"


def test_no_week_end_above_the_resistance_fails() -> None:
    """A trigger in mid-week whose every week-end close is at or below 100 has failed."""
    quiet = along(*QUIET)
    first = next(n for n in range(200, 220) if INDEX[n + len(quiet)].day_name() == "Tuesday")
    closes = [*quiet, 102.0, *[101.0] * 20]
    week_end = week_ends_from(INDEX[first : first + len(closes)])
    for position in np.flatnonzero(week_end):
        if position >= len(quiet):
            closes[position] = 100.0
    # The last session ends the history and so its week; it must not save the breakout either.
    closes[-1] = 100.0
    index, figure = found(closes, first)
    assert figure.value == "failed"
    assert figure.parts["decided"].value == index[-1].date()
    closes[int(np.flatnonzero(week_end)[-2])] = 100.01
    assert found(closes, first)[1].value == "confirmed"


def test_outcome_is_remembered_for_252_sessions() -> None:
    """A confirmed breakout is the state for 252 sessions after the trigger, then none."""
    closes = [*along(*QUIET), 102.0]
    assert found([*closes, *[103.0] * 252])[1].value == "confirmed"
    assert found([*closes, *[103.0] * 253])[1].value == "none"


def test_events_list_past_breakouts_with_outcomes() -> None:
    """Every breakout is listed with the return three, six and twelve months after its trigger."""
    closes = [*along(*QUIET), *along((0, 102.0), (300, 130.0))]
    index, figure = found(closes)
    (event,) = figure.tables["events"].rows
    trigger = len(closes) - 301
    assert event[0] == index[trigger].date()
    assert event[1] == index[20].date()
    assert event[2] == pytest.approx(0.20)
    assert event[3:5] == (2, "confirmed")
    for months, change in zip((3, 6, 12), event[5:], strict=True):
        wanted = index[trigger] + pd.DateOffset(months=months)
        place = max(n for n, day in enumerate(index) if day <= wanted)
        assert change == pytest.approx(closes[place] / closes[trigger] - 1)


def test_outcomes_that_have_not_come_are_missing() -> None:
    """Ten sessions after a trigger no outcome is known."""
    _, figure = found([*along(*QUIET), 102.0, *[102.5] * 10])
    assert figure.tables["events"].rows[0][4:] == ("triggered", None, None, None)


def test_grid_has_nine_readings() -> None:
    """The sensitivity grid holds 1, 2 and 3 years by bands of 0%, 1% and 2%."""
    _, figure = found([*along(*QUIET), 101.5, *[101.6] * 200])
    grid = figure.tables["grid"]
    assert list(grid.units) == ["years", "band", "state", "triggered"]
    cells = [(row[0], row[1]) for row in grid.rows]
    assert cells == [(years, band) for years in (1, 2, 3) for band in (0.0, 0.01, 0.02)]
    states = {(row[0], row[1]): row[2] for row in grid.rows}
    assert states[(2, 0.01)] == figure.value == "confirmed"
    assert states[(2, 0.0)] == "confirmed"
    assert states[(2, 0.02)] == "testing"
    assert states[(3, 0.01)] == "none"


def test_grid_of_a_short_history_leaves_out_three_years() -> None:
    """With under three years of closes the grid has six readings."""
    _, figure = found(along(*QUIET))
    assert {row[0] for row in figure.tables["grid"].rows} == {1, 2}


def test_short_history_withholds() -> None:
    """524 closes are too few to judge a base of 504 sessions and its twenty; 525 are enough."""
    closes = random_closes(525, 1)
    assert found(list(closes))[1]
    frozen = snapshot(INDEX[:524], {"russell_2000": closes[:524]})
    expected = "it has 524 closes, more than 524 are needed"
    assert reason(frozen, "base_breakout", "russell_2000") == expected


def plain_tests(span: list[float]) -> int:
    """Tests of the first close, by the written definition, with five sessions to either side."""
    count, last = 0, 0
    for now in range(60, len(span) - 1):
        around = span[max(0, now - 5) : now + 6]
        near = span[now] >= span[0] * (1 - 0.03) and span[now] == max(around)
        if near and now - last >= 60 and min(span[last:now]) <= span[last] * (1 - 0.07):
            count, last = count + 1, now
    return count


def plain_triggers(closes: list[float], age: int, band: float) -> list[tuple[int, int, int]]:
    """Trigger, resistance and tests of every breakout, one session after the other."""
    events = []
    for now in range(age + 1, len(closes)):
        old_enough = closes[: now - age]
        high = max(old_enough)
        place = old_enough.index(high)
        stood = all(close <= high * (1 + band) for close in closes[place + 1 : now])
        if not stood or closes[now] <= high * (1 + band):
            continue
        depth = 1 - min(closes[place:now]) / high
        tests = plain_tests(closes[place:now])
        if 0.15 <= depth <= 0.50 and tests >= 2:
            events.append((now, place, tests))
    return events


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([60, 120, 200]), st.sampled_from([0.0, 0.01]))
def test_breakouts_equal_a_plain_loop(seed: int, age: int, band: float) -> None:
    """On random closes every breakout, its resistance and its tests equal a plain loop's."""
    closes = random_closes(900, seed, spread=0.02)
    # A pull to the start makes ranges, and so bases, far more frequent than a walk does.
    closes = 1000 * (closes / 1000) ** 0.5
    week_end = np.arange(len(closes)) % 5 == 4
    events = [
        (event.trigger, event.base.resistance, event.base.tests)
        for event in _breakouts(closes, week_end, age, band)
    ]
    assert events == plain_triggers(list(closes), age, band)


def test_random_closes_do_hold_breakouts() -> None:
    """The comparison with the plain loop is not empty: the first seeds hold several breakouts."""
    count = 0
    for seed in range(12):
        closes = 1000 * (random_closes(900, seed, spread=0.02) / 1000) ** 0.5
        count += len(_now(closes, np.arange(900) % 5 == 4, 120, 0.01)[3])
    assert count >= 3
