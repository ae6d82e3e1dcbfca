"""Ask whether the addresses in content/sources.yml still answer: `make links`.

Never part of a build: an edition cites what was there on the day it was read. Each address is asked
for politely, one after the other, first for its headers alone. A site that turns programs away
cannot be told from one that has the work, and is no mistake. The exit code is 0 if every address
answered, 1 if something is to be mended, 4 if none could be reached at all.

Usage: python tools/check_links.py [PROJECT]        (default: this one)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import requests

from generator.errors import ContentError, ReportError
from generator.sources import Source, read_sources

ROOT = Path(__file__).resolve().parents[1]
ASKED_AS = "Mozilla/5.0 (compatible; SmallCapsWeekly/1.0; link check)"
PATIENCE = (5.0, 15.0)
"""Seconds to wait for a connection and for an answer."""
PACE = 1.0
"""Seconds between two addresses."""
_TURNED_AWAY = frozenset({401, 402, 403, 405, 406, 407, 418, 429, 451, 501, 503, 999})
"""What sites answer to programs, whether or not they have the work."""
_FOR_GOOD = frozenset({301, 308})


class State(Enum):
    """What became of an address."""

    FINE = "ok"
    MOVED = "moved"
    UNTOLD = "cannot be told"
    GONE = "to mend"
    SILENT = "not reached"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answered."""

    source: Source
    state: State
    said: str
    """In words: the status, where it leads, or why there is none."""

    def __str__(self) -> str:
        return f"{self.state.value:<15} {self.source.id:<28} {self.said}"


def check(
    sources: Iterable[Source],
    *,
    pause: Callable[[], None],
    patience: tuple[float, float] = PATIENCE,
) -> Iterator[Answer]:
    """Ask every address that there is, in the order of the file, with a pause between two."""
    with requests.Session() as session:
        session.headers["User-Agent"] = ASKED_AS
        session.max_redirects = 10
        for number, source in enumerate(source for source in sources if source.url):
            if number:
                pause()
            yield _ask(session, source, patience)


def _ask(session: requests.Session, source: Source, patience: tuple[float, float]) -> Answer:
    try:
        answer = _answer(session, str(source.url), patience)
    except requests.TooManyRedirects:
        return Answer(source, State.GONE, "leads round in circles")
    except requests.Timeout:
        return Answer(source, State.SILENT, "no answer in time")
    except requests.exceptions.SSLError as error:
        return Answer(source, State.GONE, f"its certificate is not good: {_short(error)}")
    except requests.ConnectionError as error:
        return Answer(source, State.SILENT, f"no connection: {_short(error)}")
    except (requests.RequestException, ValueError) as error:
        return Answer(source, State.GONE, f"leads to no address: {_short(error)}")
    return Answer(source, *_judged(answer))


def _answer(
    session: requests.Session, url: str, patience: tuple[float, float]
) -> requests.Response:
    """Ask for the headers; where that is refused, for the work, of which nothing is read."""
    answer = session.head(url, timeout=patience, allow_redirects=True)
    if answer.status_code >= 400:
        answer = session.get(url, timeout=patience, allow_redirects=True, stream=True)
        answer.close()
    return answer


def _judged(answer: requests.Response) -> tuple[State, str]:
    status = f"{answer.status_code} {answer.reason or ''}".strip()
    if answer.status_code in _TURNED_AWAY:
        return State.UNTOLD, status
    if answer.status_code >= 400:
        return State.GONE, status
    if not answer.history:
        return State.FINE, status
    for_good = all(step.status_code in _FOR_GOOD for step in answer.history)
    leads = f"{answer.history[0].status_code}, leads to {answer.url}"
    return (State.MOVED, f"{leads} for good") if for_good else (State.FINE, leads)


def _short(error: BaseException) -> str:
    """The innermost reason of a failure, without the objects around it."""
    inner = getattr(error, "reason", None) or (error.args[-1] if error.args else None)
    if isinstance(inner, BaseException):
        return _short(inner)
    return str(error).rpartition(": ")[2]


def exit_code(answers: Sequence[Answer]) -> int:
    """Return the exit code: a work that only moved still answers."""
    states = {answer.state for answer in answers}
    if states == {State.SILENT}:
        return 4
    return 1 if states & {State.GONE, State.SILENT} else 0


def _report(root: Path, pause: Callable[[], None], patience: tuple[float, float]) -> int:
    sources, mistakes = read_sources(root)
    if mistakes:
        raise ContentError(mistakes)
    answers = []
    for answer in check(sources, pause=pause, patience=patience):
        print(answer, flush=True)
        answers.append(answer)
    noun = "source" if len(sources) == 1 else "sources"
    without = len(sources) - len(answers)
    print(f"{len(sources)} {noun}, {len(answers)} asked, {without} without an address")
    return exit_code(answers)


def main(
    words: Sequence[str],
    *,
    pause: Callable[[], None] = lambda: time.sleep(PACE),
    patience: tuple[float, float] = PATIENCE,
) -> int:
    """Print what every address answered; return the exit code."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return _report(Path(words[0]) if words else ROOT, pause, patience)
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
