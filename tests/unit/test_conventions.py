"""Each other convention, found on closes made by hand, one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from support import path, sessions, snapshot
from support_checking import claim, past_of, stepped, verdict, with_revisions

from generator.checking import Checked
from generator.facts import Fact
from generator.past import SnapshotPast
from generator.snapshot import Snapshot

OTHER = "confirmed under another convention"
AS_OF = "2026-01-16"
INDEX = sessions("2024-12-31", AS_OF)


def market(**closes: Any) -> SnapshotPast:
    """Two indexes and two funds that stand still but for what is given."""
    still = {"russell_2000": 2500.0, "sp_500": 6800.0, "iwm": 250.0, "spy": 680.0}
    columns = {name: np.full(len(INDEX), level) for name, level in still.items()}
    return past_of(snapshot(INDEX, {**columns, **closes}))


def said(past: SnapshotPast, as_of: str = AS_OF, **words: Any) -> Checked:
    return verdict(claim({key.rstrip("_"): v for key, v in words.items()}, as_of=as_of), past)


def used(found: Checked) -> Fact:
    (outcome,) = found.under
    assert outcome.fact is not None
    return outcome.fact


def test_total_return_instead_of_price_return() -> None:
    """A fund up 2% that paid 1% is up 3.01% with it."""
    closes = stepped(INDEX, {"2026-01-12": 2.0}, 100)
    paid = stepped(INDEX, {}, 0) * 0.0
    paid.loc["2026-01-09"] = 1.0
    past = past_of(snapshot(INDEX, {"iwm": closes}, dividends={"iwm": paid}))
    found = said(past, figure="return_ytd.iwm", is_="3.0%")
    assert found.verdict == OTHER
    assert found.convention == "total return, dividends included: +3.02%"
    assert found.computed == "+2.00%"
    assert used(found).metric == "total_return_ytd"
    other_way = said(past, figure="total_return_ytd.iwm", is_="2.0%")
    assert other_way.convention == "price return, no dividends: +2.00%"


def test_fund_instead_of_index_and_the_other_way() -> None:
    """An index up 1% and its fund up 1.3% are told apart by name, each with its own series."""
    past = market(
        russell_2000=stepped(INDEX, {AS_OF: 1.0}, 2500), iwm=stepped(INDEX, {AS_OF: 1.3}, 250)
    )
    by_fund = said(past, figure="return_1w.russell_2000", is_="1.3%")
    by_index = said(past, figure="return_1w.iwm", is_="1.0%")
    assert by_fund.convention == "fund instead of index, IWM: +1.30%"
    assert used(by_fund).lineage.symbols == ("IWM",)
    assert by_index.convention == "index instead of fund, Russell 2000: +1.00%"


def test_fund_pair_instead_of_index_pair() -> None:
    """Who led is asked of the funds where the indexes say otherwise, for leads and for runs."""
    past = market(
        russell_2000=stepped(INDEX, {AS_OF: 1.0}, 2500), iwm=stepped(INDEX, {AS_OF: -0.5}, 250)
    )
    lead = said(past, figure="relative_return_1w.russell_2000", is_="-0.5 pp")
    run = said(past, figure="outperformance_streak_weeks.russell_2000", is_="0")
    pair = said(past, figure="fund_pair_relative_return_1w.iwm", is_="1.0 pp")
    assert lead.convention == "fund instead of index, IWM: −0.50 pp"
    assert used(lead).lineage.symbols == ("IWM", "SPY")
    assert run.convention == "fund instead of index, IWM: 0"
    assert pair.convention == "index instead of fund, Russell 2000: +1.00 pp"


def test_levels_of_a_fund_are_not_those_of_its_index() -> None:
    """A level is never looked for at the fund."""
    found = said(market(), figure="close.russell_2000", is_="250.00")
    assert found.verdict == "differs"


@pytest.mark.parametrize(
    ("figure", "printed", "words"),
    [
        ("return_ytd.russell_2000", "5.1%", "base one session earlier, 30 December 2025: +5.07%"),
        ("return_ytd.russell_2000", "1.0%", "base one session later, 2 January 2026: +1.00%"),
        ("relative_return_ytd.russell_2000", "5.1 pp", "base one session earlier, 30 December"),
        ("point_change_ytd.russell_2000", "+129.04", "base one session earlier, 30 December 2025"),
    ],
)
def test_base_one_session_off(figure: str, printed: str, words: str) -> None:
    """A year measured from the session before its base, or from its own first close."""
    moves = {"2025-12-31": 1.0, "2026-01-02": 3.0, AS_OF: 1.0}
    past = market(russell_2000=stepped(INDEX, moves, 2545.0))
    found = said(past, figure=figure, **{"is": printed})
    assert found.verdict == OTHER
    assert found.convention.startswith(words)
    assert date(2026, 1, 16) in used(found).figure.only
    assert "base one session" in used(found).definition


def test_end_one_session_earlier() -> None:
    """A week told from its base to the session before its last; one session's move from before."""
    moves = {"2026-01-14": 1.0, "2026-01-15": 2.0, AS_OF: -1.0}
    past = market(russell_2000=stepped(INDEX, moves, 2500.0))
    week = said(past, figure="return_1w.russell_2000", is_="3.0%")
    move = said(past, figure="return_1d.russell_2000", is_="2.0%")
    level = said(past, figure="close.russell_2000", is_="2,575.50")
    assert week.convention == "end one session earlier, 15 January 2026: +3.02%"
    assert used(week).base == date(2026, 1, 9)
    assert move.convention == "end one session earlier, 15 January 2026: +2.00%"
    assert level.convention == "end one session earlier, 15 January 2026: 2,575.50"


