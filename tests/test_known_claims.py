"""Published figures put to the engine as claims, on published closes and on real prices.

The closes are in published_closes.csv, with who published them; between the sessions they name, the
hand-made paths are free and run evenly.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from support import BY_HAND, RECORD_OF_2025, REPOSITORY, compounded, path, sessions, snapshot
from support_checking import claim, past_of, published_snapshot, real_past, verdict, verdicts

from generator import tables
from generator.claims import Claim, read_claims
from generator.past import SnapshotPast

RUT, SPX = "russell_2000", "sp_500"
Assert = dict[str, Any]

TWENTY_FIFTH: list[Assert] = [
    {"figure": f"close.{RUT}", "is": "2,465.98"},
    {"figure": f"point_change_1w.{RUT}", "is": "+96.39"},
    {"figure": f"return_1w.{RUT}", "is": "+4.1%"},
    {"figure": f"point_change_ytd.{RUT}", "is": "+235.82"},
    {"figure": f"return_ytd.{RUT}", "is": "+10.6%"},
]
DECEMBER: dict[str, list[Assert]] = {
    "2025-12-12": [
        {"figure": f"return_ytd.{RUT}", "is": "+14.41%"},
        {"figure": f"return_ytd.{SPX}", "is": "+16.08%"},
    ],
    "2025-12-19": [
        {"figure": f"return_1w.{RUT}", "is": "-0.86%"},
        {"figure": f"return_1w.{SPX}", "is": "+0.10%"},
        {"figure": f"return_ytd.{RUT}", "is": "+13.42%"},
        {"figure": f"return_ytd.{SPX}", "is": "+16.20%"},
    ],
}
HOLIDAY_WEEK: list[Assert] = [
    {"figure": f"close.{SPX}", "is": "6,915.61"},
    {"figure": f"return_1w.{SPX}", "is": "-0.35%"},
    {"figure": f"return_ytd.{SPX}", "is": "+1.02%"},
]
RECORD: list[Assert] = [
    {"figure": f"sessions_since_record.{RUT}", "is": "0"},
    {"figure": f"record_gap.{RUT}", "is": "967"},
    {"figure": f"record_gap.{RUT}", "part": "previous", "is": "2021-11-08"},
]
DAILY = {
    "2026-01-02": ("+1.06%", "+0.19%"),
    "2026-01-05": ("+1.58%", "+0.64%"),
    "2026-01-06": ("+1.37%", "+0.62%"),
    "2026-01-07": ("-0.29%", "-0.34%"),
    "2026-01-08": ("+1.11%", "+0.01%"),
    "2026-01-09": ("+0.78%", "+0.65%"),
    "2026-01-12": ("+0.44%", "+0.16%"),
    "2026-01-13": ("-0.10%", "-0.19%"),
    "2026-01-14": ("+0.70%", "-0.53%"),
    "2026-01-15": ("+0.86%", "+0.26%"),
    "2026-01-16": ("+0.12%", "-0.06%"),
    "2026-01-20": ("-1.21%", "-2.06%"),
    "2026-01-21": ("+2.00%", "+1.16%"),
    "2026-01-22": ("+0.76%", "+0.55%"),
    "2026-01-23": ("-1.82%", "+0.03%"),
}
TO_DATE = {"2026-01-15": ("+7.76%", "+1.45%"), "2026-01-16": ("+7.89%", "+1.38%")}
RUNS = {"2026-01-15": ("10", "2008-06-06"), "2026-01-22": ("14", "1996-05-07")}
YEARS = {
    2016: ("+19.48%", "+9.54%"),
    2017: ("+13.14%", "+19.42%"),
    2018: ("-12.18%", "-6.24%"),
    2019: ("+23.72%", "+28.88%"),
    2020: ("+18.36%", "+16.26%"),
    2021: ("+13.69%", "+26.89%"),
    2022: ("-21.56%", "-19.44%"),
    2023: ("+15.09%", "+24.23%"),
    2024: ("+10.02%", "+23.31%"),
    2025: ("+11.29%", "+16.39%"),
}
PAIRS = {"2026-01-02": ("+0.0003 pp", "-0.016 pp"), "2026-01-23": ("+0.03 pp", "-0.006 pp")}


def both(figure: str, printed: tuple[str, str]) -> list[Assert]:
    return [
        {"figure": f"{figure}.{subject}", "is": value}
        for subject, value in zip((RUT, SPX), printed, strict=True)
    ]


def last_sessions_of_years() -> dict[int, str]:
    index = sessions("2015-12-31", "2025-12-31")
    return {year: str(index[index.year == year][-1].date()) for year in range(2015, 2026)}


def years() -> list[Claim]:
    ends = last_sessions_of_years()
    return [
        claim(*both("return_ytd", printed), as_of=ends[year], id=f"year-{year}")
        for year, printed in YEARS.items()
    ]


def confirm(past: SnapshotPast, as_of: str, asserts: list[Assert]) -> None:
    """Each part alone, and all of them as one claim, are confirmed."""
    parts = [claim(one, as_of=as_of, id=f"part-{n}") for n, one in enumerate(asserts)]
    whole = claim(*asserts, as_of=as_of, id="whole")
    found = {one.claim.id: (one.verdict, one.computed) for one in verdicts([*parts, whole], past)}
    assert {id: verdict for id, (verdict, _) in found.items()} == dict.fromkeys(
        found, "confirmed"
    ), found


# On published closes, and closes that grew by published changes


def test_closes_and_changes_of_25_november_2025() -> None:
    """The level, both changes in points and both returns of that day are confirmed."""
    confirm(past_of(published_snapshot()), "2025-11-25", TWENTY_FIFTH)


@pytest.mark.parametrize("as_of", DECEMBER)
def test_december_2025(as_of: str) -> None:
    """The weeks and years to 12 and 19 December follow from the published closes."""
    confirm(past_of(published_snapshot()), as_of, DECEMBER[as_of])


def test_holiday_week_of_january_2026() -> None:
    """A week of four sessions is measured from the Friday before the holiday."""
    index = sessions("2025-12-31", "2026-01-23")
    known = {"2025-12-31": 6845.50, "2026-01-16": 6845.50 * 1.0138, "2026-01-23": 6915.61}
    confirm(past_of(snapshot(index, {SPX: path(index, known)})), "2026-01-23", HOLIDAY_WEEK)


def test_record_of_18_september_2025() -> None:
    """It was the first since 8 November 2021, after 967 sessions."""
    index = sessions("2021-11-01", "2025-09-18")
    confirm(past_of(snapshot(index, {RUT: path(index, RECORD_OF_2025)})), "2025-09-18", RECORD)


def rounded_january() -> SnapshotPast:
    """Closes that grow by the daily changes as they were printed."""
    index = sessions("2025-12-31", "2026-01-23")
    pairs = list(DAILY.values())
    moves = [[float(pair[n].rstrip("%")) / 100 for pair in pairs] for n in (0, 1)]
    closes = {RUT: compounded(2481.91, moves[0]), SPX: compounded(6845.50, moves[1])}
    return past_of(snapshot(index, closes))


@pytest.mark.parametrize("as_of", DAILY)
def test_every_session_of_january_2026(as_of: str) -> None:
    """Each printed daily change is confirmed on closes that grew by them."""
    confirm(rounded_january(), as_of, both("return_1d", DAILY[as_of]))


def test_ten_sessions_then_fourteen_then_none() -> None:
    """The run is ten on 15 January, fourteen on the 22nd, and broken on the 23rd."""
    streak = f"outperformance_streak_sessions.{RUT}"
    for as_of, length in {"2026-01-15": "10", "2026-01-22": "14", "2026-01-23": "0"}.items():
        confirm(rounded_january(), as_of, [{"figure": streak, "is": length}])


def test_product_of_rounded_changes_differs() -> None:
    """Rounded changes give other years to date than the closes: the engine sees the difference."""
    one = claim(*both("return_ytd", TO_DATE["2026-01-15"]), as_of="2026-01-15")
    found = verdict(one, rounded_january())
    assert found.verdict == "differs"
    assert "+7.75%" in found.computed and "+1.47%" in found.computed


def test_calendar_years_by_hand() -> None:
    """Ten years' returns of both indexes are confirmed on year ends that grew by them."""
    index = sessions("2015-12-31", "2025-12-31")
    ends = last_sessions_of_years()
    columns = {}
    for n, subject in enumerate((RUT, SPX)):
        moves = [float(printed[n].rstrip("%")) / 100 for printed in YEARS.values()]
        levels = compounded(1000, moves)
        columns[subject] = path(index, dict(zip(ends.values(), levels, strict=True)))
    found = verdicts(years(), past_of(snapshot(index, columns)))
    assert [one.verdict for one in found] == ["confirmed"] * 10


