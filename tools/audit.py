"""Examine the pages with tools that are not Python's: `make check` runs it.

Two sample editions are published into a throw-away project and served on this machine. Of the
newest one it is shown that pages are light, that they come up at once on a slow phone, that the Nu
HTML checker finds no error, and that Lighthouse gives full marks. A part whose tools are absent is
left out, with the reason. The exit code is 1 if anything else than full success was found.

Usage: python tools/audit.py [SITE]        (a published site; default: the sample, made anew)
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import BEFORE, NEWEST, copy_project, smallcaps
from chromium import launched
from hosting import served
from loading import Loading, load
from node_tools import Absent, check_markup, lighthouse
from weights import Weight, reading_pages, weigh

from generator.chromium import find_chromium
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import read_listing

FIRST_VIEW = 60_000
"""Bytes, compressed, of the front page and of an edition's first page with its charts."""
HEAVIEST = 120_000
"""Bytes, compressed, of any page."""
STYLE = 20_000
"""Bytes of the style sheets of a page."""
SCRIPT = 14_000
"""Bytes of the scripts of a page; those without tables to put in order have 10,000."""
PAINT = 0.5
"""Seconds until the largest content of a first view is painted. Other pages are reported only: the
heaviest may take longer to arrive than that."""
SHIFT = 0.001
FULL = 100
LOOKED_AT = 3
"""How many of the heaviest pages Lighthouse examines."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    part: str
    subject: str
    measured: str
    aim: str
    good: bool | None
    """None where nothing was aimed at, or nothing could be measured."""

    def __str__(self) -> str:
        verdict = {True: "ok", False: "FAIL", None: ""}[self.good]
        line = f"{verdict:<5}{self.part:<11}{self.subject:<42}{self.measured:<36}{self.aim}"
        return line.rstrip()


@dataclass(frozen=True, slots=True)
class Site:
    """A published site and the pages to look at."""

    folder: Path
    pages: tuple[Weight, ...]
    """The heaviest first."""
    first: tuple[str, ...]
    """The pages that readers see first."""

    @property
    def kinds(self) -> list[str]:
        """Every page, but of the charts' own pages, which are alike, the heaviest alone."""
        names = [weight.page for weight in self.pages]
        charts = [name for name in names if "/charts/" in name]
        return [name for name in names if name not in charts[1:]]


def _kilobytes(count: int) -> str:
    return f"{count / 1000:.1f} KB"


def weights(site: Site) -> Iterator[Result]:
    """Say what each page weighs, and whether style and script keep to their limits."""
    for weight in site.pages:
        limit = FIRST_VIEW if weight.page in site.first else HEAVIEST
        aim = f"under {limit // 1000} KB compressed"
        size = weight.compressed
        yield Result("weight", weight.page, _kilobytes(size), aim, size < limit)
    style = max(weight.style for weight in site.pages)
    script = max(weight.script for weight in site.pages)
    yield Result("weight", "style", _kilobytes(style), f"under {STYLE // 1000} KB", style < STYLE)
    aim = f"under {SCRIPT // 1000} KB"
    yield Result("weight", "script", _kilobytes(script), aim, script < SCRIPT)


def markup(site: Site) -> Iterator[Result]:
    """Say what the HTML checker finds: each error, and each kind of warning with one example."""
    across = ("*.html", "archive/*.html", "figures/index.html", "figures/return_1w*/*.html")
    files = [path for kind in (*across, "figures/r*.html") for path in site.folder.glob(kind)]
    others = {path.relative_to(site.folder).as_posix() for path in files}
    pages = sorted({weight.page for weight in site.pages} | others)
    with served(site.folder) as address:
        found = check_markup(address, pages)
    errors = [one for one in found if one.error]
    warnings = {one.text: one for one in found if not one.error}
    for one in errors:
        yield Result("markup", one.page, f"{one.text} ({one.place})", "no error", False)
    for text, one in warnings.items():
        count = sum(other.text == text for other in found)
        yield Result("markup", one.page, f"warning, {count} times: {text} ({one.place})", "", None)
    yield Result("markup", f"{len(pages)} pages", f"{len(errors)} errors", "none", not errors)


def loading(site: Site) -> Iterator[Result]:
    """Say how fast each kind of page comes up on a slow phone."""
    with served(site.folder) as address, launched(_chromium()) as browser:
        load(browser, address + site.kinds[-1], visits=1)
        for page in site.kinds:
            yield from _loading(page, load(browser, address + page), page in site.first)


def _loading(page: str, seen: Loading, first: bool) -> Iterator[Result]:
    paint = f"painted {seen.painted:.2f} s, {_kilobytes(seen.transferred)}"
    fast = seen.painted < PAINT
    aim = f"under {PAINT} s" if first else ""
    yield Result("loading", page, paint, aim, fast if first else None)
    if seen.shifted >= SHIFT:
        yield Result("loading", page, f"shifted {seen.shifted:.3f}", f"under {SHIFT}", False)
    for name in seen.blocking:
        yield Result("loading", page, f"waits for {name}", "no blocking script", False)
    for name in seen.bundle:
        yield Result("loading", page, f"loads {name}", "only when asked for", False)


def marks(site: Site) -> Iterator[Result]:
    """Say what Lighthouse gives the heaviest pages, on a phone and on a desk."""
    executable = _chromium()
    with served(site.folder) as address:
        for weight in site.pages[:LOOKED_AT]:
            for desk in (False, True):
                seen = lighthouse(address + weight.page, executable, desk=desk)
                scores = "/".join(str(score) for score in seen.scores.values())
                yield Result(
                    "lighthouse",
                    f"{weight.page}, {'desk' if desk else 'phone'}",
                    f"{scores}, LCP {seen.paint:.2f} s, CLS {seen.shift:.3f}, "
                    f"TBT {seen.blocked:.0f} ms, {_kilobytes(seen.transferred)}",
                    "",
                    min(seen.scores.values()) == FULL,
                )
                for lost in seen.lost:
                    yield Result("lighthouse", weight.page, lost, "", None)


def _chromium() -> str:
    executable = find_chromium()
    if executable is None:
        raise Absent("Chromium is not installed")
    return executable


PARTS = {"weight": weights, "markup": markup, "loading": loading, "lighthouse": marks}


def examine(site: Site) -> Iterator[Result]:
    """Run every part; one that cannot be run says why."""
    for name, part in PARTS.items():
        try:
            yield from part(site)
        except Absent as reason:
            yield Result(name, "left out", str(reason), "", None)


def look_up(folder: Path) -> Site:
    """Weigh the pages of a published site.

    Raises:
        ReportError: nothing is published there.
    """
    newest = read_listing(Folder(folder)).find("latest").folder
    found = [weigh(folder, page) for page in reading_pages(folder, newest)]
    return Site(
        folder.resolve(),
        pages=tuple(sorted(found, key=lambda weight: -weight.compressed)),
        first=("index.html", f"{newest}/index.html"),
    )


@contextmanager
def _sample() -> Iterator[Path]:
    """Publish two editions where nobody minds, and remove them afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder))
        for edition in (BEFORE, NEWEST):
            smallcaps(project, "run", edition)
        yield project / "site"


def _report(folder: Path) -> int:
    good = True
    for result in examine(look_up(folder)):
        print(result, flush=True)
        good = good and result.good is not False
    return 0 if good else 1


def main(arguments: list[str]) -> int:
    """Print the table; return the exit code."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if arguments:
            return _report(Path(arguments[0]))
        with _sample() as folder:
            return _report(folder)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
