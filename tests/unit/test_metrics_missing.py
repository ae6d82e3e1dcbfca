"""Missing is a value: every figure says why it is withheld, and none is guessed."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from support import (
    NOT_GIVEN,
    computed,
    figure,
    last_sessions,
    random_closes,
    reason,
    sessions,
    snapshot,
    universe,
    value,
)

from generator import graph
from generator.config import GROUPS
from generator.facts import UNITS, Value, Withheld

INDEX = last_sessions(700, "2026-01-16")
BENCHMARKS = ("russell_2000", "sp_500")


def full(*subjects: str) -> dict[str, np.ndarray]:
    """Closes without a gap, for these subjects and both benchmarks."""
    wanted = dict.fromkeys((*BENCHMARKS, *subjects))
    return {subject: random_closes(len(INDEX), seed) for seed, subject in enumerate(wanted)}


@pytest.fixture(scope="module")
def only_benchmarks():
    """Every figure of a snapshot that holds the two benchmarks and nothing else."""
    return computed(snapshot(INDEX, full()), *graph.metrics()).facts()


@pytest.mark.parametrize("name", sorted(graph.metrics()))
def test_absent_subject_is_withheld_with_its_reason(name: str, only_benchmarks) -> None:
    """In every metric a subject that the snapshot left out is withheld for that reason."""
    for subject, fact in only_benchmarks.of(name).items():
        if subject in (*BENCHMARKS, *GROUPS):
            continue
        assert fact.withheld, fact.id
        assert NOT_GIVEN in fact.reason or (
            graph.tables_of(name) and "the snapshot holds no" in fact.reason
        ), fact.id


def test_every_metric_covers_subjects_of_the_universe(only_benchmarks) -> None:
    """Each figure names subjects of the universe, and nothing else."""
    known = set(universe().every_subject)
    for name in graph.metrics():
        subjects = set(only_benchmarks.of(name))
        assert subjects, name
        assert subjects <= known, name


def test_every_fact_can_be_written(only_benchmarks) -> None:
    """Every fact of a full and of a bare snapshot is plain JSON in a known unit, and shows."""
    rich = computed(snapshot(INDEX, full("iwm", "spy", "vix", "rvx")), *graph.metrics()).facts()
    for facts in (only_benchmarks, rich):
        for name in facts.metrics:
            for fact in facts.of(name).values():
                record = fact.to_json(tables=getattr(fact.figure, "tables", ()))
                assert json.loads(json.dumps(record, allow_nan=False)) == record
                assert fact.unit in UNITS
                assert fact.display
                if isinstance(fact.figure, Value):
                    units = {part.unit for part in fact.figure.parts.values()}
                    for table in fact.figure.tables.values():
                        units |= {*table.units.values()}
                        assert all(len(row) == len(table.units) for row in table.rows)
                    assert units <= UNITS, fact.id


def holed(subject: str, *places: int):
    """A snapshot in which this subject's closes are missing at these places from the end."""
    closes = full("iwm", "spy", "vix", "rvx")
    for place in places:
        closes[subject][-place] = math.nan
    return snapshot(INDEX, closes)


NEEDS_THE_LAST_CLOSE = [
    *(f"return_{h}" for h in ("1d", "1w", "mtd", "1m", "qtd", "3m", "6m", "ytd", "1y")),
    *(f"total_return_{h}" for h in ("1d", "1w", "ytd", "1y")),
    *(f"relative_return_{h}" for h in ("1d", "1w", "ytd", "1y")),
    "fund_pair_relative_return_1w",
    "fund_pair_relative_return_ytd",
    "close",
    "point_change_1w",
    "point_change_ytd",
    "outperformance_streak_sessions",
    "outperformance_streak_weeks",
    "underperformance_streak_sessions",
    "underperformance_streak_weeks",
    "relative_strength",
    "relative_strength_sma_50",
    "relative_strength_sma_200",
    "sma_50",
    "sma_200",
    "rsi_14_daily",
    "drawdown",
    "realised_volatility_21",
    "beta_60",
    "beta_52w",
    "correlation_60",
    "correlation_52w",
]


@pytest.mark.parametrize("name", NEEDS_THE_LAST_CLOSE)
def test_close_missing_on_the_last_session_withholds(name: str) -> None:
    """No figure of the last session is made where its close is missing."""
    assert reason(holed("iwm", 1), name, "iwm")


@pytest.mark.parametrize("name", ["sma_cross", "relative_strength_cross"])
def test_state_of_a_cross_is_not_claimed_on_an_unknown_session(name: str) -> None:
    """With the last close missing it is not said that one average is below the other."""
    found = figure(holed("iwm", 1), name, "iwm")
    assert isinstance(found, Withheld) or "below" not in found.parts["state"].value


