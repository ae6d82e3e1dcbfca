"""Relative strength, moving averages, their crosses, and Wilder's relative strength index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._tools import (
    MAIN,
    SMALL,
    day,
    last_close,
    main_but,
    outcomes,
    per_subject,
    relative_strength_index,
)

RSI_HISTORY = 250
OUTCOMES = {"after_3m": 3, "after_6m": 6, "after_12m": 12}


def ratios(closes: pd.DataFrame, large_cap: str) -> pd.DataFrame:
    """Close over the large-cap benchmark's; sessions x subjects, NaN where either is missing."""
    return closes.drop(columns=large_cap).div(closes[large_cap], axis=0)


CROSSED = (*SMALL, "large", "broad")
"""Segments whose crosses are followed."""


def _present(frame: pd.DataFrame, subjects: list[str]) -> pd.DataFrame:
    return frame[[subject for subject in subjects if subject in frame]]


def averages_50(closes: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """Mean of the last 50 closes at each session, NaN unless all 50 are there."""
    return _present(closes, universe.subjects(segment=CROSSED)).rolling(50).mean()


def averages_200(closes: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """Mean of the last 200 closes at each session, NaN unless all 200 are there."""
    return _present(closes, universe.subjects(segment=CROSSED)).rolling(200).mean()


def ratio_averages_50(ratios: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """Mean of the last 50 ratios at each session, NaN unless all 50 are there."""
    return _present(ratios, universe.subjects(segment=SMALL)).rolling(50).mean()


def ratio_averages_200(ratios: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """Mean of the last 200 ratios at each session, NaN unless all 200 are there."""
    return _present(ratios, universe.subjects(segment=SMALL)).rolling(200).mean()


@tag(unit="ratio", title="Relative strength", section="Relative strength")
def relative_strength(
    ratios: pd.DataFrame, universe: Universe, exclusions: dict[str, str], large_cap: str
) -> Figures:
    """Last close divided by the last close of the S&P 500. A rising ratio means that the series
    is ahead; its level has no meaning.

    With the share of the history's sessions on which the ratio was lower, and the dates of its
    highest and lowest values.
    """

    def ratio(_: str, series: pd.Series) -> Figure:
        end = last_close(series)
        if isinstance(end, Withheld):
            return end
        known = series.dropna()
        return Value(
            end,
            parts={
                "share_lower": Part(float((known < end).mean()), "share"),
                "highest": Part(day(known.idxmax()), "date"),
                "lowest": Part(day(known.idxmin()), "date"),
                "history_start": Part(day(known.index[0]), "date"),
            },
        )

    return per_subject(main_but(universe, large_cap), ratios, exclusions, ratio)


def _average(
    series: pd.DataFrame, sessions: int, subjects: list[str], exclusions: dict[str, str]
) -> Figures:
    """Mean of the last rows, and how far the last one is from it."""

    def average(_: str, column: pd.Series) -> Figure:
        latest = column.to_numpy()[-sessions:]
        if len(latest) < sessions or np.isnan(latest).any():
            return Withheld(f"one of its last {sessions} closes is missing")
        mean = float(latest.mean())
        return Value(mean, parts={"distance": Part(float(latest[-1]) / mean - 1, "fraction")})

    return per_subject(subjects, series, exclusions, average)


@tag(unit="level", title="50-session average", section="Moving averages")
def sma_50(closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]) -> Figures:
    """Simple mean of the last 50 closes, all of which must be there; with the last close's distance
    from it.
    """
    return _average(closes, 50, universe.subjects(segment=MAIN), exclusions)


@tag(unit="level", title="200-session average", section="Moving averages")
def sma_200(closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]) -> Figures:
    """Simple mean of the last 200 closes, all of which must be there; with the last close's
    distance from it.
    """
    return _average(closes, 200, universe.subjects(segment=MAIN), exclusions)


@tag(unit="ratio", title="50-session average of relative strength", section="Relative strength")
def relative_strength_sma_50(
    ratios: pd.DataFrame,
    universe: Universe,
    exclusions: dict[str, str],
    large_cap: str,
) -> Figures:
    """Simple mean of the last 50 values of relative strength, all of which must be there."""
    return _average(ratios, 50, main_but(universe, large_cap), exclusions)


@tag(unit="ratio", title="200-session average of relative strength", section="Relative strength")
def relative_strength_sma_200(
    ratios: pd.DataFrame,
    universe: Universe,
    exclusions: dict[str, str],
    large_cap: str,
) -> Figures:
    """Simple mean of the last 200 values of relative strength, all of which must be there."""
    return _average(ratios, 200, main_but(universe, large_cap), exclusions)


def _cross(series: pd.Series, fast: pd.Series, slow: pd.Series) -> Figure:
    """The latest cross of two averages, and every one before it with what followed."""
    known = slow.notna() & fast.notna()
    if not known.any():
        return Withheld("it has no 200 sessions in a row")
    if not known.iloc[-1]:
        return Withheld("one of its last 200 closes is missing")
    pair = (known & known.shift(1, fill_value=False)).to_numpy()
    above, below = (fast > slow).to_numpy(), (fast < slow).to_numpy()
    golden, death = np.zeros_like(above), np.zeros_like(above)
    golden[1:] = pair[1:] & above[1:] & ~above[:-1]
    death[1:] = pair[1:] & below[1:] & ~below[:-1]
    positions = np.flatnonzero(golden | death)
    state = "above" if above[-1] else "below" if below[-1] else "level with"
    parts = {"state": Part(f"50-session average {state} the 200-session average", "text")}
    columns = {"date": "date", "cross": "text"} | dict.fromkeys(OUTCOMES, "fraction")
    if not len(positions):
        return Value("none", parts=parts, tables={"events": Table(columns, ())})
    positions = positions[::-1]
    kinds = np.where(golden[positions], "golden", "death")
    rows = [
        (day(series.index[position]), str(kind), *after)
        for position, kind, after in zip(
            positions, kinds, outcomes(series, positions, OUTCOMES.values()), strict=True
        )
    ]
    latest = series.index[positions[0]]
    return Value(
        rows[0][1],
        base=day(latest),
        parts=parts | {"date": Part(day(latest), "date")},
        tables={"events": Table(columns, tuple(rows))},
    )


@tag(unit="text", title="Latest cross of the averages", section="Moving averages")
def sma_cross(
    closes: pd.DataFrame,
    averages_50: pd.DataFrame,
    averages_200: pd.DataFrame,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """The latest cross of the 50- and 200-session averages of the close. Golden: the 50-session
    average is above the 200-session average and was not on the session before. Death: the mirror.

    Listed are all crosses in the history with the price return three, six and twelve months later
    (same day, else the session before it); a dash where that day has not come.
    """
    return per_subject(
        universe.subjects(segment=CROSSED),
        closes,
        exclusions,
        lambda subject, series: _cross(series, averages_50[subject], averages_200[subject]),
    )


@tag(unit="text", title="Latest cross of relative strength", section="Relative strength")
def relative_strength_cross(
    ratios: pd.DataFrame,
    ratio_averages_50: pd.DataFrame,
    ratio_averages_200: pd.DataFrame,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """The latest cross of the 50- and 200-session averages of relative strength, golden or death as
    for the close.

    Listed are all crosses with the change of the ratio three, six and twelve months later.
    """
    return per_subject(
        universe.subjects(segment=SMALL),
        ratios,
        exclusions,
        lambda subject, series: _cross(
            series, ratio_averages_50[subject], ratio_averages_200[subject]
        ),
    )


def _after_last_gap(series: pd.Series) -> pd.Series:
    """The closes since the last missing one."""
    missing = np.flatnonzero(series.isna().to_numpy())
    return series.iloc[missing[-1] + 1 :] if len(missing) else series


def _rsi(series: pd.Series, what: str) -> Figure:
    known = _after_last_gap(series)
    if len(known) < RSI_HISTORY:
        return Withheld(f"it has {len(known)} {what} in a row, {RSI_HISTORY} are needed")
    index = relative_strength_index(known.to_numpy())
    if np.isnan(index[-1]):
        return Withheld("its closes have not moved, so the index is not defined")
    zone = "overbought" if index[-1] >= 70 else "oversold" if index[-1] <= 30 else "neutral"
    outside = np.flatnonzero(~(index >= 70 if zone == "overbought" else index <= 30))
    since = day(known.index[outside[-1] + 1]) if zone != "neutral" and len(outside) else None
    return Value(
        float(index[-1]),
        parts={
            "zone": Part(zone, "text"),
            "zone_since": Part(since, "date"),
            "before": Part(None if np.isnan(index[-2]) else float(index[-2]), "rsi"),
            "share_overbought": Part(float((index[14:] >= 70).mean()), "share"),
        },
    )


def small_cap_rsi(closes: pd.DataFrame, small_cap: str) -> pd.Series:
    """Wilder's RSI(14) of the small-cap benchmark on each session since its last missing close.

    Empty where the snapshot does not hold it.
    """
    if small_cap not in closes:
        return pd.Series(dtype="float64", index=closes.index[:0])
    known = _after_last_gap(closes[small_cap])
    return pd.Series(relative_strength_index(known.to_numpy()), index=known.index)


@tag(unit="rsi", title="RSI, daily", section="Momentum")
def rsi_14_daily(closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]) -> Figures:
    """Wilder's relative strength index over 14 sessions: 100 − 100 / (1 + average gain / average
    loss), the averages seeded by the simple mean of the first 14 moves and then smoothed by
    Wilder's (13 × previous + latest) / 14.

    At least 250 closes in a row are needed. 70 and above is called overbought, 30 and below
    oversold; neither is advice. Source: J. Welles Wilder, 1978.
    """
    return per_subject(
        universe.subjects(segment=MAIN),
        closes,
        exclusions,
        lambda _, series: _rsi(series, "sessions"),
    )


@tag(unit="rsi", title="RSI, weekly", section="Momentum")
def rsi_14_weekly(
    weekly_closes: pd.DataFrame, universe: Universe, exclusions: dict[str, str]
) -> Figures:
    """Wilder's relative strength index over 14 weeks, from the closes of the last session of each
    ISO week; formula and limits as for the daily one, with at least 250 weeks.
    """
    return per_subject(
        universe.subjects(segment=MAIN),
        weekly_closes,
        exclusions,
        lambda _, series: _rsi(series, "weeks"),
    )
