"""What followed past events: spreads and shares of separate episodes, never a single mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.facts import Part, Scalar, Table
from generator.metrics._statistics import wilson
from generator.metrics._tools import TIE, outcomes
from generator.metrics.trend import OUTCOMES

IN_WORDS = {"after_3m": "3 months", "after_6m": "6 months", "after_12m": "12 months"}
HEADLINE = "after_12m"
"""The horizon of the figure itself."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Price returns some months after each of some sessions, fractions, NaN where not known."""

    small: np.ndarray
    """Of small caps, by session."""
    large: np.ndarray
    """Of large caps."""

    @property
    def relative(self) -> np.ndarray:
        """Small minus large, in percentage points."""
        return np.asarray(100 * (self.small - self.large))


def outcomes_of(pair: pd.DataFrame, starts: np.ndarray) -> dict[str, Outcomes]:
    """Return what followed some positions of a pair of closes, small and large, by horizon."""
    both = [
        np.array(outcomes(pair[name], starts, OUTCOMES.values()), dtype=float).reshape(
            len(starts), 3
        )
        for name in pair.columns
    ]
    return {name: Outcomes(*(each[:, n] for each in both)) for n, name in enumerate(OUTCOMES)}


def separate(sessions: pd.DatetimeIndex, starts: np.ndarray, months: int) -> np.ndarray:
    """Return which events begin an episode: those whose window overlaps no earlier episode's.

    Events are in order. The first begins an episode, and then the first whose session is not
    before the end of the window of the latest episode.

    >>> days = pd.DatetimeIndex(["2025-01-02", "2025-02-03", "2025-04-02"])
    >>> separate(days, np.array([0, 1, 2]), 3).tolist()
    [True, False, True]
    """
    found = np.zeros(len(starts), dtype=bool)
    free = None
    for n, start in enumerate(starts):
        if free is None or sessions[start] >= free:
            found[n] = True
            free = sessions[start] + pd.DateOffset(months=months)
    return found


SHARES = ("share", "share_low", "share_high")
SPREAD = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")


FEWEST = 5
"""Values without which there are no quartiles."""


def spread_of(values: np.ndarray) -> tuple[float | None, ...]:
    """Return lowest, lower quartile, median, upper quartile and highest; linear in between.

    Of fewer than five values there are no quartiles, of none there is nothing.

    >>> spread_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    (1.0, 2.0, 3.0, 4.0, 5.0)
    >>> spread_of(np.array([1.0, 2.0]))
    (1.0, None, 1.5, None, 2.0)
    """
    if not len(values):
        return (None,) * 5
    found = [float(q) for q in np.quantile(values, (0, 0.25, 0.5, 0.75, 1))]
    few = len(values) < FEWEST
    return tuple(None if few and place in (1, 3) else q for place, q in enumerate(found))


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed some events, beside what followed every session."""

    sessions: pd.DatetimeIndex
    starts: np.ndarray
    """Positions of the events, in order."""
    after: dict[str, Outcomes]
    """What followed them, by horizon."""
    ever: dict[str, Outcomes]
    """What followed every session of the history."""

    def episodes(self, horizon: str) -> np.ndarray:
        """Which events begin an episode whose window is over and has its closes."""
        known = ~np.isnan(self.after[horizon].relative)
        found = np.zeros(len(self.starts), dtype=bool)
        places = np.flatnonzero(known)
        found[places] = separate(self.sessions, self.starts[places], OUTCOMES[horizon])
        return found

    def table(self, *, relative: bool) -> Table:
        """Return a row a horizon: the spread of the episodes, the share above zero, and the same of
        all sessions."""
        unit = "pp" if relative else "fraction"
        columns = {"horizon": "text", "events": "count", "episodes": "count"}
        columns |= dict.fromkeys(SPREAD, unit) | {"positive": "count"}
        columns |= dict.fromkeys(SHARES, "share")
        columns |= {f"all_{name}": unit for name in SPREAD[1:4]} | {"all_share": "share"}
        rows = tuple(self._row(horizon, relative) for horizon in OUTCOMES)
        return Table(columns, rows)

    def _row(self, horizon: str, relative: bool) -> tuple[Scalar, ...]:
        kept = self.episodes(horizon)
        every = self.ever[horizon].relative if relative else self.ever[horizon].small
        own = (self.after[horizon].relative if relative else self.after[horizon].small)[kept]
        every = every[~np.isnan(every)]
        tie = 100 * TIE if relative else TIE
        events = int((~np.isnan(self.after[horizon].relative)).sum())
        positive = int((own > tie).sum())
        shares = (positive / len(own), *wilson(positive, len(own))) if len(own) else (None,) * 3
        usual = (*spread_of(every)[1:4], float((every > tie).mean()) if len(every) else None)
        return IN_WORDS[horizon], events, len(own), *spread_of(own), positive, *shares, *usual

    def events(self) -> Table:
        """Return every event, the latest first, with what followed, and whether it is counted."""
        columns = {"date": "date", **{f"relative_{name}": "pp" for name in OUTCOMES}}
        columns |= {f"small_{name}": "fraction" for name in OUTCOMES} | {"episode": "text"}
        kept = self.episodes(HEADLINE)
        rows: list[tuple[Scalar, ...]] = []
        for n in reversed(range(len(self.starts))):
            relative = (_plain(self.after[name].relative[n]) for name in OUTCOMES)
            small = (_plain(self.after[name].small[n]) for name in OUTCOMES)
            open_ = np.isnan(self.after[HEADLINE].relative[n])
            state = "counted" if kept[n] else "not over" if open_ else "overlaps"
            date = self.sessions[self.starts[n]].date()
            rows.append((date, *relative, *small, state))
        return Table(columns, tuple(rows))

    def points(self) -> Table:
        """Return every episode by horizon, with the session it begins and what followed."""
        columns = {"horizon": "text", "date": "date", "relative": "pp", "small": "fraction"}
        rows: list[tuple[Scalar, ...]] = []
        for horizon, after in self.after.items():
            for n in np.flatnonzero(self.episodes(horizon)):
                begun = self.sessions[self.starts[n]].date()
                outcome = (float(after.relative[n]), float(after.small[n]))
                rows.append((IN_WORDS[horizon], begun, *outcome))
        return Table(columns, tuple(rows))

    def parts(self) -> dict[str, Part]:
        """Return what is said of the headline's horizon."""
        table = self.table(relative=True)
        row = dict(zip(table.units, table.rows[-1], strict=True))
        named = ["events", "episodes", *SPREAD, "positive", *SHARES, "all_median", "all_share"]
        return {name: Part(row[name], table.units[name]) for name in named}


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
