"""What readers can choose claims by: the verdict, what they rest on, and who published them.

A page chooses without a script: each choice has an id and each claim the ids of its own choices,
and the style sheet, which knows them all, hides the claims that lack one that is chosen. That is
why there is an end to them: outlets beyond the last are one choice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.verdicts import VERDICTS

CLASSES = {
    "P": "prices",
    "M": "macroeconomic data",
    "F": "forecasts",
    "O": "opinions",
    "X": "data that others keep",
}
"""What claims rest on, by the letter of their class."""
OUTLETS = 8
"""Outlets that are offered one by one."""
OTHERS = "others"
"""What the rest of them are offered as."""
_GROUPS = (("verdict", "Verdict"), ("class", "Rests on"), ("outlet", "Published by"))


class Claimed(NamedTuple):
    """What of a claim can be chosen."""

    verdict: str
    """In words."""
    kind: str
    """The letter of its class."""
    outlet: str
    """Who published it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    id: str
    """On the page, and in the style sheet."""
    label: str
    """For readers."""
    members: tuple[int, ...]
    """The places of the claims that remain."""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of which one can be chosen."""

    name: str
    """`verdict`, `class` or `outlet`."""
    title: str
    """For readers."""
    choices: tuple[Choice, ...]
    """Those that some claim is."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen on a page."""

    groups: tuple[Group, ...]
    """In the order in which they are offered."""
    marks: tuple[str, ...]
    """Of each claim: the ids of its choices, with spaces between."""


def choices(told: Iterable[Sequence[str]]) -> Choices:
    """Return what the claims of a page can be chosen by; of each the fields of `Claimed`."""
    claims = [Claimed(*one) for one in told]
    ids = _verdict_ids(), {kind: f"K{kind}" for kind in CLASSES}, _outlet_ids(claims)
    names = dict(zip(ids[0].values(), VERDICTS, strict=True))
    names |= {ids[1][kind]: label for kind, label in CLASSES.items()}
    for outlet, id in ids[2].items():
        names[id] = OTHERS if id in names else outlet
    # A verdict that this program does not know can be read, but not chosen.
    marks = [[known.get(told, "") for known, told in zip(ids, one, strict=True)] for one in claims]
    groups = [
        Group(*told, _choices([mark[place] for mark in marks], names))
        for place, told in enumerate(_GROUPS)
    ]
    return Choices(tuple(groups), tuple(" ".join(filter(None, mark)) for mark in marks))


def _verdict_ids() -> dict[str, str]:
    return {verdict: f"V{number}" for number, verdict in enumerate(VERDICTS, 1)}


def _outlet_ids(claims: Sequence[Claimed]) -> dict[str, str]:
    """Those with most claims come first."""
    found = Counter(claim.outlet for claim in claims)
    ordered = sorted(found, key=lambda outlet: (-found[outlet], outlet))
    return {outlet: f"O{min(place, OUTLETS) + 1}" for place, outlet in enumerate(ordered)}


def _choices(ids: Sequence[str], names: Mapping[str, str]) -> tuple[Choice, ...]:
    members: dict[str, list[int]] = {}
    for place, id in enumerate(ids):
        members.setdefault(id, []).append(place)
    return tuple(Choice(id, names[id], tuple(members[id])) for id in names if id in members)
