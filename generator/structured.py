"""Structured data: what a page is about, in schema.org's vocabulary, for search engines.

Objects are JSON of ASCII without angle brackets, so that they may stand anywhere in a page whatever
texts they carry. Nothing is said that the page does not say. Where data are simulated there is no
news and no verdict, and a dataset says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from generator import schema_org
from generator.schema_org import Publication, Thing, as_json, dates, issue, publisher, work
from generator.sources import Source

_LICENCE = "about.html#data-and-licences"
_RATINGS = {
    "confirmed": 3,
    "confirmed under another convention": 2,
    "true when made, since superseded": 2,
    "differs": 1,
}
"""How true a claim is by its verdict; other verdicts do not say."""
_CAME_TRUE = {True: ("came true", 3), False: ("did not come true", 1)}
_MEDIA_TYPES = {
    ".csl.json": "application/vnd.citationstyles.csl+json",
    ".json": "application/json",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
}
"""By the end of a file's name, the longer first."""


@dataclass(frozen=True, slots=True)
class Review:
    """One claim that was checked."""

    id: str
    """Of the claim, its place on the Claims page."""
    statement: str
    """What is claimed, in a sentence of ours."""
    source: Source
    """Where it was read."""
    verdict: str
    """What the data say."""
    explanation: str
    """Why, in a line: what was asserted and what was computed."""
    came_true: bool | None = None
    """Of a forecast that is resolved."""


def first_page(
    publication: Publication,
    *,
    headline: str,
    description: str,
    author: str,
    works: Iterable[Source],
) -> str:
    """Return an edition's commentary as a `NewsArticle`; nothing where data are simulated.

    `works` are those that it cites.
    """
    if publication.simulated:
        return ""
    page = publication.address + "index.html"
    article = {
        "@type": "NewsArticle",
        "headline": headline,
        "description": description,
        "url": page,
        "mainEntityOfPage": page,
        "image": [publication.address + "share.png"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        **dates(publication),
        "author": schema_org.author(publication, author),
        "publisher": publisher(publication),
        "isPartOf": issue(publication),
    }
    cited = [work(source) for source in works]
    return as_json(article | ({"citation": cited} if cited else {}))


def data_page(
    publication: Publication,
    *,
    first: date,
    last: date,
    variables: Sequence[str],
    files: Sequence[str],
) -> str:
    """Return an edition's figures as a `Dataset`.

    `first` and `last` are the days that the data begin and end on, `variables` the names of what
    is measured, `files` the names of what can be taken, as seen from the edition's pages.
    """
    name = f"{publication.site_name}, figures of edition {publication.key}"
    made_up = publication.simulated
    dataset = {
        "@type": "Dataset",
        "name": name + (" (simulated data)" if made_up else ""),
        "description": _description(publication, last),
        "url": publication.address + "data.html",
        "identifier": publication.key,
        "version": publication.key,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": publication.address + _LICENCE,
        "creditText": f"{publication.site_name}, edition {publication.key}",
        **dates(publication),
        "creator": publisher(publication),
        "publisher": publisher(publication),
        "isPartOf": issue(publication),
        "temporalCoverage": f"{first.isoformat()}/{last.isoformat()}",
        "measurementTechnique": publication.address + "method.html",
        "variableMeasured": list(variables),
        "distribution": [_download(publication, file) for file in files],
    }
    return as_json(dataset)


def claims_page(publication: Publication, reviews: Iterable[Review]) -> str:
    """Return a `ClaimReview` for every claim with a verdict; nothing where there is none.

    What cannot be checked, is an opinion or is pending has no verdict, and nothing has one where
    data are simulated.
    """
    if publication.simulated:
        return ""
    rated = [(review, _rating(review)) for review in reviews]
    found = [_review(publication, review, rating) for review, rating in rated if rating]
    return as_json({"@graph": found}) if found else ""


def _rating(review: Review) -> Thing | None:
    """How true a claim is, from 1 to 3 and in words; nothing where that cannot be said."""
    words, value = review.verdict, _RATINGS.get(review.verdict)
    if words == "forecast resolved" and review.came_true is not None:
        outcome, value = _CAME_TRUE[review.came_true]
        words = f"{words}: {outcome}"
    if value is None:
        return None
    rating = {
        "@type": "Rating",
        "ratingValue": value,
        "bestRating": 3,
        "worstRating": 1,
        "alternateName": words,
    }
    return rating | ({"ratingExplanation": review.explanation} if review.explanation else {})


def _review(publication: Publication, review: Review, rating: Thing) -> Thing:
    source = review.source
    made_by = schema_org.maker(source)
    claim = {
        "@type": "Claim",
        "name": review.statement,
        "datePublished": source.published,
        **({"author": made_by} if made_by else {}),
        "appearance": work(source),
    }
    return {
        "@type": "ClaimReview",
        "url": f"{publication.address}claims.html#{review.id}",
        "claimReviewed": review.statement,
        **dates(publication),
        "author": publisher(publication),
        "itemReviewed": claim,
        "reviewRating": rating,
    }


def _download(publication: Publication, file: str) -> Thing:
    kind = next(kind for end, kind in _MEDIA_TYPES.items() if file.endswith(end))
    return {
        "@type": "DataDownload",
        "name": file,
        "encodingFormat": kind,
        "contentUrl": publication.address + file,
    }


def _description(publication: Publication, last: date) -> str:
    made_up = (
        "Simulated data: the series behind these figures are made up, apart from the published "
        "closes they pass through, and nothing here says what markets did. "
    )
    text = (
        f"How small caps are doing, as of the close of {last.isoformat()} in New York: every "
        "figure of the edition with its value, unit, formula, inputs and their hash."
    )
    return (made_up if publication.simulated else "") + text
