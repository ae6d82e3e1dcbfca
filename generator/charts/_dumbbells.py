"""Pairs of points by row: small caps beside large caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._bars import ROW
from generator.charts._scales import amounts, names_beside
from generator.charts._theme import NARROW, Size
from generator.facts import show

_AREA = {"small": 64, "large": 110}
"""Small caps are the smaller point: where two meet, both are seen."""


@dataclass(frozen=True)
class Dumbbells:
    """Pairs of points, listed from the top down."""

    frame: pd.DataFrame
    """Columns `name`, `size` (small or large) and `value`."""
    unit: str
    """Of the values, one of facts.py."""
    keys: Mapping[str, str]
    """What small and large are called."""
    what: str
    """What a row is, to whoever points at it."""
    measured: str
    """What a value is."""

    def at(self, size: Size) -> dict[str, Any]:
        """Return the specification for one width."""
        plot = self._plot(size)
        both = self.frame.groupby("name", sort=False)["value"].agg(["min", "max", "count"])
        bars = [
            {"name": name, "low": low, "high": high}
            for name, low, high, count in both.itertuples()
            if count == 2
        ]
        colours = {"small": theme.SMALL, "large": theme.LARGE}
        layers = [
            plot.upright(0, color=theme.INK),
            plot.layer(
                *("rule", "low", "name"),
                data=bars,
                channels={"x2": {"field": "high"}},
                color=theme.OTHER,
                strokeWidth=3,
            ),
            plot.layer("point", "value", "name", channels=self._look(), filled=True, opacity=1),
            *plot.key((self.keys[which], colour) for which, colour in colours.items()),
        ]
        return plot.spec(layers, self._rows(colours))

    def _plot(self, size: Size) -> marks.Plot:
        listed = list(dict.fromkeys(self.frame["name"]))
        values = [0.0, *(float(value) for value in self.frame["value"])]
        y, left, tall = names_beside(size, listed)
        row = max(ROW, tall)
        form = "+f" if self.unit == "pp" else "+%"
        plot = marks.Plot(
            size,
            x=amounts(min(values), max(values), form, count=4 if size is NARROW else 5),
            y=y,
            left=left,
            right=24,
            top=30,
            height=row * len(listed) + 30 + 26,
        )
        plot.x["axis"] |= {"domain": False, "ticks": False}
        return plot

    def _look(self) -> dict[str, Any]:
        said = [
            marks.told("name", self.what),
            marks.told("group", "Companies"),
            marks.told("text", self.measured),
        ]
        area = {"field": "area", "type": "quantitative", "scale": None}
        return {"color": marks.COLOUR, "size": area, "tooltip": said}

    def _rows(self, colours: Mapping[str, str]) -> list[marks.Row]:
        """Small caps last, before the large."""
        ordered = self.frame.sort_values("size", kind="stable")
        return [
            {
                "name": name,
                "group": self.keys[which],
                "value": value,
                "text": show(value, self.unit),
                "colour": colours[which],
                "area": _AREA[which],
            }
            for name, which, value in ordered[["name", "size", "value"]].itertuples(index=False)
        ]
