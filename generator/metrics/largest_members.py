"""Members by name: what the page and the picture of all members show."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._panel import Members
from generator.metrics._periods import NO_WEIGHTS
from generator.metrics._tools import day
from generator.metrics.inside import RAW, Contributions

SHOWN = 100
"""Members in the table."""
_SESSIONS = 200
_NOT_BY_NAME = "the licences of its inputs allow no list of members with weights and returns"
_COLUMNS = {
    "name": "text",
    "sector": "text",
    "weight": "share",
    "return_1w": "fraction",
    "return_ytd": "fraction",
    "contribution_ytd": "pp",
    "average_200": "text",
}


def member_rows(
    index_members: dict[str, Members | Withheld],
    member_contributions: dict[str, dict[str, Contributions | Withheld]],
    period_bases: dict[str, pd.Timestamp | None],
    publishes: dict[str, str],
    as_of: pd.Timestamp,
) -> dict[str, pd.DataFrame | Withheld]:
    """Every member of each index on the as-of date with its own figures, the heaviest first.

    Columns: symbol, name, sector, weight, return_1w, return_ytd, contribution_ytd (in percentage
    points), average_200 (above or below its 200-session average) and counted (whether it is its
    company's heaviest share class). A return is missing without a close on either day. Withheld
    where rows of holdings or of members' prices may not be published.
    """
    found: dict[str, pd.DataFrame | Withheld] = {}
    for subject, members in index_members.items():
        if isinstance(members, Withheld):
            found[subject] = members
        elif any(publishes.get(table) != "raw" for table in RAW):
            found[subject] = Withheld(_NOT_BY_NAME)
        else:
            added = member_contributions["ytd"][subject]
            shares = added.shares if isinstance(added, Contributions) else None
            found[subject] = _rows(members, shares, period_bases, as_of)
    return found


def _rows(
    members: Members,
    shares: np.ndarray | None,
    bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
) -> pd.DataFrame | Withheld:
    end = members.base(as_of)
    if end is None:
        return Withheld(f"there are no prices of members on {day(as_of)}")
    if members.lists[end] is None:
        return Withheld(f"no list of the members is in force on {day(as_of)}")
    if not members.weighted:
        return Withheld(NO_WEIGHTS)
    on = np.flatnonzero(members.listed[end])
    closes = members.closes[: end + 1, on]
    frame = pd.DataFrame(
        {
            "symbol": [members.symbols[place] for place in on],
            "name": [members.names[place] for place in on],
            "sector": [members.sectors[place] for place in on],
            "weight": members.weights[end, on],
            "return_1w": _change(members, closes, bases["1w"]),
            "return_ytd": _change(members, closes, bases["ytd"]),
            "contribution_ytd": np.nan if shares is None else 100 * shares[on],
            "average_200": _beside_average(closes),
            "counted": members.counted[end, on],
        }
    )
    return frame.sort_values(
        ["weight", "symbol"], ascending=[False, True], ignore_index=True, kind="stable"
    )


def _change(members: Members, closes: np.ndarray, session: pd.Timestamp | None) -> np.ndarray:
    """The change of each close since a session, NaN where either is missing."""
    base = None if session is None else members.base(session)
    if base is None:
        return np.full(closes.shape[1], np.nan)
    change: np.ndarray = closes[-1] / closes[base] - 1
    return change


def _beside_average(closes: np.ndarray) -> list[str | None]:
    """On which side of its 200-session average each close is; None without all 200 closes."""
    if len(closes) < _SESSIONS:
        return [None] * closes.shape[1]
    averages = closes[-_SESSIONS:].mean(axis=0)
    return [
        None if np.isnan(average) else "above" if close > average else "below"
        for close, average in zip(closes[-1], averages, strict=True)
    ]


@tag(unit="share", title="Weight of the 100 largest members", section="Inside the index")
def largest_members(
    member_rows: dict[str, pd.DataFrame | Withheld],
    index_members: dict[str, Members | Withheld],
    as_of: pd.Timestamp,
) -> Figures:
    """Weight of the 100 heaviest lines of the list in force, added up: market value on the list's
    day, grown by closes since, over the sum of all.

    Lines of one company are counted apart here, as the list has them. The table names each with
    its price return in the week and in the year to date, from closes adjusted for splits, and the
    side of the average of its last 200 closes that it is on; a dash stands where a close is
    missing. Withheld where the licences of the inputs allow no list of members by name.
    """
    figures: Figures = {}
    for subject, rows in member_rows.items():
        if isinstance(rows, Withheld):
            figures[subject] = rows
            continue
        members = index_members[subject]
        assert isinstance(members, Members)
        figures[subject] = _largest(rows, members, as_of)
    return figures


def _largest(rows: pd.DataFrame, members: Members, as_of: pd.Timestamp) -> Figure:
    end = members.base(as_of)
    assert end is not None
    shown = rows.iloc[:SHOWN]
    cells = [[_plain(cell) for cell in shown[name].tolist()] for name in _COLUMNS]
    return Value(
        float(shown["weight"].sum()),
        parts={
            "members": Part(len(shown), "count"),
            "listed": Part(len(rows), "count"),
            "list_day": members.list_day(end),
        },
        tables={"members": Table(_COLUMNS, tuple(zip(*cells, strict=True)))},
        inputs=(members.fund,),
    )


def _plain(cell: object) -> float | str | None:
    if isinstance(cell, float):
        return None if np.isnan(cell) else cell
    return None if cell is None else str(cell)
