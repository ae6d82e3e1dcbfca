"""A source is asked politely, patiently and not for ever, and no secret leaves the request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import tenacity.nap

from generator.config import Courtesy
from generator.providers import _web
from generator.providers._web import (
    PASSING,
    OutOfTime,
    Patience,
    TryAgain,
    Unanswered,
    Web,
    require_settled,
    retry_after,
    skew,
    transport,
)

NOW = datetime(2026, 1, 17, 9, 0, tzinfo=UTC)
SECRET = "0123456789abcdef"


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Reply:
    """What the source answers."""

    status: int = 200
    body: bytes = b"content"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Whether the connection ends before the whole body."""


@dataclass
class Source:
    """A source on this machine: its answers in turn, the last one for good."""

    replies: list[Reply]
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    address: str = ""


def _handler(source: Source) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append(self.path)
            source.agents.add(self.headers["User-Agent"])
            reply = source.replies.pop(0) if len(source.replies) > 1 else source.replies[0]
            self.send_response_only(reply.status)
            self.send_header("Content-Length", str(len(reply.body) + 10 * reply.cut))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def source() -> Iterator[Source]:
    """A source that answers well until told otherwise."""
    found = Source([Reply()])
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(found)) as server:
        found.address = f"http://127.0.0.1:{server.server_address[1]}/data"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time by which waits are measured."""
    found = Time()
    monkeypatch.setattr(_web, "time", found)
    monkeypatch.setattr(tenacity.nap, "time", found)
    return found


def courtesy(**other: float) -> Courtesy:
    usual = {
        "requests_per_second": 1000,
        "timeout_seconds": 5,
        "attempts": 4,
        "first_wait_seconds": 2,
        "longest_wait_seconds": 120,
        "total_minutes": 30,
    }
    return Courtesy.model_validate(usual | other)


def web(clock: Callable[[], datetime] = lambda: NOW, **other: float) -> Web:
    return Web("FRED", courtesy(**other), "https://x.example/", clock, secrets=("api_key",))


class TestRetryAfter:
    """How long a source wants to be left alone."""

    DATE = "Sat, 17 Jan 2026 09:00:00 GMT"

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("0", 0.0),
            ("7", 7.0),
            (" 120 ", 120.0),
            ("Sat, 17 Jan 2026 09:01:30 GMT", 90.0),
            ("Sat, 17 Jan 2026 08:00:00 GMT", 0.0),
            ("Sat, 17 Jan 2026 10:00:30 +0100", 30.0),
        ],
    )
    def test_is_a_number_or_a_date_that_counts_from_the_answers_own(
        self, value: str, seconds: float
    ) -> None:
        assert retry_after({"Retry-After": value, "Date": self.DATE}) == seconds

    @pytest.mark.parametrize(
        "value",
        ["", "soon", "-5", "1.5", "²", "٣", "Sat, 17 Jan 2026 09:01:30", "Sat, 99 Jan 2026", "1e9"],
    )
    def test_that_makes_no_sense_is_as_if_it_were_not_there(self, value: str) -> None:
        assert retry_after({"Retry-After": value, "Date": self.DATE}) is None

    def test_as_a_date_needs_the_answers_own(self) -> None:
        later = {"Retry-After": "Sat, 17 Jan 2026 09:01:30 GMT"}
        assert retry_after(later) is None
        assert retry_after({**later, "Date": "yesterday"}) is None


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 410, 422])
def test_what_is_said_for_certain_settles_it(status: int) -> None:
    """Neither an answer nor a refusal changes by asking again."""
    require_settled(status, {"Retry-After": "5"})


@pytest.mark.parametrize("status", sorted(PASSING))
def test_what_may_pass_is_asked_again_after_the_wait_it_names(status: int) -> None:
    """Too many requests and a server's troubles pass."""
    with pytest.raises(TryAgain, match=f"HTTP {status}") as caught:
        require_settled(status, {"Retry-After": "5"})
    assert caught.value.wait == 5.0


