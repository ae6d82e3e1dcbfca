"""The history of every figure, kept by metric and year as CSV: what each edition printed of it.

`figures/<metric>/<year>.csv` has a row for each subject in each edition; a publication writes those
of its own year alone. `figures/<metric>/years.csv` has each subject's range in every year but the
metric's newest. What the figures mean is kept beside them (`figure_words.py`), and all pages about
figures are made from both.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from generator.errors import ReportError
from generator.listing import Entry
from generator.sparklines import Point, Span

FOLDER = "figures"
SIMULATED = "simulated"
"""What a row says in place of a source where the data are made up."""
_WORDS = frozenset({"text", "date"})
"""Units of figures that have no place on a scale."""


class Reader(Protocol):
    """Files by name, as a tree has them."""

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""


class Row(NamedTuple):
    """A figure in one edition, as a line of CSV has it."""

    edition: str
    """ISO week."""
    revision: int | str
    """Of the release: 1 for the first."""
    as_of: str
    """The edition's last session, as ISO date."""
    subject: str
    """What it describes."""
    value: str
    """At full precision; empty where it was withheld."""
    display: str
    """As it was printed."""
    unit: str
    """One of the units of facts.py."""
    reason: str
    """Why it was withheld."""
    data: str
    """Where the edition's data are from; `simulated` where they are made up."""

    @property
    def number(self) -> float | None:
        """Its value on a scale; None where it was withheld or is no number."""
        return float(self.value) if self.value and self.unit not in _WORDS else None


class YearRow(NamedTuple):
    """A figure in one year, as a line of `years.csv` has it."""

    year: int | str
    """ISO year."""
    subject: str
    """What it describes."""
    editions: int | str
    """How many editions have a value."""
    unit: str
    """One of the units of facts.py."""
    lowest: str
    """Its lowest value; empty for figures that are no numbers."""
    lowest_display: str
    """As it was printed."""
    lowest_edition: str
    """In which edition."""
    highest: str
    """Its highest value."""
    highest_display: str
    """As it was printed."""
    highest_edition: str
    """In which edition."""
    last: str
    """Its value in the year's last edition that has one."""
    last_display: str
    """As it was printed."""
    last_edition: str
    """In which edition."""
    data: str
    """Where the editions' data are from; `simulated` where those of any are made up."""

    @property
    def span(self) -> Span | None:
        """Its range on a scale; None for figures that are no numbers."""
        if not self.lowest:
            return None
        return Span(int(self.year), float(self.lowest), float(self.highest), float(self.last))


def read_rows(tree: Reader, metric: str, year: int) -> list[Row]:
    """Read a figure in the editions of a year.

    Raises:
        ReportError: it is missing or damaged.
    """
    return _read_csv(tree, f"{FOLDER}/{metric}/{year}.csv", Row)


def read_year_rows(tree: Reader, metric: str, subject: str | None = None) -> list[YearRow]:
    """Read a figure's ranges by year; those of one subject alone where that is enough.

    Raises:
        ReportError: it is missing or damaged.
    """
    among = f",{subject}," if subject else ""
    return _read_csv(tree, f"{FOLDER}/{metric}/years.csv", YearRow, among)


def _read_csv(tree: Reader, name: str, kind: Any, among: str = "") -> list[Any]:
    """The rows of a file, or those whose lines have some text among them."""
    try:
        head, *lines = tree.read(name).decode().split("\n")
        if head != ",".join(kind._fields) or lines[-1:] != [""]:
            raise ValueError("it does not begin or end as it was written")
        wanted = [line for line in lines[:-1] if among in line] if among else lines[:-1]
        return list(map(kind._make, csv.reader(wanted)))
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise damaged(tree, name, str(error)) from None


def write(rows: Iterable[Row | YearRow], kind: type[Row] | type[YearRow]) -> bytes:
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(kind._fields)
    lines.writerows(rows)
    return out.getvalue().encode()


def merge(old: Sequence[Row], without: Collection[str], new: Sequence[Row]) -> list[Row]:
    """Return rows in the order of editions, those of some editions replaced."""
    kept = [row for row in old if row.edition not in without]
    return sorted([*kept, *new], key=lambda row: row.edition)


def rows_of(document: Mapping[str, Any], entry: Entry) -> dict[str, list[Row]]:
    """Return what a release's facts.json says, by metric."""
    data = SIMULATED if entry.simulated else entry.provider
    common = entry.edition, str(entry.revision), entry.as_of
    found: dict[str, list[Row]] = {}
    for fact in document["facts"]:
        metric, _, subject = fact["id"].partition(".")
        reason = " ".join((fact["reason"] or "").split())
        told = subject, _plain(fact["value"]), fact["display"], fact["unit"], reason, data
        found.setdefault(metric, []).append(Row(*common, *told))
    return found


def _plain(value: object) -> str:
    if value is None:
        return ""
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value)


def year_rows(rows: Iterable[Row]) -> list[YearRow]:
    """Return the range of each subject in the rows of one year, by subject."""
    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        if row.value:
            by_subject.setdefault(row.subject, []).append(row)
    return [_year_row(by_subject[name]) for name in sorted(by_subject)]


def _year_row(rows: Sequence[Row]) -> YearRow:
    last = rows[-1]
    numbers = [(row.number, row) for row in rows if row.number is not None]
    empty = ("", "", "")
    low = high = empty
    if numbers and last.number is not None:
        # The first of equal values, so that the order of editions decides.
        low = _told(min(numbers, key=lambda pair: pair[0])[1])
        high = _told(max(numbers, key=lambda pair: pair[0])[1])
    common = last.edition[:4], last.subject, str(len(rows)), last.unit
    data = SIMULATED if any(row.data == SIMULATED for row in rows) else last.data
    return YearRow(*common, *low, *high, *_told(last), data)


def _told(row: Row) -> tuple[str, str, str]:
    return row.value, row.display, row.edition


def days(rows: Iterable[Row]) -> dict[str, int]:
    """Return the last sessions of the editions of some rows, in their order, counted in days."""
    found = {row.edition: row.as_of for row in rows}
    return {edition: date.fromisoformat(day).toordinal() for edition, day in found.items()}


def course(rows: Iterable[Row], editions: Mapping[str, int]) -> list[Point]:
    """Return the course of one subject, whose rows they are, over editions; with gaps."""
    own = {row.edition: float(row.value) for row in rows if row.value and row.unit not in _WORDS}
    return list(map(Point, editions.values(), map(own.get, editions)))


def damaged(tree: Reader, name: str, what: str) -> ReportError:
    """Return the error for a file of the histories that cannot be read."""
    return ReportError(
        f"the history of figures is damaged: {what}",
        where=tree.where(name),
        hint="Run `smallcaps publish --rebuild`, which makes it anew from the editions.",
    )
