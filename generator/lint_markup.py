"""The rules of the lint for how words are written: they keep a page in one piece.

Each function is a rule, by its name; the first paragraph of its docstring is told as the reason.
None can be excused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from generator.figure_references import figure_references
from generator.lint_text import Found, Known, Passage
from generator.sentences import EXCUSE, MARK, blocks, pairs

LONGEST = 5_000
"""Characters of a paragraph."""
_HTML = re.compile(r"<|&#|&(?!(?:amp|lt|gt|nbsp|quot);)[A-Za-z0-9]+;")
_LINK = re.compile(r"\]\(")
_TARGET = re.compile(r"\]\((?P<target>[^\s()<>\"'\\{}|^`]*)\)")
_ABROAD = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:/[A-Za-z0-9._~:/?#@!$+,;=%&-]*)?"
)
_PAGE = re.compile(r"(?:(?P<page>[a-z0-9-]+)\.(?:html|md))?(?:#[A-Za-z0-9._-]+)?")
_UNWANTED = {
    r"!\[": "a picture: charts are printed by pages",
    r"`|~{3,}": "code has no place in commentary",
    r"\|": "a table has no place in commentary",
    r"\\": "a backslash",
    r"\[[^\[\]]*\]:": "a definition of a link: write [words](https://…)",
    r"\[[^\[\]]*(?=\[)": "brackets within brackets",
    r"(?:\*|_){3,}": "three signs of emphasis in a row",
    r"^[ ]*[-=*_][-=*_ ]*$": "a line of signs only",
    r"^(?:[ ]{4,}|[ ]*\t)\S": "an indented line, or one that begins with a remark",
    r"^[ ]+(?:[-*+>]|\d+\.)(?:[ ]|$)": "a list or a quotation begins at the margin",
    r"^(?:(?:>|(?:[-*+]|\d+\.)[ ])[ ]*){2,}": "a list or a quotation within another",
    r"^\d{3,}\.[ ]": "a number with a full stop at the beginning of a line, which makes a list",
    r"^#(?!#{1,5}[ ]\S)": "a line that begins with #: headings are '# page' and '## words'",
}
_MARKDOWN = {re.compile(pattern, re.MULTILINE): what for pattern, what in _UNWANTED.items()}


def template(passage: Passage, known: Known) -> Iterator[Found]:
    """Words print figures and do nothing else."""
    spans = [(figure.start, figure.end) for figure in figure_references(passage.text)]
    spans += [found.span() for found in EXCUSE.finditer(passage.text)]
    end = 0
    for start, after in sorted(spans):
        yield from _braces(passage.text, end, start)
        end = after
    yield from _braces(passage.text, end, len(passage.text))


def _braces(text: str, start: int, end: int) -> Iterator[Found]:
    """The first brace of a stretch; what follows it is what is wrong, once."""
    for place in range(start, end):
        if text[place] in "{}":
            source = text[place : text.find("\n", place) + 1 or None].strip()[:60]
            what = f"only fact('metric.subject') can stand in braces, not what is in: {source}"
            yield Found(place, what)
            return


def raw_html(passage: Passage, known: Known) -> Iterator[Found]:
    """What looks like HTML could change a page in ways that nobody checks."""
    for found in _HTML.finditer(passage.text):
        what = f"'{passage.text[found.start() : found.start() + 20].split(chr(10))[0]}' is HTML: "
        yield Found(found.start(), what + "write it in Markdown, and signs as they are")


def link(passage: Passage, known: Known) -> Iterator[Found]:
    """A link leads to a page of the edition, or safely elsewhere."""
    for found in _LINK.finditer(passage.text):
        target = _TARGET.match(passage.text, found.start())
        if target is None:
            yield Found(found.start(), "the address of this link cannot be read")
        elif not _is_safe(target["target"], known):
            near = f"https://… or a page such as {min(known.pages)}.html" if known.pages else ""
            what = f"'{target['target']}' is neither of {near}"
            yield Found(found.start() + 2, what)


def _is_safe(target: str, known: Known) -> bool:
    if _ABROAD.fullmatch(target):
        return "&#" not in target
    page = _PAGE.fullmatch(target)
    return bool(target) and page is not None and page["page"] in (None, *known.pages)


def markdown(passage: Passage, known: Known) -> Iterator[Found]:
    """Commentary is paragraphs, headings, lists, quotations, emphasis and links."""
    for pattern, what in _MARKDOWN.items():
        yield from (Found(found.start(), what) for found in pattern.finditer(passage.text))
    text = _TARGET.sub(lambda found: "](" + " " * (len(found[0]) - 3) + ")", passage.text)
    text = MARK.sub(lambda found: " " * len(found[0]), text)
    for start, end, _ in blocks(text):
        for place in pairs(text[start:end])[1]:
            sign = text[start + place]
            yield Found(
                start + place, f"'{sign}' has no other: brackets and emphasis come in pairs"
            )


def character(passage: Passage, known: Known) -> Iterator[Found]:
    """Signs that nobody sees can hide what a page says."""
    hidden = {sign for sign in set(passage.text) - {"\n"} if _is_hidden(sign)}
    for sign in sorted(hidden):
        place = passage.text.index(sign)
        yield Found(place, f"the character U+{ord(sign):04X} cannot be seen")


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def length(passage: Passage, known: Known) -> Iterator[Found]:
    """Nobody reads a paragraph without an end, and it takes long to look at."""
    for start, end, _ in blocks(passage.text):
        if end - start > LONGEST:
            what = f"a paragraph of {end - start:,} characters; {LONGEST:,} is the most"
            yield Found(start, what)
