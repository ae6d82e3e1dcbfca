"""Yahoo through yfinance: one symbol's daily bars, and every answer that they came from.

yfinance brings its own order of calls (cookie, crumb, chart) and its own reading of the answers.
Between it and the network stands our session, which keeps the pace, waits and asks again where
trouble may pass, refuses what is no JSON, and keeps the fingerprint of each answer.
"""

from __future__ import annotations

import json
import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from generator.config import Yahoo
from generator.providers._web import (
    Answer,
    Patience,
    TryAgain,
    Unanswered,
    require_settled,
    skew,
    transport,
)

if TYPE_CHECKING:
    import pandas as pd

NEW_YORK = "America/New_York"
_CHART = "/v8/finance/chart/"


class Refused(Exception):
    """The source says for certain that it has nothing to give for a symbol."""


@dataclass(frozen=True, slots=True)
class History:
    """One symbol's bars as yfinance gives them, and what the source itself said."""

    frame: pd.DataFrame
    """yfinance's frame: not adjusted for dividends, with actions, rows without a close kept."""
    chart: Mapping[str, Any]
    """The one result inside the answer's `chart`."""
    answers: tuple[Answer, ...]
    """What it was read from; the last is the one with the bars."""


class Client:
    """Asks Yahoo for one symbol at a time; threads may share it."""

    def __init__(
        self, courtesy: Yahoo, clock: Callable[[], datetime], scratch: Path | None
    ) -> None:
        """`scratch` is a folder for the client's own notes: cookies and time zones. Without one
        the client can only be asked whether the source is alive."""
        import yfinance

        # What goes wrong is raised and said by us; the client's log has crumbs in it, and what
        # pandas finds out of date in the client is nobody's business here.
        logging.getLogger("yfinance").setLevel(logging.CRITICAL + 1)
        warnings.filterwarnings("ignore", module=r"yfinance\.")
        yfinance.config.debug.hide_exceptions = False
        if scratch is not None:
            _keep_notes_in(scratch)
        self._yfinance = yfinance
        self._session = _session(Patience("Yahoo", courtesy), courtesy, clock)

    def expect(self, symbols: list[str]) -> None:
        """Say where symbols are traded, which spares a request each.

        yfinance uses it only to read the days asked for; what an answer says of itself counts.
        """
        from yfinance import cache

        zones = cache.get_tz_cache()
        for symbol in symbols:
            if zones.lookup(symbol) is None:
                zones.store(symbol, NEW_YORK)

    def history(self, symbol: str, first: date, last: date) -> History:
        """Return a symbol's daily bars from one day to another, both included.

        Raises:
            Refused: the source has none, or its answer is none.
            Unanswered: it does not answer, however often it is asked.
            OutOfTime: the run may not take longer.
        """
        self._session.kept()  # what the same thread asked before
        # The client would give its earlier answer to the same question, and ask nobody.
        self._yfinance.data.YfData.cache_get.cache_clear()
        end = last + timedelta(days=1)
        ticker = self._yfinance.Ticker(symbol, session=self._session)
        try:
            frame = ticker.history(
                start=first.isoformat(),
                end=end.isoformat(),
                interval="1d",
                auto_adjust=False,
                actions=True,
                keepna=True,
            )
        except _said_by_the_client() as error:
            raise _reason(self._session.kept(), error) from None
        answers = self._session.kept()
        return History(frame, _result(answers), answers)

    def alive(self, symbol: str) -> Answer:
        """Ask once for a day's bar of a symbol, to see whether the source answers.

        Raises:
            Unanswered: it does not.
        """
        address = f"https://query2.finance.yahoo.com{_CHART}{symbol}"
        self._session.get(address, params={"range": "1d", "interval": "1d"})
        answer: Answer = self._session.kept()[-1]
        return answer


@cache
def _notes() -> list[Path]:
    return []


def _keep_notes_in(folder: Path) -> None:
    """Tell yfinance where its cookies and time zones go; a process can be told once."""
    import yfinance

    if not _notes():
        folder.mkdir(parents=True, exist_ok=True)
        yfinance.set_tz_cache_location(str(folder))
        _notes().append(folder)


