"""Charts: what a title says is the figure, nothing missing is hidden, the bytes are the same."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import math
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from support import (
    NOT_GIVEN,
    REPOSITORY,
    computed,
    last_sessions,
    random_closes,
    real_snapshot,
    snapshot,
    universe,
)

from generator import graph
from generator.charts import Chart, _theme
from generator.charts._marks import amounts, nice_ticks, rows, spread
from generator.facts import Value, Withheld, in_words, show, show_date


def as_drawn(cell: object) -> object:
    """A number to the six digits that are handed to the drawing library."""
    return float(f"{cell:.6g}") if isinstance(cell, float) else cell


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


END = "2026-01-16"
INDEX = last_sessions(2800, END)
SMALL, LARGE = "russell_2000", "sp_500"
REQUIRED = words(
    """
    year_rebased week_returns returns_by_horizon relative_by_horizon weekly_relative
    ratio_with_averages ratio_history streak_ladder streak_distribution calendar_years
    price_with_averages rsi_chart breakout_chart drawdown_history drawdown_recent
    records_by_year monthly_heat_map volatility_history implied_volatility rolling_beta_chart
    sector_returns_ytd
    """
)
BARS = words(
    """
    week_returns returns_by_horizon relative_by_horizon weekly_relative streak_ladder
    streak_distribution calendar_years records_by_year
    """
)
SMALL_ONLY = words(
    """
    price_with_averages rsi_chart breakout_chart records_by_year
    """
)
FIGURES = words(
    """
    outperformance_streak_sessions return_1y relative_return_1y return_1w relative_return_mtd
    relative_strength relative_strength_sma_200 sma_200 rsi_14_daily drawdown maximum_drawdown
    record_closes_ytd realised_volatility_21 vix rvx beta_60 base_breakout
    calendar_year_relative return_10y_annualised
    """
)
BYTES = 16_000
"""A picture's size above which a page would become slow."""


def closes() -> dict[str, np.ndarray]:
    """Random walks for every subject; implied volatilities wander about 20."""
    walks = {}
    for seed, (subject, series) in enumerate(universe().series.items()):
        walk = random_closes(len(INDEX), seed)
        walks[subject] = 20 * (walk / 1000) ** 0.2 if series.kind == "volatility" else walk
    return walks


def without(*subjects: str) -> dict[str, np.ndarray]:
    """All closes but those of these subjects."""
    return {subject: walk for subject, walk in closes().items() if subject not in subjects}


@cache
def everything() -> graph.Computed:
    """All charts, and the figures their titles state, of a snapshot that lacks nothing."""
    return computed(snapshot(INDEX, closes()), *graph.charts(), *FIGURES)


def drawn(name: str, results: graph.Computed | None = None) -> Chart:
    """A chart that must not be withheld."""
    chart = (results or everything()).chart(name)
    assert isinstance(chart, Chart), f"{name} is withheld: {chart.reason}"
    return chart


def svg(chart: Chart) -> str:
    """The picture."""
    return vl_convert.vegalite_to_svg(json.dumps(chart.spec))


def value(name: str, subject: str = SMALL) -> Value:
    """A figure that a title states."""
    figure = everything().fact(name, subject).figure
    assert isinstance(figure, Value)
    return figure


def number(name: str, unit: str, subject: str = SMALL) -> str:
    """The same as it is printed."""
    return show(value(name, subject).value, unit)


def streak_snapshot(moves: list[float]) -> graph.Computed:
    """The streak charts when the S&P 500 stands still and small caps end with these moves."""
    earlier = [0.01 if i % 5 else -0.01 for i in range(len(INDEX) - 1 - len(moves))]
    changes = [*earlier, -0.01, *moves][-(len(INDEX) - 1) :]
    levels = 100 * np.cumprod([1.0, *(1 + move for move in changes)])
    frozen = snapshot(INDEX, {SMALL: levels, LARGE: np.full(len(INDEX), 5000.0)})
    names = ("streak_ladder", "streak_distribution", "outperformance_streak_sessions")
    return computed(frozen, *names)


def test_the_required_charts_exist():
    """A page can ask for each by its name."""
    assert set(REQUIRED) <= set(graph.charts())


