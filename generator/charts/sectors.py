"""Small and large companies of the same sector."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._bars import ROW
from generator.charts._scales import amounts, names_beside
from generator.charts._theme import NARROW, Size
from generator.charts._words import capital, not_shown, number
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date


def sector_returns_ytd(
    return_ytd: Figures,
    as_of: pd.Timestamp,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Return of the small and the large fund of each sector in the year to date."""
    sectors: dict[str, dict[str, float]] = {}
    missing: dict[str, str] = {}
    for subject in universe.subjects(segment=("sector",)):
        series = universe.series[subject]
        value = number(return_ytd, subject)
        if isinstance(value, Withheld):
            missing[subject] = value.reason
        else:
            sectors.setdefault(str(series.sector), {})[str(series.size)] = value
    if not any("small" in values for values in sectors.values()):
        reasons = set(missing.values()) or {"none is listed"}
        reason = reasons.pop() if len(reasons) == 1 else "the Data page says why"
        return Withheld(f"no small-cap sector fund: {reason}")
    frame = pd.DataFrame(
        [
            (capital(sector), size, values[size])
            for sector, values in sorted(sectors.items(), key=_order)
            for size in ("small", "large")
            if size in values
        ],
        columns=["sector", "size", "return"],
    )
    lowest = frame.iloc[int(frame["return"].argmin())]
    highest = frame.iloc[int(frame["return"].argmax())]
    return Chart(
        title=titles.sectors(sectors, as_of.date()),
        subtitle=f"Price return of sector funds, %, year to {show_date(as_of.date())}."
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Pairs of points by sector. Lowest: {_point(lowest)}; highest: "
        f"{_point(highest)}.",
        specs=marks.both(lambda size: _dumbbells(size, frame)),
        data=frame,
    )


def _order(item: tuple[str, dict[str, float]]) -> float:
    values = item[1]
    return -values.get("small", float("-inf")) if "small" in values else float("inf")


def _point(row: pd.Series) -> str:
    return f"{row['size']} {str(row['sector']).lower()} {show(float(row['return']), 'fraction')}"


def _dumbbells(size: Size, frame: pd.DataFrame) -> dict[str, Any]:
    names = list(dict.fromkeys(frame["sector"]))
    colours = {"small": theme.SMALL, "large": theme.LARGE}
    rows = [
        {
            "name": sector,
            "funds": f"{which.capitalize()} caps",
            "value": value,
            "text": show(value, "fraction"),
            "colour": colours[which],
            "area": 64 if which == "small" else 110,
        }
        # Small caps last and smaller: where two points meet, both are seen.
        for sector, which, value in frame.sort_values("size", kind="stable").itertuples(index=False)
    ]
    values = [float(value) for value in frame["return"]]
    y, left, tall = names_beside(size, names)
    row = max(ROW, tall)
    plot = marks.Plot(
        size,
        x=amounts(min([0.0, *values]), max([0.0, *values]), "+%", count=4 if size is NARROW else 5),
        y=y,
        left=left,
        right=24,
        top=30,
        height=row * len(names) + 30 + 26,
    )
    plot.x["axis"] |= {"domain": False, "ticks": False}
    both = frame.groupby("sector", sort=False)["return"].agg(["min", "max", "count"])
    bars = [
        {"name": name, "low": low, "high": high}
        for name, low, high, count in both.itertuples()
        if count == 2
    ]
    across = {"x2": {"field": "high"}}
    said = [
        marks.told("name", "Sector"),
        marks.told("funds", "Funds"),
        marks.told("text", "Return"),
    ]
    style: dict[str, Any] = {"filled": True, "opacity": 1}
    area = {"field": "area", "type": "quantitative", "scale": None}
    layers = [
        plot.upright(0, color=theme.INK),
        plot.layer(
            "rule", "low", "name", data=bars, channels=across, color=theme.OTHER, strokeWidth=3
        ),
        plot.layer(
            "point",
            "value",
            "name",
            channels={"color": marks.COLOUR, "size": area, "tooltip": said},
            **style,
        ),
        *plot.key((f"{which.capitalize()} caps", colour) for which, colour in colours.items()),
    ]
    return plot.spec(layers, rows)
