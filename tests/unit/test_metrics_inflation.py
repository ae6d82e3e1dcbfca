"""Inflation is measured from exactly the month it says, or not at all."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_economy import REAL_SERIES, Releases, Rows, as_released, known, months, parts, series

from generator.facts import Figure, Value, Withheld
from generator.metrics import inflation, output

CPI = series("CPIAUCSL", unit="points")
SPANS = {
    "inflation_1m_annualised": 1,
    "inflation_3m_annualised": 3,
    "inflation_12m": 12,
}


def rate(
    name: str, rows: Rows, released: Releases = (), as_of: str = "2026-01-16", what: object = CPI
) -> Figure:
    """Return a figure of consumer prices."""
    found = known({"consumer_price_index": (what, rows, released)}, as_of)  # type: ignore[dict-item]
    figure: Figure = getattr(inflation, name)(found)["consumer_price_index"]
    return figure


def number(figure: Figure) -> float:
    """Return the number behind a figure."""
    assert isinstance(figure, Value), figure
    assert isinstance(figure.value, float)
    return figure.value


STEADY = months("2024-11-01", [100 * 1.01**n for n in range(14)])
"""One percent a month, to December 2025."""


@pytest.mark.parametrize("name", SPANS)
def test_steady_inflation_is_the_same_over_every_span(name: str) -> None:
    """One percent a month compounds to 12.6825% a year."""
    figure = rate(name, STEADY)
    assert number(figure) == pytest.approx(12.682503013196976)
    assert parts(figure)["period"] == "Dec 2025"


def test_rates_are_compounded_not_multiplied() -> None:
    """A rise of 0.5% in three months is 2.0150% a year, one of 0.5% in one month 6.1678%."""
    rows = months("2025-09-01", [200.0, 200.0, 200.0, 201.0])
    assert number(rate("inflation_3m_annualised", rows)) == pytest.approx(2.015050062500, abs=1e-9)
    assert number(rate("inflation_1m_annualised", rows)) == pytest.approx(6.167781186450, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "last", "base"),
    [
        ("inflation_1m_annualised", "2025-11-01", "Oct 2025"),
        ("inflation_3m_annualised", "2026-01-01", "Oct 2025"),
        ("inflation_12m", "2026-10-01", "Oct 2025"),
    ],
)
def test_nothing_is_measured_from_a_month_without_a_value(name: str, last: str, base: str) -> None:
    """October 2025 was never collected: what begins there is withheld and names it."""
    rows = [(m, v) for m, v in months("2024-10-01", [100.0 + n for n in range(25)]) if m <= last]
    gap = [(m, math.nan if m == "2025-10-01" else v) for m, v in rows]
    figure = rate(name, gap, as_of="2026-12-31")
    assert isinstance(figure, Withheld)
    assert figure.reason == f"it has no value for {base}, from which it is measured"
    assert isinstance(rate(name, rows, as_of="2026-12-31"), Value)


def test_a_gap_within_is_named() -> None:
    """A change over twelve months is told across an empty month, with a warning."""
    gap = [(m, math.nan if m == "2025-10-01" else v) for m, v in STEADY]
    figure = rate("inflation_12m", gap)
    assert isinstance(figure, Value)
    assert figure.warnings == ("it has no value for Oct 2025",)
    assert number(figure) == pytest.approx(12.682503013196976)


def test_an_empty_last_month_is_passed_over_and_named() -> None:
    """The figure is that of the month before, and says so."""
    figure = rate("inflation_12m", [*STEADY[:-1], ("2025-12-01", math.nan)])
    assert isinstance(figure, Value)
    assert (parts(figure)["period"], figure.warnings) == (
        "Nov 2025",
        ("it has no value for Dec 2025",),
    )


DELAYED = [
    ("2025-08-01", "2025-09-11", 100.0),
    ("2025-09-01", "2025-10-24", 101.0),
    ("2025-09-01", "2025-12-18", 100.5),
    ("2025-10-01", "2025-12-18", math.nan),
    ("2025-11-01", "2025-12-18", 102.0),
    ("2025-12-01", "2026-01-13", 103.0),
    ("2025-11-01", "2026-01-13", 102.5),
    ("2025-12-01", "2026-01-15", 103.2),
]
"""The months around a shutdown: September late, October never, revisions after."""


def test_first_release_and_revision() -> None:
    """What was first printed uses the base as it stood that day, not as it was revised since."""
    figure = rate("inflation_1m_annualised", as_released(DELAYED, "2026-01-16"), DELAYED)
    first = ((103.0 / 102.5) ** 12 - 1) * 100
    now = ((103.2 / 102.5) ** 12 - 1) * 100
    assert number(figure) == pytest.approx(now)
    assert parts(figure)["first_release"] == pytest.approx(first)
    assert parts(figure)["revision"] == pytest.approx(now - first)
    assert str(parts(figure)["released"]) == "2026-01-13"


@pytest.mark.parametrize(
    ("as_of", "period", "expected"),
    [
        ("2025-10-23", "Aug 2025", None),
        ("2025-10-24", "Sep 2025", 101.0 / 100.0),
        ("2025-12-17", "Sep 2025", 101.0 / 100.0),
        ("2025-12-18", "Nov 2025", None),
        ("2026-01-13", "Dec 2025", 103.0 / 102.5),
        ("2026-01-14", "Dec 2025", 103.0 / 102.5),
    ],
)
def test_seen_earlier_it_is_what_was_known(as_of: str, period: str, expected: float | None) -> None:
    """Through a shutdown, on each day the figure is that of the last release by then."""
    figure = rate("inflation_1m_annualised", as_released(DELAYED, "2026-01-16"), DELAYED, as_of)
    if expected is None:
        assert isinstance(figure, Withheld)
    else:
        assert number(figure) == pytest.approx((expected**12 - 1) * 100)
        assert parts(figure)["period"] == period


VALUES = st.dictionaries(st.integers(0, 30), st.floats(50, 200), min_size=1)


@given(VALUES, st.sampled_from(sorted(SPANS)))
def test_it_is_what_a_plain_count_gives(made: dict[int, float], name: str) -> None:
    """Months by number: the last and the one so many before, or nothing."""
    first, span = pd.Period("2023-06", "M"), SPANS[name]
    rows = [(f"{first + n}-01", value) for n, value in sorted(made.items())]
    figure, last = rate(name, rows), max(made)
    if last - span in made:
        plain = ((made[last] / made[last - span]) ** (12 / span) - 1) * 100
        assert number(figure) == pytest.approx(plain, rel=1e-9, abs=1e-9)
    else:
        assert isinstance(figure, Withheld)


@given(VALUES)
def test_what_is_released_later_changes_nothing(made: dict[int, float]) -> None:
    """Values of a poisoned future leave every figure of an earlier day as it was."""
    first = pd.Period("2023-06", "M")
    rows = [(f"{first + n}-01", "2026-01-05", value) for n, value in sorted(made.items())]
    poison = [(f"{first + n}-01", "2026-01-06", 1e9) for n in range(31)]
    for name in SPANS:
        clean = rate(name, as_released(rows, "2026-01-16"), rows, "2026-01-05")
        later = [*rows, *poison]
        poisoned = rate(name, as_released(later, "2026-01-16"), later, "2026-01-05")
        assert clean == poisoned


def real(name: str) -> list[tuple[str, float]]:
    """Return a real series, skipping where it is absent."""
    path = REAL_SERIES / f"{name}.csv"
    if not path.is_file():
        pytest.skip("the folder of real series is not here")
    frame = pd.read_csv(path)
    values = pd.to_numeric(frame.iloc[:, 1], errors="coerce")
    return list(zip(frame.iloc[:, 0].astype(str), values.tolist(), strict=True))


def test_real_consumer_prices() -> None:
    """Over the twelve months to February 2026 they rose 2.4%, though October 2025 is not even a row
    there; what begins in it, three months to January and one to November, is withheld."""
    rows = real("CPIAUCSL")
    index = dict(rows)
    year = (index["2026-02-01"] / index["2025-02-01"] - 1) * 100
    figure = rate("inflation_12m", rows, as_of="2026-03-31")
    assert number(figure) == pytest.approx(year)
    assert (parts(figure)["period"], f"{year:.1f}") == ("Feb 2026", "2.4")
    assert isinstance(figure, Value) and figure.warnings == ("it has no value for Oct 2025",)
    january = [row for row in rows if row[0] <= "2026-01-01"]
    november = [row for row in rows if row[0] <= "2025-11-01"]
    for name, cut in (("inflation_3m_annualised", january), ("inflation_1m_annualised", november)):
        figure = rate(name, cut, as_of="2026-03-31")
        assert isinstance(figure, Withheld) and "Oct 2025" in figure.reason


@pytest.mark.parametrize("months_", [1, 12])
def test_growth_is_the_plain_change(months_: int) -> None:
    """Real production as another library computes it, with the share of months that were lower."""
    rows = real("INDPRO")
    history = pd.Series(dict(rows)).pct_change(months_, fill_method=None).dropna()
    found = known(
        {"industrial_production": (series("INDPRO", unit="points"), rows, ())}, "2026-03-31"
    )
    figure = getattr(output, f"growth_{months_}m")(found)["industrial_production"]
    assert number(figure) == pytest.approx(history.iloc[-1])
    assert parts(figure)["share_lower"] == pytest.approx((history < history.iloc[-1]).mean())
    assert str(parts(figure)["history_start"]) == history.index[0]


def test_growth_is_withheld_without_its_base_and_without_the_series() -> None:
    """The reason names the month, or that there is no such series."""
    rows = [("2025-10-01", 100.0), ("2025-12-01", 101.0)]
    found = known({"retail_sales": (series("RSAFS", unit="millions"), rows, ())})
    figures = output.growth_1m(found)
    assert "Nov 2025" in figures["retail_sales"].reason  # type: ignore[union-attr]
    assert figures["real_consumption"] == Withheld("the settings name no such series")
