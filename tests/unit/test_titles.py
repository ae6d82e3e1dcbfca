"""Titles of charts: each state of the world has its sentence, and the sentence is true."""

from __future__ import annotations

from datetime import date

import pytest
from support import universe

from generator.charts import _titles as titles
from generator.charts._words import in_year, when
from generator.facts import Part, Table, Value, Withheld

SMALL, LARGE = "Russell 2000", "S&P 500"
AS_OF = date(2026, 1, 16)
GONE = Withheld("it is not there")


def said(title: str) -> str:
    """A title after the name of the small-cap index, which it begins with."""
    assert title.startswith(f"The {SMALL}")
    return title.removeprefix(f"The {SMALL}").removeprefix(" ")


@pytest.mark.parametrize(
    ("own", "other", "gap", "told"),
    [
        (0.157, 0.145, 1.2, "rose 15.70% in twelve months, 1.20 percentage points more than the S"),
        (0.157, 0.2, -4.3, "rose 15.70% in twelve months, 4.30 percentage points less than the S&"),
        (-0.1, -0.2, 10.0, "fell 10.00% in twelve months, 10.00 percentage points less than the S"),
        (-0.2, 0.1, -30.0, "fell 20.00% in twelve months while the S&P 500 rose 10.00%"),
        (0.1, 0.1, 0.0, "rose 10.00% in twelve months, as much as the S&P 500"),
        (0.0, 0.1, -10.0, "ended where it began in twelve months while the S&P 500 rose 10.00%"),
        (0.0, 0.0, 0.0, "ended where it began in twelve months, as did the S&P 500"),
        (0.1, 0.0, 10.0, "rose 10.00% in twelve months while the S&P 500 ended where it began"),
        (0.1, GONE, GONE, "rose 10.00% in twelve months"),
        (0.0, GONE, GONE, "ended twelve months where it began"),
    ],
)
def test_twelve_months(own: float, other: float, gap: float, told: str) -> None:
    """The change with its verb, and how it compares."""
    assert said(titles.twelve_months(SMALL, LARGE, own, other, gap)).startswith(told)


@pytest.mark.parametrize(
    ("returns", "told"),
    [
        (
            [0.0204, -0.0038, 0.03, -0.01],
            "climbed 2.04% in the week, second best of four series; t",
        ),
        ([0.0204, -0.0038, 0.01, -0.01], "climbed 2.04% in the week, best of four series; the S&P"),
        (
            [-0.02, -0.01, 0.01, 0.02],
            "dropped 2.00% in the week, worst of four series; the S&P 500",
        ),
        ([0.0, -0.01, 0.01, 0.02], "ended the week where it began, second worst of four series; t"),
        ([0.01, 0.0], "rose 1.00% in the week; the S&P 500 ended where it began"),
        ([0.01], "rose 1.00% in the week"),
    ],
)
def test_the_week_and_its_place(returns: list[float], told: str) -> None:
    """The place is counted from the nearer end, and needs a third series."""
    subjects = ("russell_2000", "sp_500", "nasdaq_composite", "dow_jones")
    known = dict(zip(subjects, returns, strict=False))
    assert said(titles.week(universe(), known, *subjects[:2])).startswith(told)


