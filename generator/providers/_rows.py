"""Rows of one symbol: what a file says, cut to the span that is wanted, sorted, one a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from generator.providers._dates import Days, listed, read_dates
from generator.providers._numbers import Floats, bare, column, decimal_comma, is_blank, split_ratio
from generator.providers._sheet import Sheet, Unreadable, counted, read_sheet, shown

ONLY = ""
"""The symbol of a file that holds one symbol."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which days are wanted."""

    first: date
    """Rows before it are cut."""
    last: date
    """Rows after it are cut: an edition sees nothing dated later."""

    def holds(self, days: Days) -> npt.NDArray[np.bool_]:
        """Which of the days are wanted."""
        return (days >= np.datetime64(self.first)) & (days <= np.datetime64(self.last))


@dataclass(frozen=True, slots=True)
class Rows:
    """One symbol's rows, oldest first, each with a close."""

    file: str
    """Where they are from."""
    days: Days
    """Strictly increasing."""
    close: Floats
    """Finite and above zero."""
    adjusted: Floats | None
    """None where the file has no such column."""
    volume: Floats
    """NaN where there is none."""
    dividend: Floats | None
    """None where the file says nothing of dividends."""
    split: Floats
    """As the source gave it, 1 where there was none."""
    complete: bool
    """False where a dividend was lost with a row that has no close."""
    notes: tuple[str, ...]
    """What was mended."""


class TolerantFile:
    """A file in any known dialect: its text and dates are read once, numbers for each span."""

    def __init__(self, file: str, content: bytes) -> None:
        """Read the text.

        Raises:
            Unreadable: the file as a whole cannot be used.
        """
        self._sheet = read_sheet(file, content)
        self._days, self._note = read_dates(file, self._sheet.cells["date"], self._sheet.lines)

    def rows(
        self, span: Span, wanted: Collection[str] | None = None
    ) -> dict[str, Rows | Unreadable]:
        """Return the rows of a span, by symbol where some are `wanted`, else under `ONLY`.

        Raises:
            Unreadable: it has no column of symbols, or nothing tells how its numbers are written.
        """
        sheet, days = self._sheet, self._days
        inside = span.holds(days)
        everyone = {ONLY: np.flatnonzero(inside)}
        groups = everyone if wanted is None else _by_symbol(sheet, inside, wanted)
        everything = _take(
            sheet, np.sort(np.concatenate([np.array([], dtype=np.intp), *groups.values()]))
        )
        numbers = {name: everything.cells[name] for name in everything.cells if _is_number(name)}
        comma = decimal_comma(sheet.file, sheet.delimiter, everything.lines, numbers)
        found: dict[str, Rows | Unreadable] = {}
        for symbol, group in groups.items():
            try:
                found[symbol] = _tidy(_take(sheet, group), days[group], comma, self._note)
            except Unreadable as error:
                found[symbol] = error
        return found


def _is_number(name: str) -> bool:
    return name not in ("date", "symbol")


def _take(sheet: Sheet, rows: npt.NDArray[np.intp]) -> Sheet:
    return Sheet(
        sheet.file,
        sheet.delimiter,
        [sheet.lines[row] for row in rows],
        {name: [cells[row] for row in rows] for name, cells in sheet.cells.items()},
    )


def _by_symbol(
    sheet: Sheet, inside: npt.NDArray[np.bool_], wanted: Collection[str]
) -> dict[str, npt.NDArray[np.intp]]:
    if "symbol" not in sheet.cells:
        raise Unreadable(f"{sheet.file}: no column holds the symbol")
    by_folded = {symbol.casefold(): symbol for symbol in wanted}
    groups: dict[str, list[int]] = {}
    for row, cell in enumerate(sheet.cells["symbol"]):
        symbol = by_folded.get(cell.casefold())
        if symbol is not None:
            group = groups.setdefault(symbol, [])
            if inside[row]:
                group.append(row)
    return {symbol: np.array(rows, dtype=np.intp) for symbol, rows in groups.items()}


