"""What an edition publishes of members, of the calendar, and of figures that are missing."""

from __future__ import annotations

import json
from typing import Any

from support_project import published, published_from_files

from generator.manifest import parse_manifest

EDITION = "2026-W03"


def facts(of_files: bool = False) -> dict[str, dict[str, Any]]:
    """The facts of the simulated edition, or of the one from two price files."""
    project = published_from_files()[0] if of_files else published()
    text = (project.site / EDITION / "facts.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["simulated"] != of_files
    return {fact["id"]: fact for fact in document["facts"]}


def test_a_figure_of_members_leads_to_the_list_and_the_prices() -> None:
    """Its inputs are the fund whose list it is and the index; its objects those of both tables."""
    manifest = parse_manifest((published().snapshots / f"{EDITION}.json").read_bytes())
    lineage = facts()["share_beating_index_ytd.russell_2000"]["lineage"]
    assert lineage["symbols"][:2] == ["^RUT", "IWM"]
    for table in ("member_prices", "holdings", "prices"):
        objects = {item.sha256 for item in manifest.tables[table]}
        assert objects & set(lineage["objects"]), table


def test_a_creation_leads_to_the_fund() -> None:
    """Its input is the fund's own history."""
    lineage = facts()["net_creations_1w.iwc"]["lineage"]
    assert "IWC" in lineage["symbols"] and lineage["objects"]


def test_what_is_missing_is_named_figure_by_figure() -> None:
    """Two price files have no members and no economy: each figure is listed with its reason."""
    found = facts(of_files=True)
    for name in (
        *("share_above_sma_200.russell_2000", "net_creations_1w.iwm", "sector_return_ytd.energy"),
        *("inflation_12m.core_pce_price_index", "target_range.federal_funds"),
    ):
        assert found[name]["status"] == "withheld" and found[name]["value"] is None, name
        assert "the folder has no" in found[name]["reason"], found[name]["reason"]


def test_the_calendar_of_a_simulated_edition_says_so_in_every_entry() -> None:
    """The releases ahead stand beside the pages, and each entry is marked."""
    text = (published().site / EDITION / "calendar.ics").read_bytes().decode()
    entries = text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert len(entries) > 3
    assert all("SUMMARY:Simulated: " in entry and "DTSTAMP:20260116" in entry for entry in entries)


def test_an_edition_without_a_calendar_has_no_file_of_it() -> None:
    """A folder of prices says nothing of releases."""
    project = published_from_files()[0]
    assert facts(of_files=True)["releases_ahead.united_states"]["status"] == "withheld"
    assert (project.site / EDITION / "economy.html").is_file()
    assert not (project.site / EDITION / "calendar.ics").exists()
