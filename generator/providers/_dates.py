"""Dates as files write them; one file has one style."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from generator.providers._sheet import Unreadable, shown

Days = npt.NDArray[np.datetime64]

_EXCHANGE = ZoneInfo("America/New_York")
_CLOCK = r"(?:,? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?"
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_STYLES = {
    "year first": re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})([T ].*)?"),
    "compact": re.compile(r"(\d{4})(\d{2})(\d{2})"),
    "slashed": re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}){_CLOCK}"),
    "dotted": re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_CLOCK}"),
    "month by name": re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})"),
    "day, month by name": re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})"),
}


def read_dates(file: str, cells: Sequence[str], lines: Sequence[int]) -> tuple[Days, str | None]:
    """Return the days, and a note where the style could not be told.

    Raises:
        Unreadable: a cell is no date, or is written in another way than the first.
    """
    if not cells:
        return np.array([], dtype="datetime64[D]"), None
    style = _style_of(cells[0])
    if style is None:
        raise _no_date(file, lines[0], cells[0])
    matches = []
    for cell, line in zip(cells, lines, strict=True):
        match = _STYLES[style].fullmatch(cell)
        if match is None:
            if _style_of(cell) is None:
                raise _no_date(file, line, cell)
            raise Unreadable(
                f"{file}:{line}: the date {shown(cell)} is written in another way than "
                f"{shown(cells[0])} on line {lines[0]}"
            )
        matches.append(match)
    note = None
    reader = _READERS.get(style)
    if reader is None:
        reader, note = _slashed(file, matches, lines)
    days = []
    for match, line in zip(matches, lines, strict=True):
        try:
            days.append(reader(match))
        except (ValueError, KeyError):
            raise _no_date(file, line, match[0]) from None
    return np.array(days, dtype="datetime64[D]"), note


def listed(days: Days, most: int = 3) -> str:
    """Return the first of the days in words."""
    unique = np.unique(days)
    text = ", ".join(str(day) for day in unique[:most])
    return text if len(unique) <= most else f"{text}, …"


def _style_of(cell: str) -> str | None:
    return next((name for name, form in _STYLES.items() if form.fullmatch(cell)), None)


def _no_date(file: str, line: int, cell: str) -> Unreadable:
    return Unreadable(f"{file}:{line}: {shown(cell)} is not a date")


def _year_first(match: re.Match[str]) -> date:
    day = date(int(match[1]), int(match[3]), int(match[4]))
    if match[5] is None:
        return day
    moment = datetime.fromisoformat(f"{day}T{match[5][1:].strip()}")
    # Midnight in whatever zone is a bare date; any other hour is an instant, of which the
    # exchange's local date counts (New York's midnight is 05:00 in UTC).
    if moment.tzinfo is None or not (moment.hour or moment.minute or moment.second):
        return day
    return moment.astimezone(_EXCHANGE).date()


def _slashed(
    file: str, matches: Sequence[re.Match[str]], lines: Sequence[int]
) -> tuple[Callable[[re.Match[str]], date], str | None]:
    """Whether 03/04 is the fourth of March, by the days after the twelfth."""
    proofs = {
        name: next((n for n, match in enumerate(matches) if int(match[group]) > 12), None)
        for name, group in (("day first", 1), ("month first", 2))
    }
    day_first, month_first = proofs["day first"], proofs["month first"]
    if day_first is not None and month_first is not None:
        (early, one), (late, other) = sorted(
            (row, name) for name, row in proofs.items() if row is not None
        )
        raise Unreadable(
            f"{file}:{lines[late]}: the date {shown(matches[late][0])} has its {other}, "
            f"{shown(matches[early][0])} on line {lines[early]} its {one}"
        )
    if day_first is not None:
        return _day_first, None
    if month_first is not None or all(match[1] == match[2] for match in matches):
        return _month_first, None
    return _month_first, (
        f"{file}: dates such as {matches[0][0]} could be read either way; "
        "they were read month first"
    )


def _day_first(match: re.Match[str]) -> date:
    return date(int(match[3]), int(match[2]), int(match[1]))


def _month_first(match: re.Match[str]) -> date:
    return date(int(match[3]), int(match[1]), int(match[2]))


_READERS: dict[str, Callable[[re.Match[str]], date]] = {
    "year first": _year_first,
    "compact": lambda match: date(int(match[1]), int(match[2]), int(match[3])),
    "dotted": _day_first,
    "month by name": lambda match: date(int(match[3]), _MONTHS[match[1].lower()], int(match[2])),
    "day, month by name": lambda match: date(
        int(match[3]), _MONTHS[match[2].lower()], int(match[1])
    ),
}
