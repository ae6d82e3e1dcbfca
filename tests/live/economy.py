"""Economic series with made-up values, their first releases and their revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from generator.providers.sample import simulate
from live.economy_recipes import RECIPES, Frequency, Recipe

MISSING = "."
FIRST, LAST = date(2014, 1, 1), date(2026, 3, 31)
"""Of the observations; what is released after the world's `now` is not told."""
NEVER_COLLECTED = date(2025, 10, 1)
"""The month for which there is neither a price index nor an unemployment rate."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation."""

    day: date
    """The first of its period."""
    vintages: tuple[tuple[date, str], ...]
    """Release dates and values, oldest first."""


@dataclass(frozen=True, slots=True)
class EconomicSeries:
    """One series of FRED."""

    name: str
    """FRED's id."""
    title: str
    """In full."""
    frequency: Frequency
    """In FRED's words."""
    units: str
    """In FRED's words."""
    observations: tuple[Observation, ...]
    """Oldest first."""


_TARGETS = {
    date(2014, 1, 1): 2.50,
    date(2023, 7, 27): 5.50,
    date(2024, 9, 19): 5.00,
    date(2024, 11, 8): 4.75,
    date(2024, 12, 19): 4.50,
    date(2025, 9, 18): 4.25,
    date(2025, 10, 30): 4.00,
    date(2025, 12, 11): 3.75,
}
"""The upper limit of the federal funds target, by its first day."""

_PERIODS = {"Monthly": 12, "Quarterly": 4, "Weekly, Ending Friday": 52, "Daily": 260}


@cache
def sample_economy() -> dict[str, EconomicSeries]:
    """Return every series by FRED's id."""
    made = [_from_recipe(name, recipe) for name, recipe in RECIPES.items()]
    made += [_volatility("VIXCLS", "^VIX"), _volatility("RVXCLS", "^RVX")]
    made += [_target("DFEDTARU", "Upper", 0.0), _target("DFEDTARL", "Lower", 0.25)]
    made += [_effective(), _nowcast(), _longer_run()]
    made += [_projection(name, which, more) for name, (which, more) in _PROJECTIONS.items()]
    return {series.name: series for series in made}


def _days(frequency: Frequency) -> list[date]:
    """Return the first day of every period; of weeks the last."""
    if frequency in ("Monthly", "Quarterly"):
        step = 1 if frequency == "Monthly" else 3
        span = range(FIRST.year * 12, LAST.year * 12 + LAST.month, step)
        return [date(month // 12, month % 12 + 1, 1) for month in span]
    every = [FIRST + timedelta(days=count) for count in range((LAST - FIRST).days + 1)]
    if frequency == "Daily":
        return [day for day in every if day.isoweekday() <= 5]
    return [day for day in every if day.isoweekday() == 5] if "Weekly" in frequency else every


def _end(day: date, frequency: Frequency) -> date:
    """Return the day after a period's last."""
    months = {"Monthly": 1, "Quarterly": 3}.get(frequency, 0)
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1) if months else day


def _weekday(day: date) -> date:
    """Return a day, or the Monday after its weekend."""
    return day + timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)


def _path(name: str, recipe: Recipe, count: int) -> np.ndarray:
    """Return values that end at the recipe's level."""
    random = np.random.default_rng(list(name.encode()))
    chance = random.normal(0.0, recipe.spread, count)
    if recipe.growth:
        years = (np.arange(count) - count + 1) / _PERIODS[recipe.frequency]
        return np.asarray(recipe.level * np.exp(recipe.growth * years + chance))
    smooth = np.zeros(count)
    for at in range(count - 2, -1, -1):
        smooth[at] = 0.97 * smooth[at + 1] + chance[at]
    return np.asarray(recipe.level + smooth)


def _from_recipe(name: str, recipe: Recipe) -> EconomicSeries:
    random = np.random.default_rng(list(name[::-1].encode()))
    days = [day for day in _days(recipe.frequency) if day >= recipe.first]
    observations = []
    for day, value in zip(days, _path(name, recipe, len(days)).tolist(), strict=True):
        released = _weekday(_end(day, recipe.frequency) + timedelta(days=recipe.lag))
        dates = [released, *(_weekday(released + timedelta(days=d)) for d in recipe.revisions)]
        size = recipe.spread * (value if recipe.growth else 1.0) / 2
        errors = [float(random.normal(0.0, size)) for _ in recipe.revisions] + [0.0]
        texts = [f"{value + error:.{recipe.decimals}f}" for error in errors]
        if _is_missing(name, day):
            texts = [MISSING] * len(texts)
        observations.append(Observation(day, _changes(zip(dates, texts, strict=True))))
    return EconomicSeries(name, recipe.title, recipe.frequency, recipe.units, tuple(observations))


