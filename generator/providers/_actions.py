"""Splits and distributions: what the closes of a file already hold, and what they lack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generator.providers._numbers import Floats
from generator.providers._rows import Rows
from generator.providers._sheet import Unreadable, counted

NOISE = 5e-5
"""An implied distribution below this share of the close before it is rounding, not cash."""
PRECISION = 3e-7
"""How well a share of the close is known where prices passed through 32-bit numbers."""
AGREEMENT = 0.005
"""Total returns that differ by more contradict each other."""
LARGEST = 0.25
"""A larger implied distribution is no distribution but a split or a mistake."""


@dataclass(frozen=True, slots=True)
class Distributions:
    """The cash a share of each row."""

    cash: Floats
    """0 where there was none."""
    kind: str
    """`reported`, `implied` or `none`."""
    notes: tuple[str, ...] = ()
    """What a reader must know of them."""


def splits_to_apply(rows: Rows) -> Floats:
    """Return the factor still to be applied on each row, 1 where the closes hold the split.

    Adjusted closes always hold their splits, so they tell if there are any; else the close itself
    does: near the close before it, the split is in it; near its fraction, it is not.

    Raises:
        Unreadable: neither reading fits.
    """
    factors = np.ones(len(rows.close))
    for row in np.flatnonzero(rows.split != 1.0):
        if row == 0:
            continue  # nothing before it to compare with, and no return to mend
        factors[row] = _factor(rows, int(row))
    return factors


def _factor(rows: Rows, row: int) -> float:
    ratio = float(rows.split[row])
    moves = [rows.close[row] / rows.close[row - 1]]
    if rows.adjusted is not None:
        moves.append(moves[0] * rows.adjusted[row - 1] / rows.adjusted[row])
    size = abs(np.log(ratio))
    for move in moves:
        within, without = abs(np.log(move)), abs(np.log(move * ratio))
        # A third of the way at most, so that a large move of the market is not taken for a split.
        if min(within, without) <= size / 3:
            return 1.0 if within < without else ratio
    raise Unreadable(
        f"{rows.file}: the split of {rows.days[row]} ({ratio:g}) cannot be told to be in the "
        f"closes or not: the close went from {rows.close[row - 1]:g} to {rows.close[row]:g}"
    )


def distributions(rows: Rows, factors: Floats) -> Distributions:
    """Return the reported dividends, else those that adjusted closes imply, else none.

    Raises:
        Unreadable: a dividend is larger than the close before it, or the adjusted closes imply
            one that no dividend can be.
    """
    if rows.dividend is not None:
        return _reported(rows, rows.dividend, factors)
    if rows.adjusted is not None:
        return _implied(rows, rows.adjusted, factors)
    return Distributions(np.zeros(len(rows.close)), "none")


def _reported(rows: Rows, cash: Floats, factors: Floats) -> Distributions:
    before = rows.close[:-1] / factors[1:]
    outside = np.flatnonzero(cash[1:] >= before) + 1
    if len(outside):
        row = outside[0]
        raise Unreadable(
            f"{rows.file}: the dividend of {rows.days[row]}, {cash[row]:g}, is not less than "
            f"the close before it"
        )
    if not rows.complete:
        return Distributions(cash, "none")
    if rows.adjusted is None or np.isnan(rows.adjusted).any():
        return Distributions(cash, "reported")
    difference = apart(rows.close, rows.adjusted, cash, factors)
    if difference <= AGREEMENT:
        return Distributions(cash, "reported")
    return Distributions(
        cash,
        "reported",
        (
            f"{rows.file}: over the whole file its dividends and its adjusted closes differ by "
            f"{difference:.1%} in total return; the dividends are used",
        ),
    )


def _implied(rows: Rows, adjusted: Floats, factors: Floats) -> Distributions:
    """Undo the usual adjustment, A_t / A_(t-1) = C_t / (C_(t-1) - D_t)."""
    nothing = np.zeros(len(rows.close))
    gaps = int(np.isnan(adjusted).sum())
    if gaps:
        without = f"no adjusted close on {counted(gaps, 'row')}"
        note = f"{rows.file}: {without}, so total returns are withheld"
        return Distributions(nothing, "none", (note,))
    close, before = rows.close[1:], rows.close[:-1] / factors[1:]
    raw = before - close * adjusted[:-1] / adjusted[1:]
    large = np.flatnonzero(raw > LARGEST * before)
    if len(large):
        row = large[0]
        share = raw[row] / before[row]
        raise Unreadable(
            f"{rows.file}: its adjusted closes imply a distribution of {share:.0%} of the close "
            f"on {rows.days[row + 1]}: a split that the file does not name, or a wrong close"
        )
    # How finely the closes are written bounds what is noise, but not how far an amount moves when
    # a vendor rescales its adjusted closes.
    precision = _rounding(adjusted)
    noise = before * (NOISE + precision + _rounding(rows.close))
    amounts = _simplest(raw, before * (PRECISION + precision))
    cash = nothing.copy()
    cash[1:] = np.where(raw > noise, amounts, 0.0)
    negative = bool((raw < -noise).any())
    if negative or apart(rows.close, adjusted, cash, factors) > AGREEMENT:
        note = (
            f"{rows.file}: its adjusted closes do not fit its closes to within rounding, so total "
            "returns are withheld"
        )
        return Distributions(nothing, "none", (note,))
    return Distributions(cash, "implied")


def apart(close: Floats, adjusted: Floats, cash: Floats, factors: Floats) -> float:
    """Return how far the growth by closes and cash is from the growth of the adjusted closes."""
    if len(close) < 2:
        return 0.0
    own = np.log(close[1:]) - np.log(close[:-1] / factors[1:] - cash[1:])
    return float(abs(np.expm1(own.sum() - np.log(adjusted[-1] / adjusted[0]))))


def _rounding(prices: Floats) -> Floats:
    """What the decimals of a column, cents or finer, leave open between two rows, as a share."""
    unit = next((10.0**-n for n in range(2, 7) if _has_decimals(prices, n)), 0.0)
    half: npt.NDArray[np.float64] = unit / 2 * (1 / prices[1:] + 1 / prices[:-1])
    return half


def _has_decimals(prices: Floats, decimals: int) -> bool:
    return bool((np.round(prices, decimals) == prices).all())


def _simplest(values: Floats, precision: Floats) -> Floats:
    """Round each value to the fewest decimals, six at most, that its precision allows.

    A vendor rescales its adjusted closes at each distribution, and the last digits of everything
    they imply move with that. An amount was declared with few decimals: those do not move.

    >>> _simplest(np.array([0.8420067, 0.1955004]), np.array([7e-5, 7e-5])).tolist()
    [0.842, 0.1955]
    """
    result = np.round(values, 6)
    for decimals in (5, 4, 3, 2):
        rounded = np.round(values, decimals)
        result = np.where(abs(rounded - values) <= precision, rounded, result)
    return result
