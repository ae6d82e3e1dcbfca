"""References: cited works as a line to read, and as BibTeX, RIS and CSL-JSON for other programs.

Every form is written by a library; here stands only which of our fields is which of theirs. Names
of authors are kept as they are printed, since nobody told us which part is the family's. The kind
of a work is not known either, so that it is each format's kind for anything: document, misc, GEN.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from generator.sources import Source

_STYLE = """\
<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note" default-locale="en-GB">
<info>
<title>Works cited by a weekly report</title>
<id>works-cited-by-a-weekly-report</id>
<updated>2026-01-01T00:00:00+00:00</updated>
</info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout suffix=".">
<group delimiter=". ">
<group delimiter=", ">
<choose>
<if variable="author original-publisher" match="all">
<group delimiter=" ">
<names variable="author"/>
<text variable="original-publisher" prefix="(" suffix=")"/>
</group>
</if>
<else-if variable="author"><names variable="author"/></else-if>
<else><text variable="original-publisher"/></else>
</choose>
<text variable="title" prefix="“" suffix="”"/>
<choose>
<if variable="original-publisher"><text variable="publisher" prefix="via "/></if>
<else><text variable="publisher"/></else>
</choose>
<date variable="issued" form="text"/>
<group delimiter=" ">
<text variable="URL"/>
<date variable="accessed" form="text" prefix="(read on " suffix=")"/>
</group>
</group>
<text variable="note"/>
</group>
</layout></bibliography>
</style>
"""
"""How a reference reads, in the Citation Style Language."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The names that BibTeX has for months."""
_LATEX = {
    "\\": r"{\textbackslash}",
    "{": r"{\lbrace}",
    "}": r"{\rbrace}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "`": r"{\textasciigrave}",
    "--": "-{}-",
    "''": "'{}'",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
"""What would be a command or a ligature; braces are named, so that BibTeX need not pair them."""


def access_note(source: Source) -> str:
    """Return what a reference says of how to get at a work; nothing where anybody can."""
    if source.access == "paywall":
        return "Behind a paywall"
    if source.access == "free":
        return ""
    return "Read second hand" if source.url else "Read second hand; no address is known"


def reference(source: Source) -> str:
    """Return a reference to one work: one line of plain text."""
    return references([source])[source.id]


def references(sources: Iterable[Source]) -> dict[str, str]:
    """Return the references to works by id, in their order: lines of plain text."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.formatter import plain
    from citeproc.source.json import CiteProcJSON

    items = {source.id: _item(source) for source in sources}
    if not items:
        return {}
    works = CitationStylesBibliography(_style(), CiteProcJSON(items.values()), plain)
    works.register(Citation([CitationItem(name) for name in items]))
    lines = (str(line) for line in works.bibliography())
    return dict(zip(items, lines, strict=True))


def bibtex(sources: Iterable[Source]) -> str:
    """Return works as BibTeX, with the dates that BibLaTeX reads beside those of BibTeX."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Block, Entry, Field

    latex = _latex()
    entries: list[Block] = []
    for source in sources:
        fields = [Field(name, text) for name, text in _bibtex_fields(source, latex)]
        if len(source.parts) > 1:
            name = _MONTHS[source.parts[1] - 1]
            fields.append(Field("month", name, enclosing="no-enclosing"))
        entries.append(Entry("misc", source.id, fields))
    return write_string(Library(entries))


def ris(sources: Iterable[Source]) -> str:
    """Return works as RIS."""
    import rispy

    class Writer(rispy.RisWriter):
        """Writes no numbers between the entries, which are not part of the format."""

        def set_header(self, count: int) -> str:
            return ""

    text: str = rispy.dumps([_ris_fields(source) for source in sources], implementation=Writer)
    return text


def csl_json(sources: Iterable[Source]) -> str:
    """Return works as CSL-JSON."""
    items = [_item(source) for source in sources]
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


@cache
def _style() -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(io.BytesIO(_STYLE.encode()), validate=False)


@cache
def _latex() -> Any:
    from pylatexenc.latexencode import (
        RULE_CALLABLE,
        UnicodeToLatexConversionRule,
        UnicodeToLatexEncoder,
    )

    def rule(text: str, place: int) -> tuple[int, str] | None:
        for sign, written in _LATEX.items():
            if text.startswith(sign, place):
                return len(sign), written
        return None

    rules = [UnicodeToLatexConversionRule(rule_type=RULE_CALLABLE, rule=rule)]
    return UnicodeToLatexEncoder(
        conversion_rules=rules, unknown_char_policy="keep", unknown_char_warning=False
    )


def _day(parts: Sequence[int]) -> dict[str, Any]:
    return {"date-parts": [list(parts)]}


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {name: value for name, value in fields.items() if value}


def _item(source: Source) -> dict[str, Any]:
    read = source.accessed
    return _filled(
        {
            "id": source.id,
            "type": "document",
            "author": [{"literal": source.author}] if source.author else [],
            "title": source.title,
            "publisher": source.outlet,
            "original-publisher": source.original,
            "issued": _day(source.parts),
            "URL": source.url,
            "accessed": _day((read.year, read.month, read.day)) if read else None,
            "note": access_note(source),
            "abstract": source.about,
        }
    )


def _bibtex_fields(source: Source, latex: Any) -> list[tuple[str, str]]:
    """The fields in order. An address stands as it is: BibLaTeX and readers take it literally."""
    words = {
        "author": source.author,
        "title": source.title,
        "howpublished": source.outlet,
        "organization": source.original,
        "note": access_note(source),
        "abstract": source.about,
    }
    found = {name: latex.unicode_to_latex(text) for name, text in _filled(words).items()}
    if source.author:
        found["author"] = "{" + found["author"] + "}"
    found |= {"date": source.published, "year": source.published[:4]}
    if source.url:
        found["url"] = source.url
    if source.accessed:
        found["urldate"] = source.accessed.isoformat()
    return list(found.items())


def _ris_fields(source: Source) -> dict[str, Any]:
    """The fields in order; a date has its slashes even where month and day are not known."""
    read = source.accessed
    parts = [*source.published.split("-"), "", ""][:3]
    return _filled(
        {
            "type_of_reference": "GEN",
            "id": source.id,
            "authors": [source.author] if source.author else [],
            "title": source.title,
            "publisher": source.outlet,
            "original_publication": source.original,
            "year": parts[0],
            "date": "/".join([*parts, ""]),
            "urls": [source.url] if source.url else [],
            "access_date": f"{read:%Y/%m/%d}/" if read else "",
            "notes": [access_note(source)] if access_note(source) else [],
            "abstract": source.about,
        }
    )
