"""Yahoo is read from where the last edition ends, in full where that has changed, and goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from live import LiveServer, World, faults
from support import ask, project_settings, sessions
from support import universe as whole_universe
from support_live import fresh_client

from generator import tables
from generator.config import Live, Universe
from generator.errors import ProviderError
from generator.providers import Request, _yahoo
from generator.providers._web import OutOfTime
from generator.providers._yahoo import contracts
from generator.providers._yahoo_reader import Read, Reader, Wanted

FRIDAY_BEFORE, FRIDAY = date(2026, 1, 9), date(2026, 1, 16)
EVENING_BEFORE = datetime(2026, 1, 9, 23, 0, tzinfo=UTC)
EVENING = datetime(2026, 1, 16, 23, 0, tzinfo=UTC)
START = date(2025, 11, 3)
SUBJECTS = ("vix", "iwm", "spy", "russell_2000", "sp_500")
QUERY = "query2.finance.yahoo.com"
CHART = "/v8/finance/chart/"

pytestmark = pytest.mark.filterwarnings("ignore:::yfinance", "ignore:::pandas")


@cache
def small_universe() -> Universe:
    """Five series from November 2025 on, the benchmarks last."""
    series = {name: whole_universe().series[name] for name in SUBJECTS}
    return whole_universe().model_copy(
        update={
            "series": series,
            "history_start": START,
            "major_indexes": ("russell_2000", "sp_500"),
            "macro": {},
        }
    )


def live(**other: float) -> Live:
    """Quick and impatient sources."""
    quick: dict[str, float] = {
        "requests_per_second": 5000,
        "timeout_seconds": 2,
        "attempts": 1,
        "first_wait_seconds": 0.001,
        "longest_wait_seconds": 0.01,
        "parallel": 2,
        "member_sessions": 40,
        "futures_months": 3,
    }
    settings = project_settings().live
    return settings.model_copy(update={"yahoo": settings.yahoo.model_copy(update=quick | other)})


@pytest.fixture
def world() -> World:
    return World.sample(EVENING)


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    with LiveServer(world) as found, fresh_client(), found.serving(monkeypatch):
        yield found


@dataclass(frozen=True)
class Desk:
    """Requests of one project, each edition with a folder of its own."""

    folder: Path

    def request(
        self,
        as_of: date = FRIDAY,
        known: pd.DataFrame | None = None,
        now: datetime = EVENING,
        **other: float,
    ) -> Request:
        def table(name: str) -> pd.DataFrame:
            return tables.empty(name) if name != "prices" or known is None else known

        return ask(
            as_of,
            wanted=small_universe(),
            now=now,
            scratch=self.folder / str(as_of),
            known=table,
            live=live(**other),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "fetch")


def read(request: Request, allowed: float = 0.0) -> Read:
    """Read the universe as one run does, in a process of its own."""
    with fresh_client():
        return Reader(request).read("prices", _yahoo.universe(request), allowed)


def asked(server: LiveServer) -> list[str]:
    """The symbols whose bars were asked for, in order."""
    found = server.asked(QUERY, CHART)
    return [r.path.removeprefix(CHART) for r in found if "period1" in r.query]


def spans(server: LiveServer, symbol: str) -> list[str]:
    """From which days on a symbol was asked for."""
    return [
        datetime.fromtimestamp(int(record.query["period1"]), UTC).date().isoformat()
        for record in server.asked(QUERY, f"{CHART}{symbol}")
        if "period1" in record.query
    ]


@pytest.fixture
def known(world: World, server: LiveServer, desk: Desk) -> pd.DataFrame:
    """What the edition before has frozen: all rows to its Friday."""
    world.now = EVENING_BEFORE
    rows = read(desk.request(FRIDAY_BEFORE, now=EVENING_BEFORE)).rows
    world.now = EVENING
    server.requests.clear()
    return rows.sort_values(["symbol", "session"], ignore_index=True)


def of(rows: pd.DataFrame, symbol: str) -> pd.DataFrame:
    return rows.loc[rows["symbol"] == symbol].reset_index(drop=True)


# What is wanted


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 20), 4, ["ZQX26.CBT", "ZQZ26.CBT", "ZQF27.CBT", "ZQG27.CBT"]),
        (date(2026, 12, 31), 2, ["ZQZ26.CBT", "ZQF27.CBT"]),
        (date(2099, 12, 31), 2, ["ZQZ99.CBT", "ZQF00.CBT"]),
        (date(2026, 1, 2), 0, []),
    ],
)
def test_contracts_go_on_over_the_end_of_a_year(
    day: date, months: int, expected: list[str]
) -> None:
    """By the exchange's letters for months and two digits of the year."""
    assert contracts(day, months) == expected


