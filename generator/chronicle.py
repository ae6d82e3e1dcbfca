"""Keeps the histories of figures: adds what editions say, and makes what follows from it anew.

An ordinary publication reads the two newest years of every figure and writes the year of its
editions; the rest of the archive is not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from generator.figure_pages import FigurePages
from generator.figure_views import View
from generator.figure_words import (
    METRICS,
    Words,
    describe,
    metrics_json,
    read_words,
    read_years,
    words_json,
    words_name,
)
from generator.histories import (
    FOLDER,
    Row,
    YearRow,
    merge,
    read_rows,
    read_year_rows,
    rows_of,
    write,
    year_rows,
)
from generator.releases import Releases
from generator.root_templates import RootTemplates
from generator.trees import Tree


def update(
    releases: Releases,
    templates: RootTemplates,
    touched: Mapping[int, Collection[str]],
    *,
    everything: bool,
) -> tuple[dict[str, bytes], set[str]]:
    """Return the files about figures, and the names of those that go.

    `touched` are the names of editions by year; with `everything` all there are, and what is
    kept of them is not read.

    Raises:
        ReportError: what an edition or the archive says of figures is damaged.
    """
    chronicle = _Chronicle(releases, templates, everything=everything)
    for year, editions in sorted(touched.items()):
        chronicle.take(year, editions)
    return chronicle.finish(), chronicle.gone


class _Chronicle:
    """What is kept of the figures, with what has been added to it so far."""

    def __init__(self, releases: Releases, templates: RootTemplates, *, everything: bool) -> None:
        self._releases, self._listing = releases, releases.listing
        self._pages = FigurePages(templates, releases.listing)
        self._files: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self._reader = Overlay(self._files, releases.tree)
        self._before = {} if everything else read_years(releases.tree)
        self._years = {metric: set(years) for metric, years in self._before.items()}
        self._affected: dict[str, set[int]] = {}
        self._fresh: dict[tuple[str, int], list[Row]] = {}
        self._words: dict[int, dict[str, Words]] = {}
        self._facts = lru_cache(2)(self._releases.facts)

    def take(self, year: int, editions: Collection[str]) -> None:
        """Take over what some editions of a year say."""
        new: dict[str, list[Row]] = {}
        for edition in sorted(editions):
            entry = self._listing.newest.get(edition)
            for metric, rows in rows_of(self._facts(entry), entry).items() if entry else ():
                new.setdefault(metric, []).extend(rows)
        known = {metric for metric, years in self._years.items() if year in years}
        words = self._words_of(year) if known else {}
        changed: dict[str, list[Row]] = {}
        for metric in sorted(known | new.keys()):
            old = self._rows_of(metric, year) if metric in known else []
            rows = merge(old, editions, new.get(metric, []))
            if rows != old or metric in new:
                changed[metric] = rows
        self._write_year(year, changed, words, editions)

    def _write_year(
        self,
        year: int,
        changed: Mapping[str, list[Row]],
        before: Mapping[str, Words],
        editions: Collection[str],
    ) -> None:
        words = dict(before)
        for metric, rows in changed.items():
            self._affected.setdefault(metric, set()).add(year)
            names = [f"{FOLDER}/{metric}/{year}{suffix}" for suffix in (".csv", ".html")]
            if not rows:
                self._years[metric].discard(year)
                words.pop(metric, None)
                self.gone.update(names)
                continue
            self._years.setdefault(metric, set()).add(year)
            words[metric] = self._described(metric, rows, before.get(metric), editions)
            self._keep(metric, year, rows)
            self._files[names[0]] = write(rows, Row)
            self._files[names[1]] = self._pages.year(View(metric, words[metric], rows))
        self._words[year] = words
        if words:
            self._files[words_name(year)] = words_json(words)
        else:
            self.gone.add(words_name(year))

    def _described(
        self, metric: str, rows: list[Row], before: Words | None, editions: Collection[str]
    ) -> Words:
        """What the last of these editions says; as before where it is the same and said it."""
        subjects, edition = {row.subject for row in rows}, rows[-1].edition
        same = before is not None and before.edition == edition and edition not in editions
        if before is not None and same and before.subjects.keys() == subjects:
            return before
        entry = self._listing.newest[edition]
        headlines = self._releases.record(entry)["headlines"]
        benchmark = headlines[0]["id"].partition(".")[2] if headlines else None
        return describe(metric, self._facts(entry), entry, benchmark, subjects)

    def finish(self) -> dict[str, bytes]:
        """Make what is about all years anew and return every file that is new."""
        views = []
        for metric in sorted(self._years):
            years = sorted(self._years[metric], reverse=True)
            if not years:
                self.gone |= {f"{FOLDER}/{metric}.html", f"{FOLDER}/{metric}"}
                del self._years[metric]
                continue
            rows = [row for year in reversed(years[:2]) for row in self._rows_of(metric, year)]
            view = View(metric, self._words_of(years[0])[metric], rows)
            views.append(view)
            if metric in self._affected:
                ranges = self._all_years(metric, years)
                self._files[f"{FOLDER}/{metric}.html"] = self._pages.metric(view, ranges, years)
        words = {view.metric: view.words for view in views}
        ordered = {m: sorted(years, reverse=True) for m, years in self._years.items()}
        self._files[METRICS] = metrics_json(words, ordered)
        self._files[f"{FOLDER}/index.html"] = self._pages.index(views)
        return self._files

    def _all_years(self, metric: str, years: list[int]) -> list[YearRow]:
        """Bring `years.csv` and its page up to date; return the ranges of the main subject."""
        newest, closed = years[0], years[1:]
        main = self._words_of(newest)[metric].main
        old = self._before.get(metric, ())[1:]
        if not self._affected[metric] - {newest} and set(closed) == set(old):
            return read_year_rows(self._releases.tree, metric, main) if closed else []
        known: dict[int, list[YearRow]] = {}
        for row in read_year_rows(self._releases.tree, metric) if old else ():
            known.setdefault(int(row.year), []).append(row)
        rows = []
        for year in reversed(closed):
            same = year in known and year not in self._affected[metric]
            rows += known[year] if same else year_rows(self._rows_of(metric, year))
        self._write_years(metric, rows, closed)
        return [row for row in rows if row.subject == main]

    def _write_years(self, metric: str, rows: list[YearRow], closed: list[int]) -> None:
        names = [f"{FOLDER}/{metric}/years{suffix}" for suffix in (".csv", ".html")]
        if not closed:
            self.gone.update(names)
            return
        words = self._words_of(closed[0])[metric]
        self._files[names[0]] = write(rows, YearRow)
        self._files[names[1]] = self._pages.years(metric, rows, words, closed)

    def _rows_of(self, metric: str, year: int) -> list[Row]:
        known = self._fresh.get((metric, year))
        return read_rows(self._reader, metric, year) if known is None else known

    def _words_of(self, year: int) -> dict[str, Words]:
        if year not in self._words:
            self._words[year] = read_words(self._reader, year)
        return self._words[year]

    def _keep(self, metric: str, year: int, rows: list[Row]) -> None:
        """Keep rows at hand, of the two newest years of each figure: for more there is no room."""
        self._fresh[metric, year] = rows
        for old in sorted(self._years[metric])[:-2]:
            self._fresh.pop((metric, old), None)


class Overlay:
    """What is kept of a site, with new files in it."""

    def __init__(self, files: Mapping[str, bytes], tree: Tree) -> None:
        self._files, self._tree = files, tree

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return self._tree.where(name)

    def read(self, name: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError."""
        return self._files[name] if name in self._files else self._tree.read(name)
