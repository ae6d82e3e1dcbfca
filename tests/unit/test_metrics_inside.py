"""Inside an index: members' returns, dispersion, contributions, worked by hand and a plain way."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY, last_sessions, real_snapshot, sessions
from support_inside import RAW, figure, number, reason, results, value
from support_members import members, random_members

from generator import graph, tables
from generator.facts import UNITS, Value, Withheld
from generator.metrics._carino import linked
from generator.metrics._panel import Members
from generator.providers._ishares_files import read_holdings
from generator.snapshot import Panel

NAN = math.nan
SHARED = REPOSITORY.parent / "shared" / "data"
LIST = SHARED / "members" / "IWM_holdings_2026-01-21.csv"
CLOSES = SHARED / "panel" / "adjusted_closes_wide.parquet"
DAYS = sessions("2025-12-31", "2026-01-06")
"""31 December, the base of the year; 2 January, that of the week; 5 and 6 January."""
FIVE = {
    "A": [100.0, 110.0, 110.0, 121.0],
    "B": [50.0, 50.0, 45.0, 45.0],
    "C": [20.0, 20.0, 20.0, 22.0],
    "D": [20.0, 25.0, 25.0, 25.0],
    "E": [10.0, 5.0, 5.0, 10.0],
}
"""One share of each: worth 200, 210, 205 and 223. In the year +21%, -10%, +10%, +25% and 0%, with
weights at its base of 50%, 25%, 10%, 10% and 5%."""
SECTIONS = ("Inside the index", "Sectors", "Size and style", "Flows")
MINE = [name for name, info in graph.metrics().items() if info.section in SECTIONS]


def five(**given: object) -> Members:
    """The five members, changed as given."""
    return members(FIVE, sessions=DAYS, **given)  # type: ignore[arg-type]


def test_returns_of_five_members_worked_by_hand() -> None:
    """Median 10%, plain mean (21-10+10+25+0)/5 = 9.2%, by weight 223/200 - 1 = 11.5%."""
    median = value(five(), "median_member_return_ytd")
    assert median.value == pytest.approx(0.10)
    levels = {name: median.parts[name].value for name in ("p10", "p25", "p75", "p90", "mean")}
    expected = {"p10": -0.06, "p25": 0.0, "p75": 0.21, "p90": 0.234, "mean": 0.092}
    assert levels == pytest.approx(expected, abs=1e-12)
    assert median.base == date(2025, 12, 31)
    assert number(five(), "equal_weight_return_ytd") == pytest.approx(0.092)
    assert number(five(), "cap_weight_return_ytd") == pytest.approx(0.115)
    assert number(five(), "equal_weight_spread_ytd") == pytest.approx(-2.3)


def test_week_of_five_members_worked_by_hand() -> None:
    """From 2 January: +10%, -10%, +10%, 0% and +100%, by weight 223/210 - 1."""
    assert number(five(), "median_member_return_1w") == pytest.approx(0.1)
    assert number(five(), "equal_weight_return_1w") == pytest.approx(0.22)
    assert number(five(), "cap_weight_return_1w") == pytest.approx(13 / 210)
    assert value(five(), "cap_weight_return_1w").base == date(2026, 1, 2)


def test_dispersion_of_five_members_worked_by_hand() -> None:
    """Deviations from 11.5% squared by weight add up to 0.018575; from the plain mean of 9.2%,
    divided by five, to 0.016856; the quartiles are 0% and 21%, the outer tenths -6% and 23.4%."""
    found = value(five(), "dispersion_ytd")
    assert found.value == pytest.approx(math.sqrt(0.018575))
    assert found.parts["equal_weight"].value == pytest.approx(math.sqrt(0.016856))
    assert found.parts["interquartile_range"].value == pytest.approx(0.21)
    assert found.parts["p90_minus_p10"].value == pytest.approx(0.294)


def test_contributions_of_five_members_worked_by_hand() -> None:
    """The sessions return 5%, -5/210 and 18/205; A adds 5% on the first and 11/205 on the last,
    each scaled by its session's ln(1+r)/r, all by the year's r/ln(1+r)."""
    scale = 0.115 / math.log(1.115)
    a = scale * (math.log(1.05) + math.log(223 / 205) * 11 / 18)
    b = scale * math.log(205 / 210)
    e = scale * (math.log(1.05) * -5 / 10 + math.log(223 / 205) * 5 / 18)
    found = results("member_contributions", as_of="2026-01-06", members={"russell_2000": five()})
    one = found["member_contributions"]["ytd"]["russell_2000"]
    assert one.total == pytest.approx(0.115, abs=1e-12)
    assert one.shares[[0, 1, 4]] == pytest.approx([a, b, e], abs=1e-12)
    assert one.shares.sum() == pytest.approx(one.total, abs=1e-12)


def test_contributors_are_listed_from_the_outside_in() -> None:
    """Who added stands above, who took below, and never one on the wrong side."""
    top, bottom = value(five(), "top_contributors_ytd"), value(five(), "bottom_contributors_ytd")
    assert [row[0][-1] for row in top.tables["companies"].rows] == ["A", "D", "C"]
    assert [row[0][-1] for row in bottom.tables["companies"].rows] == ["B", "E"]
    assert top.value > 0 > bottom.value
    assert top.value + bottom.value == pytest.approx(11.5)
    assert sum(row[2] for row in top.tables["companies"].rows) == pytest.approx(top.value)


@pytest.mark.parametrize("publishes", [{}, {**RAW, "holdings": "derived"}, {"holdings": "raw"}])
def test_weights_of_named_members_need_rows_that_may_be_published(publishes) -> None:
    """Unless both tables are free, names stand with sector and contribution alone."""
    free = value(five(), "top_contributors_ytd").tables["companies"]
    assert [*free.units] == ["name", "sector", "contribution", "weight", "return"]
    assert free.rows[0][3:] == pytest.approx((0.5, 0.21))
    bound = value(five(), "top_contributors_ytd", publishes=publishes).tables["companies"]
    assert [*bound.units] == ["name", "sector", "contribution"]
    assert {len(row) for row in bound.rows} == {3}


def test_where_nobody_lost_there_are_no_bottom_contributors() -> None:
    """Nobody is called a loser for having gained least."""
    rising = members({"A": [1.0, 1, 1, 2], "B": [1.0, 1, 1, 3]}, sessions=DAYS)
    assert reason(rising, "bottom_contributors_ytd") == "no member lost"
    assert value(rising, "top_contributors_ytd").parts["companies"].value == 2


def test_residual_is_what_the_members_leave_of_their_funds_return() -> None:
    """IWM rose from 200 to 224 where its members rose 11.5%: half a percentage point is left."""
    index = last_sessions(300, "2026-01-06")
    prices = pd.Series(200.0, index=index)
    prices.iloc[-1] = 224.0
    found = value(five(), "contribution_residual_ytd", closes={"iwm": prices})
    assert found.value == pytest.approx(100 * (0.12 - 0.115))
    assert found.parts["against"].value == "IWM"
    assert reason(five(), "contribution_residual_ytd").startswith("IWM: ")


def test_residual_of_a_fund_that_is_not_followed_is_to_the_index_and_says_so() -> None:
    """The universe has no IVV: the S&P 500 itself stands in for it."""
    large = replace(five(), subject="sp_500", fund="IVV")
    index = last_sessions(300, "2026-01-06")
    prices = pd.Series(1000.0, index=index)
    prices.iloc[-1] = 1100.0
    found = value(large, "contribution_residual_ytd", "sp_500", closes={"sp_500": prices})
    assert found.value == pytest.approx(-1.5)
    assert found.parts["against"].value == "S&P 500"
    assert found.inputs == ("IVV",)


def slow_contributions(panel: Members, base: int) -> tuple[dict[int, float], float]:
    """Contributions in plain loops over sessions and lines."""
    total, steps = 1.0, []
    for row in range(base + 1, len(panel.sessions)):
        before, after = {}, {}
        for line in range(len(panel.symbols)):
            since = [close for close in panel.closes[base:row, line] if not math.isnan(close)]
            if since and panel.listed[row - 1, line]:
                close = panel.closes[row, line]
                before[line] = panel.weights[row - 1, line]
                after[line] = since[-1] if math.isnan(close) else close
                after[line] /= since[-1]
        whole = math.fsum(before.values())
        parts = {line: before[line] / whole * (after[line] - 1) for line in before}
        steps.append(parts)
        total *= 1 + math.fsum(parts.values())
    found: dict[int, float] = {}
    for parts in steps:
        step = math.fsum(parts.values())
        scale = (math.log1p(step) / step if step else 1.0) / (
            math.log(total) / (total - 1) if total != 1 else 1.0
        )
        for line, part in parts.items():
            found[line] = found.get(line, 0.0) + scale * part
    return found, total - 1


@given(st.integers(0, 10_000))
def test_contributions_are_those_of_plain_loops_and_add_up(seed: int) -> None:
    """With gaps, leavers, joiners and second classes, to 1e-9, line by line and in sum."""
    rng = np.random.default_rng(seed)
    panel = random_members(
        rng, last_sessions(14, "2026-01-16"), 30, gaps=0.01, turnover=0.05, every=4
    )
    found = results("member_contributions", as_of="2026-01-16", members={"russell_2000": panel})
    base = panel.base(pd.Timestamp("2025-12-31"))
    one = found["member_contributions"]["ytd"]["russell_2000"]
    if isinstance(one, Withheld):
        assert "90.0% are needed" in one.reason
        return
    expected, total = slow_contributions(panel, base)
    assert one.total == pytest.approx(total, abs=1e-9)
    assert one.shares.sum() == pytest.approx(one.total, abs=1e-9)
    for line, share in enumerate(one.shares):
        assert share == pytest.approx(expected.get(line, 0.0), abs=1e-9)


@given(st.integers(0, 10_000))
def test_of_one_list_contributions_add_up_to_buying_and_holding(seed: int) -> None:
    """With one list and every close, the compounded return is that of the shares held."""
    rng = np.random.default_rng(seed)
    panel = random_members(rng, last_sessions(14, "2026-01-16"), 12)
    found = results(
        "member_contributions",
        "cap_weight_return_ytd",
        as_of="2026-01-16",
        members={"russell_2000": panel},
    )
    total = found["member_contributions"]["ytd"]["russell_2000"].total
    assert total == pytest.approx(found["cap_weight_return_ytd"]["russell_2000"].value, abs=1e-9)


@given(st.integers(0, 10_000))
def test_returns_of_random_members_are_those_of_plain_loops(seed: int) -> None:
    """Mean, median, return by weight and dispersion of those listed at the base with a close."""
    rng = np.random.default_rng(seed)
    panel = random_members(
        rng, last_sessions(14, "2026-01-16"), 40, gaps=0.02, turnover=0.03, second_classes=0.1
    )
    base = panel.base(pd.Timestamp("2025-12-31"))
    held, sized = [], []
    for line in range(40):
        path = [close for close in panel.closes[base:, line] if not math.isnan(close)]
        if panel.listed[base, line] and not math.isnan(panel.closes[base, line]):
            sized.append((panel.weights[base, line], path[-1] / path[0] - 1))
            held += [path[-1] / path[0] - 1] if panel.counted[base, line] else []
    mean = sum(w * r for w, r in sized) / sum(w for w, _ in sized)
    squares = sum(w * (r - mean) ** 2 for w, r in sized) / sum(w for w, _ in sized)
    expected = {
        "equal_weight_return_ytd": sum(held) / len(held),
        "median_member_return_ytd": sorted(held)[len(held) // 2]
        if len(held) % 2
        else sum(sorted(held)[len(held) // 2 - 1 : len(held) // 2 + 1]) / 2,
        "cap_weight_return_ytd": mean,
        "dispersion_ytd": math.sqrt(squares),
    }
    found = results(*expected, as_of="2026-01-16", members={"russell_2000": panel})
    for name, plain in expected.items():
        one = found[name]["russell_2000"]
        if isinstance(one, Withheld):
            assert "90.0% are needed" in one.reason
        else:
            assert one.value == pytest.approx(plain, rel=1e-9, abs=1e-12)


def test_compounded_contributions_survive_a_session_and_a_span_without_a_move() -> None:
    """A return of zero is scaled by its limit, one, not by 0/0."""
    weights = np.array([[0.5, 0.5]] * 2)
    shares, total = linked(weights, np.array([[0.1, -0.1], [0.0, 0.0]]))
    assert total == 0.0
    assert shares == pytest.approx([0.05, -0.05])


def test_the_list_of_the_base_is_used_and_not_todays() -> None:
    """LOSER left the list and NEW came after it had risen ninefold: the year is that of the members
    of December, (50% of +10%) + (50% of -80%), and NEW is none of them."""
    panel = members(
        {"KEPT": [10.0, 10, 10, 11], "LOSER": [10.0, 5, 2, 2], "NEW": [1.0, 9, 9, 9]},
        sessions=DAYS,
        listed=[[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]],
        weights=[1.0, 1.0, 1.0],
    )
    assert number(panel, "cap_weight_return_ytd") == pytest.approx(-0.35)
    assert number(panel, "equal_weight_return_ytd") == pytest.approx(-0.35)
    assert value(panel, "median_member_return_ytd").parts["members"].value == 2
    last = [3] * 4
    todays = replace(
        panel,
        listed=panel.listed[last],
        counted=panel.counted[last],
        weights=panel.weights[last],
    )
    assert number(todays, "cap_weight_return_ytd") > 4, "the case must tell the two apart"


def test_a_joiner_contributes_from_the_list_that_names_it() -> None:
    """NEW's ninefold rise before its list came is nobody's gain; its last session is."""
    panel = members(
        {"KEPT": [10.0, 10, 10, 10], "NEW": [1.0, 9, 9, 18]},
        sessions=DAYS,
        listed=[[1, 0], [1, 0], [1, 1], [1, 1]],
        weights=[3.0, 1.0],
    )
    rows = value(panel, "top_contributors_ytd").tables["companies"].rows
    assert [(row[0], row[2]) for row in rows] == [("Company NEW", pytest.approx(25.0))]
    assert rows[0][3:] == (None, None), "it had neither weight nor return at the base"


def test_a_leaver_keeps_its_last_close() -> None:
    """Taken over at 12 on the second session and dropped from the list: +20%, and covered."""
    panel = members(
        {"KEPT": [10.0, 10, 10, 10], "TAKEN": [10.0, 12, NAN, NAN]},
        sessions=DAYS,
        listed=[[1, 1], [1, 1], [1, 0], [1, 0]],
        weights=[1.0, 1.0],
    )
    assert number(panel, "cap_weight_return_ytd") == pytest.approx(0.1)
    assert value(panel, "cap_weight_return_ytd").parts["coverage_members"].value == 1.0


def test_a_hole_inside_the_period_changes_no_return() -> None:
    """A member without a close for a session has its return when it is back, in full."""
    holed = {**FIVE, "B": [50.0, NAN, 45.0, 45.0]}
    panel = members(holed, sessions=DAYS)
    for name in ("cap_weight_return_ytd", "equal_weight_return_ytd", "median_member_return_ytd"):
        assert number(panel, name) == pytest.approx(number(five(), name))
    found = results("member_contributions", as_of="2026-01-06", members={"russell_2000": panel})
    assert found["member_contributions"]["ytd"]["russell_2000"].total == pytest.approx(0.115)


def test_a_session_without_any_close_inside_the_period_changes_no_return() -> None:
    """All members missing on one session: the next one has what happened, nothing is zero."""
    panel = members({name: [c[0], NAN, *c[2:]] for name, c in FIVE.items()}, sessions=DAYS)
    assert number(panel, "cap_weight_return_ytd") == pytest.approx(0.115)
    found = results("member_contributions", as_of="2026-01-06", members={"russell_2000": panel})
    assert found["member_contributions"]["ytd"]["russell_2000"].total == pytest.approx(0.115)
    assert "0.0% of its members" in reason(panel, "cap_weight_return_1w")


@pytest.mark.parametrize("row", [0, 3])
def test_no_close_of_any_member_on_either_end_withholds(row: int) -> None:
    """Without closes on the base or on the last session nothing is said, and not zero."""
    closes = {name: [*c] for name, c in FIVE.items()}
    for path in closes.values():
        path[row] = NAN
    panel = members(closes, sessions=DAYS, weights=[1.0] * 5)
    for name in MINE:
        found = results(name, as_of="2026-01-06", members={"russell_2000": panel})[name]
        if name.endswith("_ytd") and "russell_2000" in found:
            told = found["russell_2000"].reason
            assert told == (
                "closes are known of 0.0% of its members and 0.0% of their weight, and 90.0% are "
                "needed"
            )


def test_too_few_members_by_count_or_by_weight_withhold() -> None:
    """Nine of ten are enough by count and by weight, eight are not, and both numbers are said."""
    closes = np.full((4, 10), 10.0)
    closes[0, 9] = NAN
    assert number(members(closes, sessions=DAYS, weights=[1.0] * 10), "cap_weight_return_ytd") == 0
    heavy = members(closes, sessions=DAYS, weights=[1.0] * 9 + [2.0])
    assert reason(heavy, "median_member_return_ytd") == (
        "closes are known of 90.0% of its members and 81.8% of their weight, and 90.0% are needed"
    )
    closes[3, 8] = NAN
    light = members(closes, sessions=DAYS, weights=[1.0] * 8 + [0.1, 0.1])
    assert reason(light, "median_member_return_ytd").startswith("closes are known of 80.0% of its")


def test_without_weights_only_figures_that_count_alike_are_said() -> None:
    """A file of prices alone gives median and mean, with a warning, and nothing by weight."""
    bare = five(weighted=False)
    assert number(bare, "median_member_return_ytd") == pytest.approx(0.1)
    assert number(bare, "equal_weight_return_ytd") == pytest.approx(0.092)
    assert value(bare, "equal_weight_return_ytd").warnings == (
        "no list names its members: they are those that a file has a close of on the session",
    )
    assert value(bare, "equal_weight_return_ytd").parts["coverage_weight"].value is None
    for name in (
        *("cap_weight_return_ytd", "equal_weight_spread_ytd", "dispersion_ytd"),
        *("top_contributors_ytd", "contribution_residual_ytd", "contribution_top_10_ytd"),
        *("return_without_top_10_ytd", "top_10_weight", "herfindahl", "size_band_return_ytd"),
    ):
        assert reason(bare, name) == "the lists of its members have no weights"
    for name in ("sector_return_ytd", "sector_weight", "sector_contribution_ytd"):
        told = reason(bare, name, "health_care")
        assert told == "the lists of its members have no weights"


def test_no_list_at_the_base_withholds_the_period_alone() -> None:
    """The first list came on 2 January: the week is known, the year is not."""
    panel = five(listed=[[0] * 5, [1] * 5, [1] * 5, [1] * 5])
    assert number(panel, "cap_weight_return_1w") == pytest.approx(13 / 210)
    told = "no list of its members was in force on the base 2025-12-31"
    assert reason(panel, "cap_weight_return_ytd") == told
    assert reason(panel, "top_contributors_ytd") == told


def test_a_gap_between_two_lists_withholds_contributions() -> None:
    """Where a list grew too old within the period nobody knows who contributed."""
    panel = five(listed=[[1] * 5, [0] * 5, [1] * 5, [1] * 5])
    told = "no list of its members was in force on 2026-01-02"
    assert reason(panel, "top_contributors_ytd") == told
    assert number(panel, "cap_weight_return_ytd") == pytest.approx(0.115)


def test_periods_that_the_prices_of_members_do_not_reach_are_withheld() -> None:
    """Prices from 31 December have no month; prices that end before the edition have nothing."""
    told = reason(five(), "sector_return_1m", "energy")
    assert told == "there are no closes of its members on the base 2025-12-05"
    early = results("cap_weight_return_ytd", as_of="2026-01-07", members={"russell_2000": five()})
    assert early["cap_weight_return_ytd"]["russell_2000"] == Withheld(
        "there are no closes of its members on the last session 2026-01-07"
    )


def test_why_there_are_no_members_is_said_of_every_figure() -> None:
    """Where an index has no members each of its figures gives that reason."""
    none = {"russell_2000": Withheld("no list"), "sp_500": Withheld("no list")}
    names = [name for name in MINE if graph.metrics()[name].section in SECTIONS[:2]]
    found = results(*names, as_of="2026-01-06", members=none)
    for name in names:
        for one in found[name].values():
            assert isinstance(one, Withheld), name
            assert one.reason.removeprefix("the large-cap sector: ") == "no list"


def test_share_classes_count_once_and_contribute_together() -> None:
    """Two classes of one company are one company in medians, and one contributor."""
    panel = members(
        {"TWO-A": [10.0, 10, 10, 20], "TWO-B": [10.0, 10, 10, 20], "ONE": [20.0, 20, 20, 20]},
        sessions=DAYS,
        counted=[1, 0, 1],
        names=["TWO INC CLASS A", "TWO INC CLASS B", "ONE CORP"],
        quantities=[2.0, 1.0, 1.0],
    )
    assert number(panel, "equal_weight_return_ytd") == pytest.approx(0.5)
    assert number(panel, "cap_weight_return_ytd") == pytest.approx(0.6)
    rows = value(panel, "top_contributors_ytd").tables["companies"].rows
    assert [row[0] for row in rows] == ["TWO INC CLASS A"]
    assert rows[0][2:] == pytest.approx((60.0, 0.6, 1.0))


def test_distribution_counts_every_company_once() -> None:
    """Bins adjoin, the outer two are open, and each holds the returns from low up to high."""
    rng = np.random.default_rng(3)
    panel = random_members(rng, last_sessions(14, "2026-01-16"), 200, second_classes=0.1)
    names = ("member_return_distribution", "member_periods")
    found = results(*names, as_of="2026-01-16", members={"russell_2000": panel})
    for horizon in ("1w", "ytd"):
        bins = found["member_return_distribution"][horizon]["russell_2000"]
        each = found["member_periods"][horizon]["russell_2000"].each
        assert bins["members"].sum() == len(each)
        assert np.isnan(bins["low"].iloc[0]) and np.isnan(bins["high"].iloc[-1])
        assert (bins["high"].iloc[:-1].to_numpy() == bins["low"].iloc[1:].to_numpy()).all()
        for low, high, members_in in bins.iloc[1:-1].itertuples(index=False):
            assert members_in == ((each >= low) & (each < high)).sum()


LISTS = {"A": 60.0, "B": 40.0}


def holdings(lists: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Lists of IWM by day: market values by symbol."""
    rows = [
        {"fund": "IWM", "day": day, "line": n, "ticker": s, "symbol": s, "name": f"COMPANY {s}"}
        | {"sector": "Energy", "market_value": amount}
        for day, values in lists.items()
        for n, (s, amount) in enumerate(values.items())
    ]
    frame = pd.DataFrame(rows)
    for name, kind in tables.FORMS["holdings"].columns.items():
        if name not in frame:
            frame[name] = "" if kind == "text" else NAN
    return tables.frame("holdings", {str(name): column for name, column in frame.items()})


