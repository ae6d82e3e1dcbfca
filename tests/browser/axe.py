"""The accessibility rules of axe, run in a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

_START = """void (window.audit = axe.run(document, {
  resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
}))"""
"""The size of targets is of WCAG 2.2 and therefore not yet looked at by default."""
_RESULT = """async () => (await window.audit).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} (${node.failureSummary})`))"""


@cache
def _script() -> str:
    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


def violations(pages: Sequence[Page]) -> list[str]:
    """Return what breaks a rule in any of several windows, examined at the same time."""
    for page in pages:
        if not page.evaluate("'axe' in window"):
            page.evaluate(_script())
        page.evaluate(_START)
    return [f"{page.url}: {text}" for page in pages for text in page.evaluate(_RESULT)]
