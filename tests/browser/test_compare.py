"""The comparison page: the same figures as `smallcaps diff`, menus, addresses, and what it says
where it cannot compare."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe import violations
from bench import BEFORE, NEWEST
from chromium import until
from hosting import served
from playwright.sync_api import Browser, Page, expect
from support_comparing import NEW, OLD, Shelf, Wanted, closes, with_page
from windows import DESK, PHONE, SCHEMES, SMALLEST, complaints, window

from generator.comparing import compare
from generator.comparison import Comparison, NotCompared
from generator.facts import CHANGES
from generator.folders import Folder
from generator.listing import EDITIONS, derive_listing, listing_of, read_listing

pytestmark = pytest.mark.browser

TEMPLATES = Path(__file__).parents[2] / "templates"
DAY = "2025-12-10"
AWKWARD = (
    *(0.0, 0.005, 0.00005, -0.00005, 0.015, 1.005, 2.675, -2.675, 1e-7, -1e-9),
    *(0.1 + 0.2, 999.995, -999999.5, 12345678.125, 1e15, 5e20, 0.05, 0.5, -1.5, 7),
)
"""Differences that are hard to round."""
READ = """() => [...document.querySelectorAll('.comparison details tbody tr')]
  .filter((row) => row.querySelector('td'))
  .map((row) => {
    const [old, later, change] = row.querySelectorAll('td');
    const told = (cell) => {
      const link = cell.querySelector('a');
      const data = cell.querySelector('data');
      return link && [link.getAttribute('href'), data.value, link.textContent];
    };
    return [told(old), told(later), change.textContent];
  })"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Shelf:
    """Two real editions, two that differ in everything, and two with every unit's difference."""
    found = Shelf(tmp_path_factory.mktemp("shelf"))
    for edition in (BEFORE, NEWEST):
        shutil.copytree(site / edition, found.tree.path / edition)
    first = found.freeze("2025-W50", closes("2025-12-12", {("^SML", DAY): 50.0}))
    second = found.freeze("2025-W51", closes("2025-12-19", {("^SML", DAY): 51.5}))
    found.publish("2025-W50", OLD, first)
    found.publish("2025-W51-r1", NEW, second)
    found.publish("2025-W51-r2", NEW, second)
    ids = [f"in_{unit}.s{number}" for unit in CHANGES for number in range(len(AWKWARD))]
    many = dict(zip(ids, AWKWARD * len(CHANGES), strict=True))
    found.publish("2024-W01", Wanted(dict.fromkeys(ids, 0)), first)
    found.publish("2024-W02", Wanted(many), first)
    with_page(found.tree.path, TEMPLATES)
    return found


@pytest.fixture(scope="module")
def address(shelf: Shelf) -> Iterator[str]:
    """The site, served."""
    with served(shelf.tree.path) as home:
        yield home


def opened(page: Page, address: str, old: str, new: str) -> None:
    """Open the comparison of two releases."""
    page.goto(f"{address}compare.html?a={old}&b={new}")
    expect(page.locator("#status")).to_contain_text("changed.")


def everything(page: Page) -> list[Any]:
    """Read every row of every section, changed or not."""
    page.get_by_label("Only what changed").uncheck()
    page.get_by_role("button", name="Open all sections").click()
    until(
        page, "[...document.querySelectorAll('details')].every((one) => one.querySelector('table'))"
    )
    return list(page.evaluate(READ))


def expected(comparison: Comparison) -> list[Any]:
    """What the rows must say."""
    rows = []
    for one in comparison.figures:
        sides = [
            side
            and [
                f"{edition.folder}/figures.html#{one.id}",
                _number(side.value),
                side.display,
            ]
            for side, edition in ((one.old, comparison.old), (one.new, comparison.new))
        ]
        rows.append([*sides, one.difference_display or ""])
    return rows


