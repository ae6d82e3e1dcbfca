"""Drawing: specifications go to a worker process, SVG comes back.

The worker is started first and loads its engine while the figures are computed.
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from generator.errors import ReportError

_IDENTIFIER = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_TAG = re.compile(r"<[^>]+>")
_SIZE = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"([^>]*)>')
_FONT = re.compile(r' font-family="[^"]*"')
_FONT_SIZE = ' font-size="12px"'
"""The size most labels have; said once, on the drawing."""
_WITHOUT_EFFECT = re.compile(
    r" (?:class|aria-hidden|aria-roledescription|role|pointer-events|stroke-miterlimit|version"
    r'|xmlns:xlink)="[^"]*"| opacity="1"| transform="translate\(0,0\)"'
)
_INVISIBLE = re.compile(r'<path(?: d="(?:M0,0h0v0h0Z)?"| display="none")+/>')
_EMPTY_GROUP = re.compile(r"<g(?: [^>]*)?></g>|<g/>")
_GEOMETRY = re.compile(r' (d|transform|x|y|x2|y2|width|height)="([^"]*\.[^"]*)"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


class Drawing:
    """A worker that draws in the order it is asked."""

    def __init__(self) -> None:
        environment = {**os.environ, "TZ": "UTC"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "generator.drawing_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        self._drawn: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self._asked = 0
        self._changed = threading.Condition()
        # Both ends in threads: a pipe holds little, and whoever waits for the other draws nothing.
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        self._process.wait()

    def _write(self) -> None:
        assert self._process.stdin is not None
        # A worker that is gone is found out by whoever collects.
        with contextlib.suppress(BrokenPipeError):
            while (line := self._waiting.get()) is not None:
                self._process.stdin.write(line)
                self._process.stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            name, svg, failure = json.loads(line)
            with self._changed:
                if failure is None:
                    self._drawn[name] = svg
                else:
                    self._failed[name] = failure
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def ask(self, name: str, spec: Mapping[str, Any]) -> None:
        """Hand over one specification."""
        self._asked += 1
        self._waiting.put(json.dumps([name, spec]) + "\n")

    def collect(self) -> dict[str, str]:
        """Wait for everything asked for and return SVG by name.

        Raises:
            ReportError: a chart could not be drawn, or the worker died.
        """
        with self._changed:
            while len(self._drawn) + len(self._failed) < self._asked:
                if not self._threads[1].is_alive():
                    raise ReportError(
                        "the drawing process died",
                        hint="Is there enough memory? Run again with --debug to see its messages.",
                    )
                self._changed.wait(timeout=1)
            if self._failed:
                name, failure = next(iter(self._failed.items()))
                raise ReportError(f"chart '{name}' could not be drawn: {failure}")
            drawn, self._drawn, self._asked = self._drawn, {}, 0
        return drawn


def _tenths(match: re.Match[str]) -> str:
    """A tenth of a pixel is finer than any screen shows."""
    text = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _lean_tag(match: re.Match[str]) -> str:
    """Words between tags are left alone, whatever they look like."""
    tag = _FONT.sub("", _WITHOUT_EFFECT.sub("", match[0])).replace(_FONT_SIZE, "")
    return _GEOMETRY.sub(lambda m: f' {m[1]}="{_LONG_NUMBER.sub(_tenths, m[2])}"', tag)


def _own_identifiers(svg: str, name: str) -> str:
    """Number the identifiers anew: the library counts them on from drawing to drawing."""
    found = dict.fromkeys(_IDENTIFIER.findall(svg))
    own = {old: f"{name}-{number}" for number, old in enumerate(found, 1)}
    return _REFERENCE.sub(lambda m: m[1] + own.get(m[2], m[2]), svg)


def _lean(svg: str) -> str:
    """Leave out what changes nothing in the picture: half of the bytes."""
    fonts = _FONT.findall(svg)
    svg = _TAG.sub(_lean_tag, svg)
    svg = _INVISIBLE.sub("", svg)
    while (smaller := _EMPTY_GROUP.sub("", svg)) != svg:
        svg = smaller
    font = fonts[0] if fonts else ""
    return svg.replace("<svg ", f"<svg{font}{_FONT_SIZE} ", 1)


def dressed(svg: str, name: str, title: str, description: str) -> str:
    """Make a drawing fit to stand in a page: lean, own ids, a role, a title and a description.

    Its size becomes a viewBox, so that it shrinks with the page.
    """
    svg = _own_identifiers(_lean(svg), name)
    named = (
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(description)}</desc>'
    )
    role = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    return _SIZE.sub(lambda m: f"<svg {m[1]}{m[4].strip()} {role}>{named}", svg, count=1)
