"""Net asset values of funds, and futures on federal funds, in a folder."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from support_files import bring, everything, fetched, folder_of, outcome
from support_ishares import FUND, workbook

from generator.snapshot import Fetched

HEAD = "date,NAV per Share,Ex-Dividends,Shares Outstanding\n"
ROWS = (
    "2026-01-14,263.10,,290000000\n2026-01-15,265.40,0.5,290500000\n2026-01-16,265.72,,291350000\n"
)
WANTED = [
    ["IWM", "2026-01-14", 263.10, 0.0, 290e6],
    ["IWM", "2026-01-15", 265.40, 0.5, 290.5e6],
    ["IWM", "2026-01-16", 265.72, 0.0, 291.35e6],
]
SHAPES = {
    "beside": {"IWM_nav_shares_2000_2026.csv": HEAD + ROWS},
    "in its folder": {"fund_history/iwm.csv": HEAD + ROWS},
    "US dates and thousands": {
        "fund_history/IWM-history.csv": 'As Of;NAV;Distribution;Shares\n"Jan 16, 2026";265.72;--;'
        '291,350,000\n"Jan 15, 2026";265.40;0.50;290,500,000\n"Jan 14, 2026";263.10;--;'
        "290,000,000\n"
    },
    "workbook": {
        "fund_history/IWM_fund.xls": workbook(
            [
                ("Jan 16, 2026", "265.72", "--", "291,350,000"),
                ("Jan 15, 2026", "265.40", "0.50", "290,500,000"),
                ("Jan 14, 2026", "263.10", "--", "290,000,000"),
            ]
        )
    },
}


def history(found: Fetched) -> list[list[object]]:
    rows = found.tables["fund_history"]
    return rows.assign(day=rows["day"].dt.strftime("%Y-%m-%d")).to_numpy().tolist()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_history(tmp_path: Path, shape: str) -> None:
    """The fund is the first word of the file's name; a blank distribution is none."""
    assert history(bring(tmp_path, SHAPES[shape])) == WANTED


def test_what_is_not_known_stays_unknown(tmp_path: Path) -> None:
    """A file without distributions says nothing of them; a blank count of shares is no count."""
    found = bring(tmp_path, {"fund_history/IWM.csv": "date,nav,shares\n2026-01-16,265.72,\n"})
    ((*_, distribution, shares),) = history(found)
    assert math.isnan(distribution) and math.isnan(shares)


def test_days_without_a_session_are_passed_over(tmp_path: Path) -> None:
    """A fund values itself at the end of a month that ends on a Saturday, too."""
    rows = "2026-01-10,1,,1\n" + ROWS
    assert history(bring(tmp_path, {"fund_history/IWM.csv": HEAD + rows})) == WANTED


def test_a_fund_far_from_its_net_asset_value_is_noted(tmp_path: Path) -> None:
    """Its closes and its history are from two sources that know nothing of each other."""
    files = {"fund_history/IWM.csv": HEAD + ROWS, "IWM.csv": "Date,Close\n2026-01-16,250\n"}
    verdict, examined, found = outcome(bring(tmp_path, files), "net_asset_value")
    assert (verdict, examined) == ("noted", 1)
    assert "its close of $250.00 and net asset value of $265.72 differ" in found[0]


