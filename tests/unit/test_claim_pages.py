"""Claims across editions: each once, with its verdicts over time, kept by year as data."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from support_root import RootSite, copy_of, four_years

from generator.claim_histories import HEAD
from generator.errors import ReportError
from generator.listing import RECORD

CLAIM = {
    "id": "rut-ytd-7",
    "verdict": "confirmed",
    "asserted": "over 7%",
    "computed": "+7.76%",
    "gap": None,
    "convention": "",
    "as_of": "2026-01-15",
    "source": "news",
    "outlet": "A news page",
    "statement": "Small caps are up <7%>.",
    "class": "P",
    "note": "",
}


def _claim(**changed: Any) -> dict[str, Any]:
    return {**CLAIM, **changed}


def _with_claims(site: RootSite, edition: str, *claims: dict[str, Any]) -> None:
    """Publish an edition that checked some claims."""
    site.publish(edition, claims=0)
    folder = site.listing.newest[edition].folder
    record = json.loads(site.files[f"{folder}/{RECORD}"])
    record["files"] |= {"claims.json": "0" * 64, "claims.html": "0" * 64}
    site.files[f"{folder}/{RECORD}"] = json.dumps(record).encode()
    site.files[f"{folder}/claims.json"] = json.dumps(claims).encode()
    site.update([edition])


def _rows(site: RootSite, year: int) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(site.files[f"claims/{year}.csv"].decode())))


def _about_claims(site: RootSite) -> dict[str, bytes]:
    return {name: text for name, text in site.files.items() if name.startswith("claims")}


def test_where_nothing_was_checked_yet_the_page_says_so() -> None:
    """And there is no page of a year."""
    site = RootSite()
    site.publish("2026-W03", claims=0)
    assert b"No claims checked yet." in site.files["claims.html"]
    assert not [name for name in site.files if name.startswith("claims/20")]


def test_a_claim_stands_once_with_the_newest_verdict_and_how_it_changed() -> None:
    """Editions that say the same as the one before are not told of; what changed is."""
    site = RootSite()
    told = ["confirmed", "confirmed", "true when made, since superseded"]
    for edition, verdict in zip(("2026-W03", "2026-W04", "2026-W05"), told, strict=True):
        note = "by +7.10% on 27 January 2026" if "superseded" in verdict else ""
        _with_claims(site, edition, _claim(verdict=verdict, note=note))
    page = site.files["claims.html"].decode()
    assert page.count('<article class="claim ') == 1
    assert '<b class="verdict" data-verdict="true when made, since superseded">' in page
    assert "Superseded by +7.10% on 27 January 2026." in page
    assert 'href="2026-W03/claims.html#rut-ytd-7">16 January 2026</a>: confirmed' in page
    assert 'href="2026-W05/claims.html#rut-ytd-7">30 January 2026</a>: true when made' in page
    assert "2026-W04/claims.html" not in page
    assert "Small caps are up &lt;7%&gt;." in page
    assert [row["edition"] for row in _rows(site, 2026)] == ["2026-W03", "2026-W04", "2026-W05"]


def test_another_computed_value_is_a_turn_too() -> None:
    """A close that was revised changes what is computed, and perhaps no verdict."""
    site = RootSite()
    _with_claims(site, "2026-W03", _claim())
    _with_claims(site, "2026-W04", _claim(computed="+7.75%"))
    page = site.files["claims/2026.html"].decode()
    assert "confirmed, computed +7.76%" in page and "confirmed, computed +7.75%" in page


def test_a_claim_is_kept_by_the_year_it_is_about() -> None:
    """Whichever year's editions check it, so that its history stands in one place."""
    site = RootSite()
    _with_claims(site, "2025-W51", _claim(id="old", as_of="2025-12-12"))
    _with_claims(site, "2026-W03", _claim(id="old", as_of="2025-12-12"), _claim())
    assert [row["edition"] for row in _rows(site, 2025)] == ["2025-W51", "2026-W03"]
    assert [row["id"] for row in _rows(site, 2026)] == ["rut-ytd-7"]
    assert json.loads(site.files["claims/years.json"]) == {
        "2025": {"editions": ["2025", "2026"], "verdicts": {"confirmed": 1}},
        "2026": {"editions": ["2026"], "verdicts": {"confirmed": 1}},
    }
    assert _about_claims(site) == _about_claims(site.made_anew())


