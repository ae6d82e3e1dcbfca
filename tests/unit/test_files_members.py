"""Closes of members in a folder: wide, long and one file a symbol say the same."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import sessions
from support_files import bring, closes, everything, fetched, folder_of, outcome
from support_ishares import Line, holdings

DAYS = ("2026-01-14", "2026-01-15", "2026-01-16")
PANEL = pd.DataFrame(
    {"AAA": [10.0, 10.5, 11.25], "BRK-B": [500.0, np.nan, 510.5], "NA": [0.17, 0.18, 0.19]},
    index=pd.DatetimeIndex(DAYS, name="Date"),
)
LISTED = (
    Line("AAA", weight="50.00", price="11.25"),
    Line("MOGA", weight="30.00", price="50.00"),
    Line("NA", weight="20.00", price="0.19"),
)


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def long(panel: pd.DataFrame = PANEL) -> pd.DataFrame:
    rows = panel.rename_axis("Date").reset_index().melt("Date", var_name="Ticker")
    return rows.rename(columns={"value": "Close"}).dropna(ignore_index=True)


def apart(panel: pd.DataFrame = PANEL) -> dict[str, str]:
    files = {f"members/{s}.csv": panel[[s]].set_axis(["Close"], axis=1).dropna() for s in panel}
    return {name: frame.to_csv() for name, frame in files.items()}


def unnamed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename_axis(None)


SHAPES = {
    "wide CSV": {"members.csv": PANEL.to_csv()},
    "wide CSV, index without a name": {"members.csv": unnamed(PANEL).to_csv()},
    "wide CSV, decimal commas": {"members.csv": PANEL.to_csv(sep=";", decimal=",")},
    "wide CSV, newest first, US dates": {"members.csv": PANEL[::-1].to_csv(date_format="%m/%d/%Y")},
    "wide CSV in UTF-16": {"members.csv": PANEL.to_csv().encode("utf-16")},
    "wide Parquet": {"members.parquet": parquet(PANEL)},
    "wide Parquet, index without a name": {"members.parquet": parquet(unnamed(PANEL))},
    "wide Parquet, dates as text": {"members.parquet": parquet(PANEL.set_axis(list(DAYS)))},
    "long CSV": {"members.csv": long().to_csv(index=False)},
    "long CSV with its index": {"members.csv": long().to_csv()},
    "long Parquet": {"members.parquet": parquet(long())},
    "a file a symbol": apart(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_table(tmp_path: Path, shape: str) -> None:
    """Rows without a close are no rows; `NA` is a ticker; the forms of the table are kept."""
    found = bring(tmp_path, SHAPES[shape])
    rows = found.tables["member_prices"].sort_values(["symbol", "session"], ignore_index=True)
    wanted = long().rename(columns={"Ticker": "symbol", "Date": "session", "Close": "close"})
    wanted = wanted.sort_values(["symbol", "session"], ignore_index=True)
    assert rows["symbol"].tolist() == wanted["symbol"].tolist()
    assert rows["session"].tolist() == wanted["session"].tolist()
    assert rows["close"].tolist() == wanted["close"].tolist()
    assert [str(kind) for kind in rows.dtypes] == ["str", "datetime64[us]", *["float64"] * 4]
    assert rows["volume"].isna().all() and (rows["split"] == 1).all()
    assert "member_prices" not in found.table_faults


def test_numbers_of_32_bits_are_what_they_are(tmp_path: Path) -> None:
    """A close is the number that the file holds, not the decimal that it may have been."""
    found = bring(tmp_path, {"members.parquet": parquet(PANEL.astype("float32"))})
    assert closes(found)["NA"].tolist() == PANEL["NA"].astype("float32").astype("float64").tolist()


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.floats(0.01, 9999)), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_wide_and_long_say_the_same_whatever_is_missing(
    tmp_path: Path, columns: list[list[float | None]]
) -> None:
    """Any holes, any numbers: the wide file and the long one give equal tables, or none both."""
    data = {f"S{n}": pd.Series(column, dtype="float64") for n, column in enumerate(columns)}
    panel = pd.DataFrame(data).set_axis(pd.DatetimeIndex(DAYS, name="Date"))
    wide = bring(tmp_path, {"members.csv": panel.to_csv()})
    long_one = bring(tmp_path, {"members.csv": long(panel).to_csv(index=False)})
    assert ("member_prices" in wide.tables) == panel.notna().to_numpy().any()
    if "member_prices" in wide.tables:
        assert everything(wide) == everything(long_one)


def test_splits_and_dividends_of_a_long_file_are_kept(tmp_path: Path) -> None:
    """A split that the closes do not hold is still to be applied, as in the files of prices."""
    text = (
        "symbol,date,close,dividend,split\n"
        "AAA,2026-01-14,100,0,0\nAAA,2026-01-15,50,0,2\nAAA,2026-01-16,51,0.5,0\n"
    )
    rows = bring(tmp_path, {"members.csv": text}).tables["member_prices"]
    assert rows["split"].tolist() == [1, 2, 1]
    assert rows["dividend"].tolist() == [0, 0, 0.5]


def test_symbols_are_written_as_yahoo_writes_them(tmp_path: Path) -> None:
    """Share classes with a point or a slash, and those that the funds' files write as one word."""
    text = "Date,brk.b,MOGA,HEI/A\n2026-01-16,1,2,3\n"
    assert set(closes(bring(tmp_path, {"members.csv": text}))) == {"BRK-B", "MOG-A", "HEI-A"}


