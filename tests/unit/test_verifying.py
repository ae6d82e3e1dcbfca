"""Verifying: every file of a site against the hash that names or records it, wherever it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hosting import served
from support_releases import BRANCH, git, keeper, publish, release

from generator.archive import file_hashes
from generator.editions import Edition
from generator.errors import ProviderError, ReportError
from generator.findings import Finding
from generator.folders import Folder
from generator.git_branch import GitBranch
from generator.inspecting import Place, inspect_place, place_of
from generator.listing import RECORD, read_listing
from generator.trees import Tree
from generator.verifying import Verifier, is_plain
from generator.web_tree import WebTree

W02, W03 = Edition(2026, 2), Edition(2026, 3)
STYLE = b"p {}\n"
STYLE_NAME = f"assets/site.{hashlib.sha256(STYLE).hexdigest()[:8]}.css"


def _no_branch(name: str) -> Tree:
    raise AssertionError(name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with two editions, one of them corrected, and a style sheet that they share."""
    tree, built = Folder(tmp_path / "site"), tmp_path / "built"
    styled = release(built, W02)
    _put(styled / "index.html", f'<link href="../{STYLE_NAME}">')
    record = json.loads((styled / RECORD).read_text()) | {"files": file_hashes(styled)}
    _put(styled / RECORD, json.dumps(record))
    publish(tree, styled)
    publish(tree, release(built, W03))
    publish(tree, release(built, W03, revision=2))
    (tmp_path / "site/assets").mkdir()
    (tmp_path / "site" / STYLE_NAME).write_bytes(STYLE)
    return tmp_path / "site"


def _look(tree: Tree, name: str | None = None) -> dict[str, tuple[str, ...]]:
    return {found.name: found.wrong for _, found in inspect_place(Place(tree, name))}


def test_a_site_that_is_well(site: Path) -> None:
    """Every release and what they share is named, oldest first, and nothing is wrong."""
    assert list(_look(Folder(site)).items()) == [
        ("2026-W02", ()),
        ("2026-W03", ()),
        ("2026-W03-r2", ()),
        ("site", ()),
    ]


def _edit(path: Path, change: Callable[[list], object]) -> None:
    rows = json.loads(path.read_text())
    change(rows)
    path.write_text(json.dumps(rows))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


