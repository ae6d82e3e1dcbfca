"""Windows and months by a plain loop over dates, planted effects, and what is left out."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator
from datetime import date
from functools import cache
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import computed, random_closes, real_snapshot, reason, sessions, snapshot, value
from support_members import members

from generator.facts import Value, Withheld
from generator.metrics._yearly import FEWEST, WINDOWS
from generator.metrics.tax_loss import losers_in_january
from generator.snapshot import Snapshot

from support import universe  # isort: skip

SMALL, LARGE = "russell_2000", "sp_500"
INDEX = sessions("2009-11-02", "2022-01-14")
NAMES = (*WINDOWS, "months_told_from_chance", "first_ten_range", "first_ten_sessions")


@pytest.fixture(autouse=True, scope="module")
def nothing_to_collect() -> Iterator[None]:
    """statsmodels collects garbage on every call, which takes long where there are many objects."""
    gc.freeze()
    yield
    gc.unfreeze()


def walks(seed: int = 1) -> dict[str, np.ndarray]:
    """Random closes of both benchmarks."""
    return {SMALL: random_closes(len(INDEX), seed), LARGE: random_closes(len(INDEX), seed + 1)}


@cache
def market() -> Snapshot:
    """Both benchmarks from November 2009 to 14 January 2022."""
    return snapshot(INDEX, walks())


def gap(closes: pd.DataFrame, base: pd.Timestamp, end: pd.Timestamp) -> float:
    change = closes.loc[end] / closes.loc[base] - 1
    return 100 * (change[SMALL] - change[LARGE])


def before(day: str) -> pd.Timestamp:
    """The last session before a day."""
    return INDEX[day > INDEX][-1]


def plain(window: str, year: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Base and end of a window by its words."""
    december = INDEX[(INDEX.year == year - 1) & (INDEX.month == 12)]
    january = INDEX[(INDEX.year == year) & (INDEX.month == 1)]
    return {
        "january_effect": lambda: (december[-1], january[-1]),
        "january_effect_mid_december_to_mid_january": lambda: (
            before(f"{year - 1}-12-15"),
            january[january <= f"{year}-01-15"][-1],
        ),
        "january_effect_last_session_and_first_four": lambda: (december[-2], january[3]),
        "january_effect_last_five_and_first_two": lambda: (december[-6], january[1]),
    }[window]()


@pytest.mark.parametrize("window", WINDOWS)
def test_windows_are_those_of_their_words(window: str) -> None:
    """Every year's difference, and mean, median, hits and years from them."""
    found = value(market(), window, SMALL)
    gaps = [gap(market().closes, *plain(window, year)) for year in range(2010, 2022)]
    rows = [row for row in found.tables["years"].rows if row[2] == "counted"]
    assert [row[0] for row in rows] == [*range(2010, 2022)]
    assert [row[1] for row in rows] == pytest.approx(gaps)
    assert found.value == pytest.approx(np.mean(gaps))
    assert found.parts["median"].value == pytest.approx(np.median(gaps))
    assert found.parts["positive"].value == sum(each > 0 for each in gaps)
    assert found.parts["years"].value == 12


def test_what_a_short_window_is_compared_with_is_apart_from_it() -> None:
    """Blocks of five or seven sessions from February to November, one after the other, and the
    eleven spans from mid-month to mid-month: none overlaps, all are as long as the window."""
    for name, length in (
        ("january_effect_last_session_and_first_four", 5),
        ("january_effect_last_five_and_first_two", 7),
    ):
        for year in (2012, 2016, 2021):
            (base, end), *others = WINDOWS[name].spans(INDEX, year)
            assert end - base == length
            assert all(stop - start == length for start, stop in others)
            assert all(a[1] == b[0] for a, b in itertools.pairwise(others))
            months = {
                INDEX[place].month for start, stop in others for place in range(start + 1, stop)
            }
            assert months == set(range(2, 12))
    middles = WINDOWS["january_effect_mid_december_to_mid_january"].spans(INDEX, 2016)
    assert len(middles) == 12
    assert INDEX[middles[-1][1]] == before("2016-12-15")
    assert all(a[1] == b[0] for a, b in itertools.pairwise(middles))


