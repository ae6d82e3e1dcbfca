"""The order of the stages: fetch, build, publish.

Each stage is told where to work and what the time is, and says what it did through `Say`. A stage
whose inputs have not changed does nothing, and heavy libraries are imported only by one that works.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator import archive
from generator.editions import Edition, parse_edition
from generator.errors import Mistake, ReportError
from generator.manifest import Manifest
from generator.root_pages import ROOT_FOLDERS
from generator.store import alone, write_whole
from generator.workshop import Outcome, Workshop, said, words

PACKAGE = Path(__file__).parent
LIBRARIES = (
    "altair",
    "apache-hamilton",
    "font-source-sans-pro",
    "font-source-serif-pro",
    "jinja2",
    "markdown",
    "mkdocs",
    "numpy",
    "pandas",
    "pillow",
    "pyarrow",
    "vl-convert-python",
    "xlsxwriter",
)


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
        libraries = [f"{name} {version(name)}".encode() for name in LIBRARIES]
        universe = (shop.settings.root / "content/universe.yml").read_bytes()
        names = [shop.settings.site_name.encode(), shop.settings.site_url.encode()]
        return _digest([universe, *names, *_files(PACKAGE, "*.py"), *libraries])

    return _digest([manifest.sha256.encode(), shop.remembered("code", code).encode()])


def _built_from(shop: Workshop, edition: Edition, computed_from: str) -> str:
    """Fingerprint of everything the edition's pages depend on."""
    root = shop.settings.root
    commentary = root / f"content/editions/{edition}.md"

    def templates() -> str:
        settings = [(root / name).read_bytes() for name in ("mkdocs.yml", "content/glossary.yml")]
        return _digest([*settings, *_files(shop.templates, "*")])

    own = commentary.read_bytes() if commentary.is_file() else b""
    shared = shop.remembered("templates", templates)
    return _digest([computed_from.encode(), shared.encode(), own])


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
    built_from = _built_from(shop, edition, computed_from)
    stamp = scratch / "stamp"
    if _is_built(scratch, built_from):
        return said(shop, "kept", edition, "nothing has changed", started)
    stamp.unlink(missing_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    from generator.computing import compute
    from generator.writing import write

    result = compute(shop, edition, scratch, computed_from)
    count = write(shop, edition, manifest, result, scratch)
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
        return not archive.differences(scratch / "site")
    except ReportError:
        return False


def _point_to(link: Path, target: Path) -> None:
    """Let `build/docs` be the pages of the edition built last."""
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target.relative_to(link.parent), target_is_directory=True)
    beside.replace(link)


def publish(shop: Workshop, editions: Iterable[Edition]) -> list[Outcome]:
    """Copy built editions into the site and make the root pages anew.

    Raises:
        ReportError: an edition is not built, or is published already and differs.
    """
    settings, wanted = shop.settings, list(editions)
    assets = archive.shared_assets(shop.templates)
    with alone(settings.build / "publish.lock", "another run is publishing into this site"):
        archive.clear_leftovers(settings.site)
        # Refuse before anything is written, so that a refusal leaves the site as it was.
        for edition in wanted:
            _require_built(shop, edition)
            built = settings.build / str(edition) / "site"
            archive.require_publishable(settings.site, built, edition)
        for name, content in assets.values():
            archive.shared_file(settings.site, name, content)
        _publish_library(shop)
        outcomes = []
        for edition in wanted:
            started = time.perf_counter()
            built = settings.build / str(edition) / "site"
            verb = archive.publish(settings.site, built, edition)
            _publish_snapshot(shop, edition)
            detail = f"{settings.project.site}/{edition}"
            outcomes.append(said(shop, verb, edition, detail, started))
        _refresh_root(shop, {key: name for key, (name, _) in assets.items()})
    return outcomes


def _publish_library(shop: Workshop) -> None:
    """Store the script that makes charts live, once for all editions; it takes a while to make."""
    from generator.library import library_name

    name = library_name()
    if not (shop.settings.site / name).is_file():
        archive.shared_file(shop.settings.site, name, shop.drawing().library())


def _require_built(shop: Workshop, edition: Edition) -> None:
    computed_from = _computed_from(shop, shop.snapshots.manifest(edition))
    stamp = shop.settings.build / str(edition) / "stamp"
    hint = f"Run `smallcaps build {edition}` first."
    if not stamp.is_file():
        raise ReportError(f"{edition} is not built", hint=hint)
    if stamp.read_text() != _built_from(shop, edition, computed_from):
        raise ReportError(f"the build of {edition} is out of date", hint=hint)


def _refresh_root(shop: Workshop, assets: Mapping[str, str]) -> None:
    started = time.perf_counter()
    settings = shop.settings
    context = {
        "site_name": settings.site_name,
        "site_description": settings.site_description,
        "site_url": settings.site_url,
        "assets": dict(assets),
        "style": archive.first_view_style(shop.templates),
        "pdfs": archive.pdfs(settings.site),
    }
    newest = _write_root(shop, context)
    if newest:
        took = time.perf_counter() - started
        shop.say("wrote", settings.project.site, ", ".join(newest[:3]), took)


