"""Correcting: an edition that is published is published again, beside what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from generator import pipeline
from generator.archive import is_same
from generator.corrections import SHOWN_AS, Correction, add_correction
from generator.editions import Edition
from generator.errors import ReportError, UsageError
from generator.folders import Folder
from generator.listing import read_listing, read_record
from generator.publishing import destination
from generator.workshop import Workshop


def correct(
    shop: Workshop,
    edition: Edition,
    reason: str,
    today: date,
    *,
    branch: str | None = None,
    remote: str | None = None,
) -> None:
    """Build an edition as its next revision and add the correction to the project's list.

    What is left to do is to publish it; that works later too.

    Raises:
        UsageError: the reason is not a sentence on one line.
        ReportError: the edition is not published, or as it was published nothing differs; or the
            day is before the edition's.
    """
    folder, record = _published(shop, edition, branch, remote)
    pipeline.build(shop, edition)
    built = read_record(Folder(shop.settings.build / str(edition)), "site")[0]
    if is_same(built, record):
        raise ReportError(
            f"there is nothing to correct: {edition} is published as it is built now",
            where=folder,
            hint="Change what was wrong first: the snapshot, the commentary or the program.",
        )
    correction = _next(shop, edition, reason, today)
    settings = shop.settings
    shop.renew(settings.model_copy(update={"corrections": (*settings.corrections, correction)}))
    pipeline.build(shop, edition)
    add_correction(settings.root, correction)


def _published(
    shop: Workshop, edition: Edition, branch: str | None, remote: str | None
) -> tuple[str, Mapping[str, Any]]:
    """Where the newest release is, and its record."""
    with destination(shop, branch, remote) as tree:
        tree.begin()
        newest = read_listing(tree).find(str(edition))
        where, record = tree.where(newest.folder), read_record(tree, newest.folder)[0]
    known = shop.settings.correction(edition)
    if known is not None and known.revision > newest.revision:
        raise ReportError(
            f"revision {known.revision} of {edition} has not been published yet",
            where=SHOWN_AS,
            hint=f"Run `smallcaps run {edition}`, which publishes it.",
        )
    return where, record


def _next(shop: Workshop, edition: Edition, reason: str, today: date) -> Correction:
    known = shop.settings.correction(edition)
    first = known.date if known else shop.snapshots.manifest(edition).as_of
    if today < first:
        raise ReportError(
            f"the clock says {today}, before {first}, which this release follows",
            hint="Set this machine's clock, then run the command again.",
        )
    try:
        return Correction(
            edition=str(edition),
            revision=known.revision + 1 if known else 2,
            date=today,
            reason=reason,
        )
    except ValidationError as error:
        raise UsageError(f"--revision {reason!r}: {error.errors()[0]['msg']}") from None
