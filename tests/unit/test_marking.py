"""Marks on a page: what each sentence is, who says it, and the notes that it leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from markdown import markdown

from generator.errors import ReportError
from generator.marking import inline, marked
from generator.notes import Notes, short
from generator.sources import Source


@dataclass(frozen=True)
class Said:
    """What somebody said would come."""

    source: str = "paper"
    maker: str = "A bank"
    made: date = date(2025, 12, 8)
    horizon: date = date(2026, 12, 31)
    resolves: str = "By the returns of 2026."


@dataclass(frozen=True)
class State:
    """How it stands."""

    forecast: Said = Said()
    state: str = "pending"
    days_to_go: int | None = 349
    came_true: bool | None = None
    note: str = ""


def _source(name: str, published: str, outlet: str = "A paper") -> Source:
    return Source(id=name, outlet=outlet, published=published, access="secondary", about="It says.")


SOURCES = {
    "paper": _source("paper", "2025-12-12"),
    "note": _source("note", "2026-01", "A bank's note"),
    "book": _source("book", "2026", "A book"),
}


def _notes(state: State | None = None) -> Notes:
    return Notes(SOURCES, {"f-1": state or State()})  # type: ignore[dict-item]


def _marked(text: str, notes: Notes | None = None) -> str:
    return marked(text, notes or _notes(), lambda metric, subject: f"{metric} of {subject}")


def test_each_kind_of_sentence_is_told_from_the_others() -> None:
    """Computed, reported, opinion, forecast and inference stand in elements of their own."""
    text = (
        "It is so. It rose {{ fact('a.b') }}. It led [@paper]. It is early [opinion @note]. "
        "It leads in 2026 [forecast: f-1]. It may last [inference: a.b, c.d]."
    )
    html = _marked(text)
    assert re.findall(r'data-kind="(\w+)"', html) == [
        *("computed", "reported", "opinion", "forecast", "inference"),
    ]
    assert html.startswith("It is so. <span")
    assert html.count("</span>") == 5 and "[" not in html


def test_labels_say_what_a_reader_must_know() -> None:
    """A forecast says who, when and for when; an inference from which figures."""
    html = _marked("It leads in 2026 [forecast: f-1]. It may last [inference: a.b].")
    assert (
        '<small class="kind">forecast: A bank, made 8 December 2025, for 31 December 2026, '
        "pending, 349 days to go</small>"
    ) in html
    assert "<small class=\"kind\">inference from a of b: {{ fact('a.b') }}</small>" in html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(days_to_go=1), "pending, 1 day to go"),
        (State(state="resolved", days_to_go=None, came_true=True), "resolved: it came true"),
        (State(state="resolved", days_to_go=None, came_true=False), "it did not come true"),
        (State(state="cannot be resolved", days_to_go=None), "cannot be resolved"),
    ],
)
def test_a_forecast_says_how_it_stands(state: State, words: str) -> None:
    """The ledger's state stands in the label and in the notes."""
    notes = _notes(state)
    assert words in _marked("It leads [forecast: f-1].", notes)
    assert f"{words}. How it resolves: By the returns of 2026." in notes.html()


def test_the_number_follows_the_full_stop_wherever_the_mark_stood() -> None:
    """Before or after the full stop is the same; within a sentence it stays where it is."""
    number = '<sup class="cite"><a href="#note-1" id="cite-1-1" aria-label="'
    assert "It led.<sup" in _marked("It led [@paper].")
    assert "It led.<sup" in _marked("It led. [@paper]")
    assert _marked("It led [@paper].") == _marked("It led. [@paper]")
    assert f"It led{number}" in _marked("It led [@paper], and it fell.")


def test_a_source_has_one_number_on_a_page_and_a_way_back_to_each_place() -> None:
    """Numbers are in the order of first use; the list leads back to every use."""
    notes = _notes()
    html = _marked("A [@note]. B [@paper; @note]. C [opinion @book].", notes)
    assert re.findall(r'id="cite-([\d-]+)"', html) == ["1-1", "2-1", "1-2", "3-1"]
    listed = notes.html()
    assert re.findall(r'<li id="note-(\d)">', listed) == ["1", "2", "3"]
    assert re.findall(r'href="#cite-([\d-]+)"', listed) == ["1-1", "1-2", "2-1", "3-1"]
    assert 'href="sources.html#note"' in listed
    assert 'aria-label="Back to where note 1 is cited, place 2"' in listed
    assert 'aria-label="Note 1: A bank&#39;s note, January 2026"' in html


def test_notes_are_there_where_something_is_noted() -> None:
    """No words and no citation are no notes; words alone bring the legend; excuses are shown."""
    notes = _notes()
    assert notes.html() == ""
    notes.has_words = True
    assert "About these words" in notes.html() and notes.html().count("<details") == 1
    notes.reasons.append(("number", "a <round> number"))
    assert "Excused from the rule “number”: a &lt;round&gt; number" in notes.html()


def test_notes_of_a_page_below_lead_up() -> None:
    """A chart's page is one folder down."""
    notes = Notes(SOURCES, {}, "../")
    notes.cite("paper")
    assert 'href="../sources.html#paper"' in notes.html()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("A [@papr].", "there is no source 'papr'; did you mean 'paper'?"),
        ("A [forecast: f-2].", "there is no forecast 'f-2'; did you mean 'f-1'?"),
    ],
)
def test_what_is_not_known_is_refused(text: str, mistake: str) -> None:
    """Also where no lint has looked."""
    with pytest.raises(ReportError, match=re.escape(mistake)):
        _marked(text)


def test_excuses_leave_nothing_behind() -> None:
    """They are for the notes."""
    text = (
        "It rose 7%. {# excused number: a round number #} It {{ fact('a.b') }}. {# excused x: y #}"
    )
    assert "{#" not in _marked(text) and "{#" not in inline(text, _notes())
    assert _marked(text).startswith("It rose 7%. <span")


def test_mail_and_feeds_have_sources_in_brackets() -> None:
    """Where there are no notes, a sentence says itself whose it is."""
    text = (
        "A [@note]. B [opinion @paper]. C [forecast: f-1]. D may [inference: a.b]. "
        "E {{ fact('a.b') }}. See [the page](records.md#x). “F.” [@book]"
    )
    assert inline(text, _notes()) == (
        "A (A bank&#39;s note, January 2026). B (opinion: A paper, 12 December 2025). "
        "C (forecast of A bank, 8 December 2025, for 31 December 2026). D may (our inference). "
        "E {{ fact('a.b') }}. See [the page](records.html#x). “F.” (A book, 2026)"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("paper", "A paper, 12 December 2025"),
        ("note", "A bank's note, January 2026"),
        ("book", "A book, 2026"),
    ],
)
def test_a_source_is_dated_as_precisely_as_is_known(name: str, words: str) -> None:
    """No day is guessed."""
    assert short(SOURCES[name]) == words


def test_lists_headings_and_emphasis_stay_what_they_are() -> None:
    """Elements stand within items, quotations and emphasis, and not around them."""
    items = "- *It* led [@paper].\n- It **did. So** there [@paper]."
    text = f"## A head {{{{ x }}}}\n\n{items}\n\n> It did [@paper]."
    html = markdown(_marked(text).replace("{{ x }}", "x"), extensions=["attr_list"])
    assert html.count("<li><span") == 2 and html.count("</sup></span></li>") == 2
    assert "<h2>A head x</h2>" in html and "<strong>did. So</strong>" in html
    assert "<blockquote>\n<p><span" in html