def frozen(poison: bool) -> dict[str, object]:
    """A snapshot up to 6 January, or one that goes on for a week in which everything is wild: other
    members, other prices, splits, share counts."""
    days = sessions("2025-11-03", "2026-01-13" if poison else "2026-01-06")
    late = days > "2026-01-06"
    flat = np.where(late, 999.0, 50.0)
    a = np.where(late, 1.0, np.where(days > "2025-12-31", 11.0, 10.0))
    splits = np.ones((len(days), 2))
    splits[late, 0] = 7.0
    lists = {"2025-12-30": LISTS} | ({"2026-01-07": {"B": 1.0}} if poison else {})
    funds = [
        {"fund": fund, "day": day, "net_asset_value": 10.0 * (1 + 90 * wild), "distribution": 0.0}
        | {"shares_outstanding": 1e6 * (1 + 9 * wild) + 1000 * n}
        for fund in ("IWM", "IJR", "IWC", "IWN", "IWO", "IVV")
        for n, (day, wild) in enumerate(zip(days, late, strict=True))
    ]
    history = tables.frame("fund_history", {str(k): v for k, v in pd.DataFrame(funds).items()})
    index = last_sessions(300, str(days[-1].date()))
    wild = np.where(index > "2026-01-06", 5.0, 100.0) + np.arange(len(index)) * 0
    pairs = ("iwm", "ijr", "micro_caps", "russell_2000_value", "russell_2000_growth")
    return {
        "sessions": index[index >= "2025-06-02"],
        "closes": {s: wild[index >= "2025-06-02"] for s in ("russell_2000", "sp_500", *pairs)},
        "frozen": {"holdings": holdings(lists), "fund_history": history},
        "panel": Panel(days, ("A", "B"), np.column_stack([a, flat]), splits),
    }


