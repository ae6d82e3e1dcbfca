"""A site kept on a branch of a git repository, in mike's format.

A change is one commit, made with mike's own library: it is written on a branch of its own, and the
real one moves to it in one step, if it is still where it was read. No work tree and no index is
touched. What is read is the branch as it was when it was begun.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from generator.errors import ProviderError, ReportError
from generator.repository import Repository
from generator.trees import Change, Moved

WORKING = "publishing"
"""Where commits are made before the branch moves to them: `refs/heads/publishing/<branch>`."""

_QUICK = {"pack.depth": "0", "core.compression": "1"}


class GitBranch:
    """A branch of the repository that a folder lies in, and of a remote that it is pushed to."""

    def __init__(self, folder: Path, branch: str, remote: str | None) -> None:
        self.branch, self.remote = branch, remote
        self.name = f"branch {branch}"
        self._repository = Repository(folder)
        self._ref = f"refs/heads/{branch}"
        self._working = f"refs/heads/{WORKING}/{branch}"
        self._tip: str | None = None

    def __enter__(self) -> GitBranch:
        return self

    def __exit__(self, *error: object) -> None:
        self._repository.close()

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.branch}:{name}"

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        if self._tip is None:
            raise FileNotFoundError(name)
        return self._repository.read(self._tip, name)

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return self._kind(name) == "blob"

    def _kind(self, name: str) -> str:
        return self._repository.kind(self._tip, name) if self._tip else ""

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly below one, sorted; none where it is missing."""
        if self._tip is None:
            return []
        found = self._repository.names(self._tip, below, "-d")
        return [name.rpartition("/")[2] for name in found]

    def names(self, folder: str = "") -> list[str]:
        """Return the whole name of every file below a folder, sorted; none where it is missing."""
        return self._repository.names(self._tip, folder, "-r") if self._tip else []

    def begin(self) -> bool:
        """Take over what the remote has, and read from the branch's tip on.

        Returns False: a commit is there whole or not at all.

        Raises:
            ReportError: this is no repository, or branch and remote have each gone their own way.
            ProviderError: the remote does not answer.
        """
        self.look()
        self._require_free()
        self._repository.drop(self._working)
        if self.remote is not None:
            self._follow(self._fetched())
        return False

    def look(self) -> None:
        """Read from the branch's tip on; change nothing.

        Raises:
            ReportError: this is no repository, or no branch can have this name.
        """
        self._repository.close()
        self._repository.require()
        taken = self._repository.attempt("check-ref-format", self._ref).returncode == 0
        if not taken or self.branch.startswith("-"):
            raise ReportError(f"{self.branch!r} is not the name of a branch")
        self._tip = self._repository.find(self._ref)

    def _require_free(self) -> None:
        if self._repository.attempt("symbolic-ref", "HEAD").stdout.strip() == self._ref:
            raise ReportError(
                f"the branch {self.branch} is checked out here, and its files would not follow",
                hint="Name a branch that is kept for the site alone, such as gh-pages.",
            )

    def apply(self, change: Change, words: str) -> list[str]:
        """Make a change as one commit, push it if there is a remote, and return the names of the
        single files that differ from before.

        Raises:
            Moved: the branch, here or there, has moved meanwhile; it is as it was.
            ReportError: git refused.
            ProviderError: the remote does not answer.
        """
        git = self._repository
        single = change.shared | change.files
        written = [name for name, content in single.items() if not self._same(name, content)]
        commit = self._commit(change, words, written)
        if self._tip is None or git.tree(commit) != git.tree(self._tip):
            if self.remote is not None:
                self._push(commit)
            if not git.move(self._ref, self._tip, commit):
                raise Moved(self.branch)
            git.close()
            self._tip = commit
        git.drop(self._working)
        git.attempt("gc", "--auto", "--quiet")
        return written

    def _same(self, name: str, content: bytes) -> bool:
        return self._tip is not None and self._repository.holds(self._tip, name, content)

    def _commit(self, change: Change, words: str, written: list[str]) -> str:
        from mike import git_utils

        git = self._repository
        git.drop(self._working)
        if self._tip is not None:
            git.git("update-ref", self._working, self._tip)
        with chdir(git.folder), _quickly(), _in_words():  # mike works where it is
            branch = self._working.removeprefix("refs/heads/")
            with git_utils.Commit(branch, words, allow_empty=True) as commit:
                gone = [*change.copies, *change.moves, *change.aliases, *sorted(change.removed)]
                commit.delete_files([name for name in gone if self._kind(name)])
                for name, content in self._additions(change, written):
                    commit.add_file(git_utils.FileInfo(name, content))
        return git.git("rev-parse", self._working).strip()

    def _additions(self, change: Change, written: list[str]) -> Iterator[tuple[str, bytes]]:
        single = change.shared | change.files
        for name in written:
            yield name, single[name]
        for old, new in change.moves.items():
            for name in self.names(old):
                yield f"{new}{name.removeprefix(old)}", self.read(name)
        for folder, source in change.copies.items():
            for path in sorted(path for path in source.rglob("*") if path.is_file()):
                yield f"{folder}/{path.relative_to(source).as_posix()}", path.read_bytes()
        for folder, files in change.aliases.items():
            for name, content in files.items():
                yield f"{folder}/{name}", content

    def _fetched(self) -> str | None:
        """The remote's tip, with all that leads to it, or None if it has no such branch."""
        assert self.remote is not None
        git = self._repository
        listed = git.attempt("ls-remote", "--heads", self.remote, self._ref)
        if listed.returncode != 0:
            raise self._unreachable(listed.stderr)
        if not listed.stdout.strip():
            return None
        there = f"refs/fetched/{self.branch}"
        wanted = f"+{self._ref}:{there}"
        done = git.attempt("fetch", "--quiet", "--no-tags", self.remote, wanted)
        if done.returncode != 0:
            raise self._unreachable(done.stderr)
        return git.git("rev-parse", there).strip()

    def _follow(self, there: str | None) -> None:
        """Move the branch to the remote's tip if that comes after it."""
        git, here = self._repository, self._tip
        if there is None or there == here or (here and git.is_before(there, here)):
            return
        if here is not None and not git.is_before(here, there):
            raise ReportError(
                f"the branch {self.branch} here and that of {self.remote} have each gone their own "
                "way: one of them was rewritten",
                where=f"{here[:12]} here, {there[:12]} there",
                hint="Nothing was changed. Compare them with git log, then take theirs with `git "
                f"branch -f {self.branch} {there[:12]}`, or give them ours with git push.",
            )
        if not git.move(self._ref, here, there):
            raise Moved(self.branch)
        self._tip = there

    def _push(self, commit: str) -> None:
        assert self.remote is not None
        git = self._repository
        done = git.attempt("push", "--quiet", self.remote, f"{commit}:{self._ref}")
        if done.returncode == 0:
            return
        # What the remote shows decides: an answer can be lost after the push was done.
        there = self._fetched()
        if there == commit:
            return
        if there not in (None, self._tip) and there not in git.git("rev-list", commit).split():
            raise Moved(self.branch)
        raise self._unreachable(done.stderr)

    def _unreachable(self, reason: str) -> ProviderError:
        return ProviderError(
            f"git cannot reach {self.remote}, or is refused: {' '.join(reason.split())}",
            where=self.branch,
            hint="Nothing was changed. Run the command again once `git fetch` works.",
        )


@contextmanager
def _quickly() -> Iterator[None]:
    """Have git write what it is given as it is: a push and `git gc` find better differences."""
    before = os.environ.get("GIT_CONFIG_COUNT")
    first = int(before or 0)
    for place, (key, value) in enumerate(_QUICK.items(), start=first):
        os.environ |= {f"GIT_CONFIG_KEY_{place}": key, f"GIT_CONFIG_VALUE_{place}": value}
    os.environ["GIT_CONFIG_COUNT"] = str(first + len(_QUICK))
    try:
        yield
    finally:
        for place in range(first, first + len(_QUICK)):
            del os.environ[f"GIT_CONFIG_KEY_{place}"], os.environ[f"GIT_CONFIG_VALUE_{place}"]
        if before is None:
            del os.environ["GIT_CONFIG_COUNT"]
        else:
            os.environ["GIT_CONFIG_COUNT"] = before


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what mike raises into our error."""
    from mike.git_utils import GitError

    try:
        yield
    except GitError as error:
        raise ReportError(
            f"the site could not be committed: {' '.join(str(error).split())}",
            hint="The branch is as it was. Git wants to know user.name and user.email.",
        ) from None
