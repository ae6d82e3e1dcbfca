"""Headless Chromium, where there is one: from an HTML document to a PDF."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from generator.errors import ReportError
from generator.store import write_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Names under which it is looked for."""
SECONDS = 120
"""After which it is taken to hang."""
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What keeps it from asking anybody for anything."""
_ARGUMENTS = (
    "--headless",
    *QUIET,
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


def find_chromium() -> str | None:
    """Return where the browser is, None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def require_chromium() -> str:
    """Return where the browser is.

    Raises:
        ReportError: there is none.
    """
    found = find_chromium()
    if found is None:
        raise ReportError(
            f"there is no Chromium on this machine: none of {', '.join(BROWSERS)}",
            hint="Install it (on Debian `apt-get install chromium`); everything but PDF works "
            "without it.",
        )
    return found


def print_pdf(browser: str, document: str, target: Path, scratch: Path) -> int:
    """Print an HTML document to a PDF, which is there whole or as it was, and return its bytes.

    `scratch` is a folder for the browser's own files; it is emptied and removed.

    Raises:
        ReportError: the browser failed, or did not end in time.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    source, printed = scratch / "document.html", scratch / "document.pdf"
    source.write_text(document, encoding="utf-8")
    # Chromium refuses to work for root without this; everybody else keeps the sandbox.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    profile = f"--user-data-dir={scratch / 'profile'}"
    command = [browser, *_ARGUMENTS, *sandbox, profile, f"--print-to-pdf={printed}"]
    try:
        said = _run([*command, source.as_uri()], target)
        content = printed.read_bytes() if printed.is_file() else b""
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-32:]:
            raise _failure(target, f"it wrote no PDF; it said: {said}")
        write_whole(target, content)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return len(content)


def _run(command: list[str], target: Path) -> str:
    """Run the browser to its end and return the last thing it said."""
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said = process.communicate(timeout=SECONDS)[1]
        except BaseException as error:
            # It starts processes of its own; all of them are of its session.
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise _failure(target, f"it did not end within {SECONDS} seconds") from None
            raise
    last = said.strip().splitlines()[-1] if said.strip() else "nothing"
    if process.returncode:
        raise _failure(target, f"it ended with {process.returncode}; it said: {last}")
    return last


def _failure(target: Path, why: str) -> ReportError:
    return ReportError(
        f"Chromium could not print {target.name}: {why}",
        hint="Try `chromium --headless --print-to-pdf about:blank`; is there enough memory and "
        "room on the disk?",
    )
