"""Assertions: a figure of ours, what somebody printed of it, and whether that holds.

An assertion names a figure as `metric.subject`, one relation and a value written as it was printed
(`"7.9%"`, `"2,624.22"`, `"2008-06"`) or another figure. Its tolerance follows from the digits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generator.facts import CHANGES, Fact, Scalar, Withheld, show_date
from generator.printed import (
    compare,
    misfit,
    read_printed,
    show_difference,
    show_precisely,
)

FIGURE = r"^[a-z0-9_]+\.[a-z0-9_]+$"
AGAINST = ("ahead_of", "behind")
"""Relations to another figure."""
TIE = 1e-9
"""Figures closer than this are equal."""
_WORDS = {
    "is": "",
    "about": "about ",
    "over": "over ",
    "under": "under ",
    "at_least": "at least ",
    "at_most": "at most ",
    "ahead_of": "ahead of ",
    "behind": "behind ",
}


class Assertion(BaseModel):
    """What was said of one figure."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    figure: str = Field(pattern=FIGURE)
    """As metric.subject."""
    part: str | None = None
    """A part of the figure instead of its value."""
    on: date | None = None
    """The day it is seen on, where that is not the day of the claim."""
    is_: str | None = Field(default=None, alias="is")
    """The value, to half a unit of its last digit."""
    about: str | None = None
    """The value, to one unit of its last digit."""
    over: str | None = None
    """A value it is above."""
    under: str | None = None
    """A value it is below."""
    at_least: str | None = None
    """A value it is not below."""
    at_most: str | None = None
    """A value it is not above."""
    ahead_of: str | None = Field(default=None, pattern=FIGURE)
    """Another figure it is above."""
    behind: str | None = Field(default=None, pattern=FIGURE)
    """Another figure it is below."""
    than_on: date | None = None
    """The day the other figure is seen on, where that is another day."""
    ever_since: date | None = None
    """The first day of those on one of which it is enough that it held."""
    stands_in: str | None = None
    """What was meant, where the figure is only of something that stands in for it: that the figure
    does not agree then decides nothing."""

    @model_validator(mode="before")
    @classmethod
    def _on_is_a_key(cls, data: Any) -> Any:
        """YAML reads the key `on` as true."""
        if not isinstance(data, dict):
            return data
        return {"on" if key is True else key: value for key, value in data.items()}

    @model_validator(mode="after")
    def _one_relation(self) -> Assertion:
        named = [key for key in _WORDS if self._given(key) is not None]
        if len(named) != 1:
            told = f"{len(named)} relations, {' and '.join(named)}" if named else "no relation"
            raise ValueError(f"it has {told}; one of {', '.join(_WORDS)} is wanted")
        if named[0] not in AGAINST and not self.value.strip():
            raise ValueError(f"'{named[0]}' is empty")
        if self.than_on is not None and named[0] not in AGAINST:
            raise ValueError("'than_on' is for 'ahead_of' and 'behind'")
        return self

    def _given(self, key: str) -> str | None:
        given: str | None = getattr(self, "is_" if key == "is" else key)
        return given

    @property
    def relation(self) -> str:
        """The relation that is asserted, as it is written."""
        return next(key for key in _WORDS if self._given(key) is not None)

    @property
    def value(self) -> str:
        """What it is held against: a printed value, or another figure."""
        return self._given(self.relation) or ""

    @property
    def metric(self) -> str:
        """The metric's name."""
        return self.figure.partition(".")[0]

    @property
    def subject(self) -> str:
        """The subject."""
        return self.figure.partition(".")[2]

    @property
    def against(self) -> tuple[str, str] | None:
        """Metric and subject of the figure it is held against, if it is one."""
        if self.relation not in AGAINST:
            return None
        metric, _, subject = self.value.partition(".")
        return metric, subject


class Past(Protocol):
    """What was known of figures on earlier days."""

    @property
    def sessions(self) -> Sequence[date]:
        """Every session there is, oldest first."""

    @property
    def last(self) -> date:
        """The last of them."""

    def knows(self, metric: str) -> bool:
        """Whether there is such a figure."""

    def fact(self, metric: str, subject: str, day: date) -> Fact:
        """Return a figure as seen on a session; nothing later is used.

        Raises:
            ReportError: the figure has no such subject.
        """

    def expect(self, needs: Iterable[tuple[date, str]]) -> None:
        """Announce figures by day, as `metric.subject` or as a metric of whichever subject, so
        that those of one day are computed together."""


