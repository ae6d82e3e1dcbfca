"""The arithmetic of federal funds futures agrees with cases by hand and a plain simulation."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY

from generator.meetings import read_meetings
from generator.metrics._fed_funds import (
    STEP,
    Implied,
    Market,
    days_in,
    distributions,
    filled,
    following,
    implied_path,
    month_of_contract,
    rate_after,
    rate_before,
    split,
)

RATES = REPOSITORY.parent / "shared" / "data" / "rates"
DECISIONS = tuple(one.decision for one in read_meetings(REPOSITORY)[0])
TODAY = date(2026, 1, 16)


def averages_of(
    path: dict[date, float], rate: float, first: date, months: int
) -> dict[date, float]:
    """Return each month's plain average over its days, when the rate changes after some days."""
    found = {}
    for month in (following(first, count) for count in range(months)):
        days = [month + timedelta(n) for n in range(days_in(month))]
        rates = [[rate, *(new for day, new in path.items() if day < one)][-1] for one in days]
        found[month] = sum(rates) / len(rates)
    return found


def market(
    averages: dict[date, float],
    *,
    rate: float = 3.64,
    today: date = TODAY,
    realised: dict[date, float] | None = None,
    moved: bool = False,
    decisions: tuple[date, ...] = DECISIONS,
) -> Market:
    """Return what is known on a day; the effective rate is known up to the day before."""
    until = today - timedelta(1)
    known = filled({today.replace(day=1): rate}, today.replace(day=1), until)
    return Market(
        averages=averages,
        decisions=decisions,
        rate=rate,
        known_until=until,
        realised=known if realised is None else realised,
        today=today,
        moved=moved,
    )


def test_the_published_case() -> None:
    """30 days, 17 of them at 3.64%, price 96.44: 3.4554% after it, and 73.8% for a cut."""
    after = rate_after(100 - 96.44, 3.64, 17, 30)
    assert after == pytest.approx(3.4554, abs=5e-5)
    chances = split((after - 3.64) / STEP)
    assert chances[-1] == pytest.approx(0.738, abs=5e-4)
    assert chances[0] == pytest.approx(1 - 0.7385, abs=5e-4)
    assert rate_before(100 - 96.44, after, 17, 30) == pytest.approx(3.64)


def test_the_published_case_in_its_calendar() -> None:
    """June 2026 is read from its own month, as July has a meeting; May has none and is before."""
    flat = {date(2026, month, 1): 3.64 for month in range(1, 6)}
    path = implied_path(market({**flat, date(2026, 6, 1): 100 - 96.44}))
    june = path.meetings[3]
    assert (june.decision, june.anchor) == (date(2026, 6, 17), "own month")
    assert june.before == 3.64 and june.after == pytest.approx(3.4554, abs=5e-5)
    assert [one.anchor for one in path.meetings] == [
        "next month",
        "own month",
        "next month",
        "own month",
    ]
    assert path.ends == "no contract for August 2026 has a price"


@given(st.lists(st.integers(-4, 4), min_size=9, max_size=9), st.floats(0.5, 6.0))
def test_a_known_path_is_found_again(moves: list[int], rate: float) -> None:
    """Whatever the rate does at each meeting, the plain averages of its months give it back."""
    ahead = [day for day in DECISIONS if day >= TODAY][:9]
    path, level = {}, rate
    for day, move in zip(ahead, moves, strict=True):
        level += move * STEP / 2
        path[day] = level
    found = implied_path(market(averages_of(path, rate, date(2026, 1, 1), 14), rate=rate))
    assert [one.decision for one in found.meetings] == ahead
    for one in found.meetings:
        assert one.after == pytest.approx(path[one.decision], abs=1e-9)
    assert found.ends == "no contract for March 2027 has a price"


def test_a_late_meeting_is_read_from_the_next_month_even_where_that_has_one() -> None:
    """30 March and 20 April: what is before April's meeting follows from April and May."""
    late, then = date(2026, 3, 30), date(2026, 4, 20)
    path = {late: 3.25, then: 3.0}
    known = averages_of(path, 3.5, date(2026, 2, 1), 4)
    known[date(2026, 3, 1)] += 0.03
    found = implied_path(
        market(known, rate=3.5, today=date(2026, 2, 13), decisions=(date(2026, 1, 28), late, then))
    )
    assert [one.after for one in found.meetings] == []
    with_later = (date(2026, 1, 28), late, then, date(2026, 6, 17))
    found = implied_path(market(known, rate=3.5, today=date(2026, 2, 13), decisions=with_later))
    assert [(one.anchor, round(one.after, 9)) for one in found.meetings] == [
        ("next month", 3.25),
        ("next month", 3.0),
    ]


def test_a_move_within_the_running_month_counts_on_its_days() -> None:
    """An unscheduled cut on 3 March 2026: 3.64 for three days, 3.14 after, a hike on the 18th."""
    path = {date(2026, 3, 3): 3.14, date(2026, 3, 18): 3.39}
    known = averages_of(path, 3.64, date(2026, 3, 1), 3)
    days = {date(2026, 3, n): 3.64 if n <= 3 else 3.14 for n in range(1, 12)}
    today = date(2026, 3, 12)
    found = implied_path(market(known, rate=3.14, today=today, realised=days, moved=True))
    march = found.meetings[0]
    assert (march.before, round(march.after, 9)) == (3.14, 3.39)
    assert split(march.steps) == {1: 1.0}


