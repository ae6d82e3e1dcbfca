"""How heavy the pages of a published site are: what a first visit transfers before it can read."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weight:
    """What one page and all it asks for by itself weigh."""

    page: str
    """Its name below the site's root."""
    compressed: int
    """Bytes of its HTML, style sheets and scripts, each compressed with gzip at level 9."""
    style: int
    """Bytes of its style sheets as they are."""
    script: int
    """Bytes of its scripts as they are."""


class _Named(HTMLParser):
    """Gathers the style sheets and scripts that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "stylesheet":
            self.styles.append(given.get("href") or "")
        if tag == "script" and given.get("src"):
            self.scripts.append(given["src"] or "")


@lru_cache(maxsize=256)
def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def weigh(site: Path, page: str) -> Weight:
    """Weigh one page with the files it names; a file that is not there is an error."""
    path = site / page
    named = _Named()
    named.feed(path.read_text(encoding="utf-8"))
    # The page for errors names them from the host's root, all others from where they stand.
    styles = [site.joinpath(*Path(name).parts[-2:]) for name in named.styles]
    scripts = [site.joinpath(*Path(name).parts[-2:]) for name in named.scripts]
    return Weight(
        page,
        compressed=sum(map(_packed, [path, *styles, *scripts])),
        style=sum(file.stat().st_size for file in styles),
        script=sum(file.stat().st_size for file in scripts),
    )


def reading_pages(site: Path, edition: str) -> Iterator[str]:
    """Yield the front page, every page of an edition with its chart pages, and that for errors."""
    yield "index.html"
    for folder in (site / edition, site / edition / "charts"):
        for path in sorted(folder.glob("*.html")):
            yield path.relative_to(site).as_posix()
    if (site / "404.html").is_file():
        yield "404.html"
