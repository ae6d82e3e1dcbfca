"""Holdings, net asset values and share counts of funds, from the document service of iShares.

Each fund's holdings are those of the edition's last session, or of the nearest session before it
that the service has a file of. A file must name the fund and the day that were asked for, and its
weights must add up. The history comes whole in each fund's workbook; of it the rows since some way
before the last known one are kept, or all, once the source has restated it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generator import quality, tables
from generator.config import Fund
from generator.errors import ProviderError
from generator.facts import show
from generator.providers import Probe, Request
from generator.providers._ishares_desk import SOURCE, Desk
from generator.providers._ishares_files import read_holdings
from generator.providers._ishares_workbook import read_workbook
from generator.providers._piece import Kept, Piece, kept
from generator.providers._sheet import Unreadable, counted, shown
from generator.providers._web import Answer

if TYPE_CHECKING:
    import pandas as pd

HOLDINGS, HISTORY = "holdings", "fund_history"
REREAD = 20
"""Rows of a known history that are read again each week."""
PROBE_SECONDS = 5.0
_CHECKS = ("fund_identity", "holdings_age", "holdings_weight")
_TITLES = {HOLDINGS: "holdings", HISTORY: "net asset values and shares outstanding"}


@dataclass
class _Found:
    """What has been brought, and what the checks have found."""

    frames: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: defaultdict(list))
    """By table."""
    faults: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """By table and fund."""
    kept: list[Kept] = field(default_factory=list)
    """The fingerprint of every answer that a row stems from."""
    skews: list[float] = field(default_factory=list)
    """Of those answers."""
    examined: Counter[str] = field(default_factory=Counter)
    """By check: how many files it looked at."""
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By check: what failed."""

    def require(self, check: str, fund: str, good: bool, otherwise: str) -> None:
        """Note what a check makes of a file.

        Raises:
            Unreadable: it fails.
        """
        self.examined[check] += 1
        if not good:
            self.failed[check].append(f"{fund}: {otherwise}")
            raise Unreadable(otherwise)

    def add(self, table: str, fund: str, frame: pd.DataFrame, answer: Answer) -> None:
        """Keep rows and the answer they stem from."""
        self.frames[table].append(frame)
        self.kept.append(kept(table, fund, answer))
        if answer.skew is not None:
            self.skews.append(answer.skew)


_Reader = Callable[[Request, Desk, _Found, str], tuple["pd.DataFrame", Answer]]


def bring(request: Request) -> Piece:
    """Bring the holdings and the history of every fund in content/live.yml.

    Raises:
        ProviderError: the service did not answer for one of them, so that nothing is frozen.
    """
    desk, found = Desk(request, request.live.ishares), _Found()
    for table, fund in _wanted(request):
        started = time.perf_counter()
        detail = _read(request, desk, found, table, fund)
        request.say(*detail, time.perf_counter() - started)
    return _piece(request, found)


def _wanted(request: Request) -> list[tuple[str, str]]:
    funds = request.live.ishares.funds
    histories = [(HISTORY, ticker) for ticker, fund in funds.items() if fund.history]
    return [*((HOLDINGS, ticker) for ticker in funds), *histories]


def _read(
    request: Request, desk: Desk, found: _Found, table: str, fund: str
) -> tuple[str, str, str]:
    """Read one table of one fund, and say what came of it."""
    what = f"{_TITLES[table]} of {fund}"
    try:
        frame, answer = _READERS[table](request, desk, found, fund)
    except Unreadable as error:
        found.faults[table][fund] = str(error)
        return "left out", what, str(error)
    found.add(table, fund, frame, answer)
    return "read", what, f"{counted(len(frame), 'row')} to {frame['day'].max():%Y-%m-%d}"


def _holdings(
    request: Request, desk: Desk, found: _Found, ticker: str
) -> tuple[pd.DataFrame, Answer]:
    settings, checks = request.live.ishares, request.checks
    fund, days = settings.funds[ticker], _days(request)
    for day in days:
        answer = desk.holdings(ticker, day)
        file = read_holdings(answer.content, settings.symbols)
        if file.day is not None:
            break
    _require_fund(found, ticker, fund, (file.fund,))
    earlier = f", nor of a session from {days[-1]} on" if len(days) > 1 else ""
    none = f"the source has no holdings of {days[0]}{earlier}"
    found.require("holdings_age", ticker, file.day is not None, none)
    if file.day != day:
        raise Unreadable(f"holdings of {day} were asked for, and those of {file.day} came")
    # Weights stand to the hundredth of a percent; digits far beyond are the noise of adding them.
    amiss = round(abs(file.weight - 1), 9) > checks.holdings_weight.threshold
    total = f"its weights of {day}, cash included, sum to {show(file.weight, 'share')}"
    found.require("holdings_weight", ticker, not amiss, total)
    count = len(file.columns["line"])
    own = {"fund": [ticker] * count, "day": [day] * count}
    return tables.frame(HOLDINGS, {**own, **file.columns}), answer


