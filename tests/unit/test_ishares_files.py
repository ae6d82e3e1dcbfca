"""Fund files of iShares are read whole and exactly, or refused with the reason."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_ishares import CASH, FUND, LINES, SWAP, Layout, Line, holdings, no_holdings, workbook

from generator import tables
from generator.providers._ishares_files import HoldingsFile, read_holdings
from generator.providers._ishares_workbook import read_workbook
from generator.providers._sheet import Unreadable

SYMBOLS = {"MOGA": "MOG-A"}
LAYOUTS: tuple[Layout, ...] = ("old", "new")
HISTORY = (
    ("Jan 16, 2026", "265.5", "--", "291350000"),
    ("Jan 15, 2026", "264.25", "0.5", "--"),
    ("Dec 31, 2025", "--", "--", "2.9E8"),
)
REAL = Path(__file__).parents[3] / "shared" / "data" / "members"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")


def read(content: bytes) -> HoldingsFile:
    return read_holdings(content, SYMBOLS)


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    return str(caught.value)


def refused_book(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_workbook(content)
    return str(caught.value)


def rows_of(file: HoldingsFile) -> pd.DataFrame:
    """Return a file's rows as they are frozen."""
    count = len(file.columns["line"])
    own = {"fund": ["F"] * count, "day": [file.day] * count}
    return tables.frame("holdings", {**own, **file.columns})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_holdings_file_says_fund_day_and_shares(layout: Layout) -> None:
    """Both layouts give the fund, its day, and every row of shares with its line; no other row."""
    file = read(holdings(layout=layout))
    assert (file.fund, file.day) == (FUND, date(2026, 1, 16))
    assert file.columns["ticker"] == ["AAA", "MOGA", "NA", "", "ESC", "ESC", "XX.B", "YY.B"]
    assert file.columns["line"] == [8, 9, 11, 12, 13, 14, 15, 16]
    assert file.columns["name"][0] == 'ALPHA "A" & SONS, INC'
    assert file.columns["sector"][5] == "Other"


def test_numbers_lose_their_commas_and_a_dash_is_missing() -> None:
    """Thousands are read as such, weights become fractions, and a dash is no number."""
    columns = read(holdings()).columns
    assert columns["price"][0] == 1234.5
    assert columns["weight"][0] == 0.6025
    assert np.isnan([columns["price"][6], columns["quantity"][6], columns["weight"][7]]).all()


def test_symbols_are_those_of_yahoo_and_only_of_what_is_traded() -> None:
    """A share class is written as Yahoo does; rights, escrow and worthless lines have no symbol."""
    columns = read(holdings()).columns
    assert columns["symbol"] == ["AAA", "MOG-A", "NA", "", "", "", "", "YY-B"]


def test_the_sum_of_weights_counts_cash_and_swaps() -> None:
    """What is dropped by rule is still in the sum of weights."""
    assert read(holdings()).weight == pytest.approx(1.0, abs=1e-12)
    assert read(holdings([LINES[0], CASH])).weight == pytest.approx(0.5995, abs=1e-12)


def test_swaps_and_warrants_of_the_newer_layout_are_dropped() -> None:
    """Rows that repeat a ticker as a swap or a warrant are no shares."""
    warrant = Line("-", kind="WARRANT")
    file = read(holdings([LINES[0], SWAP, warrant], layout="new"))
    assert (file.columns["ticker"], file.columns["line"]) == (["AAA"], [8])


