"""One release as one archive that needs nothing else: to be read, checked and made again.

It holds the release as it is published, what it shares with others, the program that made it and
the frozen inputs that may be published. What its pages lead to elsewhere in the site is replaced by
small pages that say so and give the address, so that nothing in it leads nowhere. Unpacked it is a
site with one edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generator import export_words, program
from generator.errors import DataError, ReportError
from generator.frozen_inputs import PUBLISHED, find_manifest, find_object
from generator.links import links
from generator.listing import EDITIONS, RECORD, Entry, Listing, read_record
from generator.manifest import Manifest
from generator.snapshot import Snapshots, file_name
from generator.trees import Tree
from generator.verifying import Verifier
from generator.versions import VERSIONS

SUMS = "SHA256SUMS"
README = "README.txt"
_TAKEN = (".css", ".js", ".svg", ".png", ".ico", ".parquet")
"""What of the shared files is taken over as it is; pages and lists are replaced."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The frozen inputs of a release, as far as they may be passed on."""

    files: Mapping[str, bytes]
    """Those that may, by their name in the site."""
    withheld: tuple[str, ...]
    """Of the others: what they are, with hash and reason, a line each."""


def export(
    tree: Tree, entry: Entry, snapshots: Snapshots | None, site_name: str, site_url: str
) -> bytes:
    """Return a release as a ZIP archive; `site_url`, ending with a slash, is where its site is.

    Raises:
        DataError: the release is not what was published.
        ReportError: its frozen inputs are damaged.
    """
    _require_sound(tree, entry)
    record, _ = read_record(tree, entry.folder)
    names = sorted({*record["files"], RECORD})
    files = {f"{entry.folder}/{name}": tree.read(f"{entry.folder}/{name}") for name in names}
    inputs = _inputs(tree, record, snapshots)
    files |= {**inputs.files, **_made_with(tree, record), **_lists(entry)}
    led_to = _led_to(files)
    about = export_words.About(entry, record, site_name, site_url, inputs.withheld)
    files["index.html"] = export_words.index(about, led_to.pop("index.html", set()))
    for name, places in led_to.items():
        files[name] = _elsewhere(tree, about, name, places)
    files[README] = export_words.readme(about, files)
    files[SUMS] = _sums(files)
    return program.packed(files)


def _require_sound(tree: Tree, entry: Entry) -> None:
    finding = Verifier(tree).release(entry.folder, entry)
    if finding.wrong:
        more = len(finding.wrong) - 1
        raise DataError(
            f"{entry.key} is not what was published: {finding.wrong[0]}"
            + (f" (and {more} more)" if more else ""),
            hint=f"Run `smallcaps verify {entry.key}` to see all of it.",
        )


def _inputs(tree: Tree, record: Mapping[str, Any], snapshots: Snapshots | None) -> Inputs:
    """The frozen inputs that the site may show, and what is to be said of the others."""
    found = find_manifest(snapshots, tree, record)
    if found is None:
        line = f"the manifest, SHA-256 {record['snapshot']}: it is kept nowhere within reach"
        return Inputs({}, (line,))
    content, manifest = found
    if not manifest.may_publish("prices"):
        own = f"the manifest, SHA-256 {manifest.sha256}: it tells of rows that may not be published"
        return Inputs({}, (own, *_withheld(manifest, manifest.tables)))
    raw = [table for table in manifest.tables if manifest.may_publish(table)]
    files = {
        f"{PUBLISHED}/{item.name}": find_object(snapshots, tree, item)
        for table in raw
        for item in manifest.tables[table]
    }
    name = file_name(manifest.edition, manifest.revision)
    others = [table for table in manifest.tables if table not in raw]
    return Inputs({**files, f"{PUBLISHED}/{name}": content}, tuple(_withheld(manifest, others)))


def _withheld(manifest: Manifest, tables: Iterable[str]) -> Iterator[str]:
    for table in tables:
        dataset = manifest.datasets[table]
        for item in manifest.tables[table]:
            yield f"{table}, SHA-256 {item.sha256}: {dataset.source}; {dataset.licence}"


def _made_with(tree: Tree, record: Mapping[str, Any]) -> dict[str, bytes]:
    """The program and the list of its libraries; nothing where no program was kept."""
    digest = record.get("program")
    if digest is None:
        return {}
    name = program.program_name(digest)
    content = tree.read(name)
    return {name: content, program.LOCK: program.unpacked(content, name)[program.LOCK]}


def _lists(entry: Entry) -> dict[str, bytes]:
    """The lists of a site that has this release only."""
    aliases = [entry.edition] if entry.folder != entry.edition else []
    version = {"version": entry.folder, "title": entry.title, "aliases": [*aliases, "latest"]}
    return {
        EDITIONS: Listing((entry,)).to_json(),
        VERSIONS: json.dumps([version], indent=2).encode() + b"\n",
    }


def _led_to(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """What the pages lead to and the archive lacks, with the places in it that they name."""
    found: dict[str, set[str]] = {"index.html": set()}
    for name, content in files.items():
        if name.endswith(".html"):
            for link in links(name, content):
                if link.name not in files:
                    found.setdefault(link.name, set()).add(link.fragment)
    return {name: found[name] - {""} for name in sorted(found)}


def _elsewhere(tree: Tree, about: export_words.About, name: str, places: Iterable[str]) -> bytes:
    """What stands in the archive for a file of the site that is not the release's own."""
    suffix = PurePosixPath(name).suffix
    if suffix in _TAKEN:
        try:
            return tree.read(name)
        except FileNotFoundError:
            raise ReportError(
                "a page needs a file that is missing",
                where=tree.where(name),
                hint="Run `smallcaps publish --rebuild`, which makes the root files anew.",
            ) from None
    if suffix == ".html":
        return export_words.stand_in(about, name, sorted(places))
    return export_words.pointer(about, name)


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()
