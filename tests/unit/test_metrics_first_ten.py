"""First ten sessions of a year and longest runs of two, worked by hand and on real prices."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from support import compounded, path, real_snapshot, reason, sessions, snapshot, value

from generator.snapshot import Snapshot

FIRST_TEN = "first_ten_sessions"
LONGEST = "longest_outperformance_weeks_2y"


def years(rest: dict[int, float], ahead: dict[int, float], end: str = "2026-01-16") -> Snapshot:
    """Large caps stand still to each tenth session and end each year so much higher; small caps
    are so much ahead after ten sessions, and then run along."""
    index = sessions("2019-12-31", end)
    small, large = {"2019-12-31": 1000.0}, {"2019-12-31": 3000.0}
    levels = [1000.0, 3000.0]
    for year, change in rest.items():
        own = [str(day.date()) for day in index[index.year == year]]
        small[own[9]] = levels[0] * (1 + ahead[year] / 100)
        large[own[9]] = levels[1]
        levels = [small[own[9]], levels[1] * (1 + change / 100)]
        small[own[-1]], large[own[-1]] = levels
    closes = {"russell_2000": path(index, small), "sp_500": path(index, large)}
    return snapshot(index, closes)


REST = {2020: 10.0, 2021: 20.0, 2022: -20.0, 2023: 15.0, 2024: 20.0, 2025: 12.0}
AHEAD = {2020: -1.0, 2021: 5.0, 2022: 1.0, 2023: 2.0, 2024: -4.0, 2025: 0.0}


def test_years_in_which_small_caps_led_by_hand() -> None:
    """Of three years led two ended higher; of all six, five; a tie leads nothing."""
    found = value(years(REST, AHEAD), FIRST_TEN, "russell_2000")
    assert found.value == pytest.approx(2 / 3)
    parts = {name: part.value for name, part in found.parts.items()}
    assert (parts["years"], parts["years_higher"]) == (6, 5)
    assert parts["share_of_all_years"] == pytest.approx(5 / 6)
    assert (parts["years_led"], parts["years_led_and_higher"]) == (3, 2)
    assert (parts["latest_years_led"], parts["latest_years_led_and_higher"]) == (3, 2)
    assert (parts["latest_led"], parts["latest_led_and_higher"]) == (3, 2)
    assert parts["latest_led_since"] == 2021
    row = {row[0]: row for row in found.tables["years"].rows}[2021]
    assert row[1] == date(2021, 1, 15)
    assert row[2:6] == pytest.approx((0.05, 0.0, 5.0, 0.2))
    assert row[6] == "complete"


def test_the_running_year_is_told_apart() -> None:
    """It counts nowhere, and says who leads once it has had ten sessions."""
    frozen = years({**REST, 2026: 1.0}, {**AHEAD, 2026: 3.0})
    before = value(frozen, FIRST_TEN, "russell_2000", "2026-01-14")
    after = value(frozen, FIRST_TEN, "russell_2000", "2026-01-15")
    assert before.value == after.value == pytest.approx(2 / 3)
    assert "this_year" not in before.parts
    assert after.parts["this_year"].value == "ahead"
    assert after.parts["this_year_lead"].value == pytest.approx(3.0)
    assert after.parts["this_year_tenth"].value == date(2026, 1, 15)
    assert after.tables["years"].rows[-1][6] == "to date"


def test_a_year_counts_once_its_last_session_has_closed() -> None:
    """On 30 December 2025 the year is still running, on the 31st it is complete."""
    frozen = years(REST, AHEAD)
    counted = [
        value(frozen, FIRST_TEN, "russell_2000", day).parts["years"].value
        for day in ("2025-12-30", "2025-12-31")
    ]
    assert counted == [5, 6]


@pytest.mark.parametrize("gap", ["2020-12-31", "2021-01-15", "2021-12-31"])
def test_a_missing_close_leaves_a_year_out(gap: str) -> None:
    """Without its base, its tenth or its last session a year is not counted, and is named."""
    frozen = years(REST, AHEAD)
    frozen.closes.loc[gap, "sp_500"] = np.nan
    found = value(frozen, FIRST_TEN, "russell_2000")
    left = {row[0] for row in found.tables["years"].rows if row[6] == "complete"}
    assert 2021 not in left
    assert found.parts["years"].value == len(left)
    (warning,) = found.warnings
    assert warning.startswith("left out, for want of a close:")
    assert "2021" in warning


def test_withheld_where_there_is_nothing_to_count() -> None:
    """No year led, no benchmark, no common close: each is a reason."""
    never = years(REST, dict.fromkeys(AHEAD, -1.0))
    assert "led in no completed year" in reason(never, FIRST_TEN, "russell_2000")
    index = sessions("2025-12-01", "2026-01-16")
    nothing = snapshot(
        index, {"russell_2000": np.full(len(index), np.nan), "sp_500": np.ones(len(index))}
    )
    assert "no common history" in reason(nothing, FIRST_TEN, "russell_2000")


def test_nine_of_the_ten_years_in_which_small_caps_led_on_real_prices() -> None:
    """Nine of the latest ten years led ended higher; in four of the latest ten years they led."""
    found = value(real_snapshot(), FIRST_TEN, "russell_2000", "2026-01-16")
    parts = {name: part.value for name, part in found.parts.items()}
    assert (parts["latest_led"], parts["latest_led_and_higher"]) == (10, 9)
    assert (parts["latest_years_led"], parts["latest_years_led_and_higher"]) == (4, 4)
    assert (parts["years"], parts["years_led"], parts["years_led_and_higher"]) == (38, 18, 14)
    assert parts["this_year_lead"] == pytest.approx(7.76 - 1.45, abs=0.01)


def weekly(differences: list[float]) -> Snapshot:
    """Small caps so many points ahead in each of the last weeks, behind in all before."""
    index = sessions("2023-06-01", "2026-01-16")
    ends = [*np.flatnonzero(np.diff(index.isocalendar().week.to_numpy())), len(index) - 1]
    ahead = [-1.0] * (len(ends) - 1 - len(differences)) + differences
    levels = compounded(1000, [change / 100 for change in ahead])
    known = {str(index[place].date()): level for place, level in zip(ends, levels, strict=True)}
    closes = {"russell_2000": path(index, known), "sp_500": np.full(len(index), 5000.0)}
    return snapshot(index, closes)


def test_longest_run_of_two_years_by_hand() -> None:
    """The longest run is three weeks, reached twice, the running one included."""
    found = value(weekly([1, 1, 1, -1, 1, 1, -1, 1, 1, 1]), LONGEST, "russell_2000")
    assert found.value == 3
    assert found.parts["runs"].value == 2
    assert found.tables["runs"].rows[-1] == (date(2026, 1, 2), date(2026, 1, 16))


def test_runs_that_ended_earlier_do_not_count() -> None:
    """A run of five weeks is forgotten two years after it ended."""
    frozen = weekly([1] * 5 + [-1] * 103 + [1, 1])
    ended = frozen.sessions[0]
    rows = value(frozen, LONGEST, "russell_2000", "2025-12-26").tables["runs"].rows
    assert value(frozen, LONGEST, "russell_2000", "2025-12-26").value == 5
    ended = pd.Timestamp(rows[0][1])
    later = str((ended + pd.DateOffset(years=2, days=14)).date())
    assert value(frozen, LONGEST, "russell_2000", later).value < 5


def test_longest_run_needs_two_years() -> None:
    """A shorter common history has no figure."""
    index = sessions("2024-06-03", "2026-01-16")
    closes = {name: np.full(len(index), 100.0) for name in ("russell_2000", "sp_500")}
    assert "shorter than two years" in reason(snapshot(index, closes), LONGEST, "russell_2000")


def test_four_weeks_are_the_most_in_two_years_on_real_prices() -> None:
    """On 12 December 2025 no run of two years is longer than four weeks; three are as long."""
    found = value(real_snapshot(), LONGEST, "russell_2000", "2025-12-12")
    ends = [row[1] for row in found.tables["runs"].rows]
    assert found.value == 4
    assert ends == [date(2023, 12, 22), date(2025, 9, 5), date(2025, 12, 12)]
