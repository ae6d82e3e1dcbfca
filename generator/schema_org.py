"""The parts that structured data are made of, in schema.org's vocabulary.

What is not known of a work or its maker is left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.sources import Source

Thing = dict[str, Any]
"""One object of the vocabulary."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The release of an edition that the objects belong to."""

    site_name: str
    """Of the whole site."""
    site: str
    """Its address, with a slash at the end."""
    address: str
    """The release's own, with a slash at the end."""
    key: str
    """The release's, such as 2026-W03 or 2026-W03-r2."""
    published: date
    """The day that the edition bears."""
    corrected: date | None
    """The day of the correction that led to this release."""
    simulated: bool
    """Whether its data are made up."""


def as_json(thing: Thing) -> str:
    """Write an object; angle brackets are escaped, since a page would read them as its own."""
    text = json.dumps({"@context": "https://schema.org", **thing})
    return text.replace("<", r"\u003c").replace(">", r"\u003e")


def dates(publication: Publication) -> Thing:
    """When a release was published and, where it is one, corrected."""
    found = {"datePublished": publication.published.isoformat()}
    if publication.corrected:
        found["dateModified"] = publication.corrected.isoformat()
    return found


def organization(name: str) -> Thing:
    """An organization of which only the name is known."""
    return {"@type": "Organization", "name": name}


def publisher(publication: Publication) -> Thing:
    """The site itself."""
    logo = {"@type": "ImageObject", "url": publication.site + "apple-touch-icon.png"}
    return {**organization(publication.site_name), "url": publication.site, "logo": logo}


def author(publication: Publication, name: str) -> Thing:
    """Who wrote a commentary: the site, a group such as The editors, or a person."""
    if name == publication.site_name:
        return publisher(publication)
    return organization(name) if name.startswith("The ") else {"@type": "Person", "name": name}


def issue(publication: Publication) -> Thing:
    """The release as a part of the site."""
    periodical = {"@type": "Periodical", "name": publication.site_name, "url": publication.site}
    return {
        "@type": "PublicationIssue",
        "issueNumber": publication.key,
        "url": publication.address,
        "isPartOf": periodical,
    }


def maker(source: Source) -> Thing | None:
    """Who made a work; nobody where no name is known."""
    if source.author:
        person = {"@type": "Person", "name": source.author}
        own = {"affiliation": organization(source.original)} if source.original else {}
        return person | own
    name = source.original or (source.outlet if source.named else None)
    return organization(name) if name else None


def work(source: Source) -> Thing:
    """A cited work, as far as it is known."""
    known = {
        "name": source.title,
        "author": maker(source),
        "publisher": organization(source.outlet) if source.named else None,
        "url": source.url,
    }
    filled = {name: value for name, value in known.items() if value}
    free = {"free": True, "paywall": False}.get(source.access)
    return {
        "@type": "CreativeWork",
        "identifier": source.id,
        **filled,
        "datePublished": source.published,
        "description": source.about,
        **({} if free is None else {"isAccessibleForFree": free}),
    }
