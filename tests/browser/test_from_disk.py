"""An exported edition opens from disk, without a server and without the rest of the site."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Browser
from support_rebuild import EDITION, exported, kept
from windows import complaints, window


def test_every_page_opens_from_disk(browser: Browser, tmp_path: Path) -> None:
    """Over file:// no request fails and nothing complains, on any page of the archive."""
    folder = tmp_path / "an edition"
    with zipfile.ZipFile(io.BytesIO(exported(kept()))) as bundle:
        bundle.extractall(folder)
    address = f"{folder.as_uri()}/"
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 35
    with window(browser) as page:
        found = complaints(page, address)
        for path in pages:
            page.goto(path.as_uri())
            assert page.title(), path
        page.goto(f"{address}index.html")
        page.get_by_role("link", name="Read the edition").click()
        page.wait_for_url(f"{address}{EDITION}/index.html")
        page.get_by_role("link", name="Earlier").click()
        page.get_by_role("heading", name="Not in this archive").wait_for()
    assert found == []
