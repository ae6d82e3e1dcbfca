"""Sentences of a commentary: where each begins and ends, and what its marks say it is.

The text is Markdown. Nothing in it is rendered here; a sentence is a stretch of the text, so that
whatever is found in it has a line and a column. No sentence ends within brackets, quotation marks
or emphasis, so that one can be wrapped in an element. Every pattern reads the text once: the time
grows with its length and no faster.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from generator.figure_references import FigureReference, figure_references

NAME = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
"""What ids of sources and forecasts consist of."""
FIGURE_NAME = r"[a-z0-9_]+\.[a-z0-9_]+"
MARK = re.compile(r"\[(?P<body>(?:@|opinion\b|forecast\b|inference\b)[^\[\]]*)\](?!\()")
EXCUSE = re.compile(r"\{#\s*excused\b(?P<body>[^{}]*?)#\}")
_REMARK = re.compile(r"\{#(?!\s*excused\b)[^{}]*#\}")
_BODIES = {
    "reported": re.compile(rf"@{NAME}(?:\s*[;,]\s*@{NAME})*"),
    "opinion": re.compile(rf"opinion\s+@{NAME}(?:\s*[;,]\s*@{NAME})*"),
    "forecast": re.compile(rf"forecast:\s*{NAME}(?:\s*[;,]\s*{NAME})*"),
    "inference": re.compile(rf"inference:\s*{FIGURE_NAME}(?:\s*[;,]\s*{FIGURE_NAME})*"),
}
_NAMES = {
    "reported": re.compile(rf"@({NAME})"),
    "opinion": re.compile(rf"@({NAME})"),
    "forecast": re.compile(rf"[:;,]\s*({NAME})"),
    "inference": re.compile(rf"[:;,]\s*({FIGURE_NAME})"),
}
_LINE = re.compile(
    r"[ \t]*(?:(?P<heading>#{1,6}[ \t])|(?P<quote>>)|(?P<item>(?:[-*+]|\d{1,2}\.)[ \t]))?"
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SPACE = re.compile(r"(?:\s|(?<=\n)>)*+")
"""What lies between sentences; a quotation begins each of its lines with its mark."""
_STOP = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>[\"'”’»)\]*_]*+)"
    r"(?P<marks>(?:\s*+(?:\[(?:@|opinion\b|forecast\b|inference\b)[^\[\]]*+\](?!\()|\{#[^{}]*+\}))*+)"
    r"(?=\s|\Z)"
)
_SIGN = re.compile(r"[()\[\]“”\"]|\*+|_+")
_CLOSES = {")": "(", "]": "[", "”": "“"}
_LONGEST = 40
"""Characters that are looked at on either side of a full stop."""
_OPENERS = " \t\n\"'“‘([*_"
_INSIDE = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "st", "vs", "e.g", "i.e", "cf", "approx")
)
"""Abbreviations that end no sentence."""
_NUMBERED = frozenset(("no", "nos", "vol", "pp", "fig"))
"""Those that are followed by a number."""
_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_EITHER = frozenset(
    ("u.s", "u.k", "e.u", "d.c", "inc", "corp", "co", "ltd", "plc", "etc", "a.m", "p.m", "jr", "sr")
).union(_MONTHS)
"""Those that end a sentence where the next word begins one."""
_BEGINNINGS = re.compile(
    r"An?|And|As|At|But|By|For|From|Here|If|In|Its?|No|Not|Of|On|One|Only|Or|Over|Small|So|Such|That|"
    r"The|Their|There|These|They|This|Those|To|Under|We|What|When|Where|Which|While|With|Yet"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What an editor says a sentence is."""

    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends."""
    kind: str
    """`reported`, `opinion`, `forecast` or `inference`; empty where it cannot be read."""
    names: tuple[str, ...]
    """Of sources, of forecasts, or of figures."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text, its marks included."""

    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends."""
    place: str
    """`paragraph`, `heading`, `item` or `quote`."""
    marks: tuple[Mark, ...]
    """In their order."""
    figures: tuple[FigureReference, ...]
    """The figures that it prints, in their order."""

    @property
    def kind(self) -> str:
        """What it is: its first mark's kind, `computed` where it prints a figure, or `plain`."""
        if self.marks:
            return self.marks[0].kind
        return "computed" if self.figures else "plain"

    @property
    def attributed(self) -> bool:
        """Whether somebody else says it."""
        return any(mark.kind in ("reported", "opinion", "forecast") for mark in self.marks)


def without_remarks(text: str) -> str:
    """Return a text with blanks where an editor left remarks, `{# … #}`, that are not excuses.

    Everything else stays on its line and in its column.
    """
    return _REMARK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def marks(text: str) -> list[Mark]:
    """Return the marks of a text."""
    return [_mark(found) for found in MARK.finditer(text)]


