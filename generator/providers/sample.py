"""Simulated data for every series, from a fixed seed: the report runs without any source.

Nothing here was observed. The history is simulated once, from the end of 1987 to 23 January 2026,
and cut at the edition's last session. It passes, to the digits they were published with, through
single closes of the Russell 2000 and the S&P 500 in November 2025 to January 2026, their daily
changes of January 2026, their calendar years since 2016, the dates of the Russell 2000's records
of 2021 and 2025, its longest runs of sessions ahead of the S&P 500, and a few returns of IWM, SPY
and MAGS. Between those, and in every other series, the days are simulated and led through round
levels of our choosing.

The members of the indexes, from the end of November 2023 on, are companies that do not exist. On
each session they return, by their weights in the list in force, what their index does. Among them
is what real data have: splits, one of them on the first session of 2026, closes that are missing
for a day, for weeks or for a whole sector, two classes of shares, a line that is not traded, and a
ticker NA. Whoever leaves is soon priced no longer, and whoever has not joined is not known yet.

One close is revised on purpose: that of PSCU on 17 December 2025 is a little too high in the
edition of its week, and right from the next edition on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.editions import edition_of, sessions_between
from generator.errors import ReportError
from generator.providers import Probe, Request, as_frame
from generator.providers._sample_build import (
    Simulated,
    random_of,
    simulate_funds,
    simulate_series,
    simulate_tracker,
    simulate_volatility,
)
from generator.providers._sample_economy import simulate_economy
from generator.providers._sample_funds import FUNDS, FundHistory, simulate_fund_history
from generator.providers._sample_indexes import INDEXES
from generator.providers._sample_members import MemberHistory, simulate_members
from generator.providers._sample_pair import Array, simulate_pair
from generator.providers._sample_runs import shape_runs
from generator.providers._sample_series import LAST, RECIPES, TRACKERS
from generator.providers._sample_tables import fund_history, holdings, member_prices
from generator.snapshot import Fetched

if TYPE_CHECKING:
    import pandas as pd

FIRST = date(1987, 12, 31)
"""The first session of the simulation."""

REVISED = ("PSCU", date(2025, 12, 17), 0.37)
"""The close that is first published too high: symbol, session, dollars."""


def fetch(request: Request) -> Fetched:
    """Return the simulated rows up to the edition's last session.

    Raises:
        ReportError: the edition lies after the end of the simulation.
    """
    if request.as_of > LAST:
        raise ReportError(
            f"the sample ends on {LAST}, {request.edition} needs data to {request.as_of}",
            where="provider 'sample'",
            hint="Use real data: put one CSV a symbol into a folder and fetch with "
            "`--provider files`.",
        )
    history = simulate()
    series = {series.symbol: series for series in request.universe.series.values()}
    faults = {
        symbol: fault
        for symbol in series
        if (fault := _fault(history.get(symbol), request.as_of)) is not None
    }
    known = [symbol for symbol in series if symbol not in faults]
    more = _more(request)
    return Fetched(
        provider="sample",
        retrieved_at=datetime.combine(request.as_of, time(22), tzinfo=UTC),
        simulated=True,
        prices=_rows({symbol: history[symbol] for symbol in known}, request.as_of),
        notes={},
        faults=faults,
        names={},
        distributions={
            symbol: "reported" if series[symbol].kind == "fund" else "none" for symbol in known
        },
        tables={table: rows for table, rows in more.items() if len(rows)},
        missing={
            table: f"the sample has nothing of it up to {request.as_of}"
            for table, rows in more.items()
            if not len(rows)
        },
        table_faults=_lacking(request, more),
    )


def _more(request: Request) -> dict[str, pd.DataFrame]:
    """The tables beside prices, up to the edition's last session."""
    universe, day = request.universe, request.as_of
    members = {
        rules.fund: simulate_index(index, rules.fund, rules.simulated)
        for subject, rules in universe.members.items()
        if (index := universe.series[subject].symbol) in INDEXES and rules.fund in FUNDS
    }
    symbols = [fund.symbol for fund in universe.funds.values()]
    funds = {symbol: simulate_fund(symbol) for symbol in symbols if symbol in FUNDS}
    return {
        "holdings": holdings(members, day),
        "member_prices": member_prices(list(members.values()), day),
        "fund_history": fund_history(funds, day),
        **simulate_economy(request, simulate()),
    }


