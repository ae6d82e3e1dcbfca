"""Snapshots: what is frozen is what is opened, and what has changed is named."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import BY_HAND, sessions

from generator import tables
from generator.editions import Edition, edition_of, parse_edition
from generator.errors import ReportError, UsageError
from generator.manifest import Manifest, SymbolStatus
from generator.snapshot import FAN_OUT, Fetched, Snapshots
from generator.store import Store

SYMBOLS = {"^RUT": "russell_2000", "^GSPC": "sp_500", "IWM": "iwm"}
VALUES = ["close", "volume", "dividend", "split"]
FIRST = parse_edition("2025-W01")


def last_session(edition: Edition) -> date:
    """The last session of a week, from sessions read once."""
    return sessions(edition.monday.isoformat(), edition.sunday.isoformat())[-1].date()


def rows(start: str, end: str, *, seed: int = 1) -> pd.DataFrame:
    """Made-up rows of three symbols on real sessions; the same session always has the same row."""
    index = sessions("2023-01-03", "2026-12-31")
    frames = []
    for number, symbol in enumerate(SYMBOLS):
        generator = np.random.default_rng([seed, number])
        closes = np.round(1000 * np.exp(np.cumsum(generator.normal(0, 0.01, len(index)))), 2)
        frame = pd.DataFrame(
            {
                "symbol": symbol,
                "session": index,
                "close": closes,
                "volume": generator.integers(1_000_000, 9_000_000, len(index)).astype(float),
                "dividend": np.where(np.arange(len(index)) % 63 == 0, 0.5, 0.0),
                "split": 1.0,
            }
        )
        frames.append(frame[(frame["session"] >= start) & (frame["session"] <= end)])
    return pd.concat(frames, ignore_index=True)


def fetched(prices: pd.DataFrame, *, provider: str = "files", simulated: bool = False) -> Fetched:
    return Fetched(
        provider=provider,
        retrieved_at=datetime(2026, 1, 17, 8, tzinfo=UTC),
        simulated=simulated,
        prices=prices,
        notes={},
        faults={},
        names={},
        distributions=dict.fromkeys(SYMBOLS, "reported"),
    )


def statuses() -> list[SymbolStatus]:
    return [
        SymbolStatus(
            symbol, subject, None, True, None, ("a note",), "reported", 9, date(2024, 1, 2), None
        )
        for symbol, subject in SYMBOLS.items()
    ]


def freeze(
    snapshots: Snapshots, edition: Edition, prices: pd.DataFrame | None = None, **source: object
) -> Manifest:
    """Freeze an edition, by default with the made-up rows up to its last session."""
    as_of = last_session(edition)
    if prices is None:
        prices = rows("2024-01-02", as_of.isoformat())
    days = sessions("2024-01-02", as_of.isoformat())
    return snapshots.freeze(
        edition,
        as_of,
        days,
        fetched(prices, **source),
        statuses(),
        {"python": "3"},
        datasets=dict.fromkeys(("prices", "sessions"), BY_HAND),
        checks=(),
    )


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """An empty store in a folder."""
    return Snapshots(Store(str(tmp_path)))


def contents(snapshots: Snapshots) -> dict[str, bytes]:
    """Every file of a local store."""
    folder = Path(snapshots.store.address)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def as_frame(prices: pd.DataFrame, column: str, end: date, missing: float) -> pd.DataFrame:
    """Long rows as sessions by subjects in the order of their symbols."""
    days = sessions("2024-01-02", end.isoformat())
    wide = prices.pivot(index="session", columns="symbol", values=column).reindex(days)
    wide = wide[sorted(SYMBOLS)].rename(columns=SYMBOLS).fillna(missing)
    return wide.rename_axis(index="session", columns=None)


def assert_opens_as(snapshots: Snapshots, edition: Edition, prices: pd.DataFrame) -> None:
    """The opened snapshot holds exactly these rows, up to its last session."""
    opened = snapshots.open(edition)
    end = last_session(edition)
    prices = prices[prices["session"] <= end.isoformat()]
    for frame, column, missing in (
        (opened.closes, "close", np.nan),
        (opened.dividends, "dividend", 0.0),
        (opened.splits, "split", 1.0),
    ):
        pd.testing.assert_frame_equal(
            frame, as_frame(prices, column, end, missing), check_exact=True, check_freq=False
        )
    assert list(opened.sessions) == list(sessions("2024-01-02", end.isoformat()))


# Freeze and open


def test_what_is_frozen_is_opened(snapshots: Snapshots) -> None:
    """Closes, dividends, splits and sessions come back bit for bit, with the manifest."""
    prices = rows("2024-01-02", "2025-01-03")
    manifest = freeze(snapshots, FIRST, prices)
    assert_opens_as(snapshots, FIRST, prices)
    assert snapshots.open(FIRST).manifest == manifest
    assert manifest.as_of == date(2025, 1, 3)
    assert manifest.symbols["IWM"] == statuses()[2]
    assert snapshots.verify(FIRST) == []


def test_rows_after_the_last_session_are_not_frozen(snapshots: Snapshots) -> None:
    """What the source already knew of later sessions stays out."""
    prices = rows("2024-01-02", "2025-06-30")
    freeze(snapshots, FIRST, prices)
    assert snapshots.table(snapshots.manifest(FIRST), "prices")["session"].max() == pd.Timestamp(
        "2025-01-03"
    )
    assert_opens_as(snapshots, FIRST, prices)


@settings(max_examples=8)
@given(data=st.data())
def test_any_rows_come_back(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any subset of rows with any finite values comes back, in any order it was fetched."""
    prices = rows("2024-12-02", "2025-01-03")
    kept = data.draw(
        st.lists(st.booleans(), min_size=len(prices), max_size=len(prices)).filter(any)
    )
    prices = prices[kept].sample(frac=1, random_state=1)
    finite = st.floats(1e-3, 1e9)
    size = len(prices)
    prices["close"] = data.draw(st.lists(finite, min_size=size, max_size=size))
    snapshots = Snapshots(Store(str(tmp_path_factory.mktemp("store"))))
    freeze(snapshots, FIRST, prices)
    back = snapshots.table(snapshots.manifest(FIRST), "prices")
    expected = prices.sort_values(["symbol", "session"], ignore_index=True)
    for column in ("symbol", "session", *VALUES):
        assert list(back[column]) == list(expected[column])


