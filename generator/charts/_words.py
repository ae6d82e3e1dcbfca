"""The words the charts share: names, comparisons, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from generator.config import Universe
from generator.editions import is_last_of_year
from generator.facts import Figures, Scalar, Value, Withheld, in_form, in_words, show, show_date


def short(universe: Universe, subject: str) -> str:
    """Return a subject's short name."""
    return universe.series[subject].short


def number(figures: Figures, subject: str) -> float | Withheld:
    """Return the number behind a figure, or why there is none."""
    figure = figures.get(subject, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return figure
    assert isinstance(figure.value, (int, float))
    return float(figure.value)


def part(figure: Value, name: str) -> Scalar:
    """Return a component of a figure, None where there is no such thing."""
    return figure.parts[name].value if name in figure.parts else None


def day_of(figure: Value, name: str) -> date | None:
    """Return a component that is a date."""
    value = part(figure, name)
    return value if isinstance(value, date) else None


def points(difference: float) -> str:
    """Return the size of a difference: `2.41 percentage points`."""
    return in_form(difference, "pp", "words")


def percent(change: float) -> str:
    """Return the size of a change: `2.04%`."""
    return in_form(change, "fraction", "magnitude")


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: one session, 11 sessions."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{few(count)} {noun}"


def day_at(series: pd.Series, place: int) -> date:
    """Return the session at a position of a series."""
    session: date = pd.DatetimeIndex(series.index)[place].date()
    return session


def out_of(count: int, total: int, noun: str) -> str:
    """Return `six of nine periods`, or `all nine periods`."""
    if count == total == 2:
        return f"both {noun}s"
    if count == total > 1:
        return f"all {counted(total, noun)}"
    return f"{few(count)} of {counted(total, noun)}"


def few(count: int) -> str:
    """Return a count in words up to ten, else in digits; none for 0."""
    if count == 0:
        return "none"
    return in_words(count)


def capital(text: str) -> str:
    """Return a text that begins a sentence."""
    return text[:1].upper() + text[1:]


def month_of(day: date) -> str:
    """Return the month and year of a date: January 2026."""
    return show_date(day).split(" ", 1)[1]


def dated(day: date, as_of: date) -> str:
    """Return a day of the last twelve months in full, else its month: 6 June 2025, June 2008."""
    return show_date(day) if (as_of - day).days <= 366 else month_of(day)


def when(day: date, as_of: date) -> str:
    """Return the same with its preposition: on 6 June 2025, in June 2008."""
    text = dated(day, as_of)
    return f"{'on' if text[0].isdigit() else 'in'} {text}"


def in_year(as_of: date) -> tuple[bool, str]:
    """Return whether the year of a session is still running, and `in 2026 so far` or `in 2025`."""
    running = not is_last_of_year(as_of)
    return running, f"in {year_of(as_of)}{' so far' if running else ''}"


def year_of(day: date) -> str:
    """Return the year of a date."""
    return show(day.year, "year")


def not_shown(universe: Universe, missing: Mapping[str, str]) -> str:
    """Return a sentence that names the missing series, empty if none is.

    One is named with its reason; of several the Data page says why.
    """
    if not missing:
        return ""
    if len(missing) == 1:
        subject, reason = next(iter(missing.items()))
        return f" Not shown: {short(universe, subject)} ({reason})."
    listed = ", ".join(short(universe, subject) for subject in missing)
    return f" Not shown: {listed} (the Data page says why)."


def lacks(
    closes: pd.DataFrame, subject: str, exclusions: Mapping[str, str], since: pd.Timestamp
) -> str | None:
    """Return why a series cannot be drawn since a session, or None if it can."""
    if subject not in closes.columns:
        return exclusions.get(subject, "the snapshot holds no data for it")
    if not closes[subject].loc[since:].notna().any():
        return f"it has no close since {show_date(since.date())}"
    return None


def shading(universe: Universe, large_cap: str, seen: Sequence[object]) -> str:
    """Return a sentence that explains the shading behind a chart, empty if there is none."""
    return f" Shaded: {short(universe, large_cap)} bear markets." if seen else ""


def dashed(universe: Universe, subjects: Iterable[str]) -> str:
    """Return a sentence that explains what is drawn dashed, empty if nothing is."""
    if not any(universe.series[subject].proxy for subject in subjects):
        return ""
    return " Dashed: a fund standing in for an index or a group."


def unavailable(universe: Universe, subject: str, reason: str) -> Withheld:
    """Return why a chart cannot be drawn without its main series."""
    return Withheld(f"{short(universe, subject)}: {reason}")
