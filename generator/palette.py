"""Every colour of the report, once: its name, and how it looks on light and on dark paper.

Pages take them as CSS custom properties, charts and pictures by their light value. A chart's
drawing names its colours by their light value too, and `themed` turns each into the property of
the same name, so that one drawing serves light and dark paper. The light values are therefore all
different.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour."""

    light: str
    """On light paper, as #rrggbb."""
    dark: str
    """On dark paper."""


PAPER = Shade("#fffdf9", "#16181b")
INK = Shade("#1c1b19", "#ece8e1")
QUIET = Shade("#5c5852", "#a9a49b")
LINE = Shade("#d9d3c7", "#3a3d42")
WASH = Shade("#f6f1e8", "#1f2226")
LINK = Shade("#0b5394", "#8ab8e6")
UP = Shade("#00695c", "#5fc9b5")
DOWN = Shade("#a33b00", "#f0a070")
NOTICE = Shade("#fff3cd", "#3d3213")
NOTICE_INK = Shade("#4d3800", "#f5e3ad")

AXIS = Shade("#8f8a82", "#7f7b75")
GRID = Shade("#e7e2d8", "#2d3035")
SMALL = Shade("#0067a5", "#6cb4ee")
"""Small caps, and small caps ahead: always blue."""
LARGE = Shade("#b84e00", "#f0914a")
"""Large caps, and small caps behind: always orange."""
THIRD = Shade("#304818", "#a9d08e")
FOURTH = Shade("#783054", "#f2b6cf")
OTHER = Shade("#8c8c8c", "#85898f")
"""What is there for comparison."""
SMALL_PALE = Shade("#a8cbe3", "#2c526f")
"""The ground of a hatched small-cap mark: a period that is not over."""
LARGE_PALE = Shade("#ecc3a5", "#6e4526")
OTHER_PALE = Shade("#d9d9d9", "#45494f")
BAND = Shade("#d5e5f1", "#213a4f")
"""An interval around a small-cap line."""
BEAR = Shade("#f0eae0", "#26292e")
"""The ground behind a bear market."""

HEAT = (
    Shade("#8f3d00", "#b0560f"),
    Shade("#cf7a35", "#86491d"),
    Shade("#efc7a4", "#573d2d"),
    Shade("#f1f1f1", "#2b2e33"),
    Shade("#b3d1e7", "#2b4459"),
    Shade("#5b9cca", "#2d608a"),
    Shade("#00528a", "#2070b0"),
)
"""From far behind to far ahead, readable with every common colour blindness."""

SHADES: dict[str, Shade] = {
    "paper": PAPER,
    "ink": INK,
    "quiet": QUIET,
    "line": LINE,
    "wash": WASH,
    "link": LINK,
    "up": UP,
    "down": DOWN,
    "notice": NOTICE,
    "notice-ink": NOTICE_INK,
    "axis": AXIS,
    "grid": GRID,
    "small": SMALL,
    "large": LARGE,
    "third": THIRD,
    "fourth": FOURTH,
    "other": OTHER,
    "small-pale": SMALL_PALE,
    "large-pale": LARGE_PALE,
    "other-pale": OTHER_PALE,
    "band": BAND,
    "bear": BEAR,
    **{f"heat-{number}": shade for number, shade in enumerate(HEAT)},
}
"""By the name of the CSS custom property."""

_COLOUR = re.compile("|".join(shade.light for shade in SHADES.values()))
_NAME = {shade.light: name for name, shade in SHADES.items()}


def themed(drawing: str) -> str:
    """Return a drawing whose colours follow the page's.

    >>> themed('<path fill="#0067a5"/>')
    '<path fill="var(--small)"/>'
    """
    return _COLOUR.sub(lambda match: f"var(--{_NAME[match[0]]})", drawing)


def names_by_colour() -> dict[str, str]:
    """Return the name of each colour by its light value."""
    return dict(_NAME)


def style_rules() -> str:
    """Return the custom properties as CSS: light, and dark where the browser can tell."""
    light = " ".join(f"--{name}: {shade.light};" for name, shade in SHADES.items())
    both = " ".join(
        f"--{name}: light-dark({shade.light}, {shade.dark});" for name, shade in SHADES.items()
    )
    supports = "@supports (color: light-dark(red, red))"
    return f":root {{ {light} }}\n{supports} {{ :root {{ {both} }} }}\n"
