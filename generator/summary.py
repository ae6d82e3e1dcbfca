"""The answer in a sentence or two, written by rules from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.config import Universe
from generator.facts import Facts, Part, Reference, Sentence, Value, show

HEADLINES: tuple[tuple[str, str, str | None, str, int], ...] = (
    ("return_1w", "small", None, "{small}, week", 1),
    ("relative_return_1w", "small", None, "{small} against {large}, week", 1),
    ("relative_return_ytd", "small", None, "{small} against {large}, year to date", 1),
    ("outperformance_streak_sessions", "small", None, "Sessions ahead in a row", 1),
    ("drawdown", "small", None, "{small} from its record close", 1),
    ("sma_200", "small", "distance", "{small} from its 200-session average", 1),
    ("realised_volatility_21", "small", None, "{small}, realised volatility", -1),
    ("vix", "large", None, "VIX", -1),
)
"""Metric, whose, part, label, and +1 where more is better: always these, always in this order."""

METRICS = (
    *dict.fromkeys(metric for metric, *_ in HEADLINES),
    "underperformance_streak_sessions",
    "sessions_since_record",
    "record_closes_ytd",
)
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


def _verb(value: float) -> str:
    return "gained" if value > 0 else "lost"


def _is_flat(facts: Facts, metric: str, subject: str) -> bool:
    fact = facts.get(metric, subject)
    assert isinstance(fact.value, (int, float))
    return show(abs(fact.value), fact.unit) == show(0.0, fact.unit)


def _number(facts: Facts, metric: str, subject: str) -> float:
    value = facts.get(metric, subject).value
    assert isinstance(value, (int, float))
    return float(value)


def answer(facts: Facts, universe: Universe) -> Sentence:
    """Return the answer to "how are small caps doing?" for the week.

    The benchmarks are always there: an edition without them is not made.
    """
    small, large = universe.benchmarks.small, universe.benchmarks.large
    name = {s: universe.series[s].name for s in (small, large)}
    pieces: list[str | Reference] = [f"The {name[small]} "]
    if _is_flat(facts, "return_1w", small):
        pieces.append("ended the week where it began")
    else:
        own = _number(facts, "return_1w", small)
        pieces += [
            f"{_verb(own)} ",
            Reference("return_1w", small, form="magnitude"),
            " on the week",
        ]
    if _is_flat(facts, "relative_return_1w", small):
        pieces.append(f", level with the {name[large]}")
    else:
        ahead = _number(facts, "relative_return_1w", small) > 0
        gap = Reference("relative_return_1w", small, form="magnitude")
        pieces += [", ", gap, f" {'ahead of' if ahead else 'behind'} the {name[large]}"]
    pieces += [*_streak(facts, small), ". ", *_record(facts, small)]
    return tuple(pieces)


def _streak(facts: Facts, small: str) -> Sentence:
    for metric, side in (
        ("outperformance_streak_sessions", "ahead"),
        ("underperformance_streak_sessions", "behind"),
    ):
        fact = facts.get(metric, small)
        if isinstance(fact.figure, Value) and isinstance(fact.value, int) and fact.value >= 3:
            length = Reference(metric, small, form="words")
            start: Sentence = (f"; it has been {side} for ", length, " sessions in a row")
            return (*start, *_since(fact.figure.parts, metric, small))
    return ()


def _since(parts: Mapping[str, Part], metric: str, small: str) -> Sentence:
    if parts["longest_since"].value is None:
        start = Reference(metric, small, "history_start", "month")
        return (", the longest run in a history that starts in ", start)
    ended = Reference(metric, small, "longest_since", "month")
    if str(parts["relation"].value).startswith("matches"):
        return (", matching the run that ended in ", ended)
    return (", the longest run since ", ended)


def _record(facts: Facts, small: str) -> Sentence:
    since = facts.get("sessions_since_record", small)
    if since.withheld:
        return ("It has made no record close in its history.",)
    if since.value == 0:
        if facts.get("record_closes_ytd", small).value == 1:
            return ("It ended at a record, its first record close of the year.",)
        count = Reference("record_closes_ytd", small, form="words")
        return ("It ended at a record, its latest of ", count, " record closes this year.")
    depth = Reference("drawdown", small, form="magnitude")
    when = Reference("sessions_since_record", small, "record_date", "display")
    return ("It stands ", depth, " below its record close of ", when, ".")


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
