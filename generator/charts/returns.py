"""Returns of small and large caps, by week, horizon, month and year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._bars import BEYOND, bar_list, list_plot, standing_bars
from generator.charts._lines import Level, Line, LineChart
from generator.charts._scales import Channel
from generator.charts._theme import Size
from generator.charts._words import (
    capital,
    counted,
    dashed,
    lacks,
    not_shown,
    number,
    part,
    short,
    unavailable,
)
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_date

_COLOURS = (theme.SMALL, theme.LARGE, theme.THIRD, theme.FOURTH)
_HORIZONS = ("1 week", "1 month", "3 months", "Year to date", "6 months", "1 year")
_ANNUAL = ("3 years", "5 years", "10 years")
WEEKS = 26


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
    names = {subject: short(universe, subject) for subject in subjects}
    colours = dict(zip(wanted, _COLOURS, strict=False))
    difference = number(relative_return_1y, small_cap)
    ends = ", ".join(f"{names[s]} {show(float(drawn[s].iloc[-1]), 'rsi')}" for s in subjects)
    return Chart(
        title=titles.twelve_months(
            names[small_cap], short(universe, large_cap), own, returns[large_cap], difference
        ),
        subtitle=f"Price return, close of {show_date(base.date())} = 100, daily closes to "
        f"{show_date(window.index[-1].date())}."
        + dashed(universe, subjects)
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Lines that start at 100 on {show_date(base.date())} and end on "
        f"{show_date(window.index[-1].date())} at: {ends}. {names[small_cap]} was between "
        f"{show(float(drawn[small_cap].min()), 'rsi')} and "
        f"{show(float(drawn[small_cap].max()), 'rsi')}.",
        specs=marks.both(_rebased(frame, universe, colours).at),
        data=frame,
    )


def _rebased(frame: pd.DataFrame, universe: Universe, colours: dict[str, str]) -> LineChart:
    """Lines from 100, the small-cap benchmark the strongest."""
    drawn = frame.drop(columns="date")
    first = drawn.columns[0]
    return LineChart(
        frame=frame,
        lines=[
            Line(
                subject,
                short(universe, subject),
                colours[subject],
                width=2.5 if subject == first else 1.5,
                dashed=universe.series[subject].proxy,
            )
            for subject in drawn.columns
        ],
        low=float(drawn.min().min()),
        high=float(drawn.max().max()),
        form=",f",
        precise=".1f",
        whole_pixels=True,
        levels=[Level(100.0)],
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
            "proxy": universe.series[subject].proxy,
        }
        for subject, value in sorted(known.items(), key=lambda item: -item[1])
    ]
    best, worst = bars[0], bars[-1]
    return Chart(
        title=titles.week(universe, known, small_cap, large_cap),
        subtitle=f"Price return, %, week to {show_date(as_of.date())}; small-cap series in blue."
        + dashed(universe, known)
        + not_shown(universe, missing),
        source=chart_source,
        description=f"Bars of {counted(len(bars), 'series', 'series')}, the best first: from "
        f"{best['name']} at {best['text']} to {worst['name']} at {worst['text']}.",
        specs=marks.both(lambda size: bar_list(size, bars, "Series", "Return")),
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
    small, large = (short(universe, subject) for subject in subjects)
    return Chart(
        title=titles.longest_horizon(
            small, large, longest, _value(own), other, annual=longest in _ANNUAL
        ),
        subtitle=f"Price return, %, to {show_date(as_of.date())}; 3, 5 and 10 years annualised."
        + _horizon_note(pairs),
        source=chart_source,
        description="Pairs of bars." + "".join(_listed(frame, name) for name in (small, large)),
        specs=marks.both(lambda size: _paired_bars(size, frame, list(known), [small, large])),
        data=frame,
    )


def _listed(frame: pd.DataFrame, name: str) -> str:
    """One series' returns in a sentence, empty if it has none."""
    of = frame.loc[frame["series"] == name]
    texts = [f"{h.lower()} {show(value, 'fraction')}" for h, _, value in of.itertuples(index=False)]
    return f" {name}: {', '.join(texts)}." if texts else ""


def _value(number_or_reason: float | Withheld) -> float:
    assert not isinstance(number_or_reason, Withheld)
    return number_or_reason


def _reason(number_or_reason: float | Withheld) -> str:
    return number_or_reason.reason if isinstance(number_or_reason, Withheld) else ""


