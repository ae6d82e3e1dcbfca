"""A site in a folder of this machine: read, and changed so that a kill at any time does no harm."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from generator.errors import ReportError
from generator.store import write_whole
from generator.trees import Change

UNFINISHED = ".unfinished"
"""In a folder while it is changed: after a kill it says that what lists others is in doubt."""


class Folder:
    """A tree that is a folder of this machine.

    A folder in it is replaced by renaming, a file likewise, so that each is there whole or as it
    was. A change is not one step, but one that was cut off is noticed and completed by the next.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.path = path
        self.name = name or path.name

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.name}/{name}"

    def _within(self, name: str) -> Path:
        """The path of a file that is not to be reached through a symbolic link.

        Raises:
            ReportError: a part of the way is a symbolic link, or leads out of the folder.
        """
        found = self.path
        for part in Path(name).parts:
            found /= part
            if part in ("..", "/"):
                raise ReportError(f"{name!r} leads out of the site", where=self.where(""))
            if found.is_symlink():
                raise self._linked(found)
        return found

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        return self._within(name).read_bytes()

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return self._within(name).is_file()

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly below one, sorted; none where it is missing."""
        folder = self._within(below)
        if not folder.is_dir():
            return []
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if entry.is_dir() or entry.is_symlink()]
        for entry in found:
            if entry.is_symlink():
                self._require_inner(Path(entry.path))
        return sorted(entry.name for entry in found if not entry.is_symlink())

    def _require_inner(self, link: Path) -> None:
        """A link that stays within the site, as mike makes for an alias, is passed over."""
        if not link.resolve().is_relative_to(self.path.resolve()):
            raise self._linked(link)

    def _linked(self, link: Path) -> ReportError:
        return ReportError(
            "the site holds a symbolic link, which could lead anywhere",
            where=self.where(link.relative_to(self.path).as_posix()),
            hint="Remove it; a published site holds files and folders only.",
        )

    def names(self, folder: str = "") -> list[str]:
        """Return the whole name of every file below a folder, sorted; none where it is missing."""
        found = self._within(folder).rglob("*")
        return sorted(path.relative_to(self.path).as_posix() for path in found if path.is_file())

    def begin(self) -> bool:
        """Clear what a killed run left, put back what it was replacing; return if there was one."""
        doubtful = (self.path / UNFINISHED).exists()
        for folder in self.path.glob(".publishing-*"):
            shutil.rmtree(folder)
        for folder in self.path.glob(".retired-*"):
            _put_back(folder, self.path / folder.name.removeprefix(".retired-"))
        for folder in self.path.glob("*-r1"):
            _put_back(folder, self.path / folder.name.removesuffix("-r1"), only_missing=True)
        if doubtful:
            for part in self.path.rglob(".*.part"):
                part.unlink()
        return doubtful

    def apply(self, change: Change, words: str) -> list[str]:
        """Make a change and return the names of the single files that differ from before."""
        names = (*change.shared, *change.files, *change.copies, *change.aliases, *change.removed)
        for name in (*names, *change.moves, *change.moves.values()):
            self._within(name)
        self.path.mkdir(parents=True, exist_ok=True)
        staged = self._stage(change)
        (self.path / UNFINISHED).touch()
        written = self._write(change.shared)
        for old, new in change.moves.items():
            (self.path / old).rename(self.path / new)
        for name, beside in staged.items():
            self._replace(name, beside)
        written += self._write(change.files)
        for name in sorted(change.removed):
            self._remove(self.path / name)
        (self.path / UNFINISHED).unlink()
        return written

    def _stage(self, change: Change) -> dict[str, Path]:
        """Lay new folders beside their places, where nobody sees them; all of them or none."""
        names = [*change.copies, *change.aliases]
        try:
            for name, source in change.copies.items():
                _copy(source, self._beside(name))
            for name, files in change.aliases.items():
                self._lay(self._beside(name), files)
        except BaseException:
            for name in names:
                shutil.rmtree(self._beside(name), ignore_errors=True)
            raise
        return {name: self._beside(name) for name in names}

    def _beside(self, name: str) -> Path:
        return self.path / f".publishing-{name}"

    @staticmethod
    def _lay(folder: Path, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _replace(self, name: str, beside: Path) -> None:
        place, retired = self.path / name, self.path / f".retired-{name}"
        if place.exists():
            place.rename(retired)
        beside.rename(place)
        if retired.exists():
            shutil.rmtree(retired)

    def _write(self, files: Mapping[str, bytes]) -> list[str]:
        written = []
        for name, content in files.items():
            path = self.path / name
            with suppress(FileNotFoundError):
                if path.read_bytes() == content:
                    continue
            write_whole(path, content, lasting=False)
            written.append(name)
        return written

    @staticmethod
    def _remove(path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copytree(source, target)
    except shutil.Error as error:
        # It gathers what could not be copied; the first says why.
        _, name, reason = error.args[0][0]
        raise OSError(errno.EIO, reason, name) from None


def _put_back(folder: Path, place: Path, *, only_missing: bool = False) -> None:
    if not place.exists():
        folder.rename(place)
    elif not only_missing:
        shutil.rmtree(folder)
