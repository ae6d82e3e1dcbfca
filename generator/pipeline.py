"""The order of the stages: fetch, build, publish.

Each stage is told where to work and what the time is, and says what it did through `Say`. A stage
whose inputs have not changed does nothing, and heavy libraries are imported only by one that works.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator import __version__, archive
from generator.commentary import Commentary, named_metrics, read_commentary
from generator.config import Settings
from generator.editions import (
    Edition,
    last_finished,
    parse_edition,
    require_finished,
    sessions_between,
)
from generator.errors import ContentError, Mistake, ReportError
from generator.facts import Fact, Facts, MetricInfo, Value, show_date
from generator.snapshot import Manifest, Snapshots, Store, write_whole

if TYPE_CHECKING:
    from generator.drawing import Drawing
    from generator.pages import Illustration, Used, Wanted

PACKAGE = Path(__file__).parent
LIBRARIES = (
    "altair",
    "apache-hamilton",
    "jinja2",
    "markdown",
    "mkdocs",
    "numpy",
    "pandas",
    "pyarrow",
    "vl-convert-python",
)


Say = Callable[[str, str, str, float], None]
"""Told the verb, the edition, a detail and the seconds it took."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one edition in one stage."""

    edition: Edition
    """Which."""
    verb: str
    """What was done: frozen, kept, built, published, unchanged, replaced."""
    detail: str
    """In a few words."""


class Workshop:
    """What several editions built in one process share: the settings and one drawing process."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings = settings
        self.say = say
        self.snapshots = Snapshots(Store(settings.snapshots))
        self._drawing: Drawing | None = None

    @property
    def templates(self) -> Path:
        """The folder of templates."""
        return self.settings.root / "templates"

    def drawing(self) -> Drawing:
        """Return the drawing process, started when first asked for."""
        if self._drawing is None:
            from generator.drawing import Drawing

            self._drawing = Drawing()
        return self._drawing

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *error: Any) -> None:
        if self._drawing is not None:
            self._drawing.__exit__(*error)
            self._drawing = None


def versions() -> dict[str, str]:
    """Return the versions that a snapshot records."""
    names = ("exchange-calendars", "numpy", "pandas", "pyarrow")
    return {"smallcap-weekly": __version__, **{name: version(name) for name in names}}


def fetch(
    shop: Workshop, edition: Edition | None, provider_name: str, data: Path | None, now: datetime
) -> Outcome:
    """Fetch an edition's data and freeze them; keep what is frozen already.

    Without an edition the last finished week is meant. Real data replace simulated data.

    Raises:
        ReportError: the week is not over, or there is no such provider.
        DataError: a benchmark is missing or failed a check.
        ProviderError: the source could not be reached.
    """
    from generator import quality
    from generator.providers import Request, provider

    started = time.perf_counter()
    edition = edition or last_finished(now)
    if edition in shop.snapshots.editions():
        manifest = shop.snapshots.manifest(edition)
        if manifest.provider == provider_name or not manifest.simulated:
            return _said(shop, "kept", edition, f"frozen from {manifest.provider}", started)
    source = provider(provider_name)
    as_of = require_finished(edition, now)
    universe = shop.settings.universe
    sessions = sessions_between(universe.history_start, as_of)
    request = Request(edition, as_of, sessions, universe, data, now)
    fetched = source.fetch(request)
    statuses = quality.examine(fetched, universe, sessions, as_of)
    quality.require_benchmarks(statuses, universe)
    shop.snapshots.freeze(edition, as_of, sessions, fetched, statuses, versions())
    left_out = [status for status in statuses if not status.used]
    for status in left_out:
        shop.say("left out", status.symbol, status.reason or "", 0.0)
    used = len(statuses) - len(left_out)
    detail = f"{used} of {len(statuses)} series to {as_of}, from {provider_name}"
    return _said(shop, "frozen", edition, detail, started)


def _said(shop: Workshop, verb: str, edition: Edition, detail: str, started: float) -> Outcome:
    shop.say(verb, str(edition), detail, time.perf_counter() - started)
    return Outcome(edition, verb, detail)


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def _files(folder: Path, *patterns: str) -> list[bytes]:
    paths = sorted({path for pattern in patterns for path in folder.rglob(pattern)})
    content = []
    for path in paths:
        if path.is_file():
            content += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    return content


def _computed_from(shop: Workshop, manifest: Manifest) -> str:
    """Fingerprint of everything the figures and charts depend on."""
    root = shop.settings.root
    return _digest(
        [
            manifest.sha256.encode(),
            (root / "content/universe.yml").read_bytes(),
            *_files(PACKAGE, "*.py"),
            *(f"{name} {version(name)}".encode() for name in LIBRARIES),
        ]
    )


def _built_from(shop: Workshop, edition: Edition, computed_from: str) -> str:
    """Fingerprint of everything the edition's pages depend on."""
    root = shop.settings.root
    commentary = root / f"content/editions/{edition}.md"
    return _digest(
        [
            computed_from.encode(),
            (root / "mkdocs.yml").read_bytes(),
            (root / "content/glossary.yml").read_bytes(),
            commentary.read_bytes() if commentary.is_file() else b"",
            *_files(shop.templates, "*.md", "*.html", "*.css", "*.py"),
        ]
    )


