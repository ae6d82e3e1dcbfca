"""Line charts: lines over time that are named at their ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import _theme as theme
from generator.charts._marks import Plot, Row, rows, spread, told
from generator.charts._scales import Spans, amounts, beside, dates, milliseconds, significant
from generator.charts._theme import Size

_BESIDE = 6
"""From the end of a line to its name."""


def in_view(spans: Spans, first: pd.Timestamp, last: pd.Timestamp) -> Spans:
    """Return what lies between two sessions of some spans."""
    return [(max(a, first), min(b, last)) for a, b in spans if a < last and b > first]


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    field: str
    """The column of the data."""
    name: str
    """As readers know it."""
    colour: str
    width: float = 1.5
    dashed: bool = False
    """Whether it stands in for another series."""
    label: str | None = None
    """What stands at its end, where that is not its name."""
    ink: str | None = None
    """The colour of that, where the line's is too weak for words."""


@dataclass(frozen=True)
class Level:
    """A height that means something."""

    value: float
    colour: str = theme.INK
    label: str | None = None
    """What stands at its end."""


@dataclass(frozen=True)
class LineChart:
    """Lines over time, the first in front."""

    frame: pd.DataFrame
    """Column `date`, and one for each line."""
    lines: Sequence[Line]
    low: float
    """The lowest value that must be in the picture."""
    high: float
    """The highest."""
    form: str
    """How the axis writes numbers, as `amounts` wants it."""
    precise: str
    """How d3 writes a single value."""
    log: bool = False
    """Whether equal ratios are equally far apart."""
    whole_pixels: bool = False
    """Whether points lie on whole pixels: dense lines take half of the bytes."""
    ticks: Sequence[float] = ()
    """Numbers on the axis, where they are not the round ones."""
    levels: Sequence[Level] = ()
    shaded: Spans = ()
    """Bear markets, those in view."""
    behind: Callable[[Plot], Sequence[alt.UnitSpec]] | None = None
    """Draws what is behind the lines."""
    before: Callable[[Plot], Sequence[alt.UnitSpec]] | None = None
    """Draws what is before them."""

    def at(self, size: Size) -> dict[str, Any]:
        """Return the specification for one width."""
        plot = self._plot(size)
        layers = [
            *self._ground(plot),
            *(self.behind(plot) if self.behind else ()),
            *(plot.level(level.value, color=level.colour) for level in self.levels),
        ]
        series: dict[str, list[int]] = {line.name: [] for line in self.lines}
        for line in reversed(self.lines):
            series[line.name].append(len(layers))
            layers.append(_drawn(plot, line))
        for owner, layer in self._labels(plot):
            if owner is not None:
                series[owner].append(len(layers))
            layers.append(layer)
        layers += self.before(plot) if self.before else ()
        several = series if len(self.lines) > 1 else None
        return plot.spec(layers, self._rows, series=several, hover=[self._hover(plot)])

    @cached_property
    def _rows(self) -> list[Row]:
        return rows(self.frame)

    def _plot(self, size: Size) -> Plot:
        first, last = self.frame["date"].iloc[0], self.frame["date"].iloc[-1]
        y = amounts(self.low, self.high, self.form, whole_pixels=self.whole_pixels)
        if self.log:
            del y["scale"]["zero"]
            y["scale"]["type"] = "log"
        if self.ticks:
            y["axis"]["values"] = list(self.ticks)
        if self.shaded:
            y["axis"]["grid"] = False
        widest = max((theme.width_of(text) for _, text, *_ in self._ends(size)), default=0)
        return Plot(
            size,
            x=dates(size, first, last, whole_pixels=self.whole_pixels),
            y=y,
            left=beside(y, self.form),
            right=max(_BESIDE + widest + 2, 16),
        )

    def _ground(self, plot: Plot) -> list[alt.UnitSpec]:
        """Shading, and over it the grid, which an axis would draw behind it."""
        if not self.shaded:
            return []
        spans = [{"start": milliseconds(a), "end": milliseconds(b)} for a, b in self.shaded]
        until = {"x2": {"field": "end"}}
        grid = [{"y": tick} for tick in plot.y["axis"]["values"]]
        return [
            plot.layer("rect", "start", data=spans, channels=until, color=theme.BEAR),
            plot.layer("rule", None, "y", data=grid, color=theme.GRID),
        ]

    def _ends(self, size: Size) -> list[tuple[str | None, str, float, str]]:
        """Owner, text, height and colour of what stands at the right edge."""
        last = self.frame.iloc[-1]
        found: list[tuple[str | None, str, float, str]] = [
            (line.name, line.label or line.name, float(last[line.field]), line.ink or line.colour)
            for line in self.lines
        ]
        found += [(None, lv.label, lv.value, theme.QUIET) for lv in self.levels if lv.label]
        shown = [end for end in found if math.isfinite(end[2])]
        if size is theme.WIDE:
            return [(owner, text.replace("\n", " "), at, ink) for owner, text, at, ink in shown]
        return shown

    def _labels(self, plot: Plot) -> list[tuple[str | None, alt.UnitSpec]]:
        """The names of lines and levels beside their ends, moved apart, each a layer."""
        ends = self._ends(plot.size)
        lines = 1 + max((text.count("\n") for _, text, *_ in ends), default=0)
        bottom, top = plot.y["scale"]["domain"]
        pixel = (top - bottom) / plot.down
        gap = lines * theme.LINE_GAP * pixel
        # Not into the dates below, and not out of the picture above.
        low, high = bottom + gap / 2, top - gap / 2 + plot.top * pixel
        places = spread([value for *_, value, _ in ends], gap, low, high)
        return [
            (owner, _label(plot, text, significant(place), ink))
            for (owner, text, _, ink), place in zip(ends, places, strict=True)
        ]

    def _hover(self, plot: Plot) -> alt.UnitSpec:
        """A column from midway to midway between dates, and the values of its date beside it."""
        values = [told(f"{line.field}_text", line.name) for line in self.lines]
        pointed = {"param": "pointed", "empty": False, "value": 0.35}
        column = plot.layer(
            "rect",
            "since",
            channels={
                "x2": {"field": "until"},
                "fill": {"value": theme.AXIS},
                "fillOpacity": {"condition": pointed, "value": 0},
                "tooltip": [told("day", "Date"), *values],
            },
        )
        near = {"before": "lag", "after": "lead"}
        sides = [{"op": op, "field": "date", "as": name} for name, op in near.items()]
        midway = "(toNumber(datum.date) + toNumber(datum.{0} || datum.date)) / 2"
        column["transform"] = [
            {"window": sides},
            {"calculate": midway.format("before"), "as": "since"},
            {"calculate": midway.format("after"), "as": "until"},
            {"calculate": "utcFormat(datum.date, '%-d %b %Y')", "as": "day"},
            *({"calculate": self._said(x.field), "as": f"{x.field}_text"} for x in self.lines),
        ]
        select = {"type": "point", "on": "pointerover", "clear": "pointerout"}
        column["params"] = [{"name": "pointed", "select": select}]
        return column

    def _said(self, field: str) -> str:
        """A value as a text; a missing one would be written as zero."""
        return f"isValid(datum.{field}) ? format(datum.{field}, '{self.precise}') : '–'"


