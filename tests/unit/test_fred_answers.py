"""What FRED says is read as rows, and what is not as it must be is refused with a reason."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.providers._fred_answers import (
    KeyRefused,
    LookAhead,
    Observation,
    TooEarly,
    Unusable,
    Window,
    as_known,
    read_page,
    releases,
)

DAY = date(2026, 1, 16)
ON_THE_DAY = Window(DAY, DAY)
YEARS = Window(date(2018, 1, 16), DAY)
DAYS = st.dates(date(2019, 1, 1), date(2025, 12, 31))


def answer(rows: list[tuple[str, str, str]], window: Window = ON_THE_DAY, **changes: object):
    """Return an answer of FRED's form with rows of period, day known from, and value."""
    record = {
        "realtime_start": window.start.isoformat(),
        "realtime_end": window.end.isoformat(),
        "observation_start": "1600-01-01",
        "observation_end": "9999-12-31",
        "units": "lin",
        "output_type": 1,
        "file_type": "json",
        "order_by": "observation_date",
        "sort_order": "asc",
        "count": len(rows),
        "offset": 0,
        "limit": 100000,
        "observations": [
            {
                "realtime_start": known_from,
                "realtime_end": window.end.isoformat(),
                "date": observed,
                "value": value,
            }
            for observed, known_from, value in rows
        ],
    }
    return json.dumps(record | changes).encode()


def refusal(message: str) -> bytes:
    """Return what FRED answers to a bad request."""
    return json.dumps({"error_code": 400, "error_message": message}).encode()


def seen(observed: str, known_from: str, value: float = 1.0) -> Observation:
    """Return one observation."""
    return Observation(date.fromisoformat(observed), date.fromisoformat(known_from), value)


def test_a_page_is_read_row_by_row() -> None:
    """Periods, days and values are those of the answer; the count is that of all pages."""
    rows = [("2025-09-01", "2026-01-16", "4.40"), ("2025-11-01", "2026-01-16", "-0.3")]
    page = read_page(answer(rows, count=7), ON_THE_DAY)
    assert page.observations == (
        seen("2025-09-01", "2026-01-16", 4.4),
        seen("2025-11-01", "2026-01-16", -0.3),
    )
    assert page.count == 7


@pytest.mark.parametrize("nothing", [".", "", " . "])
def test_an_observation_without_a_value_stays_as_a_row(nothing: str) -> None:
    """That a period was never collected is information, so its row is kept without a number."""
    page = read_page(answer([("2025-10-01", "2026-01-16", nothing)]), ON_THE_DAY)
    assert len(page.observations) == 1
    assert math.isnan(page.observations[0].value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html></html>", "the answer is HTML"),
        (b"\n  <html>", "the answer is HTML"),
        (b"Service down", "something else"),
        (b"", "something else"),
        (b"[]", "no JSON object"),
        (b"{}", "FRED's form"),
        (answer([], count="many"), "FRED's form"),
        (answer([], observations=None), "FRED's form"),
        (answer([("2025-10-01", "2026-01-16", "n/a")]), "n/a"),
        (answer([("2025-10-01", "2026-01-16", "inf")]), "inf"),
        (answer([("October", "2026-01-16", "1")]), "FRED's form"),
        (answer([("2025-10-01", "2026-01-16", None)]), "FRED's form"),  # type: ignore[list-item]
        (answer([], units="pc1"), "the units “pc1”"),
        (answer([], realtime_start="2026-01-15"), "from 2026-01-15 to 2026-01-16"),
    ],
)
def test_an_answer_of_another_form_is_refused(content: bytes, reason: str) -> None:
    """HTML, broken JSON, other units or another day: nothing of it is used, and why is said."""
    with pytest.raises(Unusable, match=reason):
        read_page(content, ON_THE_DAY)


