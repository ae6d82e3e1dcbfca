"""The golden edition: a small snapshot made by arithmetic, and every page it must give."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from support import BY_HAND, project_settings
from support_entries import keep_known
from support_project import Project, make_project

from generator.config import Universe, load_settings
from generator.editions import parse_edition, sessions_between
from generator.manifest import Checked, SymbolStatus
from generator.providers import as_frame
from generator.quality import examine
from generator.site import ASIDE
from generator.snapshot import Fetched, Snapshots
from generator.store import Store

GOLDEN = Path(__file__).parent / "golden/edition"
EDITION = parse_edition("2026-W03")
AS_OF = date(2026, 1, 16)
SESSIONS = 600
TOLERANCE = 1e-12
CHART = "streak_ladder"
"""The chart whose page and data are kept, for all of them."""
SERIES = ("russell_2000", "sp_500", "iwm", "spy", "vix", "rvx", "payrolls")
WRITTEN = {
    "editions/2026-W03.md": """---
title: A week made by arithmetic
author: A. Tester
date: 2026-01-17
simulated: true
---

# index

The Russell 2000 closed at {{ fact('close.russell_2000') }}, {{ fact('return_1w.russell_2000') }} on
the week. A paper had it up 3% for the year [@paper-2026-01]. A bank calls the rally tired
[opinion @bank-2026]. {# a remark for editors #}

# forecasts

A bank has small caps ahead for the year [forecast: ahead-2026]. The lead may not last
[inference: rsi_14_daily.russell_2000].
""",
    "sources.yml": """
- {id: paper-2026-01, outlet: A Paper, published: 2026-01, access: secondary, about: the year}
- id: bank-2026
  outlet: A Paper
  original: A Bank
  author: B. Analyst
  title: Ahead & behind
  published: 2026-01-14
  url: https://bank.example/note
  accessed: 2026-01-15
  access: paywall
  about: the rest of the year
""",
    "claims.yml": """
- id: up-3
  edition: 2026-W03
  as_of: 2026-01-16
  source: paper-2026-01
  statement: The Russell 2000 is up 3% on the year.
  class: P
  asserts:
    - {figure: return_ytd.russell_2000, is: "3%"}
- id: tired
  edition: 2026-W03
  as_of: 2026-01-14
  source: bank-2026
  statement: The rally is tired.
  class: O
  opinion: true
- id: ahead
  edition: 2026-W03
  as_of: 2026-01-14
  source: bank-2026
  statement: Small caps end the year ahead.
  class: F
  forecast: ahead-2026
""",
    "forecasts.yml": """
- id: ahead-2026
  edition: 2026-W03
  maker: A Bank
  made: 2026-01-14
  source: bank-2026
  statement: The Russell 2000 beats the S&P 500 in 2026.
  asserts:
    - {figure: return_ytd.russell_2000, ahead_of: return_ytd.sp_500}
  horizon: 2026-12-31
  resolves: By the price returns of 2026.
""",
}
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_METHOD = re.compile(r'(?<="method": ")[0-9a-f]{12}')
_BYTES = re.compile(r"<td>\d+</td>(?=<td class=\"text\"><code>HASH)")
_ASIDE = re.compile(r"<!--aside:([a-z0-9_./-]+\.html)-->\n?")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{6,}(?:e-?\d+)?")


def _closes(start: int, swing: int, period: int, slope: int) -> list[float]:
    """A triangle wave on a rising line, in whole cents: exact on every machine."""
    cents = []
    for n in range(SESSIONS):
        place = n % period
        wave = place if 2 * place < period else period - place
        cents.append(100 * start + 100 * swing * wave // period + slope * n + (n * 37) % 211)
    return [value / 100 for value in cents]


def _fetched() -> Fetched:
    """Two benchmarks and one fund that pays 25 cents every 63 sessions."""
    sessions = sessions_between(date(2020, 1, 1), AS_OF)[-SESSIONS:]
    closes = {
        "^RUT": _closes(1800, 500, 260, 45),
        "^GSPC": _closes(4700, 900, 330, 110),
        "IWM": _closes(180, 50, 260, 4),
    }
    paid = [0.25 if n % 63 == 62 else 0.0 for n in range(SESSIONS)]
    return Fetched(
        provider="by hand",
        retrieved_at=datetime(2026, 1, 16, 22, tzinfo=UTC),
        simulated=True,
        prices=as_frame(
            {
                "symbol": [symbol for symbol in closes for _ in range(SESSIONS)],
                "session": [day for _ in closes for day in sessions],
                "close": [close for series in closes.values() for close in series],
                "dividend": [0.0] * 2 * SESSIONS + paid,
            }
        ),
        notes={},
        faults={},
        names={},
        distributions={"IWM": "reported"},
    )


def _small_universe(project: Project) -> Universe:
    """Leave six series in the project's universe: two have no data, and are withheld."""
    path = project.folder / "content/universe.yml"
    lines = [
        "major_indexes: [russell_2000, sp_500]" if line.startswith("major_indexes:") else line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("  ") or "name:" not in line or line.split(":")[0].strip() in SERIES
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings(project.folder).universe


def _small_words(project: Project) -> None:
    """Leave of outlook and risks what is about these series; a few words, claims and forecasts."""
    keep_known(project.folder)
    for name, text in WRITTEN.items():
        project.write(f"content/{name}", text)


def _examined(fetched: Fetched, universe: Universe) -> tuple[list[SymbolStatus], list[Checked]]:
    sessions = sessions_between(universe.history_start, AS_OF)
    return examine(fetched, universe, project_settings().checks, sessions, AS_OF)


def _build(folder: Path) -> Project:
    project = make_project(folder, ())
    universe = _small_universe(project)
    _small_words(project)
    fetched = _fetched()
    sessions = sessions_between(universe.history_start, AS_OF)
    store = Snapshots(Store(str(project.snapshots)))
    statuses, checks = _examined(fetched, universe)
    tables = dict.fromkeys(("prices", "sessions"), BY_HAND)
    made = {"made": "by hand"}
    store.freeze(EDITION, AS_OF, sessions, fetched, statuses, made, datasets=tables, checks=checks)
    ran = project.run("build", str(EDITION))
    assert ran.code == 0, ran.err
    return project


def _normal(text: str) -> str:
    """Hashes and sizes of files differ between versions of libraries: leave them out."""
    return _BYTES.sub("<td>SIZE</td>", _HASH.sub("HASH", _METHOD.sub("METHOD", text)))


def _same_text(old: str, new: str) -> bool:
    """Whether two pages say the same; numbers with many digits may differ in their last."""
    if _LONG_NUMBER.sub("NUMBER", old) != _LONG_NUMBER.sub("NUMBER", new):
        return False
    pairs = zip(_LONG_NUMBER.findall(old), _LONG_NUMBER.findall(new), strict=True)
    return all(_near(float(a), float(b), 1e-9) for a, b in pairs)


def _near(old: float, new: float, tolerance: float) -> bool:
    return math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance)


def _same_data(old: Any, new: Any) -> bool:
    """Whether two JSON values are the same, floats up to the tolerance."""
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_same_data(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same_data, old, new))
    if isinstance(old, float) and isinstance(new, float):
        return _near(old, new, TOLERANCE)
    return type(old) is type(new) and old == new


