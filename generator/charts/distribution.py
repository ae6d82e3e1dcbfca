"""How the returns of members are distributed."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _theme as theme
from generator.charts._scales import amounts, bar_lengths, beside, significant
from generator.charts._theme import NARROW, Size
from generator.charts._words import part, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date


def member_return_histogram(
    member_return_distribution: dict[str, dict[str, pd.DataFrame | Withheld]],
    median_member_return_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """How many members of the small-cap index returned how much in the year to date."""
    figure = median_member_return_ytd.get(small_cap, Withheld("its members are not followed"))
    bins = member_return_distribution["ytd"].get(small_cap, figure)
    for found in (figure, bins):
        if isinstance(found, Withheld):
            return unavailable(universe, small_cap, found.reason)
    assert isinstance(figure, Value) and isinstance(bins, pd.DataFrame)
    quantiles = {
        "10%": float(str(part(figure, "p10"))),
        "Median": float(str(figure.value)),
        "90%": float(str(part(figure, "p90"))),
    }
    low, median, high = quantiles.values()
    small, fullest = short(universe, small_cap), bins.iloc[int(bins["members"].argmax())]
    ends = [show(int(bins["members"].iloc[at]), "count") for at in (0, -1)]
    return Chart(
        title=titles.distribution(small, median, low, high, as_of.date()),
        subtitle="Companies by their price return, number, year to "
        f"{show_date(as_of.date())}. The outermost bars hold all beyond.",
        source=chart_source,
        description=f"Bars by return; the highest, {show(int(fullest['members']), 'count')} "
        f"companies, is {_bin_text(fullest)}. {ends[0]} are in the lowest bar and {ends[1]} in the "
        "highest.",
        specs=marks.both(lambda size: _histogram(size, bins, quantiles)),
        data=bins,
    )


def _bin_text(row: pd.Series) -> str:
    low, high = (float(row[name]) for name in ("low", "high"))
    if np.isnan(low):
        return f"below {show(high, 'fraction')}"
    if np.isnan(high):
        return f"{show(low, 'fraction')} and above"
    return f"{show(low, 'fraction')} to {show(high, 'fraction')}"


def _histogram(size: Size, bins: pd.DataFrame, quantiles: dict[str, float]) -> dict[str, Any]:
    """Bars between their limits; lines at the median and at the ends of the middle eight tenths."""
    inner = bins["low"].dropna()
    width = float(bins["high"].iloc[1] - inner.iloc[0])
    lows = [float(inner.iloc[0]) - width, *inner.tolist()]
    rows = [
        {
            "low": significant(low + 0.06 * width),
            "high": significant(low + 0.94 * width),
            "members": int(of["members"]),
            "text": _bin_text(of),
            "colour": theme.SMALL if low + width / 2 > 0 else theme.LARGE,
        }
        for low, (_, of) in zip(lows, bins.iterrows(), strict=True)
    ]
    y = bar_lengths(bins["members"].astype(float), ",f")
    x = amounts(lows[0], lows[-1] + width, "+%", count=4 if size is NARROW else 7)
    x["axis"]["grid"] = False
    plot = marks.Plot(size, x=x, y=y, left=beside(y, ",f"), right=24, top=30)
    said = [marks.told("text", "Return"), marks.told("members", "Companies")]
    bars = {
        "x2": {"field": "high"},
        "y2": {"datum": 0},
        "color": marks.COLOUR,
        "tooltip": said,
    }
    lines = [plot.upright(v, color=theme.INK, strokeDash=theme.DASHED) for v in quantiles.values()]
    return plot.spec(
        [
            plot.layer("rect", "low", "members", channels=bars),
            plot.level(0, color=theme.INK),
            *lines,
            *_quantile_names(plot, quantiles),
        ],
        rows,
    )


def _quantile_names(plot: marks.Plot, quantiles: dict[str, float]) -> list[alt.UnitSpec]:
    """What the lines are, above them and moved apart."""
    low, high = plot.x["scale"]["domain"]
    texts = [f"{name} {show(value, 'fraction')}" for name, value in quantiles.items()]
    widths = [theme.width_of(text) for text in texts]
    wanted = [(value - low) / (high - low) * plot.across for value in quantiles.values()]
    half = max(widths) / 2
    ends = (half - plot.left + 2, plot.across + plot.right - half - 2)
    places = marks.spread(wanted, max(widths) + 4, *ends)
    return [
        plot.texts([{"text": text, "colour": theme.INK}], {"value": round(place)}, {"value": -12})
        for text, place in zip(texts, places, strict=True)
    ]
