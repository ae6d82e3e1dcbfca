"""The entries that an edition shows, and what it keeps of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from support_project import REPOSITORY, Project, make_project

from generator.editions import parse_edition
from generator.errors import DataError
from generator.written import ENTRIES, Written, lay_out, read_written

W03, AS_OF = parse_edition("2026-W03"), date(2026, 1, 16)
LATER = """
- id: said-later
  edition: 2026-W04
  as_of: 2026-01-23
  source: polar-2025-12-12
  statement: The Russell 2000 is up on the year.
  class: P
  asserts:
    - {figure: return_ytd.russell_2000, over: "0%"}
"""


def ours() -> Written:
    """The entries of the project."""
    found, mistakes = read_written(REPOSITORY)
    assert mistakes == []
    return found


def test_an_edition_shows_what_had_been_entered_by_then() -> None:
    """Claims and forecasts of later editions are not among those of an earlier one."""
    every = ours()
    first = every.of_edition(parse_edition("2025-W50"), date(2025, 12, 12), "")
    own = every.of_edition(W03, AS_OF, "")
    assert {claim.edition for claim in first.claims} == {"2025-W50"}
    assert set(first.claims) < set(own.claims) < set(every.claims)
    assert len(first.forecasts) == len(own.forecasts) == len(every.forecasts)


def test_a_claim_is_shown_for_a_year() -> None:
    """More than 366 days after its day an edition no longer shows it."""
    every = ours()
    shown = every.of_edition(parse_edition("2027-W01"), date(2027, 1, 8), "").claims
    ids = {claim.id for claim in shown}
    assert "month-4" not in ids and "rut-ytd-7.9" in ids


def test_works_are_those_that_are_named() -> None:
    """By claims, by forecasts, or in the words."""
    every, early = ours(), parse_edition("2025-W01")
    assert every.of_edition(early, date(2025, 1, 3), "").sources == ()
    cited = every.of_edition(early, date(2025, 1, 3), "It was so [@polar-2025-12-12].")
    assert [source.id for source in cited.sources] == ["polar-2025-12-12"]
    named = {source.id for source in every.of_edition(W03, AS_OF, "").sources}
    assert {"vocal-2026-01", "btig-2025-12-12"} <= named and "polar-2025-12-12" not in named


def test_what_is_kept_can_be_laid_out_and_read_again(tmp_path: Path) -> None:
    """The entries of an edition are the same after a way through its files."""
    own = ours().of_edition(W03, AS_OF, "")
    lay_out(tmp_path, own.to_json(), ENTRIES)
    again, mistakes = read_written(tmp_path)
    assert mistakes == []
    assert again == own and again.to_json() == own.to_json()
    assert again.of_edition(W03, AS_OF, "") == own


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"../../x": []}', b'{"claims": 1}', b'{"claims": []', b"\xff"]
)
def test_what_no_release_keeps_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing is written from entries that are damaged or name another file."""
    with pytest.raises(DataError) as raised:
        lay_out(tmp_path, content, "2026-W03/entries.json")
    assert "2026-W03/entries.json" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which 2026-W03 is built."""
    made = make_project(tmp_path_factory.mktemp("written") / "project")
    assert made.run("build", "2026-W03").code == 0
    return made


def test_a_later_entry_changes_nothing_of_an_earlier_edition(project: Project) -> None:
    """The build is kept as it is, and it has its entries beside its pages."""
    path = project.folder / "content/claims.yml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + LATER, encoding="utf-8")
    ran = project.run("build", "2026-W03")
    path.write_text(before, encoding="utf-8")
    assert "kept  2026-W03  nothing has changed" in ran.err
    kept = json.loads((project.build / "2026-W03/site" / ENTRIES).read_text(encoding="utf-8"))
    assert list(kept) == ["claims", "forecasts", "sources"]
    checked = json.loads((project.build / "2026-W03/site/claims.json").read_text(encoding="utf-8"))
    assert [claim["id"] for claim in kept["claims"]] == [claim["id"] for claim in checked]


def test_an_entry_that_changes_is_checked_without_computing_anew(project: Project) -> None:
    """Figures do not depend on what others said of them."""
    computed = project.build / "2026-W03/computed.pickle"
    before = computed.stat().st_mtime_ns
    project.replace("content/claims.yml", "about 7.9%", "about 7.8%")
    ran = project.run("build", "2026-W03")
    assert "built  2026-W03" in ran.err, ran.err
    assert "about 7.8%" in (project.build / "2026-W03/site/claims.html").read_text(encoding="utf-8")
    assert computed.stat().st_mtime_ns == before


def test_simulated_data_judge_nothing(project: Project) -> None:
    """No claim of the sample has a verdict but those that need no data."""
    told = json.loads((project.build / "2026-W03/site/claims.json").read_text(encoding="utf-8"))
    assert {claim["verdict"] for claim in told} == {"not checkable", "opinion", "forecast pending"}
    asserted = [claim for claim in told if claim["note"] == "simulated data"]
    assert len(asserted) >= 20
    assert not any(claim["computed"] or claim["gap"] for claim in told)
