"""The published site as a reader's browser sees it: it opens, and everything leads somewhere."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from bench import NEWEST
from playwright.sync_api import Page
from windows import complaints

pytestmark = pytest.mark.browser

SURFACES = ("root", "sub-path", "file")
SITE_URL = "https://small-caps-weekly.example/"
"""Where the sample says that it is published; nothing leads there but what must be absolute."""

LINKS = """() => {
  const absolute = '.running a, link[rel=canonical], meta[content^="https:"]';
  const of = (selector) => [...document.querySelectorAll(selector)];
  return [
    of('[href]').filter((link) => !link.matches(absolute)).map((link) => link.getAttribute('href')),
    of(absolute).map((link) => link.getAttribute('href') || link.content),
    of('[id]').map((place) => place.id),
  ];
}"""

TARGET = """() => {
  const row = document.querySelector(':target');
  if (!row) return null;
  const ground = element => getComputedStyle(element.cells[1]).backgroundColor;
  return {
    text: row.textContent,
    marked: ground(row) !== ground(document.querySelector('tbody tr:not(:target)')),
    inView: row.getBoundingClientRect().top >= -1
      && row.getBoundingClientRect().bottom <= innerHeight + 1,
  };
}"""


@pytest.fixture(params=SURFACES)
def address(request: pytest.FixtureRequest, surfaces: dict[str, str]) -> str:
    """Return the site's address on each surface in turn."""
    return surfaces[request.param]


def test_every_page_opens_without_a_complaint(page: Page, address: str, pages: list[str]) -> None:
    """No page has an error, a failed request or a request to another host, and all are styled."""
    found = complaints(page, address)
    for name in pages:
        page.goto(address + name)
        styled = page.evaluate("getComputedStyle(document.body).maxWidth")
        assert styled != "none", f"{name} has no style"
    assert found == []


def test_a_wrong_address_is_answered_in_words(page: Page, home: str) -> None:
    """At any depth the page for errors is styled and leads to the newest edition."""
    page.goto(f"{home}{NEWEST}/index.html")
    found = complaints(page, home)
    for wrong in ("nothing.html", f"{NEWEST}/charts/nothing.html"):
        answer = page.goto(home + wrong)
        assert answer is not None and answer.status == 404
        assert page.locator("h1").inner_text() == "Not found"
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        page.locator("main a").first.click()
        page.wait_for_url(f"{home}{NEWEST}/index.html")
    assert [text for text in found if "404" not in text] == []


def test_latest_leads_to_the_newest_edition(page: Page, address: str, site: Path) -> None:
    """Each page below latest/ leads on to the same page of the newest edition."""
    found = complaints(page, address)
    names = sorted(path.name for path in (site / NEWEST).glob("*.html"))
    assert sorted(path.name for path in (site / "latest").glob("*.html")) == names
    for name in ("index.html", "figures.html"):
        page.goto(f"{address}latest/{name}", wait_until="commit")
        page.wait_for_url(f"{address}{NEWEST}/{name}")
        assert page.locator("h1").count() == 1
    assert found == []


def test_latest_can_be_followed_by_hand(page: Page, home: str) -> None:
    """A page below latest/ says what it is and links to its edition."""
    page.goto(home)
    found = page.evaluate(
        """async address => {
          const text = await (await fetch(address)).text();
          const parsed = new DOMParser().parseFromString(text, 'text/html');
          const link = parsed.querySelector('a').getAttribute('href');
          return [parsed.title, parsed.documentElement.lang, link];
        }""",
        f"{home}latest/index.html",
    )
    assert found == ["One moment", "en", f"../{NEWEST}/index.html"]


def test_every_internal_link_opens(page: Page, address: str, pages: list[str], site: Path) -> None:
    """Each address that a page names is a file of the site, and each fragment is a place in it."""
    links: dict[str, str] = {}
    places: dict[str, set[str]] = {}
    for name in pages:
        page.goto(address + name)
        hrefs, absolute, ids = page.evaluate(LINKS)
        links |= {urljoin(address + name, href): name for href in hrefs}
        links |= {link.replace(SITE_URL, address): name for link in absolute}
        places[address + name] = set(ids)
        assert len(ids) == len(places[address + name]), f"{name} uses an id twice"
    broken = []
    for link, name in links.items():
        target, fragment = urldefrag(link)
        file = site / unquote(target.removeprefix(address))
        file = file / "index.html" if file.is_dir() else file
        if not target.startswith(address) or not file.is_file():
            broken.append(f"{name} leads to {link}, which is not there")
        elif fragment and target in places and unquote(fragment) not in places[target]:
            broken.append(f"{name} leads to {link}, where there is no such place")
    assert broken == []


def test_every_page_says_what_it_is(page: Page, home: str, pages: list[str]) -> None:
    """Each page has a language, one heading, a description and a title of its own."""
    titles = set()
    for name in pages:
        page.goto(home + name)
        assert page.locator("html").get_attribute("lang") == "en", name
        assert page.locator("h1").count() == 1, name
        assert page.locator("h1").inner_text().strip(), name
        description = page.locator("meta[name=description]").get_attribute("content")
        assert description and len(description) > 20, name
        titles.add(page.title())
    assert len(titles) == len(pages)
    assert all(titles)


def test_headings_go_down_one_level_at_a_time(page: Page, home: str, pages: list[str]) -> None:
    """No page leaves a level of headings out."""
    for name in pages:
        page.goto(home + name)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
        )
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{name}: {levels}"


@pytest.mark.parametrize("name", ["index.html", f"{NEWEST}/index.html"])
def test_every_number_leads_to_its_row(page: Page, home: str, name: str) -> None:
    """Each number in a text or a list leads to a marked row of Figures that holds its value."""
    page.goto(home + name)
    numbers = page.locator("main a.fact").evaluate_all(
        "all => all.map(a => [a.querySelector('data').value || a.textContent.trim(), a.href])"
    )
    assert len(numbers) > 5
    wrong = []
    for value, link in numbers:
        page.goto(link)
        row = page.evaluate(TARGET)
        if row is None or not (row["marked"] and row["inView"]) or value not in row["text"]:
            wrong.append(f"{value} leads to {link}: {row}")
    assert wrong == []
