"""How what happened is put: verbs by size, and which of two did better.

Sizes are those in print: what prints as zero has not moved. A phrase is a template; its fields are
filled by whoever says it, with figures in the answer and with text in a chart's title.

The verb of a week is chosen by the size of the change. Of the weeks of the Russell 2000 since 1987
about a fifth were of the first size, two in five of the second, a quarter of the third, one in ten
of the fourth and one in forty of the last:

    below 0.5%      edged up, slipped
    below 2%        rose, fell
    below 4%        climbed, dropped
    below 7%        jumped, tumbled
    from 7%         soared, plunged
"""

from __future__ import annotations

from string import Formatter

from generator.facts import Reference, Sentence, show

_SCALE = (
    (0.005, ("edged up", "slipped")),
    (0.02, ("rose", "fell")),
    (0.04, ("climbed", "dropped")),
    (0.07, ("jumped", "tumbled")),
)
_BEYOND = ("soared", "plunged")
SMALL_GAP, LARGE_GAP = 0.5, 2.0
"""Percentage points below which a gap is small, and from which a week's is large."""


def direction(value: float, unit: str) -> int:
    """Return 1, −1, or 0 where the value prints as zero.

    >>> direction(0.012, "fraction"), direction(-0.00004, "fraction"), direction(-2.41, "pp")
    (1, 0, -1)
    """
    if show(abs(value), unit) == show(0.0, unit):
        return 0
    return 1 if value > 0 else -1


def week_verb(change: float) -> str:
    """Return what an index did in a week in which it changed by a fraction.

    >>> week_verb(0.0204), week_verb(-0.0038), week_verb(-0.1216)
    ('climbed', 'slipped', 'plunged')
    """
    up, down = next((verbs for limit, verbs in _SCALE if abs(change) < limit), _BEYOND)
    return up if change > 0 else down


def plain_verb(change: float) -> str:
    """Return what an index did over a longer time."""
    return "rose" if change > 0 else "fell"


def week_beside(own: float, other: float, gap: float, *, record: bool) -> str:
    """Return a template that tells a week's change and how it compares with the benchmark's.

    `own` and `other` are fractions, `gap` is their difference in percentage points. Fields: own,
    other and gap, which are without a sign; benchmark; when, which follows the change and may be
    empty; and week, which is "the week " or empty. Where `when` tells of a record, `record` keeps
    a second number from following it.
    """
    here, there = direction(own, "fraction"), direction(other, "fraction")
    if not here:
        flat = "ended {week}where it began"
        rest = week_verb(other) + " {other}" if there else ""
        return f"{flat} while {{benchmark}} {rest}" if there else flat + ", and so did {benchmark}"
    start = week_verb(own) + " {own}{when}"
    if not there:
        return start + " while {benchmark} ended where it began"
    if here != there:
        return start + " while {benchmark} " + week_verb(other) + " {other}"
    return start + _same_way(here, direction(gap, "pp"), abs(gap), record)


def _same_way(here: int, lead: int, size: float, record: bool) -> str:
    """How two compare that both rose or both fell."""
    if not lead:
        return ", as much as {benchmark}"
    if here == lead == 1 and (record or size >= LARGE_GAP):
        return ", beating {benchmark} by {gap}"
    if here == lead:
        return ", {gap} more than {benchmark}"
    if size < SMALL_GAP:
        return ", {gap} behind {benchmark}" if record else ", {gap} less than {benchmark}"
    if here > 0:
        return " but lagged {benchmark} by {gap}"
    return " but held up better than {benchmark}, which lost {other}"


def long_beside(own: float, other: float, gap: float) -> str:
    """Return a template that tells the change over a longer time, and how it compares.

    Fields as for a week, but for week.
    """
    here, there = direction(own, "fraction"), direction(other, "fraction")
    lead = direction(gap, "pp")
    start = plain_verb(own) + " {own}{when}" if here else "ended where it began{when}"
    if not here and not there:
        return start + ", as did {benchmark}"
    if not there:
        return start + " while {benchmark} ended where it began"
    if here != there:
        return start + " while {benchmark} " + plain_verb(other) + " {other}"
    if not lead:
        return start + ", as much as {benchmark}"
    return start + ", {gap} " + ("more" if here == lead else "less") + " than {benchmark}"


def filled(template: str, **fields: str | Reference | Sentence) -> Sentence:
    """Return a template's pieces with its fields filled in.

    >>> filled("rose {own}{when}", own=("2%",), when=" this week")
    ('rose ', '2%', ' this week')
    """
    pieces: list[str | Reference] = []
    for text, field, _, _ in Formatter().parse(template):
        content = fields[field] if field else ()
        pieces += [text, *(content if isinstance(content, tuple) else (content,))]
    return tuple(piece for piece in pieces if piece)


def year_beside(own: float, other: float, gap: float, *, over: bool, brief: bool) -> str:
    """Return a template that tells of several how their year is, or was, beside the benchmark's.

    Fields: own, benchmark, which is several too, and, unless it is to be brief, other and gap.
    """
    here, there = direction(own, "fraction"), direction(other, "fraction")
    lead = direction(gap, "pp")
    if here:
        up = "up" if here > 0 else "down"
        start = f"ended the year {up} {{own}}" if over else f"are {up} {{own}} this year"
    else:
        start = "ended the year where they began it" if over else "are where they began the year"
    if here != there:
        where = {1: "up", -1: "down", 0: "unchanged"}[there]
        size = " {other}" if there and not brief else ""
        return f"{start} while {{benchmark}} {'were' if over else 'are'} {where}{size}"
    if not lead or not here:
        return start + (", as much as {benchmark}" if here else ", like {benchmark}")
    if brief:
        return start + (", more than {benchmark}" if here == lead else ", less than {benchmark}")
    if here == lead == 1:
        return start + ", {gap} ahead of {benchmark}"
    small = abs(gap) < SMALL_GAP
    if lead > 0:
        return start + (
            ", {gap} less than {benchmark}" if small else " but {gap} ahead of {benchmark}"
        )
    if here > 0 and not small:
        return start + f" but {'trailed' if over else 'trail'} {{benchmark}} by {{gap}}"
    return start + ", {gap} behind {benchmark}"
