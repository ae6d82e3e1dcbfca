"""Fetch an edition's data, check them, and freeze them; what a fetch would ask for."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__, quality, tables
from generator.config import Checks, DatasetRules
from generator.editions import (
    Edition,
    closing_time,
    last_finished,
    require_finished,
    sessions_between,
)
from generator.errors import DataError, ReportError
from generator.manifest import Checked, Dataset, Manifest
from generator.providers import Request, provider
from generator.snapshot import Fetched
from generator.store import alone
from generator.workshop import Outcome, Workshop, said

if TYPE_CHECKING:
    import pandas as pd

Read = Callable[[Request], Fetched]
"""Brings what a request asks for."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fetched."""

    edition: Edition | None
    """The ISO week; without one the last finished week is meant."""
    provider: str
    """Where from."""
    data: Path | None
    """The folder of the files provider."""
    again: bool = False
    """Whether an edition that is frozen is to be frozen again, as a new revision."""


def versions() -> dict[str, str]:
    """Return the versions that a snapshot records."""
    names = ("exchange-calendars", "numpy", "pandas", "pyarrow")
    return {"smallcap-weekly": __version__, **{name: version(name) for name in names}}


def fetch(shop: Workshop, order: Order, clock: Callable[[], datetime]) -> Outcome:
    """Fetch an edition's data, check and freeze them; keep what is frozen already.

    Real data replace simulated data. What was read of a run that stopped half way is not asked
    for again.

    Raises:
        ReportError: the week is not over, or there is no such provider, or another run fetches.
        DataError: a benchmark is missing, or a check failed that stops.
        ProviderError: a source could not be reached.
    """
    started = time.perf_counter()
    edition = order.edition or last_finished(clock())
    order = replace(order, edition=edition)
    if (kept := _kept(shop, edition, order)) is not None:
        return said(shop, "kept", edition, f"frozen from {kept.provider}", started)
    source = provider(order.provider)
    with fetching(shop):
        manifest = _freeze(shop, source.fetch, order, clock)
    for status in manifest.symbols.values():
        if not status.used:
            shop.say("left out", status.symbol, status.reason or "", 0.0)
    return said(shop, "frozen", edition, _in_short(manifest), started)


def freeze(shop: Workshop, read: Read, order: Order, clock: Callable[[], datetime]) -> Outcome:
    """Freeze what `read` brings of an edition unless it is frozen, and say nothing; whoever
    freezes many holds `fetching` for all of them. It raises what `fetch` does."""
    edition = order.edition or last_finished(clock())
    order = replace(order, edition=edition)
    if (kept := _kept(shop, edition, order)) is not None:
        return Outcome(edition, "kept", f"frozen from {kept.provider}")
    return Outcome(edition, "frozen", _in_short(_freeze(shop, read, order, clock)))


def fetching(shop: Workshop) -> AbstractContextManager[None]:
    """Hold the lock without which nothing is frozen."""
    return alone(shop.settings.build / "fetch.lock", "another run is fetching")


def _kept(shop: Workshop, edition: Edition, order: Order) -> Manifest | None:
    """What is frozen and stays."""
    if order.again or not shop.snapshots.has(edition):
        return None
    found = shop.snapshots.manifest(edition)
    return found if found.provider == order.provider or not found.simulated else None


def _in_short(manifest: Manifest) -> str:
    statuses = list(manifest.symbols.values())
    used = sum(status.used for status in statuses)
    which = f", revision {manifest.revision}" if manifest.revision > 1 else ""
    return f"{used} of {len(statuses)} series to {manifest.as_of}, from {manifest.provider}{which}"


def _freeze(shop: Workshop, read: Read, order: Order, clock: Callable[[], datetime]) -> Manifest:
    """Fetch, check and freeze. What was read is kept for the next run where a source does not
    answer, but not where the data failed: they are to be read anew then."""
    asked = request(shop, order, clock)
    try:
        manifest = _checked_and_frozen(shop, asked, read(asked), order.again)
    except DataError:
        shutil.rmtree(asked.scratch, ignore_errors=True)
        raise
    shutil.rmtree(asked.scratch, ignore_errors=True)
    return manifest


