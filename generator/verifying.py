"""Whether a published site is what it was: every file against the hash that names or records it.

A release has a record with the hash of each of its files, `editions.json` has the hash of each
record, and what releases share lies under names made from its content. So one hash vouches for all.
One file is in memory at a time, and what was found of a release is told before the next is read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from generator.errors import ReportError
from generator.findings import REMAKE, RESTORE, Finding, told
from generator.listing import (
    EDITIONS,
    RECORD,
    Entry,
    Listing,
    entry_of,
    is_release,
    read_listing,
    read_record,
)
from generator.manifest import parse_manifest
from generator.program import program_name
from generator.trees import Tree
from generator.versions import VERSIONS
from generator.web_tree import NotListed

SHARED = ("assets", "programs", "snapshots")
"""Folders at the root whose files releases share."""
_BY_CONTENT = re.compile(
    r"assets/[^/]+\.(?P<short>[0-9a-f]{8})\.[a-z0-9]+"
    r"|(?:programs|snapshots/objects)/(?P<whole>[0-9a-f]{64})\.(?:zip|parquet)"
)
_NEEDED = re.compile(rb"\.\./((?:assets|programs|snapshots)/[A-Za-z0-9._/-]+)")
"""How a page names a shared file."""
_MANIFEST = re.compile(r"snapshots/[^/]+\.json")
_LIBRARY = re.compile(r"assets/vega\.[0-9a-f]{8}\.js")
"""Named after what made it, so that its name says nothing of its content."""


class Verifier:
    """Looks at one site; what several releases share is looked at once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._shared: dict[str, str | None] = {}
        """What is wrong with a shared file, None where nothing is."""
        self._manifests: dict[str, str] = {}
        """SHA-256 of the manifests among them."""

    def release(self, folder: str, entry: Entry | None) -> Finding:
        """Look at one release: its record, its files, and what of the shared files it needs.

        `entry` is what `editions.json` says of it, None where nothing does.
        """
        key = entry.key if entry else folder
        try:
            record, digest = read_record(self._tree, folder)
            wrong = list(_against_listing(record, digest, folder, entry))
        except ReportError as error:
            return Finding(key, (told(error),))
        files = record["files"]
        if not isinstance(files, dict):
            return Finding(key, (f"{folder}/{RECORD}: it lists no files; {RESTORE}",))
        needed = set[str]()
        for name, expected in sorted(files.items()):
            wrong += self._file(folder, name, expected, needed)
        if isinstance(program := record.get("program"), str):
            needed.add(program_name(program))
        for name in sorted(needed):
            wrong += filter(None, [self.shared(name)])
            if _MANIFEST.fullmatch(name) and self._manifests.get(name) != record.get("snapshot"):
                wrong.append(f"{name}: not the frozen inputs that {folder} names; {RESTORE}")
        extra, unseen = self._extra(folder, files)
        return Finding(key, tuple(sorted({*wrong, *extra})), unseen)

    def _file(self, folder: str, name: str, expected: object, needed: set[str]) -> Iterator[str]:
        """Compare a file with its record; what it needs of the shared files is added."""
        whole = f"{folder}/{name}"
        if not is_plain(name):
            yield f"{whole}: not the name of a file; restore the record from a copy of the site"
            return
        content, why = self._read(whole)
        if content is None:
            yield f"{whole}: {why}; {RESTORE}"
        elif hashlib.sha256(content).hexdigest() != expected:
            yield f"{whole}: changed since it was written; {RESTORE}"
        elif name.endswith(".html"):
            needed.update(other.decode() for other in _NEEDED.findall(content))

    def _read(self, name: str) -> tuple[bytes | None, str]:
        """A file's bytes, or why there are none."""
        try:
            return self._tree.read(name), ""
        except FileNotFoundError:
            return None, "missing"
        except OSError as error:
            return None, f"cannot be read ({error.strerror})"
        except ReportError as error:
            if error.exit_code == 4:
                raise
            return None, error.what

    def _extra(self, folder: str, files: Collection[str]) -> tuple[Iterable[str], tuple[str, ...]]:
        """Files that are there and not in the record."""
        try:
            found = self._tree.names(folder)
        except NotListed as error:
            return (), (f"files that are not recorded: {error.what}",)
        known = {f"{folder}/{name}" for name in files} | {f"{folder}/{RECORD}"}
        extra = [
            f"{name}: not part of the edition; remove it" for name in found if name not in known
        ]
        return extra, ()

    def shared(self, name: str) -> str | None:
        """Return what is wrong with a file that releases share, None where nothing is."""
        if name not in self._shared:
            content, why = self._read(name)
            if content is not None:
                why = _against_name(name, content)
                if _MANIFEST.fullmatch(name):
                    self._manifests[name] = hashlib.sha256(content).hexdigest()
            self._shared[name] = f"{name}: {why}; {RESTORE}" if why else None
        return self._shared[name]

    def site(self) -> Finding:
        """Look at what does not belong to one release: lists, folders and shared files."""
        try:
            listing = read_listing(self._tree)
        except ReportError as error:
            return Finding("site", (told(error),))
        content, why = self._read(VERSIONS)
        if content is None:
            wrong = [f"{VERSIONS}: {why}; {REMAKE}"]
        else:
            wrong = list(_versions_against(listing, content))
        try:
            wrong += self._folders(listing)
            names = [name for folder in SHARED for name in self._tree.names(folder)]
        except NotListed as error:
            return Finding("site", tuple(wrong), (f"files beside the releases: {error.what}",))
        for name in names:
            wrong += filter(None, [self.shared(name)])
        return Finding("site", tuple(wrong))

    def _folders(self, listing: Listing) -> Iterator[str]:
        """Folders that have a release's name and are none."""
        listed = {entry.folder for entry in listing.entries}
        for folder in self._tree.folders():
            leads_on = folder in listing.newest and not self._tree.exists(f"{folder}/{RECORD}")
            if is_release(folder) and folder not in listed and not leads_on:
                yield f"{folder}: {EDITIONS} does not list it; remove it, or {REMAKE}"


