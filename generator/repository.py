"""A git repository, as far as it is needed to read and move a branch."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from generator.errors import ReportError

NOTHING = "0" * 40
"""What a branch that does not exist points to."""


class Repository:
    """The repository that a folder lies in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reader: subprocess.Popen[bytes] | None = None
        self._tops: dict[str, dict[str, str]] = {}

    def git(self, *words: str) -> str:
        """Run git and return what it says.

        Raises:
            ReportError: it failed.
        """
        done = self.attempt(*words)
        if done.returncode != 0:
            raise ReportError(f"git {words[0]} failed: {' '.join(done.stderr.split())}")
        return done.stdout

    def attempt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run git, which may fail."""
        return subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )

    def require(self) -> None:
        """Make sure that there is one.

        Raises:
            ReportError: there is none, or no git.
        """
        try:
            there = self.attempt("rev-parse", "--git-dir").returncode == 0
        except FileNotFoundError:
            raise ReportError("git is not installed", hint="Install it.") from None
        if not there:
            raise ReportError(
                "this is not a git repository",
                where=str(self.folder),
                hint="Run `git init`, or publish into the folder without --branch.",
            )

    def find(self, ref: str) -> str | None:
        """Return the commit a reference points to, or None."""
        found = self.attempt("rev-parse", "--quiet", "--verify", ref)
        return found.stdout.strip() if found.returncode == 0 else None

    def tree(self, commit: str) -> str:
        """Return what names all the files of a commit."""
        return self.git("rev-parse", f"{commit}^{{tree}}")

    def is_before(self, older: str, newer: str) -> bool:
        """Whether one commit leads to another."""
        return self.attempt("merge-base", "--is-ancestor", older, newer).returncode == 0

    def move(self, ref: str, old: str | None, new: str) -> bool:
        """Move a reference in one step, if it is where it is thought to be; return if it was."""
        return self.attempt("update-ref", ref, new, old or NOTHING).returncode == 0

    def drop(self, ref: str) -> None:
        """Delete a reference, if there is one."""
        self.git("update-ref", "-d", ref)

    def names(self, commit: str, folder: str, option: str) -> list[str]:
        """List the whole names of files (`-r`) or folders (`-d`) below a folder, sorted."""
        below = [f"{folder}/"] if folder else []
        words = ("ls-tree", "--full-tree", "--name-only", "-z", option, commit, "--", *below)
        return sorted(filter(None, self.git(*words).split("\0")))

    def kind(self, commit: str, name: str) -> str:
        """Return what a name stands for: `blob`, `tree`, or nothing where it is missing."""
        return self._ask("info", commit, name)[1]

    def holds(self, commit: str, name: str, content: bytes) -> bool:
        """Whether a file has these bytes: by what git calls them, since reading them costs more."""
        found = self._ask("info", commit, name)[0]
        made = hashlib.new("sha256" if len(found) == 64 else "sha1", usedforsecurity=False)
        made.update(b"blob %d\0" % len(content) + content)
        return made.hexdigest() == found

    def read(self, commit: str, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        _, kind, size = self._ask("contents", commit, name)
        if not kind:
            raise FileNotFoundError(name)
        pipe = self._reading()
        assert pipe.stdout
        content = pipe.stdout.read(size)
        pipe.stdout.read(1)
        if kind != "blob":
            raise FileNotFoundError(name)
        return content

    def _ask(self, command: str, commit: str, name: str) -> tuple[str, str, int]:
        """What git calls a name's content, its kind and its size; empty where it is missing."""
        top, _, rest = name.partition("/")
        found = self._top(commit).get(top)
        if found is None or "\n" in name or name.endswith("/"):
            return "", "", 0
        pipe = self._reading()
        assert pipe.stdin and pipe.stdout
        pipe.stdin.write(f"{command} {found}{':' if rest else ''}{rest}\n".encode())
        pipe.stdin.flush()
        head = pipe.stdout.readline().split()
        if head[-1:] == [b"missing"] or len(head) != 3:
            return "", "", 0
        return head[0].decode(), head[1].decode(), int(head[2])

    def _top(self, commit: str) -> dict[str, str]:
        """What the names at the root of a commit stand for.

        Every look at a path would begin by reading all of them, of which there are thousands.
        """
        if commit not in self._tops:
            listed = self.git("ls-tree", "--full-tree", "-z", commit).split("\0")
            rows = (row.partition("\t") for row in filter(None, listed))
            self._tops = {commit: {name: about.split()[2] for about, _, name in rows}}
        return self._tops[commit]

    def _reading(self) -> subprocess.Popen[bytes]:
        """One git for everything that is read: starting one takes longer than reading."""
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch-command"],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._reader

    def close(self) -> None:
        """Stop reading; it begins again when it is needed."""
        if self._reader is not None:
            self._reader.communicate()
            self._reader = None
