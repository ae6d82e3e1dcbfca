"""Providers: one module a source, found by its name.

Each module has `fetch(request)`, which brings the series up to the edition's last session and
returns `Fetched`. Nothing is judged here: faults are reported by symbol and weighed later.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from generator.config import Checks, Live, Universe
from generator.editions import Edition
from generator.errors import UsageError, did_you_mean
from generator.snapshot import Fetched

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Request:
    """What a provider is asked for, and what it may use."""

    edition: Edition
    """The ISO week."""
    as_of: date
    """Its last session; nothing later is wanted."""
    sessions: pd.DatetimeIndex
    """XNYS sessions from the start of the history to the as-of date."""
    universe: Universe
    """The series wanted."""
    checks: Checks
    """Thresholds."""
    live: Live
    """How sources are asked."""
    data: Path | None
    """The folder of the files provider."""
    clock: Callable[[], datetime]
    """The time, in UTC."""
    scratch: Path
    """A folder for what can be gone on with after a stop; emptied once the edition is frozen."""
    environment: Mapping[str, str]
    """Environment variables: keys are read from here and nowhere else."""
    known: Callable[[str], pd.DataFrame]
    """By table: the rows that the provider's snapshot before this one holds; none if there is no
    such snapshot, or everything is to be read anew."""
    names: Mapping[str, str]
    """By symbol: what the source called it in the snapshot before."""
    closed_at: datetime
    """When the edition's last session closed, in UTC."""
    say: Callable[[str, str, str, float], None]
    """Told of progress: verb, name, detail, seconds."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether a source answers."""

    source: str
    """Its name."""
    ok: bool
    """Whether it answered as it should."""
    seconds: float | None
    """How long that took; None where it was not asked."""
    detail: str
    """In a few words, with what is missing and how to get it."""


class Provider(Protocol):
    """A module in this package."""

    def fetch(self, request: Request) -> Fetched:
        """Bring what the request asks for."""
        ...

    def probe(self, request: Request) -> list[Probe]:
        """Ask each source for as little as tells whether it answers."""
        ...

    def plan(self, request: Request) -> list[str]:
        """Say what a fetch would ask for, without asking."""
        ...


def names() -> list[str]:
    """Return the providers there are."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if not name.startswith("_"))


def provider(name: str) -> Provider:
    """Return a provider by name.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in names():
        raise UsageError(
            f"'{name}' is not a provider{did_you_mean(name, names())}",
            hint=f"Providers: {', '.join(names())}.",
        )
    return cast(Provider, importlib.import_module(f"{__name__}.{name}"))


def as_frame(columns: Mapping[str, object]) -> pd.DataFrame:
    """Return price rows in the form of `Fetched.prices`, with missing columns filled in.

    `columns` holds symbol, session and close, and may hold volume, dividend and split.
    """
    import pandas as pd

    frame = pd.DataFrame(dict(columns))
    for name, empty in (("volume", float("nan")), ("dividend", 0.0), ("split", 1.0)):
        if name not in frame:
            frame[name] = empty
    frame["symbol"] = frame["symbol"].astype("str")
    frame["session"] = pd.to_datetime(frame["session"]).astype("datetime64[us]")
    values = ["close", "volume", "dividend", "split"]
    frame[values] = frame[values].astype("float64")
    return frame[["symbol", "session", *values]]
