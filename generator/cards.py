"""Cards: an edition as one picture, for those who pass its address on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator import palette
from generator.fonts import REGULAR, SANS, SERIF, STRONG
from generator.lettering import width
from generator.sheets import HEIGHT, MARGIN, WIDTH, Column, box, line, picture

_ANSWER_SIZES = (42, 38, 34)
_ROOM = 1090
_NUMBERS_TOP = 478


@dataclass(frozen=True, slots=True)
class Card:
    """What the picture of an edition says."""

    site_name: str
    """Who publishes it."""
    week: str
    """Which week, in words."""
    question: str
    """What the report asks."""
    answer: str
    """Its answer; whole sentences of it are left out from the end where there is no room."""
    numbers: tuple[tuple[str, str], ...]
    """Label and number as printed, four at most."""
    simulated: bool
    """Whether its data are made up."""
    path: tuple[float, ...] = ()
    """A year of closes, drawn quietly; nothing is read from it."""


def card(words: Card) -> str:
    """Return the picture of an edition as SVG."""
    ink, quiet = palette.INK.light, palette.QUIET.light
    head = Column(MARGIN + 10, MARGIN + 22, _ROOM)
    head.add(words.site_name, 30, ink, SERIF, STRONG)
    right = WIDTH - MARGIN - 10 - width(words.week, SANS, REGULAR, 22)
    head.parts.append(line(right, MARGIN + 50, words.week, 22, quiet))
    head.y += 22
    head.add(words.question, 24, quiet)
    head.y += 4
    answer = _fitting_answer(words.answer, head.y)
    parts = [
        _year(words.path),
        box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, 4, ink),
        *head.parts,
        *answer.parts,
        *_numbers(words.numbers),
    ]
    if words.simulated:
        label = Column(MARGIN + 10, MARGIN + 28, _ROOM)
        label.label(MARGIN + 34 + width(words.site_name, SERIF, STRONG, 30))
        parts += label.parts
    return picture(parts, HEIGHT, words.question, words.answer)


def _fitting_answer(answer: str, top: float) -> Column:
    """The answer as large as there is room for, shortened by whole sentences only."""
    sentences = re.split(r"(?<=[.?!])\s+", answer)
    for count in range(len(sentences), 0, -1):
        for size in _ANSWER_SIZES:
            column = Column(MARGIN + 10, top, _ROOM)
            text = " ".join(sentences[:count])
            column.add(text, size, palette.INK.light, SERIF, STRONG)
            if column.y <= _NUMBERS_TOP - 24:
                return column
    return column


def _numbers(numbers: Sequence[tuple[str, str]]) -> list[str]:
    """The numbers side by side, each with its label below."""
    parts = []
    step = (WIDTH - 2 * MARGIN - 20) / max(len(numbers), 1)
    for place, (label, number) in enumerate(numbers):
        colour = {"+": palette.UP, "−": palette.DOWN}.get(number[:1], palette.INK).light
        column = Column(MARGIN + 10 + place * step, _NUMBERS_TOP, step - 36)
        column.add(number, 44, colour, SANS, STRONG)
        column.y -= 4
        column.add(label, 18, palette.QUIET.light)
        parts += column.parts
    return parts


def _year(closes: Sequence[float]) -> str:
    """A year's closes as a quiet ground from edge to edge."""
    if len(closes) < 2:
        return ""
    low, high = min(closes), max(closes)
    step, top, bottom = WIDTH / (len(closes) - 1), 370, 470
    heights = [bottom - (v - low) / ((high - low) or 1) * (bottom - top) for v in closes]
    path = "L".join(f"{i * step:.1f},{y:.1f}" for i, y in enumerate(heights))
    ground = f"M{path}L{WIDTH},{HEIGHT}L0,{HEIGHT}Z"
    return f'<path d="{ground}" fill="{palette.WASH.light}"/>'
