"""What moved: the rank of changes, and states that turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from support_facts import GONE, LARGE, SMALL, UNIVERSE, facts_of, run, since_record

from generator.facts import Facts, Figure, Part, Value
from generator.movements import ENOUGH, METRICS, RANKED, STATES, Movement, rank, turned


def week(**figures: dict[str, Figure]) -> Facts:
    """Return the followed figures of a week end: these, and none of the others."""
    return facts_of({**{metric: {} for metric in METRICS}, **figures})


def rsi(value: float, zone: str = "neutral") -> Value:
    """Return Wilder's index with its zone."""
    return Value(value, parts={"zone": Part(zone, "text")})


def weeks(metric: str, subject: str, values: Sequence[float | None]) -> list[Facts]:
    """Return week ends with one figure of one series."""
    return [week(**{metric: {subject: GONE if v is None else rsi(v)}}) for v in values]


def steady(last: float, step: float = 2.0, count: int = ENOUGH) -> list[float]:
    """Return values that go up and down by a step, and then make one of another size."""
    values = [50.0 + step * (place % 2) for place in range(count + 1)]
    return [*values, values[-1] + last]


def both(first: Sequence[Facts], second: Sequence[Facts], metric: str) -> list[Facts]:
    """Return week ends with the figures of two series."""
    pairs = zip(first, second, strict=True)
    return [week(**{metric: {**bare(a, metric), **bare(b, metric)}}) for a, b in pairs]


def bare(facts: Facts, metric: str) -> dict[str, Figure]:
    """Return a metric's figures by series."""
    return {subject: fact.figure for subject, fact in facts.of(metric).items()}


def figures(movements: Sequence[Movement]) -> list[str]:
    return [f"{movement.kind.metric}.{movement.subject}" for movement in movements]


