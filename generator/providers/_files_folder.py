"""The folder of the files provider: which files it has, and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from generator.errors import ReportError
from generator.providers._sheet import Unreadable

_HINT = "Name the folder of the price files with --data."


class Source:
    """One file of the folder."""

    def __init__(self, path: Path, name: str) -> None:
        """Remember where it is; nothing is read yet."""
        self.path = path
        self.name = name
        """What messages call it: its name, below the name of its sub-folder if it is in one."""

    @property
    def is_parquet(self) -> bool:
        """Whether it is named as a Parquet file."""
        return self.path.suffix.casefold() == ".parquet"

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            Unreadable: it cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise Unreadable(f"{self.name}: it cannot be read: {error.strerror}") from None


T = TypeVar("T")


class Kept(Generic[T]):
    """What was made of each file, or why nothing could be, so that no file is read twice."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._found: dict[str, T | Unreadable] = {}

    def get(self, source: Source, make: Callable[[], T]) -> T:
        """Return what `make` makes of a file, made when it is first wanted.

        Raises:
            Unreadable: nothing can be made of it.
        """
        if source.name not in self._found:
            try:
                self._found[source.name] = make()
            except Unreadable as error:
                self._found[source.name] = error
        found = self._found[source.name]
        if isinstance(found, Unreadable):
            raise found
        return found


class Folder:
    """A folder and its sub-folders, whose names are compared without regard to case."""

    def __init__(self, path: Path) -> None:
        """List the folder.

        Raises:
            ReportError: it is no folder, or cannot be read.
        """
        self.name = path.resolve().name
        self._path = path
        self.files: Mapping[str, Source] = {
            found.name.casefold(): Source(found, found.name)
            for found in _listed(path, Path.is_file)
        }

    @cached_property
    def _folders(self) -> Mapping[str, Path]:
        return {found.name.casefold(): found for found in _listed(self._path, Path.is_dir)}

    def inside(self, folder: str, *suffixes: str) -> list[Source]:
        """Return the files of a sub-folder that end with one of these suffixes, by name; none
        where there is no such sub-folder.

        Raises:
            ReportError: the sub-folder cannot be read.
        """
        path = self._folders.get(folder)
        if path is None:
            return []
        found = (Source(file, f"{path.name}/{file.name}") for file in _listed(path, Path.is_file))
        return [file for file in found if file.path.suffix.casefold() in suffixes]


def _listed(folder: Path, wanted: Callable[[Path], bool]) -> Iterable[Path]:
    """What a folder holds, hidden files left out."""
    if not folder.is_dir():
        raise ReportError(f"'{folder}' is not a folder", hint=_HINT)
    try:
        return sorted(p for p in folder.iterdir() if wanted(p) and not p.name.startswith("."))
    except OSError as error:
        raise ReportError(f"'{folder}' cannot be read: {error.strerror}") from None
