"""Providers: one module a source, found by its name.

Each module has `fetch(request)`, which brings the series up to the edition's last session and
returns `Fetched`. Nothing is judged here: faults are reported by symbol and weighed later.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from generator.config import Universe
from generator.editions import Edition
from generator.errors import UsageError, did_you_mean
from generator.snapshot import Fetched

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Request:
    """What a provider is asked for."""

    edition: Edition
    """The ISO week."""
    as_of: date
    """Its last session; nothing later is wanted."""
    sessions: pd.DatetimeIndex
    """XNYS sessions from the start of the history to the as-of date."""
    universe: Universe
    """The series wanted."""
    data: Path | None
    """The folder of the files provider."""
    now: datetime
    """The clock, in UTC."""


class Provider(Protocol):
    """A module in this package."""

    def fetch(self, request: Request) -> Fetched:
        """Bring what the request asks for."""
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
