"""A grid of months by years, in the colours of what they hold."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._scales import Channel, amounts
from generator.charts._theme import NARROW, Size
from generator.facts import show

_BOUNDS = (-5.0, -2.5, -0.5, 0.5, 2.5, 5.0)
_LABEL = 15
"""Height that the number of a year takes."""


@dataclass(frozen=True)
class Grid:
    """Months by years as short thick lines, one path a colour: a rectangle a month is thrice the
    size."""

    frame: pd.DataFrame
    """Columns `year`, `month` and `difference`, in order."""
    running: bool
    """Whether the last month is not over."""
    cell: int = 20
    """Height of one year."""
    summary: Sequence[tuple[float, bool]] = ()
    """Below the years, by month: a mean, and whether it is told from chance; grey if not."""

    def at(self, size: Size) -> dict[str, Any]:
        """Return the specification for one width."""
        plot = self._plot(size)
        cells = [
            plot.layer(
                "line",
                "x",
                "y",
                data=self._segments(place),
                channels={"order": marks.ORDER},
                color=colour,
                strokeWidth=self.cell - 2,
                strokeCap="butt",
            )
            for place, colour in enumerate(theme.DIVERGING)
        ]
        hatched = [self._hatching(plot)] if self.running else []
        said = [show(float(v), "pp") for v in self.frame["difference"]]
        data = marks.rows(self.frame.assign(text=said))
        layers = [*cells, *hatched, *self._below(plot), *_heat_key(plot)]
        return plot.spec(layers, data, hover=[self._pointed(plot)])

    @property
    def _years(self) -> list[int]:
        return [*range(int(self.frame["year"].min()), int(self.frame["year"].max()) + 1)]

    @property
    def _mean_row(self) -> float:
        """Where the means stand."""
        return self._years[-1] + 1.5 + _LABEL / (2 * self.cell)

    def _plot(self, size: Size) -> marks.Plot:
        years = self._years
        above = 62 if size is NARROW else 44
        last = self._mean_row + 0.5 if self.summary else years[-1]
        plot = marks.Plot(
            size,
            x=_places([*range(1, 13)], _month_label(size)),
            y=_places(years, "format(datum.value, 'd')"),
            left=theme.width_of("2026") + 8,
            top=above,
            bottom=24,
            height=round(self.cell * (last - years[0] + 1)) + above + 24,
        )
        plot.y["scale"]["reverse"] = True
        if self.summary:
            plot.y["scale"]["domain"] = [years[0] - 0.5, last + 0.5]
            label = f"datum.value > {years[-1]} ? 'Mean' : format(datum.value, 'd')"
            plot.y["axis"] |= {"labelExpr": label, "values": [*self._labelled(), self._mean_row]}
        return plot

    def _labelled(self) -> list[int]:
        """The years whose numbers have room."""
        step = 1 if self.cell >= _LABEL else 10
        return [year for year in self._years if year % step == 0]

    def _segments(self, place: int) -> list[marks.Row]:
        """From left to right edge of every month of one colour, with a gap after each."""
        rows: list[marks.Row] = []
        for year, month, value in self.frame[["year", "month", "difference"]].itertuples(
            index=False
        ):
            if bisect(_BOUNDS, value) == place:
                rows += _segment(month, year, len(rows))
        return rows

    def _hatching(self, plot: marks.Plot) -> alt.UnitSpec:
        """Lines across the running month, which keeps the colour of its value."""
        year, month, value = self.frame[["year", "month", "difference"]].iloc[-1].tolist()
        strong = bisect(_BOUNDS, value) in (0, 1, 5, 6)
        unit = plot.across / 12
        wide, high = round(0.96 * unit), self.cell - 2
        rows: list[marks.Row] = []
        for start in range(6 - high, wide, 6):
            low, top = max(0, -start), min(high, wide - start)
            for up in (low, top, None):
                x = month - 0.48 + (start + (up or 0)) / unit
                y = None if up is None else year + (high / 2 - up) / self.cell
                rows.append({"x": x, "y": y, "order": len(rows)})
        return plot.layer(
            "line",
            "x",
            "y",
            data=rows,
            channels={"order": marks.ORDER},
            color=theme.PAPER if strong else theme.QUIET,
            strokeWidth=1.5,
        )

    def _pointed(self, plot: marks.Plot) -> alt.UnitSpec:
        """What is said of a month to whoever points at it."""
        said = [
            marks.told("year", "Year"),
            marks.told("month", "Month"),
            marks.told("text", "Difference"),
        ]
        return plot.layer(
            "square",
            "month",
            "year",
            channels={"tooltip": said},
            opacity=0,
            size=(self.cell - 2) ** 2,
        )

    def _below(self, plot: marks.Plot) -> list[alt.UnitSpec]:
        """The means: grey where chance may give as much, else in their colour."""
        by_colour: dict[str, list[marks.Row]] = {}
        for month, (mean, told) in enumerate(self.summary, 1):
            colour = theme.DIVERGING[bisect(_BOUNDS, mean)] if told else theme.GRID
            rows = by_colour.setdefault(colour, [])
            rows += _segment(month, self._mean_row, len(rows))
        return [
            plot.layer(
                "line",
                "x",
                "y",
                data=rows,
                channels={"order": marks.ORDER},
                color=colour,
                strokeWidth=_LABEL + 3,
                strokeCap="butt",
            )
            for colour, rows in by_colour.items()
        ]


def _segment(month: float, year: float, first: int) -> list[marks.Row]:
    left, right = month - 0.48, month + 0.48
    ends = ((left, year), (right, year), (right, None))
    return [{"x": x, "y": y, "order": first + n} for n, (x, y) in enumerate(ends)]


def _places(values: list[int], label: str) -> Channel:
    """An axis of whole numbers, half a step wider on both sides."""
    axis = amounts(values[0], values[-1], "f", whole_pixels=True)
    axis["scale"] |= {"domain": [values[0] - 0.5, values[-1] + 0.5]}
    axis["axis"] = {
        "values": values,
        "labelExpr": label,
        "domain": False,
        "ticks": False,
        "grid": False,
    }
    return axis


def _month_label(size: Size) -> str:
    """The month's name, on a narrow picture its first letter."""
    name = "utcFormat(utc(2000, datum.value - 1), '%b')"
    return f"slice({name}, 0, 1)" if size is NARROW else name


