"""The branch is mike's: its own commands work on it, and what they do outlives the next publish."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support_project import Project, published
from support_releases import BRANCH, git

MIKE = Path(sys.executable).with_name("mike")


def _mike(project: Project, *words: str) -> str:
    done = subprocess.run(
        [str(MIKE), *words],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in a repository with both its editions on the branch."""
    project = published().copy(tmp_path_factory.mktemp("mike") / "project")
    git(project.folder, "init", "--quiet", "--initial-branch=main")
    git(project.folder, "config", "user.name", "An Editor")
    git(project.folder, "config", "user.email", "editor@small-caps.example")
    git(project.folder, "add", "mkdocs.yml")
    git(project.folder, "commit", "--quiet", "--message", "Begin")
    for edition in ("2026-W04", "2026-W03"):
        ran = project.run("publish", edition, "--branch", BRANCH)
        assert ran.code == 0, ran.err
        assert ran.out == f"{BRANCH}:index.html\n"
    return project


@pytest.fixture
def project(original: Project, tmp_path: Path) -> Project:
    """A copy that may be changed."""
    return original.copy(tmp_path / "project")


def _read(project: Project, name: str) -> str:
    return git(project.folder, "show", f"{BRANCH}:{name}")


@contextmanager
def _served(project: Project) -> Iterator[str]:
    words = [str(MIKE), "serve", "--dev-addr", "127.0.0.1:0"]
    script = (
        "import http.server, mike.commands as c\n"
        "made = http.server.HTTPServer\n"
        "def told(address, handler):\n"
        "    server = made(address, handler)\n"
        "    print(server.server_port, flush=True)\n"
        "    return server\n"
        "c.http.server.HTTPServer = told\n"
        f"import sys; sys.argv = {words!r}\n"
        "from mike.driver import main\n"
        "main()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    try:
        numbers = (line.strip() for line in server.stdout)
        port = next(line for line in numbers if line.isdigit())
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.communicate()


def test_the_branch_has_the_files_of_the_folder(original: Project) -> None:
    """Two destinations, one logic: the same names and the same bytes."""
    site = original.site
    listed = git(original.folder, "ls-tree", "-r", "--name-only", "-z", BRANCH).split("\0")
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {*filter(None, listed)} == names
    for name in ("2026-W03/index.html", "versions.json", "editions.json", "index.html"):
        assert _read(original, name).encode() == (site / name).read_bytes()


def test_each_publish_is_one_commit(original: Project) -> None:
    """With edition, aliases, root pages, versions and shared files."""
    subjects = git(original.folder, "log", "--format=%s", BRANCH).splitlines()
    assert subjects == ["Publish 2026-W03", "Publish 2026-W04"]
    words = ["show", "--format=", "--name-only", f"{BRANCH}^"]
    first = set(git(original.folder, *words).splitlines())
    assert {"2026-W04/edition.json", "latest/index.html", "versions.json", "index.html"} <= first
    assert any(name.startswith("assets/site.") for name in first)


def test_mike_lists_the_editions(original: Project) -> None:
    """With their titles and aliases."""
    assert _mike(original, "list").splitlines() == [
        '"Week to 23 January 2026 (simulated data)" (2026-W04) [latest]',
        '"Week to 16 January 2026 (simulated data)" (2026-W03)',
    ]
    assert "2026-W04" in _mike(original, "list", "latest")


def test_mike_serves_the_branch(original: Project) -> None:
    """An edition, the alias that leads to it, and the front page."""
    with _served(original) as address:
        for name in ("index.html", "2026-W04/index.html", "latest/index.html", "versions.json"):
            with urllib.request.urlopen(f"{address}/{name}", timeout=20) as answer:
                assert answer.read().decode() == _read(original, name)


def test_an_alias_made_with_mike_outlives_the_next_publish(project: Project) -> None:
    """It is in the list of versions, and its files are there."""
    _mike(project, "alias", "2026-W03", "cited")
    assert project.run("publish", "--rebuild", "--branch", BRANCH).code == 0
    assert "(2026-W03) [cited]" in _mike(project, "list")
    assert git(project.folder, "ls-tree", BRANCH, "cited").startswith("120000 blob")


def test_an_edition_deleted_with_mike_is_gone_from_the_root(project: Project) -> None:
    """Lists and root pages follow at the next publish, and it can be published again."""
    _mike(project, "delete", "2026-W03")
    assert "2026-W03" in _read(project, "editions.json")
    assert project.run("publish", "2026-W04", "--branch", BRANCH).code == 0
    assert "2026-W03" not in _read(project, "editions.json")
    names = git(project.folder, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert not any("2026-W03" in name for name in names if not name.startswith("snapshots/"))
    assert project.run("publish", "2026-W03", "--branch", BRANCH).code == 0
    assert "(2026-W03)" in _mike(project, "list")


def test_a_default_set_with_mike_leads_there_until_the_next_publish(project: Project) -> None:
    """mike writes index.html; the front page comes back with the next edition."""
    front = _read(project, "index.html")
    _mike(project, "set-default", "latest")
    assert "latest/" in _read(project, "index.html") and _read(project, "index.html") != front
    assert project.run("publish", "--rebuild", "--branch", BRANCH).code == 0
    assert _read(project, "index.html") == front
