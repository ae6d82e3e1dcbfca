"""The scales and axes of the charts: dates, amounts, lengths of bars, names.

Time is UTC throughout, so that a picture does not depend on where it is drawn.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from generator.charts import _theme as theme
from generator.charts._theme import Size

Channel = dict[str, Any]
Spans = Sequence[tuple[pd.Timestamp, pd.Timestamp]]
"""First and last sessions, in order."""

SIGNIFICANT = 6
"""Digits kept of a plotted value: finer than a pixel."""
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 480)
"""Between one date and the next below a picture."""
_DATE = (
    "utcFormat(datum.value, utcdate(datum.value) > 1 ? '%-d %b' : "
    "utcmonth(datum.value) > 0 ? '%b' : '%Y')"
)
"""A year, a month, or, where a reader has zoomed in, a day."""


def significant(value: float) -> float | None:
    """Return a value at plotting precision, None where it is missing."""
    return float(f"{value:.{SIGNIFICANT}g}") if math.isfinite(value) else None


def milliseconds(day: pd.Timestamp) -> int:
    """Return a session as Vega counts time."""
    return int(day.timestamp()) * 1000


def _moment(day: pd.Timestamp) -> Channel:
    """A session in the only way that a page without `eval` reads right on an axis."""
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def date_ticks(first: pd.Timestamp, last: pd.Timestamp, most: int) -> list[pd.Timestamp]:
    """Return first days of months, quarters or years in a span, no more than so many.

    >>> [f"{tick:%b %Y}" for tick in date_ticks(*pd.to_datetime(["2025-01-16", "2026-01-16"]), 5)]
    ['Apr 2025', 'Jul 2025', 'Oct 2025', 'Jan 2026']
    """
    earliest = first.year * 12 + first.month - (first.day == 1)
    latest = last.year * 12 + last.month - 1
    for months in _MONTHS:
        counted = range(-(-earliest // months) * months, latest + 1, months)
        if len(counted) <= most:
            break
    return [pd.Timestamp(count // 12, count % 12 + 1, 1) for count in counted]


def dates(
    size: Size, first: pd.Timestamp, last: pd.Timestamp, *, whole_pixels: bool = False
) -> Channel:
    """Return a time axis from the first to the last session."""
    ticks = [_moment(tick) for tick in date_ticks(first, last, size.dates)]
    scale = {"type": "utc", "domain": [_moment(first), _moment(last)], "nice": False}
    if whole_pixels:
        scale["round"] = True
    return {
        "type": "temporal",
        "scale": scale,
        "axis": {"values": ticks, "labelExpr": _DATE},
        "title": None,
    }


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round numbers that enclose a range, about as many as asked for.

    >>> nice_ticks(-0.037, 0.21, 5)
    [-0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.25]
    """
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power * count >= span * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]


def _exactly(form: str, ticks: Sequence[float]) -> str:
    """The form, without its sign, with as many decimals as tell the ticks exactly."""
    kind, hundred = form.removeprefix("+"), 100 if form.endswith("%") else 1
    shown = [tick * hundred for tick in ticks]
    digits = next(d for d in range(12) if all(abs(round(v, d) - v) < 1e-9 for v in shown))
    return f"{kind[:-1]}.{digits}{kind[-1]}"


def _axis(form: str, ticks: Sequence[float]) -> Channel:
    """Ticks written exactly; zero has no sign."""
    text = _exactly(form, ticks)
    written = f"format(datum.value, '{text}')"
    if form.startswith("+"):
        written = f"datum.value == 0 ? {written} : format(datum.value, '+{text}')"
    return {"values": list(ticks), "labelExpr": written, "grid": True}


def beside(axis: Channel, form: str) -> int:
    """Return the room that the numbers of a vertical axis take."""
    ticks = axis["axis"]["values"]
    text = ("+" if form.startswith("+") else "") + _exactly(form, ticks)
    return max(theme.width_of(format(tick, text)) for tick in ticks) + 8


