"""Lettering: how wide texts are, how they break into lines, and their letters as outlines."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from generator.fonts import REGULAR, SANS, SERIF, STRONG, Font, font

FALLBACK = {
    SANS: "Helvetica, Arial, sans-serif",
    SERIF: "Georgia, Times New Roman, serif",
}
"""What a program without our fonts sets a picture in."""
SIZE = 12
"""Of texts that do not say theirs."""

_BOUND = re.compile(r"(?:\d\d? )?[A-Z]\S* \d\S*|\d\d? [A-Z]\S*|\S+")
"""Names and dates, which are not to be torn: S&P 500, 31 December 1987."""
_TEXT = re.compile(r'<text([^>]*)>((?:[^<]|<tspan(?: x="0" dy="[\d.]+")?>|</tspan>)*)</text>')
_LINE = re.compile(r'<tspan(?: x="0" dy="([\d.]+)")?>([^<]*)</tspan>')
"""Of a text of several lines, the way Vega writes it."""
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_WEIGHTS = {"bold": STRONG, str(STRONG): STRONG, "normal": REGULAR, str(REGULAR): REGULAR}
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""The share of a text that stands before its place."""


def width(text: str, family: str, weight: int, size: float) -> float:
    """Return the width of a text in pixels."""
    used = font(family, weight)
    return sum(used.advance(letter) for letter in text) * size / used.units


def outlined(svg: str) -> str:
    """Return a picture whose texts are paths, so that it looks the same whatever draws it.

    Raises:
        ValueError: a text has parts other than lines, or is set in a weight that we do not have.
    """
    found = _TEXT.sub(_outline, svg)
    if "<text" in found:
        raise ValueError("a text with parts cannot be drawn as outlines")
    return found


def _outline(match: re.Match[str]) -> str:
    look = dict(_ATTRIBUTE.findall(match[1]))
    weight = look.pop("font-weight", str(REGULAR))
    if weight not in _WEIGHTS:
        raise ValueError(f"there is no font of weight {weight}")
    family = SERIF if look.pop("font-family", SANS).startswith(SERIF) else SANS
    used = font(family, _WEIGHTS[weight])
    size = float(look.pop("font-size", str(SIZE)).removesuffix("px"))
    before = _BEFORE[look.pop("text-anchor", "start")]
    scale, down, path = size / used.units, 0.0, ""
    for step, text in _LINE.findall(match[2]) or [("", match[2])]:
        down -= float(step or 0) / scale
        path += _path(html.unescape(text), used, before, down)
    places = [look.pop("transform", "")]
    if "x" in look or "y" in look:
        places.append(f"translate({look.pop('x', '0')},{look.pop('y', '0')})")
    places.append(f"scale({scale:g},{-scale:g})")
    kept = "".join(f' {name}="{value}"' for name, value in look.items())
    return f'<path transform="{" ".join(places).strip()}"{kept} d="{path}"/>'


def _path(text: str, used: Font, before: float, y: float) -> str:
    """The outlines of a line in font units, so much of it before its place."""
    place = -before * sum(used.advance(letter) for letter in text)
    parts = []
    for letter in text:
        parts += [f"M{place + s.x:g},{y + s.y:g}{s.path}" for s in used.strokes(letter)]
        place += used.advance(letter)
    return "".join(parts)


def wrapped(text: str, family: str, weight: int, size: float, room: float) -> list[str]:
    """Break a text into lines no wider than the room.

    Names and dates stay in one line where they fit in one; a word wider than the room is cut.
    """

    def fits(part: str) -> bool:
        return width(part, family, weight, size) <= room

    lines: list[str] = []
    for piece in _pieces(text, fits):
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """What stays together: a name, a date, a word, or what fits of a word."""
    for bound in _BOUND.findall(" ".join(text.split())):
        for word in [bound] if fits(bound) else bound.split():
            rest = word
            while not fits(rest) and len(rest) > 1:
                cut = next((n for n in range(len(rest) - 1, 1, -1) if fits(rest[:n])), 1)
                yield rest[:cut]
                rest = rest[cut:]
            yield rest
