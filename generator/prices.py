"""What conventions need of a past: single closes, what became of them, and what stands for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from generator.assertions import Past
from generator.facts import Lineage


@dataclass(frozen=True, slots=True)
class Revised:
    """A close that its source has changed since it was first frozen."""

    subject: str
    """The series."""
    symbol: str
    """Its symbol."""
    session: date
    """Whose close it is."""
    first: float
    """As first frozen."""
    final: float | None
    """As it stands now; None where it was taken back."""
    on: date
    """The day on which the change was frozen."""


class Prices(Past, Protocol):
    """A past whose closes can be looked up one by one."""

    @property
    def pairs(self) -> Mapping[str, str]:
        """Indexes and the fund that follows each."""

    @property
    def large(self) -> str:
        """The benchmark that relative figures are measured against."""

    @property
    def revised(self) -> Sequence[Revised]:
        """Closes that were revised, as the snapshot lists them."""

    def title(self, metric: str) -> str:
        """Return what a figure is called."""

    def is_fund(self, subject: str) -> bool:
        """Whether a subject is a fund, which pays dividends."""

    def close(self, subject: str, day: date, seen: date) -> float | None:
        """Return a session's close, adjusted for splits up to the day it is seen on."""

    def lineage(self, subjects: Iterable[str], only: Iterable[date]) -> Lineage:
        """Return the series and objects behind closes of some sessions."""

    def as_first_frozen(self) -> Past:
        """Return the same past with every revised close as it was first frozen."""

    def with_funds(self) -> Past | None:
        """Return the same past with the closes of funds in the place of their indexes'; None where
        one is lacking."""
