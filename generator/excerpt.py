"""What others show of a text in Markdown: its first paragraph, or all of it, and only its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup, escape

LONGEST = 700
"""Characters that are kept of it."""
_PICTURE = re.compile(r"<img\b[^>]*>|<(figure|svg)\b.*?</\1>", re.DOTALL)
_ADDRESS = re.compile(r'href="([^"]*)"')
_KEPT = frozenset({"em", "strong", "code"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, twice."""

    html: Markup
    """With emphasis and with links, whose addresses are whole."""
    text: str
    """As plain text, addresses in brackets; numbers go without."""


class _First(HTMLParser):
    """Keeps the first paragraph of a page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.html: list[str] = []
        self.text: list[str] = []
        self._base = base
        self._room = LONGEST
        self._inside = False
        self._over = False
        self._open: list[tuple[str, str]] = []
        """Tags to close, each with what the plain text says at its end."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "p" and not self._over:
            self._inside = True
        elif not self._inside:
            return
        elif tag in _KEPT:
            self._start(tag, f"<{tag}>", "")
        elif tag == "a" and found.get("href"):
            address = self._whole(str(found["href"]))
            ours = {"fact", "term"} & set((found.get("class") or "").split())
            self._start(tag, f'<a href="{escape(address)}">', "" if ours else f" ({address})")
        elif tag == "img":
            self.handle_data(found.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == "p":
            self.finish()
        elif self._open and self._open[-1][0] == tag:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            return
        if len(data) > self._room:
            data = data[: self._room].rpartition(" ")[0].rstrip(" ,;:–-") + " …"
            self._add(data)
            self.finish()
        else:
            self._add(data)

    def _add(self, data: str) -> None:
        self._room -= len(data)
        self.html.append(escape(data))
        self.text.append(data)

    def _start(self, tag: str, html: str, said: str) -> None:
        self._open.append((tag, said))
        self.html.append(html)

    def _end(self) -> None:
        tag, said = self._open.pop()
        self.html.append(f"</{tag}>")
        self.text.append(said)

    def finish(self) -> None:
        """End the paragraph, and whatever is open in it."""
        while self._open:
            self._end()
        self._inside, self._over = False, True

    def _whole(self, address: str) -> str:
        """An address from anywhere; pages are named as they are written, in Markdown."""
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and parts.path.endswith(".md"):
            address = parts._replace(path=f"{parts.path.removesuffix('.md')}.html").geturl()
        return urljoin(self._base, address)


def first_paragraph(markdown: str, base: str) -> Paragraph:
    """Return the first paragraph, empty if there is none; what is longer is cut at a word.

    Relative addresses are taken to start from `base`. Pictures become their description.
    """
    from markdown import markdown as to_html

    reader = _First(base)
    reader.feed(to_html(markdown) if markdown else "")
    reader.close()
    reader.finish()
    return Paragraph(Markup("".join(reader.html).strip()), " ".join("".join(reader.text).split()))


def whole(markdown: str, base: str) -> str:
    """Return a text as HTML, its addresses whole, as they are from `base`, and without pictures."""
    from markdown import markdown as to_html

    text = _PICTURE.sub("", to_html(markdown) if markdown else "")
    return _ADDRESS.sub(lambda found: f'href="{urljoin(base, found[1])}"', text)
