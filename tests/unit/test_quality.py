"""A series that cannot be trusted is left out, and says why."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import NO_MEMBERS, ask, project_settings

from generator.config import Checks, Universe
from generator.editions import sessions_between
from generator.errors import DataError
from generator.manifest import Checked, SymbolStatus
from generator.providers import as_frame, provider
from generator.quality import (
    SERIES_CHECKS,
    checked,
    examine,
    index_against_fund,
    require_benchmarks,
    require_none_stops,
)
from generator.snapshot import Fetched

AS_OF = date(2026, 1, 16)
SESSIONS = sessions_between(date(2025, 10, 1), AS_OF)
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "prices"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real prices is absent")


def rules() -> Checks:
    """The project's checks, but for shorter histories."""
    given = project_settings().checks
    short = given.short_history.model_copy(update={"threshold": 20})
    return given.model_copy(update={"short_history": short})


def universe(**limits: float) -> Universe:
    symbols = {"small": "^RUT", "large": "^GSPC"}
    return Universe.model_validate(
        {
            "history_start": "2025-10-01",
            "benchmarks": {"small": "small", "large": "large"},
            "fund_pair": {"small": "small", "large": "large"},
            "major_indexes": ["large"],
            "macro": {},
            **NO_MEMBERS,
            "series": {
                subject: {
                    "name": f"The {subject} index",
                    "short": subject,
                    "symbol": symbol,
                    "kind": "index",
                    "segment": "small",
                    "daily_limit": limits.get(subject, 0.20),
                }
                for subject, symbol in symbols.items()
            },
        }
    )


def rows(symbol: str, days: pd.DatetimeIndex = SESSIONS) -> pd.DataFrame:
    """A series that climbs a little at each session."""
    return as_frame({"symbol": symbol, "session": days, "close": 100.0 + np.arange(len(days))})


def fetched(*frames: pd.DataFrame, **more: object) -> Fetched:
    said = {"notes": {}, "faults": {}, "names": {}, "distributions": {}} | more
    return Fetched(
        provider="test",
        retrieved_at=datetime(2026, 1, 17, tzinfo=UTC),
        simulated=False,
        prices=pd.concat(frames, ignore_index=True),
        **said,  # type: ignore[arg-type]
    )


def weigh(frame: pd.DataFrame, **more: object) -> SymbolStatus:
    """The status of ^RUT, beside a sound ^GSPC."""
    both = fetched(frame, rows("^GSPC"), **more)
    (small, large), _ = examine(both, universe(), rules(), SESSIONS, AS_OF)
    assert large.used
    return small


def without(*positions: int) -> pd.DataFrame:
    """A series that lacks these of its sessions, whose last is number 74."""
    return rows("^RUT").drop(index=[p % len(SESSIONS) for p in positions])


def test_a_sound_series_is_used():
    assert weigh(rows("^RUT"), distributions={"^RUT": "implied"}, notes={"^RUT": ("mended",)}) == (
        SymbolStatus(
            symbol="^RUT",
            subject="small",
            named=None,
            used=True,
            reason=None,
            notes=("mended",),
            distributions="implied",
            rows=len(SESSIONS),
            first_session=date(2025, 10, 1),
            last_session=AS_OF,
        )
    )


def test_there_is_one_status_a_series_in_the_order_of_the_universe():
    statuses, _ = examine(
        fetched(rows("^GSPC"), rows("QQQ"), rows("^RUT")), universe(), rules(), SESSIONS, AS_OF
    )
    assert [status.subject for status in statuses] == ["small", "large"]
    assert {status.distributions for status in statuses} == {"none"}


def test_the_order_of_rows_is_nothing():
    assert weigh(rows("^RUT").sample(frac=1, random_state=1)).used


def test_rows_after_the_as_of_date_are_nothing():
    later = pd.DatetimeIndex(["2026-01-19", "2026-01-20"])  # the first is a holiday
    status = weigh(pd.concat([rows("^RUT"), rows("^RUT", later)]))
    assert (status.used, status.last_session) == (True, AS_OF)


