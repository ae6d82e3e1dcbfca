"""The path of the federal funds rate that futures imply. Implied is not expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figures, Part, Table, Value, Withheld, show_date
from generator.meetings import known_on
from generator.metrics._fed_funds import STEP
from generator.metrics._known import Known
from generator.metrics._policy import PolicyPath, path_on
from generator.metrics._tools import day

FEDERAL_FUNDS = "federal_funds"
"""The subject of what is said of the policy rate."""
SERIES = ("DFEDTARL", "DFEDTARU", "EFFR")
"""FRED's ids of the target range and of the effective rate."""


def policy_path(
    futures: pd.DataFrame,
    missing_tables: dict[str, str],
    known_series: dict[str, Known | Withheld],
    universe: Universe,
    as_of: pd.Timestamp,
) -> PolicyPath | Withheld:
    """The path of the rate that futures on federal funds imply on the as-of date."""
    return path_on(as_of, futures, missing_tables, known_series, universe.meetings)


def policy_path_week_before(
    futures: pd.DataFrame,
    missing_tables: dict[str, str],
    known_series: dict[str, Known | Withheld],
    universe: Universe,
    period_bases: dict[str, pd.Timestamp | None],
) -> PolicyPath | Withheld:
    """The path of the rate that futures implied on the last session of the week before."""
    base = period_bases["1w"]
    if base is None:
        return Withheld("there is no session before this week")
    return path_on(base, futures, missing_tables, known_series, universe.meetings)


def _of_next(
    policy_path: PolicyPath | Withheld,
    before: PolicyPath | Withheld,
    unit: str,
    value: Callable[[PolicyPath, int], float],
) -> Figures:
    """A figure of the next meeting, with its day and the change on the week."""
    if isinstance(policy_path, Withheld):
        return {FEDERAL_FUNDS: policy_path}
    found = value(policy_path, 0)
    decision = policy_path.meetings[0].decision
    earlier = _same_meeting(before, decision, value)
    scale = 100.0 if unit == "share" else 1.0
    change = None if earlier is None else scale * (found - earlier)
    parts = {"decision": Part(decision, "date"), "change_1w": Part(change, "pp")}
    return {FEDERAL_FUNDS: _value(policy_path, found, parts)}


def _same_meeting(
    path: PolicyPath | Withheld, decision: date, value: Callable[[PolicyPath, int], float]
) -> float | None:
    """The same of the same meeting on another path; None where that does not reach it."""
    if isinstance(path, Withheld):
        return None
    places = [i for i, meeting in enumerate(path.meetings) if meeting.decision == decision]
    return value(path, places[0]) if places else None


def _value(path: PolicyPath, value: float, parts: dict[str, Part]) -> Value:
    known = {
        "effective_rate": Part(path.rate, "percent"),
        "effective_rate_day": Part(path.rate_day, "date"),
        "priced": Part(path.priced, "date"),
    }
    return Value(
        value,
        parts={**parts, **known},
        inputs=(*SERIES, *path.symbols),
        warnings=_warnings(path),
    )


def _warnings(path: PolicyPath) -> tuple[str, ...]:
    first = path.meetings[0].decision
    if first > path.priced:
        return ()
    return (f"no effective rate after the decision of {show_date(first)} is known yet",)


@tag(unit="percent", title="Implied rate after the next meeting", section="Rates")
def implied_rate_after_next_meeting(
    policy_path: PolicyPath | Withheld, policy_path_week_before: PolicyPath | Withheld
) -> Figures:
    """Effective federal funds rate that 30-day federal funds futures imply after the next
    scheduled meeting, in percent: the average of the month after the meeting where that month has
    none, else from average = (d * before + (N - d) * after) / N of its own month of N days, d of
    them up to the decision.

    A month's average is 100 less the price of its contract. The rate before the meeting is the
    average of the month before where that has no meeting and has not passed, unless the target
    range was moved in it; else the last known effective rate. Fewer than seven days from a month's
    end its next month is always used. Days of the running month have the effective rate that they
    had. A meeting is ahead until an effective rate after it is known. Implied is not expected:
    prices hold premiums too. Withheld without a price or an effective rate of the last seven days,
    and where the target range was moved since the last known effective rate outside a scheduled
    meeting. Source: the conventions of CME Group's FedWatch tool.
    """
    return _of_next(
        policy_path,
        policy_path_week_before,
        "percent",
        lambda path, place: path.meetings[place].after,
    )


@tag(unit="share", title="Implied probability of a cut at the next meeting", section="Rates")
def probability_of_cut_next_meeting(
    policy_path: PolicyPath | Withheld, policy_path_week_before: PolicyPath | Withheld
) -> Figures:
    """Probability of a lower target range after the next meeting that futures imply: the implied
    change over a quarter point, split between the two whole numbers of steps next to it.

    An implied change of -0.18 points is 0.74 of a cut and 0.26 of no change. Rates and withholding
    as for the implied rate after the next meeting.
    """
    return _chance(policy_path, policy_path_week_before, 0)


