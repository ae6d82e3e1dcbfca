"""The simulated members: together they are the index, point in time, with every trap in it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support import REPOSITORY, ask, universe

from generator.config import Universe
from generator.editions import last_session, parse_edition
from generator.errors import ReportError
from generator.providers import sample
from generator.providers._sample_indexes import INDEXES
from generator.snapshot import Fetched
from generator.tables import FORMS

LAST = date(2026, 1, 23)
INDEX = {"IWM": "^RUT", "IVV": "^GSPC"}
SILENT = pd.Timestamp("2023-12-06")
"""On this session no simulated small company in health care has a close."""
FUNDS = {series.symbol: series.sector for series in universe().series.values() if series.sector}


def of_size(count: int) -> Universe:
    """The universe with so many simulated members of each index."""
    members = {
        subject: rules.model_copy(update={"simulated": count})
        for subject, rules in universe().members.items()
    }
    return universe().model_copy(update={"members": members})


@pytest.fixture(scope="module")
def fetched() -> Fetched:
    return sample.fetch(ask(LAST))


@pytest.fixture(scope="module")
def holdings(fetched: Fetched) -> pd.DataFrame:
    return fetched.tables["holdings"]


@pytest.fixture(scope="module")
def closes(fetched: Fetched) -> pd.DataFrame:
    rows = fetched.tables["member_prices"]
    return rows.pivot(index="session", columns="symbol", values="close")


@pytest.fixture(scope="module")
def splits(fetched: Fetched) -> pd.DataFrame:
    rows = fetched.tables["member_prices"]
    return rows.pivot(index="session", columns="symbol", values="split").fillna(1.0)


@pytest.fixture(scope="module")
def adjusted(closes: pd.DataFrame, splits: pd.DataFrame) -> pd.DataFrame:
    """Closes in shares of the first session."""
    return closes * splits.cumprod()


@pytest.fixture(scope="module")
def series(fetched: Fetched) -> pd.DataFrame:
    return fetched.prices.pivot(index="session", columns="symbol", values="close")


def lists_of(holdings: pd.DataFrame, fund: str) -> dict[pd.Timestamp, pd.DataFrame]:
    """The lists of a fund by day, without what is not traded."""
    rows = holdings[(holdings["fund"] == fund) & (holdings["symbol"] != "")]
    return dict(iter(rows.groupby("day")))


def returns_of_lists(
    lists: dict[pd.Timestamp, pd.DataFrame], adjusted: pd.DataFrame
) -> dict[pd.Timestamp, pd.Series]:
    """By sector and session: market values of the list in force, grown by closes, as values before
    and after each session; a missing close is the last known one."""
    filled, found = adjusted.ffill(), {}
    ends = [*list(lists)[1:], adjusted.index[-1]]
    for (day, rows), end in zip(lists.items(), ends, strict=True):
        own = filled.loc[day:end, rows["symbol"].tolist()]
        values = (own / own.iloc[0]).fillna(1.0) * rows["market_value"].to_numpy()
        sums = values.T.groupby(rows["sector"].to_numpy()).sum().T
        for before, after in zip(sums.index[:-1], sums.index[1:], strict=True):
            found[after] = pd.concat({"before": sums.loc[before], "after": sums.loc[after]})
    return found


@pytest.mark.parametrize("fund", list(INDEX))
def test_members_add_up_to_their_index(
    fund: str, holdings: pd.DataFrame, adjusted: pd.DataFrame, series: pd.DataFrame
) -> None:
    """On every session the list in force, weighted at the close before, returns what the index
    does, within 2 basis points; but on the session without a sector, and as it comes back."""
    found = returns_of_lists(lists_of(holdings, fund), adjusted)
    ours = pd.Series({d: v["after"].sum() / v["before"].sum() - 1 for d, v in found.items()})
    index = series[INDEX[fund]].pct_change().reindex(ours.index)
    apart = (ours - index).abs()
    if fund == "IWM":
        apart = apart.drop([SILENT, pd.Timestamp("2023-12-07")])
    assert len(apart) > 530
    assert apart.max() < 0.0002
    # What remains does not add up over the years.
    assert (1 + ours).prod() == pytest.approx((1 + index).prod(), abs=0.003)


@pytest.mark.parametrize("fund", list(INDEX))
def test_sectors_follow_the_funds_of_them(
    fund: str, holdings: pd.DataFrame, adjusted: pd.DataFrame, series: pd.DataFrame
) -> None:
    """Where the sample has a fund of a sector, the members of the sector lead when it does."""
    found = returns_of_lists(lists_of(holdings, fund), adjusted)
    sums = pd.DataFrame(found).T
    ours = sums["after"] / sums["before"] - 1
    index = series[INDEX[fund]].pct_change()
    for name, sector in INDEXES[INDEX[fund]].sectors.items():
        if sector.fund is None:
            continue
        both = pd.DataFrame(
            {"ours": ours[name] - index, "fund": series[sector.fund].pct_change() - index}
        ).dropna()
        both = both.drop([SILENT, pd.Timestamp("2023-12-07")])
        assert both.corr().loc["ours", "fund"] > 0.6, name
        clear = both[both["fund"].abs() > 0.01]
        assert (np.sign(clear["ours"]) == np.sign(clear["fund"])).mean() > 0.8, name


@pytest.mark.parametrize(
    ("fund", "count", "top_ten", "heaviest"),
    [("IWM", 2000, (0.035, 0.065), 0.012), ("IVV", 500, (0.33, 0.40), 0.11)],
)
def test_an_index_is_as_heavy_at_the_top_as_the_real_one(
    fund: str,
    count: int,
    top_ten: tuple[float, float],
    heaviest: float,
    holdings: pd.DataFrame,
) -> None:
    """The largest ten of the small index are 4 to 6% of it, of the large one more than a third;
    weights follow from market values, and with a little cash they are the whole."""
    for rows in lists_of(holdings, fund).values():
        assert abs(len(rows) - count) <= 0.02 * count
        weights = rows["weight"]
        assert top_ten[0] < weights.nlargest(10).sum() < top_ten[1]
        assert weights.max() < heaviest
        assert weights.sum() == pytest.approx(0.998, abs=0.0005)
        values = rows["market_value"]
        assert (values == rows["quantity"] * rows["price"]).all()
        assert weights.to_numpy() == pytest.approx(values / values.sum() * 0.998, abs=1e-6)


def test_sectors_weigh_what_they_should(holdings: pd.DataFrame) -> None:
    """All eleven sectors of the settings are there, at the start by the weights of the recipe."""
    names = set(universe().sectors.values())
    for fund, index in INDEX.items():
        lists = lists_of(holdings, fund)
        first = next(iter(lists.values()))
        sums = first.groupby("sector")["weight"].sum()
        assert set(sums.index) == names == set(INDEXES[index].sectors)
        for name, sector in INDEXES[index].sectors.items():
            assert sums[name] == pytest.approx(sector.weight / 100, abs=0.002)


def test_members_move_as_companies_do(adjusted: pd.DataFrame, holdings: pd.DataFrame) -> None:
    """Small companies are wilder than large ones, few closes stand still, none is absurd."""
    moves = adjusted.pct_change(fill_method=None)
    assert (adjusted > 0).sum().sum() == adjusted.notna().sum().sum()
    assert moves.abs().max().max() < 0.7
    assert 0.005 < (moves == 0).sum().sum() / moves.notna().sum().sum() < 0.05
    for fund, low, high in (("IWM", 0.025, 0.035), ("IVV", 0.012, 0.022)):
        members = lists_of(holdings, fund)[pd.Timestamp(LAST)]["symbol"]
        assert low < moves[members].std().median() < high
    year = adjusted.ffill().loc[pd.Timestamp(LAST)] / adjusted.ffill().loc["2025-12-31"] - 1
    small = year[lists_of(holdings, "IWM")[pd.Timestamp(LAST)]["symbol"]].dropna()
    assert 0.5 < (small > 0).mean() < 0.9


def test_closes_are_exact(closes: pd.DataFrame) -> None:
    """Every close is a multiple of 1/1024 dollar, so that nothing is lost and files stay small."""
    known = closes.to_numpy()[closes.notna().to_numpy()]
    assert (known * 1024 == np.round(known * 1024)).all()


# Who is a member when


def test_lists_are_of_month_ends_and_of_the_editions_weeks(holdings: pd.DataFrame) -> None:
    """Every month of two years ends with a list, and from 2025-W48 on every week."""
    days = pd.DatetimeIndex(sorted(holdings["day"].unique()))
    sessions = pd.DatetimeIndex(ask(LAST).sessions)
    sessions = sessions[sessions >= "2023-11-30"]
    months = pd.Series(sessions, sessions).groupby(sessions.to_period("M")).last().iloc[:-1]
    late = sessions[sessions >= "2025-11-24"]
    weeks = pd.Series(late, late).groupby(late.to_period("W-SUN")).last()
    assert set(days) == set(months) | set(weeks)
    for _, rows in holdings.groupby(["fund", "day"]):
        assert rows["line"].tolist() == list(range(1, len(rows) + 1))


def test_an_edition_knows_only_lists_and_members_up_to_its_day() -> None:
    """An earlier edition has the same rows cut at its day, of nobody who joins later."""
    whole = of_size(200)
    fetched = sample.fetch(ask(LAST, wanted=whole))
    for edition in ("2025-W49", "2025-W23"):
        day = last_session(parse_edition(edition))
        early = sample.fetch(ask(day, wanted=whole)).tables
        for table in ("holdings", "fund_history"):
            late = fetched.tables[table]
            cut = late[late["day"] <= pd.Timestamp(day)]
            keys = list(FORMS[table].keys)
            pd.testing.assert_frame_equal(
                early[table].sort_values(keys, ignore_index=True),
                cut.sort_values(keys, ignore_index=True),
            )
        known = set(early["holdings"]["symbol"]) - {""}
        late = fetched.tables["member_prices"]
        cut = late[(late["session"] <= pd.Timestamp(day)) & late["symbol"].isin(known)]
        pd.testing.assert_frame_equal(early["member_prices"], cut.reset_index(drop=True))
        assert set(early["member_prices"]["symbol"]) == known
    assert set(fetched.tables["member_prices"]["symbol"]) > known


def test_in_june_a_twelfth_of_the_small_index_is_replaced(holdings: pd.DataFrame) -> None:
    """About 8% join and leave at the end of June, otherwise single ones, in either index."""
    for fund in INDEX:
        lists = lists_of(holdings, fund)
        days = list(lists)
        for before, after in itertools.pairwise(days):
            old, new = set(lists[before]["symbol"]), set(lists[after]["symbol"])
            share = len(new - old) / len(old)
            if fund == "IWM" and after.month == 6:
                assert 0.075 < share < 0.09
                # The heaviest have outgrown the index, most of the others have shrunk.
                ranks = lists[before].set_index("symbol")["weight"].rank(pct=True)
                left = ranks[sorted(old - new)]
                assert (left > 0.98).sum() >= 5 and (left < 0.12).mean() > 0.8
            else:
                assert share < 0.005
    monthly = [set(rows["symbol"]) for rows in list(lists_of(holdings, "IWM").values())[:20]]
    assert all(old - new and new - old for old, new in itertools.pairwise(monthly))


def test_who_leaves_is_soon_priced_no_longer(
    holdings: pd.DataFrame, closes: pd.DataFrame, adjusted: pd.DataFrame
) -> None:
    """Nobody who left is priced for more than ten sessions more; some end before the list drops
    them, some are taken over and hardly move in the weeks before."""
    lists = lists_of(holdings, "IWM")
    days = list(lists)
    before, after, still = 0, 0, 0
    quiet = adjusted.pct_change(fill_method=None).abs()
    last = closes.apply(pd.Series.last_valid_index)
    for one, following in itertools.pairwise(days):
        place = closes.index.get_loc(following)
        for symbol in set(lists[one]["symbol"]) - set(lists[following]["symbol"]):
            end = closes.index.get_loc(last[symbol])
            assert end <= place + 10
            before, after = before + (end < place), after + (end > place)
            still += quiet[symbol].iloc[place - 11 : place].max() < 0.02
    assert before > 10 and after > 300 and still > 10


def test_some_who_join_were_not_traded_before(holdings: pd.DataFrame, closes: pd.DataFrame) -> None:
    """Of the lines that join, some have a whole history and some begin shortly before."""
    lists = list(lists_of(holdings, "IWM").values())
    joined = set(lists[-1]["symbol"]) - set(lists[0]["symbol"])
    first = closes[sorted(joined)].apply(pd.Series.first_valid_index)
    whole = (first == closes.index[0]).mean()
    assert 0.3 < whole < 0.7


# What else real data have


def split_of(splits: pd.DataFrame, closes: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Every split, by symbol and day, after checking that the close as traded moved with it."""
    found = {}
    for symbol in splits.columns[(splits != 1).any()]:
        for session in splits.index[splits[symbol] != 1]:
            factor = splits.loc[session, symbol]
            place = closes.index.get_loc(session)
            ratio = closes[symbol].iloc[place] / closes[symbol].iloc[place - 1]
            assert ratio * factor == pytest.approx(1, abs=0.25)
            found[symbol, str(session.date())] = float(factor)
    return found


