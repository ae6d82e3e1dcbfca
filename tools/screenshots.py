"""Photograph the newest published edition and the pages around it into build/screenshots/.

Every page of the edition, a chart's own page and the same embedded elsewhere, the mail digest, and
every kind of page at the root: at 1280 and 390 px, light and dark. Some as they print.

Usage: python tools/screenshots.py [SITE]        (default: the site of mkdocs.yml)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from chromium import launched
from hosting import served
from playwright.sync_api import Browser

from generator.chromium import require_chromium
from generator.config import load_settings
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import read_listing

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build/screenshots"
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
PRINTED = ("index", "performance", "data", "figures", "chart")
SHEETS = ("A4", "Letter")


def _pages(site: Path) -> dict[str, str]:
    """Return the address of each page to photograph by the name its pictures get."""
    entry = read_listing(Folder(site)).find("latest")
    newest = entry.folder
    names = sorted(path.stem for path in (site / newest).glob("*.html"))
    root = sorted(path for path in site.glob("*.html") if path.stem != "index")
    chart = min(path.name for path in (site / newest / "charts").glob("*.html"))
    return {
        "root": "index.html",
        **{f"root-{path.stem}": path.name for path in root},
        "root-archive": "archive/index.html",
        "root-year": f"archive/{entry.year}.html",
        "root-figures": "figures/index.html",
        "root-figure": "figures/return_1w.html",
        "root-figure-year": f"figures/return_1w/{entry.year}.html",
        "no-later-edition": f"next/{entry.key}.html",
        **{name: f"{newest}/{name}.html" for name in names},
        "chart": f"{newest}/charts/{chart}",
        "embedded": f"{newest}/charts/{chart}#embed",
        "digest": f"{newest}/mail/digest.html",
    }


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
        page.goto(address + pages[name])
        for sheet in SHEETS:
            printed = FOLDER / f"{name}-{sheet.lower()}.pdf"
            page.pdf(path=printed, format=sheet)
            yield printed
    page.close()


def take(site: Path) -> Iterator[Path]:
    """Take all pictures of a published site and yield their paths.

    Raises:
        ReportError: there is no Chromium, or nothing is published.
    """
    pages = _pages(site)
    executable = require_chromium()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(site) as address, launched(executable) as browser:
        yield from _photograph(browser, address, pages)
        yield from _print(browser, address, pages)


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
