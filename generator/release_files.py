"""A published release and what it says of itself: its figures, metrics and checked claims.

Each file is held against the hash in the release's record before it is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.comparison import Meaning, Shown, Side
from generator.errors import ReportError
from generator.listing import (
    CLAIMS,
    FACTS,
    RECORD,
    Entry,
    entry_of,
    is_release,
    read_listing,
    read_record,
)
from generator.trees import Tree


@dataclass(frozen=True, slots=True)
class Published:
    """A release and where it lies."""

    tree: Tree
    """The site, or whatever holds its folder."""
    entry: Entry
    """How it is listed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is read of a release."""

    side: Side
    """Which."""
    headlines: list[Mapping[str, Any]]
    """The numbers of its front page, as its record has them."""
    facts: Mapping[str, Mapping[str, Any]]
    """Its figures by id, as facts.json has them."""
    metrics: Mapping[str, Mapping[str, str]]
    """What its metrics mean, by name."""
    subjects: Mapping[str, str]
    """Names of subjects."""
    claims: Mapping[str, Mapping[str, Any]] | None
    """Its checked claims by id; None where none were checked."""


def find(tree: Tree, text: str) -> Published:
    """Return the release of a site that `latest`, an edition, or a release names, or that lies in a
    folder of this name, listed or not.

    Raises:
        UsageError: it is not an edition.
        ReportError: it is not published, or its record is damaged.
    """
    listing = read_listing(tree)
    listed = any(entry.folder == text for entry in listing.entries)
    if not listed and tree.exists(f"{text}/{RECORD}"):
        return Published(tree, entry_of(*read_record(tree, text), text))
    return Published(tree, listing.find(text))


def read_contents(release: Published) -> Contents:
    """Read what a release says of itself.

    Raises:
        ReportError: a file is missing, or not the one that was published.
    """
    entry, tree = release.entry, release.tree
    record, digest = read_record(tree, entry.folder)
    if digest != entry.record:
        raise _damaged(tree, entry, RECORD, "it is not the one that is listed")
    name = FACTS
    try:
        document = _document(tree, entry, record, name)
        facts = {fact["id"]: fact for fact in document["facts"]}
        metrics, subjects = document["metrics"], document["subjects"]
        for metric in metrics.values():
            meaning(metric)
        for fact in facts.values():
            metric, _, subject = fact["id"].partition(".")
            _ = shown(fact), fact["status"], fact["unit"], metrics[metric], subjects[subject]
        name, claims = CLAIMS, None
        if CLAIMS in record["files"]:
            listed = _document(tree, entry, record, name)
            claims = {claim["id"]: claim for claim in listed if claim["verdict"]}
        name = RECORD
        side = _side(entry, record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise _damaged(tree, entry, name, what) from None
    return Contents(side, record["headlines"], facts, metrics, subjects, claims)


def _document(tree: Tree, entry: Entry, record: Mapping[str, Any], name: str) -> Any:
    """A file of a release, as JSON, if it is what was published."""
    try:
        content = tree.read(f"{entry.folder}/{name}")
    except OSError:
        raise _damaged(tree, entry, name, "it is missing") from None
    if hashlib.sha256(content).hexdigest() != record["files"].get(name):
        raise _damaged(tree, entry, name, "it has changed since it was published")
    return json.loads(content)


def _damaged(tree: Tree, entry: Entry, name: str, what: str) -> ReportError:
    return ReportError(
        f"a file of {entry.key} cannot be compared: {what}",
        where=tree.where(f"{entry.folder}/{name}"),
        hint=f"Run `smallcaps verify {entry.key}`, and restore what it names.",
    )


def _side(entry: Entry, record: Mapping[str, Any]) -> Side:
    return Side(
        name=entry.folder if is_release(entry.folder) else entry.key,
        folder=entry.folder,
        as_of=entry.as_of,
        title=entry.title,
        answer=record["answer"],
        simulated=entry.simulated,
        provider=entry.provider,
        snapshot=entry.snapshot,
        version=entry.version,
        program=record.get("program"),
        libraries=record.get("libraries", {}),
    )


def shown(fact: Mapping[str, Any]) -> Shown:
    """Return a figure as an edition has it."""
    return Shown(fact["value"], fact["display"], fact["as_of"], fact["reason"])


def meaning(metric: Mapping[str, str]) -> Meaning:
    """Return what an edition understands by a metric."""
    return Meaning(metric["title"], metric["unit"], metric["definition"], metric["method"])
