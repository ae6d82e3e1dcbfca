"""Settings: `mkdocs.yml` (its `extra.smallcaps`) and `content/*.yml` as typed, frozen objects.

All mistakes in all files are collected and reported at once, each with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from generator.corrections import Correction, read_corrections
from generator.errors import ContentError, Mistake, ReportError, did_you_mean
from generator.meetings import Meeting, read_meetings
from generator.yaml_file import YamlFile

GROUPS = ("major_indexes", "small_cap_funds", "federal_funds", "united_states")
"""Subjects of figures that are of several series together."""
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


class MacroSeries(_Strict):
    """One economic series."""

    series: str
    """FRED's id."""
    name: str
    """As readers know it."""
    unit: Literal["percent", "points", "thousands", "millions", "billions"]
    """Of its values."""
    frequency: Literal["day", "week", "month", "quarter", "year"]
    """How often there is an observation."""
    vintages: bool
    """Whether first releases and revisions are kept."""
    released_at: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """When on its day it is released, New York time; None where no time is set."""


class MemberRules(_Strict):
    """An index whose members are followed."""

    fund: str
    """The ticker of the fund whose holdings name them."""
    simulated: int = Field(ge=1)
    """How many members the sample makes up."""


class CreatedFund(_Strict):
    """A fund whose creations of shares are followed."""

    symbol: str
    """Its ticker."""
    name: str
    """As readers know it, in full."""


class Universe(_Strict):
    """Every series an edition is computed from, by subject name."""

    history_start: date
    benchmarks: Pair
    fund_pair: Pair
    major_indexes: tuple[str, ...]
    series: dict[str, Series]
    macro: dict[str, MacroSeries]
    """Economic series, by the name that figures use as their subject."""
    members: dict[str, MemberRules]
    """Indexes whose members are followed."""
    coverage_floor: float = Field(gt=0, le=1)
    """Share of the members, and of their weight, that must have data for a figure of all."""
    oldest_list: int = Field(ge=1)
    """Sessions after its day on which a list of members is no longer used."""
    sectors: dict[str, str]
    """Names of sectors as the holdings files write them, by the name that figures use."""
    funds: dict[str, CreatedFund]
    """Funds whose creations are followed, by the name that figures use."""
    meetings: tuple[Meeting, ...] = ()
    """Of the Federal Open Market Committee; they stand in a file of their own."""

    def called(self, subject: str) -> str:
        """Return a subject's name where room is short; groups of series are subjects too."""
        if subject in self.series:
            return self.series[subject].short
        if subject in self.macro:
            return self.macro[subject].name
        if subject in self.funds:
            return self.funds[subject].symbol
        if subject in self.sectors:
            return self.sectors[subject]
        return subject.replace("_", " ").capitalize()

    @property
    def every_subject(self) -> tuple[str, ...]:
        """What figures can be of: series, economic series, sectors, funds, and groups of them."""
        named = (*self.series, *self.macro, *self.sectors, *self.funds, *GROUPS)
        return tuple(dict.fromkeys(named))

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


class Check(_Strict):
    """One check of the data, as content/checks.yml has it."""

    means: str
    """What it looks at, for readers."""
    threshold: float = Field(ge=0)
    """What lies beyond it fails."""
    unit: str
    """Of the threshold: minutes, share, sessions, rows and the like."""
    failing: Literal["stop", "leave out", "note"]
    """What follows."""
    pairs: dict[str, str] = {}
    """For comparisons: subjects of the universe that must agree."""


class Checks(_Strict):
    """Every check there is, by name."""

    session_final: Check
    clock: Check
    answered: Check
    members_answered: Check
    read: Check
    identity: Check
    renamed: Check
    sessions_only: Check
    stale: Check
    flat: Check
    gap: Check
    short_history: Check
    implausible_move: Check
    adjusted_closes: Check
    revised: Check
    index_against_fund: Check
    fund_identity: Check
    holdings_age: Check
    holdings_weight: Check
    net_asset_value: Check
    member_price: Check
    member_price_files: Check
    member_split_files: Check
    member_coverage: Check
    point_in_time: Check

    def named(self, name: str) -> Check:
        """Return a check by name."""
        check: Check = getattr(self, name)
        return check


