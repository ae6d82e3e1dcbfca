"""The marks and scales of which the charts are made, as Altair's schema objects.

Time is UTC throughout, so that a picture does not depend on where it is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.schemapi import debug_mode

from generator.charts import _theme as theme

Channel = dict[str, Any]
Row = dict[str, Any]

ORDER: Channel = {"field": "order", "type": "quantitative"}
"""For lines that do not run from left to right."""
COLOUR: Channel = {"field": "colour", "type": "nominal", "scale": None}
"""The colour that a row names."""

SIGNIFICANT = 6
"""Digits kept of a plotted value: finer than a pixel."""


def significant(value: float) -> float | None:
    """Return a value at plotting precision, None where it is missing."""
    return float(f"{value:.{SIGNIFICANT}g}") if math.isfinite(value) else None


def plotted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index of sessions as the column `date`.

    Values keep their full precision: what is said of them is rounded once, when it is said, and
    what is drawn of them when it is handed to Vega.
    """
    columns: dict[str, Any] = {"date": frame.index}
    columns |= {name: frame[name].to_numpy(dtype=float) for name in frame.columns}
    return pd.DataFrame(columns)


def rows(data: pd.DataFrame) -> list[Row]:
    """Return a frame as Vega reads it: ISO dates, numbers as finely as drawn, null if missing."""
    columns = []
    for name in data.columns:
        column = data[name]
        if column.dtype.kind == "M":
            columns.append(np.datetime_as_string(column.to_numpy(), unit="D").tolist())
        elif column.dtype.kind == "f":
            columns.append([significant(v) for v in column.tolist()])
        else:
            columns.append(column.tolist())
    names = list(data.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def iso(day: pd.Timestamp) -> str:
    """Return a session as Vega reads it."""
    return f"{day:%Y-%m-%d}"


def _milliseconds(day: pd.Timestamp) -> int:
    return int(day.timestamp()) * 1000


def _date_ticks(first: pd.Timestamp, last: pd.Timestamp) -> tuple[list[int], str]:
    """Ticks at years, or at quarters when there is room, and how they are written."""
    years = (last - first).days / 365.25
    if years <= 3.5:
        frequency, step = "QS", 3 if years <= 2.2 else 6
        text = "utcmonth(datum.value) == 0 ? utcFormat(datum.value, '%Y') : "
        text += "utcFormat(datum.value, '%b')"
    else:
        frequency, step = "YS", 1 if years <= 10 else 2 if years <= 20 else 5
        text = "utcFormat(datum.value, '%Y')"
    ticks = pd.date_range(first, last, freq=frequency)
    if frequency == "YS":
        ticks = ticks[ticks.year % step == 0]
    else:
        ticks = ticks[(ticks.month - 1) % step == 0]
    return [_milliseconds(tick) for tick in ticks], text


def dates(first: pd.Timestamp, last: pd.Timestamp, *, whole_pixels: bool = False) -> Channel:
    """Return a time axis from the first to the last session."""
    ticks, text = _date_ticks(first, last)
    scale = {"type": "utc", "domain": [_milliseconds(first), _milliseconds(last)], "nice": False}
    if whole_pixels:
        scale["round"] = True
    return {
        "type": "temporal",
        "scale": scale,
        "axis": {"values": ticks, "labelExpr": text},
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


def _axis(form: str, ticks: Sequence[float]) -> Channel:
    """Ticks written with as many decimals as tell them exactly; zero has no sign."""
    kind, hundred = form.removeprefix("+"), 100 if form.endswith("%") else 1
    shown = [tick * hundred for tick in ticks]
    digits = next(d for d in range(12) if all(abs(round(v, d) - v) < 1e-9 for v in shown))
    text = f"{kind[:-1]}.{digits}{kind[-1]}"
    written = f"format(datum.value, '{text}')"
    if form.startswith("+"):
        written = f"datum.value == 0 ? {written} : format(datum.value, '+{text}')"
    return {"values": list(ticks), "labelExpr": written}


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


def bar_lengths(
    values: Iterable[float], form: str, *, count: int = 5, room: float = 0.03
) -> Channel:
    """Return an axis for bars: zero is in it, and `room` (a share) beyond the longest bars."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    domain = [low - room * span if low < 0 else 0.0, high + room * span if high > 0 else 0.0]
    if low == high:
        domain[1] = span
    inside = [t for t in nice_ticks(low, high, count) if domain[0] <= t <= domain[1]]
    scale = {"domain": [significant(limit) for limit in domain], "nice": False, "zero": True}
    return {"type": "quantitative", "scale": scale, "axis": _axis(form, inside), "title": None}


def names(values: Sequence[Any], *, labelled: Sequence[Any] | None = None, **axis: Any) -> Channel:
    """Return an axis of names, years or other separate things, in the order given."""
    shown = list(values if labelled is None else labelled)
    return {
        "type": "nominal",
        "scale": {"domain": list(values), "paddingOuter": 0.1},
        "axis": {"values": shown, "labelAngle": 0, "ticks": False, **axis},
        "sort": None,
        "title": None,
    }


@dataclass(frozen=True)
class Plot:
    """Two axes, and the fixed margins around them."""

    x: Channel
    """The horizontal axis."""
    y: Channel
    """The vertical axis."""
    left: int = 46
    """Room for the labels of the vertical axis."""
    right: int = 16
    """Room for labels at the ends of lines."""
    top: int = 12
    bottom: int = 26
    height: int = theme.HEIGHT
    """The whole picture's."""

    @property
    def across(self) -> int:
        """Pixels between the left and the right margin."""
        return theme.WIDTH - self.left - self.right

    @property
    def down(self) -> int:
        """Pixels between the top and the bottom margin."""
        return self.height - self.top - self.bottom

    def layer(
        self,
        mark: str,
        x: str | Channel | None = None,
        y: str | Channel | None = None,
        *,
        data: list[Row] | None = None,
        channels: Channel | None = None,
        **style: Any,
    ) -> alt.UnitSpec:
        """Return one layer; x and y are fields, or whole channels such as a pixel value."""
        encoding = dict(channels or {})
        for name, place, axis in (("x", x, self.x), ("y", y, self.y)):
            if isinstance(place, str):
                encoding[name] = {"field": place, **axis}
            elif place is not None:
                encoding[name] = place if "value" in place else {**axis, **place}
        # Altair would check every object against its schema as it is made; the tests do that.
        with debug_mode(False):
            inline = alt.Undefined if data is None else alt.InlineData(values=data)
            return alt.UnitSpec(mark={"type": mark, **style}, encoding=encoding, data=inline)

    def line(self, field: str, colour: str, **style: Any) -> alt.UnitSpec:
        """Return a line through one column of the data."""
        return self.layer("line", "date", field, color=colour, **style)

    def level(self, value: float, **style: Any) -> alt.UnitSpec:
        """Return a line across at one height."""
        return self.layer("rule", y={"datum": value}, data=[{}], **style)

    def upright(self, value: float, **style: Any) -> alt.UnitSpec:
        """Return a line from top to bottom at one place."""
        return self.layer("rule", x={"datum": value}, data=[{}], **style)

    def end_labels(self, labels: Iterable[tuple[str, float, str]]) -> alt.UnitSpec:
        """Return the names of lines (text, last value, colour) beside their ends, moved apart."""
        known = [(text, value, colour) for text, value, colour in labels if math.isfinite(value)]
        bottom, top = self.y["scale"]["domain"]
        gap = theme.LINE_GAP * (top - bottom) / self.down
        places = spread([value for _, value, _ in known], gap, bottom, top)
        data = [
            {"y": significant(place), "text": text, "colour": colour}
            for (text, _, colour), place in zip(known, places, strict=True)
        ]
        return self.texts(data, x={"value": self.across + 6}, fontWeight="bold", align="left")

    def texts(
        self,
        data: list[Row] | None = None,
        x: str | Channel = "x",
        y: str | Channel = "y",
        *,
        colour: str | None = "colour",
        **style: Any,
    ) -> alt.UnitSpec:
        """Return texts from the field `text` in the colour that another field holds."""
        channels: Channel = {"text": {"field": "text", "type": "nominal"}}
        if colour:
            channels["color"] = {**COLOUR, "field": colour}
        return self.layer("text", x, y, data=data, channels=channels, **style)

    def spec(self, layers: Sequence[alt.UnitSpec], data: list[Row]) -> dict[str, Any]:
        """Return the whole specification."""
        with debug_mode(False):
            drawing = alt.TopLevelLayerSpec(
                layer=list(layers),
                width=self.across,
                height=self.down,
                autosize="none",
                padding={
                    "left": self.left,
                    "right": self.right,
                    "top": self.top,
                    "bottom": self.bottom,
                },
                config=theme.CONFIG,
            )
            spec: dict[str, Any] = drawing.to_dict(validate=False)
        return {"$schema": alt.SCHEMA_URL, "data": {"values": data}, **spec}


def spread(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move values apart until neighbours keep the gap, in their order and within the limits.

    >>> [round(v, 2) for v in spread([1.0, 1.1, 5.0], 0.5, 0.0, 10.0)]
    [0.8, 1.3, 5.0]
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed = [values[i] for i in order]
    for _ in range(50):
        for i in range(1, len(placed)):
            lack = gap - (placed[i] - placed[i - 1])
            if lack > 1e-12:
                placed[i - 1] -= lack / 2
                placed[i] += lack / 2
        if placed:
            placed[0], placed[-1] = max(placed[0], low), min(placed[-1], high)
    result = [0.0] * len(values)
    for i, place in zip(order, placed, strict=True):
        result[i] = place
    return result


def bar_list(
    bars: Sequence[Row], form: str, *, left: int, room: float = 0.16, order: Sequence[str] = ()
) -> dict[str, Any]:
    """Return lying bars from rows of `name`, `value`, `text` and `colour`, from the top down."""
    listed = list(order or [bar["name"] for bar in bars])
    plot = Plot(
        x=bar_lengths([bar["value"] for bar in bars], form, room=room),
        y=names(listed, labelColor=theme.INK, domain=False),
        left=left,
        right=24,
        height=theme.ROW * len(listed) + 12 + 26,
    )
    plot.x["axis"] |= {"grid": True, "domain": False, "ticks": False}
    layers = [
        plot.layer("bar", "value", "name", channels={"color": COLOUR}),
        plot.upright(0, color=theme.INK),
        plot.texts(
            None,
            "value",
            "name",
            colour=None,
            align={"expr": "datum.value < 0 ? 'right' : 'left'"},
            dx={"expr": "datum.value < 0 ? -5 : 5"},
        ),
    ]
    return plot.spec(layers, list(bars))


def year_bars(
    bars: Sequence[Row], form: str, *, labelled: Sequence[Any] | None = None, **axis: Any
) -> dict[str, Any]:
    """Return standing bars from rows of `period`, `value` and `colour`, from the left.

    Unless told otherwise the periods are years, and those that end in 0 or 5 are labelled.
    """
    periods = [bar["period"] for bar in bars]
    shown = [p for p in periods if p % 5 == 0] if labelled is None else labelled
    plot = Plot(
        x=names(periods, labelled=shown, domain=False, **axis),
        y=bar_lengths([bar["value"] for bar in bars], form),
    )
    layers = [
        plot.layer("bar", "period", "value", channels={"color": COLOUR}),
        plot.level(0, color=theme.INK),
    ]
    return plot.spec(layers, list(bars))


def with_averages(frame: pd.DataFrame, field: str, name: str, form: str) -> dict[str, Any]:
    """Return a line with its two averages, named at their ends."""
    values = frame[[field, "average_50", "average_200"]]
    plot = Plot(
        x=dates(frame["date"].iloc[0], frame["date"].iloc[-1], whole_pixels=True),
        y=amounts(float(values.min().min()), float(values.max().max()), form),
        right=112,
    )
    last = values.iloc[-1]
    layers = [
        plot.line("average_200", theme.LARGE, strokeWidth=1.5),
        plot.line("average_50", theme.THIRD, strokeWidth=1.5),
        plot.line(field, theme.SMALL),
        plot.end_labels(
            [
                (name, float(last[field]), theme.SMALL),
                ("50 sessions", float(last["average_50"]), theme.THIRD),
                ("200 sessions", float(last["average_200"]), theme.LARGE),
            ]
        ),
    ]
    return plot.spec(layers, rows(frame))