def _drawn(plot: Plot, line: Line) -> alt.UnitSpec:
    style: dict[str, Any] = {"strokeDash": theme.DASHED} if line.dashed else {}
    return plot.layer(
        "line", "date", line.field, color=line.colour, strokeWidth=line.width, **style
    )


def _label(plot: Plot, text: str, place: float | None, ink: str) -> alt.UnitSpec:
    raised = -text.count("\n") * (theme.LINE_GAP - 1) / 2
    style: dict[str, Any] = {"dy": raised} if raised else {}
    return plot.layer(
        "text",
        {"value": plot.across + _BESIDE},
        {"datum": place},
        data=[{}],
        text=text,
        color=ink,
        fontWeight="bold",
        align="left",
        clip=False,
        **style,
    )


def with_averages(
    frame: pd.DataFrame, field: str, name: str, form: str, precise: str, shaded: Spans = ()
) -> LineChart:
    """Return a line with its two averages, which are in ink: orange is large caps'."""
    values = frame[[field, "average_50", "average_200"]]
    return LineChart(
        frame=frame,
        lines=[
            Line(field, name, theme.SMALL, width=2),
            Line("average_50", "50 sessions", theme.OTHER, ink=theme.QUIET),
            Line("average_200", "200 sessions", theme.INK),
        ],
        low=float(values.min().min()),
        high=float(values.max().max()),
        form=form,
        precise=precise,
        whole_pixels=True,
        shaded=shaded,
    )