def test_an_answer_that_tells_a_later_day_looks_ahead() -> None:
    """Where FRED tells what is known now instead of then, it is said to look ahead."""
    today = Window(date(2026, 2, 1), date(2026, 2, 1))
    with pytest.raises(LookAhead, match="2026-02-01, not from 2026-01-16"):
        read_page(answer([], today), ON_THE_DAY)


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [
        ("Bad Request.  The series does not exist.", Unusable, "FRED says “The series does not e"),
        ("Bad Request.  The value for variable api_key is not registered.", KeyRefused, "api_key"),
        (
            "Bad Request.  The value for variable api_key is not a 32 character alpha-numeric "
            "lower-case string.",
            KeyRefused,
            "32 character",
        ),
        (
            "Bad Request.  The series does not exist in ALFRED but may exist in FRED.",
            Unusable,
            "ALFRED does not know what was known of it on 2026-01-16",
        ),
        (
            "Bad Request.  There are 2004 vintage dates in the specified real-time period: "
            "1776-07-04 to 9999-12-31.  This exceeds the maximum number of vintage dates allowed "
            "for this file type (2000).",
            Unusable,
            "lower vintage_years",
        ),
        (
            "Bad Request.  Variable realtime_end can not be after today's date (2026-01-15).",
            TooEarly,
            "today's date",
        ),
    ],
)
def test_messages_of_refusal_are_told_apart(
    message: str, kind: type[Exception], words: str
) -> None:
    """A refused key and a day to come concern every series; the rest concerns the one asked for."""
    with pytest.raises(kind) as raised:
        read_page(refusal(message), ON_THE_DAY)
    assert words in str(raised.value)


def test_observations_must_be_in_order_and_single() -> None:
    """A period that stands twice or out of order makes the series unusable."""
    first, second = seen("2025-08-01", "2026-01-16"), seen("2025-09-01", "2026-01-16")
    assert as_known([first, second], DAY) == [first, second]
    with pytest.raises(Unusable, match="2025-08-01 stands out of order"):
        as_known([second, first], DAY)
    with pytest.raises(Unusable, match="2025-09-01 stands twice"):
        as_known([first, second, second], DAY)
    with pytest.raises(Unusable, match="no observation"):
        as_known([], DAY)


def test_periods_to_come_are_no_look_ahead() -> None:
    """A projection for years to come was known on the day; a value released later was not."""
    projected = seen("2028-01-01", "2026-01-16", 3.1)
    assert as_known([projected], DAY) == [projected]
    with pytest.raises(LookAhead, match="released on 2026-01-17, after 2026-01-16"):
        as_known([seen("2025-12-01", "2026-01-17")], DAY)


def test_releases_are_kept_by_period_and_day() -> None:
    """Every release of a period stays, in the order of periods and days."""
    rows = [
        seen("2025-08-01", "2025-10-03", 2.0),
        seen("2025-08-01", "2025-09-05", 1.0),
        seen("2025-09-01", "2025-10-03", 3.0),
    ]
    assert releases(rows, YEARS) == [rows[1], rows[0], rows[2]]


def test_a_period_known_before_the_window_is_left_out_of_the_releases() -> None:
    """Its first day in the answer is the window's, not that of its first release."""
    cut = [seen("2018-02-01", "2018-01-16"), seen("2018-02-01", "2019-01-10")]
    whole = seen("2018-03-01", "2018-04-06")
    assert releases([*cut, whole], YEARS) == [whole]
    with pytest.raises(Unusable, match="no release of it since 2018-01-16"):
        releases(cut, YEARS)


def test_releases_that_cannot_be_are_refused() -> None:
    """Twice on a day, out of order, or after the window: none of it is used."""
    one, other = seen("2025-08-01", "2025-09-05"), seen("2025-09-01", "2025-10-03")
    with pytest.raises(Unusable, match="stands twice as released on 2025-09-05"):
        releases([one, one, other], YEARS)
    with pytest.raises(Unusable, match="out of order"):
        releases([other, one], YEARS)
    with pytest.raises(LookAhead, match="after 2026-01-16"):
        releases([one, seen("2025-12-01", "2026-01-17")], YEARS)


@given(st.lists(st.tuples(DAYS, st.integers(1, 900)), unique=True, min_size=1))
def test_no_release_is_lost_or_changed(pairs: list[tuple[date, int]]) -> None:
    """Whatever was first released within the window comes back, each release once."""
    rows = [
        Observation(observed, observed + timedelta(days=after), float(after))
        for observed, after in sorted(pairs)
    ]
    window = Window(date(2018, 1, 1), date(2030, 1, 1))
    assert sorted(releases(rows, window), key=str) == sorted(rows, key=str)


@given(st.integers(0, 400))
def test_an_answer_cut_short_is_never_read(cut: int) -> None:
    """An answer that ends before its end is refused, wherever it was cut."""
    whole = answer([("2025-09-01", "2026-01-16", "4.4")])
    with pytest.raises(Unusable):
        read_page(whole[: min(cut, len(whole) - 1)], ON_THE_DAY)
