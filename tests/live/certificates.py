"""An authority of our own, and a certificate for every host that a client names."""

from __future__ import annotations

import ssl
import tempfile
from functools import cache
from pathlib import Path

import trustme


class Authority:
    """Issues certificates; one for a process, because clients keep what they once trusted."""

    def __init__(self, folder: Path) -> None:
        self._issuer = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.file = folder / "authority.pem"
        """What a client must trust."""
        self._issuer.cert_pem.write_to_path(self.file)

    def context(self, host: str) -> ssl.SSLContext:
        """Return how to speak TLS as a host; HTTP/1.1 is all that is offered."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(["http/1.1"])
            self._issuer.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]


_FOLDER = tempfile.TemporaryDirectory(prefix="authority-")


@cache
def authority() -> Authority:
    """Return the authority of this process."""
    return Authority(Path(_FOLDER.name))
