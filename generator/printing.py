"""Published editions as PDF, printed by headless Chromium.

Browsers differ in what they write, so a PDF is no part of its edition and has no recorded hash.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator import archive, booklet, chromium
from generator.editions import parse_edition
from generator.errors import UsageError
from generator.listing import Entry
from generator.store import write_whole
from generator.workshop import Outcome, Workshop, said

PAPERS = {"a4": "A4", "letter": "letter"}
"""Sizes of paper by the name they are asked for, as CSS calls them."""


def print_edition(shop: Workshop, entry: Entry, record: Mapping[str, Any], paper: str) -> Outcome:
    """Print a published edition to `pdf/<edition>.pdf` in the site, unless that is there already.

    Raises:
        UsageError: there is no such paper.
        ReportError: there is no browser, or it failed; nothing is left half-written.
    """
    started = time.perf_counter()
    if paper not in PAPERS:
        raise UsageError(f"there is no paper '{paper}': {' or '.join(PAPERS)}")
    settings, edition = shop.settings, parse_edition(entry.edition)
    name = archive.pdf_name(edition)
    target, scratch = settings.site / name, settings.build / str(edition)
    stamp = scratch / "pdf.stamp"
    context = {
        "site_name": settings.site_name,
        "site_url": settings.site_url,
        "address": f"{settings.site_url}{entry.folder}/",
        "paper": PAPERS[paper],
    }
    folder = settings.site / entry.folder
    document = booklet.compose(folder, record, shop.templates, context)
    if target.is_file() and stamp.is_file() and stamp.read_text() == _state(document, target):
        return said(shop, "kept", edition, name, started)
    browser = chromium.require_chromium()
    size = chromium.print_pdf(browser, document, target, scratch / "print")
    write_whole(stamp, _state(document, target).encode())
    detail = f"{settings.project.site}/{name}, {size / 1e6:.1f} MB"
    return said(shop, "printed", edition, detail, started)


def _state(document: str, target: Path) -> str:
    """Fingerprint of what was printed and of what came of it."""
    total = hashlib.sha256(document.encode())
    total.update(hashlib.sha256(target.read_bytes()).digest())
    return total.hexdigest()
