"""What the stages share: settings, snapshots, one drawing process, and who is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.config import Settings
from generator.editions import Edition
from generator.facts import Facts
from generator.snapshot import Snapshot, Snapshots
from generator.store import Store

if TYPE_CHECKING:
    from generator.drawing import Drawing

Say = Callable[[str, str, str, float], None]
"""Told the verb, the edition, a detail and the seconds it took."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one edition in one stage."""

    edition: Edition
    """Which."""
    verb: str
    """What was done: frozen, kept, built, published, unchanged, replaced."""
    detail: str
    """In a few words."""


class Workshop:
    """What several editions built in one process share: the settings and one drawing process."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings = settings
        self.say = say
        self.snapshots = Snapshots(Store(settings.snapshots))
        self.last: tuple[Snapshot, Facts] | None = None
        """What the edition computed last saw, and its facts."""
        self._drawing: Drawing | None = None
        self._memory: dict[Hashable, Any] = {}

    @property
    def templates(self) -> Path:
        """The folder of templates."""
        return self.settings.root / "templates"

    def drawing(self) -> Drawing:
        """Return the drawing process, started when first asked for."""
        if self._drawing is None:
            from generator.drawing import Drawing

            self._drawing = Drawing()
        return self._drawing

    def renew(self, settings: Settings) -> None:
        """Go on with other settings, forgetting what was worked out from the old ones."""
        self.settings = settings
        self._memory.clear()

    def program(self) -> bytes:
        """Return the archive of this program, with which its editions can be made again."""
        from generator import program

        found: bytes = self.remembered("program", lambda: program.archive(self.settings.root))
        return found

    def remembered(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Do some work once in this process."""
        if key not in self._memory:
            self._memory[key] = work()
        return self._memory[key]

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *error: Any) -> None:
        if self._drawing is not None:
            self._drawing.__exit__(*error)
            self._drawing = None


def said(shop: Workshop, verb: str, edition: Edition, detail: str, started: float) -> Outcome:
    """Say what was done, with the seconds since `started`, and return it."""
    shop.say(verb, str(edition), detail, time.perf_counter() - started)
    return Outcome(edition, verb, detail)