def test_nothing_dated_after_the_as_of_date_is_seen() -> None:
    """With later lists, prices, splits and share counts in it every figure is the same."""
    seen = results(*MINE, as_of="2026-01-06", **frozen(poison=True))
    assert seen == results(*MINE, as_of="2026-01-06", **frozen(poison=False))
    assert seen["cap_weight_return_ytd"]["russell_2000"].value == pytest.approx(0.06)
    assert isinstance(seen["net_creations_ytd"]["iwm"], Value)
    assert isinstance(seen["micro_minus_small_1w"]["micro_caps"], Value)
    later = results("cap_weight_return_ytd", as_of="2026-01-13", **frozen(poison=True))
    assert later["cap_weight_return_ytd"]["russell_2000"].value > 1, "it is there to be seen"


def test_a_split_on_the_first_session_of_the_year_is_no_loss() -> None:
    """Two for one on 2 January: 10 before and 5.5 after is a gain of a tenth, of weight 60%."""
    given_ = frozen(poison=False)
    panel = given_["panel"]
    closes, splits = panel.closes.copy(), panel.splits.copy()
    closes[panel.sessions > "2025-12-31", 0] = 5.5
    splits[panel.sessions == pd.Timestamp("2026-01-02"), 0] = 2.0
    given_["panel"] = Panel(panel.sessions, panel.symbols, closes, splits)
    found = results("cap_weight_return_ytd", "top_contributors_ytd", as_of="2026-01-06", **given_)
    assert found["cap_weight_return_ytd"]["russell_2000"].value == pytest.approx(0.06)
    rows = found["top_contributors_ytd"]["russell_2000"].tables["companies"].rows
    assert rows == (("COMPANY A", "Energy", pytest.approx(6.0), 0.6, pytest.approx(0.1)),)


