"""Base sessions of every period, week ends and annualisation on the real calendar."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import path, sessions, snapshot, value

from generator.editions import is_last_of_year
from generator.metrics.inputs import HORIZONS, period_bases, week_ends, year_ends

LONG = sessions("2010-01-04", "2026-12-31")


def base(as_of: str, horizon: str) -> str | None:
    """The base session of a period as ISO date."""
    frame = pd.DataFrame(index=LONG[: LONG.searchsorted(pd.Timestamp(as_of), side="right")])
    found = period_bases(frame, pd.Timestamp(as_of))[horizon]
    return None if found is None else str(found.date())


@pytest.mark.parametrize(
    ("as_of", "horizon", "expected"),
    [
        ("2026-01-16", "1d", "2026-01-15"),
        ("2026-01-20", "1d", "2026-01-16"),
        ("2026-01-16", "1w", "2026-01-09"),
        ("2026-01-23", "1w", "2026-01-16"),
        ("2025-04-17", "1w", "2025-04-11"),
        ("2025-04-25", "1w", "2025-04-17"),
        ("2026-01-02", "1w", "2025-12-26"),
        ("2025-07-03", "1w", "2025-06-27"),
        ("2025-07-11", "1w", "2025-07-03"),
        ("2026-01-16", "mtd", "2025-12-31"),
        ("2026-02-27", "mtd", "2026-01-30"),
        ("2025-06-02", "mtd", "2025-05-30"),
        ("2026-01-16", "qtd", "2025-12-31"),
        ("2025-11-25", "qtd", "2025-09-30"),
        ("2026-03-31", "qtd", "2025-12-31"),
        ("2026-01-02", "ytd", "2025-12-31"),
        ("2025-12-31", "ytd", "2024-12-31"),
        ("2024-01-05", "ytd", "2023-12-29"),
        ("2026-01-16", "1m", "2025-12-16"),
        ("2026-03-31", "1m", "2026-02-27"),
        ("2024-03-29", "1m", "2024-02-29"),
        ("2025-12-15", "1m", "2025-11-14"),
        ("2026-07-20", "1m", "2026-06-18"),
        ("2026-02-17", "1m", "2026-01-16"),
        ("2025-05-30", "3m", "2025-02-28"),
        ("2025-08-29", "6m", "2025-02-28"),
        ("2024-02-29", "1y", "2023-02-28"),
        ("2026-01-16", "1y", "2025-01-16"),
        ("2026-01-09", "1y", "2025-01-08"),
        ("2026-01-16", "3y", "2023-01-13"),
        ("2026-01-16", "5y", "2021-01-15"),
        ("2026-01-15", "10y", "2016-01-15"),
    ],
)
def test_base_session(as_of: str, horizon: str, expected: str) -> None:
    """Each period starts from the last close before it opens, whatever holidays fall there."""
    assert base(as_of, horizon) == expected


def test_every_base_equals_a_plain_search() -> None:
    """On every session of three years each base is the last session a plain search finds."""
    days = [stamp.date() for stamp in LONG]
    for stamp in sessions("2024-01-02", "2026-12-31")[::5]:
        today = stamp.date()
        week = date.fromordinal(today.toordinal() - today.weekday())
        opens = {
            "1d": today,
            "1w": week,
            "mtd": today.replace(day=1),
            "qtd": today.replace(day=1, month=(today.month + 2) // 3 * 3 - 2),
            "ytd": today.replace(day=1, month=1),
        }
        for horizon, opening in opens.items():
            expected = max(day for day in days if day < opening)
            assert base(str(today), horizon) == str(expected), (today, horizon)
        for horizon, months in (("1m", 1), ("3m", 3), ("6m", 6), ("1y", 12), ("3y", 36)):
            year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
            wanted = (year, month + 1, today.day)
            expected = max(day for day in days if (day.year, day.month, day.day) <= wanted)
            assert base(str(today), horizon) == str(expected), (today, horizon)


def test_base_before_the_history_is_none() -> None:
    """A history that starts in 2010 has no base ten years before 2019; figures say so."""
    assert base("2019-01-18", "10y") is None
    assert base("2010-01-04", "1d") is None
    assert base("2010-01-08", "1w") is None
    assert base("2010-01-29", "ytd") is None
    frame = pd.DataFrame(index=LONG[LONG <= "2019-01-18"])
    assert set(period_bases(frame, pd.Timestamp("2019-01-18"))) == set(HORIZONS)


def test_week_base_skips_a_week_without_sessions() -> None:
    """If a whole week has no session the base is the last session of the week before it."""
    index = LONG[(LONG >= "2026-01-05") & (LONG <= "2026-01-23")]
    index = index[(index <= "2026-01-09") | (index >= "2026-01-19")]
    found = period_bases(pd.DataFrame(index=index), pd.Timestamp("2026-01-23"))
    assert found["1w"] == pd.Timestamp("2026-01-09")


def test_eight_weeks_of_2024_to_2026_do_not_end_on_a_friday() -> None:
    """The week ends that holidays moved are the eight that are known."""
    index = sessions("2024-01-01", "2026-12-31")
    moved = [end for end in week_ends(pd.DataFrame(index=index)) if end.day_name() != "Friday"]
    assert [str(end.date()) for end in moved] == NOT_FRIDAYS


NOT_FRIDAYS = [
    "2024-03-28",
    "2025-04-17",
    "2025-07-03",
    "2026-04-02",
    "2026-06-18",
    "2026-07-02",
    "2026-12-24",
    "2026-12-31",
]


def test_week_ends_are_the_last_sessions_of_iso_weeks() -> None:
    """Over seventeen years the week ends equal those grouped by ISO year and week."""
    weeks = LONG.isocalendar()
    expected = pd.Series(LONG, LONG).groupby([weeks.year, weeks.week]).max().sort_values()
    assert list(week_ends(pd.DataFrame(index=LONG))) == list(expected)


@pytest.mark.parametrize(
    ("as_of", "count"),
    [("2026-01-16", 5), ("2026-01-23", 4), ("2025-12-26", 4), ("2001-09-10", 1), ("2012-11-02", 3)],
)
def test_sessions_of_a_week(as_of: str, count: int) -> None:
    """Holidays, the attacks of 2001 and the storm of 2012 made weeks short."""
    index = sessions("2000-01-03", as_of)
    closes = np.linspace(100.0, 200.0, len(index))
    found = value(snapshot(index, {"russell_2000": closes}), "sessions_1w", "russell_2000")
    assert found.value == count
    assert found.base == index[-count - 1].date()


def test_last_session_of_each_year_is_known_without_a_calendar() -> None:
    """Each year's last session ends the year, and the session before it does not."""
    index = sessions("1987-01-02", "2030-12-31")
    ends = year_ends(pd.DataFrame(index=index))
    for end in ends:
        assert is_last_of_year(end), end
        assert not is_last_of_year(index[index.get_loc(end) - 1]), end


