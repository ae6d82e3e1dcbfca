"""What the rules of the lint look at: a passage of words, and the names that words may use."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from generator.sentences import EXCUSE, MARK, Sentence, sentences

FIGURE = "¤"
"""Stands for every character of a figure in prose."""
_LINK_TARGET = re.compile(r"(?<=\])\([^()\n]*\)")
_BRACES = re.compile(r"\{\{[^{}]*\}\}")
_PLAIN = str.maketrans(
    {"\n": " ", "\u00a0": " ", "*": " ", "_": " ", ">": " ", "’": "'", "‑": "-", "−": "-"}
)


class Work(Protocol):
    """What the lint asks of a cited work."""

    @property
    def published(self) -> str:
        """When it appeared; empty where that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """The names that words may use."""

    pages: Collection[str]
    """Of pages that can have words."""
    metrics: Mapping[str, str]
    """Of figures, each with its unit."""
    subjects: Collection[str]
    """Of series, economic series and groups of series."""
    names: Collection[str] = ()
    """Of series as readers know them: digits in them are no numbers."""
    sources: Mapping[str, Work] = field(default_factory=dict)
    """Cited works by id."""
    forecasts: Collection[str] = ()
    """Ids of forecasts in the ledger."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where in a passage a rule is broken, and how."""

    place: int
    """In the text, from 0."""
    what: str
    """What is wrong, and how to mend it."""


@dataclass(frozen=True)
class Passage:
    """Words of one page, or a line such as the title."""

    text: str
    """In Markdown."""
    line: int
    """In the file, on which it begins."""
    column: int = 1
    """In that line."""

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences."""
        return tuple(sentences(self.text))

    @cached_property
    def prose(self) -> str:
        """Its words, each where it stands in the text: figures, marks and signs made unreadable."""
        text = _BRACES.sub(lambda found: FIGURE * len(found[0]), self.text)
        for pattern in (EXCUSE, MARK, _LINK_TARGET):
            text = pattern.sub(lambda found: " " * len(found[0]), text)
        return text.translate(_PLAIN)

    def own_voice(self) -> Iterator[tuple[Sentence, str]]:
        """The sentences that nobody else is named for, each with its prose."""
        for sentence in self.sentences:
            if not sentence.attributed:
                yield sentence, self.prose[sentence.start : sentence.end]

    def sentence_at(self, place: int) -> int | None:
        """Return the number of the sentence in which a place is, None between sentences."""
        number = bisect_right(self.sentences, place, key=lambda one: one.start) - 1
        return number if number >= 0 and place < self.sentences[number].end else None

    def position(self, place: int) -> tuple[int, int]:
        """Return the line and the column of a place, both in the file and from 1."""
        begin = self.text.rfind("\n", 0, place) + 1
        before = self.column if begin == 0 else 1
        return self.line + self.text.count("\n", 0, place), before + place - begin


def phrases(wanted: str, **named: str) -> re.Pattern[str]:
    """Return a pattern of phrases as whole words, whatever their case and the space within.

    There is one phrase a line; `{name}` in one stands for a pattern given by that name.
    """
    for name, pattern in named.items():
        wanted = wanted.replace(f"{{{name}}}", pattern)
    lines = (" ".join(line.split()) for line in wanted.splitlines())
    spaced = "|".join(line.replace(" ", r"\s+") for line in lines if line)
    return re.compile(rf"(?<![\w-])(?:{spaced})(?![\w-])", re.IGNORECASE)
