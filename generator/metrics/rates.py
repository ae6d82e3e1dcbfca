"""The target range and its steps, Treasury yields and their slope, the committee's projections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from hamilton.function_modifiers import tag

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld, show, show_date
from generator.metrics._known import Known, known_of, newest, place
from generator.metrics._tools import day

FEDERAL_FUNDS = "federal_funds"
TARGET = ("DFEDTARL", "DFEDTARU")
LOWER, UPPER = "federal_funds_target_lower", "federal_funds_target_upper"
YIELDS = ("treasury_2y", "treasury_10y", "baa_spread", "high_yield_spread")
"""Daily series whose change on the week is told."""
PROJECTED = {
    "median": "federal_funds_projection",
    "tendency_low": "federal_funds_central_tendency_low",
    "tendency_high": "federal_funds_central_tendency_high",
    "lowest": "federal_funds_projection_low",
    "highest": "federal_funds_projection_high",
}
"""Column of the table of projections to the series it is of."""
LONGER_RUN = "federal_funds_longer_run"
OLDEST = 7
"""Days after which a daily series is too old to say what is so now."""


@dataclass(frozen=True)
class Step:
    """One change of the target range."""

    since: date
    """The first day on which the new range was in force."""
    lower: float
    """Its lower limit, in percent."""
    upper: float
    """Its upper limit, in percent."""
    change: float
    """Of the upper limit, in percentage points; negative is a cut."""


def target_limits(known_series: dict[str, Known | Withheld]) -> pd.DataFrame | Withheld:
    """Lower and upper limit of the target range by day, on days that have both."""
    found = {}
    for name, subject in (("lower", LOWER), ("upper", UPPER)):
        one = known_of(known_series, subject)
        if isinstance(one, Withheld):
            return one
        found[name] = one.valued
    return pd.DataFrame(found).dropna()


def target_steps(target_limits: pd.DataFrame | Withheld) -> tuple[Step, ...] | Withheld:
    """Every change of the target range since its history begins, oldest first."""
    if isinstance(target_limits, Withheld):
        return target_limits
    changes = target_limits["upper"].diff()
    moved = target_limits.loc[changes.notna() & (changes != 0)]
    return tuple(
        Step(day(row.Index), float(row.lower), float(row.upper), float(changes.loc[row.Index]))
        for row in moved.itertuples()
    )


@tag(unit="text", title="Target range of the federal funds rate", section="Rates")
def target_range(
    target_limits: pd.DataFrame | Withheld,
    target_steps: tuple[Step, ...] | Withheld,
    as_of: pd.Timestamp,
) -> Figures:
    """Limits between which the Federal Open Market Committee aims to hold the federal funds rate,
    in percent, on the last day that is known.

    With both limits, the day since which they have been in force and the change that led to them.
    A decision is in force from the day after it. Withheld where the last known day is more than
    seven days old. Source: FRED, DFEDTARL and DFEDTARU.
    """
    if isinstance(target_limits, Withheld):
        return {FEDERAL_FUNDS: target_limits}
    if target_limits.empty or (as_of - target_limits.index[-1]).days > OLDEST:
        return {FEDERAL_FUNDS: Withheld("the target range of the last seven days is not known")}
    lower, upper = (float(target_limits[name].iloc[-1]) for name in ("lower", "upper"))
    last = target_steps[-1] if isinstance(target_steps, tuple) and target_steps else None
    text = f"{lower:.2f}% to {upper:.2f}%"
    return {
        FEDERAL_FUNDS: Value(
            text,
            parts={
                "lower": Part(lower, "percent"),
                "upper": Part(upper, "percent"),
                "observed": Part(day(target_limits.index[-1]), "date"),
                "since": Part(last.since if last else None, "date"),
                "change": Part(last.change if last else None, "pp"),
            },
            inputs=TARGET,
        )
    }


@tag(unit="count", title="Cuts of the target range in a row", section="Rates")
def target_range_cuts_in_a_row(
    target_steps: tuple[Step, ...] | Withheld, target_limits: pd.DataFrame | Withheld
) -> Figures:
    """Number of changes of the target range of the federal funds rate that lowered it since it was
    last raised, or since its history begins.

    0 where the latest change raised it; how many in a row did is a part. With a table of every
    change: the first day in force, the limits and the change of the upper one. Meetings that left
    the range as it was do not end a row. Source: FRED, DFEDTARL and DFEDTARU.
    """
    if isinstance(target_steps, Withheld) or isinstance(target_limits, Withheld):
        reason = target_steps if isinstance(target_steps, Withheld) else target_limits
        assert isinstance(reason, Withheld)
        return {FEDERAL_FUNDS: reason}
    if not target_steps:
        return {FEDERAL_FUNDS: Withheld("the target range has not been changed in its history")}
    cuts, rises = (_in_a_row(target_steps, sign) for sign in (-1, 1))
    last = target_steps[-1]
    rows = tuple((s.since, s.lower, s.upper, s.change) for s in reversed(target_steps))
    units = {"since": "date", "lower": "percent", "upper": "percent", "change": "pp"}
    total = sum(step.change for step in target_steps[len(target_steps) - max(cuts, rises) :])
    return {
        FEDERAL_FUNDS: Value(
            cuts,
            parts={
                "rises_in_a_row": Part(rises, "count"),
                "total": Part(total, "pp"),
                "first": Part(target_steps[-max(cuts, rises)].since, "date"),
                "last": Part(last.since, "date"),
                "history_start": Part(day(target_limits.index[0]), "date"),
            },
            tables={"changes": Table(units, rows)},
            inputs=TARGET,
        )
    }


def _in_a_row(steps: tuple[Step, ...], sign: int) -> int:
    """How many of the latest changes have this sign."""
    others = [place for place, step in enumerate(steps) if step.change * sign < 0]
    return len(steps) - 1 - others[-1] if others else len(steps)


@tag(unit="pp", title="Change of a yield or spread on the week", section="Rates")
def yield_change_1w(known_series: dict[str, Known | Withheld], as_of: pd.Timestamp) -> Figures:
    """Latest value of a daily yield or spread less the one seven days before it, in percentage
    points.

    Where that day has no value it is the last day before it that has, no more than fourteen days
    before the latest. With both days and the earlier value. Withheld where the latest value is
    more than seven days old. Source: FRED.
    """
    return {subject: _change(known_of(known_series, subject), as_of) for subject in YIELDS}


def _change(known: Known | Withheld, as_of: pd.Timestamp) -> Figure:
    if isinstance(known, Withheld):
        return known
    values = known.valued
    if (as_of - values.index[-1]).days > OLDEST:
        return Withheld(f"it is known up to {show_date(day(values.index[-1]))} only")
    base = _week_before(values)
    if isinstance(base, Withheld):
        return base
    earlier = float(values.loc[base])
    return Value(
        float(values.iloc[-1]) - earlier,
        parts={
            "observed": Part(day(values.index[-1]), "date"),
            "from": Part(day(base), "date"),
            "previous": Part(earlier, known.series.unit),
        },
    )


def _week_before(values: pd.Series) -> pd.Timestamp | Withheld:
    """The day a week before the last of a series, or the last before that."""
    last = values.index[-1]
    earlier = values.loc[: last - timedelta(7)].index
    if not len(earlier) or (last - earlier[-1]).days > 2 * 7:
        return Withheld("it has no value of a week before")
    return earlier[-1]


def treasury_curve(known_series: dict[str, Known | Withheld]) -> pd.DataFrame | Withheld:
    """2-year and 10-year Treasury yield and the second less the first, on days that have both."""
    short, long = (known_of(known_series, name) for name in ("treasury_2y", "treasury_10y"))
    if isinstance(short, Withheld):
        return short
    if isinstance(long, Withheld):
        return long
    both = pd.DataFrame({"ten_years": long.valued, "two_years": short.valued}).dropna()
    if both.empty:
        return Withheld("no day has both yields")
    return both.assign(difference=both["ten_years"] - both["two_years"])


@tag(unit="pp", title="Slope of the Treasury yield curve", section="Rates")
def yield_slope(treasury_curve: pd.DataFrame | Withheld, as_of: pd.Timestamp) -> Figures:
    """10-year less 2-year Treasury yield on the last day that has both, in percentage points;
    negative means that the curve is inverted.

    With the change in seven days, measured as that of a yield, and the share of the history's days
    on which it was lower. Withheld where that day is more than seven days old. Source: FRED, DGS10
    and DGS2, constant maturities.
    """
    subject = "treasury_10y"
    if isinstance(treasury_curve, Withheld):
        return {subject: treasury_curve}
    slopes = treasury_curve["difference"]
    last = slopes.index[-1]
    if (as_of - last).days > OLDEST:
        return {subject: Withheld(f"both yields are known up to {show_date(day(last))} only")}
    base = _week_before(slopes)
    value = float(slopes.iloc[-1])
    change = None if isinstance(base, Withheld) else value - float(slopes.loc[base])
    return {
        subject: Value(
            value,
            parts={
                "observed": Part(day(last), "date"),
                "change_1w": Part(change, "pp"),
                **place(slopes),
            },
            inputs=("DGS2",),
        )
    }


@tag(unit="percent", title="Median projection of the federal funds rate", section="Rates")
def rate_projection(
    known_series: dict[str, Known | Withheld],
    universe: Universe,
    as_of: pd.Timestamp,
) -> Figures:
    """Median of what the participants of the Federal Open Market Committee projected as the
    appropriate federal funds rate at the end of the current year, in percent, as published after
    the last meeting with projections.

    With the day of that meeting, the median for the longer run, and a table by year: median,
    central tendency (without the three highest and three lowest) and range. What is projected for a
    year is the value last released for it by the as-of date. A part that was not released is
    missing. Withheld without a median for the current year, and where that meeting is not the one
    the last projection for the longer run is dated by. Source: FRED, from the Summary of Economic
    Projections.
    """
    longer = known_of(known_series, LONGER_RUN)
    if isinstance(longer, Withheld):
        return {FEDERAL_FUNDS: longer}
    met = day(longer.valued.index[-1])
    planned = [
        one.decision for one in universe.meetings if one.projections and one.decision < day(as_of)
    ]
    if planned and planned[-1] > met:
        why = f"the projections of {show_date(planned[-1])} are not known yet"
        return {FEDERAL_FUNDS: Withheld(why)}
    columns = {}
    for name, subject in PROJECTED.items():
        known = known_of(known_series, subject)
        if isinstance(known, Withheld):
            return {FEDERAL_FUNDS: known}
        columns[name] = newest(known.releases)
    by_year = pd.DataFrame(columns).loc[str(met.year) :].dropna(subset="median")
    current = by_year.loc[by_year.index.year == as_of.year, "median"]
    if current.empty:
        return {FEDERAL_FUNDS: Withheld(f"no projection for {show(as_of.year, 'year')} is known")}
    return {FEDERAL_FUNDS: _projection(by_year, float(current.iloc[0]), longer, met, as_of.year)}


def _projection(
    by_year: pd.DataFrame, current: float, longer: Known, met: date, year: int
) -> Value:
    rows = tuple(
        (int(stamp.year), *(None if pd.isna(v) else float(v) for v in row))
        for stamp, row in zip(by_year.index, by_year.to_numpy(), strict=True)
    )
    following = [row for row in rows if row[0] == year + 1]
    return Value(
        current,
        parts={
            "year": Part(year, "year"),
            "meeting": Part(met, "date"),
            "following_year": Part(following[0][1] if following else None, "percent"),
            "longer_run": Part(float(longer.valued.iloc[-1]), "percent"),
        },
        tables={"years": Table({"year": "year", **dict.fromkeys(by_year, "percent")}, rows)},
        inputs=("FEDTARMD", "FEDTARCTL", "FEDTARCTH", "FEDTARRL", "FEDTARRH", "FEDTARMDLR"),
    )
