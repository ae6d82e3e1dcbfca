"""The findings that the titles of the charts of the economy state.

Numbers are those of the figures, as they are printed everywhere but for a sign that the verb gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.charts._words import capital, counted, few, part
from generator.facts import Scalar, Value, Withheld, show, show_date
from generator.wording import direction, plain_verb

HIGH, LOW = 0.9, 0.1
"""Shares of a history beyond which a value is high or low by its standards."""


def nowcast(figure: Value) -> str:
    """State the latest estimate and where it began, or how the last one fared."""
    estimate, quarter = show(figure.value, "percent"), part(figure, "period")
    official = part(figure, "official")
    if official is not None:
        shown = show(official, "percent")
        return (
            f"GDPNow's last estimate for {quarter} was {estimate}; the first official print {shown}"
        )
    first, began = part(figure, "first_estimate"), part(figure, "first_estimated")
    assert isinstance(first, float) and not isinstance(began, (str, float, int, type(None)))
    text = f"GDPNow puts growth in {quarter} at an annual rate of {estimate}"
    way = direction(float(str(figure.value)) - first, "percent")
    if part(figure, "estimates") == 1:
        return f"{text}, in its first estimate of {show_date(began)}"
    if not way:
        return f"{text}, as on {show_date(began)}"
    return f"{text}, {'up' if way > 0 else 'down'} from {show(first, 'percent')} on " + show_date(
        began
    )


PRICES = {
    "consumer_price_index": "consumer prices",
    "core_pce_price_index": "core PCE prices",
    "pce_price_index": "PCE prices",
}
"""What price indexes measure, those first that a title names first."""
_NAMED = 2
"""Price indexes that a title names."""


def inflation(figures: Mapping[str, Value | Withheld]) -> str:
    """State the change of two price indexes over twelve months, each with its last month."""
    told = []
    for name, prices in PRICES.items():
        figure = figures.get(name)
        if isinstance(figure, Value):
            moved = _moved(float(str(figure.value)))
            told.append(f"{prices} {moved} in the year to {part(figure, 'period')}")
    return capital(", ".join(told[:_NAMED]))


def _moved(rate: float) -> str:
    if not direction(rate, "percent"):
        return "did not change"
    return f"{plain_verb(rate)} {show(abs(rate), 'percent')}"


def payrolls(figure: Value) -> str:
    """State the latest change, and what was made of the one before."""
    text = f"Payrolls {_people(figure.value)} in {part(figure, 'period')}"
    revision = part(figure, "previous_revision")
    if not isinstance(revision, float):
        return text
    way = direction(revision, "thousands_change")
    if not way:
        return f"{text}; the month before was not revised"
    size = show(abs(revision), "thousands")
    return f"{text}; the month before was revised {'up' if way > 0 else 'down'} by {size}"


def _people(change: Scalar) -> str:
    assert isinstance(change, float)
    way = direction(change, "thousands_change")
    if not way:
        return "did not change"
    return f"{'rose' if way > 0 else 'fell'} by {show(abs(change), 'thousands')}"


def surveys(figure: Value) -> str:
    """State whether the mean of the surveys tells of more or less business."""
    level = float(str(figure.value))
    shown, period = show(level, "points"), part(figure, "period")
    way = direction(level, "points")
    told = {
        1: "more firms report better business than worse",
        0: "as many firms report better business as worse",
        -1: "more firms report worse business than better",
    }[way]
    return f"Two regional manufacturing surveys average {shown} in {period}: {told}"


def standing(shares: Sequence[float]) -> str:
    """State how many measures are high or low by the standards of their history."""
    total = counted(len(shares), "measure")
    high = sum(share >= HIGH for share in shares)
    low = sum(share < LOW for share in shares)
    if not high and not low:
        return f"Of {total} none is in the highest or the lowest tenth of its history"
    where = (
        "stand in the highest tenth of their" if high > 1 else "stands in the highest tenth of its"
    )
    return f"Of {total} {few(high)} {where} history, {few(low)} in the lowest"


def reason_of(missing: Sequence[Withheld]) -> Withheld:
    """Return the one reason why nothing can be drawn, or that there are several."""
    reasons = {one.reason for one in missing}
    if len(reasons) == 1:
        return Withheld(reasons.pop())
    return Withheld("none of its series can be shown; the figures say why")
