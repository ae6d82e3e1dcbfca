"""Makers of forecasts: what became of all that each of them said.

Ten resolved forecasts are the least from which anything is said of who is better: of fewer, luck
explains every difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from generator.facts import show_change
from generator.forecasts import (
    PENDING,
    RESOLVED,
    UNRESOLVABLE,
    ForecastState,
    is_point,
)

RANKED_FROM = 10
"""Resolved forecasts from which a maker is ranked."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What became of all the forecasts of one maker."""

    name: str
    """Who."""
    made: int
    """All of them, and then by what became of them."""
    pending: int
    resolved: int
    unresolvable: int
    came_true: int
    """Of those resolved."""
    mean_absolute_error: str
    """Of those that named a value, where all their errors are of one unit; else empty."""
    rank: int | None
    """By the share that came true, among makers with enough resolved forecasts."""

    @property
    def share(self) -> float:
        """The share of the resolved that came true, 0 while none is."""
        return self.came_true / self.resolved if self.resolved else 0.0


def makers(states: Iterable[ForecastState]) -> tuple[Maker, ...]:
    """Return the makers: those that are ranked first, by rank, the others by name."""
    by_name: dict[str, list[ForecastState]] = {}
    for state in states:
        by_name.setdefault(state.forecast.maker, []).append(state)
    found = [_maker(name, own) for name, own in by_name.items()]
    shares = [maker.share for maker in found if maker.resolved >= RANKED_FROM]
    ranked = [
        replace(maker, rank=1 + sum(share > maker.share for share in shares))
        if maker.resolved >= RANKED_FROM
        else maker
        for maker in found
    ]
    return tuple(
        sorted(ranked, key=lambda maker: (maker.rank or len(ranked) + 1, maker.name.casefold()))
    )


def _maker(name: str, states: list[ForecastState]) -> Maker:
    by_state = Counter(state.state for state in states)
    return Maker(
        name=name,
        made=len(states),
        pending=by_state[PENDING],
        resolved=by_state[RESOLVED],
        unresolvable=by_state[UNRESOLVABLE],
        came_true=sum(state.came_true is True for state in states),
        mean_absolute_error=_mean_absolute_error(states),
        rank=None,
    )


def _mean_absolute_error(states: Iterable[ForecastState]) -> str:
    errors = [
        (outcome.difference, outcome.unit)
        for state in states
        if state.state == RESOLVED
        for assertion, outcome in zip(state.forecast.asserts, state.outcomes, strict=True)
        if is_point(assertion) and outcome.difference is not None
    ]
    units = {unit for _, unit in errors}
    if len(units) != 1:
        return ""
    mean = sum(abs(difference) for difference, _ in errors) / len(errors)
    return show_change(mean, units.pop()).removeprefix("+")
