"""Slopes on weekly changes agree with statsmodels, and end where the data do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support import random_closes, sessions
from support_rates import frozen, seen

from generator.facts import Value, Withheld
from generator.metrics import inputs, sensitivity
from generator.metrics.sensitivity import FEWEST, LAGS, Slopes, newey_west

DAY = "2026-01-16"
SMALL, LARGE = "russell_2000", "sp_500"
INDEX = sessions("2018-01-02", DAY)
CLOSES = pd.DataFrame(
    {SMALL: random_closes(len(INDEX), 1), LARGE: random_closes(len(INDEX), 2)}, index=INDEX
)


def drawn(seed: int, missing: int) -> tuple[np.ndarray, np.ndarray]:
    """Return windows of pairs that are serially dependent, some of them missing."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(6, 52)).cumsum(axis=1)
    y = 0.3 * x + random.normal(size=(6, 52)).cumsum(axis=1)
    for row in range(6):
        y[row, random.choice(52, missing, replace=False)] = np.nan
    return x, y


@pytest.mark.parametrize("seed", [1, 2])
def test_slope_interval_and_p_are_those_of_statsmodels(seed: int) -> None:
    """Ordinary least squares with the covariance of Newey and West, by another program."""
    import statsmodels.api as sm

    x, y = drawn(seed, 0)
    slope, low, high, p, count, explained = newey_west(x, y, LAGS, FEWEST)
    for row in range(len(x)):
        fit = sm.OLS(y[row], sm.add_constant(x[row])).fit(
            cov_type="HAC", cov_kwds={"maxlags": LAGS, "use_correction": True}, use_t=True
        )
        assert slope[row] == pytest.approx(fit.params[1])
        assert (low[row], high[row]) == pytest.approx(tuple(fit.conf_int()[1]))
        assert p[row] == pytest.approx(fit.pvalues[1])
        assert explained[row] == pytest.approx(fit.rsquared)
        assert count[row] == 52


def test_missing_pairs_count_nowhere() -> None:
    """The slope is that of the pairs there are, and too few of them have none."""
    x, y = drawn(3, 12)
    slope, *_, count, _ = newey_west(x, y, LAGS, FEWEST)
    for row in range(len(x)):
        known = np.isfinite(y[row])
        assert slope[row] == pytest.approx(np.polyfit(x[row][known], y[row][known], 1)[0])
        assert count[row] == 40
    x, y = drawn(3, 13)
    assert np.isnan(newey_west(x, y, LAGS, FEWEST)[0]).all()


def test_without_change_there_is_no_slope() -> None:
    """A series that stands still explains nothing."""
    _, y = drawn(4, 0)
    assert np.isnan(newey_west(np.zeros_like(y), y, LAGS, FEWEST)[0]).all()


def test_of_unrelated_series_one_in_twenty_looks_related() -> None:
    """The interval leaves out the true slope about as often as it says."""
    random = np.random.default_rng(5)
    x, y = random.normal(size=(2, 4000, 52))
    _, low, high, *_ = newey_west(x, y, LAGS, FEWEST)
    assert 0.03 < np.mean((low > 0) | (high < 0)) < 0.09


def found(
    day: str = DAY, tables: dict[str, pd.DataFrame] | None = None, closes: pd.DataFrame = CLOSES
) -> dict[str, Slopes | Withheld]:
    """Return all slopes as seen on a day."""
    known = closes.loc[:day]
    ends = inputs.week_ends(known)
    returns = inputs.weekly_returns(inputs.weekly_closes(known, ends))
    changes = sensitivity.weekly_changes(seen(day, tables=tables).known, ends)
    relative = sensitivity.relative_weekly_returns(returns, SMALL, LARGE, {})
    return sensitivity.rolling_sensitivities(changes, relative)


def slopes(result: Slopes | Withheld) -> Slopes:
    """Return slopes that must be known."""
    assert isinstance(result, Slopes), result
    return result


def test_the_window_ends_with_the_week_whose_end_the_series_reaches() -> None:
    """On Friday 16 January the yield of that day is not known: the last week is the one before."""
    result = found()
    assert slopes(result["treasury_10y"]).ends[-1] == pd.Timestamp("2026-01-09")
    assert slopes(result["gdp_nowcast"]).ends[-1] == pd.Timestamp(DAY)
    figure = sensitivity.sensitivity_to_treasury_10y(result, seen(DAY).known, SMALL, LARGE)[SMALL]
    assert isinstance(figure, Value)
    assert figure.parts["weeks"].value == 52 and figure.inputs == ("DGS10",)


def test_the_last_slope_is_that_of_the_last_52_weeks() -> None:
    """Worked out plainly from closes and yields, for a rise of a tenth of a point."""
    known = seen(DAY).known["treasury_10y"]
    assert not isinstance(known, Withheld)
    ends = [end for end in inputs.week_ends(CLOSES) if end <= known.valued.index[-1]][-53:]
    levels = [known.valued.loc[:end].iloc[-1] for end in ends]
    weekly = CLOSES.loc[ends].pct_change().iloc[1:]
    relative = (weekly[SMALL] - weekly[LARGE]) * 100
    slope = np.polyfit(np.diff(levels), relative, 1)[0] * 0.1
    assert slopes(found()["treasury_10y"]).slope[-1] == pytest.approx(slope)


def test_a_new_quarters_first_estimate_is_no_surprise() -> None:
    """GDPNow began with the last quarter of 2025 on 23 December: that week has no change."""
    changes = sensitivity.weekly_changes(seen(DAY).known, inputs.week_ends(CLOSES))["gdp_nowcast"]
    assert not isinstance(changes, Withheld)
    assert np.isnan(changes["2025-12-26"])
    assert changes["2026-01-09"] == pytest.approx(5.1 - 3.0)
    assert changes["2026-01-16"] == pytest.approx(5.3 - 5.1)


def test_nothing_later_than_the_day_is_used() -> None:
    """Values and releases after 9 January 2026 are poisoned, and closes too."""
    rows = dict(frozen("2026-01-23"))
    for table, column in (("macro", "observed"), ("macro_vintages", "released")):
        poisoned = rows[table].copy()
        poisoned.loc[poisoned[column] > "2026-01-09", "value"] = 77.0
        rows[table] = poisoned
    closes = CLOSES.copy()
    closes.loc["2026-01-10":] = 1.0
    clean, poisoned_slopes = (
        found("2026-01-09", tables=dict(frozen("2026-01-23"))),
        found("2026-01-09", tables=rows, closes=closes),
    )
    for name, one in clean.items():
        other = slopes(poisoned_slopes[name])
        assert np.array_equal(slopes(one).slope, other.slope, equal_nan=True), name


def test_a_short_history_is_withheld() -> None:
    """Thirty-one weeks make no window, and a missing index no returns."""
    assert found(closes=CLOSES.iloc[-150:])["treasury_10y"] == Withheld(
        "its history has 31 weeks and a window takes 52"
    )
    relative = sensitivity.relative_weekly_returns(CLOSES[[LARGE]], SMALL, LARGE, {SMALL: "late"})
    assert relative == Withheld("late")
    changes = {"treasury_10y": pd.Series([0.1], index=INDEX[:1])}
    assert sensitivity.rolling_sensitivities(dict(changes), relative) == {
        "treasury_10y": Withheld("late")
    }
