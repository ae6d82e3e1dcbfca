"""What is done of a long run, a line an edition: how fast it goes and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from generator.building import Built
from generator.editions import Edition
from generator.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one edition."""

    edition: Edition
    """Which."""
    state: str
    """`published`, `replaced`, `kept`, or `left out`."""
    detail: str
    """In a few words; where it was left out, why."""
    seconds: float
    """How long it took to build."""


class Progress:
    """Says a line an edition, how fast it goes and how long it will take."""

    def __init__(self, shop: Workshop, total: int) -> None:
        self.done: list[Done] = []
        self._say, self._total = shop.say, total
        self._started = time.perf_counter()
        self._made = 0

    def left_out(self, edition: Edition, reason: str) -> None:
        """An edition that there is not."""
        self._add(Done(edition, "left out", reason, 0.0), reason)

    def kept(self, edition: Edition) -> None:
        """An edition that was published before."""
        self._add(Done(edition, "kept", "published already", 0.0), "published already")

    def published(self, verbs: Sequence[str], built: Sequence[Built]) -> None:
        """A wave of editions that were made."""
        self._made += len(built)
        rate = self._made / (time.perf_counter() - self._started)
        left = (self._total - len(self.done) - len(built)) / rate
        for verb, one in zip(verbs, built, strict=True):
            done = Done(one.edition, verb, one.detail, one.seconds)
            self._add(done, f"{one.detail}; {rate:.2f} editions/s, {_minutes(left)} to go")

    def _add(self, done: Done, detail: str) -> None:
        self.done.append(done)
        self._say(done.state, str(done.edition), detail, done.seconds)


def _minutes(seconds: float) -> str:
    """
    >>> _minutes(42.4), _minutes(600.0)
    ('42 s', '10 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
