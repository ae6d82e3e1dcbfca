"""Sentences and prompts with which a commentary begins: references to facts, and comments.

`<small>` and `<large>` stand for the benchmarks in references, `<Small>` and `<Large>` for their
names.
"""

from __future__ import annotations

import re
from datetime import date

from generator.config import Universe
from generator.editions import edition_of
from generator.facts import Fact, Facts
from generator.movements import Kind

REMINDERS = (
    "A title and an author: the build refuses the file without them.",
    "The lead in two sentences: what happened, and what stands against it.",
    "A number is a fact or has a source: [@source-id], [opinion @source-id], "
    "[forecast: forecast-id], [inference: metric.subject].",
    "Outlook and risks tell both sides.",
    "No cause that nobody stated, no advice, dates instead of yesterday and tomorrow.",
)
"""What a commentary needs, whatever the week."""
READY = {
    "index": (
        "<Small> returned {{ fact('return_1w.<small>') }} on the week, "
        "{{ fact('relative_return_1w.<small>') }} against <Large>.",
    ),
    "performance": (
        "For the year <Small> is at {{ fact('return_ytd.<small>') }} and <Large> at "
        "{{ fact('return_ytd.<large>') }}.",
    ),
    "relative-strength": (
        "<Small> has been ahead of <Large> for "
        "{{ fact('outperformance_streak_sessions.<small>', form='words') }} sessions and "
        "{{ fact('outperformance_streak_weeks.<small>', form='words') }} weeks in a row.",
    ),
    "technical": (
        "The daily RSI of <Small> is {{ fact('rsi_14_daily.<small>') }}, "
        "{{ fact('rsi_14_daily.<small>', part='zone') }}; its base and breakout reads "
        "{{ fact('base_breakout.<small>') }}.",
    ),
    "records": (
        "<Small> is at {{ fact('drawdown.<small>') }} from its highest close, of "
        "{{ fact('drawdown.<small>', part='peak') }}.",
    ),
    "volatility": (
        "The VIX closed at {{ fact('vix.<large>') }}.",
        "The RVX closed at {{ fact('rvx.<small>') }}.",
    ),
    "outlook": (
        "### The case for small caps",
        "Over a month <Small> is at {{ fact('relative_return_1m.<small>') }} against <Large>.",
        "### The case against",
        "Over a year <Small> is at {{ fact('relative_return_1y.<small>') }} against <Large>.",
    ),
    "risks": (
        "<Small> closed at {{ fact('sma_200.<small>', part='distance') }} from its longer average.",
    ),
    "claims": ("Every claim stands beside the figure that it is checked against.",),
    "forecasts": ("A forecast is pending until its horizon.",),
}
"""By page, what can be said of any week."""
PROMPTS = {
    "economy": "What was released on the week, first release and revision; or what is not held.",
    "outlook": "What would have to be so for each side: the conditions of the page.",
    "risks": "In which figure each risk would show first, and what would weaken it.",
}
"""By page, what its words are about."""
_REFERENCE = re.compile(r"fact\('(\w+)\.([^']+)'")
_ECONOMY = "latest_observation"
METRICS = (
    *(
        metric
        for sentences in READY.values()
        for metric, _ in _REFERENCE.findall(" ".join(sentences))
    ),
    _ECONOMY,
)
"""What these sentences need."""


def comment(text: str) -> str:
    """Return a prompt, in which no comment can end.

    >>> comment("What moved?")
    '{# What moved? #}'
    """
    safe = text.replace("{", "(").replace("}", ")")
    return f"{{# {safe} #}}"


def ready(page: str, universe: Universe, facts: Facts | None = None) -> list[str]:
    """Return the sentences of a page of which no figure is withheld, headings included."""
    return [
        _about_benchmarks(sentence, universe)
        for sentence in READY.get(page, ())
        if facts is None or _known(_about_benchmarks(sentence, universe), facts)
    ]


def _known(sentence: str, facts: Facts) -> bool:
    return not any(facts.get(*found).withheld for found in _REFERENCE.findall(sentence))


def _about_benchmarks(sentence: str, universe: Universe) -> str:
    pair = universe.benchmarks
    meant = {
        "<small>": pair.small,
        "<large>": pair.large,
        "<Small>": _who(pair.small, universe),
        "<Large>": _who(pair.large, universe),
    }
    for mark, text in meant.items():
        sentence = sentence.replace(mark, text)
    return _capital(sentence)


def sentence(kind: Kind, subject: str, universe: Universe) -> str:
    """Return the sentence that tells a followed figure of a series."""
    name = f"{kind.metric}.{subject}"
    text = kind.words.format(
        who=_who(subject, universe),
        large=_who(universe.benchmarks.large, universe),
        fact=_fact(name, kind.part),
        count=_fact(name, form="words"),
        when=_fact(name, kind.when),
    )
    return _capital(text)


def released(facts: Facts, universe: Universe) -> list[str]:
    """Return what can be said of the economy: what was first released on the week, or that
    nothing is held.
    """
    held = [fact for fact in facts.of(_ECONOMY).values() if not fact.withheld]
    if not held:
        return ["This edition holds no economic series."]
    return [
        f"{universe.macro[fact.subject].name} is at {_fact(fact.id)} for "
        f"{_fact(fact.id, 'period')}."
        for fact in held
        if _is_new(fact)
    ]


def _is_new(fact: Fact) -> bool:
    """Whether the latest value was first released in the week."""
    day = fact.part("released").value
    return isinstance(day, date) and edition_of(day) == edition_of(fact.as_of)


def _who(subject: str, universe: Universe) -> str:
    """A series as a sentence names it."""
    series = universe.series[subject]
    fund = series.kind == "fund" and "ETF" not in series.name
    return f"the {series.name}{' fund' if fund else ''}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fact(name: str, part: str | None = None, form: str | None = None) -> str:
    options = {"part": part, "form": form}
    given = "".join(f", {key}='{value}'" for key, value in options.items() if value)
    return f"{{{{ fact('{name}'{given}) }}}}"