@pytest.mark.parametrize("name", REQUIRED)
def test_every_chart_is_drawn_small_and_without_a_warning(name, capfd):
    """Vega reports what it cannot draw on the error stream."""
    chart = drawn(name)
    picture = svg(chart)
    captured = capfd.readouterr()
    assert not captured.err and not captured.out
    assert picture.startswith("<svg") and 'width="640"' in picture
    assert "NaN" not in picture and "undefined" not in picture and "null" not in picture
    assert len(picture) <= BYTES


@pytest.mark.parametrize("name", REQUIRED)
def test_every_specification_is_valid_vega_lite(name):
    """It satisfies the schema that Altair ships, which is not checked while drawing."""
    alt.LayerChart.from_dict(copy.deepcopy(dict(drawn(name).spec)), validate=True)


@pytest.mark.parametrize("name", REQUIRED)
def test_every_chart_can_be_read_without_the_picture(name):
    """Title, subtitle, source and description are sentences; the data are a table."""
    chart = drawn(name)
    assert chart.title and not chart.title.endswith(".")
    assert chart.subtitle.endswith(".") and chart.description.endswith(".")
    assert chart.source == "Source: simulated data, as of 16 January 2026"
    text = chart.title + chart.subtitle + chart.description
    assert not re.search(r"\bnan\b|None|  |\d-\d", text)
    assert re.search(r"\d", chart.description)
    assert len(chart.data) and not chart.data.isna().all(axis=1).any()
    assert list(chart.data.columns) == [c for c in chart.data.columns if c == c.lower()]


@pytest.mark.parametrize("name", REQUIRED)
def test_text_is_large_enough_to_read(name):
    """At 640 pixels no text is below 11."""
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg(drawn(name)))}
    assert sizes and min(sizes) >= 11


def test_titles_state_the_figures():
    """Every number in these titles is the figure as it is printed everywhere."""
    expected = {
        "year_rebased": number("return_1y", "fraction"),
        "week_returns": number("return_1w", "fraction"),
        "returns_by_horizon": number("return_10y_annualised", "fraction"),
        "price_with_averages": show(
            abs(float(str(value("sma_200").parts["distance"].value))), "fraction"
        ).removeprefix("+"),
        "ratio_with_averages": show(
            abs(float(str(value("relative_strength_sma_200").parts["distance"].value))),
            "fraction",
        ).removeprefix("+"),
        "ratio_history": show(value("relative_strength").parts["share_lower"].value, "share"),
        "rsi_chart": number("rsi_14_daily", "rsi"),
        "drawdown_history": number("maximum_drawdown", "fraction"),
        "drawdown_recent": number("drawdown", "fraction"),
        "volatility_history": number("realised_volatility_21", "share"),
        "implied_volatility": number("vix", "points", LARGE),
        "rolling_beta_chart": number("beta_60", "beta"),
    }
    for name, text in expected.items():
        assert text in drawn(name).title, name
    assert f"VIX at {number('vix', 'points', LARGE)}" in drawn("implied_volatility").title
    assert f"RVX at {number('rvx', 'points')}" in drawn("implied_volatility").title


def test_ahead_and_behind_follow_the_sign():
    """The title of the year says how far ahead or behind, in unsigned points."""
    difference = float(str(value("relative_return_1y").value))
    words = "ahead of" if difference > 0 else "behind"
    size = show(abs(difference), "pp").removeprefix("+")
    assert f"{size} {words} the S&P 500" in drawn("year_rebased").title


def test_the_last_point_drawn_is_the_figure():
    """What is at the end of a line is what the figure says, at plotting precision."""
    ends = {
        ("rsi_chart", "rsi"): value("rsi_14_daily"),
        ("rolling_beta_chart", "beta"): value("beta_60"),
        ("ratio_history", "ratio"): value("relative_strength"),
        ("drawdown_recent", SMALL): value("drawdown"),
        ("volatility_history", SMALL): value("realised_volatility_21"),
    }
    for (name, column), figure in ends.items():
        last = drawn(name).data[column].iloc[-1]
        assert last == pytest.approx(float(str(figure.value)), abs=0.006), name
    rebased = drawn("year_rebased").data[SMALL]
    assert rebased.iloc[0] == 100
    assert rebased.iloc[-1] == pytest.approx(100 * (1 + float(str(value("return_1y").value))))


