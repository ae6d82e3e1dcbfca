"""Sectors by their members: returns by horizon, small beside large, contributions."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _theme as theme
from generator.charts._bars import bar_list
from generator.charts._dumbbells import Dumbbells
from generator.charts._scales import names, names_beside, significant
from generator.charts._theme import NARROW, Size
from generator.charts._words import number, short
from generator.config import Universe
from generator.facts import Figures, Withheld, in_form, show, show_date

_CELL = 30
"""Height of one sector."""
_BOUNDS = (-0.1, -0.02, 0.02, 0.1)
"""Returns between the colours, which are the middle five: ink is read on them."""


def member_sector_heat_map(
    sector_return_1w: Figures,
    sector_return_1m: Figures,
    sector_return_3m: Figures,
    sector_return_ytd: Figures,
    sector_return_1y: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Return of the sectors of small caps over five periods."""
    horizons = {
        "Week": sector_return_1w,
        "1 month": sector_return_1m,
        "3 months": sector_return_3m,
        "Year to date": sector_return_ytd,
        "1 year": sector_return_1y,
    }
    found = {name: _known(figures, universe) for name, figures in horizons.items()}
    week = found["Week"]
    if not week:
        return _no_sector(sector_return_1w)
    order = sorted(week, key=lambda sector: -week[sector])
    rows = [
        (sector, horizon, values[sector])
        for sector in order
        for horizon, values in found.items()
        if sector in values
    ]
    frame = pd.DataFrame(rows, columns=["sector", "horizon", "return"])
    lacking = [name.lower() for name, values in found.items() if not values]
    without = f" Not shown: {', '.join(lacking)} (the Sectors page says why)." if lacking else ""
    bounds = ", ".join(in_form(bound, "fraction", "sign", 0) for bound in _BOUNDS)
    by_return = frame.sort_values("return", kind="stable")
    return Chart(
        title=titles.sector_map(order[0], order[-1], week),
        subtitle=f"Price return of the {short(universe, small_cap)}'s members by sector, by market "
        f"value, %, to {show_date(as_of.date())}; the best of the week first. Colours change at "
        f"{bounds}.{without}",
        source=chart_source,
        description=f"A grid of sectors by periods. Lowest: {_cell_text(by_return.iloc[0])}; "
        f"highest: {_cell_text(by_return.iloc[-1])}.",
        specs=marks.both(lambda size: _grid(size, frame)),
        data=frame,
    )


def _known(figures: Figures, universe: Universe) -> dict[str, float]:
    """The sectors' numbers by name, those that are not withheld."""
    numbers = {name: number(figures, sector) for sector, name in universe.sectors.items()}
    return {name: value for name, value in numbers.items() if not isinstance(value, Withheld)}


def _no_sector(figures: Figures) -> Withheld:
    """Why no sector has a number."""
    reasons = {f.reason for f in figures.values() if isinstance(f, Withheld)} or {"there is none"}
    reason = reasons.pop() if len(reasons) == 1 else "the Sectors page says why"
    return Withheld(f"no sector: {reason}")


def _cell_text(row: pd.Series) -> str:
    return f"{row['sector']}, {row['horizon'].lower()}, {show(float(row['return']), 'fraction')}"


def _grid(size: Size, frame: pd.DataFrame) -> dict[str, Any]:
    """A coloured cell a sector and period, with its number."""
    sectors, horizons = (list(dict.fromkeys(frame[name])) for name in ("sector", "horizon"))
    y, left, tall = names_beside(size, sectors)
    short_names = {"Year to date": "YTD", "3 months": "3 mo.", "1 month": "1 mo.", "1 year": "1 yr"}
    labels = ", ".join(f"'{name}': '{text}'" for name, text in short_names.items())
    axis = {"labelExpr": f"({{{labels}}})[datum.label] || datum.label"} if size is NARROW else {}
    row, top = max(_CELL, tall), 26
    plot = marks.Plot(
        size,
        x=names(horizons, orient="top", domain=False, **axis),
        y=y,
        left=left,
        right=4,
        top=top,
        bottom=4,
        height=row * len(sectors) + top + 4,
    )
    plot.x["scale"] = {"type": "band", "domain": horizons, "paddingInner": 0.03}
    plot.y["scale"] = {"type": "band", "domain": sectors, "paddingInner": 0.06}
    rows = [
        {
            "sector": sector,
            "horizon": horizon,
            "return": significant(value),
            "colour": theme.DIVERGING[bisect(_BOUNDS, value) + 1],
            "whole": show(value, "fraction"),
            "text": _fitting(value, size),
        }
        for sector, horizon, value in frame.itertuples(index=False)
    ]
    return plot.spec(_cells(plot), rows)