def _is_missing(name: str, day: date) -> bool:
    """Return whether there is no value: a month never collected, a holiday of the markets."""
    if name in ("CPIAUCSL", "UNRATE"):
        return day == NEVER_COLLECTED
    return name in ("DGS2", "DGS10", "BAA10Y", "BAMLH0A0HYM2") and day in _holidays()


@cache
def _holidays() -> frozenset[date]:
    """Return the weekdays of the simulation without a session."""
    sessions = {day.astype(object) for day in simulate()["^GSPC"].days[-4000:]}
    last = max(sessions)
    return frozenset(day for day in _days("Daily") if day <= last and day not in sessions)


def _changes(releases: Iterable[tuple[date, str]]) -> tuple[tuple[date, str], ...]:
    """Return releases without those that change nothing."""
    kept: list[tuple[date, str]] = []
    for day, text in releases:
        if not kept or kept[-1][1] != text:
            kept.append((day, text))
    return tuple(kept)


def _volatility(name: str, symbol: str) -> EconomicSeries:
    item = simulate()[symbol]
    closes = dict(zip(item.days.astype(object), item.closes.tolist(), strict=True))
    last = max(closes)
    found = (
        Observation(day, ((_weekday(day + timedelta(days=1)), _text(closes.get(day))),))
        for day in _days("Daily")
        if day <= last
    )
    return EconomicSeries(name, f"CBOE {name[:3]}", "Daily", "Index", tuple(found))


def _text(value: float | None) -> str:
    return MISSING if value is None else f"{value:.2f}"


def _upper(day: date) -> float:
    return next(rate for start, rate in reversed(_TARGETS.items()) if start <= day)


def _target(name: str, which: str, less: float) -> EconomicSeries:
    found = (
        Observation(day, ((day, f"{_upper(day) - less:.2f}"),)) for day in _days("Daily, 7-Day")
    )
    title = f"Federal Funds Target Range - {which} Limit"
    return EconomicSeries(name, title, "Daily, 7-Day", "Percent", tuple(found))


def _effective() -> EconomicSeries:
    """Return the effective rate: an eighth under the upper limit, nearly."""
    found = (
        Observation(day, ((_weekday(day + timedelta(days=1)), f"{_upper(day) - 0.12:.2f}"),))
        for day in _days("Daily")
    )
    return EconomicSeries("EFFR", "Effective Federal Funds Rate", "Daily", "Percent", tuple(found))


def _nowcast() -> EconomicSeries:
    """Return an estimate that is renewed every week until the quarter's first release."""
    random = np.random.default_rng(7)

    def vintages(quarter: date) -> Iterator[tuple[date, str]]:
        value = 2.2
        for week in range(17):
            value += float(random.normal(0.0, 0.3))
            yield _weekday(quarter + timedelta(days=29 + 5 + 7 * week)), f"{value:.4f}"

    found = tuple(Observation(day, tuple(vintages(day))) for day in _days("Quarterly"))
    units = "Percent Change at Annual Rate"
    return EconomicSeries("GDPNOW", "GDPNow", "Quarterly", units, found)


_PROJECTIONS = {
    "FEDTARMD": ("Median", 0.0),
    "FEDTARCTL": ("Central Tendency, Low", -0.4),
    "FEDTARCTH": ("Central Tendency, High", 0.3),
    "FEDTARRL": ("Range, Low", -1.0),
    "FEDTARRH": ("Range, High", 0.6),
}
"""By FRED's id: which of the projections, and how far it is from the median."""
_MEETINGS = [date(year, month, 18) for year in range(2019, 2027) for month in (3, 6, 9, 12)]


def _projection(name: str, which: str, more: float) -> EconomicSeries:
    """Return projections for three year ends, renewed every quarter."""

    def vintages(year: int) -> Iterator[tuple[date, str]]:
        for number, meeting in enumerate(_MEETINGS):
            if year - 2 <= meeting.year <= year and meeting <= LAST:
                yield meeting, f"{3.9 + more - 0.3 * (year - meeting.year) - 0.01 * number:.1f}"

    found = tuple(
        Observation(date(year, 1, 1), _changes(vintages(year))) for year in range(2019, 2029)
    )
    title = f"FOMC Summary of Economic Projections for the Fed Funds Rate, {which}"
    return EconomicSeries(name, title, "Annual", "Percent", found)


def _longer_run() -> EconomicSeries:
    """Return the median projection of the longer run, one a meeting."""
    found = (Observation(day, ((day, "3.0"),)) for day in _MEETINGS if day <= LAST)
    title = "Longer Run FOMC Summary of Economic Projections for the Fed Funds Rate, Median"
    return EconomicSeries("FEDTARMDLR", title, "Daily", "Percent", tuple(found))