@pytest.mark.parametrize(
    ("horizon", "own", "other", "annual", "told"),
    [
        ("10 years", 0.0944, 0.1339, True,
         "Over ten years the Russell 2000 rose 9.44% a year, the S&P 500 13.39%"),
        ("1 year", -0.1, -0.05, False,
         "Over a year the Russell 2000 fell 10.00%, the S&P 500 5.00%"),
        ("Year to date", 0.1, -0.05, False,
         "Over the year to date the Russell 2000 rose 10.00% while the S&P 500 fell 5.00%"),
        ("1 week", 0.0, 0.0, False,
         "Over a week the Russell 2000 ended where it began, as did the S&P 500"),
        ("1 week", 0.1, GONE, False, "Over a week the Russell 2000 rose 10.00%"),
    ],
)  # fmt: skip
def test_the_longest_horizon(
    horizon: str, own: float, other: float, annual: bool, told: str
) -> None:
    """Rises and falls apart, a flat one, and none to compare."""
    assert titles.longest_horizon(SMALL, LARGE, horizon, own, other, annual=annual) == told


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([1, 1, 1, 1], "is ahead of the S&P 500 over all four periods"),
        ([-1, -1, -1, -1], "trails the S&P 500 over all four periods"),
        ([0, 0, 0.004, 0], "is level with the S&P 500 over all four periods"),
        ([1, 1, -1, -1], "leads the S&P 500 over periods up to a year, not over longer ones"),
        ([-1, -1, 1, 1], "trails the S&P 500 over periods up to a year, not over longer ones"),
        ([1, -1, 1, -1], "is ahead of the S&P 500 over two of four periods"),
        ([0, -1, -1, -1], "is ahead of the S&P 500 over none of four periods"),
    ],
)
def test_horizons(gaps: list[float], told: str) -> None:
    """All, none, the short or the long ones, or so many."""
    names = ("1 week", "1 year", "3 years", "5 years")
    known = dict(zip(names, gaps, strict=True))
    assert said(titles.horizons(SMALL, LARGE, known, {"3 years", "5 years"})) == told


@pytest.mark.parametrize(
    ("wins", "told"),
    [
        ("1010101", "beat the S&P 500 in four of the last seven weeks"),
        ("1111111", "beat the S&P 500 in every one of the last seven weeks"),
        ("0000000", "beat the S&P 500 in none of the last seven weeks"),
        ("0101111", "beat the S&P 500 in five of the last seven weeks, the last four included"),
        (
            "1110000",
            "beat the S&P 500 in three of the last seven weeks, but in none of the last fo",
        ),
    ],
)
def test_weeks(wins: str, told: str) -> None:
    """How many, and how it has been lately."""
    flags = [flag == "1" for flag in wins]
    assert said(titles.weeks(SMALL, LARGE, flags)).startswith(told)


@pytest.mark.parametrize(
    ("winner", "to_date", "told"),
    [
        (2020, 6.5, "last beat the S&P 500 over a full year in 2020, but is ahead in 2026 so far"),
        (
            2020,
            -6.5,
            "last beat the S&P 500 over a full year in 2020, and is behind in 2026 so far",
        ),
        (2025, 6.5, "beat the S&P 500 in 2025, and is ahead again in 2026 so far"),
        (2025, -6.5, "beat the S&P 500 in 2025, but is behind in 2026 so far"),
        (2025, None, "beat the S&P 500 in 2025"),
        (
            None,
            0.0,
            "has beaten the S&P 500 in no full year since 1988, and is level in 2026 so far",
        ),
    ],
)
def test_calendar_years(winner: int | None, to_date: float | None, told: str) -> None:
    """The last year ahead, and the running one."""
    assert said(titles.calendar_years(SMALL, LARGE, winner, (1988, 2025), to_date)) == told


@pytest.mark.parametrize(
    ("gap", "as_of", "told"),
    [
        (5.4, AS_OF, "leads the S&P 500 by 5.40 percentage points in January 2026 so far"),
        (-5.4, AS_OF, "trails the S&P 500 by 5.40 percentage points in January 2026 so far"),
        (0.001, AS_OF, "is level with the S&P 500 in January 2026 so far"),
        (5.4, date(2026, 1, 30), "beat the S&P 500 by 5.40 percentage points in January 2026"),
        (-5.4, date(2026, 1, 30), "trailed the S&P 500 by 5.40 percentage points in January 2026"),
        (0.0, date(2026, 1, 30), "was level with the S&P 500 in January 2026"),
        (GONE, AS_OF, "beside the S&P 500, month by month"),
    ],
)
def test_the_month(gap: float, as_of: date, told: str) -> None:
    """A month whose last weekday has passed is told as past."""
    assert said(titles.month(SMALL, LARGE, gap, as_of)) == told


