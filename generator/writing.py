"""From figures and charts to an edition's files: pages, data, site, record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator import (
    __version__,
    archive,
    digest,
    ledger,
    others,
    program,
    release_calendar,
    site,
    summary,
)
from generator import assets as theme
from generator.computing import Result
from generator.corrections import Correction
from generator.demands import demands
from generator.examining import Examined
from generator.facts import (
    Facts,
    MetricInfo,
    Reference,
    Sentence,
    Withheld,
    show_date,
)
from generator.library import library_name
from generator.listing import RECORD, Release
from generator.manifest import Manifest
from generator.page_writing import PageWriter
from generator.pages import Renderer
from generator.workshop import Workshop
from generator.written import entries_of

if TYPE_CHECKING:
    from generator.commentary import Commentary

COMMENTARY = "commentary.md"
"""An edition's words as they were written, beside its pages."""
CALENDAR = "calendar.ics"
"""The releases of the weeks ahead, beside the pages."""
AHEAD = "releases_ahead"
"""The figure behind it."""


def write(
    shop: Workshop, manifest: Manifest, result: Result, examined: Examined, scratch: Path
) -> dict[str, int]:
    """Write the pages and their data, build the site, and record what it consists of.

    Returns how many pages, figures and charts there are.
    """
    docs, out = scratch / "docs", scratch / "site"
    edition, written = manifest.edition, entries_of(shop, manifest)
    for folder in (docs, out):
        shutil.rmtree(folder, ignore_errors=True)
    docs.mkdir(parents=True)
    wanted, commentary = demands(shop, manifest, result.metrics, result.charts)
    if commentary and commentary.simulated and not manifest.simulated:
        commentary = None
    context = _context(shop, manifest, result, commentary) | others.context(examined, written)
    renderer = Renderer(
        shop.templates,
        result.facts,
        result.before,
        result.illustrations,
        commentary,
        context,
        sources=written.works,
        forecasts={state.forecast.id: state for state in examined.forecasts},
    )
    others.write_claims(docs, examined, written)
    pages = PageWriter(docs, shop, renderer, context, result.metrics, written, asked=wanted.metrics)
    names = pages.write()
    (docs / "share.png").write_bytes(result.card)
    _write_calendar(docs, result.facts, context)
    _write_asides(docs / site.ASIDE, renderer)
    assets = theme.shared_assets(shop.templates)
    site.build_site(
        shop.settings.root / "mkdocs.yml",
        docs,
        out,
        address=context["address"],
        style=theme.first_view_style(shop.templates),
        assets={key: name for key, (name, _) in assets.items()} | {"vega.js": library_name()},
    )
    shutil.rmtree(out / "assets", ignore_errors=True)
    digest.write(out, shop.templates, _issue(result, renderer, context))
    if commentary:
        shutil.copyfile(shop.settings.root / f"content/editions/{edition}.md", out / COMMENTARY)
    _write_record(out, shop, manifest, result, context)
    return {
        "pages": len(names),
        "facts": len(renderer.used.facts),
        "charts": len(renderer.used.charts),
    }


def _write_calendar(docs: Path, facts: Facts, context: Mapping[str, Any]) -> None:
    """Write the releases of the weeks ahead for calendar programs, where they are known."""
    if AHEAD not in facts.metrics:
        return
    ahead = next(iter(facts.of(AHEAD).values()))
    if isinstance(ahead.figure, Withheld):
        return
    content = release_calendar.calendar_file(
        release_calendar.events_of(ahead.figure.tables["month"].rows),
        context["as_of"],
        context["manifest"].simulated,
        context["site_name"],
        f"{context['address']}economy.html",
    )
    (docs / CALENDAR).write_bytes(content)


def _write_asides(folder: Path, renderer: Renderer) -> None:
    """Write the drawings and tables that are laid into the pages when the site is built."""
    drawings = {
        f"{name}.{size}.svg": svg
        for name, drawn in renderer.used.charts.items()
        for size, svg in (("wide", drawn.wide), ("narrow", drawn.narrow))
    }
    folder.mkdir(parents=True)
    for name, content in (drawings | renderer.asides).items():
        (folder / name).write_text(content, encoding="utf-8")