def test_every_figure_is_plain_and_in_known_units() -> None:
    """Numbers are finite, counts whole, tables as wide as their units, all of it JSON."""
    panel = random_members(np.random.default_rng(5), 300, 60, gaps=0.001)
    found = results(*MINE, as_of="2026-01-16", members={"russell_2000": panel})
    told = 0
    for name in MINE:
        for one in found[name].values():
            if isinstance(one, Withheld):
                continue
            told += 1
            parts = [(part.value, part.unit) for part in one.parts.values()]
            for number_, unit in [(one.value, graph.metrics()[name].unit), *parts]:
                assert unit in UNITS
                assert type(number_) in (float, int, str, date, type(None)), (name, unit)
                assert unit != "count" or type(number_) is int
                json.dumps(str(number_) if type(number_) is date else number_, allow_nan=False)
            for table in one.tables.values():
                assert set(table.units.values()) <= UNITS
                assert {len(row) for row in table.rows} == {len(table.units)}
                json.dumps(table.rows, allow_nan=False)
    assert told > 60


def test_a_figure_of_an_index_names_the_fund_of_its_list() -> None:
    """Whose holdings name the members is among a figure's inputs."""
    found = figure(five(), "cap_weight_return_ytd")
    assert isinstance(found, Value) and found.inputs == ("IWM",)


