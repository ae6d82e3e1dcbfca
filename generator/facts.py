"""Facts: what a figure is, and the only place where numbers and dates become text.

A metric returns `Figures`: for each subject a `Value` or a `Withheld`. A `Fact` is such a figure
with everything a reader needs to check it. Values are kept at full precision; rounding happens
here, once, half away from zero on the shortest decimal that reads back as the value.

Units
    fraction    a return or drawdown, 0.0776 is shown as +7.76%
    share       a share of a whole, or a volatility, 0.184 is shown as 18.4%
    pp          a difference in percentage points, 6.31 is shown as +6.31 pp
    points      an index level, 2465.98 is shown as 2,465.98
    change      a change of level, +96.39
    usd         a price in US dollars
    ratio       a plain number with four decimals
    fine_ratio  a plain number with six decimals
    beta        a plain number with two decimals
    rsi         0 to 100, one decimal
    multiple    a plain number with two decimals and a multiplication sign
    percent     a rate in percent as its source has it, 4.4 is shown as 4.4%
    thousands   of people, 159552 is shown as 159,552 thousand
    millions, billions  of US dollars, 733537 is shown as $733,537 million
    thousands_change, millions_change, billions_change  their differences, with a sign
    sessions, weeks, years, count   whole numbers
    year        a calendar year, 2020
    date        a session
    text        words
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from generator.errors import ReportError, did_you_mean

Scalar = float | int | str | date | None

MINUS = "−"


@dataclass(frozen=True, slots=True)
class Part:
    """A named component of a figure, for example the date a streak began."""

    value: Scalar
    """At full precision; None where there is no such thing (no recovery yet)."""
    unit: str
    """One of the units above."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong to a figure, for example every past run."""

    units: Mapping[str, str]
    """Column name to unit, in order."""
    rows: tuple[tuple[Scalar, ...], ...]
    """One tuple a row, in the order of `units`."""


@dataclass(frozen=True, slots=True)
class Value:
    """A computed figure."""

    value: Scalar
    """At full precision, in the metric's unit."""
    base: date | None = None
    """The session the figure is measured from, where there is one."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """Named components."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Named tables."""
    warnings: tuple[str, ...] = ()
    """What a reader must know, for example a session without data."""
    only: tuple[date, ...] = ()
    """The sessions whose closes it is computed from, where it needs no others."""
    inputs: tuple[str, ...] = ()
    """Symbols of the series it is computed from beside those of its subject: economic series,
    futures, funds."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that is not published, and why."""

    reason: str
    """A sentence fragment that names what is missing."""


Figure = Value | Withheld
Figures = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What the graph knows of a figure before it is computed."""

    name: str
    """The function's name."""
    title: str
    """In words."""
    unit: str
    """One of the units of facts.py, or `level`: by subject, points, dollars or the unit of an
    economic series."""
    section: str
    """Where the Method page puts it."""
    document: str
    """The whole docstring."""
    method: str
    """A short hash of the code that computes it, without comments."""

    @property
    def definition(self) -> str:
        """The first paragraph of the docstring on one line."""
        return self.paragraphs[0]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The docstring, each paragraph on one line."""
        return tuple(" ".join(text.split()) for text in self.document.split("\n\n"))


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a figure was computed from."""

    symbols: tuple[str, ...]
    """The series, by their symbol."""
    objects: tuple[str, ...]
    """SHA-256 of the frozen objects that hold them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One published figure with all that is needed to check it."""

    metric: str
    """The name of the function that computed it."""
    subject: str
    """The subject of the universe it describes."""
    figure: Figure
    """The value, or why there is none."""
    unit: str
    """One of the units above."""
    title: str
    """The metric in words."""
    definition: str
    """The definition in one paragraph."""
    as_of: date
    """The edition's last session."""
    lineage: Lineage
    """Series and objects."""

    @property
    def id(self) -> str:
        """`<metric>.<subject>`."""
        return f"{self.metric}.{self.subject}"

    @property
    def withheld(self) -> bool:
        """Whether there is no value."""
        return isinstance(self.figure, Withheld)

    @property
    def reason(self) -> str | None:
        """Why there is no value, or None."""
        return self.figure.reason if isinstance(self.figure, Withheld) else None

    @property
    def value(self) -> Scalar:
        """The value at full precision, None when withheld."""
        return self.figure.value if isinstance(self.figure, Value) else None

    @property
    def base(self) -> date | None:
        """The session the figure is measured from."""
        return self.figure.base if isinstance(self.figure, Value) else None

    @property
    def display(self) -> str:
        """The value as it is printed."""
        return "withheld" if self.withheld else show(self.value, self.unit)

    def part(self, name: str) -> Part:
        """Return a named component.

        Raises:
            KeyError: the figure has no such component, or is withheld.
        """
        if isinstance(self.figure, Withheld):
            raise KeyError(name)
        return self.figure.parts[name]

    def to_json(self, tables: Collection[str] = ()) -> dict[str, object]:
        """Return the fact as facts.json holds it, with these of its tables."""
        record: dict[str, object] = {
            "id": self.id,
            "value": _plain(self.value),
            "display": self.display,
            "unit": self.unit,
            "as_of": self.as_of.isoformat(),
            "base_date": self.base.isoformat() if self.base else None,
            "status": "withheld" if self.withheld else "final",
            "reason": self.reason,
            "definition": self.definition,
            "lineage": {
                "symbols": list(self.lineage.symbols),
                "objects": list(self.lineage.objects),
            },
        }
        if isinstance(self.figure, Value):
            if self.figure.parts:
                record["parts"] = {
                    name: {"value": _plain(part.value), "unit": part.unit}
                    for name, part in self.figure.parts.items()
                }
            if tables:
                record["tables"] = {
                    name: {
                        "columns": dict(table.units),
                        "rows": [[_plain(cell) for cell in row] for row in table.rows],
                    }
                    for name, table in self.figure.tables.items()
                    if name in tables
                }
            if self.figure.warnings:
                record["warnings"] = list(self.figure.warnings)
        return record


