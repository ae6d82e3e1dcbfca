"""A site at an address, from a host of this machine that answers in every way."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from generator import web_tree
from generator.errors import ProviderError
from generator.web_tree import NotListed, WebTree


class _Host(BaseHTTPRequestHandler):
    """Answers by the name of what is asked for."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a status, or with what was asked."""
        name = self.path.removeprefix("/site/")
        status = int(name) if name.isdigit() else 200
        body = b"x" * 5000 if name == "long" else self.path.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (10 if name == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def tree() -> Iterator[WebTree]:
    """A site below a path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Host) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield WebTree(f"http://127.0.0.1:{server.server_port}/site")
        server.shutdown()


def test_names_are_asked_for_as_addresses_have_them(tree: WebTree) -> None:
    """Spaces and marks are quoted, slashes are not."""
    assert tree.read("charts/a b#c?d.html") == b"/site/charts/a%20b%23c%3Fd.html"
    assert tree.where("a").endswith("/site/a")


@pytest.mark.parametrize("status", ["404", "410"])
def test_what_is_not_there(tree: WebTree, status: str) -> None:
    """A host that says so is believed."""
    with pytest.raises(FileNotFoundError):
        tree.read(status)
    assert not tree.exists(status) and tree.exists("a")


@pytest.mark.parametrize("name", ["500", "403", "204", "cut"])
def test_an_answer_that_is_none(tree: WebTree, name: str) -> None:
    """Neither a file nor its absence can be told from other answers, nor from half of one."""
    with pytest.raises(ProviderError, match="the site cannot be read") as caught:
        tree.read(name)
    assert caught.value.where == tree.where(name)


def test_an_answer_without_end(tree: WebTree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded whatever a host sends."""
    monkeypatch.setattr(web_tree, "MOST_BYTES", 1000)
    with pytest.raises(ProviderError, match="longer than 1000 bytes"):
        tree.read("long")


def test_folders_are_not_told(tree: WebTree) -> None:
    """What a host has besides cannot be seen, and that is said."""
    with pytest.raises(NotListed):
        tree.names("2026-W03")
    with pytest.raises(NotListed):
        tree.folders()