@pytest.mark.parametrize("name", ["sessions_since_record", "record_closes_ytd"])
def test_records_do_not_pass_over_an_unknown_last_session(name: str) -> None:
    """If the last close is missing it may be a record: the figure is withheld or warns."""
    found = figure(holed("iwm", 1), name, "iwm")
    assert isinstance(found, Withheld) or found.warnings


def test_close_missing_on_a_base_withholds_that_period_only() -> None:
    """A hole on the week's base withholds the week, not the year, and names the session."""
    index = sessions("2024-12-31", "2026-01-16")
    closes = np.linspace(100.0, 200.0, len(index))
    closes[index.get_loc(pd.Timestamp("2026-01-09"))] = math.nan
    frozen = snapshot(index, {"iwm": closes})
    for name in ("return_1w", "total_return_1w", "point_change_1w"):
        assert reason(frozen, name, "iwm") == "it has no close on the base 2026-01-09"
    assert value(frozen, "return_ytd", "iwm")
    assert value(frozen, "total_return_ytd", "iwm")


def test_history_that_starts_after_the_base_withholds() -> None:
    """A fund that started in the year has no year to date, and the reason names its start."""
    index = sessions("2025-12-01", "2026-01-16")
    closes = np.linspace(100.0, 110.0, len(index))
    closes[: index.get_loc(pd.Timestamp("2026-01-05"))] = math.nan
    frozen = snapshot(index, {"iwm": closes})
    expected = "its history starts on 2026-01-05, after the base 2025-12-31"
    assert reason(frozen, "return_ytd", "iwm") == expected
    assert reason(frozen, "return_1y", "iwm") == "the base lies before the history of sessions"
    assert value(frozen, "return_1w", "iwm")


def test_relative_return_names_whose_close_is_missing() -> None:
    """Where the benchmark is unknown a relative return is withheld and says whose fault it is."""
    own = reason(holed("iwm", 1), "relative_return_1d", "iwm")
    theirs = reason(holed("sp_500", 1), "relative_return_1d", "iwm")
    assert "benchmark" not in own
    assert theirs.startswith("the large-cap benchmark: ")
    pair = reason(holed("spy", 1), "fund_pair_relative_return_1w", "iwm")
    assert pair.startswith("the large-cap fund: ")


def test_ratio_of_volatility_indexes_names_the_missing_one() -> None:
    """Without RVX or without VIX their ratio is withheld and says which is missing."""
    for subject, name in (("rvx", "RVX"), ("vix", "VIX")):
        closes = full("rvx", "vix")
        del closes[subject]
        withheld = reason(snapshot(INDEX, closes), "rvx_vix_ratio", "russell_2000")
        assert withheld == f"{name}: {NOT_GIVEN}"


def test_hole_inside_the_period_does_not_change_a_return() -> None:
    """A return needs its two closes only; a hole between them changes nothing."""
    name = "return_1y"
    without = value(snapshot(INDEX, full("iwm")), name, "iwm").value
    closes = full("iwm")
    closes["iwm"][-40:-30] = math.nan
    assert value(snapshot(INDEX, closes), name, "iwm").value == without


def test_funds_without_known_dividends_have_no_total_return() -> None:
    """Where a source says nothing of dividends the total return is withheld, the price one not."""
    frozen = snapshot(INDEX, full("iwm"), without_distributions=["iwm"])
    assert reason(frozen, "total_return_ytd", "iwm") == "its source says nothing of dividends"
    assert value(frozen, "return_ytd", "iwm")


def test_indexes_have_no_total_return() -> None:
    """Indexes pay nothing, so no total return is listed for them."""
    subjects = computed(snapshot(INDEX, full()), "total_return_ytd").facts().of("total_return_ytd")
    assert not set(BENCHMARKS) & set(subjects)
    assert "iwm" in subjects


@pytest.mark.parametrize("name", sorted(graph.metrics()))
def test_series_that_begins_later_does_not_fail_an_earlier_view(name: str) -> None:
    """Seen before a fund's first close, every figure of it is withheld with a reason."""
    closes = full("iwm", "spy", "vix", "rvx")
    for subject in ("iwm", "vix", "rvx"):
        closes[subject][:650] = math.nan
    frozen = snapshot(INDEX, closes)
    facts = computed(frozen, name, as_of=str(INDEX[600].date())).facts().of(name)
    if "iwm" in facts:
        assert facts["iwm"].withheld
        assert facts["iwm"].reason


def test_one_session_of_history_fails_nothing() -> None:
    """A snapshot of a single session computes: what needs more is withheld, the close is there."""
    frozen = snapshot(INDEX[-1:], {subject: [100.0] for subject in ("iwm", *BENCHMARKS)})
    facts = computed(frozen, *graph.metrics()).facts()
    assert facts.get("close", "iwm").value == 100.0
    assert facts.get("return_1d", "iwm").withheld
    assert facts.get("beta_60", "iwm").withheld
