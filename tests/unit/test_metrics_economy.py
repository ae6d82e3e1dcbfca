"""The latest observation of an economic series is the one known on the day, and no other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import BY_HAND, REPOSITORY, computed, project_settings, sessions, snapshot, universe
from support_economy import as_released, current, known, parts, releases, series

from generator import illustrating, tables
from generator.config import MacroSeries
from generator.facts import Facts, Figure, Value, Withheld, show
from generator.manifest import Object
from generator.metrics import economy
from generator.pages import Renderer
from generator.snapshot import Snapshot

INDEX = sessions("2026-01-02", "2026-01-16")
WEEK_BEFORE = "2026-01-09"
PAYROLLS = [
    ("2025-09-01", "2025-11-20", 119.0),
    ("2025-09-01", "2025-12-16", 108.0),
    ("2025-11-01", "2025-12-16", 64.0),
    ("2025-11-01", "2026-01-09", 56.0),
    ("2025-12-01", "2026-01-09", 50.0),
]
"""Period, day of release, value: made up, in the rhythm of the months after a shutdown."""
YIELDS = [("2026-01-08", 4.18), ("2026-01-09", 4.17), ("2026-01-15", 4.16), ("2026-01-16", 4.24)]


def latest(
    what: MacroSeries,
    rows: list[tuple[str, float]],
    released: list[tuple[str, str, float]] = [],  # noqa: B006
    *,
    as_of: str = "2026-01-16",
    missing: str | None = None,
    faults: Mapping[str, str] | None = None,
) -> Figure:
    """Return the figure of one series as seen on a day, from the snapshot of 16 January 2026."""
    seen = economy.known_series(
        macro=current(what.series, rows),
        macro_vintages=releases(what.series, released),
        macro_series={"it": what},
        macro_missing=missing,
        macro_faults=dict(faults or {}),
        snapshot_closes=pd.DataFrame(index=INDEX),
        as_of=pd.Timestamp(as_of),
    )
    return economy.latest_observation(seen)["it"]


def test_latest_observation_with_its_first_release() -> None:
    """The last period, the one before, what was first released, when, and what changed since."""
    rows = [*PAYROLLS[:-1], ("2025-12-01", "2026-01-09", 50.0), ("2025-12-01", "2026-01-14", 47.0)]
    found = latest(series("PAYEMS"), as_released(rows, "2026-01-16"), rows)
    assert isinstance(found, Value) and found.value == 47.0
    assert parts(found) == {
        "period": "Dec 2025",
        "observed": date(2025, 12, 1),
        "previous": 56.0,
        "first_release": 50.0,
        "released": date(2026, 1, 9),
        "revision": -3.0,
        "stands_since": date(2026, 1, 14),
        "previous_revision": -8.0,
        "share_lower": None,
        "history_start": date(2025, 9, 1),
    }
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("as_of", "value", "period", "revision"),
    [
        ("2026-01-16", 50.0, "Dec 2025", 0.0),
        ("2026-01-09", 50.0, "Dec 2025", 0.0),
        ("2026-01-08", 64.0, "Nov 2025", 0.0),
        ("2025-12-15", 119.0, "Sep 2025", 0.0),
    ],
)
def test_seen_earlier_nothing_released_later_is_known(
    as_of: str, value: float, period: str, revision: float
) -> None:
    """On the day before a release the figure is the one before, unrevised."""
    found = latest(series("PAYEMS"), as_released(PAYROLLS, "2026-01-16"), PAYROLLS, as_of=as_of)
    assert isinstance(found, Value) and found.value == value
    assert (parts(found)["period"], parts(found)["revision"]) == (period, revision)


def test_gdpnow_has_its_published_path() -> None:
    """The running estimate of a quarter on each day is the one published last by then."""
    path = [
        ("2025-10-01", "2026-01-05", 2.7),
        ("2025-10-01", "2026-01-08", 5.4),
        ("2025-10-01", "2026-01-09", 5.1),
        ("2025-10-01", "2026-01-14", 5.3),
    ]
    what = series("GDPNOW", "quarter", "percent")
    seen = {}
    for day in ("2026-01-07", "2026-01-08", "2026-01-09", "2026-01-13", "2026-01-16"):
        found = latest(what, as_released(path, "2026-01-16"), path, as_of=day)
        assert isinstance(found, Value)
        seen[day[-2:]] = found.value
    assert seen == {"07": 2.7, "08": 5.4, "09": 5.1, "13": 5.1, "16": 5.3}
    assert parts(found)["period"] == "Q4 2025"
    assert parts(found)["revision"] == pytest.approx(2.6)


DAYS = st.dates(date(2025, 10, 1), date(2026, 1, 16))


@given(
    st.dictionaries(st.tuples(st.sampled_from(range(1, 12)), DAYS), st.integers(0, 99), min_size=1),
    DAYS,
)
def test_what_is_released_after_the_day_changes_nothing(
    made: dict[tuple[int, date], int], as_of: date
) -> None:
    """The figure of an earlier day is the same whether or not later releases are there."""
    rows = [(f"2025-{m:02d}-01", day.isoformat(), float(v)) for (m, day), v in made.items()]
    past = [row for row in rows if row[1] <= as_of.isoformat()]
    day = as_of.isoformat()
    whole = latest(series("X"), as_released(rows, "2026-01-16"), rows, as_of=day)
    assert whole == latest(series("X"), as_released(past, day), past, as_of=day)


def test_a_daily_series_ends_on_the_day() -> None:
    """Its releases are not kept: seen earlier it is cut, and it has no first release."""
    what = series("DGS10", "day", "percent")
    now, before = (latest(what, YIELDS, as_of=day) for day in ("2026-01-16", WEEK_BEFORE))
    assert isinstance(now, Value) and isinstance(before, Value)
    assert (now.value, before.value) == (4.24, 4.17)
    assert parts(now)["period"] == "16 Jan 2026"
    for name in ("first_release", "released", "revision"):
        assert parts(now)[name] is None


def test_what_was_known_earlier_may_be_unknown() -> None:
    """Without releases a revised series is withheld for earlier days, not shown as revised."""
    for what in (series("UNRATE"), series("X", "week").model_copy(update={"vintages": False})):
        found = latest(what, [("2025-11-01", 4.5)], as_of=WEEK_BEFORE)
        assert isinstance(found, Withheld)
        assert "what was known of it on 2026-01-09" in found.reason


def test_a_projection_is_that_of_the_running_year() -> None:
    """Years to come are projected already; the latest is the year of the as-of date."""
    what = series("FEDTARMD", "year", "percent")
    rows = [(f"{year}-01-01", value) for year, value in ((2025, 3.6), (2026, 3.4), (2027, 3.1))]
    found = latest(what, rows)
    assert isinstance(found, Value) and found.value == 3.4
    assert (parts(found)["period"], parts(found)["previous"]) == ("2026", 3.6)


def test_a_period_never_collected_is_passed_over_and_named() -> None:
    """The value before it stands in neither place; the warning names the period."""
    gap = [("2025-08-01", 4.3), ("2025-09-01", 4.4), ("2025-10-01", math.nan)]
    ends = latest(series("UNRATE", unit="percent"), gap)
    assert isinstance(ends, Value) and ends.value == 4.4
    assert ends.warnings == ("it has no value for Oct 2025",)
    within = latest(series("UNRATE", unit="percent"), [*gap, ("2025-11-01", 4.5)])
    assert isinstance(within, Value) and within.value == 4.5
    assert parts(within)["previous"] == 4.4
    assert within.warnings == ("it has no value for Oct 2025",)
    over = latest(
        series("UNRATE", unit="percent"), [*gap, ("2025-11-01", 4.5), ("2025-12-01", 4.4)]
    )
    assert isinstance(over, Value) and over.warnings == ()


def test_a_month_without_even_a_row_is_named() -> None:
    """A source may leave a month out instead of saying that it is empty."""
    found = latest(series("UNRATE", unit="percent"), [("2025-09-01", 4.4), ("2025-11-01", 4.5)])
    assert isinstance(found, Value) and found.warnings == ("it has no value for Oct 2025",)


@pytest.mark.parametrize(
    ("unit", "count", "expected"),
    [("percent", 24, 23 / 24), ("points", 24, 23 / 24), ("percent", 23, None)]
    + [(unit, 24, None) for unit in ("thousands", "millions", "billions")],
)
def test_the_place_in_its_history(unit: str, count: int, expected: float | None) -> None:
    """The share of all values that are lower, itself counted; not of few, nor of what grows."""
    stamps = pd.date_range("2023-01-01", periods=count, freq="MS")
    rows = [(str(stamp.date()), float(n)) for n, stamp in enumerate(stamps)]
    found = latest(series("X", unit=unit), rows)
    assert parts(found)["share_lower"] == expected
    assert parts(found)["history_start"] == date(2023, 1, 1)


def test_the_place_of_a_price_index_is_not_told() -> None:
    """It grows with the economy: its highest value is nearly always the last."""
    stamps = pd.date_range("2023-01-01", periods=30, freq="MS")
    rows = [(str(stamp.date()), float(n)) for n, stamp in enumerate(stamps)]
    what = {name: (series(name, unit="points"), rows, ()) for name in (*economy.GROWING, "other")}
    found = economy.latest_observation(known(what))  # type: ignore[arg-type]
    shares = {name: parts(figure)["share_lower"] for name, figure in found.items()}
    assert shares.pop("other") == 29 / 30
    assert set(shares.values()) == {None} and len(shares) == 4


def surveys(empire: list[tuple[str, float]], philadelphia: list[tuple[str, float]]) -> Figure:
    """Return the proxy from two surveys."""
    both = known(
        {
            "empire_state_survey": (series("GACDISA066MSFRBNY", unit="points"), empire, ()),
            "philadelphia_survey": (series("GACDFSA066MSFRBPHI", unit="points"), philadelphia, ()),
        }
    )
    histories = economy.survey_histories(both)  # type: ignore[arg-type]
    return economy.manufacturing_survey_proxy(both, histories)["united_states"]  # type: ignore[arg-type]


def test_the_proxy_is_the_mean_of_the_last_month_that_both_have() -> None:
    """A survey that is out earlier waits for the other; the series of both are named."""
    found = surveys(
        [("2025-11-01", 10.0), ("2025-12-01", -4.0), ("2026-01-01", 7.7)],
        [("2025-11-01", -2.0), ("2025-12-01", -10.0)],
    )
    assert isinstance(found, Value) and found.value == -7.0
    assert parts(found)["period"] == "Dec 2025" and parts(found)["previous"] == 4.0
    assert (parts(found)["empire_state"], parts(found)["philadelphia"]) == (-4.0, -10.0)
    assert found.inputs == ("GACDISA066MSFRBNY", "GACDFSA066MSFRBPHI")
    assert "proxy for the ISM survey" in str(economy.manufacturing_survey_proxy.__doc__)


def test_without_one_survey_there_is_no_proxy() -> None:
    """Neither alone stands for both, nor do two that never met."""
    apart = surveys([("2025-12-01", 1.0)], [("2025-11-01", 2.0)])
    assert apart == Withheld("there is no month with both surveys")
    alone = surveys([("2025-12-01", 1.0)], [])
    assert alone == Withheld("the snapshot has no observation of it")


def test_many_periods_without_a_value_are_counted() -> None:
    """A warning names three and counts the rest."""
    rows = [("2025-01-01", 1.0), *((f"2025-{month:02d}-01", math.nan) for month in range(2, 8))]
    found = latest(series("X"), rows)
    assert isinstance(found, Value)
    assert found.warnings == ("it has no value for Feb 2025, Mar 2025, Apr 2025 and 3 more",)


def test_holidays_of_a_daily_series_are_no_warning() -> None:
    """A day without a value is a holiday there."""
    rows = [*YIELDS[:2], ("2026-01-12", math.nan), *YIELDS[2:]]
    found = latest(series("DGS10", "day", "percent"), rows)
    assert isinstance(found, Value) and found.warnings == ()


def test_a_first_release_without_a_value_is_none() -> None:
    """A period first published empty has as first release the first value it got."""
    rows = [("2025-10-01", "2025-12-16", math.nan), ("2025-10-01", "2026-01-09", 64.0)]
    found = latest(series("X"), [("2025-10-01", 64.0)], rows)
    assert (parts(found)["first_release"], parts(found)["released"]) == (64.0, date(2026, 1, 9))


@pytest.mark.parametrize(
    ("rows", "given_reasons", "expected"),
    [
        ([], {}, "no observation"),
        ([("2026-02-01", 1.0)], {}, "no observation"),
        ([("2025-10-01", math.nan)], {}, "none of its observations has a value"),
        ([("2025-10-01", 1.0)], {"missing": "there is no key"}, "there is no key"),
        ([("2025-10-01", 1.0)], {"faults": {"X": "it does not exist"}}, "it does not exist"),
        ([("2025-10-01", 1.0)], {"faults": {"Y": "it does not exist"}}, None),
    ],
)
def test_withheld_says_why(
    rows: list[tuple[str, float]], given_reasons: dict[str, object], expected: str | None
) -> None:
    """A missing table, a fault of the series, and nothing observed each have their reason, even
    where rows of an earlier edition are there."""
    found = latest(series("X"), rows, **given_reasons)  # type: ignore[arg-type]
    if expected is None:
        assert isinstance(found, Value)
    else:
        assert isinstance(found, Withheld) and expected in found.reason


UNITS = {
    "percent": ("4.24%", "−0.06 pp"),
    "points": ("4.24", "−0.06"),
    "thousands": ("4 thousand", "0 thousand"),
    "millions": ("$4 million", "$0 million"),
    "billions": ("$4.2 billion", "−$0.1 billion"),
}


def object_of(table: str, *names: str) -> Object:
    """Return what a manifest says of one frozen file."""
    sha256 = f"{table}-{'-'.join(names)}".ljust(64, ".")
    return Object(sha256, 1, 1, None, "2025-01-01", "2026-01-01", names)


def frozen(missing: str | None = None) -> Snapshot:
    """Return a snapshot with two economic series, in the objects of three files."""
    held = {
        "macro": pd.concat(
            [
                current("PAYEMS", as_released(PAYROLLS, "2026-01-16")),
                current("DGS10", YIELDS),
            ]
        ),
        "macro_vintages": releases("PAYEMS", PAYROLLS),
    }
    bare = snapshot(INDEX, {"russell_2000": range(1, len(INDEX) + 1)})
    chains = {
        "macro": (object_of("macro", "DGS10", "PAYEMS"), object_of("macro", "DGS10")),
        "macro_vintages": (object_of("macro_vintages", "PAYEMS"),),
    }
    faults = {name.series: "it does not exist" for name in universe().macro.values()}
    kept = {name: reason for name, reason in faults.items() if name not in ("PAYEMS", "DGS10")}
    dataset = replace(BY_HAND, missing=missing, faults=kept)
    manifest = replace(
        bare.manifest,
        tables={**bare.manifest.tables, **chains},
        datasets={**bare.manifest.datasets, "macro": dataset},
    )
    return replace(bare, manifest=manifest, tables=lambda name: held.get(name, tables.empty(name)))


FIGURES = (
    *("latest_observation", "next_release", "releases_ahead", "manufacturing_survey_proxy"),
    *("inflation_12m", "inflation_3m_annualised", "inflation_1m_annualised"),
    *("growth_1m", "growth_12m", "payrolls_change", "unemployment_change_12m"),
    *("gdp_nowcast_path", "gdp_nowcast_error", "growth_rarity"),
)
"""Those of the page."""
CHARTS = (
    *("gdp_nowcast_chart", "inflation_chart", "payrolls_chart", "surveys_chart"),
    "economic_standing",
)


def facts_of(whole: Snapshot) -> Facts:
    """Return the figures as facts."""
    return computed(whole, *FIGURES).facts()


def test_each_series_is_shown_in_its_own_unit() -> None:
    """The value and its revision are printed as percent, points, people or dollars."""
    for unit, expected in UNITS.items():
        what = series("X", unit=unit)
        rows = [("2025-12-01", "2026-01-05", 4.3), ("2025-12-01", "2026-01-09", 4.24)]
        figure = latest(what, [("2025-12-01", 4.24)], rows)
        assert isinstance(figure, Value)
        revision = figure.parts["revision"]
        shown = (show(figure.value, unit), show(revision.value, revision.unit))
        assert shown == expected


def test_a_figure_leads_to_the_objects_of_its_series() -> None:
    """Inputs are FRED's id and the frozen files that hold it, of both tables and no other."""
    facts = facts_of(frozen())
    payrolls = facts.get("latest_observation", "payrolls")
    assert payrolls.lineage.symbols == ("PAYEMS",)
    assert [sha.rstrip(".") for sha in payrolls.lineage.objects] == [
        "macro-DGS10-PAYEMS",
        "macro_vintages-PAYEMS",
    ]
    yields = facts.get("latest_observation", "treasury_10y")
    assert [sha.rstrip(".") for sha in yields.lineage.objects] == [
        "macro-DGS10-PAYEMS",
        "macro-DGS10",
    ]