def build(shop: Workshop, edition: Edition) -> Outcome:
    """Build an edition from its snapshot into the scratch folder.

    Raises:
        ReportError: there is no snapshot, or it is damaged.
        ContentError: templates or content have mistakes.
    """
    started = time.perf_counter()
    manifest = shop.snapshots.manifest(edition)
    scratch = shop.settings.build / str(edition)
    computed_from = _computed_from(shop, manifest)
    built_from = _built_from(shop, edition, computed_from)
    stamp = scratch / "stamp"
    if stamp.is_file() and stamp.read_text() == built_from:
        return _said(shop, "kept", edition, "nothing has changed", started)
    stamp.unlink(missing_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    computed = _recall(scratch / "computed.pickle", computed_from)
    if computed is None or not _enough(shop, edition, computed):
        computed = _compute(shop, edition, manifest)
        write_whole(scratch / "computed.pickle", pickle.dumps((computed_from, computed)))
    count = _write(shop, edition, manifest, computed, scratch)
    write_whole(stamp, built_from.encode())
    _point_to(shop.settings.build / "docs", scratch / "docs")
    detail = f"{count['pages']} pages, {count['facts']} figures, {count['charts']} charts"
    return _said(shop, "built", edition, detail, started)


@dataclass(frozen=True)
class Result:
    """Everything that was computed for an edition; enough to write its pages."""

    facts: Facts
    """Of the edition."""
    before: Facts
    """As of the week before, from the same snapshot."""
    illustrations: Mapping[str, Illustration]
    """Drawn charts."""
    metrics: Mapping[str, MetricInfo]
    """Every figure the graph knows."""
    charts: tuple[str, ...]
    """Every chart the graph knows."""
    previous_as_of: Any
    """The last session of the week before."""


def _recall(path: Path, computed_from: str) -> Result | None:
    """What an earlier build computed from the same inputs."""
    if not path.is_file():
        return None
    try:
        fingerprint, result = pickle.loads(path.read_bytes())
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError):
        return None
    return result if fingerprint == computed_from else None


def _demands(
    shop: Workshop, edition: Edition, metrics: Iterable[str], charts: Iterable[str]
) -> tuple[Wanted, Commentary | None]:
    """What templates and commentary ask for.

    Raises:
        ContentError: with every mistake in them.
    """
    from generator import pages

    known = list(metrics)
    wanted, mistakes = pages.wanted(shop.templates, known, charts)
    commentary, wrong = _words(shop, edition, wanted.pages, known)
    if mistakes or wrong:
        raise ContentError([*mistakes, *wrong], hint="Mend them, then run `smallcaps check`.")
    return wanted, commentary


