"""The simulated history: what was published holds to the digits printed, and it looks like one."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import yaml
from support import ask, project_settings
from test_sample_members import of_size

from generator.config import Series, Universe
from generator.editions import last_session, parse_edition, sessions_between
from generator.errors import ReportError
from generator.facts import show
from generator.providers import Request, sample
from generator.snapshot import Fetched, Snapshots
from generator.store import Store
from generator.tables import FORMS

ROOT = Path(__file__).parents[2]
UNIVERSE = Universe.model_validate(
    yaml.safe_load((ROOT / "content/universe.yml").read_text(encoding="utf-8"))
)
EDITIONS = [parse_edition("2025-W49").shift(weeks) for weeks in range(8)]
LAST = EDITIONS[-1]


def request_to(as_of: date, universe: Universe = UNIVERSE) -> Request:
    return ask(as_of, wanted=universe)


@pytest.fixture(scope="module")
def fetched() -> Fetched:
    return sample.fetch(request_to(last_session(LAST)))


@pytest.fixture(scope="module")
def closes(fetched: Fetched) -> pd.DataFrame:
    return fetched.prices.pivot(index="session", columns="symbol", values="close")


@pytest.fixture(scope="module")
def pair(closes: pd.DataFrame) -> pd.DataFrame:
    return closes[["^RUT", "^GSPC"]]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", ROOT / "tools/make_sample.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def change(series: pd.Series, base: str, end: str) -> float:
    return float(series[end] / series[base] - 1)


def printed(value: float) -> str:
    return show(value, "fraction").replace("−", "-").rstrip("%")


def runs_ahead(small: pd.Series, large: pd.Series) -> list[tuple[int, date]]:
    """Length and last session of every run of simple returns ahead."""
    ahead = (small.pct_change() - large.pct_change() > 1e-9).to_numpy()
    found, length = [], 0
    for position, flag in enumerate([*ahead, False]):
        if not flag and length:
            found.append((length, small.index[position - 1].date()))
        length = length + 1 if flag else 0
    return found


def weekly(frame: pd.DataFrame) -> pd.DataFrame:
    iso = frame.index.isocalendar()
    return frame.groupby([iso["year"].to_numpy(), iso["week"].to_numpy()]).tail(1)


# What was published


def test_november_week() -> None:
    """On 25 November 2025 the Russell 2000 is at 2,465.98, +96.39 on the week, +235.82 in 2025."""
    small = sample.simulate()["^RUT"]
    level = dict(zip(small.days.astype(str), small.closes, strict=True))
    assert level["2025-11-25"] == 2465.98
    assert show(level["2025-11-25"] - level["2025-11-21"], "change") == "+96.39"
    assert show(level["2025-11-25"] - level["2024-12-31"], "change") == "+235.82"
    assert f"{level['2025-11-25'] / level['2025-11-21'] - 1:.1%}" == "4.1%"
    assert f"{level['2025-11-25'] / level['2024-12-31'] - 1:.1%}" == "10.6%"


@pytest.mark.parametrize(
    ("day", "small", "large"),
    [
        ("2024-12-31", 2230.16, 5881.63),
        ("2025-12-12", 2551.46, 6827.41),
        ("2025-12-19", 2529.42, 6834.50),
    ],
)
def test_december_closes(pair: pd.DataFrame, day: str, small: float, large: float) -> None:
    """Three published closes of both indexes are met to the cent."""
    assert pair.loc[day].tolist() == [small, large]


def test_january_changes(pair: pd.DataFrame) -> None:
    """Each of the first 15 sessions of 2026 changes as printed, away from the rounding's edge."""
    small = [
        "1.06",
        "1.58",
        "1.37",
        "-.29",
        "1.11",
        ".78",
        ".44",
        "-.10",
        ".70",
        ".86",
        ".12",
        "-1.21",
        "2.00",
        ".76",
        "-1.82",
    ]
    large = [
        ".19",
        ".64",
        ".62",
        "-.34",
        ".01",
        ".65",
        ".16",
        "-.19",
        "-.53",
        ".26",
        "-.06",
        "-2.06",
        "1.16",
        ".55",
        ".03",
    ]
    changes = pair.pct_change()["2026-01-02":]
    for symbol, wanted in (("^RUT", small), ("^GSPC", large)):
        found = changes[symbol].tolist()
        assert [printed(v) for v in found] == [f"{float(text):+.2f}" for text in wanted]
        assert all(abs(v * 100 - float(t)) < 0.0049 for v, t in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("day", "small", "large"),
    [("2026-01-15", "+7.76", "+1.45"), ("2026-01-16", "+7.89", "+1.38")],
)
def test_january_year_to_date(pair: pd.DataFrame, day: str, small: str, large: str) -> None:
    """The year to date after 10 and 11 sessions is the one of unrounded closes."""
    assert printed(change(pair["^RUT"], "2025-12-31", day)) == small
    assert printed(change(pair["^GSPC"], "2025-12-31", day)) == large


