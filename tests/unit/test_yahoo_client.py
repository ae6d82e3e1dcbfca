"""yfinance is kept patient, is asked for what is wanted, and its answers are kept."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from live import LiveServer, World, faults
from support import project_settings
from support_live import fresh_client

from generator.config import Yahoo
from generator.providers._web import OutOfTime, Unanswered
from generator.providers._yahoo_client import Client, Refused

NOW = datetime(2026, 1, 16, 23, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 16)
QUERY = "query2.finance.yahoo.com"
CHART = "/v8/finance/chart/"

pytestmark = pytest.mark.filterwarnings("ignore:::yfinance", "ignore:::pandas")


@pytest.fixture(scope="module")
def world() -> World:
    """The simulated history on the evening of the last session."""
    return World.sample(NOW)


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """Its sources, found by this process's clients."""
    with LiveServer(world) as found, fresh_client(), found.serving(monkeypatch):
        yield found


def rules(**other: float) -> Yahoo:
    """Quick and impatient."""
    usual: dict[str, float] = {
        "requests_per_second": 5000,
        "timeout_seconds": 1,
        "attempts": 3,
        "first_wait_seconds": 0.001,
        "longest_wait_seconds": 0.01,
        "total_minutes": 1,
    }
    return project_settings().live.yahoo.model_copy(update=usual | other)


@pytest.fixture
def client(server: LiveServer, tmp_path: Path) -> Client:
    """A client that knows where its symbols are traded."""
    found = Client(rules(), lambda: NOW, tmp_path / "yahoo")
    found.expect(["IWM", "SPY", "^RUT", "^GSPC", "NOPE"])
    return found


def histories(server: LiveServer) -> list[str]:
    """The symbols whose bars were asked for, in order."""
    return [
        record.path.removeprefix(CHART)
        for record in server.asked(QUERY, CHART)
        if "period1" in record.query
    ]


def test_bars_come_for_both_ends_of_the_span(client: Client, server: LiveServer) -> None:
    """The ten sessions from the first to the last day, with the answer they were read from."""
    found = client.history("IWM", FIRST, LAST)
    assert len(found.frame) == 10
    assert found.frame.index[0].date() == FIRST and found.frame.index[-1].date() == LAST
    assert found.chart["meta"]["symbol"] == "IWM"
    assert histories(server) == ["IWM"]
    assert not server.unexpected


def test_the_answer_is_kept_with_its_fingerprint_and_without_the_crumb(
    client: Client, server: LiveServer
) -> None:
    """Status, time, size and hash are those of the bytes that came; a crumb is nobody's
    business."""
    (answer,) = client.history("IWM", FIRST, LAST).answers
    (asked,) = server.asked(QUERY, f"{CHART}IWM")
    assert "crumb" in asked.query and "crumb" not in answer.address
    assert f"https://{QUERY}{CHART}IWM?period1=" in answer.address
    assert answer.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert json.loads(answer.content)["chart"]["error"] is None
    assert (answer.status, answer.retrieved_at, answer.skew) == (200, NOW, 0.0)


def test_a_symbol_whose_place_is_known_costs_one_request(
    client: Client, server: LiveServer
) -> None:
    """Else yfinance would ask for the time zone of each first."""
    for symbol in ("IWM", "SPY", "^RUT"):
        client.history(symbol, FIRST, LAST)
    assert [record.path.removeprefix(CHART) for record in server.asked(QUERY, CHART)] == [
        "IWM",
        "SPY",
        "^RUT",
    ]


def test_the_same_question_is_asked_again(client: Client, server: LiveServer) -> None:
    """The client's memory of earlier answers would leave nothing to keep, and no news."""
    once = client.history("IWM", FIRST, LAST)
    again = client.history("IWM", FIRST, LAST)
    assert histories(server) == ["IWM", "IWM"]
    assert len(again.answers) == 1 and again.frame.equals(once.frame)


def test_threads_keep_their_own_answers(client: Client) -> None:
    """Four symbols at once, each with the answer about itself."""
    found: dict[str, list[str]] = {}

    def work(symbol: str) -> None:
        answers = client.history(symbol, FIRST, LAST).answers
        found[symbol] = [
            json.loads(a.content)["chart"]["result"][0]["meta"]["symbol"] for a in answers
        ]

    threads = [threading.Thread(target=work, args=(s,)) for s in ("IWM", "SPY", "^RUT", "^GSPC")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {s: [s] for s in ("IWM", "SPY", "^RUT", "^GSPC")}


# What passes


@pytest.mark.parametrize(
    "trouble",
    [
        faults.status(429),
        faults.status(429, retry_after=0),
        faults.status(503),
        faults.cut(),
        faults.html(),
        faults.body(b""),
    ],
    ids=["429", "429 with a wait", "503", "cut", "HTML", "nothing"],
)
def test_trouble_that_passes_is_waited_out(
    client: Client, server: LiveServer, trouble: faults.What
) -> None:
    """Twice, within three attempts; the bars are those that came in the end."""
    rule = server.fault(trouble, faults.history("IWM"), times=2)
    found = client.history("IWM", FIRST, LAST)
    assert rule.fired == 2 and len(found.frame) == 10
    assert histories(server) == ["IWM"] * 3
    assert [answer.status for answer in found.answers] == [200]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (faults.status(429), "HTTP 429"),
        (faults.status(503), "HTTP 503"),
        (faults.html(), "HTML instead of JSON"),
        (faults.body(b"  "), "nothing instead of JSON"),
        (faults.body(b"[1]"), "something else instead of JSON"),
        (faults.cut(), "the connection failed"),
    ],
)
def test_trouble_that_does_not_pass_is_no_answer(
    client: Client, server: LiveServer, trouble: faults.What, said: str
) -> None:
    """After the attempts there are, with the reason of the last."""
    rule = server.fault(trouble, faults.history("IWM"))
    with pytest.raises(Unanswered, match=said):
        client.history("IWM", FIRST, LAST)
    assert rule.fired == 3


