"""A folder of real files: what is read of them, and known answers that they give."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import pytest
from support import REAL_PRICES, REPOSITORY, ask
from support_files import bring, closes, outcome

from generator.providers import provider
from generator.snapshot import Fetched

DATA = REPOSITORY.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not REAL_PRICES.is_dir(), reason="the folder of real data is absent"
)


@cache
def folder(lists: bool) -> Path:
    """Return a folder that links to the real files, with lists of members or without."""
    path = Path(mkdtemp()) / "data"
    (path / "holdings").mkdir(parents=True)
    files = [*REAL_PRICES.glob("^*.csv"), REAL_PRICES / "IWM.csv"]
    if lists:
        files += [DATA / "members/IWM_nav_shares_2000_2025-02-04.csv"]
        for file in (DATA / "members").glob("*_holdings_*.csv"):
            (path / "holdings" / file.name).symlink_to(file)
        for name in ("macro", "rates"):
            (path / name).symlink_to(DATA / name)
    for file in files:
        (path / file.name).symlink_to(file)
    (path / "members.parquet").symlink_to(DATA / "panel/adjusted_closes_wide.parquet")
    return path


@cache
def brought(as_of: date, lists: bool) -> Fetched:
    """Return what the provider brings of the real files."""
    return provider("files").fetch(ask(as_of, data=folder(lists)))


def test_the_lists_of_the_fund_are_read_by_their_days() -> None:
    """Two of them had come by 23 January 2026; later ones, and another fund's, are not seen."""
    rows = brought(date(2026, 1, 23), True).tables["holdings"]
    shares = rows.loc[rows["symbol"] != ""].groupby(["fund", "day"]).size()
    assert {(fund, str(day.date())): count for (fund, day), count in shares.items()} == {
        ("IWM", "2025-05-13"): 1927,
        ("IWM", "2026-01-21"): 1942,
    }


def test_both_layouts_are_read_of_real_files(tmp_path: Path) -> None:
    """In June the fund on the S&P SmallCap 600 is there, from a file with swaps among its rows."""
    lists = (DATA / "members").glob("*_holdings_*.csv")
    files = {f"holdings/{file.name}": file.read_bytes() for file in lists}
    rows = bring(tmp_path, files, date(2026, 6, 26)).tables["holdings"]
    own = rows.loc[rows["fund"] == "IJR"]
    assert (len(own), str(own["day"].max().date())) == (604, "2026-06-19")
    assert rows["day"].nunique() == 5


def test_the_panel_covers_most_of_the_fund() -> None:
    """By weight 95% and more of the list of 21 January 2026, after strangers are left out."""
    found = brought(date(2026, 1, 23), True)
    assert outcome(found, "member_coverage") == ("passed", 1, ())
    rows = found.tables["holdings"]
    newest = rows.loc[rows["day"] == rows["day"].max()]
    held = newest["symbol"].isin(set(found.tables["member_prices"]["symbol"]))
    assert 0.95 < newest.loc[held, "weight"].sum() / newest["weight"].sum() < 0.96
    assert outcome(found, "member_price_files")[:2] == ("left out", 1842)
    assert outcome(found, "member_split_files")[0] == "noted"
    assert {"AIV", "ATRO"} <= set(found.table_faults["member_prices"])


@pytest.mark.parametrize(
    ("as_of", "above", "of", "advances", "declines"),
    [(date(2025, 12, 12), 1336, 2044, 724, 1324), (date(2026, 1, 16), 1376, 2047, 754, 1277)],
)
def test_without_lists_everyone_in_the_panel_is_a_member(
    as_of: date, above: int, of: int, advances: int, declines: int
) -> None:
    """65.4% and 67.2% of those with a full average of 200 sessions close above it; the counts were
    taken from the file by itself."""
    found = brought(as_of, False)
    assert "without weights" in found.missing["holdings"]
    panel = closes(found)
    average = panel.rolling(200).mean().iloc[-1]
    last, change = panel.iloc[-1], panel.diff().iloc[-1]
    assert ((last > average).sum(), (average.notna() & last.notna()).sum()) == (above, of)
    assert ((change > 0).sum(), (change < 0).sum()) == (advances, declines)


def test_daily_series_and_futures_end_with_the_edition() -> None:
    """The ten-year yield, eight contracts, and a fund's history that ended a year before."""
    tables = brought(date(2026, 1, 23), True).tables
    macro = tables["macro"].set_index(["series", "observed"])["value"]
    assert macro["DGS10"].last_valid_index() == pd.Timestamp("2026-01-23")
    assert macro["DFEDTARU", pd.Timestamp("2026-01-23")] == 3.75
    assert "UNRATE" not in macro.index.get_level_values("series")
    assert (
        tables["futures"].groupby("symbol")["session"].max().tolist()
        == [pd.Timestamp("2026-01-23")] * 8
    )
    history = tables["fund_history"]
    assert (len(history), str(history["day"].max().date())) == (6214, "2025-02-04")
