"""Drawing: specifications and captions go to worker processes, drawings and pictures come back.

One worker draws, and needs a JavaScript engine that takes a while to start; another makes pictures
of what is drawn. Both are started first and work while the figures are computed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

from generator.cards import Card
from generator.errors import ReportError
from generator.library import ENTRANCE, enclosed
from generator.posters import Caption

_CARD, _LIBRARY = "picture of the edition", "script of live charts"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its words as one picture."""

    svg: str
    """That stands alone."""
    png: bytes
    """The same in points."""
    mail: bytes = b""
    """The narrow drawing by itself in points, where it was asked for."""


class _Worker:
    """A process that answers what it is asked, in the order it is asked."""

    def __init__(self, what: str, told: Callable[[str, Any], object]) -> None:
        self._what, self._told = what, told
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generator.drawing_worker", what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TZ": "UTC"},
            text=True,
            encoding="utf-8",
        )
        self._answers: dict[str, Any] = {}
        self._failed: dict[str, str] = {}
        self._asked: list[str] = []
        self._changed = threading.Condition()
        # Both ends in threads: a pipe holds little, and whoever waits for the other draws nothing.
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def end(self, *, kill: bool) -> None:
        """Let it end, at once if nobody waits for what it still does."""
        if kill or self._asked:
            self.process.kill()
        self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        self.process.wait()

    def _write(self) -> None:
        assert self.process.stdin is not None
        # A worker that is gone is found out by whoever collects.
        with contextlib.suppress(BrokenPipeError):
            while (line := self._waiting.get()) is not None:
                self.process.stdin.write(line)
                self.process.stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, answer, failure = json.loads(line)
            if failure is None:
                self._told(name, answer)
            with self._changed:
                if failure is None:
                    self._answers[name] = answer
                else:
                    self._failed[name] = failure
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def ask(self, name: str, work: str, of: Any) -> None:
        """Ask for a piece of work, whose answer will have a name."""
        with self._changed:
            self._asked.append(name)
        self._waiting.put(json.dumps([name, work, of]) + "\n")

    def collect(self, wanted: Callable[[str], bool]) -> dict[str, Any]:
        """Wait for the answers that are wanted and return them in the order they were asked for.

        Raises:
            ReportError: a piece of work failed, or the worker died.
        """
        with self._changed:
            names = [name for name in self._asked if wanted(name)]
            while not all(name in self._answers or name in self._failed for name in names):
                if not self._threads[1].is_alive():
                    raise ReportError(
                        f"the {self._what} process died",
                        hint="Is there enough memory? Run again with --debug to see its messages.",
                    )
                self._changed.wait(timeout=1)
            for name in names:
                if name in self._failed:
                    chart = name.partition(".")[0]
                    failure = self._failed[name]
                    raise ReportError(f"chart '{chart}' could not be drawn: {failure}")
            self._asked = [name for name in self._asked if not wanted(name)]
            return {name: self._answers.pop(name) for name in names}


class Drawing:
    """Draws charts, and makes pictures of them."""

    def __init__(self) -> None:
        self._captions: dict[str, Caption] = {}
        self._mailed: set[str] = set()
        self._library_asked = False
        self._drawer = _Worker("drawing", told=self._drawn)
        self._painter = _Worker("picture", told=lambda name, answer: None)

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in (self._drawer, self._painter):
            worker.end(kill=kind is not None)

    def ask(
        self,
        name: str,
        wide: Mapping[str, Any],
        narrow: Mapping[str, Any],
        caption: Caption,
        *,
        mail: bool = False,
    ) -> None:
        """Hand over the two specifications of a chart and the words around it.

        With `mail` its narrow drawing is made a picture too.
        """
        self._captions[name] = caption
        if mail:
            self._mailed.add(name)
        self._drawer.ask(f"{name}.wide", "drawing", wide)
        self._drawer.ask(f"{name}.narrow", "drawing", narrow)

    def _drawn(self, name: str, svg: str) -> None:
        """Have a picture made of every wide drawing as soon as it is there."""
        chart, _, size = name.partition(".")
        if size == "wide":
            self._painter.ask(chart, "poster", [asdict(self._captions.pop(chart)), svg])
        elif size == "narrow" and chart in self._mailed:
            self._mailed.remove(chart)
            self._painter.ask(f"{chart}.mail", "bare", svg)

    def drawings(self) -> dict[str, tuple[str, str]]:
        """Wait for every chart asked for and return its wide and its narrow SVG by name.

        Raises:
            ReportError: a chart could not be drawn, or the worker died.
        """
        found = self._drawer.collect(lambda name: name != _LIBRARY)
        names = [name.removesuffix(".wide") for name in found if name.endswith(".wide")]
        return {name: (found[f"{name}.wide"], found[f"{name}.narrow"]) for name in names}

    def pictures(self) -> dict[str, Picture]:
        """Wait for the pictures of everything that was drawn and return them by name.

        Raises:
            ReportError: a picture could not be made, or the worker died.
        """
        found = self._painter.collect(lambda name: name != _CARD)
        points = {name: base64.b64decode(png) for name, (_, png) in found.items()}
        return {
            name: Picture(svg, points[name], points.get(f"{name}.mail", b""))
            for name, (svg, _) in found.items()
            if not name.endswith(".mail")
        }

    def ask_card(self, card: Card) -> None:
        """Ask for the picture of an edition."""
        self._painter.ask(_CARD, "card", asdict(card))

    def card(self) -> bytes:
        """Wait for the picture of an edition and return it as PNG.

        Raises:
            ReportError: it could not be made, or the worker died.
        """
        return base64.b64decode(self._painter.collect(lambda name: name == _CARD)[_CARD][1])

    def ask_library(self) -> None:
        """Ask once for the script that makes charts live; it takes about a second."""
        if not self._library_asked:
            self._library_asked = True
            self._drawer.ask(_LIBRARY, "library", ENTRANCE)

    def library(self) -> bytes:
        """Wait for the script that makes charts live and return it.

        Raises:
            ReportError: it could not be made, or the worker died.
        """
        self.ask_library()
        self._library_asked = False
        script: str = self._drawer.collect(lambda name: name == _LIBRARY)[_LIBRARY]
        return enclosed(script)
