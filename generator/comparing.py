"""Comparing two releases by the files they were published with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

from generator.comparison import (
    Comparison,
    FigureChange,
    HeadlineChange,
    Meaning,
    MethodChange,
    NotCompared,
    State,
    VerdictChange,
)
from generator.facts import CHANGES, show_change
from generator.release_files import Contents, Published, meaning, read_contents, shown
from generator.revised_rows import revised_between
from generator.snapshot import Snapshots

Key = TypeVar("Key")


def compare(old: Published, new: Published, snapshots: Snapshots | None) -> Comparison:
    """Compare two releases; frozen rows exactly where both snapshots are at hand.

    Raises:
        ReportError: a file is missing or damaged.
    """
    left, right = read_contents(old), read_contents(new)
    return Comparison(
        old=left.side,
        new=right.side,
        headlines=tuple(_headlines(left, right)),
        figures=tuple(_figures(left, right)),
        verdicts=_verdicts(left, right),
        methods=tuple(_methods(left, right)),
        libraries=_libraries(left.side.libraries, right.side.libraries),
        revisions=revised_between(
            (old.tree, old.entry), (new.tree, new.entry), snapshots, right.subjects
        ),
    )


def _difference(old: Any, new: Any, units: Iterable[str]) -> tuple[float | int, str] | None:
    """Two values' difference, and how it is printed, where they are numbers of one unit."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (old, new))
    (unit, *others) = dict.fromkeys(units)
    if not numbers or others or unit not in CHANGES:
        return None
    return new - old, show_change(new - old, unit)


def _union(old: Mapping[Key, Any], new: Mapping[Key, Any]) -> list[Key]:
    """What either has, in the newer's order, what only the older has at the end."""
    return [*new, *(name for name in old if name not in new)]


def _figures(old: Contents, new: Contents) -> list[FigureChange]:
    metrics = {**old.metrics, **new.metrics}
    names = _union(old.metrics, new.metrics)
    sections = list(dict.fromkeys(metrics[name]["section"] for name in names))
    place = {name: (sections.index(metrics[name]["section"]), n) for n, name in enumerate(names)}
    found = [_figure(id, old, new) for id in _union(old.facts, new.facts)]
    return sorted(found, key=lambda one: place[one.id.partition(".")[0]])


def _figure(id: str, old: Contents, new: Contents) -> FigureChange:
    metric, _, subject = id.partition(".")
    left, right = old.facts.get(id), new.facts.get(id)
    known = new if right else old
    change = None
    if left and right:
        change = _difference(left["value"], right["value"], (left["unit"], right["unit"]))
    return FigureChange(
        id=id,
        title=known.metrics[metric]["title"],
        subject=known.subjects[subject],
        section=known.metrics[metric]["section"],
        unit=known.facts[id]["unit"],
        state=_state(left, right),
        old=shown(left) if left else None,
        new=shown(right) if right else None,
        difference=change[0] if change else None,
        difference_display=change[1] if change else None,
    )


def _state(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> State:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old["status"] != new["status"]:
        return "withheld" if new["status"] == "withheld" else "released"
    return "same" if all(old[name] == new[name] for name in ("value", "unit")) else "changed"


def _headlines(old: Contents, new: Contents) -> list[HeadlineChange]:
    left, right = ({one["label"]: one for one in side.headlines} for side in (old, new))
    return [
        _headline(label, left.get(label), right.get(label), old, new)
        for label in _union(left, right)
    ]


def _headline(
    label: str,
    left: Mapping[str, Any] | None,
    right: Mapping[str, Any] | None,
    old: Contents,
    new: Contents,
) -> HeadlineChange:
    change = None
    if left and right:
        units = _headline_unit(old.facts, left), _headline_unit(new.facts, right)
        change = _difference(left["value"], right["value"], units)
    return HeadlineChange(
        label=label,
        id=(right or left or {})["id"],
        old=left["display"] if left else None,
        new=right["display"] if right else None,
        difference_display=change[1] if change else None,
    )


def _headline_unit(facts: Mapping[str, Mapping[str, Any]], headline: Mapping[str, Any]) -> str:
    """A headline is a figure or the part of one that has its value."""
    fact = facts.get(headline["id"], {"value": None, "unit": ""})
    units = [fact["unit"]] if fact["value"] == headline["value"] else []
    parts = fact.get("parts", {}).values()
    units += [part["unit"] for part in parts if part["value"] == headline["value"]]
    return units[0] if units else ""


def _methods(old: Contents, new: Contents) -> list[MethodChange]:
    found = []
    for name in _union(old.metrics, new.metrics):
        left, right = (
            meaning(side.metrics[name]) if name in side.metrics else None for side in (old, new)
        )
        differs: tuple[str, ...] = ()
        if left and right:
            differs = tuple(
                part for part in Meaning.__slots__ if getattr(left, part) != getattr(right, part)
            )
            if not differs:
                continue
        section = (new if right else old).metrics[name]["section"]
        found.append(MethodChange(name, section, _one_sided(left, right), differs, left, right))
    return found


def _one_sided(old: object, new: object) -> Literal["changed", "new", "gone"]:
    if old is None:
        return "new"
    return "gone" if new is None else "changed"


def _verdicts(old: Contents, new: Contents) -> tuple[VerdictChange, ...] | NotCompared:
    if old.claims is None and new.claims is None:
        return NotCompared("no claims checked yet")
    for side in (old, new):
        if side.claims is None:
            return NotCompared(f"no claims were checked in {side.side.name}")
    left, right = old.claims or {}, new.claims or {}
    found = []
    for id in _union(left, right):
        pair = (left.get(id), right.get(id))
        if pair[0] and pair[1] and pair[0]["verdict"] == pair[1]["verdict"]:
            continue
        found.append(VerdictChange(id, _one_sided(*pair), *pair))
    return tuple(found)


def _libraries(
    old: Mapping[str, str], new: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    if not old or not new:
        return {}
    pairs = {name: (old.get(name), new.get(name)) for name in sorted(_union(old, new))}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
