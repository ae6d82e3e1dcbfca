"""Pages that lead on: from `latest/` and an edition's name to its newest release, from an edition
to its neighbours; and the notice by which a release says that a newer one has taken its place.

A release never changes. What is to be said of it later stands beside it, under its own name: each
of its pages links to `../previous/<key>.html`, `../next/<key>.html` and `../superseded/<key>.html`
and takes the style sheet `../notices/<key>.css`, which shows the last of these links once there is
something to say.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping

from generator.facts import show_date
from generator.listing import Entry, Listing

LATEST = "latest"
SIGNPOSTS = ("previous", "next", "superseded", "notices")
"""Folders at the root with what stands beside the releases."""
Message = Callable[[str, str, str], bytes]
"""Renders a page of a few words: what leads from it to the root, its title, its text."""


def leading_on(entry: Entry, files: Iterable[str]) -> dict[str, bytes]:
    """Return an alias: for every page among a release's files one that leads to it."""
    pages = (name for name in files if name.endswith(".html"))
    return {
        name: _redirect(f"{'../' * (name.count('/') + 1)}{entry.folder}/{name}") for name in pages
    }


def signposts(listing: Listing, touched: Iterable[str], message: Message) -> dict[str, bytes]:
    """Return the pages and notices beside the releases of some editions and of their neighbours."""
    names = list(listing.newest)
    places = {name: place for place, name in enumerate(names)}
    near = {
        names[place]
        for name in touched
        if name in places
        for place in range(max(0, places[name] - 1), min(len(names), places[name] + 2))
    }
    found: dict[str, bytes] = {}
    for name in sorted(near):
        place = places[name]
        later = listing.newest[names[place - 1]] if place else None
        earlier = listing.newest[names[place + 1]] if place + 1 < len(names) else None
        for entry in listing.releases(name):
            week = f"the week to {_day(entry.as_of)}"
            found |= {
                f"next/{entry.key}.html": _neighbour(later)
                if later
                else message("../", "The newest edition", f"No edition is newer than {week}."),
                f"previous/{entry.key}.html": _neighbour(earlier)
                if earlier
                else message("../", "The first edition", f"No edition is older than {week}."),
            }
            found |= _superseded(entry, listing.newest[name], message)
    return found


def _superseded(entry: Entry, newest: Entry, message: Message) -> Mapping[str, bytes]:
    """The notice of a release, and the page that it leads to."""
    page, notice = f"superseded/{entry.key}.html", f"notices/{entry.key}.css"
    if entry == newest:
        text = f"No release of the week to {_day(entry.as_of)} is newer."
        return {
            page: message("../", "The newest release", text),
            notice: b"/* Nothing to say. */\n",
        }
    corrected = _day(str(newest.corrected))
    words = f"Superseded on {corrected} by revision {newest.revision}: {newest.reason} "
    style = f".superseded{{display:block}}\n.superseded::before{{content:{_css_string(words)}}}\n"
    return {page: _redirect(f"../{newest.folder}/index.html"), notice: style.encode()}


def _css_string(text: str) -> str:
    """Text as CSS takes it, whatever is in it."""
    safe = "".join(
        char if char.isalnum() or char in " .,:;-()%" else f"\\{ord(char):x} " for char in text
    )
    return f'"{safe}"'


def _day(iso: str) -> str:
    from datetime import date

    return show_date(date.fromisoformat(iso))


def _neighbour(entry: Entry) -> bytes:
    return _redirect(f"../{entry.folder}/index.html")


def _redirect(address: str) -> bytes:
    shown = html.escape(address, quote=True)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>One moment</title>\n"
        f'<link rel="canonical" href="{shown}">\n<meta name="robots" content="noindex">\n'
        f'<meta http-equiv="refresh" content="0; url={shown}">\n</head>\n<body>\n'
        f'<p><a href="{shown}">Go on to the edition</a></p>\n</body>\n</html>\n'
    ).encode()
