"""The rules of the lint for what is said.

Each function is a rule, by its name; the first paragraph of its docstring is told as the reason. A
sentence that breaks one can be excused with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator import lint_words as words
from generator.lint_numbers import numbers
from generator.lint_text import Found, Known, Passage


def number(passage: Passage, known: Known) -> Iterator[Found]:
    """A number that readers cannot follow to its data or its source can be wrong unseen."""
    for sentence, prose in passage.own_voice():
        for place, shown in numbers(prose, known.names):
            what = f"nothing stands behind '{shown}': print a figure, or cite who says it"
            yield Found(sentence.start + place, what)


def cause(passage: Passage, known: Known) -> Iterator[Found]:
    """Figures say what moved together, not what moved what; whoever says why is to be named."""
    for sentence, prose in passage.own_voice():
        if sentence.kind == "inference" or words.DENIED.search(prose):
            continue
        for found in words.CAUSES.finditer(prose):
            what = f"'{_said(found)}' names a cause in our own voice: cite who says so"
            yield Found(sentence.start + found.start(), what)
        for found in words.REASONS.finditer(prose) if words.MOVES.search(prose) else ():
            what = f"'{_said(found)}' names a cause in our own voice: cite who says so"
            yield Found(sentence.start + found.start(), what)


def advice(passage: Passage, known: Known) -> Iterator[Found]:
    """The report tells nobody what to do, and promises nothing."""
    for sentence, prose in passage.own_voice():
        if words.DENIED.search(prose):
            continue
        for pattern in (words.ADVICE, words.IMPERATIVE):
            for found in pattern.finditer(prose):
                what = f"'{_said(found)}' advises or promises: leave it out, or cite who says it"
                yield Found(sentence.start + found.start(), what)


def relative_date(passage: Passage, known: Known) -> Iterator[Found]:
    """An edition is read years later; a day is named by its date."""
    for sentence in passage.sentences:
        prose = passage.prose[sentence.start : sentence.end]
        quoted = words.quotations(prose) if sentence.attributed else []
        for found in words.RELATIVE_DATES.finditer(prose):
            if not any(start <= found.start() < end for start, end in quoted):
                what = f"'{_said(found)}' depends on when it is read: name the day or the period"
                yield Found(sentence.start + found.start(), what)


def unresolved_forecast(passage: Passage, known: Known) -> Iterator[Found]:
    """What somebody says will come is kept until it can be held against what came."""
    for sentence in passage.sentences:
        kinds = {mark.kind for mark in sentence.marks}
        if not sentence.attributed or "forecast" in kinds:
            continue
        prose = passage.prose[sentence.start : sentence.end]
        for found in words.FUTURE.finditer(prose):
            what = (
                f"'{_said(found)}' is a forecast: enter it in content/forecasts.yml and mark it "
                "[forecast: id]"
            )
            yield Found(sentence.start + found.start(), what)


def unhedged_inference(passage: Passage, known: Known) -> Iterator[Found]:
    """What we conclude from figures is no figure, and is put so that readers notice."""
    for sentence in passage.sentences:
        prose = passage.prose[sentence.start : sentence.end]
        if sentence.kind == "inference" and not words.HEDGES.search(prose):
            what = "an inference needs a hedge: may, might, could, suggests, is consistent with"
            yield Found(sentence.start, what)


def one_sided(passage: Passage, known: Known) -> Iterator[Found]:
    """A page that makes the case for one side makes the other's too, or readers hear half of it."""
    for own, answers, missing in (
        (words.BULL, words.ANSWERS_TO_BULL, "what speaks against it"),
        (words.BEAR, words.ANSWERS_TO_BEAR, "what speaks for it"),
    ):
        first = own.search(passage.prose)
        if first and not answers.search(passage.prose):
            what = f"'{_said(first)}' stands on this page without {missing}"
            yield Found(first.start(), what)


def _said(found: re.Match[str]) -> str:
    return " ".join(found[0].split())
