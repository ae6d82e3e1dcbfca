"""What Yahoo brings: the prices of the universe, of index members, and of federal funds futures.

Symbols that the snapshot before holds are read from a few sessions before its end on; where those
sessions are now different (a revision, a split) the symbol is read again in full. Benchmarks are
asked first: without them nothing else is worth a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from generator.manifest import Checked
from generator.providers import Probe, Request
from generator.providers._web import Unanswered
from generator.providers._yahoo_client import Client
from generator.providers._yahoo_reader import Read, Wanted, minutes_over, too_early
from generator.quality import checked

if TYPE_CHECKING:
    pass

PROBE_SECONDS = 5.0
"""How long a probe may take."""
_MONTHS = "FGHJKMNQUVXZ"


def universe(request: Request) -> list[Wanted]:
    """Return what is to be read of the universe, the benchmarks first."""
    series = request.universe.series
    first = [request.universe.benchmarks.small, request.universe.benchmarks.large]
    order = [*first, *(name for name in series if name not in first)]
    known = _by_symbol(request.known("prices"))
    full = request.sessions[0].date()
    return [
        _wanted(request, "prices", series[name].symbol, series[name].kind, full, known)
        for name in order
    ]


def members(request: Request, symbols: Iterable[str]) -> list[Wanted]:
    """Return what is to be read of index members."""
    full = _back(request, request.live.yahoo.member_sessions)
    known = _by_symbol(request.known("member_prices"))
    return [_wanted(request, "member_prices", symbol, "member", full, known) for symbol in symbols]


def futures(request: Request) -> list[Wanted]:
    """Return the futures on federal funds that are to be read, nearest month first."""
    full = _back(request, request.live.yahoo.member_sessions)
    known = _by_symbol(request.known("futures"))
    symbols = contracts(request.as_of, request.live.yahoo.futures_months)
    return [_wanted(request, "futures", symbol, "future", full, known) for symbol in symbols]


def contracts(day: date, months: int) -> list[str]:
    """Return Yahoo's symbols of the federal funds futures of so many months from a day's on.

    >>> contracts(date(2026, 11, 20), 3)
    ['ZQX26.CBT', 'ZQZ26.CBT', 'ZQF27.CBT']
    """
    found = []
    for ahead in range(months):
        month, year = (day.month - 1 + ahead) % 12, day.year + (day.month - 1 + ahead) // 12
        found.append(f"ZQ{_MONTHS[month]}{year % 100:02d}.CBT")
    return found


def _back(request: Request, sessions: int) -> date:
    day: date = request.sessions[-min(sessions, len(request.sessions))].date()
    return day


def _by_symbol(known: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(symbol): rows for symbol, rows in known.groupby("symbol")}


def _wanted(
    request: Request,
    table: str,
    symbol: str,
    kind: str,
    full: date,
    known: Mapping[str, pd.DataFrame],
) -> Wanted:
    rows = known.get(symbol)
    if rows is None or not len(rows):
        return Wanted(table, symbol, kind, full, full, None)
    end = rows["session"].iloc[-1]
    place = int(request.sessions.searchsorted(end, side="right"))
    place = max(0, place - request.live.yahoo.overlap_sessions)
    first = max(request.sessions[place], rows["session"].iloc[0])
    overlap = rows.loc[rows["session"] >= first, ["session", "close", "dividend", "split"]]
    if overlap.empty:
        return Wanted(table, symbol, kind, full, full, None)
    return Wanted(table, symbol, kind, first.date(), full, overlap)


def checks(request: Request, prices: Read, others: Sequence[Read]) -> list[Checked]:
    """Return what was checked of the answers. Who stayed unanswered beyond what is allowed has
    stopped the run before; who did within it is among the faults."""
    rules, everything = request.checks, [prices, *others]
    revised = [f"{e.symbol}: {e.revised}" for read in everything for e in read.entries if e.revised]
    known = sum(e.continues or e.revised is not None for r in everything for e in r.entries)
    count = len(prices.entries)
    return [
        checked(rules, "answered", count, ()),
        checked(rules, "members_answered", sum(len(read.entries) for read in others), ()),
        checked(rules, "identity", count, _failed(prices, "identity")),
        checked(rules, "adjusted_closes", count, _failed(prices, "adjusted_closes")),
        checked(rules, "revised", known, revised),
    ]


def _failed(read: Read, name: str) -> list[str]:
    return [f"{e.symbol}: {e.fault}" for e in read.entries if e.check == name]


def session_final(request: Request, prices: Read) -> Checked:
    """Check that the edition's last session was over when it was read, by our clock and by the
    source's word.

    The source's word counts for the benchmarks: others may have traded last before the close.
    """
    rules = request.checks
    found = []
    read = [one.retrieved_at for entry in prices.entries for one in entry.kept]
    earliest = min(read, default=request.clock())
    if too_early(request, earliest):
        over = minutes_over(request, earliest)
        found.append(f"it was read {over:.0f} minutes after the close of {request.as_of}")
    first = {request.universe.series[name].symbol for name in _benchmarks(request)}
    for entry in prices.entries:
        if entry.symbol in first and entry.bars is not None and entry.bars.running:
            found.append(f"{entry.symbol}: the source says that its session is not over")
    return checked(rules, "session_final", len(first), found)


def _benchmarks(request: Request) -> tuple[str, str]:
    return request.universe.benchmarks.small, request.universe.benchmarks.large


def renamed(request: Request, names: Mapping[str, str]) -> Checked:
    """Compare what the source calls the series with what it called them the week before."""
    before = request.names
    both = [symbol for symbol in names if symbol in before]
    found = [
        f"{symbol}: {before[symbol]} is now called {names[symbol]}"
        for symbol in both
        if names[symbol] != before[symbol]
    ]
    return checked(request.checks, "renamed", len(both), found)


def version() -> str:
    """Return the client and its version."""
    from importlib.metadata import version as installed

    return f"yfinance {installed('yfinance')}"


def probe(request: Request) -> Probe:
    """Ask once, for a day's bar of the small-cap benchmark."""
    rules = request.live.yahoo
    quick = {"attempts": 1, "timeout_seconds": min(rules.timeout_seconds, PROBE_SECONDS)}
    symbol = request.universe.series[request.universe.benchmarks.small].symbol
    started = perf_counter()
    try:
        client = Client(rules.model_copy(update=quick), request.clock, None)
        answer = client.alive(symbol)
    except Unanswered as error:
        return Probe("Yahoo", False, perf_counter() - started, f"does not answer: {error}")
    ok = answer.status == 200
    detail = f"answers for {symbol}, through {version()}" if ok else f"HTTP {answer.status}"
    return Probe("Yahoo", ok, perf_counter() - started, detail)


def plan(request: Request) -> list[str]:
    """Say how many symbols would be read, in full or from when on."""
    funds = [name for name, fund in request.live.ishares.funds.items() if fund.members]
    known = request.known("member_prices")
    more = f"{known['symbol'].nunique():,} known" if len(known) else "none known yet"
    sessions = request.live.yahoo.member_sessions
    found = [f"Yahoo: {_amount(universe(request))} of the universe"]
    if funds:
        members = f"Yahoo: the members of {' and '.join(funds)}, {more}"
        found.append(f"{members}, those new for {sessions} sessions")
    if wanted := futures(request):
        found.append(f"Yahoo: {_amount(wanted)} on federal funds")
    return found


def _amount(wanted: Sequence[Wanted]) -> str:
    whole = [one.first for one in wanted if one.known is None]
    rest = [one.first for one in wanted if one.known is not None]
    return " and ".join(
        f"{len(days)} {'symbol' if len(days) == 1 else 'symbols'} from {min(days)} on"
        for days in (whole, rest)
        if days
    )
