"""Sectors of the members: weights, returns, contributions, breadth, and what is in none of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import last_sessions, sessions
from support_inside import SECTORS, number, reason, results, value
from support_members import members, random_members

from generator.facts import Value, Withheld
from generator.metrics._panel import Members

DAYS = sessions("2025-12-31", "2026-01-06")
FIVE = {
    "A": [100.0, 110.0, 110.0, 121.0],
    "B": [50.0, 50.0, 45.0, 45.0],
    "C": [20.0, 20.0, 20.0, 22.0],
    "D": [20.0, 25.0, 25.0, 25.0],
    "E": [10.0, 5.0, 5.0, 10.0],
}
NAMED = ("Energy", "Energy", "Health Care", "Health Care", "Financials")


def five(sectors: Sequence[str] = NAMED, **given: object) -> Members:
    """Energy: A, B; health care: C, D; financials: E; worth 150, 40 and 10 at the year's base."""
    return members(FIVE, sessions=DAYS, sectors=sectors, **given)  # type: ignore[arg-type]


def test_sector_returns_worked_by_hand() -> None:
    """Energy grew from 150 to 166, health care from 40 to 47, financials from 10 to 10."""
    energy = value(five(), "sector_return_ytd", "energy")
    assert energy.value == pytest.approx(16 / 150)
    assert energy.parts["weight"].value == pytest.approx(0.75)
    assert energy.parts["members"].value == 2
    assert number(five(), "sector_return_ytd", "health_care") == pytest.approx(7 / 40)
    assert number(five(), "sector_return_ytd", "financials") == pytest.approx(0.0)
    assert number(five(), "sector_return_1w", "energy") == pytest.approx(166 / 160 - 1)


def test_sector_weights_worked_by_hand() -> None:
    """Energy is 166 of 223, three quarters at the year's base."""
    found = value(five(), "sector_weight", "energy")
    assert found.value == pytest.approx(166 / 223)
    assert found.parts["change_ytd"].value == pytest.approx(100 * (166 / 223 - 0.75))
    assert found.parts["members"].value == 2
    assert number(five(), "sector_weight", "financials") == pytest.approx(10 / 223)


def test_sector_contributions_add_up_to_the_members_return() -> None:
    """Financials lose on the first session and gain on the last: the sum is 11.5 points."""
    of = [number(five(), "sector_contribution_ytd", s) for s in ("energy", "health_care")]
    financials = number(five(), "sector_contribution_ytd", "financials")
    scale = 11.5 / math.log(1.115)
    assert financials == pytest.approx(scale * (-math.log(1.05) / 2 + math.log(223 / 205) * 5 / 18))
    assert sum(of) + financials == pytest.approx(11.5)


def test_index_without_a_sector_worked_by_hand() -> None:
    """Without energy, 50 grew to 57."""
    found = value(five(), "return_without_sector_ytd", "energy")
    assert found.value == pytest.approx(7 / 50)
    assert found.parts["all_members"].value == pytest.approx(0.115)
    assert found.parts["difference"].value == pytest.approx(2.5)
    assert found.parts["weight_left_out"].value == pytest.approx(0.75)


def test_a_sector_without_members_is_withheld_and_named() -> None:
    """There is no utility on the list: nothing of it is zero."""
    told = "no member is of Utilities on the list in force on"
    for name in ("sector_return_ytd", "return_without_sector_ytd"):
        assert reason(five(), name, "utilities") == f"{told} 2025-12-31"
    for name in ("sector_weight", "sector_members"):
        assert reason(five(), name, "utilities") == f"{told} 2026-01-06"
    assert reason(five(), "sector_contribution_ytd", "utilities").startswith("no member is of Util")


def test_a_sector_nobody_follows_is_in_no_figure_and_in_a_warning() -> None:
    """Of a line called Other the weights, counts and returns of sectors hold nothing."""
    panel = five(("Energy", "Other", "Health Care", "", "Financials"))
    assert number(panel, "sector_return_ytd", "energy") == pytest.approx(0.21)
    weight = value(panel, "sector_weight", "energy")
    assert weight.value == pytest.approx(121 / 223)
    told = "2 lines are of no sector followed (Other, none) and left out: 31.39% of all"
    assert weight.warnings == (told,)
    assert value(panel, "sector_members", "energy").warnings == (told,)
    assert value(five(), "sector_weight", "energy").warnings == ()


def test_sectors_of_other_schemes_are_not_taken_for_those_of_gics() -> None:
    """ICB calls them Technology and Basic Materials: neither is information technology."""
    panel = five(("Technology", "Basic Materials", "Health Care", "Health Care", "Financials"))
    assert "no member is of Information Technology" in reason(
        panel, "sector_return_ytd", "information_technology"
    )
    assert "no member is of Materials" in reason(panel, "sector_return_ytd", "materials")


def test_a_sector_with_too_few_closes_is_withheld_while_others_go_on() -> None:
    """On one session no energy company has a close: the week of energy is not known."""
    closes = {**FIVE, "A": [100.0, math.nan, 110, 121], "B": [50.0, math.nan, 45, 45]}
    many = {f"X{n}": [30.0, 30, 30, 30] for n in range(30)}
    panel = members({**closes, **many}, sessions=DAYS, sectors=(*NAMED, *["Materials"] * 30))
    assert "0.0% of its members" in reason(panel, "sector_return_1w", "energy")
    assert number(panel, "sector_return_1w", "health_care") == pytest.approx(2 / 45)
    assert number(panel, "sector_return_ytd", "energy") == pytest.approx(16 / 150)