def test_missing_with_the_fault_that_the_provider_named():
    status = weigh(rows("QQQ"), faults={"^RUT": "no file for ^RUT in export"})
    assert (status.used, status.rows, status.first_session) == (False, 0, None)
    assert status.reason == "missing: no file for ^RUT in export"


def test_missing_without_a_fault():
    assert weigh(rows("QQQ")).reason == (
        "missing: the source has no close of ^RUT up to 2026-01-16"
    )


def test_everything_missing():
    empty = as_frame({"symbol": [], "session": [], "close": []})
    statuses, _ = examine(fetched(empty), universe(), rules(), SESSIONS, AS_OF)
    assert [status.used for status in statuses] == [False, False]


@pytest.mark.parametrize(("sessions", "used"), [(19, False), (20, True)])
def test_short(sessions, used):
    status = weigh(rows("^RUT", SESSIONS[-sessions:]))
    assert status.used is used
    assert used or status.reason == "short: 19 sessions with a close, fewer than 20"


def test_stale():
    status = weigh(without(-1, -2, -3, -4))
    assert status.reason == "stale: its last close is of 2026-01-12, 4 sessions before 2026-01-16"
    assert status.last_session == date(2026, 1, 12)


@pytest.mark.parametrize(("equal", "used"), [(4, True), (5, False)])
def test_flat(equal, used):
    frame = rows("^RUT")
    frame.loc[frame.index[-equal:], "close"] = 150.0
    status = weigh(frame)
    assert status.used is used
    assert used or status.reason == (
        "flat: its last 5 closes, 2026-01-12 to 2026-01-16, are all 150.00"
    )


def test_an_implausible_move():
    frame = rows("^RUT")
    frame.loc[frame["session"] == "2025-12-19", "close"] *= 2
    assert weigh(frame).reason == (
        "implausible: a move of +101.29% from 2025-12-18 to 2025-12-19, beyond its limit of "
        "20.0% (and 1 more)"
    )


def test_a_move_within_the_limit_is_kept():
    frame = rows("^RUT")
    frame.loc[frame["session"] >= "2025-12-19", "close"] *= 0.82
    assert weigh(frame).used


def test_a_split_still_to_be_applied_is_no_move():
    frame = rows("^RUT")
    frame.loc[frame["session"] >= "2025-12-19", "close"] /= 2
    assert not weigh(frame).used
    frame.loc[frame["session"] == "2025-12-19", "split"] = 2.0
    assert weigh(frame).used


def test_the_limit_is_that_of_the_series():
    frame = rows("^RUT")
    frame.loc[frame["session"] >= "2025-12-19", "close"] *= 1.5
    both = fetched(frame, rows("^GSPC"))
    (small, _), _ = examine(both, universe(small=2.0), rules(), SESSIONS, AS_OF)
    assert small.used


@pytest.mark.parametrize("day", ["2025-12-25", "2025-12-20", "2025-09-30"])
def test_a_row_on_a_day_without_session(day):
    extra = as_frame({"symbol": ["^RUT"], "session": [day], "close": [150.0]})
    status = weigh(pd.concat([rows("^RUT"), extra]))
    assert status.reason == (f"not a session: a row dated {day}, when the exchange was closed")
    assert status.rows == len(SESSIONS)


def test_many_rows_on_days_without_session():
    weekends = pd.date_range("2025-10-04", periods=5, freq="7D")
    status = weigh(pd.concat([rows("^RUT"), rows("^RUT", weekends)]))
    assert status.reason == (
        "not a session: 5 rows dated 2025-10-04, 2025-10-11, 2025-10-18 and 2 more, when the "
        "exchange was closed"
    )


def test_a_gap():
    assert weigh(without(20, 21, 22)).reason == (
        "gap: no close on 3 sessions in a row, 2025-10-29 to 2025-10-31"
    )


def test_the_widest_of_several_gaps_is_named():
    assert weigh(without(20, 21, 22, 30, 31, 32, 33)).reason == (
        "gap: no close on 4 sessions in a row, 2025-11-12 to 2025-11-17 (and 1 more)"
    )


