"""What is to be seen of a listing at a time, and the metadata that Yahoo sends with its bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from live.listings import FUTURE, Values

if TYPE_CHECKING:
    from live.listings import Listing

RANGES = {
    "1d": 1,
    "5d": 5,
    "1mo": 21,
    "3mo": 63,
    "6mo": 126,
    "1y": 252,
    "2y": 504,
    "5y": 1260,
    "10y": 2520,
    "max": 2**31,
}
"""Sessions of each span; `ytd` goes by the calendar."""
VALID_RANGES = [*list(RANGES)[:-1], "ytd", "max"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A listing at a time: everything before it, in the shares of that day."""

    listing: Listing
    """What is seen."""
    day: date
    """The last session that has begun."""
    market_time: datetime
    """When it was last traded, in UTC."""
    period: tuple[datetime, datetime]
    """When that session opened and closes, in UTC."""
    opens: npt.NDArray[np.int64]
    """By session, in seconds since 1970."""
    bars: Mapping[str, Values]
    """Open, high, low and close; the last may be unfinished."""
    volumes: npt.NDArray[np.int64]
    """Shares traded."""
    dividends: Values
    """Cash a share."""
    adjusted: Values
    """Closes less all later dividends."""


def seen_by(listing: Listing, now: datetime) -> Seen | None:
    """Return what is to be seen of a listing; None before its first session."""
    count = int(np.searchsorted(listing.opens, now.timestamp(), side="right"))
    return _seen(listing, count, now) if count else None


def _seen(listing: Listing, count: int, now: datetime) -> Seen:
    day: date = listing.days[count - 1].astype(object)
    period = listing.hours(day)
    market_time = min(now.replace(microsecond=0), _last_trade(listing, period[1]))
    factor = listing.factor(day)
    closes = listing.closes[:count] * factor
    paid = listing.dividends[:count] * factor
    share = min(1.0, (market_time - period[0]) / (period[1] - period[0]))
    if count > 1 and market_time < _last_trade(listing, period[1]):
        closes[-1] = round(closes[-2] + (closes[-1] - closes[-2]) * share + 0.01, 2)
    volumes = (listing.volumes[:count] / factor).astype(np.int64)
    return Seen(
        listing=listing,
        day=day,
        market_time=market_time,
        period=period,
        opens=listing.opens[:count],
        bars=_bars(closes),
        volumes=volumes,
        dividends=paid,
        adjusted=_adjusted(closes, paid),
    )


def _last_trade(listing: Listing, close: datetime) -> datetime:
    """Return when a session's last price was: of futures 17:00 in New York, long before its end."""
    return close - timedelta(hours=6, minutes=59) if listing.venue is FUTURE else close


def _bars(closes: Values) -> dict[str, Values]:
    """Return bars around closes: each opens where the last closed."""
    opens = np.concatenate([closes[:1], closes[:-1]])
    high, low = np.maximum(opens, closes) * 1.003, np.minimum(opens, closes) * 0.997
    return {"open": opens, "high": np.round(high, 2), "low": np.round(low, 2), "close": closes}


def _adjusted(closes: Values, paid: Values) -> Values:
    """Return closes times 1 less dividend by close before, of every later dividend."""
    steps = np.ones(len(closes))
    steps[1:] -= paid[1:] / closes[:-1]
    later = np.concatenate([np.cumprod(steps[::-1])[::-1][1:], [1.0]])
    return np.asarray(closes * later)


def meta(seen: Seen, at: slice, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of an answer with a slice of what is seen."""
    listing, venue, bars = seen.listing, seen.listing.venue, seen.bars
    offset, zone = _zone(venue.time_zone, seen.market_time)
    start, end = (int(moment.timestamp()) for moment in seen.period)
    year, before = bars["close"][-252:], max(at.start - 1, 0)
    return {
        "currency": listing.currency,
        "symbol": listing.symbol,
        "exchangeName": venue.exchange,
        "fullExchangeName": venue.full_exchange,
        "instrumentType": venue.instrument,
        "firstTradeDate": int(listing.opens[0]),
        "regularMarketTime": int(seen.market_time.timestamp()),
        "hasPrePostMarketData": venue.instrument in ("ETF", "EQUITY"),
        "gmtoffset": offset,
        "timezone": zone,
        "exchangeTimezoneName": venue.time_zone,
        "regularMarketPrice": round(float(bars["close"][-1]), 4),
        "fiftyTwoWeekHigh": round(float(year.max()), 2),
        "fiftyTwoWeekLow": round(float(year.min()), 2),
        "regularMarketDayHigh": float(bars["high"][-1]),
        "regularMarketDayLow": float(bars["low"][-1]),
        "regularMarketVolume": int(seen.volumes[-1]),
        "longName": listing.name,
        "shortName": listing.name[:31],
        "chartPreviousClose": round(float(bars["close"][before]), 4),
        "priceHint": 4 if venue is FUTURE else 2,
        "currentTradingPeriod": {
            "pre": _period(zone, offset, start - 19800, start),
            "regular": _period(zone, offset, start, end),
            "post": _period(zone, offset, end, end + 14400),
        },
        "dataGranularity": "1d",
        "range": query.get("range", "") if "period1" not in query else "",
        "validRanges": VALID_RANGES,
    }


def _period(zone: str, offset: int, start: int, end: int) -> dict[str, Any]:
    return {"timezone": zone, "start": start, "end": end, "gmtoffset": offset}


def _zone(name: str, moment: datetime) -> tuple[int, str]:
    """Return a zone's distance from UTC in seconds, and its abbreviation, at a time."""
    local = moment.astimezone(ZoneInfo(name))
    offset = local.utcoffset()
    return int(offset.total_seconds()) if offset else 0, local.tzname() or ""