def print_editions(shop: Workshop, wanted: Iterable[str], every: bool, paper: str) -> list[Path]:
    """Print published editions, the newest unless told otherwise, and return where their PDFs are.

    Raises:
        ReportError: an edition is not published, or there is no Chromium, or it failed.
    """
    from generator.printing import print_edition

    settings = shop.settings
    records = archive.published(settings.site)
    if not records:
        raise ReportError("nothing is published yet", hint="Run `smallcaps run --all` first.")
    newest = str(next(iter(records)))
    names = [newest if name == "latest" else name for name in wanted] or [newest]
    editions = list(records) if every else [parse_edition(name) for name in names]
    for edition in editions:
        if edition not in records:
            hint = f"Run `smallcaps run {edition}` first."
            raise ReportError(f"{edition} is not published", hint=hint)
    with alone(settings.build / "publish.lock", "another run is publishing into this site"):
        for edition in editions:
            print_edition(shop, edition, records[edition], paper)
        assets = archive.shared_assets(shop.templates)
        _refresh_root(shop, {key: name for key, (name, _) in assets.items()})
    return [settings.site / archive.pdf_name(edition) for edition in editions]


def _publish_snapshot(shop: Workshop, edition: Edition) -> None:
    """Put the frozen rows that may be published beside the editions, once for all of them."""
    manifest = shop.snapshots.manifest(edition)
    name = shop.snapshots.name(edition)
    if not manifest.may_publish("prices"):
        # A simulated snapshot may have been there before the real one.
        (shop.settings.site / archive.SNAPSHOTS / name).unlink(missing_ok=True)
        return
    for table, chain in manifest.tables.items():
        for item in chain if manifest.may_publish(table) else ():
            path = f"{archive.SNAPSHOTS}/{item.name}"
            if not (shop.settings.site / path).is_file():
                archive.shared_file(shop.settings.site, path, shop.snapshots.read_object(item))
    archive.shared_file(
        shop.settings.site, f"{archive.SNAPSHOTS}/{name}", shop.snapshots.store.read(name)
    )


def _write_root(shop: Workshop, context: Mapping[str, Any]) -> list[str]:
    """Make the root pages anew unless they and everything they are made from is as it was."""
    site, stamp = shop.settings.site, shop.settings.build / "root.stamp"

    def state() -> str:
        records = [path.read_bytes() for path in sorted(site.glob(f"*/{archive.RECORD}"))]
        words = [str(value).encode() for value in context.values()]
        made = [entry for name in ROOT_FOLDERS for entry in _files(site / name, "*")]
        made += _files(site, "*", deep=False)
        code = _files(PACKAGE, "archive.py", "root_pages.py", deep=False)
        return _digest([*records, *words, *made, *code, *_files(shop.templates / "root", "*")])

    if stamp.is_file() and stamp.read_text() == state():
        return []
    changed = archive.write_root(site, shop.templates, context)
    write_whole(stamp, state().encode())
    return changed


def check(shop: Workshop) -> list[str]:
    """Look at templates, commentary and snapshots and return what is wrong; change nothing."""
    from generator import graph, page_templates

    known = list(graph.metrics())
    wanted, mistakes = page_templates.wanted(shop.templates, known, graph.charts())
    folder = shop.settings.root / "content/editions"
    for path in sorted(folder.glob("*.md")):
        try:
            edition = parse_edition(path.stem)
        except ReportError as error:
            mistakes.append(Mistake(f"content/editions/{path.name}", None, error.what))
            continue
        mistakes += words(shop, edition, wanted.pages, known)[1]
    wrong = [str(mistake) for mistake in mistakes]
    for edition in shop.snapshots.editions():
        wrong += shop.snapshots.verify(edition)
    return wrong


def verify(shop: Workshop, editions: Iterable[Edition]) -> dict[str, list[str]]:
    """Recompute every hash of these editions' snapshots and published files.

    Returns what is wrong by edition; an empty list where all is well.
    """
    found = {}
    there = archive.published(shop.settings.site)
    for edition in editions:
        wrong = shop.snapshots.verify(edition)
        if edition in there:
            wrong += archive.damage(shop.settings.site, edition)
        found[str(edition)] = wrong
    return found


def states(shop: Workshop) -> list[dict[str, Any]]:
    """Return what there is of every edition: frozen, built, published."""
    there, snapshots = archive.published(shop.settings.site), shop.snapshots.editions()
    rows = []
    for edition in sorted({*snapshots, *there}, reverse=True):
        frozen = edition in snapshots
        manifest = shop.snapshots.manifest(edition) if frozen else None
        record = there.get(edition)
        rows.append(
            {
                "edition": str(edition),
                "as_of": manifest.as_of.isoformat() if manifest else (record or {})["as_of"],
                "provider": manifest.provider if manifest else (record or {})["provider"],
                "simulated": manifest.simulated if manifest else (record or {})["simulated"],
                "frozen": frozen,
                "built": (shop.settings.build / str(edition) / "stamp").is_file(),
                "published": record is not None,
            }
        )
    return rows


def begin_commentary(shop: Workshop, edition: Edition, now: datetime) -> Path:
    """Write the beginnings of an edition's commentary and return its path.

    Raises:
        ReportError: there is one already.
    """
    path = shop.settings.root / f"content/editions/{edition}.md"
    if path.exists():
        raise ReportError(
            f"{edition} has a commentary already", where=f"content/editions/{path.name}"
        )
    small = shop.settings.universe.benchmarks.small
    frozen = edition in shop.snapshots.editions()
    about = "simulated: true\n" if frozen and shop.snapshots.manifest(edition).simulated else ""
    text = (
        f"---\ntitle: \nauthor: \ndate: {now.date().isoformat()}\n{about}---\n\n# index\n\n"
        f"{{{{ fact('return_1w.{small}') }}}} on the week, "
        f"{{{{ fact('relative_return_1w.{small}') }}}} against the S&P 500.\n"
    )
    write_whole(path, text.encode())
    return path