def test_contracts_of_a_year_have_each_letter_once() -> None:
    assert "".join(name[2] for name in contracts(date(2026, 1, 2), 12)) == "FGHJKMNQUVXZ"


def test_the_benchmarks_stand_first(desk: Desk) -> None:
    """Whatever their place in the universe: without them nothing else is worth a request."""
    wanted = _yahoo.universe(desk.request())
    assert [one.symbol for one in wanted] == ["^RUT", "^GSPC", "^VIX", "IWM", "SPY"]
    assert [one.kind for one in wanted] == ["index", "index", "volatility", "fund", "fund"]


def test_the_benchmarks_are_asked_first(server: LiveServer, desk: Desk) -> None:
    read(desk.request(parallel=1))
    assert set(asked(server)[:2]) == {"^RUT", "^GSPC"}


def closes(symbol: str, first: str, last: str) -> pd.DataFrame:
    days = sessions(first, last)
    rows = {"symbol": symbol, "session": days, "close": 1.0, "volume": 1.0, "dividend": 0.0}
    return pd.DataFrame({**rows, "split": 1.0})


def test_what_is_known_is_read_from_ten_sessions_before_its_end(desk: Desk) -> None:
    """9, 8, 7, 6, 5 and 2 January, 31, 30, 29 and 26 December: the tenth is the first day asked
    for, and those ten are compared."""
    request = desk.request(known=closes("IWM", "2025-11-03", "2026-01-09"))
    by_symbol = {one.symbol: one for one in _yahoo.universe(request)}
    iwm, spy = by_symbol["IWM"], by_symbol["SPY"]
    assert (iwm.first, iwm.full) == (date(2025, 12, 26), START)
    assert iwm.known is not None and len(iwm.known) == 10
    assert (spy.first, spy.full, spy.known) == (START, START, None)


def test_less_than_the_overlap_is_compared_whole(desk: Desk) -> None:
    """Of a symbol that joined last week: from its first day on."""
    request = desk.request(known=closes("IWM", "2026-01-07", "2026-01-09"))
    iwm = {one.symbol: one for one in _yahoo.universe(request)}["IWM"]
    assert iwm.first == date(2026, 1, 7)
    assert iwm.known is not None and len(iwm.known) == 3


def test_a_symbol_that_was_away_is_read_from_its_own_end(desk: Desk) -> None:
    """Its gap is closed."""
    request = desk.request(known=closes("IWM", "2025-11-03", "2025-11-28"))
    iwm = {one.symbol: one for one in _yahoo.universe(request)}["IWM"]
    assert iwm.first == date(2025, 11, 14)


def test_members_and_futures_have_a_span_of_their_own(desk: Desk) -> None:
    """Forty sessions to 16 January 2026 begin on 19 November 2025."""
    request = desk.request()
    (member,) = _yahoo.members(request, ["AAA"])
    assert member == Wanted(
        "member_prices", "AAA", "member", date(2025, 11, 19), date(2025, 11, 19), None
    )
    assert len(sessions("2025-11-19", "2026-01-16")) == 40
    assert [one.symbol for one in _yahoo.futures(request)] == [
        "ZQF26.CBT",
        "ZQG26.CBT",
        "ZQH26.CBT",
    ]


def test_a_span_longer_than_the_history_is_the_history(desk: Desk) -> None:
    (member,) = _yahoo.members(desk.request(member_sessions=9999), ["AAA"])
    assert member.first == START


