"""Photograph the newest published edition and the front page into build/screenshots/.

Every page kind at 1280 and 390 px, light and dark, and the first pages as they print.

Usage: python tools/screenshots.py [SITE]        (default: the site of mkdocs.yml)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from chromium import ARGUMENTS, find_chromium, served
from playwright.sync_api import Browser, sync_playwright

from generator.archive import published
from generator.config import load_settings
from generator.errors import ReportError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build/screenshots"
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
PRINTED = ("index", "performance", "figures")


def _pages(site: Path) -> dict[str, str]:
    """Return the address of each page to photograph by the name its pictures get."""
    editions = list(published(site))
    if not editions:
        raise ReportError(
            "nothing is published yet", where=str(site), hint="Run `smallcaps run --all` first."
        )
    newest = str(editions[0])
    names = sorted(path.stem for path in (site / newest).glob("*.html"))
    return {"root": "index.html", **{name: f"{newest}/{name}.html" for name in names}}


def _photograph(browser: Browser, address: str, pages: dict[str, str]) -> Iterator[Path]:
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            for name, place in pages.items():
                picture = FOLDER / f"{name}-{width}-{scheme}.png"
                page.goto(address + place)
                page.screenshot(path=picture, full_page=True)
                yield picture
            page.close()


def _print(browser: Browser, address: str, pages: dict[str, str]) -> Iterator[Path]:
    page = browser.new_page()
    for name in PRINTED:
        if name in pages:
            sheet = FOLDER / f"{name}.pdf"
            page.goto(address + pages[name])
            page.pdf(path=sheet, format="A4")
            yield sheet
    page.close()


def take(site: Path) -> Iterator[Path]:
    """Take all pictures of a published site and yield their paths.

    Raises:
        ReportError: there is no Chromium, or nothing is published.
    """
    pages = _pages(site)
    executable = find_chromium()
    if executable is None:
        raise ReportError(
            "there is no Chromium on this machine",
            hint="Install it; on Debian: `apt-get install chromium`.",
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield from _photograph(browser, address, pages)
        yield from _print(browser, address, pages)
        browser.close()


def main(arguments: list[str]) -> int:
    """Print the path of every picture; return the exit code."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        site = Path(arguments[0]).resolve() if arguments else load_settings(ROOT).site
        for path in take(site):
            print(path, flush=True)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
