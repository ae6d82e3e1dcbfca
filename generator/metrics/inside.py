"""Inside an index: what each member contributed to its return."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Withheld
from generator.metrics._carino import linked
from generator.metrics._panel import Members, carried, companies_of
from generator.metrics._periods import NO_WEIGHTS, SPANS, Period, Periods, too_few
from generator.metrics._tools import day, values_of
from generator.metrics.returns import IN_WORDS, PRICE

LISTED = 15
"""Contributors that are named on each side."""
RAW = ("holdings", "member_prices")
"""Tables whose rows must be free to be published before weights of named members are."""
RESIDUAL = {h: f"contribution_residual_{h}" for h in SPANS}
TOP = {h: f"top_contributors_{h}" for h in SPANS}
BOTTOM = {h: f"bottom_contributors_{h}" for h in SPANS}


def member_companies(index_members: dict[str, Members | Withheld]) -> dict[str, np.ndarray]:
    """By index whose members are known: a number for each line, the same for share classes of one
    company."""
    return {
        subject: companies_of(members.names, members.symbols)
        for subject, members in index_members.items()
        if isinstance(members, Members)
    }


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each line contributed to the return of the members."""

    period: Period
    """From the base to the last session."""
    total: float
    """Compounded return of the members, whose weights are those of each session."""
    shares: np.ndarray
    """M float64 that add up to it."""


def member_contributions(
    member_periods: Periods, universe: Universe
) -> dict[str, dict[str, Contributions | Withheld]]:
    """By horizon (week, year to date) and index: what each line contributed.

    On each session a line contributes its weight at the close before times its return; sessions are
    linked by Cariño's method, so that the lines add up to the members' compounded return. On each
    session the members are those of the list in force at the close before, and their weights are
    over the sum of those that had a close since the base. A line without a close returns nothing
    until it has one again, and then all at once.
    """
    return {
        horizon: {
            subject: _contributions(period, universe.coverage_floor)
            for subject, period in member_periods[horizon].items()
        }
        for horizon in SPANS
    }


def _contributions(period: Period | Withheld, floor: float) -> Contributions | Withheld:
    if isinstance(period, Withheld):
        return period
    members, row = period.members, period.row
    if not members.weighted:
        return Withheld(NO_WEIGHTS)
    if None in members.lists[row:-1]:
        gap = members.sessions[row + members.lists[row:-1].index(None)]
        return Withheld(f"no list of its members was in force on {day(gap)}")
    closes = carried(members.closes[row:])
    known = np.isfinite(closes[:-1])
    weights = np.where(known, members.weights[row:-1], 0.0)
    sums = weights.sum(axis=1, keepdims=True)
    scarce = too_few(period.coverage_members, float(sums.min(initial=1.0)), floor)
    if scarce is not None:
        return scarce
    returns = np.where(known, closes[1:] / np.where(known, closes[:-1], 1.0) - 1, 0.0)
    shares, total = linked(weights / sums, np.where(weights > 0, returns, 0.0))
    return Contributions(period, total, shares)


@tag_outputs(
    **{n: {"title": f"Residual of contributions, {IN_WORDS[h]}"} for h, n in RESIDUAL.items()}
)
@tag(unit="pp", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h), "returns": source(PRICE[h])},
            "Price return of the fund whose holdings name the members minus the return that the "
            f"members' contributions add up to: {IN_WORDS[h]}.\n\n"
            "In percentage points: fees, cash, dividends paid out, trades between two lists and "
            "members without closes. Where the universe does not follow the fund, the index "
            "stands in for it, and the figure says which it is.",
        )
        for h, name in RESIDUAL.items()
    }
)
def contribution_residual(
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    returns: Figures,
    universe: Universe,
    horizon: str,
) -> Figures:
    """What the members' contributions leave of the fund's return."""
    figures: Figures = {}
    for subject, found in member_contributions[horizon].items():
        if isinstance(found, Withheld):
            figures[subject] = found
            continue
        against = _fund_of(universe, found.period.members)
        whole = values_of(returns, against)
        if isinstance(whole, Withheld):
            figures[subject] = Withheld(f"{universe.called(against)}: {whole.reason}")
            continue
        parts = {
            "against": Part(universe.called(against), "text"),
            "return": Part(whole, "fraction"),
            "members_return": Part(found.total, "fraction"),
        }
        figures[subject] = found.period.figure(100 * (whole - found.total), parts)
    return figures