def _whole(docs: Path, page: Path) -> str:
    """Return a page with the tables that stand aside of it laid in; drawings stay away."""
    return _ASIDE.sub(
        lambda m: (docs / ASIDE / m[1]).read_text(encoding="utf-8"),
        page.read_text(encoding="utf-8"),
    )


def _files(project: Project) -> dict[str, str]:
    docs = project.build / str(EDITION) / "docs"
    paths = [*sorted(docs.glob("*.md")), docs / f"charts/{CHART}.md", docs / "facts.json"]
    paths += [docs / f"charts/{CHART}.json", docs.parent / "site/mail/digest.txt"]
    files = {path.name: _normal(_whole(docs, path)) for path in paths}
    facts = json.loads(files["facts.json"])
    lines = ",\n".join(json.dumps(fact, ensure_ascii=False) for fact in facts.pop("facts"))
    head = json.dumps(facts, ensure_ascii=False).removesuffix("}")
    return {**files, "facts.json": f'{head}, "facts": [\n{lines}\n]}}\n'}


def _differs(name: str, old: str, new: str) -> bool:
    if name.endswith(".json"):
        return not _same_data(json.loads(old), json.loads(new))
    return not _same_text(old, new)


def _first_difference(old: str, new: str) -> str:
    pairs = zip_longest(old.splitlines(), new.splitlines())
    for number, (before, after) in enumerate(pairs, 1):
        if before != after:
            return f"line {number}: {str(before)[:160]!r} became {str(after)[:160]!r}"
    return "only in numbers"


def test_the_golden_edition(tmp_path: Path) -> None:
    """Every page and figure of the small edition is as it was when it was last looked at.

    On a difference the new files stand in `edition-changed` beside the golden ones. If the change
    is meant, look at them and run the test again with the environment variable REGENERATE_GOLDEN=1.
    """
    found = _files(_build(tmp_path / "project"))
    changed = GOLDEN.with_name("edition-changed")
    shutil.rmtree(changed, ignore_errors=True)
    if os.environ.get("REGENERATE_GOLDEN"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        _write(GOLDEN, found)
    golden = {path.name: path.read_text(encoding="utf-8") for path in GOLDEN.iterdir()}
    wrong = [f"{name}: gone" for name in sorted(golden.keys() - found.keys())]
    wrong += [f"{name}: new" for name in sorted(found.keys() - golden.keys())]
    wrong += [
        f"{name}: {_first_difference(golden[name], found[name])}"
        for name in sorted(golden.keys() & found.keys())
        if _differs(name, golden[name], found[name])
    ]
    if wrong:
        _write(changed, found)
        pytest.fail("\n".join(["the golden edition differs, see tests/golden:", *wrong]))


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_the_golden_edition_is_small() -> None:
    """What is kept for comparison stays below 1 MB."""
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 1_000_000


def test_known_figures_of_the_golden_edition() -> None:
    """A few golden figures follow from the closes by arithmetic alone."""
    text = (GOLDEN / "facts.json").read_text(encoding="utf-8")
    facts = {fact["id"]: fact for fact in json.loads(text)["facts"]}
    sessions = sessions_between(date(2020, 1, 1), AS_OF)[-SESSIONS:]
    small, large = _closes(1800, 500, 260, 45), _closes(4700, 900, 330, 110)
    week = max(n for n, day in enumerate(sessions) if day.date() < EDITION.monday)
    year = max(n for n, day in enumerate(sessions) if day.year < 2026)
    expected = {
        "return_1w.russell_2000": small[-1] / small[week] - 1,
        "return_ytd.russell_2000": small[-1] / small[year] - 1,
        "return_ytd.sp_500": large[-1] / large[year] - 1,
        "relative_return_1w.russell_2000": 100
        * (small[-1] / small[week] - large[-1] / large[week]),
        "drawdown.russell_2000": small[-1] / max(small) - 1,
        "relative_strength.russell_2000": small[-1] / large[-1],
    }
    for name, value in expected.items():
        assert facts[name]["value"] == pytest.approx(value, rel=1e-9), name
    assert facts["return_1w.iwm"]["status"] == "final"
    assert facts["return_1w.spy"]["reason"].startswith("missing: the source has no close of SPY")