def test_last_week(pair: pd.DataFrame) -> None:
    """On 23 January 2026 the S&P 500 is at 6,915.61, -0.35% on the week and +1.02% on the year."""
    large = pair["^GSPC"]
    assert large["2026-01-23"] == 6915.61
    assert large["2025-12-31"] == 6845.50
    assert printed(change(large, "2026-01-16", "2026-01-23")) == "-0.35"
    assert printed(change(large, "2025-12-31", "2026-01-23")) == "+1.02"


def test_calendar_years(pair: pd.DataFrame) -> None:
    """The calendar years 2016 to 2025 return what was published."""
    years = pair.groupby(pair.index.year).last().pct_change()
    small = [
        "+19.48",
        "+13.14",
        "-12.18",
        "+23.72",
        "+18.36",
        "+13.69",
        "-21.56",
        "+15.09",
        "+10.02",
        "+11.29",
    ]
    large = [
        "+9.54",
        "+19.42",
        "-6.24",
        "+28.88",
        "+16.26",
        "+26.89",
        "-19.44",
        "+24.23",
        "+23.31",
        "+16.39",
    ]
    assert [printed(v) for v in years.loc[2016:2025, "^RUT"]] == small
    assert [printed(v) for v in years.loc[2016:2025, "^GSPC"]] == large


@pytest.mark.parametrize(("symbol", "wanted"), [("IWM", "+12.66"), ("SPY", "+17.72")])
def test_total_returns_of_2025(fetched: Fetched, symbol: str, wanted: str) -> None:
    """With dividends the funds return what was published, in both ways of counting them."""
    rows = fetched.prices[fetched.prices["symbol"] == symbol].set_index("session")
    base = rows["close"].shift()
    added = ((rows["close"] + rows["dividend"]) / base)["2025"].prod() - 1
    taken_off = (rows["close"] / (base - rows["dividend"]))["2025"].prod() - 1
    assert [printed(float(added)), printed(float(taken_off))] == [wanted, wanted]


def test_index_and_fund_disagree(closes: pd.DataFrame) -> None:
    """In two weeks small caps are ahead by the indexes and behind by the funds."""

    def difference(small: str, large: str, base: str, end: str) -> float:
        return 100 * (change(closes[small], base, end) - change(closes[large], base, end))

    new_year, last = ("2025-12-26", "2026-01-02"), ("2026-01-16", "2026-01-23")
    assert 0.00025 < difference("^RUT", "^GSPC", *new_year) < 0.00035
    assert f"{difference('IWM', 'SPY', *new_year):.3f}" == "-0.016"
    assert f"{difference('^RUT', '^GSPC', *last):.2f}" == "0.03"
    assert f"{difference('IWM', 'SPY', *last):.3f}" == "-0.006"


def test_christmas_close(pair: pd.DataFrame) -> None:
    """The Russell 2000 of 26 December 2025 is +13.64% on the year."""
    assert pair["^RUT"]["2025-12-26"] == 2534.35
    assert printed(change(pair["^RUT"], "2024-12-31", "2025-12-26")) == "+13.64"


def test_month_to_12_december(closes: pd.DataFrame) -> None:
    """In that month small caps gain 4%, the Magnificent 7 0.3%, and the S&P 500 loses 0.3%."""
    found = closes.loc["2025-12-12"] / closes.loc["2025-11-12"] - 1
    rounded = {symbol: f"{found[symbol]:.1%}" for symbol in ("^RUT", "^SP600", "MAGS", "^GSPC")}
    assert rounded == {"^RUT": "4.0%", "^SP600": "4.0%", "MAGS": "0.3%", "^GSPC": "-0.3%"}


def test_magnificent_seven_in_january(closes: pd.DataFrame) -> None:
    """MAGS is -1.32% on the year at 15 January 2026."""
    assert printed(change(closes["MAGS"], "2025-12-31", "2026-01-15")) == "-1.32"


# Runs


def test_runs_of_sessions(pair: pd.DataFrame) -> None:
    """The published runs of sessions ahead are there, and none as long but those."""
    found = runs_ahead(pair["^RUT"], pair["^GSPC"])
    assert [run for run in found if run[0] > 11] == [
        (12, date(1991, 2, 5)),
        (16, date(1996, 5, 7)),
        (12, date(2001, 12, 18)),
        (13, date(2008, 6, 6)),
        (14, date(2026, 1, 22)),
    ]
    since = [run for run in found if run[0] >= 10 and run[1] > date(2008, 6, 6)]
    assert since == [(14, date(2026, 1, 22))]


