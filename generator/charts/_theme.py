"""The one theme: sizes, type, the palette's colours, and the Vega-Lite configuration made of them.

The layout does not depend on the fonts of the machine that draws: margins follow from the
letters of a text, nothing is placed by its measured width, and no label is dropped or cut for want
of room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from generator import palette


@dataclass(frozen=True, slots=True)
class Size:
    """One of the widths for which every chart is drawn."""

    name: str
    width: int
    """Pixels, of the whole picture."""
    height: int
    """Of a picture that is not a list."""
    dates: int
    """How many dates fit below a picture at most."""
    letters: int
    """The most letters in one line of a name beside a bar."""


WIDE = Size("wide", width=640, height=300, dates=8, letters=30)
NARROW = Size("narrow", width=344, height=280, dates=5, letters=14)

FONT = "Helvetica, Arial, sans-serif"
TEXT = 12
LINE_GAP = 15
"""Distance from one line of text to the next."""
_NARROW = frozenset("fijlrt.,:;'!|() ")
_BROAD = frozenset("mwMW%&@")

INK = palette.INK.light
QUIET = palette.QUIET.light
AXIS = palette.AXIS.light
GRID = palette.GRID.light
PAPER = palette.PAPER.light

SMALL = palette.SMALL.light
LARGE = palette.LARGE.light
THIRD = palette.THIRD.light
FOURTH = palette.FOURTH.light
OTHER = palette.OTHER.light
SMALL_PALE = palette.SMALL_PALE.light
LARGE_PALE = palette.LARGE_PALE.light
OTHER_PALE = palette.OTHER_PALE.light
PALE = {SMALL: SMALL_PALE, LARGE: LARGE_PALE, OTHER: OTHER_PALE}
"""The colour of a period that is not over; it is hatched where it is drawn for good."""
BAND = palette.BAND.light
BEAR = palette.BEAR.light
DIVERGING = tuple(shade.light for shade in palette.HEAT)

DASHED = [5, 3]
"""The line of a series that stands in for another."""

CONFIG: dict[str, Any] = {
    # The page names and describes the picture; a description a mark would treble its size.
    "aria": False,
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "title": None,
        "labelFontSize": TEXT,
        "labelLineHeight": LINE_GAP - 1,
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
    "text": {
        "fontSize": TEXT,
        "color": INK,
        "baseline": "middle",
        "lineBreak": "\n",
        "lineHeight": LINE_GAP - 1,
    },
    "line": {"strokeWidth": 2, "strokeJoin": "round"},
    "rule": {"color": INK},
    "bar": {"discreteBandSize": {"band": 0.72}},
}


def width_of(text: str) -> int:
    """Return the pixels that a text may take, generously: bold, in any of the usual fonts.

    Of several lines it is that of the longest.

    >>> width_of("Russell 2000"), width_of("S&P 500\\nequal weight")
    (79, 78)
    """
    return math.ceil(TEXT * max(sum(map(_ems, line)) for line in text.split("\n")))


def _ems(letter: str) -> float:
    if letter in _BROAD:
        return 0.92
    if letter in _NARROW:
        return 0.34
    return 0.74 if letter.isupper() else 0.6


def in_lines(text: str, letters: int) -> str:
    """Return a text broken between words into lines of so many letters, as far as words allow.

    >>> in_lines("S&P 500 equal weight", 14)
    'S&P 500 equal\\nweight'
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)
