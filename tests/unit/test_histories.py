"""The histories of figures: rows that read back as they were written, ranges, courses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support_root import RootSite, four_years

from generator.histories import (
    Row,
    YearRow,
    course,
    days,
    merge,
    read_rows,
    read_year_rows,
    write,
    year_rows,
)
from generator.sparklines import Point, Span


def _row(
    edition: str, value: str, *, subject: str = "a", unit: str = "pp", reason: str = ""
) -> Row:
    day = {"01": "2026-01-02", "02": "2026-01-09", "03": "2026-01-16"}[edition[-2:]]
    return Row(edition, "1", day, subject, value, value or "withheld", unit, reason, "simulated")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


@given(reasons=st.lists(WORDS, max_size=4))
def test_rows_read_back_as_they_were_written(reasons: list[str]) -> None:
    """Whatever is in a reason."""
    rows = [_row("2026-W01", "", reason=reason) for reason in reasons]
    site = RootSite()
    site.files["figures/m/2026.csv"] = write(rows, Row)
    assert read_rows(site, "m", 2026) == rows


def test_rows_of_an_edition_take_the_place_of_its_old_ones() -> None:
    """In the order of editions, whatever came first."""
    old = [_row("2026-W01", "1"), _row("2026-W03", "3")]
    new = [_row("2026-W02", "2"), _row("2026-W01", "9")]
    merged = merge(old, {"2026-W01", "2026-W02"}, new)
    assert [(row.edition, row.value) for row in merged] == [
        ("2026-W01", "9"),
        ("2026-W02", "2"),
        ("2026-W03", "3"),
    ]


def test_a_year_is_told_by_its_lowest_highest_and_last() -> None:
    """As they were printed, each with its edition; the first of equal ones."""
    rows = [_row("2026-W01", "2.5"), _row("2026-W02", "-1.0"), _row("2026-W03", "2.5")]
    (found,) = year_rows(rows)
    assert (found.lowest, found.lowest_edition) == ("-1.0", "2026-W02")
    assert (found.highest, found.highest_edition) == ("2.5", "2026-W01")
    assert (found.last, found.last_edition, found.editions) == ("2.5", "2026-W03", "3")
    assert found.span == Span(2026, -1.0, 2.5, 2.5)


def test_what_was_withheld_is_a_gap_and_no_value_of_the_year() -> None:
    """Its reason stays in its row."""
    rows = [_row("2026-W01", "1"), _row("2026-W02", "", reason="no close, no value")]
    assert course(rows, days(rows)) == [Point(739618, 1.0), Point(739625, None)]
    assert [row.editions for row in year_rows(rows)] == ["1"]


def test_words_have_a_last_value_and_no_range() -> None:
    """A state or a date is not drawn."""
    (found,) = year_rows([_row("2026-W01", "golden", unit="text")])
    assert found.span is None and (found.last, found.lowest) == ("golden", "")


def test_one_subject_of_many_years_is_read_alone() -> None:
    """So that an ordinary publication need not take in all."""
    every = read_year_rows(four_years(), "return_1w")
    own = read_year_rows(four_years(), "return_1w", "sp_500")
    assert own == [row for row in every if row.subject == "sp_500"] != []
    assert [row.year for row in own] == ["2023", "2024", "2025"]
    assert write(every, YearRow) == four_years().files["figures/return_1w/years.csv"]