FAULTS = {
    "unknown fund": (
        {"fund_history/XYZ_nav.csv": HEAD + ROWS},
        "'XYZ', with which its name begins",
    ),
    "HTML": ({"fund_history/IWM.csv": "<html></html>"}, "no delimited text"),
    "no shares": ({"fund_history/IWM.csv": "date,nav\n2026-01-16,1\n"}, "holds the shares outst"),
    "a word": (
        {"fund_history/IWM.csv": HEAD + "2026-01-16,many,,1\n"},
        "fund_history/IWM.csv:2: the net asset value 'many' is not a number",
    ),
    "zero": (
        {"fund_history/IWM.csv": HEAD + "2026-01-16,265.72,,0\n"},
        "fund_history/IWM.csv:2: the shares outstanding '0' is not above zero",
    ),
    "a day twice": (
        {"fund_history/IWM.csv": HEAD + ROWS + "2026-01-16,265.72,,1\n"},
        "fund_history/IWM.csv:5: a second row for 2026-01-16 has another shares outstanding than "
        "line 4",
    ),
    "cut off": ({"fund_history/IWM.csv": HEAD + ROWS + "2026-01-"}, "fund_history/IWM.csv:5: 1 ce"),
    "a spreadsheet's own format": (
        {"fund_history/IWM_fund.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"},
        "save its sheet of history as IWM_nav_shares.csv",
    ),
    "a workbook of another fund": (
        {"fund_history/IWM.xls": workbook([("Jan 16, 2026", "1", "--", "1")], fund="Another")},
        f"it does not name '{FUND}'",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_leaves_the_file_out_and_names_its_place(tmp_path: Path, case: str) -> None:
    """File, line and cell, and what would do instead."""
    files, words = FAULTS[case]
    found = bring(tmp_path, files)
    ((name, reason),) = found.table_faults["fund_history"].items()
    assert name in files and words in reason
    assert found.missing["fund_history"].endswith("could be read")


def test_two_files_of_one_fund_are_both_left_out(tmp_path: Path) -> None:
    """Which counts is for the editor to say."""
    found = bring(
        tmp_path, {"fund_history/IWM.csv": HEAD + ROWS, "IWM_nav_shares.csv": HEAD + ROWS}
    )
    assert "both hold it" in found.table_faults["fund_history"]["IWM"]
    assert "fund_history" not in found.tables


def test_a_repeated_row_is_one_row(tmp_path: Path) -> None:
    """What stands twice with the same values is no contradiction."""
    files = {"fund_history/IWM.csv": HEAD + ROWS + ROWS}
    assert history(bring(tmp_path, files)) == WANTED


FUTURE = "date,open,close,volume\n2026-01-15,96.3,96.36,10\n2026-01-16,96.3,96.365,0\n"


def futures(found: Fetched) -> list[tuple[str, str, float, float]]:
    rows = found.tables["futures"]
    days = rows["session"].dt.strftime("%Y-%m-%d")
    return list(zip(rows["symbol"], days, rows["close"], rows["volume"], strict=True))


@pytest.mark.parametrize(
    "name",
    ["rates/ZQ_202601.csv", "futures/ZQ_202601.csv", "futures/zqf26.csv", "futures/ZQF26.CBT.csv"],
)
def test_a_contract_is_named_by_its_file(tmp_path: Path, name: str) -> None:
    """By month or by symbol; the table has Yahoo's symbol."""
    assert futures(bring(tmp_path, {name: FUTURE})) == [
        ("ZQF26.CBT", "2026-01-15", 96.36, 10.0),
        ("ZQF26.CBT", "2026-01-16", 96.365, 0.0),
    ]


def test_settlements_are_closes_and_need_no_volume(tmp_path: Path) -> None:
    """Days on which the stock exchange is closed are passed over."""
    text = (
        "Date;Settlement\n15.01.2026;96,36\n16.01.2026;96,365\n19.01.2026;96,37\n01.01.2026;96,3\n"
    )
    (_, (symbol, day, close, volume)) = futures(bring(tmp_path, {"futures/ZQ_2026-02.csv": text}))
    assert (symbol, day, close) == ("ZQG26.CBT", "2026-01-16", 96.365)
    assert math.isnan(volume)


def test_only_contracts_that_an_edition_looks_at_are_brought(tmp_path: Path) -> None:
    """Fourteen months from the edition's on; the months without a file are named."""
    names = ("202512", "202601", "202702", "202703")
    found = bring(tmp_path, {f"rates/ZQ_{month}.csv": FUTURE for month in names})
    assert set(found.tables["futures"]["symbol"]) == {"ZQF26.CBT", "ZQG27.CBT"}
    assert len(found.table_faults["futures"]) == 12
    assert found.table_faults["futures"]["ZQG26.CBT"] == "the folder has no file of it"


def test_faults_of_contracts_name_their_place(tmp_path: Path) -> None:
    """A word, a contract twice, a name that is no contract; other files in `rates` are ignored."""
    files = {
        "futures/ZQ_202601.csv": "date,close\n2026-01-16,many\n",
        "futures/ZQG26.csv": FUTURE,
        "rates/ZQ_202602.csv": FUTURE,
        "futures/fed.csv": FUTURE,
        "futures/ZQ_202603.csv": FUTURE,
        "futures/ZQ_202604.csv": "date,close\n2026-01-16,0\n",
        "rates/implied.csv": "whatever",
    }
    found = bring(tmp_path, files)
    faults = found.table_faults["futures"]
    assert faults["ZQF26.CBT"] == "futures/ZQ_202601.csv:2: the close 'many' is not a number"
    assert faults["ZQG26.CBT"] == "futures/ZQG26.csv and rates/ZQ_202602.csv both hold it"
    assert faults["ZQJ26.CBT"] == "futures/ZQ_202604.csv:2: the close '0' is not above zero"
    assert faults["futures/fed.csv"].startswith("it is named after no contract")
    assert set(found.tables["futures"]["symbol"]) == {"ZQH26.CBT"}
    assert "rates/implied.csv" not in faults


def test_a_folder_without_futures_says_from_which_month_on(tmp_path: Path) -> None:
    """Contracts that have expired are none that an edition looks at."""
    found = bring(tmp_path, {"rates/ZQ_202512.csv": FUTURE})
    assert found.missing["futures"] == (
        "the folder has no futures on federal funds for the months from 2026-01 on"
    )


def test_what_is_dated_later_changes_nothing(tmp_path: Path) -> None:
    """Later rows of funds and futures, wrong ones among them, are not seen."""
    files = {"fund_history/IWM.csv": HEAD + ROWS, "rates/ZQ_202602.csv": FUTURE}
    before = everything(bring(tmp_path, files))
    files["fund_history/IWM.csv"] += "2026-01-20,many,,0\n2026-01-20,1,1,1\n"
    files["rates/ZQ_202602.csv"] += "2026-01-20,96,none,1\n2026-01-20,1,-1,1\n"
    assert everything(bring(tmp_path, files)) == before
    folder_of(tmp_path, {"fund_history/IWM.csv": HEAD + ROWS + "2026-01-20,266,,1\n"})
    later = fetched(tmp_path, date(2026, 1, 20))
    assert later.tables["fund_history"]["day"].max() == pd.Timestamp("2026-01-20")