def test_run_of_january_begins_with_the_year(pair: pd.DataFrame) -> None:
    """On the last session of 2025 small caps are behind: the run is 10 long on 15 January."""
    cut = pair[:"2026-01-15"]
    assert runs_ahead(cut["^RUT"], cut["^GSPC"])[-1] == (10, date(2026, 1, 15))
    assert runs_ahead(pair["^RUT"], pair["^GSPC"])[-1] == (14, date(2026, 1, 22))


def test_runs_of_weeks(pair: pd.DataFrame) -> None:
    """Small caps lead four weeks in a row to 12 December 2025, the most in two years."""
    ends = weekly(pair)
    found = [run for run in runs_ahead(ends["^RUT"], ends["^GSPC"]) if run[0] >= 4]
    assert (4, date(2025, 12, 12)) in found
    earlier = [run[1] for run in found if run[1] < date(2025, 12, 12)]
    assert max(earlier) < date(2023, 12, 12)


def test_no_signs_near_a_tie(pair: pd.DataFrame) -> None:
    """No session's lead hangs on less than rounding to cents could change."""
    difference = pair["^RUT"].pct_change() - pair["^GSPC"].pct_change()
    assert difference.abs().min() > 1e-8


# Records and the base


def test_record_of_september(pair: pd.DataFrame) -> None:
    """The record of 18 September 2025 is the first since 8 November 2021, 967 sessions between."""
    small = pair["^RUT"]
    records = small.index[small > small.cummax().shift()]
    position = records.get_loc(pd.Timestamp("2025-09-18"))
    assert records[position - 1] == pd.Timestamp("2021-11-08")
    between = (small.index > "2021-11-08") & (small.index < "2025-09-18")
    assert between.sum() == 967


def test_records_a_year(pair: pd.DataFrame) -> None:
    """There are 9 records in 2025, and 7 in 2026 up to 21 January."""
    small = pair["^RUT"]
    records = small > small.cummax().shift()
    assert records["2025"].sum() == 9
    assert records["2026":"2026-01-21"].sum() == 7


def test_first_back_at_a_record(closes: pd.DataFrame) -> None:
    """In December 2025 the Russell 2000 is the first of the major indexes at a record."""
    levels = closes[["^RUT", "^GSPC", "^IXIC", "^DJI"]].loc[:"2025-12-12"]
    records = (levels > levels.cummax().shift()).loc["2025-12"]
    first = {symbol: records.index[records[symbol]].min() for symbol in levels}
    others = [day for symbol, day in first.items() if symbol != "^RUT" and not pd.isna(day)]
    assert first["^RUT"] == pd.Timestamp("2025-12-04")
    assert all(day > first["^RUT"] for day in others)


def test_base_and_breakout(pair: pd.DataFrame) -> None:
    """A base of four years: a fall by a fifth to a third, tests of the high, and a breakout."""
    small = pair["^RUT"]
    high = small["2021-11-08"]
    base = small["2021-11-09":"2025-09-17"]
    assert base.max() < high
    assert 0.20 < 1 - base.min() / high < 0.33
    assert base.idxmin().year in (2022, 2023)
    for months in ("2024-11", "2025-01", "2025-08"):
        assert base[months].max() > 0.97 * high
    assert base["2025-04"].min() < 0.80 * high
    trigger = small.index[small > 1.01 * high][0]
    after = small[trigger:].iloc[:20]
    assert trigger == pd.Timestamp("2025-10-03")
    assert after.min() > 0.99 * high


# A plausible history


def test_every_series_is_complete(fetched: Fetched) -> None:
    """Every series of the universe has a close on every session from its first on."""
    assert set(fetched.prices["symbol"]) == {series.symbol for series in UNIVERSE.series.values()}
    assert not fetched.faults
    sessions = sessions_between(date(1987, 12, 31), last_session(LAST))
    for _, rows in fetched.prices.groupby("symbol"):
        own = sessions[sessions >= rows["session"].iloc[0]]
        assert rows["session"].tolist() == own.tolist()


def test_every_move_is_believable(fetched: Fetched) -> None:
    """No move is beyond its limit, every close is positive and in cents, and none stands still."""
    limits = {series.symbol: series.daily_limit for series in UNIVERSE.series.values()}
    for symbol, rows in fetched.prices.groupby("symbol"):
        close = rows["close"]
        assert close.notna().all() and (close > 0).all()
        assert (close == close.round(2)).all()
        assert close.pct_change().abs().max() < limits[str(symbol)], symbol
        assert not (close.diff().abs().rolling(4).max() == 0).any(), symbol


