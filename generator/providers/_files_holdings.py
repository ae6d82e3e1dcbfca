"""Holdings of funds in the folder of the files provider, as iShares offers them for download.

A file belongs to the fund that it names, whatever it is called. Lists up to the edition's date are
taken, back to those that were in force where the prices of members begin.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from generator import quality, tables
from generator.facts import show
from generator.providers import Request
from generator.providers._files_folder import Folder, Kept, Source
from generator.providers._files_window import MEMBER_SESSIONS, first_session
from generator.providers._ishares_files import HoldingsFile, read_holdings
from generator.providers._piece import Piece
from generator.providers._sheet import Unreadable, counted, shown

TABLE = "holdings"
_CHECKS = ("fund_identity", "holdings_weight")


@dataclass(slots=True)
class _Found:
    """What the files say of lists that an edition may see."""

    lists: dict[tuple[str, date], dict[str, HoldingsFile]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By fund and day, then by file."""
    faults: dict[str, str] = field(default_factory=dict)
    """By file, or by fund."""
    examined: Counter[str] = field(default_factory=Counter)
    """By check: how many files it looked at."""
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By check: what failed."""

    def require(self, check: str, file: str, good: bool, otherwise: str) -> None:
        """Note what a check makes of a file.

        Raises:
            Unreadable: it fails.
        """
        self.examined[check] += 1
        if not good:
            self.failed[check].append(f"{file}: {otherwise}")
            raise Unreadable(otherwise)


class HoldingsFolder:
    """Every holdings file of a folder, each read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files: all in `holdings`, and those beside with the word in their name."""
        beside = [file for name, file in folder.files.items() if _is_holdings(name)]
        self._sources = [*folder.inside("holdings", ".csv"), *beside]
        self._read = Kept[HoldingsFile]()

    def bring(self, request: Request) -> Piece:
        """Return the lists of members that were known on the edition's date."""
        found = _Found()
        first = first_session(request, MEMBER_SESSIONS + request.universe.oldest_list)
        for source in self._sources:
            try:
                _add(found, request, first, source.name, self._file(source, request))
            except Unreadable as error:
                found.faults[source.name] = str(error)
        chosen, alike = _one_each(found)
        return _piece(request, found, chosen, alike)

    def _file(self, source: Source, request: Request) -> HoldingsFile:
        symbols = request.live.ishares.symbols
        return self._read.get(source, lambda: read_holdings(source.read(), symbols))


def _is_holdings(name: str) -> bool:
    return name.endswith(".csv") and "holdings" in name


def _add(found: _Found, request: Request, first: date, name: str, file: HoldingsFile) -> None:
    """Add a file's list, if the edition may see it and it stands its checks."""
    if file.day is None:
        raise Unreadable("it says that there are no holdings of its day")
    if not first <= file.day <= request.as_of:
        return
    tickers = {fund.name: ticker for ticker, fund in request.live.ishares.funds.items()}
    unknown = f"it names {shown(file.fund)}, which is no fund in content/live.yml"
    found.require("fund_identity", name, file.fund in tickers, unknown)
    # Weights stand to the hundredth of a percent; digits far beyond are the noise of adding them.
    amiss = round(abs(file.weight - 1), 9) > request.checks.holdings_weight.threshold
    total = f"its weights of {file.day}, cash included, sum to {show(file.weight, 'share')}"
    found.require("holdings_weight", name, not amiss, total)
    found.lists[tickers[file.fund], file.day][name] = file


def _one_each(found: _Found) -> tuple[dict[tuple[str, date], HoldingsFile], list[str]]:
    """One list for each fund and day, and which files repeat another; files that differ are
    faults."""
    chosen, alike = {}, []
    for (fund, day), files in sorted(found.lists.items()):
        (first, file), *others = files.items()
        if all(_same(file.columns, other.columns) for _, other in others):
            chosen[fund, day] = file
            alike += [f"{name} says the same as {first}" for name, _ in others]
            continue
        for name in files:
            rest = " and ".join(other for other in files if other != name)
            found.faults[name] = f"it has other holdings of {fund} on {day} than {rest}"
    return chosen, alike


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two files list the same shares, in whatever lines."""
    frames = [pd.DataFrame({**columns}).drop(columns="line") for columns in (one, other)]
    ordered = [frame.sort_values(list(frame), ignore_index=True) for frame in frames]
    return bool(ordered[0].equals(ordered[1]))


def _piece(
    request: Request,
    found: _Found,
    chosen: Mapping[tuple[str, date], HoldingsFile],
    alike: list[str],
) -> Piece:
    faults = dict(found.faults)
    if chosen:
        there = {fund for fund, _ in chosen}
        wanted = [rules.fund for rules in request.universe.members.values()]
        for fund in wanted:
            if fund not in there:
                faults[fund] = f"the folder has no holdings file of it up to {request.as_of}"
    frames = [_frame(fund, day, file) for (fund, day), file in chosen.items()]
    lists = f"{counted(len(chosen), 'list')} from {request.data and request.data.resolve().name}"
    return Piece(
        tables={TABLE: pd.concat(frames, ignore_index=True)} if frames else {},
        kept=(),
        checks=tuple(
            quality.checked(request.checks, name, found.examined[name], found.failed[name])
            for name in _CHECKS
        ),
        missing={} if frames else {TABLE: f"the folder has no holdings file up to {request.as_of}"},
        faults={TABLE: faults} if faults else {},
        sources={TABLE: "; ".join([lists, *alike])} if frames else {},
    )


def _frame(fund: str, day: date, file: HoldingsFile) -> pd.DataFrame:
    count = len(file.columns["line"])
    return tables.frame(TABLE, {"fund": [fund] * count, "day": [day] * count, **file.columns})
