"""From figures and charts to an edition's files: pages, data, site, record."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from generator import __version__, archive, site, summary
from generator.computing import Result
from generator.editions import Edition
from generator.elements import FIGURES_PAGE
from generator.facts import (
    Fact,
    Facts,
    MetricInfo,
    Part,
    Reference,
    Sentence,
    Value,
    in_form,
    show_date,
)
from generator.manifest import Manifest
from generator.page_templates import page_names
from generator.pages import Renderer, Used, with_front_matter
from generator.summary import Headline
from generator.workshop import Workshop, demands


def write(
    shop: Workshop, edition: Edition, manifest: Manifest, result: Result, scratch: Path
) -> dict[str, int]:
    """Write the pages and their data, build the site, and record what it consists of.

    Returns how many pages, figures and charts there are.
    """
    docs, out = scratch / "docs", scratch / "site"
    for folder in (docs, out):
        shutil.rmtree(folder, ignore_errors=True)
    aside = docs / site.ASIDE
    aside.mkdir(parents=True)
    _, commentary = demands(shop, edition, result.metrics, result.charts)
    if commentary and commentary.simulated and not manifest.simulated:
        commentary = None
    universe = shop.settings.universe
    answer = summary.answer(result.facts, universe)
    headlines = summary.headlines(result.facts, result.before, universe)
    context = {
        "edition": str(edition),
        "as_of": manifest.as_of,
        "previous_as_of": result.previous_as_of,
        "manifest": manifest,
        "universe": universe,
        "glossary": shop.settings.glossary,
        "answer": answer,
        "words": commentary,
        "headlines": headlines,
        "compared": summary.compared(result.facts, universe),
        "changed_states": summary.changed_states(result.facts, result.before),
        "methods": _methods(result.metrics),
    }
    sections = commentary.sections if commentary else {}
    renderer = Renderer(
        shop.templates, result.facts, result.before, result.illustrations, sections, context
    )
    common = {
        "edition": str(edition),
        "as_of": manifest.as_of.isoformat(),
        "as_of_words": show_date(manifest.as_of),
        "simulated": "yes" if manifest.simulated else "no",
        "description": result.facts.text(answer).replace("\n", " "),
    }
    names = page_names(shop.templates)
    last = [name for name in (FIGURES_PAGE, "data") if name in names]
    for name in [*(name for name in names if name not in last), *last]:
        late: dict[str, Any] = {}
        if name == FIGURES_PAGE:
            late["ledger"] = _ledger(renderer.used)
        if name == "data":
            _write_data(docs, edition, manifest, renderer.used)
            late = _data_context(docs, manifest)
        front, body = renderer.render(name, **late)
        text = with_front_matter({**front, **common}, body)
        (docs / f"{name}.md").write_text(text, encoding="utf-8")
    drawings = {f"{name}.svg": drawn.svg for name, drawn in renderer.used.charts.items()}
    for name, content in (drawings | renderer.asides).items():
        (aside / name).write_text(content, encoding="utf-8")
    style = shop.templates / "theme/assets/site.css"
    site.build_site(
        shop.settings.root / "mkdocs.yml",
        docs,
        out,
        stylesheet=f"../{archive.hashed_name(style, style.read_bytes())}",
        home="../index.html",
    )
    shutil.rmtree(out / "assets", ignore_errors=True)
    _write_record(out, edition, manifest, result, headlines, answer)
    return {
        "pages": len(names),
        "facts": len(renderer.used.facts),
        "charts": len(renderer.used.charts),
    }


def _methods(metrics: Mapping[str, MetricInfo]) -> list[tuple[str, list[MetricInfo]]]:
    sections: dict[str, list[MetricInfo]] = {}
    for metric in metrics.values():
        sections.setdefault(metric.section, []).append(metric)
    return sorted(sections.items())


def _ledger(used: Used) -> list[tuple[str, list[dict[str, Any]]]]:
    """The printed facts by metric, ready to be listed."""
    by_metric: dict[str, list[dict[str, Any]]] = {}
    for fact in used.facts.values():
        entry = _entry(fact, used.tables.get(fact.id, ()))
        earlier = used.before.get(fact.id)
        entry["before"] = _entry(earlier, ()) if earlier else None
        by_metric.setdefault(fact.metric, []).append(entry)
    return list(by_metric.items())


def _entry(fact: Fact, printed: Collection[str]) -> dict[str, Any]:
    record = fact.to_json()
    figure = fact.figure
    parts = figure.parts if isinstance(figure, Value) else {}
    described = [f"{name} {_described(part)}" for name, part in parts.items()]
    described += [f"{name}: rows in facts.json" for name in sorted(printed)]
    return {
        "id": fact.id,
        "subject": fact.subject,
        "title": fact.title,
        "definition": fact.definition,
        "display": fact.display,
        "withheld": fact.withheld,
        "reason": fact.reason,
        "raw": record["value"],
        "base": record["base_date"] or "",
        "parts": "; ".join(described),
        "warnings": record.get("warnings", ()),
        "symbols": fact.lineage.symbols,
        "as_of": fact.as_of,
    }


def _described(part: Part) -> str:
    """A part as it is printed, and in full where that is more."""
    printed = in_form(part.value, part.unit, "display")
    return f"{printed} ({part.value})" if isinstance(part.value, float) else printed


def _write_data(docs: Path, edition: Edition, manifest: Manifest, used: Used) -> None:
    """Write facts.json and the data of the charts."""
    facts = [fact.to_json(used.tables.get(id, ())) for id, fact in used.facts.items()]
    for record in facts:
        if record["id"] in used.before:
            record["week_before"] = _week_before(used.before[str(record["id"])])
    document = {
        "edition": str(edition),
        "as_of": manifest.as_of.isoformat(),
        "snapshot": manifest.sha256,
        "simulated": manifest.simulated,
        "facts": facts,
    }
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    (docs / "facts.json").write_text(compact + "\n", encoding="utf-8")
    (docs / "charts").mkdir()
    for name, drawn in used.charts.items():
        if drawn.withheld is None:
            label = "# simulated data\n" if manifest.simulated else ""
            (docs / f"charts/{name}.csv").write_text(label + drawn.csv, encoding="utf-8")


def _week_before(fact: Fact) -> dict[str, Any]:
    """The figure a week earlier, as this edition's data have it."""
    record = fact.to_json()
    kept = ("value", "display", "as_of", "base_date", "status", "reason", "parts")
    return {name: record[name] for name in kept if name in record}