@pytest.mark.parametrize("header", ["Date,AAA,AAA", "Date,AAA,AAA.1", "Date,MOGA,MOG-A"])
def test_a_symbol_that_stands_twice_is_left_out(tmp_path: Path, header: str) -> None:
    """Neither column is believed, however the second is written; the others are read."""
    found = bring(tmp_path, {"members.csv": f"{header},ZZZ\n2026-01-16,1,2,3\n"})
    assert set(closes(found)) == {"ZZZ"}
    (reason,) = found.table_faults["member_prices"].values()
    assert reason.startswith("it stands twice, as ")


def test_a_series_of_the_universe_is_no_member(tmp_path: Path) -> None:
    """Where closes alone say who is a member, an index or fund among them would be counted."""
    found = bring(tmp_path, {"members.csv": "Date,AAA,^GSPC,IWM\n2026-01-16,1,2,3\n"})
    assert set(closes(found)) == {"AAA"}
    assert set(found.table_faults["member_prices"]) == {"^GSPC", "IWM"}


WRONG_CELLS = {
    "a word": ("many", "'many'"),
    "zero": ("0", "'0'"),
    "below zero": ("-3.5", "'-3.5'"),
    "infinite": ("inf", "'inf'"),
}


@pytest.mark.parametrize("case", WRONG_CELLS)
def test_a_cell_that_is_no_close_leaves_its_symbol_out(tmp_path: Path, case: str) -> None:
    """File, line and cell are named; the other symbols of the file are used."""
    cell, said = WRONG_CELLS[case]
    text = f"Date,AAA,BBB\n2026-01-15,1,2\n\n2026-01-16,{cell},3\n"
    found = bring(tmp_path, {"members.csv": text})
    reason = f"members.csv:4: the close {said} of AAA is not a number above zero"
    assert found.table_faults["member_prices"] == {"AAA": reason}
    assert set(closes(found)) == {"BBB"}