DAMAGE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a changed file": (
        lambda s: _put(s / "2026-W02/charts/one.csv", "a,c\n"),
        "2026-W02",
        "2026-W02/charts/one.csv: changed since it was written; restore it",
    ),
    "a lost file": (
        lambda s: (s / "2026-W03-r1/index.html").unlink(),
        "2026-W03",
        "2026-W03-r1/index.html: missing; restore it",
    ),
    "a file too many": (
        lambda s: _put(s / "2026-W03-r2/charts/two.csv", ""),
        "2026-W03-r2",
        "2026-W03-r2/charts/two.csv: not part of the edition; remove it",
    ),
    "a link out of the site": (
        lambda s: (
            (s / "2026-W02/index.html").unlink(),
            (s / "2026-W02/index.html").symlink_to("/etc/hostname"),
        ),
        "2026-W02",
        "2026-W02/index.html: the site holds a symbolic link",
    ),
    "a record of other bytes": (
        lambda s: _put(
            s / "2026-W02/edition.json", (s / "2026-W02/edition.json").read_text() + "\n"
        ),
        "2026-W02",
        "2026-W02/edition.json: editions.json names another record",
    ),
    "a record that is none": (
        lambda s: _put(s / "2026-W02/edition.json", "[]"),
        "2026-W02",
        "2026-W02/edition.json: the record of a published edition cannot be read",
    ),
    "a lost record": (
        lambda s: (s / "2026-W02/edition.json").unlink(),
        "2026-W02",
        "2026-W02/edition.json: the record of a published edition cannot be read",
    ),
    "a list that says otherwise": (
        lambda s: _edit(s / "editions.json", lambda rows: rows[-1].update(title="Mine")),
        "2026-W02",
        "editions.json: what it says of 2026-W02 is not what the record says",
    ),
    "a list that is none": (
        lambda s: _put(s / "editions.json", "{"),
        "site",
        "the list of editions is damaged",
    ),
    "an edition that is not listed": (
        lambda s: _put(s / "2026-W01/index.html", "x"),
        "site",
        "2026-W01: editions.json does not list it",
    ),
    "a version too few": (
        lambda s: _edit(s / "versions.json", lambda rows: rows.pop()),
        "site",
        "versions.json: 2026-W02 is missing",
    ),
    "a version too many": (
        lambda s: _edit(
            s / "versions.json",
            lambda rows: rows.append({"version": "2025-W01", "title": "", "aliases": []}),
        ),
        "site",
        "versions.json: editions.json does not list 2025-W01",
    ),
    "an alias elsewhere": (
        lambda s: _edit(s / "versions.json", lambda rows: rows[-1]["aliases"].append("latest")),
        "site",
        "versions.json: what it says of 2026-W02 is not what editions.json says",
    ),
    "versions that are none": (
        lambda s: _put(s / "versions.json", "[1]"),
        "site",
        "versions.json: it is no list of versions",
    ),
    "no versions": (lambda s: (s / "versions.json").unlink(), "site", "versions.json: missing"),
    "a changed shared file": (
        lambda s: _put(s / STYLE_NAME, "q {}"),
        "2026-W02",
        f"{STYLE_NAME}: its content is not what its name says",
    ),
    "a lost shared file": (
        lambda s: (s / STYLE_NAME).unlink(),
        "2026-W02",
        f"{STYLE_NAME}: missing",
    ),
    "a shared file nobody asks for": (
        lambda s: _put(s / f"programs/{'0' * 64}.zip", ""),
        "site",
        f"programs/{'0' * 64}.zip: its content is not what its name says",
    ),
    "a name without hash": (
        lambda s: _put(s / "assets/plain.css", ""),
        "site",
        "assets/plain.css: not a name made from its content",
    ),
    "a damaged manifest": (
        lambda s: _put(s / "snapshots/2026-W02.json", "{}"),
        "site",
        "snapshots/2026-W02.json: the manifest is damaged",
    ),
}


@pytest.mark.parametrize("which", DAMAGE)
def test_damage_is_named_with_what_to_do(site: Path, which: str) -> None:
    """One line names the file, what is wrong with it and what to do; other releases are well."""
    damage, name, line = DAMAGE[which]
    damage(site)
    found = _look(Folder(site))
    assert any(line in wrong for wrong in found.pop(name)), found
    others = {other for other, wrong in found.items() if wrong}
    assert others <= {"site"}
    assert {"2026-W02", "2026-W03", "2026-W03-r2"} - {name} <= found.keys() | {
        # Without a list, releases are called by their folders.
        "2026-W03" if "2026-W03-r1" in found else name
    }


def test_a_record_cannot_lead_out_of_its_folder(site: Path) -> None:
    """Names that go up or begin at the root are refused before anything is read."""
    path = site / "2026-W02/edition.json"
    record = json.loads(path.read_text())
    outside = ("../2026-W03-r2/index.html", "/etc/hostname", "a/../b", "")
    record["files"] |= dict.fromkeys(outside, "0" * 64)
    path.write_text(json.dumps(record))
    wrong = Verifier(Folder(site)).release("2026-W02", None).wrong
    assert wrong == tuple(
        sorted(
            f"2026-W02/{name}: not the name of a file; restore the record from a copy of the site"
            for name in outside
        )
    )


@pytest.mark.parametrize(
    ("name", "plain"),
    [("a.html", True), ("charts/a.csv", True), ("./a", False), ("a//b", False), ("a\\b", False)],
)
def test_plain_names(name: str, plain: bool) -> None:
    """A name of a file is written in one way only."""
    assert is_plain(name) is plain


def test_a_branch_is_looked_at_like_a_folder(tmp_path: Path) -> None:
    """The same checks on a branch in mike's format: well at first, then a file changed by hand."""
    tree = keeper(tmp_path, "branch")
    assert isinstance(tree, GitBranch)
    publish(tree, release(tmp_path / "built", W02), release(tmp_path / "built", W03))
    tree.begin()
    with tree:
        assert _look(tree) == {"2026-W02": (), "2026-W03": (), "site": ()}
        assert list(_look(tree, "2026-W02")) == ["2026-W02"]
    repository = tmp_path / "repository"
    git(repository, "switch", "--quiet", BRANCH)
    _put(repository / "2026-W02/index.html", "other")
    git(repository, "commit", "--quiet", "--all", "--message", "By hand")
    git(repository, "switch", "--quiet", "main")
    tree.begin()
    with tree:
        assert _look(tree)["2026-W02"][0].startswith("2026-W02/index.html: changed")


