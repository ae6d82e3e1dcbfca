"""Freeze the eight editions of the sample, 2025-W49 to 2026-W04, in order.

Usage: python tools/make_sample.py [FOLDER]        (default: content/snapshots)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator.config import load_settings
from generator.editions import Edition, closing_time, last_session, parse_edition
from generator.errors import ReportError
from generator.freezing import Order, fetch
from generator.manifest import Manifest
from generator.workshop import Workshop

ROOT = Path(__file__).resolve().parent.parent
FIRST = parse_edition("2025-W49")
EDITIONS = tuple(FIRST.shift(weeks) for weeks in range(8))


def _say(*_: object) -> None:
    """One line an edition is said below."""


def _evening(edition: Edition) -> datetime:
    return closing_time(last_session(edition)).astimezone(UTC) + timedelta(hours=2)


def make(folder: Path) -> Iterator[Manifest]:
    """Freeze the editions one after the other.

    Raises:
        ReportError: one of them is frozen there already; nothing is written then.
    """
    settings = load_settings(ROOT)
    project = settings.project.model_copy(update={"snapshots": str(folder)})
    with Workshop(settings.model_copy(update={"project": project}), _say) as shop:
        frozen = [str(edition) for edition in shop.snapshots.editions() if edition in EDITIONS]
        if frozen:
            raise ReportError(
                f"frozen already: {', '.join(frozen)}",
                where=str(folder),
                hint="Name another folder, or delete the editions and their objects first.",
            )
        for edition in EDITIONS:
            evening = _evening(edition)
            fetch(shop, Order(edition, "sample", None), lambda evening=evening: evening)
            yield shop.snapshots.manifest(edition)


def main(arguments: list[str]) -> int:
    """Freeze into the folder named, and say so one line an edition."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0]).resolve() if arguments else ROOT / "content" / "snapshots"
    try:
        for manifest in make(folder):
            newest = manifest.tables["prices"][-1]
            print(
                f"froze {manifest.edition}  to {manifest.as_of}  {newest.rows:>7,} rows"
                f"  {newest.bytes:>9,} bytes  {manifest.revised_rows} revised"
            )
    except ReportError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