def _plain(value: Scalar) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a figure is {value}: a metric must withhold it instead")
        return value
    return value


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How the values of a unit are printed."""

    digits: int
    """Decimals."""
    shift: int = 0
    """Places that the point moves to the right: fractions are printed in percent."""
    before: str = ""
    """What stands between sign and number."""
    after: str = ""
    """What follows the number."""
    signed: bool = False
    """Whether a plus is printed."""
    trimmed: bool = False
    """Whether the last decimal is printed only where there is one."""


def _number(value: float, form: NumberForm, digits: int, *, signed: bool) -> str:
    exact = Decimal(repr(float(value))).scaleb(form.shift)
    decimal = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{abs(decimal):,.{digits}f}"
    if form.trimmed and digits == form.digits:
        text = text.removesuffix("0")
    sign = MINUS if decimal < 0 else "+" if signed and decimal > 0 else ""
    return f"{sign}{form.before}{text}{form.after}"


def show_date(day: date) -> str:
    """Return a date as people read it: 16 January 2026."""
    return f"{day.day} {day:%B %Y}"


_PERIODS: dict[str, Callable[[date], str]] = {
    "day": lambda day: _short_date(day),
    "week": lambda day: f"week to {_short_date(day)}",
    "month": lambda day: f"{day:%b %Y}",
    "quarter": lambda day: f"Q{(day.month + 2) // 3} {day.year}",
    "year": lambda day: str(day.year),
}


def show_period(day: date, frequency: str) -> str:
    """Return the period that an economic series dates by this day: the first of a month, quarter
    or year, the last of a week.

    >>> show_period(date(2025, 12, 1), "month"), show_period(date(2025, 10, 1), "quarter")
    ('Dec 2025', 'Q4 2025')
    """
    return _PERIODS[frequency](day)


def _short_date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


_FORMS: dict[str, NumberForm] = {
    "fraction": NumberForm(2, shift=2, after="%", signed=True),
    "share": NumberForm(1, shift=2, after="%"),
    "pp": NumberForm(2, after=" pp", signed=True),
    "points": NumberForm(2),
    "change": NumberForm(2, signed=True),
    "usd": NumberForm(2, before="$"),
    "ratio": NumberForm(4),
    "fine_ratio": NumberForm(6),
    "beta": NumberForm(2),
    "rsi": NumberForm(1),
    "multiple": NumberForm(2, after="×"),
    "percent": NumberForm(2, after="%", trimmed=True),
    "thousands": NumberForm(0, after=" thousand"),
    "millions": NumberForm(0, before="$", after=" million"),
    "billions": NumberForm(1, before="$", after=" billion"),
    "thousands_change": NumberForm(0, after=" thousand", signed=True),
    "millions_change": NumberForm(0, before="$", after=" million", signed=True),
    "billions_change": NumberForm(1, before="$", after=" billion", signed=True),
    **dict.fromkeys(("sessions", "weeks", "years", "count"), NumberForm(0)),
}
UNITS = frozenset(_FORMS) | {"year", "date", "text"}
DIFFERENCES = {
    "percent": "pp",
    "points": "change",
    "thousands": "thousands_change",
    "millions": "millions_change",
    "billions": "billions_change",
}
"""The unit of the difference of two values, by theirs."""


def show(value: Scalar, unit: str) -> str:
    """Return a value as it is printed.

    Missing (None) is shown as a dash. Raises KeyError for an unknown unit.

    >>> show(0.0776, "fraction"), show(-6.312, "pp"), show(2465.98, "points")
    ('+7.76%', '−6.31 pp', '2,465.98')
    """
    if value is None:
        return "–"
    if isinstance(value, date):
        return _short_date(value)
    if isinstance(value, str):
        return value
    return _printed(value, unit, None, signed=False)


def _printed(value: float, unit: str, digits: int | None, *, signed: bool) -> str:
    if unit == "year":
        return str(int(value))
    form = _FORMS[unit]
    return _number(value, form, digits_of(unit, digits), signed=signed or form.signed)


def digits_of(unit: str, fewer: int | None = None) -> int:
    """Return how many decimals a unit is printed with, or those asked for if they are no more.

    Raises:
        ReportError: more are asked for, or the unit has none at all.
    """
    if unit not in _FORMS:
        raise ReportError(f"there are no digits in the unit '{unit}'")
    most = _FORMS[unit].digits
    if fewer is not None and not 0 <= fewer <= most:
        raise ReportError(f"digits={fewer} is not from 0 to {most}, which is as it is printed")
    return most if fewer is None else fewer


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """How the difference of two values of a unit is printed; its sign comes first."""

    shift: int
    """Places that the point moves to the right: returns differ by percentage points."""
    digits: int
    """Decimals."""
    before: str = ""
    """What stands between sign and number."""
    after: str = ""
    """What follows the number."""


CHANGES: Mapping[str, ChangeForm] = {
    "fraction": ChangeForm(2, 2, after=" pp"),
    "share": ChangeForm(2, 1, after=" pp"),
    "pp": ChangeForm(0, 2, after=" pp"),
    "percent": ChangeForm(0, 2, after=" pp"),
    "points": ChangeForm(0, 2),
    "change": ChangeForm(0, 2),
    "usd": ChangeForm(0, 2, before="$"),
    "ratio": ChangeForm(0, 4),
    "fine_ratio": ChangeForm(0, 6),
    "beta": ChangeForm(0, 2),
    "rsi": ChangeForm(0, 1),
    "multiple": ChangeForm(0, 2, after="×"),
    **dict.fromkeys(
        ("thousands", "thousands_change"),
        ChangeForm(0, 0, after=" thousand"),
    ),
    **dict.fromkeys(
        ("millions", "millions_change"), ChangeForm(0, 0, before="$", after=" million")
    ),
    **dict.fromkeys(
        ("billions", "billions_change"), ChangeForm(0, 1, before="$", after=" billion")
    ),
    **dict.fromkeys(("sessions", "weeks", "years", "count", "year"), ChangeForm(0, 0)),
}
"""By unit of the two values. Dates and texts differ or do not; by how much is not said."""


def show_change(change: float, unit: str) -> str:
    """Return the difference of two values of a unit as it is printed, with its sign.

    Raises KeyError for a unit whose values have no difference.

    >>> show_change(0.0204 - 0.0578, "fraction"), show_change(1.5, "usd"), show_change(0, "count")
    ('−3.74 pp', '+$1.50', '0')
    """
    form = CHANGES[unit]
    shifted = Decimal(repr(float(change))).scaleb(form.shift)
    rounded = shifted.quantize(Decimal(1).scaleb(-form.digits), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{form.before}{abs(rounded):,.{form.digits}f}{form.after}"


_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """Return a whole number up to ten in words, a larger one in digits.

    >>> in_words(10), in_words(11)
    ('ten', '11')
    """
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)


def as_ordinal(number: int) -> str:
    """Return the place in a row that a whole number stands for, up to the tenth in words.

    >>> [as_ordinal(n) for n in (1, 10, 11, 22, 113)]
    ['first', 'tenth', '11th', '22nd', '113th']
    """
    if 0 <= number < len(_ORDINALS):
        return _ORDINALS[number]
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a sentence where a figure, or a part of one, is printed."""

    metric: str
    """The metric's name."""
    subject: str
    """The subject."""
    part: str | None = None
    """A named part instead of the value itself."""
    form: str = "display"
    """One of `FORMS`."""
    digits: int | None = None
    """Decimals, where they are fewer than the unit is printed with."""