def _horizon_note(pairs: dict[str, tuple[float | Withheld, float | Withheld]]) -> str:
    reasons = {}
    for horizon, pair in pairs.items():
        lacking = [_reason(value) for value in pair if isinstance(value, Withheld)]
        if lacking:
            reasons[horizon] = lacking[0]
    if not reasons:
        return ""
    return " Not shown: " + "; ".join(f"{h} ({why})" for h, why in reasons.items()) + "."


def _paired_bars(
    size: Size, frame: pd.DataFrame, horizons: list[str], series: list[str]
) -> dict[str, Any]:
    """Two lying bars a horizon, the first series above, with their values and a key."""
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
    plot = list_plot(size, horizons, rows, row=40, top=30)
    offset: Channel = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": series},
        "sort": None,
        "bandPosition": 0.5,
    }
    said = [
        marks.told("name", "Period"),
        marks.told("series", "Series"),
        marks.told("text", "Return"),
    ]
    bars = {"color": marks.COLOUR, "yOffset": offset, "tooltip": said}
    layers = [
        plot.layer("bar", "value", "name", channels=bars),
        plot.upright(0, color=theme.INK),
        plot.texts(
            None, "value", "name", colour=None, channels={"yOffset": offset}, dy=2, **BEYOND
        ),
        *plot.key(colours.items()),
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
        title=titles.horizons(small, large, known, {*_ANNUAL}),
        subtitle=f"{small} minus {large}, price return, percentage points, to "
        f"{show_date(as_of.date())}; 3, 5 and 10 years annualised."
        + _horizon_note({h: (value, value) for h, value in numbers.items()}),
        source=chart_source,
        description=f"{small} minus {large}: "
        + ", ".join(f"{str(bar['name']).lower()} {bar['text']}" for bar in bars)
        + ".",
        specs=marks.both(lambda size: bar_list(size, bars, "Period", "Difference")),
        data=pd.DataFrame(bars)[["name", "value"]].set_axis(["horizon", "difference"], axis=1),
    )


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
    bars = [
        {
            "period": marks.iso(day),
            "name": show_date(day.date()),
            "value": value,
            "text": show(value, "pp"),
            "colour": _side(value),
        }
        for day, value in zip(known["week_end"], known["difference"].tolist(), strict=True)
    ]
    small, large = short(universe, small_cap), short(universe, large_cap)
    lowest, highest = float(known["difference"].min()), float(known["difference"].max())
    latest, last = float(known["difference"].iloc[-1]), known["week_end"].iloc[-1].date()
    lacking = f" {counted(unknown, 'week')} without data not shown." if unknown else ""
    return Chart(
        title=titles.weeks(small, large, (known["difference"] > 1e-7).tolist()),
        subtitle=f"{small} minus {large}, weekly price return, percentage points, "
        f"{show_date(known['week_end'].iloc[0].date())} to {show_date(last)}.{capital(lacking)}",
        source=chart_source,
        description=f"One bar a week. The latest, to {show_date(last)}, is {show(latest, 'pp')}; "
        f"the lowest is {show(lowest, 'pp')}, the highest {show(highest, 'pp')}.",
        specs=marks.both(
            lambda size: standing_bars(
                size, bars, "+f", "Week to", "Difference", labelExpr=_WEEK_LABEL
            )
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
    """Small caps minus large caps in every calendar year, the running year hatched."""
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
            "text": show(value, "pp"),
            "colour": _side(value) if state == "complete" else theme.PALE[_side(value)],
        }
        for year, value, state in frame[["year", "relative", "state"]].itertuples(index=False)
    ]
    small, large = short(universe, small_cap), short(universe, large_cap)
    first, last = frame.iloc[0], frame.iloc[-1]
    worst = frame.iloc[int(frame["relative"].argmin())]
    best = frame.iloc[int(frame["relative"].argmax())]
    running = " The hatched bar is the year to date." if last["state"] != "complete" else ""
    return Chart(
        title=titles.calendar_years(
            small,
            large,
            part(figure, "last_winning_year"),
            (int(first["year"]), int(str(part(figure, "year")))),
            float(last["relative"]) if last["state"] != "complete" else None,
        ),
        subtitle=f"{small} minus {large}, price return by calendar year, percentage points, "
        f"{show(int(first['year']), 'year')} to {show(int(last['year']), 'year')}.{running}",
        source=chart_source,
        description=f"One bar a year, from {_year_text(first)} to {_year_text(last)}; lowest "
        f"{_year_text(worst)}, highest {_year_text(best)}.",
        specs=marks.both(lambda size: standing_bars(size, bars, "+f", "Year", "Difference")),
        data=frame[["year", "relative", "state"]],
    )


def _year_text(row: pd.Series) -> str:
    return f"{show(int(row['year']), 'year')} ({show(float(row['relative']), 'pp')})"
