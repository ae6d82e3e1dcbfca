"""The root pages: made anew for one more edition, they are what they would be if made from all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_archive import fake_archive
from support_root import SHAPE, TEMPLATES, WEEKS, RootSite, copy_of, four_years, root_context

from generator import root_pages
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import RECORD, derive_listing
from generator.releases import WORDS


def _differences(site: RootSite, other: RootSite) -> list[str]:
    names = sorted(site.files.keys() | other.files.keys())
    return [name for name in names if site.files.get(name) != other.files.get(name)]


@given(order=st.lists(st.sampled_from(WEEKS), min_size=2, max_size=9), fewer=st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_publications_leaves_no_trace(order: list[str], fewer: bool) -> None:
    """Editions and corrections one by one give the very bytes that all at once give."""
    site = RootSite()
    for number, edition in enumerate(order):
        site.publish(edition, metrics=11 if fewer and number % 2 else 14)
    assert _differences(site, site.made_anew()) == []


@pytest.fixture(scope="module")
def site() -> RootSite:
    """Editions of four years, one of them corrected."""
    return four_years()


def test_a_figure_that_a_correction_drops_loses_its_page() -> None:
    """No file is left of a figure that no release has any more."""
    made = RootSite()
    made.publish("2026-W03", metrics=14)
    before = {name for name in made.files if name.startswith("figures/") and name.count("/") == 2}
    made.publish("2026-W03", metrics=10)
    after = {name for name in made.files if name.startswith("figures/") and name.count("/") == 2}
    assert after < before
    assert _differences(made, made.made_anew()) == []


def test_one_more_edition_writes_its_own_year_and_the_summaries(site: RootSite) -> None:
    """Nothing of earlier years is written, nor read, however many there are."""
    made = copy_of(site)
    made.publish("2026-W05")
    years = ("2023", "2024", "2025")
    assert [name for name in made.written[-1] if any(f"/{year}." in name for year in years)] == []
    assert {"index.html", "figures/index.html", "archive/2026.html"} <= made.written[-1]


def test_what_leads_to_others_comes_after_them(site: RootSite) -> None:
    """A run that is killed half-way leaves no link to what is not there."""
    files, _ = root_pages.update(
        site,
        site.listing,
        WEEKS,
        everything=True,
        templates=TEMPLATES,
        context=root_context(),
    )
    order = {name: place for place, name in enumerate(files)}
    assert list(files)[-1] == "index.html"
    assert order["figures/return_1w/2026.html"] < order["figures/return_1w.html"]
    assert order["figures/return_1w.html"] < order["figures/index.html"]
    assert order["archive/2026.html"] < order["archive/index.html"]


def test_everything_removes_what_nobody_makes_any_more(site: RootSite) -> None:
    """Files in our folders that belong to no release go."""
    made = copy_of(site)
    made.files["figures/forgotten.html"] = b""
    made.files["archive/1999.html"] = b""
    made.update((), everything=True)
    assert not {"figures/forgotten.html", "archive/1999.html"} & made.files.keys()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("figures/metrics.json", b"{"),
        ("figures/metrics.json", b'{"return_1w": 3}'),
        ("figures/2026.json", b"[]"),
        ("figures/return_1w/2026.csv", b"edition\n"),
        ("figures/return_1w/2025.csv", b""),
        ("figures/return_1w/years.csv", b"\xff"),
        ("claims/years.json", b"[1]"),
        ("claims/2026.csv", b"edition\n"),
        ("claims/2025.csv", b"\xff"),
        ("2026-W04/claims.json", b"1"),
        ("2026-W04/words.json", b"1"),
        ("2026-W04/facts.json", b"{}"),
    ],
)
def test_what_is_damaged_is_named_with_the_next_command(
    site: RootSite, name: str, content: bytes
) -> None:
    """The file that cannot be read, and what to run."""
    made = copy_of(site)
    made.files[name] = content
    with pytest.raises(ReportError) as found:
        made.update(["2026-W04"])
    assert found.value.where == f"site/{name}"
    assert "smallcaps" in str(found.value.hint)


def test_editions_from_before_figures_had_titles_are_listed(tmp_path: Path) -> None:
    """Their figures go by their names, in a section of their own."""
    made = RootSite()
    made.publish("2026-W03")
    name = "2026-W03/facts.json"
    old = json.loads(made.files[name])
    del old["metrics"], old["subjects"]
    made.files[name] = json.dumps(old).encode()
    record = json.loads(made.files[f"2026-W03/{RECORD}"])
    del record["retrieved_at"], record["files"][WORDS]
    made.files[f"2026-W03/{RECORD}"] = json.dumps(record).encode()
    made.update((), everything=True)
    page = made.files["figures/index.html"].decode()
    assert '<h2 id="other">Other</h2>' in page and "Return 1w" in page


def test_a_site_in_a_folder_is_brought_up_to_date(tmp_path: Path) -> None:
    """The same over files on a disk, whose listing is derived from the releases."""
    listing = fake_archive(tmp_path, 3, corrected=["2026-W03"], **SHAPE)
    tree = Folder(tmp_path)
    assert derive_listing(tree).newest.keys() == listing.newest.keys()
    files, gone = root_pages.update(
        tree, listing, [], everything=True, templates=TEMPLATES, context=root_context(())
    )
    assert gone == set() and "corrections/2026-W03-r2.html" in files
