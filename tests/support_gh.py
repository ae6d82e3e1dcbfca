"""A stand-in for GitHub's command `gh`, and for what it talks to: issues, runs, repositories.

State is a JSON file that the stand-in reads and writes; what it was asked is written down beside
it. Like the real one it refuses to work without a token, and GitHub refuses what the token of the
job does not permit.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """#!{python}
import json, os, sys
from pathlib import Path

place = Path(__file__).parents[1] / "service.json"
state = json.loads(place.read_text())
words = sys.argv[1:]
with place.with_suffix(".asked").open("a") as file:
    file.write(json.dumps(words) + "\\n")


def option(name):
    return words[words.index(name) + 1]


def permit(scope, least):
    granted = state["tokens"].get(os.environ.get("GH_TOKEN", ""))
    if granted is None:
        sys.exit("gh: set the GH_TOKEN environment variable")
    if ("none", "read", "write").index(granted.get(scope, "none")) < least:
        sys.exit("HTTP 403: Resource not accessible by integration")
    if "repos/" not in words[1] and os.environ.get("GH_REPO") != state["repository"]:
        sys.exit("gh: no repository is named")


if words[0] == "api":
    permit("metadata", 0)
    assert words[2:] == ["--jq", ".visibility"], words
    print(state["visibility"][words[1].removeprefix("repos/")])
elif words[:2] == ["run", "list"]:
    permit("actions", 1)
    assert option("--limit") == "1" and option("--jq") == ".[].conclusion", words
    print("\\n".join(state["conclusions"][-1:]))
elif words[:2] == ["issue", "list"]:
    permit("issues", 1)
    found = [issue for issue in state["issues"] if issue["state"] == option("--state")]
    print(json.dumps([{{"number": i["number"], "title": i["title"]}} for i in found]))
elif words[:2] == ["issue", "create"]:
    permit("issues", 2)
    number = len(state["issues"]) + 1
    issue = {{"number": number, "title": option("--title"), "state": "open"}}
    state["issues"].append(issue | {{"said": [option("--body")]}})
elif words[:2] in (["issue", "comment"], ["issue", "close"]):
    permit("issues", 2)
    issue = state["issues"][int(words[2]) - 1]
    issue["said"].append(option("--body" if words[1] == "comment" else "--comment"))
    issue["state"] = "closed" if words[1] == "close" else issue["state"]
else:
    sys.exit(f"gh: unknown command {{words}}")
place.write_text(json.dumps(state))
"""


@dataclass(frozen=True)
class Service:
    """What `gh` talks to."""

    place: Path
    """The file of its state."""

    @classmethod
    def begun(cls, folder: Path, repository: str) -> Service:
        """Return one where nothing has happened, and put `gh` into the folder's `bin`."""
        service = cls(folder / "service.json")
        program = folder / "bin/gh"
        program.parent.mkdir(parents=True)
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        service.write(repository=repository, tokens={}, visibility={}, conclusions=[], issues=[])
        return service

    def read(self) -> dict[str, Any]:
        """Return its state."""
        found: dict[str, Any] = json.loads(self.place.read_text())
        return found

    def write(self, **changed: Any) -> None:
        """Change its state."""
        old = self.read() if self.place.exists() else {}
        self.place.write_text(json.dumps(old | changed))

    @property
    def asked(self) -> list[list[str]]:
        """The words of every call, in order."""
        file = self.place.with_suffix(".asked")
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def issues(self) -> dict[str, str]:
        """The state of every issue by its title."""
        return {issue["title"]: issue["state"] for issue in self.read()["issues"]}