def _data_context(docs: Path, manifest: Manifest) -> dict[str, Any]:
    files = [docs / "facts.json", *sorted((docs / "charts").glob("*.csv"))]
    downloads = [
        {
            "name": path.relative_to(docs).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in files
    ]
    frozen = [(table, item) for table, chain in manifest.tables.items() for item in chain]
    numbers = {
        symbol: [number for number, (_, item) in enumerate(frozen, 1) if symbol in item.symbols]
        for symbol in manifest.symbols
    }
    objects = [
        {"number": number, "table": table, "object": item}
        for number, (table, item) in enumerate(frozen, 1)
    ]
    return {"downloads": downloads, "objects": objects, "object_numbers": numbers}


def _piece(facts: Facts, piece: str | Reference) -> dict[str, Any]:
    """A piece of a sentence for pages that have no facts at hand."""
    if isinstance(piece, str):
        return {"text": piece}
    fact, value, _ = facts.resolve(piece)
    raw = value.isoformat() if isinstance(value, date) else value
    return {"text": facts.text((piece,)), "id": fact.id, "value": raw}


def _write_record(
    out: Path,
    edition: Edition,
    manifest: Manifest,
    result: Result,
    headlines: list[Headline],
    answer: Sentence,
) -> None:
    numbers = []
    for headline in headlines:
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
        "edition": str(edition),
        "as_of": manifest.as_of.isoformat(),
        "as_of_words": show_date(manifest.as_of),
        "title": f"Week to {show_date(manifest.as_of)}"
        + (" (simulated data)" if manifest.simulated else ""),
        "answer": result.facts.text(answer),
        "answer_pieces": [_piece(result.facts, piece) for piece in answer],
        "simulated": manifest.simulated,
        "provider": manifest.provider,
        "snapshot": manifest.sha256,
        "version": __version__,
        "headlines": numbers,
        "files": archive.file_hashes(out),
    }
    content = json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n"
    (out / archive.RECORD).write_bytes(content)