def _heat_key(plot: marks.Plot) -> list[alt.UnitSpec]:
    """Seven boxes above the grid with their bounds, and what the ends mean."""
    narrow = plot.size is NARROW
    wide = 40 if narrow else 44
    left = (plot.across - 7 * wide) / 2
    # Months are the only scale across: pixels in months.
    start, step = 0.5 + 12 * left / plot.across, 12 * wide / plot.across
    boxes = [
        {"x": start + step * (place + 0.5), "colour": colour}
        for place, colour in enumerate(theme.DIVERGING)
    ]
    bounds = [
        {"x": start + step * place, "text": show(bound, "rsi"), "colour": theme.QUIET}
        for place, bound in enumerate(_BOUNDS, 1)
    ]
    coloured = {"color": marks.COLOUR}
    above: Channel = {"value": -31}
    layers = [
        plot.layer("square", "x", above, data=boxes, channels=coloured, size=196, opacity=1),
        plot.texts(bounds, "x", {"value": -13}),
    ]
    ends = {"Large caps ahead": (left, "right"), "Small caps ahead": (left + 7 * wide, "left")}
    for text, (at, align) in ends.items():
        entry = {"text": text, "colour": theme.QUIET}
        if narrow:
            align = "left" if align == "right" else "right"
        layers.append(
            plot.texts([entry], {"value": at}, {"value": -50 if narrow else -31}, align=align)
        )
    return layers
