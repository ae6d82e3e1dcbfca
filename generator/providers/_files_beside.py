"""What a folder has beside the prices of the universe, and what one file says of the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import tables
from generator.manifest import Checked
from generator.providers import Request, _members
from generator.providers._files_economy import EconomyFolder
from generator.providers._files_folder import Folder
from generator.providers._files_funds import FundsFolder
from generator.providers._files_futures import FuturesFolder
from generator.providers._files_holdings import HoldingsFolder
from generator.providers._files_members import MembersFolder
from generator.providers._piece import Piece

if TYPE_CHECKING:
    import pandas as pd

LISTS, PRICES, HISTORY = "holdings", "member_prices", "fund_history"


class Beside:
    """The tables that a folder may have, each file of which is read once."""

    def __init__(self, folder: Folder) -> None:
        """Find the files; none is read yet."""
        self._holdings = HoldingsFolder(folder)
        self._members = MembersFolder(folder)
        self._funds = FundsFolder(folder)
        self._others = (EconomyFolder(folder), FuturesFolder(folder))

    def bring(self, request: Request, prices: pd.DataFrame) -> Piece:
        """Return the tables of an edition; `prices` are those of the universe."""
        holdings = self._holdings.bring(request)
        members = self._prices_of_members(request, holdings)
        if not _table(holdings, LISTS).empty or _table(members, PRICES).empty:
            pieces = [holdings, members]
        else:
            pieces = [self._without_lists(holdings, request), members]
        funds = self._funds.bring(request)
        worth = _net_asset_values(request, prices, _table(funds, HISTORY))
        return _in_one([*pieces, funds, *(folder.bring(request) for folder in self._others)], worth)

    def _prices_of_members(self, request: Request, holdings: Piece) -> Piece:
        """The closes of members, those left out that are not of the company on the list."""
        lists = _table(holdings, LISTS)
        followed = [rules.fund for rules in request.universe.members.values()]
        own = lists.loc[lists["fund"].isin(followed)]
        if own.empty and (holdings.faults or len(lists)):
            why = (
                f"no holdings file of {' or '.join(followed)} up to {request.as_of} can be used, "
                "so that nothing says who is a member"
            )
            return Piece(tables={}, kept=(), missing={PRICES: why})
        wanted = set(own["symbol"]) - {""} if len(own) else None
        found = self._members.bring(request, wanted)
        return _agreed(request, found, own) if len(own) and not found.missing else found

    def _without_lists(self, holdings: Piece, request: Request) -> Piece:
        """Say who counts as a member where there are closes and no lists."""
        why = (
            f"the folder has no holdings file up to {request.as_of}: members are those that "
            f"{self._members.called} has a close of on the day, without weights"
        )
        return replace(holdings, missing={LISTS: why})


def _agreed(request: Request, found: Piece, own: pd.DataFrame) -> Piece:
    """The closes that agree with the prices of the newest lists."""
    rows = found.tables[PRICES]
    outcomes, strangers = _members.member_prices_of_files(own, rows, request.checks)
    kept = rows.loc[~rows["symbol"].isin(list(strangers))].reset_index(drop=True)
    covered = _members.coverage(own, set(kept["symbol"]), request.checks)
    return replace(
        found,
        tables={PRICES: kept},
        faults={PRICES: {**found.faults.get(PRICES, {}), **strangers}},
        checks=(*outcomes, covered),
    )


def _net_asset_values(
    request: Request, prices: pd.DataFrame, history: pd.DataFrame
) -> tuple[Checked, ...]:
    """Compare the closes of funds with their net asset values."""
    closes = {
        str(fund): prices.loc[prices["symbol"] == fund].set_index("session")["close"]
        for fund in history["fund"].unique()
    }
    return (_members.net_asset_values(history, closes, request.checks),)


def _table(piece: Piece, name: str) -> pd.DataFrame:
    return piece.tables.get(name, tables.empty(name))


def _in_one(pieces: Iterable[Piece], more: Sequence[Checked]) -> Piece:
    """What all pieces say."""
    every = list(pieces)
    return Piece(
        tables={name: rows for piece in every for name, rows in piece.tables.items()},
        kept=(),
        checks=(*(outcome for piece in every for outcome in piece.checks), *more),
        missing={name: why for piece in every for name, why in piece.missing.items()},
        faults={name: faults for piece in every for name, faults in piece.faults.items()},
        sources={name: said for piece in every for name, said in piece.sources.items()},
    )
