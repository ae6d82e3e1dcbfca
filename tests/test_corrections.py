"""Correcting a published edition: the old stays, the new stands beside it, and both say so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from support_project import Project, published, read_page, tree
from support_releases import BRANCH, git

from generator import publishing
from generator.corrections import Correction, add_correction, read_corrections

WHY = "The close of 12 January was the preliminary one."
WORDS = (
    "---\ntitle: Late\nauthor: A\ndate: 2026-01-17\nsimulated: true\n---\n\n# index\n\nMended.\n"
)
TODAY = "2026-02-10T09:00:00"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Both editions published; then the words of 2026-W03 were mended."""
    made = published().copy(tmp_path / "project")
    made.write("content/editions/2026-W03.md", WORDS)
    return made


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same after the correction was published; to be read, not changed."""
    made = published().copy(tmp_path_factory.mktemp("corrected") / "project")
    made.write("content/editions/2026-W03.md", WORDS)
    ran = made.run("run", "2026-W03", "--revision", WHY, now=TODAY)
    assert ran.code == 0, ran.err
    return made


def test_a_change_is_refused_until_it_is_called_a_correction(project: Project) -> None:
    """The refusal says how; nothing changed."""
    before = tree(project.site)
    ran = project.run("run", "2026-W03")
    assert ran.code == 1
    assert "2026-W03 is published already and what was built now differs" in ran.err
    assert 'smallcaps run 2026-W03 --revision "why"' in ran.err
    assert tree(project.site) == before


def test_the_old_release_keeps_its_bytes(corrected: Project) -> None:
    """It moves aside whole; the edition's own address leads on, page by page."""
    site, old = corrected.site, published().site / "2026-W03"
    assert tree(site / "2026-W03-r1") == tree(old)
    assert "Mended." in (site / "2026-W03-r2/index.html").read_text()
    for page in old.rglob("*.html"):
        name = page.relative_to(old).as_posix()
        up = "../" * (name.count("/") + 1)
        text = (site / "2026-W03" / name).read_text()
        assert f"url={up}2026-W03-r2/{name}" in text
        assert (site / "2026-W03-r2" / name).is_file()
    assert not (site / "2026-W03/facts.json").exists()


def test_both_releases_say_which_they_are(corrected: Project) -> None:
    """The old one by the style sheet beside it, the new one in its pages and its record."""
    site = corrected.site
    notice = (site / "notices/2026-W03.css").read_text()
    assert "Superseded on 10 February 2026 by revision 2" in notice.replace("\\3a ", ":")
    assert "display:block" in notice
    assert "display" not in (site / "notices/2026-W03-r2.css").read_text()
    assert "url=../2026-W03-r2/index.html" in (site / "superseded/2026-W03.html").read_text()
    page = (site / "2026-W03-r2/index.html").read_text()
    assert f"Revision 2, published on 10 February 2026: {WHY}" in page
    assert 'href="../notices/2026-W03-r2.css"' in page
    assert "edition 2026-W03-r2" in page
    assert 'href="../notices/2026-W03.css"' in (site / "2026-W03-r1/index.html").read_text()


def test_neighbours_and_latest_lead_to_the_newest_release(corrected: Project) -> None:
    """From both releases one gets to the next edition, and from that to the newest release."""
    site = corrected.site
    for name, place in (
        ("next/2026-W03.html", "2026-W04"),
        ("next/2026-W03-r2.html", "2026-W04"),
        ("previous/2026-W04.html", "2026-W03-r2"),
    ):
        assert f"url=../{place}/index.html" in (site / name).read_text()
    assert "url=../2026-W04/index.html" in (site / "latest/index.html").read_text()


def test_every_link_of_the_site_still_leads_somewhere(corrected: Project) -> None:
    """From both releases, and from what leads to them."""
    site = corrected.site
    for folder in ("2026-W03-r1", "2026-W03-r2", "2026-W03", "superseded", "next", "previous"):
        for path in sorted((site / folder).rglob("*.html")):
            for link in read_page(path).links:
                target = re.sub(r"[?#].*", "", link)
                if target and "://" not in target and not target.startswith(("mailto:", "data:")):
                    assert (path.parent / target).exists(), f"{path}: {link}"


