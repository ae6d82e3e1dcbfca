"""What an exported archive says of itself: its first page, the pages that stand for others, and
how to read, check and rebuild it when nothing but the archive is left."""

from __future__ import annotations

import html
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generator import program
from generator.listing import Entry
from generator.plain_text import wrapped

_FORMATS = {
    ".html": "pages: HTML 5, UTF-8; any browser, from disk, with or without scripts",
    ".css": "their style: CSS",
    ".js": "their comfort: JavaScript; nothing depends on it",
    ".svg": "drawings: SVG 1.1",
    ".png": "pictures: PNG",
    ".ico": "the site's icon",
    ".csv": "the numbers of each chart: CSV, UTF-8, comma, first line names",
    ".json": "figures, charts, lists and hashes: JSON (RFC 8259), UTF-8; *.vl.json is Vega-Lite",
    ".xlsx": "the numbers of each chart: Office Open XML workbook (ISO/IEC 29500)",
    ".parquet": "the frozen inputs: Apache Parquet, one table a file",
    ".bib": "the works that are cited: BibTeX",
    ".ics": "the releases of the weeks ahead: iCalendar",
    ".ris": "the same: RIS; sources.csl.json has it as CSL-JSON",
    ".xml": "what stands for lists of the whole site: XML 1.0",
    ".eml": "the mail: RFC 5322 with MIME",
    ".md": "words as they were written: Markdown with front matter",
    ".zip": "the program: ZIP, stored without compression",
    ".lock": "the program's libraries: names, versions and SHA-256, as pip reads them",
    ".txt": "plain text, UTF-8",
}
_SIMULATED = (
    "Simulated data. The series behind this edition are made up, apart from the published closes "
    "they pass through. Nothing here says what markets did."
)


@dataclass(frozen=True, slots=True)
class About:
    """What there is to say of an archive."""

    entry: Entry
    """The release in it."""
    record: Mapping[str, Any]
    """Its record."""
    site_name: str
    """The publication."""
    site_url: str
    """Where it is published, ending with a slash."""
    withheld: tuple[str, ...]
    """Frozen inputs that are not in the archive, with hash and reason, a line each."""

    @property
    def heading(self) -> str:
        """What the archive is, in a line."""
        return f"{self.site_name}, {self.entry.title[0].lower()}{self.entry.title[1:]}"


def index(about: About, places: Iterable[str]) -> bytes:
    """Return the page at the archive's root, which leads in."""
    entry = about.entry
    body = [
        f'<p><a href="{_quoted(entry.folder)}/index.html">Read the edition</a>, {entry.key}. '
        'How to check it and make it again: <a href="README.txt">README.txt</a>.</p>',
        f"<p>{html.escape(about.record['answer'])}</p>",
        "<p>This is one edition on its own. The others are in the whole site: "
        f"{_online(about.site_url)}.</p>",
    ]
    return _page(about, about.heading, "index.html", body, places)


def stand_in(about: About, name: str, places: Iterable[str]) -> bytes:
    """Return a page that stands for one of the site which is not in the archive."""
    home = "../" * name.count("/") + "index.html"
    body = [
        "<p>This page is of the whole site and not part of this edition. It was published at "
        f"{_online(about.site_url + name)}.</p>",
        f'<p><a href="{home}">What this archive holds</a></p>',
    ]
    return _page(about, "Not in this archive", name, body, places)


def _page(about: About, title: str, name: str, body: list[str], places: Iterable[str]) -> bytes:
    """A page without style or scripts; places that are led to are named on it."""
    named = [
        f'<p id="{_quoted(place)}">{_online(f"{about.site_url}{name}#{place}")}</p>'
        for place in sorted(places)
    ]
    notice = [f"<p><strong>{_SIMULATED}</strong></p>"] if about.entry.simulated else []
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{html.escape(title)}</title>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{html.escape(title)}</h1>",
        *notice,
        *body,
        *named,
        "</main>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _online(address: str) -> str:
    shown = _quoted(address)
    return f'<a href="{shown}">{shown}</a>'


