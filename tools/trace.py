"""Leave a trace of a run of the weekly report that a person will see.

The run's summary says how it ended. A run that failed opens an issue for its edition, or adds to
the one that is open; the next run that succeeds for that edition closes it. Issues are known by
their title, so there is one an edition, and are reached through GitHub's own command, `gh`.

Usage: python tools/trace.py --edition EDITION --report RESULT --deploy RESULT --words TEXT
                             --run ADDRESS --summary FILE
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Ask = Callable[..., str]
"""Runs `gh` with some words and returns what it prints."""
UNKNOWN = "an unknown edition"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    edition: str
    """The edition it was for; empty if it did not come so far."""
    report: str
    """The result of making the report: success, failure, cancelled, skipped."""
    deploy: str
    """The result of deploying the site; skipped where there was nothing new."""
    words: str
    """What was said last."""
    run: str
    """Where to read all of it."""

    @property
    def well(self) -> bool:
        """Whether nothing failed. A run that took too long counts as cancelled, so as failed."""
        return self.report == "success" and self.deploy in ("success", "skipped")

    @property
    def title(self) -> str:
        """Of the issue."""
        return f"The report for {self.edition or UNKNOWN} failed"

    @property
    def account(self) -> str:
        """In Markdown."""
        quoted = f"\n\n~~~~text\n{self.words.replace('~~~', '')}\n~~~~" if self.words else ""
        return (
            f"Making the report: **{self.report}**, deploying the site: **{self.deploy}**. "
            f"[The run]({self.run}) says more.{quoted}\n\n"
            "What was published before is as it was. Once the cause is mended, run the workflow "
            "again; it goes on where this run stopped and closes this issue."
        )

    @property
    def summary(self) -> str:
        """In Markdown."""
        if not self.well:
            return f"### {self.title}\n\n{self.account}\n"
        state = "published" if self.deploy == "success" else "there was nothing new"
        return f"### {self.edition}: {state}\n"


def open_issues(ask: Ask, titles: Sequence[str]) -> list[int]:
    """Return the numbers of the open issues with one of these titles."""
    listed = ask("issue", "list", "--state", "open", "--limit", "1000", "--json", "number,title")
    return [issue["number"] for issue in json.loads(listed) if issue["title"] in titles]


def leave(ended: Ended, ask: Ask) -> None:
    """Open, continue or close the edition's issue."""
    if ended.well:
        unknown = Ended("", ended.report, ended.deploy, "", ended.run)
        for number in open_issues(ask, (ended.title, unknown.title)):
            comment = f"[A later run]({ended.run}) succeeded."
            ask("issue", "close", str(number), "--comment", comment)
        return
    known = open_issues(ask, (ended.title,))
    if known:
        ask("issue", "comment", str(known[0]), "--body", ended.account)
    else:
        ask("issue", "create", "--title", ended.title, "--body", ended.account)


def gh(*words: str) -> str:
    """Run GitHub's command."""
    return subprocess.run(["gh", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def main(words: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Leave a trace of a run.")
    for name in ("--edition", "--report", "--deploy", "--words", "--run"):
        parser.add_argument(name, required=True)
    parser.add_argument("--summary", required=True, type=Path)
    found = parser.parse_args(words)
    ended = Ended(found.edition, found.report, found.deploy, found.words, found.run)
    with found.summary.open("a", encoding="utf-8") as file:
        file.write(ended.summary)
    leave(ended, gh)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
