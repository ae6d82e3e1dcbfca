"""Requests and answers of HTTP/1.1, and how they are read and written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from io import BufferedReader
from urllib.parse import parse_qsl, unquote, urlsplit

CHART_PATH = "/v8/finance/chart/"
WORTH_COMPRESSING = 1400
"""Bytes: smaller bodies are sent as they are."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    method: str
    """GET, POST or CONNECT."""
    host: str
    """Whom it was meant for, without a port."""
    path: str
    """Decoded, without the query."""
    query: Mapping[str, str]
    """The last value of each name."""
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes
    """Empty for most."""

    @property
    def symbol(self) -> str | None:
        """Yahoo's symbol, where a chart was asked for."""
        return self.path.removeprefix(CHART_PATH) if self.path.startswith(CHART_PATH) else None

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that came with it."""
        parts = (part.partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in parts if name.strip()}


@dataclass(frozen=True, slots=True)
class Record:
    """A request as it was answered."""

    request: Request
    """What was asked."""
    status: int | None
    """What was answered; None where nothing was."""

    @property
    def host(self) -> str:
        """Whom it was meant for."""
        return self.request.host

    @property
    def path(self) -> str:
        """Decoded, without the query."""
        return self.request.path

    @property
    def query(self) -> Mapping[str, str]:
        """The last value of each name."""
        return self.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """By name in lower case."""
        return self.request.headers


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says, and how badly the network carries it."""

    status: int
    """HTTP status."""
    body: bytes
    """Uncompressed."""
    kind: str
    """Content type."""
    headers: tuple[tuple[str, str], ...] = ()
    """Others than those that every answer has."""
    ahead: float = 0.0
    """Hours by which the source's clock is ahead of the world's."""
    silent: float | None = None
    """Seconds after which the connection is closed without an answer."""
    cut: bool = False
    """Whether the connection breaks in the middle of the body."""
    expected: bool = True
    """Whether the world has what was asked for."""


def json_answer(content: object, status: int = 200, **more: object) -> Answer:
    """Return an answer in JSON, as compact as sources write it."""
    body = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Answer(status, body, "application/json;charset=utf-8", **more)  # type: ignore[arg-type]


def html_answer(words: str, status: int = 200, **more: object) -> Answer:
    """Return a page of HTML that says something."""
    body = f"<!DOCTYPE html><html><head><title>{words}</title></head><body>{words}</body></html>"
    return Answer(status, body.encode(), "text/html; charset=utf-8", **more)  # type: ignore[arg-type]


def redirect(address: str, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Return an answer that sends the client elsewhere."""
    return Answer(302, b"", "text/plain", (("Location", address), *headers))


def unknown(words: str = "Not Found") -> Answer:
    """Return the answer to a request for what nobody has; it counts as unexpected."""
    return html_answer(words, 404, expected=False)


def read_request(stream: BufferedReader, host: str | None) -> Request | None:
    """Read one request; None at the end of the connection.

    `host` is the one that the connection was opened for; without it the request names its own.
    """
    first = stream.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    method, target, _ = first
    headers = dict(_headers(stream))
    body = stream.read(int(headers.get("content-length", 0)))
    if method == "CONNECT":
        return Request(method, target.rpartition(":")[0], "", {}, headers, body)
    address = urlsplit(target)
    return Request(
        method,
        host or address.hostname or headers.get("host", ""),
        unquote(address.path) or "/",
        dict(parse_qsl(address.query, keep_blank_values=True)),
        headers,
        body,
    )


def _headers(stream: BufferedReader) -> Iterable[tuple[str, str]]:
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


def written(answer: Answer, request: Request, now: datetime) -> bytes:
    """Return an answer's bytes, compressed where the client takes that."""
    body, extra = answer.body, list(answer.headers)
    if len(body) > WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        extra.append(("Content-Encoding", "gzip"))
    head = [
        f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
        f"Date: {format_datetime(now + timedelta(hours=answer.ahead), usegmt=True)}",
        f"Content-Type: {answer.kind}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in extra),
    ]
    sent = "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
    return sent[: -(len(body) // 2 + 1)] if answer.cut else sent


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
