"""Inflation: changes of price indexes over one, three and twelve months."""

from __future__ import annotations

from functools import partial

import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Withheld
from generator.metrics._known import Known, changes, figure_of_change, for_each, pair

PRICES = ("consumer_price_index", "pce_price_index", "core_pce_price_index")
"""Price indexes, by the names of their series."""


@tag(unit="percent", title="Inflation over 12 months", section="Economy")
def inflation_12m(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of a seasonally adjusted price index from the same month of the year before, percent.

    Of the last month that has a value, as known on the as-of date. Withheld where the month it is
    measured from has none: October 2025 was never collected. With the figure first released for the
    month, its revision since and the share of all months in which it was lower. Source: FRED and
    ALFRED.
    """
    return for_each(known_series, PRICES, partial(_inflation, months=12))


@tag(unit="percent", title="Inflation over 3 months, annualised", section="Economy")
def inflation_3m_annualised(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of a seasonally adjusted price index over three months, compounded to a year:
    (index / index three months before) ^ 4 - 1, percent.

    Missing months, revisions and place in the history as for the change over twelve months.
    """
    return for_each(known_series, PRICES, partial(_inflation, months=3))


@tag(unit="percent", title="Inflation over 1 month, annualised", section="Economy")
def inflation_1m_annualised(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of a seasonally adjusted price index over one month, compounded to a year:
    (index / index of the month before) ^ 12 - 1, percent.

    Missing months, revisions and place in the history as for the change over twelve months.
    """
    return for_each(known_series, PRICES, partial(_inflation, months=1))


def inflation_histories(known_series: dict[str, Known | Withheld]) -> pd.DataFrame:
    """Change over twelve months in percent, months x price indexes, NaN where either end is
    missing; indexes of which nothing is known are absent.
    """
    found = {name: known_series.get(name) for name in PRICES}
    rates = {
        name: rates_of(known.values, 12)
        for name, known in found.items()
        if isinstance(known, Known)
    }
    return pd.concat(rates, axis=1) if rates else pd.DataFrame()


def rates_of(values: pd.Series, months: int) -> pd.Series:
    """Return the compounded yearly rate of a monthly index over so many months, percent."""
    return (changes(values, months) ** (12 / months) - 1) * 100


def _inflation(known: Known, months: int) -> Figure:
    def latest(values: pd.Series) -> float | Withheld:
        ends = pair(known, values, months)
        if isinstance(ends, Withheld):
            return ends
        return float(((ends[0] / ends[1]) ** (12 / months) - 1) * 100)

    history = partial(rates_of, months=months)
    return figure_of_change(known, "percent", "pp", latest, history, months)
