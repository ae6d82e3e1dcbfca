"""The sources on 127.0.0.1 answer the real clients as the real ones do, and fail as they do."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import requests
from live import FRED_KEY, LiveServer, World, faults
from live.holdings_files import NEWER, OLDER
from live.ishares_answers import ALWAYS, SERVICE
from live.workbooks import HISTORY, NAMESPACE

from generator.providers.sample import simulate

FRIDAY_EVENING = datetime(2026, 1, 16, 22, 40, tzinfo=UTC)
SATURDAY = datetime(2026, 1, 17, 9, 0, tzinfo=UTC)
CHARTS = "https://query2.finance.yahoo.com/v8/finance/chart"
DOCUMENTS = f"https://www.blackrock.com{SERVICE}"
OBSERVATIONS = "https://api.stlouisfed.org/fred/series/observations"
SHARED = Path(__file__).parents[2] / "shared"
SINGLE = 6e-8
"""What single precision leaves of a price, relatively."""


@pytest.fixture
def world() -> World:
    made = World.sample(FRIDAY_EVENING)
    made.add_members(30)
    made.add_members(12, fund="IVV")
    return made


@pytest.fixture
def server(world: World) -> Iterator[LiveServer]:
    with LiveServer(world) as serving:
        yield serving


class Notes:
    """What yfinance keeps beside itself, cookies or time zones, for one test."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def lookup(self, name: str) -> Any:
        return self._kept.get(name)

    def store(self, name: str, value: Any) -> None:
        self._kept[name] = value


class Cookies(Notes):
    """Cookies come back with their age."""

    def lookup(self, name: str) -> Any:
        kept = super().lookup(name)
        return None if kept is None else {"cookie": kept, "age": timedelta()}


