"""The answer: sentences by rule from facts made by hand."""

from __future__ import annotations

from datetime import date

import pytest
from support_facts import (
    GONE,
    UNIVERSE,
    drawdown,
    record_gap,
    records,
    run,
    since_record,
    week,
)

from generator.answer import METRICS, answer
from generator.facts import Facts, Figure, Value

NEW_YEAR = date(2025, 12, 31)


def text(facts: Facts) -> str:
    """The answer as plain text."""
    return facts.text(answer(facts, UNIVERSE))


def sentences(facts: Facts) -> list[str]:
    """The answer's sentences."""
    return [sentence.rstrip(".") for sentence in text(facts).split(". ")]


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        (0.0204, -0.0038, "climbed 2.04% this week while the S&P 500 slipped 0.38%"),
        (-0.0533, 0.0081, "tumbled 5.33% this week while the S&P 500 rose 0.81%"),
        (0.012, 0.009, "rose 1.20% this week, 0.30 percentage points more than the S&P 500"),
        (0.1, 0.07, "soared 10.00% this week, beating the S&P 500 by 3.00 percentage points"),
        (0.012, 0.015, "rose 1.20% this week, 0.30 percentage points less than the S&P 500"),
        (0.012, 0.025, "rose 1.20% this week but lagged the S&P 500 by 1.30 percentage points"),
        (-0.012, -0.009, "fell 1.20% this week, 0.30 percentage points more than the S&P 500"),
        (-0.165, -0.088, "plunged 16.50% this week, 7.70 percentage points more than the S&P 500"),
        (-0.012, -0.015, "fell 1.20% this week, 0.30 percentage points less than the S&P 500"),
        (
            -0.021,
            -0.03,
            "dropped 2.10% this week but held up better than the S&P 500, which lost 3",
        ),
        (0.02, 0.02, "climbed 2.00% this week, as much as the S&P 500"),
        (-0.0004, -0.00044, "slipped 0.04% this week, as much as the S&P 500"),
        (0.00004, 0.003, "ended the week where it began while the S&P 500 edged up 0.30%"),
        (-0.00004, -0.06, "ended the week where it began while the S&P 500 tumbled 6.00%"),
        (0.0, 0.0, "ended the week where it began, and so did the S&P 500"),
        (0.01, 0.00004, "rose 1.00% this week while the S&P 500 ended where it began"),
    ],
)
def test_the_week_and_the_benchmark(own: float, other: float, told: str) -> None:
    """Rise, fall and rest of both are told by what is printed, not by what lies behind it."""
    assert sentences(week(own, other))[0].startswith(f"The Russell 2000 {told}")


@pytest.mark.parametrize(
    ("sessions", "start"),
    [
        (5, "The Russell 2000 climbed 2.04% this week while"),
        (4, "In a four-day week, the Russell 2000 climbed 2.04% while"),
        (1, "In a one-day week, the Russell 2000 climbed 2.04% while"),
    ],
)
def test_a_short_week_is_named(sessions: int, start: str) -> None:
    """A week of holidays begins with its sessions."""
    assert text(week(sessions_1w=Value(sessions))).startswith(start)


def test_a_flat_short_week() -> None:
    """The week is not named twice."""
    flat = week(0.0, 0.01, sessions_1w=Value(4))
    assert text(flat).startswith("In a four-day week, the Russell 2000 ended where it began while")


@pytest.mark.parametrize(
    ("as_of", "base", "start"),
    [
        (date(2026, 1, 2), date(2025, 12, 26), "As the year turned, the Russell 2000"),
        (date(2026, 1, 9), date(2026, 1, 2), "In the first full week of the year, the Russell"),
        (date(2024, 1, 5), date(2023, 12, 29), "In the first week of the year, the Russell 2000"),
        (date(2026, 1, 16), date(2026, 1, 9), "The Russell 2000"),
    ],
)
def test_the_first_weeks_of_a_year(as_of: date, base: date, start: str) -> None:
    """They begin with it, and tell of the year before where the new one is hardly more."""
    year_base = date(as_of.year - 1, 12, 29 if as_of.year == 2024 else 31)
    facts = week(as_of=as_of, bases=(base, year_base))
    assert text(facts).startswith(start)
    before = "Small caps trailed large caps by 5.10 percentage points last year"
    assert (before in sentences(facts)) == ((as_of - year_base).days <= 14)


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (Value(0.002), "Small caps did as well as large caps last year"),
        (Value(9.98), "Small caps beat large caps by 9.98 percentage points last year"),
        (GONE, "Small caps stand 3.12% below their record close of 7 January 2026"),
    ],
)
def test_the_year_before(gap: Figure, told: str) -> None:
    """Ahead, level, or withheld."""
    bases = (date(2026, 1, 2), NEW_YEAR)
    facts = week(as_of=date(2026, 1, 9), bases=bases, calendar_year_relative=gap)
    assert sentences(facts)[1] == told


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        (0.0789, 0.0138, "are up 7.89% this year, 6.51 percentage points ahead of large caps"),
        (0.0789, 0.1138, "are up 7.89% this year but trail large caps by 3.49 percentage points"),
        (0.03, -0.012, "are up 3.00% this year while large caps are down 1.20%"),
        (-0.03, 0.012, "are down 3.00% this year while large caps are up 1.20%"),
        (-0.03, -0.05, "are down 3.00% this year but 2.00 percentage points ahead of large caps"),
        (-0.05, -0.03, "are down 5.00% this year, 2.00 percentage points behind large caps"),
        (-0.05, -0.052, "are down 5.00% this year, 0.20 percentage points less than large caps"),
        (0.05, 0.052, "are up 5.00% this year, 0.20 percentage points behind large caps"),
        (-0.05, -0.05, "are down 5.00% this year, as much as large caps"),
        (0.0, 0.0, "are where they began the year, like large caps"),
        (0.0, 0.02, "are where they began the year while large caps are up 2.00%"),
        (0.02, 0.0, "are up 2.00% this year while large caps are unchanged"),
    ],
)
def test_the_year_so_far(own: float, other: float, told: str) -> None:
    """Its direction, and how it compares, in every case."""
    assert sentences(week(year=(own, other)))[1] == f"Small caps {told}"


