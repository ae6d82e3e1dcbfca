"""Phases of small caps against large caps."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _cycle_titles as titles
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._lines import Line, LineChart
from generator.charts._scales import amounts, beside, milliseconds, significant
from generator.charts._theme import NARROW, Size
from generator.charts._words import counted, month_of, short, unavailable, year_of
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date, show_period

AHEAD = "small caps ahead"


def _phases(figure: Value) -> list[dict[str, Any]]:
    table = figure.tables["phases"]
    return [dict(zip(table.units, row, strict=True)) for row in table.rows]


def relative_cycles(
    relative_cycle: Figures,
    ratios: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The ratio of small to large caps with its phases and the dates of its turns."""
    figure = relative_cycle[small_cap]
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    phases = _phases(figure)
    known = ratios[small_cap].reindex(month_ends).dropna()
    frame = marks.plotted(known.to_frame("ratio"))
    small, large = short(universe, small_cap), short(universe, large_cap)
    first = known.index[0].date()
    turned, confirmed = phases[-1]["start"], phases[-1]["confirmed"]
    return Chart(
        title=titles.since_turn(small, large, figure),
        subtitle=f"{small} divided by {large}, price, month-ends, log scale, {show_date(first)} to "
        f"{show_date(as_of.date())}. Blue ground: phases with small caps ahead, dated at their "
        f"turns. The latest turn was confirmed on {show_date(confirmed)}.",
        source=chart_source,
        description=f"The ratio has turned {counted(len(phases), 'time')} by "
        f"{show(figure.parts['threshold'].value, 'share')}; the latest turn is that of "
        f"{month_of(turned)}. "
        + "; ".join(f"{_span(p)}, {show(p['size'], 'fraction')}" for p in phases)
        + ".",
        specs=marks.both(lambda size: _ratio(size, frame, phases)),
        data=frame,
    )


def _span(phase: dict[str, Any]) -> str:
    return f"{show(phase['start'], 'date')} to {show(phase['end'], 'date')} {phase['direction']}"


def _ratio(size: Size, frame: pd.DataFrame, phases: list[dict[str, Any]]) -> dict[str, Any]:
    levels = frame["ratio"]
    low, high = float(levels.min()), float(levels.max())
    room = (high / low) ** 0.12
    chart = LineChart(
        frame=frame,
        lines=[Line("ratio", "Ratio", theme.SMALL, label=show(float(levels.iloc[-1]), "ratio"))],
        low=low / room,
        high=high * room,
        form="f",
        precise=".4f",
        log=True,
        whole_pixels=True,
        behind=lambda plot: _ground(plot, phases, (low / room, high * room)),
        before=lambda plot: _turns(plot, frame, phases),
    )
    return chart.at(size)


def _ground(
    plot: marks.Plot, phases: list[dict[str, Any]], limits: tuple[float, float]
) -> list[alt.UnitSpec]:
    """Phases with small caps ahead, and over them the grid, which an axis would draw behind.

    The picture ends at the limits: below round numbers may be none of which there is a logarithm.
    """
    plot.y["scale"]["domain"] = [significant(limit) for limit in limits]
    inside = [tick for tick in plot.y["axis"]["values"] if limits[0] <= tick <= limits[1]]
    plot.y["axis"]["values"] = inside
    spans = [
        {
            "start": milliseconds(pd.Timestamp(phase["start"])),
            "end": milliseconds(pd.Timestamp(phase["end"])),
        }
        for phase in phases
        if phase["direction"] == AHEAD
    ]
    plot.y["axis"]["grid"] = False
    grid = [{"y": tick} for tick in inside]
    lines = plot.layer("rule", None, "y", data=grid, color=theme.GRID)
    if not spans:
        return [lines]
    until = {"x2": {"field": "end"}}
    return [
        plot.layer("rect", "start", data=spans, channels=until, color=theme.BAND),
        lines,
    ]