# What is read


def test_a_first_edition_is_read_in_full(server: LiveServer, world: World, desk: Desk) -> None:
    """Every session of every symbol, with the closes that the source has."""
    found = read(desk.request())
    assert found.rows.dtypes.equals(tables.empty("prices").dtypes)
    count = len(sessions("2025-11-03", "2026-01-16"))
    assert found.rows.groupby("symbol").size().to_dict() == dict.fromkeys(
        ["^RUT", "^GSPC", "^VIX", "IWM", "SPY"], count
    )
    last = of(found.rows, "IWM").iloc[-1]
    assert last["close"] == world.listings["IWM"].price(FRIDAY)
    assert found.faults == {} and found.continued == frozenset()
    assert [e.symbol for e in found.entries] == ["^RUT", "^GSPC", "^VIX", "IWM", "SPY"]
    assert all(len(e.kept) == 1 and e.kept[0].table == "prices" for e in found.entries)


def test_a_next_edition_reads_ten_known_sessions_and_the_new(
    server: LiveServer, desk: Desk, known: pd.DataFrame
) -> None:
    """One request a symbol; the rows before the overlap are those known."""
    found = read(desk.request(known=known))
    assert found.continued == {"^RUT", "^GSPC", "^VIX", "IWM", "SPY"}
    assert sorted(asked(server)) == sorted(found.continued)
    assert spans(server, "IWM") == ["2025-12-26"]
    assert of(found.rows, "IWM")["session"].dt.date.tolist()[0] == date(2025, 12, 26)
    assert len(of(found.rows, "IWM")) == 15
    whole = tables.continued("prices", known, found.rows)
    assert len(of(whole, "IWM")) == len(sessions("2025-11-03", "2026-01-16"))


def _close(row: pd.Series) -> None:
    row["close"] += 0.01


def _dividend(row: pd.Series) -> None:
    row["dividend"] = 0.25


def _split(row: pd.Series) -> None:
    row["split"] = 2.0


@pytest.mark.parametrize("change", [_close, _dividend, _split])
def test_a_known_session_that_differs_is_read_again_in_full(
    server: LiveServer, desk: Desk, known: pd.DataFrame, change: Callable[[pd.Series], None]
) -> None:
    """A close, a dividend or a split: what else has changed before it only the source knows."""
    at = known.index[(known["symbol"] == "IWM") & (known["session"] == "2026-01-06")][0]
    row = known.loc[at].copy()
    change(row)
    known.loc[at] = row
    found = read(desk.request(known=known))
    (iwm,) = (e for e in found.entries if e.symbol == "IWM")
    assert iwm.revised is not None
    assert iwm.revised.startswith("1 of 10 known sessions differ, the first 2026-01-06: ")
    assert iwm.revised.endswith("; read again in full")
    assert spans(server, "IWM") == ["2025-12-26", "2025-11-03"]
    assert len(of(found.rows, "IWM")) == len(sessions("2025-11-03", "2026-01-16"))
    assert found.continued == {"^RUT", "^GSPC", "^VIX", "SPY"}


def test_a_session_that_was_missing_and_one_that_is_now_are_revisions(
    server: LiveServer, desk: Desk, known: pd.DataFrame
) -> None:
    """The source had no close of SPY on the 6th and has one now; of IWM it is the other way
    round."""
    spy = (known["symbol"] == "SPY") & (known["session"] == "2026-01-06")
    server.fault(faults.without_row(6), faults.history("IWM"), times=1)
    found = read(desk.request(known=known.loc[~spy]))
    said = {e.symbol: e.revised for e in found.entries if e.revised}
    assert set(said) == {"IWM", "SPY"}
    assert "the first 2026-01-06: none became " in said["SPY"]
    assert said["SPY"].startswith("1 of 10 ")
    assert said["IWM"].split(": ")[1].endswith(" became none; read again in full")


