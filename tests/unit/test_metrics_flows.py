"""Net creations of funds, worked by hand: splits, stale and missing counts, restatements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY, last_sessions, real_snapshot, sessions
from support_inside import results

from generator import tables
from generator.facts import Figure, Value, Withheld
from generator.metrics._fund_shares import fund_shares, split_factors

NAN = math.nan
WEEK = sessions("2026-01-09", "2026-01-16")
"""The base of the week, and its five sessions."""
FUNDS = ("IWM", "IJR", "IWC", "IWN", "IWO", "IVV")
REAL = REPOSITORY.parent / "shared/data/members/IWM_nav_shares_2000_2025-02-04.csv"

Counts = Mapping[str, tuple[list[float], list[float]]]


def history(funds: Counts, days: pd.DatetimeIndex = WEEK) -> pd.DataFrame:
    """Rows of funds: share counts and net asset values by session; a missing count is a number."""
    rows = [
        {"fund": fund, "day": day, "net_asset_value": value, "distribution": NAN}
        | {"shares_outstanding": count}
        for fund, (counts, values) in funds.items()
        for day, count, value in zip(days, counts, values, strict=True)
    ]
    return tables.frame("fund_history", {str(k): v for k, v in pd.DataFrame(rows).items()})


def figure(
    name: str, counts: list[float], values: list[float], days: pd.DatetimeIndex = WEEK
) -> Figure:
    """A figure of IWM from its counts and values."""
    rows = history({"IWM": (counts, values)}, days)
    as_of = str(days[-1].date())
    found: Figure = results(name, as_of=as_of, frozen={"fund_history": rows})[name]["iwm"]
    return found


def test_net_creations_worked_by_hand() -> None:
    """+2m shares at $10.50, -1m at $9 and +0.5m at $12: 21 - 9 + 6 = $18m, of 10m × $10 = $100m."""
    counts = [10e6, 12e6, 12e6, 11e6, 11e6, 11.5e6]
    values = [10.0, 10.5, 9.5, 9.0, 10.0, 12.0]
    found = figure("net_creations_1w", counts, values)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(18.0)
    assert found.base == date(2026, 1, 9)
    assert found.warnings == ()
    parts = {name: part.value for name, part in found.parts.items()}
    assert parts == {
        "shares_base": 10_000_000,
        "shares": 11_500_000,
        "assets_base": pytest.approx(100.0),
        "sessions": 5,
    }
    assert figure("net_creations_share_1w", counts, values).value == pytest.approx(0.18)
    assert figure("fund_assets", counts, values).value == pytest.approx(138.0)


def test_periods_of_creations_have_their_own_bases() -> None:
    """One share a session at $1m: five in the week, eighteen in four weeks with two holidays,
    eleven in the year."""
    days = sessions("2025-12-01", "2026-01-16")
    counts = [float(100 + n) for n in range(len(days))]
    values = [1e6 + n for n in range(len(days))]
    expected = {"1w": ("2026-01-09", 5), "4w": ("2025-12-19", 18), "ytd": ("2025-12-31", 11)}
    for horizon, (base, count) in expected.items():
        found = figure(f"net_creations_{horizon}", counts, values, days)
        assert isinstance(found, Value)
        assert str(found.base) == base
        assert found.value == pytest.approx(count, rel=1e-3)


def test_a_share_split_is_no_creation() -> None:
    """Two for one on Wednesday with 1m new shares at $5.20: $5.2m, and the split is named."""
    counts = [10e6, 10e6, 10e6, 21e6, 21e6, 21e6]
    values = [10.0, 10.1, 10.2, 5.2, 5.1, 5.0]
    found = figure("net_creations_1w", counts, values)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(5.2)
    assert found.parts["shares_base"].value == 20_000_000
    assert found.parts["assets_base"].value == pytest.approx(100.0)
    assert found.warnings == ("a share split, 2 for 1, on 2026-01-14 is taken out",)


def test_a_reverse_split_is_no_redemption() -> None:
    """One for ten: a tenth of the shares at ten times the value."""
    found = figure("net_creations_1w", [10e6] * 3 + [1e6] * 3, [10.0] * 3 + [101.0] * 3)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(0.0)
    assert found.warnings == ("a share split, 0.1 for 1, on 2026-01-14 is taken out",)


def test_doubling_a_fund_in_a_day_is_a_creation() -> None:
    """Twice the shares at the same value is money's worth, and so is a crash without new shares."""
    assert split_factors(np.array([10.0, 20.0]), np.array([5.0, 5.0]), []).tolist() == [1.0, 1.0]
    assert split_factors(np.array([10.0, 10.0]), np.array([5.0, 2.5]), []).tolist() == [1.0, 1.0]


