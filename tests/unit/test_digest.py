"""The digest for mail: three files that say the same, need nothing else, and pass mail programs."""

from __future__ import annotations

import base64
import email
import email.policy
import html
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from support import REPOSITORY, computed, last_sessions, random_closes, snapshot, universe
from support_project import make_project, read_page, unchanged

from generator import digest, summary
from generator.commentary import Commentary
from generator.digest import Issue
from generator.errors import ReportError
from generator.excerpt import LONGEST, first_paragraph
from generator.pages import Illustration
from generator.plain_text import aligned

ADDRESS = "https://example.org/report/2026-W03/"
CHARTS = ("week_returns", "year_rebased")
TEMPLATES = REPOSITORY / "templates"


def _picture(size: tuple[int, int] = (688, 600)) -> bytes:
    content = io.BytesIO()
    Image.new("P", size).save(content, "PNG")
    return content.getvalue()


def _chart(name: str) -> Illustration:
    words = (f"Finding of {name} & co", "Per cent", "Source: a test", f"In {name}, <one> bar.")
    return Illustration(name, *words, "", "", {}, "", mail=_picture())


@cache
def _issue() -> Issue:
    """An issue of simulated data in which the large-cap volatility index is not there."""
    sessions = last_sessions(600, "2026-01-16")
    closes = {
        "russell_2000": random_closes(600, 1),
        "sp_500": random_closes(600, 2),
        "sp_600": random_closes(600, 3),
    }
    names = dict.fromkeys([*summary.METRICS, *summary.COMPARED])
    frozen = snapshot(sessions, closes)
    facts = computed(frozen, *names).facts()
    before = computed(frozen, *names, as_of="2026-01-09").facts()
    return Issue(
        site_name="Small Caps & Co",
        address=ADDRESS,
        edition="2026-W03",
        as_of=date(2026, 1, 16),
        simulated=True,
        universe=universe(),
        facts=facts,
        before=before,
        listed={fact.id for metric in facts.metrics for fact in facts.of(metric).values()},
        answer=summary.answer(facts, universe()),
        headlines=summary.headlines(facts, before, universe()),
        changes=summary.changed_states(facts, before),
        commentary=Commentary("Words, at last", "The editors", date(2026, 1, 17), True),
        paragraphs="It *rose*. See [the method](method.md#return_1w).\n\nA second paragraph.",
        illustrations={name: _chart(name) for name in CHARTS},
    )


