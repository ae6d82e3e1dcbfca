"""The archive: editions side by side, immutable, and the pages at the root that lead to them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from mike.versions import Versions
from support_project import REPOSITORY, Project, published, read_page, tree

from generator import archive
from generator.editions import Edition
from generator.errors import ReportError

W02, W03, W04 = (Edition(2026, week) for week in (2, 3, 4))


def _built(folder: Path, edition: Edition, *, simulated: bool = True, text: str = "") -> Path:
    """Write a small built edition as the stages before leave it."""
    folder = folder / f"{edition}-{simulated}-{text}"
    (folder / "charts").mkdir(parents=True)
    (folder / "index.html").write_text(f"<p>{edition} {text}</p>")
    (folder / "charts/one.csv").write_text("a,b\n")
    record = {
        "edition": str(edition),
        "as_of": edition.sunday.isoformat(),
        "as_of_words": f"week {edition.week}",
        "title": f"Week {edition.week}",
        "answer": "Well.",
        "simulated": simulated,
        "provider": "sample",
        "snapshot": "0" * 64,
        "headlines": [{"label": "One", "id": "a.b", "value": 1, "display": "1", "state": "better"}],
        "files": archive.file_hashes(folder),
    }
    (folder / archive.RECORD).write_text(json.dumps(record))
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An empty site."""
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def _root(site: Path) -> list[str]:
    templates = site.parent / "templates"
    if not templates.exists():
        shutil.copytree(REPOSITORY / "templates/root", templates / "root")
        (templates / "root/index.html").write_text(
            "{{ site_name }}:{% for e in editions %} {{ e.edition }}{% endfor %}"
        )
    context = {"site_name": "A & B", "site_description": "C", "site_url": "https://a.example/"}
    assets = dict.fromkeys(("theme.js", "site.js", "site.css", "favicon.svg"), "x")
    return archive.write_root(site, templates, {**context, "assets": assets, "pdfs": {}})


def _publish(site: Path, built: Path, edition: Edition) -> str:
    """Publish as the pipeline does: refuse first, then copy."""
    archive.require_publishable(site, built, edition)
    return archive.publish(site, built, edition)


def test_an_edition_is_copied_whole(site: Path, tmp_path: Path) -> None:
    """The published edition has the same bytes as the built one, and nothing is left beside it."""
    built = _built(tmp_path, W03)
    assert _publish(site, built, W03) == "published"
    assert tree(site / "2026-W03") == tree(built)
    assert [path.name for path in site.iterdir()] == ["2026-W03"]


def test_the_same_edition_again_is_unchanged(site: Path, tmp_path: Path) -> None:
    """Publishing twice changes nothing."""
    built = _built(tmp_path, W03)
    _publish(site, built, W03)
    before = tree(site)
    assert _publish(site, built, W03) == "unchanged"
    assert tree(site) == before


@pytest.mark.parametrize(
    ("old", "new", "verb"),
    [(True, False, "replaced"), (True, True, None), (False, True, None), (False, False, None)],
)
def test_only_simulated_editions_give_way_and_only_to_real_ones(
    site: Path, tmp_path: Path, old: bool, new: bool, verb: str | None
) -> None:
    """Of the four ways to overwrite an edition one is allowed; the others are refused."""
    _publish(site, _built(tmp_path, W03, simulated=old, text="old"), W03)
    built = _built(tmp_path, W03, simulated=new, text="new")
    before = tree(site)
    if verb:
        assert _publish(site, built, W03) == verb
        assert tree(site / "2026-W03") == tree(built)
        assert [path.name for path in site.iterdir()] == ["2026-W03"]
    else:
        with pytest.raises(ReportError, match=r"published already .* differs \(index\.html\)"):
            _publish(site, built, W03)
        assert tree(site) == before


