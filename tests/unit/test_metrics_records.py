"""Record closes, drawdowns and calendar years against plain loops and empyrical."""

from __future__ import annotations

import math
from datetime import date

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import last_sessions, path, random_closes, reason, sessions, snapshot, value

LEVELS = st.lists(
    st.sampled_from([90.0, 95.0, 99.0, 100.0, 100.5, 101.0, 110.0, math.nan]),
    min_size=2,
    max_size=60,
)


def small(closes, end: str = "2026-01-16"):
    return snapshot(last_sessions(len(closes), end), {"russell_2000": closes})


def plain_records(closes) -> list[int]:
    """Positions of the closes above every earlier one, one after the other."""
    found, highest = [], None
    for position, close in enumerate(closes):
        if math.isnan(close):
            continue
        if highest is not None and close > highest:
            found.append(position)
        highest = close if highest is None else max(highest, close)
    return found


@given(LEVELS)
def test_records_equal_a_plain_loop(closes: list[float]) -> None:
    """Counts by year, sessions since, and the wait equal a plain loop's, with ties and gaps."""
    closes = [100.0, *closes, 100.25]
    frozen = small(closes)
    days = [stamp.date() for stamp in frozen.sessions]
    expected = plain_records(closes)
    counted = value(frozen, "record_closes_ytd", "russell_2000")
    by_year = dict(counted.tables["years"].rows)
    assert counted.value == sum(days[position].year == 2026 for position in expected)
    for year in {day.year for day in days}:
        assert by_year[year] == sum(days[position].year == year for position in expected)
    if not expected:
        assert "no record" in reason(frozen, "sessions_since_record", "russell_2000")
        return
    since = value(frozen, "sessions_since_record", "russell_2000")
    assert since.value == len(closes) - 1 - expected[-1]
    assert since.parts["record"].value == closes[expected[-1]]
    assert since.parts["record_date"].value == days[expected[-1]]
    if len(expected) < 2:
        assert "two records" in reason(frozen, "record_gap", "russell_2000")
        return
    gap = value(frozen, "record_gap", "russell_2000")
    assert gap.value == expected[-1] - expected[-2] - 1
    assert gap.parts["previous"].value == days[expected[-2]]


def test_equal_close_is_no_record() -> None:
    """A close as high as the highest before it is not a record."""
    assert value(small([100, 101, 101, 101]), "sessions_since_record", "russell_2000").value == 2


def test_records_on_consecutive_sessions_have_no_wait() -> None:
    """Nothing lies between two records on consecutive sessions."""
    assert value(small([100, 101, 102]), "record_gap", "russell_2000").value == 0


def test_long_waits_are_listed_the_longest_first() -> None:
    """Waits of 63 sessions or more are listed; one of 62 is not."""
    closes = [100, 101, *[90] * 63, 102, *[90] * 62, 103, *[90] * 100, 104]
    rows = value(small(closes), "record_gap", "russell_2000").tables["waits"].rows
    assert [row[0] for row in rows] == [100, 63]


def test_first_index_at_a_record_this_month() -> None:
    """The index whose record of the month came first is named; two on one day both are."""
    index = sessions("2025-12-01", "2026-01-16")
    base = np.linspace(100, 90, len(index))
    russell, sp, nasdaq = base.copy(), base.copy(), base.copy()
    russell[index.get_loc(pd.Timestamp("2026-01-06"))] = 101
    sp[index.get_loc(pd.Timestamp("2026-01-08"))] = 101
    nasdaq[index.get_loc(pd.Timestamp("2025-12-30"))] = 101
    closes = {"russell_2000": russell, "sp_500": sp, "nasdaq_composite": nasdaq}
    found = value(snapshot(index, closes), "first_record_this_month", "major_indexes")
    assert found.value == "Russell 2000"
    assert found.parts["date"].value == date(2026, 1, 6)
    assert found.warnings == ("closes are missing of Dow",)
    sp[index.get_loc(pd.Timestamp("2026-01-06"))] = 100.5
    both = value(snapshot(index, closes), "first_record_this_month", "major_indexes")
    assert both.value == "Russell 2000 and S&P 500"
    falling = snapshot(index, {"russell_2000": base, "sp_500": base})
    assert value(falling, "first_record_this_month", "major_indexes").value == "none"


# Drawdowns


