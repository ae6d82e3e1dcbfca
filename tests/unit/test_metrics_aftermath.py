"""What followed: events on the day they are known, and episodes that do not overlap."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import (
    compounded,
    computed,
    last_sessions,
    path,
    random_closes,
    real_snapshot,
    reason,
    sessions,
    snapshot,
    value,
)

from generator.metrics._episodes import separate, spread_of

SMALL = "russell_2000"
NAMES = ("after_runs_of_sessions", "after_runs_of_weeks", "after_overbought", "after_breakouts")
INDEX = last_sessions(800, "2026-01-16")


def ahead(*runs: tuple[int, int]):
    """Large caps stand still; small caps rise 1% on these sessions (first, how many), and make up
    for it on the next; they fall by a thousandth on all others."""
    moves = np.full(len(INDEX) - 1, -0.001)
    for first, count in runs:
        moves[first : first + count] = 0.01
        moves[first + count] = -0.01 * count
    return snapshot(INDEX, {SMALL: compounded(1000, moves), "sp_500": np.full(len(INDEX), 5000.0)})


def test_an_event_is_the_tenth_session_of_a_run() -> None:
    """A run of twelve is known on its tenth session, one of nine never; what followed is counted
    from there."""
    frozen = ahead((100, 12), (400, 9))
    found = value(frozen, "after_runs_of_sessions", SMALL)
    (event,) = found.tables["events"].rows
    tenth = 100 + 10
    assert event[0] == INDEX[tenth].date()
    closes = frozen.closes[SMALL]
    for months, gap, small in zip((3, 6, 12), event[1:4], event[4:7], strict=True):
        end = INDEX[INDEX[tenth] + pd.DateOffset(months=months) >= INDEX][-1]
        change = closes.loc[end] / closes.iloc[tenth] - 1
        assert small == pytest.approx(change)
        assert gap == pytest.approx(100 * change)
    assert found.parts["episodes"].value == 1


def test_events_whose_months_overlap_are_one_episode() -> None:
    """Two runs 50 sessions apart are one episode of three months; of a year three are one, and the
    fourth is not over."""
    frozen = ahead((50, 10), (100, 10), (250, 10), (700, 10))
    found = value(frozen, "after_runs_of_sessions", SMALL)
    rows = {row[0]: row for row in found.tables["relative"].rows}
    assert rows["3 months"][1:3] == (4, 3)
    assert rows["12 months"][1:3] == (3, 1)
    states = [row[-1] for row in found.tables["events"].rows]
    assert states == ["not over", "overlaps", "overlaps", "counted"]


@given(st.lists(st.integers(0, 799), unique=True, max_size=25), st.sampled_from([3, 6, 12]))
def test_episodes_are_those_of_a_slow_reading(places: list[int], months: int) -> None:
    """The first event, and each that begins when no chosen window is open; none could be added."""
    starts = np.array(sorted(places), dtype=int)
    kept = separate(INDEX, starts, months)
    chosen: list[pd.Timestamp] = []
    for place, keep in zip(starts, kept, strict=True):
        begins = INDEX[place]
        is_open = any(begins < first + pd.DateOffset(months=months) for first in chosen)
        assert keep == (not is_open)
        if keep:
            chosen.append(begins)


def test_quartiles_need_five() -> None:
    """Of four values there are lowest, median and highest; of none nothing."""
    assert spread_of(np.array([4.0, 1.0, 3.0, 2.0])) == (1.0, None, 2.5, None, 4.0)
    assert spread_of(np.array([])) == (None,) * 5


def test_an_rsi_at_70_counts_after_twenty_sessions_below() -> None:
    """Two climbs: the second counts only if the RSI has been below 70 for twenty sessions."""
    for apart, events in ((19, 1), (60, 2)):
        moves = np.tile([0.004, -0.004], 400)[: len(INDEX) - 1].copy()
        moves[300:312] = 0.02
        moves[312 + apart : 324 + apart] = 0.02
        closes = {SMALL: compounded(1000, moves), "sp_500": np.full(len(INDEX), 5000.0)}
        found = value(snapshot(INDEX, closes), "after_overbought", SMALL)
        listed = [row[0] for row in found.tables["events"].rows]
        assert len(listed) == events
        assert INDEX[300].date() < listed[-1] <= INDEX[312].date()


def test_what_is_usual_is_what_followed_every_session() -> None:
    """The share and the quartiles beside the episodes are those of a plain loop over sessions."""
    closes = {SMALL: random_closes(800, 3), "sp_500": random_closes(800, 4)}
    frozen = snapshot(INDEX, closes)
    found = value(frozen, "after_runs_of_weeks", SMALL)
    row = dict(zip(found.tables["relative"].units, found.tables["relative"].rows[1], strict=True))
    pair = frozen.closes
    gaps = []
    for start in INDEX:
        target = start + pd.DateOffset(months=6)
        if target <= INDEX[-1]:
            end = INDEX[target >= INDEX][-1]
            change = pair.loc[end] / pair.loc[start] - 1
            gaps.append(100 * (change[SMALL] - change["sp_500"]))
    assert row["all_share"] == pytest.approx(np.mean(np.array(gaps) > 0))
    assert row["all_median"] == pytest.approx(np.median(gaps))


def test_a_missing_close_leaves_an_event_out() -> None:
    """Without the close that ends the year the event is listed and not counted."""
    frozen = ahead((100, 10))
    end = INDEX[INDEX[110] + pd.DateOffset(months=12) >= INDEX][-1]
    frozen.closes.loc[end, "sp_500"] = np.nan
    assert "none is twelve months ago" in reason(frozen, "after_runs_of_sessions", SMALL)


def test_runs_of_ten_sessions_on_real_prices() -> None:
    """Those that became sixteen, thirteen, twelve and twelve are among seven before 2026."""
    found = value(real_snapshot(), "after_runs_of_sessions", SMALL, "2026-01-16")
    days = [row[0] for row in found.tables["events"].rows]
    known = {(1996, 4), (2008, 6), (1991, 2), (2001, 12), (2026, 1)}
    assert known <= {(each.year, each.month) for each in days}
    assert days[0] == date(2026, 1, 15)
    parts = {name: part.value for name, part in found.parts.items()}
    assert (parts["events"], parts["episodes"], parts["positive"]) == (7, 6, 5)
    assert parts["lowest"] < parts["lower_quartile"] < parts["median"] < parts["highest"]


def test_breakouts_are_those_of_the_figure() -> None:
    """Every breakout that is listed with the base is followed up, failed or not."""
    facts = computed(
        real_snapshot(), "after_breakouts", "base_breakout", as_of="2026-01-16"
    ).facts()
    rows = facts.get("base_breakout", SMALL).figure.tables["events"].rows
    listed = facts.get("after_breakouts", SMALL).figure.tables["events"].rows
    assert [row[0] for row in listed] == [row[0] for row in rows]
    for event, row in zip(listed, rows, strict=True):
        assert event[4:7] == pytest.approx(row[5:8])


@settings(max_examples=4)
@given(st.integers(0, 1000), st.integers(500, 780))
def test_the_future_changes_nothing_that_followed(seed: int, keep: int) -> None:
    """Seen from a session, every figure is the same whether rubbish or nothing follows."""
    closes = {SMALL: random_closes(800, seed), "sp_500": random_closes(800, seed + 1)}
    rng = np.random.default_rng(seed)
    spoilt = {name: walk.copy() for name, walk in closes.items()}
    for walk in spoilt.values():
        walk[keep:] *= np.exp(rng.normal(0, 2, len(walk) - keep))
    cut = snapshot(INDEX[:keep], {name: walk[:keep] for name, walk in closes.items()})
    as_of = str(INDEX[keep - 1].date())
    before = computed(cut, *NAMES).facts()
    after = computed(snapshot(INDEX, spoilt), *NAMES, as_of=as_of).facts()
    for name in NAMES:
        assert before.get(name, SMALL).figure == after.get(name, SMALL).figure


def test_a_run_of_weeks_is_known_at_the_end_of_its_fourth_week() -> None:
    """Five weeks ahead in a row: the event is the last session of the fourth."""
    index = sessions("2023-12-29", "2026-01-16")
    known = {"2023-12-29": 100.0, "2024-03-01": 90.0}
    for week, level in zip(
        ("2024-03-08", "2024-03-15", "2024-03-22", "2024-03-28", "2024-04-05"),
        (91.0, 92.0, 93.0, 94.0, 95.0),
        strict=True,
    ):
        known[week] = level
    known["2026-01-16"] = 80.0
    closes = {SMALL: path(index, known), "sp_500": np.full(len(index), 5000.0)}
    found = value(snapshot(index, closes), "after_runs_of_weeks", SMALL)
    (event,) = found.tables["events"].rows
    assert event[0] == date(2024, 3, 28)
