"""The simulated members of an index, so that together they return what the index does.

A member's return is the index's, its sector's lead, and what is its own, of which the weighted mean
of its sector is taken off. The rest, which is the same for all, makes the weighted return of the
list in force, with weights of the close before, that of the index: but for rounding closes, always.

A sector's lead is nine tenths of that of the sample's fund of it over the index, less what all
leads come to together; a sector without such a fund has a lead by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from generator.providers._sample_build import Simulated, random_of
from generator.providers._sample_companies import Companies, Places, draw_companies
from generator.providers._sample_indexes import INDEXES, IndexRecipe
from generator.providers._sample_lists import (
    Changes,
    MemberList,
    Plan,
    list_places,
    plan_departures,
    quantities,
)
from generator.providers._sample_pair import Array, regime_volatility

FIRST = date(2023, 11, 30)
"""The first session of members, and the day of their first list."""

LEAD = 0.9
"""Of a sector fund's lead over the index, the share that members of the sector follow."""


@dataclass(frozen=True, slots=True)
class MemberHistory:
    """The members of one index."""

    recipe: IndexRecipe
    """What they are like."""
    days: npt.NDArray[np.datetime64]
    """N sessions."""
    companies: Companies
    """M lines, members at some time."""
    closes: Array
    """N x M as traded, NaN where there is none."""
    splits: Mapping[int, tuple[int, float]]
    """By place of a line: the session's place and the factor."""
    lists: tuple[MemberList, ...]
    """Who the members are, oldest list first."""


def simulate_members(
    index: str, count: int, series: Mapping[str, Simulated], assets: Array
) -> MemberHistory:
    """Return the members of an index; `assets` are the fund's in dollars, by session from the
    first on."""
    recipe, random = INDEXES[index], random_of(f"members of {index}")
    days = series[index].days[series[index].days >= np.datetime64(FIRST)]
    places = list_places(days)
    plan = plan_departures(recipe, count, days, places, random)
    companies = draw_companies(recipe, count, plan.more, random)
    moves = _moves(series[index], len(days))
    leads = _leads(recipe, series, days, moves, random)
    own = _own(companies, days, random)
    splits = _splits(recipe, companies, days)
    course = _Course(moves, leads, own, splits, _ticks(companies))
    path, lists = _grow(course, companies, plan, assets)
    for place, (at, factor) in splits.items():
        path[at:, place] /= factor
    closes = course.rounded(path)
    _hide(closes, recipe, companies, plan, days, random)
    return MemberHistory(recipe, days, companies, closes, splits, lists)


@dataclass(frozen=True, slots=True)
class _Course:
    """What moves members, session by session."""

    moves: Array
    """Returns of the index."""
    leads: Array
    """N x sectors: how far each is ahead of the index."""
    own: Array
    """N x M: what is each member's own."""
    splits: Mapping[int, tuple[int, float]]
    """By place of a line: the session's place and the factor."""
    ticks: Array
    """By line: the step of its closes."""

    def rounded(self, closes: Array) -> Array:
        """Return closes of all lines to their steps."""
        return np.asarray(np.maximum(np.round(closes / self.ticks), 1.0) * self.ticks)


def _moves(index: Simulated, count: int) -> Array:
    closes = index.closes[-count:]
    return np.asarray(np.diff(closes, prepend=closes[0]) / np.roll(closes, 1))


def _leads(
    recipe: IndexRecipe,
    series: Mapping[str, Simulated],
    days: npt.NDArray[np.datetime64],
    moves: Array,
    random: Generator,
) -> Array:
    """The leads of sectors over the index, by fund or by chance."""
    found = random.normal(0.0, 0.0045, (len(days), len(recipe.sectors)))
    for place, sector in enumerate(recipe.sectors.values()):
        if sector.fund is not None:
            found[:, place] = LEAD * (_moves(series[sector.fund], len(days)) - moves)
    return found


def _own(companies: Companies, days: npt.NDArray[np.datetime64], random: Generator) -> Array:
    """What is each member's own: fat tails, and wilder where the market is."""
    mood = regime_volatility(days)
    shocks = random.standard_t(4, (len(days), len(companies.names))) / np.sqrt(2)
    shocks *= (0.5 + 0.5 * mood / mood.mean())[:, None] * companies.volatilities
    for second, first in companies.twins.items():
        shocks[:, second] = shocks[:, first] + random.normal(0.0, 0.0008, len(days))
    return np.asarray(np.clip(shocks, -0.4, 0.6))


