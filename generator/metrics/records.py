"""Record closes, drawdowns and calendar years."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.editions import is_last_of_year
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._tools import MAIN, SMALL, TIE, day, last_close, per_subject, runs

LONG_WAIT = 63
"""Sessions without a record that make a wait worth listing: a quarter."""
DEEP = 0.10
"""Drawdowns from this depth are listed: a correction."""


def _known(series: pd.Series) -> pd.Series:
    return series.dropna()


def _records(closes: np.ndarray) -> np.ndarray:
    """Positions of closes above all earlier ones."""
    before = np.maximum.accumulate(closes)[:-1]
    return np.flatnonzero(closes[1:] > before) + 1


def _sessions_between(index: pd.DatetimeIndex, start: pd.Timestamp, end: pd.Timestamp) -> int:
    return int(index.get_loc(end)) - int(index.get_loc(start))


@tag(unit="count", title="Record closes this year", section="Records")
def record_closes_ytd(
    closes: pd.DataFrame, as_of: pd.Timestamp, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Record closes in the calendar year to date. A record close is strictly above every earlier
    close in the history.

    Listed are the record closes of every calendar year since the history begins.
    """

    def count(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        known = _known(series)
        years = known.index.year.to_numpy()[_records(known.to_numpy())]
        span = range(int(known.index[0].year), as_of.year + 1)
        by_year = Table(
            {"year": "year", "records": "count"},
            tuple((year, int((years == year).sum())) for year in span),
        )
        return Value(
            int((years == as_of.year).sum()),
            parts={"history_start": Part(day(known.index[0]), "date")},
            tables={"years": by_year},
        )

    return per_subject(universe.subjects(segment=MAIN), closes, exclusions, count)


@tag(unit="sessions", title="Sessions since a record", section="Records")
def sessions_since_record(
    closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Sessions since the latest record close; 0 if the last close is one.

    With the date and level of that record.
    """

    def since(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        known = _known(series)
        positions = _records(known.to_numpy())
        if not len(positions):
            return Withheld(
                f"it has made no record since its history starts on {day(known.index[0])}"
            )
        latest = known.index[positions[-1]]
        return Value(
            _sessions_between(series.index, latest, series.index[-1]),
            base=day(latest),
            parts={
                "record": Part(float(known.loc[latest]), "points"),
                "record_date": Part(day(latest), "date"),
            },
        )

    return per_subject(universe.subjects(segment=MAIN), closes, exclusions, since)


@tag(unit="sessions", title="Wait for the latest record", section="Records")
def record_gap(closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]) -> Figures:
    """Sessions that passed between the latest record close and the record close before it, neither
    counted; 0 if they were on consecutive sessions.

    Listed are all waits of 63 sessions or more between two records, the longest first.
    """

    def gap(_: str, series: pd.Series) -> Figure:
        known = _known(series)
        positions = _records(known.to_numpy())
        if len(positions) < 2:
            return Withheld("it has made fewer than two records in its history")
        dates = known.index[positions]
        places = series.index.get_indexer(dates)
        waits = np.diff(places) - 1
        order = sorted(np.flatnonzero(waits >= LONG_WAIT), key=lambda i: (-waits[i], -i))
        listed = Table(
            {"sessions": "sessions", "from": "date", "to": "date"},
            tuple((int(waits[i]), day(dates[i]), day(dates[i + 1])) for i in order),
        )
        return Value(
            int(waits[-1]),
            base=day(dates[-2]),
            parts={
                "latest": Part(day(dates[-1]), "date"),
                "previous": Part(day(dates[-2]), "date"),
            },
            tables={"waits": listed},
        )

    return per_subject(universe.subjects(segment=MAIN), closes, exclusions, gap)


@tag(unit="text", title="First index back at a record this month", section="Records")
def first_record_this_month(
    closes: pd.DataFrame, as_of: pd.Timestamp, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Which of the major indexes was the first to make a record close in the calendar month of the
    last session; several names if they did on the same day, "none" if none has.
    """
    month = as_of.replace(day=1)
    first: dict[str, pd.Timestamp] = {}
    for subject in universe.major_indexes:
        if subject in closes:
            known = _known(closes[subject])
            records = known.index[_records(known.to_numpy())]
            records = records[records >= month]
            if len(records):
                first[subject] = records[0]
    missing = [
        universe.series[s].short
        for s in universe.major_indexes
        if s not in closes or closes.loc[month:, s].isna().any()
    ]
    warnings = (f"closes are missing of {', '.join(missing)}",) if missing else ()
    if not first:
        return {"major_indexes": Value("none", warnings=warnings)}
    earliest = min(first.values())
    names = [universe.series[s].short for s, session in first.items() if session == earliest]
    return {
        "major_indexes": Value(
            " and ".join(names), parts={"date": Part(day(earliest), "date")}, warnings=warnings
        )
    }


def drawdowns(closes: pd.DataFrame) -> pd.DataFrame:
    """Close over the highest close so far, minus one; NaN where the close is missing."""
    return closes / closes.cummax() - 1


@tag(unit="fraction", title="Drawdown", section="Drawdowns")
def drawdown(
    closes: pd.DataFrame, drawdowns: pd.DataFrame, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Last close over the highest close of the history so far, minus one; 0 at a record.

    With the date of that peak, and the date and depth of the lowest close since.
    """

    def current(subject: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        peak = series[::-1].idxmax()
        since = drawdowns[subject].loc[peak:]
        trough = since.idxmin()
        return Value(
            float(since.iloc[-1]),
            base=day(peak),
            parts={
                "peak": Part(day(peak), "date"),
                "peak_level": Part(float(series.loc[peak]), "points"),
                "trough": Part(day(trough), "date"),
                "depth": Part(float(since.loc[trough]), "fraction"),
            },
        )

    return per_subject(universe.subjects(segment=MAIN), closes, exclusions, current)


@tag(unit="fraction", title="Deepest drawdown", section="Drawdowns")
def maximum_drawdown(
    closes: pd.DataFrame, drawdowns: pd.DataFrame, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """The lowest value the drawdown has had: min over sessions of close / highest close so far − 1.

    Listed are all drawdowns of 10% or more with the dates of peak, trough and recovery (the first
    close at or above the peak), the deepest first.
    """

    def deepest(subject: str, series: pd.Series) -> Figure:
        known = _known(series)
        if not len(known):
            return Withheld("it has no close")
        episodes = _episodes(known, drawdowns[subject].dropna().to_numpy())
        worst = episodes[0] if episodes else (0.0, None, None, None)
        listed = tuple(episode for episode in episodes if episode[0] <= -DEEP + TIE)
        return Value(
            worst[0],
            base=worst[1],
            parts={
                "peak": Part(worst[1], "date"),
                "trough": Part(worst[2], "date"),
                "recovery": Part(worst[3], "date"),
                "history_start": Part(day(known.index[0]), "date"),
            },
            tables={
                "episodes": Table(
                    {"depth": "fraction", "peak": "date", "trough": "date", "recovery": "date"},
                    listed,
                )
            },
        )

    return per_subject(universe.subjects(segment=MAIN), closes, exclusions, deepest)


def _episodes(closes: pd.Series, depths: np.ndarray) -> list[tuple[float, date, date, date | None]]:
    """Depth, peak, trough and recovery of the stretches below a peak, the deepest first.

    All that are as deep as a correction, and the deepest of them in any case.
    """
    below = depths < 0
    firsts, lasts = runs(below)
    if not len(firsts):
        return []
    lowest = np.minimum.reduceat(depths, firsts)
    found: list[tuple[float, date, date, date | None]] = []
    for i in np.argsort(lowest, kind="stable"):
        if found and lowest[i] > -DEEP + TIE:
            break
        first, end = firsts[i], lasts[i] + 1
        trough = first + int(np.argmin(depths[first:end]))
        recovery = day(closes.index[end]) if end < len(depths) else None
        peak = day(closes.index[first - 1])
        found.append((float(lowest[i]), peak, day(closes.index[trough]), recovery))
    return found


@tag(unit="pp", title="Last completed year against the S&P 500", section="Calendar years")
def calendar_year_relative(
    closes: pd.DataFrame,
    year_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    large_cap: str,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Price return of the last completed calendar year minus that of the S&P 500, in percentage
    points, each from the last close of the year before.

    Listed are all calendar years with both returns; the running year is marked and is not counted
    among the years ahead.
    """
    yearly = closes.loc[year_ends]
    returns = yearly / yearly.shift(1) - 1
    # The running year is complete only once its last session has passed.
    running = as_of.year if not is_last_of_year(as_of) else None

    def relative(subject: str, series: pd.Series) -> Figure:
        both = pd.DataFrame({"own": returns[subject], "large": returns[large_cap]}).dropna()
        rows: list[tuple[Scalar, ...]] = []
        for session, own, large in both.itertuples():
            state = "to date" if session.year == running else "complete"
            rows.append((session.year, float(own), float(large), float(100 * (own - large)), state))
        complete = [row for row in rows if row[4] == "complete"]
        if not complete:
            return Withheld("it has no completed calendar year in common with the S&P 500")
        latest = as_of.year - (running is not None)
        if complete[-1][0] != latest:
            return Withheld(f"a close that the year {latest} needs is missing")
        winners = [row[0] for row in complete if float(row[3]) > 100 * 1e-9]  # type: ignore[arg-type]
        last = complete[-1]
        base = yearly.index[yearly.index.year < last[0]][-1]
        return Value(
            last[3],
            base=day(base),
            parts={
                "year": Part(last[0], "year"),
                "last_winning_year": Part(winners[-1] if winners else None, "year"),
                "winning_year_before": Part(winners[-2] if len(winners) > 1 else None, "year"),
                "years_ahead": Part(len(winners), "years"),
                "years": Part(len(complete), "years"),
            },
            tables={
                "years": Table(
                    {
                        "year": "year",
                        "return": "fraction",
                        "large": "fraction",
                        "relative": "pp",
                        "state": "text",
                    },
                    tuple(rows),
                )
            },
        )

    return per_subject(
        [s for s in universe.subjects(segment=SMALL) if s != large_cap],
        closes,
        exclusions,
        relative,
    )
