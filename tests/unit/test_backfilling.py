"""Past editions are frozen from one history as they would have been one by one, knowing nothing of
what came later."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_project import make_project, tree, wave

from generator import backfilling, building, cluster
from generator.backfilling import Span, backfill
from generator.building import Built
from generator.config import load_settings
from generator.editions import Edition, parse_edition, sessions_between
from generator.errors import ReportError, UsageError
from generator.freezing import Order, fetch, freeze
from generator.parallel import Team, split
from generator.progress import Done
from generator.providers import sample
from generator.providers.files import history
from generator.snapshot import Snapshots
from generator.store import Store
from generator.workshop import Outcome, Workshop

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
FIRST, LAST = parse_edition("2025-W50"), parse_edition("2026-W03")
WEEKS = [FIRST.shift(n) for n in range(4)]
ENDS = ["2025-12-12", "2025-12-19", "2025-12-26", "2026-01-02"]
SPLIT = "2025-12-23"
Row = dict[str, str]


def rows_of(number: int, last: str = "2026-01-16") -> list[Row]:
    """A fund's rows in every column that files have."""
    days = sessions_between(date(2023, 1, 2), date.fromisoformat(last))[-560:]
    levels = wave(len(days), 60 + 7 * number, 0.3)
    rows, factor, lost = [], 1.0, 1.0
    for place, (day, level) in enumerate(zip(days, levels, strict=True)):
        factor = 2.0 if str(day.date()) >= SPLIT and number == 2 else 1.0
        cash = round(level / 200, 2) if place % 63 == 62 else 0.0
        lost *= 1 - cash / level
        rows.append(
            {
                "Date": str(day.date()),
                "Close": f"{level / factor:.2f}",
                "Adj Close": f"{level / factor / lost:.6f}",
                "Volume": str(1000 + place),
                "Dividends": f"{cash / factor:g}",
                "Stock Splits": "2" if str(day.date()) == SPLIT and number == 2 else "0",
            }
        )
    return rows


def index_rows(number: int) -> list[Row]:
    return [{"Date": row["Date"], "Close": row["Close"]} for row in rows_of(number)]


HISTORY: dict[str, list[Row]] = {
    "^RUT": index_rows(0),
    "^GSPC": index_rows(1),
    "IWM": rows_of(2),
    "SPY": rows_of(3),
    "IJR": [{key: row[key] for key in ("Date", "Close", "Adj Close")} for row in rows_of(4)],
    "MAGS": rows_of(5)[-300:],
    # Short until the new year, and with a session missing.
    "QUAL": [row for row in rows_of(6)[-260:] if row["Date"] != "2025-12-30"],
}