@pytest.mark.parametrize("as_of", PAIRS)
def test_index_and_fund_disagree_by_hand(as_of: str) -> None:
    """What the indexes say of the week the funds deny; each is confirmed by its own closes."""
    index = sessions("2025-12-26", as_of)
    base = "2026-01-16" if as_of == "2026-01-23" else "2025-12-26"
    by_index, by_fund = (float(text.removesuffix(" pp")) for text in PAIRS[as_of])
    levels = {RUT: (2534.0, by_index), SPX: (6929.0, 0.0), "iwm": (251.0, by_fund)}
    levels["spy"] = (690.0, 0.0)
    closes = {}
    for subject, (level, change) in levels.items():
        known = {"2025-12-26": level, base: level, as_of: level * (0.99 + change / 100)}
        closes[subject] = path(index, known)
    past = past_of(snapshot(index, closes))
    confirm(past, as_of, weekly_pair(as_of))
    funds = claim(
        {"figure": f"relative_return_1w.{RUT}", "is": PAIRS[as_of][1]}, as_of=as_of, id="funds"
    )
    assert verdict(funds, past).convention.startswith("fund instead of index, IWM: −0.0")


def weekly_pair(as_of: str) -> list[Assert]:
    return [
        {"figure": f"relative_return_1w.{RUT}", "is": PAIRS[as_of][0]},
        {"figure": "fund_pair_relative_return_1w.iwm", "is": PAIRS[as_of][1]},
    ]


