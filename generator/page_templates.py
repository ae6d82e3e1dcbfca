"""The templates of pages: what each asks for, and everything wrong with any of them.

Names of figures and charts are literals, so that what a page needs is known, and checked, before
anything is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)

from generator.errors import Mistake, did_you_mean
from generator.facts import show_date

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FACT_CALLS = ("fact", "facts", "part", "table", "before", "reference")
_MANDATORY = ("title", "order", "section")
FOLDERS = ("pages", "macros", "digest")
"""Of templates that ask for figures and charts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the templates ask for."""

    metrics: frozenset[str]
    """Figures of this edition."""
    before: frozenset[str]
    """Figures as of the week before."""
    charts: frozenset[str]
    """Charts."""
    pages: tuple[str, ...]
    """Page names."""
    mailed: frozenset[str]
    """Charts of the digest."""


def environment(templates: Path) -> Environment:
    """Return what pages and macros are rendered in."""
    made = Environment(
        loader=FileSystemLoader([str(templates / name) for name in FOLDERS]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["day"] = show_date
    return made


def line_of(error: BaseException, file: str = "<template>") -> int:
    """Return the line of a template that raised, or that is no template; 0 where none is known.

    `file` is the template's; pages are compiled from their text and have none of their own.
    """
    line, trace = getattr(error, "lineno", 0), error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).name == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def page_names(templates: Path) -> list[str]:
    """Return the names of the pages, one a file."""
    return sorted(path.name.removesuffix(".md") for path in (templates / "pages").glob("*.md"))


@cache
def compiled(source: str) -> CodeType:
    """Compile a page once in a process; editions differ in their context alone."""
    return environment(Path()).compile(source)


def split(text: str) -> tuple[dict[str, str | int], str]:
    """Return a page's front matter and its template, whose lines keep their numbers.

    Raises:
        ValueError: the front matter is missing, lacks a field, or has an order that is no number.
    """
    match = _FRONT.match(text)
    if not match:
        raise ValueError("the page has no front matter with title, order and section")
    pairs = (line.partition(":") for line in match[1].splitlines())
    front: dict[str, str | int] = {key.strip(): value.strip() for key, _, value in pairs}
    missing = [name for name in _MANDATORY if not front.get(name)]
    if missing:
        raise ValueError(f"the front matter lacks {' and '.join(missing)}")
    if not str(front["order"]).isdecimal():
        raise ValueError(f"order is '{front['order']}', not a whole number")
    front["order"] = int(front["order"])
    return front, "\n" * match[0].count("\n") + text[match.end() :]


def wanted(
    templates: Path, metrics: Iterable[str], charts: Iterable[str]
) -> tuple[Wanted, list[Mistake]]:
    """Read every template and return what it asks for and every mistake in it.

    Any literal that is the name of a figure or chart asks for it, so names may stand in lists. A
    literal handed to `fact`, `chart` and the like must be such a name.
    """
    metrics, charts = set(metrics), set(charts)
    kinds = ("metrics", "before", "charts", "mailed")
    asked: dict[str, set[str]] = {kind: set() for kind in kinds}
    mistakes: list[Mistake] = []
    made = environment(templates)
    for path in _files(templates):
        shown_as = f"templates/{path.parent.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
            body = split(text)[1] if path.suffix == ".md" else text
            tree = made.parse(body)
        except TemplateSyntaxError as error:
            mistakes.append(Mistake(shown_as, error.lineno, f"not a template: {error.message}"))
            continue
        except UnicodeDecodeError as error:
            what = f"not UTF-8: {error.reason} at byte {error.start}"
            mistakes.append(Mistake(shown_as, None, what))
            continue
        except ValueError as error:
            mistakes.append(Mistake(shown_as, 1, str(error)))
            continue
        mistakes += [Mistake(shown_as, line, what) for line, what in _unknown(tree, made)]
        for call in tree.find_all(nodes.Call):
            mistakes += _wrong_call(call, shown_as, metrics, charts)
            if getattr(call.node, "name", "") == "before":
                asked["before"] |= metrics.intersection(_literals(call))
        literals = set(_literals(tree))
        asked["metrics"] |= metrics & literals
        asked["charts"] |= charts & literals
        if path.parent.name == "digest":
            asked["mailed"] |= charts & literals
    names = tuple(page_names(templates))
    found = {key: frozenset(value) for key, value in asked.items()}
    wanted = Wanted(found["metrics"], found["before"], found["charts"], names, found["mailed"])
    return wanted, mistakes


def _files(templates: Path) -> list[Path]:
    folders = [templates / name for name in FOLDERS if (templates / name).is_dir()]
    return sorted(path for folder in folders for path in folder.iterdir() if path.is_file())


def _unknown(tree: nodes.Template, made: Environment) -> Iterator[tuple[int, str]]:
    """Filters, tests and templates that do not exist."""
    for filter_ in tree.find_all(nodes.Filter):
        if filter_.name not in made.filters:
            near = did_you_mean(filter_.name, made.filters)
            yield filter_.lineno, f"there is no filter '{filter_.name}'{near}"
    for test in tree.find_all(nodes.Test):
        if test.name not in made.tests:
            near = did_you_mean(test.name, made.tests)
            yield test.lineno, f"there is no test '{test.name}'{near}"
    for other in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        name = getattr(other, "template", None)
        if isinstance(name, nodes.Const):
            try:
                assert made.loader is not None
                made.loader.get_source(made, str(name.value))
            except TemplateNotFound:
                known = made.list_templates()
                near = did_you_mean(str(name.value), known)
                yield other.lineno, f"there is no template '{name.value}'{near}"


def _literals(tree: nodes.Node) -> list[str]:
    values = [node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)]
    return [value.split(".")[0] for value in values]


def _wrong_call(
    call: nodes.Call, shown_as: str, metrics: set[str], charts: set[str]
) -> list[Mistake]:
    name = getattr(call.node, "name", "")
    kind, known = ("chart", charts) if name == "chart" else ("figure", metrics)
    if name not in (*_FACT_CALLS, "chart") or not call.args:
        return []
    first = call.args[0]
    if not isinstance(first, nodes.Const):
        return []
    asked = str(first.value).split(".")[0]
    if asked in known:
        return []
    what = f"there is no {kind} '{asked}'{did_you_mean(asked, known)}"
    return [Mistake(shown_as, call.lineno, what)]
