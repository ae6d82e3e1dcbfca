"""What GitHub keeps, on this machine: repositories, what `gh` talks to, the site as deployed.

Repositories are bare ones in a folder; a push to them is a real push.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from support_gh import Service
from support_live import SLOW_PAGES

REPOSITORY = Path(__file__).parents[1]
NAME = "owner/report"
PRIVATE_NAME = "owner/rows"


@dataclass
class GitHub:
    """A repository with its workflow, and all that GitHub keeps for it."""

    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    runs: int = 0
    deployments: int = 0

    @classmethod
    def begun(cls, folder: Path) -> GitHub:
        """Return one with this repository's files, as they are now."""
        github = cls(folder)
        service = Service.begun(folder, NAME)
        service.write(visibility={NAME: "private", PRIVATE_NAME: "private"})
        seed = folder / "seed"
        for name in _files():
            (seed / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, seed / name)
        for name in (NAME, PRIVATE_NAME):
            git(folder, "init", "--quiet", "--bare", "-b", "main", str(github.bare(name)))
        git(seed, "init", "--quiet", "-b", "main")
        git(seed, "add", "--all", "--force")
        git(seed, "commit", "--quiet", "-m", "The program")
        git(seed, "push", "--quiet", str(github.bare(NAME)), "main")
        return github

    @property
    def service(self) -> Service:
        """What `gh` talks to."""
        return Service(self.folder / "service.json")

    @property
    def deployed(self) -> Path:
        """The site as readers have it."""
        return self.folder / "deployed"

    def bare(self, name: str) -> Path:
        """Return where a repository is."""
        return self.folder / "repositories" / name

    def branches(self, name: str = NAME) -> dict[str, str]:
        """Return the tip of every branch of a repository."""
        listed = git(self.bare(name), "for-each-ref", "--format=%(refname:short) %(objectname)")
        return dict(line.split() for line in listed.splitlines())

    def tree(self, branch: str, name: str = NAME) -> dict[str, str]:
        """Return what a branch holds: the id of each file's content by its name."""
        listed = git(self.bare(name), "ls-tree", "-r", "--format=%(path) %(objectname)", branch)
        return dict(line.rsplit(" ", 1) for line in listed.splitlines())

    def copy(self, folder: Path) -> GitHub:
        """Return one in the same state, which goes on from there by itself."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("machines", "seed"))
        counts = (self.runs, self.deployments)
        return GitHub(folder, dict(self.secrets), dict(self.variables), *counts)


@cache
def _files() -> tuple[str, ...]:
    slow = {f"templates/pages/{name}.md" for name in SLOW_PAGES}
    listed = git(REPOSITORY, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    found = {n for n in listed.split("\0") if n and (REPOSITORY / n).is_file()}
    return tuple(sorted(found - slow))


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it prints."""
    person = {"NAME": "A Person", "EMAIL": "person@example.org"}
    who = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in person.items()}
    environment = {**os.environ, **who}
    done = subprocess.run(
        ["git", *words], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr}"
    return done.stdout.rstrip("\n")
