"""Corrections for readers: what was wrong, why, and every printed figure that changed by it.

`corrections/<release>.csv` has the figures that a release corrected, before and after; beside it is
a page. `corrections.html` tells of all corrections, `corrections.xml` is the feed of the newest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from generator.errors import ReportError
from generator.facts import show_date
from generator.figure_words import in_words
from generator.listing import Entry
from generator.releases import Releases
from generator.root_templates import RootTemplates

FOLDER = "corrections"
PAGE, FEED = "corrections.html", "corrections.xml"
POLICY = "corrections-policy.html"
"""A page of the newest edition, unless an older program made it."""
LISTED = 12
"""Corrections told at length on the page of all."""
FEED_LENGTH = 20


class Change(NamedTuple):
    """A printed figure that a correction changed."""

    id: str
    """`metric.subject`."""
    title: str
    """In words, with its subject."""
    before: str
    """As it was printed; empty where it was not."""
    after: str
    """As it is printed now; empty where it is not."""
    value_before: str
    """At full precision."""
    value_after: str
    """At full precision."""
    data: str
    """`simulated` where the corrected release's data are made up, else where they are from."""


def update(
    releases: Releases,
    templates: RootTemplates,
    touched: Collection[str],
    corrections: Collection[Any],
) -> dict[str, bytes]:
    """Return the files about corrections; those of the releases of touched editions anew.

    Raises:
        ReportError: a release's figures, or what is kept of a correction, are damaged.
    """
    told = {f"{found.edition}-r{found.revision}": found for found in corrections}
    made = [entry for entry in releases.listing.entries if entry.revision > 1]
    made.sort(key=lambda entry: (entry.corrected or "", entry.release), reverse=True)
    files: dict[str, bytes] = {}
    for entry in made:
        if entry.edition in touched:
            changes = _changes(releases, entry)
            files[f"{FOLDER}/{entry.key}.csv"] = _csv(changes)
            item = _item(releases, entry, told, changes)
            name = f"{FOLDER}/{entry.key}.html"
            picture = f"{entry.folder}/share.png"
            files[name] = templates.page(name, "correction.html", item=item, picture=picture)
    newest = [
        _item(releases, entry, told, _read(releases, entry, files)) for entry in made[:LISTED]
    ]
    earlier = [_item(releases, entry, told, []) for entry in made[LISTED:]]
    files[PAGE] = templates.page(
        PAGE,
        PAGE,
        newest=newest,
        earlier=earlier,
        simulated=_simulated(made),
        policy=POLICY in releases.record(releases.listing.entries[0])["files"],
        picture=f"{releases.listing.entries[0].folder}/share.png",
    )
    items = [_item(releases, entry, told, []) for entry in made[:FEED_LENGTH]]
    since = releases.updated(releases.listing.entries[-1])
    files[FEED] = templates.page(FEED, FEED, items=items, since=since)
    return files


def _item(
    releases: Releases, entry: Entry, told: Mapping[str, Any], changes: list[Change]
) -> dict[str, Any]:
    """What is said of a correction; its reason stands in the release itself."""
    written = told.get(entry.key)
    return {
        "entry": entry,
        "before": _before(releases, entry),
        "day": show_date(date.fromisoformat(str(entry.corrected))),
        "week": show_date(date.fromisoformat(entry.as_of)),
        "reason": entry.reason,
        "wrong": written.wrong if written else None,
        "right": written.right if written else None,
        "changes": changes,
        "updated": releases.updated(entry) if entry.corrected else "",
    }


def _simulated(made: list[Entry]) -> str:
    count = sum(entry.simulated for entry in made)
    return "" if not count else "all" if count == len(made) else "some"


def _before(releases: Releases, entry: Entry) -> Entry | None:
    """The release that was corrected, if it was ever published here."""
    earlier = releases.listing.releases(entry.edition)
    return next((other for other in earlier if other.revision < entry.revision), None)


def _changes(releases: Releases, entry: Entry) -> list[Change]:
    """The figures that are printed otherwise than in the release before, if that is here."""
    before = _before(releases, entry)
    if before is None:
        return []
    document = releases.facts(entry)
    old = {fact["id"]: fact for fact in releases.facts(before)["facts"]}
    new = {fact["id"]: fact for fact in document["facts"]}
    data = "simulated" if entry.simulated else entry.provider
    found = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name, {}), new.get(name, {})
        if (was.get("display"), was.get("value")) != (now.get("display"), now.get("value")):
            shown = was.get("display", ""), now.get("display", "")
            full = _full(was.get("value")), _full(now.get("value"))
            found.append(Change(name, _title(name, document), *shown, *full, data))
    return found


def _full(value: object) -> str:
    return "" if value is None else str(value)


def _title(name: str, document: Mapping[str, Any]) -> str:
    metric, _, subject = name.partition(".")
    known = document.get("metrics", {}).get(metric, {})
    title = known.get("title") or in_words(metric)
    return f"{title}, {document.get('subjects', {}).get(subject) or in_words(subject)}"


def _csv(changes: list[Change]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(Change._fields)
    lines.writerows(changes)
    return out.getvalue().encode()


def _read(releases: Releases, entry: Entry, files: Mapping[str, bytes]) -> list[Change]:
    name = f"{FOLDER}/{entry.key}.csv"
    try:
        content = files[name] if name in files else releases.tree.read(name)
        lines = csv.reader(io.StringIO(content.decode(), newline=""))
        if tuple(next(lines, ())) != Change._fields:
            raise ValueError("it does not begin as it was written")
        return [Change(*cells) for cells in lines]
    except (OSError, ValueError, TypeError) as error:
        raise ReportError(
            f"what a correction changed cannot be read: {error}",
            where=releases.tree.where(name),
            hint="Run `smallcaps publish --rebuild`, which makes it anew from the editions.",
        ) from None
