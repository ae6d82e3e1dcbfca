"""Charts of rates and sensitivity: titles say what the figures say; a week with nothing is said."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import altair as alt
import pandas as pd
import pytest
import vl_convert
from support import last_sessions, random_closes
from support_economy import with_tables
from support_rates import followed, frozen
from test_charts import BYTES, SIZES, check_texts

from generator import graph
from generator.charts import Chart
from generator.charts import _rate_titles as titles
from generator.facts import Value, Withheld, show

CHARTS = (
    *("implied_policy_path", "rate_projections", "treasury_yields"),
    *("rolling_yield_sensitivity", "rolling_spread_sensitivity"),
)
FIGURES = (
    *("implied_path_by_meeting", "rate_projection", "yield_slope"),
    *("sensitivity_to_treasury_10y", "sensitivity_to_high_yield_spread"),
)
DAYS = ("2026-01-16", "2025-12-05", "2025-12-12")


@cache
def everything(day: str = DAYS[0]) -> graph.Computed:
    """All charts, and the figures their titles state, of the simulated economy."""
    index = last_sessions(2400, day)
    bare = with_tables(index, frozen(day))
    walks = {"russell_2000": random_closes(len(index), 1), "sp_500": random_closes(len(index), 2)}
    whole = replace(bare, closes=pd.DataFrame(walks, index=index))
    return graph.compute(whole, followed(), index[-1], [*CHARTS, *FIGURES])


def drawn(name: str, day: str = DAYS[0]) -> Chart:
    """A chart that must not be withheld."""
    chart = everything(day).chart(name)
    assert isinstance(chart, Chart), f"{name} is withheld: {chart.reason}"
    return chart


def figure(metric: str, subject: str) -> Value:
    """A figure that a title states."""
    found = everything().fact(metric, subject).figure
    assert isinstance(found, Value)
    return found


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_small_valid_and_without_a_warning(name, day, capfd):
    """For desks and for phones; its texts stay in the picture and apart."""
    chart = drawn(name, day)
    for size in SIZES:
        spec = copy.deepcopy(dict(getattr(chart.specs, size)))
        picture = vl_convert.vegalite_to_svg(json.dumps(spec))
        assert not capfd.readouterr().err
        assert len(picture) <= BYTES and "NaN" not in picture and "undefined" not in picture
        check_texts(chart, size)
        spec["layer"] += spec.get("usermeta", {}).get("hover", [])
        alt.LayerChart.from_dict(spec, validate=True)
        told = [x for x in spec["layer"] if "tooltip" in x.get("encoding", {})]
        assert len(told) == 1 and len(told[0]["encoding"]["tooltip"]) >= 2


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
    rows = figure("implied_path_by_meeting", "federal_funds").tables["meetings"].rows
    projection = figure("rate_projection", "federal_funds")
    slope = show(figure("yield_slope", "treasury_10y").value, "pp").removeprefix("+")
    yields = figure("sensitivity_to_treasury_10y", "russell_2000")
    expected = {
        "implied_policy_path": ["28 January 2026", show(rows[-1][1], "percent")],
        "rate_projections": [
            show(projection.value, "percent"),
            show(projection.parts["following_year"].value, "percent"),
        ],
        "treasury_yields": [slope.removesuffix(" pp")],
        "rolling_yield_sensitivity": [show(abs(float(str(yields.value))), "pp").removeprefix("+")],
    }
    for name, texts in expected.items():
        for text in texts:
            assert text in drawn(name).title, name
    assert "expected" in drawn("implied_policy_path").subtitle.split("Implied is not ")[1]
    assert "not an effect" in drawn("rolling_yield_sensitivity").subtitle


def test_the_last_points_are_the_figures():
    """What is drawn at the end of a line is what the figure says."""
    slope = figure("yield_slope", "treasury_10y").value
    assert drawn("treasury_yields").data["difference"].iloc[-1] == pytest.approx(slope)
    last = drawn("rolling_spread_sensitivity").data.iloc[-1]
    spread = figure("sensitivity_to_high_yield_spread", "russell_2000")
    assert last["slope"] == pytest.approx(spread.value)
    assert (last["low"], last["high"]) == (spread.parts["low"].value, spread.parts["high"].value)


def test_every_range_of_one_percent_and_more_is_drawn():
    """One row a meeting and range; those of a meeting miss less than what is not drawn."""
    data = drawn("implied_policy_path").data
    assert (data["probability"] >= 0.01).all()
    assert (data.groupby("date")["probability"].sum() > 0.97).all()
    assert (data["upper"] - data["lower"] == 0.25).all()


@pytest.mark.parametrize(
    ("chances", "text"),
    [
        ((0.93, 0.07, 0.0), "Futures imply 93.0% for a cut on 10 December 2025"),
        ((0.2, 0.6, 0.2), "Futures imply 60.0% for no change on 10 December 2025"),
        ((0.0, 0.4, 0.6), "Futures imply 60.0% for a rise on 10 December 2025"),
    ],
)
def test_the_title_names_what_is_most_probable(chances, text):
    """A cut, no change or a rise, and the rate after the last meeting."""
    day = date(2025, 12, 10)
    assert titles.implied_path(day, chances, day, 3.64) == f"{text} and a rate of 3.64% after it"


def test_an_interval_that_includes_zero_is_said():
    """Then nothing but chance may be behind the association."""
    clear = titles.association("yield", "0.1 points", -0.5, -0.7, -0.3)
    assert (
        clear == "With a rise of the yield by 0.1 points small caps were 0.50 pp behind large caps"
    )
    unclear = titles.association("yield", "0.1 points", 0.5, -0.1, 1.1)
    assert unclear.endswith("0.50 pp ahead of large caps; the interval includes zero")


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.6, "0.60 points above"), (-0.25, "0.25 points below"), (0.001, "are level")],
)
def test_the_side_of_the_slope_is_said(difference, text):
    """Above, below or level, as it prints."""
    assert text in titles.slope(difference)


def test_without_the_economy_every_chart_is_withheld():
    """With the reason of its data."""
    bare = with_tables(last_sessions(300, DAYS[0]), {})
    results = graph.compute(bare, followed(), bare.sessions[-1], CHARTS)
    for name in CHARTS:
        found = results.chart(name)
        assert isinstance(found, Withheld), name
        assert found.reason in (
            "the snapshot holds no economic series",
            "the snapshot holds no futures on federal funds",
        )
