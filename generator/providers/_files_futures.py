"""Futures on federal funds in the folder of the files provider, one file a contract.

A file is named after Yahoo's symbol (`ZQF26.CBT.csv`) or after the month (`ZQ_202601.csv`).
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from generator import tables
from generator.providers import Request
from generator.providers._files_folder import Folder, Kept, Source
from generator.providers._files_sheet import DatedFile
from generator.providers._files_window import calendar, first_session
from generator.providers._piece import Piece
from generator.providers._sheet import Unreadable, counted
from generator.providers._yahoo import contracts

TABLE = "futures"
_HEADINGS = {
    "day": ("date", "session", "day"),
    "close": ("close", "closelast", "settle", "settlement"),
    "volume": ("volume", "vol"),
}
_BY_SYMBOL = re.compile(r"(zq[fghjkmnquvxz]\d{2})(?:[.]cbt)?[.]csv")
_BY_MONTH = re.compile(r"zq_?(\d{4})-?(0[1-9]|1[0-2])[.]csv")


class FuturesFolder:
    """Every file of a contract, each read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files: those in `futures`, and those in `rates` that are named after one."""
        own = folder.inside("futures", ".csv")
        rates = [source for source in folder.inside("rates", ".csv") if _symbol(source)]
        self._sources = [*own, *rates]
        self._read = Kept[DatedFile]()

    def bring(self, request: Request) -> Piece:
        """Return the settlements of the contracts that an edition looks at."""
        frames: list[pd.DataFrame] = []
        files: dict[str, list[Source]] = {}
        faults: dict[str, str] = {}
        for source in self._sources:
            symbol = _symbol(source)
            if symbol is None:
                faults[source.name] = "it is named after no contract, as ZQ_202601.csv would be"
            else:
                files.setdefault(symbol, []).append(source)
        for symbol in contracts(request.as_of, request.live.yahoo.futures_months):
            try:
                frames.append(self._rows(symbol, files.get(symbol, []), request))
            except Unreadable as error:
                faults[symbol] = str(error)
        if not frames:
            what = f"no futures on federal funds for the months from {request.as_of:%Y-%m} on"
            told = {TABLE: faults} if self._sources else {}
            return Piece(tables={}, kept=(), missing={TABLE: f"the folder has {what}"}, faults=told)
        return Piece(
            tables={TABLE: pd.concat(frames, ignore_index=True)},
            kept=(),
            faults={TABLE: faults} if faults else {},
            sources={TABLE: counted(len(frames), "contract")},
        )

    def _rows(self, symbol: str, sources: list[Source], request: Request) -> pd.DataFrame:
        if len(sources) != 1:
            names = " and ".join(source.name for source in sources)
            raise Unreadable(f"{names} both hold it" if names else "the folder has no file of it")
        source = sources[0]
        file = self._read.get(source, lambda: DatedFile(source, _HEADINGS, optional=("volume",)))
        first = first_session(request, request.live.yahoo.member_sessions)
        inside = (file.days >= np.datetime64(first)) & (file.days <= np.datetime64(request.as_of))
        # The futures exchange also settles on days on which the stock exchange is closed.
        inside &= np.isin(file.days, calendar(request))
        rows = np.flatnonzero(inside)
        values = file.numbers(["close", "volume"], rows)
        low = np.flatnonzero(values["close"] <= 0)
        if len(low):
            raise file.wrong("close", int(rows[low[0]]), "is not above zero")
        kept = file.once(rows, [file.days[rows]], values)
        kept = kept[~np.isnan(values["close"][kept])]
        if not len(kept):
            raise Unreadable(f"{file.file}: no session up to {request.as_of} has a close")
        days = file.days[rows][kept].astype("datetime64[us]")
        return _frame(symbol, days, {name: column[kept] for name, column in values.items()})


def _symbol(source: Source) -> str | None:
    """Yahoo's symbol of the contract that a file is named after."""
    name = source.path.name.casefold()
    if match := _BY_SYMBOL.fullmatch(name):
        return f"{match[1].upper()}.CBT"
    if match := _BY_MONTH.fullmatch(name):
        return contracts(date(int(match[1]), int(match[2]), 1), 1)[0]
    return None


def _frame(symbol: str, days: np.ndarray, values: dict[str, np.ndarray]) -> pd.DataFrame:
    count = len(days)
    columns = {
        "symbol": [symbol] * count,
        "session": days,
        "close": values["close"],
        "volume": values.get("volume", np.full(count, np.nan)),
        "dividend": np.zeros(count),
        "split": np.ones(count),
    }
    return tables.frame(TABLE, columns)
