"""What every eye, hand and screen reader needs of every page."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any

import pytest
from axe import violations
from bench import NEWEST
from chromium import until
from playwright.sync_api import Browser, Page
from windows import PHONE, SCHEMES, WIDTHS, widen, window

pytestmark = pytest.mark.browser

POOR_CONTRAST = """() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parts(color).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opaque = (color) => parts(color).length === 3 || parts(color)[3] === 1;
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (opaque(color)) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const inside = (shape, x, y) => {
    const matrix = shape.getScreenCTM();
    const point = matrix && new DOMPoint(x, y).matrixTransform(matrix.inverse());
    const style = getComputedStyle(shape);
    if (!point) return null;
    if (shape.isPointInFill(point) && /^rgb/.test(style.fill)) return style.fill;
    return /^rgb/.test(style.stroke) && shape.isPointInStroke(point) ? style.stroke : null;
  };
  // Below a text of a drawing lies the last shape painted there before it. Thin lines may cross it.
  const beneath = (text) => {
    const box = text.getBoundingClientRect();
    const at = [box.left + box.width / 2, box.top + box.height / 2];
    let ground = paper(text);
    for (const shape of text.ownerSVGElement.querySelectorAll('path, rect')) {
      const size = shape.getBoundingClientRect();
      const thin = parseFloat(getComputedStyle(shape).strokeWidth) < 8;
      if (shape.closest('defs') || size.width < 3 || size.height < 3) continue;
      if (thin && getComputedStyle(shape).fill === 'none') continue;
      if (shape.compareDocumentPosition(text) & 4) ground = inside(shape, ...at) || ground;
    }
    return ground;
  };
  const seen = new Map();
  let drawn = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
    const unread = element.matches('.skip, script, title, desc') || !element.checkVisibility();
    if (!own || unread) continue;
    const inDrawing = element.ownerSVGElement;
    if (inDrawing) drawn += 1;
    const style = getComputedStyle(element);
    const front = inDrawing ? style.fill : style.color;
    const back = inDrawing ? beneath(element) : paper(element);
    if (seen.has(front + back)) continue;
    const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    seen.set(front + back, ratio < 4.5
      ? `"${own.data.trim().slice(0, 40)}": ${front} on ${back} is ${ratio.toFixed(2)}` : null);
  }
  return { checked: seen.size, drawn, poor: [...seen.values()].filter(Boolean) };
}"""

SMALL_CONTROLS = """() => [...document.querySelectorAll('button, summary, label, nav a, .files a')]
  .filter((control) => control.checkVisibility())
  .map((control) => [control.textContent.trim(), control.getBoundingClientRect()])
  .filter(([name, box]) => box.height < 43.5)
  .map(([name, box]) => `${name} is ${box.height} high`)"""

MOVING = """() => {
  const still = (times) => times.split(',').every((time) => parseFloat(time) === 0);
  const moving = [...document.querySelectorAll('*')].filter((element) => {
    const style = getComputedStyle(element);
    return !still(style.transitionDuration)
      || (style.animationName !== 'none' && !still(style.animationDuration));
  });
  const smooth = getComputedStyle(document.documentElement).scrollBehavior === 'smooth';
  return [...moving.map((element) => element.outerHTML.slice(0, 60)),
          ...(smooth ? ['the page scrolls smoothly'] : [])];
}"""

FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const place = ['.skip', 'header.site', 'nav.pages', 'nav.contents', 'main', 'footer']
    .find((selector) => element.closest(selector));
  const top = document.elementFromPoint(
    Math.max(0, Math.min(box.left + box.width / 2, innerWidth - 1)), box.top + box.height / 2);
  return {
    place: place || element.tagName,
    name: element.getAttribute('aria-label') || element.textContent.trim(),
    ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    inView: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth,
    covered: !(top && (element.contains(top) || top.contains(element))),
  };
}"""


