"""Every verdict, what is told with it, and what it may not depend on."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import random_closes, sessions, snapshot
from support_checking import claim, past_of, real_past, stepped, verdict, verdicts, with_revisions

from generator.checking import Checked
from generator.claims import Claim
from generator.forecasts import Forecast, ForecastState
from generator.past import SnapshotPast
from generator.snapshot import Snapshot
from generator.verdicts import VERDICTS, claims_json

INDEX = sessions("2024-12-31", "2026-01-16")
YTD = "return_ytd.russell_2000"


def frozen() -> Snapshot:
    """Small caps up 2% on 15 January 2026, 3.02% with 16 January; large caps down 1%."""
    small = stepped(INDEX, {"2026-01-15": 2.0, "2026-01-16": 1.0}, 2500.0)
    large = stepped(INDEX, {"2026-01-16": -1.0}, 6800.0)
    fund = stepped(INDEX, {"2026-01-16": 2.5}, 250.0)
    still = stepped(INDEX, {}, 680.0)
    return snapshot(INDEX, {"russell_2000": small, "sp_500": large, "iwm": fund, "spy": still})


@pytest.fixture(scope="module")
def past() -> SnapshotPast:
    return past_of(frozen())


def said(past: SnapshotPast, **words: Any) -> Checked:
    return verdict(claim({"figure": YTD, **words}), past)


def test_confirmed(past: SnapshotPast) -> None:
    """What holds to the digits printed is confirmed; value and gap stand beside it."""
    found = said(past, **{"is": "3.0%"})
    assert (found.verdict, found.asserted, found.computed) == ("confirmed", "3.0%", "+3.02%")
    assert (found.gap, found.note, found.convention) == ("+0.02 pp", "", "")


def test_confirmed_under_another_convention(past: SnapshotPast) -> None:
    """What holds by the fund alone names it with its value, and keeps the usual value."""
    found = said(past, **{"is": "2.5%"})
    assert found.verdict == "confirmed under another convention"
    assert found.convention == "fund instead of index, IWM: +2.50%"
    assert (found.computed, found.gap) == ("+3.02%", "")
    assert found.under[0].fact is not None
    assert found.under[0].fact.lineage.symbols == ("IWM",)


def test_differs(past: SnapshotPast) -> None:
    """What holds under no convention differs, by so much."""
    found = said(past, **{"is": "7.9%"})
    assert (found.verdict, found.gap) == ("differs", "−4.88 pp")


def test_opinion(past: SnapshotPast) -> None:
    """An opinion has no value."""
    found = verdict(claim(**{"class": "O", "opinion": True}), past)
    assert (found.verdict, found.asserted, found.computed) == ("opinion", "", "")


def test_not_checkable_with_its_reason(past: SnapshotPast) -> None:
    """What needs data that are not there says which."""
    found = verdict(claim(not_checkable="needs the ISM survey"), past)
    assert (found.verdict, found.note) == ("not checkable", "needs the ISM survey")


def test_not_checkable_where_the_series_is_missing(past: SnapshotPast) -> None:
    """A figure that is withheld confirms and refutes nothing."""
    found = verdict(claim({"figure": "return_ytd.sp_600", "is": "3.0%"}), past)
    assert (found.verdict, found.note) == ("not checkable", "S&P 600: not in this test")
    assert found.computed == ""


MADE = {
    "id": "ahead",
    "edition": "2025-W50",
    "maker": "Somebody",
    "made": "2025-12-12",
    "source": "somebody",
    "statement": "Small caps win.",
    "asserts": [{"figure": YTD, "over": "0%"}],
    "horizon": "2026-01-16",
    "resolves": "By the return.",
}


def state(**words: Any) -> dict[str, ForecastState]:
    blank = {"forecast": Forecast.model_validate(MADE), "asserted": ("over 0%",)}
    return {"ahead": ForecastState(**{**blank, **words})}


def test_forecast_pending(past: SnapshotPast) -> None:
    """A forecast says when and how it resolves."""
    one = claim(**{"class": "F", "forecast": "ahead"})
    found = verdict(one, past, ledger=state(state="pending", days_to_go=3))
    assert found.verdict == "forecast pending"
    assert found.note == "resolves on 16 January 2026: By the return."
    assert (found.asserted, found.computed) == ("over 0%", "")


def test_forecast_resolved(past: SnapshotPast) -> None:
    """A resolved forecast has its error, and what came."""
    came = said(past, over="0%").outcomes
    one = claim(**{"class": "F", "forecast": "ahead"})
    words = {"state": "resolved", "came_true": True, "error": "held by 3.02 pp", "outcomes": came}
    found = verdict(one, past, ledger=state(**words))
    assert (found.verdict, found.gap) == ("forecast resolved", "held by 3.02 pp")
    assert (found.computed, found.note) == ("+3.02%", "it came true by 16 January 2026")


def test_forecast_that_cannot_be_resolved(past: SnapshotPast) -> None:
    """It is not checkable, and says why; one that the ledger does not have yet says that."""
    one = claim(**{"class": "F", "forecast": "ahead"})
    found = verdict(one, past, ledger=state(state="cannot be resolved", note="no earnings"))
    assert (found.verdict, found.note) == ("not checkable", "no earnings")
    assert verdict(one, past).verdict == "not checkable"


def revised(on: str) -> SnapshotPast:
    row = {
        "symbol": "^RUT",
        "session": "2026-01-16",
        "before": {"close": 2600.0},
        "after": {"close": 2575.5},
    }
    return past_of(with_revisions(frozen(), row, on=on))


def test_superseded_by_a_revised_close() -> None:
    """A claim made before the close was revised was true, and says what replaced it and when."""
    one = claim({"figure": YTD, "is": "4.0%"}, {"figure": "close.russell_2000", "is": "2,600.00"})
    found = verdict(one, revised("2026-01-20"))
    assert found.verdict == "true when made, since superseded"
    assert found.note == (
        "by the close of Russell 2000, 2,600.00 on 16 January 2026, "
        "since revised to 2,575.50 as frozen on 20 January 2026"
    )
    late = claim({"figure": YTD, "is": "4.0%"}, made="2026-01-20")
    assert verdict(late, revised("2026-01-20")).verdict == "confirmed under another convention"


def test_superseded_by_a_later_state(past: SnapshotPast) -> None:
    """A lasting claim that no longer holds says by what, and on which session first."""
    behind = {"figure": YTD, "at_most": "0%"}
    one = claim(behind, as_of="2026-01-09", lasting=True)
    found = verdict(one, past)
    assert found.verdict == "true when made, since superseded"
    assert (found.computed, found.note) == ("0.00%", "by +2.00% on 15 January 2026")
    assert verdict(one, past, as_of="2026-01-14").verdict == "confirmed"
    assert verdict(claim(behind, as_of="2026-01-09"), past).verdict == "confirmed"


def test_a_part_with_its_own_day_is_not_superseded(past: SnapshotPast) -> None:
    """What was said of one day stays true."""
    part = {"figure": YTD, "at_most": "0%", "on": "2026-01-09"}
    assert verdict(claim(part, as_of="2026-01-09", lasting=True), past).verdict == "confirmed"


def test_a_state_that_ended_is_not_superseded(past: SnapshotPast) -> None:
    """Where the figure says nothing any more, the claim is as true as it was."""
    since = {"figure": "outperformance_streak_sessions.russell_2000", "part": "gain", "over": "1%"}
    index = sessions("2025-12-31", "2026-01-09")
    moves = {"2026-01-06": 1.0, "2026-01-07": 2.0, "2026-01-08": -1.0}
    closes = {"russell_2000": stepped(index, moves, 2500), "sp_500": stepped(index, {}, 6800)}
    one = claim(since, as_of="2026-01-07", lasting=True)
    assert verdict(one, past_of(snapshot(index, closes))).verdict == "confirmed"


def test_every_part_must_hold(past: SnapshotPast) -> None:
    """Two parts that hold confirm; one that does not makes the claim differ, and is named."""
    small, large = {"figure": YTD, "is": "3.0%"}, {"figure": "return_ytd.sp_500", "is": "-1%"}
    both = verdict(claim(small, large), past)
    wrong = verdict(claim(small, {**large, "is": "1%"}), past)
    assert (both.verdict, wrong.verdict) == ("confirmed", "differs")
    assert both.asserted == (
        "Russell 2000, return, year to date: 3.0%; S&P 500, return, year to date: −1%"
    )
    assert wrong.gap.endswith("S&P 500, return, year to date: −2.00 pp")


def test_a_part_that_cannot_be_checked_is_named(past: SnapshotPast) -> None:
    """It neither confirms nor refutes, and the note says so."""
    there, gone = {"figure": YTD, "is": "3.0%"}, {"figure": "return_ytd.sp_600", "is": "3.0%"}
    found = verdict(claim(there, gone), past)
    assert (found.verdict, found.note) == ("confirmed", "not checked: S&P 600: not in this test")
    assert verdict(claim({**there, "is": "9%"}, gone), past).verdict == "differs"


def test_one_convention_mends_all_parts_or_none(past: SnapshotPast) -> None:
    """Two parts that hold by the funds hold together; by two conventions they do not."""
    fund, large = {"figure": YTD, "is": "2.5%"}, {"figure": "return_ytd.sp_500", "is": "0.0%"}
    earlier = {"figure": "close.russell_2000", "is": "2,550.00"}
    both = verdict(claim(fund, large), past)
    assert both.convention == (
        "fund instead of index, IWM; fund instead of index, SPY: +2.50%, 0.00%"
    )
    assert verdict(claim(earlier), past).verdict == "confirmed under another convention"
    assert verdict(claim(fund, earlier), past).verdict == "differs"


def test_warnings_of_a_figure_are_told() -> None:
    """A run that a missing close may have cut short says so."""
    snap = frozen()
    closes = snap.closes.copy()
    closes.loc["2026-01-14", "russell_2000"] = np.nan
    streak = "outperformance_streak_sessions.russell_2000"
    one = claim({"figure": streak, "is": "1"})
    found = verdict(one, past_of(replace(snap, closes=closes)))
    assert found.verdict == "confirmed"
    assert "2026-01-15 is unknown and ends the count" in found.note


def test_simulated_data_give_no_verdict(past: SnapshotPast) -> None:
    """Nothing is computed and nothing shown; what needs no data stays what it is."""
    found = verdict(claim({"figure": YTD, "is": "3.0%"}), past, simulated=True)
    assert (found.verdict, found.note) == ("not checkable", "simulated data")
    assert (found.asserted, found.computed, found.outcomes) == ("3.0%", "", ())
    opinion = verdict(claim(**{"class": "O", "opinion": True}), past, simulated=True)
    assert opinion.verdict == "opinion"


def many() -> list[Claim]:
    """One of each kind of assertion, as of several days."""
    words: list[dict[str, Any]] = [
        {"figure": YTD, "is": "3.0%"},
        {"figure": YTD, "is": "9.9%"},
        {"figure": "relative_return_1w.russell_2000", "is": "9.99 pp"},
        {"figure": "return_1m.sp_500", "ahead_of": "return_1m.russell_2000"},
        {"figure": "outperformance_streak_sessions.russell_2000", "at_least": "2"},
        {"figure": "rsi_14_daily.russell_2000", "at_least": "70", "ever_since": "2026-01-02"},
    ]
    days = ("2026-01-07", "2026-01-09", "2026-01-13")
    return [
        claim(one, as_of=day, id=f"claim-{n}-{day}") for day in days for n, one in enumerate(words)
    ]


def test_a_poisoned_future_changes_nothing() -> None:
    """Whatever the closes after the last day of any claim are, verdicts and values stay."""
    index = sessions("2024-01-02", "2026-01-16")
    names = ("russell_2000", "sp_500", "iwm", "spy")
    snap = snapshot(index, {name: random_closes(len(index), n) for n, name in enumerate(names)})
    closes = snap.closes.copy()
    closes.loc["2026-01-14":] *= 1000.0
    clean = as_json(verdicts(many(), past_of(snap)))
    assert as_json(verdicts(many(), past_of(replace(snap, closes=closes)))) == clean
    closes.loc["2026-01-13":] *= 1000.0
    assert as_json(verdicts(many(), past_of(replace(snap, closes=closes)))) != clean


def test_order_and_company_change_nothing(past: SnapshotPast) -> None:
    """A claim's verdict does not depend on the claims beside it, nor on their order."""
    together = {one.claim.id: one for one in verdicts(many(), past)}
    backwards = verdicts(many()[::-1], past_of(frozen()))
    assert {one.claim.id: one for one in backwards} == together
    alone = verdict(many()[0], past_of(frozen()))
    assert alone == together[alone.claim.id]


