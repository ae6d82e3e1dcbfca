"""The site of one edition: the only module that knows MkDocs."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.errors import ReportError

ASIDE = ".aside"
"""Folder below the pages with what is laid into them; MkDocs passes over names with a dot."""
_PLACE = re.compile(r"<!--aside:([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)-->")


def on_page_content(html: str, *, config: Any, **_: Any) -> str:
    """Lay drawings and tables into a page after its Markdown has become HTML.

    Markdown would read every one of them otherwise, which takes longer than all the rest.
    """
    folder = Path(config["docs_dir"]) / ASIDE
    return _PLACE.sub(lambda m: (folder / m[1]).read_text(encoding="utf-8"), html)


class _Problems(logging.Handler):
    """Keeps what MkDocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def __str__(self) -> str:
        more = len(self.messages) - 3
        return "; ".join(self.messages[:3]) + (f" and {more} more" if more > 0 else "")

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def build_site(
    configuration: Path,
    pages: Path,
    destination: Path,
    *,
    address: str,
    assets: Mapping[str, str],
    style: Mapping[str, str],
) -> None:
    """Build the pages of one edition into a folder.

    `address` is where the edition will be published; `assets` names the shared files, as seen from
    the root of the site, by the name they have in the theme; `style` is the text and the hash of
    the style sheet, for the page that carries it.

    Raises:
        ReportError: MkDocs refused or warned.
    """
    from jinja2 import TemplateError
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    problems = _Problems()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(problems)
    logger.propagate = False
    try:
        config = load_config(
            str(configuration),
            docs_dir=str(pages),
            site_dir=str(destination),
            site_url=address,
            strict=False,
        )
        config.extra.update(assets=dict(assets), style=dict(style))
        # An edition has no map of its own, and MkDocs's needs an address it does not know.
        config.theme.static_templates = set()
        build(config)
        (destination / "sitemap.xml").unlink(missing_ok=True)
    except (Abort, MkDocsException) as error:
        raise ReportError(
            f"MkDocs could not build the pages: {problems or error}",
            where=str(configuration.name),
        ) from error
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"templates/theme/{getattr(error, 'name', None) or 'main.html'}"
        raise ReportError(
            f"not a template: {error.message or error}", where=f"{where}:{line}" if line else where
        ) from error
    finally:
        logger.removeHandler(problems)
    if problems.messages:
        raise ReportError(f"MkDocs warns: {problems}", where=pages.name)
