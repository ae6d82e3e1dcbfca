"""The sample's members and funds as tables, cut at an edition's last session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from generator import tables
from generator.providers._sample_funds import FundHistory
from generator.providers._sample_lists import CASH
from generator.providers._sample_members import MemberHistory
from generator.providers._sample_pair import Array

if TYPE_CHECKING:
    import pandas as pd

WEIGHT_STEP = 2.0**20
"""Weights are told to about a millionth, exactly representable, so that they take little room."""
EXCHANGES = ("NASDAQ", "New York Stock Exchange Inc.")
UNLISTED = "NO MARKET (E.G. UNLISTED)"
UNTRADED = 125_000.0
"""Rights without price that a fund holds."""


def holdings(histories: Mapping[str, MemberHistory], as_of: date) -> pd.DataFrame:
    """Return the lines of days up to a session; `histories` are the members by fund."""
    import pandas as pd

    frames = [_lists(fund, history, np.datetime64(as_of)) for fund, history in histories.items()]
    return pd.concat([tables.empty("holdings"), *frames], ignore_index=True)


def _lists(fund: str, history: MemberHistory, day: np.datetime64) -> pd.DataFrame:
    """The lists of a fund: each has its lines in the order in which they became members, and last
    the one without price."""
    lists = [one for one in history.lists if history.days[one.session] <= day]
    if not lists:
        return tables.empty("holdings")
    last = [] if history.recipe.untraded is None else [len(history.companies.names)]
    places = np.concatenate([np.append(one.places, last) for one in lists]).astype(np.int64)
    counts = np.array([len(one.places) + len(last) for one in lists])
    quantities = _filled([one.quantities for one in lists], [UNTRADED] * len(last))
    prices = _filled([one.prices for one in lists], [0.0] * len(last))
    values = quantities * prices
    totals = np.add.reduceat(values, np.cumsum(counts) - counts)
    weights = values * np.repeat((1 - CASH) / totals, counts)
    columns = {name: _text(cells, places) for name, cells in _said(history).items()}
    same = {"fund": fund, "asset_class": "Equity", "location": "United States", "currency": "USD"}
    for name, cell in same.items():
        columns[name] = _text([cell], np.zeros(len(places), dtype=np.int64))
    columns |= {
        "day": np.repeat(history.days[[one.session for one in lists]], counts),
        "line": np.concatenate([np.arange(1, count + 1) for count in counts]),
        "quantity": quantities,
        "price": prices,
        "market_value": values,
        "weight": np.round(weights * WEIGHT_STEP) / WEIGHT_STEP,
    }
    return tables.frame("holdings", columns)


def _said(history: MemberHistory) -> dict[str, list[str]]:
    """What every list says of a line, by column; last of the one without price."""
    companies, recipe = history.companies, history.recipe
    sectors = list(recipe.sectors)
    columns = {
        "ticker": list(companies.tickers),
        "symbol": list(companies.symbols),
        "name": list(companies.names),
        "sector": [sectors[place] for place in companies.sectors],
        "exchange": [EXCHANGES[place % 7 in (0, 3, 5)] for place in range(len(companies.names))],
    }
    if recipe.untraded is not None:
        cells = ("", "", *recipe.untraded, UNLISTED)
        columns = {name: [*columns[name], c] for name, c in zip(columns, cells, strict=True)}
    return columns


def _filled(parts: Sequence[Array], last: list[float]) -> Array:
    return np.concatenate([np.append(part, last) for part in parts])


def _text(cells: Sequence[str], places: npt.NDArray[np.int64]) -> Any:
    """The cell of each place, without a Python string for every row."""
    import pandas as pd
    import pyarrow as pa

    every = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(cells, pa.large_string()))
    return pd.array(every.dictionary_decode(), dtype="str")


def member_prices(histories: Sequence[MemberHistory], as_of: date) -> pd.DataFrame:
    """Return the closes, up to a session, of every line that was a member by then."""
    day = np.datetime64(as_of)
    parts = [_priced(history, day) for history in histories if history.days[0] <= day]
    if not parts:
        return tables.empty("member_prices")
    symbols = np.array([symbol for part in parts for symbol in part[0]], dtype=object)
    order = np.argsort(symbols.astype(str), kind="stable")
    days = histories[0].days[histories[0].days <= day]
    closes = np.hstack([part[1] for part in parts]).T[order]
    splits = np.hstack([part[2] for part in parts]).T[order]
    there = ~np.isnan(closes)
    counts = there.sum(axis=1)
    size = int(counts.sum())
    return tables.frame(
        "member_prices",
        {
            "symbol": _text(symbols[order].tolist(), np.repeat(np.arange(len(order)), counts)),
            "session": np.broadcast_to(days, closes.shape)[there],
            "close": closes[there],
            "volume": np.full(size, np.nan),
            "dividend": np.zeros(size),
            "split": splits[there],
        },
    )


def _priced(
    history: MemberHistory, day: np.datetime64
) -> tuple[list[str], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Symbols, closes and factors of the lines that a list up to a day names."""
    known = [one.places for one in history.lists if history.days[one.session] <= day]
    places = np.unique(np.concatenate(known))
    end = int(np.searchsorted(history.days, day, side="right"))
    splits = np.ones((end, len(history.companies.symbols)))
    for place, (session, factor) in history.splits.items():
        if session < end:
            splits[session, place] = factor
    symbols = [history.companies.symbols[place] for place in places]
    return symbols, history.closes[:end, places], splits[:, places]


def fund_history(histories: Mapping[str, FundHistory], as_of: date) -> pd.DataFrame:
    """Return what funds published up to a session."""
    day = np.datetime64(as_of)
    counts = [int((history.days <= day).sum()) for history in histories.values()]

    def cut(name: str) -> Any:
        pairs = zip(histories.values(), counts, strict=True)
        return np.concatenate([getattr(history, name)[:count] for history, count in pairs])

    return tables.frame(
        "fund_history",
        {
            "fund": np.repeat(np.array(list(histories), dtype=object), counts),
            "day": cut("days"),
            "net_asset_value": cut("net_asset_values"),
            "distribution": cut("distributions"),
            "shares_outstanding": cut("shares"),
        },
    )