def test_a_clock_is_compared_by_the_answers_date() -> None:
    """Ahead is positive; without a date, or with half a one, nothing is known."""
    assert skew({"Date": "Sat, 17 Jan 2026 09:20:00 GMT"}, NOW) == 1200
    assert skew({"Date": "Sat, 17 Jan 2026 08:59:30 GMT"}, NOW) == -30
    for headers in ({}, {"Date": "noon"}, {"Date": "Sat, 17 Jan 2026 09:20:00"}):
        assert skew(headers, NOW) is None


class ReadTimeout(Exception):
    pass


class ProxyError(Exception):
    pass


class ChunkedEncodingError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ReadTimeout, "no answer in time"),
        (ProxyError, r"the connection failed \(ProxyError\)"),
        (ChunkedEncodingError, r"the connection failed \(ChunkedEncodingError\)"),
    ],
)
def test_an_error_of_transport_is_named_without_its_words(
    error: type[Exception], said: str
) -> None:
    """Its words may hold the whole address with a key in it."""
    with pytest.raises(TryAgain, match=f"^{said}$") as caught, transport(error):
        raise error(f"https://x/?api_key={SECRET}")
    assert caught.value.__suppress_context__ and caught.value.wait is None


def test_other_errors_pass_through_transport() -> None:
    """A mistake of ours is no trouble of the network."""
    with pytest.raises(KeyError), transport(ReadTimeout):
        raise KeyError


class TestPatience:
    """The pace, the waits and the budget of one source."""

    def test_asks_no_faster_than_it_may(self, time: Time) -> None:
        """Four requests a second: a quarter of a second between two turns, none before the
        first."""
        patience = Patience("FRED", courtesy(requests_per_second=4))
        for _ in range(5):
            patience.take_turn()
        assert time.slept == [0.25] * 4

    def test_does_not_wait_where_time_has_passed(self, time: Time) -> None:
        patience = Patience("FRED", courtesy(requests_per_second=4))
        patience.take_turn()
        time.now += 10
        patience.take_turn()
        assert time.slept == []

    def test_a_hold_counts_for_everybody_and_is_capped(self, time: Time) -> None:
        patience = Patience("FRED", courtesy(longest_wait_seconds=60))
        assert patience.hold(5) == 5
        assert patience.hold(3600) == 60
        patience.take_turn()
        assert time.slept == [60]

    def test_a_shorter_hold_does_not_end_a_longer_one(self, time: Time) -> None:
        patience = Patience("FRED", courtesy())
        patience.hold(50)
        patience.hold(1)
        patience.take_turn()
        assert time.slept == [50]

    def test_ends_with_the_time_that_a_run_may_take(self, time: Time) -> None:
        """A turn that would come too late is not waited for."""
        patience = Patience("FRED", courtesy(total_minutes=1, longest_wait_seconds=120))
        patience.take_turn()
        patience.hold(61)
        with pytest.raises(OutOfTime, match="FRED took longer than 1 minutes") as caught:
            patience.take_turn()
        assert time.slept == []
        assert caught.value.exit_code == 4
        assert "goes on where this run stopped" in str(caught.value.hint)

    def test_waits_double_up_to_the_longest(self, time: Time) -> None:
        """2, 4, 8, 16, 16 seconds, each with at most a tenth of the first added by chance."""
        patience = Patience("FRED", courtesy(attempts=6, longest_wait_seconds=16))
        tries = 0
        with pytest.raises(TryAgain):
            for attempt in patience.attempts():
                with attempt:
                    tries += 1
                    raise TryAgain("HTTP 503")
        assert tries == 6
        assert len(time.slept) == 5
        for slept, least in zip(time.slept, (2, 4, 8, 16, 16), strict=True):
            assert least <= slept <= least + 0.2

    def test_the_wait_that_the_source_names_takes_the_place_of_ours(self, time: Time) -> None:
        patience = Patience("FRED", courtesy(attempts=4, longest_wait_seconds=30))
        named = iter([7.0, 0.0, 999.0, 1.0])
        with pytest.raises(TryAgain):
            for attempt in patience.attempts():
                with attempt:
                    raise TryAgain("HTTP 429", next(named))
        assert time.slept == [7.0, 0.0, 30.0]

    def test_one_attempt_waits_for_nothing(self, time: Time) -> None:
        patience = Patience("FRED", courtesy(attempts=1))
        with pytest.raises(TryAgain):
            for attempt in patience.attempts():
                with attempt:
                    raise TryAgain("HTTP 503")
        assert time.slept == []

    def test_what_does_not_pass_is_raised_at_once(self, time: Time) -> None:
        patience = Patience("FRED", courtesy())
        with pytest.raises(OutOfTime):
            for attempt in patience.attempts():
                with attempt:
                    raise OutOfTime("late")
        assert time.slept == []