def test_axe_finds_no_violation(
    browser: Browser, home: str, pages: list[str], every_page: list[str]
) -> None:
    """No rule of axe is broken on any page at any width, in light and in dark.

    The two windows are examined at the same time, each by its own process of the browser.
    """
    found = []
    with ExitStack() as stack:
        windows = [
            stack.enter_context(window(browser, color_scheme=scheme, bypass_csp=True))
            for scheme in SCHEMES
        ]
        for name in every_page:
            for page in windows:
                page.goto(home + name)
            # Pages across editions share their sheets and frames with each other.
            for width in WIDTHS if name in pages else (WIDTHS[0], PHONE):
                for page in windows:
                    widen(page, width)
                found += [f"at {width}: {text}" for text in violations(windows)]
    assert found == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [WIDTHS[0], PHONE])
def test_text_stands_out_from_its_ground(
    browser: Browser, home: str, every_page: list[str], scheme: str, width: int
) -> None:
    """Every text, in drawings too, has a contrast of 4.5 or more, in light and in dark."""
    poor, drawn = [], 0
    with window(browser, width, color_scheme=scheme) as page:
        for name in every_page:
            page.goto(home + name)
            found = page.evaluate(POOR_CONTRAST)
            assert found["checked"] >= 3, name
            drawn += found["drawn"]
            poor += [f"{name}: {text}" for text in found["poor"]]
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert poor == []
    assert drawn > 200
    lightness = sum(map(int, re.findall(r"\d+", ground)[:3]))
    assert lightness > 600 if scheme == "light" else lightness < 150


def test_fingers_hit_what_they_aim_at(browser: Browser, home: str, every_page: list[str]) -> None:
    """On a phone menus, buttons and files are 44 px high; axe sees to 24 for all else."""
    small = []
    with window(browser, PHONE, has_touch=True, is_mobile=True) as page:
        for name in every_page:
            page.goto(home + name)
            small += [f"{name}: {text}" for text in page.evaluate(SMALL_CONTROLS)]
    assert small == []


def test_nothing_moves_for_those_who_asked_for_rest(
    browser: Browser, home: str, every_page: list[str]
) -> None:
    """With reduced motion there is no transition, no animation and no smooth scrolling."""
    moving = []
    with window(browser, reduced_motion="reduce") as page:
        for name in every_page:
            page.goto(home + name)
            moving += [f"{name}: {text}" for text in page.evaluate(MOVING)]
    assert moving == []


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


def _stops(page: Page, most: int = 400) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page, and return where it was."""
    stops: list[dict[str, Any]] = []
    while len(stops) < most:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["place"] == "BODY":
            break
        stops.append(stop)
    return stops


def test_tab_goes_down_the_page(page: Page, home: str) -> None:
    """Tab visits the skip link, the head, the menus, the content and the foot, and is seen."""
    page.goto(f"{home}{NEWEST}/index.html")
    links = page.locator("nav.pages a").all_inner_texts()
    stops = _stops(page)
    places = [stop["place"] for stop in stops]
    order = list(dict.fromkeys(places))
    assert order == [
        place
        for place in (".skip", "header.site", "nav.pages", "nav.contents", "main", "footer")
        if place in order
    ]
    assert {".skip", "header.site", "nav.pages", "main", "footer"} <= set(order)
    assert places == sorted(places, key=order.index), "the focus goes back"
    assert [stop["name"] for stop in stops if stop["place"] == "nav.pages"] == links
    unseen = [stop for stop in stops if not (stop["ringed"] and stop["inView"])]
    assert unseen == []
    assert [stop["name"] for stop in stops if stop["covered"]] == []


def test_a_table_can_be_reached_and_scrolled_by_keyboard(page: Page, home: str) -> None:
    """A table wider than a narrow window takes the focus and moves with the arrow keys."""
    widen(page, PHONE)
    page.goto(f"{home}{NEWEST}/performance.html")
    wide = page.locator(".scroll").filter(has=page.locator("table")).first
    wide.focus()
    assert page.evaluate(FOCUSED)["ringed"]
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.scrollLeft > 0")
