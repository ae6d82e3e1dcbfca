"""The order of the stages: fetch, build, publish.

Each stage is told where to work and what the time is, and says what it did through `Say`. A stage
whose inputs have not changed does nothing, and heavy libraries are imported only by one that works.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator import archive, program
from generator.editions import Edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import read_listing, read_record
from generator.manifest import Manifest
from generator.store import alone, write_whole
from generator.workshop import Outcome, Workshop, said
from generator.written import entries_of

PACKAGE = Path(__file__).parent


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


def _files(folder: Path, *patterns: str, deep: bool = True) -> list[bytes]:
    look = folder.rglob if deep else folder.glob
    paths = sorted({path for pattern in patterns for path in look(pattern)})
    content = []
    for path in paths:
        if path.is_file():
            content += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    return content


def _computed_from(shop: Workshop, manifest: Manifest) -> str:
    """Fingerprint of everything the figures and charts depend on."""

    def code() -> str:
        libraries = [f"{name} {version(name)}".encode() for name in program.LIBRARIES]
        content = shop.settings.root / "content"
        universe = [(content / name).read_bytes() for name in ("universe.yml", "meetings.yml")]
        names = [shop.settings.site_name.encode(), shop.settings.site_url.encode()]
        return _digest([*universe, *names, *_files(PACKAGE, "*.py"), *libraries])

    return _digest([manifest.sha256.encode(), shop.remembered("code", code).encode()])


def _built_from(shop: Workshop, manifest: Manifest, computed_from: str) -> str:
    """Fingerprint of everything the edition's pages depend on."""
    edition = manifest.edition
    commentary = shop.settings.root / f"content/editions/{edition}.md"
    own = commentary.read_bytes() if commentary.is_file() else b""
    entries = entries_of(shop, manifest).to_json()
    correction = shop.settings.correction(edition)
    why = correction.model_dump_json().encode() if correction else b""
    made_by = program.digest_of(shop.program())
    return _digest([computed_from.encode(), made_by.encode(), own, entries, why])


def build(shop: Workshop, edition: Edition) -> Outcome:
    """Build an edition from its snapshot into the scratch folder.

    Raises:
        ReportError: there is no snapshot, or it is damaged.
        ContentError: templates or content have mistakes.
    """
    started = time.perf_counter()
    manifest = shop.snapshots.manifest(edition)
    scratch = shop.settings.build / str(edition)
    computed_from = _computed_from(shop, manifest)
    built_from = _built_from(shop, manifest, computed_from)
    stamp = scratch / "stamp"
    if _is_built(scratch, built_from):
        return said(shop, "kept", edition, "nothing has changed", started)
    stamp.unlink(missing_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    from generator.computing import compute
    from generator.examining import examine
    from generator.writing import write

    result = compute(shop, manifest, scratch, computed_from)
    examined = examine(shop, manifest, scratch, computed_from)
    count = write(shop, manifest, result, examined, scratch)
    write_whole(stamp, built_from.encode())
    _point_to(shop.settings.build / "docs", scratch / "docs")
    detail = f"{count['pages']} pages, {count['facts']} figures, {count['charts']} charts"
    return said(shop, "built", edition, detail, started)


def _is_built(scratch: Path, built_from: str) -> bool:
    """Whether the scratch folder holds what these inputs give, whole and untouched."""
    stamp = scratch / "stamp"
    if not stamp.is_file() or stamp.read_text() != built_from:
        return False
    try:
        return not archive.differences(Folder(scratch / "site"), "")
    except ReportError:
        return False


def _point_to(link: Path, target: Path) -> None:
    """Let `build/docs` be the pages of the edition built last."""
    beside = link.with_name(f".{link.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target.relative_to(link.parent), target_is_directory=True)
    beside.replace(link)


def publish(
    shop: Workshop,
    editions: Iterable[Edition],
    *,
    branch: str | None = None,
    remote: str | None = None,
    anew: bool = False,
) -> list[Outcome]:
    """Publish built editions into the site's folder, or onto a branch and to a remote.

    `anew` makes all root files anew, from nothing but the editions that are there.

    Raises:
        ReportError: an edition is not built, or is published already and differs.
        ProviderError: the remote does not answer.
    """
    from generator import publishing

    wanted = list(editions)
    for edition in wanted:
        _require_built(shop, edition)
    with publishing.destination(shop, branch, remote) as tree:
        return publishing.publish(shop, tree, wanted, anew=anew)


def _require_built(shop: Workshop, edition: Edition) -> None:
    manifest = shop.snapshots.manifest(edition)
    computed_from = _computed_from(shop, manifest)
    stamp = shop.settings.build / str(edition) / "stamp"
    hint = f"Run `smallcaps build {edition}` first."
    if not stamp.is_file():
        raise ReportError(f"{edition} is not built", hint=hint)
    if stamp.read_text() != _built_from(shop, manifest, computed_from):
        raise ReportError(f"the build of {edition} is out of date", hint=hint)


def print_editions(shop: Workshop, wanted: Iterable[str], every: bool, paper: str) -> list[Path]:
    """Print published editions, the newest unless told otherwise, and return where their PDFs are.

    Raises:
        ReportError: an edition is not published, or there is no Chromium, or it failed.
    """
    from generator import publishing
    from generator.printing import print_edition

    settings = shop.settings
    with publishing.destination(shop, None, None) as tree:
        listing = read_listing(tree)
        names = list(listing.newest) if every else list(wanted) or ["latest"]
        entries = [listing.find(name) for name in names or ["latest"]]
        with alone(settings.build / "publish.lock", publishing.LOCKED):
            for entry in entries:
                print_edition(shop, entry, read_record(tree, entry.folder)[0], paper)
            publishing.refresh(shop, tree, {entry.edition for entry in entries})
    return [settings.site / archive.pdf_name(entry.edition) for entry in entries]


def states(shop: Workshop) -> list[dict[str, Any]]:
    """Return what there is of every edition: frozen, built, published."""
    there = read_listing(Folder(shop.settings.site)).newest
    snapshots = {str(edition): edition for edition in shop.snapshots.editions()}
    rows = []
    for name in sorted({*snapshots, *there}, reverse=True):
        entry = there.get(name)
        manifest = shop.snapshots.manifest(snapshots[name]) if name in snapshots else None
        about = manifest or entry
        assert about is not None
        rows.append(
            {
                "edition": name,
                "as_of": str(about.as_of),
                "provider": about.provider,
                "simulated": about.simulated,
                "frozen": manifest is not None,
                "built": (shop.settings.build / name / "stamp").is_file(),
                "published": entry is not None,
                "revision": entry.revision if entry else None,
            }
        )
    return rows
