"""What the panels of a page say: each number's and each term's meaning, as data beside the text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from generator.config import Term
from generator.facts import Fact, show_date
from generator.terms import anchor

HASH_DIGITS = 12
"""Digits of an object's hash that a panel shows; the Data page has all of them."""


def panel_data(facts: Iterable[Fact], called: Callable[[str], str], terms: Iterable[Term]) -> str:
    """Return what a page's script needs to explain its numbers and terms, as JSON.

    `called` names a subject. What many figures share is said once: a figure is a
    list of the place of its inputs among `inputs`, its base date or nothing, and, where it is
    withheld, the reason.
    """
    objects: dict[str, int] = {}
    inputs: dict[tuple[str, tuple[int, ...]], int] = {}
    metrics: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    listed: dict[str, dict[str, list[Any]]] = {}
    as_of = ""
    for fact in facts:
        as_of = show_date(fact.as_of)
        places = tuple(objects.setdefault(sha, len(objects)) for sha in fact.lineage.objects)
        place = inputs.setdefault((", ".join(fact.lineage.symbols), places), len(inputs))
        metrics.setdefault(fact.metric, [fact.title, fact.definition])
        named.setdefault(fact.subject, called(fact.subject))
        base = show_date(fact.base) if fact.base else ""
        entry: list[Any] = [place, base, fact.reason or ""]
        while len(entry) > 1 and not entry[-1]:
            entry.pop()
        listed.setdefault(fact.metric, {})[fact.subject] = entry
    document = {
        "as_of": as_of,
        "objects": [sha[:HASH_DIGITS] for sha in objects],
        "inputs": [[symbols, list(places)] for symbols, places in inputs],
        "metrics": metrics,
        "subjects": named,
        "facts": listed,
        "terms": {anchor(entry.term): [entry.term, entry.means] for entry in terms},
    }
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return compact.replace("<", "\\u003c")
