"""Fonts: the letters that pictures are set in, read from the font files that come with the program.

Pictures must look the same wherever they are made. They are therefore not left to the fonts of the
machine, nor to the way in which a drawing library looks for them: how wide letters are, and their
outlines, come from here. The files are TrueType; kerning and ligatures are not used.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

SANS, SERIF = "Source Sans Pro", "Source Serif Pro"
REGULAR, STRONG = 400, 600
_FILES = {
    (SANS, REGULAR): ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    (SANS, STRONG): ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    (SERIF, STRONG): ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
}
_ON_CURVE, _SHORT, _REPEATED, _SAME = 1, 2, 8, 16
"""Flags of a point; those of its vertical place are one bit further."""
_WORDS, _OFFSETS, _MORE, _SCALED = 1, 2, 32, 8 + 64 + 128
"""Flags of a part of a letter that is put together from others."""

Point = tuple[float, float, bool]
"""Place in font units, upwards, and whether the outline goes through it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One closed line of a letter's outline."""

    x: float
    """Where it starts, in font units from the letter's origin."""
    y: float
    """Upwards."""
    path: str
    """The rest, as SVG path data relative to that."""


@cache
def font(family: str, weight: int) -> Font:
    """Return one of our fonts."""
    package, file = _FILES[family, weight]
    found = find_spec(package)
    assert found is not None and found.origin is not None
    return Font((Path(found.origin).parent / "files" / file).read_bytes())


class Font:
    """Letters of one weight of a family. One that the font lacks is its sign for that."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (count,) = struct.unpack_from(">H", content, 4)
        entries = (struct.unpack_from(">4s4xLL", content, 12 + 16 * i) for i in range(count))
        self._at = {name.decode(): start for name, start, _ in entries}
        self.units: int = self._number("head", 18)
        """Font units of the letters' size."""
        self._strokes: dict[str, tuple[Stroke, ...]] = {}

    def _number(self, table: str, offset: int) -> int:
        (found,) = struct.unpack_from(">H", self._content, self._at[table] + offset)
        return int(found)

    def has(self, letter: str) -> bool:
        """Whether the font knows a letter."""
        return letter in self._glyphs

    def advance(self, letter: str) -> int:
        """Return the width of a letter in font units."""
        return self._advances[min(self._glyphs.get(letter, 0), len(self._advances) - 1)]

    @cached_property
    def _advances(self) -> tuple[int, ...]:
        """By glyph; those beyond are as wide as the last."""
        count = self._number("hhea", 34)
        return struct.unpack_from(">" + "H2x" * count, self._content, self._at["hmtx"])

    @cached_property
    def _glyphs(self) -> dict[str, int]:
        """By letter, from the character map of Unicode's first plane (format 4)."""
        content, table = self._content, self._at["cmap"]
        (count,) = struct.unpack_from(">H", content, table + 2)
        entries = (struct.unpack_from(">HHL", content, table + 4 + 8 * i) for i in range(count))
        start = table + next(offset for *kind, offset in entries if kind == [3, 1])
        (double,) = struct.unpack_from(">H", content, start + 6)
        parts = [start + 14, *(start + 16 + double * part for part in (1, 2, 3))]
        columns = (struct.unpack_from(f">{double // 2}H", content, part) for part in parts)
        found = {}
        for here, (last, first, shift, offset) in enumerate(zip(*columns, strict=True)):
            for code in range(first, last + 1):
                glyph = code
                if offset:
                    place = parts[3] + 2 * here + offset + 2 * (code - first)
                    (glyph,) = struct.unpack_from(">H", content, place)
                if glyph:
                    found[chr(code)] = (glyph + shift) & 0xFFFF
        return found

    def strokes(self, letter: str) -> tuple[Stroke, ...]:
        """Return a letter's outline."""
        if letter not in self._strokes:
            contours = self._contours(self._glyphs.get(letter, 0))
            self._strokes[letter] = tuple(_stroke(contour) for contour in contours)
        return self._strokes[letter]

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where each glyph starts among the outlines, and where the last ends."""
        count = self._number("maxp", 4) + 1
        if self._number("head", 50):
            return struct.unpack_from(f">{count}L", self._content, self._at["loca"])
        halves = struct.unpack_from(f">{count}H", self._content, self._at["loca"])
        return tuple(2 * half for half in halves)

    def _contours(self, glyph: int) -> list[list[Point]]:
        start, end = self._places[glyph : glyph + 2]
        if start == end:
            return []
        start += self._at["glyf"]
        (count,) = struct.unpack_from(">h", self._content, start)
        if count < 0:
            return [contour for part in self._parts(start + 10) for contour in part]
        return self._simple(start + 10, count)

    def _parts(self, at: int) -> Iterator[list[list[Point]]]:
        """The contours of the glyphs that one is put together from, each moved to its place."""
        flags = _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", self._content, at)
            form = ">hh" if flags & _WORDS else ">bb"
            right, up = struct.unpack_from(form, self._content, at + 4)
            assert flags & _OFFSETS and not flags & _SCALED
            at += 4 + struct.calcsize(form)
            yield [
                [(x + right, y + up, on) for x, y, on in contour]
                for contour in self._contours(glyph)
            ]

    def _simple(self, at: int, count: int) -> list[list[Point]]:
        ends = struct.unpack_from(f">{count}H", self._content, at)
        at += 2 * count
        (instructions,) = struct.unpack_from(">H", self._content, at)
        at += 2 + instructions
        flags: list[int] = []
        while len(flags) <= ends[-1]:
            flag = self._content[at]
            times = self._content[at + 1] + 1 if flag & _REPEATED else 1
            at += 2 if flag & _REPEATED else 1
            flags += [flag] * times
        across, at = self._coordinates(flags, at, 0)
        upwards, _ = self._coordinates(flags, at, 1)
        points: list[Point] = [
            (x, y, bool(flag & _ON_CURVE))
            for x, y, flag in zip(across, upwards, flags, strict=True)
        ]
        return [points[first + 1 : last + 1] for first, last in pairwise((-1, *ends))]

    def _coordinates(self, flags: list[int], at: int, bit: int) -> tuple[list[int], int]:
        """Places from steps of no, one or two bytes, and where the next begin."""
        short, same = _SHORT << bit, _SAME << bit
        place, found = 0, []
        for flag in flags:
            if flag & short:
                step = self._content[at]
                place += step if flag & same else -step
                at += 1
            elif not flag & same:
                (step,) = struct.unpack_from(">h", self._content, at)
                place += step
                at += 2
            found.append(place)
        return found, at


def _stroke(contour: list[Point]) -> Stroke:
    """A contour as lines and quadratic curves; between two points beside it, it passes midway."""
    points: list[Point] = []
    for before, point in zip([contour[-1], *contour], contour, strict=False):
        if not before[2] and not point[2]:
            points.append(((before[0] + point[0]) / 2, (before[1] + point[1]) / 2, True))
        points.append(point)
    first = next(place for place, point in enumerate(points) if point[2])
    points = [*points[first:], *points[: first + 1]]
    x, y, _ = points[0]
    pieces, bend = [], None
    here = (x, y)
    for point in points[1:]:
        if not point[2]:
            bend = point
            continue
        ends = (point,) if bend is None else (bend, point)
        steps = " ".join(f"{end[0] - here[0]:g},{end[1] - here[1]:g}" for end in ends)
        pieces.append(("l" if bend is None else "q") + steps)
        here, bend = point[:2], None
    return Stroke(x, y, "".join(pieces) + "z")
