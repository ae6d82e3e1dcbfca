"""Freeze the eight editions of the sample, 2025-W49 to 2026-W04, in order.

Usage: python tools/make_sample.py [FOLDER]        (default: content/snapshots)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import yaml

from generator import quality
from generator.config import Universe
from generator.editions import Edition, last_session, parse_edition, sessions_between
from generator.errors import ReportError
from generator.manifest import Manifest
from generator.pipeline import versions
from generator.providers import Request, sample
from generator.snapshot import Snapshots
from generator.store import Store

ROOT = Path(__file__).resolve().parent.parent
FIRST = parse_edition("2025-W49")
EDITIONS = tuple(FIRST.shift(weeks) for weeks in range(8))


def load_universe() -> Universe:
    """Return the series of the project."""
    text = (ROOT / "content" / "universe.yml").read_text(encoding="utf-8")
    return Universe.model_validate(yaml.safe_load(text))


def request_for(edition: Edition, universe: Universe) -> Request:
    """Return what the sample is asked for an edition."""
    as_of = last_session(edition)
    return Request(
        edition=edition,
        as_of=as_of,
        sessions=sessions_between(universe.history_start, as_of),
        universe=universe,
        data=None,
        now=datetime.combine(as_of, time(23), tzinfo=UTC),
    )


def make(folder: Path) -> Iterator[Manifest]:
    """Freeze the editions one after the other.

    Raises:
        ReportError: one of them is frozen there already; nothing is written then.
    """
    snapshots = Snapshots(Store(str(folder)))
    frozen = [str(edition) for edition in snapshots.editions() if edition in EDITIONS]
    if frozen:
        raise ReportError(
            f"frozen already: {', '.join(frozen)}",
            where=str(folder),
            hint="Name another folder, or delete the editions and their objects first.",
        )
    universe = load_universe()
    for edition in EDITIONS:
        request = request_for(edition, universe)
        fetched = sample.fetch(request)
        yield snapshots.freeze(
            edition,
            request.as_of,
            request.sessions,
            fetched,
            quality.examine(fetched, universe, request.sessions, request.as_of),
            versions(),
        )


def main(arguments: list[str]) -> int:
    """Freeze into the folder named, and say so one line an edition."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else ROOT / "content" / "snapshots"
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
