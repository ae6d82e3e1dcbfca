"""Pages: Jinja templates become Markdown, and every figure and chart they name is recorded.

A template prints numbers only through `fact`, `cell` and `sentence`; each becomes a `<data>`
element that leads to its entry on the Figures page. Names of figures and charts are literals, so
that what a page needs is known, and checked, before anything is computed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from generator.config import Series, Universe
from generator.errors import Mistake, ReportError, did_you_mean
from generator.facts import (
    Fact,
    Facts,
    Reference,
    Scalar,
    Sentence,
    Value,
    in_form,
    show,
    show_date,
)

FIGURES_PAGE = "figures"
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TABLE = re.compile(r'<div class="scroll".*?</div>\n', re.DOTALL)
_NUMBER = re.compile(r"[+−]?\$?\d[\d,]*(?:\.\d+)?(?:%| pp|×)?(?![\d.])")
_FACT_CALLS = ("fact", "facts", "part", "table", "before", "reference")


@dataclass(frozen=True, slots=True)
class Illustration:
    """A drawn chart, or why there is none."""

    name: str
    """The chart's name."""
    title: str
    """Its finding."""
    subtitle: str
    """What is measured, and how."""
    source: str
    """Where the data come from."""
    description: str
    """In words."""
    svg: str
    """The drawing."""
    csv: str
    """What is drawn."""
    withheld: str | None = None
    """Why it is not drawn."""
    figures: tuple[str, ...] = ()
    """The figures it is made from, by metric."""


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


@dataclass
class Used:
    """What was really printed."""

    facts: dict[str, Fact] = field(default_factory=dict)
    """By id, in the order of first use."""
    before: dict[str, Fact] = field(default_factory=dict)
    """By id, those also printed as they stood the week before."""
    tables: dict[str, set[str]] = field(default_factory=dict)
    """Names of the tables printed, by fact id."""
    charts: dict[str, Illustration] = field(default_factory=dict)
    """By name."""


def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([str(templates / "pages"), str(templates / "macros")]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = show_date
    return environment


@cache
def _code(source: str) -> CodeType:
    """Compile a page once in a process; editions differ in their context alone."""
    return _environment(Path()).compile(source)


def page_names(templates: Path) -> list[str]:
    """Return the names of the pages, one a file."""
    return sorted(path.name.removesuffix(".md") for path in (templates / "pages").glob("*.md"))


def wanted(
    templates: Path, metrics: Iterable[str], charts: Iterable[str]
) -> tuple[Wanted, list[Mistake]]:
    """Read every template and return what it asks for and every mistake in it.

    Any literal that is the name of a figure or chart asks for it, so names may stand in lists. A
    literal handed to `fact`, `chart` and the like must be such a name.
    """
    metrics, charts = set(metrics), set(charts)
    asked: dict[str, set[str]] = {"metrics": set(), "before": set(), "charts": set()}
    mistakes: list[Mistake] = []
    environment = _environment(templates)
    folders = [templates / "pages", templates / "macros"]
    for path in sorted(p for folder in folders for p in folder.iterdir() if p.is_file()):
        shown_as = f"templates/{path.parent.name}/{path.name}"
        text = path.read_text(encoding="utf-8")
        front = _FRONT.match(text)
        # Blank lines keep the numbers of the lines that follow.
        body = "\n" * front[0].count("\n") + text[front.end() :] if front else text
        try:
            tree = environment.parse(body)
        except TemplateSyntaxError as error:
            mistakes.append(Mistake(shown_as, error.lineno, f"not a template: {error.message}"))
            continue
        for call in tree.find_all(nodes.Call):
            mistakes += _wrong_call(call, shown_as, metrics, charts)
            if getattr(call.node, "name", "") == "before":
                asked["before"] |= metrics.intersection(_literals(call))
        literals = set(_literals(tree))
        asked["metrics"] |= metrics & literals
        asked["charts"] |= charts & literals
    names = tuple(page_names(templates))
    found = {key: frozenset(value) for key, value in asked.items()}
    return Wanted(found["metrics"], found["before"], found["charts"], names), mistakes


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


class Renderer:
    """Renders the pages of one edition."""

    def __init__(
        self,
        templates: Path,
        facts: Facts,
        before: Facts,
        illustrations: Mapping[str, Illustration],
        sections: Mapping[str, str],
        context: Mapping[str, Any],
    ) -> None:
        self._environment = _environment(templates)
        self._templates = templates
        universe: Universe = context["universe"]
        self._series: Mapping[str, Series] = universe.series
        self._benchmarks = (universe.benchmarks.small, universe.benchmarks.large)
        self._facts = facts
        self._before = before
        self._illustrations = illustrations
        self._sections = sections
        self._withheld: dict[str, list[str]] = {}
        self.used = Used()
        self.asides: dict[str, str] = {}
        self._environment.globals.update(context)
        self._environment.globals.update(
            fact=self._fact,
            facts=self._of,
            before=self._fact_before,
            cell=self._cell,
            part=self._part,
            table=self._table,
            sentence=self._sentence,
            reference=self._reference,
            chart=self._chart,
            show=show,
            used=self.used,
        )

    def render(self, name: str, **context: Any) -> tuple[dict[str, str | int], str]:
        """Return a page's front matter and its Markdown.

        Raises:
            ReportError: the template uses something that does not exist.
        """
        path = self._templates / "pages" / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        match = _FRONT.match(text)
        if not match:
            raise ReportError(
                "the page has no front matter",
                where=f"templates/pages/{name}.md",
                hint="Begin it with title, order and section between two lines of ---.",
            )
        front: dict[str, str | int] = dict(_pairs(match[1]))
        front["order"] = int(front["order"])
        self._withheld = {}
        # Blank lines keep the numbers of the lines that follow.
        body = "\n" * match[0].count("\n") + text[match.end() :]
        template = self._environment.template_class.from_code(
            self._environment, _code(body), self._environment.globals
        )
        context["commentary"] = self._commentary(name)
        try:
            body = template.render(**context)
        except (UndefinedError, ReportError) as error:
            raise ReportError(
                getattr(error, "what", str(error)),
                where=f"templates/pages/{name}.md:{_line(error)}",
                hint="Names of figures and charts are those of the functions; see the Method page.",
            ) from error
        return front, self._lay_aside(name, body.strip("\n") + "\n") + self._notes()

    def _lay_aside(self, page: str, body: str) -> str:
        """Leave a mark where a table stood and keep the table."""

        def keep(match: re.Match[str]) -> str:
            name = f"{page}.{len(self.asides) + 1}.html"
            self.asides[name] = match[0]
            return f"<!--aside:{name}-->\n"

        return _TABLE.sub(keep, body)

    def _commentary(self, page: str) -> Markup:
        text = self._sections.get(page)
        if text is None:
            return Markup("")
        sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        sandbox.globals.clear()
        sandbox.globals["fact"] = self._fact
        return Markup(sandbox.from_string(text).render())

    def _notes(self) -> str:
        """Why figures on this page are withheld."""
        if not self._withheld:
            return ""
        lines = [
            f"<li>{escape('; '.join(dict.fromkeys(names)))}: {escape(reason)}.</li>"
            for reason, names in self._withheld.items()
        ]
        return (
            '\n<aside class="withheld-notes" aria-labelledby="withheld">\n'
            '<h2 id="withheld">Withheld on this page</h2>\n<ul>\n'
            + "\n".join(lines)
            + "\n</ul>\n</aside>\n"
        )

    def _split(self, name: str, subject: str | None) -> tuple[str, str]:
        if subject is not None:
            return name, subject
        metric, _, rest = name.partition(".")
        if not rest:
            raise ReportError(f"'{name}' names no subject; write metric.subject")
        return metric, rest

    def _fact(
        self, name: str, subject: str | None = None, part: str | None = None, form: str = "display"
    ) -> Markup:
        """Print a figure, or a part of it."""
        metric, subject = self._split(name, subject)
        return self._print(Reference(metric, subject, part, form), self._facts)

    def _fact_before(
        self, name: str, subject: str | None = None, part: str | None = None
    ) -> Markup:
        """Print a figure as it stood the week before; it leads to the entry of both."""
        metric, subject = self._split(name, subject)
        return self._print(Reference(metric, subject, part), self._before)

    def _of(self, metric: str) -> Mapping[str, Fact]:
        """Return a metric's facts by subject, to loop over."""
        try:
            return self._facts.of(metric)
        except KeyError:
            near = did_you_mean(metric, self._facts.metrics)
            raise ReportError(f"there is no figure '{metric}'{near}") from None

    def _part(self, name: str, subject: str | None, part: str) -> Scalar:
        """Return a part's bare value, to decide on; never to be printed."""
        metric, subject = self._split(name, subject)
        return self._facts.resolve(Reference(metric, subject, part))[1]

    def _reference(self, reference: Reference) -> Markup:
        return self._print(reference, self._facts)

    def _print(self, reference: Reference, facts: Facts) -> Markup:
        fact, value, unit = facts.resolve(reference)
        current = self._facts.get(reference.metric, reference.subject)
        self.used.facts.setdefault(current.id, current)
        if facts is self._before:
            self.used.before.setdefault(fact.id, fact)
        if isinstance(fact.figure, Value):
            return _element(fact, value, in_form(value, unit, reference.form))
        self._withheld.setdefault(fact.figure.reason, []).append(self._name(fact))
        return _element(fact, None, "withheld")

    def _name(self, fact: Fact) -> str:
        series = self._series.get(fact.subject)
        return f"{series.short}, {fact.title}" if series else fact.title

    def _table(self, name: str, subject: str | None, table: str) -> list[dict[str, Markup]]:
        """Return the rows of a figure's table, each cell printed; none where it is withheld."""
        metric, subject = self._split(name, subject)
        fact = self._facts.get(metric, subject)
        self.used.facts.setdefault(fact.id, fact)
        if not isinstance(fact.figure, Value):
            self._withheld.setdefault(fact.figure.reason, []).append(self._name(fact))
            return []
        if table not in fact.figure.tables:
            near = did_you_mean(table, fact.figure.tables)
            raise ReportError(f"the figure '{fact.id}' has no table '{table}'{near}")
        self.used.tables.setdefault(fact.id, set()).add(table)
        found = fact.figure.tables[table]
        return [
            {
                column: _element(fact, value, show(value, unit))
                for (column, unit), value in zip(found.units.items(), row, strict=True)
            }
            for row in found.rows
        ]

    def _cell(self, fact: Fact, form: str = "display") -> Markup:
        """Print a fact met in a loop."""
        return self._print(Reference(fact.metric, fact.subject, form=form), self._facts)

    def _sentence(self, sentence: Sentence) -> Markup:
        """Print a sentence with its figures."""
        return Markup("").join(
            escape(piece) if isinstance(piece, str) else self._print(piece, self._facts)
            for piece in sentence
        )

    def _chart(self, name: str) -> Markup:
        """Print a chart; its drawing is laid in when the site is built."""
        if name not in self._illustrations:
            near = did_you_mean(name, self._illustrations)
            raise ReportError(f"there is no chart '{name}'{near}")
        drawn = self._illustrations[name]
        self.used.charts.setdefault(name, drawn)
        if drawn.withheld is not None:
            return Markup('\n<p class="chart-withheld">Chart withheld: {}.</p>\n').format(
                drawn.withheld
            )
        named = self._named_figures(drawn)
        return Markup(
            '\n<figure class="chart" id="chart-{name}">\n'
            '<figcaption><span class="chart-title">{linked}</span>'
            '<span class="chart-subtitle">{subtitle}</span></figcaption>\n'
            '<div class="drawing" tabindex="0" role="region" aria-label="Chart: {title}">\n'
            "<!--aside:{name}.svg-->\n</div>\n"
            '<p class="chart-source">{source} · <a href="charts/{name}.csv">Data</a>{named}</p>\n'
            "</figure>\n"
        ).format(
            name=name,
            title=drawn.title,
            linked=self._linked(drawn),
            subtitle=drawn.subtitle,
            source=drawn.source,
            named=named,
        )

    def _named_figures(self, drawn: Illustration) -> Markup:
        """The method of the figures behind a chart, those that this edition prints."""
        known = [name for name in drawn.figures if name in self._facts.metrics][:3]
        links = [
            Markup('<a href="method.html#{}">{}</a>').format(name, self._title(name))
            for name in known
        ]
        method = Markup(" · ").join(links or [Markup('<a href="method.html">Method</a>')])
        return Markup(" · ") + method

    def _title(self, metric: str) -> str:
        return next(iter(self._facts.of(metric).values())).title

    def _linked(self, drawn: Illustration) -> Markup:
        """A chart's title in which every number that is a figure leads to it.

        Digits in the names of series are no numbers.
        """
        printed = self._printed_values(drawn.figures)
        names = {name for series in self._series.values() for name in (series.name, series.short)}
        pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        pieces = []
        for text in re.split(f"({pattern})", drawn.title):
            if text in names:
                pieces.append(escape(text))
                continue
            end = 0
            for match in _NUMBER.finditer(text):
                found = printed.get(match[0].lstrip("+"))
                if found is not None:
                    pieces += [escape(text[end : match.start()]), self._number(found, match[0])]
                    end = match.end()
            pieces.append(escape(text[end:]))
        return Markup("").join(pieces)

    def _printed_values(self, metrics: Iterable[str]) -> dict[str, tuple[Fact, Scalar]]:
        """What the benchmarks' figures look like in print, with and without their sign."""
        printed: dict[str, tuple[Fact, Scalar]] = {}
        for metric in metrics:
            if metric not in self._facts.metrics:
                continue
            of = self._facts.of(metric)
            for subject in [s for s in self._benchmarks if s in of]:
                fact = of[subject]
                if not isinstance(fact.figure, Value):
                    continue
                shown = [(fact.value, fact.unit)]
                shown += [(part.value, part.unit) for part in fact.figure.parts.values()]
                for value, unit in shown:
                    if isinstance(value, (int, float)):
                        for form in ("display", "magnitude"):
                            text = in_form(value, unit, form).lstrip("+")
                            printed.setdefault(text, (fact, value))
        return printed

    def _number(self, found: tuple[Fact, Scalar], text: str) -> Markup:
        fact, value = found
        self.used.facts.setdefault(fact.id, fact)
        return _element(fact, value, text)


def _element(fact: Fact, value: Scalar, text: str) -> Markup:
    """A number that leads to its entry."""
    if value is None and text != "withheld":
        return Markup('<span class="none">{}</span>').format(text)
    kind = "fact withheld" if text == "withheld" else "fact"
    if isinstance(value, (int, float)) and text[:1] in "+−":
        kind += " up" if text[0] == "+" else " down"
    raw = "" if value is None else format(value, ".10g") if isinstance(value, float) else value
    return Markup(
        f'<a class="{kind}" href="{FIGURES_PAGE}.html#{escape(fact.id)}">'
        f'<data value="{escape(raw)}">{escape(text)}</data></a>'
    )


def _pairs(front: str) -> Iterable[tuple[str, str]]:
    for line in front.splitlines():
        key, separator, value = line.partition(":")
        if separator:
            yield key.strip(), value.strip()


def _line(error: BaseException) -> int:
    """The line of the template that raised."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def with_front_matter(front: Mapping[str, str | int], body: str) -> str:
    """Return a Markdown file whose front matter is read as text, whatever it looks like."""
    head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    return f"---\n{head}\n---\n\n{body}"