@pytest.mark.parametrize(
    ("as_of", "wrong", "computed"),
    [
        (
            "2026-01-09",
            [
                {"figure": f"return_1d.{RUT}", "is": "+0.36%"},
                {"figure": f"close.{RUT}", "is": "2,624.22"},
            ],
            "+0.78%",
        ),
        (
            "2025-12-26",
            [
                {"figure": f"close.{RUT}", "is": "2,534.35"},
                {"figure": f"return_ytd.{RUT}", "is": "+14.7%"},
            ],
            "+13.64%",
        ),
    ],
)
def test_wrong_changes_to_right_levels(as_of: str, wrong: list[Assert], computed: str) -> None:
    """The level is right, the change that goes with it is not, under no convention."""
    found = verdict(claim(*wrong, as_of=as_of), past_of(published_snapshot()))
    assert found.verdict == "differs"
    assert computed in found.computed
    assert [outcome.holds for outcome in found.outcomes].count(True) == 1


# The economy, from a snapshot that has economic series

NOWCAST = [
    ("2026-01-05", 2.7),
    ("2026-01-08", 5.4),
    ("2026-01-09", 5.1),
    ("2026-01-14", 5.3),
    ("2026-02-19", 3.0),
]
"""GDPNow for the fourth quarter of 2025, by the day of its estimate."""
TARGET = [
    ("2025-09-16", 4.5),
    ("2025-09-18", 4.25),
    ("2025-10-28", 4.25),
    ("2025-10-30", 4.0),
    ("2025-12-09", 4.0),
    ("2025-12-11", 3.75),
]
"""The upper limit of the federal funds target around the three meetings."""


def economy() -> SnapshotPast:
    index = sessions("2025-09-02", "2026-02-20")
    nowcast = {
        "series": ["GDPNOW"] * len(NOWCAST),
        "observed": ["2025-10-01"] * len(NOWCAST),
        "released": [day for day, _ in NOWCAST],
        "value": [value for _, value in NOWCAST],
    }
    target = {
        "series": ["DFEDTARU"] * len(TARGET) + ["GDPNOW"],
        "observed": [*(day for day, _ in TARGET), "2025-10-01"],
        "value": [*(value for _, value in TARGET), 3.0],
    }
    rows = {
        "macro": tables.frame("macro", target),
        "macro_vintages": tables.frame("macro_vintages", nowcast),
    }
    frozen = snapshot(index, {RUT: np.full(len(index), 2500.0), SPX: np.full(len(index), 6800.0)})
    datasets = {**frozen.manifest.datasets, "macro": BY_HAND}
    manifest = replace(frozen.manifest, datasets=datasets)
    return past_of(replace(frozen, manifest=manifest, tables=rows.__getitem__))


def test_third_cut_in_as_many_meetings() -> None:
    """The target's upper limit was lower after each of the last three meetings."""
    (one,) = (one for one in project_claims() if one.id == "third-cut")
    assert verdict(one, economy(), as_of="2025-12-12").verdict == "confirmed"


def test_nowcast_is_what_it_was_on_the_day() -> None:
    """5.3% stood on 14 January and until 3.0% replaced it on 19 February; 5.4% stood before."""
    (one,) = (one for one in project_claims() if one.id == "gdpnow-5.3")
    assert verdict(one, economy(), as_of="2026-01-16").verdict == "confirmed"
    later = verdict(one, economy())
    assert later.verdict == "true when made, since superseded"
    assert later.note == "by 3.0% on 19 February 2026"
    early = one.model_copy(update={"as_of": date(2026, 1, 8), "lasting": False})
    found = verdict(early, economy())
    assert (found.verdict, found.outcomes[0].computed) == ("differs", "5.4%")