def _splits(
    recipe: IndexRecipe, companies: Companies, days: npt.NDArray[np.datetime64]
) -> dict[int, tuple[int, float]]:
    return {
        companies.ranked[event.rank]: (int(np.searchsorted(days, np.datetime64(event.day))), f)
        for event in recipe.events
        if (f := event.factor) != 1.0
    }


def _grow(
    course: _Course, companies: Companies, plan: Plan, assets: Array
) -> tuple[Array, tuple[MemberList, ...]]:
    """Grow closes as if no share had been split, from list to list."""
    path = np.empty_like(course.own)
    path[0] = companies.prices
    shares = companies.sizes / companies.prices
    changes = Changes(plan)
    lists = []
    for number, place in enumerate(plan.lists):
        split = _factors(course.splits, place, path.shape[1])
        members = changes.members(number, shares * path[place])
        prices = course.rounded(path[place] / split)
        held = quantities(members, shares * split, prices, assets[place])
        lists.append(MemberList(place, members, held, prices[members]))
        units = np.zeros(path.shape[1])
        units[members] = held / split[members]
        end = plan.lists[number + 1] if number + 1 < len(plan.lists) else len(path) - 1
        for session in range(place + 1, end + 1):
            moves = _session(course, companies, units * path[session - 1], session, plan.still)
            path[session] = path[session - 1] * (1 + moves)
    return path, tuple(lists)


def _session(
    course: _Course, companies: Companies, values: Array, session: int, still: Places
) -> Array:
    """The returns of one session, given what the list in force was worth before it."""
    weights = values / values.sum()
    market, sectors = course.moves[session], companies.sectors
    own = (companies.betas - 1) * market + course.own[session]
    sums = np.bincount(sectors, weights * own, course.leads.shape[1])
    held = np.bincount(sectors, weights, course.leads.shape[1])
    means = np.divide(sums, held, out=np.zeros_like(sums), where=held > 0)
    found = market + (course.leads[session] - means)[sectors] + own
    quiet = session >= still
    found[quiet] = 0.05 * course.own[session][quiet]
    rest = (market - weights @ found) / weights[~quiet].sum()
    found[~quiet] += rest
    return np.asarray(np.maximum(found, -0.6))


def _factors(splits: Mapping[int, tuple[int, float]], session: int, count: int) -> Array:
    """By line: how many shares one of the first session has become."""
    found = np.ones(count)
    for place, (at, factor) in splits.items():
        if at <= session:
            found[place] = factor
    return found


def _ticks(companies: Companies) -> Array:
    """The step of each line's closes: a power of two, about a thousandth of its first, and less for
    those that weigh most. Such closes are exact, and take little room."""
    steps = 2.0 ** np.floor(np.log2(companies.prices / 640))
    steps = np.maximum(steps, np.where(companies.prices < 4, 1 / 128, 1 / 64))
    return np.asarray(np.where(companies.sizes > 0.01, steps / 8, steps))


def _hide(
    closes: Array,
    recipe: IndexRecipe,
    companies: Companies,
    plan: Plan,
    days: npt.NDArray[np.datetime64],
    random: Generator,
) -> None:
    """Take away closes: before a line begins and after it ends, suspensions, single days."""
    sessions = np.arange(len(days))[:, None]
    closes[(sessions < plan.begins) | (sessions > plan.ends)] = np.nan
    for event in recipe.events:
        if event.until is not None:
            inside = (days >= np.datetime64(event.day)) & (days <= np.datetime64(event.until))
            closes[inside, companies.ranked[event.rank]] = np.nan
    if recipe.silent is not None:
        sector, day = recipe.silent
        silent = companies.sectors == list(recipe.sectors).index(sector)
        closes[np.ix_(days == np.datetime64(day), silent)] = np.nan
    largest = plan.count // 5
    single = max(3, closes.size // 10_000)
    lines = random.integers(largest, closes.shape[1], single)
    closes[random.integers(1, len(days), single), lines] = np.nan
