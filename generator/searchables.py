"""What can be found of a release: the edition, each of its figures with all subjects, its claims.

Made from the release's `edition.json`, `words.json`, `facts.json` and `claims.json`, never from a
page. Its words are those a reader would type: the figure's title, the week, the subjects with their
values as printed, what was said of them in words, the definition and the figure's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from generator.errors import ReportError
from generator.facts import show_date
from generator.listing import FACTS, Entry, read_record
from generator.pagefind_index import Searchable
from generator.trees import Tree

EDITIONS, CLAIMS = "Editions", "Claims"
"""What stands for the section of records that are of none."""
_EVERYWHERE = ("history_start",)
"""Parts of figures that nobody looks for, because every edition has them."""
_CLAIM_PARTS = ("asserted", "computed", "gap", "convention", "note")


def searchables(tree: Tree, entry: Entry) -> Iterator[Searchable]:
    """Return what can be found of a release.

    Raises:
        ReportError: one of its files is damaged.
    """
    record, _ = read_record(tree, entry.folder)
    release = _Release(entry, record)
    yield from release.checked(tree, "words.json", release.edition)
    yield from release.checked(tree, FACTS, release.figures)
    yield from release.checked(tree, "claims.json", release.claims)


class _Release:
    """Makes the records of a release."""

    def __init__(self, entry: Entry, record: Mapping[str, Any]) -> None:
        self._entry, self._record = entry, record
        self._week = f"week to {show_date(date.fromisoformat(entry.as_of))}"
        self._meta = {"date": entry.as_of, "edition": entry.key}
        if entry.simulated:
            self._meta["data"] = "Simulated data"
        if entry.corrected:
            self._meta["corrected"] = entry.corrected

    def checked(self, tree: Tree, name: str, make: Any) -> Iterator[Searchable]:
        """Return what is made of a file, of None where the release has no such file."""
        path = f"{self._entry.folder}/{name}"
        try:
            there = name == FACTS or name in self._record["files"]
            yield from make(json.loads(tree.read(path)) if there else None)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReportError(
                f"a file of a published edition cannot be read: {error!r}",
                where=tree.where(path),
                hint=f"Run `smallcaps verify {self._entry.key}`, which says what is damaged.",
            ) from None

    def _one(
        self, page: str, title: str, content: str, value: str = "", **filters: str
    ) -> Searchable:
        return Searchable(
            group=self._entry.edition,
            url=f"{self._entry.folder}/{page}",
            content=content,
            meta={"title": title, **self._meta} | ({"value": value} if value else {}),
            filters={name: [chosen] for name, chosen in filters.items()},
        )

    def edition(self, words: Any) -> Iterator[Searchable]:
        """The edition by its words; by answer and headlines where they were not kept."""
        from markupsafe import Markup

        record = self._record
        numbers = ", ".join(f"{one['label']} {one['display']}" for one in record["headlines"])
        content = Markup(words["html"]).striptags() if words else f"{record['answer']} {numbers}"
        yield self._one("index.html", f"W{self._week[1:]}", content, section=EDITIONS)

    def figures(self, document: Any) -> Iterator[Searchable]:
        """Each metric with all its subjects."""
        headlines = self._record["headlines"]
        benchmark = f".{headlines[0]['id'].partition('.')[2]}" if headlines else ""
        by_metric: dict[str, list[Mapping[str, Any]]] = {}
        # The benchmark's figure stands first and is where a result leads.
        for fact in sorted(document["facts"], key=lambda fact: not fact["id"].endswith(benchmark)):
            by_metric.setdefault(fact["id"].partition(".")[0], []).append(fact)
        # Editions from before these tables were kept have names alone.
        metrics, subjects = document.get("metrics", {}), document.get("subjects", {})
        for metric, facts in by_metric.items():
            known = metrics.get(metric, {"title": _spaced(metric), "section": "Other"})
            values = ", ".join(_value(fact, subjects) for fact in facts)
            yield self._one(
                f"figures.html#{facts[0]['id']}",
                f"{known['title']}, {self._week}",
                f"{values} · {facts[0]['definition']} {metric}",
                value=_printed(facts[0], subjects),
                section=known["section"],
                figure=known["title"],
            )

    def claims(self, claims: Any) -> Iterator[Searchable]:
        """Each claim that was checked."""
        page = "claims.html" if "claims.html" in self._record["files"] else "index.html"
        for claim in claims or ():
            said = f"{claim['statement']} {claim['outlet']}"
            parts = [f"{name} {claim[name]}" for name in _CLAIM_PARTS if claim[name]]
            yield self._one(
                f"{page}#{claim['id']}",
                f"Claim, {claim['verdict']}, {self._week}",
                ", ".join([said, *parts]),
                section=CLAIMS,
                verdict=claim["verdict"],
            )


def _value(fact: Mapping[str, Any], subjects: Mapping[str, str]) -> str:
    """A subject with its figure as printed, and what was said of it in words."""
    if fact["status"] == "withheld":
        return f"{_printed(fact, subjects)} ({fact['reason']})"
    parts = fact.get("parts", {}).items()
    said = [text for part, known in parts if (text := _said(part, known["value"], known["unit"]))]
    return _printed(fact, subjects) + (f" ({', '.join(said)})" if said else "")


def _printed(fact: Mapping[str, Any], subjects: Mapping[str, str]) -> str:
    subject = fact["id"].partition(".")[2]
    return f"{subjects.get(subject, _spaced(subject))} {fact['display']}"


def _said(part: str, value: Any, unit: str) -> str:
    """A part of a figure where it is in words or a day, else nothing."""
    if value is None or unit not in ("text", "date") or part in _EVERYWHERE:
        return ""
    if unit == "text":
        return str(value)
    return f"{part.replace('_', ' ')} {show_date(date.fromisoformat(value))}"


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()
