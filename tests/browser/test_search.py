"""Searching the archive: what a reader finds, chooses and is told, and what is fetched for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import violations
from hosting import served
from playwright.sync_api import Browser, Page, expect
from support_archive import write_release
from windows import DESK, PHONE, complaints, widen, window

from generator import searching
from generator.assets import shared_assets
from generator.editions import Edition
from generator.folders import Folder
from generator.listing import derive_listing
from generator.root_templates import RootTemplates

pytestmark = pytest.mark.browser

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SUB_PATH = "deep/down"
EDITIONS = [Edition(2026, week) for week in (18, 15, 14, 2)] + [
    Edition(year, week) for year in range(2025, 2019, -1) for week in range(52, 46, -1)
]
"""Newest first, some of each of seven years; those of the newest are in three indexes."""
CLAIM = {
    "id": "c1",
    "verdict": "differs",
    "asserted": "the longest lead since 1996",
    "computed": "11 sessions",
    "gap": "",
    "convention": "",
    "as_of": "2026-01-16",
    "source": "letter",
    "outlet": "A letter",
    "statement": "Small caps have not led for so long.",
    "note": "",
}


def _add_claim(site: Path, edition: str) -> None:
    (site / edition / "claims.json").write_text(json.dumps([CLAIM]))
    path = site / edition / "edition.json"
    record = json.loads(path.read_text())
    record["files"] |= {"claims.json": "0" * 64, "claims.html": "0" * 64}
    path.write_text(json.dumps(record))


@pytest.fixture(scope="module")
def archive(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up archive of seven years with its indexes and the page that searches them."""
    site = tmp_path_factory.mktemp("archive") / SUB_PATH
    for edition in EDITIONS:
        write_release(site, str(edition), edition, metrics=5, facts=7)
    _add_claim(site, str(EDITIONS[1]))
    tree = Folder(site)
    listing = derive_listing(tree)
    files, _ = searching.update(tree, listing, (), everything=True, work=site.parent / "work")
    assets = shared_assets(TEMPLATES)
    context = {
        "site_name": "Small Caps Weekly",
        "site_description": "How are small caps doing?",
        "site_url": "https://small-caps-weekly.example/",
        "assets": {name: place for name, (place, _) in assets.items()},
        "picture": "share.png",
        "simulated": "all",
    }
    templates = RootTemplates(TEMPLATES, context)
    files |= dict(assets.values())
    files["search.html"] = templates.page("search.html", "search.html", years=listing.years)
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return site


@pytest.fixture(scope="module")
def address(archive: Path) -> Iterator[str]:
    """Where it is served, below a path."""
    with served(archive.parents[1]) as host:
        yield f"{host}{SUB_PATH}/"


def _look(page: Page, address: str, query: str = "", text: str | None = None) -> None:
    """Open the page, ask for something and wait for the answer."""
    page.goto(f"{address}search.html{query}")
    if text is not None:
        page.get_by_label("Words or a number").fill(text)
    expect(page.locator("#status")).to_contain_text("result", timeout=15_000)


def _titles(page: Page) -> list[str]:
    return page.locator("#results a").all_inner_texts()


def test_words_are_found_the_newest_first(page: Page, address: str) -> None:
    """Links lead to the figure in its edition; the address tells the question."""
    found = complaints(page, address)
    _look(page, address, text="return 1w")
    links = page.locator("#results a")
    assert [link.get_attribute("href") for link in links.all()] == [
        f"{edition}/figures.html#return_1w.russell_2000" for edition in EDITIONS[:20]
    ]
    assert _titles(page)[0] == "Return 1w, week to 1 May 2026"
    assert page.url == f"{address}search.html?q=return+1w"
    assert page.locator("#results mark").first.inner_text().lower().startswith("return")
    assert found == []


def test_simulated_data_are_labelled(page: Page, address: str) -> None:
    """In each result."""
    _look(page, address, text="return week")
    assert page.locator("#results li").count() == 20
    assert page.locator("#results li b", has_text="Simulated data").count() == 20


