"""Forecasts that others made: the ledger of what they said, and of what came.

A forecast is an assertion that is to hold on a day to come. Until then it is pending; once the data
reach its horizon it resolves by itself, and is never looked at with later data. One whose figure
this report does not make says why it cannot be resolved. Simulated data resolve nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from generator.assertions import Assertion, Outcome, Past, asserted_text, evaluate, needs
from generator.editions import edition_of, parse_edition, sessions_between
from generator.entries import Known, check_figures, named_metrics, read_entries
from generator.errors import Mistake, UsageError, did_you_mean
from generator.facts import show_change
from generator.yaml_file import YamlFile

SHOWN_AS = "content/forecasts.yml"
PENDING, RESOLVED, UNRESOLVABLE = "pending", "resolved", "cannot be resolved"
LISTED_FOR = timedelta(days=366)
"""How long after its horizon a forecast is still listed."""
LONGEST_CLOSURE = timedelta(days=14)
"""No closure of the exchange was longer since 1950; a session comes within it."""
Namer = Callable[[str], str]


class Forecast(BaseModel):
    """What somebody said would come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    """By which claims and commentary name it."""
    edition: str = Field(pattern=r"^[0-9]{4}-W[0-9]{2}$")
    """The first that lists it, as ISO week."""
    maker: str
    """Who made it."""
    made: date
    """When."""
    source: str
    """Where it was read, the id of a cited work."""
    statement: str
    """In our words, one sentence."""
    asserts: tuple[Assertion, ...] = ()
    """What is to hold on the horizon, all of it."""
    not_checkable: str | None = None
    """Why no figure of this report can decide it."""
    horizon: date
    """The day it is about; where that is no session, the last one before it."""
    resolves: str
    """How it is decided, for readers."""

    @field_validator("maker", "statement", "not_checkable", "resolves")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and (not text.strip() or not text.isprintable()):
            raise ValueError("it must be words on one line")
        return text


@dataclass(frozen=True, slots=True)
class ForecastState:
    """A forecast as one edition sees it."""

    forecast: Forecast
    """What was said."""
    asserted: tuple[str, ...]
    """What each of its assertions wants of its figure, for readers."""
    state: str
    """`pending`, `resolved` or `cannot be resolved`."""
    days_to_go: int | None = None
    """Calendar days from the edition's last session to the horizon, while it is pending."""
    came_true: bool | None = None
    """Whether all of it held; None while that is not decided."""
    error: str = ""
    """What came minus what was said; of a relation, by how much it held or failed."""
    outcomes: tuple[Outcome, ...] = ()
    """What came, an outcome for each assertion, once resolved."""
    note: str = ""
    """Why it cannot be resolved."""
    so_far: tuple[Outcome, ...] = ()
    """The same assertions on the edition's last session, in the calendar year of the horizon."""
    listed: bool = True
    """Whether the edition still lists it; its maker's count keeps it for good."""


def read_forecasts(
    root: Path, known: Known | None = None
) -> tuple[tuple[Forecast, ...], list[Mistake]]:
    """Read the forecasts of a project, in the order of the file, and every mistake in them.

    `known` are the names that they may use; without it names are not looked at.
    """
    entries, file = read_entries(root, SHOWN_AS, Forecast)
    if file is None:
        return (), []
    for index, forecast in entries:
        _check(file, index, forecast)
        if known is not None:
            check_figures(file, index, forecast, known)
            _check_source(file, index, forecast, known)
    return tuple(forecast for _, forecast in entries), file.mistakes


def _check(file: YamlFile, index: int, forecast: Forecast) -> None:
    if forecast.made >= forecast.horizon:
        what = f"it was made on {forecast.made}, not before its horizon, {forecast.horizon}"
        file.wrong(file.line((index, "made")), what)
    try:
        end = parse_edition(forecast.edition).sunday
    except UsageError as error:
        file.wrong(file.line((index, "edition")), error.what)
    else:
        if forecast.made > end:
            what = f"it was made on {forecast.made}, after its edition {forecast.edition} ends"
            file.wrong(file.line((index, "made")), what)
    if bool(forecast.asserts) == (forecast.not_checkable is not None):
        what = f"'{forecast.id}' needs either 'asserts' or 'not_checkable'"
        file.wrong(file.line((index,)), what)
    for place, assertion in enumerate(forecast.asserts):
        if assertion.on is not None:
            what = "a forecast is about its horizon: leave out 'on'"
            file.wrong(file.line((index, "asserts", place, "on")), what)


