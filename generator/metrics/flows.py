"""Net creations of funds: how many shares were created less redeemed, in dollars."""

from __future__ import annotations

import math

import pandas as pd
from hamilton.function_modifiers import parameterize, source, tag, tag_outputs, value

from generator.config import Universe
from generator.facts import Figure, Figures, Part, Table, Value, Withheld
from generator.metrics._fund_shares import FundShares, flags, fund_shares
from generator.metrics._tools import day

SPANS = {"1w": "one week", "4w": "four weeks", "ytd": "year to date"}
_BASE = {
    "1w": "the last session of an earlier ISO week",
    "4w": "the last session before the last four ISO weeks, the running one included",
    "ytd": "the last session of the previous year",
}
SMALL_CAP_FUNDS = ("iwm", "ijr", "iwc", "iwn", "iwo")
"""Funds of small caps, by the name that figures use."""
MILLION = 1e6
NET = {h: f"net_creations_{h}" for h in SPANS}
SHARE = {h: f"net_creations_share_{h}" for h in SPANS}
ALL = {h: f"net_creations_all_{h}" for h in SPANS}

_COUNTS = (
    "Share counts and net asset values are those of the fund's own file. A share split, which "
    "multiplies the count and divides the value by the same factor, is taken out. A session "
    "without either number is passed over, and its creations count on the next one that has both, "
    "with a warning; a count that stands still for five sessions or more while the value moves is "
    "warned of. Withheld without both numbers at the base and on the last session. Creations and "
    "redemptions by dealers are not the same as money that investors put in."
)


def creation_bases(
    closes: pd.DataFrame, period_bases: dict[str, pd.Timestamp | None], as_of: pd.Timestamp
) -> dict[str, pd.Timestamp | None]:
    """The base session of each period of creations: week, four ISO weeks, year to date."""
    monday = as_of - pd.Timedelta(days=as_of.day_of_week + 21)
    before = closes.index[closes.index < monday]
    four = before[-1] if len(before) else None
    return {"1w": period_bases["1w"], "4w": four, "ytd": period_bases["ytd"]}


def followed_fund_shares(
    fund_history: pd.DataFrame,
    closes: pd.DataFrame,
    snapshot_splits: pd.DataFrame,
    as_of: pd.Timestamp,
    universe: Universe,
    missing_tables: dict[str, str],
) -> dict[str, FundShares | Withheld]:
    """Share counts and net asset values of each fund that is followed."""
    if "fund_history" in missing_tables:
        return dict.fromkeys(universe.funds, Withheld(missing_tables["fund_history"]))
    splits = snapshot_splits.loc[:as_of]
    found: dict[str, FundShares | Withheld] = {}
    for subject, fund in universe.funds.items():
        rows = fund_history.loc[fund_history["fund"] == fund.symbol]
        priced = [s for s, series in universe.series.items() if series.symbol == fund.symbol]
        known = next((splits[s] for s in priced if s in splits), None)
        found[subject] = fund_shares(rows, closes.index, known)
    return found


def _span(
    fund: FundShares | Withheld, base: pd.Timestamp | None, as_of: pd.Timestamp
) -> tuple[FundShares, int] | Withheld:
    """A fund and the row of its base, or why it cannot be measured from there."""
    if isinstance(fund, Withheld):
        return fund
    if base is None:
        return Withheld("the base lies before the history of sessions")
    for session, role in ((as_of, "last session"), (base, "base")):
        if fund.row(session) is None:
            return Withheld(f"it has no share count or no value on the {role} {day(session)}")
    row = fund.row(base)
    assert row is not None
    return fund, row


@tag_outputs(**{n: {"title": f"Net creations, {SPANS[h]}"} for h, n in NET.items()})
@tag(unit="millions_change", section="Flows")
@parameterize(
    **{
        name: (
            {"horizon": value(h)},
            "Net creations of the fund: the sum over sessions of (shares outstanding − those of "
            f"the session before) × net asset value, in millions of dollars: {SPANS[h]}; base: "
            f"{_BASE[h]}.\n\n" + _COUNTS,
        )
        for h, name in NET.items()
    }
)
def net_creations(
    followed_fund_shares: dict[str, FundShares | Withheld],
    creation_bases: dict[str, pd.Timestamp | None],
    as_of: pd.Timestamp,
    horizon: str,
) -> Figures:
    """Dollars of shares created less redeemed."""
    figures: Figures = {}
    for subject, fund in followed_fund_shares.items():
        span = _span(fund, creation_bases[horizon], as_of)
        figures[subject] = span if isinstance(span, Withheld) else _created(*span)
    return figures


