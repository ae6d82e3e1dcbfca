"""Size and style: fifths of the members by size, and pairs of funds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._periods import SPANS, Period, Periods, of_each
from generator.metrics._tools import values_of
from generator.metrics.returns import IN_WORDS, PRICE

BANDS = 5
"""Equally many companies each."""
_BAND_WORDS = ("largest fifth", "second fifth", "third fifth", "fourth fifth", "smallest fifth")


@tag_outputs(
    **{f"size_band_return_{h}": {"title": f"Fifths by size, {IN_WORDS[h]}"} for h in SPANS}
)
@tag(unit="pp", section="Size and style")
@parameterize(
    **{
        f"size_band_return_{h}": (
            {"horizon": value(h)},
            "Price return of the largest fifth of the small-cap index's companies minus that of "
            f"the smallest fifth, in percentage points: {IN_WORDS[h]}, base as for returns.\n\n"
            "Companies are put in order by their weight at the base, which is that of their "
            "float-adjusted market value, and cut into five groups of equally many, the larger "
            "groups first where they cannot be equal. Within each they are bought by weight at the "
            "base and held to their last close; the plain mean stands beside it. Share classes of "
            "a company are added up. Withheld where fewer than the floor of the members, by count "
            "or by weight, have closes.",
        )
        for h in SPANS
    }
)
def size_band_return(
    member_periods: Periods,
    member_companies: dict[str, np.ndarray],
    small_cap: str,
    horizon: str,
) -> Figures:
    """Largest minus smallest fifth."""
    unknown = Withheld("the members of the index are not followed")
    found = {small_cap: member_periods[horizon].get(small_cap, unknown)}
    return of_each(found, lambda period: _bands(period, member_companies[small_cap]))


def _bands(period: Period, companies: np.ndarray) -> Figure:
    sizes = np.bincount(companies, weights=period.sized)
    held = np.flatnonzero(sizes > 0)
    if len(held) < BANDS:
        return Withheld(f"there are fewer than {BANDS} companies")
    order = held[np.argsort(-sizes[held], kind="stable")]
    returns = np.where(period.known, period.returns, 0.0)
    gains = np.bincount(companies, weights=period.sized * returns)
    rows: list[tuple[Scalar, ...]] = []
    earned = []
    for words, band in zip(_BAND_WORDS, np.array_split(order, BANDS), strict=True):
        weight = float(sizes[band].sum())
        earned.append(float(gains[band].sum()) / weight)
        mean = float((gains[band] / sizes[band]).mean())
        share = weight / float(sizes.sum())
        rows.append((words, len(band), share, earned[-1], mean))
    units = {
        "band": "text",
        "companies": "count",
        "weight": "share",
        "return": "fraction",
        "equal_weight_return": "fraction",
    }
    parts = {"largest": Part(earned[0], "fraction"), "smallest": Part(earned[-1], "fraction")}
    figure = period.figure(100 * (earned[0] - earned[-1]), parts)
    return replace(figure, tables={"bands": Table(units, tuple(rows))})


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two funds whose difference stands for a style."""

    name: str
    """Of the figure, without the horizon."""
    title: str
    """Of the figure, without the horizon."""
    long: str
    """The subject of the figure."""
    short: str
    """The subject taken off."""
    means: str
    """What is compared, for readers."""


PAIRS = (
    _Pair(
        "micro_minus_small",
        "Micro minus small caps",
        "micro_caps",
        "iwm",
        "the iShares Micro-Cap ETF (IWC) minus that of the iShares Russell 2000 ETF (IWM)",
    ),
    _Pair(
        "value_minus_growth",
        "Small value minus small growth",
        "russell_2000_value",
        "russell_2000_growth",
        "the iShares Russell 2000 Value ETF (IWN) minus that of the iShares Russell 2000 Growth "
        "ETF (IWO)",
    ),
    _Pair(
        "quality_proxy",
        "Quality proxy, S&P 600 minus Russell 2000",
        "ijr",
        "iwm",
        "the iShares Core S&P Small-Cap ETF (IJR), whose index admits only companies with "
        "earnings, minus that of the iShares Russell 2000 ETF (IWM)",
    ),
)
_BY_NAME = {f"{pair.name}_{h}": (pair, h) for pair in PAIRS for h in SPANS}


@tag_outputs(**{n: {"title": f"{pair.title}, {IN_WORDS[h]}"} for n, (pair, h) in _BY_NAME.items()})
@tag(unit="pp", section="Size and style")
@parameterize(
    **{
        name: (
            {"pair": value(pair), "returns": source(PRICE[h])},
            f"Price return of {pair.means}: {IN_WORDS[h]}, base as for returns.\n\n"
            "In percentage points. A pair of funds is a proxy and not a factor: the two differ in "
            "more than the style, their sectors above all, and fees and dividends paid out leave "
            "their prices. Withheld without a close of either on either day.",
        )
        for name, (pair, h) in _BY_NAME.items()
    }
)
def fund_pair_style(returns: Figures, universe: Universe, pair: _Pair) -> Figures:
    """Price return of one fund minus that of another."""
    own, other = values_of(returns, pair.long), values_of(returns, pair.short)
    figure = returns.get(pair.long)
    if isinstance(own, Withheld):
        return {pair.long: own}
    if isinstance(other, Withheld):
        return {pair.long: Withheld(f"{universe.called(pair.short)}: {other.reason}")}
    assert isinstance(figure, Value)
    parts = {"own": Part(own, "fraction"), "other": Part(other, "fraction")}
    inputs = (universe.series[pair.short].symbol,)
    difference = 100 * (own - other)
    return {
        pair.long: Value(difference, base=figure.base, parts=parts, only=figure.only, inputs=inputs)
    }
