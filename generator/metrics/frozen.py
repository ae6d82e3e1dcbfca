"""The frozen tables beside the prices of the universe, as known on the as-of date.

The graph's inputs are `snapshot_table` and `snapshot_panel`, which read a table of the snapshot
when a figure asks for it, and `missing_tables` (by table, why there is nothing of it that may be
published).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.metrics._panel import Prices, prices_until


def macro(snapshot_table: Any) -> pd.DataFrame:
    """Economic series as known when the snapshot was made: series, observed, value."""
    return snapshot_table("macro")


def macro_vintages(snapshot_table: Any) -> pd.DataFrame:
    """Releases and revisions of economic series: series, observed, released, value."""
    return snapshot_table("macro_vintages")


def futures(snapshot_table: Any, as_of: pd.Timestamp) -> pd.DataFrame:
    """Closes of futures on federal funds up to the as-of date: symbol, session, close."""
    return _until(snapshot_table("futures"), "session", as_of)


def releases(snapshot_table: Any) -> pd.DataFrame:
    """Days on which economic series are to be released, as known when the snapshot was made:
    series, day, release. Days after the as-of date are among them."""
    return snapshot_table("releases")


def holdings(snapshot_table: Any, as_of: pd.Timestamp) -> pd.DataFrame:
    """Shares that funds held, by day up to the as-of date, in the form of the frozen table."""
    return _until(snapshot_table("holdings"), "day", as_of)


def fund_history(snapshot_table: Any, as_of: pd.Timestamp) -> pd.DataFrame:
    """Net asset values and shares outstanding of funds, by day up to the as-of date."""
    return _until(snapshot_table("fund_history"), "day", as_of)


def member_prices(
    snapshot_panel: Any, as_of: pd.Timestamp, missing_tables: dict[str, str]
) -> Prices | None:
    """Closes of index members up to the as-of date, adjusted for splits up to it; None where the
    snapshot has none that may be used."""
    if "member_prices" in missing_tables:
        return None
    found = snapshot_panel("member_prices")
    return None if found is None else prices_until(found, as_of)


def _until(rows: pd.DataFrame, column: str, as_of: pd.Timestamp) -> pd.DataFrame:
    return rows.loc[rows[column] <= as_of]
