"""Commentary: what an editor writes for an edition, one section a page.

`content/editions/<edition>.md` begins with front matter (title, author, date) and has a heading
`# <page>` for each page that gets words, `# index` for the first. Numbers are references to facts,
`{{ fact('return_ytd.russell_2000') }}`, and marks say who says a sentence and whether it is an
opinion, a forecast or an inference. Everything else in braces is refused, and so is what breaks a
rule of the lint. Words about simulated data say `simulated: true` in the front matter and are not
shown with real data of the same week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator import front_matter, lint
from generator.errors import Mistake, ReportError, did_you_mean
from generator.facts import Facts, Reference
from generator.lint_findings import LintFinding
from generator.lint_text import Known, Passage
from generator.sentences import Sentence, sentences, without_remarks

LONGEST = 60_000
"""Characters of an edition's words: a page a week is a tenth of it."""
_HEADING = re.compile(r"^# +(\S+) *$", re.MULTILINE)
_TITLE_RULES = ("number", "cause", "advice", "relative-date", "character")


@dataclass(frozen=True)
class Commentary:
    """One edition's words."""

    title: str
    """Of the edition."""
    author: str
    """Who wrote it."""
    written: date
    """When."""
    simulated: bool
    """Whether they are about simulated data, and so belong to a simulated edition only."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """Page name to its Markdown, references to facts not yet filled in."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Page name to the line of the file on which its Markdown begins."""

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence of every page."""
        for text in self.sections.values():
            yield from sentences(text)


def read_commentary(
    path: Path, shown_as: str, known: Known
) -> tuple[Commentary | None, list[LintFinding]]:
    """Read an edition's commentary and everything wrong with it; None where there is no file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, []
    except UnicodeDecodeError as error:
        what = f"not UTF-8: {error.reason} at byte {error.start}"
        return None, [LintFinding(shown_as, None, None, "file", what, _FILE)]
    if len(text) > LONGEST:
        what = f"{len(text):,} characters; {LONGEST:,} is the most for one edition"
        return None, [LintFinding(shown_as, None, None, "file", what, _FILE)]
    head, body, first_line = front_matter.split(text)
    body = "\n".join(line.rstrip(" ") for line in without_remarks(body).split("\n"))
    front, wrong = front_matter.read(head)
    findings = [
        LintFinding(shown_as, line, 1, "front-matter", what, _FRONT) for line, what in wrong
    ]
    passages: dict[str, Passage] = {}
    for line, what in _divide(body, first_line, known, front, passages):
        findings.append(LintFinding(shown_as, line, 1, "section", what, _SECTION))
    if front is not None:
        findings += _of_title(front, known, shown_as)
    for passage in passages.values():
        findings += lint.lint(passage, known, shown_as)
    if findings or front is None:
        return None, findings
    texts = {page: passage.text for page, passage in passages.items()}
    lines = {page: passage.line for page, passage in passages.items()}
    about = (front.title, front.author, front.date, front.simulated)
    return Commentary(*about, texts, lines), []


_FILE = "Words are a text file that people can read."
_FRONT = "Readers see who wrote the words, when, and about what."
_SECTION = "Words stand on the page that they are about."


def _of_title(
    front: front_matter.FrontMatter, known: Known, shown_as: str
) -> Iterator[LintFinding]:
    """What the title says is read first, without a mark or a figure."""
    title = Passage(front.title, *front.title_place)
    for name in _TITLE_RULES:
        for found in lint.rules()[name](title, known):
            place = title.position(found.place)
            yield LintFinding(shown_as, *place, name, f"title: {found.what}", lint.why(name))


def _divide(
    body: str,
    first_line: int,
    known: Known,
    front: front_matter.FrontMatter | None,
    passages: dict[str, Passage],
) -> Iterator[tuple[int, str]]:
    """Fill in the passages by page, and tell what is wrong with their headings."""
    headings = list(_HEADING.finditer(body))
    before = body[: headings[0].start()] if headings else body
    if before.strip():
        line = first_line + before.count("\n", 0, len(before) - len(before.lstrip()))
        yield line, "words stand before the first '# page' heading"
    elif not headings:
        yield first_line, "no '# page' heading and no words"
    ends = [*(heading.start() for heading in headings[1:]), len(body)][: len(headings)]
    for heading, end in zip(headings, ends, strict=True):
        name, line = heading[1], first_line + body.count("\n", 0, heading.start())
        if name not in known.pages:
            pages = sorted(known.pages)
            near = did_you_mean(name, pages) or f"; pages: {', '.join(pages)}"
            yield line, f"'{name}' is not a page{near}"
        if name in passages:
            yield line, f"'{name}' has two sections"
        content = body[heading.end() : end]
        skipped = len(content) - len(content.lstrip("\n"))
        passages[name] = Passage(content.strip("\n"), line + skipped)
    if front is not None and front.sections is not None and set(front.sections) != set(passages):
        listed = ", ".join(front.sections)
        yield 1, f"'sections' lists {listed or 'none'}, but the words are for {', '.join(passages)}"


def wrong_figures(commentary: Commentary, page: str, facts: Facts, shown_as: str) -> list[Mistake]:
    """Return a mistake for every figure, part or form on a page that the facts do not have."""
    passage = Passage(commentary.sections.get(page, ""), commentary.lines.get(page, 1))
    mistakes = []
    for figure in (figure for sentence in passage.sentences for figure in sentence.figures):
        asked = Reference(figure.metric, figure.subject, figure.part, figure.form, figure.digits)
        try:
            facts.text((asked,))
        except ReportError as error:
            line, column = passage.position(figure.start)
            mistakes.append(Mistake(shown_as, line, error.what, column))
    return mistakes


def named_metrics(commentary: Commentary) -> set[str]:
    """Return the metrics that the words refer to, those that an inference rests on included."""
    found = set()
    for sentence in commentary.sentences():
        found |= {figure.metric for figure in sentence.figures}
        for mark in sentence.marks:
            if mark.kind == "inference":
                found |= {name.partition(".")[0] for name in mark.names}
    return found


def cited_sources(commentary: Commentary) -> set[str]:
    """Return the ids of the sources that the words cite; those of forecasts are not among them."""
    marks = (mark for sentence in commentary.sentences() for mark in sentence.marks)
    return {name for mark in marks if mark.kind in ("reported", "opinion") for name in mark.names}


def named_forecasts(commentary: Commentary) -> set[str]:
    """Return the ids of the forecasts that the words name."""
    marks = (mark for sentence in commentary.sentences() for mark in sentence.marks)
    return {name for mark in marks if mark.kind == "forecast" for name in mark.names}
