"""Breadth: how many members take part, session by session."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _theme as theme
from generator.charts._bars import standing_bars
from generator.charts._lines import Level, Line, LineChart
from generator.charts._words import capital, counted, not_shown, number, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Withheld, show, show_change, show_date

History = dict[str, pd.DataFrame | Withheld]
"""Sessions x figures of breadth, by index; see the node `breadth_history`."""

_SESSIONS = 26
_ENOUGH = 20
"""Sessions that a line needs at least."""
_DAY_LABEL = "utcFormat(utcParse(datum.value, '%Y-%m-%d'), '%-d %b')"


def members_above_200(
    breadth_history: History,
    share_above_sma_200: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Share of members above their 200-session average, small beside large caps, two years."""
    subjects = (small_cap, large_cap)
    return _above(200, breadth_history, share_above_sma_200, subjects, universe, chart_source)


def members_above_50(
    breadth_history: History,
    share_above_sma_50: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Share of members above their 50-session average, small beside large caps, two years."""
    subjects = (small_cap, large_cap)
    return _above(50, breadth_history, share_above_sma_50, subjects, universe, chart_source)


def _above(
    sessions: int,
    history: History,
    figures: Figures,
    subjects: tuple[str, str],
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    numbers = {subject: number(figures, subject) for subject in subjects}
    missing = {s: n.reason for s, n in numbers.items() if isinstance(n, Withheld)}
    if subjects[0] in missing:
        return unavailable(universe, subjects[0], missing[subjects[0]])
    shares = {s: n for s, n in numbers.items() if not isinstance(n, Withheld)}
    column = f"share_above_sma_{sessions}"
    frame = _columns(history, column, tuple(shares))
    if (known := int(frame[subjects[0]].notna().sum())) < _ENOUGH:
        return unavailable(universe, subjects[0], _too_short(known))
    return Chart(
        title=titles.above_average(sessions, {short(universe, s): n for s, n in shares.items()}),
        subtitle=f"Members whose close is above the average of their last {sessions}, % of those "
        f"with data, of the list in force on each session, {_span(frame)}."
        + _gaps(frame, universe)
        + not_shown(universe, missing),
        source=chart_source,
        description=_range(universe, frame, "share"),
        specs=marks.both(_shares(frame, universe).at),
        data=frame,
    )


def _too_short(known: int) -> str:
    sessions = counted(known, "session")
    return f"enough of its members are known on {sessions} only, and {_ENOUGH} are drawn at least"


def _columns(history: History, column: str, subjects: tuple[str, ...]) -> pd.DataFrame:
    """One column of the history of each index, from the first session that any of them has."""
    frames = {subject: history[subject] for subject in subjects}
    found = {s: f[column] for s, f in frames.items() if not isinstance(f, Withheld)}
    frame = pd.DataFrame(found)
    return marks.plotted(frame.loc[frame.notna().any(axis=1).idxmax() :])


def _gaps(frame: pd.DataFrame, universe: Universe) -> str:
    """A sentence that explains the gaps in the lines, empty if there are none."""
    if frame.drop(columns="date").notna().all(axis=None):
        return ""
    return f" Gaps: fewer than {show(universe.coverage_floor, 'share')} of the members have data."


def _span(frame: pd.DataFrame) -> str:
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    return f"{show_date(first.date())} to {show_date(last.date())}"


def _range(universe: Universe, frame: pd.DataFrame, unit: str) -> str:
    texts = []
    for subject in frame.columns.drop("date"):
        known = frame[subject].dropna()
        low, high, last = (
            show(float(value), unit) for value in (known.min(), known.max(), known.iloc[-1])
        )
        texts.append(f"{short(universe, subject)} between {low} and {high}, {last} at the end")
    return "; ".join(texts) + "."


def _shares(frame: pd.DataFrame, universe: Universe) -> LineChart:
    colours = (theme.SMALL, theme.LARGE)
    return LineChart(
        frame=frame,
        lines=[
            Line(subject, short(universe, subject), colour)
            for subject, colour in zip(frame.columns.drop("date"), colours, strict=False)
        ],
        low=0.0,
        high=1.0,
        form="%",
        precise=".1%",
        whole_pixels=True,
        ticks=(0, 0.25, 0.5, 0.75, 1),
        levels=[Level(0.5, theme.AXIS)],
    )


def new_highs_minus_lows(
    breadth_history: History,
    new_highs_52w: Figures,
    new_lows_52w: Figures,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Members at 52-week highs less those at lows, small caps, two years."""
    highs, lows = number(new_highs_52w, small_cap), number(new_lows_52w, small_cap)
    for value in (highs, lows):
        if isinstance(value, Withheld):
            return unavailable(universe, small_cap, value.reason)
    assert not isinstance(highs, Withheld) and not isinstance(lows, Withheld)
    frame = _columns(breadth_history, "highs_minus_lows", (small_cap,))
    if (known := int(frame[small_cap].notna().sum())) < _ENOUGH:
        return unavailable(universe, small_cap, _too_short(known))
    small = short(universe, small_cap)
    line = Line(small_cap, small, theme.SMALL, label=show_change(highs - lows, "count"))
    drawn = LineChart(
        frame=frame,
        lines=[line],
        low=min(0.0, float(frame[small_cap].min())),
        high=max(0.0, float(frame[small_cap].max())),
        form=",f",
        precise=",.0f",
        whole_pixels=True,
        levels=[Level(0.0)],
    )
    return Chart(
        title=titles.new_highs(small, int(highs), int(lows)),
        subtitle="Members whose close is above all of the 251 sessions before, less those below "
        f"all of them, number of companies, {_span(frame)}.",
        source=chart_source,
        description=_range(universe, frame, "count"),
        specs=marks.both(drawn.at),
        data=frame,
    )


def net_advances_by_session(
    breadth_history: History,
    advance_decline_line: Figures,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Members that rose less those that fell on each of the last 26 sessions, small caps."""
    known = number(advance_decline_line, small_cap)
    history = breadth_history.get(small_cap, Withheld("its members are not followed"))
    for value in (known, history):
        if isinstance(value, Withheld):
            return unavailable(universe, small_cap, value.reason)
    assert isinstance(history, pd.DataFrame)
    changes = history["net_advances"].iloc[-_SESSIONS:]
    frame = marks.plotted(changes.dropna().to_frame("difference"))
    if frame.empty:
        lacking = f"none of the last {_SESSIONS} sessions has enough data"
        return unavailable(universe, small_cap, lacking)
    unknown = len(changes) - len(frame)
    lacking = f" {capital(counted(unknown, 'session'))} without data not shown." if unknown else ""
    bars = [
        {
            "period": marks.iso(day),
            "name": show_date(day.date()),
            "value": value,
            "text": show_change(value, "count"),
            "colour": theme.SMALL if value > 0 else theme.LARGE,
        }
        for day, value in frame.itertuples(index=False)
    ]
    last, low, high = (
        show_change(float(value), "count")
        for value in (bars[-1]["value"], frame["difference"].min(), frame["difference"].max())
    )
    ahead = int((frame["difference"] > 0).sum())
    return Chart(
        title=titles.net_advances(short(universe, small_cap), ahead, len(frame)),
        subtitle="Members whose close rose less those whose close fell, number of companies a "
        f"session, {_span(frame)}.{lacking}",
        source=chart_source,
        description=f"One bar a session. The latest is {last}, the lowest {low}, the highest "
        f"{high}.",
        specs=marks.both(
            lambda size: standing_bars(
                size, bars, "+,f", "Session", "Rose less fell", labelExpr=_DAY_LABEL
            )
        ),
        data=frame,
    )