def test_a_day_without_holdings_is_said_so() -> None:
    """The answer about a day without a session has no day and no rows, and still names the fund."""
    file = read(no_holdings())
    assert (file.fund, file.day, file.columns) == (FUND, None, {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the answer is empty"),
        (b"\xef\xbb\xbf \n", "the answer is empty"),
        (b"\n<!DOCTYPE html><html></html>", "the answer is HTML, not the holdings file"),
        (b"<html><body>Sorry</body></html>", "the answer is HTML, not the holdings file"),
        (b'{"error": 1}', "begins with '{\"error\": 1}', it is not the holdings file"),
        (b"<?xml version='1.0'?>", "it is not the holdings file"),
        (holdings().replace(b"Holdings as of", b"Positions of"), "does not say of which day"),
        (holdings(day="soon"), "holdings file:2: 'soon' is not a date"),
        (holdings(day=""), "'' is not a date"),
        (holdings().replace(b"Ticker,", b"Symbol,"), "no line begins with 'Ticker'"),
        (holdings().replace(b",Price,", b",Cost,"), "no column 'Price'"),
        (holdings().replace(b"Weight (%)", b"Share"), "no column 'Weight (%)' or 'Market Weight'"),
        (holdings([CASH]), "no row of shares"),
        (holdings([]), "no row of shares"),
        (holdings(footer=False), "the table breaks off: nothing follows line 17"),
        (holdings([Line("A", weight="ten")]), "line 8 has 'ten' under 'Weight (%)'"),
        (holdings([Line("A", price="1,23.00")]), "line 8 has '1,23.00' under 'Price'"),
        (holdings([Line("A")]).replace(b',"USD"', b"", 1), "line 8 has 14 cells, the header 15"),
        (holdings([Line("A")]).replace(b'"A"', b'"A'), "line 8 breaks off within a cell"),
        (holdings([Line("A")]).replace(b'"A"', b'"\xc3"'), "not UTF-8 at byte"),
    ],
)
def test_what_is_no_whole_holdings_file_is_refused(content: bytes, reason: str) -> None:
    """Every way in which a file cannot be trusted has its own reason."""
    assert reason in refused(content)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_holdings_file_is_never_taken_for_whole(layout: Layout) -> None:
    """Cut at any byte, a file is refused, or nothing of its table was lost."""
    content = holdings(layout=layout)
    whole = read(content)
    taken = 0
    for end in range(len(content)):
        try:
            part = read(content[:end])
        except Unreadable:
            continue
        taken += 1
        assert rows_of(part).equals(rows_of(whole)), f"cut at byte {end}"
        assert (part.fund, part.day, part.weight) == (whole.fund, whole.day, whole.weight)
    assert 0 < taken < 120


@given(st.permutations(LINES), st.sampled_from(LAYOUTS))
def test_the_order_of_rows_changes_nothing(lines: list[Line], layout: Layout) -> None:
    """Rows in any order are the same rows, apart from their lines."""
    one, other = read(holdings(layout=layout)), read(holdings(lines, layout=layout))
    by_name = [rows_of(file).drop(columns="line").sort_values("name") for file in (one, other)]
    assert by_name[0].reset_index(drop=True).equals(by_name[1].reset_index(drop=True))
    assert other.weight == pytest.approx(one.weight, abs=1e-12)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12),
            st.decimals(0, 99_999, places=2),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read(rows: list[tuple[str, object]]) -> None:
    """Names with quotes and commas, and prices with commas, come back as they were."""
    lines = [Line("A", name=name, price=f"{price:,}") for name, price in rows]
    columns = read(holdings(lines)).columns
    assert columns["name"] == ["" if name == "-" else name for name, _ in rows]
    assert columns["price"].tolist() == [float(str(price)) for _, price in rows]


def test_a_workbook_says_fund_and_history() -> None:
    """The history has every day; no sign of a distribution is none, of a share count is missing."""
    book = read_workbook(workbook(HISTORY))
    assert FUND in book.titles
    assert [str(day) for day in book.columns["day"]] == ["2026-01-16", "2026-01-15", "2025-12-31"]
    np.testing.assert_equal(book.columns["net_asset_value"], [265.5, 264.25, np.nan])
    np.testing.assert_equal(book.columns["distribution"], [0.0, 0.5, 0.0])
    np.testing.assert_equal(book.columns["shares_outstanding"], [291_350_000.0, np.nan, 2.9e8])


def test_a_stray_sign_elsewhere_does_not_spoil_a_history() -> None:
    """A fund's name with a lone ampersand is read; markup in another sheet is not looked at."""
    fund = "iShares Core S&P 500 ETF"
    assert fund in read_workbook(workbook(HISTORY, fund=fund)).titles
    assert fund in read_workbook(workbook(HISTORY, fund=fund.replace("&", "&amp;"))).titles
    book = read_workbook(workbook(HISTORY, note="<br> & <p"))
    assert len(book.columns["day"]) == 3


