"""The front matter of a commentary: a few lines of YAML that hold plain values and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from generator.errors import did_you_mean

LONGEST = 2_000
"""Characters of front matter."""
_FRONT = re.compile(r"---\n(?P<head>.*?)^---\n", re.DOTALL | re.MULTILINE)
_LINES = ("title", "author")
_FIELDS = (*_LINES, "date", "simulated", "sections")
_MARKED = re.compile(r"[<>\[\]{}*_`\\&#|]|\A\s|\s\Z")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What an edition's words say of themselves."""

    title: str
    """Of the edition."""
    author: str
    """Who wrote it."""
    date: date
    """When."""
    simulated: bool
    """Whether they are about simulated data."""
    sections: tuple[str, ...] | None
    """The pages that get words, where they are listed."""
    title_place: tuple[int, int]
    """Line and column of the title."""


Wrong = tuple[int, str]
"""A line and what is wrong there."""


def split(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the line on which the body begins."""
    found = _FRONT.match(text)
    if not found:
        return "", text, 1
    return found["head"], text[found.end() :], found[0].count("\n") + 1


def read(head: str) -> tuple[FrontMatter | None, list[Wrong]]:
    """Return the front matter and everything wrong with it, by line of the file."""
    if len(head) > LONGEST:
        return None, [(1, f"front matter of {len(head):,} characters; {LONGEST:,} is the most")]
    try:
        wrong = list(_not_plain(head))
        node = None if wrong else yaml.compose(head, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        return None, [(_line(error), f"the front matter is not YAML: {_problem(error)}")]
    if wrong:
        return None, wrong
    if node is not None and not isinstance(node, yaml.MappingNode):
        return None, [(1, "the front matter must name title, author and date")]
    return _read(node.value if node is not None else [])


def _not_plain(head: str) -> Iterator[Wrong]:
    """What is more than names with values or lists of them: it could grow when it is read."""
    depth = 0
    for event in yaml.parse(head, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 2 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "anchors and aliases (& and *) have no place in front matter"
            return
        if tag := getattr(event, "tag", None):
            yield line, f"the tag {tag} has no place in front matter"
            return
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 2:
                yield line, "front matter has names with values, and lists of them"
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _read(pairs: list[tuple[yaml.Node, yaml.Node]]) -> tuple[FrontMatter | None, list[Wrong]]:
    values: dict[str, Any] = {}
    places: dict[str, tuple[int, int]] = {}
    wrong: list[Wrong] = []
    for key, node in pairs:
        name, line = str(key.value), key.start_mark.line + 2
        if name in places:
            wrong.append((line, f"'{name}' stands twice"))
        elif name not in _FIELDS:
            wrong.append((line, f"'{name}' is not known{did_you_mean(name, _FIELDS)}"))
        quoted = getattr(node, "style", None) in ("'", '"')
        places[name] = (line, node.start_mark.column + 1 + quoted)
        try:
            values[name] = yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            wrong.append((line, f"'{name}' cannot be read: {_problem(error)}"))
    wrong += [(1, f"'{name}' is missing") for name in (*_LINES, "date") if not values.get(name)]
    for name, what in _wrong_values({key: value for key, value in values.items() if value}):
        wrong.append((places[name][0], what))
    if wrong:
        return None, wrong
    sections = values.get("sections")
    return FrontMatter(
        values["title"],
        values["author"],
        values["date"],
        values.get("simulated", False),
        tuple(sections) if sections is not None else None,
        places["title"],
    ), []


def _wrong_values(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Values of the wrong kind, each with its name."""
    for name in _LINES:
        value = values.get(name, "")
        if not isinstance(value, str) or not value.isprintable():
            yield name, f"'{name}' is {value!r:.60}, not words on one line"
        elif sign := _MARKED.search(value):
            yield name, f"'{name}' is printed as it stands: leave out {sign[0]!r}"
    day = values.get("date")
    if day is not None and (not isinstance(day, date) or hasattr(day, "hour")):
        yield "date", f"'date' is {day!r:.60}, not a date"
    if not isinstance(values.get("simulated", False), bool):
        yield "simulated", f"'simulated' is {values['simulated']!r:.60}, not true or false"
    sections = values.get("sections", [])
    if not isinstance(sections, list) or not all(isinstance(name, str) for name in sections):
        yield "sections", "'sections' is not a list of pages"


def _line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 2 if mark else 1


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)
