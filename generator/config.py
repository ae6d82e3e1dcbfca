"""Settings: `mkdocs.yml` (its `extra.smallcaps`) and `content/*.yml` as typed, frozen objects.

All mistakes in all files are collected and reported at once, each with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.errors import ContentError, Mistake, ReportError, did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w./~-]*)?")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Series(_Strict):
    """One series of the universe."""

    name: str
    """As readers know it, in full."""
    short: str
    """A name for places with little room."""
    symbol: str
    """Yahoo's symbol, also the file name of the files provider."""
    kind: Literal["index", "fund", "volatility"]
    segment: Literal["small", "micro", "large", "mega", "broad", "style", "sector", "volatility"]
    daily_limit: float = Field(gt=0)
    """Largest believable move from one close to the next, as a fraction."""
    sector: str | None = None
    size: Literal["small", "large"] | None = None
    implied_for: str | None = None
    """For volatility indexes: the subject whose volatility is implied."""
    proxy: bool = False
    """Whether it stands in for what it is not, as a fund does for a group of companies."""


class Pair(_Strict):
    """A small-cap and a large-cap subject that are compared."""

    small: str
    large: str


class QualityRules(_Strict):
    """What a series must satisfy to be used."""

    minimum_sessions: int = Field(ge=2)
    maximum_gap: int = Field(ge=0)
    flat_sessions: int = Field(ge=2)


class Universe(_Strict):
    """Every series an edition is computed from, by subject name."""

    history_start: date
    benchmarks: Pair
    fund_pair: Pair
    major_indexes: tuple[str, ...]
    quality: QualityRules
    series: dict[str, Series]

    def subjects(
        self,
        *,
        kind: tuple[str, ...] = ("index", "fund"),
        segment: tuple[str, ...] | None = None,
    ) -> list[str]:
        """Return the subjects of these kinds and segments, in the order of the file."""
        return [
            subject
            for subject, series in self.series.items()
            if series.kind in kind and (segment is None or series.segment in segment)
        ]


class Term(_Strict):
    """One entry of the glossary."""

    term: str
    means: str


class Project(_Strict):
    """`extra.smallcaps` of mkdocs.yml."""

    provider: str
    """The provider `run` and `fetch` use unless told otherwise."""
    snapshots: str
    """A folder, or an fsspec address, that holds the frozen snapshots."""
    site: str
    """The published tree."""
    build: str
    """Scratch."""


class Settings(_Strict):
    """Everything that people configure."""

    root: Path
    site_name: str
    site_description: str
    site_url: str
    """Where the site is published, ending with a slash."""
    project: Project
    universe: Universe
    glossary: tuple[Term, ...]

    @property
    def site(self) -> Path:
        """The published tree."""
        return self.root / self.project.site

    @property
    def build(self) -> Path:
        """The scratch folder."""
        return self.root / self.project.build

    @property
    def snapshots(self) -> str:
        """Where snapshots are: an absolute folder, or an fsspec address."""
        place = self.project.snapshots
        return place if "://" in place else str(self.root / place)


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds mkdocs.yml and content/.

    Raises:
        ReportError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "content").is_dir():
            return folder
    raise ReportError(
        f"no project here: neither '{start}' nor a folder above it has mkdocs.yml and content/",
        hint="Go to the project's folder, or name it with --project DIR.",
    )