def is_plain(name: object) -> bool:
    """Whether it is a relative name of a file that stays below its folder."""
    if not isinstance(name, str) or not name or "\\" in name or "\0" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.as_posix() == name


def _against_listing(
    record: Mapping[str, Any], digest: str, folder: str, entry: Entry | None
) -> Iterator[str]:
    if entry is None:
        return
    name = f"{folder}/{RECORD}"
    if digest != entry.record:
        yield f"{name}: {EDITIONS} names another record, {entry.record[:12]}…; {RESTORE}"
        return
    try:
        same = entry_of(record, digest, folder) == entry
    except KeyError as error:
        yield f"{name}: it does not say {error}; {RESTORE}"
        return
    if not same:
        yield f"{EDITIONS}: what it says of {folder} is not what the record says; {REMAKE}"


def _against_name(name: str, content: bytes) -> str:
    """What is wrong with a shared file; empty where nothing is."""
    if match := _MANIFEST.fullmatch(name):
        try:
            parse_manifest(content)
        except (ValueError, KeyError, TypeError) as error:
            return f"the manifest is damaged ({error})"
        return ""
    match = _BY_CONTENT.fullmatch(name)
    if match is None:
        return "not a name made from its content"
    digest = hashlib.sha256(content).hexdigest()
    if _LIBRARY.fullmatch(name) or digest == match["whole"] or digest[:8] == match["short"]:
        return ""
    return f"its content is not what its name says, its SHA-256 is {digest[:12]}…"


def _versions_against(listing: Listing, content: bytes) -> Iterator[str]:
    """Compare the list of versions, in mike's format, with the list of releases."""
    try:
        rows = {row["version"]: (row["title"], row["aliases"]) for row in json.loads(content)}
    except (ValueError, KeyError, TypeError):
        yield f"{VERSIONS}: it is no list of versions; {REMAKE}"
        return
    folders = {entry.folder for entry in listing.entries}
    for name in sorted(filter(is_release, rows.keys() - folders)):
        yield f"{VERSIONS}: {EDITIONS} does not list {name}; {REMAKE}"
    for place, entry in enumerate(listing.entries):
        aliases = ["latest"] if place == 0 else []
        if listing.newest[entry.edition] == entry and entry.folder != entry.edition:
            aliases.insert(0, entry.edition)
        if entry.folder not in rows:
            yield f"{VERSIONS}: {entry.folder} is missing; {REMAKE}"
        elif rows[entry.folder] != (entry.title, aliases):
            what = f"what it says of {entry.folder} is not what {EDITIONS} says"
            yield f"{VERSIONS}: {what}; {REMAKE}"
