"""Runs the steps of the weekly workflow as they are written, against a GitHub on this machine.

Every `run` is a script for bash with the environment, the files and the outputs that GitHub gives
it. Every `uses` is one of the stand-ins below; an action without one is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from support_expressions import Status, filled, holds
from support_github import NAME, REPOSITORY, GitHub, git

WORKFLOWS = REPOSITORY / ".github/workflows"
SECONDS = 300
SHELLS = {"bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
"""What GitHub runs by the shell that is named; unless one is, it lets a pipe fail unseen."""
KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH")
"""What a step sees of this machine's environment."""


@dataclass(frozen=True)
class Step:
    """How a step ended."""

    name: str
    """Its name, or the action it uses."""
    code: int
    """Its exit code."""
    said: str
    """What it printed."""


@dataclass
class Job:
    """How a job ended."""

    result: str = "success"
    """success, failure, cancelled or skipped."""
    outputs: dict[str, str] = field(default_factory=dict)
    """What it handed on."""
    steps: list[Step] = field(default_factory=list)
    """Those that ran."""
    summary: str = ""
    """What it wrote into the run's summary."""

    def step(self, name: str) -> Step:
        """Return a step that ran."""
        return next(step for step in self.steps if step.name == name)

    def ran(self, name: str) -> bool:
        """Return whether a step ran."""
        return any(step.name == name for step in self.steps)


@dataclass(frozen=True)
class Trigger:
    """What started a run, and what was arranged for it."""

    now: str
    """The time that the command takes it to be, in UTC."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What a person gave."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the machine's environment has besides."""
    before: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)
    """By name of a step: what happens right before it; it is given the working folder."""
    cancelled_before: str = ""
    """The step before which somebody stops the run."""
    failing: tuple[str, ...] = ()
    """Actions that do not work this time."""


@cache
def load(name: str) -> dict[str, Any]:
    """Return a workflow as written; YAML's own reader takes its `on` for a truth."""
    found: dict[str, Any] = yaml.load((WORKFLOWS / name).read_text(), Loader=yaml.BaseLoader)
    return found


def run(github: GitHub, trigger: Trigger) -> dict[str, Job]:
    """Run the weekly workflow and return how its jobs ended."""
    github.runs += 1
    number, workflow = github.runs, load("weekly.yml")
    jobs: dict[str, Job] = {}
    for name, described in workflow["jobs"].items():
        machine = _Machine(github, workflow, number, name, trigger, jobs)
        jobs[name] = machine.carry_out(described)
    results = {job.result for job in jobs.values()}
    conclusion = "failure" if "failure" in results else "success"
    conclusion = "cancelled" if "cancelled" in results else conclusion
    github.service.write(conclusions=[*github.service.read()["conclusions"], conclusion])
    return jobs


