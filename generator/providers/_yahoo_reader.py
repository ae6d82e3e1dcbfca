"""Reads symbols from Yahoo: many at once, each kept when it is there, none twice.

A symbol of which the snapshot before holds rows is read from a few sessions before its end on;
where those are now different the symbol is read again in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date, datetime
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generator import tables
from generator.errors import ProviderError
from generator.providers import Request
from generator.providers._bars import NOISE, Bars, Expected, Unusable, read_bars
from generator.providers._journal import Entry, Journal, key_of
from generator.providers._piece import kept
from generator.providers._web import Answer, Unanswered
from generator.providers._yahoo_client import Client, Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Wanted:
    """One symbol to be read."""

    table: str
    """The table it is for."""
    symbol: str
    """Yahoo's."""
    kind: str
    """A key of _bars.KINDS."""
    first: date
    """The first day to be read."""
    full: date
    """The first day if it is to be read in full."""
    known: pd.DataFrame | None
    """What the snapshot before holds from `first` on; None where it is read in full."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one table."""

    rows: pd.DataFrame
    """In the form of the table."""
    entries: tuple[Entry, ...]
    """Without their rows."""

    @property
    def faults(self) -> dict[str, str]:
        """By symbol: why it is not there."""
        return {e.symbol: e.fault for e in self.entries if e.fault is not None}

    @property
    def continued(self) -> frozenset[str]:
        """Symbols whose earlier rows are those of the snapshot before."""
        return frozenset(e.symbol for e in self.entries if e.continues and e.fault is None)

    @property
    def skew(self) -> float:
        """The largest difference of clocks seen."""
        return max((e.skew for e in self.entries), key=abs, default=0.0)


