"""Closes of index members in the folder of the files provider.

One `members.csv` or `members.parquet`, with a column for each symbol or a row for each symbol and
day, and a folder `members` of one file a symbol; where both have a symbol the one file of all wins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from generator import tables
from generator.providers import Request
from generator.providers._actions import distributions, splits_to_apply
from generator.providers._files_folder import Folder, Kept, Source
from generator.providers._files_prices import (
    PriceFile,
    require_sessions,
    symbol_of,
)
from generator.providers._files_wide import Wide, header_of, is_wide, read_wide, repeated
from generator.providers._files_window import MEMBER_SESSIONS, calendar, first_session
from generator.providers._numbers import Floats
from generator.providers._piece import Piece
from generator.providers._rows import ONLY, Rows, Span
from generator.providers._sheet import Unreadable, counted, shown

TABLE = "member_prices"
_TOGETHER = ("members.csv", "members.parquet")
_SYMBOL = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


@dataclass(slots=True)
class _Found:
    """What was read for one edition."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    rows: dict[str, tuple[Rows, Floats, Floats]] = field(default_factory=dict)
    """By symbol, with the cash and the split factor of each row."""
    symbols: set[str] = field(default_factory=set)
    """Those that a file has closes of, whether or not they could be read."""
    faults: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class MembersFolder:
    """The closes of members that a folder has, each file read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files."""
        self._sources = [folder.files[name] for name in _TOGETHER if name in folder.files]
        self._read = Kept[Wide | PriceFile]()
        apart = folder.inside("members", ".csv", ".txt")
        self._apart = [(source, PriceFile(source, grouped=False)) for source in apart]

    @property
    def called(self) -> str | None:
        """What messages call the files; None where there are none."""
        names = [source.name for source in self._sources] + ["members/"] * bool(self._apart)
        return " and ".join(names) or None

    def bring(self, request: Request, wanted: Collection[str] | None) -> Piece:
        """Return the closes of the members `wanted`, or of everyone, up to the as-of date."""
        if self.called is None:
            return Piece(tables={}, kept=(), missing={TABLE: "the folder has no prices of members"})
        span = Span(first_session(request, MEMBER_SESSIONS), request.as_of)
        found = _Found()
        try:
            self._add_together(found, request, span, wanted)
        except Unreadable as error:
            return Piece(tables={}, kept=(), missing={TABLE: str(error)})
        self._add_apart(found, request, span, wanted)
        for symbol in sorted(set(wanted or ()) - found.symbols):
            what = f"has no close of it from {span.first} to {span.last}"
            found.faults[symbol] = f"{self.called} {what}"
        return self._piece(found, span)

    def _piece(self, found: _Found, span: Span) -> Piece:
        faults = {TABLE: found.faults} if found.faults else {}
        if found.rows:
            found.frames.append(_joined(found.rows))
        if all(frame.empty for frame in found.frames):
            missing = f"{self.called} has no usable close from {span.first} to {span.last}"
            return Piece(tables={}, kept=(), missing={TABLE: missing}, faults=faults)
        rows = pd.concat(found.frames, ignore_index=True)
        said = [f"{self.called}, which may have adjusted its closes for dividends"]
        said += found.notes[:3]
        said += [f"and {counted(len(found.notes) - 3, 'note')} more"] * (len(found.notes) > 3)
        return Piece(
            tables={TABLE: tables.frame(TABLE, {str(n): rows[n] for n in rows})},
            kept=(),
            faults=faults,
            sources={TABLE: "; ".join(said)},
        )

    def _add_together(
        self, found: _Found, request: Request, span: Span, wanted: Collection[str] | None
    ) -> None:
        """Add what the file of all says."""
        if not self._sources:
            return
        if len(self._sources) > 1:
            raise Unreadable(f"{self.called} are both there; keep the one that counts")
        source = self._sources[0]
        file = self._read.get(source, lambda: _open(source))
        if isinstance(file, Wide):
            _add_wide(found, file, request, span, wanted)
            return
        own = _named(found, file.symbols, request, wanted)
        by_written = file.rows(span, list(own.values()))
        days = calendar(request)
        for symbol, written in own.items():
            rows = by_written.get(written)
            if isinstance(rows, Rows):
                require_sessions(rows, days)
            _add_rows(found, symbol, rows)

    def _add_apart(
        self, found: _Found, request: Request, span: Span, wanted: Collection[str] | None
    ) -> None:
        """Add what the files of one symbol each say, of symbols that are not there yet."""
        files: dict[str, PriceFile] = {}
        for source, file in self._apart:
            written = symbol_of(source.path.name)
            if written in files:
                found.notes.append(f"{source.name} was not read: {files[written].name} was")
            files.setdefault(written, file)
        days = calendar(request)
        for symbol, written in _named(found, files, request, wanted).items():
            try:
                rows = files[written].rows(span)[ONLY]
                if isinstance(rows, Rows):
                    require_sessions(rows, days)
            except Unreadable as error:
                rows = error
            _add_rows(found, symbol, rows)


