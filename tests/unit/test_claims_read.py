"""What an edition says of claims in claims.json is what search, diff and the root pages read."""

from __future__ import annotations

import json

import pytest
from support_claims import one_of_each, published, simulated
from support_comparing import NEW, OLD, Shelf
from support_root import RootSite

from generator.comparing import compare
from generator.comparison import NotCompared
from generator.comparison_text import text
from generator.listing import RECORD, entry_of, read_record
from generator.searchables import searchables
from generator.verdicts import NOT_CHECKABLE, VERDICTS


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Two releases of the same claims: made-up data check nothing, market data all of them."""
    made = Shelf(tmp_path_factory.mktemp("shelf"))
    for edition, wanted, claims in (
        ("2026-W02", OLD, simulated()),
        ("2026-W03", NEW, one_of_each()),
    ):
        told = {name: getattr(wanted, name) for name in ("figures", "definitions", "methods")}
        made.publish(edition, type(wanted)(**told, claims=published(claims)))
    return made


def test_every_verdict_is_a_facet_of_the_search(shelf: Shelf) -> None:
    """Each claim is found by its statement, under its own verdict, where it stands."""
    entry = entry_of(*read_record(shelf.tree, "2026-W03"), "2026-W03")
    found = [one for one in searchables(shelf.tree, entry) if "verdict" in one.filters]
    assert [one.filters["verdict"] for one in found] == [[verdict] for verdict in VERDICTS]
    assert {tuple(one.filters["section"]) for one in found} == {("Claims",)}
    for one, checked in zip(found, one_of_each(), strict=True):
        assert checked.claim.statement in one.content
        assert one.url.endswith(f"#{checked.claim.id}")
        assert "gap ," not in one.content and "convention ," not in one.content


def test_diff_tells_the_verdicts_that_changed(shelf: Shelf) -> None:
    """Those of claims that market data can judge; opinions and forecasts stayed what they were."""
    comparison = compare(shelf.find("2026-W02"), shelf.find("2026-W03"), None)
    assert not isinstance(comparison.verdicts, NotCompared)
    changed = {one.id: (one.state, one.new and one.new["verdict"]) for one in comparison.verdicts}
    assert changed == {
        one.claim.id: ("changed", one.verdict)
        for one in one_of_each()
        if one.claim.asserts and one.verdict != NOT_CHECKABLE
    }
    assert "  yes: not checkable → confirmed" in text(comparison, every=True)


def test_the_root_pages_take_what_an_edition_says() -> None:
    """All fields are there, in words and as data."""
    site = RootSite()
    site.publish("2026-W03", claims=0)
    name = f"2026-W03/{RECORD}"
    record = json.loads(site.files[name])
    record["files"] |= {"claims.json": "0" * 64, "claims.html": "0" * 64}
    site.files[name] = json.dumps(record).encode()
    site.files["2026-W03/claims.json"] = json.dumps(published(one_of_each())).encode()
    site.update(["2026-W03"])
    page = site.files["claims.html"].decode()
    for checked in one_of_each():
        assert f'<b class="verdict" data-verdict="{checked.verdict}">' in page
        assert f'href="2026-W03/claims.html#{checked.claim.id}"' in page
    assert "It holds under another convention, total return: +1.52%." in page
    assert "Superseded by 11 on 16 January 2026." in page
