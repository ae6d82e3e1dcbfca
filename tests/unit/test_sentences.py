"""Sentences: where they end, what they are, and what becomes of them on a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.figure_references import figure_references
from generator.sentences import blocks, marks, pairs, sentences


def _texts(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["It rose in the U.S. and the U.K. as well.", "So it went."],
        ["It ended the year in the U.S.", "The rest of the world closed later."],
        ["Small vs. large: that is the question.", "Mr. Smith, Dr. J. Doe and St. Louis agree."],
        ["It closed on Jan. 16 at the high.", "The low was in Dec.", "The rest is noise."],
        ["Up 2.04% to 2,677.74.", "Down 0.4 pp."],
        ["It beat the S&P 500.", "The S&P 500.", "1.5% is little."],
        ["Is it a rotation?", "No!", "“It is early. Very early.”", "So he said."],
        ['"It rose. It fell," she said.', "Then silence..."],
        ["(It rose. It fell.)", "It stood."],
        ["It **rose. It** fell.", "*It stood.*", "_It did._"],
        ["See [the note. It is long](https://example.org/a.b).", "More."],
        ["It rose… and fell.", "It rose…", "It fell."],
        ["No. 1 is ahead, i.e. first.", "It rose, e.g. on Friday.", "iShares has a fund."],
        ["It rose [@a; @b.c].", "It fell. [opinion @a]", "It may [inference: a.b, c.d]."],
        ["It rose in the U.S. [@a]", "It fell.[@b]", "It stood."],
        ["Up {{ fact('a.b', form='words') }}.", "{{ fact('c.d') }} of all.", "Done"],
        ["It rose 7%. {# excused number: a. Round! One #}", "It fell."],
        ["It closed at 4 p.m. on Friday.", "Acme Inc. fell.", "So did Acme Inc.", "The end."],
    ],
)
def test_a_sentence_ends_where_readers_think_so(parts: list[str]) -> None:
    """Abbreviations, numbers, quotations, brackets, links and emphasis do not mislead it."""
    assert _texts(" ".join(parts)) == parts


def test_headings_items_and_quotations_are_told_apart() -> None:
    """What begins a line is no part of the sentence, and ends the one before."""
    text = (
        "## A head\nIt rose.\nAnd fell\n\n"
        "- one\n  more. Two.\n- three\n1. four\n\n> It said.\n> So."
    )
    found = [(one.place, text[one.start : one.end]) for one in sentences(text)]
    assert found == [
        ("heading", "A head"),
        ("paragraph", "It rose."),
        ("paragraph", "And fell"),
        ("item", "one\n  more."),
        ("item", "Two."),
        ("item", "three"),
        ("item", "four"),
        ("quote", "It said."),
        ("quote", "So."),
    ]


def test_a_sentence_is_what_its_mark_says() -> None:
    """A figure makes it computed, a mark what the mark names, neither plain."""
    text = (
        "It is. {{ fact('a.b') }} it is. It is [@x]. It is [opinion @x]. It is [forecast: x; y]. "
        "It is [inference: a.b,\n c.d]. It is [@X!]."
    )
    found = sentences(text)
    assert [one.kind for one in found] == [
        *("plain", "computed", "reported", "opinion", "forecast", "inference", ""),
    ]
    assert [one.attributed for one in found] == [False, False, True, True, True, False, False]
    assert [mark.names for mark in marks(text)] == [
        *(("x",), ("x",), ("x", "y"), ("a.b", "c.d"), ()),
    ]


def test_a_link_is_no_mark() -> None:
    """Brackets before an address are a link, whatever they begin with."""
    assert marks("[opinion polls](https://example.org) and [sic]") == []


def test_references_to_figures_are_read_whole() -> None:
    """Subject, part, form and digits may be named; what is no constant is no reference."""
    text = (
        "{{ fact('a.b') }} {{fact(\"a\", 'b')}} {{ fact('a.b', part='c', form='sign', digits=1) }}"
    )
    found = [(one.metric, one.subject, one.part, one.form) for one in figure_references(text)]
    assert found == [
        ("a", "b", None, "display"),
        ("a", "b", None, "display"),
        ("a", "b", "c", "sign"),
    ]
    assert figure_references(text)[2].digits == 1
    for wrong in (
        "fact(a.b)",
        "fact('a')",
        "fact('a.b', 'c')",
        "fact('a.b', digits='1')",
        "fakt('a.b')",
    ):
        assert figure_references(f"{{{{ {wrong} }}}}") == []
    assert figure_references("{{ fact('a.b', form='x', form='y') }} {{ fact('a.b' 'c') }}") == []


TEXTS = st.text(st.sampled_from('Aa .!?…\n"“”()[]*_>#-1{}@'), max_size=120)


@given(TEXTS | st.text(max_size=120))
def test_nothing_is_lost_between_sentences(text: str) -> None:
    """Sentences and what lies between them give the text back; between them are signs only."""
    end, rebuilt = 0, []
    for one in sentences(text):
        assert end <= one.start < one.end <= len(text)
        between = text[end : one.start]
        assert re.fullmatch(r"[\s#>*+.\d-]*", between), between
        assert not text[one.start].isspace() and not text[one.end - 1].isspace()
        rebuilt += [between, text[one.start : one.end]]
        end = one.end
    assert not text[end:].strip() or re.fullmatch(r"[\s#>*+.\d-]*", text[end:])
    assert "".join([*rebuilt, text[end:]]) == text


@given(TEXTS)
def test_no_sentence_ends_within_a_pair(text: str) -> None:
    """A sentence can be put into an element without cutting a link or emphasis in two."""
    for block_start, block_end, _ in blocks(text):
        for start, end in pairs(text[block_start:block_end])[0]:
            for one in sentences(text):
                assert not block_start + start < one.start < block_start + end


LONG = 100_000


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "[",
            "*",
            ".",
            "a. ",
            '"',
            "[@",
            ". ",
            "{#",
            "{{ fact(",
            ".)",
            "(",
            "_a",
            "* a",
            "\n",
        ),
        *(".[@a]", ". [@a", "{# excused ", "> ", "{{ fact('", "A.B. ", "“", "a “b. C” ", "- - "),
    ],
)
def test_no_text_takes_longer_than_its_length(piece: str) -> None:
    """A hundred thousand characters of anything are read through, which a careless pattern never
    ends with."""
    text = (piece * (LONG // len(piece) + 1))[:LONG]
    found = sentences(text)
    assert all(one.end <= LONG for one in found)
