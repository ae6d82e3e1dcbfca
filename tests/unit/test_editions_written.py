"""The editions that the repository carries words for: whole, checked, and true of their data."""

from __future__ import annotations

import re

import pytest
from support_project import REPOSITORY, settings

from generator import graph
from generator.commentary import (
    Commentary,
    cited_sources,
    named_forecasts,
    named_metrics,
    read_commentary,
)
from generator.editions import parse_edition
from generator.facts import Reference
from generator.forecasts import read_forecasts
from generator.lint_text import Known
from generator.scaffolding import PAGES
from generator.sources import read_sources
from generator.workshop import Workshop

EDITIONS = ("2025-W50", "2026-W03")
SHORTEST, LONGEST = 900, 1400
"""Words of an edition, a number counted as one."""
UNIVERSE = settings().universe
KNOWN = Known(
    pages=[path.stem for path in (REPOSITORY / "templates/pages").glob("*.md")],
    metrics={name: metric.unit for name, metric in graph.metrics().items()},
    subjects=UNIVERSE.every_subject,
    names=[text for series in UNIVERSE.series.values() for text in (series.name, series.short)],
    sources={source.id: source for source in read_sources(REPOSITORY)[0]},
    forecasts=[forecast.id for forecast in read_forecasts(REPOSITORY)[0]],
)


@pytest.fixture(scope="module", params=EDITIONS)
def written(request: pytest.FixtureRequest) -> tuple[str, Commentary]:
    """Return an edition and its words."""
    name = f"content/editions/{request.param}.md"
    commentary, findings = read_commentary(REPOSITORY / name, name, KNOWN)
    assert [str(finding) for finding in findings] == []
    assert commentary is not None
    return request.param, commentary


def test_every_page_has_words_about_simulated_data(written: tuple[str, Commentary]) -> None:
    """All pages, no more than a reader reads in one go, and the first says what the data are."""
    _, commentary = written
    assert commentary.simulated and set(commentary.sections) == set(PAGES)
    assert "simulated" in commentary.sections["index"].split(".")[0]
    text = re.sub(r"\{\{.*?\}\}", "1", " ".join(commentary.sections.values()))
    words = re.sub(r"\[[^\]]*\]", "", text).split()
    assert SHORTEST <= len(words) <= LONGEST


def test_every_figure_they_name_is_there(written: tuple[str, Commentary]) -> None:
    """In the edition's own snapshot, with the part that is printed, and not withheld."""
    edition, commentary = written
    with Workshop(settings(), lambda *_: None) as shop:
        snapshot = shop.snapshots.open(parse_edition(edition))
    named = [name for name in graph.metrics() if name in named_metrics(commentary)]
    facts = graph.compute(snapshot, UNIVERSE, snapshot.sessions[-1], named).facts()
    references = [
        Reference(figure.metric, figure.subject, figure.part)
        for sentence in commentary.sentences()
        for figure in sentence.figures
    ]
    references += [
        Reference(*name.split(".", 1))
        for sentence in commentary.sentences()
        for mark in sentence.marks
        if mark.kind == "inference"
        for name in mark.names
    ]
    missing = [ref for ref in references if facts.resolve(ref)[1] is None]
    assert len(references) > 50 and missing == []


def test_both_sides_are_told_by_those_who_take_them(written: tuple[str, Commentary]) -> None:
    """Opinions and forecasts are attributed, and the outlook has a case for and a case against."""
    _, commentary = written
    outlook = commentary.sections["outlook"]
    assert "### The case for small caps" in outlook and "### The case against" in outlook
    kinds = {sentence.kind for sentence in commentary.sentences()}
    assert {"computed", "reported", "opinion", "forecast", "inference"} <= kinds
    assert len(cited_sources(commentary)) >= 4
    assert named_forecasts(commentary) == {"eps-17-14", "overweight-2026", "beat-mag7"}


def test_no_edition_cites_what_appeared_after_it(written: tuple[str, Commentary]) -> None:
    """A work is dated no later than the words that cite it."""
    _, commentary = written
    day = commentary.written.isoformat()
    for source in cited_sources(commentary):
        assert KNOWN.sources[source].published <= day[: len(KNOWN.sources[source].published)], (
            source
        )
