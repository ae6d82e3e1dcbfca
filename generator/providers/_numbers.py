"""Numbers as files write them; one file has one decimal sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from generator.providers._sheet import Unreadable, shown

Floats = npt.NDArray[np.float64]

_BLANK = frozenset(("", "null", "none", "nan", "n/a", "na", "#n/a", "-", "--", "."))
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_POINT = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_COMMA = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?|\d+,\d+)")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_RATIO = re.compile(r"(\d+(?:\.\d+)?)\s*(?::|/|-?for-?|to)\s*(\d+(?:\.\d+)?)", re.IGNORECASE)


def is_blank(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.lower() in _BLANK


def bare(cell: str) -> str:
    """Return a cell without its dollar sign."""
    return cell.replace("$", "", 1).strip() if "$" in cell else cell


def decimal_comma(
    file: str, delimiter: str, lines: Sequence[int], columns: Mapping[str, Sequence[str]]
) -> bool:
    """Whether the decimals of a file stand after a comma.

    Only cells that can be read one way count; a file without any is read with decimal points.

    Raises:
        Unreadable: some cells have points and others commas, or nothing tells which it is.
    """
    first: dict[bool, tuple[int, str]] = {}
    doubtful: tuple[int, str] | None = None
    for cells in columns.values():
        for line, cell in zip(lines, map(bare, cells), strict=True):
            if "." not in cell and "," not in cell:
                continue
            if _EITHER.fullmatch(cell):
                doubtful = doubtful or ((line, cell) if "," in cell else None)
            elif _PLAIN.fullmatch(cell) or _POINT.fullmatch(cell):
                first.setdefault(False, (line, cell))
            elif _COMMA.fullmatch(cell):
                first.setdefault(True, (line, cell))
    if len(first) == 2:
        (early, one), (late, other) = sorted(first.values())
        raise Unreadable(
            f"{file}:{late}: {shown(other)} and, on line {early}, {shown(one)} cannot both be "
            "read: one has a decimal point, the other a decimal comma"
        )
    if not first and doubtful and delimiter != ",":
        raise Unreadable(
            f"{file}:{doubtful[0]}: the comma in {shown(doubtful[1])} may mark thousands or "
            "decimals, and no other cell tells which"
        )
    return True in first


def number(cell: str, *, comma: bool) -> float | None:
    """Return a cell's number, NaN where it is blank, None where it is no number."""
    if is_blank(cell):
        return float("nan")
    cell = bare(cell)
    if comma:
        if not (_COMMA.fullmatch(cell) or _PLAIN.fullmatch(cell)):
            return None
        cell = cell.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(cell):
        if not _POINT.fullmatch(cell):
            return None
        cell = cell.replace(",", "")
    value = float(cell)
    return value if np.isfinite(value) else None


def split_ratio(cell: str, *, comma: bool) -> float | None:
    """Return a split's factor: `2.0`, `2:1`, `2/1` and `2-for-1` are 2; 0 and blank are 1.

    >>> split_ratio("3:2", comma=False)
    1.5
    """
    match = _RATIO.fullmatch(cell)
    if match:
        above, below = float(match[1]), float(match[2])
        return above / below if above > 0 and below > 0 else None
    value = number(cell, comma=comma)
    if value is None or value < 0:
        return None
    return value if value > 0 else 1.0


def column(cells: Sequence[str], *, comma: bool) -> tuple[Floats, list[int]]:
    """Return the numbers, NaN where there is none, and the rows whose cell is no number."""
    values = [number(cell, comma=comma) for cell in cells]
    wrong = [row for row, value in enumerate(values) if value is None]
    return np.array(values, dtype="float64"), wrong
