"""Files by relative name, in a local folder or behind an fsspec address."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import ReportError

_Kept = TypeVar("_Kept")


class Store:
    """Files by relative name, in a local folder or behind an fsspec address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._folder = None if "://" in address else Path(address)

    @cached_property
    def _remote(self) -> tuple[Any, str]:
        import fsspec

        return fsspec.core.url_to_fs(self.address)  # type: ignore[no-any-return]

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        if self._folder is not None:
            return (self._folder / name).read_bytes()
        system, base = self._remote
        return system.cat_file(f"{base}/{name}")  # type: ignore[no-any-return]

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        if self._folder is not None:
            write_whole(self._folder / name, content)
            return
        system, base = self._remote
        system.makedirs(f"{base}/{name}".rsplit("/", 1)[0], exist_ok=True)
        system.pipe_file(f"{base}/{name}", content)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        if self._folder is not None:
            return (self._folder / name).is_file()
        system, base = self._remote
        return bool(system.exists(f"{base}/{name}"))

    def names(self) -> list[str]:
        """Return the names of the files directly in the store, sorted."""
        if self._folder is not None:
            if not self._folder.is_dir():
                return []
            return sorted(path.name for path in self._folder.iterdir() if path.is_file())
        system, base = self._remote
        if not system.exists(base):
            return []
        return sorted(str(path).rsplit("/", 1)[-1] for path in system.ls(base, detail=False))

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.address.rstrip('/')}/{name}"


def write_whole(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write beside, then rename: the file is there whole or as it was.

    What can be made again need not be `lasting`, forced onto the disk at once, which takes long.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def recall(path: Path, fingerprint: str, kind: type[_Kept]) -> _Kept | None:
    """Return what an earlier build pickled with the same fingerprint of its inputs, or None."""
    if not path.is_file():
        return None
    try:
        kept_for, found = pickle.loads(path.read_bytes())
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError):
        return None
    return found if kept_for == fingerprint and isinstance(found, kind) else None


@contextmanager
def alone(path: Path, other: str) -> Iterator[None]:
    """Hold a lock, so that two runs do not do the same at once.

    Raises:
        ReportError: another run holds it; `other` says what that one does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReportError(other, hint="Wait until it has ended.") from None
        yield
