"""What is said of every figure, by the last edition of a year that has it: `figures/<year>.json`.

`figures/metrics.json` lists the figures with the years of each. One that was dropped or renamed
keeps its entry.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from generator.histories import FOLDER, Reader, damaged
from generator.listing import Entry

METRICS = f"{FOLDER}/metrics.json"


@dataclass(frozen=True)
class Words:
    """What is said of a figure, by the last edition of a year that has it."""

    title: str
    """In words."""
    section: str
    """Where the Method page puts it."""
    unit: str
    """One of the units of facts.py, or `level`."""
    definition: str
    """In one paragraph."""
    edition: str
    """Whose words these are."""
    subjects: Mapping[str, str]
    """What it describes in any edition of the year, by name: in full, the benchmark first."""

    @property
    def main(self) -> str:
        """The subject that stands first."""
        return next(iter(self.subjects))


def describe(
    metric: str,
    document: Mapping[str, Any],
    entry: Entry,
    benchmark: str | None,
    subjects: Collection[str],
) -> Words:
    """Return what a release says of a figure; without a word of its own, what its name says."""
    known = document.get("metrics", {}).get(metric, {})
    names = document.get("subjects", {})
    places = {name: place for place, name in enumerate(names)}
    ordered = sorted(
        subjects, key=lambda name: (name != benchmark, places.get(name, len(places)), name)
    )
    first = next(fact for fact in document["facts"] if fact["id"].startswith(f"{metric}."))
    return Words(
        title=known.get("title") or in_words(metric),
        section=known.get("section") or "Other",
        unit=known.get("unit") or first["unit"],
        definition=known.get("definition") or first["definition"],
        edition=entry.edition,
        subjects={name: names.get(name) or in_words(name) for name in ordered},
    )


def in_words(name: str) -> str:
    """Return a name as it is written where it has no title.

    >>> in_words("relative_return_1w")
    'Relative return 1w'
    """
    return name.replace("_", " ").capitalize()


def read_words(tree: Reader, year: int) -> dict[str, Words]:
    """Read what is said of the figures of a year.

    Raises:
        ReportError: it is missing or damaged.
    """
    names = {field.name for field in fields(Words)}
    found = _read_json(tree, words_name(year))
    if any(set(known) != names for known in found.values()):
        raise damaged(tree, words_name(year), "it does not say what it should of every figure")
    return {name: Words(**known) for name, known in found.items()}


def words_name(year: int) -> str:
    """Return the name of the file with what is said of the figures of a year."""
    return f"{FOLDER}/{year}.json"


def words_json(words: Mapping[str, Words]) -> bytes:
    """Return the file with what is said of the figures of a year, a line a metric."""
    return _lines({name: asdict(words[name]) for name in sorted(words)})


def read_years(tree: Reader) -> dict[str, tuple[int, ...]]:
    """Return the years that have a figure, newest first, by metric, as `metrics.json` lists them.

    Raises:
        ReportError: it is missing or damaged.
    """
    try:
        return {name: tuple(known["years"]) for name, known in _read_json(tree, METRICS).items()}
    except (TypeError, KeyError):
        raise damaged(tree, METRICS, "it does not list the years of every figure") from None


def metrics_json(words: Mapping[str, Words], years: Mapping[str, Sequence[int]]) -> bytes:
    """Return `figures/metrics.json`, a line a metric."""
    kept = ("title", "section", "unit", "definition")
    return _lines(
        {
            name: {key: getattr(words[name], key) for key in kept} | {"years": list(years[name])}
            for name in sorted(words)
        }
    )


def _lines(entries: Mapping[str, Any]) -> bytes:
    lines = [
        f"{json.dumps(name)}: {json.dumps(e, ensure_ascii=False)}" for name, e in entries.items()
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _read_json(tree: Reader, name: str) -> dict[str, Any]:
    try:
        found = json.loads(tree.read(name))
    except (OSError, ValueError) as error:
        raise damaged(tree, name, str(error)) from None
    if not isinstance(found, dict):
        raise damaged(tree, name, "it is no list of figures")
    return found
