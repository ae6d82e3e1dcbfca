"""The ledger of forecasts: pending, resolved by the data, or why not; and their makers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support_conditions import KNOWN, HandMade, asserted, called, forecast, past
from support_facts import GONE
from support_project import REPOSITORY

from generator.facts import Value
from generator.forecasts import (
    Forecast,
    ForecastState,
    horizon_reached,
    ledger,
    needed,
    read_forecasts,
)
from generator.makers import RANKED_FROM, makers

YEAR_END = date(2026, 12, 31)
BEATS = {"return_ytd__russell_2000": 0.12, "return_ytd__sp_500": 0.0778}


def _state(
    made: Forecast, seen: HandMade, *, as_of: date | None = None, simulated: bool = False
) -> ForecastState:
    (state,) = ledger((made,), seen, as_of=as_of or seen.last, simulated=simulated, name=called)
    return state


def test_before_its_horizon_a_forecast_is_pending_with_the_days_to_go() -> None:
    """From 16 January to 31 December 2026 it is 349 days; nothing has come true or failed."""
    state = _state(forecast(), past(**BEATS))
    assert (state.state, state.days_to_go, state.came_true) == ("pending", 349, None)
    assert (state.error, state.outcomes, state.note) == ("", (), "")
    assert state.asserted == ("ahead of S&P 500",)


def test_so_far_is_told_only_in_the_year_of_the_horizon() -> None:
    """A year to date says nothing of a year that has not begun."""
    during, before = _state(forecast(), past(**BEATS)), past(date(2025, 12, 12), **BEATS)
    assert [outcome.computed for outcome in during.so_far] == ["+12.00% against +7.78%"]
    assert _state(forecast(), before).so_far == ()
    assert before.asked == set()


def test_a_relation_resolves_with_by_how_much_it_held_or_failed() -> None:
    """12% against 7.78% held by 4.22 points; the other way round it failed by as many."""
    held = _state(forecast(), past(YEAR_END, **BEATS))
    assert (held.state, held.came_true, held.error) == ("resolved", True, "held by 4.22 pp")
    behind = forecast(asserts=(asserted(behind="return_ytd.sp_500"),))
    failed = _state(behind, past(YEAR_END, **BEATS))
    assert (failed.state, failed.came_true, failed.error) == (
        "resolved",
        False,
        "failed by 4.22 pp",
    )
    assert failed.days_to_go is None and failed.so_far == ()


@pytest.mark.parametrize(
    ("said", "came", "true", "error"),
    [
        ({"is": "10%"}, 0.12, False, "+2.00 pp"),
        ({"is": "14%"}, 0.12, False, "−2.00 pp"),
        ({"is": "12%"}, 0.1234, True, "+0.34 pp"),
        ({"about": "12%"}, 0.1295, True, "+0.95 pp"),
        ({"over": "10%"}, 0.12, True, "held by 2.00 pp"),
        ({"under": "10%"}, 0.12, False, "failed by 2.00 pp"),
        ({"at_least": "12%"}, 0.12, True, "held by 0.00 pp"),
    ],
)
def test_the_error_is_what_came_minus_what_was_said(
    said: dict[str, str], came: float, true: bool, error: str
) -> None:
    """A value that was too low has a positive error; a bound holds or fails by so much."""
    made = forecast(asserts=(asserted(**said),))
    state = _state(made, past(YEAR_END, return_ytd__russell_2000=came))
    assert (state.came_true, state.error) == (true, error)


@pytest.mark.parametrize(
    ("horizon", "as_of", "reached"),
    [
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2026, 12, 30), False),
        (date(2026, 1, 18), date(2026, 1, 16), True),  # a Sunday
        (date(2026, 1, 17), date(2026, 1, 15), False),  # a Saturday, Friday is still to come
        (date(2026, 1, 19), date(2026, 1, 16), True),  # Martin Luther King Day
        (date(2026, 1, 20), date(2026, 1, 16), False),
        (date(2026, 4, 3), date(2026, 4, 2), True),  # Good Friday
        (date(2027, 1, 3), date(2026, 12, 31), True),  # New Year's Day and a weekend
        (date(2026, 1, 16), date(2026, 1, 23), True),
    ],
)
def test_the_horizon_is_reached_with_its_last_session(
    horizon: date, as_of: date, reached: bool
) -> None:
    """Weekends and holidays resolve on the session before them, and no session earlier."""
    assert horizon_reached(horizon, as_of) is reached
    seen = past(as_of, **BEATS)
    state = _state(forecast(horizon=horizon), seen)
    assert state.state == ("resolved" if reached else "pending")
    assert state.days_to_go == (None if reached else (horizon - as_of).days)


def test_what_comes_after_the_horizon_is_not_looked_at() -> None:
    """A forecast for 2026 stays as it was decided on the last session of 2026."""
    came = {date(2025, 1, 2): Value(0.12), date(2027, 1, 4): Value(-0.3)}
    seen = past(date(2027, 1, 8), return_ytd__russell_2000=came, return_ytd__sp_500=0.05)
    state = _state(forecast(horizon=date(2027, 1, 2)), seen)
    assert (state.came_true, state.error) == (True, "held by 7.00 pp")
    assert seen.asked == {YEAR_END}
    assert [outcome.as_of for outcome in state.outcomes] == [YEAR_END]


@pytest.mark.parametrize("simulated", [False, True])
@pytest.mark.parametrize(
    "as_of", [date(2025, 12, 12), date(2026, 1, 16), YEAR_END, date(2027, 1, 8)]
)
def test_what_the_ledger_looks_at_is_announced_before(as_of: date, simulated: bool) -> None:
    """So that the figures of one day are computed together."""
    seen, made = past(as_of, **BEATS), [forecast(), forecast("b", horizon=date(2026, 6, 30))]
    announced = needed(made, seen, as_of, simulated=simulated)
    ledger(made, seen, as_of=as_of, simulated=simulated, name=called)
    assert {day for day, _ in announced} == seen.asked
    figures = {"return_ytd.russell_2000", "return_ytd.sp_500"}
    assert {figure for _, figure in announced} == (figures if seen.asked else set())


def test_simulated_data_resolve_nothing() -> None:
    """Before the horizon it is pending, afterwards it cannot be resolved; no figure is shown."""
    early, late = past(**BEATS), past(YEAR_END, **BEATS)
    pending, over = (_state(forecast(), seen, simulated=True) for seen in (early, late))
    assert (pending.state, pending.days_to_go, pending.so_far) == ("pending", 349, ())
    assert (over.state, over.note) == ("cannot be resolved", "simulated data")
    assert (over.came_true, over.outcomes, over.error) == (None, (), "")
    assert early.asked == late.asked == set()


def test_a_missing_series_leaves_a_forecast_open_with_the_reason() -> None:
    """What is not there is said; nothing is decided without it."""
    state = _state(forecast(), past(YEAR_END, return_ytd__russell_2000=0.12))
    assert (state.state, state.came_true) == ("cannot be resolved", None)
    assert state.note == f"S&P 500: {GONE.reason}"


def test_one_part_that_failed_decides_even_where_another_is_missing() -> None:
    """All of it had to hold."""
    both = (asserted(over="20%"), asserted("return_ytd.iwm", over="1%"))
    state = _state(forecast(asserts=both), past(YEAR_END, return_ytd__russell_2000=0.12))
    assert (state.state, state.came_true, state.error) == ("resolved", False, "failed by 8.00 pp")


def test_a_figure_that_this_report_does_not_make_is_never_resolved() -> None:
    """The reason stands from the first day on."""
    made = forecast(asserts=(), not_checkable="this report has no earnings")
    for seen in (past(), past(YEAR_END)):
        state = _state(made, seen)
        assert (state.state, state.note) == ("cannot be resolved", "this report has no earnings")
        assert state.days_to_go is None and state.came_true is None


def test_an_edition_knows_no_forecast_that_was_entered_later() -> None:
    """A later entry does not change what is published; a forecast leaves the list after a year."""
    week_before, week = date(2025, 12, 5), date(2025, 12, 12)
    for as_of, count in ((week_before, 0), (week, 1)):
        seen = past(as_of, **BEATS)
        assert len(ledger((forecast(),), seen, as_of=as_of, simulated=False, name=called)) == count
    old = forecast(made=date(2024, 1, 2), horizon=date(2025, 1, 15))
    assert _state(old, past(date(2026, 1, 16), **BEATS)).listed  # 366 days
    assert not _state(old, past(date(2026, 1, 20), **BEATS)).listed


def _resolved(
    count: int, *, maker: str, said: str = "10%", came: float = 0.12
) -> list[ForecastState]:
    seen = past(YEAR_END, return_ytd__russell_2000=came)
    asserts = (asserted(**{"is": said}),)
    made = [forecast(f"one-{n}", maker=maker, asserts=asserts) for n in range(count)]
    return list(ledger(made, seen, as_of=YEAR_END, simulated=False, name=called))


def test_nine_resolved_forecasts_make_no_ranking_and_ten_do() -> None:
    """Those with fewer stand by their name, behind those that are ranked."""
    nine = makers(_resolved(9, maker="Z") + _resolved(3, maker="b") + _resolved(1, maker="A"))
    assert [(maker.name, maker.rank) for maker in nine] == [("A", None), ("b", None), ("Z", None)]
    right = _resolved(RANKED_FROM, maker="Right", said="12%")
    ten = makers([*_resolved(9, maker="A"), *_resolved(RANKED_FROM, maker="Wrong"), *right])
    assert [(maker.name, maker.rank) for maker in ten] == [("Right", 1), ("Wrong", 2), ("A", None)]
    assert [(maker.resolved, maker.came_true) for maker in ten] == [(10, 10), (10, 0), (9, 0)]


def test_the_mean_error_is_absolute_and_of_one_unit() -> None:
    """Errors of +2 and −4 points have a mean of 3; with another unit among them there is none."""
    two = [*_resolved(1, maker="A"), *_resolved(1, maker="A", said="16%")]
    assert makers(two)[0].mean_absolute_error == "3.00 pp"
    close = forecast(maker="A", asserts=(asserted("close.russell_2000", **{"is": "2,500"}),))
    other = _state(close, past(YEAR_END, close__russell_2000=2400.0))
    assert (other.error, makers([*two, other])[0].mean_absolute_error) == ("−100.00", "")
    relation = _state(forecast(maker="A"), past(YEAR_END, **BEATS))
    assert makers([relation])[0].mean_absolute_error == ""


def test_makers_count_what_became_of_everything() -> None:
    """Pending, resolved and what cannot be resolved add up to what was made, listed or not."""
    seen = past(YEAR_END, **BEATS)
    made = [
        forecast("a"),
        forecast("b", horizon=date(2027, 12, 31)),
        forecast("c", asserts=(), not_checkable="no such figure"),
        forecast("d", made=date(2024, 1, 2), horizon=date(2025, 1, 15)),
    ]
    (maker,) = makers(ledger(made, seen, as_of=YEAR_END, simulated=False, name=called))
    assert (maker.made, maker.pending, maker.resolved, maker.unresolvable) == (4, 1, 2, 1)


ENTRY = """\
- id: beats
  edition: 2025-W50
  maker: A house
  made: 2025-12-08
  source: a-house-2025
  statement: Small caps win.
  asserts:
    - {figure: return_ytd.russell_2000, ahead_of: return_ytd.sp_500}
  horizon: 2026-12-31
  resolves: By the returns.
