"""Keep snapshots and site from week to week: each folder on a branch of a git repository.

`restore` brings both branches into their folders; where a branch does not exist yet, what the
checkout holds is where it begins. `save` commits each folder to its branch and pushes it, the
snapshots first, because an edition without its snapshot could never be checked. Where somebody else
pushed meanwhile their state is restored, the command given after `--` adds our edition to it, and
it is pushed again, so that neither edition is lost and nothing frozen or published changes.

Rows that may not be published are refused to a repository that others can read.

Results go to standard output, as `name=value` lines; talk goes to standard error. Exit codes: 0
done, 2 wrong usage, 3 rows that may not be published, 4 a repository could not be reached. Tokens
are read from SNAPSHOTS_TOKEN and SITE_TOKEN.

Usage: python tools/keep.py restore EDITION --snapshots-from ADDRESS --site-from ADDRESS
       python tools/keep.py save EDITION --snapshots-from ADDRESS --site-from ADDRESS
                                 --readers public|private [--made-by COMMIT] -- COMMAND...
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from branches import Branch, Repository, Unreachable

TOKENS = ("SNAPSHOTS_TOKEN", "SITE_TOKEN")
PRIVATE = "private"
HINT = "Name a private repository in the variable SNAPSHOTS_REPOSITORY."
ROUNDS = 5
"""Lost races after which it gives up."""


class Refused(Exception):
    """Something that must not be pushed; the text says what, and what to do."""


def manifests(snapshots: Path) -> dict[Path, dict[str, Any]]:
    """Return the manifests of a folder of snapshots.

    Raises:
        Refused: one cannot be read.
    """
    found = {}
    for path in sorted(snapshots.glob("*.json")):
        try:
            found[path] = json.loads(path.read_bytes())
        except ValueError:
            raise Refused(f"{path.name} is no manifest; restore it, or delete it") from None
    return found


def withheld_tables(manifest: Mapping[str, Any]) -> list[str]:
    """Return the tables whose frozen rows may not be published."""
    if manifest["simulated"]:
        return []
    datasets = manifest["datasets"]
    tables = manifest["tables"]
    return sorted(name for name in tables if tables[name] and datasets[name]["publish"] != "raw")


def require_allowed(snapshots: Path, readers: str) -> None:
    """Refuse rows that may not be published to a repository that others can read.

    Raises:
        Refused: there are such rows, or a manifest does not say whether there are.
    """
    if readers == PRIVATE:
        return
    for path, manifest in manifests(snapshots).items():
        try:
            tables = withheld_tables(manifest)
        except (KeyError, TypeError):
            raise Refused(f"{path.name} does not say which rows may be published") from None
        if tables:
            raise Refused(
                f"the rows of {', '.join(tables)} in {path.name} may not be published, and the "
                f"repository for snapshots is {readers or 'of unknown readers'}\n  {HINT}"
            )


def drop_unnamed(snapshots: Path, keep: Iterable[str]) -> None:
    """Delete objects that no manifest names, unless they are to be kept."""
    named = {
        f"{item['sha256']}.parquet"
        for manifest in manifests(snapshots).values()
        for chain in manifest["tables"].values()
        for item in chain
    }
    spared = named.union(Path(name).name for name in keep)
    for path in (snapshots / "objects").glob("*.parquet"):
        if path.name not in spared:
            path.unlink()


def restore_snapshots(branch: Branch) -> None:
    """Lay the kept snapshots over those that are there; real data only give way to real data."""
    ours = {
        path: path.read_bytes()
        for path, manifest in manifests(branch.folder).items()
        if not manifest["simulated"]
    }
    branch.restore()
    for path, content in ours.items():
        if json.loads(path.read_bytes())["simulated"]:
            path.write_bytes(content)
    drop_unnamed(branch.folder, branch.files())


def is_published(site: Path, edition: str) -> bool:
    """Return whether an edition is published for good, which a simulated one is not."""
    record = site / edition / "edition.json"
    return record.is_file() and not json.loads(record.read_bytes())["simulated"]


@dataclass(frozen=True, slots=True)
class Run:
    """What is saved, and how it is added again where somebody else pushed meanwhile."""

    edition: str
    """The edition that was made."""
    readers: str
    """Who can read the repository for snapshots: `private`, or anything else."""
    made_by: str
    """The commit of the program; empty if that is not known."""
    command: tuple[str, ...]
    """Adds the edition to the site from its snapshot."""

    def message(self, verb: str, snapshots: Path) -> str:
        """Return what a commit says: the edition, where its data are from, what it was made by."""
        manifest = json.loads((snapshots / f"{self.edition}.json").read_bytes())
        source = f"from {manifest['provider']}, as of {manifest['as_of']}"
        maker = f"\n\nMade by commit {self.made_by}" if self.made_by else ""
        return f"{verb} {self.edition} {source}{maker}"

    def again(self) -> None:
        """Run the command, without the tokens; its results are not ours."""
        environment = {name: value for name, value in os.environ.items() if name not in TOKENS}
        subprocess.run(self.command, env=environment, stdout=sys.stderr, check=True)


def restore(snapshots: Branch, site: Branch) -> None:
    """Bring both branches into their folders."""
    restore_snapshots(snapshots)
    site.restore()


def save(snapshots: Branch, site: Branch, run: Run) -> dict[str, bool]:
    """Push both folders and return which of them had something to push.

    Raises:
        Refused: there are rows that may not be published.
        Unreachable: a repository does not answer, or others push without end.
    """
    pushed = {snapshots.name: False, site.name: False}
    for _ in range(ROUNDS):
        require_allowed(snapshots.folder, run.readers)
        for branch, verb in ((snapshots, "Freeze"), (site, "Publish")):
            words = run.message(verb, snapshots.folder)
            commit = branch.commit(words)
            if commit is None:
                continue
            if not branch.push(commit):
                say(f"{branch.name} has moved meanwhile: adding {run.edition} to what is there")
                break
            pushed[branch.name] = True
            say(f"pushed {branch.name}: {words.splitlines()[0]}")
        else:
            return pushed
        restore(snapshots, site)
        run.again()
    raise Unreachable(f"others pushed {ROUNDS} times meanwhile")


def say(text: str) -> None:
    """Talk."""
    print(text, file=sys.stderr, flush=True)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep snapshots and site on branches.")
    parser.add_argument("verb", choices=("restore", "save"))
    parser.add_argument("edition")
    parser.add_argument("--snapshots-from", required=True, metavar="ADDRESS")
    parser.add_argument("--site-from", required=True, metavar="ADDRESS")
    parser.add_argument("--readers", default="", metavar="private|public")
    parser.add_argument("--made-by", default="", metavar="COMMIT")
    parser.add_argument("--wait", type=float, default=5.0, metavar="SECONDS")
    end = words.index("--") if "--" in words else len(words)
    found = parser.parse_args(words[:end], argparse.Namespace(command=words[end + 1 :]))
    if found.verb == "save" and not found.command:
        parser.error("save needs the command that adds the edition, after --")
    return found


def _branches(found: argparse.Namespace) -> tuple[Branch, Branch]:
    def branch(name: str, folder: str, address: str, token: str, alone: bool) -> Branch:
        return Branch(
            name=name,
            repository=Repository(address, os.environ.get(token, "")),
            folder=Path(folder),
            store=Path("build/keep", f"{name}.git"),
            alone=alone,
            wait=found.wait,
        )

    return (
        branch("snapshots", "content/snapshots", found.snapshots_from, TOKENS[0], False),
        branch("site", "site", found.site_from, TOKENS[1], True),
    )


def _carry_out(found: argparse.Namespace) -> dict[str, bool]:
    snapshots, site = _branches(found)
    if found.verb == "restore":
        restore(snapshots, site)
        return {"published": is_published(site.folder, found.edition)}
    run = Run(found.edition, found.readers, found.made_by, tuple(found.command))
    return save(snapshots, site, run)


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    found = _arguments(words)
    try:
        results = _carry_out(found)
    except Refused as refusal:
        say(f"error: {refusal}")
        return 3
    except Unreachable as trouble:
        say(f"error: {trouble}")
        return 4
    except subprocess.CalledProcessError as ended:
        return ended.returncode
    for name, value in results.items():
        print(f"{name}={str(value).lower()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
