"""Snapshots and site are kept on branches; nothing is lost, forced or shown to the wrong people."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import branches
import keep
import pytest
from support_github import git
from support_project import tree

PERSON = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "A Person"), ("EMAIL", "person@example.org"))
}
ADD = """
import json, os, sys
from pathlib import Path
edition = sys.argv[1]
frozen = json.loads(Path(f"content/snapshots/{edition}.json").read_text())
record = Path("site", edition, "edition.json")
record.parent.mkdir(parents=True, exist_ok=True)
record.write_text(json.dumps({"simulated": frozen["simulated"], "from": frozen["retrieved_at"]}))
names = sorted(path.parent.name for path in Path("site").glob("*/edition.json"))
Path("site/versions.json").write_text(json.dumps(names))
Path("seen").write_text(json.dumps(dict(os.environ)))
"""
"""Publishes a frozen edition, as the command does: its own folder, and a list of all."""


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
        """Return a fresh checkout, whose site is empty."""
        (folder / "content/snapshots/objects").mkdir(parents=True)
        (folder / "site").mkdir()
        (folder / "site/.gitignore").write_text("*\n")
        (folder / "add.py").write_text(ADD)
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

    def publish(self, edition: str) -> None:
        """Add an edition to the site."""
        subprocess.run([sys.executable, "add.py", edition], cwd=self.folder, check=True)

    def make(self, edition: str, rows: str, publish: str = "raw") -> str:
        """Freeze and publish an edition and return its object's name."""
        name = self.freeze(edition, rows, publish)
        self.publish(edition)
        return name

    def command(self, verb: str, edition: str, readers: str) -> list[str]:
        """Return the words that keep it."""
        places = ["--snapshots-from", self.address, "--site-from", self.address, "--wait", "0"]
        after = ["--readers", readers, "--", sys.executable, "add.py", edition]
        return [verb, edition, *places, *(after if verb == "save" else [])]

    def keep(
        self,
        verb: str,
        edition: str,
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

    def restored(self, edition: str = "2026-W04") -> Desk:
        """Restore, which must succeed, and return itself."""
        ran = self.keep("restore", edition)
        assert ran.code == 0, ran.err
        return self

    def saved(self, edition: str, **options: Any) -> dict[str, bool]:
        """Save, which must succeed, and return what was pushed."""
        ran = self.keep("save", edition, **options)
        assert ran.code == 0, ran.err
        lines = [line.partition("=") for line in ran.out.splitlines()]
        return {name: value == "true" for name, _, value in lines}


@dataclass(frozen=True)
class Shared:
    """The repository that all desks share."""

    folder: Path

    def desk(self, name: str) -> Desk:
        """Return a fresh checkout of it."""
        return Desk.new(self.folder.parent / name, f"file://{self.folder}")

    def files(self, branch: str) -> dict[str, str]:
        """Return what a branch holds: text by name."""
        listed = git(self.folder, "ls-tree", "-r", "--name-only", branch).splitlines()
        return {name: git(self.folder, "show", f"{branch}:{name}") for name in listed}

    def tips(self) -> dict[str, str]:
        """Return every branch and its commit."""
        listed = git(self.folder, "for-each-ref", "--format=%(refname:short) %(objectname)")
        return dict(line.split() for line in listed.splitlines())

    def subjects(self, branch: str) -> list[str]:
        """Return what the commits of a branch say, oldest first."""
        return git(self.folder, "log", "--reverse", "--format=%s", branch).splitlines()

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
    """The first restore leaves what the checkout holds; the first save makes both branches."""
    desk = shared.desk("first")
    desk.make("2026-W04", "rows")
    before = tree(desk.folder / "content"), tree(desk.folder / "site")
    desk.restored()
    assert (tree(desk.folder / "content"), tree(desk.folder / "site")) == before
    assert desk.saved("2026-W04") == {"snapshots": True, "site": True}
    assert set(shared.tips()) == {"snapshots", "site"}
    assert shared.files("site").keys() == {"2026-W04/edition.json", "versions.json"}
    assert shared.subjects("site") == [
        "Publish 2026-W04 from elsewhere, as of the Friday of 2026-W04"
    ]


def test_what_was_saved_is_restored(shared: Shared) -> None:
    """Another checkout has the same snapshots and the same site, byte for byte."""
    first = shared.desk("first").restored()
    first.make("2026-W04", "rows")
    first.saved("2026-W04")
    second = shared.desk("second").restored()
    for name in ("content", "site"):
        assert tree(second.folder / name) == tree(first.folder / name)


def test_a_site_is_restored_exactly(shared: Shared) -> None:
    """What lay in the folder before and is not on the branch is gone, but for its .gitignore."""
    first = shared.desk("first").restored()
    first.make("2026-W04", "rows")
    first.saved("2026-W04")
    second = shared.desk("second")
    second.make("2026-W03", "mine")
    second.restored()
    assert {path.name for path in (second.folder / "site").iterdir()} == {
        ".gitignore",
        "2026-W04",
        "versions.json",
    }


def test_nothing_new_is_not_pushed(shared: Shared) -> None:
    """A second save makes no commit."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    desk.saved("2026-W04")
    before = shared.tips()
    assert desk.saved("2026-W04") == {"snapshots": False, "site": False}
    assert shared.desk("second").restored().saved("2026-W04") == {"snapshots": False, "site": False}
    assert shared.tips() == before


def test_a_published_edition_is_known(shared: Shared) -> None:
    """Restoring says whether the edition is there for good, which a simulated one is not."""
    desk = shared.desk("first").restored()
    desk.make("2026-W03", "rows")
    desk.freeze("2026-W04", "made up", simulated=True)
    desk.publish("2026-W04")
    desk.saved("2026-W04")
    assert desk.keep("restore", "2026-W03").out == "published=true\n"
    assert desk.keep("restore", "2026-W04").out == "published=false\n"
    assert desk.keep("restore", "2026-W05").out == "published=false\n"


def test_two_at_once_for_two_editions(shared: Shared) -> None:
    """Who comes second adds his edition to what the first pushed; no commit is lost."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    one, other = first.make("2026-W03", "a"), second.make("2026-W04", "b")
    assert first.saved("2026-W03") == {"snapshots": True, "site": True}
    before = shared.tips()
    assert second.saved("2026-W04") == {"snapshots": True, "site": True}
    assert {"2026-W03.json", "2026-W04.json", one, other} == set(shared.files("snapshots"))
    assert shared.files("site")["versions.json"] == '["2026-W03", "2026-W04"]'
    for branch, tip in before.items():
        git(shared.folder, "merge-base", "--is-ancestor", tip, branch)
        assert len(shared.subjects(branch)) == 2


def test_two_at_once_for_one_edition(shared: Shared) -> None:
    """What was frozen first stays; the rows of the second are nowhere."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    kept, lost = first.make("2026-W04", "a"), second.make("2026-W04", "b")
    first.saved("2026-W04")
    before = shared.tips()
    assert second.saved("2026-W04") == {"snapshots": False, "site": False}
    assert shared.tips() == before
    assert (second.folder / "content/snapshots" / kept).is_file()
    assert not (second.folder / "content/snapshots" / lost).exists()


def test_real_data_take_the_place_of_simulated(shared: Shared) -> None:
    """An edition frozen from real data is not given up for a simulated one on the branch."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    first.freeze("2026-W04", "made up", simulated=True)
    first.publish("2026-W04")
    first.saved("2026-W04")
    real = second.make("2026-W04", "real")
    second.saved("2026-W04")
    assert json.loads(shared.files("snapshots")["2026-W04.json"])["simulated"] is False
    assert real in shared.files("snapshots")
    assert json.loads(shared.files("site")["2026-W04/edition.json"])["from"] == "real"


def test_only_the_site_was_lost(shared: Shared) -> None:
    """A run that ended between the two pushes is completed by the next."""
    first = shared.desk("first").restored()
    first.make("2026-W04", "rows")
    first.saved("2026-W04")
    git(shared.folder, "update-ref", "-d", "refs/heads/site")
    second = shared.desk("second").restored()
    second.publish("2026-W04")
    assert second.saved("2026-W04") == {"snapshots": False, "site": True}


@pytest.mark.parametrize("readers", ["public", "internal", ""])
@pytest.mark.parametrize("publish", ["derived", "none"])
def test_rows_that_may_not_be_published(shared: Shared, readers: str, publish: str) -> None:
    """They are refused to a repository unless only its owners read it; nothing at all is pushed."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows", publish)
    ran = desk.keep("save", "2026-W04", readers)
    assert (ran.code, ran.out, shared.tips()) == (3, "", {})
    assert "prices in 2026-W04.json may not be published" in ran.err
    assert "SNAPSHOTS_REPOSITORY" in ran.err
    assert "Traceback" not in ran.err


def test_rows_that_may_be_published(shared: Shared) -> None:
    """Rows marked raw, and simulated ones however marked, go to a public repository."""
    desk = shared.desk("first").restored()
    desk.freeze("2026-W03", "made up", "derived", simulated=True)
    desk.make("2026-W04", "rows", "raw")
    assert desk.saved("2026-W04", readers="public") == {"snapshots": True, "site": True}


def test_withheld_rows_go_to_a_private_repository(shared: Shared) -> None:
    """They are kept where only the owners read."""
    desk = shared.desk("first").restored()
    name = desk.make("2026-W04", "rows", "derived")
    desk.saved("2026-W04")
    assert name in shared.files("snapshots")
    assert name not in shared.files("site")


@pytest.mark.parametrize("text", ["{", '{"simulated": false, "tables": {"prices": [1]}}', "[]"])
def test_a_manifest_that_does_not_say(shared: Shared, text: str) -> None:
    """Where it is not known which rows may be published, none are pushed to where others read."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    (desk.folder / "content/snapshots/2026-W03.json").write_text(text)
    ran = desk.keep("save", "2026-W04", "public")
    assert (ran.code, shared.tips()) == (3, {})
    assert "2026-W03.json" in ran.err and "Traceback" not in ran.err


def test_a_push_that_is_refused_for_a_while(shared: Shared, tmp_path: Path) -> None:
    """It is tried again; in the meantime the branches are as they were."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    count = tmp_path / "count"
    shared.hook(
        f'echo >>{count}; git for-each-ref >>{tmp_path}/refs; test "$(wc -l <{count})" -gt 2'
    )
    assert desk.saved("2026-W04") == {"snapshots": True, "site": True}
    assert len(count.read_text()) == 4
    assert (tmp_path / "refs").read_text().count("refs/heads") == 1


def test_a_push_that_is_refused_for_good(shared: Shared) -> None:
    """It ends as a repository that cannot be reached does, and says what was answered."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    shared.hook("echo the disk is full >&2; exit 1")
    ran = desk.keep("save", "2026-W04")
    assert (ran.code, ran.out, shared.tips()) == (4, "", {})
    assert "snapshots could not be pushed" in ran.err and "the disk is full" in ran.err


def test_a_push_that_is_killed(shared: Shared, tmp_path: Path) -> None:
    """The branches are as they were, and the next save completes what was begun."""
    desk = shared.desk("first").restored()
    desk.make("2026-W03", "a")
    desk.saved("2026-W03")
    before = shared.tips()
    desk.make("2026-W04", "b")
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
    assert desk.saved("2026-W04") == {"snapshots": True, "site": True}


def test_a_repository_that_does_not_answer(shared: Shared) -> None:
    """It is not taken for one without branches: nothing in the folders changes."""
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    desk.saved("2026-W04")
    shutil.move(shared.folder, shared.folder.with_name("gone.git"))
    before = tree(desk.folder)
    for verb in ("restore", "save"):
        desk.make("2026-W05", "more") if verb == "save" else None
        ran = desk.keep(verb, "2026-W04")
        assert (ran.code, ran.out) == (4, "")
        assert "could not be read from" in ran.err and "Traceback" not in ran.err
        assert verb == "save" or tree(desk.folder) == before


def test_others_push_without_end(shared: Shared) -> None:
    """It gives up after some rounds rather than going on for ever."""
    other = shared.desk("other").restored()
    other.make("2026-W03", "a")
    other.saved("2026-W03")
    desk = shared.desk("first").restored()
    desk.make("2026-W04", "rows")
    elsewhere = shared.folder / "hooks/elsewhere"
    move = "git commit-tree $(git rev-parse snapshots^{tree}) -p snapshots -m x"
    elsewhere.write_text(f"#!/bin/sh\ngit update-ref refs/heads/snapshots $({move})\nexit 1\n")
    elsewhere.chmod(0o755)
    # A push holds new objects apart until it is accepted; this one is made outside of it.
    shared.hook(f"unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; exec {elsewhere}")
    ran = desk.keep("save", "2026-W04", environment=PERSON)
    assert (ran.code, ran.out) == (4, "")
    assert f"others pushed {keep.ROUNDS} times" in ran.err
    assert len(shared.subjects("snapshots")) == 1 + keep.ROUNDS


def test_a_failure_of_the_command(shared: Shared) -> None:
    """Where our edition cannot be added to what others pushed, its exit code is the outcome."""
    first, second = shared.desk("first").restored(), shared.desk("second").restored()
    first.make("2026-W03", "a")
    second.make("2026-W04", "b")
    first.saved("2026-W03")
    (second.folder / "add.py").write_text("raise SystemExit(3)")
    before = shared.tips()
    ran = second.keep("save", "2026-W04")
    assert (ran.code, ran.out, shared.tips()) == (3, "", before)


def test_wrong_words(shared: Shared) -> None:
    """Saving without a command that adds the edition is refused before anything is done."""
    words = shared.desk("first").command("save", "2026-W04", "private")
    with pytest.raises(SystemExit) as stop:
        keep.main(words[: words.index("--")])
    assert stop.value.code == 2


TOKEN = "a-token-that-nobody-may-see"
WORD = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


class _Backend(BaseHTTPRequestHandler):
    """Serves repositories over HTTP through git's own program, to those who have the token."""

    root: Path

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        if self.headers["Authorization"] != f"basic {WORD}":
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        request = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_USER": "somebody",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env={**os.environ, **request},
            stdout=subprocess.PIPE,
            check=True,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _served(root: Path) -> Iterator[str]:
    handler = type("Backend", (_Backend,), {"root": root})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_token_lets_in_and_is_not_seen(shared: Shared, tmp_path: Path) -> None:
    """Git is let in over HTTP; the token is in no output, no file, and not with the command."""
    tokens = {name: TOKEN for name in keep.TOKENS}
    with _served(tmp_path) as server:
        desk = Desk.new(tmp_path / "first", f"{server}/shared.git")
        other = Desk.new(tmp_path / "other", f"{server}/shared.git")
        ran = [desk.keep("restore", "2026-W04", environment=tokens)]
        ran.append(other.keep("restore", "2026-W03", environment=tokens))
        desk.make("2026-W04", "rows")
        other.make("2026-W03", "more")
        ran.append(other.keep("save", "2026-W03", environment=tokens))
        ran.append(desk.keep("save", "2026-W04", environment=tokens))
        wrong = dict.fromkeys(keep.TOKENS, "a-wrong-token")
        refused = desk.keep("restore", "2026-W04", environment=wrong)
    assert [each.code for each in ran] == [0, 0, 0, 0]
    assert shared.files("site")["versions.json"] == '["2026-W03", "2026-W04"]'
    assert refused.code == 4 and "a-wrong-token" not in refused.err
    said = "".join(each.out + each.err for each in ran)
    found = [said.encode(), *(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())]
    assert not any(word.encode() in text for word in (TOKEN, WORD) for text in found)
    seen = json.loads((desk.folder / "seen").read_text())
    assert not set(keep.TOKENS).intersection(seen) and "PATH" in seen


def test_it_waits_longer_every_time(tmp_path: Path) -> None:
    """A repository that does not answer is asked some times, at doubling distances."""
    waits: list[float] = []
    nowhere = branches.Repository(f"file://{tmp_path}/nowhere.git", "")
    branch = branches.Branch(
        name="site",
        repository=nowhere,
        folder=tmp_path / "site",
        store=tmp_path / "store.git",
        alone=True,
        wait=5.0,
        sleep=waits.append,
    )
    with pytest.raises(branches.Unreachable):
        branch.restore()
    assert waits == [5.0, 10.0, 20.0]