def _fitting(value: float, size: Size) -> str:
    """A return as it has room in a cell."""
    if size is NARROW:
        return in_form(value, "fraction", "sign", 1).removesuffix("%")
    return show(value, "fraction")


def _cells(plot: marks.Plot) -> list[alt.UnitSpec]:
    said = [
        marks.told("sector", "Sector"),
        marks.told("horizon", "Period"),
        marks.told("whole", "Return"),
    ]
    look = {"color": marks.COLOUR, "tooltip": said}
    return [
        plot.layer("rect", "horizon", "sector", channels=look),
        plot.texts(None, "horizon", "sector", colour=None),
    ]


def member_sectors_small_and_large(
    sector_return_ytd: Figures,
    large_sector_return_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Return of each sector's small and large companies in the year to date."""
    small, large = _known(sector_return_ytd, universe), _known(large_sector_return_ytd, universe)
    if not small:
        return _no_sector(sector_return_ytd)
    pairs = {name: (small[name], large[name]) for name in small if name in large}
    if not pairs:
        return _no_sector(large_sector_return_ytd)
    order = sorted(small, key=lambda sector: -small[sector])
    rows = [
        (sector, which, values[sector])
        for sector in order
        for which, values in (("small", small), ("large", large))
        if sector in values
    ]
    frame = pd.DataFrame(rows, columns=["name", "size", "value"])
    keys = {"small": short(universe, small_cap), "large": short(universe, large_cap)}
    drawn = Dumbbells(frame, "fraction", keys, "Sector", "Return")
    alone = [sector for sector in small if sector not in large]
    without = f" Large caps not shown: {', '.join(alone)}." if alone else ""
    return Chart(
        title=titles.sector_pairs(pairs, as_of.date()),
        subtitle="Price return of the members of either index by sector, by market value, %, year "
        f"to {show_date(as_of.date())}.{without}",
        source=chart_source,
        description="Pairs of points by sector: "
        + "; ".join(
            f"{sector} small {show(a, 'fraction')}, large {show(b, 'fraction')}"
            for sector, (a, b) in pairs.items()
        )
        + ".",
        specs=marks.both(drawn.at),
        data=frame.set_axis(["sector", "size", "return"], axis=1),
    )


def member_sector_contributions(
    sector_contribution_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """What each sector added to the return of small caps in the year to date."""
    points = _known(sector_contribution_ytd, universe)
    if not points:
        return _no_sector(sector_contribution_ytd)
    bars = _bars(points)
    small = short(universe, small_cap)
    return Chart(
        title=titles.sector_contributions(small, points, as_of.date()),
        subtitle=f"Contribution of each sector's members to the return of the {small}'s, "
        f"percentage points, year to {show_date(as_of.date())}.",
        source=chart_source,
        description=", ".join(f"{bar['name']} {bar['text']}" for bar in bars) + ".",
        specs=marks.both(lambda size: bar_list(size, bars, "Sector", "Contribution")),
        data=pd.DataFrame(bars)[["name", "value"]].set_axis(["sector", "contribution"], axis=1),
    )


def _bars(points: Mapping[str, float]) -> list[marks.Row]:
    """The highest first."""
    return [
        {
            "name": sector,
            "value": value,
            "text": show(value, "pp"),
            "colour": theme.SMALL if value > 0 else theme.LARGE,
        }
        for sector, value in sorted(points.items(), key=lambda item: -item[1])
    ]
