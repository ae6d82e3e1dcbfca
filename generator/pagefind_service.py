"""Pagefind's program, spoken to directly.

Its own Python interface looks for an answer ten times a second, which makes minutes of the records
of a year, and waits without end for a program that died.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from generator.errors import ReportError

if TYPE_CHECKING:
    from io import BufferedReader

SECONDS = 300
"""After which the program is taken to hang."""


def pagefind_version() -> str:
    """Return which version of Pagefind is installed."""
    return version("pagefind")


class Service:
    """The running program: it is asked and answers, both as JSON in base 64 that a comma ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._in, self._out = process.stdin, cast("BufferedReader", process.stdout)
        self._asked = 0

    def ask(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to one question.

        Raises:
            ReportError: it has none, or says that it failed.
        """
        self._asked += 1
        question = json.dumps({"message_id": self._asked, "payload": payload})
        try:
            self._in.write(base64.b64encode(question.encode()) + b",")
            self._in.flush()
            answer: dict[str, Any] = json.loads(base64.b64decode(self._answer()))["payload"]
        except BrokenPipeError:
            raise failure("it ended early") from None
        except (ValueError, KeyError, TypeError):
            raise failure("its answer is not understood") from None
        if answer["type"] == "Error":
            raise failure(f"it said: {answer['message']}")
        return answer

    def _answer(self) -> bytes:
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b","):
            part = self._out.read1(1 << 20)
            if not part:
                raise failure("it ended early")
            parts.append(part)
        return b"".join(parts)[:-1]


@contextmanager
def running(scratch: Path) -> Iterator[Service]:
    """Start the program and yield it; end it, and all it started, in any case.

    `scratch` is the folder where it runs, and finds and leaves nothing.

    Raises:
        ReportError: it is missing, fails or hangs.
    """
    process = _started(scratch)
    overdue = threading.Event()

    def end() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop() -> None:
        overdue.set()
        end()

    hanging = threading.Timer(SECONDS, stop)
    hanging.start()
    try:
        yield Service(process)
    except ReportError:
        if overdue.is_set():
            raise failure(f"it did not end within {SECONDS} seconds") from None
        raise
    finally:
        hanging.cancel()
        end()
        process.communicate()


def _started(scratch: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [_executable(), "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            start_new_session=True,
        )
    except OSError as error:
        raise failure(f"it does not start: {error.strerror}") from None


def _executable() -> Path:
    from pagefind.service import get_executable

    found: Path | None = get_executable()
    if found is None:
        raise failure("its program is not there")
    return found


def failure(why: str) -> ReportError:
    """Return what to raise when the program does not do its work."""
    return ReportError(
        f"Pagefind, which makes the index for searching, failed: {why}",
        hint="Try `python -m pagefind --version`; `pip install 'pagefind[bin]'` installs it.",
    )