def _context(
    shop: Workshop,
    manifest: Manifest,
    result: Result,
    commentary: Commentary | None,
) -> dict[str, Any]:
    """What every template knows of the edition."""
    edition, universe = manifest.edition, shop.settings.universe
    answer = summary.answer(result.facts, universe)
    correction = shop.settings.correction(edition)
    key = Release(edition, correction.revision if correction else 1).key
    return {
        "edition": str(edition),
        "key": key,
        "correction": _about(correction) if correction else "",
        "site_name": shop.settings.site_name,
        "address": f"{shop.settings.site_url}{key}/",
        "as_of": manifest.as_of,
        "previous_as_of": result.previous_as_of,
        "manifest": manifest,
        "sources": list(dict.fromkeys(d.source for d in manifest.datasets.values())),
        "universe": universe,
        "on_data_page": ledger.on_data_page(manifest, universe),
        "glossary": shop.settings.glossary,
        "answer": answer,
        "answer_text": result.facts.text(answer),
        "words": commentary,
        "headlines": summary.headlines(result.facts, result.before, universe),
        "compared": summary.compared(result.facts, universe),
        "changed_states": summary.changed_states(result.facts, result.before),
        "methods": _methods(result.metrics),
    }


def _about(correction: Correction) -> str:
    """What a corrected release says of itself."""
    day = show_date(correction.date)
    return f"Revision {correction.revision}, published on {day}: {correction.reason}"


def _issue(result: Result, renderer: Renderer, context: Mapping[str, Any]) -> digest.Issue:
    """What the digest for mail is made from."""
    manifest: Manifest = context["manifest"]
    return digest.Issue(
        site_name=context["site_name"],
        address=context["address"],
        edition=context["edition"],
        as_of=manifest.as_of,
        simulated=manifest.simulated,
        universe=context["universe"],
        facts=result.facts,
        before=result.before,
        listed=renderer.used.facts.keys(),
        answer=context["answer"],
        headlines=context["headlines"],
        changes=context["changed_states"],
        commentary=context["words"],
        paragraphs=renderer.inline_commentary("index"),
        illustrations=result.illustrations,
    )


def _methods(metrics: Mapping[str, MetricInfo]) -> list[tuple[str, list[MetricInfo]]]:
    sections: dict[str, list[MetricInfo]] = {}
    for metric in metrics.values():
        sections.setdefault(metric.section, []).append(metric)
    return sorted(sections.items())


def _piece(facts: Facts, piece: str | Reference) -> dict[str, Any]:
    """A piece of a sentence for pages that have no facts at hand."""
    if isinstance(piece, str):
        return {"text": piece}
    fact, value, _ = facts.resolve(piece)
    raw = value.isoformat() if isinstance(value, date) else value
    return {"text": facts.text((piece,)), "id": fact.id, "value": raw}


def _made_with(shop: Workshop) -> dict[str, Any]:
    """What an edition is made with, whatever its data: enough to make it again."""

    def known() -> dict[str, Any]:
        return {
            "version": __version__,
            "program": program.digest_of(shop.program()),
            "libraries": program.libraries(),
            "lock": program.digest_of(program.lock_file()),
        }

    found: dict[str, Any] = shop.remembered("made with", known)
    return found


def _write_record(
    out: Path, shop: Workshop, manifest: Manifest, result: Result, context: Mapping[str, Any]
) -> None:
    answer: Sentence = context["answer"]
    correction = shop.settings.correction(manifest.edition)
    numbers = []
    for headline in context["headlines"]:
        fact, value, _ = result.facts.resolve(headline.reference)
        numbers.append(
            {
                "label": headline.label,
                "id": fact.id,
                "value": value,
                "display": result.facts.text((headline.reference,)),
                "state": headline.state,
            }
        )
    record = {
        "edition": str(manifest.edition),
        "revision": correction.revision if correction else 1,
        "corrected": correction.date.isoformat() if correction else None,
        "reason": correction.reason if correction else None,
        "as_of": manifest.as_of.isoformat(),
        "as_of_words": show_date(manifest.as_of),
        "title": f"Week to {show_date(manifest.as_of)}"
        + (" (simulated data)" if manifest.simulated else ""),
        "answer": result.facts.text(answer),
        "answer_pieces": [_piece(result.facts, piece) for piece in answer],
        "simulated": manifest.simulated,
        "provider": manifest.provider,
        "snapshot": manifest.sha256,
        "retrieved_at": manifest.retrieved_at.astimezone(UTC).isoformat(),
        **_made_with(shop),
        "headlines": numbers,
        "files": archive.file_hashes(out),
    }
    content = json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n"
    (out / RECORD).write_bytes(content)
