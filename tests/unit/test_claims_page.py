"""The page of an edition's claims: what was said, what we compute, and how, for every verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import Markup
from support_claims import HASH, WORKS, one_of_each, outcome, simulated
from support_project import REPOSITORY

from generator.claim_choices import choices
from generator.facts import MetricInfo, show
from generator.page_templates import environment, split
from generator.verdicts import VERDICTS, Checked

TEMPLATES = REPOSITORY / "templates"
NAMES = {"russell_2000": "Russell 2000", "sp_500": "S&P 500"}


def _page(claims: Iterable[Checked], *, made_up: bool = False) -> str:
    """Render the template as an edition does, before Markdown."""
    made = environment(TEMPLATES)
    known = MetricInfo("return_ytd", "Return", "fraction", "Performance", "A return.", "0")
    made.globals.update(
        claims=tuple(claims),
        works=WORKS,
        manifest=SimpleNamespace(simulated=made_up),
        on_data_page={"^RUT"},
        methods=[("Performance", [known])],
        universe=SimpleNamespace(called=NAMES.__getitem__),
        claim_choices=choices,
        commentary=Markup(""),
        cite=lambda id: Markup('<sup class="cite"><a href="#note-{}">1</a></sup>').format(id),
        show=show,
    )
    _, body = split((TEMPLATES / "pages/claims.md").read_text(encoding="utf-8"))
    return made.from_string(body).render()


def _articles(page: str) -> dict[str, str]:
    return {
        match[1]: match[0]
        for match in re.finditer(
            r'<article class="claim [^"]*" id="(.+?)".*?</article>', page, re.S
        )
    }


@pytest.fixture(scope="module")
def page() -> str:
    """A page with one claim of each verdict."""
    return _page(one_of_each())


def test_the_answer_counts_every_verdict_and_leads_to_its_claims(page: str) -> None:
    """In words and numbers; each number is a link to the list of those claims."""
    answer = re.search(r'<p class="answer">(.*?)</p>', page, re.S)
    assert answer
    links = re.findall(r'<a href="#(V\d)\.list">(\d+)</a>', answer[1])
    assert links == [(f"V{number}", "1") for number in range(1, 9)]
    assert all(f'id="{id}.list"' in page for id, _ in links)
    assert "Of 8 claims" in answer[1] and "differs from what we compute" in answer[1]


def test_every_claim_has_its_verdict_who_said_it_and_when(page: str) -> None:
    """As an article by its id, with the statement escaped and the source as a footnote."""
    articles = _articles(page)
    for one in one_of_each():
        told = articles[one.claim.id]
        assert f'<b class="verdict" data-verdict="{one.verdict}">{one.verdict}</b>' in told
        assert f"What &lt;{one.claim.id}&gt; says." in told
        assert f'href="#note-{one.claim.source}"' in told
        assert '<time datetime="2026-01-15">15 January 2026</time>' in told
    assert 'A &amp; B News, <time datetime="2026-01">January 2026</time>' in articles["yes"]
    assert 'C. Person (A Bank), via The Wire, <time datetime="2025-12-12">12' in articles["view"]


def test_a_computed_number_leads_to_value_formula_inputs_and_hash(page: str) -> None:
    """Everything that is computed is a link to a part of the page with all of them."""
    articles = _articles(page)
    computed = [one for one in one_of_each() if one.outcomes]
    assert len(computed) == 5
    for one in computed:
        told = articles[one.claim.id]
        assert f'<a href="#{one.claim.id}.how">' in told and f'id="{one.claim.id}.how"' in told
        how = told.partition("<details>")[2]
        assert "<code>0.0776</code>" in how
        assert 'href="method.html#return_ytd"' in how
        assert "The last close over the last close of the year before, minus one." in how
        assert "15 January 2026, from 31 December 2025" in how
        assert '<a href="data.html#RUT">^RUT</a>' in how
        assert f'title="{HASH}">{HASH[:12]}</code>' in how


def test_parts_the_other_figure_and_the_other_convention_are_told(page: str) -> None:
    """A claim of several figures has each of them; a convention has its own evidence."""
    articles = _articles(page)
    assert articles["no"].count("was said") == 2
    assert "<code>return_ytd.sp_500</code>" in articles["no"]
    assert "total return: +1.52%" in articles["other"]
    assert "Under the other convention" in articles["other"]
    assert "Superseded by 11 on 16 January 2026." in articles["past"]
    assert "Such data are sold." in articles["sold"]
    assert "<details>" not in articles["view"]


def test_what_cannot_be_told_says_why() -> None:
    """A part without data has its reason where the number would be."""
    lacking = outcome(holds=None, reason="its series is missing", computed="", fact=None)
    found = _articles(
        _page([Checked(one_of_each()[0].claim, "not checkable", "over 7%", outcomes=(lacking,))])
    )
    assert "not: its series is missing" in found["yes"]
    assert "in full" not in found["yes"]


def test_each_claim_is_of_the_choices_that_count_it(page: str) -> None:
    """The number beside a choice is that of the claims that it leaves."""
    classes = [set(found.split()) for found in re.findall(r'<article class="claim (.*?)"', page)]
    offered = re.findall(r'id="([A-Z]\w)">.*?<span>(\d+)</span></label>', page)
    assert len(offered) == len(VERDICTS) + 4 + 2
    for id, count in offered:
        assert sum(id in found for found in classes) == int(count), id
    assert page.count(" checked> All <span>8</span>") == 3


def test_the_style_sheet_knows_every_choice() -> None:
    """Each id that a page can have hides the claims that lack it."""
    style = (TEMPLATES / "theme/assets/claims.css").read_text(encoding="utf-8")
    many = [(verdict, "PMFOX"[n % 5], f"outlet {n}") for n, verdict in enumerate(VERDICTS * 2)]
    ids = [choice.id for group in choices(many).groups for choice in group.choices]
    assert len(ids) == 8 + 5 + 9
    for id in ids:
        assert f":has(#{id}:checked) .claim:not(.{id})" in style


def test_a_simulated_edition_says_on_top_that_nothing_is_checked() -> None:
    """Once, and not again as a reason with every claim."""
    page = _page(simulated(), made_up=True)
    answer = re.search(r'<p class="answer">(.*?)</p>', page, re.S)
    assert answer and "simulated" in answer[1] and "8 claims stand here" in answer[1]
    assert "simulated" not in "".join(_articles(page).values()).lower()
    assert "Computed" not in _articles(page)["yes"] and "over 7%" in _articles(page)["yes"]


def test_an_edition_without_claims_leads_to_those_of_others() -> None:
    """Most editions of the past have none."""
    page: Any = _page(())
    assert "No claims are checked in this edition." in page
    assert "claims.json" not in page and "<article" not in page and "<fieldset" not in page
