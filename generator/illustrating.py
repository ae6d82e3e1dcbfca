"""Illustrating: what is said of charts and editions, and what their drawings and files become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator import downloads, graph, summary
from generator.cards import Card
from generator.charts import Chart
from generator.config import Settings
from generator.drawing import Drawing, Picture
from generator.dressing import dressed
from generator.facts import Facts, show_date
from generator.library import library_name
from generator.manifest import Manifest
from generator.pages import Illustration
from generator.posters import Caption
from generator.snapshot import Snapshot

QUESTION = "How are small caps doing?"
ON_CARD = ("return_1w", "relative_return_1w", "relative_return_ytd", "drawdown")
"""Of the headlines, those on the picture of an edition."""
_YEAR = 252
"""Sessions."""


def caption(settings: Settings, manifest: Manifest, name: str, chart: Chart) -> Caption:
    """Return what is said of a chart wherever it goes."""
    return Caption(
        title=chart.title,
        subtitle=chart.subtitle,
        source=chart.source,
        description=chart.description,
        site_name=settings.site_name,
        edition=str(manifest.edition),
        as_of=manifest.as_of.isoformat(),
        snapshot=manifest.sha256,
        simulated=manifest.simulated,
        address=f"{settings.site_url}{manifest.edition}/charts/{name}.html",
    )


def card(settings: Settings, snapshot: Snapshot, facts: Facts, before: Facts) -> Card:
    """Return what the picture of an edition says."""
    universe = settings.universe
    headlines = summary.headlines(facts, before, universe)
    chosen = [one for one in headlines if one.reference.metric in ON_CARD]
    closes = snapshot.closes[universe.benchmarks.small].dropna()
    return Card(
        site_name=settings.site_name,
        week=f"Week to {show_date(snapshot.manifest.as_of)}",
        question=QUESTION,
        answer=facts.text(summary.answer(facts, universe)),
        numbers=tuple((one.label, facts.text((one.reference,))) for one in chosen),
        simulated=snapshot.manifest.simulated,
        path=tuple(closes.iloc[-_YEAR:].tolist()),
    )


def withheld(name: str, reason: str) -> Illustration:
    """Return what stands in the place of a chart that is not drawn."""
    return Illustration(name, "", "", "", "", "", "", {}, "", reason)


def illustrations(
    settings: Settings, drawing: Drawing, drawn: Mapping[str, tuple[Chart, Caption]]
) -> dict[str, Illustration]:
    """Wait for the charts that were handed over and return what became of them, by name.

    Raises:
        ReportError: a chart could not be drawn, or a process died.
    """
    svgs = drawing.drawings()
    if not (settings.site / library_name()).is_file():
        # Publishing will need it; the process that draws has time now.
        drawing.ask_library()
    # Pictures are made of them meanwhile.
    made = {name: _illustration(name, *drawn[name], svg) for name, svg in svgs.items()}
    pictures = drawing.pictures()
    return {name: _with_picture(made[name], picture) for name, picture in pictures.items()}


def _illustration(name: str, chart: Chart, caption: Caption, svgs: tuple[str, str]) -> Illustration:
    own, plotted = name.replace("_", "-"), downloads.columns(chart.data)
    wide, narrow = svgs
    return Illustration(
        name=name,
        title=chart.title,
        subtitle=chart.subtitle,
        source=chart.source,
        description=chart.description,
        wide=dressed(wide, own, chart.title, chart.description, "wide"),
        narrow=dressed(narrow, own, chart.title, chart.description, "narrow"),
        files=downloads.files(plotted, chart.specs.wide, chart.specs.narrow, caption),
        table=downloads.table(plotted, caption),
        figures=graph.figures_of(name),
    )


def _with_picture(drawn: Illustration, picture: Picture) -> Illustration:
    files = {**drawn.files, "svg": picture.svg.encode(), "png": picture.png}
    return replace(drawn, files=files, mail=picture.mail)
