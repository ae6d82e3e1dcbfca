"""What others said, as an edition tells it: in its pages, and in the files beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator import structured
from generator.claim_choices import choices
from generator.examining import Examined
from generator.facts import show_date
from generator.forecasts import ForecastState
from generator.listing import CLAIMS
from generator.makers import makers
from generator.manifest import Manifest
from generator.pages import Used
from generator.references import bibtex, csl_json, references, ris
from generator.schema_org import Publication
from generator.sources import Source
from generator.verdicts import Checked, claims_json
from generator.written import ENTRIES, Written

PAGE, LIST = "claims", "sources"
"""The pages of claims and of the works that are cited; the second is written once all cite."""


def context(examined: Examined, written: Written) -> dict[str, Any]:
    """Return what every template knows of what others said."""
    return {
        "claims": examined.claims,
        "forecasts": examined.forecasts,
        "makers": makers(examined.forecasts),
        "conditions": examined.conditions,
        "works": written.works,
        "claim_choices": choices,
    }


def write_claims(docs: Path, examined: Examined, written: Written) -> None:
    """Write what came of the claims, and the entries that the edition is made from."""
    if examined.claims:
        outlets = {source.id: source.outlet for source in written.sources}
        told = claims_json(examined.claims, outlets, references(written.sources))
        (docs / CLAIMS).write_text(told, encoding="utf-8")
    if written != Written():
        (docs / ENTRIES).write_bytes(written.to_json())


def write_works(docs: Path, written: Written, named: Collection[str]) -> None:
    """Write the works that are named, for programs that manage references."""
    works = [source for source in written.sources if source.id in named]
    if works:
        (docs / "sources.bib").write_text(bibtex(works), encoding="utf-8")
        (docs / "sources.ris").write_text(ris(works), encoding="utf-8")
        (docs / "sources.csl.json").write_text(csl_json(works), encoding="utf-8")


def cited(
    written: Written, places: Mapping[str, Sequence[str]], titles: Mapping[str, str]
) -> list[tuple[Source, str, list[tuple[str, str]]]]:
    """Return the works that an edition cites, in the order of their references, with the pages.

    `places` are names of pages by the id of the work, `titles` the pages' own.
    """
    works = [source for source in written.sources if source.id in places]
    told = references(works)
    listed = [
        (source, told[source.id], [(page, titles[page]) for page in places[source.id]])
        for source in works
    ]
    return sorted(listed, key=lambda one: one[1].casefold())


@dataclass(frozen=True)
class StructuredData:
    """What pages of an edition say for programs, in schema.org's vocabulary."""

    publication: Publication
    """The edition itself."""
    context: Mapping[str, Any]
    """What templates know."""

    def of(self, page: str, used: Used, files: Sequence[str] = ()) -> str:
        """Return a page's objects as JSON; empty where it has none of its own.

        `files` are those that can be taken.
        """
        if page == "index" and (words := self.context["words"]):
            works = (self.context["works"][name] for name in _on(page, used))
            return structured.first_page(
                self.publication,
                headline=words.title,
                description=self.context["answer_text"],
                author=words.author,
                works=works,
            )
        if page == PAGE:
            asked = (self.context[name] for name in ("claims", "works", "forecasts"))
            return structured.claims_page(self.publication, reviews(*asked))
        if page == "data":
            return self._dataset(used, files)
        return ""

    def _dataset(self, used: Used, files: Sequence[str]) -> str:
        manifest: Manifest = self.context["manifest"]
        firsts = [one.first_session for one in manifest.symbols.values() if one.first_session]
        titles = dict.fromkeys(fact.title for fact in used.facts.values())
        return structured.data_page(
            self.publication,
            first=min(firsts, default=manifest.as_of),
            last=manifest.as_of,
            variables=[*titles],
            files=files,
        )


def _on(page: str, used: Used) -> list[str]:
    """The works that a page cites."""
    return [name for name, pages in used.sources.items() if page in pages]


def publication(about: Mapping[str, Any], site: str, corrected: date | None) -> Publication:
    """Return what structured data say of the edition itself; `about` is what templates know."""
    return Publication(
        site_name=about["site_name"],
        site=site,
        address=about["address"],
        key=about["key"],
        published=about["as_of"],
        corrected=corrected,
        simulated=about["manifest"].simulated,
    )


def reviews(
    claims: Iterable[Checked], works: Mapping[str, Source], ledger: Iterable[ForecastState]
) -> Iterator[structured.Review]:
    """Return what structured data say of each claim."""
    came_true = {state.forecast.id: state.came_true for state in ledger}
    for one in claims:
        claim = one.claim
        told = f"Said: {one.asserted}. Computed for {show_date(claim.as_of)}: {one.computed}."
        yield structured.Review(
            id=claim.id,
            statement=claim.statement,
            source=works[claim.source],
            verdict=one.verdict,
            explanation=told if one.computed else one.note,
            came_true=came_true.get(claim.forecast or ""),
        )