class _File:
    """One YAML file with the line of each of its keys."""

    def __init__(self, path: Path, shown_as: str) -> None:
        self.shown_as = shown_as
        self.mistakes: list[Mistake] = []
        self.lines: dict[tuple[Hashable, ...], int] = {}
        self.data: Any = None
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        except FileNotFoundError:
            self._wrong(None, "the file is missing")
        except UnicodeDecodeError as error:
            self._wrong(None, f"not UTF-8: {error.reason} at byte {error.start}")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            self._wrong(mark.line + 1 if mark else None, f"not YAML: {problem}")
        else:
            if node is None:
                self._wrong(None, "the file is empty")
            else:
                self._walk(node, ())
                self._construct(node)

    def _wrong(self, line: int | None, what: str) -> None:
        self.mistakes.append(Mistake(self.shown_as, line, what))

    def _construct(self, node: yaml.Node) -> None:
        """Make the data, or name the place that cannot be made, such as a day that is none."""
        loader = _Loader("")
        try:
            self.data = loader.construct_document(node)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            mark = getattr(error, "problem_mark", None) or _culprit(node)
            problem = getattr(error, "problem", None) or str(error)
            self._wrong(mark.line + 1 if mark else None, f"cannot be read: {problem}")
        finally:
            loader.dispose()

    def _walk(self, node: yaml.Node, path: tuple[Hashable, ...]) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    self._wrong(line, "a key must be a word")
                    continue
                if key.value in seen:
                    self._wrong(line, f"'{key.value}' stands twice")
                seen.add(key.value)
                self.lines[(*path, key.value)] = line
                self._walk(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._walk(value, (*path, index))

    def read(
        self, model: type[_Model], data: Any, prefix: tuple[Hashable, ...] = ()
    ) -> _Model | None:
        """Validate, keeping every mistake with its line."""
        if self.data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                path = (*prefix, *item["loc"])
                self._wrong(self.line(path), _in_words(item, path, model))
            return None

    def line(self, path: tuple[Hashable, ...]) -> int | None:
        """Return the line of the nearest known key at or above the path."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def _culprit(node: yaml.Node) -> yaml.Mark | None:
    """The place of the first scalar that cannot be made into a value."""
    if isinstance(node, yaml.ScalarNode):
        loader = _Loader("")
        try:
            loader.construct_object(node)
        except (yaml.YAMLError, ValueError, TypeError):
            return node.start_mark
        finally:
            loader.dispose()
        return None
    children = node.value if isinstance(node.value, list) else []
    for child in children:
        for part in child if isinstance(child, tuple) else (child,):
            found = _culprit(part)
            if found is not None:
                return found
    return None


def _in_words(item: Any, path: tuple[Hashable, ...], model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in path)
    if item["type"] == "missing":
        return f"'{where}' is missing"
    if item["type"] == "extra_forbidden":
        known = list(Series.model_fields if path[0] == "series" else model.model_fields)
        return f"'{where}' is not known{did_you_mean(str(path[-1]), known)}"
    return f"'{where}' is {item['input']!r}: {item['msg']}"


def _cross_checks(file: _File, universe: Universe) -> None:
    """Names that must exist, symbols that must differ."""
    named: list[tuple[tuple[Hashable, ...], str]] = [
        (("benchmarks", "small"), universe.benchmarks.small),
        (("benchmarks", "large"), universe.benchmarks.large),
        (("fund_pair", "small"), universe.fund_pair.small),
        (("fund_pair", "large"), universe.fund_pair.large),
    ]
    named += [(("major_indexes", i), name) for i, name in enumerate(universe.major_indexes)]
    for subject, series in universe.series.items():
        if series.implied_for is not None:
            named.append((("series", subject, "implied_for"), series.implied_for))
        if (series.segment == "sector") != (series.sector is not None and series.size is not None):
            line = file.line(("series", subject))
            file._wrong(
                line, f"'{subject}': sector and size belong to sector funds, and only there"
            )
    for path, name in named:
        if name not in universe.series:
            near = did_you_mean(name, universe.series)
            file._wrong(file.line(path), f"'{name}' is not a series{near}")
    first: dict[str, str] = {}
    for subject, series in universe.series.items():
        other = first.setdefault(series.symbol, subject)
        if other != subject:
            line = file.line(("series", subject, "symbol"))
            file._wrong(line, f"'{subject}' has the symbol {series.symbol} of '{other}'")


def load_settings(root: Path) -> Settings:
    """Read mkdocs.yml and content/*.yml.

    Raises:
        ContentError: with every mistake in every file.
    """
    site = _File(root / "mkdocs.yml", "mkdocs.yml")
    words = _File(root / "content/glossary.yml", "content/glossary.yml")
    series = _File(root / "content/universe.yml", "content/universe.yml")

    data = site.data if isinstance(site.data, dict) else {}
    extra = data.get("extra")
    ours = extra.get("smallcaps") if isinstance(extra, dict) else None
    project = site.read(Project, ours, ("extra", "smallcaps"))
    universe = series.read(Universe, series.data)
    if universe is not None:
        _cross_checks(series, universe)

    glossary: list[Term] = []
    entries = words.data if isinstance(words.data, list) else []
    if words.data is not None and not entries:
        words._wrong(1, "a list of terms is wanted, each with 'term' and 'means'")
    for index, entry in enumerate(entries):
        term = words.read(Term, entry, (index,))
        glossary += [term] if term else []

    mistakes = [*site.mistakes, *series.mistakes, *words.mistakes]
    for key in ("site_name", "site_description", "site_url"):
        if site.data is not None and not isinstance(data.get(key), str):
            mistakes.append(Mistake("mkdocs.yml", None, f"'{key}' is missing"))
    address = data.get("site_url")
    if isinstance(address, str) and not _ADDRESS.fullmatch(address):
        what = f"'site_url' is {address!r}, not an address such as https://example.org/report/"
        mistakes.append(Mistake("mkdocs.yml", site.line(("site_url",)), what))
    if mistakes or project is None or universe is None:
        raise ContentError(mistakes, hint="Mend them, then run `smallcaps check`.")
    return Settings(
        root=root,
        site_name=data["site_name"],
        site_description=data["site_description"],
        site_url=data["site_url"].rstrip("/") + "/",
        project=project,
        universe=universe,
        glossary=tuple(glossary),
    )