def test_an_effect_that_is_there_is_told_from_chance() -> None:
    """Small caps gain 4% in every January and nothing else: that window alone, and January alone of
    the months."""
    closes = {SMALL: walks()[LARGE].copy(), LARGE: walks()[LARGE]}
    for year in range(2010, 2022):
        closes[SMALL][INDEX[(INDEX.year == year) & (INDEX.month == 1)][15] <= INDEX] *= 1.04
    frozen = snapshot(INDEX, closes)
    january = value(frozen, "january_effect", SMALL)
    assert january.parts["verdict"].value == "told from chance"
    assert january.parts["p"].value < 0.001 and january.parts["share"].value == 1.0
    months = value(frozen, "months_told_from_chance", SMALL)
    assert months.value == 1
    assert [r[0] for r in months.tables["months"].rows if r[-1] == "told from chance"] == [
        "January"
    ]
    short = value(frozen, "january_effect_last_five_and_first_two", SMALL)
    assert short.parts["verdict"].value == "not told from chance"


def test_january_is_one_thing_in_both_tables() -> None:
    """Mean, interval and p of calendar January are those of January among the months."""
    january = value(market(), "january_effect", SMALL)
    months = value(market(), "months_told_from_chance", SMALL).tables["months"]
    row = dict(zip(months.units, months.rows[0], strict=True))
    assert row["mean"] == january.value
    for name in ("median", "mean_low", "mean_high", "share_low", "share_high", "p"):
        assert row[name] == january.parts[name].value


def test_months_are_those_of_a_plain_loop() -> None:
    """Means of twelve whole years; November and December 2009 are no whole year."""
    table = value(market(), "months_told_from_chance", SMALL).tables["months"]
    closes = market().closes
    for month, row in enumerate(table.rows, 1):
        gaps = []
        for year in range(2010, 2022):
            inside = INDEX[(INDEX.year == year) & (INDEX.month == month)]
            gaps.append(gap(closes, INDEX[inside[0] > INDEX][-1], inside[-1]))
        assert row[1] == 12
        assert row[2] == pytest.approx(np.mean(gaps))
        assert row[6] == sum(each > 0 for each in gaps)


def test_a_year_counts_once_it_is_over() -> None:
    """On 30 December 2021 that year is marked and left out, on the 31st it is counted."""
    before_end = value(market(), "january_effect", SMALL, "2021-12-30")
    at_end = value(market(), "january_effect", SMALL, "2021-12-31")
    assert before_end.parts["last_year"].value == 2020
    assert before_end.parts["this_year_is"].value == 2021
    assert before_end.tables["years"].rows[-1][2] == "running, not counted"
    assert at_end.parts["last_year"].value == 2021
    assert "this_year" not in at_end.parts


def test_the_running_window_goes_to_the_last_session() -> None:
    """On 7 January 2022 January stands at its difference so far, which is in no mean."""
    found = value(market(), "january_effect", SMALL, "2022-01-07")
    wanted = gap(market().closes, pd.Timestamp("2021-12-31"), pd.Timestamp("2022-01-07"))
    assert found.parts["this_year"].value == pytest.approx(wanted)
    assert found.parts["years"].value == 12


def test_a_missing_close_leaves_its_year_out() -> None:
    """A year without a month-end is named, and counted neither for January nor for another
    month."""
    closes = walks()
    closes[LARGE][INDEX == "2015-06-30"] = np.nan
    frozen = snapshot(INDEX, closes)
    for name in ("january_effect", "months_told_from_chance"):
        found = value(frozen, name, SMALL)
        assert found.warnings == ("left out, for want of a close: 2015",)
        assert found.parts["years"].value == 11
    years = value(frozen, "january_effect", SMALL).tables["years"].rows
    assert 2015 not in [row[0] for row in years]


def test_few_years_are_not_tested() -> None:
    """Nine whole years give no figure, ten do."""
    for end, enough in (("2018-12-31", False), ("2019-12-31", True)):
        kept = int((end >= INDEX).sum())
        frozen = snapshot(INDEX[:kept], {name: walk[:kept] for name, walk in walks().items()})
        for name in (*WINDOWS, "months_told_from_chance"):
            if enough:
                assert value(frozen, name, SMALL).parts["years"].value == FEWEST
            else:
                assert "9 whole calendar years" in reason(frozen, name, SMALL)