def test_the_correction_is_kept_in_the_project(corrected: Project) -> None:
    """With the day and the reason; what stood in the file still does."""
    text = (corrected.folder / "content/corrections.yml").read_text()
    assert text.startswith((published().folder / "content/corrections.yml").read_text())
    assert yaml.safe_load(text) == [
        {"edition": "2026-W03", "revision": 2, "date": date(2026, 2, 10), "reason": WHY}
    ]


def test_once_corrected_it_is_unchanged(corrected: Project) -> None:
    """Running again publishes nothing; verify and list know of both releases."""
    before = tree(corrected.site)
    ran = corrected.run("run", "2026-W03")
    assert ran.code == 0 and "unchanged  2026-W03" in ran.err
    assert tree(corrected.site) == before
    assert "published, revision 2" in corrected.run("list").out


def test_a_second_correction_follows_the_first(corrected: Project, tmp_path: Path) -> None:
    """Three releases stand side by side, and the name leads to the third."""
    project = corrected.copy(tmp_path / "project")
    project.write("content/editions/2026-W03.md", WORDS.replace("Mended", "Mended again"))
    ran = project.run("run", "2026-W03", "--revision", "A word was missing.", now=TODAY)
    assert ran.code == 0, ran.err
    assert tree(project.site / "2026-W03-r2") == tree(corrected.site / "2026-W03-r2")
    assert "url=../2026-W03-r3/" in (project.site / "2026-W03/index.html").read_text()
    assert "revision 3" in (project.site / "notices/2026-W03-r2.css").read_text()


def test_where_nothing_differs_there_is_nothing_to_correct(tmp_path: Path) -> None:
    """An edition is not published twice for nothing."""
    project = published().copy(tmp_path / "project")
    before = tree(project.site)
    ran = project.run("run", "2026-W03", "--revision", WHY, now=TODAY)
    assert ran.code == 1 and "there is nothing to correct" in ran.err
    assert tree(project.site) == before
    assert read_corrections(project.folder) == ((), [])


