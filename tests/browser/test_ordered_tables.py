"""Tables that a reader can put in order and search, by mouse, by keyboard, and without scripts."""

from __future__ import annotations

import pytest
from axe import violations
from bench import NEWEST
from playwright.sync_api import Browser, Page, expect
from windows import DESK, PHONE, SCHEMES, complaints, widen, window

pytestmark = pytest.mark.browser

MEMBERS, SECTORS = f"{NEWEST}/members.html", f"{NEWEST}/sectors.html"
NUMBERS = """([table, column]) => [...document.querySelectorAll('table.sortable tbody')[table].rows]
  .filter((row) => row.checkVisibility())
  .map((row) => row.cells[column].querySelector('data'))
  .map((data) => data && Number(data.getAttribute('value')))"""
WEIGHT, WEEK = 2, 3


def names(page: Page) -> list[str]:
    """Return the companies shown, from the top."""
    return page.locator("table.sortable tbody tr:visible th").all_inner_texts()


def numbers(page: Page, column: int, table: int = 0) -> list[float | None]:
    """Return the full values of a column, those that are shown, from the top."""
    found: list[float | None] = page.evaluate(NUMBERS, [table, column])
    return found


def test_a_column_is_put_in_order(page: Page, home: str) -> None:
    """By its full values: first the highest on top, then the lowest, with what is missing last."""
    found = complaints(page, home)
    page.goto(home + MEMBERS)
    head = page.locator("table.sortable thead th").nth(WEEK)
    before = numbers(page, WEEK)
    known = [value for value in before if value is not None]
    gone: list[float | None] = [None] * (len(before) - len(known))
    assert len(before) == 100 and before != sorted(known, reverse=True) + gone
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert numbers(page, WEEK) == sorted(known, reverse=True) + gone
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert numbers(page, WEEK) == sorted(known) + gone
    page.locator("table.sortable thead th").nth(WEIGHT).get_by_role("button").click()
    assert page.locator("[aria-sort]").count() == 1
    weights = numbers(page, WEIGHT)
    assert weights == sorted(weights, reverse=True)  # type: ignore[type-var]
    assert found == []


def test_words_are_put_in_order_by_keyboard(page: Page, home: str) -> None:
    """The button of a heading takes the focus; Enter and Space turn the order around."""
    page.goto(home + MEMBERS)
    button = page.locator("table.sortable thead th").first.get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert names(page) == sorted(names(page))
    page.keyboard.press("Space")
    assert names(page) == sorted(names(page), reverse=True)
    expect(button).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_each_table_has_its_own_order(page: Page, home: str) -> None:
    """Of several tables on a page only one is moved, and its rows stay whole."""
    page.goto(home + SECTORS)
    tables = page.locator("table.sortable")
    assert tables.count() >= 4
    other = tables.nth(1).inner_text()
    rows = sorted(tables.nth(0).locator("tbody tr").all_inner_texts())
    tables.nth(0).locator("thead th").nth(1).get_by_role("button").click()
    week = numbers(page, 1)
    assert week == sorted(week, reverse=True)  # type: ignore[type-var]
    assert sorted(tables.nth(0).locator("tbody tr").all_inner_texts()) == rows
    assert tables.nth(1).inner_text() == other


def test_rows_are_found_by_words(page: Page, home: str) -> None:
    """All words must be there, however they are written; how many rows are left is told."""
    page.goto(home + MEMBERS)
    everybody = page.locator("table.sortable tbody tr").all_inner_texts()
    field, told = page.get_by_label("Show rows with"), page.locator(".finder output")
    assert told.inner_text() == "100 rows"
    field.fill("INDUSTRIALS  inc")
    wanted = [row for row in everybody if "industrials" in row.lower() and "inc" in row.lower()]
    assert 0 < len(wanted) < 100
    assert page.locator("table.sortable tbody tr:visible").all_inner_texts() == wanted
    assert told.inner_text() == f"{len(wanted)} of 100 rows"
    field.fill("no such company at all")
    assert names(page) == [] and told.inner_text() == "0 of 100 rows"
    field.fill("")
    assert len(names(page)) == 100


def test_a_found_row_stays_found_when_the_order_changes(page: Page, home: str) -> None:
    """Putting in order shows no row that the words had hidden."""
    page.goto(home + MEMBERS)
    page.get_by_label("Show rows with").fill("health")
    before = sorted(names(page))
    page.locator("table.sortable thead th").nth(WEEK).get_by_role("button").click()
    assert sorted(names(page)) == before and 0 < len(before) < 100


def test_short_tables_have_no_field(page: Page, home: str) -> None:
    """Eleven sectors are seen at a glance."""
    page.goto(home + SECTORS)
    assert page.locator(".finder").count() == 0
    assert page.locator("table.sortable thead button").count() > 20


def test_without_scripts_the_tables_are_plain(browser: Browser, home: str) -> None:
    """All rows, no button and no field."""
    with window(browser, java_script_enabled=False) as page:
        page.goto(home + MEMBERS)
        assert page.locator("table.sortable tbody tr:visible").count() == 100
        assert page.locator("table.sortable button, .finder").count() == 0


def test_only_pages_with_such_tables_load_the_script(page: Page, home: str) -> None:
    """Others are not made heavier by it."""
    for name, loads in ((MEMBERS, 1), (SECTORS, 1), (f"{NEWEST}/performance.html", 0)):
        page.goto(home + name)
        assert page.locator("script[src*='/tables.']").count() == loads, name


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_table_in_use_breaks_no_rule_of_axe(browser: Browser, home: str, width: int) -> None:
    """Put in order and searched, in light and in dark."""
    for scheme in SCHEMES:
        with window(browser, color_scheme=scheme, bypass_csp=True) as page:
            widen(page, width)
            page.goto(home + MEMBERS)
            page.get_by_label("Show rows with").fill("health")
            page.locator("table.sortable thead th").nth(WEEK).get_by_role("button").click()
            assert violations([page]) == []
