"""Jobs: changes of payrolls and of unemployment."""

from __future__ import annotations

import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._known import (
    Known,
    earlier,
    figure_of_change,
    first_figure,
    for_each,
    gaps_since,
    pair,
    place,
)
from generator.metrics._tools import day

MONTHS_LISTED = 24
"""Months whose first and latest changes are listed."""


@tag(unit="thousands_change", title="Change of payrolls", section="Economy")
def payrolls_change(known_series: dict[str, Known | Withheld]) -> Figures:
    """Change of nonfarm payrolls from the month before, in thousands of people, for the last month
    that has a value, as known on the as-of date.

    With the change first released, which is the first value for the month less the month before as
    it stood on the same day, and its revision since; the mean of the last three changes; the change
    of the month before, and by how much it was revised since the eve of the latest release; the
    changes of the last 24 months. A change of which either month has no value is withheld, or
    missing from the list. Source: Bureau of Labor Statistics, through FRED and ALFRED.
    """
    return for_each(known_series, ("payrolls",), _payrolls)


def _payrolls(known: Known) -> Figure:
    value = _change(known, known.values)
    if isinstance(value, Withheld):
        return value
    observed = known.valued.index[-1]
    months = _monthly(known.values)
    first, released = first_figure(known, lambda values: _change(known, values))
    three = months.iloc[-3:]
    mean = float(three.mean()) if len(three) == 3 and three.notna().all() else None
    before = months.get(earlier(observed, 1))
    previous = None if before is None or pd.isna(before) else float(before)
    return Value(
        value,
        parts={
            "period": Part(known.period(observed), "text"),
            "first_release": Part(first, "thousands_change"),
            "released": Part(released, "date"),
            "revision": Part(None if first is None else value - first, "thousands_change"),
            "average_3m": Part(mean, "thousands_change"),
            "previous": Part(previous, "thousands_change"),
            "previous_revision": Part(
                _previous_revision(known, observed, previous), "thousands_change"
            ),
            **place(months),
        },
        tables={"months": _listed(known, months)},
        warnings=gaps_since(known, earlier(observed, 1)),
    )


def _change(known: Known, values: pd.Series) -> float | Withheld:
    ends = pair(known, values, 1)
    return ends if isinstance(ends, Withheld) else ends[0] - ends[1]


def _monthly(values: pd.Series) -> pd.Series:
    """Change on the month by month, up to the last that has a value; NaN where one is missing."""
    whole = values.loc[: values.last_valid_index()].asfreq("MS")
    return (whole - whole.shift(1)).iloc[1:]


def _previous_revision(
    known: Known, observed: pd.Timestamp, previous: float | None
) -> float | None:
    """By how much the change of the month before was revised when the latest came, and since."""
    released = known.first(observed)
    if released is None or previous is None:
        return None
    stood = _monthly_or_none(known.on(released[0] - pd.Timedelta(days=1)))
    before = None if stood is None else stood.get(earlier(observed, 1))
    return None if before is None or pd.isna(before) else previous - float(before)


def _monthly_or_none(values: pd.Series) -> pd.Series | None:
    return None if values.dropna().empty else _monthly(values)


def _listed(known: Known, months: pd.Series) -> Table:
    """The last changes, the newest first, each beside the one first released."""
    columns = {
        "month": "date",
        "first_release": "thousands_change",
        "change": "thousands_change",
        "revision": "thousands_change",
    }
    rows = []
    for month, change in months.dropna().iloc[-MONTHS_LISTED:][::-1].items():
        first = _first_change(known, month)
        revision = None if first is None else float(change) - first
        rows.append((day(month), first, float(change), revision))
    return Table(columns, tuple(rows))


def _first_change(known: Known, month: pd.Timestamp) -> float | None:
    released = known.first(month)
    if released is None:
        return None
    change = _change(known, known.on(released[0]).loc[:month])
    return None if isinstance(change, Withheld) else change


@tag(unit="pp", title="Change of unemployment over 12 months", section="Economy")
def unemployment_change_12m(known_series: dict[str, Known | Withheld]) -> Figures:
    """Unemployment rate of the last month that has one less that of the same month of the year
    before, percentage points, as known on the as-of date.

    Withheld where the month it is measured from has none: October 2025 was never collected. With
    the change first released for the month, its revision since and its place in its history.
    Source: Bureau of Labor Statistics, through FRED and ALFRED.
    """
    return for_each(known_series, ("unemployment_rate",), _unemployment)


def _unemployment(known: Known) -> Figure:
    def latest(values: pd.Series) -> float | Withheld:
        ends = pair(known, values, 12)
        return ends if isinstance(ends, Withheld) else ends[0] - ends[1]

    def history(values: pd.Series) -> pd.Series:
        whole = values.asfreq("MS")
        return whole - whole.shift(12)

    return figure_of_change(known, "pp", "pp", latest, history, 12)