def test_every_series_of_the_settings_has_a_figure() -> None:
    """Each is there in its own unit, or withheld with its reason."""
    facts = facts_of(frozen()).of("latest_observation")
    assert list(facts) == list(universe().macro)
    for subject, fact in facts.items():
        assert fact.unit == universe().macro[subject].unit
        assert fact.withheld == (subject not in ("payrolls", "treasury_10y"))
    assert facts["payrolls"].display == "50 thousand"
    assert facts["treasury_10y"].display == "4.24%"
    assert facts["unemployment_rate"].reason == "it does not exist"


def test_a_snapshot_without_the_economy_says_so() -> None:
    """All figures are withheld for the one reason that the snapshot gives."""
    for whole, expected in (
        (frozen(missing="there is no key"), "there is no key"),
        (snapshot(INDEX, {"russell_2000": range(1, len(INDEX) + 1)}), "no economic series"),
    ):
        reasons = {fact.reason for fact in facts_of(whole).of("latest_observation").values()}
        assert len(reasons) == 1
        assert expected in str(reasons.pop())


def page(whole: Snapshot) -> tuple[str, Renderer]:
    """Return the page of a snapshot, its table laid in."""
    settings = project_settings()
    facts = facts_of(whole)
    context = {
        "universe": settings.universe,
        "glossary": settings.glossary,
        "as_of": whole.manifest.as_of,
        "edition": str(whole.manifest.edition),
    }
    bare = {name: illustrating.withheld(name, "not drawn here") for name in CHARTS}
    renderer = Renderer(REPOSITORY / "templates", facts, Facts({}), bare, None, context)
    _, text = renderer.render("economy")
    laid = "".join(text for name, text in renderer.asides.items() if name.endswith(".html"))
    return text + laid, renderer


