"""What the panels of a published page say, against facts.json."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from support_project import REPOSITORY, published

from generator.panels import HASH_DIGITS

EDITION = "2026-W03"
DATA = re.compile(r'<script type="application/json" id="panels">(.*?)</script>', re.DOTALL)
PAGES = ("index", "performance", "technical", "changes")


@cache
def _page(name: str) -> str:
    return (published().site / EDITION / f"{name}.html").read_text(encoding="utf-8")


def _panels(name: str) -> dict[str, Any]:
    found = DATA.findall(_page(name))
    assert len(found) == 1
    return json.loads(found[0])


def _facts(folder: Path) -> dict[str, Any]:
    return {fact["id"]: fact for fact in json.loads((folder / "facts.json").read_text())["facts"]}


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_page_has_a_panel_that_agrees_with_facts_json(name: str) -> None:
    """Title, definition, inputs, hashes, base and reason are those of the fact."""
    panels, facts = _panels(name), _facts(published().site / EDITION)
    pattern = r'class="fact[^"]*" href="figures\.html#([^"]+)"'
    linked = set(re.findall(pattern, _page(name)))
    assert len(linked) > 15
    for id in linked:
        metric, subject = id.split(".")
        title, definition = panels["metrics"][metric]
        place, base, reason = [*panels["facts"][metric][subject], "", ""][:3]
        symbols, objects = panels["inputs"][place]
        fact = facts[id]
        assert title and definition == fact["definition"]
        assert symbols.split(", ") == fact["lineage"]["symbols"]
        hashes = [panels["objects"][n] for n in objects]
        assert hashes == [sha[:HASH_DIGITS] for sha in fact["lineage"]["objects"]]
        assert bool(base) == bool(fact["base_date"])
        assert base.endswith((fact["base_date"] or "")[:4])
        assert (reason or None) == fact["reason"]
        assert panels["subjects"][subject]
    assert panels["as_of"] == "16 January 2026"


@pytest.mark.parametrize("name", PAGES)
def test_the_value_beside_a_panel_is_the_value_in_full(name: str) -> None:
    """The number's own element carries what facts.json has, digit by digit."""
    facts = _facts(published().site / EDITION)
    pattern = r'class="fact[^"]*" href="figures\.html#([^"]+)"><data value="([^"]*)">'
    found = re.findall(pattern, _page(name))
    exact = [
        (id, raw)
        for id, raw in found
        if isinstance(facts[id]["value"], float) and raw == repr(facts[id]["value"])
    ]
    floats = [id for id, _ in found if isinstance(facts[id]["value"], float)]
    # The others print a part of the figure, not its value.
    assert len(exact) > len(floats) / 2


def test_terms_of_a_page_mean_what_the_glossary_says() -> None:
    """Each linked term has its meaning beside it."""
    entries = yaml.safe_load((REPOSITORY / "content/glossary.yml").read_text(encoding="utf-8"))
    means = {entry["term"]: entry["means"] for entry in entries}
    terms = _panels("technical")["terms"]
    linked = re.findall(r'class="term" href="glossary\.html#([^"]+)"', _page("technical"))
    assert len(linked) == len(set(linked)) == len(terms) > 3
    assert {term: text for term, text in terms.values()}.items() <= means.items()


def test_nothing_in_the_data_can_end_the_element_that_holds_them() -> None:
    """A less-than sign is escaped."""
    for name in PAGES:
        assert "<" not in DATA.findall(_page(name))[0]
