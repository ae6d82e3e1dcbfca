"""The running estimate is that of the quarter it names, and is held against what was printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_economy import Releases, Rows, as_released, known, parts, series

from generator.facts import Figure, Value, Withheld
from generator.metrics import nowcast

NOWCAST = series("GDPNOW", "quarter", "percent")
GROWTH = series("A191RL1Q225SBEA", "quarter", "percent")
PATH = [
    ("2025-07-01", "2025-12-19", 3.5),
    ("2025-10-01", "2026-01-05", 2.7),
    ("2025-10-01", "2026-01-08", 5.4),
    ("2025-10-01", "2026-01-09", 5.1),
    ("2025-10-01", "2026-01-14", 5.3),
    ("2025-10-01", "2026-02-19", 3.0),
    ("2026-01-01", "2026-02-20", 3.1),
    ("2026-01-01", "2026-02-27", 2.6),
]
"""The published estimates of the fourth quarter of 2025; those of other quarters are made up."""
PRINTS = [
    ("2025-04-01", "2025-07-30", 3.0),
    ("2025-07-01", "2025-12-23", 4.3),
    ("2025-10-01", "2026-02-20", 1.4),
    ("2025-10-01", "2026-03-13", 0.7),
]
"""The first print of the fourth quarter of 2025 is the published one."""


def found(
    as_of: str, path: Releases = PATH, prints: Releases = PRINTS, history: Rows | None = None
) -> dict[str, dict[str, Figure]]:
    """Return the figures of growth as seen on a day, by metric."""
    rows = as_released(path, as_of)
    official = as_released(prints, as_of) if history is None else history
    both = known(
        {
            "gdp_nowcast": (NOWCAST, rows, path),
            "real_gdp_growth": (GROWTH, official, prints),
        },
        as_of,
    )
    names = ("gdp_nowcast_path", "gdp_nowcast_error", "growth_rarity")
    return {name: getattr(nowcast, name)(both) for name in names}


def path_on(as_of: str) -> Value:
    """Return the path as seen on a day."""
    figure = found(as_of)["gdp_nowcast_path"]["gdp_nowcast"]
    assert isinstance(figure, Value), figure
    return figure


@pytest.mark.parametrize(
    ("as_of", "estimate", "quarter", "official", "estimates"),
    [
        ("2026-01-07", 2.7, "Q4 2025", None, 1),
        ("2026-01-08", 5.4, "Q4 2025", None, 2),
        ("2026-01-13", 5.1, "Q4 2025", None, 3),
        ("2026-01-16", 5.3, "Q4 2025", None, 4),
        ("2026-02-19", 3.0, "Q4 2025", None, 5),
        ("2026-02-20", 3.1, "Q1 2026", None, 1),
    ],
)
def test_the_published_path(
    as_of: str, estimate: float, quarter: str, official: float | None, estimates: int
) -> None:
    """On each day the last estimate published by then, of the quarter then estimated."""
    figure = path_on(as_of)
    assert (figure.value, parts(figure)["period"]) == (estimate, quarter)
    assert parts(figure)["official"] == official
    assert parts(figure)["estimates"] == len(figure.tables["path"].rows) == estimates


def test_the_path_of_16_january() -> None:
    """First, highest and lowest estimate, the change since a week before, and every day."""
    figure = path_on("2026-01-16")
    told = parts(figure)
    assert (told["first_estimate"], told["first_estimated"]) == (2.7, date(2026, 1, 5))
    assert (told["highest"], told["lowest"], told["estimated"]) == (5.4, 2.7, date(2026, 1, 14))
    assert told["change_1w"] == pytest.approx(5.3 - 2.7)
    assert [value for _, value in figure.tables["path"].rows] == [2.7, 5.4, 5.1, 5.3]
    assert figure.inputs == ("GDPNOW", "A191RL1Q225SBEA")


def test_a_new_quarter_leaves_the_old_one_with_its_last_estimate() -> None:
    """From 20 February the fourth quarter is the one before: last estimate 3.0, first print 1.4."""
    told = parts(path_on("2026-02-27"))
    assert (told["period"], told["before_period"]) == ("Q1 2026", "Q4 2025")
    assert (told["before_estimate"], told["before_estimated"]) == (3.0, date(2026, 2, 19))
    assert (told["before_official"], told["before_official_released"]) == (1.4, date(2026, 2, 20))


def test_the_first_print_stands_beside_the_estimate_until_a_new_quarter_begins() -> None:
    """And is the first one, though it has been revised."""
    old = [row for row in PATH if row[0] < "2026"]
    figure = found("2026-03-20", old)["gdp_nowcast_path"]["gdp_nowcast"]
    assert (parts(figure)["official"], parts(figure)["estimates"]) == (1.4, 5)


def test_an_estimate_of_the_day_of_the_print_is_not_held_against_it() -> None:
    """The last estimate is the last from before that day."""
    late = [*PATH, ("2025-10-01", "2026-02-20", 1.5)]
    figure = found("2026-02-27", late)["gdp_nowcast_path"]["gdp_nowcast"]
    assert parts(figure)["before_estimate"] == 3.0


def test_without_releases_there_is_no_path() -> None:
    """A last value alone does not say when it was estimated."""
    both = known({"gdp_nowcast": (NOWCAST, [("2025-10-01", 5.3)], ())})
    figure = nowcast.gdp_nowcast_path(both)["gdp_nowcast"]
    assert figure == Withheld("the days of its estimates are not known")
    assert nowcast.gdp_nowcast_error(both) == {
        "gdp_nowcast": Withheld("the settings name no such series")
    }


QUARTERS = ["2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"]
FOUR_ESTIMATES = [
    (quarter, day, value)
    for quarter, day, value in zip(
        QUARTERS,
        ("2025-01-29", "2025-04-29", "2025-07-29", "2025-12-22", "2026-01-14"),
        (2.0, -1.5, 2.5, 3.5, 5.3),
        strict=True,
    )
]
FOUR_PRINTS = [
    (quarter, day, value)
    for quarter, day, value in zip(
        QUARTERS,
        ("2025-01-30", "2025-04-30", "2025-07-30", "2025-12-23"),
        (2.5, -0.5, 3.0, 3.0),
        strict=False,
    )
]


def test_the_mean_error_by_hand() -> None:
    """Misses of +0.5, +1.0, +0.5 and −0.5 are 0.625 in size and +0.375 on balance."""
    figure = found("2026-01-16", FOUR_ESTIMATES, FOUR_PRINTS)["gdp_nowcast_error"]["gdp_nowcast"]
    assert isinstance(figure, Value) and figure.value == pytest.approx(0.625)
    assert parts(figure) == {"mean_difference": pytest.approx(0.375), "quarters": 4}
    assert [row[0] for row in figure.tables["quarters"].rows] == [
        *("Q3 2025", "Q2 2025", "Q1 2025", "Q4 2024")
    ]


def test_three_quarters_are_too_few_for_a_mean_error() -> None:
    """Withheld, as seen on the eve of the fourth print."""
    figure = found("2025-12-22", FOUR_ESTIMATES, FOUR_PRINTS)["gdp_nowcast_error"]["gdp_nowcast"]
    assert isinstance(figure, Withheld) and "fewer than four" in figure.reason


def history(values: list[float]) -> list[tuple[str, float]]:
    """Return growth by quarter, the last being the third of 2025."""
    last = 2025 * 4 + 2
    places = range(last - len(values) + 1, last + 1)
    return [(f"{n // 4}-{n % 4 * 3 + 1:02d}-01", v) for n, v in zip(places, values, strict=True)]


def test_rarity_by_hand() -> None:
    """Of 40 quarters before the latest, four grew by 4.3% or more; of the estimate of 5.3% two of
    41 did, the third quarters of 2020 and of 2021; without those years none of 33."""
    values = [2.0] * 41
    rows = dict(history(values))
    rows |= {"2020-07-01": 30.0, "2021-07-01": 5.3, "2016-01-01": 4.3, "2017-01-01": 4.4}
    rows["2025-07-01"] = 4.3
    figures = found("2026-01-16", history=list(rows.items()))["growth_rarity"]
    official, estimate = figures["real_gdp_growth"], figures["gdp_nowcast"]
    assert isinstance(official, Value) and official.value == 4 / 40
    assert parts(official)["last_as_fast"] == "Q3 2021"
    assert isinstance(estimate, Value) and estimate.value == 2 / 41
    told = parts(estimate)
    assert (told["growth"], told["quarters"], told["as_fast"]) == (5.3, 41, 2)
    assert told["share_without_2020_2021"] == 0.0
    assert official.tables["since"].rows == ()


def test_rarity_by_first_year() -> None:
    """Counts begin in years from whose beginning the history is there."""
    rows = history([2.0] * 100)
    figure = found("2026-01-16", history=rows)["growth_rarity"]["gdp_nowcast"]
    assert isinstance(figure, Value)
    assert rows[0][0] == "2000-10-01"
    assert figure.tables["since"].rows == ((2010, 63, 0, 0.0),)


def test_rarity_wants_ten_years() -> None:
    """With fewer than 40 quarters before it nothing is called rare."""
    figures = found("2026-01-16", history=history([2.0] * 39))["growth_rarity"]
    assert all(
        isinstance(one, Withheld) and "40 quarters" in one.reason for one in figures.values()
    )


@given(st.lists(st.tuples(st.integers(0, 14), st.floats(-9, 9)), max_size=8))
def test_what_is_released_later_changes_nothing(poison: list[tuple[int, float]]) -> None:
    """A poisoned future leaves all figures of 9 January as they were."""
    later = [("2025-10-01", f"2026-01-{10 + n:02d}", v) for n, v in poison if 10 + n <= 16]
    clean = [row for row in PATH if row[1] <= "2026-01-09"]
    prints = [row for row in PRINTS if row[1] <= "2026-01-09"]
    expected = known(
        {
            "gdp_nowcast": (NOWCAST, as_released(clean, "2026-01-09"), clean),
            "real_gdp_growth": (GROWTH, as_released(prints, "2026-01-09"), prints),
        },
        "2026-01-09",
    )
    seen = known(
        {
            "gdp_nowcast": (NOWCAST, as_released([*clean, *later], "2026-01-16"), [*clean, *later]),
            "real_gdp_growth": (
                GROWTH,
                [*as_released(prints, "2026-01-16"), ("2025-10-01", 99.0)],
                [*prints, ("2025-10-01", "2026-01-12", 99.0)],
            ),
        },
        "2026-01-09",
    )
    for name in ("gdp_nowcast_path", "gdp_nowcast_error", "growth_rarity"):
        compute = getattr(nowcast, name)
        assert compute(seen) == compute(expected)
