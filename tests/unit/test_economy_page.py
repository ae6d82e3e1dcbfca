"""The Economy page says what is known, in words first, and reads well where little is."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from support import REPOSITORY, project_settings
from support_economy import INDEX, simulated_economy, with_meetings, with_tables

from generator import graph, illustrating, tables
from generator.facts import Facts
from generator.page_templates import wanted
from generator.pages import Renderer
from generator.snapshot import Snapshot

PAGE = REPOSITORY / "templates/pages/economy.md"


@cache
def asked() -> tuple[str, ...]:
    """Return the figures that the page asks for."""
    text = PAGE.read_text(encoding="utf-8")
    literals = set(re.findall(r"'([a-z0-9_]+)[.']", text))
    return tuple(name for name in graph.metrics() if name in literals)


def page(frozen: Snapshot) -> tuple[str, Renderer]:
    """Return the page of a snapshot as Markdown, its tables laid in."""
    settings, universe = project_settings(), with_meetings()
    facts = graph.compute(frozen, universe, frozen.sessions[-1], asked()).facts()
    bare = {name: illustrating.withheld(name, "not drawn here") for name in graph.charts()}
    context = {
        "universe": universe,
        "glossary": settings.glossary,
        "as_of": frozen.manifest.as_of,
        "edition": str(frozen.manifest.edition),
    }
    renderer = Renderer(REPOSITORY / "templates", facts, Facts({}), bare, None, context)
    _, text = renderer.render("economy")
    laid = "".join(part for name, part in renderer.asides.items() if name.endswith(".html"))
    return text + laid, renderer


@cache
def simulated() -> str:
    """Return the words of the simulated page on 16 January 2026."""
    text = re.sub(r"<[^>]+>", "", page(simulated_economy())[0])
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    "sentence",
    [
        "GDPNow, a running model estimate, puts real growth in Q4 2025 at an annual rate of 5.3%.",
        "Unemployment is 4.4%",
        "has been between 2.7% and 5.4% since",
        "It is what a model makes of the data so far, not what anybody expects",
        "The mean of two regional surveys stands in for it",
        "by the calendar as it was known when the data were frozen",
        "A dash stands where there is no such thing",
    ],
)
def test_the_page_says_it_in_words(sentence: str) -> None:
    """Answer first, and a label on what is an estimate, a proxy or a plan."""
    assert sentence in simulated()


def test_the_page_lists_the_days_of_release() -> None:
    """The week ahead has times in New York and in UTC, and leads to the file of appointments."""
    text, _ = page(simulated_economy())
    assert '<a href="calendar.ics" download>calendar file</a>' in text
    (table,) = re.findall(r"<caption>Releases and decisions ahead.*?</table>", text, re.DOTALL)
    assert table.count("<tr>") == 1 + 4
    assert ">08:30</data>" in table and ">13:30</data>" in table


def test_what_is_printed_leads_somewhere() -> None:
    """Every figure of the page is recorded as used; no number stands outside one."""
    text, renderer = page(simulated_economy())
    assert {fact.partition(".")[0] for fact in renderer.used.facts} == set(asked())
    assert renderer.used.tables["releases_ahead.united_states"] == {"week"}
    assert "None" not in text and "nan" not in simulated().split()


def test_without_anything_the_page_is_two_sentences() -> None:
    """Why there are no figures, why there is no calendar; no table, no list, no link to a file."""
    bare = replace(with_tables(INDEX, {}), tables=tables.empty)
    text, renderer = page(bare)
    words = re.sub(r"<[^>]+>", "", text)
    assert "has no figures of the economy: the snapshot holds no economic series." in words
    assert "No calendar of releases is known: the snapshot holds no calendar of releases." in words
    assert "<table" not in text and "calendar.ics" not in text and not renderer.used.facts


def test_some_series_alone_make_a_page() -> None:
    """Where only daily series are there the rest is withheld, and nothing fails."""
    whole = simulated_economy()
    macro = whole.tables("macro")
    daily = macro.loc[macro["series"].isin(["DGS2", "DGS10"])]
    text, _ = page(with_tables(INDEX, {"macro": daily}))
    assert "Is the economy carrying" in text and "puts real growth" not in text
    assert text.count("10-year Treasury yield") == 1


def test_values_without_releases_make_a_page() -> None:
    """Without the table of releases what was first said is a dash."""
    whole = simulated_economy()
    text, _ = page(with_tables(INDEX, {"macro": whole.tables("macro")}))
    (row,) = [line for line in text.splitlines() if "Nonfarm payrolls" in line]
    assert row.count('<span class="none">–</span>') >= 4


def test_the_page_asks_for_what_exists() -> None:
    """No mistake is found in its template."""
    _, mistakes = wanted(REPOSITORY / "templates", graph.metrics(), graph.charts())
    assert not [one for one in mistakes if "economy.md" in str(one)]


def test_the_calendar_of_the_snapshot_is_not_that_of_an_earlier_day() -> None:
    """Seen a week earlier the page has no calendar: dates may have been moved since."""
    frozen = simulated_economy()
    earlier = pd.Timestamp("2026-01-09")
    facts = graph.compute(frozen, with_meetings(), earlier, ["releases_ahead"]).facts()
    reason = facts.get("releases_ahead", "united_states").reason
    assert reason is not None and "2026-01-09" in reason
