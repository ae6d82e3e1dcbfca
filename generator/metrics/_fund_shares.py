"""Share counts and net asset values of funds, made comparable over splits of their shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from generator.facts import Withheld
from generator.metrics._tools import day, runs

FACTORS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 25.0)
"""Share splits that are recognised, and their inverses."""
NEAR = 0.1
"""How far, as a logarithm, count and value may be from such a factor, for what the day moved."""
STALE = 5
"""Sessions in a row without a change of the count from which on it may be stale."""
LEAP = 0.25
"""A move of the count in one session, as a logarithm, that is doubted if the next takes it back."""


@dataclass(frozen=True, slots=True)
class FundShares:
    """A fund's share count and net asset value on each session it has both."""

    sessions: pd.DatetimeIndex
    """K sessions, up to the as-of date."""
    shares: np.ndarray
    """K float64, in shares of the last session."""
    values: np.ndarray
    """K float64, net asset value of such a share, in dollars."""
    splits: tuple[tuple[date, float], ...]
    """Share splits that were found: the session, and shares after it for one before."""
    absent: pd.DatetimeIndex
    """Sessions after the first one that lack either."""

    def row(self, session: pd.Timestamp) -> int | None:
        """Return the row of a session, None where either number is missing."""
        row = int(self.sessions.searchsorted(session))
        return row if row < len(self.sessions) and self.sessions[row] == session else None

    def created(self, row: int) -> float:
        """Return the dollars of net creations after the session of this row."""
        steps = np.diff(self.shares[row:]) * self.values[row + 1 :]
        return float(steps.sum())


def fund_shares(
    rows: pd.DataFrame, calendar: pd.DatetimeIndex, known_splits: pd.Series | None
) -> FundShares | Withheld:
    """Return the shares of one fund by its rows of the fund history.

    `known_splits` are the factors by session that its prices came with, one where there is none.
    """
    frame = rows.set_index("day")[["shares_outstanding", "net_asset_value"]].reindex(calendar)
    good = (np.isfinite(frame) & (frame > 0)).all(axis=1).to_numpy()
    if not good.any():
        return Withheld("its source has no share count of it")
    sessions = calendar[good]
    shares, values = frame.loc[good].to_numpy().T
    told = {} if known_splits is None else known_splits[known_splits != 1.0].to_dict()
    factors = split_factors(shares, values, [float(factor) for factor in told.values()])
    later = np.append(np.cumprod(factors[::-1])[::-1][1:], 1.0)
    found = np.flatnonzero(factors != 1.0)
    first = int(good.argmax())
    return FundShares(
        sessions=sessions,
        shares=shares * later,
        values=values / later,
        splits=tuple((day(sessions[place]), float(factors[place])) for place in found),
        absent=calendar[first:][~good[first:]],
    )


def split_factors(shares: np.ndarray, values: np.ndarray, told: list[float]) -> np.ndarray:
    """Return, for each row, by how much its shares were split since the row before.

    It is a split where the count is multiplied and the value of a share divided by the same factor,
    one of the usual ones or of those told.

    >>> split_factors(np.array([10.0, 21.0, 21.0]), np.array([50.0, 25.2, 40.0]), []).tolist()
    [1.0, 2.0, 1.0]
    """
    usual = np.array([*FACTORS, *(1 / factor for factor in FACTORS), *told])
    counts = np.log(shares[1:] / shares[:-1])[:, None] - np.log(usual)
    prices = np.log(values[1:] / values[:-1])[:, None] + np.log(usual)
    apart = np.maximum(abs(counts), abs(prices))
    nearest = apart.argmin(axis=1)
    split = apart.min(axis=1) <= NEAR
    return np.concatenate(([1.0], np.where(split, usual[nearest], 1.0)))


def flags(fund: FundShares, row: int) -> tuple[str, ...]:
    """Return what a reader must know of the counts after the session of this row."""
    base = fund.sessions[row]
    told = [
        f"a share split, {factor:g} for 1, on {session} is taken out"
        for session, factor in fund.splits
        if session > day(base)
    ]
    absent = fund.absent[fund.absent > base]
    if len(absent):
        noun = "session has" if len(absent) == 1 else "sessions have"
        told.append(
            f"{len(absent)} {noun} no share count or value, the last {day(absent[-1])}: what was "
            "created then counts on the next one that has both"
        )
    return (*told, *_leaps(fund, row), *_stale(fund, row))


def _leaps(fund: FundShares, row: int) -> tuple[str, ...]:
    """Sessions on which the count leapt, to go back on the next."""
    moves = np.diff(np.log(fund.shares[row:]))
    leapt = (abs(moves[:-1]) > LEAP) & (abs(moves[:-1] + moves[1:]) < LEAP / 2)
    days = [str(day(fund.sessions[row + 1 + place])) for place in np.flatnonzero(leapt)]
    said = f"the share count leaps on {', '.join(days)} and is back on the next session: it may be"
    return (f"{said} an error of its source",) if days else ()


def _stale(fund: FundShares, row: int) -> tuple[str, ...]:
    """The longest stretch in which the count stood still while the value moved."""
    still = (np.diff(fund.shares) == 0) & (np.diff(fund.values) != 0)
    firsts, lasts = runs(still)
    lengths = np.where(lasts >= row, lasts - firsts + 1, 0)
    if not len(lengths) or lengths.max() < STALE:
        return ()
    place = int(lengths.argmax())
    return (
        f"the share count did not change on {int(lengths[place])} sessions in a row to "
        f"{day(fund.sessions[lasts[place] + 1])} while the value did: it may be stale",
    )
