"""How figures become text and JSON: one rounding, one minus sign, nothing that is not a number."""

from __future__ import annotations

import decimal
import doctest
import importlib
import json
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ReportError
from generator.facts import (
    DIFFERENCES,
    MINUS,
    UNITS,
    Fact,
    Facts,
    Lineage,
    Part,
    Reference,
    Table,
    Value,
    Withheld,
    in_form,
    in_words,
    show,
    show_date,
    show_period,
)


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (0.0776, "fraction", "+7.76%"),
        (-0.0086, "fraction", "−0.86%"),
        (0.0, "fraction", "0.00%"),
        (0.00005, "fraction", "+0.01%"),
        (-0.00005, "fraction", "−0.01%"),
        (0.000049, "fraction", "0.00%"),
        (-0.000049, "fraction", "0.00%"),
        (-0.0, "fraction", "0.00%"),
        (0.12345, "fraction", "+12.35%"),
        (-0.12345, "fraction", "−12.35%"),
        (0.01005, "fraction", "+1.01%"),
        (12.3456, "fraction", "+1,234.56%"),
        (0.184, "share", "18.4%"),
        (0.0, "share", "0.0%"),
        (1.0, "share", "100.0%"),
        (0.1235, "share", "12.4%"),
        (6.31, "pp", "+6.31 pp"),
        (-6.312, "pp", "−6.31 pp"),
        (-0.004, "pp", "0.00 pp"),
        (0.005, "pp", "+0.01 pp"),
        (2465.98, "points", "2,465.98"),
        (1234567.891, "points", "1,234,567.89"),
        (999.995, "points", "1,000.00"),
        (2.675, "points", "2.68"),
        (96.39, "change", "+96.39"),
        (-1234.5, "change", "−1,234.50"),
        (-0.001, "change", "0.00"),
        (251.3, "usd", "$251.30"),
        (0.38582, "ratio", "0.3858"),
        (1.285, "beta", "1.29"),
        (-0.3, "beta", "−0.30"),
        (69.95, "rsi", "70.0"),
        (1.28, "multiple", "1.28×"),
        (4.4, "percent", "4.4%"),
        (4.15, "percent", "4.15%"),
        (4.0, "percent", "4.0%"),
        (0.0, "percent", "0.0%"),
        (5.305, "percent", "5.31%"),
        (-0.28, "percent", "−0.28%"),
        (-0.004, "percent", "0.0%"),
        (1234.5, "percent", "1,234.5%"),
        (159552.0, "thousands", "159,552 thousand"),
        (733537.4, "millions", "$733,537 million"),
        (24026.834, "billions", "$24,026.8 billion"),
        (-86.0, "thousands_change", "−86 thousand"),
        (22.5, "thousands_change", "+23 thousand"),
        (1204.0, "millions_change", "+$1,204 million"),
        (-0.4, "millions_change", "$0 million"),
        (-12.35, "billions_change", "−$12.4 billion"),
        (0.0, "billions_change", "$0.0 billion"),
        (967, "sessions", "967"),
        (1021, "sessions", "1,021"),
        (0, "count", "0"),
        (4, "weeks", "4"),
        (2, "years", "2"),
        (2020, "year", "2020"),
        (date(2026, 1, 6), "date", "6 Jan 2026"),
        ("golden", "text", "golden"),
        (None, "fraction", "–"),
        (None, "date", "–"),
    ],
)
def test_show(number: object, unit: str, expected: str) -> None:
    """Each unit has one form; halves are rounded away from zero and zero has no sign."""
    assert show(number, unit) == expected


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(UNITS - {"date", "text", "year"})))
def test_shown_numbers_have_one_minus_and_no_signed_zero(number: float, unit: str) -> None:
    """A hyphen is never printed, and a value that rounds to zero carries no sign."""
    text = show(number, unit)
    assert "-" not in text
    if not any(digit in text for digit in "123456789"):
        assert MINUS not in text
        assert "+" not in text


@given(st.floats(-1e4, 1e4))
def test_shown_number_is_within_half_a_digit(number: float) -> None:
    """What is printed differs from the value by at most half of its last digit."""
    text = show(number, "change").replace(MINUS, "-").replace(",", "")
    assert abs(float(text) - number) <= 0.005 + 1e-9


@given(st.floats(0, 1e4))
def test_rounding_is_symmetric(number: float) -> None:
    """A loss is rounded exactly as a gain of the same size."""
    gain, loss = show(number, "pp"), show(-number, "pp")
    assert gain.lstrip("+") == loss.lstrip(MINUS)


