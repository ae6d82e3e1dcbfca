"""Simulated prices of 30-day federal funds futures.

Each session has a path of the rate: the one in force, and at every meeting ahead a part of a step
of a quarter point. A contract's price is 100 less its month's average of that path. On 16 January
2026 nothing is implied before June, and the June contract closes at 96.44.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

import numpy as np

from generator.providers._sample_build import random_of
from generator.providers._sample_pair import Array
from generator.providers._sample_rates import effective_rates
from generator.providers._sample_release_dates import months_after

FIRST = date(2025, 6, 2)
"""The first session with prices."""
CONTRACTS = 14
"""Months that are traded, from the session's own on."""
_MONTHS = "FGHJKMNQUVXZ"
_TICK = 0.0025
_STEP = 0.25
_SETTLED = date(2026, 1, 16)
"""On this session the chances are those below and nothing else."""

MEETINGS: Mapping[str, tuple[float, float]] = {
    **{"2025-06-18": (0.0, 0.0), "2025-07-30": (0.0, 0.0), "2025-09-17": (1.0, 0.0)},
    **{"2025-10-29": (1.0, 0.0), "2025-12-10": (1.0, 0.0), "2026-01-28": (0.0, 0.05)},
    **{"2026-03-18": (0.0, 0.16), "2026-04-29": (0.0, 0.10), "2026-06-17": (0.738, 0.08)},
    **{"2026-07-29": (0.22, 0.06), "2026-09-16": (0.46, 0.06), "2026-10-28": (0.16, 0.05)},
    **{"2026-12-09": (0.20, 0.05), "2027-01-27": (0.04, 0.03), "2027-03-17": (0.05, 0.03)},
}
"""By day of decision: the chance of a cut on the settled session, and how much it moves with the
market's mood. Of those that lie before it: whether there was one."""


def futures_prices(sessions: list[date]) -> list[tuple[str, date, float]]:
    """Return symbol, session and close of every contract traded on these sessions.

    The sessions begin with the first of the simulation; later ones change none before them.
    """
    random = random_of("federal funds futures")
    shocks = random.normal(0.0, 0.2, 400)
    mood, found = 0.0, []
    for place, session in enumerate(sessions):
        mood = 0.9 * mood + float(shocks[place])
        for month in (months_after(session.replace(day=1), n) for n in range(CONTRACTS)):
            average = float(np.mean(_path(month, session, mood)))
            price = round(round((100 - average) / _TICK) * _TICK, 4)
            symbol = f"ZQ{_MONTHS[month.month - 1]}{month.year % 100:02d}.CBT"
            found.append((symbol, session, price))
    return found


def _path(month: date, session: date, mood: float) -> Array:
    """The rate on each day of a month: realised up to the session, implied after it."""
    days = np.arange(np.datetime64(month), np.datetime64(month) + _length(month))
    today = np.datetime64(session)
    path = effective_rates(np.minimum(days, today))
    for decided, (chance, moves) in MEETINGS.items():
        decision = date.fromisoformat(decided)
        if decision >= session:
            implied = _chance(decision, session, (chance, moves), mood)
            path = path - np.where(days > np.datetime64(decided), _STEP * implied, 0.0)
    return path


def _length(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def _chance(decision: date, session: date, made: tuple[float, float], mood: float) -> float:
    """The part of a step that is implied: drawn towards what came, or to the settled session's."""
    chance, moves = made
    if decision < _SETTLED:
        if chance == 0:
            return 0.0
        near = max(0.0, 1 - (decision - session).days / 110)
        return 1.0 if decision == session else 0.30 + 0.66 * near
    if session == _SETTLED:
        return chance
    away = min(abs((session - _SETTLED).days) / 20, 1.0)
    return min(max(chance + away * (0.5 * moves + moves * mood), 0.0), 0.95)
