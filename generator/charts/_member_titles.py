"""The finding that the titles of charts of members, sectors and funds state.

Numbers are those of the figures or of the rows that are drawn, as they are printed everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from generator.charts._words import capital, counted, few, in_year, out_of, percent
from generator.facts import show
from generator.wording import direction


def above_average(sessions: int, shares: Mapping[str, float]) -> str:
    """State the share of members above an average, by the name of the index, small caps first."""
    [(small, own), *others] = shares.items()
    average = f"their {sessions}-session average"
    text = f"{show(own, 'share')} of the {small}'s members are above {average}"
    if not others:
        return text
    [(large, other)] = others
    if show(own, "share") == show(other, "share"):
        return f"{text}, as many as of the {large}'s"
    return f"{text}, {show(other, 'share')} of the {large}'s"


def new_highs(small: str, highs: int, lows: int) -> str:
    """State how many members are at new highs and lows."""
    return (
        f"{capital(counted(highs, 'member'))} of the {small} "
        f"{'is' if highs == 1 else 'are'} at a 52-week high, {few(lows)} at a low"
    )


def net_advances(small: str, ahead: int, total: int) -> str:
    """State on how many of the last sessions more members rose than fell."""
    often = "every one" if ahead == total else few(ahead)
    last = f"the last {counted(total, 'session')}"
    return f"More members of the {small} rose than fell on {often} of {last}"


def broad_or_narrow(small: str, weighted: float, equal: float, as_of: date) -> str:
    """State whether the average member did better than the whole by weight."""
    _, span = in_year(as_of)
    side = direction(100 * (equal - weighted), "pp")
    beside = {1: "ahead of", 0: "level with", -1: "behind"}[side]
    return (
        f"The {small}'s members by equal weight are {beside} those by market value {span}: "
        f"{show(equal, 'fraction')} against {show(weighted, 'fraction')}"
    )


def contributors(small: str, name: str, points: float, as_of: date) -> str:
    """State which member moved the index most."""
    _, span = in_year(as_of)
    verb = "added most to" if points > 0 else "took most from"
    return f"{name} {verb} the {small} {span}: {show(points, 'pp')}"


def distribution(small: str, median: float, low: float, high: float, as_of: date) -> str:
    """State the median member, and between which returns eight in ten lie."""
    _, span = in_year(as_of)
    return (
        f"The median member of the {small} returned {show(median, 'fraction')} {span}; "
        f"eight in ten lie between {show(low, 'fraction')} and {show(high, 'fraction')}"
    )


def swarm(small: str, share: float, as_of: date) -> str:
    """State how many members are up."""
    _, span = in_year(as_of)
    return f"{show(share, 'share')} of the members of the {small} are up {span}"


def sector_map(best: str, worst: str, returns: Mapping[str, float]) -> str:
    """State the best and the worst sector of the week."""
    if best == worst:
        return f"Small-cap {best} returned {show(returns[best], 'fraction')} in the week"
    return (
        f"Small-cap {best} did best in the week, {show(returns[best], 'fraction')}; "
        f"{worst} worst, {show(returns[worst], 'fraction')}"
    )


def sector_pairs(pairs: Mapping[str, tuple[float, float]], as_of: date) -> str:
    """State in how many sectors small companies are ahead, by sector small and large."""
    _, span = in_year(as_of)
    ahead = sum(direction(100 * (small - large), "pp") > 0 for small, large in pairs.values())
    sectors = out_of(ahead, len(pairs), "sector")
    return f"Small caps beat large caps of the same sector in {sectors} {span}"


def sector_contributions(small: str, points: Mapping[str, float], as_of: date) -> str:
    """State which sector carried the index, or held it back most."""
    _, span = in_year(as_of)
    most = max(points, key=lambda sector: abs(points[sector]))
    verb = "added most to" if points[most] > 0 else "took most from"
    return f"{most} {verb} the {small} {span}: {show(points[most], 'pp')}"


def creations(shares: Mapping[str, float], period: str, as_of: date) -> str:
    """State for how many funds shares were created, net, over a period, and where most."""
    span = in_year(as_of)[1] if period == "Year to date" else f"in {period.lower()}"
    grown = sum(direction(share, "fraction") > 0 for share in shares.values())
    text = f"{capital(out_of(grown, len(shares), 'fund'))} grew by net creations {span}"
    most = max(shares, key=lambda fund: abs(shares[fund]))
    if not direction(shares[most], "fraction"):
        return text
    change = "grew" if shares[most] > 0 else "shrank"
    return f"{text}; {most} {change} most, by {percent(shares[most])} of its assets"
