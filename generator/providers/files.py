"""The files provider: a folder of price files as people have them.

One file a symbol, as Yahoo or Stooq export it (`^RUT.csv`, `IWM.csv`, `iwm_us_d.csv`), or all
symbols in one `prices.csv` or `prices.parquet`, or both, where the one file of all wins. Columns
are found by their headings, in any order; dialects of dates and numbers are told from the whole
file. What cannot be told is a fault that names file, line and cell; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from generator.config import Series
from generator.errors import ReportError, UsageError
from generator.providers import Probe, Request, as_frame
from generator.providers._actions import Distributions, distributions, splits_to_apply
from generator.providers._parquet import as_delimited
from generator.providers._plain import plain_rows
from generator.providers._rows import ONLY, Rows, Span, tolerant_rows
from generator.providers._sheet import Unreadable
from generator.snapshot import Fetched

_TOGETHER = ("prices.csv", "prices.parquet")
_APART = ("{}.csv", "{}.us.csv", "{}_us_d.csv", "{}_d.csv", "{}.us.txt", "{}.txt")


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    distributions: dict[str, str] = field(default_factory=dict)


def fetch(request: Request) -> Fetched:
    """Read the folder's files of the universe's symbols, up to the as-of date.

    Raises:
        UsageError: no folder is named.
        ReportError: the folder cannot be read, holds nothing of the universe, or its file of all
            symbols is broken.
    """
    if request.data is None:
        raise UsageError(
            "the files provider needs --data DIR",
            hint="DIR is a folder with one CSV file a symbol, such as ^RUT.csv, or a prices.csv.",
        )
    names = _listing(request.data)
    span = Span(request.universe.history_start, request.as_of)
    symbols = [series.symbol for series in request.universe.series.values()]
    together = _read_together(names, span, symbols)
    found = _Found()
    missing = 0
    for series in request.universe.series.values():
        paths = _paths_of(series.symbol, names)
        if series.symbol not in together and not paths:
            missing += 1
            found.faults[series.symbol] = (
                f"no file for {series.symbol} in {request.data.resolve().name} "
                f"(looked for {series.symbol}.csv and prices.csv)"
            )
            continue
        _add(found, series, together.get(series.symbol), paths, span)
    if missing == len(symbols):
        raise ReportError(
            f"'{request.data}' has no file for any series of the universe",
            hint=f"Name the files after the symbols: {symbols[0]}.csv, or put all in prices.csv.",
        )
    return Fetched(
        provider="files",
        retrieved_at=request.clock(),
        simulated=False,
        prices=_joined(found.frames),
        notes=found.notes,
        faults=found.faults,
        names={},
        distributions=found.distributions,
    )


def probe(request: Request) -> list[Probe]:
    """Say that nobody needs to be asked."""
    return [Probe("folder", True, None, "reads a folder named with --data")]


def plan(request: Request) -> list[str]:
    """Say what would be read."""
    return [f"{len(request.universe.series)} series from the folder named with --data; no request"]


def _listing(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their lower-case names."""
    if not folder.is_dir():
        raise ReportError(
            f"'{folder}' is not a folder", hint="Name the folder of the price files with --data."
        )
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise ReportError(f"'{folder}' cannot be read: {error.strerror}") from None
    return {path.name.casefold(): path for path in paths}


def _paths_of(symbol: str, names: Mapping[str, Path]) -> list[Path]:
    patterns = [pattern.format(symbol).casefold() for pattern in _APART]
    return [names[name] for name in patterns if name in names]


def _add(
    found: _Found,
    series: Series,
    rows: Rows | Unreadable | None,
    paths: list[Path],
    span: Span,
) -> None:
    """Add one symbol's rows, or the fault that keeps them out."""
    others = paths if rows is not None else paths[1:]
    try:
        if rows is None:
            rows = _read(paths[0], span)[ONLY]
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
    unread = tuple(f"{path.name} was not read: {rows.file} has the symbol too" for path in others)
    if notes := rows.notes + paid.notes + unread:
        found.notes[series.symbol] = notes
    found.frames.append(_frame(series.symbol, rows, paid.cash, factors))


def _paid(series: Series, paid: Distributions) -> Distributions:
    """An index pays nothing: a column of zeros says nothing of its members' dividends."""
    if series.kind == "fund" or paid.cash.any():
        return paid
    return Distributions(paid.cash, "none", paid.notes)


def _read(
    path: Path, span: Span, wanted: Collection[str] | None = None
) -> Mapping[str, Rows | Unreadable]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name}: it cannot be read: {error.strerror}") from None
    if path.suffix.casefold() == ".parquet":
        content = as_delimited(path.name, content)
    plain = plain_rows(path.name, content, span, wanted)
    return plain if plain is not None else tolerant_rows(path.name, content, span, wanted)


def _read_together(
    names: Mapping[str, Path], span: Span, symbols: list[str]
) -> Mapping[str, Rows | Unreadable]:
    """Read the file of all symbols, if there is one."""
    paths = [names[name] for name in _TOGETHER if name in names]
    if not paths:
        return {}
    if len(paths) > 1:
        raise ReportError(
            f"{paths[0].name} and {paths[1].name} are both there", hint="Keep the one that counts."
        )
    try:
        return _read(paths[0], span, symbols)
    except Unreadable as fault:
        raise ReportError(
            str(fault), hint=f"Mend {paths[0].name}, or remove it to use files by symbol."
        ) from None


def _frame(symbol: str, rows: Rows, cash: np.ndarray, factors: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "symbol": symbol,
            "session": rows.days.astype("datetime64[us]"),
            "close": rows.close,
            "volume": rows.volume,
            "dividend": cash,
            "split": factors,
        }
    )


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return as_frame({"symbol": [], "session": [], "close": []})
    joined = pd.concat(frames, ignore_index=True)
    return as_frame({str(name): column for name, column in joined.items()})