def test_shares_are_split_and_put_together(splits: pd.DataFrame, closes: pd.DataFrame) -> None:
    """Closes are as traded and the factor stands on the split's session: 2:1 and 1:10, in the
    editions' weeks and before, in each index on the first session of 2026."""
    found = split_of(splits, closes)
    assert sorted(found.values()) == [0.1, 0.1, 2.0, 2.0, 2.0, 2.0, 3.0, 10.0]
    days = [day for _, day in found]
    assert days.count("2026-01-02") == 2
    assert sum(day >= "2025-12-01" for day in days) == 4


def test_a_split_is_in_the_lists_too(holdings: pd.DataFrame, splits: pd.DataFrame) -> None:
    """In the list after a split a fund holds as many more shares at the price as traded."""
    (symbol,) = splits.columns[(splits.loc["2025-12-17"] == 2.0).to_numpy()]
    rows = holdings[holdings["symbol"] == symbol].set_index("day")
    before, after = rows.loc["2025-12-12"], rows.loc["2025-12-19"]
    assert after["quantity"] / before["quantity"] == pytest.approx(2, abs=0.1)
    assert after["price"] / before["price"] == pytest.approx(0.5, abs=0.1)


def test_closes_are_missing_in_every_way(holdings: pd.DataFrame, closes: pd.DataFrame) -> None:
    """A member without a close for months and today, one for two weeks, many for a single day, and
    a session on which a whole sector has none; lists name all of them with a price."""
    last = lists_of(holdings, "IWM")[pd.Timestamp(LAST)]
    own = closes[last["symbol"]]
    ends = own.apply(pd.Series.last_valid_index)
    assert (ends < pd.Timestamp(LAST)).sum() == 1
    assert ends.min() == pd.Timestamp("2025-10-17")
    weeks = own.loc["2025-12-29":"2026-01-12"]
    assert ((weeks.isna().all()) & own.loc["2026-01-13"].notna()).sum() == 1
    alone = own.isna() & own.shift().notna() & own.shift(-1).notna()
    assert alone.drop(SILENT).sum().sum() > 50
    old = lists_of(holdings, "IWM")[pd.Timestamp("2023-11-30")].set_index("symbol")["sector"]
    silent = closes.loc[SILENT, old.index].isna()
    assert silent[old == "Health Care"].all()
    assert silent[old != "Health Care"].mean() < 0.01
    traded = holdings[holdings["symbol"] != ""]
    assert (traded["price"] > 0).all()