def _turns(
    plot: marks.Plot, frame: pd.DataFrame, phases: list[dict[str, Any]]
) -> list[alt.UnitSpec]:
    """Where the phases begin: lows dated below, highs above, as far as their dates have room."""
    levels = frame.set_index("date")["ratio"]
    points = []
    for phase in phases:
        day = pd.Timestamp(phase["start"])
        is_low = phase["direction"] == AHEAD
        points.append({"date": marks.iso(day), "y": float(levels.loc[day]), "low": is_low})
    layers = [plot.layer("point", "date", "y", data=points, filled=True, size=30, opacity=1)]
    layers[0]["mark"]["color"] = theme.INK
    for is_low, shift in ((True, 12), (False, -12)):
        texts = [
            {"date": point["date"], "y": point["y"], "text": text, "colour": theme.INK}
            for point, text in _with_room(plot, frame, [p for p in points if p["low"] == is_low])
        ]
        if texts:
            layers.append(plot.texts(texts, "date", "y", dy=shift))
    return layers


def _with_room(
    plot: marks.Plot, frame: pd.DataFrame, points: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], str]]:
    """The points whose dates fit beside each other and into the picture, the outermost first."""
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    pixel = plot.across / max((last - first).days, 1)
    found: list[tuple[dict[str, Any], str]] = []
    taken: list[float] = []
    for point in sorted(points, key=lambda each: each["y"] if each["low"] else -each["y"]):
        day = pd.Timestamp(point["date"])
        text = year_of(day.date()) if plot.size is NARROW else show_period(day.date(), "month")
        half = theme.width_of(text) / 2 + 3
        at = (day - first).days * pixel
        if at < half or at > plot.across - half or any(abs(at - x) < 2 * half for x in taken):
            continue
        taken.append(at)
        found.append((point, text))
    return found


def phase_sizes(
    relative_cycle: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Length and size of every phase, this one among them."""
    figure = relative_cycle[small_cap]
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    phases = _phases(figure)
    small, large = short(universe, small_cap), short(universe, large_cap)
    frame = pd.DataFrame(phases)[["direction", "start", "end", "months", "size", "state"]]
    return Chart(
        title=titles.standing(figure),
        subtitle=f"Phases of the {small} against the {large} by length in months and change of the "
        "ratio, price, from turn to turn. The hollow point is this phase so far.",
        source=chart_source,
        description="Points by length and size: "
        + "; ".join(
            f"{_span(p)}, {counted(p['months'], 'month')}, {show(p['size'], 'fraction')}"
            for p in phases
        )
        + ".",
        specs=marks.both(lambda size: _scatter(size, phases)),
        data=frame,
    )


def _scatter(size: Size, phases: list[dict[str, Any]]) -> dict[str, Any]:
    sizes = [float(phase["size"]) for phase in phases]
    months = [int(phase["months"]) for phase in phases]
    y = amounts(min(0.0, *sizes), max(0.0, *sizes), "+%")
    plot = marks.Plot(
        size, x=amounts(0, max(months) * 1.05, "f"), y=y, left=beside(y, "+%"), top=30, right=20
    )
    rows = [
        {
            "months": phase["months"],
            "size": phase["size"],
            "name": f"{show(phase['start'], 'date')} to {show(phase['end'], 'date')}",
            "text": show(phase["size"], "fraction"),
            "colour": theme.SMALL if phase["direction"] == AHEAD else theme.LARGE,
        }
        for phase in phases
    ]
    said = [
        marks.told("name", "Phase"),
        marks.told("months", "Months"),
        marks.told("text", "Change of the ratio"),
    ]
    filled: dict[str, Any] = {"filled": True, "opacity": 1, "size": 80}
    hollow: dict[str, Any] = {"filled": False, "opacity": 1, "size": 110, "strokeWidth": 2.5}
    where = {"x": rows[-1]["months"], "y": rows[-1]["size"]}
    now = [{**where, "text": "This phase", "colour": rows[-1]["colour"]}]
    style: dict[str, Any] = {"fontWeight": "bold", "dy": 17 if sizes[-1] > 0 else -17}
    unseen = plot.layer(
        *("point", "months", "size"), channels={"tooltip": said}, filled=True, opacity=0, size=120
    )
    layers = [
        plot.level(0, color=theme.INK),
        plot.layer(
            "point", "months", "size", data=rows[:-1], channels={"color": marks.COLOUR}, **filled
        ),
        plot.layer(
            "point", "months", "size", data=rows[-1:], channels={"color": marks.COLOUR}, **hollow
        ),
        plot.texts(now, "x", "y", **style),
        *plot.key([("Small caps ahead", theme.SMALL), ("Small caps behind", theme.LARGE)]),
    ]
    return plot.spec(layers, rows, hover=[unseen])
