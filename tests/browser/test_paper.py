"""What the pages look like on paper."""

from __future__ import annotations

import io
import re

import pytest
from bench import NEWEST
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from windows import widen, window

pytestmark = pytest.mark.browser

AS_OF = "23 January 2026"
SHEETS = {"A4": (595, 842), "Letter": (612, 792)}
"""Width and height in points."""
MARGINS = {"A4": 680, "Letter": 703}
"""Pixels between side margins of 15 mm."""

NOT_FOR_PAPER = """() => [...document.querySelectorAll(
  'nav, footer a, button, .skip, .tools, #panel, .switches, svg.narrow')]
  .filter((element) => element.checkVisibility())
  .map((element) => element.outerHTML.slice(0, 60))"""

SPLIT = """() => [...document.querySelectorAll('tr, figure.chart, thead')].filter((element) => {
  const style = getComputedStyle(element);
  return element.matches('thead') ? style.display !== 'table-header-group'
    : style.breakInside !== 'avoid';
}).map((element) => element.outerHTML.slice(0, 60))"""

CUT = """() => [...document.querySelectorAll('.scroll, .drawing, main, pre')]
  .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.getAttribute('aria-label') || box.className || box.tagName} is
    ${box.scrollWidth} wide in ${box.clientWidth}`)"""


def _printed(page: Page, sheet: str) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(format=sheet, prefer_css_page_size=False)))


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_page_prints(
    browser: Browser, home: str, edition_pages: list[str], sheet: str
) -> None:
    """Each page gives sheets of the size asked for, all with words and the day of the data."""
    with window(browser) as page:
        for name in edition_pages:
            page.goto(home + name)
            sheets = _printed(page, sheet).pages
            assert 1 <= len(sheets) <= 100, f"{name} takes {len(sheets)} sheets"
            for number, printed in enumerate(sheets, 1):
                size = tuple(round(float(side)) for side in printed.mediabox[2:])
                assert size == pytest.approx(SHEETS[sheet], abs=1), name
                words = " ".join(printed.extract_text().split())
                assert AS_OF in words, f"{name}, sheet {number} of {len(sheets)}"


def test_this_week_prints_with_its_charts(page: Page, home: str) -> None:
    """The answer, the numbers and the charts of This week are on its sheets."""
    page.goto(f"{home}{NEWEST}/index.html")
    answer = page.locator(".answer").inner_text()
    titles = page.locator(".chart-title").all_inner_texts()
    assert titles
    sheets = _printed(page, "A4").pages
    words = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    for text in (answer, *titles):
        assert " ".join(text.split()) in words
    page.emulate_media(media="print")
    assert page.locator("figure.chart .drawing > svg:visible").count() == len(titles)


@pytest.mark.parametrize("sheet", SHEETS)
def test_paper_shows_nothing_that_needs_a_screen(
    page: Page, home: str, every_page: list[str], sheet: str
) -> None:
    """No menu and no button is printed, no row and no chart is split, nothing is cut at a side."""
    widen(page, MARGINS[sheet])
    page.emulate_media(media="print")
    wrong = []
    for name in every_page:
        page.goto(home + name)
        wrong += [f"{name} prints {text}" for text in page.evaluate(NOT_FOR_PAPER)]
        wrong += [f"{name} may split {text}" for text in page.evaluate(SPLIT)]
        wrong += [f"{name} cuts {text}" for text in page.evaluate(CUT)]
    assert wrong == []


def test_links_out_of_the_site_are_printed_with_their_addresses(page: Page, home: str) -> None:
    """Where a text leads elsewhere, the sheet says where."""
    page.goto(f"{home}{NEWEST}/method.html")
    page.emulate_media(media="print")
    added = page.evaluate(
        """() => [...document.querySelectorAll('main a[href^="http"]')].map((link) =>
          [link.href, getComputedStyle(link, '::after').content])"""
    )
    assert all(content != "none" for _, content in added), added


def test_dark_readers_print_on_white(browser: Browser, home: str) -> None:
    """Paper is white: print takes the light colours, whatever the screen and the switch take."""
    with window(browser, color_scheme="dark") as page:
        page.goto(f"{home}{NEWEST}/index.html")
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.emulate_media(media="print", color_scheme="dark")
        ink = page.evaluate("getComputedStyle(document.documentElement).color")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 150
