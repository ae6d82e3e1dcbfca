"""What can be found of a release, made from its data files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support_archive import NEWEST, fake_archive

from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import Entry, entry_of, read_record
from generator.searchables import searchables

RELEASE = str(NEWEST)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one made-up edition with few figures."""
    fake_archive(tmp_path, editions=1, metrics=10, facts=40)
    return tmp_path


def _entry(site: Path) -> Entry:
    return entry_of(*read_record(Folder(site), RELEASE), RELEASE)


def _change(site: Path, name: str, change: object) -> None:
    """Change a file of the release, and name it in its record."""
    path = site / RELEASE / name
    path.write_text(json.dumps(change))
    record = site / RELEASE / "edition.json"
    known = json.loads(record.read_text())
    known["files"][name] = "0" * 64
    record.write_text(json.dumps(known))


def _facts(site: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((site / RELEASE / "facts.json").read_text())
    return found


def test_an_edition_is_found_by_its_words(site: Path) -> None:
    """It comes first, and leads to its first page; what marks its words up is not searched."""
    _change(site, "words.json", {"html": "<p>Up <a href='x'>2.04%</a>.</p>\n<p>S&amp;P</p>"})
    first = next(searchables(Folder(site), _entry(site)))
    assert first.url == f"{RELEASE}/index.html"
    assert first.content == "Up 2.04%. S&P"
    assert first.meta["title"] == "Week to 23 January 2026"
    assert first.filters == {"section": ["Editions"]}


def test_an_edition_without_words_is_found_by_its_answer_and_headlines(site: Path) -> None:
    """As those that were published before words were kept."""
    record = site / RELEASE / "edition.json"
    known = json.loads(record.read_text())
    del known["files"]["words.json"]
    record.write_text(json.dumps(known))
    content = next(searchables(Folder(site), _entry(site))).content
    assert content.startswith(known["answer"])
    for headline in known["headlines"]:
        assert f"{headline['label']} {headline['display']}" in content


def test_every_figure_is_found_with_all_its_subjects(site: Path) -> None:
    """One record a metric: values as printed, title, definition and the name in data files."""
    document = json.loads((site / RELEASE / "facts.json").read_text())
    found = {
        one.filters["figure"][0]: one
        for one in searchables(Folder(site), _entry(site))
        if "figure" in one.filters
    }
    assert len(found) == len(document["metrics"])
    for fact in document["facts"]:
        metric, _, subject = fact["id"].partition(".")
        known = document["metrics"][metric]
        record = found[known["title"]]
        assert f"{document['subjects'][subject]} {fact['display']}" in record.content
        assert known["definition"] in record.content and metric in record.content
        assert record.filters["section"] == [known["section"]]
        assert record.meta["title"] == f"{known['title']}, week to 23 January 2026"


def test_a_figure_leads_to_the_benchmark(site: Path) -> None:
    """Also where another subject is listed before it; its value is shown with the result."""
    document = json.loads((site / RELEASE / "facts.json").read_text())
    document["facts"].reverse()
    _change(site, "facts.json", document)
    records = [one for one in searchables(Folder(site), _entry(site)) if "figure" in one.filters]
    assert records
    for record in records:
        assert record.url.endswith(".russell_2000")
        assert record.meta["value"].startswith("Russell 2000 ")


def test_what_was_said_of_a_figure_is_found(site: Path) -> None:
    """Parts that are words or days, but not the day that every history begins with."""
    document = json.loads((site / RELEASE / "facts.json").read_text())
    document["facts"][0]["parts"] = {
        "history_start": {"value": "1988-01-04", "unit": "date"},
        "relation": {"value": "the longest since", "unit": "text"},
        "longest_since": {"value": "2008-06-06", "unit": "date"},
        "start": {"value": None, "unit": "date"},
        "gain": {"value": 0.0642, "unit": "fraction"},
    }
    _change(site, "facts.json", document)
    texts = " ".join(one.content for one in searchables(Folder(site), _entry(site)))
    assert "(the longest since, longest since 6 June 2008)" in texts
    assert "1988" not in texts


def test_a_figure_that_is_withheld_says_why(site: Path) -> None:
    """It is found by its reason."""
    document = json.loads((site / RELEASE / "facts.json").read_text())
    document["facts"][0] |= {
        "value": None,
        "display": "withheld",
        "status": "withheld",
        "reason": "too short",
    }
    _change(site, "facts.json", document)
    texts = " ".join(one.content for one in searchables(Folder(site), _entry(site)))
    assert "Russell 2000 withheld (too short)" in texts


def test_an_edition_from_before_titles_were_kept(site: Path) -> None:
    """Its figures are found by their names."""
    document = json.loads((site / RELEASE / "facts.json").read_text())
    del document["metrics"], document["subjects"]
    _change(site, "facts.json", document)
    found = [one for one in searchables(Folder(site), _entry(site)) if "figure" in one.filters]
    assert found[0].filters == {"section": ["Other"], "figure": ["Return 1w"]}
    assert found[0].content.startswith("Russell 2000 ")


def test_claims_are_found_by_verdict(site: Path) -> None:
    """Without claims there are none; with some, each leads to the page that has them."""
    assert not any("verdict" in one.filters for one in searchables(Folder(site), _entry(site)))
    claim = {
        "id": "c1",
        "verdict": "differs",
        "asserted": "+3.1%",
        "computed": "+2.04%",
        "gap": "",
        "convention": "price return",
        "as_of": "2026-01-23",
        "source": "letter",
        "outlet": "A letter",
        "statement": "Small caps rose.",
        "note": "",
    }
    _change(site, "claims.json", [claim])
    _change(site, "claims.html", "")
    found = list(searchables(Folder(site), _entry(site)))[-1]
    assert found.url == f"{RELEASE}/claims.html#c1"
    assert found.filters == {"section": ["Claims"], "verdict": ["differs"]}
    assert found.content == (
        "Small caps rose. A letter, asserted +3.1%, computed +2.04%, convention price return"
    )


def test_simulated_and_corrected_releases_are_labelled(site: Path) -> None:
    """Every record of a simulated release says so; a corrected one has the day."""
    entry = _entry(site)
    assert {one.meta.get("data") for one in searchables(Folder(site), entry)} == {"Simulated data"}
    record = site / RELEASE / "edition.json"
    known = json.loads(record.read_text()) | {"simulated": False, "corrected": "2026-02-03"}
    record.write_text(json.dumps(known))
    found = list(searchables(Folder(site), _entry(site)))
    assert all("data" not in one.meta for one in found)
    assert {one.meta["corrected"] for one in found} == {"2026-02-03"}


@pytest.mark.parametrize("name", ["facts.json", "words.json", "claims.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"facts": [{}]}', b"\xff", None])
def test_a_damaged_file_is_named(site: Path, name: str, content: bytes | None) -> None:
    """Whatever is wrong with it, the file and the next command are told."""
    _change(site, name, [])
    path = site / RELEASE / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ReportError) as caught:
        list(searchables(Folder(site), _entry(site)))
    assert caught.value.where == f"{site.name}/{RELEASE}/{name}"
    assert "smallcaps verify 2026-W04" in str(caught.value.hint)
