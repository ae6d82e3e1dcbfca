"""The archive: what publishing changes in a site, whether that is a folder or a branch.

Everything is worked out as one `Change`, from the releases that were built and from what the site
has now: the folders of the new releases, the pages that lead to the newest ones, the root pages,
the lists. What it costs does not depend on how many editions there are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.editions import Edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import (
    EDITIONS,
    RECORD,
    Entry,
    Listing,
    derive_listing,
    entry_of,
    is_release,
    listing_of,
    read_listing,
    read_record,
)
from generator.signposts import LATEST, leading_on
from generator.trees import Change, Keeper, Tree
from generator.versions import VERSIONS, Versions, read_versions

PDFS = "pdf"
"""Editions as they print: made from them when asked for, and no part of them."""
MAKER = ("version", "program", "libraries", "lock")
"""What a record says of the program that made the release."""
ROOT = "root.json"
"""Tells what the root files were made from."""


@dataclass
class Publication:
    """What is to be published in one step, as it is being worked out."""

    tree: Keeper
    """Where."""
    listing: Listing
    """What will be published there."""
    versions: Versions
    """The same as mike lists it; brought up to date by `lists`."""
    doubtful: bool
    """Whether what the root holds cannot be trusted, and is made anew."""
    change: Change = field(default_factory=Change)
    """What becomes of the site."""
    touched: set[str] = field(default_factory=set)
    """Editions with a release that is new or changed."""
    verbs: list[tuple[str, str]] = field(default_factory=list)
    """By edition asked for: what is done, and the folder."""


def begin(tree: Keeper, *, anew: bool = False) -> Publication:
    """Look at what is published; `anew` trusts nothing but the records of the editions.

    Raises:
        ReportError: the list of editions or of versions, or the record of one, is damaged.
    """
    doubtful = tree.begin() or anew
    versions = read_versions(tree)
    listing = derive_listing(tree) if doubtful else read_listing(tree)
    if not doubtful and not _agree(tree, listing, versions):
        doubtful, listing = True, derive_listing(tree)
    publication = Publication(tree, listing, versions, doubtful)
    _settle(publication)
    return publication


def _settle(publication: Publication) -> None:
    """Move first releases aside that were not yet, because a correction was cut off."""
    entries = []
    for entry in publication.listing.entries:
        if entry.folder == entry.edition and publication.listing.newest[entry.edition] != entry:
            entry = replace(entry, folder=f"{entry.edition}-r{entry.revision}")
            publication.change.moves[entry.edition] = entry.folder
        entries.append(entry)
    publication.listing = listing_of(entries)


def _agree(tree: Tree, listing: Listing, versions: Versions) -> bool:
    """Whether list, versions and folders name the same releases; mike leaves the list alone."""
    named = versions.names
    known = {entry.folder for entry in listing.entries}
    there, aliases = set(tree.folders()), set(listing.newest)
    return known <= named & there and not _releases((named | there) - known - aliases)


def _releases(names: Iterable[str]) -> set[str]:
    """Which of some names are those of releases."""
    return {name for name in names if is_release(name)}


def add(publication: Publication, built: Path) -> None:
    """Add a built release to what is published.

    Raises:
        ReportError: its files are not those that were built; it is published already and differs;
            or it is not the release that comes next. A simulated release alone gives way, to one
            made from real data.
    """
    wrong = differences(Folder(built), "")
    record, digest = read_record(Folder(built.parent), built.name)
    edition = record["edition"]
    if wrong:
        raise ReportError(
            f"the build of {edition} has been altered ({wrong[0]})",
            hint=f"Run `smallcaps build {edition}` again.",
        )
    entry = entry_of(record, digest, edition)
    releases = publication.listing.releases(edition)
    if releases and releases[0].simulated and not entry.simulated:
        _put(publication, built, entry, [], "replaced", releases)
        return
    if not releases or entry.revision == releases[0].revision + 1:
        _put(publication, built, entry, releases, "published", [])
        return
    if entry.revision > releases[0].revision:
        raise ReportError(
            f"what was built is revision {entry.revision} of {edition}, and revision "
            f"{entry.revision - 1} was never published",
            where=publication.tree.where(releases[0].folder),
            hint="Publish each correction before the next one is added: take the last out of "
            "content/corrections.yml until then.",
        )
    old = releases[0]
    if old.revision != entry.revision:
        raise ReportError(
            f"what was built is revision {entry.revision} of {edition}, and revision "
            f"{releases[0].revision} is published",
            where=publication.tree.where(releases[0].folder),
            hint="content/corrections.yml has lost corrections; restore it, or add them again.",
        )
    published, found = read_record(publication.tree, old.folder)
    if found != old.record:
        raise ReportError(
            f"the record of {old.key} is not the one that was published",
            where=publication.tree.where(f"{old.folder}/{RECORD}"),
            hint=f"Run `smallcaps verify {old.key}`, and restore what differs.",
        )
    if digest != found and not is_same(record, published):
        raise _differs(publication, record["files"], published["files"], old)
    publication.verbs.append(("unchanged", old.folder))


def is_same(record: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records are of the same release, if perhaps made by different programs."""
    return all(record.get(name) == other.get(name) for name in {*record, *other} - set(MAKER))


