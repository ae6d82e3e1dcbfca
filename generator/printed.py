"""Values as they were printed: read with their unit and precision, and held against figures.

A value printed with so many digits claims no more than those: "7.9%" is right for anything that
rounds to it. Minus signs, separators of thousands, months and days are read as people write them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from generator.facts import CHANGES, MINUS, ChangeForm, Scalar, show, show_change, show_date

COMPARISONS = ("is", "about", "over", "under", "at_least", "at_most")
"""How a figure can be held against a value."""
NOISE = Decimal("1e-9")
"""Of the last digit printed: less than this is how computers calculate, not a difference."""
MOST_DIGITS = 9
"""Decimals of a figure that are shown at most."""
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<dollar>\$?)(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"\s*(?P<unit>%|pp|percentage points?|[x×]|[a-z]+)?"
)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SHOWN_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
_PLAIN = ("", "sessions", "weeks", "years", "session", "week", "year")
_SIGNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("fraction", "share", "percent"), ("%",)),
    "pp": ("pp", "percentage points", "percentage point"),
    **dict.fromkeys(("points", "change"), ("", "points", "point")),
    "usd": ("", "$"),
    **dict.fromkeys(("ratio", "fine_ratio", "beta", "rsi", "year"), ("",)),
    "multiple": ("", "x", "×"),
    **dict.fromkeys(("thousands", "thousands_change"), ("thousand",)),
    **dict.fromkeys(("millions", "millions_change"), ("million", "$million")),
    **dict.fromkeys(("billions", "billions_change"), ("billion", "$billion")),
    **dict.fromkeys(("sessions", "weeks", "years", "count"), _PLAIN),
}
"""By unit of a figure: the units in which its value can have been printed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A value as it was printed."""

    text: str
    """As it stood."""
    number: Decimal | None
    """The number, in the unit in which it was printed; None for words, months and days."""
    digits: int
    """Decimals it was printed with."""
    unit: str
    """The sign or word of its unit."""
    period: tuple[int, ...]
    """Year, month and day, as many as were printed, where it can be one."""

    @property
    def step(self) -> Decimal:
        """One unit of the last digit printed."""
        return Decimal(1).scaleb(-self.digits)

    @property
    def shown(self) -> str:
        """As a sentence has it: months and days in words, a proper minus sign."""
        if self.number is not None or not self.period:
            return self.text.replace("-", MINUS, 1) if self.number is not None else self.text
        day = date(*self.period, *(1,) * (3 - len(self.period)))
        return show_date(day) if len(self.period) == 3 else f"{day:%B %Y}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of holding a figure against a printed value."""

    holds: bool
    """Within the tolerance of the relation."""
    difference: float | None
    """The figure minus the printed value, in the figure's unit; None for words and days."""
    computed: str
    """The figure, with the digits needed to see the difference."""
    gap: str
    """The difference as text; empty where there is none, or the relation is one-sided and holds."""


def read_printed(text: str) -> Printed:
    """Read a value; what is neither a number nor a day is words.

    >>> read_printed("−1.32%").number, read_printed("2,624.22").digits
    (Decimal('-1.32'), 2)
    >>> read_printed("2008-06").shown, read_printed("Nasdaq").number
    ('June 2008', None)
    """
    plain = " ".join(text.replace(MINUS, "-").split())
    period = _period(plain)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return Printed(text.strip(), None, 0, "", period)
    decimals = found["decimals"] or ""
    number = Decimal(found["sign"] + found["number"].replace(",", "") + decimals)
    unit = found["dollar"] + (found["unit"] or "")
    return Printed(plain, number, max(len(decimals) - 1, 0), unit, period)


def _period(text: str) -> tuple[int, ...]:
    found = _PERIOD.fullmatch(text)
    if found is None:
        return ()
    parts = tuple(int(part) for part in found.groups() if part is not None)
    try:
        date(*parts, *(1,) * (3 - len(parts)))
    except ValueError:
        return ()
    return parts


def misfit(printed: Printed, unit: str, relation: str) -> str | None:
    """Return why a printed value cannot be held against a figure of this unit, or None."""
    if unit == "text":
        return None if relation == "is" else f"words can only be, not be '{relation}'"
    if unit == "date":
        return None if printed.period else f"'{printed.text}' is no day, month or year"
    if printed.number is None:
        return f"'{printed.text}' has no digits that can be read as a number"
    if printed.unit not in _SIGNS[unit]:
        wanted = " or ".join(repr(sign) if sign else "no unit" for sign in _SIGNS[unit][:2])
        return f"'{printed.text}' is in {printed.unit or 'no unit'}, the figure wants {wanted}"
    return None