def test_isolated_missing_sessions_are_kept_with_a_note():
    status = weigh(without(20, 21, 30))
    assert status.used
    assert status.notes == ("no close on 3 sessions: 2025-10-29, 2025-10-30, 2025-11-12",)


def test_sessions_before_the_first_close_are_no_gap():
    assert weigh(rows("^RUT", SESSIONS[10:])).notes == ()


def test_all_problems_are_named_the_worst_first():
    frame = rows("^RUT", SESSIONS[:12]).drop(index=[3, 4, 5])
    frame.loc[frame.index[-5:], "close"] = 400.0
    extra = as_frame({"symbol": ["^RUT"], "session": ["2025-10-04"], "close": [150.0]})
    status = weigh(pd.concat([frame, extra]))
    assert [part.split(":")[0] for part in (status.reason or "").split("; ")] == [
        "implausible",
        "not a session",
        "stale",
        "flat",
        "gap",
        "short",
    ]


class TestTheShapeOfRows:
    @pytest.mark.parametrize(
        ("change", "what"),
        [
            (lambda f: f.drop(columns="split"), "have the columns"),
            (lambda f: f.assign(extra=1.0), "have the columns"),
            (lambda f: f[["session", "symbol", "close", "volume", "dividend", "split"]], "columns"),
            (lambda f: f.assign(close=f["close"].astype("float32")), "have the columns"),
            (lambda f: f.assign(session=f["session"].astype("datetime64[ns]")), "have the columns"),
            (lambda f: f.assign(session=f["session"] + pd.Timedelta("1h")), "time of day"),
            (lambda f: f.assign(session=f["session"].where(f.index != 3)), "no session"),
            (lambda f: f.assign(symbol=f["symbol"].where(f.index != 3)), "no symbol"),
            (lambda f: f.assign(close=f["close"].where(f.index != 3)), "no close above zero"),
            (lambda f: f.assign(close=f["close"].where(f.index != 3, 0.0)), "no close above zero"),
            (lambda f: f.assign(close=f["close"].where(f.index != 3, np.inf)), "no close above"),
            (lambda f: f.assign(split=f["split"].where(f.index != 3, 0.0)), "no split factor"),
            (lambda f: pd.concat([f, f.iloc[[3]]]), "1 price rows stand twice .* 2025-10-06"),
        ],
    )
    def test_is_the_providers_duty(self, change, what):
        with pytest.raises(ValueError, match=what):
            examine(fetched(change(rows("^RUT"))), universe(), rules(), SESSIONS, AS_OF)


class TestBenchmarks:
    def statuses(self, *frames: pd.DataFrame) -> list[SymbolStatus]:
        return examine(fetched(*frames), universe(), rules(), SESSIONS, AS_OF)[0]

    def test_both_are_needed(self):
        require_benchmarks(self.statuses(rows("^RUT"), rows("^GSPC")), universe())

    def test_one_that_is_left_out_is_named_with_its_reason(self):
        with pytest.raises(DataError) as caught:
            require_benchmarks(self.statuses(without(-1), rows("^GSPC")), universe())
        assert caught.value.exit_code == 3
        assert caught.value.what == (
            "a benchmark is not usable: The small index (^RUT): stale: its last close is of "
            "2026-01-15, 1 session before 2026-01-16"
        )
        assert caught.value.hint

    def test_both_that_are_left_out_are_named(self):
        with pytest.raises(DataError, match=r"both benchmarks are .*\^RUT.*\^GSPC"):
            require_benchmarks(self.statuses(rows("QQQ")), universe())


