"""Snapshots are kept on a branch; nothing is lost, forced or shown to the wrong people."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import branches
import keep
import pytest
from support_git_server import TOKEN, WORD, serve
from support_github import git
from support_project import tree

PERSON = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "A Person"), ("EMAIL", "person@example.org"))
}


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """A checkout somewhere, and the repository that all share."""

    folder: Path
    address: str

    @classmethod
    def new(cls, folder: Path, address: str) -> Desk:
        """Return a fresh checkout."""
        (folder / "content/snapshots/objects").mkdir(parents=True)
        return cls(folder, address)

    def freeze(self, edition: str, rows: str, publish: str = "raw", simulated: bool = False) -> str:
        """Freeze an edition with one object and return the object's name."""
        digest = hashlib.sha256(rows.encode()).hexdigest()
        store = self.folder / "content/snapshots"
        (store / f"objects/{digest}.parquet").write_text(rows)
        manifest = {
            "as_of": f"the Friday of {edition}",
            "datasets": {"prices": {"publish": publish}, "macro": {"publish": "none"}},
            "provider": "elsewhere",
            "retrieved_at": rows,
            "simulated": simulated,
            "tables": {"prices": [{"sha256": digest}], "macro": []},
        }
        (store / f"{edition}.json").write_text(json.dumps(manifest))
        return f"objects/{digest}.parquet"

    def command(self, verb: str, edition: str, readers: str) -> list[str]:
        """Return the words that keep it."""
        after = [edition, "--readers", readers] if verb == "save" else []
        return [verb, self.address, "--wait", "0", *after]

    def keep(
        self,
        verb: str,
        edition: str = "2026-W04",
        readers: str = "private",
        environment: Mapping[str, str] | None = None,
    ) -> Ran:
        """Restore or save in a process of its own."""
        done = subprocess.run(
            [sys.executable, keep.__file__, *self.command(verb, edition, readers)],
            cwd=self.folder,
            env={**os.environ, **PERSON, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def restored(self) -> Desk:
        """Restore, which must succeed, and return itself."""
        ran = self.keep("restore")
        assert ran.code == 0, ran.err
        return self

    def saved(self, edition: str, **options: Any) -> bool:
        """Save, which must succeed, and return whether anything was pushed."""
        ran = self.keep("save", edition, **options)
        assert (ran.code, ran.out) == (0, ""), ran.err
        return "pushed snapshots" in ran.err


@dataclass(frozen=True)
class Shared:
    """The repository that all desks share."""

    folder: Path

    def desk(self, name: str) -> Desk:
        """Return a fresh checkout of it."""
        return Desk.new(self.folder.parent / name, f"file://{self.folder}")

    def files(self) -> dict[str, str]:
        """Return what the branch holds: text by name."""
        listed = git(self.folder, "ls-tree", "-r", "--name-only", "snapshots").splitlines()
        return {name: git(self.folder, "show", f"snapshots:{name}") for name in listed}

    def tips(self) -> dict[str, str]:
        """Return every branch and its commit."""
        listed = git(self.folder, "for-each-ref", "--format=%(refname:short) %(objectname)")
        return dict(line.split() for line in listed.splitlines())

    def subjects(self) -> list[str]:
        """Return what the commits say, oldest first."""
        return git(self.folder, "log", "--reverse", "--format=%s", "snapshots").splitlines()

    def hook(self, script: str) -> None:
        """Let a script decide about every push."""
        path = self.folder / "hooks/pre-receive"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    """A repository without branches."""
    folder = tmp_path / "shared.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    return Shared(folder)


def test_where_there_is_no_branch_yet(shared: Shared) -> None:
    """The first restore leaves what the checkout holds; the first save makes the branch."""
    desk = shared.desk("first")
    desk.freeze("2026-W04", "rows")
    before = tree(desk.folder / "content")
    desk.restored()
    assert tree(desk.folder / "content") == before
    assert desk.saved("2026-W04")
    assert set(shared.tips()) == {"snapshots"}
    assert shared.subjects() == ["Freeze 2026-W04 from elsewhere, as of the Friday of 2026-W04"]


def test_what_was_saved_is_restored(shared: Shared) -> None:
    """Another checkout has the same snapshots, byte for byte."""
    first = shared.desk("first").restored()
    first.freeze("2026-W04", "rows")
    first.saved("2026-W04")
    second = shared.desk("second").restored()
    assert tree(second.folder / "content") == tree(first.folder / "content")


def test_nothing_new_is_not_pushed(shared: Shared) -> None:
    """A second save makes no commit."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    desk.saved("2026-W04")
    before = shared.tips()
    assert not desk.saved("2026-W04")
    assert not shared.desk("second").restored().saved("2026-W04")
    assert shared.tips() == before


def test_two_at_once_for_two_editions(shared: Shared) -> None:
    """Who comes second adds his edition to what the first pushed; no commit is lost."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    one, other = first.freeze("2026-W03", "a"), second.freeze("2026-W04", "b")
    assert first.saved("2026-W03")
    before = shared.tips()["snapshots"]
    assert second.saved("2026-W04")
    assert {"2026-W03.json", "2026-W04.json", one, other} == set(shared.files())
    git(shared.folder, "merge-base", "--is-ancestor", before, "snapshots")
    assert len(shared.subjects()) == 2


def test_two_at_once_for_one_edition(shared: Shared) -> None:
    """What was frozen first stays; the rows of the second are nowhere."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    kept, lost = first.freeze("2026-W04", "a"), second.freeze("2026-W04", "b")
    first.saved("2026-W04")
    before = shared.tips()
    assert not second.saved("2026-W04")
    assert shared.tips() == before
    assert (second.folder / "content/snapshots" / kept).is_file()
    assert not (second.folder / "content/snapshots" / lost).exists()


def test_real_data_take_the_place_of_simulated(shared: Shared) -> None:
    """An edition frozen from real data is not given up for a simulated one on the branch."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    first.freeze("2026-W04", "made up", simulated=True)
    first.saved("2026-W04")
    real = second.freeze("2026-W04", "real")
    second.saved("2026-W04")
    assert json.loads(shared.files()["2026-W04.json"])["simulated"] is False
    assert real in shared.files()


@pytest.mark.parametrize("readers", ["public", "internal", ""])
@pytest.mark.parametrize("publish", ["derived", "none"])
def test_rows_that_may_not_be_published(shared: Shared, readers: str, publish: str) -> None:
    """They are refused to a repository unless only its owners read it; nothing at all is pushed."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows", publish)
    ran = desk.keep("save", "2026-W04", readers)
    assert (ran.code, ran.out, shared.tips()) == (3, "", {})
    assert "prices in 2026-W04.json may not be published" in ran.err
    assert "SNAPSHOTS_REPOSITORY" in ran.err
    assert "Traceback" not in ran.err


def test_rows_that_may_be_published(shared: Shared) -> None:
    """Rows marked raw, and simulated ones however marked, go to a public repository."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W03", "made up", "derived", simulated=True)
    desk.freeze("2026-W04", "rows", "raw")
    assert desk.saved("2026-W04", readers="public")


def test_withheld_rows_go_to_a_private_repository(shared: Shared) -> None:
    """They are kept where only the owners read."""
    desk = shared.desk("first").restored()
    name = desk.freeze("2026-W04", "rows", "derived")
    desk.saved("2026-W04")
    assert name in shared.files()


@pytest.mark.parametrize("text", ["{", '{"simulated": false, "tables": {"prices": [1]}}', "[]"])
def test_a_manifest_that_does_not_say(shared: Shared, text: str) -> None:
    """Where it is not known which rows may be published, none are pushed to where others read."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    (desk.folder / "content/snapshots/2026-W03.json").write_text(text)
    ran = desk.keep("save", "2026-W04", "public")
    assert (ran.code, shared.tips()) == (3, {})
    assert "2026-W03.json" in ran.err and "Traceback" not in ran.err


def test_a_push_that_is_refused_for_a_while(shared: Shared, tmp_path: Path) -> None:
    """It is tried again; in the meantime the branches are as they were."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    count = tmp_path / "count"
    shared.hook(
        f'echo >>{count}; git for-each-ref >>{tmp_path}/refs; test "$(wc -l <{count})" -gt 2'
    )
    assert desk.saved("2026-W04")
    assert len(count.read_text()) == 3
    assert (tmp_path / "refs").read_text() == ""


def test_a_push_that_is_refused_for_good(shared: Shared) -> None:
    """It ends as a repository that cannot be reached does, and says what was answered."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    shared.hook("echo the disk is full >&2; exit 1")
    ran = desk.keep("save", "2026-W04")
    assert (ran.code, ran.out, shared.tips()) == (4, "", {})
    assert "snapshots could not be pushed" in ran.err and "the disk is full" in ran.err


def test_a_push_that_is_killed(shared: Shared, tmp_path: Path) -> None:
    """The branches are as they were, and the next save completes what was begun."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W03", "a")
    desk.saved("2026-W03")
    before = shared.tips()
    desk.freeze("2026-W04", "b")
    end = f"import os; os.killpg(int(open('{tmp_path}/group').read()), {signal.SIGKILL:d})"
    shared.hook(f'{sys.executable} -c "{end}"')
    words = [sys.executable, keep.__file__, *desk.command("save", "2026-W04", "private")]
    script = f'echo $$ >{tmp_path}/group; exec "$@"'
    environment = {**os.environ, **PERSON}
    killed = subprocess.run(
        ["sh", "-c", script, "sh", *words],
        cwd=desk.folder,
        env=environment,
        start_new_session=True,
        check=False,
    )
    assert (killed.returncode, shared.tips()) == (-signal.SIGKILL, before)
    shared.hook("exit 0")
    assert desk.saved("2026-W04")


