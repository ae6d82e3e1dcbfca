"""Charts of the economy: titles say what the figures say; short and broken histories are drawn."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from functools import cache

import altair as alt
import pandas as pd
import pytest
import vl_convert
from support import computed
from support_economy import (
    INDEX,
    as_released,
    current,
    releases,
    simulated_economy,
    with_tables,
)
from test_charts import BYTES, SIZES, check_texts

from generator import graph, tables
from generator.charts import Chart
from generator.charts import _economy_titles as titles
from generator.facts import Value, Withheld, show
from generator.lettering import outlined
from generator.snapshot import Snapshot

CHARTS = (
    *("gdp_nowcast_chart", "inflation_chart", "payrolls_chart", "surveys_chart"),
    "economic_standing",
)
FIGURES = (
    *("gdp_nowcast_path", "inflation_12m", "payrolls_change", "manufacturing_survey_proxy"),
    *("growth_12m", "latest_observation"),
)


@cache
def everything(day: str = "2026-01-16") -> graph.Computed:
    """All charts, and the figures their titles state, of the simulated economy."""
    return computed(simulated_economy(day), *CHARTS, *FIGURES)


def drawn(name: str, results: graph.Computed | None = None) -> Chart:
    """A chart that must not be withheld."""
    chart = (results or everything()).chart(name)
    assert isinstance(chart, Chart), f"{name} is withheld: {chart.reason}"
    return chart


def figure(metric: str, subject: str) -> Value:
    """A figure that a title states."""
    found = everything().fact(metric, subject).figure
    assert isinstance(found, Value)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_small_valid_and_without_a_warning(name, size, capfd):
    """For desks and for phones; its texts stay in the picture and apart."""
    chart = drawn(name)
    spec = copy.deepcopy(dict(getattr(chart.specs, size)))
    picture = vl_convert.vegalite_to_svg(json.dumps(spec))
    assert not capfd.readouterr().err
    assert len(picture) <= BYTES and "NaN" not in picture and "undefined" not in picture
    assert "<text" not in outlined(picture)
    check_texts(chart, size)
    spec["layer"] += spec.get("usermeta", {}).get("hover", [])
    alt.LayerChart.from_dict(spec, validate=True)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_read_without_the_picture(name):
    """Title, subtitle, source and description are sentences; the data are a table."""
    chart = drawn(name)
    assert chart.title and not chart.title.endswith(".")
    assert chart.subtitle.endswith(".") and chart.description.endswith(".")
    text = chart.title + chart.subtitle + chart.description
    assert not re.search(r"\bnan\b|None|  |\d-\d", text)
    assert re.search(r"\d", chart.description)
    assert len(chart.data) and not chart.data.isna().all(axis=1).any()
    assert list(chart.data.columns) == [c for c in chart.data.columns if c == c.lower()]


def test_titles_state_the_figures():
    """Every number in them is the figure as it is printed everywhere."""
    prices = [figure("inflation_12m", name) for name in titles.PRICES]
    expected = {
        "gdp_nowcast_chart": ["5.3%", "3.0%", "Q4 2025"],
        "inflation_chart": [show(one.value, "percent") for one in prices[:2]],
        "payrolls_chart": [
            show(abs(float(str(figure("payrolls_change", "payrolls").value))), "thousands")
        ],
        "surveys_chart": [
            show(figure("manufacturing_survey_proxy", "united_states").value, "points")
        ],
    }
    for name, texts in expected.items():
        for text in texts:
            assert text in drawn(name).title, name


def test_the_path_and_the_prints_can_be_taken_away():
    """One row an estimate or a first print, those of the quarter as published."""
    data = drawn("gdp_nowcast_chart").data
    path = data[(data["quarter"] == "Q4 2025") & (data["kind"] == "estimate")]
    assert path["growth"].tolist()[-4:] == [2.7, 5.4, 5.1, 5.3]
    assert data["kind"].value_counts()["first print"] == 1
    assert data["date"].is_monotonic_increasing


def test_bars_of_payrolls_are_those_of_the_figure():
    """First releases and what they became, the oldest month first."""
    rows = figure("payrolls_change", "payrolls").tables["months"].rows[::-1]
    data = drawn("payrolls_chart").data
    assert data["change"].tolist() == [row[2] for row in rows]
    assert data["month"].tolist() == [row[0] for row in rows]
    assert "revised" in drawn("payrolls_chart").title


def test_the_standing_is_counted_from_the_rows():
    """Sorted from the highest share to the lowest; what has no place is named."""
    chart = drawn("economic_standing")
    shares = chart.data["share_lower"]
    assert shares.is_monotonic_decreasing and len(shares) > 10
    assert chart.title == titles.standing(shares.tolist())
    assert f"Of {len(shares)} measures" in chart.title


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.5, 0.89, 0.1], "none is in the highest or the lowest tenth of its history"),
        ([0.9, 0.2], "Of two measures one stands in the highest tenth of its history, none in"),
        ([0.95, 0.9, 0.09], "two stand in the highest tenth of their history, one in the lowest"),
        ([0.0], "Of one measure none stands in the highest tenth of its history, one in"),
    ],
)
def test_how_many_stand_at_the_ends(shares, expected):
    """From nine tenths on it is high, below one tenth low."""
    assert expected in titles.standing(shares)


def economy(**rows: list[tuple[str, str, float]]) -> Snapshot:
    """A snapshot with releases of some series, by FRED's id, as known on its last day."""
    known = {name: as_released(own, "2026-01-16") for name, own in rows.items()}
    held = {
        "macro": pd.concat([current(name, own) for name, own in known.items()]),
        "macro_vintages": pd.concat([releases(name, own) for name, own in rows.items()]),
    }
    return with_tables(INDEX, held)


