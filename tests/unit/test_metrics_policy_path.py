"""What futures imply on a day, and when nothing can be said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from support_rates import followed, frozen, seen

from generator.facts import Figure, Figures, Value, Withheld
from generator.metrics import policy_path as metrics
from generator.metrics._policy import PolicyPath

DAY = "2026-01-16"
FIGURES: tuple[Callable[..., Figures], ...] = (
    metrics.implied_rate_after_next_meeting,
    metrics.probability_of_cut_next_meeting,
    metrics.probability_of_hold_next_meeting,
    metrics.probability_of_hike_next_meeting,
    metrics.implied_path_by_meeting,
)


def of(figures: Figures) -> Value:
    """Return the one figure, which must not be withheld."""
    found = figures["federal_funds"]
    assert isinstance(found, Value), found
    return found


def path(day: str = DAY) -> PolicyPath:
    """Return the path of a day, which must be known."""
    found = seen(day).path()
    assert isinstance(found, PolicyPath), found
    return found


def reason(found: PolicyPath | Withheld) -> str:
    """Return why a path is not known."""
    assert isinstance(found, Withheld)
    return found.reason


def test_the_published_case_from_the_frozen_tables() -> None:
    """17 June 2026 as seen on 16 January: 3.4554% after it, 73.8% for a cut, nothing before it."""
    table = of(metrics.implied_path_by_meeting(path(), path())).tables["meetings"]
    rows = {row[0]: row for row in table.rows}
    _, rate, cut, hold, hike, change, anchor = rows[date(2026, 6, 17)]
    assert rate == pytest.approx(3.4554, abs=5e-5) and cut == pytest.approx(0.738, abs=5e-4)
    assert (hike, change, anchor) == (0.0, 0.0, "own month")
    assert hold == pytest.approx(1 - float(str(cut)))
    for day in (date(2026, 1, 28), date(2026, 3, 18), date(2026, 4, 29)):
        assert rows[day][1] == pytest.approx(3.64) and rows[day][3] == 1.0


def test_the_ranges_after_each_meeting_sum_to_one() -> None:
    """And their mean move is that of the rate."""
    found = path()
    table = of(metrics.implied_path_by_meeting(found, found)).tables["ranges"]
    rows = pd.DataFrame(list(table.rows), columns=list(table.units))
    for one in found.meetings:
        own = rows.loc[rows["decision"] == one.decision]
        assert own["probability"].sum() == pytest.approx(1.0)
        mean = float((own["lower"] * own["probability"]).sum())
        assert mean - 3.5 == pytest.approx(one.after - found.meetings[0].before, abs=1e-9)
        assert ((own["upper"] - own["lower"]) == 0.25).all()


def test_the_next_meeting_in_one_figure_each() -> None:
    """On 5 December 2025 a cut on the 10th is implied with 93%; the figures add up to one."""
    seen_then = seen("2025-12-05", "2025-11-28")
    found, before = seen_then.path(), seen_then.path_before()
    cut, hold, hike = (of(figure(found, before)) for figure in FIGURES[1:4])
    assert cut.value == pytest.approx(0.93, abs=0.005)
    assert sum(float(str(one.value)) for one in (cut, hold, hike)) == pytest.approx(1.0)
    assert cut.parts["decision"].value == date(2025, 12, 10)
    assert isinstance(before, PolicyPath)
    change = 100 * (float(str(cut.value)) - before.probabilities(0)[0])
    assert cut.parts["change_1w"].value == pytest.approx(change) and change > 1
    assert cut.inputs[:3] == ("DFEDTARL", "DFEDTARU", "EFFR") and "ZQZ25.CBT" in cut.inputs


def test_cuts_by_the_end_of_the_year_are_the_fall_over_a_quarter() -> None:
    """From the rate before the next meeting to that after the last of its year."""
    found = path()
    figure = of(metrics.implied_cuts_by_year_end(found, found, followed(), pd.Timestamp(DAY)))
    after = {one.decision: one.after for one in found.meetings}
    assert figure.value == pytest.approx((3.64 - after[date(2026, 12, 9)]) / 0.25)
    assert (figure.parts["year"].value, figure.parts["change_1w"].value) == (2026, 0.0)
    short = metrics.implied_cuts_by_year_end(
        replaced(lambda rows: rows.loc[rows["symbol"] != "ZQU26.CBT"]),
        found,
        followed(),
        pd.Timestamp(DAY),
    )
    withheld: Figure = short["federal_funds"]
    assert isinstance(withheld, Withheld)
    assert withheld.reason == (
        "the implied path ends before 9 December 2026: no contract for September 2026 has a price"
    )


def replaced(
    change: Callable[[pd.DataFrame], pd.DataFrame], table: str = "futures", day: str = DAY
) -> PolicyPath | Withheld:
    """Return the path of a day with one of its tables changed."""
    tables = {**frozen(day), table: change(frozen(day)[table])}
    return seen(day, tables=tables).path()


def test_a_decision_counts_as_ahead_until_a_rate_after_it_is_known() -> None:
    """On 11 December 2025 the rate of the 10th is the newest: that meeting is still the next."""
    on_the_day_after, two_days_after = path("2025-12-11"), path("2025-12-12")
    assert on_the_day_after.meetings[0].decision == date(2025, 12, 10)
    assert on_the_day_after.probabilities(0)[0] > 0.9
    warned = of(metrics.implied_path_by_meeting(on_the_day_after, on_the_day_after))
    assert (
        "no effective rate after the decision of 10 December 2025 is known yet" in warned.warnings
    )
    assert two_days_after.meetings[0].decision == date(2026, 1, 28)
    assert two_days_after.lower == 3.5


def test_nothing_later_than_the_day_is_used() -> None:
    """Prices, rates and steps of later days are poisoned; the path of 9 January is the same."""
    whole = frozen("2026-01-23")

    def poisoned(table: str, column: str, value: str) -> pd.DataFrame:
        rows = whole[table].copy()
        rows.loc[rows[column] > "2026-01-09", value] = 90.0
        return rows

    later = {
        "macro": poisoned("macro", "observed", "value"),
        "macro_vintages": poisoned("macro_vintages", "released", "value"),
        "futures": poisoned("futures", "session", "close"),
    }
    assert seen("2026-01-09", tables=later).path() == seen("2026-01-09").path()
    assert seen("2026-01-09", tables=whole).path() == seen("2026-01-09").path()


def test_without_contracts_rates_or_meetings_it_is_withheld() -> None:
    """Each with its reason."""
    assert reason(seen(DAY).path({"futures": "no source"})) == "no source"
    none = replaced(lambda rows: rows.head(0))
    assert reason(none) == "the snapshot holds no prices of futures on federal funds"
    old = replaced(lambda rows: rows.loc[rows["session"] < "2026-01-08"])
    assert reason(old) == "the newest prices of futures are of 7 January 2026"
    stale = replaced(
        lambda rows: rows.loc[(rows["series"] != "EFFR") | (rows["observed"] < "2026-01-08")],
        "macro",
    )
    assert reason(stale) == "the effective federal funds rate is known up to 7 January 2026 only"


def test_prices_from_before_a_decision_say_nothing_after_it() -> None:
    """On 12 December 2025 prices of the 9th would make the cut of the 10th a rise to come."""
    found = replaced(lambda rows: rows.loc[rows["session"] < "2025-12-10"], day="2025-12-12")
    assert reason(found) == (
        "the newest prices of futures, of 9 December 2025, are older than the decision of "
        "10 December 2025"
    )


def test_an_unscheduled_move_is_withheld_until_its_rate_is_known() -> None:
    """The range falls on 15 January 2026, between meetings, and the newest rate is of the 14th."""

    def moved(rows: pd.DataFrame, rate_until: str) -> pd.DataFrame:
        changed = rows.copy()
        target = changed["series"].isin(["DFEDTARL", "DFEDTARU"])
        changed.loc[target & (changed["observed"] >= "2026-01-15"), "value"] -= 0.5
        rate = (changed["series"] == "EFFR") & (changed["observed"] >= "2026-01-15")
        changed.loc[rate, "value"] -= 0.5
        return changed.loc[(changed["series"] != "EFFR") | (changed["observed"] <= rate_until)]

    unknown = replaced(lambda rows: moved(rows, "2026-01-14"), "macro")
    assert reason(unknown) == (
        "no effective rate is known since the target range changed on 15 January 2026"
    )
    # Prices of the day before the move would be older than it.
    known = replaced(lambda rows: moved(rows, "2026-01-15"), "macro")
    assert isinstance(known, PolicyPath)
    assert known.meetings[0].before == pytest.approx(3.14) and known.lower == 3.0


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_withheld_with_the_path(figure: Callable[..., Figures]) -> None:
    """With its reason."""
    assert figure(Withheld("why"), Withheld("why")) == {"federal_funds": Withheld("why")}
