"""The archive: releases side by side for good, and what leads to the newest; folder and branch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from mike.versions import Versions
from support_releases import contents, keeper, publish, release

from generator import archive, assets
from generator.editions import Edition
from generator.errors import ReportError
from generator.folders import Folder
from generator.listing import RECORD, derive_listing, read_listing
from generator.trees import Keeper

W02, W03, W04 = (Edition(2026, week) for week in (2, 3, 4))


@pytest.fixture(params=["folder", "branch"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Keeper]:
    """An empty site: everything here holds for a folder and for a branch."""
    with keeper(tmp_path, request.param) as made:
        yield made


def _below(site: Keeper, folder: str) -> dict[str, bytes]:
    return {n.removeprefix(f"{folder}/"): site.read(n) for n in site.names(folder)}


def _own(built: Path) -> dict[str, bytes]:
    return {name: Folder(built).read(name) for name in Folder(built).names()}


def _leads_to(site: Keeper, name: str) -> list[str]:
    return re.findall(r"url=([^\"]+)", site.read(name).decode())


def test_a_release_is_published_whole(site: Keeper, tmp_path: Path) -> None:
    """It has the bytes that were built, and latest leads to each of its pages."""
    built = release(tmp_path, W03)
    assert publish(site, built).verbs == [("published", "2026-W03")]
    assert _below(site, "2026-W03") == _own(built)
    assert site.folders() == ["2026-W03", "latest"]
    assert _leads_to(site, "latest/index.html") == ["../2026-W03/index.html"]
    assert _leads_to(site, "latest/charts/one.html") == ["../../2026-W03/charts/one.html"]
    assert site.names("latest") == ["latest/charts/one.html", "latest/index.html"]


def test_the_same_release_again_is_unchanged(site: Keeper, tmp_path: Path) -> None:
    """Publishing twice changes nothing."""
    built = release(tmp_path, W03)
    publish(site, built)
    before = contents(site)
    publication = archive.begin(site)
    archive.add(publication, built)
    assert publication.verbs == [("unchanged", "2026-W03")]
    assert not publication.change and not publication.doubtful
    assert contents(site) == before


@pytest.mark.parametrize(
    ("old", "new", "verb"),
    [(True, False, "replaced"), (True, True, None), (False, True, None), (False, False, None)],
)
def test_only_simulated_editions_give_way_and_only_to_real_ones(
    site: Keeper, tmp_path: Path, old: bool, new: bool, verb: str | None
) -> None:
    """Of the four ways to overwrite an edition one is allowed; the others are refused."""
    publish(site, release(tmp_path, W03, simulated=old, text="old"))
    built = release(tmp_path, W03, simulated=new, text="new")
    before = contents(site)
    if verb:
        assert publish(site, built).verbs == [(verb, "2026-W03")]
        assert _below(site, "2026-W03") == _own(built)
        assert site.folders() == ["2026-W03", "latest"]
        assert json.loads(site.read("versions.json"))[0]["title"] == "Week 3, real"
    else:
        with pytest.raises(ReportError, match=r"published already .* differs \(index\.html\)") as e:
            publish(site, built)
        assert "--revision" in str(e.value.hint)
        assert contents(site) == before


def test_real_data_take_the_place_of_every_simulated_release(site: Keeper, tmp_path: Path) -> None:
    """Also where the simulated edition had been corrected: nothing of it is left."""
    publish(site, release(tmp_path, W03))
    publish(site, release(tmp_path, W03, revision=2))
    publish(site, release(tmp_path, W03, revision=3, simulated=False))
    assert site.folders() == ["2026-W03", "2026-W03-r3", "latest"]
    assert _leads_to(site, "2026-W03/index.html") == ["../2026-W03-r3/index.html"]
    assert [e.folder for e in read_listing(site).entries] == ["2026-W03-r3"]


def test_many_differences_are_counted(site: Keeper, tmp_path: Path) -> None:
    """Three names and how many more."""
    publish(site, release(tmp_path, W03))
    built = release(tmp_path, W03, text="new")
    for number in range(4):
        (built / f"p{number}.html").write_text("x")
    record = json.loads((built / RECORD).read_text())
    record["files"] = archive.file_hashes(built)
    (built / RECORD).write_text(json.dumps(record))
    with pytest.raises(ReportError, match=r"\(index\.html, p0\.html, p1\.html and 2 more\)"):
        publish(site, built)


def test_an_altered_build_is_refused(site: Keeper, tmp_path: Path) -> None:
    """What was changed after it was built is named, and nothing is published."""
    built = release(tmp_path, W03)
    (built / "index.html").write_text("other")
    with pytest.raises(ReportError, match=r"altered \(index\.html: changed"):
        publish(site, built)
    assert contents(site) == {}


def test_a_correction_stands_beside_what_it_corrects(site: Keeper, tmp_path: Path) -> None:
    """The first release keeps its bytes at -r1; the edition's name leads to the second."""
    first, second = release(tmp_path, W03), release(tmp_path, W03, revision=2)
    publish(site, first)
    publish(site, release(tmp_path, W02))
    assert publish(site, second).verbs == [("published", "2026-W03-r2")]
    assert _below(site, "2026-W03-r1") == _own(first)
    assert _below(site, "2026-W03-r2") == _own(second)
    assert _leads_to(site, "2026-W03/charts/one.html") == ["../../2026-W03-r2/charts/one.html"]
    assert _leads_to(site, "latest/index.html") == ["../2026-W03-r2/index.html"]
    assert not site.exists("2026-W03/charts/one.csv")
    third = release(tmp_path, W03, revision=3)
    publish(site, third)
    assert _below(site, "2026-W03-r2") == _own(second)
    assert _leads_to(site, "2026-W03/index.html") == ["../2026-W03-r3/index.html"]
    listed = [(e.folder, e.revision, e.reason) for e in read_listing(site).entries]
    assert listed == [
        ("2026-W03-r3", 3, "A close was wrong."),
        ("2026-W03-r2", 2, "A close was wrong."),
        ("2026-W03-r1", 1, None),
        ("2026-W02", 1, None),
    ]


