"""A tree as it will be once a change is made, to work out what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.folders import Folder
from generator.trees import Change, Tree


class After:
    """A tree as it will be once a change is made."""

    def __init__(self, tree: Tree, change: Change) -> None:
        self._tree, self._change = tree, change
        self._old = {new: old for old, new in change.moves.items()}

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return self._tree.where(name)

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        change = self._change
        for known in (change.files, change.shared):
            if name in known:
                return known[name]
        top, _, rest = name.partition("/")
        if top in change.aliases:
            return _found(change.aliases[top], rest)
        if top in change.copies:
            return (change.copies[top] / rest).read_bytes()
        if name in change.removed or top in change.removed or top in change.moves:
            raise FileNotFoundError(name)
        return self._tree.read(f"{self._old[top]}/{rest}" if top in self._old else name)

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        try:
            self.read(name)
        except (FileNotFoundError, IsADirectoryError):
            return False
        return True

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly below one, sorted; none where it is missing."""
        change = self._change
        if not below:
            gone = change.removed | change.moves.keys()
            found = set(self._tree.folders()) - gone
            found |= change.copies.keys() | change.aliases.keys() | set(change.moves.values())
            named = [*change.files, *change.shared]
            return sorted(found | {name.partition("/")[0] for name in named if "/" in name})
        depth = len(below.split("/"))
        parts = [name.split("/") for name in self.names(below)]
        return sorted({part[depth] for part in parts if len(part) > depth + 1})

    def names(self, folder: str = "") -> list[str]:
        """Return the whole name of every file below a folder, sorted; none where it is missing."""
        tops = [folder] if folder else self.folders()
        found = {name for top in tops for name in self._below(top)}
        if not folder:
            found |= {name for name in self._tree.names() if "/" not in name}
        change = self._change
        written = {name for name in (*change.files, *change.shared) if _is_below(name, folder)}
        return sorted((found - change.removed) | written)

    def _below(self, folder: str) -> list[str]:
        """What is below a folder, but for single files of the change."""
        change = self._change
        top, _, rest = folder.partition("/")
        whole: Iterable[str]
        if top in change.aliases:
            whole = [f"{top}/{name}" for name in change.aliases[top]]
        elif top in change.copies:
            whole = [f"{top}/{name}" for name in Folder(change.copies[top]).names()]
        elif top in self._old:
            old = self._old[top]
            inner = self._tree.names(f"{old}/{rest}" if rest else old)
            return [top + name.removeprefix(old) for name in inner]
        elif top in change.moves or top in change.removed:
            return []
        else:
            return self._tree.names(folder)
        return [name for name in whole if _is_below(name, folder)]


def _is_below(name: str, folder: str) -> bool:
    return not folder or name.startswith(f"{folder}/")


def _found(files: Mapping[str, bytes], name: str) -> bytes:
    try:
        return files[name]
    except KeyError:
        raise FileNotFoundError(name) from None
