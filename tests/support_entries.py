"""Entries that people write, cut down to what a small universe has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.assertions import Assertion
from generator.config import load_settings
from generator.outlook import read_outlook, read_risks
from generator.written import Written, lay_out, read_written


def keep_known(root: Path) -> None:
    """Leave of a project's entries those whose figures are about series that it has."""
    subjects = load_settings(root).universe.every_subject

    def known(assertion: Assertion) -> bool:
        against = assertion.against
        return assertion.subject in subjects and (against is None or against[1] in subjects)

    def kept(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(entry for entry in entries if all(map(known, entry.asserts)))

    for name, (entries, mistakes) in {
        "outlook": read_outlook(root),
        "risks": read_risks(root),
    }.items():
        assert not mistakes
        found = [
            one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in kept(entries)
        ]
        (root / f"content/{name}.yml").write_text(json.dumps(found, indent=1), encoding="utf-8")
    written, _ = read_written(root)
    forecasts = kept(written.forecasts)
    there = {None, *(forecast.id for forecast in forecasts)}
    claims = tuple(claim for claim in kept(written.claims) if claim.forecast in there)
    small = Written(claims, forecasts, written.sources)
    lay_out(root, small.to_json(), "entries")
