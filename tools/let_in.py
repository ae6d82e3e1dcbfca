"""Run a command whose git is let into a repository, by the token in SITE_TOKEN.

The token is in no command line and no log; git has it for this address alone. A command that could
not reach the repository (it ends with 4, as ours do, or with git's 128) is run again, after pauses
that double. The exit code is the command's.

Usage: python tools/let_in.py [--wait SECONDS] ADDRESS COMMAND...
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from branches import Repository, attempts

UNREACHED = (4, 128)


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Run a command that is let into a repository.")
    parser.add_argument("--wait", type=float, default=5.0, metavar="SECONDS")
    parser.add_argument("address")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    found = parser.parse_args(words)
    repository = Repository(found.address, os.environ.pop("SITE_TOKEN", ""))
    environment = {**os.environ, **repository.environment()}
    code = 0
    for _ in attempts(found.wait):
        code = subprocess.run(found.command, env=environment, check=False).returncode
        if code not in UNREACHED:
            break
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