def test_the_deepest_fall() -> None:
    """Of both, of one, or of none."""
    worst = titles.worst
    text = "At worst since 1987 the Russell 2000 was 59.89% below its highest close"
    assert worst(SMALL, LARGE, "1987", -0.5989, None) == text
    assert worst(SMALL, LARGE, "1987", -0.5989, -0.5678) == f"{text}, the S&P 500 56.78%"
    never = said(worst(SMALL, LARGE, "1987", 0.0, -0.5678))
    assert never == "has never been below its highest close since 1987"


def _record(sessions: int, day: date) -> Value:
    return Value(sessions, parts={"record_date": Part(day, "date")})


@pytest.mark.parametrize(
    ("depth", "since", "told"),
    [
        (0.0, _record(0, AS_OF), "is at a record close"),
        (0.0, _record(9, date(2026, 1, 5)), "is level with its record close of 5 January 2026"),
        (-0.03, _record(9, date(2026, 1, 5)), "is 3.00% below its record close of 5 January 2026"),
        (-0.03, GONE, "is 3.00% below its highest close of 2 January 2026"),
    ],
)
def test_the_distance_from_the_record(depth: float, since: Value | Withheld, told: str) -> None:
    """A close that equals the record is none, and a first close is not one either."""
    assert said(titles.below_record(SMALL, depth, since, date(2026, 1, 2))) == told


@pytest.mark.parametrize(
    ("count", "since", "as_of", "told"),
    [
        (6, _record(0, AS_OF), AS_OF, "has made six record closes in 2026 so far"),
        (1, _record(0, AS_OF), AS_OF, "has made one record close in 2026 so far"),
        (21, _record(9, AS_OF), date(2025, 12, 31), "made 21 record closes in 2025"),
        (0, _record(99, date(2021, 11, 8)), AS_OF,
         "has made no record close in 2026 so far; the latest was on 8 November 2021"),
        (0, GONE, AS_OF, "has made no record close since its history began in 1987"),
    ],
)  # fmt: skip
def test_records_of_the_year(count: int, since: Value | Withheld, as_of: date, told: str) -> None:
    """Some, one, none this year, none ever, and a year that is over."""
    figure = Value(count, parts={"history_start": Part(date(1987, 9, 10), "date")})
    assert said(titles.records(SMALL, figure, since, as_of)) == told


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (1, "Of all runs ahead since 1987, 62.5% lasted a single session"),
        (2, "Of 80 earlier runs ahead since 1987, 30 lasted two sessions or more"),
        (3, "Of 80 earlier runs ahead since 1987, ten lasted three sessions or more"),
        (9, "Of 80 earlier runs ahead since 1987, only one lasted nine sessions or more"),
        (10, "Of 80 earlier runs ahead since 1987, none lasted ten sessions or more"),
    ],
)
def test_how_rare_a_run_is(length: int, told: str) -> None:
    """Many, few, none."""
    assert titles.distribution({1: 50, 2: 20, 3: 9, 9: 1}, length, "1987") == told


@pytest.mark.parametrize(
    ("share", "extreme", "told"),
    [
        (0.034, None, "has been weaker against the S&P 500 on only 3.4% of sessions since 1987"),
        (0.4, None, "has been weaker against the S&P 500 on 40.0% of sessions since 1987"),
        (0.873, None, "is stronger against the S&P 500 than on 87.3% of sessions since 1987"),
        (0.0, "lowest", "is at its weakest against the S&P 500 since at least 1987"),
        (0.9999, "highest", "is at its strongest against the S&P 500 since at least 1987"),
    ],
)
def test_the_ratio_in_its_history(share: float, extreme: str | None, told: str) -> None:
    """By the share of sessions on which it was lower, or as an extreme."""
    days = {name: AS_OF if name == extreme else date(1999, 4, 8) for name in ("highest", "lowest")}
    figure = Value(
        0.4,
        parts={
            "share_lower": Part(share, "share"),
            "history_start": Part(date(1987, 9, 10), "date"),
            **{name: Part(day, "date") for name, day in days.items()},
        },
    )
    assert said(titles.ratio_history(SMALL, LARGE, figure, AS_OF)) == told


