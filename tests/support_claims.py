"""Checked claims made by hand, one of each verdict, as a page of an edition is given them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from generator.assertions import Assertion, Outcome
from generator.claims import Claim
from generator.facts import Fact, Lineage, Value
from generator.sources import Source
from generator.verdicts import Checked, claims_json

HASH = "0123456789abcdef" * 4
WORKS = {
    "news": Source(
        id="news",
        outlet="A & B News",
        published="2026-01",
        access="secondary",
        about="The year so far.",
    ),
    "bank": Source(
        id="bank",
        outlet="The Wire",
        author="C. Person",
        original="A Bank",
        published="2025-12-12",
        access="secondary",
        about="What is to come.",
    ),
}


def fact(metric: str = "return_ytd", subject: str = "russell_2000", value: float = 0.0776) -> Fact:
    """Return a figure with its inputs."""
    return Fact(
        metric=metric,
        subject=subject,
        figure=Value(value, base=date(2025, 12, 31)),
        unit="fraction",
        title="Return, year to date",
        definition="The last close over the last close of the year before, minus one.",
        as_of=date(2026, 1, 15),
        lineage=Lineage(("^RUT",), (HASH,)),
    )


def outcome(asserted: str = "over 7%", computed: str = "+7.76%", **changed: Any) -> Outcome:
    """Return what came of one assertion."""
    made = Outcome(
        True, None, asserted, computed, 0.0776, "", fact(), date(2026, 1, 15), "fraction"
    )
    return replace(made, **changed)


def claim(id: str, source: str = "news", kind: str = "P", **ways: Any) -> Claim:
    """Return a claim that asserts something, unless it is told what else it is."""
    usual = {"asserts": (Assertion(figure="return_ytd.russell_2000", over="7%"),)}
    return Claim(
        id=id,
        edition="2026-W03",
        as_of=date(2026, 1, 15),
        source=source,
        statement=f"What <{id}> says.",
        kind=kind,
        **(ways or usual),
    )


def one_of_each() -> tuple[Checked, ...]:
    """Return a claim of each verdict, in the order of the verdicts."""
    forecast = {"forecast": "some"}
    return (
        Checked(claim("yes"), "confirmed", "over 7%", "+7.76%", outcomes=(outcome(),)),
        Checked(
            claim("other"),
            "confirmed under another convention",
            "1.5%",
            "+1.44%",
            convention="total return: +1.52%",
            outcomes=(outcome("1.5%", "+1.44%", holds=False, gap="−0.06 pp"),),
            under=(outcome("1.5%", "+1.52%"),),
        ),
        Checked(
            claim("no"),
            "differs",
            "a: +0.36%; b: 10",
            "a: +0.78%; b: 10",
            gap="a: +0.42 pp",
            outcomes=(
                outcome("+0.36%", "+0.78%", holds=False, gap="+0.42 pp"),
                outcome("ahead of it", "+3.10 pp", other=fact(subject="sp_500")),
            ),
        ),
        Checked(
            claim("past"),
            "true when made, since superseded",
            "10",
            "10",
            note="by 11 on 16 January 2026",
            outcomes=(outcome("10", "10"),),
        ),
        Checked(
            claim("sold", kind="X", not_checkable="such data are sold"),
            "not checkable",
            "",
            note="such data are sold",
        ),
        Checked(claim("view", "bank", "O", opinion=True), "opinion", ""),
        Checked(
            claim("due", "bank", "F", **forecast),
            "forecast pending",
            "17%",
            note="resolves on 31 December 2026: by its figure",
        ),
        Checked(
            claim("done", "bank", "F", **forecast),
            "forecast resolved",
            "over 7%",
            "+7.76%",
            outcomes=(outcome(),),
        ),
    )


def published(claims: Iterable[Checked]) -> list[dict[str, Any]]:
    """Return what an edition's claims.json holds."""
    outlets = {name: work.outlet for name, work in WORKS.items()}
    references = {name: work.about for name, work in WORKS.items()}
    told: list[dict[str, Any]] = json.loads(claims_json(claims, outlets, references))
    return told


def simulated() -> tuple[Checked, ...]:
    """Return the same claims as an edition with made-up data has them."""
    return tuple(
        Checked(one.claim, "not checkable", one.asserted, note="simulated data")
        if one.claim.asserts
        else one
        for one in one_of_each()
    )
