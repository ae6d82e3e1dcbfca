"""What stands first: the answer, the eight headlines, and what changed on the week."""

from __future__ import annotations

from dataclasses import dataclass

from generator.answer import METRICS as ANSWERED
from generator.answer import answer as answer
from generator.config import Universe
from generator.facts import Facts, Reference, show

HEADLINES: tuple[tuple[str, str, str | None, str, int], ...] = (
    ("return_1w", "small", None, "{small} on the week", 1),
    ("relative_return_1w", "small", None, "Against the {large} on the week", 1),
    ("relative_return_ytd", "small", None, "Against the {large} this year", 1),
    ("outperformance_streak_sessions", "small", None, "Sessions ahead in a row", 1),
    ("drawdown", "small", None, "Distance from the record close", 1),
    ("sma_200", "small", "distance", "Distance from the 200-session average", 1),
    ("realised_volatility_21", "small", None, "Realised volatility, 21 sessions", -1),
    ("vix", "large", None, "VIX, volatility expected of the {large}", -1),
)
"""Metric, whose, part, label, and +1 where more is better: always these, always in this order."""

METRICS = tuple(dict.fromkeys([*(metric for metric, *_ in HEADLINES), *ANSWERED]))
"""What this module needs."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the eight numbers."""

    label: str
    """In words."""
    reference: Reference
    """What is printed."""
    state: str
    """better, worse, unchanged, or "not comparable" with the edition before."""


def headlines(now: Facts, before: Facts, universe: Universe) -> list[Headline]:
    """Return the eight numbers with their state against the week before, as they are printed."""
    pair = universe.benchmarks
    names = {
        "small": universe.series[pair.small].short,
        "large": universe.series[pair.large].short,
    }
    found = []
    for metric, whose, part, label, sign in HEADLINES:
        reference = Reference(metric, pair.small if whose == "small" else pair.large, part)
        state = _state(now, before, reference, sign)
        found.append(Headline(label.format(**names), reference, state))
    return found


def _state(now: Facts, before: Facts, reference: Reference, sign: int) -> str:
    new, value, unit = now.resolve(reference)
    old, earlier, _ = before.resolve(reference)
    if new.withheld or old.withheld:
        return "not comparable"
    assert isinstance(value, (int, float)) and isinstance(earlier, (int, float))
    if show(value, unit) == show(earlier, unit):
        return "unchanged"
    return "better" if sign * (value - earlier) > 0 else "worse"


COMPARED = (
    "return_ytd",
    "relative_return_ytd",
    "outperformance_streak_sessions",
    "outperformance_streak_weeks",
    "record_closes_ytd",
    "drawdown",
    "relative_strength",
    "rsi_14_daily",
    "rsi_14_weekly",
    "sma_cross",
    "relative_strength_cross",
    "base_breakout",
    "realised_volatility_21",
    "beta_60",
    "vix",
    "rvx",
)
"""Figures whose two weeks stand side by side on the page of changes."""

_STATES = (
    ("sma_cross", None),
    ("relative_strength_cross", None),
    ("base_breakout", None),
    ("rsi_14_daily", "zone"),
    ("rsi_14_weekly", "zone"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A state that is another than the week before."""

    metric: str
    """The metric's name."""
    subject: str
    """The subject."""
    part: str | None
    """The part that holds the state, or None for the value itself."""
    title: str
    """The metric in words."""


def compared(facts: Facts, universe: Universe) -> list[tuple[str, list[str]]]:
    """Return each compared metric with the subjects shown: the benchmarks, where it has them."""
    pair = (universe.benchmarks.small, universe.benchmarks.large)
    return [(metric, [s for s in pair if s in facts.of(metric)]) for metric in COMPARED]


def changed_states(now: Facts, before: Facts) -> list[Change]:
    """Return the states that changed on the week, of every series that has them."""
    found = []
    for metric, part in _STATES:
        for subject, fact in now.of(metric).items():
            reference = Reference(metric, subject, part)
            old, earlier, _ = before.resolve(reference)
            _, value, _ = now.resolve(reference)
            if not fact.withheld and not old.withheld and value != earlier:
                found.append(Change(metric, subject, part, fact.title))
    return found