def test_missing_volume_comes_back_missing(snapshots: Snapshots) -> None:
    """A volume the source did not have is missing after opening, and does not make a revision."""
    prices = rows("2024-01-02", "2025-01-10")
    prices["volume"] = np.nan
    freeze(snapshots, FIRST, prices)
    assert snapshots.table(snapshots.manifest(FIRST), "prices")["volume"].isna().all()
    assert freeze(snapshots, FIRST.shift(1), prices).revised_rows == 0


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two stores into which the same is frozen, rows in another order, are equal byte for byte."""
    found = []
    for name, order in (("one", None), ("two", 7)):
        store = Snapshots(Store(str(tmp_path / name)))
        for weeks in range(3):
            edition = FIRST.shift(weeks)
            prices = rows("2024-01-02", last_session(edition).isoformat())
            if order is not None:
                prices = prices.sample(frac=1, random_state=order)
            freeze(store, edition, prices)
        found.append(contents(store))
    assert found[0] == found[1]


def test_local_and_remote_stores_hold_the_same_bytes(snapshots: Snapshots) -> None:
    """An fsspec address holds the bytes a folder holds, and opens the same."""
    address = f"memory://{uuid4().hex}/snapshots"
    remote = Snapshots(Store(address))
    assert remote.editions() == []
    for weeks in range(3):
        freeze(snapshots, FIRST.shift(weeks))
        freeze(remote, FIRST.shift(weeks))
    for name, content in contents(snapshots).items():
        assert remote.store.read(name) == content
    assert remote.editions() == snapshots.editions()
    latest = remote.resolve("latest")
    pd.testing.assert_frame_equal(remote.open(latest).closes, snapshots.open(latest).closes)
    assert remote.verify(latest) == []


def test_resolve_names_what_there_is(snapshots: Snapshots) -> None:
    """`latest` is the newest; an id without a snapshot is an error that lists those there are."""
    with pytest.raises(ReportError, match="no snapshot yet") as caught:
        snapshots.resolve("latest")
    assert "smallcaps fetch" in str(caught.value.hint)
    freeze(snapshots, FIRST)
    freeze(snapshots, FIRST.shift(1))
    assert snapshots.resolve("latest") == FIRST.shift(1)
    assert snapshots.resolve("2025-W01") == FIRST
    with pytest.raises(ReportError, match=r"2025-W09 has no snapshot.*2025-W01, 2025-W02"):
        snapshots.resolve("2025-W09")
    with pytest.raises(UsageError):
        snapshots.resolve("newest")


# Week after week


def test_a_week_adds_only_its_rows(snapshots: Snapshots) -> None:
    """The second week's object holds five sessions of three symbols and nothing else."""
    first = freeze(snapshots, FIRST)
    second = freeze(snapshots, FIRST.shift(1))
    assert second.previous == "2025-W01"
    assert second.tables["prices"][0] == first.tables["prices"][0]
    added = second.tables["prices"][1]
    days = sessions("2025-01-06", "2025-01-10")
    assert added.rows == 3 * len(days)
    assert (added.first_session, added.last_session) == ("2025-01-06", "2025-01-10")
    assert second.revised_rows == 0
    assert second.revisions == ()