def test_an_unusual_split_is_known_from_the_funds_prices() -> None:
    """Seven for four is none of the usual factors, but the prices came with it."""
    shares, values = np.array([4e6, 7e6]), np.array([7.0, 4.0])
    assert split_factors(shares, values, []).tolist() == [1.0, 1.0]
    assert split_factors(shares, values, [1.75]).tolist() == [1.0, 1.75]
    rows = history({"IWM": ([4e6] * 5 + [7e6], [7.0] * 5 + [4.0])})
    told = pd.Series([1.0] * 5 + [1.75], index=WEEK)
    found = fund_shares(rows, WEEK, told)
    assert not isinstance(found, Withheld)
    assert found.created(0) == 0.0


def test_a_count_that_stands_still_is_warned_of() -> None:
    """Unchanged on the five sessions of the week while the value moved, then on four."""
    values = [10.0, 10.1, 10.2, 10.3, 10.4, 10.5]
    found = figure("net_creations_1w", [10e6] * 6, values)
    assert isinstance(found, Value)
    assert found.value == 0.0
    assert found.warnings == (
        "the share count did not change on 5 sessions in a row to 2026-01-16 while the value did: "
        "it may be stale",
    )
    moved = figure("net_creations_1w", [9e6] + [10e6] * 5, values)
    assert isinstance(moved, Value) and moved.warnings == ()


def test_a_still_count_counts_from_where_it_began() -> None:
    """Three sessions of the week after four of the week before are seven in a row."""
    days = last_sessions(11, "2026-01-16")
    counts = [9e6, 9e6, *[10e6] * 8, 11e6]
    found = figure("net_creations_1w", counts, [10 + n / 10 for n in range(11)], days)
    assert isinstance(found, Value)
    assert found.warnings == (
        "the share count did not change on 7 sessions in a row to 2026-01-15 while the value did: "
        "it may be stale",
    )

    before = figure(
        "net_creations_1w",
        [10e6] * 6 + [11e6 + n for n in range(5)],
        [10 + n / 10 for n in range(11)],
        days,
    )
    assert isinstance(before, Value) and before.warnings == (), "it ended before the week's base"


def test_a_missing_session_is_passed_over_and_named() -> None:
    """Without a count on Tuesday its million shares count on Wednesday, at Wednesday's value."""
    counts = [10e6, 10e6, NAN, 11e6, 11e6, 11e6]
    found = figure("net_creations_1w", counts, [10.0, 10.0, 20.0, 12.0, 11.0, 10.0])
    assert isinstance(found, Value)
    assert found.value == pytest.approx(12.0)
    assert found.parts["sessions"].value == 4
    assert found.warnings == (
        "1 session has no share count or value, the last 2026-01-13: what was created then counts "
        "on the next one that has both",
    )


@pytest.mark.parametrize(("row", "role"), [(0, "base 2026-01-09"), (5, "last session 2026-01-16")])
@pytest.mark.parametrize("absent", [NAN, 0.0])
def test_no_count_on_either_end_withholds(row: int, role: str, absent: float) -> None:
    """Neither the last known count nor zero stands in for one that is missing."""
    counts = [10e6, 10.5e6, 11e6, 11e6, 11e6, 12e6]
    counts[row] = absent
    told = f"it has no share count or no value on the {role}"
    for name in ("net_creations_1w", "net_creations_share_1w"):
        assert figure(name, counts, [10.0] * 6) == Withheld(told)
    alone = figure("fund_assets", counts, [10.0] * 6)
    assert isinstance(alone, Value) if row == 0 else alone == Withheld(told)


def test_a_restated_count_moves_only_what_it_is_priced_at() -> None:
    """Raising Tuesday's count alone creates 1m at Tuesday's $11 and redeems them at $12: -$1m."""
    values = [10.0, 10.0, 11.0, 12.0, 12.0, 12.0]
    first = figure("net_creations_1w", [10e6, 11e6, 11e6, 12e6, 12e6, 13e6], values)
    restated = figure("net_creations_1w", [10e6, 11e6, 12e6, 12e6, 12e6, 13e6], values)
    assert isinstance(first, Value) and isinstance(restated, Value)
    assert restated.value == pytest.approx(first.value - 1.0)