@pytest.mark.parametrize(
    ("revision", "said"),
    [(1, "revision 3 is"), (2, "revision 3 is"), (5, "revision 4 was never published")],
)
def test_a_release_out_of_turn_is_refused(
    site: Keeper, tmp_path: Path, revision: int, said: str
) -> None:
    """After revision 3 only 4 can follow; what came before is not published again."""
    for number in (1, 2, 3):
        publish(site, release(tmp_path, W03, revision=number))
    before = contents(site)
    with pytest.raises(ReportError, match=f"revision {revision} of 2026-W03, and {said}"):
        publish(site, release(tmp_path, W03, revision=revision, text="again"))
    assert contents(site) == before


def test_a_first_release_may_be_a_revision(site: Keeper, tmp_path: Path) -> None:
    """Where the older ones were never published the newest stands alone, under its own name."""
    publish(site, release(tmp_path, W03, revision=2))
    assert site.folders() == ["2026-W03", "2026-W03-r2", "latest"]
    assert _leads_to(site, "2026-W03/index.html") == ["../2026-W03-r2/index.html"]


@pytest.mark.parametrize("order", list(permutations((W02, W03, W04))))
def test_the_lists_follow_the_newest_edition(tmp_path: Path, order: tuple[Edition, ...]) -> None:
    """Whatever the order of publishing, list, versions and latest come out the same."""
    with keeper(tmp_path, "folder") as site:
        for edition in order:
            publish(site, release(tmp_path, edition))
        listed = json.loads(site.read("versions.json"))
        assert [item["version"] for item in listed] == ["2026-W04", "2026-W03", "2026-W02"]
        assert [item["aliases"] for item in listed] == [["latest"], [], []]
        assert list(read_listing(site).newest) == ["2026-W04", "2026-W03", "2026-W02"]
        assert _leads_to(site, "latest/index.html") == ["../2026-W04/index.html"]


def test_versions_are_mikes(site: Keeper, tmp_path: Path) -> None:
    """mike reads the list, finds every alias, and what it does not know of stays."""
    publish(site, release(tmp_path, W03))
    publish(site, release(tmp_path, W04))
    publish(site, release(tmp_path, W03, revision=2))
    versions = Versions.loads(site.read("versions.json").decode())
    assert versions.find("latest") == ("2026-W04", "latest")
    assert versions.find("2026-W03") == ("2026-W03-r2", "2026-W03")
    assert str(versions["2026-W03-r1"].version) == "2026-W03-r1"


def test_what_others_keep_in_the_list_of_versions_stays(tmp_path: Path) -> None:
    """A version and an alias that somebody added with mike outlive the next publish."""
    with keeper(tmp_path, "folder") as site:
        publish(site, release(tmp_path, W02))
        versions = Versions.loads(site.read("versions.json").decode())
        versions.add("handbook", "The handbook")
        versions.update("2026-W02", aliases=["cited"])
        (tmp_path / "site/versions.json").write_text(versions.dumps())
        assert not publish(site, release(tmp_path, W03)).doubtful
        found = Versions.loads(site.read("versions.json").decode())
        assert {str(one.version) for one in found} == {"handbook", "2026-W02", "2026-W03"}
        assert found.find("cited") == ("2026-W02", "cited")