@pytest.mark.parametrize(
    ("distance", "told"),
    [(0.152, "is 15.20% above its"), (-0.03, "is 3.00% below its"), (0.00001, "is at its")],
)
def test_the_distance_from_the_average(distance: float, told: str) -> None:
    """Above, below and at."""
    figure = Value(2000.0, parts={"distance": Part(distance, "fraction")})
    assert said(titles.distance(f"The {SMALL}", figure)) == f"{told} 200-session average"
    assert said(titles.distance(f"The {SMALL}", GONE)) == "has no 200-session average"


@pytest.mark.parametrize(
    ("value", "zone", "since", "told"),
    [
        (71.53, "overbought", date(2026, 1, 15), "is at 71.5 on the RSI, overbought since 15 Janu"),
        (22.0, "oversold", date(2026, 1, 15), "is at 22.0 on the RSI, oversold since 15 January"),
        (70.0, "overbought", None, "is at 70.0 on the RSI, overbought"),
        (69.96, "neutral", None, "is at 70.0 on the RSI, just short of overbought"),
        (30.04, "neutral", None, "is at 30.0 on the RSI, just short of oversold"),
        (55.0, "neutral", None, "is at 55.0 on the RSI, neither overbought nor oversold"),
    ],
)
def test_the_relative_strength_index(
    value: float, zone: str, since: date | None, told: str
) -> None:
    """What prints as the threshold is not said to be beyond it where it is not."""
    figure = Value(value, parts={"zone": Part(zone, "text"), "zone_since": Part(since, "date")})
    assert said(titles.strength_index(SMALL, figure)).startswith(told)


@pytest.mark.parametrize(
    ("state", "triggered", "last", "told"),
    [
        ("none", None, 100.0, "is in no multi-year base"),
        ("testing", None, 90.0, "is in a base, below its resistance of 100.00 of 8 November 2021"),
        ("testing", None, 100.0, "is in a base, at its resistance of 100.00 of 8 November 2021"),
        ("triggered", date(2025, 9, 18), 110.0,
         "'s breakout of 18 September 2025 is unconfirmed; it is above the resistance of 100.00"),
        ("confirmed", date(2025, 9, 18), 110.0,
         "'s breakout of 18 September 2025 was confirmed; it is above the resistance of 100.00"),
        ("failed", date(2025, 9, 18), 90.0,
         "'s breakout of 18 September 2025 failed; it is below the resistance of 100.00"),
    ],
)  # fmt: skip
def test_bases_and_breakouts(state: str, triggered: date | None, last: float, told: str) -> None:
    """Each state of the reading, and where the close is now."""
    parts = {"resistance": Part(100.0, "points")}
    parts["resistance_date"] = Part(date(2021, 11, 8), "date")
    if triggered:
        parts["triggered"] = Part(triggered, "date")
    figure = Value(state, parts={} if state == "none" else parts)
    assert said(titles.breakout(SMALL, figure, last)) == told


def test_volatility() -> None:
    """More, less, the same in print, and one alone."""
    own = "'s realised volatility is 18.4%"
    assert said(titles.volatility(SMALL, LARGE, 0.184, 0.12)) == f"{own}, above the S&P 500's 12.0%"
    assert said(titles.volatility(SMALL, LARGE, 0.184, 0.2)) == f"{own}, below the S&P 500's 20.0%"
    same = titles.volatility(SMALL, LARGE, 0.184, 0.18401)
    assert said(same) == f"{own}, the same as the S&P 500's"
    assert said(titles.volatility(SMALL, LARGE, 0.184, GONE)) == own


def _level(value: float, change: float | None = None) -> Value:
    return Value(value, parts={} if change is None else {"change_1w": Part(change, "change")})


