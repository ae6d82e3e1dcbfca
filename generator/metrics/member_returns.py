"""What the members of an index returned, and how far apart they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Value, Withheld
from generator.metrics._panel import Members
from generator.metrics._periods import (
    HORIZONS,
    SPANS,
    Period,
    Periods,
    enough,
    of_each,
    period_of,
)
from generator.metrics._tools import values_of
from generator.metrics.returns import IN_WORDS

NICE_WIDTHS = (0.0025, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2)
"""Widths of the bins of a distribution."""
BINS = 20
"""At most, between the 5th and the 95th percentile."""
MEDIAN = {h: f"median_member_return_{h}" for h in SPANS}
DISPERSION = {h: f"dispersion_{h}" for h in SPANS}
EQUAL = {h: f"equal_weight_return_{h}" for h in SPANS}
WEIGHTED = {h: f"cap_weight_return_{h}" for h in SPANS}
SPREAD = {h: f"equal_weight_spread_{h}" for h in SPANS}

_HELD = (
    "Members are those of the list in force at the base that have a close there, one share class a "
    "company; each is held to its last close, also where it was suspended, taken over or left the "
    "list since. Withheld where fewer than the floor of them, by count or by weight, have closes."
)
_OF_WEIGHT = (
    "Members are the lines of the list in force at the base that have a close there, by their "
    "weight at that close; each is held to its last close, also where it was suspended, taken over "
    "or left the list since. Withheld where fewer than the floor of them, by count or by weight, "
    "have closes, and where the lists have no weights."
)


def member_spans(
    index_members: dict[str, Members | Withheld],
    period_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
) -> Periods:
    """By horizon and index: the members of the base held to the last close, however few of them
    have closes."""
    return {
        horizon: {
            subject: members
            if isinstance(members, Withheld)
            else period_of(members, period_bases[horizon], as_of)
            for subject, members in index_members.items()
        }
        for horizon in HORIZONS
    }


def member_periods(member_spans: Periods, universe: Universe) -> Periods:
    """By horizon and index: the members of the base held to the last close, where enough of them
    have closes."""
    return {
        horizon: {
            subject: span if isinstance(span, Withheld) else enough(span, universe.coverage_floor)
            for subject, span in spans.items()
        }
        for horizon, spans in member_spans.items()
    }


@tag_outputs(**{n: {"title": f"Median member, {IN_WORDS[h]}"} for h, n in MEDIAN.items()})
@tag(unit="fraction", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            f"Median of the price returns of the index's members: {IN_WORDS[h]}, base as for "
            "returns; with the 10th, 25th, 75th and 90th percentiles and the plain mean.\n\n"
            + _HELD,
        )
        for h, name in MEDIAN.items()
    }
)
def median_member_return(member_periods: Periods, horizon: str) -> Figures:
    """Median of the members' returns."""

    def median(period: Period) -> Figure:
        each = period.each
        levels = {"p10": 10, "p25": 25, "p75": 75, "p90": 90}
        parts = {n: Part(float(np.percentile(each, at)), "fraction") for n, at in levels.items()}
        parts["mean"] = Part(float(each.mean()), "fraction")
        return period.figure(float(np.median(each)), parts)

    return of_each(member_periods[horizon], median, by_weight=False)


def member_return_distribution(
    member_periods: Periods,
) -> dict[str, dict[str, pd.DataFrame | Withheld]]:
    """By horizon (week, year to date) and index: how many members returned how much.

    Columns low, high and members; a bin holds returns from low up to, not including, high. The
    first bin has no low and the last no high (NaN). The width is the smallest of `NICE_WIDTHS` with
    at most `BINS` bins between the 5th and the 95th percentile.
    """
    return {
        horizon: {
            subject: period if isinstance(period, Withheld) else _distribution(period.each)
            for subject, period in member_periods[horizon].items()
        }
        for horizon in SPANS
    }


def _distribution(each: np.ndarray) -> pd.DataFrame:
    low, high = np.percentile(each, [5, 95])
    width = next((w for w in NICE_WIDTHS if (high - low) / w <= BINS), NICE_WIDTHS[-1])
    first, last = (
        np.floor(np.percentile(each, 1) / width),
        np.floor(np.percentile(each, 99) / width),
    )
    inner = np.arange(first, last + 2) * width
    places = np.searchsorted(inner, each, side="right")
    return pd.DataFrame(
        {
            "low": np.concatenate(([np.nan], inner)),
            "high": np.concatenate((inner, [np.nan])),
            "members": np.bincount(places, minlength=len(inner) + 1),
        }
    )


