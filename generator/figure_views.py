"""A figure over some editions as its pages show it: its chart, its lines, its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from generator.facts import show_date
from generator.figure_words import Words
from generator.histories import SIMULATED, Row, course, days
from generator.history_charts import Course, history_charts
from generator.sparklines import Point, Span, sparkline, values

LEVELS = frozenset(
    {"points", "usd", "change", "thousands", "millions", "billions"}
    | {"thousands_change", "millions_change", "billions_change"}
)
"""Units in which one subject says nothing about the size of another."""
_STATES = 12


class Safe(str):
    """Text that is HTML already."""

    def __html__(self) -> str:
        """Return it as it is."""
        return self


@cache
def day(iso: str) -> str:
    """Return a day as people read it."""
    return show_date(date.fromisoformat(iso))


def simulated(sources: Iterable[str]) -> str:
    """Return whether `all`, `some` or none (empty) of the data are made up."""
    found = {source == SIMULATED for source in set(sources)}
    return "" if True not in found else "some" if False in found else "all"


@dataclass(frozen=True)
class View:
    """A figure over some editions."""

    metric: str
    """Its name."""
    words: Words
    """What is said of it."""
    rows: Sequence[Row]
    """What the editions printed, oldest first; of each subject of `words` at least once."""

    @cached_property
    def by_subject(self) -> dict[str, list[Row]]:
        """The rows of each subject."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.subject, []).append(row)
        return found

    @cached_property
    def _days(self) -> dict[str, int]:
        return days(self.rows)

    def course(self, subject: str) -> list[Point]:
        """Return what is drawn of a subject."""
        return course(self.by_subject[subject], self._days)

    @property
    def last(self) -> Row:
        """What was printed last of the subject that stands first."""
        return self.by_subject[self.words.main][-1]

    @property
    def simulated(self) -> str:
        """Whether `all`, `some` or none (empty) of the data are made up."""
        return simulated(row.data for row in self.rows)

    @property
    def editions(self) -> int:
        """How many editions there are."""
        return len({row.edition for row in self.rows})

    def chart(self, spans: Sequence[Span] = ()) -> Safe:
        """Return the course of the first subject, with its ranges in other years."""
        own = self.by_subject[self.words.main]
        told = f"{self.words.title}, {self.words.subjects[self.words.main]}"
        drawn = Course(
            unit=own[-1].unit,
            spans=spans,
            points=self.course(self.words.main),
            last=next((row.display for row in reversed(own) if row.value), ""),
            title=f"{told}, in {len(own)} edition{'' if len(own) == 1 else 's'}{_range(own)}",
        )
        return Safe(history_charts(drawn))

    def line(self, subject: str) -> Safe:
        """Return the course of a subject as a small line; nothing where it has no value."""
        return self._drawn(subject, self.course(subject), None)

    def _drawn(self, subject: str, points: list[Point], limits: tuple[float, float] | None) -> Safe:
        found = len(values(points))
        last = next((row.display for row in reversed(self.by_subject[subject]) if row.value), "")
        title = f"{self.words.subjects[subject]}, {found} editions, last {last}"
        return Safe(sparkline(points, title, limits=limits))

    def others(self) -> list[dict[str, Any]]:
        """The other subjects side by side, on one scale where that says something."""
        courses = {name: self.course(name) for name in self.words.subjects}
        found = [value for points in courses.values() for value in values(points)]
        same = bool(found) and self.rows[-1].unit not in LEVELS
        limits = (min(found), max(found)) if same else None
        return [
            {
                "subject": name,
                "name": self.words.subjects[name],
                "last": self.by_subject[name][-1],
                "line": self._drawn(name, courses[name], limits),
            }
            for name in list(courses)[1:]
        ]

    def states(self) -> list[Row]:
        """When the first subject, where it is told by words or dates, became another one."""
        own = self.by_subject[self.words.main]
        if any(row.number is not None for row in own):
            return []
        pairs = zip([None, *own], own, strict=False)
        became = [row for before, row in pairs if before is None or before.display != row.display]
        return became[::-1][:_STATES]


def _range(rows: Sequence[Row]) -> str:
    """What a drawing shows, in words."""
    numbers = [(row.number, row) for row in rows if row.number is not None]
    if not numbers:
        return ""
    low, high = (end(numbers, key=lambda pair: pair[0])[1] for end in (min, max))
    return (
        f": lowest {low.display} in the week to {day(low.as_of)}, "
        f"highest {high.display} in the week to {day(high.as_of)}, last {numbers[-1][1].display}."
    )
