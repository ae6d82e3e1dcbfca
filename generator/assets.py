"""The theme's own files, which all editions share under names that tell their content."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path


def shared_assets(templates: Path) -> dict[str, tuple[str, bytes]]:
    """Return the theme's own files by name: their published, hashed name and their content."""
    folder = templates / "theme/assets"
    contents = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return {path.name: (hashed_name(path, content), content) for path, content in contents.items()}


def first_view_style(templates: Path) -> dict[str, str]:
    """Return the style sheet's text and its hash, as a content security policy names it.

    The pages that readers come to first carry it, so that they need not wait for a second answer.
    """
    text = (templates / "theme/assets/site.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"text": text, "hash": f"sha256-{digest}"}


def hashed_name(path: Path, content: bytes) -> str:
    """Return `assets/site.0123abcd.css` for site.css."""
    return f"assets/{path.stem}.{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}"
