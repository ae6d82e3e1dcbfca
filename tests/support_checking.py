"""Claims made by hand, pasts to check them against, and closes that were published."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from support import path, project_settings, real_snapshot, sessions, snapshot, universe

from generator.assertions import Assertion, Outcome, evaluate
from generator.checking import Checked, check
from generator.claims import Claim
from generator.forecasts import ForecastState
from generator.past import SnapshotPast
from generator.snapshot import Snapshot

PUBLISHED = Path(__file__).parent / "published_closes.csv"
PAIRS = {"russell_2000": "iwm", "sp_500": "spy"}


def claim(*asserts: Mapping[str, Any], as_of: str = "2026-01-16", **others: Any) -> Claim:
    """Return a claim about a day that asserts this, or what else is given."""
    entry = {
        "id": "a-claim",
        "edition": "2026-W03",
        "as_of": date.fromisoformat(as_of),
        "source": "somebody",
        "statement": "Somebody said so.",
        "class": "P",
        "asserts": asserts,
        **others,
    }
    return Claim.model_validate(entry)


def past_of(frozen: Snapshot) -> SnapshotPast:
    """Return the past as a snapshot has it, with the funds of the two benchmarks."""
    return SnapshotPast(frozen, universe(), PAIRS)


@cache
def real_past() -> SnapshotPast:
    """Return the past as the real prices have it; skip the test without them."""
    pairs = project_settings().checks.index_against_fund.pairs
    return SnapshotPast(real_snapshot(), universe(), pairs)


def told(past: SnapshotPast, as_of: str, **words: Any) -> Outcome:
    """Evaluate one assertion; `is_` is the relation `is`."""
    return evaluate(Assertion(**words), past, date.fromisoformat(as_of), universe().called)


def verdict(
    one: Claim,
    past: SnapshotPast,
    *,
    as_of: str | None = None,
    simulated: bool = False,
    ledger: Mapping[str, ForecastState] | None = None,
) -> Checked:
    """Check one claim in the edition that ends with a session, by default the past's last."""
    (found,) = verdicts([one], past, as_of=as_of, simulated=simulated, ledger=ledger)
    return found


def verdicts(
    claims: Sequence[Claim],
    past: SnapshotPast,
    *,
    as_of: str | None = None,
    simulated: bool = False,
    ledger: Mapping[str, ForecastState] | None = None,
) -> tuple[Checked, ...]:
    """Check claims in the edition that ends with a session, by default the past's last."""
    return check(
        claims,
        past,
        as_of=date.fromisoformat(as_of) if as_of else past.last,
        simulated=simulated,
        ledger=ledger or {},
        name=universe().called,
    )


def published_snapshot() -> Snapshot:
    """Return the published closes, running evenly between the sessions they name."""
    known: dict[str, dict[str, float]] = {}
    with PUBLISHED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            known.setdefault(row["subject"], {})[row["session"]] = float(row["close"])
    index = sessions("2024-12-31", "2026-01-23")
    return snapshot(index, {subject: path(index, closes) for subject, closes in known.items()})


def stepped(index: pd.DatetimeIndex, changes: Mapping[str, float], start: float) -> pd.Series:
    """Return closes that stand still but for the named sessions, which move by percents."""
    moves = pd.Series(0.0, index)
    for day, change in changes.items():
        moves[pd.Timestamp(day)] = change / 100
    return pd.Series(start * np.cumprod(1 + moves.to_numpy()), index)


def with_revisions(frozen: Snapshot, *rows: Mapping[str, Any], on: str) -> Snapshot:
    """Return a snapshot whose manifest lists revised rows, frozen on a day."""
    day = date.fromisoformat(on)
    when = datetime(day.year, day.month, day.day, 22, tzinfo=UTC)
    return replace(frozen, manifest=replace(frozen.manifest, revisions=rows, retrieved_at=when))
