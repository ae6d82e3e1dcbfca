"""The pages of a published edition as one document, to be printed.

What leads to a page within the document leads there, everything else to where it is published: the
document holds no address of the machine that made it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import escape

from generator.errors import ReportError

LEFT_OUT = frozenset({"figures"})
"""Pages that are too long for paper; numbers lead to them where they are published."""
_IDENTIFIER = re.compile(r'(\s(?:id|for|aria-labelledby|aria-describedby|headers)=")([^"]*)(")')
_PLACE = re.compile(r"url\(#([^)]+)\)")
_LINK = re.compile(r'(\s(?:xlink:)?href=")([^"]*)(")')
_DROPPED = frozenset({"script", "nav", "button", "fieldset", "template"})


@dataclass(frozen=True, slots=True)
class Part:
    """One page within the document."""

    name: str
    """Its name, and the id of its beginning."""
    title: str
    """Its heading."""
    content: str
    """The HTML of its main part."""


class _Menu(HTMLParser):
    """Reads what the first page has for the others: the menu of pages, and the style."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []
        self.style = ""
        self._inside = False
        self._styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._styled = tag == "style"
        if tag == "nav":
            self._inside = "pages" in found.get("class", "").split()
        elif tag == "a" and self._inside:
            self.pages.append(found["href"].removesuffix(".html"))

    def handle_data(self, data: str) -> None:
        if self._styled:
            self.style += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "nav"
        self._styled = False


class _Main(HTMLParser):
    """Keeps the main part of a page as it is, but for ids, links and what only screens use."""

    def __init__(self, page: str, pages: frozenset[str], address: str) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.title = ""
        self._page, self._pages, self._address = page, pages, address
        self._inside = False
        self._heading = False
        self._dropped: str | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._inside = True
        elif self._dropped:
            self._depth += tag == self._dropped
        elif self._inside and tag in _DROPPED:
            self._dropped, self._depth = tag, 1
        elif self._inside:
            self._heading = self._heading or tag == "h1"
            self.kept.append(self._moved(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside and not self._dropped:
            self.kept.append(self._moved(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._inside = False
        elif self._dropped:
            self._depth -= tag == self._dropped
            if not self._depth:
                self._dropped = None
        elif self._inside:
            self._heading = self._heading and tag != "h1"
            self._keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)
        if self._heading and not self._dropped:
            self.title += html.unescape(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _keep(self, text: str) -> None:
        if self._inside and not self._dropped:
            self.kept.append(text)

    def _moved(self, tag: str) -> str:
        """A tag with its ids made this page's own and its links made to lead from here."""
        tag = _IDENTIFIER.sub(lambda m: m[1] + self._own(m[2]) + m[3], tag)
        tag = _PLACE.sub(lambda m: f"url(#{self._own(m[1])})", tag)
        return _LINK.sub(lambda m: m[1] + self._led(m[2]) + m[3], tag)

    def _own(self, identifiers: str) -> str:
        return " ".join(f"{self._page}-{identifier}" for identifier in identifiers.split())

    def _led(self, link: str) -> str:
        link = html.unescape(link)
        path, mark, place = link.partition("#")
        name = path.removesuffix(".html") if path else self._page
        if name in self._pages and (not path or path.endswith(".html")):
            return str(escape(f"#{name}-{place}" if mark else f"#{name}"))
        return str(escape(urljoin(f"{self._address}{self._page}.html", link)))


def compose(
    folder: Path, record: Mapping[str, Any], templates: Path, context: Mapping[str, Any]
) -> str:
    """Return a published edition as one HTML document without any relative address.

    `context` holds site_name, site_url, the address of the edition, ending with a slash, and the
    paper.

    Raises:
        ReportError: a page has not the form that pages have.
    """
    menu = _Menu()
    menu.feed((folder / "index.html").read_text(encoding="utf-8"))
    names = [name for name in dict.fromkeys(menu.pages) if name not in LEFT_OUT]
    if not names or not menu.style:
        raise ReportError(
            "the first page has no menu of pages or no style",
            where=f"{folder.name}/index.html",
        )
    parts = [_part(folder, name, frozenset(names), context["address"]) for name in names]
    return _render(templates, {**context, "record": record, "parts": parts, "style": menu.style})


def _render(templates: Path, context: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(str(templates / "pdf")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template("edition.html").render(context)
    except TemplateError as error:
        where = "templates/pdf/edition.html"
        raise ReportError(f"not a template: {error.message or error}", where=where) from error


def _part(folder: Path, name: str, pages: frozenset[str], address: str) -> Part:
    reader = _Main(name, pages, address)
    reader.feed((folder / f"{name}.html").read_text(encoding="utf-8"))
    reader.close()
    if not reader.kept:
        raise ReportError("the page has no main part", where=f"{folder.name}/{name}.html")
    return Part(name, reader.title, "".join(reader.kept))
