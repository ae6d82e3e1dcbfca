"""Averages, crosses and Wilder's index against TA-Lib and against series made by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st
from support import figure, last_sessions, random_closes, reason, snapshot, value

from generator.metrics._tools import relative_strength_index
from generator.metrics.trend import _cross

INDEX = last_sessions(600, "2026-01-16")


def small(closes) -> object:
    return snapshot(INDEX[-len(closes) :], {"russell_2000": closes})


# Wilder's relative strength index


@given(st.integers(0, 10_000), st.integers(16, 400), st.sampled_from([2, 7, 14, 21]))
def test_rsi_equals_ta_lib(seed: int, count: int, bars: int) -> None:
    """Every value equals TA-Lib's on random closes, for several lengths of the average."""
    closes = random_closes(count + bars, seed)
    np.testing.assert_allclose(
        relative_strength_index(closes, bars), talib.RSI(closes, bars), rtol=1e-10, atol=1e-10
    )


def test_rsi_figures_equal_ta_lib() -> None:
    """The daily and the weekly figure are TA-Lib's last values on daily and on week-end closes."""
    index = last_sessions(1600, "2026-01-16")
    closes = random_closes(len(index), 7)
    frozen = snapshot(index, {"russell_2000": closes})
    weekly = pd.Series(closes, index).groupby([index.isocalendar().year, index.isocalendar().week])
    for name, series in (("rsi_14_daily", closes), ("rsi_14_weekly", weekly.last().to_numpy())):
        expected = talib.RSI(series, 14)
        found = value(frozen, name, "russell_2000")
        assert found.value == pytest.approx(expected[-1], rel=1e-10)
        assert found.parts["before"].value == pytest.approx(expected[-2], rel=1e-10)


def test_rsi_of_a_monotone_rise_is_100() -> None:
    """Without a loss there is nothing to divide by: the index is 100 and overbought."""
    found = value(small(np.arange(1000.0, 1260.0)), "rsi_14_daily", "russell_2000")
    assert found.value == 100.0
    assert found.parts["zone"].value == "overbought"


def test_rsi_of_a_monotone_fall_is_0() -> None:
    """Without a gain the index is 0 and oversold."""
    found = value(small(np.arange(1260.0, 1000.0, -1)), "rsi_14_daily", "russell_2000")
    assert found.value == 0.0
    assert found.parts["zone"].value == "oversold"


def test_rsi_of_flat_closes_is_withheld() -> None:
    """Without a gain or a loss the index is not defined, and is not called 50."""
    assert "have not moved" in reason(small(np.full(260, 1000.0)), "rsi_14_daily", "russell_2000")


def test_rsi_of_an_alternating_seed_is_50() -> None:
    """Seven gains and seven losses of one point in the seed window make 50."""
    closes = 100 + np.arange(15) % 2
    assert relative_strength_index(closes.astype(float))[14] == 50.0


def test_rsi_needs_250_closes_in_a_row() -> None:
    """It is published from 250 closes on, counted after the last gap."""
    closes = random_closes(400, 3)
    assert value(small(closes[-250:]), "rsi_14_daily", "russell_2000")
    withheld = reason(small(closes[-249:]), "rsi_14_daily", "russell_2000")
    assert withheld == "it has 249 sessions in a row, 250 are needed"
    closes[-200] = np.nan
    withheld = reason(small(closes), "rsi_14_daily", "russell_2000")
    assert withheld == "it has 199 sessions in a row, 250 are needed"


def test_rsi_zone_begins_where_it_was_entered() -> None:
    """The zone's first session is the one after the last value outside it."""
    closes = np.concatenate([random_closes(280, 5, spread=0.005), np.zeros(20)])
    closes[-20:] = closes[-21] * 1.01 ** np.arange(1, 21)
    frozen = small(closes)
    found = value(frozen, "rsi_14_daily", "russell_2000")
    expected = talib.RSI(closes, 14)
    inside = [*(expected >= 70)]
    first = len(inside) - inside[::-1].index(False)
    assert found.parts["zone"].value == "overbought"
    assert found.parts["zone_since"].value == frozen.sessions[first].date()


# Moving averages


@given(st.integers(0, 10_000))
def test_averages_equal_ta_lib(seed: int) -> None:
    """The 50- and 200-session averages and the distances equal TA-Lib's."""
    closes = random_closes(300, seed)
    for name, count in (("sma_50", 50), ("sma_200", 200)):
        expected = talib.SMA(closes, count)[-1]
        found = value(small(closes), name, "russell_2000")
        assert found.value == pytest.approx(expected, rel=1e-12)
        assert found.parts["distance"].value == pytest.approx(closes[-1] / expected - 1, rel=1e-9)


def test_averages_of_relative_strength_equal_ta_lib() -> None:
    """The averages of the ratio of two closes equal TA-Lib's of that ratio."""
    own, large = random_closes(300, 1), random_closes(300, 2)
    frozen = snapshot(INDEX[-300:], {"russell_2000": own, "sp_500": large})
    assert value(frozen, "relative_strength", "russell_2000").value == own[-1] / large[-1]
    for name, count in (("relative_strength_sma_50", 50), ("relative_strength_sma_200", 200)):
        expected = talib.SMA(own / large, count)[-1]
        assert value(frozen, name, "russell_2000").value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("name", "count"), [("sma_50", 50), ("sma_200", 200)])
