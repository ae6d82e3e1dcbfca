"""The answer and the headlines: sentences by rule from facts made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from support_project import settings

from generator import graph, summary
from generator.facts import Fact, Facts, Figure, Lineage, Part, Value, Withheld

UNIVERSE = settings().universe
SMALL, LARGE = UNIVERSE.benchmarks.small, UNIVERSE.benchmarks.large
GONE = Withheld("it is not there")


def facts_of(figures: Mapping[str, Mapping[str, Figure]]) -> Facts:
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
                as_of=date(2026, 1, 16),
                lineage=Lineage(("^RUT",), ("0" * 64,)),
            )
            for subject, figure in by_subject.items()
        }
    return Facts(found)


def _run(length: int, since: date | None = None, relation: str = "exceeds") -> Value:
    parts = {
        "longest_since": Part(since, "date"),
        "relation": Part(relation, "text"),
        "history_start": Part(date(1987, 12, 31), "date"),
    }
    return Value(length, parts=parts)


def _record(sessions: int, day: date = date(2026, 1, 16)) -> Value:
    return Value(sessions, parts={"record_date": Part(day, "date")})


def _average(distance: float) -> Value:
    return Value(2400.0, parts={"distance": Part(distance, "fraction")})


def _week(**changes: Figure) -> Facts:
    """Return the facts of an ordinary week, some changed."""
    figures: dict[str, Figure] = {
        "return_1w": Value(0.0204),
        "relative_return_1w": Value(2.41),
        "relative_return_ytd": Value(6.31),
        "outperformance_streak_sessions": _run(0),
        "underperformance_streak_sessions": _run(0),
        "drawdown": Value(-0.0312),
        "sma_200": _average(0.15),
        "realised_volatility_21": Value(0.184),
        "sessions_since_record": _record(7, date(2026, 1, 7)),
        "record_closes_ytd": Value(3),
        **changes,
    }
    by_subject = {name: {SMALL: figure} for name, figure in figures.items()}
    return facts_of({**by_subject, "vix": {LARGE: changes.get("vix", Value(15.86))}})


def _answer(**changes: Figure) -> str:
    facts = _week(**changes)
    return facts.text(summary.answer(facts, UNIVERSE))


@pytest.mark.parametrize(
    ("own", "gap", "start"),
    [
        (0.0204, 2.41, "The Russell 2000 gained 2.04% on the week, 2.41 pp ahead of the S&P 500. "),
        (-0.011, -0.5, "The Russell 2000 lost 1.10% on the week, 0.50 pp behind the S&P 500. "),
        (-0.011, 0.5, "The Russell 2000 lost 1.10% on the week, 0.50 pp ahead of the S&P 500. "),
        (0.00004, 0.3, "The Russell 2000 ended the week where it began, 0.30 pp ahead of the "),
        (-0.00004, -0.3, "The Russell 2000 ended the week where it began, 0.30 pp behind the "),
        (0.02, 0.004, "The Russell 2000 gained 2.00% on the week, level with the S&P 500. "),
        (0.0, 0.0, "The Russell 2000 ended the week where it began, level with the S&P 500. "),
        (0.00005, 0.005, "The Russell 2000 gained 0.01% on the week, 0.01 pp ahead of the S&P 50"),
    ],
)
def test_the_week_and_the_benchmark(own: float, gap: float, start: str) -> None:
    """Rise, fall and rest are told by what is printed, not by what lies behind it."""
    assert _answer(return_1w=Value(own), relative_return_1w=Value(gap)).startswith(start)


@pytest.mark.parametrize(
    ("length", "since", "relation", "words"),
    [
        (2, None, "exceeds", None),
        (
            3,
            date(2025, 6, 5),
            "exceeds",
            "three sessions in a row, the longest run since June 2025",
        ),
        (
            11,
            None,
            "exceeds",
            "eleven sessions in a row, the longest run in a history that starts in December 1987",
        ),
        (
            11,
            date(2008, 6, 6),
            "matches",
            "eleven sessions in a row, matching the run that ended in June 2008",
        ),
        (23, date(2008, 6, 6), "exceeds", "23 sessions in a row, the longest run since June 2008"),
    ],
)
@pytest.mark.parametrize(
    ("metric", "side"),
    [
        ("outperformance_streak_sessions", "ahead"),
        ("underperformance_streak_sessions", "behind"),
    ],
)
def test_runs_of_three_and_more_are_told(
    metric: str, side: str, length: int, since: date | None, relation: str, words: str | None
) -> None:
    """A run is told from the third session on, with the last one that was as long."""
    text = _answer(**{metric: _run(length, since, relation)})
    if words is None:
        assert "in a row" not in text
    else:
        assert f"; it has been {side} for {words}. " in text


def test_a_withheld_run_is_not_told() -> None:
    """Without a streak the sentence ends earlier."""
    text = _answer(outperformance_streak_sessions=GONE, underperformance_streak_sessions=GONE)
    assert "in a row" not in text


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"sessions_since_record": _record(0), "record_closes_ytd": Value(1)},
         "It ended at a record, its first record close of the year."),
        ({"sessions_since_record": _record(0), "record_closes_ytd": Value(6)},
         "It ended at a record, its latest of six record closes this year."),
        ({}, "It stands 3.12% below its record close of 7 January 2026."),
        ({"sessions_since_record": GONE}, "It has made no record close in its history."),
    ],
)  # fmt: skip
def test_records(changes: dict[str, Figure], end: str) -> None:
    """At a record, below one, or without any."""
    assert _answer(**changes).endswith(f". {end}")


@pytest.mark.parametrize("metric", ["return_1w", "relative_return_1w"])
def test_a_withheld_week_is_a_bug(metric: str) -> None:
    """The benchmarks are always there; an answer without them is not made up."""
    with pytest.raises(AssertionError):
        _answer(**{metric: GONE})


def _states(before: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    found = summary.headlines(_week(**now), _week(**before), UNIVERSE)
    return {headline.reference.metric: headline.state for headline in found}


def test_the_headlines_are_always_the_same_eight() -> None:
    """Always these, always in this order, with the names of the benchmarks."""
    found = summary.headlines(_week(), _week(), UNIVERSE)
    assert [headline.label for headline in found] == [
        "Russell 2000, week",
        "Russell 2000 against S&P 500, week",
        "Russell 2000 against S&P 500, year to date",
        "Sessions ahead in a row",
        "Russell 2000 from its record close",
        "Russell 2000 from its 200-session average",
        "Russell 2000, realised volatility",
        "VIX",
    ]
    assert {headline.state for headline in found} == {"unchanged"}


@pytest.mark.parametrize(
    ("metric", "lower", "higher", "rise"),
    [
        ("return_1w", Value(-0.01), Value(0.01), "better"),
        ("relative_return_1w", Value(-0.4), Value(0.4), "better"),
        ("outperformance_streak_sessions", _run(2), _run(9), "better"),
        ("drawdown", Value(-0.2), Value(-0.1), "better"),
        ("sma_200", _average(-0.02), _average(0.03), "better"),
        ("realised_volatility_21", Value(0.15), Value(0.25), "worse"),
        ("vix", Value(15.0), Value(25.0), "worse"),
    ],
)
def test_better_and_worse(metric: str, lower: Value, higher: Value, rise: str) -> None:
    """More is better, but for volatility; the other way round it is the opposite."""
    fall = {"better": "worse", "worse": "better"}[rise]
    assert _states({metric: lower}, {metric: higher})[metric] == rise
    assert _states({metric: higher}, {metric: lower})[metric] == fall


def test_unchanged_is_what_prints_the_same() -> None:
    """A difference that nobody can read is none."""
    states = _states({"return_1w": Value(0.02041)}, {"return_1w": Value(0.02044)})
    assert states["return_1w"] == "unchanged"
    states = _states({"return_1w": Value(0.02044)}, {"return_1w": Value(0.02046)})
    assert states["return_1w"] == "better"


@pytest.mark.parametrize(
    ("before", "now"), [(GONE, Value(15.0)), (Value(15.0), GONE), (GONE, GONE)]
)
def test_what_is_withheld_cannot_be_compared(before: Figure, now: Figure) -> None:
    """If either week has no value there is no better or worse."""
    assert _states({"vix": before}, {"vix": now})["vix"] == "not comparable"


def test_states_that_changed() -> None:
    """Only states that are known in both weeks and differ are listed."""

    def states(cross: Figure, zone: str) -> Facts:
        rsi = Value(50.0, parts={"zone": Part(zone, "text")})
        by_name: dict[str, Figure] = {
            "sma_cross": cross,
            "relative_strength_cross": Value("golden"),
            "base_breakout": GONE,
            "rsi_14_daily": rsi,
            "rsi_14_weekly": rsi,
        }
        return facts_of({name: {SMALL: figure} for name, figure in by_name.items()})

    changed = summary.changed_states(
        states(Value("death"), "neutral"), states(Value("golden"), "neutral")
    )
    assert [(change.metric, change.subject, change.part) for change in changed] == [
        ("sma_cross", SMALL, None)
    ]
    changed = summary.changed_states(states(GONE, "overbought"), states(Value("golden"), "neutral"))
    assert [change.metric for change in changed] == ["rsi_14_daily", "rsi_14_weekly"]
    assert {change.part for change in changed} == {"zone"}
