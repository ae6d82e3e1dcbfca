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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

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

from generator import graph, palette
from generator.charts import Chart, _theme
from generator.charts._marks import rows, spread
from generator.charts._scales import amounts, date_ticks, nice_ticks
from generator.charts.bears import bear_markets
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


SIZES = {"wide": 640, "narrow": 344}


def svg(chart: Chart, size: str = "wide") -> str:
    """The picture."""
    return vl_convert.vegalite_to_svg(json.dumps(getattr(chart.specs, size)))


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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", REQUIRED)
def test_every_chart_is_drawn_small_and_without_a_warning(name, size, capfd):
    """For desks and for phones; Vega reports what it cannot draw on the error stream."""
    picture = svg(drawn(name), size)
    captured = capfd.readouterr()
    assert not captured.err and not captured.out
    assert picture.startswith("<svg") and f'width="{SIZES[size]}"' in picture
    assert "NaN" not in picture and "undefined" not in picture and "null" not in picture
    assert len(picture) <= BYTES


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", REQUIRED)
def test_every_specification_is_valid_vega_lite(name, size):
    """It satisfies the schema that Altair ships, with the layers that a page adds for pointing."""
    spec = copy.deepcopy(dict(getattr(drawn(name).specs, size)))
    spec["layer"] += spec.get("usermeta", {}).get("hover", [])
    alt.LayerChart.from_dict(spec, validate=True)


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


@dataclass(frozen=True)
class Box:
    """Where a line of text stands."""

    text: str
    left: float
    right: float
    base: float

    def meets(self, other: Box) -> bool:
        """Whether two texts touch; capitals and digits are nine pixels high."""
        apart = self.right <= other.left or other.right <= self.left
        return not apart and abs(self.base - other.base) < 9


HELVETICA_BOLD = {
    **dict.fromkeys("ABCDHKNRU&", 722),
    **dict.fromkeys("EPSVXY", 667),
    **dict.fromkeys("FLTZbdghnopqu", 611),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("ijl.,: ", 278),
    **dict.fromkeys("ft-", 333),
    **{"I": 278, "J": 556, "M": 833, "W": 944, "m": 889, "w": 778, "r": 389, "z": 500},
    **dict.fromkeys("+−", 584),
    "%": 889,
}
"""Thousandths of the size, from Adobe's metrics; all other letters and digits are 556."""
SVG = "{http://www.w3.org/2000/svg}"


