"""Charts of members, sectors and funds: what is drawn is what was computed, and reads well."""

from __future__ import annotations

import copy
import itertools
import json
import re
from dataclasses import replace
from datetime import date

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import universe
from support_inside import RAW
from support_member_charts import (
    CHARTS,
    LARGE,
    SMALL,
    both,
    charts,
    creations,
    drawn,
    everything,
    made_up,
)
from test_charts import SIZES, check_texts, contrast, svg

from generator import palette
from generator.charts._dumbbells import Dumbbells
from generator.charts._member_titles import creations as creations_title
from generator.charts._swarm import placed
from generator.charts._theme import WIDE
from generator.dressing import dressed
from generator.facts import Value, Withheld, show
from generator.metrics._panel import Members

BYTES = 18_000
"""A dressed picture's size above which a page becomes slow; the swarm has its own."""
SWARM_BYTES = 60_000


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_and_drawn_without_a_warning(
    name: str, size: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The layers for pointing included; in a page it is small."""
    chart = drawn(name)
    spec = copy.deepcopy(dict(getattr(chart.specs, size)))
    pointed = spec.get("usermeta", {}).get("hover", [])
    spec["layer"] += pointed
    alt.LayerChart.from_dict(spec, validate=True)
    picture = svg(chart, size)
    captured = capfd.readouterr()
    assert not captured.err and not captured.out
    assert f'width="{SIZES[size]}"' in picture
    assert not re.search("NaN|undefined|null", picture)
    assert len(dressed(picture, name, "", "", "wide")) <= BYTES
    assert "tooltip" in json.dumps(spec)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_texts_stay_in_the_picture_and_apart(name: str, size: str) -> None:
    """On desks and on phones, in letters of twelve pixels."""
    check_texts(drawn(name), size)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_read_without_the_picture(name: str) -> None:
    """Title, subtitle and description are sentences with numbers; the data are a table."""
    chart = drawn(name)
    assert chart.title and not chart.title.endswith(".")
    assert chart.subtitle.endswith(".") and chart.description.endswith(".")
    assert not re.search(r"\bnan\b|None|  |\d-\d", chart.title + chart.subtitle + chart.description)
    assert re.search(r"\d", chart.description)
    assert len(chart.data) and not chart.data.isna().all(axis=1).any()


@pytest.mark.parametrize("name", CHARTS)
def test_only_colours_of_the_palette_are_used(name: str) -> None:
    """On a page every colour follows light and dark paper; none is for hatching."""
    pale = {shade.light for shade in (palette.SMALL_PALE, palette.LARGE_PALE, palette.OTHER_PALE)}
    for size in SIZES:
        picture = svg(drawn(name), size)
        found = set(re.findall(r"#[0-9a-fA-F]{6}\b", picture))
        assert found and found <= set(palette.names_by_colour()) - pale


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_members_give_the_same_picture(name: str) -> None:
    """Drawn again from the same data, every byte is the same."""
    again = charts(name)
    for size in SIZES:
        assert svg(drawn(name, again), size) == svg(drawn(name), size)


@pytest.mark.parametrize("name", [one for one in CHARTS if one != "net_creations_by_fund"])
def test_without_members_the_reason_is_given(name: str) -> None:
    """A snapshot without members withholds these charts and says why."""
    none = Withheld("the folder has no prices of members")
    found = charts(name, members={SMALL: none, LARGE: none})[name]
    assert isinstance(found, Withheld)
    assert "the folder has no prices of members" in found.reason


SMALL_ALONE = ("members_above_200", "members_above_50", "broad_or_narrow_ytd")


@pytest.mark.parametrize("name", SMALL_ALONE)
def test_without_the_large_index_small_caps_are_drawn_alone(name: str) -> None:
    """What is not shown is named with its reason."""
    members = {SMALL: both()[SMALL], LARGE: Withheld("IVV has no list")}
    chart = drawn(name, charts(name, members=members))
    assert "Not shown: S&P 500 (IVV has no list)." in chart.subtitle
    assert "S&P 500" not in chart.title


def test_titles_state_the_figures() -> None:
    """Numbers in titles are figures of the same graph, as they are printed."""
    names = ("share_above_sma_200", "median_member_return_ytd", "equal_weight_return_ytd")
    found = charts(*names, "share_up_ytd", "sector_contribution_ytd")
    number = {name: figures[SMALL].value for name, figures in found.items() if SMALL in figures}
    assert show(number["share_above_sma_200"], "share") in drawn("members_above_200").title
    median = show(number["median_member_return_ytd"], "fraction")
    assert f"returned {median} in 2026" in drawn("member_return_histogram").title
    equal = show(number["equal_weight_return_ytd"], "fraction")
    assert equal in drawn("broad_or_narrow_ytd").title
    assert show(number["share_up_ytd"], "share") in drawn("members_by_sector").title
    most = max(abs(figure.value) for figure in found["sector_contribution_ytd"].values())
    assert show(most, "pp").lstrip("+") in drawn("member_sector_contributions").title


def test_the_last_points_drawn_are_the_figures() -> None:
    """The lines of breadth end at what the figures of the session are."""
    found = charts("share_above_sma_200", "new_highs_minus_lows_52w", "advances", "declines")
    above = drawn("members_above_200").data.iloc[-1]
    assert above[SMALL] == found["share_above_sma_200"][SMALL].value
    assert above[LARGE] == found["share_above_sma_200"][LARGE].value
    highs = drawn("new_highs_minus_lows").data.iloc[-1]
    assert highs[SMALL] == found["new_highs_minus_lows_52w"][SMALL].value
    net = drawn("net_advances_by_session").data.iloc[-1]
    risen, fallen = (found[name][SMALL].value for name in ("advances", "declines"))
    assert net["difference"] == risen - fallen


def test_a_session_with_too_few_members_is_a_gap() -> None:
    """The line stops and goes on, and the subtitle says what a gap is."""
    small = both()[SMALL]
    assert isinstance(small, Members)
    closes = small.closes.copy()
    closes[-60, :] = np.nan
    holed = replace(small, closes=closes)
    name = "members_above_50"
    chart = drawn(name, charts(name, members={SMALL: holed, LARGE: both()[LARGE]}))
    assert "Gaps: fewer than 90.0% of the members have data." in chart.subtitle
    missing = chart.data[SMALL].isna().to_numpy()
    assert missing[-60:-10].all() and not missing[-10:].any() and not missing[-61]
    values = chart.specs.wide["data"]["values"]
    assert [row[SMALL] for row in values[-60:-10]] == [None] * 50
    assert "Gaps" not in drawn(name).subtitle


@pytest.mark.parametrize("name", ["members_above_200", "new_highs_minus_lows"])
def test_a_line_of_a_few_sessions_is_not_drawn(name: str) -> None:
    """Where the first list is ten sessions old the reason says how many are known."""
    young = made_up(SMALL, "IWM", 60, 4, unlisted_rows=470)
    found = charts(name, members={SMALL: young, LARGE: both()[LARGE]})[name]
    assert isinstance(found, Withheld) and "known on ten sessions only" in found.reason


def dots(spec: dict) -> list[tuple[int, int, int]]:
    """Every dot of a swarm: pixels from the left and from the top, and its width."""
    return [
        (x, y, layer["mark"]["strokeWidth"])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "geoshape"
        for (x, y), _ in layer["data"]["values"][0]["geometry"]["coordinates"]
    ]


@pytest.mark.parametrize("size", SIZES)
def test_every_member_is_a_dot_at_its_return(size: str) -> None:
    """As many dots as rows; each is within a pixel of where the axis has its return."""
    chart = drawn("members_by_sector")
    spec = getattr(chart.specs, size)
    found = dots(spec)
    assert len(found) == len(chart.data)
    low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    clipped = chart.data["return_ytd"].clip(low, high)
    wanted = (clipped - low) / (high - low) * spec["width"]
    assert sorted(x for x, *_ in found) == pytest.approx(sorted(wanted), abs=0.51)
    beyond = int((chart.data["return_ytd"].abs() > high).sum())
    at_edges = sum(x in (0, spec["width"]) for x, *_ in found)
    assert at_edges >= beyond > 0
    assert "beyond" in chart.subtitle and show(high, "fraction")[:3] in chart.subtitle


@pytest.mark.parametrize("size", SIZES)
def test_dots_never_lie_on_each_other(size: str) -> None:
    """No two of them, of any sector or width, share a pixel."""
    spec = getattr(drawn("members_by_sector").specs, size)
    squares = [(x - wide // 2, y - wide // 2, wide) for x, y, wide in dots(spec)]
    pixels = [
        (x + i, y + j)
        for x, y, wide in squares
        for i, j in itertools.product(range(wide), repeat=2)
    ]
    assert len(pixels) == len(set(pixels))
    assert min(y for _, y in pixels) >= 0 and max(y for _, y in pixels) <= spec["height"]


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from([2, 3, 4, 5, 6])), max_size=60))
def test_a_dot_goes_to_the_nearest_free_place(wanted: list[tuple[int, int]]) -> None:
    """Beside a plain search: no step nearer to the middle would have been free."""
    row = placed([x for x, _ in wanted], [w for _, w in wanted], 200)
    taken: set[tuple[int, int]] = set()

    def square(x: int, y: int, wide: int) -> set[tuple[int, int]]:
        left, top = x - wide // 2, y - wide // 2
        return {(left + i, top + j) for i in range(wide) for j in range(wide)}

    for (x, wide), (left, down) in zip(wanted, row.places, strict=True):
        assert left == x
        own = square(left, down, wide)
        if not own & taken:
            nearer = [d for d in range(-abs(down) + 1, abs(down))]
            assert all(square(x, d, wide) & taken for d in nearer)
        else:
            assert down == 0 and row.reach > 50
        taken |= own


def test_heavy_members_are_large_dots() -> None:
    """The heaviest twentieth has the widest dots, the next fifth the middle ones."""
    chart = drawn("members_by_sector")
    for spec, widths in ((chart.specs.wide, (6, 4, 3)), (chart.specs.narrow, (5, 3, 2))):
        found = [wide for *_, wide in dots(spec)]
        counts = [found.count(wide) / len(found) for wide in widths]
        assert counts == pytest.approx([0.05, 0.20, 0.75], abs=0.01)
    assert chart.data["weight"].is_monotonic_decreasing


def test_two_thousand_members_are_a_small_picture() -> None:
    """Each drawing of the swarm stays below 60 KB, before it is made lean."""
    members = {SMALL: made_up(SMALL, "IWM", 2000, 5), LARGE: both()[LARGE]}
    chart = drawn("members_by_sector", charts("members_by_sector", members=members))
    assert len(chart.data) == 2000
    for size in SIZES:
        assert 20_000 < len(svg(chart, size)) < SWARM_BYTES


@pytest.mark.parametrize("table", sorted(RAW))
@pytest.mark.parametrize("publish", ["derived", "none"])
def test_members_are_named_only_where_rows_may_be_published(table: str, publish: str) -> None:
    """The swarm and the list are withheld with the licence as reason; what is computed stands."""
    names = ("members_by_sector", "largest_members", "member_return_histogram")
    found = charts(*names, publishes={**RAW, table: publish})
    swarm = found["members_by_sector"]
    assert isinstance(swarm, Withheld) and "licences" in swarm.reason
    listed = found["largest_members"]
    assert isinstance(listed[SMALL], Withheld)
    assert not isinstance(found["member_return_histogram"], Withheld)


def test_bars_of_a_distribution_hold_every_member() -> None:
    """Their counts add up to the members, and they touch zero."""
    chart = drawn("member_return_histogram")
    figure = charts("median_member_return_ytd")["median_member_return_ytd"][SMALL]
    assert chart.data["members"].sum() == figure.parts["members"].value
    drawn_rows = chart.specs.wide["data"]["values"]
    assert [row["members"] for row in drawn_rows] == chart.data["members"].tolist()
    rises = [row["colour"] == palette.SMALL.light for row in drawn_rows]
    assert rises == sorted(rises) and len(set(rises)) == 2


@pytest.mark.parametrize("size", SIZES)
def test_names_of_companies_are_cut_between_words(size: str) -> None:
    """One line on a wide picture, two on a narrow one; whole where two would be cut alike."""
    most = {"wide": 1, "narrow": 2}[size]
    rows = getattr(drawn("largest_contributions_ytd").specs, size)["data"]["values"]
    assert len(rows) == 20 and len({row["name"] for row in rows}) == 20
    letters = {"wide": 30, "narrow": 14}[size]
    for row in rows:
        assert row["name"].endswith("…") and len(row["name"]) <= most * letters
    small = both()[SMALL]
    assert isinstance(small, Members)
    alike = replace(
        small, names=tuple(f"ONE LONG NAME OF A COMPANY THAT IS NUMBER {n}" for n in range(300))
    )
    found = charts("largest_contributions_ytd", members={SMALL: alike, LARGE: both()[LARGE]})
    whole = getattr(drawn("largest_contributions_ytd", found).specs, size)["data"]["values"]
    assert len({row["name"] for row in whole}) == 20 and "…" not in whole[0]["name"]


def test_words_can_be_read_on_every_cell_of_the_heat_map() -> None:
    """Ink on each of the colours used: a contrast of 4.5 or more, on light and on dark paper."""
    used = {row["colour"] for row in drawn("member_sector_heat_map").specs.wide["data"]["values"]}
    shades = [palette.SHADES[palette.names_by_colour()[colour]] for colour in used]
    assert len(shades) >= 3
    for shade in palette.HEAT[1:6]:
        assert contrast(shade.light, palette.INK.light) >= 4.5
        assert contrast(shade.dark, palette.INK.dark) >= 4.5
    assert set(shades) <= set(palette.HEAT[1:6])


def test_a_heat_map_leaves_out_what_is_withheld() -> None:
    """A sector without a number has no cell, and a period without any is named."""
    figures = charts("sector_return_1m", "sector_return_1y")
    lacking = {**figures["sector_return_1m"], "energy": Withheld("no member is of Energy")}
    none = dict.fromkeys(figures["sector_return_1y"], Withheld("no list"))
    name = "member_sector_heat_map"
    chart = drawn(name, charts(name, sector_return_1m=lacking, sector_return_1y=none))
    cells = set(zip(chart.data["sector"], chart.data["horizon"], strict=True))
    assert ("Energy", "Week") in cells and ("Energy", "1 month") not in cells
    assert "Not shown: 1 year" in chart.subtitle


def test_points_of_pairs_stand_at_their_values() -> None:
    """Small caps last, so that they are seen where the two meet; a bar joins those that are two."""
    rows = [("A", "small", 0.1), ("A", "large", 0.1), ("B", "small", -0.2)]
    frame = pd.DataFrame(rows, columns=["name", "size", "value"])
    keys = {"small": "Small", "large": "Large"}
    spec = Dumbbells(frame, "fraction", keys, "Row", "Value").at(WIDE)
    assert [row["group"] for row in spec["data"]["values"]] == ["Large", "Small", "Small"]
    assert [row["text"] for row in spec["data"]["values"]] == ["+10.00%", "+10.00%", "−20.00%"]
    assert spec["layer"][1]["data"]["values"] == [{"name": "A", "low": 0.1, "high": 0.1}]


def test_funds_without_a_count_are_named() -> None:
    """A fund whose period is withheld has no bar there, and none at all is a reason."""
    shares = creations()
    lacking = Withheld("it has no share count on the base")
    shares["net_creations_share_ytd"]["iwc"] = lacking
    name = "net_creations_by_fund"
    chart = drawn(name, charts(name, **shares))
    assert "Not shown: IWC (year to date)." in chart.subtitle
    assert len(chart.data) == 3 * len(universe().funds) - 1
    none = {period: dict.fromkeys(universe().funds, lacking) for period in shares}
    withheld = charts(name, **none)[name]
    assert isinstance(withheld, Withheld) and withheld.reason == lacking.reason


@pytest.mark.parametrize(
    "shares, title",
    [
        ((0.02, -0.05), "One of two funds grew {}; B shrank most, by 5.00% of its assets"),
        ((0.0, 0.00001), "None of two funds grew {}"),
        ((0.01, 0.03), "Both funds grew {}; B grew most, by 3.00% of its assets"),
    ],
)
def test_the_title_of_creations_counts_and_names(shares: tuple[float, float], title: str) -> None:
    """What prints as zero has not grown."""
    said = creations_title(dict(zip("AB", shares, strict=True)), "Year to date", date(2026, 1, 16))
    assert said == title.format("by net creations in 2026 so far")


def test_pointing_at_a_dot_names_the_company() -> None:
    """Each dot has name, return and weight where a page lets its reader point at it."""
    chart = drawn("members_by_sector")
    [pointed] = chart.specs.wide["usermeta"]["hover"]
    rows = pointed["data"]["values"]
    assert len(rows) == len(chart.data)
    assert {row["name"] for row in rows} == set(chart.data["name"])
    assert rows[0]["text"] == show(float(chart.data["return_ytd"].iloc[0]), "fraction")


def test_all_of_them_are_there() -> None:
    """None of the charts of this module is missing from the graph."""
    assert set(everything()) == set(CHARTS)
    assert all(not isinstance(chart, (Withheld, Value)) for chart in everything().values())
