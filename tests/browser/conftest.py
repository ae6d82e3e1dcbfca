"""Two sample editions in a throw-away project, served three ways, and one headless Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import BEFORE, NEWEST, copy_project, smallcaps
from chromium import launched
from hosting import served
from playwright.sync_api import Browser, Page
from windows import window

from generator.chromium import BROWSERS, find_chromium

EDITIONS = (BEFORE, NEWEST)
SUB_PATH = "deep/down"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium without a window; only outside CI may there be none."""
    executable = find_chromium()
    if executable is None:
        reason = f"none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with launched(executable) as found:
        yield found


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the editions once, only where there is a browser to look at them."""
    project = copy_project(tmp_path_factory.mktemp("published"))
    for edition in EDITIONS:
        smallcaps(project, "run", edition)
    return project / "site"


@pytest.fixture(scope="session")
def surfaces(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the address of the site at a host's root, below a path, and without a server."""
    host = tmp_path_factory.mktemp("host")
    below = host / SUB_PATH
    below.parent.mkdir(parents=True)
    below.symlink_to(site, target_is_directory=True)
    with served(site) as at_root, served(host) as deep:
        yield {"root": at_root, "sub-path": f"{deep}{SUB_PATH}/", "file": f"{site.as_uri()}/"}


@pytest.fixture(scope="session")
def home(surfaces: dict[str, str]) -> str:
    """Return the site's address at a host's root, for what does not depend on the surface."""
    return surfaces["root"]


@pytest.fixture(scope="session")
def edition_pages(site: Path) -> list[str]:
    """Return the names of an edition's pages, and of the page of one of its charts."""
    folder = site / NEWEST
    chart = min((folder / "charts").glob("*.html"))
    found = [*sorted(folder.glob("*.html")), chart]
    return [path.relative_to(site).as_posix() for path in found]


@pytest.fixture(scope="session")
def pages(edition_pages: list[str]) -> list[str]:
    """Return a page of each kind that stands wherever the site is put."""
    return ["index.html", *edition_pages]


@pytest.fixture(scope="session")
def every_page(pages: list[str]) -> list[str]:
    """Return a page of each kind, those across editions and those with nothing to read included."""
    across = ["archive/index.html", f"archive/{NEWEST[:4]}.html", "figures/index.html"]
    across += ["figures/return_1w.html", f"figures/return_1w/{NEWEST[:4]}.html"]
    across += [f"claims/{NEWEST[:4]}.html"]
    across += [f"{name}.html" for name in ("claims", "compare", "corrections", "search", "status")]
    return [*pages, *across, f"next/{NEWEST}.html", "404.html"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a light window of 1280 pixels."""
    with window(browser) as opened:
        yield opened
