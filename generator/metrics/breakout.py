"""Bases and breakouts: a technician's pattern with frozen parameters, and how past ones ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._tools import SMALL, day, outcomes, per_subject
from generator.metrics.trend import OUTCOMES

YEAR = 252
AGE = 2 * YEAR
BAND = 0.01
SHALLOWEST, DEEPEST = 0.15, 0.50
TEST_WITHIN, TEST_APART, TEST_PULLBACK = 0.03, 60, 0.07
CONFIRM_SESSIONS, FAIL_BELOW = 20, 0.01
REMEMBERED = YEAR
"""Sessions for which a breakout's outcome stays the state."""


@dataclass(frozen=True, slots=True)
class Base:
    """A resistance that stood, as seen on the session before `end`."""

    resistance: int
    """Position of the resistance H, the highest close."""
    low: int
    """Position of the lowest close since."""
    depth: float
    """1 - L / H."""
    tests: int
    """Times the resistance was tested."""
    end: int
    """Position of the first session that is not part of the base."""


def _base_before(closes: np.ndarray, end: int, resistance: int) -> Base | None:
    """The base from a resistance to the session before `end`, if its shape is one."""
    span = closes[resistance:end]
    low = resistance + int(np.argmin(span))
    depth = 1 - closes[low] / closes[resistance]
    if not SHALLOWEST <= depth <= DEEPEST:
        return None
    tests = _tests(span)
    return Base(resistance, low, float(depth), tests, end) if tests >= 2 else None


def _tests(span: np.ndarray) -> int:
    """Count the tests of span[0]: local maxima close to it, apart, with a pullback between."""
    near = np.zeros(len(span), dtype=bool)
    near[1:-1] = (span[1:-1] >= span[:-2]) & (span[1:-1] > span[2:])
    near &= span >= span[0] * (1 - TEST_WITHIN)
    count, last = 0, 0
    for position in map(int, np.flatnonzero(near)):
        if position - last < TEST_APART:
            continue
        if span[last:position].min() <= span[last] * (1 - TEST_PULLBACK):
            count, last = count + 1, position
    return count


def _standing(closes: np.ndarray, age: int, band: float) -> tuple[np.ndarray, np.ndarray]:
    """For each session: position of the resistance, and whether it still stands.

    The resistance is the highest close at least `age` sessions old; it stands while no close since
    exceeds it by more than the band. Position -1 while the history is too short.
    """
    peaks = np.maximum.accumulate(closes)
    is_new = np.concatenate(([True], closes[1:] > peaks[:-1]))
    where = np.maximum.accumulate(np.where(is_new, np.arange(len(closes)), 0))
    resistance = np.full(len(closes), -1)
    resistance[age:] = where[:-age]
    recent = pd.Series(closes).rolling(age).max().to_numpy()
    level = np.where(resistance >= 0, closes[resistance], np.nan)
    return resistance, recent <= level * (1 + band)


@dataclass(frozen=True, slots=True)
class Breakout:
    """The first close beyond a base, and what became of it."""

    base: Base
    """What it broke out of."""
    trigger: int
    """Position of the first close above H (1 + band)."""
    state: str
    """triggered, confirmed or failed."""
    decided: int
    """Position at which the state was reached."""


def _breakouts(closes: np.ndarray, week_end: np.ndarray, age: int, band: float) -> list[Breakout]:
    resistance, stands = _standing(closes, age, band)
    found = []
    level = np.where(resistance >= 0, closes[resistance], np.inf)
    beyond = closes[1:] > level[:-1] * (1 + band)
    for position in map(int, np.flatnonzero(beyond & stands[:-1]) + 1):
        base = _base_before(closes, position, int(resistance[position - 1]))
        if base is not None:
            state, decided = _state(closes, week_end, position, closes[base.resistance])
            found.append(Breakout(base, position, state, decided))
    return found


def _state(closes: np.ndarray, week_end: np.ndarray, trigger: int, level: float) -> tuple[str, int]:
    last = min(trigger + CONFIRM_SESSIONS, len(closes) - 1)
    after = closes[trigger : last + 1]
    fell = np.flatnonzero(after < level * (1 - FAIL_BELOW))
    if len(fell):
        return "failed", trigger + int(fell[0])
    if last < trigger + CONFIRM_SESSIONS:
        return "triggered", trigger
    held = bool((week_end[trigger : last + 1] & (after > level)).any())
    return ("confirmed" if held else "failed"), last


