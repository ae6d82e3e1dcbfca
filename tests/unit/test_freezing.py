"""An edition is fetched, checked and frozen once; what failed leaves nothing that misleads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support_live import live_project

from generator import freezing, tables
from generator.config import Checks, Settings, load_settings
from generator.editions import parse_edition
from generator.errors import DataError, ProviderError, ReportError
from generator.freezing import Order, fetch
from generator.manifest import Manifest
from generator.providers import Probe, Request
from generator.quality import checked
from generator.snapshot import Fetched
from generator.store import alone
from generator.workshop import Workshop

WEEK, NEXT = parse_edition("2026-W03"), parse_edition("2026-W04")
NOW = datetime(2026, 1, 24, 9, 0, tzinfo=UTC)
SYMBOLS = ("^RUT", "^GSPC", "IWM", "SPY", "^VIX", "IWC")
Change = Callable[[Request, Fetched], Fetched]


def prices(request: Request, symbols: tuple[str, ...] = SYMBOLS) -> pd.DataFrame:
    """Each climbs by a thousandth a session, so that indexes and funds agree."""
    days = request.sessions
    closes = np.round(100 * 1.001 ** np.arange(len(days)), 4)
    frames = [
        tables.frame(
            "prices",
            {
                "symbol": [symbol] * len(days),
                "session": days,
                "close": closes,
                "volume": np.nan * closes,
                "dividend": 0 * closes,
                "split": 1 + 0 * closes,
            },
        )
        for symbol in symbols
    ]
    return pd.concat(frames, ignore_index=True)


@dataclass
class Source:
    """A provider that brings sound prices, changed as a test wants, and notes what it is asked."""

    name: str = "live"
    change: Change = lambda request, fetched: fetched
    asked: list[Request] = field(default_factory=list)

    def fetch(self, request: Request) -> Fetched:
        self.asked.append(request)
        request.scratch.mkdir(parents=True, exist_ok=True)
        (request.scratch / "half").write_text("of it")
        sound = Fetched(
            provider=self.name,
            retrieved_at=NOW,
            simulated=False,
            prices=prices(request),
            notes={},
            faults={},
            names={},
            distributions={},
        )
        return self.change(request, sound)

    def probe(self, request: Request) -> list[Probe]:
        raise NotImplementedError

    def plan(self, request: Request) -> list[str]:
        raise NotImplementedError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(live_project(tmp_path / "project").folder)


@pytest.fixture
def shop(settings: Settings) -> Workshop:
    return Workshop(settings, lambda *_: None)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """The provider, under whatever name."""
    found = Source()
    monkeypatch.setattr(freezing, "provider", lambda name: found)
    return found


def frozen(shop: Workshop, **order: object) -> Manifest:
    """Fetch the week and return what was frozen."""
    wanted = {"edition": WEEK, "provider": "live", "data": None} | order
    fetch(shop, Order(**wanted), lambda: NOW)  # type: ignore[arg-type]
    return shop.snapshots.manifest(wanted["edition"])  # type: ignore[arg-type]


def with_tables(**frames: pd.DataFrame) -> Change:
    return lambda request, fetched: replace(fetched, tables=frames)


def macro(value: float) -> pd.DataFrame:
    return tables.frame("macro", {"series": ["A"], "observed": ["2025-12-01"], "value": [value]})


# What is asked and frozen


def test_the_last_finished_week_is_meant_unless_told(shop: Workshop, source: Source) -> None:
    """On a Saturday that which ended the day before; on Friday at noon the one before."""
    saturday = fetch(shop, Order(None, "live", None), lambda: NOW)
    assert (saturday.verb, saturday.edition) == ("frozen", NEXT)
    noon = datetime(2026, 1, 23, 17, 0, tzinfo=UTC)
    friday = fetch(shop, Order(None, "live", None), lambda: noon)
    assert (friday.verb, friday.edition) == ("frozen", WEEK)
    assert [request.as_of for request in source.asked] == [date(2026, 1, 23), date(2026, 1, 16)]


def test_a_provider_is_told_where_and_until_when(shop: Workshop, source: Source) -> None:
    """Sessions end with the edition's last, which closed at 21:00 UTC; what is kept lies in the
    build folder, by edition."""
    frozen(shop)
    (request,) = source.asked
    assert request.sessions[-1] == pd.Timestamp("2026-01-16")
    assert request.closed_at == datetime(2026, 1, 16, 21, 0, tzinfo=UTC)
    assert request.scratch == shop.settings.build / "fetch" / "2026-W03"
    assert len(request.known("prices")) == 0 and request.names == {}


def test_a_provider_is_told_what_its_last_snapshot_holds(shop: Workshop, source: Source) -> None:
    """Rows and names of the edition before; none where everything is to be read anew."""
    source.change = lambda request, fetched: replace(fetched, names={"IWM": "A fund"})
    frozen(shop)
    frozen(shop, edition=NEXT)
    known, names = source.asked[-1].known("prices"), source.asked[-1].names
    assert known["session"].max() == pd.Timestamp("2026-01-16")
    assert names == {"IWM": "A fund"}
    frozen(shop, edition=NEXT, again=True)
    assert len(source.asked[-1].known("prices")) == 0 and source.asked[-1].names == {}


def test_rows_read_from_some_day_on_follow_the_known(shop: Workshop, source: Source) -> None:
    """A continued series is weighed and frozen whole: no gap, no short history."""
    whole = frozen(shop).symbols["IWM"]

    def recent(request: Request, fetched: Fetched) -> Fetched:
        late = fetched.prices["session"] >= pd.Timestamp("2026-01-12")
        mine = fetched.prices["symbol"] == "IWM"
        return replace(fetched, prices=fetched.prices[~mine | late], continued=frozenset({"IWM"}))

    source.change = recent
    status = frozen(shop, edition=NEXT).symbols["IWM"]
    assert status.used and status.rows == whole.rows + 4
    assert status.first_session == whole.first_session == date(2023, 1, 3)


def test_a_symbol_that_is_not_continued_stands_alone(shop: Workshop, source: Source) -> None:
    """What was read of it is all there is: two weeks are a short history."""
    frozen(shop)

    def recent(request: Request, fetched: Fetched) -> Fetched:
        late = fetched.prices["session"] >= pd.Timestamp("2026-01-12")
        return replace(fetched, prices=fetched.prices[(fetched.prices["symbol"] != "IWM") | late])

    source.change = recent
    status = frozen(shop, edition=NEXT).symbols["IWM"]
    assert not status.used and str(status.reason).startswith("short: 9 sessions")


def test_every_check_there_is_has_an_outcome(shop: Workshop, source: Source) -> None:
    """What nobody did says so."""
    rules = shop.settings.checks

    def with_check(request: Request, fetched: Fetched) -> Fetched:
        late = checked(rules, "point_in_time", 3, ["A: known too late"])
        return replace(fetched, checks=(late, checked(rules, "clock", 1, ())))

    source.change = with_check
    outcomes = {one.name: one.outcome for one in frozen(shop).checks}
    assert set(outcomes) == set(Checks.model_fields)
    assert outcomes["clock"] == "passed" and outcomes["point_in_time"] == "left out"
    assert outcomes["read"] == "passed" and outcomes["index_against_fund"] == "passed"
    assert outcomes["holdings_age"] == "not done"


def test_each_table_says_what_it_is_and_what_is_missing(shop: Workshop, source: Source) -> None:
    """Title, source with the client's version, terms, and the reasons, sorted by name."""

    def tell(request: Request, fetched: Fetched) -> Fetched:
        return replace(
            fetched,
            tables={"macro": macro(1.0)},
            sources={"prices": "yfinance 1.7.0"},
            missing={"holdings": "no file was read"},
            table_faults={"macro": {"B": "no key", "A": "too late"}},
        )

    source.change = tell
    datasets = frozen(shop).datasets
    assert set(datasets) == set(shop.settings.datasets["live"])
    assert datasets["prices"].source == "Yahoo Finance, yfinance 1.7.0"
    assert datasets["macro"].source == "FRED and ALFRED, Federal Reserve Bank of St. Louis"
    assert datasets["holdings"].missing == "no file was read"
    assert list(datasets["macro"].faults.items()) == [("A", "too late"), ("B", "no key")]
    assert datasets["sessions"].publish == "raw" and datasets["macro"].publish == "derived"


