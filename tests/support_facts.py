"""Facts made by hand: an ordinary week, some of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from support_project import settings

from generator import graph
from generator.facts import Fact, Facts, Figure, Lineage, Part, Value, Withheld

UNIVERSE = settings().universe
SMALL, LARGE = UNIVERSE.benchmarks.small, UNIVERSE.benchmarks.large
GONE = Withheld("it is not there")
AS_OF = date(2026, 1, 16)
WEEK_BASE, YEAR_BASE = date(2026, 1, 9), date(2025, 12, 31)


def facts_of(figures: Mapping[str, Mapping[str, Figure]], as_of: date = AS_OF) -> Facts:
    """Return facts with the real titles and units and these figures, by metric and subject."""
    found = {}
    for metric, by_subject in figures.items():
        known = graph.metrics()[metric]
        found[metric] = {
            subject: Fact(
                metric=metric,
                subject=subject,
                figure=figure,
                unit="points" if known.unit == "level" else known.unit,
                title=known.title,
                definition=known.definition,
                as_of=as_of,
                lineage=Lineage(("^RUT",), ("0" * 64,)),
            )
            for subject, figure in by_subject.items()
        }
    return Facts(found)


def run(length: int, since: date | None = None, relation: str = "the longest since") -> Value:
    """Return a run of sessions or weeks, and the end of the last one that was as long."""
    parts = {
        "longest_since": Part(since, "date"),
        "relation": Part(relation, "text"),
        "history_start": Part(date(1987, 9, 11), "date"),
    }
    return Value(length, parts=parts)


def since_record(sessions: int, day: date = AS_OF) -> Value:
    """Return the sessions since a record."""
    return Value(sessions, base=day, parts={"record_date": Part(day, "date")})


def records(count: int) -> Value:
    """Return the record closes of the year."""
    return Value(count, parts={"history_start": Part(date(1987, 9, 10), "date")})


def record_gap(sessions: int, before: date) -> Value:
    """Return the wait for the latest record."""
    return Value(sessions, base=before, parts={"previous": Part(before, "date")})


def drawdown(depth: float, lowest: float | None = None, trough: date = date(2025, 4, 8)) -> Value:
    """Return a drawdown, and the deepest it has been since its peak."""
    deepest = depth if lowest is None else lowest
    return Value(depth, parts={"depth": Part(deepest, "fraction"), "trough": Part(trough, "date")})


def average(distance: float) -> Value:
    """Return an average with the distance from it."""
    return Value(2400.0, parts={"distance": Part(distance, "fraction")})


def week(
    own: float = 0.0204,
    other: float = -0.0038,
    *,
    year: tuple[float, float] = (0.0789, 0.0138),
    bases: tuple[date, date] = (WEEK_BASE, YEAR_BASE),
    as_of: date = AS_OF,
    **changes: Figure,
) -> Facts:
    """Return the facts of a week by its returns and those of the year, some others changed.

    `bases` are those of the week and of the year.
    """
    figures: dict[str, Figure] = {
        "return_1w": Value(own, base=bases[0]),
        "relative_return_1w": Value(100 * (own - other), base=bases[0]),
        "return_ytd": Value(year[0], base=bases[1]),
        "relative_return_ytd": Value(100 * (year[0] - year[1]), base=bases[1]),
        "sessions_1w": Value(5, base=bases[0]),
        "outperformance_streak_sessions": run(0),
        "underperformance_streak_sessions": run(0),
        "outperformance_streak_weeks": run(0),
        "underperformance_streak_weeks": run(0),
        "drawdown": drawdown(-0.0312),
        "sessions_since_record": since_record(7, date(2026, 1, 7)),
        "record_closes_ytd": records(3),
        "record_gap": record_gap(2, date(2026, 1, 5)),
        "calendar_year_relative": Value(-5.1),
        "sma_200": average(0.15),
        "realised_volatility_21": Value(0.184),
        **changes,
    }
    vix = figures.pop("vix", Value(15.86))
    by_subject = {name: {SMALL: figure} for name, figure in figures.items()}
    by_subject["return_1w"][LARGE] = Value(other, base=bases[0])
    by_subject["return_ytd"][LARGE] = Value(year[1], base=bases[1])
    return facts_of({**by_subject, "vix": {LARGE: vix}}, as_of)
