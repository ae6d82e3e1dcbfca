"""The pages of the site for search engines: a sitemap a year, one of the root, and their index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from generator.listing import Entry
from generator.releases import Releases

FOLDER = "sitemaps"
INDEX = "sitemap.xml"
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def year_sitemap(
    releases: Releases, year: int, figures: Mapping[str, Sequence[int]], site_url: str
) -> bytes:
    """Return the sitemap of a year: the pages of its editions' newest releases and those about it.

    `figures` are the years of each figure that has pages of its own.
    """
    entries = releases.years[year]
    last = max(map(_changed, entries))
    pages = [(f"archive/{year}.html", last)]
    for entry in entries:
        names = sorted(name for name in releases.record(entry)["files"] if _is_page(name))
        pages += [(f"{entry.folder}/{name}", _changed(entry)) for name in names]
    own = sorted(name for name, years in figures.items() if year in years)
    pages += [(f"figures/{name}/{year}.html", last) for name in own]
    return _document("urlset", "url", pages, site_url)


def root_sitemap(
    names: Iterable[str], figures: Iterable[str], entry: Entry, site_url: str
) -> bytes:
    """Return the sitemap of the pages at the root, as of the newest edition."""
    pages = [*names, *(f"figures/{name}.html" for name in sorted(figures))]
    return _document("urlset", "url", [(name, _changed(entry)) for name in pages], site_url)


def sitemap_index(releases: Releases, site_url: str) -> bytes:
    """Return `sitemap.xml`, which lists the others."""
    years = {year: max(map(_changed, entries)) for year, entries in releases.years.items()}
    parts = [(f"{FOLDER}/root.xml", max(years.values()))]
    parts += [(f"{FOLDER}/{year}.xml", last) for year, last in years.items()]
    return _document("sitemapindex", "sitemap", parts, site_url)


def robots(site_url: str) -> bytes:
    """Return `robots.txt`: everything may be read."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site_url}{INDEX}\n".encode()


def _is_page(name: str) -> bool:
    return name.endswith(".html") and not name.startswith("mail/")


def _changed(entry: Entry) -> str:
    return entry.corrected or entry.as_of


def _document(kind: str, part: str, addresses: Iterable[tuple[str, str]], site_url: str) -> bytes:
    lines = "".join(
        f"<{part}><loc>{escape(site_url + _short(name))}</loc><lastmod>{day}</lastmod></{part}>\n"
        for name, day in addresses
    )
    return f'{_HEAD}<{kind} xmlns="{_SCHEMA}">\n{lines}</{kind}>\n'.encode()


def _short(name: str) -> str:
    return "" if name == "index.html" else name