@pytest.mark.parametrize("name", REQUIRED)
def test_the_data_offered_are_the_values_drawn(name):
    """Every number in the table is in the specification, except words and dates of their own."""
    chart = drawn(name)
    if name == "monthly_heat_map":
        count = sum(
            len(layer.get("data", {}).get("values", [])) // 3
            for layer in chart.spec["layer"]
            if layer["mark"].get("strokeCap") == "butt"
        )
        assert count == len(chart.data)
        return
    values = {as_drawn(cell) for row in chart.spec["data"]["values"] for cell in row.values()}
    for column in chart.data.select_dtypes("number").columns:
        for cell in chart.data[column].dropna().tolist():
            assert as_drawn(cell) in values, (name, column, cell)


@pytest.mark.parametrize("name", BARS)
def test_bars_start_from_zero(name):
    """The scale of the bars' length contains zero, and no scale is logarithmic."""
    bars = [layer for layer in drawn(name).spec["layer"] if layer["mark"]["type"] == "bar"]
    assert bars
    for layer in bars:
        lengths = [c for c in layer["encoding"].values() if c.get("type") == "quantitative"]
        assert len(lengths) == 1
        low, high = lengths[0]["scale"]["domain"]
        assert low <= 0 <= high and lengths[0]["scale"].get("type", "linear") == "linear"


@pytest.mark.parametrize("name", REQUIRED)
def test_no_chart_has_two_scales_of_one_direction(name):
    """All layers share their axes: no second axis suggests a relation that is not there."""
    spec = drawn(name).spec
    assert "resolve" not in spec
    for direction in ("x", "y"):
        domains = {
            json.dumps(layer["encoding"][direction]["scale"]["domain"])
            for layer in spec["layer"]
            if "scale" in layer.get("encoding", {}).get(direction, {})
        }
        assert len(domains) <= 1


def test_a_log_scale_is_named():
    """Where a scale is logarithmic, the subtitle says so; nowhere else."""
    for name in REQUIRED:
        chart = drawn(name)
        assert ('"log"' in json.dumps(chart.spec)) == ("log scale" in chart.subtitle), name


def hue(colour: str) -> tuple[float, float]:
    """Hue in degrees and saturation of a hexadecimal colour."""
    import colorsys

    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    angle, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return angle * 360, saturation


@pytest.mark.parametrize("name", REQUIRED)
def test_red_never_stands_against_green(name):
    """Bars and areas use blue and orange; no colour at all is a red."""
    colours = set(re.findall(r"#[0-9a-f]{6}", json.dumps(drawn(name).spec)))
    hues = [angle for angle, saturation in map(hue, colours) if saturation > 0.25]
    assert not [angle for angle in hues if angle < 15 or angle > 340]
    if name in (*BARS, "monthly_heat_map"):
        assert not [angle for angle in hues if 60 < angle < 180]


