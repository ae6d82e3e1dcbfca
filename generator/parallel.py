"""Building many editions in several processes at once, on this machine or on a Dask cluster.

Each process builds runs of editions that follow each other, since an edition's week before is then
known already. joblib hands the runs out. A run has its own drawing processes, which end with it, so
that memory does not grow with the number of editions. What a process has built is stamped; whoever
is killed loses no more than the edition at hand.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from generator.building import Built, build_run, wait_for_others
from generator.cluster import cluster, deaths
from generator.editions import Edition
from generator.errors import ReportError, UsageError
from generator.workshop import Workshop

RUN = 13
"""Editions that a process builds one after the other, at most."""
WAVE = 52
"""Editions handed out at a time, about, however many processes there are."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who builds."""

    jobs: int | None = None
    """How many processes; one for each core of this machine unless told."""
    backend: str = "loky"
    """`loky`: processes of this machine; `dask`: those of a cluster."""
    scheduler: str | None = None
    """Address of the cluster's scheduler, such as `tcp://10.0.0.1:8786`."""


class Crew:
    """Processes that are ready to build."""

    def __init__(self, shop: Workshop, lock: Path, backend: str, jobs: int) -> None:
        from joblib import Parallel, parallel_config

        with parallel_config(backend=backend, n_jobs=jobs):
            self._parallel = Parallel(return_as="generator", pre_dispatch="all", batch_size=1)
        self._build, self._root, self._lock = shop.settings.build, shop.settings.root, lock
        self._parent = os.getpid() if backend == "loky" else None
        self._jobs = jobs
        self._deaths = deaths() if backend == "dask" else (BrokenExecutor,)
        self._results: Generator[list[Built]] | None = None

    @property
    def wave(self) -> int:
        """How many editions to hand out at a time."""
        return self._jobs * _run(self._jobs)

    def start(self, editions: Sequence[Edition]) -> Iterator[Built]:
        """Have editions built, and return what waits for each, in this order."""
        runs = split(editions, self._jobs)
        if not runs:
            return iter(())
        work = (self._root, self._lock, self._parent)
        self._results = self._parallel((build_run, (*work, run), {}) for run in runs)
        return self._collected(runs, self._results)

    def _collected(
        self, runs: list[Sequence[Edition]], results: Iterator[list[Built]]
    ) -> Iterator[Built]:
        """What the processes return, and what is to be said where one of them dies."""
        try:
            for result in results:
                yield from result
        except self._deaths as error:
            raise self._died(runs) from error

    def _died(self, runs: list[Sequence[Edition]]) -> ReportError:
        stamps = [[edition for edition in run if not self._is_stamped(edition)] for run in runs]
        named = " or ".join(str(unfinished[0]) for unfinished in stamps if unfinished)
        return ReportError(
            f"a process died while it built {named}",
            hint="Is there enough memory? Run the command again, with fewer --jobs: what is built "
            "is kept.",
        )

    def _is_stamped(self, edition: Edition) -> bool:
        return (self._build / str(edition) / "stamp").is_file()

    def close(self) -> None:
        """Let nobody build on."""
        if self._results is not None:
            with warnings.catch_warnings():
                # It warns of what it is told here to give up.
                warnings.simplefilter("ignore", UserWarning)
                self._results.close()


@contextmanager
def crew(shop: Workshop, team: Team) -> Iterator[Crew]:
    """Hold processes that build editions of this project.

    Raises:
        UsageError: the team is not one that there is.
        ReportError: the cluster cannot be used, or processes of a run that was killed still build.
    """
    require_known(team)
    settings = shop.settings
    lock = settings.build / "backfill.workers"
    wait_for_others(lock)
    if team.backend == "dask":
        with (
            cluster(settings.root, settings.build, str(team.scheduler)) as jobs,
            closing(Crew(shop, lock, "dask", team.jobs or jobs)) as found,
        ):
            yield found
        return
    from joblib import cpu_count
    from joblib.externals.loky import get_reusable_executor

    try:
        with closing(Crew(shop, lock, "loky", team.jobs or cpu_count())) as found:
            yield found
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def require_known(team: Team) -> None:
    """Check what was asked for.

    Raises:
        UsageError: it cannot be.
    """
    if team.backend not in ("loky", "dask"):
        raise UsageError(f"'{team.backend}' is not a backend", hint="Backends: loky, dask.")
    if team.jobs is not None and team.jobs < 1:
        raise UsageError(f"{team.jobs} processes build nothing", hint="Give --jobs 1 or more.")
    if team.backend == "dask" and team.scheduler is None:
        raise UsageError(
            "the dask backend needs the address of a scheduler",
            hint="Start one with `dask scheduler`, workers with `dask worker ADDRESS`, and give "
            "the address: --scheduler tcp://HOST:8786.",
        )
    if team.backend != "dask" and team.scheduler is not None:
        raise UsageError("--scheduler is for --backend dask", hint="Add --backend dask.")


def _run(jobs: int) -> int:
    return max(4, min(RUN, WAVE // jobs))


def split(editions: Sequence[Edition], jobs: int) -> list[Sequence[Edition]]:
    """Return runs of editions, as even as can be, of which each process gets as many as others.

    >>> [len(run) for run in split([Edition(2026, week) for week in range(1, 28)], 2)]
    [14, 13]
    """
    if not editions:
        return []
    rounds = max(1, round(len(editions) / (jobs * _run(jobs))))
    parts = min(len(editions), jobs * rounds)
    edges = [round(n * len(editions) / parts) for n in range(parts + 1)]
    return [editions[a:b] for a, b in pairwise(edges)]