Written = Callable[..., dict[str, str]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write the digest of an issue with changes and return its files by suffix."""

    def write(**changed: object) -> dict[str, str]:
        digest.write(tmp_path, TEMPLATES, replace(_issue(), **changed))
        paths = sorted((tmp_path / "mail").iterdir())
        assert [path.name for path in paths] == ["digest.eml", "digest.html", "digest.txt"]
        return {path.suffix[1:]: path.read_bytes().decode() for path in paths}

    return write


def _message(content: str) -> email.message.EmailMessage:
    return email.message_from_string(content, policy=email.policy.default)


def _said(content: str) -> str:
    """Return a text on one line."""
    return " ".join(content.split())


def test_the_page_is_small_and_asks_for_nothing(written: Written) -> None:
    """Under 100 KB with its pictures in it, and every link an address in full."""
    page = written()["html"]
    assert len(page.encode()) < 100_000
    sources = re.findall(r'<img src="([^"]*)"', page)
    assert len(sources) == 2
    for source in sources:
        assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == _picture()
    outside = re.findall(
        r"(?:href|src|background)=\"(?!https://|data:)([^\"]*)|url\(|@import", page
    )
    assert outside == []
    assert "<script" not in page and "<link" not in page
    links = re.findall(r'href="([^"]*)"', page)
    assert links and all(link.startswith(ADDRESS) for link in links)


def test_pictures_say_what_they_show(written: Written) -> None:
    """The description of each chart is its alternative text, and a line of the plain text."""
    found = written()
    shown = [html.unescape(text) for text in re.findall(r'<img [^>]*alt="([^"]*)"', found["html"])]
    assert shown == ["In week_returns, <one> bar.", "In year_rebased, <one> bar."]
    for text in shown:
        assert text in _said(found["txt"])


def test_every_headline_is_in_all_three(written: Written, tmp_path: Path) -> None:
    """Label, number and state stand together, and the number leads to its entry."""
    found = written()
    issue = _issue()
    read_page.cache_clear()
    page = read_page(tmp_path / "mail/digest.html")
    assert len(issue.headlines) == 8
    for headline in issue.headlines:
        number = issue.facts.text((headline.reference,))
        line = next(line for line in found["txt"].splitlines() if line.startswith(headline.label))
        assert line.split()[-len(headline.state.split()) :] == headline.state.split()
        assert f"  {number}  {headline.state}" in line
        assert f"{headline.label}{number}{headline.state}" in page.text
        fact = issue.facts.resolve(headline.reference)[0]
        assert f"{ADDRESS}figures.html#{fact.id}" in page.links
    assert "VIX" in found["txt"] and "withheld" in found["txt"]
    assert _said(issue.facts.text(issue.answer)) in _said(found["txt"])
    assert issue.facts.text(issue.answer) in page.text


def test_a_number_that_no_page_lists_is_printed_without_a_link(written: Written) -> None:
    """A link would lead nowhere."""
    page = written(listed=frozenset())["html"]
    assert "figures.html" not in page
    assert _issue().facts.text((_issue().headlines[0].reference,)) in page


def test_the_plain_text_is_narrow_and_its_numbers_stand_below_each_other(written: Written) -> None:
    """No line is longer than 72 characters but for an address, which is never broken."""
    lines = written()["txt"].splitlines()
    wide = [line for line in lines if len(line) > 72]
    assert all(line.split()[-1].startswith(ADDRESS) for line in wide)
    places = {
        line.index(f"  {headline.state}")
        for headline in _issue().headlines
        for line in lines
        if line.startswith(headline.label) and line.endswith(headline.state)
    }
    assert len(places) == 1
    assert "\n\n\n\n" not in "\n".join(lines)


def test_long_names_do_not_move_the_numbers() -> None:
    """A label that is too long goes on in a line of its own."""
    rows = [("A label that goes on " * 5, "+1.00%", "better"), ("Short", "−12.00%", "worse")]
    lines = aligned(rows).splitlines()
    assert max(map(len, lines)) <= 72
    assert lines[0].startswith("A label that goes on") and "better" not in lines[0]
    assert lines[-2].index("better") == lines[-1].index("worse")


def test_the_message_has_both_forms_and_its_pictures(written: Written) -> None:
    """It is a draft without addresses, and its parts are those written beside it."""
    found = written()
    message = _message(found["eml"])
    assert not [part for part in message.walk() if part.defects]
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain.get_content().splitlines() == found["txt"].splitlines()
    text = page.get_content().replace("\r\n", "\n")
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    for part in pictures:
        assert f'src="cid:{part["Content-ID"][1:-1]}"' in text
        data = base64.b64encode(part.get_content()).decode()
        text = text.replace(f"cid:{part['Content-ID'][1:-1]}", f"data:image/png;base64,{data}")
    assert text == found["html"]
    assert found["eml"].count("\n") == found["eml"].count("\r\n")
    assert max(len(line) for line in found["eml"].splitlines()) <= 998


def test_the_message_is_of_the_edition_and_to_nobody(written: Written) -> None:
    """Its date is the edition's, its subject the answer in short, its addresses empty groups."""
    found = written()["eml"]
    message, issue = _message(found), _issue()
    week, gap = (issue.facts.text((issue.headlines[place].reference,)) for place in (0, 1))
    assert message["Subject"] == (
        f"Small Caps & Co: Russell 2000 {week} on the week, {gap} against S&P 500 (simulated data)"
    )
    assert "\r\nSubject: " in f"\r\n{found}" and "Subject: \r\n" not in found
    assert message["Date"].datetime == datetime(2026, 1, 16, 22, tzinfo=UTC)
    assert message["From"].addresses == message["To"].addresses == ()
    assert [group.display_name for group in message["From"].groups] == ["Small Caps & Co"]
    assert "Message-ID" not in message and "List-Unsubscribe" not in message


def test_simulated_data_are_called_so_in_all_three(written: Written) -> None:
    """Before the answer, in the preview and in the subject; nowhere where data are real."""
    found = written()
    assert found["txt"].index("SIMULATED DATA.") < found["txt"].index("In numbers")
    assert "<strong>Simulated data.</strong>" in found["html"]
    assert ">Simulated data. " in found["html"]
    assert _message(found["eml"])["Subject"].endswith("(simulated data)")
    real = written(simulated=False)
    assert not [suffix for suffix, content in real.items() if "imulated" in content]


def test_the_same_issue_gives_the_same_bytes(written: Written, tmp_path: Path) -> None:
    """Nothing in it depends on when or where it is written."""
    written()
    with unchanged(tmp_path):
        written()


def test_a_withheld_chart_is_left_out(written: Written) -> None:
    """The other one is there, and nothing asks for its picture."""
    gone = Illustration("year_rebased", "", "", "", "", "", "", {}, "", "too short a history")
    found = written(illustrations={**_issue().illustrations, "year_rebased": gone})
    assert found["html"].count("<img") == 1
    assert "year_rebased" not in "".join(found.values())


def test_a_week_without_words_or_changes(written: Written) -> None:
    """Nothing stands for the commentary, and it is said that no state changed."""
    found = written(commentary=None, paragraphs="", changes=())
    for suffix in ("html", "txt"):
        assert "Words, at last" not in found[suffix]
        assert "No state (cross, RSI zone, breakout) changed on the week." in found[suffix]


def test_states_that_changed_alike_stand_together(written: Written) -> None:
    """One line says what became what, and of which series."""
    names = ("russell_2000", "sp_600")
    changes = [summary.Change("rsi_14_daily", name, "zone", "RSI, daily") for name in names]
    found = written(changes=changes)
    said = re.findall(r"- RSI, daily, (\w+ became \w+): ([^.]+)\.", _said(found["txt"]))
    assert len({change for change, _ in said}) == len(said)
    assert ", ".join(series for _, series in said) == "Russell 2000, S&P 600"
    for _, series in said:
        assert series.replace("&", "&amp;").split(", ")[0] + "</a>" in found["html"]


def test_a_commentary_of_any_length_fits(written: Written) -> None:
    """Its first paragraph is cut at a word, and what follows it is left out."""
    found = written(paragraphs="Word & word. " * 20_000 + "\n\nSecond.")
    assert len(found["html"].encode()) < 100_000
    assert "Second." not in found["txt"]
    assert re.search(r"Word (& )?(word. )?…", _said(found["txt"]))


def test_a_digest_that_is_too_long_is_refused(written: Written) -> None:
    """Rather than cut off by the reader's mail program."""
    noise = Image.effect_noise((400, 400), 90)
    content = io.BytesIO()
    noise.save(content, "PNG")
    heavy = {name: replace(_chart(name), mail=content.getvalue()) for name in CHARTS}
    with pytest.raises(ReportError, match="more than the 100,000 that mail programs show"):
        written(illustrations=heavy)


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "what"),
    [
        ("digest.html", "subject", "subjekt", "digest.html:18", "'subjekt' is undefined"),
        ("digest.txt", "{{ site_name }}", "{{ chart('week') }}", "digest.txt:1", "no chart 'week'"),
        ("digest.txt", "{% endfor %}", "{% endfo %}", "digest.txt:", "unknown tag 'endfo'"),
    ],
)
def test_mistakes_in_templates_are_named(
    tmp_path: Path, name: str, old: str, new: str, where: str, what: str
) -> None:
    """With file and line; nothing is written."""
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    path = tmp_path / "templates/digest" / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ReportError) as caught:
        digest.write(tmp_path, tmp_path / "templates", _issue())
    assert what in caught.value.what
    assert str(caught.value.where).startswith(f"templates/digest/{where}")
    assert not (tmp_path / "mail").exists()