def test_the_theme_is_the_only_place_of_colours_and_fonts():
    """No chart module names a colour."""
    for file in sorted((REPOSITORY / "generator" / "charts").glob("*.py")):
        if file.name != "_theme.py":
            assert not re.search(r"#[0-9a-fA-F]{3,6}\b|Helvetica", file.read_text("utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance of a hexadecimal colour."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_contrasts_with_white():
    """At least 4.5 to 1, as WCAG asks."""
    for colour in (_theme.INK, _theme.QUIET, _theme.SMALL, _theme.LARGE, _theme.THIRD):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5
    assert 1.05 / (luminance(_theme.FOURTH) + 0.05) >= 4.5


DIGEST = """
import hashlib, json, vl_convert
from test_charts import REQUIRED, drawn
whole = hashlib.sha256()
for name in REQUIRED:
    whole.update(vl_convert.vegalite_to_svg(json.dumps(drawn(name).spec)).encode())
print(whole.hexdigest())
"""


def digest(zone: str, seed: str) -> str:
    """The hash of all pictures drawn by a process of its own in a time zone."""
    folders = [str(REPOSITORY), str(REPOSITORY / "tests"), str(Path(__file__).parent)]
    environment = {
        **os.environ,
        "TZ": zone,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join(folders),
    }
    done = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_same_bytes_in_every_time_zone():
    """Two processes in Tokyo and in New York draw the same pictures as this one."""
    whole = hashlib.sha256()
    for name in REQUIRED:
        whole.update(svg(drawn(name)).encode())
    assert digest("Asia/Tokyo", "1") == digest("America/New_York", "2") == whole.hexdigest()


@pytest.mark.parametrize("name", REQUIRED)
def test_the_layout_does_not_measure_text(name):
    """Fixed margins, no dropped or cut labels: other fonts give the same picture."""
    spec = drawn(name).spec
    assert spec["autosize"] == "none" and set(spec["padding"]) == {"left", "right", "top", "bottom"}
    assert spec["config"]["axis"]["labelOverlap"] is False
    assert spec["config"]["axis"]["labelLimit"] == 0
    text = json.dumps(spec)
    assert '"legend": {' not in text and '"limit"' not in text
    for layer in spec["layer"]:
        for channel in layer.get("encoding", {}).values():
            assert channel.get("title") is None


@pytest.mark.parametrize(
    "name, subject",
    [
        ("year_rebased", "magnificent_seven"),
        ("week_returns", "micro_caps"),
        ("implied_volatility", "rvx"),
        ("sector_returns_ytd", "small_energy"),
    ],
)
def test_a_missing_series_is_said(name, subject):
    """The rest is drawn, and the subtitle names what is not and why."""
    chart = drawn(name, computed(snapshot(INDEX, without(subject)), name))
    short = universe().series[subject].short
    assert f"Not shown: {short} ({NOT_GIVEN})" in chart.subtitle
    assert svg(chart)


def test_a_young_series_is_said():
    """A fund that did not exist a year ago cannot be rebased; its start is the reason."""
    walks = closes()
    walks["magnificent_seven"][:-100] = math.nan
    chart = drawn("year_rebased", computed(snapshot(INDEX, walks), "year_rebased"))
    assert "Not shown: Magnificent 7 (its history starts on" in chart.subtitle
    assert "magnificent_seven" not in chart.data


@pytest.mark.parametrize("name", [n for n in REQUIRED if n not in SMALL_ONLY])
def test_only_benchmarks_are_enough_or_the_reason_is_given(name):
    """With two series everything is drawn but what needs others."""
    chart = computed(snapshot(INDEX, {s: closes()[s] for s in (SMALL, LARGE)}), name).chart(name)
    if name in ("implied_volatility", "sector_returns_ytd"):
        assert isinstance(chart, Withheld) and NOT_GIVEN in chart.reason
    else:
        assert isinstance(chart, Chart) and svg(chart)


NOT_ABOUT_THE_BENCHMARK = ("implied_volatility", "sector_returns_ytd", "rolling_beta_chart")


@pytest.mark.parametrize("name", [n for n in REQUIRED if n not in NOT_ABOUT_THE_BENCHMARK])
def test_without_its_main_series_a_chart_is_withheld(name):
    """The reason names the small-cap benchmark."""
    chart = computed(snapshot(INDEX, without(SMALL)), name).chart(name)
    assert chart == Withheld(f"Russell 2000: {NOT_GIVEN}")


def test_beta_without_a_figure_is_withheld():
    """A gap in the last 60 sessions leaves no beta, and the reason is the figure's."""
    walks = closes()
    walks[SMALL][-3] = math.nan
    chart = computed(snapshot(INDEX, walks), "rolling_beta_chart").chart("rolling_beta_chart")
    assert isinstance(chart, Withheld) and "60 daily returns is missing" in chart.reason


@pytest.mark.parametrize("name", SMALL_ONLY)
def test_small_caps_alone_are_enough_where_nothing_is_compared(name):
    """These charts do not need the large-cap benchmark."""
    assert drawn(name, computed(snapshot(INDEX, without(LARGE)), name))


def test_a_missing_close_is_a_gap():
    """A line is not drawn across a session without a close."""
    walks = closes()
    walks[SMALL][-60] = math.nan
    results = computed(snapshot(INDEX, walks), "year_rebased", "price_with_averages")
    data = drawn("year_rebased", results).data
    assert data[SMALL].isna().sum() == 1
    picture = svg(drawn("year_rebased", results))
    line = re.search(rf'd="([^"]+)" stroke="{_theme.SMALL}"', picture)
    assert line and line[1].count("M") == 2


def test_the_current_run_is_the_title_of_the_ladder():
    """Its length is the figure, and what it is compared with is the figure's part."""
    results = streak_snapshot([0.01] * 3)
    figure = results.fact("outperformance_streak_sessions", SMALL).figure
    assert isinstance(figure, Value) and figure.value == 3
    since = show_date(figure.parts["longest_since"].value)
    chart = drawn("streak_ladder", results)
    assert chart.title == (
        f"Russell 2000 ahead of the S&P 500 for {in_words(3)} sessions, the longest run since "
        f"the one to {since}"
    )
    current = chart.data[chart.data["state"] == "current"]
    assert current["sessions"].tolist() == [3]


@pytest.mark.parametrize(
    "moves, title",
    [
        ([0.01] * 12, "for 12 sessions, the longest run since the history starts in"),
        ([0.01] * 4, "for four sessions, matching the run to"),
        ([-0.01, 0.01], "Russell 2000 ahead of the S&P 500 for one session"),
        ([0.01, 0.0], "Russell 2000 level with the S&P 500 on the last session"),
        ([0.01, -0.01, -0.01], "Russell 2000 behind the S&P 500 for two sessions"),
    ],
)
def test_every_state_of_a_run_has_its_title(moves, title):
    """Longest ever, matched, one session, tie, behind."""
    results = streak_snapshot(moves)
    ladder = results.chart("streak_ladder")
    if isinstance(ladder, Chart):
        assert title in ladder.title
    else:
        assert "no run of six sessions" in ladder.reason
    assert svg(drawn("streak_distribution", results))


def test_the_distribution_counts_every_past_run():
    """The bars add up to the runs that have ended."""
    results = streak_snapshot([0.01] * 3)
    figure = results.fact("outperformance_streak_sessions", SMALL).figure
    assert isinstance(figure, Value)
    counts = dict(figure.tables["distribution"].rows)
    chart = drawn("streak_distribution", results)
    assert chart.data["runs"].sum() == sum(counts.values())
    as_long = sum(runs for length, runs in counts.items() if length >= 3)
    assert f"of {show(sum(counts.values()), 'count')} earlier runs" in chart.title
    assert chart.title.startswith(show(as_long, "count"))


def test_the_running_year_is_paler():
    """In the two charts by year, and only there."""
    for name in ("calendar_years", "records_by_year"):
        bars = drawn(name).spec["data"]["values"]
        pale = [bar["period"] for bar in bars if bar["colour"] in _theme.PALE.values()]
        assert pale == [2026] and "paler" in drawn(name).subtitle


def test_no_record_is_said_with_the_latest_one():
    """Zero records are not silence."""
    walk = np.concatenate((np.linspace(100, 200, 1000), np.linspace(199, 120, len(INDEX) - 1000)))
    results = computed(snapshot(INDEX, {SMALL: walk}), "records_by_year", "drawdown_recent")
    latest = show_date(INDEX[999].date())
    title = drawn("records_by_year", results).title
    assert title == (
        f"No record close of the Russell 2000 in 2026 to date; the latest was on {latest}"
    )
    recent = drawn("drawdown_recent", results)
    assert recent.title == f"Russell 2000 −40.00% from its record of {latest}"


def test_a_record_close_is_said():
    """At a record there is no distance to one."""
    rising = np.linspace(100, 200, len(INDEX))
    results = computed(snapshot(INDEX, {SMALL: rising, LARGE: rising}), "drawdown_recent")
    assert drawn("drawdown_recent", results).title == "Russell 2000 at a record close"


def test_a_tie_is_neither_ahead_nor_behind():
    """Two equal series are level, over every period and in every week."""
    same = closes()[SMALL]
    names = ("year_rebased", "relative_by_horizon", "weekly_relative", "monthly_heat_map")
    results = computed(snapshot(INDEX, {SMALL: same, LARGE: same}), *names)
    assert "level with the S&P 500" in drawn("year_rebased", results).title
    assert "level with the S&P 500" in drawn("monthly_heat_map", results).title
    assert "none of nine periods" in drawn("relative_by_horizon", results).title
    assert "none of the last 26 weeks" in drawn("weekly_relative", results).title


def test_a_short_history_draws_what_there_is():
    """Two years: horizons beyond are named as not shown."""
    index = INDEX[-600:]
    walks = {subject: walk[-600:] for subject, walk in closes().items()}
    results = computed(snapshot(index, walks), *graph.charts())
    for name in REQUIRED:
        chart = results.chart(name)
        assert isinstance(chart, Withheld) or svg(chart)
    horizons = drawn("relative_by_horizon", results)
    assert "Not shown: 3 years (" in horizons.subtitle
    assert len(horizons.data) == 6


@pytest.mark.parametrize("day", ["2020-03-20", "2008-06-13", END])
def test_real_prices_are_drawn(day):
    """Weeks of a crash, and a fund that did not exist yet."""
    frozen = real_snapshot()
    known = frozen.closes.loc[:day].dropna(axis=1, how="all")
    walks = {str(subject): known[subject] for subject in known}
    results = computed(snapshot(known.index, walks), *graph.charts())
    for name in REQUIRED:
        chart = results.chart(name)
        if isinstance(chart, Withheld):
            assert name == "sector_returns_ytd"
        else:
            assert len(svg(chart)) <= BYTES


def test_labels_at_line_ends_do_not_overlap():
    """Neighbours keep the gap, keep their order and stay inside."""
    placed = spread([5.0, 5.1, 4.9, 9.9], 1.0, 0.0, 10.0)
    ordered = sorted(placed)
    assert all(b - a >= 0.99 for a, b in itertools.pairwise(ordered))
    assert np.argsort(placed).tolist() == np.argsort([5.0, 5.1, 4.9, 9.9]).tolist()
    assert min(placed) >= 0 and max(placed) <= 10


@pytest.mark.parametrize("low, high", [(0, 0), (-0.6, 0), (0.3, 0.65), (1636, 2677), (1e-6, 2e-6)])
def test_ticks_enclose_the_data(low, high):
    """From the last round number below to the first above."""
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low and ticks[-1] >= high and 1 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))


