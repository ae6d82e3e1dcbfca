"""Weeks to try the words on: picked by rule from a history, or made up by arithmetic."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from generator import tables
from generator.config import Settings, Universe, load_settings
from generator.editions import edition_of, sessions_between
from generator.errors import ReportError
from generator.manifest import Dataset
from generator.providers import Request, as_frame, provider
from generator.quality import examine, require_benchmarks
from generator.snapshot import Fetched, Snapshot, Snapshots
from generator.store import Store

PASSED_OVER = 30
"""Weeks at the beginning of a history that are not picked: no edition can be made of them."""
MADE_UP = date(2026, 1, 16)
"""The last session of the weeks made up by arithmetic."""
_SESSIONS = 700


UNPUBLISHED = Dataset(
    title="closes to try the words on",
    source="a folder, or arithmetic",
    licence="not published",
    publish="derived",
    missing=None,
    faults={},
    revised_rows=0,
)


@cache
def _settings() -> Settings:
    return load_settings(Path(__file__).resolve().parent.parent)


def read(folder: Path, universe: Universe, now: datetime) -> Snapshot:
    """Return a folder's history up to the last whole week of both benchmarks as one snapshot.

    Raises:
        ReportError: the folder holds nothing of the universe, or a benchmark is not usable.
    """
    whole = sessions_between(universe.history_start, now.date())
    settings = _settings()
    request = Request(
        edition=edition_of(now.date()),
        as_of=now.date(),
        sessions=whole,
        universe=universe,
        checks=settings.checks,
        live=settings.live,
        data=folder,
        clock=lambda: now,
        scratch=settings.build,
        environment={},
        known=tables.empty,
        names={},
        closed_at=now,
        say=lambda *_: None,
    )
    fetched = provider("files").fetch(request)
    return frozen(fetched, universe, _last_week_end(fetched, universe, whole))


def _last_week_end(fetched: Fetched, universe: Universe, sessions: pd.DatetimeIndex) -> date:
    """The last session of the last week for which both benchmarks have every close."""
    pair = (universe.benchmarks.small, universe.benchmarks.large)
    symbols = [universe.series[subject].symbol for subject in pair]
    last = fetched.prices.groupby("symbol")["session"].max().reindex(symbols).min()
    if pd.isna(last):
        raise ReportError(f"no closes of {' and '.join(symbols)}")
    ends = _week_ends(sessions)[:-1]
    return ends[ends <= last][-1].date()  # type: ignore[no-any-return]


def _week_ends(sessions: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The last session of each ISO week, that of a week that is not over included."""
    mondays = sessions - pd.to_timedelta(sessions.day_of_week, unit="D")
    return sessions[np.append(mondays[1:] != mondays[:-1], True)]


def frozen(fetched: Fetched, universe: Universe, as_of: date) -> Snapshot:
    """Return what was fetched as an edition would see it on a session.

    Raises:
        DataError: a benchmark is not usable.
    """
    sessions = sessions_between(universe.history_start, as_of)
    statuses, checks = examine(fetched, universe, _settings().checks, sessions, as_of)
    require_benchmarks(statuses, universe)
    datasets = dict.fromkeys(("prices", "sessions"), UNPUBLISHED)
    with tempfile.TemporaryDirectory() as folder:
        snapshots, edition = Snapshots(Store(folder)), edition_of(as_of)
        snapshots.freeze(
            edition, as_of, sessions, fetched, statuses, {}, datasets=datasets, checks=checks
        )
        return snapshots.open(edition)


class _Picked:
    """Weeks with what each was picked for."""

    def __init__(self) -> None:
        self.why: dict[pd.Timestamp, list[str]] = {}

    def add(self, reason: str, weeks: Iterable[pd.Timestamp]) -> None:
        for week in weeks:
            self.why.setdefault(week, []).append(reason)