def test_what_was_checked_can_be_kept(past: SnapshotPast) -> None:
    """Verdicts survive pickling, with outcomes and facts."""
    found = verdicts(many(), past)
    assert pickle.loads(pickle.dumps(found)) == found


def as_json(checked: Iterable[Checked]) -> str:
    """What claims.json says where one paper has them all."""
    found = [*checked]
    outlets = {one.claim.source: "A paper" for one in found}
    return claims_json(found, outlets, outlets)


def test_claims_json(past: SnapshotPast) -> None:
    """Each claim has the fields that the pages of all editions read first, then all the rest."""
    one = claim({"figure": YTD, "is": "2.5%"})
    (told,) = json.loads(as_json([verdict(one, past)]))
    assert list(told)[:8] == [
        *("id", "verdict", "asserted", "computed", "gap", "convention", "as_of", "source")
    ]
    usual, other = told["parts"]
    assert (usual["holds"], usual["convention"], other["convention"]) == (False, "usual", "other")
    assert other["facts"][0]["symbols"] == ["IWM"]
    assert usual["facts"][0]["base"] == "2025-12-31"
    assert (told["class"], told["statement"]) == ("P", "Somebody said so.")


def test_claims_json_names_the_work(past: SnapshotPast) -> None:
    """Outlet and reference follow the id of the work."""
    found = [verdict(claim({"figure": YTD, "is": "2.5%"}), past)]
    (told,) = json.loads(
        claims_json(found, {"somebody": "A paper"}, {"somebody": "A paper. 2026."})
    )
    assert (told["outlet"], told["reference"]) == ("A paper", "A paper. 2026.")