@tag(unit="share", title="Implied probability of no change at the next meeting", section="Rates")
def probability_of_hold_next_meeting(
    policy_path: PolicyPath | Withheld, policy_path_week_before: PolicyPath | Withheld
) -> Figures:
    """Probability of an unchanged target range after the next meeting that futures imply: the
    implied change over a quarter point, split between the two whole numbers of steps next to it.

    Rates and withholding as for the implied rate after the next meeting.
    """
    return _chance(policy_path, policy_path_week_before, 1)


@tag(unit="share", title="Implied probability of a rise at the next meeting", section="Rates")
def probability_of_hike_next_meeting(
    policy_path: PolicyPath | Withheld, policy_path_week_before: PolicyPath | Withheld
) -> Figures:
    """Probability of a higher target range after the next meeting that futures imply: the implied
    change over a quarter point, split between the two whole numbers of steps next to it.

    Rates and withholding as for the implied rate after the next meeting.
    """
    return _chance(policy_path, policy_path_week_before, 2)


def _chance(path: PolicyPath | Withheld, before: PolicyPath | Withheld, which: int) -> Figures:
    return _of_next(path, before, "share", lambda one, place: one.probabilities(place)[which])


@tag(unit="beta", title="Implied cuts by the end of the year", section="Rates")
def implied_cuts_by_year_end(
    policy_path: PolicyPath | Withheld,
    policy_path_week_before: PolicyPath | Withheld,
    universe: Universe,
    as_of: pd.Timestamp,
) -> Figures:
    """Steps of a quarter point by which futures imply the rate to be lower after the last meeting
    of the year than before the next one; negative where it is to be higher.

    In December after the last meeting it is of the next year. With the year, the rate implied after
    its last meeting and the change of the figure on the week, by the same meeting. Withheld where
    the path of rates does not reach that meeting.
    """
    if isinstance(policy_path, Withheld):
        return {FEDERAL_FUNDS: policy_path}
    year = policy_path.meetings[0].decision.year
    last = max(
        m.decision for m in known_on(universe.meetings, day(as_of)) if m.decision.year == year
    )
    found = _same_meeting(policy_path, last, _cuts)
    if found is None:
        ends = policy_path.path.ends or "it is not asked so far ahead"
        return {FEDERAL_FUNDS: Withheld(f"the implied path ends before {show_date(last)}: {ends}")}
    earlier = _same_meeting(policy_path_week_before, last, _cuts)
    rate = next(one.after for one in policy_path.meetings if one.decision == last)
    parts = {
        "year": Part(year, "year"),
        "last_meeting": Part(last, "date"),
        "implied_rate": Part(rate, "percent"),
        "change_1w": Part(None if earlier is None else found - earlier, "beta"),
    }
    return {FEDERAL_FUNDS: _value(policy_path, found, parts)}


def _cuts(path: PolicyPath, place: int) -> float:
    return (path.meetings[0].before - path.meetings[place].after) / STEP


@tag(unit="count", title="Meetings on the implied path", section="Rates")
def implied_path_by_meeting(
    policy_path: PolicyPath | Withheld, policy_path_week_before: PolicyPath | Withheld
) -> Figures:
    """Number of scheduled meetings ahead for which futures imply a rate, with a table of them: the
    rate after each, the probabilities of a cut, of no change and of a rise at it, the change of the
    rate on the week, and which month's contract it is read from.

    A second table has the probability of each target range after each meeting, from the tree over
    the meetings: each moves by the whole numbers of quarter points next to its implied change,
    whatever the ones before it did. The path ends with the first meeting that needs a contract
    without a price or a month whose meetings are not known yet; a warning says which. Rates as for
    the implied rate after the next meeting.
    """
    if isinstance(policy_path, Withheld):
        return {FEDERAL_FUNDS: policy_path}
    found = _value(policy_path, len(policy_path.meetings), {})
    ends = policy_path.path.ends
    return {
        FEDERAL_FUNDS: Value(
            found.value,
            parts={**found.parts, "ends": Part(ends, "text")},
            tables={
                "meetings": _by_meeting(policy_path, policy_path_week_before),
                "ranges": _by_range(policy_path),
            },
            inputs=found.inputs,
            warnings=(*found.warnings, *([f"the path ends there: {ends}"] if ends else [])),
        )
    }


def _by_meeting(path: PolicyPath, before: PolicyPath | Withheld) -> Table:
    rows = []
    for place, meeting in enumerate(path.meetings):
        earlier = _same_meeting(before, meeting.decision, lambda one, at: one.meetings[at].after)
        change = None if earlier is None else meeting.after - earlier
        rows.append(
            (meeting.decision, meeting.after, *path.probabilities(place), change, meeting.anchor)
        )
    units = {
        **{"decision": "date", "implied_rate": "percent"},
        **{"cut": "share", "hold": "share", "hike": "share"},
        **{"change_1w": "pp", "read_from": "text"},
    }
    return Table(units, tuple(rows))


def _by_range(path: PolicyPath) -> Table:
    rows = [
        (meeting.decision, lower, lower + STEP, chance)
        for meeting, reached in zip(path.meetings, path.reached, strict=True)
        for steps, chance in reached.items()
        for lower in [path.lower + steps * STEP]
    ]
    units = {"decision": "date", "lower": "percent", "upper": "percent", "probability": "share"}
    return Table(units, tuple(rows))
