"""The breadth thrust: its average, its jumps, and what interrupts it."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import last_sessions
from support_members import END, figures, members

from generator.facts import Value, Withheld
from generator.metrics._thrust import exponential_averages, thrusts

NAN = math.nan
SMALL = "russell_2000"


def rising(shares: list[float], count: int = 10) -> np.ndarray:
    """Closes of so many members of which these shares rise and the others fall, by session."""
    moves = [np.arange(count) < round(share * count) for share in shares]
    steps = np.where(np.array(moves), 1.01, 1 / 1.01)
    return 100 * np.vstack([np.ones(count), np.cumprod(steps, axis=0)])


def thrust(prices: np.ndarray, **more) -> Value:
    found = figures("breadth_thrust", members(prices), **more)[SMALL]
    assert isinstance(found, Value), found
    return found


def test_the_average_by_hand() -> None:
    """Seeded with the mean of the first ten, then two elevenths of the latest and the rest."""
    values = np.array([0.1 * n for n in range(10)] + [1.0, 0.0])
    averages = exponential_averages(values, 10)
    assert np.isnan(averages[:9]).all()
    assert averages[9:] == pytest.approx([0.45, 0.55, 0.45])


@given(st.lists(st.floats(0, 1), min_size=10, max_size=60))
def test_the_average_is_that_of_pandas_after_the_same_seed(values: list[float]) -> None:
    """With the mean of the first ten in the place of the tenth, pandas' recursion is the same."""
    seeded = [float(np.mean(values[:10])), *values[10:]]
    expected = pd.Series(seeded).ewm(span=10, adjust=False).mean()
    assert exponential_averages(np.array(values), 10)[9:] == pytest.approx(expected.to_numpy())


def test_a_thrust_by_hand() -> None:
    """Ten sessions on which two of ten rise, then all do: 0.2, 0.345, 0.464, 0.562, 0.641.

    0.2 + 2/11 × 0.8 = 0.3455 is the last below 40%; the third session after it is the first above
    61.5%. The index rose by a tenth in the three months from there.
    """
    shares = [0.2] * 10 + [1.0] * 80
    levels = np.full(91, 1000.0)
    levels[-20:] = 1100.0
    found = thrust(rising(shares), closes={SMALL: levels})
    days = [stamp.date() for stamp in last_sessions(91, END)]
    assert found.value == 1
    assert found.parts["latest_date"].value == days[14]
    assert found.parts["history_start"].value == days[10]
    assert found.parts["state"].value == "none"
    row = found.tables["events"].rows[0]
    assert row[:3] == (days[11], days[14], 3)
    assert row[3] == pytest.approx(1 - 0.8 * (9 / 11) ** 4)
    assert row[4] == pytest.approx(0.1) and row[5:] == (None, None)


def test_the_state_says_what_the_next_session_can_do() -> None:
    """Possible from a low on, thrust for ten sessions from its completion, then none."""
    shares = [0.2] * 10 + [1.0] * 20
    states = [str(thrust(rising(shares[:count])).parts["state"].value) for count in range(10, 31)]
    assert states == ["possible"] * 4 + ["thrust"] * 10 + ["none"] * 7


@pytest.mark.parametrize(("between", "count"), [(9, 1), (10, 0)])
def test_ten_sessions_and_no_more(between: int, count: int) -> None:
    """From the last average below 40% to the first above 61.5% are ten sessions at most."""
    found, _ = thrusts(np.array([0.39, *[0.5] * between, 0.62]))
    assert len(found) == count


def test_the_limits_themselves_are_neither_below_nor_above() -> None:
    """40% is not below 40%, and 61.5% is not above 61.5%."""
    assert thrusts(np.array([0.40, 0.62])) == ([], None)
    assert thrusts(np.array([0.39, 0.615])) == ([], 0)


def test_one_low_makes_one_thrust() -> None:
    """Falling back and rising again without a new low is no second one; with one it is."""
    assert thrusts(np.array([0.3, 0.7, 0.5, 0.7])) == ([(0, 1)], None)
    assert thrusts(np.array([0.3, 0.7, 0.3, 0.7])) == ([(0, 1), (2, 3)], None)


def test_a_session_without_data_begins_anew() -> None:
    """A missing session ends what had begun, and the average needs ten sessions again."""
    assert thrusts(np.array([0.3, NAN, 0.7])) == ([], None)
    closes = rising([0.2] * 10 + [1.0] * 10)
    closes[13] = NAN
    found = figures("breadth_thrust", members(closes))[SMALL]
    assert isinstance(found, Withheld) and "10 sessions in a row" in found.reason
    longer = rising([0.2] * 10 + [1.0] * 20)
    longer[13] = NAN
    assert thrust(longer).value == 0


def test_sessions_on_which_nobody_moved_have_no_share() -> None:
    """Neither advances nor declines: the share is not a half, nor nought."""
    closes = rising([0.2] * 30)
    closes[-1] = closes[-2]
    assert isinstance(figures("breadth_thrust", members(closes))[SMALL], Withheld)


def test_a_thrust_needs_no_closes_of_the_index() -> None:
    """Without them its outcomes are missing, and the count is what it was."""
    found = thrust(rising([0.2] * 10 + [1.0] * 10), closes={"sp_500": np.full(21, 1.0)})
    assert found.value == 1
    assert found.tables["events"].rows[0][4:] == (None, None, None)
    assert found.parts["latest_date"].value < date(2026, 1, 16)
