"""Python environments with the libraries that an edition was made with."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.errors import DataError
from generator.store import write_whole
from generator.workshop import Say

SECONDS = 1800
"""After which installing is taken to hang."""
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
"""Runs a command to its end."""


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def interpreter(folder: Path, lock: Path, say: Say, run: Run = _run) -> Path:
    """Return a Python with the libraries of a lock file, installed the first time it is asked for.

    Raises:
        DataError: they cannot be installed here; nothing half-made is left.
    """
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    place = folder / digest
    python, stamp = place / "bin/python", place / "stamp"
    if stamp.is_file():
        return python
    started = time.perf_counter()
    shutil.rmtree(place, ignore_errors=True)
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    for command in (
        (sys.executable, "-m", "venv", str(place)),
        (*pip, "--retries", "1", "--require-hashes", "-r", str(lock)),
    ):
        why = _failure(command, run)
        if why is not None:
            shutil.rmtree(place, ignore_errors=True)
            raise DataError(
                "the libraries that it was made with are not those installed here, and cannot be "
                f"installed beside them: {why}",
                hint="Connect to a package registry that pip knows and try again; or install "
                f"{lock.name} of its program with the Python it names, and rebuild there.",
            )
    write_whole(stamp, b"")
    say("installed", digest[:12], "libraries of another time", time.perf_counter() - started)
    return python


def _failure(command: Sequence[str], run: Run) -> str | None:
    """Run a command and return why it failed, None where it did not."""
    try:
        done = run(command)
    except subprocess.TimeoutExpired:
        return f"it took longer than {SECONDS} seconds"
    if done.returncode == 0:
        return None
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["nothing was said"])[-1].strip()
