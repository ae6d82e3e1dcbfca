"""Renders the templates of the root with what all of its pages know."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import ReportError

if TYPE_CHECKING:
    from jinja2 import Environment

NAVIGATION = (
    ("archive/index.html", "Archive"),
    ("figures/index.html", "Figures"),
    ("compare.html", "Compare"),
    ("search.html", "Search"),
    ("claims.html", "Claims"),
    ("corrections.html", "Corrections"),
    ("status.html", "Status"),
)
"""What the pages of the root link to, beside the front page."""


@cache
def _environment(folder: Path) -> Environment:
    """Kept, so that templates are compiled once."""
    # Not above: a run that changes nothing has no use for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(str(folder)),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "xml")),
        trim_blocks=True,
        lstrip_blocks=True,
    )


class RootTemplates:
    """The templates of one folder, with what all pages of the root know."""

    def __init__(self, templates: Path, context: Mapping[str, Any]) -> None:
        self._folder = templates / "root"
        self._context = {**context, "navigation": NAVIGATION}

    def page(self, name: str, template: str, **context: Any) -> bytes:
        """Return the page that gets this name at the root; links in it begin with `base`."""
        return self.render(template, "../" * name.count("/"), path=name, **context)

    def render(self, template: str, base: str, **context: Any) -> bytes:
        """Return a rendered template; `base` leads from it to the root of the site.

        Raises:
            ReportError: the template is wrong.
        """
        from jinja2 import TemplateError

        try:
            found = _environment(self._folder).get_template(template)
            return found.render({**self._context, **context, "base": base}).encode()
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            where = f"templates/root/{getattr(error, 'name', None) or template}"
            raise ReportError(
                f"not a template: {error.message or error}",
                where=f"{where}:{line}" if line else where,
            ) from None

    def message(self, base: str, title: str, text: str) -> bytes:
        """Return a page that says why there is nothing else."""
        return self.render("message.html", base, title=title, text=text)

    def icons(self) -> dict[str, bytes]:
        """Return the icons under the names that browsers ask for."""
        found = sorted(p for p in self._folder.iterdir() if p.suffix in (".ico", ".png"))
        return {path.name: path.read_bytes() for path in found}
