"""The answer to "how are small caps doing?": two or three sentences, built by rule from the facts.

First the week: what the small-cap benchmark did, how that compares, and whether it ended at a
record. Then the run of sessions or weeks on one side, if it is a long one. Last where that leaves
small caps: in the year, and below their record; in fewer words where a run was told. In the first
days of a year the year before is told instead. What is withheld is left out.
"""

from __future__ import annotations

from datetime import date

from generator.config import Universe
from generator.editions import is_last_of_year
from generator.facts import Facts, Reference, Sentence, Value
from generator.wording import direction, filled, week_beside, year_beside

METRICS = (
    *("return_1w", "relative_return_1w", "sessions_1w", "return_ytd", "relative_return_ytd"),
    *("outperformance_streak_sessions", "underperformance_streak_sessions"),
    *("outperformance_streak_weeks", "underperformance_streak_weeks"),
    *("sessions_since_record", "record_closes_ytd", "record_gap", "drawdown"),
    "calendar_year_relative",
)
"""What this module needs."""

FULL_WEEK = 5
"""Sessions."""
YOUNG_YEAR = 14
"""Days after the last close of a year in which the new one is hardly more than the week."""
NOTABLE = {"sessions": 6, "weeks": 4}
"""From how many in a row a run is told."""
RECENT = 180
"""Days within which an earlier run as long leaves nothing to compare."""
LONG_WAIT = 63
"""Sessions between two records that make the second the first in a long time: a quarter."""
CORRECTION, BEAR = -0.1, -0.2
"""Drawdowns that are called so."""
REBOUND, RECOVERY = 0.1, 0.2
"""Gains from the low from which on a correction, or a bear market, is no longer called so."""
_MADE_UP = ((0.45, "less than half"), (0.55, "about half"), (0.75, "more than half"))


def answer(facts: Facts, universe: Universe) -> Sentence:
    """Return the answer to "how are small caps doing?" for the week.

    The benchmarks are always there: an edition without them is not made.
    """
    small, large = universe.benchmarks.small, universe.benchmarks.large
    names = universe.series[small].name, universe.series[large].name
    run = _run(facts, small)
    year, record = _year(facts, small, large, bool(run)), _record(facts, small, bool(run))
    if run:
        rest = (*year, ", and " if year and record else "", *record)
        return (*_week(facts, small, large, names), *run, *_sentence(" They ", rest))
    return (
        *_week(facts, small, large, names),
        *_sentence(" Small caps ", year),
        *_sentence(" They " if year else " Small caps ", record),
    )


def _sentence(start: str, rest: Sentence) -> Sentence:
    return (start, *rest, ".") if rest else ()


def _number(facts: Facts, metric: str, subject: str) -> float:
    value = facts.get(metric, subject).value
    assert isinstance(value, (int, float))
    return float(value)


def _week(facts: Facts, small: str, large: str, names: tuple[str, str]) -> Sentence:
    """What the small-cap benchmark did in the week, and beside the large-cap one."""
    record = _at_record(facts, small)
    opening = _of_the_year(facts, small) if not record else ()
    opening = opening or _of_few_sessions(facts, small)
    template = week_beside(
        _number(facts, "return_1w", small),
        _number(facts, "return_1w", large),
        _number(facts, "relative_return_1w", small),
        record=bool(record),
    )
    when: Sentence = () if opening else (" this week",)
    told = filled(
        template,
        own=Reference("return_1w", small, form="magnitude"),
        other=Reference("return_1w", large, form="magnitude"),
        gap=Reference("relative_return_1w", small, form="words"),
        benchmark=f"the {names[1]}",
        when=record or when,
        week="" if opening else "the week ",
    )
    return (*opening, f"{'the' if opening else 'The'} {names[0]} ", *told, ".")


def _of_the_year(facts: Facts, small: str) -> Sentence:
    """Whether the week is one of the first or the last of a year, to begin with."""
    week, year = facts.get("return_1w", small), facts.get("return_ytd", small)
    if year.base and week.base:
        if year.base == week.base:
            return ("In the first week of the year, ",)
        if year.base > week.base:
            return ("As the year turned, ",)
        if (week.base - year.base).days < 7:
            return ("In the first full week of the year, ",)
    return ("In the last week of the year, ",) if is_last_of_year(week.as_of) else ()


def _of_few_sessions(facts: Facts, small: str) -> Sentence:
    """That the week was a short one, to begin with."""
    sessions = facts.get("sessions_1w", small)
    if sessions.withheld or sessions.value == FULL_WEEK:
        return ()
    return ("In a ", Reference("sessions_1w", small, form="words"), "-day week, ")


def _at_record(facts: Facts, small: str) -> Sentence:
    """To what record close the week led, if it did."""
    if facts.get("sessions_since_record", small).value != 0:
        return ()
    gap = facts.get("record_gap", small)
    if gap.withheld:
        start = Reference("record_closes_ytd", small, "history_start", "month")
        return (" to its first record close since at least ", start)
    if isinstance(gap.value, int) and gap.value >= LONG_WAIT:
        before = Reference("record_gap", small, "previous", "month")
        return (" to its first record close since ", before)
    count = Reference("record_closes_ytd", small, form="ordinal")
    return (" to its ", count, " record close of the year")


