"""The digest of an edition: for mail as HTML, as plain text and as a whole message; for feeds.

The HTML asks for nothing from elsewhere. Pictures are within it in `digest.html`, and beside it in
the message, because most mail programs show only those. Who sends it names sender and recipients.
Feeds get the same words without tables and pictures, and the whole commentary of the first page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateError
from markupsafe import Markup, escape

from generator import excerpt, message, palette, plain_text
from generator.config import Universe
from generator.elements import FIGURES_PAGE
from generator.errors import ReportError, did_you_mean
from generator.facts import Facts, Reference, Sentence
from generator.page_templates import environment, line_of
from generator.summary import Change, Headline

if TYPE_CHECKING:
    from generator.commentary import Commentary
    from generator.pages import Illustration

FOLDER = "mail"
"""Where the digest is, below the edition."""
WORDS = "words.json"
"""The edition in words, as HTML and as text, for feeds."""
LIMIT = 100_000
"""Bytes of HTML, pictures included: Gmail cuts what is longer than 102 KB."""
_LINK = f"color:inherit;text-decoration:none;border-bottom:1px dotted {palette.AXIS.light}"


@dataclass(frozen=True)
class Issue:
    """What a digest is made from."""

    site_name: str
    """Of the publication."""
    address: str
    """Where the edition is published, ending with a slash."""
    edition: str
    """Its name."""
    as_of: date
    """Its last session."""
    simulated: bool
    """Whether its data are made up."""
    universe: Universe
    """The series."""
    facts: Facts
    """Of the edition."""
    before: Facts
    """As of the week before."""
    listed: Collection[str]
    """Ids of the figures on the Figures page, to which numbers can lead."""
    answer: Sentence
    """To the question of the week."""
    headlines: Sequence[Headline]
    """The eight numbers."""
    changes: Sequence[Change]
    """States that are others than the week before."""
    commentary: Commentary | None
    """What an editor wrote."""
    paragraphs: str
    """The commentary on the first page as Markdown, its numbers filled in."""
    illustrations: Mapping[str, Illustration]
    """Charts by name."""

    def chart(self, name: str) -> Illustration:
        """Return a chart.

        Raises:
            ReportError: there is no such chart.
        """
        if name not in self.illustrations:
            near = did_you_mean(name, self.illustrations)
            raise ReportError(f"there is no chart '{name}'{near}")
        return self.illustrations[name]

    @property
    def subject(self) -> str:
        """The subject of the message: the answer in short."""
        pair = self.universe.benchmarks
        small, large = (self.universe.series[name].short for name in (pair.small, pair.large))
        answer = self.facts.text(
            (
                f"{small} ",
                Reference("return_1w", pair.small),
                " on the week, ",
                Reference("relative_return_1w", pair.small),
                f" against {large}",
            )
        )
        label = " (simulated data)" if self.simulated else ""
        return f"{self.site_name}: {answer}{label}"


def write(out: Path, templates: Path, issue: Issue) -> None:
    """Write `mail/digest.html`, `.txt` and `.eml` below an edition's folder, and `words.json`.

    Raises:
        ReportError: a template uses something that does not exist, or the digest is too long.
    """
    pictures: dict[str, bytes] = {}
    domain = f"{issue.edition}@{issue.address.partition('://')[2].partition('/')[0]}"

    def picture(drawn: Illustration) -> str:
        pictures[f"{drawn.name}.{domain}"] = drawn.mail
        return f"cid:{drawn.name}.{domain}"

    first = excerpt.first_paragraph(issue.paragraphs, issue.address)
    page = _render(templates, "digest.html", _linked(issue, first) | {"picture": picture})
    plain = _render(templates, "digest.txt", _plain(issue, first))
    whole = page
    for identifier, content in pictures.items():
        data = base64.b64encode(content).decode()
        whole = whole.replace(f"cid:{identifier}", f"data:image/png;base64,{data}")
    if (size := len(whole.encode())) > LIMIT:
        raise ReportError(
            f"the digest is {size:,} bytes long, more than the {LIMIT:,} that mail programs show",
            where="templates/digest/digest.html",
        )
    parts = message.Parts(issue.site_name, issue.subject, issue.as_of, plain, page, pictures)
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digest.html").write_text(whole, encoding="utf-8")
    (folder / "digest.txt").write_text(plain, encoding="utf-8")
    (folder / "digest.eml").write_bytes(message.whole(parts, issue.edition))
    bare = _render(templates, "feed.html", _linked(issue, first)).replace(f' style="{_LINK}"', "")
    words = {"html": bare, "text": plain}
    document = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    (out / WORDS).write_text(f"{document}\n", encoding="utf-8")


@cache
def _environments(templates: Path) -> dict[str, Environment]:
    """By suffix; kept, so that editions built together compile the templates once."""
    made = environment(templates)
    return {".html": made, ".txt": made.overlay(autoescape=False)}


def _render(templates: Path, name: str, context: Mapping[str, Any]) -> str:
    try:
        template = _environments(templates)[Path(name).suffix].get_template(name)
        return template.render(context)
    except (TemplateError, ReportError) as error:
        what, line = getattr(error, "what", str(error)), line_of(error, name)
        raise ReportError(what, where=f"templates/digest/{name}:{line}") from error


def _common(issue: Issue) -> dict[str, Any]:
    """What both forms of the digest print."""
    return {
        "site_name": issue.site_name,
        "address": issue.address,
        "edition": issue.edition,
        "as_of": issue.as_of,
        "subject": issue.subject,
        "simulated": issue.simulated,
        "answer": issue.answer,
        "numbers": issue.headlines,
        "changes": _changes(issue),
        "chart": issue.chart,
    }


def _changes(issue: Issue) -> list[dict[str, Any]]:
    """Series that changed in the same way stand together."""
    found: dict[tuple[str, str, str], list[tuple[str, Reference]]] = {}
    for change in issue.changes:
        reference = Reference(change.metric, change.subject, change.part)
        before, now = issue.before.text((reference,)), issue.facts.text((reference,))
        name = issue.universe.series[change.subject].short
        found.setdefault((change.title, before, now), []).append((name, reference))
    return [
        {"title": title, "before": before, "now": now, "series": series}
        for (title, before, now), series in found.items()
    ]


def _words(issue: Issue, paragraph: str) -> dict[str, str] | None:
    written = issue.commentary
    if written is None or not paragraph:
        return None
    return {"title": written.title, "author": written.author, "paragraph": paragraph}


def _plain(issue: Issue, first: excerpt.Paragraph) -> dict[str, Any]:
    """The digest's content with its numbers as text."""
    numbers = [
        (headline.label, issue.facts.text((headline.reference,)), headline.state)
        for headline in issue.headlines
    ]
    return _common(issue) | {
        "numbers": numbers,
        "sentence": issue.facts.text,
        "words": _words(issue, first.text),
        "heading": plain_text.heading,
        "wrapped": plain_text.wrapped,
        "aligned": plain_text.aligned,
    }


def _linked(issue: Issue, first: excerpt.Paragraph) -> dict[str, Any]:
    """The digest's content with numbers that lead to their entries."""
    preview = issue.facts.text(issue.answer)

    def linked(text: str, reference: Reference) -> Markup:
        fact = issue.facts.resolve(reference)[0]
        if fact.id not in issue.listed:
            return escape(text)
        address = f"{issue.address}{FIGURES_PAGE}.html#{fact.id}"
        return Markup('<a href="{}" style="{}">{}</a>').format(address, _LINK, text)

    def number(reference: Reference) -> Markup:
        return linked(issue.facts.text((reference,)), reference)

    def sentence(pieces: Sentence) -> Markup:
        return Markup("").join(
            escape(piece) if isinstance(piece, str) else number(piece) for piece in pieces
        )

    return _common(issue) | {
        "preview": f"Simulated data. {preview}" if issue.simulated else preview,
        "linked": linked,
        "number": number,
        "sentence": sentence,
        "words": _words(issue, Markup(str(first.html).replace("<a ", f'<a style="{_LINK}" '))),
        "colours": palette.SHADES,
        "commentary": Markup(excerpt.whole(issue.paragraphs, issue.address)),
    }
