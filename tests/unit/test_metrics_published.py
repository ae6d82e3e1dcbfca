"""Published figures as known answers: on paths built by hand, and on real prices where present.

The closes and percentages here were printed by newspapers, exchanges and index providers. Between
the sessions they name, the hand-built paths are free and run evenly.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from support import (
    RECORD_OF_2025,
    compounded,
    computed,
    figures,
    path,
    real_snapshot,
    sessions,
    shown,
    snapshot,
    value,
)

from generator.facts import show

RUSSELL_2026 = (1.06, 1.58, 1.37, -0.29, 1.11, 0.78, 0.44, -0.10, 0.70, 0.86, 0.12)
RUSSELL_2026 += (-1.21, 2.00, 0.76, -1.82)
SP_2026 = (0.19, 0.64, 0.62, -0.34, 0.01, 0.65, 0.16, -0.19, -0.53, 0.26, -0.06)
SP_2026 += (-2.06, 1.16, 0.55, 0.03)
"""Daily changes in percent as printed, 2 to 23 January 2026."""

CALENDAR_YEARS = {
    2016: (19.48, 9.54),
    2017: (13.14, 19.42),
    2018: (-12.18, -6.24),
    2019: (23.72, 28.88),
    2020: (18.36, 16.26),
    2021: (13.69, 26.89),
    2022: (-21.56, -19.44),
    2023: (15.09, 24.23),
    2024: (10.02, 23.31),
    2025: (11.29, 16.39),
}
"""Price returns of the Russell 2000 and the S&P 500 in percent as printed."""


def percent(number: float) -> float:
    return round(100 * number, 2)


# 25 November 2025


def november() -> tuple[pd.DatetimeIndex, pd.Series]:
    index = sessions("2024-12-02", "2025-11-25")
    known = {
        "2024-12-02": 2400.0,
        "2024-12-31": 2230.16,
        "2025-11-21": 2369.59,
        "2025-11-25": 2465.98,
    }
    return index, path(index, known)


def test_closes_of_25_november_2025_by_hand() -> None:
    """The Russell 2000 at 2,465.98 is up 96.39 points on the week and 235.82 on the year."""
    index, closes = november()
    frozen = snapshot(index, {"russell_2000": closes})
    assert shown(frozen, "close", "russell_2000") == "2,465.98"
    assert shown(frozen, "point_change_1w", "russell_2000") == "+96.39"
    assert shown(frozen, "point_change_ytd", "russell_2000") == "+235.82"


def test_returns_of_25_november_2025_by_hand() -> None:
    """The same closes are +4.1% on the week and +10.6% on the year, from the right bases."""
    index, closes = november()
    frozen = snapshot(index, {"russell_2000": closes})
    week = value(frozen, "return_1w", "russell_2000")
    year = value(frozen, "return_ytd", "russell_2000")
    assert show(week.value, "share") == "4.1%"
    assert show(year.value, "share") == "10.6%"
    assert week.base == date(2025, 11, 21)
    assert year.base == date(2024, 12, 31)


def test_closes_of_25_november_2025_on_real_prices() -> None:
    """Real prices give the published level, both changes in points and both returns."""
    frozen = real_snapshot()
    names = ("close", "point_change_1w", "point_change_ytd", "return_1w", "return_ytd")
    found = computed(frozen, *names, as_of="2025-11-25")
    assert [found.fact(name, "russell_2000").display for name in names[:3]] == [
        "2,465.98",
        "+96.39",
        "+235.82",
    ]
    values = [found.fact(name, "russell_2000").value for name in names[3:]]
    assert [show(number, "share") for number in values] == ["4.1%", "10.6%"]


# 12 and 19 December 2025

DECEMBER = [
    ("2025-12-12", "return_ytd", "+14.41%", "+16.08%"),
    ("2025-12-19", "return_1w", "−0.86%", "+0.10%"),
    ("2025-12-19", "return_ytd", "+13.42%", "+16.20%"),
]


@pytest.mark.parametrize(("as_of", "name", "small", "large"), DECEMBER)
def test_december_2025_by_hand(as_of: str, name: str, small: str, large: str) -> None:
    """The published closes of December 2025 give the published weekly and yearly returns."""
    index = sessions("2024-12-31", "2025-12-19")
    days = ("2024-12-31", "2025-12-12", "2025-12-19")
    frozen = snapshot(
        index,
        {
            "russell_2000": path(index, dict(zip(days, (2230.16, 2551.46, 2529.42), strict=True))),
            "sp_500": path(index, dict(zip(days, (5881.63, 6827.41, 6834.50), strict=True))),
        },
    )
    assert shown(frozen, name, "russell_2000", as_of) == small
    assert shown(frozen, name, "sp_500", as_of) == large


@pytest.mark.parametrize(("as_of", "name", "small", "large"), DECEMBER)
def test_december_2025_on_real_prices(as_of: str, name: str, small: str, large: str) -> None:
    """Real prices give the published weekly and yearly returns of December 2025."""
    frozen = real_snapshot()
    assert shown(frozen, name, "russell_2000", as_of) == small
    assert shown(frozen, name, "sp_500", as_of) == large


def test_relative_return_of_the_week_to_19_december_2025_is_of_unrounded_returns() -> None:
    """The difference of that week is formed before rounding: −0.97 pp, not −0.96."""
    index = sessions("2025-12-12", "2025-12-19")
    frozen = snapshot(
        index,
        {
            "russell_2000": path(index, {"2025-12-12": 2551.46, "2025-12-19": 2529.42}),
            "sp_500": path(index, {"2025-12-12": 6827.41, "2025-12-19": 6834.50}),
        },
    )
    exact = 100 * ((2529.42 / 2551.46 - 1) - (6834.50 / 6827.41 - 1))
    found = value(frozen, "relative_return_1w", "russell_2000")
    assert found.value == pytest.approx(exact, rel=1e-12)
    assert shown(frozen, "relative_return_1w", "russell_2000") == "−0.97 pp"


# January 2026: fourteen sessions ahead


def january() -> tuple[pd.DatetimeIndex, pd.Series, pd.Series]:
    """Closes from 1996 whose changes of January 2026 round to the printed ones.

    Small caps lose every session before, but for sixteen to 7 May 1996 and thirteen to 6 June 2008.
    """
    index = sessions("1996-01-02", "2026-01-23")
    tail = sessions("2026-01-02", "2026-01-23")
    assert len(tail) == len(RUSSELL_2026)
    ahead = np.zeros(len(index), dtype=bool)
    for length, end in ((16, "1996-05-07"), (13, "2008-06-06")):
        position = index.get_loc(pd.Timestamp(end))
        ahead[position - length + 1 : position + 1] = True
    small_moves = np.where(ahead[1:], 0.001, 0.0001)
    large_moves = np.full(len(index) - 1, 0.0005)
    # The printed changes are rounded; the real ones lie within half a hundredth of them.
    small_moves[-15:] = (np.array(RUSSELL_2026) + 0.001) / 100
    large_moves[-15:] = (np.array(SP_2026) - 0.0025) / 100
    small, large = compounded(300, small_moves), compounded(600, large_moves)
    return index, pd.Series(small, index), pd.Series(large, index)


def test_the_hand_built_january_prints_as_published() -> None:
    """Every daily change of the hand-built January rounds to the one that was printed."""
    index, small, large = january()
    frozen = snapshot(index, {"russell_2000": small, "sp_500": large})
    tail = index[-15:]
    for session, own, other in zip(tail, RUSSELL_2026, SP_2026, strict=True):
        found = figures(frozen, "return_1d", str(session.date()))
        assert percent(found["russell_2000"].value) == pytest.approx(own)
        assert percent(found["sp_500"].value) == pytest.approx(other)


def test_year_to_date_is_not_the_product_of_rounded_changes() -> None:
    """Compounding the printed daily changes misses the published year to date by 0.01 and 0.02."""
    index, small, large = january()
    frozen = snapshot(index, {"russell_2000": small, "sp_500": large})
    for count, as_of, trap, right in (
        (10, "2026-01-15", ("+7.75%", "+1.47%"), ("+7.76%", "+1.45%")),
        (11, "2026-01-16", ("+7.88%", "+1.41%"), ("+7.89%", "+1.38%")),
    ):
        naive = tuple(
            show(float(np.prod([1 + change / 100 for change in changes[:count]]) - 1), "fraction")
            for changes in (RUSSELL_2026, SP_2026)
        )
        assert naive == trap
        assert shown(frozen, "return_ytd", "russell_2000", as_of) == right[0]
        assert shown(frozen, "return_ytd", "sp_500", as_of) == right[1]


STREAKS = [
    ("2026-01-15", 10, date(2008, 6, 6), 13),
    ("2026-01-16", 11, date(2008, 6, 6), 13),
    ("2026-01-22", 14, date(1996, 5, 7), 16),
]


@pytest.mark.parametrize(("as_of", "length", "since", "earlier"), STREAKS)
def test_run_of_january_2026_by_hand(as_of: str, length: int, since: date, earlier: int) -> None:
    """Ten sessions ahead are the longest since thirteen to 6 June 2008, fourteen since 1996."""
    index, small, large = january()
    frozen = snapshot(index, {"russell_2000": small, "sp_500": large})
    found = value(frozen, "outperformance_streak_sessions", "russell_2000", as_of)
    assert found.value == length
    assert found.parts["relation"].value == "the longest since the run to"
    assert found.parts["longest_since"].value == since
    assert found.parts["longest_since_length"].value == earlier
    assert found.parts["start"].value == date(2026, 1, 2)
    assert found.parts["history_start"].value == date(1996, 1, 3)
    assert found.base == date(2025, 12, 31)


@pytest.mark.parametrize(("as_of", "length", "since", "earlier"), STREAKS)
def test_run_of_january_2026_on_real_prices(
    as_of: str, length: int, since: date, earlier: int
) -> None:
    """Real prices give the published run, and the published earlier run that was longer."""
    found = value(real_snapshot(), "outperformance_streak_sessions", "russell_2000", as_of)
    assert found.value == length
    assert found.parts["longest_since"].value == since
    assert found.parts["longest_since_length"].value == earlier


def test_run_of_january_2026_is_broken_on_the_23rd() -> None:
    """On 23 January the run is over: none ahead, one behind, and fourteen among the past runs."""
    index, small, large = january()
    for frozen in (snapshot(index, {"russell_2000": small, "sp_500": large}), real_or_none()):
        if frozen is None:
            continue
        ahead = value(frozen, "outperformance_streak_sessions", "russell_2000", "2026-01-23")
        behind = value(frozen, "underperformance_streak_sessions", "russell_2000", "2026-01-23")
        assert (ahead.value, behind.value) == (0, 1)
        assert ahead.base is None
        assert "longest_since" not in ahead.parts
        lengths_and_ends = [(row[0], row[2]) for row in ahead.tables["ladder"].rows]
        assert lengths_and_ends[:2] == [(16, date(1996, 5, 7)), (14, date(2026, 1, 22))]


def real_or_none():
    try:
        return real_snapshot()
    except pytest.skip.Exception:
        return None


def test_longest_runs_of_the_real_history() -> None:
    """The runs of twelve sessions ahead or more since 1987 are the five that are known."""
    found = value(real_snapshot(), "outperformance_streak_sessions", "russell_2000", "2026-01-23")
    longest = [(row[0], row[2]) for row in found.tables["ladder"].rows if row[0] >= 12]
    assert longest == [
        (16, date(1996, 5, 7)),
        (14, date(2026, 1, 22)),
        (13, date(2008, 6, 6)),
        (12, date(2001, 12, 18)),
        (12, date(1991, 2, 5)),
    ]


def test_four_weeks_ahead_to_12_december_2025_on_real_prices() -> None:
    """Small caps were ahead four weeks in a row to 12 December 2025, and behind in the next."""
    frozen = real_snapshot()
    name = "outperformance_streak_weeks"
    assert value(frozen, name, "russell_2000", "2025-12-12").value == 4
    assert value(frozen, name, "russell_2000", "2025-12-19").value == 0


# The holiday week of 20 to 23 January 2026


def test_holiday_week_of_january_2026_by_hand() -> None:
    """A week of four sessions is measured from the Friday before the Monday holiday."""
    index = sessions("2025-12-31", "2026-01-23")
    known = {"2025-12-31": 6845.50, "2026-01-16": 6845.50 * 1.0138, "2026-01-23": 6915.61}
    frozen = snapshot(index, {"sp_500": path(index, known)})
    week = value(frozen, "return_1w", "sp_500")
    assert week.base == date(2026, 1, 16)
    assert shown(frozen, "return_1w", "sp_500") == "−0.35%"
    assert shown(frozen, "return_ytd", "sp_500") == "+1.02%"
    assert shown(frozen, "close", "sp_500") == "6,915.61"


def test_holiday_week_of_january_2026_on_real_prices() -> None:
    """Real prices give −0.35% on the holiday week and +1.02% on the year."""
    frozen = real_snapshot()
    assert shown(frozen, "close", "sp_500", "2026-01-23") == "6,915.61"
    assert shown(frozen, "return_1w", "sp_500", "2026-01-23") == "−0.35%"
    assert shown(frozen, "return_ytd", "sp_500", "2026-01-23") == "+1.02%"


# Records


def test_wait_for_the_record_of_18_september_2025_by_hand() -> None:
    """967 sessions lie between the record closes of 8 November 2021 and 18 September 2025."""
    index = sessions("2021-11-01", "2025-09-18")
    frozen = snapshot(index, {"russell_2000": path(index, RECORD_OF_2025)})
    gap = value(frozen, "record_gap", "russell_2000")
    assert gap.value == 967
    assert gap.parts["previous"].value == date(2021, 11, 8)
    assert gap.parts["latest"].value == date(2025, 9, 18)
    assert gap.tables["waits"].rows == ((967, date(2021, 11, 8), date(2025, 9, 18)),)
    assert value(frozen, "sessions_since_record", "russell_2000").value == 0


def test_records_on_real_prices() -> None:
    """The wait of 967 sessions, nine record closes in 2025 and seven in 2026 to 21 January."""
    frozen = real_snapshot()
    gap = value(frozen, "record_gap", "russell_2000", "2025-09-18")
    assert (gap.value, gap.base) == (967, date(2021, 11, 8))
    assert value(frozen, "record_closes_ytd", "russell_2000", "2025-12-31").value == 9
    assert value(frozen, "record_closes_ytd", "russell_2000", "2026-01-21").value == 7


def test_magnificent_seven_on_real_prices() -> None:
    """The Magnificent Seven fund was down 1.32% on the year at 15 January 2026."""
    assert shown(real_snapshot(), "return_ytd", "magnificent_seven", "2026-01-15") == "−1.32%"


# Calendar years


def test_calendar_years_by_hand() -> None:
    """Year-end closes that grew by the printed returns give those returns, and the years ahead."""
    index = sessions("2015-12-31", "2026-01-16")
    ends = [*index[:-1][index.year[1:] != index.year[:-1]], index[-1]]
    columns = {}
    for name, place in (("russell_2000", 0), ("sp_500", 1)):
        levels = compounded(1000, [pair[place] / 100 for pair in CALENDAR_YEARS.values()])
        known = {str(end.date()): level for end, level in zip(ends, levels, strict=False)}
        columns[name] = path(index, known | {"2026-01-16": levels[-1] * 1.05})
    found = value(snapshot(index, columns), "calendar_year_relative", "russell_2000")
    rows = {row[0]: row for row in found.tables["years"].rows}
    for year, (small, large) in CALENDAR_YEARS.items():
        assert percent(rows[year][1]) == pytest.approx(small)
        assert percent(rows[year][2]) == pytest.approx(large)
        assert rows[year][4] == "complete"
    assert rows[2026][4] == "to date"
    assert show(found.value, "pp") == "−5.10 pp"
    assert found.base == date(2024, 12, 31)
    assert found.parts["year"].value == 2025
    assert found.parts["last_winning_year"].value == 2020
    assert found.parts["winning_year_before"].value == 2016
    assert (found.parts["years_ahead"].value, found.parts["years"].value) == (2, 10)


def test_calendar_years_on_real_prices() -> None:
    """Real prices give the printed returns of all ten years from 2016 to 2025."""
    found = value(real_snapshot(), "calendar_year_relative", "russell_2000", "2026-01-16")
    rows = {row[0]: row for row in found.tables["years"].rows}
    for year, (small, large) in CALENDAR_YEARS.items():
        assert percent(rows[year][1]) == pytest.approx(small)
        assert percent(rows[year][2]) == pytest.approx(large)


def test_year_is_complete_once_its_last_session_has_closed() -> None:
    """On 31 December 2025 the year 2025 counts as complete, on 30 December it runs."""
    index = sessions("2023-12-29", "2025-12-31")
    frozen = snapshot(
        index,
        {
            "russell_2000": np.linspace(2000, 2500, len(index)),
            "sp_500": np.linspace(4700, 6800, len(index)),
        },
    )
    name = "calendar_year_relative"
    assert value(frozen, name, "russell_2000", "2025-12-31").parts["year"].value == 2025
    assert value(frozen, name, "russell_2000", "2025-12-30").parts["year"].value == 2024


def test_total_returns_of_2025_on_real_prices() -> None:
    """With dividends reinvested, 2025 brought 12.66% in IWM and 17.72% in SPY."""
    frozen = real_snapshot()
    assert shown(frozen, "total_return_ytd", "iwm", "2025-12-31") == "+12.66%"
    assert shown(frozen, "total_return_ytd", "spy", "2025-12-31") == "+17.72%"


def test_total_return_of_12_66_percent_by_hand() -> None:
    """A fund whose shares, dividends reinvested, grow to 1.1266 has a total return of 12.66%."""
    index = sessions("2024-12-31", "2025-12-31")
    payments = {"2025-03-18": 0.55, "2025-06-16": 0.64, "2025-09-16": 0.68, "2025-12-16": 0.75}
    closes = path(index, {"2024-12-31": 220.96, "2025-04-08": 174.82, "2025-12-31": 250.0})
    shares = 1.0
    for day, cash in payments.items():
        shares += shares * cash / closes[pd.Timestamp(day)]
    # The last close is free: it is where one share and its dividends are worth 1.1266 of the start.
    closes.iloc[-1] = 220.96 * 1.1266 / shares
    paid = pd.Series(0.0, index)
    for day, cash in payments.items():
        paid[pd.Timestamp(day)] = cash
    frozen = snapshot(index, {"iwm": closes}, dividends={"iwm": paid})
    assert shown(frozen, "total_return_ytd", "iwm") == "+12.66%"
    assert value(frozen, "total_return_ytd", "iwm").value == pytest.approx(0.1266, abs=1e-12)
    assert value(frozen, "return_ytd", "iwm").value < 0.1266


# Index and fund disagree


@pytest.mark.parametrize(
    ("base", "end", "by_index", "by_fund"),
    [("2025-12-26", "2026-01-02", 0.0003, -0.016), ("2026-01-16", "2026-01-23", 0.03, -0.006)],
)
def test_index_pair_and_fund_pair_disagree_by_hand(
    base: str, end: str, by_index: float, by_fund: float
) -> None:
    """In two weeks of January 2026 the indexes say small caps led and the funds deny it."""
    index = sessions(base, end)
    closes = {
        name: path(index, {base: level, end: level * (1 + change / 100)})
        for name, level, change in (
            ("russell_2000", 2534.0, -1.03 + by_index),
            ("sp_500", 6929.0, -1.03),
            ("iwm", 251.0, -1.03 + by_fund),
            ("spy", 690.0, -1.03),
        )
    }
    frozen = snapshot(index, closes)
    found = value(frozen, "relative_return_1w", "russell_2000").value
    assert found == pytest.approx(by_index, abs=1e-9)
    pair = value(frozen, "fund_pair_relative_return_1w", "iwm").value
    assert pair == pytest.approx(by_fund, abs=1e-9)
    streak = "outperformance_streak_weeks"
    assert value(frozen, streak, "russell_2000").value == 1
    assert value(frozen, streak, "iwm").value == 0


@pytest.mark.parametrize(
    ("as_of", "by_index", "by_fund"),
    [("2026-01-02", "0.0003", "-0.016"), ("2026-01-23", "0.03", "-0.006")],
)
def test_index_pair_and_fund_pair_disagree_on_real_prices(
    as_of: str, by_index: str, by_fund: str
) -> None:
    """Real prices disagree as published: indexes ahead by a hair, funds behind by a hair."""
    frozen = real_snapshot()
    for name, subject, printed in (
        ("relative_return_1w", "russell_2000", by_index),
        ("fund_pair_relative_return_1w", "iwm", by_fund),
    ):
        digits = len(printed.split(".")[1])
        found = value(frozen, name, subject, as_of).value
        assert f"{found:.{digits}f}" == printed