def test_subperiods_say_what_is_missing() -> None:
    """Before 1983 there is nothing: no years, no mean; the others have the years of the history."""
    rows = value(market(), "january_effect", SMALL).tables["subperiods"].rows
    assert [row[:2] for row in rows] == [("to 1982", 0), ("1983 to 1999", 0), ("2000 to 2021", 12)]
    assert set(rows[0][2:]) == {None}
    assert rows[2][4] == pytest.approx(value(market(), "january_effect", SMALL).value)


def test_holm_is_for_the_four_windows() -> None:
    """The smallest p is multiplied by four, none is smaller than before."""
    figures = [value(market(), name, SMALL) for name in WINDOWS]
    pairs = sorted((f.parts["p"].value, f.parts["p_holm"].value) for f in figures)
    assert pairs[0][1] == pytest.approx(min(1, 4 * pairs[0][0]))
    assert all(adjusted >= p for p, adjusted in pairs)


def test_januaries_on_real_prices() -> None:
    """Fifteen of 38 Januaries, with the mean that another way of counting gives; of four windows
    the one from mid-month to mid-month alone is told from chance, and no calendar month."""
    frozen = real_snapshot()
    found = value(frozen, "january_effect", SMALL, "2026-01-16")
    parts = {name: part.value for name, part in found.parts.items()}
    assert (parts["years"], parts["positive"], parts["first_year"]) == (38, 15, 1988)
    monthly = frozen.closes[[SMALL, LARGE]].loc[:"2026-01-16"].resample("ME").last().pct_change()
    gaps = 100 * (monthly[SMALL] - monthly[LARGE])
    januaries = gaps[(gaps.index.month == 1) & (gaps.index.year < 2026)]
    assert found.value == pytest.approx(januaries.mean())
    told = [
        name
        for name in WINDOWS
        if value(frozen, name, SMALL, "2026-01-16").parts["verdict"].value == "told from chance"
    ]
    assert told == ["january_effect_mid_december_to_mid_january"]
    assert value(frozen, "months_told_from_chance", SMALL, "2026-01-16").value == 0


@settings(max_examples=3)
@given(st.integers(0, 1000), st.integers(2800, 3060))
def test_the_future_changes_no_season(seed: int, keep: int) -> None:
    """Seen from a session, every figure is the same whether rubbish or nothing follows."""
    closes = walks(seed)
    rng = np.random.default_rng(seed)
    spoilt = {n: np.where(np.arange(len(w)) < keep, w, w * rng.random()) for n, w in closes.items()}
    cut = snapshot(INDEX[:keep], {name: walk[:keep] for name, walk in closes.items()})
    as_of = str(INDEX[keep - 1].date())
    clean = computed(cut, *NAMES).facts()
    seen_back = computed(snapshot(INDEX, spoilt), *NAMES, as_of=as_of).facts()
    for name in NAMES:
        assert clean.get(name, SMALL).figure == seen_back.get(name, SMALL).figure


def test_swapping_the_benchmarks_changes_every_sign() -> None:
    """Large minus small is minus small minus large, with the same p."""
    mirrored = snapshot(INDEX, {SMALL: walks()[LARGE], LARGE: walks()[SMALL]})
    for name in WINDOWS:
        one, other = value(market(), name, SMALL), value(mirrored, name, SMALL)
        assert other.value == pytest.approx(-one.value)
        assert other.parts["p"].value == one.parts["p"].value


# The range of the first ten sessions


def ranged() -> Snapshot:
    """Four years that open between 100 and 109 and end above, inside, below, and above again."""
    index = sessions("2017-12-29", "2022-01-07")
    closes = np.full(len(index), 100.0)
    lasts = {2018: 120.0, 2019: 105.0, 2020: 90.0, 2021: 110.0}
    for year, last in lasts.items():
        places = np.flatnonzero(index.year == year)
        closes[places[:10]] = np.arange(100.0, 110.0)
        closes[places[10:]] = 104.0
        if year in (2018, 2020):
            closes[places[20]] = 111.0
        if year == 2021:
            closes[places[20]] = 99.0
        closes[places[-1]] = last
    return snapshot(index, {SMALL: closes, LARGE: closes})


