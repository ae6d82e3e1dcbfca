"""`content/claims.yml`: what is read, every mistake with its line, and what an edition shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support import REPOSITORY, universe
from support_checking import claim

from generator import graph
from generator.claims import read_claims, shown_in
from generator.editions import Edition, edition_of, last_session, parse_edition
from generator.entries import Known
from generator.forecasts import read_forecasts
from generator.sources import first_day, read_sources

KNOWN = Known(
    metrics=graph.metrics(),
    subjects=universe().every_subject,
    unit_of=lambda metric, subject: graph.unit_of(metric, subject, universe()),
    sources=("bloomberg-2025-12-12", "vocal-2026-01"),
)
RIGHT = """\
- id: rut-up
  edition: 2026-W03
  as_of: 2026-01-16
  source: vocal-2026-01
  statement: Small caps are up.
  class: P
  asserts:
    - {figure: return_ytd.russell_2000, over: "7%"}
"""


def read(folder: Path, text: str, known: Known | None = KNOWN) -> list[str]:
    """Return the mistakes in a file of claims, as they are told."""
    (folder / "content").mkdir(exist_ok=True)
    (folder / "content/claims.yml").write_text(text, encoding="utf-8")
    return [str(mistake) for mistake in read_claims(folder, known, ("eps",))[1]]


def test_a_right_file_has_no_mistakes(tmp_path: Path) -> None:
    """An entry is read as it stands, with or without looking at names."""
    assert read(tmp_path, RIGHT) == []
    (one,), mistakes = read_claims(tmp_path)
    assert mistakes == []
    assert (one.id, one.kind, one.as_of) == ("rut-up", "P", date(2026, 1, 16))
    assert (one.asserts[0].relation, one.asserts[0].value) == ("over", "7%")


def test_no_file_and_an_empty_one_check_nothing(tmp_path: Path) -> None:
    """A project without claims has none, and no mistakes."""
    assert read_claims(tmp_path) == ((), [])
    assert read(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("return_ytd", "return_ydt", 8, "no figure 'return_ydt'; did you mean 'return_ytd'?"),
        ("russell_2000", "russel_2000", 8, "no series 'russel_2000'; did you mean 'russell_2000'"),
        ("vocal-2026-01", "vocal-2026", 4, "no source 'vocal-2026'; did you mean 'vocal-2026-01'"),
        ("vocal-2026-01", "x", 4, "(there are: bloomberg-2025-12-12, vocal-2026-01)"),
        ('over: "7%"', 'over: "7%", is: "8%"', 8, "2 relations, is and over"),
        ('over: "7%"', "part: gain", 8, "no relation"),
        ('over: "7%"', "over: a lot", 8, "'a lot' has no digits"),
        ('over: "7%"', 'over: "7"', 8, "the figure wants '%'"),
        ('over: "7%"', "over: 7", 8, "valid string"),
        ('over: "7%"', 'ovr: "7%"', 8, "did you mean 'over'"),
        ('over: "7%"', "ahead_of: close.sp_500", 8, "'close.sp_500' in points"),
        ('over: "7%"', "ahead_of: return_ytd.sp500", 8, "did you mean 'sp_500'"),
        ("as_of: 2026-01-16", "as_of: 2026-01-19", 3, "after 2026-01-18, where its edition"),
        ("as_of: 2026-01-16", "as_of: 2026-01-32", 3, "cannot be read"),
        ("as_of: 2026-01-16", "as_of: 2026-01-16\n  made: 2026-01-15", 4, "before 2026-01-16"),
        ("as_of: 2026-01-16", "as_of: 2026-01-16\n  made: 2026-01-20", 4, "after 2026-01-18"),
        ("2026-W03", "2026-W54", 2, "no ISO week 54"),
        ("class: P", "class: Q", 6, "'P', 'M', 'F', 'O' or 'X'"),
        ("class: P", "class: P\n  opinion: true", 1, "asserts and opinion together"),
        ("class: P", "class: P\n  forecast: eps", 1, "asserts and forecast together"),
        ("id: rut-up", "id: Rut up", 1, "pattern"),
        ("Small caps are up.", '""', 5, "a sentence on one line"),
    ],
)
def test_every_mistake_has_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    """A mistake names file, line, what is wrong, and the nearest right name."""
    assert old in RIGHT
    (found,) = read(tmp_path, RIGHT.replace(old, new, 1))
    assert found.startswith(f"content/claims.yml:{line}: ")
    assert what in found


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """Two damaged entries, one of them twice there, are told together, in order of the file."""
    entry = RIGHT.split("  asserts:", maxsplit=1)[0]
    text = RIGHT.replace("return_ytd", "retrun_ytd") + entry + "  forecast: esp\n  lasting: true\n"
    found = read(tmp_path, text)
    told = "\n".join(found)
    assert len(found) == 4
    assert "the id 'rut-up' stands twice, first on line 1" in told
    assert "no figure 'retrun_ytd'" in told
    assert "there is no forecast 'esp'; did you mean 'eps'? (there are: eps)" in told
    assert "content/claims.yml:16: only what is asserted of figures can last" in told


def test_a_claim_needs_one_way_to_be_looked_at(tmp_path: Path) -> None:
    """An entry that neither asserts nor says why not is refused."""
    (found,) = read(tmp_path, RIGHT.split("  asserts:", maxsplit=1)[0])
    assert "none of asserts, opinion, forecast, not_checkable; one is wanted" in found


def test_the_form_is_looked_at_without_knowing_names(tmp_path: Path) -> None:
    """A plain reading needs no figures, and lets pass what only they can tell."""
    assert read(tmp_path, RIGHT.replace("return_ytd", "return_ydt"), None) == []
    assert len(read(tmp_path, RIGHT.replace("class: P", "class: Q"), None)) == 1


def test_what_an_edition_shows() -> None:
    """Claims of its own and earlier editions, for a year and a day after the day they are about."""
    one = claim(as_of="2026-01-16", opinion=True)
    assert shown_in([one], Edition(2026, 3), date(2026, 1, 16)) == (one,)
    assert shown_in([one], Edition(2026, 2), date(2026, 1, 9)) == ()
    assert shown_in([one], Edition(2027, 2), date(2027, 1, 15)) == (one,)
    assert shown_in([one], Edition(2027, 3), date(2027, 1, 22)) == ()


def test_the_claims_of_the_project_are_right() -> None:
    """Every figure, source and forecast that they name is there; no edition comes too early."""
    sources, _ = read_sources(REPOSITORY)
    published = {source.id: source.published for source in sources}
    forecasts = [forecast.id for forecast in read_forecasts(REPOSITORY)[0]]
    known = Known(KNOWN.metrics, KNOWN.subjects, KNOWN.unit_of, tuple(published))
    claims, mistakes = read_claims(REPOSITORY, known, forecasts)
    assert mistakes == []
    assert len(claims) == 38
    for one in claims:
        edition = parse_edition(one.edition)
        assert one.as_of <= edition.sunday, one.id
        assert last_session(edition) >= one.as_of, one.id
        assert first_day(published[one.source]) <= edition.sunday, one.id
        earlier = edition.shift(-1)
        known_then = first_day(published[one.source]) <= last_session(earlier)
        assert edition == edition_of(one.as_of) or not known_then, one.id