def test_a_count_that_leaps_and_is_back_is_warned_of() -> None:
    """Up by two thirds on one session and down again on the next may be a slip of the source."""
    found = figure("net_creations_1w", [10e6, 16e6, 10.1e6, 10e6, 10e6, 11e6], [10.0] * 6)
    assert isinstance(found, Value)
    assert found.warnings == (
        "the share count leaps on 2026-01-12 and is back on the next session: it may be an error "
        "of its source",
    )


def test_all_funds_of_small_caps_are_added_up_only_if_all_are_there() -> None:
    """Six funds with $10m, $20m … $60m: the five of small caps have $150m; without one, none."""
    made = {
        fund: ([1e6, 1.5e6, 1.5e6, 1.6e6, 1.8e6, 2e6], [10.0 * n] * 6)
        for n, fund in enumerate(FUNDS, start=1)
    }
    name = "net_creations_all_1w"
    whole = results(name, as_of="2026-01-16", frozen={"fund_history": history(made)})
    found = whole[name]["small_cap_funds"]
    assert found.value == pytest.approx(150.0)
    assert [row[0] for row in found.tables["funds"].rows] == ["IWM", "IJR", "IWC", "IWN", "IWO"]
    assert found.parts["iwc"].value == pytest.approx(30.0)
    assert found.inputs == ("IWM", "IJR", "IWC", "IWN", "IWO")
    del made["IWN"], made["IJR"]
    part = results(name, as_of="2026-01-16", frozen={"fund_history": history(made)})
    assert part[name]["small_cap_funds"] == Withheld(
        "IJR, IWN: its source has no share count of it"
    )


def test_why_there_are_no_share_counts_is_said() -> None:
    """The table's own reason stands in each figure, the licence's among them."""
    names = ("net_creations_1w", "net_creations_share_ytd", "fund_assets")
    found = results(*names, as_of="2026-01-16", missing={"fund_history": "its licence forbids it"})
    for name in names:
        assert {*found[name].values()} == {Withheld("its licence forbids it")}
        assert [*found[name]] == [fund.lower() for fund in FUNDS]


@given(
    st.lists(st.tuples(st.integers(50, 150), st.floats(20, 22)), min_size=6, max_size=6),
    st.integers(1, 5),
)
def test_creations_are_those_of_a_plain_loop_whatever_the_split(
    rows: list[tuple[int, float]], place: int
) -> None:
    """Doubling all counts and halving all values from a session on changes nothing but shares."""
    counts, values = [n * 1e5 + 1e8 for n, _ in rows], [value for _, value in rows]
    expected = sum((counts[n] - counts[n - 1]) * values[n] / 1e6 for n in range(1, 6))
    plain = figure("net_creations_1w", counts, values)
    split = figure(
        "net_creations_1w",
        [n * (2 if at >= place else 1) for at, n in enumerate(counts)],
        [value / (2 if at >= place else 1) for at, value in enumerate(values)],
    )
    assert isinstance(plain, Value) and isinstance(split, Value)
    assert plain.value == pytest.approx(expected, abs=1e-6)
    assert split.value == pytest.approx(expected, abs=1e-6)


@pytest.mark.skipif(not REAL.is_file(), reason=f"no share counts at {REAL}")
def test_creations_of_the_real_fund_are_those_of_its_file() -> None:
    """IWM in the year to 31 January 2025: 326.7m to 331.4m shares, $1,093m created; and the leap of
    June 2005 in its file is warned of."""
    rows = pd.read_csv(REAL, parse_dates=["date"])
    days = pd.DatetimeIndex(rows["date"]).as_unit("us")
    counts, values = rows["Shares Outstanding"].tolist(), rows["NAV per Share"].tolist()
    table = history({"IWM": (counts, values)}, days)
    closes = real_snapshot().closes
    found = {}
    for day in ("2025-01-31", "2005-06-17"):
        found[day] = results(
            "net_creations_ytd",
            as_of=day,
            frozen={"fund_history": table.loc[table["day"] <= day]},
            sessions=closes.loc["2000-05-22":day].index,  # type: ignore[misc]
        )["net_creations_ytd"]["iwm"]
    year = rows.set_index(days).loc["2024-12-31":"2025-01-31"]  # type: ignore[misc]
    plain = (year["Shares Outstanding"].diff() * year["NAV per Share"]).sum() / 1e6
    now = found["2025-01-31"]
    assert now.value == pytest.approx(plain)
    assert now.value == pytest.approx(1093, abs=0.5)
    assert (now.parts["shares_base"].value, now.parts["shares"].value) == (326_700_000, 331_400_000)
    assert any("leaps on 2005-06-15" in warning for warning in found["2005-06-17"].warnings)