def _check_source(file: YamlFile, index: int, forecast: Forecast, known: Known) -> None:
    if forecast.source not in known.sources:
        near = did_you_mean(forecast.source, known.sources)
        file.wrong(file.line((index, "source")), f"there is no source '{forecast.source}'{near}")


def horizon_reached(horizon: date, as_of: date) -> bool:
    """Return whether no session is left between an edition's last one and a horizon.

    >>> horizon_reached(date(2026, 1, 18), date(2026, 1, 16))  # a Sunday, seen on Friday
    True
    """
    if horizon <= as_of:
        return True
    if horizon - as_of > LONGEST_CLOSURE:
        return False
    return not len(sessions_between(as_of + timedelta(days=1), horizon))


def needed(
    forecasts: Iterable[Forecast], past: Past, as_of: date, *, simulated: bool
) -> list[tuple[date, str]]:
    """Return the figures that an edition's ledger looks at, with their days, for `Past.expect`."""
    return [
        need
        for forecast in forecasts
        if _begun(forecast, as_of)
        for day in _looked_at(forecast, as_of, simulated)
        for assertion in forecast.asserts
        for need in needs(assertion, past, day)
    ]


def _looked_at(forecast: Forecast, as_of: date, simulated: bool) -> tuple[date, ...]:
    """The day whose figures are shown: the horizon, or on the way there the edition's own."""
    if simulated:
        return ()
    if horizon_reached(forecast.horizon, as_of):
        # The day itself may still be to come, after a weekend or a holiday.
        return (min(forecast.horizon, as_of),)
    return (as_of,) if forecast.horizon.year == as_of.year else ()


def metrics_of(forecasts: Iterable[Forecast]) -> set[str]:
    """Return the metrics that the page of these forecasts prints, unseen by its template."""
    return named_metrics(one for forecast in forecasts for one in forecast.asserts)


def ledger(
    forecasts: Iterable[Forecast], past: Past, *, as_of: date, simulated: bool, name: Namer
) -> tuple[ForecastState, ...]:
    """Return every forecast that had been entered by an edition, as it stands on its last session.

    `name` is how readers call a subject.
    """
    return tuple(
        _state(forecast, past, as_of, simulated, name)
        for forecast in forecasts
        if _begun(forecast, as_of)
    )


def _begun(forecast: Forecast, as_of: date) -> bool:
    return forecast.edition <= str(edition_of(as_of))


def _state(
    forecast: Forecast, past: Past, as_of: date, simulated: bool, name: Namer
) -> ForecastState:
    outcomes = tuple(
        evaluate(assertion, past, day, name)
        for day in _looked_at(forecast, as_of, simulated)
        for assertion in forecast.asserts
    )
    blank = ForecastState(
        forecast,
        asserted=tuple(asserted_text(assertion, name) for assertion in forecast.asserts),
        state=UNRESOLVABLE,
        listed=as_of - forecast.horizon <= LISTED_FOR,
    )
    if forecast.not_checkable is not None:
        return replace(blank, note=forecast.not_checkable)
    if not horizon_reached(forecast.horizon, as_of):
        days = (forecast.horizon - as_of).days
        return replace(blank, state=PENDING, days_to_go=days, so_far=outcomes)
    return replace(blank, note="simulated data") if simulated else _resolved(blank, outcomes)


def _resolved(blank: ForecastState, outcomes: tuple[Outcome, ...]) -> ForecastState:
    """What came of a forecast, or why that cannot be told."""
    came_true = _all_hold(outcomes)
    if came_true is None:
        reasons = dict.fromkeys(outcome.reason for outcome in outcomes if outcome.reason)
        return replace(blank, note="; ".join(reasons))
    error = "; ".join(filter(None, map(_error, blank.forecast.asserts, outcomes)))
    return replace(blank, state=RESOLVED, came_true=came_true, error=error, outcomes=outcomes)


def _all_hold(outcomes: Iterable[Outcome]) -> bool | None:
    """Whether all hold: one that does not decides, one that cannot be told leaves it open."""
    held = [outcome.holds for outcome in outcomes]
    return False if False in held else None if None in held else True


def _error(assertion: Assertion, outcome: Outcome) -> str:
    """By how much a value was missed, or a relation held or failed."""
    if outcome.difference is None:
        return ""
    if is_point(assertion):
        return show_change(outcome.difference, outcome.unit)
    size = show_change(abs(outcome.difference), outcome.unit).removeprefix("+")
    return f"{'held' if outcome.holds else 'failed'} by {size}"


def is_point(assertion: Assertion) -> bool:
    """Return whether an assertion names a value, not a bound or another figure."""
    return assertion.is_ is not None or assertion.about is not None
