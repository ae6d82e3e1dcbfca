"""What an edition asks for: its templates, its words, and the entries that its pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import forecasts, outlook, page_templates
from generator.errors import ContentError
from generator.facts import MetricInfo
from generator.lint_findings import LintFinding
from generator.lint_text import Known
from generator.manifest import Manifest
from generator.outlook import Condition, Risk
from generator.page_templates import Wanted
from generator.workshop import Workshop
from generator.written import Written, entries_of, entries_written

if TYPE_CHECKING:
    from generator.commentary import Commentary


def demands(
    shop: Workshop,
    manifest: Manifest,
    metrics: Mapping[str, MetricInfo],
    charts: Iterable[str],
) -> tuple[Wanted, Commentary | None]:
    """Return what templates, commentary and entries ask for.

    Raises:
        ContentError: with every mistake in them.
    """
    wanted: Wanted
    wanted, mistakes = shop.remembered(
        ("wanted", *metrics, *charts),
        lambda: page_templates.wanted(shop.templates, metrics, charts),
    )
    sides, risks = conditions(shop)
    commentary, findings = words(shop, str(manifest.edition), wanted.pages, metrics)
    if mistakes or findings:
        wrong = [*mistakes, *(finding.mistake for finding in findings)]
        raise ContentError(wrong, hint="Mend them, then run `smallcaps check`.")
    asked = outlook.metrics_of((*sides, *risks))
    asked |= forecasts.metrics_of(entries_of(shop, manifest).forecasts)
    return replace(wanted, metrics=wanted.metrics | asked), commentary


def conditions(shop: Workshop) -> tuple[tuple[Condition, ...], tuple[Risk, ...]]:
    """Return the conditions of the outlook and the risks, whatever figures they name.

    Raises:
        ContentError: with every mistake of form in them.
    """

    def read() -> tuple[tuple[Condition, ...], tuple[Risk, ...]]:
        sides, risks, mistakes = outlook.read_conditions(shop.settings.root)
        if mistakes:
            raise ContentError(mistakes, hint="Mend them, then run `smallcaps check`.")
        return sides, risks

    found: tuple[tuple[Condition, ...], tuple[Risk, ...]] = shop.remembered("conditions", read)
    return found


def words(
    shop: Workshop, edition: str, pages: Iterable[str], metrics: Mapping[str, MetricInfo]
) -> tuple[Commentary | None, list[LintFinding]]:
    """Read an edition's commentary and everything wrong with it."""
    from generator.commentary import read_commentary

    shown_as = f"content/editions/{edition}.md"
    known = known_to_words(shop, entries_written(shop), pages, metrics)
    return read_commentary(shop.settings.root / shown_as, shown_as, known)


def known_to_words(
    shop: Workshop, written: Written, pages: Iterable[str], metrics: Mapping[str, MetricInfo]
) -> Known:
    """Return the names that words may use."""
    universe = shop.settings.universe
    series = universe.series.values()
    names = [name for one in series for name in (one.name, one.short)]
    return Known(
        pages=tuple(pages),
        metrics={name: metric.unit for name, metric in metrics.items()},
        subjects=universe.every_subject,
        names=[*names, *(one.name for one in universe.macro.values())],
        sources=written.works,
        forecasts=[forecast.id for forecast in written.forecasts],
    )
