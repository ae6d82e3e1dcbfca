"""The past as one snapshot has it: any figure as seen on any session, and the closes behind it.

A figure seen on an earlier day is computed from what is dated up to that day, by the same graph as
every other figure. One run of the graph a day serves all figures announced for that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from generator.assertions import Past as Past
from generator.config import Universe
from generator.errors import ReportError, did_you_mean
from generator.facts import Fact, Facts, Lineage, Value
from generator.prices import Revised

if TYPE_CHECKING:
    import numpy as np

    from generator.graph import Computed
    from generator.snapshot import Snapshot


@dataclass(frozen=True)
class _Run:
    """One run of the graph."""

    computed: Computed
    columns: frozenset[str] | None
    """The series it was run on; None for all."""

    def has(self, subject: str | None) -> bool:
        """Whether it has the figures of a subject, or with None of all."""
        return self.columns is None or (subject is not None and subject in self.columns)


class SnapshotPast:
    """The past as a snapshot has it."""

    def __init__(
        self,
        snapshot: Snapshot,
        universe: Universe,
        pairs: Mapping[str, str] = MappingProxyType({}),
        stand_ins: Mapping[str, str] = MappingProxyType({}),
        known: Facts | None = None,
    ) -> None:
        """`pairs` names, by index, the fund that follows it; `stand_ins`, by subject, the one whose
        closes the snapshot has in its place; `known` are facts of the last session that were
        computed before."""
        self._snapshot = snapshot
        self._universe, self._stand_ins = universe, stand_ins
        self.pairs = pairs
        self._known = known
        self.large = universe.benchmarks.large
        self.sessions: Sequence[date] = tuple(stamp.date() for stamp in snapshot.sessions)
        self.last = self.sessions[-1]
        self._expected: dict[date, set[str]] = {}
        self._computed: dict[tuple[date, str], _Run] = {}
        self._facts: dict[tuple[date, str, str], Fact] = {}
        self._narrowed: dict[frozenset[str], Snapshot] = {}

    def knows(self, metric: str) -> bool:
        """Whether the graph has such a figure."""
        from generator import graph

        return metric in graph.metrics()

    def title(self, metric: str) -> str:
        """Return what a figure is called. Raises KeyError for an unknown one."""
        from generator import graph

        return graph.metrics()[metric].title

    def is_fund(self, subject: str) -> bool:
        """Whether a subject is a fund."""
        series = self._universe.series.get(subject)
        return series is not None and series.kind == "fund"

    def expect(self, needs: Iterable[tuple[date, str]]) -> None:
        """Announce figures by day: `metric.subject`, or a metric of whichever subject."""
        for day, figure in needs:
            metric, _, subject = figure.partition(".")
            if self._knows(metric, subject, day):
                continue
            known = self._computed.get((day, metric))
            if known is None or not known.has(subject or None):
                self._expected.setdefault(day, set()).add(figure)

    def fact(self, metric: str, subject: str, day: date) -> Fact:
        """Return a figure as seen on a session.

        Raises:
            ReportError: there is no such figure, or it has no such subject.
        """
        key = (day, metric, subject)
        if key not in self._facts:
            self._facts[key] = self._fact(metric, subject, day)
        return self._facts[key]

    def _knows(self, metric: str, subject: str, day: date) -> bool:
        """Whether a fact was computed before."""
        known = self._known
        if known is None or day != self.last or metric not in known.metrics:
            return False
        return subject in known.of(metric)

    def _fact(self, metric: str, subject: str, day: date) -> Fact:
        if self._knows(metric, subject, day):
            assert self._known is not None
            return self._known.get(metric, subject)
        run = self._computed.get((day, metric))
        if run is None:
            self._compute(day, {f"{metric}.{subject}", *self._expected.pop(day, ())})
        elif not run.has(subject):
            self._compute(day, {metric, *self._expected.pop(day, ())})
        found = self._computed[day, metric].computed
        try:
            fact = found.fact(metric, subject)
        except KeyError:
            subjects = found.facts().of(metric)
            near = did_you_mean(subject, subjects)
            what = f"the figure '{metric}' has no subject '{subject}'{near}"
            raise ReportError(what) from None
        return self._of_stand_ins(fact) if self._stand_ins else fact

    def _compute(self, day: date, figures: set[str]) -> None:
        """Run the graph for a day, on no more series than these figures are of."""
        import pandas as pd

        from generator import graph

        pairs = [figure.partition(".") for figure in sorted(figures)]
        names = sorted({metric for metric, _, _ in pairs if self.knows(metric)})
        subjects = frozenset(subject for _, _, subject in pairs)
        columns = None if "" in subjects else self._series(subjects)
        for unknown in {metric for metric, _, _ in pairs}.difference(names):
            near = did_you_mean(unknown, graph.metrics())
            raise ReportError(f"there is no figure '{unknown}'{near}")
        snapshot = self._snapshot if columns is None else self._narrow(columns)
        found = graph.compute(snapshot, self._universe, pd.Timestamp(day), names)
        run = _Run(found, columns)
        self._computed |= {(day, name): run for name in names}

    def _series(self, subjects: frozenset[str]) -> frozenset[str]:
        """The series that figures of these subjects are computed from."""
        universe = self._universe
        pairs = (universe.benchmarks, universe.fund_pair)
        core = [*subjects, *(name for pair in pairs for name in (pair.small, pair.large))]
        # Style is told by pairs of these.
        core += universe.subjects(segment=("micro", "style"))
        if "major_indexes" in subjects:
            core += universe.major_indexes
        implied = {name: series.implied_for for name, series in universe.series.items()}
        if any(name in implied.values() or implied.get(name) for name in subjects):
            core += [name for name, of in implied.items() if of]
        return frozenset(core)

    def _narrow(self, columns: frozenset[str]) -> Snapshot:
        """The snapshot with some series alone, which is much faster than with all."""
        if columns not in self._narrowed:
            kept = [name for name in self._snapshot.closes.columns if name in columns]
            frames = {
                kind: getattr(self._snapshot, kind)[kept]
                for kind in ("closes", "dividends", "splits")
            }
            self._narrowed[columns] = replace(self._snapshot, **frames)
        return self._narrowed[columns]

    def _of_stand_ins(self, fact: Fact) -> Fact:
        """The fact with the lineage of those whose closes it is computed from."""
        subjects = {series.symbol: name for name, series in self._universe.series.items()}
        named = (subjects[symbol] for symbol in fact.lineage.symbols)
        only = fact.figure.only if isinstance(fact.figure, Value) else ()
        used = dict.fromkeys(self._stand_ins.get(subject, subject) for subject in named)
        return replace(fact, lineage=self.lineage(used, only))

    @cached_property
    def _places(self) -> dict[date, int]:
        return {day: place for place, day in enumerate(self.sessions)}

    @cached_property
    def _columns(self) -> dict[str, tuple[np.ndarray, np.ndarray | None]]:
        """By subject: closes, and split factors where there was a split."""
        closes, splits = self._snapshot.closes, self._snapshot.splits
        found = {}
        for subject in closes.columns:
            factors = splits[subject].to_numpy()
            split = bool((factors != 1.0).any())
            found[subject] = (closes[subject].to_numpy(), factors if split else None)
        return found

    def close(self, subject: str, day: date, seen: date) -> float | None:
        """Return a session's close, adjusted for splits up to the day it is seen on."""
        if subject not in self._columns or day > seen:
            return None
        closes, splits = self._columns[subject]
        place = self._places[day]
        close = float(closes[place])
        if splits is not None:
            close /= float(splits[place + 1 : self._places[seen] + 1].prod())
        return close if close == close else None

    def lineage(self, subjects: Iterable[str], only: Iterable[date]) -> Lineage:
        """Return the series and objects behind closes of some sessions."""
        symbols = tuple(self._universe.series[subject].symbol for subject in subjects)
        return Lineage(symbols, self._snapshot.manifest.objects_of(symbols, only))

    @cached_property
    def revised(self) -> Sequence[Revised]:
        """Closes that the snapshot lists as revised against the one before it."""
        manifest = self._snapshot.manifest
        statuses = manifest.symbols
        return tuple(
            Revised(
                subject=statuses[row["symbol"]].subject,
                symbol=row["symbol"],
                session=date.fromisoformat(row["session"]),
                first=row["before"]["close"],
                final=row["after"]["close"],
                on=manifest.retrieved_at.date(),
            )
            for row in manifest.revisions
            if row["before"].get("close") is not None
            and row["symbol"] in statuses
            and statuses[row["symbol"]].used
        )

    @cached_property
    def _first_frozen(self) -> SnapshotPast:
        import pandas as pd

        closes = self._snapshot.closes.copy()
        for row in self.revised:
            closes.loc[pd.Timestamp(row.session), row.subject] = row.first
        snapshot = replace(self._snapshot, closes=closes)
        return SnapshotPast(snapshot, self._universe, self.pairs)

    def as_first_frozen(self) -> SnapshotPast:
        """Return the same past with every revised close as it was first frozen."""
        return self._first_frozen

    @cached_property
    def _funds_instead(self) -> SnapshotPast | None:
        snapshot = self._snapshot
        if not self.pairs or not {*self.pairs, *self.pairs.values()} <= {*snapshot.closes.columns}:
            return None
        frames = {}
        for kind in ("closes", "splits"):
            frame = getattr(snapshot, kind)
            frames[kind] = frame.assign(**{old: frame[new] for old, new in self.pairs.items()})
        return SnapshotPast(replace(snapshot, **frames), self._universe, self.pairs, self.pairs)

    def with_funds(self) -> SnapshotPast | None:
        """Return the same past with the closes of funds in the place of their indexes'."""
        return self._funds_instead
