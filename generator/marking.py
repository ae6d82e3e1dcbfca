"""Marks become what readers see: each sentence in an element that says what it is, with its label.

The text stays Markdown, with references to figures that are filled in later. For mail and feeds,
which have no notes, `inline` puts sources and labels into brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generator.facts import show_date
from generator.notes import Notes, horizon, literal, short
from generator.sentences import EXCUSE, Mark, Sentence, sentences

Title = Callable[[str, str], str]
"""What a figure is called: its title and what it is about."""
_PAGE_LINK = re.compile(r"(?<=\]\()([a-z0-9-]+)\.md(?=[#)])")
_LABELLED = ("opinion", "forecast", "inference")
_STOP = re.compile(r"[.!?…]?\Z")
_TAIL = re.compile(r"[.!?…\"'”’»)\]*_\s]*\Z")


def marked(text: str, notes: Notes, title: Title) -> str:
    """Return a page's words with every sentence that has a kind in an element of its own.

    Raises:
        ReportError: a source or a forecast is not known.
    """
    return _rewritten(text, lambda sentence: _element(text, sentence, notes, title))


def inline(text: str, notes: Notes) -> str:
    """Return a page's words with what each sentence is in brackets behind it.

    Raises:
        ReportError: a source or a forecast is not known.
    """
    return _rewritten(text, lambda sentence: _bracketed(text, sentence, notes))


def _rewritten(text: str, one: Callable[[Sentence], str]) -> str:
    pieces, end = [], 0
    for sentence in sentences(text):
        pieces += [text[end : sentence.start], one(sentence)]
        end = sentence.end
    pieces.append(text[end:])
    return _PAGE_LINK.sub(r"\1.html", "".join(pieces))


def _words(text: str, sentence: Sentence, place: Callable[[Mark], str]) -> tuple[str, str]:
    """A sentence without marks and excuses, and what stands for the marks at its end.

    What stands for a mark within the sentence is put in its place.
    """
    pieces, last, end = [], [], sentence.start
    marks = {mark.start: mark for mark in sentence.marks}
    spans = [(mark.start, mark.end) for mark in sentence.marks]
    spans += [found.span() for found in EXCUSE.finditer(text, sentence.start, sentence.end)]
    for start, after in sorted(spans):
        pieces.append(text[end:start].rstrip())
        shown = place(marks[start]) if start in marks else ""
        if _TAIL.match(EXCUSE.sub("", _unmarked(text, after, sentence))):
            last.append(shown)
        else:
            pieces.append(shown)
        end = after
    pieces.append(text[end : sentence.end])
    return "".join(pieces).rstrip(), "".join(last)


def _unmarked(text: str, start: int, sentence: Sentence) -> str:
    """What follows in a sentence, marks left out."""
    pieces, end = [], start
    for mark in sentence.marks:
        if mark.start >= start:
            pieces.append(text[end : mark.start])
            end = mark.end
    return "".join([*pieces, text[end : sentence.end]])


def _element(text: str, sentence: Sentence, notes: Notes, title: Title) -> str:
    if sentence.kind == "plain" or sentence.place == "heading":
        return EXCUSE.sub("", text[sentence.start : sentence.end]).rstrip()
    words, last = _words(text, sentence, lambda mark: _numbers(mark, notes))
    label = "; ".join(_labels(sentence, notes, title))
    shown = f' <small class="kind">{label}</small>' if label else ""
    return f'<span class="sentence" data-kind="{sentence.kind}">{words}{last}{shown}</span>'


def _numbers(mark: Mark, notes: Notes) -> str:
    cite = {"reported": notes.cite, "opinion": notes.cite, "forecast": notes.foretell}.get(
        mark.kind
    )
    return "".join(cite(name) for name in mark.names) if cite else ""


def _labels(sentence: Sentence, notes: Notes, title: Title) -> Iterator[str]:
    for mark in sentence.marks:
        if mark.kind == "opinion":
            yield "opinion"
        elif mark.kind == "forecast":
            for name in mark.names:
                yield literal(f"forecast: {horizon(notes.forecast(name))}")
        elif mark.kind == "inference":
            inputs = (_input(name, title) for name in mark.names)
            yield f"inference from {', '.join(inputs)}"


def _input(name: str, title: Title) -> str:
    metric, _, subject = name.partition(".")
    return f"{literal(title(metric, subject))}: {{{{ fact('{name}') }}}}"


def _bracketed(text: str, sentence: Sentence, notes: Notes) -> str:
    words, _ = _words(text, sentence, lambda mark: "")
    said = [_attribution(mark, notes) for mark in sentence.marks]
    if not said:
        return words
    stop = _STOP.search(words)
    assert stop is not None
    return f"{words[: stop.start()]} ({literal('; '.join(said))}){stop[0]}"


def _attribution(mark: Mark, notes: Notes) -> str:
    """Who says a sentence, in a few words."""
    if mark.kind == "inference":
        return "our inference"
    if mark.kind == "forecast":
        states = [notes.forecast(name).forecast for name in mark.names]
        return "; ".join(
            f"forecast of {said.maker}, {show_date(said.made)}, for {show_date(said.horizon)}"
            for said in states
        )
    named = "; ".join(short(notes.source(name)) for name in mark.names)
    return f"opinion: {named}" if mark.kind == "opinion" else named
