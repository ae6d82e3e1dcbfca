"""Verdicts: what the data say of the claims of others.

Every claim is recomputed from the edition's own snapshot, as it looked on the day of the claim.
What does not hold is tried under one other convention at a time; one convention must mend all parts
that do not hold. Simulated data give no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from generator.assertions import Assertion, Outcome, asserted_text, evaluate, needs
from generator.claims import Claim
from generator.conventions import PreliminaryClose, conventions, told
from generator.facts import Fact, Value, show_date
from generator.forecasts import PENDING, RESOLVED, ForecastState
from generator.prices import Prices
from generator.verdicts import (
    CONFIRMED,
    DIFFERS,
    FORECAST_PENDING,
    FORECAST_RESOLVED,
    NOT_CHECKABLE,
    OPINION,
    OTHER_CONVENTION,
    SIMULATED,
    SUPERSEDED,
)
from generator.verdicts import Checked as Checked
from generator.windows import Convention

Namer = Callable[[str], str]


@dataclass(frozen=True)
class _Check:
    """What checking needs at every step."""

    past: Prices
    as_of: date
    name: Namer
    others: Sequence[Convention]


def check(
    claims: Iterable[Claim],
    past: Prices,
    *,
    as_of: date,
    simulated: bool,
    ledger: Mapping[str, ForecastState],
    name: Namer,
) -> tuple[Checked, ...]:
    """Return the verdict on each claim, in their order.

    `as_of` is the edition's last session, `ledger` has the forecasts by id, `name` names a subject.
    """
    claims = tuple(claims)
    work = _Check(past, as_of, name, conventions(past))
    outcomes = {} if simulated else _outcomes(claims, work)
    return tuple(_checked(claim, work, outcomes, simulated, ledger) for claim in claims)


def _outcomes(claims: Sequence[Claim], work: _Check) -> dict[str, tuple[Outcome, ...]]:
    """Evaluate every assertion, and announce what looking at them further will need."""
    past = work.past
    for claim in claims:
        days = (claim.as_of, work.as_of) if claim.lasting else (claim.as_of,)
        for day in days:
            past.expect(need for one in claim.asserts for need in needs(one, past, day))
    found = {
        claim.id: tuple(evaluate(one, past, claim.as_of, work.name) for one in claim.asserts)
        for claim in claims
    }
    for claim in claims:
        for one in _mendable(_failing(claim, found[claim.id])):
            for convention in work.others:
                convention.expect(needs(one, past, claim.as_of))
    return found


def _failing(claim: Claim, outcomes: Sequence[Outcome]) -> list[Assertion]:
    pairs = zip(claim.asserts, outcomes, strict=True)
    return [assertion for assertion, outcome in pairs if outcome.holds is False]


def _mendable(failing: list[Assertion]) -> list[Assertion]:
    """What may be tried under other conventions: "about" allows a whole unit for them."""
    return [] if any(one.relation == "about" for one in failing) else failing


def _checked(
    claim: Claim,
    work: _Check,
    outcomes: Mapping[str, tuple[Outcome, ...]],
    simulated: bool,
    ledger: Mapping[str, ForecastState],
) -> Checked:
    blank = Checked(claim, NOT_CHECKABLE, _asserted(claim, work))
    if claim.opinion:
        return replace(blank, verdict=OPINION)
    if claim.forecast is not None:
        return _forecast(blank, ledger.get(claim.forecast))
    if claim.not_checkable is not None:
        return replace(blank, note=claim.not_checkable)
    if simulated:
        return replace(blank, note=SIMULATED)
    return _verdict(blank, work, outcomes[claim.id])


def _asserted(claim: Claim, work: _Check) -> str:
    return _joined(claim, [asserted_text(one, work.name) for one in claim.asserts], work)


def _joined(claim: Claim, texts: Sequence[str], work: _Check) -> str:
    """The texts of a claim's assertions in one line, each named where there are several."""
    if len(claim.asserts) < 2:
        return "".join(texts)
    pairs = zip(claim.asserts, texts, strict=True)
    return "; ".join(f"{_label(one, work)}: {text}" for one, text in pairs if text)


def _label(assertion: Assertion, work: _Check) -> str:
    """What an assertion is about, for readers."""
    title = assertion.metric.replace("_", " ")
    if work.past.knows(assertion.metric):
        title = work.past.title(assertion.metric)
    part = f", {assertion.part.replace('_', ' ')}" if assertion.part else ""
    day = f", {show_date(assertion.on)}" if assertion.on else ""
    return f"{work.name(assertion.subject)}, {title[0].lower()}{title[1:]}{part}{day}"


