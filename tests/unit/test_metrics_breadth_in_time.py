"""Breadth from frozen lists and prices: splits, lists of the past, nothing of the future."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from support import REPOSITORY, computed, last_sessions, value
from support_members import figures, frozen

from generator.facts import Value
from generator.metrics._panel import Prices, members_by_presence
from generator.snapshot import Snapshot

SMALL = "russell_2000"
INDEX = last_sessions(60, "2026-01-16")
FIRST, LAST = str(INDEX[0].date()), str(INDEX[-1].date())
BREADTH = (
    *("share_above_sma_50", "advances", "declines", "advance_decline_line"),
    *("share_up_1w", "share_up_ytd", "share_beating_index_1w", "coverage_members"),
    *("coverage_weight", "breadth_thrust"),
)
PANEL = REPOSITORY.parent / "shared" / "data" / "panel" / "adjusted_closes_wide.parquet"
Lists = Mapping[str, Mapping[str, float]]


def random_closes(seed: int, symbols: Sequence[str]) -> dict[str, np.ndarray]:
    moves = np.random.default_rng(seed).normal(0, 0.03, (len(INDEX), len(symbols)))
    levels = np.round(40 * np.exp(moves.cumsum(axis=0)), 2)
    return dict(zip(symbols, levels.T, strict=True))


def all_figures(snapshot: Snapshot, as_of: str | None = None) -> dict[str, object]:
    facts = computed(snapshot, *BREADTH, as_of=as_of).facts()
    return {name: facts.get(name, SMALL).figure for name in BREADTH}


def test_a_split_is_neither_a_decline_nor_a_new_low() -> None:
    """Closes that halve for a recorded 2:1 split are unchanged; without the record they fell."""
    halves = np.full(60, 30.0)
    halves[-1] = 15.0
    lists = {FIRST: {"SPLIT": 1.0, "OTHER": 1.0}}
    closes = {"SPLIT": halves, "OTHER": np.full(60, 7.0)}
    told = frozen(INDEX, closes, lists, splits={"SPLIT": {LAST: 2.0}})
    assert value(told, "declines", SMALL).value == 0
    assert value(told, "declines", SMALL).parts["unchanged"].value == 2
    assert value(told, "share_above_sma_50", SMALL).value == 0.0
    assert value(frozen(INDEX, closes, lists), "declines", SMALL).value == 1


def test_a_reverse_split_on_the_base_of_the_year_is_no_rise() -> None:
    """Ten old shares for one on the first session of the year: up on the year is nobody."""
    index = last_sessions(12, "2026-01-16")
    consolidated = np.where(index >= "2026-01-02", 11.0, 1.1)
    closes, lists = {"TEN": consolidated}, {"2025-12-31": {"TEN": 1.0}}
    told = frozen(index, closes, lists, splits={"TEN": {"2026-01-02": 0.1}})
    assert value(told, "share_up_ytd", SMALL).value == 0.0
    assert value(frozen(index, closes, lists), "share_up_ytd", SMALL).value == 1.0


def test_members_of_today_are_not_those_of_the_past() -> None:
    """The survivors rose all the time, those that left fell: the line has the ones that left.

    With today's list on the past the line would have risen on each of its sessions.
    """
    rises, falls = np.linspace(10, 20, 60), np.linspace(20, 10, 60)
    closes = {"WON1": rises, "WON2": rises, "LOST1": falls, "LOST2": falls}
    lists = {
        FIRST: {"LOST1": 1.0, "LOST2": 1.0},
        str(INDEX[50].date()): {"WON1": 1.0, "WON2": 1.0},
    }
    line = value(frozen(INDEX, closes, lists), "advance_decline_line", SMALL)
    assert line.value == -2 * 49 + 2 * 10
    assert line.parts["history_start"].value == INDEX[1].date()


def test_the_history_starts_with_the_first_list() -> None:
    """Sessions before any list have no members, whatever closes there are."""
    closes = random_closes(1, "ABC")
    start = INDEX[40].date()
    snapshot = frozen(INDEX, closes, {str(start): dict.fromkeys("ABC", 1.0)})
    assert value(snapshot, "advance_decline_line", SMALL).parts["history_start"].value == start
    assert value(snapshot, "coverage_members", SMALL).parts["list_day"].value == start
    early = computed(snapshot, "advances", as_of=str(INDEX[39].date())).fact("advances", SMALL)
    assert early.withheld


def test_a_list_of_tomorrow_is_not_known_today() -> None:
    """As of the fifteenth, a list of the sixteenth changes nothing."""
    closes, day = random_closes(2, "ABCD"), str(INDEX[-2].date())
    first: Lists = {FIRST: dict.fromkeys("AB", 1.0)}
    both = frozen(INDEX, closes, {**first, LAST: dict.fromkeys("CD", 1.0)})
    assert all_figures(both, day) == all_figures(frozen(INDEX, closes, first), day)
    assert value(both, "coverage_members", SMALL).parts["list_day"].value == INDEX[-1].date()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_after_the_day_changes_a_figure_of_members(seed: int) -> None:
    """Rubbish in closes, splits and lists after a session is as good as nothing there."""
    symbols, rng = "ABCDEFGHIJ", np.random.default_rng(seed)
    closes, lists = random_closes(seed, symbols), {FIRST: dict.fromkeys(symbols, 2.0)}
    day, later = str(INDEX[55].date()), np.arange(60) > 55
    wild = {
        symbol: np.where(
            later, np.where(rng.random(60) < 0.3, math.nan, rng.lognormal(3, 2, 60)), c
        )
        for symbol, c in closes.items()
    }
    splits = {symbol: {str(INDEX[57].date()): 7.0} for symbol in "ACE"}
    poisoned = {**lists, str(INDEX[56].date()): {"A": 9.0}, LAST: {"Z": 1.0}}
    clean = all_figures(frozen(INDEX, closes, lists), day)
    assert all_figures(frozen(INDEX, wild, poisoned, splits=splits), day) == clean
    assert all(isinstance(figure, Value) for figure in clean.values())


def test_two_classes_of_a_company_are_one_member() -> None:
    """Both classes rise; the company is one advance among two members."""
    rises, flat = np.linspace(10, 20, 60), np.full(60, 10.0)
    closes = {"MOG-A": rises, "MOG-B": rises, "OTHER": flat}
    names = {"MOG-A": "MOOG INC CLASS A", "MOG-B": "MOOG INC CLASS B"}
    lists = {FIRST: {"MOG-A": 9.0, "MOG-B": 1.0, "OTHER": 5.0}}
    found = value(frozen(INDEX, closes, lists, names=names), "advances", SMALL)
    assert (found.value, found.parts["members"].value) == (1, 2)
    assert found.parts["coverage_weight"].value == 1.0


def test_a_figure_of_members_names_the_fund_and_the_index() -> None:
    """Its lineage has the index and the fund whose holdings name the members."""
    snapshot = frozen(INDEX, random_closes(3, "AB"), {FIRST: {"A": 1.0, "B": 1.0}})
    assert computed(snapshot, "advances").fact("advances", SMALL).lineage.symbols == ("^RUT", "IWM")


def test_real_members() -> None:
    """2,089 small caps as pandas counts them, and near what was counted of them elsewhere."""
    if not PANEL.is_file():
        pytest.skip(f"no panel of members at {PANEL}")
    whole = pd.read_parquet(PANEL)
    for day, above, moved in (("2025-12-12", 0.653, None), ("2026-01-16", 0.672, (755, 1279))):
        wide = whole.loc[:day].iloc[-200:].astype("float64")
        panel = members_by_presence(SMALL, "IWM", Prices(wide.index, tuple(wide), wide.to_numpy()))
        share, rose, fell = (
            figures(name, panel)[SMALL] for name in ("share_above_sma_200", "advances", "declines")
        )
        last, means, moves = wide.iloc[-1], wide.mean(), wide.iloc[-1] - wide.iloc[-2]
        known = wide.notna().all()
        assert share.value == (last[known] > means[known]).mean()
        assert (rose.value, fell.value) == ((moves > 0).sum(), (moves < 0).sum())
        assert share.value == pytest.approx(above, abs=0.001)
        if moved is not None:
            assert (rose.value, fell.value) == pytest.approx(moved, abs=2)