class TestOutcomes:
    """What each check found, beside the statuses."""

    def outcomes(self, *frames: pd.DataFrame, **more: object) -> dict[str, Checked]:
        _, found = examine(fetched(*frames, **more), universe(), rules(), SESSIONS, AS_OF)
        return {one.name: one for one in found}

    def test_there_is_one_for_each_check_of_series(self):
        found = self.outcomes(rows("^RUT"), rows("^GSPC"))
        assert tuple(found) == SERIES_CHECKS
        assert set(SERIES_CHECKS) <= set(Checks.model_fields)
        assert {one.outcome for one in found.values()} == {"passed"}
        assert {one.examined for one in found.values()} == {2}

    @pytest.mark.parametrize(
        ("name", "frame"),
        [
            ("stale", without(-1)),
            ("gap", without(20, 21, 22)),
            ("short_history", rows("^RUT", SESSIONS[-19:])),
            ("read", rows("QQQ")),
            ("implausible_move", rows("^RUT").assign(close=lambda f: 100.0 + (f.index == 9) * 50)),
        ],
    )
    def test_a_problem_stands_with_its_check_and_no_other(self, name, frame):
        if name == "implausible_move":
            frame["close"] += np.arange(len(frame)) / 100
        found = self.outcomes(frame, rows("^GSPC"))
        assert {check for check, one in found.items() if one.found} == {name}
        (line,) = found[name].found
        assert line.startswith("^RUT: ")
        assert found[name].outcome == "left out"

    def test_a_fault_that_was_named_is_found_in_its_words(self):
        found = self.outcomes(rows("QQQ"), rows("^GSPC"), faults={"^RUT": "HTTP 404"})
        assert found["read"].found == ("^RUT: HTTP 404",)

    @pytest.mark.parametrize(
        ("name", "followed"), [("clock", "stopped"), ("stale", "left out"), ("renamed", "noted")]
    )
    def test_what_follows_is_as_the_settings_say(self, name, followed):
        found = checked(rules(), name, 3, ["a line", "another"])
        rule = rules().named(name)
        assert (found.name, found.outcome, found.found) == (name, followed, ("a line", "another"))
        assert (found.means, found.threshold, found.unit) == (rule.means, rule.threshold, rule.unit)

    def test_what_had_nothing_to_look_at_was_not_done(self):
        assert checked(rules(), "clock", 0, ()).outcome == "not done"
        assert checked(rules(), "clock", 1, ()).outcome == "passed"
        assert checked(rules(), "clock", 0, iter(["late"])).outcome == "stopped"

    def test_nothing_stops_while_nothing_that_stops_was_found(self):
        sound = [checked(rules(), "clock", 1, ()), checked(rules(), "stale", 1, ["IWM: late"])]
        require_none_stops(sound)
        with pytest.raises(DataError) as caught:
            require_none_stops([*sound, checked(rules(), "clock", 1, ["an hour late"])])
        assert caught.value.what == (
            "the data failed a check, and nothing was frozen:\n  clock: an hour late"
        )
        assert caught.value.exit_code == 3 and caught.value.hint

    def test_everything_that_stops_is_named(self):
        both = [
            checked(rules(), "clock", 1, ["an hour late"]),
            checked(rules(), "session_final", 2, ["^RUT runs", "^GSPC runs"]),
        ]
        with pytest.raises(DataError) as caught:
            require_none_stops(both)
        assert caught.value.what.splitlines() == [
            "the data failed 2 checks, and nothing was frozen:",
            "  clock: an hour late",
            "  session_final: ^RUT runs",
            "  session_final: ^GSPC runs",
        ]


