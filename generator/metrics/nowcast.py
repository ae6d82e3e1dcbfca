"""Growth: the path of a running model estimate, how it fared, and how rare such growth has been."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._known import Known, for_each, known_of
from generator.metrics._tools import day

FEWEST_QUARTERS = 40
"""Quarters of official growth below which nothing is said to be rare."""
SINCE = (1947, 1984, 2000, 2010)
"""First years of the spans in which quarters are counted."""


@tag(unit="percent", title="GDPNow, path of the estimate", section="Economy")
def gdp_nowcast_path(known_series: dict[str, Known | Withheld]) -> Figures:
    """Latest GDPNow estimate of the newest quarter that has one, as known on the as-of date: a
    running model estimate of real growth at an annual rate, no forecast of a person and not an
    official figure.

    With the quarter's first estimate, the highest, the lowest and every one with its day; the
    change since the last estimate of seven days earlier or more; the official first print of the
    quarter once it is known; and the quarter before with its last estimate before its official
    first print. A day on which the estimate was renewed unchanged is not told. Withheld where the
    releases of the estimate are not known. Source: Federal Reserve Bank of Atlanta and Bureau of
    Economic Analysis, through ALFRED.
    """
    official = known_of(known_series, "real_gdp_growth")
    return for_each(known_series, ("gdp_nowcast",), lambda known: _path(known, official))


def _path(known: Known, official: Known | Withheld) -> Figure:
    quarter = known.valued.index[-1]
    path = _estimates(known, quarter)
    if path.empty:
        return Withheld("the days of its estimates are not known")
    latest = float(path.iloc[-1])
    week_before = path.loc[: path.index[-1] - pd.Timedelta(days=7)].tail(1)
    change = latest - float(week_before.iloc[0]) if len(week_before) else None
    rows = tuple((day(stamp), float(value)) for stamp, value in path.items())
    return Value(
        latest,
        parts={
            "period": Part(known.period(quarter), "text"),
            "estimated": Part(rows[-1][0], "date"),
            "estimates": Part(len(rows), "count"),
            "first_estimate": Part(rows[0][1], "percent"),
            "first_estimated": Part(rows[0][0], "date"),
            "highest": Part(float(path.max()), "percent"),
            "lowest": Part(float(path.min()), "percent"),
            "change_1w": Part(change, "pp"),
            **_printed("official", official, quarter),
            **_before(known, official, quarter - pd.DateOffset(months=3)),
        },
        tables={"path": Table({"day": "date", "estimate": "percent"}, rows)},
        inputs=_inputs(known, official),
    )


def _inputs(known: Known, official: Known | Withheld) -> tuple[str, ...]:
    others = (official.series.series,) if isinstance(official, Known) else ()
    return (known.series.series, *others)


def _estimates(known: Known, quarter: pd.Timestamp) -> pd.Series:
    """Estimates of a quarter by the day of their release."""
    own = known.releases.loc[known.releases["observed"] == quarter].dropna(subset="value")
    return own.set_index("released")["value"]


def _printed(name: str, official: Known | Withheld, quarter: pd.Timestamp) -> Mapping[str, Part]:
    """The official first print of a quarter and its day, None while there is none."""
    first = None if isinstance(official, Withheld) else official.first(quarter)
    return {
        name: Part(None if first is None else first[1], "percent"),
        f"{name}_released": Part(None if first is None else day(first[0]), "date"),
    }


def _before(known: Known, official: Known | Withheld, quarter: pd.Timestamp) -> Mapping[str, Part]:
    """The quarter before: its last estimate before its official first print, and that print."""
    last = _last_estimate(known, official, quarter)
    return {
        "before_period": Part(None if last is None else known.period(quarter), "text"),
        "before_estimate": Part(None if last is None else last[1], "percent"),
        "before_estimated": Part(None if last is None else last[0], "date"),
        **_printed("before_official", official, quarter),
    }


def _last_estimate(
    known: Known, official: Known | Withheld, quarter: pd.Timestamp
) -> tuple[date, float] | None:
    """The last estimate of a quarter released before the day of its official first print."""
    path = _estimates(known, quarter)
    first = None if isinstance(official, Withheld) else official.first(quarter)
    if first is not None:
        path = path.loc[path.index < first[0]]
    return (day(path.index[-1]), float(path.iloc[-1])) if len(path) else None


def nowcast_estimates(known_series: dict[str, Known | Withheld]) -> dict[str, pd.Series]:
    """GDPNow estimates by the day of their release: of the newest quarter that has one (`current`)
    and of the quarter before it (`before`); either may be empty.
    """
    known = known_of(known_series, "gdp_nowcast")
    if isinstance(known, Withheld):
        return {"current": pd.Series(dtype=float), "before": pd.Series(dtype=float)}
    quarter = known.valued.index[-1]
    before = quarter - pd.DateOffset(months=3)
    return {"current": _estimates(known, quarter), "before": _estimates(known, before)}


@tag(unit="pp", title="GDPNow, mean error", section="Economy")
def gdp_nowcast_error(known_series: dict[str, Known | Withheld]) -> Figures:
    """Mean absolute difference between the official first print of a quarter's real growth and the
    last GDPNow estimate released before that day, percentage points.

    Over the quarters of the last three years whose first print is known on the as-of date; with
    the mean signed difference (print less estimate), how many quarters these are, and every one of
    them. Withheld with fewer than four. Source: Federal Reserve Bank of Atlanta and Bureau of
    Economic Analysis, through ALFRED.
    """
    official = known_of(known_series, "real_gdp_growth")
    if isinstance(official, Withheld):
        return {"gdp_nowcast": official}
    return for_each(known_series, ("gdp_nowcast",), lambda known: _error(known, official))


def _error(known: Known, official: Known) -> Figure:
    rows = []
    for quarter in known.valued.index:
        first, last = official.first(quarter), _last_estimate(known, official, quarter)
        if first is not None and last is not None:
            difference = first[1] - last[1]
            rows.append((known.period(quarter), last[1], first[1], day(first[0]), difference))
    if len(rows) < 4:
        return Withheld("fewer than four quarters have both an estimate and a first print")
    errors = pd.Series([row[-1] for row in rows])
    columns = {
        "quarter": "text",
        "estimate": "percent",
        "first_print": "percent",
        "released": "date",
        "difference": "pp",
    }
    return Value(
        float(errors.abs().mean()),
        parts={
            "mean_difference": Part(float(errors.mean()), "pp"),
            "quarters": Part(len(rows), "count"),
        },
        tables={"quarters": Table(columns, tuple(rows[::-1]))},
        inputs=_inputs(known, official),
    )


@tag(unit="share", title="Quarters with growth as fast", section="Economy")
def growth_rarity(known_series: dict[str, Known | Withheld]) -> Figures:
    """Share of all quarters in which real growth at an annual rate was at least as fast as the
    latest: of `real_gdp_growth` the last official quarter, itself not counted; of `gdp_nowcast` the
    running model estimate.

    The quarters are those of the official series as known on the as-of date. With their number, how
    many were as fast, the share without 2020 and 2021, the last quarter that was as fast, and the
    same by the year in which the count begins. Withheld with fewer than 40 quarters, as when seen
    from a date before the edition's. Source: Bureau of Economic Analysis, through FRED and ALFRED.
    """
    official = known_of(known_series, "real_gdp_growth")
    if isinstance(official, Withheld):
        return dict.fromkeys(("real_gdp_growth", "gdp_nowcast"), official)
    subjects = ("real_gdp_growth", "gdp_nowcast")
    return for_each(known_series, subjects, lambda known: _rarity(known, official))


def _rarity(known: Known, official: Known) -> Figure:
    quarter, growth = known.valued.index[-1], float(known.valued.iloc[-1])
    past = official.valued.loc[official.valued.index < quarter]
    if len(past) < FEWEST_QUARTERS:
        return Withheld(f"fewer than {FEWEST_QUARTERS} quarters of official growth are known")
    fast = past >= growth
    calm = ~pd.DatetimeIndex(past.index).year.isin((2020, 2021))
    as_fast = past.index[fast]
    columns = {"since": "year", "quarters": "count", "as_fast": "count", "share": "share"}
    return Value(
        float(fast.mean()),
        parts={
            "growth": Part(growth, "percent"),
            "period": Part(known.period(quarter), "text"),
            "quarters": Part(len(past), "count"),
            "as_fast": Part(int(fast.sum()), "count"),
            "share_without_2020_2021": Part(float(fast[calm].mean()), "share"),
            "last_as_fast": Part(known.period(as_fast[-1]) if len(as_fast) else None, "text"),
            "history_start": Part(day(past.index[0]), "date"),
        },
        tables={"since": Table(columns, tuple(_counted(past, growth)))},
        inputs=_inputs(known, official) if known is not official else (),
    )


def _counted(past: pd.Series, growth: float) -> list[tuple[int, int, int, float]]:
    """Quarters and those as fast by the year in which the count begins, where all are there."""
    rows = []
    for year in SINCE:
        own = past.loc[f"{year}" :]
        if past.index[0] <= pd.Timestamp(year, 7, 1) and len(own):
            fast = int((own >= growth).sum())
            rows.append((year, len(own), fast, fast / len(own)))
    return rows