class Reader:
    """Reads tables from Yahoo for one edition, going on where an earlier run stopped."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._rules = request.live.yahoo
        anew = not len(request.known("prices"))
        # What was read while the last session could still change is of no use once it cannot.
        final = not too_early(request, request.clock())
        depth = f"{request.universe.history_start} {self._rules.member_sessions}"
        key = key_of(str(request.edition), request.as_of, anew, final, depth)
        self._journal = Journal(request.scratch / "yahoo.jsonl", key)
        self._journal.cut()
        self._client: Client | None = None

    def _ask(self) -> Client:
        if self._client is None:
            request = self._request
            self._client = Client(self._rules, request.clock, request.scratch.parent / "yahoo")
        return self._client

    def read(self, table: str, wanted: Sequence[Wanted], allowed: float) -> Read:
        """Read symbols of one table, those first that stand first.

        `allowed` is the share of them that may stay unanswered.

        Raises:
            ProviderError: more stay unanswered, or the time is used up.
        """
        started = perf_counter()
        left = [one for one in wanted if (table, one.symbol) not in self._journal]
        if left:
            self._ask().expect([one.symbol for one in left])
        unanswered: dict[str, str] = {}
        there = len(wanted) - len(left)
        for count in self._together(left, unanswered, allowed * len(wanted)):
            if count == len(left) or count % self._rules.batch == 0:
                detail = f"{there + count} of {len(wanted)} symbols"
                self._request.say("read", table, detail, perf_counter() - started)
        return self._gathered(table, wanted, unanswered)

    def _together(
        self, left: Sequence[Wanted], unanswered: dict[str, str], most: float
    ) -> Iterator[int]:
        """Read symbols and yield how many are done.

        There are twice as many threads as may ask at once: while some ask, others read what they
        were told. Each symbol is kept when it is there. Once too many are unanswered no further
        one is begun; those begun are kept.
        """
        stop: BaseException | None = None
        with ThreadPoolExecutor(2 * self._rules.parallel) as pool:
            try:
                futures = {pool.submit(self._one, self._ask(), one): one for one in left}
                for count, future in enumerate(as_completed(futures), 1):
                    stop = future.exception()
                    if stop is None and (silence := future.result()) is not None:
                        unanswered[futures[future].symbol] = str(silence)
                    if stop is not None or len(unanswered) > most:
                        # Who is waited for must not be cancelled: as_completed would wait on.
                        break
                    yield count
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        if stop is not None:
            raise stop
        if len(unanswered) > most:
            raise self._silent(left, unanswered)

    def _silent(self, left: Sequence[Wanted], unanswered: Mapping[str, str]) -> ProviderError:
        """What is to be said of symbols without an answer, the first of them by name."""
        symbol = next(one.symbol for one in left if one.symbol in unanswered)
        why, table = unanswered[symbol], left[0].table
        more = f" (and {len(unanswered) - 1} more)" if len(unanswered) > 1 else ""
        return ProviderError(
            f"Yahoo does not answer for {symbol}: {why}{more}",
            where=f"table '{table}'",
            hint=f"Nothing was frozen. {len(self._journal)} symbols are kept: run the same command "
            "again later, and it goes on from there.",
        )

    def _one(self, client: Client, wanted: Wanted) -> Unanswered | None:
        """Read and keep one symbol, in full where what was known of it has changed."""
        try:
            entry = self._attempt(client, wanted, wanted.first)
            if entry.bars is not None and wanted.known is not None:
                revised = _revised(wanted.known, entry.bars)
                if revised is not None:
                    again = self._attempt(client, wanted, wanted.full)
                    entry = replace(again, revised=revised)
        except Unanswered as error:
            return error
        # At once, in this thread: what is lost by a kill is what is on its way.
        self._journal.add(entry)
        return None

    def _attempt(self, client: Client, wanted: Wanted, first: date) -> Entry:
        expected = Expected(
            symbol=wanted.symbol,
            kind=wanted.kind,
            time_zones=self._rules.time_zones,
            tolerance=self._request.checks.adjusted_closes.threshold,
        )
        bars, fault, check = None, None, None
        answers: tuple[Answer, ...] = ()
        try:
            history = client.history(wanted.symbol, first, self._request.as_of)
            answers = history.answers
            bars = read_bars(history, expected, self._request.as_of)
        except Refused as refused:
            fault, check = str(refused), "read"
        except Unusable as error:
            fault, check = str(error), error.check
        return Entry(
            table=wanted.table,
            symbol=wanted.symbol,
            bars=bars,
            fault=fault,
            check=check,
            continues=wanted.known is not None and first == wanted.first,
            revised=None,
            kept=tuple(kept(wanted.table, wanted.symbol, answer) for answer in answers),
            skew=max((a.skew for a in answers if a.skew is not None), key=abs, default=0.0),
        )

    def _gathered(
        self, table: str, wanted: Sequence[Wanted], unanswered: Mapping[str, str]
    ) -> Read:
        """What the journal has of these symbols, and those that stayed unanswered."""
        names = {one.symbol for one in wanted}
        columns: dict[str, list[NDArray[np.generic]]] = {
            name: [] for name in tables.FORMS[table].columns
        }
        entries = []
        for entry in self._journal.entries(table):
            if entry.symbol not in names:
                continue
            if entry.bars is not None:
                _append(columns, entry.symbol, entry.bars)
            entries.append(_without_rows(entry))
        entries += [
            Entry(table, symbol, None, f"no answer: {why}", "read", False, None, (), 0.0)
            for symbol, why in unanswered.items()
        ]
        order = {one.symbol: place for place, one in enumerate(wanted)}
        entries.sort(key=lambda entry: order[entry.symbol])
        rows = (
            tables.frame(table, {name: np.concatenate(parts) for name, parts in columns.items()})
            if columns["symbol"]
            else tables.empty(table)
        )
        return Read(rows, tuple(entries))


def _append(columns: Mapping[str, list[NDArray[np.generic]]], symbol: str, bars: Bars) -> None:
    columns["symbol"].append(np.full(len(bars.days), symbol, dtype=object))
    columns["session"].append(bars.days.astype("datetime64[us]"))
    for name in tables.VALUES:
        columns[name].append(getattr(bars, name))


def _without_rows(entry: Entry) -> Entry:
    """The entry with the last bar only: the rows are in the table."""
    if entry.bars is None:
        return entry
    empty = np.array([])
    bars = replace(entry.bars, days=empty, close=empty, volume=empty, dividend=empty, split=empty)
    return replace(entry, bars=bars)


def _revised(known: pd.DataFrame, bars: Bars) -> str | None:
    """What differs in the sessions that were known already, in words; None where nothing does."""
    end = known["session"].max()
    read = pd.DataFrame(
        {
            "session": bars.days.astype("datetime64[us]"),
            **{name: getattr(bars, name) for name in ("close", "dividend", "split")},
        }
    )
    both = known.merge(
        read.loc[read["session"] <= end], on="session", how="outer", suffixes=("_old", "")
    )
    wrong = both["close"].isna() | both["close_old"].isna()
    for name in ("close", "dividend", "split"):
        wrong |= (both[name] - both[f"{name}_old"]).abs() > NOISE * both[f"{name}_old"].abs()
    if not wrong.any():
        return None
    first = both.loc[wrong].iloc[0]
    before, after = (_plain(first[name]) for name in ("close_old", "close"))
    return (
        f"{int(wrong.sum())} of {len(both)} known sessions differ, the first "
        f"{first['session']:%Y-%m-%d}: {before} became {after}; read again in full"
    )


def _plain(value: float) -> str:
    return "none" if value != value else f"{value:g}"


def minutes_over(request: Request, moment: datetime) -> float:
    """Return how long the edition's last session had been closed at a moment."""
    return (moment - request.closed_at).total_seconds() / 60


def too_early(request: Request, moment: datetime) -> bool:
    """Return whether closes read at a moment may still have been settling."""
    return minutes_over(request, moment) < request.checks.session_final.threshold
