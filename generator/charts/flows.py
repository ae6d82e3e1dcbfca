"""Net creations of funds."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _theme as theme
from generator.charts._bars import BEYOND, list_plot
from generator.charts._scales import Channel
from generator.charts._theme import Size
from generator.charts._words import number
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date

_PERIODS = {
    "1 week": theme.DIVERGING[4],
    "4 weeks": theme.DIVERGING[5],
    "Year to date": theme.DIVERGING[6],
}
"""The longer, the darker."""
_ROW = 54
"""Height of a fund's three bars."""


def net_creations_by_fund(
    net_creations_share_1w: Figures,
    net_creations_share_4w: Figures,
    net_creations_share_ytd: Figures,
    as_of: pd.Timestamp,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Net creations of each fund over a week, four weeks and the year to date, as a share of its
    assets."""
    periods = dict(
        zip(
            _PERIODS,
            (net_creations_share_1w, net_creations_share_4w, net_creations_share_ytd),
            strict=True,
        )
    )
    numbers = {
        (fund, period): number(figures, fund)
        for fund in universe.funds
        for period, figures in periods.items()
    }
    known = {key: v for key, v in numbers.items() if not isinstance(v, Withheld)}
    if not known:
        reasons = {v.reason for v in numbers.values() if isinstance(v, Withheld)}
        several = "the Flows page says why" if reasons else "no fund is followed"
        return Withheld(reasons.pop() if len(reasons) == 1 else several)
    frame = pd.DataFrame(
        [(universe.funds[fund].symbol, period, v) for (fund, period), v in known.items()],
        columns=["fund", "period", "share"],
    )
    lacking = [
        f"{universe.funds[fund].symbol} ({period.lower()})"
        for (fund, period), value in numbers.items()
        if isinstance(value, Withheld)
    ]
    without = f" Not shown: {', '.join(lacking)}." if lacking else ""
    latest = max((key[1] for key in known), key=list(_PERIODS).index)
    shares = {universe.funds[f].symbol: v for (f, period), v in known.items() if period == latest}
    return Chart(
        title=titles.creations(shares, latest, as_of.date()),
        subtitle="Shares created less shares redeemed, at net asset value, % of assets at the "
        f"start of the period, to {show_date(as_of.date())}.{without}",
        source=chart_source,
        description="; ".join(
            f"{fund} {period.lower()} {show(v, 'fraction')}"
            for fund, period, v in frame.itertuples(index=False)
        )
        + ".",
        specs=marks.both(lambda size: _bars(size, frame)),
        data=frame,
    )


def _bars(size: Size, frame: pd.DataFrame) -> dict[str, Any]:
    """Three lying bars a fund, with their values and a key."""
    funds = list(dict.fromkeys(frame["fund"]))
    rows = [
        {
            "name": fund,
            "period": period,
            "value": value,
            "text": show(value, "fraction"),
            "colour": _PERIODS[period],
        }
        for fund, period, value in frame.itertuples(index=False)
    ]
    plot = list_plot(size, funds, rows, row=_ROW, top=30)
    offset: Channel = {
        "field": "period",
        "type": "nominal",
        "scale": {"type": "band", "domain": list(_PERIODS), "paddingInner": 0.12},
        "sort": None,
        "bandPosition": 0.5,
    }
    said = [
        marks.told("name", "Fund"),
        marks.told("period", "Period"),
        marks.told("text", "Net creations"),
    ]
    bars = {"color": marks.COLOUR, "yOffset": offset, "tooltip": said}
    text: dict[str, Any] = {"yOffset": offset}
    layers = [
        plot.layer("bar", "value", "name", channels=bars),
        plot.upright(0, color=theme.INK),
        plot.texts(None, "value", "name", colour=None, channels=text, dy=1, **BEYOND),
        *_key(plot),
    ]
    return plot.spec(layers, rows)


def _key(plot: marks.Plot) -> list[alt.UnitSpec]:
    """The colours of the periods as squares before their names: as ink the palest is too pale."""
    layers, at, height = [], 0, {"value": 14 - plot.top}
    for period, colour in _PERIODS.items():
        square: dict[str, Any] = {"color": colour, "size": 100, "opacity": 1}
        layers.append(plot.layer("square", {"value": at + 5}, height, data=[{}], **square))
        entry = {"text": period, "colour": theme.QUIET}
        layers.append(plot.texts([entry], {"value": at + 16}, height, align="left"))
        at += 16 + theme.width_of(period) + 14
    return layers
