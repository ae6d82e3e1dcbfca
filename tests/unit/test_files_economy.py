"""Economic series in a folder: what was known on the edition's date, and nothing later."""

from __future__ import annotations

import io
import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_files import bring, everything, fetched, folder_of, outcome

from generator.snapshot import Fetched

HEAD = "series,observed,released,value\n"
GDPNOW = (
    "GDPNOW,2025-07-01,2025-10-24,3.9\n"
    "GDPNOW,2025-10-01,2026-01-05,2.7\n"
    "GDPNOW,2025-10-01,2026-01-08,5.4\n"
    "GDPNOW,2025-10-01,2026-01-09,5.1\n"
    "GDPNOW,2025-10-01,2026-01-14,5.3\n"
)
LATER = "GDPNOW,2025-10-01,2026-02-19,3.0\nGDPNOW,2026-01-01,2026-02-20,many\n"


def values(found: Fetched, series: str, table: str = "macro") -> dict[str, float]:
    rows = found.tables[table]
    rows = rows.loc[rows["series"] == series]
    day = "released" if table == "macro_vintages" else "observed"
    return dict(zip(rows[day].dt.strftime("%Y-%m-%d"), rows["value"], strict=True))


def test_of_each_period_the_latest_release_up_to_the_edition_is_known(tmp_path: Path) -> None:
    """And every release of it is kept: the path of an estimate."""
    found = bring(tmp_path, {"macro_vintages.csv": HEAD + GDPNOW + LATER})
    assert values(found, "GDPNOW") == {"2025-07-01": 3.9, "2025-10-01": 5.3}
    assert values(found, "GDPNOW", "macro_vintages") == {
        "2025-10-24": 3.9,
        "2026-01-05": 2.7,
        "2026-01-08": 5.4,
        "2026-01-09": 5.1,
        "2026-01-14": 5.3,
    }
    assert outcome(found, "point_in_time") == ("passed", 1, ())
    assert found.sources["macro"] == "1 series as known on 2026-01-16"


def test_an_earlier_edition_sees_less(tmp_path: Path) -> None:
    """On the ninth the estimate was 5.1, and nothing of the fourteenth shows."""
    folder_of(tmp_path, {"macro_vintages.csv": HEAD + GDPNOW})
    found = fetched(tmp_path, date(2026, 1, 9))
    assert values(found, "GDPNOW") == {"2025-07-01": 3.9, "2025-10-01": 5.1}
    assert "2026-01-14" not in values(found, "GDPNOW", "macro_vintages")


def test_parquet_says_the_same(tmp_path: Path) -> None:
    """Days as timestamps, in whatever order of rows and columns."""
    frame = pd.read_csv(io.StringIO(HEAD + GDPNOW), parse_dates=["observed", "released"])
    buffer = io.BytesIO()
    frame.sample(frac=1, random_state=3)[[*frame.columns[::-1]]].to_parquet(buffer, index=False)
    one = bring(tmp_path / "a/data", {"macro_vintages.csv": HEAD + GDPNOW})
    other = bring(tmp_path / "b/data", {"macro_vintages.parquet": buffer.getvalue()})
    assert everything(one)["tables"] == everything(other)["tables"]


def test_what_a_file_begins_with_is_no_first_release(tmp_path: Path) -> None:
    """A first day that tells of several periods is what was known by then: these periods are known,
    and when they were released first is not."""
    text = (
        "UNRATE,2025-08-01,2025-12-01,4.3\nUNRATE,2025-09-01,2025-12-01,4.4\n"
        "UNRATE,2025-09-01,2026-01-09,4.5\nUNRATE,2025-11-01,2025-12-16,4.6\n"
    )
    found = bring(tmp_path, {"macro_vintages.csv": HEAD + text})
    assert values(found, "UNRATE") == {"2025-08-01": 4.3, "2025-09-01": 4.5, "2025-11-01": 4.6}
    assert values(found, "UNRATE", "macro_vintages") == {"2025-12-16": 4.6}


def test_an_empty_cell_stays_a_period_without_a_value(tmp_path: Path) -> None:
    """October 2025 was never collected: it is there, and nothing is put into it."""
    text = "UNRATE,2025-09-01,2025-11-20,4.4\nUNRATE,2025-10-01,2025-12-16,\n"
    found = values(bring(tmp_path, {"macro_vintages.csv": HEAD + text}), "UNRATE")
    assert found["2025-09-01"] == 4.4
    assert math.isnan(found["2025-10-01"])


def test_releases_are_kept_for_some_years_only(tmp_path: Path) -> None:
    """Of older periods the latest value is known, as FRED is asked."""
    text = "UNRATE,2022-12-01,2023-01-06,3.5\nUNRATE,2023-02-01,2023-03-10,3.6\n"
    found = bring(tmp_path, {"macro_vintages.csv": HEAD + text})
    assert values(found, "UNRATE") == {"2022-12-01": 3.5, "2023-02-01": 3.6}
    assert values(found, "UNRATE", "macro_vintages") == {"2023-03-10": 3.6}


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 20), st.floats(-9, 9)),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[:2],
)


