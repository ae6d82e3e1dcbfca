"""Fund files are asked for politely, taken only if they are the right ones, and else named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
import yaml
from support import REPOSITORY, sessions, universe
from support_ishares import CASH, FUND, Line, holdings, no_holdings, workbook

from generator import tables
from generator.config import Checks, Live
from generator.editions import closing_time, edition_of
from generator.errors import ProviderError
from generator.manifest import Checked
from generator.providers import Request, _ishares
from generator.providers._piece import Piece
from generator.providers._web import OutOfTime

NOW = datetime(2026, 1, 17, 9, 30, tzinfo=UTC)
SESSIONS = sessions("2025-10-01", "2026-01-16")
AS_OF = SESSIONS[-1].date()
IJR = "iShares Core S&P Small-Cap ETF"
FUNDS = {
    "IWM": {"product": 1, "name": FUND, "members": True, "history": True},
    "IJR": {"product": 2, "name": IJR, "members": False, "history": False},
}
HISTORY = [
    ("Jan 20, 2026", "299", "--", "299"),
    *(
        (f"{day:%b %d, %Y}", f"{200 + n}", "0.5" if n == 3 else "--", f"{1_000_000 + n}")
        for n, day in reversed(list(enumerate(SESSIONS)))
    ),
    ("Nov 30, 2025", "111", "--", "--"),
]
"""A day that is not over yet, every session, and a month's end without a session."""


@dataclass
class Reply:
    """What the service answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int = 0
    """Bytes announced beyond those sent."""


@dataclass
class Service:
    """A document service on this machine, and what it was asked."""

    replies: dict[tuple[str, str], list[Reply]]
    """By product and day, or product and `history`: the answers in turn, the last one for good."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of every request."""
    agents: set[str] = field(default_factory=set)
    """Who asked."""
    address: str = ""

    def reply(self, target: str, agent: str) -> Reply:
        """Return the answer to a request."""
        wanted = {name: value for name, (value,) in parse_qs(urlsplit(target).query).items()}
        self.asked.append(wanted)
        self.agents.add(agent)
        what = wanted.get("asOfDate", "history")
        queue = self.replies.get((wanted["portfolioId"], what), [Reply(no_holdings())])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def set(self, product: int, what: str, *replies: Reply | bytes) -> None:
        """Say what is answered about a product."""
        self.replies[str(product), what] = [
            reply if isinstance(reply, Reply) else Reply(reply) for reply in replies
        ]


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = service.reply(self.path, self.headers["User-Agent"])
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + reply.announced))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that has everything, on a port of this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = Service({})
    found.set(1, "20260116", holdings())
    found.set(2, "20260116", holdings(fund=IJR, layout="new"))
    found.set(1, "history", workbook(HISTORY))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    found.address = f"http://127.0.0.1:{server.server_port}/document"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def content(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / "content" / name).read_text(encoding="utf-8"))


def request_to(
    service: Service,
    known: pd.DataFrame | None = None,
    say: Callable[..., None] = lambda *_: None,
    **rules: Any,
) -> Request:
    courtesy = {
        "address": service.address,
        "requests_per_second": 1000.0,
        "timeout_seconds": 5.0,
        "attempts": 2,
        "first_wait_seconds": 0.0,
        "longest_wait_seconds": 0.0,
        "funds": FUNDS,
    }
    settings = content("live.yml")
    settings["ishares"] |= courtesy | rules
    frame = tables.empty("fund_history") if known is None else known
    return Request(
        edition=edition_of(AS_OF),
        as_of=AS_OF,
        sessions=SESSIONS,
        universe=universe(),
        checks=Checks.model_validate(content("checks.yml")),
        live=Live.model_validate(settings),
        data=None,
        clock=lambda: NOW,
        scratch=Path("not-used"),
        environment={},
        known=lambda table: frame if table == "fund_history" else tables.empty(table),
        names={},
        closed_at=closing_time(AS_OF),
        say=say,
    )


def bring(service: Service, **rules: Any) -> Piece:
    return _ishares.bring(request_to(service, **rules))


def check(piece: Piece, name: str) -> Checked:
    return next(one for one in piece.checks if one.name == name)


def known_history(values: dict[str, float]) -> pd.DataFrame:
    columns = {
        "fund": ["IWM"] * len(values),
        "day": list(values),
        "net_asset_value": list(values.values()),
        "distribution": [0.0] * len(values),
        "shares_outstanding": [1e6] * len(values),
    }
    return tables.frame("fund_history", columns)


def history_of(piece: Piece) -> pd.DataFrame:
    return piece.tables["fund_history"].set_index("day")


