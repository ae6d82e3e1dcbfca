"""A throw-away project, the command line run on it, and pages read back as readers get them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator import cli
from generator.config import Settings, load_settings
from generator.editions import sessions_between

REPOSITORY = Path(__file__).parents[1]
NOW = "2026-02-01T12:00:00"
FROZEN = ("2026-W02", "2026-W03", "2026-W04")
"""The editions whose snapshots a throw-away project has."""
SAMPLE = (
    *("2025-W49", "2025-W50", "2025-W51", "2025-W52"),
    *("2026-W01", "2026-W02", "2026-W03", "2026-W04"),
)
"""The editions of the repository's own sample."""
MEMBERS = 40
"""How many members of each index the sample of a throw-away project has."""
WORDS = "2025-W50"
"""The edition whose commentary it has."""


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A project's folder and the commands run on it."""

    folder: Path

    @property
    def site(self) -> Path:
        """The published tree."""
        return self.folder / "site"

    @property
    def build(self) -> Path:
        """The scratch folder."""
        return self.folder / "build"

    @property
    def snapshots(self) -> Path:
        """The frozen inputs."""
        return self.folder / "content/snapshots"

    def run(self, *arguments: str, now: str = NOW) -> Ran:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        code: object = None
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                cli.main(["--project", str(self.folder), "--now", now, *arguments])
            except SystemExit as stop:
                code = stop.code
        assert isinstance(code, int)
        return Ran(code, out.getvalue(), err.getvalue())

    def command(self, *arguments: str, now: str = NOW) -> list[str]:
        """Return the words that run a command in a process of its own."""
        options = ["--project", str(self.folder), "--now", now]
        return [sys.executable, "-m", "generator.cli", *options, *arguments]

    def spawn(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
        """Run a command in a process of its own."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def spawn_script(self, script: str) -> Ran:
        """Run a Python script in a process of its own; `PROJECT` in it is the project's folder."""
        done = subprocess.run(
            [sys.executable, "-c", script.replace("PROJECT", repr(str(self.folder)))],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a text in one of the project's files."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not contain {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        """Write one of the project's files."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def copy(self, folder: Path) -> Project:
        """Return a copy that may be changed."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


def make_project(folder: Path, frozen: tuple[str, ...] = FROZEN) -> Project:
    """Return a project with our templates and content, some snapshots and an empty site."""
    (folder / "site").mkdir(parents=True)
    shutil.copy(REPOSITORY / "mkdocs.yml", folder)
    shutil.copytree(REPOSITORY / "templates", folder / "templates")
    content = folder / "content"
    (content / "editions").mkdir(parents=True)
    for path in (REPOSITORY / "content").glob("*.yml"):
        shutil.copy(path, content)
    # Words of a week that is not among those: what only they cite is cited.
    shutil.copy(REPOSITORY / f"content/editions/{WORDS}.md", content / "editions")
    fewer_members(content / "universe.yml")
    (content / "snapshots/objects").mkdir(parents=True)
    if frozen:
        store = frozen_sample()
        shutil.copytree(store / "objects", content / "snapshots/objects", dirs_exist_ok=True)
        for edition in frozen:
            shutil.copy(store / f"{edition}.json", content / "snapshots")
    return Project(folder)


def fewer_members(file: Path) -> None:
    """Let the sample of a project have few members of each index: it is frozen and built faster."""
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"simulated: \d+", f"simulated: {MEMBERS}", text), encoding="utf-8")


@cache
def frozen_sample() -> Path:
    """Return the repository's sample editions, frozen again with few members.

    They are made once for all processes that run the same code, and kept among temporary files.
    """
    sources = (
        *sorted((REPOSITORY / "generator").rglob("*.py")),
        REPOSITORY / "content/universe.yml",
    )
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    place = Path(tempfile.gettempdir()) / f"smallcaps-sample-{os.getuid()}-{code[:16]}"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            with tempfile.TemporaryDirectory(prefix="smallcaps-sample-") as scratch:
                project = make_project(Path(scratch) / "project", ())
                for edition in SAMPLE:
                    ran = project.run("fetch", edition, "--provider", "sample")
                    assert ran.code == 0, ran.err
                shutil.copytree(project.snapshots, Path(scratch) / "whole")
                shutil.move(Path(scratch) / "whole", place)
    return place


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def _scratch() -> Path:
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="smallcaps-tests-"))
    return Path(_FOLDERS[-1].name)


@cache
def published() -> Project:
    """Return a project that has published 2026-W04, then 2026-W03; to be read, not changed."""
    project = make_project(_scratch() / "published")
    for edition in ("2026-W04", "2026-W03"):
        ran = project.run("run", edition)
        assert ran.code == 0, ran.err
    return project


@cache
def published_from_files() -> tuple[Project, Ran]:
    """Return the same after 2026-W03 gave way to one from two files of real sessions."""
    folder = _scratch()
    project = published().copy(folder / "files")
    data = two_benchmarks(folder / "data")
    ran = project.run("run", "2026-W03", "--provider", "files", "--data", str(data))
    assert ran.code == 0, ran.err
    return project, ran


def wave(count: int, period: float, slope: float) -> list[float]:
    """Return closes that swing around a rising line, in cents; their averages cross."""
    return [round(2000 + 200 * math.sin(n / period) + slope * n, 2) for n in range(count)]


def two_benchmarks(
    folder: Path, last: str = "2026-01-16", closes: Mapping[str, list[float]] | None = None
) -> Path:
    """Write a folder of price files, one a symbol, on real sessions to the last."""
    closes = closes or {"^RUT": wave(700, 70, 0.25), "^GSPC": wave(700, 90, 0.5)}
    folder.mkdir(parents=True, exist_ok=True)
    sessions = sessions_between(date(2015, 1, 1), date.fromisoformat(last))
    for symbol, levels in closes.items():
        days = sessions[-len(levels) :]
        rows = [f"{day.date()},{level:.2f}" for day, level in zip(days, levels, strict=True)]
        (folder / f"{symbol}.csv").write_text("Date,Close\n" + "\n".join(rows) + "\n")
    return folder


@cache
def settings() -> Settings:
    """Return the repository's own settings."""
    return load_settings(REPOSITORY)


def tree(folder: Path) -> dict[str, str]:
    """Return what a folder holds: SHA-256 by relative name, `folder` for folders."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


@contextlib.contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Check that a folder holds the same bytes after as before, but for locks."""
    before = _without_locks(tree(folder))
    yield
    assert _without_locks(tree(folder)) == before


def _without_locks(files: Mapping[str, str]) -> dict[str, str]:
    return {name: content for name, content in files.items() if not name.endswith(".lock")}


@dataclass
class Printed:
    """One `<data>` element."""

    value: str
    text: str
    link: str | None


@dataclass
class Drawn:
    """One `<svg>` element."""

    attributes: dict[str, str | None]
    title: str = ""
    description: str = ""


@dataclass
class Page:
    """What a page consists of, as a browser would find it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    drawings: list[Drawn] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    """Collects a page."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []
        self._link: str | None = None
        self._drawing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.page.ids.append(str(found["id"]))
        for name in ("href", "src", "xlink:href", "action", "poster", "srcset", "data"):
            if found.get(name):
                self.page.links.append(str(found[name]))
        if tag == "a":
            self._link = found.get("href")
        if tag == "data":
            self.page.printed.append(Printed(found.get("value") or "", "", self._link))
        if tag == "svg":
            self._drawing += 1
            if self._drawing == 1:
                self.page.drawings.append(Drawn(found))
        if tag in ("data", "title", "desc"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag == "a":
            self._link = None
        if tag == "svg":
            self._drawing -= 1

    def handle_data(self, data: str) -> None:
        self.page.text += data
        tag = self._open[-1] if self._open else ""
        if tag == "data":
            self.page.printed[-1].text += data
        elif self._drawing and tag == "title":
            self.page.drawings[-1].title += data
        elif self._drawing and tag == "desc":
            self.page.drawings[-1].description += data


@cache
def read_page(path: Path) -> Page:
    """Return a page, read as HTML."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


def dead_links(site: Path) -> list[str]:
    """Return every link of every page below a folder that leads nowhere in it, one line each.

    An address in full, or from the root of the host, must be one of the published site, and is
    looked up in the folder.
    """
    dead, own = [], settings().site_url
    for path in sorted(site.rglob("*.html")):
        for link in dict.fromkeys(read_page(path).links):
            # 404.html is shown for any address, so its links begin at the root of the host.
            root = own if link.startswith(own) else urlsplit(own).path
            whole = link.startswith(root)
            parts = urlsplit(link.removeprefix(root) or "index.html" if whole else link)
            if parts.scheme == "data":
                continue
            shown = f"{path.relative_to(site)} -> {link}"
            start = site if whole else path.parent
            target = (start / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or parts.netloc:
                dead.append(f"{shown}: neither a relative address nor one of the site")
            elif not target.is_file() or not target.is_relative_to(site.resolve()):
                dead.append(f"{shown}: no such file")
            elif parts.fragment and unquote(parts.fragment) not in read_page(target).ids:
                dead.append(f"{shown}: no such place")
    return dead
