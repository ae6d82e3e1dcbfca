"""How small caps have moved against large caps when yields, spreads and growth estimates changed.

What is measured is association over a window of weeks, never effect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from hamilton.function_modifiers import tag

from generator.facts import Figure, Figures, Part, Value, Withheld, show
from generator.metrics._known import Known, known_of
from generator.metrics._tools import day

WEEKS = 52
"""In a window."""
FEWEST = 40
"""Weeks of a window that must have both changes."""
LAGS = 3
"""Of the Newey-West covariance: the whole part of 4 (52 / 100)^(2/9)."""
HISTORY = 5 * WEEKS
"""Windows that are kept for the chart."""
POINTS = {
    "treasury_10y": 0.1,
    "high_yield_spread": 0.1,
    "baa_spread": 0.1,
    "gdp_nowcast": 1.0,
}
"""By series: the rise in percentage points for which the slope is told."""


@dataclass(frozen=True)
class Slopes:
    """Slopes of windows of weeks, each with its interval; NaN where a window has too few weeks."""

    ends: pd.DatetimeIndex
    """The last week-end of each window."""
    slope: np.ndarray
    """Percentage points of relative return for the rise that is told."""
    low: np.ndarray
    """The lower end of the 95% interval."""
    high: np.ndarray
    """Its upper end."""
    p: np.ndarray
    """Of a slope as far from zero, if there were none."""
    count: np.ndarray
    """Weeks of each window that have both changes."""
    explained: np.ndarray
    """Share of the relative returns' variance that the line explains."""


def weekly_changes(
    known_series: dict[str, Known | Withheld], week_ends: pd.DatetimeIndex
) -> dict[str, pd.Series | Withheld]:
    """Change of each series from week-end to week-end, in percentage points.

    A daily series has on a week-end the last value not after it, no more than seven days old; the
    weeks end with the last that its values reach. The growth estimate has the last value released
    by then, and its change is that of the same quarter's estimate; a week in which a new quarter's
    first estimate came has none.
    """
    found: dict[str, pd.Series | Withheld] = {}
    for subject in POINTS:
        one = known_of(known_series, subject)
        if isinstance(one, Withheld):
            found[subject] = one
        elif one.series.vintages:
            found[subject] = _estimate_changes(one, week_ends)
        else:
            found[subject] = _level_changes(one.valued, week_ends)
    return found


def _level_changes(values: pd.Series, week_ends: pd.DatetimeIndex) -> pd.Series:
    reached = week_ends[week_ends <= values.index[-1]]
    places = values.index.searchsorted(reached, side="right") - 1
    fresh = (places >= 0) & ((reached - values.index[places]).days <= 7)
    levels = np.where(fresh, values.to_numpy()[places], np.nan)
    return pd.Series(levels, index=reached).diff()


def _estimate_changes(known: Known, week_ends: pd.DatetimeIndex) -> pd.Series | Withheld:
    """Change of the newest estimate against the same quarter's a week earlier."""
    released = known.releases.dropna(subset="value")
    if released.empty:
        return Withheld("the snapshot holds no releases of it")
    since = week_ends[week_ends >= released["released"].iloc[0]]
    days = released["released"].to_numpy()
    periods, values = released["observed"].to_numpy(), released["value"].to_numpy()
    changes = np.full(len(since), np.nan)
    for place in range(1, len(since)):
        now = np.searchsorted(days, since[place].to_numpy(), side="right")
        then = np.searchsorted(days, since[place - 1].to_numpy(), side="right")
        newest = periods[:now].max()
        last = values[:now][periods[:now] == newest][-1]
        earlier = values[:then][periods[:then] == newest]
        if len(earlier):
            changes[place] = last - earlier[-1]
    return pd.Series(changes, index=since)


def relative_weekly_returns(
    weekly_returns: pd.DataFrame, small_cap: str, large_cap: str, exclusions: dict[str, str]
) -> pd.Series | Withheld:
    """Weekly price return of small caps less that of large caps, in percentage points."""
    for subject in (small_cap, large_cap):
        if subject not in weekly_returns.columns:
            return Withheld(exclusions.get(subject, "the snapshot holds no data for it"))
    return (weekly_returns[small_cap] - weekly_returns[large_cap]) * 100


