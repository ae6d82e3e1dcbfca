"""The pages at the root of the site, made from the records of the published editions.

They hang together: the front page lists the editions, `latest/` leads to the newest, `previous/`
and `next/` lead from an edition, whose own pages never change, to its neighbours of today.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator.errors import ReportError

LATEST = "latest"
ROOT_FOLDERS = (LATEST, "previous", "next")
"""Folders at the root with nothing but pages that lead on."""
Record = Mapping[str, Any]


def root_pages(
    records: Sequence[Record], templates: Path, context: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return the root pages by name; `records` are those of the editions, newest first.

    Raises:
        ReportError: a template is wrong.
    """
    pages = _Pages(templates, context)
    labels = [number["label"] for number in records[0]["headlines"][:5]]
    # A host shows it for any address, so that nothing in it may depend on where it stands.
    own_path = urlsplit(context["site_url"]).path
    return {
        "index.html": pages.render("index.html", "", editions=records, labels=labels),
        "404.html": pages.message(
            own_path, "Not found", "There is no page at this address. It may be misspelt."
        ),
        "llms.txt": pages.render("llms.txt", "", editions=records),
        **_as_they_are(templates / "root"),
        **_latest(records[0]),
        **_neighbours(records, pages),
    }


class _Pages:
    """Renders the templates of the root with what all of them know."""

    def __init__(self, templates: Path, context: Mapping[str, Any]) -> None:
        # Not above: a run that changes nothing has no use for it.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

        self._environment = Environment(
            loader=FileSystemLoader(str(templates / "root")),
            undefined=StrictUndefined,
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(context)

    def render(self, name: str, base: str, **context: Any) -> bytes:
        """Return one page; `base` leads from it to the root of the site."""
        from jinja2 import TemplateError

        try:
            return self._environment.get_template(name).render(base=base, **context).encode()
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            where = f"templates/root/{getattr(error, 'name', None) or name}"
            raise ReportError(
                f"not a template: {error.message or error}",
                where=f"{where}:{line}" if line else where,
            ) from None

    def message(self, base: str, title: str, text: str) -> bytes:
        """Return a page that says why there is nothing else."""
        return self.render("message.html", base, title=title, text=text)


def _as_they_are(folder: Path) -> dict[str, bytes]:
    """Icons under the names that browsers ask for."""
    icons = sorted(path for path in folder.iterdir() if path.suffix in (".ico", ".png"))
    return {path.name: path.read_bytes() for path in icons}


def _latest(record: Record) -> dict[str, bytes]:
    """A page that leads on for every page of the newest edition."""
    pages = (name for name in record["files"] if name.endswith(".html"))
    return {
        f"{LATEST}/{name}": _redirect(f"{'../' * (name.count('/') + 1)}{record['edition']}/{name}")
        for name in pages
    }


def _neighbours(records: Sequence[Record], pages: _Pages) -> dict[str, bytes]:
    """Two pages an edition that lead to the one before and the one after it."""
    found = {}
    for position, record in enumerate(records):
        edition, week = record["edition"], f"the week to {record['as_of_words']}"
        later = records[position - 1] if position else None
        earlier = records[position + 1] if position + 1 < len(records) else None
        found[f"next/{edition}.html"] = (
            _redirect(f"../{later['edition']}/index.html")
            if later
            else pages.message("../", "The newest edition", f"No edition is newer than {week}.")
        )
        found[f"previous/{edition}.html"] = (
            _redirect(f"../{earlier['edition']}/index.html")
            if earlier
            else pages.message("../", "The first edition", f"No edition is older than {week}.")
        )
    return found


def _redirect(address: str) -> bytes:
    shown = html.escape(address, quote=True)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>One moment</title>\n"
        f'<link rel="canonical" href="{shown}">\n<meta name="robots" content="noindex">\n'
        f'<meta http-equiv="refresh" content="0; url={shown}">\n</head>\n<body>\n'
        f'<p><a href="{shown}">Go on to the edition</a></p>\n</body>\n</html>\n'
    ).encode()
