"""Say which edition a run is for, as `edition=2026-W03`: the one asked for, or the one that is due.

The edition that is due is the last week that is over. The time is the machine's, or that of
SMALLCAPS_NOW, an ISO date and time in UTC, as for the command. Exit codes are the command's own.

Usage: python tools/due.py [EDITION]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from generator.editions import Edition, last_finished, parse_edition, require_finished
from generator.errors import ReportError


def due(asked: str, now: datetime) -> Edition:
    """Return the edition asked for, or the newest that is over.

    Raises:
        ReportError: what was asked for is no edition, or is not over.
    """
    if not asked:
        return last_finished(now)
    edition = parse_edition(asked)
    require_finished(edition, now)
    return edition


def clock() -> datetime:
    """Return the time, in UTC."""
    said = os.environ.get("SMALLCAPS_NOW")
    return datetime.fromisoformat(said).replace(tzinfo=UTC) if said else datetime.now(UTC)


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        print(f"edition={due(words[0] if words else '', clock())}")
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