class TestWeb:
    """One source over plain HTTP."""

    def test_returns_the_answer_with_its_fingerprint(self, source: Source) -> None:
        source.replies = [
            Reply(
                body=b"abc",
                headers={"Content-Type": "text/csv", "Date": "Sat, 17 Jan 2026 09:00:09 GMT"},
            )
        ]
        answer = web().get(source.address, {"id": "IWM"})
        assert (answer.status, answer.content, answer.kind) == (200, b"abc", "text/csv")
        assert answer.address == f"{source.address}?id=IWM"
        assert (answer.retrieved_at, answer.skew) == (NOW, 9.0)
        # Of "abc", as FIPS 180-2 has it.
        assert answer.sha256.startswith("ba7816bf8f01cfea414140de5dae2223")
        assert source.agents == {"https://x.example/"}

    def test_takes_a_refusal_for_an_answer(self, source: Source) -> None:
        source.replies = [Reply(404, b"no such file")]
        assert web().get(source.address, {}).status == 404
        assert len(source.asked) == 1

    def test_asks_again_until_the_trouble_has_passed(self, source: Source, time: Time) -> None:
        source.replies = [
            Reply(429, headers={"Retry-After": "3"}),
            Reply(503),
            Reply(cut=True),
            Reply(body=b"at last"),
        ]
        assert web().get(source.address, {}).content == b"at last"
        assert len(source.asked) == 4
        first, second, third = (slept for slept in time.slept if slept > 0.01)
        assert first == 3.0
        assert 4 <= second <= 4.2 and 8 <= third <= 8.2

    def test_waits_until_the_date_that_the_source_names(self, source: Source, time: Time) -> None:
        """Counted from the source's own clock, wrong as it may be."""
        there = datetime(2030, 5, 1, tzinfo=UTC)
        headers = {
            "Date": format_datetime(there, usegmt=True),
            "Retry-After": format_datetime(there + timedelta(seconds=40), usegmt=True),
        }
        source.replies = [Reply(503, headers=headers), Reply()]
        web().get(source.address, {})
        assert 40.0 in time.slept

    def test_gives_up_with_the_last_reason(self, source: Source, time: Time) -> None:
        source.replies = [Reply(500), Reply(500), Reply(502)]
        with pytest.raises(Unanswered, match=r"/data\?id=1: HTTP 502$"):
            web(attempts=3).get(source.address, {"id": "1"})
        assert len(source.asked) == 3

    def test_stops_when_the_time_is_used_up(self, source: Source, time: Time) -> None:
        source.replies = [Reply(429, headers={"Retry-After": "100"})]
        with pytest.raises(OutOfTime):
            web(total_minutes=2, attempts=9).get(source.address, {})
        assert len(source.asked) == 2

    @pytest.mark.parametrize("reply", [Reply(), Reply(500), Reply(cut=True)])
    def test_sends_a_secret_and_says_it_nowhere(
        self, source: Source, time: Time, reply: Reply
    ) -> None:
        source.replies = [reply]
        parameters = {"series_id": "UNRATE", "api_key": SECRET}
        try:
            said = repr(web(attempts=2).get(source.address, parameters))
        except Unanswered as error:
            said = f"{error!r} {error.__cause__!r}"
            assert error.__suppress_context__
        assert "series_id=UNRATE" in said
        assert SECRET not in said and "api_key" not in said
        assert SECRET in source.asked[0]

    def test_keeps_the_secret_of_a_source_that_cannot_be_reached(self, time: Time) -> None:
        """The client's own error holds the whole address."""
        with pytest.raises(Unanswered) as caught:
            web(attempts=2).get("http://127.0.0.1:9/x", {"api_key": SECRET})
        assert str(caught.value) == "http://127.0.0.1:9/x: the connection failed (ConnectionError)"
