"""The one theme: colours, type, sizes, and the Vega-Lite configuration made of them.

The layout does not depend on the fonts of the machine that draws: margins are fixed, nothing is
placed by the measured width of a text, and no label is dropped or cut for want of room.
"""

from __future__ import annotations

from typing import Any

WIDTH = 640
HEIGHT = 300
ROW = 25
"""Height of one bar with its gap in a list of bars."""

FONT = "Helvetica, Arial, sans-serif"
TEXT = 12
LINE_GAP = 15
"""Distance from one line of text to the next."""

INK = "#262626"
QUIET = "#595959"
AXIS = "#8c8c8c"
GRID = "#e4e4e4"

SMALL = "#0067a5"
"""Small caps, and small caps ahead: always blue."""
LARGE = "#b84e00"
"""Large caps, and small caps behind: always orange."""
THIRD = "#00795c"
FOURTH = "#8a4a8f"
OTHER = "#a6a6a6"
"""What is there for comparison."""
SMALL_PALE = "#a8cbe3"
LARGE_PALE = "#ecc3a5"
OTHER_PALE = "#d9d9d9"
PALE = {SMALL: SMALL_PALE, LARGE: LARGE_PALE, OTHER: OTHER_PALE}
"""The colour of a period that is not over."""
BAND = "#d5e5f1"
"""An interval around a small-cap line."""

DIVERGING = ("#8f3d00", "#cf7a35", "#efc7a4", "#f1f1f1", "#b3d1e7", "#5b9cca", "#00528a")
"""From far behind to far ahead, readable with every common colour blindness."""

CONFIG: dict[str, Any] = {
    # The page names and describes the picture; a description a mark would treble its size.
    "aria": False,
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "title": None,
        "labelFontSize": TEXT,
        "labelColor": QUIET,
        "labelOverlap": False,
        "labelLimit": 0,
        "labelPadding": 6,
        "labelFlush": False,
        "labelBound": False,
        "gridColor": GRID,
        "domainColor": AXIS,
        "tickColor": AXIS,
    },
    "axisX": {"grid": False, "tickSize": 4, "labelPadding": 4},
    "axisY": {"domain": False, "ticks": False},
    "text": {"fontSize": TEXT, "color": INK, "baseline": "middle"},
    "line": {"strokeWidth": 2, "strokeJoin": "round"},
    "rule": {"color": INK},
    "bar": {"discreteBandSize": {"band": 0.72}},
}