@pytest.mark.parametrize(
    ("reason", "now", "code", "said"),
    [
        ("", TODAY, 2, "a sentence on one line"),
        ("Two\nlines", TODAY, 2, "a sentence on one line"),
        ("Bell \x07", TODAY, 2, "a sentence on one line"),
        (WHY, "2026-01-10T09:00:00", 1, "the clock says 2026-01-10, before 2026-01-16"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    project: Project, reason: str, now: str, code: int, said: str
) -> None:
    """No reason, or a clock that was moved back: nothing is published or written down."""
    before = tree(project.site)
    ran = project.run("run", "2026-W03", "--revision", reason, now=now)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert tree(project.site) == before
    assert read_corrections(project.folder) == ((), [])


def test_an_edition_that_is_not_published_cannot_be_corrected(project: Project) -> None:
    """It is published first."""
    ran = project.run("run", "2026-W02", "--revision", WHY, now=TODAY)
    assert ran.code == 1 and "2026-W02 is not published" in ran.err


def test_a_correction_that_was_cut_off_is_completed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written down and not yet published: the next run publishes it; a further one is refused."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", die)
        assert project.run("run", "2026-W03", "--revision", WHY, now=TODAY).code == 130
    ran = project.run("run", "2026-W03", "--revision", "Another reason.", now=TODAY)
    assert ran.code == 1 and "revision 2 of 2026-W03 has not been published yet" in ran.err
    assert project.run("run", "2026-W03").code == 0
    assert (project.site / "2026-W03-r2/edition.json").is_file()


def test_a_correction_on_a_branch(project: Project) -> None:
    """One commit moves the old release, adds the new one and leads to it; git sees a rename."""
    git(project.folder, "init", "--quiet", "--initial-branch=main")
    git(project.folder, "config", "user.name", "An Editor")
    git(project.folder, "config", "user.email", "editor@small-caps.example")
    words = project.folder / "content/editions/2026-W03.md"
    words.unlink()
    assert project.run("run", "2026-W03", "--branch", BRANCH).code == 0
    words.write_text(WORDS)
    command = ("run", "2026-W03", "--branch", BRANCH, "--revision", WHY)
    ran = project.run(*command, now=TODAY)
    assert ran.code == 0, ran.err
    listed = git(project.folder, "ls-tree", "--name-only", BRANCH).split()
    assert {"2026-W03", "2026-W03-r1", "2026-W03-r2", "latest"} <= set(listed)
    shown = git(project.folder, "log", "-1", "--format=%B", BRANCH)
    assert shown.startswith("Publish 2026-W03-r2") and WHY in shown
    found = git(project.folder, "show", "--find-renames=100%", "--name-status", "--format=", BRANCH)
    assert "R100\t2026-W03/facts.json\t2026-W03-r1/facts.json" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- edition: 2026-W03\n", "'0.revision' is missing"),
        ("- {edition: 2026-W3, revision: 2, date: 2026-02-10, reason: R}\n", "'0.edition'"),
        ("- {edition: ../x, revision: 2, date: 2026-02-10, reason: R}\n", "'0.edition'"),
        ("- {edition: 2026-W03, revision: 3, date: 2026-02-10, reason: R}\n", "where 2 is next"),
        ("- {edition: 2026-W03, revision: 2, date: then, reason: R}\n", "'0.date'"),
        ("- {edition: 2026-W03, revision: 2, date: 2026-02-10, reason: ''}\n", "one line"),
        (
            "- {edition: 2026-W03, revision: 2, date: 2026-02-10, reason: R}\n"
            "- {edition: 2026-W03, revision: 3, date: 2026-02-09, reason: R}\n",
            "before its last correction",
        ),
        ("reason: R\n", "a list of corrections is wanted"),
        ("- {edition: 2026-W03, why: R}\n", "'0.why' is not known"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(
    project: Project, text: str, said: str
) -> None:
    """Nothing is built from a list that cannot be meant."""
    project.write("content/corrections.yml", text)
    ran = project.run("check")
    assert ran.code == 1
    assert re.search(r"content/corrections\.yml:\d+: .*" + re.escape(said), ran.err), ran.err


def test_what_is_added_to_the_list_can_be_read_again(tmp_path: Path) -> None:
    """Whatever the reason looks like to YAML."""
    (tmp_path / "content").mkdir()
    reasons = ["yes", "2026", "- a: b", "#1 {x}", "It said 'ten', not \"nine\": why?", "Ärger…"]
    for number, reason in enumerate(reasons, 2):
        correction = Correction(
            edition="2026-W03", revision=number, date=date(2026, 2, 10), reason=reason
        )
        add_correction(tmp_path, correction)
    found, mistakes = read_corrections(tmp_path)
    assert mistakes == []
    assert [one.reason for one in found] == reasons


def test_what_was_wrong_can_be_told_later(corrected: Project, tmp_path: Path) -> None:
    """Words that are added to the list get onto the page and into the feed; no release changes."""
    project = corrected.copy(tmp_path / "project")
    path = project.folder / "content/corrections.yml"
    path.write_text(path.read_text() + "  wrong: The answer said ten.\n  right: It is eleven.\n")
    before = {name: digest for name, digest in tree(project.site).items() if name[:2] == "20"}
    ran = project.run("run", "2026-W03")
    assert ran.code == 0, ran.err
    after = {name: digest for name, digest in tree(project.site).items() if name[:2] == "20"}
    assert after == before
    for name in ("corrections.html", "corrections.xml"):
        text = (project.site / name).read_text()
        assert "The answer said ten." in text and "It is eleven." in text
