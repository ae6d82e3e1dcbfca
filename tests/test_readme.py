"""The README tells the truth: its commands run, its help text is the real one.

Commands stand in fenced blocks marked `sh` or `console`. A block right after a comment that says
what it needs, such as `<!-- not run: needs the internet -->`, is not run. The help text is the
fenced block marked `text` right after the line `The commands:`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(
    r"(?:<!--\s*(?:not run:\s*)?needs\s+(?P<needs>[^>]+?)\s*-->\s*?\n\s*)?"
    r"^```(?P<kind>sh|console)[^\n]*\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
HELP = re.compile(r"^The commands:\s*\n+```text\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = Path(sys.executable).with_name("smallcaps")
SECONDS = 120


@dataclass(frozen=True)
class Command:
    """One line of the README that a reader may type."""

    line: str
    """The line without its prompt and comment."""
    needs: str | None
    """What its block needs that a test has not got, if anything."""

    @property
    def words(self) -> list[str]:
        """The words that the shell would see."""
        return shlex.split(self.line, comments=True)


def _commands(program: str) -> list[Command]:
    """Return the README's commands of one program, in order."""
    found = []
    for block in FENCE.finditer(README):
        for line in block["body"].replace("\\\n", " ").splitlines():
            text = line.strip()
            if block["kind"] == "console":
                if not text.startswith("$ "):
                    continue
                text = text.removeprefix("$ ")
            command = Command(text, block["needs"])
            if command.words and Path(command.words[0]).name == program:
                found.append(command)
    return found


def _environment() -> dict[str, str]:
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "COLUMNS": "80"}


def _real_help() -> str:
    command = [str(PROGRAM), "--help"]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True)
    return _tidy(done.stdout)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _subcommands() -> list[str]:
    listed = _real_help().partition("Commands:\n")[2]
    return re.findall(r"^  ([a-z][a-z-]*)", listed, re.MULTILINE)


def _serve(words: list[str], project: Path) -> None:
    """Start what serves on any free port, read its first page and stop it as Ctrl-C would."""
    kept = [word for word in words[1:] if not word.startswith("--port")]
    if "--port" in words:
        kept.remove(words[words.index("--port") + 1])
    with subprocess.Popen(
        [str(PROGRAM), *kept, "--port", "0"],
        cwd=project,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), f"`{shlex.join(words)}` said {address}"
            with urlopen(address, timeout=10) as answer:
                assert b"<h1>" in answer.read()
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy what a reader's checkout has to a folder that may be spoilt."""
    for name in ("mkdocs.yml", "Makefile", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, tmp_path)
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return tmp_path


def test_commands_run_in_the_order_of_the_readme(project: Path) -> None:
    """Every `smallcaps` command that needs nothing special ends with exit code 0."""
    commands = [command for command in _commands("smallcaps") if command.needs is None]
    assert commands, "README.md has no `smallcaps` command in a fenced block marked sh or console"
    for command in commands:
        if "serve" in command.words and "--help" not in command.words:
            _serve(command.words, project)
            continue
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=project,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"`{command.line}` ended with {done.stderr}{done.stdout}"


def test_the_help_text_is_the_real_one() -> None:
    """The block after `The commands:` is what `smallcaps --help` prints at 80 columns."""
    found = HELP.search(README)
    assert found, "README.md has no ```text block right after the line `The commands:`"
    assert _tidy(found["text"]) == _real_help()


def test_every_command_is_documented() -> None:
    """README.md names each subcommand as `smallcaps NAME` outside the help text."""
    written = HELP.sub("", README)
    names = _subcommands()
    assert len(names) >= 10
    missing = [name for name in names if not re.search(rf"\bsmallcaps +{name}\b", written)]
    assert missing == []


def test_make_targets_exist() -> None:
    """Every `make` target that README.md names, in a block or in a sentence, is in the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))
    named = {word for command in _commands("make") for word in command.words[1:]}
    named |= set(re.findall(r"`make ([a-z][\w-]*)`", README))
    named = {word for word in named if "=" not in word and not word.startswith("-")}
    assert named, "README.md names no `make` target"
    assert named - targets == set()