def test_many_differences_are_counted(site: Path, tmp_path: Path) -> None:
    """Three names and how many more."""
    _publish(site, _built(tmp_path, W03), W03)
    built = _built(tmp_path, W03, text="new")
    for number in range(4):
        (built / f"p{number}.html").write_text("x")
    record = json.loads((built / archive.RECORD).read_text())
    record["files"] = archive.file_hashes(built)
    (built / archive.RECORD).write_text(json.dumps(record))
    with pytest.raises(ReportError, match=r"\(index\.html, p0\.html, p1\.html and 2 more\)"):
        _publish(site, built, W03)


def test_leftovers_of_a_killed_run_are_mended(site: Path, tmp_path: Path) -> None:
    """Half a copy goes; an edition that was being replaced comes back."""
    (site / ".publishing-2026-W03-1").mkdir()
    (site / ".index.html.1.part").write_text("half")
    _publish(site, _built(tmp_path, W02), W02)
    (site / "2026-W02").rename(site / ".retired-2026-W02")
    archive.clear_leftovers(site)
    _publish(site, _built(tmp_path, W03), W03)
    assert sorted(path.name for path in site.iterdir()) == ["2026-W02", "2026-W03"]


def test_damage_names_every_file(site: Path, tmp_path: Path) -> None:
    """What is missing, changed or added is told apart."""
    _publish(site, _built(tmp_path, W03), W03)
    assert archive.damage(site, W03) == []
    (site / "2026-W03/index.html").write_text("other")
    (site / "2026-W03/charts/one.csv").unlink()
    (site / "2026-W03/charts/two.csv").write_text("")
    assert archive.damage(site, W03) == [
        "2026-W03/charts/one.csv: missing",
        "2026-W03/charts/two.csv: not part of the edition",
        "2026-W03/index.html: changed since it was written",
    ]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"edition": "2026-W03"}', "null"])
def test_a_damaged_record_is_named(site: Path, tmp_path: Path, content: str | None) -> None:
    """A record that cannot be read stops with its name and what to do."""
    _publish(site, _built(tmp_path, W03), W03)
    path = site / "2026-W03" / archive.RECORD
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(ReportError, match="record of a published edition") as caught:
        archive.published(site)
    assert caught.value.where == "2026-W03/edition.json"


def test_folders_that_are_no_editions_are_passed_over(site: Path, tmp_path: Path) -> None:
    """Other folders and files in the site are nobody's business."""
    _publish(site, _built(tmp_path, W03), W03)
    for name in ("assets", "drafts", "2026-W60", ".git"):
        (site / name).mkdir()
    (site / "CNAME").write_text("example")
    assert list(archive.published(site)) == [W03]


def test_the_root_follows_the_newest_edition(site: Path, tmp_path: Path) -> None:
    """Whatever the order of publishing, latest leads to the newest edition."""
    for edition in (W03, W04, W02):
        _publish(site, _built(tmp_path, edition), edition)
        _root(site)
    listed = json.loads((site / "versions.json").read_text())
    assert [item["version"] for item in listed] == ["2026-W04", "2026-W03", "2026-W02"]
    assert [item["aliases"] for item in listed] == [["latest"], [], []]
    assert "../2026-W04/index.html" in (site / "latest/index.html").read_text()
    assert (site / "index.html").read_text() == "A &amp; B: 2026-W04 2026-W03 2026-W02"


def test_the_root_is_written_only_where_it_changes(site: Path, tmp_path: Path) -> None:
    """Nothing is written again; a page that the newest edition lacks is no longer led to."""
    _publish(site, _built(tmp_path, W03), W03)
    assert set(_root(site)) == {
        "versions.json",
        "editions.json",
        "index.html",
        ".nojekyll",
        "404.html",
        "llms.txt",
        "favicon.ico",
        "apple-touch-icon.png",
        "latest/index.html",
        "previous/2026-W03.html",
        "next/2026-W03.html",
    }
    assert _root(site) == []
    (site / "latest/old.html").write_text("to a page that is gone")
    _root(site)
    assert not (site / "latest/old.html").exists()


def test_an_empty_site_has_no_root(site: Path) -> None:
    """There is nothing to lead to."""
    with pytest.raises(ReportError, match="nothing is published yet"):
        _root(site)