def written(folder: Path, history: dict[str, list[Row]], *, newest_first: bool = True) -> Path:
    """A folder of one file a symbol, some newest first, with a row that stands twice."""
    folder.mkdir()
    for number, (symbol, rows) in enumerate(history.items()):
        ordered = [*rows, rows[0]]
        if newest_first and number % 2:
            ordered.reverse()
        with (folder / f"{symbol}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(ordered)
    return folder


def together(folder: Path, history: dict[str, list[Row]]) -> Path:
    """The same in one file of all symbols, in US dates and with semicolons."""
    folder.mkdir()
    names = ["Symbol", *rows_of(2)[0]]
    with (folder / "prices.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=";", restval="")
        writer.writeheader()
        every = [(row["Date"], symbol, row) for symbol, rows in history.items() for row in rows]
        for day, symbol, row in sorted(every, key=lambda entry: entry[:2]):
            us = date.fromisoformat(day).strftime("%m/%d/%Y")
            writer.writerow({**row, "Symbol": symbol, "Date": us})
    return folder


def shop_of(folder: Path) -> Workshop:
    return Workshop(load_settings(make_project(folder, ()).folder), lambda *_: None)


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return shop_of(tmp_path / "project")


def frozen_from(shop: Workshop, data: Path) -> dict[str, str]:
    """What is in the store after some editions were frozen from one history."""
    read = history(data)
    for edition in WEEKS:
        freeze(shop, read, Order(edition, "files", data), lambda: NOW)
    return tree(Path(shop.settings.snapshots))


# Freezing


@pytest.mark.parametrize("write", [written, together])
def test_a_history_read_once_freezes_what_single_fetches_freeze(
    tmp_path: Path, write: Callable[[Path, dict[str, list[Row]]], Path]
) -> None:
    """Every manifest and object has the same bytes, in every column and dialect."""
    data = write(tmp_path / "data", HISTORY)
    one_by_one = shop_of(tmp_path / "single")
    for edition in WEEKS:
        with Workshop(one_by_one.settings, lambda *_: None) as fresh:
            fetch(fresh, Order(edition, "files", data), lambda: NOW)
    at_once = frozen_from(shop_of(tmp_path / "together"), data)
    assert at_once == tree(Path(one_by_one.settings.snapshots))
    assert len([name for name in at_once if name.endswith(".json")]) == len(WEEKS)


def test_files_are_read_once(tmp_path: Path, shop: Workshop) -> None:
    """Once the first edition is frozen the folder is not needed any more."""
    data = written(tmp_path / "data", HISTORY)
    read = history(data)
    freeze(shop, read, Order(WEEKS[0], "files", data), lambda: NOW)
    shutil.rmtree(data)
    for edition in WEEKS[1:]:
        freeze(shop, read, Order(edition, "files", data), lambda: NOW)
    assert shop.snapshots.editions() == WEEKS


def test_what_is_frozen_is_kept(tmp_path: Path, shop: Workshop) -> None:
    """A second pass writes nothing."""
    data = written(tmp_path / "data", HISTORY)
    before = frozen_from(shop, data)
    outcome = freeze(shop, history(data), Order(WEEKS[2], "files", data), lambda: NOW)
    assert outcome.verb == "kept"
    assert tree(Path(shop.settings.snapshots)) == before


def poisoned(history: dict[str, list[Row]], after: str) -> dict[str, list[Row]]:
    """The same rows up to a day, absurd ones after it, and a symbol that nobody asks for."""
    absurd: list[Callable[[Row], Row]] = [
        lambda row: {**row, "Close": f"{float(row['Close']) * 1000:.2f}"},
        lambda row: {**row, "Close": ""},
        lambda row: {**row, "Close": "-1"},
        lambda row: {**row, **{name: "999999" for name in row if name not in ("Date", "Close")}},
        lambda row: {**row, **{name: "nonsense" for name in row if name != "Date"}},
    ]
    spoilt = {
        symbol: [
            row if row["Date"] <= after else absurd[(number + place) % len(absurd)](row)
            for place, row in enumerate(rows)
        ]
        for number, (symbol, rows) in enumerate(history.items())
    }
    return {**spoilt, "ZZZ": rows_of(7)}


@pytest.mark.parametrize("write", [written, together])
def test_no_edition_knows_what_came_later(
    tmp_path: Path, write: Callable[[Path, dict[str, list[Row]]], Path]
) -> None:
    """Whatever the files say of later days, each edition's snapshot is as without them."""
    clean, shop = shop_of(tmp_path / "clean"), shop_of(tmp_path / "poisoned")
    (tmp_path / "sound").mkdir()
    sound = history(write(tmp_path / "sound/data", HISTORY))
    for edition, day in zip(WEEKS, ENDS, strict=True):
        (tmp_path / day).mkdir()
        spoilt = history(write(tmp_path / day / "data", poisoned(HISTORY, day)))
        freeze(clean, sound, Order(edition, "files", None), lambda: NOW)
        freeze(shop, spoilt, Order(edition, "files", None), lambda: NOW)
    assert tree(Path(shop.settings.snapshots)) == tree(Path(clean.settings.snapshots))
    assert shop.snapshots.editions() == WEEKS


def test_looking_up_an_edition_lists_no_folder(tmp_path: Path, shop: Workshop) -> None:
    """A manifest is found by its name, however many there are."""
    frozen_from(shop, written(tmp_path / "data", HISTORY))

    class Blind(Store):
        """Knows no list."""

        def names(self) -> list[str]:
            raise AssertionError("it was listed")

    snapshots = Snapshots(Blind(shop.settings.snapshots))
    assert snapshots.manifest(WEEKS[3]).edition == WEEKS[3]
    assert snapshots.has(WEEKS[3])
    assert not snapshots.has(WEEKS[3].shift(52))


# What is asked for


def span(first: Edition = FIRST, last: Edition = LAST, **more: object) -> Span:
    given = {"provider": "sample", "data": None, "team": Team(1)} | more
    return Span(first, last, **given)  # type: ignore[arg-type]


def refused(shop: Workshop, wanted: Span) -> ReportError:
    with pytest.raises(ReportError) as caught:
        backfill(shop, wanted, lambda: NOW)
    assert not Path(shop.settings.snapshots, "2025-W50.json").exists()
    return caught.value


def test_a_live_source_is_no_history(shop: Workshop) -> None:
    """It says today what it did not say then."""
    error = refused(shop, span(provider="live"))
    assert isinstance(error, UsageError)
    assert "adjusted for later splits" in error.what
    assert "--provider files --data DIR" in str(error.hint)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (span(LAST, FIRST), "2025-W50 is before 2026-W03"),
        (span(last=parse_edition("2026-W06")), "2026-W06 is not finished"),
        (span(last=parse_edition("2026-W05"), team=Team(0)), "0 processes"),
        (span(team=Team(backend="dask")), "needs the address of a scheduler"),
        (span(team=Team(scheduler="tcp://127.0.0.1:9")), "--scheduler is for --backend dask"),
        (span(team=Team(backend="threads")), "'threads' is not a backend"),
        (span(provider="files"), "needs --data DIR"),
        (span(provider="smaple"), "did you mean 'sample'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_done(
    shop: Workshop, wanted: Span, words: str
) -> None:
    """With what is wrong in its words."""
    assert words in str(refused(shop, wanted))


def test_no_scheduler_answers(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    team = Team(backend="dask", scheduler="tcp://127.0.0.1:9")
    error = refused(shop, span(team=team))
    assert "no scheduler answers at tcp://127.0.0.1:9" in error.what
    assert "dask scheduler" in str(error.hint)


# Waves, with nobody who really builds


@dataclass
class Yard:
    """Builds and publishes nothing, and notes what it was told."""

    shop: Workshop
    data: Path
    wave: int = 2
    calls: list[tuple[str, list[str]]] = field(default_factory=list)

    def start(self, editions: Sequence[Edition]) -> Iterator[Built]:
        self.calls.append(("build", [str(edition) for edition in editions]))
        return iter([Built(edition, "13 pages", 1.0) for edition in editions])

    def publish(self, shop: Workshop, editions: Sequence[Edition], **_: object) -> list[Outcome]:
        self.calls.append(("publish", [str(edition) for edition in editions]))
        return [Outcome(edition, "published", "") for edition in editions]


@pytest.fixture
def yard(shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    from contextlib import nullcontext

    rows = {name: HISTORY[name] for name in ("^RUT", "^GSPC")}
    found = Yard(shop, written(tmp_path / "history", rows))
    monkeypatch.setattr(backfilling, "crew", lambda *_: nullcontext(found))
    monkeypatch.setattr(backfilling.pipeline, "publish", found.publish)
    return found


def made(yard: Yard, wanted: Span) -> list[Done]:
    """What becomes of a span of editions of two series."""
    return backfill(yard.shop, replace(wanted, provider="files", data=yard.data), lambda: NOW)


def states(done: list[Done]) -> dict[str, str]:
    return {str(one.edition): one.state for one in done}


def test_a_wave_is_built_while_the_one_before_is_published(yard: Yard) -> None:
    """In order, each edition once."""
    done = made(yard, span(last=parse_edition("2026-W01")))
    assert yard.calls == [
        ("build", ["2025-W50", "2025-W51"]),
        ("build", ["2025-W52", "2026-W01"]),
        ("publish", ["2025-W50", "2025-W51"]),
        ("build", []),
        ("publish", ["2025-W52", "2026-W01"]),
    ]
    assert states(done) == dict.fromkeys(
        ["2025-W50", "2025-W51", "2025-W52", "2026-W01"], "published"
    )


def test_an_edition_without_data_stops_nothing(tmp_path: Path, yard: Yard) -> None:
    """It is left out with the reason, and those around it are made."""
    rows = {name: [row for row in HISTORY[name]] for name in ("^RUT", "^GSPC")}
    rows["^RUT"] = [row for row in rows["^RUT"] if row["Date"] != "2025-12-26"]
    yard.data = written(tmp_path / "data", rows)
    done = made(yard, span())
    assert states(done)["2025-W52"] == "left out"
    assert [name for name, state in states(done).items() if state == "published"] == [
        "2025-W50",
        "2025-W51",
        "2026-W01",
        "2026-W02",
        "2026-W03",
    ]
    reason = next(one.detail for one in done if one.state == "left out")
    assert "^RUT" in reason
    assert "its last close is of 2025-12-24" in reason


def test_a_week_without_a_session_has_no_edition(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and stops nothing."""

    def closed(start: date, end: date) -> object:
        days = sessions_between(start, end)
        return days[(days < "2025-12-15") | (days > "2025-12-19")]

    monkeypatch.setattr(backfilling, "sessions_between", closed)
    done = made(yard, span(last=parse_edition("2025-W52")))
    assert states(done) == {
        "2025-W50": "published",
        "2025-W51": "left out",
        "2025-W52": "published",
    }
    assert done[1].detail == "the exchange had no session"


def test_weeks_before_the_history_have_no_edition(yard: Yard) -> None:
    """The universe says where the history begins."""
    begin = yard.shop.settings.universe.history_start
    first = Edition(begin.isocalendar().year - 1, 50)
    last = Edition(begin.isocalendar().year - 1, 51)
    done = made(yard, span(first, last))
    assert [one.state for one in done] == ["left out", "left out"]
    assert "content/universe.yml" in done[0].detail


def test_each_line_says_how_fast_it_goes(yard: Yard) -> None:
    """A line an edition: verb, edition, rate and the time to go."""
    said: list[tuple[str, str, str]] = []
    yard.shop.say = lambda verb, name, detail, _: said.append((verb, name, detail))
    made(yard, span(last=parse_edition("2025-W52")))
    assert [name for _, name, _ in said] == ["2025-W50", "2025-W51", "2025-W52"]
    assert all("editions/s, " in detail and detail.endswith(" to go") for _, _, detail in said)


# Runs


@given(st.integers(0, 120), st.integers(1, 40))
def test_runs_are_whole_and_even(count: int, jobs: int) -> None:
    """Every edition is in one run, in order, and no process gets much more than another."""
    editions = [FIRST.shift(n) for n in range(count)]
    runs = split(editions, jobs)
    assert [edition for run in runs for edition in run] == editions
    assert all(runs)
    lengths = {len(run) for run in runs}
    assert not lengths or max(lengths) - min(lengths) <= 1


def test_runs_that_a_killed_run_left_behind_are_waited_for(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs must not build the same edition at once."""
    import fcntl

    monkeypatch.setattr(building, "PATIENCE", 0.05)
    lock = shop.settings.build / "backfill.workers"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        error = refused(shop, span())
    assert "still building" in error.what


def test_the_sample_is_a_history() -> None:
    """Its provider says so by having one."""
    assert sample.history(None) is sample.fetch