def test_a_revision_is_frozen_and_reported(snapshots: Snapshots) -> None:
    """A close that the source changed is laid over the old one; the old edition keeps its own."""
    old = rows("2024-01-02", "2025-01-10")
    freeze(snapshots, FIRST, old)
    new = old.copy()
    place = new.index[(new["symbol"] == "IWM") & (new["session"] == "2024-06-03")][0]
    new.loc[place, "close"] = 1234.5
    manifest = freeze(snapshots, FIRST.shift(1), new)
    assert manifest.revised_rows == 1
    assert manifest.revisions == (
        {
            "symbol": "IWM",
            "session": "2024-06-03",
            "before": {"close": old.loc[place, "close"]},
            "after": {"close": 1234.5},
        },
    )
    assert_opens_as(snapshots, FIRST, old)
    assert_opens_as(snapshots, FIRST.shift(1), new)


def test_a_removed_row_is_taken_back_and_can_return(snapshots: Snapshots) -> None:
    """A row the source withdrew is gone from that week on, and back when the source restores it."""
    whole = rows("2024-01-02", "2025-01-17")
    fewer = whole[~((whole["symbol"] == "^RUT") & (whole["session"] == "2024-06-03"))]
    freeze(snapshots, FIRST, whole)
    second = freeze(snapshots, FIRST.shift(1), fewer)
    assert [(r["symbol"], r["after"]) for r in second.revisions] == [("^RUT", {"close": None})]
    third = freeze(snapshots, FIRST.shift(2), whole)
    assert third.revised_rows == 0
    assert_opens_as(snapshots, FIRST, whole)
    assert_opens_as(snapshots, FIRST.shift(1), fewer)
    assert_opens_as(snapshots, FIRST.shift(2), whole)


def test_a_shorter_fetch_takes_nothing_back(snapshots: Snapshots) -> None:
    """Rows before the span a source was asked for stay: it did not say that they are gone."""
    freeze(snapshots, FIRST)
    recent = rows("2024-12-02", "2025-01-10")
    manifest = freeze(snapshots, FIRST.shift(1), recent)
    assert manifest.revised_rows == 0
    assert_opens_as(snapshots, FIRST.shift(1), rows("2024-01-02", "2025-01-10"))


def test_a_new_symbol_joins_later(snapshots: Snapshots) -> None:
    """A symbol fetched for the first time brings its whole history along."""
    whole = rows("2024-01-02", "2025-01-10")
    freeze(snapshots, FIRST, whole[whole["symbol"] != "IWM"])
    manifest = freeze(snapshots, FIRST.shift(1), whole)
    assert manifest.revised_rows == 0
    assert_opens_as(snapshots, FIRST.shift(1), whole)


def test_backdated_edition_continues_the_one_before_it(snapshots: Snapshots) -> None:
    """An edition frozen after a later one builds on the earlier one and leaves the later alone."""
    freeze(snapshots, FIRST)
    freeze(snapshots, FIRST.shift(4))
    before = contents(snapshots)
    manifest = freeze(snapshots, FIRST.shift(2))
    assert manifest.previous == str(FIRST)
    assert_opens_as(snapshots, FIRST.shift(2), rows("2024-01-02", "2025-01-17"))
    after = contents(snapshots)
    assert {name: after[name] for name in before} == before
    assert_opens_as(snapshots, FIRST.shift(4), rows("2024-01-02", "2025-01-31"))


