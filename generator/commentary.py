"""Commentary: what an editor writes for an edition, one section a page.

`content/editions/<edition>.md` begins with front matter (title, author, date) and has a heading
`# <page>` for each page that gets words, `# index` for the first. Numbers are references to facts,
`{{ fact('return_ytd.russell_2000') }}`; the template language is sandboxed and sees facts only.
Words about simulated data say `simulated: true` in the front matter and are not shown with real
data of the same week.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import Mistake, did_you_mean

_HEADING = re.compile(r"^# +(\S+) *$", re.MULTILINE)
_FIELDS = ("title", "author", "date")


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


def read_commentary(
    path: Path, shown_as: str, pages: Iterable[str], metrics: Iterable[str]
) -> tuple[Commentary | None, list[Mistake]]:
    """Read an edition's commentary and everything wrong with it; None where there is no file.

    `metrics` are the names that may be used as facts.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, []
    except UnicodeDecodeError as error:
        return None, [Mistake(shown_as, None, f"not UTF-8: {error.reason} at byte {error.start}")]
    head, body, first_line = _front_matter(text)
    mistakes: list[Mistake] = []
    fields = _fields(head, shown_as, mistakes)
    sections: dict[str, str] = {}
    known = sorted(pages)
    headings = list(_HEADING.finditer(body))
    before = body[: headings[0].start()] if headings else body
    if before.strip():
        line = first_line + before.count("\n", 0, len(before) - len(before.lstrip()))
        mistakes.append(Mistake(shown_as, line, "words stand before the first '# page' heading"))
    elif not headings:
        mistakes.append(Mistake(shown_as, first_line, "no '# page' heading and no words"))
    for comment in re.finditer(r"<!--\s*aside:", body):
        line = first_line + body.count("\n", 0, comment.start())
        mistakes.append(Mistake(shown_as, line, "comments that begin with 'aside:' are taken"))
    for heading, following in zip(headings, [*headings[1:], None][: len(headings)], strict=True):
        name = heading[1]
        line = first_line + body.count("\n", 0, heading.start())
        if name not in known:
            near = did_you_mean(name, known) or f"; pages: {', '.join(known)}"
            mistakes.append(Mistake(shown_as, line, f"'{name}' is not a page{near}"))
        if name in sections:
            mistakes.append(Mistake(shown_as, line, f"'{name}' has two sections"))
        content = body[heading.end() : following.start() if following else len(body)]
        sections[name] = content.strip("\n")
        mistakes += _wrong_references(content, shown_as, line, metrics)
    if mistakes or fields is None:
        return None, mistakes
    return Commentary(*fields, sections), []


def _front_matter(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body begins."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return "", text, 1
    return match[1], text[match.end() :], match[0].count("\n") + 1


def _fields(
    head: str, shown_as: str, mistakes: list[Mistake]
) -> tuple[str, str, date, bool] | None:
    try:
        data = yaml.safe_load(head) or {}
    except (yaml.YAMLError, ValueError) as error:
        mistakes.append(Mistake(shown_as, 1, f"the front matter is not YAML: {error}"))
        return None
    if not isinstance(data, dict):
        mistakes.append(Mistake(shown_as, 1, "the front matter must name title, author and date"))
        return None
    missing = [name for name in _FIELDS if not data.get(name)]
    mistakes += [Mistake(shown_as, 1, f"'{name}' is missing") for name in missing]
    if not missing and not isinstance(data["date"], date):
        mistakes.append(Mistake(shown_as, 1, f"'date' is {data['date']!r}, not a date"))
        return None
    simulated = data.get("simulated", False)
    if not isinstance(simulated, bool):
        mistakes.append(Mistake(shown_as, 1, f"'simulated' is {simulated!r}, not true or false"))
        return None
    return None if missing else (str(data["title"]), str(data["author"]), data["date"], simulated)


def _wrong_references(
    content: str, shown_as: str, first_line: int, metrics: Iterable[str]
) -> list[Mistake]:
    known = list(metrics)
    try:
        tree = ImmutableSandboxedEnvironment().parse(content)
    except TemplateSyntaxError as error:
        line = first_line + (error.lineno or 1) - 1
        return [Mistake(shown_as, line, f"not a template: {error.message}")]
    wrong = []
    for node in _nodes(tree):
        line = first_line + node.lineno - 1
        if isinstance(node, nodes.Call) and _is_reference(node):
            metric = str(node.args[0].as_const()).split(".")[0]
            if metric not in known:
                near = did_you_mean(metric, known)
                wrong.append(Mistake(shown_as, line, f"there is no figure '{metric}'{near}"))
        elif not isinstance(node, nodes.TemplateData):
            source = content.splitlines()[node.lineno - 1].strip()
            what = f"only fact('metric.subject') can stand in braces, not what is in: {source}"
            wrong.append(Mistake(shown_as, line, what))
    return wrong


def _nodes(tree: nodes.Template) -> Iterator[nodes.Node]:
    """What the words consist of: text, what stands in braces, and statements."""
    for child in tree.body:
        if isinstance(child, nodes.Output):
            yield from child.nodes
        else:
            yield child


def _is_reference(call: nodes.Call) -> bool:
    """Whether it is a call of `fact` with constants alone."""
    arguments = [*call.args, *(keyword.value for keyword in call.kwargs)]
    plain = all(isinstance(argument, nodes.Const) for argument in arguments)
    named = isinstance(call.node, nodes.Name) and call.node.name == "fact"
    return named and plain and bool(call.args) and call.dyn_args is None and call.dyn_kwargs is None


def named_metrics(commentary: Commentary) -> set[str]:
    """Return the metrics that the words refer to."""
    found = set()
    for content in commentary.sections.values():
        for call in ImmutableSandboxedEnvironment().parse(content).find_all(nodes.Call):
            argument = call.args[0]
            assert isinstance(argument, nodes.Const)
            found.add(str(argument.value).split(".")[0])
    return found