def test_an_address_is_read_file_by_file(site: Path) -> None:
    """The records are enough; what cannot be seen is said, and damage is named as in a folder."""
    with served(site) as address:
        place = place_of(address, _no_branch)
        assert place is not None and isinstance(place.tree, WebTree) and place.release is None
        found = [finding for _, finding in inspect_place(place)]
        assert [finding.wrong for finding in found] == [()] * 4
        assert all("a host does not say" in finding.unseen[0] for finding in found)
        (site / "2026-W02/charts/one.html").write_text("other")
        (site / "2026-W02/charts/one.csv").unlink()
        one = place_of(f"{address}2026-W02/index.html", _no_branch)
        assert one is not None and one.release == "2026-W02"
        ((_, finding),) = inspect_place(one)
    assert [line.split(";")[0] for line in finding.wrong] == [
        "2026-W02/charts/one.csv: missing",
        "2026-W02/charts/one.html: changed since it was written",
    ]


def test_a_host_that_does_not_answer(site: Path) -> None:
    """It is told from a file that is missing: the address may be wrong, or the host away."""
    with served(site) as address:
        pass
    with pytest.raises(ProviderError, match="the site cannot be read"):
        place_of(address, _no_branch)


@pytest.mark.parametrize("form", ["{}", "{}/", "file://{}"])
def test_a_folder_is_a_site_or_a_release_in_it(site: Path, form: str) -> None:
    """A path and a file address name the same; an edition's name leads to its newest release."""
    whole = place_of(form.format(site), _no_branch)
    assert whole is not None and len(list(inspect_place(whole))) == 4
    corrected = place_of(form.format(f"{site}/2026-W03"), _no_branch)
    assert corrected is not None
    ((folder, finding),) = inspect_place(corrected)
    assert (folder, finding) == ("2026-W03-r2", Finding("2026-W03-r2", ()))


def test_a_release_copied_out_of_its_site(site: Path, tmp_path: Path) -> None:
    """A folder with a record and no list beside it is compared with its record; what it needs of
    the site is missing."""
    (tmp_path / "elsewhere").mkdir()
    (site / "2026-W02").rename(tmp_path / "elsewhere/copy")
    place = place_of(str(tmp_path / "elsewhere/copy"), _no_branch)
    assert place is not None
    ((_, finding),) = inspect_place(place)
    assert finding.wrong == (f"{STYLE_NAME}: missing; restore it from a copy of the site",)


def test_what_is_no_site_is_refused(tmp_path: Path) -> None:
    """A folder with neither list nor record is named; an edition's name is no folder."""
    with pytest.raises(ReportError, match="neither a site nor an edition"):
        place_of(str(tmp_path), _no_branch)
    assert place_of("2026-W03", _no_branch) is None
    assert place_of("latest", _no_branch) is None


def test_a_branch_is_opened_by_its_name(site: Path) -> None:
    """`branch:gh-pages:2026-W03` names branch and edition."""
    asked = []

    def opened(name: str) -> Tree:
        asked.append(name)
        return Folder(site)

    assert place_of("branch:gh-pages:2026-W03", opened) is not None
    whole = place_of("branch:gh-pages", opened)
    assert whole is not None and whole.release is None
    assert asked == ["gh-pages", "gh-pages"]


def test_a_shared_file_is_read_once(site: Path) -> None:
    """However many releases need it, one look at a shared file is enough."""

    reads = []

    class Counting(Folder):
        def read(self, name: str) -> bytes:
            reads.append(name)
            return super().read(name)

    tree = Counting(site)
    verifier = Verifier(tree)
    for entry in (*read_listing(tree).entries, *read_listing(tree).entries):
        verifier.release(entry.folder, entry)
    verifier.site()
    assert reads.count(STYLE_NAME) == 1
