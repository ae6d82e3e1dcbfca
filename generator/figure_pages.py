"""The pages about figures across editions: one a figure, one for each of its years, and their list.

Every value leads to its entry in the edition that printed it.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from generator.figure_views import Safe, View, day, simulated
from generator.figure_words import Words, in_words
from generator.histories import FOLDER, SIMULATED, Row, YearRow, year_rows
from generator.listing import Listing
from generator.root_templates import RootTemplates


class FigurePages:
    """Renders them for one state of the archive."""

    def __init__(self, templates: RootTemplates, listing: Listing) -> None:
        self._templates, self._listing = templates, listing

    def year(self, view: View) -> bytes:
        """Return the page of a figure's values in one year."""
        year = view.rows[0].edition[:4]
        return self._templates.page(
            f"{FOLDER}/{view.metric}/{year}.html",
            "figure_year.html",
            metric=view.metric,
            year=year,
            words=view.words,
            chart=view.chart(),
            table=Safe(self._table(view)),
            editions=view.editions,
            simulated=view.simulated,
            picture=self._picture(view.rows[-1].edition),
        )

    def years(
        self, metric: str, rows: Sequence[YearRow], words: Words, years: Sequence[int]
    ) -> bytes:
        """Return the page of a figure's range in every year but its newest: these years."""
        by_subject: dict[str, list[YearRow]] = {}
        for row in sorted(rows, key=lambda row: str(row.year), reverse=True):
            by_subject.setdefault(row.subject, []).append(row)
        order = [name for name in words.subjects if name in by_subject]
        order += [name for name in by_subject if name not in order]
        return self._templates.page(
            f"{FOLDER}/{metric}/years.html",
            "figure_years.html",
            metric=metric,
            words=words,
            years=years,
            subjects=[(n, words.subjects.get(n) or in_words(n), by_subject[n]) for n in order],
            folder=self._folder,
            simulated=simulated(row.data for row in rows),
            picture=self._picture(words.edition),
        )

    def metric(self, view: View, ranges: Sequence[YearRow], years: Sequence[int]) -> bytes:
        """Return a figure's own page, with its view over its two newest years.

        `years` are all that have it, newest first, `ranges` those of its main subject in all years
        but the newest.
        """
        entry, main = self._listing.newest[view.words.edition], view.words.main
        own = view.by_subject[main]
        newest = year_rows(row for row in own if row.edition.startswith(str(years[0])))
        spans = [row.span for row in (*ranges, *newest) if row.subject == main and row.span]
        return self._templates.page(
            f"{FOLDER}/{view.metric}.html",
            "figure.html",
            metric=view.metric,
            words=view.words,
            years=years,
            newest=entry,
            week=day(entry.as_of),
            chart=view.chart(spans if len(years) > 2 else ()),
            first=view.last,
            states=view.states(),
            others=view.others(),
            folder=self._folder,
            simulated=view.simulated,
            picture=self._picture(entry.edition),
        )

    def index(self, views: Sequence[View]) -> bytes:
        """Return the list of all figures, by section; with their views over two years."""
        sections: dict[str, list[dict[str, Any]]] = {}
        for view in sorted(views, key=lambda view: (view.words.title.casefold(), view.metric)):
            sections.setdefault(view.words.section, []).append(self._listed(view))
        return self._templates.page(
            f"{FOLDER}/index.html",
            "figures.html",
            sections=sorted(sections.items(), key=lambda pair: (pair[0] == "Other", pair[0])),
            count=len(views),
            simulated=simulated(row.data for view in views for row in view.rows),
            picture=self._picture(self._listing.entries[0].edition),
        )

    def _listed(self, view: View) -> dict[str, Any]:
        last = view.last
        return {
            "metric": view.metric,
            "title": view.words.title,
            "subject": view.words.subjects[last.subject],
            "last": last,
            "folder": self._folder(last.edition),
            "week": day(last.as_of),
            "line": view.line(last.subject),
        }

    def _table(self, view: View) -> str:
        """The rows of a year's table, newest edition first: as text, because there are many."""
        by_edition: dict[str, dict[str, Row]] = {}
        for row in view.rows:
            by_edition.setdefault(row.edition, {})[row.subject] = row
        mixed = view.simulated == "some"
        lines = []
        for edition, found in sorted(by_edition.items(), reverse=True):
            place = f"../../{self._folder(edition)}/"
            first = next(iter(found.values()))
            note = " <small>simulated</small>" if mixed and first.data == SIMULATED else ""
            head = f'<th scope="row"><a href="{place}index.html">{day(first.as_of)}</a>{note}</th>'
            address = f'<td><a href="{place}figures.html#{view.metric}.'
            cells = "".join(_cell(address, found.get(name)) for name in view.words.subjects)
            lines.append(f"<tr>{head}{cells}</tr>\n")
        return "".join(lines)

    def _folder(self, edition: str) -> str:
        return self._listing.newest[edition].folder

    def _picture(self, edition: str) -> str:
        return f"{self._folder(edition)}/share.png"


def _cell(address: str, row: Row | None) -> str:
    if row is None:
        return "<td>–</td>"
    shown = html.escape(row.display, quote=False) if row.value else f"<i>{row.display}</i>"
    return f'{address}{row.subject}">{shown}</a></td>'