def test_a_sector_that_is_silent_was_so_before_any_edition_looks_back() -> None:
    """Averages of 200 and highs of 252 sessions are whole in the editions of the sample."""
    sessions = ask(last_session(parse_edition("2025-W49"))).sessions
    assert (sessions > SILENT).sum() > 252


def test_companies_have_two_classes_of_shares(holdings: pd.DataFrame, closes: pd.DataFrame) -> None:
    """In each index two companies have two lines, which move together."""
    moves = closes.pct_change(fill_method=None)
    for fund in INDEX:
        rows = lists_of(holdings, fund)[pd.Timestamp(LAST)].set_index("symbol")
        first = rows[rows["name"].str.endswith(" CLASS A")]
        second = rows[rows["name"].str.endswith(" CLASS B")]
        assert len(first) == len(second) == 2
        for symbol, row in first.iterrows():
            other = str(symbol).replace("-A", "-B")
            assert row["name"][:-1] == rows.loc[other, "name"][:-1]
            assert row["sector"] == rows.loc[other, "sector"]
            assert row["ticker"] == str(symbol).replace("-", "")
            assert moves[symbol].corr(moves[other]) > 0.9


def test_a_line_that_is_not_traded_has_neither_symbol_nor_price(holdings: pd.DataFrame) -> None:
    """Every list of the small index has one, and the large one none."""
    rows = holdings[holdings["symbol"] == ""]
    assert set(rows["fund"]) == {"IWM"} and len(rows) == holdings["day"].nunique()
    assert (rows[["price", "market_value", "weight"]] == 0).all().all()
    assert (rows["ticker"] == "").all() and (rows["quantity"] > 0).all()


