"""The members of indexes, point in time: on each session those that a list of its time names."""

from __future__ import annotations

import pandas as pd

from generator.config import Universe
from generator.facts import Withheld
from generator.metrics._panel import Members, Prices, members_by_presence, members_of

FILES = "files"
"""The provider whose folder may have prices of members without a list of them."""


def index_members(
    holdings: pd.DataFrame,
    member_prices: Prices | None,
    closes: pd.DataFrame,
    universe: Universe,
    missing_tables: dict[str, str],
    provider: str,
) -> dict[str, Members | Withheld]:
    """The members of each index that is followed, or why they are not known.

    On a session they are those of the newest list of holdings of a day not after it, as long as it
    is no older than a quarter: never today's list on the past. Where a folder of files has prices
    of members and no list, they are those that it has a close of on the session, without weights.
    """
    found: dict[str, Members | Withheld] = {}
    for subject, rules in universe.members.items():
        if member_prices is None:
            reason = missing_tables.get("member_prices", "the snapshot holds no prices of members")
            found[subject] = Withheld(reason)
            continue
        lines = holdings.loc[holdings["fund"] == rules.fund]
        bare = "holdings" in missing_tables and holdings.empty and provider == FILES
        if bare and subject == universe.benchmarks.small:
            found[subject] = members_by_presence(subject, rules.fund, member_prices)
            continue
        if "holdings" in missing_tables:
            found[subject] = Withheld(missing_tables["holdings"])
            continue
        oldest = universe.oldest_list
        of_index = members_of(subject, rules.fund, lines, member_prices, closes.index, oldest)
        found[subject] = of_index or Withheld(
            f"no list of the holdings of {rules.fund} is of the last {oldest} sessions"
        )
    return found
