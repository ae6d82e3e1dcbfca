"""Returns of small and large caps, by week, horizon, month and year."""

from __future__ import annotations

from bisect import bisect
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import (
    against,
    capital,
    counted,
    few,
    lacks,
    month_of,
    not_shown,
    number,
    out_of,
    part,
    points,
    short,
    unavailable,
    year_of,
)
from generator.config import Universe
from generator.facts import Figures, Scalar, Withheld, show, show_date

_COLOURS = (theme.SMALL, theme.LARGE, theme.THIRD, theme.FOURTH)
_HORIZONS = ("1 week", "1 month", "3 months", "Year to date", "6 months", "1 year")
_ANNUAL = ("3 years", "5 years", "10 years")
WEEKS = 26
HEAT_YEARS = 15
_MONTH_LABEL = "utcFormat(utc(2000, datum.value - 1), '%b')"
_CELL = 20
"""Height of one year."""
_BOUNDS = (-5.0, -2.5, -0.5, 0.5, 2.5, 5.0)


def year_rebased(
    closes: pd.DataFrame,
    period_bases: dict[str, pd.Timestamp | None],
    return_1y: Figures,
    relative_return_1y: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Closes of twelve months rebased to 100 at their start: small caps beside the S&P 500, the
    Nasdaq and the Magnificent 7.
    """
    base, own = period_bases["1y"], number(return_1y, small_cap)
    if isinstance(own, Withheld) or base is None:
        reason = own.reason if isinstance(own, Withheld) else "no session a year ago"
        return unavailable(universe, small_cap, reason)
    wanted = [small_cap, large_cap, *universe.subjects(segment=("broad", "mega"))][:4]
    returns = {subject: number(return_1y, subject) for subject in wanted}
    missing = {s: r.reason for s, r in returns.items() if isinstance(r, Withheld)}
    subjects = [subject for subject in wanted if subject not in missing]
    window = closes[subjects].loc[base:]
    frame = marks.plotted(window / window.iloc[0] * 100)
    drawn = frame[subjects]
    plot = marks.Plot(
        x=marks.dates(base, window.index[-1], whole_pixels=True),
        y=marks.amounts(
            float(drawn.min().min()), float(drawn.max().max()), ",f", whole_pixels=True
        ),
        right=112,
    )
    colours = dict(zip(wanted, _COLOURS, strict=False))
    names = {subject: short(universe, subject) for subject in subjects}
    lines = [plot.line(s, colours[s], strokeWidth=1.5) for s in reversed(subjects[1:])]
    labels = [(names[s], float(drawn[s].iloc[-1]), colours[s]) for s in subjects]
    layers = [
        plot.level(100, color=theme.AXIS),
        *lines,
        plot.line(small_cap, theme.SMALL, strokeWidth=2.5),
        plot.end_labels(labels),
    ]
    difference = number(relative_return_1y, small_cap)
    title = f"{names[small_cap]} {show(own, 'fraction')} in twelve months"
    if not isinstance(difference, Withheld):
        title += f", {against(difference, names[large_cap])}"
    ends = ", ".join(f"{names[s]} {show(float(drawn[s].iloc[-1]), 'rsi')}" for s in subjects)
    return Chart(
        title=title,
        subtitle=f"Close of {show_date(base.date())} = 100, daily closes, price return."
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Lines that start at 100 on {show_date(base.date())} and end on "
        f"{show_date(window.index[-1].date())} at: {ends}. {names[small_cap]} was between "
        f"{show(float(drawn[small_cap].min()), 'rsi')} and "
        f"{show(float(drawn[small_cap].max()), 'rsi')}.",
        spec=plot.spec(layers, marks.rows(frame)),
        data=frame,
    )


def week_returns(
    return_1w: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The week's price return of the main indexes and funds, the best first."""
    own = number(return_1w, small_cap)
    if isinstance(own, Withheld):
        return unavailable(universe, small_cap, own.reason)
    pair = (universe.fund_pair.small, universe.fund_pair.large)
    wanted = [s for s in universe.subjects() if universe.series[s].segment != "sector"]
    returns = {s: number(return_1w, s) for s in wanted if s not in pair}
    missing = {s: r.reason for s, r in returns.items() if isinstance(r, Withheld)}
    known = {s: r for s, r in returns.items() if not isinstance(r, Withheld)}
    bars = [
        {
            "name": short(universe, subject),
            "value": round(value, 6),
            "text": show(value, "fraction"),
            "colour": _bar_colour(universe, subject, large_cap),
        }
        for subject, value in sorted(known.items(), key=lambda item: -item[1])
    ]
    title = f"{short(universe, small_cap)} {show(own, 'fraction')} on the week"
    if large_cap in known:
        title += f", {short(universe, large_cap)} {show(known[large_cap], 'fraction')}"
    best, worst = bars[0], bars[-1]
    return Chart(
        title=title,
        subtitle=f"Price return, week to {show_date(as_of.date())}; small-cap series in blue."
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Bars of {counted(len(bars), 'series', 'series')}, the best first: from "
        f"{best['name']} at {best['text']} to {worst['name']} at {worst['text']}.",
        spec=marks.bar_list(bars, "+%", left=152),
        data=pd.DataFrame(bars)[["name", "value"]].rename(columns={"value": "return"}),
    )


def _bar_colour(universe: Universe, subject: str, large_cap: str) -> str:
    if universe.series[subject].segment in ("small", "micro", "style"):
        return theme.SMALL
    return theme.LARGE if subject == large_cap else theme.OTHER


def returns_by_horizon(
    return_1w: Figures,
    return_1m: Figures,
    return_3m: Figures,
    return_ytd: Figures,
    return_6m: Figures,
    return_1y: Figures,
    return_3y_annualised: Figures,
    return_5y_annualised: Figures,
    return_10y_annualised: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Price returns of small and large caps side by side, from a week to ten years."""
    figures = (return_1w, return_1m, return_3m, return_ytd, return_6m, return_1y)
    annual = (return_3y_annualised, return_5y_annualised, return_10y_annualised)
    horizons = dict(zip((*_HORIZONS, *_ANNUAL), (*figures, *annual), strict=True))
    pairs = {h: (number(f, small_cap), number(f, large_cap)) for h, f in horizons.items()}
    known = {h: p for h, p in pairs.items() if not isinstance(p[0], Withheld)}
    if not known:
        return unavailable(universe, small_cap, _reason(next(iter(pairs.values()))[0]))
    subjects = (small_cap, large_cap)
    frame = pd.DataFrame(
        [
            (horizon, short(universe, subject), value)
            for horizon, pair in known.items()
            for subject, value in zip(subjects, pair, strict=True)
            if not isinstance(value, Withheld)
        ],
        columns=["horizon", "series", "return"],
    )
    longest, (own, other) = [*known.items()][-1]
    title = f"{capital(_over(longest))} the {short(universe, small_cap)} returned "
    title += f"{show(_value(own), 'fraction')}{' a year' if longest in _ANNUAL else ''}"
    if not isinstance(other, Withheld):
        title += f", the {short(universe, large_cap)} {show(other, 'fraction')}"
    texts = [f"{h} {show(_value(pair[0]), 'fraction')}" for h, pair in known.items()]
    return Chart(
        title=title,
        subtitle="Price return to "
        f"{show_date(as_of.date())}; 3, 5 and 10 years annualised." + _horizon_note(pairs),
        source=chart_source,
        description=f"Pairs of bars. {short(universe, small_cap)}: {', '.join(texts)}.",
        spec=_paired_bars(frame, list(known), [short(universe, s) for s in subjects]),
        data=frame,
    )


def _value(number_or_reason: float | Withheld) -> float:
    assert not isinstance(number_or_reason, Withheld)
    return number_or_reason


def _reason(number_or_reason: float | Withheld) -> str:
    return number_or_reason.reason if isinstance(number_or_reason, Withheld) else ""


def _over(horizon: str) -> str:
    return "in the year to date" if horizon == "Year to date" else f"over {horizon}"


def _horizon_note(pairs: dict[str, tuple[float | Withheld, float | Withheld]]) -> str:
    reasons = {}
    for horizon, pair in pairs.items():
        lacking = [_reason(value) for value in pair if isinstance(value, Withheld)]
        if lacking:
            reasons[horizon] = lacking[0]
    if not reasons:
        return ""
    return " Not shown: " + "; ".join(f"{h} ({why})" for h, why in reasons.items()) + "."


def _paired_bars(frame: pd.DataFrame, horizons: list[str], series: list[str]) -> dict[str, Any]:
    """Two lying bars a horizon, the first series above, with their values and a key."""
    values = [float(value) for value in frame["return"]]
    plot = marks.Plot(
        x=marks.bar_lengths(values, "+%", room=0.14),
        y=marks.names(horizons, labelColor=theme.INK, domain=False),
        left=96,
        top=30,
        height=40 * len(horizons) + 30 + 26,
    )
    plot.x["axis"] |= {"grid": True, "domain": False, "ticks": False}
    colours = dict(zip(series, (theme.SMALL, theme.LARGE), strict=True))
    rows = [
        {
            "name": horizon,
            "series": name,
            "value": value,
            "text": show(value, "fraction"),
            "colour": colours[name],
        }
        for horizon, name, value in frame.itertuples(index=False)
    ]
    offset = {
        "yOffset": {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": series},
            "sort": None,
            "bandPosition": 0.5,
        }
    }
    key = [
        {"text": name, "colour": colours[name], "x": at}
        for name, at in zip(series, (0, 110), strict=True)
    ]
    layers = [
        plot.layer("bar", "value", "name", channels={"color": marks.COLOUR, **offset}),
        plot.upright(0, color=theme.INK),
        plot.layer(
            "text",
            "value",
            "name",
            channels={"text": {"field": "text", "type": "nominal"}, **offset},
            align={"expr": "datum.value < 0 ? 'right' : 'left'"},
            dx={"expr": "datum.value < 0 ? -5 : 5"},
            dy=2,
        ),
        *(
            plot.texts(
                [entry], {"value": entry["x"]}, {"value": -16}, align="left", fontWeight="bold"
            )
            for entry in key
        ),
    ]
    return plot.spec(layers, rows)


def relative_by_horizon(
    relative_return_1w: Figures,
    relative_return_1m: Figures,
    relative_return_3m: Figures,
    relative_return_ytd: Figures,
    relative_return_6m: Figures,
    relative_return_1y: Figures,
    relative_return_3y_annualised: Figures,
    relative_return_5y_annualised: Figures,
    relative_return_10y_annualised: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps from a week to ten years, in percentage points."""
    figures = (
        *(relative_return_1w, relative_return_1m, relative_return_3m),
        *(relative_return_ytd, relative_return_6m, relative_return_1y),
        *(relative_return_3y_annualised, relative_return_5y_annualised),
        relative_return_10y_annualised,
    )
    horizons = dict(zip((*_HORIZONS, *_ANNUAL), figures, strict=True))
    numbers = {horizon: number(f, small_cap) for horizon, f in horizons.items()}
    known = {h: value for h, value in numbers.items() if not isinstance(value, Withheld)}
    if not known:
        return unavailable(universe, small_cap, _reason(numbers["1 week"]))
    bars = [
        {
            "name": horizon,
            "value": round(value, 4),
            "text": show(value, "pp"),
            "colour": _side(value),
        }
        for horizon, value in known.items()
    ]
    small, large = short(universe, small_cap), short(universe, large_cap)
    return Chart(
        title=_periods_title(small, large, list(known.values())),
        subtitle=f"{small} minus {large}, price return, percentage points, to "
        f"{show_date(as_of.date())}; 3, 5 and 10 years annualised."
        + _horizon_note({h: (value, value) for h, value in numbers.items()}),
        source=chart_source,
        description="Bars: " + ", ".join(f"{bar['name']} {bar['text']}" for bar in bars) + ".",
        spec=marks.bar_list(bars, "+f", left=96),
        data=pd.DataFrame(bars)[["name", "value"]].set_axis(["horizon", "difference"], axis=1),
    )


def _periods_title(small: str, large: str, differences: list[float]) -> str:
    shown = [difference for difference in differences if points(difference) != points(0.0)]
    ahead = sum(difference > 0 for difference in shown)
    if not ahead and len(shown) == len(differences):
        return f"{small} behind the {large} over {out_of(len(shown), len(shown), 'period')}"
    return f"{small} ahead of the {large} over {out_of(ahead, len(differences), 'period')}"


def _side(difference: float) -> str:
    return theme.SMALL if difference > 0 else theme.LARGE


def weekly_relative(
    week_differences: pd.DataFrame,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps in each of the last 26 weeks."""
    window = week_differences.iloc[-WEEKS:]
    reason = lacks(window, small_cap, exclusions, window.index[0])
    if reason:
        return unavailable(universe, small_cap, reason)
    frame = pd.DataFrame(
        {"week_end": window.index, "difference": (window[small_cap] * 100).to_numpy()}
    )
    known = frame.dropna()
    unknown = len(frame) - len(known)
    ahead = int((known["difference"] > 1e-7).sum())
    bars = [
        {"period": marks.iso(day), "value": value, "colour": _side(value)}
        for day, value in zip(known["week_end"], known["difference"].tolist(), strict=True)
    ]
    small, large = short(universe, small_cap), short(universe, large_cap)
    lowest, highest = float(known["difference"].min()), float(known["difference"].max())
    latest, last = float(known["difference"].iloc[-1]), known["week_end"].iloc[-1].date()
    lacking = f" {counted(unknown, 'week')} without data not shown." if unknown else ""
    return Chart(
        title=f"{small} ahead of the {large} in {few(ahead)} of the last "
        f"{counted(len(known), 'week')}",
        subtitle=f"{small} minus {large}, weekly price return, percentage points, "
        f"{show_date(known['week_end'].iloc[0].date())} to {show_date(last)}.{capital(lacking)}",
        source=chart_source,
        description=f"One bar a week. The latest, to {show_date(last)}, is {show(latest, 'pp')}; "
        f"the others range from {show(lowest, 'pp')} to {show(highest, 'pp')}.",
        spec=marks.year_bars(
            bars,
            "+f",
            labelled=[bar["period"] for bar in bars][::-5],
            labelExpr=_WEEK_LABEL,
        ),
        data=frame,
    )


_WEEK_LABEL = "utcFormat(utcParse(datum.value, '%Y-%m-%d'), '%-d %b')"


def calendar_years(
    calendar_year_relative: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps in every calendar year, the running year paler."""
    figure = calendar_year_relative.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    table = figure.tables["years"]
    frame = pd.DataFrame(list(table.rows), columns=list(table.units))
    frame["relative"] = frame["relative"].astype(float)
    bars = [
        {
            "period": year,
            "value": value,
            "colour": _side(value) if state == "complete" else theme.PALE[_side(value)],
        }
        for year, value, state in frame[["year", "relative", "state"]].itertuples(index=False)
    ]
    small, large = short(universe, small_cap), short(universe, large_cap)
    first, last = frame.iloc[0], frame.iloc[-1]
    worst = frame.iloc[int(frame["relative"].argmin())]
    best = frame.iloc[int(frame["relative"].argmax())]
    running = " The paler bar is the year to date." if last["state"] != "complete" else ""
    return Chart(
        title=_years_title(small, large, part(figure, "last_winning_year"), first["year"]),
        subtitle=f"{small} minus {large}, price return by calendar year, percentage points, "
        f"{show(int(first['year']), 'year')} to {show(int(last['year']), 'year')}.{running}",
        source=chart_source,
        description=f"One bar a year, from {_year_text(first)} to {_year_text(last)}; lowest "
        f"{_year_text(worst)}, highest {_year_text(best)}.",
        spec=marks.year_bars(bars, "+f"),
        data=frame[["year", "relative", "state"]],
    )


def _years_title(small: str, large: str, winner: Scalar, first: int) -> str:
    if winner is None:
        return f"No full year since {show(int(first), 'year')} with the {small} ahead"
    return f"{small} last ahead of the {large} over a full year in {show(winner, 'year')}"


def _year_text(row: pd.Series) -> str:
    return f"{show(int(row['year']), 'year')} ({show(float(row['relative']), 'pp')})"


def monthly_heat_map(
    closes: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    relative_return_mtd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps by month and year over the last 15 years."""
    for subject in (small_cap, large_cap):
        reason = lacks(closes, subject, exclusions, as_of)
        if reason:
            return unavailable(universe, subject, reason)
    monthly = closes.loc[month_ends, [small_cap, large_cap]].pct_change(fill_method=None)
    difference = (monthly[small_cap] - monthly[large_cap]) * 100
    difference = difference.loc[f"{as_of.year - HEAT_YEARS + 1}" :].dropna()
    months = pd.DatetimeIndex(difference.index)
    frame = pd.DataFrame(
        {
            "year": months.year,
            "month": months.month,
            "difference": difference.to_numpy(),
        }
    )
    small, large = short(universe, small_cap), short(universe, large_cap)
    this_month = number(relative_return_mtd, small_cap)
    title = f"{small} minus {large} by month"
    if not isinstance(this_month, Withheld):
        month = month_of(as_of.date())
        title = f"{small} {against(this_month, large)} in {month} to date"
    ahead = int((frame["difference"] > 0).sum())
    worst, best = months[int(difference.argmin())], months[int(difference.argmax())]
    return Chart(
        title=title,
        subtitle=f"{small} minus {large}, monthly price return, percentage points, "
        f"{year_of(months[0].date())} to {year_of(as_of.date())}; the framed month "
        "is to date.",
        source=chart_source,
        description=f"A grid of months by years: ahead in {show(ahead, 'count')} of "
        f"{counted(len(frame), 'month')}; lowest {show(float(difference.min()), 'pp')} in "
        f"{month_of(worst.date())}, highest {show(float(difference.max()), 'pp')} in "
        f"{month_of(best.date())}.",
        spec=_heat_map(frame, as_of),
        data=frame,
    )


def _heat_map(frame: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, Any]:
    """The grid as short thick lines, one path a colour: a rectangle a month is thrice the size."""
    years = [*range(int(frame["year"].min()), as_of.year + 1)]
    plot = marks.Plot(
        x=marks.amounts(0.5, 12.5, "f", whole_pixels=True),
        y=marks.amounts(years[0] - 0.5, years[-1] + 0.5, "f", whole_pixels=True),
        top=44,
        bottom=24,
        height=_CELL * len(years) + 44 + 24,
    )
    for axis, values in ((plot.x, [*range(1, 13)]), (plot.y, years)):
        axis["scale"] |= {"domain": [values[0] - 0.5, values[-1] + 0.5]}
        axis["axis"] |= {"values": values, "domain": False, "ticks": False, "grid": False}
    plot.x["axis"]["labelExpr"] = _MONTH_LABEL
    plot.y["axis"]["labelExpr"] = "format(datum.value, 'd')"
    plot.y["scale"]["reverse"] = True
    layers = [
        plot.layer(
            "line",
            "x",
            "y",
            data=_segments(frame, place),
            channels={"order": marks.ORDER},
            color=colour,
            strokeWidth=_CELL - 2,
            strokeCap="butt",
        )
        for place, colour in enumerate(theme.DIVERGING)
    ]
    month, year = as_of.month, as_of.year
    corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5)]
    around = [{"x": month + x, "y": year + y, "order": i} for i, (x, y) in enumerate(corners)]
    framed = plot.layer(
        "line", "x", "y", data=around, channels={"order": marks.ORDER}, color=theme.INK
    )
    return plot.spec([*layers, framed, *_heat_key(plot)], [])


def _segments(frame: pd.DataFrame, place: int) -> list[marks.Row]:
    """From left to right edge of every month of one colour, with a gap after each."""
    rows: list[marks.Row] = []
    for year, month, value in frame.itertuples(index=False):
        if bisect(_BOUNDS, value) == place:
            left, right = month - 0.48, month + 0.48
            for x, y in ((left, year), (right, year), (right, None)):
                rows.append({"x": x, "y": y, "order": len(rows)})
    return rows


def _heat_key(plot: marks.Plot) -> list[alt.UnitSpec]:
    """Seven boxes above the grid with their bounds, and what the ends mean."""
    wide, left = 44, 124
    middle = [left + wide * (i + 0.5) for i in range(len(theme.DIVERGING))]
    boxes = [
        plot.layer(
            "square",
            {"value": at},
            {"value": -31},
            data=[{}],
            size=196,
            color=colour,
            opacity=1,
        )
        for at, colour in zip(middle, theme.DIVERGING, strict=True)
    ]
    bounds = [(show(bound, "rsi"), left + wide * (i + 1)) for i, bound in enumerate(_BOUNDS)]
    ends = [("Large caps ahead", left - 50), ("Small caps ahead", left + wide * 7 + 50)]
    texts = [(text, at, -13) for text, at in bounds] + [(text, at, -31) for text, at in ends]
    for text, at, y in texts:
        entry = {"text": text, "colour": theme.QUIET}
        boxes.append(plot.texts([entry], {"value": at}, {"value": y}))
    return boxes
