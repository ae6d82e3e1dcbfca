"""Members of an index and their closes, session by session, as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from generator.facts import Part

LONGEST = 760
"""Sessions of members' prices that are looked at: two years of 252-session highs."""
_ROOT = 3
"""Letters that the symbols of a company's share classes have in common; two companies may have one
name."""
PRESENT = "no list names its members: they are those that a file has a close of on the session"
UNWEIGHTED = "the lists of its members have no weights, so coverage is by count alone"
_CLASS = re.compile(r"[ -]+(?:CLASS|CL|SERIES|SER)[ .]+[A-Z]\b", re.IGNORECASE)


@dataclass(frozen=True)
class Prices:
    """Closes of members, sessions x symbols."""

    sessions: pd.DatetimeIndex
    """N sessions up to the as-of date."""
    symbols: tuple[str, ...]
    """M symbols."""
    closes: np.ndarray
    """N x M float64, adjusted for splits up to the as-of date, NaN where missing."""


@dataclass(frozen=True)
class Members:
    """The members of an index on each session, with closes and weights."""

    subject: str
    """The index, as figures name it."""
    fund: str
    """The ticker of the fund whose holdings name the members."""
    sessions: pd.DatetimeIndex
    """N sessions that have prices, up to the as-of date."""
    symbols: tuple[str, ...]
    """M: every line of a list that is in force on one of them; a line without a traded symbol is
    called by its name after a hyphen, and has no closes."""
    names: tuple[str, ...]
    """M names of companies, as their last list writes them."""
    sectors: tuple[str, ...]
    """M sectors, as their last list writes them; empty where there is no list."""
    closes: np.ndarray
    """N x M float64, adjusted for splits up to the as-of date, NaN where missing."""
    listed: np.ndarray
    """N x M bool: whether the list in force on the session names the line."""
    counted: np.ndarray
    """N x M bool: listed, and the heaviest share class of its company; counts are of companies."""
    weights: np.ndarray
    """N x M float64 at the session's close: market values on the list's day, grown by closes since,
    over their sum; 0 where not listed, and all 0 on a session without list."""
    lists: tuple[date | None, ...]
    """N: the day of the list in force."""
    weighted: bool
    """Whether the lists have weights; a file of prices alone has none."""
    by_list: bool = True
    """Whether lists name the members; else they are those that a file has a close of."""

    def list_day(self, row: int = -1) -> Part:
        """Return the day of the list in force in a row; nothing where no list names the members."""
        return Part(self.lists[row] if self.by_list else None, "date")

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of any of its figures must know."""
        if not self.by_list:
            return (PRESENT,)
        return () if self.weighted else (UNWEIGHTED,)

    def base(self, session: pd.Timestamp) -> int | None:
        """Return the row of a session, None where there are no prices of it."""
        row = int(self.sessions.searchsorted(session))
        return row if row < len(self.sessions) and self.sessions[row] == session else None


def prices_until(panel: Any, as_of: pd.Timestamp) -> Prices:
    """Return a table of prices up to a session, adjusted for the splits up to it.

    A symbol without any close up to then is left out, and so are sessions longer ago than figures
    of members look back.
    """
    end = int(panel.sessions.searchsorted(as_of, side="right"))
    start = max(0, end - LONGEST)
    closes, splits = panel.closes[start:end].copy(), panel.splits[start:end]
    for place in np.flatnonzero((splits != 1.0).any(axis=0)):
        later = np.cumprod(splits[::-1, place])[::-1]
        closes[:, place] /= np.append(later[1:], 1.0)
    known = np.flatnonzero(~np.isnan(closes).all(axis=0))
    symbols = tuple(panel.symbols[place] for place in known)
    return Prices(panel.sessions[start:end], symbols, closes[:, known])


def carried(closes: np.ndarray) -> np.ndarray:
    """Return closes with the last known one in the place of a missing one; NaN before the first.

    >>> carried(np.array([[np.nan], [2.0], [np.nan]])).ravel()
    array([nan,  2.,  2.])
    """
    rows = np.where(np.isnan(closes), 0, np.arange(len(closes))[:, None])
    found: np.ndarray = np.take_along_axis(closes, np.maximum.accumulate(rows, axis=0), axis=0)
    return found


def company(name: str) -> str:
    """Return the name of a company without its share class.

    >>> company("MOOG INC CLASS A"), company("BLOOM ENERGY CLASS A CORP"), company("PLAIN CO")
    ('MOOG INC', 'BLOOM ENERGY CORP', 'PLAIN CO')
    """
    return " ".join(_CLASS.sub("", name).split()).upper()


def companies_of(names: Iterable[str], symbols: Iterable[str]) -> np.ndarray:
    """Return a number for each line, the same for the share classes of one company: they have its
    name in common, and how their symbols begin.

    >>> companies_of(["MOOG INC CLASS A", "MOOG INC CLASS B"], ["MOG-A", "MOG-B"])
    array([0, 0])
    """
    keys = [f"{company(n)}\t{s[:_ROOT]}" for n, s in zip(names, symbols, strict=True)]
    found: np.ndarray = pd.factorize(np.array(keys, dtype=object))[0]
    return found


def lists_in_force(
    days: np.ndarray, sessions: pd.DatetimeIndex, calendar: pd.DatetimeIndex, oldest: int
) -> np.ndarray:
    """Return, by session, the place of the newest list of a day not after it; -1 where there is
    none, or it is more than `oldest` sessions of the calendar older.

    `days` are the days of the lists, oldest first.
    """
    places: np.ndarray = np.searchsorted(days, sessions.to_numpy(), side="right") - 1
    ends = calendar.searchsorted(sessions, side="right")
    starts = calendar.searchsorted(pd.DatetimeIndex(days), side="right")
    age = ends - starts[np.maximum(places, 0)]
    return np.where((places >= 0) & (age <= oldest), places, -1)


def members_of(
    subject: str,
    fund: str,
    lines: pd.DataFrame,
    prices: Prices,
    calendar: pd.DatetimeIndex,
    oldest: int,
) -> Members | None:
    """Return the members of an index by the holdings of its fund; None where no list is in force
    on the last session.

    `lines` are the fund's rows of the table of holdings. Lines without symbol and value, as rights
    and escrow accounts are, are no members.
    """
    if lines.empty:
        return None
    days = np.unique(lines["day"].to_numpy())
    force = lists_in_force(days, prices.sessions, calendar, oldest)
    used = np.unique(force[force >= 0])
    if force[-1] < 0:
        return None
    traded = (lines["symbol"] != "") | (lines["market_value"] > 0) | (lines["weight"] > 0)
    lines = lines.loc[traded & lines["day"].isin(days[used])]
    symbols = lines["symbol"].where(lines["symbol"] != "", "-" + lines["name"])
    codes, keys = pd.factorize(symbols, sort=True)
    at = np.searchsorted(days[used], lines["day"].to_numpy())
    values, weighted = _values(lines, at, codes, (len(used), len(keys)))
    latest = pd.DataFrame({"code": codes, "name": lines["name"], "sector": lines["sector"]})
    latest = latest.drop_duplicates("code", keep="last").sort_values("code", ignore_index=True)
    named = np.zeros(values.shape, dtype=bool)
    named[at, codes] = True
    companies = companies_of(latest["name"], keys)
    heaviest = named & _heaviest(values, named, companies)
    closes = _columns(prices, keys)
    listed = np.zeros(closes.shape, dtype=bool)
    counted, weights = listed.copy(), np.zeros(closes.shape)
    filled = carried(closes)
    for place, number in enumerate(used):
        rows = np.flatnonzero(force == number)
        listed[rows], counted[rows] = named[place], heaviest[place]
        if weighted:
            start = int(prices.sessions.searchsorted(days[number], side="right")) - 1
            weights[rows] = _drifted(values[place], filled[max(start, 0)], filled[rows])
    return Members(
        subject=subject,
        fund=fund,
        sessions=prices.sessions,
        symbols=tuple(keys),
        names=tuple(latest["name"]),
        sectors=tuple(latest["sector"]),
        closes=closes,
        listed=listed,
        counted=counted,
        weights=weights,
        lists=tuple(None if n < 0 else pd.Timestamp(days[n]).date() for n in force),
        weighted=weighted,
    )


def members_by_presence(subject: str, fund: str, prices: Prices) -> Members:
    """Return as members on a session those that a file of prices has a close of, unweighted."""
    listed = ~np.isnan(prices.closes)
    return Members(
        subject=subject,
        fund=fund,
        sessions=prices.sessions,
        symbols=prices.symbols,
        names=prices.symbols,
        sectors=("",) * len(prices.symbols),
        closes=prices.closes,
        listed=listed,
        counted=listed,
        weights=np.zeros(listed.shape),
        lists=tuple(stamp.date() for stamp in prices.sessions),
        weighted=False,
        by_list=False,
    )


def _values(
    lines: pd.DataFrame, at: np.ndarray, codes: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, bool]:
    """Market values, lists x lines: from the lists' market values, which are exact, or, where one
    is missing, from their weights, which are rounded; nothing where both are."""
    for column in ("market_value", "weight"):
        found = lines[column].to_numpy()
        if np.isfinite(found).all():
            values = np.zeros(shape)
            np.add.at(values, (at, codes), np.maximum(found, 0.0))
            return values, bool((values.sum(axis=1) > 0).all())
    return np.zeros(shape), False


def _heaviest(values: np.ndarray, named: np.ndarray, companies: np.ndarray) -> np.ndarray:
    """Whether a line is the heaviest of its company in its list; the first of equal ones."""
    found = np.ones(values.shape, dtype=bool)
    again = np.flatnonzero(np.bincount(companies) > 1)
    for number in again:
        places = np.flatnonzero(companies == number)
        of_company = np.where(named[:, places], values[:, places], -1.0)
        found[:, places] = of_company.argmax(axis=1)[:, None] == np.arange(len(places))
    return found


def _columns(prices: Prices, keys: pd.Index) -> np.ndarray:
    """The closes of these symbols; NaN for one without prices."""
    places = pd.Index(prices.symbols).get_indexer(keys)
    found = prices.closes[:, np.maximum(places, 0)].copy()
    found[:, places < 0] = np.nan
    return found


def _drifted(values: np.ndarray, start: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Weights from market values of a list's day grown by closes; a line without closes keeps its
    value."""
    with np.errstate(invalid="ignore"):
        growth = now / start
    grown = values * np.where(np.isnan(growth), 1.0, growth)
    shares: np.ndarray = grown / grown.sum(axis=1, keepdims=True)
    return shares
