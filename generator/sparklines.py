"""Small drawings for pages that are made anew with every publication: a line, or a whole history.

They are written as SVG right here, because a publication draws some hundred of them. Their colours
are the page's own custom properties, so that one drawing serves light and dark paper. Where a
figure was withheld the line is broken.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from generator.facts import show

APART = 35
"""Days between two editions from which on no line is drawn from one to the other."""
_ENDING = re.compile(r"(\.\d*?)0+(?!\d)")
_SMALL_TEXT = 12.5


class Point(NamedTuple):
    """A figure in one edition."""

    day: int
    """The edition's last session, counted in days."""
    value: float | None
    """None where it was withheld."""


@dataclass(frozen=True, slots=True)
class Span:
    """A figure in the editions of one year."""

    year: int
    """ISO year."""
    low: float
    """Its lowest value."""
    high: float
    """Its highest value."""
    last: float
    """Its value in the year's last edition that has one."""


@dataclass(frozen=True)
class Scale:
    """Where values lie on a line of a drawing."""

    low: float
    """The value at its beginning."""
    high: float
    """The value at its end."""
    start: float
    """Where it begins."""
    end: float
    """Where it ends."""

    @cached_property
    def factor(self) -> float:
        """The room that a value of one more takes."""
        return (self.end - self.start) / (self.high - self.low) if self.high > self.low else 0.0

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + (value - self.low) * self.factor


def ticks(low: float, high: float, most: int = 5, least_step: float = 0.0) -> list[float]:
    """Return round values, evenly spaced, the outer ones at or beyond the range.

    >>> ticks(-0.031, 0.052)
    [-0.05, 0.0, 0.05, 0.1]
    >>> ticks(3.0, 3.0)
    [2.0, 2.5, 3.0, 3.5, 4.0]
    """
    if high <= low:
        around = abs(low) / 2 or 1.0
        around = max(10 ** math.floor(math.log10(around)), least_step)
        low, high = low - around, high + around
    size = max(10.0 ** math.floor(math.log10((high - low) / most)), least_step)
    steps = (size * factor for factor in (1, 2, 5, 10, 20))
    step = next(step for step in steps if _count(low, high, step) <= most)
    first = math.floor(low / step + 1e-9)
    count = _count(low, high, step)
    return [round((first + number) * step, 10) for number in range(count)]


def _count(low: float, high: float, step: float) -> int:
    return math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) + 1


def axis_label(value: float, unit: str) -> str:
    """Return a value as it is printed, without zeros that say nothing.

    >>> axis_label(0.05, "fraction"), axis_label(2000, "points"), axis_label(-2.5, "pp")
    ('+5%', '2,000', '−2.5 pp')
    """
    return _ENDING.sub(lambda found: "" if found[1] == "." else found[1], show(value, unit))


def runs(points: Iterable[Point]) -> Iterator[list[tuple[int, float]]]:
    """Yield what is drawn in one stroke: neither a withheld figure nor a long pause between."""
    run: list[tuple[int, float]] = []
    for day, value in points:
        if run and (value is None or day - run[-1][0] > APART):
            yield run
            run = []
        if value is not None:
            run.append((day, value))
    if run:
        yield run


def strokes(points: Sequence[Point], x: Scale, y: Scale, colour: str, width: float) -> str:
    """Return a broken line; a point without neighbours is a dot."""
    path, dots = "", ""
    # Written out, because it is done for every value of two years.
    across, down = x.factor, y.factor
    for run in runs(points):
        places = [
            f"{x.start + (day - x.low) * across:.1f},{y.start + (value - y.low) * down:.1f}"
            for day, value in run
        ]
        if len(places) > 1:
            path += f"M{'L'.join(places)}"
        else:
            dots += _dot(places[0], colour, width)
    line = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
    return (f'{line} stroke-linejoin="round"/>' if path else "") + dots


def _dot(place: str, colour: str, radius: float) -> str:
    across, down = place.split(",")
    return f'<circle cx="{across}" cy="{down}" r="{radius:g}" fill="{colour}"/>'


def values(points: Sequence[Point]) -> list[float]:
    """Return the values there are."""
    return [point.value for point in points if point.value is not None]


def sparkline(
    points: Sequence[Point],
    title: str,
    *,
    size: tuple[int, int] = (120, 28),
    limits: tuple[float, float] | None = None,
) -> str:
    """Return a line without axes, its end marked; nothing where there is no value.

    `limits` are the lowest and highest value of all lines that are to be compared.
    """
    found = values(points)
    if not found:
        return ""
    low, high = limits or (min(found), max(found))
    if low == high:
        low, high = low - 1, high + 1
    width, height = size
    x = Scale(points[0].day, points[-1].day, 3, width - 4)
    y = Scale(low, high, height - 4, 4)
    zero = ""
    if low < 0 < high:
        down = f"{y(0):.1f}"
        zero = f'<path d="M0,{down}H{width}" stroke="var(--line)"/>'
    last = next(point for point in reversed(points) if point.value is not None)
    end = _dot(f"{x(last.day):.1f},{y(last.value or 0):.1f}", "var(--small)", 2.5)
    drawn = zero + strokes(points, x, y, "var(--small)", 1.5) + end
    return svg(drawn, title, size, f' width="{width}" height="{height}"')


def svg(drawn: str, title: str, size: tuple[int, int], attributes: str = "") -> str:
    """Return a drawing that says what it shows."""
    return (
        f'<svg viewBox="0 0 {size[0]} {size[1]}" role="img"{attributes}>'
        f"<title>{html.escape(title, quote=False)}</title>{drawn}</svg>"
    )


def text(place: tuple[float, float], words: str, anchor: str = "start", more: str = "") -> str:
    """Return words in a drawing."""
    shown = html.escape(words, quote=False)
    look = f'font-size="{_SMALL_TEXT:g}" text-anchor="{anchor}"{more or QUIET}'
    return f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" {look}>{shown}</text>'


QUIET = ' fill="var(--quiet)"'
STRONG = ' fill="var(--small)" font-weight="700"'
HEADING = ' fill="var(--ink)" font-weight="700"'


def day_label(day: int, *, with_year: bool) -> str:
    """Return a day as an axis has it."""
    found = date.fromordinal(day)
    return f"{found.day} {found:%b %Y}" if with_year else f"{found.day} {found:%b}"