def _now(
    closes: np.ndarray, week_end: np.ndarray, age: int, band: float
) -> tuple[str, Base | None, Breakout | None, list[Breakout]]:
    """State on the last session, the base it is about, the breakout it is about, all breakouts."""
    past = _breakouts(closes, week_end, age, band)
    latest = past[-1] if past else None
    if latest is not None and len(closes) - 1 - latest.trigger <= REMEMBERED:
        return latest.state, latest.base, latest, past
    resistance, stands = _standing(closes, age, band)
    if resistance[-1] >= 0 and stands[-1]:
        base = _base_before(closes, len(closes), int(resistance[-1]))
        if base is not None:
            return "testing", base, None, past
    return "none", None, None, past


def _figure(series: pd.Series, week_ends: pd.DatetimeIndex) -> Figure:
    known = series.dropna()
    if len(known) <= AGE + CONFIRM_SESSIONS:
        return Withheld(
            f"it has {len(known)} closes, more than {AGE + CONFIRM_SESSIONS} are needed"
        )
    closes, index = known.to_numpy(), known.index
    week_end = index.isin(week_ends)
    state, base, breakout, past = _now(closes, week_end, AGE, BAND)
    grid: list[tuple[Scalar, ...]] = []
    for years in (1, 2, 3):
        for band in (0.0, 0.01, 0.02):
            if len(known) > years * YEAR:
                seen, _, event, _ = _now(closes, week_end, years * YEAR, band)
                when = day(index[event.trigger]) if event else None
                grid.append((years, band, seen, when))
    past = past[::-1]
    after = outcomes(known, np.array([e.trigger for e in past], dtype=int), OUTCOMES.values())
    events = tuple(
        (
            day(index[event.trigger]),
            day(index[event.base.resistance]),
            event.base.depth,
            event.base.tests,
            event.state,
            *changes,
        )
        for event, changes in zip(past, after, strict=True)
    )
    columns = {"triggered": "date", "resistance": "date", "depth": "share", "tests": "count"}
    columns |= {"outcome": "text"} | dict.fromkeys(OUTCOMES, "fraction")
    return Value(
        state,
        base=day(index[base.resistance]) if base else None,
        parts=_parts(known, base, breakout) | {"history_start": Part(day(index[0]), "date")},
        tables={
            "grid": Table(
                {"years": "years", "band": "share", "state": "text", "triggered": "date"},
                tuple(grid),
            ),
            "events": Table(columns, events),
        },
    )


def _parts(known: pd.Series, base: Base | None, breakout: Breakout | None) -> dict[str, Part]:
    if base is None:
        return {}
    high, low = float(known.iloc[base.resistance]), float(known.iloc[base.low])
    parts = {
        "resistance": Part(high, "points"),
        "resistance_date": Part(day(known.index[base.resistance]), "date"),
        "low": Part(low, "points"),
        "low_date": Part(day(known.index[base.low]), "date"),
        "depth": Part(base.depth, "share"),
        "tests": Part(base.tests, "count"),
        "target_added": Part(2 * high - low, "points"),
        "target_scaled": Part(high**2 / low, "points"),
    }
    if breakout is not None:
        parts["triggered"] = Part(day(known.index[breakout.trigger]), "date")
        parts["decided"] = Part(day(known.index[breakout.decided]), "date")
    return parts


@tag(unit="text", title="Base and breakout", section="Base and breakout")
def base_breakout(
    closes: pd.DataFrame,
    week_ends: pd.DatetimeIndex,
    universe: Universe,
    exclusions: dict[str, str],
) -> Figures:
    """Whether the series is in, or has left, a multi-year base: none, testing, triggered, confirmed
    or failed. The parameters are frozen.

    Resistance H is the highest close at least 504 sessions old; it stands while no later close is
    above H × 1.01. The lowest close since, L, must lie 15% to 50% below H. H must have been tested
    at least twice: local maxima (closes not below the one before and above the one after) at most
    3% below it, at least 60 sessions after the one before, with a pullback of 7% or more between.
    Testing: such a base stands. Triggered: the first close above H × 1.01. Failed: a close below
    H × 0.99 within 20 sessions, or no week-end close above H by then. Confirmed: otherwise. A
    breakout's outcome stays the state for 252 sessions.

    The targets 2H − L and H² / L are technicians' arithmetic, no forecast. The grid repeats the
    reading with an age of one, two and three years and bands of 0%, 1% and 2%; the events are all
    breakouts in the history with the price return three, six and twelve months after the trigger.
    """
    return per_subject(
        universe.subjects(kind=("index",), segment=SMALL),
        closes,
        exclusions,
        lambda _, series: _figure(series, week_ends),
    )
