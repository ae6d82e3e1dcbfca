"""Yahoo's answers: cookie, consent, crumb, charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from live.messages import Answer, Request, html_answer, json_answer, redirect, unknown
from live.yahoo_meta import RANGES, Seen, meta, seen_by

if TYPE_CHECKING:
    from live.listings import Listing
    from live.world import World

A3 = "d=AQABBHsessn&S=AQAAAloopback"
"""The cookie."""
CRUMB = "loop.Back/x9"
"""What goes with the cookie."""
SET_COOKIE = (
    "Set-Cookie",
    f"A3={A3}; Max-Age=31557600; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly",
)
CONSENT = "4_cc-session_0000"
"""Of the page on which visitors from Europe agree to cookies."""
CONSENT_PAGE = f"https://consent.yahoo.com/v2/collectConsent?sessionId={CONSENT}"

Part = Callable[["World", Request], Answer]


def _cookie(world: World, request: Request) -> Answer:
    """As Yahoo does: it sets the cookie, and has no such page."""
    return html_answer("Will not be found", 404, headers=(SET_COOKIE,))


def _guce(world: World, request: Request) -> Answer:
    if request.path == "/consent":
        return redirect(CONSENT_PAGE)
    if request.path == "/copyConsent":
        return redirect("https://finance.yahoo.com/?guccounter=1", (SET_COOKIE,))
    return unknown()


def _consent(world: World, request: Request) -> Answer:
    if request.path != "/v2/collectConsent":
        return unknown()
    if request.method == "POST":
        return redirect(f"https://guce.yahoo.com/copyConsent?sessionId={CONSENT}")
    fields = {"csrfToken": "cf-token", "sessionId": CONSENT, "namespace": "yahoo"}
    inputs = "".join(f'<input type="hidden" name="{n}" value="{v}">' for n, v in fields.items())
    page = f'<form method="post" action="{CONSENT_PAGE}">{inputs}<button name="agree"></form>'
    return Answer(200, f"<html><body>{page}</body></html>".encode(), "text/html; charset=utf-8")


def _front_page(world: World, request: Request) -> Answer:
    return html_answer("Stock market news")


def _finance(world: World, request: Request) -> Answer:
    """Answer for the hosts that have the data."""
    if request.path == "/v1/test/getcrumb":
        return _crumb(world, request)
    if request.symbol is not None:
        return _chart_or_refusal(world, request)
    name = request.path.split("/")[2:4]
    if name[:2] == ["finance", "quoteSummary"]:
        return _refused("quoteSummary", 404, "Not Found", "Quote not found for symbol")
    if request.path == "/v7/finance/quote":
        return json_answer({"quoteResponse": {"result": [], "error": None}})
    return unknown()


HOSTS: dict[str, Part] = {
    "fc.yahoo.com": _cookie,
    "guce.yahoo.com": _guce,
    "consent.yahoo.com": _consent,
    "finance.yahoo.com": _front_page,
    "query1.finance.yahoo.com": _finance,
    "query2.finance.yahoo.com": _finance,
}
"""Who answers for which host."""


def _refused(part: str, status: int, code: str, words: str) -> Answer:
    error = {"code": code, "description": words}
    return json_answer({part: {"result": None, "error": error}}, status)


def _crumb(world: World, request: Request) -> Answer:
    if request.cookies.get("A3") != A3:
        return _refused("finance", 401, "Unauthorized", "Invalid Cookie")
    return Answer(200, CRUMB.encode(), "text/plain;charset=utf-8")


def _chart_or_refusal(world: World, request: Request) -> Answer:
    crumb, listing = request.query.get("crumb"), world.listings.get(request.symbol or "")
    if crumb is not None and (crumb != CRUMB or request.cookies.get("A3") != A3):
        return _refused("finance", 401, "Unauthorized", "Invalid Crumb")
    if request.query.get("interval", "1d") != "1d":
        return unknown("only daily bars are simulated")
    seen = None if listing is None else seen_by(listing, world.now)
    if seen is None:
        return _refused("chart", 404, "Not Found", "No data found, symbol may be delisted")
    first, end = _span(seen, request.query)
    if end <= seen.opens[0]:
        words = f"Data doesn't exist for startDate = {first}, endDate = {end}"
        return _refused("chart", 400, "Bad Request", words)
    at = slice(int(np.searchsorted(seen.opens, first)), int(np.searchsorted(seen.opens, end)))
    result = chart(seen, at, request.query)
    return json_answer({"chart": {"result": [result], "error": None}})


def _span(seen: Seen, query: Mapping[str, str]) -> tuple[int, int]:
    """Return the first second asked for and the one after the last."""
    if "period1" in query:
        return int(query["period1"]), int(query.get("period2", 2**40))
    wanted = query.get("range", "1mo")
    sessions = RANGES.get(wanted, 1)
    if wanted == "ytd":
        zone = ZoneInfo(seen.listing.venue.time_zone)
        return int(datetime(seen.day.year, 1, 1, tzinfo=zone).timestamp()), 2**40
    return int(seen.opens[-min(sessions, len(seen.opens))]), 2**40


def chart(seen: Seen, at: slice, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the bars of a slice of what is seen, as one result of the chart endpoint."""
    stamps = seen.opens[at].tolist()
    result: dict[str, Any] = {"meta": meta(seen, at, query)}
    if not stamps:
        return {**result, "indicators": {"quote": [{}], "adjclose": [{}]}}
    result["timestamp"] = stamps
    if happened := _events(seen, at, query.get("events", "")):
        result["events"] = happened
    bars = {name: single(values[at]) for name, values in seen.bars.items()}
    bars["volume"] = seen.volumes[at].tolist()
    adjusted = {"adjclose": single(seen.adjusted[at])}
    return {**result, "indicators": {"quote": [bars], "adjclose": [adjusted]}}


def single(values: np.ndarray) -> list[float | None]:
    """Return values as Yahoo has them: of single precision, null for what is missing."""
    widened = values.astype(np.float32).astype(np.float64).tolist()
    return [None if math.isnan(value) else value for value in widened]


def _events(seen: Seen, at: slice, wanted: str) -> dict[str, dict[str, dict[str, float]]]:
    """Return dividends and splits of a slice, by the second at which their session opened."""
    paid, stamps = seen.dividends[at], seen.opens[at]
    found: dict[str, dict[str, dict[str, float]]] = {"dividends": {}, "splits": {}}
    for position in np.flatnonzero(paid).tolist() if "div" in wanted else ():
        stamp, amount = int(stamps[position]), round(float(paid[position]), 6)
        found["dividends"][str(stamp)] = {"amount": amount, "date": stamp}
    for day, ratio in seen.listing.splits.items() if "split" in wanted else ():
        stamp = _opening(seen.listing, day)
        if len(stamps) and stamps[0] <= stamp <= stamps[-1]:
            found["splits"][str(stamp)] = split_event(stamp, ratio)
    return {name: events for name, events in found.items() if events}


def split_event(stamp: int, ratio: float) -> dict[str, Any]:
    """Return a split as Yahoo tells of it: 2 is 2:1, a tenth 1:10."""
    new, old = (ratio, 1.0) if ratio >= 1 else (1.0, round(1 / ratio, 6))
    words = f"{new:g}:{old:g}"
    return {"date": stamp, "numerator": new, "denominator": old, "splitRatio": words}


def _opening(listing: Listing, day: date) -> int:
    at = int(np.searchsorted(listing.days, np.datetime64(day)))
    return int(listing.opens[min(at, len(listing.opens) - 1)])
