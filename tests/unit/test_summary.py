"""The headlines and what changed: states by rule from facts made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from support_facts import GONE, SMALL, UNIVERSE, average, drawdown, facts_of, run, week

from generator import summary
from generator.facts import Facts, Figure, Part, Value


def _states(before: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    """The state of each headline by its metric."""
    found = summary.headlines(week(**now), week(**before), UNIVERSE)
    return {headline.reference.metric: headline.state for headline in found}


def test_the_headlines_are_always_the_same_eight() -> None:
    """Always these, always in this order, with the names of the benchmarks."""
    found = summary.headlines(week(), week(), UNIVERSE)
    assert [headline.label for headline in found] == [
        "Russell 2000 on the week",
        "Against the S&P 500 on the week",
        "Against the S&P 500 this year",
        "Sessions ahead in a row",
        "Distance from the record close",
        "Distance from the 200-session average",
        "Realised volatility, 21 sessions",
        "VIX, volatility expected of the S&P 500",
    ]
    assert {headline.state for headline in found} == {"unchanged"}


@pytest.mark.parametrize(
    ("metric", "lower", "higher", "rise"),
    [
        ("return_1w", Value(-0.01), Value(0.01), "better"),
        ("relative_return_1w", Value(-0.4), Value(0.4), "better"),
        ("outperformance_streak_sessions", run(2), run(9), "better"),
        ("drawdown", drawdown(-0.2), drawdown(-0.1), "better"),
        ("sma_200", average(-0.02), average(0.03), "better"),
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
