"""The lint: what an editor may not leave in commentary, found before anything is built.

A rule is a function of `lint_prose`, `lint_names` or `lint_markup`; being there is being a rule.
What breaks a rule of `lint_prose` can be excused in its sentence, `{# excused RULE: reason #}`,
and the reason is shown to readers. An excuse that excuses nothing is itself a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from generator import lint_markup, lint_names, lint_prose
from generator.errors import did_you_mean
from generator.lint_findings import LintFinding
from generator.lint_text import Found, Known, Passage
from generator.sentences import EXCUSE

Rule = Callable[[Passage, Known], Iterator[Found]]
_EXCUSE = re.compile(r"(?P<rule>[a-z-]*) ?(?:: ?(?P<reason>.+))?")
_WHY_EXCUSE = "An excuse is for one thing, and readers are told why."


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why something that breaks a rule stands nevertheless."""

    start: int
    """Where the excuse begins in its passage."""
    rule: str
    """The rule that is broken."""
    reason: str
    """Why, for readers."""


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its name."""
    return {
        name.replace("_", "-"): rule
        for module in (lint_markup, lint_names, lint_prose)
        for name, rule in _functions(module)
    }


def _functions(module: ModuleType) -> Iterator[tuple[str, Rule]]:
    for name, found in vars(module).items():
        if callable(found) and not name.startswith("_") and found.__module__ == module.__name__:
            yield name, found


def why(rule: str) -> str:
    """Return what a rule is for."""
    return " ".join((rules()[rule].__doc__ or "").split("\n\n")[0].split())


def excuses(text: str) -> list[Excuse]:
    """Return the excuses of a passage, whatever is wrong with them."""
    found = []
    for comment in EXCUSE.finditer(text):
        parts = _EXCUSE.fullmatch(" ".join(comment["body"].split()))
        rule, reason = (parts["rule"], parts["reason"]) if parts else ("", None)
        found.append(Excuse(comment.start(), rule, reason or ""))
    return found


def lint(passage: Passage, known: Known, file: str) -> list[LintFinding]:
    """Return what is wrong with a passage and not excused, in its order."""

    def finding(rule: str, found: Found, reason: str) -> LintFinding:
        return LintFinding(file, *passage.position(found.place), rule, found.what, reason)

    found = [(name, one) for name, rule in rules().items() for one in rule(passage, known)]
    broken: dict[tuple[str, int | None], list[Found]] = {}
    for name, one in found:
        broken.setdefault((name, passage.sentence_at(one.place)), []).append(one)
    given = excuses(passage.text)
    excused = {
        excuse: broken.get((excuse.rule, passage.sentence_at(excuse.start)), [])
        for excuse in given
        if excuse.reason and excuse.rule in excusable()
    }
    forgiven = {id(one) for several in excused.values() for one in several}
    findings = [finding(name, one, why(name)) for name, one in found if id(one) not in forgiven]
    findings += [
        finding("excuse", Found(excuse.start, what), _WHY_EXCUSE)
        for excuse in given
        if (what := _wrong(excuse, bool(excused.get(excuse))))
    ]
    return sorted(findings, key=lambda one: (one.line or 0, one.column or 0, one.rule))


@cache
def excusable() -> tuple[str, ...]:
    """Return the rules that can be excused."""
    return tuple(name.replace("_", "-") for name, _ in _functions(lint_prose))


def _wrong(excuse: Excuse, used: bool) -> str:
    """What is wrong with an excuse; nothing where it excuses something."""
    if used:
        return ""
    if not excuse.rule:
        return "this excuse names no rule: write {# excused RULE: reason #}"
    if excuse.rule not in rules():
        return f"there is no rule '{excuse.rule}'{did_you_mean(excuse.rule, rules())}"
    if excuse.rule not in excusable():
        return f"the rule '{excuse.rule}' has no excuse; these have: {', '.join(excusable())}"
    if not excuse.reason:
        return f"this excuse from '{excuse.rule}' gives no reason"
    return f"this sentence does not break the rule '{excuse.rule}': take the excuse out"


def unused_sources(
    text: str, sources: Iterable[str], cited: Iterable[str], file: str
) -> list[LintFinding]:
    """Return a finding for every source that nothing cites: no words, claim, forecast or page.

    `text` is the file of sources, in which the line of each is looked up.
    """
    used = set(cited)
    reason = "A list of sources that nobody uses misleads about what a report rests on."
    return [
        LintFinding(file, _line(text, name), None, "unused-source", what, reason)
        for name in sources
        if name not in used and (what := f"nothing cites the source '{name}'")
    ]


def _line(text: str, name: str) -> int | None:
    found = re.search(
        rf"^[\s-]*id:\s*[\"']?{re.escape(name)}[\"']?\s*(?:#.*)?$", text, re.MULTILINE
    )
    return text.count("\n", 0, found.start()) + 1 if found else None
