"""A comparison as text for a terminal of 80 columns: counts first, long lists cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from generator.comparison import (
    Comparison,
    FigureChange,
    MethodChange,
    NotCompared,
    RevisedRow,
    Revisions,
    VerdictChange,
)

WIDTH = 80
LISTED = 8
"""Figures of a section, methods, claims or rows that are shown unless all are asked for."""
ONE_SIDED = {
    "new": "only in the second",
    "gone": "only in the first",
    "withheld": "withheld in the second",
    "released": "withheld in the first",
}
"""What became of a figure that has no difference, in words."""


def text(comparison: Comparison, *, every: bool = False) -> str:
    """Return a comparison in words and columns; `every` cuts nothing short."""
    blocks = [
        _head(comparison),
        _headlines(comparison),
        *_sections(comparison.figures, every),
        _verdicts(comparison.verdicts, every),
        _methods(comparison, every),
        _revisions(comparison.revisions, every),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def plural(count: int, noun: str) -> str:
    """Return `1 row`, `1,234 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def summary(comparison: Comparison) -> list[tuple[str, str]]:
    """Return what there is to be said in one line each, by what it is about."""
    counts, methods = comparison.counts, comparison.methods
    both = counts["changed"] + counts["same"] + counts["withheld"] + counts["released"]
    told = [f"{both:,} in both: {counts['changed']:,} changed, {counts['same']:,} the same"]
    told += [f"{counts[state]:,} {words}" for state, words in ONE_SIDED.items() if counts[state]]
    verdicts = comparison.verdicts
    claims = (
        verdicts.reason
        if isinstance(verdicts, NotCompared)
        else plural(len(verdicts), "verdict") + " changed, new or gone"
    )
    program = "the same program" if comparison.same_program else _versions(comparison)
    return [
        ("Figures", "; ".join(told)),
        ("Claims", claims),
        ("Methods", f"{len(methods) or 'none'} changed, new or gone; {program}"),
        ("Data", _data(comparison.revisions)),
    ]


def _versions(comparison: Comparison) -> str:
    old, new = comparison.old.version, comparison.new.version
    return f"version {old} and {new}" if old != new else f"other programs of version {new}"


def _data(revisions: Revisions | NotCompared) -> str:
    if isinstance(revisions, NotCompared):
        return f"not compared: {revisions.reason}"
    count = sum(table.revised for table in revisions.tables)
    rows = plural(count, "row") if count else "no row"
    said = f"{rows} up to {revisions.until} revised"
    if revisions.read_from == "snapshots":
        return f"{said}, by both snapshots row by row"
    return f"{said}, by the lists of {plural(len(revisions.editions), 'edition')}"


def _head(comparison: Comparison) -> list[str]:
    sides = (comparison.old, comparison.new)
    lines = [f"{side.name:<14}{side.title}" for side in sides]
    return [*lines, "", *(line for pair in summary(comparison) for line in _pair(*pair))]


def _pair(name: str, words: str) -> list[str]:
    return textwrap.wrap(f"{name:<14}{words}", WIDTH, subsequent_indent=" " * 14)


def _headlines(comparison: Comparison) -> list[str]:
    rows = [
        (one.label, one.old or "–", one.new or "–", one.difference_display or "")
        for one in comparison.headlines
    ]
    heads = (("Front page", comparison.old.name, comparison.new.name, "difference"),)
    return _columns(heads + tuple(rows)) if rows else []


def _columns(rows: Iterable[Sequence[str]], indent: str = "") -> list[str]:
    """Rows of a name and three numbers, cut where a name is longer than its column."""
    sizes = (14, 14, 14)
    first = WIDTH - sum(sizes) - len(indent)
    lines = []
    for name, *numbers in rows:
        short = name if len(name) < first else f"{name[: first - 2]}…"
        cells = "".join(f"{cell:>{size}}" for cell, size in zip(numbers, sizes, strict=True))
        lines.append(f"{indent}{short:<{first}}{cells}".rstrip())
    return lines


def _sections(figures: Iterable[FigureChange], every: bool) -> Iterator[list[str]]:
    changed = [figure for figure in figures if figure.state != "same"]
    for section, group in groupby(changed, key=lambda figure: figure.section):
        found = list(group)
        lines = [f"{section}: {len(found):,} changed"]
        kept = found if every else found[:LISTED]
        for title, members in groupby(kept, key=lambda figure: figure.title):
            lines += [f"  {title}", *(line for one in members for line in _figure(one))]
        yield [*lines, *_more(len(found) - len(kept))]


def _figure(figure: FigureChange) -> list[str]:
    shown = [one.display if one else "–" for one in (figure.old, figure.new)]
    lines = _columns([(figure.subject, *shown, figure.difference_display or "")], "    ")
    said = note(figure)
    return lines + [f"      {line}" for line in textwrap.wrap(said, WIDTH - 6)]


def note(figure: FigureChange) -> str:
    """Return what there is to be said of a figure that one edition lacks or withholds."""
    reasons = [one.reason for one in (figure.new, figure.old) if one and one.reason]
    said = ONE_SIDED.get(figure.state, "")
    return f"{said}: {reasons[0]}" if reasons else said


def _more(count: int) -> list[str]:
    return [f"  and {count:,} more (--all)"] if count else []


def _cut(found: Sequence[Any], every: bool) -> tuple[Sequence[Any], list[str]]:
    kept = found if every else found[:LISTED]
    return kept, _more(len(found) - len(kept))


def _verdicts(verdicts: tuple[VerdictChange, ...] | NotCompared, every: bool) -> list[str]:
    if isinstance(verdicts, NotCompared) or not verdicts:
        return []
    kept, more = _cut(verdicts, every)
    lines = [f"Claims: {plural(len(verdicts), 'verdict')} changed, new or gone"]
    for one in kept:
        told = [side["verdict"] if side else "not checked" for side in (one.old, one.new)]
        lines.append(f"  {one.id}: {told[0]} → {told[1]}")
    return lines + more


def _methods(comparison: Comparison, every: bool) -> list[str]:
    lines = []
    if comparison.methods:
        kept, more = _cut(comparison.methods, every)
        lines = ["Methods", *(line for one in kept for line in _method(one)), *more]
    if comparison.libraries:
        lines.append("Libraries")
        for name, (old, new) in comparison.libraries.items():
            lines.append(f"  {name}: {old or 'none'} → {new or 'none'}")
    return lines


def _method(change: MethodChange) -> list[str]:
    known = change.new or change.old
    assert known is not None
    if change.old is None or change.new is None:
        return [f"  {known.title} ({change.metric}): {ONE_SIDED[change.state]}"]
    what = {"method": "code"}
    differs = ", ".join(what.get(part, part) for part in change.differs)
    lines = [f"  {known.title} ({change.metric}): {differs}"]
    for part in ("title", "unit", "definition", "method"):
        if part in change.differs:
            for mark, side in (("−", change.old), ("+", change.new)):
                words = f"{mark} {getattr(side, part)}"
                lines += textwrap.wrap(
                    words, WIDTH, initial_indent="    ", subsequent_indent="      "
                )
    return lines


def _revisions(revisions: Revisions | NotCompared, every: bool) -> list[str]:
    if isinstance(revisions, NotCompared):
        return []
    lines = [f"Data up to {revisions.until}"]
    for table in revisions.tables:
        said = f"{table.title}: {plural(table.revised, 'row')} revised"
        if table.added or table.gone:
            said += f", {table.added or 0:,} added, {table.gone or 0:,} gone"
        lines += textwrap.wrap(f"  {said}", WIDTH, subsequent_indent="    ")
    kept, more = _cut(revisions.rows, every)
    lines += [line for row in kept for line in _row(row)]
    lines += more
    if revisions.unlisted:
        lines.append(f"  and {plural(revisions.unlisted, 'row')} that the editions do not list")
    return lines + [line for gap in revisions.gaps for line in _note(gap)]


def _note(gap: str) -> list[str]:
    return textwrap.wrap(f"  Note: {gap}.", WIDTH, subsequent_indent="    ")


def _row(row: RevisedRow) -> list[str]:
    return textwrap.wrap(
        f"    {row.day}  {row.name}  {changes(row)}", WIDTH, subsequent_indent=" " * 8
    )


def changes(row: RevisedRow, *, values: bool = True) -> str:
    """Return what a revised row had and has: `close 245.67 → 245.70`."""
    if not values or row.before is None or row.after is None:
        return ", ".join(row.columns)
    return ", ".join(
        f"{name} {_raw(row.before, name)} → {_raw(row.after, name)}" for name in row.columns
    )


def _raw(values: Mapping[str, Any], name: str) -> str:
    """A frozen value as the source gave it, which is not rounded."""
    value = values[name]
    if value is None:
        return "none"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
