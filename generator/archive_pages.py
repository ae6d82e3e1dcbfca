"""Pages that list editions: the front page, the archive by year, and the state of it all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from generator.editions import Edition, edition_of
from generator.facts import show_date
from generator.listing import Entry
from generator.releases import Releases
from generator.root_templates import RootTemplates
from generator.sparklines import Point, sparkline

FOLDER = "archive"
NEWEST = "newest.json"
LISTED = 12
"""Editions on the front page and in the menu of editions."""
COLUMNS = 5
"""Headline numbers in a list of editions."""


class ArchivePages:
    """Renders them for one state of the archive."""

    def __init__(self, releases: Releases, templates: RootTemplates) -> None:
        self._releases, self._listing = releases, releases.listing
        self._templates = templates
        self._newest = list(self._listing.newest.values())

    def front(self) -> bytes:
        """Return the front page: the newest edition, the last ones, the years."""
        return self._templates.page(
            "index.html",
            "index.html",
            newest=self._newest[0],
            record=self._releases.record(self._newest[0]),
            columns=self._columns(self._newest[0], self._newest[:53]),
            rows=self._rows(self._newest[:LISTED]),
            years=self._listing.years,
            count=len(self._newest),
            picture=self._picture(self._newest[0]),
        )

    def index(self) -> bytes:
        """Return the list of years, each with its last edition."""
        lasts = [entries[0] for entries in self._releases.years.values()]
        years = [
            {**row, "year": entry.year, "editions": len(self._releases.years[entry.year])}
            for entry, row in zip(lasts, self._rows(lasts), strict=True)
        ]
        return self._templates.page(
            f"{FOLDER}/index.html",
            "archive.html",
            columns=self._columns(lasts[0], ()),
            years=years,
            count=len(self._newest),
            simulated=_simulated(self._newest),
            picture=self._picture(self._newest[0]),
        )

    def year(self, year: int) -> bytes:
        """Return the page of one year's editions."""
        editions, years = self._releases.years[year], list(self._releases.years)
        place = years.index(year)
        return self._templates.page(
            f"{FOLDER}/{year}.html",
            "archive_year.html",
            year=year,
            columns=self._columns(editions[0], editions),
            rows=self._rows(editions),
            later=years[place - 1] if place else None,
            earlier=years[place + 1] if place + 1 < len(years) else None,
            simulated=_simulated(editions),
            picture=self._picture(editions[0]),
        )

    def status(self) -> bytes:
        """Return the page that says what there is and what is missing."""
        newest = self._newest[0]
        facts = self._releases.facts(newest)
        names = facts.get("metrics", {})
        versions: dict[str, list[Entry]] = {}
        for entry in self._newest:
            versions.setdefault(entry.version, []).append(entry)
        return self._templates.page(
            "status.html",
            "status.html",
            newest=newest,
            week=_day(newest.as_of),
            first=self._newest[-1],
            first_week=_day(self._newest[-1].as_of),
            entries=self._newest,
            simulated=_simulated(self._newest),
            made_up=sum(entry.simulated for entry in self._newest),
            corrections=len(self._listing.entries) - len(self._newest),
            missing=missing_weeks(self._newest),
            withheld=[fact for fact in facts["facts"] if fact["status"] == "withheld"],
            printed=len(facts["facts"]),
            names={name: known["title"] for name, known in names.items()},
            subjects=facts.get("subjects", {}),
            recent=self._rows(self._newest[:LISTED]),
            versions=versions,
            picture=self._picture(newest),
        )

    def llms(self) -> bytes:
        """Return `llms.txt`, which tells programs that read for people what there is."""
        newest = self._newest[0]
        return self._templates.page(
            "llms.txt",
            "llms.txt",
            newest=newest,
            record=self._releases.record(newest),
            rows=self._rows(self._newest[:LISTED]),
            years=self._listing.years,
            count=len(self._newest),
        )

    def menu(self) -> bytes:
        """Return `newest.json`, the editions of the menu on every page of an edition."""
        listed = [{"version": e.edition, "title": e.title} for e in self._newest[:LISTED]]
        return json.dumps(listed, indent=1, ensure_ascii=False).encode() + b"\n"

    def _rows(self, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """What a list of editions says of each."""
        found = []
        for entry in entries:
            record = self._releases.record(entry)
            numbers = {number["id"]: number for number in record["headlines"]}
            week = _day(entry.as_of)
            found.append({"entry": entry, "record": record, "numbers": numbers, "week": week})
        return found

    def _columns(self, newest: Entry, course: Sequence[Entry]) -> list[dict[str, Any]]:
        """The headline numbers that a list shows, with their course over editions."""
        numbers = self._releases.record(newest)["headlines"][:COLUMNS]
        lines = [self._line(number, course[::-1]) for number in numbers]
        return [{**number, "line": line} for number, line in zip(numbers, lines, strict=True)]

    def _line(self, number: Mapping[str, Any], course: Sequence[Entry]) -> str:
        points, shown = [], []
        for entry in course:
            found = next(
                (n for n in self._releases.record(entry)["headlines"] if n["id"] == number["id"]),
                {"value": None},
            )
            day = date.fromisoformat(entry.as_of).toordinal()
            value = found["value"] if isinstance(found["value"], int | float) else None
            points.append(Point(day, value))
            shown += [] if value is None else [found["display"]]
        if len(shown) < 2:
            return ""
        title = f"{number['label']}, {len(shown)} editions, last {shown[-1]}"
        return sparkline(points, title, size=(88, 24))

    def _picture(self, entry: Entry) -> str:
        return f"{entry.folder}/share.png"


def _simulated(entries: Sequence[Entry]) -> str:
    """Whether the data of `all`, `some` or none (empty) of the editions are made up."""
    count = sum(entry.simulated for entry in entries)
    return "" if not count else "all" if count == len(entries) else "some"


def missing_weeks(entries: Sequence[Entry]) -> list[tuple[int, list[Edition]]]:
    """Return the weeks between the first and the newest edition that have none, newest year first.

    `entries` are of different editions, newest first.
    """
    there = [_monday(entry.edition) for entry in entries]
    found: dict[int, list[Edition]] = {}
    for later, earlier in pairwise(there):
        for day in range(later - 7, earlier, -7):
            week = edition_of(date.fromordinal(day))
            found.setdefault(week.year, []).append(week)
    return [(year, weeks[::-1]) for year, weeks in found.items()]


def _monday(edition: str) -> int:
    year, week = edition.split("-W")
    return date.fromisocalendar(int(year), int(week), 1).toordinal()


def _day(iso: str) -> str:
    return show_date(date.fromisoformat(iso))