@pytest.mark.parametrize(
    ("horizon", "back", "span"),
    [
        ("1m", 21, "21 sessions instead of one month"),
        ("3m", 63, "63 sessions instead of three months"),
        ("6m", 126, "126 sessions instead of six months"),
        ("1y", 252, "252 sessions instead of one year"),
    ],
)
def test_trading_window(horizon: str, back: int, span: str) -> None:
    """A window counted in sessions begins elsewhere than one counted in months."""
    index = sessions("2023-01-03", AS_OF)
    even = past_of(snapshot(index, {"russell_2000": np.full(len(index), 2500.0)}))
    metric = f"return_{horizon}"
    # The last day on which the two bases are more than one session apart.
    for place in range(len(index) - 1, back, -1):
        calendar = even.fact(metric, "russell_2000", index[place].date()).base
        if abs(even.sessions.index(calendar) - (place - back)) > 1:
            break
    closes = np.full(len(index), 2500.0)
    closes[place - back] = 2400.0
    past = past_of(snapshot(index, {"russell_2000": closes}))
    day = str(index[place].date())
    found = said(past, day, **{"figure": f"{metric}.russell_2000", "is": "4.2%"})
    assert found.convention.startswith(span)
    assert found.convention.endswith(": +4.17%")
    assert used(found).base == index[place - back].date()


def test_five_sessions_instead_of_a_holiday_week() -> None:
    """In a week of four sessions, five reach back before its base."""
    index = sessions("2025-12-31", "2026-01-23")
    known = {"2025-12-31": 100.0, "2026-01-14": 100.0, "2026-01-15": 98.0, "2026-01-16": 101.0}
    closes = path(index, {**known, "2026-01-20": 103.0, "2026-01-23": 103.0})
    past = past_of(snapshot(index, {"russell_2000": closes}))
    found = said(past, "2026-01-23", figure="return_1w.russell_2000", is_="5.1%")
    assert found.convention.startswith("base one session earlier, 15 January 2026")
    five = used(said(past, "2026-01-22", figure="return_1w.russell_2000", is_="3.0%"))
    assert five.base == date(2026, 1, 14)
    assert five.definition.endswith("base five sessions earlier.")


def revised(on: str) -> Snapshot:
    """A close of 9 January that stood at 2,525 until it was revised to 2,500."""
    row = {
        "symbol": "^RUT",
        "session": "2026-01-09",
        "before": {"close": 2525.0},
        "after": {"close": 2500.0},
    }
    frozen = snapshot(INDEX, {"russell_2000": np.full(len(INDEX), 2500.0)})
    return with_revisions(frozen, row, on=on)


