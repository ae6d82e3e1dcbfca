"""Terms of the glossary in running text."""

from __future__ import annotations

import pytest

from generator.config import Term
from generator.terms import with_terms

TERMS = [
    Term(term="RSI", means="An index of momentum."),
    Term(term="Relative strength", means="A ratio."),
    Term(term="Drawdown", means="A fall."),
    Term(term="Equal weight", means="All count the same."),
]


def _marked(text: str) -> list[str]:
    """Return the terms that became links."""
    return [term.term for term in with_terms(text, TERMS)[1]]


def test_the_first_mention_leads_to_the_glossary() -> None:
    """Only the first mention is a link, in the words of the text, plural and case included."""
    text, found = with_terms("Drawdowns are deep; a drawdown is deep.\n", TERMS)
    link = '<a class="term" href="glossary.html#drawdown">Drawdowns</a>'
    assert text == f"{link} are deep; a drawdown is deep.\n"
    assert [term.means for term in found] == ["A fall."]


def test_a_page_one_folder_down_finds_the_glossary() -> None:
    """The address begins with what leads to the edition's pages."""
    assert 'href="../glossary.html#equal-weight"' in with_terms("equal weight", TERMS, "../")[0]


def test_an_abbreviation_is_met_only_as_it_is_written() -> None:
    """RSI is a term, `rsi` in a name of a column is not."""
    assert _marked("the rsi column") == []
    assert _marked("the RSI column") == ["RSI"]


@pytest.mark.parametrize(
    "text",
    [
        "## Drawdown by year",
        "<h2>Drawdown by year</h2>",
        'A <a href="x.html">drawdown</a>.',
        "A [drawdown](x.html).",
        "`drawdown`",
        '<data value="drawdown">1</data>',
        '<figcaption><span class="chart-title">Drawdown at <a href="#">2%</a></span></figcaption>',
        "<thead><tr><th>Drawdown</th></tr></thead>",
        "undrawdowned, max-drawdown",
        "<!--aside:drawdown.wide.svg-->",
    ],
)
def test_markup_links_code_and_headings_are_left_alone(text: str) -> None:
    """What is a link, a heading, code or markup already stays as it is."""
    assert with_terms(text, TERMS) == (text, [])


def test_text_after_a_heading_is_read() -> None:
    """A heading ends with its line."""
    assert _marked("## Relative strength\n\nRelative strength rose, the RSI fell.\n") == [
        "Relative strength",
        "RSI",
    ]


def test_without_a_glossary_nothing_changes() -> None:
    """No terms, no links."""
    assert with_terms("drawdown", []) == ("drawdown", [])
