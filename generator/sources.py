"""Sources: the works that an edition cites, in `content/sources.yml`.

What is not known of a work is left out: no title, author, address or day is guessed. A work that
was only read about elsewhere says so with `access: secondary`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from generator.entries import read_entries
from generator.errors import Mistake
from generator.facts import show_date

SHOWN_AS = "content/sources.yml"
ID = r"^[a-z0-9]+([.-][a-z0-9]+)*$"
"""What an id consists of: it stands in addresses of pages and in files for other programs."""
_PUBLISHED = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_WRITTEN_AHEAD = timedelta(days=1)
"""How much later than our day a work may be dated: it may be from the other side of the world."""


class Source(BaseModel):
    """A work that an edition cites."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=ID, max_length=80)
    """By which claims, forecasts and commentary name it."""
    outlet: str
    """Where it was read, or is said to have appeared."""
    named: bool = True
    """False where `outlet` describes what has no name that is known."""
    author: str | None = None
    """The person who wrote it, or spoke for its maker, as printed."""
    title: str | None = None
    """Its title, as printed."""
    published: str
    """When, as precisely as is known: 2025-12-12, 2026-01 or 2026."""
    url: str | None = None
    """Its address, where one is known."""
    accessed: date | None = None
    """The day on which it was read there."""
    access: Literal["free", "paywall", "secondary"]
    """How a reader gets at it; secondary: it was only read about elsewhere."""
    original: str | None = None
    """Who made what the outlet republishes or reports."""
    about: str
    """What it says, in a line of ours."""

    @field_validator("outlet", "author", "title", "original", "about")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and not (text and text.isprintable() and text == _plain(text)):
            raise ValueError("it must be words on one line, with single spaces")
        return text

    @field_validator("published", mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        """YAML reads a day and a year as what they are."""
        written = isinstance(value, date | int) and not isinstance(value, bool)
        return str(value) if written else value

    @field_validator("published")
    @classmethod
    def _real(cls, published: str) -> str:
        if not _PUBLISHED.fullmatch(published):
            raise ValueError("a day (2025-12-12), a month (2026-01) or a year (2026) is wanted")
        first_day(published)
        return published

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str | None) -> str | None:
        if url is not None:
            _check_address(url)
        return url

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day of publication, as many as are known."""
        return tuple(int(part) for part in self.published.split("-"))

    @property
    def when(self) -> str:
        """When it was published, as people read it: 12 December 2025, January 2026 or 2026."""
        first = first_day(self.published)
        return (str(first.year), f"{first:%B %Y}", show_date(first))[len(self.parts) - 1]


def _plain(text: str) -> str:
    return " ".join(text.split())


def first_day(published: str) -> date:
    """Return the first day on which something dated like this can have been published.

    Raises:
        ValueError: there is no such day, month or year.
    """
    year, month, day = (*(int(part) for part in published.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _check_address(url: str) -> None:
    if not _ADDRESS.fullmatch(url):
        raise ValueError("an address has letters, digits and signs of ASCII only, and no spaces")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with https:// or http:// and a host")
    if "@" in parts.netloc:
        raise ValueError("an address must not carry a name or a password")
    _ = parts.port  # raises where it is none


def read_sources(root: Path) -> tuple[tuple[Source, ...], list[Mistake]]:
    """Read the sources of a project, in the order of the file, and every mistake in them.

    A project without the file cites nothing.
    """
    entries, file = read_entries(root, SHOWN_AS, Source)
    if file is None:
        return (), []
    for index, source in entries:
        for field, what in _contradictions(source):
            file.wrong(file.line((index, field)), what)
    return tuple(source for _, source in entries), file.mistakes


def _contradictions(source: Source) -> list[tuple[str, str]]:
    """What does not go together in an entry, each with the field to look at."""
    found = []
    if source.url and not source.accessed:
        found.append(("url", f"'{source.id}' has an address but no 'accessed' day"))
    if source.url is None and source.access != "secondary":
        what = f"'{source.id}' is {source.access} but has no address; name it, or say 'secondary'"
        found.append(("access", what))
    if source.accessed and first_day(source.published) > source.accessed + _WRITTEN_AHEAD:
        what = f"'{source.id}' is dated {source.published}, after the day on which it was read"
        found.append(("published", what))
    return found