def boxes(picture: str) -> list[Box]:
    """Every line of text of a picture, as wide as Helvetica Bold of twelve pixels."""
    found = []

    def look(element: ElementTree.Element, x: float, y: float) -> None:
        moved = re.match(r"translate\(([-\d.e]+),([-\d.e]+)\)", element.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag == f"{SVG}text":
            lines = [line.text for line in element.iter(f"{SVG}tspan")] or [element.text]
            for number, line in enumerate(lines):
                text = line or ""
                wide = sum(HELVETICA_BOLD.get(letter, 556) for letter in text) * 12 / 1000
                share = {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
                left = x - share * wide
                found.append(Box(text, left, left + wide, y + 14 * number))
        for child in element:
            look(child, x, y)

    look(ElementTree.fromstring(picture), 0, 0)
    return found


def check_texts(chart: Chart, size: str) -> None:
    """No text leaves the picture, and none touches another."""
    picture = svg(chart, size)
    height = float(re.search(r' height="([\d.]+)"', picture)[1])
    texts = boxes(picture)
    assert texts
    for box in texts:
        assert box.left >= 0 and box.right <= SIZES[size], box
        assert box.base >= 8 and box.base <= height - 2, box
    touching = [(a, b) for a, b in itertools.combinations(texts, 2) if a.meets(b)]
    assert not touching


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", REQUIRED)
def test_texts_stay_in_the_picture_and_apart(name, size):
    """On desks and on phones, in letters of twelve pixels."""
    check_texts(drawn(name), size)
    sizes = re.findall(r'font-size="([\d.]+)px"', svg(drawn(name), size))
    assert set(sizes) == {"12"}


@pytest.mark.parametrize("name", ["year_rebased", "price_with_averages", "drawdown_recent"])
def test_names_of_lines_that_end_together_are_moved_apart(name):
    """All series equal: the hardest case for the names at their ends."""
    same = dict.fromkeys(closes(), closes()[SMALL])
    chart = drawn(name, computed(snapshot(INDEX, same), name))
    for size in SIZES:
        check_texts(chart, size)


def size(shown: str) -> str:
    """A number as it is printed, without its sign."""
    return shown.lstrip("+−")


def test_titles_state_the_figures():
    """Every number in these titles is the figure as it is printed everywhere."""
    expected = {
        "year_rebased": size(number("return_1y", "fraction")),
        "week_returns": size(number("return_1w", "fraction")),
        "returns_by_horizon": size(number("return_10y_annualised", "fraction")),
        "price_with_averages": size(show(value("sma_200").parts["distance"].value, "fraction")),
        "ratio_with_averages": size(
            show(value("relative_strength_sma_200").parts["distance"].value, "fraction")
        ),
        "ratio_history": show(value("relative_strength").parts["share_lower"].value, "share"),
        "rsi_chart": number("rsi_14_daily", "rsi"),
        "drawdown_history": size(number("maximum_drawdown", "fraction")),
        "drawdown_recent": size(number("drawdown", "fraction")),
        "volatility_history": number("realised_volatility_21", "share"),
        "implied_volatility": number("vix", "points", LARGE),
        "rolling_beta_chart": number("beta_60", "beta"),
    }
    for name, text in expected.items():
        assert text in drawn(name).title, name
    assert f"VIX at {number('vix', 'points', LARGE)}" in drawn("implied_volatility").title
    assert f"RVX at {number('rvx', 'points')}" in drawn("implied_volatility").title


def said_by_data(chart: Chart, name: str) -> list[str]:
    """What the title must say if it agrees with the rows offered beside the picture."""
    data = chart.data
    numbers = data.select_dtypes("number")
    last = numbers.iloc[-1]

    def change(fraction: float) -> str:
        return size(show(fraction, "fraction"))

    def ahead(differences: pd.Series) -> str:
        return in_words(int((differences > 0).sum()))

    if name in ("ratio_with_averages", "price_with_averages"):
        return [change(last.iloc[0] / last["average_200"] - 1)]
    if name == "sector_returns_ytd":
        both = data.pivot(index="sector", columns="size", values="return").dropna()
        return [ahead(both["small"] - both["large"]), in_words(len(both))]
    return {
        "year_rebased": lambda: [change(last[SMALL] / 100 - 1)],
        "week_returns": lambda: [
            change(data.set_index("name")["return"][subject])
            for subject in ("Russell 2000", "S&P 500")
        ],
        "returns_by_horizon": lambda: [change(value) for value in data["return"].iloc[-2:]],
        # Here small caps are ahead over all shorter periods and behind over all longer ones.
        "relative_by_horizon": lambda: (
            ["leads the S&P 500 over periods up to a year"]
            if ((data["difference"] > 0) == [True] * 6 + [False] * 3).all()
            else [f"{ahead(data['difference'])} of {in_words(len(data))}"]
        ),
        "weekly_relative": lambda: [f"{ahead(data['difference'])} of the last {len(data)} weeks"],
        "ratio_history": lambda: [],
        "streak_ladder": lambda: [in_words(n) for n in data[data["state"] == "current"].sessions],
        "streak_distribution": lambda: [show(int(data["runs"].sum()), "count")],
        "calendar_years": lambda: [
            str(data[(data["state"] == "complete") & (data["relative"] > 0)]["year"].max())
        ],
        "rsi_chart": lambda: [show(last["rsi"], "rsi")],
        "breakout_chart": lambda: [],
        "drawdown_history": lambda: [change(value) for value in numbers.min()],
        "drawdown_recent": lambda: [change(last[SMALL])],
        "records_by_year": lambda: [
            f"{in_words(int(last['records'])) if last['records'] else 'no'} record close"
        ],
        "monthly_heat_map": lambda: [size(show(last["difference"], "pp")).removesuffix(" pp")],
        "volatility_history": lambda: [show(last[column], "share") for column in numbers],
        "implied_volatility": lambda: [show(last[column], "points") for column in numbers],
        "rolling_beta_chart": lambda: [show(last["beta"], "beta")],
    }[name]()


@pytest.mark.parametrize("name", REQUIRED)
def test_titles_agree_with_the_data(name):
    """What a title says follows from the rows that readers can take away."""
    chart = drawn(name)
    for text in said_by_data(chart, name):
        assert re.search(rf"(?<![\d.,]){re.escape(text)}(?!\d|[.,]\d)", chart.title, re.IGNORECASE)


@pytest.mark.parametrize("other", [0.9, 1.0, 1.1, 0.5])
def test_more_and_less_follow_the_sign(other):
    """The title of the year says who rose or fell by more, and by how many points."""
    rise = np.linspace(100, 120, len(INDEX))
    path = {SMALL: rise, LARGE: np.append(rise[:-1], rise[-1] * other)}
    names = ("year_rebased", "return_1y", "relative_return_1y")
    results = computed(snapshot(INDEX, path), *names)
    own = results.fact("return_1y", SMALL).display.lstrip("+−")
    gap = float(str(results.fact("relative_return_1y", SMALL).value))
    if other == 1.0:
        told = f"rose {own} in twelve months, as much as the S&P 500"
    elif float(str(results.fact("return_1y", LARGE).value)) < 0:
        fallen = results.fact("return_1y", LARGE).display.lstrip("+−")
        told = f"rose {own} in twelve months while the S&P 500 fell {fallen}"
    else:
        points = size(show(gap, "pp")).removesuffix(" pp")
        side = "more" if gap > 0 else "less"
        told = f"rose {own} in twelve months, {points} percentage points {side} than the S&P 500"
    assert drawn("year_rebased", results).title == f"The Russell 2000 {told}"


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
    for spec in (chart.specs.wide, chart.specs.narrow):
        values = {as_drawn(cell) for row in spec["data"]["values"] for cell in row.values()}
        for column in chart.data.select_dtypes("number").columns:
            for cell in chart.data[column].dropna().tolist():
                assert as_drawn(cell) in values, (name, column, cell)


def test_every_month_is_a_cell():
    """The grid is drawn as lines: each month is one of three points, the last of them empty."""
    chart = drawn("monthly_heat_map")
    cells = [layer for layer in chart.specs.wide["layer"] if "strokeCap" in layer["mark"]]
    assert sum(len(layer["data"]["values"]) for layer in cells) == 3 * len(chart.data)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", BARS)
def test_bars_start_from_zero(name, size):
    """The scale of the bars' length contains zero, and no scale is logarithmic."""
    layers = getattr(drawn(name).specs, size)["layer"]
    bars = [layer for layer in layers if layer["mark"]["type"] == "bar"]
    assert bars
    for layer in bars:
        lengths = [layer["encoding"][c] for c in "xy" if c in layer["encoding"]]
        lengths = [channel for channel in lengths if channel["type"] == "quantitative"]
        assert len(lengths) == 1
        low, high = lengths[0]["scale"]["domain"]
        assert low <= 0 <= high and lengths[0]["scale"].get("type", "linear") == "linear"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", REQUIRED)
def test_no_chart_has_two_scales_of_one_direction(name, size):
    """All layers share their axes: no second axis suggests a relation that is not there."""
    spec = getattr(drawn(name).specs, size)
    assert "resolve" not in spec
    for direction in ("x", "y"):
        domains = {
            json.dumps(layer["encoding"][direction]["scale"]["domain"])
            for layer in spec["layer"]
            if "domain" in layer.get("encoding", {}).get(direction, {}).get("scale", {})
        }
        assert len(domains) <= 1


def test_a_log_scale_is_named():
    """Where a scale is logarithmic, the subtitle says so; nowhere else."""
    for name in REQUIRED:
        chart = drawn(name)
        assert ('"log"' in json.dumps(chart.specs.wide)) == ("log scale" in chart.subtitle), name


def hue(colour: str) -> tuple[float, float]:
    """Hue in degrees and saturation of a hexadecimal colour."""
    import colorsys

    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    angle, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return angle * 360, saturation


@pytest.mark.parametrize("name", REQUIRED)
def test_red_never_stands_against_green(name):
    """Bars and areas use blue and orange; no colour at all is a red."""
    colours = set(re.findall(r"#[0-9a-f]{6}", json.dumps(drawn(name).specs.wide)))
    hues = [angle for angle, saturation in map(hue, colours) if saturation > 0.25]
    assert not [angle for angle in hues if angle < 15 or angle > 340]
    if name in (*BARS, "monthly_heat_map"):
        assert not [angle for angle in hues if 60 < angle < 180]


def test_the_theme_is_the_only_place_of_colours_and_fonts():
    """No chart module names a colour; what is drawn has the colours of the palette alone."""
    for file in sorted((REPOSITORY / "generator" / "charts").glob("*.py")):
        text = file.read_text("utf-8")
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", text)
        assert ("Helvetica" in text) == (file.name == "_theme.py")
    for name in REQUIRED:
        for size in SIZES:
            used = set(re.findall(r"#\w{3,6}\b", svg(drawn(name), size)))
            assert used <= palette.names_by_colour().keys(), name


def luminance(colour: str) -> float:
    """Relative luminance of a hexadecimal colour."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", REQUIRED)
def test_text_contrasts_with_the_paper(name):
    """At least 4.5 to 1, as WCAG asks, on light and on dark paper."""
    shades = {shade.light: shade for shade in palette.SHADES.values()}
    for size in SIZES:
        for colour in set(re.findall(r'<text [^>]*fill="(#\w+)"', svg(drawn(name), size))):
            assert contrast(colour, palette.PAPER.light) >= 4.5, colour
            assert contrast(shades[colour].dark, palette.PAPER.dark) >= 4.5, colour


DIGEST = """
import hashlib
from test_charts import REQUIRED, drawn, svg
whole = hashlib.sha256()
for name in REQUIRED:
    for size in ("wide", "narrow"):
        whole.update(svg(drawn(name), size).encode())
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
        for size in SIZES:
            whole.update(svg(drawn(name), size).encode())
    assert digest("Asia/Tokyo", "1") == digest("America/New_York", "2") == whole.hexdigest()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", REQUIRED)
def test_the_layout_does_not_measure_text(name, size):
    """Fixed margins, no dropped or cut labels: other fonts give the same picture."""
    spec = getattr(drawn(name).specs, size)
    assert spec["autosize"] == "none" and set(spec["padding"]) == {"left", "right", "top", "bottom"}
    assert spec["config"]["axis"]["labelOverlap"] is False
    assert spec["config"]["axis"]["labelLimit"] == 0
    text = json.dumps(spec)
    assert '"legend": {' not in text and '"limit"' not in text
    for layer in spec["layer"]:
        for direction in "xy":
            assert layer.get("encoding", {}).get(direction, {}).get("title") is None


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
    results = streak_snapshot([0.01] * 8 + [-0.01] + [0.01] * 6)
    figure = results.fact("outperformance_streak_sessions", SMALL).figure
    assert isinstance(figure, Value) and figure.value == 6
    assert figure.parts["longest_since"].value == INDEX[-8].date()
    chart = drawn("streak_ladder", results)
    assert chart.title == (
        "The Russell 2000 has beaten the S&P 500 for six sessions, the longest run since "
        f"{show_date(INDEX[-8].date())}"
    )
    current = chart.data[chart.data["state"] == "current"]
    assert current["sessions"].tolist() == [6]


@pytest.mark.parametrize(
    "moves, title",
    [
        ([0.01] * 12, "for 12 sessions, the longest run since at least 2014"),
        ([0.01] * 7 + [-0.01] + [0.01] * 7, "for seven sessions, matching the run that ended on"),
        ([0.01] * 7 + [-0.01] + [0.01] * 3, "has beaten the S&P 500 for three sessions in a row"),
        ([0.01] * 7 + [-0.01, 0.01], "The Russell 2000 beat the S&P 500 on the last session"),
        ([0.01] * 7 + [0.0], "last long run ahead of the S&P 500, of seven sessions, ended on"),
        ([0.01] * 7 + [-0.01] * 2, "last long run ahead of the S&P 500, of seven sessions, ended"),
        ([0.01, -0.01], None),
    ],
)
def test_every_state_of_a_run_has_its_title(moves, title):
    """Longest ever, matched, short, one session, tie, behind; none without a long run."""
    results = streak_snapshot(moves)
    ladder = results.chart("streak_ladder")
    if title is None:
        assert isinstance(ladder, Withheld) and "no run of six sessions" in ladder.reason
    else:
        assert isinstance(ladder, Chart) and title in ladder.title
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
    assert chart.title.startswith(f"Of {show(sum(counts.values()), 'count')} earlier runs ahead")
    assert chart.title.endswith(f" {show(as_long, 'count')} lasted three sessions or more")


def test_the_running_year_is_pale_to_be_hatched():
    """In the two charts by year, in their subtitles, and only there."""
    for name in ("calendar_years", "records_by_year"):
        bars = drawn(name).specs.wide["data"]["values"]
        pale = [bar["period"] for bar in bars if bar["colour"] in _theme.PALE.values()]
        assert pale == [2026] and "hatched" in drawn(name).subtitle


@pytest.mark.parametrize("name", REQUIRED)
def test_pale_colours_are_those_of_periods_that_are_not_over(name):
    """They are hatched when the picture is dressed, so nothing else may have them."""
    for spec in (drawn(name).specs.wide, drawn(name).specs.narrow):
        rows = spec["data"]["values"]
        ended = [row for row in rows if row.get("period") != 2026]
        rest = json.dumps([ended, spec["layer"], spec.get("usermeta")])
        assert not [colour for colour in _theme.PALE.values() if colour in rest]


def test_the_running_month_is_hatched():
    """It keeps the colour of its value, and lines cross it; a month that is over has none."""
    chart = drawn("monthly_heat_map")
    assert "hatched" in chart.subtitle
    last = chart.specs.wide["layer"][len(_theme.DIVERGING)]
    points = [row for row in last["data"]["values"] if row["y"] is not None]
    assert all(0.5 <= row["x"] <= 1.5 and 2025.5 <= row["y"] <= 2026.5 for row in points)
    over = snapshot(
        INDEX[INDEX <= "2025-12-31"],
        {s: w[: -(len(INDEX[INDEX > "2025-12-31"]))] for s, w in closes().items()},
    )
    ended = drawn("monthly_heat_map", computed(over, "monthly_heat_map"))
    assert "hatched" not in ended.subtitle


def dashes(chart: Chart) -> set[str]:
    """The fields whose lines are dashed."""
    lines = [layer for layer in chart.specs.wide["layer"] if layer["mark"]["type"] == "line"]
    return {line["encoding"]["y"]["field"] for line in lines if "strokeDash" in line["mark"]}


@pytest.mark.parametrize("name", REQUIRED)
def test_what_stands_in_for_something_else_is_dashed(name):
    """A line of a fund that is a proxy, and no other line; the subtitle says so."""
    chart = drawn(name)
    proxies = {subject for subject, series in universe().series.items() if series.proxy}
    if name in ("week_returns", "monthly_heat_map"):
        return
    assert dashes(chart) == proxies & set(chart.data.columns)
    assert ("Dashed" in chart.subtitle) == bool(dashes(chart))


def test_bars_of_proxies_are_outlines():
    """The week's bars: a fund that stands in for an index is not filled."""
    chart = drawn("week_returns")
    proxies = [universe().series[s].short for s in universe().series if universe().series[s].proxy]
    rows = chart.specs.wide["data"]["values"]
    assert {row["name"] for row in rows if row["proxy"]} == set(proxies)
    dashed = re.findall(r'<path [^>]*stroke-dasharray="[^"]*"/>', svg(chart))
    assert len(dashed) == len(proxies) and not [path for path in dashed if "fill" in path]
    assert "Dashed" in chart.subtitle


BEARS = [
    ("1987-08-25", "1987-12-04"),
    ("2000-03-24", "2002-10-09"),
    ("2007-10-09", "2009-03-09"),
    ("2020-02-19", "2020-03-23"),
    ("2022-01-03", "2022-10-12"),
]
"""Bear markets of the S&P 500 by closes as they are commonly dated. From 16 July to 11 October 1990
it fell by 19.9%."""


def spans(known: pd.DataFrame) -> list[tuple[str, ...]]:
    """Bear markets as ISO dates."""
    return [tuple(f"{day:%Y-%m-%d}" for day in span) for span in bear_markets(known, LARGE)]


def test_bear_markets_are_the_known_ones():
    """Real closes from 1987 to 2026."""
    assert spans(real_snapshot().closes) == BEARS


@pytest.mark.parametrize(
    "day, end",
    [
        ("2008-07-31", "2008-07-31"),
        ("2020-03-12", "2020-03-12"),
        ("2022-12-30", "2022-12-30"),
        ("2023-08-01", "2022-10-12"),
    ],
)
def test_a_bear_market_is_dated_by_what_was_known(day, end):
    """It runs to the last session until the close has been a fifth above the lowest."""
    assert spans(real_snapshot().closes.loc[:day])[-1][1] == end


def test_without_the_benchmark_there_are_no_bear_markets():
    """And charts that need small caps alone are drawn without shading."""
    frame = pd.DataFrame({SMALL: [100.0, 70.0]}, index=INDEX[:2])
    assert bear_markets(frame, LARGE) == ()


SHADED = words(
    """
    ratio_with_averages ratio_history breakout_chart drawdown_history drawdown_recent
    volatility_history rolling_beta_chart
    """
)


def shades(chart: Chart) -> list[dict[str, int]]:
    """The spans that are shaded."""
    layers = [layer for layer in chart.specs.wide["layer"] if layer["mark"]["type"] == "rect"]
    return [row for layer in layers for row in layer["data"]["values"]]


@pytest.mark.parametrize("day, count", [("2008-06-13", 2), ("2014-06-13", 3), ("2026-01-16", 5)])
def test_bear_markets_in_view_are_shaded_and_named(day, count):
    """Behind long histories, inside the picture, and only where there is one."""
    known = real_snapshot().closes.loc[:day]
    names = [name for name in SHADED if name != "rolling_beta_chart"]
    results = computed(snapshot(known.index, {s: known[s] for s in (SMALL, LARGE)}), *names)
    for name in names:
        chart = drawn(name, results)
        first, last = (int(chart.data["date"].iloc[i].timestamp() * 1000) for i in (0, -1))
        for row in shades(chart):
            assert first <= row["start"] < row["end"] <= last
        assert ("Shaded: S&P 500 bear markets" in chart.subtitle) == bool(shades(chart))
    assert len(shades(drawn("ratio_history", results))) == count
    recent = bool(shades(drawn("drawdown_recent", results)))
    assert recent == (day == "2026-01-16")


def lines_of(spec: dict) -> list[str]:
    """The columns that are drawn as lines."""
    return [
        layer["encoding"]["y"]["field"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "line" and "field" in layer["encoding"]["y"]
    ]


SEVERAL = words(
    """
    year_rebased ratio_with_averages price_with_averages drawdown_history drawdown_recent
    volatility_history implied_volatility
    """
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_series_can_be_left_out(name, size):
    """Without the layers that belong to it, its line and its name are gone and all else stays."""
    spec = dict(getattr(drawn(name).specs, size))
    listed = spec["usermeta"]["series"]
    everything_said = [box.text for box in boxes(svg(drawn(name), size))]
    for series in listed:
        kept = [x for i, x in enumerate(spec["layer"]) if i not in series["layers"]]
        rest = vl_convert.vegalite_to_svg(json.dumps({**spec, "layer": kept}))
        gone = set(everything_said) - {box.text for box in boxes(rest)}
        assert gone == {series["name"]}
        assert len(lines_of({"layer": kept})) == len(listed) - 1
    assert {series["name"] for series in listed} <= set(everything_said)


@pytest.mark.parametrize("name", REQUIRED)
def test_pointing_at_a_picture_tells_values(name):
    """Every chart has titled values to show, and they add nothing to the drawing."""
    spec = dict(drawn(name).specs.wide)
    layers = [*spec["layer"], *spec.get("usermeta", {}).get("hover", [])]
    told = [x["encoding"]["tooltip"] for x in layers if "tooltip" in x.get("encoding", {})]
    assert len(told) == 1 and len(told[0]) >= 2
    assert all(
        line["title"][0].isupper() or line["title"] in ("50 sessions", "200 sessions")
        for line in told[0]
    )
    silent = copy.deepcopy(spec)
    for layer in silent["layer"]:
        layer.get("encoding", {}).pop("tooltip", None)
    silent.pop("usermeta", None)
    assert vl_convert.vegalite_to_svg(json.dumps(silent)) == svg(drawn(name))


@pytest.mark.parametrize("name", SEVERAL)
def test_a_live_page_without_eval_can_read_the_dates(name):
    """Without it Vega takes milliseconds on a time axis for nothing; dates it reads."""
    for spec in (drawn(name).specs.wide, drawn(name).specs.narrow):
        axes = [layer["encoding"].get("x", {}) for layer in spec["layer"]]
        axes = [axis for axis in axes if axis.get("type") == "temporal"]
        limits = [limit for axis in axes for limit in axis["scale"].get("domain", [])]
        ticks = [tick for axis in axes for tick in axis["axis"]["values"]]
        assert limits and ticks
        assert all(set(day) == {"year", "month", "date", "utc"} for day in [*limits, *ticks])


def test_a_phone_has_fewer_and_shorter_labels():
    """Months by their first letters, years in larger steps, long names in two lines."""
    said = {
        name: [box.text for box in boxes(svg(drawn(name), "narrow"))]
        for name in ("monthly_heat_map", "drawdown_history", "sector_returns_ytd")
    }
    assert said["monthly_heat_map"][:12] == list("JFMAMJJASOND")
    years = [text for text in said["drawdown_history"] if re.fullmatch(r"\d{4}", text)]
    wide = [box.text for box in boxes(svg(drawn("drawdown_history")))]
    assert 3 <= len(years) < len([text for text in wide if re.fullmatch(r"\d{4}", text)])
    assert {"Consumer", "discretionary"} <= set(said["sector_returns_ytd"])


@pytest.mark.parametrize("name", [*SEVERAL, "breakout_chart", "rsi_chart", "rolling_beta_chart"])
def test_line_charts_have_light_lines_across(name):
    """A reader can follow a height to its number."""
    for size in SIZES:
        assert f'stroke="{_theme.GRID}"' in svg(drawn(name), size)


def test_no_record_is_said_with_the_latest_one():
    """Zero records are not silence."""
    walk = np.concatenate((np.linspace(100, 200, 1000), np.linspace(199, 120, len(INDEX) - 1000)))
    results = computed(snapshot(INDEX, {SMALL: walk}), "records_by_year", "drawdown_recent")
    latest = show_date(INDEX[999].date())
    title = drawn("records_by_year", results).title
    assert title == (
        f"The Russell 2000 has made no record close in 2026 so far; the latest was on {latest}"
    )
    recent = drawn("drawdown_recent", results)
    assert recent.title == f"The Russell 2000 is 40.00% below its record close of {latest}"


def test_a_record_close_is_said():
    """At a record there is no distance to one."""
    rising = np.linspace(100, 200, len(INDEX))
    results = computed(snapshot(INDEX, {SMALL: rising, LARGE: rising}), "drawdown_recent")
    assert drawn("drawdown_recent", results).title == "The Russell 2000 is at a record close"


def test_a_tie_is_neither_ahead_nor_behind():
    """Two equal series are level, over every period and in every week."""
    same = closes()[SMALL]
    names = ("year_rebased", "relative_by_horizon", "weekly_relative", "monthly_heat_map")
    results = computed(snapshot(INDEX, {SMALL: same, LARGE: same}), *names)
    assert drawn("year_rebased", results).title.endswith(", as much as the S&P 500")
    assert "level with the S&P 500" in drawn("monthly_heat_map", results).title
    assert "level with the S&P 500 over all" in drawn("relative_by_horizon", results).title
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
            continue
        for size in SIZES:
            assert len(svg(chart, size)) <= BYTES
            check_texts(chart, size)


def test_labels_at_line_ends_do_not_overlap():
    """Neighbours keep the gap, keep their order and stay inside."""
    placed = spread([5.0, 5.1, 4.9, 9.9], 1.0, 0.0, 10.0)
    ordered = sorted(placed)
    assert all(b - a >= 0.99 for a, b in itertools.pairwise(ordered))
    assert np.argsort(placed).tolist() == np.argsort([5.0, 5.1, 4.9, 9.9]).tolist()
    assert min(placed) >= 0 and max(placed) <= 10


@pytest.mark.parametrize(
    "first, last, most, texts",
    [
        ("2025-01-16", "2026-01-16", 8, "Apr 2025, Jul 2025, Oct 2025, Jan 2026"),
        ("2021-01-22", "2026-01-16", 5, "Jan 2022, Jan 2023, Jan 2024, Jan 2025, Jan 2026"),
        ("1987-09-10", "2026-01-16", 5, "Jan 1990, Jan 2000, Jan 2010, Jan 2020"),
    ],
)
def test_dates_below_a_picture_have_room(first, last, most, texts):
    """Quarters, years or decades, as many as fit."""
    ticks = date_ticks(pd.Timestamp(first), pd.Timestamp(last), most)
    assert ", ".join(f"{tick:%b %Y}" for tick in ticks) == texts


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
    drawn_text = vl_convert.vegalite_to_svg(chart.specs.wide)
    assert "\u22120.37%" in drawn_text
    assert "\u22120.38%" not in drawn_text