def _told(rows: list[Any]) -> list[Any]:
    """Rows with the values in full as numbers, which scripts and Python write differently."""
    return [
        [*(side and [side[0], _number(side[1]), side[2]] for side in row[:2]), row[2]]
        for row in rows
    ]


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value or None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (BEFORE, NEWEST),
        (NEWEST, BEFORE),
        ("2025-W50", "2025-W51"),
        ("2025-W51-r2", "2025-W50"),
        ("2024-W01", "2024-W02"),
    ],
)
def test_the_browser_says_what_diff_says(
    page: Page, address: str, shelf: Shelf, old: str, new: str
) -> None:
    """Every figure of a real pair, of one with withheld and missing figures, and of every unit:
    values in full, displays, links and differences to the digit."""
    found = complaints(page, address)
    comparison = compare(shelf.find(old), shelf.find(new), None)
    opened(page, address, old, new)
    assert _told(everything(page)) == expected(comparison)
    front = page.get_by_role("region", name="The numbers of the front page").locator("tbody tr")
    told = [[*row.locator("th, td").all_inner_texts()] for row in front.all()]
    assert told == [
        [one.label, one.old or "–", one.new or "–", one.difference_display or ""]
        for one in comparison.headlines
    ]
    assert found == []


def test_claims_methods_and_data_are_told(page: Page, address: str, shelf: Shelf) -> None:
    """Both verdicts, both definitions, versions, and each revised row with both values."""
    opened(page, address, "2025-W50", "2025-W51")
    comparison = compare(shelf.find("2025-W50"), shelf.find("2025-W51"), None)
    assert not isinstance(comparison.verdicts, NotCompared)
    claims = page.get_by_role("region", name="Verdicts that differ").locator("tbody tr")
    assert [row.locator("th").inner_text() for row in claims.all()] == [
        one.id for one in comparison.verdicts
    ]
    assert claims.first.locator("td").all_inner_texts() == ["true", "false"]
    methods = page.get_by_role("region", name="Methods that differ")
    expect(methods).to_contain_text("definition: As usual. → The last close, in points.")
    expect(methods).to_contain_text("code: 0123456789ab → ba9876543210")
    expect(page.locator("main")).to_contain_text("pandas 3.1.1 → 3.2.0")
    rows = page.get_by_role("region", name="Rows that were revised").locator("tbody tr")
    assert [text.split() for text in rows.all_inner_texts()] == [
        [DAY, "Small", "companies", "(^SML)", "close", "50", "→", "51.5"]
    ]
    cards = page.locator(".headlines .number").all_inner_texts()
    assert cards == ["2", "3", "2", "1"]


def test_what_is_withheld_or_missing_says_why(page: Page, address: str) -> None:
    """Beside the figure's name."""
    opened(page, address, "2025-W50", "2025-W51")
    everything(page)
    notes = page.locator(".why").all_inner_texts()
    assert "withheld in the second: it has no close" in notes
    assert "withheld in both: it is too short" in notes and "only in the first" in notes


def test_simulated_data_are_labelled(page: Page, address: str) -> None:
    """Each edition that has them is named."""
    opened(page, address, "2025-W50", NEWEST)
    notice = page.locator("aside.notice")
    expect(notice).to_contain_text(f"The series behind 2025-W50 and {NEWEST} are made up")


def test_only_what_changed_and_the_largest_first(page: Page, address: str) -> None:
    """The filter hides what is the same; the order is by size within each figure."""
    opened(page, address, BEFORE, NEWEST)
    all_rows = len(everything(page))
    page.get_by_label("Only what changed").check()
    rows = page.evaluate(READ)
    assert 0 < len(rows) < all_rows
    assert all(old is None or later is None or old[1] != later[1] for old, later, _ in rows)
    page.get_by_label("Largest difference first").check()
    groups = [one.locator("tr:has(td)") for one in page.locator(".comparison tbody").all()]
    group = max(groups, key=lambda one: one.count())
    read = "(all) => all.map((one) => Number(one.value))"
    pairs = [row.locator("data").evaluate_all(read) for row in group.all()]
    sizes = [abs(later - old) for old, later in pairs]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) > 3


def test_the_menus_lead_by_year_and_write_the_address(page: Page, address: str) -> None:
    """By keyboard alone: another year, another edition, the other way round."""
    opened(page, address, BEFORE, NEWEST)
    edition = page.get_by_role("group", name="From").get_by_label("Edition")
    page.get_by_role("group", name="From").get_by_label("Year").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#status")).to_contain_text(f"2025-W51-r2 and {NEWEST}")
    assert page.url.endswith(f"compare.html?a=2025-W51-r2&b={NEWEST}")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#status")).to_contain_text(f"2025-W51-r1 and {NEWEST}")
    assert edition.input_value() == "2025-W51-r1"
    page.get_by_role("button", name="Swap").press("Enter")
    expect(page.locator("#status")).to_contain_text(f"{NEWEST} and 2025-W51-r1")


