"""Charts: one module a topic, one pure function a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Specs:
    """One chart as Vega-Lite, drawn for two widths."""

    wide: Mapping[str, Any]
    """640 pixels, for desks and for the files offered."""
    narrow: Mapping[str, Any]
    """344 pixels, drawn anew for phones."""


@dataclass(frozen=True)
class Chart:
    """A chart before it is drawn."""

    title: str
    """What it shows, as a finding."""
    subtitle: str
    """Metric, unit, period, price or total return."""
    source: str
    """Where the data come from, and as of when."""
    description: str
    """What a reader who cannot see it should know."""
    specs: Specs
    """How it is drawn."""
    data: pd.DataFrame
    """What is drawn, one row a mark, offered as CSV."""
