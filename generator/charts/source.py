"""Where the data of every chart come from."""

from __future__ import annotations

import pandas as pd

from generator.facts import show_date

_PROVIDERS = {"files": "files provided by the publisher", "yahoo": "Yahoo Finance"}


def chart_source(simulated: bool, provider: str, as_of: pd.Timestamp) -> str:
    """The line under every chart: whose data, whose calculation, as of which session."""
    day = show_date(as_of.date())
    if simulated:
        return f"Source: simulated data, as of {day}"
    return f"Source: {_PROVIDERS.get(provider, provider)}; own calculation, as of {day}"
