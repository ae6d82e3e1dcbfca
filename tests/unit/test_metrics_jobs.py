"""Payrolls and unemployment: what was first said, what became of it, and what was never counted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_economy import Releases, Rows, as_released, known, months, parts, series

from generator.facts import Figure, Value, Withheld
from generator.metrics import jobs

PAYEMS = series("PAYEMS")
LEVELS = [
    ("2025-08-01", "2025-09-05", 1000.0),
    ("2025-09-01", "2025-11-20", 1119.0),
    ("2025-08-01", "2025-11-20", 996.0),
    ("2025-10-01", "2025-12-16", 1003.0),
    ("2025-09-01", "2025-12-16", 1108.0),
    ("2025-11-01", "2025-12-16", 1067.0),
    ("2025-12-01", "2026-01-09", 1105.0),
    ("2025-11-01", "2026-01-09", 1055.0),
    ("2025-10-01", "2026-01-09", 999.0),
    ("2025-12-01", "2026-01-14", 1102.0),
]
"""Levels in thousands, made up, in the rhythm of the months after a shutdown."""


def payrolls(rows: Rows, released: Releases = (), as_of: str = "2026-01-16") -> Figure:
    """Return the change of payrolls."""
    return jobs.payrolls_change(known({"payrolls": (PAYEMS, rows, released)}, as_of))["payrolls"]


def unemployment(rows: Rows, released: Releases = (), as_of: str = "2026-01-16") -> Figure:
    """Return the change of unemployment."""
    what = series("UNRATE", unit="percent")
    found = known({"unemployment_rate": (what, rows, released)}, as_of)
    return jobs.unemployment_change_12m(found)["unemployment_rate"]


def test_the_change_first_released_and_as_known_now() -> None:
    """December came as +50 (1,105 less the 1,055 of that day) and stands at +47 since; November
    came as +64, was +56 when December came, and is +56."""
    figure = payrolls(as_released(LEVELS, "2026-01-16"), LEVELS)
    assert isinstance(figure, Value) and figure.value == 47.0
    found = parts(figure)
    assert (found["period"], str(found["released"])) == ("Dec 2025", "2026-01-09")
    assert (found["first_release"], found["revision"]) == (50.0, -3.0)
    assert (found["previous"], found["previous_revision"]) == (56.0, -8.0)
    assert found["average_3m"] == pytest.approx((47 + 56 + (999 - 1108)) / 3)
    listed = [(str(row[0])[:7], *row[1:]) for row in figure.tables["months"].rows]
    assert listed == [
        ("2025-12", 50.0, 47.0, -3.0),
        ("2025-11", 64.0, 56.0, -8.0),
        ("2025-10", 1003.0 - 1108.0, 999.0 - 1108.0, -4.0),
        ("2025-09", 1119.0 - 996.0, 1108.0 - 996.0, -11.0),
    ]


@pytest.mark.parametrize(
    ("as_of", "value", "period"),
    [
        ("2026-01-16", 47.0, "Dec 2025"),
        ("2026-01-13", 50.0, "Dec 2025"),
        ("2026-01-08", 64.0, "Nov 2025"),
        ("2025-12-15", 123.0, "Sep 2025"),
    ],
)
def test_seen_earlier_it_is_what_was_known(as_of: str, value: float, period: str) -> None:
    """On the day before a release the change is the one before, unrevised."""
    figure = payrolls(as_released(LEVELS, "2026-01-16"), LEVELS, as_of)
    assert isinstance(figure, Value) and figure.value == value
    assert parts(figure)["period"] == period


def test_a_month_without_a_value_has_no_change() -> None:
    """Nor has the month after it; neither is listed, and no mean is made of what is left."""
    rows = months("2025-08-01", [100.0, 110.0, math.nan, 130.0, 145.0])
    figure = payrolls(rows)
    assert isinstance(figure, Value) and figure.value == 15.0
    assert parts(figure)["average_3m"] is None
    assert [str(row[0])[:7] for row in figure.tables["months"].rows] == ["2025-12", "2025-09"]
    after = payrolls(rows[:-1])
    assert isinstance(after, Withheld) and "Oct 2025" in after.reason
    second = payrolls(rows)
    assert parts(second)["previous"] is None and parts(second)["previous_revision"] is None


def test_at_most_24_months_are_listed() -> None:
    """The newest come first."""
    figure = payrolls(months("2020-01-01", [float(n * n) for n in range(72)]))
    assert isinstance(figure, Value)
    rows = figure.tables["months"].rows
    assert len(rows) == 24 and str(rows[0][0]) == "2025-12-01" and str(rows[-1][0]) == "2024-01-01"
    assert parts(figure)["share_lower"] == pytest.approx(70 / 71)


def test_unemployment_against_the_year_before() -> None:
    """4.4% after 4.1% is +0.3 percentage points; the empty October between is named."""
    rows = months("2024-12-01", [4.1, *[4.2] * 9, math.nan, 4.5, 4.4])
    figure = unemployment(rows)
    assert isinstance(figure, Value) and figure.value == pytest.approx(0.3)
    assert parts(figure)["from"] == "Dec 2024"
    assert figure.warnings == ("it has no value for Oct 2025",)


def test_unemployment_is_not_measured_from_october_2025() -> None:
    """Withheld, as the base was never collected."""
    rows = [("2025-09-01", 4.4), ("2025-10-01", math.nan), ("2026-10-01", 4.3)]
    figure = unemployment(rows, as_of="2026-12-31")
    assert isinstance(figure, Withheld) and "Oct 2025" in figure.reason


@given(st.lists(st.integers(-500, 500), min_size=3, max_size=8))
def test_what_is_released_later_changes_nothing(changes: list[int]) -> None:
    """A poisoned future leaves the figure, its list and its revisions as they were."""
    levels = [1000.0 + sum(changes[:n]) for n in range(len(changes) + 1)]
    rows = [(m, "2026-01-05", v) for m, v in months("2025-03-01", levels)]
    poison = [(m, "2026-01-06", 1e9) for m, _ in months("2025-01-01", [0.0] * 12)]
    later = [*rows, *poison]
    clean = payrolls(as_released(rows, "2026-01-16"), rows, "2026-01-05")
    assert clean == payrolls(as_released(later, "2026-01-16"), later, "2026-01-05")
    assert isinstance(clean, Value) and clean.value == float(changes[-1])