def _open(source: Source) -> Wide | PriceFile:
    """The file of all, by whether it has a column or rows for each symbol."""
    return read_wide(source) if is_wide(header_of(source)) else PriceFile(source, grouped=True)


def _named(
    found: _Found, written: Iterable[str], request: Request, wanted: Collection[str] | None
) -> dict[str, str]:
    """The symbols to be read, as Yahoo writes them and as the file does; those that stand twice are
    faults. Symbols that were found before are left out."""
    groups: dict[str, list[str]] = {}
    names = list(written)
    once = repeated(names)
    for name in names:
        symbol = _yahoo(once.get(name, name), request.live.ishares.symbols)
        groups.setdefault(symbol, []).append(name)
    others = {series.symbol for series in request.universe.series.values()}
    mine = {}
    for symbol, ways in groups.items():
        if symbol in found.symbols or (wanted is not None and symbol not in wanted):
            continue
        found.symbols.add(symbol)
        if symbol in others:
            found.faults[symbol] = "it is a series of the universe, and no member"
        elif not _SYMBOL.fullmatch(symbol):
            found.faults[symbol] = "it is no symbol"
        elif len(ways) > 1:
            found.faults[symbol] = f"it stands twice, as {' and '.join(map(shown, ways))}"
        else:
            mine[symbol] = ways[0]
    return mine


def _yahoo(written: str, symbols: Mapping[str, str]) -> str:
    name = written.upper()
    return symbols.get(name, re.sub(r"[./ ]", "-", name))


def _add_rows(found: _Found, symbol: str, rows: Rows | Unreadable | None) -> None:
    """Add one symbol's rows, or the fault that keeps them out."""
    try:
        if isinstance(rows, Unreadable):
            raise rows
        if rows is None or not len(rows.days):
            found.symbols.discard(symbol)
            return
        factors = splits_to_apply(rows)
        paid = distributions(rows, factors)
    except Unreadable as error:
        found.faults[symbol] = str(error)
        return
    found.notes += rows.notes
    found.rows[symbol] = (rows, paid.cash, factors)


def _joined(found: Mapping[str, tuple[Rows, Floats, Floats]]) -> pd.DataFrame:
    """Rows of many symbols in one frame, which is much quicker than a frame for each."""
    every = [rows for rows, _, _ in found.values()]
    counts = [len(rows.days) for rows in every]
    return pd.DataFrame(
        {
            "symbol": np.repeat(np.array(list(found), dtype=object), counts),
            "session": np.concatenate([rows.days for rows in every]).astype("datetime64[us]"),
            "close": np.concatenate([rows.close for rows in every]),
            "volume": np.concatenate([rows.volume for rows in every]),
            "dividend": np.concatenate([cash for _, cash, _ in found.values()]),
            "split": np.concatenate([factors for _, _, factors in found.values()]),
        }
    )


def _add_wide(
    found: _Found, wide: Wide, request: Request, span: Span, wanted: Collection[str] | None
) -> None:
    """Add what a file with a column for each symbol says."""
    rows = wide.rows(span, calendar(request))
    places = {heading: at for at, heading in enumerate(wide.headings)}
    own = _named(found, wide.headings, request, wanted)
    columns, inside = {}, set(rows.tolist())
    for symbol, heading in own.items():
        fault = wide.fault(inside, places[heading]) if wide.wrong else None
        if fault is not None:
            found.faults[symbol] = fault
        else:
            columns[symbol] = places[heading]
    closes = wide.closes[np.ix_(rows, np.array(list(columns.values()), dtype=np.intp))]
    filled = dict(zip(columns, ~np.isnan(closes).all(axis=0).reshape(-1), strict=True))
    found.symbols -= {symbol for symbol, any_close in filled.items() if not any_close}
    found.frames.append(_long(list(columns), wide.days[rows], closes))


def _long(symbols: list[str], days: np.ndarray, closes: np.ndarray) -> pd.DataFrame:
    """Closes as rows, one symbol after the other."""
    column, row = np.nonzero(~np.isnan(closes).T)
    return pd.DataFrame(
        {
            "symbol": np.array(symbols, dtype=object)[column],
            "session": days[row].astype("datetime64[us]"),
            "close": closes[row, column],
            "volume": np.nan,
            "dividend": 0.0,
            "split": 1.0,
        }
    )
