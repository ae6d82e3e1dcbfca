"""The arithmetic of federal funds futures: from prices to the rate implied after each meeting.

A contract settles at 100 less the average of the effective federal funds rate over the calendar
days of its month, so a month's average is 100 less the price. A decision holds from the day after
it. Source: the conventions of CME Group's FedWatch tool, with the anchors that are named below.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

STEP = 0.25
"""Percentage points by which the target range is moved."""
LATE = 7
"""A meeting after which fewer days of its month are left is late: its own month's average says
hardly anything of the rate after it."""
MONTH_CODES = "FGHJKMNQUVXZ"
"""The letter of each month in the symbol of a contract."""
_NEARLY_WHOLE = 1e-9


@dataclass(frozen=True, slots=True)
class Market:
    """What is known on a day of the rate and of what futures say of it."""

    averages: Mapping[date, float]
    """By first day of a month: its average, 100 less the price."""
    decisions: tuple[date, ...]
    """Days of all decisions that are known, past ones too, in order."""
    rate: float
    """The effective rate of the last day that it is known of."""
    known_until: date
    """That day."""
    realised: Mapping[date, float]
    """The effective rate of each day of the running month up to that day."""
    today: date
    """The day as of which all this is known."""
    moved: bool
    """Whether the target range has already been moved in the running month."""

    @property
    def ahead(self) -> tuple[date, ...]:
        """The decisions after which no effective rate is known yet."""
        return tuple(day for day in self.decisions if day >= self.known_until)

    @property
    def covered(self) -> date:
        """The first day of the last month of which it is known whether it has a meeting."""
        return self.decisions[-1].replace(day=1)


@dataclass(frozen=True, slots=True)
class Implied:
    """What is implied of one meeting."""

    decision: date
    """Its day."""
    before: float
    """The rate before it, in percent."""
    after: float
    """The rate after it, in percent."""
    anchor: str
    """What the rate after it is read from: its own month or the next one."""

    @property
    def steps(self) -> float:
        """The implied change in steps of a quarter of a point; negative is a cut."""
        return (self.after - self.before) / STEP


@dataclass(frozen=True, slots=True)
class Path:
    """What is implied of the meetings ahead."""

    meetings: tuple[Implied, ...]
    """In order, as far as the contracts tell."""
    ends: str | None
    """Why it goes no further; None if it reaches the last meeting asked for."""


class _Stop(Exception):
    """The path cannot be followed; the text says why."""


def following(month: date, count: int = 1) -> date:
    """Return the first day of the month so many months later.

    >>> following(date(2026, 12, 1)), following(date(2026, 1, 1), -1)
    (datetime.date(2027, 1, 1), datetime.date(2025, 12, 1))
    """
    place = month.year * 12 + month.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def days_in(month: date) -> int:
    """Return how many days the month of a day has."""
    return monthrange(month.year, month.month)[1]


def month_of_contract(symbol: str) -> date | None:
    """Return the month of a contract by its symbol, None for what is no such contract.

    >>> month_of_contract("ZQM26.CBT")
    datetime.date(2026, 6, 1)
    """
    name, _, exchange = symbol.partition(".")
    letter, year = name[2:3], name[3:]
    known = name.startswith("ZQ") and exchange == "CBT" and len(year) == 2 and year.isdigit()
    if not known or letter not in MONTH_CODES:
        return None
    return date(2000 + int(year), MONTH_CODES.index(letter) + 1, 1)


def rate_after(average: float, before: float, days: int, length: int) -> float:
    """Return the rate after a meeting from its month's average.

    average = (days * before + (length - days) * after) / length, where `days` are those up to and
    including the decision's.

    >>> round(rate_after(100 - 96.44, 3.64, 17, 30), 4)
    3.4554
    """
    return (length * average - days * before) / (length - days)


def rate_before(average: float, after: float, days: int, length: int) -> float:
    """Return the rate before a meeting from its month's average and the rate after it."""
    return (length * average - (length - days) * after) / days