def compare(value: Scalar, unit: str, relation: str, printed: Printed) -> Comparison:
    """Hold a figure against a printed value that fits its unit.

    `is` allows half a unit of the last digit printed, `about` a whole one; the others are
    one-sided, `over` and `under` without the value itself.
    """
    if isinstance(value, date):
        return Comparison(_days(value, relation, printed.period), None, show_date(value), "")
    if isinstance(value, str):
        return Comparison(value.casefold() == printed.text.casefold(), None, value, "")
    assert value is not None and printed.number is not None
    difference = _scaled(value, unit) - printed.number
    holds = _within(difference, relation, printed.step)
    usual = _decimals(show(value, unit))
    digits = _telling_digits(_scaled(value, unit), usual, relation, printed)
    plain = float(difference.scaleb(-CHANGES[unit].shift))
    gap = "" if holds and relation not in ("is", "about") else show_difference(plain, unit, digits)
    return Comparison(holds, plain, show_precisely(value, unit, digits), gap)


def _telling_digits(number: Decimal, usual: int, relation: str, printed: Printed) -> int:
    """The decimals with which a figure is seen to hold or not, as it does at full precision: the
    usual ones, or more."""
    assert printed.number is not None
    holds = _within(number - printed.number, relation, printed.step)
    digits = max(printed.digits, usual)
    while digits < MOST_DIGITS:
        seen = _within(_rounded(number, digits) - printed.number, relation, printed.step)
        if seen == holds:
            break
        digits += 1
    return digits


def _days(value: date, relation: str, period: tuple[int, ...]) -> bool:
    own = (value.year, value.month, value.day)[: len(period)]
    apart = _ordinal(own) - _ordinal(period)
    return _within(Decimal(apart), relation, Decimal(1))


def _ordinal(period: tuple[int, ...]) -> int:
    """A day, month or year as a number that grows by one from each to the next."""
    if len(period) == 3:
        return date(*period).toordinal()
    return period[0] if len(period) == 1 else 12 * period[0] + period[1]


def _within(difference: Decimal, relation: str, step: Decimal) -> bool:
    noise = NOISE * step
    return {
        "is": abs(difference) <= step / 2 + noise,
        "about": abs(difference) <= step + noise,
        "over": difference > noise,
        "under": difference < -noise,
        "at_least": difference >= -noise,
        "at_most": difference <= noise,
    }[relation]


def _scaled(value: float | str | date, unit: str) -> Decimal:
    """A value as it is printed: returns in percent."""
    assert isinstance(value, int | float)
    return Decimal(repr(float(value))).scaleb(CHANGES[unit].shift)


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def show_precisely(value: Scalar, unit: str, digits: int) -> str:
    """Return a value as facts.py prints it, with at least so many decimals.

    >>> show_precisely(0.078912, "fraction", 1), show_precisely(0.0003, "pp", 4)
    ('+7.89%', '+0.0003 pp')
    """
    if not isinstance(value, int | float) or unit not in CHANGES:
        return show_date(value) if isinstance(value, date) else show(value, unit)
    return _precisely(show(value, unit), show(math.copysign(1.0, value), unit), value, unit, digits)


def show_difference(difference: float, unit: str, digits: int) -> str:
    """Return a difference of two values of a unit with at least so many decimals; empty if none."""
    form: ChangeForm = CHANGES[unit]
    shown = _precisely(
        show_change(difference, unit),
        show_change(math.copysign(1.0, difference), unit),
        difference,
        unit,
        max(digits, form.digits),
    )
    return shown if any(digit in shown for digit in "123456789") else ""


def _decimals(shown: str) -> int:
    """How many decimals the number in a text has."""
    found = _SHOWN_NUMBER.search(shown)
    assert found is not None
    return len(found[0].partition(".")[2])


def _precisely(shown: str, model: str, value: float, unit: str, digits: int) -> str:
    """`shown` with more decimals, if it has fewer; `model` has the sign and unit around them."""
    if _decimals(shown) >= digits:
        return shown
    number = abs(_rounded(_scaled(value, unit), digits))
    text = _SHOWN_NUMBER.sub(f"{number:,.{digits}f}", model, count=1)
    return text if number else text.lstrip("+" + MINUS)
