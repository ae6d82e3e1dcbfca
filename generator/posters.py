"""Posters: a chart with all its words as one picture.

The words stand left of the drawing, with room left for the wider letters of other fonts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator import palette
from generator.fonts import SANS, SERIF, STRONG
from generator.lettering import FALLBACK
from generator.sheets import HEIGHT, MARGIN, WIDTH, Column, box, picture

_COLUMN, _GAP = 290, 54
"""Width of the words, and what is between them and the drawing."""
_TOP = MARGIN + 24
_TITLE_SIZES = (31, 28, 25, 22)
_ROOT = re.compile(
    r'<svg [^>]*viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"[^>]*>(.*)</svg>', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of a chart wherever it goes."""

    title: str
    """Its finding."""
    subtitle: str
    """What is measured, and how."""
    source: str
    """Where the data come from."""
    description: str
    """In words, for those who cannot see it."""
    site_name: str
    """Who publishes it."""
    edition: str
    """In which edition."""
    as_of: str
    """The edition's last session, as an ISO date."""
    snapshot: str
    """SHA-256 of the snapshot it was computed from."""
    simulated: bool
    """Whether its data are made up."""
    address: str
    """Where its page will be published."""


def poster(caption: Caption, drawing: str) -> str:
    """Return a chart with its words as an SVG that stands alone.

    `drawing` is the plain one. The poster is as high as link previews show, or higher where the
    words or the drawing need it.
    """
    match = _ROOT.fullmatch(drawing)
    assert match is not None
    across, down = float(match[1]), float(match[2])
    scale = (WIDTH - 2 * MARGIN - _COLUMN - _GAP) / across
    words, foot = _fitting_words(caption), _foot(caption)
    needed = max(words.y + foot.y + 24, _TOP + down * scale) + MARGIN
    height = max(HEIGHT, round(needed))
    left = MARGIN + _COLUMN + _GAP
    above = _TOP + (height - MARGIN - _TOP - down * scale) / 2
    parts = [
        box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, 3, palette.INK.light),
        *words.parts,
        f'<g transform="translate(0,{height - MARGIN - foot.y:g})">{"".join(foot.parts)}</g>',
        f'<g transform="translate({left:g},{above:.1f}) scale({scale:.4f})">{match[3]}</g>',
    ]
    return picture(parts, height, caption.title, caption.description)


def _fitting_words(caption: Caption) -> Column:
    """The words beside the drawing, as large as there is room for."""
    room = HEIGHT - MARGIN - 24 - _foot(caption).y
    for size in _TITLE_SIZES:
        column = Column(MARGIN, _TOP, _COLUMN)
        column.add(caption.site_name, 20, palette.INK.light, SERIF, STRONG)
        column.add(f"Edition {caption.edition}", 15, palette.QUIET.light)
        column.y += 22
        column.add(caption.title, size, palette.INK.light, SERIF, STRONG)
        column.y += 12
        column.add(caption.subtitle, 17, palette.QUIET.light)
        if column.y <= room:
            break
    return column


def _foot(caption: Caption) -> Column:
    """What stands below the words: how far the data can be believed."""
    column = Column(MARGIN, 0, _COLUMN)
    if caption.simulated:
        column.label()
    column.add(caption.source, 15, palette.QUIET.light)
    return column


def bare(drawing: str) -> str:
    """Return a drawing by itself, on paper, as an SVG of twice its size.

    `drawing` is the plain one.
    """
    match = _ROOT.fullmatch(drawing)
    assert match is not None
    across, down = (round(2 * float(size)) for size in match.group(1, 2))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" '
        f'font-family="{SANS}, {FALLBACK[SANS]}" font-size="12px">'
        f"{box(0, 0, across, down, palette.PAPER.light)}"
        f'<g transform="scale(2)">{match[3]}</g></svg>'
    )