@pytest.fixture
def yahoo(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """yfinance as in a new process: it raises, and remembers neither cookie nor time zone."""
    import yfinance
    from yfinance import base, cache, data

    monkeypatch.setattr(data.SingletonMeta, "_instances", {})
    monkeypatch.setattr(base, "_tz_info_fetch_ctr", 0)
    monkeypatch.setattr(cache._TzCacheManager, "_tz_cache", Notes())
    monkeypatch.setattr(cache._CookieCacheManager, "_Cookie_cache", Cookies())
    monkeypatch.setitem(yfinance.config.debug.data, "hide_exceptions", False)
    with server.serving(monkeypatch):
        yield yfinance


def ask(
    server: LiveServer,
    address: str,
    query: Mapping[str, object] | None = None,
    **more: Any,
) -> requests.Response:
    """Ask with `requests` through the proxy, in a session of its own."""
    with requests.Session() as session:
        return ask_in(session, server, address, query, **more)


def ask_in(
    session: requests.Session,
    server: LiveServer,
    address: str,
    query: Mapping[str, object] | None = None,
    **more: Any,
) -> requests.Response:
    environment = server.environment
    session.trust_env = False
    proxies = {"https": environment["HTTPS_PROXY"], "http": environment["HTTP_PROXY"]}
    trusted = environment["REQUESTS_CA_BUNDLE"]
    return session.get(
        address, params=query or {}, proxies=proxies, verify=trusted, timeout=20, **more
    )


def bars(server: LiveServer, symbol: str = "IWM", **query: object) -> dict[str, Any]:
    """Return one result of the chart endpoint: of 2026 unless told otherwise."""
    span = {"period1": stamp(2026, 1, 1), "period2": stamp(2027, 1, 1), "events": "div,splits"}
    answer = ask(server, f"{CHARTS}/{symbol}", query or span)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["chart"]["result"][0]
    return result


def stamp(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


def closes(chart: Mapping[str, Any]) -> list[float]:
    found: list[float] = chart["indicators"]["quote"][0]["close"]
    return found


def simulated(symbol: str, first: str, last: str) -> tuple[np.ndarray, np.ndarray]:
    """Return closes and dividends of the sample over a span of sessions."""
    item = simulate()[symbol]
    inside = (item.days >= np.datetime64(first)) & (item.days <= np.datetime64(last))
    return item.closes[inside], item.dividends[inside]


def recorded(name: str) -> Any:
    path = SHARED / "data" / "yahoo" / name
    if not path.is_file():
        pytest.skip(f"no recorded answer at {path}")
    return json.loads(path.read_text(encoding="utf-8"))


# yfinance


def test_yfinance_fetches_cookie_crumb_time_zone_and_bars_in_this_order(
    yahoo: ModuleType, server: LiveServer
) -> None:
    yahoo.Ticker("IWM").history(start="2025-12-01", end="2026-01-17", auto_adjust=False)

    assert [(record.host, record.path, record.status) for record in server.requests] == [
        ("fc.yahoo.com", "/", 404),
        ("query1.finance.yahoo.com", "/v1/test/getcrumb", 200),
        ("query2.finance.yahoo.com", "/v8/finance/chart/IWM", 200),
        ("query2.finance.yahoo.com", "/v8/finance/chart/IWM", 200),
    ]
    _, crumb, probe, history = server.requests
    assert "A3=" in crumb.headers["cookie"]
    assert probe.query["range"] == "1d" and "period1" not in probe.query
    assert history.query["events"] == "div,splits,capitalGains" and history.query["crumb"]
    assert not server.unexpected


@pytest.mark.parametrize("symbol", ["IWM", "SPY", "^RUT", "^VIX", "PSCU"])
def test_yfinance_reads_the_samples_closes_and_dividends(
    yahoo: ModuleType, server: LiveServer, symbol: str
) -> None:
    read = yahoo.Ticker(symbol).history(start="2025-06-02", end="2026-01-17", auto_adjust=False)

    expected, paid = simulated(symbol, "2025-06-02", "2026-01-16")
    assert np.allclose(read["Close"], expected, rtol=SINGLE, atol=0)
    assert np.allclose(read["Dividends"], paid, rtol=0, atol=1e-6)
    assert not server.unexpected


def test_adjusted_closes_take_each_dividend_off_the_close_before(
    yahoo: ModuleType, server: LiveServer
) -> None:
    read = yahoo.Ticker("IWM").history(start="2025-01-02", end="2026-01-17", auto_adjust=False)

    before = read["Close"].shift(1)
    expected = read["Close"] / (before - read["Dividends"])
    found = read["Adj Close"] / read["Adj Close"].shift(1)
    assert (read["Dividends"] > 0).sum() == 4
    assert np.allclose(found[1:], expected[1:], rtol=5e-7)


def test_yfinance_reads_bars_of_volatility_in_chicago_and_of_futures_from_midnight(
    yahoo: ModuleType, server: LiveServer
) -> None:
    read = yahoo.Ticker("^VIX").history(start="2026-01-12", end="2026-01-17", auto_adjust=False)
    future = yahoo.Ticker("ZQG26.CBT").history(
        start="2026-01-12", end="2026-01-17", auto_adjust=False
    )

    assert str(read.index.tz) == "America/Chicago" and len(read) == 5
    assert bars(server, "^VIX")["timestamp"][-1] == stamp(2026, 1, 16, 14, 30)
    assert bars(server, "ZQG26.CBT")["timestamp"][-1] == stamp(2026, 1, 16, 5)
    assert len(future) == 5 and 95 < future["Close"].iloc[-1] < 97


def test_an_unknown_symbol_is_told_over_both_ways_to_a_cookie(
    yahoo: ModuleType, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yfinance import base, cache
    from yfinance.exceptions import YFTzMissingError

    monkeypatch.setattr(base, "_tz_info_fetch_ctr", 2)
    monkeypatch.setattr(cache._CookieCacheManager, "_Cookie_cache", cache._CookieCacheDummy())
    with pytest.raises(YFTzMissingError, match="possibly delisted"):
        yahoo.Ticker("NOPE").history(start="2025-12-01", end="2026-01-17")

    assert server.count("guce.yahoo.com") >= 2 and server.count("consent.yahoo.com") >= 1
    crumbs = server.asked(path_prefix="/v1/test/getcrumb")
    assert [(crumb.host, crumb.status) for crumb in crumbs] == [
        ("query1.finance.yahoo.com", 200),
        ("query2.finance.yahoo.com", 200),
    ]
    assert not server.unexpected


def test_the_first_two_unknown_symbols_of_a_process_fail_in_the_search_for_a_time_zone(
    yahoo: ModuleType, server: LiveServer
) -> None:
    from curl_cffi.requests.exceptions import HTTPError
    from yfinance.exceptions import YFTzMissingError

    for expected in (HTTPError, HTTPError, YFTzMissingError):
        with pytest.raises(expected):
            yahoo.Ticker("NOPE").history(start="2025-12-01", end="2026-01-17")
        yahoo.data.YfData().cache_get.cache_clear()

    assert server.count(path_prefix="/v10/finance/quoteSummary/NOPE") == 4
    assert not server.unexpected


def test_too_many_requests_raise_what_yfinance_raises(
    yahoo: ModuleType, server: LiveServer
) -> None:
    from yfinance.exceptions import YFRateLimitError

    rule = server.fault(faults.status(429), faults.symbol("IWM"))
    with pytest.raises(YFRateLimitError):
        yahoo.Ticker("IWM").history(start="2025-12-01", end="2026-01-17")

    assert rule.fired == 2
    assert len(yahoo.Ticker("SPY").history(start="2026-01-12", end="2026-01-17")) == 5


# Yahoo's charts


def test_a_chart_has_the_form_of_a_recorded_one(server: LiveServer) -> None:
    there = recorded("chart_SPY_2026-02-20.json")["chart"]
    span = {"period1": stamp(2026, 1, 10), "period2": stamp(2026, 1, 18)}
    ours = ask(server, f"{CHARTS}/SPY", span).json()["chart"]

    assert ours["error"] is there["error"] is None
    assert shape(ours["result"][0]) == shape(there["result"][0])
    assert {name: type(value) for name, value in ours["result"][0]["meta"].items()} == {
        name: type(value) for name, value in there["result"][0]["meta"].items()
    }


def shape(value: object) -> object:
    """Return the names in a chart, without values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_prices_are_of_single_precision_as_recorded(server: LiveServer) -> None:
    for chart in (recorded("chart_SPY_2026-02-20.json")["chart"]["result"][0], bars(server)):
        found = closes(chart)
        assert found == np.array(found, dtype=np.float32).astype(float).tolist()
        assert any(value != round(value, 4) for value in found)


def test_a_delisted_symbol_is_refused_as_recorded(server: LiveServer) -> None:
    answer = ask(server, f"{CHARTS}/NOPE", {"range": "1d"})

    assert (answer.status_code, answer.json()) == (404, recorded("chart_404_delisted.json"))
    assert not server.unexpected


@pytest.mark.parametrize(
    ("now", "traded", "over"),
    [
        (datetime(2026, 1, 16, 14, 29, tzinfo=UTC), stamp(2026, 1, 15, 21), True),
        (datetime(2026, 1, 16, 16, 0, tzinfo=UTC), stamp(2026, 1, 16, 16), False),
        (datetime(2026, 1, 16, 21, 0, tzinfo=UTC), stamp(2026, 1, 16, 21), True),
        (SATURDAY, stamp(2026, 1, 16, 21), True),
        (datetime(2025, 12, 24, 18, 0, tzinfo=UTC), stamp(2025, 12, 24, 18), True),
    ],
    ids=["before the open", "in session", "at the close", "at the weekend", "at an early close"],
)
def test_the_time_of_the_last_trade_says_whether_the_session_is_over(
    world: World, server: LiveServer, now: datetime, traded: int, over: bool
) -> None:
    world.now = now
    chart = bars(server, range="5d")

    regular = chart["meta"]["currentTradingPeriod"]["regular"]
    assert chart["meta"]["regularMarketTime"] == traded
    assert (traded >= regular["end"]) is over
    assert chart["timestamp"][-1] == regular["start"]


def test_an_unfinished_bar_is_none_of_the_samples_closes(world: World, server: LiveServer) -> None:
    world.now = datetime(2026, 1, 16, 16, 0, tzinfo=UTC)
    running = closes(bars(server))
    world.now = FRIDAY_EVENING
    finished = closes(bars(server))

    assert running[:-1] == finished[:-1]
    assert abs(running[-1] / finished[-1] - 1) > 1e-4


def test_bars_open_at_half_past_nine_in_new_york_in_both_seasons(server: LiveServer) -> None:
    span = {"period1": stamp(2025, 10, 30), "period2": stamp(2025, 11, 5)}

    assert bars(server, **span)["timestamp"] == [
        stamp(2025, 10, 30, 13, 30),
        stamp(2025, 10, 31, 13, 30),
        stamp(2025, 11, 3, 14, 30),
        stamp(2025, 11, 4, 14, 30),
    ]


def test_a_span_without_sessions_is_empty_and_one_before_the_first_is_refused(
    server: LiveServer,
) -> None:
    weekend = bars(server, period1=stamp(2026, 1, 10), period2=stamp(2026, 1, 12))
    early = {"period1": stamp(1990, 1, 1), "period2": stamp(1991, 1, 1)}

    assert "timestamp" not in weekend and weekend["indicators"]["quote"] == [{}]
    assert ask(server, f"{CHARTS}/IWM", early).status_code == 400


def test_a_split_divides_the_history_once_it_has_come(world: World, server: LiveServer) -> None:
    world.split("IWM", date(2026, 1, 14), 2.0)
    world.now = datetime(2026, 1, 13, 22, 0, tzinfo=UTC)
    before = bars(server)
    world.now = FRIDAY_EVENING
    after = bars(server)

    count = len(closes(before))
    assert np.allclose(np.array(closes(after)[:count]) * 2, closes(before), rtol=SINGLE)
    assert "events" not in before
    assert list(after["events"]["splits"].values()) == [
        {
            "date": stamp(2026, 1, 14, 14, 30),
            "numerator": 2.0,
            "denominator": 1.0,
            "splitRatio": "2:1",
        }
    ]


def test_a_wrong_crumb_is_refused_and_a_missing_one_is_not(server: LiveServer) -> None:
    refused = ask(server, f"{CHARTS}/IWM", {"range": "5d", "crumb": "wrong"})
    without_cookie = ask(server, "https://query1.finance.yahoo.com/v1/test/getcrumb")

    assert refused.status_code == without_cookie.status_code == 401
    assert refused.json()["finance"]["error"]["description"] == "Invalid Crumb"
    assert len(closes(bars(server, range="5d"))) == 5


# The proxy


def test_requests_for_what_the_world_does_not_have_are_remembered(server: LiveServer) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="502"):
        ask(server, "https://example.org/")
    missing = ask(server, "https://query1.finance.yahoo.com/v1/nothing")
    plain = ask(server, "http://example.org/page", {"a": "b"})

    assert (missing.status_code, plain.status_code) == (404, 404)
    assert [(record.host, record.status) for record in server.requests] == [
        ("example.org", 502),
        ("query1.finance.yahoo.com", 404),
        ("example.org", 404),
    ]
    assert [request.host for request in server.unexpected] == [r.host for r in server.requests]
    assert server.requests[-1].query == {"a": "b"}


def test_plain_http_is_answered_too(server: LiveServer) -> None:
    answer = ask(server, f"{CHARTS}/IWM".replace("https", "http"), {"range": "1d"})

    assert answer.json()["chart"]["result"][0]["meta"]["symbol"] == "IWM"
    assert server.handshakes == 0


def test_one_handshake_serves_many_requests(server: LiveServer) -> None:
    with requests.Session() as session:
        for _ in range(20):
            assert ask_in(session, server, f"{CHARTS}/IWM", {"range": "1d"}).ok

    assert (server.handshakes, server.count("query2.finance.yahoo.com")) == (1, 20)


def test_bodies_are_compressed_and_dated_by_the_worlds_clock(server: LiveServer) -> None:
    answer = ask(server, f"{CHARTS}/IWM", {"range": "1y"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(answer.content)
    assert parsedate_to_datetime(answer.headers["Date"]) == FRIDAY_EVENING


def test_it_serves_from_a_process_of_its_own_until_its_input_is_closed() -> None:
    command = [sys.executable, "-m", "live", "--members", "3", "--latency", "0.01"]
    tests = Path(__file__).parent
    paths = f"{tests}{os.pathsep}{tests.parent}"
    with subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        said = json.loads(process.stdout.readline())
        proxy = {"https": f"http://127.0.0.1:{said['port']}"}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{CHARTS}/MOG-A", proxies=proxy, verify=said["ca"], timeout=20)
        process.stdin.close()
        assert process.wait(timeout=20) == 0

    assert answer.json()["chart"]["result"][0]["meta"]["instrumentType"] == "EQUITY"
    assert said["environment"]["HTTPS_PROXY"].endswith(str(said["port"]))


# iShares


def document(server: LiveServer, product: int, component: str, **query: str) -> requests.Response:
    asked = ALWAYS | {"portfolioId": str(product), "component": component} | query
    return ask(server, DOCUMENTS, asked)


def table(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return the preamble of a holdings file and its rows."""
    lines = text.lstrip("\ufeff").splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("Ticker,"))
    rows = []
    for line in lines[head + 1 :]:
        if not line.strip():
            break
        rows.append(line)
    return lines[:head], list(csv.DictReader([lines[head], *rows]))


def number(text: str) -> float:
    return float(text.replace(",", "")) if text != "-" else 0.0


@pytest.mark.parametrize(
    ("name", "layout", "bom"),
    [("IWM_holdings_2026-01-21.csv", OLDER, True), ("IJR_holdings_2026-06-19.csv", NEWER, False)],
)
def test_both_layouts_have_the_lines_of_recorded_files(
    server: LiveServer, name: str, layout: str, bom: bool
) -> None:
    path = SHARED / "data" / "members" / name
    if not path.is_file():
        pytest.skip(f"no recorded file at {path}")
    product = 239710 if bom else 239726
    ours = document(server, product, "holdings").content.decode()
    there = path.read_text(encoding="utf-8")

    assert ours.startswith("\ufeff") is there.startswith("\ufeff") is bom
    masks = [re.sub('"[^"]*"', '""', line) for line in there.splitlines()[1:10]]
    assert [re.sub('"[^"]*"', '""', line) for line in ours.splitlines()[1:10]] == masks
    assert masks[-1] == layout
    for text in (ours, there):
        row = text.splitlines()[10]
        assert row.count('","') == layout.count(",") and row[0] == row[-1] == '"'


def test_a_holdings_file_weighs_a_hundred_and_has_the_closes_of_its_members(
    world: World, server: LiveServer
) -> None:
    world.now = SATURDAY
    answer = ask(
        server,
        "https://www.ishares.com/us/products/239710/ishares-russell-2000-etf/latest-holdings.csv",
    )
    preamble, rows = table(answer.content.decode())

    assert preamble[0] == "iShares Russell 2000 ETF"
    assert preamble[1] == 'Fund Holdings as of,"Jan 16, 2026"'
    assert abs(sum(number(row["Weight (%)"]) for row in rows) - 100) < 0.2
    prices = {row["Ticker"]: number(row["Price"]) for row in rows}
    assert {"MOGA", "NA"} < set(prices)
    for symbol, ticker in {"MOG-A": "MOGA", "NA": "NA", "QAAA": "QAAA"}.items():
        assert closes(bars(server, symbol))[-1] == pytest.approx(prices[ticker], abs=0.006)
    assert any(row["Asset Class"] == "Cash" and number(row["Quantity"]) < 0 for row in rows)


def test_the_newer_layout_repeats_tickers_in_swaps(world: World, server: LiveServer) -> None:
    world.now = SATURDAY
    _, rows = table(document(server, 239726, "holdings").text)

    tickers = [row["Ticker"] for row in rows]
    swaps = [row for row in rows if row["Type"] == "SWAP"]
    assert swaps and all(tickers.count(row["Ticker"]) == 2 for row in swaps)
    assert {row["Type"] for row in rows} >= {"EQUITY", "SWAP", "CASH", "INDEX", "STIF"}
    assert abs(sum(number(row["Market Weight"]) for row in rows) - 100) < 0.2


@pytest.mark.parametrize(
    ("day", "said"),
    [("20260109", "Jan 09, 2026"), ("20260110", "-"), ("20260116", "-"), ("20300102", "-")],
    ids=["a session", "a Saturday", "not out yet", "in the future"],
)
def test_a_date_without_a_file_answers_200_with_a_dash_and_no_rows(
    server: LiveServer, day: str, said: str
) -> None:
    answer = document(server, 239710, "holdings", asOfDate=day)
    preamble, rows = table(answer.content.decode())

    assert answer.status_code == 200
    assert preamble[1] == f'Fund Holdings as of,"{said}"'
    assert bool(rows) is (said != "-")


def test_the_address_that_was_given_up_answers_a_page_as_text_csv(server: LiveServer) -> None:
    page = "https://www.ishares.com/us/products/239710/ishares-russell-2000-etf/1467271812596.ajax"
    answer = ask(server, page, {"fileType": "csv"})

    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_workbook_is_nearly_xml_with_the_history_newest_first(
    world: World, server: LiveServer
) -> None:
    world.now = SATURDAY
    content = document(server, 239710, "fundDownload").content
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(content.decode("utf-8-sig"))
    book = ElementTree.fromstring(content.decode("utf-8-sig").replace(" & ", " &amp; "))

    name = f"{{{NAMESPACE}}}"
    sheets = {sheet.get(f"{name}Name"): sheet for sheet in book.iter(f"{name}Worksheet")}
    rows = [
        [cell.text for cell in row.iter(f"{name}Data")]
        for row in sheets["Historical"].iter(f"{name}Row")
    ]
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(sheets) == ["Holdings", "Historical", "Performance", "Distributions"]
    assert rows[0] == list(HISTORY)
    assert [row[0] for row in rows[1:3]] == ["Jan 16, 2026", "Jan 15, 2026"]
    expected, paid = simulated("IWM", "2000-05-26", "2026-01-16")
    assert np.allclose([float(row[1] or "") for row in rows[:0:-1]], expected, rtol=1e-3)
    assert [row[2] != "--" for row in rows[:0:-1]] == (paid > 0).tolist()
    missing = sum(row[3] == "--" for row in rows)
    assert 0 < missing < len(rows) / 100


# FRED


def observations(server: LiveServer, name: str, **query: object) -> requests.Response:
    asked = {"series_id": name, "api_key": FRED_KEY, "file_type": "json"} | query
    return ask(server, OBSERVATIONS, asked)


def test_every_economic_series_of_the_universe_has_observations(
    world: World, server: LiveServer
) -> None:
    from support import universe

    for series in universe().macro.values():
        rows = observations(server, series.series).json()["observations"]
        assert rows and {row["realtime_end"] for row in rows} == {"2026-01-16"}, series.series
    assert not server.unexpected


def test_october_2025_is_missing_in_prices_and_unemployment(server: LiveServer) -> None:
    for name in ("CPIAUCSL", "UNRATE"):
        rows = observations(server, name).json()["observations"]
        assert [row["date"] for row in rows if row["value"] == "."] == ["2025-10-01"]


def test_revisions_come_as_periods_clipped_to_the_window(server: LiveServer) -> None:
    window = {"realtime_start": "2025-12-01", "realtime_end": "2026-01-16"}
    asked = {"observation_start": "2025-10-01", "observation_end": "2025-10-01"}
    rows = observations(server, "PAYEMS", **window, **asked).json()["observations"]
    first = observations(
        server, "PAYEMS", realtime_start="2025-01-01", realtime_end="9999-12-31",
        output_type=4, **asked,
    ).json()["observations"]  # fmt: skip

    assert [(row["realtime_start"], row["realtime_end"]) for row in rows] == [
        ("2025-12-01", "2025-12-04"),
        ("2025-12-05", "2026-01-01"),
        ("2026-01-02", "2026-01-16"),
    ]
    assert len({row["value"] for row in rows}) == 3
    assert [(row["realtime_start"], row["value"]) for row in first] == [
        ("2025-11-07", rows[0]["value"])
    ]


def test_nothing_is_told_that_was_not_released_yet(world: World, server: LiveServer) -> None:
    def newest(now: datetime) -> str:
        world.now = now
        rows = observations(server, "PAYEMS").json()["observations"]
        return str(rows[-1]["date"])

    assert newest(datetime(2026, 1, 6, 20, tzinfo=UTC)) == "2025-11-01"
    assert newest(datetime(2026, 1, 7, 20, tzinfo=UTC)) == "2025-12-01"


def test_a_long_answer_comes_in_pages(server: LiveServer) -> None:
    whole = observations(server, "DGS10").json()
    pages = [observations(server, "DGS10", limit=1000, offset=at).json() for at in (0, 1000)]

    assert pages[0]["count"] == whole["count"] > 2000
    rows = pages[0]["observations"] + pages[1]["observations"]
    assert rows == whole["observations"][:2000]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"api_key": "f" * 32}, "The value for variable api_key is not registered."),
        ({"api_key": "SHORT"}, "is not a 32 character alpha-numeric lower-cased string."),
        ({"series_id": "NOPE"}, "The series does not exist."),
        ({"limit": 100_001}, "The value for variable limit is not between 1 and 100000."),
    ],
)
def test_fred_says_what_is_wrong_with_a_request(
    server: LiveServer, query: dict[str, object], words: str
) -> None:
    answer = observations(server, "PAYEMS", **query)

    assert answer.status_code == 400 and answer.json()["error_code"] == 400
    assert answer.json()["error_message"].startswith("Bad Request.  ")
    assert words in answer.json()["error_message"]


