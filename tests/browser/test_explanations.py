"""What a number or a term means, in a panel beside it: by mouse, keyboard and touch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import violations
from bench import NEWEST
from playwright.sync_api import Browser, Locator, Page, expect
from windows import PHONE, window

pytestmark = pytest.mark.browser

THIS_WEEK = f"{NEWEST}/index.html"
NUMBER = "main a.fact"
IN_VIEW = """(panel) => {
  const box = panel.getBoundingClientRect();
  return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.fixture
def touched(browser: Browser, home: str) -> Iterator[Page]:
    """Open This week on a phone."""
    with window(browser, PHONE, has_touch=True, is_mobile=True) as page:
        page.goto(home + THIS_WEEK)
        yield page


def _panel(page: Page) -> Locator:
    return page.locator("#panel")


def _says(page: Page) -> dict[str, str]:
    """Return what the open panel says, by label."""
    panel = _panel(page)
    expect(panel).to_be_visible()
    labels = panel.locator("dt").all_inner_texts()
    return dict(zip(labels, panel.locator("dd").all_inner_texts(), strict=True))


def _plain(value: str) -> float:
    return float(value.split(" ")[0].replace("−", "-"))


def test_a_number_explains_itself_under_the_mouse(page: Page, home: str, site: Path) -> None:
    """Pointing at a number shows value, day, inputs, hash, definition and the way to its entry."""
    page.goto(home + THIS_WEEK)
    assert _panel(page).count() == 0 or not _panel(page).is_visible()
    number = page.locator(NUMBER).first
    number.hover()
    said = _says(page)
    assert _plain(said["Value in full"]) == float(number.locator("data").get_attribute("value"))
    assert said["As of"] == "23 January 2026"
    assert said["Inputs"]
    hashes = re.findall(r"\b([0-9a-f]{8,})…", said["SHA-256"])
    assert hashes
    known = {path.stem for path in (site / "snapshots/objects").iterdir()}
    assert all(any(whole.startswith(short) for whole in known) for short in hashes)
    link = _panel(page).locator("a")
    assert link.evaluate("link => link.href") == number.evaluate("link => link.href")
    assert len(_panel(page).locator("p").nth(1).inner_text()) > 20
    assert _panel(page).get_attribute("role") == "dialog"
    assert _panel(page).get_attribute("aria-label")
    page.mouse.move(5, 5)
    expect(_panel(page)).to_be_hidden()


def test_every_number_has_its_panel(page: Page, home: str) -> None:
    """Each number of This week, in text and in tables, opens a panel that names it."""
    page.goto(home + THIS_WEEK)
    numbers = page.locator(NUMBER)
    assert numbers.count() > 10
    page.keyboard.press("Tab")
    for number in numbers.all():
        number.focus()
        assert number.get_attribute("aria-expanded") == "true", number.evaluate("n => n.outerHTML")
        assert _panel(page).evaluate(IN_VIEW), number.inner_text()


def test_a_panel_opens_and_closes_by_keyboard(page: Page, home: str) -> None:
    """Focus opens it, Tab goes into it, Escape closes it and leaves the focus on the number."""
    page.goto(home + THIS_WEEK)
    page.keyboard.press("Tab")
    number = page.locator(NUMBER).first
    number.focus()
    expect(_panel(page)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    expect(_panel(page)).to_be_hidden()
    assert number.evaluate("number => number === document.activeElement")
    assert number.get_attribute("aria-expanded") is None


def test_a_panel_opens_by_tap(touched: Page) -> None:
    """A tap shows the panel and stays on the page, inside the window; a tap beside it closes it."""
    before = touched.url
    number = touched.locator(NUMBER).nth(1)
    number.tap()
    assert _says(touched)["Value in full"]
    assert _panel(touched).evaluate(IN_VIEW)
    assert touched.url == before
    touched.locator("h1").tap()
    expect(_panel(touched)).to_be_hidden()
    number.tap()
    number.tap()
    touched.wait_for_url("**/figures.html#*")


def test_a_withheld_number_says_why(
    page: Page, home: str, site: Path, edition_pages: list[str]
) -> None:
    """Where a figure is withheld its panel gives the reason in place of a value."""
    name = next(n for n in edition_pages if "fact withheld" in (site / n).read_text("utf-8"))
    page.goto(home + name)
    page.keyboard.press("Tab")
    page.locator("main a.fact.withheld").first.focus()
    said = _says(page)
    assert said["Withheld"]
    assert "Value in full" not in said


def test_a_term_explains_itself(page: Page, home: str, edition_pages: list[str]) -> None:
    """A word of the glossary shows its meaning and leads to the glossary."""
    for name in edition_pages:
        page.goto(home + name)
        term = page.locator("main a.term").first
        if term.count():
            break
    page.keyboard.press("Tab")
    term.focus()
    expect(_panel(page)).to_be_visible()
    assert len(_panel(page).locator("p").nth(1).inner_text()) > 10
    target = term.get_attribute("href")
    assert target and "glossary.html#" in target
    page.goto(term.evaluate("term => term.href"))
    assert page.locator(":target").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_things_are_open(browser: Browser, home: str, scheme: Any) -> None:
    """With a panel, the list of editions and the code of a chart open no rule is broken."""
    with window(browser, color_scheme=scheme, bypass_csp=True) as page:
        page.goto(home + THIS_WEEK)
        page.locator("details.versions summary").click()
        page.locator(".tools summary").first.click()
        page.keyboard.press("Tab")
        page.locator(NUMBER).first.focus()
        expect(_panel(page)).to_be_visible()
        assert violations([page]) == []
