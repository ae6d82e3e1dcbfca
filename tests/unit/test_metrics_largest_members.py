"""The list of the largest members: worked by hand, what it leaves out, what it cannot see."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support import last_sessions, sessions
from support_inside import RAW, reason, results, value
from support_members import members, random_members

from generator.facts import Withheld
from generator.metrics._panel import Members
from generator.metrics.largest_members import SHOWN, member_rows

NAN = math.nan
DAYS = sessions("2025-12-31", "2026-01-06")
"""31 December, the base of the year; 2 January, that of the week; 5 and 6 January."""


def four(**given: object) -> Members:
    """One share each of four lines, worth 20, 45, 10 and nothing known on the last session."""
    closes = {
        "AAA": [10.0, 20.0, 20.0, 20.0],
        "BBB": [50.0, 50.0, 40.0, 45.0],
        "CCC": [NAN, 10.0, 10.0, 10.0],
        "DDD": [25.0, 25.0, 25.0, NAN],
    }
    return members(closes, sessions=DAYS, **given)  # type: ignore[arg-type]


def rows(panel: Members, **given: object) -> pd.DataFrame:
    """The rows of all members, by symbol."""
    day = str(panel.sessions[-1].date())
    found = results("member_rows", as_of=day, members={panel.subject: panel}, **given)
    return found["member_rows"][panel.subject].set_index("symbol")


def test_four_lines_worked_by_hand() -> None:
    """Weights 45, 25 (the last known close), 20 and 10 of 100; returns need both closes."""
    found = value(four(), "largest_members")
    assert found.value == pytest.approx(1.0)
    assert found.parts["members"].value == found.parts["listed"].value == 4
    table = found.tables["members"]
    named = [dict(zip(table.units, row, strict=True)) for row in table.rows]
    assert [row["name"] for row in named] == [f"Company {s}" for s in ("BBB", "DDD", "AAA", "CCC")]
    assert [row["weight"] for row in named] == pytest.approx([0.45, 0.25, 0.20, 0.10])
    week = {row["name"][-3:]: row["return_1w"] for row in named}
    assert week == pytest.approx({"BBB": -0.1, "DDD": None, "AAA": 0.0, "CCC": 0.0})
    year = {row["name"][-3:]: row["return_ytd"] for row in named}
    assert year == pytest.approx({"BBB": -0.1, "DDD": None, "AAA": 1.0, "CCC": None})
    assert {row["average_200"] for row in named} == {None}
    found_rows = rows(four())
    assert found_rows.index.tolist() == ["BBB", "DDD", "AAA", "CCC"]


def test_contributions_are_those_of_the_index() -> None:
    """In percentage points, they add up to what the members together returned."""
    panel = random_members(np.random.default_rng(7), 60, 30)
    day = str(panel.sessions[-1].date())
    found = results("member_contributions", as_of=day, members={panel.subject: panel})
    total = found["member_contributions"]["ytd"][panel.subject].total
    assert rows(panel)["contribution_ytd"].sum() == pytest.approx(100 * total, abs=1e-9)


def test_the_average_needs_two_hundred_closes() -> None:
    """Above, below, at it, and with one of them missing."""
    index = last_sessions(201, "2026-01-16")
    flat = np.full(201, 10.0)
    closes = {"UP": flat.copy(), "DOWN": flat.copy(), "AT": flat.copy(), "GAP": flat.copy()}
    closes["UP"][-1], closes["DOWN"][-1], closes["GAP"][1] = 11.0, 9.0, NAN
    found = rows(members(closes, sessions=index))["average_200"]
    assert found.dropna().to_dict() == {"UP": "above", "DOWN": "below", "AT": "below"}
    assert found.index.tolist().count("GAP") == 1


def test_only_the_heaviest_hundred_are_listed() -> None:
    """The value is their weight, the rest is in the rows that the picture draws."""
    panel = random_members(np.random.default_rng(1), 30, 250)
    found = value(panel, "largest_members")
    weights = np.sort(panel.weights[-1])[::-1]
    assert found.value == pytest.approx(weights[:SHOWN].sum())
    assert len(found.tables["members"].rows) == SHOWN and len(rows(panel)) == 250


def test_a_line_that_is_not_on_the_list_is_not_there() -> None:
    """The list in force on the last session decides, not the closes."""
    listed = np.ones((4, 4), dtype=bool)
    listed[-1, 1] = False
    assert "BBB" not in rows(four(listed=listed)).index
    assert "BBB" in rows(four()).index


@pytest.mark.parametrize("table", sorted(RAW))
def test_names_with_weights_need_rows_that_may_be_published(table: str) -> None:
    """Whichever of the two tables is not free, the reason is its licence."""
    told = reason(four(), "largest_members", publishes={**RAW, table: "derived"})
    assert told == "the licences of its inputs allow no list of members with weights and returns"


def test_without_weights_or_a_list_it_is_withheld() -> None:
    """A file of prices alone has no weights; a list that is too old is none."""
    assert "weights" in reason(four(weighted=False), "largest_members")
    old = replace(four(), lists=(None,) * 4)
    assert "no list of the members is in force on 2026-01-06" in reason(old, "largest_members")


def test_nothing_after_the_day_is_seen() -> None:
    """Closes, lists and weights of later sessions change no row of an earlier day."""
    panel = random_members(np.random.default_rng(4), 230, 12)
    bases = {"1w": panel.sessions[215], "ytd": panel.sessions[205]}
    as_of = panel.sessions[219]
    poisoned = replace(
        panel,
        closes=np.where(np.arange(230)[:, None] > 219, 1e6, panel.closes),
        listed=np.where(np.arange(230)[:, None] > 219, False, panel.listed),
        weights=np.where(np.arange(230)[:, None] > 219, 0.9, panel.weights),
    )
    reason_ = {"ytd": {panel.subject: Withheld("not looked at")}}
    seen = [
        member_rows({panel.subject: one}, reason_, bases, RAW, as_of)[panel.subject]
        for one in (panel, poisoned)
    ]
    pd.testing.assert_frame_equal(*seen)
    assert len(seen[0]) == 12 and seen[0]["average_200"].notna().all()
