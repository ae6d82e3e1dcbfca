"""Charts of seasons and cycles: drawn for both widths, titled by their figures, withheld too."""

from __future__ import annotations

import copy
import json
import re
from functools import cache

import altair as alt
import numpy as np
import pytest
import vl_convert
from support import computed, last_sessions, random_closes, real_snapshot, snapshot
from test_charts import BYTES, SIZES, check_texts, svg

from generator import graph
from generator.charts import Chart, _theme
from generator.facts import Value, Withheld, in_words, show

BOTH = SMALL, LARGE = "russell_2000", "sp_500"
CHARTS = (
    "monthly_heat_map_history",
    "january_windows_chart",
    "relative_cycles",
    "phase_sizes",
    "after_runs_of_sessions_chart",
    "after_runs_of_weeks_chart",
    "after_overbought_chart",
)
FIGURES = (
    "months_told_from_chance",
    "january_effect",
    "relative_cycle",
    "after_runs_of_sessions",
    "after_runs_of_weeks",
    "after_overbought",
)
INDEX = last_sessions(6000, "2026-01-16")


@cache
def everything(seed: int) -> graph.Computed:
    """All of these charts and figures, of random walks or, for 0, of real prices."""
    if not seed:
        return computed(real_snapshot(), *CHARTS, *FIGURES, as_of="2026-01-16")
    walks = {name: random_closes(6000, seed + n, spread=0.006) for n, name in enumerate(BOTH)}
    return computed(snapshot(INDEX, walks), *CHARTS, *FIGURES)


def drawn(name: str, seed: int = 7) -> Chart:
    chart = everything(seed).chart(name)
    assert isinstance(chart, Chart), chart
    return chart


def value(name: str, seed: int = 7) -> Value:
    figure = everything(seed).fact(name, SMALL).figure
    assert isinstance(figure, Value)
    return figure