@given(LEVELS)
def test_drawdown_equals_a_plain_loop(closes: list[float]) -> None:
    """Depth now, deepest since the peak and deepest ever equal a plain loop's."""
    closes = [100.0, *closes, 97.0]
    highest, path_of_depths = 0.0, []
    for close in closes:
        if math.isnan(close):
            path_of_depths.append(math.nan)
            continue
        highest = max(highest, close)
        path_of_depths.append(close / highest - 1)
    frozen = small(closes)
    days = [stamp.date() for stamp in frozen.sessions]
    peak = max(position for position, close in enumerate(closes) if close == highest)
    now = value(frozen, "drawdown", "russell_2000")
    assert now.value == pytest.approx(path_of_depths[-1])
    assert now.base == days[peak]
    since = [(depth, position) for position, depth in enumerate(path_of_depths) if position >= peak]
    since = [pair for pair in since if not math.isnan(pair[0])]
    assert now.parts["depth"].value == pytest.approx(min(since)[0])
    assert now.parts["trough"].value == days[min(since)[1]]
    deepest = value(frozen, "maximum_drawdown", "russell_2000")
    assert deepest.value == pytest.approx(np.nanmin(path_of_depths))


@given(st.integers(0, 10_000))
def test_maximum_drawdown_equals_empyrical(seed: int) -> None:
    """The deepest drawdown of random closes is empyrical's of their returns."""
    closes = random_closes(400, seed)
    returns = pd.Series(closes).pct_change().dropna()
    expected = empyrical.max_drawdown(returns)
    found = value(small(closes), "maximum_drawdown", "russell_2000").value
    assert found == pytest.approx(expected, rel=1e-9)


def test_drawdown_has_peak_trough_and_recovery() -> None:
    """Peak, trough and the first close back at the peak are dated; an open one has no recovery."""
    index = sessions("2020-01-02", "2020-12-31")
    known = {
        "2020-01-02": 1600,
        "2020-02-19": 1700,
        "2020-03-18": 1000,
        "2020-11-10": 1700,
        "2020-11-30": 1800,
        "2020-12-31": 1500,
    }
    frozen = snapshot(index, {"russell_2000": path(index, known)})
    deepest = value(frozen, "maximum_drawdown", "russell_2000")
    assert deepest.value == pytest.approx(1000 / 1700 - 1)
    rows = deepest.tables["episodes"].rows
    assert rows[0][1:] == (date(2020, 2, 19), date(2020, 3, 18), date(2020, 11, 10))
    assert rows[1][1:] == (date(2020, 11, 30), date(2020, 12, 31), None)
    now = value(frozen, "drawdown", "russell_2000")
    assert now.value == pytest.approx(1500 / 1800 - 1)
    assert now.base == date(2020, 11, 30)


def test_drawdown_at_a_record_is_zero() -> None:
    """At a record the drawdown is zero and its peak is the session itself."""
    frozen = small([100, 90, 101])
    found = value(frozen, "drawdown", "russell_2000")
    assert (found.value, found.base) == (0.0, frozen.sessions[-1].date())


def test_drawdown_of_exactly_ten_percent_is_listed() -> None:
    """From 100 to 90 is a drawdown of 10%, and those of 10% or more are listed."""
    rows = value(small([100, 90, 95]), "maximum_drawdown", "russell_2000").tables["episodes"].rows
    assert len(rows) == 1


def test_rising_series_has_no_drawdown() -> None:
    """A series that only rose has a deepest drawdown of zero without dates."""
    found = value(small([100, 101, 102]), "maximum_drawdown", "russell_2000")
    assert found.value == 0.0
    assert found.base is None
    assert found.tables["episodes"].rows == ()


# Calendar years


def test_first_calendar_year_needs_the_close_before_it() -> None:
    """A history that begins inside a year gives that year no return."""
    index = sessions("2023-06-01", "2026-01-16")
    frozen = snapshot(
        index,
        {"iwm": np.linspace(100, 200, len(index)), "sp_500": np.linspace(4000, 5000, len(index))},
    )
    rows = value(frozen, "calendar_year_relative", "iwm").tables["years"].rows
    assert [(row[0], row[4]) for row in rows] == [
        (2024, "complete"),
        (2025, "complete"),
        (2026, "to date"),
    ]


def test_history_without_a_completed_year_withholds() -> None:
    """A fund from the middle of last year has no completed calendar year."""
    index = sessions("2025-06-02", "2026-01-16")
    frozen = snapshot(
        index,
        {"iwm": np.linspace(100, 200, len(index)), "sp_500": np.linspace(4000, 5000, len(index))},
    )
    assert "no completed calendar year" in reason(frozen, "calendar_year_relative", "iwm")


def test_last_completed_year_is_not_an_older_one() -> None:
    """Without the close of 31 December 2024 the year 2025 is unknown, and no older one steps in."""
    index = sessions("2021-12-31", "2026-01-16")
    closes = np.linspace(100, 200, len(index))
    closes[index.get_loc(pd.Timestamp("2024-12-31"))] = math.nan
    frozen = snapshot(index, {"iwm": closes, "sp_500": np.linspace(4000, 5000, len(index))})
    assert "2025" in reason(frozen, "calendar_year_relative", "iwm")
