"""The published site as a reader's browser sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

NEWEST = "2026-W04"
SURFACES = ("root", "sub-path", "file")
WIDTHS = (1280, 768, 390)
A4_BETWEEN_MARGINS = 680
"""Pixels between margins of 15 mm."""

CUT_TEXT = """() => [...document.querySelectorAll('figure.chart')].flatMap(figure => {
  const svg = figure.querySelector('svg');
  const box = svg ? svg.getBoundingClientRect() : {width: 0, height: 0};
  if (box.width < 100 || box.height < 50) return [`${figure.id} is not drawn`];
  return [...svg.querySelectorAll('text')].filter(text => {
    const own = text.getBoundingClientRect();
    return own.width && (own.left < box.left - 1 || own.right > box.right + 1
      || own.top < box.top - 1 || own.bottom > box.bottom + 1);
  }).map(text => `${figure.id} cuts "${text.textContent}"`);
})"""

POOR_CONTRAST = """() => {
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = parts(color).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parts(color).length === 3 || parts(color)[3] === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const seen = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('svg') || element.matches('.skip')) continue;
    const own = [...element.childNodes].find(node => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const [front, back] = [getComputedStyle(element).color, ground(element)];
    if (seen.has(front + back)) continue;
    const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    seen.set(front + back, ratio < 4.5
      ? `"${own.data.trim().slice(0, 40)}": ${front} on ${back} is ${ratio.toFixed(2)}` : null);
  }
  return {checked: seen.size, poor: [...seen.values()].filter(Boolean)};
}"""

FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const place = ['.skip', 'header.site', 'nav.pages', 'main', 'footer']
    .find(selector => element.closest(selector));
  return {
    place: place || element.tagName,
    name: element.getAttribute('aria-label') || element.textContent.trim(),
    ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    inView: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth,
  };
}"""

TARGET = """() => {
  const row = document.querySelector(':target');
  if (!row) return null;
  const ground = element => getComputedStyle(element).backgroundColor;
  return {
    text: row.textContent,
    marked: ground(row) !== ground(document.querySelector('tr:not(:target)')),
    inView: row.getBoundingClientRect().top >= -1
      && row.getBoundingClientRect().bottom <= innerHeight + 1,
  };
}"""


@pytest.fixture(params=SURFACES)
def address(request: pytest.FixtureRequest, surfaces: dict[str, str]) -> str:
    """Return the site's address on each surface in turn."""
    return surfaces[request.param]


@pytest.fixture(scope="session")
def home(surfaces: dict[str, str]) -> str:
    """Return the site's address at a host's root, for what does not depend on the surface."""
    return surfaces["root"]


