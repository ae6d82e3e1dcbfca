"""The history of every checked claim: what each edition said of it, by the year the claim is about.

`claims/<year>.csv` has a row for each claim that is as of this year in each edition that checked
it. A publication replaces the rows of its own editions in the few files that have some, and reads
no edition but those.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from generator.errors import ReportError
from generator.listing import CLAIMS, Entry

FOLDER = "claims"
SIMULATED = "simulated"
"""What a row says in place of a source where the data are made up."""
_NAMES = {"kind": "class"}
"""Columns, and names in claims.json, that are no names in Python."""
_DAMAGED = "Run `smallcaps publish --rebuild`, which makes it anew from the editions."


class Reader(Protocol):
    """Files by name, as a tree has them."""

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""


class Row(NamedTuple):
    """A claim in one edition, as a line of CSV has it."""

    edition: str
    """ISO week."""
    revision: str
    """Of the release: 1 for the first."""
    data: str
    """Where the edition's data are from; `simulated` where they are made up."""
    id: str
    """The claim's."""
    verdict: str
    """In words."""
    asserted: str
    """The figure as it was said."""
    computed: str
    """The figure as it was computed; empty where none was."""
    gap: str
    """Between the two; empty where there is none."""
    convention: str
    """Under which it holds, where that is not ours."""
    as_of: str
    """The day the claim is about, as ISO date."""
    source: str
    """Which of the edition's sources said it."""
    outlet: str
    """Who published it."""
    statement: str
    """What is claimed, in a sentence."""
    kind: str
    """P from prices, M from macroeconomic data, F forecast, O opinion, X needs other data."""
    note: str
    """Why it cannot be checked, what superseded it, when it resolves."""

    @property
    def year(self) -> str:
        """The year that the claim is about."""
        return self.as_of[:4]

    @property
    def told(self) -> tuple[str, str]:
        """What is a turn in the claim's history when it changes."""
        return self.verdict, self.computed


HEAD = tuple(_NAMES.get(name, name) for name in Row._fields)
FIELDS = HEAD[3:]
"""What is taken from an edition's claims.json."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim as the newest edition that checked it has it, and how it came to that."""

    row: Row
    """The newest edition's."""
    turns: tuple[Row, ...]
    """The first edition's, and those where the verdict or what was computed changed, in order."""


def rows_of(claims: Iterable[Mapping[str, Any]], entry: Entry, where: str) -> list[Row]:
    """Return what a release's claims.json says; `where` is how that file is shown.

    Raises:
        ReportError: a claim lacks a field.
    """
    data = SIMULATED if entry.simulated else entry.provider
    common = entry.edition, str(entry.revision), data
    try:
        return [Row(*common, *(_cell(claim[name]) for name in FIELDS)) for claim in claims]
    except (KeyError, TypeError) as error:
        raise ReportError(
            f"a published edition's {CLAIMS} cannot be read: a claim lacks {error}",
            where=where,
            hint=f"Run `smallcaps verify {entry.edition}` to see what is damaged.",
        ) from None


def _cell(value: object) -> str:
    """A value on one line; kept once, since fifty editions say the same of a claim."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return sys.intern(" ".join(text.split()))


def read_rows(tree: Reader, year: str) -> list[Row]:
    """Read what editions said of the claims that are about a year.

    Raises:
        ReportError: it is missing or damaged.
    """
    name = f"{FOLDER}/{year}.csv"
    try:
        head, *lines = csv.reader(io.StringIO(tree.read(name).decode(), newline=""))
        if tuple(head) != HEAD:
            raise ValueError("it does not begin as it was written")
        return [Row._make(line) for line in lines]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise ReportError(
            f"the history of claims is damaged: {error}", where=tree.where(name), hint=_DAMAGED
        ) from None


def write(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    lines.writerows(rows)
    return out.getvalue().encode()


def merge(old: Sequence[Row], without: Collection[str], new: Sequence[Row]) -> list[Row]:
    """Return rows in the order of editions, those of some editions replaced."""
    kept = [row for row in old if row.edition not in without]
    return sorted([*kept, *new], key=lambda row: row.edition)


def standings(rows: Iterable[Row]) -> list[Standing]:
    """Return each claim of some rows, which are in order, the newest claims first."""
    by_id: dict[str, list[Row]] = {}
    for row in rows:
        turns = by_id.setdefault(row.id, [])
        if len(turns) > 1 and turns[-1].told == turns[-2].told:
            turns.pop()
        turns.append(row)
    found = [_standing(turns) for turns in by_id.values()]
    return sorted(found, key=lambda one: one.row.as_of, reverse=True)


def _standing(turns: Sequence[Row]) -> Standing:
    last = turns[-1]
    same = len(turns) > 1 and last.told == turns[-2].told
    return Standing(last, tuple(turns[:-1] if same else turns))
