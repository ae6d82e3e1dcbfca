"""Size and style: fifths of the members by size, and pairs of funds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from support import path, reason, sessions, snapshot, value
from support_inside import value as member_value
from support_members import members

from generator.facts import Value

DAYS = sessions("2025-12-31", "2026-01-06")
INDEX = sessions("2025-06-02", "2026-01-06")


def test_fifths_of_ten_companies_worked_by_hand() -> None:
    """Sizes 10 to 1; the two largest gain 10% and 0%, the two smallest 50% and 0%: by weight 10/19
    of 10% and 2/3 of 50%."""
    sizes = [float(size) for size in range(10, 0, -1)]
    gains = [0.1, 0, 0, 0, 0, 0, 0, 0, 0.5, 0]
    last = [size * (1 + gain) for size, gain in zip(sizes, gains, strict=True)]
    panel = members([sizes, sizes, sizes, last], sessions=DAYS)
    found = member_value(panel, "size_band_return_ytd")
    assert found.value == pytest.approx(100 * (1 / 19 - 1 / 3))
    rows = found.tables["bands"].rows
    assert [row[:2] for row in rows] == [
        ("largest fifth", 2),
        ("second fifth", 2),
        ("third fifth", 2),
        ("fourth fifth", 2),
        ("smallest fifth", 2),
    ]
    assert rows[0][2:] == pytest.approx((19 / 55, 1 / 19, 0.05))
    assert rows[-1][2:] == pytest.approx((3 / 55, 1 / 3, 0.25))
    assert sum(row[2] for row in rows) == pytest.approx(1)


def test_fifths_are_of_companies_in_order_of_the_base() -> None:
    """Two classes of one company are one of its size, and today's size moves nobody."""
    first = [6.0, 5.0, 9.0, 8.0, 7.0, 1.0]
    last = [6.0, 5.0, 9.0, 8.0, 7.0, 100.0]
    names = ["TWO CLASS A", "TWO CLASS B", "NINE", "EIGHT", "SEVEN", "ONE"]
    symbols = ["TWOA", "TWOB", "NINE", "EIGHT", "SEVEN", "ONE"]
    panel = members([first, first, first, last], sessions=DAYS, names=names, symbols=symbols)
    rows = member_value(panel, "size_band_return_ytd").tables["bands"].rows
    assert [row[2] for row in rows] == pytest.approx([11 / 36, 9 / 36, 8 / 36, 7 / 36, 1 / 36])
    assert [row[3] for row in rows] == pytest.approx([0, 0, 0, 0, 99])


def test_fifths_that_cannot_be_equal_are_larger_at_the_top() -> None:
    """Twelve companies: three, three, two, two and two; with four there are no fifths."""
    panel = members(np.tile(np.arange(12.0, 0, -1), (4, 1)), sessions=DAYS)
    rows = member_value(panel, "size_band_return_ytd").tables["bands"].rows
    assert [row[1] for row in rows] == [3, 3, 2, 2, 2]


@pytest.mark.parametrize(
    ("name", "own", "other"),
    [
        ("micro_minus_small", "micro_caps", "iwm"),
        ("value_minus_growth", "russell_2000_value", "russell_2000_growth"),
        ("quality_proxy", "ijr", "iwm"),
    ],
)
def test_pairs_of_funds_are_differences_of_price_returns(name: str, own: str, other: str) -> None:
    """In the year +5% and -2%, on the week (from 2 January) +5/2% and 0%, in percentage points."""
    levels = {"2025-06-02": 200.0, "2025-12-31": 200.0, "2026-01-02": 200.0, "2026-01-06": 210.0}
    others = {"2025-06-02": 100.0, "2025-12-31": 100.0, "2026-01-02": 98.0, "2026-01-06": 98.0}
    frozen = snapshot(INDEX, {own: path(INDEX, levels), other: path(INDEX, others)})
    year: Value = value(frozen, f"{name}_ytd", own)
    assert year.value == pytest.approx(7.0)
    assert year.base == date(2025, 12, 31)
    assert (year.parts["own"].value, year.parts["other"].value) == pytest.approx((0.05, -0.02))
    assert value(frozen, f"{name}_1w", own).value == pytest.approx(5.0)


def test_a_pair_says_which_fund_is_missing() -> None:
    """Without one of the two the other is no style."""
    flat = np.full(len(INDEX), 100.0)
    assert reason(snapshot(INDEX, {"iwm": flat}), "quality_proxy_ytd", "ijr") == "not in this test"
    alone = snapshot(INDEX, {"ijr": flat})
    assert reason(alone, "quality_proxy_ytd", "ijr") == "IWM: not in this test"
