"""Claims that others made and that were checked here: those of the past year, and all by year.

Pages and counts are made from `claims/<year>.csv` (`claim_histories.py`): of each claim what the
newest edition says, and when its verdict changed. `claims/years.json` has the verdicts of each year
by number, and the years of the editions that gave them. Where no claim has been checked yet, there
is only a page that says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from generator.claim_choices import Claimed, choices
from generator.claim_histories import (
    FOLDER,
    SIMULATED,
    Row,
    Standing,
    merge,
    read_rows,
    rows_of,
    standings,
    write,
)
from generator.errors import ReportError
from generator.facts import show_date
from generator.listing import CLAIMS
from generator.releases import Releases
from generator.root_templates import RootTemplates
from generator.verdicts import VERDICTS

PAGE = "claims.html"
YEARS = f"{FOLDER}/years.json"
RECENT = timedelta(days=366)
"""How long editions go on checking a claim, and how long it stands on the page of the newest."""
Known = dict[str, dict[str, Any]]


def update(
    releases: Releases, templates: RootTemplates, editions: Collection[str], *, everything: bool
) -> tuple[dict[str, bytes], set[str]]:
    """Return the files about claims, and the names of those that go.

    `editions` are those whose releases are new or changed: of the others nothing is read but what
    is kept by year.

    Raises:
        ReportError: a release's claims, or what is kept of them, are damaged.
    """
    kept = {} if everything else _read_known(releases)
    made = _ClaimPages(releases, templates, kept)
    fresh = _rows_by_year(releases, editions)
    near = {edition[:4] for edition in editions}
    old = {year for year, known in kept.items() if near & set(known["editions"])}
    for year in sorted(old | fresh.keys()):
        made.take(year, editions, fresh.get(year, []))
    return made.finish(), made.gone


def year_pages(files: Mapping[str, bytes]) -> list[str]:
    """Return the names of the pages by year, by the files that `update` made."""
    return [f"{FOLDER}/{year}.html" for year in json.loads(files[YEARS])]


def _rows_by_year(releases: Releases, editions: Collection[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for edition in sorted(editions):
        entry = releases.listing.newest.get(edition)
        if entry is None:
            continue
        where = releases.tree.where(f"{entry.folder}/{CLAIMS}")
        for row in rows_of(releases.claims(entry) or (), entry, where):
            found.setdefault(row.year, []).append(row)
    return found


class _ClaimPages:
    """Brings what is kept of claims, and the pages about them, up to date."""

    def __init__(self, releases: Releases, templates: RootTemplates, known: Known) -> None:
        self._releases, self._templates, self._known = releases, templates, known
        self._files: dict[str, bytes] = {}
        self._found: dict[str, list[Row]] = {}
        self.gone: set[str] = set()

    def take(self, year: str, editions: Collection[str], new: Sequence[Row]) -> None:
        """Take over what some editions say of the claims that are about a year."""
        old = self._rows(year)
        rows = self._found[year] = merge(old, editions, new)
        names = f"{FOLDER}/{year}.csv", f"{FOLDER}/{year}.html"
        if not rows:
            self.gone.update(names)
            del self._known[year]
        elif rows != old:
            claims = standings(rows)
            self._known[year] = {
                "editions": sorted({row.edition[:4] for row in rows}),
                "verdicts": dict(sorted(Counter(one.row.verdict for one in claims).items())),
            }
            self._files[names[0]] = write(rows)
            self._files[names[1]] = self._page(names[1], "claims_year.html", claims, year=year)

    def finish(self) -> dict[str, bytes]:
        """Make what is about all years anew and return every file that is new."""
        newest = self._releases.listing.entries[0]
        since = (date.fromisoformat(newest.as_of) - RECENT).isoformat()
        recent = [year for year in sorted(self._known) if since[:4] <= year <= newest.as_of[:4]]
        found = standings(row for year in recent for row in self._rows(year))
        claims = [one for one in found if one.row.as_of >= since]
        years = sorted(self._known.items(), reverse=True)
        self._files[YEARS] = json.dumps(self._known, indent=1, sort_keys=True).encode() + b"\n"
        counts = [(year, known["verdicts"]) for year, known in years]
        there = sorted({verdict for _, found in counts for verdict in found})
        verdicts = sorted(there, key=lambda v: VERDICTS.index(v) if v in VERDICTS else 99)
        context = {"counts": counts, "verdicts": verdicts, "since": _day(since)}
        self._files[PAGE] = self._page(PAGE, PAGE, claims, **context)
        return self._files

    def _rows(self, year: str) -> list[Row]:
        if year not in self._found:
            there = year in self._known
            self._found[year] = read_rows(self._releases.tree, year) if there else []
        return self._found[year]

    def _page(self, name: str, template: str, claims: Sequence[Standing], **context: Any) -> bytes:
        told = [Claimed(one.row.verdict, one.row.kind, one.row.outlet) for one in claims]
        return self._templates.page(
            name,
            template,
            claims=claims,
            newest=self._releases.listing.newest,
            choices=choices(told),
            day=_day,
            simulated=_simulated(claims),
            picture=f"{self._picture(claims)}/share.png",
            **context,
        )

    def _picture(self, claims: Sequence[Standing]) -> str:
        """The folder of the newest edition that checked some of these claims."""
        listing = self._releases.listing
        editions = {one.row.edition for one in claims}
        return listing.newest[max(editions)].folder if editions else listing.entries[0].folder


def _day(iso: str) -> str:
    return show_date(date.fromisoformat(iso))


def _simulated(claims: Sequence[Standing]) -> str:
    """Whether `all`, `some` or none (empty) of the claims were held against made-up data."""
    count = sum(one.row.data == SIMULATED for one in claims)
    return "" if not count else "all" if count == len(claims) else "some"


def _read_known(releases: Releases) -> Known:
    try:
        found = json.loads(releases.tree.read(YEARS))
        return {
            year: {
                "editions": list(known["editions"]),
                "verdicts": {verdict: int(count) for verdict, count in known["verdicts"].items()},
            }
            for year, known in found.items()
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ReportError(
            f"the counts of claims are damaged: {error}",
            where=releases.tree.where(YEARS),
            hint="Run `smallcaps publish --rebuild`, which makes them anew from the editions.",
        ) from None
