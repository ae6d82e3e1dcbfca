"""What can go wrong with an answer, and with whose.

The first part says where: `server.fault(what, where)`. The second part goes wrong on the way; the
third in what a source says, whichever; the last in Yahoo's charts. Rows are counted from the end:
-1 is the last session's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from live.chart_faults import (
    Chart,
    What,
    currency,
    duplicated,
    edit_chart,
    edit_meta,
    empty,
    flat,
    lists,
    market_time,
    moved,
    null,
    prices_times,
    renamed,
    running,
    split_on_last_day,
    stale,
    take,
    time_zone,
    truncated,
    unordered,
    without_adjusted_closes,
    without_close,
    without_dividends,
    without_row,
)
from live.messages import Answer, Request, html_answer, json_answer

__all__ = [
    "Chart",
    "What",
    "When",
    "body",
    "charts",
    "clock",
    "currency",
    "cut",
    "duplicated",
    "edit_chart",
    "edit_json",
    "edit_meta",
    "edit_text",
    "empty",
    "flat",
    "fund",
    "histories",
    "history",
    "host",
    "html",
    "lists",
    "market_time",
    "moved",
    "null",
    "prices_times",
    "renamed",
    "running",
    "series",
    "silence",
    "split_on_last_day",
    "stale",
    "status",
    "symbol",
    "take",
    "time_zone",
    "truncated",
    "unordered",
    "without_adjusted_closes",
    "without_close",
    "without_dividends",
    "without_row",
]

When = Callable[[Request], bool]


def host(name: str) -> When:
    """Strike whatever is asked of a host or of those under it."""
    return lambda request: request.host == name or request.host.endswith(f".{name}")


def charts(request: Request) -> bool:
    """Strike every chart."""
    return request.symbol is not None


def histories(request: Request) -> bool:
    """Strike every chart of a span of dates, but not the question for a symbol's time zone."""
    return request.symbol is not None and "period1" in request.query


def symbol(*names: str) -> When:
    """Strike all charts of symbols."""
    return lambda request: request.symbol in names


def history(*names: str) -> When:
    """Strike charts of symbols over a span of dates."""
    return lambda request: request.symbol in names and histories(request)


def series(*names: str) -> When:
    """Strike requests for FRED's series."""
    return lambda request: request.query.get("series_id") in names


def fund(product: int, component: str | None = None) -> When:
    """Strike requests for a fund's documents: holdings, fundDownload, or both."""
    return lambda request: (
        (
            request.query.get("portfolioId") == str(product)
            and component in (None, request.query.get("component"))
        )
        or f"/products/{product}/" in request.path
    )


def status(code: int, retry_after: float | str | None = None) -> What:
    """Answer with a status and the source's words for it; 429 may name a wait."""
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)

    def answer(request: Request, _: Answer) -> Answer:
        return replace(_words(request, code), headers=headers)

    return answer


def _words(request: Request, code: int) -> Answer:
    if request.host == "api.stlouisfed.org":
        words = {429: "Too Many Requests.  Exceeded Rate Limit"}.get(code, "Internal Server Error")
        return json_answer({"error_code": code, "error_message": words}, code)
    if code == 429:
        return Answer(429, b"Too Many Requests\r\n", "text/html")
    if code == 404 and charts(request):
        error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
        return json_answer({"chart": {"result": None, "error": error}}, 404)
    return html_answer({503: "Service Unavailable"}.get(code, f"Error {code}"), code)


def silence(seconds: float) -> What:
    """Say nothing for so long, then close the connection."""
    return lambda request, answer: replace(answer, silent=seconds)


def cut() -> What:
    """Break the connection in the middle of the body."""
    return lambda request, answer: replace(answer, cut=True)


def clock(hours: float) -> What:
    """Let the source's clock be ahead by hours, or behind."""
    return lambda request, answer: replace(answer, ahead=hours)


def html(words: str = "Sorry, something went wrong") -> What:
    """Answer 200 with a page instead of data."""
    return lambda request, answer: html_answer(words)


def body(content: bytes | str, kind: str | None = None) -> What:
    """Answer 200 with another body, of the kind that was due unless told otherwise."""
    sent = content.encode() if isinstance(content, str) else content
    return lambda request, answer: replace(answer, status=200, body=sent, kind=kind or answer.kind)


def edit_text(change: Callable[[str], str]) -> What:
    """Change the text of an answer."""
    return lambda request, answer: replace(answer, body=change(answer.body.decode()).encode())


def edit_json(change: Callable[[Any], Any]) -> What:
    """Change the content of an answer in JSON; a change in place may return None."""

    def edited(request: Request, answer: Answer) -> Answer:
        content = json.loads(answer.body)
        changed = change(content)
        return json_answer(content if changed is None else changed, answer.status)

    return edited
