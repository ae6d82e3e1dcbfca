"""Who moved the index: contributions of members, and its return without the largest."""

from __future__ import annotations

import pandas as pd

from generator.charts import Chart
from generator.charts import _marks as marks
from generator.charts import _member_titles as titles
from generator.charts import _theme as theme
from generator.charts._bars import bar_list
from generator.charts._dumbbells import Dumbbells
from generator.charts._theme import Size
from generator.charts._words import not_shown, number, short, unavailable
from generator.config import Universe
from generator.facts import Figures, Value, Withheld, show, show_date

_MOST = 10
"""Members drawn on either side."""
_LINES = {"wide": 1, "narrow": 2}
"""Of a company's name, by the size of the picture."""


def broad_or_narrow_ytd(
    cap_weight_return_ytd: Figures,
    return_without_top_10_ytd: Figures,
    equal_weight_return_ytd: Figures,
    median_member_return_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    large_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """Return of the members in the year to date by weight, without the ten largest, by equal
    weight and of the median one, small beside large caps."""
    measures = {
        "By market value": cap_weight_return_ytd,
        "Without the ten largest": return_without_top_10_ytd,
        "By equal weight": equal_weight_return_ytd,
        "Median member": median_member_return_ytd,
    }
    sizes = {"small": small_cap, "large": large_cap}
    rows: list[tuple[str, str, float]] = []
    missing: dict[str, str] = {}
    for name, figures in measures.items():
        for which, subject in sizes.items():
            value = number(figures, subject)
            if isinstance(value, Withheld):
                missing.setdefault(subject, value.reason)
            else:
                rows.append((name, which, value))
    known = {(name, which): value for name, which, value in rows}
    whole, equal = known.get(("By market value", "small")), known.get(("By equal weight", "small"))
    if whole is None or equal is None:
        return unavailable(universe, small_cap, missing[small_cap])
    frame = pd.DataFrame(rows, columns=["name", "size", "value"])
    keys = {which: short(universe, subject) for which, subject in sizes.items()}
    pairs = Dumbbells(frame, "fraction", keys, "Members", "Return")
    return Chart(
        title=titles.broad_or_narrow(keys["small"], whole, equal, as_of.date()),
        subtitle="Price return of the members at the start of the year, bought then and held, %, "
        f"to {show_date(as_of.date())}." + not_shown(universe, missing),
        source=chart_source,
        description="; ".join(
            f"{keys[which]} {name.lower()} {show(value, 'fraction')}" for name, which, value in rows
        )
        + ".",
        specs=marks.both(pairs.at),
        data=frame.set_axis(["measure", "size", "return"], axis=1),
    )


def largest_contributions_ytd(
    top_contributors_ytd: Figures,
    bottom_contributors_ytd: Figures,
    as_of: pd.Timestamp,
    small_cap: str,
    universe: Universe,
    chart_source: str,
) -> Chart | Withheld:
    """The ten members that added most to small caps in the year to date, and the ten that took
    most."""
    sides = []
    for figures in (top_contributors_ytd, bottom_contributors_ytd):
        figure = figures.get(small_cap, Withheld("it is not computed"))
        if isinstance(figure, Withheld):
            return unavailable(universe, small_cap, figure.reason)
        sides.append(_contributions(figure))
    # The worst last: the list goes from the highest to the lowest.
    listed = [*sides[0], *reversed(sides[1])]
    frame = pd.DataFrame(listed, columns=["name", "sector", "contribution"])
    frame = frame.drop_duplicates("name", ignore_index=True)
    most = frame.iloc[int(frame["contribution"].abs().argmax())]
    small = short(universe, small_cap)
    ends = [
        f"{frame['name'].iloc[at]} {show(float(frame['contribution'].iloc[at]), 'pp')}"
        for at in (0, -1)
    ]
    return Chart(
        title=titles.contributors(small, most["name"], float(most["contribution"]), as_of.date()),
        subtitle=f"Contribution of members to the price return of the {small}, percentage points, "
        f"year to {show_date(as_of.date())}. The ten highest and the ten lowest.",
        source=chart_source,
        description=f"One bar a company, from {ends[0]} to {ends[1]}.",
        specs=marks.both(
            lambda size: bar_list(size, _bars(frame, size), "Company", "Contribution", row=21)
        ),
        data=frame,
    )


def _contributions(figure: Value) -> list[tuple[str, str, float]]:
    """Name, sector and contribution of the first members of a figure's table."""
    table = figure.tables["companies"]
    columns = list(table.units)
    places = [columns.index(name) for name in ("name", "sector", "contribution")]
    rows = [tuple(row[place] for place in places) for row in table.rows[:_MOST]]
    return [(str(name), str(sector), float(str(value))) for name, sector, value in rows]


def _bars(frame: pd.DataFrame, size: Size) -> list[marks.Row]:
    """A bar a company, whose name is cut between words; two that would be cut alike are not."""
    called = [_called(name, size) for name in frame["name"]]
    names = called if len(set(called)) == len(called) else frame["name"].tolist()
    return [
        {
            "name": name,
            "value": points,
            "text": show(points, "pp"),
            "colour": theme.SMALL if points > 0 else theme.LARGE,
        }
        for name, points in zip(names, frame["contribution"].tolist(), strict=True)
    ]


def _called(name: str, size: Size) -> str:
    """A company's name as far as it has room."""
    lines = theme.in_lines(name, size.letters - 1).split("\n")
    most = _LINES[size.name]
    return name if len(lines) <= most else f"{' '.join(lines[:most])}…"