def _said_by_the_client() -> tuple[type[Exception], ...]:
    """What yfinance raises over an answer: its own errors, and those of reading what is not there.

    Ours (no answer, out of time) are none of these.
    """
    from curl_cffi.requests.exceptions import RequestException
    from yfinance.exceptions import YFException

    return (YFException, RequestException, LookupError, TypeError, ValueError, AttributeError)


def _reason(answers: tuple[Answer, ...], error: Exception) -> Exception:
    """What the last answer means, which is more than what the client made of it."""
    if not answers:
        return Unanswered(f"no answer ({type(error).__name__})")
    last = answers[-1]
    said = _description(last.content)
    if last.status == 404:
        return Refused(f"the source has no such symbol (HTTP 404{said})")
    if last.status == 400 and said:
        return Refused(f"the source has no bars in this span (HTTP 400{said})")
    if last.status != 200:
        return Unanswered(f"HTTP {last.status}{said}")
    try:
        result = _result(answers)
    except Refused as refused:
        return refused
    if not result.get("timestamp"):
        return Refused("the source has no bars in this span: its answer is empty")
    return Refused(f"the answer cannot be read ({type(error).__name__}: {error})")


def _description(content: bytes) -> str:
    """What the source says of its refusal, where it says it in its own form."""
    try:
        error = json.loads(content)["chart"]["error"]
        return f": {error['description']}"
    except (ValueError, LookupError, TypeError):
        return ""


def _result(answers: tuple[Answer, ...]) -> Mapping[str, Any]:
    """The one result of the last answer.

    Raises:
        Refused: there is none.
    """
    content = answers[-1].content
    try:
        chart = json.loads(content)["chart"]
        results = chart["result"] or [{}]
        found: Mapping[str, Any] = dict(results[0])
    except (ValueError, LookupError, TypeError) as error:
        raise Refused(f"the answer cannot be read ({type(error).__name__})") from None
    if not found:
        raise Refused(f"the source gives no result{_description(content)}")
    return found


def _session(patience: Patience, courtesy: Yahoo, clock: Callable[[], datetime]) -> Any:
    """A session of yfinance's own kind that is patient and keeps fingerprints."""
    from curl_cffi import requests
    from curl_cffi.requests.exceptions import RequestException

    class Session(requests.Session):  # type: ignore[type-arg]
        """Sits between yfinance and the network."""

        def __init__(self) -> None:
            super().__init__(impersonate="chrome")
            self._own = threading.local()
            # So many requests are on their way at once; reading answers is not asking.
            self._lines = threading.BoundedSemaphore(courtesy.parallel)

        def kept(self) -> tuple[Answer, ...]:
            """Return this thread's answers about charts since it last asked, and forget them."""
            found = tuple(getattr(self._own, "answers", ()))
            self._own.answers = []
            return found

        def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]
            options["timeout"] = courtesy.timeout_seconds
            if _CHART not in url:
                # Cookies and crumbs: yfinance goes on without them if it must.
                patience.take_turn()
                return super().request(method, url, **options)  # type: ignore[arg-type]
            try:
                for attempt in patience.attempts():
                    with attempt:
                        return self._ask(method, url, options)
            except TryAgain as error:
                raise Unanswered(str(error)) from None
            raise AssertionError("there is at least one attempt")

        def _ask(self, method: str, url: str, options: dict[str, Any]) -> Any:
            with self._lines, transport(RequestException):
                patience.take_turn()
                response = super().request(method, url, **options)  # type: ignore[arg-type]
            require_settled(response.status_code, response.headers)
            if response.status_code == 200 and not response.content.lstrip().startswith(b"{"):
                raise TryAgain(f"{_looks(response.content)} instead of JSON")
            now = clock()
            asked = options.get("params") or {}
            shown = urlencode({name: v for name, v in asked.items() if name != "crumb"})
            answer = Answer(
                address=f"{url}?{shown}",
                status=response.status_code,
                content=response.content,
                kind=response.headers.get("Content-Type", ""),
                retrieved_at=now,
                skew=skew(response.headers, now),
            )
            self._own.answers = [*getattr(self._own, "answers", ()), answer]
            return response

    return Session()


def _looks(content: bytes) -> str:
    start = content.lstrip()[:200].lower()
    if not start:
        return "nothing"
    return "HTML" if b"<html" in start or b"<!doctype" in start else "something else"