def _differs(
    publication: Publication, own: Mapping[str, str], recorded: Mapping[str, str], old: Entry
) -> ReportError:
    names = sorted(recorded.keys() | own.keys())
    differ = [name for name in names if recorded.get(name) != own.get(name)]
    listed = ", ".join(differ[:3]) + ("" if len(differ) <= 3 else f" and {len(differ) - 3} more")
    return ReportError(
        f"{old.key} is published already and what was built now differs ({listed or RECORD})",
        where=publication.tree.where(old.folder),
        hint="A published edition is never overwritten. If it is to be corrected, publish it "
        f'again beside the old one: `smallcaps run {old.edition} --revision "why"`.',
    )


def _put(
    publication: Publication,
    built: Path,
    entry: Entry,
    earlier: list[Entry],
    verb: str,
    retired: list[Entry],
) -> None:
    """Lay a release into the site beside the earlier ones of its edition."""
    change, edition = publication.change, entry.edition
    if entry.revision > 1:
        entry = replace(entry, folder=entry.key)
    if earlier and earlier[0].folder == edition:
        moved = replace(earlier[0], folder=f"{edition}-r1")
        change.moves[edition] = moved.folder
        earlier = [moved]
    for old in retired:
        change.removed |= {old.folder} - {entry.folder}
    change.copies[entry.folder] = built
    # Whatever was printed before was another release of this name.
    change.removed.add(pdf_name(edition))
    others = [other for other in publication.listing.entries if other.edition != edition]
    publication.listing = listing_of([*others, entry, *earlier])
    publication.touched.add(edition)
    publication.verbs.append((verb, entry.folder))


def lay_aliases(publication: Publication, after: Tree) -> None:
    """Let `latest` and the names of corrected editions lead to the newest releases."""
    listing, anew = publication.listing, publication.doubtful
    wanted = {entry.edition for entry in listing.newest.values() if entry.folder != entry.edition}
    for name in sorted(wanted if anew else wanted & publication.touched):
        publication.change.aliases[name] = _alias(after, listing.newest[name])
        publication.change.removed.discard(name)
    newest = listing.entries[0]
    if anew or newest.edition in publication.touched:
        publication.change.aliases[LATEST] = _alias(after, newest)


def _alias(after: Tree, entry: Entry) -> dict[str, bytes]:
    return leading_on(entry, read_record(after, entry.folder)[0]["files"])


def lists(publication: Publication) -> dict[str, bytes]:
    """Return the lists of what is published, mike's and ours."""
    listing, versions = publication.listing, publication.versions
    folders = {entry.folder: entry for entry in listing.entries}
    known = versions.names
    for folder in _releases(known - folders.keys()):
        versions.remove(folder)
    anew = publication.doubtful
    for folder, entry in folders.items():
        if folder not in known or anew or entry.edition in publication.touched:
            versions.put(folder, entry.title)
    for entry in listing.newest.values():
        if entry.folder != entry.edition and (anew or entry.edition in publication.touched):
            versions.alias(entry.folder, entry.edition)
    versions.alias(listing.entries[0].folder, LATEST)
    return {VERSIONS: versions.to_json(), EDITIONS: listing.to_json()}


def made_from(publication: Publication) -> dict[str, str]:
    """Return what the root files were made from, by name; nothing if they do not belong to the
    list of editions."""
    try:
        told = json.loads(publication.tree.read(ROOT))
        listed = hashlib.sha256(publication.tree.read(EDITIONS)).hexdigest()
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(told, dict) or told.get("editions") != listed:
        return {}
    return told


def root_stamp(sources: Mapping[str, str], editions: bytes) -> bytes:
    """Return what `root.json` holds: what the root files were made from."""
    told = {**sources, "editions": hashlib.sha256(editions).hexdigest()}
    return json.dumps(told, indent=1).encode() + b"\n"


def file_hashes(folder: Path) -> dict[str, str]:
    """Return SHA-256 by relative name of every file below a folder but the record itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path != folder / RECORD
    }


def differences(tree: Tree, folder: str) -> list[str]:
    """Compare a release's files with its record and return what differs, one line a file.

    Raises:
        ReportError: the record is missing or damaged.
    """
    start = f"{folder}/" if folder else ""
    recorded: Mapping[str, str] = read_record(tree, folder or ".")[0]["files"]
    there = {name.removeprefix(start) for name in tree.names(folder)} - {RECORD}
    wrong = [f"{name}: missing" for name in recorded if name not in there]
    wrong += [f"{name}: not part of the edition" for name in there if name not in recorded]
    wrong += [
        f"{name}: changed since it was written"
        for name, digest in recorded.items()
        if name in there and hashlib.sha256(tree.read(f"{start}{name}")).hexdigest() != digest
    ]
    return sorted(wrong)


def pdf_name(edition: Edition | str) -> str:
    """Return where an edition's PDF is, below the site, if it has been printed."""
    return f"{PDFS}/{edition}.pdf"


def pdfs(tree: Tree) -> dict[str, str]:
    """Return which editions have a PDF: its place below the site by edition, newest first."""
    names = sorted(tree.names(PDFS), reverse=True)
    return {Path(name).stem: name for name in names if name.endswith(".pdf")}
