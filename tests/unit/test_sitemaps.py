"""The sitemaps: a file a year, every page once, and nothing that is not there."""

from __future__ import annotations

from lxml import etree
from support_root import four_years

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://a.example/sub/"


def _addresses(name: str) -> list[str]:
    root = etree.fromstring(four_years().files[name])
    return [found.text.removeprefix(SITE) for found in root.iter(f"{SPACE}loc")]


def test_the_index_lists_the_root_and_every_year() -> None:
    """All of them are there; robots.txt names the index."""
    listed = _addresses("sitemap.xml")
    years = [2026, 2025, 2024, 2023]
    assert listed == ["sitemaps/root.xml", *(f"sitemaps/{year}.xml" for year in years)]
    assert all(name in four_years().files for name in listed)
    assert f"Sitemap: {SITE}sitemap.xml".encode() in four_years().files["robots.txt"]


def test_every_page_of_the_root_stands_in_one_of_them_once() -> None:
    """But those that no search should find: what was not found, ranges, single corrections."""
    listed = [address for name in _addresses("sitemap.xml") for address in _addresses(name)]
    assert len(set(listed)) == len(listed)
    own = {
        "index.html" if name == "" else name
        for name in listed
        if not name.startswith("20") or "/" not in name
    }
    made = {name for name in four_years().files if name.endswith(".html")}
    left = {name for name in made - own if not name.endswith("/years.html")}
    assert left == {"404.html", "corrections/2025-W52-r2.html"}
    assert own <= made


def test_of_a_corrected_edition_only_the_newest_release_is_listed() -> None:
    """The first stays readable, and is not what a search should find."""
    listed = _addresses("sitemaps/2025.xml")
    assert "2025-W52-r2/index.html" in listed
    assert not [name for name in listed if name.startswith(("2025-W52/", "2025-W52-r1/"))]


def test_a_page_changed_with_its_edition_or_its_correction() -> None:
    """As days, which follow from the editions and no clock."""
    root = etree.fromstring(four_years().files["sitemaps/2025.xml"])
    days = {
        found.findtext(f"{SPACE}loc", "").removeprefix(SITE): found.findtext(f"{SPACE}lastmod")
        for found in root
    }
    assert days["2025-W51/index.html"] == "2025-12-19"
    assert days["2025-W52-r2/index.html"] == days["archive/2025.html"] == "2026-01-02"