def test_unknown_unit_is_an_error() -> None:
    """A number in a unit that nobody defined is not printed."""
    with pytest.raises(KeyError):
        show(1.0, "furlongs")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_shown(number: float) -> None:
    """NaN and infinity raise instead of being printed."""
    with pytest.raises((ValueError, decimal.InvalidOperation)):
        show(number, "fraction")


def test_dates_and_words() -> None:
    """Dates are written out, small numbers are words."""
    assert show_date(date(2025, 9, 8)) == "8 September 2025"


@pytest.mark.parametrize(
    ("day", "frequency", "expected"),
    [
        (date(2026, 1, 16), "day", "16 Jan 2026"),
        (date(2026, 1, 9), "week", "week to 9 Jan 2026"),
        (date(2025, 12, 1), "month", "Dec 2025"),
        (date(2025, 1, 1), "quarter", "Q1 2025"),
        (date(2025, 10, 1), "quarter", "Q4 2025"),
        (date(2026, 1, 1), "year", "2026"),
    ],
)
def test_show_period(day: date, frequency: str, expected: str) -> None:
    """A period is named as people name it, by how often there is one."""
    assert show_period(day, frequency) == expected


def test_differences_have_signs() -> None:
    """A difference of two values is shown with its sign, in a unit that is known."""
    for unit, difference in DIFFERENCES.items():
        assert {unit, difference} <= UNITS
        assert show(3.0, difference).startswith("+")
        assert not show(3.0, unit).startswith("+")
    assert [in_words(n) for n in (0, 1, 10, 11, 967, 1021)] == [
        "zero",
        "one",
        "ten",
        "11",
        "967",
        "1,021",
    ]


def test_forms_of_a_value_in_a_sentence() -> None:
    """A value can stand in a sentence without its sign, in words, or as a month."""
    assert in_form(-0.0038, "fraction", "magnitude") == "0.38%"
    assert in_form(-6.312, "pp", "magnitude") == "6.31 pp"
    assert in_form(8, "sessions", "words") == "eight"
    assert in_form(14, "sessions", "words") == "14"
    assert in_form(-6.312, "pp", "words") == "6.31 percentage points"
    assert in_form(-0.0038, "fraction", "words") == "0.38%"
    assert in_form(6, "count", "ordinal") == "sixth"
    assert in_form(21, "count", "ordinal") == "21st"
    assert in_form(date(2008, 6, 6), "date", "month") == "June 2008"
    assert in_form(date(2008, 6, 6), "date", "display") == "6 June 2008"
    assert in_form(date(2008, 6, 6), "date", "date") == "6 June 2008"
    assert in_form(date(2008, 6, 6), "date", "year") == "2008"
    assert in_form(2020, "year", "year") == "2020"
    assert in_form(0.184, "share", "sign") == "+18.4%"
    assert in_form(-3, "count", "sign") == "−3"
    assert in_form(0.0, "share", "sign") == "0.0%"


@pytest.mark.parametrize(
    ("value", "unit", "digits", "expected"),
    [
        (0.0789, "fraction", 1, "+7.9%"),
        (0.0785, "fraction", 1, "+7.9%"),
        (-0.0785, "fraction", 1, "−7.9%"),
        (0.07849, "fraction", 1, "+7.8%"),
        (0.00499, "fraction", 0, "0%"),
        (0.995, "share", 0, "100%"),
        (-6.35, "pp", 1, "−6.4 pp"),
        (2677.735, "points", 0, "2,678"),
        (4.15, "percent", 1, "4.2%"),
        (4.0, "percent", 1, "4.0%"),
        (733.55, "billions", 0, "$734 billion"),
        (11, "sessions", 0, "11"),
    ],
)
def test_fewer_digits_are_rounded_from_the_full_value(
    value: float, unit: str, digits: int, expected: str
) -> None:
    """Half goes away from zero, once: 7.849% is 7.8%, although 7.85% would be 7.9%."""
    assert in_form(value, unit, "display", digits) == expected


@pytest.mark.parametrize(
    ("value", "unit", "form", "digits"),
    [
        (0.0789, "fraction", "display", 3),
        (0.0789, "fraction", "month", None),
        (0.0789, "fraction", "ordinal", None),
        (date(2008, 6, 6), "date", "sign", None),
        (date(2008, 6, 6), "date", "display", 1),
        ("above", "text", "month", None),
        (2020, "year", "display", 0),
        (1.0, "beta", "wrods", None),
    ],
)
def test_what_cannot_be_said_of_a_value_is_refused(
    value: object, unit: str, form: str, digits: int | None
) -> None:
    """A form for another kind of value, or digits beyond the printed ones, are mistakes."""
    with pytest.raises(ReportError):
        in_form(value, unit, form, digits)  # type: ignore[arg-type]


