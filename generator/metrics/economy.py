"""The economy: the latest known observation of each economic series.

The graph's inputs are `macro` and `macro_vintages` (the snapshot's tables of those names),
`macro_series` (what the series are, by subject), `macro_missing` (why there are none) and
`macro_faults` (by FRED's id, why one is not there).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import MacroSeries
from generator.facts import DIFFERENCES, Figure, Figures, Part, Value, Withheld, show_period
from generator.metrics._tools import day

LISTED = 3
"""Periods without a value that a warning names; it counts the rest."""


@tag(unit="level", title="Latest observation", section="Economy")
def latest_observation(
    macro: pd.DataFrame,
    macro_vintages: pd.DataFrame,
    macro_series: dict[str, MacroSeries],
    macro_missing: str | None,
    macro_faults: dict[str, str],
    snapshot_closes: pd.DataFrame,
    as_of: pd.Timestamp,
) -> Figures:
    """Value of an economic series for the last period that had begun by the as-of date and has a
    value, as known on that date; nothing released or revised later is seen.

    With the period, the value of the last period before it that has one, the value first released
    for the period and when, and by how much the latest value differs from it. Periods without a
    value are passed over, and named in a warning unless the series is daily, where they are
    holidays.

    Seen from an earlier date than the edition's, a revised series is what its releases up to that
    date say, a daily series ends on that date, and any other is withheld. Source: FRED and ALFRED.
    """
    current, releases = _by_series(macro), _by_series(macro_vintages)
    earlier = as_of < snapshot_closes.index[-1]
    figures: Figures = {}
    for subject, series in macro_series.items():
        reason = macro_missing or macro_faults.get(series.series)
        if reason is not None:
            figures[subject] = Withheld(reason)
            continue
        released = _until(releases.get(series.series, macro_vintages.head(0)), "released", as_of)
        rows = current.get(series.series, macro.head(0))
        known = _known_earlier(series, rows, released, as_of) if earlier else _values(rows)
        figures[subject] = (
            known if isinstance(known, Withheld) else _latest(series, known, released, as_of)
        )
    return figures


def _by_series(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(name): own for name, own in rows.groupby("series")}


def _until(rows: pd.DataFrame, column: str, as_of: pd.Timestamp) -> pd.DataFrame:
    return rows.loc[rows[column] <= as_of]


def _values(rows: pd.DataFrame) -> pd.Series:
    """Values by period, oldest first."""
    return rows.set_index("observed")["value"].sort_index()


def _known_earlier(
    series: MacroSeries, rows: pd.DataFrame, released: pd.DataFrame, as_of: pd.Timestamp
) -> pd.Series | Withheld:
    """Values by period as they stood on a date before the snapshot's."""
    if series.vintages and len(released):
        newest = released.sort_values("released").drop_duplicates("observed", keep="last")
        return _values(newest)
    if not series.vintages and series.frequency == "day":
        return _values(_until(rows, "observed", as_of))
    return Withheld(f"the snapshot does not say what was known of it on {day(as_of)}")


def _latest(
    series: MacroSeries, known: pd.Series, released: pd.DataFrame, as_of: pd.Timestamp
) -> Figure:
    begun = known.loc[:as_of]
    if begun.empty:
        return Withheld("the snapshot has no observation of it")
    valued = begun.dropna()
    if valued.empty:
        return Withheld("none of its observations has a value")
    observed, value = valued.index[-1], float(valued.iloc[-1])
    before = valued.iloc[:-1].tail(1)
    since = before.index[-1] if len(before) else observed
    gaps = begun.loc[since:].index[begun.loc[since:].isna()]
    return Value(
        value,
        parts={
            "period": Part(show_period(day(observed), series.frequency), "text"),
            "observed": Part(day(observed), "date"),
            "previous": Part(float(before.iloc[0]) if len(before) else None, series.unit),
            **_first_release(series, value, released.loc[released["observed"] == observed]),
        },
        warnings=_without_value(series, [day(stamp) for stamp in gaps]),
    )


def _first_release(series: MacroSeries, value: float, released: pd.DataFrame) -> Mapping[str, Part]:
    """What was first published for a period, when, and what has changed since."""
    rows = released.dropna(subset="value").sort_values("released")
    first = float(rows["value"].iloc[0]) if len(rows) else None
    return {
        "first_release": Part(first, series.unit),
        "released": Part(day(rows["released"].iloc[0]) if len(rows) else None, "date"),
        "revision": Part(None if first is None else value - first, DIFFERENCES[series.unit]),
    }


def _without_value(series: MacroSeries, periods: Iterable[date]) -> tuple[str, ...]:
    listed = [show_period(period, series.frequency) for period in periods]
    if series.frequency == "day" or not listed:
        return ()
    more = f" and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
    return (f"it has no value for {', '.join(listed[:LISTED])}{more}",)