@contextmanager
def _window(browser: Browser, **settings: Any) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(**settings)
    context.set_default_timeout(5000)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a light window of 1280 pixels."""
    with _window(browser, viewport={"width": 1280, "height": 900}) as opened:
        yield opened


def _complaints(page: Page, address: str) -> list[str]:
    """Return a list that fills with errors, failed requests and requests to other hosts."""
    found: list[str] = []

    def asked(request: Any) -> None:
        if not request.url.startswith((address, "data:")):
            found.append(f"{page.url} asks for {request.url}")

    def answered(response: Any) -> None:
        if response.status >= 400:
            found.append(f"{response.url} answers {response.status}")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            found.append(f"{page.url} says {message.text}")

    page.on("request", asked)
    page.on("response", answered)
    page.on("requestfailed", lambda request: found.append(f"{request.url} fails"))
    page.on("console", said)
    page.on("pageerror", lambda error: found.append(f"{page.url} raises {error}"))
    page.context.route(
        lambda url: not url.startswith((address, "data:")), lambda route: route.abort()
    )
    return found


def test_every_page_opens_without_a_complaint(page: Page, address: str, pages: list[str]) -> None:
    """No page has an error, a failed request or a request to another host, and all are styled."""
    found = _complaints(page, address)
    for name in pages:
        page.goto(address + name)
        styled = page.evaluate("getComputedStyle(document.body).maxWidth")
        assert styled != "none", f"{name} has no style"
    assert found == []


def test_latest_leads_to_the_newest_edition(page: Page, address: str, site: Path) -> None:
    """Each page below latest/ leads on to the same page of the newest edition."""
    found = _complaints(page, address)
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
    assert found == ["The newest edition", "en", f"../{NEWEST}/index.html"]


def test_every_internal_link_opens(page: Page, address: str, pages: list[str], site: Path) -> None:
    """Each address that a page names is a file of the site, and each fragment is a place in it."""
    links: dict[str, str] = {}
    places: dict[str, set[str]] = {}
    for name in pages:
        page.goto(address + name)
        hrefs, ids = page.evaluate(
            """() => [[...document.querySelectorAll('[href]')].map(a => a.getAttribute('href')),
                     [...document.querySelectorAll('[id]')].map(e => e.id)]"""
        )
        links |= {urljoin(address + name, href): name for href in hrefs}
        places[address + name] = set(ids)
        assert len(ids) == len(places[address + name]), f"{name} uses an id twice"
    broken = []
    for link, name in links.items():
        target, fragment = urldefrag(link)
        if link.startswith("data:"):
            continue
        file = site / unquote(target.removeprefix(address))
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


def test_no_page_scrolls_sideways(page: Page, home: str, pages: list[str]) -> None:
    """The document is never wider than the window; wide tables scroll inside their own box."""
    wide = []
    for name in pages:
        page.goto(home + name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate("document.documentElement.scrollWidth")
            if found > width:
                wide.append(f"{name} is {found} wide at {width}")
    assert wide == []


def test_charts_are_drawn_whole(page: Page, home: str, pages: list[str]) -> None:
    """Each chart has a size, and all of its text lies inside it, on a wide and a narrow window."""
    charts = 0
    wrong = []
    for name in pages:
        page.goto(home + name)
        charts += page.locator("figure.chart svg").count()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{name} at {width}: {text}" for text in page.evaluate(CUT_TEXT)]
    assert charts >= 20
    assert wrong == []


def test_every_page_reads_without_scripts(
    browser: Browser, home: str, pages: list[str], site: Path
) -> None:
    """Headings, headline numbers and charts are there with JavaScript switched off."""
    record = json.loads((site / NEWEST / "edition.json").read_text(encoding="utf-8"))
    headlines = [number["display"] for number in record["headlines"]]
    with _window(browser, java_script_enabled=False) as page:
        for name in pages:
            page.goto(home + name)
            assert page.locator("h1").is_visible(), name
            figures = page.locator("figure.chart")
            assert figures.locator("svg").count() == figures.count(), name
            assert all(svg.is_visible() for svg in figures.locator("svg").all()), name
        page.goto(f"{home}{NEWEST}/index.html")
        assert page.locator(".headlines .number").all_inner_texts() == headlines
        assert page.locator("figure.chart").count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(
    browser: Browser, home: str, pages: list[str], scheme: str
) -> None:
    """Every text outside the charts has a contrast of 4.5 or more, in light and in dark."""
    poor = []
    with _window(browser, color_scheme=scheme) as page:
        for name in pages:
            page.goto(home + name)
            found = page.evaluate(POOR_CONTRAST)
            assert found["checked"] >= 3, name
            poor += [f"{name}: {text}" for text in found["poor"]]
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert poor == []
    lightness = sum(map(int, re.findall(r"\d+", ground)[:3]))
    assert lightness > 600 if scheme == "light" else lightness < 150


def test_the_skip_link_works_by_keyboard(page: Page, home: str) -> None:
    """The first Tab shows the skip link, and Enter takes the next Tab into the content."""
    for name in ("index.html", f"{NEWEST}/index.html", f"{NEWEST}/figures.html"):
        page.goto(home + name)
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        assert first["place"] == ".skip", name
        assert first["ringed"] and first["inView"], name
        page.keyboard.press("Enter")
        assert page.url.endswith("#content"), name
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["place"] == "main", name


def test_tab_goes_through_navigation_to_content(page: Page, home: str) -> None:
    """Tab visits the skip link, the name, each page of the edition and then the content."""
    page.goto(f"{home}{NEWEST}/index.html")
    links = page.locator("nav.pages a").all_inner_texts()
    stops = []
    for _ in range(len(links) + 6):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert [stop["place"] for stop in stops[:2]] == [".skip", "header.site"]
    assert [stop["name"] for stop in stops[2 : 2 + len(links)]] == links
    assert {stop["place"] for stop in stops[2 + len(links) :]} == {"main"}
    assert all(stop["ringed"] and stop["inView"] for stop in stops), stops


def test_a_table_can_be_reached_and_scrolled_by_keyboard(page: Page, home: str) -> None:
    """A table wider than a narrow window takes the focus and moves with the arrow keys."""
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{home}{NEWEST}/performance.html")
    wide = page.locator(".scroll").filter(has=page.locator("table")).first
    wide.focus()
    assert page.evaluate(FOCUSED)["ringed"]
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_every_number_leads_to_its_row(page: Page, home: str) -> None:
    """Each number in This week leads to a marked row of Figures that holds the same value."""
    address = f"{home}{NEWEST}/index.html"
    page.goto(address)
    wrong = []
    for position in range(page.locator("main a.fact").count()):
        page.goto(address)
        number = page.locator("main a.fact").nth(position)
        shown = number.inner_text().strip()
        value = number.locator("data").get_attribute("value") or shown
        number.click()
        page.wait_for_url("**/figures.html#*")
        row = page.evaluate(TARGET)
        if row is None or not (row["marked"] and row["inView"]):
            wrong.append(f"{shown} leads to {page.url}, where no row is marked")
        elif shown not in row["text"] and value not in row["text"]:
            wrong.append(f"{shown} leads to {row['text']!r}")
    assert wrong == []


def test_every_number_of_the_front_page_leads_to_its_row(page: Page, home: str) -> None:
    """Each number in the list of editions leads to a row of that edition with the same value."""
    page.goto(f"{home}index.html")
    numbers = page.locator("main a.fact").evaluate_all(
        "all => all.map(a => [a.textContent.trim(), a.href])"
    )
    assert numbers
    wrong = []
    for shown, link in numbers:
        page.goto(link)
        row = page.evaluate(TARGET)
        if row is None or not row["marked"] or shown not in row["text"]:
            wrong.append(f"{shown} leads to {link}: {row}")
    assert wrong == []


def test_this_week_prints(page: Page, home: str) -> None:
    """Printing gives more than one sheet with the answer and the charts, without navigation."""
    page.goto(f"{home}{NEWEST}/index.html")
    sheets = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) > 1
    assert len(sheets) > 20_000
    page.emulate_media(media="print")
    assert page.locator(".answer").is_visible()
    assert not page.locator("nav.pages").is_visible()
    assert all(svg.is_visible() for svg in page.locator("figure.chart svg").all())


def test_dark_readers_print_on_white(browser: Browser, home: str) -> None:
    """Paper is white: print takes the light colours, whatever the reader's screen takes."""
    with _window(browser, color_scheme="dark") as page:
        page.goto(f"{home}{NEWEST}/index.html")
        page.emulate_media(media="print", color_scheme="dark")
        ink = page.evaluate("getComputedStyle(document.documentElement).color")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 150


def test_printed_tables_keep_all_their_columns(page: Page, home: str, pages: list[str]) -> None:
    """No table is wider than a sheet of A4 with margins, where nobody can scroll."""
    page.set_viewport_size({"width": A4_BETWEEN_MARGINS, "height": 1000})
    page.emulate_media(media="print")
    cut = []
    for name in pages:
        page.goto(home + name)
        cut += page.locator(".scroll").evaluate_all(
            """(all, name) => all.filter(box => box.scrollWidth > box.clientWidth + 1)
              .map(box => `${name}: ${box.getAttribute('aria-label')} is ${box.scrollWidth} wide`)
            """,
            name,
        )
    assert cut == []
