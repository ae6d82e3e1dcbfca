"""The economy: the path of an estimate, inflation, payrolls, surveys, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import pandas as pd

from generator.charts import Chart
from generator.charts import _economy_titles as titles
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._bars import ROW
from generator.charts._lines import Level, Line, LineChart
from generator.charts._scales import amounts, bar_lengths, beside, names, names_beside
from generator.charts._theme import NARROW, Size
from generator.charts._words import part
from generator.facts import Figures, Value, Withheld, show, show_date, show_period

_YEARS = 10
"""Of the histories that are drawn."""
_PRICES = {
    "core_pce_price_index": ("Core PCE", theme.INK),
    "consumer_price_index": ("CPI", theme.THIRD),
    "pce_price_index": ("PCE", theme.FOURTH),
}
"""Price indexes from the front: name and colour."""
_SURVEYS = {
    "empire_state_survey": ("Empire State", theme.THIRD),
    "philadelphia_survey": ("Philadelphia", theme.FOURTH),
}
_LEVELS = {
    "unemployment_rate": "Unemployment",
    "federal_funds_rate": "Federal funds",
    "treasury_2y": "2-year yield",
    "treasury_10y": "10-year yield",
    "baa_spread": "Baa spread",
    "high_yield_spread": "High-yield spread",
    "small_firm_lending_standards": "Loan standards",
    "financial_conditions": "Financial conditions",
    "empire_state_survey": "Empire State survey",
    "philadelphia_survey": "Philadelphia survey",
}
"""Series whose level has a place in its history, with a short name."""
_CHANGES = {
    "consumer_price_index": "CPI inflation",
    "pce_price_index": "PCE inflation",
    "core_pce_price_index": "Core PCE inflation",
    "retail_sales": "Retail sales growth",
    "real_consumption": "Consumption growth",
    "industrial_production": "Production growth",
    "payrolls": "Payroll change",
}
"""Series whose change has one."""


@dataclass(frozen=True)
class _Ragged(LineChart):
    """Lines that may end before the last date; each is named at its own last value."""

    def _ends(self, size: Size) -> list[tuple[str | None, str, float, str]]:
        held = replace(self, frame=self.frame.ffill())
        return super(_Ragged, held)._ends(size)


def gdp_nowcast_chart(
    gdp_nowcast_path: Figures,
    nowcast_estimates: dict[str, pd.Series],
    as_of: pd.Timestamp,
    chart_source: str,
) -> Chart | Withheld:
    """GDPNow's estimates of the quarter and of the one before, with official first prints."""
    figure = gdp_nowcast_path["gdp_nowcast"]
    if isinstance(figure, Withheld):
        return figure
    current, before = nowcast_estimates["current"], nowcast_estimates["before"]
    prints = _prints(figure)
    until = pd.Series({as_of: float(str(figure.value))})
    # The estimate stands until the next one, or until the quarter is printed.
    if not prints or prints[-1][0] != part(figure, "period"):
        current = pd.concat([current, until.loc[until.index > current.index[-1]]])
    frame = pd.DataFrame({"current": current, "before": before}).sort_index()
    if len(frame) < 2:
        return Withheld("there is only one estimate so far")
    frame = frame.rename_axis("date").reset_index()
    quarter = str(part(figure, "period"))
    named = part(figure, "before_period")
    earlier = str(named) if named and len(before) else None
    grey = f" Grey: {earlier}." if earlier else ""
    dots = " Points: official first prints." if prints else ""
    table = _estimates(figure, before, prints)
    return Chart(
        title=titles.nowcast(figure),
        subtitle="Running model estimate of real growth at an annual rate, %, by day of release, "
        f"{show_date(frame['date'].iloc[0].date())} to {show_date(as_of.date())}.{grey}{dots}",
        source=chart_source,
        description=f"The estimate for {quarter} begins at "
        f"{show(part(figure, 'first_estimate'), 'percent')} and is "
        f"{show(figure.value, 'percent')} at the end, between "
        f"{show(part(figure, 'lowest'), 'percent')} and "
        f"{show(part(figure, 'highest'), 'percent')}."
        + "".join(f" First print of {name}: {show(v, 'percent')}." for name, _, v in prints),
        specs=marks.both(lambda size: _nowcast(frame, prints, quarter, earlier).at(size)),
        data=table,
    )


