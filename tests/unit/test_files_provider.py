"""The files provider reads what people really have, and names what it cannot read."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ask

from generator.config import Universe
from generator.editions import sessions_between
from generator.errors import ReportError, UsageError
from generator.providers import provider
from generator.providers._plain import plain_file
from generator.providers._rows import ONLY, Rows, Span, TolerantFile
from generator.snapshot import Fetched

AS_OF = date(2026, 1, 16)
SPAN = Span(date(1987, 1, 1), AS_OF)
SYMBOLS = {"^RUT": "index", "^GSPC": "index", "IWM": "fund"}
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "prices"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real prices is absent")

THREE = """Date,Close
2026-01-14,100.25
2026-01-15,101.5
2026-01-16,99.75
"""


def universe(symbols: Mapping[str, str] = SYMBOLS) -> Universe:
    names = [f"s{n}" for n in range(len(symbols))]
    series = {
        name: {
            "name": symbol,
            "short": symbol,
            "symbol": symbol,
            "kind": kind,
            "segment": "small",
            "daily_limit": 0.25,
        }
        for name, (symbol, kind) in zip(names, symbols.items(), strict=True)
    }
    pair = {"small": names[0], "large": names[-1]}
    return Universe.model_validate(
        {
            "history_start": SPAN.first,
            "benchmarks": pair,
            "fund_pair": pair,
            "major_indexes": names[:1],
            "macro": {},
            "series": series,
            "members": {},
            "coverage_floor": 0.9,
            "oldest_list": 63,
            "sectors": {},
            "funds": {},
        }
    )


def fetch(folder: Path | None, *, wanted: Universe | None = None, as_of: date = AS_OF) -> Fetched:
    days = sessions_between(date(2026, 1, 2), AS_OF)
    now = datetime(2026, 1, 17, 12, tzinfo=UTC)
    request = ask(as_of, wanted=wanted or universe(), data=folder, days=days, now=now)
    return provider("files").fetch(request)


def read(folder: Path, text: str | bytes, name: str = "IWM.csv", **more: date) -> Fetched:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(content)
    return fetch(folder, **more)


def closes(fetched: Fetched, symbol: str = "IWM") -> dict[str, float]:
    rows = fetched.prices[fetched.prices["symbol"] == symbol]
    days = rows["session"].dt.strftime("%Y-%m-%d")
    return dict(zip(days, rows["close"], strict=True))


def column(fetched: Fetched, name: str, symbol: str = "IWM") -> list[float]:
    return fetched.prices.loc[fetched.prices["symbol"] == symbol, name].tolist()


WANTED = {"2026-01-14": 100.25, "2026-01-15": 101.5, "2026-01-16": 99.75}


def test_says_what_it_is(tmp_path):
    fetched = read(tmp_path, THREE)
    assert (fetched.provider, fetched.simulated) == ("files", False)
    assert fetched.retrieved_at == datetime(2026, 1, 17, 12, tzinfo=UTC)


def test_rows_have_the_form_of_fetched_prices(tmp_path):
    prices = read(tmp_path, THREE).prices
    assert {name: str(kind) for name, kind in prices.dtypes.items()} == {
        "symbol": "str",
        "session": "datetime64[us]",
        "close": "float64",
        "volume": "float64",
        "dividend": "float64",
        "split": "float64",
    }
    assert prices["volume"].isna().all()
    assert (prices["dividend"] == 0).all()
    assert (prices["split"] == 1).all()


DIALECTS = {
    "plain": THREE,
    "no newline at the end": THREE.rstrip(),
    "lower case": "date,close\n2026-01-14,100.25\n2026-01-15,101.5\n2026-01-16,99.75\n",
    "another order": "Close,Date\n100.25,2026-01-14\n101.5,2026-01-15\n99.75,2026-01-16\n",
    "unsorted": "Date,Close\n2026-01-16,99.75\n2026-01-14,100.25\n2026-01-15,101.5\n",
    "semicolons": THREE.replace(",", ";"),
    "tabs": THREE.replace(",", "\t"),
    "semicolons, decimal commas": THREE.replace(",", ";").replace(".", ","),
    "tabs, decimal commas": THREE.replace(",", "\t").replace(".", ","),
    "spaces": THREE.replace(",", " , "),
    "mark of UTF-8": b"\xef\xbb\xbf" + THREE.encode(),
    "UTF-16": THREE.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + THREE.encode("utf-16-be"),
    "UTF-16 without a mark": THREE.encode("utf-16-le"),
    "Windows lines": THREE.replace("\n", "\r\n"),
    "old Macintosh lines": THREE.replace("\n", "\r"),
    "blank lines": "\n" + THREE.replace("\n", "\n\n") + "\n\n",
    "lines of separators": THREE.replace("\n", "\n,\n"),
    "quoted": 'Date,Close\n"2026-01-14","100.25"\n"2026-01-15","101.5"\n"2026-01-16","99.75"\n',
    "dollars": "Date,Close/Last\n01/14/2026,$100.25\n01/15/2026,$101.50\n01/16/2026,$99.75\n",
    "compact dates": THREE.replace("2026-01-", "202601"),
    "year first, slashes": THREE.replace("2026-01-", "2026/01/"),
    "single digits": THREE.replace("2026-01-", "2026-1-"),
    "time": THREE.replace(",1", " 00:00:00,1").replace(",9", " 00:00:00,9"),
    "zone": THREE.replace(",1", " 00:00:00-05:00,1").replace(",9", " 00:00:00-05:00,9"),
    "time of the close": THREE.replace(",1", "T16:00:00-05:00,1").replace(",9", "T16:00,9"),
    "UTC": THREE.replace(",1", "T05:00:00Z,1").replace(",9", "T21:00:00.000+00:00,9"),
    "midnight of UTC": THREE.replace(",1", "T00:00:00Z,1").replace(",9", "T00:00:00Z,9"),
    "US dates": "Date,Close\n01/14/2026,100.25\n01/15/2026,101.5\n01/16/2026,99.75\n",
    "short US dates": "Date,Close\n1/14/2026,100.25\n1/15/2026,101.5\n1/16/2026,99.75\n",
    "US dates with a time": THREE.replace("2026-01-14", "1/14/2026 16:00:00")
    .replace("2026-01-15", "1/15/2026 16:00:00")
    .replace("2026-01-16", "1/16/2026 16:00:00"),
    "day first": "Date,Close\n14/01/2026,100.25\n15/01/2026,101.5\n16/01/2026,99.75\n",
    "dotted": "Date;Close\n14.01.2026;100,25\n15.01.2026;101,5\n16.01.2026;99,75\n",
    "month by name": 'Date,Close*\n"Jan 14, 2026",100.25\n"Jan 15, 2026",101.5\n'
    '"Jan 16, 2026",99.75\n',
    "month by full name": 'Date,Close\n"January 14, 2026",100.25\n"January 15, 2026",101.5\n'
    '"January 16, 2026",99.75\n',
    "day, month by name": "Date,Close\n14-Jan-2026,100.25\n15-Jan-2026,101.5\n16-Jan-2026,99.75\n",
    "the index of a frame": THREE.replace("Date", ""),
    "three lines of headings": "Price,Close,Volume\nTicker,IWM,IWM\nDate,,\n2026-01-14,100.25,1\n"
    "2026-01-15,101.5,2\n2026-01-16,99.75,3\n",
    "columns without a name or use": "Date,Close,,Notes\n2026-01-14,100.25,,\n"
    "2026-01-15,101.5,,nice\n2026-01-16,99.75,x,\n",
    "blanks after the last heading": THREE.replace(".25", ".25,,").replace(".5", ".5,"),
    "earlier and later rows": "Date,Close\n1986-12-31,1\n" + THREE[11:] + "2026-01-20,2\n",
    "faults after the as-of date": THREE + "2026-01-20,oops\n2026-01-21,-1\n",
}


@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS.keys())
def test_reads_every_dialect_alike(tmp_path, text):
    fetched = read(tmp_path, text)
    assert "IWM" not in fetched.faults, fetched.faults["IWM"]
    assert closes(fetched) == WANTED
    assert "IWM" not in fetched.notes


@pytest.mark.parametrize(
    "heading", ["Adj Close", "AdjClose", "Adj. Close", "adj_close", "Adj Close**"]
)
def test_knows_adjusted_closes_by_many_names(tmp_path, heading):
    fetched = read(
        tmp_path, f"Date,Close,{heading}\n2026-01-15,101.5,101.5\n2026-01-16,99.75,99.75\n"
    )
    assert fetched.distributions["IWM"] == "implied"


@pytest.mark.parametrize(
    "cells",
    [
        "2026-01-15,{0}\n",
        "2026-01-15,{0}\n2026-01-13,{0}\n",
    ],
)
@pytest.mark.parametrize("blank", ["", "null", "NaN", "N/A", "-", "nan", "None"])
def test_rows_without_a_close_are_dropped_and_counted(tmp_path, blank, cells):
    text = "Date,Close\n2026-01-14,100.25\n" + cells.format(blank) + "2026-01-16,99.75\n"
    fetched = read(tmp_path, text)
    assert closes(fetched) == {"2026-01-14": 100.25, "2026-01-16": 99.75}
    count = cells.count("{0}")
    (note,) = fetched.notes["IWM"]
    assert note.startswith(f"IWM.csv: {count} row{'s'[: count > 1]} without a close dropped (2026")


def test_a_dividend_on_a_row_without_a_close_withholds_total_returns(tmp_path):
    fetched = read(
        tmp_path,
        "Date,Close,Dividends\n2026-01-14,100,0\n2026-01-15,,0.5\n2026-01-16,101,0\n",
    )
    assert fetched.distributions["IWM"] == "none"
    assert "1 dividend on a row without a close (2026-01-15)" in fetched.notes["IWM"][1]


def test_identical_rows_are_dropped_with_a_note(tmp_path):
    fetched = read(tmp_path, THREE + "2026-01-15,101.50\n")
    assert closes(fetched) == WANTED
    assert fetched.notes["IWM"] == ("IWM.csv: 1 duplicate row dropped (2026-01-15)",)


def test_thousands_separators(tmp_path):
    fetched = read(
        tmp_path, 'Date,Close,Volume\n2026-01-15,"2,465.98","3,523,800"\n2026-01-16,"2,500",7\n'
    )
    assert closes(fetched) == {"2026-01-15": 2465.98, "2026-01-16": 2500.0}
    assert column(fetched, "volume") == [3523800.0, 7.0]


def test_decimal_commas_with_points_for_thousands(tmp_path):
    fetched = read(
        tmp_path, "Date;Close;Volume\n2026-01-15;2.465,98;3.523.800\n2026-01-16;2.500;7\n"
    )
    assert closes(fetched) == {"2026-01-15": 2465.98, "2026-01-16": 2500.0}
    assert column(fetched, "volume") == [3523800.0, 7.0]


def test_a_volume_that_is_no_number_is_noted(tmp_path):
    fetched = read(tmp_path, "Date,Close,Volume\n2026-01-15,1,1.2M\n2026-01-16,2,5\n")
    assert np.isnan(column(fetched, "volume")[0])
    assert fetched.notes["IWM"] == ("IWM.csv: 1 volume not read, the first, '1.2M', on line 2",)


def test_dates_that_could_be_either_are_read_month_first_with_a_note(tmp_path):
    fetched = read(tmp_path, "Date,Close\n01/05/2026,1\n01/06/2026,2\n")
    assert list(closes(fetched)) == ["2026-01-05", "2026-01-06"]
    assert fetched.notes["IWM"] == (
        "IWM.csv: dates such as 01/05/2026 could be read either way; they were read month first",
    )


FAULTS = {
    "footer": (THREE + "Source: a vendor\n", "IWM.csv:5: 1 cell where there are 2 headings: 'Sour"),
    "footer of two cells": (THREE + "Rows,3\n", "IWM.csv:5: 'Rows' is not a date"),
    "cut line": ("Date,Close,Volume\n2026-01-15,1\n", "IWM.csv:2: 2 cells where there are 3"),
    "bare thousands": ("Date,Close\n2026-01-15,2,465.98\n", "IWM.csv:2: 3 cells where there are 2"),
    "text": (THREE.replace("101.5", "oops"), "IWM.csv:3: the close 'oops' is not a number"),
    "zero": (THREE.replace("101.5", "0.0"), "IWM.csv:3: the close '0.0' is not above zero"),
    "negative": (THREE.replace("101.5", "-3"), "IWM.csv:3: the close '-3' is not above zero"),
    "infinite": (THREE.replace("101.5", "inf"), "IWM.csv:3: the close 'inf' is not a number"),
    "too large": (THREE.replace("101.5", "1e999"), "IWM.csv:3: the close '1e999' is not a number"),
    "euros": (THREE.replace("101.5", "€101"), "IWM.csv:3: the close '€101' is not a number"),
    "conflict": (
        THREE + "2026-01-15,101.6\n",
        "IWM.csv:5: a second row for 2026-01-15 has another close than line 3",
    ),
    "no such day": (THREE + "2026-02-30,1\n", "IWM.csv:5: '2026-02-30' is not a date"),
    "month 13": ("Date,Close\n20261301,1\n", "IWM.csv:2: '20261301' is not a date"),
    "unknown month": ("Date,Close\n14-Foo-2026,1\n", "IWM.csv:2: '14-Foo-2026' is not a date"),
    "dates of two orders": (
        "Date,Close\n14/01/2026,1\n01/15/2026,2\n",
        "IWM.csv:3: the date '01/15/2026' has its month first, '14/01/2026' on line 2 its day fi",
    ),
    "dates of two styles": (
        THREE + "20260113,1\n",
        "IWM.csv:5: the date '20260113' is written in another way than '2026-01-14' on line 2",
    ),
    "points and commas": (
        "Date;Close\n2026-01-15;1,5\n2026-01-16;1.5\n",
        "IWM.csv:3: '1.5' and, on line 2, '1,5' cannot both be read",
    ),
    "a comma that may be either": (
        "Date;Close\n2026-01-16;2,465\n",
        "IWM.csv:2: the comma in '2,465' may mark thousands or decimals",
    ),
    "only adjusted closes": (
        "Date,Adj Close\n2026-01-16,1\n",
        "IWM.csv: it has adjusted closes ('Adj Close') and no closes; adjusted closes are total",
    ),
    "no date": ("Day,Close\n1,1\n", "IWM.csv: no column holds the date; its headings are 'Day,Cl"),
    "no close": ("Date,Open\n1,1\n", "IWM.csv: no column holds the close"),
    "two closes": ("Date,Close,close\n1,1,1\n", "IWM.csv: two columns hold the close"),
    "a web page": ("<!DOCTYPE html>\n<html>", "IWM.csv: no column holds the date; its headings ar"),
    "open quote": (THREE + '"2026-01-17,1\n', "IWM.csv:5: not delimited text"),
    "empty": ("", "IWM.csv: the file is empty"),
    "separators only": (",,\n,,\n", "IWM.csv: the file is empty"),
    "headings only": ("Date,Close\n", "IWM.csv: no row from 1987-01-01 to 2026-01-16 has a close"),
    "later rows only": ("Date,Close\n2026-01-20,1\n", "IWM.csv: no row from 1987-01-01 to 2026"),
    "blanks only": ("Date,Close\n2026-01-16,null\n", "IWM.csv: no row from 1987-01-01 to 2026"),
    "bad dividend": (
        "Date,Close,Dividends\n2026-01-15,1,x\n",
        "IWM.csv:2: the dividend 'x' is not a number",
    ),
    "negative dividend": (
        "Date,Close,Dividends\n2026-01-15,1,-1\n",
        "IWM.csv:2: the dividend '-1' is below zero",
    ),
    "dividend above the close": (
        "Date,Close,Dividends\n2026-01-15,1,0\n2026-01-16,1,3\n",
        "IWM.csv: the dividend of 2026-01-16, 3, is not less than the close before it",
    ),
    "bad adjusted close": (
        "Date,Close,Adj Close\n2026-01-15,1,x\n",
        "IWM.csv:2: the adjusted close 'x' is not a number",
    ),
    "bad split": (
        "Date,Close,Stock Splits\n2026-01-15,1,x\n",
        "IWM.csv:2: the split 'x' is not a ratio",
    ),
    "negative split": (
        "Date,Close,Splits\n2026-01-15,1,-2\n",
        "IWM.csv:2: the split '-2' is not a ratio",
    ),
    "split without a close": (
        "Date,Close,Splits\n2026-01-14,1,0\n2026-01-15,,2\n",
        "IWM.csv:3: the split '2' stands on a row without a close",
    ),
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_name_file_line_and_cell(tmp_path, text, fault):
    fetched = read(tmp_path, text)
    assert fetched.faults["IWM"].startswith(fault)
    assert fetched.prices.empty
    assert str(tmp_path) not in str(fetched.faults)


def test_a_fault_of_one_symbol_leaves_the_others(tmp_path):
    (tmp_path / "^RUT.csv").write_text(THREE)
    fetched = read(tmp_path, "nonsense")
    assert closes(fetched, "^RUT") == WANTED
    assert set(fetched.faults) == {"IWM", "^GSPC"}


def test_a_missing_file_is_named(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    assert read(folder, THREE).faults["^RUT"] == (
        "no file for ^RUT in export (looked for ^RUT.csv and prices.csv)"
    )


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("iwm.csv", "IWM"),
        ("IWM.CSV", "IWM"),
        ("^rut.csv", "^RUT"),
        ("^rut_d.csv", "^RUT"),
        ("iwm.us.csv", "IWM"),
        ("iwm_us_d.csv", "IWM"),
        ("iwm.us.txt", "IWM"),
    ],
)
def test_file_names_in_any_case_and_as_stooq_writes_them(tmp_path, name, symbol):
    assert closes(read(tmp_path, THREE, name), symbol) == WANTED


def test_of_two_files_the_one_that_is_not_read_is_noted(tmp_path):
    (tmp_path / "iwm_us_d.csv").write_text("Date,Close\n2026-01-16,1\n")
    fetched = read(tmp_path, THREE)
    assert closes(fetched) == WANTED
    assert fetched.notes["IWM"] == ("iwm_us_d.csv was not read: IWM.csv has the symbol too",)


def test_stooq_text_files_with_bracketed_headings(tmp_path):
    text = (
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        "IWM.US,D,20260115,000000,1,1,1,101.5,12,0\nIWM.US,D,20260116,000000,1,1,1,99.75,13,0\n"
    )
    fetched = read(tmp_path, text, "iwm.us.txt")
    assert closes(fetched) == {"2026-01-15": 101.5, "2026-01-16": 99.75}
    assert column(fetched, "volume") == [12.0, 13.0]


class TestTheFolder:
    def test_must_be_named(self):
        with pytest.raises(UsageError, match="the files provider needs --data DIR") as caught:
            fetch(None)
        assert caught.value.exit_code == 2

    def test_must_be_a_folder(self, tmp_path):
        with pytest.raises(ReportError, match="is not a folder"):
            fetch(tmp_path / "nowhere")

    def test_must_hold_something_of_the_universe(self, tmp_path):
        (tmp_path / "QQQ.csv").write_text(THREE)
        with pytest.raises(ReportError, match="no file for any series of the universe") as caught:
            fetch(tmp_path)
        assert "^RUT.csv" in (caught.value.hint or "")


LONG = """date,symbol,close,volume,dividend
2026-01-15,IWM,101.5,7,0
2026-01-15,QQQ,oops,,
2026-01-15,^rut,2650,,
2026-01-16,IWM,99.75,8,0.5
2026-01-16,^rut,2677.74,,
"""


class TestOneFileOfAllSymbols:
    @pytest.mark.parametrize(
        "text",
        [
            LONG,
            LONG.replace("oops", "600"),
            LONG.replace(",", ";"),
            LONG.replace("date,symbol", "Date,Ticker"),
            LONG.replace("2026-01-", "202601"),
        ],
        ids=["another symbol's fault", "plain", "semicolons", "headings", "dates"],
    )
    def test_is_read_by_symbol(self, tmp_path, text):
        fetched = read(tmp_path, text, "prices.csv")
        assert closes(fetched) == {"2026-01-15": 101.5, "2026-01-16": 99.75}
        assert closes(fetched, "^RUT") == {"2026-01-15": 2650.0, "2026-01-16": 2677.74}
        assert column(fetched, "dividend") == [0.0, 0.5]
        assert fetched.distributions == {"IWM": "reported", "^RUT": "none"}
        assert set(fetched.faults) == {"^GSPC"}

    def test_a_fault_of_one_symbol_leaves_the_others(self, tmp_path):
        fetched = read(tmp_path, LONG.replace("101.5", "x"), "prices.csv")
        assert fetched.faults["IWM"] == "prices.csv:2: the close 'x' is not a number"
        assert len(closes(fetched, "^RUT")) == 2

    def test_wins_over_a_file_of_the_symbol(self, tmp_path):
        (tmp_path / "prices.csv").write_text(LONG)
        (tmp_path / "^GSPC.csv").write_text(THREE)
        fetched = read(tmp_path, THREE)
        assert closes(fetched) == {"2026-01-15": 101.5, "2026-01-16": 99.75}
        assert fetched.notes["IWM"] == ("IWM.csv was not read: prices.csv has the symbol too",)
        assert closes(fetched, "^GSPC") == WANTED

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            (THREE, "prices.csv: no column holds the symbol"),
            (LONG + "The end,,,,\n", "prices.csv:7: 'The end' is not a date"),
            ("", "prices.csv: the file is empty"),
        ],
    )
    def test_is_refused_where_it_is_broken(self, tmp_path, text, what):
        with pytest.raises(ReportError) as caught:
            read(tmp_path, text, "prices.csv")
        assert caught.value.what == what

    @pytest.mark.parametrize("kind", ["day", "instant", "zone", "text", "category", "float32"])
    def test_may_be_parquet(self, tmp_path, kind):
        frame = pd.read_csv(io.StringIO(LONG.replace("oops", "600")))
        frame["unused"] = [[1]] * len(frame)
        if kind == "day":
            frame["date"] = pd.to_datetime(frame["date"]).dt.date
        elif kind == "instant":
            frame["date"] = pd.to_datetime(frame["date"])
        elif kind == "zone":
            frame["date"] = pd.to_datetime(frame["date"]).dt.tz_localize("America/New_York")
        elif kind == "category":
            frame["symbol"] = frame["symbol"].astype("category")
        elif kind == "float32":
            frame["close"] = frame["close"].astype("float32")
        frame.to_parquet(tmp_path / "prices.parquet")
        fetched = fetch(tmp_path)
        assert closes(fetched) == {"2026-01-15": 101.5, "2026-01-16": 99.75}
        assert closes(fetched, "^RUT")["2026-01-16"] == float(frame["close"].iloc[-1])

    @pytest.mark.parametrize("content", [b"PAR1 no", b""])
    def test_parquet_that_is_none_is_refused(self, tmp_path, content):
        with pytest.raises(ReportError, match=r"prices.parquet: it is not Parquet"):
            read(tmp_path, content, "prices.parquet")

    def test_there_is_only_one(self, tmp_path):
        (tmp_path / "prices.csv").write_text(LONG)
        with pytest.raises(ReportError, match=r"prices.csv and prices.parquet are both there"):
            read(tmp_path, b"", "prices.parquet")


def with_actions(
    close: list[float], *, adjusted: list[float] | None = None, **columns: list[object]
) -> str:
    frame = pd.DataFrame(
        {"Date": pd.bdate_range(end=AS_OF, periods=len(close)), "Close": close, **columns}
    )
    if adjusted is not None:
        frame["Adj Close"] = adjusted
    return frame.to_csv(index=False)


def adjusted_closes(close: np.ndarray, cash: np.ndarray) -> np.ndarray:
    """As vendors do: each close scaled by every later 1 - D / close before."""
    steps = np.append(1 - cash[1:] / close[:-1], 1.0)
    return close * np.cumprod(steps[::-1])[::-1]


def a_year_of_a_fund() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(7)
    close = np.round(200 * np.exp(np.cumsum(chance.normal(0, 0.012, 252))), 2)
    cash = np.zeros(252)
    cash[[50, 113, 176, 239]] = [0.612, 0.847, 0.5305, 0.771]
    return close, cash


class TestDistributions:
    def test_are_reported_where_there_is_a_column(self, tmp_path):
        fetched = read(tmp_path, with_actions([100, 101], Dividends=[0, 0.5]))
        assert fetched.distributions["IWM"] == "reported"
        assert column(fetched, "dividend") == [0.0, 0.5]

    def test_are_none_where_nothing_tells(self, tmp_path):
        assert read(tmp_path, THREE).distributions["IWM"] == "none"

    def test_of_an_index_are_none_where_its_column_holds_only_zeros(self, tmp_path):
        text = with_actions([100, 101], Dividends=[0.0, 0.0])
        assert read(tmp_path, text, "^RUT.csv").distributions["^RUT"] == "none"
        assert read(tmp_path, text, "IWM.csv").distributions["IWM"] == "reported"

    @pytest.mark.parametrize("digits", [6, 15])
    def test_are_implied_by_adjusted_closes(self, tmp_path, digits):
        close, cash = a_year_of_a_fund()
        adjusted = np.round(adjusted_closes(close, cash), digits)
        fetched = read(tmp_path, with_actions(close.tolist(), adjusted=adjusted.tolist()))
        assert fetched.distributions["IWM"] == "implied"
        assert column(fetched, "dividend") == cash.tolist()

    def test_that_are_implied_do_not_move_when_the_history_is_rescaled(self, tmp_path):
        close, cash = a_year_of_a_fund()
        for scale in (1.0, 0.99371, 0.90871):
            rescaled = (adjusted_closes(close, cash) * scale).astype("float32").astype(float)
            fetched = read(tmp_path, with_actions(close.tolist(), adjusted=rescaled.tolist()))
            assert column(fetched, "dividend") == cash.tolist()

    def test_that_rounding_would_hide_withhold_total_returns(self, tmp_path):
        close, cash = a_year_of_a_fund()
        coarse = np.round(adjusted_closes(close, cash) / 400, 2)
        fetched = read(tmp_path, with_actions(close.tolist(), adjusted=coarse.tolist()))
        assert fetched.distributions["IWM"] == "none"
        assert "do not fit its closes to within rounding" in fetched.notes["IWM"][0]

    def test_with_a_negative_amount_withhold_total_returns(self, tmp_path):
        fetched = read(tmp_path, with_actions([100, 100, 100], adjusted=[100, 99, 100]))
        assert fetched.distributions["IWM"] == "none"

    def test_are_none_where_the_column_is_blank(self, tmp_path):
        fetched = read(tmp_path, "Date,Close,Adj Close,Dividends\n2026-01-15,1,,\n2026-01-16,1,,\n")
        assert fetched.distributions["IWM"] == "none"
        assert "IWM" not in fetched.notes

    def test_with_a_row_without_adjusted_close_withhold_total_returns(self, tmp_path):
        fetched = read(tmp_path, "Date,Close,Adj Close\n2026-01-15,1,null\n2026-01-16,1,1\n")
        assert fetched.distributions["IWM"] == "none"
        assert "no adjusted close on 1 row," in fetched.notes["IWM"][0]

    def test_that_contradict_the_adjusted_closes_are_noted(self, tmp_path):
        close, cash = a_year_of_a_fund()
        adjusted = adjusted_closes(close, cash).tolist()
        fetched = read(
            tmp_path, with_actions(close.tolist(), adjusted=adjusted, Dividends=(cash * 0).tolist())
        )
        assert fetched.distributions["IWM"] == "reported"
        assert "differ by 1.8% in total return" in fetched.notes["IWM"][0]

    def test_that_agree_with_the_adjusted_closes_need_no_note(self, tmp_path):
        close, cash = a_year_of_a_fund()
        adjusted = adjusted_closes(close, cash).tolist()
        fetched = read(
            tmp_path, with_actions(close.tolist(), adjusted=adjusted, Dividends=cash.tolist())
        )
        assert "IWM" not in fetched.notes


class TestSplits:
    @pytest.mark.parametrize("cell", ["2", "2.0", "2:1", "2/1", "2-for-1", "2 for 1"])
    def test_that_the_closes_lack_are_to_be_applied(self, tmp_path, cell):
        text = with_actions([100.0, 51.0, 52.0], **{"Stock Splits": [0, cell, 0]})
        assert column(read(tmp_path, text), "split") == [1.0, 2.0, 1.0]

    def test_that_the_closes_hold_are_not(self, tmp_path):
        text = with_actions([50.0, 51.0, 52.0], **{"Stock Splits": [0, 2, 0]})
        assert column(read(tmp_path, text), "split") == [1.0, 1.0, 1.0]

    @pytest.mark.parametrize(("after", "factor"), [(990.0, 0.1), (99.0, 1.0)])
    def test_may_join_shares(self, tmp_path, after, factor):
        text = with_actions([100.0, after], Split=[1, "1:10"])
        assert column(read(tmp_path, text), "split") == [1.0, factor]

    def test_that_fit_neither_way_are_a_fault(self, tmp_path):
        text = with_actions([100.0, 70.0], Splits=[0, 2])
        assert read(tmp_path, text).faults["IWM"] == (
            "IWM.csv: the split of 2026-01-16 (2) cannot be told to be in the closes or not: "
            "the close went from 100 to 70"
        )

    @pytest.mark.parametrize(
        ("adjusted", "factor"), [([100, 97.5], 1.0), ([95.2380952, 97.5], 1.05)]
    )
    def test_of_few_shares_are_told_by_the_adjusted_closes(self, tmp_path, adjusted, factor):
        text = with_actions([100.0, 97.5], adjusted=adjusted, Splits=[0, 1.05])
        fetched = read(tmp_path, text)
        assert column(fetched, "split") == [1.0, factor]
        assert column(fetched, "dividend") == [0.0, 0.0]

    def test_leave_the_dividend_on_the_same_day_a_new_share(self, tmp_path):
        # 100 became 2 x 50; each new share paid 0.5 and closed at 51.
        text = with_actions([100.0, 51.0], adjusted=[49.5, 51.0], Splits=[0, 2])
        fetched = read(tmp_path, text)
        assert column(fetched, "split") == [1.0, 2.0]
        assert column(fetched, "dividend") == [0.0, 0.5]

    def test_that_no_column_names_are_a_fault(self, tmp_path):
        text = with_actions([100.0, 50.0], adjusted=[50.0, 50.0])
        assert "a split that the file does not name" in read(tmp_path, text).faults["IWM"]

    def test_on_the_first_row_need_nothing(self, tmp_path):
        assert column(read(tmp_path, with_actions([50.0, 51.0], Splits=[2, 0])), "split") == [1, 1]


DATES = {
    "iso": lambda day: day.isoformat(),
    "zone": lambda day: f"{day} 00:00:00-05:00",
    "compact": lambda day: f"{day:%Y%m%d}",
    "us": lambda day: f"{day.month}/{day.day}/{day.year}",
    "day first": lambda day: f"{day:%d/%m/%Y}",
    "dotted": lambda day: f"{day:%d.%m.%Y}",
    "named": lambda day: f"{day:%b} {day.day}, {day.year}",
}
NUMBERS = {
    "plain": lambda value: repr(value),
    "thousands": lambda value: f"{value:,.4f}",
    "dollars": lambda value: f"${value:,.4f}",
    "comma": lambda value: f"{value:,.4f}".translate(str.maketrans(",.", ".,")),
}


@st.composite
def dirty_files(draw: st.DrawFn) -> tuple[bytes, dict[str, float]]:
    """A random series, written in a random dialect with random dirt."""
    count = draw(st.integers(20, 40))
    days = [day.date() for day in pd.bdate_range(end=AS_OF, periods=count)]
    values = draw(st.lists(st.integers(1, 50_000_000), min_size=count, max_size=count))
    closes = {day.isoformat(): value / 10_000 for day, value in zip(days, values, strict=True)}
    show_day = DATES[draw(st.sampled_from(sorted(DATES)))]
    show_number = NUMBERS[draw(st.sampled_from(sorted(NUMBERS)))]
    headings = draw(st.permutations(["Date", "Open", "Close", "Volume"]))
    rows = [
        {"Date": show_day(day), "Open": "-", "Close": show_number(value / 10_000), "Volume": "7"}
        for day, value in zip(days, values, strict=True)
    ]
    rows += draw(st.lists(st.sampled_from(rows), max_size=3))
    if draw(st.booleans()):
        random.Random(draw(st.integers(0, 99))).shuffle(rows)
    case = draw(st.sampled_from([str.title, str.lower, str.upper]))
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    lines = [delimiter.join(case(heading) for heading in headings)]
    lines += [delimiter.join(f'"{row[heading]}"' for heading in headings) for row in rows]
    newline = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return (newline.join(lines) + newline).encode(encoding), closes


@given(dirty_files())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_dialect_the_closes_are_the_same(written):
    content, wanted = written
    rows = TolerantFile("IWM.csv", content).rows(SPAN)[ONLY]
    assert isinstance(rows, Rows), rows
    assert dict(zip(rows.days.astype(str).tolist(), rows.close.tolist(), strict=True)) == wanted


def plain(name: str, content: bytes) -> dict[str, Rows] | None:
    file = plain_file(name, content, grouped=False)
    return None if file is None else file.rows(SPAN)


def same(one: Rows, other: Rows) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name != "days")
        if isinstance(getattr(one, name), np.ndarray)
        else getattr(one, name) == getattr(other, name)
        for name in Rows.__slots__
    )


CELLS = st.sampled_from(
    ["1", "2.5", "100.25", "nan", "", "0", "-1", "inf", "1e3", "1.", ".5", " 7", '"8.5"', "x", "+4"]
)


@given(st.lists(st.tuples(st.integers(0, 9), CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_the_fast_way_gives_what_the_tolerant_way_gives(rows):
    lines = ["Date,Close,Dividends,Volume,Adj Close"]
    lines += [f"2026-01-1{day},{','.join(cells)}" for day, *cells in rows]
    content = "\n".join(lines).encode()
    fast = plain("IWM.csv", content)
    if fast is not None:
        slow = TolerantFile("IWM.csv", content).rows(SPAN)[ONLY]
        assert isinstance(slow, Rows), slow
        assert same(fast[ONLY], slow)


def test_plain_files_take_the_fast_way():
    assert plain("IWM.csv", THREE.encode()) is not None


def real_universe() -> Universe:
    return universe({path.stem: "fund" for path in sorted(REAL.glob("*.csv"))})


@needs_real
def test_every_real_file_is_read_in_time():
    started = time.perf_counter()
    fetched = fetch(REAL, wanted=real_universe())
    assert time.perf_counter() - started < 3
    assert not fetched.faults
    assert not fetched.notes
    assert fetched.prices["symbol"].nunique() == 26
    assert closes(fetched, "^RUT")["2026-01-16"] == 2677.74
    assert fetched.prices["session"].max() == pd.Timestamp(AS_OF)


@needs_real
@pytest.mark.parametrize("name", ["IWM.csv", "^IXIC.csv", "^RUT.csv"])
def test_real_files_read_the_same_both_ways(name):
    content = (REAL / name).read_bytes()
    fast = plain(name, content)
    slow = TolerantFile(name, content).rows(SPAN)[ONLY]
    assert fast is not None
    assert isinstance(slow, Rows)
    assert same(fast[ONLY], slow)


@needs_real
@pytest.mark.parametrize("symbol", ["IWM", "SPY", "XLE"])
def test_real_adjusted_closes_imply_the_dividends_that_were_paid(tmp_path, symbol):
    frame = pd.read_csv(REAL / f"{symbol}.csv")
    text = frame.drop(columns="Dividends").to_csv(index=False)
    wanted = universe({symbol: "fund"})
    (tmp_path / f"{symbol}.csv").write_text(text)
    implied = fetch(tmp_path, wanted=wanted)
    reported = fetch(REAL, wanted=wanted)
    assert implied.distributions[symbol] == "implied"
    np.testing.assert_allclose(
        column(implied, "dividend", symbol), column(reported, "dividend", symbol), atol=2e-4
    )