def test_seventy_weeks_stay_short_and_small(snapshots: Snapshots, tmp_path: Path) -> None:
    """After seventy weeks a chain is short, every edition opens right, and bytes stay bounded."""
    weeks = 70
    revised = rows("2024-01-02", "2026-12-31")
    spots = revised.index[(revised["symbol"] == "IWM") & (revised["session"] < "2024-12-31")]
    states = {}
    longest = 1 + (FAN_OUT - 1) * (1 + int(math.log(weeks, FAN_OUT)))
    for week in range(weeks):
        edition = FIRST.shift(week)
        # A close is revised each week, so that merging must keep the later of two rows.
        revised.loc[spots[week % 30], "close"] += 1.0
        states[week] = revised.copy()
        manifest = freeze(snapshots, edition, revised)
        assert manifest.revised_rows == (1 if week else 0)
        for chain in manifest.tables.values():
            levels = [item.level for item in chain]
            assert levels[0] is None
            assert levels[1:] == sorted(levels[1:], reverse=True)
            assert all(levels.count(level) < FAN_OUT for level in levels[1:])
            assert len(chain) <= longest
    for week in (0, 1, 3, 4, 5, 15, 16, 17, 63, 64, 65, 69):
        assert_opens_as(snapshots, FIRST.shift(week), states[week])
        assert snapshots.verify(FIRST.shift(week)) == []
    once = Snapshots(Store(str(tmp_path / "once")))
    freeze(once, FIRST.shift(weeks - 1), states[weeks - 1])
    size = sum(len(c) for n, c in contents(once).items() if n.endswith(".parquet"))
    folder = Path(snapshots.store.address)
    chained = sum(path.stat().st_size for path in (folder / "objects").iterdir())
    # Every week written whole would take seventy times the size of one.
    assert chained < weeks * size / 5


# What goes wrong


def test_frozen_edition_is_not_fetched_again(snapshots: Snapshots) -> None:
    """Freezing an edition twice is refused and changes nothing."""
    freeze(snapshots, FIRST)
    before = contents(snapshots)
    with pytest.raises(ReportError, match="2025-W01 is frozen already, from the provider 'files'"):
        freeze(snapshots, FIRST, rows("2024-01-02", "2025-01-03", seed=2))
    assert contents(snapshots) == before


def test_real_data_replace_simulated_data_and_not_the_reverse(snapshots: Snapshots) -> None:
    """Made-up data give way to real data; real data stay."""
    made_up = rows("2024-01-02", "2025-01-03", seed=5)
    freeze(snapshots, FIRST, made_up, provider="sample", simulated=True)
    freeze(snapshots, FIRST.shift(1), provider="sample", simulated=True)
    real = rows("2024-01-02", "2025-01-03")
    manifest = freeze(snapshots, FIRST, real)
    assert not manifest.simulated
    assert manifest.previous is None
    assert_opens_as(snapshots, FIRST, real)
    assert_opens_as(snapshots, FIRST.shift(1), rows("2024-01-02", "2025-01-10"))
    with pytest.raises(ReportError, match="frozen already"):
        freeze(snapshots, FIRST, made_up, provider="sample", simulated=True)


def test_real_data_do_not_continue_simulated_data(snapshots: Snapshots) -> None:
    """A chain holds rows of one provider only."""
    freeze(snapshots, FIRST, provider="sample", simulated=True)
    manifest = freeze(snapshots, FIRST.shift(1))
    assert manifest.previous is None
    assert len(manifest.tables["prices"]) == 1
    third = freeze(snapshots, FIRST.shift(2), provider="sample", simulated=True)
    assert third.previous == str(FIRST)


@settings(max_examples=15)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_changed_byte_is_named(
    tmp_path_factory: pytest.TempPathFactory, where: float, flip: int
) -> None:
    """Any changed byte of any object is found, and the object's file is named."""
    snapshots = Snapshots(Store(str(tmp_path_factory.mktemp("store"))))
    freeze(snapshots, FIRST, rows("2024-12-02", "2025-01-03"))
    manifest = freeze(snapshots, FIRST.shift(1), rows("2024-12-02", "2025-01-10"))
    for chain in manifest.tables.values():
        for item in chain:
            path = Path(snapshots.store.address) / item.name
            right = path.read_bytes()
            wrong = bytearray(right)
            wrong[int(where * len(wrong))] ^= flip
            path.write_bytes(wrong)
            (line,) = snapshots.verify(FIRST.shift(1))
            assert item.name in line
            assert "has changed" in line
            with pytest.raises(ReportError, match="has changed"):
                snapshots.open(FIRST.shift(1))
            path.write_bytes(right)
    assert snapshots.verify(FIRST.shift(1)) == []