def test_the_year_that_is_over() -> None:
    """In its last week the year is told as past."""
    days = {"as_of": date(2021, 12, 31), "bases": (date(2021, 12, 23), date(2020, 12, 31))}
    ahead = week(0.002, 0.009, year=(0.137, 0.269), **days)  # type: ignore[arg-type]
    assert text(ahead).startswith("In the last week of the year, the Russell 2000 edged up 0.20%")
    told = "Small caps ended the year up 13.70% but trailed large caps by 13.20 percentage points"
    assert sentences(ahead)[1] == told
    apart = week(0.002, 0.009, year=(-0.02, 0.03), **days)  # type: ignore[arg-type]
    told = "Small caps ended the year down 2.00% while large caps were up 3.00%"
    assert sentences(apart)[1] == told


def test_without_a_return_of_the_year_it_is_left_out() -> None:
    """A history that begins within the year tells of the record alone."""
    found = sentences(week(return_ytd=GONE))
    assert found[1:] == ["Small caps stand 3.12% below their record close of 7 January 2026"]


@pytest.mark.parametrize(
    ("length", "since", "relation", "told"),
    [
        (5, None, "the longest in the history", None),
        (6, date(2025, 12, 5), "the longest since", "six sessions in a row"),
        (6, date(2025, 6, 5), "the longest since",
         "six sessions in a row, the longest run since June 2025"),
        (11, None, "the longest in the history",
         "11 sessions in a row, the longest run since at least September 1987"),
        (11, date(2008, 6, 6), "matches the run to",
         "11 sessions in a row, matching the run that ended in June 2008"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", ["ahead", "behind"])
def test_long_runs_are_told(
    side: str, length: int, since: date | None, relation: str, told: str | None
) -> None:
    """From the sixth session on, with the last run as long if that is long ago."""
    returns = (0.02, 0.01) if side == "ahead" else (0.01, 0.02)
    name = "outperformance" if side == "ahead" else "underperformance"
    facts = week(*returns, **{f"{name}_streak_sessions": run(length, since, relation)})
    if told is None:
        assert "in a row" not in text(facts)
    else:
        assert sentences(facts)[1] == f"Small caps have been {side} for {told}"


def test_of_two_runs_the_rarer_is_told() -> None:
    """Weeks rather than sessions where the weeks have had no match for longer."""
    sessions, weeks = run(9, date(2020, 5, 1)), run(5, date(2011, 3, 4))
    facts = week(outperformance_streak_sessions=sessions, outperformance_streak_weeks=weeks)
    assert "for five weeks in a row, the longest run since March 2011." in text(facts)
    facts = week(
        outperformance_streak_sessions=sessions,
        outperformance_streak_weeks=run(5, date(2025, 12, 5)),
    )
    assert "for nine sessions in a row, the longest run since May 2020." in text(facts)


def test_a_run_makes_the_rest_brief() -> None:
    """Beside a run the year's lead and the record's date are left out."""
    facts = week(outperformance_streak_weeks=run(4, date(2025, 10, 3)))
    assert text(facts).endswith(
        "Small caps have been ahead for four weeks in a row. They are up 7.89% this year, more "
        "than large caps, and stand 3.12% below their record."
    )


@pytest.mark.parametrize(
    ("year", "told"),
    [
        ((0.03, 0.05), "are up 3.00% this year, less than large caps"),
        ((-0.03, -0.05), "are down 3.00% this year, less than large caps"),
        ((-0.05, -0.03), "are down 5.00% this year, more than large caps"),
        ((0.03, -0.05), "are up 3.00% this year while large caps are down"),
        ((0.03, 0.03), "are up 3.00% this year, as much as large caps"),
    ],
)
def test_the_year_in_brief(year: tuple[float, float], told: str) -> None:
    """Who is ahead follows the sign, and the direction."""
    facts = week(year=year, outperformance_streak_weeks=run(4, date(2025, 10, 3)))
    assert f"They {told}, and stand" in text(facts)


@pytest.mark.parametrize("lead", [(0.01, 0.01), (0.01, 0.0100004)])
def test_no_run_is_told_of_a_level_week(lead: tuple[float, float]) -> None:
    """What prints as level is no week ahead."""
    facts = week(*lead, outperformance_streak_weeks=run(6), underperformance_streak_weeks=run(6))
    assert "in a row" not in text(facts)


def test_a_withheld_run_is_not_told() -> None:
    """Without a streak the answer is shorter."""
    gone = {
        f"{side}performance_streak_{span}": GONE
        for side in ("out", "under")
        for span in ("sessions", "weeks")
    }
    assert "in a row" not in text(week(**gone))


@pytest.mark.parametrize(
    ("count", "gap", "told"),
    [
        (6, record_gap(0, date(2026, 1, 15)), "to its sixth record close of the year"),
        (22, record_gap(5, date(2026, 1, 8)), "to its 22nd record close of the year"),
        (1, record_gap(20, date(2025, 12, 11)), "to its first record close of the year"),
        (1, record_gap(967, date(2021, 11, 8)), "to its first record close since November 2021"),
        (1, GONE, "to its first record close since at least September 1987"),
    ],
)
def test_a_week_that_ends_at_a_record(count: int, gap: Figure, told: str) -> None:
    """The record stands in the first sentence, and nothing is below it."""
    record = {
        "sessions_since_record": since_record(0),
        "record_closes_ytd": records(count),
        "record_gap": gap,
        "drawdown": drawdown(0.0),
    }
    found = sentences(week(**record))
    assert found[0] == f"The Russell 2000 climbed 2.04% {told} while the S&P 500 slipped 0.38%"
    assert found[1:] == [
        "Small caps are up 7.89% this year, 6.51 percentage points ahead of large caps"
    ]
    beaten = sentences(week(0.012, 0.009, **record))[0]
    assert beaten.endswith(f"{told}, beating the S&P 500 by 0.30 percentage points")
    lagged = sentences(week(0.012, 0.014, **record))[0]
    assert lagged.endswith(f"{told}, 0.20 percentage points behind the S&P 500")
    lagged = sentences(week(0.012, 0.018, **record))[0]
    assert lagged.endswith(f"{told} but lagged the S&P 500 by 0.60 percentage points")
    flat = sentences(week(0.00001, 0.014, **record))
    assert flat[-1] == "They closed at a record"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "stand 3.12% below their record close of 7 January 2026"),
        ({"drawdown": drawdown(-0.00001)}, "stand level with their record close of 7 January 2026"),
        ({"sessions_since_record": since_record(1, date(2026, 1, 15))},
         "closed 3.12% below a record set on 15 January 2026"),
        ({"sessions_since_record": GONE}, "stand 3.12% below their highest close since"),
        ({"drawdown": drawdown(-0.12)}, "are in a correction, 12.00% below their record close of"),
        ({"drawdown": drawdown(-0.12, -0.13)}, "are in a correction, 12.00% below their record"),
        ({"drawdown": drawdown(-0.12, -0.13, date(2026, 1, 16))},
         "closed at the low of this correction, 12.00% below their record close of 7"),
        ({"drawdown": drawdown(-0.11, -0.199)}, "stand 11.00% below their record close of 7"),
        ({"drawdown": drawdown(-0.22)}, "are in a bear market, 22.00% below their record close of"),
        ({"drawdown": drawdown(-0.22, -0.22, date(2026, 1, 16))},
         "closed at the low of this bear market, 22.00% below their record close of 7"),
        ({"drawdown": drawdown(-0.19, -0.22)}, "stand 19.00% below their record close of 7 Janu"),
        ({"drawdown": drawdown(-0.3, -0.45)},
         "stand 30.00% below their record close of 7 January 2026, having made up less than half "
         "of a fall of 45.00%"),
        ({"drawdown": drawdown(-0.2, -0.4)},
         "stand 20.00% below their record close of 7 January 2026, having made up about half of a "
         "fall of 40.00%"),
        ({"drawdown": drawdown(-0.15, -0.4)},
         "stand 15.00% below their record close of 7 January 2026, having made up more than half "
         "of a fall of 40.00%"),
        ({"drawdown": drawdown(-0.11, -0.6)},
         "stand 11.00% below their record close of 7 January 2026, having made up most of a fall "
         "of 60.00%"),
    ],
)  # fmt: skip
def test_how_far_the_record_is(changes: dict[str, Figure], told: str) -> None:
    """Near, far, on the way down and on the way up."""
    assert sentences(week(**changes))[2].startswith(f"They {told}")


@pytest.mark.parametrize("metric", ["return_1w", "relative_return_1w"])
def test_a_withheld_week_is_a_bug(metric: str) -> None:
    """The benchmarks are always there; an answer without them is not made up."""
    with pytest.raises((AssertionError, AttributeError)):
        text(week(**{metric: GONE}))


def test_the_metrics_are_all_that_is_needed() -> None:
    """The facts of no other metric are looked at."""
    facts = week()
    known = Facts({metric: facts.of(metric) for metric in METRICS})
    assert text(known) == text(facts)
