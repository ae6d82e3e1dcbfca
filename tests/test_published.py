"""Whether an edition is published for good; git let in by a token that nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import let_in
import published
import pytest
from support_git_server import TOKEN, WORD, serve
from support_project import REPOSITORY
from support_releases import git, publish, release, repository

from generator.editions import Edition
from generator.git_branch import GitBranch
from generator.trees import Change

W03, W04 = Edition(2026, 3), Edition(2026, 4)
CORRECTION = "- {edition: 2026-W03, revision: 2, date: 2026-02-10, reason: A close was wrong.}\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBranch:
    """The branch of the site in a repository that many push to; a checkout is worked in."""
    checkout = tmp_path / "checkout"
    (checkout / "content").mkdir(parents=True)
    for path in (REPOSITORY / "mkdocs.yml", *(REPOSITORY / "content").glob("*.yml")):
        shutil.copy(path, checkout / path.relative_to(REPOSITORY))
    monkeypatch.chdir(checkout)
    shared = repository(tmp_path / "shared.git", bare=True)
    git(shared, "config", "uploadpack.allowFilter", "true")
    return GitBranch(repository(tmp_path / "home"), "site", str(shared))


PUBLISH = """
import sys
from pathlib import Path
from generator.git_branch import GitBranch
from generator.trees import Change
with GitBranch(Path(sys.argv[1]), "site", sys.argv[2]) as site:
    site.begin()
    site.apply(Change(files={"added.txt": b"Added."}), "Add")
"""
"""Publishes a file, as the command does."""


def _correct(text: str = CORRECTION) -> None:
    Path("content/corrections.yml").write_text(text)


def _ask(tmp_path: Path, edition: Edition = W03) -> int:
    return published.main([f"file://{tmp_path}/shared.git", str(edition), "--wait", "0"])


def _says(tmp_path: Path, capsys: pytest.CaptureFixture[str], edition: Edition = W03) -> str:
    assert _ask(tmp_path, edition) == 0
    return capsys.readouterr().out


def test_where_nothing_is_published(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither without a branch nor without a list on it is anything published."""
    assert _says(tmp_path, capsys) == "published=false\n"
    site.begin()
    site.apply(Change(files={"index.html": b""}), "Begin")
    assert _says(tmp_path, capsys) == "published=false\n"


def test_an_edition_is_published_for_good(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is if its data are real; another week is not."""
    publish(site, release(tmp_path, W03, simulated=False), release(tmp_path, W04))
    assert _says(tmp_path, capsys) == "published=true\n"
    assert _says(tmp_path, capsys, W04) == "published=false\n"


def test_a_correction_is_to_be_published(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edition is not published for good until it is in the revision that is asked for."""
    publish(site, release(tmp_path, W03, simulated=False))
    publish(site, release(tmp_path, W04, simulated=False))
    _correct()
    assert _says(tmp_path, capsys) == "published=false\n"
    assert _says(tmp_path, capsys, W04) == "published=true\n"
    publish(site, release(tmp_path, W03, simulated=False, revision=2))
    assert _says(tmp_path, capsys) == "published=true\n"


def test_the_site_itself_is_not_fetched(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of all the files on the branch the list alone comes here."""
    publish(site, release(tmp_path, W03, simulated=False))
    _says(tmp_path, capsys)
    listed = git(
        published.STORE, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"
    ).split()
    assert (listed.count("blob"), listed.count("commit")) == (1, 1)


def test_a_damaged_list(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, and not taken for one without the edition."""
    site.begin()
    site.apply(Change(files={"editions.json": b"[{}]"}), "Damage")
    assert _ask(tmp_path) == 1
    said = capsys.readouterr()
    assert said.out == "" and "site:editions.json" in said.err


def test_damaged_corrections(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are named with their line, and nothing is said of the edition."""
    publish(site, release(tmp_path, W03, simulated=False))
    _correct(CORRECTION.replace("revision: 2", "revision: 3"))
    assert _ask(tmp_path) == 1
    said = capsys.readouterr()
    assert said.out == "" and "content/corrections.yml:1" in said.err


def test_a_repository_that_does_not_answer(
    site: GitBranch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not taken for one without a site."""
    shutil.move(tmp_path / "shared.git", tmp_path / "gone.git")
    assert _ask(tmp_path) == 4
    said = capsys.readouterr()
    assert said.out == "" and "site could not be read from" in said.err


def _let_in(address: str, *command: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, let_in.__file__, "--wait", "0", address, *command],
        env={**os.environ, "SITE_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )


def test_git_is_let_in(
    site: GitBranch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the token for this repository alone, which is in no output and no file."""
    publish(site, release(tmp_path, W03, simulated=False))
    monkeypatch.setenv("SITE_TOKEN", TOKEN)
    with serve(tmp_path) as server:
        address = f"{server}/shared.git"
        assert published.main([address, "2026-W03", "--wait", "0"]) == 0
        asking = ("git", "ls-remote", "--heads", address)
        ran = [_let_in(address, *asking), _let_in(f"{server}/other.git", *asking)]
        ran.append(_let_in(address, *asking, token="a-wrong-token"))
        new = str(repository(tmp_path / "new"))
        ran.append(_let_in(address, sys.executable, "-c", PUBLISH, new, address))
    assert [done.returncode for done in ran] == [0, 128, 128, 0], ran[-1].stderr
    assert "refs/heads/site" in ran[0].stdout
    assert git(tmp_path / "shared.git", "show", "site:added.txt") == "Added."
    shown = capsys.readouterr()
    assert shown.out == "published=true\n"
    said = [shown.err, *(done.stdout + done.stderr for done in ran)]
    found = ["".join(said).encode(), *(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())]
    assert not any(word.encode() in text for word in (TOKEN, WORD) for text in found)


def test_a_command_that_is_let_in(tmp_path: Path) -> None:
    """Its exit code is the outcome, and it has no SITE_TOKEN."""
    look = "import os, sys; sys.exit(40 + ('SITE_TOKEN' in os.environ))"
    assert _let_in("https://example.org/shared", sys.executable, "-c", look).returncode == 40


@pytest.mark.parametrize(("code", "runs"), [(0, 1), (1, 1), (3, 1), (4, 4), (128, 4)])
def test_a_command_that_could_not_reach_the_repository(
    tmp_path: Path, code: int, runs: int
) -> None:
    """It is run again some times; one that ends otherwise is not."""
    count = tmp_path / "count"
    done = _let_in("https://example.org/shared", "sh", "-c", f"echo >>{count}; exit {code}")
    assert (done.returncode, len(count.read_text())) == (code, runs)