Sentence = tuple[str | Reference, ...]

FORMS: Mapping[str, str] = {
    "display": "as on the Figures page; a day in full",
    "magnitude": "without its sign",
    "bare": "without its unit, pp",
    "words": "without its sign, percentage points and whole numbers to ten in words",
    "sign": "with its sign, whatever the unit",
    "ordinal": "a whole number as a place in a row, to the tenth in words",
    "date": "a day: 6 June 2008",
    "month": "the month of a day: June 2008",
    "year": "the year of a day: 2008",
}
"""What a sentence can ask for, and what it gets."""
_DAYS: dict[str, Callable[[date], str]] = {
    "date": show_date,
    "month": lambda day: f"{day:%B %Y}",
    "year": lambda day: str(day.year),
}


def in_form(value: Scalar, unit: str, form: str, digits: int | None = None) -> str:
    """Return a value as a sentence wants it, rounded once from its full precision.

    Raises:
        ReportError: there is no such form, it is for another kind of value, or has more digits
            than the value is printed with.

    >>> in_form(-0.0038, "fraction", "magnitude"), in_form(10, "sessions", "words")
    ('0.38%', 'ten')
    >>> in_form(-2.413, "pp", "words"), in_form(0.0789, "fraction", "display", digits=1)
    ('2.41 percentage points', '+7.9%')
    """
    if form not in FORMS:
        raise ReportError(f"there is no form '{form}'{did_you_mean(form, FORMS)}")
    if value is None:
        return show(value, unit)
    if isinstance(value, date | str):
        barred = ("sign", "ordinal") if isinstance(value, date) else ("sign", "ordinal", *_DAYS)
        if digits is not None or form in barred:
            raise _not_for(form, digits, show(value, unit))
        return _DAYS.get(form, show_date)(value) if isinstance(value, date) else value
    if form in ("date", "month") or (form == "year" and unit != "year"):
        raise _not_for(form, None, show(value, unit))
    return _number_in_form(value, unit, form, digits)


