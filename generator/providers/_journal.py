"""What a fetch has read so far, one line a symbol, so that a run that was killed can go on.

A line is written whole or torn by the kill; a torn last line is as if it were not there. What was
kept for another edition, or other days, is not used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from generator.providers._bars import Bars
from generator.providers._piece import Kept

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What was learnt of one symbol of one table."""

    table: str
    """The table it is for."""
    symbol: str
    """As asked for."""
    bars: Bars | None
    """Its rows; None where there is a fault."""
    fault: str | None
    """Why there are none."""
    check: str | None
    """The check it failed then."""
    continues: bool
    """Whether the rows before these are those of the snapshot before."""
    revised: str | None
    """What differs from the snapshot before, where something does."""
    kept: tuple[Kept, ...]
    """The fingerprints of the answers."""
    skew: float
    """Seconds by which the source's clock was ahead of ours."""


class Journal:
    """A file of entries."""

    def __init__(self, path: Path, key: Mapping[str, str]) -> None:
        """`key` tells for what the entries are: edition, last session and the like."""
        self._path = path
        self._lock = Lock()
        self._head = json.dumps({"format": _FORMAT, **key}, sort_keys=True)
        self._known = {(e.table, e.symbol) for e in self.entries()}

    def __contains__(self, name: tuple[str, str]) -> bool:
        return name in self._known

    def __len__(self) -> int:
        return len(self._known)

    def add(self, entry: Entry) -> None:
        """Write an entry at the end."""
        line = json.dumps(_record(entry), separators=(",", ":")) + "\n"
        with self._lock:
            new = not self._path.is_file() or not self._known
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if new:
                self._path.write_text(self._head + "\n", encoding="utf-8")
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
            self._known.add((entry.table, entry.symbol))

    def entries(self, table: str | None = None) -> Iterator[Entry]:
        """Yield the entries, of one table or all, that were written whole, as they were written."""
        start = b"{" if table is None else f'{{"table":"{table}",'.encode()
        if not self._path.is_file():
            return
        with self._path.open("rb") as file:
            if file.readline().decode("utf-8", "replace").strip() != self._head:
                return
            for line in file:
                if line.startswith(start) and line.endswith(b"\n"):
                    yield _entry(json.loads(line))

    def cut(self) -> None:
        """Remove a torn last line, so that the next entry begins a line of its own."""
        if not self._path.is_file():
            return
        content = self._path.read_bytes()
        if content and not content.endswith(b"\n"):
            with self._path.open("rb+") as file:
                file.truncate(content.rfind(b"\n") + 1)


def _record(entry: Entry) -> dict[str, Any]:
    record: dict[str, Any] = {
        "table": entry.table,
        "symbol": entry.symbol,
        "fault": entry.fault,
        "check": entry.check,
        "continues": entry.continues,
        "revised": entry.revised,
        "skew": entry.skew,
        "kept": [
            {**asdict(one), "retrieved_at": one.retrieved_at.isoformat()} for one in entry.kept
        ],
        "bars": None,
    }
    if entry.bars is not None:
        bars = entry.bars
        record["bars"] = {
            "days": bars.days.astype("int64").tolist(),
            "close": bars.close.tolist(),
            "volume": bars.volume.tolist(),
            "dividend": _sparse(bars.dividend, 0.0),
            "split": _sparse(bars.split, 1.0),
            "named": bars.named,
            "running": bars.running,
            "notes": list(bars.notes),
        }
    return record


def _sparse(values: Any, usual: float) -> list[list[float]]:
    """Positions and values of what is not as usual."""
    places = np.flatnonzero(values != usual)
    return [[int(place), float(values[place])] for place in places]


def _dense(pairs: list[list[float]], size: int, usual: float) -> Any:
    values = np.full(size, usual)
    for place, value in pairs:
        values[int(place)] = value
    return values


def _entry(record: dict[str, Any]) -> Entry:
    found = record.pop("bars")
    kept = tuple(
        Kept(**{**one, "retrieved_at": datetime.fromisoformat(one["retrieved_at"])})
        for one in record.pop("kept")
    )
    bars = None
    if found is not None:
        size = len(found["days"])
        bars = Bars(
            days=np.array(found["days"], dtype="int64").astype("datetime64[D]"),
            close=np.array(found["close"], dtype="float64"),
            volume=np.array(found["volume"], dtype="float64"),
            dividend=_dense(found["dividend"], size, 0.0),
            split=_dense(found["split"], size, 1.0),
            named=found["named"],
            running=found["running"],
            notes=tuple(found["notes"]),
        )
    return Entry(bars=bars, kept=kept, **record)


def key_of(edition: str, as_of: date, anew: bool, final: bool, depth: str) -> dict[str, str]:
    """Return what entries are for: an edition, read in full or not, after its last session was
    surely over or not, with how much history."""
    known = {"edition": edition, "as_of": as_of.isoformat(), "depth": depth}
    return {**known, "anew": str(anew), "final": str(final)}
