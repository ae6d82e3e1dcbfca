"""Dressing: a drawing as the library makes it becomes one that can stand in a page or a file."""

from __future__ import annotations

import html
import re
from typing import Literal

from generator import palette

_IDENTIFIER = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_TAG = re.compile(r"<[^>]+>")
_SIZE = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"([^>]*)>')
_FONT = re.compile(r' font-family="[^"]*"')
_FONT_SIZE = ' font-size="12px"'
"""The size most labels have; said once, on the drawing."""
_WITHOUT_EFFECT = re.compile(
    r" (?:class|aria-hidden|aria-roledescription|role|pointer-events|stroke-miterlimit|version"
    r'|xmlns:xlink)="[^"]*"| opacity="1"| transform="translate\(0,0\)"'
)
_INVISIBLE = re.compile(r'<path(?: d="(?:M0,0h0v0h0Z)?"| display="none")+/>')
_EMPTY_GROUP = re.compile(r"<g(?: [^>]*)?></g>|<g/>")
_GEOMETRY = re.compile(r' (d|transform|x|y|x2|y2|width|height)="([^"]*\.[^"]*)"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_POINT = re.compile(r"([ML])(-?[\d.]+),(-?[\d.]+)")
_POINTS = re.compile(r' d="((?:[ML]-?[\d.]+,-?[\d.]+)+)(Z?)"')
_HATCHED = {
    "small": (palette.SMALL_PALE.light, palette.SMALL.light),
    "large": (palette.LARGE_PALE.light, palette.LARGE.light),
    "other": (palette.OTHER_PALE.light, palette.OTHER.light),
}
"""By name: the ground that is hatched wherever it fills a mark, and the colour of its lines."""


def _tenths(match: re.Match[str]) -> str:
    """A tenth of a pixel is finer than any screen shows."""
    text = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _relative(match: re.Match[str]) -> str:
    """A line from point to point is told by its steps, which are short numbers; none is lost."""
    path, x, y, told = "", 0, 0, ""
    for command, across, down in _POINT.findall(match[1]):
        to_x, to_y = round(float(across) * 10), round(float(down) * 10)
        if command == "M":
            path += f"M{_short(to_x)},{_short(to_y)}"
        else:
            step = _short(to_x - x)
            path += "l" if told == "M" else "" if step[0] == "-" else " "
            path += f"{step},{_short(to_y - y)}"
        x, y, told = to_x, to_y, command
    return f' d="{path}{match[2]}"'


def _short(tenths: int) -> str:
    """Tenths as a number without the zeros that say nothing."""
    return f"{tenths / 10:g}".replace("0.", ".", 1) if abs(tenths) < 10 else f"{tenths / 10:g}"


def _lean_tag(match: re.Match[str]) -> str:
    """Words between tags are left alone, whatever they look like."""
    tag = _FONT.sub("", _WITHOUT_EFFECT.sub("", match[0])).replace(_FONT_SIZE, "")
    tag = _GEOMETRY.sub(lambda m: f' {m[1]}="{_LONG_NUMBER.sub(_tenths, m[2])}"', tag)
    return _POINTS.sub(_relative, tag)


def _lean(svg: str) -> str:
    """Leave out what changes nothing in the picture: half of the bytes."""
    fonts = _FONT.findall(svg)
    svg = _TAG.sub(_lean_tag, svg)
    svg = _INVISIBLE.sub("", svg)
    while (smaller := _EMPTY_GROUP.sub("", svg)) != svg:
        svg = smaller
    font = fonts[0] if fonts else ""
    return svg.replace("<svg ", f"<svg{font}{_FONT_SIZE} ", 1)


def _own_identifiers(svg: str, name: str) -> str:
    """Number the identifiers anew: the library counts them on from drawing to drawing."""
    found = dict.fromkeys(_IDENTIFIER.findall(svg))
    own = {old: f"{name}-{number}" for number, old in enumerate(found, 1)}
    return _REFERENCE.sub(lambda m: m[1] + own.get(m[2], m[2]), svg)


def _hatched(svg: str, name: str) -> str:
    """Hatch the marks whose period is not over; only the patterns that are used are defined."""
    patterns = ""
    for which, (ground, lines) in _HATCHED.items():
        fill = f'fill="{ground}"'
        if fill in svg:
            own = f"{name}-hatch-{which}"
            svg = svg.replace(fill, f'fill="url(#{own})"')
            patterns += (
                f'<pattern id="{own}" width="5" height="5" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)"><path d="M0,0h5v5h-5z" fill="{ground}"/>'
                f'<path d="M0,0h1.6v5h-1.6z" fill="{lines}"/></pattern>'
            )
    return _SIZE.sub(lambda m: f"{m[0]}<defs>{patterns}</defs>", svg, count=1) if patterns else svg


def plain(svg: str, name: str) -> str:
    """Return a drawing in its own, light colours: lean, hatched, its ids beginning with a name."""
    return _hatched(_own_identifiers(_lean(svg), name), name)


def dressed(
    svg: str, name: str, title: str, description: str, size: Literal["wide", "narrow"]
) -> str:
    """Make a drawing fit to stand in a page: lean, own ids, a role, a title and a description.

    Its colours are the page's, and its size becomes a viewBox, so that it shrinks with the page.
    The size is its class; a page shows one of the two and hides the other from everybody.
    """
    own = name if size == "wide" else f"{name}-narrow"
    svg = palette.themed(plain(svg, own))
    named = (
        f'<title id="{own}-title">{html.escape(title)}</title>'
        f'<desc id="{own}-desc">{html.escape(description)}</desc>'
    )
    role = f'class="{size}" role="img" aria-labelledby="{own}-title {own}-desc"'
    return _SIZE.sub(lambda m: f"<svg {m[1]}{m[4].strip()} {role}>{named}", svg, count=1)
