"""How much of an index, and of its move, the largest companies are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._panel import Members
from generator.metrics._periods import (
    NO_WEIGHTS,
    SPANS,
    Period,
    Periods,
    of_each,
    too_few,
    within,
)
from generator.metrics._tools import day
from generator.metrics.inside import RAW, Contributions
from generator.metrics.returns import IN_WORDS

POINTS = 10_000
"""Of the Herfindahl index, for one."""
STILL = 0.0025
"""A move smaller than this is not shared out: the shares would say nothing."""
_COMPANY = (
    "Weights are those of the list in force on the last session, grown by closes since its day; "
    "the share classes of a company are added up. "
)
_ALSO = (
    "With its change since the last session of the previous year where a list of that day is "
    "known. Withheld where fewer than the floor of the members, by count or by weight, have a "
    "close on the last session, and where the lists have no weights."
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Weights of the companies of an index."""

    members: Members
    """Of the index."""
    now: np.ndarray
    """By number of a company: its weight on the last session."""
    then: np.ndarray | None
    """The same at the base of the year; None where no list of then is known."""
    base: date | None
    """That base, where a list of then is known."""
    parts: dict[str, Part]
    """Coverage on the last session, and the list's day."""


def company_sizes(
    index_members: dict[str, Members | Withheld],
    member_companies: dict[str, np.ndarray],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    universe: Universe,
) -> dict[str, Sizes | Withheld]:
    """By index: weights of companies on the last session, and at the base of the year where a list
    of then is known."""
    found: dict[str, Sizes | Withheld] = {}
    for subject, members in index_members.items():
        if isinstance(members, Withheld):
            found[subject] = members
            continue
        parts = coverage_on_last(members, as_of, universe.coverage_floor)
        if isinstance(parts, Withheld):
            found[subject] = parts
            continue
        companies = member_companies[subject]
        weights = weights_at(members, period_bases["ytd"])
        found[subject] = Sizes(
            members=members,
            now=np.bincount(companies, weights=members.weights[-1]),
            then=None if weights is None else np.bincount(companies, weights=weights[1]),
            base=None if weights is None else weights[0],
            parts=parts,
        )
    return found


def coverage_on_last(
    members: Members, as_of: pd.Timestamp, floor: float
) -> dict[str, Part] | Withheld:
    """Return how much of the list has closes on the last session, or why weights of then are not
    known well enough."""
    if not members.weighted:
        return Withheld(NO_WEIGHTS)
    if members.base(as_of) is None:
        return Withheld(f"there are no closes of its members on the last session {day(as_of)}")
    if members.lists[-1] is None or not members.counted[-1].any():
        return Withheld(f"no list of its members is in force on {day(as_of)}")
    priced, counted = np.isfinite(members.closes[-1]), members.counted[-1]
    by_count = float((priced & counted).sum() / counted.sum())
    by_weight = float(members.weights[-1][priced].sum() / members.weights[-1].sum())
    return too_few(by_count, by_weight, floor) or {
        "coverage_members": Part(by_count, "share"),
        "coverage_weight": Part(by_weight, "share"),
        "list_day": members.list_day(),
    }


def weights_at(members: Members, base: pd.Timestamp | None) -> tuple[date, np.ndarray] | None:
    """Return a base and the weights of lines at its close; None where no list of then is known."""
    row = None if base is None else members.base(base)
    if row is None or members.lists[row] is None:
        return None
    return day(members.sessions[row]), members.weights[row]


def _measured(
    sizes: dict[str, Sizes | Withheld],
    measure: Callable[[np.ndarray], float],
    change: tuple[str, float],
) -> Figures:
    """A measure of the weights of companies, with its change on the year: `change` is the unit of
    that and what it is multiplied with."""
    unit, scale = change
    figures: Figures = {}
    for subject, found in sizes.items():
        if isinstance(found, Withheld):
            figures[subject] = found
            continue
        now, then = measure(found.now), None if found.then is None else measure(found.then)
        figures[subject] = Value(
            now,
            base=found.base,
            parts={
                "change_ytd": Part(None if then is None else scale * (now - then), unit),
                "companies": Part(int((found.now > 0).sum()), "count"),
                **found.parts,
            },
            inputs=(found.members.fund,),
        )
    return figures


def _largest(count: int) -> Callable[[np.ndarray], float]:
    return lambda weights: float(np.sort(weights)[::-1][:count].sum())


def _herfindahl(weights: np.ndarray) -> float:
    return float((weights**2).sum())


@tag_outputs(
    top_10_weight={"title": "Weight of the ten largest"},
    top_50_weight={"title": "Weight of the fifty largest"},
)
@tag(unit="share", section="Inside the index")
@parameterize(
    **{
        f"top_{count}_weight": (
            {"count": value(count)},
            f"Sum of the weights of the {words} largest companies of the index.\n\n"
            + _COMPANY
            + _ALSO,
        )
        for count, words in ((10, "ten"), (50, "fifty"))
    }
)
def top_weight(company_sizes: dict[str, Sizes | Withheld], count: int) -> Figures:
    """Weight of the largest companies."""
    return _measured(company_sizes, _largest(count), ("pp", 100))