def test_members_of_a_sector_are_counted_as_companies() -> None:
    """Two share classes are one company."""
    panel = five(counted=[1, 0, 1, 1, 1])
    assert value(panel, "sector_members", "energy").value == 1
    assert value(panel, "sector_members", "health_care").value == 2


def test_small_minus_large_is_of_the_same_sector() -> None:
    """Energy returned 16/150 among the small and 10% among the large: 0.67 points apart."""
    large = replace(
        members({"X": [10.0, 10, 10, 11]}, sessions=DAYS, sectors=["Energy"]),
        subject="sp_500",
        fund="IVV",
    )
    both = {"russell_2000": five(), "sp_500": large}
    names = ("sector_spread_ytd", "large_sector_return_ytd", "large_sector_weight")
    found = results(*names, as_of="2026-01-06", members=both)
    spread = found["sector_spread_ytd"]["energy"]
    assert spread.value == pytest.approx(100 * (16 / 150 - 0.1))
    assert spread.inputs == ("IWM", "IVV")
    assert found["large_sector_return_ytd"]["energy"].value == pytest.approx(0.1)
    assert found["large_sector_weight"]["energy"].value == 1.0
    assert found["sector_spread_ytd"]["health_care"] == Withheld(
        "the large-cap sector: no member is of Health Care on the list in force on 2025-12-31"
    )


def test_a_sector_of_the_base_is_that_of_the_base() -> None:
    """LOSER left the list since: the sector's year still has it."""
    panel = members(
        {"KEPT": [10.0, 10, 10, 11], "LOSER": [10.0, 5, 2, 2], "NEW": [1.0, 9, 9, 9]},
        sessions=DAYS,
        listed=[[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]],
        weights=[1.0, 1.0, 1.0],
        sectors=["Energy"] * 3,
    )
    assert number(panel, "sector_return_ytd", "energy") == pytest.approx(-0.35)


@given(st.integers(0, 10_000))
def test_sectors_together_are_the_index(seed: int) -> None:
    """Contributions of all sectors add up to the whole within 1e-9, weights to one, members to the
    list's; returns by weight to that of the index."""
    rng = np.random.default_rng(seed)
    panel = random_members(rng, last_sessions(14, "2026-01-16"), 80, turnover=0.05, every=4)
    panel = replace(panel, sectors=tuple(SECTORS[n % 11] for n in range(80)))
    names = (
        *("sector_contribution_ytd", "sector_weight", "sector_members", "sector_return_ytd"),
        *("member_contributions", "cap_weight_return_ytd"),
    )
    found = results(*names, as_of="2026-01-16", members={"russell_2000": panel})
    by_sector = {name: [one.value for one in found[name].values()] for name in names[:3]}
    total = found["member_contributions"]["ytd"]["russell_2000"].total
    assert math.fsum(by_sector["sector_contribution_ytd"]) == pytest.approx(100 * total, abs=1e-9)
    assert math.fsum(by_sector["sector_weight"]) == pytest.approx(1.0)
    assert sum(by_sector["sector_members"]) == panel.counted[-1].sum()
    weighed = [one.value * one.parts["weight"].value for one in found["sector_return_ytd"].values()]
    whole = found["cap_weight_return_ytd"]["russell_2000"].value
    assert math.fsum(weighed) == pytest.approx(whole, abs=1e-9)


def test_breadth_of_a_sector_is_a_plain_count() -> None:
    """By sector: last close above the mean of 200, of the companies that have all 200."""
    rng = np.random.default_rng(11)
    panel = random_members(rng, 260, 110, late=0.02, second_classes=0.05)
    panel = replace(panel, sectors=tuple(SECTORS[n % 11] for n in range(110)))
    found = results(
        "sector_share_above_sma_200", as_of="2026-01-16", members={"russell_2000": panel}
    )["sector_share_above_sma_200"]
    told = 0
    for written, one in zip(SECTORS, found.values(), strict=True):
        if isinstance(one, Withheld):
            assert "90.0% are needed" in one.reason
            continue
        above = []
        for line in np.flatnonzero(panel.counted[-1]):
            window = panel.closes[-200:, line]
            if panel.sectors[line] == written and not np.isnan(window).any():
                above.append(bool(window[-1] > window.mean()))
        assert one.value == pytest.approx(sum(above) / len(above))
        assert one.parts["members"].value == len(above)
        told += 1
    assert told > 5


def test_breadth_of_a_sector_needs_200_closes() -> None:
    """With four sessions of prices no average of 200 is made up."""
    told = reason(five(), "sector_share_above_sma_200", "energy")
    assert told.startswith("closes are known of 0.0% of its members")


def test_sector_heat_map_has_every_horizon() -> None:
    """With a year of lists all five horizons are said, small and large."""
    rng = np.random.default_rng(2)
    panel = random_members(rng, 300, 44)
    panel = replace(panel, sectors=tuple(SECTORS[n % 11] for n in range(44)))
    large = replace(panel, subject="sp_500", fund="IVV")
    names = [
        f"{size}sector_return_{h}"
        for size in ("", "large_")
        for h in ("1w", "1m", "3m", "ytd", "1y")
    ]
    both = {"russell_2000": panel, "sp_500": large}
    found = results(*names, as_of="2026-01-16", members=both)
    for name in names:
        assert [*found[name]] and all(isinstance(one, Value) for one in found[name].values())
