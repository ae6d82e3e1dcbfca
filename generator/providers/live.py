"""The live provider: prices from Yahoo, funds from iShares, the economy from FRED and ALFRED.

The benchmarks come first and the rest after: what stops an edition stops it early. A source that
does not answer stops it too: a frozen edition is for good, and running the command again later
will have everything. What a source says for certain (there is no such symbol, the file is of
another fund, no key was given) is a reason that is frozen with the edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from generator import tables
from generator.errors import DataError
from generator.manifest import Checked
from generator.providers import Probe, Request, _fred, _ishares, _members, _yahoo
from generator.providers._piece import Piece, answers_table
from generator.providers._yahoo_reader import Read, Reader
from generator.quality import checked, require_none_stops, without_benchmarks
from generator.snapshot import Fetched

if TYPE_CHECKING:
    import pandas as pd


def fetch(request: Request) -> Fetched:
    """Bring every table of the edition.

    Raises:
        ProviderError: a source does not answer, or the time is used up.
        ReportError: FRED refuses the key.
    """
    reader = Reader(request)
    wanted = _yahoo.universe(request)
    final = _benchmarks(request, reader.read("prices", wanted[:2], 0))
    prices = reader.read("prices", wanted, request.checks.answered.threshold)
    funds = _ishares.bring(request)
    holdings = funds.tables.get("holdings", tables.empty("holdings"))
    _require_holdings(request, funds, holdings)
    symbols = _members.members(holdings, request.live.ishares.funds)
    allowed = request.checks.members_answered.threshold
    members = reader.read("member_prices", _yahoo.members(request, symbols), allowed)
    futures = reader.read("futures", _yahoo.futures(request), allowed)
    economy = _fred.bring(request)
    return _together(request, (prices, members, futures), (funds, economy), final)


def _benchmarks(request: Request, benchmarks: Read) -> Checked:
    """Check that there can be an edition at all, before anything else is asked for.

    Raises:
        DataError: a benchmark is not to be had, or its session is not over.
    """
    if benchmarks.faults:
        subjects = {series.symbol: name for name, series in request.universe.series.items()}
        reasons = {subjects[symbol]: f"missing: {why}" for symbol, why in benchmarks.faults.items()}
        raise without_benchmarks(reasons, request.universe)
    final = _yahoo.session_final(request, benchmarks)
    require_none_stops([final])
    return final


def _require_holdings(request: Request, funds: Piece, holdings: pd.DataFrame) -> None:
    """Check that at least one holdings file is usable, where any is wanted.

    Raises:
        DataError: none is; that is the source's trouble or a change of its files, not a fund's.
    """
    if not request.live.ishares.funds or not holdings.empty:
        return
    reasons = "; ".join(f"{fund}: {why}" for fund, why in funds.faults["holdings"].items())
    raise DataError(
        f"no holdings file is usable: {reasons}",
        where="iShares",
        hint="Run the command again later. If iShares has changed its files for good, remove the "
        "funds from content/live.yml until they can be read again.",
    )


def _together(
    request: Request, reads: tuple[Read, Read, Read], pieces: tuple[Piece, Piece], final: Checked
) -> Fetched:
    """What all sources brought, with what one says of the other."""
    prices, members, futures = reads
    funds = pieces[0]
    holdings = funds.tables.get("holdings", tables.empty("holdings"))
    agreed, strangers = _members.member_prices(holdings, members.rows, request.checks)
    faults = {
        "member_prices": {**members.faults, **strangers},
        "futures": futures.faults,
        **{table: reasons for piece in pieces for table, reasons in piece.faults.items()},
    }
    kept_members = members.rows.loc[~members.rows["symbol"].isin(list(strangers))]
    usable = set(kept_members["symbol"])
    names = {e.symbol: e.bars.named for e in prices.entries if e.bars is not None}
    checks = [
        final,
        _clock(request, reads, pieces),
        *_yahoo.checks(request, prices, (members, futures)),
        _yahoo.renamed(request, names),
        *(outcome for piece in pieces for outcome in piece.checks),
        agreed,
        _members.coverage(_with_members(request, holdings), usable, request.checks),
        _values(request, prices, funds),
    ]
    kept = [one for read in reads for entry in read.entries for one in entry.kept]
    kept += [one for piece in pieces for one in piece.kept]
    client = _yahoo.version()
    return Fetched(
        provider="live",
        retrieved_at=max((one.retrieved_at for one in kept), default=request.clock()),
        simulated=False,
        prices=prices.rows,
        notes={e.symbol: e.bars.notes for e in prices.entries if e.bars and e.bars.notes},
        faults=prices.faults,
        names=names,
        distributions=_distributions(request, prices),
        continued=prices.continued,
        tables={
            **{table: rows for piece in pieces for table, rows in piece.tables.items()},
            "member_prices": kept_members,
            "futures": futures.rows,
            "answers": answers_table(kept),
        },
        missing=_missing(pieces, holdings),
        table_faults=faults,
        sources={"prices": client, "member_prices": client, "futures": client}
        | {table: said for piece in pieces for table, said in piece.sources.items()},
        checks=tuple(checks),
    )


def _with_members(request: Request, holdings: pd.DataFrame) -> pd.DataFrame:
    """The holdings of the funds whose members' prices are wanted."""
    wanted = [ticker for ticker, fund in request.live.ishares.funds.items() if fund.members]
    return holdings.loc[holdings["fund"].isin(wanted)]


def _distributions(request: Request, prices: Read) -> dict[str, str]:
    """Funds report what they pay; an index pays nothing itself."""
    kinds = {series.symbol: series.kind for series in request.universe.series.values()}
    return {
        entry.symbol: "reported" if kinds[entry.symbol] == "fund" else "none"
        for entry in prices.entries
        if entry.bars is not None
    }


def _missing(pieces: Iterable[Piece], holdings: pd.DataFrame) -> dict[str, str]:
    missing = {table: why for piece in pieces for table, why in piece.missing.items()}
    if holdings.empty:
        missing["member_prices"] = "no holdings file names members whose prices are wanted"
    return missing


def _clock(request: Request, reads: Iterable[Read], pieces: Iterable[Piece]) -> Checked:
    """Compare this machine's clock with those of the sources."""
    skews: dict[str, float] = {"Yahoo": max((read.skew for read in reads), key=abs, default=0.0)}
    for piece in pieces:
        skews |= piece.skews
    limit = request.checks.clock.threshold
    found = [
        f"{source}'s clock is {abs(seconds) / 60:.0f} minutes {'ahead' if seconds > 0 else 'late'}"
        for source, seconds in skews.items()
        if abs(seconds) > 60 * limit
    ]
    return checked(request.checks, "clock", len(skews), found)


def _values(request: Request, prices: Read, funds: Piece) -> Checked:
    """Compare the closes of funds with their net asset values."""
    history = funds.tables.get("fund_history", tables.empty("fund_history"))
    wanted = [fund for fund in request.live.ishares.funds if fund in set(prices.rows["symbol"])]
    closes = {fund: _closes(prices.rows, fund) for fund in wanted}
    return _members.net_asset_values(history, closes, request.checks)


def _closes(rows: pd.DataFrame, symbol: str) -> pd.Series:
    return rows.loc[rows["symbol"] == symbol].set_index("session")["close"]


def probe(request: Request) -> list[Probe]:
    """Ask each source for as little as tells whether it answers."""
    return [_yahoo.probe(request), _ishares.probe(request), _fred.probe(request)]


def plan(request: Request) -> list[str]:
    """Say what would be asked for, without asking."""
    return [*_yahoo.plan(request), *_ishares.plan(request), *_fred.plan(request)]
