"""Which frozen rows changed between two releases, by the lists that lie beside their pages.

Each edition lists what its snapshot revised against the one that it continues. Followed back from
the later release to the earlier one, the lists say what changed between the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from generator.comparison import NotCompared, RevisedRow, Revisions, TableRevisions
from generator.errors import ReportError
from generator.listing import Entry, read_listing
from generator.trees import Tree

REVISIONS = "revisions.json"
FORMAT = 1
MOST_EDITIONS = 60
"""Lists that are read between two releases."""
SILENT_TABLES = ("sessions", "answers")
"""Tables that hold no data of a source."""
Place = tuple[Tree, Entry]
"""A site and a release in it."""
_NAMES = {"edition", "revision", "retrieved_at", "previous", "values", "tables", "rows"}


def by_lists(old: Place, new: Place) -> Revisions | NotCompared:
    """Return what the later release and those before it list, back to the earlier one.

    Raises:
        ReportError: a list is missing or damaged.
    """
    backwards = old[1].release > new[1].release
    first, last = (new, old) if backwards else (old, new)
    steps: list[Mapping[str, Any]] = []
    current = _list(*last)
    while not isinstance(current, NotCompared) and current["snapshot"] != first[1].snapshot:
        steps.append(current)
        if len(steps) > MOST_EDITIONS:
            return NotCompared(f"more than {MOST_EDITIONS} editions lie between the two")
        current = _continued(current, last[0], first)
    if isinstance(current, NotCompared):
        return current
    until = min(first[1].as_of, last[1].as_of)
    rows = [row for row in _merged(steps) if row.day <= until]
    return Revisions(
        read_from="editions",
        until=until,
        editions=tuple(step["edition"] for step in steps),
        tables=tuple(_counted(steps)),
        rows=tuple(_swapped(row) for row in rows) if backwards else tuple(rows),
        unlisted=sum(s["tables"]["prices"]["revised"] - len(s["rows"]) for s in steps),
        gaps=(),
    )


def _list(tree: Tree, entry: Entry) -> Mapping[str, Any] | NotCompared:
    """A release's own list of what its snapshot revised."""
    name = f"{entry.folder}/{REVISIONS}"
    try:
        content = tree.read(name)
    except FileNotFoundError:
        return NotCompared(f"{entry.key} has no list of revised rows")
    try:
        document: dict[str, Any] = json.loads(content)
        if document["format"] != FORMAT or document["snapshot"] != entry.snapshot:
            raise ValueError("it is not that of this edition")
        lacking = _NAMES - document.keys()
        if lacking or "prices" not in document["tables"]:
            raise ValueError(f"it lacks {', '.join(sorted(lacking)) or 'prices'}")
        for row in document["rows"]:
            _as_row(row)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"the list of revised rows cannot be read ({type(error).__name__}: {error})",
            where=tree.where(name),
            hint=f"Run `smallcaps verify {entry.edition}`, and restore what it names.",
        ) from None
    return document


def _continued(
    current: Mapping[str, Any], tree: Tree, first: Place
) -> Mapping[str, Any] | NotCompared:
    """The list of the snapshot that this one was held against: the newest there was of that
    edition when this one was made."""
    name, own = current["previous"], current["edition"]
    if name is None:
        return NotCompared(f"the snapshot of {own} continues no other")
    places = [first] if first[1].edition == name else []
    places += [
        (tree, entry)
        for entry in read_listing(tree).releases(name)
        if (entry.provider, entry.simulated) == (first[1].provider, first[1].simulated)
    ]
    lists = [_list(*place) for place in places if place[1].snapshot != current["snapshot"]]
    kept = "revision" if name == own else "retrieved_at"
    earlier = []
    for one in lists:
        if isinstance(one, NotCompared):
            return one
        if one[kept] <= current[kept]:
            earlier.append(one)
    if not earlier:
        return NotCompared(f"{name}, which the snapshot of {own} continues, is not published")
    return max(earlier, key=lambda one: int(one["revision"]))


def _merged(steps: Iterable[Mapping[str, Any]]) -> list[RevisedRow]:
    """The rows of several lists, newest first, as one: what was first there and what is now."""
    found: dict[tuple[str, str, str], RevisedRow] = {}
    for step in reversed([*steps]):
        for row in step["rows"]:
            key = row["table"], row["name"], row["day"]
            known = found.get(key)
            found[key] = _after(known, row) if known else _as_row(row)
    return [row for _, row in sorted(found.items()) if row.columns]


def _as_row(row: Mapping[str, Any]) -> RevisedRow:
    kept = ("table", "name", "title", "day")
    return RevisedRow(
        **{name: row[name] for name in kept},
        columns=tuple(row["columns"]),
        before=row.get("before"),
        after=row.get("after"),
    )


def _after(known: RevisedRow, row: Mapping[str, Any]) -> RevisedRow:
    """A row that was revised again."""
    later = _as_row(row)
    columns = tuple(sorted({*known.columns, *later.columns}))
    if None in (known.before, known.after, later.before, later.after):
        return replace(later, columns=columns, before=None, after=None)
    before = {**(later.before or {}), **(known.before or {})}
    after = {**(known.after or {}), **(later.after or {})}
    differs = [name for name in columns if before[name] != after[name]]
    return replace(
        later,
        columns=tuple(differs),
        before={name: before[name] for name in differs},
        after={name: after[name] for name in differs},
    )


def _swapped(row: RevisedRow) -> RevisedRow:
    return replace(row, before=row.after, after=row.before)


def _counted(steps: Iterable[Mapping[str, Any]]) -> list[TableRevisions]:
    found: dict[str, TableRevisions] = {}
    for step in steps:
        for table, one in step["tables"].items():
            if table in SILENT_TABLES:
                continue
            known = found.get(table)
            count = one["revised"] + (known.revised if known else 0)
            found[table] = TableRevisions(table, one["title"], count, None, None, step["values"])
    return [found[table] for table in sorted(found)]