@pytest.mark.parametrize("seed", [0, 7, 18])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_drawn_small_and_with_every_text_in_its_place(
    name: str, size: str, seed: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """No text leaves the picture or touches another, and Vega has nothing to complain of."""
    chart = drawn(name, seed)
    picture = svg(chart, size)
    captured = capfd.readouterr()
    assert not captured.err and not captured.out
    assert "NaN" not in picture and "undefined" not in picture and "null" not in picture
    assert len(picture) <= BYTES
    check_texts(chart, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_specifications_are_valid(name: str, size: str) -> None:
    """They satisfy Vega-Lite's schema, with the layers that a page adds for pointing."""
    spec = copy.deepcopy(dict(getattr(drawn(name).specs, size)))
    for part in (spec, *spec["layer"]):
        if "data" in part:
            # Every row is checked against the schema, and one is like another.
            part["data"] = {"values": part["data"]["values"][:9]}
    spec["layer"] += spec.get("usermeta", {}).get("hover", [])
    alt.LayerChart.from_dict(spec, validate=True)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", CHARTS)
def test_read_without_the_picture(name: str, seed: int) -> None:
    """Title, subtitle and description are sentences; the data are a table; nothing is missing."""
    chart = drawn(name, seed)
    assert chart.title and not chart.title.endswith(".") and len(chart.title) <= 93
    assert chart.subtitle.endswith(".") and chart.description.endswith(".")
    text = chart.title + chart.subtitle + chart.description
    assert not re.search(r"\bnan\b|None|  |\d-\d", text)
    assert len(chart.data) and not chart.data.isna().any(axis=None)


@pytest.mark.parametrize("name", CHARTS)
def test_pointing_tells_values(name: str) -> None:
    """One layer says at least two things, and adds nothing to the drawing."""
    spec = dict(drawn(name).specs.wide)
    layers = [*spec["layer"], *spec.get("usermeta", {}).get("hover", [])]
    told = [x["encoding"]["tooltip"] for x in layers if "tooltip" in x.get("encoding", {})]
    assert len(told) == 1 and len(told[0]) >= 2
    silent = copy.deepcopy(spec)
    for layer in silent["layer"]:
        layer.get("encoding", {}).pop("tooltip", None)
    silent.pop("usermeta", None)
    assert vl_convert.vegalite_to_svg(json.dumps(silent)) == svg(drawn(name))


@pytest.mark.parametrize("seed", [0, 7, 18])
def test_titles_state_the_figures(seed: int) -> None:
    """Every number in these titles is the figure as it is printed."""
    january, cycle = value("january_effect", seed), value("relative_cycle", seed)
    parts = {name: part.value for name, part in january.parts.items()}
    ahead = f"{in_words(parts['positive'])} of {in_words(parts['years'])} Januaries"
    assert f"{ahead}; the mean is {parts['verdict']}" in drawn("january_windows_chart", seed).title
    moved = show(cycle.parts["size"].value, "fraction").lstrip("+−")
    assert moved in drawn("relative_cycles", seed).title
    assert f"{cycle.parts['start'].value:%B %Y}" in drawn("relative_cycles", seed).title
    assert str(cycle.value).split()[-1] in drawn("phase_sizes", seed).title
    runs = value("after_runs_of_weeks", seed).parts
    said = f"{in_words(runs['positive'].value)} of {in_words(runs['episodes'].value)} episode"
    assert said in drawn("after_runs_of_weeks_chart", seed).title
    assert show(runs["all_share"].value, "share") in drawn("after_runs_of_weeks_chart", seed).title


def test_data_are_what_is_counted() -> None:
    """As many points as years and episodes; as many rows as months that are over."""
    january = value("january_effect", 0).parts["years"].value
    data = drawn("january_windows_chart", 0).data
    assert (data["window"] == "January").sum() == january == 38
    weeks = value("after_runs_of_weeks", 0)
    rows = {row[0]: row[2] for row in weeks.tables["relative"].rows}
    counts = drawn("after_runs_of_weeks_chart", 0).data["horizon"].value_counts().to_dict()
    assert counts == rows
    months = drawn("monthly_heat_map_history", 0).data
    assert len(months) == 3 + 12 * 38
    assert len(drawn("phase_sizes", 0).data) == 10


def test_means_that_chance_may_give_are_grey() -> None:
    """With no month told from chance all means are grey; with January planted it has its colour."""
    assert greys("monthly_heat_map_history", everything(0)) == [_theme.GRID]
    large = random_closes(6000, 9)
    small = large.copy()
    for year in range(2003, 2026):
        first = np.flatnonzero((INDEX.year == year) & (INDEX.month == 1))
        if len(first):
            small[first[10] :] *= 1.06
    planted = computed(snapshot(INDEX, {SMALL: small, LARGE: large}), "monthly_heat_map_history")
    assert greys("monthly_heat_map_history", planted) == [_theme.DIVERGING[-1], _theme.GRID]
    chart = planted.chart("monthly_heat_map_history")
    assert isinstance(chart, Chart)
    assert chart.title.endswith("one of twelve months is told from chance: January")


def greys(name: str, results: graph.Computed) -> list[str]:
    """The colours of the row of means."""
    chart = results.chart(name)
    assert isinstance(chart, Chart)
    layers = chart.specs.wide["layer"][len(_theme.DIVERGING) :]
    return [layer["mark"]["color"] for layer in layers if layer["mark"]["type"] == "line"]


def test_withheld_with_their_figures() -> None:
    """A short history has no seasons and no phases; each chart says why."""
    index = INDEX[-300:]
    flat = {SMALL: np.full(300, 100.0), LARGE: np.full(300, 100.0)}
    results = computed(snapshot(index, flat), *CHARTS)
    for name in CHARTS:
        chart = results.chart(name)
        assert isinstance(chart, Withheld) and chart.reason.startswith("Russell 2000: ")
