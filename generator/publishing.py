"""Publishing: built editions into a site, with everything around them, in one step.

Where the site is, a folder or a branch, makes no difference here. An edition that is published
already costs a look at two lists; one more costs the same however many there are.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from generator import archive, assets, program, root_pages, searching
from generator.archive import Publication
from generator.editions import Edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.foresight import After
from generator.frozen_inputs import PUBLISHED
from generator.git_branch import GitBranch
from generator.listing import EDITIONS
from generator.manifest import Manifest
from generator.signposts import SIGNPOSTS, signposts
from generator.store import alone
from generator.trees import Keeper, Moved
from generator.workshop import Outcome, Workshop, said

ROUNDS = 5
"""Times that a change is worked out anew because somebody else changed the site."""
LOCKED = "another run is publishing from this project"


def destination(shop: Workshop, branch: str | None, remote: str | None) -> Keeper:
    """Return where to publish: the project's folder, or a branch of its repository."""
    settings = shop.settings
    if branch is None:
        return Folder(settings.site, settings.project.site)
    return GitBranch(settings.root, branch, remote)


def publish(
    shop: Workshop, tree: Keeper, editions: Iterable[Edition], *, anew: bool = False
) -> list[Outcome]:
    """Add built editions to a site and bring up to date what leads to them.

    `anew` makes all root files anew, trusting nothing but the editions themselves. Nothing is
    changed where one of the editions is refused.

    Raises:
        ReportError: an edition is altered, or is published already and differs; the site is
            damaged; others change it without end.
        ProviderError: the remote of a branch does not answer.
    """
    wanted = list(editions)
    with alone(shop.settings.build / "publish.lock", LOCKED):
        for _ in range(ROUNDS):
            started = time.perf_counter()
            publication = archive.begin(tree, anew=anew)
            for edition in wanted:
                archive.add(publication, shop.settings.build / str(edition) / "site")
            _add_shared(shop, publication, wanted)
            _add_root(shop, publication)
            if not publication.change:
                return _said(shop, publication, wanted, started)
            try:
                written = tree.apply(publication.change, _words(publication))
            except Moved:
                shop.say("retrying", tree.name, "it was changed meanwhile", 0.0)
                continue
            outcomes = _said(shop, publication, wanted, started)
            root = [name for name in written if name in publication.change.files]
            if root:
                shop.say("wrote", tree.name, _in_short(root), time.perf_counter() - started)
            return outcomes
    raise ReportError(
        f"{tree.name} was changed by others {ROUNDS} times meanwhile",
        hint="Nothing was published. Run the command again.",
    )


def refresh(shop: Workshop, tree: Keeper, touched: Iterable[str]) -> None:
    """Bring the root files up to date after something else of these editions changed."""
    publication = archive.begin(tree)
    publication.touched |= set(touched)
    _add_root(shop, publication)
    tree.apply(publication.change, f"Refresh {', '.join(sorted(publication.touched))}")


def _said(
    shop: Workshop, publication: Publication, wanted: list[Edition], started: float
) -> list[Outcome]:
    outcomes = []
    for edition, (verb, folder) in zip(wanted, publication.verbs, strict=True):
        outcomes.append(said(shop, verb, edition, publication.tree.where(folder), started))
        started = time.perf_counter()
    return outcomes


def _in_short(names: list[str]) -> str:
    more = len(names) - 3
    return ", ".join(names[-3:]) + (f" and {more} more" if more > 0 else "")


def _words(publication: Publication) -> str:
    """What the commit says, where there is one."""
    new = publication.change.copies
    entries = [entry for entry in publication.listing.entries if entry.folder in new]
    if not entries:
        return "Make the root pages anew"
    named = ", ".join(entry.key for entry in entries[:3])
    more = len(entries) - 3
    first = f"Publish {named}" + (f" and {more} more" if more > 0 else "")
    reasons = [f"{entry.key}: {entry.reason}" for entry in entries if entry.reason]
    about = f"{entries[0].title}, from {entries[0].provider}, as of {entries[0].as_of}"
    return "\n\n".join([first, about, *reasons])


def _add_shared(shop: Workshop, publication: Publication, editions: list[Edition]) -> None:
    """Add what all editions share and the site does not have: assets, program, frozen rows."""
    tree, shared = publication.tree, publication.change.shared
    assets = _assets(shop)
    for name, content in assets.values():
        if not tree.exists(name):
            shared[name] = content
    from generator.library import library_name

    name = library_name()
    if not tree.exists(name):
        # It takes a while to make.
        shared[name] = shop.drawing().library()
    if not publication.touched:
        return
    content = shop.program()
    name = program.program_name(program.digest_of(content))
    if not tree.exists(name):
        shared[name] = content
    for edition in editions:
        if str(edition) in publication.touched:
            _add_snapshot(shop, publication, edition)


