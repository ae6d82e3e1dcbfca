"""Runs of sessions in which small caps beat the large-cap benchmark."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts._words import capital, counted, day_of, part, short, unavailable, year_of
from generator.config import Universe
from generator.facts import Figures, Scalar, Value, Withheld, in_words, show, show_date

LISTED = 9
"""Past runs beside the current one."""


def streak_ladder(
    outperformance_streak_sessions: Figures,
    underperformance_streak_sessions: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The current run of sessions ahead beside the longest earlier ones."""
    figure = outperformance_streak_sessions.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    length = _length(figure)
    past = [(int(str(row[0])), row[2], "past") for row in figure.tables["ladder"].rows[:LISTED]]
    current: list[tuple[int, Scalar, str]] = [(length, as_of.date(), "current")] if length else []
    runs = sorted([*past, *current], key=lambda run: -run[0])
    # Without a current run the picture is about the one that ended last.
    ended = None if current else _last_long_run(figure)
    bars = [
        {
            "name": show(end, "date") if state == "past" else "Current run",
            "value": run,
            "text": show(run, "sessions"),
            "colour": theme.SMALL if state == "current" or end == ended else theme.OTHER,
        }
        for run, end, state in runs
    ]
    if not bars:
        return Withheld("no run of six sessions or more, and none at present")
    behind = underperformance_streak_sessions.get(small_cap, Withheld(""))
    history = day_of(figure, "history_start")
    assert history is not None
    warned = " ".join(f" {capital(warning)}." for warning in figure.warnings)
    return Chart(
        title=_ladder_title(figure, behind, short(universe, small_cap), short(universe, large_cap)),
        subtitle="Longest runs of sessions with the higher price return, in sessions, by the date "
        f"they ended, since {show_date(history)}.{warned}",
        source=chart_source,
        description="Bars of runs, the longest first: "
        + ", ".join(
            f"{_sessions(run)} ({bar['name']})" for (run, *_), bar in zip(runs, bars, strict=True)
        )
        + ".",
        spec=marks.bar_list(bars, "f", left=100),
        data=pd.DataFrame(runs, columns=["sessions", "end", "state"]),
    )


def _length(figure: Value) -> int:
    assert isinstance(figure.value, int)
    return figure.value


def _last_long_run(figure: Value) -> Scalar:
    """The end of the latest run that is listed."""
    return max((row[2] for row in figure.tables["ladder"].rows), default=None, key=str)


def _ladder_title(figure: Value, behind: Value | Withheld, small: str, large: str) -> str:
    length = _length(figure)
    if not length:
        text, ended = _not_ahead(behind, small, large), _last_long_run(figure)
        rows = figure.tables["ladder"].rows
        lasted = next((int(str(row[0])) for row in rows if row[2] == ended), 0)
        if not isinstance(ended, date):
            return text
        return f"{text}; its last long run ahead, of {in_words(lasted)}, ended {show_date(ended)}"
    since, relation = day_of(figure, "longest_since"), part(figure, "relation")
    text = f"{small} ahead of the {large} for {_sessions(length)}"
    if length == 1:
        return text
    if since is None:
        history = day_of(figure, "history_start")
        assert history is not None
        return f"{text}, the longest run since the history starts in {year_of(history)}"
    if relation == "matches the run to":
        return f"{text}, matching the run to {show_date(since)}"
    return f"{text}, the longest run since the one to {show_date(since)}"


def _not_ahead(behind: Value | Withheld, small: str, large: str) -> str:
    if isinstance(behind, Value) and _length(behind):
        return f"{small} behind the {large} for {_sessions(_length(behind))}"
    return f"{small} level with the {large} on the last session"


def _sessions(count: int) -> str:
    return counted(count, "session")


def streak_distribution(
    outperformance_streak_sessions: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """How many past runs of sessions ahead had each length."""
    figure = outperformance_streak_sessions.get(small_cap, Withheld("it is not computed"))
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    counts = {int(str(n)): int(str(runs)) for n, runs in figure.tables["distribution"].rows}
    if not counts:
        return Withheld("no run of sessions ahead has ended yet")
    length = _length(figure)
    lengths = range(1, max([*counts, length]) + 1)
    frame = pd.DataFrame({"sessions": lengths, "runs": [counts.get(n, 0) for n in lengths]})
    total = sum(counts.values())
    history = day_of(figure, "history_start")
    assert history is not None
    marked = f" The current run, {_sessions(length)}, is in blue and not counted." if length else ""
    return Chart(
        title=_distribution_title(counts, length, year_of(history)),
        subtitle=f"Past runs of sessions with the {short(universe, small_cap)}'s price return "
        f"above the {short(universe, large_cap)}'s, number of runs by length in sessions, since "
        f"{show_date(history)}.{marked}",
        source=chart_source,
        description=f"{show(total, 'count')} runs: {show(counts.get(1, 0), 'count')} of one "
        f"session, then fewer; the longest lasted {_sessions(max(counts))}.",
        spec=_distribution(frame, length),
        data=frame,
    )


def _distribution_title(counts: dict[int, int], length: int, year: str) -> str:
    total = sum(counts.values())
    if length < 2:
        return (
            f"{show(counts.get(1, 0) / total, 'share')} of runs ahead since {year} lasted one "
            "session"
        )
    as_long = sum(count for n, count in counts.items() if n >= length)
    longer = f"{_sessions(length)} or longer"
    if not as_long:
        return f"None of {show(total, 'count')} earlier runs since {year} lasted {longer}"
    number = capital(in_words(as_long))
    return f"{number} of {show(total, 'count')} earlier runs since {year} lasted {longer}"


def _distribution(frame: pd.DataFrame, length: int) -> dict[str, Any]:
    rows = [
        {
            "period": n,
            "value": runs,
            "text": show(runs, "count"),
            "colour": theme.SMALL if n == length else theme.OTHER,
            "ink": theme.SMALL if n == length else theme.INK,
        }
        for n, runs in frame.itertuples(index=False)
    ]
    plot = marks.Plot(
        x=marks.names([row["period"] for row in rows], domain=True),
        y=marks.bar_lengths([row["value"] for row in rows], ",f", count=4, room=0.05),
    )
    layers = [
        plot.layer("bar", "period", "value", channels={"color": marks.COLOUR}),
        plot.texts(None, "period", "value", colour="ink", dy=-9),
    ]
    return plot.spec(layers, rows)
