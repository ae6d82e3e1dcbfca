"""The theme's own files, which all editions share under names that tell their content."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

FIRST_VIEW = ("site.css", "charts.css")
"""The style sheets of the pages that readers come to first."""


def shared_assets(templates: Path) -> dict[str, tuple[str, bytes]]:
    """Return the theme's own files by name: their published, hashed name and their content."""
    folder = templates / "theme/assets"
    contents = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return {path.name: (hashed_name(path, content), content) for path, content in contents.items()}


def first_view_style(templates: Path) -> dict[str, str]:
    """Return the style of pages with charts and its hash, as a content security policy names it.

    The pages that readers come to first carry it, so that they need not wait for a second answer.
    """
    sheets = (templates / "theme/assets" / name for name in FIRST_VIEW)
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"text": text, "hash": f"sha256-{digest}"}


def hashed_name(path: Path, content: bytes) -> str:
    """Return `assets/site.0123abcd.css` for site.css."""
    return f"assets/{path.stem}.{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"