def test_a_number_is_found_as_printed(page: Page, address: str, archive: Path) -> None:
    """With its sign and unit; the figure whose main value it is comes first."""
    facts = json.loads((archive / str(EDITIONS[0]) / "facts.json").read_text())["facts"]
    display = next(one["display"] for one in facts if one["id"] == "return_1w.russell_2000")
    _look(page, address, text=display)
    assert "Return 1w, week to 1 May 2026" in _titles(page)[:2]
    number = display.lstrip("+−").rstrip("%")
    for item in page.locator("#results li").all():
        assert number in item.inner_text()


def test_a_week_is_found_by_its_name_and_its_day(page: Page, address: str) -> None:
    """As the archive writes them; of indexes without that word nothing is shown."""
    for text in ("2026-W02", "2026-01-09"):
        _look(page, address, text=text)
        expect(page.locator("#status")).to_contain_text("6 results")
        assert all("week to 9 january 2026" in title.lower() for title in _titles(page))
    _look(page, address, text="9 January 2026")
    assert "week to 9 january 2026" in _titles(page)[0].lower()


def test_lists_narrow_what_is_found(page: Page, address: str) -> None:
    """Each value has its count; choosing one leaves those; the address carries the choice."""
    _look(page, address, text="russell")
    figure = page.get_by_label("Figure")
    option = figure.locator("option", has_text="Return ytd")
    expect(option).to_have_count(1)
    count = option.inner_text().partition("(")[2].rstrip(")")
    figure.select_option("Return ytd")
    expect(page.locator("#status")).to_contain_text(f"{count} results")
    assert all(title.startswith("Return ytd, ") for title in _titles(page))
    assert page.url.endswith("?figure=Return+ytd&q=russell")
    page.reload()
    expect(page.locator("#status")).to_contain_text(f"{count} results", timeout=15_000)
    assert figure.input_value() == "Return ytd"
    assert page.get_by_label("Words or a number").input_value() == "russell"


def test_claims_are_found_by_verdict(page: Page, address: str) -> None:
    """Without a word typed."""
    page.goto(f"{address}search.html")
    page.get_by_label("Words or a number").focus()
    verdict = page.get_by_label("Verdict")
    expect(verdict.locator("option", has_text="differs (1)")).to_have_count(1, timeout=15_000)
    verdict.select_option("differs")
    expect(page.locator("#status")).to_contain_text("1 result in")
    link = page.locator("#results a")
    assert link.get_attribute("href") == f"{EDITIONS[1]}/claims.html#c1"
    assert "longest lead since 1996" in page.locator("#results li").inner_text()


def _years(asked: list[str]) -> set[str]:
    parts = [name.partition("/search/")[2].split("/")[0] for name in asked]
    return {part[:4] for part in parts if part.startswith("20")}


def test_years_are_fetched_as_they_are_wanted(page: Page, address: str) -> None:
    """Nothing at first, five years with the first question, earlier ones when asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}search.html")
    page.wait_for_load_state("networkidle")
    assert not any("/search/" in name for name in asked)
    _look(page, address, text="ytd")
    assert _years(asked) == {"2026", "2025", "2024", "2023", "2022"}
    before = page.locator("#status").inner_text()
    assert "in 2022 to 2026" in before
    for name in ("2026-W18-W21", "2026-W14-W17", "2026-W01-W13"):
        assert any(f"/search/{name}/pagefind-entry.json" in address for address in asked)
    page.get_by_role("button", name="Search 2020 to 2021 too").click()
    expect(page.locator("#status")).to_contain_text("in 2020 to 2026")
    assert page.locator("#status").inner_text() != before
    assert _years(asked) >= {"2020", "2021"}
    expect(page.locator("#earlier")).to_be_hidden()


def test_an_earlier_year_is_fetched_alone(page: Page, address: str) -> None:
    """Choosing one asks for no other that is not there yet; letting go of it brings the newest."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _look(page, address, "?year=2020&q=ytd")
    assert _years(asked) == {"2020"}
    assert all("2020" in title for title in _titles(page))
    page.get_by_label("Year").select_option("")
    expect(page.locator("#results a").first).to_contain_text("2026")
    expect(page.locator("#status")).to_contain_text("in 2020, 2022 to 2026")
    expect(page.locator("#earlier")).to_have_text("Search 2021 too")