def test_fred_tells_what_a_series_is_and_when_it_changed(server: LiveServer) -> None:
    key = {"series_id": "GDPC1", "api_key": FRED_KEY, "file_type": "json"}
    series = ask(server, "https://api.stlouisfed.org/fred/series", key).json()["seriess"]
    dates = ask(server, "https://api.stlouisfed.org/fred/series/vintagedates", key).json()

    assert [(one["id"], one["frequency_short"]) for one in series] == [("GDPC1", "Q")]
    assert dates["count"] == len(dates["vintage_dates"]) > 100
    assert dates["vintage_dates"][-1] <= "2026-01-16"


# Faults


def test_a_fault_strikes_where_and_as_often_as_told(server: LiveServer) -> None:
    rule = server.fault(faults.status(429, retry_after=7), faults.symbol("IWM"), times=2)
    answers = [ask(server, f"{CHARTS}/{symbol}") for symbol in ("SPY", "IWM", "IWM", "IWM")]

    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7" and rule.fired == 2
    server.fault(faults.html())
    server.heal()
    assert closes(bars(server))


@pytest.mark.parametrize(("code", "kind"), [(404, "json"), (500, "html"), (503, "html")])
def test_statuses_come_with_the_sources_own_words(server: LiveServer, code: int, kind: str) -> None:
    server.fault(faults.status(code), faults.charts)
    server.fault(faults.status(429), faults.host("stlouisfed.org"))

    answer = ask(server, f"{CHARTS}/IWM")
    assert answer.status_code == code and kind in answer.headers["Content-Type"]
    assert observations(server, "UNRATE").json() == {
        "error_code": 429,
        "error_message": "Too Many Requests.  Exceeded Rate Limit",
    }