class TestAnIndexAndItsFund:
    """The week of 12 to 16 January 2026; its base is Friday the 9th."""

    def compare(
        self, index, fund, *, unused=(), dividend=0.0, split=1.0, row=3, days=None
    ) -> Checked:
        """^RUT and ^GSPC stand for index and fund: closes on the base and on the five sessions."""
        week = SESSIONS[-6:] if days is None else days
        frames = [
            as_frame({"symbol": s, "session": week, "close": closes})
            for s, closes in (("^RUT", index), ("^GSPC", fund))
        ]
        frames[1].loc[frames[1].index[row], "dividend"] = dividend
        frames[1].loc[frames[1].index[row], "split"] = split
        pair = rules().index_against_fund.model_copy(update={"pairs": {"small": "large"}})
        given = rules().model_copy(update={"index_against_fund": pair})
        statuses = [
            SymbolStatus(s, n, None, n not in unused, None, (), "none", 6, None, None)
            for s, n in (("^RUT", "small"), ("^GSPC", "large"))
        ]
        prices = pd.concat(frames, ignore_index=True)
        return index_against_fund(prices, universe(), given, SESSIONS, statuses)

    FLAT = (100.0, 100.0, 100.0, 100.0, 100.0, 100.0)

    def test_agree_within_the_threshold(self):
        """3% and 1.2% are 1.8 points apart, of 2 allowed."""
        near = self.compare((100.0, 1, 1, 1, 1, 103.0), (50.0, 1, 1, 1, 1, 50.6))
        assert (near.examined, near.outcome) == (1, "passed")

    def test_are_told_apart_beyond_it(self):
        far = self.compare((100.0, 1, 1, 1, 1, 103.0), (50.0, 1, 1, 1, 1, 50.25))
        assert far.outcome == "stopped"
        assert far.found == ("^RUT +3.00%, ^GSPC +0.50% on the week, 2.5% apart",)

    def test_count_dividends(self):
        """The fund pays 3 of 100 in the week and falls by as much."""
        fund = (100.0, 100.0, 100.0, 97.0, 97.0, 97.0)
        assert self.compare(self.FLAT, fund).outcome == "stopped"
        assert self.compare(self.FLAT, fund, dividend=3.0).outcome == "passed"

    def test_count_splits_still_to_be_applied(self):
        fund = (100.0, 100.0, 100.0, 50.0, 50.0, 50.0)
        assert self.compare(self.FLAT, fund, split=2.0).outcome == "passed"

    def test_do_not_count_what_the_base_itself_holds(self):
        """Its close is that after the dividend and the split of that day."""
        paid = self.compare(self.FLAT, self.FLAT, dividend=3.0, split=2.0, row=0)
        assert paid.outcome == "passed"

    @pytest.mark.parametrize("unused", ["small", "large"])
    def test_are_not_compared_where_one_is_left_out(self, unused):
        assert self.compare(self.FLAT, self.FLAT, unused=(unused,)).outcome == "not done"

    @pytest.mark.parametrize("keep", [slice(1, None), slice(None, -1)])
    def test_are_not_compared_without_base_or_last_close(self, keep):
        days = SESSIONS[-6:][keep]
        found = self.compare(self.FLAT[keep], self.FLAT[keep], days=days)
        assert (found.examined, found.outcome) == (0, "not done")


def test_thirty_three_long_series_take_little_time():
    sessions = sessions_between(date(1987, 1, 1), AS_OF)
    frames = [rows(f"S{n}", sessions) for n in range(31)]
    everything = fetched(*frames, rows("^RUT", sessions), rows("^GSPC", sessions))
    took = []
    for _ in range(3):
        started = time.perf_counter()
        statuses, _ = examine(everything, universe(), rules(), sessions, AS_OF)
        took.append(time.perf_counter() - started)
    assert all(status.used for status in statuses)
    assert min(took) < 0.3


@needs_real
def test_the_real_folder_is_used_but_for_what_it_lacks():
    base = universe().model_dump()
    symbols = [*(path.stem for path in sorted(REAL.glob("*.csv"))), "^SP600", "IWC"]
    kinds = {"^VIX": 2.0}
    base["series"] = {
        f"s{n}": base["series"]["small"]
        | {"symbol": symbol, "kind": "fund", "daily_limit": kinds.get(symbol, 0.30)}
        for n, symbol in enumerate(symbols)
    }
    base["history_start"] = date(1987, 1, 1)
    wanted = Universe.model_validate(base)
    sessions = sessions_between(wanted.history_start, AS_OF)
    request = ask(AS_OF, wanted=wanted, data=REAL)
    statuses, _ = examine(provider("files").fetch(request), wanted, rules(), sessions, AS_OF)
    left_out = {status.symbol: status.reason for status in statuses if not status.used}
    assert left_out == {
        symbol: f"missing: no file for {symbol} in prices (looked for {symbol}.csv and prices.csv)"
        for symbol in ("^SP600", "IWC")
    }
    assert {status.notes for status in statuses} == {()}
