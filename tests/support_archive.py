"""A made-up archive of any length: release folders with a record, figures and words, and no pages.

Everything follows from the edition's name, so that the same call gives the same bytes. The editions
end with 2026-W04 and reach back from there.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from generator.editions import Edition
from generator.facts import Scalar, show, show_date
from generator.listing import EDITIONS, RECORD, Listing, entry_of, listing_of

NEWEST = Edition(2026, 4)
SUBJECTS = {
    "russell_2000": "Russell 2000",
    "sp_500": "S&P 500",
    "micro_caps": "Russell Microcap",
    "iwm": "iShares Russell 2000 ETF",
    "spy": "SPDR S&P 500 ETF",
    "sp_600": "S&P SmallCap 600",
    "russell_1000": "Russell 1000",
    "russell_2000_value": "Russell 2000 Value",
    "russell_2000_growth": "Russell 2000 Growth",
    "sp_500_equal_weight": "S&P 500 Equal Weight",
    "magnificent_seven": "Magnificent Seven",
    "dow_jones": "Dow Jones Industrial Average",
    "nasdaq_composite": "Nasdaq Composite",
} | {
    f"{size}_{sector}": f"{size.capitalize()}-cap {sector.replace('_', ' ')}"
    for size in ("small", "large")
    for sector in (
        *("consumer_discretionary", "consumer_staples", "energy", "financials", "health_care"),
        *("industrials", "materials", "technology", "utilities"),
    )
}
_PERIODS = ("1w", "ytd", "1y", "mtd", "1d", "1m", "qtd", "3m", "6m", "3y", "5y", "10y")
_OTHERS = {
    "drawdown": "fraction",
    "close": "points",
    "sma_200": "fraction",
    "realised_volatility_21": "share",
    "outperformance_streak_sessions": "sessions",
    "rsi_14_daily": "rsi",
    "beta_60": "beta",
    "correlation_60": "ratio",
    "record_closes_ytd": "count",
    "sma_cross": "text",
    "first_record_this_month": "date",
    "vix": "points",
    "sessions_since_record": "sessions",
    "maximum_drawdown": "fraction",
    "record_gap": "fraction",
    "sma_50": "fraction",
    "rsi_14_weekly": "rsi",
    "beta_52w": "beta",
    "correlation_52w": "ratio",
    "relative_strength": "ratio",
    "relative_strength_sma_50": "fraction",
    "relative_strength_sma_200": "fraction",
    "relative_strength_cross": "text",
    "base_breakout": "text",
    "outperformance_streak_weeks": "weeks",
    "underperformance_streak_sessions": "sessions",
    "underperformance_streak_weeks": "weeks",
    "point_change_1w": "change",
    "point_change_ytd": "change",
    "rvx": "points",
    "rvx_vix_ratio": "ratio",
    "unemployment_rate": "percent",
    "payroll_change": "thousands_change",
    "trade_weighted_price": "usd",
}
_MEASURES = {"return": "fraction", "relative_return": "pp", "total_return": "fraction"}
UNITS = {
    f"{measure}_{period}": unit for measure, unit in _MEASURES.items() for period in _PERIODS
} | _OTHERS
HEADLINES = (
    "return_1w.russell_2000",
    "relative_return_1w.russell_2000",
    "relative_return_ytd.russell_2000",
    "outperformance_streak_sessions.russell_2000",
    "drawdown.russell_2000",
    "sma_200.russell_2000",
    "realised_volatility_21.russell_2000",
    "vix.russell_2000",
)
_SIZES = {
    **{"fraction": 0.05, "share": 0.2, "pp": 3, "points": 1800, "change": 60, "usd": 200},
    **{"ratio": 0.8, "beta": 1.2, "rsi": 50, "percent": 4.5, "thousands_change": 180},
}
_PAGES = ("index", "performance", "relative-strength", "technical", "volatility", "records")
_LATE = "magnificent_seven"
"""A subject without figures in the first half of the archive's last ten years, and before."""