def test_shared_files_are_stored_once(site: Path) -> None:
    """A style sheet is named after its content and written only when it is not there."""
    name = archive.hashed_name(Path("theme/site.css"), b"p {}")
    assert re.fullmatch(r"assets/site\.[0-9a-f]{8}\.css", name)
    archive.shared_file(site, name, b"p {}")
    written = (site / name).stat().st_mtime_ns
    archive.shared_file(site, name, b"p {}")
    assert (site / name).stat().st_mtime_ns == written


def test_mike_reads_the_list_of_versions() -> None:
    """The list is mike's own: it reads it, finds the alias, and writes the same back."""
    text = (published().site / "versions.json").read_text()
    versions = Versions.loads(text)
    assert [str(info.version) for info in versions] == ["2026-W04", "2026-W03"]
    assert versions.find("latest") == ("2026-W04", "latest")
    assert [info.title for info in versions] == [
        "Week to 23 January 2026 (simulated data)",
        "Week to 16 January 2026 (simulated data)",
    ]
    assert f"{versions.dumps()}\n" == text


def test_latest_leads_to_every_page_of_the_newest_edition() -> None:
    """Each page below latest/ leads to a page that is there, by refresh and by link."""
    site = published().site
    newest = site / "2026-W04"
    pages = {path.relative_to(newest).as_posix() for path in newest.rglob("*.html")}
    found = {path.relative_to(site / "latest") for path in (site / "latest").rglob("*.html")}
    assert {path.as_posix() for path in found} == pages and "charts/year_rebased.html" in pages
    for name in pages:
        text = (site / "latest" / name).read_text()
        up = "../" * (name.count("/") + 1)
        assert text.count(f'"{up}2026-W04/{name}"') == 2
        assert text.count(f"url={up}2026-W04/{name}") == 1


def test_an_edition_leads_to_its_neighbours_of_today(site: Path, tmp_path: Path) -> None:
    """Earlier and later are looked up at the root, so that an edition's own pages never change."""

    def leads(name: str) -> list[str]:
        return re.findall(r"url=([^\"]+)", (site / name).read_text())

    for edition in (W02, W04):
        _publish(site, _built(tmp_path, edition), edition)
    _root(site)
    assert leads("next/2026-W02.html") == ["../2026-W04/index.html"]
    assert leads("previous/2026-W04.html") == ["../2026-W02/index.html"]
    assert leads("next/2026-W04.html") == leads("previous/2026-W02.html") == []
    assert "No edition is newer" in (site / "next/2026-W04.html").read_text()
    _publish(site, _built(tmp_path, W03), W03)
    assert {"next/2026-W02.html", "previous/2026-W04.html"} <= set(_root(site))
    assert leads("next/2026-W02.html") == leads("previous/2026-W04.html")
    assert leads("next/2026-W02.html") == ["../2026-W03/index.html"]


def test_a_page_that_is_not_there_is_answered_from_any_depth() -> None:
    """404.html is shown for any address, so all it asks for begins at the root of the host."""
    page = read_page(published().site / "404.html")
    assert page.links and all(link.startswith(("/", "#")) for link in page.links)


def test_editions_json_lists_every_edition_with_its_headlines() -> None:
    """Newest first, each with the eight numbers that its pages print."""
    listed = json.loads((published().site / "editions.json").read_text())
    assert [item["edition"] for item in listed] == ["2026-W04", "2026-W03"]
    for item in listed:
        record = json.loads((published().site / item["edition"] / "edition.json").read_text())
        assert item == {key: record[key] for key in item}
        assert len(item["headlines"]) == 8
        states = {"better", "worse", "unchanged", "not comparable"}
        assert {number["state"] for number in item["headlines"]} <= states


def test_an_edition_stands_on_its_own() -> None:
    """Its record lists the hash of every one of its files."""
    project: Project = published()
    for edition in (W03, W04):
        folder = project.site / str(edition)
        record = json.loads((folder / "edition.json").read_text())
        files = {name for name, digest in tree(folder).items() if digest != "folder"}
        assert files == {*record["files"], "edition.json"}
        assert archive.damage(project.site, edition) == []