def _words(
    shop: Workshop, edition: Edition, names: Iterable[str], metrics: Iterable[str]
) -> tuple[Commentary | None, list[Mistake]]:
    shown_as = f"content/editions/{edition}.md"
    return read_commentary(shop.settings.root / shown_as, shown_as, names, metrics)


def _enough(shop: Workshop, edition: Edition, result: Result) -> bool:
    """Whether an earlier computation covers what is asked for now."""
    wanted, commentary = _demands(shop, edition, result.metrics, result.charts)
    asked = set(wanted.metrics) | (named_metrics(commentary) if commentary else set())
    return (
        asked <= set(result.facts.metrics)
        and wanted.before <= set(result.before.metrics)
        and wanted.charts <= set(result.illustrations)
    )


def _compute(shop: Workshop, edition: Edition, manifest: Manifest) -> Result:
    drawing = shop.drawing()
    from generator import graph, summary
    from generator.charts import Chart

    universe = shop.settings.universe
    known, charts = graph.metrics(), graph.charts()
    wanted, commentary = _demands(shop, edition, known, charts)
    snapshot = shop.snapshots.open(edition)
    asked = set(wanted.metrics) | set(summary.METRICS) | set(summary.COMPARED)
    asked |= named_metrics(commentary) if commentary else set()
    # In the graph's order, not a set's: the order of a set of names differs from run to run.
    names = [name for name in known if name in asked]
    names += [name for name in charts if name in wanted.charts]
    as_of = snapshot.sessions[-1]
    now = graph.compute(snapshot, universe, as_of, names)
    drawn: dict[str, Chart] = {}
    illustrations: dict[str, Illustration] = {}
    for name in sorted(wanted.charts):
        chart = now.chart(name)
        if isinstance(chart, Chart):
            drawn[name] = chart
            drawing.ask(name, chart.spec)
        else:
            illustrations[name] = _withheld(name, chart.reason)
    facts = now.facts()
    week = snapshot.sessions[-1] - _days(snapshot.sessions[-1].dayofweek)
    earlier = snapshot.sessions[snapshot.sessions < week][-1]
    compared = wanted.before | set(summary.METRICS) | set(summary.COMPARED)
    before = graph.compute(
        snapshot, universe, earlier, [name for name in known if name in compared]
    ).facts()
    _import_while_waiting()
    for name, svg in drawing.collect().items():
        illustrations[name] = _illustration(name, drawn[name], svg)
    return Result(facts, before, illustrations, known, charts, earlier.date())


def _days(count: int) -> Any:
    import pandas as pd

    return pd.Timedelta(days=count)


def _import_while_waiting() -> None:
    """The charts are being drawn in another process: use the time."""
    import markdown  # noqa: F401
    import mike.versions  # noqa: F401
    import mkdocs.commands.build  # noqa: F401


def _withheld(name: str, reason: str) -> Illustration:
    from generator.pages import Illustration

    return Illustration(name, "", "", "", "", "", "", reason)


def _illustration(name: str, chart: Any, svg: str) -> Illustration:
    from generator.drawing import dressed
    from generator.pages import Illustration

    return Illustration(
        name=name,
        title=chart.title,
        subtitle=chart.subtitle,
        source=chart.source,
        description=chart.description,
        svg=dressed(svg, name.replace("_", "-"), chart.title, chart.description),
        csv=chart.data.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"),
    )


def _write(
    shop: Workshop, edition: Edition, manifest: Manifest, result: Result, scratch: Path
) -> dict[str, int]:
    """Write the pages and their data, build the site, and record what it consists of."""
    from generator import site, summary
    from generator.pages import FIGURES_PAGE, Renderer, page_names, with_front_matter

    docs, out = scratch / "docs", scratch / "site"
    for folder in (docs, out):
        shutil.rmtree(folder, ignore_errors=True)
    (docs / site.DRAWINGS).mkdir(parents=True)
    _, commentary = _demands(shop, edition, result.metrics, result.charts)
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
    for name, drawn in renderer.used.charts.items():
        (docs / site.DRAWINGS / f"{name}.svg").write_text(drawn.svg, encoding="utf-8")
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
    return list(sections.items())


