"""Funds and their members: whose prices are wanted, and whether those prices agree with the files.

Two sources that know nothing of each other speak of the same session: Yahoo's closes, and the
prices and net asset values in the files of iShares.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from generator import quality
from generator.config import Checks, Fund
from generator.facts import show
from generator.manifest import Checked

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 0.005
"""Holdings files have prices to the cent, which is much for a share of less than a dollar."""


def members(holdings: pd.DataFrame, funds: Mapping[str, Fund]) -> list[str]:
    """Return the symbols of the members of funds whose members' prices are wanted, each once."""
    wanted = [ticker for ticker, fund in funds.items() if fund.members]
    symbols = holdings.loc[holdings["fund"].isin(wanted), "symbol"]
    return sorted(set(symbols) - {""})


def net_asset_values(
    fund_history: pd.DataFrame, closes_by_fund: Mapping[str, pd.Series], rules: Checks
) -> Checked:
    """Compare each fund's close with its net asset value, on the last session that has both.

    `closes_by_fund` are closes by session. A fund without such a session is not examined.
    """
    found, examined = [], 0
    for fund, closes in closes_by_fund.items():
        rows = fund_history.loc[fund_history["fund"] == fund].set_index("day")
        both = rows[["net_asset_value"]].join(closes.rename("close"), how="inner").dropna()
        if both.empty:
            continue
        examined += 1
        session = both.index.max()
        value, close = both.loc[session, ["net_asset_value", "close"]]
        if abs(close - value) > rules.net_asset_value.threshold * value:
            pair = f"its close of {show(close, 'usd')} and net asset value of {show(value, 'usd')}"
            found.append(f"{fund}: {pair} differ on {session.date()}")
    return quality.checked(rules, "net_asset_value", examined, found)


def newest(holdings: pd.DataFrame) -> pd.DataFrame:
    """Return each fund's list of the latest day."""
    return holdings.loc[holdings["day"] == holdings.groupby("fund")["day"].transform("max")]


def member_prices(
    holdings: pd.DataFrame, prices: pd.DataFrame, rules: Checks
) -> tuple[Checked, dict[str, str]]:
    """Compare each member's close with its price in its fund's newest list, on the list's day.

    `prices` is the table `member_prices`. Return the outcome, and by symbol why a member's prices
    are not those of the company that the fund holds. Members without a close on that day are not
    examined, and older lists neither: closes hold the splits since, their prices do not.
    """
    both = _together(holdings, prices)
    faults = {
        row["symbol"]: _differs(row)
        for row in both.loc[_apart(both, rules.member_price.threshold)].to_dict("records")
    }
    return _outcome(rules, "member_price", both, faults), faults


def member_prices_of_files(
    holdings: pd.DataFrame, prices: pd.DataFrame, rules: Checks
) -> tuple[list[Checked], dict[str, str]]:
    """Compare as `member_prices` does, where closes may have been adjusted for the dividends and
    splits since the list's day.

    A close that is apart by a whole factor, or three for two, is one from before a split: it is
    noted. Return both outcomes, and by symbol why a member's prices are left out.
    """
    both = _together(holdings, prices)
    apart = both.loc[_apart(both, rules.member_price_files.threshold)]
    split = _is_split(apart["price"] / apart["close"], rules.member_split_files.threshold)
    faults, noted = (
        {row["symbol"]: _differs(row) for row in rows.to_dict("records")}
        for rows in (apart.loc[~split], apart.loc[split])
    )
    noted = {symbol: reason for symbol, reason in noted.items() if symbol not in faults}
    outcomes = [
        _outcome(rules, "member_price_files", both, faults),
        _outcome(rules, "member_split_files", both, noted),
    ]
    return outcomes, faults


def _together(holdings: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """The members of the newest lists that have a close on their list's day, with both prices."""
    lists = newest(holdings)
    wanted = lists.loc[lists["symbol"] != "", ["symbol", "day", "price", "fund"]]
    on_day = prices["close"].notna() & prices["session"].isin(wanted["day"].unique())
    closes = prices.loc[on_day, ["symbol", "session", "close"]]
    return wanted.merge(closes, left_on=["symbol", "day"], right_on=["symbol", "session"])


def _apart(both: pd.DataFrame, threshold: float) -> pd.Series:
    return (both["close"] - both["price"]).abs() > threshold * both["price"] + ROUNDING


def _is_split(ratios: pd.Series, threshold: float) -> pd.Series:
    """Which ratios, or their inverses, are near a whole number from 2 on, or near 3 for 2."""
    larger = ratios.where(ratios > 1, 1 / ratios)
    whole = larger.round().where(larger.round() >= 2, 1.5)
    near_half = (larger - 1.5).abs() <= threshold * 1.5
    return ((larger - whole).abs() <= threshold * whole) | near_half


def _differs(row: Mapping[Hashable, Any]) -> str:
    day: date = row["day"].date()
    return (
        f"its close of {show(row['close'], 'usd')} on {day} is not the price of "
        f"{show(row['price'], 'usd')} at which {row['fund']} holds it"
    )


def _outcome(rules: Checks, name: str, both: pd.DataFrame, found: Mapping[str, str]) -> Checked:
    lines = [f"{symbol}: {reason}" for symbol, reason in sorted(found.items())]
    return quality.checked(rules, name, both["symbol"].nunique(), lines)


def coverage(holdings: pd.DataFrame, usable_symbols: Collection[str], rules: Checks) -> Checked:
    """Compare the weight of members with usable prices with that of all shares, by fund, in its
    newest list.

    `holdings` are those of funds whose members' prices are wanted.
    """
    least = rules.member_coverage.threshold
    holdings = newest(holdings)
    usable = holdings["weight"].where(holdings["symbol"].isin(list(usable_symbols)), 0.0)
    covered = usable.groupby(holdings["fund"]).sum() / holdings.groupby("fund")["weight"].sum()
    found = [
        f"{fund}: members with usable prices are {show(share, 'share')} of its weight"
        for fund, share in covered.items()
        if share < least
    ]
    return quality.checked(rules, "member_coverage", len(covered), found)