def test_more_results_are_shown_when_asked_for(page: Page, address: str) -> None:
    """Twenty at a time, by keyboard as well."""
    _look(page, address, text="return")
    page.locator("#more").press("Enter")
    expect(page.locator("#results li")).to_have_count(40)
    assert len(set(_titles(page))) == 40


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    """From the field to the first result."""
    page.goto(f"{address}search.html")
    page.get_by_label("Words or a number").focus()
    page.keyboard.type("ytd")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("result", timeout=15_000)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#results') !== null"):
            break
    assert page.evaluate("document.activeElement.textContent") == _titles(page)[0]


def test_words_that_are_not_there_are_named(page: Page, address: str) -> None:
    """What has the others is shown, and without any there is nothing."""
    _look(page, address, text="ytd zyzzyva")
    expect(page.locator("#status")).to_contain_text("without “zyzzyva”")
    assert page.locator("#results li").count() == 20
    _look(page, address, text="zyzzyva")
    expect(page.locator("#status")).to_contain_text("0 results")
    assert page.locator("#results li").count() == 0


def test_an_emptied_field_empties_the_page(page: Page, address: str) -> None:
    """Results, status and address."""
    _look(page, address, text="ytd")
    page.get_by_label("Words or a number").fill("")
    expect(page.locator("#results li")).to_have_count(0)
    assert page.locator("#status").inner_text() == ""
    assert page.url == f"{address}search.html"


def test_text_of_the_archive_is_never_taken_for_markup(page: Page, address: str) -> None:
    """Neither what is asked nor what is found."""
    _look(page, address, text="ytd <img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0


def test_an_index_that_cannot_be_read_is_said(page: Page, address: str) -> None:
    """Instead of searching without end, or finding nothing."""
    page.route("**/search/2025/pagefind-entry.json*", lambda route: route.abort())
    page.goto(f"{address}search.html?q=ytd")
    expect(page.locator("#status")).to_contain_text("could not be loaded", timeout=15_000)
    assert page.locator("#results li").count() == 0


def test_it_searches_without_a_worker(page: Page, address: str) -> None:
    """Where a browser has none the page's own policy allows WebAssembly, on this page alone."""
    page.route("**/pagefind-worker.js", lambda route: route.abort())
    _look(page, address, text="ytd")
    assert page.locator("#results li").count() == 20


def test_a_page_from_a_folder_says_why_it_cannot_search(page: Page, archive: Path) -> None:
    """And leaves the way to the lists; there is no field that would do nothing."""
    page.goto((archive / "search.html").as_uri() + "?q=ytd")
    expect(page.locator("#status")).to_contain_text("Searching does not work in a page opened from")
    assert page.locator("form.search").is_hidden()
    assert page.locator("main a:visible").count() == 2


def test_without_scripts_it_says_so(browser: Browser, address: str) -> None:
    """The form is not shown, the lists are."""
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{address}search.html")
        assert page.locator("noscript").text_content() == "Searching needs JavaScript."
        assert page.locator("button:visible, input:visible, select:visible").count() == 0
        assert page.locator("main a:visible").count() == 2


def test_the_page_keeps_the_rules(page: Page, address: str) -> None:
    """Wide and narrow, light and dark: no violation, and nothing scrolls sideways."""
    _look(page, address, text="ytd russell")
    expect(page.get_by_label("Figure").locator("option")).not_to_have_count(1)
    for width, scheme in ((DESK, "light"), (PHONE, "dark"), (DESK, "dark"), (PHONE, "light")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        widen(page, width)
        assert violations([page]) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_script_and_style_are_shared_files(archive: Path, page: Page, address: str) -> None:
    """Script and style of the page are shared files whose names tell what they hold."""
    page.goto(f"{address}search.html")
    for name in ("search.js", "search.css"):
        content = (TEMPLATES / "theme/assets" / name).read_bytes()
        stem, _, suffix = name.partition(".")
        hashed = f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
        assert (archive / hashed).read_bytes() == content
        assert page.locator(f"[src='{hashed}'], [href='{hashed}']").count() == 1
