"""Phases of the ratio: turns by a slow reading, by hand, on real prices, known when confirmed."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import computed, figure, path, real_snapshot, reason, sessions, snapshot, value

from generator.facts import Value
from generator.metrics._phases import DOWN, UP, Turn, phases, turns

LEVELS = st.lists(st.integers(50, 200), min_size=1, max_size=60).map(lambda v: np.array(v, float))
THRESHOLDS = st.sampled_from([0.10, 0.15, 0.20])


def slow_turns(levels: np.ndarray, threshold: float) -> list[Turn]:
    """Every end of every stretch is looked at anew."""
    found: list[Turn] = []
    start, wanted = 0, (False, True)
    while True:
        for end in range(start, len(levels)):
            stretch = levels[start : end + 1]
            turned = []
            if False in wanted and levels[end] <= stretch.max() * (1 - threshold):
                turned.append(Turn(start + int(stretch.argmax()), end, upwards=False))
            if True in wanted and levels[end] >= stretch.min() * (1 + threshold):
                turned.append(Turn(start + int(stretch.argmin()), end, upwards=True))
            if turned:
                found += [turn for turn in turned if turn.place > 0]
                start, wanted = end, (not turned[0].upwards,)
                break
        else:
            return found


@given(LEVELS, THRESHOLDS)
def test_turns_are_those_of_a_slow_reading(levels: np.ndarray, threshold: float) -> None:
    """One pass finds what looking at every stretch anew finds."""
    assert turns(levels, threshold) == slow_turns(levels, threshold)


@given(LEVELS, THRESHOLDS)
def test_phases_alternate_and_reach_the_threshold(levels: np.ndarray, threshold: float) -> None:
    """Each begins where the one before ends, goes the other way, and is as large as the rule."""
    past, running = phases(levels, threshold)
    every = [*past, *([running] if running else [])]
    for one, other in itertools.pairwise(every):
        assert one.end == other.start and one.upwards != other.upwards
    for phase in past:
        assert phase.start < phase.known <= phase.end
        assert (phase.size >= threshold) if phase.upwards else (phase.size <= -threshold)


@given(LEVELS, THRESHOLDS, st.integers(1, 59))
def test_no_turn_is_known_before_it_is_confirmed(
    levels: np.ndarray, threshold: float, keep: int
) -> None:
    """What later levels are changes no turn that was confirmed, and adds none before."""
    known = [turn for turn in turns(levels, threshold) if turn.confirmed < keep]
    assert turns(levels[:keep], threshold) == known


def cycle(end: str = "2012-03-16"):
    """Large caps stand still; small caps go 100, 80, 120, 100, 110 at these month-ends."""
    index = sessions("2008-12-31", end)
    known = {
        "2008-12-31": 100.0,
        "2009-06-30": 80.0,
        "2010-12-31": 120.0,
        "2011-06-30": 100.0,
        "2012-02-29": 108.0,
    }
    if end > "2012-03-01":
        known[end] = 110.0
    closes = {"russell_2000": path(index, known), "sp_500": np.full(len(index), 1000.0)}
    return snapshot(index, closes)


def test_phases_by_hand() -> None:
    """A low at 80, a high at 120 half again as high, and a phase behind that is running."""
    found = value(cycle(), "relative_cycle", "russell_2000")
    rows = found.tables["phases"].rows
    assert found.value == DOWN
    assert [row[0] for row in rows] == [UP, DOWN]
    assert rows[0][1:3] == (date(2009, 6, 30), date(2010, 12, 31))
    assert rows[0][4] == 18 and rows[0][7] == "past"
    assert rows[0][5] == pytest.approx(0.5)
    assert rows[0][6] == pytest.approx(1.5 ** (12 / 18) - 1)
    assert rows[1][7] == "provisional" and rows[1][6] is None
    parts = {name: part.value for name, part in found.parts.items()}
    assert parts["start"] == date(2010, 12, 31)
    assert parts["confirmed"] == date(2011, 6, 30)
    assert parts["months"] == 14
    assert parts["size"] == pytest.approx(110 / 120 - 1)
    assert parts["extreme"] == date(2011, 6, 30)
    assert parts["to_turn"] == pytest.approx(100 * 1.15 / 110 - 1)
    assert (parts["past"], parts["past_like"], parts["shorter"]) == (1, 0, 0)


def test_a_turn_is_known_when_the_month_that_confirms_it_is_over() -> None:
    """On 29 June 2011 the month is running and small caps are still ahead; on the 30th it is over
    and the high of December 2010 a turn."""
    before = value(cycle(), "relative_cycle", "russell_2000", "2011-06-29")
    after = value(cycle(), "relative_cycle", "russell_2000", "2011-06-30")
    assert (before.value, after.value) == (UP, DOWN)
    assert before.parts["start"].value == date(2009, 6, 30)
    assert after.parts["start"].value == date(2010, 12, 31)


def test_withheld_where_phases_cannot_be_told() -> None:
    """No turn yet, a month-end without a ratio, no close on the last session, no benchmark."""
    index = sessions("2020-01-02", "2021-01-15")
    flat = {name: np.full(len(index), 100.0) for name in ("russell_2000", "sp_500")}
    assert "has not turned" in reason(snapshot(index, flat), "relative_cycle", "russell_2000")
    gap = cycle()
    gap.closes.loc["2010-03-31", "sp_500"] = np.nan
    assert "the month-end 2010-03-31" in reason(gap, "relative_cycle", "russell_2000")
    last = cycle()
    last.closes.loc["2012-03-16", "russell_2000"] = np.nan
    assert "last session" in reason(last, "relative_cycle", "russell_2000")


TURNS = [
    "1987-10-30",
    "1988-08-31",
    "1990-10-31",
    "1994-02-28",
    "1999-03-31",
    "2000-02-29",
    "2000-05-31",
    "2013-09-30",
    "2020-03-31",
    "2021-02-26",
]


def test_turns_on_real_prices() -> None:
    """Those of 1988 to 2021; the phase since February 2021 is provisional, known since November of
    that year, and the second longest and second deepest behind."""
    found = value(real_snapshot(), "relative_cycle", "russell_2000", "2026-01-16")
    assert [f"{row[1]:%Y-%m-%d}" for row in found.tables["phases"].rows] == TURNS
    parts = {name: part.value for name, part in found.parts.items()}
    assert parts["confirmed"] == date(2021, 11, 30)
    assert (parts["past_like"], parts["shorter"], parts["smaller"]) == (4, 2, 3)
    assert parts["size"] == pytest.approx(2677.74 / 6940.01 / (2201.05 / 3811.15) - 1, abs=2e-4)


@settings(max_examples=4)
@given(st.integers(0, 1000), st.integers(400, 700))
def test_the_future_changes_no_phase(seed: int, keep: int) -> None:
    """Seen from a session, the cycle is the same whether rubbish or nothing follows."""
    index = sessions("2020-01-02", "2022-12-30")
    rng = np.random.default_rng(seed)
    levels = 100 * np.exp(np.cumsum(rng.normal(0, 0.03, (len(index), 2)), axis=0))
    spoilt = levels.copy()
    spoilt[keep:] *= np.exp(rng.normal(0, 1, spoilt[keep:].shape))
    as_of = str(index[keep - 1].date())
    names = ("russell_2000", "sp_500")
    seen = [
        figure(snapshot(index[:n], dict(zip(names, each[:n].T, strict=True))), *wanted)
        for n, each, wanted in (
            (keep, levels, ("relative_cycle", "russell_2000")),
            (len(index), spoilt, ("relative_cycle", "russell_2000", as_of)),
        )
    ]
    assert seen[0] == seen[1]


def test_a_smaller_threshold_finds_at_least_as_many_phases() -> None:
    """In the sensitivity table, and the middle row is the figure itself."""
    found = value(real_snapshot(), "relative_cycle", "russell_2000", "2026-01-16")
    rows = found.tables["sensitivity"].rows
    assert [row[0] for row in rows] == [0.10, 0.15, 0.20]
    assert [row[1] for row in rows] == [21, 9, 8]
    assert rows[1][4] == found.value
    assert isinstance(found, Value)


def test_the_ratio_needs_both_benchmarks() -> None:
    """Without closes of small caps the cycle is withheld with the reason of the snapshot."""
    index = sessions("2020-01-02", "2022-12-30")
    frozen = snapshot(index, {"sp_500": np.full(len(index), 100.0)})
    fact = computed(frozen, "relative_cycle").fact("relative_cycle", "russell_2000")
    assert fact.withheld and fact.reason == "not in this test"


def test_month_ends_that_are_over_are_counted() -> None:
    """The running month's last session is no month-end: the phase has lasted to the end of
    February, not to 16 March."""
    found = value(cycle(), "relative_cycle", "russell_2000")
    earlier = value(cycle("2012-02-29"), "relative_cycle", "russell_2000")
    assert found.parts["months"].value == earlier.parts["months"].value == 14
    assert pd.Timestamp(found.tables["phases"].rows[-1][2]) == pd.Timestamp("2012-03-16")
