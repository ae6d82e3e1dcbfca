"""What an edition publishes of its figures: the ledger, facts.json, and the list of its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.config import Checks, Universe
from generator.facts import Fact, MetricInfo, Part, Value, in_form
from generator.manifest import Manifest
from generator.pages import Used
from generator.snapshot import file_name

BESIDE = ("holdings", "fund_history", "futures")
"""Tables of named series beside the prices and the economy."""
LISTED = 20
"""Findings of one check, or faults of one dataset, that the Data page lists; it counts the rest."""


def ledger(used: Used) -> list[tuple[str, list[dict[str, Any]]]]:
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


def facts_document(
    manifest: Manifest, used: Used, metrics: Mapping[str, MetricInfo], universe: Universe
) -> str:
    """Return facts.json: every printed fact with all that is needed to check it, and what metrics
    and subjects are called."""
    facts = [fact.to_json(used.tables.get(id, ())) for id, fact in used.facts.items()]
    for record in facts:
        if record["id"] in used.before:
            record["week_before"] = _week_before(used.before[str(record["id"])])
    document = {
        "edition": str(manifest.edition),
        "as_of": manifest.as_of.isoformat(),
        "snapshot": manifest.sha256,
        "simulated": manifest.simulated,
        "metrics": {
            name: _metric_record(metrics[name])
            for name in dict.fromkeys(fact.metric for fact in used.facts.values())
        },
        "subjects": {
            name: full_name(universe, name)
            for name in dict.fromkeys(fact.subject for fact in used.facts.values())
        },
        "facts": facts,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _metric_record(metric: MetricInfo) -> dict[str, str]:
    """What an edition keeps of a metric, so that it can be told whether another means the same."""
    kept = ("title", "section", "unit", "definition", "method")
    return {name: getattr(metric, name) for name in kept}


def full_name(universe: Universe, subject: str) -> str:
    """Return a subject's whole name; groups of series have but one."""
    series = universe.series.get(subject)
    return series.name if series else universe.called(subject)


def _week_before(fact: Fact) -> dict[str, Any]:
    """The figure a week earlier, as this edition's data have it."""
    record = fact.to_json()
    kept = ("value", "display", "as_of", "base_date", "status", "reason", "parts")
    return {name: record[name] for name in kept if name in record}


def on_data_page(manifest: Manifest, universe: Universe) -> frozenset[str]:
    """Return the symbols that the Data page has a row of."""
    tables = manifest.tables
    macro = [series.series for series in universe.macro.values()] if tables.get("macro") else []
    beside = (
        symbol for table in BESIDE for item in tables.get(table, ()) for symbol in item.symbols
    )
    return frozenset([*manifest.symbols, *macro, *beside])


def data_context(
    docs: Path, manifest: Manifest, used: Used, answers: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the Data page lists: facts.json, each chart's CSV with its other files, the inputs, what
    was checked, and the fingerprints of the sources' answers, rows of the table `answers`."""
    files: dict[Path, list[str]] = {docs / "facts.json": []}
    files |= {
        docs / f"charts/{name}.csv": [suffix for suffix in drawn.files if suffix != "csv"]
        for name, drawn in sorted(used.charts.items())
        if drawn.withheld is None
    }
    downloads = [
        {
            "name": path.relative_to(docs).as_posix(),
            "also": also,
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path, also in files.items()
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
    beside: dict[str, list[dict[str, Any]]] = {}
    for number, (table, item) in enumerate(frozen, 1):
        for symbol in item.symbols if table in BESIDE else ():
            beside.setdefault(symbol, []).append({"number": number, "table": table})
    prints: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers:
        if answer["table"] == "prices":
            prints.setdefault(answer["name"], []).append(answer)
    order = list(Checks.model_fields)
    return {
        "downloads": downloads,
        "objects": objects,
        "object_numbers": numbers,
        "beside": dict(sorted(beside.items())),
        "answers": prints,
        "checks": sorted(manifest.checks, key=lambda check: order.index(check.name)),
        "raw": manifest.may_publish("prices"),
        "snapshot_name": file_name(manifest.edition, manifest.revision),
        "most": LISTED,
    }
