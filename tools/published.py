"""Say whether an edition is published for good, as `published=true` or `published=false`.

It is if the branch `site` lists it, made from real data, in as many revisions as
content/corrections.yml asks for. Only the list is fetched, where the repository can do that.

Exit codes: 0 done, 1 the list or the project's settings are damaged, 4 the repository could not be
reached. The token is read from SITE_TOKEN.

Usage: python tools/published.py ADDRESS EDITION
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from branches import Branch, Repository, Unreachable

from generator.config import load_settings
from generator.errors import ReportError
from generator.listing import Listing, read_listing

STORE = Path("build/keep/site.git")


def is_published(listing: Listing, edition: str, revision: int) -> bool:
    """Return whether an edition is there in this revision, and made from real data."""
    entry = listing.newest.get(edition)
    return entry is not None and not entry.simulated and entry.revision >= revision


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Say whether an edition is published for good.")
    parser.add_argument("address")
    parser.add_argument("edition")
    parser.add_argument("--wait", type=float, default=5.0, metavar="SECONDS")
    found = parser.parse_args(words)
    repository = Repository(found.address, os.environ.get("SITE_TOKEN", ""))
    try:
        correction = load_settings(Path()).correction(found.edition)
        listing = read_listing(Branch("site", repository, STORE, found.wait))
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except Unreachable as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 4
    wanted = correction.revision if correction else 1
    print(f"published={str(is_published(listing, found.edition, wanted)).lower()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