def test_the_range_of_the_first_ten_sessions_by_hand() -> None:
    """Two of four years ended above, one inside, one below; of the two that left above first one
    ended above, of the one that left below first none ended below."""
    for subject in (SMALL, LARGE):
        found = value(ranged(), "first_ten_range", subject)
        parts = {name: part.value for name, part in found.parts.items()}
        assert found.value == pytest.approx(2 / 4)
        assert (parts["ended_above"], parts["ended_inside"], parts["ended_below"]) == (2, 1, 1)
        assert (parts["left_above"], parts["left_and_ended_above"]) == (2, 1)
        assert (parts["left_below"], parts["left_and_ended_below"]) == (1, 0)
        rows = found.tables["years"].rows
        assert [row[1:3] for row in rows] == [(100.0, 109.0)] * 4
        assert [row[3] for row in rows] == ["above", None, "above", "below"]
        assert "this_year" not in parts


def test_chance_of_the_leader_rule_is_that_of_a_draw() -> None:
    """With eighteen of 38 years led, 29 higher and fourteen both, fourteen or more have a chance of
    57% by the hypergeometric distribution."""
    found = value(real_snapshot(), "first_ten_sessions", SMALL, "2026-01-16")
    chance = found.parts["by_chance"].value
    total = comb(38, 18)
    assert chance == pytest.approx(
        sum(comb(29, k) * comb(9, 18 - k) for k in range(14, 19)) / total
    )


# Losers of the year before


def losers(closes: dict[str, list[float]], **changes: object):
    """The figure of five members or more with closes on these four sessions."""
    days = pd.DatetimeIndex(["2023-12-29", "2024-12-31", "2025-01-31", "2025-02-03"]).as_unit("us")
    made = members(closes, sessions=days, **changes)
    found = losers_in_january({SMALL: made}, pd.Timestamp("2025-02-03"), universe())
    return found[SMALL]


FIVE = {
    "A": [100, 50, 60, 1],
    "B": [100, 90, 90, 1],
    "C": [100, 110, 110, 1],
    "D": [100, 120, 126, 1],
    "E": [100, 130, 130, 1],
}


def test_losers_in_january_by_hand() -> None:
    """The fifth that fell most rose 20% in January, the other four 1.25% on average."""
    found = losers(FIVE)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(100 * (0.20 - 0.05 / 4))
    assert found.base == date(2024, 12, 31)
    assert (found.parts["losers_count"].value, found.parts["others_count"].value) == (1, 4)
    assert found.parts["to"].value == date(2025, 1, 31)
    assert found.parts["state"].value == "complete"
    assert found.parts["years"].value == 1


def test_a_member_that_left_keeps_its_last_close() -> None:
    """Without a close in January its return is nothing, and it is still a member."""
    found = losers({**FIVE, "A": [100, 50, np.nan, np.nan]})
    assert isinstance(found, Value)
    assert found.parts["losers"].value == 0.0


def test_losers_need_a_list_and_closes() -> None:
    """No list on the year's last session, or closes of too few members: withheld and why."""
    without = losers(FIVE, lists=[date(2023, 12, 29), None, None, None])
    assert isinstance(without, Withheld) and "no list of the members" in without.reason
    few = losers({**FIVE, "A": [np.nan, 50, 60, 1]})
    assert isinstance(few, Withheld) and "4 of 5 members" in few.reason


def test_a_second_share_class_and_a_stranger_do_not_count() -> None:
    """Who is not on the list of the year's last session, or is not counted there, is left out."""
    counted = np.array([[True, True, True, True, True, False, False]])
    closes = {**FIVE, "A2": [100, 10, 100, 1], "X": [100, 10, 100, 1]}
    listed = np.array([[True] * 6 + [False]])
    found = losers(closes, counted=counted, listed=listed)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(100 * (0.20 - 0.05 / 4))


def test_no_january_no_figure() -> None:
    """Prices that begin within the year before tell nothing."""
    days = sessions("2024-06-03", "2025-02-03")
    made = members(np.full((len(days), 5), 100.0), sessions=days)
    found = losers_in_january({SMALL: made}, days[-1], universe())[SMALL]
    assert isinstance(found, Withheld)