@pytest.mark.parametrize(
    "low, high, form, text",
    [
        (0.351, 0.472, "f", "'.3f'"),
        (-0.011, 0.012, "+%", "'+.1%'"),
        (-30, 20, "+f", "'+.0f'"),
        (1800, 2700, ",f", "',.0f'"),
    ],
)
def test_ticks_are_written_exactly(low, high, form, text):
    """As many decimals as the step needs, so that no two ticks read alike or wrong."""
    assert text in amounts(low, high, form)["axis"]["labelExpr"]


def test_rows_are_plain_json():
    """Dates are ISO, missing numbers null."""
    frame = pd.DataFrame({"date": INDEX[:2], "close": [1.5, math.nan]})
    assert json.loads(json.dumps(rows(frame)))[1] == {
        "date": f"{INDEX[1]:%Y-%m-%d}",
        "close": None,
    }


def test_labels_are_rounded_once() -> None:
    """A return of -0.3749523% is labelled -0.37%, though it rounds to -0.375% on the way."""
    closes = {name: np.full(400, 100.0) for name in ("russell_2000", "sp_500")}
    closes["sp_500"][-1] = 100 * (1 - 0.003749523)
    chart = computed(
        snapshot(last_sessions(400, "2026-01-16"), closes), "returns_by_horizon"
    ).chart("returns_by_horizon")
    assert isinstance(chart, Chart)
    drawn_text = vl_convert.vegalite_to_svg(chart.spec)
    assert "\u22120.37%" in drawn_text
    assert "\u22120.38%" not in drawn_text
