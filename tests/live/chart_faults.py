"""What can go wrong in Yahoo's charts; see faults.py, which offers it.

Rows are counted from the end: -1 is the last session's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from live.messages import Answer, Request, json_answer
from live.yahoo_answers import single, split_event

What = Callable[[Request, Answer], Answer]
Chart = dict[str, Any]
"""One result of the chart endpoint; an edit changes it, or returns another."""
SESSION = 23_400
"""Seconds from open to close."""


def edit_chart(change: Callable[[Chart], Chart | None]) -> What:
    """Change every chart that has rows; other answers stay as they are."""

    def edited(request: Request, answer: Answer) -> Answer:
        if answer.status != 200 or request.symbol is None:
            return answer
        content = json.loads(answer.body)
        results = content["chart"]["result"]
        if results and "timestamp" in results[0]:
            results[0] = change(results[0]) or results[0]
        return replace(answer, body=json_answer(content).body)

    return edited


def edit_meta(**values: object) -> What:
    """Change entries of a chart's metadata."""
    return edit_chart(lambda chart: chart["meta"].update(values))


def empty() -> What:
    """Answer with a result that has no rows."""

    def emptied(chart: Chart) -> Chart:
        return {"meta": chart["meta"], "indicators": {"quote": [{}], "adjclose": [{}]}}

    return edit_chart(emptied)


def null() -> What:
    """Answer with neither a result nor an error."""
    return lambda request, answer: json_answer({"chart": {"result": None, "error": None}})


def currency(name: str) -> What:
    """Give prices in another currency."""
    return edit_meta(currency=name)


def time_zone(name: str) -> What:
    """Name another time zone of the exchange."""
    return edit_meta(exchangeTimezoneName=name)


def renamed(name: str, long_name: str) -> What:
    """Answer with another symbol of another name."""
    return edit_meta(symbol=name, longName=long_name, shortName=long_name)


def moved(hours: float) -> What:
    """Move every bar by hours."""

    def change(chart: Chart) -> None:
        chart["timestamp"] = [stamp + int(hours * 3600) for stamp in chart["timestamp"]]

    return edit_chart(change)


def market_time(hours: float) -> What:
    """Move the time of the last trade by hours."""

    def change(chart: Chart) -> None:
        chart["meta"]["regularMarketTime"] += int(hours * 3600)

    return edit_chart(change)


def running(share: float = 0.5) -> What:
    """Let the last session be unfinished, so much of it over; its bar bears the present time."""

    def change(chart: Chart) -> None:
        regular = chart["meta"]["currentTradingPeriod"]["regular"]
        now = int(regular["start"] + share * (regular["end"] - regular["start"]))
        chart["meta"]["regularMarketTime"] = now
        chart["timestamp"][-1] = now

    return edit_chart(change)


def lists(chart: Chart) -> list[list[Any]]:
    """Return every list of a chart that has one entry for each row, timestamps first."""
    indicators = chart["indicators"]
    groups = (*indicators["quote"], *indicators.get("adjclose", ()))
    return [chart["timestamp"], *(values for group in groups for values in group.values())]


def take(chart: Chart, rows: list[int]) -> None:
    """Keep these rows of a chart, in this order."""
    for values in lists(chart):
        values[:] = [values[row] for row in rows]


def duplicated(row: int = -1, times: float = 1.0) -> What:
    """Repeat a row; its close, in the repetition, is so many times the first."""

    def change(chart: Chart) -> None:
        count = len(chart["timestamp"])
        at = row % count
        take(chart, sorted([*range(count), at]))
        chart["indicators"]["quote"][0]["close"][at + 1] *= times

    return edit_chart(change)


def unordered() -> What:
    """Send the newest row first."""
    return edit_chart(lambda chart: take(chart, list(range(len(chart["timestamp"])))[::-1]))


def without_close(row: int = -1) -> What:
    """Send null for everything of a row but its time."""

    def change(chart: Chart) -> None:
        for values in lists(chart)[1:]:
            values[row] = None

    return edit_chart(change)


def without_row(row: int = -1) -> What:
    """Leave a row out."""

    def change(chart: Chart) -> None:
        count = len(chart["timestamp"])
        take(chart, [at for at in range(count) if at != row % count])

    return edit_chart(change)


def without_adjusted_closes() -> What:
    """Send no adjusted closes."""

    def change(chart: Chart) -> None:
        del chart["indicators"]["adjclose"]

    return edit_chart(change)


def stale(sessions: int = 3) -> What:
    """Stop so many sessions early, in rows and in the time of the last trade."""

    def change(chart: Chart) -> None:
        take(chart, list(range(max(0, len(chart["timestamp"]) - sessions))))
        if chart["timestamp"]:
            chart["meta"]["regularMarketTime"] = chart["timestamp"][-1] + SESSION

    return edit_chart(change)


def flat(sessions: int = 6) -> What:
    """Let the last closes be equal."""

    def change(chart: Chart) -> None:
        for values in lists(chart)[1:]:
            values[-sessions:] = [values[-sessions:][0]] * len(values[-sessions:])

    return edit_chart(change)


def truncated(rows: int = 100) -> What:
    """Send the newest rows only."""

    def change(chart: Chart) -> None:
        count = len(chart["timestamp"])
        take(chart, list(range(max(0, count - rows), count)))

    return edit_chart(change)


def prices_times(factor: float, row: int | None = None) -> What:
    """Multiply the prices of a row, or of all."""
    return edit_chart(lambda chart: _scale(chart, factor, _rows(chart, row)))


def without_dividends() -> What:
    """Leave dividends out of the events, though adjusted closes show them."""

    def change(chart: Chart) -> None:
        chart.get("events", {}).pop("dividends", None)

    return edit_chart(change)


def split_on_last_day(ratio: float, *, adjusted: bool = True, told: bool = True) -> What:
    """Split shares on the last session, `ratio` new ones for one old.

    `adjusted`: earlier rows are in new shares already; `told`: the events have it.
    """

    def change(chart: Chart) -> None:
        count = len(chart["timestamp"])
        _scale(chart, 1 / ratio, range(0 if adjusted else count - 1, count))
        if told:
            stamp = chart["timestamp"][-1]
            splits = chart.setdefault("events", {}).setdefault("splits", {})
            splits[str(stamp)] = split_event(stamp, ratio)

    return edit_chart(change)


def _rows(chart: Chart, row: int | None) -> range:
    count = len(chart["timestamp"])
    return range(count) if row is None else range(row % count, row % count + 1)


def _scale(chart: Chart, factor: float, rows: range) -> None:
    bars, others = chart["indicators"]["quote"][0], chart["indicators"].get("adjclose", ())
    prices = [bars[name] for name in ("open", "high", "low", "close")]
    for values in [*prices, *(group["adjclose"] for group in others)]:
        scaled = np.array([values[row] for row in rows], dtype=float) * factor
        values[rows.start : rows.stop] = single(scaled)
