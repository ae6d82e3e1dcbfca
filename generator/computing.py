"""From snapshot to figures and drawn charts, and what is remembered of them between builds."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.commentary import named_metrics
from generator.demands import demands
from generator.facts import Facts, MetricInfo
from generator.manifest import Manifest
from generator.store import recall, write_whole
from generator.workshop import Workshop

if TYPE_CHECKING:
    import pandas as pd

    from generator.charts import Chart
    from generator.pages import Illustration
    from generator.posters import Caption
    from generator.snapshot import Snapshot


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
    previous_as_of: date
    """The last session of the week before."""
    card: bytes
    """The picture of the edition, as PNG."""


def compute(shop: Workshop, manifest: Manifest, scratch: Path, computed_from: str) -> Result:
    """Return an edition's figures and charts, computed anew only where what they depend on changed.

    `computed_from` is the fingerprint of everything they depend on.
    """
    path = scratch / "computed.pickle"
    result = recall(path, computed_from, Result)
    if result is None or not _enough(shop, manifest, result):
        result = _compute(shop, manifest)
        write_whole(path, pickle.dumps((computed_from, result)))
    return result


def _enough(shop: Workshop, manifest: Manifest, result: Result) -> bool:
    """Whether an earlier computation covers what is asked for now."""
    wanted, commentary = demands(shop, manifest, result.metrics, result.charts)
    asked = set(wanted.metrics) | (named_metrics(commentary) if commentary else set())
    return (
        asked <= set(result.facts.metrics)
        and wanted.before <= set(result.before.metrics)
        and wanted.charts <= set(result.illustrations)
        and all(
            result.illustrations[name].mail or result.illustrations[name].withheld
            for name in wanted.mailed
        )
    )


def _compute(shop: Workshop, manifest: Manifest) -> Result:
    drawing = shop.drawing()
    from generator import graph, illustrating, summary
    from generator.charts import Chart

    universe = shop.settings.universe
    known, charts = graph.metrics(), graph.charts()
    wanted, commentary = demands(shop, manifest, known, charts)
    snapshot = shop.snapshots.open(manifest.edition)
    both_weeks = {*summary.METRICS, *summary.COMPARED}
    asked = both_weeks | wanted.metrics | (named_metrics(commentary) if commentary else set())
    # In the graph's order, not a set's: the order of a set of names differs from run to run.
    # Charts first: another process draws them while the figures are computed.
    names = [name for name in charts if name in wanted.charts]
    names += [name for name in known if name in asked]
    drawn: dict[str, tuple[Chart, Caption]] = {}

    def draw(name: str, chart: Chart) -> None:
        caption = illustrating.caption(shop.settings, snapshot.manifest, name, chart)
        drawn[name] = chart, caption
        mail = name in wanted.mailed
        drawing.ask(name, chart.specs.wide, chart.specs.narrow, caption, mail=mail)

    now = graph.compute(snapshot, universe, snapshot.sessions[-1], names, draw)
    illustrations = {
        name: illustrating.withheld(name, chart.reason)
        for name in sorted(wanted.charts)
        if not isinstance(chart := now.chart(name), Chart)
    }
    facts = now.facts()
    earlier = snapshot.sessions[snapshot.sessions < manifest.edition.monday.isoformat()][-1]
    compared = both_weeks | wanted.before
    before = _seen_earlier(shop, snapshot, earlier, compared)
    if before is None:
        before = graph.compute(
            snapshot, universe, earlier, [name for name in known if name in compared]
        ).facts()
    shop.last = (snapshot, facts)
    drawing.ask_card(illustrating.card(shop.settings, snapshot, facts, before))
    _import_while_waiting()
    illustrations |= illustrating.illustrations(shop.settings, drawing, drawn)
    return Result(facts, before, illustrations, known, charts, earlier.date(), drawing.card())


def _seen_earlier(
    shop: Workshop, snapshot: Snapshot, earlier: pd.Timestamp, metrics: set[str]
) -> Facts | None:
    """The facts of the edition built just before, if this snapshot's past is what that one saw.

    Then its figures are those of the week before, and need not be computed again.
    """
    if shop.last is None:
        return None
    other, facts = shop.last
    from generator import graph

    if any(graph.tables_of(name) for name in metrics):
        return None  # what was released since is in this snapshot only
    same_past = other.sessions.equals(snapshot.sessions[snapshot.sessions <= earlier]) and all(
        getattr(other, name).equals(getattr(snapshot, name).loc[:earlier])
        for name in ("closes", "dividends", "splits")
    )
    if not same_past or not metrics <= set(facts.metrics):
        return None
    kept = ("used", "reason", "distributions")
    statuses = [
        {s.symbol: [getattr(s, name) for name in kept] for s in one.manifest.symbols.values()}
        for one in (other, snapshot)
    ]
    return facts if statuses[0] == statuses[1] else None


def _import_while_waiting() -> None:
    """The charts are being drawn in another process: use the time."""
    import markdown  # noqa: F401
    import mike.versions  # noqa: F401
    import mkdocs.commands.build  # noqa: F401
