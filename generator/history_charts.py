"""The chart of a figure's whole history: by year as ranges, and its last two years by week.

Both share one scale. While there are no more than two years, weeks take the whole width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.sparklines import (
    HEADING,
    STRONG,
    Point,
    Scale,
    Span,
    axis_label,
    day_label,
    strokes,
    svg,
    text,
    ticks,
    values,
)

WHOLE = frozenset({"sessions", "weeks", "years", "count", "year"})
"""Units without fractions."""
WIDE, NARROW = (720, 300), (390, 250)
_TOP, _BOTTOM, _GAP = 30, 24, 30
_LETTER = 7.2
_WIDEST = 8.6
"""Room for a letter of a figure, and for one that is written in bold: `%` and `+` are wide."""


@dataclass(frozen=True)
class Course:
    """A figure's history as it is drawn."""

    unit: str
    """One of the units of facts.py."""
    spans: Sequence[Span]
    """By year, oldest first; empty where weeks are enough."""
    points: Sequence[Point]
    """By week, oldest first."""
    last: str
    """The last value as it is printed."""
    title: str
    """What is shown, for those who cannot see it."""


def history_charts(course: Course) -> str:
    """Return the drawing for wide and for narrow screens; nothing where there is no value."""
    found = values(course.points) + [end for s in course.spans for end in (s.low, s.high)]
    if not found:
        return ""
    marks = ticks(min(found), max(found), 6, 1 if course.unit in WHOLE else 0)
    labels = {mark: axis_label(mark, course.unit) for mark in marks}
    return _wide(course, labels) + _narrow(course, labels)


def _wide(course: Course, labels: Mapping[float, str]) -> str:
    """Years and weeks side by side."""
    width, height = WIDE
    left, y = _left(labels), _scale(labels, 0, height)
    drawn, start = _grid(labels, y, left, width), left
    if course.spans:
        middle = left + (width - left) * 0.52
        drawn += _years(course.spans, y, left, middle - _GAP / 2)
        start = middle + _GAP / 2
    drawn += _weeks(course, y, start, width)
    return svg(drawn, course.title, WIDE, ' class="wide"')


def _narrow(course: Course, labels: Mapping[float, str]) -> str:
    """Weeks above years."""
    width, height = NARROW
    left, y = _left(labels), _scale(labels, 0, height)
    drawn = _grid(labels, y, left, width) + _weeks(course, y, left, width)
    if course.spans:
        below = _scale(labels, height + _GAP / 2, height)
        drawn += _grid(labels, below, left, width) + _years(course.spans, below, left, width)
        height = 2 * height + _GAP // 2
    return svg(drawn, course.title, (width, height), ' class="narrow"')


def _left(labels: Mapping[float, str]) -> float:
    return max(map(len, labels.values())) * _WIDEST + 6


def _scale(labels: Mapping[float, str], top: float, height: float) -> Scale:
    return Scale(min(labels), max(labels), top + height - _BOTTOM, top + _TOP)


def _grid(labels: Mapping[float, str], y: Scale, left: float, width: float) -> str:
    drawn = ""
    for mark, label in labels.items():
        colour = "axis" if mark == 0 else "grid"
        drawn += f'<path d="M{left:.1f},{y(mark):.1f}H{width}" stroke="var(--{colour})"/>'
        drawn += text((left - 6, y(mark) + 4), label, "end")
    return drawn


def _years(spans: Sequence[Span], y: Scale, start: float, end: float) -> str:
    """A bar a year from the lowest value to the highest, a stroke where it ended."""
    first, last = spans[0].year, spans[-1].year
    slot = (end - start) / (last - first + 1)
    wide = max(1.5, min(14.0, slot * 0.7))
    drawn = text((start, y.end - 16), "By year: lowest to highest, last", "start", HEADING)
    ranges = lasts = ""
    for span in spans:
        x = start + (span.year - first + 0.5) * slot
        low, high = y(span.low), min(y(span.high), y(span.low) - 1.5)
        ranges += f"M{x:.1f},{low:.1f}V{high:.1f}"
        lasts += f"M{x - wide / 2:.1f},{y(span.last):.1f}h{wide:.1f}"
    drawn += f'<path d="{ranges}" stroke="var(--small-pale)" stroke-width="{wide:.1f}"/>'
    drawn += f'<path d="{lasts}" stroke="var(--small)" stroke-width="2"/>'
    foot = y.start + 18
    return drawn + "".join(
        text((start + (year - first + 0.5) * slot, foot), str(year), "middle")
        for year in _labelled_years(first, last, end - start)
    )


def _labelled_years(first: int, last: int, room: float) -> list[int]:
    """The years that are named below the axis, as many as there is room for."""
    most = max(1, int(room // 46))
    for step in (1, 2, 5, 10, 20, 50):
        found = [year for year in range(first, last + 1) if year % step == 0]
        if len(found) <= most:
            return found
    return [last]


def _weeks(course: Course, y: Scale, start: float, end: float) -> str:
    points = course.points
    if not values(points):
        return ""
    room = len(course.last) * _WIDEST + 12
    x = Scale(points[0].day, points[-1].day, start + 4, end - room)
    drawn = text((start, y.end - 16), "By week", "start", HEADING) if course.spans else ""
    drawn += strokes(points, x, y, "var(--small)", 2)
    last = next(point for point in reversed(points) if point.value is not None)
    across, down = x(last.day), y(last.value or 0)
    drawn += f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="var(--small)"/>'
    drawn += text((across + 9, down + 4), course.last, "start", STRONG)
    return drawn + "".join(_day_labels(points, x, y.start + 18, end - room))


def _day_labels(points: Sequence[Point], x: Scale, foot: float, end: float) -> Iterator[str]:
    first, last = points[0].day, points[-1].day
    starts = _month_starts(first, last, max(2, int((end - x.start) // 62)))
    if len(starts) < 2:
        yield text((x(first), foot), day_label(first, with_year=first == last), "start")
        if last > first:
            yield text((end, foot), day_label(last, with_year=True), "end")
        return
    for number, day in enumerate(starts):
        named = date.fromordinal(day)
        label = f"{named:%b %Y}" if number == 0 or named.month == 1 else f"{named:%b}"
        half = len(label) * _LETTER / 2
        place = min(max(x(day), x.start + half - 4), end - half)
        yield text((place, foot), label, "middle")


def _month_starts(first: int, last: int, most: int) -> list[int]:
    """The first days of months, as many as there is room for."""
    begin, finish = date.fromordinal(first), date.fromordinal(last)
    months = range(begin.year * 12 + begin.month - 1, finish.year * 12 + finish.month)
    for step in (1, 2, 3, 6, 12):
        days = [date(m // 12, m % 12 + 1, 1).toordinal() for m in months if m % step == 0]
        found = [day for day in days if first <= day <= last]
        if len(found) <= most:
            return found
    return found
