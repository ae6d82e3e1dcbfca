"""Yahoo's bars as rows: read by yfinance, held against the answer itself, mended nowhere.

yfinance can drop or merge rows without a word, so every close it gives must be one that the answer
holds, and the other way round. Prices arrive as 32-bit numbers written out with their noise
(682.8499755859375); they are taken for the shortest decimal with the same 32 bits (682.85).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from generator.providers._actions import apart, splits_to_apply
from generator.providers._numbers import Floats
from generator.providers._rows import Rows
from generator.providers._sheet import Unreadable
from generator.providers._yahoo_client import History

if TYPE_CHECKING:
    import pandas as pd

NOISE = 1e-6
"""Closes that differ by less, as a share, are the same with other noise behind the comma."""
KINDS = {
    "index": "INDEX",
    "fund": "ETF",
    "volatility": "INDEX",
    "member": "EQUITY",
    "future": "FUTURE",
}
"""What Yahoo calls the kinds of series."""


class Unusable(Exception):
    """A symbol's answer that must not be used."""

    def __init__(self, check: str, why: str) -> None:
        super().__init__(why)
        self.check = check
        """The check it failed."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a symbol's answer must say of itself."""

    symbol: str
    """As asked for."""
    kind: str
    """A key of KINDS."""
    time_zones: tuple[str, ...]
    """Of exchanges whose days are New York's."""
    tolerance: float
    """How far total returns may be from the source's adjusted closes over what was read."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One symbol's rows, oldest first, each with a close."""

    days: Any
    """datetime64[D], strictly increasing."""
    close: Floats
    """Adjusted for splits as far as `split` is 1, not for dividends."""
    volume: Floats
    """NaN where there is none."""
    dividend: Floats
    """Cash a share on the ex-date, capital gains included; 0 where none was paid."""
    split: Floats
    """The factor still to be applied; 1 where there is none."""
    named: str
    """What the source calls it."""
    running: bool
    """Whether the source says that the session of the last bar is not over."""
    notes: tuple[str, ...]
    """What a reader must know."""


def read_bars(history: History, expected: Expected, last: date) -> Bars:
    """Return the rows of one symbol up to a day.

    Raises:
        Unusable: the answer is about something else, contradicts itself, or lacks the last day.
    """
    meta = history.chart.get("meta") or {}
    _require_identity(meta, expected)
    zone = ZoneInfo(str(meta["exchangeTimezoneName"]))
    _require_same(history, zone)
    frame = history.frame.loc[history.frame["Close"].notna()]
    if frame.empty:
        raise Unusable("read", "no bar of it has a close")
    days = frame.index.tz_localize(None).to_numpy().astype("datetime64[D]")
    kept = days <= np.datetime64(last)
    rows = _rows(expected.symbol, frame.loc[kept], days[kept])
    try:
        factors = splits_to_apply(rows)
    except Unreadable as error:
        raise Unusable("adjusted_closes", str(error)) from None
    cash, notes = _cash(rows, frame.loc[kept], factors, expected.tolerance)
    return Bars(
        days=rows.days,
        close=rows.close,
        volume=rows.volume,
        dividend=cash,
        split=factors,
        named=str(meta.get("longName") or meta.get("shortName") or meta["symbol"]),
        running=_running(meta, zone, last),
        notes=notes,
    )


def _require_identity(meta: Mapping[str, Any], expected: Expected) -> None:
    wanted = {"symbol": expected.symbol, "currency": "USD", "instrumentType": KINDS[expected.kind]}
    for name, value in wanted.items():
        found = meta.get(name)
        if found != value:
            raise Unusable("identity", f"its answer says {name} {found}, not {value}")
    zone = meta.get("exchangeTimezoneName")
    if zone not in expected.time_zones:
        raise Unusable(
            "identity", f"its answer says time zone {zone}, not {' or '.join(expected.time_zones)}"
        )
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        raise Unusable(
            "identity", f"its answer says time zone {zone}, which there is none"
        ) from None


