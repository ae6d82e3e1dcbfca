"""A branch of a git repository, read and moved apart from the checkout that this runs in.

The branch's tip is fetched into a bare store of its own, so that neither the checkout's history nor
its index is touched. A branch only ever moves forward, by whole commits: nothing is forced, and a
push that is cut off leaves it where it was.
"""

from __future__ import annotations

import base64
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TIP = "refs/kept/tip"
"""In the store: the commit that was fetched or pushed last."""
OURS = ".gitignore"
"""Belongs to the checkout, and is never kept."""
SETTINGS = {"core.autocrlf": "false", "gc.auto": "0"}
ATTEMPTS = 4
"""To reach a repository."""
MISSING = 2
"""What `git ls-remote --exit-code` ends with where the branch does not exist."""


def attempts(wait: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
    """Count attempts to reach a repository, with doubling pauses that begin with `wait` seconds."""
    for number in range(ATTEMPTS):
        if number:
            sleep(wait * 2 ** (number - 1))
        yield number


class Unreachable(Exception):
    """The repository does not answer, or refuses what was asked; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a branch is."""

    address: str
    """As git takes it."""
    token: str
    """Lets git in; empty where none is needed."""

    def environment(self) -> dict[str, str]:
        """Return the environment of a git command that talks to it.

        The token is handed over in it, where no listing of processes and no log shows it.
        """
        settings = dict(SETTINGS)
        if self.token:
            word = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
            settings[f"http.{self.address}.extraHeader"] = f"AUTHORIZATION: basic {word}"
        found = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": str(len(settings))}
        for number, (key, value) in enumerate(settings.items()):
            found[f"GIT_CONFIG_KEY_{number}"], found[f"GIT_CONFIG_VALUE_{number}"] = key, value
        return found


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and the store that its tip is fetched into."""

    name: str
    """Of the branch."""
    repository: Repository
    """Where it is."""
    store: Path
    """A bare repository, made where there is none."""
    wait: float
    """Seconds before the second attempt to reach the repository; doubled at every further one."""
    sleep: Callable[[float], None] = time.sleep
    """How it waits."""

    def restore(self, folder: Path) -> None:
        """Lay what the branch's tip has, if there is one, over what is in a folder.

        Raises:
            Unreachable: the repository does not answer.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if self._fetch():
            self._git("read-tree", TIP)
            self._within(folder, "checkout-index", "--all", "--force", "--quiet")

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.name}:{name}"

    def read(self, name: str) -> bytes:
        """Return a file of the branch's tip, without any other, where the repository can do that.

        Raises:
            FileNotFoundError: there is no such file, or no branch.
            Unreachable: the repository does not answer.
        """
        if not self._fetch("--filter=blob:none") or not self._git("ls-tree", TIP, name).stdout:
            raise FileNotFoundError(name)
        # git asks for the file's content when it is wanted.
        return self._persist("cat-file", "blob", f"{TIP}:{name}").stdout.encode()

    def files(self) -> frozenset[str]:
        """Return the names of the files that the branch had when it was fetched or pushed last."""
        if self._tip() is None:
            return frozenset()
        listed = self._git("ls-tree", "-r", "-z", "--name-only", TIP).stdout
        return frozenset(filter(None, listed.split("\0")))

    def commit(self, folder: Path, message: str) -> str | None:
        """Commit a folder on the branch's tip; return the commit, or None if nothing changed."""
        before = self._tip()
        self._git("read-tree", "--empty")
        self._within(folder, "add", "--all", "--force", "--", ".", f":(exclude,top){OURS}")
        tree = self._git("write-tree").stdout.strip()
        if tree == (self._git("rev-parse", f"{before}^{{tree}}").stdout.strip() if before else ""):
            return None
        parent = ["-p", before] if before else []
        return self._git("commit-tree", tree, *parent, "-m", message).stdout.strip()

    def push(self, commit: str) -> bool:
        """Move the branch to a commit; return False where it has moved elsewhere meanwhile.

        Raises:
            Unreachable: the repository does not answer, or refuses the commit.
        """
        before = self._tip()
        target = f"{commit}:refs/heads/{self.name}"
        for _ in attempts(self.wait, self.sleep):
            done = self._try("push", "--quiet", self.repository.address, target)
            # What the branch shows decides: an answer can be lost after the push was done.
            now = commit if done.returncode == 0 else self._remote_tip()
            if now == commit:
                self._git("update-ref", TIP, commit)
                return True
            if now != before:
                return False
        raise Unreachable(f"{self.name} could not be pushed to {self._said(done)}")

    def _fetch(self, *options: str) -> bool:
        """Fetch the branch's tip alone into the store; return whether there is one."""
        if not (self.store / "HEAD").is_file():
            self.store.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare")
        if self._remote_tip() is None:
            return False
        wanted = f"+refs/heads/{self.name}:{TIP}"
        self._persist("fetch", "--quiet", "--depth", "1", *options, self.repository.address, wanted)
        return True

    def _tip(self) -> str | None:
        found = self._try("rev-parse", "--quiet", "--verify", TIP)
        return found.stdout.strip() if found.returncode == 0 else None

    def _remote_tip(self) -> str | None:
        reference = f"refs/heads/{self.name}"
        options = ["ls-remote", "--exit-code", self.repository.address, reference]
        done = self._persist(*options, expected=(0, MISSING))
        return done.stdout.split()[0] if done.returncode == 0 else None

    def _persist(
        self, *arguments: str, expected: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        for _ in attempts(self.wait, self.sleep):
            done = self._try(*arguments)
            if done.returncode in expected:
                return done
        raise Unreachable(f"{self.name} could not be read from {self._said(done)}")

    def _said(self, done: subprocess.CompletedProcess[str]) -> str:
        reason = " ".join(done.stderr.split()) or "git gave no reason"
        return f"{self.repository.address}: {reason}"

    def _within(self, folder: Path, *arguments: str) -> None:
        """Run git with a folder as its work tree."""
        place = str(folder.resolve())
        self._git("-C", place, "--work-tree", place, *arguments)

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self._try(*arguments)
        if done.returncode != 0:
            raise RuntimeError(f"git {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done

    def _try(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "--git-dir", str(self.store.resolve()), *arguments],
            env={**os.environ, **self.repository.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