def test_a_ticker_called_na_survives(holdings: pd.DataFrame, closes: pd.DataFrame) -> None:
    """It is a company like another, from the first list to the last, with closes."""
    rows = holdings[holdings["symbol"] == "NA"]
    assert len(rows) == holdings["day"].nunique() and set(rows["ticker"]) == {"NA"}
    assert closes["NA"].notna().mean() > 0.99


def test_no_symbol_or_name_is_anyone_elses(holdings: pd.DataFrame) -> None:
    """A symbol has three letters and two digits, which no listed share of ours has; names differ,
    and a line is called the same in every list."""
    symbols = set(holdings["symbol"]) - {"", "NA"}
    assert all(pd.Series(sorted(symbols)).str.fullmatch(r"[A-Z]{3}\d\d(-[AB])?"))
    names = holdings[["symbol", "name", "sector", "ticker"]].drop_duplicates()
    assert not names["symbol"].duplicated().any() and not names["name"].duplicated().any()
    funds = holdings[["fund", "symbol"]].drop_duplicates()
    assert not funds["symbol"][funds["symbol"] != ""].duplicated().any()
    assert not holdings.isna().any().any()


# The contract


def test_there_are_as_many_as_the_settings_say() -> None:
    """With forty members the lists have forty lines, and every trap is still there."""
    found = sample.fetch(ask(LAST, wanted=of_size(40))).tables
    first = found["holdings"][found["holdings"]["day"] == "2023-11-30"]
    assert first["fund"].value_counts().to_dict() == {"IWM": 41, "IVV": 40}
    assert "NA" in set(found["holdings"]["symbol"])
    factors = found["member_prices"]["split"]
    assert sorted(factors[factors != 1]) == [0.1, 0.1, 2.0, 2.0, 2.0, 2.0, 3.0, 10.0]
    assert found["holdings"]["name"].str.endswith("CLASS B").any()


