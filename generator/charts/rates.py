"""The implied path of the policy rate, the committee's projections, Treasury yields."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart, _rate_titles
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._lines import Level, Line, LineChart
from generator.charts._scales import amounts, beside, dates, names
from generator.charts._theme import NARROW, Size
from generator.charts._words import day_of, number, part
from generator.facts import Figures, Table, Withheld, show, show_date

_SUBJECT = "federal_funds"
_DRAWN = 0.01
"""The least probability of a target range that is drawn."""
_LARGEST = 260
"""Square pixels of a range that is certain."""
_YEARS = 5


def _frame(table: Table) -> pd.DataFrame:
    return pd.DataFrame(list(table.rows), columns=list(table.units))


def implied_policy_path(
    implied_path_by_meeting: Figures, as_of: pd.Timestamp, chart_source: str
) -> Chart | Withheld:
    """The rate that futures imply after each meeting, and the probability of each target range."""
    figure = implied_path_by_meeting[_SUBJECT]
    if isinstance(figure, Withheld):
        return figure
    meetings, ranges = (_frame(figure.tables[name]) for name in ("meetings", "ranges"))
    rates = dict(zip(meetings["decision"], meetings["implied_rate"], strict=True))
    shown = ranges.loc[ranges["probability"] >= _DRAWN].reset_index(drop=True)
    frame = shown.assign(
        date=pd.to_datetime(shown["decision"]),
        implied_rate=shown["decision"].map(rates),
        middle=(shown["lower"] + shown["upper"]) / 2,
    ).drop(columns="decision")
    first, last = meetings.iloc[0], meetings.iloc[-1]
    chances = [float(first[name]) for name in ("cut", "hold", "hike")]
    rate = float(last["implied_rate"])
    now = float(str(part(figure, "effective_rate")))
    return Chart(
        title=_rate_titles.implied_path(first["decision"], chances, last["decision"], rate),
        subtitle="Line: effective federal funds rate implied by 30-day futures after each meeting, "
        "%. Circles: target ranges, the larger the more probable; those below "
        f"{show(_DRAWN, 'share')} are not drawn. Implied is not expected.",
        source=chart_source,
        description=f"From {show(now, 'percent')} on {show_date(as_of.date())} to "
        f"{show(rate, 'percent')} after the meeting of {show_date(last['decision'])}, over "
        f"{show(len(meetings), 'count')} meetings.",
        specs=marks.both(lambda size: _path(size, frame, now, as_of)),
        data=frame,
    )


def _path(size: Size, frame: pd.DataFrame, now: float, as_of: pd.Timestamp) -> dict[str, Any]:
    end = frame["date"].iloc[-1] + pd.Timedelta(days=20)
    heights = [now, *frame["middle"], *frame["implied_rate"]]
    y = amounts(min(heights) - 0.1, max(heights) + 0.1, "f")
    plot = marks.Plot(size, x=dates(size, as_of, end), y=y, left=beside(y, "f"))
    after = frame.drop_duplicates("date")[["date", "implied_rate"]]
    points = [(as_of, now), *after.itertuples(index=False, name=None)]
    points.append((end, points[-1][1]))
    line = marks.rows(pd.DataFrame(points, columns=["date", "implied_rate"]))
    rows = marks.rows(frame)
    for row, lower, upper in zip(rows, frame["lower"], frame["upper"], strict=True):
        row["day"] = show_date(pd.Timestamp(row["date"]).date())
        row["range"] = f"{show(lower, 'points')}% to {show(upper, 'points')}%"
        row["text"] = show(row["probability"], "share")
        row["area"] = round(_LARGEST * row["probability"], 1)
    said = [
        marks.told("day", "Meeting"),
        marks.told("range", "Target range"),
        marks.told("text", "Implied probability"),
    ]
    area = {"field": "area", "type": "quantitative", "scale": None}
    circles = plot.layer(
        "point",
        "date",
        "middle",
        channels={"size": area, "tooltip": said},
        color=theme.SMALL,
        filled=True,
        opacity=1,
        clip=False,
    )
    path = plot.layer(
        "line",
        "date",
        "implied_rate",
        data=line,
        color=theme.INK,
        strokeWidth=2,
        interpolate="step-after",
    )
    return plot.spec([circles, path], rows)


def rate_projections(rate_projection: Figures, chart_source: str) -> Chart | Withheld:
    """What the participants of the committee projected for the ends of years and the longer run."""
    figure = rate_projection[_SUBJECT]
    if isinstance(figure, Withheld):
        return figure
    met, longer = day_of(figure, "meeting"), part(figure, "longer_run")
    year, median = part(figure, "year"), figure.value
    assert met is not None and isinstance(year, int) and isinstance(median, float)
    by_year = _frame(figure.tables["years"])
    by_year.insert(0, "end", [show(int(one), "year") for one in by_year.pop("year")])
    frame = pd.concat(
        [by_year, pd.DataFrame({"end": ["Longer run"], "median": [longer]})], ignore_index=True
    )
    return Chart(
        title=_rate_titles.projections(year, median, part(figure, "following_year")),
        subtitle=f"Federal funds rate at the end of the year, %, projected on {show_date(met)}. "
        "Dot: median; thick: central tendency, without the three highest and lowest; thin: range.",
        source=chart_source,
        description="Medians: "
        + "; ".join(
            f"{end} {show(float(value), 'percent')}"
            for end, value in zip(frame["end"], frame["median"], strict=True)
        )
        + ".",
        specs=marks.both(lambda size: _dots(size, frame)),
        data=frame,
    )


def _dots(size: Size, frame: pd.DataFrame) -> dict[str, Any]:
    values = frame.drop(columns="end")
    y = amounts(float(values.min().min()), float(values.max().max()), "f")
    x = names(list(frame["end"]), domain=False)
    plot = marks.Plot(size, x=x, y=y, left=beside(y, "f"), bottom=28)
    rows = marks.rows(frame.assign(text=[show(float(v), "percent") for v in frame["median"]]))
    spans = [row for row in rows if row["lowest"] is not None]
    thick = [row for row in rows if row["tendency_low"] is not None]
    said = {"tooltip": [marks.told("end", "End of"), marks.told("text", "Median")]}
    style: dict[str, Any] = {"filled": True, "opacity": 1, "size": 90}
    wide = 10 if size is NARROW else 14
    layers = [
        plot.layer(
            *("rule", "end", "lowest"),
            data=spans,
            channels={"y2": {"field": "highest"}},
            color=theme.OTHER,
        ),
        plot.layer(
            *("rule", "end", "tendency_low"),
            data=thick,
            channels={"y2": {"field": "tendency_high"}},
            color=theme.SMALL_PALE,
            strokeWidth=wide,
        ),
        plot.layer("point", "end", "median", channels=said, color=theme.SMALL, **style),
        plot.texts(None, "end", "median", colour=None, align="left", dx=wide, fontWeight="bold"),
    ]
    return plot.spec(layers, rows)


def treasury_yields(
    treasury_curve: pd.DataFrame | Withheld,
    yield_slope: Figures,
    week_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    chart_source: str,
) -> Chart | Withheld:
    """2-year and 10-year Treasury yields and their difference, five years."""
    difference = number(yield_slope, "treasury_10y")
    if isinstance(difference, Withheld):
        return difference
    assert isinstance(treasury_curve, pd.DataFrame)
    daily = treasury_curve
    first = max(as_of - pd.DateOffset(years=_YEARS), daily.index[0])
    weeks = week_ends[week_ends >= first]
    frame = marks.plotted(daily.reindex(weeks, method="ffill", tolerance=pd.Timedelta(days=7)))
    return Chart(
        title=_rate_titles.slope(difference),
        subtitle="Constant-maturity Treasury yields in %, and 10-year less 2-year in percentage "
        f"points, week-ends, {show_date(weeks[0].date())} to {show_date(as_of.date())}.",
        source=chart_source,
        description=f"At the end the 10-year yield is {_last(frame, 'ten_years')}, the 2-year "
        f"yield {_last(frame, 'two_years')}; their difference was between "
        f"{show(float(frame['difference'].min()), 'pp')} and "
        f"{show(float(frame['difference'].max()), 'pp')}.",
        specs=marks.both(_yields(frame).at),
        data=frame,
    )


def _last(frame: pd.DataFrame, name: str) -> str:
    return show(float(frame[name].dropna().iloc[-1]), "percent")


def _yields(frame: pd.DataFrame) -> LineChart:
    values = frame.drop(columns="date")
    return LineChart(
        frame=frame,
        lines=[
            Line("ten_years", "10-year", theme.INK),
            Line("two_years", "2-year", theme.OTHER, ink=theme.QUIET),
            Line("difference", "Difference", theme.THIRD, width=2),
        ],
        low=float(min(values.min().min(), 0.0)),
        high=float(values.max().max()),
        form="f",
        precise=".2f",
        whole_pixels=True,
        levels=[Level(0.0)],
    )
