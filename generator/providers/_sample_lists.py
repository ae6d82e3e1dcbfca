"""Who the simulated members are when: lists at month ends, and at week ends of the editions.

At the end of June an index that is reconstituted loses its largest members, which have outgrown it,
and its smallest, and as many join. Besides, single members leave (some are taken over and stand
still before, some are no longer traded before a list drops them) and single ones join. A line that
has left is priced for some sessions more, then no longer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from generator.providers._sample_companies import Places, taken_ranks
from generator.providers._sample_indexes import IndexRecipe
from generator.providers._sample_pair import Array

WEEKLY = date(2025, 11, 24)
"""The Monday from whose week on there is a list of every week."""
CASH = 0.002
"""Share of a fund that is in no line."""
_AFTER = (5, 10)
"""Sessions for which a line is priced after it left: singly, or with many at the end of June."""
_NEVER = 1 << 30


@dataclass(frozen=True, slots=True)
class MemberList:
    """One list."""

    session: int
    """The place of its day."""
    places: Places
    """Of its lines."""
    quantities: Array
    """Shares that the fund holds of each."""
    prices: Array
    """On the day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When lines come and go; what depends on sizes is written in as the history grows."""

    recipe: IndexRecipe
    count: int
    """MemberList at the start."""
    lists: tuple[int, ...]
    """Places of the sessions that have a list."""
    june: tuple[bool, ...]
    """Whether many are replaced in a list."""
    leavers: tuple[tuple[int, ...], ...]
    """By list: single lines that are not in it any more."""
    joiners: tuple[int, ...]
    """By list: how many single ones join."""
    more: int
    """Lines that join later, at most."""
    ages: Places
    """By line that joins: sessions for which it has been priced by then."""
    still: Places
    """By line: the session from which on it stands still."""
    begins: Places
    """By line: its first session with a close."""
    ends: Places
    """By line: its last."""


def list_places(days: npt.NDArray[np.datetime64]) -> tuple[int, ...]:
    """Return the places of the last session of each month, and of the editions' weeks."""
    months = days.astype("datetime64[M]")
    # Days are counted from a Thursday; weeks begin on Mondays.
    weeks = (days.astype(np.int64) + 3) // 7
    last = np.append(months[1:] != months[:-1], False)
    last[0] = True
    week_ends = np.append(weeks[1:] != weeks[:-1], True) & (days >= np.datetime64(WEEKLY))
    return tuple(np.flatnonzero(last | week_ends).tolist())


def plan_departures(
    recipe: IndexRecipe,
    count: int,
    days: npt.NDArray[np.datetime64],
    lists: tuple[int, ...],
    random: Generator,
) -> Plan:
    """Return which single lines leave, how, and how many join."""
    months = days[list(lists)].astype("datetime64[M]").astype(np.int64) % 12
    june = months == 5 if recipe.replaced else np.zeros(len(lists), dtype=bool)
    joiners = _singles(recipe.joining * count, lists)
    more = int(joiners.sum()) + int(june.sum()) * _replaced(recipe, count)
    whole = count + more
    plan = Plan(
        recipe=recipe,
        count=count,
        lists=lists,
        june=tuple(june.tolist()),
        leavers=_leavers(recipe, count, lists, random),
        joiners=tuple(joiners.tolist()),
        more=more,
        ages=random.integers(30, 200, whole),
        still=np.full(whole, _NEVER),
        begins=np.zeros(whole, dtype=np.int64),
        ends=np.full(whole, _NEVER),
    )
    for session, gone in zip(lists, plan.leavers, strict=True):
        _part(plan, session, gone, random)
    return plan


def _singles(yearly: float, lists: tuple[int, ...]) -> Places:
    """By list: how many have come or gone since the one before, at so many a year."""
    return np.diff(np.floor(np.array(lists) / 252 * yearly), prepend=0).astype(np.int64)


def _leavers(
    recipe: IndexRecipe, count: int, lists: tuple[int, ...], random: Generator
) -> tuple[tuple[int, ...], ...]:
    """By list: single lines that are not in it any more, none of the largest."""
    kept = taken_ranks(recipe, count)
    pool = [place for place in range(count // 6, count) if place not in kept]
    ends = np.cumsum(_singles(recipe.leaving * count, lists)).tolist()
    chosen = random.permutation(pool)[: ends[-1]].tolist()
    return tuple(tuple(chosen[start:end]) for start, end in itertools.pairwise([0, *ends]))


def _part(plan: Plan, session: int, gone: tuple[int, ...], random: Generator) -> None:
    """Say how single lines leave: taken over, no longer traded before, or simply so."""
    for line in gone:
        manner = int(random.integers(3))
        plan.ends[line] = session + _AFTER[0]
        if manner == 0:
            plan.still[line] = session - int(random.integers(12, 30))
        elif manner == 1:
            plan.ends[line] = session - int(random.integers(2, 6))


def _replaced(recipe: IndexRecipe, count: int) -> int:
    return round(recipe.replaced * count)


@dataclass
class Changes:
    """The members as they change from list to list."""

    plan: Plan
    """Who leaves, and when many are replaced."""
    lines: set[int] = field(default_factory=set)
    """Those of the list before."""
    next: int = 0
    """The first line that has not joined yet."""

    def members(self, number: int, sizes: Array) -> Places:
        """Return the lines of a list; it is asked for list by list. `sizes` are those of all."""
        plan = self.plan
        if number == 0:
            self.lines, self.next = set(range(plan.count)), plan.count
        self.lines -= set(plan.leavers[number])
        joiners = plan.joiners[number]
        if plan.june[number]:
            gone = self._outgrown(sizes)
            self.lines -= gone
            plan.ends[list(gone)] = plan.lists[number] + _AFTER[1]
            joiners += len(gone)
        for line in range(self.next, self.next + joiners):
            self._join(line, plan.lists[number])
        self.next += joiners
        return np.array(sorted(self.lines))

    def _outgrown(self, sizes: Array) -> set[int]:
        """The sixteenth of the leavers that is largest, and for the rest the smallest."""
        kept = taken_ranks(self.plan.recipe, self.plan.count)
        later = {line for lines in self.plan.leavers for line in lines}
        free = np.array(sorted(self.lines - kept - later))
        ranked = free[np.argsort(sizes[free], kind="stable")]
        number = _replaced(self.plan.recipe, self.plan.count)
        large = max(1, number // 16)
        return set(ranked[: number - large].tolist()) | set(ranked[-large:].tolist())

    def _join(self, line: int, session: int) -> None:
        """Every second line that joins was not traded long before."""
        self.lines.add(line)
        if line % 2:
            self.plan.begins[line] = max(0, session - int(self.plan.ages[line]))


def quantities(places: Places, shares: Array, prices: Array, assets: float) -> Array:
    """Return how many shares a fund holds of each line, to ten binary digits."""
    held = shares[places] * ((1 - CASH) * assets / (shares[places] @ prices[places]))
    step = 2.0 ** np.maximum(np.floor(np.log2(held)) - 9, 0)
    return np.asarray(np.maximum(np.round(held / step), 1) * step)