def _limits(low: float, high: float, ticks: Sequence[float]) -> list[float]:
    """The outer ticks, or limits nearer to the data where an outer tick is far off."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    near = step * 0.15
    bottom = ticks[0] if low - ticks[0] <= step / 4 else low - near
    top = ticks[-1] if ticks[-1] - high <= step / 4 else high + near
    return [round(bottom, 10), round(top, 10)]


def amounts(
    low: float, high: float, form: str, *, count: int = 5, whole_pixels: bool = False
) -> Channel:
    """Return an axis of numbers that encloses a range.

    `form` is `f`, `,f` or `%`, with a + before it if numbers are to have a sign.
    """
    ticks = nice_ticks(low, high, count)
    domain = _limits(low, high, ticks)
    scale: Channel = {"domain": domain, "nice": False, "zero": False}
    if whole_pixels:
        scale["round"] = True
    inside = [tick for tick in ticks if domain[0] <= tick <= domain[1]]
    return {"type": "quantitative", "scale": scale, "axis": _axis(form, inside), "title": None}


def bar_lengths(values: Iterable[float], form: str) -> Channel:
    """Return an axis for standing bars: zero is in it, and a little beyond the longest bars."""
    low, high = _with_zero(values)
    room = 0.03 * (high - low)
    domain = [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]
    inside = [t for t in nice_ticks(low, high) if domain[0] <= t <= domain[1]]
    scale = {"domain": [significant(limit) for limit in domain], "nice": False, "zero": True}
    return {"type": "quantitative", "scale": scale, "axis": _axis(form, inside), "title": None}


def labelled_lengths(values: Iterable[float], across: int, room: int) -> Channel:
    """Return a scale for lying bars that are labelled at their ends.

    Zero is in it, and `room` pixels of the whole width are left beyond the longest bars. There is
    no axis: every bar says its value.
    """
    low, high = _with_zero(values)
    sides = (low < 0) + (high > 0) or 1
    unit = (high - low) / (across - sides * room)
    domain = [low - room * unit if low < 0 else 0.0, high + room * unit if high > 0 else 0.0]
    scale = {"domain": [significant(limit) for limit in domain], "nice": False, "zero": True}
    return {"type": "quantitative", "scale": scale, "axis": None, "title": None}


def _with_zero(values: Iterable[float]) -> tuple[float, float]:
    """The range of values and zero; never empty."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    return (low, high) if low < high else (0.0, 1.0)


def names(values: Sequence[Any], **axis: Any) -> Channel:
    """Return an axis of names, years or other separate things, in the order given."""
    return {
        "type": "nominal",
        "scale": {"domain": list(values), "paddingOuter": 0.1},
        "axis": {"values": list(values), "labelAngle": 0, "ticks": False, **axis},
        "sort": None,
        "title": None,
    }


def names_beside(size: Size, values: Sequence[str]) -> tuple[Channel, int, int]:
    """Return a vertical axis of names, long ones in lines, its width and the height of a row."""
    broken = {name: theme.in_lines(name, size.letters) for name in values}
    axis: Channel = {"domain": False, "labelColor": theme.INK}
    long = {name: text for name, text in broken.items() if "\n" in text}
    if long:
        lines = json.dumps(long, ensure_ascii=False)
        axis["labelExpr"] = f"split({lines}[datum.label] || datum.label, '\\n')"
        test = f"isDefined({lines}[datum.value])"
        # The first line stands where a single one would.
        raised = {"test": test, "value": -(theme.LINE_GAP - 1) / 2}
        axis["labelOffset"] = {"condition": raised, "value": 0}
    width = max(theme.width_of(text) for text in broken.values()) + 8
    counts = [text.count("\n") + 1 for text in broken.values()]
    meeting = max(map(sum, itertools.pairwise(counts)), default=2) / 2
    return names(values, **axis), width, math.ceil(meeting * (theme.LINE_GAP - 1)) + 4
