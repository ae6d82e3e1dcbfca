"""Backfilling: many past editions from one history, frozen in order, built in parallel, published.

The history is read once and cut at each edition's last session before anything looks at it, so that
no edition knows what came later. Editions go through in waves: while one is being built the next is
frozen and the one before published. Whatever is frozen, built or published already is kept, so a
run that was stopped at any point is gone on with by the same command.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator import pipeline
from generator.building import Built
from generator.config import Universe
from generator.editions import Edition, edition_of, require_finished, sessions_between
from generator.errors import DataError, UsageError
from generator.freezing import Order, Read, fetching, freeze
from generator.listing import Entry, read_listing
from generator.parallel import Crew, Team, crew, require_known
from generator.progress import Done, Progress
from generator.providers import provider
from generator.publishing import destination
from generator.store import alone
from generator.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Span:
    """Which editions are wanted, from where, and where to."""

    first: Edition
    """The oldest."""
    last: Edition
    """The newest."""
    provider: str
    """Where the data come from."""
    data: Path | None
    """The folder of the files provider."""
    team: Team
    """Who builds."""
    branch: str | None = None
    """The branch to publish onto; without one, the site's folder."""
    remote: str | None = None
    """The remote that the branch is pushed to."""


def backfill(shop: Workshop, span: Span, clock: Callable[[], datetime]) -> list[Done]:
    """Freeze, build and publish every edition of a span, oldest first.

    An edition whose data fail a check, or whose week had no session, is left out and stops nothing.

    Raises:
        UsageError: the span, its provider or its team is not one that there is.
        ReportError: a week is not over, an edition cannot be built, or a process died; what was
            done until then is kept.
    """
    require_known(span.team)
    read = _history(span)
    weeks, closed = _weeks(span, shop.settings.universe, clock())
    with alone(shop.settings.build / "backfill.lock", "another run is backfilling"):
        progress = Progress(shop, len(weeks) + len(closed))
        for edition, reason in closed:
            progress.left_out(edition, reason)
        with crew(shop, span.team) as ready, Workshop(shop.settings, lambda *_: None) as silent:
            _waves(_Run(silent, span, read, clock, ready, progress), weeks)
    return sorted(progress.done, key=lambda done: done.edition)


def _history(span: Span) -> Read:
    """What fetches editions from a history that is read once.

    Raises:
        UsageError: the provider has none.
    """
    source = provider(span.provider)
    found: Callable[[Path | None], Read] | None = getattr(source, "history", None)
    if found is None:
        raise UsageError(
            f"past editions cannot be made from '{span.provider}': what a live source says today "
            "is not what it said then (its closes are adjusted for later splits)",
            hint="Take a history that is yours: --provider files --data DIR. An edition of the "
            f"week just over: `smallcaps run --provider {span.provider}`.",
        )
    return found(span.data)


def _weeks(
    span: Span, universe: Universe, now: datetime
) -> tuple[list[Edition], list[tuple[Edition, str]]]:
    """The editions of a span, and those there cannot be, with the reason.

    Raises:
        UsageError: the span ends before it begins.
        ReportError: its last week is not over.
    """
    if span.last < span.first:
        raise UsageError(
            f"{span.last} is before {span.first}", hint="Give the oldest edition first."
        )
    begin = universe.history_start
    # All sessions at once: whoever asks for some of them later finds them known.
    sessions = sessions_between(min(begin, span.first.monday), span.last.sunday)
    last_of = {edition_of(day.date()): day.date() for day in sessions}
    found: list[Edition] = []
    closed: list[tuple[Edition, str]] = []
    edition = span.first
    while edition <= span.last:
        if edition not in last_of:
            closed.append((edition, "the exchange had no session"))
        elif last_of[edition] < begin:
            closed.append((edition, f"the history begins on {begin} (content/universe.yml)"))
        else:
            found.append(edition)
        edition = edition.shift(1)
    if found:
        require_finished(found[-1], now)
    return found, closed


@dataclass(frozen=True, slots=True)
class _Run:
    """What the steps of one run share."""

    shop: Workshop
    """Says nothing."""
    span: Span
    """What is wanted."""
    read: Read
    """The history."""
    clock: Callable[[], datetime]
    """The time, in UTC."""
    crew: Crew
    """Who builds."""
    progress: Progress
    """What is done."""


def _waves(run: _Run, weeks: Sequence[Edition]) -> None:
    """While a wave is being built, freeze the next and publish the one before."""
    results: Iterator[Built] = iter(())
    size = run.crew.wave
    for at in range(0, len(weeks) + size, size):
        frozen = _frozen(run, weeks[at : at + size])
        built = list(results)
        results = run.crew.start(frozen)
        _publish(run, built)


def _frozen(run: _Run, editions: Iterable[Edition]) -> list[Edition]:
    """Freeze editions and return those to be built."""
    published = _published(run)
    wanted = []
    with fetching(run.shop):
        for edition in editions:
            order = Order(edition, run.span.provider, run.span.data)
            try:
                freeze(run.shop, run.read, order, run.clock)
            except DataError as error:
                run.progress.left_out(edition, error.what)
                continue
            if _is_wanted(run, edition, published.get(str(edition))):
                wanted.append(edition)
    return wanted


def _published(run: _Run) -> dict[str, Entry]:
    with destination(run.shop, run.span.branch, run.span.remote) as tree:
        return read_listing(tree).newest


def _is_wanted(run: _Run, edition: Edition, entry: Entry | None) -> bool:
    """Whether an edition is to be built: it is not published, or gives way."""
    if entry is None:
        return True
    manifest = run.shop.snapshots.manifest(edition)
    if entry.snapshot == manifest.sha256:
        _discard(run.shop, edition)
        run.progress.kept(edition)
        return False
    if entry.simulated and not manifest.simulated:
        return True
    run.progress.left_out(edition, f"{entry.key} is published, from another snapshot")
    return False


def _publish(run: _Run, built: Sequence[Built]) -> None:
    """Publish a wave; what it was built in is not needed any more."""
    if not built:
        return
    editions = [one.edition for one in built]
    span = run.span
    outcomes = pipeline.publish(run.shop, editions, branch=span.branch, remote=span.remote)
    for edition in editions:
        _discard(run.shop, edition)
    run.progress.published([outcome.verb for outcome in outcomes], built)


def _discard(shop: Workshop, edition: Edition) -> None:
    shutil.rmtree(shop.settings.build / str(edition), ignore_errors=True)
    latest = shop.settings.build / "docs"
    if latest.is_symlink() and not latest.exists():
        latest.unlink()