@pytest.mark.parametrize(
    ("small", "large", "told"),
    [
        (("RVX", _level(22.1)), ("VIX", _level(15.86)),
         "Options imply more volatility for small caps than for large: RVX at 22.10, VIX at 15.86"),
        (("RVX", _level(12.1)), ("VIX", _level(15.86)),
         "Options imply less volatility for small caps than for large: RVX at 12.10, VIX at 15.86"),
        (("RVX", _level(9.9)), ("VIX", _level(9.901)),
         "Options imply as much volatility for small caps as for large: RVX at 9.90, VIX at 9.90"),
        (None, ("VIX", _level(15.86, -1.2)), "VIX at 15.86, down 1.20 points on the week"),
        (None, ("VIX", _level(15.86, 1.2)), "VIX at 15.86, up 1.20 points on the week"),
        (None, ("VIX", _level(15.86, 0.001)), "VIX at 15.86, unchanged on the week"),
        (("RVX", _level(15.86)), None, "RVX at 15.86"),
    ],
)  # fmt: skip
def test_implied_volatility(
    small: tuple[str, Value] | None, large: tuple[str, Value] | None, told: str
) -> None:
    """Both indexes, or the one there is with its week."""
    assert titles.implied(small, large) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (1.1, 1.4, "clearly above 1"),
        (0.6, 0.9, "clearly below 1"),
        (0.9, 1.1, "not clearly different from 1"),
    ],
)
def test_beta(low: float, high: float, told: str) -> None:
    """Clear is what the whole interval says."""
    parts = {"low": Part(low, "beta"), "high": Part(high, "beta")}
    shown = said(titles.beta(SMALL, LARGE, Value((low + high) / 2, parts=parts)))
    assert shown.startswith("'s beta to the S&P 500 is ") and shown.endswith(f", {told}")


@pytest.mark.parametrize(
    ("returns", "told"),
    [
        ({"energy": (0.1, 0.05), "utilities": (0.01, 0.05)},
         "Small caps beat large caps in one of two sectors in 2026 so far"),
        ({"energy": (0.1, 0.05), "utilities": (0.1, 0.05)},
         "Small caps beat large caps in both sectors in 2026 so far"),
        ({"energy": (0.05, 0.05), "utilities": (0.05, 0.05)},
         "Small caps beat large caps in none of two sectors in 2026 so far"),
        ({"energy": (0.1, 0.05), "utilities": (0.01, None)},
         "In energy small caps beat large caps in 2026 so far"),
        ({"energy": (0.1, 0.1)}, "In energy small caps did as well as large caps in 2026 so far"),
        ({"energy": (0.1, None), "utilities": (0.01, None), "materials": (0.05, None)},
         "Among small-cap sectors energy did best in 2026 so far, utilities worst"),
        ({"energy": (0.1, None)}, "Small-cap energy returned +10.00% in 2026 so far"),
    ],
)  # fmt: skip
def test_sectors(returns: dict[str, tuple[float, float | None]], told: str) -> None:
    """Without large funds there is nothing to compare, and the best and worst are named."""
    by_size = {
        sector: {"small": small, **({} if large is None else {"large": large})}
        for sector, (small, large) in returns.items()
    }
    assert titles.sectors(by_size, AS_OF) == told


def test_the_ladder_names_the_run_that_ended_last() -> None:
    """Not the longest: the latest of those that are listed."""
    rows = (
        (16, None, date(1996, 5, 7), 0.1),
        (14, None, date(2026, 1, 9), 0.1),
        (9, None, date(2003, 2, 3), 0.1),
    )
    columns = {"length": "sessions", "start": "date", "end": "date", "gain": "fraction"}
    figure = Value(0, tables={"ladder": Table(columns, rows)})
    told = "'s last long run ahead of the S&P 500, of 14 sessions, ended on 9 January 2026"
    assert said(titles.ladder(SMALL, LARGE, figure, AS_OF)) == told


def test_days_within_a_year_are_dated_in_full() -> None:
    """Older ones by their month; a year that is over is not said to go on."""
    assert when(date(2025, 6, 6), AS_OF) == "on 6 June 2025"
    assert when(date(2008, 6, 6), AS_OF) == "in June 2008"
    assert in_year(date(2025, 12, 31)) == (False, "in 2025")
    assert in_year(date(2025, 12, 30)) == (True, "in 2025 so far")
