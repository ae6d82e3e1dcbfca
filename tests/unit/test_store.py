"""The store: files by relative name, there whole or not at all, in a folder or at an address."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from support import REPOSITORY

from generator.errors import ReportError
from generator.store import Store, alone, write_whole


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


def test_who_holds_a_lock_is_alone(tmp_path: Path) -> None:
    """The second is told what the first does, and may begin once it has ended."""
    path = tmp_path / "deep/fetch.lock"
    with alone(path, "another run is fetching"):
        with (
            pytest.raises(ReportError, match="another run is fetching") as caught,
            alone(path, "another run is fetching"),
        ):
            raise AssertionError("two at once")
        assert caught.value.hint == "Wait until it has ended."
        with alone(tmp_path / "other.lock", "something else"):
            assert path.is_file()
    with alone(path, "another run is fetching"):
        assert path.is_file()


def test_a_lock_ends_with_an_error(tmp_path: Path) -> None:
    """Who fails does not lock out the next."""
    path = tmp_path / "fetch.lock"
    with pytest.raises(KeyError), alone(path, "another"):
        raise KeyError
    with alone(path, "another"):
        assert path.is_file()


def test_a_lock_holds_between_processes_and_ends_with_a_kill(tmp_path: Path) -> None:
    """A process that is killed cannot tidy up; its lock is gone with it."""
    path = tmp_path / "fetch.lock"
    hold = (
        "import sys; from pathlib import Path; from generator.store import alone\n"
        "with alone(Path(sys.argv[1]), 'x'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        with pytest.raises(ReportError, match="it fetches"), alone(path, "it fetches"):
            raise AssertionError("two at once")
        other.kill()
        other.wait()
    with alone(path, "it fetches"):
        assert path.is_file()
