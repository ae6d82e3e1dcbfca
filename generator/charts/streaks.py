"""Runs of sessions in which small caps beat the large-cap benchmark."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _theme as theme
from generator.charts import _titles as titles
from generator.charts._bars import bar_list
from generator.charts._scales import bar_lengths, names
from generator.charts._theme import NARROW, Size
from generator.charts._words import capital, counted, day_of, few, short, unavailable, year_of
from generator.config import Universe
from generator.facts import Figures, Scalar, Value, Withheld, show, show_date

LISTED = 9
"""Past runs beside the current one."""


def streak_ladder(
    outperformance_streak_sessions: Figures,
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
    history = day_of(figure, "history_start")
    assert history is not None
    warned = " ".join(f" {capital(warning)}." for warning in figure.warnings)
    return Chart(
        title=titles.ladder(
            short(universe, small_cap), short(universe, large_cap), figure, as_of.date()
        ),
        subtitle="Longest runs of sessions with the higher price return, in sessions, by the date "
        f"they ended, since {show_date(history)}.{warned}",
        source=chart_source,
        description="Bars of runs, the longest first: "
        + ", ".join(
            f"{_sessions(run)} ({bar['name'] if state == 'past' else 'the current run'})"
            for (run, _, state), bar in zip(runs, bars, strict=True)
        )
        + ".",
        specs=marks.both(lambda size: bar_list(size, bars, "Run to", "Sessions")),
        data=pd.DataFrame(runs, columns=["sessions", "end", "state"]),
    )


def _length(figure: Value) -> int:
    assert isinstance(figure.value, int)
    return figure.value


def _last_long_run(figure: Value) -> Scalar:
    """The end of the latest run that is listed."""
    return max((row[2] for row in figure.tables["ladder"].rows), default=None, key=str)


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
        title=titles.distribution(counts, length, year_of(history)),
        subtitle=f"Past runs of sessions with the {short(universe, small_cap)}'s price return "
        f"above the {short(universe, large_cap)}'s, number of runs by length in sessions, since "
        f"{show_date(history)}.{marked}",
        source=chart_source,
        description=f"{capital(counted(total, 'run'))}, {few(counts.get(1, 0))} of them of one "
        f"session; the longest lasted {_sessions(max(counts))}.",
        specs=marks.both(lambda size: _distribution(size, frame, length)),
        data=frame,
    )


def _distribution(size: Size, frame: pd.DataFrame, length: int) -> dict[str, Any]:
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
    if size is NARROW:
        lying = [{**row, "name": show(row["period"], "sessions")} for row in rows]
        return bar_list(size, lying, "Sessions", "Runs", row=20)
    plot = marks.Plot(
        size,
        x=names([row["period"] for row in rows], domain=True),
        y=bar_lengths([row["value"] for row in rows], ",f"),
        left=16,
    )
    plot.y["axis"] = None
    said = {"tooltip": [marks.told("period", "Sessions"), marks.told("text", "Runs")]}
    layers = [
        plot.layer("bar", "period", "value", channels={"color": marks.COLOUR, **said}),
        plot.texts(None, "period", "value", colour="ink", dy=-9),
    ]
    return plot.spec(layers, rows)
