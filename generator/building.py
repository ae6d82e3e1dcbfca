"""What a process does that builds a run of editions for another."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator import pipeline
from generator.config import load_settings
from generator.editions import Edition
from generator.errors import ReportError
from generator.workshop import Workshop

PATIENCE = 10.0
"""Seconds in which processes must have ended whose parent is gone."""
_WATCH = 0.5
_one_at_a_time = threading.Lock()
"""A process may be given several runs at once, each in a thread; building is not made for that."""


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one edition."""

    edition: Edition
    """Which."""
    detail: str
    """In a few words."""
    seconds: float
    """How long it took."""


def build_run(
    root: Path, lock: Path, parent: int | None, editions: Sequence[Edition]
) -> list[Built]:
    """Build editions one after the other; what is built already is kept.

    It holds a share of the lock. Where the process `parent` that wants them is gone, so is this.

    Raises:
        ReportError: an edition cannot be built.
    """
    if parent not in (None, os.getpid()):
        _follow(parent)
    found: list[Built] = []
    with _one_at_a_time, lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        with Workshop(load_settings(root), lambda *_: None) as shop:
            for edition in editions:
                found.append(_build(shop, edition))
    return found


def _build(shop: Workshop, edition: Edition) -> Built:
    started = time.perf_counter()
    try:
        outcome = pipeline.build(shop, edition)
    except ReportError as error:
        raise ReportError(
            f"{edition} could not be built: {error.what}", where=error.where, hint=error.hint
        ) from None
    return Built(edition, outcome.detail, time.perf_counter() - started)


@cache
def _follow(parent: int | None) -> None:
    """Settle in as the child of a process: leave it to the parent when to end, and end with it."""
    # Ctrl-C reaches every process of a terminal; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # As on the command line: builds make many small objects and few cycles.
    gc.set_threshold(100_000, 50, 50)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)


def wait_for_others(lock: Path) -> None:
    """Wait until processes of a run that was killed have ended.

    Raises:
        ReportError: they have not.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with lock.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.perf_counter() - started > PATIENCE:
                    raise ReportError(
                        "processes of a run that was stopped are still building",
                        hint="Wait until they have ended.",
                    ) from None
                time.sleep(0.1)
            else:
                return