@dataclass(frozen=True)
class Outcome:
    """What comes of one assertion."""

    holds: bool | None
    """None where it cannot be told."""
    reason: str | None
    """Why it cannot be told."""
    asserted: str
    """What was said, for readers."""
    computed: str
    """What the data say, with the digits needed to see the gap; empty where they say nothing."""
    value: Scalar
    """The same at full precision."""
    gap: str
    """By how much they differ; empty where they do not, or where it has no size."""
    fact: Fact | None
    """The figure, as of the day it was seen on."""
    as_of: date | None
    """That day."""
    unit: str = ""
    """Of the value."""
    difference: float | None = None
    """The value minus what was asserted, or minus the other figure; None for words and days."""
    other: Fact | None = None
    """The figure it was held against."""
    part: str | None = None
    """The part of the figure that was asserted, instead of its value."""


def asserted_text(assertion: Assertion, name: Callable[[str], str]) -> str:
    """Return what is asserted in words; `name` names a subject."""
    words = _WORDS[assertion.relation]
    if assertion.against is None:
        words += read_printed(assertion.value).shown
    else:
        words += _other_text(assertion, *assertion.against, name)
    if assertion.ever_since is not None:
        words += f", on a session since {show_date(assertion.ever_since)}"
    return words


def _other_text(assertion: Assertion, metric: str, subject: str, name: Callable[[str], str]) -> str:
    own = assertion.value == assertion.figure
    words = "its value" if own else name(subject)
    if metric != assertion.metric:
        words += f" ({metric.replace('_', ' ')})"
    return words + (f" of {show_date(assertion.than_on)}" if assertion.than_on else "")


def complaints(assertion: Assertion, unit_of: Callable[[str, str], str]) -> list[tuple[str, str]]:
    """Return what is wrong with an assertion of figures that exist: the key, and what.

    `unit_of` tells the unit of a metric of a subject. A part's unit is only known once it is
    computed.
    """
    if assertion.part is not None:
        return []
    unit = unit_of(assertion.metric, assertion.subject)
    if assertion.against is None:
        wrong = misfit(read_printed(assertion.value), unit, assertion.relation)
    else:
        other = unit_of(*assertion.against)
        wrong = None if other == unit else f"it is in {unit}, '{assertion.value}' in {other}"
        wrong = f"{unit} has no order" if unit not in CHANGES else wrong
    return [(assertion.relation, wrong)] if wrong else []


def needs(assertion: Assertion, past: Past, as_of: date) -> list[tuple[date, str]]:
    """Return the figures an assertion needs, each with its session, for `Past.expect`."""
    found = [(day, assertion.figure) for day in _days(assertion, past, as_of)]
    if assertion.against is not None:
        days = [assertion.than_on] if assertion.than_on else [day for day, _ in found]
        sessions = (session_on(past.sessions, day) for day in days)
        found += [(day, assertion.value) for day in sessions if day is not None]
    return [(day, figure) for day, figure in found if past.knows(figure.partition(".")[0])]


def session_on(sessions: Sequence[date], day: date) -> date | None:
    """Return the day, or the last session before it; None where there is none."""
    place = bisect_right(sessions, day)
    return sessions[place - 1] if place else None


def _days(assertion: Assertion, past: Past, as_of: date) -> list[date]:
    """The sessions an assertion is looked at on."""
    end = session_on(past.sessions, assertion.on or as_of)
    if end is None or assertion.ever_since is None:
        return [] if end is None else [end]
    first = bisect_right(past.sessions, assertion.ever_since)
    first -= bool(first) and past.sessions[first - 1] == assertion.ever_since
    return list(past.sessions[first : bisect_right(past.sessions, end)])