def test_holdings_and_history_of_every_fund_are_brought(service: Service) -> None:
    """The tables have the funds, their day and their rows, and every check has passed."""
    piece = bring(service)
    shares = piece.tables["holdings"]
    assert shares.groupby("fund").size().to_dict() == {"IJR": 8, "IWM": 8}
    assert set(shares["day"]) == {pd.Timestamp("2026-01-16")}
    assert shares.loc[shares["ticker"] == "MOGA", "symbol"].tolist() == ["MOG-A", "MOG-A"]
    assert list(shares.columns) == list(tables.FORMS["holdings"].columns)
    assert (piece.missing, piece.faults) == ({}, {})
    outcomes = {one.name: (one.outcome, one.examined) for one in piece.checks}
    assert outcomes == {
        "fund_identity": ("passed", 3),
        "holdings_age": ("passed", 2),
        "holdings_weight": ("passed", 2),
    }


def test_a_history_has_the_sessions_up_to_the_editions_last(service: Service) -> None:
    """Rows come oldest first; later days and days without a session are dropped."""
    history = history_of(bring(service))
    assert history.index.tolist() == SESSIONS.tolist()
    assert history["net_asset_value"].tolist() == [200.0 + n for n in range(len(SESSIONS))]
    assert history["distribution"].to_numpy().nonzero()[0].tolist() == [3]
    assert history["shares_outstanding"].iloc[-1] == 1_000_000 + len(SESSIONS) - 1


def test_what_is_asked_is_what_the_service_understands(service: Service) -> None:
    """Each file is one request with the product, the document and the day, and says who asks."""
    request = request_to(service)
    _ishares.bring(request)
    common = {
        "appType": "PRODUCT_PAGE",
        "appSubType": "ISHARES",
        "targetSite": "us-ishares",
        "locale": "en_US",
        "userType": "individual",
    }
    of_day = {"component": "holdings", "asOfDate": "20260116"}
    assert service.asked == [
        common | {"portfolioId": "1"} | of_day,
        common | {"portfolioId": "2"} | of_day,
        common | {"portfolioId": "1", "component": "fundDownload"},
    ]
    assert service.agents == {request.live.user_agent}


def test_every_answer_used_has_its_fingerprint(service: Service) -> None:
    """Each file that rows stem from is kept with table, fund, address, size and hash."""
    piece = bring(service)
    named = [(one.table, one.name, one.bytes, one.status) for one in piece.kept]
    assert named == [
        ("holdings", "IWM", len(holdings()), 200),
        ("holdings", "IJR", len(holdings(fund=IJR, layout="new")), 200),
        ("fund_history", "IWM", len(workbook(HISTORY)), 200),
    ]
    assert piece.kept[0].address.startswith(f"{service.address}?appType=PRODUCT_PAGE")
    assert piece.kept[0].retrieved_at == NOW


def test_the_session_before_will_do(service: Service) -> None:
    """Where a day has no file yet, that of a session before it is taken, weekends left out."""
    service.set(1, "20260116", no_holdings())
    service.set(1, "20260114", holdings(day="Jan 14, 2026"))
    piece = bring(service)
    shares = piece.tables["holdings"]
    assert set(shares.loc[shares["fund"] == "IWM", "day"]) == {pd.Timestamp("2026-01-14")}
    days = [one.get("asOfDate") for one in service.asked]
    assert days == ["20260116", "20260115", "20260114", "20260116", None]
    assert check(piece, "holdings_age").outcome == "passed"


def test_holdings_that_are_too_old_are_not_looked_for(service: Service) -> None:
    """Beyond the threshold the fund has no holdings, and says so; the others keep theirs."""
    service.set(1, "20260116", no_holdings())
    service.set(1, "20260113", holdings(day="Jan 13, 2026"))
    piece = bring(service)
    reason = "the source has no holdings of 2026-01-16, nor of a session from 2026-01-14 on"
    assert piece.faults["holdings"] == {"IWM": reason}
    assert check(piece, "holdings_age").found == (f"IWM: {reason}",)
    assert set(piece.tables["holdings"]["fund"]) == {"IJR"}


def test_a_file_of_another_fund_is_left_out(service: Service) -> None:
    """A file that names another fund is not used, in either table, and both names are said."""
    service.set(1, "20260116", holdings(fund=IJR))
    service.set(1, "history", workbook(HISTORY, fund=IJR))
    piece = bring(service)
    reason = (
        f"its file names '{IJR}', not '{FUND}': compare product 1 and name of IWM in "
        "content/live.yml"
    )
    assert piece.faults["holdings"] == {"IWM": reason}
    assert f"'{IJR}', not '{FUND}'" in piece.faults["fund_history"]["IWM"]
    assert (check(piece, "fund_identity").examined, check(piece, "fund_identity").outcome) == (
        3,
        "left out",
    )
    assert piece.missing == {
        "fund_history": "no fund's net asset values and shares outstanding could be read"
    }


