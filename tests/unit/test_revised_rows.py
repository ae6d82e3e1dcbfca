"""What sources changed between two editions: row by row from the store, else by the lists beside
the pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support_comparing import Shelf, Wanted, closes, macro

from generator import tables
from generator.comparing import compare
from generator.comparison import NotCompared, Revisions
from generator.comparison_page import page
from generator.comparison_text import text
from generator.errors import ReportError
from generator.listing import EDITIONS, derive_listing
from generator.manifest import LISTED_REVISIONS
from generator.revision_lists import MOST_EDITIONS

TEMPLATES = Path(__file__).parents[2] / "templates"
SOME = Wanted({"close.small": 1.0})
FIRST, SECOND, THIRD = "2026-W02", "2026-W03", "2026-W04"
ENDS = {FIRST: "2026-01-09", SECOND: "2026-01-16", THIRD: "2026-01-23"}
DAY, LATER = "2025-12-10", "2026-01-12"


def make(folder: Path, *, raw: bool = True) -> Shelf:
    """Three editions: the second revises two rows, the third one of them again and a newer one."""
    shelf = Shelf(folder)
    first = {("^SML", DAY): 50.0, ("^LRG", DAY): 60.0}
    second = {("^SML", DAY): 51.0, ("^LRG", DAY): 61.0, ("^SML", LATER): 9.0}
    third = {("^SML", DAY): 52.0, ("^LRG", DAY): 61.0, ("^SML", LATER): 8.0}
    for edition, revised in ((FIRST, first), (SECOND, second), (THIRD, third)):
        rows = closes(ENDS[edition], revised)
        manifest = shelf.freeze(edition, rows, raw=raw)
        shelf.publish(edition, SOME, manifest)
    return shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Rows that may be published."""
    return make(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The same, and the rows may not be published."""
    return make(tmp_path_factory.mktemp("closed"), raw=False)


def between(shelf: Shelf, old: str, new: str, *, store: bool) -> Revisions:
    """What differs between two releases."""
    found = compare(shelf.find(old), shelf.find(new), shelf.snapshots if store else None).revisions
    assert isinstance(found, Revisions), found
    return found


@pytest.mark.parametrize("store", [True, False])
def test_both_ways_tell_the_same_rows(shelf: Shelf, store: bool) -> None:
    """What was first there and what is now, up to the earlier edition's last session."""
    found = between(shelf, FIRST, THIRD, store=store)
    assert found.read_from == ("snapshots" if store else "editions")
    assert found.until == "2026-01-09"
    told = [(row.name, row.day, row.before, row.after) for row in found.rows]
    assert told == [
        ("^LRG", DAY, {"close": 60.0}, {"close": 61.0}),
        ("^SML", DAY, {"close": 50.0}, {"close": 52.0}),
    ]
    assert found.rows[0].title == ("^LRG" if store else "Large companies")


def test_the_way_back_turns_before_and_after(shelf: Shelf) -> None:
    """By lists as by the store."""
    for store in (True, False):
        rows = between(shelf, THIRD, FIRST, store=store).rows
        assert [(row.before, row.after) for row in rows][1] == ({"close": 52.0}, {"close": 50.0})


def test_counts_say_how_they_were_counted(shelf: Shelf) -> None:
    """The store counts rows that differ; lists count each time a row was revised."""
    (exact,) = between(shelf, FIRST, THIRD, store=True).tables
    assert (exact.revised, exact.added, exact.gone) == (2, 0, 0)
    listed = between(shelf, FIRST, THIRD, store=False)
    assert (listed.tables[0].revised, listed.tables[0].added) == (4, None)
    assert listed.editions == (THIRD, SECOND) and listed.unlisted == 0
    assert listed.gaps == ("the store of snapshots was not looked at",)


def test_values_that_may_not_be_published_are_not(closed: Shelf) -> None:
    """In revisions.json and on the page there are series, session and column, and no value."""
    document = json.loads(closed.tree.read(f"{SECOND}/revisions.json"))
    assert document["rows"][0] == {
        "table": "prices",
        "name": "^LRG",
        "title": "Large companies",
        "day": DAY,
        "columns": ["close"],
    }
    found = between(closed, FIRST, THIRD, store=False)
    assert [(row.name, row.columns, row.before) for row in found.rows] == [
        ("^LRG", ("close",), None),
        ("^SML", ("close",), None),
    ]
    whole = compare(closed.find(FIRST), closed.find(THIRD), closed.snapshots)
    assert "close 60 → 61" in text(whole)
    assert DAY in page(whole, TEMPLATES) and "→ 61" not in page(whole, TEMPLATES)


def test_rows_that_came_and_went_are_found(tmp_path: Path) -> None:
    """A session that the source no longer has, one that it has newly, and an economic value."""
    shelf = Shelf(tmp_path)
    rows = closes(ENDS[FIRST])
    gone = (rows["symbol"] == "^SML") & (rows["session"] == DAY)
    late = (rows["symbol"] == "^LRG") & (rows["session"] == "2025-12-11")
    shelf.publish(FIRST, SOME, shelf.freeze(FIRST, rows[~late], macro=macro(300.5)))
    later = closes(ENDS[SECOND])
    kept = ~((later["symbol"] == "^SML") & (later["session"] == DAY))
    assert gone.any()
    shelf.publish(SECOND, SOME, shelf.freeze(SECOND, later[kept], macro=macro(301.5)))
    found = between(shelf, FIRST, SECOND, store=True)
    counts = {one.table: (one.revised, one.added, one.gone) for one in found.tables}
    assert counts["macro"] == (1, 0, 0) and counts["prices"][1:] == (1, 1)
    told = {(row.table, row.name, row.day): row for row in found.rows}
    assert told["macro", "CPI", "2025-09-01"].after == {"value": 301.5}
    assert told["prices", "^SML", DAY].after == dict.fromkeys(tables.VALUES)


def test_a_table_of_one_edition_is_said_to_be_missing(tmp_path: Path) -> None:
    """It is not compared, and the others are."""
    shelf = Shelf(tmp_path)
    shelf.publish(FIRST, SOME, shelf.freeze(FIRST, closes(ENDS[FIRST])))
    shelf.publish(SECOND, SOME, shelf.freeze(SECOND, closes(ENDS[SECOND]), macro=macro(1.0)))
    found = between(shelf, FIRST, SECOND, store=True)
    assert found.gaps == ("2026-W02 has no macro",) and found.rows == ()


def test_two_releases_of_one_edition_are_compared(tmp_path: Path) -> None:
    """A snapshot that was frozen again lists what it changed; the next week continues it."""
    shelf = Shelf(tmp_path)
    old = shelf.freeze(FIRST, closes(ENDS[FIRST], {("^SML", DAY): 50.0}))
    shelf.publish(f"{FIRST}-r1", SOME, old)
    again = shelf.freeze(FIRST, closes(ENDS[FIRST], {("^SML", DAY): 51.0}), again=True)
    shelf.publish(f"{FIRST}-r2", SOME, again)
    shelf.publish(f"{FIRST}-r3", SOME, again)
    shelf.publish(SECOND, SOME, shelf.freeze(SECOND, closes(ENDS[SECOND], {("^SML", DAY): 51.0})))
    for store in (True, False):
        (row,) = between(shelf, f"{FIRST}-r1", f"{FIRST}-r2", store=store).rows
        assert (row.before, row.after) == ({"close": 50.0}, {"close": 51.0})
        assert between(shelf, f"{FIRST}-r2", f"{FIRST}-r3", store=store).rows == ()
        assert len(between(shelf, f"{FIRST}-r1", SECOND, store=store).rows) == 1
        assert between(shelf, f"{FIRST}-r2", SECOND, store=store).rows == ()
    names = compare(shelf.find(f"{FIRST}-r1"), shelf.find(FIRST), None)
    assert (names.old.name, names.new.name) == ("2026-W02-r1", "2026-W02-r3")


def test_what_cannot_be_compared_says_why(tmp_path: Path) -> None:
    """Other sources, a chain that begins anew, a gap, a release without a list."""
    shelf = Shelf(tmp_path)
    shelf.publish(FIRST, SOME, shelf.freeze(FIRST, closes(ENDS[FIRST])))
    middle = shelf.freeze(SECOND, closes(ENDS[SECOND]))
    shelf.publish(THIRD, SOME, shelf.freeze(THIRD, closes(ENDS[THIRD])))

    def reason(old: str, new: str) -> str:
        found = compare(shelf.find(old), shelf.find(new), None).revisions
        assert isinstance(found, NotCompared)
        return found.reason

    assert reason(FIRST, THIRD).endswith(
        "2026-W03, which the snapshot of 2026-W04 continues, is not published"
    )
    shelf.publish(SECOND, SOME, middle, provider="live")
    assert reason(FIRST, SECOND).startswith("their data are not of one source")
    shelf.publish("2026-W01", SOME)
    assert reason("2026-W01", FIRST).endswith("the snapshot of 2026-W02 continues no other")
    shelf.publish("2026-W05", SOME)
    assert reason(THIRD, "2026-W05").endswith("2026-W05 has no list of revised rows")


def test_a_snapshot_that_left_the_store_falls_back_to_the_lists(tmp_path: Path) -> None:
    """And says whose is missing."""
    shelf = make(tmp_path)
    (tmp_path / "store" / f"{FIRST}.json").unlink()
    found = between(shelf, FIRST, SECOND, store=True)
    assert found.gaps == ("the store has no snapshot of 2026-W02",)
    assert found.read_from == "editions" and len(found.rows) == 2


def test_more_rows_than_a_list_holds_are_counted(tmp_path: Path) -> None:
    """The first hundred are listed, and how many more there are."""
    shelf = Shelf(tmp_path)
    shelf.publish(FIRST, SOME, shelf.freeze(FIRST, closes(ENDS[FIRST])))
    rows = closes(ENDS[SECOND])
    rows["close"] *= 3
    manifest = shelf.freeze(SECOND, rows)
    many = replace(manifest.datasets["prices"], revised_rows=LISTED_REVISIONS + 7)
    datasets = {**manifest.datasets, "prices": many}
    listed = manifest.revisions * 2
    shelf.publish(
        SECOND, SOME, replace(manifest, datasets=datasets, revisions=listed[:LISTED_REVISIONS])
    )
    found = between(shelf, FIRST, SECOND, store=False)
    assert found.unlisted == 7 and found.tables[0].revised == LISTED_REVISIONS + 7
    compared = compare(shelf.find(FIRST), shelf.find(SECOND), None)
    assert "and 7 rows that the editions do not list" in text(compared)


def test_a_long_way_is_not_followed(tmp_path: Path) -> None:
    """Beyond sixty editions it is said, and nothing is read without end."""
    shelf = make(tmp_path)
    listing = derive_listing(shelf.tree)
    document = json.loads(shelf.tree.read(f"{THIRD}/revisions.json"))
    entries = [next(e for e in listing.entries if e.edition == FIRST)]
    for number in range(MOST_EDITIONS + 2):
        year, week = 2027 + number // 50, number % 50 + 1
        edition, before = f"{year}-W{week:02d}", entries[-1].edition
        snapshot = f"{number:064d}"
        entries.append(
            replace(entries[-1], edition=edition, folder=edition, snapshot=snapshot, record="")
        )
        folder = shelf.tree.path / edition
        folder.mkdir()
        told = {**document, "edition": edition, "previous": before, "snapshot": snapshot}
        (folder / "revisions.json").write_text(json.dumps(told))
    rows = replace(listing, entries=tuple(reversed(entries)))
    (shelf.tree.path / EDITIONS).write_bytes(rows.to_json())
    from generator.revision_lists import by_lists

    far = by_lists((shelf.tree, entries[0]), (shelf.tree, entries[-1]))
    assert far == NotCompared("more than 60 editions lie between the two")
    near = by_lists((shelf.tree, entries[0]), (shelf.tree, entries[MOST_EDITIONS]))
    assert isinstance(near, Revisions) and len(near.editions) == MOST_EDITIONS


@pytest.mark.parametrize("content", ["{", "[]", '{"format":1}', '{"format":2,"snapshot":""}'])
def test_a_damaged_list_is_named(tmp_path: Path, content: str) -> None:
    """With the file and what to do."""
    shelf = make(tmp_path)
    (shelf.tree.path / SECOND / "revisions.json").write_text(content)
    with pytest.raises(ReportError, match="the list of revised rows cannot be read") as raised:
        compare(shelf.find(FIRST), shelf.find(THIRD), None)
    assert str(raised.value.where).endswith(f"{SECOND}/revisions.json") and raised.value.hint
