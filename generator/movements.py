"""What moved: the figures and states of a week that are least like those of the weeks before.

A figure is measured by itself: its change on the week over the median size of its weekly changes
before. So a rate that jumps about every week is not taken for news, and one that hardly ever moves
is. Where too few changes are known to say so, it is ranked below, in the order of the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from generator.config import Universe
from generator.facts import Facts, Reference, Scalar

WEEKS = 26
"""Earlier weekly changes that a figure's change is measured against: half a year."""
ENOUGH = 13
"""How many of them must be known: a quarter."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure that is followed from week to week, and the sentence that tells it."""

    metric: str
    """The metric's name."""
    page: str
    """The page it belongs to."""
    words: str
    """With `{who}` for the series, `{large}` for the large-cap benchmark, `{fact}` for the number,
    `{count}` for it in words and `{when}` for the date."""
    part: str | None = None
    """A part of the figure that is followed instead of the figure itself."""
    when: str | None = None
    """The part that holds the date."""
    least: int | None = None
    """Of a count: from how many on it is another state."""


_OVER = "Over a month {who} is at {fact} against {large}."
_FROM = "The close of {who} is at {fact} from its "
_RATIO = "The ratio of {who} to {large} is at {fact} from its long average."
RANKED = (
    Kind("return_1w", "performance", "The return of {who} on the week is {fact}."),
    Kind("relative_return_1w", "performance", "On the week {who} is at {fact} against {large}."),
    Kind("return_1m", "performance", "The return of {who} over a month is {fact}."),
    Kind("relative_return_1m", "performance", _OVER),
    Kind("relative_return_1y", "performance", _OVER.replace("month", "year")),
    Kind("relative_strength_sma_200", "relative-strength", _RATIO, "distance"),
    Kind("sma_50", "technical", _FROM + "shorter average.", "distance"),
    Kind("sma_200", "technical", _FROM + "longer average.", "distance"),
    Kind("rsi_14_daily", "technical", "The daily RSI of {who} is {fact}."),
    Kind("rsi_14_weekly", "technical", "The weekly RSI of {who} is {fact}."),
    Kind("drawdown", "records", _FROM + "highest."),
    Kind("realised_volatility_21", "volatility", "The realised volatility of {who} is {fact}."),
    Kind("beta_60", "volatility", "The beta of {who} by sessions is {fact}."),
    Kind("correlation_60", "volatility", "The correlation of {who} with {large} is {fact}."),
    Kind("vix", "volatility", "The VIX closed at {fact}."),
    Kind("rvx", "volatility", "The RVX closed at {fact}."),
    Kind("rvx_vix_ratio", "volatility", "The RVX over the VIX is {fact}."),
)
"""Whose change on the week means something: no counts, and nothing that begins anew with a year."""

_AHEAD = "{who} has been ahead of {large} for {count} "
_BEHIND = "{who} has been behind {large} for {count} "
_CROSS = "The latest cross of {what} of {{who}} is a {{fact}} cross, of {{when}}."
_STRENGTH = "relative-strength"
STATES = (
    Kind("outperformance_streak_sessions", _STRENGTH, _AHEAD + "sessions in a row.", least=6),
    Kind("underperformance_streak_sessions", _STRENGTH, _BEHIND + "sessions in a row.", least=6),
    Kind("outperformance_streak_weeks", _STRENGTH, _AHEAD + "weeks in a row.", least=4),
    Kind("underperformance_streak_weeks", _STRENGTH, _BEHIND + "weeks in a row.", least=4),
    Kind(
        "sessions_since_record",
        "records",
        "The latest record close of {who} is of {when}.",
        when="record_date",
        least=1,
    ),
    Kind(
        "relative_strength_cross",
        _STRENGTH,
        _CROSS.format(what="relative strength"),
        when="date",
    ),
    Kind("sma_cross", "technical", _CROSS.format(what="the averages"), when="date"),
    Kind("base_breakout", "technical", "The base and breakout of {who} reads {fact}."),
    Kind("rsi_14_daily", "technical", "The daily RSI of {who} is {fact}.", "zone"),
    Kind("rsi_14_weekly", "technical", "The weekly RSI of {who} is {fact}.", "zone"),
)
"""What is one thing or another, the order in which changes are told; runs count from a length that
is worth telling."""