@tag_outputs(**{n: {"title": f"Dispersion, {IN_WORDS[h]}"} for h, n in DISPERSION.items()})
@tag(unit="share", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            "Cross-sectional dispersion of members' returns: the square root of the sum of weight "
            "× (return − weighted mean return)², weights at the base: "
            f"{IN_WORDS[h]}, base as for returns.\n\n"
            "Beside it, of companies counted alike: standard deviation (divided by n), "
            "interquartile range, and 90th minus 10th percentile. " + _OF_WEIGHT,
        )
        for h, name in DISPERSION.items()
    }
)
def dispersion(member_periods: Periods, horizon: str) -> Figures:
    """Weighted dispersion of the members' returns."""

    def apart(period: Period) -> Figure:
        returns = np.where(period.known, period.returns, 0.0)
        squares = period.weights * (returns - period.weighted_return) ** 2
        p10, p25, p75, p90 = np.percentile(period.each, [10, 25, 75, 90])
        parts = {
            "equal_weight": Part(float(period.each.std()), "share"),
            "interquartile_range": Part(float(p75 - p25), "share"),
            "p90_minus_p10": Part(float(p90 - p10), "share"),
        }
        return period.figure(float(np.sqrt(squares.sum())), parts)

    return of_each(member_periods[horizon], apart)


@tag_outputs(**{n: {"title": f"Equal-weight return, {IN_WORDS[h]}"} for h, n in EQUAL.items()})
@tag(unit="fraction", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            "Plain mean of the members' price returns, which is the return of a portfolio that "
            f"holds the same amount of each at the base and leaves it so: {IN_WORDS[h]}, base as "
            "for returns.\n\n" + _HELD,
        )
        for h, name in EQUAL.items()
    }
)
def equal_weight_return(member_periods: Periods, horizon: str) -> Figures:
    """Return of equal amounts at the base, held."""
    periods = member_periods[horizon]
    return of_each(periods, lambda p: p.figure(float(p.each.mean())), by_weight=False)


@tag_outputs(**{n: {"title": f"Members by weight, {IN_WORDS[h]}"} for h, n in WEIGHTED.items()})
@tag(unit="fraction", section="Inside the index")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            "Price return of the index's members bought by weight at the base and held: "
            f"{IN_WORDS[h]}, base as for returns.\n\n"
            "It differs from the index's own return by members that are not known, changes of the "
            "list and what the fund holds beside shares. " + _OF_WEIGHT,
        )
        for h, name in WEIGHTED.items()
    }
)
def cap_weight_return(member_periods: Periods, horizon: str) -> Figures:
    """Return of the members by weight at the base, held."""
    return of_each(member_periods[horizon], lambda p: p.figure(p.weighted_return))


@tag_outputs(**{n: {"title": f"Equal minus cap weight, {IN_WORDS[h]}"} for h, n in SPREAD.items()})
@tag(unit="pp", section="Inside the index")
@parameterize(
    **{
        name: (
            {"equal": source(EQUAL[h]), "weighted": source(WEIGHTED[h])},
            "Equal-weight return of the members minus their return by weight: "
            f"{IN_WORDS[h]}.\n\n"
            "In percentage points. Equal weights hold at the period's start; nothing is rebalanced "
            "within it. Above zero the many did better than the large.",
        )
        for h, name in SPREAD.items()
    }
)
def equal_weight_spread(equal: Figures, weighted: Figures) -> Figures:
    """Equal-weight minus cap-weight return."""
    figures: Figures = {}
    for subject, figure in weighted.items():
        alike, sized = values_of(equal, subject), values_of(weighted, subject)
        if isinstance(figure, Withheld) or isinstance(alike, Withheld):
            figures[subject] = alike if isinstance(alike, Withheld) else figure
            continue
        assert not isinstance(sized, Withheld)
        figures[subject] = Value(
            100 * (alike - sized), base=figure.base, parts=figure.parts, inputs=figure.inputs
        )
    return figures
