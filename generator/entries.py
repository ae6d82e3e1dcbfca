"""Lists of entries that people write, each with an id, such as sources, claims and forecasts.

They are read whole, and every mistake is kept with its line. Whether a name in an assertion is that
of a figure is known only where the figures are: `Known` is handed in there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel

from generator.assertions import Assertion, complaints
from generator.errors import did_you_mean
from generator.yaml_file import YamlFile


@dataclass(frozen=True, slots=True)
class Known:
    """The names that entries may use."""

    metrics: Collection[str]
    """Of figures."""
    subjects: Collection[str]
    """Of series, economic series and groups of series."""
    unit_of: Callable[[str, str], str]
    """Tells the unit of a metric of a subject."""
    sources: Collection[str] = ()
    """Ids of cited works."""


class _Entry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def asserts(self) -> Sequence[Assertion]: ...


_Model = TypeVar("_Model", bound=BaseModel)
Placed = list[tuple[int, _Model]]
"""Entries with their place in the file."""


def read_entries(
    root: Path, shown_as: str, model: type[_Model]
) -> tuple[Placed[_Model], YamlFile | None]:
    """Read a list of entries; there is no file where a project has none.

    The file keeps the mistakes: those of form, and ids that stand twice.
    """
    path = root / shown_as
    if not path.is_file():
        return [], None
    file = YamlFile(path, shown_as)
    if not file.lines and [mistake.what for mistake in file.mistakes] == ["the file is empty"]:
        return [], None
    entries = file.data if isinstance(file.data, list) else []
    if file.data is not None and not entries:
        file.wrong(1, "a list of entries is wanted")
    found: Placed[_Model] = []
    _same_ids(file, entries)
    for index, entry in enumerate(entries):
        read = file.read(model, entry, (index,))
        if read is not None:
            found.append((index, read))
    return found, file


def _same_ids(file: YamlFile, entries: Sequence[object]) -> None:
    seen: dict[Hashable, int | None] = {}
    for index, entry in enumerate(entries):
        own = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(own, str):
            continue
        line = file.line((index, "id"))
        if own in seen:
            file.wrong(line, f"the id '{own}' stands twice, first on line {seen[own]}")
        seen.setdefault(own, line)


def check_figures(file: YamlFile, index: int, entry: _Entry, known: Known) -> None:
    """Keep every mistake in an entry's assertions: names that are none, values that fit no unit."""
    for place, assertion in enumerate(entry.asserts):
        for key, what in _wrong_names(assertion, known) or complaints(assertion, known.unit_of):
            file.wrong(file.line((index, "asserts", place, key)), what)


def _wrong_names(assertion: Assertion, known: Known) -> list[tuple[str, str]]:
    named = [("figure", assertion.metric, assertion.subject)]
    if assertion.against is not None:
        named.append((assertion.relation, *assertion.against))
    wrong = []
    for key, metric, subject in named:
        if metric not in known.metrics:
            near = did_you_mean(metric, known.metrics)
            wrong.append((key, f"there is no figure '{metric}'{near}"))
        if subject not in known.subjects:
            near = did_you_mean(subject, known.subjects)
            wrong.append((key, f"there is no series '{subject}'{near}"))
    return wrong


def named_metrics(assertions: Iterable[Assertion]) -> set[str]:
    """Return the metrics that assertions name."""
    found = set()
    for assertion in assertions:
        found |= {assertion.metric, *(assertion.against or ())[:1]}
    return found
