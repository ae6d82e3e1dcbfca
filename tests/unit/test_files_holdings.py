"""Holdings files of a folder: which fund and day each is of, and what happens where they clash."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from support_files import bring, everything, fetched, folder_of, outcome
from support_ishares import CASH, LINES, Layout, Line, holdings, no_holdings

SP_500 = "iShares Core S&P 500 ETF"
OTHER = (replace(LINES[0], weight="60.00"), *LINES[1:])
FEWER = tuple(line for line in LINES if line.ticker != "NA")


@pytest.mark.parametrize("layout", ["old", "new"])
def test_both_layouts_give_the_same_list(tmp_path: Path, layout: Layout) -> None:
    """Fund and day are those named inside, whatever the file is called; `NA` is a ticker."""
    found = bring(tmp_path, {"holdings/whatever.csv": holdings(layout=layout)})
    rows = found.tables["holdings"]
    assert set(rows["fund"]) == {"IWM"}
    assert set(rows["day"]) == {pd.Timestamp("2026-01-16")}
    assert rows["symbol"].tolist() == ["AAA", "MOG-A", "NA", "", "", "", "", "YY-B"]
    assert rows["weight"].tolist()[:3] == [0.6025, 0.30, 0.10]
    assert "holdings" not in found.missing
    assert outcome(found, "holdings_weight")[:2] == ("passed", 1)


def test_files_beside_are_found_by_the_word_in_their_name(tmp_path: Path) -> None:
    """As the browser saves them: IWM_holdings.csv; several funds and days are several lists."""
    files = {
        "IWM_holdings.csv": holdings(),
        "holdings_older.csv": holdings(day="Dec 31, 2025"),
        "Holdings/IVV_holdings (1).csv": holdings(fund=SP_500, layout="new"),
    }
    rows = bring(tmp_path, files).tables["holdings"]
    assert [(fund, str(day.date())) for fund, day in rows.groupby(["fund", "day"]).groups] == [
        ("IVV", "2026-01-16"),
        ("IWM", "2025-12-31"),
        ("IWM", "2026-01-16"),
    ]


def test_a_folder_without_holdings_says_so(tmp_path: Path) -> None:
    """Nothing else is said, and no table is brought."""
    found = bring(tmp_path, {})
    assert "holdings" not in found.tables
    assert found.missing["holdings"] == "the folder has no holdings file up to 2026-01-16"


def test_a_file_of_a_fund_that_is_not_known_is_left_out(tmp_path: Path) -> None:
    """The fault names the file and the fund, and the check of identity counts it."""
    found = bring(tmp_path, {"holdings/x.csv": holdings(fund="A Fund of Somebody")})
    reason = "it names 'A Fund of Somebody', which is no fund in content/live.yml"
    assert found.table_faults["holdings"] == {"holdings/x.csv": reason}
    assert outcome(found, "fund_identity") == ("left out", 1, (f"holdings/x.csv: {reason}",))


def test_a_list_whose_weights_do_not_add_up_is_left_out(tmp_path: Path) -> None:
    """A file that lost rows in its middle has less than all of its weight."""
    found = bring(tmp_path, {"holdings/x.csv": holdings(FEWER)})
    reason = "its weights of 2026-01-16, cash included, sum to 90.0%"
    assert found.table_faults["holdings"] == {"holdings/x.csv": reason}
    assert outcome(found, "holdings_weight")[0] == "left out"


def test_a_file_twice_is_noted_and_used_once(tmp_path: Path) -> None:
    """The same list under two names, even in two layouts, is one list."""
    found = bring(
        tmp_path,
        {"holdings/a.csv": holdings(), "holdings/b.csv": holdings(layout="new")},
    )
    assert len(found.tables["holdings"]) == 8
    assert found.sources["holdings"].endswith("holdings/b.csv says the same as holdings/a.csv")


def test_two_lists_of_one_fund_and_day_that_differ_are_both_left_out(tmp_path: Path) -> None:
    """Neither is believed; a list of another day is used all the same."""
    files = {"a.csv": holdings(), "b.csv": holdings(OTHER), "c.csv": holdings(day="Jan 15, 2026")}
    found = bring(tmp_path, {f"holdings/{name}": content for name, content in files.items()})
    faults = found.table_faults["holdings"]
    reason = "it has other holdings of IWM on 2026-01-16 than holdings/b.csv"
    assert faults["holdings/a.csv"] == reason
    assert "holdings/b.csv" in faults and "holdings/c.csv" not in faults
    assert set(found.tables["holdings"]["day"]) == {pd.Timestamp("2026-01-15")}


def test_funds_that_are_followed_and_have_no_list_are_named(tmp_path: Path) -> None:
    """Where there are lists at all, it is said of which fund there is none."""
    found = bring(tmp_path, {"holdings/x.csv": holdings()})
    assert found.table_faults["holdings"] == {
        "IVV": "the folder has no holdings file of it up to 2026-01-16"
    }


HOSTILE = {
    "HTML": (b"<!DOCTYPE html><html></html>", "HTML"),
    "empty": (b"", "empty"),
    "cut off": (holdings(footer=False)[:-40], "breaks off"),
    "without a day": (holdings().replace(b"Fund Holdings as of", b"Holdings"), "of which day"),
    "of no day": (no_holdings(), "no holdings of its day"),
    "a word for a number": (
        holdings([Line("AAA", weight="many"), CASH]),
        "line 8 has 'many' under 'Weight (%)', which is no number",
    ),
    "prices": (b"Date,Close\n2026-01-16,1\n", "of which day"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_left_out_by_name(tmp_path: Path, case: str) -> None:
    """The fault says what it is; another file beside it is read."""
    content, words = HOSTILE[case]
    found = bring(tmp_path, {"holdings/bad.csv": content, "holdings/good.csv": holdings()})
    assert words in found.table_faults["holdings"]["holdings/bad.csv"]
    assert len(found.tables["holdings"]) == 8


def test_later_lists_change_nothing(tmp_path: Path) -> None:
    """Not even later ones that clash, are of unknown funds, or do not add up."""
    folder_of(tmp_path, {"holdings/now.csv": holdings()})
    before = everything(fetched(tmp_path))
    later = {
        "holdings/1.csv": holdings(day="Jan 20, 2026"),
        "holdings/2.csv": holdings(OTHER, day="Jan 20, 2026"),
        "holdings/3.csv": holdings(fund="Another Fund", day="Jan 20, 2026"),
        "holdings/4.csv": holdings(FEWER, day="Jan 21, 2026"),
    }
    assert everything(bring(tmp_path, later)) == before
    assert everything(fetched(tmp_path, date(2026, 1, 20))) != before


def test_lists_too_old_for_the_prices_of_members_are_passed_over(tmp_path: Path) -> None:
    """A list of four years before is in force on none of the sessions with prices."""
    found = bring(tmp_path, {"holdings/a.csv": holdings(day="Jan 14, 2022")})
    assert "holdings" in found.missing
