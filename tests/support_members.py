"""Panels of index members for tests: made by hand from a few closes, at random, or frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from support import BY_HAND, last_sessions, snapshot, universe

from generator import graph, tables
from generator.facts import Figures, Withheld
from generator.manifest import Object
from generator.metrics._panel import Members
from generator.snapshot import Panel, Snapshot

END = "2026-01-16"
SECTORS = ("Information Technology", "Health Care", "Financials", "Industrials", "Energy")
Matrix = Sequence[Sequence[float]] | np.ndarray


def members(
    closes: Matrix | Mapping[str, Sequence[float]],
    *,
    end: str = END,
    sessions: pd.DatetimeIndex | None = None,
    listed: Sequence[Sequence[bool]] | np.ndarray | None = None,
    counted: Sequence[Sequence[bool]] | np.ndarray | None = None,
    weights: Sequence[float] | Matrix | None = None,
    quantities: Sequence[float] | None = None,
    sectors: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    symbols: Sequence[str] | None = None,
    lists: Sequence[date | None] | None = None,
    weighted: bool = True,
    subject: str = "russell_2000",
    fund: str = "IWM",
) -> Members:
    """Return members with these closes, one row a session, one column a line; NaN where missing.

    Closes can also be given by symbol. The last row is the session `end`. `listed` and `counted`
    hold for all sessions if they have one row. Weights are, in this order: a matrix or one row that
    holds for all sessions, or `quantities` (one each unless given) times the close known last, both
    divided by their sum over the listed. Every session with a member has a list of its own day.
    """
    if isinstance(closes, Mapping):
        symbols = symbols or tuple(closes)
        closes = np.array(list(closes.values()), dtype=float).T
    values = np.array(closes, dtype=float)
    rows, columns = values.shape
    index = last_sessions(rows, end) if sessions is None else sessions
    on_list = _matrix(listed, values.shape, True).astype(bool)
    labels = tuple(symbols or (f"M{n + 1:04d}" for n in range(columns)))
    days = tuple(
        stamp.date() if row.any() else None for stamp, row in zip(index, on_list, strict=True)
    )
    return Members(
        subject=subject,
        fund=fund,
        sessions=index,
        symbols=labels,
        names=tuple(names or (f"Company {label}" for label in labels)),
        sectors=tuple(sectors or (SECTORS[n % len(SECTORS)] for n in range(columns))),
        closes=values,
        listed=on_list,
        counted=on_list & _matrix(counted, values.shape, True).astype(bool),
        weights=_weights(values, on_list, weights, quantities) if weighted else on_list * 0.0,
        lists=days if lists is None else tuple(lists),
        weighted=weighted,
        by_list=weighted,
    )


def _matrix(given: object, shape: tuple[int, int], default: float) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(default if given is None else given), shape))


def _weights(
    closes: np.ndarray,
    listed: np.ndarray,
    weights: Sequence[float] | Matrix | None,
    quantities: Sequence[float] | None,
) -> np.ndarray:
    if weights is None:
        held = np.ones(closes.shape[1]) if quantities is None else np.asarray(quantities, float)
        # What a line is worth before its first close is not known: nothing.
        values = held * pd.DataFrame(closes).ffill().fillna(0.0).to_numpy()
    else:
        values = _matrix(weights, closes.shape, 0.0).astype(float)
    values = np.where(listed, values, 0.0)
    sums = values.sum(axis=1, keepdims=True)
    return np.divide(values, sums, out=np.zeros_like(values), where=sums > 0)


def random_members(
    rng: np.random.Generator,
    sessions: int | pd.DatetimeIndex,
    symbols: int,
    *,
    gaps: float = 0.0,
    late: float = 0.0,
    ties: float = 0.0,
    turnover: float = 0.0,
    second_classes: float = 0.0,
    every: int = 21,
    unlisted_rows: int = 0,
    weighted: bool = True,
    subject: str = "russell_2000",
    fund: str = "IWM",
) -> Members:
    """Return members whose closes are random walks in cents.

    `gaps` is the share of closes that are missing, `late` the share of lines whose closes begin
    within the span, `ties` the share of closes that repeat the one before, `turnover` the share of
    lines that each list, made every so many sessions, leaves out, `second_classes` the share of
    lines that are not counted. The first `unlisted_rows` sessions have no list.
    """
    index = last_sessions(sessions, END) if isinstance(sessions, int) else sessions
    rows, shape = len(index), (len(index), symbols)
    moves = rng.normal(0.0004, 0.025, shape)
    moves[rng.random(shape) < ties] = 0.0
    closes = np.round(rng.lognormal(3.3, 0.9, symbols) * np.exp(moves.cumsum(axis=0)) + 0.5, 2)
    closes[rng.random(shape) < gaps] = np.nan
    starts = np.where(rng.random(symbols) < late, rng.integers(0, rows, symbols), 0)
    closes[np.arange(rows)[:, None] < starts] = np.nan
    lists = np.arange(rows) // every
    on_list = rng.random((rows // every + 1, symbols)) >= turnover
    listed = on_list[lists]
    listed[:unlisted_rows] = False
    days = tuple(
        index[max(unlisted_rows, number * every)].date() if row >= unlisted_rows else None
        for row, number in enumerate(lists)
    )
    sectors = tuple(universe().sectors.values())
    return members(
        closes,
        sessions=index,
        listed=listed,
        sectors=[sectors[line % len(sectors)] for line in range(symbols)],
        counted=rng.random(symbols) >= second_classes,
        quantities=rng.lognormal(0.0, 1.0, symbols),
        lists=days,
        weighted=weighted,
        subject=subject,
        fund=fund,
    )


def node(
    name: str,
    *panels: Members | Withheld,
    closes: Mapping[str, Sequence[float]] | None = None,
    floor: float = 0.9,
    as_of: str | None = None,
):
    """Return a node of the graph for these members; of the first index, then of the second.

    `closes` are those of series of the universe on the sessions of the first members; the edition's
    last session is theirs unless said otherwise. `floor` is the share that must be covered.
    """
    first = next(one for one in panels if isinstance(one, Members))
    index = first.sessions
    frame = pd.DataFrame({name: np.asarray(v, float) for name, v in (closes or {}).items()}, index)
    settings = universe().model_copy(update={"coverage_floor": floor})
    end = index[-1] if as_of is None else pd.Timestamp(as_of)
    overrides = {"index_members": dict(zip(settings.members, panels, strict=False))}
    inputs = {
        "snapshot_closes": frame,
        "snapshot_splits": frame * 0.0 + 1.0,
        "as_of": end,
        "universe": settings,
        "exclusions": {},
    }
    return graph._driver().execute([name], inputs=inputs, overrides=overrides)[name]


def figures(name: str, *panels: Members | Withheld, **more: object) -> Figures:
    """Return a figure of these members by index."""
    return node(name, *panels, **more)  # type: ignore[arg-type]


def frozen(
    index: pd.DatetimeIndex,
    closes: Mapping[str, Sequence[float]],
    lists: Mapping[str, Mapping[str, float]],
    *,
    splits: Mapping[str, Mapping[str, float]] | None = None,
    names: Mapping[str, str] | None = None,
    series: Mapping[str, Sequence[float]] | None = None,
    fund: str = "IWM",
) -> Snapshot:
    """Return a snapshot with closes of members as traded and lists of a fund, by their days.

    A list gives each symbol's market value, `splits` factors by symbol and session, `series` the
    closes of subjects of the universe, which are flat unless given.
    """
    symbols = tuple(sorted(closes))
    grid = np.column_stack([np.asarray(closes[symbol], dtype=float) for symbol in symbols])
    factors = np.ones(grid.shape)
    for place, symbol in enumerate(symbols):
        for day, factor in (splits or {}).get(symbol, {}).items():
            factors[index.get_loc(pd.Timestamp(day)), place] = factor
    flat = {"russell_2000": np.full(len(index), 100.0), "sp_500": np.full(len(index), 100.0)}
    held = _holdings(lists, names or {}, fund)
    whole = snapshot(index, {**flat, **(series or {})})
    kept = Object("0" * 64, 1, 1, None, str(index[0].date()), str(index[-1].date()), symbols)
    told = ("holdings", "member_prices")
    manifest = replace(
        whole.manifest,
        tables=whole.manifest.tables | dict.fromkeys(told, (kept,)),
        datasets=whole.manifest.datasets | dict.fromkeys(told, BY_HAND),
    )
    return replace(
        whole,
        manifest=manifest,
        tables=lambda table: held if table == "holdings" else tables.empty(table),
        panel=lambda _: Panel(index, symbols, grid, factors),
    )


def _holdings(
    lists: Mapping[str, Mapping[str, float]], names: Mapping[str, str], fund: str
) -> pd.DataFrame:
    rows = [
        (fund, day, line, symbol, names.get(symbol, f"COMPANY {symbol}"), value)
        for day, values in lists.items()
        for line, (symbol, value) in enumerate(values.items())
    ]
    told = dict(
        zip(
            ("fund", "day", "line", "symbol", "name", "market_value"),
            zip(*rows, strict=True),
            strict=True,
        )
    )
    silent = {
        name: [""] * len(rows) if kind == "text" else [float("nan")] * len(rows)
        for name, kind in tables.FORMS["holdings"].columns.items()
    }
    return tables.frame("holdings", {**silent, **told})
