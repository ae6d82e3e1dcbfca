"""Bars are taken from Yahoo's answer as yfinance reads it, or refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import yfinance
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from yfinance.scrapers.history import PriceHistory

from generator.providers._bars import KINDS, Bars, Expected, Unusable, read_bars, shortest
from generator.providers._yahoo_client import History

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
DAYS = tuple(date(2026, 1, day) for day in (9, 12, 13, 14, 15, 16))
LAST = DAYS[-1]
EXPECTED = Expected("IWM", "fund", (NEW_YORK, CHICAGO), 0.005)
Chart = dict[str, Any]

pytestmark = pytest.mark.filterwarnings("ignore:::yfinance.utils")


def stamp(day: date, at: time = time(9, 30), zone: str = NEW_YORK) -> int:
    return int(datetime.combine(day, at, ZoneInfo(zone)).timestamp())


def chart(
    closes: Sequence[float | None],
    *,
    days: Sequence[date] = DAYS,
    adjusted: Sequence[float | None] | None = None,
    dividends: Mapping[date, float] | None = None,
    gains: Mapping[date, float] | None = None,
    splits: Mapping[date, float] | None = None,
    at: time = time(9, 30),
    zone: str = NEW_YORK,
    **meta: object,
) -> Chart:
    """A result of the chart endpoint as Yahoo has it, with invented prices."""
    cash = {"dividends": dividends, "capitalGains": gains}
    events = {
        name: {str(stamp(day)): {"date": stamp(day), "amount": paid} for day, paid in what.items()}
        for name, what in cash.items()
        if what
    }
    if splits:
        events["splits"] = {
            str(stamp(day)): {
                "date": stamp(day),
                "numerator": ratio,
                "denominator": 1.0,
                "splitRatio": f"{ratio:g}:1",
            }
            for day, ratio in splits.items()
        }
    prices = list(closes)
    bar = {name: list(prices) for name in ("open", "high", "low", "close")}
    return {
        "meta": {
            "currency": "USD",
            "symbol": "IWM",
            "instrumentType": "ETF",
            "exchangeTimezoneName": zone,
            "longName": "iShares Russell 2000 ETF",
            "regularMarketTime": stamp(LAST, time(16, 0)),
            "currentTradingPeriod": {
                name: {
                    "timezone": "EST",
                    "gmtoffset": -18000,
                    "start": stamp(LAST),
                    "end": stamp(LAST, time(16, 0)),
                }
                for name in ("pre", "regular", "post")
            },
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "max"],
            **meta,
        },
        "timestamp": [stamp(day, at, zone) for day in days],
        "indicators": {
            "quote": [{**bar, "volume": [1000 + n for n in range(len(prices))]}],
            "adjclose": [{"adjclose": prices if adjusted is None else list(adjusted)}],
        },
        **({"events": events} if events else {}),
    }


class Answers:
    """Stands where yfinance asks the network: gives one answer to every question."""

    def __init__(self, result: Chart) -> None:
        self.text = json.dumps({"chart": {"result": [result], "error": None}})

    def get(self, **_: object) -> Answers:
        return self

    cache_get = get

    def json(self) -> Any:
        return json.loads(self.text)


def history(result: Chart, first: date = DAYS[0], last: date = LAST) -> History:
    """The answer as yfinance itself reads it."""
    answers = Answers(result)
    yfinance.config.debug.hide_exceptions = False
    frame = PriceHistory(answers, "IWM", NEW_YORK).history(
        start=first.isoformat(),
        end=(last + timedelta(days=1)).isoformat(),
        interval="1d",
        auto_adjust=False,
        actions=True,
        keepna=True,
    )
    return History(frame, answers.json()["chart"]["result"][0], ())


def read(result: Chart, expected: Expected = EXPECTED) -> Bars:
    return read_bars(history(result), expected, LAST)


def refused(result: Chart, expected: Expected = EXPECTED) -> tuple[str, str]:
    """The check that the answer fails, and why."""
    with pytest.raises(Unusable) as caught:
        read(result, expected)
    return caught.value.check, str(caught.value)


def level(count: int = 6) -> list[float | None]:
    return [100.0 + n for n in range(count)]


def days_of(bars: Bars) -> list[date]:
    return bars.days.tolist()  # type: ignore[no-any-return]


# What is read


def test_a_sound_answer_is_read_whole() -> None:
    """Days of the exchange, closes, volumes, and what Yahoo calls it."""
    bars = read(chart(level()))
    assert days_of(bars) == list(DAYS)
    assert bars.close.tolist() == [100, 101, 102, 103, 104, 105]
    assert bars.volume.tolist() == [1000, 1001, 1002, 1003, 1004, 1005]
    assert bars.dividend.tolist() == [0.0] * 6 and bars.split.tolist() == [1.0] * 6
    assert (bars.named, bars.running, bars.notes) == ("iShares Russell 2000 ETF", False, ())


def test_closes_lose_the_noise_of_32_bits() -> None:
    """Yahoo sends 682.8499755859375 for 682.85."""
    noisy = [float(np.float32(close)) for close in (680.1, 681.0, 682.85, 690.33, 0.1, 2465.98)]
    assert read(chart(noisy)).close.tolist() == [680.1, 681.0, 682.85, 690.33, 0.1, 2465.98]


def test_rows_without_a_close_are_left_out() -> None:
    """A day of which the source has a time and nothing else is missing, not zero."""
    closes = level()
    closes[2] = None
    bars = read(chart(closes, adjusted=closes))
    assert days_of(bars) == [*DAYS[:2], *DAYS[3:]]
    assert bars.close.tolist() == [100, 101, 103, 104, 105]


def test_rows_after_the_last_day_are_cut() -> None:
    """Both the client's extra bar of a session that runs today, and one it lets through."""
    tuesday = date(2026, 1, 20)
    whole = chart(level(7), days=[*DAYS, tuesday])
    assert days_of(read(whole)) == list(DAYS)
    wide = history(whole, last=tuesday)
    assert len(wide.frame) == 7
    assert days_of(read_bars(wide, EXPECTED, LAST)) == list(DAYS)


