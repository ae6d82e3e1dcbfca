"""What published releases say of themselves: record, figures, words and claims, each read once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from generator.errors import ReportError
from generator.listing import CLAIMS, FACTS, WORDS, Entry, Listing, read_record
from generator.trees import Tree

KEPT = 64
"""Records that are remembered: a year's, and some."""


class Releases:
    """The releases of a site, by what is listed of them."""

    def __init__(self, tree: Tree, listing: Listing) -> None:
        self.tree, self.listing = tree, listing
        self._record = lru_cache(KEPT)(lambda folder: read_record(tree, folder)[0])

    @cached_property
    def years(self) -> dict[int, list[Entry]]:
        """The newest releases of every year's editions, newest first."""
        found: dict[int, list[Entry]] = {}
        for entry in self.listing.newest.values():
            found.setdefault(entry.year, []).append(entry)
        return found

    def record(self, entry: Entry) -> Mapping[str, Any]:
        """Return a release's record.

        Raises:
            ReportError: it is missing or damaged.
        """
        return self._record(entry.folder)

    def facts(self, entry: Entry) -> Mapping[str, Any]:
        """Return what a release's facts.json holds.

        Raises:
            ReportError: it is missing or damaged.
        """
        found = self._json(entry, FACTS)
        if not isinstance(found, dict) or not isinstance(found.get("facts"), list):
            raise self._damaged(entry, FACTS, "it has no list of figures")
        return found

    def words(self, entry: Entry) -> Mapping[str, str] | None:
        """Return a release as text and as HTML; None for one from before there were such files.

        Raises:
            ReportError: it is damaged.
        """
        if WORDS not in self.record(entry)["files"]:
            return None
        found = self._json(entry, WORDS)
        if not isinstance(found, dict) or not {"html", "text"} <= found.keys():
            raise self._damaged(entry, WORDS, "it has no text")
        return found

    def claims(self, entry: Entry) -> Sequence[Mapping[str, Any]] | None:
        """Return the claims that were checked for a release; None where none were.

        Raises:
            ReportError: it is damaged.
        """
        if CLAIMS not in self.record(entry)["files"]:
            return None
        found = self._json(entry, CLAIMS)
        if not isinstance(found, list) or not all("verdict" in claim for claim in found):
            raise self._damaged(entry, CLAIMS, "it is not a list of claims")
        return found

    def updated(self, entry: Entry) -> str:
        """Return when a release was made, as feeds have it: `2026-01-17T08:00:00Z`.

        A release from before that was recorded counts from its last session.
        """
        known = self.record(entry).get("retrieved_at")
        moment = datetime.fromisoformat(entry.corrected or known or entry.as_of)
        at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _json(self, entry: Entry, name: str) -> Any:
        try:
            return json.loads(self.tree.read(f"{entry.folder}/{name}"))
        except (OSError, ValueError) as error:
            raise self._damaged(entry, name, str(error)) from None

    def _damaged(self, entry: Entry, name: str, what: str) -> ReportError:
        return ReportError(
            f"a published edition's {name} cannot be read: {what}",
            where=self.tree.where(f"{entry.folder}/{name}"),
            hint=f"Run `smallcaps verify {entry.edition}` to see what is damaged.",
        )