METRICS = tuple(dict.fromkeys(kind.metric for kind in (*RANKED, *STATES)))
"""What this module needs."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How a figure changed on the week, beside how it had changed before."""

    kind: Kind
    """Which figure."""
    subject: str
    """Of which series."""
    change: float
    """Now less the week before."""
    unit: str
    """Of the two values."""
    earlier: tuple[float, ...]
    """Its weekly changes before, those that are known."""

    @property
    def unusual(self) -> float | None:
        """How many times the median size of earlier changes; None where too few are known."""
        if len(self.earlier) < ENOUGH:
            return None
        typical = median(abs(change) for change in self.earlier)
        if typical:
            return abs(self.change) / typical
        return math.inf if self.change else 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A state that is another than the week before."""

    kind: Kind
    """Which state."""
    subject: str
    """Of which series."""
    before: Scalar
    """What was, the week before."""


def rank(weeks: Sequence[Facts], universe: Universe) -> list[Movement]:
    """Return how the figures changed on the last of these week ends, the most unusual first.

    Equally unusual ones keep the order of the table and of the universe; those of whose past too
    little is known come last.
    """
    found = [
        movement
        for kind in RANKED
        for subject in _subjects(weeks[-1], kind, universe)
        if (movement := _movement(weeks, kind, subject)) is not None
    ]
    return sorted(found, key=_place)


def _place(movement: Movement) -> tuple[bool, float]:
    unusual = movement.unusual
    return unusual is None, -(unusual or 0.0)


def turned(now: Facts, before: Facts, universe: Universe) -> list[Turn]:
    """Return the states that are others than the week before, in the order of the table."""
    return list(_turned(now, before, universe))


def _turned(now: Facts, before: Facts, universe: Universe) -> Iterator[Turn]:
    for kind in STATES:
        for subject in _subjects(now, kind, universe):
            value, earlier = (_value(facts, kind, subject) for facts in (now, before))
            unknown = value is None or earlier is None
            if not unknown and _state(kind, value) != _state(kind, earlier):
                yield Turn(kind, subject, earlier)


def _state(kind: Kind, value: Scalar) -> Scalar:
    """What a value is taken for: itself, or whether it reaches the count that matters."""
    if kind.least is None:
        return value
    assert isinstance(value, int)
    return value >= kind.least


def _subjects(facts: Facts, kind: Kind, universe: Universe) -> list[str]:
    """Whom a figure is about, without the fund pair: it repeats the benchmarks."""
    pair = (universe.fund_pair.small, universe.fund_pair.large)
    has = facts.of(kind.metric)
    return [subject for subject in universe.series if subject in has and subject not in pair]


def _value(facts: Facts, kind: Kind, subject: str) -> Scalar:
    """The value that is followed; None where it is withheld."""
    if subject not in facts.of(kind.metric):
        return None
    fact, value, _ = facts.resolve(Reference(kind.metric, subject, kind.part))
    return None if fact.withheld else value


def _movement(weeks: Sequence[Facts], kind: Kind, subject: str) -> Movement | None:
    """How one figure changed, or None where it is not known in both weeks."""
    values = [_value(facts, kind, subject) for facts in weeks]
    changes = [_change(*pair) for pair in pairwise(values)]
    if not changes or changes[-1] is None:
        return None
    earlier = tuple(change for change in changes[:-1] if change is not None)
    _, _, unit = weeks[-1].resolve(Reference(kind.metric, subject, kind.part))
    return Movement(kind, subject, changes[-1], unit, earlier)


def _change(before: Scalar, now: Scalar) -> float | None:
    if before is None or now is None:
        return None
    assert isinstance(before, (int, float)) and isinstance(now, (int, float))
    return now - before
