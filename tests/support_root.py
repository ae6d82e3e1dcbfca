"""A site in memory with made-up releases and the root files around them."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from typing import Any

from support_archive import release
from support_project import REPOSITORY

from generator import root_pages
from generator.assets import shared_assets
from generator.corrections import Correction
from generator.editions import parse_edition
from generator.listing import RECORD, Entry, entry_of, listing_of

TEMPLATES = REPOSITORY / "templates"
SHAPE = {"metrics": 14, "facts": 40, "claims": 6}
CORRECTED = Correction(
    edition="2025-W52",
    revision=2,
    date="2026-01-02",  # type: ignore[arg-type]
    reason="A close was mistaken.",
    wrong="2,460.11",
    right="2,465.98",
)


def root_context(corrections: Collection[Correction] = (CORRECTED,)) -> dict[str, Any]:
    return {
        "site_name": "A & B",
        "site_description": "C",
        "site_url": "https://a.example/sub/",
        "assets": {key: name for key, (name, _) in shared_assets(TEMPLATES).items()},
        "style": {"text": "", "hash": ""},
        "pdfs": {},
        "corrections": corrections,
    }


class RootSite:
    """A site's files in memory, to which releases are published as the archive does."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.listing = listing_of(())
        self.written: list[set[str]] = []

    def where(self, name: str) -> str:
        return f"site/{name}"

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name]

    def exists(self, name: str) -> bool:
        return name in self.files

    def folders(self, below: str = "") -> list[str]:
        raise AssertionError("no folder is looked through")

    def names(self, folder: str = "") -> list[str]:
        return sorted(name for name in self.files if name.startswith(f"{folder}/"))

    def publish(self, edition: str, **shaped: int) -> None:
        """Publish an edition, or correct it where it is there already."""
        before = [e for e in self.listing.entries if e.edition == edition]
        revision = len(before) + 1
        entries = {entry.key: entry for entry in self.listing.entries}
        folder = edition if revision == 1 else f"{edition}-r{revision}"
        if revision == 2:
            self._move(edition, f"{edition}-r1")
            entries[edition] = self._listed(f"{edition}-r1")
        made = release(parse_edition(edition), revision, **{**SHAPE, **shaped})
        self.files |= {f"{folder}/{name}": content for name, content in made.items()}
        entry = self._listed(folder)
        self.listing = listing_of((entries | {entry.key: entry}).values())
        self.update([edition])

    def _move(self, old: str, new: str) -> None:
        for name in [name for name in self.files if name.startswith(f"{old}/")]:
            self.files[new + name.removeprefix(old)] = self.files.pop(name)

    def _listed(self, folder: str) -> Entry:
        return entry_of(json.loads(self.files[f"{folder}/{RECORD}"]), "0" * 64, folder)

    def update(self, touched: Collection[str], *, everything: bool = False) -> None:
        files, gone = root_pages.update(
            self,
            self.listing,
            touched,
            everything=everything,
            templates=TEMPLATES,
            context=root_context(),
        )
        self.written.append(set(files))
        self.files |= files
        self.files = {
            name: content
            for name, content in self.files.items()
            if not any(name == old or name.startswith(f"{old}/") for old in gone)
        }

    def made_anew(self) -> RootSite:
        """Return the same releases with root files made from nothing else."""
        found = RootSite()
        places = {entry.folder for entry in self.listing.entries}
        found.files = {n: c for n, c in self.files.items() if n.partition("/")[0] in places}
        found.listing = self.listing
        found.update((), everything=True)
        return found


WEEKS = ("2023-W40", "2024-W01", "2024-W52", "2025-W51", "2025-W52", "2026-W01", "2026-W04")


def copy_of(site: RootSite) -> RootSite:
    made = RootSite()
    made.files, made.listing = dict(site.files), site.listing
    return made


@cache
def four_years() -> RootSite:
    """Return a site with editions of four years, one of them corrected; not to be changed."""
    made = RootSite()
    for edition in (*WEEKS, "2025-W52"):
        made.publish(edition)
    return made