def test_the_same_close_twice_on_a_day_is_one_row() -> None:
    """Yahoo repeats its last row while it has live data."""
    closes = [*level(), 105.0]
    bars = read(chart(closes, days=[*DAYS, LAST]))
    assert days_of(bars) == list(DAYS)
    assert bars.close[-1] == 105


def test_a_bar_of_chicago_belongs_to_the_day_there() -> None:
    """Volatility indexes are dated by the exchange that computes them."""
    bars = read(chart(level(), at=time(8, 30), zone=CHICAGO))
    assert days_of(bars) == list(DAYS)


def test_a_name_is_taken_from_what_there_is() -> None:
    """Long, else short, else the symbol."""
    assert read(chart(level(), longName=None, shortName="iShares")).named == "iShares"
    assert read(chart(level(), longName=None)).named == "IWM"


# What it must say of itself


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ({"symbol": "IWN"}, "its answer says symbol IWN, not IWM"),
        ({"currency": "GBp"}, "its answer says currency GBp, not USD"),
        ({"instrumentType": "EQUITY"}, "its answer says instrumentType EQUITY, not ETF"),
        (
            {"exchangeTimezoneName": "Europe/London"},
            "its answer says time zone Europe/London, not America/New_York or America/Chicago",
        ),
    ],
)
def test_another_identity_is_refused(meta: dict[str, object], said: str) -> None:
    """Symbol, currency, kind and time zone are those expected."""
    assert refused(chart(level(), **meta)) == ("identity", said)


@pytest.mark.parametrize("name", ["symbol", "currency", "instrumentType", "exchangeTimezoneName"])
def test_an_answer_that_does_not_say_is_refused(name: str) -> None:
    """What is not said is not taken for what was expected."""
    sound = history(chart(level()))
    meta = {key: value for key, value in sound.chart["meta"].items() if key != name}
    with pytest.raises(Unusable, match="None, not") as caught:
        read_bars(replace(sound, chart={**sound.chart, "meta": meta}), EXPECTED, LAST)
    assert caught.value.check == "identity"


