"""Search over the whole archive: several indexes, merged in the reader's browser.

A publish makes those anew that its editions are in. So that this costs about the same in every
week, an index of the newest quarter holds a few weeks; earlier quarters of that year have one each,
and so has every earlier year. What a browser searches with lies once beside them, as an index of
nothing that the others are merged to.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import ReportError
from generator.listing import Entry, Listing
from generator.pagefind_index import FRAGMENTS, make_index, make_runtime
from generator.pagefind_service import pagefind_version
from generator.searchables import searchables
from generator.trees import Tree

SEARCH = "search"
"""The folder of all this, below the site."""
STATE = f"{SEARCH}/years.json"
"""Where a browser, and the next publish, learn what there is."""
_SOURCES = ("searching.py", "searchables.py", "pagefind_index.py", "cbor.py")
"""The modules that decide what is in an index."""
_QUARTERS = (1, 14, 27, 40, 54)
_PARTS = (1, 5, 9, 14, 18, 22, 27, 31, 35, 40, 44, 48, 54)
"""The weeks that begin a quarter, or a part of one, and the first that is in none."""
_INDEX = re.compile(r"\d{4}(-W\d\d-W\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is below `search/`."""

    runtime: str
    """The folder with what a browser searches with; empty where nothing is known."""
    indexes: dict[str, dict[str, str]]
    """By name `made_from`, a hash of releases and program, and `files`, one of what was made."""


def index_name(edition: str, newest: str) -> str:
    """Return the index that an edition is in, where `newest` is the last edition there is.

    >>> [index_name(edition, "2026-W18") for edition in ("2026-W19", "2026-W14", "2026-W03")]
    ['2026-W18-W21', '2026-W14-W17', '2026-W01-W13']
    >>> index_name("2025-W52", "2026-W18")
    '2025'
    """
    year, week = edition[:4], int(edition[6:])
    if year != newest[:4]:
        return year
    quarter = _span(_QUARTERS, week)
    is_last = quarter == _span(_QUARTERS, int(newest[6:]))
    first, last = _span(_PARTS, week) if is_last else quarter
    return f"{year}-W{first:02}-W{last:02}"


def _span(starts: Sequence[int], week: int) -> tuple[int, int]:
    place = bisect(starts, week)
    return starts[place - 1], starts[place] - 1


def update(
    after: Tree, listing: Listing, touched: Collection[str], *, everything: bool, work: Path
) -> tuple[dict[str, bytes], set[str]]:
    """Return the files below `search/` that are new or differ, and the names that go.

    `after` shows the site with the releases of `listing` in it; `touched` names the editions whose
    releases changed; `work` is a folder for scratch. With `everything` an index stays only if
    neither what it is made from nor any of its files has changed.

    Raises:
        ReportError: a file of the site is damaged, or Pagefind fails.
    """
    work.mkdir(parents=True, exist_ok=True)
    runtime, known = f"pagefind-{pagefind_version()}", _known(after, lenient=everything)
    if known.runtime != runtime:
        known, everything = _Known(runtime, {}), True
    indexes = _by_index(listing)
    there = after.folders(SEARCH) if everything else known.indexes
    gone = {f"{SEARCH}/{name}" for name in set(there) - {runtime, *indexes}}
    files: dict[str, bytes] = {}
    if everything:
        files = _below(runtime, make_runtime(work))
        gone |= set(after.names(f"{SEARCH}/{runtime}")) - files.keys()
    affected = {index_name(name, listing.entries[0].edition) for name in touched if indexes}
    for name, entries in indexes.items():
        if name in known.indexes and name not in affected and not everything:
            continue
        made_from = _made_from(entries)
        if _stays(after, name, known.indexes.get(name), made_from, everything=everything):
            continue
        index = _index(after, entries, name, work)
        present = set(after.names(f"{SEARCH}/{name}"))
        gone |= present - index.keys()
        files |= _differing(after, index, present, everything=everything)
        known.indexes[name] = {"made_from": made_from, "files": _hash(index)}
    kept = {name: known.indexes[name] for name in indexes}
    return files | {STATE: _state(_Known(runtime, kept))}, gone


def _by_index(listing: Listing) -> dict[str, list[Entry]]:
    """The newest release of every edition by the index it is in, newest first."""
    found: dict[str, list[Entry]] = {}
    for edition, entry in listing.newest.items():
        found.setdefault(index_name(edition, listing.entries[0].edition), []).append(entry)
    return found


def _state(known: _Known) -> bytes:
    years: dict[str, dict[str, dict[str, str]]] = {}
    for name, hashes in known.indexes.items():
        years.setdefault(name[:4], {})[name] = hashes
    return f"{json.dumps({'runtime': known.runtime, 'years': years}, indent=1)}\n".encode()


def _known(tree: Tree, *, lenient: bool) -> _Known:
    """What the site says of its indexes.

    Raises:
        ReportError: it is damaged, unless `lenient`.
    """
    try:
        found = json.loads(tree.read(STATE))
        years = found["years"].values()
        known = {name: dict(hashes) for year in years for name, hashes in year.items()}
        if not all(map(_INDEX.fullmatch, known)):  # what is no longer wanted is removed
            raise ValueError("it names other folders")
        return _Known(str(found["runtime"]), known)
    except FileNotFoundError:
        return _Known("", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if lenient:
            return _Known("", {})
        raise ReportError(
            f"the list of indexes for searching is damaged: {error!r}",
            where=tree.where(STATE),
            hint="Run `smallcaps publish --rebuild`, which makes the indexes anew.",
        ) from None


def _made_from(entries: Iterable[Entry]) -> str:
    """A hash of the releases of an index and of the program that makes it."""
    own = Path(__file__).parent
    sources = [hashlib.sha256((own / name).read_bytes()).hexdigest() for name in _SOURCES]
    releases = [[entry.folder, entry.record] for entry in entries]
    return hashlib.sha256(json.dumps([sources, releases]).encode()).hexdigest()


def _stays(
    tree: Tree, name: str, known: Mapping[str, str] | None, made_from: str, *, everything: bool
) -> bool:
    """Whether an index is as it is to be; with `everything` all of it is read."""
    if known is None or known.get("made_from") != made_from:
        return False
    if not everything:
        return True
    names = tree.names(f"{SEARCH}/{name}")
    return known.get("files") == _hash({name: tree.read(name) for name in names})


def _index(after: Tree, entries: Sequence[Entry], name: str, work: Path) -> dict[str, bytes]:
    # The oldest first: what comes later leaves the places of those before it as they are.
    found = (one for entry in reversed(entries) for one in searchables(after, entry))
    return _below(name, make_index(found, work))


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{SEARCH}/{folder}/{name}": content for name, content in files.items()}


def _hash(files: Mapping[str, bytes]) -> str:
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()


def _differing(
    after: Tree, index: Mapping[str, bytes], present: Collection[str], *, everything: bool
) -> dict[str, bytes]:
    """The files of an index that are not there as they are to be.

    A fragment's name tells its content, so that without `everything` it is not read.
    """

    def is_there(name: str, content: bytes) -> bool:
        settled = not everything and f"/{FRAGMENTS}/" in name
        return name in present and (settled or after.read(name) == content)

    return {name: content for name, content in index.items() if not is_there(name, content)}