def _not_for(form: str, digits: int | None, shown: str) -> ReportError:
    asked = f"digits={digits}" if digits is not None else f"form '{form}'"
    return ReportError(f"{asked} cannot be had of '{shown}'")


def _number_in_form(value: float, unit: str, form: str, digits: int | None) -> str:
    if digits is not None:
        digits_of(unit, digits)
    if form == "words" and isinstance(value, int):
        return in_words(value)
    if form == "ordinal":
        if not isinstance(value, int):
            raise _not_for(form, None, show(value, unit))
        return as_ordinal(value)
    text = _printed(value, unit, digits, signed=form == "sign")
    if form == "bare":
        return text.removesuffix(" pp")
    if form == "words":
        text = text.replace(" pp", " percentage points")
    return text.lstrip("+" + MINUS) if form in ("magnitude", "words") else text


class Facts:
    """Every fact of one snapshot as seen on one session, by metric and subject."""

    def __init__(self, facts: Mapping[str, Mapping[str, Fact]]) -> None:
        self._facts = facts

    @property
    def metrics(self) -> list[str]:
        """The metrics that were computed."""
        return list(self._facts)

    def of(self, metric: str) -> Mapping[str, Fact]:
        """Return a metric's facts by subject. Raises KeyError for an unknown metric."""
        return self._facts[metric]

    def get(self, metric: str, subject: str) -> Fact:
        """Return one fact.

        Raises:
            ReportError: there is no such metric or subject.
        """
        if metric not in self._facts:
            near = did_you_mean(metric, self._facts)
            raise ReportError(f"there is no figure '{metric}'{near}")
        subjects = self._facts[metric]
        if subject not in subjects:
            near = did_you_mean(subject, subjects)
            raise ReportError(f"the figure '{metric}' has no subject '{subject}'{near}")
        return subjects[subject]

    def resolve(self, reference: Reference) -> tuple[Fact, Scalar, str]:
        """Return the fact a reference names, and the value and unit to print.

        Raises:
            ReportError: there is no such metric, subject or part.
        """
        fact = self.get(reference.metric, reference.subject)
        if reference.part is None or isinstance(fact.figure, Withheld):
            return fact, fact.value, fact.unit
        if reference.part not in fact.figure.parts:
            near = did_you_mean(reference.part, fact.figure.parts)
            raise ReportError(f"the figure '{fact.id}' has no part '{reference.part}'{near}")
        part = fact.figure.parts[reference.part]
        return fact, part.value, part.unit

    def text(self, sentence: Sentence) -> str:
        """Return a sentence as plain text."""
        words = []
        for piece in sentence:
            if isinstance(piece, str):
                words.append(piece)
            else:
                fact, value, unit = self.resolve(piece)
                shown = in_form(value, unit, piece.form, piece.digits)
                words.append("withheld" if fact.withheld else shown)
        return "".join(words)
