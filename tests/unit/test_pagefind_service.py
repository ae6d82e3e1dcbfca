"""Pagefind's program: whatever it does, a sentence says so and nothing of it is left running."""

from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path

import pytest
from pagefind import service as pagefind_package

from generator import pagefind_service
from generator.errors import ReportError
from generator.pagefind_service import running


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a test may write a program that runs instead of Pagefind's."""
    path = tmp_path / "program"
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(path))
    return path


def _write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _ask(scratch: Path) -> str:
    with pytest.raises(ReportError) as caught, running(scratch) as service:
        service.ask({"type": "NewIndex", "config": {}})
    assert "python -m pagefind" in str(caught.value.hint)
    return caught.value.what


def test_a_program_that_is_not_there(program: Path, tmp_path: Path) -> None:
    """A path that leads nowhere is told from a program that fails."""
    assert "it does not start: No such file" in _ask(tmp_path)


def test_no_program_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package may be installed without its program."""
    monkeypatch.setattr(pagefind_package, "get_executable", lambda: None)
    assert "its program is not there" in _ask(tmp_path)


def test_a_program_that_ends_at_once(program: Path, tmp_path: Path) -> None:
    """It dies before it answers."""
    _write(program, "exit 3")
    assert "it ended early" in _ask(tmp_path)


@pytest.mark.parametrize("answer", ["####,", "bm90IGpzb24=,", "e30=,"])
def test_an_answer_that_is_none(program: Path, tmp_path: Path, answer: str) -> None:
    """Neither base 64, nor JSON, nor what was agreed."""
    _write(program, f"printf '%s' '{answer}'; cat > /dev/null")
    assert "its answer is not understood" in _ask(tmp_path)


def test_what_the_program_complains_of(program: Path, tmp_path: Path) -> None:
    """Its own words are passed on."""
    said = {"message_id": 1, "payload": {"type": "Error", "message": "too cold"}}
    encoded = base64.b64encode(json.dumps(said).encode()).decode()
    _write(program, f"printf '%s' '{encoded},'; cat > /dev/null")
    assert "it said: too cold" in _ask(tmp_path)


def test_a_program_that_hangs_is_ended(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It and what it started are gone afterwards."""
    monkeypatch.setattr(pagefind_service, "SECONDS", 0.3)
    _write(program, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    assert "it did not end within 0.3 seconds" in _ask(tmp_path)
    child = int((tmp_path / "child").read_text())
    assert _ends(child)


def test_a_mistake_of_ours_ends_it_too(program: Path, tmp_path: Path) -> None:
    """Whatever is raised while it runs, it is ended with all that it started."""
    agreed = base64.b64encode(b'{"payload": {"type": "NewIndex"}}').decode()
    sleeper = f"sleep 600 & echo $! > {tmp_path}/child; printf '%s' '{agreed},'; wait"
    _write(program, sleeper)
    with pytest.raises(ZeroDivisionError), running(tmp_path) as service:
        service.ask({"type": "NewIndex", "config": {}})
        child = int((tmp_path / "child").read_text())
        assert _runs(child)
        raise ZeroDivisionError
    assert _ends(child)


def _ends(pid: int) -> bool:
    """Whether a process that was killed ends; it does so when the system comes to it."""
    patience = 1000
    while _runs(pid) and patience:
        patience -= 1
        time.sleep(0.01)
    return not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether a process is there and not merely waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
