"""The economy: what is known of each economic series, and its latest observation.

The graph's inputs are `macro` and `macro_vintages` (the snapshot's tables of those names),
`macro_series` (what the series are, by subject), `macro_missing` (why there are none) and
`macro_faults` (by FRED's id, why one is not there).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import MacroSeries
from generator.facts import DIFFERENCES, Figure, Figures, Part, Value, Withheld
from generator.metrics._known import (
    Known,
    gaps_since,
    known_of,
    newest,
    place,
)
from generator.metrics._tools import day

GROWING = (
    "pce_price_index",
    "core_pce_price_index",
    "consumer_price_index",
    "industrial_production",
)
"""Indexes that grow with the economy, as amounts of money and people do: the place of their level
in its history says nothing."""
SURVEYS = ("empire_state_survey", "philadelphia_survey")
"""Regional manufacturing surveys, by the names of their series."""


def known_series(
    macro: pd.DataFrame,
    macro_vintages: pd.DataFrame,
    macro_series: dict[str, MacroSeries],
    macro_missing: str | None,
    macro_faults: dict[str, str],
    snapshot_closes: pd.DataFrame,
    as_of: pd.Timestamp,
) -> dict[str, Known | Withheld]:
    """What was known of each economic series on the as-of date, by its name.

    Seen from the edition's date that is the table `macro`. Seen from an earlier one, a revised
    series is what its releases up to that date say, a daily series ends on that date, and any
    other is withheld.
    """
    current, releases = _by_series(macro), _by_series(macro_vintages)
    seen_earlier = as_of < snapshot_closes.index[-1]
    found: dict[str, Known | Withheld] = {}
    for subject, series in macro_series.items():
        reason = macro_missing or macro_faults.get(series.series)
        if reason is not None:
            found[subject] = Withheld(reason)
            continue
        released = _until(releases.get(series.series, macro_vintages.head(0)), "released", as_of)
        released = released.sort_values(["released", "observed"])
        rows = current.get(series.series, macro.head(0))
        values = _known_earlier(series, rows, released, as_of) if seen_earlier else _values(rows)
        found[subject] = (
            values if isinstance(values, Withheld) else _begun(series, values, released, as_of)
        )
    return found


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
        return newest(released)
    if not series.vintages and series.frequency == "day":
        return _values(_until(rows, "observed", as_of))
    return Withheld(f"the snapshot does not say what was known of it on {day(as_of)}")


def _begun(
    series: MacroSeries, values: pd.Series, released: pd.DataFrame, as_of: pd.Timestamp
) -> Known | Withheld:
    begun = values.loc[:as_of]
    if begun.empty:
        return Withheld("the snapshot has no observation of it")
    if begun.isna().all():
        return Withheld("none of its observations has a value")
    return Known(series, begun, released)


@tag(unit="level", title="Latest observation", section="Economy")
def latest_observation(known_series: dict[str, Known | Withheld]) -> Figures:
    """Value of an economic series for the last period that had begun by the as-of date and has a
    value, as known on that date; nothing released or revised later is seen.

    With the period; the value first released for it and when; the day since which the latest value
    has stood, and by how much it differs from the first; the value of the last period before it
    that has one, and by how much that was revised since the eve of the latest period's first
    release; the share of all its values that are lower, and since when there are values. That share
    is not given of what grows with the economy, nor of fewer than 24 values.

    Periods without a value are passed over, and named in a warning unless the series is daily,
    where they are holidays. Seen from an earlier date than the edition's, a revised series is what
    its releases up to that date say, a daily series ends on that date, and any other is withheld.
    Source: FRED and ALFRED.
    """
    return {
        subject: known if isinstance(known, Withheld) else _latest(subject, known)
        for subject, known in known_series.items()
    }


def _latest(subject: str, known: Known) -> Figure:
    series, valued = known.series, known.valued
    observed, value = valued.index[-1], float(valued.iloc[-1])
    before = valued.iloc[:-1].tail(1)
    since = before.index[-1] if len(before) else observed
    return Value(
        value,
        parts={
            "period": Part(known.period(observed), "text"),
            "observed": Part(day(observed), "date"),
            "previous": Part(float(before.iloc[0]) if len(before) else None, series.unit),
            **_first_release(known, observed, value),
            **_previous_revision(known, observed, before),
            **_place(subject, known),
        },
        warnings=gaps_since(known, since),
    )


def _first_release(known: Known, observed: pd.Timestamp, value: float) -> Mapping[str, Part]:
    """What was first published for a period, when, what has changed since, and when it did last."""
    unit, first = known.series.unit, known.first(observed)
    own = known.releases.loc[known.releases["observed"] == observed]
    stands = None if first is None else day(own["released"].iloc[-1])
    return {
        "first_release": Part(None if first is None else first[1], unit),
        "released": Part(None if first is None else day(first[0]), "date"),
        "revision": Part(None if first is None else value - first[1], DIFFERENCES[unit]),
        "stands_since": Part(stands, "date"),
    }


def _previous_revision(
    known: Known, observed: pd.Timestamp, before: pd.Series
) -> Mapping[str, Part]:
    """By how much the period before differs from what it was before the latest period came out."""
    first, unit = known.first(observed), DIFFERENCES[known.series.unit]
    if first is None or before.empty:
        return {"previous_revision": Part(None, unit)}
    stood = known.on(first[0] - pd.Timedelta(days=1)).get(before.index[-1])
    revision = None if stood is None or pd.isna(stood) else float(before.iloc[0] - stood)
    return {"previous_revision": Part(revision, unit)}


def _place(subject: str, known: Known) -> Mapping[str, Part]:
    parts = place(known.values)
    if subject in GROWING or known.series.unit not in ("percent", "points"):
        return {**parts, "share_lower": Part(None, "share")}
    return parts


@tag(unit="points", title="Manufacturing surveys, mean of two", section="Economy")
def manufacturing_survey_proxy(
    known_series: dict[str, Known | Withheld], survey_histories: pd.DataFrame
) -> Figures:
    """Mean of the general activity indexes of the Empire State and the Philadelphia Fed
    manufacturing surveys in the last month for which both have one: a proxy for the ISM survey,
    which is not free, of two districts and not of the country; above 0 more firms report better
    business than worse.

    With both indexes and the mean of the month before, where both have a value. Withheld without
    either. Source: Federal Reserve Banks of New York and Philadelphia, through FRED.
    """
    return {"united_states": _surveys(known_series, survey_histories)}


def survey_histories(known_series: dict[str, Known | Withheld]) -> pd.DataFrame:
    """The two regional surveys and their mean, months x series, NaN where one is missing; without
    rows or columns where one of them is not known at all.
    """
    both = [known for name in SURVEYS if isinstance(known := known_series.get(name), Known)]
    if len(both) < len(SURVEYS):
        return pd.DataFrame()
    levels = {name: known.values for name, known in zip(SURVEYS, both, strict=True)}
    table = pd.concat(levels, axis=1, sort=True)
    table["mean"] = table[list(SURVEYS)].mean(axis=1, skipna=False)
    return table


def _surveys(known: Mapping[str, Known | Withheld], histories: pd.DataFrame) -> Figure:
    both = [known_of(known, name) for name in SURVEYS]
    missing = dict.fromkeys(one.reason for one in both if isinstance(one, Withheld))
    if missing:
        return Withheld("; ".join(missing))
    common = histories.dropna()
    if common.empty:
        return Withheld("there is no month with both surveys")
    month = common.index[-1]
    before = common["mean"].get(month - pd.DateOffset(months=1))
    named = [one for one in both if isinstance(one, Known)]
    return Value(
        float(common["mean"].iloc[-1]),
        parts={
            "period": Part(named[0].period(month), "text"),
            "empire_state": Part(float(common[SURVEYS[0]].iloc[-1]), "points"),
            "philadelphia": Part(float(common[SURVEYS[1]].iloc[-1]), "points"),
            "previous": Part(None if before is None else float(before), "points"),
            **place(common["mean"]),
        },
        inputs=tuple(one.series.series for one in named),
    )