def _forecast(blank: Checked, state: ForecastState | None) -> Checked:
    """The state of the ledger."""
    if state is None:
        return replace(blank, note="the ledger of forecasts has it only in later editions")
    forecast = state.forecast
    asserted = "; ".join(state.asserted)
    if state.state == PENDING:
        note = f"resolves on {show_date(forecast.horizon)}: {forecast.resolves}"
        return replace(blank, verdict=FORECAST_PENDING, asserted=asserted, note=note)
    if state.state == RESOLVED:
        came = "it came true" if state.came_true else "it did not come true"
        note = f"{came} by {show_date(forecast.horizon)}"
        return replace(
            blank,
            verdict=FORECAST_RESOLVED,
            asserted=asserted,
            computed="; ".join(outcome.computed for outcome in state.outcomes),
            gap=state.error,
            note=note,
            outcomes=state.outcomes,
        )
    return replace(blank, asserted=asserted, note=state.note)


def _verdict(blank: Checked, work: _Check, outcomes: tuple[Outcome, ...]) -> Checked:
    """The verdict on what is asserted of figures."""
    claim = blank.claim
    reasons = [outcome.reason for outcome in outcomes if outcome.reason]
    unchecked = f"not checked: {'; '.join(dict.fromkeys(reasons))}" if reasons else ""
    told = replace(
        blank,
        computed=_joined(claim, [outcome.computed for outcome in outcomes], work),
        gap=_joined(claim, [outcome.gap for outcome in outcomes], work),
        note=_also(unchecked, *dict.fromkeys(_warnings(outcomes))),
        outcomes=outcomes,
    )
    if len(reasons) == len(outcomes):
        return replace(told, note="; ".join(dict.fromkeys(reasons)))
    if _failing(claim, outcomes):
        return _under_another(told, work)
    confirmed = replace(told, verdict=CONFIRMED)
    return _superseded(confirmed, work) if claim.lasting else confirmed


def _under_another(told: Checked, work: _Check) -> Checked:
    """The first convention under which all that does not hold does, or that there is none."""
    claim = told.claim
    failing = _mendable(_failing(claim, told.outcomes))
    for convention in work.others if failing else ():
        under = []
        for one in failing:
            under.append(evaluate(one, convention, claim.as_of, work.name))
            if not under[-1].holds:
                break
        else:
            return _found_under(told, convention, tuple(under), work)
    return replace(told, verdict=DIFFERS)


def _found_under(
    told: Checked, convention: Convention, under: tuple[Outcome, ...], work: _Check
) -> Checked:
    facts = [outcome.fact for outcome in under if outcome.fact is not None]
    words = "; ".join(dict.fromkeys(convention.words(fact, work.name) for fact in facts))
    values = ", ".join(outcome.computed for outcome in under)
    found = replace(
        told, verdict=OTHER_CONVENTION, convention=f"{words}: {values}", gap="", under=under
    )
    if isinstance(convention, PreliminaryClose):
        return _preliminary(found, convention, facts[0], work)
    return found


def _preliminary(found: Checked, convention: PreliminaryClose, fact: Fact, work: _Check) -> Checked:
    """A claim made before the close was revised was true when made."""
    revision = convention.revision(fact)
    if found.claim.on >= revision.on:
        return found
    note = f"by the close of {work.name(revision.subject)}, {told(revision)} as frozen on "
    note += show_date(revision.on)
    return replace(found, verdict=SUPERSEDED, note=_also(found.note, note))


def _warnings(outcomes: Iterable[Outcome]) -> Iterable[str]:
    """What a reader must know of the figures."""
    for outcome in outcomes:
        for fact in (outcome.fact, outcome.other):
            if fact is not None and isinstance(fact.figure, Value):
                yield from fact.figure.warnings


def _also(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _superseded(confirmed: Checked, work: _Check) -> Checked:
    """Whether a state still is what it was, and if not what it became first."""
    claim, past = confirmed.claim, work.past
    held = [one for one, o in zip(claim.asserts, confirmed.outcomes, strict=True) if o.holds]
    if all(evaluate(one, past, work.as_of, work.name).holds for one in held):
        return confirmed
    for day in past.sessions:
        if not claim.as_of < day <= work.as_of:
            continue
        for one in held:
            outcome = evaluate(one, past, day, work.name)
            if outcome.holds is False:
                part = f"{one.part.replace('_', ' ')} " if one.part else ""
                note = f"by {part}{outcome.computed} on {show_date(day)}"
                return replace(confirmed, verdict=SUPERSEDED, note=_also(confirmed.note, note))
    return confirmed