Print = tuple[str, pd.Timestamp, float]


def _prints(figure: Value) -> list[Print]:
    """Quarter, day and value of the official first prints that are known."""
    found = []
    for period, name in (("before_period", "before_official"), ("period", "official")):
        value = part(figure, name)
        if isinstance(value, float) and part(figure, period) is not None:
            released = pd.Timestamp(str(part(figure, f"{name}_released")))
            found.append((str(part(figure, period)), released, value))
    return found


def _estimates(figure: Value, before: pd.Series, prints: Sequence[Print]) -> pd.DataFrame:
    """Every estimate and print, one a row."""
    kind = "estimate"
    rows: list[tuple[str, pd.Timestamp, float, str]] = [
        (str(part(figure, "before_period")), stamp, float(value), kind)
        for stamp, value in before.items()
    ]
    for released, value in figure.tables["path"].rows:
        assert isinstance(value, float)
        rows.append((str(part(figure, "period")), pd.Timestamp(str(released)), value, kind))
    rows += [(quarter, stamp, value, "first print") for quarter, stamp, value in prints]
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows, columns=["quarter", "date", "growth", "kind"])


def _nowcast(
    frame: pd.DataFrame, prints: Sequence[Print], quarter: str, earlier: str | None
) -> LineChart:
    values = [*frame["current"].dropna(), *frame["before"].dropna(), *(v for *_, v in prints), 0.0]
    whole = frame
    if prints and prints[-1][1] > frame["date"].iloc[-1]:
        whole = pd.concat([frame, pd.DataFrame({"date": [prints[-1][1]]})], ignore_index=True)
    points = [{"date": marks.iso(stamp), "growth": value} for _, stamp, value in prints]

    def printed(plot: marks.Plot) -> list[alt.UnitSpec]:
        style: dict[str, Any] = {"filled": True, "size": 70, "opacity": 1, "color": theme.THIRD}
        return [plot.layer("point", "date", "growth", data=points, **style)] if points else []

    return _Ragged(
        frame=whole,
        lines=[
            Line("current", quarter, theme.INK, width=2),
            *([Line("before", earlier, theme.OTHER, ink=theme.QUIET)] if earlier else []),
        ],
        low=min(values),
        high=max(values),
        form="f",
        precise=".1f",
        levels=[Level(0.0)],
        before=printed,
    )


def inflation_chart(
    inflation_histories: pd.DataFrame,
    inflation_12m: Figures,
    as_of: pd.Timestamp,
    chart_source: str,
) -> Chart | Withheld:
    """Change of three price indexes over twelve months, ten years."""
    figures = {name: inflation_12m[name] for name in _PRICES if name in inflation_12m}
    rates = {n: float(str(f.value)) for n, f in figures.items() if isinstance(f, Value)}
    if not rates:
        return titles.reason_of([f for f in figures.values() if isinstance(f, Withheld)])
    window = inflation_histories[list(rates)].loc[as_of - pd.DateOffset(years=_YEARS) :]
    frame = marks.plotted(window.dropna(how="all"))
    if len(frame) < 2:
        return Withheld("its history is shorter than two months")
    missing = [_PRICES[n][0] for n, f in figures.items() if isinstance(f, Withheld)]
    return Chart(
        title=titles.inflation(figures),
        subtitle="Change over twelve months, seasonally adjusted, %, "
        f"{_month(frame, 0)} to {_month(frame, -1)}; 2% is the Federal Reserve's aim for PCE."
        + (f" Not shown: {', '.join(missing)}." if missing else ""),
        source=chart_source,
        description=_between(window, {name: _PRICES[name][0] for name in rates}, "percent"),
        specs=marks.both(_inflation(frame, list(rates)).at),
        data=frame,
    )


def _month(frame: pd.DataFrame, at: int) -> str:
    return show_period(frame["date"].iloc[at].date(), "month")


