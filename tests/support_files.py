"""Folders of an editor's files, for tests of the provider that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
from support import ask, sessions

from generator.providers import provider
from generator.snapshot import Fetched

AS_OF = date(2026, 1, 16)
BENCHMARK = "Date,Close\n2026-01-14,2651.64\n2026-01-15,2674.56\n2026-01-16,2677.74\n"


def folder_of(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, by their names below the folder, beside the prices of the benchmark."""
    for name, content in {"^RUT.csv": BENCHMARK, **files}.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fetched(path: Path, as_of: date = AS_OF) -> Fetched:
    """Return what the provider brings of a folder."""
    days = sessions("2020-01-01", as_of.isoformat())
    return provider("files").fetch(ask(as_of, data=path, days=days))


def bring(path: Path, files: Mapping[str, str | bytes], as_of: date = AS_OF) -> Fetched:
    """Write files and return what the provider brings of them."""
    return fetched(folder_of(path, files), as_of)


def everything(found: Fetched) -> dict[str, object]:
    """Return all that is frozen of what was brought, in a form that can be compared."""
    frames = {"prices": found.prices, **found.tables}
    return {
        "tables": {name: frame.to_csv(float_format="%r") for name, frame in frames.items()},
        "missing": dict(found.missing),
        "faults": {name: dict(faults) for name, faults in found.table_faults.items()},
        "sources": dict(found.sources),
        "checks": found.checks,
    }


def closes(found: Fetched, table: str = "member_prices") -> pd.DataFrame:
    """Return a table of prices as sessions by symbols."""
    return found.tables[table].pivot(index="session", columns="symbol", values="close")


def outcome(found: Fetched, check: str) -> tuple[str, int, tuple[str, ...]]:
    """Return what a check made of the files: in a word, of how many, and what it found."""
    (one,) = [one for one in found.checks if one.name == check]
    return one.outcome, one.examined, one.found