@pytest.mark.parametrize(
    ("horizon", "base_day"), [("3y", "2023-01-13"), ("5y", "2021-01-15"), ("10y", "2016-01-15")]
)
def test_annualised_by_calendar_days(horizon: str, base_day: str) -> None:
    """Doubling is annualised by the days between the two closes and 365.25 days a year."""
    index = sessions("2015-12-31", "2026-01-16")
    closes = path(index, {"2015-12-31": 900.0, base_day: 1000.0, "2026-01-16": 2000.0})
    found = value(
        snapshot(index, {"russell_2000": closes}), f"return_{horizon}_annualised", "russell_2000"
    )
    start = date.fromisoformat(base_day)
    days = (date(2026, 1, 16) - start).days
    assert found.base == start
    assert found.value == pytest.approx(2 ** (365.25 / days) - 1, rel=1e-12)


@given(st.sampled_from(list(LONG[300:])), st.sampled_from(["1w", "mtd", "qtd", "ytd"]))
def test_base_lies_outside_its_period(stamp: pd.Timestamp, horizon: str) -> None:
    """A base is a session before the period, and the next session lies inside it."""
    start = pd.Timestamp(base(str(stamp.date()), horizon))
    following = LONG[LONG.get_loc(start) + 1]
    same = {
        "1w": lambda day: tuple(day.isocalendar())[:2],
        "mtd": lambda day: (day.year, day.month),
        "qtd": lambda day: (day.year, day.quarter),
        "ytd": lambda day: day.year,
    }[horizon]
    assert same(start) != same(stamp)
    assert same(following) == same(stamp)


def test_a_year_that_ends_within_a_week_is_cut_by_the_year_not_the_week() -> None:
    """On 2 January 2026 the week is measured from 26 December and the year from 31 December."""
    index = sessions("2025-12-26", "2026-01-02")
    closes = np.array([100.0, 101.0, 102.0, 103.0, 104.0])
    frozen = snapshot(index, {"sp_500": closes})
    assert value(frozen, "return_1w", "sp_500").value == pytest.approx(104 / 100 - 1)
    assert value(frozen, "return_ytd", "sp_500").value == pytest.approx(104 / 103 - 1)
    assert value(frozen, "return_mtd", "sp_500").value == pytest.approx(104 / 103 - 1)