def test_noise_is_no_revision(server: LiveServer, desk: Desk, known: pd.DataFrame) -> None:
    """Half a millionth is what rescaling leaves; two millionths are a change."""
    iwm, spy = known["symbol"] == "IWM", known["symbol"] == "SPY"
    known.loc[iwm, "close"] *= 1 + 5e-7
    known.loc[spy, "close"] *= 1 + 2e-6
    found = read(desk.request(known=known))
    assert [e.symbol for e in found.entries if e.revised] == ["SPY"]
    assert spans(server, "IWM") == ["2025-12-26"]


def test_a_split_rewrites_the_history(
    server: LiveServer, world: World, desk: Desk, tmp_path: Path
) -> None:
    """Two for one on the 14th: the source halves everything before it, and so do we."""
    world.split("IWM", date(2026, 1, 14), 2.0)
    world.now = EVENING_BEFORE
    before = read(desk.request(FRIDAY_BEFORE, now=EVENING_BEFORE)).rows
    world.now = EVENING
    found = read(desk.request(known=before))
    (iwm,) = (e for e in found.entries if e.symbol == "IWM")
    assert iwm.revised is not None and iwm.revised.startswith("10 of 10 known sessions differ")
    old, new = of(before, "IWM"), of(found.rows, "IWM")
    np.testing.assert_allclose(new["close"][: len(old)], old["close"] / 2, rtol=1e-6)
    assert (new["split"] == 1.0).all()


def test_what_the_source_lacks_is_a_fault_by_name(server: LiveServer, desk: Desk) -> None:
    """The others are read; nothing is a gap."""
    server.fault(faults.status(404), faults.symbol("^VIX"))
    server.fault(faults.currency("CAD"), faults.symbol("SPY"))
    found = read(desk.request())
    assert set(found.faults) == {"^VIX", "SPY"}
    assert found.faults["^VIX"].startswith("the source has no such symbol (HTTP 404")
    assert found.faults["SPY"] == "its answer says currency CAD, not USD"
    assert set(found.rows["symbol"]) == {"^RUT", "^GSPC", "IWM"}


def test_a_known_symbol_that_is_gone_is_not_continued(
    server: LiveServer, desk: Desk, known: pd.DataFrame
) -> None:
    """Its old rows would pass for a series that ended well."""
    server.fault(faults.status(404), faults.symbol("SPY"))
    found = read(desk.request(known=known))
    assert "SPY" in found.faults and "SPY" not in found.continued


def test_the_largest_difference_of_clocks_is_told(server: LiveServer, desk: Desk) -> None:
    """With its sign."""
    server.fault(faults.clock(-2), faults.history("IWM"))
    server.fault(faults.clock(1), faults.history("SPY"))
    assert read(desk.request()).skew == -7200


# Who does not answer


def test_a_few_may_stay_unanswered(server: LiveServer, desk: Desk) -> None:
    """One of five is a fifth, and it is named among the faults."""
    server.fault(faults.status(503), faults.symbol("IWM"))
    found = read(desk.request(), allowed=0.2)
    assert found.faults == {"IWM": "no answer: HTTP 503"}
    assert set(found.rows["symbol"]) == {"^RUT", "^GSPC", "^VIX", "SPY"}


def test_more_than_a_few_stop_the_run(server: LiveServer, desk: Desk) -> None:
    """Two of five are more than a fifth; what was read is kept, and it is said how much."""
    server.fault(faults.status(503), faults.symbol("IWM", "SPY"))
    with pytest.raises(ProviderError) as caught:
        read(desk.request(parallel=1), allowed=0.2)
    assert caught.value.what == "Yahoo does not answer for IWM: HTTP 503 (and 1 more)"
    assert caught.value.where == "table 'prices'"
    # The fifth may have been begun when the second silence was noticed, or not.
    assert re.search(r"Nothing was frozen\. [23] symbols are kept", str(caught.value.hint))
    assert caught.value.exit_code == 4