def test_a_thousand_claims_have_a_thousand_verdicts() -> None:
    """Forty days of claims, a third of them wrong, are all told."""
    index = sessions("2024-01-02", "2026-01-16")
    names = ("russell_2000", "sp_500", "iwm", "spy")
    past = past_of(
        snapshot(index, {name: random_closes(len(index), n) for n, name in enumerate(names)})
    )
    printed = ("over", "-90%"), ("is", "77.7%"), ("under", "90%")
    claims = [
        claim(
            {"figure": f"return_{horizon}.{subject}", relation: value},
            as_of=str(day.date()),
            id=f"claim-{day.date()}-{n}",
        )
        for day in index[-40:]
        for n, (horizon, subject) in enumerate(
            [(h, s) for h in ("1w", "mtd", "1m", "qtd", "ytd") for s in names] + [("1d", "iwm")] * 5
        )
        for relation, value in [printed[n % 3]]
    ]
    found = verdicts(claims, past)
    assert len(claims) == len(found) == 1000
    assert {one.verdict for one in found} == {"confirmed", "differs"}
    assert {one.verdict for one in found} <= set(VERDICTS)


def test_real_days_are_seen_as_they_were() -> None:
    """On real prices the run is ten sessions on 15 January and none on the 23rd."""
    streak = "outperformance_streak_sessions.russell_2000"
    ten = claim({"figure": streak, "is": "10"}, as_of="2026-01-15")
    none = claim({"figure": streak, "is": "0"}, as_of="2026-01-23")
    found = verdicts([ten, none.model_copy(update={"id": "none"})], real_past())
    assert [one.verdict for one in found] == ["confirmed", "confirmed"]
    assert pd.Timestamp("2026-01-15").date() == found[0].outcomes[0].as_of == date(2026, 1, 15)