def test_the_network_can_fall_silent_or_break(server: LiveServer) -> None:
    server.fault(faults.cut(), faults.symbol("SPY"))
    server.fault(faults.silence(30), faults.symbol("IWM"))

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(server, f"{CHARTS}/SPY", {"range": "1y"})
    environment = server.environment
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(
            f"{CHARTS}/IWM",
            proxies={"https": environment["HTTPS_PROXY"]},
            verify=environment["REQUESTS_CA_BUNDLE"],
            timeout=(20, 0.3),
        )
    assert [record.status for record in server.requests] == [200, None]


def test_clocks_can_disagree(server: LiveServer) -> None:
    server.fault(faults.clock(-5), faults.charts)
    server.fault(faults.market_time(3), faults.charts)
    answer = ask(server, f"{CHARTS}/IWM")

    said = parsedate_to_datetime(answer.headers["Date"])
    assert (said - FRIDAY_EVENING).total_seconds() == -5 * 3600
    traded = answer.json()["chart"]["result"][0]["meta"]["regularMarketTime"]
    assert traded == stamp(2026, 1, 17, 0)


def test_other_bodies_can_take_the_place_of_the_right_one(server: LiveServer) -> None:
    server.fault(faults.html(), faults.symbol("IWM"))
    server.fault(faults.null(), faults.symbol("SPY"))
    server.fault(faults.empty(), faults.symbol("^RUT"))
    server.fault(faults.body("{", "application/json"), faults.symbol("^VIX"))
    server.fault(faults.edit_text(lambda text: text.replace("2000", "3000")), faults.fund(239710))
    server.fault(faults.edit_json(lambda told: told["observations"].clear()), faults.series("EFFR"))

    assert ask(server, f"{CHARTS}/IWM").text.startswith("<!DOCTYPE html>")
    assert ask(server, f"{CHARTS}/SPY").json() == {"chart": {"result": None, "error": None}}
    assert "timestamp" not in bars(server, "^RUT")
    assert ask(server, f"{CHARTS}/^VIX").text == "{"
    assert "iShares Russell 3000 ETF" in document(server, 239710, "holdings").text
    assert observations(server, "EFFR").json()["observations"] == []