def test_a_time_zone_that_there_is_not_is_refused() -> None:
    """Even one that the settings allow."""
    sound = history(chart(level()))
    meta = {**sound.chart["meta"], "exchangeTimezoneName": "America/Nowhere"}
    allowed = replace(EXPECTED, time_zones=("America/Nowhere",))
    with pytest.raises(Unusable, match="America/Nowhere, which there is none") as caught:
        read_bars(replace(sound, chart={**sound.chart, "meta": meta}), allowed, LAST)
    assert caught.value.check == "identity"


@pytest.mark.parametrize(("kind", "word"), sorted(KINDS.items()))
def test_each_kind_has_its_word(kind: str, word: str) -> None:
    """An index is no fund."""
    expected = replace(EXPECTED, kind=kind)
    assert read(chart(level(), instrumentType=word), expected).named
    other = "ETF" if word != "ETF" else "INDEX"
    assert refused(chart(level(), instrumentType=other), expected)[0] == "identity"


# What the client made of it


def test_a_close_said_twice_with_other_noise_is_one() -> None:
    """The last day may come twice, once as a bar and once as the last price."""
    noisy = float(np.float32(105.1))
    closes: list[float | None] = [*level()[:-1], 105.1, noisy]
    found = read(chart(closes, days=[*DAYS, LAST]))
    assert noisy != 105.1
    assert days_of(found) == list(DAYS) and found.close[-1] == 105.1


def test_two_closes_of_one_day_are_refused() -> None:
    """Nobody can tell which one is right, and the client would take either without a word."""
    closes: list[float | None] = [*level(), 105.5]
    assert refused(chart(closes, days=[*DAYS, LAST])) == (
        "read",
        "two closes of 2026-01-16: 105 and 105.5",
    )


def test_a_row_that_the_client_dropped_is_noticed() -> None:
    """In the middle, or at the beginning."""
    sound = history(chart(level()))
    for position in (0, 3):
        fewer = sound.frame.drop(index=sound.frame.index[position])
        with pytest.raises(Unusable, match=f"disagree on the close of {DAYS[position]}"):
            read_bars(replace(sound, frame=fewer), EXPECTED, LAST)


def test_a_row_that_the_client_invented_or_changed_is_noticed() -> None:
    """Filled from the day before, or repaired a hundredfold."""
    gap = level()
    gap[2] = None
    for sound, value in ((history(chart(gap)), 101.0), (history(chart(level())), 1.02)):
        frame = sound.frame.copy()
        frame.loc[frame.index[2], "Close"] = value
        with pytest.raises(Unusable, match="disagree on the close of 2026-01-13"):
            read_bars(replace(sound, frame=frame), EXPECTED, LAST)


def test_days_and_closes_that_do_not_pair_are_refused() -> None:
    sound = history(chart(level()))
    short = {**sound.chart, "timestamp": sound.chart["timestamp"][:-1]}
    with pytest.raises(Unusable, match="5 days but 6 closes in the answer"):
        read_bars(replace(sound, chart=short), EXPECTED, LAST)


def test_an_answer_without_any_close_is_refused() -> None:
    nothing: list[float | None] = [None] * 6
    assert refused(chart(nothing)) == ("read", "no bar of it has a close")


@pytest.mark.parametrize("close", [0.0, -1.0])
def test_a_close_that_is_no_price_is_refused(close: float) -> None:
    closes = level()
    closes[3] = close
    assert refused(chart(closes)) == ("read", "a close is not above zero")


# Splits


def test_a_split_that_the_closes_hold_is_not_applied_again() -> None:
    """2:1 on the 14th; the closes before are halved already."""
    bars = read(chart([50, 50.5, 51, 51.5, 52, 52.5], splits={DAYS[3]: 2.0}))
    assert bars.split.tolist() == [1.0] * 6


