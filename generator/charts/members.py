"""All members at once, each as a dot by sector."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _swarm as swarm
from generator.charts import _theme as theme
from generator.charts._scales import amounts, names_beside, significant
from generator.charts._theme import NARROW, Size
from generator.charts._words import capital, counted, number, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Withheld, in_form, show, show_date

_LIMITS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0)
_BEYOND = 0.02
"""Share of members that may lie beyond the picture's limits."""
_CLASSES = ((0.05, 6, 5), (0.25, 4, 3), (1.0, 3, 2))
"""Share of the members, heaviest first, up to which dots are so many pixels wide on wide and on
narrow pictures."""
_GAP = 7
"""Pixels between the dots of two rows."""
_RIGHT = 24
"""Pixels beyond the right limit."""
_TICK = 11
"""Pixels that the line of a median reaches up and down."""
_ROW = 30
"""Height of a row at least."""


def members_by_sector(
    member_rows: dict[str, pd.DataFrame | Withheld],
    share_up_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Every member of the small-cap index as a dot, by sector and return in the year to date."""
    rows = member_rows.get(small_cap, Withheld("its members are not followed"))
    share = number(share_up_ytd, small_cap)
    for found in (rows, share):
        if isinstance(found, Withheld):
            return unavailable(universe, small_cap, found.reason)
    assert isinstance(rows, pd.DataFrame) and isinstance(share, float)
    named = rows["counted"] & rows["sector"].isin(universe.sectors.values())
    frame = rows.loc[named & rows["return_ytd"].notna()].reset_index(drop=True)
    if frame.empty:
        return unavailable(universe, small_cap, "no member has a return in the year to date")
    limit = _limit(frame["return_ytd"].to_numpy())
    beyond = int((frame["return_ytd"].abs() > limit).sum())
    without = int(rows["counted"].sum()) - len(frame)
    lacking = f" Not shown: {counted(without, 'company', 'companies')} without a return or sector."
    edges = " and ".join(in_form(edge, "fraction", "sign", 0) for edge in (-limit, limit))
    return Chart(
        title=titles.swarm(short(universe, small_cap), share, as_of.date()),
        subtitle="One dot a company, by sector; price return, year to "
        f"{show_date(as_of.date())}, %. Large dots: the heaviest 5% of companies; middle: the next "
        f"20%. {capital(counted(beyond, 'company', 'companies'))} beyond {edges} "
        f"{'stands' if beyond == 1 else 'stand'} at the edge. The line is the median."
        + (lacking if without else ""),
        source=chart_source,
        description=_medians(frame),
        specs=marks.both(lambda size: _dots(size, frame, limit)),
        data=frame[["symbol", "name", "sector", "weight", "return_1w", "return_ytd"]],
    )


def _limit(returns: np.ndarray) -> float:
    """The smallest round limit beyond which few members lie."""
    found = [limit for limit in _LIMITS if (np.abs(returns) > limit).mean() <= _BEYOND]
    return found[0] if found else _LIMITS[-1]


def _medians(frame: pd.DataFrame) -> str:
    medians = frame.groupby("sector")["return_ytd"].median().sort_values(ascending=False)
    told = [f"{sector} {show(float(value), 'fraction')}" for sector, value in medians.items()]
    return f"Median return by sector: {', '.join(told)}."


def _dots(size: Size, frame: pd.DataFrame, limit: float) -> dict[str, Any]:
    """A row of dots a sector, all of one colour and width a single mark.

    Each dot is a line without length with round ends: twelve letters in the picture.
    """
    medians = frame.groupby("sector")["return_ytd"].median().sort_values(ascending=False)
    listed = list(medians.index)
    _, left, tall = names_beside(size, listed)
    across = size.width - left - _RIGHT
    frame = frame.assign(
        x=np.round((frame["return_ytd"].clip(-limit, limit) + limit) / (2 * limit) * across),
        dot=_widths(len(frame), size),
    )
    placed = {
        sector: swarm.placed(of["x"].astype(int).tolist(), of["dot"].tolist(), across)
        for sector, of in frame.groupby("sector")
    }
    tops, height = {}, 0
    for sector in listed:
        room = max(_ROW, tall, 2 * placed[sector].reach + _GAP)
        tops[sector] = height + room // 2
        height += room
    for sector, of in frame.groupby("sector"):
        downs = [tops[sector] + down for _, down in placed[sector].places]
        frame.loc[of.index, "y"] = downs
    return _swarm(size, frame.astype({"x": int, "y": int}), tops, (left, across, height), limit)


def _widths(count: int, size: Size) -> list[int]:
    """The width of each dot, the heaviest first."""
    place = 2 if size is NARROW else 1
    shares = (np.arange(count) + 0.5) / count
    return [next(int(row[place]) for row in _CLASSES if share <= row[0]) for share in shares]


def _swarm(
    size: Size,
    frame: pd.DataFrame,
    tops: dict[str, int],
    room: tuple[int, int, int],
    limit: float,
) -> dict[str, Any]:
    """The dots, sector by sector, with the sectors' names and medians."""
    left, _, height = room
    x = amounts(-limit, limit, "+%", count=4 if size is NARROW else 8)
    x["scale"]["domain"] = [-limit, limit]
    plot = marks.Plot(
        size, x=x, y={"axis": None}, left=left, right=_RIGHT, top=8, bottom=26, height=height + 34
    )
    layers = [plot.upright(0, color=theme.AXIS)]
    for _, of in frame.groupby("sector", sort=False):
        layers += _marks(plot, of)
    medians = frame.groupby("sector")["return_ytd"].median()
    for sector, top in tops.items():
        reach = {"y": {"value": top - _TICK}, "y2": {"value": top + _TICK}}
        middle = {"datum": significant(float(medians[sector]))}
        look: dict[str, Any] = {"color": theme.INK, "strokeWidth": 2}
        layers.append(plot.layer("rule", middle, data=[{}], channels=reach, **look))
        layers.append(_name(plot, sector, top))
    return plot.spec(layers, [], hover=[_pointed(plot, frame, limit)])


def _name(plot: marks.Plot, sector: str, top: int) -> alt.UnitSpec:
    """A sector's name beside its row."""
    text = theme.in_lines(sector, plot.size.letters)
    raised = -text.count("\n") * (theme.LINE_GAP - 1) / 2
    entry = {"text": text, "colour": theme.INK}
    look: dict[str, Any] = {"align": "right", "dy": raised, "clip": False}
    return plot.texts([entry], {"value": -8}, {"value": top}, **look)


def _pointed(plot: marks.Plot, frame: pd.DataFrame, limit: float) -> alt.UnitSpec:
    """What is said of a company to whoever points at its dot."""
    rows = [
        {
            "x": significant(min(max(value, -limit), limit)),
            "y": y,
            "name": name,
            "weight": show(weight, "share"),
            "text": show(value, "fraction"),
        }
        for name, weight, value, y in frame[["name", "weight", "return_ytd", "y"]].itertuples(
            index=False
        )
    ]
    said = [
        marks.told("name", "Company"),
        marks.told("text", "Return"),
        marks.told("weight", "Weight"),
    ]
    down = {"field": "y", "type": "quantitative", "scale": None, "axis": None}
    look: dict[str, Any] = {"opacity": 0, "size": 40}
    return plot.layer("circle", "x", data=rows, channels={"y": down, "tooltip": said}, **look)


def _marks(plot: marks.Plot, of: pd.DataFrame) -> list[alt.UnitSpec]:
    """One mark for the dots of a row that look alike, small ones in front."""
    colours = {1: theme.DIVERGING[5], -1: theme.DIVERGING[1], 0: theme.OTHER}
    layers = []
    for (wide, side), alike in of.groupby([-of["dot"], np.sign(of["return_ytd"]).astype(int)]):
        lines = [[[x, y], [x, y]] for x, y in alike[["x", "y"]].to_numpy().tolist()]
        shape = {
            "type": "Feature",
            "geometry": {"type": "MultiLineString", "coordinates": lines},
        }
        look: dict[str, Any] = {"stroke": colours[side], "strokeWidth": -wide, "clip": False}
        layer = plot.layer("geoshape", data=[shape], filled=False, strokeCap="round", **look)
        layer["projection"] = {"type": "identity", "scale": 1, "translate": [0, 0]}
        layers.append(layer)
    return layers