def _ledger(used: Used) -> list[tuple[str, list[dict[str, Any]]]]:
    """The printed facts by metric, ready to be listed."""
    by_metric: dict[str, list[dict[str, Any]]] = {}
    for fact in used.facts.values():
        by_metric.setdefault(fact.metric, []).append(_entry(fact, used.tables.get(fact.id, ())))
    return list(by_metric.items())


def _entry(fact: Fact, printed: Collection[str]) -> dict[str, Any]:
    record = fact.to_json()
    figure = fact.figure
    parts = figure.parts if isinstance(figure, Value) else {}
    described = [
        f"{name} {'–' if part.value is None else part.value}" for name, part in parts.items()
    ]
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
        "base": record["base"] or "",
        "parts": "; ".join(described),
        "warnings": record.get("warnings", ()),
        "symbols": fact.lineage.symbols,
    }


def _write_data(docs: Path, edition: Edition, manifest: Manifest, used: Used) -> None:
    """Write facts.json and the charts' data and the snapshot's manifest."""
    facts = [fact.to_json(used.tables.get(id, ())) for id, fact in used.facts.items()]
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
    objects = [
        {"number": 0, "table": table, "object": item}
        for table, chain in manifest.tables.items()
        for item in chain
    ]
    for number, item in enumerate(objects, 1):
        item["number"] = number
    numbers = {
        symbol: [o["number"] for o in objects if symbol in o["object"].symbols]  # type: ignore[attr-defined]
        for symbol in manifest.symbols
    }
    return {"downloads": downloads, "objects": objects, "object_numbers": numbers}


def _write_record(
    out: Path, edition: Edition, manifest: Manifest, result: Result, headlines: Any, answer: Any
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
        "simulated": manifest.simulated,
        "provider": manifest.provider,
        "snapshot": manifest.sha256,
        "version": __version__,
        "headlines": numbers,
        "files": archive.file_hashes(out),
    }
    content = json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n"
    (out / archive.RECORD).write_bytes(content)


def _point_to(link: Path, target: Path) -> None:
    """Let `build/docs` be the pages of the edition built last."""
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target.relative_to(link.parent), target_is_directory=True)
    beside.replace(link)


def publish(shop: Workshop, editions: Iterable[Edition]) -> list[Outcome]:
    """Copy built editions into the site and make the root pages anew.

    Raises:
        ReportError: an edition is not built, or is published already and differs.
    """
    settings = shop.settings
    style = shop.templates / "theme/assets/site.css"
    content = style.read_bytes()
    outcomes = []
    for edition in editions:
        started = time.perf_counter()
        built = settings.build / str(edition) / "site"
        if not (built.parent / "stamp").is_file():
            raise ReportError(
                f"{edition} is not built", hint=f"Run `smallcaps build {edition}` first."
            )
        archive.shared_file(settings.site, archive.hashed_name(style, content), content)
        verb = archive.publish(settings.site, built, edition)
        detail = f"{settings.project.site}/{edition}"
        outcomes.append(_said(shop, verb, edition, detail, started))
    started = time.perf_counter()
    newest = archive.write_root(
        settings.site,
        shop.templates,
        {
            "site_name": settings.site_name,
            "site_description": settings.site_description,
            "stylesheet": archive.hashed_name(style, content),
        },
    )
    if newest:
        shop.say(
            "wrote", settings.project.site, ", ".join(newest[:3]), time.perf_counter() - started
        )
    return outcomes


