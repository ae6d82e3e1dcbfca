"""The list of versions, `versions.json`, as mike keeps it.

mike's own class looks through all versions for each one that it reads, seconds for thousands of
them. This keeps to its form and its order, what it does not know of included.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import Any

from generator.errors import ReportError
from generator.trees import Tree

VERSIONS = "versions.json"


class Versions:
    """Versions with titles and aliases, newest first."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    @property
    def names(self) -> set[str]:
        """What the versions are called."""
        return {row["version"] for row in self._rows}

    def remove(self, name: str) -> None:
        """Take a version out, with its aliases."""
        self._rows = [row for row in self._rows if row["version"] != name]

    def put(self, name: str, title: str) -> None:
        """Add a version at its place, or give it another title."""
        for row in self._rows:
            if row["version"] == name:
                row["title"] = title
                return
        # Oldest first, as a search by halves wants it.
        keys = _Keys([row["version"] for row in reversed(self._rows)])
        place = len(self._rows) - bisect_left(keys, _key(name))
        self._rows.insert(place, {"version": name, "title": title, "aliases": []})

    def alias(self, name: str, alias: str) -> None:
        """Let an alias lead to a version and to no other."""
        for row in self._rows:
            wanted = row["version"] == name
            if wanted != (alias in row["aliases"]):
                others = {*row["aliases"]} ^ {alias}
                row["aliases"] = sorted(others)

    def to_json(self) -> bytes:
        """Return the file's content."""
        return f"{json.dumps(self._rows, indent=2)}\n".encode()


class _Keys:
    """The keys of versions, made when they are looked at."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, place: int) -> Any:
        return _key(self._names[place])


def _key(name: str) -> Any:
    """By what mike orders: names without a leading digit count as newer than all others."""
    from verspec.loose import LooseVersion

    return (0 if re.match(r"v?\d", name) else 1, LooseVersion(name))


def read_versions(tree: Tree) -> Versions:
    """Read the list of versions; it is empty where there is none.

    Raises:
        ReportError: it is damaged.
    """
    try:
        rows = json.loads(tree.read(VERSIONS))
    except FileNotFoundError:
        return Versions([])
    except ValueError as error:
        raise _damaged(tree, str(error)) from None
    if not isinstance(rows, list) or not all(map(_is_version, rows)):
        raise _damaged(tree, "it is not a list of versions")
    return Versions(rows)


def _is_version(row: object) -> bool:
    return (
        isinstance(row, dict)
        and {"version", "title", "aliases"} <= row.keys()
        and isinstance(row["version"], str)
        and isinstance(row["aliases"], list)
    )


def _damaged(tree: Tree, why: str) -> ReportError:
    return ReportError(
        f"the list of versions is damaged: {why}",
        where=tree.where(VERSIONS),
        hint="Remove the file, then run `smallcaps publish --rebuild`.",
    )
