"""Bear markets, the shading behind long histories."""

from __future__ import annotations

import pandas as pd

from generator.charts._scales import Spans

DEPTH = 0.20
"""The fall that makes a bear market, and the rise that ends one."""


def bear_markets(closes: pd.DataFrame, large_cap: str) -> Spans:
    """Bear markets of the large-cap benchmark: the session of each one's peak and that of its end.

    A bear market is a fall of the close by 20% or more from its highest close so far. It lasts from
    the session of that close to the lowest close before a higher one. While there is no higher one
    yet, it lasts to the last session, unless the close has been 20% above the lowest since.
    Sessions without a close are passed over; without the benchmark there are no bear markets.
    """
    if large_cap not in closes.columns:
        return ()
    known = closes[large_cap].dropna()
    highest = known.cummax()
    # Each record close begins a spell that ends before the next one.
    spells = (known == highest).cumsum()
    deepest = (known / highest).groupby(spells).min()
    found = []
    for spell in deepest.index[deepest <= 1 - DEPTH]:
        fallen = known[spells == spell]
        low = fallen.idxmin()
        since = fallen.loc[low:].max() / fallen.loc[low] - 1
        running = spell == spells.iloc[-1] and since < DEPTH
        found.append((fallen.index[0], fallen.index[-1] if running else low))
    return tuple(found)
