"""Links that are checked: what a server on this machine answers, and what is made of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import check_links
import pytest

PATIENCE = (2.0, 0.2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.over = Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        name, _, then = self.path[1:].partition("/")
        if name == "slow":
            self.server.over.wait(30)
            return
        if name == "silent":
            return
        if name == "get-only":
            name = "200" if self.command == "GET" else "405"
        if name == "round":
            name, then = "302", "round"
        self.send_response(int(name))
        if name.startswith("3"):
            self.send_header("Location", f"/{then}")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def server() -> Iterator[_Server]:
    """A server on this machine."""
    with _Server() as made:
        Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.over.set()
        made.shutdown()


@contextmanager
def _closed() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def _write(folder: Path, *urls: str) -> Path:
    (folder / "content").mkdir(exist_ok=True)
    entries = [
        f"- {{id: s-{number}, outlet: A, published: 2026-01, url: '{url}', accessed: 2026-02-01, "
        "access: free, about: B.}\n"
        for number, url in enumerate(urls, 1)
    ]
    entries.append("- {id: told, outlet: A, published: 2026, access: secondary, about: C.}\n")
    (folder / "content/sources.yml").write_text("".join(entries))
    return folder


def _run(folder: Path) -> tuple[int, int]:
    """Check; return the exit code and how many pauses were made."""
    pauses: list[None] = []
    words = [str(folder)]
    code = check_links.main(words, pause=lambda: pauses.append(None), patience=PATIENCE)
    return code, len(pauses)


@pytest.mark.parametrize(
    ("path", "state", "said", "code"),
    [
        ("/200", "ok", "200 OK", 0),
        ("/get-only", "ok", "200 OK", 0),
        ("/301/200", "moved", "301, leads to {}/200 for good", 0),
        ("/302/200", "ok", "302, leads to {}/200", 0),
        ("/301/404", "to mend", "404 Not Found", 1),
        ("/round", "to mend", "leads round in circles", 1),
        ("/404", "to mend", "404 Not Found", 1),
        ("/410", "to mend", "410 Gone", 1),
        ("/500", "to mend", "500 Internal Server Error", 1),
        ("/403", "cannot be told", "403 Forbidden", 0),
        ("/429", "cannot be told", "429 Too Many Requests", 0),
        ("/503", "cannot be told", "503 Service Unavailable", 0),
        ("/slow", "not reached", "no answer in time", 4),
        ("/silent", "not reached", "Remote end closed connection without response", 4),
    ],
)
def test_an_answer_is_judged(
    tmp_path: Path,
    server: _Server,
    capsys: pytest.CaptureFixture[str],
    path: str,
    state: str,
    said: str,
    code: int,
) -> None:
    """What answers is fine, wherever it leads; what turns programs away tells nothing."""
    ran, _ = _run(_write(tmp_path, server.address + path))
    line, total = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{state:<15} s-1 ") and said.format(server.address) in line
    assert (ran, total) == (code, "2 sources, 1 asked, 1 without an address")


def test_nobody_listening_is_not_reached(
    tmp_path: Path, server: _Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """None reached at all may be our own connection; one among others is to be mended."""
    with _closed() as nobody:
        assert _run(_write(tmp_path, nobody, nobody))[0] == 4
        assert _run(_write(tmp_path, nobody, f"{server.address}/200"))[0] == 1
    assert "Connection refused\n" in capsys.readouterr().out


def test_headers_are_asked_for_first_and_sites_are_not_hurried(
    tmp_path: Path, server: _Server
) -> None:
    """What answers is asked once, with a pause between two addresses."""
    del server.asked[:]
    urls = [f"{server.address}/{path}" for path in ("200/a", "404/b", "200/c")]
    assert _run(_write(tmp_path, *urls)) == (1, 2)
    assert server.asked == ["HEAD /200/a", "HEAD /404/b", "GET /404/b", "HEAD /200/c"]


def test_no_address_is_nothing_to_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which is fine."""
    assert _run(_write(tmp_path)) == (0, 0)
    assert capsys.readouterr().out == "1 source, 0 asked, 1 without an address\n"


def test_a_mistake_in_the_list_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anybody is asked."""
    assert _run(_write(tmp_path, "javascript:alert(1)"))[0] == 1
    assert "content/sources.yml:1: '0.url'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["a", "b"]])
def test_words_it_does_not_know_show_how_it_is_used(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the exit code for that."""
    assert check_links.main(words) == 2
    assert "Usage:" in capsys.readouterr().err
