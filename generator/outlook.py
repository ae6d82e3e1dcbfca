"""Outlook and risks: what would have to be so, bound to figures and thresholds that we state.

A condition is an assertion about a figure of the edition's own day. It holds, does not hold or
cannot be told; how far the figure is from the threshold says how near it is to changing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from generator.assertions import Assertion, Outcome, Past, evaluate
from generator.entries import Known, check_figures, named_metrics, read_entries
from generator.errors import Mistake
from generator.facts import CHANGES, MINUS, Value
from generator.printed import show_difference
from generator.yaml_file import YamlFile

OUTLOOK, RISKS = "content/outlook.yml", "content/risks.yml"
EARLIER = ("on", "than_on", "ever_since")
"""What an assertion about another day has; a condition is about the edition's own."""


class _Bound(BaseModel):
    """What conditions and risks have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Of its place on the page."""
    statement: str
    """What is so while it holds, one sentence."""
    why: str
    """Why people look at it, one sentence."""

    @field_validator("*")
    @classmethod
    def _one_line(cls, text: object) -> object:
        if isinstance(text, str) and (not text.strip() or not text.isprintable()):
            raise ValueError("it must be words on one line")
        return text


class Condition(_Bound):
    """Something that, while it holds, speaks for small caps or against them."""

    side: Literal["bull", "bear"]
    """For or against."""
    asserts: tuple[Assertion]
    """The figure and its threshold."""
    weekly_move: float | None = Field(default=None, gt=0)
    """What the figure usually moves in a week, in the unit in which its distance is printed; None
    where it moves by steps, such as a state in words."""


class Risk(_Bound):
    """Something that could go wrong, and the figures in which it would show."""

    title: str
    """In a word or two."""
    asserts: tuple[Assertion, ...]
    """The figures and their thresholds."""
    unseen: str
    """What this report cannot see of it yet, one sentence."""

    @field_validator("asserts")
    @classmethod
    def _some(cls, asserts: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
        if not asserts:
            raise ValueError("a risk shows in at least one figure")
        return asserts


@dataclass(frozen=True, slots=True)
class ConditionState:
    """A condition, or one of a risk's, on an edition's last session."""

    condition: Condition | Risk
    """What is looked at."""
    assertion: Assertion
    """The figure and its threshold."""
    outcome: Outcome
    """What the data say."""
    holds: bool | None
    """None: it cannot be told."""
    distance: str
    """The figure less the threshold, or less the other figure, in its unit; empty where there is
    none to be seen."""
    weeks: float | None = None
    """The distance in usual weekly moves of the figure, to put conditions in order."""

    @property
    def mark(self) -> str:
        """For the style sheet: holds, fails or unknown."""
        return {True: "holds", False: "fails", None: "unknown"}[self.holds]

    def told(self, verb: str = "hold") -> str:
        """Return the state in words, and by how much: what a move the other way would change."""
        if self.holds is None:
            return "cannot be told"
        state = f"{verb}s" if self.holds else f"does not {verb}"
        if self.outcome.difference is None:
            return state
        size = self.distance.lstrip("+" + MINUS)
        return f"{state}, by {size}" if size else f"{state}, at the threshold"

    @property
    def parts(self) -> tuple[str, ...]:
        """The named parts that the figure has; none where it is withheld."""
        fact = self.outcome.fact
        return tuple(fact.figure.parts) if fact and isinstance(fact.figure, Value) else ()


def read_outlook(
    root: Path, known: Known | None = None
) -> tuple[tuple[Condition, ...], list[Mistake]]:
    """Read the conditions of the outlook, in the order of the file, and every mistake in them."""
    return _read(root, OUTLOOK, Condition, known)


def read_risks(root: Path, known: Known | None = None) -> tuple[tuple[Risk, ...], list[Mistake]]:
    """Read the risks, in the order of the file, and every mistake in them."""
    return _read(root, RISKS, Risk, known)


def read_conditions(
    root: Path, known: Known | None = None
) -> tuple[tuple[Condition, ...], tuple[Risk, ...], list[Mistake]]:
    """Read the conditions of the outlook and the risks, and every mistake in either."""
    sides, mistakes = read_outlook(root, known)
    risks, wrong = read_risks(root, known)
    return sides, risks, [*mistakes, *wrong]


_Entry = TypeVar("_Entry", Condition, Risk)


def _read(
    root: Path, shown_as: str, model: type[_Entry], known: Known | None
) -> tuple[tuple[_Entry, ...], list[Mistake]]:
    entries, file = read_entries(root, shown_as, model)
    if file is None:
        return (), []
    for index, entry in entries:
        _check_day(file, index, entry.asserts)
        if known is not None:
            check_figures(file, index, entry, known)
    return tuple(entry for _, entry in entries), file.mistakes


def _check_day(file: YamlFile, index: int, assertions: Sequence[Assertion]) -> None:
    for place, assertion in enumerate(assertions):
        for key in EARLIER:
            if getattr(assertion, key) is not None:
                what = f"a condition is about the edition's own day: leave out '{key}'"
                file.wrong(file.line((index, "asserts", place, key)), what)


def conditions(
    entries: Iterable[Condition | Risk], past: Past, *, as_of: date, name: Callable[[str], str]
) -> tuple[ConditionState, ...]:
    """Return the state of every condition on an edition's last session, in the order of the file.

    A risk gives one for each of its assertions. `name` is how readers call a subject.
    """
    return tuple(
        _state(entry, assertion, evaluate(assertion, past, as_of, name))
        for entry in entries
        for assertion in entry.asserts
    )


def _state(entry: Condition | Risk, assertion: Assertion, outcome: Outcome) -> ConditionState:
    difference = outcome.difference
    if difference is None or outcome.unit not in CHANGES:
        return ConditionState(entry, assertion, outcome, outcome.holds, "")
    usual = entry.weekly_move if isinstance(entry, Condition) else None
    printed = abs(difference) * 10 ** CHANGES[outcome.unit].shift
    return ConditionState(
        condition=entry,
        assertion=assertion,
        outcome=outcome,
        holds=outcome.holds,
        distance=show_difference(difference, outcome.unit, 0),
        weeks=printed / usual if usual else None,
    )


def metrics_of(entries: Iterable[Condition | Risk]) -> set[str]:
    """Return the metrics that the pages of these conditions print, unseen by their templates."""
    return named_metrics(one for entry in entries for one in entry.asserts)
