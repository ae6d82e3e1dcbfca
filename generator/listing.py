"""What is published: every release of every edition, as `editions.json` lists it.

An edition is released once, and again as a revision where it is corrected. Its name, `2026-W03`,
always leads to the newest release; once there is a second one, the first is found at `2026-W03-r1`,
the second at `2026-W03-r2`. No release ever changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from generator.editions import Edition, parse_edition
from generator.errors import ReportError, UsageError
from generator.trees import Tree

EDITIONS = "editions.json"
RECORD = "edition.json"
"""In the folder of each release: what it consists of, with the hash of every file."""
FACTS, WORDS, CLAIMS = "facts.json", "words.json", "claims.json"
"""There too: its figures; itself as text and as HTML; the claims that were checked, if any were."""
_RELEASE = re.compile(r"(?P<edition>.+?)(?:-r(?P<revision>[1-9][0-9]{0,3}))?")


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """An edition as it was published once."""

    edition: Edition
    """Which."""
    revision: int
    """1 for the first."""

    @property
    def key(self) -> str:
        """What its own pages call it: `2026-W03`, `2026-W03-r2`."""
        return str(self.edition) if self.revision == 1 else f"{self.edition}-r{self.revision}"


def parse_release(text: str) -> tuple[Edition, int | None]:
    """Read `2026-W03` or `2026-W03-r2`; without a revision the newest is meant.

    Raises:
        UsageError: it is neither.
    """
    match = _RELEASE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"{text!r} is not an edition", hint="Editions are ISO weeks, for example 2026-W03."
        )
    return parse_edition(match["edition"]), int(match["revision"]) if match["revision"] else None


def is_release(text: str) -> bool:
    """Whether a text is the name of a release."""
    try:
        parse_release(text)
    except UsageError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One release, as it is listed."""

    edition: str
    """ISO week, `2026-W03`."""
    revision: int
    """1 for the first."""
    folder: str
    """Where it is, below the site."""
    as_of: str
    """Its last session, as ISO date."""
    title: str
    """For lists: `Week to 16 January 2026`, and whether the data are simulated."""
    simulated: bool
    """Whether its data are made up."""
    provider: str
    """Where its data are from."""
    snapshot: str
    """SHA-256 of its frozen inputs' manifest."""
    version: str
    """Of the program that made it."""
    record: str
    """SHA-256 of its record, which has the hash of each of its files."""
    corrected: str | None
    """The day of the correction, as ISO date; None for the first release."""
    reason: str | None
    """Why it is published again; None for the first release."""

    @property
    def release(self) -> Release:
        """Which edition and revision."""
        return Release(parse_edition(self.edition), self.revision)

    @property
    def key(self) -> str:
        """What its own pages call it: `2026-W03`, `2026-W03-r2`."""
        return self.release.key

    @property
    def year(self) -> int:
        """The ISO year, by which archives are ordered."""
        return int(self.edition[:4])


@dataclass(frozen=True)
class Listing:
    """Every release there is."""

    entries: tuple[Entry, ...]
    """Newest edition first; of an edition the newest release first."""

    @cached_property
    def newest(self) -> dict[str, Entry]:
        """The newest release of every edition by its name, newest edition first."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            found.setdefault(entry.edition, entry)
        return found

    def releases(self, edition: str) -> list[Entry]:
        """Return the releases of an edition, newest first."""
        return [entry for entry in self.entries if entry.edition == edition]

    @cached_property
    def years(self) -> list[int]:
        """The ISO years that have an edition, newest first."""
        return sorted({entry.year for entry in self.entries}, reverse=True)

    def find(self, text: str) -> Entry:
        """Return the release meant by `latest`, an edition's name or a release's.

        Raises:
            UsageError: it is not an edition.
            ReportError: it is not published.
        """
        if not self.entries:
            raise ReportError("nothing is published yet", hint="Run `smallcaps run --all` first.")
        if text == "latest":
            return self.entries[0]
        edition, revision = parse_release(text)
        for entry in self.releases(str(edition)):
            if revision in (None, entry.revision):
                return entry
        known = ", ".join(list(self.newest)[:8])
        raise ReportError(
            f"{text} is not published (there are: {known})",
            hint=f"Run `smallcaps run {edition}` first.",
        )

    def to_json(self) -> bytes:
        """Return `editions.json`, a line an entry."""
        names = [field.name for field in fields(Entry)]
        rows = ({name: getattr(entry, name) for name in names} for entry in self.entries)
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def listing_of(entries: Iterable[Entry]) -> Listing:
    """Return the listing of these releases, in order."""
    return Listing(tuple(sorted(entries, key=lambda entry: entry.release, reverse=True)))


def read_listing(tree: Tree) -> Listing:
    """Read `editions.json`; the listing is empty where there is none.

    Raises:
        ReportError: it is damaged.
    """
    try:
        content = tree.read(EDITIONS)
    except FileNotFoundError:
        return Listing(())
    names = {field.name for field in fields(Entry)}
    try:
        rows = json.loads(content)
        if not isinstance(rows, list) or any(set(row) != names for row in rows):
            raise ValueError("it is not a list of releases")
        found = listing_of(Entry(**row) for row in rows)
    except (ValueError, TypeError, ReportError) as error:
        raise ReportError(
            f"the list of editions is damaged: {error}",
            where=tree.where(EDITIONS),
            hint="Run `smallcaps publish --rebuild`, which makes it anew from the editions.",
        ) from None
    return found


def read_record(tree: Tree, folder: str) -> tuple[dict[str, Any], str]:
    """Return the record of a release and its SHA-256.

    Raises:
        ReportError: it is missing or damaged.
    """
    name = RECORD if folder in ("", ".") else f"{folder}/{RECORD}"
    try:
        content = tree.read(name)
        record = json.loads(content)
        if not isinstance(record, dict) or not {"edition", "files", "headlines"} <= record.keys():
            raise ValueError("it is not an edition's record")
    except (OSError, ValueError) as error:
        raise ReportError(
            f"the record of a published edition cannot be read: {error}",
            where=tree.where(name),
            hint=f"Restore it, or remove the folder {folder} and publish it again.",
        ) from None
    return record, hashlib.sha256(content).hexdigest()


def entry_of(record: Mapping[str, Any], digest: str, folder: str) -> Entry:
    """Return how a release is listed."""
    kept = {field.name for field in fields(Entry)} - {"folder", "record"}
    return Entry(**{name: record[name] for name in kept}, folder=folder, record=digest)


def derive_listing(tree: Tree) -> Listing:
    """Make the listing anew from the records of the releases that are there.

    Raises:
        ReportError: a record is damaged.
    """
    found = []
    for folder in tree.folders():
        # The name of an edition that was corrected only leads on.
        if is_release(folder) and tree.exists(f"{folder}/{RECORD}"):
            found.append(_entry(tree, folder))
    return listing_of(found)


def _entry(tree: Tree, folder: str) -> Entry:
    record, digest = read_record(tree, folder)
    try:
        return entry_of(record, digest, folder)
    except KeyError as error:
        raise ReportError(
            f"the record of a published edition lacks {error}: an older program wrote it",
            where=tree.where(f"{folder}/{RECORD}"),
            hint=f"Remove the folder {folder} and publish the edition again.",
        ) from None
