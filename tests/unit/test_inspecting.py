"""What `verify` looks at in a project of its own: frozen inputs and published releases together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support_project import Project, make_project
from support_releases import publish, release

from generator.config import load_settings
from generator.editions import Edition
from generator.errors import ReportError, UsageError
from generator.findings import Finding
from generator.folders import Folder
from generator.inspecting import inspect, release_at
from generator.trees import Tree
from generator.workshop import Workshop

W02, W03 = Edition(2026, 2), Edition(2026, 3)


def _no_branch(name: str) -> Tree:
    raise AssertionError(name)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with three snapshots, and two editions published, of which one is corrected."""
    folder = tmp_path_factory.mktemp("inspected")
    project = make_project(folder / "project")
    tree = Folder(project.site)
    publish(tree, release(folder, W02), release(folder, W03))
    publish(tree, release(folder, W03, revision=2))
    return project


@pytest.fixture
def project(original: Project, tmp_path: Path) -> Project:
    """A copy that may be changed."""
    return original.copy(tmp_path / "project")


def _inspect(project: Project, target: str | None) -> list[Finding]:
    with Workshop(load_settings(project.folder), lambda *_: None) as shop:
        return list(inspect(shop, target, target is None, False, _no_branch))


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (None, ["2026-W02", "2026-W03", "2026-W03-r2", "2026-W04", "site"]),
        ("2026-W03", ["2026-W03", "2026-W03-r2"]),
        ("2026-W03-r1", ["2026-W03"]),
        ("2026-W03-r2", ["2026-W03-r2"]),
        ("2026-W04", ["2026-W04"]),
        ("latest", ["2026-W04"]),
    ],
)
def test_what_is_meant(original: Project, target: str | None, names: list[str]) -> None:
    """An edition means all its releases, with its frozen inputs; all of them the shared files too;
    what is only frozen is looked at as well."""
    found = _inspect(original, target)
    assert [finding.name for finding in found] == names
    assert {finding.verdict for finding in found} == {"all hashes match"}


def _object(project: Project) -> Path:
    manifest = json.loads((project.snapshots / "2026-W03.json").read_text())
    return project.snapshots / f"objects/{manifest['tables']['prices'][-1]['sha256']}.parquet"


DAMAGE: dict[str, tuple[Callable[[Project], object], str, str]] = {
    "an object": (lambda p: _object(p).unlink(), "2026-W03", "an object of the snapshot"),
    "a page": (
        lambda p: (p.site / "2026-W03-r2/index.html").unlink(),
        "2026-W03-r2",
        "2026-W03-r2/index.html: missing",
    ),
    "the list": (
        lambda p: (p.site / "editions.json").write_text("{"),
        "site",
        "smallcaps publish --rebuild",
    ),
}


@pytest.mark.parametrize("target", [None, "2026-W03"])
@pytest.mark.parametrize("which", DAMAGE)
def test_damage_of_either_is_found(project: Project, which: str, target: str | None) -> None:
    """Frozen inputs and pages are both looked at; without the list of editions the records do."""
    damage, name, line = DAMAGE[which]
    damage(project)
    wrong = {finding.name: finding.lines for finding in _inspect(project, target) if finding.lines}
    assert line in " ".join(wrong.pop(name))
    # Objects are shared by the editions that follow.
    assert set(wrong) <= {"2026-W04"}


@pytest.mark.parametrize(
    ("target", "error", "said"),
    [
        ("2025-W20", ReportError, "2025-W20 has no snapshot"),
        ("2026-W02-r2", ReportError, r"2026-W02-r2 is not published \(revisions of 2026-W02: 1\)"),
        ("2026-W04-r1", ReportError, r"\(revisions of 2026-W04: none\)"),
        ("2026-3", UsageError, "is not an edition"),
        ("elsewhere/else", ReportError, "neither a site nor an edition"),
    ],
)
def test_what_there_is_not(
    original: Project, target: str, error: type[ReportError], said: str
) -> None:
    """An edition without anything, a revision that is not there, and what is no edition."""
    with pytest.raises(error, match=said):
        _inspect(original, target)


def test_a_target_and_all_exclude_each_other(original: Project) -> None:
    """It would not be clear what is meant."""
    shop = Workshop(load_settings(original.folder), lambda *_: None)
    with pytest.raises(UsageError, match="exclude each other"):
        list(inspect(shop, "2026-W03", True, False, _no_branch))


def test_a_release_that_is_only_published(project: Project) -> None:
    """Without its snapshot the published files are looked at."""
    shutil.rmtree(project.snapshots)
    assert [finding.name for finding in _inspect(project, "2026-W02")] == ["2026-W02"]
    assert _inspect(project, "latest")[0].name == "2026-W03"


def test_one_release_by_its_name(original: Project) -> None:
    """An edition's name means its newest release, of this project or of a site by its folder."""
    with Workshop(load_settings(original.folder), lambda *_: None) as shop:
        for target, folder in (
            ("2026-W03", "2026-W03-r2"),
            ("2026-W03-r1", "2026-W03-r1"),
            ("latest", "2026-W03-r2"),
            (str(original.site), "2026-W03-r2"),
            (f"{original.site}/2026-W02", "2026-W02"),
        ):
            assert release_at(shop, target, _no_branch)[1].folder == folder
        with pytest.raises(ReportError, match="2025-W20 is not published"):
            release_at(shop, "2025-W20", _no_branch)
