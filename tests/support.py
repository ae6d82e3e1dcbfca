"""Price paths, snapshots in memory and the folder of real prices, for tests of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import yaml

from generator import graph, tables
from generator.config import Live, Settings, Universe, load_settings
from generator.editions import closing_time, edition_of, sessions_between
from generator.facts import Figure, Value, Withheld
from generator.manifest import Dataset, Manifest, SymbolStatus
from generator.providers import Request
from generator.snapshot import Snapshot

REPOSITORY = Path(__file__).parents[1]
REAL_PRICES = REPOSITORY.parent / "shared" / "data" / "prices"
NOT_GIVEN = "not in this test"
BY_HAND = Dataset(
    title="closes",
    source="this test",
    licence="our own",
    publish="raw",
    missing=None,
    faults={},
    revised_rows=0,
)

NO_MEMBERS = MappingProxyType(
    {"members": {}, "coverage_floor": 0.9, "oldest_list": 63, "sectors": {}, "funds": {}}
)
"""What a universe says that follows no members."""

Closes = Sequence[float] | np.ndarray | pd.Series


@cache
def universe() -> Universe:
    """Return the universe that the report is computed from."""
    content = (REPOSITORY / "content" / "universe.yml").read_text(encoding="utf-8")
    return Universe.model_validate(yaml.safe_load(content))


@cache
def project_settings() -> Settings:
    """Return the settings of the project."""
    return load_settings(REPOSITORY)


def ask(
    as_of: date,
    *,
    wanted: Universe | None = None,
    data: Path | None = None,
    now: datetime = datetime(2026, 11, 1, tzinfo=UTC),
    days: pd.DatetimeIndex | None = None,
    scratch: Path = Path("nowhere"),
    environment: Mapping[str, str] = MappingProxyType({}),
    known: Callable[[str], pd.DataFrame] = tables.empty,
    live: Live | None = None,
) -> Request:
    """Return a request for the data of the week that ends with a session."""
    series = wanted or universe()
    return Request(
        edition=edition_of(as_of),
        as_of=as_of,
        sessions=sessions_between(series.history_start, as_of) if days is None else days,
        universe=series,
        checks=project_settings().checks,
        live=live or project_settings().live,
        data=data,
        clock=lambda: now,
        scratch=scratch,
        environment=environment,
        known=known,
        names={},
        closed_at=closing_time(as_of),
        say=lambda *_: None,
    )


@cache
def _all_sessions() -> pd.DatetimeIndex:
    found = sessions_between(date(1987, 1, 1), date(2030, 12, 31))
    return found.as_unit("us").rename("session")


def sessions(start: str, end: str) -> pd.DatetimeIndex:
    """Return the real exchange sessions from 1987 on of a span given by two ISO dates."""
    whole = _all_sessions()
    return whole[(whole >= start) & (whole <= end)]


def last_sessions(count: int, end: str) -> pd.DatetimeIndex:
    """Return so many sessions, the last one on or before an ISO date."""
    years = count // 250 + 1
    start = date.fromisoformat(end).replace(day=1)
    return sessions(start.replace(year=start.year - years).isoformat(), end)[-count:]


RECORD_OF_2025 = {
    "2021-11-01": 2350.0,
    "2021-11-08": 2442.74,
    "2023-10-27": 1636.94,
    "2025-09-17": 2407.0,
    "2025-09-18": 2467.70,
}
"""Closes of the Russell 2000 around its record of 18 September 2025 and the one before."""


def path(index: pd.DatetimeIndex, known: Mapping[str, float]) -> pd.Series:
    """Return closes that are exact on the named sessions and run evenly in between."""
    stamps = [pd.Timestamp(day) for day in known]
    missing = [str(stamp.date()) for stamp in stamps if stamp not in index]
    assert not missing, f"no session on {', '.join(missing)}"
    places = index.get_indexer(pd.DatetimeIndex(stamps).as_unit("us"))
    order = np.argsort(places)
    levels = np.array(list(known.values()), dtype=float)[order]
    return pd.Series(np.interp(np.arange(len(index)), places[order], levels), index=index)


def compounded(start: float, changes: Iterable[float]) -> np.ndarray:
    """Return a level and where each change, a fraction, takes it."""
    return start * np.cumprod([1.0, *(1 + change for change in changes)])


def random_closes(count: int, seed: int, *, spread: float = 0.012) -> np.ndarray:
    """Return closes of a random walk, rounded to cents as prices are."""
    moves = np.random.default_rng(seed).normal(0.0003, spread, count)
    return np.round(1000 * np.exp(np.cumsum(moves)), 2)


def snapshot(
    index: pd.DatetimeIndex,
    closes: Mapping[str, Closes],
    *,
    dividends: Mapping[str, Closes] | None = None,
    splits: Mapping[str, Closes] | None = None,
    without_distributions: Iterable[str] = (),
) -> Snapshot:
    """Return a snapshot in memory; every subject that is not given is left out with a reason."""
    silent = frozenset(without_distributions)
    frame = pd.DataFrame({name: np.asarray(v, dtype=float) for name, v in closes.items()}, index)
    paid, factors = frame * 0.0, frame * 0.0 + 1.0
    paid, factors = paid.fillna(0.0), factors.fillna(1.0)
    for name, values in (dividends or {}).items():
        paid[name] = np.asarray(values, dtype=float)
    for name, values in (splits or {}).items():
        factors[name] = np.asarray(values, dtype=float)
    statuses = {}
    for subject, series in universe().series.items():
        used = subject in frame.columns
        says_nothing = series.kind != "fund" or subject in silent
        statuses[series.symbol] = SymbolStatus(
            symbol=series.symbol,
            subject=subject,
            named=None,
            used=used,
            reason=None if used else NOT_GIVEN,
            notes=(),
            distributions="none" if says_nothing else "reported",
            rows=len(index) if used else 0,
            first_session=None,
            last_session=None,
        )
    as_of = index[-1].date()
    manifest = Manifest(
        edition=edition_of(as_of),
        revision=1,
        as_of=as_of,
        previous=None,
        provider="by hand",
        simulated=True,
        retrieved_at=datetime(as_of.year, as_of.month, as_of.day, 22, tzinfo=UTC),
        versions={},
        tables={"prices": (), "sessions": ()},
        datasets={"prices": BY_HAND, "sessions": BY_HAND},
        checks=(),
        symbols=statuses,
        revisions=(),
        sha256="0" * 64,
    )
    return Snapshot(manifest, index, frame, paid, factors)


def computed(frozen: Snapshot, *names: str, as_of: str | None = None) -> graph.Computed:
    """Compute figures of a snapshot as seen on a session, by default its last."""
    session = frozen.sessions[-1] if as_of is None else pd.Timestamp(as_of)
    return graph.compute(frozen, universe(), session, names)


def figure(frozen: Snapshot, name: str, subject: str, as_of: str | None = None) -> Figure:
    """Compute one figure of one subject."""
    return computed(frozen, name, as_of=as_of).fact(name, subject).figure


def figures(frozen: Snapshot, name: str, as_of: str | None = None) -> dict[str, Figure]:
    """Compute one figure of every subject it has."""
    facts = computed(frozen, name, as_of=as_of).facts()
    return {subject: fact.figure for subject, fact in facts.of(name).items()}


def value(frozen: Snapshot, name: str, subject: str, as_of: str | None = None) -> Value:
    """Compute one figure of one subject that must not be withheld."""
    found = figure(frozen, name, subject, as_of)
    assert isinstance(found, Value), f"{name} of {subject} is withheld: {found.reason}"
    return found


def reason(frozen: Snapshot, name: str, subject: str, as_of: str | None = None) -> str:
    """Return why a figure of a subject is withheld."""
    found = figure(frozen, name, subject, as_of)
    assert isinstance(found, Withheld), f"{name} of {subject} is {found.value}"
    return found.reason


def shown(frozen: Snapshot, name: str, subject: str, as_of: str | None = None) -> str:
    """Return one figure of one subject as it is printed."""
    return computed(frozen, name, as_of=as_of).fact(name, subject).display


@cache
def real_snapshot() -> Snapshot:
    """Return the real prices to 31 March 2026 as one snapshot; skip the test without them."""
    if not REAL_PRICES.is_dir():
        pytest.skip(f"no folder of real prices at {REAL_PRICES}")
    index = sessions(universe().history_start.isoformat(), "2026-03-31")
    closes, dividends = {}, {}
    for subject, series in universe().series.items():
        file = REAL_PRICES / f"{series.symbol}.csv"
        if not file.is_file():
            continue
        rows = pd.read_csv(file)
        rows.columns = rows.columns.str.lower()
        rows = rows.set_index(pd.DatetimeIndex(rows["date"]).as_unit("us"))
        closes[subject] = rows["close"].reindex(index)
        if "dividends" in rows:
            dividends[subject] = rows["dividends"].reindex(index).fillna(0.0)
    silent = [subject for subject in closes if subject not in dividends]
    return snapshot(index, closes, dividends=dividends, without_distributions=silent)