@given(ROWS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_known_is_what_a_plain_loop_says(
    tmp_path: Path, rows: list[tuple[int, int, float]]
) -> None:
    """For any releases in any order: of each period the last that is not after the edition."""
    lines = [f"UNRATE,2025-0{7 + m}-01,2026-01-{10 + d},{value!r}" for m, d, value in rows]
    found = bring(tmp_path, {"macro_vintages.csv": HEAD + "\n".join(lines) + "\n"})
    known: dict[str, float] = {}
    for month, day, value in sorted(rows, key=lambda row: row[1]):
        if day <= 6:
            known[f"2025-0{7 + month}-01"] = value
    assert (values(found, "UNRATE") if "macro" in found.tables else {}) == known


def test_a_daily_series_is_cut_at_the_edition(tmp_path: Path) -> None:
    """Headings as FRED and others write them; it has no releases; a point is no value."""
    texts = ("date,value\n", "observation_date,DGS10\n", "Date,Value\n")
    for head in texts:
        rows = "2026-01-15,4.17\n2026-01-16,.\n2026-01-14,4.15\n2026-01-20,many\n"
        found = bring(tmp_path, {"macro/DGS10.csv": head + rows})
        known = values(found, "DGS10")
        assert list(known) == ["2026-01-14", "2026-01-15", "2026-01-16"]
        assert known["2026-01-15"] == 4.17 and math.isnan(known["2026-01-16"])
        assert found.missing["macro_vintages"] == "the folder has no macro_vintages.csv"
        assert outcome(found, "point_in_time")[0] == "not done"


def test_the_latest_values_of_a_revised_series_are_not_used(tmp_path: Path) -> None:
    """Nothing tells what was known of them on the edition's date; the reason says what would."""
    files = {"macro/UNRATE.csv": "date,value\n2025-12-01,4.4\n", "macro/DGS2.csv": "date,value\n"}
    files["macro/DGS2.csv"] += "2026-01-16,3.59\n"
    found = bring(tmp_path, files)
    reason = found.table_faults["macro"]["UNRATE"]
    assert "what was known of them on 2026-01-16 cannot be told" in reason
    assert "macro_vintages.csv with series, observed, released and value" in reason
    assert found.table_faults["macro_vintages"]["UNRATE"] == reason
    assert set(found.tables["macro"]["series"]) == {"DGS2"}


def test_releases_win_over_latest_values(tmp_path: Path) -> None:
    """Of a series in both, the file that says when values were known is used."""
    files = {
        "macro/GDPNOW.csv": "date,value\n2025-10-01,3.0\n",
        "macro_vintages.csv": HEAD + GDPNOW,
    }
    found = bring(tmp_path, files)
    assert values(found, "GDPNOW")["2025-10-01"] == 5.3
    assert "GDPNOW" not in found.table_faults["macro"]


def test_a_folder_without_economic_series_says_so_once(tmp_path: Path) -> None:
    """Two tables are missing, and no series has a fault of its own."""
    found = bring(tmp_path, {})
    assert found.missing["macro"] == "the folder has no economic series"
    assert found.missing["macro_vintages"] == "the folder has no macro_vintages.csv"
    assert not {"macro", "macro_vintages"} & set(found.table_faults)


FAULTS = {
    "a word": (
        {"macro_vintages.csv": HEAD + "UNRATE,2025-11-01,2025-12-16,high\n"},
        "macro_vintages.csv:2: the value 'high' is not a number",
    ),
    "two values of one release": (
        {"macro_vintages.csv": HEAD + "UNRATE,2025-11-01,2025-12-16,1\n" * 2 +
         "UNRATE,2025-11-01,2025-12-16,2\n"},
        "macro_vintages.csv:4: a second row for 2025-11-01 has another value than line 3",
    ),
    "no such release": (
        {"macro_vintages.csv": HEAD + GDPNOW},
        "macro_vintages.csv has no release of it up to then",
    ),
    "HTML": ({"macro_vintages.csv": "<html></html>"}, "begins with '<html></html>'"),
    "cut off": ({"macro_vintages.csv": HEAD + GDPNOW[:-12]}, "3 cells where there are 4 headings"),
    "no day of release": (
        {"macro_vintages.csv": "series,observed,value\nUNRATE,2025-11-01,4.6\n"},
        "macro_vintages.csv: no column holds the released; its headings",
    ),
    "both": (
        {"macro_vintages.csv": HEAD + GDPNOW, "macro_vintages.parquet": b""}, "both there"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_keeps_a_series_out_and_names_its_place(tmp_path: Path, case: str) -> None:
    """File, line and cell; what else the folder has is used."""
    files, words = FAULTS[case]
    found = bring(tmp_path, {"macro/DGS2.csv": "date,value\n2026-01-16,3.59\n", **files})
    assert words in found.table_faults["macro"]["UNRATE"]
    assert values(found, "DGS2") == {"2026-01-16": 3.59}


def test_a_file_named_after_no_series_is_named(tmp_path: Path) -> None:
    """It may be misspelt; nothing is read from it."""
    found = bring(tmp_path, {"macro/DSG10.csv": "date,value\n2026-01-16,4\n"})
    reason = "it is named after no series in content/universe.yml"
    assert found.table_faults["macro"]["macro/DSG10.csv"] == reason
    assert found.missing["macro"] == "no economic series of the folder can be used"


def test_what_is_released_or_dated_later_changes_nothing(tmp_path: Path) -> None:
    """Neither later releases, however wrong, nor later days of a daily series."""
    daily = "date,value\n2026-01-16,3.59\n"
    files = {"macro_vintages.csv": HEAD + GDPNOW, "macro/DGS2.csv": daily}
    before = everything(bring(tmp_path, files))
    poison = "PAYEMS,2025-12-01,2026-02-06,9\nGDPNOW,2025-10-01,2026-01-17,99\n"
    files["macro_vintages.csv"] += LATER + poison
    files["macro/DGS2.csv"] += "2026-01-17,99\n2026-01-20,none\n"
    assert everything(bring(tmp_path, files)) == before
    assert everything(fetched(tmp_path, date(2026, 1, 23))) != before
