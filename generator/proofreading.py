"""Proofreading: everything wrong with a project's content; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.commentary import cited_sources, read_commentary
from generator.demands import known_to_words
from generator.editions import parse_edition
from generator.errors import Mistake, ReportError
from generator.examining import known_names
from generator.lint import unused_sources
from generator.lint_findings import LintFinding
from generator.outlook import read_conditions
from generator.sources import SHOWN_AS
from generator.workshop import Workshop
from generator.written import Written, read_written


def proofread(shop: Workshop) -> list[LintFinding]:
    """Return what is wrong in templates, entries, outlook, commentary and snapshots."""
    from generator import graph, page_templates

    metrics = graph.metrics()
    wanted, mistakes = page_templates.wanted(shop.templates, metrics, graph.charts())
    names = known_names(shop)
    written, wrong = read_written(shop.settings.root, names)
    found = [*_as_findings([*mistakes, *wrong, *read_conditions(shop.settings.root, names)[2]])]
    known = known_to_words(shop, written, wanted.pages, metrics)
    cited = {claim.source for claim in written.claims}
    cited |= {forecast.source for forecast in written.forecasts}
    for path in sorted((shop.settings.root / "content/editions").glob("*.md")):
        shown_as = f"content/editions/{path.name}"
        try:
            parse_edition(path.stem)
        except ReportError as error:
            found += _as_findings([Mistake(shown_as, None, error.what)])
            continue
        commentary, findings = read_commentary(path, shown_as, known)
        found += findings
        # What cannot be read whole may cite anything.
        cited |= cited_sources(commentary) if commentary else set(written.works)
    found += _unused(shop, written, cited)
    for edition in shop.snapshots.editions():
        found += _as_findings(Mistake("", None, line) for line in shop.snapshots.verify(edition))
    return found


def _unused(shop: Workshop, written: Written, cited: Iterable[str]) -> list[LintFinding]:
    """The works that nothing cites."""
    path = shop.settings.root / SHOWN_AS
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return unused_sources(text, written.works, cited, SHOWN_AS)


def _as_findings(mistakes: Iterable[Mistake]) -> Iterator[LintFinding]:
    for mistake in mistakes:
        yield LintFinding(mistake.file, mistake.line, mistake.column, "", mistake.what, "")
