"""Structured data: schema.org's types and properties, what search engines ask for, and safety."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from mkdocs.utils.meta import get_data
from support_project import REPOSITORY

from generator.pages import with_front_matter
from generator.schema_org import Publication
from generator.sources import Source
from generator.structured import Review, claims_page, data_page, first_page

PUBLISHED = Publication(
    site_name="A Weekly",
    site="https://weekly.example/",
    address="https://weekly.example/2026-W03-r2/",
    key="2026-W03-r2",
    published=date(2026, 1, 16),
    corrected=date(2026, 1, 20),
    simulated=False,
)
HOSTILE = "</script><script>alert('1')</script><!-- & \u2028 é 🙂"
WORK = Source(
    id="bank-2025-12-10",
    outlet="Press",
    author="A. Person",
    title="A title",
    original="A bank",
    published="2025-12",
    url="https://press.example/a?b=1&c=2",
    accessed=date(2025, 12, 13),
    access="paywall",
    about="Small caps.",
)
UNNAMED = Source(
    id="told-2026", outlet="Told", named=False, published="2026", access="secondary", about="Few."
)
REVIEWS = [
    Review("rut-7.9", "Up 7.9%.", WORK, "confirmed", "7.9% asserted, 7.88% computed"),
    Review("rut-8", "Up 8%.", UNNAMED, "differs", ""),
]

CREATIVE = {
    *("name", "identifier", "url", "description", "headline", "datePublished", "dateModified"),
    *("author", "publisher", "creator", "isPartOf", "image", "inLanguage", "citation", "license"),
    *("isAccessibleForFree", "mainEntityOfPage", "version", "creditText", "temporalCoverage"),
    *("associatedMedia", "text", "abstract"),
}
"""Of the properties of CreativeWork, those that may be used here."""
VOCABULARY = {
    "CreativeWork": CREATIVE,
    "NewsArticle": CREATIVE,
    "Report": CREATIVE | {"reportNumber"},
    "Dataset": CREATIVE | {"variableMeasured", "measurementTechnique", "distribution"},
    "DataDownload": CREATIVE | {"contentUrl", "encodingFormat"},
    "ImageObject": CREATIVE | {"contentUrl"},
    "PublicationIssue": CREATIVE | {"issueNumber"},
    "Periodical": CREATIVE | {"issn"},
    "Claim": CREATIVE | {"appearance", "firstAppearance"},
    "ClaimReview": CREATIVE | {"claimReviewed", "itemReviewed", "reviewRating"},
    "Rating": {
        *("name", "description", "ratingValue", "bestRating", "worstRating", "alternateName"),
        *("ratingExplanation", "author"),
    },
    "Organization": {"name", "url", "logo"},
    "Person": {"name", "url", "affiliation"},
}
"""What schema.org's types have, as far as they are used here."""
DATES = {"datePublished", "dateModified", "temporalCoverage"}
ISO = re.compile(r"\d{4}(-\d\d(-\d\d(/\d{4}-\d\d-\d\d)?)?)?")


def _article(publication: Publication = PUBLISHED, author: str = "A. Writer") -> str:
    return first_page(
        publication,
        headline="Small caps ahead",
        description="They are ahead.",
        author=author,
        works=[WORK, UNNAMED],
    )


def _dataset(publication: Publication = PUBLISHED) -> str:
    return data_page(
        publication,
        first=date(1987, 9, 10),
        last=date(2026, 1, 16),
        variables=["Return over one week", "Streak"],
        files=["facts.json", "charts/records.csv", "charts/records.xlsx", "sources.csl.json"],
    )


EVERY = {
    "article": _article(),
    "dataset": _dataset(),
    "claims": claims_page(PUBLISHED, REVIEWS),
    "simulated dataset": _dataset(replace(PUBLISHED, simulated=True, corrected=None)),
}