def test_missing_object_is_named(snapshots: Snapshots) -> None:
    """A lost object is named by `verify` and stops `open`, with what to do next."""
    manifest = freeze(snapshots, FIRST)
    lost = manifest.tables["prices"][0].name
    (Path(snapshots.store.address) / lost).unlink()
    (line,) = snapshots.verify(FIRST)
    assert lost in line
    assert "missing" in line
    with pytest.raises(ReportError, match="missing") as caught:
        snapshots.open(FIRST)
    assert caught.value.hint


def test_half_written_manifest_is_an_error(snapshots: Snapshots) -> None:
    """However far a manifest was written, it does not open, and the message says how to mend it."""
    freeze(snapshots, FIRST, rows("2024-12-02", "2025-01-03"))
    path = Path(snapshots.store.address) / "2025-W01.json"
    whole = path.read_bytes()
    for length in [*range(0, len(whole) - 1, 37), len(whole) - 2]:
        path.write_bytes(whole[:length])
        with pytest.raises(ReportError, match="manifest is damaged") as caught:
            snapshots.open(FIRST)
        assert "smallcaps fetch 2025-W01" in str(caught.value.hint)
        assert len(snapshots.verify(FIRST)) == 1


@pytest.mark.parametrize("content", [b"", b"null", b"1", b"[]", b"{}", b'"text"', b"\xff\xfe"])
def test_file_that_is_no_manifest_is_an_error(snapshots: Snapshots, content: bytes) -> None:
    """Whatever stands in the file, the answer is an error a person can mend and no crash."""
    freeze(snapshots, FIRST)
    (Path(snapshots.store.address) / "2025-W01.json").write_bytes(content)
    with pytest.raises(ReportError, match="manifest is damaged"):
        snapshots.manifest(FIRST)


@pytest.mark.parametrize(
    ("key", "changed"),
    [("as_of", "2025-01-02"), ("provider", "yahoo"), ("simulated", True), ("revised_rows", 1)],
)
def test_changed_manifest_is_an_error(snapshots: Snapshots, key: str, changed: object) -> None:
    """A manifest that was edited does not match its digest."""
    freeze(snapshots, FIRST)
    path = Path(snapshots.store.address) / "2025-W01.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record[key] = changed
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ReportError, match="does not match its digest"):
        snapshots.open(FIRST)


def test_manifest_under_the_name_of_another_week_is_an_error(snapshots: Snapshots) -> None:
    """A manifest copied to the name of another edition is not taken for that edition's."""
    freeze(snapshots, FIRST)
    folder = Path(snapshots.store.address)
    (folder / "2025-W02.json").write_bytes((folder / "2025-W01.json").read_bytes())
    with pytest.raises(ReportError):
        snapshots.open(FIRST.shift(1))


class Killed(BaseException):
    """What ends a program from outside."""


class DyingStore(Store):
    """A store whose program is killed when it comes to write the manifest."""

    def write(self, name: str, content: bytes) -> None:
        if name.endswith(".json"):
            raise Killed
        super().write(name, content)


def test_killed_before_the_manifest_leaves_no_snapshot(snapshots: Snapshots) -> None:
    """Objects without a manifest are no snapshot, and freezing again works and gives the same."""
    dying = Snapshots(DyingStore(snapshots.store.address))
    with pytest.raises(Killed):
        freeze(dying, FIRST)
    assert contents(snapshots)
    assert snapshots.editions() == []
    with pytest.raises(ReportError, match="has no snapshot"):
        snapshots.open(FIRST)
    freeze(snapshots, FIRST)
    assert_opens_as(snapshots, FIRST, rows("2024-01-02", "2025-01-03"))