class _Machine:
    """The machine that a job runs on, which is new for every job."""

    def __init__(
        self,
        github: GitHub,
        workflow: Mapping[str, Any],
        run: int,
        name: str,
        trigger: Trigger,
        before: Mapping[str, Job],
    ) -> None:
        self.github, self.trigger, self.job, self.run = github, trigger, Job(), run
        self.folder = github.folder / f"machines/{run}-{name}"
        self.work = self.folder / "work"
        self.shell = SHELLS[workflow["defaults"]["run"]["shell"]]
        self.steps: dict[str, dict[str, Any]] = {}
        self.status = Status()
        self.token = f"token-of-{name}-{run}"
        self.contexts: dict[str, Any] = {
            "github": self._described(),
            "vars": github.variables,
            "secrets": github.secrets,
            "inputs": trigger.inputs,
            "steps": self.steps,
            "needs": {n: {"result": j.result, "outputs": j.outputs} for n, j in before.items()},
        }
        self.contexts["env"] = {k: filled(v, self.contexts) for k, v in workflow["env"].items()}

    def _described(self) -> dict[str, str]:
        return {
            "repository": NAME,
            "server_url": f"file://{self.github.folder}/repositories",
            "run_id": str(self.run),
            "run_attempt": "1",
            "token": self.token,
        }

    def carry_out(self, described: Mapping[str, Any]) -> Job:
        """Run a job, if its condition holds."""
        needs = described.get("needs", [])
        needed = [needs] if isinstance(needs, str) else needs
        results = {self.contexts["needs"][name]["result"] for name in needed}
        self.status = Status("failure" in results or "skipped" in results, "cancelled" in results)
        if not holds(described.get("if"), self.contexts, self.status):
            return Job("skipped")
        self.status = Status()
        self._grant(described["permissions"])
        for name in ("work", "home", "temporary"):
            (self.folder / name).mkdir(parents=True)
        for step in described["steps"]:
            self._step(step)
        stopped = "cancelled" if self.status.cancelled else "failure"
        self.job.result = stopped if self.status != Status() else "success"
        for key, value in described.get("outputs", {}).items():
            self.job.outputs[key] = filled(value, self.contexts)
        summary = self.folder / "GITHUB_STEP_SUMMARY"
        self.job.summary = summary.read_text() if summary.exists() else ""
        return self.job

    def _grant(self, permissions: Mapping[str, str]) -> None:
        tokens = self.github.service.read()["tokens"]
        self.github.service.write(tokens={**tokens, self.token: dict(permissions)})

    def _step(self, step: Mapping[str, Any]) -> None:
        name = step.get("name") or step.get("uses", "").split("@")[0] or step["run"]
        if name == self.trigger.cancelled_before:
            self.status = Status(self.status.failed, True)
        if not holds(step.get("if"), self.contexts, self.status):
            return
        if name in self.trigger.before:
            self.trigger.before[name](self.work)
        outputs: dict[str, str] = {}
        if "uses" in step:
            done = self._action(name, step, outputs)
        else:
            done = self._shell(name, step, outputs)
        self.steps[step.get("id", name)] = {"outputs": outputs}
        self.job.steps.append(done)
        if done.code != 0:
            self.status = Status(True, self.status.cancelled)

    def _action(self, name: str, step: Mapping[str, Any], outputs: dict[str, str]) -> Step:
        action = step["uses"].split("@")[0]
        if action in self.trigger.failing:
            return Step(name, 1, "it does not work today")
        inputs = {k: filled(v, self.contexts) for k, v in step.get("with", {}).items()}
        return Step(name, 0, ACTIONS[action](self, inputs, outputs) or "")

    def _shell(self, name: str, step: Mapping[str, Any], outputs: dict[str, str]) -> Step:
        script = self.folder / "step.sh"
        script.write_text(filled(step["run"], self.contexts))
        written = self.folder / "GITHUB_OUTPUT"
        written.write_text("")
        done = subprocess.run(
            [*self.shell, str(script)],
            cwd=self.work,
            env=self._environment(step.get("env", {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        for line in written.read_text().splitlines():
            key, sign, value = line.partition("=")
            assert sign, f"not an output: {line!r}"
            outputs[key] = value
        return Step(name, done.returncode, done.stdout)

    def _environment(self, own: Mapping[str, str]) -> dict[str, str]:
        given = {name: os.environ[name] for name in KEPT if name in os.environ}
        files = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        return {
            **given,
            "PATH": f"{self.github.folder}/bin{os.pathsep}{given['PATH']}",
            "HOME": str(self.folder / "home"),
            "CI": "true",
            "RUNNER_TEMP": str(self.folder / "temporary"),
            "GITHUB_SHA": self.github.branches()["main"],
            "GITHUB_RUN_ATTEMPT": self.contexts["github"]["run_attempt"],
            **{name: str(self.folder / name) for name in files},
            # The environment is that of the tests, the program that of the working folder.
            "PYTHONPATH": str(self.work),
            "SMALLCAPS_NOW": self.trigger.now,
            **self.trigger.environment,
            **self.contexts["env"],
            **{name: filled(value, self.contexts) for name, value in own.items()},
        }


def _checkout(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> None:
    assert inputs["persist-credentials"] == "false"
    address = f"file://{machine.github.bare(NAME)}"
    git(machine.folder, "clone", "--quiet", "--depth", "1", address, str(machine.work))


def _setup_python(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> None:
    """Let the working folder have this environment, as if it had been installed already."""
    assert (machine.work / inputs["cache-dependency-path"]).is_file()
    (machine.work / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.suffix != ".stamp":
            (machine.work / ".venv" / part.name).symlink_to(part)
    (machine.work / ".venv/report.stamp").touch()


def _restore_cache(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> str:
    kept = machine.github.folder / "cache"
    wanted = [inputs["key"], *inputs["restore-keys"].split()]
    for key in wanted:
        for found in sorted(kept.glob(f"{key}*"), reverse=True):
            shutil.copytree(found, machine.work / inputs["path"])
            return f"restored {found.name}"
    return "nothing is kept"


def _save_cache(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> None:
    source = machine.work / inputs["path"]
    if source.is_dir():
        shutil.copytree(source, machine.github.folder / "cache" / inputs["key"])


def _upload(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> None:
    target = machine.github.folder / f"artifact-{machine.run}"
    shutil.copytree(machine.work / inputs["path"], target, ignore=shutil.ignore_patterns(".*"))


def _deploy(machine: _Machine, inputs: Mapping[str, str], outputs: dict[str, str]) -> None:
    github = machine.github
    shutil.rmtree(github.deployed, ignore_errors=True)
    shutil.copytree(github.folder / f"artifact-{machine.run}", github.deployed)
    github.deployments += 1
    outputs["page_url"] = "https://small-caps-weekly.example/"


Action = Callable[[_Machine, Mapping[str, str], dict[str, str]], str | None]
ACTIONS: Mapping[str, Action] = {
    "actions/checkout": _checkout,
    "actions/setup-python": _setup_python,
    "actions/cache/restore": _restore_cache,
    "actions/cache/save": _save_cache,
    "actions/upload-pages-artifact": _upload,
    "actions/deploy-pages": _deploy,
}
"""The stand-ins by the action they stand for."""
