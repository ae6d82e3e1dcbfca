"""The archive: published editions side by side, and the pages at the root that lead to them.

An edition is copied beside its place and renamed into it. Root files are made anew from the
editions' own `edition.json` and replaced one by one, so that a run that is killed leaves a site
that works, and the next run completes it.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.editions import Edition, parse_edition
from generator.errors import ReportError, UsageError
from generator.root_pages import LATEST, root_pages
from generator.store import write_whole

RECORD = "edition.json"
SNAPSHOTS = "snapshots"
"""Frozen inputs that may be published, shared by all editions."""
OBJECTS = f"{SNAPSHOTS}/objects"
PDFS = "pdf"
"""Editions as they print: made from them when asked for, and no part of them."""


def file_hashes(folder: Path) -> dict[str, str]:
    """Return SHA-256 by relative name of every file below a folder but the record itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path != folder / RECORD
    }


def published(site: Path) -> dict[Edition, dict[str, Any]]:
    """Return the record of every published edition, newest first.

    Raises:
        ReportError: a record is missing or damaged.
    """
    found = {}
    if site.is_dir():
        for folder in site.iterdir():
            try:
                edition = parse_edition(folder.name)
            except UsageError:
                continue
            found[edition] = _record(folder)
    return dict(sorted(found.items(), reverse=True))


def _record(folder: Path) -> dict[str, Any]:
    path = folder / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict) or not {"edition", "files", "headlines"} <= record.keys():
            raise ValueError("it is not an edition's record")
    except (OSError, ValueError) as error:
        raise ReportError(
            f"the record of a published edition cannot be read: {error}",
            where=f"{folder.name}/{RECORD}",
            hint=f"Restore it, or remove the folder {folder.name} and publish it again.",
        ) from None
    return record


def differences(folder: Path) -> list[str]:
    """Compare an edition's files with its record and return what differs, one line a file.

    Raises:
        ReportError: the record is missing or damaged.
    """
    recorded: Mapping[str, str] = _record(folder)["files"]
    found = file_hashes(folder)
    wrong = [f"{name}: missing" for name in recorded if name not in found]
    wrong += [f"{name}: not part of the edition" for name in found if name not in recorded]
    wrong += [
        f"{name}: changed since it was written"
        for name, digest in recorded.items()
        if found.get(name, digest) != digest
    ]
    return sorted(wrong)


def damage(site: Path, edition: Edition) -> list[str]:
    """Compare a published edition with its record and return what differs, one line a file."""
    return [f"{edition}/{line}" for line in differences(site / str(edition))]


def require_publishable(site: Path, built: Path, edition: Edition) -> None:
    """Refuse an edition that cannot be published; change nothing.

    Raises:
        ReportError: its files are not those that were built, or it is published already and
            differs. A simulated edition alone gives way, to one made from real data.
    """
    wrong = differences(built)
    if wrong:
        raise ReportError(
            f"the build of {edition} has been altered ({wrong[0]})",
            hint=f"Run `smallcaps build {edition}` again.",
        )
    target = site / str(edition)
    if not target.exists():
        return
    old, new = _record(target), _record(built)
    if old == new or (old["simulated"] and not new["simulated"]):
        return
    names = sorted(old["files"].keys() | new["files"].keys())
    differ = [name for name in names if old["files"].get(name) != new["files"].get(name)]
    listed = ", ".join(differ[:3]) + ("" if len(differ) <= 3 else f" and {len(differ) - 3} more")
    raise ReportError(
        f"{edition} is published already and what was built now differs ({listed})",
        where=f"{site.name}/{edition}",
        hint="A published edition is never overwritten. If nobody has seen it yet, remove the "
        f"folder {site.name}/{edition} and publish again.",
    )