HOSTILE = {
    "HTML": ({"members.csv": "<!DOCTYPE html><html></html>\n"}, "begins with '<!DOCTYPE"),
    "empty": ({"members.csv": ""}, "the file is empty"),
    "no dates": ({"members.csv": "AAA,BBB\n1,2\n"}, "no column holds the date"),
    "cut off": ({"members.csv": "Date,AAA,BBB\n2026-01-15,1,2\n2026-01-1"}, "members.csv:3:"),
    "no Parquet": ({"members.parquet": b"PAR1 and no more"}, "it is not Parquet"),
    "damaged Parquet": (
        {"members.parquet": parquet(PANEL)[:60] + bytes(90) + parquet(PANEL)[150:]},
        "members.parquet: it is not Parquet",
    ),
    "both": ({"members.csv": PANEL.to_csv(), "members.parquet": parquet(PANEL)}, "both there"),
    "one symbol's file": ({"members.csv": "Date,Close\n2026-01-16,1\n"}, "holds the symbol"),
    "a Saturday": (
        {"members.csv": "Date,AAA\n2026-01-09,1\n2026-01-10,2\n"},
        "members.csv:3: a row of 2026-01-10, when the exchange was closed",
    ),
    "a Saturday in a long file": (
        {"members.csv": "Date,Symbol,Close\n2026-01-09,AAA,1\n2026-01-10,AAA,2\n"},
        "members.csv: it has a row of 2026-01-10, when the exchange was closed",
    ),
    "a day twice": (
        {"members.csv": "Date,AAA\n2026-01-09,1\n2026-01-09,2\n"},
        "members.csv:3: a second row for 2026-01-09",
    ),
    "mixed dates": (
        {"members.csv": "Date,AAA\n2026-01-09,1\n12.01.2026,2\n"},
        "members.csv:3: the date '12.01.2026' is written in another way",
    ),
    "adjusted closes only": (
        {"members.csv": "Date,Symbol,Adj Close\n2026-01-16,AAA,1\n"},
        "adjusted closes are total-return material",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_gives_no_prices_of_members_and_says_why(tmp_path: Path, case: str) -> None:
    """The edition's other data are brought all the same."""
    files, words = HOSTILE[case]
    found = bring(tmp_path, files)
    assert words in found.missing["member_prices"]
    assert "member_prices" not in found.tables
    assert len(found.prices) == 3


def test_a_wide_file_may_have_empty_rows_on_any_day(tmp_path: Path) -> None:
    """A calendar of all days with holes on Saturdays is what spreadsheets make."""
    found = bring(tmp_path, {"members.csv": "Date,AAA\n2026-01-09,1\n2026-01-10,\n2026-01-12,2\n"})
    assert closes(found)["AAA"].tolist() == [1, 2]


def test_a_file_of_one_symbol_with_a_fault_leaves_only_that_out(tmp_path: Path) -> None:
    """Each file of the folder stands for itself, and one that is named after no symbol is named."""
    files = {
        "members/AAA.csv": "Date,Close\n2026-01-16,1\n",
        "members/bbb_us_d.csv": "Date,Close\n2026-01-16,none such\n",
        "members/CCC.csv": "Date,Close\n2026-01-10,1\n",
        "members/IWM_holdings_2026.csv": "Date,Close\n2026-01-16,1\n",
    }
    found = bring(tmp_path, files)
    assert set(closes(found)) == {"AAA"}
    faults = found.table_faults["member_prices"]
    assert faults["BBB"] == "members/bbb_us_d.csv:2: the close 'none such' is not a number"
    assert "when the exchange was closed" in faults["CCC"]
    assert faults["IWM_HOLDINGS_2026"] == "it is no symbol"


def test_the_one_file_of_all_wins(tmp_path: Path) -> None:
    """A symbol that it lacks is taken from the folder of files."""
    files = {"members.csv": "Date,AAA\n2026-01-16,1\n", **apart(PANEL)}
    found = closes(bring(tmp_path, files))
    assert found["AAA"].dropna().tolist() == [1]
    assert found["NA"].tolist() == PANEL["NA"].tolist()


def test_without_lists_whoever_has_a_close_is_a_member(tmp_path: Path) -> None:
    """It is said of the holdings, with the file that decides."""
    found = bring(tmp_path, {"members.csv": PANEL.to_csv()})
    assert found.missing["holdings"] == (
        "the folder has no holdings file up to 2026-01-16: members are those that members.csv has "
        "a close of on the day, without weights"
    )
    assert "AAA" in set(closes(found))


def test_with_lists_only_those_on_them_are_brought(tmp_path: Path) -> None:
    """Those on a list without a close are named, and so is the weight that is covered."""
    files = {"members.csv": PANEL.to_csv(), "holdings/x.csv": holdings(LISTED)}
    found = bring(tmp_path, files)
    assert set(closes(found)) == {"AAA", "NA"}
    what = "members.csv has no close of it from 2023-01-06 to 2026-01-16"
    assert found.table_faults["member_prices"] == {"MOG-A": what}
    assert outcome(found, "member_coverage")[2] == (
        "IWM: members with usable prices are 70.0% of its weight",
    )


def test_lists_that_cannot_be_read_do_not_make_everyone_a_member(tmp_path: Path) -> None:
    """A broken list is mended, not passed over: without it there are no members at all."""
    for bad in (b"<html></html>", holdings(fund="iShares Core S&P Small-Cap ETF")):
        found = bring(tmp_path, {"members.csv": PANEL.to_csv(), "holdings/x.csv": bad})
        assert "member_prices" not in found.tables
        assert "nothing says who is a member" in found.missing["member_prices"]


def priced(*rows: tuple[str, str, str]) -> dict[str, str | bytes]:
    """A list of IWM of 2026-01-15 and closes of that day, of (ticker, price, close)."""
    weight = f"{100 / len(rows):.2f}"
    lines = [Line(ticker, weight=weight, price=price) for ticker, price, _ in rows]
    text = f"Date,{','.join(t for t, _, _ in rows)}\n2026-01-15,{','.join(c for _, _, c in rows)}\n"
    return {"holdings/x.csv": holdings(lines, day="Jan 15, 2026"), "members.csv": text}


def test_closes_adjusted_for_dividends_and_splits_since_are_used(tmp_path: Path) -> None:
    """Up to a fifth for dividends; whole factors either way, and three for two, are noted."""
    rows = (
        *(("DIV", "10.00", "8.10"), ("TWO", "10.00", "5.02"), ("TEN", "1.00", "10.10")),
        *(("HALF", "15.00", "10.10"), ("SAME", "10.00", "10.00")),
    )
    found = bring(tmp_path, priced(*rows))
    assert set(closes(found)) == {"DIV", "TWO", "TEN", "HALF", "SAME"}
    assert outcome(found, "member_price_files")[:2] == ("passed", 5)
    verdict, examined, lines = outcome(found, "member_split_files")
    assert (verdict, examined) == ("noted", 5)
    assert [line.partition(":")[0] for line in lines] == ["HALF", "TEN", "TWO"]


@pytest.mark.parametrize("close", ["7.90", "12.10", "17.0", "7.00", "4.40", "25.0"])
def test_closes_of_somebody_else_are_left_out(tmp_path: Path, close: str) -> None:
    """Neither within a fifth of the list's price nor a whole factor away."""
    found = bring(tmp_path, priced(("BAD", "10.00", close), ("GOOD", "10.00", "10.00")))
    assert set(closes(found)) == {"GOOD"}
    assert (
        "is not the price of $10.00 at which IWM holds it"
        in (found.table_faults["member_prices"]["BAD"])
    )


def test_only_the_newest_list_is_compared(tmp_path: Path) -> None:
    """The price of an older list may be from before any number of splits."""
    old = holdings([Line("AAA", weight="100.00", price="99.00")], day="Jan 14, 2026")
    new = holdings([Line("AAA", weight="100.00", price="11.25")])
    files = {"holdings/a.csv": old, "holdings/b.csv": new, "members.csv": PANEL.to_csv()}
    assert outcome(bring(tmp_path, files), "member_price_files") == ("passed", 1, ())


def test_what_is_dated_later_changes_nothing(tmp_path: Path) -> None:
    """Later closes, words among them, later lists, and symbols that begin later."""
    extended = (
        PANEL.reindex(sessions("2026-01-14", "2026-01-28")).rename_axis("Date").astype(object)
    )
    extended.loc["2026-01-20":, "AAA"] = 77.0
    extended.loc["2026-01-21", "NA"] = "many"
    extended.loc["2026-01-22", "NEW"] = 5.0
    for name, lists in {"without": {}, "with": {"holdings/a.csv": holdings(LISTED)}}.items():
        early, late = tmp_path / name / "data", tmp_path / f"{name} later" / "data"
        before = everything(bring(early, {"members.csv": PANEL.to_csv(), **lists}))
        after = bring(late, {"members.csv": extended.to_csv(), **lists})
        assert everything(after) == before
        folder_of(late, {"holdings/b.csv": holdings(LISTED[:1], day="Jan 20, 2026")})
        assert everything(fetched(late)) == before
        assert everything(fetched(late, date(2026, 1, 22))) != before


def test_three_years_are_kept_of_a_longer_file(tmp_path: Path) -> None:
    """As many as two years of histories need, of whatever the file has."""
    days = sessions("2021-01-04", "2026-01-16")
    panel = pd.DataFrame({"AAA": np.arange(1.0, len(days) + 1)}, index=days.rename("Date"))
    found = closes(bring(tmp_path, {"members.csv": panel.to_csv()}))
    assert len(found) == 760
    assert found["AAA"].iloc[-1] == len(days)
