"""Whether small caps do better at a time of the year, and what chance alone gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, tag, tag_outputs, value

from generator.editions import following_weekday
from generator.facts import Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._statistics import (
    LEVEL,
    RESHUFFLED,
    as_large_by_chance,
    holm,
    p_value,
    picked_by_chance,
    seed_of,
    summarise,
)
from generator.metrics._yearly import (
    FEWEST,
    IN_POINTS,
    MONTHS,
    WINDOWS,
    Differences,
    WindowTest,
    differences_in,
    subperiods,
    tested,
    too_few,
    verdict,
)

_METHOD = (
    "The interval of the mean is Student's, that of the share of years above zero is Wilson's, "
    "both 95%. `t` is the mean over its standard error; Welch's t compares with the others. The "
    "permutation test picks, within each year, one of its windows at random in the place of "
    "this one, in 10,000 reshuffled histories; p is the share of histories, the observed one "
    "included, in which the mean of the picked differs from that of the rest by at least as "
    "much, on either side. It assumes that without an effect the windows of a year are "
    "interchangeable, and nothing of how returns are distributed. Its seed is the edition's "
    "year, so that p changes with the years alone. Holm's adjustment is for the four windows, "
    "which overlap. Subperiods are split where the effect became known (1982/83) and at 2000; "
    "what lies before the history is missing.\n\nYears without one of the closes are left out "
    "and named; the running year, up to the last session, is shown and not counted. Withheld "
    "with fewer than ten whole years. Sources: M. R. Reinganum, 1983, and D. B. Keim, 1983, for "
    "the effect."
)


def benchmark_pair(
    closes: pd.DataFrame, small_cap: str, large_cap: str, exclusions: dict[str, str]
) -> pd.DataFrame | Withheld:
    """Closes of small and large caps from their first common session, or why there are none."""
    for subject in (small_cap, large_cap):
        if subject not in closes:
            return Withheld(exclusions.get(subject, "the snapshot holds no data for it"))
    pair = closes[[small_cap, large_cap]]
    known = pair.notna().all(axis=1).to_numpy()
    if not known.any():
        return Withheld("it has no common history with the benchmark")
    return pair.iloc[int(known.argmax()) :]


def january_windows(
    benchmark_pair: pd.DataFrame | Withheld, as_of: pd.Timestamp
) -> dict[str, WindowTest | Withheld]:
    """The four windows around the turn of the year, tested together, by the name of the figure."""
    if isinstance(benchmark_pair, Withheld):
        return dict.fromkeys(WINDOWS, benchmark_pair)
    pair = benchmark_pair
    found = {name: differences_in(pair, as_of, window) for name, window in WINDOWS.items()}
    few = next((each for each in found.values() if len(each.years) < FEWEST), None)
    return dict.fromkeys(WINDOWS, too_few(few)) if few else {**tested(found, seed_of(as_of))}


def _window_figure(test: WindowTest) -> Value:
    own, others, found = test.own, test.others, test.differences
    running: dict[str, Part] = {}
    if found.running is not None:
        running["this_year"] = Part(found.running[1], "pp")
        running["this_year_is"] = Part(found.running[0], "year")
    gaps = ", ".join(map(str, found.unknown))
    return Value(
        own.mean,
        parts={
            "years": Part(own.count, "years"),
            "first_year": Part(found.years[0], "year"),
            "last_year": Part(found.years[-1], "year"),
            "median": Part(own.median, "pp"),
            "mean_low": Part(own.mean_low, "pp"),
            "mean_high": Part(own.mean_high, "pp"),
            "positive": Part(own.positive, "years"),
            "share": Part(own.share, "share"),
            "share_low": Part(own.share_low, "share"),
            "share_high": Part(own.share_high, "share"),
            "others": Part(others.count, "count"),
            "others_mean": Part(others.mean, "pp"),
            "others_median": Part(others.median, "pp"),
            "others_share": Part(others.share, "share"),
            "t": Part(own.t, "beta"),
            "welch_t": Part(test.welch_t, "beta"),
            "reshuffled": Part(RESHUFFLED, "count"),
            "as_large": Part(test.as_large, "count"),
            "p": Part(test.p, "ratio"),
            "p_holm": Part(test.p_holm, "ratio"),
            "verdict": Part(verdict(test.p_holm), "text"),
            **running,
        },
        tables={"years": _years(found), "subperiods": subperiods(found.years, found.own)},
        warnings=(f"left out, for want of a close: {gaps}",) if gaps else (),
    )


def _years(found: Differences) -> Table:
    pairs = zip(found.years, found.own, strict=True)
    rows: list[tuple[Scalar, ...]] = [(year, float(gap), "counted") for year, gap in pairs]
    if found.running is not None:
        rows.append((*found.running, "running, not counted"))
    return Table({"year": "year", "difference": "pp", "state": "text"}, tuple(rows))


@tag_outputs(**{name: {"title": window.title} for name, window in WINDOWS.items()})
@tag(unit="pp", section="Seasonality")
@parameterize(
    **{
        name: (
            {"window": value(name)},
            f"Mean price return of small caps minus that of the S&P 500, in percentage points, "
            f"over {window.days}, of all whole calendar years of the common history.\n\n"
            f"It is compared with {window.compared}.\n\n{_METHOD}",
        )
        for name, window in WINDOWS.items()
    }
)
def january_effects(
    january_windows: dict[str, WindowTest | Withheld], small_cap: str, window: str
) -> Figures:
    """Small minus large caps in a window around the turn of the year."""
    test = january_windows[window]
    return {small_cap: test if isinstance(test, Withheld) else _window_figure(test)}


def monthly_differences(
    closes: pd.DataFrame,
    month_ends: pd.DatetimeIndex,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
) -> pd.DataFrame:
    """Small minus large by calendar month that is over, percentage points; years x months."""
    if small_cap not in closes or large_cap not in closes:
        return pd.DataFrame(columns=range(1, 13), dtype=float)
    levels = closes.loc[month_ends, [small_cap, large_cap]]
    gaps = 100 * (levels / levels.shift(1) - 1).diff(axis=1).iloc[:, 1] * -1
    if following_weekday(as_of).month == as_of.month:
        gaps = gaps.iloc[:-1]
    by_month = pd.DataFrame({"year": gaps.index.year, "month": gaps.index.month, "gap": gaps})
    table = by_month.pivot(index="year", columns="month", values="gap")
    return table.reindex(columns=range(1, 13)).dropna(how="all")


@tag(unit="count", title="Months told from chance, small minus large caps", section="Seasonality")
def months_told_from_chance(
    benchmark_pair: pd.DataFrame | Withheld, as_of: pd.Timestamp, small_cap: str
) -> Figures:
    """Calendar months whose mean of small caps' price return minus that of the S&P 500 is told from
    that of the other eleven months, with p below 5% after Holm's adjustment for twelve tests.

    Listed are all months with the number of years, mean, median, Student's 95% interval of the
    mean, share of years above zero with Wilson's 95% interval, p and adjusted p. p is that of a
    permutation test: within each year the twelve months change places at random, in 10,000
    reshuffled histories seeded by the edition's year, and p is the share of histories, the observed
    one included, in which the mean of the month differs from that of the others by at least as
    much, on either side. It assumes that without a season the months of a year are interchangeable.
    Without any season, 5% of twelve months or 0.6 would stand out before the adjustment, and after
    it one or more in 5% of such histories at most.

    Whole calendar years alone are counted; those without a month-end close are left out and named.
    Withheld with fewer than ten.
    """
    if isinstance(benchmark_pair, Withheld):
        return {small_cap: benchmark_pair}
    found = differences_in(benchmark_pair, as_of, WINDOWS["january_effect"])
    if len(found.years) < FEWEST:
        return {small_cap: too_few(found)}
    return {small_cap: _months_figure(found, seed_of(as_of))}


def _months_figure(found: Differences, seed: int) -> Value:
    chance = picked_by_chance(found.groups, seed)
    months = [np.array([group[place] for group in found.groups]) for place in range(12)]
    summaries = [summarise(month, IN_POINTS) for month in months]
    p = [p_value(as_large_by_chance(found.groups, place, chance)) for place in range(12)]
    adjusted = holm(p)
    rows = tuple(
        (
            *(name, s.count, s.mean, s.median, s.mean_low, s.mean_high),
            *(s.positive, s.share, s.share_low, s.share_high),
            *(raw, holms, verdict(holms)),
        )
        for name, s, raw, holms in zip(MONTHS, summaries, p, adjusted, strict=True)
    )
    best, worst = (pick(rows, key=lambda row: row[2]) for pick in (max, min))
    columns = {"month": "text", "years": "years"}
    columns |= dict.fromkeys(("mean", "median", "mean_low", "mean_high"), "pp")
    columns |= {"positive": "years"} | dict.fromkeys(("share", "share_low", "share_high"), "share")
    columns |= {"p": "ratio", "p_holm": "ratio", "verdict": "text"}
    gaps = ", ".join(map(str, found.unknown))
    return Value(
        sum(holms < LEVEL for holms in adjusted),
        parts={
            "years": Part(len(found.years), "years"),
            "first_year": Part(found.years[0], "year"),
            "last_year": Part(found.years[-1], "year"),
            "before_adjustment": Part(sum(raw < LEVEL for raw in p), "count"),
            "by_chance": Part(12 * LEVEL, "beta"),
            "best": Part(best[0], "text"),
            "best_mean": Part(best[2], "pp"),
            "worst": Part(worst[0], "text"),
            "worst_mean": Part(worst[2], "pp"),
            "lowest_p": Part(min(p), "ratio"),
            "lowest_p_holm": Part(min(adjusted), "ratio"),
        },
        tables={"months": Table(columns, rows)},
        warnings=(f"left out, for want of a close: {gaps}",) if gaps else (),
    )
