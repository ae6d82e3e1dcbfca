"""References to figures as they stand in words, `{{ fact('metric.subject') }}`.

Whatever else stands in braces is no reference, and is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEXT = r"'[^'{}\\\n]*'|\"[^\"{}\\\n]*\""
_ARGUMENT = re.compile(rf"(?:(?P<name>[a-z]+)\s*=\s*)?(?:(?P<text>{_TEXT})|(?P<number>\d{{1,2}}))")
_CALL = re.compile(r"\{\{\s*fact\((?P<arguments>[^(){}]*)\)\s*\}\}")
_SEPARATOR = re.compile(r"\s*(,|\Z)\s*")
_POSITIONS = ("name", "subject")
_NAMED = ("subject", "part", "form", "digits")


@dataclass(frozen=True, slots=True)
class FigureReference:
    """A place in words where a figure is printed."""

    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends."""
    metric: str
    """The figure's name."""
    subject: str
    """What it is about."""
    part: str | None
    """A named part of it."""
    form: str
    """How it is printed."""
    digits: int | None
    """With how many decimals, where they are fewer than usual."""


def figure_references(text: str) -> list[FigureReference]:
    """Return the references to figures in a text.

    >>> [(f.metric, f.subject, f.digits) for f in figure_references("{{ fact('a.b', digits=1) }}")]
    [('a', 'b', 1)]
    """
    read = (_read(call) for call in _CALL.finditer(text))
    return [reference for reference in read if reference is not None]


def _read(call: re.Match[str]) -> FigureReference | None:
    """A reference; None where the call is one that cannot be understood."""
    found = _arguments(call["arguments"].strip())
    if found is None or not isinstance(name := found.pop("name", None), str):
        return None
    metric, _, rest = name.partition(".")
    subject, part, form = (found.get(key) for key in ("subject", "part", "form"))
    digits = found.get("digits")
    subject = rest if subject is None else subject
    texts = (subject, "" if part is None else part, "" if form is None else form)
    if not all(isinstance(text, str) for text in texts) or isinstance(digits, str):
        return None
    if not (metric and subject) or (rest and "subject" in found):
        return None
    return FigureReference(
        call.start(),
        call.end(),
        metric,
        str(subject),
        str(part) if part is not None else None,
        str(form) if form is not None else "display",
        digits,
    )


def _arguments(text: str) -> dict[str, str | int] | None:
    """The arguments of a call by name; None where they are none."""
    found: dict[str, str | int] = {}
    place, position = 0, 0
    while place < len(text):
        argument = _ARGUMENT.match(text, place)
        after = _SEPARATOR.match(text, argument.end()) if argument else None
        if argument is None or after is None:
            return None
        name = argument["name"]
        if name is None:
            if position == len(_POSITIONS) or len(found) > position:
                return None
            name, position = _POSITIONS[position], position + 1
        elif name not in _NAMED:
            return None
        if name in found:
            return None
        found[name] = argument["text"][1:-1] if argument["text"] else int(argument["number"])
        place = after.end()
    return found
