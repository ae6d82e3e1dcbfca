"""The HTML of a number: a `<data>` element that leads to its entry on the Figures page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from markupsafe import Markup, escape

from generator.facts import Fact, Facts, Scalar, Value, in_form, show_date

FIGURES_PAGE = "figures"
_BEFORE_DIGIT = re.compile(r" (?=\d)")
_NUMBER = re.compile(r"[+−]?\$?\d[\d,]*(?:\.\d+)?(?:%| pp| percentage points|×)?(?![\d.])")


def element(
    fact: Fact, value: Scalar, text: str, base: str = "", before: date | None = None
) -> Markup:
    """A number that leads to its entry.

    `base` leads from its page to the edition's pages; `before` is the session of a number that is
    not the edition's own.
    """
    if value is None and text != "withheld":
        return Markup('<span class="none">{}</span>').format(text)
    kind = "fact withheld" if text == "withheld" else "fact"
    if isinstance(value, (int, float)) and text[:1] in "+−":
        kind += " up" if text[0] == "+" else " down"
    raw = "" if value is None else repr(value) if isinstance(value, float) else value
    earlier = f' data-before="{show_date(before)}"' if before else ""
    return Markup(
        f'<a class="{kind}" href="{base}{FIGURES_PAGE}.html#{escape(fact.id)}"{earlier}>'
        f'<data value="{escape(raw)}">{escape(text)}</data></a>'
    )


def unbroken(text: str) -> str:
    """Return a text in which no line begins with a number: S&P 500 stays together."""
    return _BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def linked(
    text: str,
    names: Iterable[str],
    printed: dict[str, tuple[Fact, Scalar]],
    use: Callable[[Fact], object],
    base: str = "",
) -> Markup:
    """Return a text in which every number that is a printed figure leads to it.

    Digits in the names of series are no numbers. `use` is told of each figure met.
    """
    names = set(names)
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pieces: list[Markup] = []
    for part in re.split(f"({pattern})", text):
        if part in names:
            pieces.append(escape(unbroken(part)))
            continue
        end = 0
        for match in _NUMBER.finditer(part):
            found = printed.get(match[0].lstrip("+"))
            if found is not None:
                fact, value = found
                use(fact)
                pieces += [escape(part[end : match.start()]), element(fact, value, match[0], base)]
                end = match.end()
        pieces.append(escape(part[end:]))
    return Markup("").join(pieces)


def printed_values(
    facts: Facts, metrics: Iterable[str], subjects: Iterable[str]
) -> dict[str, tuple[Fact, Scalar]]:
    """Return what figures and their parts look like in print, with and without their sign.

    Where two look alike the earlier metric and subject stand.
    """
    printed: dict[str, tuple[Fact, Scalar]] = {}
    subjects = list(subjects)
    for metric in metrics:
        if metric not in facts.metrics:
            continue
        of = facts.of(metric)
        for fact in (of[subject] for subject in subjects if subject in of):
            if not isinstance(fact.figure, Value):
                continue
            shown = [(fact.value, fact.unit)]
            shown += [(part.value, part.unit) for part in fact.figure.parts.values()]
            for value, unit in shown:
                if isinstance(value, (int, float)):
                    for form in ("display", "magnitude", "words"):
                        text = in_form(value, unit, form).lstrip("+")
                        printed.setdefault(text, (fact, value))
    return printed