def test_nobody_goes_on_asking_behind_an_error(server: LiveServer, desk: Desk) -> None:
    """Nobody answers for the first benchmark: the run ends, and of the 13 symbols only those are
    asked for that were begun."""
    server.fault(faults.status(503), faults.symbol("^RUT"))
    server.latency = 0.02
    request = desk.request(parallel=1)
    more = _yahoo.members(request, [f"QAA{letter}" for letter in "ABCDEFGH"])
    wanted = [*_yahoo.universe(request), *(replace(one, table="prices") for one in more)]
    with pytest.raises(ProviderError) as caught:
        Reader(request).read("prices", wanted, 0.0)
    assert len(asked(server)) <= 4
    assert caught.value.what.startswith("Yahoo does not answer for ^RUT: HTTP 503")


def test_the_time_of_a_run_ends_it(server: LiveServer, desk: Desk) -> None:
    """It is not counted as a symbol without an answer."""
    with pytest.raises(OutOfTime, match="Yahoo took longer"):
        read(desk.request(total_minutes=1e-9), allowed=1.0)


# Going on


def test_a_second_run_asks_nothing_for_what_was_read(server: LiveServer, desk: Desk) -> None:
    """The rows, faults and fingerprints are the same, without a request."""
    server.fault(faults.status(404), faults.symbol("SPY"))
    first = read(desk.request())
    server.requests.clear()
    second = read(desk.request())
    assert server.requests == []
    order = ["symbol", "session"]
    assert second.rows.sort_values(order, ignore_index=True).equals(
        first.rows.sort_values(order, ignore_index=True)
    )
    assert second.faults == first.faults
    assert [e.kept for e in second.entries] == [e.kept for e in first.entries]


def test_a_run_after_a_failure_asks_for_the_rest(server: LiveServer, desk: Desk) -> None:
    """Who did not answer is asked again, who did is not."""
    server.fault(faults.status(503), faults.symbol("IWM"))
    with pytest.raises(ProviderError):
        read(desk.request(parallel=1))
    assert {"^RUT", "^GSPC", "IWM"} <= set(asked(server))
    server.heal()
    server.requests.clear()
    found = read(desk.request(parallel=1))
    assert set(asked(server)) <= {"IWM", "SPY"} and "IWM" in asked(server)
    assert found.faults == {} and len(found.entries) == 5


def test_a_run_after_a_kill_asks_for_what_was_not_written(server: LiveServer, desk: Desk) -> None:
    """A symbol whose line was torn is as if it had not been read."""
    request = desk.request()
    first = read(request)
    path = request.scratch / "yahoo.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    server.requests.clear()
    second = read(request)
    (symbol,) = asked(server)
    assert f'"symbol":"{symbol}"'.encode() in whole.splitlines()[-1]
    assert second.rows.equals(first.rows)


def test_what_was_read_too_early_is_read_again(
    server: LiveServer, world: World, desk: Desk
) -> None:
    """Ten minutes after the close, then two hours after it: the early closes are not gone on
    with."""
    world.now = datetime(2026, 1, 16, 21, 10, tzinfo=UTC)
    early = desk.request(now=world.now)
    said = _yahoo.session_final(early, read(early))
    assert said.outcome == "stopped"
    assert said.found == ("it was read 10 minutes after the close of 2026-01-16",)
    world.now = EVENING
    server.requests.clear()
    late = desk.request(now=EVENING)
    assert _yahoo.session_final(late, read(late)).outcome == "passed"
    assert len(asked(server)) == 5


def test_a_revision_is_not_gone_on_with_by_a_run_that_reads_anew(
    server: LiveServer, desk: Desk, known: pd.DataFrame
) -> None:
    """Rows read from some day on do not pass for the whole."""
    read(desk.request(known=known))
    server.requests.clear()
    found = read(desk.request())
    assert len(asked(server)) == 5 and found.continued == frozenset()


# What is checked


def test_a_session_that_runs_by_the_sources_word_is_not_final(
    server: LiveServer, desk: Desk
) -> None:
    """The word about a benchmark counts, that about a fund does not."""
    request = desk.request()
    server.fault(faults.market_time(-1), faults.symbol("^GSPC", "IWM"))
    said = _yahoo.session_final(request, read(request))
    assert said.outcome == "stopped"
    assert said.found == ("^GSPC: the source says that its session is not over",)


