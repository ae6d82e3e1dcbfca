"""The links of a page to other files, and where in the site they lead."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

_ATTRIBUTES = ("href", "src", "poster", "data", "action", "data-bundle")


@dataclass(frozen=True, slots=True)
class Link:
    """One place that a page leads to, in the same site."""

    name: str
    """The file, as seen from the root of the site."""
    fragment: str
    """The place in it; empty for its beginning."""


class _Reader(HTMLParser):
    """Collects what leads on, and the places that can be led to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _ATTRIBUTES and value:
                self.found.append(value)
            elif name == "id" and value:
                self.places.add(value)


def links(page: str, content: bytes) -> Iterator[Link]:
    """Yield the links of a page, named from the root of the site, that stay in it.

    Raises:
        ValueError: the page is not text, or an address in it is malformed.
    """
    reader = _Reader()
    reader.feed(content.decode())
    reader.close()
    for address in dict.fromkeys(reader.found):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            continue
        name = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        if parts.path and not name.startswith(".."):
            yield Link(name, unquote(parts.fragment))
