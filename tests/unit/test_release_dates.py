"""What is released next, and what the week ahead brings, by the calendar of the edition's date."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from support import computed
from support_economy import INDEX, series, with_meetings, with_tables

from generator import tables
from generator.config import MacroSeries
from generator.facts import Figure, Figures, Value, Withheld
from generator.metrics import release_dates

AS_OF = "2026-01-16"
JOBS, PRICES = "Employment Situation", "Consumer Price Index"
CALENDAR = [
    ("UNRATE", "2026-01-16", JOBS),
    ("PAYEMS", "2026-02-06", JOBS),
    ("UNRATE", "2026-02-06", JOBS),
    ("UNRATE", "2026-03-06", JOBS),
    ("CPIAUCSL", "2026-01-23", PRICES),
    ("DGS10", "2026-01-20", "H.15 Selected Interest Rates"),
    ("NFCI", "2026-01-21", "Chicago Fed National Financial Conditions Index"),
    ("NFCI", "2026-01-28", "Chicago Fed National Financial Conditions Index"),
]


def frame(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Return rows of the table `releases`."""
    names = ("series", "day", "release")
    return tables.frame("releases", {n: [row[i] for row in rows] for i, n in enumerate(names)})


def timed(name: str, at: str | None, frequency: str = "month") -> MacroSeries:
    """Return a series with its time of release."""
    return series(name, frequency).model_copy(update={"released_at": at})


MACRO = {
    "payrolls": timed("PAYEMS", "08:30"),
    "unemployment_rate": timed("UNRATE", "08:30"),
    "consumer_price_index": timed("CPIAUCSL", None),
    "treasury_10y": timed("DGS10", None, "day"),
    "financial_conditions": timed("NFCI", "08:30", "week"),
    "retail_sales": timed("RSAFS", "08:30"),
}


def figures(
    name: str,
    rows: list[tuple[str, str, str]] = CALENDAR,
    as_of: str = AS_OF,
    missing: dict[str, str] | None = None,
    last: str | None = None,
) -> Figures:
    """Return figures as seen on a day, by default the snapshot's last."""
    found: Figures = getattr(release_dates, name)(
        releases=frame(rows),
        missing_tables=missing or {},
        universe=with_meetings().model_copy(update={"macro": MACRO}),
        snapshot_closes=pd.DataFrame(index=pd.DatetimeIndex([last or as_of])),
        as_of=pd.Timestamp(as_of),
    )
    return found


def ahead(table: str = "week", as_of: str = AS_OF, **more: object) -> list[tuple[object, ...]]:
    """Return rows of what is ahead."""
    figure: Figure = figures("releases_ahead", as_of=as_of, **more)["united_states"]  # type: ignore[arg-type]
    assert isinstance(figure, Value), figure
    assert figure.value == len(figure.tables["week"].rows)
    return list(figure.tables[table].rows)


def test_the_next_release_is_the_first_after_the_day() -> None:
    """A release of the day itself is out; one without a day is withheld, a daily series absent."""
    found = figures("next_release")
    told = found["unemployment_rate"]
    assert isinstance(told, Value) and told.value == date(2026, 2, 6)
    assert told.parts["release"].value == JOBS and told.parts["time_new_york"].value == "08:30"
    assert found["retail_sales"] == Withheld("the calendar has no day after 2026-01-16 for it")
    assert "treasury_10y" not in found and len(found) == 5


def test_the_week_ahead_in_order_with_both_times() -> None:
    """Seven days, both ends told, a release without a time among them, nothing that comes daily."""
    assert ahead() == [
        (
            date(2026, 1, 21),
            "08:30",
            "13:30",
            "Chicago Fed National Financial Conditions Index",
            "Series NFCI",
        ),
        (date(2026, 1, 23), None, None, PRICES, "Series CPIAUCSL"),
    ]


def test_series_of_one_release_are_one_event() -> None:
    """Payrolls and unemployment come together; the decision of the committee stands between."""
    month = ahead("month")
    assert [(str(row[0]), row[3]) for row in month] == [
        ("2026-01-21", "Chicago Fed National Financial Conditions Index"),
        ("2026-01-23", PRICES),
        ("2026-01-28", "Chicago Fed National Financial Conditions Index"),
        ("2026-01-28", "FOMC decision"),
        ("2026-02-06", JOBS),
    ]
    assert month[-1][4] == "Series PAYEMS, Series UNRATE"
    assert month[3] == (
        date(2026, 1, 28),
        "14:00",
        "19:00",
        "FOMC decision",
        "Federal funds target",
    )


@pytest.mark.parametrize(
    ("as_of", "decision", "utc", "projections"),
    [("2026-03-13", "2026-03-18", "18:00", True), ("2026-01-23", "2026-01-28", "19:00", False)],
)
def test_decisions_keep_new_york_time_through_daylight_saving(
    as_of: str, decision: str, utc: str, projections: bool
) -> None:
    """14:00 in New York is 19:00 UTC in winter and 18:00 after the clocks went forward."""
    (row,) = [row for row in ahead(as_of=as_of) if row[3] == "FOMC decision"]
    assert (str(row[0]), row[1], row[2]) == (decision, "14:00", utc)
    assert ("projections" in str(row[4])) == projections


def test_a_meeting_not_yet_announced_is_not_known() -> None:
    """A decision whose date was published after the day is not ahead on it."""
    told = with_meetings().meetings
    late = tuple(one.model_copy(update={"announced": date(2026, 1, 24)}) for one in told)
    wanted = with_meetings().model_copy(update={"macro": MACRO, "meetings": late})
    found = release_dates.releases_ahead(
        frame(CALENDAR), {}, wanted, pd.DataFrame(index=[pd.Timestamp("2026-01-23")]),
        pd.Timestamp("2026-01-23"),
    )["united_states"]  # fmt: skip
    assert isinstance(found, Value)
    assert "FOMC decision" not in [row[3] for row in found.tables["month"].rows]


@pytest.mark.parametrize("name", ["next_release", "releases_ahead"])
def test_without_a_calendar_nothing_is_said(name: str) -> None:
    """Every figure is withheld with the reason that the snapshot gives."""
    found = figures(name, [], missing={"releases": "there is no key"})
    assert found and set(found.values()) == {Withheld("there is no key")}


@pytest.mark.parametrize("name", ["next_release", "releases_ahead"])
def test_seen_earlier_the_calendar_is_not_known(name: str) -> None:
    """What was planned on an earlier day the snapshot does not say: dates are moved."""
    found = figures(name, as_of="2026-01-09", last=AS_OF)
    expected = "the snapshot does not say which releases were planned on 2026-01-09"
    assert set(found.values()) == {Withheld(expected)}


def test_a_week_without_releases_counts_none() -> None:
    """Zero is a number, not a gap."""
    assert ahead(as_of="2026-04-03", rows=[]) == []


def test_through_the_graph_with_the_settings() -> None:
    """The settings' series have their times; the objects of the calendar are named."""
    whole = with_tables(INDEX, {"releases": frame(CALENDAR)})
    fact = computed(whole, "releases_ahead").facts().get("releases_ahead", "united_states")
    assert fact.value == 2
    assert [sha.rstrip(".") for sha in fact.lineage.objects] == ["releases"]
    assert fact.lineage.symbols == ("CPIAUCSL", "DGS10", "NFCI", "PAYEMS", "UNRATE")