def test_the_average_of_a_month_in_which_the_range_was_moved_is_no_anchor() -> None:
    """After a cut on 5 February the rate before March's meeting is the effective one."""
    path = {date(2026, 2, 5): 3.39}
    known = averages_of(path, 3.64, date(2026, 2, 1), 4)
    today = date(2026, 2, 13)
    held = implied_path(market(known, rate=3.39, today=today, moved=True)).meetings[0]
    assert (held.before, round(held.after, 9)) == (3.39, 3.39)
    naive = implied_path(market(known, rate=3.39, today=today)).meetings[0]
    assert naive.before > 3.42


def test_the_path_ends_where_no_meetings_are_known() -> None:
    """The last meeting that is known is late, and of the month after it nothing is known."""
    known = dict.fromkeys((following(date(2026, 1, 1), n) for n in range(14)), 3.64)
    found = implied_path(
        market(known, decisions=DECISIONS[: DECISIONS.index(date(2027, 1, 27)) + 1])
    )
    assert found.meetings[-1].decision == date(2026, 12, 9)
    assert found.ends == "the meetings after January 2027 are not known"


@pytest.mark.parametrize(
    ("steps", "chances"),
    [
        (0.0, {0: 1.0}),
        (-0.25, {-1: 0.25, 0: 0.75}),
        (1.6, {1: 0.4, 2: 0.6}),
        (-2.0, {-2: 1.0}),
        (-1.3, {-2: 0.3, -1: 0.7}),
        (1e-12, {0: 1.0}),
    ],
)
def test_a_change_is_split_between_the_steps_beside_it(
    steps: float, chances: dict[int, float]
) -> None:
    """Cuts are negative; beyond one step it is between two of them."""
    assert split(steps) == pytest.approx(chances)


@given(st.lists(st.floats(-2.5, 2.5), min_size=1, max_size=9))
def test_the_tree_keeps_probability_and_mean(steps: list[float]) -> None:
    """The probabilities sum to one and their mean is the sum of the implied changes."""
    meetings, rate = [], 4.0
    for place, step in enumerate(steps):
        after = rate + step * STEP
        meetings.append(Implied(TODAY + timedelta(place), rate, after, "own month"))
        rate = after
    for place, reached in enumerate(distributions(meetings)):
        assert sum(reached.values()) == pytest.approx(1.0)
        mean = sum(move * chance for move, chance in reached.items())
        assert mean == pytest.approx(sum(steps[: place + 1]), abs=1e-6)
        assert all(chance >= 0 for chance in reached.values())


def test_contracts_are_known_by_their_symbols() -> None:
    """Month letters and years; anything else is none of them."""
    assert month_of_contract("ZQF27.CBT") == date(2027, 1, 1)
    assert month_of_contract("ZQZ26.CBT") == date(2026, 12, 1)
    for other in ("ZQA26.CBT", "ZNM26.CBT", "ZQM26", "ZQM2026.CBT", "^IRX", "ZQM2X.CBT"):
        assert month_of_contract(other) is None


def real(name: str) -> list[dict[str, str]]:
    """Return the rows of a real file, or skip."""
    path = RATES / name
    if not path.is_file():
        pytest.skip("the folder of real data is not here")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_real_prices_agree_with_a_path_fitted_by_least_squares() -> None:
    """On 31 March 2026: a path that makes every month's average what the contracts say."""
    import numpy as np

    months = [following(date(2026, 7, 1), n) for n in range(9)]
    known = {month: 100 - float(real(f"ZQ_{month:%Y%m}.csv")[-1]["close"]) for month in months}
    ahead = [day for day in DECISIONS if date(2026, 7, 1) <= day < date(2027, 3, 1)]
    found = implied_path(
        market(known, rate=3.63, today=date(2026, 7, 1), realised={}, decisions=DECISIONS)
    )
    assert [one.decision for one in found.meetings[:-1]] == ahead
    # A column for the rate before the first meeting and one for each after: shares of each month.
    rows = []
    for month in [following(m) for m in months[:-2]]:
        days = [month + timedelta(n) for n in range(days_in(month))]
        places = [sum(decision < day for decision in ahead) for day in days]
        rows.append(np.bincount(places, minlength=len(ahead) + 1) / len(days))
    wanted = [known[following(m)] for m in months[:-2]]
    fitted, *_ = np.linalg.lstsq(np.array(rows)[:, 1:], np.array(wanted), rcond=None)
    for one, rate in zip(found.meetings, fitted, strict=False):
        assert one.after == pytest.approx(rate, abs=0.02)


def test_another_reading_of_real_prices_differs_where_its_rule_does() -> None:
    """Of 29 July 2026 there are four contracts: those that late meetings need are missing."""
    rows = real("zq_futures_2026-07-29.csv")
    others = real("fomc_probabilities_2026-07-29.csv")
    known = {
        date.fromisoformat(f"{row['month']}-01"): 100 - float(row["settlement"]) for row in rows
    }
    found = implied_path(market(known, rate=3.63, today=date(2026, 7, 29)))
    assert found.meetings == () and found.ends == "no contract for August 2026 has a price"
    # The other reads each meeting from its own month: with its rate before it the formula agrees.
    july = rate_after(known[date(2026, 7, 1)], 3.625, 29, 31)
    assert july == pytest.approx(float(others[0]["post_meeting_rate"]), abs=0.001)
    assert split((july - 3.625) / STEP)[1] == pytest.approx(
        float(others[0]["prob_hike"]), abs=0.005
    )
