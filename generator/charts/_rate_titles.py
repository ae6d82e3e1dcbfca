"""The finding that the titles of charts of rates state, in a sentence without its stop.

Numbers are those of the figures or of the rows that are drawn, as they are printed everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from generator.facts import Scalar, show, show_date
from generator.wording import direction

OUTCOMES = ("a cut", "no change", "a rise")
"""In the order of the probabilities."""


def implied_path(decision: date, chances: Sequence[float], last: date, rate: float) -> str:
    """State the most probable outcome of the next meeting, and the rate after the last one."""
    likeliest = max(range(len(chances)), key=lambda place: chances[place])
    chance = show(chances[likeliest], "share")
    text = f"Futures imply {chance} for {OUTCOMES[likeliest]} on {show_date(decision)}"
    if last == decision:
        return f"{text} and a rate of {show(rate, 'percent')} after it"
    return f"{text} and a rate of {show(rate, 'percent')} after {show_date(last)}"


def projections(year: int, median: float, following: Scalar) -> str:
    """State the median projections for this year and the next."""
    text = f"The median projection is {show(median, 'percent')} for the end of {show(year, 'year')}"
    if following is None:
        return text
    return f"{text} and {show(following, 'percent')} for the end of {show(year + 1, 'year')}"


def slope(difference: float) -> str:
    """State how far the 10-year yield is above or below the 2-year yield."""
    side = direction(difference, "pp")
    if not side:
        return "The 10-year and the 2-year Treasury yield are level"
    apart = show(abs(difference), "pp").removeprefix("+").removesuffix(" pp")
    place = "above" if side > 0 else "below"
    return f"The 10-year Treasury yield is {apart} points {place} the 2-year yield"


def association(what: str, rise: str, value: float, low: float, high: float) -> str:
    """State what went with a rise of a series, and whether its interval includes zero."""
    side = "ahead of" if value > 0 else "behind"
    points = show(abs(value), "pp").removeprefix("+")
    text = f"With a rise of the {what} by {rise} small caps were {points} {side} large caps"
    return f"{text}; the interval includes zero" if low <= 0 <= high else text
