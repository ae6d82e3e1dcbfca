"""What `smallcaps verify` looks at: this project's editions, or a site kept anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from generator.editions import Edition
from generator.errors import ReportError, UsageError
from generator.findings import Finding, told
from generator.folders import Folder
from generator.listing import EDITIONS, RECORD, Entry, is_release, parse_release, read_listing
from generator.trees import Tree
from generator.verifying import Verifier
from generator.web_tree import NotListed, WebTree
from generator.workshop import Workshop

LATEST = "latest"
Listed = tuple[str, Entry | None]
"""The folder of a release, and what the list of editions says of it; None where nothing does."""
Branch = Callable[[str], Tree]
"""Opens a branch of the project's repository by its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look, and at what."""

    tree: Tree
    """A site, or a folder with a release in it."""
    release: str | None
    """A folder, edition or release in it; None for all of them."""


def place_of(target: str, branch: Branch) -> Place | None:
    """Return the place that a target names; None if it is an edition of this project.

    Raises:
        ReportError: there is neither a site nor an edition.
    """
    if target.startswith("branch:"):
        name, _, release = target.removeprefix("branch:").partition(":")
        return Place(branch(name), release or None)
    if target.startswith(("http://", "https://")):
        return _narrowed(target, WebTree)
    if target.startswith("file://"):
        target = url2pathname(unquote(urlsplit(target).path))
    elif is_release(target) or ("/" not in target and not Path(target).is_dir()):
        return None
    return _narrowed(str(Path(target).resolve()), lambda path: Folder(Path(path)))


def _narrowed(address: str, opened: Callable[[str], Tree]) -> Place:
    """Tell a site from a release in it."""
    address = address.rstrip("/").removesuffix("/index.html")
    tree = opened(address)
    if tree.exists(EDITIONS):
        return Place(tree, None)
    above, _, name = address.rpartition("/")
    if tree.exists(RECORD) or is_release(name):
        return Place(opened(above), name)
    raise ReportError(
        f"there is neither a site nor an edition: no {EDITIONS} and no {RECORD}",
        where=tree.where(""),
        hint="Name the folder of a site, or that of an edition in it.",
    )


def release_at(shop: Workshop, target: str, branch: Branch) -> tuple[Tree, Entry]:
    """Return the one release that a target names, and the site that it is in.

    Raises:
        ReportError: there is no such site, or no such release in it.
    """
    place = place_of(target, branch) or Place(Folder(shop.settings.site), target)
    return place.tree, read_listing(place.tree).find(place.release or LATEST)


def inspect(
    shop: Workshop, target: str | None, every: bool, again: bool, branch: Branch
) -> Iterator[Finding]:
    """Look at what is meant and yield what is found, release by release, oldest first.

    `again` makes each release anew with the program that made it and compares every byte.

    Raises:
        UsageError: a target and all of them exclude each other; the target is no edition.
        ReportError: there is no such edition or site.
    """
    if every and target is not None:
        raise UsageError("an edition and --all exclude each other")
    place = None if target is None else place_of(target, branch)
    if place is None:
        site = Place(Folder(shop.settings.site), None)
        found = _inspect_own(
            shop, site.tree, None if every else LATEST if target is None else target
        )
    else:
        site, found = place, inspect_place(place)
    for folder, finding in found:
        yield _made_again(shop, site.tree, folder, finding) if again and folder else finding


Found = tuple[str, Finding]
"""The folder of a release, empty for what is none, and what was found of it."""


def inspect_place(place: Place) -> Iterator[Found]:
    """Look at a place that is no part of this project, release by release, oldest first.

    Raises:
        ReportError: there is no such release.
    """
    verifier = Verifier(place.tree)
    for folder, entry in _meant(place):
        yield folder, verifier.release(folder, entry)
    if place.release is None:
        yield "", verifier.site()


def _meant(place: Place) -> list[Listed]:
    if place.release is None:
        found, wrong = _releases(place.tree)
        if not found and wrong is None:
            raise ReportError(
                "nothing is published there",
                where=place.tree.where(EDITIONS),
                hint="Publish there first, or name another place.",
            )
        return found
    listed = [one for one in _releases(place.tree)[0] if one[0] == place.release]
    if listed:
        return listed
    if place.tree.exists(f"{place.release}/{RECORD}"):
        return [(place.release, None)]
    entry = read_listing(place.tree).find(place.release)
    return [(entry.folder, entry)]


def _releases(tree: Tree) -> tuple[list[Listed], str | None]:
    """The releases of a site, oldest first, and what is wrong with the list of them."""
    try:
        return [(entry.folder, entry) for entry in reversed(read_listing(tree).entries)], None
    except ReportError as error:
        wrong = told(error)
    try:
        folders = [name for name in tree.folders() if is_release(name)]
    except NotListed:
        folders = []
    return [(name, None) for name in folders if tree.exists(f"{name}/{RECORD}")], wrong


def _inspect_own(shop: Workshop, tree: Tree, target: str | None) -> Iterator[Found]:
    """Look at this project's editions, the frozen inputs with them; all of them without target."""
    releases, wrong = _releases(tree)
    wanted = _wanted(shop, releases, target)
    verifier, frozen = Verifier(tree), shop.snapshots.editions()
    for edition, revision in wanted:
        own = [
            (folder, entry)
            for folder, entry in releases
            if parse_release(folder)[0] == edition and revision in (None, _revision(folder, entry))
        ]
        inputs = tuple(shop.snapshots.verify(edition)) if edition in frozen else ()
        if not own:
            yield "", Finding(str(edition), inputs)
        for folder, entry in own:
            found = verifier.release(folder, entry)
            yield folder, replace(found, wrong=(*inputs, *found.wrong))
            inputs = ()
    if target is None and (releases or wrong):
        yield "", verifier.site()
    elif wrong:
        yield "", Finding("site", (wrong,))


def _revision(folder: str, entry: Entry | None) -> int:
    return entry.revision if entry else parse_release(folder)[1] or 1


def _wanted(
    shop: Workshop, releases: list[Listed], target: str | None
) -> list[tuple[Edition, int | None]]:
    """The editions meant, each with the revision that is meant or None for all of them."""
    known = {*shop.snapshots.editions(), *(parse_release(folder)[0] for folder, _ in releases)}
    if target is None or (target == LATEST and known):
        every = sorted(known)
        return [(edition, None) for edition in (every if target is None else every[-1:])]
    if target == LATEST:
        return [(shop.snapshots.resolve(target), None)]
    edition, revision = parse_release(target)
    own = {_revision(*one) for one in releases if parse_release(one[0])[0] == edition}
    if edition not in known:
        shop.snapshots.resolve(str(edition))
    if revision is not None and revision not in own:
        known_ones = ", ".join(map(str, sorted(own))) or "none"
        raise ReportError(
            f"{target} is not published (revisions of {edition}: {known_ones})",
            hint="Run `smallcaps list` to see the editions there are.",
        )
    return [(edition, revision)]


def _made_again(shop: Workshop, tree: Tree, folder: str, finding: Finding) -> Finding:
    """Add to a finding what becomes of making the release again."""
    from generator.rebuilding import rebuild

    rebuilt = rebuild(shop, tree, folder)
    lines = dict.fromkeys((*finding.wrong, *rebuilt.differs))
    return replace(finding, wrong=tuple(lines), cannot=rebuilt.cannot, rebuilt=True)