def last_two(chart: Mapping[str, Any]) -> list[float]:
    return closes(chart)[-2:]


EDITS: dict[str, tuple[faults.What, Callable[[Any, Any], bool]]] = {
    "currency": (faults.currency("CAD"), lambda _, bad: bad["meta"]["currency"] == "CAD"),
    "time zone": (
        faults.time_zone("Europe/London"),
        lambda _, bad: bad["meta"]["exchangeTimezoneName"] == "Europe/London",
    ),
    "renamed": (
        faults.renamed("IWX", "Other ETF"),
        lambda _, bad: (bad["meta"]["symbol"], bad["meta"]["longName"]) == ("IWX", "Other ETF"),
    ),
    "moved": (
        faults.moved(-6),
        lambda good, bad: [t + 21600 for t in bad["timestamp"]] == good["timestamp"],
    ),
    "duplicated": (
        faults.duplicated(-1, times=1.1),
        lambda good, bad: (
            bad["timestamp"][-1] == bad["timestamp"][-2]
            and len(bad["timestamp"]) == len(good["timestamp"]) + 1
            and closes(bad)[-1] == pytest.approx(closes(good)[-1] * 1.1)
        ),
    ),
    "unordered": (
        faults.unordered(),
        lambda good, bad: (
            bad["timestamp"] == good["timestamp"][::-1] and closes(bad) == closes(good)[::-1]
        ),
    ),
    "without close": (
        faults.without_close(-2),
        lambda good, bad: closes(bad)[-2] is None and bad["timestamp"] == good["timestamp"],
    ),
    "without last day": (
        faults.without_row(-1),
        lambda good, bad: (
            bad["timestamp"] == good["timestamp"][:-1] and closes(bad) == closes(good)[:-1]
        ),
    ),
    "without adjusted closes": (
        faults.without_adjusted_closes(),
        lambda _, bad: "adjclose" not in bad["indicators"],
    ),
    "stale": (
        faults.stale(3),
        lambda good, bad: (
            bad["timestamp"] == good["timestamp"][:-3]
            and bad["meta"]["regularMarketTime"] == stamp(2026, 1, 13, 21)
        ),
    ),
    "flat": (
        faults.flat(6),
        lambda good, bad: len(set(closes(bad)[-6:])) == 1 and closes(bad)[:5] == closes(good)[:5],
    ),
    "truncated": (
        faults.truncated(2),
        lambda good, bad: closes(bad) == closes(good)[-2:],
    ),
    "running": (
        faults.running(),
        lambda _, bad: (
            bad["timestamp"][-1]
            == bad["meta"]["regularMarketTime"]
            < bad["meta"]["currentTradingPeriod"]["regular"]["end"]
        ),
    ),
    "a hundredfold": (
        faults.prices_times(100, -1),
        lambda good, bad: last_two(bad) == pytest.approx(np.multiply(last_two(good), [1, 100])),
    ),
    "split, adjusted": (
        faults.split_on_last_day(4),
        lambda good, bad: (
            last_two(bad) == pytest.approx(np.divide(last_two(good), 4))
            and list(bad["events"]["splits"]) == [str(bad["timestamp"][-1])]
        ),
    ),
    "split, not adjusted": (
        faults.split_on_last_day(4, adjusted=False),
        lambda good, bad: last_two(bad) == pytest.approx(np.divide(last_two(good), [1, 4])),
    ),
    "split, not told": (
        faults.split_on_last_day(4, adjusted=False, told=False),
        lambda good, bad: (
            last_two(bad) == pytest.approx(np.divide(last_two(good), [1, 4]))
            and "splits" not in bad.get("events", {})
        ),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_chart_can_be_wrong(server: LiveServer, name: str) -> None:
    what, is_wrong = EDITS[name]
    good = bars(server)
    server.fault(what, faults.history("IWM"))
    bad = bars(server)

    assert is_wrong(good, bad)
    assert not is_wrong(good, good)


def test_a_dividend_can_be_left_out_though_adjusted_closes_show_it(server: LiveServer) -> None:
    span = {"period1": stamp(2025, 12, 1), "period2": stamp(2026, 1, 10), "events": "div"}
    good = bars(server, **span)
    server.fault(faults.without_dividends(), faults.symbol("IWM"))
    bad = bars(server, **span)

    assert list(good["events"]) == ["dividends"] and bad["events"] == {}
    assert bad["indicators"] == good["indicators"]
    adjusted = bad["indicators"]["adjclose"][0]["adjclose"]
    assert adjusted[0] < closes(bad)[0] and adjusted[-1] == closes(bad)[-1]