def test_revised_rows_are_counted_by_table(shop: Workshop, source: Source) -> None:
    source.change = with_tables(macro=macro(1.0))
    frozen(shop)
    source.change = with_tables(macro=macro(2.0))
    datasets = frozen(shop, edition=NEXT).datasets
    assert (datasets["macro"].revised_rows, datasets["prices"].revised_rows) == (1, 0)


# What is kept


def test_a_frozen_edition_is_not_asked_for_again(shop: Workshop, source: Source) -> None:
    frozen(shop)
    outcome = fetch(shop, Order(WEEK, "live", None), lambda: NOW)
    assert (outcome.verb, outcome.detail) == ("kept", "frozen from live")
    assert len(source.asked) == 1


def test_refreezing_makes_a_revision_beside_it(shop: Workshop, source: Source) -> None:
    """The first stays as it was, byte for byte."""
    frozen(shop)
    first = shop.snapshots.store.read("2026-W03.json")
    outcome = fetch(shop, Order(WEEK, "live", None, again=True), lambda: NOW)
    assert outcome.detail.endswith("from live, revision 2")
    assert shop.snapshots.store.read("2026-W03.json") == first
    assert shop.snapshots.manifest(WEEK).revision == 2


def test_refreezing_what_was_never_frozen_is_a_first_time(shop: Workshop, source: Source) -> None:
    assert frozen(shop, again=True).revision == 1