def _tidy(sheet: Sheet, days: Days, comma: bool, note: str | None) -> Rows:
    notes = [note] if note else []
    values = {
        "close": _numbers(sheet, "close", comma, lambda value: value > 0, "is not above zero")
    }
    if any(not is_blank(cell) for cell in sheet.cells.get("adjusted", ())):
        values["adjusted"] = _numbers(sheet, "adjusted", comma)
        values["adjusted"][values["adjusted"] <= 0] = np.nan
    if any(not is_blank(cell) for cell in sheet.cells.get("dividend", ())):
        cash = _numbers(sheet, "dividend", comma, lambda value: value >= 0, "is below zero")
        values["dividend"] = np.nan_to_num(cash)
    values["volume"] = _volume(sheet, comma, notes)
    values["split"] = _splits(sheet, comma)
    lost = np.isnan(values["close"])
    complete = _note_lost(sheet, days, values, lost, notes)
    kept = np.flatnonzero(~lost)
    kept = kept[np.argsort(days[kept], kind="stable")]
    kept = _without_duplicates(sheet, days, values, kept, notes)
    values = {name: numbers[kept] for name, numbers in values.items()}
    return Rows(
        file=sheet.file,
        days=days[kept],
        close=values["close"],
        adjusted=values.get("adjusted"),
        volume=values["volume"],
        dividend=values.get("dividend"),
        split=values["split"],
        complete=complete,
        notes=tuple(notes),
    )


def _numbers(
    sheet: Sheet,
    name: str,
    comma: bool,
    allowed: Callable[[Floats], npt.NDArray[np.bool_]] | None = None,
    otherwise: str = "",
) -> Floats:
    cells = sheet.cells[name]
    values, wrong = column(cells, comma=comma)
    if wrong:
        raise _faulty(sheet, wrong[0], name, "is not a number")
    if allowed is not None:
        outside = np.flatnonzero(~(allowed(values) | np.isnan(values)))
        if len(outside):
            raise _faulty(sheet, int(outside[0]), name, otherwise)
    return values


def _faulty(sheet: Sheet, row: int, name: str, what: str) -> Unreadable:
    title = "adjusted close" if name == "adjusted" else name
    cell = shown(sheet.cells[name][row])
    return Unreadable(f"{sheet.file}:{sheet.lines[row]}: the {title} {cell} {what}")


def _volume(sheet: Sheet, comma: bool, notes: list[str]) -> Floats:
    if "volume" not in sheet.cells:
        return np.full(len(sheet.lines), np.nan)
    values, wrong = column(sheet.cells["volume"], comma=comma)
    if wrong:
        cell = shown(sheet.cells["volume"][wrong[0]])
        notes.append(
            f"{sheet.file}: {counted(len(wrong), 'volume')} not read, the first, {cell}, "
            f"on line {sheet.lines[wrong[0]]}"
        )
    return values


def _splits(sheet: Sheet, comma: bool) -> Floats:
    if "split" not in sheet.cells:
        return np.ones(len(sheet.lines))
    ratios = [split_ratio(bare(cell), comma=comma) for cell in sheet.cells["split"]]
    if None in ratios:
        raise _faulty(sheet, ratios.index(None), "split", "is not a ratio")
    return np.array(ratios, dtype="float64")


def _note_lost(
    sheet: Sheet,
    days: Days,
    values: Mapping[str, Floats],
    lost: npt.NDArray[np.bool_],
    notes: list[str],
) -> bool:
    """Say which rows have no close. A split must not go with them; a dividend is told of."""
    if not lost.any():
        return True
    notes.append(
        f"{sheet.file}: {counted(lost.sum(), 'row')} without a close dropped ({listed(days[lost])})"
    )
    split = np.flatnonzero(lost & (values["split"] != 1.0))
    if len(split):
        raise _faulty(sheet, int(split[0]), "split", "stands on a row without a close")
    if "dividend" not in values:
        return True
    cash = lost & (values["dividend"] > 0)
    if cash.any():
        notes.append(
            f"{sheet.file}: {counted(cash.sum(), 'dividend')} on a row without a close "
            f"({listed(days[cash])}), so total returns are withheld"
        )
    return not bool(cash.any())


def _without_duplicates(
    sheet: Sheet,
    days: Days,
    values: Mapping[str, Floats],
    kept: npt.NDArray[np.intp],
    notes: list[str],
) -> npt.NDArray[np.intp]:
    again = np.flatnonzero(days[kept][1:] == days[kept][:-1]) + 1
    if not len(again):
        return kept
    for position in again:
        row, other = int(kept[position]), int(kept[position - 1])
        for name, numbers in values.items():
            if not np.array_equal(numbers[row], numbers[other], equal_nan=True):
                early, late = sorted((row, other), key=lambda row: sheet.lines[row])
                raise Unreadable(
                    f"{sheet.file}:{sheet.lines[late]}: a second row for {days[row]} has another "
                    f"{name} than line {sheet.lines[early]}"
                )
    which = listed(days[kept][again])
    notes.append(f"{sheet.file}: {counted(len(again), 'duplicate row')} dropped ({which})")
    return np.delete(kept, again)