def test_without_an_address_the_newest_two_are_compared(page: Page, address: str) -> None:
    """And a release can be named by its edition, which means the newest one."""
    page.goto(f"{address}compare.html")
    expect(page.locator("#status")).to_contain_text(f"{BEFORE} and {NEWEST}")
    opened(page, address, "2025-W50", "2025-W51")
    assert page.url.endswith("?a=2025-W50&b=2025-W51-r2")


def test_five_thousand_editions_are_menus_by_year(page: Page, shelf: Shelf, tmp_path: Path) -> None:
    """No list of them in the page; a year's menu holds that year's alone."""
    site = tmp_path / "site"
    site.mkdir()
    for folder in (BEFORE, NEWEST):
        shutil.copytree(shelf.tree.path / folder, site / folder)
    with_page(site, TEMPLATES)
    entries = [e for e in read_listing(shelf.tree).entries if e.folder in (BEFORE, NEWEST)]
    for number in range(5000):
        name = f"{1925 + number // 50}-W{number % 50 + 1:02d}"
        entries.append(replace(entries[0], edition=name, folder=name))
    (site / EDITIONS).write_bytes(listing_of(entries).to_json())
    assert NEWEST not in (site / "compare.html").read_text(encoding="utf-8")
    with served(site) as home:
        opened(page, home, BEFORE, NEWEST)
        year = page.get_by_role("group", name="To").get_by_label("Year")
        assert year.locator("option").count() == 101
        year.select_option("1950")
        assert (
            page.get_by_role("group", name="To").get_by_label("Edition").locator("option").count()
            == 50
        )


def test_errors_are_in_words(page: Page, shelf: Shelf, tmp_path: Path) -> None:
    """An unknown edition, a damaged one, no list of editions, one edition only, no server."""
    site = tmp_path / "site"
    shutil.copytree(shelf.tree.path, site)
    status = page.locator("#status")
    page.goto(f"{(site / 'compare.html').as_uri()}?a={BEFORE}&b={NEWEST}")
    expect(status).to_contain_text("Needs a web server")
    with served(site) as home:
        page.goto(f"{home}compare.html?a=2099-W01&b={NEWEST}")
        expect(status).to_contain_text("Not published: 2099-W01")
        (site / "2025-W50/facts.json").unlink()
        page.goto(f"{home}compare.html?a=2025-W50&b={NEWEST}")
        expect(status).to_contain_text("2025-W50/facts.json could not be read (404)")
        (site / f"{BEFORE}/revisions.json").unlink()
        page.goto(f"{home}compare.html?a={BEFORE}&b={NEWEST}")
        expect(page.locator("main")).to_contain_text(f"Not compared: {BEFORE}/revisions.json")
        for path in site.glob("20*"):
            if path.name != NEWEST:
                shutil.rmtree(path)
        (site / EDITIONS).write_bytes(derive_listing(Folder(site)).to_json())
        page.goto(f"{home}compare.html")
        expect(status).to_contain_text("There is only one edition yet")
        (site / EDITIONS).write_text("{")
        page.goto(f"{home}compare.html?x")
        expect(status).to_contain_text("The list of editions is not there")


def test_without_scripts_it_says_what_to_do(browser: Browser, address: str) -> None:
    """The command, the archive, and no dead menus."""
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{address}compare.html")
        assert "smallcaps diff 2026-W02 2026-W03" in page.locator("main").inner_text()
        expect(page.locator("form.compare")).to_be_hidden()
        expect(page.locator("main a")).to_have_text("archive")


def test_it_is_accessible_and_fits(browser: Browser, address: str) -> None:
    """Light and dark, desk and phone: no violation of axe, and nothing scrolls sideways."""
    for width in (DESK, PHONE):
        for scheme in SCHEMES:
            with window(browser, width, color_scheme=scheme) as page:
                opened(page, address, "2025-W50", "2025-W51")
                everything(page)
                assert violations([page]) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    with window(browser, SMALLEST) as page:
        opened(page, address, BEFORE, NEWEST)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST
