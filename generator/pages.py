"""Pages: Jinja templates become Markdown, and every figure and chart they print is recorded.

A template prints numbers only through `fact`, `cell` and `sentence`; each becomes a `<data>`
element that leads to its entry on the Figures page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from generator import lint, marking
from generator.commentary import Commentary, wrong_figures
from generator.config import Series, Term, Universe
from generator.elements import element, linked, printed_values, unbroken
from generator.errors import ContentError, ReportError, did_you_mean
from generator.facts import (
    Fact,
    Facts,
    Reference,
    Scalar,
    Sentence,
    Value,
    in_form,
    show,
)
from generator.notes import Notes
from generator.page_templates import compiled, environment, line_of, split
from generator.panels import panel_data
from generator.sources import Source
from generator.terms import with_terms

if TYPE_CHECKING:
    from generator.forecasts import ForecastState

_TABLE = re.compile(r'<div class="scroll".*?</div>\n', re.DOTALL)
_DATA = '<script type="application/json" id="panels"><!--aside:{}.json--></script>'
_NOTES = "\n<!--aside:{}.notes.html-->\n"


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
    wide: str
    """The drawing for wide screens, as inline SVG."""
    narrow: str
    """The drawing for narrow screens, as inline SVG."""
    files: Mapping[str, bytes]
    """What can be taken from it, by suffix: csv, json, xlsx, vl.json, svg, png."""
    table: str
    """What is drawn, as HTML."""
    withheld: str | None = None
    """Why it is not drawn."""
    figures: tuple[str, ...] = ()
    """The figures it is made from, by metric."""
    mail: bytes = b""
    """The narrow drawing as PNG, where the digest for mail shows it."""


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
    sources: dict[str, list[str]] = field(default_factory=dict)
    """The pages that cite a work, by its id, in the order of first use."""


class Renderer:
    """Renders the pages of one edition."""

    def __init__(
        self,
        templates: Path,
        facts: Facts,
        before: Facts,
        illustrations: Mapping[str, Illustration],
        commentary: Commentary | None,
        context: Mapping[str, Any],
        *,
        sources: Mapping[str, Source] = MappingProxyType({}),
        forecasts: Mapping[str, ForecastState] = MappingProxyType({}),
    ) -> None:
        self._environment = environment(templates)
        self._templates = templates
        universe: Universe = context["universe"]
        self._series: Mapping[str, Series] = universe.series
        self._benchmarks = (universe.benchmarks.small, universe.benchmarks.large)
        self._called = universe.called
        self._glossary: Sequence[Term] = context["glossary"]
        self._facts = facts
        self._before = before
        self._illustrations = illustrations
        self._words = commentary
        self._sources = sources
        self._forecasts = forecasts
        self._notes_of = Notes(sources, forecasts)
        """Of the page being rendered."""
        self._withheld: dict[tuple[str, str], list[str]] = {}
        """By reason and series: what is withheld of it on the page being rendered."""
        self._on_page: dict[str, Fact] = {}
        """By id: the figures printed on the page being rendered."""
        self._base = ""
        """What leads from the page being rendered to the edition's pages."""
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
            cite=self._cite,
            show=show,
        )

    def render(self, name: str, **context: Any) -> tuple[dict[str, str | int], str]:
        """Return a page's front matter and its Markdown.

        Raises:
            ReportError: the template uses something that does not exist.
        """
        return self._render(f"pages/{name}.md", name, "", context)

    def render_chart(self, name: str, **context: Any) -> tuple[dict[str, str | int], str]:
        """Return the front matter and the Markdown of a chart's own page, one folder down.

        Raises:
            ReportError: the template uses something that does not exist.
        """
        drawn = self._illustrations[name]
        return self._render("chart.md", f"charts.{name}", "../", {**context, "drawn": drawn})

    def _render(
        self, file: str, name: str, base: str, context: dict[str, Any]
    ) -> tuple[dict[str, str | int], str]:
        where = f"templates/{file}"
        front, body = split((self._templates / file).read_text(encoding="utf-8"))
        self._withheld, self._on_page, self._base = {}, {}, base
        self._notes_of = Notes(self._sources, self._forecasts, base)
        template = self._environment.template_class.from_code(
            self._environment, compiled(body), self._environment.globals
        )
        context["commentary"] = words = self.commentary(name)
        try:
            text = template.render(**context)
        except (TemplateError, ReportError) as error:
            raise ReportError(
                getattr(error, "what", str(error)),
                where=f"{where}:{line_of(error)}",
                hint="Names of figures and charts are those of the functions; see the Method page.",
            ) from error
        if words not in text:
            raise ReportError(
                f"the page '{name}' does not print what was written for it", where=where
            )
        found, terms = self._with_terms(front, text.strip("\n") + "\n" + self._withheld_notes())
        data = panel_data(self._on_page.values(), self._called, terms)
        self.asides[f"{name}.json"] = data
        return front, self._lay_aside(name, found) + self._noted(name) + f"\n{_DATA.format(name)}\n"

    def _noted(self, page: str) -> str:
        """Lay the page's notes aside and leave a mark where they stand."""
        html = self._notes_of.html()
        if not html:
            return ""
        for name in self._notes_of.places:
            self.used.sources.setdefault(name, []).append(page)
        self.asides[f"{page}.notes.html"] = html
        return _NOTES.format(page)

    def _with_terms(self, front: Mapping[str, str | int], text: str) -> tuple[str, list[Term]]:
        """Explain terms where the report is read, not where it is looked up."""
        if front["section"] == "Reference":
            return text, []
        return with_terms(text, self._glossary, self._base)

    def _lay_aside(self, page: str, body: str) -> str:
        """Leave a mark where a table stood and keep the table."""

        def keep(match: re.Match[str]) -> str:
            name = f"{page}.{len(self.asides) + 1}.html"
            self.asides[name] = match[0]
            return f"<!--aside:{name}-->\n"

        return _TABLE.sub(keep, body)

    def commentary(self, page: str) -> Markup:
        """Return what an editor wrote for a page as Markdown, its numbers and marks filled in.

        Raises:
            ContentError: it uses something that does not exist.
        """
        notes, text = self._notes_of, self._text(page)
        notes.has_words = bool(text)
        notes.reasons += [(excuse.rule, excuse.reason) for excuse in lint.excuses(text)]
        return self._filled(page, partial(marking.marked, text, notes, self._named))

    def inline_commentary(self, page: str) -> Markup:
        """Return the same for mail and feeds, which have no notes: sources stand in brackets.

        Raises:
            ContentError: it uses something that does not exist.
        """
        notes = Notes(self._sources, self._forecasts)
        return self._filled(page, partial(marking.inline, self._text(page), notes))

    def _text(self, page: str) -> str:
        return self._words.sections.get(page, "") if self._words else ""

    def _filled(self, page: str, words: Callable[[], str]) -> Markup:
        """Fill in the numbers; the sandbox of the words knows figures only."""
        if self._words and (
            wrong := wrong_figures(self._words, page, self._facts, self._written_in)
        ):
            raise ContentError(wrong)
        sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        sandbox.globals.clear()
        sandbox.globals["fact"] = self._fact
        try:
            return Markup(sandbox.from_string(words()).render())
        except (TemplateError, ReportError) as error:
            what = getattr(error, "what", str(error))
            raise ReportError(what, where=f"{self._written_in}, section '{page}'") from error

    @property
    def _written_in(self) -> str:
        return f"content/editions/{self._environment.globals['edition']}.md"

    def _named(self, metric: str, subject: str) -> str:
        """What a figure is called, and what it is about."""
        return f"{self._facts.get(metric, subject).title}, {self._called(subject)}"

    def _cite(self, name: str) -> Markup:
        """Print the number of a note on a source."""
        return self._notes_of.cite(name)

    def _withheld_notes(self) -> str:
        """Why figures on this page are withheld."""
        if not self._withheld:
            return ""
        lines = [
            Markup("<li>{} ({}): {}.</li>").format(series, ", ".join(dict.fromkeys(titles)), reason)
            for (reason, series), titles in self._withheld.items()
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
        self,
        name: str,
        subject: str | None = None,
        part: str | None = None,
        form: str = "display",
        digits: int | None = None,
    ) -> Markup:
        """Print a figure, or a part of it."""
        metric, subject = self._split(name, subject)
        return self._print(Reference(metric, subject, part, form, digits), self._facts)

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

    def use_withheld(self, metrics: Iterable[str]) -> None:
        """Count the withheld ones of these figures among what was printed: a page may say once why
        many are missing, and the list of figures names each of them."""
        for metric in metrics:
            for fact in self._facts.of(metric).values():
                if fact.withheld:
                    self.used.facts.setdefault(fact.id, fact)

    def _part(self, name: str, subject: str | None, part: str) -> Scalar:
        """Return a part's bare value, to decide on; never to be printed."""
        metric, subject = self._split(name, subject)
        return self._facts.resolve(Reference(metric, subject, part))[1]

    def _reference(self, item: Reference | Source) -> Markup:
        """Print a figure by its reference, or a source as a list of works does."""
        if isinstance(item, Source):
            from generator.references import reference

            return escape(reference(item))
        return self._print(item, self._facts)

    def _print(self, reference: Reference, facts: Facts) -> Markup:
        fact, value, unit = facts.resolve(reference)
        current = self._facts.get(reference.metric, reference.subject)
        self._use(current)
        if facts is self._before:
            self.used.before.setdefault(fact.id, fact)
        if isinstance(fact.figure, Value):
            earlier = fact.as_of if facts is self._before else None
            shown = in_form(value, unit, reference.form, reference.digits)
            return element(fact, value, shown, self._base, earlier)
        self._note(fact, fact.figure.reason)
        return element(fact, None, "withheld", self._base)

    def _note(self, fact: Fact, reason: str) -> None:
        self._withheld.setdefault((reason, self._called(fact.subject)), []).append(fact.title)

    def _table(self, name: str, subject: str | None, table: str) -> list[dict[str, Markup]]:
        """Return the rows of a figure's table, each cell printed; none where it is withheld."""
        metric, subject = self._split(name, subject)
        fact = self._facts.get(metric, subject)
        self._use(fact)
        if not isinstance(fact.figure, Value):
            self._note(fact, fact.figure.reason)
            return []
        if table not in fact.figure.tables:
            near = did_you_mean(table, fact.figure.tables)
            raise ReportError(f"the figure '{fact.id}' has no table '{table}'{near}")
        self.used.tables.setdefault(fact.id, set()).add(table)
        found = fact.figure.tables[table]
        return [
            {
                column: element(fact, value, show(value, unit), self._base)
                for (column, unit), value in zip(found.units.items(), row, strict=True)
            }
            for row in found.rows
        ]

    def _cell(self, fact: Fact, form: str = "display") -> Markup:
        """Print a fact met in a loop."""
        return self._print(Reference(fact.metric, fact.subject, form=form), self._facts)

    def _sentence(self, sentence: Sentence) -> Markup:
        """Print a sentence with its figures; names such as S&P 500 stay on one line."""
        return Markup("").join(
            escape(unbroken(piece)) if isinstance(piece, str) else self._print(piece, self._facts)
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
        figure: Callable[..., Markup] = vars(self._environment.get_template("figure.html").module)[
            "figure"
        ]
        return figure(drawn, self._linked_title(drawn), self._method(drawn), self._base)

    def _method(self, drawn: Illustration) -> Markup:
        """The method of the figures behind a chart, those that this edition prints."""
        known = [name for name in drawn.figures if name in self._facts.metrics][:3]
        links = [
            Markup('<a href="{}method.html#{}">{}</a>').format(self._base, name, self._title(name))
            for name in known
        ]
        plain = Markup('<a href="{}method.html">Method</a>').format(self._base)
        return Markup(" · ").join(links or [plain])

    def _linked_title(self, drawn: Illustration) -> Markup:
        names = {name for series in self._series.values() for name in (series.name, series.short)}
        printed = printed_values(self._facts, drawn.figures, self._benchmarks)
        return linked(drawn.title, names, printed, self._use, self._base)

    def _use(self, fact: Fact) -> None:
        self.used.facts.setdefault(fact.id, fact)
        self._on_page.setdefault(fact.id, fact)

    def _title(self, metric: str) -> str:
        return next(iter(self._facts.of(metric).values())).title


def with_front_matter(front: Mapping[str, str | int], body: str) -> str:
    """Return a Markdown file whose front matter is read as text, whatever it looks like."""
    head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    return f"---\n{head}\n---\n\n{body}"
