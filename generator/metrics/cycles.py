"""Cycles of small caps against large caps: the phases there were, and where this one stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.editions import following_weekday
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._phases import DOWN, UP, Phase, phases
from generator.metrics._tools import day, per_subject

THRESHOLD = 0.15
"""The move from an extreme that makes it a turn. Frozen: from 15% to 20% the turns of 1988 to 2025
are the same but for the first, at 10% there are twice as many."""
THRESHOLDS = (0.10, THRESHOLD, 0.20)


@dataclass(frozen=True, slots=True)
class RatioPhases:
    """The ratio's month-ends, and the phases between its turns."""

    levels: pd.Series
    """The ratio at the end of every month that is over."""
    past: tuple[Phase, ...]
    """Phases between two turns; positions are those of the month-ends."""
    running: Phase
    """The phase since the latest turn, to the last month-end."""


def ratio_phases(
    ratios: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    exclusions: dict[str, str],
) -> RatioPhases | Withheld:
    """Phases of the ratio of small to large caps by the frozen threshold, or why there are none."""
    levels = _month_end_levels(ratios, month_ends, as_of, small_cap, exclusions)
    if isinstance(levels, Withheld):
        return levels
    past, running = phases(levels.to_numpy(), THRESHOLD)
    if running is None:
        return Withheld(f"its ratio has not turned by {THRESHOLD:.0%} since its history began")
    return RatioPhases(levels, tuple(past), running)


def _month_end_levels(
    ratios: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    exclusions: dict[str, str],
) -> pd.Series | Withheld:
    """The ratio at the end of every month that is over, since its last missing one."""
    if small_cap not in ratios:
        return Withheld(exclusions.get(small_cap, "the snapshot holds no data for it"))
    over = month_ends[:-1] if following_weekday(as_of).month == as_of.month else month_ends
    levels = ratios.loc[over, small_cap]
    first = levels.first_valid_index()
    if first is None:
        return Withheld("it has no common month-end with the benchmark")
    levels = levels.loc[first:]
    missing = levels.index[levels.isna()]
    if len(missing):
        return Withheld(f"its ratio is missing on the month-end {day(missing[-1])}")
    return levels


@tag(unit="text", title="Cycle of relative strength", section="Cycles")
def relative_cycle(
    ratio_phases: RatioPhases | Withheld,
    ratios: pd.DataFrame,
    small_cap: str,
    exclusions: dict[str, str],
) -> Figures:
    """Whether small caps have been ahead or behind since the latest turn of the ratio of small to
    large caps. A turn is an extreme of the ratio at month-ends: a low once the ratio has risen from
    it by 15%, a high once it has fallen from it by 15%. Phases run from turn to turn.

    Both ratio and returns are of prices. There is no least length: a phase may last a month. A turn
    is known on the month-end that confirms it, stated beside it, and is never revised; the running
    phase is provisional, for its own extreme is not known. Its length is in months to the last
    month that is over, its size is to the last session. It is compared with the past phases of the
    same direction, whose sizes are from extreme to extreme and so the largest that there were. What
    lies before the first turn is no phase. The sensitivity table dates the same ratio with 10%, 15%
    and 20%.

    Withheld where a month-end is missing, or no turn is confirmed. Source of the rule: A. Lunde and
    A. Timmermann, 2004, who date bull and bear markets by such filters.
    """

    def cycle(subject: str, series: pd.Series) -> Figure:
        if isinstance(ratio_phases, Withheld):
            return ratio_phases
        if np.isnan(series.iloc[-1]):
            return Withheld(f"a close is missing on the last session {day(series.index[-1])}")
        return _figure(ratio_phases, float(series.iloc[-1]), day(series.index[-1]))

    return per_subject([small_cap], ratios, exclusions, cycle)


def _figure(found: RatioPhases, last: float, today: Scalar) -> Value:
    levels, running = found.levels, found.running
    months = levels.index
    start = float(levels.iloc[running.start])
    size = last / start - 1
    like = [phase for phase in found.past if phase.upwards == running.upwards]
    shorter = sum(phase.months < running.months for phase in like)
    smaller = sum(abs(phase.size) < abs(size) for phase in like)
    since = levels.iloc[running.start :]
    extreme = since.idxmax() if running.upwards else since.idxmin()
    parts: dict[str, Part] = {
        "start": Part(day(months[running.start]), "date"),
        "confirmed": Part(day(months[running.known]), "date"),
        "months": Part(running.months, "count"),
        "size": Part(size, "fraction"),
        "extreme": Part(day(extreme), "date"),
        "extreme_size": Part(float(levels.loc[extreme]) / start - 1, "fraction"),
        "to_turn": Part(_to_turn(running, float(levels.loc[extreme]), last), "fraction"),
        "threshold": Part(THRESHOLD, "share"),
        "past": Part(len(found.past), "count"),
        "past_like": Part(len(like), "count"),
        "shorter": Part(shorter, "count"),
        "smaller": Part(smaller, "count"),
        "median_months": Part(_median([float(p.months) for p in like]), "rsi"),
        "median_size": Part(_median([p.size for p in like]), "fraction"),
        "history_start": Part(day(months[0]), "date"),
        "first_turn": Part(day(months[(*found.past, running)[0].start]), "date"),
    }
    rows = [_row(levels, phase, "past") for phase in found.past]
    rows.append(
        (
            *(running.direction, day(months[running.start]), today, day(months[running.known])),
            *(running.months, size, None, "provisional"),
        )
    )
    columns = {"direction": "text", "start": "date", "end": "date", "confirmed": "date"}
    columns |= {"months": "count", "size": "fraction", "annualised": "fraction", "state": "text"}
    return Value(
        running.direction,
        base=day(months[running.start]),
        parts=parts,
        tables={"phases": Table(columns, tuple(rows)), "sensitivity": _sensitivity(levels)},
    )


def _to_turn(running: Phase, extreme: float, last: float) -> float:
    """The move of the ratio from here that would confirm another turn."""
    return extreme * (1 - THRESHOLD if running.upwards else 1 + THRESHOLD) / last - 1


def _median(values: list[float]) -> float | None:
    return float(np.median(values)) if values else None


def _row(levels: pd.Series, phase: Phase, state: str) -> tuple[Scalar, ...]:
    start, end, known = (day(levels.index[at]) for at in (phase.start, phase.end, phase.known))
    return phase.direction, start, end, known, phase.months, phase.size, phase.annualised, state


def _sensitivity(levels: pd.Series) -> Table:
    rows: list[tuple[Scalar, ...]] = []
    for threshold in THRESHOLDS:
        past, running = phases(levels.to_numpy(), threshold)
        lengths = [
            _median([float(p.months) for p in past if p.direction == side]) for side in (UP, DOWN)
        ]
        now: tuple[Scalar, ...] = (None, None, None)
        if running is not None:
            places = (running.start, running.known)
            now = (running.direction, *(day(levels.index[at]) for at in places))
        rows.append((threshold, len(past), *lengths, *now))
    columns = {"threshold": "share", "phases": "count", "median_ahead": "rsi"}
    columns |= {"median_behind": "rsi", "now": "text", "since": "date", "confirmed": "date"}
    return Table(columns, tuple(rows))
