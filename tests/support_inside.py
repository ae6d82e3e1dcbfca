"""Computing figures of members and of funds' shares from what a test lays down by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from support import Closes, last_sessions, snapshot, universe

from generator import graph, tables
from generator.config import Universe
from generator.facts import Figure, Value, Withheld
from generator.metrics._panel import Members
from generator.snapshot import Panel

RAW = {"holdings": "raw", "member_prices": "raw"}
SECTORS = tuple(universe().sectors.values())


def results(
    *names: str,
    as_of: str,
    members: Mapping[str, Members | Withheld] | None = None,
    closes: Mapping[str, Closes] | None = None,
    sessions: pd.DatetimeIndex | None = None,
    frozen: Mapping[str, pd.DataFrame] | None = None,
    panel: Panel | None = None,
    publishes: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
    rules: Universe | None = None,
) -> dict[str, Any]:
    """Return nodes of the graph by name.

    `members` stand in for those that the tables would give; `frozen` are tables and `panel` the
    prices of members. Sessions are the last 300 unless closes with their own are given.
    """
    index = last_sessions(300, as_of) if sessions is None else sessions
    flat = {"russell_2000": np.full(len(index), 100.0), "sp_500": np.full(len(index), 100.0)}
    made = snapshot(index, {**flat, **(closes or {})})
    read: Callable[[str], pd.DataFrame] = lambda name: (frozen or {}).get(name, tables.empty(name))  # noqa: E731
    inputs = {
        "snapshot_closes": made.closes,
        "snapshot_dividends": made.dividends,
        "snapshot_splits": made.splits,
        "as_of": pd.Timestamp(as_of),
        "universe": rules or universe(),
        "exclusions": {},
        "without_distributions": frozenset(),
        "provider": "sample",
        "snapshot_table": read,
        "snapshot_panel": lambda _: panel,
        "missing_tables": dict(missing or {}),
        "publishes": dict(RAW if publishes is None else publishes),
    }
    overrides = {} if members is None else {"index_members": dict(members)}
    found: dict[str, Any] = graph._driver().execute(list(names), inputs=inputs, overrides=overrides)
    return found


def figure(members: Members, name: str, subject: str = "russell_2000", **given: Any) -> Figure:
    """Return a figure of the members of one index, as seen on their last session."""
    as_of = str(members.sessions[-1].date())
    found = results(name, as_of=as_of, members={members.subject: members}, **given)
    one: Figure = found[name][subject]
    return one


def value(members: Members, name: str, subject: str = "russell_2000", **given: Any) -> Value:
    """Return a figure that must not be withheld."""
    found = figure(members, name, subject, **given)
    assert isinstance(found, Value), f"{name} of {subject} is withheld: {found.reason}"
    return found


def number(members: Members, name: str, subject: str = "russell_2000", **given: Any) -> float:
    """Return the number of a figure that must not be withheld."""
    found = value(members, name, subject, **given).value
    assert isinstance(found, float)
    return found


def reason(members: Members, name: str, subject: str = "russell_2000", **given: Any) -> str:
    """Return why a figure is withheld."""
    found = figure(members, name, subject, **given)
    assert isinstance(found, Withheld), f"{name} of {subject} is {found.value}"
    return found.reason
