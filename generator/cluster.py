"""A Dask cluster as a place to build on: whether it can be used, and joblib's way to it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator.errors import ReportError

PACKAGE = Path(__file__).parent
_PATIENCE = 10
"""Seconds in which a scheduler must answer."""


@contextmanager
def cluster(root: Path, build: Path, scheduler: str) -> Iterator[int]:
    """Hold the workers of a scheduler, and say how many runs they can build at once.

    Raises:
        ReportError: Dask is not installed, nobody answers, there are no workers, or they do not
            see this project.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ReportError(
            "the dask backend needs the library 'distributed', which is not installed",
            hint="Install the extra: `pip install -e '.[dask]'`.",
        ) from None
    try:
        client: Any = Client(scheduler, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ReportError(
            f"no scheduler answers at {scheduler} ({error})",
            hint="Start one with `dask scheduler`, and give the address it tells.",
        ) from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise ReportError(
                f"the scheduler at {scheduler} has no workers",
                hint=f"Start some with `dask worker {scheduler} --nthreads 1`.",
            )
        _require_same(client, root, build / "backfill.sign")
        yield len(workers)


def deaths() -> tuple[type[Exception], ...]:
    """Return the errors that say that workers died."""
    from distributed import KilledWorker

    return (KilledWorker,)


def _require_same(client: Any, root: Path, sign: Path) -> None:
    """Check that every worker sees this project, and would build it as this machine does."""
    sign.parent.mkdir(parents=True, exist_ok=True)
    sign.write_text(os.urandom(16).hex())
    try:
        own = state_of(str(sign))
        seen = client.run(state_of, str(sign), on_error="return")
    finally:
        sign.unlink()
    for worker, found in sorted(seen.items()):
        if found != own:
            what = str(found) if isinstance(found, Exception) else _differs(own, found, root)
            raise ReportError(
                f"the worker at {worker} cannot build this project: {what}",
                hint="Workers must see the project's folder at the same path and have the same "
                "versions of everything: start them anew in the environment of this project.",
            )


def _differs(own: dict[str, str], found: dict[str, str], root: Path) -> str:
    if found["sign"] != own["sign"]:
        return f"it does not see the files of {root}"
    names = [name for name in own if found.get(name) != own[name]]
    return ", ".join(f"its {name} is {found.get(name)}, not {own[name]}" for name in names)


def state_of(sign: str) -> dict[str, str]:
    """Return what a process sees of a project, and what it would build it with."""
    path = Path(sign)
    return {"sign": path.read_text() if path.is_file() else "", **_software()}


@cache
def _software() -> dict[str, str]:
    """As it was when this was asked first: a worker keeps what it has imported."""
    code = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        code.update(path.read_bytes())
    libraries = ("altair", "numpy", "pandas", "vl-convert-python")
    return {
        "program": code.hexdigest()[:12],
        "Python": sys.version.split()[0],
        **{name: version(name) for name in libraries},
    }