def test_preliminary_close() -> None:
    """A claim made after the revision that still has the first close holds under it alone."""
    past = past_of(revised("2026-01-12"))
    figure = {"figure": "return_ytd.russell_2000", "is": "1.0%"}
    found = verdict(claim(figure, as_of="2026-01-09", made=date(2026, 1, 14)), past)
    assert found.verdict == OTHER
    assert found.convention == (
        "preliminary close of Russell 2000, 2,525.00 on 9 January 2026, "
        "since revised to 2,500.00: +1.00%"
    )


def test_a_close_that_does_not_matter_is_not_named() -> None:
    """A revision of another session than the two of a return mends nothing."""
    past = past_of(revised("2026-01-12"))
    assert said(past, figure="return_ytd.russell_2000", is_="1.0%").verdict == "differs"


def test_one_change_at_a_time() -> None:
    """A number that needs the fund and another base differs."""
    moves = {"2025-12-31": 1.0, AS_OF: 2.0}
    past = market(iwm=stepped(INDEX, moves, 250))
    assert said(past, figure="return_ytd.russell_2000", is_="2.0%").verdict == OTHER
    assert said(past, figure="return_ytd.russell_2000", is_="3.0%").verdict == "differs"


def test_no_end_lies_later() -> None:
    """A number that only the next session's close would give differs, though it is there."""
    past = market(russell_2000=stepped(INDEX, {AS_OF: 1.0}, 2500))
    found = said(past, "2026-01-15", figure="return_ytd.russell_2000", is_="1.0%")
    assert found.verdict == "differs"


def test_what_is_about_is_not_tried_further() -> None:
    """A whole unit of tolerance allows for conventions already."""
    past = market(iwm=stepped(INDEX, {AS_OF: 3.0}, 250))
    exact = said(past, figure="return_ytd.russell_2000", is_="3.0%")
    loose = said(past, figure="return_ytd.russell_2000", about="3.0%")
    assert (exact.verdict, loose.verdict) == (OTHER, "differs")


def test_splits_do_not_move_a_base() -> None:
    """A base one session off is adjusted for a split in between like any other."""
    index = sessions("2025-12-30", "2026-01-09")
    closes, factors = np.full(len(index), 100.0), np.ones(len(index))
    closes[0], closes[4:], factors[4] = 98.0, 50.0, 2.0
    past = past_of(snapshot(index, {"iwm": closes}, splits={"iwm": factors}))
    found = said(past, "2026-01-09", figure="return_ytd.iwm", is_="2.0%")
    assert found.convention == "base one session earlier, 30 December 2025: +2.04%"


def test_a_missing_close_gives_no_figure() -> None:
    """A convention that needs a close that is missing does not apply."""
    closes = stepped(INDEX, {"2025-12-31": 1.0}, 2500)
    closes.loc["2025-12-30"] = np.nan
    found = said(market(russell_2000=closes), figure="return_ytd.russell_2000", is_="1.0%")
    assert found.verdict == "differs"


def test_lineage_names_the_objects_of_both_sessions() -> None:
    """A figure from another base names the frozen objects that hold its two closes."""
    past = market(russell_2000=stepped(INDEX, {"2025-12-31": 1.0}, 2500))
    asked: list[tuple[tuple[str, ...], tuple[date, ...]]] = []
    lineage = past.lineage

    def recorded(subjects: Any, only: Any) -> Any:
        asked.append((tuple(subjects), tuple(only)))
        return replace(lineage(subjects, only), objects=("f" * 64,))

    past.lineage = recorded  # type: ignore[method-assign]
    found = said(past, figure="relative_return_ytd.russell_2000", is_="1.0 pp")
    assert used(found).lineage.objects == ("f" * 64,)
    assert asked[-1] == (
        ("russell_2000", "sp_500"),
        (date(2025, 12, 30), date(2026, 1, 16)),
    )
