"""Corrections for readers: the reason, what was wrong, and every printed figure that changed."""

from __future__ import annotations

import csv
import io
import json
import re

from support_root import RootSite, copy_of, four_years

NAME = "corrections/2025-W52-r2"


def _figures(site: RootSite, folder: str) -> dict[str, str]:
    facts = json.loads(site.files[f"{folder}/facts.json"])["facts"]
    return {fact["id"]: fact["display"] for fact in facts}


def test_every_figure_that_changed_is_told_before_and_after() -> None:
    """All of them, none else, each leading to its entry in its own release."""
    site = four_years()
    old, new = (_figures(site, f"2025-W52-r{number}") for number in (1, 2))
    rows = list(csv.DictReader(io.StringIO(site.files[f"{NAME}.csv"].decode())))
    told = {row["id"]: (row["before"], row["after"]) for row in rows}
    assert {id for id in new if old[id] != new[id]} <= told.keys()
    assert told == {id: (old[id], new[id]) for id in told}
    assert all(row["data"] == "simulated" for row in rows)
    page = site.files[f"{NAME}.html"].decode()
    for id in told:
        for number in (1, 2):
            assert f'href="../2025-W52-r{number}/figures.html#{id}"' in page


def test_the_page_of_all_tells_reason_wrong_and_right() -> None:
    """At the place that the corrected release links to."""
    page = four_years().files["corrections.html"].decode()
    assert '<h2 id="2025-W52-r2">Week to 26 December 2025</h2>' in page
    for words in ("A close was mistaken.", "2,460.11", "2,465.98", "2 January 2026"):
        assert words in page
    assert "simulated data" in page


def test_a_correction_without_another_figure_says_so() -> None:
    """Words can be wrong too."""
    site = copy_of(four_years())
    site.files["2025-W52-r2/facts.json"] = site.files["2025-W52-r1/facts.json"]
    site.update(["2025-W52"])
    assert b"No printed figure changed." in site.files[f"{NAME}.html"]
    assert b"No printed figure changed." in site.files["corrections.html"]


def test_before_the_first_correction_the_page_says_so() -> None:
    """There is one all the same, for those who look for it."""
    site = RootSite()
    site.publish("2026-W03")
    assert b"Nothing has been corrected yet." in site.files["corrections.html"]


def test_a_second_correction_is_held_against_the_first() -> None:
    """Not against the release that both correct; older ones are only named, in the end."""
    site = copy_of(four_years())
    site.publish("2025-W52")
    page = site.files["corrections/2025-W52-r3.html"].decode()
    assert re.search(r"2025-W52-r2/figures\.html#", page) and "2025-W52-r1/" not in page
    assert 'id="2025-W52-r2"' in site.files["corrections.html"].decode()


def test_the_policy_is_linked_where_the_newest_edition_has_it() -> None:
    """An edition that an older program made has no such page, and never gets one."""
    site = copy_of(four_years())
    assert b"corrections-policy.html" not in site.files["corrections.html"]
    record = json.loads(site.files["2026-W04/edition.json"])
    record["files"]["corrections-policy.html"] = "0" * 64
    site.files["2026-W04/edition.json"] = json.dumps(record).encode()
    site.update(["2026-W04"])
    assert b'href="latest/corrections-policy.html"' in site.files["corrections.html"]
