"""Economic series by hand: what they are, their values and releases, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
from support import BY_HAND, REPOSITORY, ask, last_sessions, sessions, snapshot, universe

from generator import tables
from generator.config import MacroSeries, Universe
from generator.facts import Figure, Value
from generator.manifest import Object
from generator.meetings import read_meetings
from generator.metrics import economy
from generator.metrics._known import Known
from generator.providers._sample_economy import simulate_economy
from generator.providers.sample import simulate
from generator.snapshot import Snapshot

INDEX = sessions("2025-06-02", "2026-01-16")
Rows = Sequence[tuple[str, float]]
"""Period and value."""
Releases = Sequence[tuple[str, str, float]]
"""Period, day of release, value."""
REAL_SERIES = REPOSITORY.parent / "shared" / "data" / "macro"


def series(name: str, frequency: str = "month", unit: str = "thousands") -> MacroSeries:
    """Return what a series is; only daily ones have no releases."""
    return MacroSeries(
        series=name,
        name=f"Series {name}",
        unit=unit,  # type: ignore[arg-type]
        frequency=frequency,  # type: ignore[arg-type]
        vintages=frequency != "day",
    )


def current(name: str, rows: Rows) -> pd.DataFrame:
    """Return rows of the table `macro`."""
    columns = {
        "series": [name] * len(rows),
        "observed": [period for period, _ in rows],
        "value": [value for _, value in rows],
    }
    return tables.frame("macro", columns)


def releases(name: str, rows: Releases) -> pd.DataFrame:
    """Return rows of the table `macro_vintages`."""
    columns = {
        "series": [name] * len(rows),
        "observed": [period for period, _, _ in rows],
        "released": [day for _, day, _ in rows],
        "value": [value for _, _, value in rows],
    }
    return tables.frame("macro_vintages", columns)


def as_released(rows: Releases, day: str) -> list[tuple[str, float]]:
    """Return what was known of each period on a day."""
    in_order = sorted(rows, key=lambda row: row[:2])
    known = {period: value for period, released, value in in_order if released <= day}
    return sorted(known.items())


def months(first: str, values: Sequence[float]) -> list[tuple[str, float]]:
    """Return values by month from one month on."""
    stamps = pd.date_range(first, periods=len(values), freq="MS")
    return [(str(stamp.date()), value) for stamp, value in zip(stamps, values, strict=True)]


def known(
    what: Mapping[str, tuple[MacroSeries, Rows, Releases]], as_of: str = "2026-01-16"
) -> dict[str, Known]:
    """Return what is known of series on a day, from the snapshot of 16 January 2026."""
    found = economy.known_series(
        macro=pd.concat([current(one.series, rows) for one, rows, _ in what.values()]),
        macro_vintages=pd.concat([releases(one.series, rows) for one, _, rows in what.values()]),
        macro_series={name: one for name, (one, _, _) in what.items()},
        macro_missing=None,
        macro_faults={},
        snapshot_closes=pd.DataFrame(index=INDEX),
        as_of=pd.Timestamp(as_of),
    )
    return found  # type: ignore[return-value]


def parts(figure: Figure) -> dict[str, object]:
    """Return a figure's parts as plain values."""
    assert isinstance(figure, Value), figure
    return {name: part.value for name, part in figure.parts.items()}


def with_meetings() -> Universe:
    """Return the universe with the meetings that stand in a file of their own."""
    return universe().model_copy(update={"meetings": read_meetings(REPOSITORY)[0]})


@cache
def simulated_economy(day: str = "2026-01-16") -> Snapshot:
    """Return a snapshot with the simulated economy as known on a day."""
    index = last_sessions(300, day)
    held = simulate_economy(ask(date.fromisoformat(day), days=index), simulate())
    return with_tables(index, held)


def with_tables(index: pd.DatetimeIndex, held: Mapping[str, pd.DataFrame]) -> Snapshot:
    """Return a snapshot with these tables beside the prices."""
    rising = range(1, len(index) + 1)
    bare = snapshot(index, {"russell_2000": rising, "sp_500": rising})
    chains = {name: (Object(name.ljust(64, "."), 1, 1, None, None, None, ()),) for name in held}
    manifest = replace(
        bare.manifest,
        tables={**bare.manifest.tables, **chains},
        datasets={**bare.manifest.datasets, **dict.fromkeys(held, BY_HAND)},
    )
    found = {name: held.get(name, tables.empty(name)) for name in tables.FORMS}
    return replace(bare, manifest=manifest, tables=lambda name: found[name])