def one(name: str, frozen: Snapshot) -> Chart | Withheld:
    """One chart of a snapshot."""
    return computed(frozen, name).chart(name)


ESTIMATE = ("2025-10-01", "2026-01-05", 2.7)
PRINTED = ("2025-10-01", "2026-01-15", 1.4)


def test_an_estimate_after_the_first_print_ends_with_it():
    """Once the quarter is printed the title holds one against the other, and the line is not
    carried on."""
    later = ("2025-10-01", "2026-01-14", 3.0)
    frozen = economy(GDPNOW=[ESTIMATE, later], A191RL1Q225SBEA=[PRINTED])
    chart = one("gdp_nowcast_chart", frozen)
    assert isinstance(chart, Chart)
    assert chart.title == (
        "GDPNow's last estimate for Q4 2025 was 3.0%; the first official print 1.4%"
    )
    for size in SIZES:
        check_texts(chart, size)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([ESTIMATE], "in its first estimate of 5 January 2026"),
        ([ESTIMATE, ("2025-10-01", "2026-01-14", 2.5)], "down from 2.7% on 5 January 2026"),
        (
            [ESTIMATE, ("2025-10-01", "2026-01-08", 5.4), ("2025-10-01", "2026-01-14", 2.7)],
            "at an annual rate of 2.7%, as on 5 January 2026",
        ),
    ],
)
def test_how_an_estimate_moved(path, words):
    """Up, down, back where it was, or only just begun: the line then runs to the as-of date."""
    chart = one("gdp_nowcast_chart", economy(GDPNOW=path))
    assert isinstance(chart, Chart) and words in chart.title
    for size in SIZES:
        check_texts(chart, size)


def test_an_estimate_of_the_day_itself_is_no_line():
    """There is nothing to draw yet, and that is said."""
    chart = one("gdp_nowcast_chart", economy(GDPNOW=[("2026-01-01", "2026-01-16", 2.0)]))
    assert chart == Withheld("there is only one estimate so far")


def monthly(first: str, values: list[float]) -> list[tuple[str, str, float]]:
    """Releases of months from one on, all on one day."""
    stamps = pd.date_range(first, periods=len(values), freq="MS")
    return [
        (str(stamp.date()), "2026-01-05", value)
        for stamp, value in zip(stamps, values, strict=True)
    ]


def test_lines_that_end_apart_are_all_named():
    """Consumer prices are out months before PCE prices: both names stand at their lines."""
    ends = {"CPIAUCSL": 40, "PCEPI": 37, "PCEPILFE": 37}
    rows = {
        name: monthly("2022-09-01", [100 + n + at * n * 0.1 for n in range(count)])
        for at, (name, count) in enumerate(ends.items())
    }
    chart = one("inflation_chart", economy(**rows))
    assert isinstance(chart, Chart)
    for size in SIZES:
        picture = vl_convert.vegalite_to_svg(json.dumps(getattr(chart.specs, size)))
        for name in ("CPI", "PCE", "Core PCE"):
            assert f">{name}</text>" in picture
        check_texts(chart, size)
    assert "to Dec 2025" in chart.title and "to Sep 2025" in chart.title


def test_falling_prices_and_payrolls_are_said_to_fall():
    """Signs are given by verbs, and what prints as zero has not moved."""
    falling = economy(
        CPIAUCSL=monthly("2024-11-01", [100.0 - n for n in range(14)]),
        PAYEMS=monthly("2025-09-01", [1000.0, 990.0, 980.0, 930.0]),
    )
    prices, payrolls = one("inflation_chart", falling), one("payrolls_chart", falling)
    assert isinstance(prices, Chart) and "Consumer prices fell 12.12%" in prices.title
    assert "Not shown: Core PCE, PCE." in prices.subtitle
    assert isinstance(payrolls, Chart)
    assert payrolls.title == "Payrolls fell by 50 thousand in Dec 2025"
    flat = one("payrolls_chart", economy(PAYEMS=monthly("2025-11-01", [1000.0, 1000.0])))
    assert isinstance(flat, Chart) and flat.title == "Payrolls did not change in Dec 2025"


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (4.0, "more firms report better business"),
        (0.0, "as many firms"),
        (-4.0, "more firms report worse"),
    ],
)
def test_what_the_surveys_tell(level, words):
    """Above zero is better, below worse."""
    rows = monthly("2025-10-01", [1.0, 2.0, level])
    chart = one("surveys_chart", economy(GACDISA066MSFRBNY=rows, GACDFSA066MSFRBPHI=rows))
    assert isinstance(chart, Chart) and words in chart.title
    assert "proxy for the ISM survey" in chart.subtitle


@pytest.mark.parametrize("name", CHARTS)
def test_without_the_economy_every_chart_says_why(name):
    """The one reason of the snapshot is the chart's."""
    bare = with_tables(INDEX, {})
    chart = one(name, replace(bare, tables=tables.empty))
    assert chart == Withheld("the snapshot holds no economic series")


@pytest.mark.parametrize("day", ["2025-12-05", "2026-01-23"])
def test_other_weeks_of_the_sample_are_drawn(day):
    """All charts of the first and of the last edition keep their texts apart."""
    for name in CHARTS:
        for size in SIZES:
            check_texts(drawn(name, everything(day)), size)