def test_returns_have_fat_tails_and_clusters(pair: pd.DataFrame) -> None:
    """Extremes are more frequent than under a normal law, and calm and storm last."""
    moves = pair.pct_change().dropna()
    for symbol in pair:
        assert moves[symbol].kurt() > 3
        assert moves[symbol].abs().autocorr(5) > 0.15
        assert abs(moves[symbol].autocorr(1)) < 0.08
        assert 0.12 < moves[symbol].std() * 252**0.5 < 0.25


def test_series_move_together(closes: pd.DataFrame) -> None:
    """Indexes are correlated as those of one market are, and funds track their index."""
    moves = closes.pct_change(fill_method=None)
    together = moves[["^RUT", "^GSPC", "^IXIC", "^DJI", "^SP600", "^RUI"]].corr()
    assert together.min().min() > 0.8
    assert moves["^RUT"].cov(moves["^GSPC"]) / moves["^GSPC"].var() == pytest.approx(1.15, abs=0.08)
    for fund, index in (("IWM", "^RUT"), ("SPY", "^GSPC"), ("IJR", "^SP600")):
        assert moves[fund].corr(moves[index]) > 0.998
        assert (moves[fund] - moves[index]).std() < 0.0005


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("1990-07", "1990-10"),
        ("1998-04", "1998-10"),
        ("2000-03", "2002-10"),
        ("2007-07", "2009-03"),
        ("2011-04", "2011-10"),
        ("2018-08", "2018-12"),
        ("2020-02", "2020-03"),
        ("2021-11", "2022-06"),
    ],
)
def test_bear_markets(pair: pd.DataFrame, since: str, until: str) -> None:
    """The Russell 2000 falls by a fifth and more when small caps are remembered to have fallen."""
    span = pair["^RUT"][since:until]
    assert (span / span.cummax() - 1).min() < -0.20


def test_volatility_indexes(closes: pd.DataFrame) -> None:
    """VIX and RVX stay between 9 and 85, jump as the market falls, and RVX is the higher."""
    moves = np.log(closes).diff()
    for symbol, subject in (("^VIX", "^GSPC"), ("^RVX", "^RUT")):
        level = closes[symbol].dropna()
        assert level.between(9, 85).all()
        assert level.max() > 50
        assert moves[symbol].corr(moves[subject]) < -0.4
    gap = (closes["^RVX"] - closes["^VIX"]).dropna()
    assert 2 < gap.mean() < 7
    assert (gap > 0).mean() > 0.9


def test_dividends_come_four_times_a_year(fetched: Fetched) -> None:
    """Funds but MAGS pay in the third week of each quarter's last month; indexes never pay."""
    kinds = {series.symbol: series.kind for series in UNIVERSE.series.values()}
    paid = fetched.prices[fetched.prices["dividend"] > 0]
    funds = {symbol for symbol, kind in kinds.items() if kind == "fund"}
    assert set(paid["symbol"]) == funds - {"MAGS"}
    assert set(paid["session"].dt.month) == {3, 6, 9, 12}
    assert paid["session"].dt.day.between(14, 21).all()
    whole = paid[paid["session"].dt.year == 2025].groupby("symbol").size()
    assert (whole == 4).all()
    assert (fetched.prices["dividend"] >= 0).all()


# The contract of a provider


def test_what_is_said_of_the_data(fetched: Fetched) -> None:
    """The data say that they are simulated, when they were made, and who reports distributions."""
    assert (fetched.provider, fetched.simulated) == ("sample", True)
    assert fetched.retrieved_at == datetime(2026, 1, 23, 22, tzinfo=UTC)
    assert fetched.distributions["IWM"] == "reported"
    assert fetched.distributions["^RUT"] == fetched.distributions["^VIX"] == "none"
    assert fetched.prices["volume"].isna().all()
    assert (fetched.prices["split"] == 1.0).all()


def test_an_earlier_edition_is_a_prefix(fetched: Fetched) -> None:
    """An earlier edition holds the same rows, cut, but for the one close revised on purpose."""
    for edition in EDITIONS[:-1]:
        as_of = last_session(edition)
        early = sample.fetch(request_to(as_of)).prices
        late = fetched.prices[fetched.prices["session"] <= pd.Timestamp(as_of)]
        late = late.reset_index(drop=True)
        different = early["close"] != late["close"]
        same = ["symbol", "session", "dividend", "split"]
        pd.testing.assert_frame_equal(early[same], late[same])
        rows = early[different][["symbol", "session"]].to_numpy().tolist()
        revised = [["PSCU", pd.Timestamp("2025-12-17")]] if str(edition) == "2025-W51" else []
        assert rows == revised


