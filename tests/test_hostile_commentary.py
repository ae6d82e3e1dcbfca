"""Commentary written by somebody who means harm: refused with a clear error, or shown as text."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from support_facts import facts_of
from support_project import REPOSITORY, settings

from generator import front_matter
from generator.commentary import LONGEST, Commentary, read_commentary
from generator.errors import ReportError
from generator.facts import Value
from generator.lint import lint
from generator.lint_findings import LintFinding
from generator.lint_text import Known, Passage
from generator.pages import Renderer
from generator.sources import Source

HEAD = "---\ntitle: A week\nauthor: An editor\ndate: 2026-01-18\n---\n\n# index\n\n"
SOURCE = Source(
    id="a",
    outlet="<script>alert(1)</script> *B* [x](javascript:y) {{ fact }}",
    published="2026-01",
    access="secondary",
    about="x",
)
KNOWN = Known(
    ("index", "about"),
    {"return_1w": "fraction"},
    ("russell_2000",),
    sources={"a": SOURCE},
)
ALLOWED = frozenset(
    ("p", "span", "a", "data", "sup", "em", "strong", "ul", "ol", "li", "blockquote", "h2", "small")
)
LEADS_TO = ("https://example.org", "#note-", "figures.html#", "about.html")
ATTRIBUTES = frozenset(("href", "class", "id", "data-kind", "aria-label", "value", "start"))


class _Look(HTMLParser):
    """Keeps what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(f"<{tag}>")
        self.open.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"{tag} {name}")
            if name == "href" and not str(value).startswith(LEADS_TO):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")


def _renderer(words: str) -> Renderer:
    small = settings().universe.benchmarks.small
    facts = facts_of({"return_1w": {small: Value(0.0204)}})
    context = {"universe": settings().universe, "glossary": (), "edition": "2026-W03"}
    written = Commentary("A week", "An editor", date(2026, 1, 18), False, {"index": words})
    folder = REPOSITORY / "templates"
    none = facts_of({})
    return Renderer(folder, facts, none, {}, written, context, sources={"a": SOURCE})


def _html(words: str) -> str:
    """Words as the site makes them into HTML: MkDocs adds three extensions to ours."""
    renderer = _renderer(words)
    text = str(renderer.commentary("index")) + "\n\n" + str(renderer.inline_commentary("index"))
    return markdown(text, extensions=["toc", "tables", "fenced_code", "attr_list"])


def _findings(words: str) -> list[LintFinding]:
    return lint(Passage(words, 1), KNOWN, "words.md")


def _assert_harmless(words: str) -> None:
    if not _findings(words):
        look = _Look()
        look.feed(_html(words))
        look.close()
        assert look.wrong == [] and look.open == [], words


REFUSED = [
    "{{ fact.__globals__ }}",
    "{{ fact('return_1w.russell_2000').__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ self }}",
    "{{ fact('return_1w.russell_2000') | attr('__class__') }}",
    "{% for n in range(1000000000) %}a{% endfor %}",
    "{% include '../mkdocs.yml' %}",
    "{% set a = 1 %}",
    "{{- fact('return_1w.russell_2000') -}}",
    "{{ 'a' * 1000000000 }}",
    "{{ fact('return_1w.russell_2000}}') }}",
    "{# a {% remark #}",
    "{: onclick=alert(1) }",
    "Text { onmouseover=alert(1) }",
    "<script>alert(1)</script>",
    "<ScRiPt src=//example.org>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!-- hidden -->",
    "<!--aside:index.json-->",
    "<https://example.org>",
    "<javascript:alert(1)>",
    "<a@example.org>",
    "&lt;b&gt; is text, &#106;avascript is not",
    "&NewLine;&Tab;",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert)",
    "[a](java\tscript:alert)",
    "[a](java&#115;cript:alert)",
    "[a](&#x6A;avascript:alert)",
    "[a](\x01javascript:alert)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//example.org/x)",
    "[a](http://example.org)",
    "[a](https://user@example.org@evil.example)",
    "[a](https://example.org\\@evil.example)",
    "[a](<https://example.org>)",
    "[a](https://example.org 'title')",
    "[a](ftp://example.org)",
    "[a](/etc/passwd)",
    "[a](../../mkdocs.yml)",
    "[a](nowhere.html)",
    "[a]()",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "- [b]: javascript:alert(1)",
    "![a](https://example.org/a.png)",
    "`code`",
    "~~~\ncode\n~~~",
    "    indented code",
    "\tindented code",
    "a | b\n--- | ---\nc | d",
    "Title\n=====",
    "Title\n-----",
    "# another title",
    "#hidden",
    "* * *",
    "***a*b**c",
    "> " * 2000,
    "- " * 2000,
    "- a\n    - b",
    "[" * 5000,
    "(" * 5000,
    "*a " * 1000,
    "a " * 5000,
    "a\x00b",
    "a\x02b\x03c",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "\\[a\\](javascript:b)",
    "[@<script>]",
    "[opinion @{{ fact }}]",
    "[forecast: ../../x]",
]


@pytest.mark.parametrize("words", REFUSED, ids=lambda words: repr(words[:40]))
def test_what_could_do_harm_is_refused(words: str) -> None:
    """Each is refused with a place and a reason before anything is made of it."""
    findings = _findings(words)
    assert findings
    assert all(one.line and one.column and one.why for one in findings)