def rolling_sensitivities(
    weekly_changes: dict[str, pd.Series | Withheld],
    relative_weekly_returns: pd.Series | Withheld,
) -> dict[str, Slopes | Withheld]:
    """Slope of weekly relative returns on the weekly change of each series, by 52-week windows."""
    found: dict[str, Slopes | Withheld] = {}
    for subject, changes in weekly_changes.items():
        if isinstance(changes, Withheld):
            found[subject] = changes
        elif isinstance(relative_weekly_returns, Withheld):
            found[subject] = relative_weekly_returns
        else:
            found[subject] = _slopes(relative_weekly_returns, changes, POINTS[subject])
    return found


def sensitivity_histories(
    rolling_sensitivities: dict[str, Slopes | Withheld],
) -> dict[str, pd.DataFrame]:
    """Slope and 95% interval of the last five years' windows by series, of those that are known."""
    return {
        subject: pd.DataFrame(
            {"slope": one.slope, "low": one.low, "high": one.high}, index=one.ends
        )
        for subject, one in rolling_sensitivities.items()
        if isinstance(one, Slopes)
    }


def _slopes(returns: pd.Series, changes: pd.Series, points: float) -> Slopes | Withheld:
    weeks = changes.index[-(HISTORY + WEEKS - 1) :]
    if len(weeks) < WEEKS:
        known = show(len(weeks), "weeks")
        return Withheld(f"its history has {known} weeks and a window takes {WEEKS}")
    pairs = np.column_stack((changes.loc[weeks] / points, returns.reindex(weeks)))
    windows = np.lib.stride_tricks.sliding_window_view(pairs, WEEKS, axis=0)
    fitted = newey_west(windows[:, 0, :], windows[:, 1, :], LAGS, FEWEST)
    return Slopes(weeks[WEEKS - 1 :], *fitted)


def newey_west(x: np.ndarray, y: np.ndarray, lags: int, fewest: int) -> tuple[np.ndarray, ...]:
    """Fit y on x with an intercept in each row by ordinary least squares.

    Returns slope, 95% interval (low, high), two-sided p, number of pairs and R squared, each as
    long as there are rows; NaN where a row has fewer pairs than asked for or x does not vary. The
    covariance is that of Newey and West (1987) with Bartlett weights and a factor n / (n - 2),
    the interval from Student's t with n - 2 degrees of freedom. A pair with a missing value counts
    nowhere; the weeks around it keep their distance.
    """
    from scipy.stats import t as student

    known = np.isfinite(x) & np.isfinite(y)
    count = known.sum(axis=1)
    enough = count >= fewest
    with np.errstate(invalid="ignore", divide="ignore"):
        away, up = _centred(x, known, count), _centred(y, known, count)
        spread = (away**2).sum(axis=1)
        slope = (away * up).sum(axis=1) / spread
        residual = up - slope[:, None] * away
        score = away * residual
        meat = (score**2).sum(axis=1)
        for lag in range(1, lags + 1):
            weight = 1 - lag / (lags + 1)
            meat = meat + 2 * weight * (score[:, lag:] * score[:, :-lag]).sum(axis=1)
        error = np.sqrt(meat * count / (count - 2)) / spread
        half = student.ppf(0.975, count - 2) * error
        p = 2 * student.sf(np.abs(slope / error), count - 2)
        explained = 1 - (residual**2).sum(axis=1) / (up**2).sum(axis=1)
    usable = enough & (spread > 0) & np.isfinite(error)
    told = [np.where(usable, v, np.nan) for v in (slope, slope - half, slope + half, p)]
    return (*told, count, np.where(usable, explained, np.nan))