def _between(window: pd.DataFrame, called: dict[str, str], unit: str) -> str:
    texts = []
    for name, words in called.items():
        known = window[name].dropna()
        texts.append(
            f"{words} from {show(float(known.iloc[0]), unit)} to "
            f"{show(float(known.iloc[-1]), unit)}, between {show(float(known.min()), unit)} and "
            f"{show(float(known.max()), unit)}"
        )
    return "; ".join(texts) + "."


def _inflation(frame: pd.DataFrame, shown: Sequence[str]) -> LineChart:
    values = frame[list(shown)]
    return _Ragged(
        frame=frame,
        lines=[Line(name, *_PRICES[name], width=2 if name == shown[0] else 1.5) for name in shown],
        low=min(0.0, float(values.min().min())),
        high=float(values.max().max()),
        form="f",
        precise=".1f",
        whole_pixels=True,
        levels=[Level(2.0, theme.OTHER)],
    )


def payrolls_chart(payrolls_change: Figures, chart_source: str) -> Chart | Withheld:
    """Changes of payrolls month by month, as first released and as they are known now."""
    figure = payrolls_change["payrolls"]
    if isinstance(figure, Withheld):
        return figure
    rows = figure.tables["months"].rows[::-1]
    frame = pd.DataFrame(rows, columns=["month", "first_release", "change", "revision"])
    frame = frame.astype(dict.fromkeys(("first_release", "change", "revision"), float))
    months = [show_period(month, "month") for month in frame["month"]]
    lowest, highest = int(frame["change"].argmin()), int(frame["change"].argmax())
    return Chart(
        title=titles.payrolls(figure),
        subtitle="Change of nonfarm payrolls on the month, seasonally adjusted, thousands of "
        f"people, {months[0]} to {months[-1]}. Hatched: as first released; full: as known now.",
        source=chart_source,
        description="Bars by month: lowest "
        f"{show(float(frame['change'].iloc[lowest]), 'thousands_change')} in {months[lowest]}, "
        f"highest {show(float(frame['change'].iloc[highest]), 'thousands_change')} in "
        f"{months[highest]}; at the end {show(figure.value, 'thousands_change')}.",
        specs=marks.both(lambda size: _payrolls(size, frame, months)),
        data=frame,
    )


def _payrolls(size: Size, frame: pd.DataFrame, months: Sequence[str]) -> dict[str, Any]:
    first, change = frame["first_release"].tolist(), frame["change"].tolist()
    bars = [
        {"period": month, "value": now, "text": show(now, "thousands_change")}
        for month, now in zip(months, change, strict=True)
    ]
    released = [
        {"period": month, "value": then, "text": show(then, "thousands_change")}
        for month, then in zip(months, first, strict=True)
        if then == then
    ]
    y = bar_lengths([row["value"] for row in (*bars, *released)], "+,f")
    left = beside(y, "+,f")
    plot = marks.Plot(size, x=names(months, domain=False), y=y, left=left, right=26)
    plot.x["axis"]["values"] = list(months)[::-1][:: 12 if size is NARROW else 6]
    said = {"tooltip": [marks.told("period", "Month"), marks.told("text", "Change")]}
    width = plot.across / max(len(months), 1)
    layers = [
        plot.layer(
            "bar",
            "period",
            "value",
            data=released,
            channels=said,
            color=theme.OTHER_PALE,
            width=round(0.86 * width, 1),
        ),
        plot.layer(
            "bar",
            "period",
            "value",
            channels=said,
            color=theme.INK,
            width=round(0.4 * width, 1),
        ),
        plot.level(0, color=theme.INK),
    ]
    return plot.spec(layers, bars)


