"""Feeds of the newest releases in full, as Atom (RFC 4287) and JSON Feed 1.1.

What is newest is decided by the last session, or by the day of a correction, so that editions of
long ago that are published late do not push aside what readers wait for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from generator.facts import show_date
from generator.listing import Entry
from generator.releases import Releases
from generator.root_templates import RootTemplates

ATOM, JSON_FEED = "feed.xml", "feed.json"
LISTED = 20


def feeds(
    releases: Releases, templates: RootTemplates, context: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return both feeds by name.

    Raises:
        ReportError: a release is damaged.
    """
    listed = sorted(releases.listing.entries, key=_when, reverse=True)[:LISTED]
    items = [_item(releases, entry, context["site_url"]) for entry in listed]
    return {
        ATOM: templates.page(ATOM, "feed.xml", items=items),
        JSON_FEED: _json_feed(items, context),
    }


def _when(entry: Entry) -> tuple[str, str, int]:
    return entry.corrected or entry.as_of, entry.edition, entry.revision


def _item(releases: Releases, entry: Entry, site_url: str) -> dict[str, Any]:
    record = releases.record(entry)
    label = " (Simulated data.)" if entry.simulated else ""
    return {
        # Its own name for good, wherever the release lies by now.
        "id": f"{site_url}{entry.key}/",
        "address": f"{site_url}{entry.folder}/index.html",
        "picture": f"{site_url}{entry.folder}/share.png",
        "title": entry.title + _corrected(entry),
        "summary": f"{record['answer']}{label}",
        "words": releases.words(entry),
        "published": releases.updated(releases.listing.releases(entry.edition)[-1]),
        "updated": releases.updated(entry),
    }


def _corrected(entry: Entry) -> str:
    if entry.corrected is None:
        return ""
    return f", corrected {show_date(date.fromisoformat(entry.corrected))}"


def _json_feed(items: Sequence[Mapping[str, Any]], context: Mapping[str, Any]) -> bytes:
    site = context["site_url"]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": context["site_name"],
        "home_page_url": site,
        "feed_url": f"{site}{JSON_FEED}",
        "description": context["site_description"],
        "icon": f"{site}apple-touch-icon.png",
        "authors": [{"name": context["site_name"], "url": site}],
        "language": "en",
        "items": [_json_item(item) for item in items],
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _json_item(item: Mapping[str, Any]) -> dict[str, str]:
    words = item["words"]
    content = {"content_text": item["summary"]}
    if words is not None:
        content = {"content_html": words["html"], "content_text": words["text"]}
    return {
        "id": item["id"],
        "url": item["address"],
        "title": item["title"],
        **content,
        "summary": item["summary"],
        "image": item["picture"],
        "date_published": item["published"],
        "date_modified": item["updated"],
    }
