"""The simulated funds: share counts in creation units, with what real counts do to a reader."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from support import ask, universe
from test_sample_members import of_size

from generator.providers import sample
from generator.snapshot import Fetched

LAST = date(2026, 1, 23)
UNIT = 50_000


@pytest.fixture(scope="module")
def fetched() -> Fetched:
    return sample.fetch(ask(LAST, wanted=of_size(40)))


@pytest.fixture(scope="module")
def shares(fetched: Fetched) -> pd.DataFrame:
    return table(fetched, "shares_outstanding")


def table(fetched: Fetched, column: str) -> pd.DataFrame:
    return fetched.tables["fund_history"].pivot(index="day", columns="fund", values=column)


def test_every_fund_has_every_session_of_two_years(shares: pd.DataFrame) -> None:
    """The six funds of the settings, from the day of the first list on."""
    assert set(shares.columns) == {fund.symbol for fund in universe().funds.values()}
    sessions = ask(LAST).sessions
    assert shares.index.tolist() == sessions[sessions >= "2023-11-30"].tolist()


def test_shares_come_and_go_in_creation_units(shares: pd.DataFrame) -> None:
    """Counts are multiples of 50,000; on some days nothing changes, for the smallest on most."""
    known = shares.stack().dropna()
    assert (known % UNIT == 0).all() and (known > 0).all()
    quiet = (shares.diff() == 0).mean()
    assert (quiet > 0.05).all() and quiet["IWC"] > 0.7 and quiet.drop("IWC").max() < 0.6


def test_net_asset_values_are_near_closes(fetched: Fetched) -> None:
    """Where the sample has closes of a fund, they are within 0.2% of its net asset value."""
    values = table(fetched, "net_asset_value")
    closes = fetched.prices.pivot(index="session", columns="symbol", values="close")
    for fund in values.columns.drop("IVV"):
        apart = (closes[fund].reindex(values.index) / values[fund] - 1).abs()
        assert 0 < apart.max() < 0.002, fund


def test_distributions_are_those_of_the_closes(fetched: Fetched) -> None:
    """They stand on the ex-date, four a year, and 0 on other days."""
    paid = table(fetched, "distribution")
    rows = fetched.prices[fetched.prices["symbol"] == "IWM"].set_index("session")["dividend"]
    assert (paid["IWM"] == rows.reindex(paid.index)).all()
    assert ((paid.loc["2025"] > 0).sum() == 4).all()


def test_a_count_stands_still_and_then_leaps(shares: pd.DataFrame) -> None:
    """IWO's is the same for six sessions, and says on the next what all of them created."""
    own = shares["IWO"]
    still = own.loc["2026-01-08":"2026-01-15"]
    assert len(still) == 6 and (still == own.loc["2026-01-07"]).all()
    leap = own.loc["2026-01-16"] / own.loc["2026-01-15"] - 1
    assert leap > 0.01
    assert leap > 2 * own.drop(still.index).pct_change().abs().median()


def test_a_funds_shares_are_split(fetched: Fetched, shares: pd.DataFrame) -> None:
    """On 15 December 2025 IVV's net asset value halves and its shares double."""
    values = table(fetched, "net_asset_value")["IVV"]
    assert values.loc["2025-12-15"] / values.loc["2025-12-12"] == pytest.approx(0.5, abs=0.01)
    own = shares["IVV"]
    assert own.loc["2025-12-15"] / own.loc["2025-12-12"] == pytest.approx(2, abs=0.02)
    jumps = (own / own.shift()).drop(pd.Timestamp("2025-12-15"))
    assert jumps.dropna().between(0.96, 1.04).all()


def test_one_count_is_missing(shares: pd.DataFrame) -> None:
    """IWC's of 3 September 2025."""
    missing = shares.isna()
    assert missing.sum().sum() == 1 and missing.loc["2025-09-03", "IWC"]


def test_holdings_are_worth_what_the_fund_is(fetched: Fetched, shares: pd.DataFrame) -> None:
    """A list's market values and the cash are net asset value times shares."""
    worth = table(fetched, "net_asset_value") * shares
    sums = fetched.tables["holdings"].groupby(["fund", "day"])["market_value"].sum()
    for (fund, day), total in sums.items():
        assert total / 0.998 == pytest.approx(worth.loc[day, fund], rel=0.002)
