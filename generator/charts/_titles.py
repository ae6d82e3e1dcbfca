"""The finding that each chart's title states, in a sentence without its stop.

Numbers are those of the figures, as they are printed everywhere but for a sign that the verb gives;
what is equal in print is level. Names of indexes are given as in `The Russell 2000`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from generator.charts._words import (
    counted,
    dated,
    day_of,
    few,
    in_year,
    month_of,
    out_of,
    part,
    percent,
    points,
    short,
    when,
    year_of,
)
from generator.config import Universe
from generator.editions import following_weekday
from generator.facts import Scalar, Value, Withheld, as_ordinal, show, show_date
from generator.wording import direction, long_beside, plain_verb, week_verb

OVER = {
    **{"1 week": "a week", "1 month": "a month", "3 months": "three months"},
    **{"Year to date": "the year to date", "6 months": "six months", "1 year": "a year"},
    **{"3 years": "three years", "5 years": "five years", "10 years": "ten years"},
}
"""Horizons as they stand in a sentence."""
NOTABLE_RUN = 5
"""From how many sessions on a run is compared with earlier ones."""
RARE = 0.05
"""A share of past runs below which a length is said to be rare."""
SELDOM = 0.2
"""A share of sessions below which something was seldom so."""


def twelve_months(
    small: str, large: str, own: float, other: float | Withheld, gap: float | Withheld
) -> str:
    """State the change over a year, and how it compares."""
    if isinstance(other, Withheld) or isinstance(gap, Withheld):
        if not direction(own, "fraction"):
            return f"The {small} ended twelve months where it began"
        return f"The {small} {plain_verb(own)} {percent(own)} in twelve months"
    told = long_beside(own, other, gap).format(
        own=percent(own),
        other=percent(other),
        gap=points(gap),
        benchmark=f"the {large}",
        when=" in twelve months",
    )
    return f"The {small} {told}"


def week(universe: Universe, returns: Mapping[str, float], small: str, large: str) -> str:
    """State the week's change, its place among all series, and the benchmark's change."""
    own = returns[small]
    moved = _moved(own, "ended the week where it began", " in the week")
    text = f"The {short(universe, small)} {moved}"
    if len(returns) > 2:
        text += f", {_place(own, list(returns.values()))}"
    if large not in returns:
        return text
    other = _moved(returns[large], "ended where it began", "")
    return f"{text}; the {short(universe, large)} {other}"


def _moved(change: float, flat: str, span: str) -> str:
    if not direction(change, "fraction"):
        return flat
    return f"{week_verb(change)} {percent(change)}{span}"


def _place(own: float, all_of_them: Sequence[float]) -> str:
    """`third best of 11 series`, from whichever end is nearer."""
    better = sum(value > own for value in all_of_them)
    worse = sum(value < own for value in all_of_them)
    place, word = (better, "best") if better <= worse else (worse, "worst")
    order = f"{as_ordinal(place + 1)} {word}" if place else word
    return f"{order} of {counted(len(all_of_them), 'series', 'series')}"


def longest_horizon(
    small: str, large: str, horizon: str, own: float, other: float | Withheld, *, annual: bool
) -> str:
    """State both changes over the longest horizon there is."""
    span = " a year" if annual else ""
    here = direction(own, "fraction")
    text = f"Over {OVER[horizon]} the {small} "
    text += f"{plain_verb(own)} {percent(own)}{span}" if here else "ended where it began"
    if isinstance(other, Withheld):
        return text
    there = direction(other, "fraction")
    if here == there:
        return f"{text}, the {large} {percent(other)}" if here else f"{text}, as did the {large}"
    rest = f"{plain_verb(other)} {percent(other)}" if there else "ended where it began"
    return f"{text} while the {large} {rest}"


def horizons(small: str, large: str, differences: Mapping[str, float], longer: set[str]) -> str:
    """State over how many horizons small caps are ahead, `longer` being those beyond a year."""
    sides = {horizon: direction(gap, "pp") for horizon, gap in differences.items()}
    total, ahead = len(sides), sum(side > 0 for side in sides.values())
    every = out_of(total, total, "period")
    for side, verb in ((1, "is ahead of"), (-1, "trails"), (0, "is level with")):
        if set(sides.values()) == {side}:
            return f"The {small} {verb} the {large} over {every}"
    near = {side for horizon, side in sides.items() if horizon not in longer}
    far = {side for horizon, side in sides.items() if horizon in longer}
    if (near, far) == ({1}, {-1}):
        return f"The {small} leads the {large} over periods up to a year, not over longer ones"
    if (near, far) == ({-1}, {1}):
        return f"The {small} trails the {large} over periods up to a year, not over longer ones"
    return f"The {small} is ahead of the {large} over {out_of(ahead, total, 'period')}"


def weeks(small: str, large: str, wins: Sequence[bool]) -> str:
    """State in how many of the last weeks small caps were ahead, and how it has been lately."""
    ahead, total = sum(wins), len(wins)
    text = f"The {small} beat the {large} in "
    if ahead == total > 1:
        return f"{text}every one of the last {counted(total, 'week')}"
    text += f"{few(ahead)} of the last {counted(total, 'week')}"
    run = next((n for n, won in enumerate(reversed(wins)) if won != wins[-1]), total)
    if run < 3 or run == total:
        return text
    recent = f"last {few(run)}"
    return f"{text}, the {recent} included" if wins[-1] else f"{text}, but in none of the {recent}"


def calendar_years(
    small: str, large: str, winner: Scalar, full: tuple[int, int], to_date: float | None
) -> str:
    """State the last full year ahead, of the first to the last, and how the running one stands."""
    first, latest = full
    if not isinstance(winner, int):
        text = f"The {small} has beaten the {large} in no full year since {first}"
    elif winner == latest:
        text = f"The {small} beat the {large} in {winner}"
    else:
        text = f"The {small} last beat the {large} over a full year in {winner}"
    if to_date is None:
        return text
    side = direction(to_date, "pp")
    stands = {1: "ahead", 0: "level", -1: "behind"}[side]
    link = " but" if (side > 0) != (winner == latest) else " and"
    again = " again" if side > 0 and winner == latest else ""
    return f"{text},{link} is {stands}{again} in {latest + 1} so far"


def month(small: str, large: str, gap: float | Withheld, as_of: date) -> str:
    """State how the running month compares."""
    if isinstance(gap, Withheld):
        return f"The {small} beside the {large}, month by month"
    running = following_weekday(as_of).month == as_of.month
    span = f"in {month_of(as_of)}{' so far' if running else ''}"
    side = direction(gap, "pp")
    if not side:
        return f"The {small} {'is' if running else 'was'} level with the {large} {span}"
    verb = ("leads" if running else "beat") if side > 0 else ("trails" if running else "trailed")
    return f"The {small} {verb} the {large} by {points(gap)} {span}"


def worst(small: str, large: str, year: str, own: float, other: float | None) -> str:
    """State the deepest drawdowns of a history."""
    if not direction(own, "fraction"):
        return f"The {small} has never been below its highest close since {year}"
    text = f"At worst since {year} the {small} was {percent(own)} below its highest close"
    return text if other is None else f"{text}, the {large} {percent(other)}"


def below_record(
    small: str, depth: float, since: Value | Withheld | None, peak: date | None
) -> str:
    """State how far the record is."""
    record = day_of(since, "record_date") if isinstance(since, Value) else None
    if isinstance(since, Value) and since.value == 0:
        return f"The {small} is at a record close"
    high, day = ("record close", record) if record else ("highest close", peak)
    dated = f" of {show_date(day)}" if day else ""
    if not direction(depth, "fraction"):
        return f"The {small} is level with its {high}{dated}"
    return f"The {small} is {percent(depth)} below its {high}{dated}"


def records(small: str, figure: Value, since: Value | Withheld | None, as_of: date) -> str:
    """State the record closes of the year."""
    assert isinstance(figure.value, int)
    running, span = in_year(as_of)
    has_made = "has made" if running else "made"
    if figure.value:
        return f"The {small} {has_made} {counted(figure.value, 'record close')} {span}"
    latest = day_of(since, "record_date") if isinstance(since, Value) else None
    started = day_of(figure, "history_start")
    if latest is None:
        assert started is not None
        return f"The {small} has made no record close since its history began in {year_of(started)}"
    return f"The {small} {has_made} no record close {span}; the latest was on {show_date(latest)}"


def ladder(small: str, large: str, figure: Value, as_of: date) -> str:
    """State the current run ahead, or the long one that ended last."""
    length = figure.value
    assert isinstance(length, int)
    if length == 1:
        return f"The {small} beat the {large} on the last session"
    if length:
        text = f"The {small} has beaten the {large} for {counted(length, 'session')}"
        return text + (_compared(figure, as_of) if length >= NOTABLE_RUN else " in a row")
    runs = {row[2]: int(str(row[0])) for row in figure.tables["ladder"].rows}
    ended = max(day for day in runs if isinstance(day, date))
    lasted = counted(runs[ended], "session")
    return (
        f"The {small}'s last long run ahead of the {large}, of {lasted}, ended {when(ended, as_of)}"
    )


def _compared(figure: Value, as_of: date) -> str:
    since, history = day_of(figure, "longest_since"), day_of(figure, "history_start")
    if since is None:
        assert history is not None
        return f", the longest run since at least {year_of(history)}"
    if part(figure, "relation") == "matches the run to":
        return f", matching the run that ended {when(since, as_of)}"
    return f", the longest run since {dated(since, as_of)}"


def distribution(counts: Mapping[int, int], length: int, year: str) -> str:
    """State how rare the current run is, or how short most are."""
    total = sum(counts.values())
    if length < 2:
        share = show(counts.get(1, 0) / total, "share")
        return f"Of all runs ahead since {year}, {share} lasted a single session"
    as_long = sum(count for n, count in counts.items() if n >= length)
    rare = "only " if 0 < as_long < RARE * total else ""
    runs, lasted = counted(total, "earlier run"), counted(length, "session")
    return f"Of {runs} ahead since {year}, {rare}{few(as_long)} lasted {lasted} or more"


def ratio_history(small: str, large: str, figure: Value, as_of: date) -> str:
    """State how strong small caps are beside large caps by the standards of the history."""
    share, started = part(figure, "share_lower"), day_of(figure, "history_start")
    assert isinstance(share, float) and started is not None
    for name, word in (("highest", "strongest"), ("lowest", "weakest")):
        if day_of(figure, name) == as_of:
            since = f"since at least {year_of(started)}"
            return f"The {small} is at its {word} against the {large} {since}"
    shown = show(share, "share")
    span = f"of sessions since {year_of(started)}"
    if share >= 0.5:
        return f"The {small} is stronger against the {large} than on {shown} {span}"
    only = "only " if share < SELDOM else ""
    return f"The {small} has been weaker against the {large} on {only}{shown} {span}"


def distance(what: str, average: Value | Withheld) -> str:
    """State how far something is from its 200-session average."""
    if isinstance(average, Withheld):
        return f"{what} has no 200-session average"
    far = part(average, "distance")
    assert isinstance(far, float)
    if not direction(far, "fraction"):
        return f"{what} is at its 200-session average"
    return f"{what} is {percent(far)} {'above' if far > 0 else 'below'} its 200-session average"


def strength_index(small: str, figure: Value) -> str:
    """State the RSI and what it is called."""
    zone, since = part(figure, "zone"), day_of(figure, "zone_since")
    shown = show(figure.value, "rsi")
    text = f"The {small} is at {shown} on the RSI"
    if zone != "neutral":
        return f"{text}, {zone}" + (f" since {show_date(since)}" if since else "")
    edge = {"70.0": "just short of overbought", "30.0": "just short of oversold"}
    return f"{text}, {edge.get(shown, 'neither overbought nor oversold')}"


def breakout(small: str, figure: Value, last: float) -> str:
    """State the base or the breakout that the rules see."""
    level, since = part(figure, "resistance"), day_of(figure, "resistance_date")
    triggered = day_of(figure, "triggered")
    if not isinstance(level, float) or since is None:
        return f"The {small} is in no multi-year base"
    shown = show(level, "points")
    place = {1: "above", 0: "at", -1: "below"}[direction(last - level, "points")]
    if triggered is None:
        return f"The {small} is in a base, {place} its resistance of {shown} of {show_date(since)}"
    outcome = {
        "triggered": "is unconfirmed",
        "confirmed": "was confirmed",
        "failed": "failed",
    }[str(figure.value)]
    breakout = f"The {small}'s breakout of {show_date(triggered)} {outcome}"
    return f"{breakout}; it is {place} the resistance of {shown}"


def volatility(small: str, large: str, own: float, other: float | Withheld) -> str:
    """State the realised volatility of both."""
    shown = show(own, "share")
    text = f"The {small}'s realised volatility is {shown}"
    if isinstance(other, Withheld):
        return text
    beside = show(other, "share")
    if beside == shown:
        return f"{text}, the same as the {large}'s"
    return f"{text}, {'above' if own > other else 'below'} the {large}'s {beside}"


def implied(small: tuple[str, Value] | None, large: tuple[str, Value] | None) -> str:
    """State what options imply, by the names and figures of the volatility indexes there are."""
    if small and large:
        levels = [f"{name} at {show(figure.value, 'points')}" for name, figure in (small, large)]
        return f"Options imply {_more_or_less(small[1], large[1])}: {', '.join(levels)}"
    only = small or large
    assert only is not None
    text = f"{only[0]} at {show(only[1].value, 'points')}"
    change = part(only[1], "change_1w")
    if not isinstance(change, float):
        return text
    side = direction(change, "change")
    if not side:
        return f"{text}, unchanged on the week"
    size = show(abs(change), "points")
    return f"{text}, {'up' if side > 0 else 'down'} {size} points on the week"


def _more_or_less(small: Value, large: Value) -> str:
    shown = [show(figure.value, "points") for figure in (small, large)]
    if shown[0] == shown[1]:
        return "as much volatility for small caps as for large"
    more = float(str(small.value)) > float(str(large.value))
    return f"{'more' if more else 'less'} volatility for small caps than for large"


def beta(small: str, large: str, figure: Value) -> str:
    """State the beta, and whether it is clearly above or below one."""
    low, high = part(figure, "low"), part(figure, "high")
    assert isinstance(low, float) and isinstance(high, float)
    text = f"The {small}'s beta to the {large} is {show(figure.value, 'beta')}"
    if low > 1:
        return f"{text}, clearly above 1"
    return f"{text}, clearly below 1" if high < 1 else f"{text}, not clearly different from 1"


def sectors(returns: Mapping[str, Mapping[str, float]], as_of: date) -> str:
    """State in how many sectors small caps are ahead, or which did best where none is compared.

    `returns` are by sector, then by size.
    """
    _, span = in_year(as_of)
    small = {sector: sizes["small"] for sector, sizes in returns.items() if "small" in sizes}
    large = {sector: sizes["large"] for sector, sizes in returns.items() if "large" in sizes}
    sides = {s: direction(100 * (small[s] - large[s]), "pp") for s in small if s in large}
    if len(sides) > 1:
        ahead = sum(side > 0 for side in sides.values())
        return f"Small caps beat large caps in {out_of(ahead, len(sides), 'sector')} {span}"
    if sides:
        [(sector, side)] = sides.items()
        verb = {1: "beat", 0: "did as well as", -1: "trailed"}[side]
        return f"In {sector} small caps {verb} large caps {span}"
    best, last = max(small, key=lambda s: small[s]), min(small, key=lambda s: small[s])
    if best == last:
        return f"Small-cap {best} returned {show(small[best], 'fraction')} {span}"
    return f"Among small-cap sectors {best} did best {span}, {last} worst"