def test_a_repository_that_does_not_answer(shared: Shared) -> None:
    """It is not taken for one without branches: nothing in the folders changes."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    desk.saved("2026-W04")
    shutil.move(shared.folder, shared.folder.with_name("gone.git"))
    before = tree(desk.folder)
    for verb in ("restore", "save"):
        desk.freeze("2026-W05", "more") if verb == "save" else None
        ran = desk.keep(verb, "2026-W04")
        assert (ran.code, ran.out) == (4, "")
        assert "could not be read from" in ran.err and "Traceback" not in ran.err
        assert verb == "save" or tree(desk.folder) == before


def test_others_push_without_end(shared: Shared) -> None:
    """It gives up after some rounds rather than going on for ever."""
    other = shared.desk("other").restored()
    other.freeze("2026-W03", "a")
    other.saved("2026-W03")
    desk = shared.desk("first").restored()
    desk.freeze("2026-W04", "rows")
    elsewhere = shared.folder / "hooks/elsewhere"
    move = "git commit-tree $(git rev-parse snapshots^{tree}) -p snapshots -m x"
    elsewhere.write_text(f"#!/bin/sh\ngit update-ref refs/heads/snapshots $({move})\nexit 1\n")
    elsewhere.chmod(0o755)
    # A push holds new objects apart until it is accepted; this one is made outside of it.
    shared.hook(f"unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; exec {elsewhere}")
    ran = desk.keep("save", "2026-W04", environment=PERSON)
    assert (ran.code, ran.out) == (4, "")
    assert f"others pushed {keep.ROUNDS} times" in ran.err
    assert len(shared.subjects()) == 1 + keep.ROUNDS


@pytest.mark.parametrize("words", [[], ["save", "somewhere", "2026-W04"], ["keep", "somewhere"]])
def test_wrong_words(words: list[str]) -> None:
    """Saving without saying who can read is refused, as is what it does not know."""
    with pytest.raises(SystemExit) as stop:
        keep.main(words)
    assert stop.value.code == 2


def test_the_token_lets_in_and_is_not_seen(shared: Shared, tmp_path: Path) -> None:
    """Git is let in over HTTP; the token is in no output and no file."""
    token = {"SNAPSHOTS_TOKEN": TOKEN}
    with serve(tmp_path) as server:
        desk = Desk.new(tmp_path / "first", f"{server}/shared.git")
        other = Desk.new(tmp_path / "other", f"{server}/shared.git")
        ran = [each.keep("restore", environment=token) for each in (desk, other)]
        desk.freeze("2026-W04", "rows")
        other.freeze("2026-W03", "more")
        ran.append(other.keep("save", "2026-W03", environment=token))
        ran.append(desk.keep("save", "2026-W04", environment=token))
        wrong = desk.keep("restore", environment={"SNAPSHOTS_TOKEN": "a-wrong-token"})
    assert [each.code for each in ran] == [0, 0, 0, 0]
    assert {"2026-W03.json", "2026-W04.json"} <= set(shared.files())
    assert wrong.code == 4 and "a-wrong-token" not in wrong.err
    said = "".join(each.out + each.err for each in ran)
    found = [said.encode(), *(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())]
    assert not any(word.encode() in text for word in (TOKEN, WORD) for text in found)


def test_it_waits_longer_every_time(tmp_path: Path) -> None:
    """A repository that does not answer is asked some times, at doubling distances."""
    waits: list[float] = []
    nowhere = branches.Repository(f"file://{tmp_path}/nowhere.git", "")
    store = tmp_path / "store.git"
    branch = branches.Branch("snapshots", nowhere, store, wait=5.0, sleep=waits.append)
    with pytest.raises(branches.Unreachable):
        branch.restore(tmp_path / "snapshots")
    assert waits == [5.0, 10.0, 20.0]
