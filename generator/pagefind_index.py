"""An index of Pagefind made from records: the same records, the same bytes.

What Pagefind writes in the order of a hash table (the values of a filter, the list of filters) is
put in order here. Records are named by what they belong to and what they hold, so that a browser
can put results in order without fetching them, and an index that is made again keeps its files.
They lie in a folder for each thing they belong to: git takes long to find a file among thousands.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import cbor
from generator.pagefind_service import failure, running

LANGUAGE = "en"
_SHARED = ("pagefind.js", "pagefind-worker.js", f"wasm.{LANGUAGE}.pagefind")
FRAGMENTS = "fragment"
"""The folder of the files that hold one record each and are named by what they hold."""
# With the point as a letter, 2.04 and 20.4 are two words.
_CONFIG = {"force_language": LANGUAGE, "include_characters": "."}
_ENTRY = "pagefind-entry.json"
_MARK = b"pagefind_dcd"
_RECORDS, _FILTERS = 1, 3
"""The places of these lists in an index's table of contents."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """Something that can be found."""

    group: str
    """What it belongs to, for example its edition; names the folder of its file."""
    url: str
    """Where a reader finds it, from the root of the site."""
    content: str
    """What is searched, and shown around what was found."""
    meta: dict[str, str]
    """What is shown with it: `title` and what else there is to say."""
    filters: dict[str, list[str]] = field(default_factory=dict)
    """By what it can be chosen."""


def make_index(searchables: Iterable[Searchable], scratch: Path) -> dict[str, bytes]:
    """Return the files of an index by name, without those that are the same for every index.

    What leads to others comes after them.

    `scratch` is a folder for the program to run in.

    Raises:
        ReportError: the program is missing, fails or hangs.
    """
    known = list(searchables)
    files = _written(known, scratch)
    contents, entry = _contents(files)
    found = {name: content for name, content in files.items() if name.startswith("index/")}
    for record, searchable in zip(contents[_RECORDS], known, strict=True):
        fragment = files[f"{FRAGMENTS}/{record[0]}.pf_fragment"]
        record[0] = f"{searchable.group}/{_digest(fragment)}"
        found[f"{FRAGMENTS}/{record[0]}.pf_fragment"] = fragment
    for listed in contents[_FILTERS]:
        name, values = _unpacked(files[f"filter/{listed[1]}.pf_filter"])
        packed = _packed([name, sorted(values)])
        listed[1] = f"{LANGUAGE}_{_digest(packed)}"
        found[f"filter/{listed[1]}.pf_filter"] = packed
    contents[_FILTERS].sort()
    return dict(sorted(found.items())) | _begun(contents, entry)


def make_runtime(scratch: Path) -> dict[str, bytes]:
    """Return what a browser searches with: scripts and an index of nothing, by name.

    Raises:
        ReportError: the program is missing, fails or hangs.
    """
    # Without anything to find it writes no index and leaves out the language.
    files = _written([Searchable("none", "index.html", "nothing", {})], scratch)
    contents, entry = _contents(files)
    entry["languages"][LANGUAGE]["page_count"] = 0
    nothing = [contents[0], *([] for _ in contents[1:])]
    return {name: files[name] for name in _SHARED} | _begun(nothing, entry)


def _written(searchables: Iterable[Searchable], scratch: Path) -> dict[str, bytes]:
    """All files of an index as the program makes them."""
    with running(scratch) as service:
        service.ask({"type": "NewIndex", "config": _CONFIG})
        for searchable in searchables:
            service.ask(
                {
                    "type": "AddRecord",
                    "index_id": 0,
                    "url": searchable.url,
                    "content": searchable.content,
                    "language": LANGUAGE,
                    "meta": searchable.meta,
                    "filters": searchable.filters,
                    "sort": {},
                }
            )
        answer = service.ask({"type": "GetFiles", "index_id": 0})
    return {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}


def _contents(files: Mapping[str, bytes]) -> tuple[list[Any], dict[str, Any]]:
    """An index's table of contents, and the file where it begins."""
    entry: dict[str, Any] = json.loads(files[_ENTRY])
    return _unpacked(files[f"pagefind.{entry['languages'][LANGUAGE]['hash']}.pf_meta"]), entry


def _begun(contents: list[Any], entry: dict[str, Any]) -> dict[str, bytes]:
    """Both again as files, the one where it begins last."""
    packed = _packed(contents)
    entry["languages"][LANGUAGE]["hash"] = name = f"{LANGUAGE}_{_digest(packed)}"
    return {
        f"pagefind.{name}.pf_meta": packed,
        _ENTRY: json.dumps(entry, separators=(",", ":")).encode(),
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def _unpacked(content: bytes) -> list[Any]:
    try:
        plain = gzip.decompress(content)
        found = cbor.decode(plain.removeprefix(_MARK))
    except (OSError, ValueError) as error:
        raise failure(f"it writes a format that is not known here ({error})") from None
    return found


def _packed(value: list[Any]) -> bytes:
    return gzip.compress(_MARK + cbor.encode(value), mtime=0)
