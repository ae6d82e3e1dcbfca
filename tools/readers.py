"""Refuse early what could not be kept: rows of a provider that others could read and may not.

content/datasets.yml says which rows may be published. `keep.py` looks at what was frozen and has
the last word; this looks at what would be frozen, before an hour is spent on fetching it. Exit
codes are the command's own: 3 where it refuses.

Usage: python tools/readers.py PROVIDER private|public
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from keep import HINT, PRIVATE

from generator.config import Settings, load_settings
from generator.errors import DataError, ReportError


def require_allowed(settings: Settings, provider: str, readers: str) -> None:
    """Refuse a provider whose rows may not be published where others read what is kept.

    Raises:
        DataError: there are such rows.
    """
    if readers == PRIVATE:
        return
    rules = settings.datasets.get(provider, {})
    withheld = [table for table, rule in rules.items() if rule.publish != "raw"]
    if withheld:
        raise DataError(
            f"the rows of {', '.join(withheld)} of '{provider}' may not be published, and the "
            f"repository for snapshots is {readers or 'of unknown readers'}",
            where="content/datasets.yml",
            hint=HINT,
        )


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    provider, readers = words
    try:
        require_allowed(load_settings(Path()), provider, readers)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
