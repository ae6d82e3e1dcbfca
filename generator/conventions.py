"""Other conventions: what a figure would be, had it been measured as others measure it.

A printed number that does not hold is tried under one change of convention at a time: with the
close as first published, with or without dividends, by the fund instead of the index, with its base
or its end one session off, over trading days instead of calendar months. Nothing dated after the
day of a claim is used, so no end lies a session later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from generator.facts import Fact, Value, show, show_date
from generator.prices import Prices, Revised
from generator.windows import (
    Announced,
    BaseOneOff,
    Convention,
    EndOneEarlier,
    Namer,
    TradingWindow,
)

_LEVELS = ("points", "usd", "change", "ratio")
"""Units in which an index and its fund have nothing in common."""


class PreliminaryClose(Convention):
    """Closes as they were first frozen, before their source revised them."""

    def _rows(self, fact: Fact) -> list[Revised]:
        """The revised closes that a fact is computed from."""
        only = fact.figure.only if isinstance(fact.figure, Value) else ()
        return [
            row
            for row in self.past.revised
            if row.symbol in fact.lineage.symbols
            and (row.session in only if only else row.session <= fact.as_of)
        ]

    def _found(self, usual: Fact, day: date) -> Fact | None:
        if not self._rows(usual):
            return None
        return self.past.as_first_frozen().fact(usual.metric, usual.subject, day)

    def _announced(self, metric: str, subject: str, day: date) -> Announced:
        past = self.past.as_first_frozen() if self.past.revised else self.past
        return past, [(day, f"{metric}.{subject}")]

    def revision(self, fact: Fact) -> Revised:
        """Return the latest of the revised closes that a fact is computed from."""
        return max(self._rows(fact), key=lambda row: row.session)

    def words(self, fact: Fact, name: Namer) -> str:
        """Name the close, as first frozen and as it is now."""
        row = self.revision(fact)
        return f"preliminary close of {name(row.subject)}, {told(row)}"


def told(row: Revised) -> str:
    """Return in words what became of a close."""
    became = "taken back" if row.final is None else f"revised to {show(row.final, 'points')}"
    return f"{show(row.first, 'points')} on {show_date(row.session)}, since {became}"


class TotalReturn(Convention):
    """Total return instead of price return, or the other way round."""

    def _other(self, metric: str) -> str | None:
        if metric.startswith("total_return_"):
            return metric.removeprefix("total_")
        return f"total_{metric}" if metric.startswith("return_") else None

    def _found(self, usual: Fact, day: date) -> Fact | None:
        other = self._other(usual.metric)
        if other is None or not self.past.is_fund(usual.subject):
            return None
        return self.past.fact(other, usual.subject, day)

    def _announced(self, metric: str, subject: str, day: date) -> Announced:
        other = self._other(metric) if self.past.is_fund(subject) else None
        return self.past, [(day, f"{other}.{subject}")] if other else []

    def words(self, fact: Fact, name: Namer) -> str:
        """Say which return it is."""
        with_them = fact.metric.startswith("total_")
        return "total return, dividends included" if with_them else "price return, no dividends"


class FundForIndex(Convention):
    """The fund instead of the index it follows, or the other way round."""

    def _other(self, subject: str) -> str | None:
        indexes = {fund: index for index, fund in self.past.pairs.items()}
        return self.past.pairs.get(subject) or indexes.get(subject)

    def _found(self, usual: Fact, day: date) -> Fact | None:
        past, metric, subject = self.past, usual.metric, usual.subject
        other = self._other(subject)
        if metric.startswith("return_"):
            return past.fact(metric, other, day) if other else None
        if metric.startswith("fund_pair_") and other is not None:
            return past.fact(metric.removeprefix("fund_pair_"), other, day)
        funds = past.with_funds()
        if subject not in past.pairs or funds is None or usual.unit in _LEVELS:
            return None
        return replace(funds.fact(metric, subject, day), subject=past.pairs[subject])

    def _announced(self, metric: str, subject: str, day: date) -> Announced:
        other = self._other(subject)
        if metric.startswith("return_"):
            return self.past, [(day, f"{metric}.{other}")] if other else []
        if metric.startswith("fund_pair_"):
            return self.past, [(day, f"{metric.removeprefix('fund_pair_')}.{other}")]
        funds = self.past.with_funds()
        if subject not in self.past.pairs or funds is None:
            return self.past, []
        return funds, [(day, f"{metric}.{subject}")]

    def words(self, fact: Fact, name: Namer) -> str:
        """Say whose closes it is computed from."""
        if fact.subject in self.past.pairs:
            return f"index instead of fund, {name(fact.subject)}"
        return f"fund instead of index, {name(fact.subject)}"


def conventions(past: Prices) -> tuple[Convention, ...]:
    """Return every other convention, in the order in which they are tried."""
    return (
        PreliminaryClose(past),
        TotalReturn(past),
        FundForIndex(past),
        BaseOneOff(past, -1),
        BaseOneOff(past, 1),
        EndOneEarlier(past),
        TradingWindow(past),
    )
