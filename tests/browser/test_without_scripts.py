"""Everything can be read, and every menu used, where no script runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import NEWEST
from playwright.sync_api import Browser, Page
from windows import PHONE, widen, window

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """Open a window in which no script runs."""
    with window(browser, java_script_enabled=False) as page:
        yield page


def test_every_page_can_be_read(plain: Page, home: str, every_page: list[str]) -> None:
    """Heading, menus, tables and one drawing a chart are there; nothing that needs a script is."""
    tables = 0
    for name in every_page:
        plain.goto(home + name)
        assert plain.locator("h1").is_visible(), name
        assert plain.locator("header.site a:visible").count() >= 1, name
        assert plain.locator("button:visible, #panel:visible").count() == 0, name
        # Claims are chosen by the style sheet.
        assert plain.locator(":not(.filters *):is(input):visible").count() == 0, name
        charts = plain.locator("figure.chart .drawing").count()
        assert plain.locator("figure.chart .drawing > svg:visible").count() == charts, name
        found = plain.locator("main table").count()
        assert plain.locator("main table:visible").count() == found, name
        tables += found
        if name.startswith(NEWEST):
            assert plain.locator("nav.pages a:visible").count() >= 10, name
    assert tables >= 20


def test_this_week_says_what_was_computed(plain: Page, home: str, site: Path) -> None:
    """The answer and the headline numbers of the edition's record are on its first page."""
    record = json.loads((site / NEWEST / "edition.json").read_text(encoding="utf-8"))
    plain.goto(f"{home}{NEWEST}/index.html")
    assert plain.locator(".answer").inner_text().split() == record["answer"].split()
    shown = plain.locator(".headlines .number").all_inner_texts()
    assert shown == [number["display"] for number in record["headlines"]]
    assert plain.locator("figure.chart").count() >= 1


def test_menus_work(plain: Page, home: str) -> None:
    """The list of editions opens, and one can walk on to a page, a section and a chart's table."""
    plain.goto(f"{home}{NEWEST}/index.html")
    menu = plain.locator("details.versions")
    menu.locator("summary").click()
    assert menu.locator("a:visible").count() >= 1
    plain.locator("nav.pages a", has_text="Performance").click()
    assert plain.url == f"{home}{NEWEST}/performance.html"
    plain.locator("nav.contents a").last.click()
    assert "#" in plain.url
    plain.locator(".files a", has_text="Table").first.click()
    assert f"{NEWEST}/charts/" in plain.url
    assert plain.locator("main table").first.is_visible()


def test_what_a_chart_offers_can_be_reached(plain: Page, home: str) -> None:
    """Citation, code and every file of a chart are there on a phone as well."""
    widen(plain, PHONE)
    plain.goto(f"{home}{NEWEST}/index.html")
    tools = plain.locator("figure.chart .tools").first
    assert tools.locator(".files a:visible").count() >= 6
    tools.locator("summary").click()
    assert "iframe" in " ".join(tools.locator("pre:visible").all_inner_texts())
