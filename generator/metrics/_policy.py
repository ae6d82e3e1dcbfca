"""What futures imply of the policy rate on one day, from what was known on it and nothing later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd

from generator.facts import Withheld, show_date
from generator.meetings import Meeting, known_on
from generator.metrics._fed_funds import (
    Implied,
    Market,
    Path,
    distributions,
    filled,
    implied_path,
    month_of_contract,
    split,
)
from generator.metrics._known import Known, known_of
from generator.metrics._tools import day

OLDEST = 7
"""Days after which a price, or the effective rate, is too old to say what is implied."""


Prices = tuple[date, dict[date, float], tuple[str, ...]]
"""The session of the prices, the average of each month, the contracts."""


@dataclass(frozen=True)
class PolicyPath:
    """What futures imply on one day."""

    priced: date
    """The session of the prices."""
    rate: float
    """The effective rate of the last day that it is known of, in percent."""
    rate_day: date
    """That day."""
    lower: float
    """The lower limit of the target range that was in force on it, in percent."""
    path: Path
    """The rate before and after each meeting ahead."""
    reached: tuple[dict[int, float], ...]
    """After each meeting: the probability of each number of steps from the range in force."""
    symbols: tuple[str, ...]
    """The contracts that have a price."""

    @property
    def meetings(self) -> tuple[Implied, ...]:
        """The meetings ahead, in order."""
        return self.path.meetings

    def probabilities(self, place: int) -> tuple[float, float, float]:
        """Return the probabilities of a cut, of no change and of a rise at one meeting."""
        moves = split(self.meetings[place].steps)
        return (
            sum((chance for move, chance in moves.items() if move < 0), 0.0),
            moves.get(0, 0.0),
            sum((chance for move, chance in moves.items() if move > 0), 0.0),
        )


def path_on(
    stamp: pd.Timestamp,
    futures: pd.DataFrame,
    missing_tables: dict[str, str],
    known_series: dict[str, Known | Withheld],
    meetings: tuple[Meeting, ...],
) -> PolicyPath | Withheld:
    """What was implied on a session, from what was known on it and nothing later."""
    if "futures" in missing_tables:
        return Withheld(missing_tables["futures"])
    today = day(stamp)
    rates, limits = _rates(known_series, stamp), _limits(known_series, stamp)
    if isinstance(rates, Withheld):
        return rates
    if isinstance(limits, Withheld):
        return limits
    decisions = tuple(meeting.decision for meeting in known_on(meetings, today))
    prices = _prices(futures, stamp)
    if isinstance(prices, Withheld):
        return prices
    fault = _fault(today, max(rates), limits, decisions) or _overtaken(prices[0], limits, decisions)
    if fault is not None:
        return Withheld(fault)
    return _followed(today, rates, limits, decisions, prices)


def _followed(
    today: date,
    rates: dict[date, float],
    limits: dict[date, float],
    decisions: tuple[date, ...],
    prices: Prices,
) -> PolicyPath | Withheld:
    priced, averages, symbols = prices
    first, last = today.replace(day=1), max(rates)
    market = Market(
        averages=averages,
        decisions=decisions,
        rate=rates[last],
        known_until=last,
        realised=filled(rates, first, last),
        today=today,
        moved=any(changed >= first for changed in _changes(limits)),
    )
    path = implied_path(market)
    if not path.meetings:
        return Withheld(path.ends or "no meeting ahead is known")
    lower = limits[max(known for known in limits if known <= last)]
    reached = tuple(distributions(path.meetings))
    return PolicyPath(priced, rates[last], last, lower, path, reached, symbols)


def _daily(
    known_series: dict[str, Known | Withheld], subject: str, until: pd.Timestamp
) -> dict[date, float] | Withheld:
    one = known_of(known_series, subject)
    if isinstance(one, Withheld):
        return one
    valued = one.valued.loc[:until]
    if valued.empty:
        return Withheld(f"{one.series.name} is not known on {show_date(day(until))}")
    return {day(stamp): float(value) for stamp, value in valued.tail(800).items()}


def _rates(
    known_series: dict[str, Known | Withheld], stamp: pd.Timestamp
) -> dict[date, float] | Withheld:
    """The effective rate by day; it is published on the business day after its own."""
    return _daily(known_series, "federal_funds_rate", stamp - pd.Timedelta(days=1))


def _limits(
    known_series: dict[str, Known | Withheld], stamp: pd.Timestamp
) -> dict[date, float] | Withheld:
    """The lower limit of the target range by day."""
    return _daily(known_series, "federal_funds_target_lower", stamp)


def _changes(limits: dict[date, float]) -> list[date]:
    """The days from which on another target range was in force."""
    return [b for a, b in pairwise(sorted(limits)) if limits[a] != limits[b]]


def _fault(
    today: date, last: date, limits: dict[date, float], decisions: tuple[date, ...]
) -> str | None:
    """Why nothing can be said of the rate that is in force."""
    if not decisions or decisions[0] > last:
        return f"the meetings before {show_date(today)} are not known"
    if (today - last).days > OLDEST or min(limits) > last:
        return f"the effective federal funds rate is known up to {show_date(last)} only"
    for changed in _changes(limits):
        if changed > last and changed - timedelta(1) not in decisions:
            since = show_date(changed)
            return f"no effective rate is known since the target range changed on {since}"
    return None


def _overtaken(priced: date, limits: dict[date, float], decisions: tuple[date, ...]) -> str | None:
    """Why prices do not hold what is known by now: there was a decision after them."""
    decided = [changed - timedelta(1) for changed in _changes(limits)]
    known = max(limits)
    later = [one for one in (*decisions, *decided) if priced < one < known]
    if not later:
        return None
    newest, decision = show_date(priced), show_date(later[0])
    return f"the newest prices of futures, of {newest}, are older than the decision of {decision}"


def _prices(futures: pd.DataFrame, stamp: pd.Timestamp) -> Prices | Withheld:
    """The newest prices, as averages of their months."""
    known = futures.loc[(futures["session"] <= stamp) & futures["close"].notna()]
    months = {symbol: month_of_contract(symbol) for symbol in known["symbol"].unique()}
    known = known.loc[[months[symbol] is not None for symbol in known["symbol"]]]
    if known.empty:
        return Withheld("the snapshot holds no prices of futures on federal funds")
    newest = known["session"].max()
    if (stamp - newest).days > OLDEST:
        return Withheld(f"the newest prices of futures are of {show_date(day(newest))}")
    rows = known.loc[known["session"] == newest].sort_values("symbol")
    averages = {
        month: 100.0 - float(close)
        for symbol, close in zip(rows["symbol"], rows["close"], strict=True)
        if (month := months[symbol]) is not None
    }
    return day(newest), averages, tuple(rows["symbol"])