def _created(fund: FundShares, row: int) -> Value:
    shares, values = fund.shares, fund.values
    return Value(
        fund.created(row) / MILLION,
        base=day(fund.sessions[row]),
        parts={
            "shares_base": Part(round(shares[row]), "count"),
            "shares": Part(round(shares[-1]), "count"),
            "assets_base": Part(float(shares[row] * values[row]) / MILLION, "millions"),
            "sessions": Part(len(shares) - 1 - row, "sessions"),
        },
        warnings=flags(fund, row),
    )


@tag_outputs(**{n: {"title": f"Net creations of assets, {SPANS[h]}"} for h, n in SHARE.items()})
@tag(unit="fraction", section="Flows")
@parameterize(
    **{
        name: (
            {"created": source(NET[h])},
            "Net creations of the fund over its assets at the base, which are shares outstanding × "
            f"net asset value: {SPANS[h]}; base: {_BASE[h]}.\n\n" + _COUNTS,
        )
        for h, name in SHARE.items()
    }
)
def net_creations_share(created: Figures) -> Figures:
    """Net creations over assets at the base."""
    return {subject: _share(figure) for subject, figure in created.items()}


def _share(figure: Figure) -> Figure:
    if isinstance(figure, Withheld):
        return figure
    assets = figure.parts["assets_base"].value
    assert isinstance(figure.value, float) and isinstance(assets, float)
    return Value(figure.value / assets, base=figure.base, warnings=figure.warnings)


@tag_outputs(**{n: {"title": f"Net creations of all funds, {SPANS[h]}"} for h, n in ALL.items()})
@tag(unit="millions_change", section="Flows")
@parameterize(
    **{
        name: (
            {"created": source(NET[h])},
            "Sum of the net creations of the funds of small caps that are followed (IWM, IJR, IWC, "
            f"IWN, IWO), in millions of dollars: {SPANS[h]}; base: {_BASE[h]}.\n\n"
            "Withheld unless all of them are there. Other funds of small caps are not in it.",
        )
        for h, name in ALL.items()
    }
)
def net_creations_all(created: Figures, universe: Universe) -> Figures:
    """Net creations of the funds of small caps together."""
    if not set(SMALL_CAP_FUNDS) <= set(universe.funds):
        return {"small_cap_funds": Withheld("not all funds of small caps are followed")}
    symbols = {subject: universe.funds[subject].symbol for subject in SMALL_CAP_FUNDS}
    absent = [s for s in SMALL_CAP_FUNDS if isinstance(created[s], Withheld)]
    if absent:
        return {"small_cap_funds": Withheld(_without(created, absent, symbols))}
    return {"small_cap_funds": _together(created, symbols)}


def _together(created: Figures, symbols: dict[str, str]) -> Value:
    """The sum over funds, each of which has a value."""
    sums: dict[str, float] = {}
    warnings: list[str] = []
    base = None
    for subject, symbol in symbols.items():
        figure = created[subject]
        assert isinstance(figure, Value) and isinstance(figure.value, float)
        sums[symbol] = figure.value
        warnings += [f"{symbol}: {warning}" for warning in figure.warnings]
        base = figure.base
    units = {"fund": "text", "net_creations": "millions_change"}
    return Value(
        math.fsum(sums.values()),
        base=base,
        parts={symbol.lower(): Part(one, "millions_change") for symbol, one in sums.items()},
        tables={"funds": Table(units, tuple(sums.items()))},
        warnings=tuple(warnings),
        inputs=tuple(sums),
    )


def _without(created: Figures, absent: list[str], symbols: dict[str, str]) -> str:
    """Which funds are absent, and why; a reason that several share is said once."""
    reasons: dict[str, list[str]] = {}
    for subject in absent:
        figure = created[subject]
        assert isinstance(figure, Withheld)
        reasons.setdefault(figure.reason, []).append(symbols[subject])
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())


@tag(unit="millions", title="Assets of the fund", section="Flows")
def fund_assets(
    followed_fund_shares: dict[str, FundShares | Withheld], as_of: pd.Timestamp
) -> Figures:
    """Shares outstanding of the fund × net asset value of a share, on the last session, in millions
    of dollars.

    Both are those of the fund's own file. Withheld without both.
    """
    figures: Figures = {}
    for subject, fund in followed_fund_shares.items():
        span = _span(fund, as_of, as_of)
        if isinstance(span, Withheld):
            figures[subject] = span
            continue
        shares, net_asset_value = (float(column[-1]) for column in (span[0].shares, span[0].values))
        figures[subject] = Value(
            shares * net_asset_value / MILLION,
            parts={
                "shares": Part(round(shares), "count"),
                "net_asset_value": Part(net_asset_value, "usd"),
            },
        )
    return figures
