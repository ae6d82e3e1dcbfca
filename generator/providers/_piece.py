"""What one source of the live provider brings: its share of the tables, and what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from generator import tables
from generator.manifest import Checked
from generator.providers._web import Answer

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Kept:
    """The fingerprint of one answer."""

    table: str
    """The table it served."""
    name: str
    """The symbol, fund or series it was about."""
    address: str
    """Whom it was asked of, without secrets."""
    retrieved_at: datetime
    """In UTC."""
    status: int
    """HTTP status."""
    bytes: int
    """Size of its body."""
    sha256: str
    """Of its body."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one source brought."""

    tables: Mapping[str, pd.DataFrame]
    """By name, in the forms of tables.py."""
    kept: tuple[Kept, ...]
    """The fingerprint of every answer that a row stems from."""
    checks: tuple[Checked, ...] = ()
    """What it checked by itself."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """By table: why there is nothing of it."""
    faults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By table and name: why that is not there."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """By table: what is to be said of the source, such as a client's version."""
    skews: Mapping[str, float] = field(default_factory=dict)
    """By source: seconds by which its clock is ahead of ours, the largest seen."""


def kept(table: str, name: str, answer: Answer) -> Kept:
    """Return the fingerprint of an answer."""
    return Kept(
        table=table,
        name=name,
        address=answer.address,
        retrieved_at=answer.retrieved_at,
        status=answer.status,
        bytes=len(answer.content),
        sha256=answer.sha256,
    )


def answers_table(all_kept: Iterable[Kept]) -> pd.DataFrame:
    """Return fingerprints as the table `answers`, numbered within each table and name."""
    rows: dict[str, list[object]] = {name: [] for name in tables.FORMS["answers"].columns}
    count: dict[tuple[str, str], int] = {}
    for one in sorted(all_kept, key=lambda k: (k.table, k.name, k.retrieved_at, k.address)):
        number = count[one.table, one.name] = count.get((one.table, one.name), 0) + 1
        values = {
            "table": one.table,
            "name": one.name,
            "number": number,
            "address": one.address,
            "retrieved_at": f"{one.retrieved_at:%Y-%m-%dT%H:%M:%SZ}",
            "status": one.status,
            "bytes": one.bytes,
            "sha256": one.sha256,
        }
        for name, value in values.items():
            rows[name].append(value)
    return tables.frame("answers", rows)
