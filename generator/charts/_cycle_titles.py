"""The finding that the titles of charts of seasons and cycles state.

Numbers are those of the figures, as they are printed everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.charts._words import counted, day_of, few, month_of, part, percent
from generator.facts import Value, show
from generator.wording import direction


def months(told: Sequence[str], first: object) -> str:
    """State which calendar months are told from chance, by their names."""
    if not told:
        return f"Since {first} no calendar month is told from chance"
    named = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    verb = "is" if len(told) == 1 else "are"
    return f"Since {first}, {few(len(told))} of twelve months {verb} told from chance: {named}"


def januaries(small: str, large: str, figure: Value) -> str:
    """State in how many Januaries small caps were ahead, and whether chance may do as much."""
    ahead, years = part(figure, "positive"), part(figure, "years")
    assert isinstance(ahead, int) and isinstance(years, int)
    verdict = part(figure, "verdict")
    return (
        f"The {small} beat the {large} in {few(ahead)} of {counted(years, 'January', 'Januaries')};"
        f" the mean is {verdict}"
    )


def since_turn(small: str, large: str, figure: Value) -> str:
    """State what small caps have gained or lost since the latest turn."""
    size, start = part(figure, "size"), day_of(figure, "start")
    assert isinstance(size, float) and start is not None
    side = direction(size, "fraction")
    if not side:
        return f"The {small} is level with the {large} since the turn of {month_of(start)}"
    moved = "gained {} on" if side > 0 else "lost {} against"
    return f"The {small} has {moved.format(percent(size))} the {large} since {month_of(start)}"


def standing(figure: Value) -> str:
    """State how many past phases were shorter and how many smaller than this one."""
    like, shorter, smaller = (part(figure, name) for name in ("past_like", "shorter", "smaller"))
    assert isinstance(like, int) and isinstance(shorter, int) and isinstance(smaller, int)
    if not like:
        return f"There is no past phase of {figure.value} to compare this one with"
    phases = counted(like, "past phase")
    side = str(figure.value).rsplit(" ", 1)[-1]
    were = "was" if shorter == 1 else "were"
    told = f"{few(shorter)} {were} shorter and {few(smaller)} smaller than this one"
    return f"Of {phases} {side}, {told}"


def followed(event: str, figure: Value) -> str:
    """State in how many episodes small caps were ahead a year later, and how often they are."""
    episodes, ahead = part(figure, "episodes"), part(figure, "positive")
    assert isinstance(episodes, int) and isinstance(ahead, int)
    usual = show(part(figure, "all_share"), "share")
    return (
        f"A year after {event} small caps led in {few(ahead)} of {counted(episodes, 'episode')}, "
        f"usually in {usual}"
    )
