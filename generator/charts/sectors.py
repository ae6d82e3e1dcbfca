"""Small and large companies of the same sector."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import capital, not_shown, number, out_of, points
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
    smalls = [values for values in sectors.values() if "small" in values]
    if not smalls:
        reasons = sorted(set(missing.values()))
        return Withheld("no small-cap sector fund: " + ("; ".join(reasons) or "none is listed"))
    pairs = {s: v for s, v in sectors.items() if len(v) == 2}
    ahead = sum(
        v["small"] > v["large"] and points(100 * (v["small"] - v["large"])) != points(0.0)
        for v in pairs.values()
    )
    frame = pd.DataFrame(
        [
            (sector, size, values[size])
            for sector, values in sorted(sectors.items(), key=_order)
            for size in ("small", "large")
            if size in values
        ],
        columns=["sector", "size", "return"],
    )
    lowest = frame.iloc[int(frame["return"].argmin())]
    highest = frame.iloc[int(frame["return"].argmax())]
    return Chart(
        title=f"Small caps ahead in {out_of(ahead, len(pairs), 'sector')} in the year to date",
        subtitle=f"Price return of sector funds, year to {show_date(as_of.date())}."
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Pairs of points by sector. Lowest: {_point(lowest)}; highest: "
        f"{_point(highest)}.",
        spec=_dumbbells(frame),
        data=frame,
    )


def _order(item: tuple[str, dict[str, float]]) -> float:
    values = item[1]
    return -values.get("small", float("-inf")) if "small" in values else float("inf")


def _point(row: pd.Series) -> str:
    return f"{row['size']} {row['sector']} {show(float(row['return']), 'fraction')}"


def _dumbbells(frame: pd.DataFrame) -> dict[str, Any]:
    names = [capital(sector) for sector in dict.fromkeys(frame["sector"])]
    colours = {"small": theme.SMALL, "large": theme.LARGE}
    rows = [
        {"name": capital(sector), "value": value, "size": size, "colour": colours[size]}
        for sector, size, value in frame.itertuples(index=False)
    ]
    values = [float(value) for value in frame["return"]]
    plot = marks.Plot(
        x=marks.amounts(min([0.0, *values]), max([0.0, *values]), "+%"),
        y=marks.names(names, labelColor=theme.INK, domain=False),
        left=156,
        right=24,
        top=30,
        height=theme.ROW * len(names) + 30 + 26,
    )
    plot.x["axis"] |= {"grid": True, "domain": False, "ticks": False}
    by_name: dict[str, list[float]] = {}
    for row in rows:
        by_name.setdefault(str(row["name"]), []).append(float(str(row["value"])))
    bars = [{"name": n, "low": min(v), "high": max(v)} for n, v in by_name.items() if len(v) == 2]
    key = [("Small caps", theme.SMALL, 0), ("Large caps", theme.LARGE, 84)]
    layers = [
        plot.upright(0, color=theme.INK),
        plot.layer(
            "rule",
            "low",
            "name",
            data=bars,
            channels={"x2": {"field": "high"}},
            color=theme.OTHER,
            strokeWidth=3,
        ),
        plot.layer(
            "point",
            "value",
            "name",
            channels={"color": marks.COLOUR},
            filled=True,
            size=90,
            opacity=1,
        ),
        *(
            plot.texts(
                [{"text": text, "colour": colour}],
                {"value": at},
                {"value": -16},
                align="left",
                fontWeight="bold",
            )
            for text, colour, at in key
        ),
    ]
    return plot.spec(layers, rows)