def _require_same(history: History, zone: ZoneInfo) -> None:
    """Check that yfinance and the answer have the same close on the same days."""
    raw: dict[date, float] = {}
    quote = (history.chart.get("indicators") or {}).get("quote") or [{}]
    stamps, closes = history.chart.get("timestamp") or [], quote[0].get("close") or []
    if len(stamps) != len(closes):
        raise Unusable("read", f"{len(stamps)} days but {len(closes)} closes in the answer")
    for stamp, close in zip(stamps, closes, strict=True):
        if close is None:
            continue
        day = datetime.fromtimestamp(stamp, UTC).astimezone(zone).date()
        if day in raw and abs(raw[day] - close) > NOISE * close:
            raise Unusable("read", f"two closes of {day}: {raw[day]:g} and {close:g}")
        raw[day] = close
    frame = history.frame["Close"].dropna()
    read = dict(zip(frame.index.date, frame.to_numpy(), strict=True))
    # A bar after the last day asked for is the running session's, which the client cuts off.
    end = max(read, default=None)
    lost = [day for day in raw if day not in read and (end is None or day <= end)]
    changed = [day for day, close in read.items() if raw.get(day) != close]
    if lost or changed:
        day = min([*lost, *changed])
        raise Unusable("read", f"the client and the answer disagree on the close of {day}")


def _rows(symbol: str, frame: pd.DataFrame, days: Any) -> Rows:
    close = shortest(frame["Close"].to_numpy(dtype="float64"))
    if not (np.isfinite(close) & (close > 0)).all():
        raise Unusable("read", "a close is not above zero")
    split = frame["Stock Splits"].to_numpy(dtype="float64")
    volume = frame["Volume"].to_numpy(dtype="float64")
    return Rows(
        file=symbol,
        days=days,
        close=close,
        adjusted=frame["Adj Close"].to_numpy(dtype="float64"),
        volume=volume,
        dividend=frame["Dividends"].to_numpy(dtype="float64"),
        split=np.where(split == 0.0, 1.0, split),
        complete=True,
        notes=(),
    )


def _cash(
    rows: Rows, frame: pd.DataFrame, factors: Floats, tolerance: float
) -> tuple[Floats, tuple[str, ...]]:
    """Dividends and capital gains, as far as the source's own adjusted closes bear them out."""
    assert rows.dividend is not None and rows.adjusted is not None
    paid = np.nan_to_num(rows.dividend)
    if "Capital Gains" in frame:
        paid = paid + np.nan_to_num(frame["Capital Gains"].to_numpy(dtype="float64"))
    before = rows.close[:-1] / factors[1:]
    large = np.flatnonzero(paid[1:] >= before) + 1
    if len(large):
        row = int(large[0])
        raise Unusable(
            "adjusted_closes",
            f"the dividend of {rows.days[row]}, {paid[row]:g}, is not less than the close before",
        )
    if not np.isfinite(rows.adjusted).all() or (rows.adjusted <= 0).any():
        raise Unusable("adjusted_closes", "an adjusted close is missing or not above zero")
    difference = _apart(rows, paid, factors)
    if difference <= tolerance:
        return paid, ()
    alone = np.nan_to_num(rows.dividend)
    if _apart(rows, alone, factors) <= tolerance:
        return alone, ("its capital gains are in its dividends already and were not added",)
    raise Unusable(
        "adjusted_closes",
        f"with dividends and splits it returned {difference:.1%} more or less than its adjusted "
        f"closes from {rows.days[0]} to {rows.days[-1]}",
    )


def _apart(rows: Rows, cash: Floats, factors: Floats) -> float:
    """How far total returns are from those of the adjusted closes, which may lack the same splits
    that the closes lack."""
    assert rows.adjusted is not None
    with_splits = rows.adjusted * np.cumprod(factors)
    return min(
        apart(rows.close, adjusted, cash, factors) for adjusted in (rows.adjusted, with_splits)
    )


def _running(meta: Mapping[str, Any], zone: ZoneInfo, last: date) -> bool:
    """Whether the source's current session is that of the last day, and is not over."""
    period = (meta.get("currentTradingPeriod") or {}).get("regular") or {}
    time, end = _seconds(meta.get("regularMarketTime")), _seconds(period.get("end"))
    if time is None or end is None:
        return True
    day = datetime.fromtimestamp(end, UTC).astimezone(zone).date()
    return day == last and time < end


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def shortest(values: Floats) -> Floats:
    """Return each number that 32 bits hold exactly as the shortest decimal with the same 32 bits.

    >>> shortest(np.array([682.8499755859375, 2465.97998046875, 0.1])).tolist()
    [682.85, 2465.98, 0.1]
    """
    narrow = values.astype(np.float32)
    exact = narrow.astype(np.float64) == values
    short = np.array([float(str(value)) for value in narrow]) if len(narrow) else values
    return np.where(exact, short, values)
