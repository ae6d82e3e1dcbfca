"""Keep the snapshots from week to week, on the branch `snapshots` of a git repository.

`restore` lays what the branch has over content/snapshots; where there is no branch yet, what the
checkout holds is where it begins. `save` commits the folder to the branch and pushes it. Where
somebody else pushed meanwhile their state is restored, ours is added to it, and it is pushed again,
so that neither snapshot is lost and nothing frozen changes: of two of one week the first stays.

Rows that may not be published are refused to a repository that others can read.

Exit codes: 0 done, 2 wrong usage, 3 rows that may not be published, 4 the repository could not be
reached. The token is read from SNAPSHOTS_TOKEN.

Usage: python tools/keep.py restore ADDRESS
       python tools/keep.py save ADDRESS EDITION --readers public|private [--made-by COMMIT]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from branches import Branch, Repository, Unreachable

SNAPSHOTS = Path("content/snapshots")
STORE = Path("build/keep/snapshots.git")
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


def restore(branch: Branch, snapshots: Path) -> None:
    """Lay the kept snapshots over those that are there; real data only give way to real data."""
    ours = {
        path: path.read_bytes()
        for path, manifest in manifests(snapshots).items()
        if not manifest["simulated"]
    }
    branch.restore(snapshots)
    for path, content in ours.items():
        if json.loads(path.read_bytes())["simulated"]:
            path.write_bytes(content)
    drop_unnamed(snapshots, branch.files())


def message(snapshots: Path, edition: str, made_by: str) -> str:
    """Return what a commit says: the edition, where its data are from, what it was made by."""
    manifest = json.loads((snapshots / f"{edition}.json").read_bytes())
    maker = f"\n\nMade by commit {made_by}" if made_by else ""
    return f"Freeze {edition} from {manifest['provider']}, as of {manifest['as_of']}{maker}"


def save(branch: Branch, snapshots: Path, edition: str, readers: str, made_by: str = "") -> None:
    """Push the snapshots, if there is anything new.

    `readers` says who can read the repository: `private`, or anything else. `made_by` is the commit
    of the program, if that is known.

    Raises:
        Refused: there are rows that may not be published.
        Unreachable: the repository does not answer, or others push without end.
    """
    for _ in range(ROUNDS):
        require_allowed(snapshots, readers)
        words = message(snapshots, edition, made_by)
        commit = branch.commit(snapshots, words)
        if commit is None:
            return
        if branch.push(commit):
            say(f"pushed {branch.name}: {words.splitlines()[0]}")
            return
        say(f"{branch.name} has moved meanwhile: adding {edition} to what is there")
        restore(branch, snapshots)
    raise Unreachable(f"others pushed {ROUNDS} times meanwhile")


def say(text: str) -> None:
    """Talk."""
    print(text, file=sys.stderr, flush=True)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep the snapshots on a branch.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("address")
    common.add_argument("--wait", type=float, default=5.0, metavar="SECONDS")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("restore", parents=[common])
    saving = verbs.add_parser("save", parents=[common])
    saving.add_argument("edition")
    saving.add_argument("--readers", required=True, metavar="private|public")
    saving.add_argument("--made-by", default="", metavar="COMMIT")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    found = _arguments(words)
    repository = Repository(found.address, os.environ.get("SNAPSHOTS_TOKEN", ""))
    branch = Branch("snapshots", repository, STORE, found.wait)
    try:
        if found.verb == "restore":
            restore(branch, SNAPSHOTS)
        else:
            save(branch, SNAPSHOTS, found.edition, found.readers, found.made_by)
    except Refused as refusal:
        say(f"error: {refusal}")
        return 3
    except Unreachable as trouble:
        say(f"error: {trouble}")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
