"""What scripts add where they run: the theme switch, lists, copying, live charts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench import NEWEST
from chromium import until
from playwright.sync_api import Browser, Page, expect
from windows import DESK, PHONE, complaints, widen, window

pytestmark = pytest.mark.browser

THIS_WEEK = f"{NEWEST}/index.html"
FRAMES = """
window.frames_seen = [];
const look = () => {
  const style = getComputedStyle(document.documentElement);
  frames_seen.push([style.colorScheme, style.backgroundColor]);
  if (frames_seen.length < 20) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Looks at the page right before each of its first frames is painted."""

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}


def _slow(page: Page, *, network: bool) -> None:
    """Make the processor slow, and the network too, with nothing kept from earlier visits."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    if network:
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send("Network.emulateNetworkConditions", SLOW)


def _frames(page: Page, address: str) -> set[tuple[str, str]]:
    page.goto(address)
    until(page, "frames_seen.length >= 5")
    return {(scheme, ground) for scheme, ground in page.evaluate("frames_seen")}


@pytest.mark.parametrize("network", ["fast", "slow"])
@pytest.mark.parametrize(("system", "wanted"), [("light", "dark"), ("dark", "light")])
def test_the_chosen_theme_stays_without_a_flash(
    browser: Browser, home: str, pages: list[str], system: Any, wanted: str, network: str
) -> None:
    """What a reader chose against the system holds on every page from its first frame on.

    The first views do not wait for the choice: there it holds once they are there.
    """
    with window(browser, color_scheme=system) as page:
        page.add_init_script(FRAMES)
        page.goto(home + THIS_WEEK)
        before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.locator("button.theme").click()
        after = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert after != before
        _slow(page, network=network == "slow")
        for name in ("index.html", THIS_WEEK):
            page.goto(home + name)
            assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == wanted
        for name in [name for name in pages[::3] if name not in ("index.html", THIS_WEEK)]:
            assert _frames(page, home + name) == {(wanted, after)}, name
        page.locator("button.theme").click()
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == before


def test_the_switch_follows_the_system_until_used(page: Page, home: str) -> None:
    """Without a choice the page takes what the system takes, also when that changes."""
    page.goto(home + THIS_WEEK)
    assert page.locator("button.theme").inner_text() == "Dark"
    page.emulate_media(color_scheme="dark")
    expect(page.locator("button.theme")).to_have_text("Light")


def test_the_list_of_editions_opens(page: Page, home: str, site: Path) -> None:
    """It holds every edition by its title, marks the one that is open, and each leads there."""
    found = complaints(page, home)
    page.goto(home + THIS_WEEK)
    page.locator("details.versions summary").click()
    known = json.loads((site / "versions.json").read_bytes())
    links = page.locator("details.versions li a")
    expect(links.first).to_have_text(known[0]["title"])
    assert links.all_inner_texts()[: len(known)] == [one["title"] for one in known]
    assert page.locator("details.versions a[aria-current]").count() == 1
    links.nth(1).click()
    page.wait_for_url(f"{home}{known[1]['version']}/index.html")
    page.locator("a[rel=next]").click()
    page.wait_for_url(f"{home}{known[0]['version']}/index.html")
    assert found == []


def test_citation_and_code_can_be_copied(page: Page, home: str) -> None:
    """A press on Copy puts the text beside it on the clipboard, and says so."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(home + THIS_WEEK)
    tools = page.locator("figure.chart .tools").first
    tools.locator("summary").click()
    for text, button in zip(
        tools.locator("pre").all_inner_texts(), tools.locator("button.copy").all(), strict=True
    ):
        button.click()
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_chart_comes_to_life_when_asked(page: Page, home: str, width: int) -> None:
    """The library is asked for once, only then; it draws the chart and is allowed to."""
    found = complaints(page, home)
    widen(page, width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(home + THIS_WEEK)
    bundle = page.evaluate(
        "new URL(document.documentElement.dataset.bundle, document.baseURI).href"
    )
    page.wait_for_load_state("networkidle")
    assert bundle not in asked
    figures = page.locator("figure.chart").filter(has=page.locator("button.live:visible"))
    for figure in figures.all()[:2]:
        name = figure.get_attribute("id")
        figure.locator("button.live").click()
        drawn = page.locator(f"#{name} .stage svg")
        expect(drawn).to_be_visible(timeout=15_000)
        assert drawn.locator("text").count() > 3
        page_width = page.evaluate("document.documentElement.scrollWidth")
        assert page_width <= width
    assert asked.count(bundle) == 1
    assert found == []


def test_a_live_chart_answers(page: Page, home: str) -> None:
    """It tells the value under the mouse, and a series can be taken out and put back."""
    page.goto(home + THIS_WEEK)
    paths = "document.querySelectorAll('#chart-year_rebased .stage path').length"
    figure = page.locator("#chart-year_rebased")
    figure.locator("button.live").click()
    drawn = figure.locator(".stage svg")
    expect(drawn).to_be_visible(timeout=15_000)
    before = page.evaluate(paths)
    box = figure.locator(".switches input").first
    box.uncheck()
    until(page, f"{paths} < {before}")
    box.check()
    until(page, f"{paths} === {before}")
    place = drawn.bounding_box()
    assert place
    for step in range(20):
        page.mouse.move(place["x"] + place["width"] * (0.3 + step / 80), place["y"] + 150)
    expect(page.locator("#vg-tooltip-element.visible")).to_be_visible()
