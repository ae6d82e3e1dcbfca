"""Funds and their members: whose prices are wanted, and whether those prices agree with the files.

Two sources that know nothing of each other speak of the same session: Yahoo's closes, and the
prices and net asset values in the files of iShares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

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


def member_prices(
    holdings: pd.DataFrame, prices: pd.DataFrame, rules: Checks
) -> tuple[Checked, dict[str, str]]:
    """Compare each member's close with its price in a holdings file, on the file's day.

    `prices` is the table `member_prices`. Return the outcome, and by symbol why a member's prices
    are not those of the company that the fund holds. Members without a close on that day are not
    examined.
    """
    columns = ["symbol", "day", "price", "fund"]
    wanted = holdings.loc[holdings["symbol"] != "", columns]
    closes = prices.loc[prices["close"].notna(), ["symbol", "session", "close"]]
    both = wanted.merge(closes, left_on=["symbol", "day"], right_on=["symbol", "session"])
    allowed = rules.member_price.threshold * both["price"] + ROUNDING
    faults: dict[str, str] = {}
    for row in both.loc[(both["close"] - both["price"]).abs() > allowed].to_dict("records"):
        day: date = row["day"].date()
        faults[row["symbol"]] = (
            f"its close of {show(row['close'], 'usd')} on {day} is not the price of "
            f"{show(row['price'], 'usd')} at which {row['fund']} holds it"
        )
    lines = [f"{symbol}: {reason}" for symbol, reason in sorted(faults.items())]
    outcome = quality.checked(rules, "member_price", both["symbol"].nunique(), lines)
    return outcome, faults


def coverage(holdings: pd.DataFrame, usable_symbols: Collection[str], rules: Checks) -> Checked:
    """Compare the weight of members with usable prices with that of all shares, by fund.

    `holdings` are those of funds whose members' prices are wanted.
    """
    least = rules.member_coverage.threshold
    usable = holdings["weight"].where(holdings["symbol"].isin(list(usable_symbols)), 0.0)
    covered = usable.groupby(holdings["fund"]).sum() / holdings.groupby("fund")["weight"].sum()
    found = [
        f"{fund}: members with usable prices are {show(share, 'share')} of its weight"
        for fund, share in covered.items()
        if share < least
    ]
    return quality.checked(rules, "member_coverage", len(covered), found)
