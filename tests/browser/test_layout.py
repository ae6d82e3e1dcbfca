"""Where things stand: nothing is cut, nothing scrolls sideways, nothing moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import NEWEST
from loading import OBSERVE
from playwright.sync_api import Browser, Page
from weights import weigh
from windows import DESK, PHONE, SMALLEST, TABLET, widen, window

pytestmark = pytest.mark.browser

EVERY_WIDTH = (DESK, TABLET, PHONE, SMALLEST)

DRAWINGS = """() => [...document.querySelectorAll('figure.chart .drawing')].flatMap((box) => {
  const name = box.closest('figure').id;
  const shown = [...box.querySelectorAll(':scope > svg')].filter((svg) => svg.checkVisibility());
  if (shown.length !== 1) return [`${name} shows ${shown.length} drawings`];
  const [svg] = shown;
  const size = svg.getBoundingClientRect();
  const wanted = innerWidth > 576 ? 'wide' : 'narrow';
  const wrong = svg.classList.contains(wanted) ? [] : [`${name} is not the ${wanted} one`];
  if (size.width < 200 || size.height < 50) wrong.push(`${name} is ${size.width} wide`);
  if (box.scrollWidth > box.clientWidth + 1) wrong.push(`${name} scrolls sideways`);
  for (const text of svg.querySelectorAll('text')) {
    const own = text.getBoundingClientRect();
    if (own.width && (own.left < size.left - 1 || own.right > size.right + 1
      || own.top < size.top - 1 || own.bottom > size.bottom + 1)) {
      wrong.push(`${name} cuts "${text.textContent}"`);
    }
  }
  return wrong;
})"""

TINY_TEXT = """() => [...document.querySelectorAll('figure.chart .drawing > svg')]
  .filter((svg) => svg.checkVisibility())
  .flatMap((svg) => [...svg.querySelectorAll('text')].map((text) =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""


def test_no_page_scrolls_sideways(page: Page, home: str, every_page: list[str]) -> None:
    """The document is never wider than the window; wide tables scroll inside their own box."""
    wide = []
    for name in every_page:
        page.goto(home + name)
        for width in EVERY_WIDTH:
            widen(page, width)
            found = page.evaluate("document.documentElement.scrollWidth")
            if found > width:
                wide.append(f"{name} is {found} wide at {width}")
    assert wide == []


def test_charts_are_drawn_whole_for_each_width(
    page: Page, home: str, every_page: list[str]
) -> None:
    """Each chart shows the one drawing made for the window, with all of its text inside it."""
    charts = 0
    wrong = []
    for name in every_page:
        page.goto(home + name)
        charts += page.locator("figure.chart .drawing").count()
        for width in EVERY_WIDTH:
            widen(page, width)
            wrong += [f"{name} at {width}: {text}" for text in page.evaluate(DRAWINGS)]
    assert charts >= 20
    assert wrong == []


def test_text_in_charts_is_large_enough_on_a_phone(
    browser: Browser, home: str, every_page: list[str]
) -> None:
    """Charts are drawn anew for phones, not shrunk: their text is at least 11 px high."""
    heights: list[float] = []
    with window(browser, PHONE) as page:
        for name in every_page:
            page.goto(home + name)
            heights += page.evaluate(TINY_TEXT)
    assert len(heights) > 200
    assert min(heights) >= 11


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_moves_while_a_page_comes_up(
    browser: Browser, home: str, every_page: list[str], width: int
) -> None:
    """From the first paint to the foot of the page the layout shifts by less than a thousandth."""
    moved = []
    with window(browser, width) as page:
        page.add_init_script(OBSERVE)
        for name in every_page:
            page.goto(home + name, wait_until="load")
            page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
            page.wait_for_timeout(60)
            if (shifted := page.evaluate("seen.shifted")) >= 0.001:
                moved.append(f"{name} by {shifted:.4f}")
    assert moved == []


@pytest.mark.parametrize("width", [DESK, SMALLEST])
def test_an_embedded_chart_stands_alone(
    page: Page, home: str, edition_pages: list[str], width: int
) -> None:
    """As others embed it a chart's page shows the chart and what the data are, and nothing else."""
    widen(page, width)
    page.goto(f"{home}{edition_pages[-1]}#embed")
    figure = page.locator("figure.chart")
    assert figure.locator(".chart-title, .chart-source").count() == 2
    assert figure.locator(".drawing > svg:visible").count() == 1
    assert page.locator("aside.notice").is_visible()
    others = page.locator("header.site, nav, h1, h2, main table, footer.site")
    assert others.count() > 3
    assert [other.inner_text() for other in others.all() if other.is_visible()] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pages_are_light(site: Path, every_page: list[str]) -> None:
    """First views are under 60 KB compressed, all under 120; style under 20 KB, script under 10,
    but where tables can be put in order, and on the two pages across editions that are tools."""
    first = {"index.html", f"{NEWEST}/index.html"}
    found = [weigh(site, name) for name in every_page]
    heavy = [one for one in found if one.compressed >= (60_000 if one.page in first else 120_000)]
    assert heavy == []
    tools = ("compare.html", "search.html")
    reports = [one for one in found if one.page not in tools]
    assert 1000 < max(one.style for one in reports) < 20_000
    ordered = ("sectors.html", "members.html")
    assert max(one.script for one in reports if not one.page.endswith(ordered)) < 10_000
    assert max(one.script for one in reports) < 14_000
    assert max(one.style for one in found) < 24_000 and max(one.script for one in found) < 36_000
