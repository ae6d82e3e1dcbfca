"""Where a site is kept: files by name, read one by one and changed all together.

A tree is a folder (`folders.py`) or a branch of a git repository (`git_branch.py`). What is to be
published is worked out as a `Change` and handed over whole, so that both keep the same files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Moved(Exception):
    """The tree is not what it was when it was read: the change is to be worked out again."""


class Tree(Protocol):
    """Files by name; names are relative, with slashes."""

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly below one, sorted; none where it is missing."""

    def names(self, folder: str = "") -> list[str]:
        """Return the whole name of every file below a folder, sorted; none where it is missing."""


@dataclass
class Change:
    """What becomes of a tree in one step; in the order of the fields."""

    shared: dict[str, bytes] = field(default_factory=dict)
    """Files under names that tell their content, written before all others."""
    copies: dict[str, Path] = field(default_factory=dict)
    """Folders of this machine by the name they get; what has that name now goes."""
    moves: dict[str, str] = field(default_factory=dict)
    """Folders: the new name by the old one."""
    aliases: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Folders that are replaced whole: their files by folder, named from there."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Files that are written or replaced, in this order."""
    removed: set[str] = field(default_factory=set)
    """Files, and folders whole, that go."""

    def __bool__(self) -> bool:
        return any((self.shared, self.copies, self.moves, self.aliases, self.files, self.removed))


class Keeper(Tree, Protocol):
    """A tree that can be changed."""

    name: str
    """As the command line shows it."""

    def __enter__(self) -> Keeper:
        """Begin to use it."""

    def __exit__(self, *error: object) -> None:
        """End using it."""

    def begin(self) -> bool:
        """Get ready to read and change; return whether a change was left half done.

        What lists other files cannot be trusted then.
        """

    def apply(self, change: Change, words: str) -> list[str]:
        """Make a change and return the names of the single files that differ from before.

        `words` says what was done, where that is kept.

        Raises:
            Moved: somebody else changed the tree meanwhile; nothing was done.
        """
