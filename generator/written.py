"""What people write that editions are checked against: claims, forecasts and the works they cite.

The files of `content/` have entries of all editions. An edition is made from those that it shows,
and keeps them, so that a later entry changes nothing that is published and the edition can be made
again from what lies beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from generator.claims import Claim, read_claims, shown_in
from generator.editions import Edition
from generator.entries import Known
from generator.errors import ContentError, DataError, Mistake
from generator.forecasts import Forecast, read_forecasts
from generator.manifest import Manifest
from generator.sources import Source, read_sources
from generator.store import write_whole
from generator.workshop import Workshop

ENTRIES = "entries.json"
"""In the folder of each release: the entries it was made from, by the name of their file."""
OF_EDITIONS = ("claims", "forecasts", "sources")
"""Files of `content/`, without `.yml`, whose entries editions keep."""


@dataclass(frozen=True)
class Written:
    """Entries, of all editions or of those that one edition shows."""

    claims: tuple[Claim, ...] = ()
    """What others said."""
    forecasts: tuple[Forecast, ...] = ()
    """What others said would come."""
    sources: tuple[Source, ...] = ()
    """The works that are cited."""

    @property
    def works(self) -> dict[str, Source]:
        """The works by id."""
        return {source.id: source for source in self.sources}

    def of_edition(self, edition: Edition, as_of: date, words: str) -> Written:
        """Return the entries that an edition shows; `words` is its commentary."""
        claims = shown_in(self.claims, edition, as_of)
        begun = tuple(one for one in self.forecasts if one.edition <= str(edition))
        named = {claim.source for claim in claims} | {forecast.source for forecast in begun}
        works = tuple(one for one in self.sources if one.id in named or one.id in words)
        return Written(claims, begun, works)

    def to_json(self) -> bytes:
        """Return the entries as they were written, by the name of their file."""
        found = {name: [_plain(entry) for entry in getattr(self, name)] for name in OF_EDITIONS}
        return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def _plain(entry: BaseModel) -> object:
    return entry.model_dump(mode="json", by_alias=True, exclude_unset=True)


def read_written(root: Path, known: Known | None = None) -> tuple[Written, list[Mistake]]:
    """Read the entries of a project and every mistake in them.

    `known` are the figures that entries may name; without it names are not looked at.
    """
    sources, mistakes = read_sources(root)
    if known is not None:
        known = replace(known, sources=[source.id for source in sources])
    forecasts, wrong = read_forecasts(root, known)
    claims, more = read_claims(root, known, [forecast.id for forecast in forecasts])
    return Written(claims, forecasts, sources), [*mistakes, *wrong, *more]


def entries_written(shop: Workshop) -> Written:
    """Return the entries of all editions, whatever figures they name.

    Raises:
        ContentError: with every mistake of form in the files.
    """

    def read() -> Written:
        found, mistakes = read_written(shop.settings.root)
        if mistakes:
            raise ContentError(mistakes, hint="Mend them, then run `smallcaps check`.")
        return found

    every: Written = shop.remembered("written", read)
    return every


def entries_of(shop: Workshop, manifest: Manifest) -> Written:
    """Return the entries that an edition shows.

    Raises:
        ContentError: with every mistake of form in the files.
    """
    path = shop.settings.root / f"content/editions/{manifest.edition}.md"
    words = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return entries_written(shop).of_edition(manifest.edition, manifest.as_of, words)


def lay_out(root: Path, content: bytes, shown_as: str) -> None:
    """Write the entries that a release kept where a project has them.

    Raises:
        DataError: they are not what a release keeps.
    """
    for name, entries in _kept(content, shown_as).items():
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        write_whole(root / f"content/{name}.yml", text.encode(), lasting=False)


def _kept(content: bytes, shown_as: str) -> Mapping[str, Iterable[object]]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(
        name in OF_EDITIONS and isinstance(entries, list) for name, entries in found.items()
    ):
        raise DataError(
            "it is not a list of entries by file",
            where=shown_as,
            hint="Restore it from a copy of the site.",
        )
    return {name: entries for name, entries in found.items() if entries}
