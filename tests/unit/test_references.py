"""References: a line to read, and three formats that other programs read back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date
from typing import Any
from unicodedata import normalize

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import references as module
from generator.references import bibtex, csl_json, reference, references, ris
from generator.sources import Source

FULL = {
    "id": "bank-2025-12-10",
    "outlet": "Press & Co.",
    "author": "Renée O'Neill",
    "title": 'Up 5% — {really} "up"',
    "original": "A bank",
    "published": "2025-12-10",
    "url": "https://press.example/a_b/?c=%20d;e&f=~g#h",
    "accessed": date(2025, 12, 13),
    "access": "paywall",
    "about": "Costs $1 & more: #1 of C:\\x, a `b`, ''c'' and -- 3_4.",
}
BARE = {"id": "b-1", "outlet": "Press", "published": "2026", "access": "secondary", "about": "Few."}


def _source(**fields: Any) -> Source:
    return Source.model_validate(fields)


def _from_bibtex(text: str) -> list[dict[str, str]]:
    """Read BibTeX back as LaTeX would set it; addresses and braced names as they stand."""
    raw = bibtexparser.parse_string(text)
    urls = [{f.key: f.value for f in entry.fields if f.key == "url"} for entry in raw.entries]
    read = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not read.failed_blocks
    return [
        {"ENTRYTYPE": entry.entry_type, "ID": entry.key}
        | {field.key: field.value for field in entry.fields}
        | url
        for entry, url in zip(read.entries, urls, strict=True)
    ]


def _from_ris(text: str) -> list[dict[str, Any]]:
    """Read RIS back; an address may hold the sign that this reader parts addresses at."""
    found: list[dict[str, Any]] = rispy.loads(text, delimiter_tags_mapping={})
    return found


def test_a_reference_is_one_line() -> None:
    """Who, for whom, what, where, when, its address, the day it was read, and what bars the way."""
    assert reference(_source(**FULL)) == (
        'Renée O\'Neill (A bank), “Up 5% — {really} "up"”, via Press & Co., 10 December 2025, '
        "https://press.example/a_b/?c=%20d;e&f=~g#h (read on 13 December 2025). Behind a paywall."
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Press, 2026. Read second hand; no address is known."),
        ({"author": "A. B."}, "A. B., Press, 2026. Read second hand; no address is known."),
        ({"original": "C"}, "C, via Press, 2026. Read second hand; no address is known."),
        ({"published": "2026-01"}, "Press, January 2026. Read second hand; no address is known."),
        ({"title": "Why?"}, "“Why?”, Press, 2026. Read second hand; no address is known."),
        (
            {"url": "https://a.example/", "accessed": "2026-02-01"},
            "Press, 2026, https://a.example/ (read on 1 February 2026). Read second hand.",
        ),
        (
            {"url": "https://a.example/", "accessed": "2026-02-01", "access": "free"},
            "Press, 2026, https://a.example/ (read on 1 February 2026).",
        ),
    ],
)
def test_what_is_not_known_leaves_no_trace(fields: dict[str, str], expected: str) -> None:
    """Neither an empty pair of brackets nor a comma too many."""
    assert reference(_source(**{**BARE, **fields})) == expected


def test_references_are_made_in_one_pass_and_in_order() -> None:
    """Each is what it is alone; none are made of no works."""
    sources = [_source(**{**BARE, "id": name}) for name in ("c", "a", "b")] + [_source(**FULL)]
    found = references(sources)
    assert list(found) == ["c", "a", "b", "bank-2025-12-10"]
    assert found == {source.id: reference(source) for source in sources}
    assert references([]) == {}


def test_a_thousand_references_are_made() -> None:
    """None is lost among many."""
    sources = [_source(**{**FULL, "id": f"s-{number}"}) for number in range(1000)]
    found = references(sources)
    assert len(found) == 1000 and set(found.values()) == {reference(_source(**FULL))}


def test_the_style_is_one_of_the_citation_style_language() -> None:
    """Its schema, which comes with the library, allows it."""
    from citeproc import SCHEMA_PATH

    schema = etree.RelaxNG(etree.parse(SCHEMA_PATH))
    schema.assertValid(etree.parse(io.BytesIO(module._STYLE.encode())))


def test_bibtex_is_read_back() -> None:
    """Every field, and the month under the name that styles know."""
    (entry,) = _from_bibtex(bibtex([_source(**FULL)]))
    assert entry == {
        "ENTRYTYPE": "misc",
        "ID": FULL["id"],
        "author": FULL["author"],
        "title": FULL["title"],
        "howpublished": FULL["outlet"],
        "organization": FULL["original"],
        "note": "Behind a paywall",
        "abstract": FULL["about"],
        "date": "2025-12-10",
        "year": "2025",
        "month": "dec",
        "url": FULL["url"],
        "urldate": "2025-12-13",
    }


def test_bibtex_keeps_a_name_whole() -> None:
    """It is not taken apart at a word such as and."""
    text = bibtex([_source(**{**BARE, "author": "Smith and Sons"})])
    assert "author = {{Smith and Sons}}" in text


def test_ris_is_read_back() -> None:
    """Every field, without numbers between the entries."""
    text = ris([_source(**FULL), _source(**BARE)])
    first, second = _from_ris(text)
    assert first == {
        "type_of_reference": "GEN",
        "id": FULL["id"],
        "authors": [FULL["author"]],
        "title": FULL["title"],
        "publisher": FULL["outlet"],
        "original_publication": FULL["original"],
        "year": "2025",
        "date": "2025/12/10/",
        "urls": [FULL["url"]],
        "access_date": "2025/12/13/",
        "notes": ["Behind a paywall"],
        "abstract": FULL["about"],
    }
    assert second["id"] == "b-1"
    assert all(line[4:].startswith("- ") for line in text.splitlines() if line)


def test_csl_json_is_read_back() -> None:
    """By another program's eyes: the library that reads it for citations."""
    text = csl_json([_source(**FULL)])
    (item,) = json.loads(text)
    assert item["author"] == [{"literal": FULL["author"]}]
    assert item["accessed"] == {"date-parts": [[2025, 12, 13]]}
    read = CiteProcJSON(json.loads(text))["bank-2025-12-10"]
    for name, field in (
        ("title", "title"),
        ("publisher", "outlet"),
        ("original_publisher", "original"),
        ("URL", "url"),
        ("abstract", "about"),
    ):
        assert str(read[name]) == FULL[field]
    assert (read["issued"].year, read["issued"].month, read["issued"].day) == (2025, 12, 10)


