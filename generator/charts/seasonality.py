"""Small minus large caps by calendar month, and around the turn of the year."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _cycle_titles as titles
from generator.charts import _marks as marks
from generator.charts._grid import Grid
from generator.charts._strips import Strip, Strips
from generator.charts._words import counted, few, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show

CELL = 12
"""Height of one year: all of them fit on a page."""


def monthly_heat_map_history(
    monthly_differences: pd.DataFrame,
    months_told_from_chance: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps by month and year since the history begins, with the means."""
    figure = months_told_from_chance[small_cap]
    if isinstance(figure, Withheld):
        return unavailable(universe, small_cap, figure.reason)
    frame = monthly_differences.stack().dropna().reset_index()
    frame.columns = pd.Index(["year", "month", "difference"])
    table = figure.tables["months"]
    rows = [dict(zip(table.units, row, strict=True)) for row in table.rows]
    told = [str(row["month"]) for row in rows if row["verdict"] == "told from chance"]
    means = [(float(str(row["mean"])), row["month"] in told) for row in rows]
    small, large = short(universe, small_cap), short(universe, large_cap)
    first, last = (figure.parts[name].value for name in ("first_year", "last_year"))
    best, worst = (figure.parts[name].value for name in ("best", "worst"))
    grid = Grid(frame, running=False, cell=CELL, summary=means)
    return Chart(
        title=titles.months(told, first),
        subtitle=f"{small} minus {large}, monthly price return, percentage points, months that are "
        f"over. Last row: means of the whole years {first} to {last}, grey where chance alone may "
        "give as much.",
        source=chart_source,
        description=f"A grid of {counted(len(frame), 'month')} by year and calendar month. The "
        f"mean is highest in {best}, {show(figure.parts['best_mean'].value, 'pp')}, and lowest in "
        f"{worst}, {show(figure.parts['worst_mean'].value, 'pp')}. Told from chance: "
        f"{', '.join(told) or 'none'}.",
        specs=marks.both(grid.at),
        data=frame,
    )


_NAMES = {
    "january_effect": "January",
    "january_effect_mid_december_to_mid_january": "15 December to 15 January",
    "january_effect_last_session_and_first_four": "Last session and first four",
    "january_effect_last_five_and_first_two": "Last five and first two sessions",
}


def january_windows_chart(
    january_effect: Figures,
    january_effect_mid_december_to_mid_january: Figures,
    january_effect_last_session_and_first_four: Figures,
    january_effect_last_five_and_first_two: Figures,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Small caps minus large caps in four windows around the turn of the year, by year."""
    windows = {
        "january_effect": january_effect,
        "january_effect_mid_december_to_mid_january": january_effect_mid_december_to_mid_january,
        "january_effect_last_session_and_first_four": january_effect_last_session_and_first_four,
        "january_effect_last_five_and_first_two": january_effect_last_five_and_first_two,
    }
    january = january_effect[small_cap]
    if isinstance(january, Withheld):
        return unavailable(universe, small_cap, january.reason)
    found = {_NAMES[name]: figures[small_cap] for name, figures in windows.items()}
    known = {name: figure for name, figure in found.items() if isinstance(figure, Value)}
    strips = Strips(
        [_strip(name, figure) for name, figure in known.items()],
        points="Years",
        middle="Mean and interval",
        usual="Mean of the other windows",
        what="Window",
    )
    small, large = short(universe, small_cap), short(universe, large_cap)
    first, last = (january.parts[name].value for name in ("first_year", "last_year"))
    return Chart(
        title=titles.januaries(small, large, january),
        subtitle=f"{small} minus {large}, price return, percentage points, by year, {first} to "
        f"{last}, with mean, its 95% interval, and the mean of the windows it is compared with.",
        source=chart_source,
        description="Rows of points: "
        + "; ".join(
            f"{name}, mean {show(figure.value, 'pp')}, above zero in "
            f"{few(int(str(figure.parts['positive'].value)))} of "
            f"{counted(int(str(figure.parts['years'].value)), 'year')}"
            for name, figure in known.items()
        )
        + ".",
        specs=marks.both(strips.at),
        data=pd.DataFrame(
            [
                (name, *row[:2])
                for name, figure in known.items()
                for row in figure.tables["years"].rows
                if row[2] == "counted"
            ],
            columns=["window", "year", "difference"],
        ),
    )


def _strip(name: str, figure: Value) -> Strip:
    rows = figure.tables["years"].rows
    low, high = (figure.parts[name].value for name in ("mean_low", "mean_high"))
    middle, usual = figure.value, figure.parts["others_mean"].value
    assert isinstance(middle, float) and isinstance(usual, float)
    assert isinstance(low, float) and isinstance(high, float)
    return Strip(
        name=name,
        points=[float(str(row[1])) for row in rows if row[2] == "counted"],
        middle=middle,
        span=(low, high),
        usual=usual,
        usual_span=None,
        text=f"{show(middle, 'pp')} (95% interval {show(low, 'pp')} to {show(high, 'pp')})",
    )
