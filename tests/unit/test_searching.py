"""Indexes of a site: made again only where something changed, and as if all had been made anew."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from support_archive import write_release

from generator import cbor, searching
from generator.editions import Edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.foresight import After
from generator.listing import Listing, derive_listing
from generator.searching import index_name, update
from generator.trees import Change

FEW = {"metrics": 8, "facts": 12}
WEEKS = [
    *(Edition(2025, week) for week in (13, 14, 52)),
    *(Edition(2026, week) for week in (1, 13, 14, 18, 19)),
]
"""Of two years, two quarters of the newest and two parts of the newest quarter."""
NEWEST, OTHERS = "2026-W18-W21", {"2025", "2026-W01-W13", "2026-W14-W17"}
"""The index that the last two of them are in, and those of the others."""


class Watched(Folder):
    """A folder that notes what is asked of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked: set[str] = set()

    def read(self, name: str) -> bytes:
        self.asked.add(name)
        return super().read(name)

    def names(self, folder: str = "") -> list[str]:
        self.asked.add(f"{folder}/")
        return super().names(folder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of eight editions in two years with its indexes; not to be changed."""
    site = tmp_path_factory.mktemp("whole") / "site"
    for edition in WEEKS:
        write_release(site, str(edition), edition, **FEW)
    _apply(site, (), everything=True)
    return site


@pytest.fixture
def site(whole: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(whole, tmp_path / "site"))


def _update(
    tree: Folder, touched: Iterable[str], *, everything: bool = False
) -> tuple[dict[str, bytes], set[str]]:
    listing: Listing = derive_listing(tree)
    work = tree.path.parent / "work"
    return update(After(tree, Change()), listing, set(touched), everything=everything, work=work)


def _apply(site: Path, touched: Iterable[str], *, everything: bool = False) -> set[str]:
    """Bring the indexes up to date and return the names of the files written."""
    tree = Folder(site)
    files, gone = _update(tree, touched, everything=everything)
    tree.apply(Change(files=files, removed=gone), "Index")
    return set(files)


def _files(site: Path) -> dict[str, bytes]:
    found = (site / "search").rglob("*")
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in found if p.is_file()}


def _indexes(site: Path) -> set[str]:
    """The indexes there are folders of."""
    return {path.name for path in (site / "search").iterdir() if path.name.startswith("20")}


ORDERS = {
    "oldest first": range(8),
    "newest first": reversed(range(8)),
    "mixed": (3, 0, 6, 1, 7, 5, 2, 4),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_one_by_one_or_all_at_once(order: Iterable[int], whole: Path, tmp_path: Path) -> None:
    """Editions published one by one in any order leave the files that making all anew leaves."""
    site = tmp_path / "site"
    for position in order:
        edition = WEEKS[position]
        write_release(site, str(edition), edition, **FEW)
        _apply(site, [str(edition)])
    assert _files(site) == _files(whole)
    assert _indexes(site) == {NEWEST, *OTHERS}
    assert _apply(site, (), everything=True) >= {searching.STATE}
    assert _files(site) == _files(whole)


def test_every_week_of_a_year_has_its_index() -> None:
    """Of a year's weeks those of the newest quarter are four to six to an index, others 13 or 14.

    An earlier year is one.
    """
    names = [str(Edition(2026, week)) for week in range(1, 54)]
    for newest in names:
        found: dict[str, list[str]] = {}
        for name in names:
            found.setdefault(index_name(name, newest), []).append(name[5:])
        for index, members in found.items():
            assert index == f"2026-{members[0]}-{members[-1]}"
        assert {len(members) for members in found.values()} <= {4, 5, 6, 13, 14}
        assert len(found) == 6 and len(found[index_name(newest, newest)]) <= 6
        assert {index_name(name, "2027-W01") for name in names} == {"2026"}


def test_a_new_year_or_quarter_makes_larger_indexes_of_the_last(site: Path) -> None:
    """What the smaller ones held is found in the larger; they go, whole."""
    for edition, expected in {
        Edition(2026, 27): {"2025", "2026-W01-W13", "2026-W14-W26", "2026-W27-W30"},
        Edition(2027, 1): {"2025", "2026", "2027-W01-W04"},
    }.items():
        old = _indexes(site)
        write_release(site, str(edition), edition, **FEW)
        files, gone = _update(Folder(site), [str(edition)])
        assert gone == {f"search/{name}" for name in old - expected}
        assert not any(name.startswith("search/2025/") for name in files)
        _apply(site, [str(edition)])
        assert _indexes(site) == expected
        told = json.loads((site / searching.STATE).read_bytes())["years"]
        assert {index for year in told.values() for index in year} == expected
        assert all(name.startswith(year) for year, known in told.items() for name in known)


@pytest.mark.parametrize("position", [1, 4, 7])
def test_a_corrected_edition_is_found_as_it_is_now(
    site: Path, tmp_path: Path, position: int
) -> None:
    """Its first release can no longer be found, and the rest is as if it had never been."""
    edition = WEEKS[position]
    (site / str(edition)).rename(site / f"{edition}-r1")
    write_release(site, f"{edition}-r2", edition, 2, **FEW)
    _apply(site, [str(edition)])
    again = Path(shutil.copytree(site, tmp_path / "again" / "site"))
    shutil.rmtree(again / "search")
    _apply(again, (), everything=True)
    assert _files(again) == _files(site)


def test_an_edition_that_gives_way_is_no_longer_found(site: Path, whole: Path) -> None:
    """Where another release takes its folder, as real data take that of simulated ones."""
    edition = str(WEEKS[7])
    shutil.rmtree(site / edition)
    write_release(site, edition, WEEKS[7], 2, **FEW)
    assert not any("/2026-" in name for name in _update(Folder(site), ())[0])
    for everything in (False, True):
        files, gone = _update(Folder(site), {edition}, everything=everything)
        old = {name for name in _files(whole) if f"/fragment/{edition}/" in name}
        assert old and old <= gone | files.keys()


def test_editions_are_indexed_the_oldest_first(whole: Path) -> None:
    """A new one then changes nothing of the places of those before it."""
    [path] = (whole / "search" / NEWEST).glob("*.pf_meta")
    table = cbor.decode(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
    editions = [name[:8] for name, _ in table[1]]
    assert editions == sorted(editions) and len(set(editions)) == 2


def test_a_publish_leaves_other_indexes_alone(site: Path) -> None:
    """It neither reads nor writes anything of those that no new release is in."""
    edition = WEEKS[-1].shift(1)
    write_release(site, str(edition), edition, **FEW)
    tree = Watched(site)
    listing = derive_listing(Folder(site))
    work = site.parent / "work"
    files, gone = update(tree, listing, {str(edition)}, everything=False, work=work)
    assert {name.split("/")[1] for name in (*files, *gone)} == {NEWEST, "years.json"}
    fragments = [name for name in files if "/fragment/" in name]
    assert fragments and all(f"/{edition}/" in name for name in fragments)
    assert not any(f"/{name}/" in asked for name in OTHERS for asked in tree.asked)
    read = {name.partition("/")[0] for name in tree.asked} - {"search"}
    assert read == {str(WEEKS[6]), str(WEEKS[7]), str(edition)}
    assert not any("/fragment/" in name for name in tree.asked)


def test_nothing_new_writes_nothing(site: Path) -> None:
    """Also where an edition is said to have changed, or all is doubted."""
    before = _files(site)
    for touched, everything in ((), False), ([str(WEEKS[-1])], False), ((), True):
        files, gone = _update(Folder(site), touched, everything=everything)
        assert gone == set()
        assert {name for name, content in files.items() if before.get(name) != content} == set()
        assert not any("/20" in name for name in files)


@pytest.mark.parametrize("damage", ["cut", "gone", "more"])
@pytest.mark.parametrize("kind", ["fragment", "index", "filter", "pagefind-entry.json"])
def test_what_is_damaged_is_made_anew(site: Path, whole: Path, kind: str, damage: str) -> None:
    """Where all is doubted every file is as it is to be afterwards."""
    path = min((site / "search" / NEWEST).glob(f"{kind}*"))
    path = min(found for found in (path, *path.rglob("*")) if found.is_file())
    if damage == "more":
        path.with_name("more").write_text("more")
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-3])
    _apply(site, (), everything=True)
    assert _files(site) == _files(whole)


def test_what_is_not_known_goes_where_all_is_doubted(site: Path, whole: Path) -> None:
    """Also where the list that would name it is lost: another index, or a file among scripts."""
    (site / searching.STATE).unlink()
    [runtime] = (site / "search").glob("pagefind-*")
    for folder in (site / "search/2019/fragment", site / "search/pagefind-0.1", runtime):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "left").write_text("over")
    _apply(site, (), everything=True)
    assert _files(site) == _files(whole)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"runtime": 1}',
        '{"runtime": "a", "years": {"x": 1}}',
        '{"runtime": "a", "years": {"2026": {"..": {}}}}',
        '{"runtime": "a", "years": {"2026": {"made_from": "0", "files": "0"}}}',
    ],
)
def test_a_damaged_list_of_indexes(site: Path, whole: Path, content: str) -> None:
    """It is named with the command that mends it, and that command mends it."""
    (site / searching.STATE).write_text(content)
    with pytest.raises(ReportError) as caught:
        _update(Folder(site), ())
    assert caught.value.where == "site/search/years.json"
    assert "publish --rebuild" in str(caught.value.hint)
    _apply(site, (), everything=True)
    assert _files(site) == _files(whole)


def test_a_year_that_has_no_edition_any_more_goes(site: Path) -> None:
    """With its whole folder."""
    for edition in WEEKS[:3]:
        shutil.rmtree(site / str(edition))
    files, gone = _update(Folder(site), map(str, WEEKS[:3]))
    assert gone == {"search/2025"}
    assert b'"2025"' not in files[searching.STATE]


def test_another_version_of_pagefind_makes_all_anew(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it searched with goes, and every year is made with the new one."""
    [old] = [path.name for path in (site / "search").iterdir() if path.name.startswith("pagefind")]
    monkeypatch.setattr(searching, "pagefind_version", lambda: "9.9.9")
    files, gone = _update(Folder(site), ())
    assert gone == {f"search/{old}"}
    assert "search/pagefind-9.9.9/pagefind.js" in files
    assert b"9.9.9" in files[searching.STATE]


def test_another_program_makes_all_anew_where_all_is_doubted(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The modules that decide what is in an index are part of what it is made from."""
    monkeypatch.setattr(searching, "_SOURCES", ("searching.py",))
    made: list[str] = []
    index = searching._index
    monkeypatch.setattr(
        searching, "_index", lambda *given: (made.append(given[2]), index(*given))[1]
    )
    _update(Folder(site), (), everything=True)
    assert set(made) == {NEWEST, *OTHERS}


def test_the_bytes_do_not_depend_on_when_and_where(whole: Path, tmp_path: Path) -> None:
    """A copy elsewhere, indexed anew, is the same."""
    site = Path(shutil.copytree(whole, tmp_path / "elsewhere", ignore=lambda *_: ["search"]))
    _apply(site, (), everything=True)
    assert _files(site) == _files(whole)