def _run(facts: Facts, small: str) -> Sentence:
    """The run on the side on which the week ended; of two the one unmatched for longer."""
    lead = direction(_number(facts, "relative_return_1w", small), "pp")
    side, where = ("outperformance", "ahead") if lead > 0 else ("underperformance", "behind")
    found: list[tuple[date, str, str]] = []
    for span, least in NOTABLE.items():
        metric = f"{side}_streak_{span}"
        figure = facts.get(metric, small).figure
        if isinstance(figure, Value) and isinstance(figure.value, int) and figure.value >= least:
            since = figure.parts["longest_since"].value
            found.append((since if isinstance(since, date) else date.min, metric, span))
    if not lead or not found:
        return ()
    since, metric, span = min(found)
    length = Reference(metric, small, form="words")
    tail = _unmatched(facts, metric, small, since)
    return (f" Small caps have been {where} for ", length, f" {span} in a row", *tail, ".")


def _unmatched(facts: Facts, metric: str, small: str, since: date) -> Sentence:
    """Since when there has been no run as long, if that is long ago."""
    fact = facts.get(metric, small)
    if since == date.min:
        start = Reference(metric, small, "history_start", "month")
        return (", the longest run since at least ", start)
    if (fact.as_of - since).days < RECENT:
        return ()
    ended = Reference(metric, small, "longest_since", "month")
    if str(fact.part("relation").value).startswith("matches"):
        return (", matching the run that ended in ", ended)
    return (", the longest run since ", ended)


def _year(facts: Facts, small: str, large: str, brief: bool) -> Sentence:
    """The year so far, said of small caps; in its first days the year before."""
    own, other = facts.get("return_ytd", small), facts.get("return_ytd", large)
    if own.base is None or other.base is None:
        return ()
    if (own.as_of - own.base).days <= YOUNG_YEAR:
        return _year_before(facts, small)
    template = year_beside(
        _number(facts, "return_ytd", small),
        _number(facts, "return_ytd", large),
        _number(facts, "relative_return_ytd", small),
        over=is_last_of_year(own.as_of),
        brief=brief,
    )
    return filled(
        template,
        own=Reference("return_ytd", small, form="magnitude"),
        other=Reference("return_ytd", large, form="magnitude"),
        gap=Reference("relative_return_ytd", small, form="words"),
        benchmark="large caps",
    )


def _year_before(facts: Facts, small: str) -> Sentence:
    if facts.get("calendar_year_relative", small).withheld:
        return ()
    lead = direction(_number(facts, "calendar_year_relative", small), "pp")
    if not lead:
        return ("did as well as large caps last year",)
    gap = Reference("calendar_year_relative", small, form="words")
    return (f"{'beat' if lead > 0 else 'trailed'} large caps by ", gap, " last year")


def _record(facts: Facts, small: str, brief: bool) -> Sentence:
    """How near the record is, said of small caps; nothing where the week has told of it."""
    since = facts.get("sessions_since_record", small)
    depth = Reference("drawdown", small, form="magnitude")
    if since.withheld:
        start = Reference("record_closes_ytd", small, "history_start", "month")
        return ("stand ", depth, " below their highest close since ", start)
    if since.value == 0:
        flat = not direction(_number(facts, "return_1w", small), "fraction")
        return ("closed at a record",) if flat else ()
    day: Sentence = (Reference("sessions_since_record", small, "record_date"),)
    of_day = () if brief else (" close of ", *day)
    if not direction(_number(facts, "drawdown", small), "fraction"):
        return ("stand level with their record", *of_day)
    sessions = facts.get("sessions_1w", small).value
    assert isinstance(since.value, int)
    if isinstance(sessions, int) and since.value < sessions:
        made: Sentence = (" set this week",) if brief else (" set on ", *day)
        return ("closed ", depth, " below a record", *made)
    state, recovery = _state(facts, small)
    return (state, depth, " below their record", *of_day, *(() if brief else recovery))


def _state(facts: Facts, small: str) -> tuple[str, Sentence]:
    """What a deep drawdown is called, and how much of a deeper one was made up."""
    fact = facts.get("drawdown", small)
    now, deepest = _number(facts, "drawdown", small), fact.part("depth").value
    assert isinstance(deepest, float)
    if now > CORRECTION:
        return "stand ", ()
    name = "bear market" if deepest <= BEAR else "correction"
    if fact.part("trough").value == fact.as_of:
        return f"closed at the low of this {name}, ", ()
    if (1 + now) / (1 + deepest) - 1 < (RECOVERY if deepest <= BEAR else REBOUND):
        named = now <= BEAR or name == "correction"
        return (f"are in a {name}, " if named else "stand "), ()
    if deepest > BEAR:
        return "stand ", ()
    share = next((words for limit, words in _MADE_UP if 1 - now / deepest < limit), "most")
    fall = Reference("drawdown", small, "depth", "magnitude")
    return "stand ", (f", having made up {share} of a fall of ", fall)