def test_what_helped_to_go_on_is_removed_once_frozen(shop: Workshop, source: Source) -> None:
    frozen(shop)
    assert not source.asked[0].scratch.exists()


# What goes wrong


def fails(shop: Workshop, error: type[ReportError], match: str) -> ReportError:
    with pytest.raises(error, match=match) as caught:
        fetch(shop, Order(WEEK, "live", None), lambda: NOW)
    assert shop.snapshots.editions() == []
    return caught.value


def test_a_source_that_does_not_answer_leaves_what_was_read(shop: Workshop, source: Source) -> None:
    """The next run goes on with it."""

    def silent(request: Request, fetched: Fetched) -> Fetched:
        raise ProviderError("no answer")

    source.change = silent
    fails(shop, ProviderError, "no answer")
    assert (source.asked[0].scratch / "half").is_file()


def test_data_that_fail_are_read_anew(shop: Workshop, source: Source) -> None:
    """Gone on with, they would fail for ever: nothing of them is kept, and a later run that gets
    better ones freezes those."""
    rules = shop.settings.checks

    def running(request: Request, fetched: Fetched) -> Fetched:
        return replace(fetched, checks=(checked(rules, "session_final", 2, ["^RUT runs"]),))

    source.change = running
    error = fails(shop, DataError, "session_final: \\^RUT runs")
    assert error.exit_code == 3 and not source.asked[0].scratch.exists()
    source.change = Source().change
    assert frozen(shop).edition == WEEK


def test_data_that_a_provider_refuses_are_read_anew_too(shop: Workshop, source: Source) -> None:
    def refuse(request: Request, fetched: Fetched) -> Fetched:
        raise DataError("no file is usable")

    source.change = refuse
    fails(shop, DataError, "no file is usable")
    assert not source.asked[0].scratch.exists()


def test_a_missing_benchmark_freezes_nothing(shop: Workshop, source: Source) -> None:
    source.change = lambda request, fetched: replace(
        fetched, prices=prices(request, SYMBOLS[1:]), faults={"^RUT": "HTTP 404"}
    )
    fails(shop, DataError, r"a benchmark is not usable: Russell 2000 \(\^RUT\): missing: HTTP 404")


def test_an_index_that_disagrees_with_its_fund_freezes_nothing(
    shop: Workshop, source: Source
) -> None:
    """The fund ends 5% lower than its index."""

    def lower(request: Request, fetched: Fetched) -> Fetched:
        rows = fetched.prices.copy()
        last = (rows["symbol"] == "IWM") & (rows["session"] == rows["session"].max())
        rows.loc[last, "close"] *= 0.95
        return replace(fetched, prices=rows)

    source.change = lower
    error = fails(shop, DataError, "index_against_fund: .*RUT.*IWM")
    assert "nothing was frozen" in error.what


def test_a_table_that_nobody_cleared_names_the_file(shop: Workshop, source: Source) -> None:
    """What may be published is decided by people, before anything is frozen."""
    source.change = with_tables(rumours=macro(1.0))
    error = fails(shop, ReportError, "nothing says whether 'rumours' of 'live' may be published")
    assert error.where == "content/datasets.yml"
    assert "title, source, licence and publish" in str(error.hint)


def test_a_provider_that_nobody_cleared_names_the_file(shop: Workshop, source: Source) -> None:
    source.name = "rumours"
    error = fails(shop, ReportError, "'prices' of 'rumours'")
    assert error.where == "content/datasets.yml"


def test_two_runs_do_not_fetch_at_once(shop: Workshop, source: Source) -> None:
    """The second says so and asks nobody."""
    with alone(shop.settings.build / "fetch.lock", "somebody"):
        fails(shop, ReportError, "another run is fetching")
    assert source.asked == []
    assert frozen(shop).edition == WEEK


def test_a_week_that_is_not_over_is_not_fetched(shop: Workshop, source: Source) -> None:
    noon = datetime(2026, 1, 16, 17, 0, tzinfo=UTC)
    with pytest.raises(ReportError, match="2026-W03 is not finished"):
        fetch(shop, Order(WEEK, "live", None), lambda: noon)
    assert source.asked == []


def test_versions_name_what_read_and_wrote_the_data() -> None:
    found: Mapping[str, str] = freezing.versions()
    assert list(found) == ["smallcap-weekly", "exchange-calendars", "numpy", "pandas", "pyarrow"]
    assert found["pandas"] == pd.__version__