def _lacking(request: Request, more: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """By table: the funds and series that are wanted and have no rows in it."""
    universe = request.universe
    wanted = {
        "holdings": ("fund", [rules.fund for rules in universe.members.values()]),
        "fund_history": ("fund", [fund.symbol for fund in universe.funds.values()]),
        "macro": ("series", [series.series for series in universe.macro.values()]),
    }
    reason = f"the sample has nothing of it up to {request.as_of}"
    return {
        table: dict.fromkeys(sorted(set(names) - set(more[table][column])), reason)
        for table, (column, names) in wanted.items()
    }


def history(data: Path | None) -> Callable[[Request], Fetched]:
    """Return what fetches editions; the whole history is simulated once for all of them."""
    return fetch


def probe(request: Request) -> list[Probe]:
    """Say that nobody needs to be asked."""
    return [Probe("simulation", True, None, f"simulated data to {LAST}, always there")]


def plan(request: Request) -> list[str]:
    """Say what would be simulated."""
    universe = request.universe
    more = f"the members of {len(universe.members)} indexes, {len(universe.funds)} funds"
    return [f"{len(universe.series)} series, {more} and the economy, simulated; no request"]


@lru_cache(maxsize=1)
def simulate() -> dict[str, Simulated]:
    """Return the whole simulated history by symbol."""
    days = sessions_between(FIRST, LAST).to_numpy().astype("datetime64[D]")
    pair = shape_runs(simulate_pair(days, random_of("pair")))
    small, large = pair.closes
    nothing = np.zeros(len(days))
    found = {
        "^RUT": Simulated(days, small, nothing),
        "^GSPC": Simulated(days, large, nothing),
        **simulate_funds(pair),
        **{symbol: simulate_series(symbol, recipe, pair) for symbol, recipe in RECIPES.items()},
        **{symbol: simulate_volatility(symbol, pair) for symbol in ("^VIX", "^RVX")},
    }
    return found | {symbol: simulate_tracker(symbol, found) for symbol in TRACKERS}


@lru_cache(maxsize=8)
def simulate_index(index: str, fund: str, count: int) -> MemberHistory:
    """Return the whole simulated history of an index's members, so many at its start."""
    return simulate_members(index, count, simulate(), simulate_fund(fund).assets)


@lru_cache(maxsize=16)
def simulate_fund(symbol: str) -> FundHistory:
    """Return the whole simulated history of a fund."""
    return simulate_fund_history(symbol, simulate())


def _fault(item: Simulated | None, as_of: date) -> str | None:
    if item is None:
        return "the sample has no such series"
    first = item.days[0].astype(object)
    return f"the sample of it begins on {first}" if first > as_of else None


def _rows(history: dict[str, Simulated], as_of: date) -> pd.DataFrame:
    """Return the rows up to a session in the form of `Fetched.prices`."""
    counts = {
        symbol: int(np.searchsorted(item.days, np.datetime64(as_of), side="right"))
        for symbol, item in history.items()
    }
    closes = [_published(symbol, item, as_of)[: counts[symbol]] for symbol, item in history.items()]
    return as_frame(
        {
            "symbol": np.repeat(list(counts), list(counts.values())),
            "session": np.concatenate([h.days[: counts[s]] for s, h in history.items()]),
            "close": np.concatenate(closes),
            "dividend": np.concatenate([h.dividends[: counts[s]] for s, h in history.items()]),
        }
    )


def _published(symbol: str, item: Simulated, as_of: date) -> Array:
    """Return the closes as they were first published: one is revised a week later."""
    revised, session, excess = REVISED
    if symbol != revised or edition_of(as_of) != edition_of(session):
        return item.closes
    preliminary = item.closes.copy()
    at = int(np.searchsorted(item.days, np.datetime64(session)))
    preliminary[at] = round(preliminary[at] + excess, 2)
    return preliminary
