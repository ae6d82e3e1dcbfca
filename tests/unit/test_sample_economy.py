"""The simulated economy is point in time, has the traps, and is the same each time."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from support import ask, universe
from support_rates import frozen

from generator import tables
from generator.providers import sample
from generator.providers._sample_economy import simulate_economy

DAY = "2026-01-16"
BYTES = 300_000


def of(table: str, name: str, day: str = DAY) -> pd.DataFrame:
    """Return the rows of one series."""
    rows = frozen(day)[table]
    return rows.loc[rows["series"] == name]


def test_every_economic_series_is_there_in_the_form_of_its_table() -> None:
    """And has a value; the tables are small."""
    found = frozen(DAY)
    wanted = {one.series for one in universe().macro.values()}
    assert set(found["macro"].dropna()["series"]) == wanted
    size = 0
    for name, rows in found.items():
        form = tables.FORMS[name]
        assert list(rows.columns) == list(form.columns)
        assert not rows.duplicated(list(form.keys)).any()
        pd.testing.assert_frame_equal(rows, tables.frame(name, dict(rows.items())))
        size += len(tables.parquet(tables.as_arrow(name, rows)))
    assert size < BYTES


def test_nothing_is_known_before_its_release() -> None:
    """No release is later than the edition, and `macro` is the newest release of each period."""
    vintages = frozen(DAY)["macro_vintages"]
    assert vintages["released"].max() <= pd.Timestamp(DAY)
    newest = vintages.sort_values("released").drop_duplicates(["series", "observed"], keep="last")
    both = newest.merge(frozen(DAY)["macro"], on=["series", "observed"], suffixes=("", "_known"))
    assert len(both) == len(newest)
    same = (both["value"] == both["value_known"]) | both["value"].isna()
    assert same.all()
    assert frozen(DAY)["futures"]["session"].max() == pd.Timestamp(DAY)


def test_an_earlier_edition_sees_the_same_past() -> None:
    """Releases, daily values and futures of 5 December are part of those of 23 January."""
    for table in ("macro_vintages", "futures"):
        keys = list(tables.FORMS[table].columns)
        early, late = frozen("2025-12-05")[table], frozen("2026-01-23")[table]
        if table == "macro_vintages":
            early = early.loc[early["observed"] >= "2023-02-01"]
        merged = early.merge(late, on=keys, how="left", indicator=True)
        assert (merged["_merge"] == "both").all(), table
    early, late = of("macro", "DGS10", "2025-12-05"), of("macro", "DGS10", "2026-01-23")
    pd.testing.assert_frame_equal(
        early.reset_index(drop=True), late[: len(early)].reset_index(drop=True)
    )


def test_the_same_rows_each_time() -> None:
    """A second simulation is equal to the first."""
    request = ask(date(2026, 1, 16), wanted=universe(), days=pd.DatetimeIndex([DAY]))
    again = simulate_economy(request, sample.simulate())
    for name, rows in frozen(DAY).items():
        pd.testing.assert_frame_equal(rows, again[name])


def test_what_was_not_collected_is_empty() -> None:
    """October 2025 has no consumer prices and no unemployment rate, and its payrolls came late."""
    for name in ("CPIAUCSL", "UNRATE"):
        rows = of("macro", name).set_index("observed")["value"]
        assert pd.isna(rows["2025-10-01"]) and rows["2025-11-01"] > 0
    october = of("macro_vintages", "PAYEMS").loc[lambda rows: rows["observed"] == "2025-10-01"]
    assert october["released"].min() == pd.Timestamp("2025-12-16")
    assert of("macro", "PAYEMS", "2025-12-12")["observed"].max() == pd.Timestamp("2025-09-01")


def test_growth_follows_from_the_levels() -> None:
    """The last growth rate is that of real GDP over the quarter before, to its printed digit."""
    levels = of("macro", "GDPC1").set_index("observed")["value"]
    growth = of("macro", "A191RL1Q225SBEA").set_index("observed")["value"]
    found = 100 * ((levels.iloc[-1] / levels.iloc[-2]) ** 4 - 1)
    assert found == pytest.approx(growth.iloc[-1], abs=0.05)


def test_the_nowcast_has_its_published_path() -> None:
    """Of the last quarter of 2025: 2.7 on 5 January, 5.4, 5.1 and 5.3 on the 14th."""
    rows = of("macro_vintages", "GDPNOW")
    own = rows.loc[rows["observed"] == "2025-10-01"].set_index("released")["value"]
    known = {"2026-01-05": 2.7, "2026-01-08": 5.4, "2026-01-09": 5.1, "2026-01-14": 5.3}
    assert {f"{day:%Y-%m-%d}": value for day, value in own["2026-01-05":].items()} == known


def test_the_rate_falls_by_its_steps() -> None:
    """18 September, 30 October and 11 December 2025, and 3.64% since."""
    upper = of("macro", "DFEDTARU").set_index("observed")["value"]
    steps = upper["2025-01-01":].diff().loc[lambda changes: changes != 0].dropna()
    assert [f"{day:%Y-%m-%d}" for day in steps.index] == ["2025-09-18", "2025-10-30", "2025-12-11"]
    assert upper.iloc[-1] == 3.75
    rate = of("macro", "EFFR").set_index("observed")["value"]
    assert set(rate["2025-12-11":].dropna()) == {3.64}
    assert pd.isna(rate["2026-01-01"]) and rate.index[-1] == pd.Timestamp("2026-01-15")


def test_the_june_contract_closes_at_the_published_price() -> None:
    """96.44 on 16 January 2026, with fourteen months from the session's own on."""
    rows = frozen(DAY)["futures"]
    own = rows.loc[rows["session"] == DAY].set_index("symbol")["close"]
    assert own["ZQM26.CBT"] == 96.44 and len(own) == 14
    assert {"ZQF26.CBT", "ZQF27.CBT"} <= set(own.index)


def test_the_calendar_looks_ahead_only() -> None:
    """Releases of the coming months, none on a weekend, and those that then come."""
    for day in ("2025-12-05", DAY):
        rows = frozen(day)["releases"]
        assert rows["day"].min() > pd.Timestamp(day)
        assert rows["day"].max() <= pd.Timestamp(day) + timedelta(120)
        assert (rows["day"].dt.day_of_week < 5).all()
    announced = frozen("2025-12-05")["releases"]
    payrolls = announced.loc[announced["series"] == "PAYEMS", "day"]
    assert pd.Timestamp("2025-12-16") in set(payrolls)
    came = of("macro_vintages", "PAYEMS")["released"]
    between = came[came > "2025-12-05"]
    assert set(between) <= set(payrolls)


def test_a_series_it_does_not_know_has_no_rows() -> None:
    """Nor is anything made up for it."""
    known = universe()
    more = known.macro["payrolls"].model_copy(update={"series": "NOSUCH"})
    wanted = known.model_copy(update={"macro": {"it": more}})
    request = ask(date(2026, 1, 16), wanted=wanted, days=pd.DatetimeIndex([DAY]))
    found = simulate_economy(request, sample.simulate())
    assert found["macro"].empty and found["macro_vintages"].empty and found["releases"].empty