@pytest.mark.parametrize(("count", "said"), [(5000, "names for 2800"), (5, "20 members of an")])
def test_too_many_or_too_few_members_are_refused(count: int, said: str) -> None:
    """The message says how many there can be, and where to mend it."""
    with pytest.raises(ReportError, match=said) as caught:
        sample.fetch(ask(LAST, wanted=of_size(count)))
    assert "'simulated' under 'members'" in str(caught.value)


def test_before_the_first_list_there_are_no_members() -> None:
    """An edition of an earlier year says of each table that the sample has nothing of it."""
    found = sample.fetch(ask(date(2020, 1, 3), wanted=of_size(40)))
    reason = "the sample has nothing of it up to 2020-01-03"
    for table in ("holdings", "member_prices", "fund_history"):
        assert table not in found.tables and found.missing[table] == reason
    assert found.table_faults["holdings"] == {"IVV": reason, "IWM": reason}


def test_an_unknown_fund_or_index_is_a_fault() -> None:
    """Whose members or shares the sample does not know is named, and the others are there."""
    known = of_size(40)
    stranger = next(iter(known.funds.values())).model_copy(update={"symbol": "XXX"})
    rules = next(iter(known.members.values())).model_copy(update={"fund": "YYY"})
    added = known.model_copy(
        update={
            "funds": {**known.funds, "stranger": stranger},
            "members": {**known.members, "nasdaq_composite": rules},
        }
    )
    found = sample.fetch(ask(LAST, wanted=added))
    reason = "the sample has nothing of it up to 2026-01-23"
    assert found.table_faults["fund_history"] == {"XXX": reason}
    assert found.table_faults["holdings"] == {"YYY": reason}
    assert set(found.tables["holdings"]["fund"]) == {"IWM", "IVV"}


FINGERPRINT = """
import hashlib, sys
from datetime import date
sys.path.insert(0, "tests/unit"); sys.path.insert(0, "tests")
from support import ask
from test_sample_members import fingerprint, of_size
print(fingerprint())
"""


def fingerprint() -> str:
    """The hash of every table of a small sample, as it is frozen."""
    import hashlib

    from generator.tables import as_arrow, parquet

    found = sample.fetch(ask(LAST, wanted=of_size(40))).tables
    digest = hashlib.sha256()
    for table in ("holdings", "member_prices", "fund_history"):
        digest.update(parquet(as_arrow(table, found[table])))
    return digest.hexdigest()


def test_a_second_process_makes_the_same_members() -> None:
    """Under another hash seed and time zone every byte of the tables is the same."""
    other = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == fingerprint()
