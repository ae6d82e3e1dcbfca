"""Small drawings: round values on axes, broken lines, words for those who do not see them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator.history_charts import Course, history_charts
from generator.sparklines import Point, Span, runs, sparkline, ticks

FINITE = st.floats(-1e9, 1e9).map(lambda value: round(value, 6))


@given(low=FINITE, high=FINITE)
def test_round_values_hold_all_that_is_drawn(low: float, high: float) -> None:
    """Few of them, evenly spaced, the outer ones at or beyond the range."""
    low, high = min(low, high), max(low, high)
    found = ticks(low, high)
    size = max(abs(low), abs(high), 1e-6)
    assert 2 <= len(found) <= 6
    assert found[0] <= low + 1e-6 * size and found[-1] >= high - 1e-6 * size
    assert found == sorted(found)


def test_a_line_is_broken_where_a_figure_was_withheld_or_no_edition_came() -> None:
    """And two editions a week apart are joined."""
    points = [Point(1, 1.0), Point(8, 2.0), Point(15, None), Point(22, 3.0), Point(90, 4.0)]
    assert list(runs(points)) == [[(1, 1.0), (8, 2.0)], [(22, 3.0)], [(90, 4.0)]]
    drawn = sparkline(points, "T")
    assert drawn.count("M") == 1 and drawn.count("<circle") == 3


def test_a_drawing_says_what_it_shows() -> None:
    """Its role is an image's, its title is text, whatever is in it."""
    drawn = etree.fromstring(sparkline([Point(1, 1.0), Point(8, 1.0)], "A & B < C"))
    assert drawn.get("role") == "img"
    assert drawn.findtext("title") == "A & B < C"


def test_without_a_value_nothing_is_drawn() -> None:
    """Neither a small line nor a history."""
    nothing = [Point(1, None)]
    assert sparkline(nothing, "T") == ""
    assert history_charts(Course("pp", (), nothing, "", "T")) == ""


def test_a_history_has_years_and_weeks_on_one_scale() -> None:
    """Twice: side by side, and one above the other for narrow screens."""
    spans = [Span(year, -0.1, 0.2, 0.05) for year in range(1990, 2027)]
    points = [Point(700000 + 7 * week, 0.01 * week) for week in range(-5, 50)]
    drawn = history_charts(Course("fraction", spans, points, "+49.00%", "T"))
    wide, narrow = re.findall(r"<svg.*?</svg>", drawn)
    assert 'class="wide"' in wide and 'class="narrow"' in narrow
    for svg in (wide, narrow):
        root = etree.fromstring(svg)
        words = [found.text for found in root.iter("text")]
        assert {"+20%", "0%", "−20%", "2000", "2020", "+49.00%"} <= set(words)
        _, _, width, height = map(float, str(root.get("viewBox")).split())
        places = [(float(t.get("x", "0")), float(t.get("y", "0"))) for t in root.iter("text")]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert wide.count("+20%") == 1 and narrow.count("+20%") == 2


def test_colours_are_the_pages_own() -> None:
    """So that one drawing serves light and dark paper."""
    drawn = history_charts(Course("pp", [Span(2025, 1, 2, 2)], [Point(1, 1.0)], "1", "T"))
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', drawn)) <= {
        *(f"var(--{name})" for name in ("small", "small-pale", "grid", "axis", "quiet", "ink")),
        "none",
    }
