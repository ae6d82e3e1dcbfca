"""The frozen inputs of one release, brought together from where they are kept and published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.editions import Edition, parse_edition
from generator.errors import DataError, ReportError
from generator.manifest import Manifest, Object, parse_manifest
from generator.snapshot import Snapshots, file_name
from generator.store import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.trees import Tree

PUBLISHED = "snapshots"
"""Where a site has the frozen inputs that may be published."""
_MOST_REVISIONS = 99


def find_manifest(
    snapshots: Snapshots | None, tree: Tree, record: Mapping[str, Any]
) -> tuple[bytes, Manifest] | None:
    """Return the manifest that a release's record names, None where it is kept nowhere."""
    for content in _manifests(snapshots, tree, parse_edition(record["edition"])):
        if hashlib.sha256(content).hexdigest() == record["snapshot"]:
            return content, parse_manifest(content)
    return None


def _manifests(snapshots: Snapshots | None, tree: Tree, edition: Edition) -> Iterator[bytes]:
    """Every manifest of an edition: those that are kept, then those that are published."""
    newest = snapshots.revisions().get(edition, 0) if snapshots else 0
    for revision in range(1, newest + 1):
        assert snapshots is not None
        try:
            yield snapshots.store.read(file_name(edition, revision))
        except FileNotFoundError:
            continue
    for revision in range(1, _MOST_REVISIONS):
        try:
            yield tree.read(f"{PUBLISHED}/{file_name(edition, revision)}")
        except FileNotFoundError:
            # The first may be one that was not to be published.
            if revision > max(newest, 1):
                return


def find_object(snapshots: Snapshots | None, tree: Tree, item: Object) -> bytes:
    """Return an object's bytes from where it is kept or, failing that, published.

    Raises:
        ReportError: it is in neither place, or changed in one and not in the other.
    """
    why: ReportError | None = None
    if snapshots is not None:
        try:
            return snapshots.read_object(item)
        except ReportError as error:
            why = error
    name = f"{PUBLISHED}/{item.name}"
    try:
        content = tree.read(name)
    except FileNotFoundError:
        raise why or _lost(tree, name, "is missing") from None
    if hashlib.sha256(content).hexdigest() != item.sha256:
        raise why or _lost(tree, name, "has changed")
    return content


def _lost(tree: Tree, name: str, how: str) -> DataError:
    return DataError(
        f"an object of the snapshot {how}",
        where=tree.where(name),
        hint="Restore it from a copy of the site or of the snapshots.",
    )


def gather(
    snapshots: Snapshots | None, tree: Tree, record: Mapping[str, Any], folder: Path
) -> None:
    """Write a release's manifest and every object it names into a folder, as a store has them.

    Raises:
        ReportError: something is missing or changed.
    """
    found = find_manifest(snapshots, tree, record)
    if found is None:
        raise DataError(
            f"its frozen inputs are missing: no manifest of {record['edition']} has the SHA-256 "
            f"{record['snapshot'][:12]}…, neither among the snapshots nor on the site",
            hint="Restore the snapshot from version control or from a copy of the site.",
        )
    content, manifest = found
    name = file_name(manifest.edition, manifest.revision)
    for item in dict.fromkeys(item for chain in manifest.tables.values() for item in chain):
        data = find_object(snapshots, tree, item)
        write_whole(folder / item.name, data, lasting=False)
    write_whole(folder / name, content, lasting=False)
