"""The rules of the lint for what words name: figures, sources, forecasts.

Each function is a rule, by its name; the first paragraph of its docstring is told as the reason.
None can be excused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.errors import ReportError, did_you_mean
from generator.facts import FORMS, digits_of
from generator.lint_text import Found, Known, Passage
from generator.sentences import MARK

_MARK_LIKE = re.compile(r"\[(?P<body>[^\[\]]*)\](?!\()")
_FIRST_WORD = re.compile(r"\s*([A-Za-z]+)\s*[:@]")
_KINDS = ("opinion", "forecast", "inference")


def unknown_figure(passage: Passage, known: Known) -> Iterator[Found]:
    """A figure that there is not cannot be printed."""
    for sentence in passage.sentences:
        for figure in sentence.figures:
            yield from _figure(figure.start, figure.metric, figure.subject, known)
            if figure.form not in FORMS:
                near = did_you_mean(figure.form, FORMS) or f"; forms: {', '.join(FORMS)}"
                yield Found(figure.start, f"there is no form '{figure.form}'{near}")
        for mark in sentence.marks:
            if mark.kind == "inference":
                for name in mark.names:
                    metric, _, subject = name.partition(".")
                    yield from _figure(mark.start, metric, subject, known)


def _figure(place: int, metric: str, subject: str, known: Known) -> Iterator[Found]:
    if metric not in known.metrics:
        near = did_you_mean(metric, known.metrics)
        yield Found(place, f"there is no figure '{metric}'{near}")
    if subject not in known.subjects:
        near = did_you_mean(subject, known.subjects)
        yield Found(place, f"there is no series '{subject}'{near}")


def false_precision(passage: Passage, known: Known) -> Iterator[Found]:
    """More digits than a figure is printed with say more than is known."""
    for sentence in passage.sentences:
        for figure in sentence.figures:
            unit = known.metrics.get(figure.metric)
            if figure.digits is None or figure.part is not None or unit in (None, "level"):
                continue
            try:
                digits_of(str(unit), figure.digits)
            except ReportError as error:
                yield Found(figure.start, error.what)


def unknown_source(passage: Passage, known: Known) -> Iterator[Found]:
    """What is cited can be looked up, in content/sources.yml."""
    yield from _unknown(passage, ("reported", "opinion"), known.sources, "source")


def unknown_forecast(passage: Passage, known: Known) -> Iterator[Found]:
    """A forecast is held against what comes, by its entry in content/forecasts.yml."""
    yield from _unknown(passage, ("forecast",), known.forecasts, "forecast")


def _unknown(
    passage: Passage, kinds: tuple[str, ...], known: Iterable[str], noun: str
) -> Iterator[Found]:
    names = sorted(known)
    for sentence in passage.sentences:
        for mark in sentence.marks:
            for name in mark.names if mark.kind in kinds else ():
                if name not in names:
                    near = did_you_mean(name, names)
                    yield Found(mark.start, f"there is no {noun} '{name}'{near}")


def undated_source(passage: Passage, known: Known) -> Iterator[Found]:
    """Who cites something says when it was said."""
    for sentence in passage.sentences:
        for mark in sentence.marks:
            for name in mark.names if mark.kind in ("reported", "opinion") else ():
                work = known.sources.get(name)
                if work is not None and not work.published:
                    yield Found(mark.start, f"the source '{name}' has no date")


def mark(passage: Passage, known: Known) -> Iterator[Found]:
    """A mark says what one sentence is, to readers and to programs."""
    in_sentences = set()
    for sentence in passage.sentences:
        in_sentences |= {mark.start for mark in sentence.marks}
        yield from (
            Found(mark.start, f"'{passage.text[mark.start : mark.end]}' is not a mark: {_FORMS}")
            for mark in sentence.marks
            if not mark.kind
        )
        kinds = {mark.kind for mark in sentence.marks if mark.kind}
        if len(kinds) > 1:
            what = f"one sentence is marked as {' and as '.join(sorted(kinds))}: make it two"
            yield Found(sentence.marks[1].start, what)
        if sentence.marks and sentence.place == "heading":
            yield Found(sentence.marks[0].start, "a heading has no marks: say it in a sentence")
    for found in _MARK_LIKE.finditer(passage.text):
        first = _FIRST_WORD.match(found["body"])
        looks = "@" in found["body"] or (first and did_you_mean(first[1].lower(), _KINDS))
        if looks and not MARK.match(passage.text, found.start()):
            near = did_you_mean(first[1].lower(), _KINDS) if first else ""
            yield Found(found.start(), f"'{found[0]}' is not a mark{near or ': ' + _FORMS}")


_FORMS = (
    "[@source], [opinion @source], [forecast: id] and [inference: metric.subject] are, "
    "names separated by commas"
)
