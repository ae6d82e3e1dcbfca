"""Bar charts: lying bars beside their names, standing bars by period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.charts import _theme as theme
from generator.charts._marks import COLOUR, Plot, Row, told
from generator.charts._scales import bar_lengths, beside, labelled_lengths, names, names_beside
from generator.charts._theme import Size

ROW = 25
"""Height of one bar with its gap."""
_EDGE = 8
"""Beyond the outermost marks."""

BEYOND: dict[str, Any] = {
    "align": {"expr": "datum.value < 0 ? 'right' : 'left'"},
    "dx": {"expr": "datum.value < 0 ? -5 : 5"},
}
"""Puts a text beyond the end of its lying bar."""


def list_plot(
    size: Size,
    listed: Sequence[str],
    bars: Sequence[Row],
    *,
    row: int = ROW,
    top: int = _EDGE,
) -> Plot:
    """Return the axes of lying bars from rows of `value` and `text`, listed from the top down."""
    y, left, tall = names_beside(size, listed)
    row = max(row, tall)
    room = max(theme.width_of(bar["text"]) for bar in bars) + 6
    across = size.width - left - _EDGE
    x = labelled_lengths([bar["value"] for bar in bars], across, room)
    height = row * len(listed) + top + _EDGE
    return Plot(size, x=x, y=y, left=left, right=_EDGE, top=top, bottom=_EDGE, height=height)


def bar_list(
    size: Size, bars: Sequence[Row], what: str, value: str, *, row: int = ROW
) -> dict[str, Any]:
    """Return lying bars from rows of `name`, `value`, `text` and `colour`, from the top down.

    A row of `proxy` true is an outline, dashed; rows may name the colour of their text as `ink`.
    `what` and `value` name the columns to whoever points at a bar.
    """
    plot = list_plot(size, [bar["name"] for bar in bars], bars, row=row)
    said = {"tooltip": [told("name", what), told("text", value)]}
    ink = "ink" if "ink" in bars[0] else None
    layers = [
        plot.layer("bar", "value", "name", channels={**_fill(bars), **said}),
        plot.upright(0, color=theme.INK),
        plot.texts(None, "value", "name", colour=ink, **BEYOND),
    ]
    return plot.spec(layers, list(bars))


def _fill(bars: Sequence[Row]) -> dict[str, Any]:
    """Filled bars, and outlines for proxies."""
    if not any(bar.get("proxy") for bar in bars):
        return {"color": COLOUR}
    outline, filled = ({"test": test, **COLOUR} for test in ("datum.proxy", "!datum.proxy"))
    return {
        "fill": {"condition": filled, "value": "transparent"},
        "stroke": {"condition": outline, "value": "transparent"},
        "strokeDash": {"condition": {"test": "datum.proxy", "value": theme.DASHED}},
    }


def standing_bars(
    size: Size,
    bars: Sequence[Row],
    form: str,
    what: str,
    value: str,
    **axis: Any,
) -> dict[str, Any]:
    """Return standing bars from rows of `period`, `value`, `text` and `colour`, from the left.

    Periods are years, or texts of which the last is labelled and others at even steps before it;
    rows may have a `name` for whoever points at a bar.
    """
    periods = [bar["period"] for bar in bars]
    y = bar_lengths([bar["value"] for bar in bars], form)
    plot = Plot(size, x=names(periods, domain=False, **axis), y=y, left=beside(y, form))
    plot.x["axis"]["values"] = _labelled(periods, plot.across)
    name = "name" if "name" in bars[0] else "period"
    said = {"tooltip": [told(name, what), told("text", value)]}
    layers = [
        plot.layer("bar", "period", "value", channels={"color": COLOUR, **said}),
        plot.level(0, color=theme.INK),
    ]
    return plot.spec(layers, list(bars))


def _labelled(periods: Sequence[Any], across: int) -> list[Any]:
    """The periods whose labels have room: round years, or every so many back from the last."""
    years = all(isinstance(period, int) for period in periods)
    wanted = theme.width_of("2026" if years else "23 Jan") + 8
    step = next(s for s in (1, 2, 5, 10, 20, 50) if s * across >= wanted * len(periods))
    if years:
        return [period for period in periods if period % step == 0]
    return list(periods[::-1][::step])
