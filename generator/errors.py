"""One base error: what failed, where, what to do next, and the exit code it ends with."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class ReportError(Exception):
    """Something the person at the keyboard can understand and mend.

    `what` quotes what failed, `where` is a file (with line), field or symbol, `hint` is the next
    thing to do, a command where there is one.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class UsageError(ReportError):
    """The command was called in a way it does not understand."""

    exit_code = 2


class DataError(ReportError):
    """The data failed a check that an edition cannot do without."""

    exit_code = 3


class ProviderError(ReportError):
    """A source of data could not be reached."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file that people write."""

    file: str
    line: int | None
    what: str
    column: int | None = None

    def __str__(self) -> str:
        places = (self.file, self.line, self.column if self.line is not None else None)
        return f"{':'.join(str(place) for place in places if place is not None)}: {self.what}"


class ContentError(ReportError):
    """Every mistake found in configuration, content or templates, reported at once."""

    def __init__(self, mistakes: Iterable[Mistake], *, hint: str | None = None) -> None:
        self.mistakes = tuple(mistakes)
        noun = "mistake" if len(self.mistakes) == 1 else "mistakes"
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"{len(self.mistakes)} {noun} in what people write:\n{lines}", hint=hint)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, or an empty string."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