SHOWN = [
    "javascript:alert is no link, nor is www.example.org or data:text/html",
    "&lt;script&gt;alert&lt;/script&gt; &amp; more",
    "A sentence with [sic] and (brackets), 'quotes' and \"quotes\".",
    "Said by a source with an odd name [@a]. Thought by it [opinion @a].",
    "**Bold and [a link](https://example.org/a?b=c&d=e#f) in it.** And [ours](about.html).",
    "Up {{ fact('return_1w.russell_2000') }}.\n\n- *Up* {{ fact('return_1w.russell_2000') }}. So.",
    "> It said so [@a].\n> And more.\n\n## A heading\n\nMore may come.",
    "It may go on [inference: return_1w.russell_2000].",
    "Very " * 900 + "long.",
]


@pytest.mark.parametrize("words", SHOWN, ids=lambda words: repr(words[:40]))
def test_what_is_let_through_is_text(words: str) -> None:
    """The page has our elements only, well nested, and links that lead to where they may."""
    assert [str(finding) for finding in _findings(words)] == []
    _assert_harmless(words)


PIECES = (
    *("[a](https://example.org/x)", "[@a]", "[opinion @a]", "{{ fact('return_1w.russell_2000') }}"),
    *(
        "*",
        "**",
        "_",
        "__",
        "(",
        ")",
        "[",
        "]",
        "“",
        "”",
        '"',
        ". ",
        "? ",
        "word",
        " ",
        "\n",
        "\n\n",
    ),
    *(
        "- ",
        "> ",
        "## ",
        "1. ",
        "a",
        "!",
        "[inference: return_1w.russell_2000]",
        "may ",
        "https://",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_mixture_that_is_let_through_does_harm(pieces: list[str]) -> None:
    """Whatever the lint lets pass is well-formed on the page."""
    _assert_harmless("".join(pieces))


def test_a_source_cannot_bring_in_markup() -> None:
    """Names and titles of sources are text in the words, in the notes and in mail."""
    renderer = _renderer("Said so [@a].")
    text = str(renderer.commentary("index")) + str(renderer.inline_commentary("index"))
    assert "<script" not in text + renderer._notes_of.html()
    assert "{{" not in text and "](" not in text and "Renderer" not in text


@pytest.mark.parametrize(
    ("head", "what"),
    [
        ("title: !!python/object/apply:os.system [ls]", "the tag"),
        ("title: !!binary aGk=", "the tag"),
        ("a: &a [x]\nb: &b [*a, *a]\ntitle: *b", "anchors and aliases"),
        ("title: &t A", "anchors and aliases"),
        ("title: {a: {b: c}}", "names with values, and lists of them"),
        ("title: [[a]]", "names with values"),
        ("title: A\ntitle: B", "stands twice"),
        ("<<: {title: A}", "not known"),
        ("title: '../../x <script>'", "leave out '<'"),
        ('title: "A\\nB"', "not words on one line"),
        ('title: "A\\u202eB"', "not words on one line"),
        ("? [a]\n: b", "not known"),
        ("title: " + "[" * 1000, "names with values"),
        ("title: " + "A" * 3000, "2,000 is the most"),
        ("date: 2026-13-45", "cannot be read"),
        ("title: A\x00B", "not YAML"),
    ],
)
def test_front_matter_is_plain_values(head: str, what: str) -> None:
    """Nothing is built, looked up or multiplied while it is read."""
    found, wrong = front_matter.read(head)
    assert found is None
    assert any(what in one for _, one in wrong), wrong


def test_a_title_may_look_like_a_path(tmp_path: Path) -> None:
    """It is printed, and names no file."""
    path = tmp_path / "words.md"
    path.write_text(HEAD.replace("A week", "../../etc/passwd") + "All is well.\n")
    commentary, findings = read_commentary(path, "words.md", KNOWN)
    assert findings == [] and commentary is not None
    assert commentary.title == "../../etc/passwd"
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_very_long_file_is_refused_unread(tmp_path: Path) -> None:
    """There is a limit, and the message names it."""
    path = tmp_path / "words.md"
    path.write_text(HEAD + "All is well.\n\n" * 10_000)
    _, (finding,) = read_commentary(path, "words.md", KNOWN)
    assert f"{LONGEST:,} is the most" in finding.what


@pytest.mark.parametrize(
    "piece", ["best since ", "{# excused number: x #} 7. ", "a", " ", "[@a]. "]
)
def test_the_longest_file_is_read_through(tmp_path: Path, piece: str) -> None:
    """Everything that looks at words does so in one go: what is quadratic would not come back."""
    path = tmp_path / "words.md"
    path.write_text(HEAD + (piece * LONGEST)[: LONGEST - 100])
    commentary, findings = read_commentary(path, "words.md", KNOWN)
    assert (commentary is None) == bool(findings)


def test_words_that_no_lint_has_seen_cannot_leave_the_sandbox() -> None:
    """The page's own renderer shows them figures and nothing else."""
    with pytest.raises(ReportError):
        _renderer("{{ cycler }}").commentary("index")
