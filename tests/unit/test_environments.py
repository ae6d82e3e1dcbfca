"""Environments with libraries of another time: made once, and only whole."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.environments import interpreter
from generator.errors import DataError


class _Installer:
    """Stands for venv and pip: notes what it is asked, and fails where it is told to."""

    def __init__(self, fails: str = "", said: str = "") -> None:
        self.asked: list[list[str]] = []
        self._fails, self._said = fails, said

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.asked.append(list(command))
        if "venv" in command:
            (Path(command[-1]) / "bin").mkdir(parents=True)
            (Path(command[-1]) / "bin/python").touch()
        if self._fails == "slow":
            raise subprocess.TimeoutExpired(command, 1)
        failed = self._fails and self._fails in command
        return subprocess.CompletedProcess(command, int(bool(failed)), "", self._said)


def _ask(tmp_path: Path, run: _Installer) -> Path:
    lock = tmp_path / "requirements.lock"
    lock.write_text("pandas==0.1 --hash=sha256:0\n")
    return interpreter(tmp_path / "environments", lock, lambda *_: None, run)


def test_libraries_are_installed_with_their_hashes_and_once(tmp_path: Path) -> None:
    """The list's own hashes are required, and the second time nothing is installed."""
    run = _Installer()
    python = _ask(tmp_path, run)
    assert python.is_file() and len(run.asked) == 2
    assert run.asked[1][0] == str(python)
    assert run.asked[1][-3:] == ["--require-hashes", "-r", str(tmp_path / "requirements.lock")]
    assert _ask(tmp_path, run) == python
    assert len(run.asked) == 2


@pytest.mark.parametrize(
    ("fails", "said", "why"),
    [
        ("install", "WARNING: x\nERROR: No matching distribution\nnotice", "No matching"),
        ("install", "", "nothing was said"),
        ("venv", "no ensurepip", "no ensurepip"),
        ("slow", "", "took longer than 1800 seconds"),
    ],
)
def test_what_cannot_be_installed_leaves_nothing(
    tmp_path: Path, fails: str, said: str, why: str
) -> None:
    """The reason and what to do are said, and the next run begins anew."""
    with pytest.raises(DataError, match=why) as caught:
        _ask(tmp_path, _Installer(fails, said))
    assert "package registry" in str(caught.value.hint)
    assert not list((tmp_path / "environments").iterdir())
    assert _ask(tmp_path, _Installer()).is_file()