@pytest.mark.parametrize(
    ("published", "month", "slashes", "parts"),
    [("2026", None, "2026///", [2026]), ("2026-01", "jan", "2026/01//", [2026, 1])],
)
def test_a_partial_date_stays_partial(
    published: str, month: str | None, slashes: str, parts: list[int]
) -> None:
    """Nobody makes a month or a day of it."""
    source = _source(**{**BARE, "published": published})
    (entry,) = _from_bibtex(bibtex([source]))
    assert (entry["date"], entry["year"], entry.get("month")) == (published, "2026", month)
    assert _from_ris(ris([source]))[0]["date"] == slashes
    assert json.loads(csl_json([source]))[0]["issued"] == {"date-parts": [parts]}


def test_what_is_not_known_has_no_field() -> None:
    """In none of the formats, and each says that the work was read second hand."""
    source = _source(**BARE)
    note = "Read second hand; no address is known"
    (entry,) = _from_bibtex(bibtex([source]))
    assert set(entry) == {"ENTRYTYPE", "ID", "howpublished", "note", "abstract", "date", "year"}
    assert entry["note"] == note
    (item,) = _from_ris(ris([source]))
    assert set(item) == {
        "type_of_reference",
        "id",
        "publisher",
        "year",
        "date",
        "notes",
        "abstract",
    }
    assert item["notes"] == [note]
    (thing,) = json.loads(csl_json([source]))
    assert set(thing) == {"id", "type", "publisher", "issued", "note", "abstract"}
    assert thing["note"] == note


def test_nothing_cited_is_an_empty_list() -> None:
    """Of each format."""
    assert (bibtex([]), ris([]), json.loads(csl_json([]))) == ("", "", [])


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Sm", "Sc"), exclude_characters="^"),
    min_size=1,
    max_size=30,
)


@given(WORDS)
def test_any_words_survive(words: str) -> None:
    """Whatever signs a title has, each format gives it back; LaTeX's hat comes back as another."""
    source = _source(**{**BARE, "title": words})
    assert _from_ris(ris([source]))[0]["title"] == words
    assert json.loads(csl_json([source]))[0]["title"] == words
    assert _from_bibtex(bibtex([source]))[0]["title"] == normalize("NFC", words)


def test_a_hat_is_written_as_latex_names_it() -> None:
    """Where it stands bare, LaTeX takes it for a power."""
    assert r"title = {2{\textasciicircum}3}" in bibtex([_source(**{**BARE, "title": "2^3"})])


SCRIPT = """\
import json, locale, sys
from datetime import date
from generator.references import bibtex, csl_json, references, ris
from generator.sources import Source
known = {name for name in sys.modules if name in ("citeproc", "bibtexparser", "rispy", "pandas")}
assert not known, known
sources = [Source(id=n, outlet="A&B é", published="2026-01", access="secondary", about="A.")
           for n in ("b", "a")]
text = "".join([*references(sources).values(), bibtex(sources), ris(sources), csl_json(sources)])
sys.stdout.buffer.write(text.encode())
"""


def test_the_bytes_depend_on_nothing_else() -> None:
    """Neither hash seed, time zone nor locale show; the libraries come when they are needed."""
    seen = set()
    for seed, zone in (("1", "Pacific/Auckland"), ("2", "America/New_York")):
        told = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PATH": ""}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=told, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        seen.add(done.stdout)
    assert len(seen) == 1
