"""Claims can be chosen where no script runs; what is led to is shown, and paper has everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench import NEWEST
from playwright.sync_api import Browser, Locator, Page
from windows import DESK, PHONE, window

pytestmark = pytest.mark.browser

CLAIMS = f"{NEWEST}/claims.html"
KINDS = ("verdict", "class", "outlet")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """Open a window in which no script runs."""
    with window(browser, java_script_enabled=False) as page:
        yield page


def _choices(page: Page, kind: str) -> list[Locator]:
    """Everything of a kind that can be chosen, but all of it."""
    return page.locator(f'.filters input[name="{kind}"][id]').all()


def _shown(page: Page) -> int:
    return page.locator("article.claim:visible").count()


def _count(choice: Locator) -> int:
    return int(choice.locator("xpath=..").locator("span").inner_text())


@pytest.mark.parametrize("name", [CLAIMS, "claims.html"])
def test_each_choice_leaves_as_many_claims_as_it_says(plain: Page, home: str, name: str) -> None:
    """Of verdicts, classes and outlets, one after the other; then all are there again."""
    plain.goto(home + name)
    everything = _shown(plain)
    assert everything > 8
    for kind in KINDS:
        choices = _choices(plain, kind)
        assert len(choices) > 1, kind
        for choice in choices:
            choice.check()
            assert _shown(plain) == _count(choice) < everything
        assert sum(map(_count, choices)) == everything
        plain.locator(f'.filters input[name="{kind}"]').first.check()
        assert _shown(plain) == everything


def test_choices_go_together(plain: Page, home: str) -> None:
    """A verdict and an outlet leave the claims that are both."""
    plain.goto(home + CLAIMS)
    verdict, outlet = (_choices(plain, kind)[0] for kind in ("verdict", "outlet"))
    both = plain.locator(
        f"article.claim.{verdict.get_attribute('id')}.{outlet.get_attribute('id')}"
    ).count()
    verdict.check()
    outlet.check()
    assert _shown(plain) == both < min(_count(verdict), _count(outlet))


def test_choices_are_made_by_keyboard(plain: Page, home: str) -> None:
    """Tab leads to each group once, and the arrow keys choose in it."""
    plain.goto(home + CLAIMS)
    everything = _shown(plain)
    plain.locator('.filters input[name="verdict"]').first.focus()
    plain.keyboard.press("ArrowRight")
    assert _shown(plain) < everything
    plain.keyboard.press("Tab")
    assert plain.locator('.filters input[name="class"]').first.evaluate(
        "input => input === document.activeElement"
    )
    names = [group.inner_text() for group in plain.locator(".filters legend").all()]
    assert names == ["Choose claims", "Verdict", "Rests on", "Published by"]


def test_a_claim_that_is_led_to_is_shown_whatever_is_chosen(plain: Page, home: str) -> None:
    """By a list of the page itself, where every claim stands once in each group."""
    plain.goto(home + CLAIMS)
    last = _choices(plain, "verdict")[-1]
    hidden = plain.locator(f"article.claim:not(.{last.get_attribute('id')})").first
    last.check()
    assert not hidden.is_visible()
    lists = plain.locator("main > details")
    lists.first.locator("summary").click()
    lists.first.locator(f'a[href="#{hidden.get_attribute("id")}"]').click()
    assert hidden.is_visible()
    assert lists.locator('dd a[href^="#"]').count() == 3 * plain.locator("article.claim").count()


@pytest.mark.parametrize("name", [CLAIMS, "claims.html"])
def test_paper_has_every_claim(page: Page, home: str, name: str) -> None:
    """Whatever is chosen on the screen; what chooses is not printed."""
    page.goto(home + name)
    everything = _shown(page)
    _choices(page, "verdict")[0].check()
    assert _shown(page) < everything
    page.emulate_media(media="print")
    assert _shown(page) == everything
    assert page.locator(".filters:visible").count() == 0


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_report_stays_at_hand_and_what_is_looked_up_scrolls_away(
    browser: Browser, home: str, width: int
) -> None:
    """The lists of pages are on every page; together they have each page of the edition once."""
    with window(browser, width) as page:
        page.goto(home + CLAIMS)
        lists = page.locator("nav.pages")
        assert lists.count() == 3
        assert lists.locator("[aria-current=page]").inner_text() == "Claims"
        links = [link.get_attribute("href") for link in lists.locator("a").all()]
        assert len(set(links)) == len(links) > 15
        page.evaluate("scrollTo(0, 900)")
        tops = [box.bounding_box() for box in lists.all()]
        assert tops[0] and tops[0]["y"] == 0
        assert all(top and top["y"] < 0 for top in tops[1:])
