"""What followed past runs, high readings of the RSI and breakouts of small caps."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs

from generator.facts import Figures, Part, Value, Withheld
from generator.metrics._episodes import HEADLINE, Aftermath, Outcomes, outcomes_of
from generator.metrics._tools import TIE, day, runs

SESSIONS, WEEKS = 10, 4
"""Lengths from which on a run is followed up. Frozen."""
OVERBOUGHT, QUIET = 70.0, 20
"""The RSI that counts, and for how many sessions it must have been lower."""


def after_every_session(benchmark_pair: pd.DataFrame | Withheld) -> dict[str, Outcomes]:
    """What followed every session of the common history, by horizon."""
    if isinstance(benchmark_pair, Withheld):
        return {}
    return outcomes_of(benchmark_pair, np.arange(len(benchmark_pair)))


def _reached(frame: pd.DataFrame, small_cap: str, length: int) -> pd.DatetimeIndex:
    """The rows on which a run ahead has just become so long."""
    if small_cap not in frame:
        return pd.DatetimeIndex([])
    differences = frame[small_cap]
    firsts, lasts = runs(differences.to_numpy() > TIE)
    long = lasts - firsts + 1 >= length
    return pd.DatetimeIndex(differences.index[firsts[long] + length - 1])


def _turned_overbought(index: pd.Series) -> pd.DatetimeIndex:
    """The sessions on which the RSI reaches the bound after so many sessions below it."""
    above = index.to_numpy() >= OVERBOUGHT
    known = index.notna().to_numpy()
    quiet = pd.Series(known & ~above).rolling(QUIET).sum().shift(1).to_numpy() == QUIET
    return pd.DatetimeIndex(index.index[above & quiet])


def _followed(
    pair: pd.DataFrame | Withheld, days: pd.DatetimeIndex, ever: dict[str, Outcomes]
) -> Aftermath | Withheld:
    """What followed these days, as far as they lie in the common history."""
    if isinstance(pair, Withheld):
        return pair
    places = pair.index.get_indexer(days)
    starts = places[places >= 0]
    return Aftermath(pair.index, starts, outcomes_of(pair, starts), ever)


def aftermath_of_runs_of_sessions(
    session_differences: pd.DataFrame,
    small_cap: str,
    benchmark_pair: pd.DataFrame | Withheld,
    after_every_session: dict[str, Outcomes],
) -> Aftermath | Withheld:
    """What followed runs of sessions ahead, from the session that made them long."""
    days = _reached(session_differences, small_cap, SESSIONS)
    return _followed(benchmark_pair, days, after_every_session)


def aftermath_of_runs_of_weeks(
    week_differences: pd.DataFrame,
    small_cap: str,
    benchmark_pair: pd.DataFrame | Withheld,
    after_every_session: dict[str, Outcomes],
) -> Aftermath | Withheld:
    """What followed runs of weeks ahead, from the end of the week that made them long."""
    days = _reached(week_differences, small_cap, WEEKS)
    return _followed(benchmark_pair, days, after_every_session)


def aftermath_of_overbought(
    small_cap_rsi: pd.Series,
    benchmark_pair: pd.DataFrame | Withheld,
    after_every_session: dict[str, Outcomes],
) -> Aftermath | Withheld:
    """What followed a daily RSI that reached the bound anew."""
    return _followed(benchmark_pair, _turned_overbought(small_cap_rsi), after_every_session)


def aftermath_of_breakouts(
    base_breakout: Figures,
    small_cap: str,
    benchmark_pair: pd.DataFrame | Withheld,
    after_every_session: dict[str, Outcomes],
) -> Aftermath | Withheld:
    """What followed breakouts, from the session that triggered them."""
    figure = base_breakout.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return figure
    days = (row[0] for row in reversed(figure.tables["events"].rows))
    known = pd.DatetimeIndex([pd.Timestamp(each) for each in days if isinstance(each, date)])
    return _followed(benchmark_pair, known, after_every_session)


EVENTS = {
    "after_runs_of_sessions": (
        "The year after runs of ten sessions ahead",
        "the session on which small caps had been ahead of the S&P 500 for ten sessions in a row",
    ),
    "after_runs_of_weeks": (
        "The year after runs of four weeks ahead",
        "the last session of the week in which small caps had been ahead of the S&P 500 for four "
        "weeks in a row",
    ),
    "after_overbought": (
        "The year after the RSI reached 70",
        "the first session on which Wilder's daily RSI over 14 sessions is at 70 or above after at "
        "least 20 sessions below",
    ),
    "after_breakouts": (
        "The year after breakouts",
        "the session that triggered a breakout from a base, confirmed later or not",
    ),
}
"""Title, and the session that counts, by the name of the figure."""


@tag_outputs(**{name: {"title": title} for name, (title, _) in EVENTS.items()})
@tag(unit="pp", section="What followed")
@parameterize(
    **{
        name: (
            {"aftermath": source(f"aftermath_of_{name.removeprefix('after_')}")},
            "Median price return of small caps minus that of the S&P 500, in percentage points, "
            f"in the twelve months after {session}.\n\nThat session is the first on which the "
            "event is known, so nothing later chooses it. The return ends on the same day "
            "three, six or twelve months later, else the session before it. Events whose window "
            "begins before that of an earlier one is over tell of the same months: they are "
            "listed, and only the first counts as an episode. Shown are lowest, quartiles (of "
            "five or more), median and highest of the episodes and how many were above zero, "
            "with Wilson's 95% interval, for relative and for absolute returns; beside them the "
            "quartiles and the share above zero after every session of the history, which is "
            "what to expect without the event. Those windows overlap, so no test is made. A "
            "window that is not over or lacks a close is left out. Withheld without one "
            "episode.",
        )
        for name, (_, session) in EVENTS.items()
    }
)
def what_followed(aftermath: Aftermath | Withheld, small_cap: str) -> Figures:
    """Relative return after past events."""
    if isinstance(aftermath, Withheld):
        return {small_cap: aftermath}
    if not aftermath.episodes(HEADLINE).any():
        count = len(aftermath.starts)
        dated = f"of {count} such events none is twelve months ago with all closes"
        return {small_cap: Withheld(dated if count else "its history has no such event")}
    parts = aftermath.parts()
    return {
        small_cap: Value(
            parts["median"].value,
            parts={
                **parts,
                "latest": Part(day(aftermath.sessions[aftermath.starts[-1]]), "date"),
                "history_start": Part(day(aftermath.sessions[0]), "date"),
            },
            tables={
                "relative": aftermath.table(relative=True),
                "absolute": aftermath.table(relative=False),
                "events": aftermath.events(),
                "episodes": aftermath.points(),
            },
        )
    }