@pytest.mark.skipif(not LIST.is_file(), reason=f"no list of holdings at {LIST}")
def test_contributions_of_the_real_members_explain_the_real_fund() -> None:
    """In the week to 30 January 2026 IWM fell 1.95%; of its list of 21 January 94.4% of the
    companies and 95.4% of the weight are known, and they leave about a tenth of a point."""
    file = read_holdings(LIST.read_bytes(), {})
    count = len(file.columns["line"])
    own = {"fund": ["IWM"] * count, "day": [file.day] * count}
    lines = tables.frame("holdings", {**own, **file.columns})
    closes = pd.read_parquet(CLOSES).astype(float).loc[:"2026-01-30"]  # type: ignore[misc]
    panel = Panel(closes.index, tuple(closes), closes.to_numpy(), np.ones(closes.shape))
    real = real_snapshot().closes.loc["2025-01-02":"2026-01-30"]  # type: ignore[misc]
    residual = "contribution_residual_1w"
    found = results(
        residual,
        "sector_contribution_1w",
        as_of="2026-01-30",
        sessions=real.index,
        closes={name: real[name] for name in ("russell_2000", "sp_500", "iwm")},
        frozen={"holdings": lines},
        panel=panel,
    )
    one = found[residual]["russell_2000"]
    assert one.parts["return"].value == pytest.approx(-0.0195, abs=5e-5)
    assert one.parts["coverage_members"].value == pytest.approx(0.944, abs=5e-4)
    assert one.parts["coverage_weight"].value == pytest.approx(0.954, abs=5e-4)
    assert abs(one.value) < 0.15
    added = math.fsum(sector.value for sector in found["sector_contribution_1w"].values())
    assert added == pytest.approx(100 * one.parts["members_return"].value, abs=1e-9)
