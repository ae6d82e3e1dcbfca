"""The pages at the root of the site: what leads through the archive, and what is made across it.

A publication makes those anew that its editions belong to: the files of their years, and some that
tell of the newest or sum up. All are made from the records and figures of the releases and from
what is kept of other years in the same form, so that the order of publications leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator import chronicle, claim_pages, correction_pages, feeds, sitemaps
from generator.archive_pages import FOLDER as ARCHIVE
from generator.archive_pages import NEWEST, ArchivePages
from generator.claim_histories import FOLDER as CLAIMS
from generator.figure_words import METRICS, read_years
from generator.histories import FOLDER as FIGURES
from generator.listing import Listing
from generator.releases import Releases
from generator.root_templates import RootTemplates
from generator.trees import Tree

FOLDERS = (ARCHIVE, FIGURES, CLAIMS, correction_pages.FOLDER, sitemaps.FOLDER)
"""Folders at the root with nothing in them but what is made here."""
_LISTED = (
    "index.html",
    f"{ARCHIVE}/index.html",
    f"{FIGURES}/index.html",
    "compare.html",
    "search.html",
    claim_pages.PAGE,
    correction_pages.PAGE,
    "status.html",
)
"""The pages of the root that search engines are told of."""


def update(
    after: Tree,
    listing: Listing,
    touched: Collection[str],
    *,
    everything: bool,
    templates: Path,
    context: Mapping[str, Any],
) -> tuple[dict[str, bytes], set[str]]:
    """Return the root files, those last that lead to others, and the names of those that go.

    `after` is the site with its new releases and its old root files, `touched` are the editions
    whose releases are new or changed. With `everything` all files are made anew, and nothing is
    read but releases.

    Raises:
        ReportError: a release, what is kept of other years, or a template is damaged.
    """
    everything = everything or not after.exists(METRICS)
    releases, pages = Releases(after, listing), RootTemplates(templates, context)
    names = set(listing.newest) if everything else set(touched)
    by_year: dict[int, set[str]] = {}
    for name in names:
        by_year.setdefault(int(name[:4]), set()).add(name)
    files, gone = chronicle.update(releases, pages, by_year, everything=everything)
    claims, dropped = claim_pages.update(releases, pages, names, everything=everything)
    files |= claims | correction_pages.update(releases, pages, names, context["corrections"])
    years, old = _years(releases, pages, by_year)
    files |= years | _sitemaps(releases, by_year, files, context["site_url"])
    files |= feeds.feeds(releases, pages, context) | _entries(releases, pages, context)
    gone |= dropped | old
    if everything:
        gone |= {name for folder in FOLDERS for name in after.names(folder)}
    return files, gone - files.keys()


def messages(templates: Path, context: Mapping[str, Any]) -> Callable[[str, str, str], bytes]:
    """Return what renders a page of a few words: base, title, text."""
    return RootTemplates(templates, context).message


def _years(
    releases: Releases, templates: RootTemplates, touched: Iterable[int]
) -> tuple[dict[str, bytes], set[str]]:
    """The archive by year, and what of years goes; a new year changes its neighbours' links."""
    pages = ArchivePages(releases, templates)
    wanted: set[int] = set()
    gone: set[str] = set()
    for year in touched:
        there = year in releases.years
        wanted |= {year} if there else set()
        if not there:
            gone |= {f"{ARCHIVE}/{year}.html", f"{sitemaps.FOLDER}/{year}.xml"}
        if there != releases.tree.exists(f"{ARCHIVE}/{year}.html"):
            wanted |= set(_neighbours(list(releases.years), year))
    files = {f"{ARCHIVE}/{year}.html": pages.year(year) for year in sorted(wanted)}
    return files | {f"{ARCHIVE}/index.html": pages.index()}, gone


def _neighbours(years: list[int], year: int) -> list[int]:
    """The years that stand next to one, whether it is among them or not."""
    earlier = [other for other in years if other < year][:1]
    return earlier + [other for other in years if other > year][-1:]


def _sitemaps(
    releases: Releases, touched: Iterable[int], files: Mapping[str, bytes], site_url: str
) -> dict[str, bytes]:
    figures = read_years(chronicle.Overlay(files, releases.tree))
    entry = releases.listing.entries[0]
    made = {
        f"{sitemaps.FOLDER}/{year}.xml": sitemaps.year_sitemap(releases, year, figures, site_url)
        for year in sorted(touched)
        if year in releases.years
    }
    listed = [*_LISTED, *claim_pages.year_pages(files)]
    root = sitemaps.root_sitemap(listed, figures, entry, site_url)
    return {
        **made,
        f"{sitemaps.FOLDER}/root.xml": root,
        sitemaps.INDEX: sitemaps.sitemap_index(releases, site_url),
        "robots.txt": sitemaps.robots(site_url),
    }


def _entries(
    releases: Releases, templates: RootTemplates, context: Mapping[str, Any]
) -> dict[str, bytes]:
    """The pages that readers come to first."""
    pages = ArchivePages(releases, templates)
    picture = f"{releases.listing.entries[0].folder}/share.png"
    # A host shows it for any address, so that nothing in it may depend on where it stands.
    own_path = urlsplit(context["site_url"]).path
    found = {
        **templates.icons(),
        "404.html": templates.message(
            own_path, "Not found", "There is no page at this address. It may be misspelt."
        ),
        "llms.txt": pages.llms(),
        "status.html": pages.status(),
    }
    for name in ("compare.html", "search.html"):
        years = list(releases.years)
        found[name] = templates.page(name, name, years=years, picture=picture)
    return {**found, NEWEST: pages.menu(), "index.html": pages.front()}