@tag(unit="share", title="Weight of the largest member", section="Inside the index")
def largest_weight(
    company_sizes: dict[str, Sizes | Withheld],
    member_companies: dict[str, np.ndarray],
    publishes: dict[str, str],
) -> Figures:
    """Weight of the largest company of the index, share classes added up.

    Weights are those of the list in force on the last session, grown by closes since its day. Which
    company it is, is said where the sources let rows be published. With its change since the last
    session of the previous year where a list of that day is known; the company may be another.
    Withheld where the weight of the ten largest is.
    """
    figures = _measured(company_sizes, _largest(1), ("pp", 100))
    if any(publishes.get(table) != "raw" for table in RAW):
        return figures
    for subject, found in company_sizes.items():
        figure = figures[subject]
        if isinstance(found, Sizes) and isinstance(figure, Value):
            own = member_companies[subject] == found.now.argmax()
            line = int(np.where(own, found.members.weights[-1], -1.0).argmax())
            name = Part(found.members.names[line], "text")
            figures[subject] = replace(figure, parts={"name": name, **figure.parts})
    return figures


@tag(unit="fine_ratio", title="Herfindahl index", section="Inside the index")
def herfindahl(company_sizes: dict[str, Sizes | Withheld]) -> Figures:
    """Herfindahl-Hirschman index of the weights of companies: the sum of their squares, weights as
    fractions; 1 is a single company, 1/n is n of one size.

    Also in points, times 10,000, which is how it is often quoted. Share classes of a company are
    added up. With its change, in points, since the last session of the previous year where a list
    of that day is known. Withheld where the weight of the ten largest is.
    """
    figures = _measured(company_sizes, _herfindahl, ("change", POINTS))
    for subject, figure in figures.items():
        if isinstance(figure, Value) and isinstance(figure.value, float):
            points = Part(POINTS * figure.value, "points")
            figures[subject] = replace(figure, parts={"points": points, **figure.parts})
    return figures


@tag(unit="beta", title="Effective number of members", section="Inside the index")
def effective_members(company_sizes: dict[str, Sizes | Withheld]) -> Figures:
    """Effective number of members: 1 / the Herfindahl index of the weights of companies, which is
    how many companies of one size would be as concentrated.

    With its change since the last session of the previous year where a list of that day is known.
    Withheld where the weight of the ten largest is.
    """
    return _measured(company_sizes, lambda weights: 1 / _herfindahl(weights), ("beta", 1))


def largest_at_base(period: Period, companies: np.ndarray, count: int) -> np.ndarray:
    """Return which lines are of the largest companies at the base, by their known weight."""
    sizes = np.bincount(companies, weights=period.sized)
    largest = np.argsort(-sizes, kind="stable")[:count]
    found: np.ndarray = np.isin(companies, largest) & period.known
    return found


_MADE = {
    f"contribution_top_{count}_{h}": (count, h, words)
    for count, words in ((10, "ten"), (50, "fifty"))
    for h in SPANS
}


@tag_outputs(
    **{
        name: {"title": f"Contribution of the {words} largest, {IN_WORDS[h]}"}
        for name, (_, h, words) in _MADE.items()
    }
)
@tag(unit="pp", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h), "count": value(count)},
            f"How much of the return of the index's members the {words} companies that were "
            f"largest by weight at the base contributed, in percentage points: {IN_WORDS[h]}.\n\n"
            "Contributions are weight at the close before times return, session by session, linked "
            "by Cariño's method. As a share of the whole move too, unless that was smaller than "
            f"{100 * STILL:g}% either way. Withheld where the contributions are.",
        )
        for name, (count, h, words) in _MADE.items()
    }
)
def contribution_of_largest(
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    member_companies: dict[str, np.ndarray],
    horizon: str,
    count: int,
) -> Figures:
    """What the largest companies contributed."""
    figures: Figures = {}
    for subject, found in member_contributions[horizon].items():
        if isinstance(found, Withheld):
            figures[subject] = found
            continue
        chosen = largest_at_base(found.period, member_companies[subject], count)
        made = float(found.shares[chosen].sum())
        share = made / found.total if abs(found.total) >= STILL else None
        parts = {
            "share_of_move": Part(share, "share"),
            "members_return": Part(found.total, "fraction"),
            "weight": Part(float(found.period.weights[chosen].sum()), "share"),
        }
        figures[subject] = found.period.figure(100 * made, parts)
    return figures


WITHOUT = {h: f"return_without_top_10_{h}" for h in SPANS}


@tag_outputs(
    **{n: {"title": f"Without the ten largest, {IN_WORDS[h]}"} for h, n in WITHOUT.items()}
)
@tag(unit="fraction", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            "Price return of the index's members without the ten companies that were largest by "
            "weight at the base, the others bought at their weights over the sum of those and "
            f"held: {IN_WORDS[h]}, base as for returns.\n\n"
            "Beside it the return of all members by weight, and the difference. Withheld where "
            "fewer than the floor of the members left, by count or by weight, have closes.",
        )
        for h, name in WITHOUT.items()
    }
)
def return_without_largest(
    member_periods: Periods,
    member_companies: dict[str, np.ndarray],
    universe: Universe,
    horizon: str,
) -> Figures:
    """Return of the members without the ten largest."""

    def without(period: Period) -> Figure:
        companies = member_companies[period.members.subject]
        top = largest_at_base(period, companies, 10)
        return left_of(period, ~top, universe.coverage_floor, "left without the ten largest")

    return of_each(member_periods[horizon], without)


def left_of(period: Period, chosen: np.ndarray, floor: float, what: str) -> Figure:
    """Return of some of the lines, with that of all and the difference."""
    rest = within(period, chosen, floor, what)
    if isinstance(rest, Withheld):
        return rest
    whole, left = period.weighted_return, rest.weighted_return
    parts = {
        "all_members": Part(whole, "fraction"),
        "difference": Part(100 * (left - whole), "pp"),
        "weight_left_out": Part(1 - float(period.weights[rest.known].sum()), "share"),
    }
    return rest.figure(left, parts)