"""


def _written(folder: Path, text: str) -> list[str]:
    (folder / "content").mkdir()
    (folder / "content/forecasts.yml").write_text(text, encoding="utf-8")
    _, mistakes = read_forecasts(folder, KNOWN)
    return [str(mistake).removeprefix("content/forecasts.yml:") for mistake in mistakes]


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """Dates, names, ids and what is missing, each where it stands."""
    second = ENTRY.replace("made: 2025-12-08", "made: 2026-12-31").replace("a-house-2025", "a-hous")
    third = ENTRY.replace("id: beats", "id: other").replace("return_ytd.sp_500", "return_yt.sp_50")
    fourth = ENTRY.replace("id: beats", "id: last").replace(
        "  horizon", "  not_checkable: no earnings\n  horizon"
    )
    fifth = ENTRY.replace("id: beats", "id: Bad").replace("  maker: A house\n", "")
    assert _written(tmp_path, ENTRY + second + third + fourth + fifth) == [
        "11: the id 'beats' stands twice, first on line 1",
        "42: '4.id' is 'Bad': String should match pattern '^[a-z0-9][a-z0-9.-]*$'",
        "42: '4.maker' is missing",
        "14: it was made on 2026-12-31, not before its horizon, 2026-12-31",
        "14: it was made on 2026-12-31, after its edition 2025-W50 ends",
        "15: there is no source 'a-hous'; did you mean 'a-house-2025'?",
        "28: there is no figure 'return_yt'; did you mean 'return_ytd'?",
        "28: there is no series 'sp_50'; did you mean 'sp_500'?",
        "31: 'last' needs either 'asserts' or 'not_checkable'",
    ]


def test_values_and_days_that_do_not_fit_are_told(tmp_path: Path) -> None:
    """A value in another unit, and a day of its own where the horizon is the day."""
    relation = "{figure: return_ytd.russell_2000, ahead_of: return_ytd.sp_500}"
    wrong = ENTRY.replace(
        relation, '{figure: return_ytd.russell_2000, over: 7 pp, "on": 2026-01-05}'
    )
    neither = (
        ENTRY.replace("id: beats", "id: none")
        .replace("2025-W50", "2025-W53")
        .replace(f"  asserts:\n    - {relation}\n", "")
    )
    assert _written(tmp_path, wrong + neither) == [
        "8: a forecast is about its horizon: leave out 'on'",
        "8: '7 pp' is in pp, the figure wants '%'",
        "12: '2025-W53' is not an edition: 2025 has no ISO week 53",
        "11: 'none' needs either 'asserts' or 'not_checkable'",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", []),
        ("# nothing yet\n", []),
        ("id: beats\n", ["1: a list of entries is wanted"]),
        ("- id: [\n", ["2: not YAML: did not find expected node content"]),
        (
            "- beats\n",
            ["1: '0' is 'beats': Input should be a valid dictionary or instance of Forecast"],
        ),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str, told: list[str]) -> None:
    """A file with nothing in it has no forecasts; another form is a mistake."""
    assert _written(tmp_path, text) == told


def test_the_project_s_own_forecasts_are_read_without_a_mistake() -> None:
    """All three of the first editions stand in it; another project may have none."""
    found, mistakes = read_forecasts(REPOSITORY, KNOWN)
    assert mistakes == [] and read_forecasts(REPOSITORY)[0] == found
    assert {"eps-17-14", "overweight-2026", "beat-mag7"} <= {one.id for one in found}
    assert read_forecasts(REPOSITORY / "docs") == ((), [])
