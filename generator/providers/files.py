"""The files provider: a folder of price files as people have them.

One file a symbol, as Yahoo or Stooq export it (`^RUT.csv`, `IWM.csv`, `iwm_us_d.csv`), or all
symbols in one `prices.csv` or `prices.parquet`, or both, where the one file of all wins. Columns
are found by their headings, in any order; dialects of dates and numbers are told from the whole
file. What cannot be told is a fault that names file, line and cell; nothing is guessed.

Beside them the folder may have holdings of funds, prices of members, net asset values and shares of
funds, economic series and futures on federal funds. What it has not is said, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from generator.config import Series
from generator.errors import ReportError, UsageError
from generator.providers import Probe, Request, as_frame
from generator.providers._actions import Distributions, distributions, splits_to_apply
from generator.providers._files_beside import Beside
from generator.providers._files_folder import Folder
from generator.providers._files_prices import SUFFIXES, PriceFile, as_prices
from generator.providers._rows import ONLY, Rows, Span
from generator.providers._sheet import Unreadable
from generator.snapshot import Fetched

_TOGETHER = ("prices.csv", "prices.parquet")


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    distributions: dict[str, str] = field(default_factory=dict)


class _History:
    """A folder of files, each read once, when it is first wanted."""

    def __init__(self, path: Path) -> None:
        folder = Folder(path)
        self._folder = folder.name
        sources = folder.files.items()
        self._apart = {name: PriceFile(source, grouped=False) for name, source in sources}
        self._together = _together(folder)
        self._beside = Beside(folder)

    def fetch(self, request: Request) -> Fetched:
        """Return what the files say up to the as-of date."""
        span = Span(request.universe.history_start, request.as_of)
        symbols = [series.symbol for series in request.universe.series.values()]
        together = self._rows_together(span, symbols)
        found = _Found()
        missing = 0
        for series in request.universe.series.values():
            files = self._files_of(series.symbol)
            if series.symbol not in together and not files:
                missing += 1
                found.faults[series.symbol] = (
                    f"no file for {series.symbol} in {self._folder} "
                    f"(looked for {series.symbol}.csv and prices.csv)"
                )
                continue
            _add(found, series, together.get(series.symbol), files, span)
        if missing == len(symbols):
            raise ReportError(
                f"'{request.data}' has no file for any series of the universe",
                hint=f"Name the files after the symbols: {symbols[0]}.csv, or put all in "
                "prices.csv.",
            )
        prices = _joined(found.frames)
        beside = self._beside.bring(request, prices)
        return Fetched(
            provider="files",
            retrieved_at=request.clock(),
            simulated=False,
            prices=prices,
            notes=found.notes,
            faults=found.faults,
            names={},
            distributions=found.distributions,
            tables=beside.tables,
            missing=beside.missing,
            table_faults=beside.faults,
            sources=beside.sources,
            checks=beside.checks,
        )

    def _files_of(self, symbol: str) -> list[PriceFile]:
        names = [f"{symbol}{suffix}".casefold() for suffix in SUFFIXES]
        return [self._apart[name] for name in names if name in self._apart]

    def _rows_together(self, span: Span, symbols: list[str]) -> Mapping[str, Rows | Unreadable]:
        """What the file of all symbols says, if there is one."""
        if self._together is None:
            return {}
        try:
            return self._together.rows(span, symbols)
        except Unreadable as fault:
            raise ReportError(
                str(fault),
                hint=f"Mend {self._together.name}, or remove it to use files by symbol.",
            ) from None


def history(data: Path | None) -> Callable[[Request], Fetched]:
    """Return what fetches editions from a folder whose files are read once for all of them.

    Raises:
        UsageError: no folder is named.
        ReportError: the folder cannot be read.
    """
    if data is None:
        raise UsageError(
            "the files provider needs --data DIR",
            hint="DIR is a folder with one CSV file a symbol, such as ^RUT.csv, or a prices.csv.",
        )
    return _History(data).fetch


def fetch(request: Request) -> Fetched:
    """Read the folder's files up to the as-of date.

    Raises:
        UsageError: no folder is named.
        ReportError: the folder cannot be read, holds nothing of the universe, or its file of all
            symbols is broken.
    """
    return history(request.data)(request)


def probe(request: Request) -> list[Probe]:
    """Say that nobody needs to be asked."""
    return [Probe("folder", True, None, "reads a folder named with --data")]


def plan(request: Request) -> list[str]:
    """Say what would be read."""
    count = len(request.universe.series)
    return [
        f"{count} series, and what else an edition looks at, from the folder named with --data; "
        "no request"
    ]


def _together(folder: Folder) -> PriceFile | None:
    """The file of all symbols, if there is one."""
    sources = [folder.files[name] for name in _TOGETHER if name in folder.files]
    if len(sources) > 1:
        raise ReportError(
            f"{sources[0].name} and {sources[1].name} are both there",
            hint="Keep the one that counts.",
        )
    return PriceFile(sources[0], grouped=True) if sources else None


def _add(
    found: _Found,
    series: Series,
    rows: Rows | Unreadable | None,
    files: list[PriceFile],
    span: Span,
) -> None:
    """Add one symbol's rows, or the fault that keeps them out."""
    others = files if rows is not None else files[1:]
    try:
        if rows is None:
            rows = files[0].rows(span)[ONLY]
        if isinstance(rows, Unreadable):
            raise rows
        if not len(rows.days):
            raise Unreadable(f"{rows.file}: no row from {span.first} to {span.last} has a close")
        factors = splits_to_apply(rows)
        paid = _paid(series, distributions(rows, factors))
    except Unreadable as fault:
        found.faults[series.symbol] = str(fault)
        return
    found.distributions[series.symbol] = paid.kind
    unread = tuple(f"{file.name} was not read: {rows.file} has the symbol too" for file in others)
    if notes := rows.notes + paid.notes + unread:
        found.notes[series.symbol] = notes
    found.frames.append(as_prices(series.symbol, rows, paid.cash, factors))


def _paid(series: Series, paid: Distributions) -> Distributions:
    """An index pays nothing: a column of zeros says nothing of its members' dividends."""
    if series.kind == "fund" or paid.cash.any():
        return paid
    return Distributions(paid.cash, "none", paid.notes)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return as_frame({"symbol": [], "session": [], "close": []})
    joined = pd.concat(frames, ignore_index=True)
    return as_frame({str(name): column for name, column in joined.items()})