class DatasetRules(_Strict):
    """One table of one provider, as content/datasets.yml has it."""

    title: str
    """What it holds."""
    source: str
    """Whom it is from."""
    licence: str
    """On what terms."""
    publish: Literal["raw", "derived", "none"] = "derived"
    """Whether its rows, figures computed from it, or nothing of it may be published."""


class Courtesy(_Strict):
    """How politely and how long a source is asked."""

    requests_per_second: float = Field(gt=0)
    """Never more, all requests together."""
    timeout_seconds: float = Field(gt=0)
    """Of one request."""
    attempts: int = Field(ge=1)
    """Of one request."""
    first_wait_seconds: float = Field(ge=0)
    """Before the second attempt; doubled for each further one."""
    longest_wait_seconds: float = Field(ge=0)
    """However often it is doubled, or the source asks for."""
    total_minutes: float = Field(gt=0)
    """For all requests of one run."""


class Yahoo(Courtesy):
    """How Yahoo is asked."""

    parallel: int = Field(ge=1)
    """Symbols asked for at once."""
    batch: int = Field(ge=1)
    """Symbols between two lines of progress."""
    overlap_sessions: int = Field(ge=1)
    """Sessions read again each week."""
    member_sessions: int = Field(ge=1)
    """How much history members have."""
    futures_months: int = Field(ge=0)
    """Contracts on federal funds, from the edition's month on."""
    time_zones: tuple[str, ...]
    """Those of exchanges whose days are New York's."""


class Fred(Courtesy):
    """How FRED is asked."""

    address: str
    """Of its service."""
    key_from: str
    """The environment variable that holds the key."""
    vintage_years: int = Field(ge=1)
    """How far back releases and revisions are kept."""


class Fund(_Strict):
    """A fund whose files are read."""

    product: int
    """Its number at the source."""
    name: str
    """Its name, which its files must bear."""
    members: bool
    """Whether the prices of its members are read too."""
    history: bool
    """Whether net asset values and share counts are read."""


class Ishares(Courtesy):
    """How iShares is asked."""

    address: str
    """Of its document service."""
    funds: dict[str, Fund]
    """By ticker."""
    symbols: dict[str, str]
    """Tickers that Yahoo writes otherwise."""


class Live(_Strict):
    """The sources of the live provider, as content/live.yml has them."""

    user_agent: str
    """Said to the sources with every request."""
    yahoo: Yahoo
    fred: Fred
    ishares: Ishares


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
    checks: Checks
    """What data must satisfy."""
    datasets: dict[str, dict[str, DatasetRules]]
    """By provider and table."""
    live: Live
    """The sources of the live provider."""
    corrections: tuple[Correction, ...]
    """Of published editions, in the order of the file."""

    def correction(self, edition: object) -> Correction | None:
        """Return an edition's last correction."""
        own = [one for one in self.corrections if one.edition == str(edition)]
        return own[-1] if own else None

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


def _cross_checks(file: YamlFile, universe: Universe) -> None:
    """Names that must exist, symbols that must differ."""
    named: list[tuple[tuple[Hashable, ...], str]] = [
        (("benchmarks", "small"), universe.benchmarks.small),
        (("benchmarks", "large"), universe.benchmarks.large),
        (("fund_pair", "small"), universe.fund_pair.small),
        (("fund_pair", "large"), universe.fund_pair.large),
    ]
    named += [(("major_indexes", i), name) for i, name in enumerate(universe.major_indexes)]
    named += [(("members", name), name) for name in universe.members]
    for subject, series in universe.series.items():
        if series.implied_for is not None:
            named.append((("series", subject, "implied_for"), series.implied_for))
        if (series.segment == "sector") != (series.sector is not None and series.size is not None):
            line = file.line(("series", subject))
            file.wrong(line, f"'{subject}': sector and size belong to sector funds, and only there")
    for path, name in named:
        if name not in universe.series:
            near = did_you_mean(name, universe.series)
            file.wrong(file.line(path), f"'{name}' is not a series{near}")
    first: dict[str, str] = {}
    for subject, series in universe.series.items():
        other = first.setdefault(series.symbol, subject)
        if other != subject:
            line = file.line(("series", subject, "symbol"))
            file.wrong(line, f"'{subject}' has the symbol {series.symbol} of '{other}'")