def check(shop: Workshop) -> list[str]:
    """Look at templates, commentary and snapshots and return what is wrong; change nothing."""
    from generator import graph, pages

    known = list(graph.metrics())
    wanted, mistakes = pages.wanted(shop.templates, known, graph.charts())
    folder = shop.settings.root / "content/editions"
    for path in sorted(folder.glob("*.md")):
        try:
            edition = parse_edition(path.stem)
        except ReportError as error:
            mistakes.append(Mistake(f"content/editions/{path.name}", None, error.what))
            continue
        mistakes += _words(shop, edition, wanted.pages, known)[1]
    wrong = [str(mistake) for mistake in mistakes]
    for edition in shop.snapshots.editions():
        wrong += shop.snapshots.verify(edition)
    return wrong


def verify(shop: Workshop, editions: Iterable[Edition]) -> dict[str, list[str]]:
    """Recompute every hash of these editions' snapshots and published files.

    Returns what is wrong by edition; an empty list where all is well.
    """
    found = {}
    there = archive.published(shop.settings.site)
    for edition in editions:
        wrong = shop.snapshots.verify(edition)
        if edition in there:
            wrong += archive.damage(shop.settings.site, edition)
        found[str(edition)] = wrong
    return found


def states(shop: Workshop) -> list[dict[str, Any]]:
    """Return what there is of every edition: frozen, built, published."""
    there = archive.published(shop.settings.site)
    rows = []
    for edition in sorted({*shop.snapshots.editions(), *there}, reverse=True):
        frozen = edition in shop.snapshots.editions()
        manifest = shop.snapshots.manifest(edition) if frozen else None
        record = there.get(edition)
        rows.append(
            {
                "edition": str(edition),
                "as_of": manifest.as_of.isoformat() if manifest else (record or {})["as_of"],
                "provider": manifest.provider if manifest else (record or {})["provider"],
                "simulated": manifest.simulated if manifest else (record or {})["simulated"],
                "frozen": frozen,
                "built": (shop.settings.build / str(edition) / "stamp").is_file(),
                "published": record is not None,
            }
        )
    return rows


def utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without time zone is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def begin_commentary(shop: Workshop, edition: Edition, now: datetime) -> Path:
    """Write the beginnings of an edition's commentary and return its path.

    Raises:
        ReportError: there is one already.
    """
    path = shop.settings.root / f"content/editions/{edition}.md"
    if path.exists():
        raise ReportError(
            f"{edition} has a commentary already", where=f"content/editions/{path.name}"
        )
    small = shop.settings.universe.benchmarks.small
    text = (
        f"---\ntitle: \nauthor: \ndate: {now.date().isoformat()}\n---\n\n# index\n\n"
        f"{{{{ fact('return_1w.{small}') }}}} on the week, "
        f"{{{{ fact('relative_return_1w.{small}') }}}} against the S&P 500.\n"
    )
    write_whole(path, text.encode())
    return path


def examine(shop: Workshop, now: datetime) -> list[dict[str, Any]]:
    """Say what works here: libraries, snapshots, folders, providers, the week that is due."""
    import os
    import platform

    from generator.providers import names

    settings = shop.settings
    due = last_finished(now)
    frozen = shop.snapshots.editions()
    rows = [
        ("Python", True, platform.python_version()),
        ("settings", True, f"{len(settings.universe.series)} series"),
        ("snapshots", bool(frozen), f"{len(frozen)} in {settings.project.snapshots}"),
    ]
    for name, folder in (("site", settings.site), ("build", settings.build)):
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        writable = os.access(nearest, os.W_OK)
        rows.append(
            (name, writable, f"{'writable' if writable else 'not writable'}: {folder.name}")
        )
    for name in names():
        detail = {
            "sample": "simulated data, always there",
            "files": "reads a folder named with --data",
        }.get(name, "")
        rows.append((f"provider {name}", True, detail))
    rows.append(("last finished week", True, f"{due}{'' if due in frozen else ', not frozen'}"))
    return [{"what": what, "ok": ok, "detail": detail} for what, ok, detail in rows]