def test_the_page_of_all_has_the_past_year_and_leads_to_the_others() -> None:
    """It stays as long as a year's claims, however many there were before."""
    site = RootSite()
    _with_claims(site, "2024-W52", _claim(id="long-ago", as_of="2024-12-20"))
    _with_claims(site, "2026-W04", _claim())
    page = site.files["claims.html"].decode()
    assert 'id="rut-ytd-7"' in page and "long-ago" not in page
    assert 'href="claims/2024.html"' in page
    assert 'id="long-ago"' in site.files["claims/2024.html"].decode()


def test_one_more_edition_reads_its_own_claims_and_what_is_kept() -> None:
    """No other release's claims.json is looked at, and no file of a year that it is not about."""
    site = copy_of(four_years())
    for name in list(site.files):
        if name.endswith("/claims.json") or name in ("claims/2023.csv", "claims/2024.csv"):
            site.files[name] = b"not to be read"
    site.publish("2026-W05")
    written = {name for name in site.written[-1] if name.startswith("claims")}
    assert written == {"claims.html", "claims/2026.csv", "claims/2026.html", "claims/years.json"}


def test_claims_are_kept_as_data_with_their_label() -> None:
    """A line a claim and edition."""
    site = RootSite()
    _with_claims(site, "2026-W04", _claim(), _claim(id="second", verdict="differs"))
    rows = _rows(site, 2026)
    assert tuple(rows[0]) == HEAD
    assert [row["verdict"] for row in rows] == ["confirmed", "differs"]
    assert {row["data"] for row in rows} == {"simulated"} and rows[0]["gap"] == ""


def test_a_year_whose_claims_went_loses_its_page() -> None:
    """Where a release without claims takes the place of one that had some."""
    site = RootSite()
    _with_claims(site, "2026-W04", _claim())
    site.publish("2026-W04", claims=0)
    assert "claims/2026.html" not in site.files
    assert json.loads(site.files["claims/years.json"]) == {}


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """The history leads to the newest release of each edition, and has its verdict."""
    site = RootSite()
    _with_claims(site, "2026-W03", _claim(verdict="differs", computed="+6.90%"))
    _with_claims(site, "2026-W03", _claim())
    page = site.files["claims.html"].decode()
    assert "2026-W03-r2/claims.html#rut-ytd-7" in page and "+6.90%" not in page
    assert _about_claims(site) == _about_claims(site.made_anew())


def test_what_a_simulated_edition_cannot_say_is_said_once() -> None:
    """Its claims are not checkable; that the data are made up is not repeated as a reason."""
    site = RootSite()
    told = _claim(verdict="not checkable", computed="", note="simulated data")
    _with_claims(site, "2026-W04", told)
    page = site.files["claims.html"].decode()
    assert "Against simulated data nothing is held" in page
    assert "<p>Simulated data.</p>" not in page


@pytest.mark.parametrize("name", [name for name in CLAIM if name != "verdict"])
def test_a_claim_that_lacks_something_is_named_with_the_next_command(name: str) -> None:
    """Nothing stands for what an edition does not say."""
    site = RootSite()
    lacking = {key: value for key, value in CLAIM.items() if key != name}
    with pytest.raises(ReportError) as found:
        _with_claims(site, "2026-W04", lacking)
    assert found.value.where == "site/2026-W04/claims.json"
    assert f"'{name}'" in found.value.what and "smallcaps verify" in str(found.value.hint)
