"""What followed past events, every episode a point."""

from __future__ import annotations

from typing import Any

import pandas as pd

from generator.charts import Chart
from generator.charts import _cycle_titles as titles
from generator.charts import _marks as marks
from generator.charts._strips import Strip, Strips
from generator.charts._words import counted, day_of, few, short, unavailable, year_of
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show


def after_runs_of_sessions_chart(
    after_runs_of_sessions: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Relative returns after runs of ten sessions ahead."""
    event = "ten sessions ahead"
    benchmarks = (small_cap, large_cap)
    return _drawn(after_runs_of_sessions, event, benchmarks, universe, chart_source)


def after_runs_of_weeks_chart(
    after_runs_of_weeks: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Relative returns after runs of four weeks ahead."""
    event = "four weeks ahead"
    benchmarks = (small_cap, large_cap)
    return _drawn(after_runs_of_weeks, event, benchmarks, universe, chart_source)


def after_overbought_chart(
    after_overbought: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Relative returns after the RSI reached 70."""
    event = "an RSI newly at 70"
    benchmarks = (small_cap, large_cap)
    return _drawn(after_overbought, event, benchmarks, universe, chart_source)


def _drawn(
    figures: Figures, event: str, benchmarks: tuple[str, str], universe: Universe, source: str
) -> Chart | Withheld:
    figure = figures[benchmarks[0]]
    if isinstance(figure, Withheld):
        return unavailable(universe, benchmarks[0], figure.reason)
    small, large = (short(universe, subject) for subject in benchmarks)
    rows = [row for row in _rows(figure, "relative") if row["episodes"]]
    frame = pd.DataFrame(_rows(figure, "episodes"))[["horizon", "date", "relative"]]
    by_horizon = {name: group["relative"] for name, group in frame.groupby("horizon", sort=False)}
    strips = Strips(
        [_strip(row, by_horizon[row["horizon"]].tolist()) for row in rows],
        points="Episodes",
        middle="Median",
        usual="All sessions",
        what="After",
    )
    started = day_of(figure, "history_start")
    assert started is not None
    return Chart(
        title=titles.followed(event, figure),
        subtitle=f"{small} minus {large}, price return, percentage points, in the months after "
        f"{event}; separate episodes since {year_of(started)}. Usual is what followed all "
        "sessions. Lines and grey bars: quartiles.",
        source=source,
        description="Rows of points: " + "; ".join(map(_described, rows)) + ".",
        specs=marks.both(strips.at),
        data=frame,
    )


def _rows(figure: Value, table: str) -> list[dict[str, Any]]:
    found = figure.tables[table]
    return [dict(zip(found.units, row, strict=True)) for row in found.rows]


def _strip(row: dict[str, Any], points: list[float]) -> Strip:
    def span(low: str, high: str) -> tuple[float, float] | None:
        return None if row[low] is None else (row[low], row[high])

    return Strip(
        name=row["horizon"],
        points=points,
        middle=row["median"],
        span=span("lower_quartile", "upper_quartile"),
        usual=row["all_median"],
        usual_span=span("all_lower_quartile", "all_upper_quartile"),
        text=f"{show(row['median'], 'pp')} of {counted(row['episodes'], 'episode')}",
    )


def _described(row: dict[str, Any]) -> str:
    return (
        f"{row['horizon']} after, {counted(row['episodes'], 'episode')}, median "
        f"{show(row['median'], 'pp')}, {few(row['positive'])} above zero; median of all sessions "
        f"{show(row['all_median'], 'pp')}"
    )