def test_a_change_is_measured_by_those_before() -> None:
    """A change of five where two is usual is two and a half times the median."""
    (found,) = rank(weeks("rsi_14_daily", SMALL, steady(5.0)), UNIVERSE)
    assert (found.change, found.unit, found.unusual) == (5.0, "rsi", 2.5)
    assert found.earlier == (2.0, -2.0) * (ENOUGH // 2) + (2.0,) * (ENOUGH % 2)


def test_what_is_unusual_for_itself_comes_first() -> None:
    """A smaller change stands above a larger one where changes are usually smaller."""
    small = weeks("rsi_14_daily", SMALL, steady(6.0, step=6.0))
    large = weeks("rsi_14_daily", LARGE, steady(4.0, step=1.0))
    found = rank(both(small, large, "rsi_14_daily"), UNIVERSE)
    assert figures(found) == [f"rsi_14_daily.{LARGE}", f"rsi_14_daily.{SMALL}"]
    assert [movement.unusual for movement in found] == [4.0, 1.0]


def test_equally_unusual_changes_keep_a_fixed_order() -> None:
    """The order is that of the table, then that of the universe, whatever that of the facts."""
    series = weeks("rsi_14_daily", LARGE, steady(4.0)), weeks("rsi_14_daily", SMALL, steady(-4.0))
    expected = [
        f"rsi_14_daily.{subject}" for subject in UNIVERSE.series if subject in (SMALL, LARGE)
    ]
    assert figures(rank(both(*series, "rsi_14_daily"), UNIVERSE)) == expected
    assert figures(rank(both(*series[::-1], "rsi_14_daily"), UNIVERSE)) == expected
    mixed = [
        week(rsi_14_weekly=bare(a, "rsi_14_daily"), rsi_14_daily=bare(b, "rsi_14_daily"))
        for a, b in zip(*series, strict=True)
    ]
    assert [m.kind.metric for m in rank(mixed, UNIVERSE)] == ["rsi_14_daily", "rsi_14_weekly"]


def test_a_short_history_is_ranked_below_and_not_guessed() -> None:
    """With one change too few there is no rank, however large the change."""
    short = weeks("rsi_14_daily", SMALL, [None, *steady(40.0, count=ENOUGH - 1)])
    long = weeks("rsi_14_daily", LARGE, steady(0.1))
    found = rank(both(short, long, "rsi_14_daily"), UNIVERSE)
    assert figures(found) == [f"rsi_14_daily.{LARGE}", f"rsi_14_daily.{SMALL}"]
    assert (found[1].unusual, len(found[1].earlier)) == (None, ENOUGH - 1)


def test_what_is_withheld_in_either_week_did_not_move() -> None:
    """A change needs both values; a gap further back only leaves two changes out."""
    for values in ([*steady(5.0)[:-1], None], [*steady(5.0)[:-2], None, 60.0]):
        assert rank(weeks("rsi_14_daily", SMALL, values), UNIVERSE) == []
    values = [*steady(5.0, count=ENOUGH + 2)]
    (found,) = rank(weeks("rsi_14_daily", SMALL, [*values[:4], None, *values[5:]]), UNIVERSE)
    assert len(found.earlier) == ENOUGH


def test_a_figure_that_never_moves_and_does_is_the_most_unusual() -> None:
    """There is no median to divide by; a figure that stays as it was is the least unusual."""
    still = [50.0] * (ENOUGH + 1)
    (moved,) = rank(weeks("rsi_14_daily", SMALL, [*still, 50.5]), UNIVERSE)
    (unmoved,) = rank(weeks("rsi_14_daily", SMALL, [*still, 50.0]), UNIVERSE)
    assert (moved.unusual, unmoved.unusual) == (math.inf, 0.0)


def test_the_fund_pair_is_not_told_beside_the_indexes_it_repeats() -> None:
    """IWM moves as the Russell 2000 does."""
    pair = UNIVERSE.fund_pair.small
    found = rank(
        both(
            weeks("rsi_14_daily", pair, steady(9.0)),
            weeks("rsi_14_daily", SMALL, steady(3.0)),
            "rsi_14_daily",
        ),
        UNIVERSE,
    )
    assert figures(found) == [f"rsi_14_daily.{SMALL}"]


def test_a_broken_run_is_a_turn_and_a_shorter_or_longer_one_is_not() -> None:
    """Six sessions are a run that is told: it turns when it gets there and when it ends."""
    for before, now, expected in ((11, 0, 1), (5, 6, 1), (0, 5, 0), (6, 11, 0), (4, 0, 0)):
        found = turned(
            week(outperformance_streak_sessions={SMALL: run(now)}),
            week(outperformance_streak_sessions={SMALL: run(before)}),
            UNIVERSE,
        )
        assert len(found) == expected, (before, now)
        assert [turn.before for turn in found] == [before] * expected


def test_a_record_and_the_end_of_records_are_turns() -> None:
    """What counts is whether the last close is one."""
    at, past = since_record(0), since_record(1, date(2026, 1, 15))
    for before, now, expected in ((at, past, 1), (past, at, 1), (at, at, 0), (past, past, 0)):
        found = turned(
            week(sessions_since_record={SMALL: now}),
            week(sessions_since_record={SMALL: before}),
            UNIVERSE,
        )
        assert len(found) == expected


def test_crosses_breakouts_and_zones_turn_in_the_order_of_the_table() -> None:
    """Each is a state in words; one that is withheld in either week is none."""
    before = week(
        sma_cross={SMALL: Value("death"), LARGE: GONE},
        base_breakout={SMALL: Value("triggered")},
        rsi_14_daily={SMALL: rsi(69.0), LARGE: rsi(50.0)},
    )
    now = week(
        rsi_14_daily={SMALL: rsi(71.0, "overbought"), LARGE: rsi(55.0)},
        base_breakout={SMALL: Value("confirmed")},
        sma_cross={SMALL: Value("golden"), LARGE: Value("golden")},
    )
    found = turned(now, before, UNIVERSE)
    assert [(turn.kind.metric, turn.subject, turn.before) for turn in found] == [
        ("sma_cross", SMALL, "death"),
        ("base_breakout", SMALL, "triggered"),
        ("rsi_14_daily", SMALL, "neutral"),
    ]


def test_every_followed_figure_is_told_by_a_sentence_with_a_number_in_it() -> None:
    """No sentence stands without a fact, and no figure is followed twice."""
    for kind in (*RANKED, *STATES):
        assert any(mark in kind.words for mark in ("{fact}", "{count}", "{when}")), kind
        assert ("{when}" in kind.words) == (kind.when is not None), kind
    for table in (RANKED, STATES):
        names = [(kind.metric, kind.part) for kind in table]
        assert len(names) == len(set(names))
