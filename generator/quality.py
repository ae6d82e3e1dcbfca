"""What price rows must satisfy: stale, short, broken or implausible series are left out.

A series is used whole or not at all, and a series that is left out says why. Each check has a name
and a threshold in content/checks.yml, and its outcome is frozen with the data. Rows of the wrong
shape are a provider's bug and raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from generator.config import Checks, Series, Universe
from generator.errors import DataError
from generator.facts import show
from generator.manifest import Checked, SymbolStatus
from generator.snapshot import Fetched
from generator.tables import VALUES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_KINDS = {"symbol": "str", "session": "datetime64[us]"} | dict.fromkeys(VALUES, "float64")


SERIES_CHECKS = (
    "read",
    "implausible_move",
    "sessions_only",
    "stale",
    "flat",
    "gap",
    "short_history",
)
"""The checks that `examine` does on each series, in the order in which it names what it found."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a series is left out."""

    check: str
    """The check it failed."""
    what: str
    """What was found."""

    def __str__(self) -> str:
        return f"{_WORDS[self.check]}: {self.what}"


_WORDS = {
    "read": "missing",
    "implausible_move": "implausible",
    "sessions_only": "not a session",
    "stale": "stale",
    "flat": "flat",
    "gap": "gap",
    "short_history": "short",
}


def checked(rules: Checks, name: str, examined: int, found: Iterable[str]) -> Checked:
    """Return the outcome of a check: how many were looked at, and what failed."""
    rule = rules.named(name)
    return Checked(
        name=name,
        means=rule.means,
        threshold=rule.threshold,
        unit=rule.unit,
        failing=rule.failing,
        examined=examined,
        found=tuple(found),
    )


def require_none_stops(outcomes: Iterable[Checked]) -> None:
    """Check that no outcome forbids to freeze.

    Raises:
        DataError: with everything that was found.
    """
    stopped = [one for one in outcomes if one.outcome == "stopped"]
    if not stopped:
        return
    lines = "\n".join(f"  {one.name}: {line}" for one in stopped for line in one.found)
    noun = "a check" if len(stopped) == 1 else f"{len(stopped)} checks"
    raise DataError(
        f"the data failed {noun}, and nothing was frozen:\n{lines}",
        hint="Run the command again later. Thresholds are in content/checks.yml.",
    )


def examine(
    fetched: Fetched, universe: Universe, rules: Checks, sessions: pd.DatetimeIndex, as_of: date
) -> tuple[list[SymbolStatus], list[Checked]]:
    """Weigh each series of the universe, in its order, by its rows up to the as-of date, and
    return with them what each check found.

    `sessions` are those of the exchange from the start of the history to the as-of date; a row
    dated on any other day is one on which the exchange was closed.

    Raises:
        ValueError: the rows are not in the form of `Fetched.prices`.
    """
    import numpy as np

    parts = _parts(fetched.prices)
    calendar = sessions.to_numpy().astype("datetime64[D]")
    calendar = calendar[calendar <= np.datetime64(as_of)]
    weighed = [
        _status(fetched, subject, series, parts.get(series.symbol), rules, calendar, as_of)
        for subject, series in universe.series.items()
    ]
    outcomes = [
        checked(
            rules,
            name,
            len(weighed),
            [
                f"{status.symbol}: {problem.what}"
                for status, problems in weighed
                for problem in problems
                if problem.check == name
            ],
        )
        for name in SERIES_CHECKS
    ]
    return [status for status, _ in weighed], outcomes


def index_against_fund(
    prices: pd.DataFrame,
    universe: Universe,
    rules: Checks,
    sessions: pd.DatetimeIndex,
    statuses: Iterable[SymbolStatus],
) -> Checked:
    """Compare the week's return of indexes with that of funds on them, dividends included.

    `sessions` end with the edition's last; the week's base is the last session of any earlier ISO
    week. A pair whose series are not both used, or lack either close, is not compared.
    """
    rule = rules.index_against_fund
    used = {status.subject for status in statuses if status.used}
    found, examined = [], 0
    for index, fund in rule.pairs.items():
        if not {index, fund} <= used:
            continue
        names = [universe.series[subject].symbol for subject in (index, fund)]
        returns = [_week_return(prices, symbol, sessions) for symbol in names]
        if None in returns:
            continue
        examined += 1
        apart = abs(float(returns[0]) - float(returns[1]))  # type: ignore[arg-type]
        if apart > rule.threshold:
            each = ", ".join(
                f"{name} {show(value, 'fraction')}"
                for name, value in zip(names, returns, strict=True)
            )
            found.append(f"{each} on the week, {show(apart, 'share')} apart")
    return checked(rules, "index_against_fund", examined, found)


