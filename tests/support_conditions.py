"""A past made by hand, and forecasts and conditions to hold against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from support_facts import AS_OF, GONE, UNIVERSE, facts_of

from generator import graph
from generator.assertions import Assertion, session_on
from generator.editions import sessions_between
from generator.entries import Known
from generator.facts import Fact, Figure, Value
from generator.forecasts import Forecast
from generator.outlook import Condition, Risk


@dataclass
class HandMade:
    """Figures by id: one for every day, or by the first session on which it is so."""

    figures: Mapping[str, Figure | Mapping[date, Figure]]
    sessions: Sequence[date]
    asked: set[date] = field(default_factory=set)
    """The days on which a figure was looked at."""

    @property
    def last(self) -> date:
        """The last session."""
        return self.sessions[-1]

    def knows(self, metric: str) -> bool:
        """Whether the graph has such a figure."""
        return metric in graph.metrics()

    def expect(self, needs: Iterable[tuple[date, str]]) -> None:
        """Nothing is computed here."""

    def fact(self, metric: str, subject: str, day: date) -> Fact:
        """Return a figure as of a day, withheld where there is none."""
        assert day in self.sessions, f"{day} is no session"
        self.asked.add(day)
        found = self.figures.get(f"{metric}.{subject}", GONE)
        if isinstance(found, Mapping):
            since = session_on(sorted(found), day)
            found = found[since] if since else GONE
        fact = facts_of({metric: {subject: found}}, day).get(metric, subject)
        macro = UNIVERSE.macro.get(subject)
        return replace(fact, unit=macro.unit) if macro else fact


def past(as_of: date = AS_OF, **figures: float | str | Figure | Mapping[date, Figure]) -> HandMade:
    """Return a past up to a session; a figure's id is written with two underscores for the dot."""
    made = {
        name.replace("__", "."): Value(given) if isinstance(given, int | float | str) else given
        for name, given in figures.items()
    }
    sessions = [day.date() for day in sessions_between(date(2025, 1, 2), as_of)]
    return HandMade(made, sessions)


def asserted(figure: str = "return_ytd.russell_2000", **relation: Any) -> Assertion:
    """Return an assertion."""
    return Assertion.model_validate({"figure": figure, **relation})


def forecast(id: str = "beats", **changes: Any) -> Forecast:
    """Return a forecast for 2026, some of it changed."""
    usual = {
        "id": id,
        "edition": "2025-W50",
        "maker": "A house",
        "made": date(2025, 12, 8),
        "source": "a-house-2025",
        "statement": "Small caps beat large caps in 2026.",
        "asserts": (asserted(ahead_of="return_ytd.sp_500"),),
        "horizon": date(2026, 12, 31),
        "resolves": "By the price returns of 2026.",
    }
    return Forecast.model_validate({**usual, **changes})


def condition(id: str = "above", side: str = "bull", **changes: Any) -> Condition:
    """Return a condition, some of it changed."""
    usual = {
        "id": id,
        "side": side,
        "statement": f"The condition {id} is met",
        "asserts": (asserted("rsi_14_daily.russell_2000", at_least="70"),),
        "why": "People look at it.",
    }
    return Condition.model_validate({**usual, **changes})


def risk(id: str = "thin", **changes: Any) -> Risk:
    """Return a risk, some of it changed."""
    usual = {
        "id": id,
        "title": "Thin markets",
        "statement": "Shares are hard to sell.",
        "asserts": (asserted("rvx.russell_2000", over="30"),),
        "why": "Traders look at it.",
        "unseen": "Spreads are not known.",
    }
    return Risk.model_validate({**usual, **changes})


def called(subject: str) -> str:
    """Return how readers call a subject."""
    return UNIVERSE.called(subject)


def unit_of(metric: str, subject: str) -> str:
    """Return a figure's unit."""
    unit = graph.metrics()[metric].unit
    if unit != "level":
        return unit
    return UNIVERSE.macro[subject].unit if subject in UNIVERSE.macro else "points"


KNOWN = Known(
    metrics=graph.metrics(),
    subjects=UNIVERSE.every_subject,
    unit_of=unit_of,
    sources=("a-house-2025", "bofa-2025-12-10", "btig-2025-12-12", "jpm-2025-12-08"),
)
