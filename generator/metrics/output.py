"""Demand and output: changes of sales, spending and production."""

from __future__ import annotations

from functools import partial

import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Withheld
from generator.metrics._known import Known, changes, figure_of_change, for_each, pair

AMOUNTS = ("retail_sales", "real_consumption", "industrial_production")
"""What grows, by the names of the series."""


@tag(unit="fraction", title="Change on the month", section="Economy")
def growth_1m(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of a seasonally adjusted series from the month before, in the prices that the series
    is in: retail sales at current prices, consumption and production without price changes.

    Of the last month that has a value, as known on the as-of date; withheld where the month before
    has none. With the change first released, its revision since, and the share of all months in
    which it was lower. Source: FRED and ALFRED.
    """
    return for_each(known_series, AMOUNTS, partial(_growth, months=1))


@tag(unit="fraction", title="Change over 12 months", section="Economy")
def growth_12m(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of a seasonally adjusted series from the same month of the year before, in the prices
    that the series is in.

    Prices, missing months and revisions as for the change on the month.
    """
    return for_each(known_series, AMOUNTS, partial(_growth, months=12))


def _growth(known: Known, months: int) -> Figure:
    def latest(values: pd.Series) -> float | Withheld:
        ends = pair(known, values, months)
        return ends if isinstance(ends, Withheld) else ends[0] / ends[1] - 1

    def history(values: pd.Series) -> pd.Series:
        return changes(values, months) - 1

    return figure_of_change(known, "fraction", "pp", latest, history, months)
