"""Holding an edition's data against what others said: verdicts, forecasts, outlook and risks."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.assertions import needs
from generator.checking import check
from generator.editions import Edition
from generator.entries import Known
from generator.errors import ContentError
from generator.forecasts import ForecastState, ledger, needed
from generator.manifest import Manifest
from generator.outlook import Condition, ConditionState, Risk, conditions, read_conditions
from generator.store import recall, write_whole
from generator.verdicts import Checked
from generator.workshop import Workshop
from generator.written import Written, entries_of, read_written

if TYPE_CHECKING:
    from generator.facts import Facts
    from generator.snapshot import Snapshot


@dataclass(frozen=True)
class Examined:
    """What the data of an edition say of what others said."""

    claims: tuple[Checked, ...]
    """The verdicts."""
    forecasts: tuple[ForecastState, ...]
    """The ledger."""
    conditions: Mapping[str, tuple[ConditionState, ...]]
    """By `bull`, `bear` and `risks`: the state of each condition."""


def known_names(shop: Workshop) -> Known:
    """Return the names of figures that entries may use."""
    from generator import graph

    universe = shop.settings.universe
    return Known(
        metrics=graph.metrics(),
        subjects=universe.every_subject,
        unit_of=lambda metric, subject: graph.unit_of(metric, subject, universe),
    )


def examine(shop: Workshop, manifest: Manifest, scratch: Path, computed_from: str) -> Examined:
    """Return what an edition's data say of its entries, worked out anew only where they changed.

    `computed_from` is the fingerprint of everything the figures depend on.

    Raises:
        ContentError: with every mistake in entries, outlook and risks.
    """
    sides, risks = _checked_entries(shop)
    written = entries_of(shop, manifest)
    asked = [computed_from.encode(), written.to_json(), pickle.dumps((sides, risks))]
    wanted = hashlib.sha256(b"\0".join(asked)).hexdigest()
    path = scratch / "examined.pickle"
    found = recall(path, wanted, Examined)
    if found is None:
        found = _examine(shop, manifest.edition, written, sides, risks)
        write_whole(path, pickle.dumps((wanted, found)), lasting=False)
    return found


def _checked_entries(shop: Workshop) -> tuple[tuple[Condition, ...], tuple[Risk, ...]]:
    def read() -> tuple[tuple[Condition, ...], tuple[Risk, ...]]:
        known = known_names(shop)
        sides, risks, mistakes = read_conditions(shop.settings.root, known)
        mistakes += read_written(shop.settings.root, known)[1]
        if mistakes:
            raise ContentError(mistakes, hint="Mend them, then run `smallcaps check`.")
        return sides, risks

    found: tuple[tuple[Condition, ...], tuple[Risk, ...]] = shop.remembered("entries", read)
    return found


def _examine(
    shop: Workshop,
    edition: Edition,
    written: Written,
    sides: tuple[Condition, ...],
    risks: tuple[Risk, ...],
) -> Examined:
    from generator.past import SnapshotPast

    snapshot, computed = _snapshot(shop, edition)
    settings, simulated = shop.settings, snapshot.manifest.simulated
    pairs = settings.checks.index_against_fund.pairs
    past = SnapshotPast(snapshot, settings.universe, pairs, known=computed)
    name = settings.universe.called
    as_of = past.last
    past.expect(needed(written.forecasts, past, as_of, simulated=simulated))
    groups: dict[str, tuple[Condition | Risk, ...]] = {"risks": risks}
    groups |= {side: tuple(one for one in sides if one.side == side) for side in ("bull", "bear")}
    for one in (entry for entries in groups.values() for entry in entries):
        past.expect(need for stated in one.asserts for need in needs(stated, past, as_of))
    states = ledger(written.forecasts, past, as_of=as_of, simulated=simulated, name=name)
    claims = check(
        written.claims,
        past,
        as_of=as_of,
        simulated=simulated,
        ledger={state.forecast.id: state for state in states},
        name=name,
    )
    stands = {
        group: conditions(entries, past, as_of=as_of, name=name)
        for group, entries in groups.items()
    }
    return Examined(claims, states, stands)


def _snapshot(shop: Workshop, edition: Edition) -> tuple[Snapshot, Facts | None]:
    """The snapshot, which may still be open, and the facts that were computed from it."""
    if shop.last is not None and shop.last[0].manifest.edition == edition:
        return shop.last
    return shop.snapshots.open(edition), None