def surveys_chart(
    survey_histories: pd.DataFrame,
    manufacturing_survey_proxy: Figures,
    as_of: pd.Timestamp,
    chart_source: str,
) -> Chart | Withheld:
    """Two regional manufacturing surveys and their mean, ten years."""
    figure = manufacturing_survey_proxy["united_states"]
    if isinstance(figure, Withheld):
        return figure
    window = survey_histories.loc[as_of - pd.DateOffset(years=_YEARS) :]
    frame = marks.plotted(window.dropna(how="all"))
    if len(frame) < 2:
        return Withheld("its history is shorter than two months")
    called = {**{name: words for name, (words, _) in _SURVEYS.items()}, "mean": "Mean"}
    return Chart(
        title=titles.surveys(figure),
        subtitle="Share of firms reporting better business less share reporting worse, percentage "
        f"points, {_month(frame, 0)} to {_month(frame, -1)}. The mean of both is a proxy for the "
        "ISM survey, which is not free.",
        source=chart_source,
        description=_between(window, called, "points"),
        specs=marks.both(_surveys(frame).at),
        data=frame,
    )


def _surveys(frame: pd.DataFrame) -> LineChart:
    values = frame[[*_SURVEYS, "mean"]]
    return _Ragged(
        frame=frame,
        lines=[
            Line("mean", "Mean", theme.INK, width=2, dashed=True),
            *(Line(name, *own, width=1) for name, own in _SURVEYS.items()),
        ],
        low=float(values.min().min()),
        high=float(values.max().max()),
        form="+f",
        precise="+.1f",
        whole_pixels=True,
        levels=[Level(0.0)],
    )


def economic_standing(
    latest_observation: Figures,
    inflation_12m: Figures,
    growth_12m: Figures,
    payrolls_change: Figures,
    chart_source: str,
) -> Chart | Withheld:
    """Where each measure of the economy stands in its own history."""
    changes = inflation_12m | growth_12m | payrolls_change
    measured = {called: latest_observation.get(name) for name, called in _LEVELS.items()}
    measured |= {called: changes.get(name) for name, called in _CHANGES.items()}
    rows = [_place(name, f) for name, f in measured.items() if isinstance(f, Value)]
    rows = sorted((row for row in rows if row[1] is not None), key=lambda row: -row[1])
    if not rows:
        return titles.reason_of([f for f in measured.values() if isinstance(f, Withheld)])
    frame = pd.DataFrame(rows, columns=["measure", "share_lower", "history_start", "period"])
    absent = [name for name in measured if name not in set(frame["measure"])]
    return Chart(
        title=titles.standing([float(row[1]) for row in rows]),
        subtitle="Share of the values of its own history that are lower than the latest, %; growth "
        "and inflation over twelve months, payrolls on the month; histories begin at different "
        "times." + (f" Not shown: {', '.join(absent)}." if absent else ""),
        source=chart_source,
        description=f"A list of measures: highest {rows[0][0]} with {show(rows[0][1], 'share')}, "
        f"lowest {rows[-1][0]} with {show(rows[-1][1], 'share')}.",
        specs=marks.both(lambda size: _strip(size, frame)),
        data=frame,
    )


def _place(name: str, figure: Value) -> tuple[str, Any, Any, Any]:
    share, start = part(figure, "share_lower"), part(figure, "history_start")
    return name, share, start, part(figure, "period")


def _strip(size: Size, frame: pd.DataFrame) -> dict[str, Any]:
    listed = [str(name) for name in frame["measure"]]
    rows = [
        {"name": name, "value": float(share), "text": show(float(share), "share")}
        for name, share in zip(listed, frame["share_lower"], strict=True)
    ]
    y, left, tall = names_beside(size, listed)
    row = max(ROW, tall)
    x = amounts(0.0, 1.0, "%", count=2)
    plot = marks.Plot(size, x=x, y=y, left=left, right=62, top=8, height=row * len(listed) + 34)
    plot.x["axis"] |= {"domain": False, "ticks": False}
    said = {"tooltip": [marks.told("name", "Measure"), marks.told("text", "Lower values")]}
    style: dict[str, Any] = {"filled": True, "opacity": 1, "size": 90, "color": theme.INK}
    stems = [{"name": row["name"], "low": 0.0, "high": row["value"]} for row in rows]
    across = {"x2": {"field": "high"}}
    layers = [
        plot.layer("rule", "low", "name", data=stems, channels=across, color=theme.OTHER),
        plot.layer("point", "value", "name", channels=said, **style),
        plot.texts(None, "value", "name", colour=None, align="left", dx=9),
    ]
    return plot.spec(layers, rows)
