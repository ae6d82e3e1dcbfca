"""Rows of points on one scale, with their middle and a range, beside what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._scales import amounts, names_beside
from generator.charts._theme import NARROW, Size

ROW = 44
"""Height of one row."""
_SHIFTS = (0, -6, 6)
"""Points are spread over three lines of a row, so that neighbours are told apart."""


@dataclass(frozen=True)
class Strip:
    """One row."""

    name: str
    """What stands beside it."""
    points: Sequence[float]
    """What is drawn as points."""
    middle: float
    """What is drawn as a long tick."""
    span: tuple[float, float] | None
    """What is drawn as a line through the points."""
    usual: float
    """The middle of what is usual, a grey tick."""
    usual_span: tuple[float, float] | None
    """The range of what is usual, a grey bar."""
    text: str
    """What is said of it to whoever points at it."""


@dataclass(frozen=True)
class Strips:
    """Rows from the top down, in percentage points."""

    rows: Sequence[Strip]
    points: str
    """What the points are called."""
    middle: str
    """What the long tick is called."""
    usual: str
    """What the grey marks are called."""
    what: str
    """What a row is called."""

    def at(self, size: Size) -> dict[str, Any]:
        """Return the specification for one width."""
        plot = self._plot(size)
        style: dict[str, Any] = {"thickness": 3, "orient": "vertical", "opacity": 1}
        said = [marks.told("name", self.what), marks.told("text", self.middle)]
        layers = [
            *self._bars(plot, "usual_span", color=theme.GRID, strokeWidth=26),
            plot.upright(0, color=theme.AXIS),
            plot.layer("tick", "usual", "name", color=theme.OTHER, size=26, **style),
            *self._bars(plot, "span", color=theme.INK, strokeWidth=1.5),
            *(self._dots(plot, place) for place in range(len(_SHIFTS))),
            plot.layer(
                "tick",
                "middle",
                "name",
                channels={"tooltip": said},
                color=theme.INK,
                size=30,
                **style,
            ),
            *self._key(plot),
        ]
        data = [
            {"name": r.name, "middle": r.middle, "usual": r.usual, "text": r.text}
            for r in self.rows
        ]
        return plot.spec(layers, data)

    def _plot(self, size: Size) -> marks.Plot:
        y, left, tall = names_beside(size, [row.name for row in self.rows])
        values = [0.0]
        for row in self.rows:
            spans = (*(row.span or ()), *(row.usual_span or ()))
            values += [*row.points, row.middle, row.usual, *spans]
        row_height, top = max(ROW, tall), 48 if size is NARROW else 30
        plot = marks.Plot(
            size,
            x=amounts(min(values), max(values), "+f", count=4 if size is NARROW else 6),
            y=y,
            left=left,
            right=20,
            top=top,
            height=row_height * len(self.rows) + top + 26,
        )
        plot.x["axis"] |= {"domain": False, "ticks": False}
        return plot

    def _bars(self, plot: marks.Plot, field: str, **style: Any) -> list[alt.UnitSpec]:
        """From the lower to the upper end of what a row has, if one has it."""
        spans = [(row.name, getattr(row, field)) for row in self.rows]
        known = [{"name": name, "low": s[0], "high": s[1]} for name, s in spans if s is not None]
        if not known:
            return []
        until = {"x2": {"field": "high"}}
        return [plot.layer("rule", "low", "name", data=known, channels=until, **style)]

    def _dots(self, plot: marks.Plot, place: int) -> alt.UnitSpec:
        """Every third point as a line of no length with round ends, all of them one path."""
        rows: list[marks.Row] = []
        for row in self.rows:
            for point in sorted(row.points)[place :: len(_SHIFTS)]:
                for x in (point, point, None):
                    rows.append({"x": x, "name": row.name, "order": len(rows)})
        return plot.layer(
            "line",
            "x",
            "name",
            data=rows,
            channels={"order": marks.ORDER},
            color=theme.SMALL,
            strokeWidth=6,
            strokeCap="round",
            yOffset=_SHIFTS[place],
        )

    def _key(self, plot: marks.Plot) -> list[alt.UnitSpec]:
        """What points and ticks are, above the picture; on a phone in two rows."""
        entries = [(self.points, theme.SMALL), (self.middle, theme.INK), (self.usual, theme.QUIET)]
        layers, at, row = [], 0, 0
        for text, colour in entries:
            if plot.size is NARROW and at + theme.width_of(text) > plot.across:
                at, row = 0, row + 1
            entry = {"text": text, "colour": colour}
            style: marks.Row = {"align": "left", "fontWeight": "bold"}
            height = {"value": 12 - plot.top + 17 * row}
            layers.append(plot.texts([entry], {"value": at}, height, **style))
            at += theme.width_of(text) + 12
        return layers
