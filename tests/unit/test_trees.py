"""A site in a folder: changes, what a kill leaves, symbolic links; and a change seen in advance."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import ReportError
from generator.folders import UNFINISHED, Folder
from generator.foresight import After
from generator.trees import Change


def _folder(path: Path, files: dict[str, bytes]) -> Folder:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return Folder(path)


def _files(tree: Folder | After) -> dict[str, bytes]:
    return {name: tree.read(name) for name in tree.names()}


BEFORE = {
    "a.txt": b"a",
    "one/index.html": b"1",
    "one/sub/x": b"x",
    "two/index.html": b"2",
    "shared/s.1": b"s",
    "year/1": b"y",
}
_NAMES = st.sampled_from(["a.txt", "b.txt", "year/1", "year/2", "year/deep/3"])
_CHANGES = st.builds(
    lambda shared, files, removed, copy, move, alias: (shared, files, removed, copy, move, alias),
    st.dictionaries(st.sampled_from(["shared/s.1", "shared/s.2"]), st.just(b"s"), max_size=2),
    st.dictionaries(_NAMES, st.binary(max_size=3), max_size=4),
    st.sets(st.sampled_from(["a.txt", "two", "year/1", "nothing"]), max_size=3),
    st.sampled_from([None, "three", "two"]),
    st.sampled_from([None, "one-r1"]),
    st.sampled_from([None, "latest", "one"]),
)


@settings(max_examples=60, deadline=None)
@given(_CHANGES)
def test_a_change_seen_in_advance_is_what_it_becomes(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple
) -> None:
    """Names, folders and bytes, whatever is written, copied, moved, replaced or removed."""
    shared, files, removed, copy, move, alias = drawn
    base = tmp_path_factory.mktemp("site")
    tree = _folder(base / "site", BEFORE)
    change = Change(shared=dict(shared), files=dict(files), removed=set(removed) - set(files))
    if copy:
        source = _folder(base / "built", {"index.html": b"new", "charts/c": b"c"}).path
        change.copies[copy] = source
        change.removed.discard(copy)
    if move:
        change.moves["one"] = move
    if alias and (alias != "one" or move):
        change.aliases[alias] = {"index.html": b"on", "deep/p.html": b"on"}
    after = After(tree, change)
    expected = _files(after)
    folders = after.folders(), after.folders("year"), after.folders("one-r1")
    below = {name: after.names(name) for name in ("one", "two", "three", "latest", "year")}
    tree.apply(change, "words")
    assert _files(tree) == expected
    found = [name for name in folders[0] if tree.names(name)]
    assert ([n for n in tree.folders() if tree.names(n)], tree.folders("one-r1")) == (
        found,
        folders[2],
    )
    assert {name: tree.names(name) for name in below} == below


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    """The names that are returned are those of files that differ from before."""
    tree = _folder(tmp_path / "site", BEFORE)
    times = (tmp_path / "site/a.txt").stat().st_mtime_ns
    change = Change(shared={"shared/s.1": b"s"}, files={"a.txt": b"a", "b.txt": b"b"})
    assert tree.apply(change, "words") == ["b.txt"]
    assert (tmp_path / "site/a.txt").stat().st_mtime_ns == times


def test_leftovers_of_a_killed_run_are_mended(tmp_path: Path) -> None:
    """Half a copy goes; what was being replaced, or moved aside for a correction, comes back."""
    tree = _folder(tmp_path / "site", BEFORE)
    before = _files(tree)
    site = tree.path
    (site / ".publishing-three").mkdir()
    (site / "year/.1.77.part").write_text("half")
    (site / "two").rename(site / ".retired-two")
    (site / "one").rename(site / "one-r1")
    (site / UNFINISHED).touch()
    assert tree.begin() is True
    assert {name: data for name, data in _files(tree).items() if name != UNFINISHED} == before


def test_what_was_replaced_is_cleared_once_its_successor_is_there(tmp_path: Path) -> None:
    """A run killed before it could remove the old folder."""
    tree = _folder(tmp_path / "site", BEFORE)
    shutil.copytree(tree.path / "two", tree.path / ".retired-two")
    assert tree.begin() is False
    assert _files(tree) == BEFORE


@pytest.mark.parametrize(
    ("place", "target"),
    [("two", "elsewhere"), ("a.txt", "elsewhere/f"), ("year", "elsewhere"), ("year/1", "../a.txt")],
)
def test_a_symbolic_link_is_neither_followed_nor_overwritten(
    tmp_path: Path, place: str, target: str
) -> None:
    """Nothing outside is read or written through it; the message names it."""
    tree = _folder(tmp_path / "site", BEFORE)
    outside = _folder(tmp_path / "elsewhere", {"f": b"mine", "index.html": b"mine"})
    link = tree.path / place
    shutil.rmtree(link) if link.is_dir() else link.unlink()
    link.symlink_to(target if target.startswith("..") else tmp_path / target)
    built = _folder(tmp_path / "built", {"index.html": b"new"}).path
    change = Change(copies={"two": built}, files={"a.txt": b"z", "year/1": b"z"})
    with pytest.raises(ReportError, match="holds a symbolic link") as caught:
        tree.apply(change, "words")
    assert caught.value.where == f"site/{place}"
    assert _files(outside) == {"f": b"mine", "index.html": b"mine"}
    assert not (tree.path / UNFINISHED).exists()
    with pytest.raises(ReportError, match="holds a symbolic link"):
        tree.read(f"{place}/index.html" if place == "two" else place)


@pytest.mark.parametrize("name", ["../x", "year/../../x", "two/.."])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    """Neither read nor written."""
    tree = _folder(tmp_path / "site", BEFORE)
    with pytest.raises(ReportError):
        tree.read(name)
    with pytest.raises(ReportError):
        tree.apply(Change(files={name: b"x"}), "words")
    assert not (tmp_path / "x").exists()


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    """Before and after a change alike; a folder is no file."""
    tree = _folder(tmp_path / "site", BEFORE)
    change = Change(removed={"two", "a.txt"}, moves={"one": "one-r1"})
    after = After(tree, change)
    for name in ("two/index.html", "a.txt", "one/index.html", "nothing"):
        assert not after.exists(name)
        with pytest.raises(FileNotFoundError):
            after.read(name)
    assert not tree.exists("two") and after.read("one-r1/index.html") == b"1"