def test_a_column_more_and_a_cell_less_are_read() -> None:
    """A history may have columns of which nothing is known, and rows that end early."""
    header = ("As Of", "Other", "NAV per Share", "Ex-Dividends", "Shares Outstanding")
    book = read_workbook(workbook([("Jan 16, 2026", "7", "265.5")], header=header))
    assert book.columns["net_asset_value"].tolist() == [265.5]
    assert np.isnan(book.columns["shares_outstanding"]).all()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the answer is empty"),
        (b"<html></html>", "the answer is HTML, not the workbook"),
        (b"as of,nothing", "it is none, or breaks off"),
        (workbook(()), "'Historical' has no rows"),
        (workbook((*HISTORY, HISTORY[0])), "'Historical' has 2026-01-16 twice"),
        (workbook([("soon", "1", "--", "1")]), "Historical:2: 'soon' is not a date"),
        (workbook([("Jan 16, 2026", "many", "--", "1")]), "line 2 has 'many' under 'NAV per"),
        (workbook([("Jan 16, 2026", "1", "--", "1", "5")]), "row 2 of the workbook's sheet"),
        (workbook([("Jan 16, 2026", "<b", "--", "1")]), "row 2 of the workbook's sheet"),
        (workbook(HISTORY, header=("As Of", "NAV")), "no column 'NAV per Share', 'Ex-Div"),
        (workbook(HISTORY).replace(b'"Historical"', b'"History"'), "no whole sheet 'Historical'"),
        (workbook(HISTORY).replace(b"Fund Holdings", b"Positions"), "does not say of which day"),
        (
            workbook(HISTORY).replace(b"<ss:Cell>\n", b'<ss:Cell ss:Index="4">\n'),
            "row 1 of the workbook's sheet 'Holdings' leaves cells out",
        ),
    ],
)
def test_what_is_no_whole_workbook_is_refused(content: bytes, reason: str) -> None:
    """Every way in which a workbook cannot be trusted has its own reason."""
    assert reason in refused_book(content)


def test_a_cut_workbook_is_never_taken_for_whole() -> None:
    """Cut at any byte but the last line's end, a workbook is refused."""
    content = workbook(HISTORY)
    for end in range(len(content) - 1):
        refused_book(content[:end])
    assert len(read_workbook(content[:-1]).columns["day"]) == 3


@needs_real
@pytest.mark.parametrize(
    ("name", "fund", "rows", "unlisted", "weight"),
    [
        ("IWM_holdings_2025-05-13", "iShares Russell 2000 ETF", 1939, 12, 0.9988),
        ("IWM_holdings_2026-01-21", "iShares Russell 2000 ETF", 1952, 10, 0.9978),
        ("IWM_holdings_2026-04-10", "iShares Russell 2000 ETF", 1936, 11, 0.9994),
        ("IWM_holdings_2026-05-05", "iShares Russell 2000 ETF", 1924, 12, 0.9990),
        ("IJR_holdings_2026-06-19", "iShares Core S&P Small-Cap ETF", 604, 0, 0.9995),
    ],
)
def test_real_holdings_files_are_read(
    name: str, fund: str, rows: int, unlisted: int, weight: float
) -> None:
    """Downloaded files of both layouts give their fund, day, shares, and weights near one."""
    file = read((REAL / f"{name}.csv").read_bytes())
    assert (file.fund, str(file.day)) == (fund, name[-10:])
    assert len(file.columns["line"]) == rows
    assert file.columns["symbol"].count("") == unlisted
    assert file.weight == pytest.approx(weight, abs=1e-9)


def _as_written(day: str) -> str:
    return datetime.fromisoformat(day).strftime("%b %d, %Y")


@needs_real
def test_a_real_history_is_read() -> None:
    """A fund's real history, put into a workbook, comes back with its days and distributions."""
    with (REAL / "IWM_nav_shares_2000_2025-02-04.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    days = [datetime.fromisoformat(day).strftime("%b %d, %Y") for day, *_ in rows]
    cells = [
        [day, *(cell or "--" for cell in row[1:])] for day, row in zip(days, rows, strict=True)
    ]
    columns = read_workbook(workbook(reversed(cells))).columns
    assert len(columns["day"]) == 6218
    assert (columns["distribution"] > 0).sum() == 99
    assert np.isnan(columns["shares_outstanding"]).sum() == 2
    assert columns["net_asset_value"][0] == 226.977305
