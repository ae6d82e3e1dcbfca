"""Two sample editions in a throw-away project, served three ways, and one headless Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import ARGUMENTS, BROWSERS, find_chromium, served
from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).parents[2]
EDITIONS = ("2026-W03", "2026-W04")
SUB_PATH = "deep/down"


def _published(project: Path) -> Path:
    shutil.copy(REPOSITORY / "mkdocs.yml", project)
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, project / name)
    command = [sys.executable, "-m", "generator.cli", "--project", str(project), "--quiet", "run"]
    for edition in EDITIONS:
        subprocess.run([*command, edition], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    return project / "site"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium without a window; only outside CI may there be none."""
    executable = find_chromium()
    if executable is None:
        reason = f"none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the editions once, only where there is a browser to look at them."""
    return _published(tmp_path_factory.mktemp("project"))


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
def pages(site: Path) -> list[str]:
    """Return the address of one page of each kind: the front page and those of an edition."""
    names = sorted(path.name for path in (site / EDITIONS[-1]).glob("*.html"))
    return ["index.html", *(f"{EDITIONS[-1]}/{name}" for name in names)]
