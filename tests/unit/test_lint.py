"""The lint on sentences of a financial weekly: what it must refuse, and what it must let pass."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_project import REPOSITORY, settings

from generator.lint import lint, rules, unused_sources, why
from generator.lint_findings import LintFinding
from generator.lint_text import Known, Passage

CORPUS = REPOSITORY / "tests/lint_corpus"


@dataclass(frozen=True)
class Work:
    """A cited work, as far as the lint looks at it."""

    published: str


SOURCES = {
    "bloomberg-2025-12-12": Work("2025-12-12"),
    "statestreet-2026-01": Work("2026-01"),
    "paper-2026-01": Work("2026-01"),
    "calendar-2026": Work("2026"),
    "undated": Work(""),
}
UNITS = {
    "return_1w": "fraction",
    "return_ytd": "fraction",
    "relative_return_ytd": "pp",
    "close": "level",
    "streak": "sessions",
    "gap": "pp",
    "base_breakout": "text",
    "rvx": "points",
    "vix": "points",
    "breadth": "share",
    "volatility": "share",
    "drawdown": "fraction",
    "rsi_14_daily": "rsi",
}


@cache
def _known() -> Known:
    series = settings().universe.series
    return Known(
        pages=("index", "performance", "risks"),
        metrics=UNITS,
        subjects=tuple(series),
        names=[name for one in series.values() for name in (one.name, one.short)],
        sources=SOURCES,
        forecasts=("overweight-2026", "target-2026"),
    )


def _lint(text: str) -> list[LintFinding]:
    return lint(Passage(text, 1), _known(), "words.md")


def _paragraphs(name: str) -> list[str]:
    text = (CORPUS / name).read_text(encoding="utf-8")
    return [paragraph.strip() for paragraph in re.split(r"\n\n+", text) if paragraph.strip()]


def _bad() -> list[tuple[str, str]]:
    found, rule = [], ""
    for paragraph in _paragraphs("bad.md"):
        if paragraph.startswith("# "):
            rule = paragraph.removeprefix("# ")
        else:
            found.append((rule, paragraph))
    return found


GOOD, BAD = _paragraphs("good.md"), _bad()


@pytest.mark.parametrize("sentence", GOOD)
def test_what_is_right_passes(sentence: str) -> None:
    """Names, dates, quotations and hedged conclusions are left alone."""
    assert [str(finding) for finding in _lint(sentence)] == []


@pytest.mark.parametrize(("rule", "sentence"), BAD)
def test_what_breaks_a_rule_is_refused(rule: str, sentence: str) -> None:
    """Each is found by the rule that it was written for, with a place and a reason."""
    findings = [finding for finding in _lint(sentence) if finding.rule == rule]
    assert findings, [str(finding) for finding in _lint(sentence)]
    for finding in findings:
        assert finding.file == "words.md" and finding.line and finding.column
        assert finding.what and finding.why.endswith(".")


def test_precision_and_recall() -> None:
    """Nothing bad passes, and what is refused is bad."""
    refused = [sentence for _, sentence in BAD if _lint(sentence)]
    mistaken = [sentence for sentence in GOOD if _lint(sentence)]
    precision = len(refused) / (len(refused) + len(mistaken))
    recall = len(refused) / len(BAD)
    counted = f"{len(GOOD)} good, {len(BAD)} bad"
    sys.stdout.write(f"\n{counted}: precision {precision:.3f}, recall {recall:.3f}\n")
    assert len(GOOD) >= 40 and len(BAD) >= 40
    assert recall == 1 and precision >= 0.95


def test_every_rule_has_two_bad_sentences() -> None:
    """No rule goes untried."""
    tried = [rule for rule, _ in BAD]
    assert {rule for rule in rules() if tried.count(rule) < 2} == {"length"}
    assert set(tried) <= {*rules(), "excuse"}


def test_every_rule_says_what_it_is_for() -> None:
    """A reason is a sentence."""
    for rule in rules():
        assert re.fullmatch(r"[A-Z].{20,}\.", why(rule)), rule


def test_a_paragraph_without_an_end_is_refused() -> None:
    """A paragraph has a longest length."""
    assert {finding.rule for finding in _lint("word " * 1100)} == {"length"}
    assert _lint("word " * 900) == []


def test_a_finding_has_its_place_in_the_file() -> None:
    """Line and column are those of the word, in a file whose passage begins further down."""
    text = "All is well.\nIt is well, and\nit rose 7% on the week."
    (finding,) = lint(Passage(text, 12), _known(), "words.md")
    assert (finding.line, finding.column) == (14, 9)
    assert str(finding).startswith("words.md:14:9: nothing stands behind '7%'")
    assert str(finding.mistake) == str(finding)


def test_an_excuse_is_for_its_sentence_and_rule_alone() -> None:
    """What is excused does not return; the same in the next sentence does."""
    excused = "It rose 7%. {# excused number: a round number for children #}"
    assert _lint(excused) == []
    assert [finding.rule for finding in _lint(f"{excused} It rose 8%.")] == ["number"]
    assert [finding.rule for finding in _lint(f"{excused} Buy now.")] == ["advice"]


def test_an_excuse_that_excuses_nothing_is_told() -> None:
    """What was mended takes its excuse with it."""
    (finding,) = _lint("It rose. {# excused number: a round number #}")
    assert (finding.rule, finding.column) == ("excuse", 10)
    assert "does not break the rule 'number'" in finding.what


def test_github_shows_findings_beside_the_line() -> None:
    """What would end a property or a line is escaped as GitHub asks for."""
    finding = LintFinding("a,b:c.md", 3, 9, "number", "100%\nwrong, so: no", "Why.")
    assert finding.annotation == (
        "::error file=a%2Cb%3Ac.md,line=3,col=9,title=number::100%25%0Awrong, so: no%0AWhy."
    )
    bare = LintFinding("", None, None, "", "the snapshot is damaged", "")
    assert bare.annotation == "::error title=check::the snapshot is damaged"
    assert str(bare) == "the snapshot is damaged"


def test_sources_that_nothing_cites_are_told_with_their_line() -> None:
    """Every source is cited by something."""
    text = "- id: a\n  outlet: A\n- outlet: B\n  id: 'b'\n"
    assert unused_sources(text, ["a", "b"], ["a", "b", "c"], "sources.yml") == []
    (finding,) = unused_sources(text, ["a", "b"], ["a"], "sources.yml")
    assert str(finding) == "sources.yml:4: nothing cites the source 'b' [unused-source]"


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    """Whatever is written, the lint answers with places within it."""
    for finding in _lint(text):
        assert finding.line is not None and 1 <= finding.line <= text.count("\n") + 1
        assert finding.column is not None and finding.column >= 1


PIECES = (
    "{{ ",
    "}}",
    "fact(",
    "'a.b'",
    "[",
    "]",
    "(",
    ")",
    "*",
    "_",
    "<",
    "#",
    ". ",
    "\n",
    "@a",
    ">",
)


@given(st.lists(st.sampled_from((*PIECES, "word", "7%", "{#", "excused number: x", "#}", "- "))))
def test_no_mixture_of_signs_is_too_odd(pieces: list[str]) -> None:
    """The signs that mean something, in any order, are looked at without a crash."""
    for finding in _lint("".join(pieces)):
        assert finding.what