def test_an_edition_that_was_taken_out_is_no_longer_listed(site: Keeper, tmp_path: Path) -> None:
    """Where folders and lists disagree the releases that are there decide."""
    for edition in (W02, W03):
        publish(site, release(tmp_path, edition))
    versions = Versions.loads(site.read("versions.json").decode())
    versions.remove("2026-W02")
    from generator.trees import Change

    change = Change(files={"versions.json": versions.dumps().encode()}, removed={"2026-W02"})
    site.apply(change, "Delete")
    publication = publish(site, release(tmp_path, W04))
    assert publication.doubtful
    assert [e.edition for e in read_listing(site).entries] == ["2026-W04", "2026-W03"]


def test_the_list_can_be_made_anew_from_the_releases(site: Keeper, tmp_path: Path) -> None:
    """Records alone give the list back, revisions and all; other folders are passed over."""
    for edition, revision in ((W02, 1), (W03, 1), (W03, 2)):
        publish(site, release(tmp_path, edition, revision=revision))
    listing = read_listing(site)
    assert derive_listing(site) == listing
    before = contents(site)
    publish(site, anew=True)
    assert contents(site) == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"edition": "2026-W03"}', b"null"])
def test_a_damaged_record_is_named(tmp_path: Path, content: bytes) -> None:
    """A record that cannot be read stops with its name and what to do."""
    with keeper(tmp_path, "folder") as site:
        publish(site, release(tmp_path, W03))
        (tmp_path / "site/2026-W03" / RECORD).write_bytes(content)
        with pytest.raises(ReportError, match="record of a published edition") as caught:
            derive_listing(site)
        assert caught.value.where == "site/2026-W03/edition.json"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("editions.json", b"{", "list of editions is damaged"),
        ("editions.json", b'[{"edition": "2026-W03"}]', "list of editions is damaged"),
        ("editions.json", b"[3]", "list of editions is damaged"),
        ("versions.json", b"{", "list of versions is damaged"),
        ("versions.json", b'[{"version": 3}]', "list of versions is damaged"),
    ],
)
def test_a_damaged_list_stops_and_says_what_to_do(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """Nothing is published over a list that cannot be read; it can be made anew."""
    with keeper(tmp_path, "folder") as site:
        publish(site, release(tmp_path, W02))
        before = contents(site)
        (tmp_path / "site" / name).write_bytes(content)
        with pytest.raises(ReportError, match=said) as caught:
            publish(site, release(tmp_path, W03))
        assert caught.value.where == f"site/{name}"
        assert "smallcaps publish --rebuild" in str(caught.value.hint)
        assert "2026-W03" not in site.folders()
        if name == "versions.json":
            (tmp_path / "site" / name).unlink()
        publish(site, anew=True)
        assert contents(site) == before


def test_damage_names_every_file(tmp_path: Path) -> None:
    """What is missing, changed or added is told apart."""
    with keeper(tmp_path, "folder") as site:
        publish(site, release(tmp_path, W03))
        folder = tmp_path / "site/2026-W03"
        assert archive.differences(site, "2026-W03") == []
        (folder / "index.html").write_text("other")
        (folder / "charts/one.csv").unlink()
        (folder / "charts/two.csv").write_text("")
        assert archive.differences(site, "2026-W03") == [
            "charts/one.csv: missing",
            "charts/two.csv: not part of the edition",
            "index.html: changed since it was written",
        ]


def test_a_style_sheet_is_named_after_its_content() -> None:
    """So that editions made by different style sheets can share a folder."""
    name = assets.hashed_name(Path("theme/site.css"), b"p {}")
    assert re.fullmatch(r"assets/site\.[0-9a-f]{8}\.css", name)
    assert assets.hashed_name(Path("theme/site.css"), b"q {}") != name


@pytest.mark.parametrize(
    ("name", "refused"), [("program", False), ("version", False), ("as_of", True), ("extra", True)]
)
def test_another_program_that_makes_the_same_changes_nothing(
    tmp_path: Path, name: str, refused: bool
) -> None:
    """Who made a release is no part of it; everything else in its record is."""
    with keeper(tmp_path, "folder") as site:
        publish(site, release(tmp_path, W03))
        built = release(tmp_path, W03, text=" ")
        (built / "index.html").write_bytes(site.read("2026-W03/index.html"))
        record = json.loads(site.read(f"2026-W03/{RECORD}"))
        (built / RECORD).write_text(json.dumps({**record, name: "another"}))
        before = contents(site)
        if refused:
            with pytest.raises(ReportError, match=r"differs \(edition\.json\)"):
                publish(site, built)
        else:
            assert publish(site, built).verbs == [("unchanged", "2026-W03")]
        assert contents(site) == before