def test_the_check_looks_at_the_digest(tmp_path: Path) -> None:
    """A chart that does not exist is found before anything is built."""
    project = make_project(tmp_path / "project")
    project.replace(
        "templates/digest/digest.html", "chart('week_returns')", "chart('week_retruns')"
    )
    ran = project.run("check")
    assert ran.code == 1
    assert "templates/digest/digest.html" in ran.out and "did you mean 'week_returns'" in ran.out


@pytest.mark.parametrize(
    ("markdown", "as_html", "as_text"),
    [
        ("", "", ""),
        ("# Head\n\n- item\n\nWords & *more*.", "Words &amp; <em>more</em>.", "Words & more."),
        (
            "A [page](method.md#a) and [news](https://a.example/?b=1&c=2).",
            f'A <a href="{ADDRESS}method.html#a">page</a> and '
            '<a href="https://a.example/?b=1&amp;c=2">news</a>.',
            f"A page ({ADDRESS}method.html#a) and news (https://a.example/?b=1&c=2).",
        ),
        ("![A bar](bar.png) <b onclick='x'>bold</b>", "A bar bold", "A bar bold"),
        (
            '<a class="fact" href="figures.html#a"><data value="1">+1%</data></a> it is.',
            f'<a href="{ADDRESS}figures.html#a">+1%</a> it is.',
            "+1% it is.",
        ),
        ("First **bold\n\nSecond", "First **bold", "First **bold"),
    ],
    ids=["none", "not a heading", "links", "pictures and tags", "numbers", "one only"],
)
def test_of_a_commentary_the_words_of_one_paragraph_are_kept(
    markdown: str, as_html: str, as_text: str
) -> None:
    """Emphasis and links stay, with their addresses in full; nothing can be fetched or run."""
    found = first_paragraph(markdown, ADDRESS)
    assert (str(found.html), found.text) == (as_html, as_text)


def test_a_paragraph_is_cut_between_words() -> None:
    """What is open at the cut is closed."""
    found = first_paragraph("*" + "word " * 500 + "end*", ADDRESS)
    assert len(found.text) <= LONGEST + 2 and found.text.endswith("word …")
    assert str(found.html).startswith("<em>word") and str(found.html).endswith("word …</em>")
