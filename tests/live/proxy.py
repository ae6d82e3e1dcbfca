"""The proxy: takes connections, speaks TLS as any host, and answers from the world."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from live import fred_answers, ishares_answers, yahoo_answers
from live.certificates import authority
from live.messages import Answer, Record, Request, html_answer, read_request, unknown, written
from live.world import World

if TYPE_CHECKING:
    import pytest

What = Callable[[Request, Answer], Answer]
"""What goes wrong: makes another answer of the right one."""
When = Callable[[Request], bool]
"""Which requests it befalls."""

ANSWERS: dict[str, Callable[[World, Request], Answer]] = (
    yahoo_answers.HOSTS | ishares_answers.HOSTS | fred_answers.HOSTS
)
"""Who answers for which host."""


@dataclass(slots=True, eq=False)
class Rule:
    """A fault, and where it strikes."""

    what: What
    """What goes wrong."""
    when: When
    """Which requests it befalls."""
    times: int | None
    """How often; None for ever."""
    fired: int = 0
    """How often it did."""

    def strikes(self, request: Request) -> bool:
        """Return whether it befalls a request, and count it."""
        if (self.times is not None and self.fired >= self.times) or not self.when(request):
            return False
        self.fired += 1
        return True


class LiveServer:
    """The sources of a world behind one proxy, from `with` to its end."""

    def __init__(self, world: World, *, latency: float = 0.0) -> None:
        self.world = world
        self.latency = latency
        """Seconds added to every answer."""
        self.requests: list[Record] = []
        """Every request, in the order in which they were answered."""
        self.unexpected: list[Request] = []
        """Requests for hosts, addresses or kinds that the world does not have."""
        self.broken: list[Exception] = []
        """Mistakes of the server itself; the first is raised at the end."""
        self.handshakes = 0
        """How often TLS was begun: once a connection, however many requests it carries."""
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()

    def __enter__(self) -> LiveServer:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        _close(self._listener)
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            _close(connection)
        if self.broken:
            raise self.broken[0]

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which clients find the proxy and trust it."""
        proxy, trusted = f"http://127.0.0.1:{self.port}", str(authority().file)
        proxies = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
        bundles = ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        return {
            **dict.fromkeys(proxies, proxy),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
            **dict.fromkeys(bundles, trusted),
        }

    @contextlib.contextmanager
    def serving(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Let this process's clients find the proxy."""
        with monkeypatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield

    def fault(
        self, what: What, when: When = lambda request: True, times: int | None = None
    ) -> Rule:
        """Let something go wrong, so many times or for ever; faults add up in their order."""
        rule = Rule(what, when, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def heal(self) -> None:
        """End every fault."""
        with self._lock:
            self._rules.clear()

    def asked(self, host: str | None = None, path_prefix: str = "") -> list[Record]:
        """Return the requests to a host whose path begins so."""
        return [
            record
            for record in list(self.requests)
            if (host is None or record.host == host) and record.path.startswith(path_prefix)
        ]

    def count(self, host: str | None = None, path_prefix: str = "") -> int:
        """Return how many requests there were to a host whose path begins so."""
        return len(self.asked(host, path_prefix))

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """Serve one connection until either side ends it, or it breaks."""
        with self._kept(connection), contextlib.suppress(OSError, ValueError):
            stream = connection.makefile("rb")
            while (request := read_request(stream, None)) is not None:
                if request.method == "CONNECT":
                    self._tunnel(connection, request)
                    return
                if not self._converse(connection, request):
                    return

    def _tunnel(self, connection: socket.socket, request: Request) -> None:
        """Speak TLS as the host that a client wants to be connected to."""
        if request.host not in ANSWERS:
            with self._lock:
                self.unexpected.append(request)
                self.requests.append(Record(request, 502))
            refusal = html_answer(f"no such host: {request.host}", 502)
            connection.sendall(written(refusal, request, self.world.now))
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        context = authority().context(request.host)
        with context.wrap_socket(connection, server_side=True) as secured, self._kept(secured):
            with self._lock:
                self.handshakes += 1
            stream = secured.makefile("rb")
            while (asked := read_request(stream, request.host)) is not None:
                if not self._converse(secured, asked):
                    return

    def _converse(self, connection: socket.socket, request: Request) -> bool:
        """Answer one request; return whether the connection lives on."""
        try:
            answer = self._answer(request)
        except Exception as error:
            self.broken.append(error)
            raise
        self._stopped.wait(answer.silent or self.latency)
        if answer.silent or self._stopped.is_set():
            return False
        connection.sendall(written(answer, request, self.world.now))
        return not answer.cut

    def _answer(self, request: Request) -> Answer:
        """Return the right answer after every fault that strikes, and record it."""
        answers = ANSWERS.get(request.host)
        answer = answers(self.world, request) if answers else unknown(f"no host {request.host}")
        with self._lock:
            if not answer.expected:
                self.unexpected.append(request)
            for rule in self._rules:
                if rule.strikes(request):
                    answer = rule.what(request, answer)
            self.requests.append(Record(request, None if answer.silent else answer.status))
        return answer

    @contextlib.contextmanager
    def _kept(self, connection: socket.socket) -> Iterator[None]:
        """Remember a connection while it is open, so that the end can close it."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)
            _close(connection)


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