def test_a_split_that_the_closes_lack_is_still_to_be_applied() -> None:
    """The close halves on the 14th, and Yahoo's adjusted closes do too, or do not."""
    closes = [100, 101, 102, 51.5, 52, 52.5]
    for adjusted in (closes, [50, 50.5, 51, 51.5, 52, 52.5]):
        bars = read(chart(closes, adjusted=adjusted, splits={DAYS[3]: 2.0}))
        assert bars.split.tolist() == [1, 1, 1, 2, 1, 1]
        assert bars.close.tolist() == closes


def test_a_split_on_the_first_day_changes_no_return() -> None:
    assert read(chart(level(), splits={DAYS[0]: 2.0})).split.tolist() == [1.0] * 6


def test_a_split_that_cannot_be_told_is_refused() -> None:
    """From 102 to 72, by the adjusted closes from 72 to 72: neither the same nor half."""
    closes = [100, 101, 102, 72, 72.5, 73]
    adjusted = [100, 101, 72, 72, 72.5, 73]
    check, why = refused(chart(closes, adjusted=adjusted, splits={DAYS[3]: 2.0}))
    assert check == "adjusted_closes"
    assert why.startswith("IWM: the split of 2026-01-14 (2) cannot be told")


# Cash


def adjusted_for(closes: Sequence[float], paid: Mapping[int, float]) -> list[float]:
    """Closes times 1 less dividend by close before, of every later dividend."""
    found = list(closes)
    for row, cash in paid.items():
        for earlier in range(row):
            found[earlier] *= 1 - cash / closes[row - 1]
    return found


def test_dividends_that_the_adjusted_closes_bear_out_are_taken() -> None:
    """One of 2 on the 14th, on the row of that day."""
    closes = [100.0, 101, 102, 101, 104, 105]
    bars = read(chart(closes, adjusted=adjusted_for(closes, {3: 2.0}), dividends={DAYS[3]: 2.0}))
    assert bars.dividend.tolist() == [0, 0, 0, 2.0, 0, 0]


@pytest.mark.parametrize("told", [{}, {DAYS[3]: 4.0}, {DAYS[3]: 0.02}])
def test_dividends_that_the_adjusted_closes_contradict_are_refused(
    told: Mapping[date, float],
) -> None:
    """Left out, doubled, or in another currency's unit: 2 of 102 is 2% of the return."""
    closes = [100.0, 101, 102, 101, 104, 105]
    check, why = refused(chart(closes, adjusted=adjusted_for(closes, {3: 2.0}), dividends=told))
    assert check == "adjusted_closes"
    assert why.startswith("with dividends and splits it returned ")
    assert why.endswith(" adjusted closes from 2026-01-09 to 2026-01-16")


def test_a_dividend_larger_than_the_close_before_is_refused() -> None:
    check, why = refused(chart(level(), dividends={DAYS[3]: 102.0}))
    assert (check, why) == (
        "adjusted_closes",
        "the dividend of 2026-01-14, 102, is not less than the close before",
    )


def test_capital_gains_are_cash_too() -> None:
    """Where the adjusted closes bear out the sum of both."""
    closes = [100.0, 101, 102, 101, 104, 105]
    bars = read(
        chart(
            closes,
            adjusted=adjusted_for(closes, {3: 3.0}),
            dividends={DAYS[3]: 1.0},
            gains={DAYS[3]: 2.0},
        )
    )
    assert bars.dividend.tolist() == [0, 0, 0, 3.0, 0, 0]
    assert bars.notes == ()


def test_capital_gains_that_dividends_hold_already_are_not_added() -> None:
    """Where the adjusted closes bear out the dividends alone; it is said."""
    closes = [100.0, 101, 102, 101, 104, 105]
    bars = read(
        chart(
            closes,
            adjusted=adjusted_for(closes, {3: 3.0}),
            dividends={DAYS[3]: 3.0},
            gains={DAYS[3]: 2.0},
        )
    )
    assert bars.dividend.tolist() == [0, 0, 0, 3.0, 0, 0]
    assert bars.notes == ("its capital gains are in its dividends already and were not added",)


