"""Members' prices are wanted once each, and are compared with what the funds' files say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY

from generator import tables
from generator.config import Checks, Fund
from generator.providers._members import (
    coverage,
    member_prices,
    member_prices_of_files,
    members,
    net_asset_values,
)

RULES = Checks.model_validate(
    yaml.safe_load((REPOSITORY / "content/checks.yml").read_text(encoding="utf-8"))
)
DAY = "2026-01-16"


def shares(*rows: tuple[str, str, float, float], day: str = DAY) -> pd.DataFrame:
    """Return holdings of (fund, symbol, weight, price)."""
    columns: dict[str, Sequence[object]] = {
        name: [""] * len(rows) if kind == "text" else [1] * len(rows)
        for name, kind in tables.FORMS["holdings"].columns.items()
    }
    funds, symbols, weights, prices = zip(*rows, strict=True) if rows else ((), (), (), ())
    columns |= {"fund": funds, "symbol": symbols, "weight": weights, "price": prices}
    return tables.frame("holdings", columns | {"day": [day] * len(rows)})


def closes(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Return prices of (symbol, session, close)."""
    symbols, days, values = zip(*rows, strict=True) if rows else ((), (), ())
    nothing = [0.0] * len(rows)
    columns = {"symbol": symbols, "session": days, "close": values}
    others = dict.fromkeys(("volume", "dividend", "split"), nothing)
    return tables.frame("member_prices", columns | others)


