"""How far back the files provider takes what other sources give for some years only."""

from __future__ import annotations

from datetime import date

from generator.providers import Request
from generator.providers._dates import Days

MEMBER_SESSIONS = 760
"""Three years, so that in two years of history each day has its highest close of 252 sessions (756
sessions in all) and its average of 200."""


def calendar(request: Request) -> Days:
    """Return the sessions up to the as-of date as days, in order."""
    days: Days = request.sessions.to_numpy().astype("datetime64[D]")
    return days


def first_session(request: Request, sessions: int) -> date:
    """Return the first of so many sessions up to the as-of date, or the first there is."""
    day: date = request.sessions[-min(sessions, len(request.sessions))].date()
    return day