@cache
def shape(metrics: int = 70, facts: int = 700) -> tuple[tuple[str, str, str], ...]:
    """Return metric, subject and unit of every figure of an edition."""
    names = list(UNITS)[:metrics]
    names += [f"further_measure_{number}" for number in range(len(names), metrics)]
    left, found = facts, []
    # What the headlines are about must be there, however few figures are asked for.
    ordered = sorted(names, key=lambda name: f"{name}.russell_2000" not in HEADLINES)
    for position, name in enumerate(ordered):
        rest = len(ordered) - position - 1
        wanted = len(SUBJECTS) if name in ("return_1w", "return_ytd") else left // (rest + 1)
        count = max(1, min(len(SUBJECTS), wanted, left - rest))
        left -= count
        found += [(name, subject, UNITS.get(name, "ratio")) for subject in list(SUBJECTS)[:count]]
    return tuple(found)


def _value(metric: str, subject: str, unit: str, week: int, chance: random.Random) -> Scalar:
    """A value that swings over the years, with noise."""
    if unit == "text":
        return chance.choice(("golden", "death"))
    if unit == "date":
        return Edition(2026, 4).monday + timedelta(weeks=week)
    phase = len(metric) + 3 * len(subject)
    swing = math.sin(week / 37 + phase) + chance.gauss(0, 0.4)
    if unit in ("sessions", "weeks", "count"):
        return int(abs(8 * swing))
    size = _SIZES[unit]
    level = 0 if unit in ("fraction", "pp", "change", "thousands_change") else size
    return level + size * swing * (0.25 if level else 1)


