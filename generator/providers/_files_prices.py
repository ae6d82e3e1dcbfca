"""Price files: one symbol a file, or many in one with a column of symbols; each is read once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from generator.providers._dates import Days
from generator.providers._files_folder import Source
from generator.providers._numbers import Floats
from generator.providers._parquet import as_delimited
from generator.providers._plain import PlainFile, plain_file
from generator.providers._rows import Rows, Span, TolerantFile
from generator.providers._sheet import Unreadable, read_sheet

SUFFIXES = (".csv", ".us.csv", "_us_d.csv", "_d.csv", ".us.txt", ".txt")
"""How the name of a file of one symbol goes on after the symbol, the usual first."""


class PriceFile:
    """A file that is read once, whichever spans of it are wanted."""

    def __init__(self, source: Source, *, grouped: bool) -> None:
        """Remember the file; `grouped` says that it holds many symbols."""
        self.name = source.name
        self._source, self._grouped = source, grouped

    @cached_property
    def _content(self) -> bytes:
        content = self._source.read()
        return as_delimited(self.name, content) if self._source.is_parquet else content

    @cached_property
    def _plain(self) -> PlainFile | None:
        return plain_file(self.name, self._content, grouped=self._grouped)

    @cached_property
    def _tolerant(self) -> TolerantFile:
        return TolerantFile(self.name, self._content)

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of a file of many, as it writes them.

        Raises:
            Unreadable: it has no column of symbols, or cannot be used as a whole.
        """
        if self._plain is not None:
            found = self._plain.symbols.dictionary.to_pylist()
        else:
            cells = read_sheet(self.name, self._content).cells
            if "symbol" not in cells:
                raise Unreadable(f"{self.name}: no column holds the symbol")
            found = cells["symbol"]
        return tuple(sorted({(symbol or "").strip() for symbol in found} - {""}))

    def rows(
        self, span: Span, wanted: Collection[str] | None = None
    ) -> Mapping[str, Rows | Unreadable]:
        """Return the rows of a span, by symbol where some are `wanted`, else under `ONLY`.

        Raises:
            Unreadable: the file as a whole cannot be used.
        """
        plain = self._plain.rows(span, wanted) if self._plain is not None else None
        return plain if plain is not None else self._tolerant.rows(span, wanted)


def symbol_of(name: str) -> str:
    """Return the symbol that a file of one symbol is named after, in capitals.

    >>> symbol_of("brk-b_us_d.csv"), symbol_of("AAP.csv")
    ('BRK-B', 'AAP')
    """
    folded = name.casefold()
    longest = max((end for end in SUFFIXES if folded.endswith(end)), key=len, default="")
    return name[: len(name) - len(longest)].upper()


def as_prices(symbol: str, rows: Rows, cash: Floats, factors: Floats) -> pd.DataFrame:
    """Return one symbol's rows in the form of `Fetched.prices`."""
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


def require_sessions(rows: Rows, calendar: Days) -> None:
    """Check that every row is dated on a session of the calendar, which is in order.

    Raises:
        Unreadable: one is not.
    """
    places = np.searchsorted(calendar, rows.days)
    strange = rows.days[calendar[np.minimum(places, len(calendar) - 1)] != rows.days]
    if len(strange):
        raise Unreadable(f"{rows.file}: it has a row of {strange[0]}, when the exchange was closed")