def _quoted(text: str) -> str:
    return html.escape(text, quote=True)


def pointer(about: About, name: str) -> bytes:
    """Return what stands for a file of the site that is neither a page nor needed by one."""
    address = f"{about.site_url}{name}"
    suffix = PurePosixPath(name).suffix
    if suffix == ".json":
        return json.dumps({"not_in_this_archive": address}).encode() + b"\n"
    if suffix == ".xml":
        return f'<?xml version="1.0"?>\n<not-in-this-archive href="{_quoted(address)}"/>\n'.encode()
    return f"Not in this archive. It was published at {address}\n".encode()


def readme(about: About, files: Mapping[str, bytes]) -> bytes:
    """Return how to open, check and rebuild the release, for somebody who has nothing else."""
    paragraphs = [
        about.heading,
        *([_SIMULATED] if about.entry.simulated else []),
        f"Edition {about.entry.key}, as of the close of {about.entry.as_of} in New York. "
        + _revision(about)
        + f"It was published at {about.site_url}{about.entry.folder}/ . Nothing in it is "
        "investment advice.",
        "READING. Open index.html with a browser; no server and no network is needed. "
        f"{about.entry.folder}/facts.json has every printed number at full precision with its "
        f"formula and inputs. Links marked 'not in this archive' lead to the rest of the site.",
        "CHECKING. `sha256sum -c SHA256SUMS` (or shasum -a 256 -c) recomputes the hash of every "
        f"file. {about.entry.folder}/edition.json is the edition's own record of its files.",
        *_rebuilding(about, files),
        *_withheld(about),
        "FORMATS.",
        _formats(files),
    ]
    text = "\n\n".join(_laid_out(paragraph) for paragraph in paragraphs)
    return f"{text}\n".encode()


def _revision(about: About) -> str:
    entry = about.entry
    if entry.revision == 1:
        return ""
    return f"Revision {entry.revision}, published on {entry.corrected}: {entry.reason} "


def _rebuilding(about: About, files: Mapping[str, bytes]) -> list[str]:
    digest = about.record.get("program")
    if digest is None:
        return ["REBUILDING. It was made before programs were kept, so it cannot be made again."]
    name = program.program_name(digest)
    settings = tomllib.loads(program.unpacked(files[name], name)["pyproject.toml"].decode())
    libraries = ", ".join(f"{key} {value}" for key, value in about.record["libraries"].items())
    return [
        f"REBUILDING. The program that made it, version {about.record['version']}, is {name}. It "
        f"needs Python {settings['project']['requires-python']} and the libraries in "
        f"requirements.lock, with their hashes; those whose version shows in the bytes: "
        f"{libraries}. In the folder of this file:",
        f"    python3 -m zipfile -e {name} program\n"
        "    cd program\n"
        "    python3 -m venv ../environment\n"
        "    ../environment/bin/pip install --require-hashes -r requirements.lock\n"
        "    ../environment/bin/python -m generator.cli verify .. --rebuild",
        "The last command computes the edition from its frozen inputs and compares every byte.",
    ]


def _withheld(about: About) -> list[str]:
    """What is said of frozen inputs that are not in the archive."""
    if not about.withheld:
        return []
    return [
        "FROZEN INPUTS THAT ARE NOT HERE. Without them the edition can be checked, but not made "
        "again. Whoever has them puts the manifest into program/content/snapshots/, named after "
        "the edition, and the objects into program/content/snapshots/objects/, named after their "
        "hash, before the last command.",
        "\n".join(f"    {line}" for line in about.withheld),
    ]


def _formats(files: Mapping[str, bytes]) -> str:
    there = {PurePosixPath(name).suffix for name in files} | {".txt"}
    rows = [(suffix, words) for suffix, words in _FORMATS.items() if suffix in there]
    return "\n".join(f"    {f'*{suffix}':<10}{words}" for suffix, words in rows)


def _laid_out(paragraph: str) -> str:
    return paragraph if paragraph.startswith("    ") else wrapped(paragraph)
