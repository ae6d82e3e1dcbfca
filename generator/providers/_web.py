"""Asking a source over HTTP: paced, with patience, within a budget of time.

What a source says for certain (an answer, 404) is returned. What may pass (429, a server's error,
a time-out, a connection cut) is asked again, after the wait that the source names or one that
doubles; once the attempts or the time are used up the source counts as unanswered.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import stamina
import stamina.instrumentation

from generator.config import Courtesy
from generator.errors import ProviderError

# Its log would say each attempt on standard error; what is worth saying is said once, in the end.
stamina.instrumentation.set_on_retry_hooks(())

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may pass."""


class Unanswered(Exception):
    """A source did not answer one request, however often it was asked."""


class OutOfTime(ProviderError):
    """The time that a run may spend on a source is used up."""


class TryAgain(Exception):
    """One attempt failed in a way that may pass."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait
        """Seconds the source asked to be left alone for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said to one request."""

    address: str
    """Whom it was asked of, without secrets."""
    status: int
    """HTTP status."""
    content: bytes
    """The body."""
    kind: str
    """Content type, as said by the source."""
    retrieved_at: datetime
    """In UTC."""
    skew: float | None
    """Seconds by which the source's clock is ahead of ours, where it says what time it is."""

    @property
    def sha256(self) -> str:
        """Of the body."""
        return hashlib.sha256(self.content).hexdigest()


def nothing_for_certain(source: str, what: str, where: str) -> ProviderError:
    """Return what is to be said where a source says nothing for certain about a name."""
    return ProviderError(
        f"{source} {what}",
        where=where,
        hint="Nothing was frozen. Run the same command again later; `smallcaps doctor` says which "
        "sources answer.",
    )


class Patience:
    """The pace, the attempts and the time of one source in one run; threads may share it."""

    def __init__(self, source: str, courtesy: Courtesy) -> None:
        self.source = source
        self._courtesy = courtesy
        self._lock = threading.Lock()
        self._next = 0.0
        self._end = time.monotonic() + courtesy.total_minutes * 60

    def attempts(self) -> Iterator[stamina.Attempt]:
        """Yield attempts, each to be used as a context; `TryAgain` in one leads to the next."""
        rules = self._courtesy
        return iter(
            stamina.retry_context(
                on=_wait_of(self.hold),
                attempts=rules.attempts,
                timeout=None,
                wait_initial=rules.first_wait_seconds,
                wait_max=rules.longest_wait_seconds,
                wait_jitter=0.1 * rules.first_wait_seconds,
            )
        )

    def hold(self, seconds: float) -> float:
        """Let nobody ask for a while, and return how long: at most the longest wait."""
        seconds = min(seconds, self._courtesy.longest_wait_seconds)
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)
        return seconds

    def take_turn(self) -> None:
        """Wait until it is polite to ask.

        Raises:
            OutOfTime: that would be later than the run may take.
        """
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + 1 / self._courtesy.requests_per_second
        if turn > self._end:
            raise OutOfTime(
                f"{self.source} took longer than {self._courtesy.total_minutes:g} minutes",
                hint="Run the same command again: it goes on where this run stopped.",
            )
        if turn > now:
            time.sleep(turn - now)


def _wait_of(hold: Callable[[float], float]) -> Callable[[Exception], bool | float]:
    def decide(error: Exception) -> bool | float:
        if not isinstance(error, TryAgain):
            return False
        return True if error.wait is None else hold(error.wait)

    return decide


def require_settled(status: int, headers: Mapping[str, str]) -> None:
    """Raise TryAgain for a status that may pass."""
    if status in PASSING:
        raise TryAgain(f"HTTP {status}", retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds for which an answer asks to be left alone, by its Retry-After: a number,
    or a date, which counts from the answer's own.

    >>> retry_after({"Retry-After": "120"}), retry_after({}), retry_after({"Retry-After": "soon"})
    (120.0, None, None)
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(headers["Date"])
        return max(0.0, (until - now).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def skew(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds by which an answer's Date is ahead of our clock; None without one."""
    try:
        return (parsedate_to_datetime(headers["Date"]) - now).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None


@contextmanager
def transport(*errors: type[Exception]) -> Iterator[None]:
    """Turn a client's errors of transport into TryAgain, named by their kind."""
    try:
        yield
    except errors as error:
        raise TryAgain(_named(error)) from None


def _named(error: Exception) -> str:
    name = type(error).__name__
    return "no answer in time" if "Timeout" in name else f"the connection failed ({name})"


class Web:
    """Asks one source with plain HTTP requests."""

    def __init__(
        self,
        source: str,
        courtesy: Courtesy,
        user_agent: str,
        clock: Callable[[], datetime],
        *,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """`secrets` are parameters whose values no address, message or record may hold."""
        import requests

        self._errors = requests.exceptions.RequestException
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._courtesy = courtesy
        self._clock = clock
        self._secrets = secrets
        self._patience = Patience(source, courtesy)

    def get(self, address: str, parameters: Mapping[str, str]) -> Answer:
        """Ask, and return what the source says for certain.

        Raises:
            Unanswered: it says nothing for certain, however often it is asked.
            OutOfTime: the run may not take longer.
        """
        shown = self._shown(address, parameters)
        try:
            for attempt in self._patience.attempts():
                with attempt:
                    return self._ask(address, parameters, shown)
        except TryAgain as error:
            raise Unanswered(f"{shown}: {error}") from None
        raise AssertionError("there is at least one attempt")

    def _ask(self, address: str, parameters: Mapping[str, str], shown: str) -> Answer:
        self._patience.take_turn()
        with transport(self._errors):
            answer = self._session.get(
                address, params=dict(parameters), timeout=self._courtesy.timeout_seconds
            )
        require_settled(answer.status_code, answer.headers)
        now = self._clock()
        return Answer(
            address=shown,
            status=answer.status_code,
            content=answer.content,
            kind=answer.headers.get("Content-Type", ""),
            retrieved_at=now,
            skew=skew(answer.headers, now),
        )

    def _shown(self, address: str, parameters: Mapping[str, str]) -> str:
        from urllib.parse import urlencode

        safe = {name: value for name, value in parameters.items() if name not in self._secrets}
        return f"{address}?{urlencode(safe)}" if safe else address