def _add_snapshot(shop: Workshop, publication: Publication, edition: Edition) -> None:
    """Add the frozen rows that may be published, once for all editions."""
    tree, change = publication.tree, publication.change
    manifest: Manifest = shop.snapshots.manifest(edition)
    own = f"{PUBLISHED}/{shop.snapshots.name(edition)}"
    if not manifest.may_publish("prices"):
        # A simulated snapshot may have been there before the real one.
        change.removed.add(own)
        return
    for table, chain in manifest.tables.items():
        for item in chain if manifest.may_publish(table) else ():
            name = f"{PUBLISHED}/{item.name}"
            if name not in change.shared and not tree.exists(name):
                change.shared[name] = shop.snapshots.read_object(item)
    change.shared[own] = shop.snapshots.store.read(shop.snapshots.name(edition))


def _assets(shop: Workshop) -> dict[str, tuple[str, bytes]]:
    found: dict[str, tuple[str, bytes]] = shop.remembered(
        "assets", lambda: assets.shared_assets(shop.templates)
    )
    return found


def _add_root(shop: Workshop, publication: Publication) -> None:
    """Add the root files that are no longer what they would be if they were made now."""
    if not publication.listing.entries:
        raise ReportError("nothing is published yet", hint="Run `smallcaps run --all` first.")
    sources = {"program": _fingerprint(shop), **_corrections(shop)}
    before = archive.made_from(publication)
    if before.get("program") != sources["program"]:
        publication.doubtful = True
    reworded = (name for name in sources if name != "program" and sources[name] != before.get(name))
    publication.touched |= set(reworded) & publication.listing.newest.keys()
    if not publication.doubtful and not publication.touched:
        return
    change, listing = publication.change, publication.listing
    after = After(publication.tree, change)
    archive.lay_aliases(publication, after)
    touched = set(listing.newest) if publication.doubtful else publication.touched
    context = _context(shop, publication)
    files, gone = root_pages.update(
        after,
        listing,
        touched,
        everything=publication.doubtful,
        templates=shop.templates,
        context=context,
    )
    found, dropped = searching.update(
        after,
        listing,
        touched,
        everything=publication.doubtful,
        work=shop.settings.build / "search",
    )
    message = root_pages.messages(shop.templates, context)
    lists = archive.lists(publication)
    change.files |= (
        {".nojekyll": b""} | found | signposts(listing, touched, message) | files | lists
    )
    if publication.doubtful:
        old = [name for folder in SIGNPOSTS for name in publication.tree.names(folder)]
        change.removed |= set(old) - change.files.keys()
    change.files[archive.ROOT] = archive.root_stamp(sources, lists[EDITIONS])
    change.removed |= (gone | dropped) - change.files.keys()


def _context(shop: Workshop, publication: Publication) -> dict[str, Any]:
    """What every root page knows."""
    settings = shop.settings
    return {
        "site_name": settings.site_name,
        "site_description": settings.site_description,
        "site_url": settings.site_url,
        "assets": {key: name for key, (name, _) in _assets(shop).items()},
        "style": assets.first_view_style(shop.templates),
        "corrections": settings.corrections,
        "pdfs": archive.pdfs(After(publication.tree, publication.change)),
    }


def _corrections(shop: Workshop) -> dict[str, str]:
    """A hash of what is told of each corrected edition, by its name."""
    found: dict[str, str] = {}
    for one in shop.settings.corrections:
        words = found.get(one.edition, "") + one.model_dump_json()
        found[one.edition] = hashlib.sha256(words.encode()).hexdigest()
    return found


def _fingerprint(shop: Workshop) -> str:
    """What the root files depend on besides the editions."""

    def made() -> str:
        settings = shop.settings
        words = [settings.site_name, settings.site_description, settings.site_url]
        words += [name for name, _ in _assets(shop).values()]
        for path in (*_sources(Path(__file__).parent), *_sources(shop.templates / "root")):
            words += [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()

    found: str = shop.remembered("root", made)
    return found


def _sources(folder: Path) -> list[Path]:
    """The files that root pages are made by: every one directly in a folder."""
    return sorted(path for path in folder.iterdir() if path.is_file())
