"""The pages of the archive: every edition reachable, years short, what is missing said."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from support_archive import weeks
from support_root import RootSite, copy_of, four_years

from generator.archive_pages import missing_weeks


def _page(site: RootSite, name: str) -> str:
    return site.files[name].decode()


def test_every_edition_is_two_links_from_the_front_page() -> None:
    """The year's page lists it, with its newest release."""
    for entry in four_years().listing.newest.values():
        assert f'href="archive/{entry.year}.html"' in _page(four_years(), "index.html")
        page = _page(four_years(), f"archive/{entry.year}.html")
        assert f'href="../{entry.folder}/index.html"' in page


def test_every_number_in_a_list_leads_to_its_entry_in_its_edition() -> None:
    """In the release that is meant, by its id."""
    page = _page(four_years(), "archive/2025.html")
    found = re.findall(r'href="\.\./([^/]+)/figures\.html#([^"]+)"', page)
    listing = four_years().listing
    folders = {entry.folder for entry in listing.newest.values() if entry.year == 2025}
    assert {folder for folder, _ in found} == folders
    facts = json.loads(four_years().files["2025-W52-r2/facts.json"])["facts"]
    assert {id for folder, id in found if folder == "2025-W52-r2"} <= {f["id"] for f in facts}


def test_a_corrected_edition_is_marked() -> None:
    """With the page that tells of the correction."""
    page = _page(four_years(), "archive/2025.html")
    assert page.count(">corrected</a>") == 1
    assert 'href="../corrections/2025-W52-r2.html">corrected' in page


def test_years_lead_to_their_neighbours_even_when_one_comes_between() -> None:
    """A year that is published late is linked from both sides."""
    site = copy_of(four_years())
    site.publish("2020-W10")
    site.publish("2022-W10")
    assert 'href="2022.html" rel="prev"' in _page(site, "archive/2023.html")
    assert 'href="2022.html" rel="next"' in _page(site, "archive/2020.html")


def test_weeks_without_an_edition_are_named_by_year() -> None:
    """Between the first edition and the newest, across the turn of a year with 53 weeks."""
    entries = [entry for entry in four_years().listing.newest.values()]
    three = [replace(entries[0], edition=name) for name in ("2021-W02", "2020-W52", "2020-W51")]
    found = [(year, [str(week) for week in weeks]) for year, weeks in missing_weeks(three)]
    assert found == [(2021, ["2021-W01"]), (2020, ["2020-W53"])]
    whole = [replace(entries[0], edition=str(week)) for week in reversed(weeks(60))]
    assert missing_weeks(whole) == []


def test_the_state_of_things_is_told_without_a_clock() -> None:
    """Newest edition, how many, simulated or not, missing weeks, hashes, versions."""
    page = _page(four_years(), "status.html")
    assert "2026-W04: as of the close of" in page and "All simulated" in page
    assert "<li>2026: 2026-W02, 2026-W03</li>" in page
    assert "0" * 64 in page and "0.2.0: 7 editions, 2023-W40 to 2026-W04" in page
    assert not re.search(r"\bago\b|today", page)


def test_figures_withheld_in_the_newest_edition_are_named_with_their_reason() -> None:
    """Each leads to its entry."""
    site = copy_of(four_years())
    name = "2026-W04/facts.json"
    document = json.loads(site.files[name])
    document["facts"][0] |= {"status": "withheld", "value": None, "reason": "no <close>"}
    site.files[name] = json.dumps(document).encode()
    site.update(["2026-W04"])
    page = _page(site, "status.html")
    assert f'figures.html#{document["facts"][0]["id"]}">' in page and "no &lt;close&gt;" in page


def test_the_menu_of_editions_holds_the_newest_twelve() -> None:
    """By the name that always leads to the newest release."""
    found = json.loads(four_years().files["newest.json"])
    assert [edition["version"] for edition in found] == list(four_years().listing.newest)
    assert all(set(edition) == {"version", "title"} for edition in found)


def test_every_page_of_the_root_has_an_address_and_a_picture_that_is_there() -> None:
    """Canonical, Open Graph, and the navigation to all others."""
    pages = {n: c.decode() for n, c in four_years().files.items() if n.endswith(".html")}
    folders = {entry.folder for entry in four_years().listing.newest.values()}
    for name, page in pages.items():
        if name == "404.html":
            continue
        address = "" if name == "index.html" else name
        assert f'<link rel="canonical" href="https://a.example/sub/{address}">' in page, name
        picture = re.search(r'og:image" content="https://a.example/sub/([^/]+)/share.png"', page)
        assert picture and picture[1] in folders, name
        base = "../" * name.count("/")
        for title in ("Archive", "Figures", "Compare", "Search", "Claims", "Status"):
            assert re.search(rf'<li><a href="{base}[a-z]\S*"[^>]*>{title}</a>', page), (name, title)
        assert "Simulated data" in page or name in (
            *("compare.html", "search.html", "claims.html", "corrections.html"),
        ), name
