"""Simulated data for every series, from a fixed seed: the report runs without any source.

Nothing here was observed. The history is simulated once, from the end of 1987 to 23 January 2026,
and cut at the edition's last session. It passes, to the digits they were published with, through
single closes of the Russell 2000 and the S&P 500 in November 2025 to January 2026, their daily
changes of January 2026, their calendar years since 2016, the dates of the Russell 2000's records
of 2021 and 2025, its longest runs of sessions ahead of the S&P 500, and a few returns of IWM, SPY
and MAGS. Between those, and in every other series, the days are simulated and led through round
levels of our choosing.

One close is revised on purpose: that of PSCU on 17 December 2025 is a little too high in the
edition of its week, and right from the next edition on.
"""

from __future__ import annotations

from collections.abc import Callable
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
    simulate_volatility,
)
from generator.providers._sample_pair import Array, simulate_pair
from generator.providers._sample_runs import shape_runs
from generator.providers._sample_series import LAST, RECIPES
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
    )


def history(data: Path | None) -> Callable[[Request], Fetched]:
    """Return what fetches editions; the whole history is simulated once for all of them."""
    return fetch


def probe(request: Request) -> list[Probe]:
    """Say that nobody needs to be asked."""
    return [Probe("simulation", True, None, f"simulated data to {LAST}, always there")]


def plan(request: Request) -> list[str]:
    """Say what would be simulated."""
    return [f"{len(request.universe.series)} series, simulated; no request"]


@lru_cache(maxsize=1)
def simulate() -> dict[str, Simulated]:
    """Return the whole simulated history by symbol."""
    days = sessions_between(FIRST, LAST).to_numpy().astype("datetime64[D]")
    pair = shape_runs(simulate_pair(days, random_of("pair")))
    small, large = pair.closes
    nothing = np.zeros(len(days))
    return {
        "^RUT": Simulated(days, small, nothing),
        "^GSPC": Simulated(days, large, nothing),
        **simulate_funds(pair),
        **{symbol: simulate_series(symbol, recipe, pair) for symbol, recipe in RECIPES.items()},
        **{symbol: simulate_volatility(symbol, pair) for symbol in ("^VIX", "^RVX")},
    }


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
