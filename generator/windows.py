"""Conventions: a past in which figures are measured as others measure them; other windows first.

A convention is a past like any other, so an assertion is evaluated under it as it always is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from generator.assertions import Past
from generator.facts import Fact, Value, Withheld, in_words, show_date
from generator.prices import Prices

TRADING_SESSIONS = {"1w": 5, "1m": 21, "3m": 63, "6m": 126, "1y": 252}
"""Sessions that a window counted in trading days has."""
_SPANS = {"1w": "a calendar week", "1m": "one month", "3m": "three months"}
_SPANS |= {"6m": "six months", "1y": "one year"}
_PERIOD = re.compile(
    r"(?P<kind>return|relative_return|point_change|fund_pair_relative_return)"
    r"_(?P<horizon>1d|1w|mtd|1m|qtd|3m|6m|ytd|1y)"
)
_FORMULAS = {
    "return": "Price return: last close / base close − 1",
    "relative_return": "Price return minus that of the large-cap benchmark, in percentage points",
    "fund_pair_relative_return": "Price return of the small-cap fund minus that of the large-cap "
    "fund, in percentage points",
    "point_change": "Last close minus base close",
}
NOT_APPLIED = Withheld("the convention does not change it")
Announced = tuple[Past, list[tuple[date, str]]]
Namer = Callable[[str], str]


class Convention:
    """A past in which figures follow another convention; those it does not change are withheld."""

    def __init__(self, past: Prices) -> None:
        self.past = past
        self.sessions: Sequence[date] = past.sessions
        self.last = past.last

    def knows(self, metric: str) -> bool:
        """Whether there is such a figure."""
        return self.past.knows(metric)

    def expect(self, needs: Iterable[tuple[date, str]]) -> None:
        """Announce figures by day."""
        for day, figure in needs:
            metric, _, subject = figure.partition(".")
            past, others = self._announced(metric, subject, day)
            past.expect(others)

    def fact(self, metric: str, subject: str, day: date) -> Fact:
        """Return a figure under the convention, as seen on a session."""
        usual = self.past.fact(metric, subject, day)
        found = None if usual.withheld else self._found(usual, day)
        return found or replace(usual, figure=NOT_APPLIED)

    def words(self, fact: Fact, name: Namer) -> str:
        """Name the convention as it was applied to a fact; `name` names a subject."""
        raise NotImplementedError

    def _found(self, usual: Fact, day: date) -> Fact | None:
        """The fact under the convention; None where it does not apply."""
        raise NotImplementedError

    def _announced(self, metric: str, subject: str, day: date) -> Announced:
        """What it will ask of which past."""
        return self.past, []


class _Window(Convention):
    """Returns and changes between two other sessions, straight from the closes."""

    def _ends(self, usual: Fact, horizon: str) -> tuple[int, int] | None:
        """The places of base and end among the sessions."""
        raise NotImplementedError

    def _described(self, horizon: str) -> str:
        """The base in words, for the formula."""
        raise NotImplementedError

    def _found(self, usual: Fact, day: date) -> Fact | None:
        period = _PERIOD.fullmatch(usual.metric)
        ends = self._ends(usual, period["horizon"]) if period and usual.base else None
        if period is None or ends is None or not 0 <= ends[0] < ends[1]:
            return None
        base, end = (self.sessions[place] for place in ends)
        value = self._value(period["kind"], usual.subject, base, end)
        if value is None:
            return None
        subjects = [usual.subject, *self._against(period["kind"], usual.subject)]
        return replace(
            usual,
            figure=Value(value, base=base, only=(base, end)),
            definition=f"{_FORMULAS[period['kind']]}; {self._described(period['horizon'])}.",
            as_of=end,
            lineage=self.past.lineage(subjects, (base, end)),
        )

    def _place(self, day: date) -> int:
        return bisect_left(self.sessions, day)

    def _against(self, kind: str, subject: str) -> list[str]:
        large = self.past.large
        if kind == "relative_return":
            return [large]
        return [self.past.pairs.get(large, large)] if kind.startswith("fund_pair") else []

    def _value(self, kind: str, subject: str, base: date, end: date) -> float | None:
        """The figure between two closes; None where one is missing."""
        grown = []
        for own in (subject, *self._against(kind, subject)):
            first, last = (self.past.close(own, session, end) for session in (base, end))
            if first is None or last is None:
                return None
            if kind == "point_change":
                return last - first
            grown.append(last / first - 1)
        return grown[0] if len(grown) == 1 else 100 * (grown[0] - grown[1])


class BaseOneOff(_Window):
    """A base one session earlier or later."""

    def __init__(self, past: Prices, step: int) -> None:
        super().__init__(past)
        self._step = step

    def _ends(self, usual: Fact, horizon: str) -> tuple[int, int] | None:
        assert usual.base is not None
        return self._place(usual.base) + self._step, self._place(usual.as_of)

    def _described(self, horizon: str) -> str:
        return f"base one session {'earlier' if self._step < 0 else 'later'}"

    def words(self, fact: Fact, name: Namer) -> str:
        """Name the base."""
        assert fact.base is not None
        return f"{self._described('')}, {show_date(fact.base)}"


class EndOneEarlier(_Window):
    """The end one session earlier, from the same base; a figure without one as it was then.

    A move of one session, which would be left without any, is that of the session before.
    """

    def _ends(self, usual: Fact, horizon: str) -> tuple[int, int] | None:
        assert usual.base is not None
        return self._place(usual.base), self._place(usual.as_of) - 1

    def _described(self, horizon: str) -> str:
        return "end one session earlier"

    def _whole(self, metric: str, day: date) -> date | None:
        """The session before, for a figure that is moved as a whole."""
        period = _PERIOD.fullmatch(metric)
        place = self._place(day)
        if (period and period["horizon"] != "1d") or metric == "latest_observation" or not place:
            return None
        return self.sessions[place - 1]

    def _found(self, usual: Fact, day: date) -> Fact | None:
        before = self._whole(usual.metric, day)
        if before is None:
            return super()._found(usual, day)
        return self.past.fact(usual.metric, usual.subject, before)

    def _announced(self, metric: str, subject: str, day: date) -> Announced:
        before = self._whole(metric, day)
        return self.past, [(before, f"{metric}.{subject}")] if before else []

    def words(self, fact: Fact, name: Namer) -> str:
        """Name the session."""
        return f"end one session earlier, {show_date(fact.as_of)}"


class TradingWindow(_Window):
    """A window counted in sessions instead of weeks, months or a year."""

    def _ends(self, usual: Fact, horizon: str) -> tuple[int, int] | None:
        end = self._place(usual.as_of)
        sessions = TRADING_SESSIONS.get(horizon)
        return None if sessions is None else (end - sessions, end)

    def _described(self, horizon: str) -> str:
        return f"base {in_words(TRADING_SESSIONS[horizon])} sessions earlier"

    def words(self, fact: Fact, name: Namer) -> str:
        """Name the window and its base."""
        period = _PERIOD.fullmatch(fact.metric)
        assert period is not None and fact.base is not None
        sessions = in_words(TRADING_SESSIONS[period["horizon"]])
        span = _SPANS[period["horizon"]]
        return f"{sessions} sessions instead of {span}, from {show_date(fact.base)}"
