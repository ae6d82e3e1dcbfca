"""Sheets: what pictures are composed of, as SVG in light colours and in our own fonts.

Lines are broken by the real width of their words.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from generator import palette
from generator.fonts import REGULAR, SANS, SERIF, STRONG
from generator.lettering import FALLBACK, width, wrapped

WIDTH, HEIGHT = 1200, 630
"""What link previews show. A sheet may be higher, never lower."""
MARGIN = 40
SIMULATED = "SIMULATED DATA"


def line(
    x: float, y: float, text: str, size: int, colour: str, family: str = SANS, weight: int = REGULAR
) -> str:
    """Return one line of text; `y` is that of the letters' feet."""
    look = f'font-size="{size}" fill="{colour}"'
    if family != SANS:
        look += f' font-family="{family}, {FALLBACK[family]}"'
    if weight != REGULAR:
        look += f' font-weight="{weight}"'
    return f'<text x="{x:g}" y="{y:g}" {look}>{html.escape(text, quote=False)}</text>'


def box(x: float, y: float, across: float, down: float, colour: str) -> str:
    """Return a filled rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{across:g}" height="{down:g}" fill="{colour}"/>'


class Column:
    """Lines of text below each other."""

    def __init__(self, x: float, y: float, room: float) -> None:
        self._x, self._room = x, room
        self.y = y
        """Where the next line begins."""
        self.parts: list[str] = []

    def add(
        self, text: str, size: int, colour: str, family: str = SANS, weight: int = REGULAR
    ) -> None:
        """Add a text, broken into as many lines as it needs."""
        step = round(size * (1.22 if family == SERIF else 1.38))
        for part in wrapped(text, family, weight, size, self._room):
            self.parts.append(
                line(self._x, self.y + round(size * 0.95), part, size, colour, family, weight)
            )
            self.y += step

    def label(self, x: float | None = None) -> None:
        """Add the label of simulated data."""
        left = self._x if x is None else x
        across = width(SIMULATED, SANS, STRONG, 15) * 1.15 + 24
        ink = palette.NOTICE_INK.light
        self.parts += [
            box(left, self.y, across, 28, palette.NOTICE.light),
            box(left, self.y, 4, 28, ink),
            line(left + 14, self.y + 19, SIMULATED, 15, ink, SANS, STRONG),
        ]
        self.y += 40


def picture(parts: Iterable[str], height: int, title: str, description: str) -> str:
    """Return a whole sheet of these parts, named and described."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{SANS}, {FALLBACK[SANS]}" font-size="12px" '
        'role="img" aria-labelledby="title description">'
        f'<title id="title">{html.escape(title)}</title>'
        f'<desc id="description">{html.escape(description)}</desc>'
    )
    return f"{head}{box(0, 0, WIDTH, height, palette.PAPER.light)}{''.join(parts)}</svg>"