def _things(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _things(inner)


@pytest.mark.parametrize("name", EVERY)
def test_every_object_is_of_the_vocabulary(name: str) -> None:
    """Each has a type of schema.org, properties that the type has, and no empty value."""
    whole = json.loads(EVERY[name])
    assert whole.pop("@context") == "https://schema.org"
    things = [thing for thing in _things(whole) if set(thing) != {"@graph"}]
    assert things
    for thing in things:
        assert set(thing) - {"@type"} <= VOCABULARY[thing["@type"]], thing
        assert all(value is not None and value not in ("", [], {}) for value in thing.values())


@pytest.mark.parametrize("name", EVERY)
def test_dates_and_addresses_are_whole(name: str) -> None:
    """Dates are ISO 8601, as precise as they are known; addresses are absolute."""
    for thing in _things(json.loads(EVERY[name])):
        for key in DATES & set(thing):
            assert ISO.fullmatch(thing[key]), thing[key]
        for key in {"url", "contentUrl", "license", "measurementTechnique"} & set(thing):
            assert thing[key].startswith("https://"), thing[key]


def test_an_article_has_what_search_engines_ask_for() -> None:
    """Headline, picture, dates, author, publisher, and the works that it cites."""
    article = json.loads(_article())
    assert article["@type"] == "NewsArticle" and len(article["headline"]) <= 110
    assert article["image"] == ["https://weekly.example/2026-W03-r2/share.png"]
    assert article["author"] == {"@type": "Person", "name": "A. Writer"}
    assert article["publisher"]["name"] == "A Weekly"
    assert (article["datePublished"], article["dateModified"]) == ("2026-01-16", "2026-01-20")
    assert article["isPartOf"]["issueNumber"] == "2026-W03-r2"
    first, second = article["citation"]
    assert first == {
        "@type": "CreativeWork",
        "identifier": "bank-2025-12-10",
        "name": "A title",
        "author": {
            "@type": "Person",
            "name": "A. Person",
            "affiliation": {"@type": "Organization", "name": "A bank"},
        },
        "publisher": {"@type": "Organization", "name": "Press"},
        "url": "https://press.example/a?b=1&c=2",
        "datePublished": "2025-12",
        "description": "Small caps.",
        "isAccessibleForFree": False,
    }
    assert set(second) == {"@type", "identifier", "datePublished", "description"}


def test_an_article_that_was_not_corrected_was_not_modified() -> None:
    """And one that cites nothing has no citations."""
    plain = replace(PUBLISHED, corrected=None)
    article = json.loads(first_page(plain, headline="A", description="B", author="C", works=[]))
    assert "dateModified" not in article and "citation" not in article


@pytest.mark.parametrize(
    ("author", "kind"),
    [("A. Writer", "Person"), ("The editors", "Organization"), ("A Weekly", "Organization")],
)
def test_an_author_is_a_person_or_a_group(author: str, kind: str) -> None:
    """The editors and the site itself are no person."""
    found = json.loads(_article(author=author))["author"]
    assert (found["@type"], found["name"]) == (kind, author)


def test_a_dataset_has_what_search_engines_ask_for() -> None:
    """A description of the wanted length, a licence, what is measured, when, and where it is."""
    dataset = json.loads(_dataset())
    assert dataset["@type"] == "Dataset"
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["license"] == f"{PUBLISHED.address}about.html#data-and-licences"
    assert dataset["temporalCoverage"] == "1987-09-10/2026-01-16"
    assert dataset["variableMeasured"] == ["Return over one week", "Streak"]
    assert dataset["isAccessibleForFree"] is True
    assert dataset["creator"]["name"] == "A Weekly"
    assert dataset["version"] == dataset["identifier"] == "2026-W03-r2"
    kinds = {thing["contentUrl"]: thing["encodingFormat"] for thing in dataset["distribution"]}
    base = PUBLISHED.address
    assert kinds[f"{base}facts.json"] == "application/json"
    assert kinds[f"{base}charts/records.csv"] == "text/csv"
    assert kinds[f"{base}sources.csl.json"] == "application/vnd.citationstyles.csl+json"


def test_the_licence_leads_to_a_place_that_there_is() -> None:
    """The About page has the heading that a dataset's licence leads to."""
    assert "\n## Data and licences\n" in (REPOSITORY / "templates/pages/about.md").read_text()


def test_a_review_has_what_search_engines_ask_for() -> None:
    """What is claimed, by whom and when, the verdict in words and within its bounds, and where."""
    first, second = json.loads(EVERY["claims"])["@graph"]
    assert first["@type"] == "ClaimReview"
    assert first["claimReviewed"] == "Up 7.9%."
    assert first["url"] == f"{PUBLISHED.address}claims.html#rut-7.9"
    assert first["author"]["name"] == "A Weekly"
    claim = first["itemReviewed"]
    assert (claim["@type"], claim["datePublished"]) == ("Claim", "2025-12")
    assert claim["author"]["affiliation"]["name"] == "A bank"
    assert claim["appearance"]["url"] == WORK.url
    assert first["reviewRating"] == {
        "@type": "Rating",
        "ratingValue": 3,
        "bestRating": 3,
        "worstRating": 1,
        "alternateName": "confirmed",
        "ratingExplanation": "7.9% asserted, 7.88% computed",
    }
    assert second["reviewRating"]["ratingValue"] == 1
    assert "author" not in second["itemReviewed"]


@pytest.mark.parametrize(
    ("verdict", "came_true", "rating"),
    [
        ("confirmed", None, (3, "confirmed")),
        ("confirmed under another convention", None, (2, "confirmed under another convention")),
        ("true when made, since superseded", None, (2, "true when made, since superseded")),
        ("differs", None, (1, "differs")),
        ("not checkable", None, None),
        ("opinion", None, None),
        ("forecast pending", None, None),
        ("forecast resolved", None, None),
        ("forecast resolved", True, (3, "forecast resolved: came true")),
        ("forecast resolved", False, (1, "forecast resolved: did not come true")),
    ],
)
def test_only_a_real_verdict_is_a_review(
    verdict: str, came_true: bool | None, rating: tuple[int, str] | None
) -> None:
    """What cannot be told, is an opinion or has not come due is none."""
    text = claims_page(PUBLISHED, [Review("a", "B.", WORK, verdict, "", came_true)])
    found = json.loads(text)["@graph"][0]["reviewRating"] if text else None
    shown = (found["ratingValue"], found["alternateName"]) if found else None
    assert shown == rating


def test_nothing_is_said_of_claims_where_there_are_none() -> None:
    """Rather than an empty list."""
    assert claims_page(PUBLISHED, []) == ""


def test_simulated_data_say_nothing_of_markets() -> None:
    """There is neither news nor a verdict, and the dataset says first what it is."""
    simulated = replace(PUBLISHED, simulated=True)
    assert _article(simulated) == "" and claims_page(simulated, REVIEWS) == ""
    dataset = json.loads(_dataset(simulated))
    assert dataset["description"].startswith("Simulated data:")
    assert dataset["name"].endswith("(simulated data)")
    assert "imulated" not in _dataset()


class _Scripts(HTMLParser):
    """Collects scripts as a browser would: one ends at the first closing tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag == "script"
        if self._open:
            self.found.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            attrs, before = self.found[-1]
            self.found[-1] = (attrs, before + data)


def _head(structured: str = "", *, first: bool = False, simulated: str = "no") -> str:
    """The theme's page with these objects, as MkDocs renders it."""
    made = Environment(loader=FileSystemLoader(REPOSITORY / "templates/theme"), autoescape=False)
    made.filters["url"] = str
    meta = {"as_of": "2026-01-16", "as_of_words": "16 January 2026", "key": "2026-W03"}
    meta |= {"edition": "2026-W03", "description": HOSTILE, "section": "Report", "order": "1"}
    meta |= {"simulated": simulated, "structured": structured, "correction": "", "style": ""}
    page = SimpleNamespace(
        meta=meta,
        title="Summary",
        is_homepage=first,
        url="index.html",
        canonical_url="https://weekly.example/2026-W03/index.html",
        content="",
        toc=SimpleNamespace(items=[]),
    )
    extra = SimpleNamespace(assets={}, style={"hash": "sha256-a", "text": ""})
    address = "https://weekly.example/2026-W03/"
    config = SimpleNamespace(site_name="A Weekly", site_url=address, extra=extra)
    template = made.get_template("main.html")
    return template.render(page=page, config=config, nav=SimpleNamespace(pages=[]))


def _objects(html: str) -> list[dict[str, Any]]:
    reader = _Scripts()
    reader.feed(html)
    kind = "application/ld+json"
    found = [json.loads(text) for attrs, text in reader.found if attrs.get("type") == kind]
    others = [text for attrs, text in reader.found if attrs.get("type") != kind]
    assert not any(text.strip() for text in others), others
    return found


def test_an_object_passes_through_front_matter_unchanged() -> None:
    """Pages are handed over as text with YAML before it, which knows escapes of its own."""
    text = first_page(PUBLISHED, headline=HOSTILE, description="A", author=HOSTILE, works=[WORK])
    read, fields = get_data(with_front_matter({"structured": text}, "Body\n"))
    assert (read.strip(), fields) == ("Body", {"structured": text})


@pytest.mark.parametrize("raw", [False, True], ids=["as we write it", "as anything might"])
def test_hostile_text_stays_text(raw: bool) -> None:
    """Whatever a headline or a title says, no script begins and the text is what it was."""
    work = Source.model_validate({**WORK.model_dump(), "title": HOSTILE.replace(" \u2028", "")})
    text = first_page(
        PUBLISHED, headline=HOSTILE, description=HOSTILE, author=HOSTILE, works=[work]
    )
    assert text.isascii() and "<" not in text and ">" not in text
    html = _head(json.dumps(json.loads(text), ensure_ascii=False) if raw else text, first=True)
    (article,) = _objects(html)
    assert article["headline"] == article["author"]["name"] == HOSTILE
    assert "alert" not in re.sub(r'content="[^"]*"|<script type=.*?</script>', "", html)


def test_a_page_has_its_own_objects_beside_the_report() -> None:
    """On the first page the article takes the report's place; without any, the report stands."""
    claims = EVERY["claims"]
    assert [thing.get("@type") for thing in _objects(_head())] == ["Report"]
    assert [thing.get("@type") for thing in _objects(_head(claims))] == [None, "Report"]
    first = _objects(_head(_article(), first=True))
    assert [thing.get("@type") for thing in first] == ["NewsArticle"]


def test_a_report_is_of_the_vocabulary_and_says_what_is_simulated() -> None:
    """What stands on every page of an edition."""
    (report,) = _objects(_head(simulated="yes"))
    assert report["headline"].endswith("(simulated data)")
    assert "simulated" not in _objects(_head())[0]["headline"]
    assert report.pop("@context") == "https://schema.org"
    for thing in _things(report):
        assert set(thing) - {"@type"} <= VOCABULARY[thing["@type"]], thing