def publish(site: Path, built: Path, edition: Edition) -> str:
    """Copy a built edition into the site and return `published`, `unchanged` or `replaced`.

    It must have passed `require_publishable`: what stands in its place is not looked at again.
    """
    target = site / str(edition)
    if target.exists() and _record(target) == _record(built):
        return "unchanged"
    beside = _copy_beside(built, target)
    # Whatever was printed before was another edition of this name.
    (site / pdf_name(edition)).unlink(missing_ok=True)
    if not target.exists():
        beside.rename(target)
        return "published"
    retired = site / f".retired-{edition}"
    target.rename(retired)
    beside.rename(target)
    shutil.rmtree(retired)
    return "replaced"


def _copy_beside(built: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".publishing-{target.name}-{os.getpid()}")
    try:
        shutil.copytree(built, beside)
    except shutil.Error as error:
        # It gathers what could not be copied; the first says why.
        shutil.rmtree(beside, ignore_errors=True)
        _, name, reason = error.args[0][0]
        raise OSError(errno.EIO, reason, name) from None
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return beside


def clear_leftovers(site: Path) -> None:
    """Remove what a killed run left behind; put back what it was replacing."""
    for folder in site.glob(".publishing-*"):
        shutil.rmtree(folder)
    for folder in site.glob(".retired-*"):
        place = site / folder.name.removeprefix(".retired-")
        if place.exists():
            shutil.rmtree(folder)
        else:
            folder.rename(place)
    for name in ("", "assets", LATEST, SNAPSHOTS, OBJECTS, PDFS):
        for part in (site / name).glob(".*.part"):
            part.unlink()


def pdf_name(edition: Edition) -> str:
    """Return where an edition's PDF is, below the site, if it has been printed."""
    return f"{PDFS}/{edition}.pdf"


def pdfs(site: Path) -> dict[str, str]:
    """Return which published editions have a PDF: its place below the site by edition."""
    names = sorted((path.stem for path in (site / PDFS).glob("*.pdf")), reverse=True)
    return {name: f"{PDFS}/{name}.pdf" for name in names if (site / name / RECORD).is_file()}


def shared_assets(templates: Path) -> dict[str, tuple[str, bytes]]:
    """Return the theme's own files by name: their published, hashed name and their content."""
    folder = templates / "theme/assets"
    contents = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return {path.name: (hashed_name(path, content), content) for path, content in contents.items()}


def first_view_style(templates: Path) -> dict[str, str]:
    """Return the style sheet's text and its hash, as a content security policy names it.

    The pages that readers come to first carry it, so that they need not wait for a second answer.
    """
    text = (templates / "theme/assets/site.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"text": text, "hash": f"sha256-{digest}"}


def shared_file(site: Path, name: str, content: bytes) -> None:
    """Store a file that all editions share, under its hashed name."""
    path = site / name
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)


def hashed_name(path: Path, content: bytes) -> str:
    """Return `assets/site.0123abcd.css` for site.css."""
    return f"assets/{path.stem}.{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"


def write_root(site: Path, templates: Path, context: Mapping[str, Any]) -> list[str]:
    """Make every root file anew from the editions' records and return those that changed."""
    records = published(site)
    if not records:
        raise ReportError("nothing is published yet", hint="Run `smallcaps run --all`.")
    files = {"versions.json": _versions(records), "editions.json": _editions(records)}
    files |= {".nojekyll": b""} | root_pages(list(records.values()), templates, context)
    changed = []
    for name, content in files.items():
        path = site / name
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
            changed.append(name)
    for path in (site / LATEST).rglob("*.html"):
        if path.relative_to(site).as_posix() not in files:
            path.unlink()
    return changed


def _versions(records: Mapping[Edition, Mapping[str, Any]]) -> bytes:
    """The list of versions in mike's format, newest first."""
    from mike.versions import Versions

    versions = Versions()
    for position, (edition, record) in enumerate(records.items()):
        versions.add(str(edition), record["title"], [LATEST] if position == 0 else [])
    return f"{versions.dumps()}\n".encode()


def _editions(records: Mapping[Edition, Mapping[str, Any]]) -> bytes:
    kept = ("edition", "as_of", "title", "answer", "simulated", "provider", "snapshot", "headlines")
    listed = [{key: record[key] for key in kept} for record in records.values()]
    return json.dumps(listed, indent=1, ensure_ascii=False).encode() + b"\n"