def _facts(edition: Edition, revision: int, metrics: int, facts: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(f"{edition}-{revision}")
    week = (edition.monday - NEWEST.monday).days // 7
    as_of = (edition.monday + timedelta(days=4)).isoformat()
    for metric, subject, unit in shape(metrics, facts):
        value = _value(metric, subject, unit, week, chance)
        withheld = subject == _LATE and week < -260
        yield {
            "id": f"{metric}.{subject}",
            "value": None if withheld else value.isoformat() if isinstance(value, date) else value,
            "display": "withheld" if withheld else show(value, unit),
            "unit": unit,
            "as_of": as_of,
            "base_date": None,
            "status": "withheld" if withheld else "final",
            "reason": "its history starts on 2021-01-29" if withheld else None,
            "definition": f"{_title(metric)} as this made-up archive has it.",
            "lineage": {"symbols": [subject.upper()], "objects": ["0" * 64]},
        }


def _title(metric: str) -> str:
    return metric.replace("_", " ").capitalize()


def facts_of(
    edition: Edition, revision: int = 1, metrics: int = 70, facts: int = 700
) -> dict[str, Any]:
    """Return what an edition's facts.json holds."""
    sections = ("Performance", "Relative strength", "Technical", "Volatility")
    named = dict.fromkeys(metric for metric, _, _ in shape(metrics, facts))
    return {
        "edition": str(edition),
        "as_of": (edition.monday + timedelta(days=4)).isoformat(),
        "snapshot": hashlib.sha256(str(edition).encode()).hexdigest(),
        "simulated": True,
        "facts": list(_facts(edition, revision, metrics, facts)),
        "metrics": {
            metric: {
                "title": _title(metric),
                "section": sections[position % 4],
                "unit": UNITS.get(metric, "ratio"),
                "definition": f"{_title(metric)} as this made-up archive has it.",
                "method": f"method.html#{metric}",
            }
            for position, metric in enumerate(named)
        },
        "subjects": SUBJECTS,
    }


_VERDICTS = ("confirmed", "differs", "not checkable", "true when made, since superseded")


def claims_of(edition: Edition, revision: int = 1, claims: int = 6) -> list[dict[str, Any]]:
    """Return what an edition's claims.json holds: two claims as of each of the last weeks, whose
    verdicts change now and then."""
    found = []
    for number in range(claims):
        made = edition.shift(-(number // 2))
        chance = random.Random(f"{made}-{number % 2}-{edition.week // 2}-{revision}")
        computed = f"+{chance.randint(1, 3)}.04%"
        found.append(
            {
                "id": f"{str(made).lower()}-{number % 2}",
                "verdict": chance.choice(_VERDICTS),
                "asserted": "+2%",
                "computed": computed,
                "gap": "",
                "convention": "",
                "as_of": (made.monday + timedelta(days=4)).isoformat(),
                "source": f"paper-{made.week}",
                "outlet": f"Paper {made.week}",
                "reference": f"Paper {made.week}, as it is cited.",
                "statement": f"Small caps rose 2% in <{made}>.",
                "class": "PM"[number % 2],
                "note": "",
                "parts": [],
            }
        )
    return found


def _headlines(facts: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    found = {fact["id"]: fact for fact in facts}
    return [
        {
            "label": _title(name.partition(".")[0]),
            "id": name,
            "value": found[name]["value"],
            "display": found[name]["display"],
            "state": "unchanged",
        }
        for name in HEADLINES
        if name in found
    ]


def release(
    edition: Edition,
    revision: int = 1,
    *,
    metrics: int = 70,
    facts: int = 700,
    claims: int = 0,
) -> dict[str, bytes]:
    """Return the files of a release by name: facts.json, words.json, claims.json where there are
    claims, and the record."""
    document = facts_of(edition, revision, metrics, facts)
    first = document["facts"][0]
    answer = f"The Russell 2000 moved {first['display']} on the week."
    words = {"html": f"<p>{answer} Simulated data.</p>", "text": f"{answer} Simulated data."}
    files = {"facts.json": _json(document), "words.json": _json(words)}
    if claims:
        files["claims.json"] = _json(claims_of(edition, revision, claims))
    as_of = edition.monday + timedelta(days=4)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    made_up = (*(f"{page}.html" for page in _PAGES), "figures.html", "method.html", "share.png")
    made_up += ("claims.html",) if claims else ()
    record = {
        "edition": str(edition),
        "revision": revision,
        "corrected": None if revision == 1 else (as_of + timedelta(days=7)).isoformat(),
        "reason": None if revision == 1 else "A close was mistaken.",
        "as_of": as_of.isoformat(),
        "as_of_words": show_date(as_of),
        "title": f"Week to {show_date(as_of)} (simulated data)",
        "answer": answer,
        "answer_pieces": [
            {"text": "The Russell 2000 moved "},
            {"text": first["display"], "id": first["id"], "value": first["value"]},
            {"text": " on the week."},
        ],
        "headlines": _headlines(document["facts"]),
        "simulated": True,
        "provider": "sample",
        "snapshot": document["snapshot"],
        "version": "0.2.0",
        "retrieved_at": f"{as_of.isoformat()}T22:00:00Z",
        "program": "1" * 64,
        "files": {name: "0" * 64 for name in made_up} | hashes,
    }
    return files | {RECORD: json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n"}


def _json(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def write_release(
    site: Path, folder: str, edition: Edition, revision: int = 1, **shaped: int
) -> None:
    """Write a release into a folder of the site."""
    (site / folder).mkdir(parents=True)
    for name, content in release(edition, revision, **shaped).items():
        (site / folder / name).write_bytes(content)


def weeks(count: int) -> list[Edition]:
    """Return so many editions, oldest first, the last of them 2026-W04."""
    return [NEWEST.shift(-number) for number in reversed(range(count))]


def fake_archive(
    folder: Path,
    editions: int = 2000,
    metrics: int = 70,
    facts: int = 700,
    corrected: Collection[str] = (),
    claims: int = 0,
) -> Listing:
    """Write so many editions with so many figures, and `editions.json`; return the listing.

    `corrected` names editions that have a second release.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for edition in weeks(editions):
        revisions = (1, 2) if str(edition) in corrected else (1,)
        for revision in revisions:
            place = f"{edition}-r{revision}" if len(revisions) > 1 else str(edition)
            shaped = {"metrics": metrics, "facts": facts, "claims": claims}
            write_release(folder, place, edition, revision, **shaped)
            content = (folder / place / RECORD).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            entries.append(entry_of(json.loads(content), digest, place))
    listing = listing_of(entries)
    (folder / EDITIONS).write_bytes(listing.to_json())
    return listing