def fact(figure) -> Fact:
    return Fact(
        metric="return_ytd",
        subject="russell_2000",
        figure=figure,
        unit="fraction",
        title="Return, year to date",
        definition="Price return over the period.",
        as_of=date(2026, 1, 16),
        lineage=Lineage(("^RUT",), ("ab" * 32,)),
    )


def test_fact_as_json() -> None:
    """The record holds value, text, dates, parts, the tables asked for, warnings and lineage."""
    figure = Value(
        0.0789,
        base=date(2025, 12, 31),
        parts={"start": Part(date(2026, 1, 2), "date"), "none": Part(None, "date")},
        tables={
            "runs": Table({"end": "date", "length": "count"}, ((date(2008, 6, 6), 13),)),
            "not asked for": Table({"end": "date"}, ()),
        },
        warnings=("a session is unknown",),
    )
    record = fact(figure).to_json(tables=["runs"])
    assert json.loads(json.dumps(record)) == {
        "id": "return_ytd.russell_2000",
        "value": 0.0789,
        "display": "+7.89%",
        "unit": "fraction",
        "as_of": "2026-01-16",
        "base_date": "2025-12-31",
        "status": "final",
        "reason": None,
        "definition": "Price return over the period.",
        "lineage": {"symbols": ["^RUT"], "objects": ["ab" * 32]},
        "parts": {
            "start": {"value": "2026-01-02", "unit": "date"},
            "none": {"value": None, "unit": "date"},
        },
        "tables": {
            "runs": {"columns": {"end": "date", "length": "count"}, "rows": [["2008-06-06", 13]]}
        },
        "warnings": ["a session is unknown"],
    }


def test_withheld_fact_as_json() -> None:
    """A withheld fact has a reason and no value, and says so where it is printed."""
    record = fact(Withheld("it has no close on the base 2025-12-31")).to_json()
    assert record["status"] == "withheld"
    assert record["value"] is None
    assert record["display"] == "withheld"
    assert record["reason"] == "it has no close on the base 2025-12-31"
    assert not {"parts", "tables", "warnings"} & set(record)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_fact_that_is_no_number_cannot_be_written(number: float) -> None:
    """NaN or infinity as a value, in a part or in a table is a bug and raises."""
    table = Table({"change": "fraction"}, ((number,),))
    for figure in (
        Value(number),
        Value(0.1, parts={"gain": Part(number, "fraction")}),
        Value(0.1, tables={"runs": table}),
    ):
        with pytest.raises(ValueError, match="must withhold"):
            fact(figure).to_json(tables=["runs"])


def test_part_of_a_withheld_fact_is_an_error() -> None:
    """There is no part of what is not there."""
    with pytest.raises(KeyError):
        fact(Withheld("no data")).part("start")


def test_reference_that_names_nothing_is_an_error_with_a_suggestion() -> None:
    """A misspelled metric, subject or part raises and names the nearest one there is."""
    figure = Value(0.0789, parts={"start": Part(date(2026, 1, 2), "date")})
    facts = Facts({"return_ytd": {"russell_2000": fact(figure)}})
    for reference, near in (
        (Reference("return_yts", "russell_2000"), "return_ytd"),
        (Reference("return_ytd", "russel_2000"), "russell_2000"),
        (Reference("return_ytd", "russell_2000", "strat"), "start"),
    ):
        with pytest.raises(ReportError, match=f"did you mean '{near}'"):
            facts.resolve(reference)


def test_sentence_prints_values_parts_and_withheld() -> None:
    """Pieces of a sentence are printed in the form each asks for."""
    figure = Value(-0.0789, parts={"start": Part(date(2026, 1, 2), "date")})
    facts = Facts({"return_ytd": {"russell_2000": fact(figure), "iwm": fact(Withheld("no data"))}})
    sentence = (
        "down ",
        Reference("return_ytd", "russell_2000", form="magnitude"),
        " since ",
        Reference("return_ytd", "russell_2000", "start"),
        ", IWM ",
        Reference("return_ytd", "iwm"),
    )
    assert facts.text(sentence) == "down 7.89% since 2 January 2026, IWM withheld"


@pytest.mark.parametrize(
    "name",
    [
        "generator.editions",
        "generator.facts",
        "generator.metrics._tools",
        "generator.plain_text",
    ],
)
def test_examples_in_docstrings_are_true(name: str) -> None:
    """The examples in the docstrings run and give what they say."""
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