def test_the_page_lists_every_series() -> None:
    """One row a series with latest, period, before, first release, revision and its day."""
    text, renderer = page(frozen())
    for series_ in universe().macro.values():
        assert series_.name.partition(",")[0].split()[0] in text
    (row,) = [line for line in text.splitlines() if "Nonfarm payrolls" in line]
    for cell in ("50 thousand", "Dec 2025", "56 thousand", "0 thousand", "9 January 2026"):
        assert f">{cell}</data>" in row
    inflation, growth = 3 * 3, 2 * 3
    assert text.count("withheld</data>") == len(universe().macro) - 2 + inflation + growth
    assert "latest_observation.payrolls" in renderer.used.facts


def test_the_page_of_nothing_is_one_paragraph() -> None:
    """Where all is withheld for one reason that is said once, without a table or a list."""
    text, renderer = page(frozen(missing="there is no key"))
    assert "has no figures of the economy: there is no key." in text
    assert "<table" not in text
    assert "withheld" not in text
    assert renderer.used.facts == {}


def test_the_page_names_periods_without_a_value() -> None:
    """A gap in a monthly series is said below the table."""
    whole = frozen()
    rows = current("PAYEMS", [("2025-09-01", 108.0), ("2025-10-01", math.nan)])
    held = {"macro": rows, "macro_vintages": tables.empty("macro_vintages")}
    text, _ = page(replace(whole, tables=lambda name: held.get(name, tables.empty(name))))
    assert "- Nonfarm payrolls: it has no value for Oct 2025." in text


def test_the_week_before_sees_nothing_of_this_week() -> None:
    """Through the graph: the same snapshot seen a day before a release has the one before it."""
    seen = computed(frozen(), "latest_observation", as_of="2026-01-08").facts()
    fact = seen.get("latest_observation", "payrolls")
    assert (fact.value, fact.as_of) == (64.0, date(2026, 1, 9) - timedelta(days=1))
