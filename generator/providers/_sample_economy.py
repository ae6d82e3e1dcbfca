"""A simulated economy: series as known on an edition's date, their releases, futures, a calendar.

It is simulated once and cut by date: an edition sees what had been released by its last session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from generator import tables
from generator.providers import Request
from generator.providers._sample_build import Simulated
from generator.providers._sample_futures import FIRST as FIRST_FUTURES
from generator.providers._sample_futures import MEETINGS, futures_prices
from generator.providers._sample_indicators import Event, every_release
from generator.providers._sample_rates import daily_rates, projections
from generator.providers._sample_release_dates import (
    NOWCAST,
    PROJECTIONS,
    RELEASES,
    WEEKLY,
)

if TYPE_CHECKING:
    import pandas as pd

AHEAD = timedelta(120)
"""How far the calendar of releases reaches."""
_WITH_PROJECTIONS = (3, 6, 9, 12)
"""Months in which a meeting has projections."""


def simulate_economy(request: Request, history: Mapping[str, Simulated]) -> dict[str, pd.DataFrame]:
    """Return the tables of the economy by name, as known on the edition's last session.

    `history` is the simulated history of the indexes, by symbol: yields and spreads lean on it,
    and two of the series are its volatility indexes. A series that the simulation does not know
    has no rows.
    """
    wanted = {one.series: one.vintages for one in request.universe.macro.values()}
    day = request.as_of
    released = {name: events for name, events in _released().items() if name in wanted}
    daily = {name: rows for name, rows in daily_rates(history, day).items() if name in wanted}
    since = _years_before(day, request.live.fred.vintage_years)
    revised = {name: events for name, events in released.items() if wanted[name]}
    return {
        "macro": _as_known(released, daily, day),
        "macro_vintages": _vintages(revised, since, day),
        "futures": _futures(history["^GSPC"], day),
        "releases": _calendar(wanted, day),
    }


@lru_cache(maxsize=1)
def _released() -> dict[str, list[Event]]:
    """Every release there will ever be, by FRED's id."""
    return {**every_release(), **projections()}


def _years_before(day: date, years: int) -> date:
    import pandas as pd

    before: date = (pd.Timestamp(day) - pd.DateOffset(years=years)).date()
    return before


def _as_known(
    released: Mapping[str, list[Event]],
    daily: Mapping[str, tuple[np.ndarray, np.ndarray]],
    day: date,
) -> pd.DataFrame:
    parts = []
    for name, events in released.items():
        newest = {
            observed: value
            for observed, at, value in sorted(events, key=lambda event: event[:2])
            if at <= day
        }
        parts.append((name, np.array([*newest], "datetime64[D]"), np.array([*newest.values()])))
    parts += [(name, days, np.round(values, 4)) for name, (days, values) in daily.items()]
    if not parts:
        return tables.empty("macro")
    columns = {
        "series": np.repeat([name for name, *_ in parts], [len(days) for _, days, _ in parts]),
        "observed": np.concatenate([days for _, days, _ in parts]).astype("datetime64[us]"),
        "value": np.concatenate([values for *_, values in parts]),
    }
    rows: pd.DataFrame = tables.frame("macro", columns).sort_values(
        ["series", "observed"], ignore_index=True
    )
    return rows


def _vintages(released: Mapping[str, list[Event]], since: date, day: date) -> pd.DataFrame:
    rows = [
        (name, *event)
        for name, events in sorted(released.items())
        for event in sorted(events, key=lambda event: event[:2])
        if event[0] >= since and event[1] <= day
    ]
    names = ("series", "observed", "released", "value")
    columns: dict[str, Iterable[object]] = {
        name: [row[place] for row in rows] for place, name in enumerate(names)
    }
    return tables.frame("macro_vintages", columns)


def _futures(market: Simulated, day: date) -> pd.DataFrame:
    inside = (market.days >= np.datetime64(FIRST_FUTURES)) & (market.days <= np.datetime64(day))
    rows = sorted(futures_prices(market.days[inside].astype(object).tolist()))
    nothing = [0.0] * len(rows)
    return tables.frame(
        "futures",
        {
            "symbol": [row[0] for row in rows],
            "session": [row[1] for row in rows],
            "close": [row[2] for row in rows],
            "volume": [float("nan")] * len(rows),
            "dividend": nothing,
            "split": [1.0] * len(rows),
        },
    )


def _calendar(wanted: Iterable[str], day: date) -> pd.DataFrame:
    """The releases of the next months, as announced by the edition's date."""
    until = day + AHEAD
    rows = {
        (series, at, name)
        for series in wanted
        for at, name in _announced(series)
        if day < at <= until
    }
    listed = sorted(rows)
    return tables.frame(
        "releases",
        {
            "series": [row[0] for row in listed],
            "day": [row[1] for row in listed],
            "release": [row[2] for row in listed],
        },
    )


def _announced(series: str) -> list[tuple[date, str]]:
    """Days on which a series is released; daily series are not in the calendar."""
    if series in RELEASES:
        return [(at, RELEASES[series].name) for _, at, _ in _released()[series]]
    if series in WEEKLY:
        wednesdays = (date(2025, 7, 2) + timedelta(7 * n) for n in range(52))
        return [(at, WEEKLY[series]) for at in wednesdays]
    if series == "GDPNOW":
        fixed = {at for _, at, _ in _released()[series]}
        later = {date(2026, 2, 2) + timedelta(7 * n) for n in range(16)}
        return [(at, NOWCAST) for at in sorted(fixed | later)]
    if series.startswith("FEDTAR"):
        decided = (date.fromisoformat(text) for text in MEETINGS)
        return [(at, PROJECTIONS) for at in decided if at.month in _WITH_PROJECTIONS]
    return []
