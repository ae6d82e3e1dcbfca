"""What price rows must satisfy: stale, short, broken or implausible series are left out.

A series is used whole or not at all, and a series that is left out says why. Rows of the wrong
shape are a provider's bug and raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from generator.config import QualityRules, Series, Universe
from generator.errors import DataError
from generator.facts import show
from generator.manifest import SymbolStatus
from generator.snapshot import Fetched
from generator.tables import VALUES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_KINDS = {"symbol": "str", "session": "datetime64[us]"} | dict.fromkeys(VALUES, "float64")


def examine(
    fetched: Fetched, universe: Universe, sessions: pd.DatetimeIndex, as_of: date
) -> list[SymbolStatus]:
    """Weigh each series of the universe, in its order, by its rows up to the as-of date.

    `sessions` are those of the exchange from the start of the history to the as-of date; a row
    dated on any other day is one on which the exchange was closed.

    Raises:
        ValueError: the rows are not in the form of `Fetched.prices`.
    """
    import numpy as np

    parts = _parts(fetched.prices)
    calendar = sessions.to_numpy().astype("datetime64[D]")
    calendar = calendar[calendar <= np.datetime64(as_of)]
    return [
        _status(
            fetched, subject, series, parts.get(series.symbol), universe.quality, calendar, as_of
        )
        for subject, series in universe.series.items()
    ]


def require_benchmarks(statuses: Iterable[SymbolStatus], universe: Universe) -> None:
    """Check that the small and the large benchmark are used.

    Raises:
        DataError: one is not, or neither is; there is no edition without them.
    """
    by_subject = {status.subject: status for status in statuses}
    wanted = (universe.benchmarks.small, universe.benchmarks.large)
    lost = [by_subject[subject] for subject in wanted if not by_subject[subject].used]
    if not lost:
        return
    listed = "; ".join(
        f"{universe.series[status.subject].name} ({status.symbol}): {status.reason}"
        for status in lost
    )
    noun = "a benchmark is" if len(lost) == 1 else "both benchmarks are"
    raise DataError(
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
    rules: QualityRules,
    calendar: np.ndarray,
    as_of: date,
) -> SymbolStatus:
    import numpy as np

    problems: list[str] = []
    notes = list(fetched.notes.get(series.symbol, ()))
    fault = fetched.faults.get(series.symbol)
    if part is not None:
        within = part["day"] <= np.datetime64(as_of)
        part = {name: values[within] for name, values in part.items()}
    if fault is not None:
        problems.append(f"missing: {fault}")
    elif part is None or not len(part["day"]):
        problems.append(f"missing: the source has no close of {series.symbol} up to {as_of}")
    known = np.isin(part["day"], calendar) if part is not None else np.array([], dtype=bool)
    days = part["day"][known] if part is not None else calendar[:0]
    if part is not None and not problems:
        closes = part["close"][known]
        growth = closes[1:] * part["split"][known][1:] / closes[:-1]
        problems += _implausible(days, growth, series.daily_limit)
        problems += _not_sessions(part["day"][~known])
        problems += _stale(days, calendar, as_of)
        problems += _flat(days, closes, rules.flat_sessions)
        gaps, isolated = _gaps(days, calendar, rules.maximum_gap)
        problems += gaps
        notes += isolated
        problems += _short(len(days), rules.minimum_sessions)
    return SymbolStatus(
        symbol=series.symbol,
        subject=subject,
        used=not problems,
        reason="; ".join(problems) or None,
        notes=tuple(notes),
        distributions=fetched.distributions.get(series.symbol, "none"),
        rows=len(days),
        first_session=days[0].item() if len(days) else None,
        last_session=days[-1].item() if len(days) else None,
    )


def _implausible(days: np.ndarray, growth: np.ndarray, limit: float) -> list[str]:
    """Moves beyond the limit, the largest named."""
    moves = abs(growth - 1.0)
    beyond = int((moves > limit).sum())
    if not beyond:
        return []
    worst = int(moves.argmax())
    more = f" (and {beyond - 1} more)" if beyond > 1 else ""
    return [
        f"implausible: a move of {show(float(growth[worst] - 1.0), 'fraction')} from "
        f"{days[worst]} to {days[worst + 1]}, beyond its limit of {show(limit, 'share')}{more}"
    ]


def _not_sessions(days: np.ndarray) -> list[str]:
    if not len(days):
        return []
    noun = "a row" if len(days) == 1 else f"{len(days):,} rows"
    return [f"not a session: {noun} dated {_listed(days)}, when the exchange was closed"]


def _stale(days: np.ndarray, calendar: np.ndarray, as_of: date) -> list[str]:
    if not len(days) or days[-1].item() == as_of:
        return []
    late = int((calendar > days[-1]).sum())
    return [f"stale: its last close is of {days[-1]}, {_count(late, 'session')} before {as_of}"]


def _flat(days: np.ndarray, closes: np.ndarray, sessions: int) -> list[str]:
    last = closes[-sessions:]
    if len(last) < sessions or (last != last[-1]).any():
        return []
    return [
        f"flat: its last {sessions} closes, {days[-sessions]} to {days[-1]}, are all "
        f"{show(float(last[-1]), 'points')}"
    ]


def _gaps(days: np.ndarray, calendar: np.ndarray, maximum: int) -> tuple[list[str], list[str]]:
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
        problems.append(
            f"gap: no close on {_count(int(missing[widest]), 'session')} in a row, "
            f"{first} to {last}{more}"
        )
    lone = np.flatnonzero((missing > 0) & (missing <= maximum))
    if not len(lone):
        return problems, []
    sessions = np.concatenate([calendar[positions[n] + 1 : positions[n + 1]] for n in lone])
    noun = _count(len(sessions), "session")
    return problems, [f"no close on {noun}: {_listed(sessions, most=10)}"]


def _short(sessions: int, minimum: int) -> list[str]:
    if sessions >= minimum:
        return []
    return [f"short: {_count(sessions, 'session')} with a close, fewer than {minimum}"]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(days: Sequence[Any] | np.ndarray, most: int = 3) -> str:
    text = ", ".join(str(day) for day in days[:most])
    return text if len(days) <= most else f"{text} and {len(days) - most} more"
