"""Net asset values, distributions and shares outstanding of the sample's funds, day by day.

Shares are created and redeemed in units of 50,000. What share counts do at their source happens
here, too: IWO's stays the same for six sessions, then says all at once what was created; one of
IWC's is missing; and each share of IVV becomes two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from generator.providers._sample_build import Simulated, quarterly, random_of
from generator.providers._sample_members import FIRST
from generator.providers._sample_pair import Array

UNIT = 50_000
"""Shares are created and redeemed in multiples of so many."""


@dataclass(frozen=True, slots=True)
class FundRecipe:
    """How a fund's history is made."""

    series: str
    """The simulated series that its net asset value follows."""
    scale: float
    """Dollars a share for each point or dollar of that."""
    units: int
    """Creation units outstanding at the start."""
    quiet: float
    """Share of sessions on which nothing is created."""
    flow: float
    """Typical creation or redemption of another session, as a share of what is outstanding."""
    dividend_yield: float | None = None
    """A year; without one the distributions are those of the series."""
    stale: tuple[date, date] | None = None
    """From the first session to the second the share count is that of the session before."""
    missing: date | None = None
    """A session without share count."""
    split: tuple[date, float] | None = None
    """A session, and how many shares each becomes."""


FUNDS: Mapping[str, FundRecipe] = {
    "IWM": FundRecipe("IWM", 1.0, 6_000, 0.15, 0.008),
    "IJR": FundRecipe("IJR", 1.0, 14_200, 0.20, 0.003),
    "IWC": FundRecipe("IWC", 1.0, 150, 0.80, 0.012, missing=date(2025, 9, 3)),
    "IWN": FundRecipe("IWN", 1.0, 1_500, 0.40, 0.004),
    "IWO": FundRecipe("IWO", 1.0, 860, 0.40, 0.005, stale=(date(2026, 1, 8), date(2026, 1, 15))),
    "IVV": FundRecipe(
        "^GSPC", 0.1004, 22_000, 0.10, 0.002, dividend_yield=0.012, split=(date(2025, 12, 15), 2.0)
    ),
}
"""By symbol."""


@dataclass(frozen=True, slots=True)
class FundHistory:
    """One fund, session by session."""

    days: npt.NDArray[np.datetime64]
    """Its sessions."""
    net_asset_values: Array
    """Dollars a share, as published on the day."""
    distributions: Array
    """Cash a share on the ex-date, else 0."""
    shares: Array
    """Outstanding, as published: NaN where the count is missing."""
    assets: Array
    """In dollars, by the shares that there are."""


def simulate_fund_history(symbol: str, series: Mapping[str, Simulated]) -> FundHistory:
    """Return what a fund publishes from the first session of members on."""
    recipe, random = FUNDS[symbol], random_of(f"shares of {symbol}")
    source = series[recipe.series]
    start = int(np.searchsorted(source.days, np.datetime64(FIRST)))
    days = source.days[start:]
    distance = random.normal(0.0, 0.0002, len(days)) if recipe.series == symbol else 0.0
    closes = source.closes[start:] * recipe.scale
    values = np.round(closes * np.exp(np.clip(distance, -6e-4, 6e-4)), 2)
    paid = source.dividends[start:]
    if recipe.dividend_yield is not None:
        paid = quarterly(days, closes, recipe.dividend_yield, random)
    split = np.ones(len(days))
    if recipe.split is not None:
        split[days < np.datetime64(recipe.split[0])] = recipe.split[1]
    shares = np.round(_units(recipe, days, random) / split) * UNIT
    return FundHistory(
        days=days,
        net_asset_values=np.round(values * split, 2),
        distributions=np.round(paid * split, 3),
        shares=_published(recipe, days, shares),
        assets=values * split * shares,
    )


def _units(recipe: FundRecipe, days: npt.NDArray[np.datetime64], random: Generator) -> Array:
    """Creation units outstanding; while a count stands still, shares are created on every day."""
    sizes = np.clip(np.abs(random.standard_t(4, len(days))) * recipe.flow, 0, 0.03)
    active = random.random(len(days)) >= recipe.quiet
    signs = np.where(random.random(len(days)) < 0.5, -1.0, 1.0)
    if recipe.stale is not None:
        start, end = np.searchsorted(days, np.array(recipe.stale, dtype=days.dtype))
        active[start - 1 : end + 1], signs[start - 1 : end + 1] = True, 1.0
    return np.asarray(recipe.units * np.cumprod(1 + sizes * signs * active))


def _published(recipe: FundRecipe, days: npt.NDArray[np.datetime64], shares: Array) -> Array:
    """The counts as the source has them."""
    found = shares.copy()
    if recipe.stale is not None:
        start, end = np.searchsorted(days, np.array(recipe.stale, dtype=days.dtype))
        found[start : end + 1] = found[start - 1]
    if recipe.missing is not None:
        found[days == np.datetime64(recipe.missing)] = np.nan
    return found