def test_an_answer_about_nothing_of_another_fund_is_a_wrong_fund(service: Service) -> None:
    """A product that is another fund is found out even where it has no holdings."""
    service.set(1, "20260116", no_holdings(fund="iShares Core 40/60 Moderate Allocation ETF"))
    service.set(1, "20260115", no_holdings(fund="iShares Core 40/60 Moderate Allocation ETF"))
    service.set(1, "20260114", no_holdings(fund="iShares Core 40/60 Moderate Allocation ETF"))
    assert "Moderate Allocation" in bring(service).faults["holdings"]["IWM"]


def test_a_file_of_another_day_is_left_out(service: Service) -> None:
    """A file must be of the day that was asked for."""
    service.set(1, "20260116", holdings(day="Jan 15, 2026"))
    reason = "holdings of 2026-01-16 were asked for, and those of 2026-01-15 came"
    assert bring(service).faults["holdings"] == {"IWM": reason}


@pytest.mark.parametrize(
    ("weight", "good"), [("91.00", True), ("90.99", False), ("93.00", True), ("93.01", False)]
)
def test_weights_must_sum_to_one(service: Service, weight: str, good: bool) -> None:
    """With cash, 99% to 101% will do; beyond it the file is left out, with the sum."""
    service.set(1, "20260116", holdings([Line("A", weight=weight), CASH, Line("B", weight="8.30")]))
    piece = bring(service)
    assert ("holdings" not in piece.faults) is good
    assert (check(piece, "holdings_weight").outcome == "passed") is good
    if not good:
        assert "cash included, sum to" in piece.faults["holdings"]["IWM"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"<!DOCTYPE html><html>"), "the answer is HTML, not the holdings file"),
        (Reply(b"Not found", 404), "the source has no such document (HTTP 404)"),
        (Reply(b""), "the answer is empty"),
        (Reply(holdings(footer=False)), "the table breaks off"),
    ],
)
def test_what_the_service_says_for_certain_is_a_fault(
    service: Service, reply: Reply, reason: str
) -> None:
    """An answer that cannot be used leaves out one fund's holdings, and nothing else."""
    service.set(1, "20260116", reply)
    piece = bring(service)
    assert reason in piece.faults["holdings"]["IWM"]
    assert set(piece.tables["holdings"]["fund"]) == {"IJR"}
    assert len(history_of(piece)) == len(SESSIONS)
    assert [one.name for one in piece.kept if one.table == "holdings"] == ["IJR"]


@pytest.mark.parametrize(
    "trouble", [Reply(b"", 503), Reply(b"", 429, {"Retry-After": "0"}), Reply(b"iSh", announced=99)]
)
def test_trouble_that_passes_is_waited_out(service: Service, trouble: Reply) -> None:
    """A server's error, a limit of requests or a cut connection is followed by a second request."""
    service.set(1, "20260116", trouble, Reply(holdings()))
    piece = bring(service)
    assert piece.faults == {}
    assert [one["asOfDate"] for one in service.asked[:2]] == ["20260116", "20260116"]


@pytest.mark.parametrize("what", ["20260116", "history"])
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Reply(b"", 503), "did not answer"),
        (Reply(b"iSh", announced=99), "did not answer"),
        (Reply(b"Forbidden", 403), "refuses to answer (HTTP 403)"),
    ],
)
def test_trouble_that_stays_stops_the_run(
    service: Service, what: str, trouble: Reply, said: str
) -> None:
    """Where the service says nothing for certain nothing may be frozen: exit code 4, and a hint."""
    service.set(1, what, trouble)
    with pytest.raises(ProviderError) as caught:
        bring(service)
    assert said in caught.value.what
    assert (caught.value.exit_code, caught.value.where) == (4, "IWM")
    assert "Run the same command again later" in str(caught.value)


def test_a_run_ends_once_its_time_is_used_up(service: Service) -> None:
    """The time that a run may take for all funds is not exceeded, whatever is left to ask."""
    with pytest.raises(OutOfTime) as caught:
        bring(service, total_minutes=1e-9)
    assert caught.value.exit_code == 4
    assert service.asked == []


