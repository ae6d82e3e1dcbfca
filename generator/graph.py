"""The graph of named functions: computes the figures and charts asked for, and their lineage.

Every public function in `generator.metrics` and `generator.charts` is a node; its parameters name
what it needs. A figure is a node with a unit tag, a chart a node that returns a `Chart`. Being
there is being registered.
"""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

# Hamilton would import every plug-in it finds installed; none is used.
os.environ.setdefault("HAMILTON_AUTOLOAD_EXTENSIONS", "0")

from hamilton import driver
from hamilton.lifecycle import NodeExecutionHook

import generator.charts
import generator.metrics
from generator.charts import Chart
from generator.facts import (
    Fact,
    Facts,
    Figure,
    Figures,
    Lineage,
    MetricInfo,
    Value,
    Withheld,
)
from generator.methods import fingerprint

# A node that raises is a bug and shows its traceback; the banner around it helps nobody.
logging.getLogger("hamilton").setLevel(logging.CRITICAL)

if TYPE_CHECKING:
    import pandas as pd

    from generator.config import Universe
    from generator.manifest import Manifest
    from generator.snapshot import Snapshot

BENCHMARK_NODES = (
    "large_cap",
    "small_cap",
    "small_fund",
    "large_fund",
    "large_cap_volatility_index",
    "small_cap_volatility_index",
)
"""Nodes that name a subject; a figure that depends on one is computed from that subject too."""
TABLES = (
    *("macro", "macro_vintages", "futures", "releases"),
    *("holdings", "member_prices", "fund_history"),
)
"""Nodes that are frozen tables beside the prices; a figure that depends on one is computed from
its objects too."""


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [
        importlib.import_module(f"{package.__name__}.{name}")
        for name in names
        if not name.startswith("_")
    ]


def _build(*adapters: NodeExecutionHook) -> driver.Driver:
    modules = [*_modules(generator.metrics), *_modules(generator.charts)]
    return driver.Builder().with_modules(*modules).with_adapters(*adapters).build()


@cache
def _driver() -> driver.Driver:
    return _build()


class _Announce(NodeExecutionHook):
    """Hands every chart over as soon as it is there."""

    def __init__(self, tell: Callable[[str, Chart], None]) -> None:
        self._tell = tell

    def run_before_node_execution(self, **_: Any) -> None:
        pass

    def run_after_node_execution(self, *, node_name: str, result: Any, **_: Any) -> None:
        if isinstance(result, Chart):
            self._tell(node_name, result)


@cache
def metrics() -> dict[str, MetricInfo]:
    """Return every figure the graph knows, by name."""
    found = {}
    for node in _driver().graph.nodes.values():
        if "unit" in node.tags:
            found[node.name] = MetricInfo(
                name=node.name,
                title=node.tags["title"],
                unit=node.tags["unit"],
                section=node.tags["section"],
                document=node.documentation or "",
                method=_method(node.name),
            )
    return found


def _method(name: str) -> str:
    """The hash of the code of a figure and of everything it is computed from."""
    nodes = _driver().graph.nodes
    used = [nodes[needed] for needed in (name, *_ancestors(name))]
    # Of an input Hamilton tells the functions that take it, which are not behind this figure.
    own = (node.originating_functions for node in used if not node.user_defined)
    return fingerprint(code for functions in own for code in functions or ())


@cache
def charts() -> tuple[str, ...]:
    """Return the names of every chart the graph knows."""
    nodes = _driver().graph.nodes.values()
    return tuple(node.name for node in nodes if node.type == Chart | Withheld)


@cache
def _ancestors(name: str) -> frozenset[str]:
    nodes = _driver().graph.nodes
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for needed in nodes[waiting.pop()].dependencies:
            if needed.name not in found:
                found.add(needed.name)
                waiting.append(needed.name)
    return frozenset(found)