def _centred(values: np.ndarray, known: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Values less the mean of their row, 0 where they are not used."""
    used = np.where(known, values, 0.0)
    mean = used.sum(axis=1) / count
    return np.where(known, values - mean[:, None], 0.0)


def _latest(
    sensitivities: Mapping[str, Slopes | Withheld],
    known_series: Mapping[str, Known | Withheld],
    subject: str,
    small: str,
) -> Figures:
    found, known = sensitivities[subject], known_of(known_series, subject)
    if isinstance(found, Withheld) or isinstance(known, Withheld):
        withheld = found if isinstance(found, Withheld) else known
        assert isinstance(withheld, Withheld)
        return {small: withheld}
    return {small: _figure(found, known)}


def _figure(found: Slopes, known: Known) -> Figure:
    if not math.isfinite(found.slope[-1]):
        weeks = show(int(found.count[-1]), "weeks")
        return Withheld(
            f"{weeks} of the last {WEEKS} weeks have both changes, fewer than {FEWEST}"
            if found.count[-1] < FEWEST
            else f"{known.series.name} did not change in the last {WEEKS} weeks"
        )
    return Value(
        float(found.slope[-1]),
        parts={
            "low": Part(float(found.low[-1]), "pp"),
            "high": Part(float(found.high[-1]), "pp"),
            "p": Part(float(found.p[-1]), "ratio"),
            "weeks": Part(int(found.count[-1]), "weeks"),
            "window": Part(WEEKS, "weeks"),
            "explained": Part(float(found.explained[-1]), "share"),
            "end": Part(day(found.ends[-1]), "date"),
        },
        inputs=(known.series.series,),
    )


@tag(unit="pp", title="Association with the 10-year yield", section="Sensitivity")
def sensitivity_to_treasury_10y(
    rolling_sensitivities: dict[str, Slopes | Withheld],
    known_series: dict[str, Known | Withheld],
    small_cap: str,
    large_cap: str,
) -> Figures:
    """Percentage points by which small caps were ahead of large caps in a week for every rise of
    the 10-year Treasury yield by 0.1 points in it: slope of 52 weekly price returns, small minus
    large, on the weekly change of the yield. It is an association, not an effect.

    Ordinary least squares with an intercept. With the 95% interval and the p-value from the
    covariance of Newey and West with 3 lags and Student's t, the number of weeks, the share of
    variance explained and the last week-end. The window ends with the last week whose end the yield
    is known for, which is often the week before the edition's; at least 40 of its weeks must have
    both changes. Source: W. K. Newey, K. D. West, Econometrica 55 (1987).
    """
    return _latest(rolling_sensitivities, known_series, "treasury_10y", small_cap)


@tag(unit="pp", title="Association with the high-yield spread", section="Sensitivity")
def sensitivity_to_high_yield_spread(
    rolling_sensitivities: dict[str, Slopes | Withheld],
    known_series: dict[str, Known | Withheld],
    small_cap: str,
    large_cap: str,
) -> Figures:
    """Percentage points by which small caps were ahead of large caps in a week for every rise of
    the high-yield spread by 0.1 points in it: slope of 52 weekly price returns, small minus large,
    on the weekly change of the spread. It is an association, not an effect.

    Interval, weeks and source as for the 10-year yield.
    """
    return _latest(rolling_sensitivities, known_series, "high_yield_spread", small_cap)


@tag(unit="pp", title="Association with the Baa spread", section="Sensitivity")
def sensitivity_to_baa_spread(
    rolling_sensitivities: dict[str, Slopes | Withheld],
    known_series: dict[str, Known | Withheld],
    small_cap: str,
    large_cap: str,
) -> Figures:
    """Percentage points by which small caps were ahead of large caps in a week for every rise of
    the spread of Baa corporate over 10-year Treasury yields by 0.1 points in it: slope of 52 weekly
    price returns, small minus large, on the weekly change of the spread. It is an association, not
    an effect.

    Interval, weeks and source as for the 10-year yield.
    """
    return _latest(rolling_sensitivities, known_series, "baa_spread", small_cap)


@tag(unit="pp", title="Association with growth surprises", section="Sensitivity")
def sensitivity_to_gdp_nowcast(
    rolling_sensitivities: dict[str, Slopes | Withheld],
    known_series: dict[str, Known | Withheld],
    small_cap: str,
    large_cap: str,
) -> Figures:
    """Percentage points by which small caps were ahead of large caps in a week for every rise of
    GDPNow's estimate of the running quarter's growth by 1 point in it: slope of 52 weekly price
    returns, small minus large, on the weekly change of the estimate. It is an association, not an
    effect.

    The change is that of the same quarter's estimate; weeks in which a new quarter's first estimate
    came are left out. Interval, weeks and source as for the 10-year yield.
    """
    return _latest(rolling_sensitivities, known_series, "gdp_nowcast", small_cap)