def test_checks_name_who_failed_and_what_was_revised(
    server: LiveServer, desk: Desk, known: pd.DataFrame
) -> None:
    """By check, with how many were looked at."""
    known.loc[known["symbol"] == "IWM", "close"] *= 1.001
    server.fault(faults.currency("CAD"), faults.symbol("^VIX"))
    server.fault(faults.without_adjusted_closes(), faults.symbol("SPY"))
    request = desk.request(known=known)
    found = read(request)
    nothing = Read(tables.empty("futures"), ())
    outcomes = {one.name: one for one in _yahoo.checks(request, found, [nothing])}
    assert list(outcomes) == [
        "answered",
        "members_answered",
        "identity",
        "adjusted_closes",
        "revised",
    ]
    assert (outcomes["answered"].examined, outcomes["answered"].outcome) == (5, "passed")
    assert outcomes["members_answered"].outcome == "not done"
    assert outcomes["identity"].found == ("^VIX: its answer says currency CAD, not USD",)
    assert [line.split(":")[0] for line in outcomes["revised"].found] == ["IWM"]


def test_a_new_name_is_noted(desk: Desk) -> None:
    """Compared where both weeks have one."""
    request = replace(desk.request(), names={"IWM": "iShares Russell 2000 ETF", "OLD": "Gone"})
    same = _yahoo.renamed(request, {"IWM": "iShares Russell 2000 ETF", "NEW": "New"})
    assert (same.examined, same.outcome) == (1, "passed")
    other = _yahoo.renamed(request, {"IWM": "Another Fund"})
    assert other.outcome == "noted"
    assert other.found == ("IWM: iShares Russell 2000 ETF is now called Another Fund",)


# Before anything is asked


def test_a_plan_says_what_would_be_asked(desk: Desk) -> None:
    """Without asking."""
    members = "the members of IWM and IVV, none known yet, those new for 40 sessions"
    assert _yahoo.plan(desk.request()) == [
        "Yahoo: 5 symbols from 2025-11-03 on of the universe",
        f"Yahoo: {members}",
        "Yahoo: 3 symbols from 2025-11-19 on on federal funds",
    ]


def test_a_plan_tells_the_known_from_the_new(desk: Desk) -> None:
    frames = [closes(s, "2025-11-03", "2026-01-09") for s in ("^GSPC", "^RUT", "IWM", "^VIX")]
    (first, _) = _yahoo.plan(desk.request(known=pd.concat(frames), futures_months=0))
    assert first == (
        "Yahoo: 1 symbol from 2025-11-03 on and 4 symbols from 2025-12-26 on of the universe"
    )


def test_a_probe_is_one_request_for_the_small_benchmark(server: LiveServer, desk: Desk) -> None:
    """It says through which client, and leaves no file."""
    found = _yahoo.probe(desk.request(attempts=6))
    assert (found.source, found.ok) == ("Yahoo", True)
    assert found.detail.startswith("answers for ^RUT, through yfinance 1.")
    assert found.seconds is not None and found.seconds >= 0
    assert [record.path for record in server.requests] == [f"{CHART}^RUT"]
    assert not desk.folder.exists()


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (faults.status(429, retry_after=600), "does not answer: HTTP 429"),
        (faults.status(503), "does not answer: HTTP 503"),
        (faults.html(), "does not answer: HTML instead of JSON"),
        (faults.status(404), "HTTP 404"),
        (faults.cut(), "does not answer: the connection failed"),
    ],
)
def test_a_probe_of_a_source_in_trouble_says_so_at_once(
    server: LiveServer, desk: Desk, trouble: faults.What, said: str
) -> None:
    """After one attempt, whatever the settings allow a fetch."""
    rule = server.fault(trouble)
    found = _yahoo.probe(desk.request(attempts=6))
    assert not found.ok and found.detail.startswith(said)
    assert rule.fired == 1
