"""Verdicts on claims, and `claims.json`, which tells them to readers and to the pages of all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.assertions import Outcome
from generator.claims import Claim
from generator.facts import Fact, Scalar

CONFIRMED = "confirmed"
OTHER_CONVENTION = "confirmed under another convention"
DIFFERS = "differs"
SUPERSEDED = "true when made, since superseded"
NOT_CHECKABLE = "not checkable"
OPINION = "opinion"
FORECAST_PENDING = "forecast pending"
FORECAST_RESOLVED = "forecast resolved"
VERDICTS = (
    CONFIRMED,
    OTHER_CONVENTION,
    DIFFERS,
    SUPERSEDED,
    NOT_CHECKABLE,
    OPINION,
    FORECAST_PENDING,
    FORECAST_RESOLVED,
)
SIMULATED = "simulated data"


@dataclass(frozen=True)
class Checked:
    """A claim and what came of it."""

    claim: Claim
    """What was said."""
    verdict: str
    """One of the verdicts above."""
    asserted: str
    """The printed values."""
    computed: str = ""
    """What the data say."""
    gap: str = ""
    """By how much that differs."""
    convention: str = ""
    """The other convention under which it holds, and the value it gives."""
    note: str = ""
    """Why it cannot be checked, what superseded it and when, when and how it resolves."""
    outcomes: tuple[Outcome, ...] = ()
    """Of each assertion under the usual conventions."""
    under: tuple[Outcome, ...] = ()
    """Under the other convention, of the assertions that need it."""


def claims_json(
    checked: Iterable[Checked], outlets: Mapping[str, str], references: Mapping[str, str]
) -> str:
    """Return what claims.json says of an edition's claims.

    `outlets` and `references` tell, by the id of every work that a claim stands in, where it
    appeared and how it is cited.
    """
    records = [
        _record(one, outlets[one.claim.source], references[one.claim.source]) for one in checked
    ]
    return json.dumps(records, ensure_ascii=False, separators=(",", ":")) + "\n"


def _record(checked: Checked, outlet: str, reference: str) -> dict[str, Any]:
    claim = checked.claim
    return {
        "id": claim.id,
        "verdict": checked.verdict,
        "asserted": checked.asserted,
        "computed": checked.computed,
        "gap": checked.gap,
        "convention": checked.convention,
        "as_of": claim.as_of.isoformat(),
        "source": claim.source,
        "outlet": outlet,
        "reference": reference,
        "statement": claim.statement,
        "class": claim.kind,
        "note": checked.note,
        "parts": [_part(outcome, "usual") for outcome in checked.outcomes]
        + [_part(outcome, "other") for outcome in checked.under],
    }


def _part(outcome: Outcome, convention: str) -> dict[str, Any]:
    return {
        "asserted": outcome.asserted,
        "computed": outcome.computed,
        "gap": outcome.gap,
        "holds": outcome.holds,
        "reason": outcome.reason,
        "convention": convention,
        "value": _plain(outcome.value),
        "unit": outcome.unit,
        "part": outcome.part,
        "as_of": outcome.as_of.isoformat() if outcome.as_of else None,
        "facts": [_fact(fact) for fact in (outcome.fact, outcome.other) if fact is not None],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "value": _plain(fact.value),
        "withheld": fact.reason,
        "as_of": fact.as_of.isoformat(),
        "base": fact.base.isoformat() if fact.base else None,
        "definition": fact.definition,
        "symbols": list(fact.lineage.symbols),
        "objects": list(fact.lineage.objects),
    }


def _plain(value: Scalar) -> float | str | None:
    return value.isoformat() if isinstance(value, date) else value
