"""The past as a snapshot has it: what a figure was on an earlier day, and the closes behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import computed, path, random_closes, sessions, snapshot, universe
from support_checking import past_of, real_past, with_revisions

from generator import graph
from generator.errors import ReportError
from generator.snapshot import Snapshot

METRICS = ("return_ytd", "outperformance_streak_sessions", "record_closes_ytd", "rsi_14_daily")


def two_years() -> Snapshot:
    index = sessions("2024-01-02", "2026-01-16")
    names = ("russell_2000", "sp_500", "iwm", "spy")
    return snapshot(index, {name: random_closes(len(index), n) for n, name in enumerate(names)})


@pytest.mark.parametrize("metric", METRICS)
def test_a_figure_is_what_the_graph_gives_on_that_day(metric: str) -> None:
    """Value, parts and lineage are those of the same graph run for the day."""
    frozen, day = two_years(), "2026-01-09"
    found = past_of(frozen).fact(metric, "russell_2000", date.fromisoformat(day))
    assert found == computed(frozen, metric, as_of=day).fact(metric, "russell_2000")
    assert found.as_of == date.fromisoformat(day)


def test_nothing_later_is_seen() -> None:
    """Closes after the day can be anything, or missing: the figures stay what they were."""
    frozen, day = two_years(), date(2026, 1, 9)
    closes = frozen.closes.copy()
    closes.loc["2026-01-12":] = 1e9
    closes.loc["2026-01-14":] = np.nan
    poisoned = past_of(replace(frozen, closes=closes))
    before = past_of(frozen)
    for metric in METRICS:
        wanted = before.fact(metric, "russell_2000", day)
        assert poisoned.fact(metric, "russell_2000", day) == wanted, metric


def test_one_run_of_the_graph_serves_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was announced for a day is computed in one go, and never again."""
    ran: list[tuple[date, list[str]]] = []
    compute = graph.compute

    def counted(
        frozen: Any, universe: Any, as_of: pd.Timestamp, names: Iterable[str]
    ) -> graph.Computed:
        ran.append((as_of.date(), list(names)))
        return compute(frozen, universe, as_of, names)

    monkeypatch.setattr(graph, "compute", counted)
    past, day = past_of(two_years()), date(2026, 1, 9)
    past.expect((day, metric) for metric in METRICS)
    for metric in METRICS * 2:
        past.fact(metric, "russell_2000", day)
    past.expect([(day, METRICS[0])])
    past.fact(METRICS[0], "sp_500", day)
    assert ran == [(day, sorted(METRICS))]


def test_no_figure_changes_where_only_some_series_are_asked_for() -> None:
    """Every figure of a subject is the same from the few series it needs as from all of them."""
    index = sessions("2023-12-01", "2026-01-16")
    subjects = universe().series
    frozen = snapshot(
        index, {name: random_closes(len(index), n) for n, name in enumerate(subjects)}
    )
    whole = computed(frozen, *graph.metrics()).facts()
    for subject in (
        *("russell_2000", "sp_500", "micro_caps", "iwm", "russell_2000_value", "small_energy"),
        *("large_energy", "vix", "rvx", "major_indexes"),
    ):
        own = [metric for metric in whole.metrics if subject in whole.of(metric)]
        past = past_of(frozen)
        past.expect((past.last, f"{metric}.{subject}") for metric in own)
        found = {metric: past.fact(metric, subject, past.last) for metric in own}
        assert found == {metric: whole.get(metric, subject) for metric in own}


def test_another_subject_than_announced_is_computed_too() -> None:
    """A figure of a series that was left out is computed from all, when it is asked for."""
    index, day = sessions("2025-12-31", "2026-01-16"), date(2026, 1, 9)
    names = ("russell_2000", "sp_500", "iwm", "micro_caps")
    past = past_of(snapshot(index, {name: random_closes(len(index), 1) for name in names}))
    one, other = (past.fact("close", subject, day) for subject in ("sp_500", "micro_caps"))
    assert (one.withheld, other.withheld) == (False, False)
    assert other.value == past.fact("close", "iwm", day).value


