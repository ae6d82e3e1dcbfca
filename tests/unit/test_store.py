"""The store: files by relative name, there whole or not at all, in a folder or at an address."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from generator.store import Store, write_whole


@pytest.fixture(params=["folder", "address"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of either kind."""
    if request.param == "folder":
        return Store(str(tmp_path / "store"))
    return Store(f"memory://{uuid.uuid4().hex}/store")


def test_what_is_written_is_read_back(store: Store) -> None:
    """Names may have folders; bytes come back as they were."""
    store.write("objects/one.parquet", b"\x00\xff")
    store.write("2026-W03.json", b"{}")
    assert store.read("objects/one.parquet") == b"\x00\xff"
    assert store.exists("2026-W03.json") and not store.exists("2026-W04.json")


def test_only_files_directly_in_the_store_are_named(store: Store) -> None:
    """Manifests are listed in order; objects lie deeper."""
    assert store.names() == []
    for name in ("b.json", "objects/one.parquet", "a.json"):
        store.write(name, b"x")
    if store.address.startswith("memory:"):
        assert set(store.names()) - {"objects"} == {"a.json", "b.json"}
    else:
        assert store.names() == ["a.json", "b.json"]


def test_a_missing_file_is_not_found(store: Store) -> None:
    """Both kinds raise the same error."""
    with pytest.raises(FileNotFoundError):
        store.read("2026-W03.json")


def test_a_file_is_shown_with_its_address() -> None:
    """Messages name the whole place."""
    assert Store("content/snapshots").where("a.json") == "content/snapshots/a.json"
    assert Store("s3://bucket/a/").where("a.json") == "s3://bucket/a/a.json"


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    """Folders are made, old content is replaced, and nothing is left beside."""
    path = tmp_path / "deep/file"
    write_whole(path, b"a long text")
    write_whole(path, b"short")
    assert path.read_bytes() == b"short"
    assert [item.name for item in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The old bytes stay and the half-written file is removed."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