def _week_return(prices: pd.DataFrame, symbol: str, sessions: pd.DatetimeIndex) -> float | None:
    """Growth from the week's base to the last session with dividends added; None without both."""
    last = sessions[-1]
    monday = last.normalize() - _days(last.day_of_week)
    base = sessions[sessions < monday][-1:]
    rows = prices.loc[prices["symbol"] == symbol].set_index("session")
    if not len(base) or base[0] not in rows.index or last not in rows.index:
        return None
    week = rows.loc[(rows.index > base[0]) & (rows.index <= last)]
    growth = float(week["close"].iloc[-1] * week["split"].prod() / rows.loc[base[0], "close"])
    return growth + float((week["dividend"] / rows.loc[base[0], "close"]).sum()) - 1.0


def _days(count: int) -> pd.Timedelta:
    import pandas as pd

    return pd.Timedelta(days=count)


def require_benchmarks(statuses: Iterable[SymbolStatus], universe: Universe) -> None:
    """Check that the small and the large benchmark are used.

    Raises:
        DataError: one is not, or neither is; there is no edition without them.
    """
    by_subject = {status.subject: status for status in statuses}
    wanted = (universe.benchmarks.small, universe.benchmarks.large)
    lost = [by_subject[subject] for subject in wanted if not by_subject[subject].used]
    if lost:
        raise without_benchmarks({one.subject: one.reason or "" for one in lost}, universe)


def without_benchmarks(reasons: Mapping[str, str], universe: Universe) -> DataError:
    """Return what is to be said where benchmarks are not usable, for the reasons by subject."""
    listed = "; ".join(
        f"{universe.series[subject].name} ({universe.series[subject].symbol}): {reason}"
        for subject, reason in reasons.items()
    )
    noun = "a benchmark is" if len(reasons) == 1 else "both benchmarks are"
    return DataError(
        f"{noun} not usable: {listed}",
        hint="No edition is made without its benchmarks. Mend the data, or take another provider.",
    )


