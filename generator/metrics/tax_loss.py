"""Whether the members that fell most in a year did better in the January after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._panel import Members, carried
from generator.metrics._tools import day

LOSERS = 0.20
"""The share of the members with the lowest returns of a year that are called its losers."""
NO_JANUARY = "its members have no year and January with prices"


@dataclass(frozen=True, slots=True)
class _January:
    """One January and the year before it."""

    year: int
    base: pd.Timestamp
    """The last session of the year before."""
    end: pd.Timestamp
    """The last session of January, or the last so far."""
    losers: float
    """Mean return of the losers in January."""
    others: float
    """That of all other members."""
    counts: tuple[int, int]
    """How many losers and how many others."""

    @property
    def difference(self) -> float:
        return 100 * (self.losers - self.others)

    def row(self) -> tuple[Scalar, ...]:
        dates = (self.year, day(self.base), day(self.end))
        return *dates, self.losers, self.others, self.difference, *self.counts


def _before(sessions: pd.DatetimeIndex, moment: pd.Timestamp) -> int:
    """Row of the last session before a day, −1 where there is none."""
    return int(sessions.searchsorted(moment)) - 1


def _january(members: Members, year: int, floor: float) -> _January | str | None:
    """What came of one January, why it cannot be told, or None where it lies outside the prices."""
    sessions = members.sessions
    start, base, end = (
        _before(sessions, moment)
        for moment in (
            pd.Timestamp(year - 1, 1, 1),
            pd.Timestamp(year, 1, 1),
            pd.Timestamp(year, 2, 1),
        )
    )
    if start < 0 or end <= base:
        return None
    if members.lists[base] is None:
        return f"{year}: no list of the members is known on or before {day(sessions[base])}"
    listed = members.counted[base]
    before = members.closes[base] / members.closes[start] - 1
    after = carried(members.closes[base : end + 1])[-1] / members.closes[base] - 1
    known = listed & ~np.isnan(before) & ~np.isnan(after)
    if known.sum() < floor * listed.sum():
        return f"{year}: {known.sum()} of {listed.sum()} members have the closes that are needed"
    ranked = np.flatnonzero(known)[np.argsort(before[known], kind="stable")]
    count = int(LOSERS * len(ranked))
    if not count:
        return f"{year}: {len(ranked)} members are too few to be told apart"
    losers, others = after[ranked[:count]], after[ranked[count:]]
    means = (float(losers.mean()), float(others.mean()))
    return _January(year, sessions[base], sessions[end], *means, (len(losers), len(others)))


@tag(unit="pp", title="Last year's losers in January", section="Seasonality")
def losers_in_january(
    index_members: dict[str, Members | Withheld], as_of: pd.Timestamp, universe: Universe
) -> Figures:
    """Mean price return in the latest January of the fifth of the index's members that had fallen
    most in the year before, minus that of all other members, in percentage points.

    Members are those of the list in force on the last session of that year, each company once, with
    closes on the last sessions of both years before; all count alike. A January that is not over is
    measured to the last session. One that left the list keeps its last close. That losers sold for
    their tax loss recover in January is the usual account of the January effect; this looks at its
    mark in the members, and at no sale. Listed are all Januaries that the prices of members cover,
    which are few: no test is made of them.

    Withheld where no list is known at the year's start, or where fewer of its members than the
    universe's floor of coverage have the closes. Sources: M. R. Reinganum, 1983; R. Roll, 1983.
    """
    small = universe.benchmarks.small
    members = index_members[small]
    if isinstance(members, Withheld):
        return {small: members}
    years = range(members.sessions[0].year, as_of.year + 1)
    found = [_january(members, year, universe.coverage_floor) for year in years]
    told = [each for each in found if isinstance(each, _January)]
    untold = tuple(each for each in found if isinstance(each, str))
    latest = next((each for each in reversed(found) if each is not None), NO_JANUARY)
    if isinstance(latest, str):
        return {small: Withheld(latest)}
    running = as_of < pd.Timestamp(latest.year, 2, 1)
    units = {"year": "year", "from": "date", "to": "date", "losers": "fraction"}
    units |= {"others": "fraction", "difference": "pp"}
    units |= {"losers_count": "count", "others_count": "count"}
    return {
        small: Value(
            latest.difference,
            base=day(latest.base),
            parts={
                "year": Part(latest.year, "year"),
                "to": Part(day(latest.end), "date"),
                "state": Part("so far" if running else "complete", "text"),
                "losers": Part(latest.losers, "fraction"),
                "others": Part(latest.others, "fraction"),
                "losers_count": Part(latest.counts[0], "count"),
                "others_count": Part(latest.counts[1], "count"),
                "years": Part(len(told), "years"),
                "years_ahead": Part(sum(each.difference > 0 for each in told), "years"),
            },
            tables={"years": Table(units, tuple(each.row() for each in told))},
            warnings=untold,
        )
    }
