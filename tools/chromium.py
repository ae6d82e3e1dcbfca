"""Headless Chromium driven from here, for screenshots, examinations and the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from generator.chromium import QUIET

ARGUMENTS = ("--no-sandbox", *QUIET)
PATIENCE = 10
"""Seconds."""


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    """Start the browser without a window, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


def until(page: Page, condition: str) -> None:
    """Wait until a condition in JavaScript holds.

    Playwright's own way asks for it by `eval`, which the pages' security policy forbids.

    Raises:
        TimeoutError: it does not come to hold.
    """
    found = page.evaluate(
        f"""async () => {{
          const end = performance.now() + {PATIENCE * 1000};
          while (!({condition}) && performance.now() < end) {{
            await new Promise((done) => setTimeout(done, 20));
          }}
          return Boolean({condition});
        }}"""
    )
    if not found:
        raise TimeoutError(f"within {PATIENCE} s it never came that {condition}")