def _mark(found: re.Match[str]) -> Mark:
    body = " ".join(found["body"].split())
    for kind, pattern in _BODIES.items():
        if pattern.fullmatch(body):
            return Mark(found.start(), found.end(), kind, tuple(_NAMES[kind].findall(body)))
    return Mark(found.start(), found.end(), "", ())


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a Markdown text in their order.

    What lies between them is white space and what begins a heading, a quotation or an item.

    >>> [s.kind for s in sentences("In the U.S. it rose 2.5% [@a]. *Why?* No. 1! [opinion @b]")]
    ['reported', 'plain', 'opinion']
    """
    found_marks, figures = marks(text), figure_references(text)
    mark_starts = [mark.start for mark in found_marks]
    figure_starts = [figure.start for figure in figures]
    return [
        Sentence(
            start,
            end,
            place,
            tuple(found_marks[bisect_left(mark_starts, start) : bisect_left(mark_starts, end)]),
            tuple(figures[bisect_left(figure_starts, start) : bisect_left(figure_starts, end)]),
        )
        for block_start, block_end, place in blocks(text)
        for start, end in _split(text, block_start, block_end)
    ]


def blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """Return paragraphs, headings, items and quotations: from where, to where, and which."""
    start, end, place = 0, 0, ""
    offset = 0
    for line in _LINES.findall(text):
        found = _LINE.match(line)
        assert found is not None
        own = _place(found, place, blank=not line.strip())
        if place and own != "more":
            yield start, end, place
            place = ""
        if own not in ("", "more"):
            start, place = offset + found.end(), own
        end = offset + len(line)
        offset = end
        if own == "heading":
            yield start, end, place
            place = ""
    if place:
        yield start, end, place


def _place(line: re.Match[str], before: str, *, blank: bool) -> str:
    """What a line begins; `more` where it goes on with what is open, nothing where it is empty."""
    if blank:
        return ""
    if line["heading"]:
        return "heading"
    if line["item"] and before in ("", "item"):
        return "item"
    if line["quote"] and before != "quote":
        return "quote"
    return "more" if before else "paragraph"


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of one block."""
    block = text[start:end]
    atoms = _atoms(block)
    ends = [atom_end for _, atom_end in atoms]
    begin = _after_space(block, 0)
    for stop in _STOP.finditer(block):
        after = stop.end("close")
        place = bisect_right(ends, after)
        within = place < len(atoms) and atoms[place][0] < after
        if within or stop.start() < begin or not _is_end(block, stop):
            continue
        yield start + begin, start + stop.end()
        begin = _after_space(block, stop.end())
    if begin < (last := len(block.rstrip())):
        yield start + begin, start + last


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    assert found is not None
    return found.end()


def _is_end(block: str, stop: re.Match[str]) -> bool:
    """Whether a sentence ends at a full stop, and not an abbreviation or half a sentence."""
    following = _after_space(block, stop.end())
    if stop["marks"] or following == len(block):
        return True
    while following < len(block) and block[following] in _OPENERS:
        following += 1
    after = block[following : following + _LONGEST].split()
    word = after[0] if after else ""
    if word[:1].islower() and not word[1:2].isupper():
        return False
    before = block[max(0, stop.start() - _LONGEST) : stop.start()].split()
    last = before[-1].lstrip(_OPENERS) if before and stop["stop"] == "." else ""
    return _may_end(last, word)


def _may_end(last: str, following: str) -> bool:
    """Whether a full stop between two words, the second not in lower case, ends a sentence."""
    small = last.casefold()
    if small in _INSIDE:
        return False
    if small in _NUMBERED:
        return not following[:1].isdigit()
    initial = len(last) == 1 and last.isupper()
    return not (small in _EITHER or initial) or bool(_BEGINNINGS.fullmatch(following.rstrip(",")))


def _atoms(block: str) -> list[tuple[int, int]]:
    """Stretches that stay whole, none within another: brackets, quotations and emphasis."""
    return _outermost(pairs(block)[0])


def pairs(block: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return what stands between brackets, quotation marks and signs of emphasis, from where to
    where, and where a bracket or a sign of emphasis has no other."""
    found: list[tuple[int, int]] = []
    lonely: list[int] = []
    opened: dict[str, list[int]] = {}
    straight = block.count('"') % 2 == 0
    for sign in _SIGN.finditer(block):
        text = sign[0]
        if text in _CLOSES:
            if waiting := opened.get(_CLOSES[text]):
                found.append((waiting.pop(), sign.end()))
            else:
                lonely.append(sign.start())
        elif text in "([“":
            opened.setdefault(text, []).append(sign.start())
        elif text != '"' or straight:
            _toggle(block, sign, opened, found)
    return found, sorted([*lonely, *(place for waiting in opened.values() for place in waiting)])


def _toggle(
    block: str, sign: re.Match[str], opened: dict[str, list[int]], found: list[tuple[int, int]]
) -> None:
    """Take a sign that both opens and closes for what its neighbours let it be."""
    before, after = (
        block[max(0, sign.start() - 1) : sign.start()],
        block[sign.end() : sign.end() + 1],
    )
    waiting = opened.setdefault(sign[0], [])
    if waiting and before.strip():
        found.append((waiting.pop(), sign.end()))
    elif after.strip() and not (before.isalnum() and after.isalnum() and sign[0][0] == "_"):
        waiting.append(sign.start())


def _outermost(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