def test_silence_is_no_answer(server: LiveServer, tmp_path: Path) -> None:
    client = Client(rules(timeout_seconds=0.2, attempts=2), lambda: NOW, tmp_path)
    client.expect(["IWM"])
    rule = server.fault(faults.silence(1), faults.history("IWM"))
    with pytest.raises(Unanswered, match="no answer in time"):
        client.history("IWM", FIRST, LAST)
    assert rule.fired == 2


def test_a_crumb_that_is_refused_does_not_stop_the_bars(client: Client, server: LiveServer) -> None:
    """Charts are given without one."""
    server.fault(faults.status(429), lambda request: request.path == "/v1/test/getcrumb")
    assert len(client.history("IWM", FIRST, LAST).frame) == 10


def test_the_time_of_a_run_ends_the_asking(server: LiveServer, tmp_path: Path) -> None:
    """The error is the run's, not the symbol's."""
    client = Client(rules(total_minutes=1e-9), lambda: NOW, tmp_path)
    client.expect(["IWM"])
    with pytest.raises(OutOfTime, match="Yahoo took longer"):
        client.history("IWM", FIRST, LAST)
    assert histories(server) == []


def test_a_status_that_says_nothing_of_the_symbol_is_no_answer(
    client: Client, server: LiveServer
) -> None:
    """Who is shut out cannot tell what there is."""
    server.fault(faults.status(403), faults.history("IWM"))
    with pytest.raises(Unanswered, match="HTTP 403"):
        client.history("IWM", FIRST, LAST)


# What is said for certain


def test_a_symbol_that_there_is_not_is_refused(client: Client) -> None:
    """In the source's words."""
    with pytest.raises(Refused) as caught:
        client.history("NOPE", FIRST, LAST)
    assert str(caught.value) == (
        "the source has no such symbol (HTTP 404: No data found, symbol may be delisted)"
    )


def test_a_span_before_the_first_bar_is_refused(client: Client, server: LiveServer) -> None:
    """Yahoo answers 400 and says so: a company that was listed last week has no earlier bars."""
    with pytest.raises(Refused, match=r"no bars in this span \(HTTP 400: Data doesn't exist"):
        client.history("IWM", date(1950, 1, 3), date(1950, 1, 10))
    assert not server.unexpected


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (faults.empty(), "the source has no bars in this span: its answer is empty"),
        (faults.null(), "the source gives no result"),
        (faults.body(b'{"chart": '), r"the answer cannot be read \(JSONDecodeError\)"),
        (faults.body(b"{}"), r"the answer cannot be read \(KeyError\)"),
        (faults.body(b'{"chart": null}'), r"the answer cannot be read \(TypeError\)"),
        (faults.body(b'{"chart": {"result": [7]}}'), r"the answer cannot be read \(TypeError\)"),
        (
            faults.edit_chart(lambda chart: chart.__delitem__("indicators")),
            "the answer cannot be read",
        ),
    ],
    ids=["empty", "null", "torn", "nothing in it", "null chart", "a number", "no indicators"],
)
def test_an_answer_without_bars_is_refused_at_once(
    client: Client, server: LiveServer, trouble: faults.What, said: str
) -> None:
    """It was said with status 200, so it is not asked again; no form of it is a crash."""
    rule = server.fault(trouble, faults.history("IWM"))
    with pytest.raises(Refused, match=said):
        client.history("IWM", FIRST, LAST)
    assert rule.fired == 1


# Whether the source is there


def test_alive_is_one_request_and_leaves_nothing_behind(
    server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cookie, no crumb, no folder for notes."""
    monkeypatch.chdir(tmp_path)
    answer = Client(rules(attempts=1), lambda: NOW, None).alive("^RUT")
    assert answer.status == 200
    assert [(r.host, r.path) for r in server.requests] == [(QUERY, f"{CHART}^RUT")]
    assert list(tmp_path.iterdir()) == []


def test_alive_asks_once_where_one_attempt_is_allowed(server: LiveServer) -> None:
    rule = server.fault(faults.status(503))
    with pytest.raises(Unanswered, match="HTTP 503"):
        Client(rules(attempts=1), lambda: NOW, None).alive("^RUT")
    assert rule.fired == 1