def _days(request: Request) -> list[date]:
    """The sessions whose holdings will do, the latest first."""
    sessions = int(request.checks.holdings_age.threshold) + 1
    return [session.date() for session in request.sessions[::-1][:sessions]]


def _require_fund(found: _Found, ticker: str, fund: Fund, names: tuple[str, ...]) -> None:
    said = ", ".join(map(shown, names)) or "no fund"
    wrong = (
        f"its file names {said}, not {shown(fund.name)}: compare product {fund.product} and name "
        f"of {ticker} in content/live.yml"
    )
    found.require("fund_identity", ticker, fund.name in names, wrong)


def _history(
    request: Request, desk: Desk, found: _Found, ticker: str
) -> tuple[pd.DataFrame, Answer]:
    fund = request.live.ishares.funds[ticker]
    answer = desk.workbook(ticker)
    book = read_workbook(answer.content)
    _require_fund(found, ticker, fund, book.titles)
    own = {"fund": [ticker] * len(book.columns["day"])}
    rows = tables.frame(HISTORY, {**own, **book.columns}).sort_values("day", ignore_index=True)
    # A fund also values itself at the end of a month that ends on a day without a session.
    rows = rows.loc[rows["day"].isin(request.sessions)].reset_index(drop=True)
    if rows.empty:
        raise Unreadable(f"the workbook has no row up to {request.as_of}")
    known = request.known(HISTORY)
    return _unknown(rows, known.loc[known["fund"] == ticker]), answer


def _unknown(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The rows from some way before the last known one on; all where known ones are restated, as
    after a split of the fund's shares."""
    if known.empty:
        return rows
    last = rows["day"].searchsorted(known["day"].max(), side="right")
    fresh = rows.iloc[max(0, last - REREAD) :]
    both = fresh.merge(known, on="day", suffixes=("", "_known"))
    old, new = both["net_asset_value_known"], both["net_asset_value"]
    restated = (old != new) & old.notna() & new.notna()
    return rows if restated.any() else fresh.reset_index(drop=True)


_READERS: dict[str, _Reader] = {HOLDINGS: _holdings, HISTORY: _history}


def _piece(request: Request, found: _Found) -> Piece:
    import pandas as pd

    frames = {
        table: pd.concat(found.frames[table], ignore_index=True)
        if found.frames[table]
        else tables.empty(table)
        for table in _READERS
    }
    return Piece(
        tables=frames,
        kept=tuple(found.kept),
        checks=tuple(
            quality.checked(request.checks, name, found.examined[name], found.failed[name])
            for name in _CHECKS
        ),
        missing={
            table: f"no fund's {_TITLES[table]} could be read"
            for table, frame in frames.items()
            if frame.empty
        },
        faults=found.faults,
        skews={SOURCE: max(found.skews, key=abs)} if found.skews else {},
    )


def probe(request: Request) -> Probe:
    """Ask for the holdings of a day that has none, which is a small answer with the fund's name."""
    settings = request.live.ishares
    hasty = settings.model_copy(update={"attempts": 1, "timeout_seconds": PROBE_SECONDS})
    ticker, fund = next(iter(settings.funds.items()))
    sunday = request.edition.monday - timedelta(days=1)
    started = time.perf_counter()
    try:
        answer = Desk(request, hasty).holdings(ticker, sunday)
        file = read_holdings(answer.content, settings.symbols)
        _require_fund(_Found(), ticker, fund, (file.fund,))
    except ProviderError as error:
        return Probe(SOURCE, False, None, error.what)
    except Unreadable as error:
        return Probe(SOURCE, False, None, f"{ticker}: {error}")
    return Probe(SOURCE, True, time.perf_counter() - started, f"answers about {fund.name}")


def plan(request: Request) -> list[str]:
    """Say which files would be asked for, a line each."""
    days, funds = _days(request), request.live.ishares.funds
    earlier = f", or else of a session from {days[-1]} on" if len(days) > 1 else ""
    tails = {HOLDINGS: f"of {days[0]}{earlier}", HISTORY: f"up to {days[0]}"}
    return [
        f"{SOURCE}: {_TITLES[table]} of {ticker} (product {funds[ticker].product}), {tails[table]}"
        for table, ticker in _wanted(request)
    ]
