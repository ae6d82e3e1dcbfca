"""A folder served on this machine as a good static host serves it.

Compressed where it pays, with the right media types, shared files kept for good by the browser,
connections kept open, and `404.html` for what is not there.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}
COMPRESSED = frozenset({".html", ".css", ".js", ".json", ".svg", ".csv", ".txt", ".xml"})
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=600"


@lru_cache(maxsize=512)
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


class _Host(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""

    def do_HEAD(self) -> None:
        """Answer with what describes a file."""
        self._answer()

    def do_GET(self) -> None:
        """Answer with a file."""
        self.wfile.write(self._answer())

    def _answer(self) -> bytes:
        """Send the headers and return what follows them."""
        path, status = Path(self.translate_path(self.path)), HTTPStatus.OK
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            path, status = Path(self.directory) / "404.html", HTTPStatus.NOT_FOUND
        body, packed = self._body(path)
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        shared = path.parent.name == "assets"
        self.send_header("Cache-Control", FOR_GOOD if shared else FOR_A_WHILE)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return body

    def _body(self, path: Path) -> tuple[bytes, bool]:
        """Return what to send, and whether it is compressed."""
        if not path.is_file():
            return b"There is no such page.\n", False
        if path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            return _compressed(path, path.stat().st_mtime_ns), True
        return path.read_bytes(), False


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on any free port of this machine and yield its address."""
    handler = partial(_Host, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