def _checked_and_frozen(shop: Workshop, asked: Request, fetched: Fetched, again: bool) -> Manifest:
    fetched = replace(fetched, prices=_whole(asked, fetched))
    universe, rules = asked.universe, asked.checks
    statuses, outcomes = quality.examine(fetched, universe, rules, asked.sessions, asked.as_of)
    pairs = quality.index_against_fund(fetched.prices, universe, rules, asked.sessions, statuses)
    checks = _in_order(rules, [*fetched.checks, *outcomes, pairs])
    quality.require_benchmarks(statuses, universe)
    quality.require_none_stops(checks)
    return shop.snapshots.freeze(
        asked.edition,
        asked.as_of,
        asked.sessions,
        fetched,
        statuses,
        versions(),
        datasets=_datasets(shop, fetched),
        checks=checks,
        again=again,
    )


def request(shop: Workshop, order: Order, clock: Callable[[], datetime]) -> Request:
    """Return what a provider is asked for.

    Raises:
        ReportError: the week is not over.
    """
    settings = shop.settings
    now = clock()
    edition = order.edition or last_finished(now)
    as_of = require_finished(edition, now)
    before = None
    if not order.again:
        before = shop.snapshots.before(edition, order.provider, simulated=False)
    return Request(
        edition=edition,
        as_of=as_of,
        sessions=sessions_between(settings.universe.history_start, as_of),
        universe=settings.universe,
        checks=settings.checks,
        live=settings.live,
        data=order.data,
        clock=clock,
        scratch=settings.build / "fetch" / str(edition),
        environment=os.environ,
        known=_known(shop, before),
        names=_names(before),
        closed_at=closing_time(as_of),
        say=shop.say,
    )


def _known(shop: Workshop, before: Manifest | None) -> Callable[[str], pd.DataFrame]:
    """By table: what the provider's snapshot before this one holds, each read once.

    A series that was left out then is not known: it is read in full, since what was wrong with it
    may have been mended anywhere in its history.
    """
    if before is None:
        return tables.empty
    used = [status.symbol for status in before.symbols.values() if status.used]

    def rows(table: str) -> pd.DataFrame:
        found = shop.snapshots.table(before, table)
        return found.loc[found["symbol"].isin(used)] if table == "prices" else found

    return cache(rows)


def _names(before: Manifest | None) -> dict[str, str]:
    statuses = before.symbols.values() if before else ()
    return {status.symbol: status.named for status in statuses if status.named is not None}


def _whole(asked: Request, fetched: Fetched) -> pd.DataFrame:
    """The prices of the universe with the earlier rows of symbols that were not read in full."""
    if not fetched.continued:
        return fetched.prices
    known = asked.known("prices")
    known = known.loc[known["symbol"].isin(fetched.continued)]
    return tables.continued("prices", known, fetched.prices)


def _in_order(rules: Checks, outcomes: list[Checked]) -> list[Checked]:
    """Every check there is, in the order of the settings; one that nobody did is not done."""
    done = {outcome.name: outcome for outcome in outcomes}
    names = type(rules).model_fields
    return [done.get(name) or quality.checked(rules, name, 0, ()) for name in names]


def _datasets(shop: Workshop, fetched: Fetched) -> dict[str, Dataset]:
    """What each table of the snapshot is, and what of it may be published.

    Raises:
        ReportError: content/datasets.yml does not say.
    """
    rules = shop.settings.datasets.get(fetched.provider, {})
    for table in ("prices", "sessions", *fetched.tables):
        if table not in rules:
            raise ReportError(
                f"nothing says whether '{table}' of '{fetched.provider}' may be published",
                where="content/datasets.yml",
                hint=f"Add it under '{fetched.provider}' with title, source, licence and publish.",
            )
    return {table: _dataset(fetched, table, rule) for table, rule in rules.items()}


def _dataset(fetched: Fetched, table: str, rule: DatasetRules) -> Dataset:
    more = fetched.sources.get(table)
    return Dataset(
        title=rule.title,
        source=f"{rule.source}, {more}" if more else rule.source,
        licence=rule.licence,
        publish=rule.publish,
        missing=fetched.missing.get(table),
        faults=dict(sorted(fetched.table_faults.get(table, {}).items())),
        revised_rows=0,
    )


def plan(order: Order, asked: Request) -> list[str]:
    """Say what a fetch would ask for, without asking."""
    return provider(order.provider).plan(asked)
