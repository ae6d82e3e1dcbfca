"""The first ten sessions of a year, and how the year ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.editions import is_last_of_year
from generator.facts import Figure, Figures, Part, Scalar, Table, Value, Withheld
from generator.metrics._statistics import at_least_by_chance, wilson
from generator.metrics._tools import TIE, day, per_subject

FIRST = 10
"""Sessions of a year after which it is told who leads."""
LATEST = 10
"""Years that are counted apart."""


@dataclass(frozen=True)
class _Year:
    """One calendar year with the closes that are needed."""

    year: int
    tenth: pd.Timestamp
    small: float
    """Price return of small caps over the first ten sessions."""
    large: float
    """That of the large-cap benchmark."""
    rest: float
    """Price return of the large-cap benchmark from there to the year's last session."""

    @property
    def led(self) -> bool:
        return self.small - self.large > TIE

    @property
    def higher(self) -> bool:
        return self.rest > TIE

    def row(self, state: str) -> tuple[Scalar, ...]:
        ahead = 100 * (self.small - self.large)
        return self.year, day(self.tenth), self.small, self.large, ahead, self.rest, state


def _years(pair: pd.DataFrame) -> tuple[list[_Year], list[int]]:
    """Every year with ten sessions, and those without a close that they need."""
    sessions = pair.index
    years = sessions.year.to_numpy()
    starts = np.flatnonzero(years[1:] != years[:-1]) + 1
    ends = np.append(starts, len(sessions))[1:] - 1
    found, unknown = [], []
    for start, end in zip(starts, ends, strict=True):
        tenth = start + FIRST - 1
        if tenth > end:
            continue
        closes = pair.to_numpy()[[start - 1, tenth, end]]
        if np.isnan(closes).any():
            unknown.append(int(years[start]))
            continue
        small, large = closes[1] / closes[0] - 1
        rest = float(closes[2, 1] / closes[1, 1] - 1)
        found.append(_Year(int(years[start]), sessions[tenth], float(small), float(large), rest))
    return found, unknown


@tag(unit="share", title="First ten sessions", section="Calendar years")
def first_ten_sessions(
    closes: pd.DataFrame,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    exclusions: dict[str, str],
) -> Figures:
    """Of the completed calendar years in which small caps led after the tenth session, the share in
    which the S&P 500 ended the year above its close of that tenth session.

    Small caps lead when their price return from the last close of the year before to the close of
    the tenth session exceeds that of the S&P 500 by more than 1e-9. Beside it stands the share of
    all completed years that ended so, which is what to expect without any rule, and how likely as
    many years or more that ended so would be among as many years drawn without looking
    (hypergeometric). The interval of the share is Wilson's, 95%. The latest ten are counted in two
    ways: of the ten latest completed years, those in which small caps led and those in which the
    year also ended higher; and of the ten latest years in which small caps led, those that ended
    higher. Years without one of the closes that are needed are left out and named. A few dozen
    years show a tendency at best, and not why.
    """

    def rule(_: str, series: pd.Series) -> Figure:
        if large_cap not in closes:
            missing = exclusions.get(large_cap, "the snapshot holds no data for it")
            return Withheld(f"the large-cap benchmark: {missing}")
        pair = pd.DataFrame({"small": series, "large": closes[large_cap]})
        known = pair.dropna()
        if known.empty:
            return Withheld("it has no common history with the benchmark")
        years, unknown = _years(pair.loc[known.index[0] :])
        return _figure(years, unknown, None if is_last_of_year(as_of) else as_of.year)

    return per_subject([small_cap], closes, exclusions, rule)


def _figure(years: list[_Year], unknown: list[int], running: int | None) -> Figure:
    complete = [year for year in years if year.year != running]
    led = [year for year in complete if year.led]
    if not led:
        return Withheld("small caps led in no completed year of its history")
    latest = [year for year in complete if year.year > complete[-1].year - LATEST]
    gaps = [year for year in unknown if year != running]
    named = ", ".join(map(str, gaps))
    low, high = wilson(_higher(led), len(led))
    by_chance = at_least_by_chance(_higher(led), len(led), _higher(complete), len(complete))
    return Value(
        _share(led),
        parts={
            "years": Part(len(complete), "years"),
            "years_higher": Part(_higher(complete), "years"),
            "share_of_all_years": Part(_share(complete), "share"),
            "share_low": Part(low, "share"),
            "share_high": Part(high, "share"),
            "by_chance": Part(by_chance, "share"),
            "years_led": Part(len(led), "years"),
            "years_led_and_higher": Part(_higher(led), "years"),
            "latest_years": Part(len(latest), "years"),
            "latest_years_led": Part(sum(year.led for year in latest), "years"),
            "latest_years_led_and_higher": Part(_higher(y for y in latest if y.led), "years"),
            "latest_led": Part(len(led[-LATEST:]), "years"),
            "latest_led_and_higher": Part(_higher(led[-LATEST:]), "years"),
            "latest_led_since": Part(led[-LATEST:][0].year, "year"),
            **_running([year for year in years if year.year == running]),
        },
        tables={"years": _table(years, running)},
        warnings=(f"left out, for want of a close: {named}",) if gaps else (),
    )


def _higher(years: Iterable[_Year]) -> int:
    return sum(year.higher for year in years)


def _share(years: list[_Year]) -> float:
    return _higher(years) / len(years)


def _running(years: list[_Year]) -> dict[str, Part]:
    """Who leads in the running year, once it has had ten sessions."""
    return {
        name: part
        for year in years
        for name, part in (
            ("this_year", Part("ahead" if year.led else "not ahead", "text")),
            ("this_year_lead", Part(100 * (year.small - year.large), "pp")),
            ("this_year_tenth", Part(day(year.tenth), "date")),
        )
    }


def _table(years: list[_Year], running: int | None) -> Table:
    return Table(
        {
            "year": "year",
            "tenth": "date",
            "small": "fraction",
            "large": "fraction",
            "ahead": "pp",
            "rest": "fraction",
            "state": "text",
        },
        tuple(y.row("to date" if y.year == running else "complete") for y in years),
    )
