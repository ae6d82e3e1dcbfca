"""Claims across editions: counted by verdict, listed, kept as data; where there are none, said."""

from __future__ import annotations

import csv
import io
import json

from support_root import RootSite, copy_of, four_years

from generator.listing import RECORD


def _with_claims(site: RootSite, edition: str, *verdicts: str) -> None:
    claims = [
        {
            "id": f"claim-{number}",
            "verdict": verdict,
            "asserted": "+2%",
            "computed": "+2.04%",
            "gap": None,
            "convention": "price return <week>",
            "as_of": "2026-01-16",
            "source": "A paper",
        }
        for number, verdict in enumerate(verdicts)
    ]
    record = json.loads(site.files[f"{edition}/{RECORD}"])
    record["files"]["claims.json"] = "0" * 64
    site.files[f"{edition}/{RECORD}"] = json.dumps(record).encode()
    site.files[f"{edition}/claims.json"] = json.dumps(claims).encode()
    site.update([edition])


def test_where_nothing_was_checked_yet_the_page_says_so() -> None:
    """And there is no page of a year."""
    assert b"No claims checked yet." in four_years().files["claims.html"]
    assert not [name for name in four_years().files if name.startswith("claims/20")]


def test_verdicts_are_counted_by_year_and_claims_listed() -> None:
    """In any order of publication, to the same bytes."""
    site = copy_of(four_years())
    _with_claims(site, "2024-W52", "confirmed", "refuted")
    _with_claims(site, "2026-W04", "confirmed")
    assert json.loads(site.files["claims/years.json"]) == {
        "2024": {"confirmed": 1, "refuted": 1},
        "2026": {"confirmed": 1},
    }
    page = site.files["claims.html"].decode()
    assert "price return &lt;week&gt;" in page and 'href="claims/2024.html"' in page
    again = site.made_anew()
    assert {n: c for n, c in again.files.items() if n.startswith("claims")} == {
        n: c for n, c in site.files.items() if n.startswith("claims")
    }


def test_claims_are_kept_as_data_with_their_label() -> None:
    """A line a claim."""
    site = copy_of(four_years())
    _with_claims(site, "2026-W04", "confirmed", "refuted")
    rows = list(csv.DictReader(io.StringIO(site.files["claims/2026.csv"].decode())))
    assert [row["verdict"] for row in rows] == ["confirmed", "refuted"]
    assert {row["data"] for row in rows} == {"simulated"} and rows[0]["gap"] == ""


def test_a_year_whose_claims_went_loses_its_page() -> None:
    """Where a release without claims takes the place of one that had some."""
    site = copy_of(four_years())
    _with_claims(site, "2026-W04", "confirmed")
    site.publish("2026-W04")
    assert "claims/2026.html" not in site.files
    assert json.loads(site.files["claims/years.json"]) == {}
