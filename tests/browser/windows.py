"""Windows of the browser, and what is asked of every page in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

DESK, TABLET, PHONE, SMALLEST = 1280, 768, 390, 320
WIDTHS = (DESK, TABLET, PHONE)
SCHEMES = ("light", "dark")


@contextmanager
def window(browser: Browser, width: int = DESK, **settings: Any) -> Iterator[Page]:
    """Open a window with a profile of its own, and close it. It scrolls at once, not smoothly."""
    wanted = {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce", **settings}
    context: BrowserContext = browser.new_context(**wanted)
    context.set_default_timeout(5000)
    try:
        yield context.new_page()
    finally:
        context.close()


def widen(page: Page, width: int) -> None:
    """Make a window wider or narrower, as a reader would."""
    page.set_viewport_size({"width": width, "height": 900})


def complaints(page: Page, address: str) -> list[str]:
    """Return a list that fills with errors, failed requests and requests to other hosts.

    What the pages' own security policy forbids is an error on the console. What is given up because
    the reader has gone on is no failure.
    """
    found: list[str] = []

    def asked(request: Any) -> None:
        if not request.url.startswith((address, "data:")):
            found.append(f"{page.url} asks for {request.url}")

    def answered(response: Any) -> None:
        if response.status >= 400:
            found.append(f"{response.url} answers {response.status}")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            found.append(f"{page.url} says {message.text}")

    def failed(request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":
            found.append(f"{request.url} fails: {request.failure}")

    page.on("request", asked)
    page.on("response", answered)
    page.on("requestfailed", failed)
    page.on("console", said)
    page.on("pageerror", lambda error: found.append(f"{page.url} raises {error}"))
    page.context.route(
        lambda url: not url.startswith((address, "data:")), lambda route: route.abort()
    )
    return found
