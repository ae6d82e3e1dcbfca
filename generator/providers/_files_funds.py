"""Net asset values and share counts of funds in the folder of the files provider.

A file is a fund's whose ticker is the first word of its name: a CSV, or a workbook as iShares
offers it for download, which names the fund itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from generator import tables
from generator.providers import Request
from generator.providers._files_folder import Folder, Kept, Source
from generator.providers._files_sheet import DatedFile
from generator.providers._ishares_workbook import read_workbook
from generator.providers._piece import Piece
from generator.providers._sheet import Unreadable, counted, shown

TABLE = "fund_history"
_HEADINGS = {
    "day": ("date", "asof", "day"),
    "net_asset_value": ("navpershare", "nav", "netassetvalue"),
    "distribution": ("exdividends", "exdividend", "dividends", "dividend", "distribution"),
    "shares_outstanding": ("sharesoutstanding", "shares"),
}
_VALUES = ("net_asset_value", "distribution", "shares_outstanding")
_WORKBOOKS = (".xls", ".xlsx", ".xml")


class FundsFolder:
    """Every file of net asset values of a folder, each read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files: those in `fund_history`, and those beside named `…_nav_shares…`."""
        beside = [file for name, file in folder.files.items() if _is_history(name)]
        self._sources = [*folder.inside("fund_history", ".csv", *_WORKBOOKS), *beside]
        self._read = Kept[pd.DataFrame | DatedFile]()

    def bring(self, request: Request) -> Piece:
        """Return what was known of each fund up to the as-of date."""
        frames: dict[str, pd.DataFrame] = {}
        faults: dict[str, str] = {}
        sources: dict[str, list[str]] = defaultdict(list)
        for source in self._sources:
            try:
                fund = _fund(source, request)
                frame = self._frame(source, fund, request)
            except Unreadable as error:
                faults[source.name] = str(error)
                continue
            sources[fund].append(source.name)
            frames[fund] = frame
        for fund, names in sources.items():
            if len(names) > 1:
                faults[fund] = f"{' and '.join(names)} both hold it; keep the one that counts"
                del frames[fund]
        return _piece(request, frames, faults, bool(self._sources))

    def _frame(self, source: Source, fund: str, request: Request) -> pd.DataFrame:
        read = self._read.get(source, lambda: _open(source, fund, request))
        if isinstance(read, DatedFile):
            read = _rows(read, fund, request)
        # A fund also values itself at the end of a month that ends on a day without a session.
        rows = read.loc[read["day"].isin(request.sessions)].reset_index(drop=True)
        if rows.empty:
            raise Unreadable(f"{source.name}: it has no row up to {request.as_of}")
        return rows


def _is_history(name: str) -> bool:
    return name.endswith(".csv") and "_nav_shares" in name


def _fund(source: Source, request: Request) -> str:
    """The fund whose ticker is the first word of a file's name."""
    word = re.split(r"[^A-Za-z0-9]", source.path.name, maxsplit=1)[0].upper()
    if word not in request.live.ishares.funds:
        raise Unreadable(
            f"{source.name}: {shown(word)}, with which its name begins, is no fund in "
            "content/live.yml"
        )
    return word


def _open(source: Source, fund: str, request: Request) -> pd.DataFrame | DatedFile:
    if source.path.suffix.casefold() not in _WORKBOOKS:
        return DatedFile(source, _HEADINGS, optional=("distribution",))
    try:
        book = read_workbook(source.read())
    except Unreadable as error:
        raise Unreadable(
            f"{source.name}: {error}; save its sheet of history as {fund}_nav_shares.csv with the "
            "headings date, NAV per Share, Ex-Dividends, Shares Outstanding"
        ) from None
    name = request.live.ishares.funds[fund].name
    if name not in book.titles:
        raise Unreadable(f"{source.name}: it does not name {shown(name)}")
    own = {"fund": [fund] * len(book.columns["day"])}
    return tables.frame(TABLE, {**own, **book.columns}).sort_values("day", ignore_index=True)


def _rows(file: DatedFile, fund: str, request: Request) -> pd.DataFrame:
    """The rows up to the as-of date, oldest first."""
    rows = np.flatnonzero(file.days <= np.datetime64(request.as_of))
    values = file.numbers(_VALUES, rows)
    for name in ("net_asset_value", "shares_outstanding"):
        low = np.flatnonzero(values[name] <= 0)
        if len(low):
            raise file.wrong(name, int(rows[low[0]]), "is not above zero")
    if "distribution" in values:
        # A blank cell under distributions says that there was none, elsewhere that it is unknown.
        values["distribution"] = np.nan_to_num(values["distribution"], nan=0.0)
    else:
        values["distribution"] = np.full(len(rows), np.nan)
    kept = file.once(rows, [file.days[rows]], values)
    columns: Mapping[str, object] = {name: values[name][kept] for name in _VALUES}
    days = file.days[rows][kept].astype("datetime64[us]")
    return tables.frame(TABLE, {"fund": [fund] * len(kept), "day": days, **columns})


def _piece(
    request: Request, frames: dict[str, pd.DataFrame], faults: dict[str, str], any_files: bool
) -> Piece:
    told = {TABLE: faults} if faults else {}
    if not frames:
        what = "no file of net asset values and shares outstanding"
        missing = f"{what} could be read" if any_files else f"the folder has {what}"
        return Piece(tables={}, kept=(), missing={TABLE: missing}, faults=told)
    joined = pd.concat([frames[fund] for fund in sorted(frames)], ignore_index=True)
    said = f"{counted(len(frames), 'fund')} up to {request.as_of}"
    return Piece(tables={TABLE: joined}, kept=(), faults=told, sources={TABLE: said})