def pick(closes: pd.DataFrame, universe: Universe, count: int) -> dict[pd.Timestamp, list[str]]:
    """Return about so many different weeks of a history, by their last session, and why each.

    `closes` are sessions x subjects up to the end of a week. The extremes come first, then other
    weeks at even distances; the first `PASSED_OVER` of the history are left out.
    """
    frame = _weekly(closes, universe)
    found, few = _Picked(), max(2, count // 33)
    for reason, chosen in _rankings(frame):
        found.add(reason, chosen.index[:few])
    for reason, flags in _conditions(frame):
        weeks = frame.index[flags.to_numpy(dtype=bool)]
        found.add(reason, _spread(weeks, few))
    for subject in closes.columns:
        first = closes[subject].first_valid_index()
        earlier = frame.index[frame.index < first]
        if first is not None and len(earlier):
            name = universe.series[subject].short
            found.add(f"the last week before {name} existed", earlier[-1:])
    found.add("the first weeks of the history", frame.index[:few])
    rest = frame.index[~frame.index.isin(list(found.why))]
    missing = max(0, min(count - len(found.why), len(rest)))
    found.add("one of an even spread", _spread(rest, missing))
    return dict(sorted(found.why.items()))


def _spread(weeks: pd.DatetimeIndex, count: int) -> pd.DatetimeIndex:
    """So many of these at even distances."""
    return weeks[np.linspace(0, len(weeks) - 1, count).astype(int)] if len(weeks) else weeks


def _weekly(closes: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """What weeks are picked by; one row a week, by its last session."""
    pair = closes[[universe.benchmarks.small, universe.benchmarks.large]]
    pair = pair.set_axis(["small", "large"], axis=1)
    ends = _week_ends(pd.DatetimeIndex(pair.index))
    weekly = pair.loc[ends].pct_change(fill_method=None)
    gap = weekly["small"] - weekly["large"]
    daily = pair["small"].pct_change(fill_method=None) - pair["large"].pct_change(fill_method=None)
    mondays = pair.index - pd.to_timedelta(pair.index.day_of_week, unit="D")
    peak = pair["small"].cummax()
    frame = pd.DataFrame(
        {
            "small": weekly["small"],
            "large": weekly["large"],
            "gap": gap,
            "ahead": _runs(daily > 1e-9).loc[ends],
            "behind": _runs(daily < -1e-9).loc[ends],
            "weeks_ahead": _runs(gap > 1e-9),
            "weeks_behind": _runs(gap < -1e-9),
            "depth": (pair["small"] / peak - 1).loc[ends],
            "record": (pair["small"] > peak.shift(1)).loc[ends],
            "sessions": pd.Series(1, pair.index).groupby(mondays).sum().to_numpy(),
        },
        index=ends,
    )
    return frame.dropna().iloc[PASSED_OVER:]


def _runs(flags: pd.Series) -> pd.Series:
    """How many in a row up to each place."""
    count = flags.astype(int).cumsum()
    return count - count.where(~flags).ffill().fillna(0)


def _rankings(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """The weeks that are the most of something, first those that are it the most."""
    yield "among the largest gains", frame["small"].sort_values(ascending=False)
    yield "among the largest losses", frame["small"].sort_values()
    yield "furthest ahead of the S&P 500", frame["gap"].sort_values(ascending=False)
    yield "furthest behind the S&P 500", frame["gap"].sort_values()
    yield "among the flattest", frame["small"].abs().sort_values()
    yield "the S&P 500 among its flattest", frame["large"].abs().sort_values()
    yield "nearly level with the S&P 500", frame["gap"].abs().sort_values()
    yield "fewest sessions", frame["sessions"].sort_values(kind="stable")
    for run, side in (("ahead", "ahead"), ("behind", "behind")):
        yield f"sessions {side} in a row", frame[run].sort_values(ascending=False, kind="stable")
        weeks = frame[f"weeks_{run}"].sort_values(ascending=False, kind="stable")
        yield f"weeks {side} in a row", weeks
    yield "deepest below the record", frame["depth"].sort_values()


def _conditions(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Weeks that are something, of which a few at even distances are taken."""
    days = pd.DatetimeIndex(frame.index)
    before, after = days - pd.Timedelta(days=7), days + pd.Timedelta(days=7)
    record = frame["record"].astype(bool)
    waited = record & ~record.shift(1, fill_value=False).rolling(52, min_periods=1).max().astype(
        bool
    )
    yield "a record close", record
    yield "a record close after a year's wait", waited
    yield "just below a record", ~record & (frame["depth"] > -0.01)
    yield "a correction", frame["depth"].between(-0.2, -0.1)
    yield "a bear market", frame["depth"] <= -0.2
    yield "four sessions", frame["sessions"] == 4
    yield "the first week of a year", pd.Series(before.year != days.year, days)
    yield (
        "the second week of a year",
        pd.Series((days.month == 1) & (days.day.isin(range(8, 13))), days),
    )
    yield "the last week of a year", pd.Series(after.year != days.year, days)
    yield "up while the S&P 500 fell", (frame["small"] > 0.005) & (frame["large"] < -0.005)
    yield "down while the S&P 500 rose", (frame["small"] < -0.005) & (frame["large"] > 0.005)
    yield "down, but less", (frame["small"] < -0.02) & (frame["gap"] > 0.005)
    yield "up, but less", (frame["small"] > 0.01) & (frame["gap"] < -0.005)


def _wave(seed: int, level: float) -> np.ndarray:
    """A rising line with two swings on it, in whole cents."""
    n = np.arange(_SESSIONS)
    swing = 0.06 * np.sin(n / (31 + seed)) + 0.02 * np.sin(n / (7 + seed % 5))
    return np.round(level * (1 + 0.0004 * n + swing), 2)


def _ending(path: np.ndarray, *changes: float) -> np.ndarray:
    """The same with other changes, fractions, on its last sessions."""
    start = path[-len(changes) - 1]
    return np.append(path[: -len(changes)], np.round(start * np.cumprod(1 + np.array(changes)), 2))


def made_up(universe: Universe) -> Iterator[tuple[str, Snapshot]]:
    """Yield snapshots whose last week is one that history lacks, and what it is."""
    for why, closes in _paths(universe):
        yield why, frozen(_by_hand(closes, universe), universe, MADE_UP)


def _paths(universe: Universe) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    small, large = universe.benchmarks.small, universe.benchmarks.large
    every = {
        subject: _wave(place, 20.0 if series.kind == "volatility" else 100.0)
        for place, (subject, series) in enumerate(universe.series.items())
    }
    own, other = every[small], every[large]
    yield "every series is there", every
    yield "only the two benchmarks", {small: own, large: other}
    sectors = universe.subjects(segment=("sector",))
    missing = {s for s in sectors if universe.series[s].size == "large"}
    yield (
        "no large-cap sector funds",
        {s: path for s, path in every.items() if s not in missing},
    )
    yield "an exact tie in every week", {**every, small: own, large: own}
    there_and_back = (0.01, -0.01 / 1.01, 0.01, -0.01 / 1.01, 0.0)
    yield "flat, the S&P 500 up", {**every, small: _ending(own, *there_and_back)}
    yield (
        "both flat",
        {
            **every,
            small: _ending(own, *there_and_back),
            large: _ending(
                other, *(-change for change in (-0.01, 0.01 / 0.99, 0.02, -0.02 / 1.02, 0.0))
            ),
        },
    )
    falling = np.round(np.linspace(300.0, 150.0, _SESSIONS), 2)
    yield "never a record", {**every, small: falling}
    valley = np.round(300.0 - 100.0 * np.sin(np.linspace(0.0, np.pi, _SESSIONS)), 2)
    yield "the first record of the history", {**every, small: np.append(valley[:-1], 301.0)}
    yield (
        "a record on every session",
        {**every, small: np.round(100 * 1.001 ** np.arange(_SESSIONS), 2)},
    )
    yield "one session ahead", {**every, small: _ending(own, -0.02, -0.02, -0.02, -0.02, 0.05)}
    yield "one session behind", {**every, small: _ending(own, 0.02, 0.02, 0.02, 0.02, -0.05)}


def _by_hand(closes: Mapping[str, np.ndarray], universe: Universe) -> Fetched:
    sessions = sessions_between(date(2020, 1, 1), MADE_UP)[-_SESSIONS:]
    symbols = {subject: universe.series[subject].symbol for subject in closes}
    return Fetched(
        provider="by hand",
        retrieved_at=datetime(2026, 1, 16, 22, tzinfo=UTC),
        simulated=True,
        prices=as_frame(
            {
                "symbol": [symbols[subject] for subject in closes for _ in range(_SESSIONS)],
                "session": [session for _ in closes for session in sessions],
                "close": np.concatenate(list(closes.values())),
            }
        ),
        notes={},
        faults={},
        names={},
        distributions={},
    )
