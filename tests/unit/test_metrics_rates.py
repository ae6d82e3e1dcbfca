"""The target range, its steps, yields and projections are those known on the day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from support_rates import followed, frozen, seen

from generator.facts import Figure, Value, Withheld
from generator.metrics import rates
from generator.metrics._known import Known

DAY = "2026-01-16"


def value(figure: Figure) -> Value:
    """Return a figure that must not be withheld."""
    assert isinstance(figure, Value), figure
    return figure


def target(day: str, rows: dict[str, pd.DataFrame] | None = None) -> tuple[Value, Value]:
    """Return the target range and the cuts in a row as seen on a day."""
    limits = rates.target_limits(seen(day, tables=rows).known)
    steps = rates.target_steps(limits)
    return (
        value(rates.target_range(limits, steps, pd.Timestamp(day))["federal_funds"]),
        value(rates.target_range_cuts_in_a_row(steps, limits)["federal_funds"]),
    )


@pytest.mark.parametrize(
    ("day", "text", "since", "cuts", "total"),
    [
        ("2026-01-16", "3.50% to 3.75%", date(2025, 12, 11), 6, -1.75),
        ("2025-12-10", "3.75% to 4.00%", date(2025, 10, 30), 5, -1.50),
        ("2025-12-11", "3.50% to 3.75%", date(2025, 12, 11), 6, -1.75),
    ],
)
def test_the_range_and_the_cuts_in_a_row(
    day: str, text: str, since: date, cuts: int, total: float
) -> None:
    """The cuts since September 2024 are six by December 2025; a decision holds the day after."""
    found, row = target(day)
    assert (found.value, found.parts["since"].value) == (text, since)
    assert row.value == cuts and row.parts["total"].value == pytest.approx(total)
    assert row.parts["first"].value == date(2024, 9, 19)
    assert row.tables["changes"].rows[0][0] == since


def test_rises_end_a_row_of_cuts() -> None:
    """After the rise of 27 July 2023 no cut is in a row, and eleven rises are."""
    rows = dict(frozen(DAY))
    macro = rows["macro"]
    rows["macro"] = macro.loc[macro["observed"] <= "2023-08-04"]
    found, row = target("2023-08-04", rows)
    assert found.value == "5.25% to 5.50%" and row.value == 0
    assert (row.parts["rises_in_a_row"].value, row.parts["total"].value) == (11, 5.25)


def test_an_old_range_is_withheld() -> None:
    """Eight days after the last known day nothing is said of now."""
    limits = rates.target_limits(seen(DAY).known)
    steps = rates.target_steps(limits)
    found = rates.target_range(limits, steps, pd.Timestamp("2026-01-24"))["federal_funds"]
    assert found == Withheld("the target range of the last seven days is not known")


def with_values(known: Known, values: dict[str, float]) -> dict[str, Known | Withheld]:
    """Return what is known of a series with values of our own."""
    stamps = pd.DatetimeIndex(list(values))
    own = pd.Series(list(values.values()), index=stamps, dtype=float)
    return {"treasury_10y": Known(known.series, own, known.releases)}


@pytest.mark.parametrize(
    ("values", "change", "base"),
    [
        ({"2026-01-08": 4.1, "2026-01-09": 4.3, "2026-01-15": 4.25}, 0.15, date(2026, 1, 8)),
        ({"2026-01-02": 4.0, "2026-01-12": 4.3, "2026-01-15": 4.25}, 0.25, date(2026, 1, 2)),
        ({"2025-12-31": 4.0, "2026-01-12": 4.3, "2026-01-15": 4.25}, None, None),
    ],
)
def test_the_change_on_the_week_is_from_seven_days_before(
    values: dict[str, float], change: float | None, base: date | None
) -> None:
    """Or from the last value before that day, no more than fourteen days back."""
    known = seen(DAY).known["treasury_10y"]
    assert isinstance(known, Known)
    figures = rates.yield_change_1w(with_values(known, values), pd.Timestamp(DAY))
    found = figures["treasury_10y"]
    if change is None:
        assert found == Withheld("it has no value of a week before")
        return
    assert value(found).value == pytest.approx(change)
    assert value(found).parts["from"].value == base


def test_the_slope_is_of_days_that_have_both_yields() -> None:
    """And its place is that among all of them."""
    known = seen(DAY).known
    slopes = rates.treasury_curve(known)
    found = value(rates.yield_slope(slopes, pd.Timestamp(DAY))["treasury_10y"])
    ten, two = (known[name] for name in ("treasury_10y", "treasury_2y"))
    assert isinstance(ten, Known) and isinstance(two, Known)
    assert found.value == pytest.approx(ten.valued.iloc[-1] - two.valued.iloc[-1])
    pairs = [ten.valued[day] - two.valued[day] for day in ten.valued.index]
    lower = sum(one < pairs[-1] for one in pairs) / len(pairs)
    assert found.parts["share_lower"].value == pytest.approx(lower)
    late = rates.yield_slope(slopes, pd.Timestamp("2026-01-30"))["treasury_10y"]
    assert late == Withheld("both yields are known up to 15 January 2026 only")


def projected(day: str, rows: dict[str, pd.DataFrame] | None = None) -> Figure:
    """Return the projections as seen on a day."""
    known = seen(day, tables=rows).known
    return rates.rate_projection(known, followed(), pd.Timestamp(day))["federal_funds"]


def test_projections_are_those_of_the_last_meeting_with_them() -> None:
    """In January 2026 those of 10 December; the medians had not moved since September."""
    found = value(projected(DAY))
    assert found.value == 3.4 and found.parts["meeting"].value == date(2025, 12, 10)
    assert found.parts["following_year"].value == 3.1
    assert found.tables["years"].rows[1] == (2026, 3.4, 2.9, 3.6, 2.1, 3.9)
    before = value(projected("2025-12-05"))
    assert before.value == 3.6 and before.parts["meeting"].value == date(2025, 9, 17)
    assert before.tables["years"].rows[1] == (2026, 3.4, 2.9, 3.6, 2.6, 3.9)


def test_projections_of_an_earlier_meeting_are_not_taken_for_the_last() -> None:
    """Two days after the meeting of December the source has those of September only."""
    rows = dict(frozen("2025-12-12"))
    for table, column in (("macro", "observed"), ("macro_vintages", "released")):
        own = rows[table]
        late = own["series"].str.startswith("FEDTAR") & (own[column] == "2025-12-10")
        rows[table] = own.loc[~late]
    assert projected("2025-12-12", rows) == Withheld(
        "the projections of 10 December 2025 are not known yet"
    )


def test_projections_released_later_are_not_seen() -> None:
    """Those of December are poisoned and September's stand."""
    rows = dict(frozen("2026-01-23"))
    poisoned = rows["macro_vintages"].copy()
    poisoned.loc[poisoned["released"] > "2025-12-05", "value"] = 99.0
    rows["macro_vintages"] = poisoned
    assert projected("2025-12-05", rows) == projected("2025-12-05")


def test_what_is_not_known_is_withheld_with_its_reason() -> None:
    """A series that the source did not give takes its figures with it."""
    known: dict[str, Known | Withheld] = {name: Withheld("no answer") for name in seen(DAY).known}
    limits = rates.target_limits(known)
    steps = rates.target_steps(limits)
    assert limits == steps == Withheld("no answer")
    stamp = pd.Timestamp(DAY)
    for figures in (
        rates.target_range(limits, steps, stamp),
        rates.target_range_cuts_in_a_row(steps, limits),
        rates.yield_change_1w(known, stamp),
        rates.yield_slope(rates.treasury_curve(known), stamp),
        rates.rate_projection(known, followed(), stamp),
    ):
        assert set(figures.values()) == {Withheld("no answer")}
