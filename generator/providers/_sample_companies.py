"""Draw the companies that are members of a simulated index: names, sectors, sizes, prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from generator.errors import ReportError
from generator.providers._sample_indexes import PENNY, IndexRecipe
from generator.providers._sample_names import company_names
from generator.providers._sample_pair import Array

Places = npt.NDArray[np.int64]
FEWEST = 20
"""Members that an index must have, so that everything that befalls some finds its own."""


@dataclass(frozen=True, slots=True)
class Companies:
    """The lines that are members at some time: those of the start by size, then those to come."""

    names: list[str]
    """As a holdings file writes them, share classes and all."""
    tickers: list[str]
    """As a holdings file writes them."""
    symbols: list[str]
    """As prices are asked for."""
    sectors: Places
    """Places in the recipe's sectors."""
    sizes: Array
    """At the start, in shares of all members' at the start."""
    prices: Array
    """First closes."""
    betas: Array
    """To the index."""
    volatilities: Array
    """A session, of what is a line's own."""
    twins: Mapping[int, int]
    """By place of a second class of shares: that of the first."""
    ranked: Mapping[float, int]
    """By rank in the recipe: the place of the member that it befalls."""


def draw_companies(recipe: IndexRecipe, count: int, more: int, random: Generator) -> Companies:
    """Return so many members, and more that join later.

    Raises:
        ReportError: there are too few members for everything that befalls some, or too many.
    """
    ranks = [NormalDist().inv_cdf(1 - (place + 0.5) / count) for place in range(count)]
    scores = np.array([*ranks, *random.uniform(-1.5, 0.5, more)])
    ranked, twins = _ranks(recipe, count)
    sectors = _sectors(recipe, count + more)
    for second, first in twins.items():
        sectors[second] = sectors[first]
    names, tickers, symbols = _called(recipe, sectors, ranked, twins, random)
    own, spread = recipe.volatility
    betas = np.clip(random.normal(1.0, 0.3, len(scores)), 0.2, 2.0)
    for second, first in twins.items():
        betas[second] = betas[first]
    return Companies(
        names=names,
        tickers=tickers,
        symbols=symbols,
        sectors=sectors,
        sizes=_sizes(recipe, scores, sectors, count),
        prices=_prices(recipe, scores, ranked, twins, random),
        betas=betas,
        volatilities=own * np.exp(spread * random.standard_normal(len(scores)) - 0.1 * scores),
        twins=twins,
        ranked=ranked,
    )


def _prices(
    recipe: IndexRecipe,
    scores: Array,
    ranked: Mapping[float, int],
    twins: Mapping[int, int],
    random: Generator,
) -> Array:
    """First closes: larger companies have higher ones, both classes of one nearly the same."""
    median, spread = recipe.price
    found = median * np.exp(spread * random.standard_normal(len(scores)) + 0.3 * scores)
    found = np.clip(found, 3.0, 6 * median)
    for second, first in twins.items():
        found[second] = 0.97 * found[first]
    for event in recipe.events:
        if event.factor < 1:
            found[ranked[event.rank]] = PENNY
    return found


def _called(
    recipe: IndexRecipe,
    sectors: Places,
    ranked: Mapping[float, int],
    twins: Mapping[int, int],
    random: Generator,
) -> tuple[list[str], list[str], list[str]]:
    """Return names, tickers and symbols: both classes of a company bear its name."""
    every = list(recipe.sectors)
    names, tickers = company_names([every[place] for place in sectors], recipe.half, random)
    symbols = list(tickers)
    for second, first in twins.items():
        name, ticker = names[first], tickers[first]
        for place, letter in ((first, "A"), (second, "B")):
            names[place] = f"{name} CLASS {letter}"
            tickers[place], symbols[place] = f"{ticker}{letter}", f"{ticker}-{letter}"
    if recipe.not_available is not None:
        place = ranked[recipe.not_available]
        tickers[place] = symbols[place] = "NA"
    return names, tickers, symbols


def taken_ranks(recipe: IndexRecipe, count: int) -> frozenset[int]:
    """Return the places of members that something befalls, which never leave.

    Raises:
        ReportError: there are too few members.
    """
    found, twins = _ranks(recipe, count)
    return frozenset([*found.values(), *twins])


def _ranks(recipe: IndexRecipe, count: int) -> tuple[dict[float, int], dict[int, int]]:
    """Return by rank the place of a member, each its own, and by second class the first."""
    if count < FEWEST:
        raise ReportError(
            f"the sample makes up {FEWEST} members of an index and more, not {count}",
            where="content/universe.yml",
            hint="Raise 'simulated' under 'members'.",
        )
    found: dict[float, int] = {}
    twins: dict[int, int] = {}
    used: set[int] = set()

    def free(place: int) -> int:
        place = next(n % count for n in range(place, place + count) if n % count not in used)
        used.add(place)
        return place

    for rank in recipe.classes:
        first = free(int(rank * count))
        twins[free(first)] = found[rank] = first
    other = [event.rank for event in recipe.events]
    for rank in [*other, *([] if recipe.not_available is None else [recipe.not_available])]:
        found[rank] = free(int(rank * count))
    return found, twins


def _sectors(recipe: IndexRecipe, count: int) -> Places:
    """Deal places to sectors, so that among the first so many each has its share."""
    shares = np.array([sector.count for sector in recipe.sectors.values()]) / 100
    dealt = np.zeros(len(shares))
    places = np.empty(count, dtype=np.int64)
    for place in range(count):
        owed = shares * (place + 1) - dealt
        places[place] = int(np.argmax(owed))
        dealt[places[place]] += 1
    return places


def _sizes(recipe: IndexRecipe, scores: Array, sectors: Places, count: int) -> Array:
    """Sizes whose sums by sector, among the members of the start, are the recipe's weights."""
    sizes = np.exp(recipe.spread * scores)
    weights = np.array([sector.weight for sector in recipe.sectors.values()])
    sums = np.bincount(sectors[:count], sizes[:count], len(weights))
    scale = np.divide(weights, sums, out=np.ones_like(sums), where=sums > 0)
    sizes = sizes * scale[sectors]
    return np.asarray(sizes / sizes[:count].sum())
