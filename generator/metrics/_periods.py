"""Members of an index bought at a base and held to the last close, and how many of them are known.

A member belongs to a period if the list in force on the base session names it and it has a close
there. Its last close in the period counts: one that is suspended keeps it, and so does one that
was taken over. It is covered if it also has a close on the last session, or has left the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from generator.facts import Figure, Figures, Part, Value, Withheld, show
from generator.metrics._panel import Members
from generator.metrics._tools import day

HORIZONS = ("1w", "1m", "3m", "ytd", "1y")
"""The periods for which members are followed, among those of returns."""
SPANS = ("1w", "ytd")
"""Those of most figures."""
NO_WEIGHTS = "the lists of its members have no weights"
_ROUNDING = 1e-12

Periods = dict[str, dict[str, "Period | Withheld"]]
"""By horizon and index."""


@dataclass(frozen=True, slots=True)
class Period:
    """Some lines of an index from the close of a base session to the last close."""

    members: Members
    """Of the index."""
    row: int
    """Of the base session."""
    listed: np.ndarray
    """M bool: the lines that are looked at, named by the list in force at the base."""
    counted: np.ndarray
    """M bool: those of them that stand for their company."""
    known: np.ndarray
    """M bool: those of them with a close at the base."""
    covered: np.ndarray
    """M bool: those with a close on the last session too, or no longer on the list by then."""
    returns: np.ndarray
    """M float64: last close over the close at the base, minus one; NaN where it is not known."""

    @property
    def base(self) -> date:
        """The base session."""
        return day(self.members.sessions[self.row])

    @property
    def sized(self) -> np.ndarray:
        """M float64: weights at the base in the whole index, 0 for lines that are not known."""
        found: np.ndarray = np.where(self.known, self.members.weights[self.row], 0.0)
        return found

    @property
    def weights(self) -> np.ndarray:
        """M float64: the same over their sum."""
        sized = self.sized
        found: np.ndarray = sized / sized.sum()
        return found

    @property
    def weighted_return(self) -> float:
        """Return of the known lines bought by weight at the base and held."""
        return float((self.weights * np.where(self.known, self.returns, 0.0)).sum())

    @property
    def each(self) -> np.ndarray:
        """Returns of companies, by the heaviest share class of each."""
        found: np.ndarray = self.returns[self.known & self.counted]
        return found

    @property
    def coverage_members(self) -> float:
        """Share of the companies that is covered."""
        return float((self.covered & self.counted).sum() / self.counted.sum())

    @property
    def coverage_weight(self) -> float | None:
        """Share of the weight that is covered; None where the lists have no weights."""
        weights = np.where(self.listed, self.members.weights[self.row], 0.0)
        total = weights.sum()
        return float(weights[self.covered].sum() / total) if self.members.weighted else None

    @property
    def parts(self) -> dict[str, Part]:
        """What stands beside every figure of the period."""
        return {
            "members": Part(int((self.known & self.counted).sum()), "count"),
            "coverage_members": Part(self.coverage_members, "share"),
            "coverage_weight": Part(self.coverage_weight, "share"),
            "list_day": self.members.list_day(self.row),
        }

    def figure(self, value: float | int, parts: Mapping[str, Part] | None = None) -> Value:
        """Return a figure of the period."""
        return Value(
            value,
            base=self.base,
            parts={**(parts or {}), **self.parts},
            warnings=self.members.caveats,
            inputs=(self.members.fund,),
        )


def period_of(
    members: Members, base: pd.Timestamp | None, as_of: pd.Timestamp
) -> Period | Withheld:
    """Return the members from a base session on, or why there are none."""
    if base is None:
        return Withheld("the base lies before the history of sessions")
    if members.base(as_of) is None:
        return Withheld(f"there are no closes of its members on the last session {day(as_of)}")
    row = members.base(base)
    if row is None:
        return Withheld(f"there are no closes of its members on the base {day(base)}")
    if members.lists[row] is None:
        return Withheld(f"no list of its members was in force on the base {day(base)}")
    listed, start = members.listed[row], members.closes[row]
    known = listed & np.isfinite(start)
    left = ~members.listed[-1] if members.lists[-1] is not None else np.zeros_like(known)
    with np.errstate(invalid="ignore"):
        returns = np.where(known, last_known(members.closes) / start - 1, np.nan)
    covered = known & (np.isfinite(members.closes[-1]) | left)
    return Period(members, row, listed, members.counted[row], known, covered, returns)


def last_known(closes: np.ndarray) -> np.ndarray:
    """Return the last close of each column that is there; NaN for one without any.

    >>> last_known(np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]]))
    array([ 3.,  2., nan])
    """
    back = np.isfinite(closes[::-1]).argmax(axis=0)
    found: np.ndarray = closes[::-1][back, np.arange(closes.shape[1])]
    return found


def within(period: Period, chosen: np.ndarray, floor: float, what: str) -> Period | Withheld:
    """Return a period of some of its lines only; `what` says which, where there are none."""
    part = replace(
        period,
        listed=period.listed & chosen,
        counted=period.counted & chosen,
        known=period.known & chosen,
        covered=period.covered & chosen,
    )
    if not part.counted.any():
        return Withheld(f"no member is {what} on the list in force on {period.base}")
    return enough(part, floor)


def enough(period: Period, floor: float) -> Period | Withheld:
    """Return a period of which enough members are covered, or how many are."""
    if not period.counted.any():
        return Withheld(f"the list in force on {period.base} names no member")
    weighed = period.members.weighted
    if weighed and not period.members.weights[period.row][period.listed].sum() > 0:
        return Withheld(f"its members have no weight on {period.base}")
    scarce = too_few(period.coverage_members, period.coverage_weight, floor)
    return scarce or period


def too_few(members: float, weight: float | None, floor: float) -> Withheld | None:
    """Return why shares of the members and of their weight are too small for a figure of all.

    >>> too_few(0.95, 0.884, 0.9).reason
    'closes are known of 95.0% of its members and 88.4% of their weight, and 90.0% are needed'
    """
    if members >= floor - _ROUNDING and (weight is None or weight >= floor - _ROUNDING):
        return None
    by_weight = "" if weight is None else f" and {show(weight, 'share')} of their weight"
    told = f"{show(members, 'share')} of its members{by_weight}"
    return Withheld(f"closes are known of {told}, and {show(floor, 'share')} are needed")


def of_each(
    periods: Mapping[str, Period | Withheld],
    compute: Callable[[Period], Figure],
    *,
    by_weight: bool = True,
) -> Figures:
    """Compute one figure an index; figures by weight need lists with weights."""
    figures: Figures = {}
    for subject, period in periods.items():
        if isinstance(period, Withheld):
            figures[subject] = period
        elif by_weight and not period.members.weighted:
            figures[subject] = Withheld(NO_WEIGHTS)
        else:
            figures[subject] = compute(period)
    return figures
