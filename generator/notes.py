"""Notes of a page: numbers in its text that lead to what is cited, and the list that they lead to.

Who prints a page asks `Notes` for the number of a source where it is cited, and for the list at the
end. The list is laid into the page as HTML, so nothing in a title or a name is read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.errors import ReportError, did_you_mean
from generator.facts import show_date
from generator.sources import Source

if TYPE_CHECKING:
    from generator.forecasts import ForecastState

SOURCES_PAGE = "sources"
_LIVE = re.compile(r"[^\w\s,.;:()–−%/+-]|_")
LEGEND = Markup(
    '<details class="reading"><summary>How to read these words</summary>\n<ul>\n'
    "<li>A number that is a link is <b>computed</b>: it leads to its value, formula and inputs."
    "</li>\n<li>A small raised number follows what others <b>report</b>; it leads to the source."
    "</li>\n"
    '<li><small class="kind">opinion</small> is what somebody named thinks.</li>\n'
    '<li><small class="kind">forecast</small> is what somebody named said would come, with when it '
    "was said and the day it is about; the ledger decides it then.</li>\n"
    '<li><small class="kind">inference</small> is what the editors conclude, with the figures that '
    "they conclude it from; it may be wrong although the figures are right.</li>\n"
    "</ul></details>\n"
)


@dataclass
class Notes:
    """The notes of one page, in the order in which they are cited."""

    sources: Mapping[str, Source]
    """Every work that can be cited, by id."""
    forecasts: Mapping[str, ForecastState]
    """Every forecast that can be named, by id."""
    base: str = ""
    """What leads from the page to the edition's pages."""
    places: dict[str, int] = field(default_factory=dict)
    """By source, in order of first use: how often it is cited."""
    named: dict[str, list[str]] = field(default_factory=dict)
    """By source: the forecasts that are named and were read there."""
    reasons: list[tuple[str, str]] = field(default_factory=list)
    """Rules that something on the page breaks, and why it may."""
    has_words: bool = False
    """Whether an editor's words stand on the page."""

    def source(self, name: str) -> Source:
        """Return a source.

        Raises:
            ReportError: there is none of this id.
        """
        if name not in self.sources:
            raise ReportError(f"there is no source '{name}'{did_you_mean(name, self.sources)}")
        return self.sources[name]

    def forecast(self, name: str) -> ForecastState:
        """Return a forecast as it stands.

        Raises:
            ReportError: there is none of this id.
        """
        if name not in self.forecasts:
            near = did_you_mean(name, self.forecasts)
            raise ReportError(f"there is no forecast '{name}'{near}")
        return self.forecasts[name]

    def cite(self, name: str) -> Markup:
        """Return the number of a source, which leads to its note.

        Raises:
            ReportError: there is none of this id.
        """
        source = self.source(name)
        self.places[name] = place = self.places.get(name, 0) + 1
        number = list(self.places).index(name) + 1
        label = literal(f"Note {number}: {short(source)}")
        return Markup(
            '<sup class="cite">'
            f'<a href="#note-{number}" id="cite-{number}-{place}" aria-label="{label}">{number}</a>'
            "</sup>"
        )

    def foretell(self, name: str) -> Markup:
        """Return the number of the source in which a forecast was read.

        Raises:
            ReportError: there is no such forecast, or no such source.
        """
        source = self.forecast(name).forecast.source
        mark = self.cite(source)
        known = self.named.setdefault(source, [])
        if name not in known:
            known.append(name)
        return mark

    def html(self) -> str:
        """Return the notes as the end of a page, empty where there are none."""
        if not (self.places or self.reasons or self.has_words):
            return ""
        heading = "Notes" if self.places or self.reasons else "About these words"
        parts = [
            Markup('\n<aside class="notes" aria-labelledby="page-notes">\n'),
            Markup('<h2 id="page-notes">{}</h2>\n').format(heading),
        ]
        if self.places:
            parts += [Markup("<ol>\n"), *self._entries(), Markup("</ol>\n")]
        parts += [
            Markup("<p>Excused from the rule “{}”: {}</p>\n").format(rule, reason)
            for rule, reason in self.reasons
        ]
        if self.has_words:
            parts.append(LEGEND)
        return str(Markup("").join([*parts, Markup("</aside>\n")]))

    def _entries(self) -> list[Markup]:
        from generator.references import references

        lines = references([self.source(name) for name in self.places])
        return [
            Markup('<li id="note-{}">{} <a href="{}{}.html#{}">{}</a>{} {}</li>\n').format(
                number,
                lines[name],
                self.base,
                SOURCES_PAGE,
                name,
                "About this source",
                self._foretold(name),
                self._ways_back(number, name),
            )
            for number, name in enumerate(self.places, start=1)
        ]

    def _foretold(self, source: str) -> Markup:
        said = [
            Markup("<br>{}").format(about(self.forecast(name)))
            for name in self.named.get(source, [])
        ]
        return Markup("").join(said)

    def _ways_back(self, number: int, name: str) -> Markup:
        count = self.places[name]
        back = Markup('<a href="#cite-{0}-{1}" aria-label="{2}">↩</a>')
        named = "Back to where note {} is cited" + (", place {}" if count > 1 else "")
        return Markup(" ").join(
            back.format(number, place, named.format(number, place)) for place in range(1, count + 1)
        )


def literal(text: str) -> str:
    """Return words as neither Markdown nor a template takes them for more than words."""
    return _LIVE.sub(lambda sign: f"&#{ord(sign[0])};", text)


def short(source: Source) -> str:
    """Return a source in a few words: its outlet and when it appeared, as precisely as is known.

    >>> short(Source(id="a", outlet="A paper", published="2026-01", access="secondary", about="."))
    'A paper, January 2026'
    """
    return f"{source.outlet}, {source.when}"


def horizon(state: ForecastState) -> str:
    """Return who said something, when, about which day, and how that stands."""
    said = state.forecast
    dates = f"made {show_date(said.made)}, for {show_date(said.horizon)}"
    return f"{said.maker}, {dates}, {standing(state)}"


def standing(state: ForecastState) -> str:
    """Return how a forecast stands."""
    if state.came_true is not None:
        return "resolved: it came true" if state.came_true else "resolved: it did not come true"
    if state.days_to_go is not None:
        return (
            f"{state.state}, {state.days_to_go} {'day' if state.days_to_go == 1 else 'days'} to go"
        )
    return state.state


def about(state: ForecastState) -> Markup:
    """Return what the notes say of a forecast: who made it, and how it is decided."""
    said = state.forecast
    return Markup("Forecast of {}. How it resolves: {}{}").format(
        horizon(state), said.resolves, f" {state.note}" if state.note else ""
    )