def _parts(prices: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Check the frame's shape and return each symbol's rows, oldest first."""
    import numpy as np

    found = {str(name): str(kind) for name, kind in prices.dtypes.items()}
    if found != _KINDS or list(found) != list(_KINDS):
        raise ValueError(f"price rows have the columns {found}, not {_KINDS}")
    codes, symbols = prices["symbol"].factorize(use_na_sentinel=False)
    instants = prices["session"].to_numpy()
    days = instants.astype("datetime64[D]")
    closes = prices["close"].to_numpy()
    splits = prices["split"].to_numpy()
    _refuse(prices, prices["symbol"].isna().to_numpy(), "have no symbol")
    _refuse(prices, np.isnat(instants), "have no session")
    _refuse(prices, days.astype(instants.dtype) != instants, "have a time of day in their session")
    _refuse(prices, ~(np.isfinite(closes) & (closes > 0)), "have no close above zero")
    _refuse(prices, ~(np.isfinite(splits) & (splits > 0)), "have no split factor above zero")
    # One number a row orders by symbol, then day: quicker than sorting by two keys.
    key = (codes.astype("int64") << 32) + days.astype("int64") + (1 << 31)
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), dtype=bool)
    again[order[1:]] = np.diff(key[order]) == 0
    _refuse(prices, again, "stand twice for their symbol and session")
    edges = np.searchsorted(codes[order], np.arange(len(symbols) + 1))
    return {
        str(symbol): {
            "day": days[order[edges[n] : edges[n + 1]]],
            "close": closes[order[edges[n] : edges[n + 1]]],
            "split": splits[order[edges[n] : edges[n + 1]]],
        }
        for n, symbol in enumerate(symbols)
    }


def _refuse(prices: pd.DataFrame, wrong: Any, what: str) -> None:
    if wrong.any():
        row = prices.iloc[int(wrong.argmax())]
        raise ValueError(
            f"{int(wrong.sum())} price rows {what}, the first: {row['symbol']} "
            f"{row['session']} {row['close']}"
        )


def _status(
    fetched: Fetched,
    subject: str,
    series: Series,
    part: dict[str, np.ndarray] | None,
    rules: Checks,
    calendar: np.ndarray,
    as_of: date,
) -> tuple[SymbolStatus, list[Problem]]:
    import numpy as np

    problems: list[Problem] = []
    notes = list(fetched.notes.get(series.symbol, ()))
    fault = fetched.faults.get(series.symbol)
    if part is not None:
        within = part["day"] <= np.datetime64(as_of)
        part = {name: values[within] for name, values in part.items()}
    if fault is not None:
        problems.append(Problem("read", fault))
    elif part is None or not len(part["day"]):
        what = f"the source has no close of {series.symbol} up to {as_of}"
        problems.append(Problem("read", what))
    known = np.isin(part["day"], calendar) if part is not None else np.array([], dtype=bool)
    days = part["day"][known] if part is not None else calendar[:0]
    if part is not None and not problems:
        closes = part["close"][known]
        growth = closes[1:] * part["split"][known][1:] / closes[:-1]
        problems += _implausible(days, growth, series.daily_limit)
        problems += _not_sessions(part["day"][~known])
        problems += _stale(days, calendar, as_of)
        problems += _flat(days, closes, int(rules.flat.threshold))
        gaps, isolated = _gaps(days, calendar, int(rules.gap.threshold))
        problems += gaps
        notes += isolated
        problems += _short(len(days), int(rules.short_history.threshold))
    status = SymbolStatus(
        symbol=series.symbol,
        subject=subject,
        named=fetched.names.get(series.symbol),
        used=not problems,
        reason="; ".join(map(str, problems)) or None,
        notes=tuple(notes),
        distributions=fetched.distributions.get(series.symbol, "none"),
        rows=len(days),
        first_session=days[0].item() if len(days) else None,
        last_session=days[-1].item() if len(days) else None,
    )
    return status, problems


def _implausible(days: np.ndarray, growth: np.ndarray, limit: float) -> list[Problem]:
    """Moves beyond the limit, the largest named."""
    moves = abs(growth - 1.0)
    beyond = int((moves > limit).sum())
    if not beyond:
        return []
    worst = int(moves.argmax())
    more = f" (and {beyond - 1} more)" if beyond > 1 else ""
    what = (
        f"a move of {show(float(growth[worst] - 1.0), 'fraction')} from "
        f"{days[worst]} to {days[worst + 1]}, beyond its limit of {show(limit, 'share')}{more}"
    )
    return [Problem("implausible_move", what)]


def _not_sessions(days: np.ndarray) -> list[Problem]:
    if not len(days):
        return []
    noun = "a row" if len(days) == 1 else f"{len(days):,} rows"
    what = f"{noun} dated {_listed(days)}, when the exchange was closed"
    return [Problem("sessions_only", what)]


def _stale(days: np.ndarray, calendar: np.ndarray, as_of: date) -> list[Problem]:
    if not len(days) or days[-1].item() == as_of:
        return []
    late = int((calendar > days[-1]).sum())
    what = f"its last close is of {days[-1]}, {_count(late, 'session')} before {as_of}"
    return [Problem("stale", what)]


def _flat(days: np.ndarray, closes: np.ndarray, sessions: int) -> list[Problem]:
    last = closes[-sessions:]
    if len(last) < sessions or (last != last[-1]).any():
        return []
    what = (
        f"its last {sessions} closes, {days[-sessions]} to {days[-1]}, are all "
        f"{show(float(last[-1]), 'points')}"
    )
    return [Problem("flat", what)]


def _gaps(days: np.ndarray, calendar: np.ndarray, maximum: int) -> tuple[list[Problem], list[str]]:
    """What sessions are missing between the first and the last: too many in a row, or isolated."""
    import numpy as np

    positions = np.searchsorted(calendar, days)
    missing = np.diff(positions) - 1
    wide = np.flatnonzero(missing > maximum)
    problems = []
    if len(wide):
        widest = int(missing.argmax())
        first, last = calendar[positions[widest] + 1], calendar[positions[widest + 1] - 1]
        more = f" (and {len(wide) - 1} more)" if len(wide) > 1 else ""
        what = (
            f"no close on {_count(int(missing[widest]), 'session')} in a row, "
            f"{first} to {last}{more}"
        )
        problems.append(Problem("gap", what))
    lone = np.flatnonzero((missing > 0) & (missing <= maximum))
    if not len(lone):
        return problems, []
    sessions = np.concatenate([calendar[positions[n] + 1 : positions[n + 1]] for n in lone])
    noun = _count(len(sessions), "session")
    return problems, [f"no close on {noun}: {_listed(sessions, most=10)}"]


def _short(sessions: int, minimum: int) -> list[Problem]:
    if sessions >= minimum:
        return []
    what = f"{_count(sessions, 'session')} with a close, fewer than {minimum}"
    return [Problem("short_history", what)]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(days: Sequence[Any] | np.ndarray, most: int = 3) -> str:
    text = ", ".join(str(day) for day in days[:most])
    return text if len(days) <= most else f"{text} and {len(days) - most} more"
