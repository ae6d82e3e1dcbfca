"""The draft that an edition's commentary begins with, as text.

Ready sentences are made of references to facts; prompts are comments, which no reader sees. The
draft passes every check but those for a title and an author, and all of it may be written over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from generator.config import Universe
from generator.editions import Edition
from generator.facts import Facts, show, show_change
from generator.movements import METRICS, Movement, Turn
from generator.prompts import PROMPTS, REMINDERS, comment, ready, released, sentence

FIRST, ON_A_PAGE, STILL, LISTED = 4, 3, 2, 5
"""How many movements stand on the first page, on another, how many that hardly were any, and how
many figures a prompt lists."""


class Entry(Protocol):
    """A claim or a forecast, as far as it is told here."""

    @property
    def id(self) -> str:
        """By which it is named."""

    @property
    def edition(self) -> str:
        """The first edition that has it."""

    @property
    def source(self) -> str:
        """Where it was read."""

    @property
    def statement(self) -> str:
        """What was said."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a week offers to whoever writes about it."""

    now: Facts
    """The figures of the edition."""
    movements: Sequence[Movement]
    """The most unusual first."""
    turns: Sequence[Turn]
    """States that changed."""
    claims: Sequence[Entry] = ()
    """Those that are checked in the edition."""
    forecasts: Sequence[Entry] = ()
    """Those that the edition lists."""
    resolving: frozenset[str] = frozenset()
    """Ids of the forecasts that resolve in it."""
    simulated: bool = False
    """Whether its data are simulated."""


def scaffold(
    edition: Edition, written: date, material: Material, universe: Universe, pages: Iterable[str]
) -> str:
    """Return the file to begin with: front matter, and a section for each of the pages."""
    sections = [_front_matter(written, simulated=material.simulated)]
    for page in pages:
        told = _first_page if page == "index" else _page
        lines = [f"# {page}", *told(page, material, universe), *_entries(page, edition, material)]
        sections.append("\n\n".join(lines) + "\n")
    return "\n".join(sections)


def plain(edition: Edition, written: date, universe: Universe) -> str:
    """Return what can be begun without data: a first sentence, and what to do."""
    what = (
        f"No data of {edition} are frozen. After `smallcaps fetch {edition}`, remove this file and "
        f"run `smallcaps new {edition}` again: it begins with the figures that moved most."
    )
    lines = ["# index", comment(what), *ready("index", universe), *map(comment, REMINDERS)]
    return _front_matter(written, simulated=False) + "\n" + "\n\n".join(lines) + "\n"


def _front_matter(written: date, *, simulated: bool) -> str:
    about = "simulated: true\n" if simulated else ""
    return f"---\ntitle: \nauthor: \ndate: {written.isoformat()}\n{about}---\n"


def _first_page(page: str, material: Material, universe: Universe) -> list[str]:
    """States that changed, the most unusual changes one a figure, and the most usual."""
    told = _one_a_figure([m for m in material.movements if m.unusual is not None])
    still = _one_a_figure([m for m in reversed(material.movements) if m.unusual is not None])
    moved = [line for turn in material.turns[:FIRST] for line in _turn(turn, universe)]
    moved += [line for m in told[:FIRST] for line in _movement(m, universe)]
    unmoved = [line for m in still[:STILL] for line in _movement(m, universe)]
    return [
        *map(comment, REMINDERS),
        *ready(page, universe, material.now),
        *(["### What moved", *moved] if moved else []),
        *(["### What did not", *unmoved] if unmoved else []),
        comment(f"### Where the evidence is thin: {_thin(material)}"),
        comment("### The other side: what speaks against the lead, and who says so."),
    ]


def _page(page: str, material: Material, universe: Universe) -> list[str]:
    """What can be said of any week, states that changed, and the most unusual changes."""
    prompts = [comment(PROMPTS[page])] if page in PROMPTS else []
    told = ready(page, universe, material.now)
    turns = [turn for turn in material.turns if turn.kind.page == page]
    moved = [m for m in material.movements if m.kind.page == page and m.unusual is not None]
    moved = [m for m in moved if sentence(m.kind, m.subject, universe) not in told]
    return [
        *prompts,
        *told,
        *(released(material.now, universe) if page == "economy" else ()),
        *(line for turn in turns for line in _turn(turn, universe)),
        *(line for m in moved[:ON_A_PAGE] for line in _movement(m, universe)),
    ]


def _one_a_figure(movements: Iterable[Movement]) -> list[Movement]:
    """The first movement of each figure: that of one series says what those of others repeat."""
    first: dict[str, Movement] = {}
    for movement in movements:
        first.setdefault(movement.kind.metric, movement)
    return list(first.values())


def _turn(turn: Turn, universe: Universe) -> list[str]:
    before = show(turn.before, "count") if isinstance(turn.before, int) else turn.before
    return [comment(f"Changed: it was {before}."), sentence(turn.kind, turn.subject, universe)]


def _movement(movement: Movement, universe: Universe) -> list[str]:
    unusual, change = movement.unusual, show_change(movement.change, movement.unit)
    assert unusual is not None
    times = (
        f": {show(unusual, 'multiple')} the median of {len(movement.earlier)} weeks"
        if math.isfinite(unusual)
        else ", which it hardly ever does"
    )
    prompt = comment(f"Changed by {change} on the week{times}.")
    return [prompt, sentence(movement.kind, movement.subject, universe)]


def _thin(material: Material) -> str:
    """Which figures have too short a past, or are withheld."""
    short = [f"{m.kind.metric}.{m.subject}" for m in material.movements if m.unusual is None]
    withheld = [
        fact.id for metric in METRICS for fact in material.now.of(metric).values() if fact.withheld
    ]
    listed = [f"short histories: {_list(short)}"] if short else []
    listed += [f"withheld: {_list(withheld)}"] if withheld else []
    return "; ".join(listed) or "intervals, short runs, windows that disagree."


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def _entries(page: str, edition: Edition, material: Material) -> list[str]:
    """Claims and forecasts as prompts: those new in the edition, then the rest by their ids."""
    if page == "forecasts":
        return [_forecast(entry, material.resolving) for entry in material.forecasts]
    if page != "claims":
        return []
    new = [entry for entry in material.claims if entry.edition == str(edition)]
    again = [entry.id for entry in material.claims if entry not in new]
    prompts = [f"New, {entry.id}: {entry.statement} [@{entry.source}]" for entry in new]
    prompts += [f"Checked again: {', '.join(again)}."] if again else []
    return list(map(comment, prompts))


def _forecast(entry: Entry, resolving: frozenset[str]) -> str:
    when = "Resolves in this edition" if entry.id in resolving else "Listed"
    return comment(f"{when}: {entry.statement} [forecast: {entry.id}]")