def figures_of(chart: str) -> tuple[str, ...]:
    """Return the names of the figures a chart depends on, those it names itself first."""
    direct = [needed.name for needed in _driver().graph.nodes[chart].dependencies]
    known = metrics()
    others = sorted(_ancestors(chart).difference(direct))
    return tuple(name for name in [*direct, *others] if name in known)


def tables_of(metric: str) -> tuple[str, ...]:
    """Return the tables that a figure is computed from beside the prices of the universe."""
    return tuple(table for table in TABLES if table in _ancestors(metric))


def unit_of(metric: str, subject: str, universe: Universe) -> str:
    """Return a figure's unit: what `level` means of the subject, any other unit as it is."""
    unit = metrics()[metric].unit
    if unit != "level":
        return unit
    if subject in universe.macro:
        return universe.macro[subject].unit
    return "usd" if _is_fund(universe, subject) else "points"


def _is_fund(universe: Universe, subject: str) -> bool:
    series = universe.series.get(subject)
    return series is not None and series.kind == "fund"


class Computed:
    """The figures and charts of one snapshot as seen on one session."""

    def __init__(self, results: Mapping[str, Any], snapshot: Snapshot, universe: Universe) -> None:
        self._results = results
        self._universe = universe
        self._manifest: Manifest = snapshot.manifest
        self._as_of = results["as_of"]
        self._objects: dict[tuple[tuple[str, ...], tuple[date, ...]], tuple[str, ...]] = {}

    @cached_property
    def _named(self) -> dict[str, str | None]:
        return {name: self._results.get(name) for name in BENCHMARK_NODES}

    def _lineage(self, metric: str, subject: str, figure: Figure) -> Lineage:
        only, more = (figure.only, figure.inputs) if isinstance(figure, Value) else ((), ())
        priced = (symbol for symbol in more if symbol in self._manifest.symbols)
        symbols = tuple(dict.fromkeys([*self._symbols(metric, subject), *priced]))
        key = (symbols, only)
        if key not in self._objects:
            self._objects[key] = self._manifest.objects_of(symbols, only)
        named = tuple(dict.fromkeys([*symbols, *self._own_inputs(metric, subject), *more]))
        objects = [*self._objects[key], *self._table_objects(metric, frozenset(named))]
        return Lineage(named, tuple(dict.fromkeys(objects)))

    def _symbols(self, metric: str, subject: str) -> tuple[str, ...]:
        """The series of the universe behind a figure: its subject's, and the benchmarks'."""
        universe = self._universe
        if subject == "major_indexes":
            subjects = [*universe.major_indexes]
        else:
            subjects = [subject] if subject in universe.series else []
        ancestors = _ancestors(metric)
        for node in BENCHMARK_NODES:
            other = self._named[node] if node in ancestors else None
            if other is not None and other not in subjects:
                subjects.append(other)
        return tuple(universe.series[name].symbol for name in subjects)

    def _own_inputs(self, metric: str, subject: str) -> tuple[str, ...]:
        """What a subject is called in the tables beside the prices."""
        universe, found = self._universe, []
        if subject in universe.macro:
            found.append(universe.macro[subject].series)
        if subject in universe.funds and "fund_history" in tables_of(metric):
            found.append(universe.funds[subject].symbol)
        if subject in universe.members and "holdings" in tables_of(metric):
            found.append(universe.members[subject].fund)
        return tuple(found)

    def _table_objects(self, metric: str, named: frozenset[str]) -> list[str]:
        """The objects of other tables that hold rows of these names; all of a table that does not
        list its names, or of which the figure names none."""
        found = []
        for table in tables_of(metric):
            chain = self._manifest.tables.get(table, ())
            own = [item for item in chain if named.intersection(item.symbols)]
            economic = table in ("macro", "macro_vintages")
            found += [item.sha256 for item in (own if own or economic else chain)]
        return found

    def facts(self) -> Facts:
        """Return every figure that was computed as a fact."""
        return Facts(
            {
                metric: {subject: self.fact(metric, subject) for subject in self._results[metric]}
                for metric in metrics()
                if metric in self._results
            }
        )

    def fact(self, metric: str, subject: str) -> Fact:
        """Return one fact.

        Raises:
            KeyError: the metric was not asked for, or has no such subject.
        """
        known = metrics()[metric]
        figures: Figures = self._results[metric]
        figure: Figure = figures[subject]
        if isinstance(figure, Value) and _is_fund(self._universe, subject):
            figure = _in_dollars(figure)
        return Fact(
            metric=metric,
            subject=subject,
            figure=figure,
            unit=unit_of(metric, subject, self._universe),
            title=known.title,
            definition=known.definition,
            as_of=self._as_of.date(),
            lineage=self._lineage(metric, subject, figure),
        )

    def chart(self, name: str) -> Chart | Withheld:
        """Return a chart, or why there is none."""
        return self._results[name]  # type: ignore[no-any-return]