def test_killed_while_writing_a_file_leaves_it_as_it_was(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the last step of writing fails nothing is there, and nothing is left lying beside."""
    freeze(snapshots, FIRST)
    before = contents(snapshots)

    def fail(self: Path, target: Path) -> Path:
        raise Killed

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(Killed):
        freeze(snapshots, FIRST.shift(1))
    assert contents(snapshots) == before


def test_other_files_in_the_store_are_not_editions(snapshots: Snapshots) -> None:
    """Notes, hidden files and half-written ones beside the manifests are passed over."""
    freeze(snapshots, FIRST)
    folder = Path(snapshots.store.address)
    for name in ("README.md", "notes.json", ".2025-W07.json.12.part", ".2025-W08.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    assert snapshots.editions() == [FIRST]


def test_lineage_names_the_objects_that_hold_a_symbol(snapshots: Snapshots) -> None:
    """A symbol that joined in the second week is in the second object only."""
    whole = rows("2024-01-02", "2025-01-10")
    freeze(snapshots, FIRST, whole[whole["symbol"] != "IWM"])
    manifest = freeze(snapshots, FIRST.shift(1), whole)
    base, added = (item.sha256 for item in manifest.tables["prices"])
    assert manifest.objects_of(["IWM"]) == (added,)
    assert manifest.objects_of(["^RUT"]) == (base, added)
    assert edition_of(manifest.as_of) == manifest.edition


# Other tables


def freeze_with(
    snapshots: Snapshots, edition: Edition, *, again: bool = False, **frames: pd.DataFrame
) -> Manifest:
    """Freeze an edition with other tables beside its prices."""
    as_of = last_session(edition)
    return snapshots.freeze(
        edition,
        as_of,
        sessions("2024-01-02", as_of.isoformat()),
        replace(fetched(rows("2024-12-02", as_of.isoformat())), tables=frames),
        statuses(),
        {},
        datasets=dict.fromkeys(tables.FORMS, BY_HAND),
        checks=(),
        again=again,
    )


def macro(**known: float) -> pd.DataFrame:
    """One observation of December 2024 by series."""
    days = ["2024-12-01"] * len(known)
    columns = {"series": list(known), "observed": days, "value": list(known.values())}
    return tables.frame("macro", columns)


def vintages(*released: str) -> pd.DataFrame:
    """One observation as it was known after each release."""
    count = len(released)
    values = [float(n) for n in range(count)]
    days = ["2024-12-01"] * count
    return tables.frame(
        "macro_vintages",
        {"series": ["A"] * count, "observed": days, "released": released, "value": values},
    )


def answers(address: str) -> pd.DataFrame:
    return tables.frame(
        "answers",
        {
            "table": ["prices"],
            "name": ["IWM"],
            "number": [1],
            "address": [address],
            "retrieved_at": ["2025-01-04T08:00:00Z"],
            "status": [200],
            "bytes": [3],
            "sha256": ["0" * 64],
        },
    )


def values(snapshots: Snapshots, manifest: Manifest, table: str = "macro") -> list[list[object]]:
    """Names and values of a frozen table."""
    found = snapshots.table(manifest, table)
    return found[[found.columns[0], "value"]].to_numpy().tolist()  # type: ignore[no-any-return]


def test_another_table_comes_back_as_it_was(snapshots: Snapshots) -> None:
    """With the kinds of its form, from the manifest and from the opened snapshot; a table that
    was not fetched has no rows."""
    manifest = freeze_with(snapshots, FIRST, macro=macro(A=1.5, B=np.nan))
    found = snapshots.table(manifest, "macro")
    pd.testing.assert_frame_equal(found, macro(A=1.5, B=np.nan))
    opened = snapshots.open(FIRST)
    pd.testing.assert_frame_equal(opened.tables("macro"), found)
    pd.testing.assert_frame_equal(opened.tables("holdings"), tables.empty("holdings"))
    assert manifest.tables["macro"][0].symbols == ("A", "B")


def member_rows(**closes: Mapping[str, float]) -> pd.DataFrame:
    """Prices of members by symbol and session."""
    found = [(symbol, day, close) for symbol, own in closes.items() for day, close in own.items()]
    symbols, days, values = zip(*found, strict=True)
    columns = {"symbol": symbols, "session": days, "close": values, "volume": [np.nan] * len(found)}
    columns |= {"dividend": [0.0] * len(found), "split": [1.0] * len(found)}
    return tables.frame("member_prices", columns)


def test_prices_of_members_open_as_sessions_by_symbols(snapshots: Snapshots) -> None:
    """From the first session that has any; the week after revises one close and knows
    another member; a snapshot without the table has none."""
    first = member_rows(B={"2025-01-02": 5.0, "2025-01-03": 6.0}, A={"2025-01-03": 7.0})
    freeze_with(snapshots, FIRST, member_prices=first)
    second = FIRST.shift(1)
    later = member_rows(B={"2025-01-03": 6.5, "2025-01-06": 8.0}, C={"2025-01-06": 1.0})
    freeze_with(snapshots, second, member_prices=later)
    panel = snapshots.open(FIRST).panel("member_prices")
    assert panel is not None and panel.symbols == ("A", "B")
    assert [str(day.date()) for day in panel.sessions] == ["2025-01-02", "2025-01-03"]
    assert np.array_equal(panel.closes, [[np.nan, 5.0], [7.0, 6.0]], equal_nan=True)
    assert (panel.splits == 1.0).all()
    again = snapshots.open(second).panel("member_prices")
    assert again is not None and again.symbols == ("A", "B", "C")
    rows_of = dict(zip([str(day.date()) for day in again.sessions], again.closes, strict=True))
    assert np.array_equal(rows_of["2025-01-03"], [7.0, 6.5, np.nan], equal_nan=True)
    assert np.array_equal(rows_of["2025-01-06"], [np.nan, 8.0, 1.0], equal_nan=True)
    assert snapshots.open(FIRST).panel("futures") is None


def test_a_table_without_rows_has_no_object(snapshots: Snapshots) -> None:
    """It was looked for, and there was nothing."""
    manifest = freeze_with(snapshots, FIRST, macro=tables.empty("macro"))
    assert manifest.tables["macro"] == ()
    assert len(snapshots.table(manifest, "macro")) == 0
    assert values(snapshots, freeze_with(snapshots, FIRST.shift(1), macro=macro(A=1.0))) == [
        ["A", 1.0]
    ]


def test_a_week_without_rows_keeps_those_before(snapshots: Snapshots) -> None:
    """Every series failed this week: nothing is taken back, nothing is revised."""
    freeze_with(snapshots, FIRST, macro=macro(A=1.0))
    manifest = freeze_with(snapshots, FIRST.shift(1), macro=tables.empty("macro"))
    assert values(snapshots, manifest) == [["A", 1.0]]
    assert manifest.datasets["macro"].revised_rows == 0


def test_a_week_in_which_a_table_was_not_asked_for_keeps_its_chain(snapshots: Snapshots) -> None:
    """The objects are those of the week before; the week after goes on from them."""
    first = freeze_with(snapshots, FIRST, macro=macro(A=1.0))
    second = freeze_with(snapshots, FIRST.shift(1))
    assert second.tables["macro"] == first.tables["macro"]
    third = freeze_with(snapshots, FIRST.shift(2), macro=macro(A=2.0))
    assert third.tables["macro"][0] == first.tables["macro"][0]
    assert third.datasets["macro"].revised_rows == 1
    assert values(snapshots, third) == [["A", 2.0]]


def test_a_series_that_was_not_read_stays_beside_one_that_was(snapshots: Snapshots) -> None:
    """A frame speaks of its own names only."""
    freeze_with(snapshots, FIRST, macro=macro(A=1.0, B=2.0))
    manifest = freeze_with(snapshots, FIRST.shift(1), macro=macro(B=3.0))
    assert values(snapshots, manifest) == [["A", 1.0], ["B", 3.0]]


def test_a_withdrawn_observation_is_gone_and_comes_back(snapshots: Snapshots) -> None:
    """Each edition shows what it knew."""
    two = tables.frame(
        "macro",
        {"series": ["A", "A"], "observed": ["2024-11-01", "2024-12-01"], "value": [1.0, 2.0]},
    )
    editions = [FIRST.shift(n) for n in range(3)]
    for edition, frame in zip(editions, (two, two.iloc[:1], two), strict=True):
        freeze_with(snapshots, edition, macro=frame)
    counts = [len(snapshots.open(edition).tables("macro")) for edition in editions]
    revised = [snapshots.manifest(e).datasets["macro"].revised_rows for e in editions]
    assert counts == [2, 1, 2]
    assert revised == [0, 1, 0]
    assert [snapshots.verify(edition) for edition in editions] == [[], [], []]


def test_what_was_released_later_is_not_frozen(snapshots: Snapshots) -> None:
    """By the day of release, not by the month observed; the next edition has it."""
    told = vintages("2024-12-20", "2025-01-03", "2025-01-06")
    first = freeze_with(snapshots, FIRST, macro_vintages=told)
    assert values(snapshots, first, "macro_vintages") == [["A", 0.0], ["A", 1.0]]
    second = freeze_with(snapshots, FIRST.shift(1), macro_vintages=told)
    assert len(snapshots.table(second, "macro_vintages")) == 3
    assert second.datasets["macro_vintages"].revised_rows == 0


def test_answers_are_those_of_the_edition_alone(snapshots: Snapshots) -> None:
    """A fingerprint of last week says nothing of this week's data; names are not listed."""
    freeze_with(snapshots, FIRST, answers=answers("https://x/1"))
    second = freeze_with(snapshots, FIRST.shift(1), answers=answers("https://x/2"))
    assert snapshots.table(second, "answers")["address"].tolist() == ["https://x/2"]
    (item,) = second.tables["answers"]
    assert (item.symbols, item.first_session, item.last_session) == ((), "", "")
    assert "answers" not in freeze_with(snapshots, FIRST.shift(2)).tables


def test_chains_of_other_tables_stay_short_and_right(snapshots: Snapshots) -> None:
    """Twelve weeks, each with changed values and a series that joins."""
    for week in range(12):
        names = {f"S{n:02d}": float(week) for n in range(week + 1)}
        manifest = freeze_with(snapshots, FIRST.shift(week), macro=macro(**names))
        levels = [item.level for item in manifest.tables["macro"]]
        assert len(levels) <= 1 + (FAN_OUT - 1) * (1 + int(math.log(12, FAN_OUT)))
        assert levels[1:] == sorted(levels[1:], reverse=True)
    found = values(snapshots, snapshots.manifest(FIRST.shift(11)))
    assert found == [[f"S{n:02d}", 11.0] for n in range(12)]


# Frozen again


def test_a_revision_stands_beside_the_first(snapshots: Snapshots) -> None:
    """The newest is what opens; the first keeps its bytes and its objects."""
    freeze_with(snapshots, FIRST, macro=macro(A=1.0))
    before = contents(snapshots)
    second = freeze_with(snapshots, FIRST, again=True, macro=macro(A=2.0))
    assert second.revision == 2 and second.previous == str(FIRST)
    after = contents(snapshots)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) >= {"2025-W01-r2.json"}
    assert snapshots.revisions() == {FIRST: 2}
    assert snapshots.manifest(FIRST) == second
    assert values(snapshots, snapshots.manifest(FIRST)) == [["A", 2.0]]
    assert second.datasets["macro"].revised_rows == 1
    assert snapshots.verify(FIRST) == []