def history(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Return net asset values of (fund, day, value)."""
    funds, days, values = zip(*rows, strict=True)
    columns = {"fund": funds, "day": days, "net_asset_value": values}
    others = {"distribution": [0.0] * len(rows), "shares_outstanding": [1.0] * len(rows)}
    return tables.frame("fund_history", columns | others)


def series(values: dict[str, float]) -> pd.Series:
    return pd.Series(values.values(), index=pd.DatetimeIndex(list(values)))


def fund(members: bool) -> Fund:
    return Fund(product=1, name="A fund", members=members, history=False)


def test_members_are_those_of_the_funds_that_want_them() -> None:
    """Symbols come sorted and once each; what has none, and other funds' members, do not."""
    held = shares(
        ("IWM", "ZZ", 0.1, 1), ("IWM", "", 0.1, 1), ("IVV", "AA", 0.1, 1), ("IVV", "ZZ", 0.1, 1),
        ("IJR", "NO", 0.1, 1),
    )  # fmt: skip
    funds = {"IWM": fund(True), "IVV": fund(True), "IJR": fund(False)}
    assert members(held, funds) == ["AA", "ZZ"]
    assert members(tables.empty("holdings"), funds) == []


def test_a_close_near_its_net_asset_value_passes() -> None:
    """The last session that has both counts, whatever came before."""
    values = history(("IWM", "2026-01-14", 50.0), ("IWM", "2026-01-15", 100.0), ("IJR", DAY, 1.0))
    prices = series({"2026-01-14": 99.0, "2026-01-15": 100.99, DAY: 300.0})
    outcome = net_asset_values(values, {"IWM": prices}, RULES)
    assert (outcome.outcome, outcome.examined) == ("passed", 1)


def test_a_close_away_from_its_net_asset_value_is_noted() -> None:
    """Both numbers and the day are said; the data are used all the same."""
    values = history(("IWM", "2026-01-15", 100.0), ("IWM", DAY, float("nan")))
    outcome = net_asset_values(values, {"IWM": series({"2026-01-15": 98.9, DAY: 99.0})}, RULES)
    assert outcome.outcome == "noted"
    assert outcome.found == (
        "IWM: its close of $98.90 and net asset value of $100.00 differ on 2026-01-15",
    )


def test_a_fund_without_a_common_session_is_not_examined() -> None:
    """Nothing to compare is neither passed nor failed."""
    values = history(("IWM", "2026-01-15", 100.0))
    outcome = net_asset_values(values, {"IWM": series({DAY: 98.0}), "SPY": series({})}, RULES)
    assert (outcome.examined, outcome.outcome) == (0, "not done")


def test_a_member_with_somebody_elses_price_is_left_out() -> None:
    """A close on the file's day that is not the file's price names both, the day and the fund."""
    held = shares(("IWM", "GOOD", 0.1, 100.0), ("IWM", "BAD", 0.1, 100.0), ("IWM", "", 0.1, 1.0))
    prices = closes(
        ("GOOD", DAY, 101.9), ("BAD", DAY, 97.9), ("BAD", "2026-01-15", 100.0), ("OTHER", DAY, 5.0)
    )
    outcome, faults = member_prices(held, prices, RULES)
    reason = "its close of $97.90 on 2026-01-16 is not the price of $100.00 at which IWM holds it"
    assert faults == {"BAD": reason}
    assert (outcome.found, outcome.examined) == ((f"BAD: {reason}",), 2)
    assert outcome.outcome == "left out"


def test_a_member_without_a_close_on_the_files_day_is_not_examined() -> None:
    """Only the file's own day is compared, which may be before the edition's last session."""
    held = shares(("IWM", "AA", 0.1, 100.0), ("IWM", "BB", 0.1, 100.0), day="2026-01-15")
    prices = closes(("AA", DAY, 50.0), ("BB", "2026-01-15", 100.0), ("BB", DAY, 50.0))
    outcome, faults = member_prices(held, prices, RULES)
    assert (outcome.examined, outcome.outcome, faults) == (1, "passed", {})


def test_only_the_newest_list_of_each_fund_is_compared() -> None:
    """Prices of older lists are from before later splits, which the closes hold already."""
    held = pd.concat(
        [
            shares(("IWM", "AA", 0.1, 100.0), ("IVV", "BB", 0.1, 10.0), day="2026-01-14"),
            shares(("IWM", "AA", 0.1, 50.0), ("IWM", "BB", 0.1, 10.0)),
        ]
    )
    prices = closes(
        ("AA", "2026-01-14", 50.0), ("AA", DAY, 50.0), ("BB", "2026-01-14", 9.0), ("BB", DAY, 10.0)
    )
    outcome, faults = member_prices(held, prices, RULES)
    assert list(faults) == ["BB"]
    assert "at which IVV holds it" in faults["BB"]
    assert outcome.examined == 2


def test_coverage_is_of_the_newest_list() -> None:
    """A member that has left the fund does not count, however heavy it was."""
    old = shares(("IWM", "OLD", 0.9, 1), ("IWM", "AA", 0.1, 1), day="2026-01-14")
    found = coverage(pd.concat([old, shares(("IWM", "AA", 1.0, 1))]), {"AA"}, RULES)
    assert (found.outcome, found.examined) == ("passed", 1)


@given(
    price=st.floats(1, 1000),
    factor=st.one_of(st.integers(2, 50), st.just(1.5)),
    reverse=st.booleans(),
    paid=st.floats(0, 0.02),
)
def test_a_split_since_the_list_leaves_nobody_out(
    price: float, factor: float, reverse: bool, paid: float
) -> None:
    """Whatever the factor and its direction, with a little for dividends: noted, and used."""
    close = price * (factor if reverse else 1 / factor) * (1 - paid)
    outcomes, faults = member_prices_of_files(
        shares(("IWM", "AA", 0.1, price)), closes(("AA", DAY, close)), RULES
    )
    assert faults == {}
    assert [one.name for one in outcomes] == ["member_price_files", "member_split_files"]
    assert [one.examined for one in outcomes] == [1, 1]


def test_the_cents_of_a_file_are_no_difference() -> None:
    """A price of less than a dollar is rounded to the cent in a file, more than the threshold."""
    held = shares(("IWM", "AA", 0.1, 0.17), ("IWM", "BB", 0.1, 0.17))
    outcome, faults = member_prices(held, closes(("AA", DAY, 0.1749), ("BB", DAY, 0.1799)), RULES)
    assert list(faults) == ["BB"]
    assert outcome.examined == 2


def test_no_prices_at_all_are_not_examined() -> None:
    """Without members there is nothing to find."""
    outcome, faults = member_prices(tables.empty("holdings"), closes(), RULES)
    assert (outcome.outcome, faults) == ("not done", {})


@pytest.mark.parametrize(("weight", "outcome"), [(0.05, "passed"), (0.06, "noted")])
def test_coverage_is_by_weight(weight: float, outcome: str) -> None:
    """What counts is the weight of members without usable prices, listed or not."""
    held = shares(
        ("IWM", "AA", 1 - weight, 1), ("IWM", "BB", weight / 2, 1), ("IWM", "", weight / 2, 1)
    )
    found = coverage(held, {"AA"}, RULES)
    assert (found.outcome, found.examined) == (outcome, 1)


def test_coverage_is_said_by_fund() -> None:
    """Each fund has its own share; one without a weight of some row is not spoilt by it."""
    held = shares(("IVV", "AA", 1.0, 1), ("IWM", "AA", 0.4, 1), ("IWM", "BB", 0.6, 1))
    found = coverage(pd.concat([held, shares(("IVV", "CC", float("nan"), 1))]), ["AA"], RULES)
    assert found.found == ("IWM: members with usable prices are 40.0% of its weight",)
    assert found.examined == 2


def test_coverage_of_nothing_is_not_done() -> None:
    """Without holdings nothing is covered, and nothing lacks."""
    assert coverage(tables.empty("holdings"), ["AA"], RULES).outcome == "not done"


@given(st.lists(st.tuples(st.floats(0.001, 1), st.booleans()), min_size=1, max_size=20))
def test_coverage_never_grows_when_a_member_is_lost(rows: list[tuple[float, bool]]) -> None:
    """Fewer usable members never turn a note into a pass."""
    held = shares(*[("IWM", f"S{n}", weight, 1) for n, (weight, _) in enumerate(rows)])
    usable = [f"S{n}" for n, (_, good) in enumerate(rows) if good]
    more, less = coverage(held, usable, RULES), coverage(held, usable[1:], RULES)
    assert not (more.found and not less.found)