def _datasets(file: YamlFile) -> dict[str, dict[str, DatasetRules]]:
    """Every table of every provider."""
    found: dict[str, dict[str, DatasetRules]] = {}
    for provider, entries in file.data.items() if isinstance(file.data, dict) else ():
        if not isinstance(entries, dict):
            file.wrong(file.line((provider,)), f"'{provider}' must name its tables")
            continue
        read = {name: file.read(DatasetRules, e, (provider, name)) for name, e in entries.items()}
        prices = read.get("prices")
        if prices is not None and prices.publish == "none":
            what = "there is no edition without prices: 'publish' may not be none"
            file.wrong(file.line((provider, "prices", "publish")), what)
        found[provider] = {name: rules for name, rules in read.items() if rules is not None}
    return found


def _known_pairs(file: YamlFile, checks: Checks, universe: Universe) -> None:
    """Subjects that a check compares must exist."""
    for name in Checks.model_fields:
        for pair in checks.named(name).pairs.items():
            for subject in pair:
                if subject not in universe.series:
                    near = did_you_mean(subject, universe.series)
                    place = file.line((name, "pairs"))
                    file.wrong(place, f"'{subject}' is not a series{near}")


def load_settings(root: Path) -> Settings:
    """Read mkdocs.yml and content/*.yml.

    Raises:
        ContentError: with every mistake in every file.
    """
    site = YamlFile(root / "mkdocs.yml", "mkdocs.yml")
    words = YamlFile(root / "content/glossary.yml", "content/glossary.yml")
    series = YamlFile(root / "content/universe.yml", "content/universe.yml")
    rules = YamlFile(root / "content/checks.yml", "content/checks.yml")
    sources = YamlFile(root / "content/live.yml", "content/live.yml")
    tables = YamlFile(root / "content/datasets.yml", "content/datasets.yml")

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
        words.wrong(1, "a list of terms is wanted, each with 'term' and 'means'")
    for index, entry in enumerate(entries):
        term = words.read(Term, entry, (index,))
        glossary += [term] if term else []

    checks = rules.read(Checks, rules.data)
    live = sources.read(Live, sources.data)
    datasets = _datasets(tables)
    if universe is not None and checks is not None:
        _known_pairs(rules, checks, universe)

    corrections, wrong = read_corrections(root)
    meetings, unread = read_meetings(root)
    files = (site, series, words, rules, sources, tables)
    mistakes = [*(mistake for file in files for mistake in file.mistakes), *wrong, *unread]
    for key in ("site_name", "site_description", "site_url"):
        if site.data is not None and not isinstance(data.get(key), str):
            mistakes.append(Mistake("mkdocs.yml", None, f"'{key}' is missing"))
    address = data.get("site_url")
    if isinstance(address, str) and not _ADDRESS.fullmatch(address):
        what = f"'site_url' is {address!r}, not an address such as https://example.org/report/"
        mistakes.append(Mistake("mkdocs.yml", site.line(("site_url",)), what))
    if mistakes or project is None or universe is None or checks is None or live is None:
        raise ContentError(mistakes, hint="Mend them, then run `smallcaps check`.")
    return Settings(
        root=root,
        site_name=data["site_name"],
        site_description=data["site_description"],
        site_url=data["site_url"].rstrip("/") + "/",
        project=project,
        universe=universe.model_copy(update={"meetings": meetings}),
        glossary=tuple(glossary),
        checks=checks,
        datasets=datasets,
        live=live,
        corrections=corrections,
    )