# On real prices


def test_published_figures_on_real_prices() -> None:
    """Every vector of closes, weeks, records and runs is confirmed."""
    past = real_past()
    confirm(past, "2025-11-25", TWENTY_FIFTH)
    confirm(past, "2026-01-23", HOLIDAY_WEEK)
    confirm(past, "2025-09-18", RECORD)
    for as_of, asserts in DECEMBER.items():
        confirm(past, as_of, asserts)
    for as_of, printed in TO_DATE.items():
        confirm(past, as_of, both("return_ytd", printed))
    for as_of, printed in DAILY.items():
        confirm(past, as_of, both("return_1d", printed))
    for as_of, (length, since) in RUNS.items():
        streak = f"outperformance_streak_sessions.{RUT}"
        confirm(
            past,
            as_of,
            [
                {"figure": streak, "is": length},
                {"figure": streak, "part": "longest_since", "is": since},
            ],
        )
    for as_of in PAIRS:
        confirm(past, as_of, weekly_pair(as_of))


def test_calendar_years_on_real_prices() -> None:
    """Ten years of both indexes, and 2025 of both funds with dividends, are confirmed."""
    funds = [
        {"figure": "total_return_ytd.iwm", "is": "+12.66%"},
        {"figure": "total_return_ytd.spy", "is": "+17.72%"},
    ]
    dividends = claim(*funds, as_of="2025-12-31", id="dividends")
    found = verdicts([*years(), dividends], real_past())
    assert [one.verdict for one in found] == ["confirmed"] * 11


def test_total_return_quoted_as_a_return_is_named() -> None:
    """A fund's 12.66% quoted as its return holds with dividends, and says so."""
    one = claim({"figure": "return_ytd.iwm", "is": "+12.66%"}, as_of="2025-12-31")
    found = verdict(one, real_past())
    assert found.convention == "total return, dividends included: +12.66%"


EXPECTED = {
    "third-cut": "not checkable",
    "week-streak-4": "confirmed",
    "month-4": "confirmed",
    "ytd-14-16": "confirmed",
    "no-year-since-2020": "confirmed",
    "first-record": "confirmed",
    "friday-selloff": "confirmed",
    "rut-ytd-7": "confirmed",
    "members-up": "not checkable",
    "breadth-spx": "not checkable",
    "inflows": "not checkable",
    "spx-ytd-1.5": "confirmed under another convention",
    "mags-flat": "differs",
    "streak-10": "true when made, since superseded",
    "breakout": "confirmed",
    "gdpnow-5.3": "not checkable",
    "rut-ytd-7.9": "confirmed",
    "streak-20y": "true when made, since superseded",
    "first-ten": "confirmed",
    "sector-lead": "confirmed",
    "records-jan": "confirmed",
    "micro-lead": "not checkable",
    "overbought": "confirmed",
    "q4-recovery": "differs",
    "circulating-day-0.36": "differs",
    "circulating-ytd-14.7": "differs",
    "circulating-since-1990": "differs",
    "circulating-9-of-10": "differs",
}
"""What the real prices to 31 March 2026 say of each claim of the project about figures."""


def project_claims() -> list[Claim]:
    return [one for one in read_claims(REPOSITORY)[0] if one.asserts]


def test_verdicts_on_the_claims_of_the_project() -> None:
    """The press's claims about the rally, and the wrong ones in circulation, come out as known."""
    found = verdicts(project_claims(), real_past())
    assert {one.claim.id: one.verdict for one in found} == EXPECTED


def test_the_run_was_the_longest_since_2008_for_a_week() -> None:
    """The claim stands on 16 January and is superseded from the 22nd on, when 1996 takes over."""
    claims = [one for one in project_claims() if one.id in ("streak-10", "streak-20y")]
    first = verdicts(claims, real_past(), as_of="2026-01-16")
    later = verdicts(claims, real_past(), as_of="2026-01-30")
    assert {one.verdict for one in first} == {"confirmed"}
    assert {one.note for one in later} == {"by longest since 7 May 1996 on 22 January 2026"}


def test_no_claim_of_the_project_is_checked_on_simulated_data() -> None:
    """Each says that the data are simulated, and shows no value."""
    index = sessions("2025-12-31", "2026-01-16")
    past = past_of(snapshot(index, {RUT: np.full(len(index), 1.0)}))
    found = verdicts(project_claims(), past, simulated=True)
    assert {(one.verdict, one.note, one.computed) for one in found} == {
        ("not checkable", "simulated data", "")
    }