def _fund_of(universe: Universe, members: Members) -> str:
    """The series of the fund whose holdings name the members; the index where there is none."""
    symbols = {series.symbol: subject for subject, series in universe.series.items()}
    return symbols.get(members.fund, members.subject)


_ADDED = (
    "Contributions are weight at the close before times return, session by session, linked by "
    "Cariño's method so that all of them add up to the members' compounded return; share classes "
    "of a company together. Weights and returns of each stand beside them where the sources let "
    "rows be published. Withheld where the contributions are."
)


@tag_outputs(**{n: {"title": f"Top contributors, {IN_WORDS[h]}"} for h, n in TOP.items()})
@tag(unit="pp", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Sum of the contributions of the {LISTED} companies that added most to the return of "
            f"the index's members, in percentage points: {IN_WORDS[h]}.\n\n" + _ADDED,
        )
        for h, name in TOP.items()
    }
)
def top_contributors(
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    member_companies: dict[str, np.ndarray],
    publishes: dict[str, str],
    horizon: str,
) -> Figures:
    """The companies that added most."""
    found = member_contributions[horizon]
    return {s: _outermost(one, member_companies.get(s), publishes, 1) for s, one in found.items()}


@tag_outputs(**{n: {"title": f"Bottom contributors, {IN_WORDS[h]}"} for h, n in BOTTOM.items()})
@tag(unit="pp", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Sum of the contributions of the {LISTED} companies that took most from the return of "
            f"the index's members, in percentage points: {IN_WORDS[h]}.\n\n" + _ADDED,
        )
        for h, name in BOTTOM.items()
    }
)
def bottom_contributors(
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    member_companies: dict[str, np.ndarray],
    publishes: dict[str, str],
    horizon: str,
) -> Figures:
    """The companies that took most."""
    found = member_contributions[horizon]
    return {s: _outermost(one, member_companies.get(s), publishes, -1) for s, one in found.items()}


def _outermost(
    found: Contributions | Withheld,
    companies: np.ndarray | None,
    publishes: dict[str, str],
    sign: int,
) -> Figure:
    """The companies with the largest contributions of one sign."""
    if isinstance(found, Withheld):
        return found
    assert companies is not None
    added = sign * np.bincount(companies, weights=found.shares)
    order = np.argsort(-added, kind="stable")[:LISTED]
    chosen = [int(place) for place in order if added[place] > 0]
    if not chosen:
        return Withheld(f"no member {'gained' if sign > 0 else 'lost'}")
    free = all(publishes.get(table) == "raw" for table in RAW)
    units = {"name": "text", "sector": "text", "contribution": "pp"}
    units |= {"weight": "share", "return": "fraction"} if free else {}
    lines = representatives(companies, found.period.sized)
    weights = np.bincount(companies, weights=found.period.sized)
    rows = []
    for place in chosen:
        line = lines[place]
        members = found.period.members
        row = (members.names[line], members.sectors[line], sign * 100 * float(added[place]))
        returned = float(found.period.returns[line])
        # One that joined since the base has no weight and no return from there.
        held = np.isfinite(returned)
        more = (float(weights[place]), returned) if held else (None, None)
        rows.append((*row, *more) if free else row)
    parts = {
        "companies": Part(len(chosen), "count"),
        "members_return": Part(found.total, "fraction"),
    }
    figure = found.period.figure(sign * 100 * float(added[chosen].sum()), parts)
    return replace(figure, tables={"companies": Table(units, tuple(rows))})


def representatives(companies: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the line of each company with the largest weight, the first of equal ones.

    >>> representatives(np.array([0, 1, 0]), np.array([0.2, 0.5, 0.3])).tolist()
    [2, 1]
    """
    order = np.lexsort((np.arange(len(weights)), -weights, companies))
    found: np.ndarray = order[np.unique(companies[order], return_index=True)[1]]
    return found