def test_after_the_end_there_is_no_sample() -> None:
    """An edition after the end of the simulation is refused with what to do instead."""
    with pytest.raises(ReportError, match="the sample ends on 2026-01-23") as caught:
        sample.fetch(request_to(date(2026, 1, 30)))
    assert "--provider files" in str(caught.value)


def test_an_unknown_series_is_a_fault() -> None:
    """A series the sample does not know is a fault of that symbol, and of no other."""
    added = Series(
        name="Another", short="Another", symbol="XXX", kind="fund", segment="small", daily_limit=1
    )
    universe = UNIVERSE.model_copy(update={"series": {**UNIVERSE.series, "another": added}})
    found = sample.fetch(request_to(date(2026, 1, 23), universe))
    assert found.faults == {"XXX": "the sample has no such series"}
    assert "XXX" not in found.distributions


def test_a_series_that_begins_later_is_a_fault() -> None:
    """Before its first session a series is a fault that names the session."""
    found = sample.fetch(request_to(date(2020, 1, 3)))
    assert found.faults == {"MAGS": "the sample of it begins on 2023-04-11"}


FINGERPRINT = """
import hashlib
import pandas as pd
from generator.providers import sample
digest = hashlib.sha256()
for symbol, item in sample.simulate().items():
    digest.update(symbol.encode() + item.closes.tobytes() + item.dividends.tobytes())
print(digest.hexdigest())
"""


def test_a_second_process_makes_the_same() -> None:
    """Simulated again from nothing, here and in another process, every byte is the same."""
    sample.simulate.cache_clear()
    digest = hashlib.sha256()
    for symbol, item in sample.simulate().items():
        digest.update(symbol.encode() + item.closes.tobytes() + item.dividends.tobytes())
    other = subprocess.run(
        [sys.executable, "-c", FINGERPRINT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == digest.hexdigest()


# The frozen editions


MEMBERS = ("holdings", "member_prices", "fund_history")


def frozen_equal_made(folder: Path, universe: Universe) -> None:
    snapshots = Snapshots(Store(str(folder)))
    assert [e for e in snapshots.editions() if e in EDITIONS] == EDITIONS
    for edition in EDITIONS:
        manifest = snapshots.manifest(edition)
        fetched = sample.fetch(request_to(manifest.as_of, universe))
        more = MEMBERS if edition in (EDITIONS[0], LAST) else ()
        for table, made in {"prices": fetched.prices, **fetched.tables}.items():
            assert manifest.tables[table]
            if table == "prices" or table in more:
                made = made.sort_values(list(FORMS[table].keys), ignore_index=True)
                frozen = snapshots.table(manifest, table)
                pd.testing.assert_frame_equal(frozen, made, check_exact=True)
        assert manifest.simulated
        revised = {name: dataset.revised_rows for name, dataset in manifest.datasets.items()}
        assert revised["prices"] == (1 if str(edition) == "2025-W52" else 0)
        assert not any(revised[table] for table in MEMBERS)


def test_frozen_editions_are_what_is_made_today() -> None:
    """The eight editions in the repository hold exactly the rows the provider makes."""
    frozen_equal_made(ROOT / "content/snapshots", UNIVERSE)


def test_frozen_editions_are_small() -> None:
    """All snapshots together take less than six million bytes, and no object three."""
    folder = ROOT / "content/snapshots"
    names = [f"{edition}.json" for edition in EDITIONS]
    snapshots = Snapshots(Store(str(folder)))
    objects = {
        item.name
        for edition in EDITIONS
        for chain in snapshots.manifest(edition).tables.values()
        for item in chain
    }
    sizes = [(folder / name).stat().st_size for name in [*names, *objects]]
    assert sum(sizes) < 6_000_000 and max(sizes) < 3_000_000


def test_the_tool_freezes_once(
    tool: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tool freezes eight editions into a folder, one line each, and refuses to do so again.
    Here with few members."""
    few = of_size(40)
    settings = project_settings().model_copy(update={"universe": few})
    monkeypatch.setattr(tool, "load_settings", lambda root: settings)
    assert tool.main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [str(edition) for edition in EDITIONS]
    frozen_equal_made(tmp_path, few)
    assert tool.main([str(tmp_path)]) == 1
    assert "frozen already" in capsys.readouterr().err