def _in_dollars(figure: Value) -> Value:
    """A fund's levels are prices."""
    if not any(part.unit == "points" for part in figure.parts.values()):
        return figure
    parts = {
        name: replace(part, unit="usd") if part.unit == "points" else part
        for name, part in figure.parts.items()
    }
    return replace(figure, parts=parts)


def _without(snapshot: Snapshot, table: str) -> str | None:
    """Why a snapshot has nothing of a table that may be published; None where it has."""
    dataset = snapshot.manifest.datasets.get(table)
    if dataset is None:
        return f"the snapshot holds no {_CALLED[table]}"
    if dataset.publish == "none":
        return f"the licence of {dataset.source} does not allow it to be published"
    return dataset.missing


_CALLED = {
    "macro": "economic series",
    "macro_vintages": "releases of economic series",
    "futures": "futures on federal funds",
    "releases": "calendar of releases",
    "holdings": "holdings of funds",
    "member_prices": "prices of members",
    "fund_history": "share counts of funds",
}


def _tables(snapshot: Snapshot) -> dict[str, Any]:
    """What the snapshot has beside the prices of the universe, or why it has nothing."""
    datasets = snapshot.manifest.datasets
    missing = {table: _without(snapshot, table) for table in TABLES}
    economy = datasets.get("macro")
    return {
        "snapshot_table": snapshot.tables,
        "snapshot_panel": snapshot.panel,
        "missing_tables": {table: why for table, why in missing.items() if why is not None},
        "publishes": {table: dataset.publish for table, dataset in datasets.items()},
        "macro_missing": missing["macro"],
        "macro_faults": dict(economy.faults) if economy else {},
    }


def compute(
    snapshot: Snapshot,
    universe: Universe,
    as_of: pd.Timestamp,
    names: Iterable[str],
    tell: Callable[[str, Chart], None] | None = None,
) -> Computed:
    """Compute figures and charts by name, and only what they need.

    The same snapshot can be seen as of an earlier session: nothing later is used. `tell` is told of
    each chart when it is ready, the first names first, so that it can be drawn meanwhile.
    """
    manifest = snapshot.manifest
    statuses = {status.subject: status for status in manifest.symbols.values()}
    missing = "the snapshot does not hold it"
    exclusions = {
        subject: (statuses[subject].reason or missing) if subject in statuses else missing
        for subject in universe.series
        if subject not in snapshot.closes.columns
    }
    inputs = {
        "snapshot_closes": snapshot.closes,
        "snapshot_dividends": snapshot.dividends,
        "snapshot_splits": snapshot.splits,
        "as_of": as_of,
        "universe": universe,
        "exclusions": exclusions,
        "without_distributions": frozenset(
            s.subject for s in statuses.values() if s.used and s.distributions == "none"
        ),
        "simulated": manifest.simulated,
        "provider": manifest.provider,
        "macro_series": universe.macro,
        **_tables(snapshot),
    }
    wanted = [*dict.fromkeys(names)]
    run = _build(_Announce(tell)) if tell else _driver()
    results = run.execute([*wanted, *BENCHMARK_NODES], inputs=inputs)
    return Computed({**results, "as_of": as_of}, snapshot, universe)