def test_a_known_history_is_read_from_some_way_before_its_end(service: Service) -> None:
    """The last twenty known rows are read again, and those since; earlier ones stay as they are."""
    known = {f"{day:%Y-%m-%d}": 200.0 + n for n, day in enumerate(SESSIONS[:-5])}
    history = history_of(_ishares.bring(request_to(service, known_history(known))))
    assert history.index.tolist() == SESSIONS[-25:].tolist()


def test_a_restated_history_is_read_in_full(service: Service) -> None:
    """Where a known value is another now, as after a split, all of it is read again."""
    known = {f"{day:%Y-%m-%d}": 400.0 + n for n, day in enumerate(SESSIONS[:-5])}
    history = history_of(_ishares.bring(request_to(service, known_history(known))))
    assert history.index.tolist() == SESSIONS.tolist()


def test_a_value_that_was_missing_is_no_restatement(service: Service) -> None:
    """A known row without a value does not make the whole history new."""
    known = {f"{day:%Y-%m-%d}": np.nan for day in SESSIONS[:-5]}
    history = history_of(_ishares.bring(request_to(service, known_history(known))))
    assert len(history) == 25


def test_a_history_of_later_days_only_is_a_fault(service: Service) -> None:
    """Nothing known after the edition's last session is taken."""
    service.set(1, "history", workbook(HISTORY[:1]))
    reason = "the workbook has no row up to 2026-01-16"
    assert bring(service).faults["fund_history"] == {"IWM": reason}


def test_the_services_clock_is_compared_with_ours(service: Service) -> None:
    """The largest difference of the answers' dates is reported."""
    for product, body, hour in ((1, holdings(), 8), (2, holdings(fund=IJR), 10)):
        date = format_datetime(NOW.replace(hour=hour, minute=0), usegmt=True)
        service.set(product, "20260116", Reply(body, headers={"Date": date}))
    assert bring(service).skews == {"iShares": -5400.0}


def test_progress_names_every_file(service: Service) -> None:
    """One line a file: what it is of, how much came and to which day, or why it is left out."""
    service.set(2, "20260116", b"")
    lines: list[tuple[str, str, str]] = []
    _ishares.bring(request_to(service, say=lambda *line: lines.append(line[:3])))
    assert lines == [
        ("read", "holdings of IWM", "8 rows to 2026-01-16"),
        ("left out", "holdings of IJR", "the answer is empty"),
        (
            "read",
            "net asset values and shares outstanding of IWM",
            f"{len(SESSIONS)} rows to 2026-01-16",
        ),
    ]


def test_a_probe_asks_once_for_a_day_without_a_session(service: Service) -> None:
    """The smallest answer there is tells whether the service answers about the right fund."""
    found = _ishares.probe(request_to(service))
    assert (found.source, found.ok, found.detail) == ("iShares", True, f"answers about {FUND}")
    assert [one["asOfDate"] for one in service.asked] == ["20260111"]


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (Reply(b"", 503), "HTTP 503"),
        (Reply(b"", 403), "refuses to answer (HTTP 403)"),
        (Reply(b"<html>"), "IWM: the answer is HTML"),
        (Reply(no_holdings(fund=IJR)), f"IWM: its file names '{IJR}'"),
    ],
)
def test_a_probe_says_what_is_wrong(service: Service, reply: Reply, detail: str) -> None:
    """A service that does not answer as it should is no error of the command that asks."""
    service.set(1, "20260111", reply)
    found = _ishares.probe(request_to(service))
    assert (found.ok, len(service.asked)) == (False, 1)
    assert detail in found.detail


def test_a_probe_of_nobody_says_so(service: Service) -> None:
    """Where nobody listens the probe says that there is no connection."""
    found = _ishares.probe(request_to(service, address="http://127.0.0.1:1/document"))
    assert (found.ok, "the connection failed" in found.detail) == (False, True)


def test_a_plan_asks_nothing(service: Service) -> None:
    """The plan has a line for every file, and no request is made."""
    assert _ishares.plan(request_to(service)) == [
        "iShares: holdings of IWM (product 1), of 2026-01-16, or else of a session from "
        "2026-01-14 on",
        "iShares: holdings of IJR (product 2), of 2026-01-16, or else of a session from "
        "2026-01-14 on",
        "iShares: net asset values and shares outstanding of IWM (product 1), up to 2026-01-16",
    ]
    assert service.asked == []


def test_the_settings_ask_for_funds_that_can_be_told_apart() -> None:
    """Every fund of the settings has a product and a name of its own."""
    funds = Live.model_validate(content("live.yml")).ishares.funds
    assert len({fund.product for fund in funds.values()}) == len(funds) > 0
    assert len({fund.name for fund in funds.values()}) == len(funds)