def test_revisions_are_counted_on(snapshots: Snapshots) -> None:
    """Ten of them, in the order of numbers and not of letters."""
    freeze_with(snapshots, FIRST, macro=macro(A=1.0))
    for number in range(2, 12):
        frozen = freeze_with(snapshots, FIRST, again=True, macro=macro(A=float(number)))
        assert frozen.revision == number
    assert snapshots.name(FIRST) == "2025-W01-r11.json"
    assert values(snapshots, snapshots.manifest(FIRST)) == [["A", 11.0]]
    assert snapshots.editions() == [FIRST]


def test_the_next_week_continues_the_newest_revision(snapshots: Snapshots) -> None:
    freeze_with(snapshots, FIRST, macro=macro(A=1.0))
    freeze_with(snapshots, FIRST, again=True, macro=macro(A=2.0))
    second = freeze_with(snapshots, FIRST.shift(1), macro=macro(A=2.0))
    assert second.datasets["macro"].revised_rows == 0
    assert values(snapshots, second) == [["A", 2.0]]


def test_a_revision_under_another_number_is_an_error(snapshots: Snapshots) -> None:
    """A manifest that was copied or renamed is not taken for what its name says."""
    freeze_with(snapshots, FIRST)
    folder = Path(snapshots.store.address)
    (folder / "2025-W01-r2.json").write_bytes((folder / "2025-W01.json").read_bytes())
    with pytest.raises(ReportError, match="manifest is damaged"):
        snapshots.manifest(FIRST)
