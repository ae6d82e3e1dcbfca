"""A site at an address: its files are read one by one; what there is besides cannot be seen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from generator.errors import ProviderError, ReportError

if TYPE_CHECKING:
    import requests

TIMEOUT_SECONDS = 30.0
MOST_BYTES = 200_000_000
"""Of one file; a longer answer is not what a site of ours holds."""
_PIECE = 1 << 16


class NotListed(ReportError):
    """A host answers for a file, but does not say which files there are."""


class WebTree:
    """The files below an address, which ends with a slash."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") + "/"

    @cached_property
    def _session(self) -> requests.Session:
        import requests

        return requests.Session()

    def where(self, name: str) -> str:
        """Return how to show a file in a message."""
        return f"{self.address}{name}"

    def read(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileNotFoundError: the host says that there is none.
            ProviderError: it does not answer, or with something else.
        """
        import requests

        try:
            return self._answer(name)
        except requests.RequestException as error:
            raise self._failure(name, type(error).__name__) from None

    def _answer(self, name: str) -> bytes:
        address = f"{self.address}{quote(name)}"
        with self._session.get(address, timeout=TIMEOUT_SECONDS, stream=True) as answer:
            if answer.status_code in (404, 410):
                raise FileNotFoundError(name)
            if answer.status_code != 200:
                raise self._failure(name, f"the answer is {answer.status_code}")
            content = bytearray()
            for piece in answer.iter_content(_PIECE):
                content += piece
                if len(content) > MOST_BYTES:
                    raise self._failure(name, f"the answer is longer than {MOST_BYTES} bytes")
        return bytes(content)

    def _failure(self, name: str, why: str) -> ProviderError:
        return ProviderError(
            f"the site cannot be read: {why}",
            where=self.where(name),
            hint="Look whether the address is right and answers, then try again.",
        )

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        try:
            self.read(name)
        except FileNotFoundError:
            return False
        return True

    def folders(self, below: str = "") -> list[str]:
        """Raise NotListed: a host does not say."""
        raise self._not_listed(below)

    def names(self, folder: str = "") -> list[str]:
        """Raise NotListed: a host does not say."""
        raise self._not_listed(folder)

    def _not_listed(self, folder: str) -> NotListed:
        return NotListed(
            "a host does not say which files there are",
            where=self.where(folder),
            hint="Look at a copy of the site on this machine.",
        )