@pytest.mark.parametrize("value", [None, 0.0, -3.0])
def test_an_adjusted_close_that_is_none_is_refused(value: float | None) -> None:
    adjusted: list[float | None] = level()
    adjusted[2] = value
    assert refused(chart(level(), adjusted=adjusted)) == (
        "adjusted_closes",
        "an adjusted close is missing or not above zero",
    )


# Whether the session is over


def period(start: int, end: int) -> dict[str, object]:
    one = {"timezone": "EST", "gmtoffset": -18000, "start": start, "end": end}
    return {"pre": one, "regular": one, "post": one}


MONDAY = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("traded", "ends", "running"),
    [
        (stamp(LAST, time(16, 0)), stamp(LAST, time(16, 0)), False),
        (stamp(LAST, time(16, 20)), stamp(LAST, time(16, 0)), False),
        (stamp(LAST, time(15, 59, 59)), stamp(LAST, time(16, 0)), True),
        (stamp(LAST, time(12, 0)), stamp(LAST, time(16, 0)), True),
        (stamp(LAST, time(13, 0)), stamp(LAST, time(13, 0)), False),
        (stamp(LAST, time(16, 0)), stamp(MONDAY, time(16, 0)), False),
        (stamp(MONDAY, time(10, 0)), stamp(MONDAY, time(16, 0)), False),
    ],
    ids=[
        "at the close",
        "after it",
        "a second before",
        "at noon",
        "an early close",
        "before the next opens",
        "during the next",
    ],
)
def test_a_session_is_over_by_the_sources_own_times(traded: int, ends: int, running: bool) -> None:
    """The last trade against the end of the session that the source calls its current one."""
    result = chart(
        level(), regularMarketTime=traded, currentTradingPeriod=period(ends - 23400, ends)
    )
    assert read(result).running is running


def _without_time(meta: dict[str, Any]) -> None:
    del meta["regularMarketTime"]


def _without_period(meta: dict[str, Any]) -> None:
    del meta["currentTradingPeriod"]


@pytest.mark.parametrize("lose", [_without_time, _without_period])
def test_a_source_that_does_not_say_is_taken_for_running(
    lose: Callable[[dict[str, Any]], None],
) -> None:
    """Better stop than freeze half a session."""
    sound = history(chart(level()))
    meta = dict(sound.chart["meta"])
    lose(meta)
    assert read_bars(replace(sound, chart={**sound.chart, "meta": meta}), EXPECTED, LAST).running


# Decimals


@given(arrays.arrays(np.float32, st.integers(0, 20), elements=st.floats(2**-20, 2**30, width=32)))
def test_the_shortest_decimal_has_the_same_32_bits(values: np.ndarray) -> None:
    """Nothing is lost: back in 32 bits each number is the one that came."""
    short = shortest(values.astype(np.float64))
    assert np.array_equal(short.astype(np.float32), values)
    assert all(
        len(repr(float(a))) <= len(repr(float(b))) for a, b in zip(short, values, strict=True)
    )


@given(arrays.arrays(np.float64, st.integers(0, 20), elements=st.floats(2**-20, 2**30)))
def test_a_number_of_64_bits_stays_as_it_is(values: np.ndarray) -> None:
    """Only what 32 bits hold exactly can have come through them."""
    wide = values[values.astype(np.float32).astype(np.float64) != values]
    assert np.array_equal(shortest(wide), wide)


@given(st.integers(1, 10**6))
def test_cents_of_up_to_five_digits_are_found_again(cents: int) -> None:
    """Prices under 10,000 dollars have fewer digits than 32 bits hold."""
    price = cents / 100
    assert shortest(np.array([float(np.float32(price))])).tolist() == [price]
