"""Claims that others made and that were checked here: verdicts by year, and the newest editions'.

`claims/<year>.csv` has every claim of a year's editions, `claims/years.json` the verdicts of each
year by number. Where no claim has been checked yet, there is only a page that says so.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from generator.errors import ReportError
from generator.listing import Entry
from generator.releases import Releases
from generator.root_templates import RootTemplates

FOLDER = "claims"
PAGE = "claims.html"
YEARS = f"{FOLDER}/years.json"
FIELDS = ("id", "verdict", "asserted", "computed", "gap", "convention", "as_of", "source")
LISTED = 12
"""Editions whose claims stand on the page itself."""
Counts = dict[str, dict[str, int]]


def update(
    releases: Releases, templates: RootTemplates, years: Sequence[int], *, everything: bool
) -> tuple[dict[str, bytes], set[str]]:
    """Return the files about claims, and the names of those that go; `years` are those touched.

    Raises:
        ReportError: a release's claims or the counts are damaged.
    """
    counts = {} if everything else _read_counts(releases)
    files: dict[str, bytes] = {}
    gone: set[str] = set()
    for year in years:
        found = _claims(releases, releases.years.get(year, []))
        names = (f"{FOLDER}/{year}.csv", f"{FOLDER}/{year}.html")
        before = counts.pop(str(year), None)
        if not found:
            gone.update(names if before else ())
            continue
        verdicts = Counter(claim["verdict"] for _, claims in found for claim in claims)
        counts[str(year)] = dict(sorted(verdicts.items()))
        files[names[0]] = _csv(found)
        files[names[1]] = templates.page(
            names[1],
            "claims_year.html",
            year=year,
            editions=found,
            simulated=_simulated(found),
            picture=f"{found[0][0].folder}/share.png",
        )
    files[YEARS] = json.dumps(counts, indent=1, sort_keys=True).encode() + b"\n"
    newest = _claims(releases, list(releases.listing.newest.values())[:LISTED])
    files[PAGE] = templates.page(
        PAGE,
        PAGE,
        editions=newest,
        counts=sorted(counts.items(), reverse=True),
        verdicts=sorted({verdict for year in counts.values() for verdict in year}),
        simulated=_simulated(newest),
        picture=f"{releases.listing.entries[0].folder}/share.png",
    )
    return files, gone


Checked = list[tuple[Entry, Sequence[Mapping[str, Any]]]]


def _claims(releases: Releases, entries: Sequence[Entry]) -> Checked:
    pairs = ((entry, releases.claims(entry)) for entry in entries)
    return [(entry, claims) for entry, claims in pairs if claims]


def _simulated(found: Checked) -> str:
    count = sum(entry.simulated for entry, _ in found)
    return "" if not count else "all" if count == len(found) else "some"


def _csv(found: Checked) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["edition", "revision", "data", *FIELDS])
    for entry, claims in found:
        data = "simulated" if entry.simulated else entry.provider
        for claim in claims:
            told = [_cell(claim.get(field)) for field in FIELDS]
            lines.writerow([entry.edition, entry.revision, data, *told])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _read_counts(releases: Releases) -> Counts:
    try:
        found = json.loads(releases.tree.read(YEARS))
        return {year: {v: int(n) for v, n in known.items()} for year, known in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ReportError(
            f"the counts of claims are damaged: {error}",
            where=releases.tree.where(YEARS),
            hint="Run `smallcaps publish --rebuild`, which makes them anew from the editions.",
        ) from None