def test_average_needs_every_close(name: str, count: int) -> None:
    """One close too few, or one missing in the window, withholds; one missing before does not."""
    closes = random_closes(260, 4)
    assert "missing" in reason(small(closes[-count + 1 :]), name, "russell_2000")
    assert value(small(closes[-count:]), name, "russell_2000")
    holed = closes.copy()
    holed[-count] = np.nan
    assert "missing" in reason(small(holed), name, "russell_2000")
    holed = closes.copy()
    holed[-count - 1] = np.nan
    assert value(small(holed), name, "russell_2000")


# Crosses

ABOVE, EQUAL, BELOW = 11.0, 10.0, 9.0


def crosses(*fast: float) -> list[tuple[int, str]]:
    """Position and kind of each cross of these fast averages with a slow one of 10."""
    index = INDEX[: len(fast)]
    series = pd.Series(100.0, index)
    found = _cross(series, pd.Series(fast, index), pd.Series(EQUAL, index))
    table = found.tables.get("events")
    rows = table.rows if table else ()
    return sorted((index.get_loc(pd.Timestamp(row[0])), row[1]) for row in rows)


def by_definition(fast: tuple[float, ...]) -> list[tuple[int, str]]:
    """The definitions written out, one session after the other."""
    found = []
    for now in range(1, len(fast)):
        if fast[now] > EQUAL and fast[now - 1] <= EQUAL:
            found.append((now, "golden"))
        if fast[now] < EQUAL and fast[now - 1] >= EQUAL:
            found.append((now, "death"))
    return found


def test_golden_cross_is_strict() -> None:
    """A golden cross is the first session above; touching is none, and comes before one."""
    assert crosses(BELOW, ABOVE) == [(1, "golden")]
    assert crosses(BELOW, EQUAL, ABOVE) == [(2, "golden")]
    assert crosses(BELOW, EQUAL) == []


def test_death_cross_is_the_mirror() -> None:
    """A death cross is the first session below; touching is none, and comes before one."""
    assert crosses(ABOVE, BELOW) == [(1, "death")]
    assert crosses(ABOVE, EQUAL, BELOW) == [(2, "death")]
    assert crosses(ABOVE, EQUAL) == []


@given(st.lists(st.sampled_from([ABOVE, EQUAL, BELOW]), min_size=2, max_size=12))
def test_crosses_follow_their_definitions(fast: list[float]) -> None:
    """Any sequence of above, equal and below gives the crosses of the written definitions."""
    assert crosses(*fast) == by_definition(tuple(fast))


def test_cross_is_dated_on_the_session_the_averages_changed_sides() -> None:
    """A fall and a rise cross twice, where TA-Lib's averages do; outcomes follow the calendar."""
    closes = np.concatenate([np.full(210, 1000.0), np.linspace(995, 700, 120)])
    closes = np.concatenate([closes, np.linspace(705, 1400, 270)])
    found = value(small(closes), "sma_cross", "russell_2000")
    above = talib.SMA(closes, 50) > talib.SMA(closes, 200) + 1e-9
    death = int(np.flatnonzero(closes < 1000)[0])
    golden = death + int(np.flatnonzero(above[death:])[0])
    rows = found.tables["events"].rows
    assert [row[1] for row in rows] == ["golden", "death"]
    assert [row[0] for row in rows] == [INDEX[golden].date(), INDEX[death].date()]
    assert found.value == "golden"
    assert found.parts["state"].value == "50-session average above the 200-session average"
    later = INDEX[death] + pd.DateOffset(months=3)
    place = INDEX.searchsorted(later, side="right") - 1
    assert rows[1][2] == pytest.approx(closes[place] / closes[death] - 1)


def test_cross_without_200_sessions_is_withheld() -> None:
    """With 199 closes there is no 200-session average and no cross."""
    closes = random_closes(199, 1)
    assert reason(small(closes), "sma_cross", "russell_2000") == "it has no 200 sessions in a row"


def test_state_of_the_averages_is_not_claimed_where_one_is_unknown() -> None:
    """With a close missing inside the last 50, the averages' state is unknown, not below."""
    closes = np.linspace(1000, 2000, 300)
    closes[-10] = np.nan
    frozen = small(closes)
    assert "missing" in reason(frozen, "sma_50", "russell_2000")
    found = figure(frozen, "sma_cross", "russell_2000")
    state = found.parts["state"].value if hasattr(found, "parts") else ""
    assert "below" not in str(state)


def test_relative_strength_places_its_value_in_the_history() -> None:
    """Its share of lower sessions, highest and lowest day are those of the series of ratios."""
    own, large = random_closes(300, 11), random_closes(300, 12)
    frozen = snapshot(INDEX[-300:], {"russell_2000": own, "sp_500": large})
    found = value(frozen, "relative_strength", "russell_2000")
    ratio = [a / b for a, b in zip(own, large, strict=True)]
    lower = sum(one < ratio[-1] for one in ratio) / len(ratio)
    assert math.isclose(found.parts["share_lower"].value, lower)
    days = [stamp.date() for stamp in frozen.sessions]
    assert found.parts["highest"].value == days[ratio.index(max(ratio))]
    assert found.parts["lowest"].value == days[ratio.index(min(ratio))]
