"""The marks of which the charts are made, as Altair's schema objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.schemapi import debug_mode

from generator.charts import Specs
from generator.charts import _theme as theme
from generator.charts._scales import Channel, significant
from generator.charts._theme import NARROW, WIDE, Size

Row = dict[str, Any]

ORDER: Channel = {"field": "order", "type": "quantitative"}
"""For lines that do not run from left to right."""
COLOUR: Channel = {"field": "colour", "type": "nominal", "scale": None}
"""The colour that a row names."""


def both(draw: Callable[[Size], dict[str, Any]]) -> Specs:
    """Return a chart drawn for both widths."""
    return Specs(wide=draw(WIDE), narrow=draw(NARROW))


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


def told(field: str, title: str) -> Channel:
    """Return one line of what is shown beside the pointer: a text, a year or a count."""
    return {"field": field, "type": "nominal", "title": title}


class _Inline:
    """Rows that Altair hands on as they are; it would look at every cell of a list."""

    _schema: ClassVar[dict[str, Any]] = {"type": "object"}

    def __init__(self, values: list[Row]) -> None:
        self._values = values

    def to_dict(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Return the rows as Vega-Lite has them."""
        return {"values": self._values}


@dataclass(frozen=True)
class Plot:
    """Two axes, and the fixed margins around them."""

    size: Size
    """For which width it is drawn."""
    x: Channel
    """The horizontal axis."""
    y: Channel
    """The vertical axis."""
    left: int
    """Room for the labels of the vertical axis."""
    right: int = 16
    """Room for labels at the ends of lines."""
    top: int = 12
    bottom: int = 26
    height: int = 0
    """The whole picture's; 0 is that of the size."""

    @property
    def across(self) -> int:
        """Pixels between the left and the right margin."""
        return self.size.width - self.left - self.right

    @property
    def down(self) -> int:
        """Pixels between the top and the bottom margin."""
        return (self.height or self.size.height) - self.top - self.bottom

    def layer(
        self,
        mark: str,
        x: str | Channel | None = None,
        y: str | Channel | None = None,
        *,
        data: list[Row] | None = None,
        channels: Mapping[str, Any] | None = None,
        **style: Any,
    ) -> alt.UnitSpec:
        """Return one layer; x and y are fields, or whole channels such as a pixel value."""
        encoding = dict(channels or {})
        for name, place, axis in (("x", x, self.x), ("y", y, self.y)):
            if isinstance(place, str):
                encoding[name] = {"field": place, **axis}
                if f"{name}2" in encoding:
                    # A span would add its own reading of the limits to that of the other layers.
                    limits = {key: v for key, v in axis["scale"].items() if key != "domain"}
                    encoding[name]["scale"] = limits
            elif place is not None:
                encoding[name] = place if "value" in place else {**axis, **place}
        # Altair would check every object against its schema as it is made; the tests do that.
        with debug_mode(False):
            inline = alt.Undefined if data is None else _Inline(data)
            return alt.UnitSpec(mark={"type": mark, **style}, encoding=encoding, data=inline)

    def level(self, value: float, **style: Any) -> alt.UnitSpec:
        """Return a line across at one height."""
        return self.layer("rule", y={"datum": value}, data=[{}], **style)

    def upright(self, value: float, **style: Any) -> alt.UnitSpec:
        """Return a line from top to bottom at one place."""
        return self.layer("rule", x={"datum": value}, data=[{}], **style)

    def texts(
        self,
        data: list[Row] | None = None,
        x: str | Channel = "x",
        y: str | Channel = "y",
        *,
        colour: str | None = "colour",
        channels: Mapping[str, Any] | None = None,
        **style: Any,
    ) -> alt.UnitSpec:
        """Return texts from the field `text` in the colour that another field holds."""
        said: Channel = {"text": {"field": "text", "type": "nominal"}, **(channels or {})}
        if colour:
            said["color"] = {**COLOUR, "field": colour}
        return self.layer("text", x, y, data=data, channels=said, **style)

    def key(self, entries: Iterable[tuple[str, str]]) -> list[alt.UnitSpec]:
        """Return the names of colours (text, colour) in a row above the picture's left edge."""
        layers, at = [], 0
        for text, colour in entries:
            entry = {"text": text, "colour": colour}
            style: Row = {"align": "left", "fontWeight": "bold"}
            layers.append(self.texts([entry], {"value": at}, {"value": 14 - self.top}, **style))
            at += theme.width_of(text) + 12
        return layers

    def spec(
        self,
        layers: Sequence[alt.UnitSpec],
        data: list[Row],
        *,
        series: Mapping[str, Sequence[int]] | None = None,
        hover: Sequence[alt.UnitSpec] = (),
    ) -> dict[str, Any]:
        """Return the whole specification.

        `series` are the places of the layers that show each; without them it is not drawn. `hover`
        are layers that a page adds where its reader points at the picture: a drawing on paper has
        no use for them.
        """
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
            )
            spec: dict[str, Any] = drawing.to_dict(validate=False)
            added = [layer.to_dict(validate=False) for layer in hover]
        if series:
            listed = [{"name": name, "layers": list(places)} for name, places in series.items()]
            spec["usermeta"] = {"series": listed}
        if added:
            spec["usermeta"] = {**spec.get("usermeta", {}), "hover": added}
        whole = {"$schema": alt.SCHEMA_URL, "config": theme.CONFIG, "data": {"values": data}}
        return whole | spec


def spread(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move values apart until neighbours keep the gap, in their order and within the limits.

    >>> [round(v, 2) for v in spread([1.0, 1.1, 5.0], 0.5, 0.0, 10.0)]
    [0.8, 1.3, 5.0]
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    # Without the gaps they need only keep their order: neighbours that do not share their mean.
    groups: list[tuple[float, int]] = []
    for place, i in enumerate(order):
        total, count = values[i] - place * gap, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            total, count = total + groups[-1][0], count + groups[-1][1]
            groups.pop()
        groups.append((total, count))
    room = max(low, high - (len(values) - 1) * gap)
    levels = [min(max(total / count, low), room) for total, count in groups for _ in range(count)]
    result = [0.0] * len(values)
    for place, i in enumerate(order):
        result[i] = levels[place] + place * gap
    return result
