"""What every figure starts from: closes up to the as-of date, total returns, base sessions.

The graph's own inputs are `snapshot_closes`, `snapshot_dividends` and `snapshot_splits` (sessions
x subjects, as frozen), `as_of`, `universe` and `exclusions` (subject to the reason it is left out).
Nothing later than the as-of date passes this module.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from generator.config import Universe
from generator.metrics._tools import months_later

HORIZONS = ("1d", "1w", "mtd", "1m", "qtd", "3m", "6m", "ytd", "1y", "3y", "5y", "10y")


def large_cap(universe: Universe) -> str:
    """The large-cap benchmark; a figure that depends on this one is measured against it."""
    return universe.benchmarks.large


def small_cap(universe: Universe) -> str:
    """The small-cap benchmark."""
    return universe.benchmarks.small


def small_fund(universe: Universe) -> str:
    """The small-cap fund of the fund pair."""
    return universe.fund_pair.small


def large_fund(universe: Universe) -> str:
    """The large-cap fund of the fund pair."""
    return universe.fund_pair.large


def later_splits(snapshot_splits: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Product of the split factors after each session, up to the as-of date."""
    splits = snapshot_splits.loc[:as_of]
    if (splits.to_numpy() == 1.0).all():
        return splits
    backwards = splits.iloc[::-1].cumprod().iloc[::-1]
    return backwards.shift(-1, fill_value=1.0)


def closes(
    snapshot_closes: pd.DataFrame, later_splits: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Closes adjusted for splits, not for dividends; sessions x subjects, NaN where missing."""
    return snapshot_closes.loc[:as_of] / later_splits


def total_return_index(
    closes: pd.DataFrame,
    snapshot_dividends: pd.DataFrame,
    later_splits: pd.DataFrame,
    without_distributions: frozenset[str],
) -> pd.DataFrame:
    """Value of one unit with dividends reinvested at the close of the ex-date.

    Each session multiplies by (close + dividend) / previous close. A dividend on a session without
    a close counts at the next close. Subjects whose source says nothing of dividends are absent.
    """
    known = [subject for subject in closes.columns if subject not in without_distributions]
    prices = closes[known]
    paid = (snapshot_dividends.loc[closes.index, known] / later_splits[known]).cumsum()
    earlier = prices.ffill().shift(1)
    held = prices.notna()
    counted = paid.where(held).ffill().shift(1).fillna(0.0)
    growth = ((prices + paid - counted) / earlier).where(held & earlier.notna(), 1.0)
    return growth.cumprod().where(held)


def period_bases(closes: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, pd.Timestamp | None]:
    """The base session of each period: the last close before the period opens.

    Week, month, quarter and year to date: the last session before they began, the week being the
    ISO week. One month and the like: the same day that much earlier, else the session before it.
    None where the history of sessions does not reach back.
    """
    sessions = closes.index
    monday = as_of - pd.Timedelta(days=as_of.day_of_week)
    starts = {
        "1d": as_of,
        "1w": monday,
        "mtd": as_of.replace(day=1),
        "qtd": as_of.replace(day=1, month=3 * ((as_of.month - 1) // 3) + 1),
        "ytd": as_of.replace(day=1, month=1),
    }
    spans = {"1m": 1, "3m": 3, "6m": 6, "1y": 12, "3y": 36, "5y": 60, "10y": 120}
    bases: dict[str, pd.Timestamp | None] = {}
    for horizon in HORIZONS:
        if horizon in starts:
            position = sessions.searchsorted(starts[horizon], side="left") - 1
            bases[horizon] = sessions[position] if position >= 0 else None
        else:
            bases[horizon] = months_later(sessions, as_of, -spans[horizon])
    return bases


def week_ends(closes: pd.DataFrame) -> pd.DatetimeIndex:
    """The last session of each ISO week, which is often not a Friday."""
    sessions = closes.index
    mondays = sessions - pd.to_timedelta(sessions.day_of_week, unit="D")
    last = np.append(mondays[1:] != mondays[:-1], True)
    return sessions[last]


def weekly_closes(closes: pd.DataFrame, week_ends: pd.DatetimeIndex) -> pd.DataFrame:
    """Closes on the last session of each ISO week; weeks x subjects, NaN where missing."""
    return closes.loc[week_ends]


def simple_returns(closes: pd.DataFrame) -> pd.DataFrame:
    """Close over the close of the session before, minus one; NaN where either is missing."""
    return closes / closes.shift(1) - 1


def weekly_returns(weekly_closes: pd.DataFrame) -> pd.DataFrame:
    """Week-end close over the week-end close before, minus one; NaN where either is missing."""
    return weekly_closes / weekly_closes.shift(1) - 1


def month_ends(closes: pd.DataFrame) -> pd.DatetimeIndex:
    """The last session of each calendar month, the running month's last session included."""
    sessions = closes.index
    months = sessions.month.to_numpy()
    return sessions[np.append(months[1:] != months[:-1], True)]


def year_ends(closes: pd.DataFrame) -> pd.DatetimeIndex:
    """The last session of each calendar year, the running year's last session included."""
    sessions = closes.index
    years = sessions.year.to_numpy()
    return sessions[np.append(years[1:] != years[:-1], True)]