def test_unknown_figures_and_subjects() -> None:
    """Each is named, with the nearest there is."""
    past = past_of(two_years())
    assert past.knows("return_ytd") and not past.knows("return_yt")
    with pytest.raises(ReportError, match="did you mean 'return_ytd'"):
        past.fact("return_yt", "sp_500", past.last)
    with pytest.raises(ReportError, match="has no subject 'sp_50'; did you mean 'sp_500'"):
        past.fact("return_ytd", "sp_50", past.last)


def test_sessions_are_plain_days() -> None:
    """The last one is the edition's."""
    past = past_of(two_years())
    assert past.sessions[0] == date(2024, 1, 2)
    assert past.last == past.sessions[-1] == date(2026, 1, 16)


def test_closes_are_adjusted_for_splits_up_to_the_day_they_are_seen_on() -> None:
    """Before a split its halving is not known; after it, earlier closes are halved."""
    index = sessions("2026-01-05", "2026-01-09")
    closes = [100.0, 102.0, 52.0, 53.0, np.nan]
    split = [1.0, 1.0, 2.0, 1.0, 1.0]
    past = past_of(snapshot(index, {"iwm": closes}, splits={"iwm": split}))
    first, before, on = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)
    assert past.close("iwm", first, before) == 100.0
    assert past.close("iwm", first, on) == 50.0
    assert past.close("iwm", on, on) == 52.0
    assert past.close("iwm", on, before) is None
    assert past.close("iwm", past.last, past.last) is None
    assert past.close("spy", first, on) is None


def test_funds_in_the_place_of_their_indexes() -> None:
    """Every figure of an index is then computed from its fund, and its lineage says so."""
    frozen = two_years()
    past = past_of(frozen)
    funds = past.with_funds()
    assert funds is not None
    name = "relative_return_ytd"
    found = funds.fact(name, "russell_2000", past.last)
    pair = past.fact("fund_pair_relative_return_ytd", "iwm", past.last)
    assert found.value == pytest.approx(pair.value)
    assert found.lineage.symbols == ("IWM", "SPY")
    assert past.fact(name, "russell_2000", past.last).lineage.symbols == ("^RUT", "^GSPC")


def test_without_its_fund_no_index_is_replaced() -> None:
    """A missing fund leaves the indexes as they are."""
    index = sessions("2025-12-31", "2026-01-16")
    closes = {name: random_closes(len(index), 1) for name in ("russell_2000", "sp_500", "iwm")}
    assert past_of(snapshot(index, closes)).with_funds() is None


def test_closes_as_first_frozen() -> None:
    """Revised closes are put back; what never was among the series is passed over."""
    index = sessions("2026-01-05", "2026-01-09")
    frozen = snapshot(index, {"russell_2000": path(index, {"2026-01-09": 2624.22})})
    rows = [
        {
            "symbol": "^RUT",
            "session": "2026-01-09",
            "before": {"close": 2613.0},
            "after": {"close": 2624.22},
        },
        {"symbol": "IWM", "session": "2026-01-09", "before": {"close": 260.0}, "after": {}},
        {"symbol": "^RUT", "session": "2026-01-08", "before": {"volume": 1.0}, "after": {}},
    ]
    past = past_of(with_revisions(frozen, *rows, on="2026-01-16"))
    (row,) = past.revised
    assert (row.subject, row.first, row.final) == ("russell_2000", 2613.0, 2624.22)
    assert row.on == date(2026, 1, 16)
    day = date(2026, 1, 9)
    assert past.as_first_frozen().fact("close", "russell_2000", day).value == 2613.0
    assert past.fact("close", "russell_2000", day).value == 2624.22


def test_a_year_of_real_days() -> None:
    """On real prices the year to date of 15 and 16 January 2026 is as published."""
    past = real_past()
    shown = [
        past.fact("return_ytd", subject, date(2026, 1, day)).display
        for day in (15, 16)
        for subject in ("russell_2000", "sp_500")
    ]
    assert shown == ["+7.76%", "+1.45%", "+7.89%", "+1.38%"]