def implied_path(market: Market) -> Path:
    """Return the rate implied after each meeting ahead.

    The rate before the first is the average of the month before where that has no meeting and lies
    ahead or is running and the target range has not been moved in it; else the effective rate. The
    rate before another is the one after the meeting before it. The rate after a meeting is the
    average of the next month where that has no meeting. A late meeting, with fewer than seven days
    of its month left, is always read from the next month: where that has a meeting too, from the
    rate before that one. Any other is read from its own month, whose days up to now have the
    effective rate that they had.
    """
    found: list[Implied] = []
    for decision in market.ahead:
        try:
            before = found[-1].after if found else _first_rate(market, decision)
            after, anchor = _after(market, decision, before)
        except _Stop as stop:
            return Path(tuple(found), str(stop))
        found.append(Implied(decision, before, after, anchor))
    return Path(tuple(found), None)


def _first_rate(market: Market, decision: date) -> float:
    before, running = following(decision.replace(day=1), -1), market.today.replace(day=1)
    ahead = before > running or (before == running and not market.moved)
    if ahead and _is_free(market, before) and before in market.averages:
        return market.averages[before]
    return market.rate


def _after(market: Market, decision: date, before: float) -> tuple[float, str]:
    month = decision.replace(day=1)
    if _decisions_in(market, month) != [decision]:
        raise _Stop(f"{_name(month)} has two meetings")
    late = days_in(month) - decision.day < LATE
    then = following(month)
    if then > market.covered:
        if late:
            raise _Stop(f"the meetings after {_name(market.covered)} are not known")
    elif _is_free(market, then) and (late or then in market.averages):
        return _average(market, then), "next month"
    elif late:
        return _before_that_of(market, then), "next month"
    return _from_own_month(market, decision, before), "own month"


def _before_that_of(market: Market, month: date) -> float:
    """The rate before the meeting of a month, from its average and the month after it."""
    decisions, then = _decisions_in(market, month), following(month)
    if len(decisions) != 1 or then > market.covered or not _is_free(market, then):
        raise _Stop(f"{_name(month)} and the month after both have meetings")
    after = _average(market, then)
    return rate_before(_average(market, month), after, decisions[0].day, days_in(month))


def _from_own_month(market: Market, decision: date, before: float) -> float:
    month = decision.replace(day=1)
    average = _average(market, month)
    known = [rate for day, rate in market.realised.items() if month <= day <= decision]
    until = (sum(known) + (decision.day - len(known)) * before) / decision.day
    return rate_after(average, until, decision.day, days_in(month))


def _decisions_in(market: Market, month: date) -> list[date]:
    return [day for day in market.decisions if day.replace(day=1) == month]


def _is_free(market: Market, month: date) -> bool:
    return not _decisions_in(market, month)


def _average(market: Market, month: date) -> float:
    if month not in market.averages:
        raise _Stop(f"no contract for {_name(month)} has a price")
    return market.averages[month]


def _name(month: date) -> str:
    return f"{month:%B %Y}"


def split(steps: float) -> dict[int, float]:
    """Return the probabilities of whole numbers of steps that have a given mean.

    It is split between the two whole numbers next to it; negative is a cut.

    >>> {move: round(chance, 3) for move, chance in split(-0.738).items()}
    {-1: 0.738, 0: 0.262}
    """
    nearest = round(steps)
    if abs(steps - nearest) < _NEARLY_WHOLE:
        return {nearest: 1.0}
    low = math.floor(steps)
    return {low: low + 1 - steps, low + 1: steps - low}


def distributions(meetings: Sequence[Implied]) -> list[dict[int, float]]:
    """Return, after each meeting, the probability of every number of steps from where it began.

    The tree over the meetings: each moves by one of two whole numbers of steps, whatever the ones
    before it did.
    """
    found: list[dict[int, float]] = []
    reached = {0: 1.0}
    for meeting in meetings:
        further: dict[int, float] = {}
        for place, chance in reached.items():
            for move, part in split(meeting.steps).items():
                further[place + move] = further.get(place + move, 0.0) + chance * part
        reached = dict(sorted(further.items()))
        found.append(reached)
    return found


def filled(rates: Mapping[date, float], first: date, last: date) -> dict[date, float]:
    """Return the rate of each day of a span; a day without one has that of the day before it.

    Days before the first known rate are absent.
    """
    earlier = [day for day in rates if day <= first]
    rate = rates[max(earlier)] if earlier else None
    found: dict[date, float] = {}
    for count in range((last - first).days + 1):
        day = first + timedelta(count)
        rate = rates.get(day, rate)
        if rate is not None:
            found[day] = rate
    return found