def evaluate(assertion: Assertion, past: Past, as_of: date, name: Callable[[str], str]) -> Outcome:
    """Tell whether an assertion holds, as seen on its day or, without one, on `as_of`."""
    asserted = asserted_text(assertion, name)
    day = assertion.on or as_of
    if day.isocalendar()[:2] > past.last.isocalendar()[:2]:
        return _untold(asserted, f"{show_date(day)} has not come")
    days = _days(assertion, past, as_of)
    if not days:
        return _untold(asserted, f"there is no session up to {show_date(day)}")
    outcomes = [_on(assertion, past, session, asserted, name) for session in days]
    held = [outcome for outcome in outcomes if outcome.holds]
    unknown = [outcome for outcome in outcomes if outcome.holds is None]
    found = (held or unknown or [min(outcomes, key=_distance)])[0]
    if assertion.stands_in is None or found.holds is not False:
        return found
    shows = f"{name(assertion.subject)}, which stands in for {assertion.stands_in}, shows"
    return replace(found, holds=None, reason=f"{shows} {found.computed}", gap="")


def _distance(outcome: Outcome) -> float:
    return 0.0 if outcome.difference is None else abs(outcome.difference)


def _untold(asserted: str, reason: str, fact: Fact | None = None) -> Outcome:
    as_of = fact.as_of if fact else None
    return Outcome(None, reason, asserted, "", None, "", fact, as_of)


def _on(
    assertion: Assertion, past: Past, day: date, asserted: str, name: Callable[[str], str]
) -> Outcome:
    """The outcome on one session."""
    for metric in (assertion.metric, *(assertion.against or ())[:1]):
        if not past.knows(metric):
            return _untold(asserted, f"this report has no figure '{metric}'")
    fact = past.fact(assertion.metric, assertion.subject, day)
    if isinstance(fact.figure, Withheld):
        return _untold(asserted, f"{name(assertion.subject)}: {fact.figure.reason}", fact)
    value, unit = fact.value, fact.unit
    if assertion.part is not None:
        if assertion.part not in fact.figure.parts:
            reason = f"{fact.title.lower()} of {name(assertion.subject)} has no "
            return _untold(asserted, reason + assertion.part.replace("_", " "), fact)
        part = fact.figure.parts[assertion.part]
        value, unit = part.value, part.unit
    if value is None:
        what = (assertion.part or "").replace("_", " ")
        return _untold(asserted, f"there is no {what} in the history at hand", fact)
    whole = Outcome(None, None, asserted, "", value, "", fact, fact.as_of, unit)
    whole = replace(whole, part=assertion.part)
    if assertion.against is None:
        return _against_value(assertion, whole)
    return _against_figure(assertion, past, day, whole, name)


def _against_value(assertion: Assertion, outcome: Outcome) -> Outcome:
    printed = read_printed(assertion.value)
    wrong = misfit(printed, outcome.unit, assertion.relation)
    if wrong is not None:
        return replace(outcome, reason=wrong, value=None)
    found = compare(outcome.value, outcome.unit, assertion.relation, printed)
    return replace(
        outcome,
        holds=found.holds,
        computed=found.computed,
        gap=found.gap,
        difference=found.difference,
    )


def _against_figure(
    assertion: Assertion, past: Past, day: date, outcome: Outcome, name: Callable[[str], str]
) -> Outcome:
    assert assertion.against is not None
    metric, subject = assertion.against
    session = session_on(past.sessions, assertion.than_on) if assertion.than_on else day
    if session is None:
        return replace(outcome, reason="there is no session up to the other day", value=None)
    other = past.fact(metric, subject, session)
    if isinstance(other.figure, Withheld):
        return replace(
            outcome, reason=f"{name(subject)}: {other.figure.reason}", value=None, other=other
        )
    own, against = outcome.value, other.value
    if not isinstance(own, int | float) or not isinstance(against, int | float):
        return replace(outcome, reason="the two have no order", value=None, other=other)
    if outcome.unit != other.unit:
        return replace(outcome, reason="the two are in different units", value=None, other=other)
    difference = float(own) - float(against)
    holds = difference > TIE if assertion.relation == "ahead_of" else difference < -TIE
    texts = [show_precisely(value, outcome.unit, 0) for value in (own, against)]
    return replace(
        outcome,
        holds=holds,
        computed=f"{texts[0]} against {texts[1]}",
        gap="" if holds else show_difference(difference, outcome.unit, 0),
        difference=difference,
        other=other,
    )
